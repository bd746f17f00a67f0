"""What the fields of a form say together: one record, the words that are left over, and what is asked before it goes out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from wardroom.domain.case import (
    GESTATION_WEEKS,
    check_acuity,
    differential_words,
    merged,
    read_differential,
    warnings_of,
)
from wardroom.domain.complaints import complaint_words, read_complaint
from wardroom.domain.events import Record
from wardroom.domain.onset import onset_words, read_onset
from wardroom.domain.quick.questions import NEED_UNIT, QUESTIONS, questions, refusals, title_of
from wardroom.domain.quick.reading import parse
from wardroom.domain.quick.sets import read_sets, sets_words
from wardroom.domain.text import clean
from wardroom.errors import InputRejected
from wardroom.language import _

CHOSEN: Final = ("age_band", "sex", "acuity", "urgency", "setting")
"""Fields whose answer is chosen and not typed."""
NOTES: Final = ("exam", "investigations", "management", "resources")


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says. ``refused`` and ``unclear`` keep it from going out, ``asked`` and ``unusual`` want a second look."""

    record: Record = Record()  # noqa: RUF009 - a frozen value
    rest: str = ""
    """Words no field has room for: they stand above the text."""
    title: str = ""
    """A title the line could have."""
    asked: tuple[str, ...] = ()
    unusual: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    """(field, why) of what cannot be."""
    unclear: tuple[tuple[str, str], ...] = ()
    """(field, question) of what means nothing without its unit."""
    words: tuple[str, ...] = ()
    """What of the quick line stays words, as it is screened."""


def said_by(fields: Mapping[str, str], before: Record | None = None) -> Said:
    """The record of a form; what was chosen goes before what the quick line says, and a field that is not there stays as it was."""
    before = before or Record()
    shown = fields_of(before) | dict(fields)
    refused: list[tuple[str, str]] = []
    entry = parse(shown.get("quick", ""))
    quick = entry.record()
    refused += [("quick", what) for what in refusals(entry)]
    changes: dict[str, object] = {name: shown[name] or getattr(quick, name, "") for name in CHOSEN}
    try:
        changes["acuity"] = check_acuity(str(changes["acuity"]))
    except InputRejected as error:
        refused.append(("quick", str(error)))
    rest = [entry.rest] if entry.rest else []
    typed, wrong = _typed(shown, quick, before)
    changes |= typed
    refused += wrong
    words = str(changes["complaint"])
    if words and quick.complaint and quick.complaint.casefold() != words.casefold():
        rest.insert(0, quick.complaint)
    changes["spo2_scale"] = int(shown["spo2_scale"]) if shown["spo2_scale"] else quick.spo2_scale
    changes |= {name: clean(shown[name]).strip() for name in NOTES}
    asked = list(questions(entry))
    if shown["vitals"] == sets_words(before.vitals):
        sets = before.vitals
    else:
        found = read_sets(shown["vitals"])
        sets = found.sets
        asked += found.asked
        rest += found.rest
        refused += [("vitals", what) for what in found.refused]
    at_zero = next((one for one in sets if one.t == 0), None)
    for one in quick.vitals:
        stated = msgspec.structs.asdict(one)
        other = {} if at_zero is None else msgspec.structs.asdict(at_zero)
        if any(
            value not in (None, "", other.get(name)) and other.get(name) not in (None, "")
            for name, value in stated.items()
        ):
            asked.append(_("vital signs at T+0 stand in two places; those of the quick line are taken"))
    changes["vitals"] = merged(sets, quick.vitals)
    record = msgspec.structs.replace(before, **changes)
    # What stood there before has been asked about then.
    fresh = [one for one in record.vitals if one not in before.vitals]
    unusual = [what for one in fresh for what in warnings_of(one, record.age_band)]
    return Said(
        record=record,
        rest="\n".join(rest),
        title=title_of(entry),
        asked=tuple(dict.fromkeys(asked)),
        unusual=tuple(dict.fromkeys(unusual)),
        refused=tuple(dict.fromkeys(refused)),
        unclear=tuple(("quick", QUESTIONS[name]) for name in entry.ask if name in NEED_UNIT),
        words=tuple(part for part in (str(entry.values.get("complaint", "")), entry.rest) if part),
    )


def _typed(
    shown: Mapping[str, str], quick: Record, before: Record
) -> tuple[dict[str, object], list[tuple[str, str]]]:  # fmt: skip
    """What the fields say that are typed as words, before what the quick line says; and (field, why) of what cannot be."""

    def complaint() -> dict[str, object]:
        words = clean(shown["complaint"], one_line=True)
        if not words:
            return {"complaint": quick.complaint, "complaint_code": quick.complaint_code}
        words, code = read_complaint(words)
        return {"complaint": words or quick.complaint, "complaint_code": code}

    def onset() -> dict[str, object]:
        minutes = read_onset(shown["onset"])
        return {"onset_t": quick.onset_t if minutes is None else minutes}

    def pregnancy() -> dict[str, object]:
        return dict(zip(("pregnant", "gestation_weeks"), _pregnancy(shown["pregnancy"], quick), strict=True))

    def differential() -> dict[str, object]:
        written = shown["differential"]
        is_same = written == differential_words(before.differential)
        return {"differential": before.differential if is_same else read_differential(written)}

    changes: dict[str, object] = {"complaint": clean(shown["complaint"], one_line=True)}
    refused = []
    for read in (complaint, onset, pregnancy, differential):
        try:
            changes |= read()
        except InputRejected as error:
            refused.append((read.__name__, str(error)))
    return changes, refused


def _pregnancy(text: str, quick: Record) -> tuple[bool | None, int | None]:
    """``28``, ``28+3`` or ``28/40`` as whole weeks, ``yes``, ``no``, or nothing: then what the quick line says."""
    words = text.strip().lower()
    if not words:
        return quick.pregnant, quick.gestation_weeks
    if words in ("yes", "y", "no", "n"):
        return words[0] == "y", quick.gestation_weeks if words[0] == "y" else None
    match = re.fullmatch(r"([0-9]{1,2})(?:\s?\+\s?[0-6])?(?:\s?/\s?40|\s?(?:w|wk|wks|weeks?))?", words)
    if match is None:
        raise InputRejected(
            _("{words!r} is no pregnancy. Write its weeks as 28, 28+3 or 28/40, or yes or no.").format(words=words[:20])
        )
    weeks = int(match[1])
    if not GESTATION_WEEKS.holds(weeks):
        raise InputRejected(GESTATION_WEEKS.refusal(weeks))
    return True, weeks


def fields_of(record: Record) -> dict[str, str]:
    """The fields that say this record."""
    pregnancy = {True: "yes", False: "no", None: ""}[record.pregnant]
    if record.gestation_weeks is not None:
        pregnancy = str(record.gestation_weeks)
    plain = {name: getattr(record, name) for name in (*CHOSEN, *NOTES)}
    return {
        **plain, "complaint": complaint_words(record.complaint, record.complaint_code),
        "onset": onset_words(record.onset_t), "spo2_scale": str(record.spo2_scale or ""), "pregnancy": pregnancy, "vitals": sets_words(record.vitals),
        "differential": differential_words(record.differential),
    }  # fmt: skip
