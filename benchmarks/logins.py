"""Proves what a log-in costs, that a shift that comes all at once gets in, and that guessing is slowed down and no more.

The cost is the processor time of one log-in by password, which other work on the machine does not change. Thirty processes that are ready then log in at the same moment, each as
another member. At last ten processes try twenty wrong passwords each for one member, as fast as they can: few may be
judged at all, each judged one must have been counted, and after the wait the right password works.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

import stage

from wardroom.errors import BadPassword
from wardroom.store import local

COST_MS = (100.0, 250.0)
ALL_IN_S = 6.0
SECRET = "plumbago tangent orchard 93 kettle"
FREE_TRIES = 5
LOGIN = """
import sys, time
from pathlib import Path
from wardroom.config import Config
from wardroom.errors import BadPassword
from wardroom.forum import passwords
from wardroom.wiring import open_forum
path, handle, tries, *secret = sys.argv[1:]
forum = open_forum(Config(forum_file=Path(path)))
import argon2
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(tries)):
    began = time.monotonic()
    try:
        forum.members.login(handle, " ".join(secret) + (str(number) if tries != "1" else ""))
        said = "in"
    except BadPassword as error:
        said = str(error)
    print(f"{time.monotonic() - began:.3f}\\t{said}", flush=True)
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=30)
    told = parser.parse_args()
    report = stage.Report("Log-ins by password")
    with stage.new_forum() as path:
        forum = stage.opened(path)
        nadia = stage.member(forum, "nadia")
        hashed = None
        for number in range(told.people):
            forum.members.add(nadia, f"member{number}", "nurse", "practitioner")
            hashed = enter(forum, number, hashed)
        cost(report, forum)
        forum.close()
        at_once(report, path, told.people)
        guessed(report, path)
    return report.end()


def enter(forum: stage.Forum, number: int, hashed: str | None) -> str:
    """Everybody has the same password, hashed once: hashing thirty is not what is measured."""
    known = forum.members.known_as(f"member{number}")
    if hashed is None:
        forum.members.set_password(stage.member(forum, "nadia"), known.handle, SECRET)
        again = forum.members.known_as(known.handle).password
        assert again is not None
        return again
    with forum.session.store.write() as db:
        local.set_password(db, known.account, hashed)
    return hashed


def cost(report: stage.Report, forum: stage.Forum) -> None:
    """One log-in after the other."""
    used_ms: list[float] = []

    def once() -> None:
        began = time.process_time()
        forum.members.login("member0", SECRET)
        used_ms.append((time.process_time() - began) * 1000)

    first, median = stage.median_ms(once, times=11)
    report.note("the first, which loads the library", f"{first:.0f} ms")
    report.note("a log-in by the clock", f"{median:.0f} ms")
    low, high = COST_MS
    used = statistics.median(used_ms)
    report.claim(
        "a log-in, of processor time", f"{used:.0f} ms", f"{low:.0f} to {high:.0f} ms", is_met=low <= used <= high
    )


def at_once(report: stage.Report, path: Path, people: int) -> None:
    """All in the same moment."""
    ready = [start(path, f"member{number}", 1, SECRET) for number in range(people)]
    began = time.monotonic()
    go(ready)
    ended = [line.split("\t") for process in ready for line in rest(process)]
    took_s = time.monotonic() - began
    inside = sum(said == "in" for _, said in ended)
    report.claim(f"{people} at the same moment: in", str(inside), str(people), is_met=inside == people)
    report.at_most("… all of them after", took_s, ALL_IN_S, " s")
    report.note("… the median one after", f"{statistics.median(float(each) for each, _ in ended):.2f} s")


def guessed(report: stage.Report, path: Path) -> None:
    """Two hundred wrong ones from ten processes."""
    ready = [start(path, "member0", 20, f"wrong number {number}") for number in range(10)]
    began = time.monotonic()
    go(ready)
    said = [line.split("\t")[1] for process in ready for line in rest(process)]
    took_s = time.monotonic() - began
    judged = sum("do not fit together" in sentence for sentence in said)
    # Five are free; then one a second, two, four: so many more fit into the time at most.
    allowed, wait_s = FREE_TRIES, 1.0
    while took_s > wait_s * 2 - 1:
        allowed, wait_s = allowed + 1, wait_s * 2
    forum = stage.opened(path)
    failures = forum.members.known_as("member0").failures
    report.claim(
        "200 wrong ones from ten processes: judged", str(judged), f"<= {allowed + 1}", is_met=judged <= allowed + 1
    )
    report.claim("… counted", str(failures), str(judged), is_met=failures == judged)
    report.claim(
        "… turned away with the time to wait", str(len(said) - judged), str(200 - judged), is_met=len(said) == 200
    )
    began = time.monotonic()
    while True:
        try:
            forum.members.login("member0", SECRET)
            break
        except BadPassword:
            time.sleep(0.5)
            if time.monotonic() - began > 1000:
                break
    is_in = forum.members.known_as("member0").failures == 0
    report.claim("… the right one afterwards", "works" if is_in else "refused", "works", is_met=is_in)
    report.note("… after a wait of", f"{time.monotonic() - began:.0f} s")
    sound = not list(forum.upkeep.faults(is_deep=True))
    report.claim("… the file", "sound" if sound else "damaged", "sound", is_met=sound)
    forum.close()


def start(path: Path, handle: str, tries: int, secret: str) -> "subprocess.Popen[str]":
    """A process that is ready to log in."""
    command = [sys.executable, "-c", LOGIN, str(path), handle, str(tries), *secret.split()]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    if process.stdout.readline().strip() != "ready":
        sys.exit("A process did not get ready.")
    return process


def go(ready: list["subprocess.Popen[str]"]) -> None:
    """Now."""
    for process in ready:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def rest(process: "subprocess.Popen[str]") -> list[str]:
    """What a process said until its end."""
    return process.communicate()[0].splitlines()


if __name__ == "__main__":
    sys.exit(main())
