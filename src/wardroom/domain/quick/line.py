"""The line being read: which of its words are claimed for which fields, asked about, refused, or plainly text."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from wardroom.domain.case import LIMITS
from wardroom.domain.quick.normal import plain

Value = int | float | str | bool | tuple[str, ...]
CLAIMED: Final = "\x01"
KEPT: Final = "\x02"
"""Text that stays within the words around it, such as a duration."""
APART: Final = "\x03"
"""Text that stands for itself, such as another score: never part of the complaint."""

_QUOTED: Final = re.compile(r'(?:(?<=\s)|^)"[^"]{1,80}"(?=[\s,.;)]|$)')

NUMBER: Final = r"(?P<number>[0-9]{1,6}(?:[.,][0-9]{1,3})?)(?![0-9])"
NO_YEARS: Final = r"(?!\s?-?(?:y/?o?(?!\w)|y\.o|yo[fmFM]|yrs?(?!\w)|years?|/12(?!\w)|/52(?!\w)))"
NO_AGE: Final = rf"(?![FMfm](?!\w)){NO_YEARS}"
"""Behind a number that is not an age: "raised lactate 58F"."""
GAP: Final = r"(?:\s*[:=@↑↓]\s*|\s*-\s*|\s+(?:of|is|now|at)\s+|\s*)"
"""What may stand between a label and its number."""
ABOUT: Final = (
    r"(?P<about>(?:~|<|>|≤|≥|\?|±|\+/-|(?:approx(?:imately)?|about|around|circa|roughly|was|were|est|estimated|up\s+to"
    r"|under|over|above|below|unknown|less\s+than|more\s+than"
    r"|(?:drop\w*|fell|falling|fallen|down|rose|rising|climb\w*|improv\w*|desat\w*|went|peaked)(?:\s+(?:to|from|at))?)\b\.?)\s*)?"
)
"""A number behind one of these is no measurement."""

_AGAIN: Final = re.compile(
    r"(?:\s*\(?(?:on\s+)?(?:RA|room\s+air|air|O2|[0-9]+\s?L(?:\s?NC)?)\)?)?"
    r"(?:\s?(?:-+>?|=?>|→|↗|↘|↑|↓|~|/|\\)\s?|\s*,?\s*(?:to|then|now|later|was|up\s+to|down\s+to|falling\s+to|rising\s+to|dropped\s+to|"
    r"rpt|repeat|fell\s+to|rose\s+to|improved\s+to|improving\s+to|from|or|and\s+then)\s+)~?[0-9]",
    re.IGNORECASE,
)
_VAGUE: Final = re.compile(
    r"\s+\(?(?:vent|bagged)\b|[^;|]{0,60}[,(-]\s*(?:now|currently)\s+~?[0-9]+(?![0-9]|\s?/\s?10)|[^0-9;|]{0,30}[\s,](?:now|currently|here|in\s+(?:ED|dept|resus)|latest|repeat(?:ed)?|rpt|re-?check(?:ed)?)\s*[:=]?\s*[0-9]|[^0-9;|]{0,25},\s*[0-9][0-9./]*\s*(?:%\s*)?(?:now|after|post|following)\b|\s*\(\s*(?:repeat|rpt|now|then|later|after)\b|\?|~|\+(?!\s*[A-Za-z])|'?s\b|ish\b|-ish\b|x\b|\s*\(?\b(?:initially|at\s+scene|on\s+scene|with\s+EMS|by\s+EMS|pre-?hospital|at\s+home|yesterday|at\s+baseline|"
    r"baseline|usually|usual|earlier|previously|last\s+(?:week|month|year|night)|at\s+GP)\b|\s+(?:before|prior\s+to)\b|\s*,?\s*\(?\??\s?(?:(?:very\s+|grossly\s+|mildly\s+)?(?:ha?em[oe]ly[sz]|lysed|clotted|spurious|artefact|artifact|(?:poor|bad|no)\s+(?:trace|signal|pleth|waveform|perfusion)|unreliable|inaccurate|dubious|doubtful|questionable|not\s+(?:reliable|accurate|trac\w+)|cold\s+(?:hands?|fingers?|peripher\w+)|nail\s+(?:varnish|polish)|\?\s?(?:real|true|accurate)))|\s*(?:->|→|↑|↓|>|<)",
    re.IGNORECASE,
)
_RELATIVES: Final = (
    "mother", "father", "mum", "mom", "dad", "wife", "husband", "partner", "brother", "sister", "son", "daughter",
    "baby", "twin", "friend", "carer",
)  # fmt: skip
RELATIVES_OWN: Final = tuple(f"{relative}'s" for relative in _RELATIVES)
"""Whose numbers are not the patient's."""
_LIMB: Final = (
    r"(?:(?:R|L|RT|LT|right|left)\s?(?:arm|hand|wrist|leg|foot|toe|ear|UL|LL)|right|left|RT|LT|RUE|LUE|RLE|LLE|"
    r"(?:pre|post)-?\s?ductal|arms?|hands?|legs?|foot|feet|[RL](?=\W+[0-9][0-9/]*\s?%?\s?(?:[RL]|right|left)(?!\w)))(?!\w)"
)
"""Where on the body a sign was taken."""
_NO_PATIENT: Final = (
    r"(?!\s?(?:[FM](?!\w)|y|mo(?!\w)|months?|w(?:ee)?ks?|days?|/(?:7|12|52|40)(?!\w)|\+[0-6]|kg|lbs?|%))"
)
"""Behind a number that is nobody's age or weight."""
_A_DOSE: Final = r"\s?(?:mg|mcg|g|mls?|units?|l|puffs?|mins?|hrs?|h|mmol|x|days?)\b"
_MOVES: Final = re.compile(
    r"\s+(?:"
    + "|".join(
        (
            # another value behind a treatment or an arrow
            rf"(?:post|after|following)\s+[a-z]+(?:\s[a-z]+)?\s+[0-9]+(?:[.,/][0-9]+)?(?![0-9])(?!{_A_DOSE})",
            r"(?:settl|improv|fall|ris|com|drop|increas|decreas|drift|climb|go)\w*\s+(?:down\s+|up\s+)?(?:to|from)\s+[0-9]",
            r"(?:down|up)\s+from\s+[0-9]",
            r"\(?(?:at|after|post|on)\s+[^,;|()]{1,20}?\)?\s*(?:-+>|=>|→)\s?[0-9]",
            r"[^,;|0-9]{0,25}(?:-+>|=>|→)\s?~?[0-9]",
            # asleep, lying, on which limb
            r"(?:asleep|sleeping)\b",
            r"(?:awake|resting|at\s+rest|walking|mobilising|ambulating|on\s+exertion)\b[^,;.0-9]{0,12}[0-9]",
            r"\(?(?:(?:on|when|whilst|while)\s+)?(?:standing|stood|erect|upright|lying|supine|sitting)\b\W*(?:and\s+|to\s+)?[0-9]",
            rf"\(?(?:in\s+|on\s+)?{_LIMB}\)?[\s,;/]*(?:and\s+|vs?\.?\s+)?[0-9]",
            # of another time
            r"\(?(?:at|@)\s?[0-9]{1,3}\s?(?:mins?|minutes?|hrs?|hours?|h)(?!\w)",
            r"\(?[0-9]{1,3}\s?(?:/(?:7|52|12|24)|mins?|hrs?|hours?|h|days?|d|weeks?|wks?|months?)\s+ago\b",
            rf"\(?(?:(?:at|@)\s?)?(?:[0-9]{{1,2}}[:.]?[0-9]{{2}}\s?h?|[0-9]{{1,3}}\s?(?:h|hrs?|mins?))\s?\)?[\s,;]+(?:and\s+|then\s+)?[0-9]+(?![0-9]){_NO_PATIENT}",
            r"\(?(?:this\s+(?:morning|am)|[ap]\.?m|noon|midnight|overnight|in\s+the\s+(?:morning|evening|night))(?!\w)",
            r"\(?(?:in|at)\s+[a-z][a-z ]{1,15}\)?[,;]\s*[0-9]+(?:[./][0-9]+)?\s?%?\s+\(?(?:in|at)\b",
            r"\(?on\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
            r"\(\s*[0-9][0-9./]*\s*(?:%\s*)?(?:pre|before|prior|on\s+arrival|initially|earlier|at\s+triage|prev\w*|usual\w*|baseline|yesterday)\b",
            r"\(?(?:dips?|dipping|spells?|episodes?|runs?|bursts?|peaks?|spikes?|spiking|at\s+(?:worst|best|peak|times)|desat\w*)\b",
            # of somebody else, of the atria, of nobody
            rf"\(?(?:{'|'.join(_RELATIVES)})(?=\s*(?:[,;|)]|$))",
            r"(?:flutter\s+waves?|atrial)\b",
            r"\(?(?:est\.?|estimated|approx\.?|guess\w*)(?!\w)|~(?=\s*(?:[,;|)]|$))",
            # "36 point 8", "3 digits"
            r"(?:point|virgule|coma)\s+[0-9]|(?:digits?|figures?)\b",
        )
    )
    + rf")|[^;|]{{0,30}}?[,;]\s*(?:today|tonight|now|then|later|currently|here)\s+~?[0-9]+(?:[./][0-9]+)?(?![0-9]){_NO_PATIENT}(?!\s?/\s?10)"
    + r"|(?!\s*\(?(?:at\s+)?rest)[^;|,]{0,30},\s*[0-9]+(?:[./][0-9]+)?\s?%?\s*\(?(?:when|while|whilst|stood|standing|lying|sitting|supine|walking|today|now|later|yesterday)\b"
    + rf"|[,;(]\s*(?:post|after|following)\s+(?!op\b)[a-z/+-]+(?:\s[a-z]+)?\s+[0-9]{{1,3}}(?:[./][0-9]+)?(?![0-9.])(?!{_A_DOSE})",
    re.IGNORECASE,
)
"""Behind a value: it moves on to another one, is of another time or limb, or is nobody's measurement."""
_DOSE: Final = re.compile(
    r"\s?(?:mg|mcg|µg|μg|ug|grams?|mls?|units?|iu|puffs?|tabs?|tablets?|mins?|minutes?|hrs?(?!\s*[:=]?\s*[0-9])|hours?|days?|wks?|weeks?|months?|mths?|"
    r"yrs?|years?|yo|times|ms|msec|secs?|seconds?|cm|mm(?!\s?Hg)|km|mph|lit(?:er|re)s?|joules?|bags?|amps?|ampoules?|"
    r"mEq(?!\s?/\s?L)|mmol(?!s?\s?/\s?L)|/(?:7|12|52|24)(?![0-9])|mg/kg|ml/kg|mmol/kg|mcg/kg)(?![\w])|[mdhgulyLGUJVkK](?![\w/])|\s[ghd](?![\w/])|\s?x\s?[0-9]|\s?%|:[0-9]",
)
_WITH_SEX: Final = re.compile(r"\s[FM](?!\w)(?!\s?,?\s?[0-9])")
_RANGE: Final = re.compile(
    r"(?:(?:\s?(?:-+>?|→|/(?!\s?[0-9]{1,3}\s?[FMfm](?!\w))|to|=?>)\s?|\s*,?\s*(?:now|then|later|rpt|repeat|or|from|up\s+to|down\s+to)\s+)~?[0-9]+(?:[.,][0-9]+)?|[.,/-][0-9]+)*"
    r"(?:[+?]+|'?s\b|-?ish\b)?(?:\s?%)?"
)
_LABEL_NEXT: Final = re.compile(
    r"(?:(?:HR|BP|RR|SpO2|SATS?|GCS|CTAS|ESI|MTS|ATS|T|Temp|BM|BG|BGL|Glu(?:c|cose)?|K|Na|pH|Lac(?:tate)?|Wt|pain)(?=[\s:=]*[0-9])"
    r"|(?:AVPU|RA)(?![a-z])|GCS\s?E|E[1-4]V)",
    re.IGNORECASE,
)

ELSEWHERE: Final = frozenset(
    [
        "target",
        "targets",
        "aim",
        "aiming",
        "goal",
        "keep",
        "maintain",
        "titrate",
        "titrated",
        "until",
        "till",
        "fetal",
        "foetal",
        "fetus",
        "foetus",
        *RELATIVES_OWN,
        "maternal",
        "vit",
        "vitamin",
        "no",
        "not",
        "if",
    ]
)
"""Before a label: it is not this patient's measurement, and nobody needs to be asked."""
EARLIER: Final = frozenset(
    [
        "baseline",
        "usual",
        "usually",
        "normal",
        "normally",
        "previous",
        "previously",
        "prior",
        "prev",
        "initial",
        "initially",
        "ems",
        "prehospital",
        "pre-hospital",
        "scene",
        "home",
        "max",
        "maximum",
        "min",
        "minimum",
        "peak",
        "lowest",
        "highest",
        "nadir",
        "last",
        "resting",
        "ecg",
        "ekg",
        "lying",
        "standing",
        "sitting",
        "supine",
        "orthostatic",
        "first",
        "gp",
        "clinic",
        "ambulance",
        "smartwatch",
        "watch",
        "fitbit",
        "pacemaker",
        "repeat",
        "earlier",
        "best",
        "average",
        "mean",
        "mother",
        "mum",
        "mom",
        "father",
        "dad",
        "wife",
        "husband",
        "son",
        "daughter",
        "brother",
        "sister",
        "partner",
        "twin",
        "friend",
        "pre",
        "post",
        "before",
        "after",
        "worst",
        "est",
        "est.",
        "estimated",
        "birth",
        "approx",
        "approx.",
        "approximately",
        "roughly",
    ]
)
"""Before a label: a measurement of another time, or perhaps of another person."""
FAR: Final = frozenset(
    [
        "target",
        "aim",
        "goal",
        "fetal",
        "foetal",
        "maternal",
        "urine",
        "baseline",
        "usual",
        "normal",
        "previous",
        *RELATIVES_OWN,
    ]
)
"""Those that still speak with a word between them and the label."""
_ONCE_MORE: Final = frozenset(["repeat", "rpt", "post", "after"])
"""Behind one of these, a second measurement: nobody knows which of the two is meant."""
_LINKS: Final = frozenset(["at", "by", "from", "with", "on", "since", "in", "of", "to", "via", "when"])
"""Behind one of these, a word of ``EARLIER`` tells of the story: "collapsed at home HR 38"."""


@dataclass(slots=True)
class Claim:
    """Words that state values; when another claim says otherwise, they stay text and the fields are asked for."""

    start: int
    end: int
    values: Mapping[str, Value]


@dataclass(slots=True)
class Line:
    """The words of one line. ``left`` is what nobody has claimed, as long as the line itself."""

    shown: str
    left: str = ""
    claims: list[Claim] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    wondered: set[str] = field(default_factory=set)
    """Fields to ask for, unless another place of the line states them."""
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.left = plain(self.shown)

    def set_quoted_apart(self) -> None:
        """What stands in quotes is somebody's words, not a measurement."""
        for match in _QUOTED.finditer(self.left):
            if match.end() - match.start() < len(self.left.strip()):
                self.blank(match.start(), match.end(), APART)

    def find(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Matches in what is left, each looked for after the ones before were claimed."""
        at = 0
        while (match := pattern.search(self.left, at)) is not None:
            yield match
            at = max(match.end(), at + 1)

    def blank(self, start: int, end: int, sign: str) -> None:
        """Take a place out of what is left."""
        self.left = self.left[:start] + sign * (end - start) + self.left[end:]

    def claim(self, start: int, end: int, values: Mapping[str, Value], *, sign: str = CLAIMED) -> None:
        """The place states these values, unless one of them is outside its limits: then it is refused and stays text.

        With another ``sign`` the words, which say more than the record has room for, stay as text too.
        """
        outside = {name for name, value in values.items() if _is_outside(name, value)}
        pressures = values.get("sbp"), values.get("dbp")
        if isinstance(pressures[0], int) and isinstance(pressures[1], int) and pressures[0] < pressures[1]:
            outside |= {"sbp", "dbp"}
        if outside:
            self.refused |= outside
            self.blank(start, end, APART)
            return
        self.claims.append(Claim(start, end, values))
        self.blank(start, end, sign)

    def ask(self, start: int, end: int, *names: str, is_firm: bool = False) -> None:
        """The place may state these fields: it stays text, and they are asked for."""
        nearest = (*self.words_before(start), "")[0]
        # Of two pain scores the last one is that of now; of two signs nobody knows what came between.
        is_moved = names != ("pain",) and re.match(r"\s*(?:-+>|=>|→)", self.left[end:]) is not None
        is_moved = is_moved or is_firm or nearest in _ONCE_MORE
        (self.asked if is_moved else self.wondered).update(names)
        self.note(start, end)

    def note(self, start: int, end: int) -> None:
        """The place is text and nothing else, with the word that made it so, its unit and the rest of a range."""
        word = re.search(r"[^\s,;.|()\x01-\x03]+\s+$", self.left[:start])
        second = (*self.words_before(start), "", "")[1]
        if word is not None and word[0].strip().lower() in ELSEWHERE | EARLIER and second not in _LINKS:
            start = word.start()
        more = _RANGE.match(self.left, end)
        end = more.end() if more else end
        unit = _DOSE.match(self.left, end)
        self.blank(start, unit.end() if unit else end, APART)

    def words_before(self, start: int, count: int = 2) -> list[str]:
        """The words right before a place, in small letters, nearest first; none across a comma or a claimed place."""
        before = re.split(r"[,;.|()\x01-\x03]", self.left[max(0, start - 60) : start])[-1]
        return [word.lower().strip(":'\"") for word in reversed(before.split()[-count:])]

    def is_alone(self, start: int) -> bool:
        """Whether nothing but a claimed place, a comma or the start of the line stands before a place."""
        before = self.left[:start].rstrip(" -(/")
        return not before or before[-1] in f",;.|:{CLAIMED}{APART}"

    def is_followed_by_text(self, end: int) -> bool:
        """Whether unclaimed words stand right behind a place."""
        after = self.left[end:].lstrip(" -)/")
        return bool(after) and after[0] not in f",;.|{CLAIMED}{APART}"


def _is_outside(name: str, value: Value) -> bool:
    limit = LIMITS.get(name)
    return limit is not None and not isinstance(value, (str, bool, tuple)) and not limit.holds(value)


def judge(line: Line, start: int, end: int, about: str | None) -> str:
    """Whether a labelled number from ``start`` to ``end`` is "sure", to be asked for ("vague"), or "other"."""
    nearest, second = (*line.words_before(start), "", "")[:2]
    if nearest in ELSEWHERE or second in ELSEWHERE & FAR:
        return "other"
    tail = line.left[end : end + 60]
    if _DOSE.match(tail):
        return "other"
    if re.search(r"(?:^|[\s,;(])[0-9]{1,3}$", line.left[:start]) and line.left[start : start + 1].isalpha():
        # "20RR 88HR": here the number stands before its label.
        return "vague"
    if line.left[max(0, start - 1) : start] in ("?", "~", "≈", "±") and line.left[start : start + 1].isalpha():
        return "vague"
    if about or (nearest in EARLIER and second not in _LINKS) or second in EARLIER & FAR:
        return "vague"
    # "low sats 72 F": the number may be the patient's age.
    if _WITH_SEX.match(tail) or _AGAIN.match(tail) or _VAGUE.match(tail) or _MOVES.match(tail):
        return "vague"
    if re.match(r"[\w%°+<>*^]", tail) and not _LABEL_NEXT.match(tail):
        return "vague"
    # A number with a comma or point and one more digit group, a slash or a dash is a date, a range or a list.
    return "vague" if re.match(r"[.,:/-][0-9]|[.,][lOoI](?![A-Za-z])", tail) else "sure"


def number(text: str) -> float | None:
    """A number with a comma or a point; None for what may be thousands."""
    if re.fullmatch(r"[0-9]+[.,][0-9]{3}", text):
        return None
    return float(text.replace(",", "."))
