"""Every line of the table of vital signs: what is refused, what is asked of an adult, and by which centiles a child's are."""

from typing import Any

import pytest

from wardroom.domain import centiles
from wardroom.domain.case import AGE_BANDS, CHILDREN, check_vitals, merged, usual, warnings_of
from wardroom.domain.events import VitalSet
from wardroom.domain.onset import onset_words, read_onset
from wardroom.domain.quick import parse
from wardroom.errors import InputRejected

ADULT = "45-64"

TABLE = (
    # field, unit, refused below and above, asked below and above (adults), one step
    ("hr", "/min", (0, 350), (40, 180), 1),
    ("sbp", "mmHg", (0, 375), (80, 220), 1),
    ("dbp", "mmHg", (0, 375), (30, 140), 1),
    ("rr", "/min", (0, 120), (8, 40), 1),
    ("spo2", "%", (0, 100), (85, None), 1),
    ("temp_c", "°C", (10.0, 47.0), (32.0, 41.0), 0.1),
    ("gcs", "", (3, 15), (9, None), 1),
    ("glucose_mmol_l", "mmol/L", (0.0, 111.0), (4.0, 20.0), 0.1),
    ("pain", "", (0, 10), (None, None), 1),
    ("weight_kg", "kg", (0.3, 650.0), (None, 250.0), 0.1),
    ("lactate_mmol_l", "mmol/L", (0.0, 33.0), (None, None), 0.1),
    ("ph", "", (6.3, 8.4), (None, None), 0.01),
    ("potassium_mmol_l", "mmol/L", (0.0, 15.0), (None, None), 0.1),
    ("sodium_mmol_l", "mmol/L", (50.0, 250.0), (None, None), 1.0),
)


@pytest.mark.parametrize(("name", "unit", "hard", "asked", "step"), TABLE, ids=[row[0] for row in TABLE])
def test_each_line_of_the_table(
    name: str, unit: str, hard: tuple[Any, Any], asked: tuple[Any, Any], step: float
) -> None:  # fmt: skip
    """At each bound a value passes; beyond the hard ones it is refused, beyond the others it is asked about, with its unit."""
    for bound, beyond in ((hard[0], hard[0] - step), (hard[1], hard[1] + step)):
        check_vitals(VitalSet(**{name: bound}))
        with pytest.raises(InputRejected):
            check_vitals(VitalSet(**{name: type(bound)(round(beyond, 2))}))
    for bound, sign in ((asked[0], -1), (asked[1], 1)):
        if bound is None:
            continue
        assert warnings_of(VitalSet(**{name: bound}), ADULT) == ()
        (words,) = warnings_of(VitalSet(**{name: type(bound)(round(bound + sign * step, 2))}), ADULT)
        assert unit in words
    if asked[0] is None and name != "weight_kg":
        assert warnings_of(VitalSet(**{name: hard[0]}), ADULT) == ()
    if asked[1] is None:
        assert warnings_of(VitalSet(**{name: hard[1]}), ADULT) == ()


@pytest.mark.parametrize("band", sorted(CHILDREN))
def test_of_children_only_the_centiles_are_asked(band: str) -> None:
    """No adult's bound speaks for a child: only a heart rate or a breathing rate outside the centiles is asked about."""
    assert set(usual(band)) == {"hr", "rr"}
    for name in ("hr", "rr"):
        bounds = centiles.bounds(name, band)
        assert bounds is not None
        lowest, highest = map(int, bounds)
        assert warnings_of(VitalSet(**{name: lowest}), band) == warnings_of(VitalSet(**{name: highest}), band) == ()
        for value in (lowest - 1, highest + 1):
            (words,) = warnings_of(VitalSet(**{name: value}), band)
            assert f"{lowest} to {highest}" in words
    odd = VitalSet(sbp=60, dbp=20, spo2=70, temp_c=41.5, gcs=6, glucose_mmol_l=2.0)
    assert warnings_of(odd, band) == ()
    assert len(warnings_of(odd, ADULT)) == 6


def test_the_centiles_are_a_whole_table() -> None:
    """Ages follow each other without a gap; a rate's bounds rise nowhere after the first months, and hold the known medians."""
    bands = [band for band in AGE_BANDS if band in CHILDREN]
    assert [centiles.MONTHS[band] for band in bands] == [(0, 1), (1, 12), (12, 60), (60, 144), (144, 192)]
    for name in ("hr", "rr"):
        found = [centiles.bounds(name, band) for band in bands]
        assert all(one is not None and one[0] < one[1] for one in found)
        highest = [one[1] for one in found if one is not None]
        assert highest == sorted(highest, reverse=True)
    for name, band, median in (
        ("hr", "neonate", 127), ("hr", "infant", 145), ("hr", "1-4", 113), ("rr", "neonate", 44), ("rr", "1-4", 26),
    ):  # fmt: skip
        bounds = centiles.bounds(name, band)
        assert bounds is not None
        assert bounds[0] < median < bounds[1]
    assert centiles.bounds("hr", "16-29") is centiles.bounds("sbp", "infant") is None


def test_a_rare_weight_is_offered_a_band() -> None:
    """Beyond 250 kg, or below half a kilogram, at any age: the band stands in its place."""
    assert warnings_of(VitalSet(weight_kg=250), ADULT) == warnings_of(VitalSet(weight_kg=0.5), "neonate") == ()
    (heavy,) = warnings_of(VitalSet(weight_kg=310), ADULT)
    (light,) = warnings_of(VitalSet(weight_kg=0.4), "neonate")
    assert ">250 kg" in heavy
    assert "<0.5 kg" in light
    assert parse("45M wt >250 kg").record().vitals == (VitalSet(weight_band=">250"),)
    assert parse("newborn weight < 500 g").record().vitals == (VitalSet(weight_band="<0.5"),)
    with pytest.raises(InputRejected, match="not both"):
        check_vitals(VitalSet(weight_kg=260, weight_band=">250"))


@pytest.mark.parametrize(
    ("line", "stated"),
    [
        ("GCS E2VTM5", {"gcs_e": 2, "gcs_m": 5, "gcs_untested": ("V-T",)}),
        ("GCS E NT V4 M6", {"gcs_v": 4, "gcs_m": 6, "gcs_untested": ("E-NT",)}),
        ("GCS EC V5 M6", {"gcs_v": 5, "gcs_m": 6, "gcs_untested": ("E-NT",)}),
        ("E1 VNT M1", {"gcs_e": 1, "gcs_m": 1, "gcs_untested": ("V-NT",)}),
        ("GCS 10T", {}),
        ("GCS 7 E2VTM5", {}),
        ("GCS 12 E3V4M5", {"gcs": 12, "gcs_e": 3, "gcs_v": 4, "gcs_m": 5}),
    ],
)
def test_a_coma_scale_says_what_could_not_be_tested(line: str, stated: dict[str, Any]) -> None:
    """The part is named, and there is no sum of the others."""
    values = {name: value for name, value in parse(line).values.items() if name.startswith("gcs")}
    assert values == stated


def test_a_coma_scale_without_a_part_has_no_sum() -> None:
    """Nor is a part both a number and untested, or untested for two reasons."""
    for wrong in (
        VitalSet(gcs=7, gcs_untested=("V-T",)), VitalSet(gcs_v=1, gcs_untested=("V-NT",)),
        VitalSet(gcs_untested=("V-NT", "V-T")), VitalSet(gcs_untested=("E-T",)),
    ):  # fmt: skip
        with pytest.raises(InputRejected):
            check_vitals(wrong)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("BM LO", "LO"),
        ("glucose HI", "HI"),
        ("BM reads HI", "HI"),
        ("glucose low", None),
        ("BM lo", None),
        ("high BM", None),
    ],
)
def test_a_meter_that_shows_no_number(line: str, shown: str | None) -> None:
    """LO and HI as the meter writes them; "low" is somebody's judgement."""
    entry = parse(line)
    assert entry.values.get("glucose_off_scale") == shown
    assert "glucose_mmol_l" not in entry.values


@pytest.mark.parametrize(
    ("line", "glucose"),
    [
        ("gluc 72 mg/dL", 4.0),
        ("gluc 360 mg/dL", 20.0),
        ("glucose 2000 mg/dL", 111.0),
        ("gluc 30", None),
        ("gluc 45", None),
    ],
)
def test_a_glucose_has_its_unit(line: str, glucose: float | None) -> None:
    """Milligrams are converted; what could be either unit is not taken."""
    assert parse(line).values.get("glucose_mmol_l") == glucose


@pytest.mark.parametrize(
    ("line", "asked"), [("T 101", True), ("temp 98.6", True), ("T 101F", False), ("T 38.3", False)]
)
def test_a_bare_number_of_fahrenheit_is_asked(line: str, asked: bool) -> None:
    """90 to 115 without a unit is no Celsius, and is not taken for Fahrenheit either."""
    entry = parse(line)
    assert ("temp_c" in entry.ask) == asked
    assert ("temp_c" in entry.values) != asked


@pytest.mark.parametrize(
    ("text", "minutes", "shown"),
    [
        ("T-45", -45, "T-45 min"), ("T-2h", -120, "T-2 h"), ("2 h", -120, "T-2 h"), ("3/7", -4320, "T-3 d"),
        ("90 min ago", -90, "T-90 min"), ("2 jours", -2880, "T-2 d"), ("3 sem", -30240, "T-21 d"), ("6 weeks", -60480, "T-42 d"), ("T-0", 0, "T-0 min"), ("", None, ""),
    ],
)  # fmt: skip
def test_an_onset_is_a_time_before_zero(text: str, minutes: int | None, shown: str) -> None:
    """In any of the usual ways; what is shown is read as the same."""
    assert read_onset(text) == minutes
    assert onset_words(minutes) == shown
    assert read_onset(shown) == minutes


@pytest.mark.parametrize("text", ["14:30", "yesterday", "45", "T+20", "99999 y", "2 fortnights"])
def test_what_is_no_onset_is_refused(text: str) -> None:
    """No clock, no day, no bare number, nothing after zero."""
    with pytest.raises(InputRejected):
        read_onset(text)


def test_what_is_said_later_stands() -> None:
    """A number takes the place of LO, a tube that of a verbal score, and a source goes with its value."""
    before = VitalSet(hr=140, glucose_off_scale="LO", gcs=9, gcs_e=2, gcs_v=2, gcs_m=5, reported=("hr",))
    later = VitalSet(hr=90, glucose_mmol_l=3.1, gcs_untested=("V-T",))
    (joined,) = merged([before], [later])
    assert joined == VitalSet(hr=90, glucose_mmol_l=3.1, gcs_e=2, gcs_m=5, gcs_untested=("V-T",))
    (awake,) = merged([VitalSet(gcs=15, avpu="A")], [VitalSet(gcs=9)])
    assert awake == VitalSet(gcs=9)
    (back,) = merged([joined], [VitalSet(gcs_v=4, glucose_off_scale="HI", weight_kg=80, reported=("weight_kg",))])
    assert back == VitalSet(
        hr=90, glucose_off_scale="HI", gcs_e=2, gcs_v=4, gcs_m=5, weight_kg=80, reported=("weight_kg",)
    )
