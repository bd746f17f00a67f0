"""All keys, grouped, on one screen."""

from collections.abc import Iterable
from typing import Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import cut, display_width, pad
from wardroom.tui import keymap
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import ACCENT, BOLD, PLAIN, Run, line

TITLES: Final = {
    "move": "Moving",
    "read": "Reading on",
    "write": "Writing",
    "case": "On a case",
    "list": "In lists",
    "compose": "Composing",
    "go": "Going",
    "app": "Always",
}
KEY_COLUMNS: Final = 7
TWO_COLUMNS_FROM: Final = 72

_Line = tuple[Run, ...]


class HelpScreen(Framed):
    """The key table in two columns where the glass is wide enough, in one where it is not."""

    SPEAKS = "help"
    KEYS = ("go.back",)
    BINDINGS = keymap.bindings("help")

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(self._row, lambda _index: False)
        self._lines: list[tuple[_Line, _Line]] = []

    def body(self) -> Iterable[Widget]:
        """One list that nothing can be opened from."""
        yield self.rows

    def refresh_view(self) -> None:
        """Lay the table out for this width."""
        self.header.place = "Keys"
        self.header.beside = ": and a name does any of them"
        groups = [self._group(name) for name in keymap.GROUPS]
        if self.size.width < TWO_COLUMNS_FROM:
            self._lines = [(row, ()) for group in groups for row in (*group, ())]
        else:
            half = _even_split([len(group) + 1 for group in groups])
            left = [row for group in groups[:half] for row in (*group, ())][:-1]
            right = [row for group in groups[half:] for row in (*group, ())][:-1]
            self._lines = [
                (left[index] if index < len(left) else (), right[index] if index < len(right) else ())
                for index in range(max(len(left), len(right)))
            ]
        self.rows.show(len(self._lines))

    def on_resize(self) -> None:
        """Two columns or one."""
        self.refresh_view()

    def _group(self, name: str) -> list[_Line]:
        rows: list[_Line] = [((TITLES[name], BOLD),)]
        for key in keymap.KEYS:
            if key.group == name:
                shown = keymap.shown_key(key, self.host.remapped)
                rows.append(((pad(shown, KEY_COLUMNS), ACCENT), (key.help, PLAIN)))
        return rows

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        left, right = self._lines[index]
        if self.size.width < TWO_COLUMNS_FROM:
            return line(_cut(left, width), width)
        half = width // 2
        pair: list[Segment] = [*line(_cut(left, half - 2), half), *line(_cut(right, width - half), width - half)]
        return Strip(pair, width)


def _cut(runs: _Line, width: int) -> list[Run]:
    """The runs on at most ``width`` columns, the last one cut."""
    if not runs:
        return []
    *others, (text, voice) = runs
    return [*others, (cut(text, max(width - sum(display_width(t) for t, _ in others), 0)), voice)]


def _even_split(heights: list[int]) -> int:
    """How many groups go left so that both columns are as equal as they can be."""
    whole = sum(heights)
    return min(range(1, len(heights)), key=lambda at: max(sum(heights[:at]), whole - sum(heights[:at])))
