"""Frames on the wire: a type, a length, and at most so many bytes; what came before the first one is chatter.

    stream  = chatter, magic, frame…        frame = type (1 byte), length (LEB128, at most 4 bytes), payload

Nothing is allocated for a frame before its length was found to be within the limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from wardroom.errors import SyncFailed
from wardroom.language import _

MAGIC = b"\x00\xffWARD"
FRAME_MAX_BYTES = 1 << 20
CHATTER_MAX_BYTES = 16 * 1024

HELLO, PACKED, PART, REFUSAL, LOOSE, BLOCK, TAKEN = range(1, 8)
"""Types: who speaks and what they hold; a load of the compressed stream, or a part of one whose last part follows; why
the exchange ends here; what is random in the load that follows; a load packed by itself; how much was taken."""
KEEP_ALIVE = bytes((PACKED, 0))
"""A frame of nothing: somebody is there, and takes."""
_LENGTH_MAX_BYTES = 4


def frame(kind: int, payload: bytes) -> bytes:
    """One frame as bytes."""
    assert len(payload) <= FRAME_MAX_BYTES
    head, length = bytearray([kind]), len(payload)
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    head.append(length)
    return bytes(head) + payload


@dataclass(slots=True)
class FrameReader:
    """Frames out of whatever pieces the line brings."""

    chatter: bytes = b""
    """What the far side's shell, banner or message of the day said before the first frame."""
    _buffer: bytearray = field(default_factory=bytearray)
    _is_open: bool = False

    def feed(self, piece: bytes) -> Iterator[tuple[int, bytes]]:
        """The frames that are complete with this piece. Raises SyncFailed for what can be none."""
        self._buffer += piece
        if not self._is_open and not self._find_magic():
            return
        while (found := self._next()) is not None:
            yield found

    def _find_magic(self) -> bool:
        at = self._buffer.find(MAGIC)
        end = len(self._buffer) if at < 0 else at
        if end > CHATTER_MAX_BYTES:
            raise SyncFailed(
                _("The far side talks but not as Wardroom does. Run `wardroom sync-serve` there by hand to see why.")
            )
        if at < 0:
            self.chatter = bytes(self._buffer)
            return False
        self.chatter = bytes(self._buffer[:at])
        del self._buffer[: at + len(MAGIC)]
        self._is_open = True
        return True

    def _next(self) -> tuple[int, bytes] | None:
        length = shift = 0
        for place in range(1, 1 + _LENGTH_MAX_BYTES):
            if place >= len(self._buffer):
                return None
            byte = self._buffer[place]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        else:
            raise SyncFailed(_("The far side sent a frame whose length makes no sense. Nothing of it was taken."))
        if length > FRAME_MAX_BYTES:
            raise SyncFailed(_("The far side sent a frame larger than the limit. Nothing of it was taken."))
        end = place + 1 + length
        if len(self._buffer) < end:
            return None
        kind, payload = self._buffer[0], bytes(self._buffer[place + 1 : end])
        del self._buffer[:end]
        return kind, payload
