"""Acuity, glucose, lactate, electrolytes, pH, weight, pain, and the numbers of other tests, which stay text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Final

from wardroom.domain.case import SCALES
from wardroom.domain.complaints import codes
from wardroom.domain.onset import read_onset
from wardroom.domain.quick.line import (
    ABOUT,
    APART,
    EARLIER,
    ELSEWHERE,
    GAP,
    KEPT,
    NO_AGE,
    NUMBER,
    Line,
    judge,
    number,
)
from wardroom.errors import InputRejected

MG_PER_MMOL_GLUCOSE: Final = 18.016
"""mg/dL in one mmol/L of glucose."""
MG_PER_MMOL_LACTATE: Final = 9.008
LB_PER_KG: Final = 2.2046
KG_PER_STONE: Final = 6.35029

START: Final = r"(?<![^\W\d_])(?<![_/.+'-])"
"""Before a label of several letters: a digit may be glued to it, as in ``HR128BP84/50``."""
LETTER_START: Final = r"(?<![\w/.+'-])"
"""Before a label of one letter."""
_OF_OTHER_FLUIDS: Final = frozenset(
    [
        "urine",
        "urinary",
        "gastric",
        "pleural",
        "ascitic",
        "csf",
        "vaginal",
        "scalp",
        "cord",
        "eye",
        "ocular",
        "conjunctival",
        "stomach",
        "peritoneal",
        "joint",
        "ng",
    ]
)
_MMOL: Final = r"\s?(?:mmols?\s?/\s?l(?:it(?:er|re))?|mmols?/?l?|mEq\s?/\s?l|mM)(?![\w/])"
_MG: Final = r"\s?(?:mg\s?/?\s?dl|mg\s?%|mgs?\s?per\s?dl)(?![\w/])"


_IN_FLUID: Final = re.compile(
    r"(?<![\w-])(?:csf|lp|pleural|ascit\w+|synovial|peritoneal|joint|aspirate|cord)(?![\w-])(?:(?!(?<!\w)(?:blood|serum|plasma|venous|vbg|abg|cap(?:illary)?)(?!\w))[^;|.]|\.(?=[0-9]))*$",
    re.IGNORECASE,
)
"""Before a label: what is told is of another fluid, until blood is named."""
_OF_BLOOD: Final = re.compile(
    r"(?:bm|bgl?|bsl|[cr]bg|g?rbs|fbs|fs\w+|dextro|hgt|dxt|serum|blood|venous|arterial|cap|vbg|abg)(?![a-z])",
    re.IGNORECASE,
)


def _labelled(labels: str) -> re.Pattern[str]:
    return re.compile(rf"{START}(?:{labels}){GAP}{ABOUT}{NUMBER}{NO_AGE}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Lab:
    """One value: how it is called, and what a number without a unit, or with one, means; None: it has to be asked."""

    field: str
    pattern: re.Pattern[str]
    bare: Callable[[float, str], float | None]
    """(number, as written) of a number without a unit."""
    units: tuple[tuple[re.Pattern[str], float], ...]
    """(unit, how many of it are one of ours)."""
    digits: int = 1


def _unit(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _glucose(value: float, written: str) -> float | None:
    """Without a unit: mg/dL are written without decimals and do not lie below 10; above 111 no mmol/L lie."""
    is_whole = written.isdigit()
    if value > 111:
        return round(value / MG_PER_MMOL_GLUCOSE, 1) if is_whole else None
    if (not is_whole and value <= 60) or value < 10:
        return value
    return None


def _meter(value: float, written: str) -> float | None:
    """A "BM" is read off a British meter, in mmol/L; what could be either is still asked."""
    return value if value < 25 else _glucose(value, written)


def _as_is(value: float, written: str) -> float | None:
    return value


def _never(value: float, written: str) -> float | None:
    return None


_OTHER_UNIT: Final = re.compile(r"\s?(?:[µμumnpk]?g|[µμumnp]?mol|m?eq|i?u|units?)\s?/\s?[a-z]", re.IGNORECASE)
_G_PER_MMOL_GLUCOSE: Final = MG_PER_MMOL_GLUCOSE / 100
"""g/L in one mmol/L."""
_GLUCOSE_UNITS: Final = (
    (_unit(_MG), MG_PER_MMOL_GLUCOSE),
    (_unit(_MMOL), 1.0),
    (_unit(r"\s?g\s?/\s?l(?![\w/])"), _G_PER_MMOL_GLUCOSE),
)
_SALT_UNITS: Final = ((_unit(r"\s?(?:mmols?|mEq)\s?/\s?l(?![\w/])"), 1.0),)
_LABS: Final = (
    _Lab(
        "glucose_mmol_l",
        _labelled(
            r"(?:(?:cap(?:illary)?|blood|serum|venous|lab|poc|random|finger-?\s?stick)\s+)?(?:glucose|gluco?|gluc|glu|glc|sugar)|glyc(?:[ée]mie)?|gl[iu]cemia|dextro|bgl|bsl|bg|"
            r"cbg|g?rbs|rbg|fbs|fsbg|fsbs|bsg|hgt|dxt|dexi"
        ),
        _glucose,
        _GLUCOSE_UNITS,
    ),
    _Lab("glucose_mmol_l", _labelled("bm"), _meter, _GLUCOSE_UNITS),
    _Lab(
        "lactate_mmol_l",
        _labelled(r"(?:(?:venous|arterial|serum)\s+)?(?:lactates?|lactato|lact|lac|lactic\s+acid)"),
        _as_is,
        ((_unit(_MG), MG_PER_MMOL_LACTATE), (_unit(_MMOL), 1.0)),
    ),
    _Lab("potassium_mmol_l", _labelled(r"(?:serum\s+)?potassium|(?<![0-9])k\+?"), _as_is, _SALT_UNITS),
    _Lab("sodium_mmol_l", _labelled(r"(?:serum\s+)?(?:sodium|na\+?)"), _as_is, _SALT_UNITS, digits=0),
    _Lab("ph", _labelled(r"(?:(?:venous|arterial|vbg|abg|blood)\s+)?ph"), _as_is, (), digits=3),
    _Lab(
        "weight_kg",
        _labelled("weight|wt|wgt|weighs|weighing|poids"),
        _never,
        (
            (_unit(r"\s?(?:kgs?|kilos?|kilograms?)(?![\w/])"), 1.0),
            (_unit(r"\s?(?:lbs?|pounds?)(?![\w/])"), LB_PER_KG),
            (_unit(r"\s?(?:g|grams?)(?![\w/])"), 1000.0),
        ),
        digits=2,
    ),
)
_OFF_SCALE: Final = re.compile(
    rf"{START}(?:(?:cap(?:illary)?|blood)\s+)?(?:glucose|gluco?|gluc|glu|sugar|bgl|bsl|bg|bm|cbg|rbs|fsbg|hgt|dxt|dextro)(?:\s+(?:reads?|reading|is|showing))?"
    r"\s*[:=]?\s*[\"']?(?-i:(?P<shown>LO|HI))[\"']?(?![\w/+-])",
    re.IGNORECASE,
)
_RARE_WEIGHT: Final = re.compile(
    rf"{START}(?:weight|wt|wgt|weighs){GAP}(?:(?P<over>>|over|above|more\s+than)\s?250\s?kgs?|(?:<|under|below|less\s+than)\s?(?:0?[.,]5\s?kg|500\s?g))(?![\w/])",
    re.IGNORECASE,
)
"""A weight said as one of the bands."""
_STONE: Final = re.compile(
    rf"{START}(?:(?:weight|wt|wgt|weighs){GAP})(?P<stone>[0-9]{{1,2}})\s?(?:st|stone)(?:\s?(?P<lb>[0-9]{{1,2}})\s?(?:lbs?|pounds?)?)?(?![\w/.,]\w)",
    re.IGNORECASE,
)
_BARE_WEIGHT: Final = re.compile(
    r"(?<![\w/.+~<>-])(?P<number>[0-9]{1,3}(?:[.,][0-9]{1,2})?)\s?(?P<unit>kgs?|lbs?|pounds?)(?![\w/])", re.IGNORECASE
)
_WEIGHT_LOST: Final = re.compile(
    r"\s*(?:\?|(?:loss|lost|less|gain|down|up|over|under|above|below|off|lighter|heavier)\b|[^;.|]*\b(?:fell|fallen|drop\w*|land\w*|crush\w*)\b)",
    re.IGNORECASE,
)

_LEVEL: Final = r"(?P<level>[0-9]|I{1,3}|IV|V)(?![\w+])"
_SCALE: Final = re.compile(
    rf"(?:{START}triaged?(?:\s+as)?[\s:]+)?{START}(?P<scale>{'|'.join(SCALES)})(?:\s*(?:level|lvl|cat(?:egory)?|score))?\s*[:=-]?\s*{_LEVEL}",
    re.IGNORECASE,
)
_NO_SCALE: Final = re.compile(
    rf"{START}(?:triage(?:d)?(?:\s+as)?(?:\s+(?:level|cat(?:egory)?|code))?|(?:{'|'.join(SCALES)}))\s*[:=]?\s*"
    r"(?:[0-9](?![.,]?[0-9])|red|orange|yellow|green|blue)(?!\w)",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"(?<![\w:])cc:(?P<code>[A-Za-z-]+)(?![\w:-])", re.IGNORECASE)
_ONSET: Final = re.compile(
    r"(?<![\w-])onset\s*[:=]?\s*(?P<onset>T\s?-\s?[0-9]{1,5}\s?(?:min(?:ute)?s?|m|h(?:ou)?rs?|h|d(?:ays?)?)?|"
    r"[0-9]{1,3}\s?(?:/(?:24|7|52|12)|min(?:ute)?s?|h(?:ou)?rs?|h|days?|d|weeks?|wks?|months?)(?:\s+ago)?)"
    r"(?![\w/.])(?!\s*(?:before|after|into|later|post|-|to\s+[0-9]|or\b))",
    re.IGNORECASE,
)
_SPO2_SCALE: Final = re.compile(
    rf"{START}(?:NEWS\s?2?|SpO2|sats?|saturation)\s+scale\s*[:=]?\s*(?P<scale>[12])(?![\w/.,?-])(?!\s?\?)",
    re.IGNORECASE,
)
"""Which scale of NEWS2 is stated; a target of 88 to 92 % alone states none."""
_ROMAN: Final = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5}

_ACHE: Final = r"(?:pain|pn|(?-i:CP)|ache|headache|migraine|backache|colic|discomfort|sore|hurts|nrs|vas|flacc)"
_PAIN: Final = re.compile(
    rf"{START}(?P<label>(?:pain\s+(?:score|scale|level|severity|nrs|vas)|pain|nrs|vas|(?-i:EVA|FLACC)))(?:\s*[:=@]\s*|\s+(?:of|is|now|at)\s+|\s*)"
    rf"{ABOUT}(?P<number>[0-9]{{1,2}}(?![0-9])){NO_AGE}(?!\s[FM](?!\w)(?!\s?[0-9]))(?P<ten>\s?(?:/|out\s+of)\s?10(?![0-9/]))?",
    re.IGNORECASE,
)
_OUT_OF_TEN: Final = re.compile(r"(?<![\w/.,-])(?P<number>[0-9]{1,2})\s?(?:/|out\s+of)\s?10(?![\w/.-])", re.IGNORECASE)
_DATED: Final = frozenset(
    [
        "seen",
        "since",
        "on",
        "from",
        "until",
        "till",
        "dated",
        "date",
        "of",
        "due",
        "lmp",
        "edd",
        "by",
        "amt",
        "amts",
        "apgar",
        "alvarado",
    ]
)

_OF_BEFORE: Final = frozenset(["was", "were", "from", "initially", "max", "worst", "peak", "usually", "normally"])
_MOVING: Final = re.compile(
    r"\s*\(?(?:(?:on|when|with)\s+)?(?:mov(?:ing|ement)|walking|mobilis\w+|weight-?\s?bearing|cough\w*|inspiration)\b",
    re.IGNORECASE,
)
_SIDE: Final = re.compile(r"\s*\(?(?:L|R|left|right)(?!\w)", re.IGNORECASE)


def _measures() -> str:
    file = resources.files(__package__).joinpath("measures.txt")
    names = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in sorted(names, key=len, reverse=True))


_NOTED: Final = re.compile(
    rf"{START}(?:{_measures()})(?:\s+(?:score|interval|level))?(?:\s*[:=]\s*|\s+(?:of|is)\s+|\s*)[~<>≥≤]?\s*"
    r"-?[0-9]+(?:[.,][0-9]+)?(?:\s?[-/]\s?[0-9]+(?:[.,][0-9]+)?)*"
    r"(?:\s?(?:%|ms|msec|s|mmHg|kPa|mg/dl|g/dl|g/l|mg/l|ng/l|ng/ml|pg/ml|umol/l|µmol/l|mmol/l|mEq/l|u/l|iu/l|bpm|/min|mm|cm|"
    r"l/min|x\s?10[*^]?9(?:/l)?)(?!\w))?",
    re.IGNORECASE,
)


def read(line: Line) -> None:
    """Claim what is labelled."""
    _read_choices(line)
    for match in line.find(_NOTED):
        line.note(*match.span())
    _read_acuity(line)
    for match in line.find(_OFF_SCALE):
        nearest = (*line.words_before(match.start()), "")[0]
        if nearest in ELSEWHERE | EARLIER or re.match(
            r"\s*(?:\?|earlier|initially|at\s+home|then|->)", line.left[match.end() :]
        ):
            line.blank(*match.span(), APART)
        else:
            line.claim(*match.span(), {"glucose_off_scale": match["shown"].upper()})
    for match in line.find(_RARE_WEIGHT):
        line.claim(*match.span(), {"weight_band": ">250" if match["over"] else "<0.5"})
    for match in line.find(_STONE):
        pounds = int(match["lb"] or 0)
        line.claim(*match.span(), {"weight_kg": round(int(match["stone"]) * KG_PER_STONE + pounds / LB_PER_KG, 1)})
    for lab in _LABS:
        for match in line.find(lab.pattern):
            _read_lab(line, lab, match)
    _read_pain(line)


def _read_choices(line: Line) -> None:
    """What is chosen or told and not measured: the code of the complaint, when it began, the scale of the saturation."""
    for match in line.find(_CODE):
        if match["code"].lower() in codes():
            line.claim(*match.span(), {"complaint_code": match["code"].lower()})
        else:
            line.blank(*match.span(), APART)
    for match in line.find(_ONSET):
        try:
            minutes = read_onset(match["onset"])
        except InputRejected:
            minutes = None
        if minutes is None:
            line.blank(*match.span(), KEPT)
        else:
            line.claim(*match.span(), {"onset_t": minutes})
    for match in line.find(_SPO2_SCALE):
        line.claim(*match.span(), {"spo2_scale": int(match["scale"])})


def _read_acuity(line: Line) -> None:
    for match in line.find(_SCALE):
        scale, written = match["scale"].upper(), match["level"].upper()
        level = _ROMAN.get(written) or (int(written) if written.isdigit() else 0)
        if re.match(r"\s?(?:-+>?|→|=>|/|to|or|then|now)\s?[0-9]|\?|[.,][0-9]", line.left[match.end() :]):
            line.ask(*match.span(), "acuity")
        elif not 1 <= level <= SCALES[scale]:
            line.refused.add("acuity")
            line.note(*match.span())
        else:
            line.claim(*match.span(), {"acuity": f"{scale} {level}"})
    for match in line.find(_NO_SCALE):
        line.ask(*match.span(), "acuity")


def _read_lab(line: Line, lab: _Lab, match: re.Match[str]) -> None:
    start, end = match.span()
    value = number(match["number"])
    label = match[0].strip()
    unit, factor = None, 1.0
    for pattern, one in lab.units:
        found = pattern.match(line.left, end)
        if found is not None:
            unit, factor, end = found, one, found.end()
            break
    is_of_other_fluid = lab.field == "ph" and (*line.words_before(start), "")[0] in _OF_OTHER_FLUIDS
    if is_of_other_fluid or (lab.field == "ph" and not re.fullmatch(r"[0-9](?:[.,][0-9]{1,3})?", match["number"])):
        line.note(start, end)
        return
    if lab.field == "ph" and value is None:
        value = float(match["number"].replace(",", "."))
    # A single small letter is a word more often than a label; so is "NA" before a small number: noradrenaline.
    if label[0] == "k" and re.match(r"k(?![a-z])\s*[0-9]+(?![0-9]*[.,][0-9])", label) and unit is None:
        line.ask(start, end, lab.field)
        return
    if re.match(r"K[0-9]$", label) and unit is None and line.is_followed_by_text(end):
        # "K2 synthetic", "K9 unit".
        line.ask(start, end, lab.field)
        return
    if re.match(r"na\b|na[0-9]", label, re.IGNORECASE) and value is not None and value < 50:
        line.note(start, end)
        return
    if lab.field != "weight_kg" and not _OF_BLOOD.match(label) and _IN_FLUID.search(line.left[:start]):
        line.ask(start, end, lab.field)
        return
    # Parts of a substance in an amount are a dose, and so is any weight of it.
    sureness = judge(line, start, end, match["about"])
    other_unit = _OTHER_UNIT.match(line.left, end) if unit is None else None
    if other_unit is not None:
        line.ask(start, other_unit.end(), lab.field)
        return
    is_stick = line.left[end : end + 1] == "+"
    if sureness == "other" or is_stick or (lab.field == "weight_kg" and _WEIGHT_LOST.match(line.left, end)):
        line.note(start, end)
        return
    if factor == LB_PER_KG and re.match(
        r"\s?,?\s?(?:and\s)?[0-9]{1,2}\s?(?:oz|ounces?)(?!\w)", line.left[end:], re.IGNORECASE
    ):
        sureness = "vague"
    if lab.field == "sodium_mmol_l" and value is not None and not value.is_integer():
        sureness = "vague"
    meant = None
    if value is not None and sureness == "sure":
        meant = value / factor if unit is not None else lab.bare(value, match["number"])
    if meant is None:
        # A number that lacks its unit is a measurement: beside another one nobody knows which is meant.
        line.ask(start, end, lab.field, is_firm=value is not None and sureness == "sure")
        return
    line.claim(start, end, {lab.field: round(meant, 1 if factor == LB_PER_KG else lab.digits)})


def _read_pain(line: Line) -> None:
    for match in line.find(_PAIN):
        is_plain = match["label"].lower() == "pain"
        # "chest pain 8/10": the pain is the complaint, the number its score.
        is_part = is_plain and not line.is_alone(match.start())
        start = match.start("number") if is_part else match.start()
        sureness = judge(line, start, match.end(), match["about"])
        if is_part:
            # What stands before the pain is its place, not another measurement's label.
            sureness = judge(line, match.start("number"), match.end(), match["about"])
        if sureness == "other" or re.match(r"\s?/\s?[0-9]", line.left[match.end() :]):
            line.blank(match.start("number"), match.end("number"), KEPT)
        elif sureness == "vague":
            line.ask(match.start("number"), match.end(), "pain")
        elif match["ten"] or not is_plain or not line.is_followed_by_text(match.end()):
            line.claim(start, match.end(), {"pain": int(match["number"])})
        else:
            line.ask(match.start("number"), match.end("number"), "pain")


_CHILDREN: Final = ("neonate", "infant", "1-4", "5-11", "12-15")


def _is_behind_child(line: Line, start: int) -> bool:
    """Whether a child was named right before a place: "boy 26kg asthma"."""
    who = [claim for claim in line.claims if claim.values.keys() & {"age_band", "sex"}]
    is_child = any(claim.values.get("age_band") in _CHILDREN for claim in who)
    return is_child and any(claim.end <= start and not line.left[claim.end : start].strip(" ,") for claim in who)


def _is_of_another_pain(line: Line, match: re.Match[str], nearest: str) -> bool:
    """Whether a score is one of before, of the other side, or of moving where one at rest is told."""
    is_moving = _MOVING.match(line.left, match.end()) and re.search(
        r"\brest\b", line.left[: match.start()], re.IGNORECASE
    )
    is_of_side = "pain" in line.wondered and _SIDE.match(line.left, match.end())
    return bool(is_moving or is_of_side or nearest in _OF_BEFORE)


def read_bare(line: Line) -> None:
    """Claim what only its unit tells, once all the labels are gone."""
    for match in line.find(_OUT_OF_TEN):
        nearest = (*line.words_before(match.start(), 1), "")[0]
        if nearest in _DATED:
            line.blank(*match.span(), KEPT)
        elif _is_of_another_pain(line, match, nearest):
            line.ask(*match.span(), "pain", is_firm=True)
        elif re.search(rf"{_ACHE}\b", line.left[: match.start()], re.IGNORECASE) or re.match(
            rf"\s*(?:(?!for\b|of\b|with\b|and\b)[a-z]+\s+){{0,2}}{_ACHE}\b", line.left[match.end() :], re.IGNORECASE
        ):
            line.claim(*match.span(), {"pain": int(match["number"])})
        else:
            # A second score, perhaps of moving: nobody knows which one is meant.
            line.ask(*match.span(), "pain", is_firm=True)
    for match in line.find(_BARE_WEIGHT):
        value = number(match["number"])
        is_of_child = _is_behind_child(line, match.start()) and not _WEIGHT_LOST.match(line.left, match.end())
        is_sure = judge(line, *match.span(), None) == "sure" and line.is_alone(match.start())
        is_sure = is_sure and (is_of_child or not line.is_followed_by_text(match.end()))
        if value is not None and is_sure and not re.search(r"\b(?:lost|loss|gain|lift\w*)\b", line.left, re.IGNORECASE):
            factor = 1.0 if match["unit"].lower().startswith("kg") else LB_PER_KG
            line.claim(*match.span(), {"weight_kg": round(value / factor, 2 if factor == 1 else 1)})
        elif line.is_alone(match.start()):
            line.ask(*match.span(), "weight_kg")
