"""The log: events are recorded here, admitted from elsewhere, and read back as they were signed."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from wardroom.domain import chain, codec
from wardroom.domain.batch import BATCH_MAX_EVENTS, Batch, LateBody, SignedEvent
from wardroom.domain.clock import HLC_MAX, Hlc, observe, tick
from wardroom.domain.codec import SEQ_MAX
from wardroom.domain.events import Body, CircleFounded, Envelope, InstanceCertified, RoleAccepted, RoleGranted
from wardroom.domain.ids import (
    LEAF_PREFIX_BYTES,
    CircleId,
    EventNo,
    InstanceKey,
    LogId,
    Ref,
    SiteKey,
    circle_id,
    log_id,
)
from wardroom.errors import ChainBroken, EventRejected, SiteNotAdmitted
from wardroom.language import _
from wardroom.store import folds, judging, keys, ledger, projections, unscreened
from wardroom.store.journal import Journal, LogHead, add_branch, add_circle, add_log, unsettle


@dataclass(frozen=True, slots=True)
class Pen:
    """The right to append to one log: its number in this file and its instance's secret."""

    log: int
    seed: bytes


_BATCH_BYTES = 128 * 1024
"""A batch is the unit of resume: more than this is cut where a signature allows it."""


def record(journal: Journal, pen: Pen, envelope: Envelope, body: Body | None = None) -> EventNo:
    """Append an event of this instance and bring the views up to date; signed and committed with the transaction."""
    head = journal.head(pen.log)
    head.seed = pen.seed
    note_reception(journal)
    head.hlc = tick(observe(head.hlc, journal.newest_stamp(head.circle), journal.now_ms), journal.now_ms)
    head.seq += 1
    kind = envelope.KIND
    envelope_bytes = codec.encode(envelope)
    event = EventNo(journal.next_event)
    journal.next_event += 1
    if body is None:
        body_commitment = chain.NO_BODY
    else:
        body_bytes = codec.encode(body)
        salt = journal.random_bytes(chain.SALT_BYTES)
        body_commitment = chain.commitment(salt, body_bytes)
        journal.db.execute("INSERT INTO log_body (event, salt, body) VALUES (?, ?, ?)", (event, salt, body_bytes))
    journal.db.execute(
        "INSERT INTO log_event (event, log, seq, hlc, kind, envelope, commitment) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event, head.log, head.seq, head.hlc, kind, envelope_bytes, body_commitment),
    )
    leaf = chain.leaf(head.id, head.seq, head.hlc, kind, envelope_bytes, body_commitment)
    head.chain = chain.chain(head.chain, leaf)
    head.is_changed = True
    journal.note_name(event, Ref(head.id, head.seq, leaf[:LEAF_PREFIX_BYTES]))
    if head.seq - head.signed_seq >= chain.SIGN_EVERY:
        journal.sign(head)
    projections.apply(journal, judging.EventRow(event, head.log, head.seq, head.hlc, kind, envelope, body))
    projections.settle(journal)
    return event


def has_written(db: sqlite3.Connection, log: int, envelope: Envelope) -> bool:
    """Whether a log holds an event with this very envelope, be it shown or waiting."""
    row = db.execute(
        "SELECT 1 FROM log_event WHERE log = ? AND kind = ? AND envelope = ? LIMIT 1",
        (log, envelope.KIND, codec.encode(envelope)),
    ).fetchone()
    return row is not None


def note_reception(journal: Journal) -> None:
    """Remember when what this transaction appends reached this file; stamps of the future are judged by it."""
    if not journal.is_reception_noted:
        journal.db.execute(
            "INSERT INTO local_reception (arrival, received_ms) VALUES (?, ?)", (journal.next_event, journal.now_ms)
        )
        journal.is_reception_noted = True


def begin_log(journal: Journal, circle: CircleId, site_seed: bytes, instance_seed: bytes, name: Body) -> Pen:
    """Open this instance's log in a circle: its first event certifies the instance with the site's key."""
    site, instance = SiteKey(keys.public_key(site_seed)), InstanceKey(keys.public_key(instance_seed))
    number = add_circle(journal.db, circle)
    head = add_log(journal, log_id(instance, circle), number, site, instance)
    pen = Pen(head.log, instance_seed)
    signature = keys.sign(site_seed, chain.certificate(circle, instance))
    record(journal, pen, InstanceCertified(site, instance, circle, signature), name)
    return pen


def admit(journal: Journal, batch: Batch) -> int:
    """Take in a batch of another instance's events: limits, contiguity, chain and signature, then the views.

    Events already held are passed over, but for bodies that were awaited; returns how many were new. A batch that
    parts from what is held, well signed, is kept as another branch of its log: the log was written twice. Raises
    EventRejected when a limit, the order, the chain or the signature is broken, or the site is not admitted to the
    circle; then the caller rolls back.
    """
    if not batch.events or len(batch.events) > BATCH_MAX_EVENTS:
        raise EventRejected(_("A batch holds between 1 and 32 events."))
    if batch.first < 1:
        raise EventRejected(_("The first event of a log has the number 1."))
    branches = journal.branches(batch.log)
    if not branches:
        head = _begin_foreign(journal, batch)
    elif any((head.site, head.instance) != (batch.site, batch.instance) for head in branches):
        raise EventRejected(_("A log is not the one of the instance that is said to write it."))
    elif len(branches) == 1 and batch.first == branches[0].seq + 1:
        head = branches[0]
    else:
        return _admit_overlapping(journal, batch, branches)
    if batch.first > head.seq + 1:
        raise EventRejected(
            _("Events {seq} to {first} of a log are missing.").format(seq=head.seq + 1, first=batch.first - 1)
        )
    return _append(journal, head, batch, batch.events)


def _append(journal: Journal, head: LogHead, batch: Batch, new: Sequence[SignedEvent]) -> int:
    note_reception(journal)
    rows = [_append_foreign(journal, head, signed) for signed in new]
    if not keys.is_signed(head.instance, chain.signed_head(head.id, head.seq, head.chain), batch.signature):
        raise ChainBroken(_("The signature over a log's head does not fit its events."))
    journal.db.execute(
        "INSERT INTO log_signature (log, seq, chain, signature) VALUES (?, ?, ?, ?)",
        (head.log, head.seq, head.chain, batch.signature),
    )
    unscreened.hold(journal, (row.event for row in rows if row.body is not None and row.kind in unscreened.KINDS))
    for row in rows:
        projections.apply(journal, row)
    projections.settle(journal)
    return len(rows)


def _admit_overlapping(journal: Journal, batch: Batch, branches: list[LogHead]) -> int:
    """Admit a batch of which something is held, or whose log has branches: to the branch it agrees with the longest."""
    last = batch.first + len(batch.events) - 1
    best: tuple[int, LogHead] | None = None
    is_missing = True
    for head in branches:
        if batch.first > head.seq + 1:
            continue
        is_missing = False
        leaves = _leaves(head, batch)
        so_far = chain_at(journal.db, head.log, batch.first - 1)
        for leaf in leaves:
            so_far = chain.chain(so_far, leaf)
        if not keys.is_signed(head.instance, chain.signed_head(head.id, last, so_far), batch.signature):
            continue
        agreed = _agreed(journal, head, batch.first, leaves)
        if best is None or agreed > best[0]:
            best = (agreed, head)
    if best is None:
        if is_missing:
            raise EventRejected(_("Events before {first} of a log are missing.").format(first=batch.first))
        raise ChainBroken(_("The signature over a log's head does not fit its events."))
    agreed, head = best
    _supply_awaited(journal, batch, agreed)
    if agreed == last:
        return 0
    if agreed < head.seq:
        head = add_branch(journal, head, agreed, chain_at(journal.db, head.log, agreed))
    return _append(journal, head, batch, batch.events[agreed + 1 - batch.first :])


def _leaves(head: LogHead, batch: Batch) -> list[bytes]:
    return [
        chain.leaf(head.id, seq, event.hlc, event.kind, event.envelope, _commitment_of(event))
        for seq, event in enumerate(batch.events, batch.first)
    ]


def _agreed(journal: Journal, head: LogHead, first: int, leaves: list[bytes]) -> int:
    """The last sequence up to which a branch, with what it branched from, holds these very events."""
    agreed = first - 1
    for log, end in reversed(journal.lineage(head.log)):
        rows = journal.db.execute(
            "SELECT ?, e.seq, e.hlc, e.kind, e.envelope, e.commitment FROM log_event e"
            " WHERE e.log = ? AND e.seq > ? AND e.seq < ? AND e.seq <= ? ORDER BY e.seq",
            (head.id, log, agreed, first + len(leaves), codec.SEQ_MAX if end is None else end),
        )
        for row in rows:
            if chain.leaf(*row) != leaves[row[1] - first]:
                return agreed
            agreed += 1
    return agreed


def _supply_awaited(journal: Journal, batch: Batch, up_to: int) -> None:
    if journal.db.execute("SELECT 1 FROM local_awaited LIMIT 1").fetchone() is None:
        return
    for seq, event in enumerate(batch.events[: up_to + 1 - batch.first], batch.first):
        if event.body is not None and event.salt is not None:
            supply_body(journal, LateBody(batch.log, seq, event.salt, event.body))


def _begin_foreign(journal: Journal, batch: Batch) -> LogHead:
    if batch.log != log_id(batch.instance, batch.circle):
        raise EventRejected(_("A log does not carry the name of its instance."))
    try:
        opening = codec.decode_envelope(InstanceCertified.KIND, batch.events[0].envelope)
    except EventRejected as error:
        raise EventRejected(_("A log does not begin with its instance's certificate.")) from error
    fits = (
        batch.first == 1
        and batch.events[0].kind == InstanceCertified.KIND
        and isinstance(opening, InstanceCertified)
        and (opening.site, opening.instance, opening.circle) == (batch.site, batch.instance, batch.circle)
        and keys.is_signed(batch.site, chain.certificate(batch.circle, batch.instance), opening.signature)
    )
    if not fits:
        raise EventRejected(_("A log does not begin with its instance's certificate."))
    circle = add_circle(journal.db, batch.circle)
    if not _is_admitted(journal.db, circle, batch):
        raise SiteNotAdmitted(_("The site is not admitted to the circle; its events are asked for again next time."))
    unsettle(journal)
    return add_log(journal, batch.log, circle, batch.site, batch.instance)


def _is_admitted(db: sqlite3.Connection, circle: int, batch: Batch) -> bool:
    """Whether the site may write in the circle: a steward admitted it, or the batch itself founds the circle."""
    if db.execute("SELECT 1 FROM view_site WHERE circle = ? AND site = ?", (circle, batch.site)).fetchone():
        return True
    if len(batch.events) < 2 or batch.events[1].kind != CircleFounded.KIND:
        return False
    founded = codec.decode_envelope(CircleFounded.KIND, batch.events[1].envelope)
    assert isinstance(founded, CircleFounded)
    return founded.site == batch.site and circle_id(batch.site, founded.nonce) == batch.circle


def _commitment_of(signed: SignedEvent) -> bytes:
    """The commitment an event's leaf holds. Raises EventRejected when the event breaks a limit."""
    if len(signed.envelope) > codec.ENVELOPE_MAX_BYTES or len(signed.body or b"") > codec.BODY_MAX_BYTES:
        raise EventRejected(_("An event is larger than the limit."))
    if not 0 <= signed.hlc <= HLC_MAX or not 0 < signed.kind < 1 << 16:
        raise EventRejected(_("An event's stamp or kind is out of range."))
    if (signed.body is None) != (signed.salt is None):
        raise EventRejected(_("A body and its salt travel together."))
    if signed.body is not None and signed.salt is not None:
        if len(signed.salt) != chain.SALT_BYTES:
            raise EventRejected(_("A body's salt has the wrong length."))
        return chain.commitment(signed.salt, signed.body)
    body_commitment = chain.NO_BODY if signed.commitment is None else signed.commitment
    if len(body_commitment) != chain.HASH_BYTES:
        raise EventRejected(_("A body's commitment has the wrong length."))
    return body_commitment


def _append_foreign(journal: Journal, head: LogHead, signed: SignedEvent) -> judging.EventRow:
    body_commitment = _commitment_of(signed)
    event = EventNo(journal.next_event)
    journal.next_event += 1
    head.seq += 1
    head.hlc = Hlc(signed.hlc)
    head.is_changed = True
    leaf = chain.leaf(head.id, head.seq, signed.hlc, signed.kind, signed.envelope, body_commitment)
    head.chain = chain.chain(head.chain, leaf)
    journal.note_name(event, Ref(head.id, head.seq, leaf[:LEAF_PREFIX_BYTES]))
    journal.db.execute(
        "INSERT INTO log_event (event, log, seq, hlc, kind, envelope, commitment) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event, head.log, head.seq, signed.hlc, signed.kind, signed.envelope, body_commitment),
    )
    body = signed.body
    if body is not None and ledger.names(journal.db, head.id, head.seq, leaf[:LEAF_PREFIX_BYTES]):
        body = None
    elif body is not None:
        journal.db.execute("INSERT INTO log_body (event, salt, body) VALUES (?, ?, ?)", (event, signed.salt, body))
    elif body_commitment != chain.NO_BODY:
        journal.db.execute("INSERT INTO local_awaited (event) VALUES (?)", (event,))
    return judging.row_of(event, head.log, head.seq, signed.hlc, signed.kind, signed.envelope, body)


def supply_body(journal: Journal, late: LateBody) -> bool:
    """Put the body of an event in its place that had travelled without it; False where it is not the one awaited.

    A body that a purge has taken stays away.
    """
    rows = journal.db.execute(
        "SELECT e.event, e.commitment FROM local_awaited a JOIN log_event e USING (event) JOIN log_log l USING (log)"
        " WHERE l.id = ? AND e.seq = ?",
        (late.log, late.seq),
    ).fetchall()
    fitting = [event for event, committed in rows if chain.commitment(late.salt, late.body) == committed]
    for event in fitting:
        journal.db.execute("DELETE FROM local_awaited WHERE event = ?", (event,))
        if folds.is_purged(journal, event):
            return False
        note_reception(journal)
        journal.db.execute("INSERT INTO log_body (event, salt, body) VALUES (?, ?, ?)", (event, late.salt, late.body))
        journal.db.execute(
            "INSERT INTO local_arrival (arrival, event, reason) VALUES (?, ?, 'late body')", (journal.next_event, event)
        )
        journal.next_event += 1
        unscreened.hold(journal, (event,))
        projections.body_arrived(journal, EventNo(event))
    return bool(fitting)


def accept_grants(journal: Journal, pen: Pen, from_log: int) -> None:
    """Write a ``RoleAccepted`` for each grant that another log of this site knows and this one does not."""
    grants = journal.db.execute(
        "SELECT grant_event, MIN(seq) FROM view_right WHERE log = ?1 AND grant_event NOT IN"
        " (SELECT grant_event FROM view_right WHERE log = ?2) GROUP BY 1 ORDER BY 2",
        (from_log, pen.log),
    ).fetchall()
    _accept(journal, pen, grants)


def accept_grants_to(journal: Journal, pen: Pen, site: SiteKey) -> None:
    """Write a ``RoleAccepted`` for each role given to a member of this site that counts where it was given and not here."""
    own = journal.head(pen.log)
    grants = journal.db.execute(
        "SELECT r.grant_event, MIN(r.seq) FROM view_right r CROSS JOIN view_member m ON m.member = r.member"
        " JOIN log_event g ON g.event = r.grant_event AND g.log = r.log JOIN log_log l ON l.log = r.log"
        " WHERE m.circle = ?1 AND m.site = ?2 AND g.kind = ?3 AND l.id <> ?5"
        " AND r.grant_event NOT IN (SELECT grant_event FROM view_right WHERE log = ?4) GROUP BY 1 ORDER BY r.log, 2",
        (own.circle, site, RoleGranted.KIND, pen.log, own.id),
    ).fetchall()
    _accept(journal, pen, grants)


def _accept(journal: Journal, pen: Pen, grants: Sequence[tuple[int, int]]) -> None:
    head = journal.head(pen.log)
    for grant, _role in grants:
        record(journal, pen, RoleAccepted(codec.from_ref(journal.ref(EventNo(grant)), head.id)))


def since(db: sqlite3.Connection, log: int, seq: int, up_to: int = SEQ_MAX) -> Iterator[Batch]:
    """A log's events after ``seq`` and up to the last signature at or before ``up_to``, in batches that end at signatures.

    A batch holds as many events as fit into its limits, and at least those up to the next signature.
    """
    log_key, circle, site, instance = db.execute(
        "SELECT l.id, c.id, l.site, l.instance FROM log_log l JOIN log_circle c USING (circle) WHERE l.log = ?", (log,)
    ).fetchone()
    while True:
        signatures = db.execute(
            "SELECT seq, signature FROM log_signature WHERE log = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
            (log, seq, up_to, BATCH_MAX_EVENTS),
        ).fetchall()
        if not signatures:
            return
        rows = db.execute(
            "SELECT e.hlc, e.kind, e.envelope, e.commitment, b.salt, b.body"
            " FROM log_event e LEFT JOIN log_body b USING (event) WHERE e.log = ? AND e.seq > ? AND e.seq <= ?"
            " ORDER BY e.seq",
            (log, seq, min(seq + BATCH_MAX_EVENTS, signatures[-1][0])),
        ).fetchall()
        ends = list(accumulate(len(row[2]) + len(row[5] or b"") for row in rows))
        fitting = [
            signed
            for signed in signatures
            if signed[0] - seq <= len(rows) and ends[signed[0] - seq - 1] <= _BATCH_BYTES
        ]
        last, signature = fitting[-1] if fitting else signatures[0]
        events = tuple(_travelling(row) for row in rows[: last - seq])
        yield Batch(log_key, circle, site, instance, seq + 1, events, signature)
        seq = last


def names_of(db: sqlite3.Connection, log: LogId) -> tuple[CircleId, SiteKey, InstanceKey] | None:
    """Circle, site and instance of a log that is held; None where nothing of it is."""
    row = db.execute(
        "SELECT c.id, l.site, l.instance FROM log_log l JOIN log_circle c USING (circle) WHERE l.id = ?", (log,)
    ).fetchone()
    return None if row is None else (CircleId(row[0]), SiteKey(row[1]), InstanceKey(row[2]))


def chain_at(db: sqlite3.Connection, log: int, seq: int) -> bytes:
    """The chain hash of a log at a sequence that is held, worked out from the nearest signature before it."""
    base, forked_at = db.execute("SELECT base, forked_at FROM log_log WHERE log = ?", (log,)).fetchone()
    if base is not None and seq <= forked_at:
        return chain_at(db, base, seq)
    at, chain_hash = db.execute(
        "SELECT seq, chain FROM log_signature WHERE log = ? AND seq <= ? ORDER BY seq DESC LIMIT 1", (log, seq)
    ).fetchone() or (forked_at, chain.CHAIN_START if base is None else chain_at(db, base, forked_at))
    rows = db.execute(
        "SELECT l.id, e.seq, e.hlc, e.kind, e.envelope, e.commitment FROM log_event e JOIN log_log l USING (log)"
        " WHERE e.log = ? AND e.seq > ? AND e.seq <= ? ORDER BY e.seq",
        (log, at, seq),
    )
    for row in rows:
        chain_hash = chain.chain(chain_hash, chain.leaf(*row))
    return bytes(chain_hash)


def _travelling(row: Sequence[object]) -> SignedEvent:
    hlc, kind, envelope, body_commitment, salt, body = row
    kept = None if body is not None or body_commitment == chain.NO_BODY else body_commitment
    return SignedEvent(hlc, kind, envelope, kept, salt, body)  # type: ignore[arg-type]


def heads(db: sqlite3.Connection) -> dict[str, int]:
    """Every log held here by its full id in hex, with its highest sequence; a branch by where it parts as well."""
    rows = db.execute("SELECT id, base, forked_at, log, seq FROM log_log ORDER BY id, log").fetchall()
    return {key.hex() if base is None else f"{key.hex()}+{at}.{log}": seq for key, base, at, log, seq in rows}
