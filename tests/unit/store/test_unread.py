"""Unread is a query over ranges of arrivals: the ranges merge like a set, and the counts are what one would count by hand."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test
from msgspec.structs import replace
from tests.strategies import House, examples

from wardroom.domain.ids import AccountNo, EventNo
from wardroom.domain.views import PostDraft
from wardroom.errors import NotFound, Refused
from wardroom.store import attention, local, queries
from wardroom.store.journal import journal
from wardroom.store.projections import rebuild
from wardroom.store.schema import LOG_AND_LOCAL

ACCOUNT, OTHER = AccountNo(1), AccountNo(2)
ranges = st.tuples(st.integers(1, 40), st.integers(0, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite3.Connection]:
    """The tables of what is local, in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(LOG_AND_LOCAL)
        yield connection


def read_ranges(db: sqlite3.Connection, account: int) -> list[tuple[int, int]]:
    """The account's ranges of read arrivals, in order."""
    return db.execute("SELECT first, last FROM local_read WHERE account = ? ORDER BY first", (account,)).fetchall()


@given(st.lists(ranges | st.lists(st.integers(1, 40), max_size=5), max_size=25), st.lists(ranges, max_size=3))
def test_ranges_are_a_set(db: sqlite3.Connection, marked: list[object], others: list[tuple[int, int]]) -> None:
    """Ranges and single arrivals, marked in any order and however often, are the union; ranges never touch or overlap."""
    db.execute("DELETE FROM local_read")
    read: set[int] = set()
    for first, last in others:
        local.mark_read_range(db, OTHER, first, last)
    before = read_ranges(db, OTHER)
    for part in marked:
        if isinstance(part, tuple):
            local.mark_read_range(db, ACCOUNT, *part)
            read |= set(range(part[0], part[1] + 1))
        else:
            local.mark_read(db, ACCOUNT, part)  # type: ignore[arg-type]
            read |= set(part)  # type: ignore[call-overload]
        kept = read_ranges(db, ACCOUNT)
        assert {arrival for first, last in kept for arrival in range(first, last + 1)} == read
        assert all(first <= last for first, last in kept)
        assert all(left[1] + 1 < right[0] for left, right in pairwise(kept))
    assert read_ranges(db, OTHER) == before


def by_hand(house: House, handle: str) -> dict[str, object]:
    """What a member has not read, counted one by one from the posts."""
    db, viewer = house.forum.session.store.read, house.viewer(handle)
    read = {arrival for first, last in read_ranges(db, viewer.account) for arrival in range(first, last + 1)}
    rooms = {board for (board,) in db.execute("SELECT board FROM view_board WHERE is_room = 1")}
    rooms -= {
        board for board, member in db.execute("SELECT board, member FROM view_room_member") if member in viewer.members
    }
    posts = db.execute(
        "SELECT post, thread, parent, board, author, arrival, state FROM view_post ORDER BY post"
    ).fetchall()
    mine = {post for post, _, _, _, author, _, _ in posts if author in viewer.members}
    unread = [
        row
        for row in posts
        if row[6] == 0 and row[3] not in rooms and row[4] not in viewer.members and row[5] not in read
    ]
    boards: dict[int, int] = {}
    threads: dict[int, int] = {}
    for row in unread:
        boards[row[3]] = boards.get(row[3], 0) + 1
        threads[row[1]] = threads.get(row[1], 0) + 1
    firsts: dict[int, int] = {}
    for row in unread:
        firsts.setdefault(row[1], row[0])
    return {
        "posts": len(unread), "boards": boards, "threads": threads, "firsts": firsts,
        "answers": sum(row[2] in mine for row in unread),
    }  # fmt: skip


def asked(house: House, handle: str) -> dict[str, object]:
    """The same as the store's questions answer it."""
    db, viewer = house.forum.session.store.read, house.viewer(handle)
    heads = [row[0] for row in db.execute("SELECT thread FROM view_thread")]
    lines = {line.thread: line.unread for line in queries.thread_lines(db, viewer, heads)}
    threads = {thread: lines[thread] for thread in queries.unread_threads(db, viewer)}  # type: ignore[index]
    assert {thread: count for thread, count in lines.items() if count} == threads
    me = house.me(handle)
    views = [view for thread in threads for view in queries.thread_posts(db, viewer, thread, undo_after_ms=0).posts]
    assert sum(view.is_unread for view in views) == queries.unread_posts(db, viewer)
    assert sum(line.unread for line in house.forum.boards.lines(me)) == house.forum.inbox.unread_posts(me)
    return {
        "posts": queries.unread_posts(db, viewer), "boards": queries.unread_by_board(db, viewer), "threads": threads,
        "firsts": {thread: queries.first_unread(db, viewer, thread) for thread in threads},
        "answers": attention.calling_count(db, viewer, "answers"),
    }  # fmt: skip


HANDLES = ("nadia", "omar", "mona", "olga")
WRITERS = ("nadia", "omar", "mona")


class Reading(RuleBasedStateMachine):
    """Members post, answer, amend, take back, hide and read, in any order."""

    threads = Bundle("threads")
    posts = Bundle("posts")
    directory: Path
    count = 0

    def __init__(self) -> None:
        super().__init__()
        Reading.count += 1
        self.house = House(self.directory / f"reading-{Reading.count}.db")
        sam = self.house.me("sam")
        self.house.forum.boards.open(sam, "room", members_of_room=("sam", "nadia", "mona"))
        self.room = self.house.forum.boards.named(sam, "room").board

    def teardown(self) -> None:
        """Whatever happened: the counts are right for everybody, and after a rebuild too."""
        before = {}
        for handle in HANDLES:
            before[handle] = asked(self.house, handle)
            assert before[handle] == by_hand(self.house, handle)
        with journal(self.house.forum.session.store, is_durable=False) as j:
            rebuild(j)
        assert {handle: asked(self.house, handle) for handle in HANDLES} == before
        self.house.close()

    @rule(target=posts, who=st.sampled_from(WRITERS), in_room=st.booleans())
    def post(self, who: str, in_room: bool) -> tuple[str, int]:
        board = self.room if in_room and who != "omar" else None
        return who, self.house.post(who, "Fluids first.", board)

    @rule(target=posts, who=st.sampled_from(WRITERS), parent=posts)
    def reply(self, who: str, parent: tuple[str, int]) -> tuple[str, int]:
        with suppress(NotFound):
            return who, self.house.reply(who, parent[1], "Fluids indeed.")  # type: ignore[arg-type]
        return parent

    @rule(post=posts, what=st.sampled_from(("amend", "withdraw", "purge", "hide", "show", "hide", "show")))
    def change(self, post: tuple[str, int], what: str) -> None:
        cases, me = self.house.forum.cases, self.house.me(post[0])
        number = EventNo(post[1])
        draft = PostDraft(text="Less fluid.", title="About less fluid", kind="talk")
        with suppress(Refused, NotFound):
            match what:
                case "amend":
                    cases.amend(me, number, draft)
                case "withdraw":
                    cases.withdraw(me, number)
                case "purge":
                    cases.purge(me, number, "other")
                case _:
                    cases.hide(self.house.me("mona"), number, "other", is_on=what == "hide")

    @rule(who=st.sampled_from(HANDLES), seen=st.lists(posts, max_size=4))
    def read(self, who: str, seen: list[tuple[str, int]]) -> None:
        self.house.forum.inbox.mark_seen(self.house.me(who), [number for _, number in seen])  # type: ignore[misc]

    @rule(who=st.sampled_from(HANDLES))
    def read_all(self, who: str) -> None:
        self.house.forum.inbox.mark_all(self.house.me(who))
        assert self.house.forum.inbox.unread_posts(self.house.me(who)) == 0


def test_counts_are_counted(tmp_path: Path) -> None:
    """After any acts of posting and reading every count equals a count by hand, and a rebuild changes none of them."""
    Reading.directory = tmp_path
    from hypothesis import settings

    run_state_machine_as_test(Reading, settings=settings(examples(12), stateful_step_count=25))


def test_own_posts_are_never_unread(house: House) -> None:
    """What a member wrote, amended, or has shown again is not unread to that member."""
    thread = house.post("nadia", "Fluids first.")
    house.forum.cases.amend(house.me("nadia"), thread, PostDraft(text="Less.", title="About less fluid", kind="talk"))
    house.forum.cases.hide(house.me("mona"), thread, "other", is_on=True)
    house.forum.cases.hide(house.me("mona"), thread, "other", is_on=False)
    assert house.forum.inbox.unread_posts(house.me("nadia")) == 0
    assert house.forum.inbox.unread_posts(house.me("omar")) == 1


def test_an_amendment_is_unread_again(house: House) -> None:
    """Who has read a post finds its new version unread, once."""
    thread = house.post("nadia", "Fluids first.")
    omar = house.me("omar")
    house.forum.inbox.mark_seen(omar, [thread])
    assert house.forum.inbox.unread_posts(omar) == 0
    house.forum.cases.amend(house.me("nadia"), thread, PostDraft(text="Less.", title="About less fluid", kind="talk"))
    assert house.forum.inbox.unread_posts(omar) == 1
    assert house.forum.inbox.next_unread(omar) == (thread, thread)
    house.forum.inbox.mark_seen(omar, [thread])
    assert house.forum.inbox.unread_posts(omar) == 0


def test_a_new_member_begins_with_a_fortnight(house: House) -> None:
    """Whoever is enrolled finds what arrived in the last fourteen days unread, and nothing older."""
    house.post("nadia", "An old one.")
    house.clock.ms += 10 * 24 * 3_600_000
    house.post("nadia", "A young one.")
    house.clock.ms += 10 * 24 * 3_600_000
    house.forum.members.add(house.me("sam"), "nina", "nurse", "practitioner")
    assert house.forum.inbox.unread_posts(house.me("nina")) == 1
    assert house.forum.inbox.unread_posts(house.me("omar")) == 2


def test_reading_on_reaches_every_unread_post_once(house: House) -> None:
    """Space upon Space: each unread post comes up, none twice, and at the end there is none."""
    heads = [house.post("nadia", f"Thread {n}.") for n in range(4)]
    for head in heads:
        house.reply("mona", house.reply("nadia", head, "Deeper."), "And deeper.")
    omar = house.me("omar")
    seen = []
    here = None
    while (found := house.forum.inbox.next_unread(omar, here)) is not None:
        here, post = found
        seen.append(post)
        house.forum.inbox.mark_seen(omar, [post])
    assert len(seen) == len(set(seen)) == 12


@pytest.mark.parametrize("is_right", [True, False])
def test_a_wrong_clock_changes_no_count(house: House, is_right: bool) -> None:
    """Unread counts arrivals: a poster's clock a hundred years off makes nothing read or unread."""
    house.post("nadia", "Fluids first.")
    house.forum.inbox.mark_all(house.me("omar"))
    now_ms = house.clock.ms
    house.clock.ms += 0 if is_right else 100 * 365 * 24 * 3_600_000
    house.post("nadia", "From another time.")
    house.clock.ms = now_ms
    house.post("nadia", "And back.")
    assert house.forum.inbox.unread_posts(house.me("omar")) == 2


def test_of_a_great_many_unread_posts_the_newest_count(tmp_path: Path) -> None:
    """A screen looks at so many at most, across every gap between what was read; whoever asks for all gets all."""
    with closing(House(tmp_path / "forum.db")) as house:
        posts = [house.post("omar", f"Warm the fluids, {number}.") for number in range(12)]
        house.forum.inbox.mark_seen(house.me("nadia"), [posts[3], posts[4], posts[8]])
        db = house.forum.session.store.read
        unread = [post for post in posts if post not in {posts[3], posts[4], posts[8]}]
        for most in range(1, 15):
            viewer = replace(house.viewer("nadia"), unread_most=most)
            expected = unread[-most:]
            assert sorted(queries.unread_threads(db, viewer)) == expected
            assert queries.unread_posts(db, viewer) == len(expected)
            assert queries.unread_by_board(db, viewer) == {house.board: len(expected)}
        assert sorted(queries.unread_threads(db, replace(viewer, unread_most=queries.EVERYTHING))) == unread
