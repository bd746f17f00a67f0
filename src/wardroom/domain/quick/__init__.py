"""Quick entry: one line of shift shorthand, in any order, as the fields of a record, with nothing guessed."""

from wardroom.domain.quick.entry import QuickEntry
from wardroom.domain.quick.reading import LINE_MAX, parse

__all__ = ["LINE_MAX", "QuickEntry", "parse"]
