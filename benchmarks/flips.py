"""Proves that ``check --deep`` finds any bit that was flipped in the log: one in each of 1,000 random rows.

A row of the log is chosen at random, one bit of one of its values is turned over in the file, the deep check must name a
fault, and the bit is turned back. Between every hundred the file must be sound. Every other time
the table is drawn first, so that heads and circles have their turn.
"""

import argparse
import contextlib
import random
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import stage

COLUMNS = {
    "log_circle": ("id",),
    "log_log": ("id", "circle", "site", "instance", "seq", "chain", "hlc", "forked_at"),
    "log_event": ("log", "seq", "hlc", "kind", "envelope", "commitment"),
    "log_body": ("salt", "body"),
    "log_signature": ("log", "seq", "chain", "signature"),
}
Value = int | bytes


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--flips", type=int, default=1_000)
    parser.add_argument("--posts", type=int, default=200, help="posts of the forum; each flip is a whole deep check")
    told = parser.parse_args()
    rng = random.Random(7)
    report = stage.Report(f"Bits flipped in {told.flips:,} random rows of the log")
    missed: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    began = time.monotonic()
    with stage.copy_of(stage.forum_of(told.posts)) as path:
        rows = all_rows(path)
        is_sound = not found(path)
        for number in range(told.flips):
            # Every other time the table is drawn first, so that those of few rows have their turn.
            wanted = tuple(COLUMNS) if number % 2 else (rng.choice(tuple(COLUMNS)),)
            table, row = rng.choice([each for each in rows if each[0] in wanted])
            column = rng.choice(COLUMNS[table])
            tried[f"{table}.{column}"] += 1
            with flipped(path, table, column, row, rng) as bit:
                if not found(path):
                    missed[f"{table}.{column} bit {bit}"] += 1
            if number % 100 == 99:
                is_sound = is_sound and not found(path)
    report.claim("found", f"{told.flips - missed.total():,}", f"{told.flips:,}", is_met=not missed)
    report.claim("sound between them", "yes" if is_sound else "no", "yes", is_met=is_sound)
    for place, count in sorted(missed.items()):
        report.note(f"missed: {place}", str(count))
    report.note("columns tried", str(len(tried)))
    report.note("a check takes", f"{(time.monotonic() - began) / told.flips * 1000:.0f} ms")
    return report.end()


def all_rows(path: Path) -> list[tuple[str, int | tuple[int, int]]]:
    """(table, key) of every row of the log."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        found: list[tuple[str, int | tuple[int, int]]] = []
        for table in COLUMNS:
            if table == "log_signature":
                found += [(table, (log, seq)) for log, seq in db.execute("SELECT log, seq FROM log_signature")]
            else:
                found += [(table, row) for (row,) in db.execute(f"SELECT rowid FROM {table}")]
    return found


@contextlib.contextmanager
def flipped(path: Path, table: str, column: str, row: int | tuple[int, int], rng: random.Random) -> Iterator[int]:
    """One bit of a value is turned over, and back at the end; which bit it is."""
    where = "log = ? AND seq = ?" if isinstance(row, tuple) else "rowid = ?"
    key = row if isinstance(row, tuple) else (row,)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        before = db.execute(f"SELECT {column} FROM {table} WHERE {where}", key).fetchone()[0]
        taken = db.execute(f"SELECT {column} FROM {table}").fetchall()
        while True:
            after, bit = turned(before, rng)
            if column not in ("log", "seq", "id") or (after,) not in taken:
                break
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (after, *key))
        moved = tuple(after if name == column else old for name, old in zip(("log", "seq"), key, strict=False))
        try:
            yield bit
        finally:
            db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (before, *(moved if len(key) > 1 else key)))


def turned(value: Value, rng: random.Random) -> tuple[Value, int]:
    """The value with one bit turned over: of a number one of its lowest 48, of bytes any."""
    if isinstance(value, int):
        bit = rng.randrange(48)
        return value ^ (1 << bit), bit
    bit = rng.randrange(len(value) * 8)
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed), bit


def found(path: Path) -> list[str]:
    """What the deep check says."""
    forum = stage.opened(path)
    try:
        return list(forum.upkeep.faults(is_deep=True))
    finally:
        forum.close()


if __name__ == "__main__":
    sys.exit(main())
