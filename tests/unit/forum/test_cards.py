"""Members' cards: who sees what of whom, who changes them, and that a change follows its member into every circle."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.strategies import House

from wardroom.domain.events import MemberCardChanged
from wardroom.errors import IdentifierFound, InputRejected, NotFound, Refused
from wardroom.forum.founding import found_circle
from wardroom.store.journal import journal


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A site with five members and nothing said yet."""
    opened = House(tmp_path / "forum.db")
    yield opened
    opened.close()


def test_a_card_tells_who_somebody_is(house: House) -> None:
    """Profession, roles, who vouches, and what they wrote that the looker may read."""
    room = house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    first = house.post("nadia", "Warm the fluids.")
    house.post("nadia", "For two.", room)
    card = house.forum.cards.named(house.me("omar"), "@Nadia@county")
    assert (card.handle, card.site, card.profession) == ("nadia", "county", "nurse")
    assert (card.roles, card.verified_by, card.is_own) == (("practitioner",), "county", False)
    assert (card.posts, [post.words for post in card.last]) == (1, ["Warm the fluids."])
    assert house.forum.cards.of_author(house.me("sam"), first).posts == 2
    assert house.forum.cards.named(house.me("omar"), "tia").verified_by == ""
    assert house.forum.cards.own(house.me("mona")).roles == ("practitioner", "moderator")


def test_who_may_not_read_a_room_learns_no_author_of_it(house: House) -> None:
    """Nor does a name that is nobody's lead anywhere."""
    room = house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    post = house.post("nadia", "For two.", room)
    with pytest.raises(NotFound):
        house.forum.cards.of_author(house.me("omar"), post)
    for name in ("nobody", "nadia@harbor", "@", "na dia"):
        with pytest.raises(NotFound):
            house.forum.cards.named(house.me("omar"), name)


def test_a_changed_card_is_the_one_that_is_shown(house: House) -> None:
    """The last change stands; what is the same is no event; the profession is that of the account too."""
    nadia, cards = house.me("nadia"), house.forum.cards
    cards.change(nadia, "paramedic", ("toxicology", " airway ", "toxicology", ""))
    cards.change(nadia, "np", ("toxicology",))
    cards.change(nadia, "np", ("toxicology",))
    card = cards.own(house.me("nadia"))
    assert (card.profession, card.interests) == ("np", ("toxicology",))
    assert house.me("nadia").profession == "np"
    count = house.forum.session.store.read.execute(
        "SELECT COUNT(*) FROM log_event WHERE kind = ?", (MemberCardChanged.KIND,)
    ).fetchone()[0]
    assert count == 2
    assert house.forum.upkeep.rebuild() > 0
    assert cards.own(nadia).interests == ("toxicology",)


def test_a_card_goes_where_its_member_acts(house: House) -> None:
    """It changes in every circle the member acts in, in no other, and is taken along into the next."""
    nadia = house.me("nadia")
    session = house.forum.session
    with journal(session.store) as j:
        identity = session.identity
        for name in ("region", "trauma"):
            found_circle(j, name, "county", identity.site_seed, identity.instance_seed)
    sam = house.me("sam")
    region = house.forum.boards.open(sam, "shared", circle="region")
    trauma = house.forum.boards.open(sam, "wide", circle="trauma")
    house.post("nadia", "In the region.", region)
    house.forum.cards.change(nadia, "np", ("burns",))
    rows = session.store.read.execute(
        "SELECT c.name, m.profession, m.interests FROM view_member m JOIN view_circle c USING (circle)"
        " WHERE m.handle = 'nadia' ORDER BY c.name"
    ).fetchall()
    assert rows == [("local", "np", "burns"), ("region", "np", "burns")]
    post = house.post("nadia", "In the network.", trauma)
    card = house.forum.cards.of_author(house.me("omar"), post)
    assert (card.circle, card.profession, card.interests, card.posts) == ("trauma", "np", ("burns",), 2)


def test_an_administrator_clears_the_card_of_who_has_left(house: House) -> None:
    """The name stays, the rest goes; nobody else may, and not for another's card."""
    cards = house.forum.cards
    cards.change(house.me("nadia"), "np", ("burns",))
    with pytest.raises(Refused):
        cards.clear(house.me("omar"), "nadia")
    assert cards.named(house.me("omar"), "nadia").interests == ("burns",)
    cards.clear(house.me("sam"), "nadia")
    card = cards.named(house.me("omar"), "nadia")
    assert (card.handle, card.profession, card.interests) == ("nadia", "", ())
    with pytest.raises(NotFound):
        cards.clear(house.me("sam"), "nobody")


@pytest.mark.parametrize(
    ("profession", "interests", "error"),
    [
        ("wizard", (), Refused),
        ("nurse", tuple(f"interest {number}" for number in range(13)), InputRejected),
        ("nurse", ("x" * 41,), InputRejected),
        ("nurse", ("mail nadia@county.org",), IdentifierFound),
    ],
)
def test_what_may_not_stand_on_a_card_is_refused(
    house: House, profession: str, interests: tuple[str, ...], error: type[Exception]
) -> None:
    """In words, and the card stays as it was."""
    with pytest.raises(error):
        house.forum.cards.change(house.me("nadia"), profession, interests)
    assert house.forum.cards.own(house.me("nadia")).interests == ()


def test_a_name_is_offered_of_those_who_read_the_board(house: House) -> None:
    """Of a room its members, of a board all others; who has left, or was suspended, is offered no more."""
    sam, cards = house.me("sam"), house.forum.cards
    room = house.forum.boards.open(sam, "room", members_of_room=("sam", "nadia"))
    assert {one.handle for one in cards.readers(sam, room)} == {"nadia"}
    assert cards.readers(house.me("omar"), room) == ()
    everybody = {one.handle for one in cards.readers(sam, house.board)}
    assert everybody == {one.handle for one in cards.readers(sam)} >= {"nadia", "omar", "mona", "tia"}
    assert "sam" not in everybody
    house.forum.members.disable(sam, "omar", is_disabled=True)
    house.forum.moderation.suspend(sam, "tia", "other")
    assert {one.handle for one in cards.readers(sam, house.board)} == everybody - {"omar", "tia"}
