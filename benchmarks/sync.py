"""Proves what a sync costs over real OpenSSH on loopback: bytes above a bare ``ssh host true``, time on a bad line, cuts.

Two forums hold 10,000 posts of one circle; then one, a hundred, or fifty and fifty are new, or one forum is new
altogether. The floor is ``zstd -19`` of the new words. ``--cuts`` cuts a clone ten times on the slow line (minutes);
``--clone N`` times a clone of so many posts, with its memory and what users who post meanwhile feel; ``--peers`` does
the same with fossil, git, rsync and sqlite3_rsync, where they are installed, and shows Wardroom's figures beside theirs.
"""

import argparse
import contextlib
import dataclasses
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import loopback
import make_mbox
import stage
import sync_peers
import zstandard
from loopback import FAST_LINE, Carried, Line, Loopback
from sync_peers import THREAD

from wardroom.domain import codec
from wardroom.domain.events import PostBody, Replied, SiteAdmitted, SiteCard, ThreadPosted
from wardroom.domain.ids import SiteKey
from wardroom.domain.views import PostDraft
from wardroom.errors import SyncCut
from wardroom.forum import Forum
from wardroom.forum.founding import Founder, found
from wardroom.store import event_log, keys, members, token
from wardroom.store.event_log import Pen
from wardroom.store.journal import journal
from wardroom.wiring import wall_ms

POSTS = 10_000
BAD_LINE = Line(rate=64_000, delay_s=0.3)
SLOW_LINE = Line(rate=300_000, delay_s=0.05)
"""Slower than the packing at its most thorough on a busy machine, and fast enough to wait for."""
TIMES = 3
"""ssh ends a connection with a packet more or less; small figures are medians."""
CUTS = 10
MIB = 1024


def words(count: int, seed: int = 3) -> Iterator[str]:
    """Texts of about 600 bytes, the same ones every time."""
    rng = random.Random(seed)
    vocabulary = make_mbox.vocabulary(random.Random(7))
    for _ in range(count):
        yield make_mbox.prose(rng, vocabulary, max(80, int(rng.lognormvariate(6.27, 0.5))))


def floor(texts: list[str]) -> int:
    """The new words, packed as well as can be."""
    return len(zstandard.ZstdCompressor(level=19).compress("".join(texts).encode()))


def write(forum: Forum, texts: list[str], *, circle: str = "region", at_once: int = 1) -> list[str]:
    """Post texts in a circle, ``at_once`` in one commit; they are not screened, which is measured elsewhere."""
    session = forum.session
    me = stage.member(forum, forum.members.lines()[0].handle)
    board = forum.boards.named(me, f"shared@{circle}").board
    parent, place = None, 0
    while place < len(texts):
        with journal(session.store, is_durable=False) as j:
            acting = session.acting(j, me, members.circle_of_board(j.db, board))
            number = session.number_of_board(j, acting.pen, board)
            for text in texts[place : place + at_once]:
                if place % THREAD and parent is not None:
                    answered = codec.from_ref(j.ref(parent), acting.log_id)
                    envelope, body = Replied(acting.author, answered, 0, ()), PostBody(text=text)
                else:
                    envelope = ThreadPosted(acting.author, number, 0)
                    body = PostBody(text=text, title=text[:40].replace("\n", " "), kind="talk")
                parent = event_log.record(j, acting.pen, envelope, body)
                place += 1
    return texts


@dataclass(slots=True)
class Pair:
    """Two forum files in a folder: ``here`` calls, ``there`` answers."""

    server: Loopback
    folder: Path

    @property
    def here(self) -> Path:
        """The file that calls."""
        return self.folder / "here" / "forum.db"

    @property
    def there(self) -> Path:
        """The file that answers."""
        return self.folder / "there" / "forum.db"

    def serving(self) -> None:
        """Let the far key answer this pair."""
        with opened(self.here) as forum:
            key = forum.site_key.hex()
        self.server.force(f"{sys.executable} -m wardroom --forum {self.there} sync-serve --peer {key}")

    def sync(self, line: Line = FAST_LINE) -> tuple[Carried, float]:
        """One exchange in this process: what the line carried, and seconds. Raises SyncCut."""
        config = self.server.config(line)
        with opened(self.here) as forum:
            peer = dataclasses.replace(forum.peers.named(())[0], ssh_config=str(config))
            began = time.monotonic()
            forum.peers.sync(peer)
            return self.server.carried(config), time.monotonic() - began

    @contextlib.contextmanager
    def copy(self) -> Iterator["Pair"]:
        """The same two files in another place, each still the instance it was."""
        with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
            made = Pair(self.server, Path(name))
            for path, target in ((self.here, made.here), (self.there, made.there)):
                target.parent.mkdir()
                shutil.copyfile(path, target)
                with opened(target) as forum:
                    token.note(target, forum.session.store.read)
            made.serving()
            yield made

    def assert_equal(self) -> None:
        """Both hold the same events of shared circles."""
        assert shared(self.here) == shared(self.there)


def shared(path: Path) -> list[tuple[object, ...]]:
    """Every event of the circles that are exchanged, with its body."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(
            "SELECT l.id, e.seq, e.hlc, e.kind, e.envelope, e.commitment, b.body FROM log_event e JOIN log_log l USING (log)"
            " LEFT JOIN log_body b USING (event) WHERE circle <> (SELECT local_circle FROM local_identity) ORDER BY 1, 2"
        ).fetchall()


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Forum]:
    """A forum for as long as it is needed."""
    forum = stage.opened(path)
    try:
        yield forum
    finally:
        forum.close()


def make_pair(server: Loopback, folder: Path, circles: int = 1, other_sites: int = 0) -> Pair:
    """Two sites that share circles; nothing has been exchanged yet. Others take part in all circles with a log each."""
    pair = Pair(server, folder)
    for path, site, handle in ((pair.there, "county", "tove"), (pair.here, "valley", "vera")):
        path.parent.mkdir()
        found(path, Founder(site, handle, "physician"), now_ms=wall_ms())
    with opened(pair.here) as here, opened(pair.there) as there:
        for number in range(circles):
            name = f"region{number}" if number else "region"
            there.circles.new(stage.member(there, "tove"), name)
            tove = stage.member(there, "tove")
            there.boards.open(tove, "shared", circle=name)
            line = there.circles.invite(tove, name, here.site_key.hex(), "valley")
            here.circles.join(stage.member(here, "vera"), line)
            crowd(there, name, other_sites)
        vera = stage.member(here, "vera")
        here.peers.add(vera, "county", SiteKey(there.site_key), target="ward", spool="", ssh_config="none", circles=())
    pair.serving()
    return pair


def crowd(forum: Forum, circle: str, count: int) -> None:
    """Admit sites to a circle and begin a log for each, as if they had been met."""
    session, tove = forum.session, stage.member(forum, "tove")
    for number in range(count):
        site_seed, instance_seed = os.urandom(32), os.urandom(32)
        with journal(session.store, is_durable=False) as j:
            found_circle = session.circle_named(j, circle)
            acting = session.acting(j, tove, found_circle)
            admitted = SiteAdmitted(acting.author, keys.public_key(site_seed))
            event_log.record(j, acting.pen, admitted, SiteCard(f"site{number}"))
            pen: Pen = event_log.begin_log(
                j, members.circle_id(j.db, found_circle), site_seed, instance_seed, SiteCard(f"site{number}")
            )
            assert pen.log


def exchange_costs(report: stage.Report, base: Pair, bare: Carried) -> None:
    """Nothing new, one post, a hundred, fifty and fifty."""
    up, down, turns = idle_costs(base, bare)
    nothing = up + down
    report.at_most("nothing new, up", up, 200, " B")
    report.at_most("nothing new, down", down, 200, " B")
    report.at_most("... round trips beyond ssh's", turns / 2, 1)
    one_post(report, base, bare, nothing, "1 post")
    with base.copy() as pair:
        with opened(pair.there) as forum:
            least = floor(write(forum, list(words(100, 5))))
        found, _ = pair.sync()
        pair.assert_equal()
        cost = sum(found.above(bare))
        report.note("100 posts of one log, up and down", f"{found.above(bare)[0]:,} and {found.above(bare)[1]:,} B")
        report.at_most(f"... over zstd -19 of them, {least:,} B", cost / least, 1.15)
    with base.copy() as pair:
        with opened(pair.there) as there, opened(pair.here) as here:
            texts = list(words(100, 6))
            least = floor(write(there, texts[:50])) + floor(write(here, texts[50:]))
        found, _ = pair.sync()
        pair.assert_equal()
        cost = sum(found.above(bare)) - 100
        report.at_most(f"50 and 50 in one connection, over {least:,} B (100 B for the second log)", cost / least, 1.15)


def idle_costs(base: Pair, bare: Carried) -> tuple[float, float, float]:
    """Bytes up and down, and turns, beyond ssh's where nothing is new."""
    found = []
    with base.copy() as pair:
        for _ in range(TIMES):
            one, _took = pair.sync()
            found.append((*one.above(bare), one.turns - bare.turns))
    up, down, turns = (statistics.median(column) for column in zip(*found, strict=True))
    return up, down, turns


def one_post(report: stage.Report, base: Pair, bare: Carried, nothing: float, title: str) -> None:
    """One new post at the far side."""
    found, least = [], 0
    for _ in range(TIMES):
        with base.copy() as pair:
            with opened(pair.there) as forum:
                least = floor(write(forum, list(words(1, 4))))
            one, _took = pair.sync()
            pair.assert_equal()
            found.append(sum(one.above(bare)) - nothing)
    report.at_most(f"{title}, above nothing new and {least} B of words", statistics.median(found) - least, 220, " B")


def many_sites(report: stage.Report, server: Loopback, bare: Carried) -> None:
    """One post among twenty sites and five circles."""
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        base = make_pair(server, Path(name), circles=5, other_sites=19)
        base.sync()
        base.sync()
        up, down, _turns = idle_costs(base, bare)
        report.at_most("20 sites, 5 circles: nothing new, up", up, 200, " B")
        report.at_most("... down", down, 200, " B")
        one_post(report, base, bare, up + down, "20 sites, 5 circles: 1 post")


def first_clones(report: stage.Report, base: Pair, bare: Carried, least: int) -> int:
    """Everything, over a fast and a slow line; the bytes of the slow one."""
    cost = 0
    for line, title, mark in ((FAST_LINE, "loopback", 1.45), (SLOW_LINE, "300 kbit/s", 1.30)):
        with emptied(base) as pair:
            found, took = pair.sync(line)
            pair.assert_equal()
            cost = sum(found.above(bare))
            report.note(f"first clone of {POSTS:,}, {title}", f"{cost:,} B in {took:.1f} s")
            report.at_most(f"... over zstd -19 of the words, {least:,} B", cost / least, mark)
    return cost


@contextlib.contextmanager
def emptied(base: Pair) -> Iterator[Pair]:
    """The same far side, and a site that has joined and holds nothing."""
    with base.copy() as pair:
        shutil.rmtree(pair.here.parent)
        pair.here.parent.mkdir()
        shutil.copyfile(base.folder / "joined.db", pair.here)
        with opened(pair.here) as forum:
            token.note(pair.here, forum.session.store.read)
        yield pair


def bad_line(report: stage.Report, base: Pair, server: Loopback) -> None:
    """A hundred posts at 64 kbit/s and 600 ms."""
    bare = server.bare(BAD_LINE)
    with base.copy() as pair:
        with opened(pair.there) as forum:
            write(forum, list(words(100, 5)))
        found, took = pair.sync(BAD_LINE)
        wire_s = sum(found.above(bare)) * 8 / BAD_LINE.rate
        report.note("64 kbit/s, 600 ms: ssh host true", f"{bare.seconds:.1f} s")
        report.note("... 100 posts, and the time their bytes take", f"{took:.1f} s, {wire_s:.1f} s")
        report.at_most("... over the two together", took / (bare.seconds + wire_s), 1.5)


def cuts(report: stage.Report, base: Pair, bare: Carried, whole: int) -> None:
    """Ten cuts in one clone on the bad line."""
    with emptied(base) as pair:
        total = 0
        for number in range(CUTS + 1):
            part = 0 if number == CUTS else bare.up + bare.down + whole // (CUTS + 1)
            config = pair.server.config(dataclasses.replace(BAD_LINE, cut_after=part))
            with opened(pair.here) as forum, contextlib.suppress(SyncCut):
                forum.peers.sync(dataclasses.replace(forum.peers.named(())[0], ssh_config=str(config)))
            total += sum(pair.server.carried(config).above(bare))
        pair.assert_equal()
        report.at_most(f"{CUTS} cuts at 64 kbit/s, 600 ms: bytes over those of one clone", total / whole, 1.2)


def own_rows(report: stage.Report, base: Pair, bare: Carried, new: list[str]) -> None:
    """Wardroom beside the other programs: a first clone, and then nothing, one and a hundred new posts."""
    with base.copy() as pair:
        cloned, _took = pair.sync()
        report.note(f"Wardroom: clone of {POSTS:,}", "{:,} up, {:,} down B".format(*cloned.above(bare)))
        pair.sync()
        for count in sync_peers.NEW:
            with opened(pair.there) as forum:
                write(forum, new[:count])
            found, _took = pair.sync()
            pair.assert_equal()
            report.note(f"Wardroom: {count} new", "{:,} up, {:,} down B".format(*found.above(bare)))


def with_more(path: Path, texts: list[str]) -> Path:
    """The same forum in a file beside it, with more posts."""
    target = path.with_name(f"forum-{len(texts)}.db")
    shutil.copyfile(path, target)
    with opened(target) as forum:
        token.note(target, forum.session.store.read)
        write(forum, texts)
    return target


USAGE = """
import subprocess, sys, resource
status = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write(f"{used.ru_maxrss} {used.ru_utime + used.ru_stime}")
sys.exit(status)
"""


def large_clone(report: stage.Report, server: Loopback, count: int) -> None:
    """Posts a second, memory at both ends, and how long a user's commit takes meanwhile."""
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        folder = Path(name)
        pair = make_pair(server, folder)
        with opened(pair.there) as forum:
            write(forum, list(words(count)), at_once=50)
        program, far_usage, here_usage = folder / "usage.py", folder / "far", folder / "near"
        program.write_text(USAGE)
        with opened(pair.here) as forum:
            key = forum.site_key.hex()
            config = server.config()
            with journal(forum.session.store) as j:
                j.db.execute("UPDATE local_peer SET ssh_config = ?", (str(config),))
        far = [sys.executable, "-m", "wardroom", "--forum", str(pair.there), "sync-serve", "--peer", key]
        server.force(" ".join([sys.executable, str(program), str(far_usage), *far]))
        near = [sys.executable, "-m", "wardroom", "--forum", str(pair.here), "sync"]
        stop, taken = threading.Event(), list[float]()
        user = threading.Thread(target=post_meanwhile, args=(pair.here, stop, taken))
        user.start()
        began = time.monotonic()
        subprocess.run([sys.executable, program, here_usage, *near], check=True, stderr=subprocess.DEVNULL)
        took = time.monotonic() - began
        stop.set()
        user.join()
        rate = count / took
        report.claim(f"clone of {count:,} posts", f"{rate:,.0f} posts/s, {took:.0f} s", ">= 4000", is_met=rate >= 4000)
        for where, file in (("here", here_usage), ("there", far_usage)):
            memory, processor_s = file.read_text().split()
            report.at_most(f"... memory {where}", int(memory) / MIB, 150, " MiB")
            report.note(f"... processor time {where}", f"{float(processor_s):.1f} s")
        report.at_most(
            f"... p99 of {len(taken)} commits of a user meanwhile", stage.percentile(taken, 0.99), 250, " ms"
        )


def post_meanwhile(path: Path, stop: threading.Event, taken: list[float]) -> None:
    """Somebody posts in the file's own circle, every fifth of a second."""
    with opened(path) as forum:
        me = stage.member(forum, "vera")
        board = forum.boards.named(me, "cases@local").board
        while not stop.wait(0.2):
            began = time.perf_counter()
            forum.cases.post(
                me, board, PostDraft("Somebody writes a few words.", title="A thread meanwhile", kind="talk")
            )
            taken.append((time.perf_counter() - began) * 1000)


def main() -> int:
    """Make, exchange, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cuts", action="store_true", help="ten cuts of a clone on the slow line; minutes")
    parser.add_argument("--clone", type=int, metavar="N", help="only time a clone of so many posts")
    parser.add_argument(
        "--peers", action="store_true", help="only the table of Wardroom, fossil, git, rsync and sqlite3_rsync"
    )
    parser.add_argument("--sqlite3-rsync", default="sqlite3_rsync", metavar="PROGRAM")
    told = parser.parse_args()
    report = stage.Report("Sync over ssh")
    with loopback.sshd() as server:
        bare = server.bare()
        report.note("ssh host true, up and down", f"{bare.up:,} and {bare.down:,} B, {bare.turns} turns")
        if told.clone:
            large_clone(report, server, told.clone)
            return report.end()
        with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
            stage.say(f"Making a forum of {POSTS:,} posts.")
            base = make_pair(server, Path(name))
            shutil.copyfile(base.here, base.folder / "joined.db")
            texts = list(words(POSTS))
            with opened(base.there) as forum:
                write(forum, texts)
            if told.peers:
                new = list(words(100, 9))
                own_rows(report, base, bare, new)
                kept = {count: with_more(base.there, new[:count]) for count in sync_peers.NEW}
                sync_peers.table(report, server, base.there, kept.__getitem__, texts, new, floor, told.sqlite3_rsync)
                return report.end()
            base.sync()
            base.sync()
            whole = first_clones(report, base, bare, floor(texts))
            exchange_costs(report, base, bare)
            bad_line(report, base, server)
            many_sites(report, server, bare)
            if told.cuts:
                cuts(report, base, bare, whole)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
