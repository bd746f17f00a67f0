"""Threads are what Zawinski's algorithm makes them, whatever the order and whatever the lies."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.jwz import Header, Threads, bare_subject, thread

START = datetime(2024, 1, 1, tzinfo=UTC)


def header(
    name: str, references: str = "", subject: str = "s", minute: int | None = None, digest: bytes = b""
) -> Header:
    number = ord(name[0]) - ord("a")
    when = START + timedelta(minutes=number if minute is None else minute)
    return Header(number, name.encode(), tuple(one.encode() for one in references.split()), subject, when, digest)


def tree(threads: Threads) -> dict[str, str]:
    """Each message with its parent, by letters; a head has none."""
    letter: dict[int | None, str] = {number: chr(number + ord("a")) for number in range(26)} | {None: ""}
    return {letter[one.number]: letter[one.parent] for one in threads.placed}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([header("a"), header("b", "a"), header("c", "a b")], {"a": "", "b": "a", "c": "b"}),
        ([header("c", "a b"), header("b", "a"), header("a")], {"a": "", "b": "a", "c": "b"}),
        # b is missing and others know where it stood
        ([header("a"), header("c", "a b"), header("d", "b")], {"a": "", "c": "a", "d": "a"}),
        # the head is missing: the earliest orphan takes its place
        ([header("c", "x"), header("b", "x"), header("d", "x c")], {"b": "", "c": "b", "d": "c"}),
        # a missing thread within a missing thread is one thread
        ([header("a", "x y"), header("b", "x y"), header("c", "x")], {"a": "", "b": "a", "c": "a"}),
        # strangers stay strangers
        ([header("a", "x"), header("b", "y")], {"a": "", "b": ""}),
        # circles are cut at what is missing, else at the message that came first
        ([header("a", "b"), header("b", "a")], {"a": "", "b": "a"}),
        ([header("a", "a")], {"a": ""}),
        ([header("a", "x b"), header("b", "a x")], {"b": "", "a": "b"}),
        # what a message says of itself is believed before what others say
        ([header("c", "b a"), header("a"), header("b")], {"a": "", "b": "", "c": "a"}),
        # a reply that lost its references is still known by others
        ([header("a"), header("b", "", "Re: t"), header("c", "a b")], {"a": "", "b": "a", "c": "b"}),
        # subjects join only replies without references
        (
            [header("a", "", "[er] QRS"), header("b", "", "RE: qrs"), header("c", "x", "Re: QRS")],
            {"a": "", "b": "a", "c": ""},
        ),
        ([header("a", "", "QRS"), header("b", "", "QRS")], {"a": "", "b": ""}),
        ([header("b", "", "Re: QRS"), header("c", "", "Re: QRS")], {"b": "", "c": "b"}),
        ([header("a", "", "QRS"), header("b", "", "Re: QRS", minute=60 * 24 * 91)], {"a": "", "b": ""}),
        ([header("a", "", ""), header("b", "", "Re: ")], {"a": "", "b": ""}),
    ],
)
def test_threads(headers: list[Header], expected: dict[str, str]) -> None:
    """The rules one by one."""
    assert tree(thread(headers)) == expected


def test_copies_go_and_namesakes_stay() -> None:
    """The same id with the same content is one message; with other content it is another, beside the first."""
    threads = thread(
        [
            header("a", digest=b"1"),
            header("b", "a", digest=b"2"),
            Header(2, b"b", (b"a",), "s", START, b"2"),
            Header(3, b"b", (), "s", START, b"3"),
            Header(4, b"a", (), "s", START, b"4"),
            Header(5, b"b", (), "s", START, b"3"),
        ]
    )
    assert threads.copies == {2: 1, 5: 1}
    assert threads.namesakes == {3: 1, 4: 0}
    assert tree(threads) == {"a": "", "b": "a", "d": "a", "e": "a"}


def test_messages_are_placed_by_date_after_their_parents() -> None:
    """A reply with a wrong clock waits for what it answers; without a date one stands with its neighbour."""
    headers = [
        header("a", minute=10),
        header("b", "a", minute=5),
        header("c", minute=1),
        Header(3, b"d", (), "s", None),
    ]
    assert [one.number for one in thread(headers).placed] == [2, 3, 0, 1]


def test_a_chain_of_any_depth_is_one_thread() -> None:
    """100,000 messages deep, from either end and in a circle; quadratic time would never end."""
    chain = [Header(number, b"%d" % number, (b"%d" % (number - 1),) if number else (), "") for number in range(100_000)]
    circle = [*chain[1:], Header(0, b"0", (b"99999",), "")]
    for headers in (chain, chain[::-1], circle):
        placed = thread(headers).placed
        assert len(placed) == 100_000
        assert len({one.root for one in placed}) == 1


names = st.sampled_from([letter.encode() for letter in "abcdefgh"])
random_headers = st.lists(
    st.tuples(
        names,
        st.lists(names, max_size=4).map(tuple),
        st.sampled_from(["s", "Re: s", ""]),
        st.none() | st.integers(0, 9),
    ),
    max_size=12,
).map(
    lambda rows: [
        Header(number, *row[:3], None if row[3] is None else START + timedelta(minutes=row[3]))
        for number, row in enumerate(rows)
    ]
)


@settings(deadline=None)
@given(random_headers)
def test_whatever_is_claimed_the_answer_is_a_forest(headers: list[Header]) -> None:
    """Every message is placed once, after its parent, in the thread of its parent."""
    threads = thread(headers)
    roots: dict[int, int] = {}
    for one in threads.placed:
        assert one.number not in roots
        assert one.root == (one.number if one.parent is None else roots[one.parent])
        roots[one.number] = one.root
    assert sorted(roots) == [header.number for header in headers]


@settings(deadline=None)
@given(st.lists(st.integers(0, 10), min_size=1, max_size=12), st.randoms(use_true_random=False), st.data())
def test_true_references_in_any_order_give_the_true_tree(links: list[int], random: object, data: st.DataObject) -> None:
    """Honest mail is threaded exactly, and the order in the file does not matter."""
    parents = [None if number == 0 else link % number for number, link in enumerate(links)]
    headers = []
    for number, parent in enumerate(parents):
        lineage: list[bytes] = []
        while parent is not None:
            lineage.insert(0, b"%d" % parent)
            parent = parents[parent]
        headers.append(Header(number, b"%d" % number, tuple(lineage), "s", START + timedelta(minutes=number)))
    shuffled = data.draw(st.permutations(headers))
    assert {one.number: one.parent for one in thread(shuffled).placed} == dict(enumerate(parents))


def test_bare_subjects() -> None:
    """Prefixes of many mail programs and labels of lists do not make another subject."""
    for subject in (
        "Wide QRS",
        "Re: wide QRS",
        "AW: Re[2]: wide  qrs",
        "[er-list] Re: [er-list] Wide QRS",
        "SV : Wide QRS",
    ):
        assert bare_subject(subject) == "wide qrs"
    assert bare_subject("Re: ") == ""
    assert bare_subject("[label]") == "[label]"
