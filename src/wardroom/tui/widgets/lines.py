"""Lines of text in voices: the small values every reading view is laid out in before it is painted."""

from collections.abc import Iterable, Sequence

from rich.segment import Segment

from wardroom.domain.text import display_width, wrap
from wardroom.tui.widgets.voices import VOICES, Voice

Line = tuple[tuple[str, Voice], ...]
"""One row of the glass: pieces of text, each in its voice."""

MEASURE = 100
"""Running text is never set wider than this, however wide the glass."""


def line_width(line: Iterable[tuple[str, Voice]]) -> int:
    """Columns the line takes."""
    return sum(display_width(text) for text, _ in line)


def segments(line: Line) -> list[Segment]:
    """The line as Rich paints it."""
    return [Segment(text, VOICES[voice]) for text, voice in line if text]


def flow(parts: Sequence[Line], width: int, *, between: str = " · ", hang: int = 0) -> list[Line]:
    """``parts`` side by side with dots between them, on as many lines as ``width`` asks for; later ones hang."""
    rows: list[Line] = []
    row: list[tuple[str, Voice]] = []
    used = 0
    for part in parts:
        columns = line_width(part)
        if row and used + len(between) + columns > width:
            rows.append(tuple(row))
            row, used = [(" " * hang, "plain")] if hang else [], hang
        elif row:
            row.append((between, "dim"))
            used += len(between)
        if columns > width - used:
            voice = part[0][1]
            pieces = wrap("".join(text for text, _ in part), max(width - used, 2))
            for piece in pieces[:-1]:
                rows.append((*row, (piece, voice)))
                row, used = [(" " * hang, "plain")] if hang else [], hang
            part = ((pieces[-1], voice),)
            columns = line_width(part)
        row += part
        used += columns
    if row:
        rows.append(tuple(row))
    return rows


def text_lines(text: str, width: int, voice: Voice = "plain") -> list[Line]:
    """Running text, wrapped; what it quotes (``> ``) is dim."""
    rows: list[Line] = []
    for line in text.rstrip().split("\n"):
        said: Voice = "dim" if line.startswith(">") else voice
        rows += [((row, said),) for row in wrap(line, min(width, MEASURE))]
    return rows
