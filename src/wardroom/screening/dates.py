"""Calendar dates, months, weekdays and feasts; a bare year passes."""

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from wardroom.screening import lexicon
from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.places import at_numbers, has_word, holds_any, lowered
from wardroom.screening.quantities import is_quantity

_TIME: Final = r"(?:(?:[Tt]|,? at |,? | - )\d{1,2}[:h.]\d{2}(?:[:.]\d{2})?(?:\.\d{1,6})?(?: ?[AaPp]\.?[Mm]\b\.?|[Zz]|[+-]\d\d:?\d\d)?)?"
_ISO = re.compile(rf"(?<![\w.,/-])((?:1[89]|20)\d\d)([-./])(\d{{1,2}})\2(\d{{1,2}})(?!\d|[-/.]\d){_TIME}")
_NUMERIC = re.compile(rf"(?<![\w.,/-])(\d{{1,2}})([-./])(\d{{1,2}})\2((?:1[89]|20)\d\d|\d\d)(?![\w%]|[-/.,]\d){_TIME}")
_COMPACT = re.compile(r"(?<![\w.,/-])((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:T\d{4,6})?(?![\w]|[.,/]\d)")
_ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMAN_MONTH = re.compile(
    r"(?<![\w.,/-])(\d{1,2})(?P<sign>[./ -])\s?(?P<month>x?i{1,3}|i?[vx]|vi{1,3}|xii?)(?P=sign)\s?((?:1[89]|20)\d\d|(?<=\.)\d\d)(?!\w|\.\d)"
)
"""A month in Roman figures: ``7.iii.1962``."""
_MONTH_YEAR = re.compile(r"(?<![\w.,/-])(0?[1-9]|1[0-2])[/.-]((?:19|20)\d\d)(?![\w]|[-/.,]\d)")
_SPACED_BIRTH = re.compile(
    r"(?:\b(?:d\.?o\.?b\.?|b\.|born(?: on)?|date of birth|birth ?date|birthday|n[ée]e? le|geboren am|fecha de nacimiento|f\.?n\.?)(?<![\w.][b]\.)(?:\b|(?<=b\.)))"
    r"[\s:.(]{0,3}(?P<date>\d{1,2}[ ./-]\d{1,2}[ ./-]\d{2,4}|\d{6,8}|(?:1[89]|20)\d\d)(?!\d)"
)
_DAY_MONTH = re.compile(
    r"(?:\b(?:on|since|dated?|dob|admitted|discharged|d/c|moved|booked|review|reviewed|died|born|repeat|rpt|clinic|appt|appointment|tomorrow|yesterday|today|until|till|by|from|seen|for|le|el|am|du|del|desde|depuis)\b)(?: the)? "
    r"(?P<date>(0?[1-9]|[12]\d|3[01])[/.](0?[1-9]|1[0-2])|0[1-9]/(?:1[3-9]|2\d|3[01])|(?<=admitted )[1-9]/(?:1[3-9]|2\d|3[01])|(?<=discharged )[1-9]/(?:1[3-9]|2\d|3[01]))(?!\d|[-/.,:]\d|[\w%]|\s{1,2}to\s\d)"
)
_DAY_TOLD = re.compile(
    r"(?<![\w/.,-])(?P<date>(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|[12]\d|3[01]))(?= (?:admitted|readmitted|discharged|extubated|intubated|home|transferred|operated|seen|died|d/c|at \d{2})(?!\d*[^\W\d]))"
)
"""A day and a month, or a month and a day, before what was done on it."""
_NOT_A_MONTH: Final = frozenset({"7", "10", "12"})
"""Denominators of durations and scores (3/7 is three days, 4/10 a pain score)."""

_MONTH_LAST = re.compile(r"[^\W\d_]{5,}\.\Z")
"""A month written out, with the full stop of its sentence."""
_HOURS_FOLLOW = re.compile(r",? (?:at )?(?:[01]\d|2[0-3]):?[0-5]\d ?(?:h|hrs?|hours)?(?!\w)")
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,20}) $")
_BIRTH = re.compile(
    r"(?i)(?:\bd\.?o\.?b\.?|\bborn\b|\bbirth|\bn[ée]e?\b|nacid[oa]|nacimiento|geboren)(?:(?![.;] |seen|admi|arriv|pres)[^\n]){0,14}$"
)
_CALLED_BIRTH: Final = 24
_NEAR_DAYS: Final = 60
"""So far days are counted; a day of the year long ago would be told by its number."""
_MONTH_DAYS: Final = 30.4
_LONG_AGO_DAYS: Final = 730
_EVERY = re.compile(
    r"(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?: (?:morning|afternoon|evening|night)s?)?(?<=s)\Z"
)
"""A weekday of every week: Fridays."""
_FEAST = re.compile(
    r"(?<!\w)(?:(?:on|last|this|since|before|after|over) )?(?:Christmas(?: Eve| Day)?|Xmas|Boxing Day|New Year'?s?(?: Eve| Day)|Easter"
    r"(?: Sunday| Monday)?|Good Friday|Thanksgiving|Halloween|Fourth of July|4th of July|Independence Day|Labou?r Day|"
    r"Memorial Day|Mother's Day|Father's Day|Valentine's(?: Day)?|St\.? Patrick's Day|Diwali|Eid|Ramadan|Hanukkah|Yom Kippur|"
    r"(?:Anzac|Australia|Canada|Remembrance|Veterans|Presidents|MLK|Columbus|Waitangi|Armistice|Victoria|Family|Heritage|Republic|May|VE|St\.? (?:George|Andrew|David)'s) Day|"
    r"Bonfire Night|Guy Fawkes(?: Night)?|Burns Night|Juneteenth|Hogmanay|Shrove Tuesday|Pancake Day|Ash Wednesday|Palm Sunday|(?:[Bb]ank|[Pp]ublic) [Hh]oliday(?: Monday)?|"
    r"(?:Lunar|Chinese) New Year|Passover|Rosh Hashanah|Holi|Epiphany|Whitsun|Matariki|Toussaint|Pâques|Pentecôte|Semana Santa|Pascua|(?:Día|día) de Reyes|Bastille Day|Nochevieja|Nochebuena|Navidad|Noël)(?!\w)(?! (?:disease|factor))"
)


_FEAST_SIGNS: Final = (
    "mas", "day", "year", "east", "good fri", "thanksg", "hallow", "fourth of", "4th of", "diwali", "eid", "ramadan", "hanuk",
    "kippur", "bonfire", "fawkes", "burns n", "juneteenth", "hogmanay", "shrove", "wednes", "palm sun", "holiday", "passover", "hashan", "holi", "epiphany", "whitsun",
    "matariki", "toussaint", "pâques", "pentec", "semana", "pascua", "de reyes", "noche", "navidad", "noël",
)  # fmt: skip


class _Parsed(NamedTuple):
    start: int
    end: int
    date: dt.date | None
    """The day, when all of it is written; None for a month of a year."""
    year: int | None


@cache
def _named() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Patterns with a month's name, each with the order of its groups (d, m, y)."""
    month = "(" + "|".join(sorted(map(re.escape, lexicon.months()), key=len, reverse=True)) + r")(?![^\W\d_])"
    year = r"((?:1[89]|20)\d\d|'?\d\d)(?![\d%/]|[.,:]\d)"
    return (
        (
            re.compile(
                rf"(?<![\w.,/-])(\d{{1,2}})(?:st|nd|rd|th|er|[ºª.])?(?:[\s/-]|\s(?:of|de|du)\s|\sd')?(?:the\s)?{month}\.?"
                rf"(?:(?:,?[\s/-]|,?\sdel?\s|\sof\s)?{year})?{_TIME}",
            ),
            "dmy",
        ),
        (
            re.compile(
                rf"(?<![\w]){month}\.?[\s/-](?:the\s)?(\d{{1,2}})(?:st|nd|rd|th)?(?![\w%]|[./:]\d)(?:(?:,\s?|[\s/-]){year})?{_TIME}",
            ),
            "mdy",
        ),
        (re.compile(rf"(?<![\w]){month}\.?(?:,?[\s/-]|\s(?:of|de|del)\s)'?((?:1[89]|20)\d\d)(?!\d)"), "my"),
        (re.compile(rf"(?<![\w.,/-])((?:1[89]|20)\d\d)[\s/-]{month}[\s/.-](\d{{1,2}})(?!\w)"), "ymd"),
    )


# Short forms that are words or figures of their own when small: "2 may need", "5 set", "3 dec".
_WORDS_TOO: Final = frozenset(
    {"may", "mar", "march", "dec", "jan", "sept", "sep", "oct", "nov", "apr", "aug", "mai", "mei", "dic", "abr"}
)


@cache
def _weekday() -> re.Pattern[str]:
    names = sorted(lexicon.words("weekdays"), key=len, reverse=True)
    day = "|".join(map(re.escape, names))
    return re.compile(
        rf"(?<!\w)(?:(?:on|last|this|next|since|every|until|by|from|el|le|am|letzten)\s)?(?:(?:last|pasado|dernier)\s)?(?:{day})s?"
        r"(?:\s(?:mornings?|afternoons?|evenings?|nights?|lunchtime|dernier|pasado|matin|soir|last))?(?:,? (?:the )?\d{1,2}(?:st|nd|rd|th))?(?!\w)"
        r"|(?<!\w)(?:on|last|next|since)\s(?P<short>mon|tues?|weds?|thurs?|fri|sat|sun)(?![\w])(?! ?\d)",
    )


@cache
def _weekday_words() -> frozenset[str]:
    short = ["mon", "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun"]
    days = lexicon.words("weekdays")
    return days | {f"{day}s" for day in days} | frozenset(short)


@cache
def _glued() -> re.Pattern[str]:
    """A month right behind its day: ``03mar2024``."""
    return re.compile(r"\d(?:" + "|".join(sorted({re.escape(name[:3]) for name in lexicon.months()})) + ")")


def _has_month(low: str) -> bool:
    return has_word(low, lexicon.months()) or _glued().search(low) is not None


@cache
def _lone_month() -> re.Pattern[str]:
    names = [name for name in lexicon.months() if len(name) > 3]
    return re.compile(
        r"(?<!\w)(?:(?i:in|since|last|this|next|early|late|mid|until|by|during|around|en|desde|depuis|seit|im))[ -](?:early |late |mid-?)?"
        rf"(?:{'|'.join(sorted({name.capitalize() for name in names} | {'May'}, key=len, reverse=True))})(?!\w)"
    )


def _is_birth(text: str, start: int, behind: int) -> bool:
    """Whether a word of birth stands before ``start``, and no other date, which ends at ``behind``, between them."""
    return _BIRTH.search(text[max(0, behind, start - _CALLED_BIRTH) : start]) is not None


def _dated(parsed: list[_Parsed]) -> list[_Parsed]:
    """The same dates, those without a year in the year that brings them closest to the nearest one with it."""
    with_year = [one for one in parsed if one.date and one.year]
    base = dt.date(2000, 7, 1)
    dated = []
    for one in parsed:
        if one.date and not one.year:
            nearest = min(with_year, key=lambda other: abs(other.start - one.start), default=None)
            to = nearest.date if nearest and nearest.date else base
            base = date = _closest(one.date, to)
            one = one._replace(date=date)
        dated.append(one)
    return dated


def _closest(date: dt.date, to: dt.date) -> dt.date:
    """This day of the year, of the years around ``to`` in the one where it is closest."""
    days = []
    for year in (to.year - 1, to.year, to.year + 1):
        try:
            days.append(date.replace(year=year))
        except ValueError:
            days.append(dt.date(year, 3, 1))
    return min(days, key=lambda day: abs((day - to).days))


def _apart(one: _Parsed, zero: dt.date) -> str:
    """How a date is told that counts from ``zero``: near in days, then in months, then by its year."""
    if one.date is None:
        return str(one.year) if one.year else "Day 0"
    days = (one.date - zero).days
    if abs(days) <= _NEAR_DAYS:
        return f"Day {days}"
    if abs(days) < _LONG_AGO_DAYS:
        return f"{abs(days) / _MONTH_DAYS:.0f} months {'later' if days > 0 else 'earlier'}"
    return str(one.year) if one.year else "some time ago"


def find(text: str) -> Iterator[Candidate]:
    """Dates as days counted from the first one, months as their year, weekdays and feasts as a question."""
    parsed = sorted(_parsed(text))
    behind = 0
    births: set[int] = set()
    for one in parsed:
        if _is_birth(text, one.start, behind):
            births.add(one.start)
        behind = max(behind, one.end)
    dated = _dated([one for one in parsed if one.start not in births])
    zero = next((one.date for one in dated if one.date), None)
    for one in sorted([*dated, *(one for one in parsed if one.start in births)]):
        if one.start in births:
            suggestion = "[age band]"
        elif zero is None:
            suggestion = str(one.year) if one.year else "Day 0"
        else:
            suggestion = _apart(one, zero)
        start = one.start - 4 if text[max(0, one.start - 4) : one.start].lower() == "the " else one.start
        yield Candidate(start, one.end, "date", BLOCK, suggestion)
    low = lowered(text)
    has_digit = any(map(str.isdigit, text))
    for match in _SPACED_BIRTH.finditer(low) if has_digit else ():
        action = WARN if len(match["date"]) == 4 else BLOCK
        yield Candidate(*match.span("date"), "date", action, "[age band]")
    for match in _DAY_MONTH.finditer(low) if has_digit and holds_any(low, ("/", ".")) else ():
        if match.group(3) is None or match.group(3) not in _NOT_A_MONTH or int(match.group(2)) > 12:
            yield Candidate(*match.span("date"), "date", WARN, "Day 0")
    for match in at_numbers(_DAY_TOLD, low) if "/" in low else ():
        if match["date"].rpartition("/")[2] in _NOT_A_MONTH:
            continue
        yield Candidate(*match.span("date"), "date", WARN, "Day 0")
    for match in _weekday().finditer(low) if has_word(low, _weekday_words()) else ():
        # Small, the short forms are words of their own: on sat monitor, in the sun.
        short = match["short"]
        if _EVERY.match(low, match.start(), match.end()):
            continue
        is_level = short == "sat" and match.group().startswith("on")
        if short and (is_level or not text[match.start("short")].isupper()):
            continue
        yield Candidate(match.start(), match.end(), "date", WARN, "some days ago")
    for pattern, suggestion in ((_lone_month(), "some time ago"), (_FEAST, "some days ago")):
        may_be = holds_any(low, _FEAST_SIGNS) if pattern is _FEAST else has_word(low, lexicon.months())
        for match in pattern.finditer(text) if may_be else ():
            yield Candidate(match.start(), match.end(), "date", WARN, suggestion)


def _is_dose(text: str, start: int) -> bool:
    """Whether a drug stands before a row of figures: adenosine 6/12/18."""
    before = _WORD_BEFORE.search(text[max(0, start - 24) : start].lower())
    return before is not None and before.group(1) in lexicon.words("drugs")


def _parsed(text: str) -> Iterator[_Parsed]:
    numeric = list(at_numbers(_NUMERIC, text))
    month_first = any(int(match.group(3)) > 12 for match in numeric) and not any(int(m.group(1)) > 12 for m in numeric)
    for match in at_numbers(_ISO, text):
        yield from _if_day(match, match.group(1), match.group(3), match.group(4))
    for match in numeric:
        first, sign, second, year = match.groups()
        # Two-digit years with dots or dashes read as figures unless every part has two digits.
        is_short = len(year) == 2 and sign != "/" and (len(first) != 2 or len(second) != 2)
        if is_short and not _HOURS_FOLLOW.match(text, match.end()):
            continue
        if len(year) == 2 and (is_quantity(text, match.end()) or _is_dose(text, match.start())):
            continue
        day, month = (second, first) if (month_first or int(second) > 12) else (first, second)
        yield from _if_day(match, year, month, day)
    for match in at_numbers(_COMPACT, text):
        yield from _if_day(match, *match.groups())
    for match in at_numbers(_ROMAN_MONTH, lowered(text)):
        if match["month"] in _ROMAN:
            yield from _if_day(match, match.group(4), str(1 + _ROMAN.index(match["month"])), match.group(1))
    for match in at_numbers(_MONTH_YEAR, text):
        yield _Parsed(match.start(), match.end(), None, int(match.group(2)))
    for pattern, order in _named() if _has_month(lowered(text)) else ():
        for match in at_numbers(pattern, lowered(text)) if order[0] in "dy" else pattern.finditer(lowered(text)):
            group = dict(zip(order, match.groups(), strict=True))
            day, year = group.get("d"), group.get("y")
            name = text[slice(*match.span(1 + order.index("m")))]
            bare = name.islower() and name in _WORDS_TOO
            if bare and (not year or len(year) < 4) and order != "ymd":
                continue
            if name.isupper() and len(name) < 4 and not year:
                continue
            if order == "mdy" and (name.islower() and not year):
                continue
            if day and order == "mdy" and not year and is_quantity(text, match.end()):
                continue
            month = str(lexicon.months()[name.lower()])
            if day is None:
                yield _Parsed(match.start(), match.end(), None, int(year or 0) or None)
            else:
                yield from _if_day(match, year, month, day)


def _if_day(match: re.Match[str], year: str | None, month: str, day: str) -> Iterator[_Parsed]:
    """The day a match stands for, when the calendar has it."""
    full = int(year.strip("'")) if year else None
    if full is not None and full < 100:
        full += 2000 if full < 50 else 1900
    try:
        date = dt.date(full or 2000, int(month), int(day))
    except ValueError:
        return
    ends_sentence = _MONTH_LAST.search(match.group()) is not None
    yield _Parsed(match.start(), match.end() - ends_sentence, date, full)
