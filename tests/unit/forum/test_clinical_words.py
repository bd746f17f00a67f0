"""Search in clinical language: the lists are sound, a department's count too, and slips are told without a leak."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.strategies import House

from wardroom.domain.ids import EventNo
from wardroom.domain.synonyms import read
from wardroom.forum.clinical_words import LISTS, clinical_words

LISTS_DIR = Path(__file__).parents[3] / "src/wardroom/forum/words"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "forum.db")
    yield made
    made.close()


def found(house: House, handle: str, text: str) -> list[EventNo]:
    """The posts a query finds."""
    return [hit.post for hit in house.forum.search.find(house.me(handle), text).hits]


def meant(house: House, handle: str, text: str) -> tuple[str, ...]:
    """What is offered for a query."""
    me = house.me(handle)
    return house.forum.search.suggestions(me, text, house.forum.search.find(me, text))


@pytest.mark.parametrize("name", LISTS)
def test_the_lists_are_sound(name: str) -> None:
    """Every line can be used, none stands twice, and the file is named."""
    meanings, troubles = read((LISTS_DIR / f"{name}.tsv").read_text("utf-8"))
    assert troubles == []
    alike = [frozenset(way.words for way in meaning) for meaning in meanings]
    assert len(set(alike)) == len(alike)
    assert {path.stem for path in LISTS_DIR.glob("*.tsv")} == set(LISTS)


def test_there_are_several_hundred_ways() -> None:
    """Enough for a shift: abbreviations and drugs."""
    assert len(clinical_words().synonyms.by_words) > 1500


def test_short_forms_find_long_ones_and_back(house: House) -> None:
    """Either way of saying it is found by the other, and the page tells what was looked for."""
    long = house.post("omar", "He had a myocardial infarction.")
    short = house.post("omar", "Probably an MI, cath lab called.")
    drug = house.post("omar", "Two puffs of Ventolin given.")
    assert found(house, "nadia", "MI") == found(house, "nadia", "myocardial infarction") == [short, long]
    assert found(house, "nadia", '"MI"') == [short]
    assert found(house, "nadia", "albuterol") == [drug]
    page = house.forum.search.find(house.me("nadia"), "albuterol")
    assert page.also == ("salbutamol", "Ventolin", "Proventil")
    assert page.hits[0].snippet[slice(*page.hits[0].spans[0])] == "Ventolin"
    assert house.forum.search.find(house.me("nadia"), '"albuterol"').also == ()


def test_a_department_adds_its_own(house: House, tmp_path: Path) -> None:
    """A list beside the settings counts too; what is broken in it is named with its line, and the rest is used."""
    (tmp_path / "ours.tsv").write_text("blue phone\tmajor trauma call\nalone\n", encoding="utf-8")
    (tmp_path / "torn.tsv").write_bytes(b"\xff\xfe\tb\n")
    house.forum.session.words_dirs = (tmp_path, tmp_path / "nowhere")
    post = house.post("omar", "The blue phone rang.")
    assert found(house, "nadia", "major trauma call") == [post]
    assert found(house, "nadia", "MI") == []
    first, second = clinical_words(house.forum.session.words_dirs).troubles
    assert first.startswith(f"{tmp_path / 'ours.tsv'}, line 2: ")
    assert second.startswith(f"{tmp_path / 'torn.tsv'} was left out: ")
    assert house.forum.search.find(house.me("nadia"), "phone").notes == ()
    assert house.forum.search.find(house.me("sam"), "phone").notes == (first, second)


def test_a_slip_is_told(house: House) -> None:
    """A word that finds nothing is offered as it is spelled in the forum; what finds enough is left alone."""
    for number in range(3):
        house.post("omar", f"Give bicarbonate, number {number}, and zumbolin.")
    assert meant(house, "nadia", "bicarbnate") == ("bicarbonate",)
    assert meant(house, "nadia", "zubmolin number") == ("zumbolin number",)
    assert meant(house, "nadia", "umbolin") == ("zumbolin",)
    assert meant(house, "nadia", "zumbolin") == ()
    assert meant(house, "nadia", "qqqqqq") == ()
    assert meant(house, "nadia", "amiodorone") == ()  # a word of the lists that nobody has written


def test_no_word_is_told_that_is_not_for_the_viewer(house: House) -> None:
    """Words of rooms, of hidden and of purged posts are offered to nobody who may not read them."""
    room = house.forum.boards.open(house.me("sam"), "room", title="Room", members_of_room=("sam", "omar"))
    for _ in range(3):
        house.post("omar", "The secret is zumbolin.", room)
    hidden = house.post("omar", "Another is quibbelt.")
    purged = house.post("nadia", "A third is frobnitz.")
    assert meant(house, "nadia", "quibelt") == ("quibbelt",)
    assert meant(house, "omar", "frobnits") == ("frobnitz",)
    house.forum.cases.hide(house.me("mona"), hidden, "other", is_on=True)
    house.forum.cases.purge(house.me("nadia"), purged, "other")
    assert meant(house, "omar", "zumbolim") == ("zumbolin",)
    for handle in ("nadia", "olga", "mona"):
        assert meant(house, handle, "zumbolim") == ()
    assert meant(house, "nadia", "quibelt") == ()
    assert meant(house, "omar", "frobnits") == ()
