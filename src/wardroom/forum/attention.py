"""What calls on a member, and what a member keeps an eye on: bookmarks, followed cases, boards subscribed to or muted."""

from dataclasses import dataclass

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import BoardWish, Calling, Me, PostLine, ThreadLine
from wardroom.errors import NotFound
from wardroom.forum.inbox import OUTCOME_DUE_MS
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.store import attention, local, queries

LIST_MAX = 200
"""Posts in one list."""


@dataclass(frozen=True, slots=True)
class Attention:
    """The use cases of being told, and of what to be told."""

    session: Session

    def posts(self, me: Me, kind: Calling, limit: int = LIST_MAX) -> tuple[PostLine, ...]:
        """The posts that call on the member in one way, newest first."""
        db, viewer = self.session.store.read, self.session.viewer(me)
        if kind == "due":
            found = queries.outcomes_due(db, viewer, self.session.now_ms() - OUTCOME_DUE_MS)[:limit]
        else:
            found = attention.calling_posts(db, viewer, kind, limit)
        return attention.post_lines(db, viewer, found)

    def bookmark(self, me: Me, post: EventNo, *, is_on: bool) -> None:
        """Keep a post in the member's list of bookmarks, or no longer. Raises NotFound."""
        self._thread(me, post)
        with self.session.store.write() as db:
            local.keep_bookmark(db, me.account, post, self.session.now_ms() if is_on else None)

    def is_bookmarked(self, me: Me, post: EventNo) -> bool:
        """Whether the member keeps a post."""
        return local.is_bookmarked(self.session.store.read, me.account, post)

    def follow(self, me: Me, post: EventNo, *, is_on: bool) -> None:
        """Be told of every new reply in the thread of a post, or no longer. Raises NotFound."""
        thread = self._thread(me, post)
        with self.session.store.write() as db:
            local.follow(db, me.account, thread, is_on=is_on)

    def is_following(self, me: Me, thread: EventNo) -> bool:
        """Whether the member follows a thread."""
        return attention.is_following(self.session.store.read, self.session.viewer(me), thread)

    def followed(self, me: Me) -> tuple[ThreadLine, ...]:
        """The threads the member follows, newest activity first."""
        db, viewer = self.session.store.read, self.session.viewer(me)
        return queries.thread_lines(db, viewer, attention.followed_threads(db, viewer))

    def wish(self, me: Me, board: BoardNo, wish: BoardWish) -> None:
        """Be told more of a board ("subscribed"), nothing ("muted"), or as of any. Raises NotFound."""
        if not queries.may_read_board(self.session.store.read, self.session.viewer(me), board):
            raise NotFound(_("There is no such board."))
        with self.session.store.write() as db:
            local.wish_of_board(db, me.account, board, wish)

    def _thread(self, me: Me, post: EventNo) -> EventNo:
        """The thread of a post the member may see. Raises NotFound."""
        thread = queries.thread_of(self.session.store.read, self.session.viewer(me), post)
        if thread is None:
            raise NotFound(_("There is no such post here, or it is not for you to read."))
        return thread
