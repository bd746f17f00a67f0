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


def at_words(pattern: re.Pattern[str], text: str, words: Collection[str]) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer(text)`` finds, for a pattern that begins with one of ``words``, in any case."""
    starts = words_of(lowered(text))
    done = 0
    for start in sorted(start for word in starts.keys() & words for start in starts[word]):
        if start >= done:
            match = pattern.match(text, start)
            if match:
                done = match.end()
                yield match


def has_word(text: str, words: Collection[str]) -> bool:
    """Whether one of ``words`` stands in ``text`` as a word."""
    return not words_of(lowered(text)).keys().isdisjoint(words)


def holds_any(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of ``words`` stands in ``text``: a look that spares a slow pattern most texts."""
    for word in words:  # noqa: SIM110 - a generator costs three times as much here
        if word in text:
            return True
    return False
