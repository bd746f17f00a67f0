"""The same posts carried by other programs over the same ssh: fossil, git, rsync and sqlite3_rsync, where they are here.

fossil holds real forum posts, put into its file and taken in by its own ``rebuild``; git holds a commit for each post, in
a file of its own; rsync and sqlite3_rsync bring over the forum file as it is, one way only. SQLite's authors build
sqlite3_rsync; the Python package apsw brings it along, among its ``sqlite_extra_binaries``.
"""

import contextlib
import functools
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import stage
from loopback import Carried, Loopback

Floor = Callable[[list[str]], int]
NEW = (0, 1, 100)
THREAD = 7
"""Every seventh post begins a thread."""


def table(
    report: stage.Report, server: Loopback, forum: Path, more: Callable[[int], Path], texts: list[str], new: list[str],
    floor: Floor, sqlite3_rsync: str,
) -> None:  # fmt: skip
    """A first clone, and then nothing, one and a hundred new posts, with each program.

    ``more`` gives the forum file with so many posts more.
    """
    bare = server.bare()
    least = {count: floor(new[:count]) for count in NEW if count}
    report.note("zstd -19 of the words: all, 1, 100", f"{floor(texts):,}, {least[1]:,}, {least[100]:,} B")
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        folder = Path(name)
        if shutil.which("fossil"):
            _fossil(report, server, bare, folder, texts, new)
        if shutil.which("git"):
            _git(report, server, bare, folder, texts, new)
        if shutil.which("rsync"):
            _files(report, server, bare, folder, forum, more, "rsync -z", _rsync)
        program = shutil.which(sqlite3_rsync)
        if program and subprocess.run([program, "--version"], check=False, capture_output=True).returncode == 0:
            _files(report, server, bare, folder, forum, more, "sqlite3_rsync", lambda *told: _by_page(program, *told))


def _run(server: Loopback, bare: Carried, arguments: Callable[[str], list[str]]) -> str:
    """Run a program over a counted line; what it carried above a bare ssh."""
    config = server.config(key="free")
    program = config.with_suffix(".sh")
    program.write_text(f'#!/bin/sh\nexec ssh -F {config} "$@"\n')
    program.chmod(0o700)
    environment = {
        **os.environ, "GIT_SSH": str(program), "GIT_SSH_VARIANT": "ssh", "FOSSIL_HOME": str(config.parent), "USER": "a",
    }  # fmt: skip
    subprocess.run(arguments(str(program)), check=True, capture_output=True, env=environment)
    up, down = server.carried(config).above(bare)
    return f"{up:,} up, {down:,} down B"


def _forum_post(number: int, text: str, root: str, parent: str) -> bytes:
    """One of fossil's artifacts: a post that begins a thread, or answers in it."""
    said = text.encode()
    title = text[:40].replace("\\", "\\\\").replace(" ", "\\s").replace("\n", "\\n")
    cards = [time.strftime("D %Y-%m-%dT%H:%M:%S.000", time.gmtime(1_760_000_000 + number * 61))]
    cards += [f"G {root}", f"I {parent}"] if root else [f"H {title}"]
    cards += ["N text/plain", "U a", f"W {len(said)}"]
    signed = "\n".join(cards).encode() + b"\n" + said + b"\n"
    return signed + f"Z {hashlib.md5(signed).hexdigest()}\n".encode()


def _fossil(
    report: stage.Report, server: Loopback, bare: Carried, folder: Path, texts: list[str], new: list[str]
) -> None:  # fmt: skip
    far, near = folder / "far.fossil", folder / "near.fossil"
    home = {**os.environ, "FOSSIL_HOME": str(folder), "USER": "a"}
    subprocess.run(["fossil", "init", "--admin-user", "a", far], check=True, capture_output=True, env=home)

    def add(some: list[str], first: int, *more: str) -> None:
        root = parent = ""
        with contextlib.closing(sqlite3.connect(far)) as db, db:
            for number, text in enumerate(some, first):
                root = root if number % THREAD else ""
                post = _forum_post(number, text, root, parent)
                name = hashlib.sha3_256(post).hexdigest()
                root, parent = root or name, name
                packed = len(post).to_bytes(4, "big") + zlib.compress(post)
                db.execute(
                    "INSERT INTO blob (rcvid, size, uuid, content) VALUES (1, ?, ?, ?)", (len(post), name, packed)
                )
        subprocess.run(["fossil", "rebuild", "--quiet", *more, far], check=True, capture_output=True, env=home)

    add(texts, 0, "--cluster", "--compress")
    cloned = _run(server, bare, lambda ssh: ["fossil", "clone", "-c", ssh, f"ssh://ward/{far}", str(near)])
    report.note(f"fossil: clone of {len(texts):,}", cloned)
    pull = functools.partial(_run, server, bare, lambda ssh: ["fossil", "pull", "-c", ssh, "-R", str(near)])
    done = _fetch_new(report, "fossil", new, len(texts), add, pull)
    with contextlib.closing(sqlite3.connect(near)) as db:
        assert db.execute("SELECT count(*) FROM forumpost").fetchone() == (done,)


def _stream(texts: list[str], first: int) -> bytes:
    """What ``git fast-import`` reads: a commit for each text, after those before."""
    parts = []
    for number, text in enumerate(texts, first):
        said = text.encode()
        parts.append(
            f"commit refs/heads/main\ncommitter a <a@b.example> {1_760_000_000 + number * 61} +0000\ndata 1\nx\n"
        )
        if number == first and first:
            parts.append("from refs/heads/main^0\n")
        parts.append(f"M 100644 inline {number % 256:02x}/{number}\ndata {len(said)}\n")
        parts.append(text + "\n")
    return "".join(parts).encode()


def _git(
    report: stage.Report, server: Loopback, bare: Carried, folder: Path, texts: list[str], new: list[str]
) -> None:  # fmt: skip
    far, near = folder / "far.git", folder / "near.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", far], check=True)

    def add(some: list[str], first: int) -> None:
        subprocess.run(
            ["git", "-C", far, "fast-import", "--quiet"], input=_stream(some, first), check=True, capture_output=True
        )

    add(texts, 0)
    subprocess.run(["git", "-C", far, "repack", "-adq"], check=True)
    cloned = _run(server, bare, lambda _ssh: ["git", "clone", "-q", "--mirror", f"ward:{far}", str(near)])
    report.note(f"git: clone of {len(texts):,}", cloned)
    fetch = functools.partial(_run, server, bare, lambda _ssh: ["git", "-C", str(near), "fetch", "-q"])
    _fetch_new(report, "git", new, len(texts), add, fetch)


def _fetch_new(
    report: stage.Report, title: str, new: list[str], done: int, add: Callable[[list[str], int], None],
    fetch: Callable[[], str],
) -> int:  # fmt: skip
    """What nothing, one and a hundred new posts cost to fetch; how many posts there are then."""
    for count in NEW:
        if count:
            add(new[:count], done)
            done += count
        report.note(f"{title}: {count} new", fetch())
    return done


def _rsync(ssh: str, far: Path, near: Path) -> list[str]:
    # Two files of one size that were written within a second are one file to it, unless it is told to look.
    return ["rsync", "-z", "--ignore-times", "-e", ssh, f"ward:{far}", str(near)]


def _by_page(program: str, ssh: str, far: Path, near: Path) -> list[str]:
    return [program, f"ward:{far}", str(near), "--ssh", ssh, "--exe", program]


def _files(
    report: stage.Report, server: Loopback, bare: Carried, folder: Path, forum: Path, more: Callable[[int], Path],
    title: str, command: Callable[[str, Path, Path], list[str]],
) -> None:  # fmt: skip
    near = folder / f"{title.split(maxsplit=1)[0]}.db"
    report.note(f"{title}: clone of the file", _run(server, bare, lambda ssh: command(ssh, forum, near)))
    for count in NEW:
        far = more(count)
        os.utime(far)
        report.note(f"{title}: {count} new", _run(server, bare, lambda ssh, far=far: command(ssh, far, near)))  # type: ignore[misc]
