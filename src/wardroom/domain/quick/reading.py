"""The way a line is read: each reader claims what it is sure of, and what nobody claims stays as text.

A reader that is not sure asks; it never fills in a value.
"""

from typing import Final

from wardroom.domain.quick import labs, mind, patient, vitals
from wardroom.domain.quick.entry import QuickEntry, entry_of
from wardroom.domain.quick.line import Line

LINE_MAX: Final = 4000
"""Characters that are read; what stands behind them stays text."""


def parse(text: str) -> QuickEntry:
    """The fields a line states, what is to be asked, what is out of its limits, and the words left over. Never raises."""
    line = Line(text[:LINE_MAX])
    line.set_quoted_apart()
    # Labelled numbers first: once they are claimed, a bare one is more likely what it looks like.
    mind.read(line)
    labs.read(line)
    vitals.read(line)
    patient.read(line)
    labs.read_bare(line)
    vitals.read_bare(line)
    return entry_of(line, text[LINE_MAX:])
