"""The text as recognisers see it: one spelling for look-alikes, with the way back to the original places."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple


class Seen(NamedTuple):
    """A text for recognisers; character ``i`` stands for ``starts[i]:ends[i]`` of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


# What ``domain.text.clean`` shows in place of a hidden character stands between the parts of what was hidden.
_PLACEHOLDER = re.compile(
    r"⟨(?:SHY|CGJ|ALM|MVS|ZWSP|ZWNJ|ZWJ|LRM|RLM|LRE|RLE|PDF|LRO|RLO|WJ|LRI|RLI|FSI|PDI|BOM|U\+[0-9A-F]{4,6})⟩"
)
_ALIKE: Final = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201b": "'",
    "\u02bc": "'",
    "\u2032": "'",
    "\u00b4": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2024": ".",
    "\u3002": ".",
    "\u2044": "/",
    "\u2215": "/",
    "\u2236": ":",
    "\u2212": "-",
    "\u2219": ".",
}
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2028\u2029") | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10))
}


@lru_cache(4096)
def _fold(char: str) -> str:
    """The ASCII look-alike of ``char``, nothing for what takes no room, else ``char``."""
    alike = _ALIKE.get(char)
    if alike is not None:
        return alike
    category = unicodedata.category(char)
    if char in _INVISIBLE or category == "Cf" or 0xE0000 <= ord(char) <= 0xE0FFF:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(char))
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    if "\uff01" <= char <= "\uff5e" or "\U0001d400" <= char <= "\U0001d7ff" or "\ufe50" <= char <= "\ufe6f":
        return unicodedata.normalize("NFKC", char)
    if "\u2460" <= char <= "\u2468" or "\u24b6" <= char <= "\u24e9":
        return unicodedata.normalize("NFKC", char)
    return char


def seen(text: str) -> Seen:
    """``text`` with full-width and other look-alikes folded and what is invisible left out."""
    if text.isascii():
        places = range(len(text) + 1)
        return Seen(text, places, places[1:])
    chars: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for hidden in [*_PLACEHOLDER.finditer(text), None]:
        for place in range(at, hidden.start() if hidden else len(text)):
            char = text[place]
            if char >= "\u0300" and unicodedata.combining(char):
                if chars:
                    ends[-1] = place + 1
                    composed = unicodedata.normalize("NFC", chars[-1] + char)
                    chars[-1] = composed if len(composed) == 1 else chars[-1]
                continue
            for part in char if char < "\xa0" else _fold(char):
                chars.append(part)
                starts.append(place)
                ends.append(place + 1)
        if hidden:
            at = hidden.end()
    return Seen("".join(chars), starts, ends)


# Single characters with one sign between each, which no prose has six of in a row.
_SPACED = re.compile(r"(?<!\S)\S(?: {1,2}\S(?!\S)){5,79}|(?<!\w)\w(?:([.\-_*,|])\w(?!\w)){5,79}")
_COUNTING: Final = ("0123456789", "9876543210")


def squeezed(text: Seen) -> tuple[Seen, list[tuple[int, int]]] | None:
    """``text`` with spaced-out words pulled together, and where they now stand; None when there are none."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    runs: list[tuple[int, int]] = []
    size = done = 0

    def keep(first: int, last: int) -> None:
        nonlocal size
        parts.append(text.text[first:last])
        starts.extend(text.starts[first:last])
        ends.extend(text.ends[first:last])
        size += last - first

    for match in _SPACED.finditer(text.text):
        run = match.group()
        step = match.group(1)
        signs = run.replace(step, "") if step else "".join(run.split())
        if any(signs in order for order in _COUNTING):
            continue
        keep(done, match.start())
        begin = size
        place = match.start()
        while place < match.end():
            keep(place, place + 1)
            after = place + 1
            while after < match.end() and text.text[after] == (step or " "):
                after += 1
            if not step and after - place > 2:
                keep(after - 1, after)
            place = after
        runs.append((begin, size))
        done = match.end()
    if not runs:
        return None
    keep(done, len(text.text))
    return Seen("".join(parts), starts, ends), runs
