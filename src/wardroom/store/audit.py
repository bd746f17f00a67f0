"""Looks a file over: SQLite's own pages, the order of the logs, and deeper every chain, signature and body."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from wardroom.domain import chain, codec
from wardroom.domain.events import InstanceCertified
from wardroom.domain.ids import CircleId, InstanceKey, LogId, short_log
from wardroom.errors import EventRejected
from wardroom.language import _
from wardroom.store import event_log, keys
from wardroom.store.database import Store, explained

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Library:
    """What the SQLite library under us is."""

    version: tuple[int, ...]
    has_fts5: bool
    journal: str


def library(store: Store) -> Library:
    """The library's version and what matters of its build, and the file's journal mode."""
    options = {row[0] for row in store.read.execute("PRAGMA compile_options")}
    journal = store.read.execute("PRAGMA journal_mode").fetchone()[0]
    return Library(sqlite3.sqlite_version_info, "ENABLE_FTS5" in options, journal)


def faults(store: Store, *, is_deep: bool, progress: Progress | None = None) -> Iterator[str]:
    """A sentence for each thing that is wrong; none for a sound file."""
    db = store.read
    try:
        verdicts = db.execute(f"PRAGMA {'integrity_check' if is_deep else 'quick_check'}(20)").fetchall()
        for (verdict,) in verdicts:
            if verdict != "ok":
                yield f"SQLite: {verdict}"
        yield from _gaps(db)
        if is_deep:
            total = db.execute("SELECT COUNT(*) FROM log_event").fetchone()[0]
            done = 0
            for (log,) in db.execute("SELECT log FROM log_log ORDER BY log").fetchall():
                for fault in _log_faults(db, log):
                    if fault:
                        yield fault
                    else:
                        done += 1
                        if progress is not None and done % 1000 == 0:
                            progress(done, total)
    except sqlite3.Error as error:
        yield str(explained(error, store.path))


def _gaps(db: sqlite3.Connection) -> Iterator[str]:
    rows = db.execute(
        "SELECT l.id, l.seq - l.forked_at, COUNT(e.event), MAX(e.seq) - l.forked_at FROM log_log l LEFT JOIN log_event e USING (log) GROUP BY l.log"
    ).fetchall()
    for log_id, head, count, highest in rows:
        if not head == count == (highest or 0):
            yield _("Log {short_log}: its head says {head} events, {count} are there, the last is {highest}.").format(
                short_log=short_log(LogId(log_id)), head=head, count=count, highest=highest
            )
    orphans = db.execute("SELECT COUNT(*) FROM log_body WHERE event NOT IN (SELECT event FROM log_event)").fetchone()[0]
    if orphans:
        yield _("{orphans} bodies belong to no event.").format(orphans=orphans)
    loose = db.execute(
        "SELECT COUNT(*) FROM log_signature s WHERE NOT EXISTS"
        " (SELECT 1 FROM log_event e WHERE e.log = s.log AND e.seq = s.seq)"
    ).fetchone()[0]
    if loose:
        yield _("{loose} signatures belong to no event.").format(loose=loose)


def _log_faults(db: sqlite3.Connection, log: int) -> Iterator[str]:
    """For each event of a log a fault, or "" where it is sound."""
    log_id, circle, site, instance, head_chain, head_hlc, base, forked_at = db.execute(
        "SELECT l.id, c.id, l.site, l.instance, l.chain, l.hlc, l.base, l.forked_at"
        " FROM log_log l LEFT JOIN log_circle c USING (circle) WHERE log = ?",
        (log,),
    ).fetchone()
    name = _("Log {short_log}").format(short_log=short_log(LogId(log_id)))
    if circle is None:
        yield _("{name}: the circle it belongs to is not in this file.").format(name=name)
        return
    signatures = {
        seq: (chain_hash, signature)
        for seq, chain_hash, signature in db.execute(
            "SELECT seq, chain, signature FROM log_signature WHERE log = ?", (log,)
        )
    }
    so_far = chain.CHAIN_START if base is None else event_log.chain_at(db, base, forked_at)
    last_signed = seq = forked_at
    hlc = head_hlc
    rows = db.execute(
        "SELECT e.seq, e.hlc, e.kind, e.envelope, e.commitment, b.salt, b.body FROM log_event e LEFT JOIN log_body b"
        " USING (event) WHERE e.log = ? ORDER BY e.seq",
        (log,),
    )
    for seq, hlc, kind, envelope, body_commitment, salt, body in rows:
        fault = ""
        if seq == 1 and not _is_certified(kind, envelope, circle, site, instance):
            fault = _("{name}, event 1: the site's certificate for this instance does not hold.").format(name=name)
        if body is not None and chain.commitment(salt, body) != body_commitment:
            fault = _("{name}, event {seq}: its body is not the one that was signed.").format(name=name, seq=seq)
        try:
            so_far = chain.chain(so_far, chain.leaf(LogId(log_id), seq, hlc, kind, envelope, body_commitment))
        except OverflowError:
            fault = fault or _("{name}, event {seq}: it holds a number that no event has.").format(name=name, seq=seq)
        if seq in signatures:
            kept, signature = signatures[seq]
            if kept != so_far or not keys.is_signed(instance, chain.signed_head(LogId(log_id), seq, so_far), signature):
                fault = fault or _("{name}, events {last_signed} to {seq}: they are not what was signed.").format(
                    name=name, last_signed=last_signed + 1, seq=seq
                )
                so_far = kept
            last_signed = seq
        yield fault
    if (so_far, hlc) != (head_chain, head_hlc):
        yield _("{name}: its head does not fit its events.").format(name=name)
    if last_signed != seq:
        yield _("{name}: events {last_signed} to {seq} are not signed.").format(
            name=name, last_signed=last_signed + 1, seq=seq
        )


def _is_certified(kind: int, envelope: bytes, circle: bytes, site: bytes, instance: bytes) -> bool:
    if kind != InstanceCertified.KIND:
        return False
    try:
        opening = codec.decode_envelope(kind, envelope)
    except EventRejected:
        return False
    assert isinstance(opening, InstanceCertified)
    certified = chain.certificate(CircleId(circle), InstanceKey(instance))
    return opening.instance == instance and keys.is_signed(site, certified, opening.signature)


def reviews(db: sqlite3.Connection) -> dict[str, int]:
    """How many events are kept but not shown, by reason: without right, malformed, of a newer Wardroom, waiting."""
    found = dict(db.execute("SELECT reason, COUNT(*) FROM view_review GROUP BY reason ORDER BY reason").fetchall())
    waiting = db.execute("SELECT COUNT(DISTINCT event) FROM view_waiting").fetchone()[0]
    if waiting:
        found["waits for an event that is not here yet"] = waiting
    return found


def counts(db: sqlite3.Connection) -> dict[str, int]:
    """How much there is of everything, for statistics."""
    tables = {
        "events": "log_event", "bodies": "log_body", "logs": "log_log", "circles": "log_circle", "sites": "view_site",
        "members": "view_member", "accounts": "local_account", "boards": "view_board", "threads": "view_thread",
        "posts": "view_post", "drafts": "local_draft", "reads": "local_reads",
    }  # fmt: skip
    found = {name: db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for name, table in tables.items()}
    pages, page_bytes = db.execute("PRAGMA page_count").fetchone()[0], db.execute("PRAGMA page_size").fetchone()[0]
    return {**found, "size_bytes": pages * page_bytes}
