"""The re-identification meter: harmless facts are counted by kind, and the rarest is the one to leave out."""

import pytest

from wardroom.screening import scan
from wardroom.screening.meter import read, told


def kinds(text: str) -> set[str]:
    return {fact.kind for fact in read((text,), scan(text)).facts}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wide QRS after TCA, bicarb given.", set()),
        ("A 45-64 year band, female.", {"age", "sex"}),
        ("58F, STEMI", {"age", "sex"}),
        ("Twin pregnancy, 31 weeks", {"family"}),
        ("Lighthouse keeper, struck by lightning on a small island", {"work", "event", "place"}),
        ("Varón ecuatoriano, albañil, caída en un pueblo", {"sex", "origin", "work", "place"}),
        ("First case of rabies here, an Amish farmer with a tattoo", {"rarity", "origin", "work", "mark"}),
    ],
)
def test_facts_are_counted_by_kind(text: str, expected: set[str]) -> None:
    """Each kind counts once, in English, French and Spanish; doses and rhythms are no facts about a person."""
    assert kinds(text) == expected


def test_a_rare_fact_raises_the_meter_and_is_the_one_to_drop() -> None:
    """Adding one rare fact adds one; the weightiest is named, never age or sex, without which a case cannot be read."""
    plain = "Woman of 45-64, farmer, found on a remote farm last week."
    rare = plain + " She was the bishop's falconer and was struck by lightning."
    assert len(read((rare,)).facts) == len(read((plain,)).facts) + 1
    drop = read((rare,)).drop
    assert drop is not None
    assert drop.text == "bishop"
    assert read(("Woman, 45-64",)).drop is None


def test_what_is_said_is_calm() -> None:
    """Few facts say nothing, some are counted, many come with the one to leave out; it is never called safe."""
    assert told(read(("Woman, bicarb given.",))) == ""
    some = told(read(("Woman, farmer, last week.",)))
    many = told(read(("Woman, pilot, Inuit, avalanche last week, twins.",)))
    assert "3 facts" in some
    assert "Leave out" not in some
    assert "Leave out “pilot” first." in many
    assert "safe" not in some + many


def test_the_record_counts() -> None:
    """An age band and a sex of the record are facts too, though nobody typed them."""
    assert {fact.kind for fact in read(("Farmer.",), has_age=True, has_sex=True).facts} == {"age", "sex", "work"}
