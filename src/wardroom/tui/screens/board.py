"""One board: its threads, one a line, however many there are."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Final, Literal

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import BoardWish, Place, ThreadLine
from wardroom.errors import WardroomError
from wardroom.forum.cases import STRETCH
from wardroom.language import _, marked, several
from wardroom.tui import keymap, offload
from wardroom.tui.messages import Compose, OpenThread, ReadOn
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.threads import thread_row, thread_words
from wardroom.tui.widgets.voices import SENTENCE_ROWS, line, sentence

PAGE: Final = 50
"""Lines asked for at a time."""
KEPT: Final = 1000
"""Lines kept before the list forgets those it showed first."""

Sort = Literal["activity", "unread", "unanswered"]
SORTS: Final[tuple[Sort, ...]] = ("activity", "unread", "unanswered")
_SAID: Final[dict[Sort, str]] = {
    "activity": marked("Newest first."),
    "unread": marked("Unread first."),
    "unanswered": marked("Unanswered first."),
}


class BoardScreen(Framed):
    """The threads of a board; their order stands still until ``Home`` or ``s`` asks for it anew.

    A stretch of the list is known, without a gap; it grows at either end as the cursor comes near it.
    """

    SPEAKS = "board"
    KEYS = ("list.open", "write.case", "read.next", "go.search", "board.sort", "app.help")
    BINDINGS = keymap.bindings("board")

    def __init__(self, board: BoardNo) -> None:
        super().__init__()
        self.board = board
        self.rows = Rows(self._row, lambda _index: bool(self._order), self._ahead)
        self._order: list[Place] = []
        self._places: dict[int, int] = {}
        self._is_known_to = {-1: False, 1: False}
        """Whether the stretch begins with the list's first thread (-1), and ends with its last (1)."""
        self._asked_to: dict[int, Place] = {}
        """Up to where the list was asked for, upwards and downwards."""
        self._seen_arrival = 0
        self._lines: dict[int, ThreadLine] = {}
        self._sort: Sort = "activity"

    def body(self) -> Iterable[Widget]:
        """One list, and the case under its cursor where there is room for it."""
        yield self.with_case(self.rows, self._post_at)

    def _post_at(self, index: int) -> tuple[EventNo, EventNo] | None:
        thread = self._order[index].thread if index < len(self._order) else None
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
        arrived = self.host.forum.cases.arrived_since(self.host.me, self.board, self._seen_arrival)
        new = len(arrived - self._places.keys())
        self.refresh_view()
        self.news = (
            several("{count} new, Home shows it", "{count} new, Home shows them", new).format(count=new) if new else ""
        )

    # --- the stretch that is known ---------------------------------------------------------------------------

    def _ask_order(self, edge: int = -1) -> None:
        """Begin anew at the top of the list, or at its end."""
        cases, me = self.host.forum.cases, self.host.me
        if edge < 0:
            self._seen_arrival = cases.newest_arrival()
            self.news = ""
        found = cases.order(me, self.board, self._sort, step=-edge)
        self._begin(found if edge < 0 else found[::-1])
        self._is_known_to = {edge: True, -edge: len(found) < STRETCH}

    def _begin(self, order: Sequence[Place]) -> None:
        self._order = list(order)
        self._asked_to = {-1: self._order[0], 1: self._order[-1]} if order else {}
        self._places = {place.thread: index for index, place in enumerate(self._order)}

    def _ahead(self, step: int, rows: int | None) -> None:
        """See to it that so many rows follow the cursor, where the list has so many."""
        if rows is None:
            if step < 0 or not self._is_known_to[step]:
                self._ask_order(step)
                self._lines.clear()
                self.rows.show(max(len(self._order), 1))
            return
        while not self._is_known_to[step] and self._beyond(step) < rows:
            self._grow(step)

    def _beyond(self, step: int) -> int:
        return self.rows.cursor if step < 0 else len(self._order) - 1 - self.rows.cursor

    def _grow(self, step: int) -> None:
        """One more piece of the list; a thread that moved meanwhile stays where it stands."""
        edge = self._asked_to[step]
        found = self.host.forum.cases.order(self.host.me, self.board, self._sort, beside=edge, step=step)
        self._is_known_to[step] = len(found) < STRETCH
        self._asked_to[step] = found[-1] if found else edge
        fresh = [place for place in found if place.thread not in self._places]
        if step > 0:
            self._places |= {place.thread: index for index, place in enumerate(fresh, len(self._order))}
            self._order += fresh
            self.rows.extend(after=len(fresh))
        elif fresh:
            self._order[:0] = reversed(fresh)
            self._places = {place.thread: index for index, place in enumerate(self._order)}
            self.rows.extend(before=len(fresh))

    def _go_to(self, place: Place) -> None:
        """The cursor to a thread of the list, wherever it stands."""
        if place.thread not in self._places:
            cases, me = self.host.forum.cases, self.host.me
            above = cases.order(me, self.board, self._sort, beside=place, step=-1)
            below = cases.order(me, self.board, self._sort, beside=place)
            self._begin([*reversed(above), place, *below])
            self._is_known_to = {-1: len(above) < STRETCH, 1: len(below) < STRETCH}
            self._show(cursor=len(above))
        self.rows.cursor = self._places[place.thread]

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
        thread = self._order[index].thread
        if thread not in self._lines:
            first = max(index - PAGE // 2, 0)
            wanted = [at.thread for at in self._order[first : first + PAGE] if at.thread not in self._lines]
            for found in self.host.forum.cases.lines(self.host.me, wanted):
                self._lines[found.thread] = found
            for old in list(self._lines)[: max(len(self._lines) - KEPT, 0)]:
                del self._lines[old]
        return self._lines.get(thread)

    # --- keys ------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """The thread under the cursor."""
        if self._order:
            self.post_message(OpenThread(self._order[self.rows.cursor].thread))

    def action_read_on(self) -> None:
        """The next unread post of this board, then of the next boards."""
        self.post_message(ReadOn(board=self.board))

    def action_next_unread(self, step: int) -> None:
        """To the next thread with something unread, without opening it."""
        found = self._unread_beside(step) if self._order else None
        if found is None:
            self.say(_("Nothing unread that way on this board. Space goes on to the next."))
        else:
            self._go_to(found)

    def _unread_beside(self, step: int) -> Place | None:
        """The nearest thread above or below with something unread: as the list stands, then as it would be asked for."""
        at = self.rows.cursor
        for index in range(at + step, min(max(at + step * (PAGE + 1), -1), len(self._order)), step):
            thread = self._line(index)
            if thread is not None and thread.unread:
                return self._order[index]
        here = self._order[at]
        for place in self.host.forum.cases.unread_places(self.host.me, self.board, self._sort)[::step]:
            is_that_way = (place.rank > here.rank) == (step > 0) and place.thread != here.thread
            if is_that_way and (self._places.get(place.thread, at + step) - at) * step > 0:
                return place
        return None

    async def action_bookmark(self) -> None:
        """Keep the thread under the cursor in one's bookmarks, or no longer."""
        if not self._order:
            return
        attention, me, post = self.host.forum.attention, self.host.me, self._order[self.rows.cursor].thread
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
