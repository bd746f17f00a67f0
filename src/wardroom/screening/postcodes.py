"""Postal codes of the United Kingdom, Canada and the United States, and any after its name."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening import lexicon
from wardroom.screening.cues import Cue
from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import at_numbers, lowered
from wardroom.screening.towns import is_town

_UK = re.compile(r"(?<![\w-])([A-Z]{1,2})\d[A-HJKPSTUW\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?![\w-])")
_CANADA = re.compile(r"(?<![\w-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] \d[ABCEGHJ-NPRSTV-Z]\d(?![\w-])")
_US = re.compile(r"(?<=[A-Za-z,] )([A-Z]{2})\.?,? (\d{5}(?:-\d{4})?)(?![\w.,-]?\d|[\w%])")
_TOWN_BEFORE = re.compile(
    r"(?<![\w'-])(?P<town>(?:(?:St|Mt|Ft)\.? )?[^\W\d_a-zß-öø-ÿ][\w'-]{2,20}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{2,20}){0,2}),? \Z"
)
"""A town before its state and code."""
_LINES_BEFORE = re.compile(
    r"(?:^|[\n:(]|\bof |\bat |\bis |address ) ?(?P<lines>(?:(?:The |\d{1,4}[A-Za-z]? )?[^\W\d_a-zß-öø-ÿ][\w'-]{1,20}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{1,20}){0,2}, ?){1,3}[^\W\d_a-zß-öø-ÿ][\w'-]{2,20}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{1,20}){0,2},? )\Z"
)
"""A house with a name and its town, before their code."""
_MIXED = re.compile(r"\d[A-Z]{2}(?![\w-])|[A-Z]\d[A-Z] \d")
_FIVE = re.compile(r" \d{5}(?!\d)")
_ZIP4 = re.compile(r"(?<![\w.,/+-])\d{5}-\d{4}(?![\w-])")
_NETHERLANDS = re.compile(r"(?<![\w.-])[1-9]\d{3} [A-Z]{2}(?=,? [A-Z][a-z])(?! (?:Fr|IU|ML|MG))")
_INDIA = re.compile(
    r"(?<![\w.])(?P<value>[A-Z][a-z]{3,20} ?[-–] ?[1-9]\d{2} ?\d{3})(?![\w]|[.,/-]\d)(?! ?(?:IU|mg|mcg|units|ml))"
)
_BEFORE_TOWN = re.compile(
    r"(?<![\w.,/+-])(?:[A-Z]{1,2}-)?(?:\d{2}-\d{3}|\d{3} \d{2}|(?!(?:19|20)\d\d )\d{4,5}(?: [A-Z]{2})?) (?P<town>[^\W\d_a-zß-öø-ÿ][\w.'-]{2,24}(?:[ -][^\W\d_a-zß-öø-ÿ][\w'-]{1,24}){0,2})"
)
"""A code before its town, as on the continent: ``30-001 Kraków``."""
_CUED: Final = Cue(
    r"(?<!\w)(?:zip(?:\scode|code)?|post\s?code|postal\s?code|code\spostal|c[óo]digo\spostal|c\.?p\.|plz|postleitzahl|eircode|pin\s?code)"
    r"(?!\w)[\s:#]{0,3}(?:(?:is|was|of|no|number)(?!\w)[\s:]{0,2})?"
    r"(?P<value>\d{5}(?:-\d{4})?|\d{3} \d{2,3}|\d{4}(?: [a-z]{2})?|[a-z]\d[\dw] ?[a-z\d]{4}|[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]{1,2}\d[a-z\d]?)(?!\w)",
)


def _with_lines(text: str, start: int, end: int) -> Candidate:
    """A code with the house and the town that stand right before it, between commas."""
    lines = _LINES_BEFORE.search(text, max(0, start - 70), start)
    if lines:
        return Candidate(lines.start("lines"), end, "address", BLOCK, "[address]")
    return Candidate(start, end, "address", BLOCK, "[postcode]")


def find(text: str) -> Iterator[Candidate]:
    """Codes that place a person in a few streets."""
    areas, states = lexicon.words("uk_areas"), lexicon.words("us_states")
    has_mixed = _MIXED.search(text) is not None
    for match in _UK.finditer(text) if has_mixed else ():
        if match.group(1) in areas:
            yield _with_lines(text, match.start(), match.end())
    for match in _CANADA.finditer(text) if has_mixed else ():
        if not re.match(r"G\dP|T\dN", match.group()):
            yield _with_lines(text, match.start(), match.end())
    for match in _US.finditer(text) if _FIVE.search(text) else ():
        if match.group(1) in states:
            before = _TOWN_BEFORE.search(text, max(0, match.start() - 40), match.start())
            # Study ID 12345: without a comma the state of Idaho is a label more often.
            if before and match.group(1) == "ID" and not before.group().endswith(", "):
                before = None
            begin = before.start("town") if before else match.start(2)
            yield Candidate(begin, match.end(2), "address", BLOCK, "[address]" if before else "[postcode]")
    for pattern in (_ZIP4, _NETHERLANDS):
        for match in at_numbers(pattern, text):
            yield Candidate(match.start(), match.end(), "address", BLOCK, "[postcode]")
    for match in at_numbers(_BEFORE_TOWN, text):
        words = re.split(r"(?=[ -])", match["town"])
        for count in range(len(words), 0, -1):
            town = "".join(words[:count])
            if is_town(town):
                yield Candidate(
                    match.start(), match.start("town") + len(town.rstrip(".")), "address", BLOCK, "[address]"
                )
                break
    for match in _INDIA.finditer(text) if "-" in text else ():
        yield Candidate(*match.span("value"), "address", BLOCK, "[postcode]")
    for match in _CUED.finditer(lowered(text)):
        yield Candidate(*match.span("value"), "address", BLOCK, "[postcode]")
