"""The token beside a forum file: by it a copied, restored or set-back file is told from the one that wrote last.

A line of fixed length in ``FILE.token``, with the file's mode: a random id that also stands in the file, the machine,
the file's inode, and how many events this instance has written. What does not fit makes the file a new instance of its
site, so that no sequence number is ever used twice; a false alarm costs nothing but that.
"""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

from msgspec import Struct

from wardroom.store import local

ID_BYTES = 16
_SETTING = "token"
_MAX_BYTES = 400
_MACHINE_ID = Path("/etc/machine-id")


class Token(Struct, frozen=True):
    """What the line says."""

    id: str
    machine: str
    inode: int
    written: int
    """Events this instance has written, in all its logs."""


def path_of(path: Path) -> Path:
    """Where the token of a forum file lies."""
    return path.with_name(f"{path.name}.token")


def machine() -> str:
    """What names this machine; empty where nothing does."""
    try:
        return _MACHINE_ID.read_text(encoding="utf-8").strip()[:64]
    except (OSError, UnicodeDecodeError):
        return ""


def written_by(db: sqlite3.Connection) -> int:
    """How many events this file's instance has written."""
    row = db.execute(
        "SELECT COALESCE(SUM(seq), 0) FROM log_log WHERE base IS NULL"
        " AND instance = (SELECT instance_key FROM local_identity)"
    ).fetchone()
    return int(row[0])


def read(path: Path) -> Token | None:
    """The token of a forum file; None where there is none that can be read."""
    try:
        with path_of(path).open("rb") as file:
            kind, token_id, on_machine, inode, written, *_rest = file.read(_MAX_BYTES).decode().split(" ")
        return Token(token_id, on_machine, int(inode), int(written)) if kind == "wardroom-token-1" else None
    except (OSError, ValueError):
        return None


def fits(path: Path, db: sqlite3.Connection) -> bool:
    """Whether the file is the one that wrote last: not a copy, not moved to another machine, not set back.

    A file that is gone is not judged: the write itself says what is wrong with it.
    """
    found = read(path)
    try:
        inode = os.stat(path).st_ino
    except OSError:
        return True
    return (
        found is not None
        and found.id == local.setting(db, _SETTING)
        and found.machine == machine()
        and found.inode == inode
        and found.written <= written_by(db)
    )


def renew_id(db: sqlite3.Connection, token_id: bytes) -> None:
    """Give the file a new id; its token is written once that is committed."""
    local.keep_setting(db, _SETTING, token_id.hex())


def note(path: Path, db: sqlite3.Connection) -> None:
    """Write down how far this instance has written; where that cannot be done, the next start finds a copy and goes on.

    Called after the commit: a token that lags behind its file is no alarm.
    """
    token_id = local.setting(db, _SETTING)
    if token_id is None:
        return
    with contextlib.suppress(OSError):
        mode = stat.S_IMODE(os.stat(path).st_mode) & 0o660
        line = f"wardroom-token-1 {token_id} {machine()} {os.stat(path).st_ino} {written_by(db):020d} \n"
        handle = os.open(path_of(path), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            if os.fstat(handle).st_size == 0:
                os.fchmod(handle, mode)
            os.pwrite(handle, line.encode(), 0)
            if os.fstat(handle).st_size != len(line):
                os.ftruncate(handle, len(line))
        finally:
            os.close(handle)
