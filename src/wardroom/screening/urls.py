"""Addresses on the web; those of literature are passed by ``references``."""

import re
from collections.abc import Iterator

from wardroom.screening import lexicon
from wardroom.screening.findings import BLOCK, Candidate

_URL = re.compile(
    r"\b(?:https?|ftp|sftp|ssh|file|hxxps?)\s?:\s?//[^\s<>\"]{2,300}|(?<![\w@.])www\.[^\s<>\"]{3,300}", re.IGNORECASE
)
_BARE = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{0,40}\.){1,5}([a-z]{2,10})(?:/[^\s<>\"]{0,200})?(?![\w@.-]*@)(?![\w-])",
    re.IGNORECASE,
)
_TAIL = ".,;:!?)]}'\""


def find(text: str) -> Iterator[Candidate]:
    """Full addresses, and bare names with a known ending."""
    if "//" in text or "www." in text.lower():
        for match in _URL.finditer(text):
            found = match.group().rstrip(_TAIL)
            yield Candidate(match.start(), match.start() + len(found), "url", BLOCK, "[link]")
    if "." not in text:
        return
    for match in _BARE.finditer(text):
        found = match.group().rstrip(_TAIL)
        host = found.split("/")[0]
        ending = match.group(1).lower()
        # A sentence without a space after its end ("seen.It") is the common look-alike: a short ending needs a
        # lower-case spelling and a name before it that is no number.
        if ending not in lexicon.words("tlds") or host.split(".")[0].isdigit():
            continue
        if "/" not in found and (host != host.lower() or host.removesuffix("." + ending) in lexicon.after_a_cue()):
            continue
        if len(ending) < 3 and "/" not in found and host.count(".") < 2 and len(host) < 7:
            continue
        yield Candidate(match.start(), match.start() + len(found), "url", BLOCK, "[link]")
