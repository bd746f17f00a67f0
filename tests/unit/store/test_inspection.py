"""The schema is ours: whatever anybody plants in a file is named, and nothing of the file is read or written."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.strategies import Clock, House

from wardroom.errors import StoreError
from wardroom.store.database import open_store

PLANTED = {
    "mark_admin": "CREATE TRIGGER mark_admin AFTER INSERT ON log_event BEGIN UPDATE local_account SET uid = 1; END",
    "pretty": "CREATE VIEW pretty AS SELECT * FROM local_account",
    "stash": "CREATE TABLE stash (x)",
    "aside": "CREATE INDEX aside ON log_event (hlc)",
    "local_draft": "ALTER TABLE local_draft ADD COLUMN copy TEXT",
    "view_search_more": "CREATE VIRTUAL TABLE view_search_more USING fts5 (x)",
}


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_what_is_planted_is_named_at_open(house: House, name: str) -> None:
    """A trigger, view, table, index or column that is not ours: refused naming it, by readers too."""
    house.close()
    plant(house.path, PLANTED[name])
    with pytest.raises(StoreError, match=name) as refused:
        open_store(house.path, now_ms=Clock())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", sorted(PLANTED))
def test_what_is_planted_under_an_open_session_is_named_at_its_next_write(house: House, name: str) -> None:
    """A session that is open already writes nothing into a file that has something planted in it."""
    house.post("nadia", "Fluids first.")
    plant(house.path, PLANTED[name])
    before = count(house.path)
    for _ in range(2):
        with pytest.raises(StoreError, match=name):
            house.post("nadia", "And then?")
    assert count(house.path) == before


@pytest.mark.parametrize("sql", ["DROP TABLE local_own_post", "ALTER TABLE view_board RENAME COLUMN about TO purpose"])
def test_what_is_missing_is_named(house: House, sql: str) -> None:
    """A file that lacks a table or column of ours is not opened, and the table is named."""
    house.close()
    plant(house.path, sql)
    with pytest.raises(StoreError, match=r"local_own_post is missing|view_board has other columns"):
        open_store(house.path, now_ms=Clock())


def plant(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute(sql)


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as db:
        return int(db.execute("SELECT COUNT(*) FROM log_event").fetchone()[0])
