"""The boards a member may read, with what is new on each, and who else sees a post there."""

import sqlite3

from wardroom.domain.ids import BoardNo
from wardroom.domain.views import BoardLine
from wardroom.language import _, several
from wardroom.store import listing
from wardroom.store.queries import OPEN_BOARDS, Viewer, unread_by_board


def boards(db: sqlite3.Connection, viewer: Viewer, *, most: int = 0) -> tuple[BoardLine, ...]:
    """Every board the viewer may read, with its unread posts, in the order of circles and titles.

    The threads of each are counted up to ``most``; -1 counts all.
    """
    unread = unread_by_board(db, viewer)
    rows = db.execute(
        "SELECT b.board, b.name, b.title, b.about, c.name, b.circle, b.is_room,"
        " (SELECT wish FROM local_board_wish w WHERE w.account = :account AND w.board = b.board)"
        f" FROM view_board b JOIN view_circle c USING (circle) WHERE b.board IN {OPEN_BOARDS}"
        " ORDER BY b.circle = (SELECT local_circle FROM local_identity), c.name, b.board",
        viewer.bound,
    ).fetchall()
    return tuple(
        BoardLine(
            BoardNo(board), name, title, about, circle, audience(db, number, board, is_room=bool(is_room)),
            bool(is_room), listing.thread_count(db, viewer, board, most) if most else None, unread.get(board, 0),
            listing.newest_activity_ms(db, viewer, board), wish or "",
        )
        for board, name, title, about, circle, number, is_room, wish in rows
    )  # fmt: skip


def title_and_audience(db: sqlite3.Connection, viewer: Viewer, board: int) -> tuple[str, str]:
    """The title of a board the viewer may read, and who sees a post of it; nothing of any other."""
    row = db.execute(
        f"SELECT title, circle, is_room FROM view_board WHERE board = :board AND board IN {OPEN_BOARDS}",
        {**viewer.bound, "board": board},
    ).fetchone()
    return ("", "") if row is None else (row[0], audience(db, row[1], board, is_room=bool(row[2])))


def audience(db: sqlite3.Connection, circle: int, board: int, *, is_room: bool) -> str:
    """Who sees a post of a board, in the words the composer says it with."""
    site_name, local_circle = db.execute("SELECT site_name, local_circle FROM local_identity").fetchone()
    if is_room:
        count = db.execute("SELECT COUNT(*) FROM view_room_member WHERE board = ?", (board,)).fetchone()[0]
        return _("{count} members of this room; administrators can read the file").format(count=count)
    if circle == local_circle:
        return _("{site_name} only").format(site_name=site_name)
    name, sites = db.execute(
        "SELECT name, (SELECT COUNT(*) FROM view_site s WHERE s.circle = c.circle) FROM view_circle c WHERE circle = ?",
        (circle,),
    ).fetchone()
    return several("{circle}, {count} site", "{circle}, {count} sites", sites).format(circle=name, count=sites)
