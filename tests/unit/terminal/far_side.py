"""The far side of the line for tests: pyte as a terminal, and what it is to show for a grid of cells."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pyte

from wardroom.terminal.cells import SPACE, TAIL, TEXT, WIDE, Glyphs, Look, Row

_NAMED = {
    **pyte.graphics.FG_ANSI, **pyte.graphics.FG_AIXTERM, **pyte.graphics.BG_ANSI, **pyte.graphics.BG_AIXTERM,
}  # fmt: skip


class Screen(pyte.Screen):
    """pyte's screen, with scroll up and down, which it lacks, and without wrapping."""

    def __init__(self, columns: int, rows: int) -> None:
        super().__init__(columns, rows)
        self.reset_mode(7, private=True)

    def _scrolled(self, move: Any, count: int) -> None:
        y, x = self.cursor.y, self.cursor.x
        self.cursor.y = (self.margins or pyte.screens.Margins(0, self.lines - 1)).top
        move(count or 1)
        self.cursor.y, self.cursor.x = y, x

    def scroll_up(self, count: int = 1, **_: Any) -> None:
        """SU."""
        self._scrolled(self.delete_lines, count)

    def scroll_down(self, count: int = 1, **_: Any) -> None:
        """SD."""
        self._scrolled(self.insert_lines, count)

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        """DECSTBM; to be sure that nobody counts on where it leaves the cursor, it leaves it in the middle."""
        super().set_margins(top, bottom)
        self.cursor.x, self.cursor.y = self.columns // 2, self.lines // 2


class _Stream(pyte.Stream):
    csi = {**pyte.Stream.csi, "S": "scroll_up", "T": "scroll_down"}  # noqa: RUF012 - as pyte has it
    events = pyte.Stream.events | {"scroll_up", "scroll_down"}


class FarSide:
    """A terminal fed with frames; it may take every line feed for a return too, as some are told to."""

    def __init__(self, columns: int, rows: int, *, returns: bool = True) -> None:
        self.screen = Screen(columns, rows)
        self._feed = "\r\n" if returns else "\n"
        self._stream = _Stream(self.screen)

    def feed(self, sent: str) -> None:
        """What comes over the line."""
        self._stream.feed(sent.replace("\n", self._feed))

    def shows(self) -> list[list[tuple[Any, ...]]]:
        """What stands on it, cell by cell."""
        return [[_seen(self.screen.buffer[y][x]) for x in range(self.screen.columns)] for y in range(self.screen.lines)]


def _seen(char: Any) -> tuple[Any, ...]:
    weights = (char.underscore, char.strikethrough, char.reverse)
    if char.data == " " and not char.reverse:
        return (" ", "", char.bg, False, False, *weights)
    return (char.data, char.fg, char.bg, char.bold, char.italics, *weights)


def expected(glyphs: Glyphs, rows: Sequence[Row]) -> list[list[tuple[Any, ...]]]:
    """What a terminal shows that shows these cells."""
    return [[_cell(glyphs, row, x) for x in range(len(row))] for row in rows]


def _cell(glyphs: Glyphs, row: Row, x: int) -> tuple[Any, ...]:
    cell = row[x]
    if cell == TAIL:
        _, tail = _drawn(glyphs.text(row[x - 1]))
        look = glyphs.look(row[x - 1])
        return _like(look, tail)
    return _like(glyphs.look(cell), " " if cell & TEXT == SPACE and not cell & WIDE else _drawn(glyphs.text(cell))[0])


@lru_cache(4096)
def _drawn(text: str) -> tuple[str, str]:
    """What pyte makes of a character and of the column after it."""
    screen = pyte.Screen(4, 1)
    screen.draw(text)
    return screen.buffer[0][0].data, screen.buffer[0][1].data


def _colour(parameters: str) -> str:
    """The name in pyte for what SGR parameters select."""
    kind, *rest = parameters.split(";")
    if rest[:1] == ["5"]:
        return pyte.graphics.FG_BG_256[int(rest[1])]
    if rest[:1] == ["2"]:
        return "".join(f"{int(part):02x}" for part in rest[1:])
    return _NAMED[int(kind)] if kind else "default"


def _like(look: Look, text: str) -> tuple[Any, ...]:
    bold, italics, underscore, reverse, strike = (bool(look.weight >> bit & 1) for bit in (0, 2, 3, 6, 8))
    back = _colour(look.background)
    if text == " " and not reverse:
        return (" ", "", back, False, False, underscore, strike, reverse)
    return (text, _colour(look.foreground), back, bold, italics, underscore, strike, reverse)
