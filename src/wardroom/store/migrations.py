"""The steps by which a forum file came to its tables: added to, never changed.

Loaded only when a file is made or migrated.
"""

import sqlite3

from sqlite_utils import Database, Migrations

from wardroom.store.schema import LOG_AND_LOCAL, VIEWS

migrations = Migrations("wardroom")


def run_script(connection: sqlite3.Connection, script: str) -> None:
    """Run statements one by one inside the transaction that is open (``executescript`` would commit it)."""
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement)


@migrations()
def m001_log_local_and_views(db: Database) -> None:
    """Format 1: the log, what is local, and the views."""
    assert db.conn is not None
    run_script(db.conn, LOG_AND_LOCAL)
    run_script(db.conn, VIEWS)
