"""Proves that a post that was acknowledged is never lost, whatever is killed, and however many post at once.

First four processes post without a pause, and one of them after another is killed (SIGKILL) at a random moment.
Then thirty processes post at the same time for some seconds. Every id that a process was given by the forum goes to
the parent through a pipe before the next post begins; afterwards each of them is looked for, with its words.
"""

import argparse
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import stage

from wardroom import screening
from wardroom.errors import WardroomError

WRITERS = 4
CROWD = 30
LONGEST_LIFE_S = 0.4


@dataclass(slots=True)
class Writer:
    """A process that posts, and what it has acknowledged so far."""

    number: int
    process: int
    pipe: int
    heard: bytes = b""
    is_ended: bool = False

    def listen(self) -> None:
        """Read what has been acknowledged, as far as it has come."""
        while not self.is_ended and select.select([self.pipe], [], [], 0)[0]:
            part = os.read(self.pipe, 65536)
            self.heard += part
            self.is_ended = not part


@dataclass(slots=True)
class Heard:
    """What all writers together have acknowledged."""

    posts: dict[str, str] = field(default_factory=dict)
    """Words by id."""
    waits_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def take(self, writer: Writer) -> None:
        """Take over what a writer said; a line that was cut off by its end was no acknowledgement."""
        for line in writer.heard.decode().split("\n")[:-1]:
            kind, number, *rest = line.split(" ", 3)
            if kind == "posted":
                self.posts[rest[0]] = words(writer.number, int(number))
                self.waits_ms.append(float(rest[1]))
            else:
                self.errors.append(" ".join(rest))


def words(writer: int, number: int) -> str:
    """The words of one post, like no other's."""
    return f"{stage.ASK} {stage.letters(writer)} {stage.letters(number)}"


def start(path: Path, number: int, until_s: float = float("inf")) -> Writer:
    """A new process that posts until it is killed, or until a moment."""
    ours, theirs = os.pipe()
    process = os.fork()
    if process:
        os.close(theirs)
        return Writer(number, process, ours)
    os.close(ours)
    try:
        write(path, number, theirs, until_s)
    finally:
        os._exit(0)


def write(path: Path, writer: int, pipe: int, until_s: float) -> None:
    """What the process does: post, acknowledge, and again."""
    forum = stage.opened(path)
    me, number = stage.member(forum, "nadia"), 0
    board = stage.first_board(forum, me)
    while time.monotonic() < until_s:
        began = time.perf_counter()
        try:
            draft = stage.case("High potassium and a slow pulse", text=words(writer, number))
            post = forum.cases.id_of(forum.cases.post(me, board, draft))
        except (WardroomError, sqlite3.Error) as error:
            os.write(pipe, f"failed {number} {type(error).__name__}: {error}\n".encode())
        else:
            os.write(pipe, f"posted {number} {post} {(time.perf_counter() - began) * 1000:.3f}\n".encode())
        number += 1
    forum.close()


def kill_many(path: Path, kills: int) -> Heard:
    """So many processes killed while they and others post."""
    heard, rng = Heard(), random.Random()
    writers = [start(path, number) for number in range(WRITERS)]
    for number in range(WRITERS, WRITERS + kills):
        until = time.monotonic() + rng.uniform(0.0, LONGEST_LIFE_S)
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.02))
            for writer in writers:
                writer.listen()
        victim = writers.pop(rng.randrange(len(writers)))
        end(victim, heard, signal.SIGKILL)
        if number < kills:
            writers.append(start(path, number))
    return heard


def end(writer: Writer, heard: Heard, number: signal.Signals | None = None) -> None:
    """Wait for the end of a process, after killing it if a signal is named, and take what it had said."""
    if number is not None:
        os.kill(writer.process, number)
    while not writer.is_ended:
        select.select([writer.pipe], [], [])
        writer.listen()
    os.waitpid(writer.process, 0)
    os.close(writer.pipe)
    heard.take(writer)


def crowd(path: Path, for_s: float) -> Heard:
    """Thirty processes that post at once."""
    heard, until_s = Heard(), time.monotonic() + for_s
    writers = [start(path, number, until_s) for number in range(1000, 1000 + CROWD)]
    waiting = list(writers)
    while waiting:
        select.select([writer.pipe for writer in waiting], [], [])
        for writer in waiting:
            writer.listen()
        waiting = [writer for writer in waiting if not writer.is_ended]
    for writer in writers:
        end(writer, heard)
    return heard


def lost(path: Path, posts: dict[str, str]) -> int:
    """How many acknowledged posts are not there, or not with their words."""
    forum = stage.opened(path)
    me = stage.member(forum, "nadia")
    missing = 0
    for post, text in posts.items():
        try:
            number = forum.cases.resolve(me, post)
        except WardroomError:
            missing += 1
        else:
            missing += forum.cases.words(me, (number,))[post].text != text
    forum.close()
    return missing


def is_sound(path: Path) -> tuple[str, str]:
    """What SQLite and what ``wardroom check --deep`` say of the file."""
    with sqlite3.connect(path) as db:
        integrity = str(db.execute("PRAGMA integrity_check").fetchone()[0])
    db.close()
    status, out, err = stage.run(path, "check", "--deep")
    return integrity, (out or err).strip().partition(":")[0] if status == 0 else (out + err).strip()[:80]


def main() -> int:
    """Kill, crowd, look, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=6.0, help="how long the thirty post")
    told = parser.parse_args()
    screening.scan("Loaded before the processes part.")
    report = stage.Report("Posting under fire")
    with stage.new_forum() as path:
        tell(report, path, kill_many(path, told.kills), f"{told.kills} SIGKILLs")
    with stage.new_forum() as path:
        heard = crowd(path, told.seconds)
        tell(report, path, heard, f"{CROWD} at once")
        report.note(f"{CROWD} at once: posts a second", f"{len(heard.posts) / told.seconds:.0f}")
        for part in (0.5, 0.99):
            wait = stage.percentile(heard.waits_ms, part)
            report.note(f"{CROWD} at once: p{part * 100:.0f} from the call to its return", f"{wait:.0f} ms")
        report.note(f"{CROWD} at once: longest", f"{max(heard.waits_ms):.0f} ms")
        report.note("one alone: median", f"{alone_ms(path):.1f} ms")
    return report.end()


def tell(report: stage.Report, path: Path, heard: Heard, what: str) -> None:
    """What was lost, and whether the file is sound."""
    missing = lost(path, heard.posts)
    report.claim(f"{what}: lost of {len(heard.posts):,} acknowledged", f"{missing}", "0", is_met=not missing)
    errors = len(heard.errors)
    report.claim(f"{what}: errors a writer was told", f"{errors}", "0", is_met=not errors)
    for error in sorted(set(heard.errors))[:3]:
        stage.say(error)
    integrity, sound = is_sound(path)
    report.claim(f"{what}: PRAGMA integrity_check", integrity, "ok", is_met=integrity == "ok")
    report.claim(f"{what}: wardroom check --deep", sound, "Sound", is_met=sound == "Sound")


def alone_ms(path: Path) -> float:
    """A post when nobody else posts."""
    forum = stage.opened(path)
    me = stage.member(forum, "nadia")
    board = stage.first_board(forum, me)
    post: Callable[[], object] = lambda: forum.cases.post(me, board, stage.case("High potassium and a slow pulse"))  # noqa: E731
    _, middle = stage.median_ms(post)
    forum.close()
    return middle


if __name__ == "__main__":
    sys.exit(main())
