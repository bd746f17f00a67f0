"""The short list of complaints: whole and without overlap, and a code only where the words speak of one thing."""

from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain.complaints import NONE, check_code, code_of, codes, complaint_words, read_complaint, shown_code
from wardroom.errors import InputRejected

ROWS = [
    line.split("\t")
    for line in resources.files("wardroom.domain").joinpath("complaints.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def test_the_list_is_whole() -> None:
    """Some eighty codes, each once, of small letters and dashes; no way to say something belongs to two of them."""
    names = [row[0] for row in ROWS]
    assert codes() == set(names)
    assert 60 <= len(names) == len(set(names)) <= 90
    assert all(name == name.lower() and name.replace("-", "").isalpha() and name != NONE for name in names)
    ways = [way.casefold() for row in ROWS for way in row[1:]]
    assert len(ways) == len(set(ways))
    assert all(way.strip() == way and way for way in ways)


@pytest.mark.parametrize(("code", "way"), [(row[0], way) for row in ROWS for way in row[1:]])
def test_each_way_is_its_code(code: str, way: str) -> None:
    """As it stands, in capitals, and with words around it."""
    for said in (way, way.upper(), f"sudden {way} today"):
        assert code_of(said) == code


@pytest.mark.parametrize(
    ("complaint", "code"),
    [
        ("central chest pain at rest", "chest-pain"),
        ("chest pain and SOB", ""),
        ("no chest pain", ""),
        ("SOB, no chest pain", "breathlessness"),
        ("?seizure", ""),
        ("headache, ?stroke", "headache"),
        ("fear of palpitations", ""),
        ("hx of seizures", ""),
        ("Douleur thoracique", "chest-pain"),
        ("fievre", "fever"),
        ("broken heart", ""),
        ("", ""),
    ],
)
def test_a_code_only_where_nobody_could_doubt_it(complaint: str, code: str) -> None:
    """Two complaints, an absent, a doubtful and an earlier one have none."""
    assert code_of(complaint) == code


def test_a_code_can_be_typed_and_taken_away() -> None:
    """``cc:`` in the words chooses; what is no code is refused with some that are near."""
    assert read_complaint("felt odd cc:syncope all day") == ("felt odd all day", "syncope")
    assert read_complaint("cc:Chest-Pain") == ("", "chest-pain")
    assert read_complaint("headache cc:none") == ("headache", "")
    assert read_complaint("headache") == ("headache", "headache")
    with pytest.raises(InputRejected, match="chest-pain"):
        read_complaint("cc:chestpain")
    with pytest.raises(InputRejected):
        check_code("boredom")
    check_code("")


@given(st.sampled_from(["", "headache", "odd feeling", "chest pain and SOB"]), st.sampled_from(["", *sorted(codes())]))
def test_what_is_shown_in_the_form_is_read_back(words: str, code: str) -> None:
    """Words and code, whichever they are."""
    assert read_complaint(complaint_words(words, code)) == (words, code)


def test_the_card_names_a_code_that_the_words_do_not_say() -> None:
    """Beside other words, and alone."""
    assert shown_code("chest-pain", "tight chest") == shown_code("chest-pain", "") == "cc:chest-pain"
    assert shown_code("chest-pain", "Chest pain") == shown_code("", "odd") == ""
