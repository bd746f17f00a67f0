"""Public SSH keys of members and peers: what sshd is told about a key that knocks."""

import sqlite3
from dataclasses import dataclass

from wardroom.domain.ids import AccountNo


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key and whose it is: of an account that may log in, or of a site that may sync."""

    key: str
    handle: str | None
    site: bytes | None
    is_disabled: bool
    added_ms: int


_ROW = (
    "SELECT k.key, a.handle, k.site, COALESCE(a.is_disabled, 0), k.added_ms FROM local_ssh_key k"
    " LEFT JOIN local_account a USING (account)"
)


def key_row(db: sqlite3.Connection, key: str) -> KeyRow | None:
    """What is known of a key."""
    row = db.execute(f"{_ROW} WHERE k.key = ?", (key,)).fetchone()
    return None if row is None else KeyRow(row[0], row[1], row[2], bool(row[3]), row[4])


def key_rows(db: sqlite3.Connection) -> list[KeyRow]:
    """Every key, those of sites first."""
    rows = db.execute(f"{_ROW} ORDER BY a.handle, k.site, k.added_ms").fetchall()
    return [KeyRow(row[0], row[1], row[2], bool(row[3]), row[4]) for row in rows]


def add_key(
    db: sqlite3.Connection, key: str, *, account: AccountNo | None = None, site: bytes | None = None, now_ms: int
) -> None:
    """Keep a key of an account or of a site."""
    db.execute(
        "INSERT INTO local_ssh_key (key, account, site, added_ms) VALUES (?, ?, ?, ?)", (key, account, site, now_ms)
    )


def remove_key(db: sqlite3.Connection, key: str) -> None:
    """Forget a key."""
    db.execute("DELETE FROM local_ssh_key WHERE key = ?", (key,))
