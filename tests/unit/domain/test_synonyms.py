"""Other ways to say the same: lists are read whole or refused by line, and a query with them never finds less."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from wardroom.domain.query import Query, Term, fold, parse, tokens
from wardroom.domain.synonyms import ADDED_MAX, WAY_MAX, Meaning, Synonyms, Way, expanded, gathered, read

LIST = """
# a comment
MI\tmyocardial infarction\theart attack
MI\tmesenteric ischaemia
=AS\taortic stenosis
paracetamol\tacetaminophen\tTylenol
"""
SPELLED = "ischaemia\tischemia\nhaemorrhage\thaemorrhage\themorrhage\n"
WORDS = ("mi", "as", "heart", "attack", "myocardial", "infarction", "aortic", "stenosis", "fluids", "ischemia")


def synonyms() -> Synonyms:
    """What the two lists above say."""
    return gathered(read(LIST)[0], read(SPELLED)[0])


def also(text: str) -> tuple[str, ...]:
    """What else is looked for."""
    return expanded(parse(text), synonyms())[1]


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("MI", ("myocardial infarction", "heart attack", "mesenteric ischaemia")),
        ("mi", ("myocardial infarction", "heart attack", "mesenteric ischaemia")),
        ("heart attack", ("MI", "myocardial infarction")),
        ("mesenteric ischemia", ("MI", "mesenteric ischaemia")),
        ("old heart attack young", ("MI", "myocardial infarction")),
        ("heart OR attack", ()),
        ("tylenol OR codeine", ("paracetamol", "acetaminophen")),
        ("AS", ("aortic stenosis",)),
        ("as", ()),
        ("aortic stenosis", ()),
        ('"MI"', ()),
        ('"heart attack"', ()),
        ("-MI fluids", ()),
        ("MI*", ()),
        ("author:mi", ()),
    ],
)
def test_what_else_is_looked_for(text: str, ways: tuple[str, ...]) -> None:
    """Short forms find long ones and back, an ambiguous one finds all; what is meant exactly finds itself."""
    assert also(text) == ways


def _finds(query: Query, words: Sequence[str]) -> bool:
    """Whether a text of these words holds what a query looks for."""

    def holds(term: Term) -> bool:
        sought = [fold(term.text[start:end]) for start, end in tokens(term.text)]
        if term.kind == "prefix":
            return any(word.startswith(sought[-1]) for word in words)
        return any(list(words[at : at + len(sought)]) == sought for at in range(len(words)))

    return all(any(map(holds, group)) for group in query.groups) and not any(map(holds, query.excluded))


queries = st.lists(
    st.one_of(
        st.sampled_from(WORDS), st.sampled_from([word.upper() for word in WORDS]), st.sampled_from(["OR", "-", '"']),
        st.sampled_from(['"MI"', "-mi", "he*", '"heart attack"', "heart attack"]),
    ),
    max_size=8,
).map(" ".join)  # fmt: skip


@examples(300)
@given(queries, st.lists(st.sampled_from(WORDS), max_size=6))
def test_what_the_plain_query_finds_is_found(text: str, words: list[str]) -> None:
    """Looking for other ways too never hides a text."""
    plain = parse(text)
    wider, _ways = expanded(plain, synonyms())
    assert not _finds(plain, words) or _finds(wider, words)
    assert (wider.excluded, wider.filters) == (plain.excluded, plain.filters)


@given(st.text(max_size=300) | st.lists(st.sampled_from(["MI", "heart", "attack", "AS", '"', "OR"])).map(" ".join))
def test_no_query_is_an_error(text: str) -> None:
    """Whatever is typed, at most so many ways are added."""
    assert len(also(text)) <= ADDED_MAX


@given(st.text(max_size=400) | st.lists(st.sampled_from(["a", "\t", "\n", "=", "#", " ", "é", "."])).map("".join))
def test_any_list_is_read(text: str) -> None:
    """Each line is a meaning, a comment, empty, or named as a trouble; what was read can be searched by."""
    meanings, troubles = read(text)
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(meanings) + len(troubles) == len(lines)
    assert all(trouble.startswith("line ") for trouble in troubles)
    found = gathered(meanings, meanings)
    for meaning in meanings:
        for way in meaning:
            assert 0 < len(way.words) <= found.longest
            assert len(way.written) <= WAY_MAX


def test_spellings_count_inside_longer_ways() -> None:
    """A long form is found in every spelling of its words, and told once."""
    head: Meaning = (Way("SAH", ("sah",)), Way("subarachnoid haemorrhage", ("subarachnoid", "haemorrhage")))
    query, ways = expanded(parse("SAH"), gathered([head], read(SPELLED)[0]))
    assert ways == ("subarachnoid haemorrhage",)
    assert [term.text for term in query.groups[0]] == ["SAH", "subarachnoid haemorrhage", "subarachnoid hemorrhage"]
