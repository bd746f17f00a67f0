"""Whole posts for export, a batch at a time, through the same visibility predicate as every screen."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from wardroom.domain.clock import effective_ms
from wardroom.domain.codec import decode_body
from wardroom.domain.events import STATES, OutcomeBody, PostBody, Replied
from wardroom.domain.ids import LogId, post_id
from wardroom.store.folds import received_ms
from wardroom.store.queries import READABLE, TITLE, Viewer, outcome_of


@dataclass(frozen=True, slots=True)
class Row:
    """One post with its shown version's body."""

    id: str
    thread_id: str
    parent_id: str | None
    board: str
    circle: str
    author: str
    site: str
    created_ms: int
    title: str
    """The thread's."""
    kind: str
    state: str
    body: PostBody
    outcome: OutcomeBody | None = None
    """Of the case, on its first post."""


def posts(db: sqlite3.Connection, viewer: Viewer, wanted: Sequence[int]) -> list[Row]:
    """The posts asked for whose words the viewer may read, in the order asked for."""
    rows = db.execute(
        "SELECT p.post, l.id, e.seq, tl.id, te.seq, pl.id, pe.seq, b.name, c.name, m.handle, s.name, p.hlc,"
        f" {TITLE}, t.kind,"
        " t.state, body.body FROM json_each(:wanted) j JOIN view_post p ON p.post = j.value"
        " JOIN view_thread t ON t.thread = p.thread JOIN log_event e ON e.event = p.post JOIN log_log l ON l.log = e.log"
        " JOIN log_event te ON te.event = p.thread JOIN log_log tl ON tl.log = te.log"
        " LEFT JOIN log_event pe ON pe.event = p.parent LEFT JOIN log_log pl ON pl.log = pe.log"
        " JOIN view_board b ON b.board = p.board JOIN view_circle c ON c.circle = b.circle"
        " JOIN view_member m ON m.member = p.author LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        f" JOIN log_body body ON body.event = p.shown WHERE {READABLE} ORDER BY j.key",
        {**viewer.bound, "wanted": json.dumps(list(wanted))},
    ).fetchall()
    found = []
    for (
        post, log, seq, thread_log, thread_seq, parent_log, parent_seq, board, circle, handle, site, hlc, title, kind,
        state, body_bytes,
    ) in rows:  # fmt: skip
        body = decode_body(Replied.KIND, body_bytes)
        assert isinstance(body, PostBody)
        may_be_told = parent_seq is None and STATES[state] in ("outcome", "closed")
        found.append(
            Row(
                post_id(LogId(log), seq), post_id(LogId(thread_log), thread_seq),
                None if parent_log is None else post_id(LogId(parent_log), parent_seq), board, circle, handle,
                site or "?", effective_ms(hlc, received_ms(db, post)), title, kind, STATES[state], body,
                outcome_of(db, viewer, post) if may_be_told else None,
            )
        )  # fmt: skip
    return found


def is_placed(db: sqlite3.Connection, event: int) -> bool:
    """Whether an event is a post that stands in a thread."""
    return db.execute("SELECT 1 FROM view_post WHERE post = ?", (event,)).fetchone() is not None
