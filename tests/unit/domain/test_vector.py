"""A change against what both sides remember gives the vector again, and no vector is taken for another."""

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from wardroom.domain.codec import SEQ_MAX
from wardroom.domain.ids import CircleId, LogId
from wardroom.domain.vector import Change, Position, Vector, change, changed, decode, digest, encode

logs = st.integers(0, 9).map(lambda n: LogId(bytes([n]) * 16))
circles = st.integers(0, 3).map(lambda n: CircleId(bytes([n]) * 32))
positions = st.builds(Position, st.integers(1, SEQ_MAX), st.binary(min_size=4, max_size=4))
vectors = st.builds(Vector, st.frozensets(circles), st.dictionaries(logs, positions))


@given(vectors, vectors)
def test_a_change_gives_the_vector_again(base: Vector, now: Vector) -> None:
    """Whatever is remembered: added, moved, gone and branched logs, and other circles, all come through the wire."""
    told = msgspec.msgpack.decode(msgspec.msgpack.encode(change(base, now)), type=Change)
    assert told.base == digest(base)
    assert changed(base, told) == now


@given(vectors)
def test_no_change_says_nothing(vector: Vector) -> None:
    """Who holds what is remembered says so in a dozen bytes."""
    assert len(msgspec.msgpack.encode(change(vector, vector))) <= 14


@given(vectors)
def test_bytes_give_the_vector_again(vector: Vector) -> None:
    """What is stored is what was told."""
    assert decode(encode(vector)) == vector


@given(vectors, vectors)
def test_other_vectors_have_other_digests(one: Vector, other: Vector) -> None:
    """A memory that was lost or is of another time is noticed."""
    assume(one != other)
    assert digest(one) != digest(other)


def test_a_place_that_is_none_is_an_error() -> None:
    """Nobody moves a log that is not remembered."""
    with pytest.raises(IndexError):
        changed(Vector(), Change(b"", None, ((0, 1, b""),)))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xc1", b"\x92\x90", b"\x92\x91\xc4\x01x\x90",
        msgspec.msgpack.encode(((), ((b"l" * 16, 2**63, b""),))),
        msgspec.msgpack.encode(((), ((b"l" * 16, -1, b""),))),
        msgspec.msgpack.encode(((), ((b"l" * 16, 1, b"12345"),))),
        msgspec.msgpack.encode(((), ((b"l" * 15, 1, b""),))),
        msgspec.msgpack.encode(((), ((b"l" * 16, float("nan"), b""),))),
        b"\x92\xdd\xff\xff\xff\xff",
    ],
)  # fmt: skip
def test_what_is_no_vector_is_an_error(content: bytes) -> None:
    """Sequences of 63 bits, negative or NaN, names of the wrong length, and arrays that promise four thousand million."""
    with pytest.raises(msgspec.MsgspecError):
        decode(content)
