"""What screening has not passed yet: versions that were imported or came from elsewhere, and what became of them here."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wardroom.domain import codec
from wardroom.domain import events as e
from wardroom.domain.events import Body
from wardroom.domain.ids import EventNo
from wardroom.errors import EventRejected
from wardroom.store.folds import ALL, AUTHORS, fold_activity, fold_post, fold_thread
from wardroom.store.journal import Journal

_NOT_HELD = (e.SiteCard, e.CircleCard, e.MemberCard, e.MemberProfile, e.BoardCard, e.AppealBody)
KINDS = frozenset(kind for kind, body in e.BODIES.items() if body not in _NOT_HELD)
"""Events whose bodies are held: of every kind but cards of circles, sites, members and boards, and what only moderators read."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many versions wait, and how many screening has stopped."""

    pending: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """A version that screening has stopped, as whoever reviews it needs it."""

    event: EventNo
    post: EventNo
    circle: int
    board: str
    author: str
    kinds: tuple[str, ...]
    body: Body | None


def hold(journal: Journal, events: Iterable[int]) -> None:
    """From now on these versions are for their authors alone, until screening passes them."""
    held = set(events)
    journal.held |= held
    journal.db.executemany(
        "INSERT OR IGNORE INTO local_unscreened (event, circle)"
        " SELECT event, circle FROM log_event JOIN log_log USING (log) WHERE event = ?",
        ((event,) for event in sorted(held)),
    )


def hold_range(journal: Journal, first: int, last: int, author: int) -> None:
    """Hold every version among these events, which one member has just written."""
    db = journal.db
    journal.held.update(range(first, last + 1))
    db.execute(
        "INSERT OR IGNORE INTO local_unscreened (event, circle, author)"
        " SELECT event, circle, ?4 FROM log_event JOIN log_log USING (log)"
        " WHERE event BETWEEN ?1 AND ?2 AND kind IN (SELECT value FROM json_each(?3))",
        (first, last, json.dumps(sorted(KINDS)), author),
    )
    db.execute(
        f"UPDATE local_activity SET shown_to = {AUTHORS} WHERE thread BETWEEN ? AND ? AND shown_to = {ALL}",
        (first, last),
    )


def note_author(journal: Journal, event: int, author: int) -> None:
    """A version, if it is held, turned out to be this member's, who may read it all the same."""
    if journal.can_be_held(event):
        journal.db.execute("UPDATE local_unscreened SET author = ? WHERE event = ?", (author, event))


def counts(db: sqlite3.Connection) -> Counts:
    """How many versions wait and how many are stopped."""
    return Counts(
        *db.execute(
            "SELECT (SELECT COUNT(*) FROM local_unscreened WHERE is_blocked = 0),"
            " (SELECT COUNT(*) FROM local_unscreened WHERE is_blocked = 1)"
        ).fetchone()
    )


def is_any_pending(db: sqlite3.Connection) -> bool:
    """Whether a version waits."""
    return db.execute("SELECT 1 FROM local_unscreened WHERE is_blocked = 0 LIMIT 1").fetchone() is not None


def pending(db: sqlite3.Connection, after: int, limit: int) -> list[tuple[EventNo, Body | None]]:
    """The next versions that wait, in the order of their arrival; without a body where it is gone or cannot be read."""
    rows = db.execute(
        "SELECT u.event, e.kind, b.body FROM local_unscreened u JOIN log_event e USING (event)"
        " LEFT JOIN log_body b USING (event) WHERE u.event > ? AND u.is_blocked = 0 ORDER BY u.event LIMIT ?",
        (after, limit),
    ).fetchall()
    return [(EventNo(event), _body(kind, body)) for event, kind, body in rows]


def _body(kind: int, body: bytes | None) -> Body | None:
    try:
        return None if body is None else codec.decode_body(kind, body)
    except EventRejected:
        return None


def settle(journal: Journal, found: Mapping[EventNo, Sequence[str]]) -> None:
    """What screening found in versions: those with nothing that blocks are shown, the others wait for a moderator."""
    for event, kinds in found.items():
        if kinds:
            journal.db.execute(
                "UPDATE local_unscreened SET is_blocked = 1, kinds = ? WHERE event = ?", (" ".join(kinds), event)
            )
            _list_again(journal, event)
        else:
            show(journal, event)


def show(journal: Journal, event: EventNo) -> None:
    """Let all see a version. What came from elsewhere arrives now; an import arrived read, and stays so."""
    db = journal.db
    if not db.execute("DELETE FROM local_unscreened WHERE event = ?", (event,)).rowcount:
        return
    row = db.execute(
        "SELECT e.kind, l.instance = i.instance_key FROM log_event e JOIN log_log l USING (log), local_identity i"
        " WHERE e.event = ?",
        (event,),
    ).fetchone()
    if row is None or row[1]:
        _list_again(journal, event)
        return
    db.execute(
        "INSERT INTO local_arrival (arrival, event, reason) VALUES (?, ?, 'screened')", (journal.next_event, event)
    )
    journal.next_event += 1
    found = db.execute("SELECT post, thread FROM view_post WHERE post = ?1 OR shown = ?1", (event,)).fetchone()
    if found is not None:
        fold_post(journal, found[0])
    elif row[0] == e.OutcomeRecorded.KIND:
        about = db.execute("SELECT subject FROM view_overwrite WHERE event = ? AND aspect = 'outcome'", (event,))
        for (thread,) in about.fetchall():
            fold_thread(journal, thread)


def _list_again(journal: Journal, version: int) -> None:
    """Work out anew who has the thread of a version in their lists, where that can have changed."""
    row = journal.db.execute(
        f"SELECT thread FROM view_post JOIN local_activity USING (thread) WHERE shown = ? AND shown_to <> {ALL}",
        (version,),
    ).fetchone()
    if row is not None:
        fold_activity(journal, row[0])


def first_of_own(db: sqlite3.Connection, log: int) -> int | None:
    """The sequence of the first version in a log that screening has not passed and that this file has written.

    What it had imported as an earlier instance of its site, before it was copied or set back, is told by the import.
    """
    row = db.execute(
        "SELECT MIN(e.seq) FROM local_unscreened u CROSS JOIN log_event e USING (event) JOIN log_log l USING (log),"
        " local_identity i LEFT JOIN view_overwrite o ON o.event = u.event AND o.aspect = 'outcome'"
        " WHERE e.log = ? AND (l.instance = i.instance_key OR l.site = i.site_key"
        " AND COALESCE(o.subject, u.event) IN (SELECT event FROM local_import))",
        (log,),
    ).fetchone()
    return None if row[0] is None else int(row[0])


_STOPPED = (
    " FROM local_unscreened u LEFT JOIN view_overwrite o ON o.event = u.event AND o.aspect IN ('text', 'outcome')"
    " JOIN view_post p ON p.post = COALESCE(o.subject, u.event) JOIN view_board b USING (board)"
    " WHERE u.is_blocked = 1 AND b.circle IN (SELECT value FROM json_each(?)) ORDER BY u.event LIMIT ?"
)
AT_A_TIME = 200
"""So many of what screening has stopped are before the moderators at once; an import may stop tens of thousands."""


def stopped(db: sqlite3.Connection, circles: Iterable[int]) -> list[tuple[EventNo, EventNo, str]]:
    """(version, post, kinds) of the oldest versions that screening has stopped in these circles."""
    return db.execute("SELECT u.event, p.post, u.kinds" + _STOPPED, (json.dumps(sorted(circles)), AT_A_TIME)).fetchall()


def stopped_count(db: sqlite3.Connection, circles: Iterable[int]) -> int:
    """How many ``stopped`` gives."""
    row = db.execute("SELECT COUNT(*) FROM (SELECT 1" + _STOPPED + ")", (json.dumps(sorted(circles)), AT_A_TIME))
    return int(row.fetchone()[0])


def blocked(db: sqlite3.Connection, circles: Sequence[int], event: int | None = None) -> list[Blocked]:
    """The versions that screening has stopped in these circles, the oldest first; or the one asked for."""
    rows = db.execute(
        "SELECT u.event, p.post, b.circle, b.name, m.handle, s.name, u.kinds, e.kind, body.body"
        " FROM local_unscreened u JOIN log_event e USING (event) LEFT JOIN log_body body USING (event)"
        " LEFT JOIN view_overwrite o ON o.event = u.event AND o.aspect IN ('text', 'outcome')"
        " JOIN view_post p ON p.post = COALESCE(o.subject, u.event) JOIN view_board b USING (board)"
        " JOIN view_member m ON m.member = p.author LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " WHERE u.is_blocked = 1 AND b.circle IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR u.event = ?2)"
        " ORDER BY u.event",
        (json.dumps(list(circles)), event),
    ).fetchall()
    return [
        Blocked(
            EventNo(number), EventNo(post), circle, board, f"{handle}@{site or '?'}", tuple(kinds.split()), _body(kind, body)
        )
        for number, post, circle, board, handle, site, kinds, kind, body in rows
    ]  # fmt: skip
