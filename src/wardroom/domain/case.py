"""The clinical record of a case: its fields, their units and limits, and how they are read from words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from wardroom.domain.events import Diagnosis, Record, VitalSet
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
NOTES = {"exam": marked("exam"), "investigations": marked("tests"), "management": marked("done so far")}
"""The record's longer notes, and what they are called."""

_ACUITY = re.compile(r"\s*([A-Za-z]+)\s*[: ]?\s*(\d)\s*")


@dataclass(frozen=True, slots=True)
class Limit:
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
    "weight_kg": Limit(0, 250, "kg", "weight"),
}
"""Outside of these, a value of an adult is asked about once more; it is never corrected."""
CHILDREN = frozenset(AGE_BANDS[: AGE_BANDS.index("16-29")])
"""Age bands that adult bounds do not speak for."""


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


def as_object(record: Record) -> dict[str, Any]:
    """The record as a JSON object: what was said, by field, its words clean."""
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
    if vitals.avpu:
        _among(vitals.avpu, AVPU, "level of consciousness")
    parts = (vitals.gcs_e, vitals.gcs_v, vitals.gcs_m)
    known = [part for part in parts if part is not None]
    if vitals.gcs is not None and len(known) == len(parts) and sum(known) != vitals.gcs:
        raise InputRejected(
            _("GCS {total}: E{eyes} V{verbal} M{motor} make {sum}.").format(
                total=vitals.gcs, eyes=parts[0], verbal=parts[1], motor=parts[2], sum=sum(known)
            )
        )


def warnings_of(vitals: VitalSet, age_band: str) -> tuple[str, ...]:
    """What to ask about once more, such as ``HR 38 /min``; no bounds are held for children, so theirs are not asked."""
    if age_band in CHILDREN:
        return ()
    values = ((limit, getattr(vitals, name)) for name, limit in USUAL.items())
    return tuple(limit.words(value) for limit, value in values if value is not None and not limit.holds(value))


def merged(before: Iterable[VitalSet], later: Iterable[VitalSet]) -> tuple[VitalSet, ...]:
    """All sets in the order of their times; of two at one time, what the later one says stands."""
    by_time = {one.t: one for one in before}
    for one in later:
        said = {name: value for name, value in msgspec.structs.asdict(one).items() if value not in (None, "")}
        by_time[one.t] = msgspec.structs.replace(by_time.get(one.t, one), **said)
    return tuple(by_time[t] for t in sorted(by_time))
