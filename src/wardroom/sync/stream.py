"""One zstd stream for each direction, flushed at the end of every message; unpacking stops at a limit of its own.

The limit on what a message unpacks to is counted here, piece by piece, and does not trust what a frame says of itself.
"""

from typing import IO, TYPE_CHECKING, cast

from wardroom.errors import SyncFailed
from wardroom.language import _

if TYPE_CHECKING:
    import zstandard

THOROUGH, QUICK = 19, 6
"""Levels: for a line slower than the packing, and for one that is faster."""
WINDOW_LOG = 21
"""Both sides look back over 2 MiB at most, which bounds the memory of either."""
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

    def pack(self, message: bytes) -> bytes:
        """A message, flushed so that the far side can read it at once."""
        import zstandard

        return self._stream.compress(message) + self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    def hurry(self) -> bytes:
        """Go on at the quick level, in a new frame; the bytes that end the old one."""
        ending = self._stream.flush()
        self.level = QUICK
        self._stream = self._begin()
        return ending


class Unpacker:
    """The way in."""

    def __init__(self, message_max_bytes: int) -> None:
        self._max_bytes = message_max_bytes
        self._unpacked: list[bytes] = []
        self._count = 0
        self._stream = self._begin()

    def _begin(self) -> "zstandard.ZstdDecompressionWriter":
        import zstandard

        whole = zstandard.ZstdDecompressor(max_window_size=1 << WINDOW_LOG)
        # What does not fit into one piece stays behind until more comes in, so a piece has room for all that is allowed.
        return whole.stream_writer(
            cast("IO[bytes]", _Sink(self)), write_size=self._max_bytes + 1, write_return_read=True
        )

    def take(self, piece: bytes) -> None:
        """One piece of what came out. Raises SyncFailed past the limit, before anything more is unpacked."""
        self._count += len(piece)
        if self._count > self._max_bytes:
            raise SyncFailed(_("The far side sent a message larger than the limit. Nothing of it was taken."))
        self._unpacked.append(piece)

    def unpack(self, packed: bytes, *, is_last: bool = True) -> bytes:
        """The message that ends with these bytes; nothing while parts of it are still to come.

        Raises SyncFailed for what cannot be unpacked, or is larger than the limit.
        """
        import zstandard

        try:
            while packed:
                used = self._stream.write(packed)
                packed = packed[used:]
                if packed:  # the frame has ended, and another begins
                    self._stream = self._begin()
        except zstandard.ZstdError as error:
            raise SyncFailed(_("The far side sent what cannot be unpacked. Nothing of it was taken.")) from error
        if not is_last:
            return b""
        message = b"".join(self._unpacked)
        self._unpacked, self._count = [], 0
        return message


class _Sink:
    """What the unpacking writes to."""

    def __init__(self, unpacker: Unpacker) -> None:
        self._unpacker = unpacker

    def write(self, piece: bytes) -> int:
        self._unpacker.take(bytes(piece))
        return len(piece)
