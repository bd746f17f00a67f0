"""Search: what a person typed becomes the newest posts that fit, with what was looked for marked."""

from dataclasses import dataclass

from wardroom.domain import query as language
from wardroom.domain.clock import wall_ms
from wardroom.domain.codec import decode_body
from wardroom.domain.events import STATES, PostBody, Replied
from wardroom.domain.ids import EventNo, LogId, post_id
from wardroom.domain.text import clean
from wardroom.domain.views import Me, SearchHit, SearchPage
from wardroom.forum.session import Session
from wardroom.store import search as store_search

SNIPPET_WIDTH = 120


@dataclass(frozen=True, slots=True)
class Search:
    """The use cases of searching."""

    session: Session

    def find(self, me: Me, text: str, *, limit: int = 50, before: EventNo | None = None) -> SearchPage:
        """The newest posts that ``text`` finds; it is never an error, and what of it is of no use is named.

        ``before`` is the version of the last hit of the page before.
        """
        query = language.parse(text)
        session = self.session
        found = store_search.find(
            session.store.read, session.viewer(me), query, now_ms=session.now_ms(), limit=limit + 1, before=before
        )
        notes = query.notes
        if found.is_cut:
            notes = (*notes, "That would take too long here. Add a word or a filter.")
        hits = []
        for (
            post, thread, shown, log_id, seq, thread_log, thread_seq, board, circle, title, handle, site, hlc, kind,
            state, is_unread, body_bytes,
        ) in found.rows[:limit]:  # fmt: skip
            body = decode_body(Replied.KIND, body_bytes)
            assert isinstance(body, PostBody)
            whole = clean(f"{body.question}\n{body.text}" if body.question else body.text)
            snippet, spans = language.snippet(whole, query, SNIPPET_WIDTH)
            hits.append(
                SearchHit(
                    EventNo(post), EventNo(thread), EventNo(shown), post_id(LogId(log_id), seq),
                    post_id(LogId(thread_log), thread_seq), board, circle, title, f"{handle}@{site or '?'}",
                    wall_ms(hlc), snippet, spans, kind, STATES[state], bool(is_unread),
                )
            )  # fmt: skip
        return SearchPage(tuple(hits), len(found.rows) > limit, notes)
