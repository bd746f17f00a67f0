"""What comes at once is taken in together, and what is refused of it takes nothing else with it."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sites import Site, paired

from wardroom.domain.batch import Batch
from wardroom.errors import EventRejected, SyncFailed
from wardroom.forum import Forum
from wardroom.forum.intake import TOGETHER_MAX_EVENTS, Intake, Report
from wardroom.store import event_log, peers
from wardroom.sync import packing
from wardroom.sync.packing import Sent


@pytest.fixture
def harbor(tmp_path: Path) -> Iterator[tuple[Forum, list[Batch]]]:
    """A site, and three posts of another that it has not got yet, each a batch of its own."""
    county, harbor = paired(tmp_path)
    with harbor.open() as (forum, _):
        held = peers.held(forum.session.store.read, shared(forum, county))
    for title in ("one", "two", "three"):
        county.post(title)
    with county.open() as (there, _):
        db = there.session.store.read
        (log,) = [
            log for log in peers.held(db, shared(there, harbor)).values() if held[log.id].position != log.position
        ]
        first = held[log.id].position.seq
        batches = [next(event_log.since(db, log.branches[0].log, seq, seq + 1)) for seq in range(first, first + 3)]
    with harbor.open() as (forum, _):
        yield forum, batches


def shared(forum: Forum, other: Site) -> dict[object, int]:
    with other.open() as (far, _):
        return peers.shared_circles(forum.session.store.read, far.site_key)  # type: ignore[return-value]


def intake(forum: Forum, batch: Batch) -> Intake:
    circles = peers.shared_circles(forum.session.store.read, batch.site)
    return Intake(forum.session, batch.site, circles, Report())


def receptions(forum: Forum) -> int:
    """How many transactions have brought something."""
    return int(forum.session.store.read.execute("SELECT COUNT(*) FROM local_reception").fetchone()[0])


def damaged(sent: Sent) -> Sent:
    """The same batch with a bit of its signature changed."""
    return dataclasses.replace(sent, loose=sent.loose[:-1] + bytes([sent.loose[-1] ^ 1]))


def test_batches_that_come_at_once_are_one_transaction(harbor: tuple[Forum, list[Batch]]) -> None:
    """Nothing is taken before it is settled, and then everything with a single commit."""
    forum, batches = harbor
    coming, before = intake(forum, batches[0]), receptions(forum)
    for batch in batches:
        coming.take_events(packing.events_of(batch))
    assert not coming.is_settled
    assert receptions(forum) == before
    coming.settle()
    assert coming.is_settled
    assert (coming.report.received_events, receptions(forum)) == (3, before + 1)
    assert coming.received[batches[0].log].seq == batches[-1].first


def test_no_transaction_grows_without_end(harbor: tuple[Forum, list[Batch]]) -> None:
    """Who posts meanwhile waits for a bounded number of events."""
    forum, batches = harbor
    coming = intake(forum, batches[0])
    for _ in range(TOGETHER_MAX_EVENTS - 1):
        coming.take_events(packing.events_of(batches[0]))
    assert not coming.is_settled
    coming.take_events(packing.events_of(batches[0]))
    assert coming.is_settled
    assert coming.report.received_events == 1


def test_a_damaged_batch_stops_its_log_and_nothing_before_it(harbor: tuple[Forum, list[Batch]]) -> None:
    """What came whole stays; the log is asked for whole next time."""
    forum, batches = harbor
    coming = intake(forum, batches[0])
    one, two, three = map(packing.events_of, batches)
    for sent in (one, damaged(two), three):
        coming.take_events(sent)
    coming.settle()
    assert coming.report.received_events == 1
    assert list(coming.report.refused_logs) == [batches[0].log]
    assert coming.received[batches[0].log].seq == batches[0].first


def test_what_ends_the_exchange_leaves_what_came_before_it(harbor: tuple[Forum, list[Batch]]) -> None:
    """A gap, and events of a circle that is not shared: an error is raised, and the batch before is held."""
    forum, batches = harbor
    coming = intake(forum, batches[0])
    coming.take_events(packing.events_of(batches[0]))
    coming.take_events(packing.events_of(batches[2]))
    with pytest.raises(EventRejected):
        coming.settle()
    assert coming.report.received_events == 1
    coming.take_events(packing.events_of(batches[1]))
    coming.settle()
    coming.shared.clear()
    coming.take_events(packing.events_of(batches[2]))
    with pytest.raises(SyncFailed, match="not shared"):
        coming.settle()
    assert coming.report.received_events == 2
