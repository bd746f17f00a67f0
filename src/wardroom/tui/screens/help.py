"""All keys, grouped, on one screen."""

from collections.abc import Iterable
from itertools import zip_longest
from typing import Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import cut, display_width, pad
from wardroom.language import _, marked
from wardroom.tui import keymap
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import ACCENT, DIM, PLAIN, Run, line

TITLES: Final = {
    "move": marked("Move"),
    "read": marked("Read"),
    "write": marked("Write"),
    "case": marked("Case"),
    "list": marked("Lists"),
    "compose": marked("Compose"),
    "dialog": marked("Asked"),
    "go": marked("Go"),
    "app": marked("Always"),
}
KEY_COLUMNS: Final = 10
TWO_COLUMNS_FROM: Final = 78
LONG_FROM: Final = 132
LONG_IN_ONE_FROM: Final = 66
"""From these widths on the long words for each key fit, in two columns and in one."""

_Line = tuple[Run, ...]


class HelpScreen(Framed):
    """The keys that live where help was asked for, on one glass, then all others; in two columns where there is room."""

    SPEAKS = "help"
    KEYS = ("go.back",)
    BINDINGS = keymap.bindings("help")

    def __init__(self, speaks: str = "app") -> None:
        """``speaks``: the screen that help was asked for on, by its name in the key table."""
        super().__init__()
        self._live = {key.id for name in (speaks, "app") for key in keymap.keys_of(name)}
        self.rows = Rows(self._row, lambda _index: False)
        self._lines: list[tuple[_Line, _Line]] = []

    def body(self) -> Iterable[Widget]:
        """One list that nothing can be opened from."""
        yield self.rows

    def refresh_view(self) -> None:
        """Lay the table out for this width."""
        self.header.place = _("Keys")
        self.header.beside = _(": and a name does any of them")
        elsewhere: _Line = ((_("Elsewhere"), DIM),)
        self._lines = [*self._columns(is_live=True), ((), ()), (elsewhere, ()), *self._columns(is_live=False)]
        self.rows.show(len(self._lines))

    def _columns(self, *, is_live: bool) -> list[tuple[_Line, _Line]]:
        """The groups side by side, as even as they can be, or one below the other."""
        groups = [group for name in keymap.GROUPS if (group := self._group(name, is_live=is_live))]
        if self.size.width < TWO_COLUMNS_FROM:
            return [(row, ()) for group in groups for row in (*group, ())]
        half = _even_split([len(group) for group in groups]) if len(groups) > 1 else 1
        left = [row for group in groups[:half] for row in group]
        right = [row for group in groups[half:] for row in group]
        return list(zip_longest(left, right, fillvalue=()))

    def on_resize(self) -> None:
        """Two columns or one."""
        self.refresh_view()

    def _group(self, name: str, *, is_live: bool) -> list[_Line]:
        """The rows of a group's keys that live here, or of the others: its title before the first; a pair of keys shares a row."""
        shown: list[tuple[str, str]] = []
        width = self.size.width
        titles = max(display_width(_(title)) for title in TITLES.values()) + 1
        is_long = width >= LONG_FROM or LONG_IN_ONE_FROM <= width < TWO_COLUMNS_FROM
        for key in keymap.KEYS:
            if key.group != name or (key.id in self._live) is not is_live:
                continue
            sign = keymap.shown_key(key, self.host.remapped)
            if key.short == '"' and shown:
                before, text = shown.pop()
                shown.append((f"{before} {sign}", text))
            else:
                shown.append((sign, _(key.help if is_long or key.short in {"", '"'} else key.short)))
        return [
            (
                (pad("" if index else _(TITLES[name]), titles), DIM),
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
