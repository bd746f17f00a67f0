"""The word lists of screening, read once from ``data/``."""

from functools import cache
from importlib import resources
from typing import Final

PLAIN_RANKS: Final = 400
"""The most frequent ordinary words, which are no name even after a title."""


def _lines(name: str) -> list[str]:
    file = resources.files(__package__).joinpath("data", f"{name}.txt")
    return [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def _in_order(name: str) -> list[str]:
    return [word for line in _lines(name) for word in line.split()]


@cache
def words(name: str) -> frozenset[str]:
    """The words of one list."""
    return frozenset(_in_order(name))


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The lines of one list, the longest first."""
    return tuple(sorted(_lines(name), key=len, reverse=True))


@cache
def lines(name: str) -> frozenset[str]:
    """The lines of one list, to ask whether one is there."""
    return frozenset(_lines(name))


@cache
def beside(what: str) -> frozenset[str]:
    """The words that say ``what`` about a name beside them."""
    return _keyed("beside_names", what)


@cache
def of_venues(what: str) -> frozenset[str]:
    """The words of named places that say ``what``, in small letters."""
    return _keyed("venue_words", what)


def _keyed(name: str, what: str) -> frozenset[str]:
    lines = [line.partition(":") for line in _lines(name)]
    return frozenset(word for key, _, row in lines if key == what for word in row.split())


@cache
def months() -> dict[str, int]:
    """Number of each month's name and short form."""
    return {word: number for number, line in enumerate(_lines("months"), 1) for word in line.split()}


@cache
def after_a_title() -> frozenset[str]:
    """Words that are no name even where a title stands before them."""
    return (
        words("clinical")
        | words("drugs")
        | words("organisms")
        | words("romance")
        | frozenset(_in_order("ordinary")[:PLAIN_RANKS])
    )


@cache
def after_a_cue() -> frozenset[str]:
    """Words that are no name where only a weak cue stands before them."""
    return after_a_title() | words("ordinary") | words("eponym_nouns") | words("romance")


def is_eponym(word: str) -> bool:
    """Whether ``word``, or each half of it, is the name of a sign, score or technique."""
    eponyms = words("eponyms")
    low = word.lower().removesuffix("'s")
    return low in eponyms or ("-" in low and all(part in eponyms for part in low.split("-")))
