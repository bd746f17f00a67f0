"""One function for each screen's question; every one takes the viewer and applies the one visibility predicate."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from wardroom.domain.clock import effective_ms, is_clock_wrong, wall_ms
from wardroom.domain.codec import decode_body
from wardroom.domain.events import REACTIONS, STATES, OutcomeBody, OutcomeRecorded, PostBody, Replied
from wardroom.domain.ids import UNSIGNED, BoardNo, EventNo, LogId, post_id
from wardroom.domain.text import clean
from wardroom.domain.views import BodyState, PostView, QuoteView, ThreadLine, VersionView
from wardroom.store import members
from wardroom.store.folds import ALL, HERE, HIDDEN, NOBODY, received_ms
from wardroom.store.search_index import body_of

BODY_STATES: tuple[BodyState, ...] = ("here", "withdrawn", "hidden", "purged", "awaited")

UNREAD_MOST: Final = 5_000
"""Unread posts that a screen looks at: whoever has more is told so, and pays no more for it."""
EVERYTHING: Final = 1 << 62
"""In place of ``UNREAD_MOST``, for whoever asks for all."""
RECENT: Final = 400
"""Threads among which the brief looks for what waits for an answer."""
DUE_MOST: Final = 1_000
"""Cases without an outcome that are looked at, the newest of their author's."""


class Viewer(Struct, frozen=True):
    """For whom a question is asked."""

    account: int
    members: tuple[int, ...]
    """The member the account is in each circle."""
    moderates: tuple[int, ...] = ()
    """The circles whose hidden posts the viewer sees."""
    now_ms: int = 0
    """When the question is asked: notices that ended before are in no list and count as nothing new."""
    unread_most: int = UNREAD_MOST
    """So many unread posts, the newest, are looked at by what counts and lists them."""

    @property
    def bound(self) -> dict[str, object]:
        """The parameters of the visibility predicate and of unread."""
        members, moderates = json.dumps(self.members), json.dumps(self.moderates)
        return {
            "account": self.account, "members": members, "moderates": moderates, "now_ms": self.now_ms,
            "unread_most": self.unread_most,
        }  # fmt: skip


OPEN_BOARDS = (
    "(SELECT board FROM view_board WHERE is_room = 0"
    " UNION SELECT board FROM view_room_member WHERE member IN (SELECT value FROM json_each(:members)))"
)
"""The boards a viewer may read: those of all, and rooms the viewer is in."""

_MODERATED_BOARDS = "(SELECT board FROM view_board WHERE circle IN (SELECT value FROM json_each(:moderates)))"

_SEALED = "(SELECT post FROM local_sealed WHERE account = :account)"
"""What the viewer asked unsigned."""

MINE = f"(p.author IN (SELECT value FROM json_each(:members)) OR p.post IN {_SEALED})"
"""Posts of ``view_post p`` that the viewer wrote, with the name or without."""

_FLAGGED = "(SELECT post FROM local_flagged)"
"""What an identifier flag of this site's own members hides here."""

_STATE = f"IIF(p.state = {HERE} AND p.post IN {_FLAGGED}, {HIDDEN}, p.state)"
"""The state of ``view_post p`` as it is here."""

_WITHHELD = (
    "(SELECT 1 FROM local_unscreened u WHERE u.event = {} AND (u.is_blocked = 0"
    " OR u.circle NOT IN (SELECT value FROM json_each(:moderates))))"
)
"""Whether a version, imported or from elsewhere, is its author's alone: screening has not looked yet, or has stopped it
and the viewer is no moderator of its circle."""

VISIBLE = (
    f"(p.board IN {OPEN_BOARDS} AND ({MINE} OR (((p.state <> {HIDDEN} AND p.post NOT IN {_FLAGGED})"
    f" OR p.board IN {_MODERATED_BOARDS}) AND NOT EXISTS {_WITHHELD.format('p.shown')})))"
)
"""The one predicate over ``view_post p``: a board the viewer may read, and a post that neither somebody has hidden from
them nor screening has yet to pass."""

SHOWN = (
    f"(r.state = {HERE} AND r.post NOT IN {_FLAGGED} AND (NOT EXISTS {_WITHHELD.format('r.shown')}"
    f" OR r.author IN (SELECT value FROM json_each(:members)) OR r.post IN {_SEALED}))"
)
"""Posts ``view_post r`` of a board the viewer may read whose words are shown to them."""

READABLE = f"(p.state = {HERE} AND {VISIBLE})"
"""Posts whose words the viewer may read now: what counts, is searched and is exported."""

STANDING = (
    f"({VISIBLE} OR (p.post = p.thread AND p.board IN {OPEN_BOARDS}"
    f" AND EXISTS (SELECT 1 FROM view_post r WHERE r.thread = p.thread AND {SHOWN})))"
)
"""Posts that have a place for the viewer: the visible ones, and a hidden head above answers that are shown."""

TITLE = (
    "CASE WHEN t.author IN (SELECT value FROM json_each(:members))"
    f" OR t.thread IN {_SEALED} OR (SELECT ((h.state <> {HIDDEN} AND h.post NOT IN {_FLAGGED}) OR t.board IN {_MODERATED_BOARDS})"
    f" AND NOT EXISTS {_WITHHELD.format('h.shown')} FROM view_post h WHERE h.post = t.thread) THEN t.title ELSE '' END"
)
"""The title of ``view_thread t``, where the viewer may see the head; nothing where it is hidden from them."""

ENDED = "(SELECT thread FROM view_thread WHERE until_ms <= :now_ms)"
"""The notices that have ended: they are found and opened, and stand in no list."""

UNREAD = (
    f"({READABLE} AND p.thread NOT IN {ENDED} AND NOT {MINE}"
    " AND COALESCE((SELECT last FROM local_read WHERE account = :account AND first <= p.arrival"
    " ORDER BY first DESC LIMIT 1), 0) < p.arrival)"
)
"""Posts that arrived in none of the viewer's ranges of read arrivals."""


_COUNTS_AS_UNREAD = (
    f"p.state = {HERE} AND p.author NOT IN (SELECT value FROM json_each(:members)) AND p.board IN {OPEN_BOARDS}"
)
"""What the index of arrivals knows of unread posts: nearly all."""

UNREAD_GAPS = (
    "WITH lack (first, last) AS ("
    " SELECT last + 1, LAG(first, 1, (SELECT COALESCE(MAX(arrival), 0) FROM view_post) + 1) OVER (ORDER BY first DESC) - 1"
    " FROM (SELECT first, last FROM local_read WHERE account = :account UNION ALL SELECT -1, -1)),"
    " filled (first, last, posts) AS (SELECT first, last, (SELECT COUNT(*) FROM (SELECT 1 FROM view_post p"
    f" WHERE p.arrival BETWEEN lack.first AND lack.last AND {_COUNTS_AS_UNREAD} LIMIT :unread_most + 1)) FROM lack),"
    " newer (first, last, posts, before) AS (SELECT first, last, posts, COALESCE(SUM(posts) OVER"
    " (ORDER BY first DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) FROM filled WHERE posts > 0),"
    " gap (first, last) AS (SELECT IIF(before + posts <= :unread_most, first, (SELECT MIN(arrival) FROM"
    " (SELECT arrival, ROW_NUMBER() OVER (ORDER BY arrival DESC) AS place FROM (SELECT p.arrival FROM view_post p"
    f" WHERE p.arrival BETWEEN newer.first AND newer.last AND {_COUNTS_AS_UNREAD}"
    " ORDER BY p.arrival DESC LIMIT :unread_most)) WHERE place <= :unread_most - newer.before)), last FROM newer"
    " WHERE before < :unread_most) "
)
"""The ranges of arrivals the viewer has not read, between those that are read; of a great many only the newest."""

UNREAD_POSTS = (
    "gap CROSS JOIN view_post p ON p.arrival BETWEEN gap.first AND gap.last"
    f" AND {READABLE} AND p.thread NOT IN {ENDED} AND NOT {MINE}"
)
"""Unread posts of the whole forum; it costs what is unread, not what there is. Goes with ``UNREAD_GAPS``."""


MUTED = "(SELECT board FROM local_board_wish WHERE account = :account AND wish = 'muted')"
"""The boards whose news the viewer does not want to be told."""


def unread_by_board(db: sqlite3.Connection, viewer: Viewer) -> dict[int, int]:
    """Unread posts of each board that has some."""
    rows = db.execute(
        f"{UNREAD_GAPS}SELECT p.board, COUNT(*) FROM {UNREAD_POSTS} GROUP BY p.board",
        viewer.bound,
    )
    return dict(rows.fetchall())


def unread_posts(db: sqlite3.Connection, viewer: Viewer) -> int:
    """How many posts the viewer has not read, but for those of muted boards."""
    row = db.execute(
        f"{UNREAD_GAPS}SELECT COUNT(*) FROM {UNREAD_POSTS} WHERE p.board NOT IN {MUTED}",
        viewer.bound,
    ).fetchone()
    return int(row[0])


def unread_versions(db: sqlite3.Connection, viewer: Viewer, limit: int) -> list[tuple[int, int]]:
    """(version, arrival) of the unread posts that arrived last."""
    rows = db.execute(
        f"{UNREAD_GAPS}SELECT p.shown, p.arrival FROM {UNREAD_POSTS} ORDER BY p.arrival DESC LIMIT :limit",
        {**viewer.bound, "limit": limit},
    )
    return rows.fetchall()


def may_read_board(db: sqlite3.Connection, viewer: Viewer, board: int) -> bool:
    """Whether the viewer may read a board."""
    row = db.execute(f"SELECT 1 WHERE :board IN {OPEN_BOARDS}", {**viewer.bound, "board": board}).fetchone()
    return row is not None


def unread_threads(db: sqlite3.Connection, viewer: Viewer, board: int | None = None, limit: int = -1) -> list[int]:
    """Threads with unread posts, newest activity first, of one board or of all that are not muted."""
    rows = db.execute(
        f"{UNREAD_GAPS}SELECT a.thread FROM (SELECT DISTINCT p.thread AS thread FROM {UNREAD_POSTS}"
        f" WHERE p.board = :board OR (:board IS NULL AND p.board NOT IN {MUTED})) u"
        f" JOIN local_activity a USING (thread) WHERE a.shown_to <> {NOBODY}"
        " ORDER BY a.activity_ms DESC, a.thread DESC LIMIT :limit",
        {**viewer.bound, "board": board, "limit": limit},
    )
    return [row[0] for row in rows]


def recent_threads(db: sqlite3.Connection, viewer: Viewer, board: int | None = None, limit: int = -1) -> list[int]:
    """Threads by newest activity, of one board or of all that the viewer may read."""
    rows = db.execute(
        "SELECT a.thread FROM local_activity a JOIN view_post p ON p.post = a.thread"
        f" WHERE a.shown_to <> {NOBODY} AND (:board IS NULL OR a.board = :board) AND {STANDING} AND a.thread NOT IN {ENDED}"
        " ORDER BY a.activity_ms DESC, a.thread DESC LIMIT :limit",
        {**viewer.bound, "board": board, "limit": limit},
    )
    return [row[0] for row in rows]


def first_unread(db: sqlite3.Connection, viewer: Viewer, thread: int) -> EventNo | None:
    """The unread post of a thread that was posted first."""
    row = db.execute(
        f"SELECT p.post FROM view_post p WHERE p.thread = :thread AND {UNREAD} ORDER BY p.post LIMIT 1",
        {**viewer.bound, "thread": thread},
    ).fetchone()
    return EventNo(row[0]) if row else None


def urgent_threads(db: sqlite3.Connection, viewer: Viewer, limit: int, newest: int = RECENT) -> list[int]:
    """Of the newest open cases marked "now", those with the newest activity first."""
    now = db.execute(
        "SELECT p.thread FROM (SELECT thread FROM view_thread INDEXED BY view_thread_now WHERE urgency = 'now'"
        " AND state = 0 ORDER BY thread DESC LIMIT :newest) t CROSS JOIN view_post p ON p.post = t.thread"
        " CROSS JOIN local_activity a ON a.thread = t.thread"
        f" WHERE {READABLE} AND p.thread NOT IN {ENDED} AND p.board NOT IN {MUTED}"
        " ORDER BY a.activity_ms DESC LIMIT :limit",
        {**viewer.bound, "limit": limit, "newest": newest},
    )
    return [row[0] for row in now]


def recent_unanswered(db: sqlite3.Connection, viewer: Viewer, limit: int, newest: int = RECENT) -> list[int]:
    """Of the most recently active threads, the open cases and questions of others that nobody has answered."""
    rows = db.execute(
        f"SELECT r.thread FROM (SELECT thread, activity_ms FROM local_activity WHERE shown_to = {ALL}"
        " ORDER BY thread DESC LIMIT :newest) r CROSS JOIN view_thread t USING (thread)"
        " CROSS JOIN view_post p ON p.post = t.thread"
        f" WHERE t.kind IN ('case', 'question') AND t.state = 0 AND {READABLE}"
        f" AND NOT {MINE} AND t.original_ms IS NULL"
        f" AND p.board NOT IN {MUTED}"
        " AND t.is_answered = 0 ORDER BY r.activity_ms DESC LIMIT :limit",
        {**viewer.bound, "limit": limit, "newest": newest},
    )
    return [row[0] for row in rows]


_IS_DUE = f"kind = 'case' AND outcome IS NULL AND state < {STATES.index('closed')}"
"""The condition of the index of cases without an outcome, word for word."""


def outcomes_due(db: sqlite3.Connection, viewer: Viewer, before_ms: int) -> list[int]:
    """The viewer's own cases that are older than ``before_ms`` and still lack an outcome."""
    rows = db.execute(
        "SELECT t.thread FROM (SELECT thread FROM (SELECT thread FROM view_thread INDEXED BY view_thread_due"
        f" WHERE author IN (SELECT value FROM json_each(:members)) AND {_IS_DUE} ORDER BY thread DESC LIMIT {DUE_MOST})"
        f" UNION SELECT t.thread FROM local_sealed s CROSS JOIN view_thread t ON t.thread = s.post"
        f" WHERE s.account = :account AND {_IS_DUE}) t CROSS JOIN view_post p ON p.post = t.thread"
        f" WHERE (p.hlc >> 16) < :before AND {READABLE} ORDER BY t.thread DESC",
        {**viewer.bound, "before": before_ms},
    )
    return [row[0] for row in rows]


def notices(db: sqlite3.Connection, viewer: Viewer, limit: int) -> list[int]:
    """Notices that are pinned, and those that end by themselves until they do, newest first."""
    rows = db.execute(
        "SELECT t.thread FROM (SELECT thread FROM view_thread WHERE is_pinned = 1 AND kind = 'notice'"
        " UNION SELECT thread FROM view_thread WHERE until_ms > :now_ms AND kind = 'notice') t"
        " CROSS JOIN view_post p ON p.post = t.thread"
        f" WHERE {READABLE} AND t.thread NOT IN {ENDED} ORDER BY t.thread DESC LIMIT :limit",
        {**viewer.bound, "limit": limit},
    )
    return [row[0] for row in rows]


def thread_lines(db: sqlite3.Connection, viewer: Viewer, threads: Sequence[int]) -> tuple[ThreadLine, ...]:
    """The lines of a list for the threads asked for, in their order; those the viewer may not see are left out."""
    found: dict[int, ThreadLine] = {}
    if not threads:
        return ()
    rows = db.execute(
        f"SELECT t.thread, l.id, e.seq, t.board, b.name, c.name, {TITLE}, m.handle, s.name, m.profession, t.kind,"
        f" t.state, IIF({VISIBLE}, t.acuity, ''), IIF({VISIBLE}, t.urgency, ''), p.hlc, a.activity_ms, t.original_ms,"
        f" (SELECT COUNT(*) FROM view_post r WHERE r.thread = t.thread AND r.post <> t.thread AND {SHOWN}),"
        f" (SELECT COUNT(*) FROM view_post p WHERE p.thread = t.thread AND {UNREAD}),"
        f" t.is_answered, t.is_pinned, t.is_locked, {_STATE}, t.until_ms, {VISIBLE}"
        " FROM json_each(:threads) j JOIN view_thread t ON t.thread = j.value JOIN view_post p ON p.post = t.thread"
        " JOIN log_event e ON e.event = t.thread JOIN log_log l USING (log) JOIN view_board b ON b.board = t.board"
        " JOIN view_circle c ON c.circle = b.circle JOIN view_member m ON m.member = t.author"
        " LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " LEFT JOIN local_activity a ON a.thread = t.thread"
        f" WHERE {STANDING}",
        {**viewer.bound, "threads": json.dumps(list(threads))},
    ).fetchall()
    for (
        thread, log_id, seq, board, board_name, circle, title, handle, site, profession, kind, state, acuity, urgency,
        hlc, activity_ms, original_ms, replies, unread, is_answered, is_pinned, is_locked, post_state, until_ms,
        is_visible,
    ) in rows:  # fmt: skip
        created_ms = effective_ms(hlc, received_ms(db, thread))
        found[thread] = ThreadLine(
            EventNo(thread), post_id(LogId(log_id), seq), BoardNo(board), board_name, circle, title,
            f"{handle}@{site or '?'}", profession, kind, STATES[state], acuity, urgency, created_ms,
            activity_ms or created_ms, original_ms, replies, unread, bool(is_answered), bool(is_pinned),
            bool(is_locked), _state(post_state, is_visible=is_visible), until_ms,
        )  # fmt: skip
    return tuple(found[thread] for thread in threads if thread in found)


def _state(state: int, *, is_visible: bool) -> BodyState:
    """What is said of a post's words: those that screening has not passed are not shown though they are here."""
    return "unscreened" if state == HERE and not is_visible else BODY_STATES[state]


def thread_of(db: sqlite3.Connection, viewer: Viewer, post: int) -> EventNo | None:
    """The thread a post stands in, if the viewer may see it."""
    row = db.execute(
        f"SELECT p.thread FROM view_post p WHERE p.post = :post AND {STANDING}", {**viewer.bound, "post": post}
    ).fetchone()
    return EventNo(row[0]) if row else None


class ThreadPosts(Struct, frozen=True):
    """A thread's posts as the viewer may see them, and the head's body."""

    posts: tuple[PostView, ...]
    """Unordered but for the head, which is first."""
    head: PostBody | None
    outcome: OutcomeBody | None


def thread_posts(
    db: sqlite3.Connection, viewer: Viewer, thread: int, *, undo_after_ms: int, of_posts: Sequence[int] | None = None
) -> ThreadPosts:
    """Every post of a thread. A hidden post stands as a tombstone; its words are only for who may see them.

    ``undo_after_ms``: own posts made here after this moment can still be taken back.
    """
    marked = _marks(db, viewer, thread)
    undoable = {
        row[0]
        for row in db.execute(
            "SELECT post FROM local_own_post WHERE account = ? AND posted_ms > ?", (viewer.account, undo_after_ms)
        )
    }
    rows = db.execute(
        f"SELECT p.post, p.parent, l.id, e.seq, p.hlc, {_STATE}, p.shown, p.versions, m.handle, s.name, m.profession,"
        f" b.body, {UNREAD}, {MINE}, {VISIBLE}, v.hlc,"
        " (SELECT received_ms FROM local_reception r WHERE r.arrival <= p.post ORDER BY r.arrival DESC LIMIT 1),"
        " p.author, m.site <> (SELECT site_key FROM local_identity)"
        " FROM view_post p JOIN log_event e ON e.event = p.post JOIN log_log l USING (log)"
        " JOIN view_member m ON m.member = p.author LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " JOIN log_event v ON v.event = p.shown LEFT JOIN log_body b ON b.event = p.shown"
        f" WHERE p.thread = :thread AND p.board IN {OPEN_BOARDS} ORDER BY p.post",
        {**viewer.bound, "thread": thread},
    ).fetchall()
    ids = {row[0]: post_id(LogId(row[2]), row[3]) for row in rows}
    quotes = _quotes(db, viewer, thread)
    foreign = {author for *_post, author, is_from_elsewhere in rows if is_from_elsewhere}
    verified = {
        one for one in foreign if members.vouched(db, one, members.roles_of(db, one), viewer.now_ms).is_verified
    }
    posts: list[PostView] = []
    head: PostBody | None = None
    outcome: OutcomeBody | None = None
    for (
        post, parent, log_id, seq, hlc, state, _shown, versions, handle, site, profession, body_bytes, is_unread,
        is_own, is_visible, shown_hlc, got_ms, author, _is_from_elsewhere,
    ) in rows:  # fmt: skip
        is_readable = is_visible and state in (HERE, HIDDEN) and body_bytes is not None
        body = decode_body(Replied.KIND, body_bytes) if is_readable else None
        assert body is None or isinstance(body, PostBody)
        useful, is_useful_mine = marked.get(post, (0, False))
        received = got_ms or 0
        view = PostView(
            post=EventNo(post), id=ids[post], parent=EventNo(parent) if parent is not None else None,
            parent_id=ids.get(parent, ""), author=f"{handle}@{site or '?'}", profession=profession,
            created_ms=effective_ms(hlc, received), is_clock_wrong=is_clock_wrong(hlc, received),
            body_state=_state(state, is_visible=is_visible), text=clean(body.text) if body else "",
            flavour=clean(body.flavour, one_line=True)[:16] if body else "",
            conflict=clean(body.conflict, one_line=True) if body else "", versions=versions,
            amended_ms=wall_ms(shown_hlc) if shown_hlc != hlc else None, is_unread=bool(is_unread), is_own=bool(is_own),
            is_draft_undo=post in undoable, useful=useful, is_useful_mine=is_useful_mine,
            original_name=clean(body.origin.name, one_line=True) if body and body.origin else "",
            original_ms=body.origin.date_ms if body and body.origin else None,
            is_cut=bool(body and body.origin and body.origin.is_cut), sort_key=(hlc, log_id, seq),
            quotes=tuple(quotes.get(post, ())) if body is not None else (),
            verified_by=site or "" if author in verified and handle != UNSIGNED else "",
        )  # fmt: skip
        if post == thread:
            head = body
            outcome = outcome_of(db, viewer, thread) if is_visible else None
            posts.insert(0, view)
        else:
            posts.append(view)
    return ThreadPosts(tuple(posts), head, outcome)


def _quotes(db: sqlite3.Connection, viewer: Viewer, thread: int) -> dict[int, list[QuoteView]]:
    """What the posts of a thread quote, each as the viewer may read it now."""
    rows = db.execute(
        f"SELECT q.post, p.post, m.handle, s.name, {_STATE}, {VISIBLE}, CASE WHEN {READABLE} THEN b.body END FROM view_post o"
        " JOIN view_quote q ON q.post = o.post JOIN view_post p ON p.post = q.quoted"
        " JOIN view_member m ON m.member = p.author LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " LEFT JOIN log_body b ON b.event = p.shown WHERE o.thread = :thread ORDER BY q.post, q.quoted",
        {**viewer.bound, "thread": thread},
    )
    found: dict[int, list[QuoteView]] = {}
    for post, quoted, handle, site, state, is_visible, body_bytes in rows:
        body = decode_body(Replied.KIND, body_bytes) if body_bytes is not None else None
        text = clean(body.text or body.question) if isinstance(body, PostBody) else ""
        author = f"{handle}@{site or '?'}" if body is not None else ""
        quote = QuoteView(EventNo(quoted), author, _state(state, is_visible=is_visible), text)
        found.setdefault(post, []).append(quote)
    return found


def _marks(db: sqlite3.Connection, viewer: Viewer, thread: int) -> dict[int, tuple[int, bool]]:
    """How many found each post useful, and whether the viewer did."""
    rows = db.execute(
        "SELECT r.post, COUNT(*), MAX(r.member IN (SELECT value FROM json_each(:members))) FROM view_reaction r"
        " JOIN view_post p USING (post) WHERE p.thread = :thread AND r.reaction = :useful GROUP BY r.post",
        {**viewer.bound, "thread": thread, "useful": REACTIONS.index("useful")},
    )
    return {post: (count, bool(is_mine)) for post, count, is_mine in rows}


def outcome_of(db: sqlite3.Connection, viewer: Viewer, thread: int) -> OutcomeBody | None:
    """What became of a case; None where nothing was told, or not to the viewer."""
    row = db.execute(
        "SELECT b.body FROM view_thread t JOIN view_post p ON p.post = t.thread JOIN log_body b ON b.event = t.outcome"
        f" WHERE t.thread = :thread AND {VISIBLE} AND (NOT EXISTS {_WITHHELD.format('t.outcome')} OR t.author IN (SELECT value FROM json_each(:members)))",
        {**viewer.bound, "thread": thread},
    ).fetchone()
    if row is None:
        return None
    body = decode_body(OutcomeRecorded.KIND, row[0])
    assert isinstance(body, OutcomeBody)
    return body


def shown_version(db: sqlite3.Connection, viewer: Viewer, post: int) -> EventNo | None:
    """The version a post shows, where the viewer may see the post."""
    row = db.execute(
        f"SELECT p.shown FROM view_post p WHERE p.post = :post AND {VISIBLE}", {**viewer.bound, "post": post}
    ).fetchone()
    return EventNo(row[0]) if row else None


def versions(db: sqlite3.Connection, viewer: Viewer, post: int) -> tuple[VersionView, ...]:
    """Every version of a post whose words are here, oldest first; none where the viewer may not read the post."""
    row = db.execute(
        f"SELECT p.shown FROM view_post p WHERE p.post = :post AND {VISIBLE} AND p.state IN ({HERE}, {HIDDEN})",
        {**viewer.bound, "post": post},
    ).fetchone()
    if row is None:
        return ()
    rows = db.execute(
        "SELECT e.event, l.id, e.seq, e.hlc FROM log_event e JOIN log_log l USING (log) WHERE (e.event = :post"
        " OR e.event IN (SELECT event FROM view_overwrite WHERE subject = :post AND aspect = 'text' AND value = 1"
        " AND event NOT IN (SELECT event FROM view_behind)))"
        f" AND (NOT EXISTS {_WITHHELD.format('e.event')} OR (SELECT {MINE} FROM view_post p WHERE p.post = :post))"
        " ORDER BY e.hlc, e.event",
        {**viewer.bound, "post": post},
    ).fetchall()
    found = []
    for event, log_id, seq, hlc in rows:
        body = body_of(db, EventNo(event))
        if body is not None:
            text = clean(f"{body.question}\n\n{body.text}" if body.question else body.text)
            created_ms = effective_ms(hlc, received_ms(db, event))
            title = clean(body.title, one_line=True)
            found.append(VersionView(post_id(LogId(log_id), seq), created_ms, title, text, event == row[0]))
    return tuple(found)


def posts_matching(
    db: sqlite3.Connection,
    viewer: Viewer,
    match: str | None,
    where: Sequence[str],
    bound: dict[str, object],
    versions: tuple[int, int],
    limit: int,
) -> list[tuple[object, ...]]:
    """Shown posts that an FTS5 expression and further conditions find, newest version first.

    ``where`` are conditions over ``view_post p`` and ``view_thread t`` written here in the store, never a user's text;
    ``versions`` are the lowest and the highest to look at.
    """
    source = (
        "view_search f JOIN view_post p ON p.shown = f.rowid" if match is not None else "view_post p"
    )  # the index finds versions; without words the posts themselves are walked
    number = "f.rowid" if match is not None else "p.shown"
    conditions = [f"{number} BETWEEN :lowest AND :highest", READABLE, *where]
    if match is not None:
        conditions.append("view_search MATCH :match")
    rows = db.execute(
        f"SELECT p.post, p.thread, p.shown, l.id, e.seq, tl.id, te.seq, b.name, c.name, {TITLE}, m.handle, s.name,"
        f" p.hlc, t.kind, t.state, {UNREAD}, body.body FROM {source} JOIN view_thread t ON t.thread = p.thread"
        " JOIN log_event e ON e.event = p.post JOIN log_log l ON l.log = e.log"
        " JOIN log_event te ON te.event = p.thread JOIN log_log tl ON tl.log = te.log"
        " JOIN view_board b ON b.board = p.board JOIN view_circle c ON c.circle = b.circle"
        " JOIN view_member m ON m.member = p.author LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " JOIN log_body body ON body.event = p.shown"
        f" WHERE {' AND '.join(conditions)} ORDER BY {'f.rowid' if match is not None else 'p.shown'} DESC LIMIT :limit",
        {**viewer.bound, **bound, "match": match, "limit": limit, "lowest": versions[0], "highest": versions[1]},
    )
    return rows.fetchall()


def posts_saying(db: sqlite3.Connection, viewer: Viewer, match: str | None, limit: int) -> list[tuple[int, int]]:
    """(post, thread) of the newest posts an FTS5 expression finds."""
    if match is None:
        return []
    rows = db.execute(
        "SELECT p.post, p.thread FROM view_search f JOIN view_post p ON p.shown = f.rowid"
        f" WHERE view_search MATCH :match AND {READABLE} ORDER BY f.rowid DESC LIMIT :limit",
        {**viewer.bound, "match": match, "limit": limit},
    )
    return rows.fetchall()


def open_boards(db: sqlite3.Connection, viewer: Viewer) -> list[BoardNo]:
    """The boards the viewer may read."""
    return [BoardNo(row[0]) for row in db.execute(OPEN_BOARDS[1:-1], viewer.bound)]


def board_numbers(db: sqlite3.Connection, viewer: Viewer, name: str) -> list[int]:
    """Boards the viewer may read that a filter such as ``board:tox`` or ``board:tox@region`` means."""
    board, _, circle = name.partition("@")
    rows = db.execute(
        "SELECT b.board FROM view_board b JOIN view_circle c USING (circle) WHERE (b.name = :name OR b.title = :name"
        f" COLLATE NOCASE) AND (:circle = '' OR c.name = :circle) AND b.board IN {OPEN_BOARDS}",
        {**viewer.bound, "name": board, "circle": circle},
    )
    return [row[0] for row in rows]


def author_numbers(db: sqlite3.Connection, viewer: Viewer, name: str) -> list[int]:
    """Members that a filter such as ``author:nadia`` or ``author:nadia@county`` means."""
    handle, _, site = name.partition("@")
    rows = db.execute(
        "SELECT m.member FROM view_member m LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " WHERE m.handle = :handle COLLATE NOCASE AND (:site = '' OR s.name = :site COLLATE NOCASE)",
        {**viewer.bound, "handle": handle, "site": site},
    )
    return [row[0] for row in rows]


def posts_for_export(db: sqlite3.Connection, viewer: Viewer, board: int | None, by_thread: bool = False) -> list[int]:
    """Posts whose words the viewer may read, parents before children, in the order they arrived here, or by thread."""
    rows = db.execute(
        f"SELECT p.post FROM view_post p WHERE (:board IS NULL OR p.board = :board) AND {READABLE}"
        " ORDER BY CASE WHEN :by_thread THEN p.thread END, p.post",
        {**viewer.bound, "board": board, "by_thread": by_thread},
    )
    return [row[0] for row in rows]


def posts_named(db: sqlite3.Connection, viewer: Viewer, beginning: str, seq: int) -> list[int]:
    """Posts the viewer may see with this sequence whose log, as eight letters, begins as named."""
    rows = db.execute(
        "SELECT p.post, l.id FROM log_log l JOIN log_event e ON e.log = l.log AND e.seq = :seq"
        f" JOIN view_post p ON p.post = e.event WHERE {STANDING}",
        {**viewer.bound, "seq": seq},
    ).fetchall()
    return [post for post, log_id in rows if post_id(LogId(log_id), seq).startswith(beginning)]
