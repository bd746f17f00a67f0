"""Members' cards as the views know them: who somebody is in a circle, and what they wrote that the viewer may read."""

import sqlite3
from dataclasses import dataclass

from wardroom.domain.ids import UNSIGNED
from wardroom.domain.views import MemberName
from wardroom.store.members import as_interests
from wardroom.store.queries import OPEN_BOARDS, READABLE, Viewer


@dataclass(frozen=True, slots=True)
class CardRow:
    """One member of one circle."""

    member: int
    circle: int
    circle_name: str
    handle: str
    site: str
    profession: str
    interests: tuple[str, ...]


_CARD = (
    "SELECT m.member, m.circle, c.name, m.handle, COALESCE(s.name, '?'), m.profession, m.interests FROM view_member m"
    " JOIN view_circle c USING (circle) LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
)


def _card(row: tuple[int, int, str, str, str, str, str]) -> CardRow:
    member, circle, circle_name, handle, site, profession, interests = row
    return CardRow(member, circle, circle_name, handle, site, profession, as_interests(interests))


def card(db: sqlite3.Connection, member: int) -> CardRow:
    """The card of a member."""
    return _card(db.execute(f"{_CARD} WHERE m.member = ?", (member,)).fetchone())


def cards_named(db: sqlite3.Connection, handle: str, site: str) -> list[CardRow]:
    """Every card with this handle, of one site or, with "", of all; the file's own site and circle first."""
    rows = db.execute(
        f"{_CARD} WHERE m.handle = :handle COLLATE NOCASE AND (:site = '' OR s.name = :site COLLATE NOCASE)"
        " ORDER BY m.site = (SELECT site_key FROM local_identity) DESC,"
        " m.circle = (SELECT local_circle FROM local_identity) DESC, s.name, c.name",
        {"handle": handle, "site": site},
    )
    return [_card(row) for row in rows]


def readers(db: sqlite3.Connection, viewer: Viewer, board: int | None) -> tuple[MemberName, ...]:
    """The other members who read a board, or any; those of the file's own site first.

    In a room its members; else those of its circle, and those of the own site, who read every circle of the file.
    Whoever was suspended, or has left, is not among them.
    """
    rows = db.execute(
        "SELECT m.handle, COALESCE(s.name, '?'), MAX(m.profession),"
        " MAX(m.site = (SELECT site_key FROM local_identity)) AS is_own FROM view_member m"
        " LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " LEFT JOIN view_board b ON b.board = :board"
        " WHERE (:board IS NULL OR IIF(b.is_room, m.member IN (SELECT member FROM view_room_member WHERE board = :board),"
        " m.circle IN (b.circle, (SELECT local_circle FROM local_identity))))"
        f" AND (:board IS NULL OR :board IN {OPEN_BOARDS})"
        " AND m.handle <> :unsigned AND m.member NOT IN (SELECT value FROM json_each(:members))"
        " AND m.member NOT IN (SELECT member FROM view_suspension WHERE is_standing = 1 AND member IS NOT NULL)"
        " AND NOT EXISTS (SELECT 1 FROM local_account a WHERE a.person = m.person AND a.is_disabled = 1)"
        " AND EXISTS (SELECT 1 FROM view_right r WHERE r.member = m.member AND r.is_granted = 1)"
        " GROUP BY m.handle, m.site ORDER BY is_own DESC, m.handle, s.name",
        {**viewer.bound, "board": board, "unsigned": UNSIGNED},
    )
    return tuple(MemberName(handle, site, profession) for handle, site, profession, _is_own in rows)


_SAME_PERSON = (
    "(SELECT o.member FROM view_member m JOIN view_member o ON o.site = m.site AND o.person = m.person"
    " WHERE m.member = :member)"
)
"""The members of all circles that the person behind one of them is."""


def posts_by(db: sqlite3.Connection, viewer: Viewer, member: int, most: int) -> int:
    """How many posts of the person behind a member the viewer may read, counted up to ``most``; -1 counts all."""
    row = db.execute(
        f"SELECT COUNT(*) FROM (SELECT 1 FROM view_post p WHERE p.author IN {_SAME_PERSON} AND {READABLE} LIMIT :most)",
        {**viewer.bound, "member": member, "most": most},
    ).fetchone()
    return int(row[0])


def last_posts_by(db: sqlite3.Connection, viewer: Viewer, member: int, limit: int) -> list[int]:
    """The newest posts of the person behind a member that the viewer may read."""
    found: list[tuple[int, int]] = []
    for (same,) in db.execute(f"SELECT member FROM {_SAME_PERSON}", {"member": member}).fetchall():
        found += db.execute(
            f"SELECT p.arrival, p.post FROM view_post p WHERE p.author = :same AND {READABLE}"
            " ORDER BY p.arrival DESC LIMIT :limit",
            {**viewer.bound, "same": same, "limit": limit},
        )
    return [post for _arrival, post in sorted(found, reverse=True)[:limit]]
