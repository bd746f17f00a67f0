"""Reads the list of who joins and who leaves, in TOML or CSV, into plain values that know their place in the file."""

import csv
import io
import re
import tomllib
from dataclasses import dataclass
from typing import Final

from wardroom.errors import InputRejected
from wardroom.language import _

LINES_MAX: Final = 5_000
"""A longer list is no department's."""
COLUMNS: Final = ("change", "handle", "profession", "role", "unix")
CHANGES: Final = ("join", "leave")


@dataclass(frozen=True, slots=True)
class Entry:
    """One person on the list: ``change`` is "join" or "leave"; what a leaver's line says besides the handle is unused."""

    where: str
    """Such as "staff.csv, line 3"."""
    change: str
    handle: str
    profession: str = ""
    role: str = ""
    unix: str = ""
    """The Unix account that logs in as the joiner, by name or number, or nothing."""


def read(text: str, name: str) -> tuple[Entry, ...]:
    """The entries of a list, in order; ``name`` is the file's, and decides between TOML and CSV by its ending.

    Raises InputRejected naming the line.
    """
    entries = _read_toml(text, name) if name.lower().endswith(".toml") else _read_csv(text, name)
    if len(entries) > LINES_MAX:
        raise InputRejected(_("{name} has more than {most} entries. Split it.").format(name=name, most=LINES_MAX))
    seen: dict[str, str] = {}
    for entry in entries:
        if not entry.handle:
            raise InputRejected(_("{where}: there is no handle. Write one.").format(where=entry.where))
        earlier = seen.setdefault(entry.handle.casefold(), entry.where)
        if earlier != entry.where:
            raise InputRejected(
                _("{where}: {handle} stands in {earlier} already. Keep one of the two.").format(
                    where=entry.where, handle=entry.handle, earlier=earlier
                )
            )
    return entries


def _read_toml(text: str, name: str) -> tuple[Entry, ...]:
    """``[[join]]`` and ``[[leave]]`` tables; the line is found again by counting their headings."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise InputRejected(_("{name} is not TOML: {error}.").format(name=name, error=error)) from error
    headings = [
        (match.group(1), text.count("\n", 0, match.start()) + 1)
        for match in re.finditer(r"^\s*\[\[\s*(\w+)\s*\]\]", text, re.MULTILINE)
    ]
    entries: list[tuple[int, Entry]] = []
    for change, people in tables.items():
        if change not in CHANGES or not isinstance(people, list):
            raise InputRejected(
                _("{name}: {change} is no [[join]] or [[leave]] table.").format(name=name, change=repr(change))
            )
        lines = [line for heading, line in headings if heading == change]
        for number, person in enumerate(people):
            line = lines[number] if number < len(lines) else 0
            where = _("{name}, line {line}").format(name=name, line=line) if line else name
            if not isinstance(person, dict):
                raise InputRejected(
                    _("{where}: write one [[{change}]] table a person.").format(where=where, change=change)
                )
            entries.append((line, _entry(where, {"change": change, **person})))
    return tuple(entry for _line, entry in sorted(entries, key=lambda each: each[0]))


def _read_csv(text: str, name: str) -> tuple[Entry, ...]:
    """A first line that names the columns, then a line a person; a comma, a semicolon or a tab between."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    entries: list[Entry] = []
    columns: list[str] | None = None
    try:
        for row in rows:
            where = _("{name}, line {line}").format(name=name, line=rows.line_num)
            cells = [cell.strip() for cell in row]
            if not any(cells) or cells[0].startswith("#"):
                continue
            if columns is None:
                columns = [cell.lower() for cell in cells]
                if missing := {"change", "handle"} - set(columns):
                    raise InputRejected(
                        _("{where}: the first line names the columns ({columns}); {missing} is missing.").format(
                            where=where, columns=", ".join(COLUMNS), missing=" and ".join(sorted(missing))
                        )
                    )
            elif len(cells) > len(columns):
                raise InputRejected(_("{where}: there are more cells than columns.").format(where=where))
            else:
                entries.append(_entry(where, dict(zip(columns, cells, strict=False))))
    except csv.Error as error:
        raise InputRejected(_("{name} is not CSV: {error}.").format(name=name, error=error)) from error
    return tuple(entries)


def _entry(where: str, cells: dict[str, object]) -> Entry:
    """One person. Raises InputRejected for a cell that no column of ours has, or that is no text."""
    for column, cell in cells.items():
        if column not in COLUMNS:
            raise InputRejected(
                _("{where}: {column} is not a column. There are {columns}.").format(
                    where=where, column=repr(column), columns=", ".join(COLUMNS)
                )
            )
        if isinstance(cell, bool) or not isinstance(cell, str | int):
            raise InputRejected(_("{where}: {column} must be text.").format(where=where, column=column))
    words = {column: str(cell).strip() for column, cell in cells.items()}
    words["change"] = words["change"].lower()
    if words["change"] not in CHANGES:
        raise InputRejected(
            _("{where}: change is join or leave, not {word}.").format(where=where, word=repr(words["change"]))
        )
    return Entry(where, **words)
