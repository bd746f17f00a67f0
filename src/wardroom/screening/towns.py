"""Known towns after a word of place; what lies below the state is asked about."""

import re
from collections.abc import Iterator

from wardroom.screening import lexicon
from wardroom.screening.findings import WARN, Candidate

_AFTER = re.compile(
    r"(?<!\w)(?i:in|from|near|to|at|outside|around|via|through|visit(?:ed|ing)|leaving|en|à|desde|hasta|vers) "
    r"(?=(?P<first>[^\W\d_a-zß-öø-ÿ][\w.'-]{2,24})(?P<more>(?: [^\W\d_a-zß-öø-ÿ][\w'-]{1,24}){0,2}))"
)
_NEXT = re.compile(r"[ -]{1,2}([A-Za-z-]{2,20})(?: {1,2}([A-Za-z-]{2,20}))?")


def find(text: str) -> Iterator[Candidate]:
    """Towns of the list, save in the name of a score or a rule."""
    towns, nouns = lexicon.lines("towns"), lexicon.words("eponym_nouns")
    for match in _AFTER.finditer(text):
        words = (match["first"] + match["more"]).split()
        for count in range(len(words), 0, -1):
            town = " ".join(words[:count])
            end = match.end() + len(town)
            if town.lower().rstrip(".,") not in towns:
                continue
            following = _NEXT.match(text, end)
            if not (following and any(word and word.lower() in nouns for word in following.groups())):
                yield Candidate(match.end(), match.end() + len(town.rstrip(".,")), "location", WARN, "the region")
            break
