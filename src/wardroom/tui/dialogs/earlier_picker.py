"""Earlier cases like the one being written: one key opens one, and what is being written waits below it."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from wardroom.domain.ids import EventNo
from wardroom.domain.text import cut, display_width, pad
from wardroom.domain.views import SimilarCase
from wardroom.language import _
from wardroom.tui.widgets.ages import age
from wardroom.tui.widgets.frame import Keys, Rule
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.words import Words

KEYS: Final = "123456789"
LEAST: Final = 20
"""Columns a title keeps before what is shared is told."""


class EarlierPicker(ModalScreen[EventNo | None]):
    """One key chooses; every other one leaves."""

    DEFAULT_CSS: ClassVar[str] = """
    EarlierPicker { align: left bottom; background: transparent; }
    EarlierPicker > Vertical { height: auto; background: ansi_default; }
    """

    def __init__(self, cases: Sequence[SimilarCase], now_ms: int) -> None:
        super().__init__()
        self._cases = cases[: len(KEYS)]
        self._now_ms = now_ms

    def compose(self) -> ComposeResult:
        """A rule, the cases, the way out."""
        keys = Keys()
        keys.keys = ((f"1-{len(self._cases)}", _("open")), (_("any other key"), _("leave")))
        with Vertical():
            yield Rule()
            yield Words(self._lines)
            yield keys

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = [((_("Earlier, like this one"), "bold"),)]
        for key, case in zip(KEYS, self._cases, strict=False):
            when = age(case.line.original_ms or case.line.created_ms, self._now_ms)
            room = max(width - 9, 1)
            shared = cut(", ".join(case.shared), max((room - LEAST) // 2, 0))
            title = max(room - display_width(shared) - 2, 1)
            lines.append(
                (
                    (f" {key} ", "accent"),
                    (f"{when:>4}  ", "dim"),
                    (pad(case.line.title, title), "plain"),
                    (f"  {shared}" if shared else "", "dim"),
                )
            )
        return lines

    def on_key(self, event: Key) -> None:
        """The choice."""
        event.stop()
        event.prevent_default()
        at = KEYS.find(event.character) if event.character else -1
        self.dismiss(self._cases[at].line.thread if 0 <= at < len(self._cases) else None)
