"""What of a thread is on the glass, under one cursor: only its rows are laid out, and only what changed is painted again."""

from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from textual.events import Focus, Resize
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.views import CaseView, PostView
from wardroom.terminal import signs
from wardroom.tui.widgets.lines import segments
from wardroom.tui.widgets.thread_page import GUTTER, RULE, Place, ThreadPage
from wardroom.tui.widgets.unseen import Unseen
from wardroom.tui.widgets.voices import VOICES

READABLE: Final = (20, 3)
"""On a smaller glass nothing counts as read."""


class ReadingView(Widget, can_focus=True):
    """The posts of a thread under one cursor.

    A place on the page is (block, line), never a line number of the whole: nothing above or below the glass needs to
    be laid out, a thread of any length opens at once, and what is being read stays where it is when the page grows.
    """

    DEFAULT_CSS: ClassVar[str] = """
    ReadingView { height: 1fr; width: 1fr; }
    """

    @dataclass
    class Seen(Message):
        """Unread posts that were on the glass from their first line to their last, or that the cursor has passed."""

        posts: tuple[EventNo, ...]

    @dataclass
    class Moved(Message):
        """The cursor or the page moved, or what waits above and below has changed."""

    def __init__(self, *, is_glance: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        """``is_glance``: only looked at, beside what has the keys; there is no cursor, and nothing counts as seen."""
        super().__init__(id=id)
        self._is_glance = is_glance
        self.can_focus = not is_glance
        self._page = ThreadPage(lambda: self.size.width, is_glance=is_glance)
        self._unseen = Unseen(self._page, self._tell_seen)
        self.cursor = 0
        """The block the cursor is on."""
        self._top: Place = (0, 0)
        self._rows: list[Place] = []
        """What is on the glass, row by row."""
        self._laid_for = Size(0, 0)
        """The size of the glass they were found for."""
        self._held: tuple[CaseView, int] | None = None
        """News that would have moved what is being read, and their time."""
        self._is_trying = False
        self._wanted: EventNo | None = None
        """Where the cursor goes once there is a glass to lay out for."""

    # --- what it shows -------------------------------------------------------------------------------------------

    def show(self, case: CaseView, now_ms: int, *, at: EventNo | None = None) -> bool:
        """Show ``case``; with ``at`` the cursor goes to that post, else it keeps its row.

        Whether every row that was on the glass is still where it was.
        """
        if not self.size:
            self._page.case, self._page.now_ms, self._wanted = case, now_ms, at or self._wanted
            return True
        self._fit()
        is_first = not self._rows
        page = self._page
        before, row, cursor, top = self._glass(), self._cursor_row(), self.cursor_post, page.post_at(self._top[0])
        page.case, page.now_ms, self._held = case, now_ms, None
        self._unseen.take((case.head, *case.posts))
        if at is not None or is_first:
            self.cursor = page.index(at) if at is not None else 0
            self._top = (0, 0)
            self._lay_out()
            if self.cursor and page.end_of(self.cursor) not in self._rows:
                self._top = page.backward((self.cursor, 0), max(self._room() // 4, 0))
        elif cursor is not None and top is not None:
            # What is being read keeps its row; without it on the glass, the first row stays.
            line = self._rows[row][1] if row >= 0 else 0
            self.cursor = page.index(cursor.post)
            self._top = (page.index(top.post), self._top[1])
            if row >= 0:
                self._top = page.backward((self.cursor, min(line, page.height(self.cursor) - 1)), row)
        self._lay_out()
        self.refresh()
        self._set_terminal_cursor()
        self._note_seen()
        self._tell()
        return self._glass()[: len(before)] == before

    def look_at(self, case: CaseView, now_ms: int, post: EventNo) -> None:
        """Show another thread, or another post of this one, as if nothing had been shown before."""
        self._start_anew()
        self.show(case, now_ms, at=post)

    def clear(self) -> None:
        """Show nothing."""
        if self._page.case is not None:
            self._start_anew()
            self.refresh()

    def _start_anew(self) -> None:
        self.cursor, self._top, self._rows, self._wanted, self._held = 0, (0, 0), [], None, None
        self._page.clear()
        self._unseen.clear()

    def offer(self, case: CaseView, now_ms: int) -> None:
        """Show ``case`` if nothing on the glass moves by it; else hold it until the reader moves."""
        kept, unseen = (self._page.case, self.cursor, self._top, self._rows), self._unseen.state
        if not self._rows:
            self.show(case, now_ms)
            return
        self._is_trying = True
        has_moved = not self.show(case, now_ms)
        self._is_trying = False
        if has_moved:
            self._page.case, self.cursor, self._top, self._rows = kept
            self._unseen.restore(unseen)
            self._held = (case, now_ms)
        else:
            self._note_seen()
        self._tell()

    @property
    def held(self) -> int:
        """New posts among those on the glass, which would have moved them."""
        if self._held is None or self._page.case is None:
            return 0
        known = {post.post for post in self._page.case.posts}
        return sum(1 for post in self._held[0].posts if post.post not in known)

    def _take_held(self) -> None:
        """The reader moves: what was held may come."""
        self._fit()
        if self._held is not None:
            self.show(*self._held)

    def _glass(self) -> list[tuple[EventNo, int]]:
        """The rows of the glass by post and line."""
        return [(self._page.number(index), line) for index, line in self._rows]

    @property
    def cursor_post(self) -> PostView | None:
        """The post under the cursor."""
        return self._page.post_at(self.cursor)

    @property
    def waiting(self) -> tuple[int, int]:
        """New posts nobody has seen on this glass: (above it, below it)."""
        top, last = (self._rows[0], self._rows[-1][0]) if self._rows else (None, 0)
        return self._unseen.off_glass(top, last, self.cursor)

    @property
    def is_at_end(self) -> bool:
        """Whether the last row of the page is on the glass."""
        return not self._rows or self._rows[-1] == self._page.last

    # --- moving --------------------------------------------------------------------------------------------------

    def move(self, step: int) -> None:
        """To the next or previous post; within a post that does not fit, a line, or half a glass beside a list."""
        self._take_held()
        if self._page.case is None or not self._rows:
            return
        if step > 0:
            if self._rows[-1] < self._page.end_of(self.cursor):
                self._scroll(self._stride())
            elif self.cursor < self._page.count - 1:
                self._unseen.passed(self.cursor)
                self._go(self.cursor + 1)
            else:
                self._scroll(self._stride())
        elif self._rows[0] > (self.cursor, 0):
            self._scroll(-self._stride())
        elif self.cursor > 0:
            self._go(self.cursor - 1, from_below=True)

    def page(self, step: int) -> None:
        """A page down or up; the cursor follows."""
        self._take_held()
        if self._page.case is None or not self._rows:
            return
        before = self._top
        self._scroll(step * max(self._room() - 1, 1))
        if self._top == before:
            self._move_to(self._page.count - 1 if step > 0 else 0, self._top)
        elif self._top == (0, 0):
            self._move_to(0, self._top)
        else:
            begins = (index for index, line in self._rows if line == 0)
            self._move_to(next(begins, self._rows[0][0]), self._top)

    def edge(self, step: int) -> None:
        """To the beginning or the end."""
        self._take_held()
        if self._page.case is None:
            return
        self._move_to(0 if step < 0 else self._page.count - 1, (0, 0) if step < 0 else self._page.last)

    def next_unread(self, step: int) -> bool:
        """To the next or previous new post that has not been seen; False: there is none."""
        self._take_held()
        if step > 0:
            self._unseen.passed(self.cursor)
            found = self._unseen.after(self.cursor)
        else:
            found = self._unseen.before(self.cursor)
        if found is None:
            self._tell()
            return False
        self._go(found)
        return True

    def read_on(self) -> bool:
        """The next page of this post, else the next new post; False: everything here has been read."""
        self._take_held()
        if self._page.case is None or not self._rows:
            return False
        if self._rows[-1] < self._page.end_of(self.cursor):
            self._scroll(max(self._room() - 1, 1))
            return True
        self._unseen.passed(self.cursor)
        following = self._unseen.after(self.cursor)
        following = self._unseen.first if following is None else following
        if following is not None:
            self._move_to(following, (following, 0))
            return True
        if not self._unseen.had_some and not self.is_at_end:
            self.page(1)
            return True
        self._tell()
        return False

    def _go(self, index: int, *, from_below: bool = False) -> None:
        """Put the cursor on a post and bring as much of it onto the glass as fits, moving the page the least."""
        room, height = self._room(), self._page.height(index)
        top = self._top
        first, last = (index, 0), (index, height - 1)
        if height > room:
            top = self._page.backward(last, room - 1) if from_below else first
        elif first < self._rows[0]:
            top = first
        elif last > self._rows[-1]:
            top = self._page.backward(last, room - 1)
        self._move_to(index, top)

    def _move_to(self, index: int, top: Place) -> None:
        before, rows = self._cursor_row(), self._rows
        self.cursor, self._top = index, top
        self._lay_out()
        if self._rows == rows:
            self._paint_margin(before, self._cursor_row())
        else:
            self.refresh()
        self._note_seen()
        self._tell()

    def _stride(self) -> int:
        """Lines one key scrolls: beside something that stands still a terminal cannot, and each line is sent anew."""
        return 1 if self.size.width >= self.screen.size.width else max(self._room() // 2, 1)

    def _scroll(self, lines: int) -> None:
        top = self._page.forward(self._top, lines) if lines > 0 else self._page.backward(self._top, -lines)
        self._move_to(self.cursor, top)

    # --- the page ------------------------------------------------------------------------------------------------

    def _room(self) -> int:
        return max(self.size.height, 1)

    def _lay_out(self) -> None:
        """Find what stands on each row of the glass, from the place at its top."""
        self._laid_for = self.size
        if self._page.case is None:
            self._rows = []
            return
        self._rows = self._page.rows_from(self._top, self._room())
        self._top = self._rows[0]

    def _note_seen(self) -> None:
        """What has its last line on the glass, and had its first, has been seen."""
        if (
            self._is_trying
            or self._is_glance
            or not self._rows
            or self.size.width < READABLE[0]
            or self.size.height < READABLE[1]
        ):
            return
        self._unseen.shown(self._rows)

    def _tell_seen(self, post: EventNo) -> None:
        self.post_message(self.Seen((post,)))

    def _tell(self) -> None:
        self.post_message(self.Moved())

    # --- painting ------------------------------------------------------------------------------------------------

    def _cursor_row(self) -> int:
        """The row the mark stands on: the first row of the post that is on the glass; -1: none is."""
        for row, (index, line) in enumerate(self._rows):
            if index == self.cursor and line < self._page.height(index):
                return row
        return -1

    def _paint_margin(self, *rows: int) -> None:
        """Paint the margin of these rows again, and set the terminal's own cursor there."""
        self.refresh(*(Region(0, row, 1, 1) for row in set(rows) if row >= 0))
        self._set_terminal_cursor()

    def _set_terminal_cursor(self) -> None:
        if self.has_focus and self.screen.is_current:
            self.app.cursor_position = self.region.offset + Offset(0, max(self._cursor_row(), 0))

    def render_line(self, y: int) -> Strip:
        """One row: the margin with the mark, then the words."""
        if self._page.case is not None and not self._rows:
            # The first paint comes before the news of the size; without its words it would be sent for nothing.
            self.show(self._page.case, self._page.now_ms, at=self._wanted)
        self._fit()
        width = self.size.width
        if y >= len(self._rows) or width < 1:
            return Strip.blank(width, VOICES["plain"])
        words = self._page.line(self._rows[y])
        if words is RULE:
            return Strip([Segment(signs.RULE * width, VOICES["dim"])], width)
        mark = (
            Segment(f"{signs.CURSOR} ", VOICES["accent"])
            if y == self._cursor_row() and not self._is_glance
            else Segment(" " * GUTTER, VOICES["plain"])
        )
        strip = Strip([mark, *segments(words)])
        return strip.adjust_cell_length(width, VOICES["plain"])

    def on_resize(self, event: Resize) -> None:
        """Lay out anew for the new width, with the same words at the top."""
        if self._page.case is None:
            return
        if not self._rows:
            self.show(self._page.case, self._page.now_ms, at=self._wanted)
            return
        self._fit()
        self.refresh()
        self._set_terminal_cursor()
        self._note_seen()
        self._tell()

    def _fit(self) -> None:
        """Find the rows of a glass whose size has changed; a key or a paint may come before the news of it."""
        if not self._rows or self._laid_for == self.size:
            return
        was_on_glass = self._cursor_row() >= 0
        self._top = self._page.refitted(self._top)
        self._lay_out()
        if was_on_glass and self._cursor_row() < 0:
            self._top = self._page.backward((self.cursor, 0), self._room() // 3)
            self._lay_out()

    def on_focus(self, event: Focus) -> None:
        """The terminal's cursor belongs to whoever has the focus."""
        self._set_terminal_cursor()
