"""What was imported or came from elsewhere: screened in the background, and reviewed by moderators where it is stopped."""

import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wardroom.domain import rules
from wardroom.domain.events import Body, PostBody
from wardroom.domain.ids import AccountNo, EventNo, post_id
from wardroom.domain.text import REASON_MIN, check_line
from wardroom.domain.views import Me
from wardroom.errors import InputRejected, NotFound
from wardroom.forum import guard
from wardroom.forum.session import Session, must
from wardroom.language import _, marked
from wardroom.store import held, peers, unscreened
from wardroom.store.journal import journal, ref_of
from wardroom.store.unscreened import Blocked, Counts

if TYPE_CHECKING:
    from wardroom.screening import Finding

AT_ONCE = 200
"""So many are judged in one commit: a third of a second."""
SOON = 2_000
"""So much is screened by whoever brought it, before the prompt comes back: three seconds. The rest is left to the background."""
_NOT_THERE = marked("Nothing that screening has stopped has this id, or it is not for you to review.")
LEASE = "screening"
LEASE_MS = 30_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A version that screening has stopped, with its words, for the moderator who looks at it."""

    event: EventNo
    id: str
    """Of the post it is a version of."""
    board: str
    author: str
    text: str
    """All its texts, a line each."""
    found: tuple[tuple[str, str], ...]
    """(kind, what stands there) of what blocks it now."""


@dataclass(frozen=True, slots=True)
class Unscreened:
    """The use cases of what waits for screening."""

    session: Session

    def counts(self) -> Counts:
        """How many versions wait, and how many are stopped."""
        return unscreened.counts(self.session.store.read)

    def is_any_pending(self) -> bool:
        """Whether there is something to screen."""
        return unscreened.is_any_pending(self.session.store.read)

    def work(self, *, most: int | None = None, progress: Progress | None = None) -> int:
        """Screen what waits, in the order of its arrival, at most so many; how many were looked at.

        What is done is done: the next call, of whatever process, goes on behind it. While another process works on
        this file nothing is done here.
        """
        store = self.session.store
        holder = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
        if not peers.is_lease_free(store.read, LEASE, holder, LEASE_MS, store.now_ms()):
            return 0
        total = 0 if progress is None else self.counts().pending
        after, done, is_held = 0, 0, False
        try:
            while most is None or done < most:
                size = AT_ONCE if most is None else min(AT_ONCE, most - done)
                waiting = unscreened.pending(store.read, after, size)
                if not waiting:
                    break
                found = {event: self._kinds(body) for event, body in waiting}
                is_held = len(waiting) == size and done + size != most
                with journal(store, is_durable=False) as j:
                    if not peers.take_lease(j, LEASE, holder, LEASE_MS):
                        is_held = False
                        break
                    unscreened.settle(j, found)
                    if not is_held:  # the last of them: the lease goes back in the same commit
                        peers.give_back_lease(j, LEASE, holder)
                after, done = waiting[-1][0], done + len(waiting)
                if progress is not None:
                    progress(done, max(total, done))
        finally:
            if is_held:
                with journal(store, is_durable=False) as j:
                    peers.give_back_lease(j, LEASE, holder)
        return done

    def _kinds(self, body: Body | None) -> tuple[str, ...]:
        """The kinds of what blocks a body; what its author has overridden with a reason passes."""
        return tuple(sorted({finding.kind for finding in self._blocking(body)}))

    def _blocking(self, body: Body | None) -> "list[Finding]":
        if body is None:
            return []
        overridden = {override.kind for override in body.overrides} if isinstance(body, PostBody) else set()
        return guard.blocking(body, self.session.screen, overridden)

    def stopped(self, me: Me) -> tuple[Stopped, ...]:
        """What screening has stopped in the circles the member moderates, the oldest first."""
        rows = unscreened.blocked(self.session.store.read, tuple(me.moderates))
        return tuple(self._stopped(row) for row in rows)

    def look_at(self, me: Me, event: EventNo) -> Stopped:
        """One version that screening has stopped, with its words. Raises NotFound."""
        rows = unscreened.blocked(self.session.store.read, tuple(me.moderates), event)
        if not rows:
            raise NotFound(_(_NOT_THERE))
        return self._stopped(rows[0])

    def _stopped(self, row: Blocked) -> Stopped:
        texts = "\n".join(text for text in guard.words_of(row.body) if text) if row.body is not None else ""
        found = tuple((finding.kind, finding.text) for finding in self._blocking(row.body))
        return Stopped(row.event, self._id(row.post), row.board, row.author, texts, found)

    def _id(self, post: EventNo) -> str:
        ref = ref_of(self.session.store.read, post)
        return post_id(ref.log, ref.seq)

    def release(self, me: Me, event: EventNo, reason: str) -> None:
        """Let all see a stopped version: screening was wrong. Raises Refused, NotFound, InputRejected.

        Who did it, when and why is kept for the audit. What is rightly stopped is purged like any post.
        """
        reason = check_line(reason, "reason")
        if len(reason) < REASON_MIN:
            raise InputRejected(_("Say in a few words why nobody can be known by it; the reason is kept."))
        with journal(self.session.store) as j:
            found = unscreened.blocked(j.db, tuple(me.moderates), event)
            if not found:
                raise NotFound(_(_NOT_THERE))
            row = found[0]
            must(rules.may_moderate(self.session.roles(dict(me.members), row.circle)))
            held.note_deed(
                j.db,
                AccountNo(me.account),
                "release",
                post=row.post,
                about=" ".join(row.kinds),
                reason=reason,
                now_ms=j.now_ms,
            )
            unscreened.show(j, event)

    def stopped_named(self, me: Me, name: str) -> tuple[Stopped, ...]:
        """The stopped versions of the post with this id. Raises NotFound."""
        found = tuple(one for one in self.stopped(me) if one.id == name.strip().lower())
        if not found:
            raise NotFound(_(_NOT_THERE))
        return found
