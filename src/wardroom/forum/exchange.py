"""One exchange with a peer: the file and the protocol, joined over a line."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from wardroom.domain.ids import INSTANCE_PREFIX_BYTES, SITE_PREFIX_BYTES, CircleId, LogId, SiteKey
from wardroom.domain.vector import CHAIN_PREFIX_BYTES, Position, Vector
from wardroom.errors import SyncCut, SyncFailed, WardroomError
from wardroom.forum.erasing import acknowledge_purges
from wardroom.forum.intake import Intake, Report, renew
from wardroom.forum.outgoing import plan
from wardroom.forum.session import Session as ForumSession
from wardroom.language import _
from wardroom.store import event_log, peers
from wardroom.store.peers import Held, Remembered
from wardroom.sync import frames, packing
from wardroom.sync.pace import Pace
from wardroom.sync.packing import Bodies, Sent
from wardroom.sync.session import Ended, Holds, Memory, Met, Session, Side

QUEUED_MAX_BYTES = 256 * 1024
"""No more than this is packed ahead of the line."""
_AT_ONCE_BYTES = 16 * 1024
"""Less is written together with what follows: each write costs ssh a packet, 40 bytes more than what is in it."""
_HURRY_AFTER_BYTES = 2400 * 1024
"""So much has gone out, more than ssh and sshd take in ahead of a slow line, before one that keeps up counts as fast."""
Progress = Callable[[int, int], None]


class Line(Protocol):
    """What an exchange needs of a line: see ``wardroom.link.duplex``."""

    received_bytes: int
    sent_bytes: int
    keep_alive: bytes

    @property
    def pending_bytes(self) -> int:
        """How much is queued and not yet taken by the line."""

    def write(self, piece: bytes) -> None:
        """Queue bytes. Raises SyncCut."""

    def read(self, *, is_waiting: bool = True) -> bytes | None:
        """The next piece; empty at the end, None when there is none and nobody waits. Raises SyncCut."""

    def wait(self, below_bytes: int, timeout_s: float) -> None:
        """Wait until less than so much is queued, something has come in, or the time is over."""


@dataclass(slots=True)
class Exchange:
    """One side of an exchange; ``site`` is whom we expect at the far side, None where it may be any site known here."""

    forum: ForumSession
    line: Line
    site: SiteKey | None
    only_circles: tuple[str, ...] = ()
    progress: Progress | None = None
    report: Report = field(default_factory=Report)
    has_met: bool = False
    _shared: dict[CircleId, int] = field(default_factory=dict)
    _logs: dict[LogId, Held] = field(default_factory=dict)
    _ours: Vector = field(default_factory=Vector)
    _theirs: Vector = field(default_factory=Vector)
    _sent: dict[LogId, Position] = field(default_factory=dict)
    _expected: int = 0
    _has_spoken: bool = False
    _intake: Intake = field(init=False)

    def call(self) -> Report:
        """Begin an exchange and see it through. Raises SyncFailed, SyncCut, StoreError."""
        assert self.site is not None
        session = Session(self._recall)
        self._speak(session, peers.last_instance(self.forum.store.read, self.site[:SITE_PREFIX_BYTES]))
        self.line.write(session.take_output())
        return self._run(session)

    def answer(self) -> Report:
        """Answer an exchange that the far side begins. Raises SyncFailed, SyncCut, StoreError; the far side is told why."""
        return self._run(Session(self._recall))

    def _recall(self, site: bytes, instance: bytes) -> Memory:
        found = peers.remembered(self.forum.store.read, site, instance)
        return Memory() if found is None else Memory(found.ours, found.theirs, found.theirs_before)

    def _speak(self, session: Session, to_instance: bytes | None) -> None:
        assert self.site is not None
        db, who = self.forum.store.read, self.forum.identity
        self._shared = {
            key: circle
            for key, circle in peers.shared_circles(db, self.site).items()
            if not self.only_circles or peers.circle_name(db, circle) in self.only_circles
        }
        self._logs = peers.held(db, self._shared)
        self._intake = Intake(self.forum, self.site, self._shared, self.report)
        self._ours = peers.vector_of(db, self._shared, self._logs, self.site)
        base = Vector()
        if to_instance is not None:
            base = self._recall(self.site[:SITE_PREFIX_BYTES], to_instance).ours
        wants = peers.awaited(db, self._shared, packing.WANTS_MAX)
        session.speak(Side(who.site_key, who.instance_key, self._ours, wants), base)
        self._has_spoken = True

    def _run(self, session: Session) -> Report:
        self.line.keep_alive = frames.KEEP_ALIVE
        try:
            self._converse(session)
        except SyncCut:
            self._settle()
            raise
        except (WardroomError, AssertionError) as error:
            self._tell_why(session, error)
            self._settle()
            raise
        finally:
            self.report.chatter = session.reader.chatter
            acknowledge_purges(self.forum, is_due=self.report.has_purged)
        return self.report

    def _tell_why(self, session: Session, error: BaseException) -> None:
        sentence = (
            str(error) if isinstance(error, WardroomError) else _("The far side failed through a fault of its own.")
        )
        try:
            session.refuse(sentence)
            self.line.write(session.take_output())
        except SyncCut:
            pass

    def _converse(self, session: Session) -> None:
        """Take and send until both sides have sent everything."""
        outgoing: Iterator[None] | None = None
        has_sent_all, is_last_word, pace = False, False, Pace()
        while not (has_sent_all and session.has_ended):
            untaken = session.load_bytes - session.taken_bytes
            pace.note(session.taken_bytes, time.monotonic())
            is_far_ahead = untaken >= pace.most_untaken_bytes
            has_more = outgoing is not None and not has_sent_all
            can_send = has_more and not is_far_ahead and self.line.pending_bytes < QUEUED_MAX_BYTES
            if not can_send or session.output_bytes > _AT_ONCE_BYTES:
                self._write(session, is_needed=not has_sent_all or is_last_word)
                is_last_word = False
            is_idle = is_far_ahead or not has_more
            piece = self.line.read(is_waiting=is_idle and (not self._has_spoken or self._intake.is_settled))
            if piece == b"":
                raise SyncCut(_("The line ended in the middle. What was exchanged so far is kept; sync again."))
            if piece is None:
                self._settle()
            else:
                for happening in session.feed(piece):
                    if isinstance(happening, Holds):
                        outgoing = self._outgoing(session, happening.vector)
                    else:
                        self._take(session, happening)
            if can_send and outgoing is not None:
                has_sent_all = is_last_word = next(outgoing, True) is True
            elif piece is None:
                self.line.wait(QUEUED_MAX_BYTES, 0.25)
        self._write(session, is_needed=is_last_word)
        self._keep_memory(session)

    def _write(self, session: Session, *, is_needed: bool) -> None:
        """Write what is to go out; what is not needed says only what was taken here, and whoever has left hears it no more."""
        with suppress(*() if is_needed else (SyncCut,)):
            self.line.write(session.take_output())

    # --- taking ---

    def _take(self, session: Session, happening: Met | Sent | Bodies | Ended) -> None:
        match happening:
            case Met():
                self._meet(session, happening)
            case Sent():
                self._intake.take_events(happening)
                self._show_progress()
            case Bodies():
                self._intake.take_bodies(happening)
            case Ended():
                self._settle()

    def _settle(self) -> None:
        """Take what has come, once nothing more is there at once."""
        if self._has_spoken:
            self._intake.settle()
            self._show_progress()

    def _show_progress(self) -> None:
        done = self.report.received_events
        if self.progress is not None and done:
            self.progress(done, max(self._expected, done))

    def _meet(self, session: Session, met: Met) -> None:
        db, who = self.forum.store.read, self.forum.identity
        if self.site is None:
            known = [*peers.other_sites(db), SiteKey(who.site_key)]
            self.site = next((site for site in known if site[:SITE_PREFIX_BYTES] == met.site), None)
            if self.site is None:
                raise SyncFailed(
                    _("This site is not known there. Its steward must invite yours: `wardroom circle invite`.")
                )
        if self.site[:SITE_PREFIX_BYTES] != met.site:
            raise SyncFailed(
                _("The far side is another site than the one this peer was pinned to. Nothing was exchanged; compare both sites' words (`wardroom site show`), then remove the peer and add it again.")
            )  # fmt: skip
        if met.instance == who.instance_key[:INSTANCE_PREFIX_BYTES]:
            renew(self.forum, self.report)
            raise SyncFailed(
                _("The far side is a copy of this very file. Both go on as instances of their own; sync again.")
            )
        self.has_met = True
        if revoked := peers.cut_off_in(db, self.site, met.instance):
            raise SyncFailed(
                _("The far side's file was revoked in {circles}. Nothing was exchanged.").format(
                    circles=", ".join(revoked)
                )
            )
        if not self._has_spoken:
            self._speak(session, met.instance)
        if not self._shared and (suspended := peers.cut_off_in(db, self.site)):
            raise SyncFailed(
                _("The far side's site is suspended in {circles}. Nothing was exchanged.").format(
                    circles=", ".join(suspended)
                )
            )
        if not self._shared:
            raise SyncFailed(_("There is no circle that both sites take part in. `wardroom circle invite` opens one."))

    @property
    def _far_site(self) -> SiteKey:
        assert self.site is not None
        return self.site

    # --- sending ---

    def _outgoing(self, session: Session, theirs: Vector) -> Iterator[None]:
        """Queue everything the far side lacks, a piece at each step."""
        self._theirs = theirs
        common = {key: circle for key, circle in self._shared.items() if key in theirs.circles}
        self._expected = sum(max(0, at.seq - self._ours.at(log).seq) for log, at in theirs.logs.items())
        db = self.forum.store.read
        self._intake.hear(theirs, self._logs)
        assert session.met is not None
        wanted = [peers.body_of(db, LogId(log), seq, common) for log, seq in session.met.wants]
        found = tuple(late for late in wanted if late is not None)
        for at in range(0, len(found), packing.LATE_BODIES_MAX):
            session.send_bodies(found[at : at + packing.LATE_BODIES_MAX])
            yield
        for log, branch, after, up_to in plan(self.forum, common, self._logs, theirs):
            for batch in event_log.since(db, branch.log, after, up_to):
                session.send(batch)
                last = batch.first + len(batch.events) - 1
                head = event_log.chain_at(db, branch.log, last)[:CHAIN_PREFIX_BYTES]
                self._sent[log.id] = Position(last, head) if len(log.branches) == 1 else log.position
                self.report.sent_events += len(batch.events)
                if self.line.sent_bytes > _HURRY_AFTER_BYTES and self.line.pending_bytes < QUEUED_MAX_BYTES // 8:
                    session.hurry()
                yield
        session.end()

    # --- remembering ---

    def _keep_memory(self, session: Session) -> None:
        assert self.site is not None
        assert session.met is not None
        ours, theirs = self._ours.advanced(self._intake.received), self._theirs.advanced(self._sent)
        what = Remembered(ours, theirs, session.used_base)
        with self.forum.store.write() as db:
            peers.remember(db, self.site[:SITE_PREFIX_BYTES], session.met.instance, what, self.forum.now_ms())
