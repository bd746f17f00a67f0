"""Proves that two words are enough: in a fresh clone, ``make test`` passes and ``make run`` opens the demo.

The repository is cloned into an empty folder, with an empty home, and nothing is set up beforehand. The demo is
opened in tmux, which shows what a person would see: the brief, and after q the shell again.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import stage

READY_S = 60.0
FAILURES_SHOWN = 20


def main() -> int:
    """Clone, test, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--no-test", action="store_true", help="leave out the tests, which take minutes")
    told = parser.parse_args()
    report = stage.Report("A fresh clone")
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        folder, home = Path(name) / "clone", Path(name) / "home"
        home.mkdir()
        environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("WARDROOM", "XDG", "VIRTUAL_ENV"))
            },
            "HOME": str(home),
            "TERM": "xterm-256color",
            "LC_ALL": "C.UTF-8",
        }
        done, taken = timed(["git", "clone", "--quiet", str(stage.ROOT), str(folder)], Path(name), environment)
        report.claim("git clone", f"{taken:.1f} s", "done", is_met=done.returncode == 0)
        first = "make test, set-up included"
        if told.no_test:
            first = "make run, set-up included"
        else:
            done, taken = timed(["make", "test"], folder, environment)
            last = done.stdout.strip().splitlines()[-1:] or done.stderr.strip().splitlines()[-1:]
            stage.say(f"make test: {' '.join(last)}")
            if done.returncode:
                failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
                stage.say("\n".join(line[:110] for line in failed[:FAILURES_SHOWN]))
            report.claim(first, f"{taken:.0f} s", "passes", is_met=done.returncode == 0)
            first = "make run"
        if shutil.which("tmux") is None:
            stage.say("tmux is not installed, so the demo was not opened.")
        else:
            run_demo(report, folder, environment, first, READY_S * (5 if told.no_test else 1))
        left = subprocess.run(
            ["git", "status", "--short"], cwd=folder, capture_output=True, text=True, check=False
        ).stdout
        report.claim("files that git did not expect afterwards", f"{len(left.splitlines())}", "0", is_met=not left)
    return report.end()


def timed(
    command: list[str], folder: Path, environment: dict[str, str]
) -> tuple[subprocess.CompletedProcess[str], float]:  # fmt: skip
    """What a command did, and how long it took."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        stage.say(done.stderr[-2000:])
    return done, time.monotonic() - began


def run_demo(report: stage.Report, folder: Path, environment: dict[str, str], what: str, wait_s: float) -> None:
    """Open the demo in tmux, look, and leave with q."""

    def tmux(*arguments: str) -> str:
        command = ["tmux", "-L", f"wardroom-bench-{os.getpid()}", "-f", "/dev/null", *arguments]
        done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
        return done.stdout

    def wait_for(words: str, longest_s: float) -> str:
        until = time.monotonic() + longest_s
        while words not in (screen := tmux("capture-pane", "-p")) and time.monotonic() < until:
            time.sleep(0.05)
        return screen

    began = time.monotonic()
    try:
        tmux("new-session", "-d", "-x", "80", "-y", "24", "make run; echo left with $?; sleep 30")
        screen = wait_for("? help", wait_s)
        is_there = "unread" in screen and "? help" in screen
        report.claim(f"{what}: the brief stands there", f"{time.monotonic() - began:.1f} s", "yes", is_met=is_there)
        if not is_there:
            stage.say(screen)
        tmux("send-keys", "q")
        screen = wait_for("left with 0", 5.0)
        is_left = "left with 0" in screen
        report.claim("q leaves, and the shell is back", "yes" if is_left else "no", "yes", is_met=is_left)
    finally:
        tmux("kill-server")


if __name__ == "__main__":
    sys.exit(main())
