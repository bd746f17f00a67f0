"""Who are you: a handle and a password, and what is wrong with them said where it happened."""

from collections.abc import Iterable
from typing import Final

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input

from wardroom.domain.text import display_width
from wardroom.errors import WardroomError
from wardroom.language import _
from wardroom.tui import keymap, offload
from wardroom.tui.messages import LoggedIn
from wardroom.tui.widgets.entry import Entry
from wardroom.tui.widgets.frame import LOW, Framed
from wardroom.tui.widgets.lines import Line, text_lines
from wardroom.tui.widgets.words import Words

FIELD: Final = 32
"""Columns of a field."""


def _label(name: str) -> Words:
    """What a field asks for; both fields begin on the same column."""
    label = Words(lambda _width: [((name, "dim"),)])
    label.styles.width = max(display_width(_("Handle")), display_width(_("Password"))) + 3
    return label


class LoginScreen(Framed):
    """Two fields in the middle of an empty glass."""

    SPEAKS = "login"
    KEYS = ("login.enter", "app.quit")
    IS_GATE = True
    BINDINGS = keymap.bindings("login")

    def __init__(self, sentence: str = "") -> None:
        super().__init__()
        self.handle = Entry(placeholder="_" * FIELD, id="handle")
        self.password = Entry(placeholder="_" * FIELD, password=True, id="password")
        self._answer = Words(id="answer")
        self._first_sentence = sentence
        self._is_asking = False

    def body(self) -> Iterable[Widget]:
        """The two fields."""
        with Vertical():
            with Horizontal():
                yield _label(_("Handle"))
                yield self.handle
            with Horizontal():
                yield _label(_("Password"))
                yield self.password
            yield self._answer

    def on_mount(self) -> None:
        """Ready to type."""
        self.header.place = "Wardroom"
        self.header.beside = self.host.forum.site_name
        self.tell(self._first_sentence)
        self.handle.focus()

    def on_resize(self) -> None:
        """On a low glass nothing is left empty."""
        self.set_class(self.size.height < LOW, "-low")

    def tell(self, sentence: str, *, is_alarm: bool = False) -> None:
        """Say a sentence under the fields."""

        def lines(width: int) -> list[Line]:
            return [(), *text_lines(sentence, width, "alarm" if is_alarm else "plain")]

        self._answer.say(lines)

    def show_header(self) -> None:
        """Nobody is here yet."""
        self.header.right = ()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """⏎ in the first field goes to the second, in the second it logs in."""
        event.stop()
        if event.input is self.handle and not self.password.value:
            self.password.focus()
        else:
            self.run_worker(self._log_in(), exclusive=False)

    async def _log_in(self) -> None:
        handle, password = self.handle.value.strip(), self.password.value
        if self._is_asking or not handle:
            return
        self._is_asking = True
        self.tell(_("One moment."))
        try:
            me = await offload.call(self.host.forum.members.login, handle, password)
        except WardroomError as error:
            self.tell(str(error), is_alarm=True)
            self.password.value = ""
            self.password.focus()
        else:
            self.password.value = ""
            self.post_message(LoggedIn(me))
        finally:
            self._is_asking = False
