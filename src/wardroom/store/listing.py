"""A board's list, a stretch at a time: the threads that follow or precede a place in it, whatever stands elsewhere.

The list is two or three runs, each in the order of activity: what is pinned, then what the order asked for puts first,
then the rest. A run is read from where one is, along an index that holds it in its order.
"""

import heapq
import json
import sqlite3
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import islice

from wardroom.domain.ids import EventNo
from wardroom.domain.views import Place
from wardroom.store.folds import ALL, AUTHORS, REVIEWERS
from wardroom.store.queries import ENDED, OPEN_BOARDS, READABLE, SHOWN, UNREAD_GAPS, UNREAD_POSTS, Viewer

PINNED, FIRST, REST = range(3)
"""The runs of a list."""

_OWN_WAITS = "(SELECT 1 FROM local_unscreened u WHERE u.author IN (SELECT value FROM json_each(:members)))"
_STOPPED = (
    "(SELECT 1 FROM local_unscreened u WHERE u.is_blocked = 1"
    " AND u.circle IN (SELECT value FROM json_each(:moderates)))"
)
_HAS_SHOWN = f"EXISTS (SELECT 1 FROM view_post r WHERE r.thread = a.thread AND {SHOWN})"
_LISTED = {
    ALL: f"a.shown_to = {ALL}",
    AUTHORS: f"(a.shown_to = {AUTHORS} AND {_HAS_SHOWN})",
    REVIEWERS: f"(a.shown_to = {REVIEWERS} AND {_HAS_SHOWN})",
}
"""When a thread ``local_activity a`` of an audience stands in the viewer's list of its board."""
_OF_BOARD = f"a.board = :board AND :board IN {OPEN_BOARDS}"
_BEYOND = {
    1: (
        "a.activity_ms = :activity_ms AND a.thread < :thread ORDER BY a.thread DESC",
        "a.activity_ms < :activity_ms ORDER BY a.activity_ms DESC, a.thread DESC",
    ),
    -1: (
        "a.activity_ms = :activity_ms AND a.thread > :thread ORDER BY a.thread",
        "a.activity_ms > :activity_ms ORDER BY a.activity_ms, a.thread",
    ),
}
"""What follows or precedes a place: of the same moment, then of others. In one condition SQLite walks over the first."""
_EDGE = {1: (1 << 62, 1 << 62), -1: (-1, -1)}
"""(time, thread) before every thread of a run, and behind it."""


def _audiences(db: sqlite3.Connection, viewer: Viewer) -> tuple[int, ...]:
    """The values of ``local_activity.shown_to`` whose threads can stand in the viewer's lists."""
    owns, reviews = db.execute(f"SELECT EXISTS {_OWN_WAITS}, EXISTS {_STOPPED}", viewer.bound).fetchone()
    return (ALL, AUTHORS, REVIEWERS) if owns else (ALL, REVIEWERS) if reviews else (ALL,)


def _listed(db: sqlite3.Connection, viewer: Viewer) -> str:
    """The condition under which a thread ``local_activity a`` stands in the viewer's list of its board."""
    return f"({' OR '.join(_LISTED[audience] for audience in _audiences(db, viewer))})"


def threads_beside(
    db: sqlite3.Connection, viewer: Viewer, board: int, sort: str, beside: Place | None, step: int, limit: int
) -> tuple[Place, ...]:
    """The threads of a board's list that follow a place (``step`` 1) or precede it (-1), the nearest first.

    Without a place they are those at the top, or at the bottom. ``sort`` is "activity" (newest first), "unread" (those
    with unread posts first) or "unanswered"; pinned ones stand before all others.
    """
    found: list[Place] = []
    with closing(_runs(db, viewer, board, sort, beside, step)) as places:
        found += islice(places, limit)
    return tuple(found)


def _runs(
    db: sqlite3.Connection, viewer: Viewer, board: int, sort: str, beside: Place | None, step: int
) -> Generator[Place]:
    pinned = _pinned(db, viewer, board)
    first = _unread(db, viewer, board) - pinned if sort == "unread" else set()
    passed = pinned | first | _ended(db, viewer, board)
    each_run = (PINNED, FIRST, REST) if step > 0 else (REST, FIRST, PINNED)
    for run in each_run:
        if beside is not None and (run - beside.run) * step < 0:
            continue
        start = beside[1:] if beside is not None and run == beside.run else _EDGE[step]
        if run == PINNED:
            places = _among(db, viewer, board, pinned, start, step)
        elif run == FIRST and sort == "unread":
            places = _among(db, viewer, board, first, start, step)
        elif run == FIRST:
            places = _along(db, viewer, board, (1,), start, step) if sort == "unanswered" else iter(())
        else:
            places = _along(db, viewer, board, (0,) if sort == "unanswered" else (0, 1), start, step)
        for activity_ms, thread in places:
            if run == PINNED or thread not in passed or (thread in first and run == FIRST):
                yield Place(run, activity_ms, EventNo(thread))


def _along(
    db: sqlite3.Connection, viewer: Viewer, board: int, waits: Iterable[int], start: tuple[int, int], step: int
) -> Iterator[tuple[int, int]]:
    """(time, thread) along the index, from a place on."""
    bound = {**viewer.bound, "board": board, "activity_ms": start[0], "thread": start[1]}

    def walk(audience: int, waiting: int) -> Iterator[tuple[int, int]]:
        for part in (0, 1):
            yield from db.execute(
                f"SELECT a.activity_ms, a.thread FROM local_activity a WHERE {_OF_BOARD} AND {_LISTED[audience]}"
                f" AND a.waits = :waits AND {_BEYOND[step][part]}",
                {**bound, "waits": waiting},
            )

    runs = [walk(audience, waiting) for audience in _audiences(db, viewer) for waiting in waits]
    return heapq.merge(*runs, reverse=step > 0)


def _among(
    db: sqlite3.Connection, viewer: Viewer, board: int, threads: Iterable[int], start: tuple[int, int], step: int
) -> Iterator[tuple[int, int]]:
    """(time, thread) of those threads that stand in the list, from a place on."""
    found = _times(db, viewer, board, threads)
    ordered = sorted(((activity_ms, thread) for thread, (activity_ms, _) in found.items()), reverse=step > 0)
    return (at for at in ordered if (at < start if step > 0 else at > start))


def _times(db: sqlite3.Connection, viewer: Viewer, board: int, threads: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(time, whether it waits for an answer) of those threads that stand in the board's list."""
    wanted = json.dumps(sorted(threads))
    if wanted == "[]":
        return {}
    rows = db.execute(
        "SELECT a.thread, a.activity_ms, a.waits FROM json_each(:wanted) j CROSS JOIN local_activity a"
        f" ON a.thread = j.value WHERE {_OF_BOARD} AND {_listed(db, viewer)} AND a.thread NOT IN {ENDED}",
        {**viewer.bound, "wanted": wanted, "board": board},
    )
    return {thread: (activity_ms, waits) for thread, activity_ms, waits in rows}


def _pinned(db: sqlite3.Connection, viewer: Viewer, board: int) -> set[int]:
    rows = db.execute("SELECT thread FROM view_thread WHERE board = ? AND is_pinned = 1", (board,))
    return {row[0] for row in rows} - _ended(db, viewer, board)


def _ended(db: sqlite3.Connection, viewer: Viewer, board: int) -> set[int]:
    """The notices of a board that have ended."""
    rows = db.execute("SELECT thread FROM view_thread WHERE until_ms <= ? AND board = ?", (viewer.now_ms, board))
    return {row[0] for row in rows}


def _unread(db: sqlite3.Connection, viewer: Viewer, board: int) -> set[int]:
    rows = db.execute(
        f"{UNREAD_GAPS}SELECT DISTINCT p.thread FROM {UNREAD_POSTS} WHERE p.board = :board",
        {**viewer.bound, "board": board},
    )
    return {row[0] for row in rows}


def places_of_unread(db: sqlite3.Connection, viewer: Viewer, board: int, sort: str) -> tuple[Place, ...]:
    """Where in a board's list threads with unread posts stand, from the top down."""
    return _places(db, viewer, board, sort, _unread(db, viewer, board), is_unread=True)


def place_of(db: sqlite3.Connection, viewer: Viewer, board: int, thread: int) -> Place | None:
    """Where in a board's list, by activity, a thread stands; None where it is not in it."""
    return next(iter(_places(db, viewer, board, "activity", (thread,), is_unread=False)), None)


def _places(
    db: sqlite3.Connection, viewer: Viewer, board: int, sort: str, threads: Iterable[int], *, is_unread: bool
) -> tuple[Place, ...]:
    pinned = _pinned(db, viewer, board)

    def run(thread: int, waits: int) -> int:
        is_first = (sort == "unread" and is_unread) or (sort == "unanswered" and waits)
        return PINNED if thread in pinned else FIRST if is_first else REST

    found = [
        Place(run(thread, waits), activity_ms, EventNo(thread))
        for thread, (activity_ms, waits) in _times(db, viewer, board, threads).items()
    ]
    return tuple(sorted(found, key=lambda place: place.rank))


def threads_since(db: sqlite3.Connection, viewer: Viewer, board: int, after: int, limit: int) -> set[EventNo]:
    """The threads of a board in which, of so many arrivals at most, something was shown to the viewer after an arrival."""
    rows = db.execute(
        "SELECT p.thread FROM (SELECT * FROM view_post WHERE arrival > :after ORDER BY arrival DESC LIMIT :limit) p"
        f" WHERE p.board = :board AND {READABLE} AND p.thread NOT IN {ENDED}",
        {**viewer.bound, "board": board, "after": after, "limit": limit},
    )
    return {EventNo(row[0]) for row in rows}


def newest_activity_ms(db: sqlite3.Connection, viewer: Viewer, board: int) -> int | None:
    """When a thread of a board's list was last active; None where none stands in it."""
    ended = _ended(db, viewer, board)
    times = _along(db, viewer, board, (0, 1), _EDGE[1], 1)
    return next((activity_ms for activity_ms, thread in times if thread not in ended), None)


def thread_count(db: sqlite3.Connection, viewer: Viewer, board: int, most: int) -> int:
    """How many threads stand in a board's list, counted up to ``most``; -1 counts all."""
    row = db.execute(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM local_activity a WHERE {_OF_BOARD}"
        f" AND {_listed(db, viewer)} AND a.thread NOT IN {ENDED} LIMIT :most)",
        {**viewer.bound, "board": board, "most": most},
    ).fetchone()
    return int(row[0])
