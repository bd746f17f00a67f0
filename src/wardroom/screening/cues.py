"""A pattern that begins with a word: tried only where one of its first words stands, which spares it the rest of a text."""

import re
from collections.abc import Iterator

from wardroom.screening.places import words_of

_Beginnings = set[tuple[str, bool]]
"""Beginnings of a word, each with whether the word may go on."""


class Cue:
    """A pattern in small letters; raises ValueError where a match may begin with no word."""

    __slots__ = ("_first", "pattern")

    def __init__(self, source: str) -> None:
        self.pattern = re.compile(source)
        self._first = first_words(source)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """What ``re.finditer`` would find in ``text``, which is in small letters."""
        words = words_of(text)
        done = 0
        for start in sorted(start for word in words.keys() & self._first for start in words[word]):
            if start >= done:
                match = self.pattern.match(text, start)
                if match:
                    done = match.end()
                    yield match


def first_words(source: str) -> frozenset[str]:
    """The words a match may begin with. Raises ValueError where that cannot be said."""
    found, end = _alternatives(source, 0)
    words = frozenset(word for word, _ in found)
    if end != len(source) or "" in words:
        raise ValueError(source)
    return words


def _alternatives(source: str, at: int) -> tuple[_Beginnings, int]:
    all_of: _Beginnings = set()
    here: _Beginnings = {("", True)}
    while at < len(source) and source[at] != ")":
        if source[at] == "|":
            all_of |= here
            here, at = {("", True)}, at + 1
            continue
        if not any(goes_on for _, goes_on in here):
            at = _behind(source, at)
            continue
        if source.startswith("\\b", at):
            here, at = {(word, is_open and at == 0) for word, is_open in here}, at + 2
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
        if source.startswith(("(?=", "(?!", "(?<"), at):
            # What no letter may follow ends the word.
            return {("", not source.startswith(("(?!\\w", "(?![\\w"), at))}, _behind(source, at)
        begin = source.index(">", at) + 1 if source.startswith("(?P<", at) else at + (3 if source[at + 1] == "?" else 1)
        found, end = _alternatives(source, begin)
        return found, end + 1
    if char == "[":
        end = source.index("]", at)
        if source[at + 1] == "^":
            raise ValueError(source)
        signs = re.sub(r"\\.", " ", source[at + 1 : end])
        return {(sign, True) if sign.isalnum() else ("", False) for sign in signs}, end + 1
    if char == "\\":
        if source[at + 1] in "wdWDS":
            raise ValueError(source)
        return {("", False)}, at + 2
    if char in "*+{}^$.":
        raise ValueError(source)
    return {(char, True) if char.isalnum() else ("", False)}, at + 1


def _behind(source: str, at: int) -> int:
    """Behind the sign, class or group at ``at``."""
    char = source[at]
    if char == "\\":
        return at + 2
    if char == "[":
        end = source.index("]", at + 2)
        while source[end - 1] == "\\":
            end = source.index("]", end + 1)
        return end + 1
    if char != "(":
        return at + 1
    at += 1
    while source[at] != ")":
        at = _behind(source, at)
    return at + 1
