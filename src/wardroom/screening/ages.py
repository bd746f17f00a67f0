"""Exact ages: over 89 they identify, below they are better told as a band."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening import lexicon, name_list
from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.places import at_numbers, holds_any, lowered
from wardroom.screening.quantities import is_quantity

_BANDS: Final = (
    (1, "infant"),
    (5, "1-4"),
    (12, "5-11"),
    (16, "12-15"),
    (30, "16-29"),
    (45, "30-44"),
    (65, "45-64"),
    (75, "65-74"),
    (90, "75-89"),
)


def band(years: int) -> str:
    """The age band of someone who is ``years`` old."""
    return next((name for end, name in _BANDS if years < end), "90+")


_UNITS: Final = {
    word: number
    for number, word in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], 1)
}
_TEENS: Final = {
    word: number
    for number, word in enumerate(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        10,
    )
}
_TENS: Final = {
    word: number * 10
    for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_SMALL: Final = {**_UNITS, **_TEENS}
_SPELLED: Final = rf"(?:(?:{'|'.join(_TENS)})(?:[ -]?(?:{'|'.join(_UNITS)}))?|(?:one|a) hundred(?: ?(?:and )?(?:{'|'.join(_SMALL)}))?|{'|'.join(_SMALL)})"

_EDGE: Final = r"(?<![\w.,/+<>-])(?<![<>≥≤] )"
_WHAT_HEALS: Final = (
    r"(?![ -](?:wounds?|burns?|injur|fractures?|infarct|strokes?|sutures?|lacerations?|bruis|incisions?|scars?|h(?:a)?ematomas?|rash|"
    r"bites?|grafts?|stitch|dressings?|clots?|lesions?|stents?|samples?|notes?|film|x-?rays?|ct\b|ecg|ekg|scan|guideline|pacemaker|"
    r"device|line\b|catheter|car\b|house|building|history|trial|paper|study))"
)
_OLD: Final = rf"(?:[ -]?(?:y(?:ea)?rs?|y)[ -]?(?:old|young|of age)(?!s)|[ -]?y[./]?o\b\.?|[ -]y-o\b){_WHAT_HEALS}"
_YEARS_OLD = re.compile(rf"{_EDGE}(\d{{1,3}}){_OLD}", re.IGNORECASE)
_POPULATION = re.compile(r"(?i)\b(?:under|over|above|below|than|least|to|up to|until|from|between|and) $")
_SPELLED_OLD = re.compile(rf"(?<![\w-])({_SPELLED}){_OLD}")
_SPELLED_AGED = re.compile(
    rf"(?:\baged?|\bturn(?:ed|s|ing)) ({_SPELLED})(?![\w-])(?! (?:months|weeks|days|to|over|blind))"
)
_YOUNG = re.compile(
    rf"{_EDGE}(\d{{1,3}}|{'|'.join(_SMALL)})[ -]?(?:(?P<month>months?|mos?|mths?|m/o)|(?P<week>weeks?|wks?)|(?P<day>days?|d))"
    rf"(?:[ -]old|(?<=m/o)|(?= (?:boy|girl|infant|baby|female|male|f|m)\b)){_WHAT_HEALS}(?! (?:foetus|fetus|gestation|pregnan))",
)
_SMALL_FIELD = re.compile(r"(?:(?<=: )|(?<=\n)|^)(?P<age>[2-9]\d|1[01]\d) ?[fm](?=, ?[a-z])")
"""The same where a note begins in small letters: ``triage: 91 f, ...``."""
_YEARS_SEX = re.compile(
    rf"{_EDGE}(\d{{1,3}})[ -]?(?:y(?:ea)?rs?|[Yy])(?=[ -]?(?:F|M|[Ff]emale|[Mm]ale|[Mm]an|[Ww]oman|[Bb]oy|[Gg]irl|[Ll]ady|[Gg]entleman)(?![\w'-]))"
)
_FIELD = re.compile(
    r"(?:(?<=[/|,;(\n])|(?<=[/|,;(\n] )|(?<=[A-Z]{3} [A-SU-Z] )|^)(?P<age>\d{1,3}) ?(?P<sex>[FM])(?= ?(?:[/|,;)\n]|$| [A-Z]{2}))"
)
"""An age and a sex that are a field of a row: ``/ 91 M /``."""
_SEX = re.compile(
    rf"{_EDGE}(?P<age>\d{{1,3}})(?= (?:female|male|man|woman|boy|girl|lady|gentleman|gent)(?!\w)"
    r"(?! (?:patients?|nurses?|relatives?|staff|officers?|to|doctors?|cases|catheter|partners?)))",
    re.IGNORECASE,
)
_SHORT = re.compile(r"(?<![\w.,/+°-])(?P<age>\d{1,3})(?P<sex>[FM])(?![\w/%-])")
_SLASH = re.compile(r"(?<![\w.,/+-])(?:(?P<age>\d{1,3}) ?/ ?[FM]|[FM] ?/ ?(?P<age2>\d{1,3}))(?![\w/%-])")
_DEVICE = re.compile(
    r"(?i)\s?(?:\w+\s){0,2}?(?:catheter|foley|drain|chest|sheath|tube|fr\b|french|pigtail|ng\b|icd\b|introducer|dilator|line|port|"
    r"nephrostomy|suction|urinary|stent|balloon|temp|fever|trocar|cannula|pacing|wire|swan)"
)
_GAUGE = re.compile(r"(?i)(?:catheter|foley|drain|tube|sheath|french|\bfr)\b[^.\n]{0,28}$")
_HEAT = re.compile(r"(?i)(?:\bt|temp\w*|tmax|fever\w*|febrile|size|°)\W{0,3}(?:of |to |was |is |up to |at )?$")
_AGED = re.compile(
    r"(?<!\w)(?i:aged?|edad|âgée?s?|age/sex|age/gender)[ :=,/]{0,3}(?:(?:is|was|of|about|approx\.?|around|de|circa|c\.|~|-)[ :]{0,2}){0,2}"
    r"(?P<age>\d{1,3})(?![\d%+])(?!\.\d| ?[-/–] ?\d| (?:to|or|and) (?:\d|over|above|older|under|below|younger|more|less))"
    r"(?P<unit>\s?(?:months?|mos?|mths?|weeks?|wks?|days?|mois|meses|semanas|días|semaines|jours)\b)?"
)
_TURNED = re.compile(
    r"(?<!\w)(?i:turn(?:ed|s|ing)|(?:celebrated?|celebrating) (?:his|her|their|a))(?: just)? (?P<age>\d{1,3})(?:st|nd|rd|th)?(?![\w%+]|[.,/-]\d)(?! degrees)"
)
_OVER_89 = re.compile(
    r"(?P<age>9\d|1[01]\d)(?:(?=(?:st|nd|rd|th) year(?!\w)|y(?:rs?|ears?)?(?!\w))|(?![\w%+°]|[.,:/-]\d|-\w| ?(?:[-–/x] ?\d|degrees)))"
)
_PERSON: Final = (
    r"(?:he|she|they|who|patient|pt|mother|father|wife|husband|partner|brother|sister|aunt|uncle|lady|gentleman|gent|man|woman|grandmother|"
    r"grandfather|great-grandmother|great-grandfather|grandma|grandpa|nana|nan|granny|mum|mom|dad|widow|widower|resident|farmer|nun|veteran|neighbou?r)"
)
_BEING_OLD: Final = (
    r"(?:(?:is|was|be|been|turns?|turned|turning|became|becomes|being|makes (?:him|her|them)|making (?:him|her|them)|(?:has )?(?:just )?reached|made it to)"
    r"|(?<=\w)'(?:s|re|d be|ll be|ll turn))(?: (?:now|just|only|nearly|almost|already|over|about|aged|some|actually|really|still|all of|a (?:\w+ ){0,2}?))*"
)
_TOLD_OF = re.compile(
    rf"(?i)(?<![\w-]){_PERSON}(?: (?:will|would|has|had|have|must|might|may|to|who|just)){{0,3}} ?(?:{_BEING_OLD} ?){{1,2}}$"
)
"""What says an age of someone, right before it."""
_NAME_TOLD = re.compile(
    rf"(?:(?P<title>(?<!\w)(?:M[rsx]|Mrs|Miss|Dr|Sra?|Mme|Frau|Herr|Lady|Sir|Sister|Father|Rev|Prof|MRS?|MS)\.?) )?(?P<name>[^\W\d_a-zß-öø-ÿ][\w'-]{{1,20}}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{{1,20}})?)"
    rf"(?:,? (?:will|would|has|had|have|who|just)){{0,3}} ?(?:{_BEING_OLD} ?){{1,2}}$"
)
_OLD_AFTER = re.compile(
    r"(?i)\s?(?:[.;!?)\n]|$|,(?! ?\d)|[-–—] ?[^\W\d_]|(?:and|but|so|yet|who|with|on paper|or so|(?:he|she|they) (?:swears?|says?|tells?|claims?|reckons?)|I think)(?!\w)(?! (?:still )?(?:rising|falling|dropping|climbing|fell|rose|then|\d))"
    r"|(?:years?|yrs?|young|old|odd|ish|plus|now|today|tomorrow|soon|when|if|next|this (?:week|month|year|spring|summer|autumn|winter|christmas|january|february|march|april|may|june|july|august|september|october|november|december)|in|come|at (?:the time|home|christmas|easter|new year)|by christmas)(?!\w)"
    r"|(?:on|since) (?:her|his|their|the|sun|mon|tue|wed|thu|fri|sat|\w+day)(?!\w))"
)
_OLD_BEFORE = re.compile(
    r"(?i)(?:\b(?:spry|sprightly|frail|fit|lovely|remarkable|grand|ripe) |\b(?:although|though|(?:in spite of|despite) being|at age|the (?:grand |ripe )?(?:old )?age of|celebrated?(?: turning)?|"
    r"(?:d\.?o\.?b\.?|b\.|born|birth)[^.\n\d]{0,12}[\d/. -]{4,12}(?:->|=>|=|→|\(|,|so|now|ie|i\.e\.| )+) ?|\b(?:birthday|dob)\b[^.\n]{4,30}(?:her|him|so|->|→|=) ?|[A-Z]\.[A-Z]\.(?:[A-Z]\.)?,? \(?|\baet(?:at)?\.? |\b(?:going on|pushing) |\bborn\b[^.\n]{4,40},? (?:is|was) (?:now )?)$"
)
_MAKES = re.compile(
    r"(?i)(?:\bmak(?:es|ing) (?:him|her|them) (?:\w+ )?|(?:mother|father|mum|mom|dad|lady|gentleman|gent|man|woman|resident|grandmother|grandfather|wife|husband|nana?|gran|granny|aunt|uncle|neighbour|neighbor|male|female|widow|widower),? \(?|(?:man|woman|lady|gentleman|gent|patient|nun|veteran) of (?:about |nearly |almost )?)$"
)
"""What needs no more than a pause behind the number."""
_PAUSE = re.compile(r"[.,;)](?! ?\d)|$| on arrival| when ")
_YEARS_TOLD = re.compile(
    r" ?(?:(?:y|yrs?|years?)\.?(?=\s?(?:[.,;)\n|/]|$|on this earth|behind|young))|(?:st|nd|rd|th) year(?!\w)|(?:her|him)self(?!\w)|J\.(?!\w)|next birthday|years? (?:young|on this|behind (?:her|him)|and counting)|(?:and|but) (?:still (?:beats|lives|living|drives|works|working|active|independent|sharp|cooks|walks)|sharp|independent|living|lives|frail|as sharp|fit)(?!\w)|winters|summers)"
)
_ROUGHLY = re.compile(
    r"(?i)(?:\b(?:for|over|in|last|past|next|within|after|about|of|every|than|under|below|to|at|x|and|or)|[-–<>≥≤~]) ?$"
)
_AND_IS = re.compile(r"(?i)\b(?:and|but) (?:is|was|turns|turned|will be) (?:now |just )?$")
_SOON = re.compile(
    r" (?:(?:next|this) (?:week|month|year|spring|summer|autumn|winter)|years|today|tomorrow|soon|in (?:a|two|three) (?:weeks?|months?))(?!\w)"
)
_AT_AGE = re.compile(r"(?i)(?:^|[.,;\n(] ?)at $")
_AT_AGE_AFTER = re.compile(r",? (?:he|she|they|still|and lives|years|your|his|her)(?!\w)")
_YEARS_MONTHS = re.compile(
    rf"{_EDGE}(?P<age>\d{{1,2}}) ?(?:years?|yrs?|y),? (?:and )?\d{{1,2}} ?(?:months?|mths?|mo)(?!\w)(?! (?:ago|later|of|history|since|post))"
)
_SEX_FIRST = re.compile(r"(?<=[\w.,] )[FM] ?(?P<age>9\d|1[01]\d)(?=[.,;)](?!\d)| [A-Z]{3})")
_BEHIND_NAME = re.compile(
    r"(?P<title>(?<!\w)(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sra?|Mme|Lady|Sir|Sister|MRS?|MS)\.? )?"
    r"(?P<given>(?<!\w)[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{2,14}[ -](?:[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{2,14}-)?)?(?P<name>[^\W\d_a-zß-öø-ÿ][^\W\d_]{2,20})(?: [A-Z]\.?)?(?:[,;] | \()$"
)
_BEHIND_NAME_AFTER = re.compile(r"[,;.] ?[^\d\s]|\.?$|\)|\.\s")
_SAID_OF = re.compile(r"(?i)(?<!\w)(?:is|was|for|with|pt|patient|of|on|re|about|saw) $")
_SATURATION = re.compile(r"(?i)(?<!\w)(?:sat|spo2|oxygen|pulse|rate|hr|bp|systolic)[^.\n]{0,30}$")
_MEASURED = re.compile(
    r"(?i)[^.\n]{0,24}?(?<!\w)(?:sats?|spo2|on (?:air|room air|ra|o2|oxygen|\d+ ?l\w*)|systolic|mmhg|bpm|kg|cm|mg|ml|lit(?:re|er)s?|l/min|trace|degrees|tachy\w*)(?!\w)"
)
_ROMANCE = re.compile(r"(?<![\w.,/+-])(?P<age>\d{1,3}) (?P<unit>ans|años|anos|anni|mois|meses)(?!\w)")
_ROMANCE_CUE = re.compile(r"(?i)(?<!\w)(?:âgée?s? de|patiente?|homme|femme|gar[çc]on|fille|de|tiene|con|di|tem|com) $")
_DURATION = re.compile(
    r"(?i)(?:depuis|il y a|pendant|durant|hace|desde hace|durante|plus|moins|más|menos|historia|évolution|evolución|antécédent\w*|da|fa)(?: de)? $"
)
_GERMAN = re.compile(r"(?<![\w.,-])(?P<age>\d{1,3})(?:[ -]?jährige[rnms]?|[ -]Jahre alt)\b")
_FRENCH_OLD = re.compile(
    r"(?i)(?<!\w)(?:quatre-vingts?[ -]?(?:et[ -])?(?:dix(?:-(?:sept|huit|neuf))?|onze|douze|treize|quatorze|quinze|seize)|cent(?: \w{2,6})?)(?= ans\b)"
)
_SPANISH_OLD = re.compile(r"(?i)(?<!\w)(?:noventa(?: y \w{3,6})?|cien(?:to \w{3,12})?)(?= años\b)")
_BIRTHDAY = re.compile(r"(?<![\w.,/+-])(?P<age>\d{1,3})(?:st|nd|rd|th)(?= birthday)")
_SPELLED_ALONE = re.compile(
    rf"(?:^|[,(;] |\b(?:is|was|he's|she's|be|now|turned|nearly|almost|just) )(?P<age>ninety(?:[ -]?(?:{'|'.join(_UNITS)}))?|(?:one|a) hundred(?: and (?:{'|'.join(_SMALL)}))?)(?=[.,;)]|$| (?:and|but) (?:lives|still|frail|independent|fit))"
)
_OLD_WORDS = re.compile(
    r"(?i)(?<!\w)(?:nonagenarian|centenarian|supercentenarian|in (?:his|her|their) (?:early |mid |late |mid-)?(?:90'?s|nineties))(?!\w)"
)


_OLD_SIGNS: Final = ("old", "of age", "y/o", "y.o", "yo", "y-o")
_YOUNG_SIGNS: Final = ("old", "m/o", "boy", "girl", "infant", "baby", "male", " f", " m")


def find(text: str) -> Iterator[Candidate]:
    """Ages in figures, words and shorthand, in English, French, Spanish and German."""
    for match in at_numbers(_YEARS_OLD, text):
        if _POPULATION.search(text[max(0, match.start() - 14) : match.start()]):
            continue
        yield from _age(int(match.group(1)), match.start(), match.end(), text[match.end(1) : match.end()])
    low = lowered(text)
    for pattern, signs in ((_SPELLED_OLD, _OLD_SIGNS), (_SPELLED_AGED, ("age", "turn"))):
        for match in pattern.finditer(low) if holds_any(low, signs) else ():
            tail = text[match.end(1) : match.end()] if pattern is _SPELLED_OLD else ""
            yield from _age(_number(match.group(1)), match.start(1), match.end(), tail)
    for match in _YOUNG.finditer(low) if holds_any(low, _YOUNG_SIGNS) else ():
        number = _number(match.group(1)) if match.group(1).isalpha() else int(match.group(1))
        days = number * (30 if match["month"] else 7 if match["week"] else 1)
        if match["month"] and number >= 24 and text[match.end() - 3 : match.end()].lower() != "old":
            continue
        name = _small_band(days, number if match["month"] else 0)
        yield Candidate(match.start(), match.end(), "age", WARN, f"{name}-year-old" if name[0].isdigit() else name)
    for match in at_numbers(_YEARS_SEX, text):
        yield from _age(int(match.group(1)), match.start(), match.end(), text[match.end(1) : match.end()])
    for match in at_numbers(_SMALL_FIELD, text):
        yield from _age(int(match["age"]), *match.span("age"), "")
    for match in at_numbers(_FIELD, text):
        yield from _shorthand(text, match)
    for match in at_numbers(_SEX, text):
        if int(match["age"]) >= 10 or _starts(text, match.start()):
            yield from _age(int(match["age"]), match.start(), match.end(), "")
    for match in at_numbers(_SHORT, text):
        yield from _shorthand(text, match)
    for match in _SLASH.finditer(text):
        yield from _age(int(match["age"] or match["age2"]), *match.span("age" if match["age"] else "age2"), "")
    for match in _AGED.finditer(text) if holds_any(low, ("age", "edad", "âgé")) else ():
        if match["unit"]:
            number = int(match["age"])
            unit = match["unit"].strip().lower()
            is_month = unit.startswith(("mo", "mt", "me"))
            days = number * (30 if is_month else 7 if unit.startswith(("w", "s")) else 1)
            yield Candidate(match.start("age"), match.end(), "age", WARN, _small_band(days, number if is_month else 0))
        elif not text[match.end() :].startswith((" ans", " años", " anos", " anni")) or int(match["age"]) < 90:
            yield from _age(int(match["age"]), *match.span("age"), "")
    for match in _TURNED.finditer(text) if holds_any(low, ("turn", "celebrat")) else ():
        yield from _age(int(match["age"]), *match.span("age"), "")
    for match in at_numbers(_OVER_89, text) if holds_any(text, ("9", "10", "11")) else ():
        if _is_told_of(text, match.start(), match.end()):
            yield from _age(int(match["age"]), *match.span("age"), "")
    for match in at_numbers(_YEARS_MONTHS, text) if "mo" in low or "mth" in low else ():
        yield from _age(int(match["age"]), match.start(), match.end(), "")
    for match in _SEX_FIRST.finditer(text):
        yield from _age(int(match["age"]), *match.span("age"), "")
    yield from _in_other_words(text)


def _in_other_words(text: str) -> Iterator[Candidate]:
    """Ages as French, Spanish and German tell them, and words for the very old."""
    low = lowered(text)
    for match in at_numbers(_ROMANCE, text):
        age = int(match["age"])
        before = text[max(0, match.start() - 16) : match.start("age")]
        if (age >= 90 and match["unit"][0] == "a") or (_ROMANCE_CUE.search(before) and not _DURATION.search(before)):
            if match["unit"] in {"mois", "meses"}:
                yield Candidate(match.start("age"), match.end(), "age", WARN, _small_band(age * 30, age))
            else:
                yield from _age(age, match.start("age"), match.end(), " " + match["unit"])
    for match in at_numbers(_GERMAN, text):
        yield from _age(int(match["age"]), match.start(), match.end(), text[match.end("age") : match.end()])
    for pattern, unit in ((_FRENCH_OLD, " ans"), (_SPANISH_OLD, " años")):
        for match in pattern.finditer(text) if unit in low else ():
            yield Candidate(match.start(), match.end(), "age", BLOCK, "90+")
    for match in at_numbers(_BIRTHDAY, text) if "birthday" in low else ():
        yield from _age(int(match["age"]), match.start("age"), match.end(), "")
    for match in _SPELLED_ALONE.finditer(low) if holds_any(low, ("ninety", "hundred")) else ():
        if not _SATURATION.search(text[max(0, match.start() - 40) : match.start()]):
            yield from _age(_number(match["age"].replace(" and ", " ")), *match.span("age"), "")
    for match in _OLD_WORDS.finditer(text) if holds_any(low, ("enarian", "90", "nineties")) else ():
        yield Candidate(match.start(), match.end(), "age", WARN, "90+")


def _is_told_of(text: str, start: int, end: int) -> bool:
    """Whether the number over 89 at this place is the age of someone, by what stands on its sides."""
    before, after = text[max(0, start - 64) : start], text[end : end + 40]
    if _SATURATION.search(before[-40:]) or _MEASURED.match(after):
        return False
    if _YEARS_TOLD.match(after) and not _ROUGHLY.search(before):
        return True
    if _MAKES.search(before) and _PAUSE.match(after):
        return True
    if _AND_IS.search(before) and _SOON.match(after):
        return True
    if _AT_AGE.search(before):
        return _AT_AGE_AFTER.match(after) is not None
    if _OLD_AFTER.match(after):
        if _TOLD_OF.search(before) or _OLD_BEFORE.search(before):
            return True
        told = _NAME_TOLD.search(before)
        if told and (told["title"] or any(map(_is_someone, told["name"].split()))):
            return True
    named = _BEHIND_NAME.search(before)
    if not named or not _BEHIND_NAME_AFTER.match(after):
        return False
    if named["title"]:
        return True
    known = name_list.look_up(named["name"])
    if lexicon.is_eponym(named["name"]) or known.is_word or named["name"].lower() in lexicon.after_a_cue():
        return named["given"] is not None and name_list.look_up(named["given"].strip("- ")).given > 0
    is_said = _SAID_OF.search(before, 0, named.start("name")) is not None
    return is_said or bool(known.given or known.family or named["given"])


def _is_someone(word: str) -> bool:
    known = name_list.look_up(word)
    return known.given > 0 and not known.is_word and not lexicon.is_eponym(word)


def _age(years: int, start: int, end: int, tail: str) -> Iterator[Candidate]:
    if years > 129:
        return
    name = band(years)
    if name == "90+" and tail.startswith("-"):
        tail = " " + tail[1:]
    suggestion = name if name == "infant" else name + tail
    yield Candidate(start, end, "age", BLOCK if years > 89 else WARN, suggestion)


def _small_band(days: int, months: int) -> str:
    if months >= 12:
        return band(months // 12)
    return "neonate" if days < 28 else "infant"


def _number(words: str) -> int:
    """The number that ``words`` spell."""
    total = 0
    for word in re.split(r"[ -]+", words.lower()):
        if word == "hundred":
            total = 100
        else:
            total += _TENS.get(word, 0) or _SMALL.get(word, 0)
    return total or next(
        (tens + unit for ten, tens in _TENS.items() for one, unit in _UNITS.items() if ten + one == words.lower()), 0
    )


def _starts(text: str, at: int) -> bool:
    """Whether a sentence or line begins at ``at``."""
    before = text[max(0, at - 20) : at].rstrip(" -*•\"'(")
    return not before or before[-1] in ".!?\n:;("


def _shorthand(text: str, match: re.Match[str]) -> Iterator[Candidate]:
    """``34F``: an age and sex, unless it is a catheter in French gauge or a temperature in Fahrenheit."""
    age = int(match["age"])
    end = match.end()
    before = text[max(0, match.start() - 40) : match.start()]
    if match["sex"] == "F":
        if _DEVICE.match(text, end) or _HEAT.search(before) or _GAUGE.search(before):
            return
        is_apart = (
            text[max(0, match.start() - 2) : match.start()].endswith(("(", ", ")) and text[end : end + 1] in ",;)"
        )
        is_apart = is_apart or match.re is _FIELD
        if age >= 90 and not is_apart and not (_starts(text, match.start()) and text[end : end + 2].strip().isalpha()):
            return
    if age < 1 or is_quantity(text, end):
        return
    yield from _age(age, match.start(), end, " " + match["sex"])
