"""Telephone, fax, pager and extension numbers of the world."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening.cues import Cue
from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.places import at_numbers, lowered
from wardroom.screening.quantities import is_quantity

_CUE = (
    r"(?:tele?(?:phone)?|phone|mobile|cell(?:ular)?|mob|fax|pager|paged?|bleep|beeper|whats\s?app|signal|sms|texts?|texted|"
    r"call(?:ed|ing)?(?:\s?back)?|callback|ring|rang|reach(?:ed|able)?|contact|number|answering|dial(?:led|ed)?|hotline|landline|"
    r"voicemail|t[ée]l[ée]phone|t[ée]l[ée]fono|t[ée]l[ée]fone|tel[ée]f|tfno|m[óo]vil|celular|portable|appeler|llamar|"
    r"telefon|handy|ph|hp)"
)
_CUED: Final = Cue(
    rf"(?<![\w]){_CUE}(?:\.|\b)[^\d+(\n]{{0,24}}(?P<number>(?:\+|\(\+?)?\d(?:(?:\.(?!\s)|[^\S\n]|[()/-]){{0,3}}\d){{4,16}})(?!\d)"
)
_SHORT: Final = Cue(
    r"(?<!\w)(?:pager|bleep|beeper|page|ext(?:ension)?|extn|poste|interno|durchwahl)\b"
    r"[\s.:#]{0,3}(?:(?:no|number|is|on)\b[\s.:#]{0,3})?(?P<number>\d{2,6})(?!\w)",
)
_EXTENSION = re.compile(r",?\s{0,2}(?:ext(?:ension)?|extn|x|poste|#)\.?\s{0,2}\d{1,6}\b", re.IGNORECASE)

_EDGE = r"(?<![\w.,/+-])"
_NANP = re.compile(
    _EDGE
    + r"(?:\+?1[\s.-]{0,2})?(?:\([2-9]\d\d\)[\s.-]{0,2}|[2-9]\d\d[\s.-]{1,2})\d{3}[\s.-]{1,2}\d{4}(?![\d/]|[.,-]\d)"
)
_INTERNATIONAL = re.compile(
    r"(?<![\w.,/])\(?(?:\+|00)\s?\(?[1-9]\d{0,2}(?:(?:\.(?!\s)|[^\S\n]|[()/-]){0,3}\d){6,13}(?![\d/])"
)
_TRUNK = re.compile(_EDGE + r"\(?0\d{1,4}\)?(?:[\s./-]{0,2}\d{2,8}){1,5}(?![\d/]|[.,-]\d)")
_AREA = re.compile(_EDGE + r"\(\d{2,5}\)\s?\d{2,4}(?:[\s.-]?\d{2,4}){1,3}(?![\d/]|[.,-]\d)")
_GROUPED = re.compile(_EDGE + r"[1-9]\d{1,4}(?:[ .-]\d{2,5}){1,4}(?![\d/]|[.,-]\d)")
_DESK = re.compile(
    r"(?i)\b(?:room|desk|office|ward|lab|radiology|pharmacy|theatre|unit|line) (?P<number>x ?\d{4,5})(?!\w|[.,]\d)"
)
"""An extension behind whose it is."""
_SEVEN = re.compile(r"\d(?:[\s.()/+-]{0,3}\d){5}")
"""No shorter number is a telephone's without a word that says so."""
_BEFORE_CUE = re.compile(
    _EDGE + r"\d{2,5}(?:[ .-]\d{2,6}){1,4}(?=,?\s{1,2}\(?(?:office|mobile|fax|cell|home|work|tel)(?!\w))", re.IGNORECASE
)
_LOCAL = re.compile(_EDGE + r"[2-9]\d\d-\d{4}(?![\d/]|[.,-]\d)")

_REGIONS: Final = (
    "US",
    "GB",
    "FR",
    "ES",
    "DE",
    "IN",
    "AU",
    "NZ",
    "IT",
    "BR",
    "MX",
    "ZA",
    "CH",
    "NL",
    "BE",
    "SE",
    "PK",
    "NG",
)
"""Where a number without a country code is looked up: where most of those who write in this forum's languages live."""


def find(text: str) -> Iterator[Candidate]:
    """Numbers after a cue, numbers of an unmistakable shape, and others that some country's plan knows."""
    for match in _CUED.finditer(lowered(text)):
        start, end = match.span("number")
        count = _digits(match["number"])
        if count >= 7 or (count >= 5 and not is_quantity(text, end) and "." not in match["number"]):
            yield _phone(text, start, end)
    for match in _SHORT.finditer(lowered(text)):
        start, end = match.span("number")
        if not is_quantity(text, end):
            yield Candidate(match.start(), end, "phone", BLOCK, "[phone]")
    for match in _DESK.finditer(text) if " x" in text else ():
        yield Candidate(*match.span("number"), "phone", WARN, "[phone]")
    if not _SEVEN.search(text):
        return
    for pattern, fewest in ((_NANP, 10), (_INTERNATIONAL, 8), (_TRUNK, 9), (_AREA, 7)):
        for match in pattern.finditer(text):
            count = _digits(match.group())
            if fewest <= count <= 15 and not is_quantity(text, match.end()) and not _is_other(match.group()):
                yield _phone(text, match.start(), match.end())
    for match in at_numbers(_GROUPED, text):
        count = _digits(match.group())
        if 9 <= count <= 13 and not is_quantity(text, match.end()) and _known_somewhere(match.group()):
            yield _phone(text, match.start(), match.end())
    for match in at_numbers(_BEFORE_CUE, text):
        if _digits(match.group()) >= 6:
            yield _phone(text, match.start(), match.end())
    for match in at_numbers(_LOCAL, text):
        low, high = match.group().split("-")
        is_range = int(high) % 50 == 0 and int(low) < int(high)
        if not is_quantity(text, match.end()) and not is_range:
            yield Candidate(match.start(), match.end(), "phone", WARN, "[phone]")


def _phone(text: str, start: int, end: int) -> Candidate:
    extension = _EXTENSION.match(text, end)
    return Candidate(start, extension.end() if extension else end, "phone", BLOCK, "[phone]")


def _digits(number: str) -> int:
    return sum(char.isdigit() for char in number)


_DATE_OR_SERIES = re.compile(r"0?\d{1,2}([./-])\d{1,2}\1\d{2,4}$|\d{1,2}(?:\s\d{1,3}){5,}$|0\d\s\d{2}$|\d{5}-\d{4}$")


def _is_other(number: str) -> bool:
    """Whether a digit group that begins like a phone number reads as a date or a row of values."""
    return _DATE_OR_SERIES.match(number) is not None


def _known_somewhere(number: str) -> bool:
    """Whether the numbering plan of some country has this number, and its grouping is that of a phone number."""
    groups = re.split(r"[ .-]", number)
    if len({len(group) for group in groups}) == 1 and len(groups[0]) < 3:
        return False
    if "." in number and len(groups) == 2:
        return False
    import phonenumbers

    for region in _REGIONS:
        try:
            parsed = phonenumbers.parse(number, region)
        except phonenumbers.NumberParseException:
            return False
        if phonenumbers.is_valid_number_for_region(parsed, region):
            return True
    return False
