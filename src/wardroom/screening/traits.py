"""What singles a person out without naming: fame, a rare role, a mark on the body, biometrics."""

import re
from collections.abc import Iterator
from functools import cache

from wardroom.screening import lexicon
from wardroom.screening.findings import WARN, Candidate
from wardroom.screening.places import lowered


@cache
def _pattern() -> re.Pattern[str]:
    phrases = "|".join(re.escape(phrase).replace(r"\ ", r"\s{1,2}") for phrase in lexicon.phrases("traits"))
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)")


def find(text: str) -> Iterator[Candidate]:
    """Phrases of the list."""
    for match in _pattern().finditer(lowered(text)):
        yield Candidate(match.start(), match.end(), "other", WARN, "[detail left out]")
