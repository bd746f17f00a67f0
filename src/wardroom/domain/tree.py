"""Lays a thread out for reading: posts in depth-first order, each with its depth and the lines that lead to it.

The walk keeps a stack of its own, so that a chain of a hundred thousand replies is only long, not deep.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

DEPTH_SHOWN: Final = 8
"""Columns of indent; a deeper post stands in the last one, with its depth as a number."""


@dataclass(frozen=True, slots=True)
class Node:
    """A post as the tree knows it; ``id`` is unique among the nodes."""

    id: int
    parent: int | None
    """None for the head of a thread."""
    key: tuple[int, bytes, int]
    """(HLC, log, seq): siblings stand in this order."""


@dataclass(frozen=True, slots=True)
class Row:
    """A post in its place.

    To draw it: a ``│`` or blank for each of ``guides``, then (unless ``indent`` is 0) ``├`` or ``└`` by
    ``goes_on``, then the depth as a number if ``is_deeper``.
    """

    id: int
    depth: int
    """0 for the head, 1 for an answer to it."""
    indent: int
    """Columns of the post: its depth, but no more than the depth shown."""
    last_of_siblings: bool
    """Whether no later answer to the same parent follows."""
    guides: tuple[bool, ...]
    """For each column left of the post's own, whether the line of an ancestor runs through it."""
    goes_on: bool
    """Whether the line in the post's own column runs on to a row below."""
    is_deeper: bool
    """Whether the indent no longer tells the depth."""
    is_parent_missing: bool
    """Whether the post answers one that is not here."""


def lay_out(nodes: Iterable[Node], *, depth_shown: int = DEPTH_SHOWN) -> tuple[Row, ...]:
    """Every node once, in reading order: a post, then each of its answers with all that hangs on it.

    Heads come first, then the posts whose parent is not here, at depth 0 too. A ring of parents, which no log
    can hold, is opened at its earliest post, so that no input loses a node.
    """
    ordered = sorted(nodes, key=lambda node: (node.key, node.id))
    present = {node.id for node in ordered}
    answers: dict[int, list[Node]] = {}
    heads: list[Node] = []
    orphans: list[Node] = []
    for node in ordered:
        if node.parent is None:
            heads.append(node)
        elif node.parent in present:
            answers.setdefault(node.parent, []).append(node)
        else:
            orphans.append(node)
    shown = max(1, depth_shown)
    rows: list[Row] = []
    placed: set[int] = set()
    _walk([(node, False) for node in heads] + [(node, True) for node in orphans], answers, shown, rows, placed)
    if len(rows) < len(present):
        for node in ordered:
            if node.id not in placed:
                _walk([(node, True)], answers, shown, rows, placed)
    return tuple(rows)


def _walk(
    roots: list[tuple[Node, bool]], answers: dict[int, list[Node]], shown: int, rows: list[Row], placed: set[int]
) -> None:
    """Append the rows of whole trees to ``rows``, and their ids to ``placed``."""
    # (node, depth, last of its siblings, guides, parent missing); the next row is on top.
    stack: list[tuple[Node, int, bool, tuple[bool, ...], bool]] = [
        (node, 0, number == 0, (), is_orphan) for number, (node, is_orphan) in enumerate(reversed(roots))
    ]
    while stack:
        node, depth, is_last, guides, is_orphan = stack.pop()
        if node.id in placed:
            continue
        placed.add(node.id)
        children = answers.get(node.id, ())
        is_deeper = depth > shown
        # In the last column the line runs as long as anything below stands in it: an answer to this post, or a
        # later answer to it or to an ancestor that stands there too.
        goes_on = not is_last
        if depth >= shown:
            goes_on = bool(children) or (bool(stack) and stack[-1][1] >= shown)
        rows.append(Row(node.id, depth, min(depth, shown), is_last, guides, goes_on, is_deeper, is_orphan))
        below = (*guides, not is_last) if 0 < depth < shown else guides
        stack.extend((child, depth + 1, number == 0, below, False) for number, child in enumerate(reversed(children)))
