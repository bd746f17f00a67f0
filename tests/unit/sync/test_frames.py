"""Frames come out as they went in, wherever the line cuts them; what can be none is refused before it is taken in."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain

from wardroom.errors import SyncFailed
from wardroom.sync.frames import CHATTER_MAX_BYTES, FRAME_MAX_BYTES, HELLO, MAGIC, PACKED, FrameReader, frame

FOUR_GIB = b"\xff\xff\xff\xff\x0f"


def read(pieces: list[bytes]) -> tuple[list[tuple[int, bytes]], FrameReader]:
    reader = FrameReader()
    return [found for piece in pieces for found in reader.feed(piece)], reader


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=300)), max_size=5), st.data())
def test_any_cuts_give_the_same_frames(sent: list[tuple[int, bytes]], data: st.DataObject) -> None:
    """Frames do not depend on the pieces they come in."""
    stream = MAGIC + b"".join(frame(kind, payload) for kind, payload in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert read(pieces)[0] == sent
    assert read([stream[at : at + 1] for at in range(len(stream))])[0] == sent


@pytest.mark.parametrize("size", [0, 1, 127, 128, 16_383, 16_384, FRAME_MAX_BYTES])
def test_every_width_of_a_length_is_read(size: int) -> None:
    """Lengths of one to three bytes, and the largest frame."""
    assert read([MAGIC + frame(PACKED, bytes(size))])[0] == [(PACKED, bytes(size))]


@given(st.binary(max_size=200).filter(lambda said: MAGIC not in said + MAGIC[:-1]), st.integers(0, 210))
def test_what_comes_before_the_magic_is_chatter(said: bytes, cut: int) -> None:
    """A banner or message of the day is kept apart and harms nothing, even where it breaks off like the magic."""
    stream = said + MAGIC + frame(HELLO, b"hello")
    found, reader = read([stream[:cut], stream[cut:]])
    assert found == [(HELLO, b"hello")]
    assert reader.chatter == said


def test_endless_chatter_is_refused() -> None:
    """A far side that only talks is given up after some kilobytes."""
    reader = FrameReader()
    assert list(reader.feed(b"x" * CHATTER_MAX_BYTES)) == []
    with pytest.raises(SyncFailed) as caught:
        list(reader.feed(b"x"))
    assert_plain(caught.value)


@pytest.mark.parametrize("length", [FOUR_GIB, b"\x81\x80\x40", b"\xff\xff\xff\x7f", b"\xff" * 20])
def test_a_frame_that_is_too_long_is_refused_at_its_length(length: bytes) -> None:
    """4 GiB and one byte too many alike: refused with the length, before a byte of the frame is waited for or held."""
    tracemalloc.start()
    try:
        with pytest.raises(SyncFailed) as caught:
            read([MAGIC + bytes([PACKED]) + length])
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert_plain(caught.value)
