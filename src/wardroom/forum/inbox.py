"""What is new for a member: the brief, read marks, and the way to the next unread post."""

import json
from collections.abc import Iterable

from msgspec import Struct

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import BriefView, Me, Place, Sums
from wardroom.forum.session import Session
from wardroom.store import attention, held, listing, local, members, queries, retention, trail
from wardroom.store.boards import boards as board_lines

URGENT_MAX = 5
UNREAD_MAX = 12
NOTICES_MAX = 3
OUTCOME_DUE_MS = 3 * 24 * 3600 * 1000
"""A case owes its outcome three days after it was posted."""


class Inbox(Struct, frozen=True):
    """The use cases of reading on."""

    session: Session

    def brief(self, me: Me, *, is_whole: bool = False) -> BriefView:
        """What happened since the member was last here, in one view; ``is_whole`` counts all that is unread."""
        db, viewer = self.session.store.read, self.session.viewer(me, is_whole=is_whole)
        account = local.account_numbered(db, me.account)
        boards = board_lines(db, viewer)
        urgent = queries.urgent_threads(db, viewer, URGENT_MAX)
        for thread in queries.recent_unanswered(db, viewer, URGENT_MAX):
            if thread not in urgent and len(urgent) < URGENT_MAX:
                urgent.append(thread)
        unread = queries.unread_threads(db, viewer, limit=UNREAD_MAX + len(urgent))
        unread = [thread for thread in unread if thread not in urgent][:UNREAD_MAX]
        notices = queries.notices(db, viewer, NOTICES_MAX)
        lines = {line.thread: line for line in queries.thread_lines(db, viewer, [*urgent, *unread, *notices])}
        since_ms = account.visited_ms if account else None
        return BriefView(
            since_ms=since_ms,
            is_first_visit=since_ms is None,
            urgent=tuple(lines[EventNo(t)] for t in urgent if t in lines),
            unread=tuple(lines[EventNo(t)] for t in unread if t in lines),
            unread_posts=sum(board.unread for board in boards if board.wish != "muted"),
            answers=attention.calling_count(db, viewer, "answers"),
            outcomes_due=len(queries.outcomes_due(db, viewer, self.session.now_ms() - OUTCOME_DUE_MS)),
            drafts=len(local.drafts(db, me.account)),
            notices=tuple(lines[EventNo(t)] for t in notices if t in lines),
            boards=boards,
            named=attention.calling_count(db, viewer, "named"),
            followed=attention.calling_count(db, viewer, "followed"),
            subscribed=sum(board.unread for board in boards if board.wish == "subscribed"),
            waiting=trail.waiting_count(db, viewer) if me.moderates else 0,
            told=len(held.notices(db, me.account))
            + len(trail.acts_about(db, viewer, held.told_arrival(db, me.account))),
        )

    def sums(self, me: Me) -> Sums:
        """The brief as counts alone, for a prompt or a status bar."""
        db, viewer = self.session.store.read, self.session.viewer(me)
        return Sums(
            now=len(queries.urgent_threads(db, viewer, URGENT_MAX)),
            unread=queries.unread_posts(db, viewer),
            answers=attention.calling_count(db, viewer, "answers"),
            named=attention.calling_count(db, viewer, "named"),
            followed=attention.calling_count(db, viewer, "followed"),
            subscribed=attention.calling_count(db, viewer, "subscribed"),
            due=len(queries.outcomes_due(db, viewer, self.session.now_ms() - OUTCOME_DUE_MS)),
            drafts=len(local.drafts(db, me.account)),
        )

    def leave(self, me: Me) -> None:
        """Remember the visit."""
        if not self.session.store.is_read_only:
            with self.session.store.write(is_durable=False) as db:
                local.note_visit(db, me.account, self.session.now_ms())

    def unread_posts(self, me: Me) -> int:
        """How many posts the member has not read."""
        return queries.unread_posts(self.session.store.read, self.session.viewer(me))

    def mark_seen(self, me: Me, posts: Iterable[EventNo]) -> None:
        """The member has had these posts on the glass."""
        wanted = json.dumps(sorted(set(posts)))
        if self.session.store.is_read_only or wanted == "[]":
            return
        with self.session.store.write(is_durable=False) as db:
            retention.note_reads(db, me.account, wanted, self.session.now_ms())
            local.mark_read(db, me.account, members.arrivals_of(db, wanted))

    def mark_all(self, me: Me) -> None:
        """The member is done with everything that is here now."""
        with self.session.store.write(is_durable=False) as db:
            local.mark_read_range(db, me.account, 1, max(1, members.newest_arrival(db)))

    def next_unread(
        self, me: Me, after_thread: EventNo | None = None, board: BoardNo | None = None
    ) -> tuple[EventNo, EventNo] | None:
        """(thread, post) to read next: further down the board's list, then in the boards that follow; None at the end.

        A board is read in the order of its list, from the top again once its end is reached; one that is muted is
        read only from within.
        """
        db, viewer = self.session.store.read, self.session.viewer(me)
        lines = board_lines(db, viewer)
        numbers = [line.board for line in lines]
        start = numbers.index(board) if board in numbers else 0
        unread = {line.board: 0 if line.wish == "muted" and line.board != board else line.unread for line in lines}
        for number in numbers[start:] + numbers[:start]:
            if not unread[number]:
                continue
            waiting = listing.places_of_unread(db, viewer, number, "activity")
            if number == board and after_thread is not None:
                waiting = _from(waiting, listing.place_of(db, viewer, number, after_thread))
            for place in waiting:
                post = queries.first_unread(db, viewer, place.thread)
                if post is not None and (place.thread != after_thread or len(waiting) == 1):
                    return place.thread, post
        return None


def _from(waiting: tuple[Place, ...], here: Place | None) -> tuple[Place, ...]:
    """The waiting threads that stand below a place in the list, then those above it."""
    if here is None:
        return waiting
    below = [place for place in waiting if place.rank > here.rank]
    return (*below, *(place for place in waiting if place.rank <= here.rank))
