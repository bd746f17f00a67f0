"""One board: its threads, one a line, however many there are."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, Literal

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import BoardWish, ThreadLine
from wardroom.errors import WardroomError
from wardroom.language import _, marked, several
from wardroom.tui import keymap, offload
from wardroom.tui.messages import Compose, OpenThread, ReadOn
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.threads import thread_row, thread_words
from wardroom.tui.widgets.voices import SENTENCE_ROWS, line, sentence

PAGE: Final = 50
"""Threads asked for at a time."""
KEPT: Final = 1000
"""Threads kept before the list forgets those it showed first."""

Sort = Literal["activity", "unread", "unanswered"]
SORTS: Final[tuple[Sort, ...]] = ("activity", "unread", "unanswered")
_SAID: Final[dict[Sort, str]] = {
    "activity": marked("Newest first."),
    "unread": marked("Unread first."),
    "unanswered": marked("Unanswered first."),
}


class BoardScreen(Framed):
    """The threads of a board; their order stands still until ``Home`` or ``s`` asks for it anew."""

    SPEAKS = "board"
    KEYS = ("list.open", "write.case", "read.next", "go.search", "board.sort", "app.help")
    BINDINGS = keymap.bindings("board")

    def __init__(self, board: BoardNo) -> None:
        super().__init__()
        self.board = board
        self.rows = Rows(self._row, lambda _index: bool(self._order))
        self._order: Sequence[int] = ()
        self._places: dict[int, int] | None = None
        self._lines: dict[int, ThreadLine] = {}
        self._sort: Sort = "activity"

    def body(self) -> Iterable[Widget]:
        """One list, and the case under its cursor where there is room for it."""
        yield self.with_case(self.rows, self._post_at)

    def _post_at(self, index: int) -> tuple[EventNo, EventNo] | None:
        thread = EventNo(self._order[index]) if index < len(self._order) else None
        return (thread, thread) if thread is not None else None

    def refresh_view(self) -> None:
        """Ask for the lines on the glass again; the order only when there is none yet."""
        if not self._order:
            self._ask_order()
        board = self.host.forum.boards.line(self.host.me, self.board)
        self.header.place = board.title or board.name
        self.header.beside = board.audience
        self._lines.clear()
        self._show()

    def refresh_news(self) -> None:
        """Marks change where they stand; what is new is told, not put in between."""
        fresh = self.host.forum.cases.order(self.host.me, self.board, self._sort)
        new = len(set(fresh) - self._place_of().keys())
        self.refresh_view()
        self.news = (
            several("{count} new, Home shows it", "{count} new, Home shows them", new).format(count=new) if new else ""
        )

    def _ask_order(self) -> None:
        self._order = self.host.forum.cases.order(self.host.me, self.board, self._sort)
        self._places = None
        self.news = ""

    def _place_of(self) -> dict[int, int]:
        if self._places is None:
            self._places = {thread: index for index, thread in enumerate(self._order)}
        return self._places

    def _show(self, cursor: int | None = None) -> None:
        self.rows.show(len(self._order) or SENTENCE_ROWS, cursor=cursor)

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        if not self._order:
            return sentence(_("No case here yet. n posts the first."), index, width)
        thread = self._line(index)
        if thread is None:
            return line([], width)
        paint = thread_words if self.host.is_plain else thread_row
        return paint(thread, width, self.host.now_ms(), with_board=False)

    def _line(self, index: int) -> ThreadLine | None:
        """The line of a thread, asked for with its neighbours."""
        thread = self._order[index]
        if thread not in self._lines:
            first = max(index - PAGE // 2, 0)
            wanted = [EventNo(no) for no in self._order[first : first + PAGE] if no not in self._lines]
            for found in self.host.forum.cases.lines(self.host.me, wanted):
                self._lines[found.thread] = found
            for old in list(self._lines)[: max(len(self._lines) - KEPT, 0)]:
                del self._lines[old]
        return self._lines.get(thread)

    # --- keys ------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """The thread under the cursor."""
        if self._order:
            self.post_message(OpenThread(EventNo(self._order[self.rows.cursor])))

    def action_read_on(self) -> None:
        """The next unread post of this board, then of the next boards."""
        self.post_message(ReadOn(board=self.board))

    def action_next_unread(self, step: int) -> None:
        """To the next thread with something unread, without opening it."""
        index = self._unread_after() if step > 0 else self._unread_before()
        if index is not None:
            self.rows.cursor = index
            return
        self.say(_("Nothing unread that way on this board. Space goes on to the next."))

    def _unread_after(self) -> int | None:
        if not self._order:
            return None
        at = self.rows.cursor
        for index in range(at + 1, min(at + 1 + PAGE, len(self._order))):
            thread = self._line(index)
            if thread is not None and thread.unread:
                return index
        found = self.host.forum.inbox.next_unread(self.host.me, EventNo(self._order[at]), self.board)
        index = self._place_of().get(found[0], -1) if found is not None else -1
        return index if index > at else None

    def _unread_before(self) -> int | None:
        for index in range(self.rows.cursor - 1, max(self.rows.cursor - 1 - KEPT, -1), -1):
            thread = self._line(index)
            if thread is not None and thread.unread:
                return index
        return None

    async def action_bookmark(self) -> None:
        """Keep the thread under the cursor in one's bookmarks, or no longer."""
        if not self._order:
            return
        attention, me, post = self.host.forum.attention, self.host.me, EventNo(self._order[self.rows.cursor])
        is_on = not attention.is_bookmarked(me, post)
        if await self._written(partial(attention.bookmark, is_on=is_on), me, post):
            self.say(_("Kept in your bookmarks, M.") if is_on else _("No longer in your bookmarks."))

    async def action_follow(self) -> None:
        """Subscribe to this board, or no longer."""
        await self._wish("subscribed", _("Subscribed: what is new here stands on your brief."))

    async def action_mute(self) -> None:
        """Mute this board, or no longer."""
        await self._wish("muted", _("Muted: nothing of this board reaches your brief."))

    async def _wish(self, wish: BoardWish, said: str) -> None:
        forum, me = self.host.forum, self.host.me
        wanted: BoardWish = "" if forum.boards.line(me, self.board).wish == wish else wish
        if await self._written(forum.attention.wish, me, self.board, wanted):
            self.show_header()
            self.say(said if wanted else _("As any other board again."))

    async def _written(self, work: Callable[..., object], *args: object) -> bool:
        """Write beside the event loop; whether it was possible."""
        try:
            await offload.call(work, *args)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
            return False
        return True

    def action_new_case(self) -> None:
        """Compose for this board."""
        self.post_message(Compose("case", board=self.board))

    def action_sort(self) -> None:
        """The next order; the cursor goes to the top of it."""
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self._ask_order()
        self._show(cursor=0)
        self.rows.action_edge(-1)
        self.say(_(_SAID[self._sort]))

    def on_rows_edge(self, event: Rows.Edge) -> None:
        """At the top is the moment to let in what has come since."""
        event.stop()
        if event.step < 0 and self.news:
            self._ask_order()
            self._lines.clear()
            self._show(cursor=0)
