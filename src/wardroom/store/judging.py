"""What an event says and whether it may: references, small numbers and rights, read from its log's prefix."""

import sqlite3
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from wardroom.domain import codec, rules
from wardroom.domain.events import (
    BEHIND_NO_CUT,
    ROLES,
    Body,
    Envelope,
    EventRef,
    InstanceRevoked,
    MemberEnrolled,
    MemberSuspended,
    SiteSuspended,
)
from wardroom.domain.ids import EventNo, Ref
from wardroom.domain.rules import Grant
from wardroom.domain.suspensions import Suspension
from wardroom.errors import EventRejected
from wardroom.language import marked
from wardroom.store.journal import Journal, begin, unsettle

PREFIX_OF_ALL = 2**62
"""A sequence behind every event of a log: the roles that count for the next one."""


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
        raise WithoutRight(marked("refers to its own future"))
    found = journal.find(ref)
    if found is None:
        raise Waiting(ref)
    if ref.log != head.id and circle_of(journal, found) != head.circle:
        raise WithoutRight(marked("refers to another circle"))
    return found


def circle_of(journal: Journal, event: EventNo) -> int:
    """The circle an event stands in."""
    log = journal.db.execute("SELECT log FROM log_event WHERE event = ?", (event,)).fetchone()[0]
    return journal.head(log).circle


def wait_for(journal: Journal, row: EventRow, reference: EventRef, event: EventNo) -> NoReturn:
    """What is referred to is held but is not (yet) what it should be: it waits itself, or never will be."""
    if is_waiting(journal.db, event):
        raise Waiting(codec.to_ref(reference, journal.head(row.log).id))
    raise WithoutRight(marked("refers to something that cannot bear it"))


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
        raise WithoutRight(marked("names an author or board that its log has not introduced"))
    journal.numbers[key] = got[0]
    return int(got[0])


def grants_of(db: sqlite3.Connection, log: int, member: int) -> list[Grant]:
    """What one log knows of a member's roles."""
    rows = db.execute(
        "SELECT r.role, r.seq, r.is_granted, r.grant_event, e.kind FROM view_right r"
        " JOIN log_event e ON e.event = r.grant_event WHERE r.log = ? AND r.member = ? ORDER BY r.seq",
        (log, member),
    ).fetchall()
    return [
        Grant(
            ROLES[role],
            seq,
            bool(is_granted),
            grant,
            frozenset(r[0] for r in db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (grant,))),
            kind == MemberEnrolled.KIND and ROLES[role] == "steward",
        )
        for role, seq, is_granted, grant, kind in rows
    ]


def stewards_in(journal: Journal, log: int) -> list[int]:
    """The members a log has ever heard of as stewards."""
    found: set[int] = set()
    for held, _end in journal.lineage(log):
        rows = journal.db.execute(
            "SELECT DISTINCT member FROM view_right WHERE log = ? AND role = ?", (held, ROLES.index("steward"))
        )
        found.update(row[0] for row in rows)
    return sorted(found)


def roles_in_log(
    journal: Journal, log: int, member: int, seq: int, *, grants: Callable[[int], list[Grant]]
) -> frozenset[str]:
    """A member's roles just before ``seq`` of a log; ``grants(member)`` gives those grants that count."""
    own = grants(member)
    roles = rules.roles_at(own, seq)
    if "steward" in roles or not any(grant.is_founding for grant in own):
        return roles
    if rules.is_steward_again(own, (grants(each) for each in stewards_in(journal, log)), seq):
        return roles | {"steward"}
    return roles


def grants_in(journal: Journal, log: int, member: int) -> list[Grant]:
    """What one log knows of a member's roles, remembered while the journal is open."""
    key = (log, member)
    grants = journal.grants.get(key)
    if grants is None:
        grants = journal.grants[key] = [
            grant
            for held, end in journal.lineage(log)
            for grant in grants_of(journal.db, held, member)
            if end is None or grant.seq <= end
        ]
    return grants


def roles_by_prefix(journal: Journal, log: int, member: int, seq: int) -> frozenset[str]:
    """A member's roles just before ``seq`` of a log, whatever was cut."""
    since, roles = journal.roles.get((log, member), (seq + 1, frozenset()))
    if since <= seq:
        return roles
    roles = roles_in_log(journal, log, member, seq, grants=lambda each: grants_in(journal, log, each))
    grants = grants_in(journal, log, member)
    hangs_on_others = "steward" not in roles and any(grant.is_founding for grant in grants)
    if not hangs_on_others and all(grant.seq < seq for grant in grants):
        journal.roles[log, member] = (seq, roles)
    return roles


def roles_behind_cuts(
    journal: Journal, log: int, member: int, seq: int, cuts: tuple[Suspension, ...], void: frozenset[int]
) -> frozenset[str]:
    """A member's roles just before ``seq`` of a log, where ``cuts`` stand and the grants in ``void`` count nowhere."""
    head = journal.head(log)
    if any(cut.takes(member, head.id, head.site, seq) for cut in cuts):
        return frozenset()

    def counting(each: int) -> list[Grant]:
        return [
            grant
            for grant in grants_in(journal, log, each)
            if grant.event not in void and not any(cut.takes(None, head.id, head.site, grant.seq) for cut in cuts)
        ]

    return roles_in_log(journal, log, member, seq, grants=counting)


def cuts_of(journal: Journal) -> tuple[Suspension, ...]:
    """The suspensions that stand."""
    if journal.cuts is None:
        rows = journal.db.execute("SELECT event, author, member FROM view_suspension WHERE is_standing = 1").fetchall()
        journal.cuts = tuple(suspension(journal, *row) for row in rows)
        journal.void = frozenset(row[0] for row in journal.db.execute("SELECT event FROM view_void"))
    return journal.cuts


def suspension(journal: Journal, event: int, author: int, member: int | None) -> Suspension:
    """A suspension as it stands in the log, with the members it names."""
    row = load(journal.db, EventNo(event))
    head = journal.head(row.log)
    envelope = row.envelope
    assert isinstance(envelope, MemberSuspended | InstanceRevoked | SiteSuspended)
    cuts = (envelope.cut,) if isinstance(envelope, InstanceRevoked) else envelope.cuts
    superseded = journal.db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (event,))
    return Suspension(
        event, author, head.id, head.site, row.seq, envelope.is_on, frozenset(r[0] for r in superseded), member,
        envelope.cut.log if isinstance(envelope, InstanceRevoked) else b"",
        envelope.site if isinstance(envelope, SiteSuspended) else b"",
        {cut.log: cut.seq for cut in cuts},
    )  # fmt: skip


def author_of(journal: Journal, row: EventRow, number: int) -> tuple[int, frozenset[str]]:
    """(member, roles just before the event) of the author an envelope names; none behind the cut of a suspension."""
    member = number_of(journal, row, number)
    cuts = cuts_of(journal)
    if not cuts or journal.is_behind or row.kind in BEHIND_NO_CUT:
        return member, roles_by_prefix(journal, row.log, member, row.seq)
    assert journal.void is not None
    return member, roles_behind_cuts(journal, row.log, member, row.seq, cuts, journal.void)


def roles_now(db: sqlite3.Connection, log: int, member: int) -> frozenset[str]:
    """The roles that count for a member's next event in a log; none while suspended there."""
    journal = begin(db, now_ms=0, random_bytes=bytes)
    cuts = cuts_of(journal)
    assert journal.void is not None
    return roles_behind_cuts(journal, log, member, PREFIX_OF_ALL, cuts, journal.void)


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
    journal.roles.pop((row.log, member), None)
    unsettle(journal)


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
