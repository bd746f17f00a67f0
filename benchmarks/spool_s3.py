"""Proves that three sites that never meet become one discussion through a bucket of an S3-compatible server.

Each has a folder of its own, carried to and from the bucket by ``rclone sync`` before and after each ``wardroom sync``,
or mounted with ``rclone mount``. They take turns, then all go at once, as timers do; at the end one purges a post. The
server is ``--endpoint URL`` (keys in WARDROOM_S3_KEY and WARDROOM_S3_SECRET), else one is started on loopback: ``rclone
serve s3`` where this rclone has it, or ``moto_server`` (``pip install 'moto[s3,server]'``).
"""

import argparse
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import stage
from sync import shared, words

from wardroom.domain.views import PostDraft
from wardroom.forum.founding import Founder, found
from wardroom.wiring import wall_ms

NAMES = ("county", "harbor", "island")
POSTS = 40
"""Of each site, in each part."""
ROUNDS_MAX = 8
WAIT_S = 60.0
SETTLE_S = 20.0
"""So long a mount may lag behind its bucket: minutes of a timer, as far as a benchmark waits for them."""
ENDING = ".parcel"
WORD = "zqpurgedword"


@dataclass
class Bucket:
    """A bucket, reached with rclone and nobody's settings."""

    folder: Path
    name: str

    @property
    def remote(self) -> str:
        """The bucket as rclone names it."""
        return f"ward:{self.name}"

    def rclone(self, *arguments: str) -> str:
        """What rclone prints. Raises SystemExit where it fails."""
        done = subprocess.run(
            self.command(*arguments), env=self.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"rclone {arguments[0]}: {done.stderr.strip()[-400:]}")
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        """The command line of rclone."""
        return ["rclone", "--config", str(self.folder / "rclone.conf"), *arguments]

    def environment(self) -> dict[str, str]:
        """Nothing of whoever runs this reaches rclone: neither keys nor proxies."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "NO_PROXY": "127.0.0.1"}

    def objects(self) -> dict[str, int]:
        """The size of every object by its name."""
        lines = self.rclone("lsf", "-R", "--files-only", "--format", "ps", self.remote).splitlines()
        return {name: int(size) for name, _, size in (line.rpartition(";") for line in lines)}


@dataclass
class Site:
    """A site with a forum file and a folder that is carried to the bucket."""

    name: str
    path: Path
    spool: Path
    bucket: Bucket
    is_mounted: bool
    failures: list[str] = field(default_factory=list)

    def meet(self) -> None:
        """What its timer does."""
        if self.is_mounted:
            self.settle()
        else:
            self.bucket.rclone("sync", "--checksum", self.bucket.remote, str(self.spool))
        done = subprocess.run(
            [stage.WARDROOM, "sync"], env=stage.environment(self.path), capture_output=True, text=True, check=False
        )
        if done.returncode:
            self.failures.append(done.stderr.strip())
        if not self.is_mounted:
            self.bucket.rclone("sync", "--checksum", str(self.spool), self.bucket.remote)

    def settle(self) -> None:
        """Wait until the mount shows what is in the bucket, and the bucket holds what was written to the mount."""
        until = time.monotonic() + SETTLE_S
        while time.monotonic() < until:
            here = {str(path.relative_to(self.spool)) for path in self.spool.rglob("*") if path.is_file()}
            if here == set(self.bucket.objects()):
                return
            time.sleep(0.5)

    def post(self, texts: list[str]) -> None:
        """Threads of its founder."""
        with contextlib.closing(stage.opened(self.path)) as forum:
            me = stage.member(forum, self.name)
            board = forum.boards.named(me, "shared@region").board
            for number, text in enumerate(texts):
                title = f"{self.name} asks {stage.letters(number)}"
                forum.cases.post(me, board, PostDraft(text, title=title, kind="talk", overrides=_OVERRIDES))


_OVERRIDES = tuple((kind, "generated words") for kind in ("name", "location", "age", "date", "id", "other"))


def main() -> int:
    """Carry a discussion through the bucket in each way that is possible here."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--way", choices=("copy", "mount", "both"), default="both")
    parser.add_argument("--endpoint", default="", metavar="URL", help="An S3-compatible server that is there already.")
    options = parser.parse_args()
    if shutil.which("rclone") is None:
        sys.exit("rclone is missing. Install it (Debian: rclone).")
    ways = ("copy", "mount") if options.way == "both" else (options.way,)
    if "mount" in ways and (why := why_no_mount()):
        if options.way == "mount":
            sys.exit(why)
        stage.say(f"{why} Only copies are measured.")
        ways = ("copy",)
    report = stage.Report("three sites that never meet, through S3")
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        folder = Path(name)
        with contextlib.ExitStack() as stack:
            endpoint = options.endpoint or stack.enter_context(server(folder))
            for way in ways:
                place = folder / way
                place.mkdir()
                play(report, way, made_bucket(place, endpoint))
    return report.end()


def why_no_mount() -> str:
    """Why nothing can be mounted here; empty where it can."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse is not there, or not for this account."
    if shutil.which("fusermount3") is None:
        return "fusermount3 is missing. Install it (Debian: fuse3)."
    return ""


# --- the server and the bucket ------------------------------------------------------------------------------------


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of an S3-compatible server on loopback that is gone afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "kept").mkdir()
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    helped = subprocess.run(["rclone", "serve", "s3", "--help"], capture_output=True, text=True, check=False)
    if helped.returncode == 0 and "rclone serve s3" in helped.stdout:
        command = [
            "rclone",
            "serve",
            "s3",
            "--addr",
            f"127.0.0.1:{port}",
            "--auth-key",
            "ward,ward",
            str(folder / "kept"),
        ]
    elif (moto := shutil.which("moto_server")) is not None:
        command = [moto, "-H", "127.0.0.1", "-p", str(port)]
    else:
        sys.exit(
            "No S3-compatible server is here. Give one with --endpoint, or install rclone 1.65 or newer, or moto"
            " (pip install 'moto[s3,server]') and have moto_server on the PATH."
        )
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        until = time.monotonic() + WAIT_S
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > until:
                sys.exit(f"{command[0]} does not start: {(folder / 'server.log').read_text()[-400:]}")
            time.sleep(0.1)
        stage.say(f"{' '.join(command[:3])} on loopback")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def made_bucket(folder: Path, endpoint: str) -> Bucket:
    """A fresh bucket there."""
    bucket = Bucket(folder, f"wardroom-{secrets.token_hex(4)}")
    key, secret = os.environ.get("WARDROOM_S3_KEY", "ward"), os.environ.get("WARDROOM_S3_SECRET", "ward")
    (folder / "rclone.conf").write_text(
        f"[ward]\ntype = s3\nprovider = Other\naccess_key_id = {key}\nsecret_access_key = {secret}\n"
        f"endpoint = {endpoint}\nregion = us-east-1\n"
    )
    bucket.rclone("mkdir", bucket.remote)
    return bucket


@contextlib.contextmanager
def mounted(bucket: Bucket, at: Path) -> Iterator[None]:
    """The bucket as a folder, for one site."""
    command = bucket.command(
        "mount", bucket.remote, str(at), "--vfs-cache-mode", "full", "--cache-dir", str(at.with_suffix(".cache")),
        "--dir-cache-time", "1s", "--vfs-write-back", "1s",
    )  # fmt: skip
    process = subprocess.Popen(command, env=bucket.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + WAIT_S
        while not at.is_mount():
            if process.poll() is not None or time.monotonic() > until:
                sys.exit("rclone mount does not come up.")
            time.sleep(0.1)
        yield
    finally:
        subprocess.run(["fusermount3", "-u", str(at)], check=False)
        process.wait(20)


# --- what is played -----------------------------------------------------------------------------------------------


def play(report: stage.Report, way: str, bucket: Bucket) -> None:
    """Three sites come together through the bucket, write at once, and forget."""
    texts = list(words(2 * POSTS * len(NAMES)))
    with contextlib.ExitStack() as stack:
        sites = make_sites(bucket, is_mounted=way == "mount")
        if way == "mount":
            for site in sites:
                stack.enter_context(mounted(bucket, site.spool))
        rounds, taken_s = meet_until_alike(sites, 0, at_once=False)
        report.claim(f"{way}: joined, in turns", f"{rounds} rounds, {taken_s:.1f} s", "alike", is_met=alike(sites, 0))
        if not alike(sites, 0):
            sys.exit(f"{way}: the sites do not come together: {[site.failures[-1:] for site in sites]}")
        for part, at_once in enumerate((False, True)):
            for number, site in enumerate(sites):
                at = (part * len(sites) + number) * POSTS
                site.post(texts[at : at + POSTS])
            count = (part + 1) * POSTS * len(sites)
            rounds, taken_s = meet_until_alike(sites, count, at_once=at_once)
            what = f"{way}: {POSTS} posts at each of {len(sites)}, {'all at once' if at_once else 'in turns'}"
            report.claim(what, f"{rounds} rounds, {taken_s:.1f} s", "alike", is_met=alike(sites, count))
        forget(report, way, sites)
        objects = bucket.objects()
        report.note(f"{way}: in the bucket", f"{len(objects)} objects, {sum(objects.values()) / 1000:.0f} kB")
        for site in sites:
            if site.failures:
                stage.say(f"{way}, {site.name}: {len(site.failures)} exchanges failed, the last: {site.failures[-1]}")


def make_sites(bucket: Bucket, *, is_mounted: bool) -> list[Site]:
    """A founder and two that it invited; none has heard of another but by the invitation."""
    sites = []
    for name in NAMES:
        path, spool = bucket.folder / name / "forum.db", bucket.folder / name / "spool"
        spool.mkdir(parents=True)
        found(path, Founder(name, name, "physician", uid=os.getuid()), now_ms=wall_ms())
        sites.append(Site(name, path, spool, bucket, is_mounted))
    first = sites[0]
    with contextlib.closing(stage.opened(first.path)) as forum:
        forum.circles.new(stage.member(forum, first.name), "region")
        forum.boards.open(stage.member(forum, first.name), "shared", circle="region")
        for site in sites[1:]:
            with contextlib.closing(stage.opened(site.path)) as other:
                line = forum.circles.invite(stage.member(forum, first.name), "region", other.site_key.hex(), site.name)
                me = stage.member(other, site.name)
                other.circles.join(me, line)
                other.peers.add(me, first.name, other.peers.site_of(first.name), spool=str(site.spool))
        me, other_name = stage.member(forum, first.name), sites[1].name
        forum.peers.add(me, other_name, forum.peers.site_of(other_name), spool=str(first.spool))
    return sites


def meet_until_alike(sites: list[Site], posts: int, *, at_once: bool) -> tuple[int, float]:
    """Rounds of all sites until they hold the same, and how long that took."""
    began = time.monotonic()
    for number in range(1, ROUNDS_MAX + 1):
        if at_once:
            threads = [threading.Thread(target=site.meet) for site in sites]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        else:
            for site in sites:
                site.meet()
                if site.is_mounted:
                    site.settle()
        if alike(sites, posts):
            return number, time.monotonic() - began
    return ROUNDS_MAX, time.monotonic() - began


def alike(sites: list[Site], posts: int) -> bool:
    """Whether all hold the same events, and so many posts."""
    held = [shared(site.path) for site in sites]
    with contextlib.closing(stage.opened(sites[0].path)) as forum:
        me = stage.member(forum, sites[0].name)
        threads = sum(line.threads or 0 for line in forum.boards.lines(me, is_whole=True) if line.circle == "region")
    return all(each == held[0] for each in held) and threads == posts


def forget(report: stage.Report, way: str, sites: list[Site]) -> None:
    """One site purges a post that all hold; no file keeps a byte of it, and no stretch in the bucket its body."""
    author = sites[1]
    author.post([f"The {WORD} stands here."])
    meet_until_alike(sites, 2 * POSTS * len(sites) + 1, at_once=False)
    with_word = sum(WORD.encode() in _raw(site.path) for site in sites)
    before = set(author.bucket.objects())
    with contextlib.closing(stage.opened(author.path)) as forum:
        me = stage.member(forum, author.name)
        forum.cases.purge(me, forum.search.find(me, WORD).hits[0].post, "identifier")
    rounds = 0
    while rounds < ROUNDS_MAX and any(WORD.encode() in _raw(site.path) for site in sites):
        rounds += 1
        for site in sites:
            site.meet()
    left = sum(WORD.encode() in _raw(site.path) for site in sites)
    report.claim(
        f"{way}: files that hold a purged word",
        f"{with_word}, then {left} after {rounds} rounds",
        "0",
        is_met=left == 0,
    )
    gone = {name for name in before - set(author.bucket.objects()) if name.endswith(ENDING)}
    report.claim(f"{way}: stretches written anew without it", f"{len(gone)}", ">= 1", is_met=bool(gone))


def _raw(path: Path) -> bytes:
    """A file as it lies on the disk, with its write-ahead log."""
    return b"".join(part.read_bytes() for part in (path, Path(f"{path}-wal")) if part.exists())


if __name__ == "__main__":
    sys.exit(main())
