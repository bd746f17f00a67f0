"""What is kept only for a time: old drafts, who read what, and threads past the site's own rule."""

import sqlite3
from collections.abc import Iterable

from wardroom.domain.ids import AccountNo, EventNo


def note_reads(db: sqlite3.Connection, account: AccountNo, posts: str, now_ms: int) -> None:
    """Remember that an account saw posts (a JSON array of numbers) first now; its own ones are no news to it."""
    db.execute(
        "INSERT OR IGNORE INTO local_reads (post, account, read_ms)"
        " SELECT j.value, ?1, ?3 FROM json_each(?2) j JOIN view_post p ON p.post = j.value"
        " JOIN view_member m ON m.member = p.author"
        " WHERE m.person <> (SELECT person FROM local_account WHERE account = ?1)",
        (account, posts, now_ms),
    )


def old_reads(db: sqlite3.Connection, before_ms: int) -> int:
    """How many readings were noted before a moment."""
    return int(db.execute("SELECT COUNT(*) FROM local_reads WHERE read_ms < ?", (before_ms,)).fetchone()[0])


def sum_up_reads(db: sqlite3.Connection, before_ms: int) -> None:
    """Of readings before a moment only their number by post is kept."""
    db.execute(
        "INSERT INTO local_reader_sum (post, readings)"
        " SELECT post, COUNT(*) FROM local_reads WHERE read_ms < ? GROUP BY post"
        " ON CONFLICT (post) DO UPDATE SET readings = readings + excluded.readings",
        (before_ms,),
    )
    db.execute("DELETE FROM local_reads WHERE read_ms < ?", (before_ms,))


def old_drafts(db: sqlite3.Connection, before_ms: int) -> int:
    """How many drafts nobody has touched since a moment."""
    return int(db.execute("SELECT COUNT(*) FROM local_draft WHERE saved_ms < ?", (before_ms,)).fetchone()[0])


def discard_old_drafts(db: sqlite3.Connection, before_ms: int) -> None:
    """Throw away the drafts that nobody has touched since a moment."""
    db.execute("DELETE FROM local_draft WHERE saved_ms < ?", (before_ms,))


def old_posts(db: sqlite3.Connection, before_ms: int) -> list[tuple[int, list[EventNo]]]:
    """(circle, posts) of this site in threads without a word since a moment, that still have words of their own."""
    rows = db.execute(
        "SELECT l.circle, p.post FROM local_activity a JOIN view_post p ON p.thread = a.thread"
        " JOIN log_event e ON e.event = p.post JOIN log_log l ON l.log = e.log"
        " WHERE a.activity_ms < ? AND l.site = (SELECT site_key FROM local_identity)"
        " AND (EXISTS (SELECT 1 FROM log_body b WHERE b.event = p.post) OR EXISTS (SELECT 1 FROM view_overwrite o"
        " JOIN log_body b USING (event) WHERE o.subject = p.post AND o.aspect IN ('text', 'outcome')))"
        " ORDER BY l.circle, p.post",
        (before_ms,),
    ).fetchall()
    found: dict[int, list[EventNo]] = {}
    for circle, post in rows:
        found.setdefault(circle, []).append(EventNo(post))
    return list(found.items())


def threads_of(db: sqlite3.Connection, posts: Iterable[EventNo]) -> set[int]:
    """The threads posts stand in."""
    return {db.execute("SELECT thread FROM view_post WHERE post = ?", (post,)).fetchone()[0] for post in posts}
