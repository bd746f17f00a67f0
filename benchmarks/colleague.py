"""Proves that a colleague's post is on an open screen within a second.

The program runs in a pty, first with the brief open, then with a board; another process posts into the same file at
random moments, so that every phase of looking and waiting is met. The time runs from the moment the post is durable
to the moment the count in the header stands on the glass.
"""

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

import stage
from pty_meter import Session

MARK_S = 1.0


def main() -> int:
    """Post, watch, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", type=int, default=20, help="posts to each screen")
    told = parser.parse_args()
    report = stage.Report("A colleague's post on an open screen")
    for screen, keys in (("brief", ()), ("board", ("g", "Enter"))):
        with stage.new_forum() as path:
            delays = watched(path, keys, told.posts)
        late = sum(delay is None or delay > MARK_S for delay in delays)
        known = [delay for delay in delays if delay is not None]
        middle = f"{statistics.median(known):.2f} s" if known else "-"
        report.note(f"{screen}: median of {len(delays)} posts", middle)
        figure = f"{max(known):.2f} s" if len(known) == len(delays) else f"{len(delays) - len(known)} never came"
        report.claim(f"{screen}: the latest", figure, f"<= {MARK_S:g} s", is_met=not late)
    return report.end()


def watched(path: Path, keys: tuple[str, ...], posts: int) -> list[float | None]:
    """Seconds until each post was on the screen; None where it did not come within five."""
    forum = stage.opened(path)
    founder = stage.member(forum, "nadia")
    forum.members.add(founder, "omar", "physician", "practitioner")
    omar, rng = stage.member(forum, "omar"), random.Random()
    board = stage.first_board(forum, omar)
    session = Session([stage.WARDROOM], env=stage.environment(path))
    if session.wait_for(r"\? help") is None:
        sys.exit(f"There is no brief:\n{session.text()}")
    for key in keys:
        session.press(key)
        session.settle(0.5)
    delays: list[float | None] = []
    for number in range(1, posts + 1):
        pause_until = time.monotonic() + rng.uniform(0.3, 1.3)
        while time.monotonic() < pause_until:
            session.drain(time.monotonic() + 0.05, 0.02)
        session.paint()
        forum.cases.post(omar, board, stage.case(f"High potassium and a slow pulse {stage.letters(number)}"))
        durable = time.monotonic()
        shown = session.wait_for(rf"\A.*\b{number} unread", 5.0)
        delays.append(None if shown is None else shown - durable)
    if None in delays:
        stage.say(session.text())
    session.close()
    forum.close()
    return delays


if __name__ == "__main__":
    sys.exit(main())
