"""The instances of a site as the log knows them."""

import sqlite3
from dataclasses import dataclass

from wardroom.domain.clock import effective_ms
from wardroom.domain.ids import InstanceKey, LogId
from wardroom.store.folds import received_ms
from wardroom.store.suspensions import revoked_logs


@dataclass(frozen=True, slots=True)
class LogOfInstance:
    """What one file of a site has written in one circle."""

    instance: InstanceKey
    circle: int
    id: LogId
    seq: int
    """The highest sequence held here, in whatever branch."""
    posts: int
    newest_ms: int
    """When its newest event was written."""
    revocations: tuple[int, ...]
    """What revokes it there, and stands."""


def logs_of_site(db: sqlite3.Connection, site: bytes, local_circle: int) -> list[LogOfInstance]:
    """Every log of a site's instances, but for those of circles that never leave their file."""
    rows = db.execute(
        "SELECT l.instance, l.circle, l.id, MAX(l.seq), COUNT(p.post), MAX(e.event) FROM log_log l JOIN log_event e USING (log)"
        " LEFT JOIN view_post p ON p.post = e.event WHERE l.site = ? AND l.circle <> ? GROUP BY l.id ORDER BY l.circle, l.id",
        (site, local_circle),
    ).fetchall()
    found = []
    for instance, circle, log_id, seq, posts, newest in rows:
        hlc = db.execute("SELECT hlc FROM log_event WHERE event = ?", (newest,)).fetchone()[0]
        at_ms = effective_ms(hlc, received_ms(db, newest))
        revocations = revoked_logs(db, circle).get(log_id, ())
        found.append(LogOfInstance(InstanceKey(instance), circle, LogId(log_id), seq, posts, at_ms, revocations))
    return found
