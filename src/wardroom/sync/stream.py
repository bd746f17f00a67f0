"""One zstd stream for each direction, flushed at the end of every load, or bzip2 for one that is everything there is.

The limit on what a load unpacks to is counted here, piece by piece, and does not trust what a frame says of itself.
"""

import bz2
from typing import TYPE_CHECKING

from wardroom.errors import SyncFailed
from wardroom.language import _, marked

if TYPE_CHECKING:
    import zstandard

THOROUGH, QUICK = 18, 9
"""Levels: for a line slower than the packing, and for one that is faster."""
WINDOW_LOG = 21
"""Both sides look back over 2 MiB at most, which bounds the memory of either."""
_SLICE_BYTES = 512
"""So much is unpacked at a time: four bytes may stand for 128 KiB, so that 16 MiB at most come out unasked."""
_UNPACKABLE = marked("The far side sent what cannot be unpacked. Nothing of it was taken.")
_TOO_LARGE = marked("The far side sent a message larger than the limit. Nothing of it was taken.")
_TABLE_LOG = 20
"""Tables of a size that is filled in milliseconds: larger ones pack a first clone 3 % better, and slow every exchange."""


class Packer:
    """The way out."""

    def __init__(self, level: int = THOROUGH) -> None:
        self.level = level
        self._stream = self._begin()

    def _begin(self) -> "zstandard.ZstdCompressionObj":
        import zstandard

        parameters = zstandard.ZstdCompressionParameters.from_level(
            self.level, window_log=WINDOW_LOG, hash_log=_TABLE_LOG, chain_log=_TABLE_LOG, write_content_size=False,
            source_size=1 << WINDOW_LOG,
        )  # fmt: skip
        return zstandard.ZstdCompressor(compression_params=parameters).compressobj()

    def pack(self, load: bytes) -> bytes:
        """A load, flushed so that the far side can read it at once."""
        import zstandard

        return self._stream.compress(load) + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def hurry(self) -> bytes:
        """Go on at the quick level, in a new frame; the bytes that end the old one."""
        ending = self._stream.flush()
        self.level = QUICK
        self._stream = self._begin()
        return ending


class Unpacker:
    """The way in."""

    def __init__(self, load_max_bytes: int) -> None:
        self._max_bytes = load_max_bytes
        self._unpacked: list[bytes] = []
        self._count = 0
        self._stream = self._begin()

    def _begin(self) -> "zstandard.ZstdDecompressionObj":
        import zstandard

        return zstandard.ZstdDecompressor(max_window_size=1 << WINDOW_LOG).decompressobj()

    def unpack(self, packed: bytes, *, is_last: bool = True) -> bytes:
        """The load that ends with these bytes; nothing while parts of it are still to come.

        Raises SyncFailed for what cannot be unpacked, or is larger than the limit.
        """
        import zstandard

        try:
            for at in range(0, len(packed), _SLICE_BYTES):
                slice_left = packed[at : at + _SLICE_BYTES]
                while slice_left:
                    self._take(self._stream.decompress(slice_left))
                    slice_left = self._stream.unused_data if self._stream.eof else b""
                    if self._stream.eof:  # a frame has ended, and another may begin
                        self._stream = self._begin()
        except zstandard.ZstdError as error:
            raise SyncFailed(_(_UNPACKABLE)) from error
        if not is_last:
            return b""
        load = b"".join(self._unpacked)
        self._unpacked, self._count = [], 0
        return load

    def _take(self, piece: bytes) -> None:
        self._count += len(piece)
        if self._count > self._max_bytes:
            raise SyncFailed(_(_TOO_LARGE))
        self._unpacked.append(piece)


def block(load: bytes) -> bytes:
    """A load packed by itself, which for some dozen posts makes less of them than the stream's first bytes."""
    return bz2.compress(load)


def unblock(packed: bytes, load_max_bytes: int) -> bytes:
    """The load of a block. Raises SyncFailed for what is none, or is larger than the limit."""
    unpacker = bz2.BZ2Decompressor()
    try:
        load = unpacker.decompress(packed, load_max_bytes + 1)
    except OSError as error:
        raise SyncFailed(_(_UNPACKABLE)) from error
    if len(load) > load_max_bytes:
        raise SyncFailed(_(_TOO_LARGE))
    if not unpacker.eof or unpacker.unused_data:
        raise SyncFailed(_(_UNPACKABLE))
    return load
