"""The views, kept true while events arrive, and made again from the log.

Each event is judged once what it refers to is here; until then it waits. What an event changes is folded anew from
all events about it, so the order of delivery leaves no trace.
"""

from collections.abc import Callable

from wardroom.domain import codec
from wardroom.domain import events as e
from wardroom.domain.events import Envelope
from wardroom.domain.ids import EventNo, Ref
from wardroom.language import marked
from wardroom.store import suspensions
from wardroom.store.circle_events import (
    board_introduced,
    board_opened,
    circle_founded,
    instance_certified,
    member_card_changed,
    member_enrolled,
    member_verified,
    role_accepted,
    role_granted,
    room_members_set,
    site_admitted,
    site_key_rotated,
)
from wardroom.store.folds import AMENDED, WITHDRAWAL, fold_post, fold_thread
from wardroom.store.journal import Journal
from wardroom.store.judging import EventRow, Waiting, WithoutRight, cuts_of, load
from wardroom.store.moderation_events import (
    appeal_made,
    post_flagged,
    post_hidden,
    purge_acknowledged,
    thread_marked,
    thread_moved,
)
from wardroom.store.post_events import (
    outcome_recorded,
    post_changed,
    reacted,
    replied,
    state_changed,
    thread_posted,
)
from wardroom.store.purges import post_purged, purge_proposed
from wardroom.store.schema import VIEW_TABLES
from wardroom.store.suspensions import instance_revoked, member_suspended, site_suspended


def apply(journal: Journal, row: EventRow) -> None:
    """Bring the views up to date with an event, and with every event that waited for it."""
    journal.trigger = row.event
    if _apply_one(journal, row) and journal.has_waiting:
        _wake(journal, row)


def _wake(journal: Journal, row: EventRow) -> None:
    """Judge what waited for ``row``, and what waited for that, in the order of the logs."""
    judged = [row]
    while judged:
        done = judged.pop()
        log_id = journal.head(done.log).id
        waiters = journal.db.execute(
            "SELECT w.event FROM view_waiting w JOIN log_event e USING (event)"
            " WHERE w.log_id = ? AND w.seq = ? ORDER BY e.log, e.seq",
            (log_id, done.seq),
        ).fetchall()
        for (event,) in waiters:
            journal.db.execute("DELETE FROM view_waiting WHERE event = ?", (event,))
            woken = load(journal.db, EventNo(event))
            if _apply_one(journal, woken):
                judged.append(woken)
    journal.has_waiting = journal.db.execute("SELECT 1 FROM view_waiting LIMIT 1").fetchone() is not None


def _apply_one(journal: Journal, row: EventRow) -> bool:
    """Judge an event, and apply it if it has the right; False while it waits."""
    try:
        if row.envelope is None:
            if not codec.is_known(row.kind):
                raise WithoutRight(marked("needs a newer Wardroom"))
            raise WithoutRight(marked("is malformed"))
        if journal.has_waiting:
            _wait_behind_grants(journal, row)
        try:
            _APPLY[row.kind](journal, row, row.envelope)
        except WithoutRight:
            if row.kind not in _KEPT_BEHIND or not cuts_of(journal):
                raise
            _keep_behind(journal, row, row.envelope)
    except Waiting as waiting:
        journal.db.execute(
            "INSERT OR IGNORE INTO view_waiting (log_id, seq, event) VALUES (?, ?, ?)",
            (waiting.ref.log, waiting.ref.seq, row.event),
        )
        journal.has_waiting = True
        return False
    except WithoutRight as refusal:
        journal.db.execute("INSERT OR IGNORE INTO view_review (event, reason) VALUES (?, ?)", (row.event, str(refusal)))
    return True


def _keep_behind(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """Keep what a suspended author wrote where moderators can review it, and where a purge finds it."""
    journal.is_behind = True
    try:
        journal.db.execute("INSERT OR IGNORE INTO view_behind (event) VALUES (?)", (row.event,))
        _APPLY[row.kind](journal, row, envelope)
    except WithoutRight:
        journal.db.execute("DELETE FROM view_behind WHERE event = ?", (row.event,))
        raise
    finally:
        journal.is_behind = False


_KEPT_BEHIND = frozenset({e.ThreadPosted.KIND, e.Replied.KIND, e.PostAmended.KIND, e.OutcomeRecorded.KIND})
"""What holds words of the kind a purge takes."""


def _wait_behind_grants(journal: Journal, row: EventRow) -> None:
    """A log's later events wait while a grant before them cannot be judged: their rights may hang on it."""
    for log, end in journal.lineage(row.log):
        earlier = journal.db.execute(
            "SELECT w.log_id, w.seq FROM view_waiting w JOIN log_event e USING (event)"
            " WHERE e.log = ? AND e.seq < ? AND e.kind IN (?, ?) ORDER BY e.seq LIMIT 1",
            (log, row.seq if end is None else end + 1, e.RoleAccepted.KIND, e.RoleGranted.KIND),
        ).fetchone()
        if earlier is not None:
            raise Waiting(Ref(earlier[0], earlier[1], b""))


_APPLY: dict[int, Callable[[Journal, EventRow, Envelope], None]] = {
    e.InstanceCertified.KIND: instance_certified,
    e.CircleFounded.KIND: circle_founded,
    e.SiteAdmitted.KIND: site_admitted,
    e.MemberEnrolled.KIND: member_enrolled,
    e.RoleGranted.KIND: role_granted,
    e.RoleAccepted.KIND: role_accepted,
    e.BoardOpened.KIND: board_opened,
    e.BoardIntroduced.KIND: board_introduced,
    e.RoomMembersSet.KIND: room_members_set,
    e.MemberCardChanged.KIND: member_card_changed,
    e.MemberVerified.KIND: member_verified,
    e.MemberSuspended.KIND: member_suspended,
    e.InstanceRevoked.KIND: instance_revoked,
    e.SiteSuspended.KIND: site_suspended,
    e.SiteKeyRotated.KIND: site_key_rotated,
    e.ThreadPosted.KIND: thread_posted,
    e.Replied.KIND: replied,
    e.PostAmended.KIND: post_changed(AMENDED),
    e.PostWithdrawn.KIND: post_changed(WITHDRAWAL),
    e.CaseStateChanged.KIND: state_changed,
    e.OutcomeRecorded.KIND: outcome_recorded,
    e.Reacted.KIND: reacted,
    e.PostHidden.KIND: post_hidden,
    e.ThreadLocked.KIND: thread_marked("lock"),
    e.ThreadPinned.KIND: thread_marked("pin"),
    e.PurgeProposed.KIND: purge_proposed,
    e.PostPurged.KIND: post_purged,
    e.PurgeAcknowledged.KIND: purge_acknowledged,
    e.PostFlagged.KIND: post_flagged,
    e.ThreadMoved.KIND: thread_moved,
    e.AppealMade.KIND: appeal_made,
}


def body_arrived(journal: Journal, event: EventNo) -> None:
    """Bring the views up to date with a body that came after its event."""
    db = journal.db
    kind = db.execute("SELECT kind FROM log_event WHERE event = ?", (event,)).fetchone()[0]
    subject = db.execute(
        "SELECT subject, aspect FROM view_overwrite WHERE event = ? AND aspect IN ('text', 'outcome')", (event,)
    ).fetchone()
    if kind in e.POST_KINDS:
        subject = (event, "text")
    if subject is None:
        if codec.has_body(kind) and kind != e.AppealMade.KIND:
            rebuild(journal)  # names of circles, sites, members and boards: rare, and many views hang on them
    elif db.execute("SELECT 1 FROM view_post WHERE post = ?", (subject[0],)).fetchone() is not None:
        if subject[1] == "text":
            fold_post(journal, subject[0])
        else:
            fold_thread(journal, subject[0])


def settle(journal: Journal) -> None:
    """Where suspensions were judged, settle which of them stand; called once all that came with them is applied."""
    if journal.is_unsettled and suspensions.settle(journal):
        _judge_again(journal)


def _judge_again(journal: Journal) -> int:
    """Make the views again with the suspensions that stand now; how many events were read."""
    count = _make_views(journal)
    suspensions.settle(journal)
    return count


def rebuild(journal: Journal) -> int:
    """Make every view again from the log, in the order of arrival; returns how many events were read."""
    journal.cuts, journal.void = (), frozenset()
    count = _make_views(journal)
    return _judge_again(journal) if suspensions.settle(journal) else count


def _make_views(journal: Journal) -> int:
    db = journal.db
    for table in VIEW_TABLES:
        db.execute(f"DELETE FROM {table}")
    db.execute("INSERT INTO view_search (view_search) VALUES ('delete-all')")
    db.execute("DELETE FROM local_activity")
    db.execute("DELETE FROM local_clock_block")
    db.execute("DELETE FROM local_flagged")
    journal.has_waiting = False
    journal.is_any_purged = None
    journal.clocks.clear()
    journal.grants.clear()
    journal.roles.clear()
    journal.numbers.clear()
    count = 0
    events = db.execute("SELECT event FROM log_event ORDER BY event").fetchall()
    for (event,) in events:
        apply(journal, load(db, event))
        count += 1
    return count
