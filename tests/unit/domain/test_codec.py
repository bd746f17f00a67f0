"""Events as bytes: what was written is read back, newer versions are tolerated, nonsense is refused in one way."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain, bodies, envelopes, structs

from wardroom.domain import codec
from wardroom.domain import events as e
from wardroom.domain.ids import LogId, Ref
from wardroom.errors import EventRejected

KINDS = sorted(e.ENVELOPES)
anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(), st.text(max_size=5),
        st.binary(max_size=5),
    ),
    lambda parts: st.lists(parts, max_size=6) | st.dictionaries(st.text(max_size=3), parts, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(envelopes)
def test_an_envelope_is_read_as_it_was_written(envelope: e.Envelope) -> None:
    """decode(encode(e)) = e for the envelope of every kind, and its bytes are written in one way only."""
    written = codec.encode(envelope)
    found = codec.decode_envelope(envelope.KIND, written)
    assert found == envelope
    assert codec.encode(found) == written


@given(bodies)
def test_a_body_is_read_as_it_was_written(body: tuple[int, e.Body]) -> None:
    """decode(encode(b)) = b for the body of every kind."""
    kind, written = body[0], codec.encode(body[1])
    assert codec.encode(codec.decode_body(kind, written)) == written
    assert codec.decode_body(kind, written) == body[1] or getattr(body[1], "attachments", ())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_one_number(kind: int) -> None:
    """A kind's number is its class's own, and fits the two bytes it has in a leaf."""
    assert kind == e.ENVELOPES[kind].KIND
    assert 0 < kind < 1 << 16
    assert codec.is_known(kind)
    assert codec.has_body(kind) == (kind in e.BODIES)


def test_numbers_that_stand_for_nothing_are_unknown() -> None:
    """Other numbers are unknown, not wrong."""
    assert not [kind for kind in range(1 << 16) if codec.is_known(kind) and kind not in e.ENVELOPES]


@given(envelopes, st.lists(anything, min_size=1, max_size=3))
def test_what_a_newer_version_adds_to_an_envelope_is_passed_over(envelope: e.Envelope, more: list[object]) -> None:
    """Elements at the end of an envelope that this version does not know change nothing."""
    elements = [*msgspec.msgpack.decode(codec.encode(envelope)), *more]
    assert codec.decode_envelope(envelope.KIND, msgspec.msgpack.encode(elements)) == envelope


@given(bodies, anything)
def test_what_a_newer_version_adds_to_a_body_is_passed_over(body: tuple[int, e.Body], more: object) -> None:
    """Fields of a body that this version does not know change nothing."""
    kind, typed = body
    fields = msgspec.msgpack.decode(codec.encode(typed)) | {"a field of tomorrow": more}
    assert codec.encode(codec.decode_body(kind, msgspec.msgpack.encode(fields))) == codec.encode(typed)


@given(st.sampled_from(KINDS), st.binary(max_size=200) | anything.map(msgspec.msgpack.encode))
def test_nonsense_is_rejected_and_nothing_else(kind: int, nonsense: bytes) -> None:
    """Any bytes for an envelope or body are read or raise EventRejected, and never anything else."""
    for read in (codec.decode_envelope, codec.decode_body):
        try:
            read(kind, nonsense)
        except EventRejected as error:
            assert_plain(error)


@given(envelopes, st.data())
def test_a_cut_or_changed_envelope_is_rejected_or_read(envelope: e.Envelope, data: st.DataObject) -> None:
    """An envelope that lost its end is rejected; with a changed byte it is read as something or rejected."""
    written = codec.encode(envelope)
    cut = data.draw(st.integers(0, len(written) - 1))
    with pytest.raises(EventRejected):
        codec.decode_envelope(envelope.KIND, written[:cut])
    place, bit = data.draw(st.integers(0, len(written) - 1)), data.draw(st.integers(0, 7))
    changed = bytearray(written)
    changed[place] ^= 1 << bit
    with suppress(EventRejected):
        codec.decode_envelope(envelope.KIND, bytes(changed))


@pytest.mark.parametrize("kind", KINDS)
def test_an_envelope_that_lacks_an_element_is_rejected(kind: int) -> None:
    """All elements of an envelope are needed."""
    shape = e.ENVELOPES[kind]
    with pytest.raises(EventRejected):
        codec.decode_envelope(kind, msgspec.msgpack.encode([None] * (len(shape.__struct_fields__) - 1)))


def test_a_deep_nest_is_rejected() -> None:
    """Arrays a hundred thousand deep are no way to stop a reader."""
    deep = b"\x91" * 100_000 + b"\xc0"
    for kind in (e.Replied.KIND, e.RoleGranted.KIND):
        with pytest.raises(EventRejected):
            codec.decode_envelope(kind, deep)
    with pytest.raises(EventRejected):
        codec.decode_body(e.Replied.KIND, b"\x81\xa1x" + deep)


@pytest.mark.parametrize("number", [-1, 2**53 + 1, 2**63, 2**64 - 1])
def test_a_number_out_of_range_is_rejected(number: int) -> None:
    """Numbers in an envelope lie between 0 and 2^53: what SQLite or a script cannot hold is malformed."""
    reference = [b"", 1, b"1234"]
    for kind, elements in (
        (e.ThreadPosted.KIND, [number, 1, 0]),
        (e.ThreadPosted.KIND, [1, number, 0]),
        (e.Replied.KIND, [1, [b"", number, b"1234"], 0, []]),
        (e.Replied.KIND, [1, reference, number, []]),
        (e.MemberEnrolled.KIND, [number, b"12345678", 1]),
        (e.RoleAccepted.KIND, [[b"", number, b"1234"]]),
        (e.CaseStateChanged.KIND, [1, reference, number, []]),
    ):
        with pytest.raises(EventRejected):
            codec.decode_envelope(kind, msgspec.msgpack.encode(elements))


@pytest.mark.parametrize("number", [-(2**53) - 1, 2**63, 2**64 - 1])
def test_a_date_out_of_range_is_rejected(number: int) -> None:
    """The original time of an import is a number that SQLite can hold."""
    body = msgspec.msgpack.encode({"text": "x", "origin": {"date_ms": number}})
    with pytest.raises(EventRejected):
        codec.decode_body(e.ThreadPosted.KIND, body)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), structs(e.EventRef))
def test_a_reference_at_home_is_short(home: bytes, other: bytes, reference: e.EventRef) -> None:
    """A reference to the log it stands in carries no log, one to another log does; both lead back to what was named."""
    for log in (home, other):
        full = Ref(LogId(log), reference.seq, (reference.leaf + bytes(4))[:4])
        short = codec.from_ref(full, LogId(home))
        assert codec.to_ref(short, LogId(home)) == full
        assert (short.log == b"") == (log == home)
