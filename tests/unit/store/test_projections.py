"""What single acts do to the views: purges by one and by two, proposals, withdrawals, releases, and borrowed numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scene import Scene
from tests.strategies import Files, Network, vocabulary

from wardroom.domain import events as e
from wardroom.domain.ids import EventNo
from wardroom.store import event_log, projections
from wardroom.store.folds import AWAITED, HERE, HIDDEN, PURGED, WITHDRAWN
from wardroom.store.journal import Journal, journal


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Alice is steward at the county (site 0), bea at the bay (site 1); adam moderates, cleo is of the cape (site 2)."""
    with Files(tmp_path).fresh() as store:
        yield Scene(Network(store))


def test_the_author_and_a_moderator_of_the_site_purge_alone(scene: Scene) -> None:
    """Each of them erases without asking; a colleague without office does not, and is listed for review."""
    for log, author, purger in (
        (scene.county, "adam", "adam"),
        (scene.county, "olga", "alice"),
        (scene.bay, "ben", "bea"),
    ):
        if author == "olga":
            author = "tia"
        post = scene.thread(log, author, releaser=log.members["alice"] if author == "tia" else 0)
        assert scene.state(post) == HERE
        scene.purge(log, purger, post)
        assert scene.state(post) == PURGED
        assert not scene.has_body(post)
    post = scene.thread(scene.bay, "bea")
    assert scene.reason(scene.purge(scene.bay, "ben", post))
    assert scene.state(post) == HERE


def test_a_post_of_another_site_takes_two(scene: Scene) -> None:
    """A moderator of another site proposes, which hides; another member with the right confirms, which erases."""
    post = scene.thread(scene.bay, "ben")
    assert scene.reason(scene.purge(scene.county, "alice", post))
    assert scene.state(post) == HERE
    proposal = scene.propose(scene.county, "alice", post)
    assert scene.state(post) == HIDDEN
    assert scene.has_body(post)
    assert scene.reason(scene.purge(scene.county, "alice", post, proposal=proposal))
    assert scene.reason(scene.purge(scene.cape, "cleo", post, proposal=proposal))
    assert scene.state(post) == HIDDEN
    scene.purge(scene.county, "adam", post, proposal=proposal)
    assert scene.state(post) == PURGED


def test_a_proposal_without_right_hides_nothing_and_serves_nobody(scene: Scene) -> None:
    """What a practitioner proposes is listed for review, and a moderator of another site cannot build on it."""
    post = scene.thread(scene.bay, "ben")
    proposal = scene.propose(scene.cape, "cleo", post)
    assert scene.reason(proposal)
    assert scene.state(post) == HERE
    assert scene.reason(scene.purge(scene.county, "alice", post, proposal=proposal))
    assert scene.state(post) == HERE


def test_each_target_is_judged_by_itself(scene: Scene) -> None:
    """One purge of an own and a foreign post takes the own one and is listed for the other."""
    own, foreign = scene.thread(scene.county, "alice"), scene.thread(scene.bay, "ben")
    assert scene.reason(scene.purge(scene.county, "alice", foreign, own))
    assert (scene.state(own), scene.state(foreign)) == (PURGED, HERE)


def test_a_purged_version_uncovers_the_one_before(scene: Scene) -> None:
    """A purge of a version takes what supersedes it too; what stands then is the version before."""
    post = scene.thread(scene.county, "alice", "One.")
    second = scene.amend(scene.county, "alice", post, "Two zqtwo.")
    third = scene.amend(scene.laptop, "alice", post, "Three zqthree.", second)
    scene.purge(scene.county, "alice", second)
    assert (scene.state(post), scene.shown(post)) == (HERE, post)
    assert [scene.has_body(event) for event in (post, second, third)] == [True, False, False]
    fourth = scene.amend(scene.laptop, "alice", post, "Four zqfour.", third)
    assert not scene.has_body(fourth)
    assert not [word for word, *_ in vocabulary(scene.store.read) if word.startswith("zq")]
    fifth = scene.amend(scene.laptop, "alice", post, "Five.")
    assert (scene.shown(post), scene.has_body(fifth)) == (fifth, True)


def test_a_withdrawn_post_stays_withdrawn(scene: Scene) -> None:
    """Neither a purge of the withdrawal, nor one of the version it supersedes, before or after it, shows a word again."""
    post = scene.thread(scene.county, "alice", "One.")
    version = scene.amend(scene.county, "alice", post, "Two.")
    gone = scene.withdraw(scene.county, "alice", post, version)
    scene.purge(scene.county, "alice", version)
    scene.purge(scene.county, "alice", gone)
    assert scene.state(post) == WITHDRAWN
    other = scene.thread(scene.county, "alice", "One.")
    version = scene.amend(scene.county, "alice", other, "Two.")
    scene.purge(scene.county, "alice", version)
    scene.withdraw(scene.laptop, "alice", other, version)
    assert scene.state(other) == WITHDRAWN


def test_a_trainee_is_heard_once_released(scene: Scene) -> None:
    """A trainee's post counts with a releaser who moderates, and with no other."""
    alice, adam, olga = (scene.county.members[handle] for handle in ("alice", "adam", "olga"))
    posts = [scene.thread(scene.county, "tia", releaser=releaser) for releaser in (alice, adam, olga, 0)]
    assert [scene.reason(post) == "" for post in posts] == [True, True, False, False]


def test_numbers_of_the_future_are_no_authors(scene: Scene) -> None:
    """An event that names an author its log introduces only later is without right, also once the author is there."""
    head = scene.store.read.execute("SELECT seq FROM log_log WHERE log = ?", (scene.bay.pen.log,)).fetchone()[0]
    with journal(scene.store) as j:
        number = scene.network._board_number(j, scene.bay, scene.network.boards[0])
        early = event_log.record(j, scene.bay.pen, e.ThreadPosted(head + 3, number, 0), e.PostBody(text="Early."))
        scene.network._enrol(j, scene.bay, "late", 2)
        late = event_log.record(j, scene.bay.pen, e.ThreadPosted(head + 3, number, 0), e.PostBody(text="Late."))
    assert scene.reason(early)
    assert not scene.reason(late)
    with journal(scene.store) as j:
        projections.rebuild(j)
    assert scene.reason(early)
    assert not scene.reason(late)


def test_a_board_is_no_author_and_an_author_no_board(scene: Scene) -> None:
    """The small numbers of a log are of members and boards, and one cannot stand for the other."""
    with journal(scene.store) as j:
        board = scene.network._board_number(j, scene.county, scene.network.boards[0])
    alice = scene.county.members["alice"]
    for author, place in ((board, board), (alice, alice), (10**6, board), (alice, 10**6)):
        assert scene.reason(scene.write(scene.county, e.ThreadPosted(author, place, 0), e.PostBody(text="Odd.")))


def test_a_post_without_its_body_is_awaited(scene: Scene) -> None:
    """A post whose words did not travel has its place, without words, and is in no index."""

    def strip(j: Journal) -> EventNo:
        number = scene.network._board_number(j, scene.county, scene.network.boards[0])
        return event_log.record(j, scene.county.pen, e.ThreadPosted(scene.county.members["alice"], number, 0))

    with journal(scene.store) as j:
        post = strip(j)
    assert scene.state(post) == AWAITED
    assert not [row for row in vocabulary(scene.store.read) if row[1] == post]
