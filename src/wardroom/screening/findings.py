"""What screening says: a finding, the place in a text that may identify a person."""

from dataclasses import dataclass
from typing import Final, NamedTuple

BLOCK: Final = "block"
"""The text may not be posted while this stands."""
WARN: Final = "warn"
"""The author is asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of a text; ``start`` and ``end`` count code points of the text as it was given."""

    start: int
    end: int
    kind: str
    """name, date, age, phone, email, address, location, id, url or other."""
    action: str
    """``BLOCK`` or ``WARN``."""
    text: str
    """What stands there."""
    suggestion: str
    """What could stand there."""


class Candidate(NamedTuple):
    """A finding of one recogniser, in the text as recognisers see it."""

    start: int
    end: int
    kind: str
    action: str
    suggestion: str
