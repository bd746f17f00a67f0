"""Sets of vital signs in shorthand, each at its minutes from the case's zero: ``T+25 HR 118 BP 98/60``."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import msgspec

from wardroom.domain.case import COMA, LIMITS, MEASURED, check_vitals, in_order
from wardroom.domain.events import VitalSet
from wardroom.domain.quick.normal import plain
from wardroom.domain.quick.questions import NEED_UNIT, QUESTIONS, questions, refusals
from wardroom.domain.quick.reading import parse
from wardroom.errors import InputRejected
from wardroom.language import _

_TIME: Final = re.compile(
    r"\s*(?:T\s?)?(?P<sign>[+-])\s?(?P<n>\d{1,5})(?P<unit>\s?(?:min(?:ute)?s?|m|h(?:ours?|rs)?|d(?:ays?)?)|hr)?(?=[\s:,]|$)[\s:,]*"
    r"|\s*T\s?0(?=[\s:,]|$)[\s:,]*",
    re.IGNORECASE,
)
"""A heart rate may follow: only a glued ``hr`` is an hour."""
_REPORTED: Final = re.compile(r"\s*(?:reported|told)\b[\s:,]*", re.IGNORECASE)
"""Before the values of a set that were told and not measured here."""
_MINUTES: Final = {"m": 1, "h": 60, "d": 24 * 60}
_VITAL_FIELDS: Final = frozenset(VitalSet.__struct_fields__) - {"t"}
_SAID_BY_FIELD: Final = frozenset({"on oxygen", "on o2", "oxygen", "o2"})
"""Words that say no more than the record does."""
_WHOLE: Final = frozenset(
    name for name in LIMITS if name not in {"temp_c", "ph", "weight_kg"} and not name.endswith("_mmol_l")
)
_PAIR: Final = re.compile(r"\s*(?P<name>[a-z0-9_]+)\s*=\s*(?P<number>-?\d{1,6}(?:[.,]\d{1,3})?)\s*")


@dataclass(frozen=True, slots=True)
class SetsRead:
    """What a text of sets was read as; ``rest`` is what it says besides, a text a set."""

    sets: tuple[VitalSet, ...] = ()
    rest: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def timed(text: str) -> tuple[int | None, str]:
    """The minutes a set begins with, ``T+25``, ``+2 h`` or ``T0``, and its words; None where it names none."""
    match = _TIME.match(plain(text))
    if match is None:
        return None, text
    unit = (match["unit"] or "m").strip()[0].lower() if match["n"] else "m"
    minutes = int(match["n"] or 0) * _MINUTES[unit]
    return -minutes if match["sign"] == "-" else minutes, text[match.end() :]


def read_sets(text: str) -> SetsRead:
    """Sets parted by lines or semicolons; the first one without a time is T+0, a later one has to say it."""
    values: dict[int, dict[str, object]] = {}
    told: dict[int, set[str]] = {}
    rest: list[str] = []
    asked: list[str] = []
    refused: list[str] = []
    for words in re.split(r"[;\n]", text):
        if not words.strip():
            continue
        minutes, said = timed(words)
        if minutes is None:
            if values or rest:
                asked.append(_("when? Begin each further set with its minutes, such as T+25"))
                rest.append(words.strip())
                continue
            minutes = 0
        is_reported = _REPORTED.match(said) is not None
        entry = parse(_REPORTED.sub("", said, count=1))
        needed = [_(QUESTIONS[name]) for name in entry.ask if name in NEED_UNIT]
        asked += [question for question in questions(entry) if question not in needed]
        refused += needed
        refused += refusals(entry)
        found = {name: value for name, value in entry.values.items() if name in _VITAL_FIELDS}
        others = [str(value) for name, value in entry.values.items() if name not in _VITAL_FIELDS]
        left = ", ".join(part for part in (*others, entry.rest) if part and part.lower() not in _SAID_BY_FIELD)
        if left:
            rest.append(f"T{minutes:+d}: {left}")
        known = values.setdefault(minutes, {})
        twice = [name for name in found if known.get(name, found[name]) != found[name]]
        if twice:
            refused.append(_("two values at T{minutes:+d}: {names}").format(minutes=minutes, names=_names(twice)))
            continue
        known.update(found)
        told.setdefault(minutes, set()).update(name for name in found if is_reported)
    sets = [_set_of(minutes, known, told.get(minutes, ())) for minutes, known in sorted(values.items()) if known]
    for one in sets:
        try:
            check_vitals(one)
        except InputRejected as error:
            refused.append(str(error))
    return SetsRead(tuple(sets), tuple(rest), tuple(dict.fromkeys(asked)), tuple(dict.fromkeys(refused)))


def _set_of(minutes: int, values: dict[str, object], told: Collection[str]) -> VitalSet:
    """One set of its values by field; those of ``told`` are reported."""
    reported = [name for name in MEASURED if name in told]
    return in_order(msgspec.convert({**values, "t": minutes, "reported": reported}, VitalSet))


def _names(fields: Iterable[str]) -> str:
    return ", ".join(_(LIMITS[name].label) if name in LIMITS else name for name in fields)


def read_vitals(words: Iterable[str]) -> tuple[VitalSet, ...]:
    """``hr=120``, ``bp=90/50``, ``temp=98.4F``, ``glucose_mmol_l=13.3``, ``T+25 hr=118``: all of them as sets.

    Raises InputRejected naming what it cannot read, what needs a unit, and what lies outside its limits.
    """
    values: dict[int, dict[str, object]] = {}
    told: dict[int, set[str]] = {}
    for word in words:
        minutes, said = timed(word)
        is_reported = _REPORTED.match(said) is not None
        found = _pair(_REPORTED.sub("", said, count=1), word)
        told.setdefault(minutes or 0, set()).update(name for name in found if is_reported)
        known = values.setdefault(minutes or 0, {})
        twice = [name for name in found if known.get(name, found[name]) != found[name]]
        if twice:
            raise InputRejected(
                _("{word!r}: {names} is given twice at T{minutes:+d}. Give each further set its minutes.").format(
                    word=word, names=_names(twice), minutes=minutes or 0
                )
            )
        known.update(found)
    sets = [_set_of(minutes, known, told[minutes]) for minutes, known in sorted(values.items())]
    for one in sets:
        check_vitals(one)
    return tuple(sets)


def _pair(said: str, word: str) -> dict[str, object]:
    """The values of one ``name=value``; a name of the record stands for its unit, any other is read as shorthand."""
    match = _PAIR.fullmatch(said.lower())
    if match is not None and match["name"] in LIMITS:
        name, number = match["name"], float(match["number"].replace(",", "."))
        if name in _WHOLE and not number.is_integer():
            raise InputRejected(_("{word!r}: {names} is a whole number.").format(word=word, names=_names([name])))
        if not LIMITS[name].holds(number):
            raise InputRejected(LIMITS[name].refusal(number))
        return {name: int(number) if name in _WHOLE else number}
    entry = parse(said)
    if entry.refused:
        raise InputRejected(
            _("{word!r} is outside its limits: {limits}. Correct it or leave it out.").format(
                word=word, limits="; ".join(refusals(entry))
            )
        )
    if entry.ask:
        raise InputRejected(
            _("{word!r} is not clear: {questions}").format(
                word=word, questions=" ".join(_(QUESTIONS.get(name, name)) for name in entry.ask)
            )
        )
    found: dict[str, object] = {name: value for name, value in entry.values.items() if name in _VITAL_FIELDS}
    is_all_read = len(found) == len(entry.values) and (not entry.rest or entry.rest.lower() in _SAID_BY_FIELD)
    if not found or not is_all_read:
        raise InputRejected(
            _("{word!r} is no vital sign. Write it as hr=120, bp=90/50, temp=98.4F or 'T+25 hr=118'.").format(word=word)
        )
    return found


def set_words(vitals: VitalSet) -> str:
    """One set as it may be typed again: ``T+25 HR 118, BP 98/60, SpO2 98 on oxygen``; what was told in a line below."""
    if not vitals.reported:
        return f"T{vitals.t:+d} {', '.join(_values(vitals))}"
    nothing = msgspec.structs.asdict(VitalSet())
    told = {*vitals.reported, *(["gcs_untested"] if {*COMA} & {*vitals.reported} else [])}
    lines = [
        _values(
            msgspec.structs.replace(
                vitals, **{name: nothing[name] for name in nothing.keys() - {"t"} if (name in told) == is_told}
            )
        )
        for is_told in (True, False)
    ]
    heads = (f"T{vitals.t:+d}", f"T{vitals.t:+d} reported:")
    return "\n".join(f"{head} {', '.join(words)}" for head, words in zip(heads, lines, strict=True) if words)


def _values(vitals: VitalSet) -> list[str]:
    parts: list[str] = []
    for label, name, unit in (("HR", "hr", ""), ("", "", ""), ("RR", "rr", ""), ("SpO2", "spo2", "")):
        if not label:
            if vitals.sbp is not None and vitals.dbp is not None:
                parts.append(f"BP {vitals.sbp}/{vitals.dbp}")
            else:
                parts += [f"SBP {vitals.sbp}"] if vitals.sbp is not None else []
                parts += [f"DBP {vitals.dbp}"] if vitals.dbp is not None else []
        elif (value := getattr(vitals, name)) is not None:
            parts.append(f"{label} {value}{unit}")
    if vitals.on_oxygen is not None:
        air = "on oxygen" if vitals.on_oxygen else "on air"
        if vitals.spo2 is None:
            parts.append(air)
        else:
            parts[-1] += f" {air}"
    coma = [
        f"{letter}{value}"
        for letter, value in zip("EVM", (vitals.gcs_e, vitals.gcs_v, vitals.gcs_m), strict=True)
        if value is not None
    ]
    coma += [part.replace("-", "") if part == "V-T" else part.replace("-", " ") for part in vitals.gcs_untested]
    if vitals.temp_c is not None:
        parts.append(f"T {vitals.temp_c:g} °C")
    if vitals.gcs is not None or coma:
        total = f"GCS {vitals.gcs}" if vitals.gcs is not None else "GCS"
        parts.append(f"{total} {' '.join(coma)}".strip())
    if vitals.avpu and not (vitals.avpu == "A" and vitals.gcs == 15):
        parts.append(f"AVPU {vitals.avpu}")
    for label, name, unit in (
        ("glucose", "glucose_mmol_l", " mmol/L"), ("lactate", "lactate_mmol_l", " mmol/L"),
        ("potassium", "potassium_mmol_l", " mmol/L"), ("sodium", "sodium_mmol_l", " mmol/L"), ("pH", "ph", ""),
        ("pain", "pain", "/10"), ("weight", "weight_kg", " kg"),
    ):  # fmt: skip
        if (value := getattr(vitals, name)) is not None:
            parts.append(f"{label} {value:g}{unit}")
    if vitals.glucose_off_scale:
        parts.append(f"glucose {vitals.glucose_off_scale}")
    if vitals.weight_band:
        parts.append(f"weight {vitals.weight_band} kg")
    return parts


def sets_words(sets: Iterable[VitalSet]) -> str:
    """All sets, a line each, in the order of their times."""
    return "\n".join(set_words(one) for one in sorted(sets, key=lambda one: one.t))
