"""Carries an ssh connection as its ProxyCommand: counts the bytes, and can be slow, far away, or cut.

    ssh -o ProxyCommand="python relay.py --log FILE %h %p" …

Appends one JSON line for each connection: bytes up and down as TCP carries them, how often the direction turned, and
seconds. ``--rate`` bits a second and ``--delay`` seconds one way hold for each direction; ``--cut-after`` bytes end it.
Headers of TCP and IP are not counted.
"""

import argparse
import json
import os
import select
import signal
import socket
import sys
import time
from collections import deque
from types import FrameType

QUEUE_BYTES = 8192
"""So much waits in front of a slow line, as in a modem; what is behind it waits at the sender."""

SEGMENT_BYTES = 1400


class Way:
    """One direction: read here, written there after the line has taken its time."""

    def __init__(self, read_from: int, write_to: int, rate: float, delay_s: float) -> None:
        self.read_from, self.write_to, self.rate, self.delay_s = read_from, write_to, rate, delay_s
        self.count = 0
        self.free_at = 0.0
        self.flying: deque[tuple[float, bytes]] = deque()
        self.is_open = True

    def wants(self, now: float) -> bool:
        """Whether there is room in front of the line."""
        return self.is_open and (not self.rate or (self.free_at - now) * self.rate / 8 < QUEUE_BYTES)

    def take(self, now: float) -> bool:
        """Read a segment and send it on its way; False at the end."""
        try:
            piece = os.read(self.read_from, SEGMENT_BYTES if self.rate else 65536)
        except OSError:
            piece = b""
        if not piece:
            self.is_open = False
            return False
        self.count += len(piece)
        self.free_at = max(now, self.free_at) + (len(piece) * 8 / self.rate if self.rate else 0)
        self.flying.append((self.free_at + self.delay_s, piece))
        return True

    def deliver(self, now: float) -> None:
        """Write what has arrived."""
        while self.flying and self.flying[0][0] <= now:
            view = memoryview(self.flying.popleft()[1])
            while view:
                view = view[os.write(self.write_to, view) :]


def main() -> int:
    """Carry one connection."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--log", required=True)
    parser.add_argument("--rate", type=float, default=0)
    parser.add_argument("--delay", type=float, default=0)
    parser.add_argument("--cut-after", type=int, default=0)
    told = parser.parse_args()
    line = socket.socket()
    if told.rate:  # segments and buffers of a real line, so that the sender feels how slow it is
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT_BYTES)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, QUEUE_BYTES)
    line.connect((told.host, told.port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    began, turns, last = time.monotonic(), 0, ""
    up, down = Way(0, line.fileno(), told.rate, told.delay), Way(line.fileno(), 1, told.rate, told.delay)

    def note(_signal: int = 0, _frame: FrameType | None = None) -> None:
        said = {"up": up.count, "down": down.count, "turns": turns, "seconds": time.monotonic() - began}
        with open(told.log, "a", encoding="utf-8") as log:  # noqa: PTH123
            log.write(json.dumps(said) + "\n")
        os._exit(0)

    for name in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
        signal.signal(name, note)  # ssh ends its ProxyCommand with SIGHUP
    time.sleep(2 * told.delay)  # TCP's own handshake
    try:
        while down.is_open or down.flying:
            now = time.monotonic()
            for way in (up, down):
                way.deliver(now)
            asked = [way.read_from for way in (up, down) if way.wants(now)]
            coming = [way.flying[0][0] - now for way in (up, down) if way.flying]
            wait_s = max(0.0, min([*coming, 0.02 if told.rate else 1.0]))
            for ready in select.select(asked, [], [], wait_s)[0]:
                way = up if ready == 0 else down
                if way.take(time.monotonic()):
                    direction = "up" if way is up else "down"
                    turns, last = turns + (direction != last), direction
                if told.cut_after and up.count + down.count >= told.cut_after:
                    line.close()
                    note()
    except OSError:
        pass
    note()
    return 0


if __name__ == "__main__":
    sys.exit(main())
