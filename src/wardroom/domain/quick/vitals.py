"""Heart rate, blood pressure, breathing, saturation with its oxygen, and temperature."""

import re
from importlib import resources
from typing import Final

from wardroom.domain.quick.labs import LETTER_START, START
from wardroom.domain.quick.line import ABOUT, APART, CLAIMED, GAP, NO_AGE, NO_YEARS, NUMBER, Line, Value, judge, number

_PER_MIN: Final = r"(?:\s?(?:bpm|b\.?p\.?m\.?|/\s?min(?:ute)?|beats(?:\s?/\s?|\s+per\s+)min(?:ute)?|breaths(?:\s?/\s?|\s+per\s+)min(?:ute)?|per\s+min(?:ute)?|min-1)(?!\w))?"
_HR: Final = re.compile(
    rf"{START}(?:heart\s?rate|hr|(?-i:FC)|pulse(?:\s+rate)?|puls|pouls|ht\s+rate){GAP}{ABOUT}{NUMBER}{NO_AGE}{_PER_MIN}",
    re.IGNORECASE,
)
_P: Final = re.compile(rf"{LETTER_START}P{GAP}{ABOUT}{NUMBER}{NO_AGE}{_PER_MIN}")
_RATE: Final = re.compile(
    rf"{START}(?:(?:AF|SVT|VT|AFib|flutter|N?SR|sinus(?:\s+(?:rhythm|tach\w*|brady\w*))?)\s+(?:at|@|rate)?\s*|rate{GAP}|PR{GAP}){NUMBER}(?P<unit>{_PER_MIN[:-1]})?",
    re.IGNORECASE,
)
_AFTER_SHOCK: Final = re.compile(
    r"(?<!\w)(?:post|after|now|then|reverted|converted|DCCV|cardiover\w+|adenosine|back)(?!\w)[^;|]{0,25}$",
    re.IGNORECASE,
)
"""Before a rhythm and its rate: the rate is a new one."""
_BEATS: Final = re.compile(rf"(?<![\w/.+~<>-]){NUMBER}\s?bpm(?!\w)", re.IGNORECASE)
_RR: Final = re.compile(
    rf"{START}(?:rr|resp(?:iration|iratory)?s?\.?(?:\s+rate)?|resp\.?\s+r|breathing\s+rate|breaths){GAP}{ABOUT}{NUMBER}{NO_AGE}{_PER_MIN}",
    re.IGNORECASE,
)
_FR: Final = re.compile(rf"{START}FR{GAP}{ABOUT}{NUMBER}{NO_AGE}{_PER_MIN}")
"""How French writes a respiratory rate; elsewhere it is the size of a catheter."""
_MACHINE_SET: Final = re.compile(
    r"(?<![A-Za-z])(?:TV|V[tT]|tidal\s+vol\w*|(?:on\s+(?:the\s+)?)vent(?:ilator)?|vent(?:ilator)?\s*(?::|settings|rate)|set\s+(?:RR|rate)|[IE]PAP|SIMV|PRVC|AC/VC|VCV|PCV)(?![A-Za-z])"
)
"""Where a ventilator is told of, a breathing rate may be the one it is set to."""
_FRENCH: Final = re.compile(r"(?<![A-Za-z])(?:FC|TA)(?![A-Za-z])")
_R: Final = re.compile(rf"{LETTER_START}R\s?(?P<number>[0-9]{{1,2}})(?![\w./,-])")

_PRESSURE: Final = r"(?P<s>[0-9]{1,4})(?:\s?[/\\]\s?|\s+(?:over|sur)\s+)(?P<d>[0-9]{1,4})(?![0-9])(?:\s?mm\s?Hg(?!\w))?"
_BP_LABEL: Final = (
    r"(?:bp|b/p|b\.p\.|(?:blood|arterial)\s+pressure|nibp|ibp|abp|rr\s?\(bp\)|ta|(?-i:PA)(?=\s?[:=]?\s?[0-9]{2,3}\s?/))"
)
_BP: Final = re.compile(rf"{START}{_BP_LABEL}{GAP}{ABOUT}{_PRESSURE}", re.IGNORECASE)
_BP_FELT: Final = re.compile(
    rf"{START}{_BP_LABEL}{GAP}{ABOUT}(?P<s>[0-9]{{2,3}})(?:\s?/\s?(?:p(?:alp)?|-+)(?![\w/])|\s+(?:by\s+)?palp(?:ation|ated)?\b|\s+(?:systolic|syst?)\b)",
    re.IGNORECASE,
)
_BP_ALONE: Final = re.compile(rf"{START}{_BP_LABEL}{GAP}{ABOUT}[0-9]++(?:[.,/-][0-9]*)*{NO_AGE}", re.IGNORECASE)
_BP_SOMEWHERE: Final = re.compile(
    rf"{START}{_BP_LABEL}\s*[:=]?\s*[(]?[A-Za-z][\w ]{{0,14}}[)]?\s*[:=]?\s*{_PRESSURE}", re.IGNORECASE
)
"""With words between label and pressure: which arm, lying or standing, before or after."""
_ONE_SIDE: Final = tuple(
    (re.compile(rf"{START}(?:{label}){GAP}{ABOUT}{NUMBER}(?:\s?mm\s?Hg(?!\w))?", re.IGNORECASE), field)
    for label, field in (
        (r"sbp|sys(?:t|tolic)?(?:\s+(?:bp|blood\s+pressure))?|(?:bp\s+)sys(?:t|tolic)?", "sbp"),
        (r"dbp|dia(?:st|stolic)?(?:\s+(?:bp|blood\s+pressure))?|(?:bp\s+)dia(?:st|stolic)?", "dbp"),
    )
)
_BARE_PRESSURE: Final = re.compile(
    r"(?<![\w/.,+~<>-])(?P<s>[0-9]{2,3})\s?/\s?(?P<d>[0-9]{2,3})(?P<unit>\s?mm\s?Hg(?!\w))?(?![\w/.,-][0-9]|[\w/%-])",
    re.IGNORECASE,
)

_LITRES: Final = r"[0-9]{1,2}(?:[.,][0-9])?\s?(?:lpm|l\s?/\s?min|l(?:it(?:er|re)s?)?(?:\s+per\s+min(?:ute)?)?|lts?)(?:(?![\w/])|(?=NC|NP|NRB|nc|np|nrb))"
_DEVICE: Final = (
    r"(?:(?:via|by|on|per)\s+)?(?:n/?c|nasal\s+(?:cannulae?|prongs|specs|spec)|nasal|np|prongs|nrb(?:m)?|nrm|non-?\s?rebreath\w*(?:\s+mask)?|"
    r"(?:simple\s+|face\s?)?mask|fm|hudson(?:\s+mask)?|venturi|hfnc|hfno|hfnp|high[\s-]?flow|optiflow|trach(?:e)?\s+mask|o2|oxygen)(?!\w)"
)
_AIR: Final = (
    r"(?:(?:on|in|at|@|sous)\s+)?(?:RA|R/A|(?-i:AA|OA)|room\s*air|air|FiO2\s*[:=]?\s*(?:21\s?%|0[.,]21))(?![\w/])"
)
_FRACTION: Final = r"(?:on\s+)?FiO2\s*[:=]?\s*(?:of\s+)?(?P<fraction>[0-9]{2,3}\s?%?|0?[.,][0-9]{1,2}|1[.,]0)(?![\w/])"
_OXYGEN: Final = (
    rf"(?:(?:on|with|@|in|sous)\s+)?(?:{_LITRES}(?:\s*(?:of\s+)?{_DEVICE})?|(?:o2|oxygen|{_DEVICE})\s*[:=@]?\s*(?:(?:at|on|via)\s+)?{_LITRES}(?:\s*{_DEVICE})?|"
    rf"(?:on\s+)?(?:[0-9]{{2,3}}\s?%\s*(?:o2|oxygen|venturi)(?!\w))|{_DEVICE})"
)
_GAP_OXYGEN: Final = r"[\s,/]{0,2}[(\[]?\s?"
_FLUID: Final = re.compile(
    r"\s*(?:of\s+)?(?:iv\b|fluids?|saline|ns\b|n/?saline|crystalloid|hartmann'?s?|ringer'?s?|lr\b|bolus|blood|plasmalyte|water|beer|cider|wine|"
    r"vodka|cola|urine|a\s+day|per\s+day|/\s?day|daily|/\s?d\b|home\b|at\s+home|at\s+night|overnight|drained|out\b|in\s+bag|removed|normally|usually|baseline)",
    re.IGNORECASE,
)
_SPO2_LABEL: Final = r"(?:sp\s?o\s?2|sa\s?o2|spo|o2\s?sat(?:uration)?s?|oxygen\s+sat(?:uration)?s?|sat(?:uration)?s?(?:\s?o2)?|pulse\s?ox(?:imetry)?|pox|sp02|o2(?=\s*[:=]?\s*[0-9]{2,3}\s?%\s*(?:on\s+)?(?:RA|room|air)))"
_SPO2: Final = re.compile(
    rf"{START}{_SPO2_LABEL}{GAP}{ABOUT}{NUMBER}{NO_AGE}(?P<percent>\s?(?:%|percent(?!\w)|pct(?!\w)))?", re.IGNORECASE
)
_SPO2_ON: Final = re.compile(
    rf"{START}{_SPO2_LABEL}\s*(?!o2|oxygen)(?:(?P<air>{_AIR})|(?P<oxygen>{_OXYGEN}))\s*[:=]?\s*(?P<number>[0-9]{{1,3}})(?![0-9])(?P<percent>\s?%)?",
    re.IGNORECASE,
)
_THEN_ON: Final = re.compile(
    r"\s*%?\s*(?:\(?(?:on\s+)?(?:RA|R/A|room\s+air|air)\)?)?\s*,\s*[0-9]{2,3}\s?%?\s*(?:on|with|after|\()",
    re.IGNORECASE,
)
"""Behind a saturation, a second one: "85, 94 on 4L"."""
_AND_ON: Final = re.compile(
    r"\s*[,;/&(]?\s*(?:and\s+)?(?:[5-9][0-9]|100)(?:\s?%|\s*\(?(?:on\s+|via\s+|with\s+)?(?:RA|R/A|room\s+air|air|OA|AA|[0-9]{1,2}\s?l(?![a-z])|nrb\w*|nc|o2|oxygen|mask|hfn\w*|cpap|bipap|niv)(?![a-z]))",
    re.IGNORECASE,
)
"""Behind a saturation and its oxygen, a second one: "94 on 2L 88 on air"."""
_SOMEWHERE: Final = tuple(
    (
        re.compile(
            rf"{START}(?:{label})\s+(?:at|on|in|by|with|during|from)\s+[a-z][a-z' ]{{1,24}}?\s*[:=]?\s*(?P<number>[0-9]{{2,3}}(?:[.,][0-9])?)"
            r"(?![\w/]|[.,][0-9])(?!\s?(?:L|lpm|mg|ml|min\w*|h|hrs?|days?|years?|yo|y)(?!\w))",
            re.IGNORECASE,
        ),
        field,
    )
    for label, field in (
        (r"temp(?:erature)?", "temp_c"), (r"hr|heart\s?rate|pulse", "hr"), (r"rr|resp\s?rate", "rr"), (r"sats?|spo2", "spo2"),
    )
)  # fmt: skip
"""A sign with words between its label and its number: where or when it was measured."""
_TARGET_BEHIND: Final = re.compile(r"\s*(?:target|goal|aim)", re.IGNORECASE)
_BARE_SPO2: Final = re.compile(
    rf"(?<![\w/.,+~<>-])(?P<number>[0-9]{{2,3}})\s?%(?={_GAP_OXYGEN}(?:(?:{_AIR})|on\s+(?:{_OXYGEN})|{_LITRES}))",
    re.IGNORECASE,
)
_AIR_HERE: Final = re.compile(rf"{_GAP_OXYGEN}{_AIR}(?:\s?[)\]])?", re.IGNORECASE)
_OXYGEN_HERE: Final = re.compile(rf"{_GAP_OXYGEN}(?P<said>{_OXYGEN})(?:\s?[)\]])?", re.IGNORECASE)
_FRACTION_HERE: Final = re.compile(rf"{_GAP_OXYGEN}(?P<said>{_FRACTION})(?:\s?[)\]])?", re.IGNORECASE)
_AIR_ANYWHERE: Final = re.compile(
    r"(?<![\w/.+-])(?P<on>on\s+|in\s+)?(?P<said>RA|room\s*air|air)(?![\w/-])", re.IGNORECASE
)
_NO_OXYGEN: Final = re.compile(
    r"(?<![\w-])(?:no\s+(?:supplemental\s+|added\s+)?(?:o2|oxygen)|not\s+on\s+(?:any\s+)?(?:o2|oxygen)|without\s+(?:o2|oxygen))(?!\w)(?!\s+(?:sat|at\s+home|req|need))",
    re.IGNORECASE,
)
_ON_OXYGEN: Final = re.compile(
    rf"(?<![\w/.+-])(?:(?:on|@)\s+(?:{_LITRES}(?:\s*{_DEVICE})?|(?:o2|oxygen)(?:\s*{_LITRES})?(?!\w))|(?:o2|oxygen|NC|NRB|HFNC)\s*[:=@]?\s*(?:at\s+)?{_LITRES}(?:\s*{_DEVICE})?"
    rf"|{_LITRES}\s*(?:of\s+)?{_DEVICE})",
    re.IGNORECASE,
)
_MACHINE: Final = re.compile(
    r"(?<![\w-])(?:NRB(?:M)?|NRM|HFNC|HFNO|CPAP|BiPAP|BVM|O2|oxygen|venturi|ventilated|intubated)(?![\w/])",
    re.IGNORECASE,
)

_TEMP: Final = re.compile(
    rf"{START}(?P<label>temp(?:erature)?\.?|tmp|tymp(?:anic)?(?:\s+temp)?|(?:oral|rectal|core|axillary)\s+temp(?:erature)?|(?<![0-9])T°?)"
    rf"(?:\s*[:=@]\s*|\s+-\s+|\s+(?:of|is|now|at)\s+|\s*){ABOUT}{NUMBER}{NO_YEARS}"
    r"(?P<unit>\s?(?:°|deg(?:rees?)?)?\s?(?:celsius|fahrenheit|C|F)(?![\w])|\s?[℃℉]|\s?°(?!\s?[CF])|\s?deg(?:rees?)?(?!\w))?",
    re.IGNORECASE,
)
_BARE_TEMP: Final = re.compile(
    r"(?<![\w/.,+~<>-])(?P<number>[0-9]{2,3}(?:[.,][0-9]{1,2})?)\s?(?P<unit>[℃℉]|°\s?(?:C|F)?(?!\w)|(?:deg(?:rees?)?\s?)?(?:C|F)(?!\w))",
    re.IGNORECASE,
)
_FEVER: Final = re.compile(
    rf"(?<![\w-])(?:fever|febrile|pyrexia\w*)\s*(?:of|to|at|@|:|=)?\s*{NUMBER}\s?°?[CF]?(?!\w)", re.IGNORECASE
)
_SPLIT_TENTH: Final = re.compile(
    r" [0-9](?![0-9/]|[.,][0-9])(?!\s?(?:yo?(?!\w)|y/o|yrs?|year|mo(?!\w)|month|wk|week|d(?!\w)|day|[FM](?!\w)|L(?!\w)|x))"
)
"""Behind a number, a single digit that may be its tenth: "T 36 8"."""
_TWO_PLACES: Final = re.compile(
    r"\s*°?[CF]?\s*\(?(?:ear|tymp\w*|axilla\w*|oral\w*|rectal\w*|core|forehead|skin|temporal|po|pr)\)?\s*,?\s*[0-9]{2,3}(?:[.,][0-9])?(?![0-9/]|\s?(?:[FM]|y|yo|y/o|yrs?|years?)(?!\w))",
    re.IGNORECASE,
)
"""Behind a temperature, one measured elsewhere: "36.6 ear 37.0 axilla"."""
_LOWEST_BARE_C: Final = 25
_HIGHEST_C: Final = 47


def read(line: Line) -> None:
    """Claim what is labelled."""
    _read_pressure(line)
    _read_saturation(line)
    _read_temperature(line)
    for pattern, field in _SOMEWHERE:
        for match in line.find(pattern):
            line.ask(*match.span(), field, is_firm=True)
    for pattern, field in ((_HR, "hr"), (_P, "hr"), (_RR, "rr")):
        for match in line.find(pattern):
            if pattern is _P and not 2 <= len(match["number"]) <= 3:
                continue
            _read_whole(line, field, match)
    if _FRENCH.search(line.shown):
        for match in line.find(_FR):
            _read_whole(line, "rr", match)
    for match in line.find(_RATE):
        if match["unit"]:
            _read_whole(line, "hr", match, is_named=True)
        elif judge(line, match.start(), match.end(), None) == "other":
            line.note(*match.span())
        else:
            is_after = _AFTER_SHOCK.search(line.left[: match.start()]) is not None
            line.ask(*match.span(), "hr", is_firm=is_after)
    for match in line.find(_R):
        line.ask(*match.span(), "rr")


def _read_whole(line: Line, field: str, match: re.Match[str], *, is_named: bool = False) -> None:
    """A labelled whole number."""
    sureness = judge(line, match.start(), match.end(), None if is_named else match["about"])
    is_twice = re.match(r"\s?\([0-9]{1,3}\)", line.left[match.end() :]) is not None
    is_spelled = is_twice or (len(match["number"]) == 1 and re.match(r" [0-9](?![0-9./])", line.left[match.end() :]))
    if is_spelled:
        # "HR 1 2 8", "HR 38 (42)".
        more = re.compile(r"\s?\([0-9]+\)|(?: [0-9](?![0-9./]))*").match(line.left, match.end())
        line.ask(match.start(), more.end() if more else match.end(), field, is_firm=True)
    elif field == "hr" and re.fullmatch("[1-9]", match["number"]) and line.left[match.end() : match.end() + 1] != "+":
        line.ask(*match.span(), field)
    elif sureness == "sure" and match["number"].isdigit() and not (field == "rr" and _MACHINE_SET.search(line.shown)):
        line.claim(*match.span(), {field: int(match["number"])})
    elif line.left[match.end() :].startswith("+") or (
        sureness == "other" and not line.left[match.end() :].lstrip().startswith("%")
    ):
        line.note(*match.span())
    else:
        end = re.compile(r"(?:[-/.,][0-9]+|%)*").match(line.left, match.end())
        line.ask(match.start(), end.end() if end else match.end(), field)


def _read_pressure(line: Line) -> None:
    for match in line.find(_BP):
        sureness = judge(line, match.start(), match.end(), match["about"])
        # "12/8" is how many countries say 120/80.
        is_in_cm = 0 < int(match["s"]) < 30 and len(match["d"]) < 3
        if sureness == "sure" and not is_in_cm:
            line.claim(*match.span(), {"sbp": int(match["s"]), "dbp": int(match["d"])})
        elif sureness == "other":
            line.note(*match.span())
        else:
            line.ask(*match.span(), "sbp", "dbp")
    for match in line.find(_BP_SOMEWHERE):
        line.ask(*match.span(), "sbp", "dbp", is_firm=True)
    for match in line.find(_BP_FELT):
        if judge(line, match.start(), match.end(), match["about"]) == "sure":
            line.claim(*match.span(), {"sbp": int(match["s"])})
        else:
            line.ask(*match.span(), "sbp")
    for pattern, field in _ONE_SIDE:
        for match in line.find(pattern):
            _read_whole(line, field, match)
    for match in line.find(_BP_ALONE):
        if judge(line, match.start(), match.end(), None) == "other":
            line.note(*match.span())
        else:
            line.ask(*match.span(), "sbp")


def _oxygen_at(line: Line, end: int) -> tuple[bool | None, int, int, str]:
    """Air or oxygen right behind a saturation: whether it is oxygen, from where to where it is said, and how it stays."""
    air = _AIR_HERE.match(line.left, end)
    if air is not None and not re.match(r"\s*(?:entry|leak|ambulance|hunger)", line.left[air.end() :], re.IGNORECASE):
        return False, end, air.end(), CLAIMED
    fraction = _FRACTION_HERE.match(line.left, end)
    if fraction is not None:
        return True, fraction.start("said"), fraction.end(), APART
    oxygen = _OXYGEN_HERE.match(line.left, end)
    if oxygen is not None and not _FLUID.match(line.left, oxygen.end()) and oxygen["said"].lower() != "mask":
        is_none = re.match(r"(?:on\s+)?0\s?l", oxygen["said"], re.IGNORECASE)
        # The flow and the device have no field of their own: they stay as text.
        return (None if is_none else True), oxygen.start("said"), oxygen.end(), APART
    return None, end, end, CLAIMED


def _read_saturation(line: Line) -> None:
    for match in line.find(_SPO2_ON):
        is_air = match["air"] is not None
        if judge(line, match.start(), match.end(), None) == "sure":
            values: dict[str, Value] = {"spo2": int(match["number"]), "on_oxygen": not is_air}
            line.claim(*match.span(), values, sign=CLAIMED if is_air else APART)
        else:
            line.ask(*match.span(), "spo2", "on_oxygen")
    for match in line.find(_SPO2):
        _claim_saturation(line, match, match["about"])


def _claim_saturation(line: Line, match: re.Match[str], about: str | None) -> None:
    start, end = match.span()
    is_oxygen, said, oxygen_end, sign = _oxygen_at(line, end)
    said_before = _air_before(line, start)
    if match["number"].isdigit() and int(match["number"]) == 2 and not match["number"].startswith("0"):
        line.note(start, end)
        return
    # What follows the oxygen is judged as what follows the number.
    sureness = judge(line, start, max(end, oxygen_end), about)
    if sureness == "sure" and oxygen_end > end:
        sureness = judge(line, start, end, about) if line.left[end : end + 1].strip(" ,(") else sureness
        sureness = "sure" if sureness == "vague" and line.left[end : end + 1].isalpha() else sureness
    if sureness == "sure" and (_THEN_ON.match(line.left, end) or _AND_ON.match(line.left, oxygen_end)):
        sureness = "vague"
    if sureness == "other" or _TARGET_BEHIND.match(line.left, oxygen_end) or _TARGET_BEHIND.match(line.left, end):
        line.note(start, oxygen_end)
    elif sureness == "vague" or not match["number"].isdigit():
        more = re.compile(r"\s?(?:-+>?|→|to|then|/)\s?[0-9]{1,3}\s?%?").match(line.left, oxygen_end)
        line.ask(start, more.end() if more else oxygen_end, "spo2", "on_oxygen", is_firm=oxygen_end > end)
    else:
        line.claim(start, end, {"spo2": int(match["number"])})
        if is_oxygen is not None:
            line.claim(said, oxygen_end, {"on_oxygen": is_oxygen}, sign=sign)
        elif oxygen_end > end:
            line.ask(said, oxygen_end, "on_oxygen")
        elif said_before is not None:
            line.claim(said_before, start, {"on_oxygen": False})


def _air_before(line: Line, start: int) -> int | None:
    """Where "RA" stands right before a saturation."""
    before = re.search(r"(?<![\w/.+-])(?:on\s+)?(?:RA|room\s+air)[\s:]+$", line.left[:start], re.IGNORECASE)
    if before is None or not line.is_alone(before.start()):
        return None
    return before.start()


def _read_temperature(line: Line) -> None:
    for match in line.find(_TEMP):
        _read_temp(line, match)


def _read_temp(line: Line, match: re.Match[str]) -> None:
    start, end = match.span()
    value = number(match["number"])
    unit = re.sub(
        r"[^CF]",
        "",
        (match["unit"] or "")
        .replace("℃", "C")
        .replace("℉", "F")
        .upper()
        .replace("CELSIUS", "C")
        .replace("FAHRENHEIT", "F"),
    )[:1]
    is_letter = match["label"].upper().rstrip("°") == "T"
    if unit and match["unit"][0] == " " and "°" not in match["unit"] and len(match["unit"].strip()) == 1:
        # "T 36.1 F 58": the F is the patient's.
        is_patients = unit == "F" and value is not None and value < 90
        if is_patients or re.match(r"\s?,?\s?[0-9]{1,3}(?:\s|$|y|,)", line.left[end:], re.IGNORECASE):
            if unit == "F" and value is not None and value >= 90:
                line.ask(start, match.end("number"), "temp_c")
                return
            end, unit = match.end("number"), ""
    if is_letter and not unit and value is not None and value < _LOWEST_BARE_C:
        # T4 and T12 are vertebrae, T2 a kind of diabetes.
        if "." in match["number"] or "," in match["number"]:
            line.ask(start, end, "temp_c")
        else:
            line.blank(start, end, "\x02")
        return
    sureness = judge(line, start, end, match["about"])
    if sureness == "sure" and _TWO_PLACES.match(line.left, end):
        sureness = "vague"
    if sureness == "other":
        line.note(start, end)
    elif sureness == "vague" or value is None or _SPLIT_TENTH.match(line.left, end):
        more = re.compile(r"(?:[-/.,][0-9]+| [0-9](?![0-9/]))*").match(line.left, end)
        line.ask(start, more.end() if more else end, "temp_c")
    elif unit == "F":
        line.claim(start, end, {"temp_c": round((value - 32) / 1.8, 1)})
    elif not unit and 90 <= value <= 115:
        line.ask(start, end, "temp_c")
    else:
        line.claim(start, end, {"temp_c": value})


def read_bare(line: Line) -> None:
    """Claim what its unit or its shape alone tells, once all the labels are gone."""
    for match in line.find(_BARE_SPO2):
        has_other = "spo2" in line.wondered | line.asked
        if 50 <= int(match["number"]) <= 100 and line.is_alone(match.start()) and not has_other:
            _claim_saturation(line, match, None)
        elif int(match["number"]) >= 50:
            line.ask(*match.span(), "spo2")
    _read_bare_oxygen(line)
    _read_bare_pressure(line)
    for match in line.find(_FEVER):
        line.ask(match.start("number"), match.end(), "temp_c")
    for match in line.find(_BARE_TEMP):
        value = number(match["number"])
        is_f = "F" in match["unit"].upper() or "℉" in match["unit"]
        is_named = (
            "°" in match["unit"] or "." in match["number"] or "," in match["number"] or not match["unit"][0].isalpha()
        )
        celsius = None if value is None else round((value - 32) / 1.8, 1) if is_f else value
        if not (is_f or "C" in match["unit"].upper() or "℃" in match["unit"]) or not line.is_alone(match.start()):
            if celsius is not None and 20 <= celsius <= 45 and is_named:
                line.ask(*match.span(), "temp_c")
        elif celsius is not None and 30 <= celsius <= 43 and (is_named or not is_f):
            line.claim(*match.span(), {"temp_c": celsius})
    for match in line.find(_BEATS):
        if match["number"].isdigit() and int(match["number"]) > 60 and line.is_alone(match.start()):
            line.claim(*match.span(), {"hr": int(match["number"])})
        else:
            line.ask(*match.span(), "hr")


def _read_bare_oxygen(line: Line) -> None:
    for match in line.find(_NO_OXYGEN):
        line.claim(*match.span(), {"on_oxygen": False})
    for match in line.find(re.compile(rf"(?<![\w/.+-]){_FRACTION}", re.IGNORECASE)):
        written = match["fraction"].replace(" ", "").replace(",", ".").rstrip("%")
        share = float(written) if float(written) > 1 else float(written) * 100
        if line.words_before(match.start())[:1] in (["target"], ["max"], ["wean"]) or not 21 <= share <= 100:
            line.note(*match.span())
        else:
            line.claim(*match.span(), {"on_oxygen": share > 21}, sign=APART)
    for match in line.find(_ON_OXYGEN):
        nearest = (*line.words_before(match.start()), "")[0]
        if _FLUID.match(line.left, match.end()) or nearest in {
            "home",
            "usually",
            "normally",
            "baseline",
            "was",
            "given",
            "gave",
            "received",
        }:
            if re.search("o2|oxygen", match[0], re.IGNORECASE) or nearest == "home":
                line.ask(*match.span(), "on_oxygen")
            else:
                line.note(*match.span())
        elif re.search(
            r"[a-z]{2}", re.sub(r"^on\s|[0-9]|lit\w*|l/min|lpm", "", match[0], flags=re.IGNORECASE), re.IGNORECASE
        ) or not line.is_followed_by_text(match.end()):
            line.claim(*match.span(), {"on_oxygen": True}, sign=APART)
        else:
            line.ask(*match.span(), "on_oxygen")
    for match in line.find(_AIR_ANYWHERE):
        is_whole = match["said"].lower().replace(" ", "") == "roomair"
        is_on = match["on"] is not None
        if is_whole or (is_on and line.is_alone(match.start())) or (match["said"] == "RA" and is_on):
            line.claim(*match.span(), {"on_oxygen": False})
        elif (
            match["said"].upper() == "RA" and line.is_alone(match.start()) and not line.is_followed_by_text(match.end())
        ):
            line.ask(*match.span(), "on_oxygen")
    for match in line.find(_MACHINE):
        line.ask(*match.span(), "on_oxygen")


def _slashed() -> re.Pattern[str]:
    """Words behind which two numbers with a slash are no pressure: strengths of drugs, serial results."""
    file = resources.files(__package__).joinpath("slashed.txt")
    words = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})", re.IGNORECASE)


_SLASHED: Final = _slashed()


def _read_bare_pressure(line: Line) -> None:
    for match in line.find(_BARE_PRESSURE):
        systolic, diastolic = int(match["s"]), int(match["d"])
        nearest = (*line.words_before(match.start()), "")[0]
        has_other = bool({"sbp"} & (line.wondered | line.asked))
        is_likely = 50 <= systolic <= 300 and 20 <= diastolic <= 200 and diastolic < systolic
        if not is_likely or _SLASHED.fullmatch(nearest) or judge(line, match.start(), match.end(), None) == "other":
            if match["unit"]:
                line.ask(*match.span(), "sbp", "dbp")
            else:
                line.note(*match.span())
        elif (
            not has_other
            and judge(line, match.start(), match.end(), None) == "sure"
            and (match["unit"] or line.is_alone(match.start()))
        ):
            line.claim(*match.span(), {"sbp": systolic, "dbp": diastolic})
        else:
            # Perhaps a second pressure: then nobody knows which one is meant.
            line.ask(*match.span(), "sbp", "dbp", is_firm=True)
