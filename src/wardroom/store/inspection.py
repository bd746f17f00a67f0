"""Compares what a file's schema holds with what Wardroom makes: a trigger, view, table or column of others is named.

Whoever may write a shared file can plant a trigger that acts with the rights of the next one who posts, and SQLite's
``trusted_schema`` does not stop it. So nothing is read of a file, and nothing written to it, whose schema is not ours.
"""

import re
import sqlite3
from functools import cache
from pathlib import Path

from wardroom.errors import NotAForum, StoreError
from wardroom.language import _
from wardroom.store.schema import LOG_AND_LOCAL, VIEWS

_CREATE = re.compile(r"CREATE (?:UNIQUE |VIRTUAL )?(TABLE|INDEX|VIEW|TRIGGER) (\w+)")
_FTS5 = re.compile(r"CREATE VIRTUAL TABLE (\w+) USING fts5 ?\(")
_SHADOWS = ("data", "idx", "content", "docsize", "config")
"""Tables that FTS5 keeps beside its own."""
_OF_LIBRARIES = frozenset(
    {
        "_sqlite_migrations",
        "idx__sqlite_migrations_migration_set_name",
        "sqlite_sequence",
        "sqlite_stat1",
        "sqlite_stat4",
    }
)


@cache
def _ours() -> tuple[dict[str, str], frozenset[str]]:
    """(name → statement, names of tables that SQLite and sqlite-utils keep)."""
    script = LOG_AND_LOCAL + VIEWS
    statements = {
        match[2]: statement.strip()
        for statement in script.split(";\n")
        if (match := _CREATE.search(statement)) is not None
    }
    shadows = {f"{table}_{part}" for table in _FTS5.findall(script) for part in _SHADOWS}
    return statements, _OF_LIBRARIES | shadows


def _even(sql: str) -> str:
    """A statement whose spaces tell nothing: a column that a migration adds stands where SQLite puts it."""
    return re.sub(r" ?([(),]) ?", r"\1", " ".join(sql.split()))


def check_schema(db: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError naming an object that is not ours, NotAForum where one of ours is missing or another."""
    statements, kept = _ours()
    found: set[str] = set()
    for kind, name, sql in db.execute("SELECT type, name, sql FROM sqlite_schema"):
        if sql is None or (kind in ("table", "index") and name in kept):
            continue  # an index SQLite made for a constraint, or a table of its own
        if name not in statements or kind in ("trigger", "view"):
            raise StoreError(
                _(
                    "{name} holds a {kind} that is not Wardroom's: {what!r}. Somebody who may write the file put it there. Nothing was read or written; tell your administrator, who restores a backup or takes it out with sqlite3."
                ).format(name=path.name, kind=kind, what=name[:64])
            )
        if sql != statements[name] and _even(sql) != _even(statements[name]):
            raise _other(path, name, _("has other columns"))
        found.add(name)
    for name in statements:
        if name not in found:
            raise _other(path, name, _("is missing"))


def _other(path: Path, table: str, what: str) -> NotAForum:
    """The error of a file that is not as this version makes it."""
    return NotAForum(
        _(
            "{name} is not as this version of Wardroom makes it: {table} {what}. Nothing was read or written; open it with the version that made it, or restore a backup."
        ).format(name=path.name, table=table, what=what)
    )


def schema_version(db: sqlite3.Connection) -> int:
    """A number that changes when anybody changes the schema."""
    return int(db.execute("PRAGMA schema_version").fetchone()[0])
