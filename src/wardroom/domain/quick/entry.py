"""What a line states, put together: fields on which all claims agree, what to ask, and the words left over."""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import msgspec

from wardroom.domain.case import GESTATION_WEEKS
from wardroom.domain.complaints import code_of
from wardroom.domain.events import Record, VitalSet
from wardroom.domain.quick.line import APART, Line, Value

COMPLAINT_MAX: Final = 120
FIELDS: Final = (
    "age_band", "sex", "pregnant", "gestation_weeks", "hr", "sbp", "dbp", "rr", "spo2", "on_oxygen", "temp_c", "gcs",
    "gcs_e", "gcs_v", "gcs_m", "avpu", "glucose_mmol_l", "lactate_mmol_l", "potassium_mmol_l", "sodium_mmol_l", "ph",
    "pain", "weight_kg", "acuity", "complaint", "complaint_code", "onset_t", "spo2_scale", "gcs_untested",
    "glucose_off_scale", "weight_band",
)  # fmt: skip
"""Every field a line can state, in the order it is shown."""
_OF_RECORD: Final = (
    "age_band", "sex", "acuity", "complaint", "pregnant", "gestation_weeks", "complaint_code", "onset_t", "spo2_scale",
)  # fmt: skip
_PAIRED: Final = (("sbp", "dbp"), ("gcs", "gcs_e", "gcs_v", "gcs_m", "gcs_untested"))
"""Where one of these is doubtful, so are the others."""

_ENDS: Final = re.compile(
    r"^(?:\s|[-,;:.|/&()\[\]=]|(?:with|w/|and|c/o|presents?|presenting|p/w|who|has|is|pt|patient|the|a|an)(?=[\s:,;.|)]|$))+"
    r"|(?:\s|[-,;:.|/&(\[=]|(?<=\s)(?:with|w/|and|has|is|the|a|an|at|of)$)+$",
    re.IGNORECASE,
)
_NO_COMPLAINTS: Final = (
    # absent
    r"no|not|nil|none|denies|denied|without|neg|negative|nkda|normal$|stable|afebrile|apyrexial",
    # of before, or to come
    (
        r"pmhx?|psh|hx|history|h/o|known|background|bg|on|meds?|allerg\w*|given|gave|s/p|post|after|since|for|last|seen|fhx?|shx?|t[12]dm|plan|target|"
        r"aim|if|ago|ongoing|onset|lkw|usual|baseline|est|estimated|today|yesterday|mg|"
        r"(?:prev\w*|was|were|repeat|rpt|now|then|settling|rising|falling|improving|paced)(?=\s+(?:to\s+|at\s+)?[0-9]|$)"
    ),
    # of others, or of the birth
    (
        r"mother|father|mum|wife|husband|son|daughter|brother|sister|partner|her|his|child$|baby(?:\s+[0-9]|\s+[FM]$|$)|nourrisson|passenger$|dnac?p?r|born|ex-[0-9]+|term|trans|"
        r"[0-9]+\s+(?:days?|weeks?|months?|hours?)\s+post\w*|lmp|G[0-9]+\s?P[0-9]+"
    ),
    # where, by whom, in which order
    r"in\s+ambulance|bed|bay|cubicle|resus|room|ward|tel|mrn|at|from|trauma\s+call|level\s+[0-9]|atmist|sbar|handover|ems|holter|[a-e]$|patent\s+b",
    # signs without their value
    (
        r"dl|ecg|ekg|vs|vitals|obs|weight|glucose|sodium|potassium|hr|bp|rr|spo2|gcs|temp|tmp|t-?max|max|map|peep|bpm$|resps?$|pulses?|radial|pupils|"
        r"urine|regular|reg|irreg\w*|fast|responds|intubated|ventilated|niv|cpap|bipap|(?:[rl]|right|left)\s+arm|rue|lue|lying$|standing$|sitting$|"
        r"supine$|pain(?:\s+was|\s+now)?$|[0-9][0-9.,/]*\s*(?:%|at|on|in|after|now|resps?|breaths|today|yesterday|usually)"
    ),
)
_NO_COMPLAINT: Final = re.compile(rf"(?:{'|'.join(_NO_COMPLAINTS)})\b", re.IGNORECASE)
"""How a clause begins that is not what the patient presents with."""
_HISTORY: Final = re.compile(
    r"(?:pmhx?|psh|hx|history|h/o|known|background|bg|on|meds?|allerg\w*|fhx?|shx?)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class QuickEntry:
    """One line, read. What is not stated is absent from ``values``."""

    values: dict[str, Value]
    rest: str
    ask: tuple[str, ...]
    refused: tuple[str, ...]

    def as_object(self) -> dict[str, Any]:
        """The entry as one JSON object; the complaint's code is in it where its words do not say it."""
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in self.values.items()}
        if values.get("complaint_code") == code_of(str(values.get("complaint", ""))):
            values.pop("complaint_code", None)
        return {**values, "rest": self.rest, "ask": list(self.ask), "refused": list(self.refused)}

    def vitals(self) -> VitalSet | None:
        """The vital signs at T+0, if any were stated."""
        stated = {name: value for name, value in self.values.items() if name not in _OF_RECORD}
        return msgspec.convert(stated, VitalSet) if stated else None

    def record(self) -> Record:
        """The record the line makes."""
        vitals = self.vitals()
        stated = {name: value for name, value in self.values.items() if name in _OF_RECORD}
        record = msgspec.convert(stated, Record)
        return msgspec.structs.replace(record, vitals=(vitals,)) if vitals is not None else record


def entry_of(line: Line, more: str) -> QuickEntry:
    """The entry of a line that every reader has seen; ``more`` is text nobody looked at."""
    values = _agreed(line)
    _fill_consciousness(line, values)
    _check_pregnancy(line, values)
    complaint, rest = _words(line)
    if complaint:
        values["complaint"] = complaint
        if "complaint_code" not in values and (code := code_of(complaint)):
            values["complaint_code"] = code
    ask = line.asked | {name for name in line.wondered if name not in values}
    refused = line.refused
    return QuickEntry(
        values={name: values[name] for name in FIELDS if name in values},
        rest=" ".join(part for part in (rest, more.strip()) if part),
        ask=tuple(name for name in FIELDS if name in ask),
        refused=tuple(name for name in FIELDS if name in refused),
    )


def _agreed(line: Line) -> dict[str, Value]:
    """The fields on which no two claims differ; where they do, the words stay text and the field is asked for."""
    stated: dict[str, set[Value]] = {}
    for claim in line.claims:
        for name, value in claim.values.items():
            stated.setdefault(name, set()).add(value)
    doubtful = {name for name, values in stated.items() if len(values) > 1}
    doubtful |= _of_before(line, doubtful) | _of_two_patients(line) | _of_another(line) | _of_elsewhere(line)
    # A refused value and a good one are two measurements, and nobody knows which is meant.
    doubtful |= (line.refused | line.asked) & stated.keys()
    if _LYING.search(line.shown) and _STANDING.search(line.shown):
        doubtful |= {"hr", "sbp", "dbp"} & stated.keys() & (line.wondered | line.asked)
    if {"glucose_mmol_l", "glucose_off_scale"} <= stated.keys():
        doubtful |= {"glucose_mmol_l", "glucose_off_scale"}
    for names in _PAIRED:
        if doubtful & set(names):
            doubtful |= {name for name in names if name in stated}
    line.asked |= doubtful - line.refused
    values: dict[str, Value] = {}
    for claim in line.claims:
        if doubtful & claim.values.keys():
            line.blank(claim.start, claim.end, APART)
        values.update({name: value for name, value in claim.values.items() if name not in doubtful})
    return values


_LYING: Final = re.compile(r"(?<!\w)(?:lying|supine|sitting|sit|sat)(?!\w)", re.IGNORECASE)
_STANDING: Final = re.compile(r"(?<!\w)(?:standing|stand|stood|erect|upright)(?!\w)", re.IGNORECASE)
_NOW: Final = re.compile(r"(?<!\w)(?:now|today|currently)(?!\w)", re.IGNORECASE)


def _of_before(line: Line, moved: set[str]) -> set[str]:
    """What was measured before a "now" behind which signs were measured anew: it may have changed as they did."""
    now = _NOW.search(line.shown)
    if now is None:
        return set()
    places = [claim.start < now.start() for claim in line.claims if claim.values.keys() & moved]
    if len(set(places)) < 2:
        return set()
    before = (claim for claim in line.claims if claim.end <= now.start())
    return {name for claim in before for name in claim.values if name not in _OF_RECORD}


_TWO: Final = re.compile(
    r"(?<!\w)[FM]\s?[0-9]{1,3}\W{1,4}(?:(?:and|et|y)\W)?[FM]\s?[0-9]{1,3}(?![\w/.])"
    r"|(?<!\w)[0-9]{1,3}\s?(?:y\w*\s?)?[FM]\s*(?:and|&|\+)\s*(?:his\s+|her\s+)?(?:son|daughter|wife|husband|partner|baby|child|brother|sister|mother|father)\s*\(?[0-9]"
    r"|(?<!\w)(?i:(?:both|two|2|all)\s+(?:of\s+them|patients|pts|drivers|passengers|casualties|victims|children|kids|twins|people))(?!\w)(?!\s+(?:in|on|at)\b)"
)
_BESIDE: Final = re.compile(r"\W{0,4}(?:(?:and|et|y)\W)?")


def _of_two_patients(line: Line) -> set[str]:
    """Age and sex where two ages stand, even of one band; everything where two people stand side by side."""
    # "neonate DOL 2" is one age: a word without a number adds none.
    who = [claim for claim in line.claims if "age_band" in claim.values]
    who = [claim for claim in who if re.search("[0-9]", line.shown[claim.start : claim.end])]
    who.sort(key=lambda claim: claim.start)
    ages = {tuple(re.findall(r"[0-9]+", line.shown[claim.start : claim.end])) for claim in who}
    with_sex = {claim.values["age_band"] for claim in who if "sex" in claim.values}
    is_pair = len(with_sex) > 1 or any(_BESIDE.fullmatch(line.shown, one.end, two.start) for one, two in pairwise(who))
    if _TWO.search(line.shown) or (len(ages) > 1 and is_pair):
        return {name for claim in line.claims for name in claim.values}
    return {"age_band", "sex"} if len(ages) > 1 else set()


_PERSON: Final = re.compile(
    r"(?:^|[,;.|:(/\x01\x03]|\band\b|&)\s*(?:the\s+|her\s+|his\s+)?(?P<who>mother|mum|mom|father|dad|wife|husband|son|daughter|brother|sister|partner|baby|newborn|"
    r"neonate|infant|twin(?:\s?[12AB](?!\w))?|child|driver|passenger|pillion|cyclist|pedestrian|(?:pt|patient|casualty|cas)\s?[0-9A-D](?!\w))\b",
    re.IGNORECASE,
)
_OF_VEHICLE: Final = frozenset(["driver", "passenger", "pillion", "cyclist", "pedestrian"])


_MOTHER: Final = frozenset(["mother", "mum", "mom"])
_BABY: Final = frozenset(["baby", "newborn", "neonate", "infant", "twin"])


_MEASURED: Final = re.compile(r"\s+(?:BP|HR|P|T|RR|SpO2|sats|temp)\s?[:=]?\s?[0-9]", re.IGNORECASE)
_OF_MOTHER: Final = re.compile(
    r"(?<!\w)(?:mother|mum|mom)(?!\w).*(?<!\w)(?:BP|HR|P|T|RR|SpO2|sats)\s?[0-9]|(?<!\w)(?:BP|HR|P|T|RR|SpO2|sats)\s?[0-9][0-9./]*\s+(?:mother|mum|mom)(?!\w)",
    re.IGNORECASE,
)


def _of_another(line: Line) -> set[str]:
    """What is told behind a second person: of a baby beside its mother, of each of two patients."""
    heads = [(match.start("who"), match["who"].lower()) for match in _PERSON.finditer(line.shown)]
    names = {who.split()[0] for _at, who in heads}
    is_birth = bool(names & _MOTHER and names & _BABY)
    starts: dict[str, int] = {}
    for number, (at, who) in enumerate(heads):
        clause = re.compile(r"(?:[^,;|(.]|\.(?=[0-9]))*").match(line.shown, at)
        end = clause.end() if clause else at
        if is_birth:
            # What is told of a mother goes on until her baby is named.
            end = heads[number + 1][0] if number + 1 < len(heads) else len(line.shown)
        is_told = is_birth and _MEASURED.match(line.shown, at + len(who)) is not None
        if is_told or any(at <= claim.start < end and claim.values.keys() - {*_OF_RECORD} for claim in line.claims):
            starts.setdefault(who, at)
    if not starts:
        return set()
    first = min(starts.values())
    is_second = not starts.keys() & _OF_VEHICLE and any(claim.end <= first for claim in line.claims)
    is_second = is_second or bool({who.split()[0] for who in starts} <= _BABY and _OF_MOTHER.search(line.shown[:first]))
    if len(starts) == 1 and not is_second:
        return set()
    return {name for claim in line.claims if claim.start >= first for name in claim.values}


_KIND: Final = r"(?:\s+(?:letter|notes?|visit|obs|vitals?|bloods|labs|admission|values?|readings?|set))?(?:\s*(?:@|at)?\s*[0-9]{1,2}[:.]?[0-9]{2}\s?h?)?"
_UNTIL: Final = r"\s*:[^;|]*?(?:[;|]|\.(?=\s|$)|$)"
_EARLIER: Final = re.compile(
    rf"(?<!\w)(?:GP|clinic|referral|old|previous|prev|last|home|baseline|usual|booking|yesterday|at\s+home){_KIND}{_UNTIL}",
    re.IGNORECASE,
)
_ON_THE_WAY: Final = re.compile(
    rf"(?<!\w)(?:EMS|ambulance|paramedics?|crew|pre-?hospital|(?:on\s+|at\s+)?scene){_KIND}{_UNTIL}", re.IGNORECASE
)


def _of_elsewhere(line: Line) -> set[str]:
    """What a heading puts at another time or place: "GP letter: K 5.9."; a crew's, where more is told behind it."""
    last = max((claim.start for claim in line.claims if claim.values.keys() - {*_OF_RECORD}), default=0)
    places = [match.span() for match in _EARLIER.finditer(line.shown)]
    places += [match.span() for match in _ON_THE_WAY.finditer(line.shown) if match.end() <= last]
    told = (claim for claim in line.claims if any(start <= claim.start < end for start, end in places))
    return {name for claim in told for name in claim.values if name not in _OF_RECORD}


def _fill_consciousness(line: Line, values: dict[str, Value]) -> None:
    """GCS 15 is alert; any other sum says nothing of it. What contradicts is asked."""
    gcs, avpu = values.get("gcs"), values.get("avpu")
    if gcs == 15 and avpu is None and not (line.wondered | line.asked) & {"avpu"}:
        values["avpu"] = "A"
    is_odd = (gcs == 15 and avpu not in (None, "A")) or (isinstance(gcs, int) and gcs <= 8 and avpu == "A")
    if is_odd:
        values.pop("avpu", None)
        line.asked.add("avpu")
        for claim in line.claims:
            if "avpu" in claim.values:
                line.blank(claim.start, claim.end, APART)


def _check_pregnancy(line: Line, values: dict[str, Value]) -> None:
    """A pregnancy of a man, of a child or beyond its weeks is asked about."""
    weeks = values.get("gestation_weeks")
    is_child = values.get("age_band") in {"neonate", "infant", "1-4", "5-11"}
    is_odd = values.get("pregnant") is True and (values.get("sex") == "M" or is_child)
    is_odd = is_odd or (weeks is not None and values.get("pregnant") is False)
    if isinstance(weeks, int) and not GESTATION_WEEKS.holds(weeks):
        line.refused.add("gestation_weeks")
        is_odd = True
    if is_odd:
        gone = {name for name in ("pregnant", "gestation_weeks") if values.pop(name, None) is not None}
        line.asked |= gone - line.refused
        for claim in line.claims:
            if gone & claim.values.keys():
                line.blank(claim.start, claim.end, APART)


@dataclass(slots=True)
class _Piece:
    """Words nobody claimed, which stand together."""

    words: str
    is_apart: bool
    is_first: bool
    """Whether nothing of the same stretch of text stands before it."""
    is_of_patient: bool = False
    """Whether it stands right behind the age or the sex."""


def _words(line: Line) -> tuple[str, str]:
    """The complaint, which is the likeliest clause that can be one, and all other words in their order."""
    behind_patient = {claim.end for claim in line.claims if claim.values.keys() & {"age_band", "sex"}}
    pieces: list[_Piece] = []
    for match in re.finditer(r"\x03+(?:\s+\x03+)*|[^\x01\x03]+", line.left):
        is_apart = match[0][0] == APART
        places = [match.span()] if is_apart else _clauses(match[0], match.start())
        is_of_patient = match.start() in behind_patient
        for number, (start, end) in enumerate(places):
            said = line.shown[start:end]
            words = said.strip(" \t\n,;|") if is_apart else _trimmed(said)
            if any(char.isalnum() for char in words):
                pieces.append(_Piece(words, is_apart, number == 0, is_of_patient))
                is_of_patient = False
    candidates: list[int] = []
    is_history = False
    for at, piece in enumerate(pieces):
        # "PMH asthma, eczema": what follows the comma is history too.
        is_history = (is_history and not piece.is_first) or _HISTORY.match(piece.words) is not None
        has_letters = re.search(r"[^\W\d_](?:[^\W\d_]|[/&][^\W\d_])", piece.words)
        if not piece.is_apart and not is_history and has_letters and not _NO_COMPLAINT.match(piece.words):
            candidates.append(at)
    complaint = ""
    if candidates:
        at = min(candidates, key=lambda at: (_unlikely(pieces[at]), at))
        complaint, over = _cut(pieces[at].words)
        pieces[at : at + 1] = [_Piece(over, True, True)] if over else []
    return complaint, ", ".join(" ".join(piece.words.split()) for piece in pieces)


def _unlikely(piece: _Piece) -> int:
    """How unlikely a clause is the complaint: it stands behind the age, is on the list, or comes first."""
    is_counted = piece.words[0].isdigit() and not re.match(r"[0-9]+\s?/\s?(?:7|52|12)\b", piece.words)
    if piece.is_of_patient and not is_counted:
        return 0
    return 1 if code_of(piece.words) else 3 if is_counted else 2


def _trimmed(said: str) -> str:
    piece = _ENDS.sub("", said)
    piece = _ENDS.sub("", piece)
    if piece.endswith(")") and "(" not in piece:
        piece = piece[:-1].rstrip()
    return piece


def _clauses(text: str, at: int) -> list[tuple[int, int]]:
    """The places of the clauses of a text that begins at ``at``."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in re.finditer(r"[;|]|,(?![0-9])|\.(?=\s|$)", text):
        found.append((at + start, at + match.start()))
        start = match.end()
    return [*found, (at + start, at + len(text))]


def _cut(piece: str) -> tuple[str, str]:
    """A complaint of one line, and what is too long for it."""
    words = " ".join(piece.split())
    if len(words) <= COMPLAINT_MAX:
        return words, ""
    room = words[:COMPLAINT_MAX].rfind(" ")
    room = room if room > 0 else COMPLAINT_MAX
    return words[:room].strip(), words[room:].strip()
