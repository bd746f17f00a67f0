"""Quick entry: one line of shift shorthand, in any order, as the fields of a record, with nothing guessed.

``line`` holds the words and who has claimed them, each reader claims what it is sure of, and what nobody claims
stays as text. A reader that is not sure asks; it never fills in a value.
"""

from wardroom.domain.quick import labs as labs
from wardroom.domain.quick import mind as mind
from wardroom.domain.quick import patient as patient
from wardroom.domain.quick import vitals as vitals
from wardroom.domain.quick.entry import QuickEntry, entry_of
from wardroom.domain.quick.line import Line

LINE_MAX = 4000
"""Characters that are read; what stands behind them stays text."""

__all__ = ["LINE_MAX", "QuickEntry", "parse"]


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
