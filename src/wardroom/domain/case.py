"""The clinical record of a case: its fields, their units and limits, and how they are read from words."""

import re
from dataclasses import dataclass

import msgspec

from wardroom.domain.events import Record, VitalSet
from wardroom.domain.text import check_line
from wardroom.errors import InputRejected

AGE_BANDS = (
    "neonate", "infant", "1-4", "5-11", "12-15", "16-29", "30-44", "45-64", "65-74", "75-89", "90+",
)  # fmt: skip
"""Cut at 16 for NEWS2 and at 90 for HIPAA 164.514(b)(2); no exact age is kept."""
SEXES = ("F", "M", "X")
"""X: intersex or other."""
URGENCIES = ("now", "shift", "week", "learning")
SETTINGS = ("prehospital", "rural ED", "urban ED", "tertiary", "urgent care", "transport")
SCALES = {"CTAS": 5, "MTS": 5, "ESI": 5, "ATS": 5}
"""Triage scales and their lowest level; a level is never converted from one scale to another."""

_ACUITY = re.compile(r"\s*([A-Za-z]+)\s*[: ]?\s*(\d)\s*")


@dataclass(frozen=True, slots=True)
class Limit:
    """What a vital sign may be: outside ``lowest`` to ``highest`` it is a typing error."""

    lowest: float
    highest: float
    unit: str
    label: str


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
}
"""Hard limits: the valid range table of MIMIC-Extract, tightened for RR."""


def check_acuity(text: str) -> str:
    """``CTAS:2`` or ``ctas 2`` as ``CTAS 2``. Raises InputRejected for an unknown scale or level."""
    if not text.strip():
        return ""
    match = _ACUITY.fullmatch(text)
    scale = match[1].upper() if match else ""
    if match is None or scale not in SCALES or not 1 <= int(match[2]) <= SCALES[scale]:
        raise InputRejected(f"{text.strip()!r} is no acuity. Write the scale and the level, such as CTAS 2 or ESI 3.")
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
    return msgspec.structs.replace(record, acuity=check_acuity(check_line(record.acuity, "acuity")))


def _among(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value and value not in allowed:
        raise InputRejected(f"{value!r} is no {what}. Choose one of {', '.join(allowed)}, or leave it empty.")


def check_vitals(vitals: VitalSet) -> None:
    """Raise InputRejected for a value outside its hard limits, naming it."""
    for name, limit in LIMITS.items():
        value = getattr(vitals, name)
        if value is not None and not limit.lowest <= value <= limit.highest:
            raise InputRejected(
                f"{limit.label} {value:g} {limit.unit}".rstrip()
                + f" is outside {limit.lowest:g} to {limit.highest:g}. Correct it or leave it empty."
            )
    if vitals.sbp is not None and vitals.dbp is not None and vitals.dbp > vitals.sbp:
        raise InputRejected(f"BP {vitals.sbp}/{vitals.dbp}: the diastolic pressure is above the systolic one.")


def shock_index(vitals: VitalSet) -> float | None:
    """HR / SBP; None where one is missing or the pressure is 0 (Rady 1994: above 0.9 is a warning)."""
    if vitals.hr is None or not vitals.sbp:
        return None
    return vitals.hr / vitals.sbp


def read_vitals(pairs: tuple[str, ...]) -> VitalSet | None:
    """``("hr=120", "bp=90/50", "temp=38.2")`` as one set at T+0. Raises InputRejected naming what it cannot read."""
    names = {"temp": "temp_c", "t": "temp_c", "sats": "spo2", "glucose": "glucose_mmol_l", "lactate": "lactate_mmol_l"}
    values: dict[str, float | int] = {}
    for pair in pairs:
        name, _, text = pair.partition("=")
        name = name.strip().lower()
        try:
            if name == "bp":
                systolic, _, diastolic = text.partition("/")
                values["sbp"], values["dbp"] = int(systolic), int(diastolic)
                continue
            name = names.get(name, name)
            if name not in LIMITS:
                raise InputRejected(f"{pair!r}: vital signs are {', '.join([*LIMITS, 'bp'])}.")
            number = float(text.replace(",", "."))
            values[name] = number if name.endswith(("_c", "_l")) else int(number)
        except (ValueError, OverflowError) as error:
            raise InputRejected(f"{pair!r} is no vital sign. Write it as hr=120 or bp=90/50.") from error
    if not values:
        return None
    vitals = VitalSet(**values)  # type: ignore[arg-type]
    check_vitals(vitals)
    return vitals
