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
from wardroom.sync.packing import LOAD_MAX_MESSAGES, Bodies, End, Events, Message, Sent

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


def one(**more: object) -> Sent:
    """The columns of one event without a body, save what is said otherwise."""
    plain: dict[str, object] = {
        "log": b"l" * 16, "first": 2, "stamps": (1,), "kinds": b"\x00\x05", "envelopes": (b"",), "without": {},
        "bodies": (None,), "loose": bytes(64),
    }  # fmt: skip
    said = plain | more
    loose = said.pop("loose")
    assert isinstance(loose, bytes)
    return Sent(Events(**said), loose)  # type: ignore[arg-type]


def load(*messages: Message) -> bytes:
    return packing.join([packing.pack(message) for message in messages])


@given(st.lists(batches, max_size=4), st.booleans())
def test_batches_come_out_of_their_columns(some: list[Batch], has_end: bool) -> None:
    """Every event as it was signed, through the bytes of a load and what stands beside it."""
    sent = [packing.events_of(batch) for batch in some]
    content = load(*(each.events for each in sent), *([End()] if has_end else []))
    found = list(packing.unpack(content, b"".join(each.loose for each in sent)))
    assert [packing.batch_of(each, NAMES) for each in found if isinstance(each, Sent)] == some
    assert sum(isinstance(each, End) for each in found) == has_end


@pytest.mark.parametrize("loose", [b"", bytes(63), bytes(65), bytes(64 + 16)])
def test_what_stands_beside_a_load_must_fit_it(loose: bytes) -> None:
    """A byte too few or too many, and nothing of the load is given out."""
    with pytest.raises(SyncFailed) as caught:
        next(packing.unpack(load(one().events), loose))
    assert_plain(caught.value)


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
        one(loose=bytes(65)),
        one(loose=bytes(64 + 16)),
        one(bodies=(b"",)),
        one(bodies=(b"",), loose=bytes(64 + 15)),
        one(bodies=(bytes(BODY_MAX_BYTES + 1),), loose=bytes(64 + 16)),
        one(envelopes=(bytes(5000),)),
        one(without={0: b"short"}),
        one(without={1: bytes(32)}),
        one(without={-1: bytes(32)}),
        one(loose=b""),
    ],
)
def test_columns_that_do_not_fit_are_refused(columns: Sent) -> None:
    """Too many events, too few of anything, salts and commitments of the wrong length: nothing is made of them."""
    with pytest.raises(EventRejected):
        packing.batch_of(columns, NAMES)


@pytest.mark.parametrize(
    "columns", [one(), one(first=1, kinds=b"\x00\x02"), one(first=1, kinds=b"\x00\x01", envelopes=(b"\xc1",))]
)
def test_a_log_that_is_not_held_cannot_begin_otherwise(columns: Sent) -> None:
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


_COLUMNS = (1, b"l" * 16, 1, (1,), b"", (b"",), {}, (None,))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xc1", b"\x91\x04", b"\x91\x91\x09", b"\x91\x90", b"\x91" * 100_000 + b"\x01",
        b"\x91\x92\x02" + b"\x91" * 100_000,
        b"\x91\x98\x01\xc4\x10" + bytes(16) + b"\x01\xdd\xff\xff\xff\xff",
        b"\x91\x92\x02\xdd\x0f\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff", b"\x91\x91\x04" * 2,
        load(*[End()] * (LOAD_MAX_MESSAGES + 1)),
        *(
            msgspec.msgpack.encode([(*_COLUMNS[:place], wrong, *_COLUMNS[place + 1 :])])
            for place, wrong in ((2, float("nan")), (3, (float("inf"),)), (1, "text for bytes"))
        ),
    ],
)  # fmt: skip
def test_what_is_no_load_is_refused(content: bytes) -> None:
    """Unknown tags, deep nesting, arrays that promise what is not there, too many messages, NaN and infinity."""
    with pytest.raises(SyncFailed) as caught:
        next(packing.unpack(content, bytes(64)))
    assert_plain(caught.value)


@pytest.mark.parametrize(
    "message",
    [
        *(
            sent.events
            for sent in (
                one(first=2**63), one(first=-1), one(log=b"l"), one(stamps=(1,) * 33), one(envelopes=(b"",) * 33),
                one(bodies=(None,) * 33), one(without=dict.fromkeys(range(33), b"")),
            )
        ),
        Bodies(((b"l" * 16, 2**63, bytes(16), b""),)), Bodies(((b"l" * 15, 1, bytes(16), b""),)),
        Bodies(((b"l" * 16, 1, bytes(16), b""),) * 17),
    ],
)  # fmt: skip
def test_messages_beyond_a_limit_are_not_read(message: Events | Bodies) -> None:
    """Sequences of 63 bits, too many of anything, names of the wrong length: refused while they are read."""
    with pytest.raises(SyncFailed):
        next(packing.unpack(load(message), bytes(64)))
