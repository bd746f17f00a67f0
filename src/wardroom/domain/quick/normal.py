"""A line in one alphabet, character for character: digits, dashes, blanks and full-width letters as ASCII has them."""

import unicodedata
from functools import cache
from typing import Final

_SAME: Final = {
    **dict.fromkeys("‐‑‒–—―−﹣－⁃", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc`\u00b4\u2032", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("⁄∕／", "/"),
    **dict.fromkeys("º˚", "°"),
    **dict.fromkeys("∼～≈≅", "~"),
    "\u066b": ".",
    "\u00b7": ".",
    "⁺": "+",
    "₂": "2",
    "\n": ";",
}


@cache
def _plain(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    category = unicodedata.category(char)
    if category in {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Cn", "Co"}:
        return " "
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 and folded.isascii() else char


def plain(text: str) -> str:
    """The same text, as long as before, so that places in it are places in the original."""
    return text if text.isascii() and text.isprintable() else "".join(map(_plain, text))
