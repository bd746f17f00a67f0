"""The list widget: ten thousand rows, a mark in the margin, and any size of glass."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import settings as set_up
from hypothesis import strategies as st
from textual.app import App
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import PLAIN, line

MANY = 10_000


class _Counted(Rows):
    """Rows that remember what they were asked to paint."""

    def __init__(self, *, headings: int = 0) -> None:
        super().__init__(self._paint, lambda index: index >= headings)
        self.asked: list[int] = []
        self.dirty: list[tuple[Region, ...]] = []

    def _paint(self, index: int, width: int, is_cursor: bool) -> Strip:
        self.asked.append(index)
        return line([(f"row {index}", PLAIN)], width)

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> "_Counted":
        self.dirty.append(regions)
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class _Glass(App[None]):
    def __init__(self, rows: _Counted, count: int = MANY) -> None:
        super().__init__()
        self.rows = rows
        self.count = count

    def compose(self) -> Iterable[Widget]:
        yield self.rows

    def on_mount(self) -> None:
        self.rows.show(self.count)


def _glass(app: App[None]) -> list[str]:
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def test_the_cursor_moves_and_repaints_two_cells_of_the_margin() -> None:
    """Down a line marks another row and asks for nothing but the margin."""
    rows = _Counted()
    async with _Glass(rows).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        rows.dirty.clear()
        await pilot.press("j")
        assert rows.cursor == 1
        assert [regions for regions in rows.dirty if regions] == [(Region(0, 0, 2, 1), Region(0, 1, 2, 1))]
        assert not [regions for regions in rows.dirty if not regions]
        assert _glass(pilot.app)[:3] == ["  row 0", "▸ row 1", "  row 2"]


async def test_pages_and_ends_of_ten_thousand_rows() -> None:
    """End, Home and pages reach every row, and only rows on the glass are ever painted."""
    rows = _Counted()
    async with _Glass(rows).run_test(size=(80, 24)) as pilot:
        await pilot.press("end")
        assert rows.cursor == MANY - 1
        assert _glass(pilot.app)[-1] == f"▸ row {MANY - 1}"
        await pilot.press("home")
        assert _glass(pilot.app)[0] == "▸ row 0"
        for page in range(1, 5):
            await pilot.press("pagedown")
            assert rows.cursor == page * 23
            assert _glass(pilot.app)[0] == f"▸ row {page * 23}"
        await pilot.press("pageup", "k")
        assert rows.cursor == 3 * 23 - 1
        assert len(rows.asked) < 600


async def test_the_hardware_cursor_stands_on_the_row() -> None:
    """Screen readers follow the terminal's own cursor: it is where the mark is."""
    rows = _Counted()
    async with _Glass(rows).run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j")
        assert pilot.app.cursor_position == (0, 3)
        await pilot.press("end")
        assert pilot.app.cursor_position == (0, 23)


async def test_the_cursor_skips_headings_and_shows_those_above_the_first_row() -> None:
    """Going up to the first row brings the words above it back onto the glass."""
    rows = _Counted(headings=3)
    async with _Glass(rows).run_test(size=(80, 10)) as pilot:
        assert rows.cursor == 3
        await pilot.press("end", "home")
        assert rows.cursor == 3
        assert _glass(pilot.app)[0] == "  row 0"
        await pilot.press("k")
        assert rows.cursor == 3


async def test_any_size_of_glass_at_any_moment() -> None:
    """One cell or many: nothing breaks, and the cursor is still on its row afterwards."""
    rows = _Counted()
    async with _Glass(rows).run_test(size=(80, 24)) as pilot:
        await pilot.press("pagedown", "pagedown")
        before = rows.cursor
        for size in ((1, 1), (2, 1), (3, 2), (200, 60), (40, 12), (1, 1), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            await pilot.press("j", "k")
        assert rows.cursor == before
        assert f"▸ row {before}" in _glass(pilot.app)


@pytest.mark.parametrize("count", [0, 1])
async def test_no_row_and_one_row(count: int) -> None:
    """A list may be empty."""
    rows = _Counted()
    async with _Glass(rows, count).run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "k", "pagedown", "pageup", "end", "home")
        assert rows.cursor == 0
        assert len([row for row in _glass(pilot.app) if row]) == count


KEYS = ("j", "k", "pagedown", "pageup", "home", "end")


@given(st.lists(st.sampled_from(KEYS), max_size=12), st.integers(0, 60), st.integers(0, 4), st.integers(1, 12))
@set_up(max_examples=15, deadline=None)
async def test_the_cursor_is_always_on_the_glass(keys: list[str], count: int, headings: int, height: int) -> None:
    """Whatever keys come, the cursor rests on a row it may rest on, and that row is seen, or what stands above the first."""
    rows = _Counted(headings=headings)
    async with _Glass(rows, count).run_test(size=(20, height)) as pilot:
        await pilot.press(*keys)
        if count > headings:
            assert headings <= rows.cursor < count
            is_above = rows.cursor == headings and rows.scroll_offset.y == 0
            assert is_above or f"▸ row {rows.cursor}" in _glass(pilot.app)


async def test_what_stands_above_the_first_row_to_rest_on_is_read_first() -> None:
    """On a low glass the cursor waits below it; down brings it in sight, up shows what stands above again."""
    rows = _Counted(headings=8)
    async with _Glass(rows, 12).run_test(size=(40, 6)) as pilot:
        rows.focus()
        assert _glass(pilot.app)[0].strip() == "row 0"
        await pilot.press("j")
        assert any(row.startswith("▸ row 8") for row in _glass(pilot.app))
        await pilot.press("j")
        assert any(row.startswith("▸ row 9") for row in _glass(pilot.app))
        await pilot.press("k", "k")
        assert _glass(pilot.app)[0].strip() == "row 0"
