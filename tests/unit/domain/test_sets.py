"""Sets of vital signs in words: each at its time, every unit converted, nothing ambiguous taken, and written so that they read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain

from wardroom.domain.case import LIMITS, check_vitals
from wardroom.domain.events import VitalSet
from wardroom.domain.quick.sets import read_sets, read_vitals, sets_words, timed
from wardroom.errors import InputRejected


def test_vital_signs_are_read_from_words() -> None:
    """Short names, a pressure of two values, and a comma or a point are read."""
    found = read_vitals(("hr=120", "bp=90/50", "temp=38,2", "SATS=91", "lactate=4.1"))
    assert found == (VitalSet(hr=120, sbp=90, dbp=50, temp_c=38.2, spo2=91, lactate_mmol_l=4.1),)
    assert read_vitals(()) == ()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("temp=98.4F", VitalSet(temp_c=36.9)),
        ("temp=98,4 °F", VitalSet(temp_c=36.9)),
        ("glucose=240 mg/dL", VitalSet(glucose_mmol_l=13.3)),
        ("glucose=13,3 mmol/L", VitalSet(glucose_mmol_l=13.3)),
        ("glucose_mmol_l=30", VitalSet(glucose_mmol_l=30)),
        ("weight=154 lb", VitalSet(weight_kg=69.9)),
        ("ph=7,21", VitalSet(ph=7.21)),
        ("weight_kg=3,4", VitalSet(weight_kg=3.4)),
        ("T+25 hr=118", VitalSet(t=25, hr=118)),
        ("+2h HR 118 BP 98/60", VitalSet(t=120, hr=118, sbp=98, dbp=60)),
        ("T-10: RR 8", VitalSet(t=-10, rr=8)),
        ("avpu=V", VitalSet(avpu="V")),
    ],
)
def test_units_and_times_are_converted(word: str, expected: VitalSet) -> None:
    """Fahrenheit, mg/dL and pounds become ours; a set begins with its minutes."""
    assert read_vitals((word,)) == (expected,)


@pytest.mark.parametrize(
    "word",
    [
        "glucose=30",
        "temp=101",
        "weight=70",
        "hr=38.5",
        "hr=400",
        "hr=80-90",
        "bp=80/120",
        "hr=80 and so on",
        "spo2=120",
    ],
)
def test_what_is_not_clear_is_refused(word: str) -> None:
    """A missing unit, a range, a part of a beat, a value that cannot be, and words besides."""
    with pytest.raises(InputRejected) as refused:
        read_vitals((word,))
    assert_plain(refused.value)


def test_one_sign_is_given_once_at_each_time() -> None:
    """Two values at one time are refused, at two times they are two sets in their order."""
    with pytest.raises(InputRejected, match="twice"):
        read_vitals(("hr=80", "hr=90"))
    assert read_vitals(("T+25 hr=90", "hr=80")) == (VitalSet(hr=80), VitalSet(t=25, hr=90))


@given(st.text(max_size=15))
def test_any_word_for_a_vital_sign_is_read_or_refused(word: str) -> None:
    """No word breaks the reader, and a refusal is one line."""
    for pair in (word, f"hr={word}", f"bp={word}", f"temp={word}", f"{word}=1"):
        try:
            read_vitals((pair,))
        except InputRejected as refused:
            assert_plain(refused)
    read_sets(word)


@pytest.mark.parametrize(
    "pair", ["hr=nan", "temp=nan", "temp=inf", "hr=1e999", "temp=1e999", "hr=99999999999999999999"]
)
def test_monstrous_numbers_are_refused(pair: str) -> None:
    """What Python calls a number need not be a vital sign."""
    with pytest.raises(InputRejected):
        read_vitals((pair,))


def _sets() -> st.SearchStrategy[VitalSet]:
    values: dict[str, st.SearchStrategy[object]] = {
        name: st.none()
        | (
            st.integers(round(limit.lowest), round(limit.highest))
            if VitalSet.__annotations__[name] != float | None
            else st.integers(round(limit.lowest * 10) + 1, round(limit.highest * 10)).map(lambda tenths: tenths / 10)
        )
        for name, limit in LIMITS.items()
    }
    values["sodium_mmol_l"] = st.none() | st.integers(50, 250).map(float)
    return st.builds(
        VitalSet,
        t=st.integers(-90, 600),
        on_oxygen=st.none() | st.booleans(),
        avpu=st.sampled_from(["", *"CVPU"]),
        **values,
    )


@given(_sets())
def test_what_is_written_is_read_back(vitals: VitalSet) -> None:
    """A set that can be is read from its own words without a word left over, or asks, but never becomes another."""
    try:
        check_vitals(vitals)
    except InputRejected:
        return
    found = read_sets(sets_words([vitals]))
    for one in found.sets:
        assert one.t == vitals.t
        for name in VitalSet.__struct_fields__:
            # The sum is that of its parts, and fifteen is awake.
            assert getattr(one, name) in (getattr(vitals, name), None, "") or name in ("gcs", "avpu")


def test_usual_sets_read_back_whole() -> None:
    """Everything at once, and in two sets."""
    sets = (
        VitalSet(
            t=0, hr=128, sbp=84, dbp=50, rr=12, spo2=93, on_oxygen=False, temp_c=36.2, gcs=7, gcs_e=2, gcs_v=2, gcs_m=3,
            avpu="V", glucose_mmol_l=13.3, lactate_mmol_l=4.1, potassium_mmol_l=5.5, sodium_mmol_l=140, ph=7.213, pain=8,
            weight_kg=70,
        ),
        VitalSet(t=25, hr=118, sbp=98, on_oxygen=True),
    )  # fmt: skip
    found = read_sets(sets_words(sets))
    assert (found.sets, found.rest, found.asked, found.refused) == (sets, (), (), ())


def test_a_further_set_says_when() -> None:
    """The first set without a time is T+0; a later one without is asked about and stays as text."""
    found = read_sets("HR 128\nHR 118")
    assert [one.t for one in found.sets] == [0]
    assert found.rest == ("HR 118",)
    assert "T+25" in found.asked[0]
    assert [one.t for one in read_sets("HR 128; T+25 HR 118").sets] == [0, 25]


def test_a_unit_that_is_needed_is_refused_in_words() -> None:
    """A glucose of 30 may be either; it is not taken."""
    found = read_sets("T+5 HR 80 gluc 30")
    assert found.refused == ("glucose, mmol/L or mg/dL?",)
    assert found.sets == (VitalSet(t=5, hr=80),)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("T+25 HR 118", 25),
        ("+25 min HR 118", 25),
        ("T + 2 h BP 90/50", 120),
        ("T+1d", 1440),
        ("T0 HR 80", 0),
        ("T-5, x", -5),
    ],
)
def test_the_time_of_a_set(text: str, minutes: int) -> None:
    """Minutes, hours and days, before and after; a heart rate behind it is no unit."""
    assert timed(text)[0] == minutes


@pytest.mark.parametrize("text", ["T 38.2", "HR 118", "T38", "25 HR 118", "T+38.2", ""])
def test_what_is_no_time(text: str) -> None:
    """A temperature and a bare number are none."""
    assert timed(text) == (None, text)
