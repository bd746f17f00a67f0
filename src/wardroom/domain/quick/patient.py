"""Who the patient is: an exact age becomes a band, with the sex beside it; pregnancy and its weeks."""

import re
from typing import Final

from wardroom.domain.case import AGE_BANDS
from wardroom.domain.quick.line import CLAIMED, KEPT, Claim, Line, Value

DAYS_PER_YEAR: Final = 365.25
DAYS_PER_MONTH: Final = 30.4375
WEEKS_MAX: Final = 43
OLDEST: Final = 122
"""Years; above it a number is no age."""
_FIRST_YEARS: Final = (
    (90, "90+"),
    (75, "75-89"),
    (65, "65-74"),
    (45, "45-64"),
    (30, "30-44"),
    (16, "16-29"),
    (12, "12-15"),
    (5, "5-11"),
    (1, "1-4"),
)

_SEX_WORD: Final = r"(?:female|fem|male|woman|man|boy|girl|lady|gentleman|gent|femme|homme|fillette|fille|gar[cç]on|monsieur|madame|mme|dame|patiente)"
_SEX: Final = rf"(?P<sex>{_SEX_WORD}|[FM]|♀|♂)(?![\w+])"
_SEX_FIRST: Final = rf"(?<![\w/.+'-])(?P<sex>{_SEX_WORD}|[FM]|♀|♂)"
_SEX_OF: Final = {
    "f": "F",
    "m": "M",
    "♀": "F",
    "♂": "M",
    "female": "F",
    "fem": "F",
    "woman": "F",
    "girl": "F",
    "lady": "F",
    "femme": "F",
    "fillette": "F",
    "madame": "F",
    "dame": "F",
    "mme": "F",
    "patiente": "F",
    "fille": "F",
}

_YEARS: Final = r"(?:years?|yrs?|ans|años|y)"
_MONTHS: Final = r"(?:months?|mois|mths?|mos?|mth)"
_WEEKS: Final = r"(?:weeks?|wks?|w)"
_DAYS: Final = r"(?:days?|d)"
_OLD: Final = r"(?P<old>[\s-]?(?:old|o)(?![\w])|(?<=[yk])/o(?!\w)|\.o\.?(?!\w)|(?<=[ydk])o(?=[FM](?![a-zA-Z])))"
_COUNT: Final = r"(?<![\w/.,+~<>-])(?P<n>[0-9]{1,3})"
_UNIT: Final = (
    rf"(?:[\s-]?(?P<unit>{_YEARS}|{_MONTHS}|{_WEEKS}|{_DAYS})\.?(?![a-eg-lnp-z])|/(?P<part>12|52|7)(?![0-9/]))"
)
_JOIN: Final = r"[\s,/()\[-]{0,3}"
_PT: Final = r"(?:(?<![\w-])(?:(?:pt|patient|enfant|nourrisson|an?)[\s:,]+|aged?\s*[:=]?\s*))?"

_COMPOUND: Final = re.compile(
    rf"{_PT}{_COUNT}\s?(?:{_YEARS})\s?(?:and\s)?(?P<months>[0-9]{{1,2}})\s?(?:{_MONTHS}|m|/12)(?:[\s-]?old)?(?:{_JOIN}{_SEX})?(?![\w])",
    re.IGNORECASE,
)
_AGE_SEX: Final = re.compile(
    rf"{_PT}{_COUNT}(?:{_UNIT}{_OLD}?)?(?:[\s-]?old)?{_JOIN}(?:(?:term|healthy|well|elderly|young|pregnant|gravid)\s+)?{_SEX}",
    re.IGNORECASE,
)
_SEX_AGE: Final = re.compile(
    rf"{_PT}{_SEX_FIRST}(?:[\s,/:(-]{{0,3}}(?:aged?|of|(?:âgée?\s+)?de)?\s*)(?P<n>[0-9]{{1,3}})(?![0-9.,]*[0-9]){_UNIT}?{_OLD}?(?:[\s-]?old)?(?![\w])",
    re.IGNORECASE,
)
_FRENCH_MAN: Final = re.compile(r"(?<![\w/.+'-])H\s+(?P<n>[0-9]{1,3})\s?ans(?!\w)")
_ONLY_INFANTS: Final = re.compile(
    r"\b(?:bronchiolitis|bronchiolite|breast-?fe\w*|bottle-?fe\w*|formula|fontanell?e|nappy|nappies|wet\s+nappies|diapers?|weaning|colicky?)\b",
    re.IGNORECASE,
)
"""Of whom this is said, "6M" is six months old as likely as six years."""
_AGE_OLD: Final = re.compile(
    rf"{_PT}{_COUNT}{_UNIT}(?:{_OLD}|[\s-]?(?:old)(?!\w))(?:\s+(?:pt|patient|child|baby|infant|neonate|adult))?",
    re.IGNORECASE,
)
_AGED: Final = re.compile(
    rf"(?<![\w-])aged?\s*[:=]?\s*(?P<n>[0-9]{{1,3}})(?![0-9/.,-]*[0-9])(?:{_UNIT}{_OLD}?)?(?![\w])", re.IGNORECASE
)
_AGE_CHILD: Final = re.compile(
    rf"{_COUNT}{_UNIT}\s+(?P<word>baby|infant|child|neonate|newborn|toddler)(?!\w)", re.IGNORECASE
)
_AGE_LOOSE: Final = re.compile(rf"{_PT}{_COUNT}{_UNIT}(?![\w/])", re.IGNORECASE)
_LOOSE_SEX: Final = re.compile(rf"(?<![\w/.+'-])(?P<sex>{_SEX_WORD}|[FM]|♀|♂)(?![\w/+'-])")
_BAND: Final = re.compile(
    rf"(?<![\w/.+~<>-])(?P<band>{'|'.join(re.escape(band) for band in AGE_BANDS[2:])})\s?(?:{_YEARS}(?:\s?o(?:ld)?)?|yo|y/o)?{_JOIN}{_SEX}",
    re.IGNORECASE,
)
_ABOUT_AGE: Final = re.compile(
    r"(?<![\w])(?:~|approx\.?\s*|about\s+|around\s+|\?\s?|<|>|over\s+|under\s+)[0-9]{1,3}\s?(?:yo|y/o|y\.o\.|yrs?(?:\s+old)?|years?\s+old|[FM](?!\w))"
    r"|(?<![\w/.-])[0-9]{1,3}\s?(?:-|to|\?)\s?[0-9]{1,3}\s?(?:yo|y/o|yrs?\s+old|years?\s+old|[FM](?!\w))|(?<![\w/.-])[0-9]0'?s\s*(?:yo|[FM](?!\w)|male|female|man|woman)"
    r"|(?<![\w/.-])[0-9]{1,3}(?:ish|\?)\s?(?:yo|[FM](?!\w))|in\s+(?:his|her|their)\s+(?:early\s+|mid\s+|late\s+)?[0-9]0'?s",
    re.IGNORECASE,
)
_NEWBORN: Final = re.compile(
    r"(?<![\w-])(?:neonate|newborn|DOL\s?(?P<dol>[0-9]{1,2})|day\s+(?P<day>[0-9]{1,2})\s+of\s+life|(?P<hours>[0-9]{1,2})\s?(?:h|hrs?|hours?)[\s-]old)(?!\w)",
    re.IGNORECASE,
)

_OF_BABY: Final = re.compile(
    r"(?<![\w-])(?:baby|infant|newborn|neonate|nourrisson|b[ée]b[ée])\s+(?:(?:boy|girl|male|female|fille|gar[cç]on|[FM])[\s,\x01]+)?$",
    re.IGNORECASE,
)
"""Before the age of whoever that is: a span of time with nothing behind it."""
_RELATIVES: Final = (
    r"(?:mother|father|mum|mom|dad|wife|husband|son|daughter|brother|sister|aunt|uncle|cousin|parents?|grandmother|grandfather|"
    r"granddaughter|grandson|partner|girlfriend|boyfriend|friend|neighbou?r|sibling|fhx?|family|carer|caller|assailant)"
)
_RELATIVE_BEFORE: Final = re.compile(
    rf"(?<![\w]){_RELATIVES}(?:'s)?\b[^;.|,]{{0,25}}$|(?<!\w)(?:by|with|of|from|and|hit|struck|stabbed)\s+(?:an?|the|her|his)?\s*$",
    re.IGNORECASE,
)
_RELATIVE_BEHIND: Final = re.compile(rf"\s*(?:old\s+)?{_RELATIVES}\b", re.IGNORECASE)
_DURATION_BEFORE: Final = re.compile(
    r"(?:for|since|past|last|over|after|within|in|x|every|smok\w+|approx|about|~|pain|cough|fever|vomiting|sob|headache|dizz\w+|rash|unwell|symptoms|on)\s*$",
    re.IGNORECASE,
)
_DURATION_BEHIND: Final = re.compile(
    r"\s*(?:ago|hx|history|h/o|of|post\S*|later|prior|pack|duration|before|after|s/p|cough|pain|fever|sob|now|since|course|gest\w*|pregnan\w*|"
    r"preg|into|follow\w*|/40|\+[0-9]|with|worsening|progressive|increas\w*|intermittent)",
    re.IGNORECASE,
)
_METRES_BEFORE: Final = re.compile(
    r"(?:fell|fall|fallen|from|height|heights?|jump\w*|ran|run|walk\w*|distance|swam|dived?|diving|depth|at|within|after|climb\w*|ladder|drop\w*|of|up|"
    r"approx|about|ft|last|x|took|day)\s*(?:of|from)?\s*$",
    re.IGNORECASE,
)
_HEIGHT_BEFORE: Final = re.compile(
    r"(?:fell|fall|fallen|from|heights?|jump\w*|ran|walk\w*|distance|depth|climb\w*|of)\s*(?:of|from)?\s*$",
    re.IGNORECASE,
)
_METRES_BEHIND: Final = re.compile(
    r"\s*(?:fall|drop|height|high|away|deep|depth|walk|sprint|run|dive|jump|tall|ladder|long|onto)", re.IGNORECASE
)
_DEVICE_BEHIND: Final = re.compile(
    r"\s*(?:chest\s+(?:drain|tube)|drain|tube|catheter|foley|sheath|icd|ett)\b", re.IGNORECASE
)
_TRANS: Final = re.compile(
    r"(?<!\w)(?:trans(?:gender)?\s*(?=man|woman|male|female|[FM](?!\w))|mtf|ftm|m\s?(?:to|>|->|→)\s?f|f\s?(?:to|>|->|→)\s?m|intersex|non-?binary)",
    re.IGNORECASE,
)


def band_of_days(days: float) -> str:
    """The band of an age in days under a year."""
    return "neonate" if days < 28 else "infant"


def band_of(n: int, unit: str) -> str | None:
    """The band of ``n`` years, months, weeks or days; None for what is no age."""
    if unit == "years":
        if n > OLDEST or n < 1:
            return None
        return next(band for first, band in _FIRST_YEARS if n >= first)
    if unit == "months":
        return band_of_days(n * DAYS_PER_MONTH) if n < 12 else band_of(n // 12, "years") if n <= 60 else None
    days = n * 7 if unit == "weeks" else n
    if days >= 3 * DAYS_PER_YEAR:
        return None
    return band_of_days(days) if days < DAYS_PER_YEAR else band_of(int(days / DAYS_PER_YEAR), "years")


def read(line: Line) -> None:
    """Claim pregnancy first, whose weeks look like an age, then age and sex."""
    for match in line.find(_TRANS):
        line.asked.add("sex")
        line.blank(*match.span(), KEPT)
    _read_pregnancy(line)
    _read_age(line)


# --- age and sex ------------------------------------------------------------------------------------------------------


def _unit_of(match: re.Match[str]) -> str:
    groups = match.groupdict()
    part, unit = groups.get("part"), (groups.get("unit") or "").lower()
    if part:
        return {"12": "months", "52": "weeks", "7": "days"}[part]
    if not unit or unit[0] in "ya":
        return "years"
    return {"m": "months", "w": "weeks", "d": "days"}[unit[0]]


def _sex_of(word: str | None) -> str:
    return _SEX_OF.get((word or "").lower(), "M") if word else ""


def _is_other_person(line: Line, start: int, end: int, *, has_sex: bool = False) -> bool:
    """Whether it is the age of "mother 34F", or of "12 yo daughter"; "34F mother of two" is the patient."""
    before = line.left[:start].rpartition(CLAIMED)[2]
    is_behind = not has_sex and _RELATIVE_BEHIND.match(line.left, end) is not None
    return is_behind or _RELATIVE_BEFORE.search(before) is not None


def _read_age(line: Line) -> None:
    for match in line.find(_BAND):
        line.claim(*match.span(), {"age_band": match["band"], "sex": _sex_of(match["sex"])})
    for match in line.find(_ABOUT_AGE):
        if not _is_other_person(line, *match.span()):
            line.ask(*match.span(), "age_band")
            letter = re.search(rf"(?:{_SEX_WORD}|[FM])$", match[0], re.IGNORECASE)
            if letter is not None:
                line.claims.append(Claim(match.end() - len(letter[0]), match.end(), {"sex": _sex_of(letter[0])}))
    for match in line.find(_COMPOUND):
        values: dict[str, Value] = {"age_band": band_of(int(match["n"]), "years") or "infant"}
        if match["sex"]:
            values["sex"] = _sex_of(match["sex"])
        if _is_other_person(line, *match.span()) or int(match["months"]) > 11:
            line.blank(*match.span(), KEPT)
        else:
            line.claim(*match.span(), values)
    for match in line.find(_FRENCH_MAN):
        band = band_of(int(match["n"]), "years")
        if band is None:
            line.ask(*match.span(), "age_band", "sex")
        else:
            line.claim(*match.span(), {"age_band": band, "sex": "M"})
    for pattern in (_AGE_SEX, _SEX_AGE, _AGE_OLD, _AGED, _AGE_CHILD):
        for match in line.find(pattern):
            _claim_age(line, match, pattern)
    for match in line.find(_NEWBORN):
        if _is_newborn(match):
            line.claim(*match.span(), {"age_band": "neonate"})
        else:
            line.blank(*match.span(), KEPT)
    _read_loose(line)


def _is_newborn(match: re.Match[str]) -> bool:
    days = match["dol"] or match["day"]
    return days is None or int(days) < 28


def _claim_age(line: Line, match: re.Match[str], pattern: re.Pattern[str]) -> None:
    start, end = match.span()
    groups = match.groupdict()
    sex, has_unit = groups.get("sex"), bool(groups.get("unit") or groups.get("part"))
    n, unit = int(match["n"]), _unit_of(match)
    is_letter = sex in {"F", "M", "f", "m"}
    if _is_other_person(line, start, end, has_sex=bool(sex)):
        line.wondered.add("age_band")
        line.blank(start, end, KEPT)
        return
    before, behind = line.left[:start], line.left[end:]
    if behind.startswith("'s"):
        # "60F's husband": another person's.
        line.wondered.update({"age_band", "sex"})
        line.blank(start, end, KEPT)
        return
    if is_letter and not has_unit and re.match(r"[\s-]?old\b", behind, re.IGNORECASE):
        # "6M old F": months.
        line.ask(start, end, "age_band", "sex", is_firm=True)
        return
    if is_letter and not has_unit:
        is_of_months = _ONLY_INFANTS.search(line.left) or re.search(
            r"\b(?:child|baby|infant)[\s:]*$", before, re.IGNORECASE
        )
        if sex == "M" and n < 24 and is_of_months:
            line.ask(start, end, "age_band", "sex")
            return
        if sex == "M" and n <= 50 and _HEIGHT_BEFORE.search(before):
            line.ask(start, end, "age_band", "sex")
            return
        if (
            (sex == "m" and _METRES_BEFORE.search(before))
            or (sex == "m" and _METRES_BEHIND.match(behind))
            or _DEVICE_BEHIND.match(behind)
        ):
            line.blank(start, end, KEPT)
            return
        if pattern is _SEX_AGE and not _is_sex_then_age(line, match, n):
            return
        if pattern is _AGE_SEX and not _is_age_then_sex(line, match, n):
            return
    if pattern is _SEX_AGE and re.match(r"\s?(?:%|mg|ml|kg|lb|mm|cm|bpm|/|°|-\s?[0-9]|[hH]\b)", behind):
        return
    if has_unit and pattern is _AGE_SEX and _DURATION_BEFORE.search(before) and not groups.get("old"):
        line.ask(start, end, "age_band", "sex")
        return
    is_span = pattern is _SEX_AGE and unit != "years" and not groups.get("old")
    is_short = unit in {"days", "weeks"} and _OF_BABY.search(before) is None
    if is_span and (is_short or line.is_followed_by_text(end)):
        # "girl 3 days fever": so old, or ill so long.
        line.ask(start, end, "age_band")
        return
    band = band_of(n, unit)
    if band is None:
        line.refused.add("age_band")
        line.note(start, end)
        return
    values: dict[str, Value] = {"age_band": band}
    if sex:
        values["sex"] = _sex_of(sex)
    line.claim(start, end, values)


def _is_age_then_sex(line: Line, match: re.Match[str], n: int) -> bool:
    """Whether "58F" is an age: "5m" may be months or metres, "102F" degrees. What may be either is asked."""
    start, end = match.span()
    letter = match["sex"]
    is_first = line.is_alone(start)
    is_spaced = not re.search(r"[0-9][FMfm♀♂]$", match[0])
    if is_spaced and (re.match(r"\s?[0-9]{1,3}(?![0-9/.,])", line.left[end:]) or (n < 10 and not is_first)):
        # "on day 3 F 34", "grade 2 M".
        line.ask(start, end, "age_band", "sex", is_firm=True)
        return False
    if letter == "m" and (n <= 24 or not is_first):
        is_asked = is_first
        if is_asked:
            line.ask(start, end, "age_band", "sex")
        else:
            line.blank(start, end, KEPT)
        return False
    if letter in {"F", "f"} and 95 <= n <= 115:
        is_named = match[0].lower().startswith(("pt", "patient"))
        # A line begins with an age, unless it tells of a fever.
        is_start = not line.left[:start].strip() and line.left[end:].strip()
        is_hot = "temp_c" in line.wondered or re.search(
            r"\b(?:fever|febrile|temp|pyrexia|hot|rigors)", line.left, re.IGNORECASE
        )
        has_temperature = any("temp_c" in claim.values for claim in line.claims)
        if not (is_named or has_temperature or (is_start and not is_hot)):
            line.ask(start, end, "age_band", "sex", "temp_c")
            return False
    return True


def _is_sex_then_age(line: Line, match: re.Match[str], n: int) -> bool:
    """Whether "F58" is an age: "M2" is a vessel, "f 10" a catheter."""
    if n < 10 or (match["sex"] in {"f", "m"} and not line.is_alone(match.start())):
        return False
    return line.is_alone(match.start()) or not line.is_followed_by_text(match.end()) or n >= 16


def _read_loose(line: Line) -> None:
    """An age with a unit and nothing else, and a sex that stands for itself."""
    has_age = any("age_band" in claim.values for claim in line.claims)
    for match in line.find(_AGE_LOOSE):
        start, end = match.span()
        before, behind = line.left[:start], line.left[end:]
        is_duration = _DURATION_BEFORE.search(before) or _DURATION_BEHIND.match(behind)
        if has_age or is_duration or _is_other_person(line, start, end) or "age_band" in line.asked:
            line.blank(start, end, KEPT)
            continue
        is_first = line.is_alone(start) and not line.left[:start].strip(" ,-")
        is_first = is_first or (_OF_BABY.search(before) is not None and match["unit"] is not None)
        unit = (match.groupdict().get("unit") or "").lower()
        is_years = unit.startswith(("y", "ans", "años"))
        band = band_of(int(match["n"]), _unit_of(match))
        if (
            band is not None
            and is_first
            and unit not in {"m", "d", "w"}
            and (is_years or not line.is_followed_by_text(end))
        ):
            line.claim(start, end, {"age_band": band})
            has_age = True
        elif is_first or is_years or line.is_alone(start):
            line.wondered.add("age_band")
            line.blank(start, end, KEPT)
        else:
            line.blank(start, end, KEPT)
    if any("sex" in claim.values for claim in line.claims):
        return
    for match in line.find(_LOOSE_SEX):
        if _is_other_person(line, *match.span()):
            continue
        is_letter = len(match["sex"]) == 1
        is_edge = not line.left[: match.start()].strip(f" ,-{CLAIMED}") or not line.left[match.end() :].strip(" ,.-")
        is_beside = line.is_alone(match.start()) and not line.is_followed_by_text(match.end())
        if (is_letter and (is_beside or (is_edge and line.is_alone(match.start())))) or (
            not is_letter and (is_edge or is_beside)
        ):
            line.claim(*match.span(), {"sex": _sex_of(match["sex"])})


# --- pregnancy --------------------------------------------------------------------------------------------------------

_PREGNANT: Final = r"(?:pregnan(?:t|cy)|enceinte|preg|gravid|gestation(?:al\s+age)?|gest|IUP)"
_N_WEEKS: Final = rf"(?<![\w/.,+~<>-])(?P<weeks>[0-9]{{1,2}})(?:\s?\+\s?(?P<days>[0-6])(?![0-9]))?\s?(?:/\s?40|[\s-]?{_WEEKS}(?:\s?\+\s?[0-6](?![0-9]))?)"
_WEEKS_PREGNANT: Final = re.compile(
    rf"{_N_WEEKS}\s?(?:\+\s?[0-6]\s?)?(?:/\s?40\s?)?[\s-]?(?:{_PREGNANT}|E?GA)(?!\w)", re.IGNORECASE
)
_PREGNANT_WEEKS: Final = re.compile(
    rf"(?<![\w-])(?:(?:currently|now)\s+)?(?:{_PREGNANT}|GA|EGA)\s*[:,=@]?\s*(?:\(|at\s+|approx\s+)?(?P<weeks>[0-9]{{1,2}})(?:\s?\+\s?[0-6](?![0-9]))?\s?(?:/\s?40|{_WEEKS}(?:\s?\+\s?[0-6])?)?\)?(?![\w/])",
    re.IGNORECASE,
)
_FORTIETHS: Final = re.compile(
    r"(?<![\w/.,+~<>-])(?P<weeks>[0-9]{1,2})(?:\s?\+\s?[0-6])?\s?/\s?40(?![0-9/])(?:\s?\+\s?[0-6](?![0-9/]))?"
)
_PLUS: Final = re.compile(
    r"(?<![\w/.,+~<>-])(?P<weeks>[1-4][0-9])\s?\+\s?[0-6](?![\w/.+])(?P<unit>\s?(?:/\s?40|weeks?|wks?))?", re.IGNORECASE
)
_WEEKS_DAYS: Final = re.compile(
    r"(?<![\w/.,+~<>-])(?:at\s+)?(?P<weeks>[0-9]{1,2})\s?(?:w|wks?|weeks?)\s?(?:and\s)?[0-6]\s?(?:d|days?)(?!\w)",
    re.IGNORECASE,
)
_AMENORRHOEA: Final = re.compile(r"(?<![\w/.,+~<>-])(?P<weeks>[0-9]{1,2})(?:\s?\+\s?[0-6])?\s?SA(?![\w])")
"""Weeks as French counts them; elsewhere the letters are an attempt or an assault."""
_WEEKS_ALONE: Final = re.compile(
    rf"(?<![\w/.,+~<>-])(?:at\s+)?(?P<weeks>[0-9]{{1,2}})\s?(?:{_WEEKS})(?!\w)(?!\s*(?:ago|hx|history|old|post|of|since|later|baby|infant))",
    re.IGNORECASE,
)
_BORN: Final = re.compile(
    r"(?<![\w-])(?:ex|ex-|born(?:\s+at)?|prem\w*|preterm|delivered(?:\s+at)?|del\s+at|NVD\s+at|LSCS\s+at|birth(?:\s+at)?|term|previous(?:\s+\w+)?|prev|miscarriage(?:\s+at)?|TOP(?:\s+at)?|loss(?:\s+at)?|corrected|lmp|last\s+period)\s*[,:-]?\s*$",
    re.IGNORECASE,
)
_NOT_PREGNANT: Final = re.compile(r"(?<![\w-])not\s+(?:currently\s+)?pregnant(?!\w)", re.IGNORECASE)
_PREGNANT_ALONE: Final = re.compile(
    r"(?<![\w-])(?P<doubt>\?\s?|possibl[ey]\s+|probabl[ey]\s+|maybe\s+|might\s+be\s+|could\s+be\s+)?pregnant(?P<behind>\?|\s+(?:wife|partner|girlfriend|daughter|sister|mother|last\s+year))?(?!\w)",
    re.IGNORECASE,
)
_DELIVERED: Final = re.compile(
    r"(?<![\w-])(?<!prev )(?<!previous )(?<!hx )(?<!h/o )(?:PPH|post-?\s?partum|post-?natal|puerper\w+|delivered|(?:post|s/p|following)\s+"
    r"(?:delivery|LSCS|C-?\s?section|caesarean|cesarean|NVD|SVD|birth))(?!\w)",
    re.IGNORECASE,
)
"""Whoever has given birth: weeks that are told may be those of the birth."""
_TESTED: Final = re.compile(
    r"(?<![\w-])(?:UPT|UPreg|(?:urine\s+)?preg(?:nancy)?\s+test)\s*(?:is\s+|was\s+)?[:=]?\s*(?:\+\s?ve|pos(?:itive)?)(?![\w?])",
    re.IGNORECASE,
)
_NO_WORDS: Final = frozenset(["no", "not", "denies", "denied", "never", "neg", "negative", "?"])


def _read_pregnancy(line: Line) -> None:
    for match in line.find(_NOT_PREGNANT):
        line.claim(*match.span(), {"pregnant": False})
    for match in line.find(_TESTED):
        line.claim(*match.span(), {"pregnant": True}, sign=KEPT)
    is_child = re.search(r"(?<!\w)(?:neonate|newborn|baby|infant|boy|prem|preterm)(?!\w)", line.left, re.IGNORECASE)
    for pattern in (_WEEKS_PREGNANT, _PREGNANT_WEEKS, _WEEKS_DAYS, _FORTIETHS, _PLUS, _WEEKS_ALONE, _AMENORRHOEA):
        for match in line.find(pattern):
            _claim_weeks(
                line, match, is_sure=pattern in {_WEEKS_PREGNANT, _PREGNANT_WEEKS}, is_child=is_child is not None
            )
    for match in line.find(_PREGNANT_ALONE):
        nearest = (*line.words_before(match.start()), "")[0]
        if match["behind"] and "?" not in match["behind"]:
            line.blank(*match.span(), KEPT)
        elif match["doubt"] or match["behind"]:
            line.ask(*match.span(), "pregnant")
        elif nearest in _NO_WORDS or _is_other_person(line, *match.span()):
            line.blank(*match.span(), KEPT)
        elif re.search(
            r"(?:if|whether|be|previously|was|when|been|recently)\s*$", line.left[: match.start()], re.IGNORECASE
        ):
            line.ask(*match.span(), "pregnant")
        else:
            line.claim(*match.span(), {"pregnant": True})


def _claim_weeks(line: Line, match: re.Match[str], *, is_sure: bool, is_child: bool) -> None:
    start, end = match.span()
    weeks = int(match["weeks"])
    if not is_sure and weeks > WEEKS_MAX:
        # 82/40 is a pressure.
        return
    if match.re is _AMENORRHOEA and not re.search(
        r"\b(?:enceinte|grossesse|G[0-9]+\s?P[0-9]+)\b", line.shown, re.IGNORECASE
    ):
        return
    if match.re is _WEEKS_ALONE and not re.search(r"\bG[0-9]+\s?P[0-9]+", line.left):
        return
    before = line.left[:start]
    nearest = (*line.words_before(start), "")[0]
    if (
        _BORN.search(before)
        or is_child
        or _RELATIVE_BEFORE.search(before.rpartition(CLAIMED)[2])
        or re.match(
            r"\s*,?\s*(?:-?weeker|baby|infant|boy|girl|prem|at\s+birth|born|(?:now|corrected)\s+(?:day\s+)?[0-9])",
            line.left[end:],
            re.IGNORECASE,
        )
    ):
        line.blank(start, end, KEPT)
        return
    if _DELIVERED.search(line.left):
        line.ask(start, end, "pregnant", "gestation_weeks")
        return
    if nearest in _NO_WORDS or (
        re.match(r"\s?(?:-|to|\?)\s?[0-9]?", line.left[end:]) and line.left[end : end + 1] in "-?"
    ):
        line.ask(start, end, "pregnant", "gestation_weeks")
        return
    is_fortieth = "/" in match[0]
    has_context = re.search(
        rf"{_PREGNANT}|G[0-9]+\s?P[0-9]+|primip|multip|fundal|fetal|foetal|contract|labou?r", line.left, re.IGNORECASE
    )
    has_woman = re.search(
        r"(?<![\w])[0-9]{2}\s?(?:yo|y/o|yr|y)?[\s-]?(?:old\s)?(?:F|female|woman|lady)(?!\w)|(?<!\w)(?:F|female)\s?[0-9]{2}(?!\w)",
        line.left,
        re.IGNORECASE,
    )
    if match.re is _WEEKS_ALONE and not has_woman:
        return
    if match.re is _WEEKS_DAYS and not has_context:
        # The age of a baby, or how long it has lasted.
        return
    if not is_sure and not is_fortieth and not (has_context or has_woman):
        line.ask(start, end, "gestation_weeks")
    else:
        line.claim(start, end, {"pregnant": True, "gestation_weeks": weeks})
