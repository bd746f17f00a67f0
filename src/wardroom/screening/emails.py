"""E-mail addresses, also written with "at" and "dot"."""

import re
from collections.abc import Iterator

from wardroom.screening import lexicon
from wardroom.screening.findings import BLOCK, Candidate

_PLAIN = re.compile(r"[^\W_][\w.+%'&-]{0,63}@(?:[^\W_][\w-]{0,62}\.){1,6}[^\W\d_]{2,24}(?![\w@])")
_LOOSE = re.compile(
    r"(?<![\w.])[^\W_][\w.+-]{0,40}"
    r"(?:\s?[\[({<]\s?(?:at|@|arroba)\s?[\])}>]\s?|\s@\s?|\s?@\s|\s(?:at|arroba)\s|@)"
    r"[^\W_][\w-]{0,40}"
    r"(?:(?:\s?[\[({<]\s?(?:dot|punto|point|\.)\s?[\])}>]\s?|\s(?:dot|punto)\s|\s?\.\s?)[^\W_][\w-]{0,30}){1,4}",
    re.IGNORECASE,
)
_SPELLED_DOT = re.compile(r"[\[({<]\s?(?:dot|punto|point|\.)|\s(?:dot|punto)\s", re.IGNORECASE)


def find(text: str) -> Iterator[Candidate]:
    """Addresses with a dotted domain; ``name@site`` without a dot is a member's handle and passes."""
    if "@" in text:
        for match in _PLAIN.finditer(text):
            yield Candidate(match.start(), match.end(), "email", BLOCK, "[email]")
    if "@" not in text and not re.search(r"(?:dot|punto|point|\[at\]|\(at\))", text, re.IGNORECASE):
        return
    for match in _LOOSE.finditer(text):
        found = match.group()
        # "look at example.org" names a page; a person's address has a sign or spells its dot out.
        if (
            "@" not in found
            and not re.search(r"[\[({<]\s?(?:at|arroba)", found, re.IGNORECASE)
            and not _SPELLED_DOT.search(found)
        ):
            continue
        end = match.end()
        while end > match.start() and re.split(r"[^\w-]+", text[match.start() : end].rstrip())[
            -1
        ].lower() not in lexicon.words("tlds"):
            # The next sentence is no part of the domain.
            end = max(text.rfind(".", match.start(), end), match.start())
        if end > match.start():
            start = match.start()
            lead = re.search(r"(?:dot|punto|point|\.)\s$", text[max(0, start - 8) : start], re.IGNORECASE)
            if lead:
                before = re.search(
                    r"[\w+-]{1,40}\s(?:dot|punto|point|\.)\s$", text[max(0, start - 50) : start], re.IGNORECASE
                )
                start -= len(before.group()) if before else 0
            yield Candidate(start, end, "email", BLOCK, "[email]")
