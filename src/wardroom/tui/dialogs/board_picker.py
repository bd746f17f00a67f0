"""Where a new case goes: every board behind one key, with who will see it."""

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.screen import ModalScreen

from wardroom.domain.ids import BoardNo
from wardroom.domain.text import pad
from wardroom.domain.views import BoardLine
from wardroom.language import _
from wardroom.tui.widgets.frame import Keys, Rule
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.words import Words

KEYS: Final = "123456789abcdefghijklmnopqrstuvwxyz"


class BoardPicker(ModalScreen[BoardNo | None]):
    """One key chooses; every other one leaves."""

    DEFAULT_CSS: ClassVar[str] = """
    BoardPicker { align: left bottom; background: transparent; }
    BoardPicker > Vertical { height: auto; background: ansi_default; }
    """

    def __init__(self, boards: Sequence[BoardLine]) -> None:
        super().__init__()
        self._boards = boards[: len(KEYS)]

    def compose(self) -> ComposeResult:
        """A rule, the boards, the way out."""
        keys = Keys()
        keys.keys = (("1-9 a-z", _("choose")), (_("any other key"), _("leave")))
        with Vertical():
            yield Rule()
            yield Words(self._lines)
            yield keys

    def _lines(self, width: int) -> list[Line]:
        if not self._boards:
            return [((_("There is no board yet. A steward opens one with: wardroom board add"), "plain"),)]
        longest = min(max(len(board.title) for board in self._boards), max(width - 8, 1))
        return [
            ((_("Where does the case belong?"), "bold"),),
            *(
                (
                    (f" {key} ", "accent"),
                    (pad(board.title, longest), "plain"),
                    (pad(f"  {board.audience}", max(width - 3 - longest, 0)).rstrip(), "dim"),
                )
                for key, board in zip(KEYS, self._boards, strict=False)
            ),
        ]

    def on_key(self, event: Key) -> None:
        """The choice."""
        event.stop()
        event.prevent_default()
        at = KEYS.find(event.character) if event.character else -1
        self.dismiss(self._boards[at].board if 0 <= at < len(self._boards) else None)
