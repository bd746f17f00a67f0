"""The views, kept true while events arrive, and made again from the log.

Each event is judged once what it refers to is here; until then it waits. What an event changes is folded anew from
all events about it, so the order of delivery leaves no trace.
"""

import sqlite3
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import NamedTuple, NoReturn

from wardroom.domain import codec, rules
from wardroom.domain import events as e
from wardroom.domain.clock import Hlc, effective_ms
from wardroom.domain.events import ROLES, Body, Envelope, EventRef, PostBody
from wardroom.domain.ids import EventNo, Ref, SiteKey, circle_id
from wardroom.domain.rules import Grant
from wardroom.domain.text import clean
from wardroom.errors import EventRejected
from wardroom.store import search_index
from wardroom.store.journal import Journal
from wardroom.store.schema import VIEW_TABLES

HERE, WITHDRAWN, HIDDEN, PURGED, AWAITED = range(5)
"""States of a post in ``view_post``."""
_AMENDED = 1
_WITHDRAWN = 2
"""Values of the aspect ``text``: the stricter is the larger, as in every aspect."""


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
                raise WithoutRight("needs a newer Wardroom")
            raise WithoutRight("is malformed")
        if journal.has_waiting:
            _wait_behind_grants(journal, row)
        _APPLY[row.kind](journal, row, row.envelope)
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


def _wait_behind_grants(journal: Journal, row: EventRow) -> None:
    """A log's later events wait while a grant before them cannot be judged: their rights may hang on it."""
    earlier = journal.db.execute(
        "SELECT w.log_id, w.seq FROM view_waiting w JOIN log_event e USING (event)"
        " WHERE e.log = ? AND e.seq < ? AND e.kind IN (?, ?) ORDER BY e.seq LIMIT 1",
        (row.log, row.seq, e.RoleAccepted.KIND, e.RoleGranted.KIND),
    ).fetchone()
    if earlier is not None:
        raise Waiting(Ref(earlier[0], earlier[1], b""))


# References, numbers and rights


def _resolve(journal: Journal, reference: EventRef, row: EventRow) -> EventNo:
    head = journal.head(row.log)
    ref = codec.to_ref(reference, head.id)
    if ref.log == head.id and ref.seq >= row.seq:
        raise WithoutRight("refers to its own future")
    found = journal.find(ref)
    if found is None:
        raise Waiting(ref)
    if journal.head(journal.log_by_id[ref.log]).circle != head.circle:
        raise WithoutRight("refers to another circle")
    return found


def _wait_for(journal: Journal, row: EventRow, reference: EventRef, event: EventNo) -> NoReturn:
    """What is referred to is held but is not (yet) what it should be: it waits itself, or never will be."""
    if _is_waiting(journal.db, event):
        raise Waiting(codec.to_ref(reference, journal.head(row.log).id))
    raise WithoutRight("refers to something that cannot bear it")


def _is_waiting(db: sqlite3.Connection, event: int) -> bool:
    return db.execute("SELECT 1 FROM view_waiting WHERE event = ?", (event,)).fetchone() is not None


def _number(journal: Journal, row: EventRow, seq: int) -> int:
    """The member or board that a log introduced at ``seq``."""
    key = (row.log, seq)
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
        grants = journal.grants[key] = grants_of(journal.db, log, member)
    return rules.roles_at(grants, seq)


def _author(journal: Journal, row: EventRow, number: int) -> tuple[int, frozenset[str]]:
    member = _number(journal, row, number)
    return member, _roles(journal, row.log, member, row.seq)


def _must(refusal: str) -> None:
    if refusal:
        raise WithoutRight(refusal)


def _grant(journal: Journal, row: EventRow, member: int, role: int, *, is_granted: bool, grant: int) -> None:
    journal.db.execute(
        "INSERT INTO view_right (log, member, role, seq, is_granted, grant_event) VALUES (?, ?, ?, ?, ?, ?)",
        (row.log, member, role, row.seq, is_granted, grant),
    )
    journal.grants.pop((row.log, member), None)


# Circles, sites, members, boards


def _instance_certified(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    if row.seq != 1:
        raise WithoutRight("certifies an instance in the middle of a log")


def _circle_founded(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.CircleFounded)
    head = journal.head(row.log)
    is_founder = circle_id(SiteKey(envelope.site), envelope.nonce) == journal.circle_id(head.circle)
    if row.seq != 2 or envelope.site != head.site or not is_founder:
        raise WithoutRight("founds a circle that its log does not begin")
    name = clean(row.body.name, one_line=True) if isinstance(row.body, e.CircleCard) else ""
    journal.db.execute(
        "INSERT INTO view_circle (circle, name, founder) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (circle) DO UPDATE SET name = MIN(name, ?2)",
        (head.circle, name, head.site),
    )
    opening = load(journal.db, EventNo(_event_at(journal.db, row.log, 1)))
    site_name = clean(opening.body.name, one_line=True) if isinstance(opening.body, e.SiteCard) else ""
    _add_site(journal, head.circle, head.site, site_name)


def _event_at(db: sqlite3.Connection, log: int, seq: int) -> int:
    return int(db.execute("SELECT event FROM log_event WHERE log = ? AND seq = ?", (log, seq)).fetchone()[0])


def _add_site(journal: Journal, circle: int, site: bytes, name: str) -> None:
    """Of several admissions of one site the first name in the alphabet stands, whatever came first."""
    journal.db.execute(
        "INSERT INTO view_site (circle, site, name) VALUES (?1, ?2, ?3)"
        " ON CONFLICT (circle, site) DO UPDATE SET name = MIN(name, ?3)",
        (circle, site, name),
    )


def _site_admitted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.SiteAdmitted)
    _, roles = _author(journal, row, envelope.author)
    _must(rules.may_open_board(roles))
    name = clean(row.body.name, one_line=True) if isinstance(row.body, e.SiteCard) else ""
    _add_site(journal, journal.head(row.log).circle, envelope.site, name)


def _member_enrolled(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.MemberEnrolled)
    head = journal.head(row.log)
    card = row.body if isinstance(row.body, e.MemberCard) else e.MemberCard("")
    if len(envelope.person) != 8 or not 0 <= envelope.role < len(e.VOICES):
        raise WithoutRight("is malformed")
    is_first = envelope.author == 0
    if is_first:
        if journal.db.execute("SELECT 1 FROM view_right WHERE log = ? LIMIT 1", (row.log,)).fetchone():
            raise WithoutRight("enrols itself in a log that has an administrator")
    else:
        _, roles = _author(journal, row, envelope.author)
        _must(rules.may_enrol(roles))
    member = _add_member(journal, row, envelope.person, card)
    journal.db.execute("INSERT INTO view_number (log, seq, subject) VALUES (?, ?, ?)", (row.log, row.seq, member))
    _grant(journal, row, member, envelope.role, is_granted=True, grant=row.event)
    if is_first:
        _grant(journal, row, member, ROLES.index("administrator"), is_granted=True, grant=row.event)
        founded = journal.db.execute(
            "SELECT 1 FROM log_event WHERE log = ? AND seq = 2 AND kind = ?", (row.log, e.CircleFounded.KIND)
        ).fetchone()
        founder = journal.db.execute("SELECT founder FROM view_circle WHERE circle = ?", (head.circle,)).fetchone()
        if founded and founder and founder[0] == head.site:
            _grant(journal, row, member, ROLES.index("steward"), is_granted=True, grant=row.event)


def _add_member(journal: Journal, row: EventRow, person: bytes, card: e.MemberCard) -> int:
    """The member a person is in a circle; of several cards the one with the lowest leaf hash stands."""
    head = journal.head(row.log)
    found = journal.db.execute(
        "SELECT member, card FROM view_member WHERE circle = ? AND site = ? AND person = ?",
        (head.circle, head.site, person),
    ).fetchone()
    values = (
        clean(card.handle, one_line=True)[:64],
        clean(card.profession, one_line=True)[:64],
        ", ".join(clean(interest, one_line=True)[:64] for interest in card.interests[:20]),
    )
    if found is None:
        journal.db.execute(
            "INSERT INTO view_member (member, circle, site, person, handle, profession, interests, card)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (row.event, head.circle, head.site, person, *values, row.event),
        )
        return row.event
    if _rank(journal, row.event) < _rank(journal, found[1]):
        journal.db.execute(
            "UPDATE view_member SET handle = ?, profession = ?, interests = ?, card = ? WHERE member = ?",
            (*values, row.event, found[0]),
        )
    return int(found[0])


def _role_granted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.RoleGranted)
    if not 0 <= envelope.role < len(ROLES):
        raise WithoutRight("names a role of a newer Wardroom")
    _, roles = _author(journal, row, envelope.author)
    member, site = _member_named(journal, row, envelope.member)
    is_own_site = site == journal.head(row.log).site
    _must(rules.may_grant(roles, ROLES[envelope.role], is_own_site=is_own_site))
    _supersede(journal, row, envelope.supersedes)
    _grant(journal, row, member, envelope.role, is_granted=envelope.granted, grant=row.event)


def _member_named(journal: Journal, row: EventRow, reference: EventRef) -> tuple[int, bytes]:
    enrolled = _resolve(journal, reference, row)
    log, seq = journal.db.execute("SELECT log, seq FROM log_event WHERE event = ?", (enrolled,)).fetchone()
    found = journal.db.execute(
        "SELECT n.subject, m.site FROM view_number n JOIN view_member m ON m.member = n.subject"
        " WHERE n.log = ? AND n.seq = ?",
        (log, seq),
    ).fetchone()
    if found is None:
        _wait_for(journal, row, reference, enrolled)
    return found[0], found[1]


def _role_accepted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.RoleAccepted)
    head = journal.head(row.log)
    grant = _resolve(journal, envelope.grant, row)
    if codec.to_ref(envelope.grant, head.id).log == head.id:
        raise WithoutRight("accepts a grant of its own log")
    given = journal.db.execute(
        "SELECT r.member, r.role, r.is_granted FROM view_right r JOIN log_event g ON g.event = r.grant_event"
        " WHERE r.grant_event = ? AND r.log = g.log ORDER BY r.role",
        (grant,),
    ).fetchall()
    if not given:
        _wait_for(journal, row, envelope.grant, grant)
    for member, role, is_granted in given:
        _grant(journal, row, member, role, is_granted=bool(is_granted), grant=grant)


def _board_opened(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.BoardOpened)
    _, roles = _author(journal, row, envelope.author)
    _must(rules.may_open_board(roles))
    card = row.body if isinstance(row.body, e.BoardCard) else e.BoardCard("")
    journal.db.execute(
        "INSERT INTO view_board (board, circle, name, title, about, is_room) VALUES (?, ?, ?, ?, ?, ?)",
        (
            row.event,
            journal.head(row.log).circle,
            clean(card.name, one_line=True)[:64],
            clean(card.title or card.name, one_line=True)[:64],
            clean(card.about, one_line=True)[:400],
            envelope.is_room,
        ),
    )
    journal.db.execute("INSERT INTO view_number (log, seq, subject) VALUES (?, ?, ?)", (row.log, row.seq, row.event))


def _board_named(journal: Journal, row: EventRow, reference: EventRef) -> int:
    board = _resolve(journal, reference, row)
    if journal.db.execute("SELECT 1 FROM view_board WHERE board = ?", (board,)).fetchone() is None:
        _wait_for(journal, row, reference, board)
    return board


def _board_introduced(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.BoardIntroduced)
    board = _board_named(journal, row, envelope.board)
    journal.db.execute("INSERT INTO view_number (log, seq, subject) VALUES (?, ?, ?)", (row.log, row.seq, board))


def _room_members_set(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.RoomMembersSet)
    member, roles = _author(journal, row, envelope.author)
    _must(rules.may_open_board(roles))
    board = _board_named(journal, row, envelope.board)
    for reference in envelope.members:
        _member_named(journal, row, reference)
    _overwrite(journal, row, board, "room", member, 0, envelope.supersedes)
    winner = winning(journal, board, "room")
    journal.db.execute("DELETE FROM view_room_member WHERE board = ?", (board,))
    if winner is None:
        return
    standing = load(journal.db, EventNo(winner[0]))
    assert isinstance(standing.envelope, e.RoomMembersSet)
    for reference in standing.envelope.members:
        named, _ = _member_named(journal, standing, reference)
        journal.db.execute("INSERT OR IGNORE INTO view_room_member (board, member) VALUES (?, ?)", (board, named))


# Posts


def _thread_posted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.ThreadPosted)
    author = _writer(journal, row, envelope.author, envelope.releaser)
    board = _number(journal, row, envelope.board)
    if journal.db.execute("SELECT 1 FROM view_board WHERE board = ?", (board,)).fetchone() is None:
        raise WithoutRight("names a board that is none")
    journal.db.execute(
        "INSERT INTO view_thread (thread, board, author, kind, state, title, acuity, urgency, tags, is_locked,"
        " is_pinned, outcome, original_ms) VALUES (?, ?, ?, 'talk', 0, '', '', '', '', 0, 0, NULL, NULL)",
        (row.event, board, author),
    )
    _place(journal, row, row.event, None, board, author)


def _replied(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.Replied)
    author = _writer(journal, row, envelope.author, envelope.releaser)
    parent, thread, board, _ = _post_named(journal, row, envelope.parent)
    quoted = [_post_named(journal, row, reference)[0] for reference in envelope.quotes]
    _place(journal, row, thread, parent, board, author)
    for post in quoted:
        journal.db.execute("INSERT OR IGNORE INTO view_quote (post, quoted) VALUES (?, ?)", (row.event, post))


def _writer(journal: Journal, row: EventRow, author: int, releaser: int) -> int:
    member, roles = _author(journal, row, author)
    is_released = False
    if releaser:
        _, releasing = _author(journal, row, releaser)
        is_released = not rules.may_moderate(releasing)
    _must(rules.may_write(roles, is_released=is_released))
    return member


def _post_named(journal: Journal, row: EventRow, reference: EventRef) -> tuple[int, int, int, int]:
    """(post, thread, board, author) of a post that a reference names."""
    post = _resolve(journal, reference, row)
    found = journal.db.execute("SELECT thread, board, author FROM view_post WHERE post = ?", (post,)).fetchone()
    if found is None:
        _wait_for(journal, row, reference, post)
    return post, *found


def _place(journal: Journal, row: EventRow, thread: int, parent: int | None, board: int, author: int) -> None:
    journal.db.execute(
        "INSERT INTO view_post (post, thread, parent, board, author, hlc, placed, arrival, shown, versions, state)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?1, 1, ?8)",
        (row.event, thread, parent, board, author, row.hlc, journal.trigger, AWAITED),
    )
    if row.body is not None and isinstance(row.body, PostBody) and not _is_purged(journal, row.event):
        _show_first(journal, row, row.body, thread, board, author)
    else:
        fold_post(journal, row.event)


def _show_first(journal: Journal, row: EventRow, body: PostBody, thread: int, board: int, author: int) -> None:
    """The common way of a new post, whose only version is shown: the same as ``fold_post``, with nothing to ask."""
    db = journal.db
    db.execute("UPDATE view_post SET state = ? WHERE post = ?", (HERE, row.event))
    if thread == row.event:
        kind, acuity, urgency, tags, title, original_ms = _thread_columns(body)
        db.execute(
            "UPDATE view_thread SET kind = ?, title = ?, acuity = ?, urgency = ?, tags = ?, original_ms = ?"
            " WHERE thread = ?",
            (kind, title, acuity, urgency, tags, original_ms, thread),
        )
        tokens = search_index.thread_tokens(board, kind, 0, acuity, tags)
    else:
        tokens = _tokens_of(journal, thread)
    search_index.put(db, row.event, body, tokens, author)
    shown_ms = effective_ms(row.hlc, received_ms(db, row.event))
    db.execute(
        "INSERT INTO local_activity (thread, board, is_shown, activity_ms) VALUES (?1, ?2, 1, ?3)"
        " ON CONFLICT (thread) DO UPDATE SET is_shown = 1,"
        " activity_ms = CASE WHEN is_shown THEN MAX(activity_ms, ?3) ELSE ?3 END",
        (thread, board, shown_ms),
    )


def received_ms(db: sqlite3.Connection, event: int) -> int:
    """When an event reached this file, in milliseconds since 1970."""
    row = db.execute(
        "SELECT received_ms FROM local_reception WHERE arrival <= ? ORDER BY arrival DESC LIMIT 1", (event,)
    ).fetchone()
    return int(row[0]) if row else 0


def _thread_columns(body: PostBody) -> tuple[str, str, str, str, str, int | None]:
    """(kind, acuity, urgency, tags, title, original time) of a head's shown version."""
    record = body.record or e.Record()
    kind = body.kind if body.kind in e.THREAD_KINDS else "talk"
    if body.question and body.record is not None:
        kind = "case"
    tags = " ".join(sorted({clean(tag, one_line=True).replace(" ", "-")[:32] for tag in body.tags[:20]} - {""}))
    return (
        kind,
        clean(record.acuity, one_line=True)[:16],
        clean(record.urgency, one_line=True)[:16],
        tags,
        clean(body.title, one_line=True)[:400],
        body.origin.date_ms if body.origin else None,
    )


def _tokens_of(journal: Journal, thread: int) -> str:
    row = journal.db.execute(
        "SELECT board, kind, state, acuity, tags FROM view_thread WHERE thread = ?", (thread,)
    ).fetchone()
    return search_index.thread_tokens(*row)


def _is_purged(journal: Journal, event: int) -> bool:
    if journal.db.execute("SELECT 1 FROM view_purge LIMIT 1").fetchone() is None:
        return False
    ref = journal.ref(EventNo(event))
    return (
        journal.db.execute(
            "SELECT 1 FROM view_purge WHERE log_id = ? AND seq = ? AND leaf = ?", (ref.log, ref.seq, ref.leaf)
        ).fetchone()
        is not None
    )


def fold_post(journal: Journal, post: int) -> None:
    """Work out anew what a post shows, from all events about it."""
    db = journal.db
    thread, author, placed, old_shown, old_state = db.execute(
        "SELECT thread, author, placed, shown, state FROM view_post WHERE post = ?", (post,)
    ).fetchone()
    shown, state, arrival, versions = _standing(journal, post, placed)
    body = search_index.body_of(db, EventNo(shown))
    if state == HERE and body is None:
        state = AWAITED
    is_same = (shown, state) == (old_shown, old_state)
    tokens = _tokens_of(journal, thread)
    if old_state == HERE and not is_same:
        old_body = search_index.body_of(db, EventNo(old_shown))
        if old_body is not None:
            search_index.take_out(db, EventNo(old_shown), old_body, tokens, author)
    db.execute(
        "UPDATE view_post SET shown = ?, state = ?, arrival = ?, versions = ? WHERE post = ?",
        (shown, state, arrival, versions, post),
    )
    if state == HERE and not is_same and body is not None:
        search_index.put(db, EventNo(shown), body, tokens, author)
    if post == thread:
        fold_thread(journal, thread)
    fold_activity(journal, thread)


def _standing(journal: Journal, post: int, placed: int) -> tuple[int, int, int, int]:
    """(shown version, state, arrival, number of versions) of a post."""
    overwrites = journal.db.execute(
        "SELECT event, value, arrival FROM view_overwrite WHERE subject = ? AND aspect = 'text'", (post,)
    ).fetchall()
    amendments = {event for event, value, _ in overwrites if value == _AMENDED}
    purged = {event for event in amendments if _is_purged(journal, event)}
    versions = 1 + len(amendments - purged)
    if _is_purged(journal, post):
        return post, PURGED, placed, 1
    shown, state, arrival = post, HERE, placed
    text = winning(journal, post, "text", without=purged)
    if text is not None:
        event, value, _, text_arrival = text
        if value == _WITHDRAWN:
            state = WITHDRAWN
        else:
            shown = event
        arrival = max(arrival, text_arrival)
    hide = winning(journal, post, "hide")
    if hide is not None:
        if hide[1]:
            state = HIDDEN if state == HERE else state
        else:
            arrival = max(arrival, hide[3])
    return shown, state, arrival, versions


def _heads(journal: Journal, subject: int, aspect: str, without: AbstractSet[int]) -> list[tuple[int, int, int, int]]:
    rows: list[tuple[int, int, int, int]] = journal.db.execute(
        "SELECT event, value, member, arrival FROM view_overwrite WHERE subject = ? AND aspect = ?", (subject, aspect)
    ).fetchall()
    present = {row[0]: row for row in rows if row[0] not in without}
    superseded: set[int] = set()
    for event in present:
        superseded.update(
            r[0] for r in journal.db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (event,))
        )
    return [row for event, row in present.items() if event not in superseded]


def heads_of(journal: Journal, subject: int, aspect: str) -> list[int]:
    """The overwrites of a subject that nothing supersedes: what the next one names."""
    return [row[0] for row in _heads(journal, subject, aspect, frozenset())]


def winning(
    journal: Journal, subject: int, aspect: str, *, without: AbstractSet[int] = frozenset()
) -> tuple[int, int, int, int] | None:
    """(event, value, member, arrival) of the overwrite that stands: of heads the stricter, else the lowest leaf hash."""
    heads = _heads(journal, subject, aspect, without)
    if len(heads) <= 1:
        return heads[0] if heads else None
    strictest = max(row[1] for row in heads)
    return min((row for row in heads if row[1] == strictest), key=lambda row: _rank(journal, row[0]))


def _rank(journal: Journal, event: int) -> tuple[bytes, bytes, int]:
    """The lowest stands: by leaf hash, and where its first bytes agree by the place, which is the same everywhere."""
    ref = journal.ref(EventNo(event))
    return ref.leaf, ref.log, ref.seq


def fold_thread(journal: Journal, thread: int) -> None:
    """Work out anew a thread's title, state and marks; its posts' tokens follow."""
    db = journal.db
    old_tokens = _tokens_of(journal, thread)
    shown, post_state = db.execute("SELECT shown, state FROM view_post WHERE post = ?", (thread,)).fetchone()
    body = search_index.body_of(db, shown) if post_state in (HERE, HIDDEN) else None
    kind, acuity, urgency, tags, title, original_ms = _thread_columns(body or PostBody())
    if post_state == HIDDEN:
        acuity = urgency = tags = ""  # a search by them must not find what stands below a hidden head
    outcomes = _overwrites(db, thread, "outcome", 0)
    outcome = winning(journal, thread, "outcome", without={event for event in outcomes if _is_purged(journal, event)})
    state = winning(journal, thread, "state")
    standing = max(state[1] if state else 0, e.STATES.index("outcome") if outcome else 0)
    lock = winning(journal, thread, "lock")
    pin = winning(journal, thread, "pin")
    db.execute(
        "UPDATE view_thread SET kind = ?, state = ?, title = ?, acuity = ?, urgency = ?, tags = ?, is_locked = ?,"
        " is_pinned = ?, outcome = ?, original_ms = ? WHERE thread = ?",
        (
            kind, standing, title, acuity, urgency, tags, bool(lock and lock[1]), bool(pin and pin[1]),
            outcome[0] if outcome else None, original_ms, thread,
        ),
    )  # fmt: skip
    tokens = _tokens_of(journal, thread)
    if tokens != old_tokens:
        indexed = db.execute(
            "SELECT shown, author FROM view_post WHERE thread = ? AND state = ?", (thread, HERE)
        ).fetchall()
        for version, author in indexed:
            version_body = search_index.body_of(db, version)
            if version_body is not None:
                search_index.take_out(db, version, version_body, old_tokens, author)
                search_index.put(db, version, version_body, tokens, author)


def fold_activity(journal: Journal, thread: int) -> None:
    """Work out anew when a thread was last active, counting only posts that are shown."""
    db = journal.db
    posts = db.execute("SELECT post, hlc FROM view_post WHERE thread = ? AND state = ?", (thread, HERE)).fetchall()
    newest = max((effective_ms(Hlc(hlc), received_ms(db, post)) for post, hlc in posts), default=0)
    db.execute(
        "INSERT INTO local_activity (thread, board, is_shown, activity_ms)"
        " SELECT thread, board, ?2, ?3 FROM view_thread WHERE thread = ?1"
        " ON CONFLICT (thread) DO UPDATE SET is_shown = ?2, activity_ms = ?3",
        (thread, bool(posts), newest),
    )


# What overwrites names what it overwrites


def _supersede(journal: Journal, row: EventRow, references: tuple[EventRef, ...]) -> None:
    for reference in references:
        superseded = _resolve(journal, reference, row)
        journal.db.execute(
            "INSERT OR IGNORE INTO view_supersede (event, superseded) VALUES (?, ?)", (row.event, superseded)
        )


def _overwrite(
    journal: Journal, row: EventRow, subject: int, aspect: str, member: int, value: int,
    supersedes: tuple[EventRef, ...],
) -> None:  # fmt: skip
    _supersede(journal, row, supersedes)
    journal.db.execute(
        "INSERT INTO view_overwrite (event, subject, aspect, member, value, arrival) VALUES (?, ?, ?, ?, ?, ?)",
        (row.event, subject, aspect, member, value, journal.trigger),
    )


def _post_changed(value: int) -> Callable[[Journal, EventRow, Envelope], None]:
    def apply_change(journal: Journal, row: EventRow, envelope: Envelope) -> None:
        assert isinstance(envelope, e.PostAmended | e.PostWithdrawn)
        member, roles = _author(journal, row, envelope.author)
        post, _, _, author = _post_named(journal, row, envelope.post)
        _must(rules.may_change_post(roles, is_author=_is_same_person(journal, member, author)))
        _overwrite(journal, row, post, "text", member, value, envelope.supersedes)
        if value == _AMENDED:
            _inherit_purges(journal, row, post)
        fold_post(journal, post)

    return apply_change


def _is_same_person(journal: Journal, member: int, author: int) -> bool:
    """A person is one member in a circle, whatever log it acts in."""
    return member == author


def _state_changed(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.CaseStateChanged)
    member, roles = _author(journal, row, envelope.author)
    post, thread, _, author = _post_named(journal, row, envelope.post)
    _must(rules.may_close_case(roles, is_author=member == author))
    if post != thread or not 0 <= envelope.state < len(e.STATES):
        raise WithoutRight("is malformed")
    _overwrite(journal, row, thread, "state", member, envelope.state, envelope.supersedes)
    fold_thread(journal, thread)


def _outcome_recorded(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.OutcomeRecorded)
    member, roles = _author(journal, row, envelope.author)
    post, thread, _, author = _post_named(journal, row, envelope.post)
    _must(rules.may_close_case(roles, is_author=member == author))
    if post != thread:
        raise WithoutRight("is malformed")
    _overwrite(journal, row, thread, "outcome", member, 0, envelope.supersedes)
    _inherit_purges(journal, row, thread)
    fold_thread(journal, thread)


def _reacted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.Reacted)
    member, roles = _author(journal, row, envelope.author)
    post, _, _, _ = _post_named(journal, row, envelope.post)
    _must(rules.may_react(roles))
    if not 0 <= envelope.reaction < len(e.REACTIONS):
        raise WithoutRight("names a mark of a newer Wardroom")
    aspect = f"react {envelope.reaction} {member}"
    _overwrite(journal, row, post, aspect, member, 0 if envelope.is_on else 1, envelope.supersedes)
    standing = winning(journal, post, aspect)
    key = (post, envelope.reaction, member)
    if standing is not None and standing[1] == 0:
        journal.db.execute("INSERT OR IGNORE INTO view_reaction (post, reaction, member) VALUES (?, ?, ?)", key)
    else:
        journal.db.execute("DELETE FROM view_reaction WHERE post = ? AND reaction = ? AND member = ?", key)


def _post_hidden(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.PostHidden)
    member, roles = _author(journal, row, envelope.author)
    post, _, _, _ = _post_named(journal, row, envelope.post)
    _must(rules.may_moderate(roles))
    _overwrite(journal, row, post, "hide", member, int(envelope.is_on), envelope.supersedes)
    fold_post(journal, post)


def _thread_marked(aspect: str) -> Callable[[Journal, EventRow, Envelope], None]:
    def apply_mark(journal: Journal, row: EventRow, envelope: Envelope) -> None:
        assert isinstance(envelope, e.ThreadLocked | e.ThreadPinned)
        member, roles = _author(journal, row, envelope.author)
        post, thread, _, _ = _post_named(journal, row, envelope.post)
        _must(rules.may_moderate(roles))
        if post != thread:
            raise WithoutRight("is malformed")
        _overwrite(journal, row, thread, aspect, member, int(envelope.is_on), envelope.supersedes)
        fold_thread(journal, thread)

    return apply_mark


# Purge


def _purge_proposed(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    assert isinstance(envelope, e.PurgeProposed)
    member, roles = _author(journal, row, envelope.author)
    _must(rules.may_moderate(roles))
    for reference in envelope.targets:
        post, _, _, _ = _post_named(journal, row, reference)
        journal.db.execute(
            "INSERT OR IGNORE INTO view_overwrite (event, subject, aspect, member, value, arrival)"
            " VALUES (?, ?, 'hide', ?, 1, ?)",
            (row.event, post, member, journal.trigger),
        )
        fold_post(journal, post)


def _post_purged(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """Judge each target by itself: those that are here now, the others when they come."""
    assert isinstance(envelope, e.PostPurged)
    member, roles = _author(journal, row, envelope.author)
    head = journal.head(row.log)
    proposal = _proposal_of(journal, row, envelope, member) if envelope.proposal else frozenset()
    missing: Ref | None = None
    refusals: set[str] = set()
    for reference in envelope.targets:
        ref = codec.to_ref(reference, head.id)
        target = journal.find(ref)
        found = _target_facts(journal, target) if target is not None else None
        if target is None or (found is None and _is_waiting(journal.db, target)):
            missing = ref
            continue
        if found is None:
            refusals.add("erases something that is no post")
            continue
        post, author, site = found
        refusal = rules.may_purge(
            roles,
            is_author=author == member,
            is_own_site=site == head.site,
            is_proposed_by_other=(ref.log, ref.seq, ref.leaf) in proposal,
        )
        if refusal:
            refusals.add(refusal)
        else:
            _erase(journal, post, _versions_from(journal, target, post), {row.event})
            fold_post(journal, post)
    if missing is not None:
        raise Waiting(missing)
    if refusals:
        raise WithoutRight(min(refusals))


def _proposal_of(
    journal: Journal, row: EventRow, envelope: e.PostPurged, member: int
) -> frozenset[tuple[bytes, int, bytes]]:
    """What another member with the right had proposed."""
    assert envelope.proposal is not None
    event = _resolve(journal, envelope.proposal, row)
    proposed = load(journal.db, event)
    if not isinstance(proposed.envelope, e.PurgeProposed):
        raise WithoutRight("names a proposal that is none")
    if _is_waiting(journal.db, event):
        raise Waiting(codec.to_ref(envelope.proposal, journal.head(row.log).id))
    is_refused = journal.db.execute("SELECT 1 FROM view_review WHERE event = ?", (event,)).fetchone() is not None
    if is_refused or _number(journal, proposed, proposed.envelope.author) == member:
        return frozenset()
    home = journal.head(proposed.log).id
    refs = (codec.to_ref(target, home) for target in proposed.envelope.targets)
    return frozenset((ref.log, ref.seq, ref.leaf) for ref in refs)


def _target_facts(journal: Journal, target: EventNo) -> tuple[int, int, bytes] | None:
    """(post, author, site of its log) of a post or of a version of one."""
    row: tuple[int, int, bytes] | None = journal.db.execute(
        "SELECT p.post, p.author, l.site FROM view_post p, log_event e JOIN log_log l USING (log)"
        " WHERE e.event = ?1 AND p.post = COALESCE("
        "(SELECT subject FROM view_overwrite WHERE event = ?1 AND aspect = 'text'), ?1)",
        (target,),
    ).fetchone()
    return row


def _erase(journal: Journal, post: int, versions: AbstractSet[int], purges: AbstractSet[int]) -> None:
    """Take the words of versions of a post, for these purges; the envelopes and the chain stay."""
    db = journal.db
    thread, author, shown, state = db.execute(
        "SELECT thread, author, shown, state FROM view_post WHERE post = ?", (post,)
    ).fetchone()
    if state == HERE and shown in versions:
        body = search_index.body_of(db, shown)
        if body is not None:
            search_index.take_out(db, shown, body, _tokens_of(journal, thread), author)
        db.execute("UPDATE view_post SET state = ? WHERE post = ?", (AWAITED, post))
    for version in versions:
        ref = journal.ref(EventNo(version))
        for purge in purges:
            db.execute(
                "INSERT OR IGNORE INTO view_purge (log_id, seq, leaf, purge) VALUES (?, ?, ?, ?)",
                (ref.log, ref.seq, ref.leaf, purge),
            )
        db.execute("DELETE FROM log_body WHERE event = ?", (version,))


def _inherit_purges(journal: Journal, row: EventRow, post: int) -> None:
    """A version or outcome that comes after the purge of what it supersedes, or of its post, is purged with its heirs."""
    db = journal.db
    if db.execute("SELECT 1 FROM view_purge LIMIT 1").fetchone() is None:
        return
    older = {r[0] for r in db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (row.event,))}
    purges: set[int] = set()
    for event in {post} | older & _overwrites(db, post, "text", _AMENDED):
        of = journal.ref(EventNo(event))
        purges.update(
            r[0]
            for r in db.execute(
                "SELECT purge FROM view_purge WHERE log_id = ? AND seq = ? AND leaf = ?", (of.log, of.seq, of.leaf)
            )
        )
    if purges:
        _erase(journal, post, _versions_from(journal, row.event, post), purges)


def _overwrites(db: sqlite3.Connection, subject: int, aspect: str, value: int) -> set[int]:
    rows = db.execute(
        "SELECT event FROM view_overwrite WHERE subject = ? AND aspect = ? AND value = ?", (subject, aspect, value)
    )
    return {row[0] for row in rows}


def _versions_from(journal: Journal, target: int, post: int) -> set[int]:
    """A target and every version that supersedes it; all of them, and outcomes, where the target is the post itself."""
    versions = _overwrites(journal.db, post, "text", _AMENDED)
    if target == post:
        return versions | {post} | _overwrites(journal.db, post, "outcome", 0)
    taken, fresh = {target}, [target]
    while fresh:
        rows = journal.db.execute("SELECT event FROM view_supersede WHERE superseded = ?", (fresh.pop(),)).fetchall()
        newer = {row[0] for row in rows} & versions - taken
        taken |= newer
        fresh.extend(newer)
    return taken


_APPLY: dict[int, Callable[[Journal, EventRow, Envelope], None]] = {
    e.InstanceCertified.KIND: _instance_certified,
    e.CircleFounded.KIND: _circle_founded,
    e.SiteAdmitted.KIND: _site_admitted,
    e.MemberEnrolled.KIND: _member_enrolled,
    e.RoleGranted.KIND: _role_granted,
    e.RoleAccepted.KIND: _role_accepted,
    e.BoardOpened.KIND: _board_opened,
    e.BoardIntroduced.KIND: _board_introduced,
    e.RoomMembersSet.KIND: _room_members_set,
    e.ThreadPosted.KIND: _thread_posted,
    e.Replied.KIND: _replied,
    e.PostAmended.KIND: _post_changed(_AMENDED),
    e.PostWithdrawn.KIND: _post_changed(_WITHDRAWN),
    e.CaseStateChanged.KIND: _state_changed,
    e.OutcomeRecorded.KIND: _outcome_recorded,
    e.Reacted.KIND: _reacted,
    e.PostHidden.KIND: _post_hidden,
    e.ThreadLocked.KIND: _thread_marked("lock"),
    e.ThreadPinned.KIND: _thread_marked("pin"),
    e.PurgeProposed.KIND: _purge_proposed,
    e.PostPurged.KIND: _post_purged,
}


def rebuild(journal: Journal) -> int:
    """Make every view again from the log, in the order of arrival; returns how many events were read."""
    db = journal.db
    for table in VIEW_TABLES:
        db.execute(f"DELETE FROM {table}")
    db.execute("INSERT INTO view_search (view_search) VALUES ('delete-all')")
    db.execute("DELETE FROM local_activity")
    journal.has_waiting = False
    journal.grants.clear()
    journal.numbers.clear()
    count = 0
    events = db.execute("SELECT event FROM log_event ORDER BY event").fetchall()
    for (event,) in events:
        apply(journal, load(db, event))
        count += 1
    return count


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
