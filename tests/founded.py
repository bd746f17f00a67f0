"""Files founded once and copied for each test: founding takes a dozen commits, and each waits for the disk."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from wardroom.store import token


def copy_founded(path: Path, make: Callable[[Path], None]) -> None:
    """Put a copy of the forum file that ``make`` founds at ``path``; it passes for the file that wrote last."""
    content = _founded(make)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
    with closing(sqlite3.connect(path)) as db:
        token.note(path, db)


@cache
def _founded(make: Callable[[Path], None]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forum.db"
        make(path)
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()
