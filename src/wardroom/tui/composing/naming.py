"""The name being typed where the cursor stands: who is offered for it, and the key that takes one."""

from collections.abc import Callable
from typing import Final

from textual.widget import Widget

from wardroom.domain import mentions
from wardroom.domain.views import MemberName
from wardroom.tui.widgets.editor import Editor
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.names import Offered, offer_line

NAMED_IN: Final = ("title", "question", "text")
"""Fields whose words name members."""


class Naming:
    """Offers the readers of one board; ``readers`` tells who they are, or None while no board is chosen."""

    def __init__(self, readers: Callable[[], tuple[MemberName, ...] | None]) -> None:
        self.offered: Offered = ()
        self._readers = readers
        self._names: tuple[MemberName, ...] | None = None
        """Who reads the board, once a name is being typed."""

    def forget(self) -> None:
        """Others read it from now on."""
        self._names = None

    def look(self, focused: Widget | None) -> bool:
        """Offer whose name is begun there; whether that are others than before."""
        typed = _typed(focused)
        offered: Offered = ()
        if typed:
            if self._names is None:
                self._names = self._readers()
            offered = mentions.offered(typed, self._names) if self._names is not None else ()
        is_new = offered != self.offered
        self.offered = offered
        return is_new

    def take(self, focused: Widget | None) -> None:
        """Take the first name that is offered; else the key means what it means where one types."""
        if not isinstance(focused, Editor):
            return
        if self.offered:
            focused.complete(len(_typed(focused)), self.offered[0][1] + " ")
        else:
            focused.action_redo()

    def line(self, width: int, key: str) -> Line:
        """Who is offered, and the key."""
        return offer_line(self.offered, width, key)


def _typed(focused: Widget | None) -> str:
    if not isinstance(focused, Editor) or focused.id not in NAMED_IN:
        return ""
    return mentions.begun(*focused.line_at_cursor)
