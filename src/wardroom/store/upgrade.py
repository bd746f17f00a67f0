"""Brings a file of an older format up to date: a backup first, then every step in one transaction, or none.

Sessions that are open meanwhile wait for the lock, are told that a newer Wardroom has been here, and can still save
their drafts. Hence the promise every migration keeps: ``local_draft`` may gain columns that have a default, and changes
in no other way.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from wardroom.errors import StoreError
from wardroom.language import _
from wardroom.store import backup, database
from wardroom.store.migrations import migrations


def backup_path(path: Path, format_now: int) -> Path:
    """A free place beside a file for the backup before its upgrade."""
    first = path.with_name(f"{path.name}.format-{format_now}.backup")
    more = (path.with_name(f"{path.name}.format-{format_now}.{number}.backup") for number in range(2, 1000))
    return next(place for place in (first, *more) if not place.exists())


def upgrade(path: Path, *, now_ms: Callable[[], int]) -> Path | None:
    """Migrate a file; where its backup lies, or None where it was up to date. Raises StoreError; the file is as it was."""
    store = database.open_store(path, now_ms=now_ms, is_any_format=True)
    try:
        if database.format_of(store.read) == database.FORMAT:
            return None
        with store.write(is_draft=True) as db:
            found = database.format_of(db)
            if found == database.FORMAT:  # another process was faster
                return None
            if found > database.FORMAT:
                database.check_format(found, path)
            kept = backup_path(path, found)
            # The lock is held: what is copied is exactly what is migrated.
            backup.back_up(store, kept)
            try:
                migrations.apply(Database(db))
            except sqlite3.Error as error:
                raise StoreError(
                    _(
                        "{name} could not be brought up to date: {error}. It is as it was; a backup lies at {kept}."
                    ).format(name=path.name, error=error, kept=kept)
                ) from error
            db.execute(f"PRAGMA user_version = {database.FORMAT}")
    finally:
        store.close()
    return kept
