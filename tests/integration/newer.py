"""A newer Wardroom than this one: the same program with one more step of migration, for tests of two versions at once.

With ``BREAKS`` in the environment the step breaks half-way.
"""

import os
import sys

from sqlite_utils import Database

from wardroom.__main__ import main
from wardroom.store import database, inspection, migrations

COLOUR = "CREATE TABLE local_colour (account INTEGER PRIMARY KEY, colour TEXT NOT NULL) STRICT"
NOTE = "note TEXT NOT NULL DEFAULT ''"
SAVED = "saved_ms INTEGER NOT NULL\n) STRICT;\nCREATE INDEX local_draft_by_account"

database.FORMAT += 1
inspection.LOG_AND_LOCAL = (
    inspection.LOG_AND_LOCAL.replace(SAVED, SAVED.replace("\n)", f", {NOTE}\n)", 1)) + f"{COLOUR};\n"
)
inspection.VIEWS = inspection.VIEWS.replace("title TEXT NOT NULL, about TEXT", "title TEXT NOT NULL, purpose TEXT")


@migrations.migrations()
def m999_what_the_next_version_does(db: Database) -> None:
    """A table more, a column more for drafts, and a view whose columns an older Wardroom does not know."""
    assert db.conn is not None
    db.conn.execute(COLOUR)
    if "BREAKS" in os.environ:
        db.conn.execute("SELECT 1 FROM nowhere")
    db.conn.execute(f"ALTER TABLE local_draft ADD COLUMN {NOTE}")
    db.conn.execute("ALTER TABLE view_board RENAME COLUMN about TO purpose")


if __name__ == "__main__":
    sys.exit(main())
