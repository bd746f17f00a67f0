"""Parcels: what is sealed reaches its recipients alone, whole or up to where it was cut, and nothing forged passes."""

import os
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardroom.errors import Refused, SyncCut, SyncFailed
from wardroom.store import keys
from wardroom.sync.parcel import CHUNK_BYTES, ParcelReader, ParcelWriter

SENDER, READER, STRANGER = (bytes([number]) * 32 for number in (1, 2, 3))


def written(*contents: bytes, to: tuple[bytes, ...] = (READER,), sign: Callable[[bytes], bytes] | None = None) -> bytes:
    """A parcel of the sender's that says these contents."""
    writer = ParcelWriter(
        site=keys.public_key(SENDER), instance=b"instance", circle=b"c" * 32,
        recipients=tuple(keys.public_key(seed) for seed in to),
        sign=sign or (lambda message: keys.sign(SENDER, message)), random_bytes=os.urandom,
    )  # fmt: skip
    return writer.begin() + b"".join(writer.add(content) for content in contents) + writer.finish()


def read(parcel: bytes, seed: bytes = READER, *, piece_bytes: int = 1 << 20) -> tuple[bytes, ParcelReader]:
    """What a site reads in a parcel that comes in pieces."""
    reader = ParcelReader(keys.public_key(seed), seed, keys.is_signed)
    said = b""
    for at in range(0, len(parcel), piece_bytes):
        said += b"".join(reader.feed(parcel[at : at + piece_bytes]))
    return said, reader


@given(st.lists(st.binary(max_size=200), max_size=6), st.integers(1, 400), st.booleans())
def test_what_was_said_is_read_whatever_the_pieces(contents: list[bytes], piece_bytes: int, is_plain: bool) -> None:
    """Sealed or plain, in pieces of any size: the reader has every byte, and knows that it is whole."""
    parcel = written(*contents, to=() if is_plain else (READER, STRANGER))
    said, reader = read(parcel, piece_bytes=piece_bytes)
    assert said == b"".join(contents)
    assert reader.is_whole
    reader.close()


def test_long_contents_go_in_chunks() -> None:
    """More than a chunk comes out as it went in."""
    content = os.urandom(3 * CHUNK_BYTES + 17)
    assert read(written(content))[0] == content


def test_nobody_else_reads_it() -> None:
    """A site it is not sealed to is refused in a sentence, and its words stand nowhere in the bytes."""
    parcel = written(b"Haemothorax on the left " * 20)
    assert b"Haemothorax" not in parcel
    with pytest.raises(Refused, match="not for this site"):
        read(parcel, STRANGER)


def test_a_cut_parcel_gives_what_came_whole() -> None:
    """Cut anywhere, the chunks before the cut are read, and the end is missed."""
    content = os.urandom(2 * CHUNK_BYTES)
    parcel = written(content)
    for cut in range(0, len(parcel), 7001):
        said, reader = read(parcel[:cut])
        assert content.startswith(said)
        with pytest.raises(SyncCut):
            reader.close()
    assert read(parcel[:-1])[0] == content


@pytest.mark.parametrize("is_plain", [True, False])
def test_no_changed_bit_passes(is_plain: bool) -> None:
    """Wherever a bit is flipped, the parcel is refused or never whole."""
    parcel = written(b"Some words about a case. " * 10, to=() if is_plain else (READER,))
    for place in range(len(parcel)):
        changed = bytearray(parcel)
        changed[place] ^= 1
        try:
            _said, reader = read(bytes(changed))
        except (SyncFailed, Refused):
            continue
        assert not reader.is_whole, place


def test_nobody_signs_for_another_site() -> None:
    """A parcel whose header or end another site has signed is refused."""
    with pytest.raises(SyncFailed):
        read(written(b"words", sign=lambda message: keys.sign(STRANGER, message)))


def test_parcels_follow_each_other() -> None:
    """What follows a whole parcel is handed on untouched."""
    first, second = written(b"one"), written(b"two")
    said, reader = read(first + second)
    assert (said, reader.rest) == (b"one", second)
