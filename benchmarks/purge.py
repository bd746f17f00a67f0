"""Proves that a purge leaves no word behind at 100,000 posts while twenty people read, and holds nobody up.

Twenty running screens stand on the brief, the board, the case itself and a search for it. The case, its second version and
the draft of a third hold words that occur nowhere else. It is purged from the command line; meanwhile a probe that wants
to write measures how long it is kept waiting at worst. Then the words are looked for, in several spellings and encodings,
in every file beside the forum, in a new backup, in exports, in the log of operations, and in the vocabulary of the index.
With ``--full`` (as root) the same is done on a file system of its own that has no byte left.
"""

import argparse
import base64
import contextlib
import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import stage
from msgspec.structs import replace
from pty_meter import Session

from wardroom.domain.views import PostDraft

PURGE_S = 10.0
LOCK_MS = 250.0
WORDS = ("Quillfeather", "marzipanoid", "obsidianist", "tangerinely", "zebrawoodish")
TITLE = f"Chest pain after {WORDS[0]} and more"
FIRST = f"The first version says {WORDS[1]} twice: {WORDS[1]}."
SECOND = f"The second version says {WORDS[2]} instead."
THIRD = f"{SECOND} And a third one, not posted, {WORDS[3]}."
QUESTION = f"Would you give {WORDS[4]} now?"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--full", action="store_true", help="on a full file system of its own, with 1,000 posts")
    told = parser.parse_args()
    posts = 1_000 if told.full else told.posts
    state = "a full disk" if told.full else f"{posts:,} posts"
    report = stage.Report(f"A purge at {state} under {told.readers} open sessions")
    with stage.copy_of(stage.forum_of(posts)) as source, place(source, is_full=told.full) as path:
        measure(report, path, told.readers, is_full=told.full)
    return report.end()


@contextlib.contextmanager
def place(source: Path, *, is_full: bool) -> Iterator[Path]:
    """The forum where it is, or on a small file system of its own."""
    if not is_full:
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", folder], check=True)
        try:
            target = Path(folder) / "forum.db"
            target.write_bytes(source.read_bytes())
            yield target
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def measure(report: stage.Report, path: Path, readers: int, *, is_full: bool) -> None:
    """One purge."""
    forum = stage.opened(path)
    nadia = stage.member(forum, "nadia")
    board = stage.first_board(forum, nadia)
    draft = stage.case(TITLE, text=FIRST)
    post = forum.cases.post(nadia, board, _asking(draft, QUESTION))
    forum.cases.amend(nadia, post, _asking(stage.case(TITLE, text=SECOND), QUESTION))
    forum.drafts.save(nadia, draft=None, kind="amend", board=board, target=post, fields={"text": THIRD, "title": TITLE})
    forum.upkeep.lay_ballast()
    named = forum.cases.id_of(post)
    log = path.with_name("operations.log")
    (path.parent / ".config" / "wardroom").mkdir(parents=True)
    (path.parent / ".config" / "wardroom" / "config.toml").write_text(f'log = "{log}"\n')
    report.note("hits before", str(hits(path, _spellings())))
    sessions = [read(path, number, WORDS[0]) for number in range(readers)]
    if is_full:
        fill(path.parent)
    probe = Probe(path)
    probe.start()
    began = time.monotonic()
    command = [stage.WARDROOM, "purge", named, "--reason", "identifier", "--yes"]
    done = subprocess.run(command, env=stage.environment(path), capture_output=True, text=True, check=False)
    took_s = time.monotonic() - began
    probe.end()
    if done.returncode:
        report.claim("the purge", done.stderr.strip(), "done", is_met=False)
    if is_full:
        (path.parent / "filler").unlink()
    report.claim("hits in the forum's files", str(hits(path, _spellings())), "0", is_met=not hits(path, _spellings()))
    for session in sessions:
        session.settle(0.2)
    reading = sum(not session.is_over for session in sessions)
    report.claim("sessions that go on reading", str(reading), str(readers), is_met=reading == readers)
    copies = copies_of(path)
    report.claim("hits in a new backup and in exports", str(copies), "0", is_met=not copies)
    terms = vocabulary(path)
    report.claim("words in the index's vocabulary", str(terms), "0", is_met=not terms)
    report.at_most("the purge took", took_s, PURGE_S, " s")
    report.at_most("longest wait of a writer", probe.longest_s * 1000, LOCK_MS, " ms")
    report.note("writes of the probe meanwhile", str(probe.count))
    for session in sessions:
        session.close()
    forum.close()


def _asking(draft: PostDraft, question: str) -> PostDraft:
    return replace(draft, question=question)


def read(path: Path, number: int, word: str) -> Session:
    """Somebody at the brief, at the board, in the case, or at a search for it."""
    session = Session([stage.WARDROOM], env=stage.environment(path))
    if not session.wait_for(r"\? help", 60.0):
        sys.exit(f"There is no brief:\n{session.text()}")
    for key in ((), ("g", "Enter"), ("/", word, "Enter", "Enter"), ("/", word, "Enter"))[number % 4]:
        session.press(key)
        session.settle(0.3)
    return session


class Probe(threading.Thread):
    """Somebody who wants to write, again and again, and notes the longest wait."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._db = sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False)
        self._is_over = threading.Event()
        self.longest_s = 0.0
        self.count = 0

    def run(self) -> None:
        """Ask for the lock until told to stop."""
        while not self._is_over.is_set():
            began = time.monotonic()
            while True:
                try:
                    self._db.execute("BEGIN IMMEDIATE")
                    break
                except sqlite3.OperationalError:
                    time.sleep(0.001)
            self.longest_s = max(self.longest_s, time.monotonic() - began)
            self._db.execute("ROLLBACK")
            self.count += 1
            time.sleep(0.005)
        self._db.close()

    def end(self) -> None:
        """Stop."""
        self._is_over.set()
        self.join()


def _spellings() -> list[bytes]:
    """Each word raw, in small letters, as UTF-16, in base64 at each of its three places, and deflated."""
    found: set[bytes] = set()
    for word in WORDS:
        for spelt in (word, word.lower(), word.upper()):
            raw = spelt.encode()
            found |= {raw, spelt.encode("utf-16-le"), spelt.encode("utf-16-be"), zlib.compress(raw)[2:-4]}
            found |= {base64.b64encode(b"x" * shift + raw)[4:-4] for shift in range(3)}
    for text in (FIRST, SECOND, THIRD, TITLE, QUESTION):
        found.add(zlib.compress(text.encode())[2:-4])
    return sorted(found)


def hits(path: Path, wanted: list[bytes]) -> int:
    """How often any of it stands in any file beside the forum."""
    files = [each for each in path.parent.iterdir() if each.is_file() and each.name != "filler"]
    return sum(content.count(needle) for content in map(Path.read_bytes, files) for needle in wanted)


def copies_of(path: Path) -> int:
    """Hits in a backup made now and in every form of export."""
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as folder:
        for verb in (
            ("backup", f"{folder}/copy.backup"),
            *(("export", "--format", kind, "--to", f"{folder}/export.{kind}") for kind in ("jsonl", "mbox", "md")),
        ):
            subprocess.run([stage.WARDROOM, *verb], env=stage.environment(path), check=True, capture_output=True)
        return hits(Path(folder) / "copy.backup", _spellings())


def vocabulary(path: Path) -> int:
    """How many of the words the search index still knows."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.execute("ATTACH ? AS forum", (str(path),))
        db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(forum, view_search, row)")
        return sum(
            db.execute("SELECT COUNT(*) FROM temp.terms WHERE term LIKE ?", (f"%{word.lower()[:8]}%",)).fetchone()[0]
            for word in WORDS
        )


def fill(folder: Path) -> None:
    """Leave no byte free."""
    for size_bytes in (1 << 16, 1):
        with contextlib.suppress(OSError), (folder / "filler").open("ab", buffering=0) as file:
            for _ in itertools.count():
                file.write(b"\0" * size_bytes)


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
