"""One line to type in: no box, no blinking, and a field that is lit only where one types."""

from typing import ClassVar

from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import Input

from wardroom.domain.text import clean
from wardroom.tui.messages import CommandGiven

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
        super().__init__(
            placeholder=placeholder,
            password=password,
            id=id,
            max_length=LONGEST,
            compact=True,
            select_on_focus=False,
        )
        self.cursor_blink = False

    def _on_paste(self, event: Paste) -> None:
        """What is pasted is text on one line, whatever else it holds."""
        event.text = clean(event.text[:LONGEST], one_line=True)
        super()._on_paste(event)


class CommandLine(Entry):
    """The line at the bottom that ``:`` opens; without its colon it is closed again."""

    DEFAULT_CSS: ClassVar[str] = "CommandLine { padding: 0 1; }"

    class Closed(Message):
        """It is not wanted any more."""

    def __init__(self) -> None:
        super().__init__()
        self.value = ":"
        self.cursor_position = 1

    def on_key(self, event: Key) -> None:
        """Esc closes it."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.post_message(self.Closed())

    def on_input_changed(self, event: Input.Changed) -> None:
        """So does taking the colon away."""
        event.stop()
        if not event.value.startswith(":"):
            self.post_message(self.Closed())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do what it says."""
        event.stop()
        self.post_message(self.Closed())
        self.post_message(CommandGiven(event.value.removeprefix(":").strip()))
