"""Proves that an upgrade under ten open sessions loses neither a word nor a post.

Ten sessions of this version type into their composers, five keys a second, and a script posts one thread after the
other. Meanwhile a newer Wardroom (``tests/integration/newer.py``: this one with one more step of migration, which
changes drafts and boards too) upgrades the file. Each session must be told and take more keys; then every key must be
in a draft, every acknowledged post must be there, and the backup made first must come back as a sound forum.
"""

import argparse
import contextlib
import json
import re
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import stage
from pty_meter import Session

NEWER = (sys.executable, str(stage.ROOT / "tests" / "integration" / "newer.py"))
OLDER = (stage.WARDROOM,)
KEY_EVERY_S = 0.2
BEFORE_S = 4.0
AFTER_S = 5.0
TOLD = "newer Wardroom"
TYPED = "calcium was given and the pulse is still slow so the renal team is called again "


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--posts", type=int, default=1_000, help="posts the forum holds")
    told = parser.parse_args()
    report = stage.Report(f"An upgrade under {told.sessions} open sessions, {told.posts:,} posts")
    with stage.copy_of(stage.forum_of(told.posts)) as path:
        measure(report, path, told.sessions)
    return report.end()


def measure(report: stage.Report, path: Path, count: int) -> None:
    """One upgrade."""
    before = posts_in(path, OLDER)
    typists = [Typist(path, number) for number in range(count)]
    poster = Poster(path)
    poster.start()
    type_for(typists, BEFORE_S)
    began = time.monotonic()
    newer = subprocess.Popen([*NEWER, "upgrade"], env=stage.environment(path), stdout=subprocess.PIPE, text=True)
    while newer.poll() is None:
        type_for(typists, KEY_EVERY_S)
    took_s = time.monotonic() - began
    backup = newer.communicate()[0].strip()
    type_for(typists, AFTER_S)
    poster.join()
    seen = sum(TOLD in typist.session.text() for typist in typists)
    for typist in typists:
        typist.session.press("\x13")  # posts; an upgraded file takes nothing from an older version
    for typist in typists:
        typist.session.settle(0.5)
    going_on = sum(not typist.session.is_over for typist in typists)
    for typist in typists:
        typist.session.close()
    drafts = words_of_drafts(path)
    lost = sum(min(missing(typist.typed, draft) for draft in drafts) for typist in typists)
    after = posts_in(path, NEWER)
    status, out, _ = ran(path, NEWER, "check", "--deep")
    report.note("keys typed; posts acknowledged meanwhile", f"{sum(len(t.typed) for t in typists)}; {poster.count}")
    report.claim("keys lost", str(lost), "0", is_met=lost == 0)
    report.claim("posts lost", str(before + poster.count - after), "0", is_met=after == before + poster.count)
    report.claim("sessions told", str(seen), str(count), is_met=seen == count)
    report.claim("sessions that went on", str(going_on), str(count), is_met=going_on == count)
    report.claim("the older program says why it stops", "yes" if TOLD in poster.refusal else poster.refusal, "yes",
                 is_met=TOLD in poster.refusal)  # fmt: skip
    is_whole = bool(backup) and comes_back(Path(backup))
    report.claim("the backup made first comes back sound", "yes" if is_whole else "no", "yes", is_met=is_whole)
    report.claim("check --deep afterwards", out.strip(), "sound", is_met=status == 0)
    report.note("the upgrade took", f"{took_s:.2f} s")


class Typist:
    """Somebody whose cursor stands in the words of a new case."""

    def __init__(self, path: Path, number: int) -> None:
        self.session = Session([stage.WARDROOM], env=stage.environment(path))
        self.typed = ""
        # The first letters tell the drafts apart.
        self._text = f"session {stage.letters(number)} {TYPED * 20}"
        stage.into_the_words(self.session)

    def type(self) -> None:
        """One more key."""
        key = self._text[len(self.typed)]
        self.session.press(key)
        self.typed += key
        self.session.drain(time.monotonic(), 0.0)


def type_for(typists: list[Typist], seconds: float) -> None:
    """Everybody types five keys a second."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        following = time.monotonic() + KEY_EVERY_S
        for typist in typists:
            typist.type()
        time.sleep(max(0.0, following - time.monotonic()))


class Poster(threading.Thread):
    """Posts one thread after the other with the older program, until it is refused."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self.count = 0
        """Posts that were acknowledged."""
        self.refusal = ""

    def run(self) -> None:
        """Post until the program says no."""
        while not self.refusal:
            title = f"Posted while others type {stage.letters(self.count)}"
            words = ("post", "--board", "cases", "--kind", "talk", "--title", title, "Fluids first.")
            status, _, err = ran(self._path, OLDER, *words)
            self.count += status == 0
            self.refusal = err.strip() if status else ""


def ran(path: Path, program: tuple[str, ...], *arguments: str) -> tuple[int, str, str]:
    """(status, output, talk) of a command line in a process of its own."""
    done = subprocess.run(
        [*program, *arguments], env=stage.environment(path), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def posts_in(path: Path, program: tuple[str, ...]) -> int:
    """How many posts a program counts in the file."""
    found = re.search(r'"posts": (\d+)', ran(path, program, "stats", "--json")[1])
    return int(found.group(1)) if found else -1


def words_of_drafts(path: Path) -> list[str]:
    """The words of every draft in the file."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        return [json.loads(fields).get("text", "") for (fields,) in db.execute("SELECT fields FROM local_draft")]


def missing(typed: str, kept: str) -> int:
    """How many keys, from the first one that differs, a draft lacks."""
    pairs = enumerate(zip(typed, kept, strict=False))
    return len(typed) - next((at for at, (left, right) in pairs if left != right), min(len(typed), len(kept)))


def comes_back(backup: Path) -> bool:
    """Whether a backup becomes a sound forum of the older version."""
    target = backup.with_name("restored.db")
    return ran(target, OLDER, "restore", str(backup))[0] == 0 and ran(target, OLDER, "check", "--deep")[0] == 0


if __name__ == "__main__":
    sys.exit(main())
