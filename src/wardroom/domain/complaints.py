"""The short list of what patients present with: the codes, and which one a complaint in words counts as."""

import re
import unicodedata
from functools import cache
from typing import Final

from wardroom.domain.text import clean
from wardroom.errors import InputRejected
from wardroom.language import _

_WORD: Final = re.compile(r"[a-z0-9]+(?:[&+/][a-z0-9]+)*|[?,;.()]")
_NOT: Final = frozenset(
    ["no", "not", "nil", "denies", "denied", "without", "neg", "negative", "never", "sans", "pas", "?", "prev",
     "previous", "hx", "history", "pmh", "after", "post", "since", "if", "family", "risk", "fear"]
)  # fmt: skip
"""What stands behind one of these, up to a comma, is not what the patient presents with, or nobody is sure of it."""
_STOPS: Final = frozenset([",", ";", ".", "(", ")", "but"])


@cache
def codes() -> frozenset[str]:
    """Every code of the list."""
    return frozenset(_list()[0].values())


@cache
def _list() -> tuple[dict[tuple[str, ...], str], int]:
    """(words → code, words of the longest way)."""
    from importlib import resources  # costs a start more than all else here

    text = resources.files(__package__).joinpath("complaints.tsv").read_text("utf-8")
    ways: dict[tuple[str, ...], str] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        code, *said = line.split("\t")
        ways |= {tuple(_words(way)): code for way in said}
    return ways, max(map(len, ways))


def _words(text: str) -> list[str]:
    bare = "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
    return _WORD.findall(bare.casefold())


def check_code(code: str) -> None:
    """Raise InputRejected for what is no code; nothing at all is none."""
    if code and code not in codes():
        near = ", ".join(sorted(one for one in codes() if code[:3].casefold() in one)[:6]) or "chest-pain, syncope"
        raise InputRejected(
            _("{code!r} is no code of the list of complaints. Codes are such as {near}.").format(
                code=code[:40], near=near
            )
        )


_TYPED: Final = re.compile(r"(?:^|(?<=\s))cc:(?P<code>[A-Za-z-]+)(?=[\s,;.]|$)", re.IGNORECASE)
NONE: Final = "none"
"""Typed in the place of a code: the complaint has none."""


def read_complaint(text: str) -> tuple[str, str]:
    """The words of a complaint and its code, which is typed in it as ``cc:syncope`` or is the one its words speak of.

    Raises InputRejected for what is typed and is no code.
    """
    typed = _TYPED.search(text)
    if typed is None:
        return text, code_of(text)
    code = typed["code"].casefold()
    if code != NONE:
        check_code(code)
    return " ".join(_TYPED.sub(" ", text).split()), "" if code == NONE else code


def complaint_words(words: str, code: str) -> str:
    """A complaint as ``read_complaint`` reads it back."""
    return words if code == code_of(words) else f"{words} cc:{code or NONE}".strip()


def shown_code(code: str, words: str) -> str:
    """``cc:chest-pain`` as it stands beside a complaint's words; nothing where they say just that."""
    is_said = clean(words, one_line=True).casefold().replace(" ", "-") == code
    return "" if is_said or not code else f"cc:{clean(code, one_line=True)}"


def code_of(complaint: str) -> str:
    """The one code a complaint speaks of; empty where it speaks of none, of several, or of what is absent or doubtful."""
    ways, longest = _list()
    words = _words(complaint)
    found: set[str] = set()
    at = 0
    is_absent = False
    while at < len(words):
        if words[at] in _STOPS:
            is_absent = False
        length = next((n for n in range(longest, 0, -1) if tuple(words[at : at + n]) in ways), 0)
        if length and not is_absent:
            found.add(ways[tuple(words[at : at + length])])
        elif not length:
            # "not feeding" is a complaint, "not vomiting" is none.
            is_absent = is_absent or words[at] in _NOT
        at += max(length, 1)
    return found.pop() if len(found) == 1 else ""
