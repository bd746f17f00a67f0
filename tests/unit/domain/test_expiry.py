"""The end of a notice: read from what people write, against a moment that is given."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain

from wardroom.domain.expiry import DAYS_MAX, is_over, read_until
from wardroom.errors import InputRejected

NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ("8h", NOW + timedelta(hours=8)),
        ("90 min", NOW + timedelta(minutes=90)),
        ("2 days", NOW + timedelta(days=2)),
        ("14:00", NOW.replace(hour=14, minute=0)),
        ("07:15", NOW.replace(hour=7, minute=15) + timedelta(days=1)),
        ("2026-11-21 07:00", datetime(2026, 11, 21, 7, tzinfo=UTC)),
        ("2026-11-20", datetime(2026, 11, 21, tzinfo=UTC)),
    ],
)
def test_ends_are_read(words: str, end: datetime) -> None:
    """Spans, the next time the clock shows it, days to their end."""
    assert read_until(words, NOW) == int(end.timestamp() * 1000)


@pytest.mark.parametrize("words", ["soon", "25:00", "2026-13-01", "2026-11-19", f"{DAYS_MAX + 1}d", "0h", "-2h", "8"])
def test_what_is_no_end_is_refused(words: str) -> None:
    """Words, times that are none, over already, or too far away."""
    with pytest.raises(InputRejected) as refused:
        read_until(words, NOW)
    assert_plain(refused.value)


def test_no_end_is_none() -> None:
    """A notice without an end stays."""
    assert read_until("  ", NOW) is None
    assert not is_over(None, 10**15)


@given(st.text(max_size=20))
def test_any_words_are_read_or_refused(words: str) -> None:
    """What is read lies ahead, and not too far."""
    try:
        end_ms = read_until(words, NOW)
    except InputRejected:
        return
    assert end_ms is None or 0 < end_ms - NOW.timestamp() * 1000 <= DAYS_MAX * 86_400_000
