"""What a word is by the long lists: a given name, a family name, a word that is no name, or unknown.

The lists stay one run of bytes: 430,000 words as Python strings would cost ten times the memory, and a post asks
for a few dozen of them.
"""

import struct
import unicodedata
import zlib
from functools import cache, lru_cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

_BASE: Final = ord("A")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_NEAR: Final = 600
"""So many bytes are searched faster than halved."""
_UNLIKE: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ı": "i"}
)


class Known(NamedTuple):
    """How common a word is as a name (0 never, 1 listed, 2 common) and whether it is an ordinary word."""

    given: int
    family: int
    is_word: bool


UNKNOWN: Final = Known(0, 0, False)


@cache
def _packed() -> dict[str, bytes]:
    """The words of each first letter, packed: behind 26 lengths stand as many zlib streams."""
    packed = resources.files(__package__).joinpath("data", "words.bin").read_bytes()
    sizes = struct.unpack_from(">26I", packed)
    ends = list(accumulate(sizes, initial=struct.calcsize(">26I")))
    return {letter: packed[start:end] for letter, (start, end) in zip(_LETTERS, pairwise(ends), strict=True)}


@cache
def _lines(first: str) -> bytes:
    """The words that begin with ``first``, sorted, a line each: small ASCII letters, then one capital that says what it is."""
    return zlib.decompress(_packed()[first])


@lru_cache(8192)
def look_up(word: str) -> Known:
    """What ``word`` is, whatever its case and accents; of parts joined by a hyphen the first that is known."""
    low = plain(word)
    if "-" in low:
        parts = [look_up(part) for part in low.split("-") if part]
        if any(len(part) < 2 for part in low.split("-")):
            return Known(0, 0, True)
        if any(part.is_word and not (part.given or part.family) for part in parts):
            return Known(0, 0, True)
        return next((part for part in parts if part is not UNKNOWN), UNKNOWN)
    if not ("a" <= low[:1] <= "z"):
        return UNKNOWN
    lines = _lines(low[0])
    line = f"\n{low}".encode()
    first, last = 0, len(lines)
    while last - first > _NEAR:
        middle = lines.rfind(b"\n", first, (first + last) // 2)
        if middle <= first:
            break
        if lines[middle : middle + len(line)] < line:
            first = middle
        else:
            last = middle + 1
    found = lines.find(line, first, last + len(line))
    if found < 0:
        return UNKNOWN
    code = lines[found + len(low) + 1] - _BASE
    # A letter in place of the capital: only a longer word begins so.
    return Known(code // 6, code // 2 % 3, code % 2 == 1) if 0 <= code < 18 else UNKNOWN


def plain(word: str) -> str:
    """``word`` in small ASCII letters, without accents, apostrophes and dots."""
    low = word.lower().replace("'", "").replace(".", "")
    if low.isascii():
        return low
    apart = unicodedata.normalize("NFD", low.translate(_UNLIKE))
    return "".join(char for char in apart if char.isascii())
