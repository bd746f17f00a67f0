"""The locked glass: nothing of any post, initials, and six dots."""

from typing import Final, Literal

from textual.events import Key
from textual.geometry import Offset
from textual.reactive import reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import cut, display_width, wrap
from wardroom.language import _
from wardroom.terminal import signs
from wardroom.tui.messages import LockLeft, PinChosen, SomeoneElse, UnlockTried
from wardroom.tui.widgets.voices import ACCENT, ALARM, BOLD, DIM, PLAIN, Run, line

PIN_LENGTH: Final = 6
PASSWORD_MOST: Final = 256

Way = Literal["choose", "pin", "password", "enter"]
"""How the glass opens: a PIN is chosen first, the PIN, the password, or ⏎ alone."""


def _key(sign: str, words: str) -> tuple[Run, Run]:
    """A key and what it does, with room after it."""
    return ((sign, ACCENT), (f" {words}   ", PLAIN))


class Dark(Widget, can_focus=True):
    """All the glass, a few words in its middle."""

    DEFAULT_CSS = "Dark { width: 1fr; height: 1fr; background: ansi_default; }"

    rows: reactive[tuple[tuple[Run, ...], ...]] = reactive(())

    def render_line(self, y: int) -> Strip:
        """A line of words in the middle, or nothing."""
        width = self.size.width
        index = y - self.top
        if not 0 <= index < len(self.rows):
            return Strip.blank(width)
        runs = self.rows[index]
        if sum(display_width(text) for text, _ in runs) > width:
            text = cut("".join(text for text, _ in runs).strip(), width)
            runs = ((text, runs[0][1]),)
        left = (width - sum(display_width(text) for text, _ in runs)) // 2
        return line([(" " * max(left, 0), PLAIN), *runs], width)

    @property
    def top(self) -> int:
        """The line of the glass the words begin on."""
        return max((self.size.height - len(self.rows)) // 2 - 1, 0)


class LockScreen(Screen[None]):
    """Nobody sees what was open; it is still there for whoever opens the lock."""

    DEFAULT_CSS = "LockScreen { background: ansi_default; overflow: hidden hidden; }"

    IS_GATE = True

    def __init__(self, way: Way, initials: str, *, has_draft: bool) -> None:
        super().__init__()
        self.way: Way = way
        self._dark = Dark()
        self._initials = initials
        self._has_draft = has_draft
        self._typed = ""
        self._first = ""
        """The PIN as it was chosen, until it is repeated."""
        self._sentence = ""
        self._is_alarm = False

    def compose(self) -> "list[Widget]":
        """One widget."""
        return [self._dark]

    def on_mount(self) -> None:
        """Dark at once."""
        self._dark.focus()
        self._paint()

    def on_resize(self) -> None:
        """What stands there wraps anew."""
        self._paint()

    def tell(self, sentence: str, *, is_alarm: bool = True) -> None:
        """Say what came of it; the typing begins anew."""
        self._typed = ""
        self._sentence, self._is_alarm = sentence, is_alarm
        self._paint()

    def lock_with_pin(self) -> None:
        """The PIN is chosen: from now on it opens the glass."""
        self.way = "pin"
        self._first = ""
        self.tell("", is_alarm=False)

    # --- keys ------------------------------------------------------------------------------------------------

    def on_key(self, event: Key) -> None:
        """Every key ends here, save those that are the app's."""
        if event.key in {"ctrl+c", "ctrl+r"}:
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self._leave_off()
        elif event.key == "enter":
            self._enter()
        elif event.key == "backspace":
            self._typed = self._typed[:-1]
        elif event.character is not None and event.is_printable:
            self._take(event.character)
        self._paint()

    def _leave_off(self) -> None:
        if self._typed:
            self._typed = ""
        elif self.way == "choose":
            self.post_message(LockLeft())
        elif self.way == "password":
            self.post_message(SomeoneElse())

    def _enter(self) -> None:
        if self.way == "enter" or (self.way == "password" and self._typed):
            secret, self._typed = self._typed, ""
            self._sentence, self._is_alarm = (_("One moment."), False) if self.way == "password" else ("", False)
            self.post_message(UnlockTried(secret))

    def _take(self, character: str) -> None:
        if self.way == "password":
            self._typed = (self._typed + character)[:PASSWORD_MOST]
        elif character.isascii() and character.isdigit():
            self._take_digit(character)
        elif character == "o" and self.way != "choose":
            self.post_message(SomeoneElse())

    def _take_digit(self, digit: str) -> None:
        if self.way == "enter":
            return
        self._sentence = ""
        self._typed += digit
        if len(self._typed) < PIN_LENGTH:
            return
        pin, self._typed = self._typed, ""
        if self.way == "pin":
            self.post_message(UnlockTried(pin))
        elif not self._first:
            self._first = pin
            self._sentence, self._is_alarm = _("The same six digits again."), False
        elif self._first == pin:
            self.post_message(PinChosen(pin))
        else:
            self._first = ""
            self._sentence, self._is_alarm = _("They were not the same. Choose once more."), True

    # --- the glass -------------------------------------------------------------------------------------------

    def _paint(self) -> None:
        draft = " · " + _("draft kept") if self._has_draft else ""
        ask: tuple[Run, ...] = ()
        if self.way in {"choose", "pin"}:
            dots = " ".join([signs.UNREAD] * len(self._typed) + ["_"] * (PIN_LENGTH - len(self._typed)))
            ask = ((_("PIN") + "  ", DIM), (dots, BOLD))
        elif self.way == "password":
            ask = ((_("Password") + "  ", DIM), (signs.UNREAD * min(len(self._typed), 24) + "_", BOLD))
        leave: tuple[Run, ...] = (("^C", ACCENT), (" " + _("leave"), PLAIN))
        keys: dict[Way, tuple[Run, ...]] = {
            "choose": (*_key("Esc", _("do not lock")), *leave),
            "pin": (*_key("o", _("someone else")), *leave),
            "password": (*_key("Esc", _("someone else")), *leave),
            "enter": (*_key(signs.ENTER, _("go on")), *_key("o", _("someone else")), *leave),
        }
        state = (
            _("choose six digits that open this session")
            if self.way == "choose"
            else _("locked") + f" · {self._initials}{draft}"
        )
        voice, room = ALARM if self._is_alarm else PLAIN, max(self.size.width - 2, 8)
        above = tuple(((part, DIM),) for part in wrap(state, room))
        said = tuple(((part, voice),) for part in wrap(self._sentence, room)) if self._sentence else ((),)
        self._dark.rows = ((("Wardroom", BOLD),), (), *above, (), ask, (), *said, (), keys[self.way])
        self.app.cursor_position = Offset(self.size.width // 2, self._dark.top + 3 + len(above))
