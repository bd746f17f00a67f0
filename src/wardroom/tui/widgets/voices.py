"""The five voices a screen speaks in, and the runs of text a line is put together from."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Voice = Literal["plain", "bold", "dim", "accent", "alarm"]

PLAIN: Final = Style()
BOLD: Final = Style(bold=True)
DIM: Final = Style(dim=True)
ACCENT: Final = Style(color="cyan")
ALARM: Final = Style(color="red", bold=True)

VOICES: Final[Mapping[Voice, Style]] = {"plain": PLAIN, "bold": BOLD, "dim": DIM, "accent": ACCENT, "alarm": ALARM}

Run = tuple[str, Style]
"""Clean text on one line, and its voice."""


def line(runs: Iterable[Run], width: int) -> Strip:
    """The runs one after the other on exactly ``width`` columns."""
    return Strip([Segment(text, voice) for text, voice in runs if text]).adjust_cell_length(max(width, 0))
