"""Long bare numbers: nothing measured at a bedside has so many digits."""

import re
from collections.abc import Iterator

from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.places import at_numbers
from wardroom.screening.quantities import is_quantity

_LONG = re.compile(r"(?<![\w.,/+-])\d{7,20}(?![\w]|[.,/]\d)")
_LOT = re.compile(r"(?i)\b(?:lot|batch|lote|ch\.-b|cat|catalogue|part|order)(?: ?(?:no|number|n°|#))?[.: #]{0,2}\Z")
"""What is made in thousands is nobody's own."""
_MIXED = re.compile(
    r"(?<![\w./-])(?=[A-Z\d-]{8,20}(?![\w-]))(?:[A-Z]{1,4}-?\d{6,14}[A-Z]?|\d{2}[A-Z]\d{6,10})(?![\w-])"
)

_CODE = re.compile(r"(?<![\w./-])(?=\d*[A-Z])(?=(?:[A-Z]*\d){5})(?=(?:\d*[A-Z]){2})[A-Z\d]{9,20}(?![\w-])")
"""Capitals and figures mixed, as registers and insurers write: ``4VV19CS012``."""
_NINE = re.compile(r"[A-Z\d]{9}")


def find(text: str) -> Iterator[Candidate]:
    """Runs of seven digits (asked) or nine and more (blocked) that are neither a quantity nor a round figure."""
    for match in at_numbers(_LONG, text):
        number = match.group()
        if (
            is_quantity(text, match.end())
            or number.endswith("000")
            or _LOT.search(text, max(0, match.start() - 14), match.start())
        ):
            continue
        yield Candidate(match.start(), match.end(), "id", BLOCK if len(number) >= 9 else WARN, "[number]")
    for match in _CODE.finditer(text) if _NINE.search(text) else ():
        yield Candidate(match.start(), match.end(), "id", WARN, "[number]")
    for match in _MIXED.finditer(text):
        yield Candidate(match.start(), match.end(), "id", BLOCK, "[number]")
