"""Whatever people, lines and clocks do: once the sites have met, their logs and views are the same, and nothing is lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.schedules import Step, converges, make_template, memory_folder, schedules
from tests.strategies import is_long

SCHEDULES = 8_000 if is_long() else 200
"""With three sites; a quarter as many with five."""


@pytest.fixture(scope="module", name="folder")
def _folder() -> Iterator[Path]:
    with memory_folder() as folder:
        yield folder


@pytest.mark.parametrize("count", [3, 5])
def test_sites_agree_once_they_have_met(count: int, folder: Path) -> None:
    """Posts held and released, amended, withdrawn, flagged, hidden, purged; roles and suspensions; wrong clocks, cut
    lines, bundles taken twice, spools, undo, files restored and copied.
    """
    (folder / f"network{count}").mkdir()
    template = make_template(folder / f"network{count}", count)

    @settings(max_examples=SCHEDULES if count == 3 else SCHEDULES // 4, deadline=None)
    @given(schedules, st.integers(0, 2**32))
    def holds(schedule: list[Step], seed: int) -> None:
        converges(template, folder / "played", schedule, seed)

    holds()
