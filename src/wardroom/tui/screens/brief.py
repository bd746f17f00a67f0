"""The first screen: what happened since the member was last here, and what wants an answer now."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.text import cut, display_width, wrap
from wardroom.domain.views import BoardLine, BriefView, ThreadLine, counted
from wardroom.language import _, marked, several
from wardroom.terminal import signs
from wardroom.tui import keymap
from wardroom.tui.messages import Compose, OpenDrafts, OpenGathered, OpenModeration, OpenThread, ReadOn
from wardroom.tui.widgets.ages import since
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.threads import thread_row, thread_words
from wardroom.tui.widgets.voices import ACCENT, ALARM, BOLD, DIM, PLAIN, Run, line

JUST_BACK_MS = 1500
"""So long after coming back, what was read there is taken out of the list."""
URGENT_MOST = 6
"""More than these, and the first screen would hold nothing else."""

PURPOSE = marked("""\
A place to think aloud with colleagues about cases, while the shift goes on: ask one question, give what you know, \
come back with the outcome.""")
NO_IDENTIFIERS = marked("""\
No patient identifiers: no names, dates, places or numbers that could lead to a person. Ages go in bands, times \
count from T0. Wardroom marks what it recognises before you post; the rest is yours to see.""")


class _Row(Struct, frozen=True):
    """A line of the brief: a thread, or words of ours, which may open something."""

    thread: ThreadLine | None = None
    runs: tuple[Run, ...] = ()
    wish: Message | None = None
    """What a line of words opens."""


class BriefScreen(Framed):
    """What matters now, on one screen."""

    SPEAKS = "brief"
    KEYS = ("move", "list.open", "write.case", "go.search", "go.boards", "read.on", "app.help")
    BINDINGS = keymap.bindings("brief")

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(self._row, self._can_stop)
        self._lines: list[_Row] = []
        self._view: BriefView | None = None
        self._came_back_ms = 0

    def body(self) -> Iterable[Widget]:
        """One list, and the case under its cursor where there is room for it."""
        yield self.with_case(self.rows, self._post_at)

    def _post_at(self, index: int) -> tuple[EventNo, EventNo] | None:
        thread = self._thread_at(index)
        return (thread.thread, thread.thread) if thread is not None else None

    def refresh_view(self) -> None:
        """Ask again; the cursor stays with its thread, else with its place in the list."""
        at = self._thread_at(self.rows.cursor)
        self._view = self.host.forum.inbox.brief(self.host.me)
        self.header.place = self.host.forum.site_name
        self.news = ""
        self._lay_out(at)

    def refresh_news(self) -> None:
        """Counts and marks change where they stand; new threads wait for ``b``, save just after coming back."""
        known, forum, me = self._view, self.host.forum, self.host.me
        if known is None or self.host.now_ms() - self._came_back_ms < JUST_BACK_MS:
            self.refresh_view()
            return
        fresh = forum.inbox.brief(me)
        shown = {thread.thread for thread in (*known.urgent, *known.unread, *known.notices)}
        lines = {line.thread: line for line in forum.cases.lines(me, sorted(shown))}

        def now(threads: tuple[ThreadLine, ...]) -> tuple[ThreadLine, ...]:
            return tuple(lines.get(thread.thread, thread) for thread in threads)

        self._view = replace(
            fresh,
            since_ms=known.since_ms,
            is_first_visit=known.is_first_visit,
            urgent=now(known.urgent),
            unread=now(known.unread),
            notices=now(known.notices),
        )
        new = len({thread.thread for thread in (*fresh.urgent, *fresh.unread, *fresh.notices)} - shown)
        self.news = (
            several("{count} new, b shows it", "{count} new, b shows them", new).format(count=new) if new else ""
        )
        self._lay_out(self._thread_at(self.rows.cursor))

    def on_screen_resume(self) -> None:
        """What was read a moment ago may still be on its way into the file."""
        if self._is_shown:
            self._came_back_ms = self.host.now_ms()

    def on_resize(self) -> None:
        """Words of ours wrap anew."""
        if self._view is not None:
            self._lay_out(self._thread_at(self.rows.cursor))

    # --- the lines -------------------------------------------------------------------------------------------

    def _lay_out(self, at: ThreadLine | None) -> None:
        view = self._view
        assert view is not None
        width = max((self.panes.list_columns if self.panes else self.size.width) - 4, 16)
        self._lines = [*self._opening(view, width)]
        if view.urgent:
            self._lines.append(_words((_("! need an answer now"), ALARM)))
            self._lines += [_Row(thread) for thread in view.urgent[:URGENT_MOST]]
            self._lines.append(_words())
        self._lines += self._counts(view)
        notices = [_Row(thread) for thread in view.notices if thread not in view.unread]
        self._lines += notices
        if view.boards:
            self._lines += self._boards(view.boards, width)
        else:
            self._lines += [
                _words((text, PLAIN))
                for text in wrap(
                    _("No board is open yet. An administrator opens the first: wardroom board add NAME."), width
                )
            ]
        urgent = {thread.thread for thread in view.urgent[:URGENT_MOST]}
        unread = [thread for thread in view.unread if thread.thread not in urgent]
        if unread:
            self._lines += [_words(), _words((_("Unread"), DIM))]
            self._lines += [_Row(thread) for thread in unread]
        elif view.boards and not view.urgent:
            self._lines += [
                _words(),
                *[
                    _words((text, DIM))
                    for text in wrap(
                        _("Nothing new. g shows the boards, n posts a case, / finds what was said before."), width
                    )
                ],
            ]
        threads = [index for index, row in enumerate(self._lines) if row.thread is not None]
        same = [index for index in threads if at is not None and self._thread_no(index) == at.thread]
        cursor = same[0] if same else min(self.rows.cursor, max(len(self._lines) - 1, 0))
        self.rows.show(len(self._lines), cursor=cursor)

    def _opening(self, view: BriefView, width: int) -> Iterable[_Row]:
        if view.is_first_visit:
            yield _words((_("Welcome."), BOLD))
            for paragraph, voice in ((PURPOSE, PLAIN), (NO_IDENTIFIERS, BOLD)):
                yield _words()
                for text in wrap(_(paragraph), min(width, 84)):
                    yield _words((text, voice))
            yield _words()
        elif view.since_ms is not None:
            yield _words((_("Since {when}").format(when=since(view.since_ms, self.host.now_ms())), DIM))
            yield _words()

    def _counts(self, view: BriefView) -> list[_Row]:
        """A line for each thing that calls on the member; opening it shows what it counts."""

        def row(sign: str, words: str, wish: Message) -> _Row:
            mark: tuple[Run, ...] = () if self.host.is_plain else ((f"{sign} ", ACCENT),)
            return _Row(runs=(*mark, (words, PLAIN)), wish=wish)

        counts = (
            (view.answers, signs.REPLIES, _("{count} answered you"), OpenGathered("answers")),
            (view.named, signs.NAMED, _("{count} named you"), OpenGathered("named")),
            (view.followed, signs.FOLLOWED, _("{count} new in cases you follow"), OpenGathered("followed")),
            (view.subscribed, signs.FOLLOWED, _("{count} new on boards you subscribe to"), OpenGathered("subscribed")),
            (
                view.outcomes_due, signs.DUE,
                several("{count} outcome due from you", "{count} outcomes due from you", view.outcomes_due),
                OpenGathered("due"),
            ),
            (view.drafts, signs.DRAFT, several("{count} draft, D", "{count} drafts, D", view.drafts), OpenDrafts()),
            (
                view.waiting, signs.FLAGGED,
                several("{count} thing waits for a moderator, O", "{count} things wait for a moderator, O", view.waiting),
                OpenModeration(),
            ),
            (
                view.told, signs.FLAGGED,
                several("{count} thing was done about your posts, O", "{count} things were done about your posts, O", view.told),
                OpenModeration(),
            ),
        )  # fmt: skip
        return [row(sign, words.format(count=counted(count)), wish) for count, sign, words, wish in counts if count]

    def _boards(self, boards: tuple[BoardLine, ...], width: int) -> list[_Row]:
        if self.host.is_plain:
            return [
                _words(
                    (
                        _("{board}: {count} new").format(board=board.title or board.name, count=counted(board.unread)),
                        PLAIN,
                    )
                )
                for board in boards
                if board.unread
            ]
        parts: list[tuple[Run, ...]] = []
        for board in boards:
            name = (board.title or board.name, PLAIN if board.unread else DIM)
            parts.append((name, (f" {counted(board.unread)}", BOLD)) if board.unread else (name,))
        return _flow(parts, width, between=" · ", head=_("Boards") + "  ")

    def _thread_no(self, index: int) -> int | None:
        thread = self._thread_at(index)
        return thread.thread if thread is not None else None

    def _thread_at(self, index: int) -> ThreadLine | None:
        return self._lines[index].thread if index < len(self._lines) else None

    def _can_stop(self, index: int) -> bool:
        return index < len(self._lines) and (self._thread_at(index) is not None or self._lines[index].wish is not None)

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        if index >= len(self._lines):
            return Strip.blank(width)  # the list beside a case counts the rows of before until it is copied anew
        row = self._lines[index]
        if row.thread is not None:
            paint = thread_words if self.host.is_plain else thread_row
            return paint(row.thread, width, self.host.now_ms(), with_board=True)
        # Words of ours begin one column before the rows' signs, where the header's place begins.
        return line(row.runs, width)

    # --- keys ------------------------------------------------------------------------------------------------

    def action_open(self) -> None:
        """The thread under the cursor, or what a count counts."""
        thread = self._thread_at(self.rows.cursor)
        if thread is not None:
            self.post_message(OpenThread(thread.thread))
        elif self._can_stop(self.rows.cursor) and (wish := self._lines[self.rows.cursor].wish) is not None:
            self.post_message(wish)

    def action_read_on(self) -> None:
        """The first unread post of the forum."""
        self.post_message(ReadOn())

    def action_next_unread(self, step: int) -> None:
        """The next thread here with something unread."""
        index = self.rows.cursor + step
        while 0 <= index < len(self._lines):
            thread = self._thread_at(index)
            if thread is not None and thread.unread:
                self.rows.cursor = index
                return
            index += step
        self.say(_("Nothing unread that way."))

    def action_new_case(self) -> None:
        """Compose; the board is chosen there."""
        self.post_message(Compose("case"))


def _words(*runs: Run) -> _Row:
    return _Row(runs=runs)


def _flow(parts: list[tuple[Run, ...]], width: int, *, between: str, head: str = "") -> list[_Row]:
    """Short pieces one after the other, on as many lines as they take; ``head`` stands before the first alone."""
    rows: list[_Row] = []
    runs: list[Run] = [(head, DIM)]
    used = display_width(head)
    is_first = True
    for part in parts:
        columns = sum(display_width(text) for text, _ in part)
        if not is_first and used + len(between) + columns > width:
            rows.append(_words(*runs))
            runs, used, is_first = [(" " * display_width(head), PLAIN)], display_width(head), True
        if not is_first:
            runs.append((between, DIM))
            used += len(between)
        runs += [(cut(text, width), voice) for text, voice in part]
        used += columns
        is_first = False
    return [*rows, _words(*runs)]
