"""What calls on a member: mentions, answers, followed cases, boards subscribed to or muted; bookmarks; saved searches."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.strategies import House

from wardroom.domain.views import Calling, PostDraft
from wardroom.errors import InputRejected, NotFound, Refused


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A site with five members and nothing said yet."""
    opened = House(tmp_path / "forum.db")
    yield opened
    opened.close()


def words(house: House, handle: str, kind: Calling) -> list[str]:
    """The words of the posts that call on a member."""
    return [post.words for post in house.forum.attention.posts(house.me(handle), kind)]


def test_a_mention_calls_until_it_is_read(house: House) -> None:
    """Named once by handle, once with the site; another site's nadia is somebody else; reading ends the call."""
    first = house.post("omar", "What would @nadia do?")
    house.reply("mona", first, "Ask @Nadia@County or @nadia@harbor.")
    house.reply("mona", first, "Only @nadia@harbor knows.")
    assert words(house, "nadia", "named") == ["Ask @Nadia@County or @nadia@harbor.", "What would @nadia do?"]
    assert house.forum.inbox.brief(house.me("nadia")).named == 2
    assert house.forum.inbox.brief(house.me("omar")).named == 0
    house.forum.inbox.mark_seen(house.me("nadia"), [first])
    assert len(words(house, "nadia", "named")) == 1


def test_a_mention_follows_the_words_that_are_shown(house: House) -> None:
    """An amendment names others, a hidden or erased post nobody, a post shown again the same as before."""
    post = house.post("omar", "What would @nadia do?")
    assert house.forum.inbox.brief(house.me("nadia")).named == 1
    house.forum.cases.amend(house.me("omar"), post, PostDraft(text="What would @tia do?", title="About fluids"))
    assert house.forum.inbox.brief(house.me("nadia")).named == 0
    assert house.forum.inbox.brief(house.me("tia")).named == 1
    house.forum.cases.hide(house.me("mona"), post, "other", is_on=True)
    assert house.forum.inbox.brief(house.me("tia")).named == 0
    house.forum.cases.hide(house.me("mona"), post, "other", is_on=False)
    assert house.forum.inbox.brief(house.me("tia")).named == 1
    house.forum.cases.purge(house.me("omar"), post, "identifier")
    assert house.forum.inbox.brief(house.me("tia")).named == 0
    assert house.forum.session.store.read.execute("SELECT COUNT(*) FROM view_mention").fetchone()[0] == 0


def test_a_mention_in_a_room_calls_only_its_members(house: House) -> None:
    """Who may not read the room learns nothing, however often named there."""
    room = house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    house.post("sam", "@nadia and @omar", room)
    assert house.forum.inbox.brief(house.me("nadia")).named == 1
    assert house.forum.inbox.brief(house.me("omar")).named == 0
    assert words(house, "omar", "named") == []


def test_a_followed_case_calls_with_every_new_reply_of_others(house: House) -> None:
    """Whoever follows is told of replies to anybody; one's own are no news."""
    case = house.post("omar", "Warm the fluids?")
    nadia = house.me("nadia")
    house.forum.inbox.mark_all(nadia)
    answer = house.reply("mona", case, "Yes.")
    house.forum.attention.follow(nadia, answer, is_on=True)
    house.reply("nadia", answer, "Sure?")
    house.reply("omar", answer, "Really?")
    assert words(house, "nadia", "followed") == ["Really?", "Yes."]
    assert [line.thread for line in house.forum.attention.followed(nadia)] == [case]
    house.forum.attention.follow(nadia, case, is_on=False)
    assert house.forum.inbox.brief(nadia).followed == 0


def test_a_muted_board_counts_nowhere_but_where_it_stands(house: House) -> None:
    """Brief, header and the way to the next unread post pass it by; its own list, answers and mentions do not."""
    nadia = house.me("nadia")
    own = house.post("nadia", "A question of mine.")
    house.post("omar", "Something else.")
    house.reply("omar", own, "An answer, @nadia.")
    house.forum.attention.wish(nadia, house.board, "muted")
    brief = house.forum.inbox.brief(nadia)
    assert (brief.unread_posts, brief.unread, brief.urgent) == (0, (), ())
    assert (brief.answers, brief.named) == (1, 1)
    assert house.forum.inbox.unread_posts(nadia) == 0
    assert house.forum.inbox.next_unread(nadia) is None
    assert house.forum.inbox.next_unread(nadia, board=house.board) is not None
    assert house.forum.boards.line(nadia, house.board).unread == 2
    house.forum.attention.wish(nadia, house.board, "subscribed")
    assert house.forum.inbox.brief(nadia).subscribed == 2
    house.forum.attention.wish(nadia, house.board, "")
    assert house.forum.inbox.brief(nadia).subscribed == 0


def test_bookmarks_stand_in_the_order_they_were_set_while_they_can_be_read(house: House) -> None:
    """The latest first; a hidden post leaves the list without being forgotten."""
    nadia = house.me("nadia")
    first, second = house.post("omar", "One."), house.post("omar", "Two.")
    for post in (second, first):
        house.clock.ms += 1000
        house.forum.attention.bookmark(nadia, post, is_on=True)
    assert words(house, "nadia", "bookmarks") == ["One.", "Two."]
    house.forum.cases.hide(house.me("mona"), first, "other", is_on=True)
    assert words(house, "nadia", "bookmarks") == ["Two."]
    house.forum.attention.bookmark(nadia, second, is_on=False)
    assert words(house, "nadia", "bookmarks") == []


def test_what_one_may_not_see_can_be_neither_kept_nor_followed(house: House) -> None:
    """A room's posts and boards are as if they were not."""
    room = house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    post, omar = house.post("sam", "For two.", room), house.me("omar")
    with pytest.raises(NotFound):
        house.forum.attention.bookmark(omar, post, is_on=True)
    with pytest.raises(NotFound):
        house.forum.attention.follow(omar, post, is_on=True)
    with pytest.raises(NotFound):
        house.forum.attention.wish(omar, room, "muted")


def test_a_case_that_owes_its_outcome_is_listed_for_its_author(house: House) -> None:
    """Three days after it was posted, for the author alone."""
    house.post("nadia", "Short of breath.", kind="case", question="What now?")
    assert words(house, "nadia", "due") == []
    house.clock.ms += 4 * 24 * 3600 * 1000
    assert words(house, "nadia", "due") == ["What now? Short of breath."]
    assert words(house, "omar", "due") == []


def test_nine_searches_are_kept_by_number(house: House) -> None:
    """The first free number is taken, a given one replaces, a tenth is refused; members do not see each other's."""
    nadia, saved = house.me("nadia"), house.forum.saved
    for number in range(1, 10):
        assert saved.add(nadia, f"query {number}").number == number
    with pytest.raises(Refused, match="nine"):
        saved.add(nadia, "one more")
    assert saved.add(nadia, "board:tox", "Tox", number=4).name == "Tox"
    saved.remove(nadia, 2)
    assert saved.add(nadia, "again").number == 2
    assert saved.rename(nadia, 4, "Poisons").query == "board:tox"
    assert saved.all(house.me("omar")) == ()
    with pytest.raises(NotFound):
        saved.remove(house.me("omar"), 4)


@pytest.mark.parametrize(
    ("query", "name", "number"), [(" ", "", None), ("x" * 401, "", None), ("x", "n" * 41, None), ("x", "", 0)]
)
def test_what_cannot_be_kept_is_refused_in_words(house: House, query: str, name: str, number: int | None) -> None:
    """Nothing to search for, too long, or no number key."""
    with pytest.raises(InputRejected):
        house.forum.saved.add(house.me("nadia"), query, name, number=number)
