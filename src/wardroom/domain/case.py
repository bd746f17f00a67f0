"""The clinical record of a case: its fields, their units and limits, and how they are read from words."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from wardroom.domain import centiles, complaints
from wardroom.domain.events import Diagnosis, OutcomeBody, Record, VitalSet
from wardroom.domain.onset import check_onset
from wardroom.domain.text import check_line, clean
from wardroom.errors import InputRejected
from wardroom.language import _, figure, marked

AGE_BANDS = (
    marked("neonate"), marked("infant"), "1-4", "5-11", "12-15", "16-29", "30-44", "45-64", "65-74", "75-89", "90+",
)  # fmt: skip
"""Cut at 16 for NEWS2 and at 90 for HIPAA 164.514(b)(2); no exact age is kept."""
SEXES = ("F", "M", "X")
"""X: intersex or other."""
URGENCIES = ("now", "shift", "week", "learning")
SETTINGS = (
    marked("prehospital"), marked("rural ED"), marked("urban ED"), marked("tertiary"), marked("urgent care"),
    marked("transport"),
)  # fmt: skip
SCALES = {"CTAS": 5, "MTS": 5, "ESI": 5, "ATS": 5}
"""Triage scales and their lowest level; a level is never converted from one scale to another."""
MINUTES_MAX = 366 * 24 * 60
"""Vital signs lie within a year of the case's zero."""
NOTE_MAX = 4000
"""Characters of each of the record's longer notes."""
DIAGNOSES_MAX = 5
DIAGNOSIS_MAX = 80
"""Characters of one diagnosis of a differential."""
SETS_MAX = 48
"""Sets of vital signs in one record."""
SPO2_SCALES = (1, 2)
"""The scales of NEWS2 for the saturation."""
WEIGHT_BANDS = ("<0.5", ">250")
"""In kg: a weight out there is so rare that it may point at a person; the band says enough."""
OFF_SCALE = ("LO", "HI")
"""What a glucose meter shows below and above what it can measure."""
UNTESTED = ("E-NT", "V-NT", "V-T", "M-NT")
"""Parts of the coma scale that cannot be tested (NT); V-T: the patient has a tube."""
NOTES = {"exam": marked("exam"), "investigations": marked("tests"), "management": marked("done so far")}
"""The record's longer notes, and what they are called."""

_ACUITY = re.compile(r"\s*([A-Za-z]+)\s*[: ]?\s*(\d)\s*")


class Limit(Struct, frozen=True):
    """What a vital sign may be: outside ``lowest`` to ``highest`` it is a typing error."""

    lowest: float
    highest: float
    unit: str
    label: str

    def holds(self, value: float) -> bool:
        """Whether the value lies inside; what is no number never does."""
        return self.lowest <= value <= self.highest

    def refusal(self, value: float) -> str:
        """What to say of a value that lies outside."""
        return _("{value} is outside {lowest} to {highest}. Correct it or leave it empty.").format(
            value=self.words(value), lowest=figure(self.lowest), highest=figure(self.highest)
        )

    def words(self, value: float) -> str:
        """The value as it is said: ``HR 38 /min``."""
        return f"{_(self.label)} {figure(value)} {_(self.unit)}".rstrip()


LIMITS = {
    "hr": Limit(0, 350, "/min", "HR"),
    "sbp": Limit(0, 375, "mmHg", "systolic BP"),
    "dbp": Limit(0, 375, "mmHg", "diastolic BP"),
    "rr": Limit(0, 120, "/min", "RR"),
    "spo2": Limit(0, 100, "%", "SpO2"),
    "temp_c": Limit(10, 47, "°C", "temperature"),
    "gcs": Limit(3, 15, "", "GCS"),
    "glucose_mmol_l": Limit(0, 111, "mmol/L", "glucose"),
    "lactate_mmol_l": Limit(0, 33, "mmol/L", "lactate"),
    "pain": Limit(0, 10, "", "pain"),
    "gcs_e": Limit(1, 4, "", "GCS eyes"),
    "gcs_v": Limit(1, 5, "", "GCS verbal"),
    "gcs_m": Limit(1, 6, "", "GCS motor"),
    "potassium_mmol_l": Limit(0, 15, "mmol/L", "potassium"),
    "sodium_mmol_l": Limit(50, 250, "mmol/L", "sodium"),
    "ph": Limit(6.3, 8.4, "", "pH"),
    "weight_kg": Limit(0.3, 650, "kg", "weight"),
}
"""Hard limits: the valid range table of MIMIC-Extract, tightened for RR."""
AVPU = ("A", "C", "V", "P", "U")
GESTATION_WEEKS = Limit(1, 45, "weeks", "gestation")

USUAL = {
    "hr": Limit(40, 180, "/min", "HR"),
    "sbp": Limit(80, 220, "mmHg", "systolic BP"),
    "dbp": Limit(30, 140, "mmHg", "diastolic BP"),
    "rr": Limit(8, 40, "/min", "RR"),
    "spo2": Limit(85, 100, "%", "SpO2"),
    "temp_c": Limit(32, 41, "°C", "temperature"),
    "gcs": Limit(9, 15, "", "GCS"),
    "glucose_mmol_l": Limit(4, 20, "mmol/L", "glucose"),
}
"""Outside of these, a value of an adult is asked about once more; it is never corrected."""
CHILDREN = frozenset(AGE_BANDS[: AGE_BANDS.index("16-29")])
"""Age bands that adult bounds do not speak for."""
MEASURED: Final = tuple(name for name in VitalSet.__struct_fields__ if name not in {"t", "gcs_untested", "reported"})
"""Fields of a set that hold a value, which is measured or reported."""
COMA: Final = ("gcs", "gcs_e", "gcs_v", "gcs_m", "avpu")
_TOGETHER: Final = (("sbp", "dbp"), ("spo2", "on_oxygen"), COMA)
"""Fields of one measurement: they have one source."""


RARE_WEIGHT = Limit(0.5, 250, "kg", "weight")
"""Outside of these, at any age, a band is offered."""


@cache
def usual(age_band: str) -> Mapping[str, Limit]:
    """The bounds outside of which a value of such a patient is asked about: a child's are the centiles that are held."""
    if age_band not in CHILDREN:
        return USUAL
    found = {name: centiles.bounds(name, age_band) for name in USUAL}
    return {
        name: Limit(*bounds, USUAL[name].unit, USUAL[name].label)
        for name, bounds in found.items()
        if bounds is not None
    }


def check_acuity(text: str) -> str:
    """``CTAS:2`` or ``ctas 2`` as ``CTAS 2``. Raises InputRejected for an unknown scale or level."""
    if not text.strip():
        return ""
    match = _ACUITY.fullmatch(text)
    scale = match[1].upper() if match else ""
    if match is None or scale not in SCALES or not 1 <= int(match[2]) <= SCALES[scale]:
        raise InputRejected(
            _("{text!r} is no acuity. Write the scale and the level, such as CTAS 2 or ESI 3.").format(
                text=text.strip()
            )
        )
    return f"{scale} {match[2]}"


def check_record(record: Record | None) -> Record:
    """The record with every field in its place. Raises InputRejected naming the field."""
    if record is None:
        return Record()
    _among(record.age_band, AGE_BANDS, "age band")
    _among(record.sex, SEXES, "sex")
    _among(record.urgency, URGENCIES, "urgency")
    _among(record.setting, SETTINGS, "setting")
    for vitals in record.vitals:
        check_vitals(vitals)
    check_onset(record.onset_t)
    if record.spo2_scale is not None and record.spo2_scale not in SPO2_SCALES:
        raise InputRejected(_("NEWS2 has two scales for SpO2: 1, and 2 for a target of 88 to 92 %."))
    complaints.check_code(record.complaint_code)
    weeks = record.gestation_weeks
    if weeks is not None and not GESTATION_WEEKS.holds(weeks):
        raise InputRejected(GESTATION_WEEKS.refusal(weeks))
    if len(record.vitals) > SETS_MAX:
        raise InputRejected(
            _("{count} sets of vital signs are too many; {most} is the most.").format(
                count=len(record.vitals), most=SETS_MAX
            )
        )
    return msgspec.structs.replace(
        record,
        acuity=check_acuity(check_line(record.acuity, "acuity")),
        complaint=check_line(record.complaint, "presenting complaint"),
        resources=check_line(record.resources, "line about what there is not"),
        differential=check_differential(record.differential),
        vitals=tuple(in_order(vitals) for vitals in record.vitals),
        **{name: _check_note(getattr(record, name), what) for name, what in NOTES.items()},
    )


def _check_note(text: str, what: str) -> str:
    note = clean(text).strip()
    if len(note) > NOTE_MAX:
        raise InputRejected(
            _("The note of {what} has {length} characters; {most} is the most. Put the rest into the text.").format(
                what=_(what), length=len(note), most=NOTE_MAX
            )
        )
    return note


def check_differential(differential: tuple[Diagnosis, ...]) -> tuple[Diagnosis, ...]:
    """The differential with its words cleaned. Raises InputRejected for too many, too long or an impossible certainty."""
    if len(differential) > DIAGNOSES_MAX:
        raise InputRejected(
            _("{count} diagnoses are too many to be a working differential; {most} is the most.").format(
                count=len(differential), most=DIAGNOSES_MAX
            )
        )
    found = []
    for one in differential:
        words = check_line(one.diagnosis, "diagnosis", longest=DIAGNOSIS_MAX)
        if not words:
            raise InputRejected(_("A diagnosis of the differential has no words. Name it, or take it out."))
        if one.confidence is not None and not 0 <= one.confidence <= 100:
            raise InputRejected(
                _("{words} {confidence} %: how sure you are lies between 0 and 100 %.").format(
                    words=words, confidence=one.confidence
                )
            )
        found.append(Diagnosis(words, one.confidence))
    return tuple(found)


_CERTAINTY = re.compile(r"^(?P<words>.*?\S)\s*[(:=]?\s*(?P<number>\d{1,3})\s*%\s*\)?$")


def read_differential(text: str) -> tuple[Diagnosis, ...]:
    """``PE 60 %, ACS 30 %; pericarditis``, the likeliest first. Raises InputRejected as ``check_differential``."""
    found = []
    for part in re.split(r"[,;\n]", clean(text)):
        if not (words := part.strip()):
            continue
        match = _CERTAINTY.match(words)
        found.append(Diagnosis(match["words"].rstrip(" (:="), int(match["number"])) if match else Diagnosis(words))
    return check_differential(tuple(found))


def differential_words(differential: tuple[Diagnosis, ...]) -> str:
    """``PE 60 %, ACS 30 %, pericarditis``, which ``read_differential`` reads back."""
    return ", ".join(
        one.diagnosis if one.confidence is None else f"{one.diagnosis} {one.confidence} %" for one in differential
    )


def texts_of(record: Record | None) -> tuple[str, ...]:
    """Everything in a record that a person typed as words: what is screened, and what a search finds."""
    if record is None:
        return ()
    texts = (
        record.complaint, record.exam, record.investigations, record.management, record.resources,
        *(one.diagnosis for one in record.differential),
    )  # fmt: skip
    return tuple(text for text in texts if text)


def _among(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value and value not in allowed:
        raise InputRejected(
            _("{value!r} is no {what}. Choose one of {allowed}, or leave it empty.").format(
                value=value, what=_(what), allowed=", ".join(allowed)
            )
        )


def as_object(record: Record | OutcomeBody) -> dict[str, Any]:
    """A record or an outcome as a JSON object: what was said, by field, its words clean."""
    found: dict[str, Any] = _cleaned(msgspec.to_builtins(record))
    return found


def _cleaned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cleaned(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(each) for each in value]
    return clean(value) if isinstance(value, str) else value


def check_vitals(vitals: VitalSet) -> None:
    """Raise InputRejected for a value outside its hard limits, naming it."""
    for name, limit in LIMITS.items():
        value = getattr(vitals, name)
        if value is not None and not limit.holds(value):
            raise InputRejected(limit.refusal(value))
    if abs(vitals.t) > MINUTES_MAX:
        raise InputRejected(
            _("Vital signs at {minutes} minutes lie more than a year from the case. Correct the time.").format(
                minutes=vitals.t
            )
        )
    if vitals.sbp is not None and vitals.dbp is not None and vitals.dbp > vitals.sbp:
        raise InputRejected(
            _("BP {sbp}/{dbp}: the diastolic pressure is above the systolic one.").format(
                sbp=vitals.sbp, dbp=vitals.dbp
            )
        )
    _among(vitals.avpu, AVPU, "level of consciousness")
    _check_coma(vitals)
    _among(vitals.glucose_off_scale, OFF_SCALE, "reading off the scale")
    _among(vitals.weight_band, WEIGHT_BANDS, "weight band")
    if vitals.glucose_off_scale and vitals.glucose_mmol_l is not None:
        raise InputRejected(_("A glucose is a number, or LO or HI, not both."))
    if vitals.weight_band and vitals.weight_kg is not None:
        raise InputRejected(_("A weight is a number or a band, not both."))
    for name in vitals.reported:
        if name not in MEASURED or getattr(vitals, name) in (None, ""):
            raise InputRejected(
                _("{name} is said to be reported, but no such value stands in the set.").format(name=name[:40])
            )


def _check_coma(vitals: VitalSet) -> None:
    """The sum is that of its parts, and there is none where a part could not be tested."""
    parts = {"E": vitals.gcs_e, "V": vitals.gcs_v, "M": vitals.gcs_m}
    for untested in vitals.gcs_untested:
        _among(untested, UNTESTED, "part of the coma scale that cannot be tested")
    letters = [untested[:1] for untested in vitals.gcs_untested]
    if any(parts[letter] is not None for letter in letters) or len(set(letters)) < len(letters):
        raise InputRejected(_("A part of the GCS is a number or could not be tested, not both."))
    if letters and vitals.gcs is not None:
        raise InputRejected(
            _(
                "GCS {total}: there is no sum when a part could not be tested. Write the parts, such as E2 VT M4."
            ).format(total=vitals.gcs)
        )
    known = [part for part in parts.values() if part is not None]
    if vitals.gcs is not None and len(known) == len(parts) and sum(known) != vitals.gcs:
        raise InputRejected(
            _("GCS {total}: E{eyes} V{verbal} M{motor} make {sum}.").format(
                total=vitals.gcs, eyes=parts["E"], verbal=parts["V"], motor=parts["M"], sum=sum(known)
            )
        )


def in_order(vitals: VitalSet) -> VitalSet:
    """The same set, what it lists in the order of the fields and each once; the fields of one measurement have one source."""
    reported = set(vitals.reported)
    for fields in _TOGETHER:
        if reported & set(fields):
            reported |= {name for name in fields if getattr(vitals, name) not in (None, "")}
    return msgspec.structs.replace(
        vitals,
        gcs_untested=tuple(part for part in UNTESTED if part in vitals.gcs_untested),
        reported=tuple(name for name in MEASURED if name in reported),
    )


def warnings_of(vitals: VitalSet, age_band: str) -> tuple[str, ...]:
    """What to ask about once more: ``HR 38 /min``, and for a child the centiles it lies outside of."""
    found: list[str] = []
    for name, limit in usual(age_band).items():
        value = getattr(vitals, name)
        if value is None or limit.holds(value):
            continue
        words = limit.words(value)
        if age_band in CHILDREN:
            words = _("{value} (1st to 99th centile of {age}: {lowest} to {highest})").format(
                value=words, age=_(age_band), lowest=figure(limit.lowest), highest=figure(limit.highest)
            )
        found.append(words)
    if vitals.weight_kg is not None and not RARE_WEIGHT.holds(vitals.weight_kg):
        found.append(
            _("{value}: so rare a weight may point at a person; write it as {band} kg").format(
                value=RARE_WEIGHT.words(vitals.weight_kg), band=WEIGHT_BANDS[vitals.weight_kg > RARE_WEIGHT.highest]
            )
        )
    return tuple(found)


def merged(before: Iterable[VitalSet], later: Iterable[VitalSet]) -> tuple[VitalSet, ...]:
    """All sets in the order of their times; of two at one time, what the later one says stands."""
    by_time = {one.t: one for one in before}
    for one in later:
        by_time[one.t] = _joined(by_time[one.t], one) if one.t in by_time else one
    return tuple(by_time[t] for t in sorted(by_time))


_INSTEAD: Final = (
    ("glucose_mmol_l", "glucose_off_scale"), ("weight_kg", "weight_band"), ("gcs", "gcs_untested"),
)  # fmt: skip
"""Either of these takes the place of the other."""


def _joined(before: VitalSet, later: VitalSet) -> VitalSet:
    """One set of two of one time."""
    said = {name: value for name, value in msgspec.structs.asdict(later).items() if value not in (None, "", ())}
    said.pop("reported", None)
    nothing = msgspec.structs.asdict(VitalSet())
    for pair in _INSTEAD:
        for name, other in (pair, pair[::-1]):
            if name in said:
                said.setdefault(other, nothing[other])
    for letter in "EVM":
        name = f"gcs_{letter.lower()}"
        if any(part[0] == letter for part in later.gcs_untested):
            said[name] = None
        elif name in said and "gcs_untested" not in said:
            said["gcs_untested"] = tuple(part for part in before.gcs_untested if part[0] != letter)
    if before.avpu == "A" and before.gcs == 15 and {"gcs", "gcs_untested"} & said.keys():
        # The sum of 15 had said so.
        said.setdefault("avpu", "")
    reported = [name for name in MEASURED if name in later.reported or (name in before.reported and name not in said)]
    return in_order(msgspec.structs.replace(before, **said, reported=tuple(reported)))
