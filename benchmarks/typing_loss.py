"""Proves that a kill costs at most two seconds of typing, and that a lost terminal costs nothing.

The composer runs in a pty and somebody types five keys a second into it. It is killed (SIGKILL) at random moments,
and what the draft in the file lacks is measured by the moment its first missing key was pressed. Then the terminal
is closed, or the program is told to end (SIGHUP, SIGTERM): the draft must hold every key, and the program must be gone
within a second without having kept a processor busy.
"""

import argparse
import contextlib
import os
import random
import signal
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import stage
from pty_meter import Session

LOSS_S = 2.0
END_S = 1.0
SPIN_MS = 500
"""CPU time a program may take to save a draft and go."""
KEY_EVERY_S = 0.2
LETTERS = "calcium was given and the pulse is still slow so we are about to call the renal team again "
REACHES_S = 0.05
"""So long a key is on its way before the line may drop."""


@dataclass(slots=True)
class Typist:
    """Somebody who types into an open composer."""

    session: Session
    pressed: list[float] = field(default_factory=list)
    """When each key was pressed."""

    @property
    def text(self) -> str:
        """What was typed."""
        return (LETTERS * (len(self.pressed) // len(LETTERS) + 1))[: len(self.pressed)]

    def type_until(self, moment: float) -> None:
        """Five keys a second, until a moment."""
        while True:
            following = self.pressed[-1] + KEY_EVERY_S if self.pressed else time.monotonic()
            if following >= moment:
                break
            self.session.drain(following, max(0.0, following - time.monotonic()))
            self.session.press(LETTERS[len(self.pressed) % len(LETTERS)])
            self.pressed.append(time.monotonic())
        while (left := moment - time.monotonic()) > 0:
            self.session.drain(time.monotonic() + left, left)


def sit_down(path: Path) -> Typist:
    """A new case is open, and the cursor stands in its words."""
    session = Session([stage.WARDROOM], env=stage.environment(path))
    stage.into_the_words(session)
    return Typist(session)


def draft(path: Path) -> str:
    """The words of the draft in the file."""
    forum = stage.opened(path)
    kept = forum.drafts.list(stage.member(forum, "nadia"))
    forum.close()
    return kept[0].fields.get("text", "") if kept else ""


def held_keys(typist: Typist, kept: str) -> int:
    """How many keys, from the first on, a draft holds."""
    pairs = enumerate(zip(kept, typist.text, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(kept), len(typist.text)))


def lost_s(typist: Typist, kept: str, ended: float) -> float:
    """Seconds of typing that a draft lacks."""
    held = held_keys(typist, kept)
    return ended - typist.pressed[held] if held < len(typist.pressed) else 0.0


def killed(rng: random.Random) -> tuple[float, int]:
    """(seconds, keys) lost by one kill."""
    with stage.new_forum() as path:
        typist = sit_down(path)
        typist.type_until(time.monotonic() + rng.uniform(0.5, 6.0))
        os.kill(typist.session.pid, signal.SIGKILL)
        ended = time.monotonic()
        typist.session.wait()
        typist.session.hang_up()
        kept = draft(path)
        return lost_s(typist, kept, ended), len(typist.pressed) - held_keys(typist, kept)


def ended(how: Callable[[Session], None], rng: random.Random) -> tuple[int, float | None, int]:
    """(keys lost, seconds to the end, CPU milliseconds until then) of one orderly end; None: it did not end."""
    with stage.new_forum() as path:
        typist = sit_down(path)
        typist.type_until(time.monotonic() + rng.uniform(0.8, 2.5))
        while time.monotonic() < typist.pressed[-1] + REACHES_S:
            typist.session.drain(time.monotonic() + 0.01, 0.01)
        before = typist.session.usage().cpu_ms
        began = time.monotonic()
        how(typist.session)
        end = typist.session.wait(4.0)
        taken = time.monotonic() - began
        if end is None:
            os.kill(typist.session.pid, signal.SIGKILL)
            typist.session.wait()
        if typist.session.fd >= 0:
            typist.session.hang_up()
        lost = len(typist.pressed) - held_keys(typist, draft(path))
        return lost, None if end is None else taken, 0 if end is None else end.cpu_ms - before


def main() -> int:
    """Kill, hang up, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--ends", type=int, default=5, help="of each orderly kind")
    told = parser.parse_args()
    report, rng = stage.Report("Typing that is lost"), random.Random()
    kills = [killed(rng) for _ in range(told.kills)]
    losses = [seconds for seconds, _ in kills]
    report.note(f"{told.kills} SIGKILLs: median", f"{statistics.median(losses):.2f} s")
    report.note(f"{told.kills} SIGKILLs: most keys lost", f"{max(keys for _, keys in kills)}")
    report.at_most(f"{told.kills} SIGKILLs: most typing lost", max(losses), LOSS_S, " s")

    def send(number: signal.Signals) -> Callable[[Session], None]:
        def kill(session: Session) -> None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(session.pid, number)

        return kill

    ways = (("SIGHUP", send(signal.SIGHUP)), ("SIGTERM", send(signal.SIGTERM)), ("terminal closed", Session.hang_up))
    for name, how in ways:
        ends = [ended(how, rng) for _ in range(told.ends)]
        lost = sum(keys for keys, _, _ in ends)
        report.claim(f"{told.ends} x {name}: keys lost", f"{lost}", "0", is_met=not lost)
        slowest = max(4.0 if taken is None else taken for _, taken, _ in ends)
        report.at_most(f"{told.ends} x {name}: until the end, at most", slowest, END_S, " s")
        busiest = max(cpu for _, _, cpu in ends)
        report.claim(
            f"{told.ends} x {name}: CPU until the end, at most", f"{busiest} ms", f"<= {SPIN_MS} ms",
            is_met=busiest <= SPIN_MS,
        )  # fmt: skip
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
