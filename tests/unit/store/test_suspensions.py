"""Who is suspended where: cuts, what they take and what they leave, and suspensions that contradict each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scene import Scene
from tests.strategies import Files, Network, view_content

from wardroom.domain import chain
from wardroom.domain import events as e
from wardroom.domain.ids import EventNo
from wardroom.store import event_log, keys, projections
from wardroom.store.folds import HERE, HIDDEN, PURGED
from wardroom.store.journal import journal

MODERATOR, STEWARD = e.ROLES.index("moderator"), e.ROLES.index("steward")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Alice is the founder's steward (site 0), bea steward at the bay (site 1), cleo practises at the cape (site 2)."""
    with Files(tmp_path).fresh() as store:
        yield Scene(Network(store))
        before = view_content(store.read)
        with journal(store) as j:
            projections.rebuild(j)
        assert view_content(store.read) == before


def grant(
    scene: Scene, by: str, to: str, role: int, *, is_granted: bool = True, over: tuple[EventNo, ...] = ()
) -> EventNo:
    log = scene.county if by in ("alice", "adam") else scene.bay
    named = tuple(scene.ref(log, event) for event in over)
    member = scene.ref(log, scene.enrolment(to))
    return scene.write(log, e.RoleGranted(log.members[by], member, role, is_granted, named))


def test_what_stands_before_the_cut_stays(scene: Scene) -> None:
    """A suspended member's posts before the cut are shown, those behind it and those in logs without one are not."""
    early, late = scene.thread(scene.bay, "ben", "Early."), scene.thread(scene.bay, "ben", "Late.")
    suspension = scene.suspend(scene.county, "alice", "ben", cuts=scene.cuts(bay=1))
    assert (scene.state(early), scene.state(late)) == (HERE, HIDDEN)
    after = scene.thread(scene.bay, "ben", "After.")
    assert scene.state(after) == HIDDEN
    other = scene.thread(scene.bay, "bea", "Another's.")
    assert scene.state(other) == HERE
    unnamed = scene.suspend(scene.county, "alice", "ben")
    assert scene.state(early) == HIDDEN
    scene.suspend(scene.county, "alice", "ben", suspension, unnamed, is_on=False)
    assert [scene.state(post) for post in (early, late, after)] == [HERE, HERE, HERE]


def test_a_moderator_may_show_what_was_cut_off(scene: Scene) -> None:
    """What a suspended member wrote is kept for review, and one post of it can be shown."""
    scene.suspend(scene.county, "alice", "ben", cuts=scene.cuts(bay=0))
    post = scene.thread(scene.bay, "ben")
    assert scene.state(post) == HIDDEN
    scene.write(scene.county, e.PostHidden(scene.county.members["alice"], scene.ref(scene.county, post), False, 0, ()))
    assert scene.state(post) == HERE


def test_a_version_behind_the_cut_is_not_shown_and_is_purged_with_the_post(scene: Scene) -> None:
    """An amendment by a suspended member leaves the version before it on the glass; a purge takes its words too."""
    post = scene.thread(scene.bay, "ben", "One.")
    scene.suspend(scene.county, "alice", "ben", cuts=scene.cuts(bay=0))
    version = scene.amend(scene.bay, "ben", post, "Two zqtwo.")
    assert (scene.shown(post), scene.state(post)) == (post, HERE)
    assert scene.has_body(version)
    scene.purge(scene.bay, "bea", post)
    assert not scene.has_body(version)


def test_a_cut_neither_undoes_nor_stops_a_purge(scene: Scene) -> None:
    """What a suspended member erases is erased, before and behind the cut, and what others erase of theirs too."""
    first, second, third = (scene.thread(scene.bay, "bea", text) for text in ("One.", "Two.", "Three."))
    scene.purge(scene.bay, "bea", first)
    scene.suspend(scene.county, "alice", "bea")
    assert scene.state(first) == PURGED
    scene.purge(scene.bay, "bea", second)
    assert scene.state(second) == PURGED
    scene.propose(scene.county, "alice", third)
    proposal = scene.propose(scene.county, "alice", third)
    scene.purge(scene.county, "adam", third, proposal=proposal)
    assert scene.state(third) == PURGED


def test_rights_given_behind_the_cut_count_for_nothing(scene: Scene) -> None:
    """Whom a suspended steward made moderator moderates no more, but what that one erased stays erased."""
    post, other = scene.thread(scene.bay, "bea"), scene.thread(scene.bay, "bea")
    cuts = scene.cuts(bay=0)
    grant(scene, "bea", "ben", MODERATOR)
    hide = e.PostHidden(scene.bay.members["ben"], scene.ref(scene.bay, post), True, 0, ())
    scene.write(scene.bay, hide)
    scene.purge(scene.bay, "ben", other)
    assert (scene.state(post), scene.state(other)) == (HIDDEN, PURGED)
    suspension = scene.suspend(scene.county, "alice", "bea", cuts=cuts)
    assert (scene.state(other),) == (PURGED,)
    assert scene.state(post) == HERE
    scene.suspend(scene.county, "alice", "bea", suspension, cuts=cuts, is_on=False)
    assert scene.state(post) == HIDDEN


def test_of_two_who_suspend_each_other_both_are_suspended(scene: Scene) -> None:
    """The stricter wins; who is cut off by one that nobody cuts off suspends nobody."""
    made = grant(scene, "alice", "ben", STEWARD)
    scene.write(scene.bay, e.RoleAccepted(scene.ref(scene.bay, made)))
    cuts = scene.cuts(bay=0)
    one = scene.suspend(scene.bay, "ben", "bea", cuts=cuts)
    other = scene.suspend(scene.bay, "bea", "ben", cuts=cuts)
    assert (scene.is_standing(one), scene.is_standing(other)) == (True, True)
    judge = scene.suspend(scene.county, "alice", "ben", cuts=cuts)
    assert [scene.is_standing(event) for event in (one, other, judge)] == [False, True, True]


def test_the_root_is_not_suspended(scene: Scene) -> None:
    """Neither the founder's first steward nor the founder's site is cut off, nor its instance by another site."""
    post = scene.thread(scene.county, "alice")
    assert not scene.is_standing(scene.suspend(scene.bay, "bea", "alice"))
    founder = keys.public_key(scene.network.site_seeds[0])
    author = scene.bay.members["bea"]
    assert not scene.is_standing(scene.write(scene.bay, e.SiteSuspended(author, founder, True, (), ())))
    cut = e.Cut(scene.county.id, 0)
    assert not scene.is_standing(scene.write(scene.bay, e.InstanceRevoked(author, cut, True, ())))
    assert scene.state(post) == HERE


def test_a_revoked_instance_is_cut_whoever_writes_in_it(scene: Scene) -> None:
    """A stolen laptop's log counts up to the cut, for everybody; the site revokes it by itself."""
    early = scene.thread(scene.laptop, "adam")
    cuts = scene.cuts(laptop=0)
    late = scene.thread(scene.laptop, "alice")
    revoked = scene.write(scene.county, e.InstanceRevoked(scene.county.members["alice"], cuts[0], True, ()))
    assert (scene.state(early), scene.state(late)) == (HERE, HIDDEN)
    named = (scene.ref(scene.county, revoked),)
    scene.write(scene.county, e.InstanceRevoked(scene.county.members["alice"], cuts[0], False, named))
    assert scene.state(late) == HERE


def test_a_suspended_site_is_cut_in_all_its_logs(scene: Scene) -> None:
    """A steward suspends a site; a moderator of another site does not."""
    early = scene.thread(scene.cape, "cleo")
    cuts = scene.cuts(cape=0)
    late = scene.thread(scene.cape, "carl")
    site = keys.public_key(scene.network.site_seeds[2])
    author = scene.county.members
    refused = scene.write(scene.county, e.SiteSuspended(author["adam"], site, True, cuts, ()))
    assert scene.reason(refused)
    scene.write(scene.county, e.SiteSuspended(author["alice"], site, True, cuts, ()))
    assert (scene.state(early), scene.state(late)) == (HERE, HIDDEN)


def test_who_may_suspend(scene: Scene) -> None:
    """A steward anybody but the root; an administrator the own site's members; nobody else anybody."""
    for log, who, whom, is_allowed in (
        (scene.county, "alice", "cleo", True), (scene.county, "adam", "tia", False),
        (scene.cape, "cleo", "carl", True), (scene.cape, "cleo", "adam", False), (scene.cape, "carl", "cleo", False),
    ):  # fmt: skip
        suspension = scene.suspend(log, who, whom, cuts=scene.cuts(county=0, bay=0, cape=0, laptop=0))
        assert (scene.reason(suspension) == "") == is_allowed


def test_where_demotions_leave_no_steward_the_first_is_steward_again(scene: Scene) -> None:
    """The founder's first steward, demoted by another who is demoted too, is steward once more in that log."""
    first = scene.enrolment("alice")
    made = grant(scene, "alice", "adam", STEWARD)
    county = scene.county.members
    gone = grant(scene, "adam", "alice", STEWARD, is_granted=False, over=(first,))
    assert scene.reason(grant(scene, "alice", "ben", MODERATOR)) != ""
    granted = scene.network.grants[0]
    for handle, over in (("bea", granted), ("adam", made)):
        assert scene.reason(grant(scene, "adam", handle, STEWARD, is_granted=False, over=(over,))) == ""
    assert gone
    again = grant(scene, "alice", "ben", MODERATOR)
    assert scene.reason(again) == ""
    assert county["alice"]


def test_a_site_goes_on_under_another_key(scene: Scene) -> None:
    """The circle opens to a key that has signed for it, named by the site's administrator, and to no other."""
    seed = b"k" * 32
    said = chain.succession(scene.network.circle, keys.public_key(scene.network.site_seeds[2]))
    rotated = e.SiteKeyRotated(scene.cape.members["cleo"], keys.public_key(seed), keys.sign(seed, said))
    assert scene.reason(scene.write(scene.bay, e.SiteKeyRotated(1, rotated.key, rotated.signature), e.SiteCard("x")))
    event = scene.write(scene.cape, rotated, e.SiteCard("cape"))
    assert scene.reason(event) == ""
    scene.network.site_seeds.append(seed)
    with journal(scene.store) as j:
        log = scene.network._open_log(j, 3)
        scene.network._enrol(j, log, "cora", 2)
    with scene.store.write() as db:
        names = dict(db.execute("SELECT site, name FROM view_site").fetchall())
    assert rotated.key in names
    assert scene.state(scene.thread(log, "cora")) == HERE


def test_a_verification_is_of_the_own_site_and_can_be_taken_back(scene: Scene) -> None:
    """The newest event that stands says since when; an administrator of another site says nothing."""

    def verify(log_name: str, who: str, handle: str, *over: EventNo, is_on: bool = True) -> EventNo:
        log = getattr(scene, log_name)
        named = tuple(scene.ref(log, event) for event in over)
        envelope = e.MemberVerified(log.members[who], scene.ref(log, scene.enrolment(handle)), is_on, named)
        return scene.write(log, envelope)

    def verified() -> list[tuple[int, int]]:
        return scene.store.read.execute("SELECT member, event FROM view_verified").fetchall()

    assert scene.reason(verify("bay", "bea", "cleo"))
    assert scene.reason(verify("county", "adam", "tia"))
    first = verify("bay", "bea", "ben")
    assert verified() == [(scene.enrolment("ben"), first)]
    renewed = verify("bay", "bea", "ben", first)
    assert verified() == [(scene.enrolment("ben"), renewed)]
    verify("bay", "bea", "ben", renewed, is_on=False)
    assert verified() == []


def test_a_trainee_speaks_alone_after_three_releases(scene: Scene) -> None:
    """The first three posts need a releaser with the right, in each log anew."""
    alice, adam = scene.county.members["alice"], scene.county.members["adam"]
    for releaser in (alice, adam, alice):
        assert scene.reason(scene.thread(scene.county, "tia")) != ""
        assert scene.state(scene.thread(scene.county, "tia", releaser=releaser)) == HERE
    assert scene.state(scene.thread(scene.county, "tia")) == HERE
    with journal(scene.store) as j:
        scene.network._enrol(j, scene.laptop, "tia", 1)
    assert scene.reason(scene.thread(scene.laptop, "tia")) != ""


def test_a_thread_moves_within_the_circle_and_never_by_way_of_a_room(scene: Scene) -> None:
    """Its posts and its words in the index go along; of two moves at once one stands; a room is neither left nor entered."""
    board, room = scene.network.boards[:2]
    post = scene.thread(scene.county, "alice")
    with journal(scene.store) as j:
        other = event_log.record(
            j, scene.county.pen, e.BoardOpened(scene.county.members["alice"], is_room=False), e.BoardCard("other")
        )

    def move(log_name: str, who: str, to: EventNo, thread: EventNo = post) -> EventNo:
        log = getattr(scene, log_name)
        return scene.write(log, e.ThreadMoved(log.members[who], scene.ref(log, thread), scene.ref(log, to), ()))

    def stands_on() -> set[int]:
        rows = scene.store.read.execute("SELECT board FROM view_post WHERE thread = ?", (post,)).fetchall()
        return {row[0] for row in rows}

    assert scene.reason(move("cape", "cleo", other)) != ""
    assert scene.reason(move("county", "alice", room)) != ""
    move("county", "alice", other)
    assert stands_on() == {other}
    move("bay", "bea", board)
    assert stands_on() <= {board, other}
    assert (
        scene.store.read.execute("SELECT board FROM view_thread WHERE thread = ?", (post,)).fetchone()[0] in stands_on()
    )


def test_an_appeal_is_for_whom_an_act_concerns(scene: Scene) -> None:
    """The author of a hidden post appeals, a suspended member too, nobody else; a purge takes the appeal's words."""
    post = scene.thread(scene.bay, "ben")
    hide = scene.write(
        scene.county, e.PostHidden(scene.county.members["alice"], scene.ref(scene.county, post), True, 0, ())
    )
    suspension = scene.suspend(scene.county, "alice", "ben")

    def appeal(who: str, act: EventNo, text: str) -> EventNo:
        return scene.write(
            scene.bay, e.AppealMade(scene.bay.members[who], scene.ref(scene.bay, act)), e.AppealBody(text)
        )

    assert scene.reason(appeal("bea", hide, "Not mine.")) != ""
    assert scene.reason(appeal("ben", suspension, "It was right.")) == ""
    about = appeal("ben", hide, "No zqname stands there.")
    assert scene.reason(about) == ""
    scene.purge(scene.bay, "bea", post)
    assert not scene.has_body(about)
    late = appeal("ben", hide, "Again zqname.")
    assert not scene.has_body(late)


def test_a_purge_is_acknowledged_by_those_who_erased(scene: Scene) -> None:
    """An acknowledgement names a purge that took something; anything else is listed for review."""
    post = scene.thread(scene.bay, "ben")
    purge = scene.purge(scene.bay, "bea", post)
    assert scene.reason(scene.write(scene.county, e.PurgeAcknowledged(scene.ref(scene.county, purge)))) == ""
    assert scene.reason(scene.write(scene.cape, e.PurgeAcknowledged(scene.ref(scene.cape, post)))) != ""
    rows = scene.store.read.execute("SELECT purge, log FROM view_acknowledged").fetchall()
    assert rows == [(purge, scene.county.pen.log)]
