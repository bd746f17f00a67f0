"""What moderators have before them and what was done: the queue and the audit, read from the log and the views."""

import sqlite3
from collections.abc import Iterable
from typing import Final

from wardroom.domain import codec
from wardroom.domain import events as e
from wardroom.domain.clock import effective_ms
from wardroom.domain.codec import decode_body
from wardroom.domain.events import FLAG_REASONS, REASONS, AppealBody, EventRef
from wardroom.domain.ids import EventNo, LogId, post_id, short_log, words_of_key
from wardroom.domain.text import clean
from wardroom.domain.views import AuditLine, QueueItem
from wardroom.store import unscreened
from wardroom.store.flags import open_flags
from wardroom.store.folds import HERE, HIDDEN, PURGED, received_ms
from wardroom.store.journal import Journal, events_named, holder_of
from wardroom.store.judging import EventRow, load
from wardroom.store.queries import VISIBLE, Viewer

_AUDITED = (
    e.SiteAdmitted, e.RoleGranted, e.MemberVerified, e.MemberSuspended, e.InstanceRevoked, e.SiteSuspended,
    e.SiteKeyRotated, e.PostHidden, e.ThreadLocked, e.ThreadPinned, e.ThreadMoved, e.PurgeProposed, e.PostPurged,
    e.PostFlagged, e.AppealMade,
)  # fmt: skip
_KINDS: Final = ",".join(str(kind.KIND) for kind in _AUDITED)
_POSTS: Final = f"{e.ThreadPosted.KIND},{e.Replied.KIND}"
_TRAIL: Final = (
    f"SELECT event FROM log_event WHERE (kind IN ({_KINDS}) OR (kind IN ({_POSTS})"
    " AND (log, seq) IN (SELECT log, seq FROM view_released)))"
    " AND (event NOT IN (SELECT event FROM view_review) OR event IN (SELECT purge FROM view_purge))"
    " AND event NOT IN (SELECT event FROM view_waiting) ORDER BY event DESC"
)
"""Every act that counts, the newest first; a purge counts where it took something, even if not all it names."""
_MINE: Final = (
    "(p.author IN (SELECT value FROM json_each(:members))"
    " OR p.post IN (SELECT post FROM local_sealed WHERE account = :account))"
)


def purges_without(db: sqlite3.Connection, log_of_circle: dict[int, int]) -> list[tuple[int, EventNo]]:
    """(circle, purge) of the purges that took something here and that this instance has not acknowledged."""
    rows = db.execute(
        "SELECT DISTINCT l.circle, v.purge FROM view_purge v JOIN log_event e ON e.event = v.purge"
        " JOIN log_log l USING (log) WHERE v.purge NOT IN (SELECT event FROM view_waiting) ORDER BY v.purge"
    ).fetchall()
    done = set(db.execute("SELECT purge, log FROM view_acknowledged").fetchall())
    return [
        (circle, EventNo(purge))
        for circle, purge in rows
        if circle in log_of_circle and (purge, log_of_circle[circle]) not in done
    ]


def is_erased(db: sqlite3.Connection, purge: EventNo) -> bool:
    """Whether no body that a purge takes is in this file."""
    row = db.execute(
        "SELECT 1 FROM view_purge v CROSS JOIN log_log l ON l.id = v.log_id JOIN log_event e ON e.log = l.log AND e.seq = v.seq"
        " JOIN log_body b ON b.event = e.event WHERE v.purge = ? LIMIT 1",
        (purge,),
    ).fetchone()
    return row is None


def sites_yet_to_erase(db: sqlite3.Connection, purge: EventNo) -> tuple[str, ...]:
    """The names of the circle's sites none of whose instances has acknowledged a purge."""
    rows = db.execute(
        "SELECT s.name FROM log_event e JOIN log_log l USING (log) JOIN view_site s ON s.circle = l.circle"
        " WHERE e.event = ?1 AND s.site NOT IN (SELECT g.site FROM view_acknowledged a JOIN log_log g USING (log)"
        " WHERE a.purge = ?1) ORDER BY s.name",
        (purge,),
    )
    return tuple(row[0] for row in rows)


def _when(db: sqlite3.Connection, event: int, hlc: int) -> int:
    return effective_ms(hlc, received_ms(db, event))


def _name(db: sqlite3.Connection, member: int | None) -> str:
    row = db.execute(
        "SELECT m.handle, s.name FROM view_member m LEFT JOIN view_site s ON s.circle = m.circle AND s.site = m.site"
        " WHERE m.member = ?",
        (member,),
    ).fetchone()
    return f"{row[0]}@{row[1] or '?'}" if row else "?"


def id_of(db: sqlite3.Connection, event: int) -> str:
    """The id of a post or act, for people and scripts."""
    log_id, seq = db.execute(
        "SELECT l.id, e.seq FROM log_event e JOIN log_log l USING (log) WHERE e.event = ?", (event,)
    ).fetchone()
    return post_id(LogId(log_id), seq)


def _post_facts(db: sqlite3.Connection, viewer: Viewer, post: int) -> tuple[str, str, str, int, int] | None:
    """(title, author, board, circle, state) of a post on a board the viewer may read."""
    row = db.execute(
        "SELECT t.title, p.author, b.title, b.circle, p.state FROM view_post p JOIN view_thread t USING (thread)"
        f" JOIN view_board b ON b.board = p.board WHERE p.post = :post AND {VISIBLE}",
        {**viewer.bound, "post": post},
    ).fetchone()
    return None if row is None else (row[0], _name(db, row[1]), row[2], row[3], row[4])


def queue(db: sqlite3.Connection, viewer: Viewer) -> list[QueueItem]:
    """What waits for a moderator of the viewer's circles: what was asked, then what screening has stopped."""
    return [*_asked(db, viewer), *_stopped(db, viewer)]


def _asked(db: sqlite3.Connection, viewer: Viewer) -> list[QueueItem]:
    """Flags, proposals, appeals, and what stands behind a cut."""
    items = [*_flagged(db, viewer), *_proposed(db, viewer), *_appealed(db, viewer), *_cut_off(db, viewer)]
    return sorted(items, key=lambda item: (item.kind != "flag" or item.reason != "identifier", item.at_ms))


def _item(
    db: sqlite3.Connection, viewer: Viewer, kind: str, event: int, post: int, who: str, reason: str, words: str = ""
) -> Iterable[QueueItem]:
    facts = _post_facts(db, viewer, post)
    if facts is None or facts[3] not in viewer.moderates:
        return
    title, author, board, _, _ = facts
    hlc = db.execute("SELECT hlc FROM log_event WHERE event = ?", (event,)).fetchone()[0]
    yield QueueItem(
        kind, EventNo(event), EventNo(post), None, id_of(db, post), title, board, author, who, reason,
        _when(db, event, hlc), words,
    )  # fmt: skip


def _flagged(db: sqlite3.Connection, viewer: Viewer) -> Iterable[QueueItem]:
    for flag in open_flags(db):
        yield from _item(db, viewer, "flag", flag.event, flag.post, _name(db, flag.member), FLAG_REASONS[flag.reason])


def _proposed(db: sqlite3.Connection, viewer: Viewer) -> Iterable[QueueItem]:
    for event, post, member in open_proposals(db):
        reason = getattr(load(db, event).envelope, "reason", 0)
        yield from _item(db, viewer, "proposal", event, post, _name(db, member), _reason(reason, REASONS))


def open_proposals(db: sqlite3.Connection, post: int | None = None) -> list[tuple[EventNo, int, int]]:
    """(proposal, post, proposer) of the purges proposed that were neither carried out nor answered, in order."""
    return db.execute(
        "SELECT o.event, o.subject, o.member FROM view_overwrite o JOIN log_event e USING (event)"
        " JOIN view_post p ON p.post = o.subject WHERE o.aspect = 'hide' AND e.kind = ? AND p.state <> ?"
        " AND (?3 IS NULL OR o.subject = ?3) AND NOT EXISTS (SELECT 1 FROM view_supersede s JOIN view_overwrite w"
        " ON w.event = s.event AND w.subject = o.subject AND w.aspect = 'hide' WHERE s.superseded = o.event)"
        " ORDER BY o.event",
        (e.PurgeProposed.KIND, PURGED, post),
    ).fetchall()


def _appealed(db: sqlite3.Connection, viewer: Viewer) -> Iterable[QueueItem]:
    for event, act, member, post in open_appeals(db):
        body = db.execute("SELECT body FROM log_body WHERE event = ?", (event,)).fetchone()
        said = decode_body(e.AppealMade.KIND, body[0]) if body else AppealBody("")
        assert isinstance(said, AppealBody)
        verb, _, _, reason = _said(db, load(db, EventNo(act)))
        if post is not None:
            words = clean(said.text, one_line=True)
            yield from _item(
                db, viewer, "appeal", event, post, _name(db, member), f"{verb}, {reason}".strip(", "), words
            )
        else:
            circle, hlc = db.execute(
                "SELECT l.circle, e.hlc FROM log_event e JOIN log_log l USING (log) WHERE e.event = ?", (event,)
            ).fetchone()
            if circle in viewer.moderates:
                who = _name(db, member)
                yield QueueItem(
                    "appeal", EventNo(event), None, None, id_of(db, event), "", "", who, who, f"{verb}, {reason}",
                    _when(db, event, hlc), clean(said.text, one_line=True),
                )  # fmt: skip


def open_appeals(db: sqlite3.Connection, post: int | None = None) -> list[tuple[int, int, int, int | None]]:
    """(appeal, act, member, post) of the appeals that no later act about the same names, in order."""
    return db.execute(
        "SELECT a.event, a.act, a.member, a.post FROM view_appeal a WHERE (?1 IS NULL OR a.post = ?1) AND NOT EXISTS"
        " (SELECT 1 FROM view_supersede s WHERE s.superseded = a.event AND (s.event IN (SELECT event FROM"
        " view_overwrite WHERE aspect IN ('hide', 'lock', 'move')) OR s.event IN (SELECT event FROM view_suspension)))"
        " ORDER BY a.event",
        (post,),
    ).fetchall()


def _cut_off(db: sqlite3.Connection, viewer: Viewer) -> Iterable[QueueItem]:
    rows = db.execute(
        "SELECT p.post, p.author FROM view_behind b CROSS JOIN view_post p ON p.post = b.event WHERE p.state = ?"
        " AND NOT EXISTS (SELECT 1 FROM view_overwrite o WHERE o.subject = p.post AND o.aspect = 'hide')",
        (HIDDEN,),
    ).fetchall()
    for post, author in rows:
        yield from _item(db, viewer, "cut off", post, post, _name(db, author), "suspended")


def _stopped(db: sqlite3.Connection, viewer: Viewer) -> Iterable[QueueItem]:
    for event, post, kinds in unscreened.stopped(db, viewer.moderates):
        yield from _item(db, viewer, "stopped", event, post, "", ", ".join(kinds.split()))


def waiting_count(db: sqlite3.Connection, viewer: Viewer) -> int:
    """How much waits for the viewer as a moderator, held posts and what screening has stopped included."""
    held = db.execute(
        "SELECT COUNT(*) FROM local_held h JOIN view_board b USING (board)"
        " WHERE b.circle IN (SELECT value FROM json_each(:moderates))",
        viewer.bound,
    ).fetchone()
    return len(_asked(db, viewer)) + unscreened.stopped_count(db, viewer.moderates) + int(held[0])


def acts_about(db: sqlite3.Connection, viewer: Viewer, since: int) -> list[AuditLine]:
    """What others did to the viewer or to the viewer's posts and arrived after ``since``, the oldest first."""
    rows = db.execute(
        "SELECT o.event FROM view_overwrite o CROSS JOIN view_post p ON p.post = o.subject WHERE o.event > :since"
        f" AND o.aspect IN ('hide', 'lock', 'pin', 'move') AND {_MINE} UNION SELECT v.purge FROM view_purge v"
        " JOIN log_log l ON l.id = v.log_id CROSS JOIN log_event e ON e.log = l.log AND e.seq = v.seq JOIN view_post p"
        f" ON p.post = e.event WHERE v.purge > :since AND {_MINE} UNION SELECT o.event FROM view_overwrite o"
        " WHERE o.event > :since AND o.aspect = 'verify' AND o.subject IN (SELECT value FROM json_each(:members))"
        " UNION SELECT event FROM view_suspension WHERE event > :since"
        " AND member IN (SELECT value FROM json_each(:members)) ORDER BY 1",
        {**viewer.bound, "since": since},
    ).fetchall()
    lines = [_line(db, viewer, EventNo(event)) for (event,) in rows]
    return [line for line in lines if line is not None and line.concerns_me]


def trail(db: sqlite3.Connection, viewer: Viewer, limit: int) -> list[AuditLine]:
    """Who did what, when and why, the newest first: of circles the viewer moderates, else what concerns the viewer.

    Never a word of a post.
    """
    rows = db.execute(_TRAIL)
    found: list[AuditLine] = []
    for (event,) in rows:
        line = _line(db, viewer, EventNo(event))
        if line is not None:
            found.append(line)
            if len(found) == limit:
                break
    return found


def _line(db: sqlite3.Connection, viewer: Viewer, event: EventNo) -> AuditLine | None:
    row = load(db, event)
    circle = db.execute("SELECT circle FROM log_log WHERE log = ?", (row.log,)).fetchone()[0]
    number = getattr(row.envelope, "releaser", 0) or getattr(row.envelope, "author", 0)
    actor = _introduced(db, row.log, number)
    verb, post, member, reason = _said(db, row)
    about, is_concerned = "", member in viewer.members
    if post is not None:
        facts = db.execute("SELECT author FROM view_post WHERE post = ?", (post,)).fetchone()
        if facts is None or not _may_read(db, viewer, post):
            return None
        about = id_of(db, post)
        sealed = db.execute("SELECT account FROM local_sealed WHERE post = ?", (post,)).fetchone()
        is_concerned = facts[0] in viewer.members or (sealed is not None and sealed[0] == viewer.account)
    elif member is not None:
        about = _name(db, member)
    elif isinstance(row.envelope, e.SiteAdmitted | e.SiteSuspended):
        about = words_of_key(row.envelope.site, 2)
    elif isinstance(row.envelope, e.InstanceRevoked):
        about = short_log(LogId(row.envelope.cut.log))
    if circle not in viewer.moderates and actor not in viewer.members and not is_concerned:
        return None
    yet = sites_yet_to_erase(db, event) if row.kind == e.PostPurged.KIND else ()
    return AuditLine(
        event, id_of(db, event), _when(db, event, row.hlc), _name(db, actor), verb, about,
        EventNo(post) if post is not None else None, reason, yet, is_concerned and actor not in viewer.members,
    )  # fmt: skip


def _may_read(db: sqlite3.Connection, viewer: Viewer, post: int) -> bool:
    """Whether a post stands on a board the viewer may read, hidden or not."""
    wider = Viewer(viewer.account, viewer.members, tuple(r[0] for r in db.execute("SELECT circle FROM view_circle")))
    return _post_facts(db, wider, post) is not None


def _said(db: sqlite3.Connection, row: EventRow) -> tuple[str, int | None, int | None, str]:
    """(verb, post, member, reason) of an act."""
    match row.envelope:
        case e.PostHidden(post=post, is_on=is_on, reason=reason):
            return "hide" if is_on else "show again", _named(db, row, post), None, _reason(reason, FLAG_REASONS)
        case e.ThreadLocked(post=post, is_on=is_on):
            return "lock" if is_on else "unlock", _named(db, row, post), None, ""
        case e.ThreadPinned(post=post, is_on=is_on):
            return "pin" if is_on else "unpin", _named(db, row, post), None, ""
        case e.ThreadMoved(post=post):
            return "move", _named(db, row, post), None, ""
        case e.PostFlagged(post=post, is_on=is_on, reason=reason):
            return "flag" if is_on else "unflag", _named(db, row, post), None, _reason(reason, FLAG_REASONS)
        case e.PurgeProposed(targets=targets, reason=reason):
            return "propose purge", _named(db, row, *targets), None, _reason(reason, REASONS)
        case e.PostPurged(targets=targets, reason=reason):
            return "purge", _named(db, row, *targets), None, _reason(reason, REASONS)
        case e.AppealMade(act=act):
            appealed = _find(db, row, act)
            assert appealed is not None
            _, about, concerned, _ = _said(db, load(db, appealed))
            return "appeal", about, concerned, ""
        case e.RoleGranted(member=member, role=role, granted=granted):
            verb = f"make {e.ROLES[role]}" if granted else f"no longer {e.ROLES[role]}"
            return verb, None, _member(db, row, member), ""
        case e.MemberVerified(member=member, is_on=is_on):
            return "verify" if is_on else "unverify", None, _member(db, row, member), ""
        case e.MemberSuspended(member=member, is_on=is_on, reason=reason):
            verb = "suspend" if is_on else "lift suspension"
            return verb, None, _member(db, row, member), _reason(reason, FLAG_REASONS)
        case e.ThreadPosted() | e.Replied():
            return "release", row.event, None, ""
        case e.SiteAdmitted():
            return "admit site", None, None, ""
        case e.SiteSuspended(is_on=is_on):
            return "suspend site" if is_on else "lift suspension of site", None, None, ""
        case e.InstanceRevoked(is_on=is_on):
            return "revoke instance" if is_on else "lift revocation", None, None, ""
    return "change site key", None, None, ""


def _reason(number: int, names: tuple[str, ...]) -> str:
    return names[number] if 0 <= number < len(names) else "other"


def _find(db: sqlite3.Connection, row: EventRow, *references: EventRef) -> EventNo | None:
    """The first event held here that references of an applied event name."""
    own = LogId(db.execute("SELECT id FROM log_log WHERE log = ?", (row.log,)).fetchone()[0])
    found = (event for reference in references for event in events_named(db, codec.to_ref(reference, own)))
    return next(found, None)


def _introduced(db: sqlite3.Connection, log: int, number: int) -> int | None:
    """The member that a log knows by a number."""
    place = (holder_of(db, log, number), number)
    found = db.execute("SELECT subject FROM view_number WHERE log = ? AND seq = ?", place).fetchone()
    return int(found[0]) if found else None


def _named(db: sqlite3.Connection, row: EventRow, *references: EventRef) -> int | None:
    """The post that references name, or one of whose versions they name."""
    event = _find(db, row, *references)
    subject = db.execute("SELECT subject FROM view_overwrite WHERE event = ? AND aspect = 'text'", (event,)).fetchone()
    return int(subject[0]) if subject else event


def _member(db: sqlite3.Connection, row: EventRow, reference: EventRef) -> int | None:
    enrolled = _find(db, row, reference)
    found = db.execute(
        "SELECT n.subject FROM log_event e JOIN view_number n ON n.log = e.log AND n.seq = e.seq WHERE e.event = ?",
        (enrolled,),
    ).fetchone()
    return int(found[0]) if found else None


def standing_act(db: sqlite3.Connection, post: int) -> int | None:
    """What was last done to a post, or to its thread, that hides, locks or moves it."""
    row = db.execute(
        "SELECT o.event FROM view_overwrite o JOIN view_post p ON o.subject IN (p.post, p.thread) WHERE p.post = ?"
        " AND o.aspect IN ('hide', 'lock', 'move') AND (o.value = 1 OR o.aspect = 'move')"
        " AND (o.subject = p.post OR o.aspect <> 'hide')"
        " AND NOT EXISTS (SELECT 1 FROM view_supersede s JOIN view_overwrite w ON w.event = s.event AND w.aspect = o.aspect"
        " WHERE s.superseded = o.event) ORDER BY o.aspect = 'hide' DESC, o.event DESC LIMIT 1",
        (post,),
    ).fetchone()
    return None if row is None else int(row[0])


def subject_of(db: sqlite3.Connection, act: int) -> int | None:
    """The post an act is about."""
    row = db.execute("SELECT MIN(subject) FROM view_overwrite WHERE event = ?", (act,)).fetchone()
    return None if row is None else row[0]


def concerns(journal: Journal, act: EventNo, member: int) -> bool:
    """Whether an act concerns a member."""
    from wardroom.store import moderation_events

    return moderation_events.concerns(journal, act, member)[0]


def author_of_event(db: sqlite3.Connection, event: int) -> int | None:
    """The member who did an act."""
    row = load(db, EventNo(event))
    return _introduced(db, row.log, getattr(row.envelope, "author", 0))


def readers(db: sqlite3.Connection, post: int) -> tuple[list[tuple[str, int]], int]:
    """((handle, first seen) of who read a post here, how many more readings are known only as a sum)."""
    named = db.execute(
        "SELECT a.handle, r.read_ms FROM local_reads r JOIN local_account a USING (account) WHERE r.post = ?"
        " ORDER BY r.read_ms",
        (post,),
    ).fetchall()
    more = db.execute("SELECT readings FROM local_reader_sum WHERE post = ?", (post,)).fetchone()
    return named, int(more[0]) if more else 0


def reach(db: sqlite3.Connection, post: int) -> tuple[str, tuple[str, ...], int, int | None]:
    """(circle, sites that hold a post's log, versions, when its words were first hidden) for who judges a breach."""
    circle, name, versions = db.execute(
        "SELECT b.circle, c.name, p.versions FROM view_post p JOIN view_board b USING (board)"
        " JOIN view_circle c USING (circle) WHERE p.post = ?",
        (post,),
    ).fetchone()
    sites = tuple(r[0] for r in db.execute("SELECT name FROM view_site WHERE circle = ? ORDER BY name", (circle,)))
    hides = db.execute(
        "SELECT e.event, e.hlc FROM view_overwrite o JOIN log_event e USING (event) WHERE o.subject = ?"
        " AND o.aspect = 'hide' AND o.value = 1 ORDER BY e.hlc LIMIT 1",
        (post,),
    ).fetchone()
    return name, sites, versions, _when(db, *hides) if hides else None


def posted_ms(db: sqlite3.Connection, post: int) -> int:
    """When a post was written."""
    return _when(db, post, db.execute("SELECT hlc FROM log_event WHERE event = ?", (post,)).fetchone()[0])


def author_name(db: sqlite3.Connection, viewer: Viewer, post: int) -> str | None:
    """Who wrote a post on a board the viewer may read, as the post says it."""
    if not _may_read(db, viewer, post):
        return None
    return _name(db, db.execute("SELECT author FROM view_post WHERE post = ?", (post,)).fetchone()[0])


def is_shown(db: sqlite3.Connection, post: int) -> bool:
    """Whether anybody on a post's board may read its words."""
    row = db.execute(
        "SELECT state FROM view_post WHERE post = ? AND post NOT IN (SELECT post FROM local_flagged)", (post,)
    ).fetchone()
    return row is not None and row[0] == HERE
