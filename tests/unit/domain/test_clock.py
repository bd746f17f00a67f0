"""The clock of a log: it only goes forward, returns to the wall after a wrong one, and fits SQLite's integers."""

from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain.clock import (
    COUNTER_MAX,
    HLC_MAX,
    SKEW_MS,
    Hlc,
    effective_ms,
    hlc,
    is_clock_wrong,
    observe,
    tick,
    wall_ms,
)  # fmt: skip

YEAR_MS = 365 * 24 * 3600 * 1000
NOW_MS = 1_760_000_000_000
walls = st.integers(0, NOW_MS + 200 * YEAR_MS)
stamps = st.builds(hlc, walls, st.integers(0, COUNTER_MAX)).map(Hlc)


@given(walls, st.integers(0, COUNTER_MAX))
def test_a_stamp_holds_its_milliseconds(now_ms: int, counter: int) -> None:
    """What is packed comes out again, and a later millisecond is a larger stamp whatever the counter."""
    assert wall_ms(hlc(now_ms, counter)) == now_ms
    assert hlc(now_ms + 1) > hlc(now_ms, counter)


@given(st.integers(-(10**15), (1 << 47) - 1), st.integers(0, COUNTER_MAX))
def test_a_stamp_fits_63_bits(now_ms: int, counter: int) -> None:
    """Up to the year 6429 a stamp fits SQLite's signed integers; a clock before 1970 counts as 1970."""
    assert 0 <= hlc(now_ms, counter) <= HLC_MAX


@given(stamps, st.lists(st.integers(-SKEW_MS, YEAR_MS), min_size=1, max_size=20))
def test_ticks_go_forward_while_the_clock_errs_by_minutes(first: Hlc, steps: list[int]) -> None:
    """While the wall is no more than five minutes behind the log, every stamp is larger than the one before."""
    last = first
    for step in steps:
        now_ms = max(wall_ms(last) + step, wall_ms(last) - SKEW_MS)
        following = tick(last, now_ms)
        assert following > last
        assert wall_ms(following) <= max(now_ms, wall_ms(last) + 1)
        last = following


@given(walls, st.integers(1, SKEW_MS))
def test_a_clock_set_back_goes_on_counting(now_ms: int, back_ms: int) -> None:
    """With the clock a little back the counter goes on, and a full counter borrows the next millisecond."""
    last = hlc(now_ms, 7)
    if now_ms >= back_ms:
        assert tick(last, now_ms - back_ms) == last + 1
    assert tick(hlc(now_ms, COUNTER_MAX), now_ms) == hlc(now_ms + 1)


@given(walls, st.integers(SKEW_MS + 1, 100 * YEAR_MS))
def test_a_clock_a_hundred_years_ahead_is_left_behind(now_ms: int, ahead_ms: int) -> None:
    """One wrong clock does not bind a log for ever: the next stamp is the wall's again."""
    assert tick(hlc(now_ms + ahead_ms, 3), now_ms) == hlc(now_ms)


@given(stamps, stamps, walls)
def test_a_stamp_from_elsewhere_never_moves_ours_far(ours: Hlc, seen: Hlc, now_ms: int) -> None:
    """Our clock never goes back for a stamp seen, and never follows one more than five minutes ahead."""
    after = observe(ours, seen, now_ms)
    assert after >= ours
    assert after == ours or wall_ms(after) <= now_ms + SKEW_MS


@given(stamps, walls)
def test_a_wrong_clock_is_shown_at_its_reception(stamp: Hlc, received_ms: int) -> None:
    """The time shown is never more than five minutes after the reception, and the stamp's own where that is believable."""
    shown_ms = effective_ms(stamp, received_ms)
    assert shown_ms <= received_ms + SKEW_MS
    assert is_clock_wrong(stamp, received_ms) == (wall_ms(stamp) > received_ms + SKEW_MS)
    assert shown_ms == (received_ms if is_clock_wrong(stamp, received_ms) else wall_ms(stamp))
