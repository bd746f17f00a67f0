"""All keys, grouped, on one screen."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import cut, display_width, pad
from wardroom.tui import keymap
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import ACCENT, DIM, PLAIN, Run, line

TITLES: Final = {
    "move": "Move",
    "read": "Read",
    "write": "Write",
    "case": "Case",
    "list": "Lists",
    "compose": "Compose",
    "dialog": "Asked",
    "go": "Go",
    "app": "Always",
}
TITLE_COLUMNS: Final = 8
KEY_COLUMNS: Final = 10
TWO_COLUMNS_FROM: Final = 78
LONG_FROM: Final = 132
LONG_IN_ONE_FROM: Final = 66
"""From these widths on the long words for each key fit, in two columns and in one."""

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
            half = _even_split([len(group) for group in groups])
            left = [row for group in groups[:half] for row in group]
            right = [row for group in groups[half:] for row in group]
            self._lines = list(zip_longest(left, right, fillvalue=()))
        self.rows.show(len(self._lines))

    def on_resize(self) -> None:
        """Two columns or one."""
        self.refresh_view()

    def _group(self, name: str) -> list[_Line]:
        """The rows of a group, its title before the first; a pair of keys shares a row."""
        shown: list[tuple[str, str]] = []
        width = self.size.width
        is_long = width >= LONG_FROM or LONG_IN_ONE_FROM <= width < TWO_COLUMNS_FROM
        for key in keymap.KEYS:
            if key.group != name:
                continue
            sign = keymap.shown_key(key, self.host.remapped)
            if key.short == '"':
                before, text = shown.pop()
                shown.append((f"{before} {sign}", text))
            else:
                shown.append((sign, key.help if is_long or not key.short else key.short))
        return [
            (
                (pad("" if index else TITLES[name], TITLE_COLUMNS), DIM),
                (pad(sign, KEY_COLUMNS), ACCENT),
                (text, PLAIN),
            )
            for index, (sign, text) in enumerate(shown)
        ]

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        left, right = self._lines[index]
        if self.size.width < TWO_COLUMNS_FROM:
            return line(_cut(left, width), width)
        half = width // 2
        pair: list[Segment] = [*line(_cut(left, half - 1), half), *line(_cut(right, width - half), width - half)]
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
