"""A few words asked for on the lower lines of the glass, such as the reason for an override."""

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from wardroom.errors import WardroomError
from wardroom.language import _
from wardroom.terminal import signs
from wardroom.tui import keymap
from wardroom.tui.widgets.editor import Editor
from wardroom.tui.widgets.frame import Keys, Rule
from wardroom.tui.widgets.lines import Line, text_lines
from wardroom.tui.widgets.words import Words


class Write(ModalScreen[str | None]):
    """Asks for a text and gives it back, or None.

    ``check`` makes it fit or raises, ``submit`` takes it or raises; either error is shown where the text stands.
    ``changed`` hears of every key, so that what is half written can be kept.
    """

    BINDINGS = keymap.bindings("answer")
    DEFAULT_CSS: ClassVar[str] = """
    Write { align: left bottom; background: transparent; }
    Write > Vertical { height: auto; background: ansi_default; }
    Write Editor { margin: 0 1; height: 6; }
    Write Editor.-one-line { height: auto; }
    """

    def __init__(
        self,
        question: str,
        check: Callable[[str], str],
        *,
        is_one_line: bool,
        done: str,
        text: str = "",
        submit: Callable[[str], Awaitable[None]] | None = None,
        changed: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._question = question
        self._check = check
        self._done = done
        self._text = text
        self._field = Editor(is_one_line=is_one_line)
        self._words = Words(self._asked)
        self._submit = submit
        self._changed = changed
        self._refusal = ""

    def compose(self) -> ComposeResult:
        """A rule, the question, the field, the keys."""
        keys = Keys()
        done = signs.ENTER if self._field.is_one_line else "^S"
        keys.keys = ((done, self._done), ("Esc", _("leave it")))
        with Vertical():
            yield Rule()
            yield self._words
            yield self._field
            yield keys

    def on_mount(self) -> None:
        """Ready to type."""
        self._field.put(self._text)
        self._field.focus()

    def _asked(self, width: int) -> list[Line]:
        lines = text_lines(self._question, width, "bold")
        if self._refusal:
            lines += text_lines(f"{signs.NOW} {self._refusal}", width, "alarm")
        return lines

    async def on_editor_entered(self, event: Editor.Entered) -> None:
        """Enter finishes a single line."""
        event.stop()
        await self.action_done()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Somebody types."""
        event.stop()
        if self._changed is not None:
            self._changed(self._field.text)

    async def action_done(self) -> None:
        """Hand the text on and give it back, or say why not; it stays where it was typed until it is taken."""
        try:
            text = self._check(self._field.text)
            if self._submit is not None:
                await self._submit(text)
        except WardroomError as refusal:
            self._refusal = str(refusal)
            self._words.say(self._asked)
        else:
            self.dismiss(text)

    def action_leave(self) -> None:
        """Nothing was said."""
        self.dismiss(None)
