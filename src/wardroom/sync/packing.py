"""Messages as they are packed, column by column, so that like stands beside like; what is random stands beside them.

Messages are packed together, by the **load**. Salts and signatures cannot be packed, and among words they would spoil
the packing of these: they are the **loose** bytes of a load, in the order of its messages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Annotated

import msgspec

from wardroom.domain.batch import BATCH_MAX_EVENTS, Batch, LateBody, SignedEvent
from wardroom.domain.chain import HASH_BYTES, SALT_BYTES
from wardroom.domain.codec import BODY_MAX_BYTES, ENVELOPE_MAX_BYTES
from wardroom.domain.events import InstanceCertified, Number
from wardroom.domain.ids import CircleId, InstanceKey, LogId, SiteKey
from wardroom.domain.vector import Change, LogName
from wardroom.errors import EventRejected, SyncFailed
from wardroom.language import _, marked

LOAD_MAX_BYTES = 4 << 20
"""No load is longer once unpacked; a batch of 32 of the longest posts is a little shorter."""
LOAD_MAX_MESSAGES = 1024
LATE_BODIES_MAX = 16
WANTS_MAX = 64
SIGNATURE_BYTES = 64
_few = msgspec.Meta(max_length=BATCH_MAX_EVENTS)


class Events(msgspec.Struct, frozen=True, array_like=True, tag=1):
    """A batch; a log's first one names site, instance and circle in the certificate it begins with."""

    log: LogName
    first: Number
    stamps: Annotated[tuple[int, ...], _few]
    """The first event's HLC, then each one's distance from the one before."""
    kinds: bytes
    envelopes: Annotated[tuple[bytes, ...], _few]
    without: Annotated[dict[int, bytes], _few]
    """Commitment by place, for bodies that were purged or are not here."""
    bodies: Annotated[tuple[bytes | None, ...], _few]

    @property
    def loose_bytes(self) -> int:
        """How much stands beside it: a salt for each body, and the signature at its end."""
        return SALT_BYTES * sum(body is not None for body in self.bodies) + SIGNATURE_BYTES


@dataclass(frozen=True, slots=True)
class Sent:
    """A batch as it came: its columns, and what stood beside them."""

    events: Events
    loose: bytes


class Bodies(msgspec.Struct, frozen=True, array_like=True, tag=2):
    """Bodies the other side awaits: (log, sequence, salt, body)."""

    bodies: Annotated[tuple[tuple[LogName, Number, bytes, bytes], ...], msgspec.Meta(max_length=LATE_BODIES_MAX)]


class WholeVector(msgspec.Struct, frozen=True, array_like=True, tag=3):
    """What one holds, whole: the answer to somebody who has lost what they remembered."""

    change: Change


class Forgotten(msgspec.Struct, frozen=True, array_like=True, tag=5):
    """What the far side built its change on is not remembered here: it is asked for everything."""


class End(msgspec.Struct, frozen=True, array_like=True, tag=4):
    """Everything that was to be sent has been sent."""


Message = Events | Bodies | WholeVector | Forgotten | End
_Load = Annotated[tuple[Message, ...], msgspec.Meta(max_length=LOAD_MAX_MESSAGES)]
_decoder: msgspec.msgpack.Decoder[tuple[Message, ...]] = msgspec.msgpack.Decoder(_Load)
_encode = msgspec.msgpack.Encoder().encode
_UNREADABLE = marked("The far side sent a message that cannot be read. Nothing of it was taken.")


def pack(message: Message) -> bytes:
    """A message as bytes."""
    return _encode(message)


def join(packed: Sequence[bytes]) -> bytes:
    """A load of messages, each of them packed."""
    return _encode([msgspec.Raw(message) for message in packed])


def unpack(content: bytes, loose: bytes) -> Iterator[Sent | Bodies | WholeVector | Forgotten | End]:
    """The messages of a load. Raises SyncFailed for what is none, before or after some were given out."""
    try:
        messages = _decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError) as error:
        raise SyncFailed(_(_UNREADABLE)) from error
    if len(loose) != sum(message.loose_bytes for message in messages if isinstance(message, Events)):
        raise SyncFailed(_(_UNREADABLE))
    at = 0
    for message in messages:
        if isinstance(message, Events):
            yield Sent(message, loose[at : at + message.loose_bytes])
            at += message.loose_bytes
        else:
            yield message


def events_of(batch: Batch) -> Sent:
    """A batch in columns, and what stands beside them."""
    stamps = [event.hlc for event in batch.events]
    events = Events(
        batch.log,
        batch.first,
        (stamps[0], *(after - before for before, after in pairwise(stamps))),
        b"".join(event.kind.to_bytes(2, "big") for event in batch.events),
        tuple(event.envelope for event in batch.events),
        {place: event.commitment for place, event in enumerate(batch.events) if event.commitment is not None},
        tuple(event.body for event in batch.events),
    )
    return Sent(events, b"".join(event.salt for event in batch.events if event.salt is not None) + batch.signature)


def batch_of(sent: Sent, names: tuple[CircleId, SiteKey, InstanceKey] | None) -> Batch:
    """The batch behind its columns; ``names`` are those of a log already held. Raises EventRejected when it is malformed."""
    events, loose = sent.events, sent.loose
    count = len(events.stamps)
    is_whole = (
        0 < count <= BATCH_MAX_EVENTS
        and len(events.kinds) == 2 * count
        and len(events.envelopes) == len(events.bodies) == count
        and len(loose) == events.loose_bytes
        and all(len(envelope) <= ENVELOPE_MAX_BYTES for envelope in events.envelopes)
        and all(body is None or len(body) <= BODY_MAX_BYTES for body in events.bodies)
        and all(
            0 <= place < count and events.bodies[place] is None and len(commitment) == HASH_BYTES
            for place, commitment in events.without.items()
        )
    )
    if not is_whole:
        raise EventRejected(_("A batch's columns do not fit together."))
    if names is None:
        opening = _certificate(events)
        names = CircleId(opening.circle), SiteKey(opening.site), InstanceKey(opening.instance)
    salts = (loose[at : at + SALT_BYTES] for at in range(0, len(loose) - SIGNATURE_BYTES, SALT_BYTES))
    signed = tuple(
        SignedEvent(
            stamp,
            int.from_bytes(events.kinds[2 * place : 2 * place + 2], "big"),
            events.envelopes[place],
            events.without.get(place),
            None if body is None else next(salts),
            body,
        )
        for place, (stamp, body) in enumerate(zip(accumulate(events.stamps), events.bodies, strict=True))
    )
    return Batch(LogId(events.log), *names, events.first, signed, loose[-SIGNATURE_BYTES:])


def _certificate(events: Events) -> InstanceCertified:
    kind = int.from_bytes(events.kinds[:2], "big")
    try:
        if events.first != 1 or kind != InstanceCertified.KIND:
            raise EventRejected(_("A log that is not held begins in its middle."))
        return msgspec.msgpack.decode(events.envelopes[0], type=InstanceCertified)
    except msgspec.MsgspecError as error:
        raise EventRejected(_("A log does not begin with its instance's certificate.")) from error


def late_bodies(message: Bodies) -> tuple[LateBody, ...]:
    """The bodies of a message. Raises EventRejected when one is too long, or a salt is none."""
    if any(len(body) > BODY_MAX_BYTES or len(salt) != SALT_BYTES for _log, _seq, salt, body in message.bodies):
        raise EventRejected(_("Bodies break a limit."))
    return tuple(LateBody(LogId(log), seq, salt, body) for log, seq, salt, body in message.bodies)
