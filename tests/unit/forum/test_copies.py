"""Files that were copied, moved or set back go on as new instances: nothing is lost, and no log is stopped."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.strategies import NOW_MS, view_content

from wardroom.domain.views import Me, PostDraft
from wardroom.errors import SyncFailed
from wardroom.forum import Forum, bundle
from wardroom.forum.exchange import Exchange
from wardroom.forum.founding import Founder, found
from wardroom.forum.intake import Report
from wardroom.forum.session import Session
from wardroom.link.duplex import Duplex
from wardroom.store import projections, token
from wardroom.store.database import open_store
from wardroom.store.journal import journal

UID = 4711


@dataclass
class Site:
    """One forum file of one site, opened for each thing that is done with it."""

    name: str
    path: Path
    clock_ms: int = NOW_MS

    @contextmanager
    def open(self) -> Iterator[tuple[Forum, Me]]:
        """The forum and its founder; closed afterwards, so that the file can be copied."""
        self.clock_ms += 1000
        forum = bundle(Session(open_store(self.path, now_ms=lambda: self.clock_ms)))
        with closing(forum):
            me = forum.members.linked(UID)
            assert me is not None
            yield forum, me

    def post(self, title: str) -> str:
        """Post a thread in the shared circle; the notice whoever opened the file is given."""
        with self.open() as (forum, me):
            board = forum.boards.named(me, "trauma").board
            forum.cases.post(me, board, PostDraft(text=f"About {title}.", title=f"Thread: {title}", kind="talk"))
            return forum.session.notice

    def titles(self) -> list[str]:
        """The titles of all threads of the shared board, as its founder reads them."""
        with self.open() as (forum, me):
            found_here = forum.boards.named(me, "trauma")
            order = forum.session.store.read.execute(
                "SELECT title FROM view_thread WHERE board = ? ORDER BY title", (found_here.board,)
            )
            return [row[0].removeprefix("Thread: ") for row in order]


def make(name: str, folder: Path) -> Site:
    """A site with a file of its own in a folder of its own."""
    path = folder / name / "forum.db"
    found(path, Founder(name, f"{name}-one", uid=UID), now_ms=NOW_MS)
    return Site(name, path)


def invited(host: Site, guest: Site) -> None:
    """The guest takes part in the host's circle."""
    with guest.open() as (forum, me), host.open() as (at_host, host_me):
        line = at_host.circles.invite(host_me, "region", forum.site_key.hex(), guest.name)
        forum.circles.join(me, line)


def exchanged(caller: Site, answerer: Site) -> tuple[Report, Report]:
    """What an exchange between two files did at either side."""
    here, there = socket.socketpair()
    reports: list[Report] = []
    problems: list[BaseException] = []

    def answer() -> None:
        try:
            with answerer.open() as (forum, _):
                line = Duplex(there.fileno(), there.dup().detach())
                exchange = Exchange(forum.session, line, None)
                try:
                    exchange.answer()
                finally:
                    line.close()
                    reports.append(exchange.report)
        except SyncFailed as problem:
            problems.append(problem)

    thread = threading.Thread(target=answer)
    thread.start()
    with caller.open() as (forum, _), answerer.open() as (far, _far_me):
        line = Duplex(here.fileno(), here.dup().detach())
        exchange = Exchange(forum.session, line, far.session.identity.site_key)
        try:
            report = exchange.call()
        finally:
            line.close()
            here.shutdown(socket.SHUT_RDWR)
            thread.join()
            here.close()
            there.close()
    assert not problems
    return report, reports[0]


def assert_alike(*sites: Site) -> None:
    """Equal logs, and views equal by content and equal to a rebuild."""
    contents = []
    for site in sites:
        with site.open() as (forum, _):
            before = shared_content(forum)
            with journal(forum.session.store) as j:
                projections.rebuild(j)
            assert shared_content(forum) == before
            contents.append(before)
    assert all(content == contents[0] for content in contents)


def shared_content(forum: Forum) -> list[object]:
    """Every event of the shared circle, and the words and threads that the views hold of it."""
    db = forum.session.store.read
    local = forum.session.identity.local_circle
    events = db.execute(
        "SELECT l.id, e.seq, e.hlc, e.kind, e.envelope, e.commitment, b.body FROM log_event e JOIN log_log l USING (log)"
        " LEFT JOIN log_body b USING (event) WHERE l.circle <> ? ORDER BY 1, 2, 6, 5",
        (local,),
    ).fetchall()
    content = view_content(db)
    return [events, content["view_overwrite"], content["view_supersede"], content["view_purge"], content["view_review"]]


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Site, Site]:
    """Two sites that share a circle with a board, up to date with each other."""
    county, harbor = make("county", tmp_path), make("harbor", tmp_path)
    with county.open() as (forum, me):
        forum.circles.new(me, "region")
        forum.boards.open(me, "trauma", circle="region")
    invited(county, harbor)
    exchanged(harbor, county)
    county.post("first")
    harbor.post("second")
    exchanged(harbor, county)
    assert county.titles() == harbor.titles() == ["first", "second"]
    return county, harbor


def instance_of(site: Site) -> bytes:
    """The public key of the instance a file is now."""
    with site.open() as (forum, _):
        return forum.session.identity.instance_key


def test_a_file_that_is_left_alone_stays_the_instance_it_is(pair: tuple[Site, Site]) -> None:
    """Opening, posting and meeting peers again and again makes no new instance."""
    county, harbor = pair
    before = instance_of(harbor)
    assert harbor.post("third") == ""
    exchanged(harbor, county)
    assert instance_of(harbor) == before


@pytest.mark.parametrize("with_token", [True, False])
def test_a_copy_is_another_instance_and_loses_nothing(
    pair: tuple[Site, Site], tmp_path: Path, *, with_token: bool
) -> None:
    """A copied file, with its token or without, writes under a key of its own; both files' posts reach everybody."""
    county, harbor = pair
    laptop = Site("harbor", tmp_path / "laptop" / "forum.db")
    laptop.path.parent.mkdir()
    shutil.copy2(harbor.path, laptop.path)
    if with_token:
        shutil.copy2(token.path_of(harbor.path), token.path_of(laptop.path))
    assert "new instance" in laptop.post("from the laptop")
    assert harbor.post("from the ward") == ""
    for site in (laptop, harbor, laptop):
        exchanged(site, county)
    assert county.titles() == ["first", "from the laptop", "from the ward", "second"]
    assert_alike(county, laptop)


def set_back(site: Site, kept: bytes, *, kept_token: bytes | None = None) -> None:
    """Put older bytes into the place of a file without making another file of it."""
    with site.path.open("r+b") as file:
        file.write(kept)
        file.truncate()
    if kept_token is not None:
        token.path_of(site.path).write_bytes(kept_token)


def test_a_file_set_back_is_noticed_before_it_writes(pair: tuple[Site, Site]) -> None:
    """An older state in the same place does not fit its token: the next post is a new instance's."""
    county, harbor = pair
    kept = harbor.path.read_bytes()
    harbor.post("lost here")
    exchanged(harbor, county)
    set_back(harbor, kept)
    assert "new instance" in harbor.post("after")
    exchanged(harbor, county)
    assert harbor.titles() == ["after", "first", "lost here", "second"]
    assert_alike(county, harbor)


def test_a_snapshot_is_noticed_by_a_peer_that_holds_more(pair: tuple[Site, Site]) -> None:
    """A file set back together with its token learns from a peer that it had written more, and fetches it back."""
    county, harbor = pair
    kept, kept_token = harbor.path.read_bytes(), token.path_of(harbor.path).read_bytes()
    harbor.post("lost here")
    exchanged(harbor, county)
    set_back(harbor, kept, kept_token=kept_token)
    before = instance_of(harbor)
    report, _ = exchanged(harbor, county)
    assert any("new instance" in notice for notice in report.notices)
    assert instance_of(harbor) != before
    assert harbor.titles() == ["first", "lost here", "second"]
    exchanged(harbor, county)
    assert_alike(county, harbor)


@pytest.mark.parametrize("more_after", [0, 1, 3])
def test_a_log_written_twice_keeps_both_branches_everywhere(
    pair: tuple[Site, Site], tmp_path: Path, more_after: int
) -> None:
    """A snapshot that writes before it meets anybody forks its log: all sites end with both branches, and alike."""
    county, harbor = pair
    island = make("island", tmp_path)
    invited(county, island)
    exchanged(island, county)
    exchanged(harbor, county)
    kept, kept_token = harbor.path.read_bytes(), token.path_of(harbor.path).read_bytes()
    harbor.post("branch one")
    exchanged(county, harbor)
    set_back(harbor, kept, kept_token=kept_token)
    harbor.post("branch two")
    for number in range(more_after):
        harbor.post(f"branch two, {number}")
    exchanged(island, harbor)
    assert "branch two" in island.titles()
    for _ in range(3):
        exchanged(island, county)
        exchanged(harbor, county)
        exchanged(harbor, island)
    every = sorted(["branch one", "branch two", "first", "second", *(f"branch two, {n}" for n in range(more_after))])
    assert county.titles() == island.titles() == harbor.titles() == every
    assert_alike(county, harbor, island)
    report, far = exchanged(harbor, county)
    assert (report.received_events, report.sent_events, far.received_events) == (0, 0, 0)
    assert harbor.post("afterwards") == ""
    exchanged(harbor, county)
    assert "afterwards" in county.titles()


def test_a_copy_that_meets_its_original_makes_both_new(pair: tuple[Site, Site], tmp_path: Path) -> None:
    """Two files that are one instance refuse to exchange once, and can afterwards."""
    county, harbor = pair
    twin = Site("harbor", harbor.path)
    with harbor.open() as (forum, _), twin.open() as (other, _):
        here, there = socket.socketpair()
        line, far = Duplex(here.fileno(), here.dup().detach()), Duplex(there.fileno(), there.dup().detach())
        before = forum.session.identity.instance_key
        far_exchange = Exchange(other.session, far, other.session.identity.site_key)
        far_exchange._speak(far_session := _session(far_exchange), None)
        far.write(far_session.take_output())
        with pytest.raises(SyncFailed, match="copy"):
            Exchange(forum.session, line, forum.session.identity.site_key).call()
        line.close()
        far.close()
        for end in (here, there):
            end.shutdown(socket.SHUT_RDWR)
            end.close()
        assert forum.session.identity.instance_key != before
    exchanged(harbor, county)
    assert_alike(county, harbor)


def _session(exchange: Exchange) -> object:
    from wardroom.sync.session import Session as Wire

    return Wire(exchange._recall)
