"""What a file holds of each log, as two sites tell it each other: whole, or as a change against what was told before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Annotated

import msgspec

from wardroom.domain.events import Number
from wardroom.domain.ids import CircleId, LogId

CHAIN_PREFIX_BYTES = 4
"""So much of a log's chain hash tells the branches of a fork apart."""
DIGEST_BYTES = 8


LogName = Annotated[bytes, msgspec.Meta(min_length=16, max_length=16)]
CircleName = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
ChainPrefix = Annotated[bytes, msgspec.Meta(max_length=CHAIN_PREFIX_BYTES)]


class Position(msgspec.Struct, frozen=True, array_like=True):
    """How far a log is held: the highest contiguous sequence, and the beginning of the chain hash there."""

    seq: Number
    chain: ChainPrefix


NOTHING = Position(0, b"")


@dataclass(frozen=True, slots=True)
class Vector:
    """Circles two sites share, and what one of them holds of each log in these."""

    circles: frozenset[CircleId] = frozenset()
    logs: Mapping[LogId, Position] = field(default_factory=dict)

    def at(self, log: LogId) -> Position:
        """How far a log is held; nothing of it where it is not named."""
        return self.logs.get(log, NOTHING)

    def advanced(self, moves: Mapping[LogId, Position]) -> "Vector":
        """The same circles, with some logs held further."""
        return Vector(self.circles, {**self.logs, **moves})


class _Whole(msgspec.Struct, frozen=True, array_like=True):
    circles: tuple[CircleName, ...]
    logs: tuple[tuple[LogName, Number, ChainPrefix], ...]


class Change(msgspec.Struct, frozen=True, array_like=True):
    """What is otherwise than in a vector both sides remember, which names it by its digest."""

    base: bytes
    circles: tuple[CircleName, ...] | None = None
    """All circles, where they are not the same."""
    moved: tuple[tuple[Number, Number, ChainPrefix], ...] = ()
    """(place among the remembered logs in the order of their ids, sequence, chain prefix)."""
    new: tuple[tuple[LogName, Number, ChainPrefix], ...] = ()


def encode(vector: Vector) -> bytes:
    """Canonical bytes of a vector."""
    logs = tuple((log, at.seq, at.chain) for log, at in sorted(vector.logs.items()))
    return msgspec.msgpack.encode(_Whole(tuple(sorted(vector.circles)), logs))


def decode(content: bytes) -> Vector:
    """A vector from its bytes. Raises msgspec.MsgspecError for what is none."""
    whole = msgspec.msgpack.decode(content, type=_Whole)
    return Vector(
        frozenset(CircleId(circle) for circle in whole.circles),
        {LogId(log): Position(seq, chain) for log, seq, chain in whole.logs},
    )


def digest(vector: Vector) -> bytes:
    """Eight bytes that stand for a vector both sides remember."""
    return blake2b(encode(vector), digest_size=DIGEST_BYTES).digest()


def change(base: Vector, now: Vector) -> Change:
    """What to tell somebody who remembers ``base``."""
    places = {log: place for place, log in enumerate(sorted(base.logs))}
    moved, new = [], []
    for log, at in sorted(now.logs.items()):
        if log not in places:
            new.append((log, at.seq, at.chain))
        elif base.logs[log] != at:
            moved.append((places[log], at.seq, at.chain))
    moved.extend((places[log], 0, b"") for log in base.logs.keys() - now.logs.keys())
    circles = None if base.circles == now.circles else tuple(sorted(now.circles))
    return Change(digest(base), circles, tuple(sorted(moved)), tuple(new))


def changed(base: Vector, told: Change) -> Vector:
    """The vector somebody has who tells this change against ``base``. Raises IndexError for a place that is none."""
    logs = dict(base.logs)
    order = sorted(base.logs)
    for place, seq, chain in told.moved:
        if seq:
            logs[order[place]] = Position(seq, chain)
        else:
            logs.pop(order[place], None)
    logs.update({LogId(log): Position(seq, chain) for log, seq, chain in told.new})
    circles = base.circles if told.circles is None else frozenset(CircleId(circle) for circle in told.circles)
    return Vector(circles, logs)
