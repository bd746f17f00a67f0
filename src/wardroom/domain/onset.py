"""When it began: a time before the case's zero, as it is typed, checked and shown."""

import re
from typing import Final

from wardroom.domain.text import clean
from wardroom.errors import InputRejected
from wardroom.language import _

YEARS_MAX: Final = 20
ONSET_MINUTES_MAX: Final = YEARS_MAX * 366 * 24 * 60
"""What began longer ago is history, and says more of a person than of a case."""
_SPANS: Final = {"min": 1, "h": 60, "d": 24 * 60, "wk": 7 * 24 * 60, "mo": 30 * 24 * 60, "y": 365 * 24 * 60}
_ONSET: Final = (
    r"(?:T\s?-?\s?|-\s?)?(?P<n>\d{1,5})\s?(?:/(?P<part>24|7|52|12)|(?P<unit>m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|j(?:ours?)?|"
    r"w(?:(?:ee)?ks?)?|sem(?:aines?)?|mo(?:n?ths?|is|s)?|y(?:(?:ea)?rs?)?|ans?))?(?:\s+ago)?"
)
"""Compiled by whoever first reads one: the start has no use for it."""
_UNIT_OF_LETTER: Final = {"m": "min", "h": "h", "d": "d", "j": "d", "w": "wk", "s": "wk", "y": "y", "a": "y"}
_PARTS: Final = {"24": "h", "7": "d", "52": "wk", "12": "mo"}


def check_onset(minutes: int | None) -> None:
    """Raise InputRejected for a time that is no onset; None is none."""
    if minutes is not None and not -ONSET_MINUTES_MAX <= minutes <= 0:
        raise InputRejected(
            _(
                "An onset lies before the case's zero, and within {years} years of it. Write it as T-45 min, 2 h or 3 days."
            ).format(years=YEARS_MAX)
        )


def read_onset(text: str) -> int | None:
    """``T-45``, ``2 h``, ``3/7``, ``6 weeks ago`` as minutes from the case's zero; None for nothing. Raises InputRejected."""
    words = clean(text, one_line=True)
    if not words:
        return None
    match = re.fullmatch(_ONSET, words, re.IGNORECASE)
    # A bare number says minutes only where it is written as a time of the case.
    if match is None or not (match["part"] or match["unit"] or words[0] in "Tt-"):
        raise InputRejected(_("{words!r} is no onset. Write it as T-45 min, 2 h or 3 days.").format(words=words[:20]))
    unit = _PARTS[match["part"]] if match["part"] else (match["unit"] or "m").lower()
    unit = "mo" if unit.startswith("mo") else _UNIT_OF_LETTER[unit[0]]
    minutes = -int(match["n"]) * _SPANS[unit]
    check_onset(minutes)
    return minutes


def onset_words(minutes: int | None) -> str:
    """``T-45 min``, ``T-2 h``, ``T-3 d``, which ``read_onset`` reads back; nothing for None."""
    if minutes is None:
        return ""
    unit = next(unit for unit in ("d", "h", "min") if minutes % _SPANS[unit] == 0)
    if minutes == 0 or (unit == "h" and -minutes < 120):
        unit = "min"
    return f"T-{-minutes // _SPANS[unit]} {unit}"
