"""A record out of another file: what may stand comes back whole, what may not is named and left out, nothing is guessed."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.records import records

from wardroom.domain.case import as_object, check_record
from wardroom.domain.events import OutcomeBody, Record, VitalSet
from wardroom.domain.record_read import NAMED_MAX, read_outcome, read_record


@given(records())
def test_every_record_comes_back(record: Record) -> None:
    """What is written as JSON is read as the same record, and nothing is refused."""
    assert read_record(json.loads(json.dumps(as_object(record)))) == (record, ())


@pytest.mark.parametrize(
    ("given_fields", "kept", "named"),
    [
        ({"sex": "F", "age_band": "93"}, Record(sex="F"), "age_band: '93' is no age band"),
        ({"sex": "female", "setting": "transport"}, Record(setting="transport"), "sex: 'female' is no sex"),
        ({"acuity": "CTAS 9", "complaint": "cough"}, Record(complaint="cough"), "acuity: 'CTAS 9' is no acuity"),
        ({"complaint_code": "boredom", "sex": "M"}, Record(sex="M"), "complaint_code: 'boredom' is no code"),
        ({"pregnant": "yes", "sex": "F"}, Record(sex="F"), "pregnant: not of the kind that belongs here"),
        ({"gestation_weeks": 60, "pregnant": True}, Record(pregnant=True), "gestation_weeks: gestation 60"),
        ({"onset_t": 30}, Record(), "onset_t: An onset lies before the case's zero"),
        ({"spo2_scale": 3}, Record(), "spo2_scale: NEWS2 has two scales"),
        ({"exam": "x" * 5000, "sex": "X"}, Record(sex="X"), "exam: The note of exam has 5000 characters"),
        ({"mood": "low", "sex": "F"}, Record(sex="F"), "mood: no field of this name"),
        ({"vitals": "fine", "sex": "F"}, Record(sex="F"), "vitals: not of the kind"),
        (
            {"differential": [{"diagnosis": "PE", "confidence": 60}, {"diagnosis": "ACS", "confidence": 160}]},
            Record(),
            "differential: ACS 160 %",
        ),
    ],
)
def test_a_field_that_cannot_stand_is_named(given_fields: dict[str, Any], kept: Record, named: str) -> None:
    """The rest of the record stays."""
    record, refused = read_record(given_fields)
    assert record == kept
    assert len(refused) == 1
    assert refused[0].startswith(named)


@pytest.mark.parametrize(
    ("given_set", "kept", "named"),
    [
        ({"t": 5, "hr": 400, "rr": 18}, VitalSet(t=5, rr=18), "vitals 1: hr: HR 400 /min is outside 0 to 350"),
        ({"hr": 80, "spo2": 120}, VitalSet(hr=80), "vitals 1: spo2: SpO2 120 % is outside"),
        ({"hr": "80", "rr": 12}, VitalSet(rr=12), "vitals 1: hr: not of the kind"),
        ({"hr": 80.5, "rr": 12}, VitalSet(rr=12), "vitals 1: hr: not of the kind"),
        ({"hr": True, "rr": 12}, VitalSet(rr=12), "vitals 1: hr: not of the kind"),
        ({"sbp": 80, "dbp": 120, "hr": 90}, VitalSet(hr=90), "vitals 1: BP 80/120: the diastolic"),
        ({"gcs": 12, "gcs_e": 4, "gcs_v": 5, "gcs_m": 6, "rr": 9}, VitalSet(rr=9), "vitals 1: GCS 12: E4 V5 M6"),
        ({"gcs": 7, "gcs_untested": ["V-T"], "rr": 9}, VitalSet(rr=9), "vitals 1: GCS 7: there is no sum"),
        ({"avpu": "Z", "rr": 9}, VitalSet(rr=9), "vitals 1: avpu: 'Z' is no level of consciousness"),
        ({"glucose_mmol_l": 5, "glucose_off_scale": "LO", "hr": 1}, VitalSet(hr=1), "vitals 1: A glucose is"),
        ({"hr": 80, "reported": ["hr", "rr"]}, VitalSet(hr=80, reported=("hr",)), "vitals 1: rr is said to be"),
        ({"hr": 80, "reported": "hr"}, VitalSet(hr=80), "vitals 1: reported: not of the kind"),
        ({"t": "soon", "hr": 80}, None, "vitals 1: t: not of the kind"),
        ({"t": 10**9, "hr": 80}, None, "vitals 1: t: Vital signs at 1000000000 minutes"),
        (["hr", 80], None, "vitals 1: set: not of the kind"),
    ],
)
def test_a_value_that_cannot_stand_is_named(given_set: object, kept: VitalSet | None, named: str) -> None:
    """The rest of its set stays, unless nobody knows when it was measured; of values that contradict none stays."""
    record, refused = read_record({"vitals": [given_set]})
    assert record.vitals == (() if kept is None else (kept,))
    assert len(refused) == 1
    assert refused[0].startswith(named)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from([*Record.__struct_fields__, "foo"]), JSON, max_size=6),
    st.lists(st.dictionaries(st.sampled_from([*VitalSet.__struct_fields__, "bar"]), JSON, max_size=6), max_size=3),
)
def test_anything_is_read(fields: dict[str, object], sets: list[object]) -> None:
    """Whatever stands in the file, what comes out may be posted, and the refusals are few single lines."""
    for given_fields in (fields, {**fields, "vitals": sets}):
        record, refused = read_record(given_fields)
        assert check_record(record) == record
        assert len(refused) <= NAMED_MAX + 1
        assert all(line and "\n" not in line for line in refused)


def test_too_many_sets_are_named() -> None:
    """The first are taken."""
    record, refused = read_record({"vitals": [{"t": t, "hr": 80} for t in range(60)]})
    assert [one.t for one in record.vitals] == list(range(48))
    assert refused == ("vitals: 60 sets are too many; the first 48 are taken",)


def test_an_outcome_comes_back_without_its_overrides() -> None:
    """A reason to pass over screening at one site is none at another."""
    told = OutcomeBody(
        "Went home.", diagnosis="PE", disposition="home", follow_up="clinic", lessons=("Ask early.",),
        references=("10.1016/S0140-6736(10)62226-X",),
    )  # fmt: skip
    written = {**as_object(told), "overrides": [{"kind": "name", "reason": "an eponym"}]}
    assert read_outcome(written) == (told, ())


def test_what_an_outcome_cannot_keep_is_named() -> None:
    """Lessons beyond three, what is no reference, and what has the wrong type; nothing at all is no outcome."""
    outcome, refused = read_outcome(
        {"diagnosis": "PE", "lessons": ["a", "b", "c", "d"], "references": ["a blog"], "disposition": 7, "foo": 1}
    )
    assert outcome == OutcomeBody("", diagnosis="PE", lessons=("a", "b", "c"))
    assert len(refused) == 4
    assert read_outcome({"foo": 1})[0] is None
