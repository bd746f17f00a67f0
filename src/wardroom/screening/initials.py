"""A person's initials: with dots, or after the word."""

import re
from collections.abc import Iterator

from wardroom.screening import lexicon
from wardroom.screening.findings import BLOCK, WARN, Candidate

_DOTTED = re.compile(r"(?<![\w.])[A-Z]\.[ -]?[A-Z]\.(?:[ -]?[A-Z]\.)?(?![\w])")
_CUED = re.compile(
    r"(?<!\w)(?i:initials?|initialled|iniciales|initiales)(?: (?i:are|is|were))?[\s:=(]{1,3}([A-Z]{2,4})(?![\w])"
)


def find(text: str) -> Iterator[Candidate]:
    """Initials that are no abbreviation."""
    abbreviations = lexicon.words("dotted")
    for match in _DOTTED.finditer(text):
        if match.group().replace(" ", "").replace("-", "").lower() not in abbreviations:
            yield Candidate(match.start(), match.end(), "name", WARN, "the patient")
    for match in _CUED.finditer(text):
        yield Candidate(match.start(1), match.end(1), "name", BLOCK, "[initials]")
