"""All boards the member may read, by circle, with what is unread in each."""

from collections.abc import Iterable

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import cut, display_width, pad
from wardroom.domain.views import COUNTED, BoardLine, BoardWish, counted
from wardroom.errors import WardroomError
from wardroom.language import _, several
from wardroom.terminal import signs
from wardroom.tui import keymap, offload
from wardroom.tui.messages import Compose, OpenBoard, ReadOn
from wardroom.tui.widgets.ages import age_column
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import BOLD, DIM, PLAIN, Run, line


def _unread(count: int) -> str:
    return several("{count} unread", "{count} unread", count).format(count=counted(count))


class BoardsScreen(Framed):
    """One line a board, under the circle whose sites see it."""

    SPEAKS = "boards"
    KEYS = ("move", "list.open", "write.case", "read.on", "go.search", "go.back", "app.help")
    BINDINGS = keymap.bindings("boards")

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(self._row, self._can_stop)
        self._lines: list[BoardLine | str] = []

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield self.rows

    def refresh_view(self) -> None:
        """Ask again; the cursor stays with its board."""
        at = self._board_at(self.rows.cursor)
        self.header.place = _("Boards")
        self.header.beside = self.host.forum.site_name
        lines: list[BoardLine | str] = []
        circle = None
        for board in self.host.forum.boards.lines(self.host.me, most=COUNTED):
            if board.circle != circle:
                circle = board.circle
                lines += ([""] if lines else []) + [board.audience]
            lines.append(board)
        if not lines:
            lines = [_("No board is open yet."), _("An administrator opens the first: wardroom board add NAME.")]
        self._lines = lines
        same = [
            index
            for index, row in enumerate(lines)
            if at is not None and isinstance(row, BoardLine) and row.board == at.board
        ]
        self.rows.show(len(lines), cursor=same[0] if same else self.rows.cursor)

    def _board_at(self, index: int) -> BoardLine | None:
        row = self._lines[index] if index < len(self._lines) else None
        return row if isinstance(row, BoardLine) else None

    def _can_stop(self, index: int) -> bool:
        return self._board_at(index) is not None

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        row = self._lines[index]
        if isinstance(row, str):
            return line([(row, DIM)], width)
        if self.host.is_plain:
            return self._row_in_words(row, width)
        is_narrow = width < 58
        sign, voice = (signs.UNREAD, PLAIN) if row.unread else (signs.READ, DIM)
        unread = _unread(row.unread) if row.unread and not is_narrow else counted(row.unread) if row.unread else ""
        unread_columns = max(display_width(several("{count} unread", "{count} unread", 2).format(count="")) + 4, 11)
        loud = DIM if row.wish == "muted" else BOLD
        runs: list[Run] = [(pad(sign, 2), voice), (age_column(row.activity_ms, self.host.now_ms()), DIM)]
        ends: list[Run] = [(unread.rjust(6 if is_narrow else unread_columns), loud)]
        if not is_narrow:
            ends.append((f"{counted(row.threads or 0):>6}", DIM))
        room = max(width - sum(display_width(text) for text, _voice in (*runs, *ends)) - 1, 0)
        title = row.title or row.name
        first = room if is_narrow else min(max(room // 3, 16), 24, room)
        runs.append((pad(title, first), loud if row.unread else PLAIN))
        marks = [_(row.wish) if row.wish else "", _("members only") if row.is_room else "", row.about]
        about = " · ".join(mark for mark in marks if mark)
        runs.append((pad(f"  {about}", room - first), DIM))
        return line([*runs, *ends], width)

    def _row_in_words(self, row: BoardLine, width: int) -> Strip:
        """The board as one spoken line."""
        parts = [
            row.title or row.name,
            _unread(row.unread) if row.unread else "",
            several("{count} thread", "{count} threads", row.threads or 0).format(count=counted(row.threads or 0)),
            _(row.wish) if row.wish else "",
            _("members only") if row.is_room else "",
            row.about,
        ]
        return line([(cut(", ".join(part for part in parts if part), width), PLAIN)], width)

    def action_open(self) -> None:
        """The board under the cursor."""
        board = self._board_at(self.rows.cursor)
        if board is not None:
            self.post_message(OpenBoard(board.board))

    def action_read_on(self) -> None:
        """The first unread post of the board under the cursor, or after it."""
        board = self._board_at(self.rows.cursor)
        self.post_message(ReadOn(board=board.board if board is not None else None))

    def action_next_unread(self, step: int) -> None:
        """The next board with something unread."""
        index = self.rows.cursor + step
        while 0 <= index < len(self._lines):
            board = self._board_at(index)
            if board is not None and board.unread:
                self.rows.cursor = index
                return
            index += step
        self.say(_("Nothing unread that way."))

    async def action_follow(self) -> None:
        """Subscribe to the board under the cursor, or no longer."""
        await self._wish("subscribed", _("Subscribed: what is new here stands on your brief."))

    async def action_mute(self) -> None:
        """Mute the board under the cursor, or no longer."""
        await self._wish("muted", _("Muted: nothing of this board reaches your brief."))

    async def _wish(self, wish: BoardWish, said: str) -> None:
        board = self._board_at(self.rows.cursor)
        if board is None:
            return
        wanted: BoardWish = "" if board.wish == wish else wish
        try:
            await offload.call(self.host.forum.attention.wish, self.host.me, board.board, wanted)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
            return
        self.show_header()
        self.refresh_view()
        self.say(said if wanted else _("As any other board again."))

    def action_new_case(self) -> None:
        """Compose for the board under the cursor."""
        board = self._board_at(self.rows.cursor)
        self.post_message(Compose("case", board=board.board if board is not None else None))
