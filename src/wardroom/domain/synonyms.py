"""Several ways to say the same: lists of them become an index of phrases, and a query also asks for the other ways.

A list is plain text, one meaning a line: the ways to say it with a tab between them, ``MI⇥myocardial infarction``. A
line that begins with # is a comment. An abbreviation with several meanings has several lines and stands for all of
them. A way with = before it (``=AS``) counts only as it is written, for what is another word in small letters; since
the index does not know capitals, it is never added to a search.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from wardroom.domain.query import Query, Term, fold, tokens
from wardroom.domain.text import clean

WAY_MAX: Final = 80
"""Characters of one way to say something."""
ADDED_MAX: Final = 16
"""Ways that are added to one query."""
SPELLINGS_MAX: Final = 8
"""Spellings of one way that count."""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say something."""

    written: str
    words: tuple[str, ...]
    """Its tokens as the index holds them."""
    is_exact: bool = False
    """Whether it counts only as it is written."""


Meaning = tuple[Way, ...]
"""The ways to say one thing."""


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Meanings, found by the words of any of their ways."""

    by_words: dict[tuple[str, ...], list[tuple[Way, Meaning]]]
    longest: int
    """Words of the longest way."""

    def others(self, typed: Sequence[str]) -> Iterator[Way]:
        """The other ways to say what these tokens say, in the order of the lists."""
        words = tuple(map(fold, typed))
        for way, meaning in self.by_words.get(words, ()):
            if not way.is_exact or way.written.split() == list(typed):
                yield from (other for other in meaning if other.words != words and not other.is_exact)

    @property
    def vocabulary(self) -> frozenset[str]:
        """Every word of every way."""
        return frozenset(word for words in self.by_words for word in words)


def read(text: str) -> tuple[list[Meaning], list[str]]:
    """The meanings a list holds, and for each line that cannot be used its number and why."""
    meanings: list[Meaning] = []
    troubles: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        ways = [_way(part) for part in line.split("\t") if part.strip()]
        usable = [way for way in ways if way is not None]
        if len(usable) < len(ways):
            troubles.append(f"line {number}: a way to say something needs a letter, and at most {WAY_MAX} characters")
        elif len({way.words for way in usable}) < 2:
            troubles.append(f"line {number}: a meaning needs two ways to say it, with a tab between them")
        else:
            meanings.append(tuple(usable))
    return meanings, troubles


def _way(part: str) -> Way | None:
    written = clean(part, one_line=True).strip()
    is_exact = written.startswith("=")
    written = written.removeprefix("=").strip()
    words = tuple(fold(written[start:end]) for start, end in tokens(written))
    return Way(written, words, is_exact) if words and len(written) <= WAY_MAX else None


def gathered(meanings: Iterable[Meaning], spellings: Iterable[Meaning]) -> Synonyms:
    """All meanings, found also by the other spellings of their words."""
    spelled: dict[str, list[str]] = {}
    for meaning in spellings:
        single = [way.words[0] for way in meaning if len(way.words) == 1]
        for word in single:
            spelled.setdefault(word, [word]).extend(other for other in single if other != word)
    by_words: dict[tuple[str, ...], list[tuple[Way, Meaning]]] = {}
    longest = 1
    for meaning in meanings:
        whole: list[Way] = []
        for way in meaning:
            alike = product(*(spelled.get(word, [word]) for word in way.words))
            whole += [replace(way, words=words) for words, _ in zip(alike, range(SPELLINGS_MAX), strict=False)]
        for way in whole:
            by_words.setdefault(way.words, []).append((way, tuple(whole)))
            longest = max(longest, len(way.words))
    return Synonyms(by_words, longest)


def expanded(query: Query, synonyms: Synonyms) -> tuple[Query, tuple[str, ...]]:
    """A query that finds the same and what says it in other ways, and those ways as they are written.

    What stands in quotation marks, is a beginning, or is left out stays as it is. Words that make a way together are
    found together or by another way, each: ``(heart OR MI) AND (attack OR MI)`` is ``(heart AND attack) OR MI``.
    """
    groups = [list(group) for group in query.groups]
    added: dict[tuple[str, ...], str] = {}

    def add(way: Way, places: Iterable[int]) -> None:
        if way.words not in added and len(added) == ADDED_MAX:
            return
        added[way.words] = way.written
        term = Term(" ".join(way.words), "phrase" if len(way.words) > 1 else "word")
        for place in places:
            if term not in groups[place]:
                groups[place].append(term)

    for place, group in enumerate(query.groups):
        if len(group) > 1:
            for term in group:
                for way in synonyms.others(_typed(term)):
                    add(way, [place])
            continue
        typed: list[str] = []
        for end in range(place, len(query.groups)):
            more = _typed(query.groups[end][0]) if len(query.groups[end]) == 1 else []
            typed += more
            if not more or len(typed) > synonyms.longest:
                break
            for way in synonyms.others(typed):
                add(way, range(place, end + 1))
    if not added:
        return query, ()
    return replace(query, groups=tuple(map(tuple, groups))), tuple(dict.fromkeys(added.values()))


def _typed(term: Term) -> list[str]:
    """The tokens of a term that may be said in another way; none of one that is meant exactly."""
    return [] if term.is_exact or term.kind == "prefix" else term.text.split()
