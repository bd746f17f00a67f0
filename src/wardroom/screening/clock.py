"""Clock times, which place a case on a shift; what counts is the time since the first one."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from wardroom.screening.findings import WARN, Candidate
from wardroom.screening.places import at_numbers, has_word, holds_any, lowered
from wardroom.screening.quantities import is_quantity

_COLON = re.compile(
    r"(?<![\w.,:/+-])([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?(?![\w]|[:/]\d)(?: ?(?P<half>[AaPp])\.?[Mm]\b\.?)?(?: ?(?:h|hrs?|hours|Uhr)\b)?(?! ?o'clock)"
)
_HALF = re.compile(r"(?<![\w.,:/-])(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s?(?P<half>[AaPp])(?:\.[Mm]\.|[Mm]\b)")
_HOURS = re.compile(r"(?<![\w.,:/-])([01]\d|2[0-3])([0-5]\d) ?(?:hrs?|hours|h)(?!\w)", re.IGNORECASE)
_LETTER = re.compile(r"(?<![\w.,:/-])([01]?\d|2[0-3])h([0-5]\d)(?!\w)")
"""As in French: ``19h45``."""
_ZULU = re.compile(r"(?<![\w.,:/-])([01]\d|2[0-3])([0-5]\d) ?[Zz](?!\w)")
_AT = re.compile(
    r"(?i:\b(?:at|by|around|about|since|until|till|from|approx|@)) ?([01]\d|2[0-3])([0-5]\d)(?![\w]|[.,:/-]\d)"
)
_DOTTED = re.compile(
    r"(?i)(?<![\w.,:/-])([01]?\d|2[0-3])\.([0-5]\d)(?= (?:on (?:the )?(?:mon|tue|wed|thu|fri|sat|sun|\d)|this (?:morning|afternoon|evening)|last night|yesterday|today|tonight|in the (?:morning|afternoon|evening|night))|hrs)"
)
"""A time with a dot, which what follows tells from a value: ``10.40 this morning``."""
_IN_WORDS = re.compile(
    r"(?i)(?<!\w)(?:quarter|half|ten|twenty|twenty-five)(?: minutes)? (?:past|to) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?!\w)"
    r"(?: in the (?:morning|afternoon|evening)| at night)?"
)
"""A time as it is said: quarter past three."""
_AND_AT = re.compile(r"(?<=\d[0-5]\d and )([01]\d|2[0-3])([0-5]\d)(?![\w]|[.,:/-]\d)")
_THEN = re.compile(
    r"(?i:\b(?:pronounced|eloped|arrived|departed|found (?:him|her|them)|left|died|collapsed|woke)(?: at)? |@ ?)([01]\d|2[0-3])([0-5]\d)(?![\w%]|[.,:/-]\d)"
)
_FRENCH = re.compile(r"(?<![\w.,:/-])(?:à|vers|a las|às|alle|um) ?([01]?\d|2[0-3])(?: ?h ?|:|\.)([0-5]\d)?(?!\w)")
_SCHEDULED = re.compile(
    r"(?i)(?<!\w)(?:rotas?|shifts|teaching|meetings?|huddles?|coffee|webinar|journal club|courses|lectures?|workshops?|cadavers?|every|nightly|"
    r"board round|m&m|zoom|simulation|sim|deadline)(?!\w)"
)
"""What goes by the clock whoever the patient is."""
_PEOPLE: Final = frozenset(
    [
        "he",
        "she",
        "they",
        "his",
        "her",
        "him",
        "their",
        "patient",
        "pt",
        "mr",
        "mrs",
        "ms",
        "man",
        "woman",
        "lady",
        "gentleman",
        "boy",
        "girl",
        "baby",
        "child",
        "mother",
        "father",
        "mum",
        "mom",
        "dad",
        "wife",
        "husband",
        "son",
        "daughter",
        "el",
        "la",
        "paciente",
        "patiente",
    ]
)
"""Without any of these an hour is not somebody's: blocked catheter at 3 am."""
_SENTENCE: Final = 70
_AT_NIGHT = re.compile(r"(?i)\b(?:at|after|before|until|till|by) $")
_AT_LAST = re.compile(r"(?i)\bat $")
_RATIO = re.compile(r"(?i:ratio|dilut|titre|titer|i:e|1:1|concentration)[^\n]{0,15}$")


class _Time(NamedTuple):
    start: int
    end: int
    minutes: int


def find_in_words(text: str) -> Iterator[Candidate]:
    """Each time in words."""
    for match in _IN_WORDS.finditer(text) if holds_any(lowered(text), (" past ", "quarter to ")) else ():
        yield Candidate(match.start(), match.end(), "date", WARN, "then")


def find(text: str) -> Iterator[Candidate]:
    """Each time, as minutes from the first one."""
    times = sorted(set(_times(text)))
    taken = -1
    zero = times[0].minutes if times else 0
    is_lone = len(times) == 1 and not has_word(text, _PEOPLE)
    for time in times:
        if time.start < taken:
            continue
        taken = time.end
        is_hour = not any(map(str.isdigit, text[time.start + 2 : time.end]))
        if _is_scheduled(text, time) or (
            is_lone and is_hour and _AT_NIGHT.search(text[max(0, time.start - 8) : time.start])
        ):
            continue
        minutes = (time.minutes - zero + 720) % 1440 - 720
        suggestion = f"T{minutes:+d} min" if minutes else "T0"
        yield Candidate(time.start, time.end, "date", WARN, suggestion)


def _is_scheduled(text: str, time: _Time) -> bool:
    """Whether the sentence around a time is about a service, or asks of the time itself."""
    before = re.split(r"[.?!\n] ", text[max(0, time.start - _SENTENCE) : time.start])[-1]
    after = re.split(r"[.?!\n]", text[time.end : time.end + _SENTENCE])[0]
    return (
        text.startswith("?", time.end) or _SCHEDULED.search(before) is not None or _SCHEDULED.search(after) is not None
    )


def _times(text: str) -> Iterator[_Time]:
    for match in at_numbers(_COLON, text):
        # One digit before the colon and no half of the day reads as a ratio (adrenaline 1:10, titre 1:40).
        if (
            len(match.group(1)) == 1
            and not match["half"]
            and not _AT_LAST.search(text[max(0, match.start() - 4) : match.start()])
        ):
            continue
        if (is_quantity(text, match.end()) and text[match.end() - 1] != "h") or _RATIO.search(
            text[max(0, match.start() - 24) : match.start()]
        ):
            continue
        yield _Time(match.start(), match.end(), _minutes(match.group(1), match.group(2), match["half"]))
    for match in at_numbers(_HALF, text):
        yield _Time(match.start(), match.end(), _minutes(match.group(1), match.group(2), match["half"]))
    for pattern in (_HOURS, _AT, _THEN, _FRENCH, _LETTER, _ZULU, _DOTTED, _AND_AT):
        begins_with_digit = pattern in (_HOURS, _LETTER, _ZULU, _DOTTED, _AND_AT)
        for match in at_numbers(pattern, text) if begins_with_digit else pattern.finditer(text):
            if pattern in (_AT, _THEN, _AND_AT) and (
                is_quantity(text, match.end()) or re.match(r"(?:19|20)\d\d", match.group(1) + match.group(2))
            ):
                continue
            start = match.start(1)
            yield _Time(start, match.end(), _minutes(match.group(1), match.group(2), None))


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    hours = int(hour) % 12 + (12 if half in {"p", "P"} else 0) if half else int(hour)
    return hours * 60 + int(minute or 0)
