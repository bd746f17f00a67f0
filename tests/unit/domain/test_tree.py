"""The layout of a thread: reading order, the lines that draw it, and that no node is lost."""

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain.tree import DEPTH_SHOWN, Node, Row, lay_out


def node(number: int, parent: int | None, hlc: int | None = None) -> Node:
    """A node that is ``hlc`` old, else as old as its number says."""
    return Node(number, parent, (number if hlc is None else hlc, b"log", number))


def drawn(rows: tuple[Row, ...]) -> list[str]:
    """The picture that the fields of the rows promise."""
    lines = []
    for row in rows:
        rails = "".join("│" if runs else " " for runs in row.guides)
        branch = ("├" if row.goes_on else "└") if row.indent else ""
        number = f"{row.depth}:" if row.is_deeper else ""
        lines.append(f"{rails}{branch}{number}{row.id}")
    return lines


@st.composite
def forests(draw: st.DrawFn) -> list[Node]:
    """Nodes in any order whose parents are earlier nodes, missing nodes, or none."""
    count = draw(st.integers(0, 40))
    nodes = []
    for number in range(count):
        parent = draw(st.one_of(st.none(), st.integers(max(0, number - 3), 60))) if number else None
        if parent is not None and number <= parent < count:
            parent = number - 1
        nodes.append(node(number, parent, draw(st.integers(0, 5))))
    return draw(st.permutations(nodes))


def test_a_thread_reads_depth_first() -> None:
    """Each answer is followed by all that hangs on it, before its next sibling."""
    nodes = [node(1, None), node(2, 1), node(3, 1), node(4, 2), node(5, 3), node(6, 2), node(7, 6)]
    rows = lay_out(nodes)
    assert drawn(rows) == ["1", "├2", "│├4", "│└6", "│ └7", "└3", " └5"]
    assert [row.depth for row in rows] == [0, 1, 2, 2, 3, 1, 2]
    assert [row.last_of_siblings for row in rows] == [True, False, False, True, True, True, True]
    assert not any(row.is_deeper or row.is_parent_missing for row in rows)


def test_siblings_stand_in_the_order_of_their_keys() -> None:
    """The HLC decides, then the log, then the sequence; the order of the input does not."""
    nodes = [
        Node(1, None, (0, b"a", 0)),
        Node(2, 1, (9, b"a", 1)),
        Node(3, 1, (5, b"b", 1)),
        Node(4, 1, (5, b"a", 7)),
        Node(5, 1, (5, b"a", 6)),
    ]
    for seed in range(5):
        random.Random(seed).shuffle(nodes)
        assert [row.id for row in lay_out(nodes)] == [1, 5, 4, 3, 2]


def test_the_indent_stops_and_the_depth_goes_on() -> None:
    """Below the depth shown, posts stand in its column with their depth, and the line ends with the last of them."""
    nodes = [node(1, None), node(2, 1), node(3, 2), node(4, 3), node(5, 4), node(6, 3), node(7, 2), node(8, 7)]
    assert drawn(lay_out(nodes, depth_shown=2)) == ["1", "└2", " ├3", " ├3:4", " ├4:5", " ├3:6", " ├7", " └3:8"]


def test_the_line_of_the_last_column_ends_where_its_rows_end() -> None:
    """A later answer further left does not draw the last column on."""
    nodes = [node(1, None), node(2, 1), node(3, 2), node(4, 3), node(5, 1)]
    assert drawn(lay_out(nodes, depth_shown=2)) == ["1", "├2", "│├3", "│└3:4", "└5"]


def test_a_post_without_its_parent_is_not_lost() -> None:
    """What answers a post that is not here stands after the heads, with what hangs on it."""
    rows = lay_out([node(3, 99), node(4, 3), node(1, None, 50), node(2, 1)])
    assert drawn(rows) == ["1", "└2", "3", "└4"]
    assert [row.id for row in rows if row.is_parent_missing] == [3]


def test_a_ring_of_parents_is_opened_and_ends() -> None:
    """Even parents that no log can hold are laid out once each."""
    rows = lay_out([node(1, 1), node(3, 4), node(4, 3), node(5, 4), node(6, None)])
    assert [(row.id, row.depth) for row in rows] == [(6, 0), (1, 0), (3, 0), (4, 1), (5, 2)]


def test_nothing_has_no_rows() -> None:
    """An empty thread is an empty layout."""
    assert lay_out([]) == ()


@given(forests(), st.integers(0, 5))
def test_every_node_has_one_row_below_its_parent(nodes: list[Node], depth_shown: int) -> None:
    """No node is lost or doubled; depth is one more than the parent's, and siblings keep their order."""
    rows = lay_out(nodes, depth_shown=depth_shown)
    by_id = {each.id: each for each in nodes}
    place = {row.id: at for at, row in enumerate(rows)}
    assert sorted(place) == sorted(by_id)
    assert len(rows) == len(nodes)
    seen: dict[int | None, Node] = {}
    for row in rows:
        this = by_id[row.id]
        if this.parent in place:
            parent = rows[place[this.parent]]
            assert row.depth == parent.depth + 1
            assert place[parent.id] < place[row.id]
            between = rows[place[parent.id] + 1 : place[row.id]]
            assert all(other.depth > parent.depth for other in between)
            if this.parent in seen:
                assert seen[this.parent].key <= this.key
            seen[this.parent] = this
        else:
            assert row.depth == 0
            assert row.is_parent_missing == (this.parent is not None)


@given(forests(), st.integers(1, 5))
def test_lines_join_what_belongs_together(nodes: list[Node], depth_shown: int) -> None:
    """A line that goes on meets a line or a branch in the row below; one that ends does not."""
    rows = lay_out(nodes, depth_shown=depth_shown)
    for above, below in itertools.pairwise(rows):
        assert len(above.guides) == max(0, above.indent - 1)
        assert above.indent == min(above.depth, depth_shown)
        runs = (*above.guides, *([above.goes_on] if above.indent else []))
        for column in range(max(len(runs), below.indent)):
            runs_above = column < len(runs) and runs[column]
            continues_below = column < len(below.guides) and below.guides[column]
            branches_below = column == below.indent - 1
            if runs_above:
                assert continues_below or branches_below
            elif continues_below or branches_below:
                # Nothing but the post right above can start a line.
                assert column == above.indent


def test_a_chain_of_a_hundred_thousand_is_laid_out() -> None:
    """Depth costs no stack; quadratic time would never end."""
    chain = [node(number, number - 1 if number else None) for number in range(100_000)]
    random.Random(1).shuffle(chain)
    rows = lay_out(chain)
    assert [row.id for row in rows] == list(range(100_000))
    assert rows[-1].depth == 99_999
    assert rows[-1].indent == DEPTH_SHOWN
    assert not rows[-1].goes_on
    assert rows[-2].goes_on
