"""What waits in this file alone: posts held for release, names sealed, local deeds and what members are told of them."""

import sqlite3
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from wardroom.domain.ids import AccountNo, EventNo
from wardroom.domain.views import PostDraft


class HeldPost(Struct, frozen=True):
    """A post that waits for a moderator to release it."""

    held: int
    account: AccountNo
    board: int
    parent: EventNo | None
    draft: PostDraft
    held_ms: int


def hold(
    db: sqlite3.Connection, account: AccountNo, board: int, parent: EventNo | None, draft: PostDraft, now_ms: int
) -> None:
    """Keep a post until somebody with the right releases it."""
    db.execute(
        "INSERT INTO local_held (account, board, parent, draft, held_ms) VALUES (?, ?, ?, ?, ?)",
        (account, board, parent, msgspec.json.encode(draft).decode(), now_ms),
    )


def held_posts(db: sqlite3.Connection, boards: Iterable[int], account: AccountNo | None = None) -> list[HeldPost]:
    """The posts held for these boards, of one account or of all, the oldest first."""
    wanted = msgspec.json.encode(sorted(boards)).decode()
    rows = db.execute(
        f"{_HELD} WHERE board IN (SELECT value FROM json_each(?1)) AND (?2 IS NULL OR account = ?2) ORDER BY held",
        (wanted, account),
    ).fetchall()
    return [_held(row) for row in rows]


def held_post(db: sqlite3.Connection, held: int) -> HeldPost:
    """A post that is held under a number."""
    return _held(db.execute(f"{_HELD} WHERE held = ?", (held,)).fetchone())


_HELD = "SELECT held, account, board, parent, draft, held_ms FROM local_held"


def _held(row: tuple[int, int, int, int | None, str, int]) -> HeldPost:
    held, account, board, parent, draft, held_ms = row
    decoded = msgspec.json.decode(draft, type=PostDraft)
    return HeldPost(held, AccountNo(account), board, EventNo(parent) if parent else None, decoded, held_ms)


def forget_held(db: sqlite3.Connection, held: int) -> bool:
    """A held post waits no longer; False where somebody else has settled it meanwhile."""
    return bool(db.execute("DELETE FROM local_held WHERE held = ?", (held,)).rowcount)


def seal(db: sqlite3.Connection, post: EventNo, account: AccountNo, now_ms: int) -> None:
    """Write down who asked unsigned; nothing else in this file says it."""
    db.execute("INSERT INTO local_sealed (post, account, sealed_ms) VALUES (?, ?, ?)", (post, account, now_ms))


def sealed_account(db: sqlite3.Connection, post: int) -> AccountNo | None:
    """Who wrote a post unsigned, or None where nobody did."""
    row = db.execute("SELECT account FROM local_sealed WHERE post = ?", (post,)).fetchone()
    return None if row is None else AccountNo(row[0])


def tell(db: sqlite3.Connection, account: AccountNo, said: str, post: EventNo | None, now_ms: int) -> None:
    """Leave a member a line for the next visit."""
    db.execute(
        "INSERT INTO local_notice (account, said, post, at_ms) VALUES (?, ?, ?, ?)", (account, said, post, now_ms)
    )


def notices(db: sqlite3.Connection, account: AccountNo) -> list[tuple[str, EventNo | None, int]]:
    """(line, post, when) of what a member has not yet been told, the oldest first."""
    return db.execute(
        "SELECT said, post, at_ms FROM local_notice WHERE account = ? ORDER BY notice", (account,)
    ).fetchall()


def told_arrival(db: sqlite3.Connection, account: AccountNo) -> int:
    """Up to which arrival a member was told of acts about own posts."""
    row = db.execute("SELECT arrival FROM local_told WHERE account = ?", (account,)).fetchone()
    return 0 if row is None else int(row[0])


def note_told(db: sqlite3.Connection, account: AccountNo, arrival: int) -> None:
    """A member has been told everything up to an arrival."""
    db.execute("DELETE FROM local_notice WHERE account = ?", (account,))
    db.execute(
        "INSERT INTO local_told (account, arrival) VALUES (?1, ?2) ON CONFLICT (account) DO UPDATE SET arrival = ?2",
        (account, arrival),
    )


def note_deed(
    db: sqlite3.Connection, account: AccountNo, verb: str, *, post: EventNo | None, about: str, reason: str, now_ms: int
) -> None:
    """Write down what somebody did that is no event: it stays in this file, and the audit shows it."""
    db.execute(
        "INSERT INTO local_deed (at_ms, account, verb, post, about, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (now_ms, account, verb, post, about, reason),
    )


def deeds(db: sqlite3.Connection, limit: int) -> list[tuple[int, int, str, str, EventNo | None, str, str]]:
    """(when, account, handle, verb, post, about, reason) of the newest local deeds."""
    return db.execute(
        "SELECT d.at_ms, d.account, a.handle, d.verb, d.post, d.about, d.reason FROM local_deed d"
        " JOIN local_account a USING (account) ORDER BY d.deed DESC LIMIT ?",
        (limit,),
    ).fetchall()
