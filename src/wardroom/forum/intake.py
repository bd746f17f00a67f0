"""Taking in what another site sends, by whatever way it came: a line, a bundle, or a spool."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wardroom.domain.batch import Batch
from wardroom.domain.events import PostPurged
from wardroom.domain.ids import CircleId, LogId, SiteKey
from wardroom.domain.vector import CHAIN_PREFIX_BYTES, Position, Vector
from wardroom.errors import ChainBroken, EventRejected, SiteNotAdmitted, SyncFailed
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.store import event_log, local, peers
from wardroom.store.journal import Journal, journal
from wardroom.store.peers import Held
from wardroom.sync import packing
from wardroom.sync.packing import Bodies, Sent

TOGETHER_MAX_EVENTS = 64
"""So many are taken in one transaction at most, some six milliseconds: who posts meanwhile waits for it."""
_GAP_S = 0.001
"""Between two transactions somebody else has a chance at the file, which halves the longest waits."""


@dataclass(slots=True)
class Report:
    """What an exchange did."""

    sent_events: int = 0
    received_events: int = 0
    refused_logs: dict[LogId, str] = field(default_factory=dict)
    """Logs of which something was not taken, and why."""
    notices: list[str] = field(default_factory=list)
    """What the person who looks after the file should know, a sentence each."""
    has_purged: bool = False
    chatter: bytes = b""

    def notice(self, sentence: str) -> None:
        """Add what somebody should know, once."""
        if sentence not in self.notices:
            self.notices.append(sentence)


def renew(forum: Session, report: Report) -> None:
    """Go on as a new instance, and say so."""
    forum.renew_instance()
    report.notice(forum.notice)


@dataclass(slots=True)
class Intake:
    """The way in for what one site sends; ``shared`` are the circles it may send events of."""

    forum: Session
    site: SiteKey
    shared: dict[CircleId, int]
    report: Report
    received: dict[LogId, Position] = field(default_factory=dict)
    """How far each log was taken."""
    _coming: list[Sent] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether everything that came was taken."""
        return not self._coming

    def hear(self, theirs: Vector, ours: Mapping[LogId, Held]) -> None:
        """Go on as a new instance where the far side holds a log of this one as it was not written here.

        Then the file was copied or set back, and what it writes next stands elsewhere already. ``ours`` is what was
        held before anything was taken.
        """
        db = self.forum.store.read
        own = {local.own_log(db, circle) for circle in self.shared.values()}
        if any(log.branches[0].log in own and peers.has_parted(db, log, theirs.at(key)) for key, log in ours.items()):
            renew(self.forum, self.report)

    def take_events(self, sent: Sent) -> None:
        """Take in a batch, together with those that come right after it: see ``settle``, which may be due already."""
        self._coming.append(sent)
        if sum(len(each.events.stamps) for each in self._coming) >= TOGETHER_MAX_EVENTS:
            self.settle()

    def settle(self) -> None:
        """Take what has come, in one transaction; where a batch is refused, each in a transaction of its own.

        Raises SyncFailed for events of a circle that is not shared, EventRejected, StoreError; what came before stays.
        """
        coming, self._coming = self._coming, []
        if coming:
            self._take(coming)
            time.sleep(_GAP_S)

    def _take(self, batches: Sequence[Sent]) -> None:
        coming = [sent for sent in batches if sent.events.log not in self.report.refused_logs]
        if not coming:
            return
        log = LogId(coming[0].events.log)
        try:
            self._take_together(coming)
        except (EventRejected, SyncFailed) as error:
            if len(coming) > 1:
                for sent in coming:
                    self._take((sent,))
            elif isinstance(error, SiteNotAdmitted):
                self.report.refused_logs[log] = str(error)
            elif isinstance(error, ChainBroken):
                with self.forum.store.write(is_durable=False) as db:
                    peers.recheck(db, log, self.site)
                self.report.refused_logs[log] = _(
                    "A log does not continue what is held of it; it is asked for whole next time."
                )
            else:
                raise

    def _take_together(self, coming: Sequence[Sent]) -> None:
        received: dict[LogId, Position] = {}
        new, has_purged, has_parted = 0, False, False
        with journal(self.forum.store, is_durable=False) as j:
            for sent in coming:
                log = LogId(sent.events.log)
                batch = packing.batch_of(sent, event_log.names_of(j.db, log))
                if batch.circle not in self.shared:
                    raise SyncFailed(
                        _("The far side sent events of a circle that is not shared with it. Nothing of them was taken.")
                    )
                branches_before = len(j.branches(log))
                new_here = event_log.admit(j, batch)
                if j.has_granted:
                    self._accept_grants(j, batch)
                peers.is_rechecked(j.db, log, self.site)
                branches = j.branches(log)
                has_parted |= len(branches) > max(branches_before, 1)
                last, head = batch.first + len(batch.events) - 1, branches[0]
                at = head.chain if head.seq == last else event_log.chain_at(j.db, head.log, min(last, head.seq))
                received[log] = Position(last, at[:CHAIN_PREFIX_BYTES])
                new += new_here
                has_purged |= any(event.kind == PostPurged.KIND for event in batch.events)
        if has_parted:
            self.report.notice(_("A log was written twice, by copies of one file. Both branches are kept and shown."))
        self.received.update(received)
        self.report.received_events += new
        self.report.has_purged |= has_purged

    def take_bodies(self, message: Bodies) -> None:
        """Put bodies in their places that had been awaited."""
        self.settle()
        with journal(self.forum.store, is_durable=False) as j:
            for late in packing.late_bodies(message):
                event_log.supply_body(j, late)

    def _accept_grants(self, j: Journal, batch: Batch) -> None:
        """Let roles count that the batch gives to members of this site, or that had waited for something in it."""
        circle = self.shared[batch.circle]
        own = local.own_log(j.db, circle)
        if own is not None:
            pen = self.forum.pen(j, circle)
            event_log.accept_grants_to(j, pen, SiteKey(self.forum.identity.site_key))
        j.has_granted = False
