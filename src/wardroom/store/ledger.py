"""The purge ledger: which events' words were erased, kept beside the backups, so that a restored one brings none back.

It names events and holds no word. A backup made before a purge still holds the words; whoever restores it through
Wardroom gets it without them.
"""

import json
import os
import sqlite3
from collections.abc import Iterable
from pathlib import Path

from wardroom.domain.ids import EventNo
from wardroom.errors import NotAForum
from wardroom.store import local
from wardroom.store.journal import ref_of

NAME = "wardroom-purges.json"
_FOLDERS = "backup_folders"
Entry = tuple[str, int, str]
"""(log id in hex, sequence, first bytes of the leaf in hex)."""


def entries(db: sqlite3.Connection) -> set[Entry]:
    """Everything this file knows to be purged."""
    rows = db.execute(
        "SELECT log_id, seq, leaf FROM view_purge UNION SELECT log_id, seq, leaf FROM local_purged"
    ).fetchall()
    return {(log_id.hex(), seq, leaf.hex()) for log_id, seq, leaf in rows}


def read(folder: Path) -> set[Entry]:
    """The ledger of a folder of backups; empty where there is none. Raises NotAForum where it cannot be read."""
    path = folder / NAME
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["purged"]
        return {(bytes.fromhex(log).hex(), int(seq), bytes.fromhex(leaf).hex()) for log, seq, leaf in found}
    except FileNotFoundError:
        return set()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NotAForum(
            f"{path} cannot be read as a purge ledger. Restore it from elsewhere first: without it erased words come back."
        ) from error


def write(folder: Path, known: Iterable[Entry]) -> None:
    """Add what is known to be purged to the ledger of a folder; nothing is ever taken out. Raises OSError, NotAForum."""
    before = read(folder)
    every = before | set(known)
    path = folder / NAME
    if every == before:
        return
    building = path.with_name(f".{NAME}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(building, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "w") as file:
            json.dump({"purged": sorted(every)}, file, indent=0)
            file.flush()
            os.fsync(file.fileno())
        building.rename(path)
    finally:
        building.unlink(missing_ok=True)


def note_folder(db: sqlite3.Connection, folder: Path) -> None:
    """Remember where a backup was put: later purges are added to the ledger there."""
    folders = {*json.loads(local.setting(db, _FOLDERS) or "[]"), str(folder.resolve())}
    local.keep_setting(db, _FOLDERS, json.dumps(sorted(folders)))


def spread(db: sqlite3.Connection) -> list[Path]:
    """Add what is purged to every ledger beside this file's backups; the folders that could not be reached."""
    folders = [Path(folder) for folder in json.loads(local.setting(db, _FOLDERS) or "[]")]
    known = entries(db) if folders else set()
    missed = []
    for folder in folders:
        try:
            write(folder, known)
        except (OSError, NotAForum):
            missed.append(folder)  # the next backup there brings the ledger up to date
    return missed


def take_out(copy: sqlite3.Connection, known: set[Entry]) -> None:
    """Erase from a copy of a forum, before anybody can open it, the words a ledger names; its views are made again later."""
    copy.execute("PRAGMA secure_delete = ON")
    copy.execute("BEGIN")
    gone = [
        event for event in _held(copy, known) if copy.execute("DELETE FROM log_body WHERE event = ?", (event,)).rowcount
    ]
    tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    for event in gone:
        copy.execute("DELETE FROM local_draft WHERE target = ?", (event,))
        if "local_held" in tables:
            copy.execute("DELETE FROM local_held WHERE parent = ?", (event,))
    if gone:
        copy.execute("UPDATE view_thread SET title = ''")
        copy.execute("INSERT INTO view_search (view_search) VALUES ('delete-all')")
    copy.execute("COMMIT")
    if gone:
        copy.execute("VACUUM")


def _held(db: sqlite3.Connection, known: set[Entry]) -> list[EventNo]:
    """The events of a file that a ledger names, exactly."""
    found = []
    for log, seq, leaf in sorted(known):
        rows = db.execute(
            "SELECT e.event FROM log_event e JOIN log_log l USING (log) WHERE l.id = ? AND e.seq = ?",
            (bytes.fromhex(log), seq),
        ).fetchall()
        found += [EventNo(event) for (event,) in rows if ref_of(db, event).leaf.hex() == leaf]
    return found


def keep(db: sqlite3.Connection, known: set[Entry]) -> None:
    """Remember in a restored file what must never be in it, until the purges themselves arrive from peers."""
    db.executemany(
        "INSERT OR IGNORE INTO local_purged (log_id, seq, leaf) VALUES (?, ?, ?)",
        [(bytes.fromhex(log), seq, bytes.fromhex(leaf)) for log, seq, leaf in sorted(known)],
    )


def names(db: sqlite3.Connection, log: bytes, seq: int, leaf: bytes) -> bool:
    """Whether the ledger of a restored file names an event, whose body is then not taken in."""
    row = db.execute(
        "SELECT 1 FROM local_purged WHERE log_id = ? AND seq = ? AND leaf = ?", (log, seq, leaf)
    ).fetchone()
    return row is not None
