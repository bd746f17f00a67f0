"""What is said of a quick line: what it was read as, what it is asked, and why a value is refused."""

from typing import Final

from wardroom.domain.case import GESTATION_WEEKS, LIMITS, Limit
from wardroom.domain.complaints import shown_code
from wardroom.domain.onset import onset_words
from wardroom.domain.quick.entry import QuickEntry
from wardroom.domain.quick.line import Value
from wardroom.language import _, figure, marked, several

QUESTIONS: Final = {
    "age_band": marked("age?"),
    "sex": marked("sex, F or M?"),
    "pregnant": marked("pregnant?"),
    "gestation_weeks": marked("weeks of pregnancy?"),
    "hr": marked("HR, one value?"),
    "sbp": marked("BP, both values?"),
    "dbp": marked("BP, both values?"),
    "rr": marked("RR, one value?"),
    "spo2": marked("SpO2, one value?"),
    "on_oxygen": marked("on air or oxygen?"),
    "temp_c": marked("temperature, °C or °F?"),
    "gcs": marked("GCS, sum and parts?"),
    "avpu": marked("consciousness, A C V P or U?"),
    "glucose_mmol_l": marked("glucose, mmol/L or mg/dL?"),
    "lactate_mmol_l": marked("lactate?"),
    "potassium_mmol_l": marked("potassium?"),
    "sodium_mmol_l": marked("sodium?"),
    "ph": marked("pH?"),
    "pain": marked("pain, 0 to 10?"),
    "weight_kg": marked("weight, kg or lb?"),
    "acuity": marked("acuity, such as CTAS 2?"),
}
NEED_UNIT: Final = ("temp_c", "glucose_mmol_l", "weight_kg")
"""A number of one of these is refused until its unit is there: what it means depends on it."""
_LIMITS: Final[dict[str, Limit]] = {**LIMITS, "gestation_weeks": GESTATION_WEEKS}


def questions(entry: QuickEntry) -> tuple[str, ...]:
    """What is to be asked, each once."""
    return tuple(dict.fromkeys(_(QUESTIONS[name]) for name in entry.ask if name in QUESTIONS))


def refusals(entry: QuickEntry) -> tuple[str, ...]:
    """What was refused, with its limits: ``HR: 0 to 350 /min``."""
    return tuple(_refusal(name) for name in entry.refused)


def _refusal(name: str) -> str:
    limit = _LIMITS.get(name)
    if limit is not None:
        bounds = _("{label}: {lowest} to {highest}").format(
            label=_(limit.label), lowest=figure(limit.lowest), highest=figure(limit.highest)
        )
        return f"{bounds} {_(limit.unit)}".rstrip()
    return {
        "age_band": _("age: 1 to 122 years, or months, weeks, days"),
        "acuity": _("acuity: CTAS, MTS, ESI or ATS, 1 to 5"),
    }.get(name, name)


def as_read(entry: QuickEntry) -> tuple[str, ...]:
    """What the line was read as, in parts: ``30-44 F``, ``HR 128``, ``BP 84/50``, ``SpO2 93 air``."""
    values = entry.values
    who = " ".join(_(str(values[name])) for name in ("age_band", "sex") if name in values)
    pressure = None
    if "sbp" in values or "dbp" in values:
        pressure = _("BP") + f" {values.get('sbp', '-')}/{values.get('dbp', '-')}"
    air = {True: " O2", False: " " + _("air")}.get(bool(values["on_oxygen"])) if "on_oxygen" in values else ""
    oxygen = {True: _("on O2"), False: _("on air")}[bool(values["on_oxygen"])] if "on_oxygen" in values else ""
    parts = [
        who, _pregnancy(values), str(values.get("complaint", "")),
        shown_code(str(values.get("complaint_code", "")), str(values.get("complaint", ""))),
        _("onset {when}").format(when=onset_words(int(str(values["onset_t"])))) if "onset_t" in values else "", _part("HR", values, "hr"), pressure or "",
        _part("RR", values, "rr"), f"SpO2 {values['spo2']}{air}" if "spo2" in values else oxygen,
        _part("T", values, "temp_c"), _coma(values), str(values.get("avpu", "")), _part("Glu", values, "glucose_mmol_l"),
        _part("Lac", values, "lactate_mmol_l"), _part("K", values, "potassium_mmol_l"),
        _part("Na", values, "sodium_mmol_l"), _part("pH", values, "ph"), _part("pain", values, "pain"),
        f"{_number(values['weight_kg'])} kg" if "weight_kg" in values else "",
        f"{values['weight_band']} kg" if "weight_band" in values else "",
        f"{_('Glu')} {values['glucose_off_scale']}" if "glucose_off_scale" in values else "",
        _("SpO2 scale {scale}").format(scale=values["spo2_scale"]) if "spo2_scale" in values else "",
        str(values.get("acuity", "")),
    ]  # fmt: skip
    return tuple(part for part in parts if part)


def _number(value: Value) -> str:
    return figure(value) if isinstance(value, float) else str(value)


def _part(label: str, values: dict[str, Value], name: str) -> str:
    return f"{_(label)} {_number(values[name])}" if name in values else ""


def _pregnancy(values: dict[str, Value]) -> str:
    if "gestation_weeks" in values:
        weeks = int(str(values["gestation_weeks"]))
        return several("pregnant, {count} week", "pregnant, {count} weeks", weeks).format(count=weeks)
    return {True: _("pregnant"), False: _("not pregnant")}[bool(values["pregnant"])] if "pregnant" in values else ""


def _coma(values: dict[str, Value]) -> str:
    parts = " ".join(
        f"{letter}{values[f'gcs_{letter.lower()}']}" for letter in "EVM" if f"gcs_{letter.lower()}" in values
    )
    untested = values.get("gcs_untested", ())
    if isinstance(untested, tuple):
        parts = " ".join([parts, *(part.replace("-", "") for part in untested)]).strip()
    return " ".join(part for part in (_part("GCS", values, "gcs"), parts) if part)


TITLE_MIN: Final = 10


def title_of(entry: QuickEntry) -> str:
    """A title from the complaint, with who the patient is where it is short; empty where that is none."""
    complaint = str(entry.values.get("complaint", ""))
    who = " ".join(str(entry.values[name]) for name in ("age_band", "sex") if name in entry.values)
    title = complaint
    if complaint and who and len(complaint) < 60:
        title = f"{complaint}, {who}"
    return title[:1].upper() + title[1:] if len(title) >= TITLE_MIN else ""
