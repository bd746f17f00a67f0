"""One question on the lower lines of the glass, answered with one key."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from wardroom.language import _
from wardroom.tui.widgets.frame import Keys, Rule
from wardroom.tui.widgets.lines import text_lines
from wardroom.tui.widgets.words import Words


class Confirm(ModalScreen[bool]):
    """``y`` does it, every other key leaves things as they are."""

    DEFAULT_CSS: ClassVar[str] = """
    Confirm { align: left bottom; background: transparent; }
    Confirm > Vertical { height: auto; background: ansi_default; }
    """

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        """A rule, the question, the two answers."""
        keys = Keys()
        keys.keys = (("y", self._yes), (_("any other key"), self._no))
        with Vertical():
            yield Rule()
            yield Words(lambda width: text_lines(self._question, width, "bold"))
            yield keys

    def on_key(self, event: Key) -> None:
        """The answer."""
        event.stop()
        event.prevent_default()
        self.dismiss(event.key in {"y", "Y"})
