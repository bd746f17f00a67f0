"""What stewards do beyond their own site: offices for members of other sites."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lines import CIRCLE, Meeting, MemoryLink, Site, make_sites, meet

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
