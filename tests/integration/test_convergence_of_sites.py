"""Whatever people, lines and clocks do: once the sites have met, their logs and views are the same, and nothing is lost."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.lines import Site, copies_of, make_sites
from tests.schedules import Step, World, schedules
from tests.strategies import is_long

SCHEDULES = 8_000 if is_long() else 180
"""For each of the two tests."""


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Path]]:
    """Networks of three to five sites that have met once, to be copied."""
    made = {}
    for count in (3, 5):
        sites = make_sites(tmp_path_factory.mktemp(f"network{count}"), count)
        for site in sites:
            site.close()
        made[count] = [site.path for site in sites]
    return made


def converges(template: list[Path], folder: Path, schedule: list[Step], seed: int) -> None:
    """Play a schedule on fresh copies, let all meet, and compare."""
    shutil.rmtree(folder, ignore_errors=True)
    sites: list[Site] = copies_of(template, folder, seed)
    try:
        world = World(sites, random.Random(seed))
        world.play(schedule)
        world.come_together()
        world.assert_agree()
    finally:
        for site in sites:
            site.close()


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "played"
    shutil.rmtree(tmp_path / "played", ignore_errors=True)


@pytest.mark.parametrize("count", [3, 5])
def test_sites_agree_once_they_have_met(count: int, templates: dict[int, list[Path]], folder: Path) -> None:
    """Posts, amendments, withdrawals, hides, purges, roles, undo, wrong clocks, cut lines, restored files."""

    @settings(max_examples=SCHEDULES if count == 3 else SCHEDULES // 4, deadline=None)
    @given(schedules, st.integers(0, 2**32))
    def holds(schedule: list[Step], seed: int) -> None:
        converges(templates[count], folder, schedule, seed)

    holds()
