"""A query answered: the index narrows, conditions decide, and the newest hits come first."""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wardroom.domain.events import STATES
from wardroom.domain.ids import MemberNo
from wardroom.domain.query import Filter, Query, choices, excluded_to_fts5, moment_ms, to_fts5
from wardroom.store import queries, search_index
from wardroom.store.queries import UNREAD, Viewer

TIMEOUT_S = 0.5
_NO_SUCH = "none"
"""A token no post has: what a filter for an unknown board or author stands for."""


def _one_of(tokens: Iterable[str]) -> str:
    """The FTS5 expression for posts that carry one of these tokens at least."""
    strings = [f'"{token}"' for token in tokens] or [f'"{_NO_SUCH}"']
    return f"tokens : ({' OR '.join(strings)})"


_EVERY_POST = _one_of(map(search_index.state_token, STATES))
"""What all posts fit, for a query that only leaves out: FTS5 cannot begin with NOT."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows of ``queries.posts_matching``, and whether the search was cut off for taking too long."""

    rows: list[tuple[Any, ...]]
    is_cut: bool


def find(db: sqlite3.Connection, viewer: Viewer, query: Query, *, now_ms: int, limit: int, before: int | None) -> Found:
    """Posts the viewer may read that a query finds, newest arrival first; ``before`` is the version to go on from."""
    is_empty = not (query.groups or query.excluded or query.filters)
    if is_empty:
        return Found([], is_cut=False)
    numbers = _Numbers(db, viewer)
    bound: dict[str, object] = {}
    where = [_any(choice, numbers, bound, now_ms) for choice in choices(query.filters)]
    where += [f"NOT ({_condition(f, numbers, bound, now_ms)})" for f in query.filters if f.negated]
    if any(wanted.value == "unread" and not wanted.negated for wanted in query.filters):
        oldest = queries.oldest_unread_version(db, viewer)
        if oldest is None:
            return Found([], is_cut=False)
        where.append("p.shown >= :oldest_unread")
        bound["oldest_unread"] = oldest
    if before is not None:
        where.append("p.shown < :before")
        bound["before"] = before
    found = to_fts5(query, token_of=numbers.token_of)
    is_own = any(wanted.name == "is" and wanted.value == "mine" and not wanted.negated for wanted in query.filters)
    own = _one_of(search_index.author_token(MemberNo(member)) for member in viewer.members) if is_own else None
    match = " AND ".join(f"({part})" for part in (found, own) if part is not None) or None
    excluded = excluded_to_fts5(query, token_of=numbers.token_of) if found is None else None
    if excluded is not None:
        match = f"({match or _EVERY_POST}) NOT {excluded}"
    deadline_s = time.monotonic() + TIMEOUT_S
    db.set_progress_handler(lambda: time.monotonic() > deadline_s, 20_000)
    try:
        return Found(queries.posts_matching(db, viewer, match, where, bound, limit), is_cut=False)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return Found([], is_cut=True)
        raise
    finally:
        db.set_progress_handler(None, 0)


class _Numbers:
    """Boards and authors that filters name, each looked up once."""

    def __init__(self, db: sqlite3.Connection, viewer: Viewer) -> None:
        self._db = db
        self._viewer = viewer
        self._known: dict[tuple[str, str], list[int]] = {}

    def of(self, wanted: Filter) -> list[int]:
        key = (wanted.name, wanted.value)
        if key not in self._known:
            look_up = queries.board_numbers if wanted.name == "board" else queries.author_numbers
            self._known[key] = look_up(self._db, self._viewer, wanted.value)
        return self._known[key]

    def token_of(self, wanted: Filter) -> str | None:
        """The index token that stands for a filter, where exactly one does."""
        match wanted.name:
            case "board" | "author":
                found = self.of(wanted)
                letter = wanted.name[0]
                return f"{letter}{found[0]}" if len(found) == 1 else None if found else _NO_SUCH
            case "tag":
                return search_index.tag_token(wanted.value)
            case "acuity":
                return search_index.acuity_token(wanted.value.replace(":", " "))
            case "kind":
                return search_index.kind_token(wanted.value)
            case "is" if wanted.value in STATES:
                return search_index.state_token(wanted.value)
        return None


def _any(choice: tuple[Filter, ...], numbers: _Numbers, bound: dict[str, object], now_ms: int) -> str:
    return f"({' OR '.join(_condition(wanted, numbers, bound, now_ms) for wanted in choice)})"


def _condition(wanted: Filter, numbers: _Numbers, bound: dict[str, object], now_ms: int) -> str:
    """A condition over ``view_post p`` and ``view_thread t``; what the user typed is only ever bound."""
    name = f"f{len(bound)}"
    match wanted.name:
        case "board" | "author":
            found = ", ".join(str(int(number)) for number in numbers.of(wanted))
            return f"p.{wanted.name} IN ({found})"
        case "tag":
            bound[name] = f" {wanted.value} "
            return f"INSTR(' ' || t.tags || ' ', :{name}) > 0"
        case "acuity":
            bound[name] = wanted.value.replace(":", " ")
            return f"t.acuity = :{name} COLLATE NOCASE"
        case "kind":
            bound[name] = wanted.value
            return f"t.kind = :{name}"
        case "before" | "after":
            bound[name] = moment_ms(wanted.value, now_ms=now_ms)
            return f"(p.hlc >> 16) {'<' if wanted.name == 'before' else '>='} :{name}"
        case "is" if wanted.value in STATES:
            bound[name] = STATES.index(wanted.value)
            return f"t.state = :{name}"
        case "is" if wanted.value == "unread":
            return UNREAD
        case "is" if wanted.value == "mine":
            return "p.author IN (SELECT value FROM json_each(:members))"
        case "is" if wanted.value == "unanswered":
            return "NOT EXISTS (SELECT 1 FROM view_post o WHERE o.thread = p.thread AND o.author <> t.author AND o.state = 0)"
    raise AssertionError(wanted.name)
