"""A line in memory between two exchanges, and small networks of real files that meet over it."""

import random
import shutil
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.strategies import Clock, bytes_from

from wardroom.domain.ids import SiteKey
from wardroom.domain.views import Me
from wardroom.errors import SyncCut, WardroomError
from wardroom.forum import Forum, bundle
from wardroom.forum.exchange import Exchange
from wardroom.forum.founding import Founder, found
from wardroom.forum.intake import Report
from wardroom.forum.session import Session
from wardroom.store import local, token
from wardroom.store.database import open_store


class MemoryLink:
    """Two ends of a line, of which one at a time runs: what happens depends on ``rng`` and nothing else.

    After ``cut_after`` bytes in both directions together nothing more comes through; ``replaced`` may change what does.
    """

    def __init__(
        self, rng: random.Random, *, cut_after: int | None = None, change: Callable[[bytes], bytes] = bytes
    ) -> None:
        self.rng = rng
        self.left = cut_after
        self.change = change
        self.is_cut = False
        self.caller, self.answerer = End(self), End(self)
        self.caller.far, self.answerer.far = self.answerer, self.caller


@dataclass
class End:
    """One end of a line in memory; see ``forum.exchange.Line``."""

    link: MemoryLink
    far: "End" = field(init=False, repr=False)
    received_bytes: int = 0
    sent_bytes: int = 0
    keep_alive: bytes = b""
    has_left: bool = False
    is_stuck: bool = False
    coming: deque[bytes] = field(default_factory=deque)
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    @property
    def pending_bytes(self) -> int:
        """What the far side has not read yet."""
        return sum(map(len, self.far.coming))

    def write(self, piece: bytes) -> None:
        """Send a piece, or as much of it as comes through."""
        if not piece:
            return
        if self.link.is_cut:
            raise SyncCut("The line was cut.")
        if self.link.left is not None:
            piece = piece[: self.link.left]
            self.link.left -= len(piece)
            self.link.is_cut = self.link.left == 0
        self.sent_bytes += len(piece)
        piece = self.link.change(piece)
        if piece:
            self.far.coming.append(piece)

    def read(self, *, is_waiting: bool = True) -> bytes | None:
        """The next piece, cut wherever it pleases ``rng``."""
        if not self.coming and (is_waiting or self.link.rng.random() < 0.5):
            self._give_way()
        if self.coming:
            piece = self.coming.popleft()
            if self.link.rng.random() < 0.3:
                at = self.link.rng.randint(1, len(piece))
                piece, rest = piece[:at], piece[at:]
                if rest:
                    self.coming.appendleft(rest)
            self.received_bytes += len(piece)
            self.is_stuck = False
            return piece
        if self.far.has_left or self.link.is_cut:
            return b""
        if not is_waiting:
            return None
        assert not (self.is_stuck and self.far.is_stuck), "both sides wait for each other"
        self.is_stuck = True
        return self.read()

    def wait(self, below_bytes: int, timeout_s: float) -> None:
        """Let the far side read."""
        self._give_way()

    def _give_way(self) -> None:
        if not self.far.has_left:
            self.far.turn.release()
            self.turn.acquire()

    def leave(self) -> None:
        """Nothing more is said or heard from here."""
        self.has_left = True
        self.far.turn.release()


@dataclass(frozen=True, slots=True)
class Meeting:
    """How an exchange went on both sides."""

    call: Report
    answer: Report
    sent_bytes: int
    """By the caller."""
    received_bytes: int
    call_error: WardroomError | None
    answer_error: WardroomError | None

    @property
    def is_whole(self) -> bool:
        """Whether neither side had an error."""
        return self.call_error is None and self.answer_error is None


def meet(
    calling: Session, answering: Session, link: MemoryLink, *, expected: bytes | None = None, only: tuple[str, ...] = ()
) -> Meeting:
    """One exchange over a link. What is no error of ours is raised here."""
    sites = [SiteKey(expected or answering.identity.site_key), SiteKey(calling.identity.site_key)]
    caller = Exchange(calling, link.caller, sites[0], only)
    answerer = Exchange(answering, link.answerer, sites[1])
    errors: list[BaseException | None] = [None, None]

    def run(side: int, end: End, act: Callable[[], Report]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001  it is raised again where the test sees it
            errors[side] = error
        finally:
            end.leave()

    def answer() -> None:
        link.answerer.turn.acquire()
        run(1, link.answerer, answerer.answer)

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    run(0, link.caller, caller.call)
    thread.join(60)
    assert not thread.is_alive()
    for error in errors:
        if error is not None and not isinstance(error, WardroomError):
            raise error
    first, second = (error if isinstance(error, WardroomError) else None for error in errors)
    return Meeting(
        caller.report, answerer.report, link.caller.sent_bytes, link.answerer.sent_bytes, first, second
    )  # fmt: skip


# --- sites ----------------------------------------------------------------------------------------------------------

CIRCLE = "region"
FIRST = ("sam", "mona", "bob", "cleo", "dora", "eve")
"""The first member of each site; the founder's site has two."""


@dataclass(slots=True)
class Site:
    """A site with a file of its own, its clock set by hand."""

    path: Path
    clock: Clock
    seed: object = 0
    opened: int = 0
    forum: Forum = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        """Open the file as a process would that has just started."""
        self.opened += 1
        store = open_store(
            self.path, now_ms=self.clock, random_bytes=bytes_from((self.seed, self.path.name, self.opened))
        )
        self.forum = bundle(Session(store))

    def close(self) -> None:
        self.forum.close()

    @property
    def session(self) -> Session:
        return self.forum.session

    @property
    def handles(self) -> list[str]:
        return [account.handle for account in local.accounts(self.session.store.read)]

    def me(self, handle: str) -> Me:
        account = local.account_named(self.session.store.read, handle)
        assert account is not None
        return self.session.me(account)


def make_sites(folder: Path, count: int) -> list[Site]:
    """So many sites of one circle, founded by the first, which have all met once."""
    sites = []
    for number in range(count):
        path, clock = folder / f"site{number}.db", Clock()
        handle = FIRST[number + 1] if number else FIRST[0]
        found(
            path,
            Founder(f"site{number}", handle, "physician"),
            now_ms=clock.ms,
            random_bytes=bytes_from((number, "site")),
        )
        sites.append(Site(path, clock))
    first = sites[0]
    sam = first.me("sam")
    first.forum.members.add(sam, "mona", "nurse", "practitioner")
    first.forum.circles.new(sam, CIRCLE)
    sam = first.me("sam")
    first.forum.boards.open(sam, "shared", circle=CIRCLE)
    for number, other in enumerate(sites[1:], 1):
        line = first.forum.circles.invite(sam, CIRCLE, other.session.identity.site_key.hex(), f"site{number}")
        other.forum.circles.join(other.me(FIRST[number + 1]), line)
    meet_first(sites)
    return sites


def meet_first(sites: list[Site]) -> None:
    """Every site meets the founder's twice, so that each holds what the others brought."""
    for other in [*sites[1:], *sites[1:]]:
        assert meet(other.session, sites[0].session, MemoryLink(random.Random(1))).is_whole


def add_offices(sites: list[Site]) -> None:
    """The founder's site becomes a department with a moderator, the second site gets a steward, and both a trainee."""
    first, second = sites[0], sites[1]
    sam, bob = first.me(FIRST[0]), second.me(FIRST[2])
    first.forum.members.add(sam, "tia", "student", "trainee")
    second.forum.members.add(bob, "tom", "student", "trainee")
    for handle in ("nadia", "omar", "olive"):
        first.forum.members.add(sam, handle, "nurse", "practitioner")
    first.forum.boards.open(sam, "mess", circle=CIRCLE)
    first.forum.members.grant(sam, "mona", "moderator", circle=CIRCLE)
    first.forum.members.grant(sam, "bob@site1", "steward", circle=CIRCLE)
    meet_first(sites)


def copies_of(template: list[Path], folder: Path, seed: object) -> list[Site]:
    """The same sites in another folder, as they stand."""
    folder.mkdir()
    sites = []
    for path in template:
        shutil.copyfile(path, folder / path.name)
        sites.append(Site(folder / path.name, Clock(), seed))
        token.note(sites[-1].path, sites[-1].session.store.read)
    return sites
