"""Events of every kind, whole networks of sites, and what a file's views hold, for properties to be proved with."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from tests.founded import copy_founded

from wardroom.domain import chain, codec
from wardroom.domain import events as e
from wardroom.domain.batch import BATCH_MAX_EVENTS, Batch, SignedEvent
from wardroom.domain.ids import BoardNo, EventNo, LogId, SiteKey, circle_id
from wardroom.domain.views import Me, PostDraft
from wardroom.errors import EventRejected
from wardroom.forum import Forum, bundle
from wardroom.forum.founding import Founder, found
from wardroom.forum.session import Session
from wardroom.store import event_log, folds, judging, keys, local, members, projections
from wardroom.store.database import Store, create_file, open_store
from wardroom.store.event_log import Pen
from wardroom.store.journal import Journal, journal
from wardroom.store.queries import Viewer

EXAMPLES = 50
LONG_FACTOR = 20
NOW_MS = 1_760_000_000_000


def is_long() -> bool:
    """Whether properties are tried twenty times as often."""
    return os.environ.get("HYPOTHESIS_PROFILE") == "long"


def examples(count: int) -> settings:
    """Settings for a property that is dear: ``count`` examples, twenty times as many in the long profile."""
    return settings(max_examples=count * (LONG_FACTOR if is_long() else 1), deadline=None)


def assert_plain(error: BaseException) -> None:
    """What is said to a user is one line."""
    assert str(error)
    assert "\n" not in str(error)


# --- events ---------------------------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
_integers = st.integers(0, codec.SEQ_MAX)
raws = st.one_of(texts, _integers, st.booleans()).map(lambda value: msgspec.Raw(msgspec.msgpack.encode(value)))


def _of_type(shape: Any) -> st.SearchStrategy[Any]:
    """Values of one field's type."""
    if shape is msgspec.Raw:
        return raws
    if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
        return structs(shape)
    origin = get_origin(shape)
    if origin is tuple:
        return st.lists(_of_type(get_args(shape)[0]), max_size=4).map(tuple)
    if origin in (Union, UnionType):
        return st.one_of([_of_type(part) for part in get_args(shape)])
    plain: dict[Any, st.SearchStrategy[Any]] = {
        int: _integers, bool: st.booleans(), bytes: st.binary(max_size=40), str: texts, NoneType: st.none(),
        float: st.floats(allow_nan=False),
    }  # fmt: skip
    return plain[shape]


@cache
def structs(shape: type[msgspec.Struct]) -> st.SearchStrategy[Any]:
    """Instances of an envelope or body with anything its fields can hold."""
    hints = get_type_hints(shape)
    return st.builds(shape, **{name: _of_type(hints[name]) for name in shape.__struct_fields__})


envelopes = st.sampled_from(sorted(e.ENVELOPES.items())).flatmap(lambda kind: structs(kind[1]))
bodies = st.sampled_from(sorted(e.BODIES)).flatmap(lambda kind: st.tuples(st.just(kind), structs(e.BODIES[kind])))


# --- files ----------------------------------------------------------------------------------------------------------


def bytes_from(seed: object) -> Callable[[int], bytes]:
    """Random bytes that are the same in every run."""
    count = 0

    def more(size: int) -> bytes:
        nonlocal count
        count += 1
        return blake2b(f"{seed} {count}".encode(), digest_size=size).digest()

    return more


@dataclass(slots=True)
class Clock:
    """A wall clock that is set by hand."""

    ms: int = NOW_MS

    def __call__(self) -> int:
        return self.ms


class Files:
    """Fresh, empty forum files in a directory: one is made by the program, the others are copies of it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.count = 0
        self.template = directory / "template.db"
        if not self.template.exists():
            create_file(self.template, lambda _: None)

    @contextmanager
    def fresh(self, *, now_ms: Callable[[], int] | None = None, seed: object = 0) -> Iterator[Store]:
        """An open file that holds no event; gone afterwards."""
        self.count += 1
        path = self.directory / f"file-{os.getpid()}-{self.count}.db"
        shutil.copyfile(self.template, path)
        store = open_store(path, now_ms=now_ms or Clock(), random_bytes=bytes_from(seed))
        try:
            yield store
        finally:
            store.close()
            for leftover in self.directory.glob(f"{path.name}*"):
                leftover.unlink()


def _found_house(path: Path) -> None:
    random_bytes = bytes_from("founding")
    found(path, Founder("county", "sam", "physician", uid=1000), now_ms=Clock().ms, random_bytes=random_bytes)
    store = open_store(path, now_ms=Clock(), random_bytes=random_bytes)
    forum = bundle(Session(store))
    account = local.account_named(store.read, "sam")
    assert account is not None
    sam = forum.session.me(account)
    for handle, role in (
        ("mona", "practitioner"), ("nadia", "practitioner"), ("omar", "practitioner"), ("tia", "trainee"),
        ("olga", "observer"),
    ):  # fmt: skip
        forum.members.add(sam, handle, "nurse", role)
    forum.members.grant(sam, "mona", "moderator")
    forum.close()


class House:
    """A site with a forum file of its own: sam founds it, the others are enrolled; the clock is set by hand.

    ``sam`` is steward and administrator, ``mona`` a moderator, ``nadia`` and ``omar`` practitioners, ``tia`` a
    trainee, ``olga`` an observer; none has a password.
    """

    def __init__(self, path: Path, *, is_founded_here: bool = False) -> None:
        """``is_founded_here``: with the file made in its place, as `init` makes it, and not copied there."""
        self.path = path
        self.clock = Clock()
        self.open_forums: list[Forum] = []
        if is_founded_here:
            _found_house(path)
        else:
            copy_founded(path, _found_house)
        self.forum = self.open()
        self.board = self.forum.boards.named(self.me("sam"), "cases").board

    def open(self, *, undo_s: int = 60, seed: object = 1) -> Forum:
        """Another session on the file."""
        store = open_store(self.path, now_ms=self.clock, random_bytes=bytes_from((seed, len(self.open_forums))))
        self.open_forums.append(bundle(Session(store, undo_s=undo_s)))
        return self.open_forums[-1]

    def me(self, handle: str, forum: Forum | None = None) -> Me:
        """A member, as after a login."""
        session = (forum or self.forum).session
        account = local.account_named(session.store.read, handle)
        assert account is not None
        return session.me(account)

    def viewer(self, handle: str) -> Viewer:
        """For whom the store is asked."""
        return self.forum.session.viewer(self.me(handle))

    def post(self, handle: str, text: str, board: BoardNo | None = None, **more: Any) -> EventNo:
        """A thread of somebody; later than what was before."""
        self.clock.ms += 1000
        draft = PostDraft(text=text, **{"title": "About fluids", "kind": "talk"} | more)
        return self.forum.cases.post(self.me(handle), self.board if board is None else board, draft)

    def reply(self, handle: str, parent: EventNo, text: str) -> EventNo:
        """An answer of somebody."""
        self.clock.ms += 1000
        return self.forum.cases.reply(self.me(handle), parent, PostDraft(text=text))

    def close(self) -> None:
        """Close every session."""
        for forum in self.open_forums:
            forum.close()


# --- networks -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """One thing somebody does; the numbers choose among what is there, whatever there is."""

    what: str
    log: int
    who: int
    at: int
    of: int
    named: int
    is_on: bool


COMMON = (
    "thread", "reply", "reply", "reply", "amend", "amend", "amend", "withdraw", "state", "outcome", "react", "hide",
    "hide", "lock", "pin", "propose", "purge", "purge", "purge proposed", "grant", "grant", "accept", "accept",
    "flag", "move", "acknowledge", "suspend", "suspend", "appeal", "verify",
)  # fmt: skip
RARE = (
    "enrol", "card", "card", "board", "room", "admit", "unknown", "malformed", "bad body", "revoke", "suspend site",
    "rotate",
)  # fmt: skip
_small = st.integers(0, 11)
acts = st.builds(
    Act,
    what=st.sampled_from(COMMON * 2 + RARE),
    log=st.integers(0, 3), who=st.integers(0, 3), at=_small, of=_small, named=st.integers(0, 63), is_on=st.booleans(),
)  # fmt: skip

FALLING_OUT = (
    ("suspend",) * 6 + ("revoke", "suspend site", "grant", "grant", "accept", "accept", "thread", "reply", "amend")
    + ("hide", "purge", "flag", "enrol", "acknowledge", "appeal", "move", "verify")
)  # fmt: skip
fallings_out = st.builds(
    Act,
    what=st.sampled_from(FALLING_OUT),
    log=st.integers(0, 3), who=st.integers(0, 1), at=_small, of=_small, named=st.integers(0, 63), is_on=st.booleans(),
)  # fmt: skip
"""What stewards and members of several sites do when they suspend each other."""

AT_ODDS = (
    ("amend",) * 6 + ("purge",) * 3 + ("withdraw", "hide", "outcome", "propose", "purge proposed", "grant", "accept")
)
quarrels = st.builds(
    Act,
    what=st.sampled_from(AT_ODDS),
    log=st.sampled_from((0, 3, 0, 3, 1)), who=st.integers(0, 1), at=_small, of=st.integers(1, 11),
    named=st.integers(0, 63), is_on=st.booleans(),
)  # fmt: skip
"""What two instances of one site do to the same few posts without waiting for each other."""
BEGINNING = tuple(Act(what, 0, who, 0, 1, 0, is_on=False) for what, who in (("thread", 0), ("thread", 1), ("reply", 0)))
"""The posts they quarrel about."""


@dataclass(slots=True)
class LogOf:
    """A log of the network and the members it has introduced."""

    pen: Pen
    id: LogId
    site: int
    members: dict[str, int] = field(default_factory=dict)
    """Author number by handle."""
    boards: dict[EventNo, int] = field(default_factory=dict)


class Network:
    """A small network, written into one file as its sites would write it, each with keys and logs of its own.

    Founder site 0 has two instances; its steward names a steward of site 1, who admits site 2: what comes from
    site 2 hangs on a grant in one log and its acceptance in another.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.random_bytes = store.random_bytes
        self.site_seeds = [self.random_bytes(32) for _ in range(3)]
        self.persons: dict[str, bytes] = {}
        self.logs: list[LogOf] = []
        self.enrolments: list[EventNo] = []
        self.grants: list[EventNo] = []
        self.boards: list[EventNo] = []
        self.posts: list[EventNo] = []
        self.heads: list[EventNo] = []
        self.versions: list[EventNo] = []
        self.proposals: list[tuple[EventNo, tuple[EventNo, ...]]] = []
        self.purges: list[EventNo] = []
        self.acts: list[EventNo] = []
        self.suspensions: list[EventNo] = []
        self.overwrites: dict[tuple[int, str], list[EventNo]] = {}
        self.authors: dict[EventNo, str] = {}
        self.words: dict[EventNo, tuple[str, ...]] = {}
        """Words that stand in one event's body and nowhere else."""
        self.count = 0
        self._begin()

    def _begin(self) -> None:
        site = SiteKey(keys.public_key(self.site_seeds[0]))
        nonce = self.random_bytes(16)
        self.circle = circle_id(site, nonce)
        with journal(self.store) as j:
            first = self._open_log(j, 0)
            event_log.record(j, first.pen, e.CircleFounded(site, nonce), e.CircleCard("region"))
            for handle, voice in (("alice", 2), ("adam", 2), ("tia", 1), ("olga", 0)):
                self._enrol(j, first, handle, voice)
            self._admit(j, first, 1)
            self._board(j, first, is_room=False)
            self._board(j, first, is_room=True)
        with journal(self.store) as j:
            second = self._open_log(j, 1)
            for handle in ("bea", "ben"):
                self._enrol(j, second, handle, 2)
        with journal(self.store) as j:
            granted = self._grant(j, first, "alice", self.enrolments[4], 4, is_granted=True, supersedes=())
            self._grant(j, first, "alice", self.enrolments[1], 3, is_granted=True, supersedes=())
        with journal(self.store) as j:
            event_log.record(j, second.pen, e.RoleAccepted(self.ref(j, second, granted)))
            self._admit(j, second, 2)
        with journal(self.store) as j:
            third = self._open_log(j, 2)
            for handle in ("cleo", "carl"):
                self._enrol(j, third, handle, 2)
        with journal(self.store) as j:
            fourth = self._open_log(j, 0)
            for handle in ("alice", "adam"):
                self._enrol(j, fourth, handle, 2)

    def _open_log(self, j: Journal, site: int) -> LogOf:
        name = e.SiteCard(f"site{site}")
        pen = event_log.begin_log(j, self.circle, self.site_seeds[site], self.random_bytes(32), name)
        self.logs.append(LogOf(pen, j.head(pen.log).id, site))
        return self.logs[-1]

    def ref(self, j: Journal, log: LogOf, event: EventNo) -> e.EventRef:
        """A reference as it stands in a log."""
        return codec.from_ref(j.ref(event), log.id)

    def _enrol(self, j: Journal, log: LogOf, handle: str, voice: int) -> None:
        person = self.persons.setdefault(handle, self.random_bytes(8))
        author = next(iter(log.members.values()), 0)
        card = e.MemberCard(handle, f"nurse {self._next()}")
        event = event_log.record(j, log.pen, e.MemberEnrolled(author, person, voice), card)
        log.members[handle] = j.ref(event).seq
        self.enrolments.append(event)

    def _admit(self, j: Journal, log: LogOf, site: int) -> None:
        author = next(iter(log.members.values()))
        admitted = e.SiteAdmitted(author, keys.public_key(self.site_seeds[site]))
        event_log.record(j, log.pen, admitted, e.SiteCard(f"site{site} {self._next() % 3}"))

    def _board(self, j: Journal, log: LogOf, *, is_room: bool) -> None:
        author = next(iter(log.members.values()))
        card = e.BoardCard(f"board{self._next()}")
        board = event_log.record(j, log.pen, e.BoardOpened(author, is_room), card)
        log.boards[board] = j.ref(board).seq
        self.boards.append(board)

    def _grant(
        self, j: Journal, log: LogOf, who: str, member: EventNo, role: int, *, is_granted: bool,
        supersedes: tuple[EventNo, ...],
    ) -> EventNo:  # fmt: skip
        named = tuple(self.ref(j, log, event) for event in supersedes)
        envelope = e.RoleGranted(log.members[who], self.ref(j, log, member), role, is_granted, named)
        self.grants.append(event_log.record(j, log.pen, envelope))
        return self.grants[-1]

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _body(self, *, is_head: bool) -> tuple[e.PostBody, tuple[str, ...]]:
        number = self._next()
        words = (f"zq{number}text",)
        if not is_head:
            return e.PostBody(text=f"Give fluids and {words[0]} now, @bea and @alice{number % 3}@site0."), words
        words = (*words, f"zq{number}title", f"zq{number}ask")
        if number % 5 == 0:
            notice = e.PostBody(
                text=f"{words[0]} is down.", title=f"Down {words[1]}", kind="notice", until_ms=number * 1000
            )
            return notice, words[:2]
        body = e.PostBody(
            text=f"Wide complex, {words[0]}.", title=f"Case {words[1]}", kind="case", question=f"Why {words[2]}?",
            tags=("ecg", f"t{number % 3}"), record=e.Record(acuity=f"CTAS {1 + number % 4}", exam="Dry."),
        )  # fmt: skip
        return body, words

    # Acts

    def play(self, played: Sequence[Act]) -> None:
        """Do one act after the other, each in a transaction of its own."""
        for act in played:
            self.store.now_ms.ms += 1000  # type: ignore[attr-defined]
            with journal(self.store, is_durable=False) as j:
                log = self.logs[act.log % len(self.logs)]
                handles = list(log.members)
                getattr(self, "do_" + act.what.replace(" ", "_"))(j, log, handles[act.who % len(handles)], act)

    def _keep(self, event: EventNo, who: str, words: tuple[str, ...] = ()) -> None:
        self.authors[event] = who
        if words:
            self.words[event] = words

    def _board_number(self, j: Journal, log: LogOf, board: EventNo) -> int:
        if board not in log.boards:
            introduced = event_log.record(j, log.pen, e.BoardIntroduced(self.ref(j, log, board)))
            log.boards[board] = j.ref(introduced).seq
        return log.boards[board]

    def _releaser(self, log: LogOf, who: str) -> int:
        return next(iter(log.members.values())) if who == "tia" and self._next() % 5 else 0

    def do_thread(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        number = self._board_number(j, log, self.boards[act.at % len(self.boards)])
        body, words = self._body(is_head=True)
        envelope = e.ThreadPosted(log.members[who], number, self._releaser(log, who))
        event = event_log.record(j, log.pen, envelope, body)
        self.posts.append(event)
        self.heads.append(event)
        self._keep(event, who, words)

    def do_reply(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        if not self.posts:
            return self.do_thread(j, log, who, act)
        parent = self.posts[act.at % len(self.posts)]
        body, words = self._body(is_head=False)
        quoted = tuple(self.ref(j, log, post) for post in self.posts[-1:] if act.named % 5 == 0)
        envelope = e.Replied(log.members[who], self.ref(j, log, parent), self._releaser(log, who), quoted)
        event = event_log.record(j, log.pen, envelope, body)
        self.posts.append(event)
        return self._keep(event, who, words)

    def _subject(self, log: LogOf, who: str, act: Act, among: list[EventNo]) -> tuple[EventNo, str] | None:
        """A post to act upon, and as whom: mostly one's own."""
        if not among:
            return None
        post = among[act.at % len(among)]
        author = self.authors[post]
        return post, author if act.of % 4 and author in log.members else who

    def _heads_named(self, j: Journal, log: LogOf, subject: EventNo, aspect: str, named: int) -> tuple[e.EventRef, ...]:
        """What is to be superseded: all that stands, nothing, or any choice of what was ever written about it."""
        earlier = self.overwrites.setdefault((subject, aspect), [])
        if named % 4 == 0:
            chosen = [EventNo(event) for event in folds.heads_of(j, subject, aspect)]
        elif named % 4 == 1:
            chosen = []
        elif named == 62:
            chosen = self.versions[-1:]
        else:
            chosen = [event for place, event in enumerate(earlier[-5:]) if (named >> place) & 1]
        return tuple(self.ref(j, log, event) for event in chosen)

    def _overwrite(
        self, j: Journal, log: LogOf, who: str, act: Act, among: list[EventNo], aspect: str,
        make: Callable[[int, e.EventRef, tuple[e.EventRef, ...]], e.Envelope], body: e.Body | None = None,
        words: tuple[str, ...] = (),
    ) -> None:  # fmt: skip
        found = self._subject(log, who, act, among)
        if found is None:
            return
        post, who = found
        named = self._heads_named(j, log, post, aspect, act.named)
        event = event_log.record(j, log.pen, make(log.members[who], self.ref(j, log, post), named), body)
        self.overwrites[post, aspect].append(event)
        self.acts.append(event)
        self._keep(event, who, words)
        if words and aspect == "text":
            self.versions.append(event)

    def do_amend(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        if self.posts:
            body, words = self._body(is_head=self.posts[act.at % len(self.posts)] in self.heads)
            self._overwrite(j, log, who, act, self.posts, "text", e.PostAmended, body, words)

    def do_withdraw(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        self._overwrite(j, log, who, act, self.posts, "text", e.PostWithdrawn)

    def do_state(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        def make(author: int, post: e.EventRef, named: tuple[e.EventRef, ...]) -> e.Envelope:
            return e.CaseStateChanged(author, post, act.of % 5, named)

        self._overwrite(j, log, who, act, self.heads, "state", make)

    def do_outcome(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        word = f"zq{self._next()}outcome"
        self._overwrite(
            j, log, who, act, self.heads, "outcome", e.OutcomeRecorded, e.OutcomeBody(f"Went home, {word}."), (word,)
        )

    def do_react(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        def make(author: int, post: e.EventRef, named: tuple[e.EventRef, ...]) -> e.Envelope:
            return e.Reacted(author, post, act.of % 3, act.is_on, named)

        if self.posts:
            member = judging.number_of(j, _row(log), log.members[who])
            own = Act(act.what, act.log, act.who, act.at, 0, act.named, act.is_on)
            self._overwrite(j, log, who, own, self.posts, f"react {act.of % 3} {member}", make)

    def do_hide(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        def make(author: int, post: e.EventRef, named: tuple[e.EventRef, ...]) -> e.Envelope:
            return e.PostHidden(author, post, act.is_on, 0, named)

        self._overwrite(j, log, self._moderator(log, who, act), _not_own(act), self.posts, "hide", make)

    def do_lock(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        def make(author: int, post: e.EventRef, named: tuple[e.EventRef, ...]) -> e.Envelope:
            return e.ThreadLocked(author, post, act.is_on, named)

        self._overwrite(j, log, self._moderator(log, who, act), _not_own(act), self.heads, "lock", make)

    def do_pin(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        def make(author: int, post: e.EventRef, named: tuple[e.EventRef, ...]) -> e.Envelope:
            return e.ThreadPinned(author, post, act.is_on, named)

        self._overwrite(j, log, self._moderator(log, who, act), _not_own(act), self.heads, "pin", make)

    def _moderator(self, log: LogOf, who: str, act: Act) -> str:
        """Mostly the first of a log, who is a steward in two of them."""
        return next(iter(log.members)) if act.of % 4 else who

    def _targets(self, act: Act) -> tuple[EventNo, ...]:
        among = self.posts + self.versions
        if not among:
            return ()
        first = among[act.at % len(among)]
        second = among[act.named % len(among)]
        return (first, second) if act.is_on and second != first else (first,)

    def do_propose(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        targets = tuple(target for target in self._targets(act) if target in self.posts)
        if targets:
            who = self._moderator(log, who, act)
            refs = tuple(self.ref(j, log, target) for target in targets)
            event = event_log.record(j, log.pen, e.PurgeProposed(log.members[who], refs, 0))
            self.proposals.append((event, targets))
            for target in targets:
                self.overwrites.setdefault((target, "hide"), []).append(event)

    def do_purge(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        targets = self._targets(act)
        if targets:
            author = self.authors[targets[0]]
            who = author if act.of % 3 and author in log.members else self._moderator(log, who, act)
            refs = tuple(self.ref(j, log, target) for target in targets)
            self.purges.append(event_log.record(j, log.pen, e.PostPurged(log.members[who], refs, 0, None)))

    def do_purge_proposed(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        if self.proposals:
            event, targets = self.proposals[act.at % len(self.proposals)]
            refs = tuple(self.ref(j, log, target) for target in targets)
            who = self._moderator(log, who, act)
            envelope = e.PostPurged(log.members[who], refs, 0, self.ref(j, log, event))
            self.purges.append(event_log.record(j, log.pen, envelope))

    def do_acknowledge(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        among = self.purges if act.of else self.purges + self.posts
        if among:
            event_log.record(j, log.pen, e.PurgeAcknowledged(self.ref(j, log, among[act.at % len(among)])))

    def do_flag(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        def make(author: int, post: e.EventRef, named: tuple[e.EventRef, ...]) -> e.Envelope:
            return e.PostFlagged(author, post, act.is_on, act.of % 7, named)

        self._overwrite(j, log, who, _not_own(act), self.posts, "flag" if act.named % 3 else "hide", make)

    def do_move(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        board = self.ref(j, log, self.boards[act.named % len(self.boards)])

        def make(author: int, post: e.EventRef, named: tuple[e.EventRef, ...]) -> e.Envelope:
            return e.ThreadMoved(author, post, board, named)

        self._overwrite(j, log, self._moderator(log, who, act), _not_own(act), self.heads, "move", make)

    def do_appeal(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        among = self.acts + self.suspensions + [event for event, _ in self.proposals]
        if among:
            word = f"zq{self._next()}appeal"
            envelope = e.AppealMade(log.members[who], self.ref(j, log, among[-1 - act.at % len(among)]))
            event = event_log.record(j, log.pen, envelope, e.AppealBody(f"It was right, {word}."))
            self.words[event] = (word,)

    def do_verify(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        member = self.enrolments[act.at % len(self.enrolments)]
        named = self._heads_named(j, log, member, "verify", act.named) if act.of % 3 else ()
        author = log.members[self._moderator(log, who, act)]
        envelope = e.MemberVerified(author, self.ref(j, log, member), act.is_on, named)
        self.overwrites.setdefault((member, "verify"), []).append(event_log.record(j, log.pen, envelope))

    def _cuts(self, j: Journal, act: Act) -> tuple[e.Cut, ...]:
        """Somewhere near the heads of some of the logs."""
        chosen = [log for place, log in enumerate(self.logs) if (act.named >> place) & 1 or act.of % 3]
        return tuple(e.Cut(log.id, max(0, j.head(log.pen.log).seq - act.at)) for log in chosen)

    def _lifted(self, j: Journal, log: LogOf, act: Act) -> tuple[e.EventRef, ...]:
        return tuple(self.ref(j, log, event) for event in self.suspensions[-2:] if not act.is_on or act.named % 2)

    def _suspender(self, log: LogOf, who: str, act: Act) -> str:
        return self._moderator(log, who, act) if act.named % 2 else who

    def do_suspend(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        member = self.ref(j, log, self.enrolments[(act.at + act.of) % len(self.enrolments)])
        author = log.members[self._suspender(log, who, act)]
        envelope = e.MemberSuspended(author, member, act.is_on, 0, self._cuts(j, act), self._lifted(j, log, act))
        self.suspensions.append(event_log.record(j, log.pen, envelope))

    def do_revoke(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        other = self.logs[act.named % len(self.logs)]
        cut = e.Cut(other.id, max(0, j.head(other.pen.log).seq - act.at))
        author = log.members[self._moderator(log, who, act)]
        envelope = e.InstanceRevoked(author, cut, act.is_on, self._lifted(j, log, act))
        self.suspensions.append(event_log.record(j, log.pen, envelope))

    def do_suspend_site(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        site = keys.public_key(self.site_seeds[act.at % 3])
        author = log.members[self._moderator(log, who, act)]
        envelope = e.SiteSuspended(author, site, act.is_on, self._cuts(j, act), self._lifted(j, log, act))
        self.suspensions.append(event_log.record(j, log.pen, envelope))

    def do_rotate(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        seed = self.random_bytes(32)
        said = chain.succession(self.circle, j.head(log.pen.log).site if act.is_on else b"another")
        envelope = e.SiteKeyRotated(log.members[who], keys.public_key(seed), keys.sign(seed, said))
        event_log.record(j, log.pen, envelope, e.SiteCard(f"site{log.site} again"))

    def do_grant(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        member = self.enrolments[act.at % len(self.enrolments)]
        among = [*self.enrolments, *self.grants][-6:]
        named = tuple(event for place, event in enumerate(among) if (act.named >> place) & 1)
        who = self._moderator(log, who, act)
        self._grant(j, log, who, member, act.of % 6, is_granted=act.is_on, supersedes=named[:2])

    def do_accept(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        among = self.grants if act.of else self.grants + self.posts + self.enrolments
        grant = among[-1 - act.at % min(len(among), 6)]
        event_log.record(j, log.pen, e.RoleAccepted(self.ref(j, log, grant)))

    def do_enrol(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        handles = [handle for handle in self.persons if handle not in log.members]
        if log.site == 0 and handles:
            self._enrol(j, log, handles[act.at % len(handles)], act.of % 3)

    def do_card(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        """Mostly one's own card; it supersedes what stands, nothing, or any of what was said before."""
        enrolled = self.enrolments[act.at % len(self.enrolments)]
        if act.of % 4:
            enrolled = members.event_in_log(j.db, log.pen.log, log.members[who])
        subject = j.db.execute(
            "SELECT n.subject FROM view_number n JOIN log_event e ON e.log = n.log AND e.seq = n.seq WHERE e.event = ?",
            (enrolled,),
        ).fetchone()
        named = self._heads_named(j, log, EventNo(subject[0] if subject else enrolled), "card", act.named)
        envelope = e.MemberCardChanged(log.members[who], self.ref(j, log, enrolled), named)
        profile = e.MemberProfile(f"nurse {self._next()}", (f"interest {self.count}", "airway"))
        event = event_log.record(j, log.pen, envelope, profile)
        self.overwrites[EventNo(subject[0] if subject else enrolled), "card"].append(event)

    def do_board(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        self._board(j, log, is_room=act.is_on)

    def do_room(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        board = self.boards[act.at % len(self.boards)]
        members = tuple(
            self.ref(j, log, event) for place, event in enumerate(self.enrolments[:6]) if (act.of >> (place % 4)) & 1
        )
        named = self._heads_named(j, log, board, "room", act.named)
        author = next(iter(log.members.values()))
        envelope = e.RoomMembersSet(author, self.ref(j, log, board), members, named)
        self.overwrites[board, "room"].append(event_log.record(j, log.pen, envelope))

    def do_admit(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        self._admit(j, log, act.at % 3)

    def do_unknown(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        append_raw(j, log.pen, 9000 + act.at, b"\x93\x01\x02\x03", b"a newer body")

    def do_malformed(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        append_raw(j, log.pen, sorted(e.ENVELOPES)[act.at % len(e.ENVELOPES)], b"\xc1" * act.of, None)

    def do_bad_body(self, j: Journal, log: LogOf, who: str, act: Act) -> None:
        board = self._board_number(j, log, self.boards[0])
        envelope = codec.encode(e.ThreadPosted(log.members[who], board, 0))
        event = append_raw(j, log.pen, e.ThreadPosted.KIND, envelope, b"\xff\xff")
        self.posts.append(event)
        self.heads.append(event)
        self._keep(event, who)


def _not_own(act: Act) -> Act:
    """An act upon a post that the actor does in the actor's own name."""
    return Act(act.what, act.log, act.who, act.at, 0, act.named, act.is_on)


def _row(log: LogOf) -> judging.EventRow:
    return judging.EventRow(EventNo(0), log.pen.log, 2**40, 0, 0, None, None)


def append_raw(j: Journal, pen: Pen, kind: int, envelope: bytes, body: bytes | None) -> EventNo:
    """Append what this program would never write, well signed."""
    head = j.head(pen.log)
    head.seed = pen.seed
    head.hlc += 1  # type: ignore[assignment]
    head.seq += 1
    event_log.note_reception(j)
    event = EventNo(j.next_event)
    j.next_event += 1
    body_commitment = chain.NO_BODY
    if body is not None:
        salt = j.random_bytes(chain.SALT_BYTES)
        body_commitment = chain.commitment(salt, body)
        j.db.execute("INSERT INTO log_body (event, salt, body) VALUES (?, ?, ?)", (event, salt, body))
    j.db.execute(
        "INSERT INTO log_event (event, log, seq, hlc, kind, envelope, commitment) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (event, head.log, head.seq, head.hlc, kind, envelope, body_commitment),
    )
    head.chain = chain.chain(head.chain, chain.leaf(head.id, head.seq, head.hlc, kind, envelope, body_commitment))
    head.is_changed = True
    projections.apply(j, judging.row_of(event, head.log, head.seq, head.hlc, kind, envelope, body))
    return event


# --- delivery -------------------------------------------------------------------------------------------------------


def batches_of(db: sqlite3.Connection) -> dict[bytes, list[Batch]]:
    """Everything a file would send to one that has nothing, by log."""
    found: dict[bytes, list[Batch]] = {}
    for log, key in db.execute("SELECT log, id FROM log_log").fetchall():
        ends = [0, *(row[0] for row in db.execute("SELECT seq FROM log_signature WHERE log = ? ORDER BY seq", (log,)))]
        found[key] = [batch for held, end in pairwise(ends) for batch in event_log.since(db, log, held, end)]
    return found


def deliver(
    store: Store, waiting: dict[bytes, list[Batch]], rng: random.Random, *, duplicates: float = 0.2
) -> dict[bytes, list[Batch]]:
    """Admit batches in an order that ``rng`` chooses, some twice, some with what was there already in front.

    Each log's stay in their order. A log whose site is not admitted yet is tried again later; what could never be
    admitted is returned.
    """
    waiting = {log: list(batches) for log, batches in waiting.items() if batches}
    done: dict[bytes, list[Batch]] = {}
    is_log_by_log = rng.random() < 0.5
    order = rng.sample(sorted(waiting), len(waiting))
    barred: set[bytes] = set()
    while len(barred) < len(waiting):
        able = [log for log in order if log in waiting and log not in barred]
        log = able[0] if is_log_by_log else rng.choice(able)
        batch = waiting[log][0]
        before = done.get(log)
        if before and rng.random() < duplicates:
            batch = joined(before[-1], batch)
        try:
            with journal(store, is_durable=False) as j:
                event_log.admit(j, batch)
        except EventRejected:
            barred.add(log)
            continue
        barred.clear()
        done.setdefault(log, []).append(waiting[log].pop(0))
        if not waiting[log]:
            del waiting[log]
        if rng.random() < duplicates:
            again = rng.choice(done[log])
            with journal(store, is_durable=False) as j:
                assert event_log.admit(j, again) == 0
    return waiting


def joined(first: Batch, second: Batch) -> Batch:
    """Two neighbouring batches as one, where it does not grow too large: the second with held events in front."""
    events = (*first.events, *second.events)
    if len(events) > BATCH_MAX_EVENTS:
        return second
    return Batch(second.log, second.circle, second.site, second.instance, first.first, events, second.signature)


@dataclass(slots=True)
class Writer:
    """A site's instance that writes a log by hand, as the rules in the documents say, without the store."""

    site_seed: bytes
    instance_seed: bytes
    circle: bytes
    seq: int = 0
    chain: bytes = chain.CHAIN_START
    hlc: int = NOW_MS << 16

    @property
    def site(self) -> SiteKey:
        return SiteKey(keys.public_key(self.site_seed))

    @property
    def instance(self) -> bytes:
        return keys.public_key(self.instance_seed)

    @property
    def log(self) -> LogId:
        return LogId(blake2b(b"wr1log" + self.instance + self.circle, digest_size=32).digest()[:16])

    def certificate(self) -> tuple[e.Envelope, e.Body]:
        """The event every log begins with."""
        signature = keys.sign(self.site_seed, b"wr1cert" + self.circle + self.instance)
        return e.InstanceCertified(self.site, self.instance, self.circle, signature), e.SiteCard("elsewhere")

    def batch(self, *parts: tuple[e.Envelope, e.Body | None] | SignedEvent) -> Batch:
        """The next events of the log, signed at the last."""
        events = [part if isinstance(part, SignedEvent) else self.signed(*part) for part in parts]
        first = self.seq + 1
        for event in events:
            self.seq += 1
            self.chain = self.chain_after(event)
        head = b"wr1head" + self.log + self.seq.to_bytes(8, "big") + self.chain
        signature = keys.sign(self.instance_seed, head)
        return Batch(
            self.log, self.circle, self.site, self.instance, first, tuple(events), signature  # type: ignore[arg-type]
        )  # fmt: skip

    def chain_after(self, event: SignedEvent) -> bytes:
        """The chain hash once ``event`` stands at ``seq``."""
        if event.body is not None and event.salt is not None:
            committed = blake2b(b"wr1body" + event.body, digest_size=32, key=event.salt).digest()
        else:
            committed = bytes(32) if event.commitment is None else event.commitment
        head = self.seq.to_bytes(8, "big") + event.hlc.to_bytes(8, "big") + event.kind.to_bytes(2, "big")
        leaf = blake2b(b"wr1leaf" + self.log + head + event.envelope + committed, digest_size=32).digest()
        return blake2b(self.chain + leaf, digest_size=32).digest()

    def signed(self, envelope: e.Envelope, body: e.Body | None = None) -> SignedEvent:
        """An event as it travels."""
        self.hlc += 1
        if body is None:
            return SignedEvent(self.hlc, envelope.KIND, codec.encode(envelope), None, None, None)
        salt = blake2b(b"salt" + self.seq.to_bytes(8, "big"), digest_size=16).digest()
        return SignedEvent(self.hlc, envelope.KIND, codec.encode(envelope), None, salt, codec.encode(body))


# --- what the views hold --------------------------------------------------------------------------------------------

_EVENT, _MEMBER, _LOG, _CIRCLE, _SUBJECT, _ASPECT, _SAME, _LEFT_OUT = range(8)
_COLUMNS: dict[str, dict[str, int]] = {
    "view_circle": {"circle": _CIRCLE, "name": _SAME, "founder": _SAME},
    "view_site": {"circle": _CIRCLE, "site": _SAME, "name": _SAME, "admitted_as": _SAME},
    "view_member": {
        "member": _MEMBER, "circle": _CIRCLE, "site": _SAME, "person": _SAME, "handle": _SAME, "profession": _SAME,
        "interests": _SAME, "card": _EVENT,
    },
    "view_number": {"log": _LOG, "seq": _SAME, "subject": _SUBJECT},
    "view_right": {
        "log": _LOG, "member": _MEMBER, "role": _SAME, "seq": _SAME, "is_granted": _SAME, "grant_event": _EVENT,
    },
    "view_board": {
        "board": _EVENT, "circle": _CIRCLE, "name": _SAME, "title": _SAME, "about": _SAME, "is_room": _SAME,
    },
    "view_room_member": {"board": _EVENT, "member": _MEMBER},
    "view_thread": {
        "thread": _EVENT, "board": _EVENT, "first_board": _EVENT, "author": _MEMBER, "kind": _SAME, "state": _SAME, "title": _SAME,
        "acuity": _SAME, "urgency": _SAME, "tags": _SAME, "is_locked": _SAME, "is_pinned": _SAME, "outcome": _EVENT,
        "original_ms": _SAME, "is_answered": _SAME, "until_ms": _SAME,
    },
    "view_post": {
        "post": _EVENT, "thread": _EVENT, "parent": _EVENT, "board": _EVENT, "author": _MEMBER, "hlc": _SAME,
        "placed": _LEFT_OUT, "arrival": _LEFT_OUT, "shown": _EVENT, "versions": _SAME, "state": _SAME,
    },
    "view_overwrite": {
        "event": _EVENT, "subject": _SUBJECT, "aspect": _ASPECT, "member": _MEMBER, "value": _SAME,
        "arrival": _LEFT_OUT,
    },
    "view_supersede": {"event": _EVENT, "superseded": _EVENT},
    "view_quote": {"post": _EVENT, "quoted": _EVENT},
    "view_mention": {"handle": _SAME, "site": _SAME, "post": _EVENT},
    "view_reaction": {"post": _EVENT, "reaction": _SAME, "member": _MEMBER},
    "view_purge": {"log_id": _SAME, "seq": _SAME, "leaf": _SAME, "purge": _EVENT},
    "view_waiting": {"log_id": _SAME, "seq": _SAME, "event": _EVENT},
    "view_review": {"event": _EVENT, "reason": _SAME},
    "view_acknowledged": {"purge": _EVENT, "log": _LOG},
    "view_verified": {"member": _MEMBER, "event": _EVENT},
    "view_released": {"log": _LOG, "member": _MEMBER, "seq": _SAME},
    "view_flag": {
        "event": _EVENT, "post": _EVENT, "member": _MEMBER, "is_on": _SAME, "reason": _SAME, "may_hide": _SAME,
    },
    "view_appeal": {"event": _EVENT, "act": _EVENT, "member": _MEMBER, "post": _EVENT},
    "view_suspension": {"event": _EVENT, "author": _MEMBER, "member": _MEMBER, "is_standing": _SAME},
    "view_void": {"event": _EVENT},
    "view_behind": {"event": _EVENT},
}  # fmt: skip


class _Names:
    """Local numbers of one file, as names that are the same in every file, in each branch of a log written twice."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.logs = {log: key.hex()[:8] for log, key in db.execute("SELECT log, id FROM log_log")}
        self.circles = {circle: key.hex()[:8] for circle, key in db.execute("SELECT circle, id FROM log_circle")}
        rows = db.execute(
            "SELECT event, log, l.id, e.seq, e.hlc, kind, envelope, commitment FROM log_event e JOIN log_log l USING (log)"
        )
        self.events: dict[int | None, object] = {
            event: (self.logs[log], event_parts[1], chain.leaf(*event_parts)[:4].hex())
            for event, log, *event_parts in rows
        }
        self.events[None] = None
        self.members: dict[int | None, object] = {
            member: (self.circles[circle], site.hex()[:8], person.hex())
            for member, circle, site, person in db.execute("SELECT member, circle, site, person FROM view_member")
        }
        self.members[None] = None

    def of(self, meaning: int, value: Any) -> Any:
        match meaning:
            case 0:
                return self.events[value]
            case 1:
                return self.members[value]
            case 2:
                return self.logs[value]
            case 3:
                return self.circles[value]
            case 4:
                return self.members[value] if value in self.members else self.events[value]
            case 5:
                word, *rest = value.split()
                return (word, rest[0], self.members[int(rest[1])]) if rest else word
        return value

    def of_token(self, token: str) -> object:
        """A word of the column of tokens: those of boards and authors hold local numbers."""
        if token[1:].isdigit() and token[0] == "b":
            return "b", self.events[int(token[1:])]
        if token[1:].isdigit() and token[0] == "a":
            return "a", self.members[int(token[1:])]
        return token


def view_tables(db: sqlite3.Connection) -> list[str]:
    """Every table of the views but the index of words."""
    rows = db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'view\\_%' ESCAPE '\\'"
        " AND name NOT LIKE 'view\\_search%' ESCAPE '\\' ORDER BY name"
    )
    return [row[0] for row in rows]


def vocabulary(db: sqlite3.Connection) -> list[tuple[str, int, str, int]]:
    """Every word of the index with its version, column and place, read by a connection of its own."""
    path = db.execute("SELECT file FROM pragma_database_list WHERE name = 'main'").fetchone()[0]
    with closing(sqlite3.connect(f"{Path(path).as_uri()}?mode=ro", uri=True)) as reader:
        reader.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, view_search, instance)")
        return reader.execute("SELECT term, doc, col, offset FROM words").fetchall()


def view_content(db: sqlite3.Connection) -> dict[str, list[object]]:
    """What the views hold, with names in place of numbers of this file, and without what tells the arrival.

    A column that is not known here is an error: somebody has to say what it means.
    """
    names = _Names(db)
    content: dict[str, list[object]] = {}
    for table in view_tables(db):
        cursor = db.execute(f"SELECT * FROM {table}")
        meanings = [_COLUMNS[table][column[0]] for column in cursor.description]
        content[table] = sorted(
            (
                tuple(names.of(m, value) for m, value in zip(meanings, row, strict=True) if m != _LEFT_OUT)
                for row in cursor.fetchall()
            ),
            key=repr,
        )
    words = [
        (names.of_token(term) if column == "tokens" else term, names.events[version], column)
        for term, version, column, _ in vocabulary(db)
    ]
    content["view_search"] = sorted(words, key=repr)
    return content


def exact_content(db: sqlite3.Connection) -> dict[str, list[object]]:
    """What the views and the activity hold, to the last number."""
    tables = [*view_tables(db), "local_activity", "local_flagged"]
    content = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}
    content["view_search"] = sorted(vocabulary(db))
    return content


def whole_file(db: sqlite3.Connection) -> dict[str, list[object]]:
    """Every row of every table, the index's own tables too."""
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
    return {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in tables}


def raw_bytes(path: Path) -> bytes:
    """A forum file as it lies on the disk, with its write-ahead log."""
    return b"".join(part.read_bytes() for part in (path, Path(f"{path}-wal")) if part.exists())
