"""A few lines of words, laid out for the width there is; when there are more lines than room, they scroll."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.events import Resize
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

from wardroom.tui.widgets.lines import Line, segments
from wardroom.tui.widgets.voices import VOICES

Layout = Callable[[int], Sequence[Line]]
"""Width → lines."""

MARGIN = 1


class Words(Widget):
    """Lines in voices; ``layout`` gives them anew for every width."""

    DEFAULT_CSS: ClassVar[str] = """
    Words { height: auto; max-height: 100%; }
    """

    def __init__(self, layout: Layout | None = None, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._layout: Layout = layout or (lambda _width: ())
        self._lines: Sequence[Line] = ()
        self._width = -1
        self.top = 0

    def say(self, layout: Layout) -> None:
        """Show these lines."""
        before = len(self._lines)
        self._layout = layout
        self._width = -1
        self.refresh(layout=len(self._laid_out(self.size.width)) != before)

    @property
    def lines(self) -> Sequence[Line]:
        """What is said, laid out for the width there is."""
        return self._laid_out(self.size.width or 80)

    def move(self, lines: int) -> None:
        """Scroll so many lines."""
        highest = max(len(self._laid_out(self.size.width)) - self.size.height, 0)
        top = min(max(self.top + lines, 0), highest)
        if top != self.top:
            self.top = top
            self.refresh()

    def _laid_out(self, width: int) -> Sequence[Line]:
        if width != self._width:
            self._width = width
            self._lines = self._layout(max(width - 2 * MARGIN, 2))
        return self._lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are."""
        return len(self._laid_out(width))

    def render_line(self, y: int) -> Strip:
        """One of them, inside the margins."""
        width = self.size.width
        lines = self._laid_out(width)
        if self.top + y >= len(lines):
            return Strip.blank(width, VOICES["plain"])
        return Strip(segments(((" " * MARGIN, "plain"), *lines[self.top + y]))).adjust_cell_length(
            width, VOICES["plain"]
        )

    def on_resize(self, event: Resize) -> None:
        """Never beyond the end."""
        self.move(0)
