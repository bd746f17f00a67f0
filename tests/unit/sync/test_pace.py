"""A sender goes as far ahead as the line carries in some seconds: little on a slow one, until it is full on a long one."""

import pytest

from wardroom.sync.pace import AHEAD_S, LEAST_BYTES, MOST_BYTES, Pace

SAID_EVERY_BYTES = 8 * 1024


def under_way(bytes_s: float, there_and_back_s: float, seconds: float = 60.0) -> int:
    """How much is under way at the end, on a line of such a rate and way, whose far side says what it takes."""
    pace, now_s, taken, sent = Pace(), 0.0, 0, 0
    arriving: list[tuple[float, int]] = []
    free_at_s = 0.0
    while now_s < seconds:
        while arriving and arriving[0][0] <= now_s:
            taken = arriving.pop(0)[1]
            pace.note(taken, now_s)
        while sent - taken < pace.most_untaken_bytes:
            sent += SAID_EVERY_BYTES
            free_at_s = max(now_s, free_at_s) + SAID_EVERY_BYTES / bytes_s
            arriving.append((free_at_s + there_and_back_s, sent))
        now_s += 0.01
    return pace.most_untaken_bytes


def test_little_is_under_way_on_a_slow_line() -> None:
    """At 64 kbit/s and 600 ms it stays at the least, a few seconds of the line, and covers its round trip."""
    assert LEAST_BYTES <= under_way(8_000, 0.6) <= 1.5 * LEAST_BYTES


@pytest.mark.parametrize(("bytes_s", "there_and_back_s"), [(125_000, 0.6), (1_250_000, 0.6), (1_250_000, 0.02)])
def test_a_line_is_filled_however_long_it_is(bytes_s: float, there_and_back_s: float) -> None:
    """What is under way comes to hold more than the line does, and never more than some seconds of it or the limit."""
    found = under_way(bytes_s, there_and_back_s)
    assert bytes_s * there_and_back_s < found <= min(MOST_BYTES, 1.5 * AHEAD_S * bytes_s)


def test_silence_tells_nothing() -> None:
    """A far side that takes nothing for a while, and an acknowledgement said twice, leave the rate as it was known."""
    pace = Pace()
    for taken, now_s in ((8192, 0.0), (65536, 1.0), (65536, 50.0), (65536, 90.0)):
        pace.note(taken, now_s)
    assert pace.best_bytes_s == 65536 - 8192
