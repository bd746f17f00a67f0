"""Which posts of a thread are new, and which of them the reader has seen: from the first line to the last, or passed."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostView
from wardroom.tui.widgets.thread_page import Place, ThreadPage

State = tuple[list[int], set[EventNo], set[EventNo]]


class Unseen:
    """The new posts of a page, by block; ``tell`` hears of each one that was seen."""

    def __init__(self, page: ThreadPage, tell: Callable[[EventNo], None]) -> None:
        self.had_some = False
        """Whether anything was new since the thread was opened."""
        self._page = page
        self._tell = tell
        self._waiting: list[int] = []
        """Blocks of new posts that have not been seen yet, in order."""
        self._passed: set[EventNo] = set()
        self._begun: set[EventNo] = set()
        """New posts whose first line has been on the glass."""

    def clear(self) -> None:
        """Another thread."""
        self._waiting, self.had_some = [], False
        for kept in (self._page.new, self._passed, self._begun):
            kept.clear()

    def take(self, posts: Sequence[PostView]) -> None:
        """The posts as the forum has them, by block."""
        self._page.new.update(post.post for post in posts if post.is_unread)
        self._waiting = [index for index, post in enumerate(posts) if post.is_unread and post.post not in self._passed]
        self.had_some = self.had_some or bool(self._waiting)

    @property
    def state(self) -> State:
        """What ``restore`` takes back."""
        return self._waiting, set(self._page.new), set(self._passed)

    def restore(self, state: State) -> None:
        """As it was: the posts that were taken since are not shown yet."""
        self._waiting, self._page.new, self._passed = state

    def off_glass(self, top: Place | None, last: int, cursor: int) -> tuple[int, int]:
        """How many wait (above, below) a glass that begins at ``top`` and ends in block ``last``, but for the cursor's."""
        if top is None:
            return 0, len(self._waiting)
        others = [index for index in self._waiting if index != cursor]
        above = bisect_left(others, top[0] + 1 if top[1] else top[0])
        return above, len(others) - max(bisect_left(others, last), above)

    def after(self, index: int) -> int | None:
        """The next block that waits below one."""
        at = bisect_right(self._waiting, index)
        return self._waiting[at] if at < len(self._waiting) else None

    def before(self, index: int) -> int | None:
        """The next block that waits above one."""
        at = bisect_left(self._waiting, index)
        return self._waiting[at - 1] if at else None

    @property
    def first(self) -> int | None:
        """The first block that waits."""
        return self._waiting[0] if self._waiting else None

    def shown(self, rows: Sequence[Place]) -> None:
        """What has its last line on the glass, and had its first, has been seen."""
        top, last = rows[0], rows[-1]
        low, high = bisect_left(self._waiting, top[0]), bisect_right(self._waiting, last[0])
        for index in self._waiting[low:high]:
            number = self._page.number(index)
            if (index, 0) >= top:
                self._begun.add(number)
            if self._page.end_of(index) <= last and number in self._begun:
                self.passed(index)

    def passed(self, index: int) -> None:
        """Count the post of a block as seen, if it is new."""
        at = bisect_left(self._waiting, index)
        if at < len(self._waiting) and self._waiting[at] == index:
            self._waiting.pop(at)
            number = self._page.number(index)
            self._passed.add(number)
            self._tell(number)
