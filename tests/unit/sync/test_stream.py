"""What was packed is unpacked load by load; what would unpack to too much is refused before it does."""

import bz2
import contextlib
import tracemalloc
import weakref

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain

from wardroom.errors import SyncFailed
from wardroom.sync.packing import LOAD_MAX_BYTES
from wardroom.sync.stream import QUICK, WINDOW_LOG, Packer, Unpacker, block, unblock


@given(st.lists(st.tuples(st.binary(min_size=1, max_size=2000), st.booleans()), max_size=8))
def test_every_message_can_be_read_at_once(sent: list[tuple[bytes, bool]]) -> None:
    """A message is whole as soon as its own bytes are here, at whatever level it was packed."""
    packer, unpacker = Packer(), Unpacker(LOAD_MAX_BYTES)
    for message, is_hurried in sent:
        assert unpacker.unpack(packer.pack(message)) == message
        if is_hurried:
            assert unpacker.unpack(packer.hurry()) == b""
            assert packer.level == QUICK


@given(st.binary(min_size=1, max_size=3000), st.integers(1, 50))
def test_a_message_may_come_in_parts(message: bytes, size: int) -> None:
    """Nothing is given out before the last part, and then the whole."""
    packed, unpacker = Packer().pack(message), Unpacker(LOAD_MAX_BYTES)
    parts = [packed[at : at + size] for at in range(0, len(packed), size)]
    for part in parts[:-1]:
        assert unpacker.unpack(part, is_last=False) == b""
    assert unpacker.unpack(parts[-1]) == message


def test_the_end_of_one_stream_and_the_beginning_of_the_next_may_share_a_frame() -> None:
    """No byte is lost between two levels."""
    packer, unpacker = Packer(), Unpacker(LOAD_MAX_BYTES)
    assert unpacker.unpack(packer.pack(b"slow") + packer.hurry() + packer.pack(b"fast")) == b"slowfast"


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_bomb_is_stopped_at_the_limit(is_declared: bool) -> None:
    """256 MiB out of a few kilobytes: refused having held little more than a message, whatever the frame declares."""
    parameters = zstandard.ZstdCompressionParameters.from_level(
        3, window_log=WINDOW_LOG, write_content_size=is_declared
    )
    whole = zstandard.ZstdCompressor(compression_params=parameters)
    packer = whole.compressobj(size=1 << 28 if is_declared else -1)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    assert len(bomb) < 32 * 1024
    tracemalloc.start()
    try:
        with pytest.raises(SyncFailed) as caught:
            Unpacker(LOAD_MAX_BYTES).unpack(bomb)
        assert tracemalloc.get_traced_memory()[1] < 12 * LOAD_MAX_BYTES
    finally:
        tracemalloc.stop()
    assert_plain(caught.value)


def test_a_bomb_in_parts_is_stopped_too() -> None:
    """The limit counts all parts of a message together."""
    packer, unpacker = Packer(), Unpacker(LOAD_MAX_BYTES)
    for _ in range(LOAD_MAX_BYTES >> 20):
        unpacker.unpack(packer.pack(bytes(1 << 20)), is_last=False)
    with pytest.raises(SyncFailed):
        unpacker.unpack(packer.pack(b"one more"), is_last=False)


def test_a_wide_window_is_refused() -> None:
    """A stream that asks for more memory to look back over than was agreed is not begun."""
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(SyncFailed):
        Unpacker(LOAD_MAX_BYTES).unpack(packer.compress(b"x") + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK))


@given(st.binary(max_size=3000))
def test_a_block_stands_by_itself(load: bytes) -> None:
    """What was packed alone comes out alone, up to the very limit."""
    assert unblock(block(load), len(load)) == load


@given(st.binary(min_size=1, max_size=500), st.data())
def test_a_block_that_is_cut_or_followed_by_more_is_refused(load: bytes, data: st.DataObject) -> None:
    """A load is the whole of its block, and the block the whole of its frame."""
    whole = block(load)
    for packed in (whole[: data.draw(st.integers(0, len(whole) - 1))], whole + b"x", whole + whole, b"no block"):
        with pytest.raises(SyncFailed) as caught:
            unblock(packed, LOAD_MAX_BYTES)
        assert_plain(caught.value)


def test_a_bomb_in_a_block_is_stopped_at_the_limit() -> None:
    """256 MiB out of a few hundred bytes: refused having held little more than a load."""
    bomb = bz2.compress(bytes(1 << 28))
    assert len(bomb) < 1024
    tracemalloc.start()
    try:
        with pytest.raises(SyncFailed) as caught:
            unblock(bomb, LOAD_MAX_BYTES)
        assert tracemalloc.get_traced_memory()[1] < 4 * LOAD_MAX_BYTES
    finally:
        tracemalloc.stop()
    assert_plain(caught.value)


@given(st.binary(min_size=1, max_size=200))
def test_anything_else_is_refused_or_says_nothing(junk: bytes) -> None:
    """Bytes that are no stream never raise anything but SyncFailed, and never hang."""
    unpacker = Unpacker(LOAD_MAX_BYTES)
    try:
        unpacker.unpack(junk, is_last=False)
        unpacker.unpack(junk)
    except SyncFailed as error:
        assert_plain(error)


def test_nothing_of_an_exchange_stays_behind() -> None:
    """The window and buffers of a stream go with it, also after a refusal: a program syncs for weeks."""
    for packed in (Packer(QUICK).pack(b"words"), b"no stream at all"):
        unpacker = Unpacker(LOAD_MAX_BYTES)
        with contextlib.suppress(SyncFailed):
            unpacker.unpack(packed)
        gone = weakref.ref(unpacker)
        del unpacker
        assert gone() is None
