"""The clinical record: values inside their limits pass, others are named, and both kinds of comma are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain

from wardroom.domain.case import (
    AGE_BANDS,
    LIMITS,
    SCALES,
    SETTINGS,
    SEXES,
    URGENCIES,
    check_acuity,
    check_record,
    check_vitals,
)  # fmt: skip
from wardroom.domain.events import Record, VitalSet
from wardroom.domain.scores import shock_index
from wardroom.errors import InputRejected

REALS = {name for name in LIMITS if VitalSet.__annotations__[name] == float | None}


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_each_vital_sign_has_hard_limits(name: str) -> None:
    """The limits themselves pass, one step beyond is refused with the sign's name, the value and the limits."""
    limit = LIMITS[name]
    for value in (limit.lowest, limit.highest):
        check_vitals(VitalSet(**{name: value if name in REALS else int(value)}))
    for value in (limit.lowest - 1, limit.highest + 1):
        with pytest.raises(InputRejected, match=limit.label) as refused:
            check_vitals(VitalSet(**{name: value if name in REALS else int(value)}))
        assert f"{limit.lowest:g} to {limit.highest:g}" in str(refused.value)


def test_what_is_no_number_is_no_value() -> None:
    """Not-a-number and infinity are outside every limit."""
    for value in (float("nan"), float("inf"), float("-inf")):
        with pytest.raises(InputRejected):
            check_vitals(VitalSet(temp_c=value))


@pytest.mark.parametrize("minutes", [-(2**63), -(10**7), 10**7, 2**53 + 1])
def test_vital_signs_belong_to_the_case(minutes: int) -> None:
    """A time more than a year away is a typing error, and would not fit an event."""
    check_vitals(VitalSet(t=-30, hr=80))
    with pytest.raises(InputRejected):
        check_vitals(VitalSet(t=minutes, hr=80))


@given(st.integers(0, 375), st.integers(0, 375))
def test_the_diastolic_pressure_is_not_the_higher(systolic: int, diastolic: int) -> None:
    """A pressure with its two values changed over is refused, every other one within the limits passes."""
    if diastolic > systolic:
        with pytest.raises(InputRejected, match="diastolic"):
            check_vitals(VitalSet(sbp=systolic, dbp=diastolic))
    else:
        check_vitals(VitalSet(sbp=systolic, dbp=diastolic))


@given(st.sampled_from(sorted(SCALES)), st.integers(0, 9), st.sampled_from(["{}:{}", "{} {}", "{}{}", " {} : {} "]))
def test_an_acuity_keeps_its_scale(scale: str, level: int, form: str) -> None:
    """A scale and its level are read in any of the usual forms and never converted; other levels are refused."""
    for written in (scale, scale.lower()):
        text = form.format(written, level)
        if 1 <= level <= SCALES[scale]:
            if form != " {} : {} ":
                assert check_acuity(text) == f"{scale} {level}"
                assert check_acuity(check_acuity(text)) == f"{scale} {level}"
        else:
            with pytest.raises(InputRejected):
                check_acuity(text)


@pytest.mark.parametrize("text", ["", "  "])
def test_no_acuity_is_none(text: str) -> None:
    """An empty acuity is allowed."""
    assert check_acuity(text) == ""


@given(st.text(max_size=12))
def test_any_acuity_is_read_or_refused(text: str) -> None:
    """Nothing else happens, and the refusal is one line."""
    try:
        assert check_acuity(text) in {"", *(f"{scale} {level}" for scale in SCALES for level in range(1, 6))}
    except InputRejected as refused:
        assert_plain(refused)


@pytest.mark.parametrize(
    ("field", "allowed"),
    [("age_band", AGE_BANDS), ("sex", SEXES), ("urgency", URGENCIES), ("setting", SETTINGS)],
)
def test_a_field_is_one_of_its_words(field: str, allowed: tuple[str, ...]) -> None:
    """Every word of the list and nothing at all pass; another is refused with the words to choose from."""
    for word in ("", *allowed):
        assert getattr(check_record(Record(**{field: word})), field) == word
    with pytest.raises(InputRejected) as refused:
        check_record(Record(**{field: "elsewhere"}))
    assert all(word in str(refused.value) for word in allowed)


def test_no_exact_age_can_be_kept() -> None:
    """A number of years, and any age above ninety but as a band, is refused."""
    for age in ("34", "93", "93 y", "100"):
        with pytest.raises(InputRejected):
            check_record(Record(age_band=age))


def test_a_record_without_anything_is_empty() -> None:
    """A case without a record has an empty one."""
    assert check_record(None) == Record()


@given(st.integers(0, 350), st.integers(0, 375))
def test_the_shock_index_is_rate_over_pressure(rate: int, pressure: int) -> None:
    """HR / SBP, and none where one is missing or the pressure is nil."""
    expected = rate / pressure if pressure else None
    assert shock_index(VitalSet(hr=rate, sbp=pressure)) == expected
    assert shock_index(VitalSet(hr=rate)) is None
    assert shock_index(VitalSet(sbp=pressure)) is None
