"""Search: what a person typed becomes the newest posts that fit, with what was looked for marked."""

from dataclasses import dataclass

from wardroom.domain import query as language
from wardroom.domain.clock import wall_ms
from wardroom.domain.codec import decode_body
from wardroom.domain.events import STATES, PostBody, Replied
from wardroom.domain.ids import EventNo, LogId, post_id
from wardroom.domain.likeness import concepts
from wardroom.domain.query import Query, Term
from wardroom.domain.spelling import distance, distance_max
from wardroom.domain.synonyms import expanded
from wardroom.domain.text import clean
from wardroom.domain.views import Me, SearchHit, SearchPage, SimilarCase
from wardroom.errors import NotFound
from wardroom.forum.clinical_words import ClinicalWords, clinical_words
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.store import export, queries
from wardroom.store import search as store_search
from wardroom.store.neighbours import neighbours
from wardroom.store.search_index import words_of
from wardroom.store.similar import threads_like

SNIPPET_WIDTH = 120
SLIPS_MAX = 2
"""Words of a query that are looked at as slips."""
FEW = 2
"""Hits of a word that may be a slip."""
SUGGESTIONS_MAX = 3
SIMILAR_MAX = 5
TRIED_MAX = 8
"""Words like one that are asked for."""


@dataclass(frozen=True, slots=True)
class Search:
    """The use cases of searching."""

    session: Session

    def find(self, me: Me, text: str, *, limit: int = 50, before: EventNo | None = None) -> SearchPage:
        """The newest posts that ``text`` finds; it is never an error, and what of it is of no use is named.

        ``before`` is the version of the last hit of the page before.
        """
        session = self.session
        query, also = expanded(language.parse(text), self.words.synonyms)
        found = store_search.find(
            session.store.read, session.viewer(me), query, now_ms=session.now_ms(), limit=limit + 1, before=before
        )
        notes = query.notes
        if found.is_cut:
            notes = (*notes, _("That would take too long here. Add a word or a filter."))
        if me.is_steward:
            notes = (*notes, *self.words.troubles)
        hits = []
        for (
            post, thread, shown, log_id, seq, thread_log, thread_seq, board, circle, title, handle, site, hlc, kind,
            state, is_unread, body_bytes,
        ) in found.rows[:limit]:  # fmt: skip
            body = decode_body(Replied.KIND, body_bytes)
            assert isinstance(body, PostBody)
            whole = clean(words_of(body))
            snippet, spans = language.snippet(whole, query, SNIPPET_WIDTH)
            hits.append(
                SearchHit(
                    EventNo(post), EventNo(thread), EventNo(shown), post_id(LogId(log_id), seq),
                    post_id(LogId(thread_log), thread_seq), board, circle, title, f"{handle}@{site or '?'}",
                    wall_ms(hlc), snippet, spans, kind, STATES[state], bool(is_unread),
                )
            )  # fmt: skip
        return SearchPage(tuple(hits), len(found.rows) > limit, notes, also)

    def similar(
        self, me: Me, text: str, *, besides: EventNo | None = None, limit: int = SIMILAR_MAX
    ) -> tuple[SimilarCase, ...]:
        """Earlier threads like a text, the likest first; ``besides`` is a thread that is left out."""
        db, viewer = self.session.store.read, self.session.viewer(me)
        wanted = concepts(clean(text), self.words.synonyms)
        alike = {one.thread: one for one in threads_like(db, viewer, wanted) if one.thread != besides}
        lines = queries.thread_lines(db, viewer, list(alike)[: 2 * limit])
        found = [
            SimilarCase(line, tuple(wanted[place].said for place in alike[line.thread].shared))
            for line in lines
            if line.kind != "notice" and line.title
        ]
        return tuple(found[:limit])

    def similar_to(self, me: Me, post: EventNo, *, limit: int = SIMILAR_MAX) -> tuple[SimilarCase, ...]:
        """Earlier threads like the head of the thread a post stands in. Raises NotFound."""
        db, viewer = self.session.store.read, self.session.viewer(me)
        thread = queries.thread_of(db, viewer, post)
        heads = export.posts(db, viewer, [] if thread is None else [thread])
        if not heads:
            raise NotFound(_("The words of this post are no longer here."))
        body = heads[0].body
        text = "\n".join([body.title, " ".join(body.tags), words_of(body)])
        return self.similar(me, text, besides=thread, limit=limit)

    def suggestions(self, me: Me, text: str, page: SearchPage) -> tuple[str, ...]:
        """What may have been meant by a query that found next to nothing: the same with a word spelled otherwise.

        Only words that find something for the member are offered, so that nothing is told of what is not theirs.
        """
        if len(page.hits) > FEW or page.is_more:
            return ()
        terms = [term for group in language.parse(text).groups for term in group if term.kind == "word"]
        doubtful = dict.fromkeys(
            word for term in terms if (word := language.fold(term.text)).isalpha() and word not in self.words.vocabulary
        )
        hits = {word: self._hits_of(me, word) for word in doubtful}
        found: list[str] = []
        for word in [word for word in doubtful if hits[word] <= FEW][:SLIPS_MAX]:
            better = [other for other in self._near(word) if self._hits_of(me, other) > hits[word]]
            found += [_with(text, word, other) for other in better[:SUGGESTIONS_MAX]]
        return tuple(dict.fromkeys(found))[:SUGGESTIONS_MAX]

    def _near(self, word: str) -> list[str]:
        """The words most like one: those of the lists before those of the forum, few enough to ask for each."""
        listed = self.words.vocabulary
        known = {other for other in listed if abs(len(other) - len(word)) <= 2 and other[:1] == word[:1]}
        known |= neighbours(self.session.store.read, word)
        most = distance_max(word)
        ranked = sorted((distance(word, other, most), other not in listed, other) for other in known - {word})
        return [other for apart, _is_new, other in ranked if apart <= most][:TRIED_MAX]

    def _hits_of(self, me: Me, word: str) -> int:
        """How many posts a word finds for the member, counted up to a few more than few."""
        query = Query(groups=((Term(word, "word"),),))
        session = self.session
        rows = store_search.find(
            session.store.read, session.viewer(me), query, now_ms=session.now_ms(), limit=FEW + 2, before=None
        ).rows
        return len(rows)

    @property
    def words(self) -> ClinicalWords:
        """What is said in several ways, here."""
        return clinical_words(self.session.words_dirs)


def _with(text: str, word: str, other: str) -> str:
    """A query with a word of it spelled otherwise."""
    for start, end in language.tokens(text):
        if language.fold(text[start:end]) == word:
            return text[:start] + other + text[end:]
    return other
