"""NEWS2 and the shock index: every boundary of the table, the worked vectors, and when there is no score at all."""

from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain.case import AGE_BANDS, AVPU, CHILDREN, warnings_of
from wardroom.domain.events import Record, VitalSet
from wardroom.domain.quick import parse
from wardroom.domain.scores import BANDS, news2, score_words, shock_index

HEALTHY = VitalSet(rr=16, spo2=97, on_oxygen=False, sbp=128, hr=72, avpu="A", temp_c=36.8)


def _vitals(rr: int, spo2: int, on_oxygen: str, sbp: int, hr: int, avpu: str, temp_c: float) -> VitalSet:
    return VitalSet(rr=rr, spo2=spo2, on_oxygen=on_oxygen == "O2", sbp=sbp, hr=hr, avpu=avpu, temp_c=temp_c)


@pytest.mark.parametrize(
    ("vitals", "scale", "total"),
    [
        (_vitals(16, 97, "air", 128, 72, "A", 36.8), 1, 0),
        (_vitals(24, 93, "O2", 98, 118, "A", 38.6), 1, 11),
        (_vitals(18, 95, "O2", 120, 80, "A", 37), 2, 4),
        (_vitals(18, 95, "air", 120, 80, "A", 37), 2, 0),
        (_vitals(14, 98, "air", 122, 76, "C", 37), 1, 3),
        (_vitals(8, 83, "O2", 85, 140, "U", 34.0), 1, 20),
    ],
)
def test_the_worked_vectors(vitals: VitalSet, scale: Literal[1, 2], total: int) -> None:
    """Whole sets, from nothing wrong to everything."""
    assert news2(vitals, scale=scale).total == total


@pytest.mark.parametrize(
    ("field", "steps"),
    [
        ("rr", [(0, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3), (120, 3)]),
        ("spo2", [(0, 3), (91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)]),
        ("sbp", [(0, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3), (375, 3)]),
        ("hr", [(0, 3), (40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)]),
        ("temp_c", [(10, 3), (35.0, 3), (35.1, 1), (36.0, 1), (36.1, 0), (38.0, 0), (38.1, 1), (39.0, 1), (39.1, 2)]),
        ("avpu", [("A", 0), ("C", 3), ("V", 3), ("P", 3), ("U", 3)]),
        ("on_oxygen", [(False, 0), (True, 2)]),
    ],
)
def test_every_boundary_of_the_table(field: str, steps: list[tuple[Any, int]]) -> None:
    """With all else well, the points are those of the one item, on both sides of each boundary."""
    for value, points in steps:
        found = news2(msgspec.structs.replace(HEALTHY, **{field: value}))
        assert (field, value, found.total) == (field, value, points)
        assert found.has_single_three == (points == 3)


@pytest.mark.parametrize(
    ("on_oxygen", "steps"),
    [
        (False, [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 0), (97, 0), (100, 0)]),
        (True, [(83, 3), (84, 2), (85, 2), (86, 1), (87, 1), (88, 0), (92, 0), (93, 1), (94, 1), (95, 2), (96, 2), (97, 3), (100, 3)]),
    ],
)  # fmt: skip
def test_every_boundary_of_scale_2(on_oxygen: bool, steps: list[tuple[int, int]]) -> None:
    """Too much oxygen counts on oxygen only; the two points of the oxygen itself come on top."""
    for spo2, points in steps:
        vitals = msgspec.structs.replace(HEALTHY, spo2=spo2, on_oxygen=on_oxygen)
        assert news2(vitals, scale=2).total == points + 2 * on_oxygen


@pytest.mark.parametrize(
    ("field", "named"),
    [
        ("rr", "RR"),
        ("spo2", "SpO2"),
        ("on_oxygen", "air or oxygen"),
        ("sbp", "systolic BP"),
        ("hr", "pulse"),
        ("avpu", "consciousness (ACVPU)"),
        ("temp_c", "temperature"),
    ],
)
def test_without_one_item_there_is_no_score(field: str, named: str) -> None:
    """What is missing is named and never taken for normal."""
    found = news2(msgspec.structs.replace(HEALTHY, **{field: "" if field == "avpu" else None}))
    assert (found.total, found.band, found.missing) == (None, None, (named,))
    assert found.words == f"NEWS2 incomplete: {named}"


def test_a_coma_scale_of_15_is_alert_and_no_other_says_anything() -> None:
    """Below 15 the letter is needed."""
    unsaid = msgspec.structs.replace(HEALTHY, avpu="")
    assert news2(msgspec.structs.replace(unsaid, gcs=15)).total == 0
    for gcs in range(3, 15):
        assert news2(msgspec.structs.replace(unsaid, gcs=gcs)).missing == ("consciousness (ACVPU)",)


@pytest.mark.parametrize("band", AGE_BANDS)
def test_it_is_not_for_children_and_not_in_pregnancy(band: str) -> None:
    """From 16 years on, and not in pregnancy, there is a score; else it says why not."""
    found = news2(HEALTHY, age_band=band)
    assert (found.total is None) == (band in CHILDREN)
    assert bool(found.not_for) == (band in CHILDREN)
    pregnant = news2(HEALTHY, age_band="30-44", pregnant=True)
    assert (pregnant.total, pregnant.words) == (None, "NEWS2 not in pregnancy")
    assert news2(HEALTHY, age_band="30-44", pregnant=False).total == 0


@pytest.mark.parametrize(
    ("vitals", "band"),
    [
        (HEALTHY, "low"),
        (_vitals(21, 95, "air", 110, 72, "A", 36.8), "low"),
        (_vitals(16, 97, "air", 128, 72, "V", 36.8), "low to medium"),
        (_vitals(21, 93, "air", 110, 72, "A", 36.8), "medium"),
        (_vitals(21, 93, "O2", 128, 72, "A", 36.8), "medium"),
        (_vitals(21, 93, "O2", 110, 72, "A", 36.8), "high"),
    ],
)
def test_the_bands(vitals: VitalSet, band: str) -> None:
    """Up to 4, a single 3, 5 or 6, and 7 or more."""
    assert news2(vitals).band == band
    assert band in BANDS


ANY_SET = st.builds(
    VitalSet, rr=st.integers(0, 120), spo2=st.integers(0, 100), on_oxygen=st.booleans(), sbp=st.integers(0, 375),
    hr=st.integers(0, 350), avpu=st.sampled_from(AVPU), temp_c=st.floats(10, 47),
)  # fmt: skip


@given(ANY_SET, st.sampled_from([1, 2]))
def test_the_score_lies_between_0_and_20(vitals: VitalSet, scale: Literal[1, 2]) -> None:
    """Whatever was measured, and it is always called a teaching aid."""
    found = news2(vitals, scale=scale)
    assert found.total is not None
    assert 0 <= found.total <= 20
    on_scale = " on SpO2 scale 2" if scale == 2 else ""
    assert found.words == f"NEWS2 {found.total}{on_scale}, teaching aid"


def test_the_shock_index() -> None:
    """98 over 118; a pressure of nothing has none."""
    assert shock_index(VitalSet(hr=118, sbp=98)) == pytest.approx(1.204, abs=0.001)
    assert shock_index(VitalSet(hr=118, sbp=0)) is None
    assert shock_index(VitalSet(hr=118)) is None


def test_unusual_values_of_adults_are_asked_about() -> None:
    """At the bound nothing is said, beyond it the value with its unit."""
    assert warnings_of(VitalSet(hr=40, sbp=80, rr=8, spo2=85, temp_c=32.0, gcs=9), "30-44") == ()
    assert warnings_of(VitalSet(hr=39, temp_c=41.1), "") == ("HR 39 /min", "temperature 41.1 °C")


def test_the_scale_of_the_saturation_is_a_stated_choice() -> None:
    """A record that says scale 2 is scored by it, and says so; no target and no low saturation makes one."""
    stated = msgspec.structs.replace(HEALTHY, spo2=90)
    for scale, words in (
        (None, "NEWS2 3, teaching aid"),
        (1, "NEWS2 3, teaching aid"),
        (2, "NEWS2 0 on SpO2 scale 2, teaching aid"),
    ):
        record = Record(age_band="65-74", vitals=(stated,), spo2_scale=scale)
        assert score_words(record)[0] == words
    for line in ("COPD, sats 88-92 target, SpO2 90 RA", "SpO2 90 RA target 88-92%", "SpO2 90, NEWS2 scale 2?"):
        assert parse(line).record().spo2_scale is None
    assert parse("SpO2 90 RA, NEWS2 scale 2").record().spo2_scale == 2
