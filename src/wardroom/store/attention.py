"""What calls on a member and what a member keeps an eye on: mentions, answers, followed cases and boards, bookmarks."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Final, NamedTuple

from wardroom.domain.clock import effective_ms
from wardroom.domain.codec import decode_body
from wardroom.domain.events import PostBody, Replied
from wardroom.domain.ids import EventNo, LogId, post_id
from wardroom.domain.text import clean
from wardroom.domain.views import Calling, PostLine
from wardroom.store.folds import received_ms
from wardroom.store.queries import MINE, MUTED, READABLE, STANDING, TITLE, UNREAD, UNREAD_GAPS, UNREAD_POSTS, Viewer

WORDS_MAX: Final = 200
"""Characters of a post that stand in a list."""

_NAMES: Final = (
    "(SELECT v.post FROM view_member m LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
    " CROSS JOIN view_mention v ON v.handle = m.handle AND (v.site = '' OR v.site = s.name COLLATE NOCASE)"
    " WHERE m.member IN (SELECT value FROM json_each(:members)))"
)
"""Posts that name the viewer, read or not: few, whatever the forum holds."""

_ANSWERS: Final = (
    f"{UNREAD_POSTS} WHERE EXISTS (SELECT 1 FROM view_post o WHERE o.post = p.parent AND {MINE.replace('p.', 'o.')})"
)

_CALLING: Final[dict[str, str]] = {
    "named": f"view_post p WHERE p.post IN {_NAMES} AND {UNREAD}",
    "answers": _ANSWERS,
    "followed": (
        f"view_post p WHERE p.thread IN (SELECT thread FROM local_follow WHERE account = :account) AND {UNREAD}"
    ),
    "subscribed": (
        f"{UNREAD_POSTS} WHERE p.board IN"
        " (SELECT board FROM local_board_wish WHERE account = :account AND wish = 'subscribed')"
    ),
    "bookmarks": (
        f"view_post p WHERE p.post IN (SELECT post FROM local_bookmark WHERE account = :account) AND {READABLE}"
    ),
}
"""What stands behind FROM for each kind."""


_NEWEST: Final = "p.arrival"
_ORDERS: Final[dict[str, str]] = {
    "bookmarks": "(SELECT kept_ms FROM local_bookmark k WHERE k.account = :account AND k.post = p.post) DESC, p.post"
}


def _with(kind: Calling) -> str:
    return UNREAD_GAPS if UNREAD_POSTS in _CALLING[kind] else ""


def calling_count(db: sqlite3.Connection, viewer: Viewer, kind: Calling) -> int:
    """How many posts call on the viewer in one way."""
    row = db.execute(f"{_with(kind)}SELECT COUNT(*) FROM {_CALLING[kind]}", viewer.bound).fetchone()
    return int(row[0])


def calling_posts(db: sqlite3.Connection, viewer: Viewer, kind: Calling, limit: int) -> list[int]:
    """The posts that call on the viewer in one way, newest first; bookmarks by when they were set."""
    rows = db.execute(
        f"{_with(kind)}SELECT p.post FROM {_CALLING[kind]} ORDER BY {_ORDERS.get(kind, _NEWEST)} DESC LIMIT :limit",
        {**viewer.bound, "limit": limit},
    )
    return [row[0] for row in rows]


def post_lines(db: sqlite3.Connection, viewer: Viewer, posts: Sequence[int]) -> tuple[PostLine, ...]:
    """One line for each post the viewer may read, in the order asked for."""
    found: dict[int, PostLine] = {}
    rows = db.execute(
        f"SELECT p.post, p.thread, l.id, e.seq, tl.id, te.seq, b.name, c.name, {TITLE}, m.handle, s.name, m.profession,"
        f" p.hlc, {UNREAD}, body.body FROM json_each(:posts) j JOIN view_post p ON p.post = j.value"
        " JOIN view_thread t ON t.thread = p.thread JOIN log_event e ON e.event = p.post JOIN log_log l ON l.log = e.log"
        " JOIN log_event te ON te.event = p.thread JOIN log_log tl ON tl.log = te.log"
        " JOIN view_board b ON b.board = p.board JOIN view_circle c ON c.circle = b.circle"
        " JOIN view_member m ON m.member = p.author LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        f" JOIN log_body body ON body.event = p.shown WHERE {READABLE}",
        {**viewer.bound, "posts": json.dumps(list(posts))},
    ).fetchall()
    for (
        post, thread, log_id, seq, thread_log, thread_seq, board, circle, title, handle, site, profession, hlc,
        is_unread, body_bytes,
    ) in rows:  # fmt: skip
        body = decode_body(Replied.KIND, body_bytes)
        assert isinstance(body, PostBody)
        words = clean(f"{body.question} {body.text[:WORDS_MAX]}", one_line=True).strip()[:WORDS_MAX]
        found[post] = PostLine(
            EventNo(post), EventNo(thread), post_id(LogId(log_id), seq), post_id(LogId(thread_log), thread_seq), board,
            circle, title, f"{handle}@{site or '?'}", profession, effective_ms(hlc, received_ms(db, post)), words,
            bool(is_unread),
        )  # fmt: skip
    return tuple(found[post] for post in posts if post in found)


class Arrived(NamedTuple):
    """A thread with posts of others that arrived lately."""

    thread: EventNo
    posts: int
    answers: int
    named: int
    is_followed: bool


def arrived_threads(db: sqlite3.Connection, viewer: Viewer, after: int) -> list[Arrived]:
    """The threads in which others wrote after an arrival, muted boards left out."""
    rows = db.execute(
        "SELECT p.thread, COUNT(*), SUM(EXISTS (SELECT 1 FROM view_post o WHERE o.post = p.parent"
        f" AND o.author IN (SELECT value FROM json_each(:members)))), SUM(p.post IN {_NAMES}),"
        " p.thread IN (SELECT thread FROM local_follow WHERE account = :account)"
        f" FROM view_post p WHERE p.arrival > :after AND {READABLE}"
        f" AND p.author NOT IN (SELECT value FROM json_each(:members)) AND p.board NOT IN {MUTED}"
        " GROUP BY p.thread ORDER BY p.thread",
        {**viewer.bound, "after": after},
    )
    return [Arrived(EventNo(row[0]), row[1], row[2], row[3], bool(row[4])) for row in rows]


def is_following(db: sqlite3.Connection, viewer: Viewer, thread: int) -> bool:
    """Whether the viewer follows a thread."""
    row = db.execute("SELECT 1 FROM local_follow WHERE account = ? AND thread = ?", (viewer.account, thread)).fetchone()
    return row is not None


def followed_threads(db: sqlite3.Connection, viewer: Viewer) -> list[int]:
    """The threads the viewer follows and may see, newest activity first."""
    rows = db.execute(
        "SELECT w.thread FROM local_follow w JOIN view_post p ON p.post = w.thread"
        f" LEFT JOIN local_activity a ON a.thread = w.thread WHERE w.account = :account AND {STANDING}"
        " ORDER BY a.activity_ms DESC, w.thread DESC",
        viewer.bound,
    )
    return [row[0] for row in rows]
