"""The five voices a screen speaks in, and the runs of text a line is put together from."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from wardroom.domain.text import wrap

Voice = Literal["plain", "bold", "dim", "accent", "alarm"]

PLAIN: Final = Style()
BOLD: Final = Style(bold=True)
DIM: Final = Style(dim=True)
ACCENT: Final = Style(color="cyan")
ALARM: Final = Style(color="red", bold=True)

VOICES: Final[Mapping[Voice, Style]] = {"plain": PLAIN, "bold": BOLD, "dim": DIM, "accent": ACCENT, "alarm": ALARM}

Run = tuple[str, Style]
"""Clean text on one line, and its voice."""


SENTENCE_ROWS: Final = 4
"""Rows kept for what an empty list says."""


def sentence(words: str, index: int, width: int) -> Strip:
    """Row ``index`` of what an empty list says, on as many of ``SENTENCE_ROWS`` as it takes."""
    rows = wrap(words, max(width, 2))
    return line([(rows[index] if index < len(rows) else "", DIM)], width)


def line(runs: Iterable[Run], width: int) -> Strip:
    """The runs one after the other on exactly ``width`` columns."""
    return Strip([Segment(text, voice) for text, voice in runs if text]).adjust_cell_length(max(width, 0))
