"""Writes the fictional network into a forum file: three sites, each with keys and a log of its own."""

import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from itertools import chain as joined
from pathlib import Path

from wardroom.demo.content import DemoMember, DemoNetwork, DemoReply, DemoThread, load
from wardroom.domain import codec
from wardroom.domain import events as e
from wardroom.domain.events import ROLES, STATES, VOICES, EventRef
from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostDraft
from wardroom.forum.founding import Founder, found, found_circle
from wardroom.forum.members import PERSON_BYTES, add_login
from wardroom.forum.wording import body_from
from wardroom.store import event_log, keys, local, members
from wardroom.store.event_log import Pen
from wardroom.store.journal import Journal

MINUTE_MS = 60_000
CIRCLE = "region"
_SETTLED_MINUTES = 1
"""States and outcomes are recorded so long after the last word of a thread."""


@dataclass(slots=True)
class _Writing:
    """What has been written so far, by the keys of the data files."""

    journal: Journal
    now_ms: int
    pens: dict[tuple[str, str], Pen] = field(default_factory=dict)
    """Pen by (site, circle)."""
    persons: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    """Author number by (log, handle)."""
    boards: dict[str, EventNo] = field(default_factory=dict)
    board_numbers: dict[tuple[int, str], int] = field(default_factory=dict)
    posts: dict[str, EventNo] = field(default_factory=dict)
    """Event by "board/thread" or "board/thread/reply"."""

    def at(self, minutes_ago: float) -> Journal:
        """The journal, with its clock so many minutes back."""
        self.journal.now_ms = self.now_ms - int(minutes_ago * MINUTE_MS)
        self.journal.is_reception_noted = False
        return self.journal

    def ref(self, pen: Pen, event: EventNo) -> EventRef:
        """A reference as it stands in the pen's log."""
        return codec.from_ref(self.journal.ref(event), self.journal.head(pen.log).id)


def build(path: Path, *, now_ms: int, uid: int | None, random_bytes: Callable[[int], bytes] = os.urandom) -> str:
    """Make the demo forum at ``path``; returns the handle of the member who looks at it.

    Everybody and everything in it is invented. Raises StoreError when the place is taken.
    """
    network = load()
    home = next(member for member in network.members if member.handle == network.viewer).site
    steward = next(m for m in network.members if m.role == "steward" and m.site == home)
    oldest = max(thread.minutes_ago for board in network.boards for thread in board.threads) + 60

    def fill(journal: Journal, pen: Pen) -> None:
        writing = _Writing(journal, now_ms)
        writing.pens[home, "local"] = pen
        _enrol(writing, network, home, steward, uid, oldest)
        _open_boards(writing, network, home, steward, oldest)
        _post_all(writing, network, home, steward)
        viewer = local.account_named(journal.db, network.viewer)
        assert viewer is not None
        read_until_ms = now_ms - network.read_until_minutes_ago * MINUTE_MS
        local.mark_read_range(journal.db, viewer.account, 1, members.arrival_before(journal.db, read_until_ms))
        local.note_visit(journal.db, viewer.account, read_until_ms)
        writing.at(0)

    found(
        path, Founder(home, steward.handle, steward.profession), now_ms=now_ms - oldest * MINUTE_MS,
        random_bytes=random_bytes, boards=(), then=fill,
    )  # fmt: skip
    return network.viewer


def _enrol(
    writing: _Writing, network: DemoNetwork, home: str, steward: DemoMember, uid: int | None, oldest: int
) -> None:
    """The sites and their members: the home site's get accounts, every site a log in the shared circle."""
    j = writing.at(oldest)
    who = local.identity(j.db)
    first = local.account_named(j.db, steward.handle)
    assert first is not None
    writing.persons[steward.handle] = first.person
    home_pen = writing.pens[home, "local"]
    writing.numbers[home_pen.log, steward.handle] = 3
    circle_pen = found_circle(j, CIRCLE, home, who.site_seed, who.instance_seed)
    writing.pens[home, CIRCLE] = circle_pen
    circle_id = j.db.execute(
        "SELECT c.id FROM log_circle c JOIN log_log l USING (circle) WHERE l.log = ?", (circle_pen.log,)
    ).fetchone()[0]
    _introduce(writing, circle_pen, steward, 0)
    for site in network.sites:
        if site.key == home:
            continue
        seed, instance = j.random_bytes(keys.SEED_BYTES), j.random_bytes(keys.SEED_BYTES)
        admitted = e.SiteAdmitted(writing.numbers[circle_pen.log, steward.handle], keys.public_key(seed))
        event_log.record(j, circle_pen, admitted, e.SiteCard(site.key))
        writing.pens[site.key, CIRCLE] = event_log.begin_log(j, circle_id, seed, instance, e.SiteCard(site.key))
    for member in network.members:
        pen = writing.pens[member.site, CIRCLE]
        if (pen.log, member.handle) not in writing.numbers:
            writing.persons.setdefault(member.handle, j.random_bytes(PERSON_BYTES))
            known = [number for (log, _), number in writing.numbers.items() if log == pen.log]
            _introduce(writing, pen, member, min(known, default=0))
        if member.site == home and member != steward:
            _introduce(writing, home_pen, member, 3)
            add_login(
                j, handle=member.handle, profession=member.profession, person=writing.persons[member.handle],
                uid=uid if member.handle == network.viewer else None, password=None,
            )  # fmt: skip
    for member in network.members:
        if member.role == "moderator":
            _make_moderator(writing, writing.pens[home, CIRCLE], steward, member)


def _introduce(writing: _Writing, pen: Pen, member: DemoMember, author: int) -> None:
    j = writing.journal
    voice = VOICES.index(member.role if member.role in VOICES else "practitioner")
    card = e.MemberCard(member.handle, member.profession, member.interests)
    event = event_log.record(j, pen, e.MemberEnrolled(author, writing.persons[member.handle], voice), card)
    writing.numbers[pen.log, member.handle] = j.ref(event).seq


def _make_moderator(writing: _Writing, pen: Pen, steward: DemoMember, member: DemoMember) -> None:
    j = writing.journal
    own = writing.pens[member.site, CIRCLE]
    enrolled = members.event_in_log(j.db, own.log, writing.numbers[own.log, member.handle])
    author = writing.numbers[pen.log, steward.handle]
    grant = e.RoleGranted(author, writing.ref(pen, enrolled), ROLES.index("moderator"), granted=True, supersedes=())
    event = event_log.record(j, pen, grant)
    if own.log != pen.log:
        event_log.record(j, own, e.RoleAccepted(writing.ref(own, event)))


def _open_boards(writing: _Writing, network: DemoNetwork, home: str, steward: DemoMember, oldest: int) -> None:
    j = writing.at(oldest)
    for board in network.boards:
        pen = writing.pens[home, board.circle]
        opened = e.BoardOpened(writing.numbers[pen.log, steward.handle], is_room=False)
        card = e.BoardCard(board.name, board.title, board.about)
        event = event_log.record(j, pen, opened, card)
        writing.boards[board.name] = event
        writing.board_numbers[pen.log, board.name] = j.ref(event).seq


def _post_all(writing: _Writing, network: DemoNetwork, home: str, steward: DemoMember) -> None:
    """Every act in the order of time."""
    sites = {member.handle: member.site for member in network.members}
    trainees = {member.handle for member in network.members if member.role == "trainee"}
    acts: list[tuple[float, int, Callable[[float], None]]] = []
    for board in network.boards:
        circle = board.circle
        for thread in board.threads:
            items: list[DemoThread | DemoReply] = [thread, *thread.replies]
            for item in items:
                pen = writing.pens[sites[item.author], circle]
                releaser = _releaser(writing, pen, network) if item.author in trainees else 0
                acts.append((-item.minutes_ago, len(acts), _posting(writing, pen, board.name, thread, item, releaser)))
            last = min(item.minutes_ago for item in items)
            pen = writing.pens[sites[thread.author], circle]
            settle = _settling(writing, pen, writing.pens[home, circle], sites, board.name, circle, thread, steward)
            acts.append((-max(last - _SETTLED_MINUTES, 0.0), len(acts), settle))
    for minus_minutes, _, act in sorted(acts, key=lambda act: act[:2]):
        act(-minus_minutes)


def _releaser(writing: _Writing, pen: Pen, network: DemoNetwork) -> int:
    """The number of a moderator of the log's site, who released a trainee's post."""
    able = [member.handle for member in network.members if member.role in ("moderator", "steward")]
    return next(writing.numbers[pen.log, handle] for handle in able if (pen.log, handle) in writing.numbers)


def _posting(
    writing: _Writing, pen: Pen, board: str, thread: DemoThread, item: DemoThread | DemoReply, releaser: int
) -> Callable[[float], None]:
    def post(minutes_ago: float) -> None:
        j = writing.at(minutes_ago)
        author = writing.numbers[pen.log, item.author]
        if isinstance(item, DemoThread):
            number = writing.board_numbers.get((pen.log, board))
            if number is None:
                introduced = e.BoardIntroduced(writing.ref(pen, writing.boards[board]))
                number = j.ref(event_log.record(j, pen, introduced)).seq
                writing.board_numbers[pen.log, board] = number
            event = event_log.record(j, pen, e.ThreadPosted(author, number, releaser), body_from(_draft(item)))
            writing.posts[f"{board}/{item.key}"] = event
        else:
            parent = f"{board}/{thread.key}" if item.to == thread.key else f"{board}/{thread.key}/{item.to}"
            answered = writing.ref(pen, writing.posts[parent])
            body = e.PostBody(text=item.body, flavour=item.flavour or "")
            event = event_log.record(j, pen, e.Replied(author, answered, releaser, ()), body)
            writing.posts[f"{board}/{thread.key}/{item.key}"] = event

    return post


def _draft(thread: DemoThread) -> PostDraft:
    record = None
    if thread.kind == "case":
        vitals = tuple(e.VitalSet(**asdict(v)) for v in thread.vitals)
        record = e.Record(
            thread.age_band or "", thread.sex or "", thread.acuity or "", thread.urgency or "", thread.setting or "",
            vitals,
        )  # fmt: skip
    return PostDraft(
        text=thread.body, title=thread.title, kind=thread.kind, question=thread.question or "", tags=thread.tags,
        record=record,
    )  # fmt: skip


def _settling(
    writing: _Writing, pen: Pen, home_pen: Pen, sites: dict[str, str], board: str, circle: str, thread: DemoThread,
    steward: DemoMember,
) -> Callable[[float], None]:  # fmt: skip
    """What is recorded once a thread has said its last word: its state, its outcome, marks and a pin."""

    def settle(minutes_ago: float) -> None:
        j = writing.at(minutes_ago)
        head = writing.posts[f"{board}/{thread.key}"]
        author = writing.numbers[pen.log, thread.author]
        if thread.outcome:
            recorded = e.OutcomeRecorded(author, writing.ref(pen, head), ())
            event_log.record(j, pen, recorded, e.OutcomeBody(thread.outcome))
        if thread.state in ("answered", "closed"):
            state = STATES.index(thread.state)
            event_log.record(j, pen, e.CaseStateChanged(author, writing.ref(pen, head), state, ()))
        if thread.pinned:
            by = writing.numbers[home_pen.log, steward.handle]
            pinned = e.ThreadPinned(by, writing.ref(home_pen, head), is_on=True, supersedes=())
            event_log.record(j, home_pen, pinned)
        marked = joined(
            *([(handle, f"{board}/{thread.key}/{reply.key}") for handle in reply.useful] for reply in thread.replies)
        )
        for handle, key in marked:
            own = writing.pens[sites[handle], circle]
            mark = e.Reacted(
                writing.numbers[own.log, handle], writing.ref(own, writing.posts[key]), 0, is_on=True, supersedes=()
            )
            event_log.record(j, own, mark)

    return settle
