"""Where in the forum a search need look: stretches of version numbers, the newest first.

The index of words is in the order of versions, and cannot tell when a post was written or who has read it. What can be
ruled out beforehand is ruled out here, so that a search finds at once that nothing fits. A stretch may hold versions
that do not fit; those that fit always stand in one.
"""

import sqlite3
from collections.abc import Sequence
from itertools import pairwise

from msgspec.structs import replace

from wardroom.domain.clock import HLC_MAX, hlc
from wardroom.store import queries
from wardroom.store.folds import CLOCK_BLOCK
from wardroom.store.queries import Viewer

Stretches = list[tuple[int, int]]
"""(lowest, highest) version of each stretch, the newest first, none touching another."""

EVERYTHING: Stretches = [(0, (1 << 63) - 1)]
STRETCHES_MAX = 16
"""More are joined to so many across the smallest gaps: each costs a search of its own."""
UNREAD_MAX = 2_000
"""So many unread posts are looked at one by one; what is older is one stretch."""


def between(db: sqlite3.Connection, since_ms: int, until_ms: int) -> Stretches:
    """Where posts stand that were stamped in this time, in milliseconds since 1970."""
    rows = db.execute(
        "SELECT block FROM local_clock_block WHERE newest >= ? AND oldest <= ? ORDER BY block DESC",
        (min(hlc(since_ms), HLC_MAX), min(hlc(until_ms), HLC_MAX)),
    )
    return _joined([(block * CLOCK_BLOCK, (block + 1) * CLOCK_BLOCK - 1) for (block,) in rows])


def unread(db: sqlite3.Connection, viewer: Viewer) -> Stretches:
    """Where posts stand that the viewer has not read."""
    rows = queries.unread_versions(db, replace(viewer, unread_most=queries.EVERYTHING), UNREAD_MAX)
    found = [(version, version) for version in sorted((version for version, _ in rows), reverse=True)]
    if len(rows) == UNREAD_MAX:
        # A version is never newer than its arrival: what arrived before the last of these stands below it.
        found = [stretch for stretch in found if stretch[0] > rows[-1][1]] + [(0, rows[-1][1])]
    return _joined(found)


def both(ours: Stretches, theirs: Stretches) -> Stretches:
    """What two lists of stretches have in common."""
    common = [(max(a, c), min(b, d)) for a, b in ours for c, d in theirs]
    return sorted(((low, high) for low, high in common if low <= high), reverse=True)


def _joined(found: Sequence[tuple[int, int]]) -> Stretches:
    """Stretches in falling order, joined where they touch, and further until they are few."""
    gaps = sorted((newer[0] - older[1] for newer, older in pairwise(found)), reverse=True)
    widest = max([1, *gaps[STRETCHES_MAX - 1 : STRETCHES_MAX]])
    joined: Stretches = []
    for low, high in found:
        if joined and joined[-1][0] - high <= widest:
            joined[-1] = (low, joined[-1][1])
        else:
            joined.append((low, high))
    return joined
