"""Sites as tests see them: real files of their own, a shared circle, and exchanges between them without ssh."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.strategies import NOW_MS, view_content

from wardroom.domain.ids import EventNo
from wardroom.domain.views import Me, PostDraft
from wardroom.errors import SyncFailed
from wardroom.forum import Forum, bundle
from wardroom.forum.exchange import Exchange
from wardroom.forum.founding import Founder, found
from wardroom.forum.intake import Report
from wardroom.forum.session import Session
from wardroom.link.duplex import Duplex
from wardroom.store import projections
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


def add_spool(site: Site, other: Site, folder: Path) -> None:
    """The other site becomes a peer that is met in a folder."""
    with other.open() as (far, _), site.open() as (forum, me):
        forum.peers.add(me, other.name, far.session.identity.site_key, spool=str(folder))


def spooled(site: Site, name: str) -> Report:
    """A site's exchange with a spool."""
    with site.open() as (forum, _):
        return forum.peers.sync(forum.peers.named((name,))[0])


def thread_named(forum: Forum, title: str) -> EventNo:
    """The thread that ``Site.post`` has made with a title."""
    query = "SELECT thread FROM view_thread WHERE title = ?"
    return EventNo(forum.session.store.read.execute(query, (f"Thread: {title}",)).fetchone()[0])


def purge(site: Site, title: str) -> None:
    """The founder of a site erases a thread."""
    with site.open() as (forum, me):
        forum.cases.purge(me, thread_named(forum, title), "identifier")


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


def paired(folder: Path) -> tuple[Site, Site]:
    """Two sites that share a circle with a board, up to date with each other."""
    county, harbor = make("county", folder), make("harbor", folder)
    found_region(county)
    invited(county, harbor)
    exchanged(harbor, county)
    county.post("first")
    harbor.post("second")
    exchanged(harbor, county)
    assert county.titles() == harbor.titles() == ["first", "second"]
    return county, harbor


def found_region(site: Site) -> None:
    """A circle with one board, founded by a site."""
    with site.open() as (forum, me):
        forum.circles.new(me, "region")
        forum.boards.open(me, "trauma", circle="region")
