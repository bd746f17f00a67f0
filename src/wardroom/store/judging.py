"""What an event says and whether it may: references, small numbers and rights, read from its log's prefix."""

import sqlite3
from typing import NamedTuple, NoReturn

from wardroom.domain import codec, rules
from wardroom.domain.events import ROLES, Body, Envelope, EventRef
from wardroom.domain.ids import EventNo, Ref
from wardroom.domain.rules import Grant
from wardroom.errors import EventRejected
from wardroom.store.journal import Journal


class EventRow(NamedTuple):
    """An event as the views see it; ``envelope`` is None for a kind or form this Wardroom cannot read."""

    event: EventNo
    log: int
    seq: int
    hlc: int
    kind: int
    envelope: Envelope | None
    body: Body | None


class Waiting(Exception):
    """What the event refers to is not here yet."""

    def __init__(self, ref: Ref) -> None:
        self.ref = ref


class WithoutRight(Exception):
    """The event is well signed but malformed or without right: kept, relayed, listed for review, never shown."""


def row_of(event: EventNo, log: int, seq: int, hlc: int, kind: int, envelope: bytes, body: bytes | None) -> EventRow:
    """Decode an event; what cannot be read has no envelope."""
    if not codec.is_known(kind):
        return EventRow(event, log, seq, hlc, kind, None, None)
    try:
        decoded = codec.decode_envelope(kind, envelope)
        decoded_body = codec.decode_body(kind, body) if body is not None and codec.has_body(kind) else None
    except EventRejected:
        return EventRow(event, log, seq, hlc, kind, None, None)
    return EventRow(event, log, seq, hlc, kind, decoded, decoded_body)


def load(db: sqlite3.Connection, event: EventNo) -> EventRow:
    """An event of the log, decoded."""
    row = db.execute(
        "SELECT e.event, e.log, e.seq, e.hlc, e.kind, e.envelope, b.body FROM log_event e LEFT JOIN log_body b"
        " USING (event) WHERE e.event = ?",
        (event,),
    ).fetchone()
    return row_of(*row)


def resolve(journal: Journal, reference: EventRef, row: EventRow) -> EventNo:
    """The event a reference names. Raises Waiting where it is not here, WithoutRight where it may not be named."""
    head = journal.head(row.log)
    ref = codec.to_ref(reference, head.id)
    if ref.log == head.id and ref.seq >= row.seq:
        raise WithoutRight("refers to its own future")
    found = journal.find(ref)
    if found is None:
        raise Waiting(ref)
    if circle_of(journal, found) != head.circle:
        raise WithoutRight("refers to another circle")
    return found


def circle_of(journal: Journal, event: EventNo) -> int:
    """The circle an event stands in."""
    log = journal.db.execute("SELECT log FROM log_event WHERE event = ?", (event,)).fetchone()[0]
    return journal.head(log).circle


def wait_for(journal: Journal, row: EventRow, reference: EventRef, event: EventNo) -> NoReturn:
    """What is referred to is held but is not (yet) what it should be: it waits itself, or never will be."""
    if is_waiting(journal.db, event):
        raise Waiting(codec.to_ref(reference, journal.head(row.log).id))
    raise WithoutRight("refers to something that cannot bear it")


def is_waiting(db: sqlite3.Connection, event: int) -> bool:
    """Whether an event waits for another."""
    return db.execute("SELECT 1 FROM view_waiting WHERE event = ?", (event,)).fetchone() is not None


def number_of(journal: Journal, row: EventRow, seq: int) -> int:
    """The member or board that a log introduced at ``seq``."""
    key = (journal.holder(row.log, seq), seq)
    found = journal.numbers.get(key) if seq < row.seq else None
    if found is not None:
        return found
    got = journal.db.execute("SELECT subject FROM view_number WHERE log = ? AND seq = ?", key).fetchone()
    if got is None or seq >= row.seq:
        waiting = journal.db.execute(
            "SELECT w.log_id, w.seq FROM log_event e JOIN view_waiting w USING (event) WHERE e.log = ? AND e.seq = ?",
            key,
        ).fetchone()
        if waiting is not None and seq < row.seq:
            raise Waiting(Ref(waiting[0], waiting[1], b""))
        raise WithoutRight("names an author or board that its log has not introduced")
    journal.numbers[key] = got[0]
    return int(got[0])


def grants_of(db: sqlite3.Connection, log: int, member: int) -> list[Grant]:
    """What one log knows of a member's roles."""
    rows = db.execute(
        "SELECT role, seq, is_granted, grant_event FROM view_right WHERE log = ? AND member = ? ORDER BY seq",
        (log, member),
    ).fetchall()
    return [
        Grant(
            ROLES[role],
            seq,
            bool(is_granted),
            grant,
            frozenset(r[0] for r in db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (grant,))),
        )
        for role, seq, is_granted, grant in rows
    ]


def _roles(journal: Journal, log: int, member: int, seq: int) -> frozenset[str]:
    key = (log, member)
    grants = journal.grants.get(key)
    if grants is None:
        grants = journal.grants[key] = [
            grant
            for held, end in journal.lineage(log)
            for grant in grants_of(journal.db, held, member)
            if end is None or grant.seq <= end
        ]
    return rules.roles_at(grants, seq)


def author_of(journal: Journal, row: EventRow, number: int) -> tuple[int, frozenset[str]]:
    """(member, roles just before the event) of the author an envelope names."""
    member = number_of(journal, row, number)
    return member, _roles(journal, row.log, member, row.seq)


def must(refusal: str) -> None:
    """Raise WithoutRight with the sentence of a rule that says no."""
    if refusal:
        raise WithoutRight(refusal)


def give_right(journal: Journal, row: EventRow, member: int, role: int, *, is_granted: bool, grant: int) -> None:
    """Write down that a role counts in the log of ``row`` from here on."""
    journal.db.execute(
        "INSERT INTO view_right (log, member, role, seq, is_granted, grant_event) VALUES (?, ?, ?, ?, ?, ?)",
        (row.log, member, role, row.seq, is_granted, grant),
    )
    journal.grants.pop((row.log, member), None)


def number_in_log(db: sqlite3.Connection, log: int, subject: int) -> int | None:
    """The small number by which a log names a member or board, or None where it has not introduced it."""
    row = db.execute("SELECT MIN(seq) FROM view_number WHERE log = ? AND subject = ?", (log, subject)).fetchone()
    return None if row[0] is None else int(row[0])


def administrator_in_log(db: sqlite3.Connection, log: int) -> int:
    """The number of a log's first administrator; 0 in a log that has none yet."""
    row = db.execute(
        "SELECT MIN(seq) FROM view_right WHERE log = ? AND role = ?", (log, ROLES.index("administrator"))
    ).fetchone()
    return int(row[0] or 0)
