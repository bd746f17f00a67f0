"""What is sent to another site, and in which order, by whatever way it goes."""

from collections.abc import Mapping

from wardroom.domain.events import CircleFounded, PostPurged, SiteAdmitted
from wardroom.domain.ids import CircleId, LogId
from wardroom.domain.vector import Vector
from wardroom.forum.session import Session
from wardroom.store import peers
from wardroom.store.peers import Branch, Held


def plan(
    forum: Session, common: Mapping[CircleId, int], logs: Mapping[LogId, Held], theirs: Vector
) -> list[tuple[Held, Branch, int, int]]:
    """(log, branch, after which sequence, up to which), in the order of sending.

    What carries a purge goes first where the far side knows the log already, then what admits sites, then the
    smallest gaps, the bulk last. No log goes further than its first post that may still be taken back.
    """
    db = forum.store.read
    now_ms, undo_ms = forum.now_ms(), forum.undo_s * 1000
    circles = set(common.values())
    ranked = []
    for log in logs.values():
        if log.circle not in circles:
            continue
        pieces: list[tuple[Held, Branch, int, int]] = []
        rank: tuple[int, int] = (2, 0)
        held_back_at: int | None = None
        for branch, after in peers.missing(db, log, theirs.at(log.id)):
            limit = peers.may_travel_up_to(db, branch.log, now_ms, undo_ms)
            if held_back_at is not None and branch.forked_at > held_back_at:
                continue  # what it branches from waits
            held_back_at = limit if limit is not None else held_back_at
            up_to = branch.seq if limit is None else min(branch.seq, limit)
            if up_to <= after:
                continue
            has_purge = after > 0 and peers.kinds_after(db, branch.log, after, frozenset({PostPurged.KIND}))
            admits = peers.kinds_after(db, branch.log, after, frozenset({SiteAdmitted.KIND, CircleFounded.KIND}))
            order = (0 if has_purge else 1 if admits else 2, branch.log if admits else up_to - after)
            rank = min(rank, order) if pieces else order
            pieces.append((log, branch, after, up_to))
        # A branch parts from what stands in the one before it, so that a log's stay in their order.
        ranked.append((rank, log.id, pieces))
    return [piece for _rank, _id, pieces in sorted(ranked, key=lambda entry: entry[:2]) for piece in pieces]
