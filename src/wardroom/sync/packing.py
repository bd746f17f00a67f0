"""Messages inside the compressed stream, column by column, so that like stands beside like and packs well."""

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
from wardroom.language import _

MESSAGE_MAX_BYTES = 4 << 20
"""No message is longer once unpacked; a batch of 32 of the longest posts is a little shorter."""
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
    salts: bytes
    bodies: Annotated[tuple[bytes | None, ...], _few]
    signature: bytes


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
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)
_encode = msgspec.msgpack.Encoder().encode


def pack(message: Message) -> bytes:
    """A message as bytes."""
    return _encode(message)


def unpack(content: bytes) -> Message:
    """A message from its bytes. Raises SyncFailed for what is none."""
    try:
        return _decoder.decode(content)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, OverflowError) as error:
        raise SyncFailed(_("The far side sent a message that cannot be read. Nothing of it was taken.")) from error


def events_of(batch: Batch) -> Events:
    """A batch in columns."""
    stamps = [event.hlc for event in batch.events]
    return Events(
        batch.log,
        batch.first,
        (stamps[0], *(after - before for before, after in pairwise(stamps))),
        b"".join(event.kind.to_bytes(2, "big") for event in batch.events),
        tuple(event.envelope for event in batch.events),
        {place: event.commitment for place, event in enumerate(batch.events) if event.commitment is not None},
        b"".join(event.salt for event in batch.events if event.salt is not None),
        tuple(event.body for event in batch.events),
        batch.signature,
    )


def batch_of(events: Events, names: tuple[CircleId, SiteKey, InstanceKey] | None) -> Batch:
    """The batch behind its columns; ``names`` are those of a log already held. Raises EventRejected when it is malformed."""
    count = len(events.stamps)
    with_body = sum(body is not None for body in events.bodies)
    is_whole = (
        0 < count <= BATCH_MAX_EVENTS
        and len(events.kinds) == 2 * count
        and len(events.envelopes) == len(events.bodies) == count
        and len(events.salts) == SALT_BYTES * with_body
        and len(events.signature) == SIGNATURE_BYTES
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
    salts = (events.salts[at : at + SALT_BYTES] for at in range(0, len(events.salts), SALT_BYTES))
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
    return Batch(LogId(events.log), *names, events.first, signed, events.signature)


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
