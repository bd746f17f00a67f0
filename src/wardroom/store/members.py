"""Members, circles and sites as the views know them, for the use cases that name them."""

import sqlite3

from msgspec import Struct

from wardroom.domain.clock import effective_ms
from wardroom.domain.events import VOICES, MemberCard
from wardroom.domain.ids import CircleId, EventNo, words_of_key
from wardroom.domain.rules import VERIFIED_FOR_MS, Grant, heads_of, roles_at
from wardroom.store.folds import received_ms
from wardroom.store.judging import grants_of

_END_OF_LOG = 2**62
"""A sequence behind every event of a log."""


def circle_named(db: sqlite3.Connection, name: str) -> int | None:
    """The number of a circle by its name; "local" is the file's own."""
    if name == "local":
        return int(db.execute("SELECT local_circle FROM local_identity").fetchone()[0])
    row = (
        db.execute("SELECT circle FROM view_circle WHERE name = ?", (name,)).fetchone()
        or db.execute("SELECT circle FROM local_joined_circle WHERE name = ?", (name,)).fetchone()
    )
    return int(row[0]) if row else None


def circles(db: sqlite3.Connection) -> list[int]:
    """Every circle of this file."""
    return [row[0] for row in db.execute("SELECT circle FROM log_circle ORDER BY circle")]


def circle_id(db: sqlite3.Connection, circle: int) -> CircleId:
    """A circle's id."""
    return CircleId(db.execute("SELECT id FROM log_circle WHERE circle = ?", (circle,)).fetchone()[0])


def introduced(db: sqlite3.Connection, log: int) -> list[tuple[bytes, MemberCard, int]]:
    """(person, card, voice) of the members a log has introduced, its first administrator first."""
    rows = db.execute(
        "SELECT n.subject, m.person, m.handle, m.profession, m.interests FROM view_number n JOIN view_member m ON m.member = n.subject"
        " WHERE n.log = ? GROUP BY n.subject ORDER BY MIN(n.seq)",
        (log,),
    ).fetchall()
    found = []
    for member, person, handle, profession, interests in rows:
        roles = roles_at(grants_of(db, log, member), _END_OF_LOG)
        voice = next((VOICES.index(role) for role in VOICES if role in roles), 0)
        found.append((person, MemberCard(handle, profession, as_interests(interests)), voice))
    return found


def as_interests(text: str) -> tuple[str, ...]:
    """Interests as the views hold them, one by one."""
    return tuple(text.split(", ")) if text else ()


def interests_of(db: sqlite3.Connection, member: int) -> tuple[str, ...]:
    """What a member's card says they care about."""
    return as_interests(db.execute("SELECT interests FROM view_member WHERE member = ?", (member,)).fetchone()[0])


def circle_of_board(db: sqlite3.Connection, board: int) -> int:
    """The circle a board stands in."""
    return int(db.execute("SELECT circle FROM view_board WHERE board = ?", (board,)).fetchone()[0])


def event_in_log(db: sqlite3.Connection, log: int, seq: int) -> EventNo:
    """The event at a place in a log."""
    return EventNo(db.execute("SELECT event FROM log_event WHERE log = ? AND seq = ?", (log, seq)).fetchone()[0])


class PostFacts(Struct, frozen=True):
    """What a use case asks of a post before it acts on it."""

    post: int
    thread: int
    board: int
    circle: int
    author: int
    state: int
    is_locked: bool
    is_pinned: bool


def post_facts(db: sqlite3.Connection, post: int) -> PostFacts | None:
    """The facts of a post, or None where there is none."""
    row = db.execute(
        "SELECT p.post, p.thread, p.board, b.circle, p.author, p.state, t.is_locked, t.is_pinned FROM view_post p"
        " JOIN view_board b USING (board) JOIN view_thread t ON t.thread = p.thread WHERE p.post = ?",
        (post,),
    ).fetchone()
    return None if row is None else PostFacts(*row)


def site_of_event(db: sqlite3.Connection, event: int) -> bytes:
    """The key of the site in whose log an event stands."""
    row = db.execute("SELECT l.site FROM log_event e JOIN log_log l USING (log) WHERE e.event = ?", (event,)).fetchone()
    return bytes(row[0])


def arrivals_of(db: sqlite3.Connection, posts: str) -> list[int]:
    """The arrivals of posts given as a JSON array of numbers."""
    return [
        r[0]
        for r in db.execute("SELECT arrival FROM view_post WHERE post IN (SELECT value FROM json_each(?))", (posts,))
    ]


def newest_arrival(db: sqlite3.Connection) -> int:
    """The highest arrival of this file."""
    row = db.execute(
        "SELECT MAX(COALESCE((SELECT MAX(event) FROM log_event), 0), COALESCE((SELECT MAX(arrival) FROM local_arrival), 0))"
    ).fetchone()
    return int(row[0])


def arrival_before(db: sqlite3.Connection, before_ms: int) -> int:
    """The highest arrival that was received before a moment."""
    row = db.execute("SELECT MIN(arrival) FROM local_reception WHERE received_ms >= ?", (before_ms,)).fetchone()
    return int(row[0]) - 1 if row[0] is not None else newest_arrival(db)


def cards(db: sqlite3.Connection) -> list[tuple[int, str, str, str, str]]:
    """(member, handle, site, profession, circle) of every member known here, by handle and circle."""
    return db.execute(
        "SELECT m.member, m.handle, COALESCE(s.name, '?'), m.profession, c.name FROM view_member m"
        " JOIN view_circle c USING (circle) LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " ORDER BY m.handle, c.name"
    ).fetchall()


def standing_grants(db: sqlite3.Connection, log: int, member: int, role: str) -> list[Grant]:
    """The grants that a new one of this role supersedes: those of the same office, or of any voice.

    Of a member of another site they stand in whatever logs they were given in, not in the one that ``log`` names.
    """
    logs = [log]
    if not _is_of_site(db, log, member):
        rows = db.execute("SELECT DISTINCT log FROM view_right WHERE member = ? ORDER BY log", (member,))
        logs = [row[0] for row in rows]
    alike = VOICES if role in VOICES else (role,)
    known = {grant.event: grant for each in logs for grant in grants_of(db, each, member)}
    found = {grant.event: grant for grant in heads_of(known.values(), alike)}
    return [found[event] for event in sorted(found)]


def _is_of_site(db: sqlite3.Connection, log: int, member: int) -> bool:
    """Whether a log is one of a member's own site."""
    row = db.execute(
        "SELECT 1 FROM view_member m JOIN log_log l ON l.site = m.site WHERE m.member = ? AND l.log = ?", (member, log)
    ).fetchone()
    return row is not None


def site_names(db: sqlite3.Connection, circle: int) -> tuple[str, ...]:
    """The sites of a circle by name."""
    rows = db.execute("SELECT name FROM view_site WHERE circle = ? ORDER BY name, site", (circle,))
    return tuple(row[0] for row in rows)


def site_name(db: sqlite3.Connection, circle: int, site: bytes) -> str:
    """What a site of a circle is called; two words of its key where it is not of it."""
    row = db.execute("SELECT name FROM view_site WHERE circle = ? AND site = ?", (circle, site)).fetchone()
    return str(row[0]) if row else words_of_key(site, 2)


def sites_called(db: sqlite3.Connection, circle: int, name: str) -> list[bytes]:
    """The keys of the sites of a circle with this name, or with this key in hex."""
    rows = db.execute(
        "SELECT site FROM view_site WHERE circle = ?1 AND (name = ?2 COLLATE NOCASE OR lower(hex(site)) = lower(?2))"
        " ORDER BY site",
        (circle, name),
    )
    return [bytes(row[0]) for row in rows]


def board_count(db: sqlite3.Connection, circle: int) -> int:
    """How many boards a circle has."""
    return int(db.execute("SELECT COUNT(*) FROM view_board WHERE circle = ?", (circle,)).fetchone()[0])


def is_founded(db: sqlite3.Connection, circle: int) -> bool:
    """Whether the founding of a circle is here."""
    return db.execute("SELECT 1 FROM view_circle WHERE circle = ?", (circle,)).fetchone() is not None


def is_admitted(db: sqlite3.Connection, circle: int, site: bytes) -> bool:
    """Whether a circle was opened to a site."""
    return db.execute("SELECT 1 FROM view_site WHERE circle = ? AND site = ?", (circle, site)).fetchone() is not None


def is_room(db: sqlite3.Connection, board: int) -> bool:
    """Whether a board is a room."""
    return bool(db.execute("SELECT is_room FROM view_board WHERE board = ?", (board,)).fetchone()[0])


def named(db: sqlite3.Connection, circle: int, handle: str, site: str) -> list[tuple[int, bytes]]:
    """(member, site key) of the members of a circle with this handle, of one site where it is named."""
    return db.execute(
        "SELECT m.member, m.site FROM view_member m LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " WHERE m.circle = ? AND m.handle = ? COLLATE NOCASE AND (?3 = '' OR s.name = ?3 COLLATE NOCASE)",
        (circle, handle, site),
    ).fetchall()


class Vouched(Struct, frozen=True):
    """How a member's own site stands for the member."""

    is_verified: bool
    until_ms: int | None
    """When the year of a verification ends, or ended; None where the site only gave the role of a practitioner."""


def vouched(db: sqlite3.Connection, member: int, roles: frozenset[str], now_ms: int) -> Vouched:
    """Whether a member with these roles is verified: for a year from when that was said last."""
    row = db.execute(
        "SELECT v.event, e.hlc FROM view_verified v JOIN log_event e USING (event) WHERE v.member = ?", (member,)
    ).fetchone()
    if row is None:
        return Vouched("practitioner" in roles, None)
    until_ms = effective_ms(row[1], received_ms(db, row[0])) + VERIFIED_FOR_MS
    return Vouched(until_ms > now_ms, until_ms)


def roles_of(db: sqlite3.Connection, member: int) -> frozenset[str]:
    """A member's roles as the newest log of the member's own site has them."""
    row = db.execute(
        "SELECT MAX(l.log) FROM view_member m JOIN log_log l ON l.circle = m.circle AND l.site = m.site"
        " JOIN view_right r ON r.log = l.log AND r.member = m.member WHERE m.member = ?",
        (member,),
    ).fetchone()
    return frozenset() if row[0] is None else roles_at(grants_of(db, row[0], member), _END_OF_LOG)
