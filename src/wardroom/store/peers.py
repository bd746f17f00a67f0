"""Peers, the circles shared with them, what each exchange left to remember, and the lease of whoever syncs."""

import json
import sqlite3
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby

from wardroom.domain.batch import LateBody
from wardroom.domain.codec import SEQ_MAX
from wardroom.domain.ids import SITE_PREFIX_BYTES, CircleId, LogId, SiteKey
from wardroom.domain.vector import CHAIN_PREFIX_BYTES, Position, Vector, decode, encode
from wardroom.store import event_log, suspensions, unscreened
from wardroom.store.journal import Journal


@dataclass(frozen=True, slots=True)
class Peer:
    """A site we know how to reach."""

    name: str
    site: SiteKey
    target: str
    """What ssh connects to; empty where the way is a spool."""
    spool: str
    """A folder of segments; empty where the way is ssh."""
    ssh_config: str
    """An ssh configuration file to use as it is; empty for the account's own."""
    circles: tuple[str, ...]
    """Names of the circles exchanged with it; all shared ones where none is named."""
    added_ms: int
    tried_ms: int | None
    done_ms: int | None
    error: str
    """Why the last try failed, in a sentence; empty after one that worked."""
    sent_bytes: int
    received_bytes: int
    sent_events: int
    received_events: int
    under_way_ms: int | None
    """When an exchange that is under way last told how far it is."""
    taken_events: int
    expected_events: int


_PEER = (
    "SELECT name, site, target, spool, ssh_config, circles, added_ms, tried_ms, done_ms, error, sent_bytes,"
    " received_bytes, sent_events, received_events, under_way_ms, taken_events, expected_events FROM local_peer"
)


def _peer(row: tuple[object, ...]) -> Peer:
    name, site, target, spool, ssh_config, circles, *rest = row
    return Peer(name, site, target, spool, ssh_config, tuple(json.loads(str(circles))), *rest)  # type: ignore[arg-type]


def peers(db: sqlite3.Connection) -> tuple[Peer, ...]:
    """Every peer, by name."""
    return tuple(_peer(row) for row in db.execute(f"{_PEER} ORDER BY name"))


def peer_named(db: sqlite3.Connection, name: str) -> Peer | None:
    """The peer with this name."""
    row = db.execute(f"{_PEER} WHERE name = ?", (name,)).fetchone()
    return None if row is None else _peer(row)


def add_peer(
    db: sqlite3.Connection, name: str, site: SiteKey, *, target: str, spool: str, ssh_config: str,
    circles: tuple[str, ...], now_ms: int,
) -> None:  # fmt: skip
    """Remember how to reach a site."""
    db.execute(
        "INSERT INTO local_peer (name, site, target, spool, ssh_config, circles, added_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, site, target, spool, ssh_config, json.dumps(circles), now_ms),
    )


def remove_peer(db: sqlite3.Connection, name: str) -> bool:
    """Forget how to reach a site; False where it was not known."""
    return db.execute("DELETE FROM local_peer WHERE name = ?", (name,)).rowcount > 0


def note_try(
    db: sqlite3.Connection, name: str, *, now_ms: int, error: str, sent: tuple[int, int], received: tuple[int, int]
) -> None:
    """Remember how an exchange with a peer went; ``sent`` and ``received`` are (bytes, events)."""
    db.execute(
        "UPDATE local_peer SET tried_ms = ?2, error = ?3, done_ms = CASE WHEN ?3 = '' THEN ?2 ELSE done_ms END,"
        " sent_bytes = sent_bytes + ?4, sent_events = sent_events + ?5, received_bytes = received_bytes + ?6,"
        " received_events = received_events + ?7, under_way_ms = NULL WHERE name = ?1",
        (name, now_ms, error, *sent, *received),
    )


def note_progress(db: sqlite3.Connection, name: str, *, now_ms: int, taken: int, expected: int) -> None:
    """Remember how far an exchange that is under way has come."""
    db.execute(
        "UPDATE local_peer SET under_way_ms = ?, taken_events = ?, expected_events = ? WHERE name = ?",
        (now_ms, taken, expected, name),
    )


def reached(db: sqlite3.Connection, post: int) -> tuple[int, int] | None:
    """How many of the peers of its circle hold a post, as far as was heard, and how many there are; None without any."""
    row = db.execute(
        "SELECT l.id, e.seq, c.id FROM log_event e JOIN log_log l USING (log) JOIN log_circle c USING (circle)"
        " WHERE e.event = ?",
        (post,),
    ).fetchone()
    log, seq, circle = LogId(row[0]), row[1], CircleId(row[2])
    sites = {peer.site for peer in peers(db) if circle in shared_circles(db, peer.site)}
    if not sites:
        return None
    return sum(held_by(db, site, circle).at(log).seq >= seq for site in sites), len(sites)


# --- circles and sites ----------------------------------------------------------------------------------------------


def know_site(db: sqlite3.Connection, site: SiteKey, circle: int, name: str, *, is_inviter: bool) -> None:
    """Remember the key of a site met in an invitation, ours or theirs."""
    db.execute(
        "INSERT INTO local_known_site (site, circle, name, is_inviter) VALUES (?1, ?2, ?3, ?4)"
        " ON CONFLICT (site, circle) DO UPDATE SET name = ?3, is_inviter = MAX(is_inviter, ?4)",
        (site, circle, name, is_inviter),
    )


def sites_named(db: sqlite3.Connection, name: str) -> dict[SiteKey, str]:
    """Sites of this name by key: those of our circles, and those met in an invitation."""
    rows = db.execute(
        "SELECT site, name FROM view_site WHERE name = ?1 UNION SELECT site, name FROM local_known_site WHERE name = ?1",
        (name,),
    )
    return {SiteKey(site): found for site, found in rows if site != _own_site(db)}


def other_sites(db: sqlite3.Connection) -> dict[SiteKey, str]:
    """Every other site that is known here, with its name where it has one."""
    rows = db.execute("SELECT site, name FROM local_known_site UNION SELECT site, name FROM view_site ORDER BY 1, 2")
    return {SiteKey(site): name for site, name in rows if site != _own_site(db)}


def _own_site(db: sqlite3.Connection) -> bytes:
    return bytes(db.execute("SELECT site_key FROM local_identity").fetchone()[0])


def circles_with(db: sqlite3.Connection, site: SiteKey) -> dict[CircleId, int]:
    """The circles this file takes part in and a site is admitted to, or has invited us to; never ``local``.

    What a site brings of them is taken in, be it suspended or not: every event is verified by itself.
    """
    rows = db.execute(
        "SELECT c.id, c.circle FROM log_circle c JOIN log_log l USING (circle)"
        " WHERE l.instance = (SELECT instance_key FROM local_identity)"
        " AND c.circle <> (SELECT local_circle FROM local_identity)"
        " AND c.circle NOT IN (SELECT circle FROM local_left_circle)"
        " AND (EXISTS (SELECT 1 FROM view_site v WHERE v.circle = c.circle AND v.site = ?1)"
        "  OR ?1 = (SELECT site_key FROM local_identity)"
        "  OR (EXISTS (SELECT 1 FROM local_known_site k WHERE k.circle = c.circle AND k.site = ?1 AND k.is_inviter)"
        "   AND NOT EXISTS (SELECT 1 FROM view_circle w WHERE w.circle = c.circle)))"
        " ORDER BY c.circle",
        (site,),
    )
    return {CircleId(key): circle for key, circle in rows.fetchall()}


def shared_circles(db: sqlite3.Connection, site: SiteKey) -> dict[CircleId, int]:
    """The circles a site is given what is new in: those of ``circles_with`` in which it is not suspended."""
    found = circles_with(db, site)
    return {key: circle for key, circle in found.items() if site not in suspensions.suspended_sites(db, circle)}


def cut_off_in(db: sqlite3.Connection, site: SiteKey, instance: bytes = b"") -> tuple[str, ...]:
    """The names of the circles in which a site is suspended, or its instance whose key begins so is revoked."""
    return tuple(
        circle_name(db, circle)
        for circle in circles_with(db, site).values()
        if (not instance and site in suspensions.suspended_sites(db, circle))
        or (instance and _is_revoked(db, circle, instance))
    )


def _is_revoked(db: sqlite3.Connection, circle: int, instance: bytes) -> bool:
    revoked = suspensions.revoked_logs(db, circle)
    rows = db.execute(
        "SELECT id FROM log_log WHERE circle = ? AND substr(instance, 1, ?) = ?", (circle, len(instance), instance)
    )
    return bool(revoked) and any(log_id in revoked for (log_id,) in rows.fetchall())


def circle_name(db: sqlite3.Connection, circle: int) -> str:
    """A circle's name; as its invitation gave it while its founding has not come yet."""
    row = (
        db.execute("SELECT name FROM view_circle WHERE circle = ?", (circle,)).fetchone()
        or db.execute("SELECT name FROM local_joined_circle WHERE circle = ?", (circle,)).fetchone()
    )
    return str(row[0]) if row else ""


def name_joined_circle(db: sqlite3.Connection, circle: int, name: str) -> None:
    """What a circle is called until its founding has come."""
    db.execute("INSERT OR REPLACE INTO local_joined_circle (circle, name) VALUES (?, ?)", (circle, name))


def leave_circle(db: sqlite3.Connection, circle: int, now_ms: int) -> None:
    """Exchange a circle with nobody any more."""
    db.execute("INSERT OR REPLACE INTO local_left_circle (circle, left_ms) VALUES (?, ?)", (circle, now_ms))


def return_to_circle(db: sqlite3.Connection, circle: int) -> None:
    """Exchange a circle again."""
    db.execute("DELETE FROM local_left_circle WHERE circle = ?", (circle,))


def has_left(db: sqlite3.Connection, circle: int) -> bool:
    """Whether this file has left a circle."""
    return db.execute("SELECT 1 FROM local_left_circle WHERE circle = ?", (circle,)).fetchone() is not None


# --- what is held, and what to send ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Branch:
    """One way a log goes on, as far as it is held; all but one in a thousand logs have but one."""

    log: int
    forked_at: int
    seq: int
    chain: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A log as far as it is held, the branch that came first in front."""

    id: LogId
    circle: int
    branches: tuple[Branch, ...]

    @property
    def position(self) -> Position:
        """What is told of it: its head, or one hash over the heads of all branches."""
        first = self.branches[0]
        if len(self.branches) == 1:
            return Position(first.seq, bytes(first.chain[:CHAIN_PREFIX_BYTES]))
        heads = b"".join(sorted(branch.chain for branch in self.branches))
        return Position(
            max(branch.seq for branch in self.branches), blake2b(heads, digest_size=CHAIN_PREFIX_BYTES).digest()
        )


def held(db: sqlite3.Connection, circles: dict[CircleId, int]) -> dict[LogId, Held]:
    """Every log of these circles."""
    rows = db.execute(
        "SELECT id, circle, log, forked_at, seq, chain FROM log_log"
        " WHERE seq > 0 AND circle IN (SELECT value FROM json_each(?)) ORDER BY id, base IS NOT NULL, log",
        (json.dumps(sorted(circles.values())),),
    ).fetchall()
    return {
        LogId(key): Held(LogId(key), circle, tuple(Branch(*row[2:]) for row in of_log))
        for (key, circle), of_log in ((k, list(g)) for k, g in groupby(rows, key=lambda row: (row[0], row[1])))
    }


def vector_of(db: sqlite3.Connection, circles: dict[CircleId, int], logs: dict[LogId, Held], site: SiteKey) -> Vector:
    """What is held, as it is told to a site; a log it must send whole again is told as not held."""
    again = {row[0] for row in db.execute("SELECT log_id FROM local_recheck WHERE site = ?", (site,))}
    return Vector(frozenset(circles), {key: log.position for key, log in logs.items() if key not in again})


def recheck(db: sqlite3.Connection, log: LogId, site: SiteKey) -> None:
    """Ask a site for a whole log next time: what it sent does not continue what is held."""
    db.execute("INSERT OR IGNORE INTO local_recheck (log_id, site) VALUES (?, ?)", (log, site))


def is_rechecked(db: sqlite3.Connection, log: LogId, site: SiteKey) -> None:
    """A log that was asked for whole has come."""
    db.execute("DELETE FROM local_recheck WHERE log_id = ? AND site = ?", (log, site))


def missing(db: sqlite3.Connection, log: Held, theirs: Position) -> list[tuple[Branch, int]]:
    """What a site lacks of a log that tells this position of it: (branch, after which sequence).

    Where its chain is on none of our branches, the log was written twice and it is sent everything.
    """
    whole = [(branch, branch.forked_at) for branch in log.branches]
    if theirs == log.position:
        return []
    if theirs.seq == 0:
        return whole
    if theirs.seq > max(branch.seq for branch in log.branches):
        return []
    on = [
        branch
        for branch in log.branches
        if branch.forked_at < theirs.seq <= branch.seq
        and event_log.chain_at(db, branch.log, theirs.seq)[:CHAIN_PREFIX_BYTES] == theirs.chain
    ]
    if not on:
        return whole
    after = {branch.log: max(branch.forked_at, 0) for branch in log.branches}
    after[on[0].log] = theirs.seq
    for branch in log.branches:  # what its own branch came from is held there as far as it parts
        if branch is not on[0] and branch.forked_at < on[0].forked_at:
            after[branch.log] = max(after[branch.log], on[0].forked_at)
    return [(branch, after[branch.log]) for branch in log.branches if branch.seq > after[branch.log]]


def has_parted(db: sqlite3.Connection, log: Held, theirs: Position) -> bool:
    """Whether a site holds a log in a way ours does not: further than we have written, or another branch of it."""
    if theirs.seq == 0 or theirs == log.position:
        return False
    return theirs.seq > max(branch.seq for branch in log.branches) or not any(
        branch.forked_at < theirs.seq <= branch.seq
        and event_log.chain_at(db, branch.log, theirs.seq)[:CHAIN_PREFIX_BYTES] == theirs.chain
        for branch in log.branches
    )


def shared_up_to(db: sqlite3.Connection, branch: int, log: int) -> int:
    """The last sequence of a log that a branch of it has from there; 0 where it came from elsewhere."""
    end = SEQ_MAX
    while branch != log:
        base, forked_at = db.execute("SELECT base, forked_at FROM log_log WHERE log = ?", (branch,)).fetchone()
        if base is None:
            return 0
        branch, end = base, min(end, forked_at)
    return end


def kinds_after(db: sqlite3.Connection, log: int, seq: int, kinds: frozenset[int]) -> bool:
    """Whether a log holds an event of one of these kinds after a sequence."""
    found = db.execute(
        "SELECT 1 FROM log_event WHERE log = ? AND seq > ? AND kind IN (SELECT value FROM json_each(?)) LIMIT 1",
        (log, seq, json.dumps(sorted(kinds))),
    ).fetchone()
    return found is not None


def may_travel_up_to(db: sqlite3.Connection, log: int, now_ms: int, undo_ms: int) -> int | None:
    """The last sequence before a log's first post that may still be taken back, or, in a log of this instance, that
    screening has not passed; None where there is none.

    A post that seems to lie in the future was made under a clock that was wrong: it does not wait for that day.
    """
    row = db.execute(
        "SELECT MIN(e.seq) FROM local_own_post o JOIN log_event e ON e.event = o.post"
        " WHERE e.log = ? AND o.may_undo_first AND o.posted_ms > ? AND o.posted_ms < ?",
        (log, now_ms - undo_ms, now_ms + undo_ms),
    ).fetchone()
    held = unscreened.first_of_own(db, log)
    stops = [seq for seq in (row[0], held) if seq is not None]
    return min(stops) - 1 if stops else None


def awaited(db: sqlite3.Connection, circles: dict[CircleId, int], limit: int) -> tuple[tuple[LogId, int], ...]:
    """Events of these circles whose bodies are not here and were not purged, the newest first."""
    rows = db.execute(
        "SELECT l.id, e.seq FROM local_awaited a JOIN log_event e USING (event) JOIN log_log l USING (log)"
        " WHERE l.circle IN (SELECT value FROM json_each(?)) ORDER BY a.event DESC LIMIT ?",
        (json.dumps(sorted(circles.values())), limit),
    )
    return tuple((LogId(log), seq) for log, seq in rows)


def body_of(db: sqlite3.Connection, log: LogId, seq: int, circles: dict[CircleId, int]) -> LateBody | None:
    """The body of an event of one of these circles, where it is here."""
    row = db.execute(
        "SELECT b.salt, b.body FROM log_log l JOIN log_event e USING (log) JOIN log_body b USING (event)"
        " WHERE l.id = ? AND e.seq = ? AND l.circle IN (SELECT value FROM json_each(?))",
        (log, seq, json.dumps(sorted(circles.values()))),
    ).fetchone()
    return None if row is None else LateBody(log, seq, *row)


# --- memories of exchanges ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the exchanges with one instance of a site left behind."""

    ours: Vector
    theirs: Vector
    theirs_before: Vector


def remembered(db: sqlite3.Connection, site: bytes, instance: bytes) -> Remembered | None:
    """What is remembered of an instance by the prefixes of its site's and its own key."""
    row = db.execute(
        "SELECT ours, theirs, theirs_before FROM local_exchange WHERE site = ? AND instance = ?", (site, instance)
    ).fetchone()
    return None if row is None else Remembered(*(decode(content) for content in row))


def last_instance(db: sqlite3.Connection, site: bytes) -> bytes | None:
    """The instance of a site that was met last."""
    row = db.execute(
        "SELECT instance FROM local_exchange WHERE site = ? ORDER BY done_ms DESC LIMIT 1", (site,)
    ).fetchone()
    return None if row is None else bytes(row[0])


def remember(db: sqlite3.Connection, site: bytes, instance: bytes, what: Remembered, now_ms: int) -> None:
    """Keep what an exchange has left behind."""
    db.execute(
        "INSERT OR REPLACE INTO local_exchange (site, instance, ours, theirs, theirs_before, done_ms)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (site, instance, encode(what.ours), encode(what.theirs), encode(what.theirs_before), now_ms),
    )


def forget_exchanges(db: sqlite3.Connection) -> None:
    """Forget all exchanges: a new instance has told nobody anything."""
    db.execute("DELETE FROM local_exchange")


# --- the lease ------------------------------------------------------------------------------------------------------


def take_lease(journal: Journal, name: str, holder: str, length_ms: int) -> bool:
    """Take or renew a lease that one process of the file holds at a time; False while another holds it."""
    is_free = is_lease_free(journal.db, name, holder, length_ms, journal.now_ms)
    if is_free:
        journal.db.execute(
            "INSERT OR REPLACE INTO local_lease (name, holder, until_ms) VALUES (?, ?, ?)",
            (name, holder, journal.now_ms + length_ms),
        )
    return is_free


def is_lease_free(db: sqlite3.Connection, name: str, holder: str, length_ms: int, now_ms: int) -> bool:
    """Whether a lease could be taken: nobody has it, or ``holder`` itself, or whoever had it let it run out."""
    row = db.execute("SELECT holder, until_ms FROM local_lease WHERE name = ?", (name,)).fetchone()
    return row is None or row[0] == holder or not now_ms <= row[1] <= now_ms + length_ms


def give_back_lease(journal: Journal, name: str, holder: str) -> None:
    """Let others have the lease."""
    journal.db.execute("DELETE FROM local_lease WHERE name = ? AND holder = ?", (name, holder))


def hear(db: sqlite3.Connection, site: bytes, instance: bytes, circle: CircleId, vector: Vector, now_ms: int) -> None:
    """Keep what an instance says, in a bundle or a spool, that it holds of a circle."""
    db.execute(
        "INSERT OR REPLACE INTO local_heard (site, instance, circle, vector, heard_ms) VALUES (?, ?, ?, ?, ?)",
        (site[:SITE_PREFIX_BYTES], instance, circle, encode(vector), now_ms),
    )


def held_by(db: sqlite3.Connection, site: SiteKey, circle: CircleId) -> Vector:
    """What a site held of a circle when it was last heard of, on whatever way; nothing where it never was."""
    rows = db.execute(
        "SELECT vector, heard_ms FROM local_heard WHERE site = ?1 AND circle = ?2"
        " UNION ALL SELECT theirs, done_ms FROM local_exchange WHERE site = ?1 ORDER BY heard_ms DESC",
        (site[:SITE_PREFIX_BYTES], circle),
    )
    for content, _heard_ms in rows:
        vector = decode(content)
        if circle in vector.circles:
            return vector
    return Vector()


def posts_lacking(db: sqlite3.Connection, site: SiteKey, circles: dict[CircleId, int]) -> int:
    """Posts of these circles that a site did not hold when it was last heard of."""
    lacking = 0
    for key, circle in circles.items():
        theirs = held_by(db, site, key)
        for log in held(db, {key: circle}).values():
            for branch, after in missing(db, log, theirs.at(log.id)):
                lacking += db.execute(
                    "SELECT COUNT(*) FROM log_event e JOIN view_post p ON p.post = e.event WHERE e.log = ? AND e.seq > ?",
                    (branch.log, after),
                ).fetchone()[0]
    return lacking


def sites_of(db: sqlite3.Connection, circle: int) -> tuple[SiteKey, ...]:
    """The keys of the sites of a circle, but for those that are suspended."""
    suspended = suspensions.suspended_sites(db, circle)
    rows = db.execute("SELECT site FROM view_site WHERE circle = ? ORDER BY site", (circle,))
    return tuple(SiteKey(row[0]) for row in rows.fetchall() if row[0] not in suspended)


def inviters(db: sqlite3.Connection, circle: int) -> tuple[SiteKey, ...]:
    """The sites that have invited this one to a circle."""
    rows = db.execute("SELECT site FROM local_known_site WHERE circle = ? AND is_inviter ORDER BY site", (circle,))
    return tuple(SiteKey(row[0]) for row in rows)


def instance_of(db: sqlite3.Connection, log: int) -> bytes:
    """The key of the instance that writes a log."""
    return bytes(db.execute("SELECT instance FROM log_log WHERE log = ?", (log,)).fetchone()[0])


def bodies_taken(db: sqlite3.Connection, log: int, first: int, last: int) -> int:
    """How many bodies between two sequences of a log were purged, those of what it branched from as well."""
    gone = (
        "LEFT JOIN log_body b USING (event) LEFT JOIN local_awaited a USING (event)"
        " WHERE b.event IS NULL AND a.event IS NULL AND e.commitment <> zeroblob(32)"
    )
    return _count(db, gone, log, first, last)


def is_any_awaited(db: sqlite3.Connection, log: int, first: int, last: int) -> bool:
    """Whether a body between two sequences of a log, or of what it branched from, is awaited: others may hold it."""
    return _count(db, "JOIN local_awaited USING (event) WHERE 1", log, first, last) > 0


def _count(db: sqlite3.Connection, which: str, log: int, first: int, last: int) -> int:
    """How many events between two sequences are such, those of what a log branched from with its own."""
    base, forked_at = db.execute("SELECT base, forked_at FROM log_log WHERE log = ?", (log,)).fetchone()
    before = 0 if base is None or first > forked_at else _count(db, which, base, first, min(last, forked_at))
    query = f"SELECT COUNT(*) FROM log_event e {which} AND e.log = ? AND e.seq BETWEEN ? AND ?"
    return before + int(db.execute(query, (log, first, last)).fetchone()[0])


def signed_at_or_before(db: sqlite3.Connection, log: int, seq: int) -> int:
    """The last signature of a log that is not after a sequence; 0 where there is none."""
    row = db.execute("SELECT MAX(seq) FROM log_signature WHERE log = ? AND seq <= ?", (log, seq)).fetchone()
    return int(row[0] or 0)


def signed_at_or_after(db: sqlite3.Connection, log: int, seq: int) -> int:
    """The first signature of a log that is not before a sequence; 0 where none is held."""
    row = db.execute("SELECT MIN(seq) FROM log_signature WHERE log = ? AND seq >= ?", (log, seq)).fetchone()
    return int(row[0] or 0)
