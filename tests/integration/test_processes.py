"""Many processes on one file, some of them killed: what was acknowledged is there, and the log is whole."""

import multiprocessing
import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from tests.integration import posting
from tests.strategies import Files, House, batches_of, deliver, is_long, raw_bytes, view_content

from wardroom.store import audit

PROCESSES = 30
POSTS_EACH = 12
KILLS = 300 if is_long() else 20


@pytest.fixture(scope="module")
def server() -> ForkServerContext:
    """Processes that begin with the program loaded, so that what is measured is the file."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.integration.posting"])
    return context


def words_of(db: sqlite3.Connection) -> set[str]:
    """Every word of ours that a body holds."""
    bodies = (row[0].decode("utf-8", "replace") for row in db.execute("SELECT body FROM log_body"))
    return {word for body in bodies for word in body.replace(".", " ").split() if word.startswith("zq")}


def assert_whole(house: House, tmp_path: Path) -> None:
    """Pages, order, chains, signatures and views are sound: every event is admitted by a fresh file, with equal views."""
    forum = house.open()
    db = forum.session.store.read
    assert list(audit.faults(forum.session.store, is_deep=True)) == []
    with closing(sqlite3.connect(house.path)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    for log, head in db.execute("SELECT log, seq FROM log_log").fetchall():
        seqs = [row[0] for row in db.execute("SELECT seq FROM log_event WHERE log = ? ORDER BY seq", (log,))]
        assert seqs == list(range(1, head + 1))
    with Files(tmp_path).fresh() as copy:
        assert deliver(copy, batches_of(db), random.Random(1), duplicates=0) == {}
        assert view_content(copy.read) == view_content(db)
    assert view_content(db)["view_review"] == []


def test_thirty_processes_post_at_once(house: House, server: ForkServerContext, tmp_path: Path) -> None:
    """Thirty processes post as fast as they can: none fails, nothing is lost, and everything is numbered without a gap."""
    reading, writing = os.pipe()
    barrier = server.Barrier(PROCESSES)
    processes = [
        server.Process(target=_with_pipe, args=(house.path, number, barrier, _Handle(writing)))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    os.close(writing)
    with os.fdopen(reading) as pipe:
        acknowledged = set(pipe.read().split())
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert len(acknowledged) == PROCESSES * POSTS_EACH
    forum = house.open()
    assert words_of(forum.session.store.read) == acknowledged
    assert forum.inbox.unread_posts(house.me("mona")) == len(acknowledged)
    assert_whole(house, tmp_path)


class _Handle:
    """A descriptor that is handed over to a process."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __getstate__(self) -> object:
        from multiprocessing.reduction import DupFd

        return DupFd(self.descriptor)

    def __setstate__(self, duplicate: object) -> None:
        self.descriptor = duplicate.detach()  # type: ignore[attr-defined]


def _with_pipe(path: Path, number: int, barrier: object, handle: _Handle) -> None:
    posting.post_many(path, number, POSTS_EACH, barrier, handle.descriptor)  # type: ignore[arg-type]


def _until_killed(path: Path, number: int, handle: _Handle) -> None:
    posting.post_until_killed(path, number, handle.descriptor)


def test_what_was_acknowledged_survives_a_kill(house: House, server: ForkServerContext, tmp_path: Path) -> None:
    """Writers are killed at random moments, two at a time on one file: every acknowledged post is there, every
    acknowledged purge has left no word, and the next writer goes on.
    """
    rng = random.Random(7)
    kept: set[str] = set()
    erased: set[str] = set()
    doubtful: set[str] = set()
    for turn in range(KILLS // 2):
        pipes = [os.pipe() for _ in range(2)]
        processes = [
            server.Process(target=_until_killed, args=(house.path, 2 * turn + place, _Handle(writing)))
            for place, (_, writing) in enumerate(pipes)
        ]
        for process in processes:
            process.start()
        readers = []
        for reading, writing in pipes:
            os.close(writing)
            readers.append(os.fdopen(reading))
        assert [reader.readline() for reader in readers] == ["begun\n", "begun\n"]
        for process in processes:
            time.sleep(rng.uniform(0.0, 0.12))
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
        for process, reader in zip(processes, readers, strict=True):
            process.join(30)
            assert process.exitcode == -signal.SIGKILL
            with reader:
                for line in reader.read().split():
                    {"+": kept, "-": erased, "?": doubtful}[line[0]].add(line[1:])
    forum = house.open()
    found = words_of(forum.session.store.read)
    assert len(kept) > KILLS
    assert kept - doubtful <= found
    assert not erased & found
    assert_whole(house, tmp_path)
    if erased:
        assert forum.session.store.scrub()
        content = raw_bytes(house.path)
        assert [word for word in erased if f"{word}.".encode() in content] == []


def test_an_acknowledged_draft_survives_a_kill(house: House, server: ForkServerContext) -> None:
    """A draft that was saved is there although its process was killed the moment after."""
    process = server.Process(target=_draft_and_die, args=(house.path,))
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert [draft.fields for draft in house.open().drafts.list(house.me("nadia"))] == [{"text": "Half a sentence"}]


def _draft_and_die(path: Path) -> None:
    from wardroom.store import local

    forum = posting.session(path)
    account = local.account_named(forum.session.store.read, "nadia")
    assert account is not None
    me = forum.session.me(account)
    forum.drafts.save(me, draft=None, kind="case", board=None, target=None, fields={"text": "Half a sentence"})
    os.kill(os.getpid(), signal.SIGKILL)
