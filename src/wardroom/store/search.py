"""A query answered: the index narrows, conditions decide, and the newest hits come first."""

import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wardroom.domain.events import STATES, THREAD_KINDS
from wardroom.domain.ids import MemberNo
from wardroom.domain.query import Filter, Query, choices, excluded_to_fts5, is_in_vain, moment_ms, to_fts5
from wardroom.store import queries, search_index, stretches
from wardroom.store.queries import MINE, UNREAD, Viewer
from wardroom.store.stretches import EVERYTHING, Stretches, both

TIMEOUT_S = 0.5
FOREVER_MS = 1 << 47
"""Later than every stamp."""
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
    """Posts the viewer may read that a query finds, newest version first; ``before`` is the version to go on from."""
    is_empty = not (query.groups or query.excluded or query.filters)
    if is_empty or is_in_vain(query):
        return Found([], is_cut=False)
    numbers = _Numbers(db, viewer)
    bound: dict[str, object] = {}
    where = [_any(choice, numbers, bound, now_ms) for choice in choices(query.filters)]
    where += [f"NOT ({_condition(f, numbers, bound, now_ms)})" for f in query.filters if f.negated]
    match = _match(viewer, query, numbers)
    deadline_s = time.monotonic() + TIMEOUT_S
    db.set_progress_handler(lambda: time.monotonic() > deadline_s, 20_000)
    rows: list[tuple[Any, ...]] = []
    try:
        for versions in _where_to_look(db, viewer, query, now_ms=now_ms, before=before):
            rows += queries.posts_matching(db, viewer, match, where, bound, versions, limit - len(rows))
            if len(rows) == limit:
                break
        return Found(rows, is_cut=False)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return Found([], is_cut=True)
        raise
    finally:
        db.set_progress_handler(None, 0)


def _where_to_look(
    db: sqlite3.Connection, viewer: Viewer, query: Query, *, now_ms: int, before: int | None
) -> Stretches:
    """The stretches of versions that a query's times and read marks, and the page before, leave to look at."""
    look = EVERYTHING if before is None else [(0, before - 1)]
    for wanted in query.filters:
        if wanted.name == "is" and wanted.value == "unread" and not wanted.negated:
            look = both(look, stretches.unread(db, viewer))
        elif wanted.name in {"before", "after"}:
            moment = moment_ms(wanted.value, now_ms=now_ms)
            is_until = (wanted.name == "before") is not wanted.negated
            look = both(look, stretches.between(db, *((0, moment) if is_until else (moment, FOREVER_MS))))
    return look


def _match(viewer: Viewer, query: Query, numbers: "_Numbers") -> str | None:
    """The FTS5 expression for a query, or None where only conditions can tell.

    A thread has one board, one kind and one state: to leave some out, the others are asked for. The index finds at once
    that none is left, but would look at every post to leave it out.
    """
    gone = [wanted for wanted in query.filters if wanted.negated and _is_one_of_many(wanted)]
    rest = replace(query, filters=tuple(wanted for wanted in query.filters if wanted not in gone))
    parts = [_one_of(numbers.others(gone, name)) for name in dict.fromkeys(wanted.name for wanted in gone)]
    found = to_fts5(rest, token_of=numbers.token_of)
    if found is not None:
        parts.append(found)
    if any(wanted.name == "is" and wanted.value == "mine" and not wanted.negated for wanted in query.filters):
        parts.append(_one_of(search_index.author_token(MemberNo(member)) for member in viewer.members))
    match = " AND ".join(f"({part})" for part in parts) or None
    excluded = excluded_to_fts5(rest, token_of=numbers.token_of) if found is None else None
    return match if excluded is None else f"({match or _EVERY_POST}) NOT {excluded}"


def _is_one_of_many(wanted: Filter) -> bool:
    """Whether every thread has exactly one such token of few that are known."""
    return wanted.name in {"board", "kind"} or (wanted.name == "is" and wanted.value in STATES)


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

    def others(self, gone: Sequence[Filter], name: str) -> list[str]:
        """The tokens of the boards, kinds or states that are left when some are left out."""
        if name == "board":
            tokens = [search_index.board_token(board) for board in queries.open_boards(self._db, self._viewer)]
        elif name == "kind":
            tokens = [search_index.kind_token(kind) for kind in THREAD_KINDS]
        else:
            tokens = [search_index.state_token(state) for state in STATES]
        excluded = {self.token_of(wanted) for wanted in gone}
        return [token for token in tokens if token not in excluded]

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
            case "cc":
                return search_index.complaint_token(wanted.value)
            case "kind":
                return search_index.kind_token(wanted.value)
            case "is" if wanted.value in STATES:
                return search_index.state_token(wanted.value)
            case "is" if wanted.value == "unanswered":
                return search_index.UNANSWERED
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
        case "cc":
            bound[name] = _one_of([search_index.complaint_token(wanted.value)])
            return f"p.shown IN (SELECT rowid FROM view_search WHERE view_search MATCH :{name})"
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
            return MINE
        case "is" if wanted.value == "unanswered":
            return "t.is_answered = 0"
    raise AssertionError(wanted.name)
