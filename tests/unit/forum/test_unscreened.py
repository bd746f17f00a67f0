"""What is imported or comes from elsewhere is its author's alone until screening passes it, and then everybody's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.strategies import House

from wardroom.domain.ids import EventNo
from wardroom.errors import InputRejected, NotFound
from wardroom.forum import unscreened as use_cases
from wardroom.store import queries, unscreened
from wardroom.store.journal import journal

MAIL = """From x Mon Jan  5 10:00:00 2026
Message-ID: <{number}@x.invalid>
From: Ann Ames <ann@x.invalid>
Subject: {subject}
Date: Mon, 05 Jan 2026 10:00:00 +0000

{body}
"""
BODIES = ("Bicarb again, QRS 118.", "Seen with Mrs Martha Ellwood, MRN 4482913.", "Lipid 1.5 mL/kg.")


@pytest.fixture(name="house")
def _house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "forum.db")
    mails = [MAIL.format(number=at, subject=f"Case {at}", body=body) for at, body in enumerate(BODIES)]
    (tmp_path / "old.mbox").write_text("\n".join(mails))
    house.forum.transfer.import_from(house.me("nadia"), tmp_path / "old.mbox", house.board)
    yield house
    house.close()


def texts(house: House, handle: str) -> list[str]:
    """The heads of all threads of the board that a member can read, by every way there is."""
    me = house.me(handle)
    order = [place.thread for place in house.forum.cases.order(me, house.board)]
    by_board = {house.forum.cases.open(me, line.thread).head.text for line in house.forum.cases.lines(me, order)}
    by_search = {hit.snippet for hit in house.forum.search.find(me, "board:cases", limit=50).hits}
    by_export = set(queries.posts_for_export(house.forum.session.store.read, house.viewer(handle), None))
    counted = next(line for line in house.forum.boards.lines(me, is_whole=True) if line.board == house.board).threads
    assert len(by_board) == len(by_search) == len(by_export) == counted == len(order)
    return sorted(by_board)


def test_an_import_is_the_importers_until_it_is_screened(house: House) -> None:
    """Others see nothing of it, in lists, counts, search and export alike; afterwards all that screening passed."""
    assert texts(house, "nadia") == sorted(BODIES)
    assert texts(house, "omar") == []
    assert house.forum.unscreened.counts() == unscreened.Counts(3, 0)
    assert house.forum.unscreened.work() == 3
    assert texts(house, "omar") == sorted([BODIES[0], BODIES[2]])
    assert texts(house, "mona") == sorted(BODIES)
    assert texts(house, "nadia") == sorted(BODIES)
    assert house.forum.unscreened.counts() == unscreened.Counts(0, 1)
    assert house.forum.inbox.unread_posts(house.me("omar")) == 0


def test_screening_goes_on_where_it_stopped(house: House) -> None:
    """Work is done a piece at a time, by whichever process comes; nothing is looked at twice."""
    assert house.forum.unscreened.work(most=2) == 2
    assert house.open(seed=7).unscreened.work() == 1
    assert house.forum.unscreened.work() == 0


def test_one_process_screens_at_a_time(house: House) -> None:
    """While another holds the lease nothing is done; when it has run out, it is."""
    with journal(house.forum.session.store) as j:
        use_cases.peers.take_lease(j, use_cases.LEASE, "elsewhere:1", use_cases.LEASE_MS)
    assert house.forum.unscreened.work() == 0
    house.clock.ms += use_cases.LEASE_MS + 1
    assert house.forum.unscreened.work() == 3


def test_a_moderator_reviews_what_is_stopped(house: House) -> None:
    """Only moderators see it in the list; a release takes a reason, is kept for the audit, and shows the post to all."""
    house.forum.unscreened.work()
    assert house.forum.unscreened.stopped(house.me("omar")) == ()
    (one,) = house.forum.unscreened.stopped(house.me("mona"))
    (waits,) = house.forum.moderation.queue(house.me("mona"))
    assert (waits.kind, waits.event, waits.reason) == ("stopped", one.event, "id, name")
    assert house.forum.inbox.brief(house.me("mona")).waiting == 1
    assert house.forum.moderation.queue(house.me("omar")) == []
    assert BODIES[1] in one.text
    assert {kind for kind, _ in one.found} == {"name", "id"}
    with pytest.raises(NotFound):
        house.forum.unscreened.release(house.me("omar"), one.event, "nobody can be known by it")
    with pytest.raises(InputRejected):
        house.forum.unscreened.release(house.me("mona"), one.event, "ok")
    house.forum.unscreened.release(house.me("mona"), one.event, "an actor of the simulation")
    assert texts(house, "omar") == sorted(BODIES)
    line = next(each for each in house.forum.moderation.audit(house.me("mona")) if each.verb == "release")
    assert (line.verb, line.post, line.reason) == ("release", one.event, "id name: an actor of the simulation")


@pytest.mark.parametrize("handle", ["nadia", "mona"])
def test_a_stopped_post_can_be_purged(house: House, handle: str) -> None:
    """Its importer erases what screening has stopped, or a moderator; then nothing waits for review."""
    house.forum.unscreened.work()
    (one,) = house.forum.unscreened.stopped(house.me("mona"))
    house.forum.cases.purge(house.me(handle), house.forum.cases.resolve(house.me(handle), one.id), "identifier")
    assert house.forum.unscreened.counts() == unscreened.Counts(0, 0)
    assert house.forum.unscreened.stopped(house.me("mona")) == ()


def test_what_screening_has_not_passed_does_not_travel(house: House) -> None:
    """A log goes to others up to the first import that waits or is stopped, also where its file was copied since."""
    db = house.forum.session.store.read
    log = db.execute("SELECT log FROM log_event WHERE event = (SELECT MIN(event) FROM local_unscreened)").fetchone()[0]
    assert unscreened.first_of_own(db, log) is not None
    house.forum.unscreened.work()
    held = unscreened.first_of_own(db, log)
    (one,) = house.forum.unscreened.stopped(house.me("mona"))
    assert held == db.execute("SELECT seq FROM log_event WHERE event = ?", (one.event,)).fetchone()[0]
    house.forum.session.renew_instance()
    assert unscreened.first_of_own(db, log) == held
    house.forum.unscreened.release(house.me("mona"), one.event, "an actor of the simulation")
    assert unscreened.first_of_own(db, log) is None


def test_an_own_post_is_screened_before_it_is_written(house: House) -> None:
    """A post that a member writes here waits for nothing."""
    house.post("nadia", "Glucose 2.1, dextrose given.")
    assert house.forum.unscreened.counts().pending == 3


def test_a_release_of_what_came_from_elsewhere_arrives_then(house: House) -> None:
    """A post of another site that members had passed by unseen is unread from the moment it is shown."""
    post = house.post("nadia", "Glucose 2.1, dextrose given.")
    me = house.me("omar")
    house.forum.inbox.mark_all(me)
    store = house.forum.session.store
    with journal(store) as j:
        unscreened.hold(j, (post,))
        # As if another instance had written it.
        j.db.execute("UPDATE local_identity SET instance_key = zeroblob(32)")
        before = j.next_event
        unscreened.show(j, EventNo(post))
    assert store.read.execute("SELECT arrival FROM view_post WHERE post = ?", (post,)).fetchone()[0] == before
    assert house.forum.inbox.unread_posts(me) == 1
