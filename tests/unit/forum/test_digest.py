"""The digest: what others wrote since the last one, small, in the order it presses, and never more than one may see."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.strategies import House

from wardroom.domain.events import Record
from wardroom.forum.digest import BYTES_MAX, as_text

HOUR_MS = 3_600_000


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A site with five members and nothing said yet."""
    opened = House(tmp_path / "forum.db")
    yield opened
    opened.close()


def titles(house: House, handle: str, since_ms: int | None = None) -> list[str]:
    """What a member's digest names, in its order."""
    return [each.line.title for each in house.forum.digest.since(house.me(handle), since_ms).threads]


def test_the_most_pressing_comes_first(house: House) -> None:
    """Now, then what calls on the member, then boards subscribed to, then the rest; muted boards and own posts not."""
    boards, sam, nadia = house.forum.boards, house.me("sam"), house.me("nadia")
    tox, mess = boards.open(sam, "tox"), boards.open(sam, "mess-hall")
    own = house.post("nadia", "Mine.", title="Of nadia herself")
    urgent = Record(age_band="30-44", urgency="now")
    house.post("omar", "Now.", title="Pressing case", kind="case", question="What now?", record=urgent)
    house.post("omar", "Hello.", tox, title="On a subscribed board")
    house.post("omar", "Hello @nadia.", title="Names nadia")
    house.post("omar", "Hello.", mess, title="On a muted board")
    house.post("omar", "Hello.", title="Something else")
    house.reply("omar", own, "An answer.")
    house.forum.attention.wish(nadia, tox, "subscribed")
    house.forum.attention.wish(nadia, mess, "muted")
    assert titles(house, "nadia") == [
        "Pressing case", "Of nadia herself", "Names nadia", "On a subscribed board", "Something else",
    ]  # fmt: skip
    digest = house.forum.digest.since(nadia)
    assert (digest.posts, digest.answers, digest.named, digest.due) == (5, 1, 1, 0)
    assert as_text(digest) == as_text(house.forum.digest.since(nadia))


def test_each_digest_goes_on_where_the_last_one_ended(house: House) -> None:
    """What stood in one is not in the next; a look back leaves the mark where it is; nothing new is no text."""
    nadia = house.me("nadia")
    house.post("omar", "One.", title="The first case")
    digest = house.forum.digest.since(nadia)
    assert digest.posts == 1
    house.forum.digest.done(nadia, digest)
    assert as_text(house.forum.digest.since(nadia)) == ""
    house.clock.ms += HOUR_MS
    house.post("omar", "Two.", title="The second case")
    assert titles(house, "nadia") == ["The second case"]
    assert titles(house, "nadia", house.clock.ms - 2 * HOUR_MS) == ["The second case", "The first case"]
    assert titles(house, "nadia") == ["The second case"]


def test_the_first_digest_goes_a_day_back(house: House) -> None:
    """A new member's first digest is not the whole forum."""
    house.post("omar", "Old.", title="The old case")
    house.clock.ms += 30 * HOUR_MS
    house.post("omar", "New.", title="The new case")
    assert titles(house, "nadia") == ["The new case"]


@pytest.mark.parametrize("sign", ["w", "漢", "é", "𝔴", "ก็"])
def test_ten_threads_take_two_kilobytes_at_most(house: House, sign: str) -> None:
    """Whatever stands in the titles; the rest is counted."""
    for number in range(14):
        house.post("omar", "Text.", title=f"{number} " + sign * (70 // len(sign)))
    text = as_text(house.forum.digest.since(house.me("nadia")))
    assert len(text.encode()) <= BYTES_MAX
    assert text.count(" new  ") == 10
    assert "and 4 more threads" in text


def test_a_digest_holds_nothing_of_what_one_may_not_see(house: House) -> None:
    """Rooms of others and hidden posts are in no line and no count; a hidden head leaves its title out."""
    room = house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    house.post("sam", "zqsecret", room, title="Secret zqtitle")
    head = house.post("sam", "zqsecret @omar", title="Hidden zqtitle")
    house.reply("nadia", head, "Visible.")
    house.forum.cases.hide(house.me("mona"), head, "identifier", is_on=True)
    digest = house.forum.digest.since(house.me("omar"))
    assert (digest.posts, digest.named) == (1, 0)
    assert "zq" not in as_text(digest)
    assert "zq" not in repr(digest)
