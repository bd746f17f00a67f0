"""A thread laid out as one long page: the lines of each post, and the places so many lines above or below another."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wardroom.domain.ids import EventNo
from wardroom.domain.views import CaseView, PostView
from wardroom.language import _
from wardroom.terminal import signs
from wardroom.tui.widgets.lines import Line, text_lines
from wardroom.tui.widgets.post_lines import head_lines, reply_lines

RULE: Final[Line] = ((signs.RULE, "dim"),)
"""The line between the head and its answers, as wide as the glass."""
GUTTER: Final = 2
"""Columns of the margin in which the cursor stands."""

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


class ThreadPage:
    """The posts of a thread as blocks of lines, each laid out when it is asked for.

    ``columns`` is the width of the glass.
    """

    def __init__(self, columns: Callable[[], int], *, is_glance: bool) -> None:
        self.case: CaseView | None = None
        self.now_ms = 0
        self.new: set[EventNo] = set()
        """Posts that were unread when they came: they keep their sign while the thread is open."""
        self._columns = columns
        self._is_glance = is_glance
        self._blocks: dict[EventNo, _Block] = {}

    def clear(self) -> None:
        """No thread."""
        self.case = None
        self._blocks.clear()

    # --- its posts -----------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """Blocks of it."""
        return 1 + len(self.case.posts) if self.case else 0

    def post_at(self, index: int) -> PostView | None:
        """The post of a block; the head where there is no such block."""
        if self.case is None:
            return None
        return self.case.posts[index - 1] if 0 < index <= len(self.case.posts) else self.case.head

    def number(self, index: int) -> EventNo:
        """The number of the post of a block."""
        post = self.post_at(index)
        assert post is not None
        return post.post

    def index(self, post: EventNo) -> int:
        """The block of a post; the head's where it is not here."""
        if self.case is not None:
            for index, view in enumerate(self.case.posts, 1):
                if view.post == post:
                    return index
        return 0

    # --- its lines -----------------------------------------------------------------------------------------------

    def _block(self, index: int) -> _Block:
        """A post laid out for the width of the glass."""
        case = self.case
        assert case is not None
        width = max(self._columns() - GUTTER - 1, 2)
        is_last = index == len(case.posts)
        if index == 0:
            post = case.head
            is_new = post.post in self.new
            key: object = (
                width, self.now_ms // 60_000, is_last, is_new, case.line, case.question, case.tags, case.record,
                case.outcome, case.may_reply,
            )  # fmt: skip
            if (kept := self._blocks.get(post.post)) and kept.key == key and kept.post == post:
                return kept
            lines = head_lines(case, width, self.now_ms, is_new=is_new)
            height = len(lines)
            lines.append(RULE)
            if is_last:
                # A glance is not where r works.
                said = _("No answer yet.") if self._is_glance else _("No answer yet. r writes the first one.")
                lines += text_lines(said, width, "dim")
        else:
            post, depth = case.posts[index - 1], case.depths[index - 1]
            is_new = post.post in self.new
            is_room_under = not is_last and case.depths[index] == 1
            key = (width, self.now_ms // 60_000, is_last, is_new, depth, is_room_under, case.may_reply)
            if (kept := self._blocks.get(post.post)) and kept.key == key and kept.post == post:
                return kept
            lines = reply_lines(post, depth, width, self.now_ms, is_new=is_new)
            height = len(lines)
            if is_room_under:
                lines.append(())
        if is_last and case.may_reply:
            lines += [(), *text_lines(case.may_reply, width, "dim")]
        block = _Block(post, key, lines, height)
        self._blocks[post.post] = block
        return block

    def line(self, place: Place) -> Line:
        """What stands at a place."""
        index, line = place
        return self._block(index).lines[line]

    def height(self, index: int) -> int:
        """Lines of a post itself."""
        return self._block(index).height

    def _length(self, index: int) -> int:
        """Lines of a post and of the room under it."""
        return len(self._block(index).lines)

    def refitted(self, place: Place) -> Place:
        """The same words after the width has changed, as far as that can be told."""
        index, line = place
        before = self._blocks.get(self.number(index))
        if before is not None and line:
            line = line * self._length(index) // max(len(before.lines), 1)
        return index, line

    # --- its places ----------------------------------------------------------------------------------------------

    @property
    def last(self) -> Place:
        """The last one."""
        index = self.count - 1
        return index, self._length(index) - 1

    def end_of(self, index: int) -> Place:
        """The last line of a post itself."""
        return index, self.height(index) - 1

    def forward(self, place: Place, lines: int) -> Place:
        """The place so many lines further down, at most the last one."""
        index, line = place
        line += lines
        while line >= (length := self._length(index)):
            if index == self.count - 1:
                return index, length - 1
            line -= length
            index += 1
        return index, line

    def backward(self, place: Place, lines: int) -> Place:
        """The place so many lines further up, at least the first one."""
        index, line = place
        line -= lines
        while line < 0:
            if index == 0:
                return 0, 0
            index -= 1
            line += self._length(index)
        return index, line

    def rows_from(self, top: Place, room: int) -> list[Place]:
        """What stands on the rows of a glass, from a place on; from one further up where the page ends too early."""
        index = min(top[0], self.count - 1)
        top = (index, min(top[1], self._length(index) - 1))
        if self._ends_within(top, room):
            top = min(top, self.backward(self.last, room - 1))
        rows: list[Place] = []
        index, line = top
        while len(rows) < room and index < self.count:
            length = self._length(index)
            rows += [(index, at) for at in range(line, min(length, line + room - len(rows)))]
            index, line = index + 1, 0
        return rows

    def _ends_within(self, top: Place, room: int) -> bool:
        """Whether the page ends before the glass does."""
        index, line = top
        left = -line
        while left < room:
            if index == self.count:
                return True
            left += self._length(index)
            index += 1
        return False
