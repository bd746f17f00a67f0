"""Vehicles: identification numbers, and plates after a cue."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.places import holds_any, lowered

_VIN = re.compile(r"(?<![\w-])(?=[A-Z\d]*[A-Z])(?=(?:[A-Z]{0,16}\d){5})[A-HJ-NPR-Z\d]{17}(?![\w-])")
_PLATE = re.compile(
    r"(?<!\w)(?i:(?:licen[cs]e|number|registration|car|vehicle|van|truck)\s(?:plates?|reg(?:istration)?|tag)|plates?|rego|"
    r"matr[ií]cula|(?:plaque\sd')?immatriculation|plaque|kennzeichen)(?!\w)[\s:#]{0,3}"
    r"(?i:(?:no|number|is|was|of|reads?|numéro|número)(?!\w)[\s.:#]{0,3}){0,2}"
    r"(?P<value>[A-Z\d]{1,4}(?:[ -]?[A-Z\d]{1,5}){1,3})(?!\w)"
)

_FLIGHT = re.compile(r"\b(?i:flight) (?i:no\.? |number |: ?)?(?P<value>(?:[A-Z]{2}|[A-Z]\d|\d[A-Z]) ?\d{2,4})(?!\w)")
_PLATE_WORDS: Final = ("plate", "reg", "tag", "matr", "plaque", "kennzeichen")
_NEW_PLATE = re.compile(r"(?<![\w-])[A-HJ-PR-Y]{2}\d\d ?[A-HJ-PR-Z]{3}(?![\w-])")
"""A British plate, beside the word for one or for a car."""
_TAG = re.compile(
    r"(?<!\w)(?:[Tt]ag|[Rr]eg)(?: (?:no\.?|number|is))?[ :#]{1,2}(?P<value>[A-Z]{1,4}-\d{2,4}|\d{1,4}-[A-Z]{1,4})(?![\w-])"
)


def find(text: str) -> Iterator[Candidate]:
    """Seventeen characters of a chassis number, and the plate that is called one."""
    for match in _VIN.finditer(text):
        yield Candidate(match.start(), match.end(), "id", BLOCK, "[vehicle]")
    for match in _FLIGHT.finditer(text) if "light" in lowered(text) else ():
        yield Candidate(*match.span("value"), "id", WARN, "[flight]")
    if not holds_any(lowered(text), _PLATE_WORDS):
        return
    for pattern in (_NEW_PLATE, _TAG):
        for match in pattern.finditer(text):
            yield Candidate(*match.span("value" if pattern is _TAG else 0), "id", BLOCK, "[vehicle]")
    for match in _PLATE.finditer(text):
        value = match["value"]
        if sum(char.isdigit() for char in value) >= 2 and any(char.isalpha() for char in value):
            yield Candidate(*match.span("value"), "id", BLOCK, "[vehicle]")
