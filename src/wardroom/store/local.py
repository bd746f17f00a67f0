"""What never leaves this file: the site's secrets, accounts, read marks, drafts, settings and import memories."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from wardroom.domain.ids import AccountNo, BoardNo, EventNo, PersonId
from wardroom.domain.views import BoardWish, DraftView, SavedSearch
from wardroom.language import _


class Identity(Struct, frozen=True):
    """Who this file is."""

    site_name: str
    site_key: bytes
    site_seed: bytes
    instance_key: bytes
    instance_seed: bytes
    local_circle: int


def identity(db: sqlite3.Connection) -> Identity:
    """The site and instance of this file."""
    row = db.execute(
        "SELECT site_name, site_key, site_seed, instance_key, instance_seed, local_circle FROM local_identity"
    ).fetchone()
    return Identity(*row)


def keep_identity(db: sqlite3.Connection, who: Identity) -> None:
    """Write who this file is, in place of what stood there."""
    db.execute(
        "INSERT OR REPLACE INTO local_identity (one, site_name, site_key, site_seed, instance_key, instance_seed,"
        " local_circle) VALUES (1, ?, ?, ?, ?, ?, ?)",
        (who.site_name, who.site_key, who.site_seed, who.instance_key, who.instance_seed, who.local_circle),
    )


class Account(Struct, frozen=True):
    """A login of this file."""

    account: AccountNo
    handle: str
    profession: str
    person: PersonId
    uid: int | None
    password: str | None
    failures: int
    failed_ms: int
    is_disabled: bool
    visited_ms: int | None


_ACCOUNT = (
    "SELECT account, handle, profession, person, uid, password, failures, failed_ms, is_disabled, visited_ms"
    " FROM local_account"
)


def _account(row: tuple[Any, ...] | None) -> Account | None:
    return None if row is None else Account(*row)


def account_of_uid(db: sqlite3.Connection, uid: int) -> Account | None:
    """The account that is linked to a Unix account."""
    return _account(db.execute(f"{_ACCOUNT} WHERE uid = ?", (uid,)).fetchone())


def account_named(db: sqlite3.Connection, handle: str) -> Account | None:
    """The account with this handle."""
    return _account(db.execute(f"{_ACCOUNT} WHERE handle = ?", (handle,)).fetchone())


def account_numbered(db: sqlite3.Connection, account: AccountNo) -> Account | None:
    """The account with this number."""
    return _account(db.execute(f"{_ACCOUNT} WHERE account = ?", (account,)).fetchone())


def accounts(db: sqlite3.Connection) -> list[Account]:
    """Every account of this file, by handle."""
    rows = db.execute(f"{_ACCOUNT} ORDER BY handle").fetchall()
    return [found for found in map(_account, rows) if found is not None]


def add_account(
    db: sqlite3.Connection, *, handle: str, profession: str, person: bytes, uid: int | None, password: str | None,
    now_ms: int,
) -> AccountNo:  # fmt: skip
    """A new account; raises sqlite3.IntegrityError when handle or Unix account have one."""
    row = db.execute(
        "INSERT INTO local_account (handle, profession, person, uid, password, created_ms) VALUES (?, ?, ?, ?, ?, ?)"
        " RETURNING account",
        (handle, profession, person, uid, password, now_ms),
    ).fetchone()
    return AccountNo(row[0])


def set_password(db: sqlite3.Connection, account: AccountNo, password: str | None) -> None:
    """A new password hash; past failures are forgotten."""
    db.execute("UPDATE local_account SET password = ?, failures = 0 WHERE account = ?", (password, account))


def set_uid(db: sqlite3.Connection, account: AccountNo, uid: int | None) -> None:
    """Link an account to a Unix account, or to none; a Unix account is linked to one account at most."""
    db.execute("UPDATE local_account SET uid = NULL WHERE uid = ?", (uid,))
    db.execute("UPDATE local_account SET uid = ? WHERE account = ?", (uid, account))


def set_profession(db: sqlite3.Connection, account: AccountNo, profession: str) -> None:
    """What an account's cards say from now on, where the member acts for the first time too."""
    db.execute("UPDATE local_account SET profession = ? WHERE account = ?", (profession, account))


def set_disabled(db: sqlite3.Connection, account: AccountNo, *, is_disabled: bool) -> None:
    """Close an account to logins, or open it again."""
    db.execute("UPDATE local_account SET is_disabled = ? WHERE account = ?", (is_disabled, account))


def note_failure(db: sqlite3.Connection, account: AccountNo, now_ms: int) -> None:
    """Count a wrong password."""
    db.execute("UPDATE local_account SET failures = failures + 1, failed_ms = ? WHERE account = ?", (now_ms, account))


def anchor_failure(db: sqlite3.Connection, account: AccountNo, now_ms: int) -> None:
    """The last failure lies in the future, so a clock was set back: it counts as of now."""
    db.execute("UPDATE local_account SET failed_ms = MIN(failed_ms, ?) WHERE account = ?", (now_ms, account))


def note_success(db: sqlite3.Connection, account: AccountNo) -> None:
    """Forget the failures after a right password."""
    db.execute("UPDATE local_account SET failures = 0, failed_ms = 0 WHERE account = ?", (account,))


def note_visit(db: sqlite3.Connection, account: AccountNo, now_ms: int) -> None:
    """Remember when the account was last here."""
    db.execute("UPDATE local_account SET visited_ms = ? WHERE account = ?", (now_ms, account))


def mark_read(db: sqlite3.Connection, account: AccountNo, arrivals: Iterable[int]) -> None:
    """Add arrivals to the account's ranges of read ones; neighbouring ranges grow together."""
    for arrival in sorted(set(arrivals)):
        mark_read_range(db, account, arrival, arrival)


def mark_read_range(db: sqlite3.Connection, account: AccountNo, first: int, last: int) -> None:
    """Add a range of arrivals to those the account has read."""
    row = db.execute(
        "SELECT MIN(first), MAX(last) FROM local_read WHERE account = ? AND first <= ? AND last >= ?",
        (account, last + 1, first - 1),
    ).fetchone()
    if row[0] is not None:
        if row[0] <= first and row[1] >= last:
            whole = db.execute(
                "SELECT 1 FROM local_read WHERE account = ? AND first <= ? AND last >= ?", (account, first, last)
            ).fetchone()
            if whole is not None:
                return
        first, last = min(first, row[0]), max(last, row[1])
        db.execute("DELETE FROM local_read WHERE account = ? AND first >= ? AND last <= ?", (account, first, last))
    db.execute("INSERT INTO local_read (account, first, last) VALUES (?, ?, ?)", (account, first, last))


def save_draft(
    db: sqlite3.Connection, account: AccountNo, *, draft: int | None, kind: str, board: BoardNo | None,
    target: EventNo | None, fields: dict[str, str], now_ms: int,
) -> int:  # fmt: skip
    """Keep a draft as it stands now; one that was discarded meanwhile begins anew."""
    row = db.execute(
        "INSERT INTO local_draft (draft, account, kind, board, target, fields, saved_ms) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (draft) DO UPDATE SET board = excluded.board, fields = excluded.fields,"
        " saved_ms = excluded.saved_ms WHERE account = excluded.account RETURNING draft",
        (draft, account, kind, board, target, json.dumps(fields, ensure_ascii=False), now_ms),
    ).fetchone()
    if row is None:  # the number was given to somebody else's draft meanwhile
        return save_draft(db, account, draft=None, kind=kind, board=board, target=target, fields=fields, now_ms=now_ms)
    return int(row[0])


def drafts(db: sqlite3.Connection, account: AccountNo) -> tuple[DraftView, ...]:
    """The account's drafts, newest first."""
    rows = db.execute(
        "SELECT draft, kind, board, target, saved_ms, fields FROM local_draft WHERE account = ?"
        " ORDER BY saved_ms DESC, draft DESC",
        (account,),
    ).fetchall()
    found = []
    for draft, kind, board, target, saved_ms, text in rows:
        fields = json.loads(text)
        words = (fields.get(name, "") for name in ("title", "text", "quick", "vitals", "diagnosis", "question"))
        about = next((" ".join(word.split())[:60] for word in words if word.strip()), _("(nothing yet)"))
        found.append(DraftView(draft, kind, board, target, saved_ms, fields, about))
    return tuple(found)


def discard_draft(db: sqlite3.Connection, account: AccountNo, draft: int) -> None:
    """Throw a draft away."""
    db.execute("DELETE FROM local_draft WHERE draft = ? AND account = ?", (draft, account))


def setting(db: sqlite3.Connection, name: str) -> str | None:
    """A setting of this file."""
    row = db.execute("SELECT value FROM local_setting WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def keep_setting(db: sqlite3.Connection, name: str, value: str) -> None:
    """Write a setting of this file."""
    db.execute("INSERT OR REPLACE INTO local_setting (name, value) VALUES (?, ?)", (name, value))


def import_known(db: sqlite3.Connection, source: bytes) -> EventNo | None:
    """The post an earlier import made from this source (a keyed hash), even if it was purged since."""
    row = db.execute("SELECT event FROM local_import WHERE source = ?", (source,)).fetchone()
    return EventNo(row[0]) if row else None


def keep_import(db: sqlite3.Connection, source: bytes, event: EventNo) -> EventNo | None:
    """Remember which post an import makes from a source; the post an earlier import made, where there is one."""
    if db.execute("INSERT OR IGNORE INTO local_import (source, event) VALUES (?, ?)", (source, event)).rowcount:
        return None
    return import_known(db, source)


def members_of_person(db: sqlite3.Connection, person: bytes) -> dict[int, int]:
    """The member that a person of this site is in each circle, by circle."""
    rows = db.execute(
        "SELECT circle, member FROM view_circle CROSS JOIN view_member USING (circle)"
        " WHERE person = ? AND site = (SELECT site_key FROM local_identity) ORDER BY circle",
        (person,),
    )
    return dict(rows.fetchall())


def members_of_account(db: sqlite3.Connection, account: int) -> tuple[int, ...]:
    """The members that an account is, in all circles."""
    rows = db.execute(
        "SELECT m.member FROM local_account a CROSS JOIN view_circle c CROSS JOIN view_member m"
        " ON m.circle = c.circle AND m.person = a.person WHERE a.account = ? AND m.site = (SELECT site_key FROM local_identity) ORDER BY m.member",
        (account,),
    )
    return tuple(row[0] for row in rows)


def own_log(db: sqlite3.Connection, circle: int) -> int | None:
    """The log this instance writes in a circle, or None where it does not take part."""
    row = db.execute(
        "SELECT log FROM log_log WHERE circle = ? AND instance = (SELECT instance_key FROM local_identity)", (circle,)
    ).fetchone()
    return int(row[0]) if row else None


def own_post_made(
    db: sqlite3.Connection, post: EventNo, account: AccountNo, now_ms: int, *, may_undo_first: bool
) -> None:
    """Remember that an account posted here, for undo; with ``may_undo_first`` it does not travel before that is over."""
    db.execute("DELETE FROM local_own_post WHERE posted_ms < ?", (now_ms - 3_600_000,))
    db.execute(
        "INSERT INTO local_own_post (post, account, posted_ms, may_undo_first) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (post) DO UPDATE SET posted_ms = excluded.posted_ms",
        (post, account, now_ms, may_undo_first),
    )


def newest_own_post(db: sqlite3.Connection, account: AccountNo, after_ms: int) -> EventNo | None:
    """What the account posted last, if it was after ``after_ms``."""
    row = db.execute(
        "SELECT post FROM local_own_post WHERE account = ? AND posted_ms > ? ORDER BY posted_ms DESC, post DESC LIMIT 1",
        (account, after_ms),
    ).fetchone()
    return EventNo(row[0]) if row else None


def forget_own_post(db: sqlite3.Connection, post: EventNo) -> None:
    """A post that was taken back is nothing to take back any more."""
    db.execute("DELETE FROM local_own_post WHERE post = ?", (post,))


def keep_bookmark(db: sqlite3.Connection, account: AccountNo, post: EventNo, now_ms: int | None) -> None:
    """Set a bookmark, or take it off where no time is given."""
    if now_ms is None:
        db.execute("DELETE FROM local_bookmark WHERE account = ? AND post = ?", (account, post))
    else:
        db.execute(
            "INSERT OR IGNORE INTO local_bookmark (account, post, kept_ms) VALUES (?, ?, ?)", (account, post, now_ms)
        )


def is_bookmarked(db: sqlite3.Connection, account: AccountNo, post: EventNo) -> bool:
    """Whether an account has a bookmark at a post."""
    row = db.execute("SELECT 1 FROM local_bookmark WHERE account = ? AND post = ?", (account, post)).fetchone()
    return row is not None


def follow(db: sqlite3.Connection, account: AccountNo, thread: EventNo, *, is_on: bool) -> None:
    """Follow a thread, or no longer."""
    if is_on:
        db.execute("INSERT OR IGNORE INTO local_follow (account, thread) VALUES (?, ?)", (account, thread))
    else:
        db.execute("DELETE FROM local_follow WHERE account = ? AND thread = ?", (account, thread))


def wish_of_board(db: sqlite3.Connection, account: AccountNo, board: BoardNo, wish: BoardWish) -> None:
    """What an account wants to be told of a board from now on."""
    db.execute("DELETE FROM local_board_wish WHERE account = ? AND board = ?", (account, board))
    if wish:
        db.execute("INSERT INTO local_board_wish (account, board, wish) VALUES (?, ?, ?)", (account, board, wish))


def saved_searches(db: sqlite3.Connection, account: AccountNo) -> tuple[SavedSearch, ...]:
    """The searches an account keeps, by number."""
    rows = db.execute(
        "SELECT number, name, query FROM local_saved_search WHERE account = ? ORDER BY number", (account,)
    )
    return tuple(SavedSearch(*row) for row in rows)


def save_search(db: sqlite3.Connection, account: AccountNo, saved: SavedSearch) -> None:
    """Keep a search, in place of what stood under its number."""
    db.execute(
        "INSERT OR REPLACE INTO local_saved_search (account, number, name, query) VALUES (?, ?, ?, ?)",
        (account, saved.number, saved.name, saved.query),
    )


def forget_search(db: sqlite3.Connection, account: AccountNo, number: int) -> None:
    """Keep a search no longer."""
    db.execute("DELETE FROM local_saved_search WHERE account = ? AND number = ?", (account, number))


def last_digest(db: sqlite3.Connection, account: AccountNo) -> tuple[int, int] | None:
    """(newest arrival, when) of the last digest, or None before the first."""
    row = db.execute("SELECT arrival, made_ms FROM local_digest WHERE account = ?", (account,)).fetchone()
    return None if row is None else (int(row[0]), int(row[1]))


def note_digest(db: sqlite3.Connection, account: AccountNo, arrival: int, now_ms: int) -> None:
    """Remember how far the account's last digest went."""
    db.execute(
        "INSERT OR REPLACE INTO local_digest (account, arrival, made_ms) VALUES (?, ?, ?)", (account, arrival, now_ms)
    )


def sync_light(db: sqlite3.Connection, since_ms: int) -> tuple[int | None, bool, bool] | None:
    """(last that worked, whether some peer's last try failed, whether one is under way since ``since_ms``); None without peers."""
    count, done_ms, failed, under_way_ms = db.execute(
        "SELECT COUNT(*), MAX(done_ms), SUM(error <> ''), MAX(under_way_ms) FROM local_peer"
    ).fetchone()
    return (done_ms, bool(failed), under_way_ms is not None and under_way_ms >= since_ms) if count else None


def sync_is_due(db: sqlite3.Connection, before_ms: int) -> bool:
    """Whether there are peers, and none of them was tried after ``before_ms``, or somebody asked for it since."""
    count, tried_ms = db.execute("SELECT COUNT(*), MAX(tried_ms) FROM local_peer").fetchone()
    asked_ms = int(setting(db, "sync_asked_ms") or 0)
    return bool(count) and (tried_ms is None or tried_ms <= before_ms or asked_ms > tried_ms)
