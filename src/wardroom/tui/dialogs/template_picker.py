"""What a post begins with: every template behind one key."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from wardroom.domain.template import Template
from wardroom.domain.text import cut, pad
from wardroom.language import _
from wardroom.terminal import signs
from wardroom.tui.dialogs.board_picker import KEYS
from wardroom.tui.widgets.frame import Keys, Rule
from wardroom.tui.widgets.lines import Line, text_lines
from wardroom.tui.widgets.words import Words


class TemplatePicker(ModalScreen[Template | None]):
    """One key chooses; every other one leaves. What is wrong with a file is told below."""

    DEFAULT_CSS: ClassVar[str] = """
    TemplatePicker { align: left bottom; background: transparent; }
    TemplatePicker > Vertical { height: auto; background: ansi_default; }
    """

    def __init__(self, templates: Sequence[Template], warnings: Sequence[str]) -> None:
        super().__init__()
        self._templates = templates[: len(KEYS)]
        self._warnings = warnings

    def compose(self) -> ComposeResult:
        """A rule, the templates, the way out."""
        keys = Keys()
        keys.keys = (("1-9 a-z", _("choose")), (_("any other key"), _("leave")))
        with Vertical():
            yield Rule()
            yield Words(self._lines)
            yield keys

    def _lines(self, width: int) -> list[Line]:
        longest = max(len(template.title) for template in self._templates)
        lines: list[Line] = [((_("What does it begin with?"), "bold"),)]
        for key, template in zip(KEYS, self._templates, strict=False):
            room = width - longest - 5
            about = f"  {cut(template.about, room)}" if room > 8 else ""
            lines.append(((f" {key} ", "accent"), (pad(template.title, longest), "plain"), (about, "dim")))
        for warning in self._warnings:
            lines += text_lines(f"{signs.NOW} {warning}", width, "alarm")
        return lines

    def on_key(self, event: Key) -> None:
        """The choice."""
        event.stop()
        event.prevent_default()
        at = KEYS.find(event.character) if event.character else -1
        self.dismiss(self._templates[at] if 0 <= at < len(self._templates) else None)
