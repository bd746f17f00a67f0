"""List left, case right, on a glass wide enough for both; on a narrower one, one of the two alone."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Final

from textual.events import Resize
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import Layout, WidgetPlacement
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.views import CaseView
from wardroom.errors import WardroomError
from wardroom.terminal import signs
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import DIM, PLAIN, line
from wardroom.tui.widgets.words import Words

if TYPE_CHECKING:
    from wardroom.tui.widgets.reading import ReadingView

WIDE: Final = 110
"""From so many columns on there are two panes."""
LIST_COLUMNS: Final = 50
"""Columns the list keeps."""
QUIET_S: Final = 0.3
"""The cursor has come to rest: held arrows paint none of the cases they pass."""

PostAt = Callable[[int], tuple[EventNo, EventNo] | None]
"""Row of the list → the thread it stands for, and the post in it that is meant; None where a row is no post."""


class _SideBySide(Layout):
    """Gives each pane its columns; a pane that has none is not on the glass."""

    name = "panes"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> list[WidgetPlacement]:
        """Both side by side where there is room, else the one that may stand alone."""
        assert isinstance(parent, Panes)
        regions: dict[Widget | None, Region] = {parent.alone: size.region}
        if parent.has_room(size.width):
            first = LIST_COLUMNS + 1
            regions = {
                parent.left: Region(0, 0, LIST_COLUMNS, size.height),
                parent.right: Region(first, 0, size.width - first, size.height),
            }
        return [
            WidgetPlacement(regions[child], NULL_OFFSET, NULL_SPACING, child) for child in children if child in regions
        ]


_SIDE_BY_SIDE: Final = _SideBySide()


class Panes(Widget):
    """Two widgets side by side, with a thin line between them, as long as the glass has room for both."""

    DEFAULT_CSS: ClassVar[str] = "Panes { height: 1fr; width: 1fr; }"

    def __init__(self, left: Widget, right: Widget | None, *, alone: Widget, is_one: bool) -> None:
        """``alone``: which of them a narrow glass shows; ``is_one``: however wide it is."""
        super().__init__(*(pane for pane in (left, right) if pane is not None))
        self.left, self.right, self.alone = left, right, alone
        self._is_one = is_one

    @property
    def layout(self) -> Layout:
        """Both, or one."""
        return _SIDE_BY_SIDE

    def has_room(self, columns: int) -> bool:
        """Whether so many columns are enough for both."""
        return columns >= WIDE and not self._is_one

    @property
    def is_both(self) -> bool:
        """Whether there is room for both."""
        return self.has_room(self.screen.size.width)

    @property
    def list_columns(self) -> int:
        """Columns of the left one."""
        width = self.screen.size.width
        return LIST_COLUMNS if self.has_room(width) else width

    def render_line(self, y: int) -> Strip:
        """What the panes leave free: the line between them."""
        between = [(" " * LIST_COLUMNS, PLAIN), (signs.BRANCH, DIM)] if self.is_both else []
        return line(between, self.size.width)


class ListAndCase(Panes):
    """A list of posts, and the case its cursor rests on; nothing counts as read until the case is opened."""

    def __init__(
        self, rows: Rows, post_at: PostAt, case_of: Callable[[EventNo], CaseView], now_ms: Callable[[], int],
        *, renew: Callable[[], None], above: Iterable[Widget] = (), title: Callable[[], str] = str, is_one: bool,
    ) -> None:  # fmt: skip
        """``renew``: have the rows say what is true now, without moving one.

        ``above``: what stands over the rows; ``title``: its words, where the list is only looked at.
        """
        self.rows, self.renew, self.title = rows, renew, title
        self._glance: ReadingView | None = None
        self._post_at = post_at
        self._case_of = case_of
        self._now_ms = now_ms
        self._timer: Timer | None = None
        pane = _Stack(*above, rows)
        super().__init__(pane, None, alone=pane, is_one=is_one)

    def on_rows_moved(self) -> None:
        """Read the case once the cursor rests."""
        self._read_soon()

    def on_rows_shown(self) -> None:
        """The rows may say something else now."""
        self._read_soon()

    def on_resize(self, event: Resize) -> None:
        """There may be room for the case from now on."""
        self._read_soon()

    def _read_soon(self) -> None:
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(QUIET_S, self._read) if self.is_both else None

    def _read(self) -> None:
        if not self.is_both or not self.screen.is_current:
            return
        found = self._post_at(self.rows.cursor)
        try:
            case = self._case_of(found[1]) if found is not None else None
        except WardroomError:
            case = None  # opening it says why
        if case is not None and found is not None:
            self._look_at(case, found[1])
        elif self._glance is not None:
            self._glance.clear()

    def _look_at(self, case: CaseView, post: EventNo) -> None:
        if self._glance is None:
            # A glass without room for it never loads what lays a case out.
            from wardroom.tui.widgets.reading import ReadingView

            self.right = self._glance = ReadingView(is_glance=True)
            self.mount(self._glance)
        self._glance.look_at(case, self._now_ms(), post)

    def follow(self, case: CaseView, post: EventNo) -> None:
        """The case was opened, by whatever way: the cursor goes to its row, if it has one, and it stands beside it."""
        if not self.is_both:
            return
        index = self._row_of(case.line.thread, post)
        if index is not None:
            self.rows.cursor = index
        self._look_at(case, post)

    def _row_of(self, thread: EventNo, post: EventNo) -> int | None:
        """The row of a post, else of its thread, the one under the cursor first."""
        here = self._post_at(self.rows.cursor) if self.rows.count else None
        if here is not None and here[0] == thread:
            return self.rows.cursor
        same: int | None = None
        for index in range(self.rows.count):
            found = self._post_at(index)
            if found is not None and found[0] == thread:
                if found[1] == post:
                    return index
                same = index if same is None else same
        return same


class CaseBesideList(Panes):
    """A case that is being read, and the list it was opened from, which only stands by."""

    def __init__(self, view: Widget, source: ListAndCase | None, *, is_one: bool) -> None:
        self.source = source
        self._title = Words(lambda _width: [((f" {source.title()}", "plain"),), ()] if source is not None else [])
        self._rows = source.rows.shadow() if source is not None else Rows(lambda _i, width, _is: Strip.blank(width))
        super().__init__(_Stack(self._title, self._rows), view, alone=view, is_one=is_one or source is None)
        self._title.display = bool(source is not None and source.title())

    def follow(self, case: CaseView, post: EventNo) -> None:
        """The list goes along with what is read."""
        if self.source is not None and self.is_both:
            self.source.follow(case, post)
            self._rows.copy(self.source.rows)

    def renew(self) -> None:
        """What the list says of the cases has changed."""
        if self.source is not None and self.is_both:
            self.source.renew()
            self._rows.copy(self.source.rows)


class _Stack(Widget):
    """Widgets below one another."""

    DEFAULT_CSS: ClassVar[str] = "_Stack { height: 1fr; width: 1fr; layout: vertical; }"
