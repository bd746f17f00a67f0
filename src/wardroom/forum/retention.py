"""Retention by rule: drafts, who read what, and old cases go when their time is over."""

from collections.abc import Callable
from dataclasses import dataclass

from wardroom import operations
from wardroom.domain import codec, rules
from wardroom.domain import events as e
from wardroom.domain.ids import EventNo
from wardroom.domain.views import Me
from wardroom.forum.erasing import acknowledge_purges
from wardroom.forum.session import Session, must
from wardroom.store import event_log, local, retention
from wardroom.store.journal import journal

DAY_MS = 24 * 3600 * 1000
POSTS_PER_PURGE = 50
"""Targets of one purge event: its envelope has a limit, and colleagues wait no longer than for a post."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Terms:
    """Days that things are kept; 0 is for ever."""

    drafts_d: int
    reads_d: int
    cases_d: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is past its term."""

    drafts: int
    reads: int
    threads: int
    posts: int


@dataclass(frozen=True, slots=True)
class Retention:
    """The use cases of keeping things for a time."""

    session: Session

    def due(self, terms: Terms) -> Due:
        """What ``tidy`` would take now."""
        db = self.session.store.read
        posts = [post for _circle, some in self._posts(terms) for post in some]
        return Due(
            retention.old_drafts(db, self._before(terms.drafts_d)),
            retention.old_reads(db, self._before(terms.reads_d)),
            len(retention.threads_of(db, posts)),
            len(posts),
        )

    def tidy(self, terms: Terms) -> None:
        """Throw away old drafts, and keep of old readings only their number."""
        with self.session.store.write() as db:
            retention.discard_old_drafts(db, self._before(terms.drafts_d))
            retention.sum_up_reads(db, self._before(terms.reads_d))
        self.session.store.scrub()

    def purge_old(self, me: Me, terms: Terms, progress: Progress | None = None) -> None:
        """Erase the words of this site's posts in threads past the term. Raises Refused."""
        work = self._posts(terms)
        total, done = sum(len(posts) for _circle, posts in work), 0
        for circle, posts in work:
            for at in range(0, len(posts), POSTS_PER_PURGE):
                some = posts[at : at + POSTS_PER_PURGE]
                with journal(self.session.store) as j:
                    acting = self.session.acting(j, me, circle)
                    must(rules.may_purge(acting.roles, is_author=False, is_own_site=True, is_proposed_by_other=False))
                    targets = tuple(codec.from_ref(j.ref(post), acting.log_id) for post in some)
                    purge = e.PostPurged(acting.author, targets, e.REASONS.index("other"), None)
                    event_log.record(j, acting.pen, purge)
                    for post in some:
                        local.forget_own_post(j.db, post)
                done += len(some)
                if progress is not None:
                    progress(done, total)
        acknowledge_purges(self.session)
        operations.note("retention-purged", account=me.account, posts=done)

    def _posts(self, terms: Terms) -> list[tuple[int, list[EventNo]]]:
        return retention.old_posts(self.session.store.read, self._before(terms.cases_d)) if terms.cases_d else []

    def _before(self, days: int) -> int:
        """The moment before which something is past a term; nothing is past no term."""
        return self.session.now_ms() - days * DAY_MS if days else 0
