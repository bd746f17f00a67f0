"""What a text is about: the concepts in it by which texts like it are found, each in every way it may be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wardroom.domain.query import fold, tokens
from wardroom.domain.synonyms import Synonyms

CHARACTERS_MAX: Final = 6_000
"""Characters of a text that are looked at."""
CONCEPTS_MAX: Final = 48
"""Concepts of a text that are looked at."""
SHORTEST: Final = 3
"""Letters of a word that says something by itself; shorter ones count where a list knows them."""

_IN_EVERY_TEXT: Final = """
about above across after afterwards again against ago all almost alone along already also although always among and
another any anyone anything are around asked back because become been before began being below better between both
bring brought but called came can cannot case cases come could current currently day days did does doing done down due
during each early either else even ever every few first following for found four from further gave get given gives
giving going good got had half has have having help her here him his hour hours how however into its itself just keep
know known last later least left less let like little long look looks made make many may maybe might min mins minute
minutes month months more most much must name near need needs never new next night none normal not nothing now number
off often old once one only onto other others our out over own patient patients perhaps please point possible present
presented presenting presents probably put question quite rather really reports right said same saw say see seen seems
she should show shows side since six some someone something soon started still such take taken tell than thank thanks
that the their them then there these they thing think this those though thought three through time times today
together told too took tried try turn two under until upon use used using usual usually very via want wants was way
week weeks well went were what when where whether which while who whole whom whose why will with within without would
year years yes yesterday yet you your
"""

SAYS_NOTHING: Final = frozenset(_IN_EVERY_TEXT.split())
"""Words of English that stand in every text."""


@dataclass(frozen=True, slots=True)
class Concept:
    """Something a text speaks of."""

    said: str
    """As the text says it."""
    ways: tuple[tuple[str, ...], ...]
    """Every way to say it, as words of the index."""


def concepts(text: str, synonyms: Synonyms) -> tuple[Concept, ...]:
    """The concepts of a text in their order, each once; the longest known way of saying something counts."""
    text = text[:CHARACTERS_MAX]
    typed = [text[start:end] for start, end in tokens(text)]
    folded = [fold(token) for token in typed]
    found: dict[tuple[tuple[str, ...], ...], Concept] = {}
    at = 0
    while at < len(typed) and len(found) < CONCEPTS_MAX:
        concept, length = _known(typed, folded, at, synonyms)
        if concept is None and _says_something(folded[at]):
            concept = Concept(typed[at], ((folded[at],),))
        if concept is not None:
            found.setdefault(tuple(sorted(concept.ways)), concept)
        at += length
    return tuple(found.values())


def _known(typed: Sequence[str], folded: Sequence[str], at: int, synonyms: Synonyms) -> tuple[Concept | None, int]:
    """The concept of the lists that begins here, and how many words it takes; None and one word where there is none."""
    for length in range(min(synonyms.longest, len(typed) - at), 0, -1):
        words = tuple(folded[at : at + length])
        if words in synonyms.by_words and (length > 1 or words[0] not in SAYS_NOTHING):
            others = [way.words for way in synonyms.others(typed[at : at + length])]
            if others:
                return Concept(" ".join(typed[at : at + length]), tuple(dict.fromkeys([words, *others]))), length
    return None, 1


def _says_something(word: str) -> bool:
    return len(word) >= SHORTEST and word not in SAYS_NOTHING and not any(map(str.isdigit, word))
