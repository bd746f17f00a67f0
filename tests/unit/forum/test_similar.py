"""Earlier cases like one: what shares the rarest words comes first, in whatever way it is said, and only for its readers."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import House, examples

from wardroom.domain.likeness import CONCEPTS_MAX, concepts
from wardroom.domain.views import SimilarCase
from wardroom.errors import NotFound
from wardroom.forum.clinical_words import clinical_words

TCA = "Wide complex tachycardia after a tricyclic overdose, bicarbonate given."


@pytest.fixture(name="house", scope="module")
def _house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("similar") / "forum.db")
    for number in range(12):
        made.post("omar", f"Sprained ankle number {number}, home with ice.", title="An ankle in the evening")
    yield made
    made.close()


def _titles(found: tuple[SimilarCase, ...]) -> list[str]:
    return [case.line.title for case in found]


def test_what_is_said_otherwise_is_like_it(house: House) -> None:
    """Abbreviations and brand names count as what they mean, and what is shared is told in the asker's words."""
    first = house.post("omar", TCA, title="After an overdose")
    answer = house.post("omar", "A rash after measles.", title="Rash in a toddler")
    house.reply("nadia", answer, "Once I saw a TCA overdose too, sodium bicarbonate helped.")
    found = house.forum.search.similar(house.me("nadia"), "TCA poisoning: broad complex, would you give bicarb?")
    assert _titles(found) == ["After an overdose", "Rash in a toddler"]
    assert set(found[0].shared) == {"TCA", "broad complex", "bicarb"}
    assert _titles(house.forum.search.similar_to(house.me("nadia"), first)) == ["Rash in a toddler"]


def test_one_shared_word_is_not_enough(house: House) -> None:
    """Nothing is like what shares one word with it, or none."""
    house.post("omar", "A zumbolin was given.", title="About that zumbolin")
    me = house.me("nadia")
    for text in ("zumbolin", "the patient was given", "", "quibbelt frobnitz"):
        assert house.forum.search.similar(me, text) == ()


def test_nobody_finds_what_is_not_for_them(house: House) -> None:
    """Rooms, hidden and purged posts are like nothing for those who may not read them."""
    room = house.forum.boards.open(house.me("sam"), "room", title="Room", members_of_room=("sam", "omar"))
    house.post("omar", "Gronkel with flimmer.", room, title="Gronkel in the room")
    hidden = house.post("omar", "Gronkel with flimmer again.", title="Gronkel that is hidden")
    purged = house.post("nadia", "Gronkel with flimmer once more.", title="Gronkel that is purged")
    house.forum.cases.hide(house.me("mona"), hidden, "other", is_on=True)
    house.forum.cases.purge(house.me("nadia"), purged, "other")
    assert _titles(house.forum.search.similar(house.me("nadia"), "gronkel flimmer")) == []
    assert _titles(house.forum.search.similar(house.me("omar"), "gronkel flimmer")) == ["Gronkel in the room"]
    with pytest.raises(NotFound):
        house.forum.search.similar_to(house.me("nadia"), hidden)


@examples(60)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["MI", "heart", "attack", '"', "*", "OR", "12", "é"])).map(" ".join)
)
def test_no_text_is_an_error(house: House, text: str) -> None:
    """Whatever is written, it can be asked for, and its concepts are few and no two alike."""
    house.forum.search.similar(house.me("nadia"), text)
    found = concepts(text, clinical_words().synonyms)
    assert len(found) <= CONCEPTS_MAX
    assert len({frozenset(concept.ways) for concept in found}) == len(found)
