"""The frame of every screen: a header line, two thin rules, and one line of live keys that also carries a sentence."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, ClassVar, Protocol, cast

from textual.app import ComposeResult
from textual.geometry import Offset
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.text import cut, display_width, wrap
from wardroom.domain.views import CaseView, Me, counted
from wardroom.errors import WardroomError
from wardroom.language import _, several
from wardroom.terminal import signs
from wardroom.tui import keymap
from wardroom.tui.messages import ForumChanged
from wardroom.tui.widgets.ages import age
from wardroom.tui.widgets.panes import ListAndCase, PostAt
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import ACCENT, ALARM, BOLD, DIM, PLAIN, Run, line

if TYPE_CHECKING:
    from wardroom.config import Config
    from wardroom.forum import Forum

LOW = 16
"""Rows of a glass on which nothing is left empty."""
MARGIN = 1
"""Columns left free on both sides of a frame's lines."""


class Host(Protocol):
    """What a screen may ask of the app it is shown by."""

    @property
    def forum(self) -> "Forum":
        """The door to everything that is stored."""
        ...

    @property
    def me(self) -> Me:
        """Who is looking."""
        ...

    @property
    def config(self) -> "Config":
        """What the session was told from outside."""
        ...

    @property
    def unread_posts(self) -> int:
        """Posts the member has not seen."""
        ...

    @property
    def remapped(self) -> Mapping[str, str]:
        """Keys by binding id, where they are not those of the table."""
        ...

    @property
    def is_plain(self) -> bool:
        """Whether the glass is for listening."""
        ...

    @property
    def is_kiosk(self) -> bool:
        """Whether whoever sits here has nothing but this session."""
        ...

    def now_ms(self) -> int:
        """The wall clock, for ages."""
        ...


class Header(Widget):
    """Where one is on the left; who one is and what waits on the right."""

    DEFAULT_CSS = "Header { height: 1; }"

    place: reactive[str] = reactive("")
    """The screen's name, or the board's."""
    beside: reactive[str] = reactive("")
    """What belongs to the place and gives way first: a circle, "case"."""
    right: reactive[tuple[str, ...]] = reactive(())
    """From the most important to the least; what does not fit is left out from the end."""

    def render_line(self, y: int) -> Strip:
        """The one line of it."""
        width = self.size.width
        room = max(width - 2 * MARGIN, 0)
        place = cut(self.place, room)
        left = display_width(place)
        kept: list[str] = []
        for part in self.right:
            if left + 3 + sum(display_width(k) + 3 for k in kept) + display_width(part) <= room:
                kept.append(part)
        # The order on the glass is that of reading: who, what waits, how fresh.
        shown = [part for part in reversed(self.right) if part in kept]
        right = "   ".join(shown)
        runs: list[Run] = [(" " * MARGIN, PLAIN), (place, BOLD)]
        free = room - left - display_width(right)
        beside = cut(self.beside, free - 6) if self.beside and free > 12 else ""
        if beside:
            runs.append((f" · {beside}", DIM))
            free -= display_width(beside) + 3
        runs += [(" " * max(free, 0), PLAIN), (right, DIM)]
        return line(runs, width)


class Rule(Widget):
    """A thin line over the whole width; under the list it may carry a sentence."""

    DEFAULT_CSS = "Rule { height: 1; }"

    sentence: reactive[str] = reactive("")
    is_alarm: reactive[bool] = reactive(False)

    def render_line(self, y: int) -> Strip:
        """The one line of it."""
        width = self.size.width
        text = cut(self.sentence, max(width - 6, 0))
        if not text:
            return line([(signs.RULE * width, DIM)], width)
        voice = ALARM if self.is_alarm else PLAIN
        rest = max(width - 4 - display_width(text), 0)
        return line([(signs.RULE * 2 + " ", DIM), (text, voice), (" ", DIM), (signs.RULE * rest, DIM)], width)


class Keys(Widget):
    """The live keys, as many as fit; the last one given always stays."""

    DEFAULT_CSS = "Keys { height: 1; }"

    keys: reactive[tuple[tuple[str, str], ...]] = reactive(())
    sentence: reactive[str] = reactive("")
    """The rest of a sentence that the rule above could not hold."""
    is_alarm: reactive[bool] = reactive(False)

    def render_line(self, y: int) -> Strip:
        """The one line of it."""
        width = self.size.width
        if self.sentence:
            voice = ALARM if self.is_alarm else PLAIN
            return line([("   ", PLAIN), (cut(self.sentence, max(width - 4, 0)), voice)], width)
        runs: list[Run] = [(" " * MARGIN, PLAIN)]
        room = width - 2 * MARGIN
        *others, last = self.keys or (("", ""),)
        room -= _key_width(last)
        for key in others:
            if room < _key_width(key) + 2:
                break
            runs += [(key[0], ACCENT), (f" {key[1]}  ", PLAIN)]
            room -= _key_width(key) + 2
        runs += [(last[0], ACCENT), (f" {last[1]}", PLAIN)]
        return line(runs, width)


def _key_width(key: tuple[str, str]) -> int:
    return display_width(key[0]) + 1 + display_width(key[1])


class Framed(Screen[None]):
    """A screen inside the frame.

    A screen says its keys (``SPEAKS`` names them in the key table, ``KEYS`` those of the footer), yields its widgets
    from ``body`` and asks its one question in ``refresh_view``.
    """

    DEFAULT_CSS = """
    Framed { layout: vertical; overflow: hidden hidden; background: ansi_default; color: ansi_default; }
    """

    SPEAKS: ClassVar[str] = "app"
    KEYS: ClassVar[tuple[str, ...]] = ("app.help",)
    IS_GATE: ClassVar[bool] = False
    """Whether nobody passes here by the keys that lead elsewhere: login and lock."""

    panes: ListAndCase | None = None
    """The list that a case opened from here has beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.header = Header()
        self.ledge = Rule()
        self.keys = Keys()
        self._news = ""
        self._said = ""
        self._is_alarm = False
        self._is_asked = False
        self._is_shown = False
        self._focused_before: Widget | None = None
        self._pointed_before: Offset | None = None

    @property
    def host(self) -> Host:
        """The app, as far as a screen may know it."""
        return cast(Host, self.app)

    @property
    def is_standing(self) -> bool:
        """Whether what is learnt late can still be shown: a screen that is left loses its widgets before its place."""
        return self.is_attached and self.is_running

    def compose(self) -> ComposeResult:
        """The frame around the screen's own widgets."""
        yield self.header
        yield Rule()
        yield from self.body()
        yield self.ledge
        yield self.keys

    def body(self) -> Iterable[Widget]:
        """What stands between the rules."""
        return ()

    def with_case(
        self, rows: Rows, post_at: PostAt, *, above: Iterable[Widget] = (), title: Callable[[], str] = str
    ) -> ListAndCase:
        """A list of posts, with the case under its cursor where the glass has room for it; as ``ListAndCase``."""

        def case_of(post: EventNo) -> CaseView:
            return self.host.forum.cases.open(self.host.me, post)

        is_one, now_ms = self.host.is_plain, self.host.now_ms
        self.panes = ListAndCase(
            rows, post_at, case_of, now_ms, renew=self.refresh_news, above=above, title=title, is_one=is_one
        )
        return self.panes

    def footer(self) -> tuple[tuple[str, str], ...]:
        """The live keys and what they do."""
        return keymap.footer(self.SPEAKS, self.KEYS, self.host.remapped)

    def refresh_view(self) -> None:
        """Ask the forum the screen's question and hand the answer down; harmless at any time."""

    def refresh_news(self) -> None:
        """The same while somebody reads: nothing on the glass may move."""
        self.refresh_view()

    def on_mount(self) -> None:
        """The first answer is there with the first paint; once is enough, whoever else calls."""
        if self._is_asked:
            return
        self._is_asked = True
        self.keys.keys = self.footer()
        self._ask(self.refresh_view)

    def on_screen_resume(self) -> None:
        """Whoever comes back finds what is true now."""
        if self._is_shown:
            self._ask(self.refresh_view)
        self._is_shown = True

    def on_forum_changed(self, event: ForumChanged) -> None:
        """News: counts change, and what is being read stays."""
        event.stop()
        self._ask(self.refresh_news)

    def _ask(self, question: Callable[[], None]) -> None:
        """Ask the forum; what it cannot answer is said in a sentence, and the screen stays."""
        try:
            self.show_header()
            question()
        except WardroomError as error:
            self.say(str(error), is_alarm=True)

    # --- the command line ------------------------------------------------------------------------------------

    def open_command_line(self) -> None:
        """A line to type a command in takes the place of the keys."""
        from wardroom.tui.widgets.entry import CommandLine

        if self.query(CommandLine):
            return
        self._focused_before = self.focused
        command_line = CommandLine()
        self.keys.display = False
        self.mount(command_line)
        command_line.focus()

    def on_command_line_closed(self) -> None:
        """The keys come back."""
        self.query("CommandLine").remove()
        self.keys.display = True
        self.set_focus(self._focused_before)

    # --- what the frame says ---------------------------------------------------------------------------------

    def show_header(self) -> None:
        """Who and what waits, on the right of the header."""
        me, unread = self.host.me, self.host.unread_posts
        who = f"{me.handle} {_(me.profession)}".rstrip()
        mode = (_("read only"),) if self.host.forum.is_read_only else ()
        light = self._sync_light()
        waiting = (
            several("{count} unread", "{count} unread", unread).format(count=counted(unread))
            if unread
            else _("all read")
        )
        self.header.right = (*light, waiting, *mode, who)

    def _sync_light(self) -> tuple[str, ...]:
        """When the peers were last met, and whether something is wrong there; nothing where there are none."""
        light = self.host.forum.changes.sync_light()
        if light is None:
            return ()
        if light.is_under_way:
            return (f"{signs.SYNC} …",)
        met = age(light.done_ms, self.host.now_ms()) if light.done_ms is not None else "-"
        return (f"{signs.SYNC} {met}{' ' + signs.NOW if light.has_failed else ''}",)

    @property
    def news(self) -> str:
        """A quiet line that stays until the screen takes it back: "2 new below, ]"."""
        return self._news

    @news.setter
    def news(self, sentence: str) -> None:
        if sentence != self._news:
            self._news = sentence
            self._speak()

    def say(self, sentence: str, *, is_alarm: bool = False) -> None:
        """One sentence that stands until the next key."""
        self._said, self._is_alarm = sentence, is_alarm
        self._speak()

    def hush(self) -> None:
        """A key was pressed: what was said has been read."""
        if self._said:
            self.say("")

    def _point_to_news(self, is_said: bool) -> None:
        """The terminal's cursor stands where something is said, and goes back where it was with the next key."""
        if is_said:
            if self._pointed_before is None:
                self._pointed_before = self.app.cursor_position
            self.app.cursor_position = self.ledge.region.offset
        elif self._pointed_before is not None:
            self.app.cursor_position, self._pointed_before = self._pointed_before, None

    def _speak(self) -> None:
        """What was said goes before the news; what the rule cannot hold goes on in the line of the keys."""
        sentence = " ".join((self._said or self._news).split())
        is_alarm = self._is_alarm and bool(self._said)
        if is_alarm:
            sentence = f"{signs.NOW} {sentence}"
        first, *rest = wrap(sentence, max(self.size.width - 6, 8)) if sentence else [""]
        self.ledge.is_alarm = self.keys.is_alarm = is_alarm
        self.ledge.sentence = first
        if self.host.is_plain:
            self._point_to_news(bool(first))
        self.keys.sentence = " ".join(rest)
