"""What stewards do beyond their own site: offices for members of other sites."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lines import CIRCLE, Meeting, MemoryLink, Site, make_sites, meet

from wardroom.domain.rules import VERIFIED_FOR_MS
from wardroom.domain.views import PostDraft
from wardroom.errors import NotFound, Refused
from wardroom.store import members


@pytest.fixture(name="sites")
def _sites(tmp_path: Path) -> Iterator[list[Site]]:
    """Three sites of one circle that have met: sam is the founder's steward, bob is at site1, cleo at site2."""
    made = make_sites(tmp_path, 3)
    yield made
    for site in made:
        site.close()


def met(one: Site, other: Site) -> Meeting:
    return meet(one.session, other.session, MemoryLink(random.Random(1)))


def moderates(site: Site, handle: str) -> bool:
    return members.circle_named(site.session.store.read, CIRCLE) in site.me(handle).moderates


# --- offices ---------------------------------------------------------------------------------------------------------


def test_a_steward_names_moderators_and_stewards_of_other_sites(sites: list[Site]) -> None:
    """The office counts where the member works once that site has heard of it, and is taken the same way."""
    first, second, third = sites
    sam = first.me("sam")
    first.forum.members.grant(sam, "bob@site1", "steward", circle=CIRCLE)
    assert not moderates(second, "bob")
    met(second, first)
    assert moderates(second, "bob")
    second.forum.members.grant(second.me("bob"), "cleo@site2", "moderator", circle=CIRCLE)
    met(first, second)
    met(third, first)
    assert moderates(third, "cleo")
    first.forum.members.grant(sam, "cleo@site2", "moderator", is_granted=False, circle=CIRCLE)
    met(third, first)
    assert not moderates(third, "cleo")


def test_the_voice_of_another_sites_member_is_not_theirs_to_give(sites: list[Site]) -> None:
    """Nor has anybody an office to give who is no steward, or a member to give it to who is not there."""
    first, second, _third = sites
    sam = first.me("sam")
    with pytest.raises(Refused):
        first.forum.members.grant(sam, "bob@site1", "observer", circle=CIRCLE)
    with pytest.raises(Refused):
        second.forum.members.grant(second.me("bob"), "cleo@site2", "moderator", circle=CIRCLE)
    with pytest.raises(NotFound):
        first.forum.members.grant(sam, "nobody@site1", "moderator", circle=CIRCLE)


# --- who stands for whom ---------------------------------------------------------------------------------------------


def test_a_case_tells_which_site_stands_for_an_author_from_elsewhere(sites: list[Site]) -> None:
    """As long as that site's word holds; of the own site's members it is not told at every post."""
    first, second, _third = sites
    bob, sam = second.me("bob"), first.me("sam")
    second.forum.moderation.verify(bob, "bob", circle=CIRCLE)
    post = second.forum.cases.post(
        bob,
        second.forum.boards.named(bob, "shared").board,
        PostDraft("Warm the fluids.", title="Shivering after ROSC", kind="talk"),
    )
    name = second.forum.cases.open(bob, post).line.id
    second.clock.ms += 120_000
    first.clock.ms = second.clock.ms
    met(first, second)
    first.forum.unscreened.work()
    here = first.forum.cases.resolve(sam, name)

    def told() -> str:
        return first.forum.cases.open(sam, here).head.verified_by

    assert told() == "site1"
    assert second.forum.cases.open(bob, post).head.verified_by == ""
    first.clock.ms += VERIFIED_FOR_MS
    assert told() == ""


def test_a_name_is_offered_of_every_site_of_the_circle(sites: list[Site]) -> None:
    """Of the own site first, also of members who have not said a word there."""
    first = sites[0]
    sam = first.me("sam")
    names = first.forum.cards.readers(sam, first.forum.boards.named(sam, "shared").board)
    assert [(one.handle, one.site) for one in names] == [("mona", "site0"), ("bob", "site1"), ("cleo", "site2")]
