"""Suspensions: judged by the prefix of their logs, and settled over all of them, whatever came first."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from wardroom.domain import codec, rules, suspensions
from wardroom.domain import events as e
from wardroom.domain.events import BEHIND_NO_CUT, ROLES, Envelope
from wardroom.domain.ids import EventNo
from wardroom.domain.suspensions import Suspension
from wardroom.store.circle_events import member_named
from wardroom.store.journal import Journal
from wardroom.store.judging import (
    EventRow,
    author_of,
    cuts_of,
    grants_in,
    load,
    must,
    roles_behind_cuts,
    stewards_in,
    suspension,
)
from wardroom.store.overwriting import supersede


def member_suspended(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A member is cut off, or admitted to the talk again."""
    assert isinstance(envelope, e.MemberSuspended)
    author, roles = author_of(journal, row, envelope.author)
    member, site = member_named(journal, row, envelope.member)
    must(rules.may_suspend(roles, is_own_site=site == journal.head(row.log).site))
    _keep(journal, row, author, member, envelope)


def instance_revoked(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """An instance is cut off: nothing behind the cut of its log counts."""
    assert isinstance(envelope, e.InstanceRevoked)
    author, roles = author_of(journal, row, envelope.author)
    must(rules.may_suspend(roles, is_own_site=True))
    _keep(journal, row, author, None, envelope)


def site_suspended(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A site is cut off."""
    assert isinstance(envelope, e.SiteSuspended)
    author, roles = author_of(journal, row, envelope.author)
    must(rules.may_suspend_site(roles))
    _keep(journal, row, author, None, envelope)


def _keep(
    journal: Journal, row: EventRow, author: int, member: int | None,
    envelope: e.MemberSuspended | e.InstanceRevoked | e.SiteSuspended,
) -> None:  # fmt: skip
    supersede(journal, row, envelope.supersedes)
    journal.db.execute(
        "INSERT INTO view_suspension (event, author, member, is_standing) VALUES (?, ?, ?, 0)",
        (row.event, author, member),
    )
    journal.is_unsettled = True


def settle(journal: Journal) -> bool:
    """Work out anew which suspensions stand; True where that changes what an event held here is worth."""
    journal.is_unsettled = False
    rows = journal.db.execute("SELECT event, author, member FROM view_suspension ORDER BY event").fetchall()
    before, void_before = cuts_of(journal), journal.void
    found = [suspension(journal, *row) for row in rows]
    cuts: tuple[Suspension, ...] = ()
    void: frozenset[int] = frozenset()
    for circle in sorted({_circle(journal, each.log) for each in found}):
        book = _Book(journal, circle)
        here = [each for each in found if _circle(journal, each.log) == circle and not book.is_about_the_root(each)]
        stand = suspensions.standing(here, book.counts)
        cuts += stand
        void |= book.void_behind(stand)
    journal.db.execute("UPDATE view_suspension SET is_standing = 0")
    journal.db.executemany("UPDATE view_suspension SET is_standing = 1 WHERE event = ?", [(cut.event,) for cut in cuts])
    journal.db.execute("DELETE FROM view_void")
    journal.db.executemany("INSERT INTO view_void (event) VALUES (?)", [(event,) for event in sorted(void)])
    journal.cuts, journal.void = cuts, void
    assert void_before is not None
    old, new = {cut.event for cut in before}, {cut.event for cut in cuts}
    changed = tuple(cut for cut in (*before, *cuts) if cut.event in old ^ new)
    return any(_takes_something(journal, cut) for cut in changed) or any(
        _gave_something(journal, grant) for grant in void ^ void_before
    )


def _gave_something(journal: Journal, grant: int) -> bool:
    """Whether any event held here may hang on a grant."""
    rows = journal.db.execute(
        "SELECT DISTINCT b.log, r.member, r.seq, r.role FROM view_right r JOIN log_log l ON l.log = r.log"
        " JOIN log_log b ON b.id = l.id WHERE r.grant_event = ?",
        (grant,),
    )
    for log, member, seq, role in rows.fetchall():
        if ROLES[role] == "steward" or _has_written(journal, log, member, seq):
            return True
    return False


def _has_written(journal: Journal, log: int, member: int | None, after: int) -> bool:
    """Whether a log holds an event behind a place that may hang on a member's rights; on anybody's for None."""
    rows = journal.db.execute(
        "SELECT event, kind FROM log_event WHERE log = ? AND seq > ? ORDER BY seq", (log, after)
    ).fetchall()
    judged = [event for event, kind in rows if kind not in BEHIND_NO_CUT]
    if member is None or not judged:
        return bool(judged)
    numbers = {
        row[0]
        for held, _end in journal.lineage(log)
        for row in journal.db.execute("SELECT seq FROM view_number WHERE log = ? AND subject = ?", (held, member))
    }
    for event in judged:
        envelope = load(journal.db, EventNo(event)).envelope
        if numbers & {getattr(envelope, "author", 0), getattr(envelope, "releaser", 0)}:
            return True
    return False


def standing_of(db: sqlite3.Connection, member: int) -> tuple[int, ...]:
    """The suspensions of a member that stand."""
    rows = db.execute(
        "SELECT event FROM view_suspension WHERE member = ? AND is_standing = 1 ORDER BY event", (member,)
    )
    return tuple(row[0] for row in rows)


def suspended_sites(db: sqlite3.Connection, circle: int) -> dict[bytes, tuple[int, ...]]:
    """The suspensions of each site of a circle that stand, by its key."""
    found: dict[bytes, tuple[int, ...]] = {}
    for event, envelope in _standing_of_logs(db, circle):
        if isinstance(envelope, e.SiteSuspended):
            found[envelope.site] = (*found.get(envelope.site, ()), event)
    return found


def revoked_logs(db: sqlite3.Connection, circle: int) -> dict[bytes, tuple[int, ...]]:
    """The revocations of instances in a circle that stand, by the id of each instance's log."""
    found: dict[bytes, tuple[int, ...]] = {}
    for event, envelope in _standing_of_logs(db, circle):
        if isinstance(envelope, e.InstanceRevoked):
            found[envelope.cut.log] = (*found.get(envelope.cut.log, ()), event)
    return found


def _standing_of_logs(db: sqlite3.Connection, circle: int) -> list[tuple[int, Envelope | None]]:
    """What suspends sites and revokes instances in a circle, and stands."""
    rows = db.execute(
        "SELECT s.event FROM view_suspension s CROSS JOIN log_event e ON e.event = s.event JOIN log_log l USING (log)"
        " WHERE s.is_standing = 1 AND s.member IS NULL AND l.circle = ? ORDER BY s.event",
        (circle,),
    ).fetchall()
    return [(event, load(db, EventNo(event)).envelope) for (event,) in rows]


def is_founder(db: sqlite3.Connection, circle: int, site: bytes) -> bool:
    """Whether a site founded a circle: it is the root of its trust."""
    return (
        db.execute("SELECT 1 FROM view_circle WHERE circle = ? AND founder = ?", (circle, site)).fetchone() is not None
    )


def heads_of_site(db: sqlite3.Connection, circle: int, site: bytes) -> list[tuple[bytes, int]]:
    """(log id, highest sequence) of the logs of a site in a circle, as they are held here."""
    return db.execute(
        "SELECT id, MAX(seq) FROM log_log WHERE circle = ? AND site = ? GROUP BY id", (circle, site)
    ).fetchall()


def is_root(db: sqlite3.Connection, member: int) -> bool:
    """Whether a member is the founder's first steward."""
    row = db.execute(
        "SELECT 1 FROM view_right r JOIN log_event e ON e.event = r.grant_event WHERE r.member = ? AND e.kind = ?"
        " AND r.role = ?",
        (member, e.MemberEnrolled.KIND, ROLES.index("steward")),
    ).fetchone()
    return row is not None


def _circle(journal: Journal, log_id: bytes) -> int:
    number = journal.log_numbered(log_id)
    assert number is not None
    return journal.head(number).circle


def _takes_something(journal: Journal, cut: Suspension) -> bool:
    """Whether any event held here is worth less behind a cut."""
    logs = journal.db.execute("SELECT log, id, site FROM log_log").fetchall()
    return any(
        _has_written(journal, log, cut.of_member, cut.cuts.get(log_id, 0))
        for log, log_id, site in logs
        if cut.takes(cut.of_member, log_id, site, codec.SEQ_MAX + 1)
    )


@dataclass(frozen=True, slots=True)
class _Granted:
    """What gave a right: where it stands and who gave it."""

    log: int
    seq: int
    author: int | None
    """None for the first member of a log, who enrolled without anybody."""
    roles: tuple[str, ...]
    is_own_site: bool


class _Book:
    """The rights of one circle, to be asked what is left of them behind cuts."""

    def __init__(self, journal: Journal, circle: int) -> None:
        self.journal = journal
        self.circle = circle
        founded = journal.db.execute("SELECT founder FROM view_circle WHERE circle = ?", (circle,)).fetchone()
        self.founder = bytes(founded[0]) if founded else b""
        self.roots = {
            row[0]
            for row in journal.db.execute(
                "SELECT r.member FROM view_right r JOIN log_event e ON e.event = r.grant_event JOIN log_log l"
                " ON l.log = r.log WHERE l.circle = ? AND e.kind = ? AND r.role = ?",
                (circle, e.MemberEnrolled.KIND, ROLES.index("steward")),
            )
        }
        self._granted: Mapping[int, _Granted] | None = None

    def is_about_the_root(self, each: Suspension) -> bool:
        """Whether it would cut off the founder's first steward, who is the root of the circle's trust.

        An instance of the founder's site is revoked by that site alone; that of another by it or by a steward.
        """
        if each.of_member is not None:
            return each.of_member in self.roots
        if each.of_site:
            return each.of_site == self.founder
        site = self._site_of(each.of_log)
        return site == self.founder and each.site != site

    def _site_of(self, log_id: bytes) -> bytes | None:
        number = self.journal.log_numbered(log_id)
        return self.journal.head(number).site if number is not None else None

    def counts(self, each: Suspension, cuts: tuple[Suspension, ...]) -> bool:
        """Whether a suspension's author still has the right to it behind ``cuts``."""
        others = tuple(cut for cut in cuts if cut.event != each.event)
        log = self.journal.db.execute("SELECT log FROM log_event WHERE event = ?", (each.event,)).fetchone()[0]
        void = self.void_behind(others)
        roles = roles_behind_cuts(self.journal, log, each.author, each.seq, others, void)
        if each.of_site:
            return not rules.may_suspend_site(roles)
        if each.of_member is not None:
            found = self.journal.db.execute("SELECT site FROM view_member WHERE member = ?", (each.of_member,))
            is_own_site = found.fetchone()[0] == each.site
        else:
            is_own_site = self._site_of(each.of_log) in (None, each.site)
        return not rules.may_suspend(roles, is_own_site=is_own_site)

    def void_behind(self, cuts: tuple[Suspension, ...]) -> frozenset[int]:
        """The grants that count nowhere behind ``cuts``: who gave them was cut off, or had the right from such a grant."""
        if not cuts:
            return frozenset()
        granted = self._grants()
        heads = {each.log: self.journal.head(each.log) for each in granted.values()}
        is_any_log_cut = any(cut.of_member is None for cut in cuts)
        if not is_any_log_cut and not any(
            cut.takes(each.author, heads[each.log].id, heads[each.log].site, each.seq)
            for each in granted.values()
            for cut in cuts
        ):
            return frozenset()
        known: dict[int, bool] = {}
        return frozenset(event for event in granted if self._is_void(event, cuts, known))

    def _is_void(self, event: int, cuts: tuple[Suspension, ...], known: dict[int, bool]) -> bool:
        """Whether who gave a grant had no right to it behind ``cuts``; asks the same of the grants that gave that right."""
        if event not in known:
            known[event] = False
            each = self._grants()[event]
            if each.author is not None:
                asked = [each.author, *stewards_in(self.journal, each.log)]
                before = {
                    grant.event
                    for member in asked
                    for grant in grants_in(self.journal, each.log, member)
                    if grant.seq < each.seq
                }
                void = frozenset(other for other in sorted(before) if self._is_void(other, cuts, known))
                roles = roles_behind_cuts(self.journal, each.log, each.author, each.seq, cuts, void)
                known[event] = any(self._refusal(each, role, roles) for role in each.roles)
        return known[event]

    @staticmethod
    def _refusal(each: _Granted, role: str, roles: frozenset[str]) -> str:
        if not role:
            return rules.may_enrol(roles)
        return rules.may_grant(roles, role, is_own_site=each.is_own_site)

    def _grants(self) -> Mapping[int, _Granted]:
        if self._granted is None:
            self._granted = {event: granted for event in self._grant_events() if (granted := self._read(event))}
        return self._granted

    def _grant_events(self) -> list[int]:
        rows = self.journal.db.execute(
            "SELECT DISTINCT r.grant_event FROM view_right r JOIN log_log l ON l.log = r.log WHERE l.circle = ?"
            " ORDER BY r.grant_event",
            (self.circle,),
        )
        return [row[0] for row in rows]

    def _read(self, event: int) -> _Granted | None:
        row = load(self.journal.db, EventNo(event))
        site = self.journal.head(row.log).site
        number = getattr(row.envelope, "author", 0)
        author = None
        if number:
            author = self.journal.db.execute(
                "SELECT subject FROM view_number WHERE log = ? AND seq = ?",
                (self.journal.holder(row.log, number), number),
            ).fetchone()[0]
        if isinstance(row.envelope, e.MemberEnrolled):
            return _Granted(row.log, row.seq, author, ("",), True)
        assert isinstance(row.envelope, e.RoleGranted)
        found = self.journal.db.execute(
            "SELECT m.site FROM view_right r JOIN view_member m USING (member) WHERE r.grant_event = ?", (event,)
        ).fetchone()
        return _Granted(row.log, row.seq, author, (ROLES[row.envelope.role],), found[0] == site)
