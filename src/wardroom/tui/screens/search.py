"""Search: a line to type in, and the newest posts that hold what stands in it."""

from collections.abc import Iterable
from typing import Final

from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from wardroom.domain.ids import EventNo
from wardroom.domain.mentions import offered
from wardroom.domain.text import check_line, cut, display_width, pad
from wardroom.domain.views import SearchHit
from wardroom.errors import WardroomError
from wardroom.language import _, marked, several
from wardroom.terminal import signs
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs.write import Write
from wardroom.tui.messages import OpenThread
from wardroom.tui.widgets.ages import age_column, age_columns
from wardroom.tui.widgets.entry import Entry
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.names import Offered, offer_line
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.threads import board_column
from wardroom.tui.widgets.voices import BOLD, DIM, PLAIN, SENTENCE_ROWS, Run, line, sentence

PAUSE_S: Final = 0.15
"""Typing is over when no key came for so long."""
PAGE: Final = 50
NAME_MAX: Final = 40
"""Characters of a saved search's name."""

OPENING: Final = marked("Type what you remember: a drug, a sign, a colleague's words.")
HINTS: Final = (
    ("calcium hyperkalaemia", marked("both words")),
    ('"wide complex"', marked("the words side by side")),
    ("bicarb OR lipid", marked("one of them")),
    ('MI  "MI"', marked("also: myocardial infarction; in quotes only so")),
    ("brady*", marked("every word that begins so")),
    ("-paediatric", marked("without the word")),
    ("author:lea board:tox", marked("who wrote it, and where")),
    ("is:unanswered acuity:ctas:1", marked("state and acuity; also is:unread, is:mine")),
    ("after:7d tag:ecg", marked("since when, and about what")),
    ("cc:syncope", marked("cases of this complaint")),
)
"""What may be typed, and what it does."""
HINT_ROWS: Final = SENTENCE_ROWS + len(HINTS)
EXAMPLE_COLUMNS: Final = 30
MEANING_FROM: Final = 48
"""From this width on what an example does stands beside it."""
AUTHOR: Final = "author:"


class SearchScreen(Framed):
    """Results as one types; the cursor keys move in them, ⏎ opens, Tab goes into the list."""

    SPEAKS = "search"
    KEYS = ("list.open", "search.list", "search.save")
    BINDINGS = keymap.bindings("search")
    DEFAULT_CSS = "SearchScreen Entry, SearchScreen Entry:focus { padding: 0 2; margin: 0 0 1 0; }"

    def __init__(self, text: str = "", *, name: str = "") -> None:
        """``name``: what a saved search is called; its hits have the keys, not the line."""
        super().__init__()
        self._saved_name = name
        self.entry = Entry(placeholder=_("search all boards"))
        self.rows = Rows(self._row, self._can_stop)
        self._first_text = text
        self._hits: list[SearchHit] = []
        self._suggestions: tuple[str, ...] = ()
        """What may have been meant, offered below what was found."""
        self._is_more = False
        self._asked = ""
        self._offered: Offered = ()
        """Members whose name may be meant behind ``author:``."""
        self._timer: Timer | None = None

    def body(self) -> Iterable[Widget]:
        """The line over the list, and the case under its cursor where there is room for it."""
        yield self.with_case(self.rows, self._post_at, above=(self.entry,), title=lambda: self.entry.value)

    def _post_at(self, index: int) -> tuple[EventNo, EventNo] | None:
        hit = self._hits[index] if index < len(self._hits) else None
        return (hit.thread, hit.post) if hit is not None else None

    def footer(self) -> tuple[tuple[str, str], ...]:
        """While one types, letters are letters: these keys stay keys."""
        return (*super().footer(), ("↑↓", _("move")), ("Esc", _("back")), ("F1", _("help")))

    def on_mount(self) -> None:
        """Ready to type."""
        self.header.place = _("Search")
        self.entry.value = self._first_text
        if self._saved_name:
            self.header.place = self._saved_name
            self.rows.focus()
        else:
            self.entry.focus()

    def refresh_view(self) -> None:
        """Ask for what stands in the line."""
        text = self.entry.value.strip()
        at = self.rows.cursor if text == self._asked else 0
        self._asked = text
        self._hits, self._suggestions, self._is_more, said = [], (), False, ""
        if text:
            try:
                page = self.host.forum.search.find(self.host.me, text, limit=PAGE)
            except WardroomError as error:
                said = str(error)
            else:
                self._hits, self._is_more = list(page.hits), page.is_more
                said = " ".join(page.notes) or cut(page.also_said, max(self.size.width - 6, 8))
                self._suggestions = self.host.forum.search.suggestions(self.host.me, text, page)
        if self._hits:
            count = len(self._hits)
            found = several("{count} found", "{count} found", count).format(count=count)
            self.header.beside = _("{count} newest").format(count=PAGE) if self._is_more else found
        else:
            self.header.beside = ""
        self.news = self._offer() or said
        below = self._suggested_at + len(self._suggestions) if self._suggestions else len(self._hits)
        self.rows.show(below or HINT_ROWS, cursor=at)

    @property
    def _suggested_at(self) -> int:
        """The row of the first suggestion: below the hits, or below the sentence that there are none."""
        return len(self._hits) + 1 if self._hits else SENTENCE_ROWS

    def _can_stop(self, index: int) -> bool:
        """The cursor rests on hits and on suggestions."""
        return index < len(self._hits) or 0 <= index - self._suggested_at < len(self._suggestions)

    def refresh_news(self) -> None:
        """A search stands still; it is asked again when something is typed or one comes back."""

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask when the typing pauses."""
        event.stop()
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(PAUSE_S, self.refresh_view)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """⏎ in the line opens what the cursor is on."""
        event.stop()
        if self.entry.value.strip() != self._asked:
            self.refresh_view()
        else:
            self.action_open()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Near the end of the list, ask for the next page."""
        event.stop()
        if self._is_more and event.index >= len(self._hits) - 5:
            page = self.host.forum.search.find(self.host.me, self._asked, limit=PAGE, before=self._hits[-1].version)
            self._hits += page.hits
            self._is_more = page.is_more
            self.rows.show(len(self._hits))

    # --- names -----------------------------------------------------------------------------------------------

    def _typed_author(self) -> str:
        """What of an author's name stands before the cursor."""
        word = self.entry.value[: self.entry.cursor_position].rpartition(" ")[2].lower().removeprefix("-")
        return word.removeprefix(AUTHOR) if word.startswith(AUTHOR) else ""

    def _offer(self) -> str:
        """The line that offers the members whose name is being typed; nothing where none is."""
        typed = self._typed_author()
        self._offered = offered(typed, self.host.forum.cards.readers(self.host.me)) if typed else ()
        if not self._offered:
            return ""
        [(key, _label)] = keymap.footer(self.SPEAKS, ("search.name",), self.host.remapped)
        line = offer_line(self._offered, max(self.size.width - 6, 8), key, before=AUTHOR)
        return " · ".join(text.strip() for text, _voice in line)

    def action_take_name(self) -> None:
        """Take the first name that is offered."""
        if self._offered and (typed := self._typed_author()):
            at, value = self.entry.cursor_position, self.entry.value
            name = self._offered[0][1]
            self.entry.value = value[: at - len(typed)] + name + value[at:]
            self.entry.cursor_position = at - len(typed) + len(name)
            self.refresh_view()

    # --- lines -----------------------------------------------------------------------------------------------

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        if index < len(self._hits):
            return self._hit(self._hits[index], width)
        if 0 <= index - self._suggested_at < len(self._suggestions):
            return line([(_("Did you mean  "), DIM), (self._suggestions[index - self._suggested_at], PLAIN)], width)
        if self._hits or not index:
            return line([], width)
        if not self._asked:
            return self._hint(index - 1, width)
        said = _("Nothing holds “{query}”.").format(query=cut(self._asked, width - 18))
        if not self._suggestions:
            said += "\n" + _("Fewer words find more; the beginning of one and * finds all that begin so.")
        return sentence(said, index - 1, width)

    @staticmethod
    def _hint(index: int, width: int) -> Strip:
        """What may be typed; on a narrow glass without what it does."""
        if index < SENTENCE_ROWS - 1:
            return sentence(_(OPENING), index, width)
        example, meaning = HINTS[index - SENTENCE_ROWS + 1] if index - SENTENCE_ROWS + 1 < len(HINTS) else ("", "")
        if width < MEANING_FROM:
            return line([(cut(example, width), PLAIN)], width)
        return line([(pad(example, EXAMPLE_COLUMNS), PLAIN), (cut(_(meaning), width - EXAMPLE_COLUMNS), DIM)], width)

    def _hit(self, hit: SearchHit, width: int) -> Strip:
        sign, voice = (signs.UNREAD, PLAIN) if hit.unread else (" ", PLAIN)
        runs: list[Run] = [(pad(sign, 2), voice), (age_column(hit.created_ms, self.host.now_ms()), DIM)]
        room = width - 5 - age_columns()
        if width >= 58:
            runs.append((board_column(hit.board_name) + " ", DIM))
            room -= 7
        title = min(max(room * 2 // 5, 12), 44) if width >= 58 else 0
        if title:
            runs.append((pad(hit.title, title) + "  ", BOLD if hit.unread else PLAIN))
        runs += _marked(hit, max(room - title - 2, 0))
        return line(runs, width)

    # --- keys ------------------------------------------------------------------------------------------------

    def action_into_list(self) -> None:
        """From the line into the list, and back."""
        (self.entry if self.rows.has_focus else self.rows).focus()

    def action_save(self) -> None:
        """Keep the search under the first free number key, by a name."""
        text = self.entry.value.strip()
        if not text:
            self.say(_("Type a search first; then it can be kept."))
            return

        async def keep(name: str) -> None:
            saved = await offload.call(self.host.forum.saved.add, self.host.me, text, name)
            kept.append(saved.number)

        def told(name: str | None) -> None:
            if name is not None:
                said = _("Kept: {number} on the brief and on boards opens it, V lists all.")
                self.say(said.format(number=kept[-1]))

        kept: list[int] = []
        question = _("A name for this search; a number key will open it.")
        dialog = Write(question, _line_of, is_one_line=True, done=_("keep"), text=text[:NAME_MAX], submit=keep)
        self.app.push_screen(dialog, told)

    def action_search(self) -> None:
        """``/`` in the list goes back to the line."""
        self.entry.focus()

    def action_move(self, step: int) -> None:
        """The cursor keys move in the list while one types."""
        self.rows.action_move(step)

    def action_page(self, step: int) -> None:
        """So do the page keys."""
        self.rows.action_page(step)

    def action_open(self) -> None:
        """The post under the cursor, in its thread."""
        index = self.rows.cursor
        if index < len(self._hits):
            self.post_message(OpenThread(self._hits[index].post))
        elif 0 <= index - self._suggested_at < len(self._suggestions):
            self.entry.value = self._suggestions[index - self._suggested_at]
            self.refresh_view()


def _line_of(name: str) -> str:
    return check_line(name, "name", longest=NAME_MAX)


def _marked(hit: SearchHit, width: int) -> list[Run]:
    """The snippet on ``width`` columns, beginning near the first hit, with every hit in bold."""
    text = hit.snippet.translate({10: " ", 9: " "})
    begin = 0
    if hit.spans and display_width(text[: hit.spans[0][1]]) > width:
        begin = max(hit.spans[0][0] - width // 3, 0)
    shown = cut(("…" if begin else "") + text[begin:], width)
    shift = begin - (1 if begin else 0)
    end = len(shown) - (1 if shown.endswith("…") else 0)
    runs: list[Run] = []
    at = 0
    for first, last in hit.spans:
        first, last = max(first - shift, at), min(last - shift, end)
        if first < last:
            runs += [(shown[at:first], DIM), (shown[first:last], BOLD)]
            at = last
    return [*runs, (shown[at:], DIM)]
