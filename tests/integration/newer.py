"""A newer Wardroom than this one: the same program with one more step of migration, for tests of two versions at once."""

import sys

from sqlite_utils import Database

from wardroom.__main__ import main
from wardroom.store import database, migrations

database.FORMAT += 1


@migrations.migrations()
def m999_what_the_next_version_does(db: Database) -> None:
    """A table more, a column more for drafts, and a view whose columns an older Wardroom does not know."""
    assert db.conn is not None
    migrations.run_script(
        db.conn,
        "CREATE TABLE local_colour (account INTEGER PRIMARY KEY, colour TEXT NOT NULL) STRICT;\n"
        "ALTER TABLE local_draft ADD COLUMN note TEXT NOT NULL DEFAULT '';\n"
        "ALTER TABLE view_board RENAME COLUMN about TO purpose;\n",
    )


if __name__ == "__main__":
    sys.exit(main())
