"""What one write transaction knows while it appends: heads of logs, the clock, and references resolved."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator

from msgspec import Struct, field

from wardroom.domain.clock import SKEW_MS, Hlc, hlc
from wardroom.domain.ids import LEAF_PREFIX_BYTES, CircleId, EventNo, InstanceKey, LogId, Ref, SiteKey
from wardroom.domain.rules import Grant
from wardroom.domain.suspensions import Suspension
from wardroom.store import keys, token
from wardroom.store.database import Store

_NAMES_KEPT = 8_192
"""Names of events a transaction remembers before it begins anew: most answers name what came shortly before."""


class LogHead(Struct):
    """A log as far as this file holds it."""

    log: int
    id: LogId
    circle: int
    site: SiteKey
    instance: InstanceKey
    seq: int
    chain: bytes
    hlc: Hlc
    base: int | None
    """The log this is another branch of, for a log that was written twice; its events begin after ``forked_at``."""
    forked_at: int
    seed: bytes | None = None
    """The instance's secret, once something was written here in this transaction."""
    is_changed: bool = False
    signed_seq: int = 0


class Journal(Struct):
    """An open write transaction with what it has looked up so far."""

    db: sqlite3.Connection
    now_ms: int
    random_bytes: Callable[[int], bytes]
    next_event: int
    trigger: int = 0
    """The event whose admission everything now being applied waited for: its arrival."""
    has_waiting: bool = False
    heads: dict[int, LogHead] = field(default_factory=dict)
    log_by_id: dict[bytes, int] = field(default_factory=dict)
    grants: dict[tuple[int, int], list[Grant]] = field(default_factory=dict)
    roles: dict[tuple[int, int], tuple[int, frozenset[str]]] = field(default_factory=dict)
    """By (log, member) the roles behind the last grant in a log, and the first sequence they count for."""
    numbers: dict[tuple[int, int], int] = field(default_factory=dict)
    began_at: int = 0
    """The first event number of this transaction: what has a higher one has come just now."""
    stamps: dict[int, Hlc] = field(default_factory=dict)
    is_reception_noted: bool = False
    cuts: tuple[Suspension, ...] | None = None
    """The suspensions that stand, once somebody asked."""
    void: frozenset[int] | None = None
    """The grants that do not count behind those cuts, once somebody asked."""
    is_unsettled: bool = False
    """Whether a suspension was judged: which of them stand is to be settled anew."""
    held: set[int] = field(default_factory=set)
    """Versions of this transaction that screening has yet to pass."""
    has_granted: bool = False
    """Whether a grant was judged that stands in the log it was given in, be it new or one that had waited."""
    is_behind: bool = False
    """Whether what is being applied stands behind a cut: it is kept for review, and not shown."""
    is_any_purged: bool | None = None
    """Whether a purge has taken anything, here or by a ledger, once somebody asked."""
    names: dict[EventNo, Ref] = field(default_factory=dict)
    named: dict[tuple[LogId, int, bytes], EventNo] = field(default_factory=dict)
    """The names of events that were appended or asked for, and the way back."""
    clocks: dict[int, tuple[int, int]] = field(default_factory=dict)
    """(oldest, newest) stamp of the versions shown in this transaction, by block; written down at its end."""

    def can_be_held(self, event: int) -> bool:
        """Whether screening may have yet to pass an event: of this transaction only what it holds back itself."""
        return event < self.began_at or event in self.held

    def head(self, log: int) -> LogHead:
        """A log's head by its number in this file."""
        found = self.heads.get(log)
        if found is None:
            row = self.db.execute(
                "SELECT log, id, circle, site, instance, seq, chain, hlc, base, forked_at FROM log_log WHERE log = ?",
                (log,),
            ).fetchone()
            found = self.heads[log] = LogHead(*row)
            if found.base is None:
                self.log_by_id[found.id] = log
        return found

    def newest_stamp(self, circle: int) -> Hlc:
        """The newest stamp of a circle's logs as this transaction found them, but for those of clocks far ahead."""
        found = self.stamps.get(circle)
        if found is None:
            row = self.db.execute(
                "SELECT MAX(hlc) FROM log_log WHERE circle = ? AND hlc <= ?", (circle, hlc(self.now_ms + SKEW_MS))
            ).fetchone()
            found = self.stamps[circle] = Hlc(row[0] or 0)
        return found

    def log_numbered(self, log_id: bytes) -> int | None:
        """The number of a log in this file, or None where nothing of it is held."""
        found = self.log_by_id.get(log_id)
        if found is None:
            row = self.db.execute("SELECT log FROM log_log WHERE id = ? AND base IS NULL", (log_id,)).fetchone()
            if row is None:
                return None
            found = self.log_by_id[log_id] = row[0]
        return found

    def branches(self, log_id: bytes) -> list[LogHead]:
        """Every branch of a log that is held, the one that came first in front; more than one where it was written twice."""
        rows = self.db.execute("SELECT log FROM log_log WHERE id = ? ORDER BY base IS NOT NULL, log", (log_id,))
        return [self.head(log) for (log,) in rows.fetchall()]

    def lineage(self, log: int) -> list[tuple[int, int | None]]:
        """(log, up to which sequence) of a log and of what it branched from, the log itself in front without an end."""
        found: list[tuple[int, int | None]] = [(log, None)]
        head = self.head(log)
        while head.base is not None:
            end = found[-1][1]
            found.append((head.base, head.forked_at if end is None else min(end, head.forked_at)))
            head = self.head(head.base)
        return found

    def holder(self, log: int, seq: int) -> int:
        """The log in which a sequence of a log stands: itself, or the one it branched from after that."""
        if self.head(log).base is None:
            return log
        return next(
            held for held, _ in self.lineage(log) if seq > self.head(held).forked_at or self.head(held).base is None
        )

    def ref(self, event: EventNo) -> Ref:
        """The exact name of an event held here."""
        found = self.names.get(event)
        if found is None:
            found = ref_of(self.db, event)
            self.note_name(event, found)
        return found

    def note_name(self, event: EventNo, name: Ref) -> None:
        """Remember the name of an event."""
        if len(self.names) >= _NAMES_KEPT:
            self.names.clear()
            self.named.clear()
        self.names[event] = name
        self.named[name.log, name.seq, name.leaf] = event

    def circle_id(self, circle: int) -> CircleId:
        """A circle's id by its number in this file."""
        return CircleId(self.db.execute("SELECT id FROM log_circle WHERE circle = ?", (circle,)).fetchone()[0])

    def find(self, ref: Ref) -> EventNo | None:
        """The event a reference names, or None where it is not held or another branch stands in its place.

        What arrived after the event now being applied is not held yet: a batch or a rebuild brings one after the other.
        """
        known = self.named.get((ref.log, ref.seq, ref.leaf))
        if known is not None and known <= self.trigger:
            return known
        for event in events_named(self.db, ref):
            if event <= self.trigger:
                self.note_name(event, ref)
                return event
        return None

    def seal(self) -> None:
        """Sign what was written here, store the heads and the blocks' clocks; called once, just before the commit."""
        self.db.executemany(
            "INSERT INTO local_clock_block (block, oldest, newest) VALUES (?1, ?2, ?3) ON CONFLICT (block)"
            " DO UPDATE SET oldest = MIN(oldest, ?2), newest = MAX(newest, ?3) WHERE ?2 < oldest OR ?3 > newest",
            [(block, *stretch) for block, stretch in self.clocks.items()],
        )
        for head in self.heads.values():
            if not head.is_changed:
                continue
            if head.seed is not None and head.signed_seq < head.seq:
                self.sign(head)
            self.db.execute(
                "UPDATE log_log SET seq = ?, chain = ?, hlc = ? WHERE log = ?",
                (head.seq, head.chain, head.hlc, head.log),
            )

    def sign(self, head: LogHead) -> None:
        """Sign a log of this instance at its head."""
        from wardroom.domain import chain

        assert head.seed is not None
        signature = keys.sign(head.seed, chain.signed_head(head.id, head.seq, head.chain))
        self.db.execute(
            "INSERT INTO log_signature (log, seq, chain, signature) VALUES (?, ?, ?, ?)",
            (head.log, head.seq, head.chain, signature),
        )
        head.signed_seq = head.seq


def unsettle(journal: Journal) -> None:
    """Something that suspensions hang on has changed: which of them stand is to be settled anew, where there are any."""
    if journal.db.execute("SELECT 1 FROM view_suspension LIMIT 1").fetchone() is not None:
        journal.is_unsettled = True


def ref_of(db: sqlite3.Connection, event: EventNo) -> Ref:
    """The exact name of an event held in this file."""
    from wardroom.domain import chain

    log_id, *row = db.execute(
        "SELECT l.id, e.seq, e.hlc, e.kind, e.envelope, e.commitment FROM log_event e JOIN log_log l USING (log)"
        " WHERE e.event = ?",
        (event,),
    ).fetchone()
    return Ref(LogId(log_id), row[0], chain.leaf(log_id, *row)[:LEAF_PREFIX_BYTES])


def events_named(db: sqlite3.Connection, ref: Ref) -> Iterator[EventNo]:
    """The events held in this file that a reference names: one, or none where another branch stands in its place."""
    from wardroom.domain import chain

    rows = db.execute(
        "SELECT e.event, e.seq, e.hlc, e.kind, e.envelope, e.commitment FROM log_log l"
        " JOIN log_event e ON e.log = l.log AND e.seq = ? WHERE l.id = ?",
        (ref.seq, ref.log),
    ).fetchall()
    for event, *row in rows:
        if chain.leaf(ref.log, *row)[:LEAF_PREFIX_BYTES] == ref.leaf:
            yield EventNo(event)


def holder_of(db: sqlite3.Connection, log: int, seq: int) -> int:
    """The log in which a sequence of a log stands: itself, or the one it branched from after that."""
    base, forked_at = db.execute("SELECT base, forked_at FROM log_log WHERE log = ?", (log,)).fetchone()
    return log if base is None or seq > forked_at else holder_of(db, base, seq)


def add_circle(db: sqlite3.Connection, circle_id: CircleId) -> int:
    """The number of a circle in this file, given now if it has none yet."""
    row = db.execute("SELECT circle FROM log_circle WHERE id = ?", (circle_id,)).fetchone()
    if row is None:
        row = db.execute("INSERT INTO log_circle (id) VALUES (?) RETURNING circle", (circle_id,)).fetchone()
    return int(row[0])


def add_log(journal: Journal, log_id: LogId, circle: int, site: SiteKey, instance: InstanceKey) -> LogHead:
    """An empty log, ready for its first event."""
    from wardroom.domain import chain

    row = journal.db.execute(
        "INSERT INTO log_log (id, circle, site, instance, seq, chain, hlc, forked_at) VALUES (?, ?, ?, ?, 0, ?, 0, 0)"
        " RETURNING log",
        (log_id, circle, site, instance, chain.CHAIN_START),
    ).fetchone()
    return journal.head(row[0])


def add_branch(journal: Journal, base: LogHead, forked_at: int, chain_hash: bytes) -> LogHead:
    """Another branch of a log that was written twice, from the event after ``forked_at``."""
    row = journal.db.execute(
        "INSERT INTO log_log (id, circle, site, instance, seq, chain, hlc, base, forked_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?) RETURNING log",
        (base.id, base.circle, base.site, base.instance, forked_at, chain_hash, base.log, forked_at),
    ).fetchone()
    return journal.head(row[0])


def begin(db: sqlite3.Connection, *, now_ms: int, random_bytes: Callable[[int], bytes]) -> Journal:
    """A journal over a transaction that is open already."""
    newest = db.execute(
        "SELECT MAX(COALESCE((SELECT MAX(event) FROM log_event), 0),"
        " COALESCE((SELECT MAX(arrival) FROM local_arrival), 0))"
    ).fetchone()[0]
    waiting = db.execute("SELECT 1 FROM view_waiting LIMIT 1").fetchone() is not None
    return Journal(db, now_ms, random_bytes, newest + 1, has_waiting=waiting, began_at=newest + 1)


@contextlib.contextmanager
def journal(store: Store, *, is_durable: bool = True, now_ms: int | None = None) -> Iterator[Journal]:
    """A write transaction of the store with a journal over it, signed and committed at its end."""
    if store.before_recording is not None:
        prove, store.before_recording = store.before_recording, None
        prove()
    with store.write(is_durable=is_durable) as db:
        opened = begin(db, now_ms=store.now_ms() if now_ms is None else now_ms, random_bytes=store.random_bytes)
        yield opened
        opened.seal()
    if any(head.seed is not None for head in opened.heads.values()):
        token.note(store.path, db)
