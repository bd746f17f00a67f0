"""A list of any length without a widget per row: it asks for the lines on the glass and moves a mark in the margin."""

from collections.abc import Callable
from dataclasses import dataclass

from rich.segment import Segment
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from wardroom.terminal import signs
from wardroom.tui import keymap
from wardroom.tui.widgets.voices import ACCENT, DIM

GUTTER = 2
"""Columns of the margin in which the cursor stands."""

RowPainter = Callable[[int, int, bool], Strip]
"""(index, width, is_cursor) → the row without its margin; moving the cursor does not ask again."""

Ahead = Callable[[int, int | None], None]
"""(step, how many) → before the cursor goes that way, its owner sees to it that so many rows follow there if there are
so many; None goes to the edge."""

_MARKED = Segment(f"{signs.CURSOR} ", ACCENT)
_SHADOWED = Segment(f"{signs.CURSOR} ", DIM)
_UNMARKED = Segment("  ")


class Rows(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows painted on demand; the cursor rests only where ``can_stop`` lets it."""

    BINDINGS = keymap.bindings("rows")
    DEFAULT_CSS = """
    Rows {
        height: 1fr;
        scrollbar-size: 0 0;
        overflow: hidden scroll;
        background: ansi_default;
    }
    """

    cursor: reactive[int] = reactive(0, repaint=False, init=False)
    """Index of the row the cursor is on."""

    @dataclass
    class Moved(Message):
        """The cursor has come to another row."""

        index: int

    @dataclass
    class Shown(Message):
        """The rows were painted anew, and may say something else."""

    def __init__(
        self,
        row: RowPainter,
        can_stop: Callable[[int], bool] | None = None,
        ahead: Ahead | None = None,
        *,
        is_shadow: bool = False,
    ) -> None:
        """``is_shadow``: only looked at, beside what has the keys."""
        super().__init__()
        self.count = 0
        self._mark = _SHADOWED if is_shadow else _MARKED
        self.can_focus = not is_shadow
        self._row = row
        self._can_stop = can_stop or (lambda _index: True)
        self._ahead = ahead

    # --- what is shown ---------------------------------------------------------------------------------------

    def show(self, count: int, *, cursor: int | None = None) -> None:
        """Paint ``count`` rows anew; the cursor stays on its line of the glass when ``cursor`` has moved in the list."""
        line_on_glass = self.cursor - self.scroll_offset.y
        self.count = count
        self.virtual_size = Size(self.size.width, count)
        if cursor is not None and cursor != self.cursor:
            self._scroll(cursor - line_on_glass)
        self.cursor = self._nearest_stop(self.cursor if cursor is None else cursor)
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Shown())

    def shadow(self) -> "Rows":
        """The same rows, to be looked at beside something else."""
        return Rows(self._row, self._can_stop, is_shadow=True)

    def copy(self, other: "Rows") -> None:
        """Stand where other rows stand."""
        self.show(other.count, cursor=other.cursor)
        self._scroll(other.scroll_offset.y)
        self._keep_in_sight()

    def extend(self, *, before: int = 0, after: int = 0) -> None:
        """There are more rows, above the first or below the last; nothing on the glass moves."""
        self.count += before + after
        self.virtual_size = Size(self.size.width, self.count)
        if before:
            top = self.scroll_offset.y
            self.set_reactive(Rows.cursor, self.cursor + before)
            self._scroll(top + before)
        self.post_message(self.Shown())

    def repaint_row(self, index: int) -> None:
        """Paint one row again."""
        self.refresh_line(index)

    @property
    def on_glass(self) -> range:
        """The indexes that are seen now."""
        top = self.scroll_offset.y
        return range(top, min(top + max(self.size.height, 1), self.count))

    def render_line(self, y: int) -> Strip:
        """The margin and the row that stand on line ``y`` of the glass."""
        width = self.size.width
        index = self.scroll_offset.y + y
        if index >= self.count or width <= GUTTER:
            return Strip.blank(width)
        is_cursor = index == self.cursor and self._can_stop(index)
        row = self._row(index, width - GUTTER, is_cursor)
        return Strip([self._mark if is_cursor else _UNMARKED, *row], GUTTER + row.cell_length)

    # --- moving ----------------------------------------------------------------------------------------------

    def action_move(self, step: int) -> None:
        """To the next row, or the one before; onto the glass, where the first row to rest on lies below it."""
        if step > 0 and self.cursor >= self.scroll_offset.y + self.size.height:
            self._scroll(self.cursor - self.size.height // 2)
            self._place_hardware_cursor()
            return
        self._look_ahead(step, 1)
        target = self._stop_beyond(self.cursor, step)
        if target is not None:
            self.cursor = target
        elif not self._can_stop(self.cursor):
            self._scroll(self.scroll_offset.y + step)
        else:
            self._scroll(0 if step < 0 else self.count)
            self._place_hardware_cursor()

    def action_page(self, step: int) -> None:
        """A page on or back; the mark keeps its line of the glass."""
        page = max(self.size.height - 1, 1) * step
        self._look_ahead(step, abs(page))
        target = min(max(self.cursor + page, 0), max(self.count - 1, 0))
        self._scroll(self.scroll_offset.y + page)
        self.cursor = self._nearest_stop(target, -1 if step > 0 else 1)
        self._keep_in_sight()

    def action_edge(self, step: int) -> None:
        """To the first row or the last."""
        self._look_ahead(step, None)
        self._scroll(0 if step < 0 else self.count)
        self.cursor = self._nearest_stop(0 if step < 0 else self.count - 1)
        self._keep_in_sight()

    def _look_ahead(self, step: int, rows: int | None) -> None:
        """Have those rows brought in that a move needs, and the glass around them."""
        if self._ahead is not None:
            self._ahead(step, None if rows is None else rows + 2 * max(self.size.height, 1))

    def watch_cursor(self, old: int, new: int) -> None:
        """Repaint two cells of the margin, no more."""
        top = self.scroll_offset.y
        self.refresh(Region(0, old - top, GUTTER, 1), Region(0, new - top, GUTTER, 1))
        self._keep_in_sight()
        self.post_message(self.Moved(new))

    def _stop_beyond(self, index: int, step: int) -> int | None:
        """The first row after ``index`` in the direction of ``step`` the cursor may rest on."""
        index += step
        while 0 <= index < self.count:
            if self._can_stop(index):
                return index
            index += step
        return None

    def _nearest_stop(self, index: int, step: int = 1) -> int:
        """``index``, or the row next to it the cursor may rest on, looking ``step``'s way first."""
        index = min(max(index, 0), max(self.count - 1, 0))
        if not self.count or self._can_stop(index):
            return index
        for way in (step, -step):
            found = self._stop_beyond(index, way)
            if found is not None:
                return found
        return 0

    def _keep_in_sight(self) -> None:
        """Scroll half a glass when the cursor leaves it, or to the lines above the first stop.

        Line by line, holding an arrow would send a row for every key.
        """
        if not self.size.height or not self._can_stop(self.cursor):
            # Without a glass yet, everything would lie out of sight.
            return
        top, height = self.scroll_offset.y, max(self.size.height, 1)
        if self._stop_beyond(self.cursor, -1) is None and (self.cursor < height or not top):
            # What stands above the first row to rest on is read first.
            self._scroll(0)
        elif self.cursor < top:
            self._scroll(self.cursor - height // 2)
        elif self.cursor >= top + height:
            self._scroll(self.cursor - height + 1 + height // 2)
        self._place_hardware_cursor()

    def _scroll(self, top: int) -> None:
        highest = max(self.count - max(self.size.height, 1), 0)
        self.scroll_to(y=min(max(top, 0), highest), animate=False, force=True, immediate=True)

    def _place_hardware_cursor(self) -> None:
        """Screen readers and magnifiers follow the terminal's own cursor."""
        if self.has_focus and self.screen.is_current:
            line = min(max(self.cursor - self.scroll_offset.y, 0), max(self.size.height - 1, 0))
            self.app.cursor_position = self.content_region.offset + Offset(0, line)

    def on_focus(self) -> None:
        """The terminal's cursor comes along."""
        self._place_hardware_cursor()

    def on_resize(self) -> None:
        """The rows are cut anew; the cursor stays in sight."""
        self._look_ahead(1, 0)
        self.virtual_size = Size(self.size.width, self.count)
        self._keep_in_sight()
