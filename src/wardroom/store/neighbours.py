"""Words of the index that are spelled almost like another.

What the index holds is no viewer's: whoever offers such a word first finds a post with it that the viewer may read.
"""

import sqlite3
from typing import Final

from wardroom.domain.spelling import SHORTEST, one_slip_away

BEGINNING: Final = 3
"""Letters that are thought right when there are two slips; a slip among them must be the only one."""
LOOKED_AT_MAX: Final = 300
"""Words that are looked at."""


def neighbours(db: sqlite3.Connection, word: str) -> set[str]:
    """Words of posts that begin like ``word``, and those that become it by one slip in its beginning."""
    if len(word) < SHORTEST:
        return set()
    first = word[:BEGINNING]
    found: set[str] = set()
    here = _next(db, first)
    while here is not None and here.startswith(first) and len(found) < LOOKED_AT_MAX:
        found.add(here)
        here = _next(db, here + "\x01")
    here = ""
    for slip in sorted(one_slip_away(word, BEGINNING)):
        # The words stand in order: where the next one lies beyond a slip, nothing need be asked for it.
        if here is None or slip < here:
            continue
        here = _next(db, slip) if slip != here else here
        if here == slip:
            found.add(slip)
    return found


def _next(db: sqlite3.Connection, at_least: str) -> str | None:
    """The first word of the index that does not come before another."""
    row = db.execute("SELECT term FROM view_search_words WHERE term >= ? LIMIT 1", (at_least,)).fetchone()
    return None if row is None else str(row[0])
