"""Events as canonical bytes and back; what cannot be read is told apart from what is merely unknown."""

from functools import cache

import msgspec

from wardroom.domain.events import BODIES, ENVELOPES, NUMBER_MAX, Body, Envelope, EventRef
from wardroom.domain.ids import LEAF_PREFIX_BYTES, LogId, Ref
from wardroom.errors import EventRejected

ENVELOPE_MAX_BYTES = 4096
BODY_MAX_BYTES = 96 * 1024
"""64 KiB of text, and what a record, tags and an origin add to it."""
SEQ_MAX = NUMBER_MAX
_NO_LOG = b""

_encode = msgspec.msgpack.Encoder().encode


# A decoder is made when the first event of its kind is read: a screen reads few kinds.
@cache
def _envelope_decoder(kind: int) -> msgspec.msgpack.Decoder[Envelope]:
    return msgspec.msgpack.Decoder(ENVELOPES[kind])


@cache
def _body_decoder(kind: int) -> msgspec.msgpack.Decoder[Body]:
    return msgspec.msgpack.Decoder(BODIES[kind])


def encode(part: Envelope | Body) -> bytes:
    """Canonical bytes of an envelope or body: msgspec writes fields in order and integers in their shortest form."""
    return _encode(part)


def is_known(kind: int) -> bool:
    """Whether this Wardroom knows the kind; others are stored and relayed, and shown as needing a newer one."""
    return kind in ENVELOPES


def decode_envelope(kind: int, envelope: bytes) -> Envelope:
    """An envelope of a known kind; elements a newer version added at its end are passed over. Raises EventRejected when it is malformed or not canonical."""
    try:
        return _envelope_decoder(kind).decode(envelope)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise EventRejected(f"A {ENVELOPES[kind].__name__} event is malformed: {error}.") from error


def decode_body(kind: int, body: bytes) -> Body:
    """A body of a known kind; fields of newer versions are passed over. Raises EventRejected when it is malformed."""
    try:
        return _body_decoder(kind).decode(body)
    except (KeyError, msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise EventRejected(f"The body of an event of kind {kind} is malformed.") from error


def has_body(kind: int) -> bool:
    """Whether events of this kind carry what a person typed."""
    return kind in BODIES


def to_ref(reference: EventRef, standing_in: LogId) -> Ref:
    """The full reference behind one that stands in a log's envelope."""
    return Ref(LogId(reference.log) if reference.log else standing_in, reference.seq, reference.leaf)


def from_ref(ref: Ref, standing_in: LogId) -> EventRef:
    """A reference as it is written in a log's envelope: short where it stays at home."""
    return EventRef(_NO_LOG if ref.log == standing_in else ref.log, ref.seq, ref.leaf[:LEAF_PREFIX_BYTES])
