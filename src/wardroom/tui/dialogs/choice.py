"""One question with a few answers, each behind its own key, on the lower lines of the glass."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from wardroom.language import _
from wardroom.tui.widgets.frame import Keys, Rule
from wardroom.tui.widgets.lines import Line, text_lines
from wardroom.tui.widgets.words import Words


class Choice(ModalScreen[str | None]):
    """Gives back the key that was chosen; every key without an answer leaves."""

    DEFAULT_CSS: ClassVar[str] = """
    Choice { align: left bottom; background: transparent; }
    Choice > Vertical { height: auto; background: ansi_default; }
    """

    def __init__(self, question: str, answers: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._question = question
        self._answers = tuple(answers)

    def compose(self) -> ComposeResult:
        """A rule, the question, an answer a line, the way out."""
        keys = Keys()
        keys.keys = ((_("any other key"), _("leave it")),)
        with Vertical():
            yield Rule()
            yield Words(self._lines)
            yield keys

    def _lines(self, width: int) -> list[Line]:
        asked = text_lines(self._question, width, "bold")
        return [*asked, *(((f" {key} ", "accent"), (words, "plain")) for key, words in self._answers)]

    def on_key(self, event: Key) -> None:
        """The answer."""
        event.stop()
        event.prevent_default()
        keys = {key for key, _words in self._answers}
        self.dismiss(event.character if event.character in keys else None)
