"""What stewards do beyond their own site: offices for its members, suspended sites, and revoked copies of a file."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lines import CIRCLE, Meeting, MemoryLink, Site, make_sites, meet
from tests.schedules import log_content, shared_views, spooled
from tests.strategies import Clock, raw_bytes

from wardroom.domain.ids import EventNo
from wardroom.domain.rules import VERIFIED_FOR_MS
from wardroom.domain.views import PostDraft
from wardroom.errors import NotFound, Refused
from wardroom.store import members, token
from wardroom.store.folds import HERE, HIDDEN, PURGED


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


# --- sites -----------------------------------------------------------------------------------------------------------


def post(site: Site, title: str) -> EventNo:
    me = site.me(site.handles[0])
    board = site.forum.boards.named(me, f"shared@{CIRCLE}").board
    site.clock.ms += 1000
    return site.forum.cases.post(me, board, PostDraft(f"About {title}.", title=f"Thread: {title}", kind="talk"))


def states(site: Site) -> dict[str, int]:
    """The state of each thread here, by its title."""
    rows = site.session.store.read.execute(
        "SELECT t.title, p.state FROM view_thread t JOIN view_post p ON p.post = t.thread"
    )
    return {title.removeprefix("Thread: "): state for title, state in rows}


def refusal(one: Site, other: Site) -> str:
    """Why two sites exchange nothing."""
    meeting = met(one, other)
    assert not meeting.is_whole
    return str(meeting.call_error) + str(meeting.answer_error)


def suspend(site: Site, handle: str, name: str, *, is_on: bool = True) -> None:
    site.forum.circles.suspend_site(site.me(handle), CIRCLE, name, is_on=is_on)


def test_a_suspended_site_is_given_nothing_and_nothing_more_of_it_counts(sites: list[Site]) -> None:
    """What it wrote before stays; what comes from it by others' hands is kept, hidden; a lift makes all of it count."""
    first, second, third = sites
    post(third, "before")
    met(third, first)
    suspend(first, "sam", "site2")
    suspend(first, "sam", "site2")
    assert len(first.forum.circles.lines()[1].suspended) == 1
    post(first, "secret")
    post(third, "behind")
    assert "suspended" in refusal(third, first)
    assert "suspended" in refusal(first, third)
    assert states(third).keys() == {"before", "behind"}
    met(third, second)  # which has not heard of it yet
    met(second, first)
    assert states(first) == {"before": HERE, "secret": HERE, "behind": HIDDEN}
    assert states(second) == states(first)
    assert log_content(second) == log_content(first)
    assert shared_views(second) == shared_views(first)
    assert "suspended" in refusal(third, second)
    suspend(first, "sam", "site2", is_on=False)
    for _ in range(2):
        met(third, first)
        met(second, first)
    assert states(first) == states(second) == states(third) == {"before": HERE, "secret": HERE, "behind": HERE}


def test_who_suspends_which_site(sites: list[Site]) -> None:
    """A steward, and neither the own site nor the founder's; a name that is none is told with those that are."""
    first, second, third = sites
    first.forum.members.grant(first.me("sam"), "bob@site1", "steward", circle=CIRCLE)
    met(second, first)
    with pytest.raises(Refused):
        suspend(third, "cleo", "site1")
    for handle, site, name in (("sam", first, "site0"), ("bob", second, "site0"), ("bob", second, "site1")):
        with pytest.raises(Refused):
            suspend(site, handle, name)
    with pytest.raises(NotFound, match="site0, site1, site2"):
        suspend(first, "sam", "elsewhere")
    suspend(second, "bob", third.session.identity.site_key.hex())
    met(second, first)
    assert "suspended" in refusal(third, first)


def test_a_bundle_is_not_sealed_to_a_suspended_site(sites: list[Site], tmp_path: Path) -> None:
    """Nor is what lies in a spool; what the site itself has put there is still taken, as what nobody trusts."""
    first, second, third = sites
    post(third, "behind")
    third.forum.bundles.make(tmp_path / "theirs.bundle", (), is_plain=False)
    suspend(first, "sam", "site2")
    met(second, first)
    post(first, "secret")
    first.forum.bundles.make(tmp_path / "ours.bundle", (), is_plain=False)
    with pytest.raises(Refused):
        third.forum.bundles.take(tmp_path / "ours.bundle")
    second.forum.bundles.take(tmp_path / "ours.bundle")
    second.forum.bundles.take(tmp_path / "theirs.bundle")
    assert states(second) == {"secret": HERE, "behind": HIDDEN}


# --- copies of a file ------------------------------------------------------------------------------------------------


def stolen_copy(site: Site, path: Path) -> Site:
    """A copy of a site's file that goes on somewhere else."""
    site.close()
    shutil.copyfile(site.path, path)
    site.open()
    token.path_of(path).unlink(missing_ok=True)
    return Site(path, Clock(site.clock.ms), "stolen")


def test_a_stolen_copy_is_revoked(sites: list[Site], tmp_path: Path) -> None:
    """It is listed by when it wrote last; once revoked it is given nothing, what it wrote later is hidden, and a lift ends that."""
    first, second, _third = sites
    copy = stolen_copy(second, tmp_path / "copy.db")
    post(copy, "before")
    met(copy, first)
    met(second, first)
    bob = second.me("bob")
    lines = second.forum.instances.lines()
    assert [(line.is_this, line.posts, line.circles) for line in lines] == [(False, 1, (CIRCLE,)), (True, 0, (CIRCLE,))]
    with pytest.raises(Refused):
        second.forum.instances.revoke(bob, lines[1].name)
    with pytest.raises(NotFound):
        second.forum.instances.revoke(bob, "")
    assert second.forum.instances.revoke(bob, lines[0].name) == (CIRCLE,)
    assert second.forum.instances.revoke(bob, lines[0].name) == ()
    assert {line.name: line.revoked for line in second.forum.instances.lines()}[lines[0].name] == (CIRCLE,)
    post(copy, "behind")
    met(copy, first)  # which has not heard of it yet
    met(second, first)
    assert states(first) == states(second) == {"before": HERE, "behind": HIDDEN}
    post(first, "secret")
    assert "revoked" in refusal(copy, first)
    assert "revoked" in refusal(first, copy)
    assert "secret" not in states(copy)
    assert met(second, first).is_whole
    assert second.forum.instances.revoke(bob, lines[0].name, is_on=False) == (CIRCLE,)
    met(second, first)
    met(copy, first)
    assert states(first) == states(copy) == {"before": HERE, "behind": HERE, "secret": HERE}
    copy.close()


def twin(site: Site, path: Path) -> Site:
    """A copy of a whole machine: it goes on writing the same logs, and nothing tells it so."""
    copy = stolen_copy(site, path)
    token.note(path, copy.session.store.read)
    return copy


def test_what_stands_in_a_branch_of_a_log_is_judged_and_audited_like_the_rest(
    sites: list[Site], tmp_path: Path
) -> None:
    """Its author is known by what the log introduced before it was written twice: for a cut, and for who did what."""
    first, second, third = sites
    early = post(second, "early")
    met(second, first)
    copy = twin(second, tmp_path / "twin.db")
    post(second, "one way")
    post(copy, "other way")
    copy.forum.cases.purge(copy.me("bob"), early, "identifier")
    post(copy, "behind")
    met(third, second)
    met(third, first)
    sam = first.me("sam")
    first.forum.moderation.suspend(sam, "bob@site1", "other", circle=CIRCLE)
    met(copy, third)
    met(third, first)
    shown = {"": PURGED, "one way": HERE, "other way": HERE, "behind": HIDDEN}
    assert states(first) == shown
    first.forum.upkeep.rebuild()
    assert states(first) == shown
    (line,) = [line for line in first.forum.moderation.audit(sam) if line.verb == "purge"]
    assert (line.who, line.about) == ("bob@site1", second.forum.cases.id_of(early))
    copy.close()


def test_an_office_counts_however_late_comes_what_it_hangs_on(sites: list[Site]) -> None:
    """What makes the giver a steward comes after what the giver gave, and in a log that gives nothing else."""
    first, second, third = sites
    first.forum.members.grant(first.me("sam"), "bob@site1", "steward", circle=CIRCLE)
    for number in range(40):
        post(first, f"number {number}")
    met(second, first)
    second.forum.members.grant(second.me("bob"), "cleo@site2", "moderator", circle=CIRCLE)
    met(third, second)
    assert moderates(third, "cleo")


# --- spools ----------------------------------------------------------------------------------------------------------


def test_branches_of_a_log_and_their_purges_go_through_a_spool(sites: list[Site], tmp_path: Path) -> None:
    """Whoever hears of a purge writes the stretch anew; who comes last gets both branches, and what they share, and no word."""
    first, second, third = sites
    post(second, "early")
    copy = twin(second, tmp_path / "twin.db")
    post(second, "one way")
    other = post(copy, "other way")
    for site in (second, copy, third):
        spooled(site, tmp_path / "spool")
    copy.forum.cases.purge(copy.me("bob"), other, "identifier")
    met(third, copy)
    for site in (third, first):
        spooled(site, tmp_path / "spool")
    assert states(first) == {"early": HERE, "one way": HERE, "": PURGED}
    assert b"About other way." not in raw_bytes(first.path)
    copy.close()


def test_what_is_missing_in_a_spool_is_put_there_again(sites: list[Site], tmp_path: Path) -> None:
    """A stretch in the middle is lost on the way: its writer puts it there when it comes again."""
    first, second, _third = sites
    for title in ("one", "two", "three"):
        post(first, title)
        spooled(first, tmp_path / "spool")
    stretches = sorted((tmp_path / "spool").glob("*/*/0*.parcel"))
    assert len(stretches) > 3
    stretches[-2].unlink()
    spooled(second, tmp_path / "spool")
    assert states(second).keys() == {"one"}
    spooled(first, tmp_path / "spool")
    spooled(second, tmp_path / "spool")
    assert states(second).keys() == {"one", "two", "three"}
