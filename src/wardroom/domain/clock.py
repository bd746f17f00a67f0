"""Hybrid logical clock: 48 bits of milliseconds and 16 bits of counter in one integer.

It orders display only; no rule of right or of winning reads it.
"""

from typing import NewType

Hlc = NewType("Hlc", int)

COUNTER_BITS = 16
COUNTER_MAX = (1 << COUNTER_BITS) - 1
HLC_MAX = (1 << 63) - 1
"""SQLite keeps signed 64-bit integers; a stamp past this (the year 6429) breaks a limit."""
SKEW_MS = 5 * 60 * 1000
"""A stamp further than this after its reception is shown at its reception time, marked "clock wrong"."""


def hlc(wall_ms: int, counter: int = 0) -> Hlc:
    """Pack milliseconds since 1970 and a counter."""
    return Hlc((max(wall_ms, 0) << COUNTER_BITS) | counter)


def wall_ms(stamp: int) -> int:
    """Milliseconds since 1970 of a stamp."""
    return stamp >> COUNTER_BITS


def tick(last: Hlc, now_ms: int) -> Hlc:
    """The next stamp of a log whose newest is ``last``, at wall time ``now_ms``.

    A clock set back goes on counting from ``last``. A ``last`` of more than five minutes ahead (a clock that was
    wrong once) is left behind: the log's sequence keeps the order, the stamp returns to the wall.
    """
    last_ms = wall_ms(last)
    if now_ms > last_ms or last_ms > now_ms + SKEW_MS:
        return hlc(now_ms)
    counter = (last & COUNTER_MAX) + 1
    if counter > COUNTER_MAX:
        return hlc(last_ms + 1)
    return Hlc((last_ms << COUNTER_BITS) | counter)


def observe(ours: Hlc, seen: Hlc, now_ms: int) -> Hlc:
    """Our clock after seeing a stamp of another log: one more than five minutes ahead never advances ours."""
    if wall_ms(seen) > now_ms + SKEW_MS:
        return ours
    return max(ours, seen)


def is_clock_wrong(stamp: int, received_ms: int) -> bool:
    """Whether a stamp lies more than five minutes after its reception."""
    return wall_ms(stamp) > received_ms + SKEW_MS


def effective_ms(stamp: int, received_ms: int) -> int:
    """The time a screen shows: the stamp's, or the reception's where the clock was wrong."""
    return received_ms if is_clock_wrong(stamp, received_ms) else wall_ms(stamp)
