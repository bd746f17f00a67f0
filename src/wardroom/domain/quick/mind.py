"""Consciousness: the Glasgow coma scale, its parts, and ACVPU."""

import re
from itertools import permutations
from typing import Final

from wardroom.domain.case import UNTESTED
from wardroom.domain.quick.labs import START
from wardroom.domain.quick.line import ABOUT, APART, CLAIMED, KEPT, NO_AGE, Line, Value, judge

_PART: Final = r"[\s,./-]{0,2}"
_NUMBER: Final = r"\s?(?:[0-9]{1,2}|T|NT|C|t|nt)(?![0-9])"
_ORDERS: Final = "|".join(_PART.join(f"{letter}{_NUMBER}" for letter in order) for order in permutations("EVM"))
_EVM: Final = rf"(?:(?<![A-Za-z0-9])|(?<=GCS))(?P<parts>{_ORDERS})(?![A-Za-z0-9])"
_LABEL: Final = rf"{START}(?:GCS|Glasgow(?:\s+coma)?(?:\s+(?:scale|score))?)(?:\s+(?:score|total))?\s*[:=-]?\s*(?:of\s+|is\s+|now\s+)?"
_TOTAL: Final = re.compile(
    rf"{_LABEL}{ABOUT}(?P<number>[0-9]{{1,3}})(?![0-9]){NO_AGE}(?P<of>\s?/\s?15(?![0-9]))?"
    rf"(?:(?:\s*[(\[:=,]?\s*){_EVM.replace('(?<![A-Za-z0-9])|(?<=GCS)', '(?<![A-Za-z])')}(?:\s?[)\]])?)?",
    re.IGNORECASE,
)
_SUM: Final = re.compile(
    rf"{_LABEL}(?P<e>[0-9])\s?[+-]\s?(?P<v>[0-9])\s?[+-]\s?(?P<m>[0-9])(?:\s?=\s?(?P<number>[0-9]{{1,2}}))?(?![0-9+/-])",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(
    rf"(?:{_LABEL})?[(\[]?{_EVM}[)\]]?(?:\s?=\s?(?P<number>[0-9]{{1,2}})(?:/15)?(?![0-9]))?", re.IGNORECASE
)
_GCS_LEFT: Final = re.compile(
    rf"{_LABEL}{ABOUT}(?:(?![0-9])|(?=[0-9]+(?![0-9]){NO_AGE}))[0-9EVMevm][^\s,;]*", re.IGNORECASE
)

_LETTER: Final = re.compile(
    rf"{START}(?:AC?VPU(?:\s+score)?\s*[:=-]?\s*(?P<a>[ACVPU])|(?P<b>[ACVPU])\s+on\s+(?:the\s+)?AC?VPU)(?![\w/+-])"
)
_OTHER_LETTER: Final = re.compile(r"\s*(?:-+>?|=>|→|/|to|then|now|or)\s*[ACVPU](?!\w)", re.IGNORECASE)
_LETTER_SMALL: Final = re.compile(_LETTER.pattern, re.IGNORECASE)
_WORDS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(rf"(?<![\w-])(?:AC?VPU\s*[:=]?\s*)?(?:{words})(?![\w-])", re.IGNORECASE), letter)
    for words, letter in (
        (r"(?:new(?:ly)?|acute(?:ly)?)[\s-]+(?:onset\s+)?confus(?:ed|ion)|new\s+onset\s+confusion", "C"),
        (
            r"(?:responds?|responsive|responding|rous(?:es|able)|opens\s+eyes)\s+(?:only\s+)?to\s+(?:voice|verbal)(?:\s+only)?",
            "V",
        ),
        (
            r"(?:responds?|responsive|responding|rous(?:es|able))\s+(?:only\s+)?to\s+pain(?:ful\s+stimul\w+)?(?:\s+only)?",
            "P",
        ),
        (r"alert(?:\s*(?:and|&|\+)\s*orient(?:at)?ed)?(?:\s*x\s?4)?", "A"),
        (r"A\s?&\s?O\s?x\s?4|AOx4", "A"),
    )
)
_WORDS_ASKED: Final = re.compile(
    r"(?<![\w-])(?:AC?VPU\s*[:=]?\s*(?:voice|pain|verbal|unresponsive|alert|confused)?|confus(?:ed|ion)|unresponsive|unconscious|drowsy|obtunded|lethargic|"
    r"A\s?&\s?O(?:\s?x\s?[0-9])?|AOx[0-9])(?![\w-])",
    re.IGNORECASE,
)
_AVPU_WORD: Final = re.compile(
    rf"{START}AC?VPU\s*[:=]?\s*(?P<word>voice|verbal|pain|unresponsive|alert|(?:new\s+)?confused)\b", re.IGNORECASE
)
_OF_WORD: Final = {"voice": "V", "verbal": "V", "pain": "P", "unresponsive": "U", "alert": "A"}
_TEAMS: Final = frozenset(
    [
        "trauma",
        "stroke",
        "sepsis",
        "stemi",
        "medic",
        "medical",
        "red",
        "amber",
        "code",
        "pre",
        "cardiac",
        "team",
        "silver",
        "gold",
    ]
)
"""An alert of these is a call, not a patient who is awake."""
_NOT_BEFORE: Final = frozenset(
    [
        "not",
        "no",
        "isn't",
        "never",
        "less",
        "more",
        "was",
        "were",
        "initially",
        "previously",
        "denies",
        "without",
        "if",
        "when",
        "until",
        "?",
    ]
)
_NOT_BEHIND: Final = re.compile(
    r"\s*(?:call(?:ed)?|activat\w+|pre-?alert|bracelet|button|sent|put\s+out|team|relief|med\w*|initially|earlier|on\s+scene|previously|\?|"
    r"to\b|when\b|only\b|at\s+(?:scene|home)|at\s+baseline|then|but|not|\bx\s?[0-3]\b|and\s+confus|now)",
    re.IGNORECASE,
)


def read(line: Line) -> None:
    """Claim the score, its parts, and the letter."""
    for match in line.find(_SUM):
        _claim(line, match, {"e": match["e"], "v": match["v"], "m": match["m"]}, match["number"], None)
    for match in line.find(_TOTAL):
        _claim(line, match, _parts_of(match["parts"]), match["number"], match["about"])
    for match in line.find(_PARTS):
        _claim(line, match, _parts_of(match["parts"]), match["number"], None)
    for match in line.find(_GCS_LEFT):
        line.ask(*match.span(), "gcs")
    _read_letter(line)


def _parts_of(text: str | None) -> dict[str, str]:
    return {
        part.lower(): value.upper() for part, value in re.findall(r"([EVMevm])\s?([0-9]+|NT|T|C|nt|t|c)", text or "")
    }


def _claim(line: Line, match: re.Match[str], parts: dict[str, str], total: str | None, about: str | None) -> None:
    start, end = match.span()
    sureness = judge(line, start, end, about)
    if sureness == "other":
        line.note(start, end)
        return
    if sureness == "vague":
        line.ask(start, end, "gcs")
        return
    values: dict[str, Value] = {f"gcs_{part}": int(value) for part, value in parts.items() if value.isdigit()}
    untested = tuple(part for part in UNTESTED if _is_untested(part, parts))
    numbers = [value for value in values.values() if isinstance(value, int)]
    if total is not None and parts and (len(numbers) < 3 or sum(numbers) != int(total)):
        line.ask(start, end, "gcs", is_firm=True)
        return
    if untested:
        values["gcs_untested"] = untested
    is_whole = len(numbers) + len(untested) == 3 or not parts
    if total is not None:
        values["gcs"] = int(total)
    elif len(numbers) == 3:
        values["gcs"] = sum(numbers)
    line.claim(start, end, values, sign=CLAIMED if is_whole else APART)


def _is_untested(untested: str, parts: dict[str, str]) -> bool:
    """Whether the parts say so: VT a tube, EC an eye that is swollen shut, NT any of them."""
    letter, why = untested.split("-")
    said = parts.get(letter.lower(), "")
    return said == why or (untested == "E-NT" and said == "C")


def _read_letter(line: Line) -> None:
    for match in line.find(_LETTER_SMALL):
        letter = (match["a"] or match["b"]).upper()
        if (match["b"] or "").islower() or _OTHER_LETTER.match(line.left, match.end()):
            line.ask(*match.span(), "avpu")
            continue
        line.claim(*match.span(), {"avpu": letter})
    for match in line.find(_AVPU_WORD):
        word = match["word"].lower()
        letter = _OF_WORD.get(word) or ("C" if word.startswith("new") else "")
        if letter:
            line.claim(*match.span(), {"avpu": letter})
        else:
            line.ask(*match.span(), "avpu")
    for pattern, letter in _WORDS:
        for match in line.find(pattern):
            nearest = (*line.words_before(match.start()), "")[0]
            if nearest in _TEAMS:
                line.blank(*match.span(), KEPT)
            elif nearest in _NOT_BEFORE or _NOT_BEHIND.match(line.left, match.end()):
                line.wondered.add("avpu")
                line.blank(*match.span(), KEPT)
            else:
                line.claim(*match.span(), {"avpu": letter}, sign=CLAIMED if letter == "A" else KEPT)
    for match in line.find(_WORDS_ASKED):
        if (*line.words_before(match.start()), "")[0] not in {"not", "no", "chronic", "chronically"}:
            line.wondered.add("avpu")
