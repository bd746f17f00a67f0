"""Threads that speak of the same: rare concepts weigh most, and what a thread shares is added up."""

import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wardroom.domain.likeness import Concept
from wardroom.store import queries
from wardroom.store.queries import Viewer

COUNTED_MAX: Final = 1_000
"""Posts of a concept that are counted; what stands in more says little."""
FREQUENT_WEIGHT: Final = 1.0
ASKED_MAX: Final = 12
"""Concepts that are asked for: the rarest."""
POSTS_MAX: Final = 200
"""The newest posts of each that are looked at."""
HEAD_FACTOR: Final = 1.5
"""What a question speaks of counts more than what an answer does."""
SHARED_MIN: Final = 2
"""Concepts two texts share that are like each other."""
PART_MIN: Final = 0.3
"""The part of the weights asked for that they share at least."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A thread and the places of the concepts it shares, the weightiest first."""

    thread: int
    shared: tuple[int, ...]


def threads_like(db: sqlite3.Connection, viewer: Viewer, wanted: Sequence[Concept]) -> list[Alike]:
    """The threads a viewer may read that share most with a text, the likest first."""
    posts = max(int(db.execute("SELECT COALESCE(MAX(post), 0) FROM view_post").fetchone()[0]), 2)
    weights: dict[int, float] = {}
    for place, concept in enumerate(wanted):
        count = _count(db, concept)
        if count:
            weights[place] = FREQUENT_WEIGHT if count == COUNTED_MAX else max(math.log(posts / count), 0.1)
    asked = sorted(weights, key=lambda place: -weights[place])[:ASKED_MAX]
    scores: dict[int, float] = {}
    shared: dict[int, list[int]] = {}
    for place in asked:
        heads: dict[int, bool] = {}
        for post, thread in queries.posts_saying(db, viewer, _match(wanted[place]), POSTS_MAX):
            heads[thread] = heads.get(thread, False) or post == thread
        for thread, is_head in heads.items():
            scores[thread] = scores.get(thread, 0.0) + weights[place] * (HEAD_FACTOR if is_head else 1.0)
            shared.setdefault(thread, []).append(place)
    least = PART_MIN * sum(weights[place] for place in asked)
    like = [thread for thread, score in scores.items() if score >= least and len(shared[thread]) >= SHARED_MIN]
    like.sort(key=lambda thread: (-scores[thread], -thread))
    return [Alike(thread, tuple(shared[thread])) for thread in like]


def _match(concept: Concept) -> str:
    """The FTS5 expression for a concept; its words are tokens, so that none can hold a quotation mark."""
    phrases = ['"' + " ".join(words) + '"' for words in concept.ways]
    return f"{{title text}} : ({' OR '.join(phrases)})"


def _count(db: sqlite3.Connection, concept: Concept) -> int:
    """How many posts speak of a concept, anybody's, counted up to a bound."""
    row = db.execute(
        "SELECT COUNT(*) FROM (SELECT 1 FROM view_search WHERE view_search MATCH ? LIMIT ?)",
        (_match(concept), COUNTED_MAX),
    ).fetchone()
    return int(row[0])
