"""A clinical record and an outcome out of another file, field by field: what may stand is kept, all else is named."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, get_type_hints

import msgspec

from wardroom.domain.case import COMA, MEASURED, SETS_MAX, check_record, check_vitals
from wardroom.domain.events import OutcomeBody, Record, VitalSet
from wardroom.domain.outcome import LESSONS_MAX, REFERENCES_MAX, check_outcome
from wardroom.domain.text import clean, cut
from wardroom.errors import InputRejected
from wardroom.language import _

NAMED_MAX: Final = 20
"""So many refusals are named of one record."""
_TYPES: Final[Mapping[type, Mapping[str, Any]]] = {
    kind: get_type_hints(kind) for kind in (Record, VitalSet, OutcomeBody)
}
_WITHIN_SET: Final = (
    ("sbp", "dbp"), (*COMA, "gcs_untested"), ("glucose_mmol_l", "glucose_off_scale"), ("weight_kg", "weight_band"),
)  # fmt: skip
"""Fields of a set that have to agree: where they do not, nobody knows which of them is wrong."""


def read_record(given: Mapping[str, object]) -> tuple[Record, tuple[str, ...]]:
    """The record these fields make, and a sentence for each value that is refused: it is left out, never guessed."""
    refused: list[str] = []
    fields = {name: value for name, value in given.items() if name != "vitals"}
    kept = _each(Record, fields, lambda name, value: check_record(Record(**{name: value})), refused)
    sets = given.get("vitals", ())
    if not isinstance(sets, list | tuple):
        refused.append(_("{name}: not of the kind that belongs here").format(name="vitals"))
        sets = ()
    read = [_set(number, one, refused) for number, one in enumerate(sets[:SETS_MAX], 1)]
    if len(sets) > SETS_MAX:
        refused.append(
            _("vitals: {count} sets are too many; the first {most} are taken").format(count=len(sets), most=SETS_MAX)
        )
    record = check_record(Record(**kept, vitals=tuple(one for one in read if one is not None)))
    return record, _named(refused)


def read_outcome(given: Mapping[str, object]) -> tuple[OutcomeBody | None, tuple[str, ...]]:
    """The outcome these fields make, as ``read_record``; None where nothing of it is left.

    An override of screening does not travel: what is imported is screened here.
    """
    refused: list[str] = []
    fields = {name: value for name, value in given.items() if name != "overrides"}
    kept = _each(OutcomeBody, fields, _unchecked, refused)
    for name, most in (("lessons", LESSONS_MAX), ("references", REFERENCES_MAX)):
        listed = kept.get(name, ())
        good = []
        for one in listed:
            try:
                check_outcome(msgspec.structs.replace(OutcomeBody("-"), **{name: (one,)}))
                good.append(one)
            except InputRejected as error:
                refused.append(f"{name}: {error}")
        if len(good) > most:
            refused.append(
                _("{name}: {count} are too many; the first {most} are taken").format(
                    name=name, count=len(good), most=most
                )
            )
        kept[name] = tuple(good[:most])
    try:
        return check_outcome(OutcomeBody(**{"text": "", **kept})), _named(refused)
    except InputRejected as error:
        return None, _named([*refused, str(error)])


def _each(
    kind: type[msgspec.Struct], given: Mapping[str, object], check: Callable[[str, Any], object], refused: list[str]
) -> dict[str, Any]:
    """The values that have their field's type and pass the check; the others are named."""
    types = _TYPES[kind]
    kept: dict[str, Any] = {}
    for name, value in given.items():
        shown = cut(clean(str(name), one_line=True), 40)
        if name not in types:
            refused.append(_("{name}: no field of this name").format(name=shown))
            continue
        try:
            converted = msgspec.convert(value, types[name])
            check(name, converted)
        except msgspec.ValidationError:
            refused.append(_("{name}: not of the kind that belongs here").format(name=shown))
        except InputRejected as error:
            refused.append(f"{shown}: {error}")
        else:
            kept[name] = converted
    return kept


def _unchecked(_name: str, _value: object) -> None:
    """What is checked with others later on."""


def _set(number: int, given: object, refused: list[str]) -> VitalSet | None:
    """One set of vital signs; None where its time is unknown, for nobody knows when its values were measured."""
    found: list[str] = []
    kept: dict[str, Any] = {}
    if not isinstance(given, Mapping):
        found.append(_("{name}: not of the kind that belongs here").format(name="set"))
        given = {}
    lists = {"gcs_untested", "reported"}
    kept = _each(
        VitalSet,
        {name: value for name, value in given.items() if name not in lists},
        lambda name, value: check_vitals(VitalSet(**{name: value})),
        found,
    )
    listed = _each(VitalSet, {name: value for name, value in given.items() if name in lists}, _unchecked, found)
    kept["gcs_untested"] = listed.get("gcs_untested", ())
    for names in _WITHIN_SET:
        try:
            check_vitals(VitalSet(**{name: kept[name] for name in names if name in kept}))
        except InputRejected as error:
            found.append(str(error))
            for name in names:
                kept.pop(name, None)
    is_timed = "t" in kept or "t" not in given
    reported = listed.get("reported", ())
    kept["reported"] = tuple(name for name in reported if name in MEASURED and kept.get(name) not in (None, ""))
    found += [
        _("{name} is said to be reported, but no such value stands in the set.").format(name=cut(clean(name), 40))
        for name in reported
        if name not in kept["reported"]
    ]
    refused += [_("vitals {number}: {why}").format(number=number, why=why) for why in found]
    one = VitalSet(**kept)
    return one if is_timed and one != VitalSet(t=one.t) else None


def _named(refused: Iterable[str]) -> tuple[str, ...]:
    """The sentences, the first of them where they are many."""
    said = [cut(clean(one, one_line=True), 300) for one in refused]
    more = len(said) - NAMED_MAX
    return tuple(said) if more <= 0 else (*said[:NAMED_MAX], _("and {count} more").format(count=more))
