"""A thread as one long page: only the rows on the glass are laid out, and only what changed is painted again."""

from bisect import bisect_left, bisect_right
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
from wardroom.language import _
from wardroom.terminal import signs
from wardroom.tui.widgets.lines import Line, segments, text_lines
from wardroom.tui.widgets.post_lines import head_lines, reply_lines
from wardroom.tui.widgets.voices import VOICES

RULE: Final[Line] = ((signs.RULE, "dim"),)
"""The line between the head and its answers, as wide as the glass."""

GUTTER: Final = 2
"""Columns of the margin in which the cursor stands."""
READABLE: Final = (20, 3)
"""On a smaller glass nothing counts as read."""

Place = tuple[int, int]
"""A row of the page: (block, line). Block 0 is the head, block n the n-th reply."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A post laid out, and what it was laid out from."""

    post: PostView
    key: object
    lines: list[Line]
    height: int
    """Lines of the post itself; what follows is the room under it."""


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
        self.case: CaseView | None = None
        self.cursor = 0
        """The block the cursor is on."""
        self._now_ms = 0
        self._top: Place = (0, 0)
        self._rows: list[Place] = []
        """What is on the glass, row by row."""
        self._laid_for = Size(0, 0)
        """The size of the glass they were found for."""
        self._blocks: dict[EventNo, _Block] = {}
        self._new: set[EventNo] = set()
        """Posts that were unread when they came to this view: they keep their sign while it is open."""
        self._waiting: list[int] = []
        """Blocks of new posts that have not been seen yet, in order."""
        self._passed: set[EventNo] = set()
        self._begun: set[EventNo] = set()
        """New posts whose first line has been on the glass."""
        self._started_new = False
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
            self.case, self._now_ms, self._wanted = case, now_ms, at or self._wanted
            return True
        self._fit()
        is_first = not self._rows
        before, row, cursor, top = self._glass(), self._cursor_row(), self.cursor_post, self._post_at(self._top[0])
        self.case, self._now_ms, self._held = case, now_ms, None
        posts = (case.head, *case.posts)
        self._new.update(post.post for post in posts if post.is_unread)
        self._waiting = [index for index, post in enumerate(posts) if post.is_unread and post.post not in self._passed]
        self._started_new = self._started_new or bool(self._waiting)
        if at is not None or is_first:
            self.cursor = self._index(at) if at is not None else 0
            self._top = (0, 0)
            self._lay_out()
            if self.cursor and (self.cursor, self._height(self.cursor) - 1) not in self._rows:
                self._top = self._backward((self.cursor, 0), max(self._room() // 4, 0))
        elif cursor is not None and top is not None:
            # What is being read keeps its row; without it on the glass, the first row stays.
            line = self._rows[row][1] if row >= 0 else 0
            self.cursor = self._index(cursor.post)
            self._top = (self._index(top.post), self._top[1])
            if row >= 0:
                self._top = self._backward((self.cursor, min(line, self._height(self.cursor) - 1)), row)
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
        if self.case is not None:
            self._start_anew()
            self.refresh()

    def _start_anew(self) -> None:
        self.case, self.cursor, self._top, self._rows, self._wanted, self._held = None, 0, (0, 0), [], None, None
        self._waiting, self._started_new = [], False
        for kept in (self._blocks, self._new, self._passed, self._begun):
            kept.clear()

    def offer(self, case: CaseView, now_ms: int) -> None:
        """Show ``case`` if nothing on the glass moves by it; else hold it until the reader moves."""
        kept = (self.case, self.cursor, self._top, self._rows, self._waiting, set(self._new), set(self._passed))
        if not self._rows:
            self.show(case, now_ms)
            return
        self._is_trying = True
        has_moved = not self.show(case, now_ms)
        self._is_trying = False
        if has_moved:
            self.case, self.cursor, self._top, self._rows, self._waiting, self._new, self._passed = kept
            self._held = (case, now_ms)
        else:
            self._note_seen()
        self._tell()

    @property
    def held(self) -> int:
        """New posts among those on the glass, which would have moved them."""
        if self._held is None or self.case is None:
            return 0
        known = {post.post for post in self.case.posts}
        return sum(1 for post in self._held[0].posts if post.post not in known)

    def _take_held(self) -> None:
        """The reader moves: what was held may come."""
        self._fit()
        if self._held is not None:
            self.show(*self._held)

    def _glass(self) -> list[tuple[EventNo, int]]:
        """The rows of the glass by post and line."""
        return [(self._number(index), line) for index, line in self._rows]

    @property
    def cursor_post(self) -> PostView | None:
        """The post under the cursor."""
        return self._post_at(self.cursor)

    @property
    def waiting(self) -> tuple[int, int]:
        """New posts nobody has seen on this glass: (above it, below it)."""
        if not self._rows:
            return 0, len(self._waiting)
        top, last = self._rows[0], self._rows[-1][0]
        others = [index for index in self._waiting if index != self.cursor]
        above = bisect_left(others, top[0] + 1 if top[1] else top[0])
        return above, len(others) - max(bisect_left(others, last), above)

    @property
    def is_at_end(self) -> bool:
        """Whether the last row of the page is on the glass."""
        return not self._rows or self._rows[-1] == self._last()

    # --- moving --------------------------------------------------------------------------------------------------

    def move(self, step: int) -> None:
        """To the next or previous post; within a post that does not fit, a line, or half a glass beside a list."""
        self._take_held()
        if self.case is None or not self._rows:
            return
        if step > 0:
            if self._rows[-1] < (self.cursor, self._height(self.cursor) - 1):
                self._scroll(self._stride())
            elif self.cursor < self._count() - 1:
                self._pass(self.cursor)
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
        if self.case is None or not self._rows:
            return
        before = self._top
        self._scroll(step * max(self._room() - 1, 1))
        if self._top == before:
            self._move_to(self._count() - 1 if step > 0 else 0, self._top)
        elif self._top == (0, 0):
            self._move_to(0, self._top)
        else:
            begins = (index for index, line in self._rows if line == 0)
            self._move_to(next(begins, self._rows[0][0]), self._top)

    def edge(self, step: int) -> None:
        """To the beginning or the end."""
        self._take_held()
        if self.case is None:
            return
        self._move_to(0 if step < 0 else self._count() - 1, (0, 0) if step < 0 else self._last())

    def next_unread(self, step: int) -> bool:
        """To the next or previous new post that has not been seen; False: there is none."""
        self._take_held()
        if step > 0:
            self._pass(self.cursor)
            at = bisect_right(self._waiting, self.cursor)
            found = self._waiting[at : at + 1]
        else:
            at = bisect_left(self._waiting, self.cursor)
            found = self._waiting[at - 1 : at] if at else []
        if not found:
            self._tell()
            return False
        self._go(found[0])
        return True

    def read_on(self) -> bool:
        """The next page of this post, else the next new post; False: everything here has been read."""
        self._take_held()
        if self.case is None or not self._rows:
            return False
        if self._rows[-1] < (self.cursor, self._height(self.cursor) - 1):
            self._scroll(max(self._room() - 1, 1))
            return True
        self._pass(self.cursor)
        at = bisect_right(self._waiting, self.cursor)
        following = self._waiting[at : at + 1] or self._waiting[:1]
        if following:
            first = (following[0], 0)
            self._move_to(following[0], first)
            return True
        if not self._started_new and not self.is_at_end:
            self.page(1)
            return True
        self._tell()
        return False

    def _go(self, index: int, *, from_below: bool = False) -> None:
        """Put the cursor on a post and bring as much of it onto the glass as fits, moving the page the least."""
        room, height = self._room(), self._height(index)
        top = self._top
        first, last = (index, 0), (index, height - 1)
        if height > room:
            top = self._backward(last, room - 1) if from_below else first
        elif first < self._rows[0]:
            top = first
        elif last > self._rows[-1]:
            top = self._backward(last, room - 1)
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
        top = self._forward(self._top, lines) if lines > 0 else self._backward(self._top, -lines)
        self._move_to(self.cursor, top)

    # --- the page ------------------------------------------------------------------------------------------------

    def _room(self) -> int:
        return max(self.size.height, 1)

    def _count(self) -> int:
        return 1 + len(self.case.posts) if self.case else 0

    def _post_at(self, index: int) -> PostView | None:
        if self.case is None:
            return None
        return self.case.posts[index - 1] if 0 < index <= len(self.case.posts) else self.case.head

    def _number(self, index: int) -> EventNo:
        post = self._post_at(index)
        assert post is not None
        return post.post

    def _index(self, post: EventNo) -> int:
        """The block of a post; the head's where it is not here."""
        if self.case is not None:
            for index, view in enumerate(self.case.posts, 1):
                if view.post == post:
                    return index
        return 0

    def _block(self, index: int) -> _Block:
        """A post laid out for the width of the glass."""
        case = self.case
        assert case is not None
        width = max(self.size.width - GUTTER - 1, 2)
        is_last = index == len(case.posts)
        if index == 0:
            post = case.head
            is_new = post.post in self._new
            key: object = (
                width, self._now_ms // 60_000, is_last, is_new, case.line, case.question, case.tags, case.record,
                case.outcome, case.may_reply,
            )  # fmt: skip
            if (kept := self._blocks.get(post.post)) and kept.key == key and kept.post == post:
                return kept
            lines = head_lines(case, width, self._now_ms, is_new=is_new)
            height = len(lines)
            lines.append(RULE)
            if is_last:
                # A glance is not where r works.
                said = _("No answer yet.") if self._is_glance else _("No answer yet. r writes the first one.")
                lines += text_lines(said, width, "dim")
        else:
            post, depth = case.posts[index - 1], case.depths[index - 1]
            is_new = post.post in self._new
            is_room_under = not is_last and case.depths[index] == 1
            key = (width, self._now_ms // 60_000, is_last, is_new, depth, is_room_under, case.may_reply)
            if (kept := self._blocks.get(post.post)) and kept.key == key and kept.post == post:
                return kept
            lines = reply_lines(post, depth, width, self._now_ms, is_new=is_new)
            height = len(lines)
            if is_room_under:
                lines.append(())
        if is_last and case.may_reply:
            lines += [(), *text_lines(case.may_reply, width, "dim")]
        block = _Block(post, key, lines, height)
        self._blocks[post.post] = block
        return block

    def _height(self, index: int) -> int:
        return self._block(index).height

    def _last(self) -> Place:
        index = self._count() - 1
        return index, len(self._block(index).lines) - 1

    def _forward(self, place: Place, lines: int) -> Place:
        """The place so many lines further down, at most the last one."""
        index, line = place
        line += lines
        while line >= (height := len(self._block(index).lines)):
            if index == self._count() - 1:
                return index, height - 1
            line -= height
            index += 1
        return index, line

    def _backward(self, place: Place, lines: int) -> Place:
        """The place so many lines further up, at least the first one."""
        index, line = place
        line -= lines
        while line < 0:
            if index == 0:
                return 0, 0
            index -= 1
            line += len(self._block(index).lines)
        return index, line

    def _lay_out(self) -> None:
        """Find what stands on each row of the glass, from the place at its top."""
        self._laid_for = self.size
        if self.case is None:
            self._rows = []
            return
        room = self._room()
        index = min(self._top[0], self._count() - 1)
        self._top = (index, min(self._top[1], len(self._block(index).lines) - 1))
        self._top = min(self._top, self._backward(self._last(), room - 1)) if self._is_near_end(room) else self._top
        rows: list[Place] = []
        index, line = self._top
        while len(rows) < room and index < self._count():
            height = len(self._block(index).lines)
            rows += [(index, at) for at in range(line, min(height, line + room - len(rows)))]
            index, line = index + 1, 0
        self._rows = rows

    def _is_near_end(self, room: int) -> bool:
        """Whether the page ends before the glass does."""
        index, line = self._top
        left = -line
        while left < room:
            if index == self._count():
                return True
            left += len(self._block(index).lines)
            index += 1
        return False

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
        first, last = self._rows[0][0], self._rows[-1]
        low, high = bisect_left(self._waiting, first), bisect_right(self._waiting, last[0])
        for index in self._waiting[low:high]:
            if (index, 0) >= self._rows[0]:
                self._begun.add(self._number(index))
            if (index, self._height(index) - 1) <= last and self._number(index) in self._begun:
                self._pass(index)

    def _pass(self, index: int) -> None:
        """Count a new post as seen."""
        at = bisect_left(self._waiting, index)
        if at < len(self._waiting) and self._waiting[at] == index:
            self._waiting.pop(at)
            number = self._number(index)
            self._passed.add(number)
            self.post_message(self.Seen((number,)))

    def _tell(self) -> None:
        self.post_message(self.Moved())

    # --- painting ------------------------------------------------------------------------------------------------

    def _cursor_row(self) -> int:
        """The row the mark stands on: the first row of the post that is on the glass; -1: none is."""
        for row, (index, line) in enumerate(self._rows):
            if index == self.cursor and line < self._height(index):
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
        if self.case is not None and not self._rows:
            # The first paint comes before the news of the size; without its words it would be sent for nothing.
            self.show(self.case, self._now_ms, at=self._wanted)
        self._fit()
        width = self.size.width
        if y >= len(self._rows) or width < 1:
            return Strip.blank(width, VOICES["plain"])
        index, line = self._rows[y]
        words = self._block(index).lines[line]
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
        if self.case is None:
            return
        if not self._rows:
            self.show(self.case, self._now_ms, at=self._wanted)
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
        index, line = self._top
        before = self._blocks.get(self._number(index))
        if before is not None and line:
            line = line * len(self._block(index).lines) // max(len(before.lines), 1)
        self._top = (index, line)
        self._lay_out()
        if was_on_glass and self._cursor_row() < 0:
            self._top = self._backward((self.cursor, 0), self._room() // 3)
            self._lay_out()

    def on_focus(self, event: Focus) -> None:
        """The terminal's cursor belongs to whoever has the focus."""
        self._set_terminal_cursor()
