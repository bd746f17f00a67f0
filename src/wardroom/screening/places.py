"""Quick ways through a text: in small letters for words that announce, from digit to digit for numbers.

Python's patterns are several times faster on letters of one case than when they fold each one, and a pattern that
begins with a digit need not be tried at every letter.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
_NUMBER_START = re.compile(r"\d(?<![^\W]\d)")


@lru_cache(4)
def lowered(text: str) -> str:
    """``text`` in small letters, each at its place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


@lru_cache(4)
def words_of(text: str) -> dict[str, list[int]]:
    """The words of ``text`` in small letters, without their signs, and where each begins."""
    starts: dict[str, list[int]] = {}
    for match in _WORD.finditer(lowered(text)):
        starts.setdefault(match.group(), []).append(match.start())
    return starts


def at_words(pattern: re.Pattern[str], text: str, first: frozenset[str]) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer(text)`` finds, for a pattern that begins with one of the words ``first``; ``text`` is lowered."""
    words = words_of(text)
    done = 0
    for start in sorted(start for word in words.keys() & first for start in words[word]):
        if start >= done:
            match = pattern.match(text, start)
            if match:
                done = match.end()
                yield match


def first_words(source: str) -> frozenset[str]:
    """The words a match of ``source`` may begin with: letters, classes of letters, groups, alternatives and ``?`` are understood.

    Raises ValueError at anything else, and where a match may begin with no word.
    """
    found, end = _alternatives(source, 0)
    words = frozenset(word for word, _ in found)
    if end != len(source) or "" in words:
        raise ValueError(source)
    return words


_Beginnings = set[tuple[str, bool]]
"""Beginnings of a word, each with whether the word may go on."""


def _alternatives(source: str, at: int) -> tuple[_Beginnings, int]:
    all_of: _Beginnings = set()
    here: _Beginnings = {("", True)}
    while at < len(source) and source[at] != ")":
        if source[at] == "|":
            all_of |= here
            here, at = {("", True)}, at + 1
            continue
        atom, at = _atom(source, at)
        if source[at : at + 1] == "?":
            atom, at = atom | {("", True)}, at + 1
        here = {
            (word + more, goes_on) if is_open else (word, False)
            for word, is_open in here
            for more, goes_on in (atom if is_open else {("", False)})
        }
    return all_of | here, at


def _atom(source: str, at: int) -> tuple[_Beginnings, int]:
    char = source[at]
    if char == "(":
        inner = source.find("(?:", at) == at
        if not inner:
            raise ValueError(source)
        found, end = _alternatives(source, at + 3)
        return found, end + 1
    if char == "[":
        end = source.index("]", at)
        return {(letter, True) if letter.isalnum() else ("", False) for letter in source[at + 1 : end]}, end + 1
    if char == "\\":
        return {("", False)}, at + 2
    if char in "*+{}^$.":
        raise ValueError(source)
    return {(char, True) if char.isalnum() else ("", False)}, at + 1


@lru_cache(4)
def _number_starts(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in _NUMBER_START.finditer(text))


def at_numbers(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer(text)`` finds, for a pattern that begins with a digit no letter or digit stands before."""
    done = 0
    for start in _number_starts(text):
        if start >= done:
            match = pattern.match(text, start)
            if match:
                done = match.end()
                yield match


def has_word(text: str, words: Collection[str]) -> bool:
    """Whether one of ``words`` stands in ``text`` as a word."""
    return not words_of(text).keys().isdisjoint(words)


def holds_any(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` stands in ``text``: a look that spares a slow pattern most texts."""
    return any(word in text for word in words)
