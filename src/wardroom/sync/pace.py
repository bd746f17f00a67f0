"""How far a sender goes ahead of what the far side has taken: enough to keep the line busy, little enough to lose.

ssh and sshd take in two megabytes ahead of a slow line, and what has gone out tells nothing of what has arrived. So the
far side says what it has taken, and no more is under way than the line is known to carry in ``AHEAD_S``.
"""

from dataclasses import dataclass
from typing import Final

LEAST_BYTES: Final = 32 * 1024
"""So much is always under way: a slow line is never idle, and a line whose speed is not known yet is tried with it."""
MOST_BYTES: Final = 8 * 1024 * 1024
AHEAD_S: Final = 3.0
"""Several round trips of any line: where the way is long and not slow, what is under way grows until it is filled."""
_MEASURED_OVER_S: Final = 0.25
"""Shorter times, and fewer bytes than are always under way, tell of bursts and not of the line."""


@dataclass(slots=True)
class Pace:
    """What the acknowledgements of one exchange tell of its line; clocks are the caller's, in seconds."""

    best_bytes_s: float = 0.0
    _since_s: float | None = None
    _since_bytes: int = 0

    def note(self, taken_bytes: int, now_s: float) -> None:
        """So many bytes have been taken altogether, as is known now."""
        more = taken_bytes - self._since_bytes
        if not more:
            return
        if self._since_s is None:
            self._since_s, self._since_bytes = now_s, taken_bytes
        elif more >= LEAST_BYTES and now_s - self._since_s >= _MEASURED_OVER_S:
            self.best_bytes_s = max(self.best_bytes_s, more / (now_s - self._since_s))
            self._since_s, self._since_bytes = now_s, taken_bytes

    @property
    def most_untaken_bytes(self) -> int:
        """More is not sent while so much has not been taken."""
        return int(min(max(LEAST_BYTES, AHEAD_S * self.best_bytes_s), MOST_BYTES))
