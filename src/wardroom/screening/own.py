"""Words of a site's own: its hospitals, streets and staff, which no list of the world has."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import lowered

LISTS: Final = {
    "hospitals": ("location", "the hospital"),
    "streets": ("address", "[address]"),
    "staff": ("name", "a colleague"),
}
"""Each list with the kind of its findings and what could stand there instead."""
SHORTEST, LONGEST, MOST = 3, 80, 20_000


@dataclass(frozen=True)
class OwnWords:
    """The entries of each list, in small letters."""

    entries: tuple[tuple[str, frozenset[str]], ...]

    @cached_property
    def _patterns(self) -> tuple[tuple[str, re.Pattern[str]], ...]:
        found = []
        for name, words in self.entries:
            sorts = sorted(words, key=len, reverse=True)
            alternatives = "|".join(re.escape(word).replace(r"\ ", r"\s{1,2}") for word in sorts)
            found.append((name, re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")))
        return tuple(found)

    def find(self, text: str) -> Iterator[Candidate]:
        """Every entry that stands in a text as words of their own, whatever its case."""
        for name, pattern in self._patterns:
            kind, instead = LISTS[name]
            for match in pattern.finditer(lowered(text)):
                yield Candidate(match.start(), match.end(), kind, BLOCK, instead)


def read_list(lines: Iterable[str]) -> tuple[frozenset[str], tuple[tuple[int, str], ...]]:
    """The entries of a list, one a line, ``#`` before a remark; and (line, what is wrong with it) for those left out."""
    found: set[str] = set()
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(lines, 1):
        entry = " ".join(line.partition("#")[0].split())
        if not entry:
            continue
        if not entry.isprintable():
            wrong.append((number, "holds a control character"))
        elif not SHORTEST <= len(entry) <= LONGEST:
            wrong.append((number, f"has {len(entry)} characters; {SHORTEST} to {LONGEST} make an entry"))
        elif not any(map(str.isalpha, entry)):
            wrong.append((number, "holds no letter"))
        elif len(found) == MOST:
            wrong.append((number, f"is one too many; {MOST} entries are the most"))
            break
        else:
            found.add(lowered(entry))
    return frozenset(found), tuple(wrong)
