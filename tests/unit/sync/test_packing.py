"""Batches come out of their columns as they went in; columns that do not fit each other are refused."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain

from wardroom.domain.batch import Batch, LateBody, SignedEvent
from wardroom.domain.codec import BODY_MAX_BYTES
from wardroom.domain.events import InstanceCertified
from wardroom.domain.ids import CircleId, InstanceKey, LogId, SiteKey
from wardroom.errors import EventRejected, SyncFailed
from wardroom.sync import packing
from wardroom.sync.packing import Bodies, Events

NAMES = CircleId(b"c" * 32), SiteKey(b"s" * 32), InstanceKey(b"i" * 32)
_bytes = st.binary(max_size=60)
_salts = st.binary(min_size=16, max_size=16)
_commitments = st.binary(min_size=32, max_size=32)
_stamps = st.integers(0, 2**62)
_kinds = st.integers(1, 2**16 - 1)
events = st.one_of(
    st.builds(SignedEvent, _stamps, _kinds, _bytes, st.none(), _salts, _bytes),
    st.builds(SignedEvent, _stamps, _kinds, _bytes, st.one_of(st.none(), _commitments), st.none(), st.none()),
)
batches = st.builds(
    Batch, st.just(LogId(b"l" * 16)), st.just(NAMES[0]), st.just(NAMES[1]), st.just(NAMES[2]),
    st.integers(2, 2**53), st.lists(events, min_size=1, max_size=32).map(tuple), st.binary(min_size=64, max_size=64),
)  # fmt: skip


def one(**more: object) -> Events:
    """The columns of one event without a body, save what is said otherwise."""
    plain: dict[str, object] = {
        "log": b"l" * 16, "first": 2, "stamps": (1,), "kinds": b"\x00\x05", "envelopes": (b"",), "without": {},
        "salts": b"", "bodies": (None,), "signature": bytes(64),
    }  # fmt: skip
    return Events(**plain | more)  # type: ignore[arg-type]


@given(batches)
def test_a_batch_comes_out_of_its_columns(batch: Batch) -> None:
    """Every event as it was signed, through the bytes of the message."""
    message = packing.unpack(packing.pack(packing.events_of(batch)))
    assert isinstance(message, Events)
    assert packing.batch_of(message, NAMES) == batch


def test_a_log_that_is_not_held_is_named_by_its_certificate() -> None:
    """Site, instance and circle travel once, in the event every log begins with."""
    certificate = msgspec.msgpack.encode(InstanceCertified(NAMES[1], NAMES[2], NAMES[0], bytes(64)))
    batch = packing.batch_of(one(first=1, kinds=b"\x00\x01", envelopes=(certificate,)), None)
    assert (batch.circle, batch.site, batch.instance) == NAMES


@pytest.mark.parametrize(
    "columns",
    [
        one(stamps=()),
        one(stamps=(1,) * 33, kinds=b"\x00\x05" * 33, envelopes=(b"",) * 33, bodies=(None,) * 33),
        one(stamps=(1, 1)),
        one(kinds=b"\x00"),
        one(envelopes=()),
        one(bodies=()),
        one(salts=b"x"),
        one(salts=bytes(16)),
        one(bodies=(b"",)),
        one(bodies=(b"",), salts=bytes(15)),
        one(bodies=(bytes(BODY_MAX_BYTES + 1),), salts=bytes(16)),
        one(envelopes=(bytes(5000),)),
        one(without={0: b"short"}),
        one(without={1: bytes(32)}),
        one(without={-1: bytes(32)}),
        one(signature=b""),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns: Events) -> None:
    """Too many events, too few of anything, salts and commitments of the wrong length: nothing is made of them."""
    with pytest.raises(EventRejected):
        packing.batch_of(columns, NAMES)


@pytest.mark.parametrize(
    "columns", [one(), one(first=1, kinds=b"\x00\x02"), one(first=1, kinds=b"\x00\x01", envelopes=(b"\xc1",))]
)
def test_a_log_that_is_not_held_cannot_begin_otherwise(columns: Events) -> None:
    """No middle, no other kind, no broken certificate."""
    with pytest.raises(EventRejected):
        packing.batch_of(columns, None)


@pytest.mark.parametrize(
    "bodies",
    [
        ((b"l" * 16, 1, bytes(15), b""),),
        ((b"l" * 16, 1, bytes(16), bytes(BODY_MAX_BYTES + 1)),),
    ],
)
def test_late_bodies_keep_to_limits(bodies: tuple[tuple[bytes, int, bytes, bytes], ...]) -> None:
    """Too long, or without their salt."""
    with pytest.raises(EventRejected):
        packing.late_bodies(Bodies(bodies))


def test_late_bodies_come_out() -> None:
    """Each with the place it belongs to."""
    late = packing.late_bodies(Bodies(((b"l" * 16, 7, bytes(16), b"words"),)))
    assert late == (LateBody(LogId(b"l" * 16), 7, bytes(16), b"words"),)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xc1", b"\x91\x09", b"\x90", b"\x91" * 100_000 + b"\x01", b"\x92\x02" + b"\x91" * 100_000,
        b"\x9a\x01\xc4\x10" + bytes(16) + b"\x01\xdd\xff\xff\xff\xff",
        b"\x92\x02\xdd\x0f\xff\xff\xff",
        msgspec.msgpack.encode((1, b"l" * 16, float("nan"), (1,), b"", (b"",), {}, b"", (None,), b"")),
        msgspec.msgpack.encode((1, b"l" * 16, 1, (float("inf"),), b"", (b"",), {}, b"", (None,), b"")),
        msgspec.msgpack.encode((1, "text for bytes", 1, (1,), b"", (b"",), {}, b"", (None,), b"")),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused(content: bytes) -> None:
    """Unknown tags, deep nesting, arrays that promise what is not there, NaN and infinity."""
    with pytest.raises(SyncFailed) as caught:
        packing.unpack(content)
    assert_plain(caught.value)


@pytest.mark.parametrize(
    "message",
    [
        one(first=2**63), one(first=-1), one(log=b"l"), one(stamps=(1,) * 33), one(envelopes=(b"",) * 33),
        one(bodies=(None,) * 33), one(without=dict.fromkeys(range(33), b"")),
        Bodies(((b"l" * 16, 2**63, bytes(16), b""),)), Bodies(((b"l" * 15, 1, bytes(16), b""),)),
        Bodies(((b"l" * 16, 1, bytes(16), b""),) * 17),
    ],
)  # fmt: skip
def test_messages_beyond_a_limit_are_not_read(message: Events | Bodies) -> None:
    """Sequences of 63 bits, too many of anything, names of the wrong length: refused while they are read."""
    with pytest.raises(SyncFailed):
        packing.unpack(packing.pack(message))
