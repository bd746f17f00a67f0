"""One line to type in: no box, no blinking, and a field that is lit only where one types."""

from typing import ClassVar

from textual.events import Paste
from textual.widgets import Input

from wardroom.domain.text import clean

LONGEST = 300
"""Characters of one line; what is pasted beyond them is cut."""


class Entry(Input):
    """Textual's input without its furniture."""

    DEFAULT_CSS: ClassVar[str] = """
    Entry, Entry:focus {
        border: none; height: 1; padding: 0; background: ansi_default; background-tint: ansi_default 0%;
    }
    """

    def __init__(self, *, placeholder: str = "", password: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(placeholder=placeholder, password=password, id=id, max_length=LONGEST, compact=True)
        self.cursor_blink = False

    def _on_paste(self, event: Paste) -> None:
        """What is pasted is text on one line, whatever else it holds."""
        event.text = clean(event.text[:LONGEST], one_line=True)
        super()._on_paste(event)


class CommandLine(Entry):
    """The line at the bottom that ``:`` opens."""

    DEFAULT_CSS: ClassVar[str] = "CommandLine { dock: bottom; }"
