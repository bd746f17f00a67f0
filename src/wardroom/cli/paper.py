"""Standard output for people: lines and columns, in voices through Rich on a terminal, as plain text in a pipe."""

import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TextIO

from wardroom.domain.text import clean, cut, display_width, wrap
from wardroom.language import _
from wardroom.terminal import signs

if TYPE_CHECKING:
    from rich.console import Console

Voice = Literal["plain", "bold", "dim", "accent", "alarm"]
Run = tuple[str, Voice]
"""Text on one line, and its voice."""
Line = Sequence[Run]

STYLES: Final[Mapping[Voice, str]] = {
    "plain": "", "bold": "bold", "dim": "dim", "accent": "cyan", "alarm": "bold red",
}  # fmt: skip
WIDTH_MIN: Final = 20
MEASURE: Final = 100
"""Running text is never set wider than this, however wide the terminal."""
_GAP: Final = 2
_GROWING_MIN: Final = 10
"""Columns that what grows keeps, however little there is."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``from_width`` leaves it out on narrower paper."""

    head: str = ""
    is_right: bool = False
    grows: bool = False
    """Whether it takes what the others leave, and is cut to that; one column of a table grows at most."""
    from_width: int = 0


class Paper:
    """Where lines for people go."""

    def __init__(self, stream: TextIO | None = None, environ: Mapping[str, str] = os.environ) -> None:
        self._stream = stream if stream is not None else sys.stdout
        self.is_terminal = self._stream.isatty()
        self.width = max(WIDTH_MIN, shutil.get_terminal_size((80, 24)).columns)
        self._is_ascii = signs.use_ascii(environ, getattr(self._stream, "encoding", None) or "utf-8")
        self._console: Console | None = None

    @property
    def measure(self) -> int:
        """Columns for running text."""
        return min(self.width, MEASURE)

    def say(self, *runs: Run | str) -> None:
        """One line, whatever its width."""
        line = [_safe(run) for run in runs]
        if not self.is_terminal:
            text = "".join(text for text, _voice in line).rstrip()
            self._stream.write((signs.in_ascii(text) if self._is_ascii else text) + "\n")
            return
        from rich.text import Text

        styled = Text(no_wrap=True, end="")
        for text, voice in line:
            styled.append(text, STYLES[voice])
        styled.rstrip()
        if self._is_ascii:
            styled.plain = signs.in_ascii(styled.plain)
        self._on_console().print(styled, crop=False, overflow="ignore", soft_wrap=True)

    def prose(self, text: str, indent: str = "", voice: Voice = "plain") -> None:
        """Running text, wrapped at words."""
        for line in wrap(text, self.measure - display_width(indent)):
            self.say((indent, "dim"), (line, voice))

    def table(
        self,
        columns: Sequence[Column],
        sections: Iterable[tuple[str, Sequence[Line]]],
        *,
        with_heads: bool,
    ) -> None:
        """Rows in columns that line up through all sections; a section has a heading, or "" for none."""
        kept = list(sections)
        kept = [(heading, rows) for heading, rows in kept if rows]
        every_row = [row for _heading, rows in kept for row in rows]
        if kept and with_heads:
            heads: Line = [(_(column.head), "dim") for column in columns]
            head, *laid_out = self.laid_out(columns, [heads, *every_row])
            self.say(*head)
        else:
            laid_out = self.laid_out(columns, every_row)
        lines = iter(laid_out)
        for number, (heading, rows) in enumerate(kept):
            if heading:
                if number:
                    self.say()
                self.say((heading, "bold"))
            for _row in rows:
                self.say(*next(lines))

    def laid_out(self, columns: Sequence[Column], rows: Sequence[Line]) -> list[list[Run]]:
        """Each row as one line, its cells padded or cut to the columns there is room for."""
        widths = self._widths(columns, rows)
        return [_line(columns, row, widths) for row in rows]

    def _widths(self, columns: Sequence[Column], rows: Sequence[Line]) -> dict[int, int]:
        """Width by number of column, of those that are not left out."""
        widths: dict[int, int] = {}
        for number, column in enumerate(columns):
            if self.width < column.from_width:
                continue
            widest = max((display_width(_safe(row[number])[0]) for row in rows), default=0)
            if widest:
                widths[number] = widest
        growing = next((number for number in widths if columns[number].grows), None)
        if growing is not None:
            others = sum(width for number, width in widths.items() if number != growing)
            room = self.width - others - _GAP * (len(widths) - 1)
            widths[growing] = max(_GROWING_MIN, min(widths[growing], room))
        return widths

    def _on_console(self) -> "Console":
        if self._console is None:
            from rich.console import Console

            self._console = Console(file=self._stream, highlight=False, markup=False, emoji=False, width=self.width)
        return self._console


def _safe(run: Run | str) -> Run:
    """A run that stays on its line and cannot steer the terminal."""
    if isinstance(run, str):
        return _safe((run, "plain"))
    return clean(run[0]).replace("\n", " ").replace("\t", " "), run[1]


def _line(columns: Sequence[Column], row: Line, widths: Mapping[int, int]) -> list[Run]:
    line: list[Run] = []
    for number, width in widths.items():
        if line:
            line.append((" " * _GAP, "plain"))
        text, voice = _safe(row[number])
        text = cut(text, width)
        space = " " * (width - display_width(text))
        line += [(space, "plain"), (text, voice)] if columns[number].is_right else [(text, voice), (space, "plain")]
    return line
