"""A line in both directions at once, over two file descriptors, with a thread for each, so that neither side can block.

Whoever drives an exchange reads pieces, and queues bytes to be written; how much is still queued tells how fast the
line is.
"""

import os
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from wardroom.errors import SyncCut
from wardroom.language import _

PIECE_BYTES = 64 * 1024
IDLE_MAX_S = 60.0
"""A line that brings nothing for so long, while something is waited for, is taken for dead."""
KEEP_ALIVE_S = 15.0


@dataclass
class Duplex:
    """A line over a descriptor to read from and one to write to; both are closed with it."""

    read_from: int
    write_to: int
    idle_max_s: float = IDLE_MAX_S
    keep_alive: bytes = b""
    """What is said, once anything was, when nothing else is for so long: who only takes is not dead."""
    keep_alive_s: float = KEEP_ALIVE_S
    received_bytes: int = 0
    sent_bytes: int = 0
    _incoming: "queue.Queue[bytes]" = field(default_factory=lambda: queue.Queue(maxsize=64))
    _outgoing: deque[bytes] = field(default_factory=deque)
    _pending: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)
    _is_closing: bool = False
    _is_broken: bool = False

    def __post_init__(self) -> None:
        threading.Thread(target=self._read, name="line-in", daemon=True).start()
        self._writer = threading.Thread(target=self._write, name="line-out", daemon=True)
        self._writer.start()

    @property
    def pending_bytes(self) -> int:
        """How much is queued and not yet taken by the line."""
        return self._pending

    def write(self, piece: bytes) -> None:
        """Queue bytes. Raises SyncCut when the line is broken."""
        if not piece:
            return
        if self._is_broken:
            raise SyncCut(_("The line broke while sending. What was exchanged so far is kept; sync again."))
        with self._changed:
            self._outgoing.append(piece)
            self._pending += len(piece)
            self._changed.notify_all()

    def read(self, *, is_waiting: bool = True) -> bytes | None:
        """The next piece; empty at the end of the line, None when there is nothing and nobody ``is_waiting``.

        Raises SyncCut when a line that is waited for stays silent too long, counting only time in which it sends nothing
        either.
        """
        try:
            return self._incoming.get_nowait()
        except queue.Empty:
            if not is_waiting:
                return None
        before, since_s = self.sent_bytes, time.monotonic()
        while True:
            try:
                return self._incoming.get(timeout=0.25)
            except queue.Empty:
                if self.sent_bytes != before:
                    before, since_s = self.sent_bytes, time.monotonic()
                if time.monotonic() - since_s > self.idle_max_s:
                    raise SyncCut(
                        _(
                            "The far side has said nothing for {seconds} seconds. What was exchanged so far is kept."
                        ).format(seconds=round(self.idle_max_s))
                    ) from None

    def wait(self, below_bytes: int, timeout_s: float) -> None:
        """Wait until less than so much is queued, something has come in, or the time is over."""
        until_s = time.monotonic() + timeout_s
        while self._pending >= below_bytes and self._incoming.empty() and not self._is_broken:
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return
            with self._changed:
                if self._pending >= below_bytes:
                    self._changed.wait(min(left_s, 0.02))

    def close(self, *, flush_s: float = 30.0) -> None:
        """Send what is queued, for at most so long, and close the way out."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        self._writer.join(flush_s)

    def _read(self) -> None:
        while True:
            try:
                piece = os.read(self.read_from, PIECE_BYTES)
            except OSError:
                piece = b""
            self.received_bytes += len(piece)
            self._incoming.put(piece)
            if not piece:
                return

    def _write(self) -> None:
        try:
            while True:
                with self._changed:
                    while not self._outgoing and not self._is_closing:
                        is_due = not self._changed.wait(self.keep_alive_s) and self.sent_bytes > 0
                        if is_due and self.keep_alive and not self._outgoing:
                            self._outgoing.append(self.keep_alive)
                            self._pending += len(self.keep_alive)
                    if not self._outgoing:
                        return
                    piece = b"".join(self._outgoing)
                    self._outgoing.clear()
                view = memoryview(piece)
                while view:
                    written = os.write(self.write_to, view[:PIECE_BYTES])
                    view = view[written:]
                    with self._changed:
                        self._pending -= written
                        self.sent_bytes += written
                        self._changed.notify_all()
        except OSError:
            self._is_broken = True
        finally:
            os.close(self.write_to)
