"""Events as they travel: contiguous stretches of one log, signed at their end."""

from dataclasses import dataclass

from wardroom.domain.ids import CircleId, InstanceKey, LogId, SiteKey

BATCH_MAX_EVENTS = 32


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """One event as it travels: ``body`` and ``salt`` are absent where it has none, or where it was purged."""

    hlc: int
    kind: int
    envelope: bytes
    commitment: bytes | None
    """Only where the body does not travel beside it; the commitment of a body is never sent with it."""
    salt: bytes | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Contiguous events of one log, ``first`` the sequence of the first, signed at the last."""

    log: LogId
    circle: CircleId
    site: SiteKey
    instance: InstanceKey
    first: int
    events: tuple[SignedEvent, ...]
    signature: bytes


@dataclass(frozen=True, slots=True)
class LateBody:
    """The body of an event that travelled without it before."""

    log: LogId
    seq: int
    salt: bytes
    body: bytes
