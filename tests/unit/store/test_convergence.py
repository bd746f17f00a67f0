"""Any order of delivery gives the same views, rebuilding gives them again, and what was purged is nowhere."""

import random
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import (
    BEGINNING,
    Act,
    Files,
    Network,
    acts,
    batches_of,
    deliver,
    exact_content,
    examples,
    fallings_out,
    quarrels,
    raw_bytes,
    view_content,
    vocabulary,
)  # fmt: skip

from wardroom.store import local, projections, queries
from wardroom.store.database import Store
from wardroom.store.journal import journal
from wardroom.store.queries import Viewer

plays = st.lists(acts, min_size=8, max_size=45)
seeds = st.integers(0, 2**32)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Fresh files to deliver to."""
    return Files(tmp_path_factory.mktemp("files"))


def viewers(db: sqlite3.Connection) -> list[Viewer]:
    """Everybody who may look at a file."""
    members = [row[0] for row in db.execute("SELECT member FROM view_member ORDER BY member")]
    circles = [row[0] for row in db.execute("SELECT circle FROM view_circle")]
    return [Viewer(1, ()), *(Viewer(1, (member,), tuple(circles * (member % 2))) for member in members)]


def unread(db: sqlite3.Connection) -> list[object]:
    """All that a file calls unread."""
    return [
        (queries.unread_posts(db, v), queries.unread_by_board(db, v), queries.unread_threads(db, v))
        for v in viewers(db)
    ]


def assert_rebuilds(store: Store, rng: random.Random) -> None:
    """Rebuilding makes the same views to the last number, and nothing becomes unread by it."""
    last = store.read.execute("SELECT MAX(event) FROM log_event").fetchone()[0]
    with store.write(is_durable=False) as db:
        local.mark_read(db, 1, rng.sample(range(1, last + 1), last // 2))  # type: ignore[arg-type]
    before, unread_before = exact_content(store.read), unread(store.read)
    with journal(store, is_durable=False) as j:
        assert projections.rebuild(j) == last
    assert exact_content(store.read) == before
    assert unread(store.read) == unread_before


def assert_purged_is_gone(store: Store, words: dict[tuple[bytes, int], tuple[str, ...]]) -> None:
    """No word of a purged version is in a body, in the index, or in the bytes of the file."""
    db = store.read
    purged = {(log, seq) for log, seq in db.execute("SELECT log_id, seq FROM view_purge")}
    gone = {word for place in purged for word in words.get(place, ())}
    for log, seq in purged:
        held = db.execute(
            "SELECT 1 FROM log_body JOIN log_event USING (event) JOIN log_log USING (log) WHERE id = ? AND log_event.seq = ?",
            (log, seq),
        ).fetchone()
        assert held is None
    assert not gone & {term for term, *_ in vocabulary(db)}
    if gone:
        assert store.scrub()
        content = raw_bytes(store.path)
        assert [word for word in gone if word.encode() in content] == []


def words_by_place(network: Network) -> dict[tuple[bytes, int], tuple[str, ...]]:
    """The words that stand in each event's body and nowhere else."""
    places = {
        event: (log, seq)
        for event, log, seq in network.store.read.execute(
            "SELECT event, id, e.seq FROM log_event e JOIN log_log USING (log)"
        )
    }
    return {places[event]: words for event, words in network.words.items()}


def assert_purges_reach_all_versions(db: sqlite3.Connection) -> None:
    """Every version that supersedes a purged one is purged, and every version and outcome of a purged post."""
    purged = {
        row[0]
        for row in db.execute(
            "SELECT event FROM log_event e JOIN log_log l USING (log) JOIN view_purge p ON p.log_id = l.id AND p.seq = e.seq"
        )
    }
    amendments = db.execute("SELECT event, subject FROM view_overwrite WHERE aspect = 'text' AND value = 1").fetchall()
    for event, subject in amendments:
        older = {r[0] for r in db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (event,))}
        versions = {subject} | {row[0] for row in amendments if row[1] == subject}
        if subject in purged or older & versions & purged:
            assert event in purged
    for event, subject in db.execute("SELECT event, subject FROM view_overwrite WHERE aspect = 'outcome'"):
        assert subject not in purged or event in purged


def assert_answered_by_others(db: sqlite3.Connection) -> None:
    """A thread is answered where a post of another member than its author is shown."""
    answered = "EXISTS (SELECT 1 FROM view_post p WHERE p.thread = t.thread AND p.author <> t.author AND p.state = 0)"
    assert db.execute(f"SELECT thread FROM view_thread t WHERE is_answered <> {answered}").fetchall() == []


def assert_converges(files: Files, played: Sequence[Act], seed: int) -> None:
    """Two files that get the logs in different orders have the views of the file where all was written."""
    rng = random.Random(seed)
    with files.fresh(seed=seed) as origin:
        network = Network(origin)
        network.play(played)
        expected = view_content(origin.read)
        batches = batches_of(origin.read)
        words = words_by_place(network)
        assert expected["view_waiting"] == []
        assert_purges_reach_all_versions(origin.read)
        assert_answered_by_others(origin.read)
        for _ in range(2):
            with files.fresh() as copy:
                assert deliver(copy, batches, rng) == {}
                found = view_content(copy.read)
                for table, rows in expected.items():
                    assert found[table] == rows, table
                assert found == expected
                assert_rebuilds(copy, rng)
                assert_purged_is_gone(copy, words)
        assert_rebuilds(origin, rng)
        assert_purged_is_gone(origin, words)


@examples(30)
@given(plays, seeds)
def test_any_order_gives_the_same_views(files: Files, played: list[Act], seed: int) -> None:
    """Whatever order the logs arrive in, however often: the views are equal, nothing waits, rebuild changes nothing."""
    assert_converges(files, played, seed)


@examples(20)
@given(st.lists(quarrels, min_size=8, max_size=40), seeds)
def test_any_order_of_versions_and_purges_gives_the_same_views(files: Files, played: list[Act], seed: int) -> None:
    """Versions that name any earlier ones, purges of some of them, in logs that arrive in any order: the same end."""
    assert_converges(files, [*BEGINNING, *played], seed)


@examples(30)
@given(st.lists(fallings_out, min_size=6, max_size=30), seeds)
def test_any_order_of_suspensions_gives_the_same_views(files: Files, played: list[Act], seed: int) -> None:
    """Stewards of several sites suspend each other and what follows from it, in any order of arrival: the same end."""
    assert_converges(files, [*BEGINNING, *played], seed)


@examples(8)
@given(plays, seeds)
def test_a_copy_of_a_copy_is_a_copy(files: Files, played: list[Act], seed: int) -> None:
    """What was purged travels on without its words, and a file that never saw them has the same views."""
    rng = random.Random(seed)
    with files.fresh(seed=seed) as origin, files.fresh() as relay, files.fresh() as last:
        network = Network(origin)
        network.play(played)
        expected = view_content(origin.read)
        deliver(relay, batches_of(origin.read), rng)
        assert deliver(last, batches_of(relay.read), rng) == {}
        assert batches_of(last.read) == batches_of(relay.read)
        assert view_content(last.read) == expected
        assert_rebuilds(last, rng)


@examples(8)
@given(plays, plays, seeds)
def test_what_comes_later_finds_the_same(files: Files, early: list[Act], late: list[Act], seed: int) -> None:
    """Files that went different ways for a while are equal as soon as they hold the same logs."""
    rng = random.Random(seed)
    with files.fresh(seed=seed) as origin, files.fresh() as one, files.fresh() as other:
        network = Network(origin)
        network.play(early)
        deliver(one, batches_of(origin.read), rng)
        some = batches_of(origin.read)
        deliver(other, {log: batches[: rng.randint(0, len(batches))] for log, batches in some.items()}, rng)
        network.play(late)
        for copy in (one, other):
            assert deliver(copy, batches_of(origin.read), rng) == {}
            assert view_content(copy.read) == view_content(origin.read)
            assert_rebuilds(copy, rng)


def test_files_live_where_they_are_made(files: Files, tmp_path: Path) -> None:
    """A network alone is a forum: every log begins with a certificate, and nothing is listed for review."""
    with files.fresh(seed="alone") as origin:
        Network(origin)
        content = view_content(origin.read)
        assert content["view_review"] == content["view_waiting"] == []
        assert len(content["view_site"]) == 3
        assert len(batches_of(origin.read)) == 4
