"""The log: events are recorded here, admitted from elsewhere, and read back as they were signed."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wardroom.domain import chain, codec
from wardroom.domain.clock import HLC_MAX, Hlc, tick
from wardroom.domain.events import Body, CircleFounded, Envelope, InstanceCertified, RoleAccepted
from wardroom.domain.ids import CircleId, EventNo, InstanceKey, LogId, SiteKey, circle_id, log_id
from wardroom.errors import EventRejected
from wardroom.store import judging, keys, projections
from wardroom.store.journal import Journal, LogHead, add_circle, add_log


@dataclass(frozen=True, slots=True)
class Pen:
    """The right to append to one log: its number in this file and its instance's secret."""

    log: int
    seed: bytes


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """One event as it travels: ``body`` and ``salt`` are absent where it has none, or where it was purged."""

    hlc: int
    kind: int
    envelope: bytes
    commitment: bytes | None
    """Only where the body does not travel beside it; the commitment of a body is never sent with it."""
    salt: bytes | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Contiguous events of one log, ``first`` the sequence of the first, signed at the last."""

    log: LogId
    circle: CircleId
    site: SiteKey
    instance: InstanceKey
    first: int
    events: tuple[SignedEvent, ...]
    signature: bytes


BATCH_MAX_EVENTS = 32


def record(journal: Journal, pen: Pen, envelope: Envelope, body: Body | None = None) -> EventNo:
    """Append an event of this instance and bring the views up to date; signed and committed with the transaction."""
    head = journal.head(pen.log)
    head.seed = pen.seed
    note_reception(journal)
    head.hlc = tick(head.hlc, journal.now_ms)
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
    if head.seq - head.signed_seq >= chain.SIGN_EVERY:
        journal.sign(head)
    projections.apply(journal, judging.EventRow(event, head.log, head.seq, head.hlc, kind, envelope, body))
    return event


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

    Events already held are passed over; returns how many were new. Raises EventRejected when a limit, the order, the
    chain or the signature is broken, or the site is not admitted to the circle; then the caller rolls back.
    """
    if not batch.events or len(batch.events) > BATCH_MAX_EVENTS:
        raise EventRejected("A batch holds between 1 and 32 events.")
    if batch.first < 1:
        raise EventRejected("The first event of a log has the number 1.")
    head = _head_for(journal, batch)
    if batch.first > head.seq + 1:
        raise EventRejected(f"Events {head.seq + 1} to {batch.first - 1} of a log are missing.")
    new = batch.events[head.seq + 1 - batch.first :]
    if not new:
        return 0
    note_reception(journal)
    rows = [_append_foreign(journal, head, signed) for signed in new]
    if not keys.is_signed(head.instance, chain.signed_head(head.id, head.seq, head.chain), batch.signature):
        raise EventRejected("The signature over a log's head does not fit its events.")
    journal.db.execute(
        "INSERT INTO log_signature (log, seq, chain, signature) VALUES (?, ?, ?, ?)",
        (head.log, head.seq, head.chain, batch.signature),
    )
    for row in rows:
        projections.apply(journal, row)
    return len(rows)


def _head_for(journal: Journal, batch: Batch) -> LogHead:
    number = journal.log_numbered(batch.log)
    if number is not None:
        head = journal.head(number)
        if (head.site, head.instance) != (batch.site, batch.instance):
            raise EventRejected("A log is not the one of the instance that is said to write it.")
        return head
    if batch.log != log_id(batch.instance, batch.circle):
        raise EventRejected("A log does not carry the name of its instance.")
    try:
        opening = codec.decode_envelope(InstanceCertified.KIND, batch.events[0].envelope)
    except EventRejected as error:
        raise EventRejected("A log does not begin with its instance's certificate.") from error
    fits = (
        batch.first == 1
        and batch.events[0].kind == InstanceCertified.KIND
        and isinstance(opening, InstanceCertified)
        and (opening.site, opening.instance, opening.circle) == (batch.site, batch.instance, batch.circle)
        and keys.is_signed(batch.site, chain.certificate(batch.circle, batch.instance), opening.signature)
    )
    if not fits:
        raise EventRejected("A log does not begin with its instance's certificate.")
    circle = add_circle(journal.db, batch.circle)
    if not _is_admitted(journal.db, circle, batch):
        raise EventRejected("The site is not admitted to the circle; its events are asked for again next time.")
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


def _append_foreign(journal: Journal, head: LogHead, signed: SignedEvent) -> judging.EventRow:
    if len(signed.envelope) > codec.ENVELOPE_MAX_BYTES or len(signed.body or b"") > codec.BODY_MAX_BYTES:
        raise EventRejected("An event is larger than the limit.")
    if not 0 <= signed.hlc <= HLC_MAX or not 0 < signed.kind < 1 << 16:
        raise EventRejected("An event's stamp or kind is out of range.")
    if (signed.body is None) != (signed.salt is None):
        raise EventRejected("A body and its salt travel together.")
    if signed.body is not None and signed.salt is not None:
        if len(signed.salt) != chain.SALT_BYTES:
            raise EventRejected("A body's salt has the wrong length.")
        body_commitment = chain.commitment(signed.salt, signed.body)
    else:
        body_commitment = chain.NO_BODY if signed.commitment is None else signed.commitment
    if len(body_commitment) != chain.HASH_BYTES:
        raise EventRejected("A body's commitment has the wrong length.")
    event = EventNo(journal.next_event)
    journal.next_event += 1
    head.seq += 1
    head.hlc = Hlc(signed.hlc)
    head.is_changed = True
    leaf = chain.leaf(head.id, head.seq, signed.hlc, signed.kind, signed.envelope, body_commitment)
    head.chain = chain.chain(head.chain, leaf)
    journal.db.execute(
        "INSERT INTO log_event (event, log, seq, hlc, kind, envelope, commitment) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event, head.log, head.seq, signed.hlc, signed.kind, signed.envelope, body_commitment),
    )
    if signed.body is not None:
        journal.db.execute(
            "INSERT INTO log_body (event, salt, body) VALUES (?, ?, ?)", (event, signed.salt, signed.body)
        )
    return judging.row_of(event, head.log, head.seq, signed.hlc, signed.kind, signed.envelope, signed.body)


def accept_grants(journal: Journal, pen: Pen, from_log: int) -> None:
    """Write a ``RoleAccepted`` for each grant that another log knows and this one does not."""
    head = journal.head(pen.log)
    grants = journal.db.execute(
        "SELECT grant_event, MIN(seq) FROM view_right WHERE log = ?1"
        " AND grant_event NOT IN (SELECT grant_event FROM view_right WHERE log = ?2) GROUP BY grant_event ORDER BY 2",
        (from_log, head.log),
    ).fetchall()
    for grant, _ in grants:
        record(journal, pen, RoleAccepted(codec.from_ref(journal.ref(grant), head.id)))


def since(db: sqlite3.Connection, log: int, seq: int) -> Iterator[Batch]:
    """A log's events after ``seq``, cut into batches at its signatures."""
    log_key, circle, site, instance = db.execute(
        "SELECT l.id, c.id, l.site, l.instance FROM log_log l JOIN log_circle c USING (circle) WHERE l.log = ?", (log,)
    ).fetchone()
    signatures = db.execute(
        "SELECT seq, signature FROM log_signature WHERE log = ? AND seq > ? ORDER BY seq", (log, seq)
    ).fetchall()
    for signed_seq, signature in signatures:
        events = db.execute(
            "SELECT e.hlc, e.kind, e.envelope, e.commitment, b.salt, b.body"
            " FROM log_event e LEFT JOIN log_body b USING (event) WHERE e.log = ? AND e.seq > ? AND e.seq <= ?"
            " ORDER BY e.seq",
            (log, seq, signed_seq),
        ).fetchall()
        yield Batch(log_key, circle, site, instance, seq + 1, tuple(_travelling(row) for row in events), signature)
        seq = signed_seq


def _travelling(row: Sequence[object]) -> SignedEvent:
    hlc, kind, envelope, body_commitment, salt, body = row
    kept = None if body is not None or body_commitment == chain.NO_BODY else body_commitment
    return SignedEvent(hlc, kind, envelope, kept, salt, body)  # type: ignore[arg-type]


def heads(db: sqlite3.Connection) -> dict[str, int]:
    """Every log held here by its full id in hex, with its highest sequence."""
    return {row[0].hex(): row[1] for row in db.execute("SELECT id, seq FROM log_log ORDER BY id")}
