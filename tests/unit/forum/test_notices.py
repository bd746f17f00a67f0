"""A notice that ends leaves every list by itself, is still found and opened, and the views know no clock."""

from msgspec.structs import replace
from tests.strategies import House, view_content

from wardroom.store import projections
from wardroom.store.journal import journal

HOUR_MS = 3_600_000


def _counts(house: House, handle: str = "omar") -> tuple[int, int, int, int, int, int]:
    """(of the board's list, its count, unread of the board, of the header, notices of the brief, newest threads)."""
    me, forum = house.me(handle), house.forum
    line = next(board for board in forum.boards.lines(me, is_whole=True) if board.board == house.board)
    brief = forum.inbox.brief(me)
    return (
        len(forum.cases.order(me, house.board)), line.threads, line.unread, forum.inbox.unread_posts(me),
        len(brief.notices), len(forum.cases.newest(me)),
    )  # fmt: skip


def test_a_notice_leaves_all_lists_when_it_ends(house: House) -> None:
    """Until then it stands in the brief without being pinned; afterwards in no list and in no count."""
    house.post("nadia", "Fluids first.")
    before = _counts(house)
    end_ms = house.clock.ms + 8 * HOUR_MS
    notice = house.post("nadia", "Use the other scanner.", title="CT is down", kind="notice", until_ms=end_ms)
    assert _counts(house) == tuple(a + b for a, b in zip(before, (1, 1, 1, 1, 1, 1), strict=True))
    assert house.forum.inbox.brief(house.me("omar")).notices[0].until_ms == end_ms
    house.clock.ms = end_ms - 1
    assert _counts(house)[0] == before[0] + 1
    house.clock.ms = end_ms
    assert _counts(house) == before
    assert house.forum.cases.newest(house.me("omar"), is_unread=True) != ()
    assert notice not in {line.thread for line in house.forum.cases.newest(house.me("omar"), is_unread=True)}


def test_what_has_ended_is_still_there(house: House) -> None:
    """It is opened by its id and found by its words."""
    notice = house.post(
        "nadia", "Use zqscanner two.", title="CT is down", kind="notice", until_ms=house.clock.ms + HOUR_MS
    )
    house.clock.ms += 2 * HOUR_MS
    assert house.forum.cases.open(house.me("omar"), notice).head.text == "Use zqscanner two."
    assert [hit.post for hit in house.forum.search.find(house.me("omar"), "zqscanner").hits] == [notice]


def test_an_amendment_moves_the_end(house: House) -> None:
    """The end is the shown version's; without one the notice stays."""
    me = house.me("nadia")
    notice = house.post("nadia", "Use the other.", title="CT is down", kind="notice", until_ms=house.clock.ms + HOUR_MS)
    draft = house.forum.cases.draft_of(me, notice)
    assert draft.until_ms == house.forum.cases.open(me, notice).line.until_ms
    house.forum.cases.amend(me, notice, replace(draft, until_ms=None))
    house.clock.ms += 2 * HOUR_MS
    assert len(house.forum.cases.order(house.me("omar"), house.board)) == 1


def test_the_views_hold_the_end_and_not_the_clock(house: House) -> None:
    """Rebuilt after the end, they are as they were before it."""
    house.post("nadia", "Use the other.", title="CT is down", kind="notice", until_ms=house.clock.ms + HOUR_MS)
    store = house.forum.session.store
    before = view_content(store.read)
    house.clock.ms += 2 * HOUR_MS
    with journal(store) as j:
        projections.rebuild(j)
    assert view_content(store.read) == before
