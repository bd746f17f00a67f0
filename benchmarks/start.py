"""Proves that a hundred thousand posts, or a million, neither delay the first screen nor make the program large.

The program is started in a pty of 80x24, on a great and on a small forum in turns, and timed until its first screen
can be used: the lines of the brief stand there, and so do its keys. The memory it takes then (PSS, of the whole
process tree) is compared with that of the least Textual program, a list of a thousand lines. Libraries that the
first screen has no use for must not be loaded yet.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

import stage
from pty_meter import Session

SMALL, LARGE = 100, 100_000
START_RATIO = 1.2
BARE_RATIO = 1.3
MEMORY_RATIO = 1.25
READY = r"(?s)unread.*Boards.*j/k move.*\? help"
BARE_READY = r"(?s)    0  Wide QRS.*   10  Wide QRS"
NOT_YET = ("click", "argon2", "nacl", "sqlite_utils", "zstandard", "phonenumbers")
SETTLE_S = 0.6
"""After the first screen, what it still loads beside it has come too."""

LISTING = """
import atexit, sys
atexit.register(lambda: open({target!r}, "w").write("\\n".join(sys.modules)))
from wardroom.__main__ import main
sys.exit(main([]))
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=11, help="starts of each, in turns")
    parser.add_argument("--posts", type=int, default=LARGE)
    told = parser.parse_args()
    report = stage.Report("Start to the first usable screen")
    with stage.copy_of(stage.forum_of(SMALL)) as small, stage.copy_of(stage.forum_of(told.posts)) as large:
        starts: dict[Path, list[float]] = {small: [], large: []}
        sizes: dict[Path, list[float]] = {small: [], large: []}
        bare_starts, bare_sizes = [], []
        for _ in range(told.runs):
            for path in (small, large):
                taken = start([stage.WARDROOM], stage.environment(path), READY)
                starts[path].append(taken[0])
                sizes[path].append(taken[1])
            bare = start([sys.executable, str(Path(__file__).with_name("bare_app.py"))], {}, BARE_READY)
            bare_starts.append(bare[0])
            bare_sizes.append(bare[1])
        middle = {path: statistics.median(each) for path, each in starts.items()}
        report.note(f"{SMALL} posts, median of {told.runs}", f"{middle[small]:.0f} ms")
        report.note(f"{told.posts:,} posts", f"{middle[large]:.0f} ms")
        report.note("a bare Textual list", f"{statistics.median(bare_starts):.0f} ms")
        report.at_most("start, great / small", middle[large] / middle[small], START_RATIO)
        report.at_most("start, great / bare list", middle[large] / statistics.median(bare_starts), BARE_RATIO)
        quickest = min(starts[large]) / min(bare_starts)
        report.note(
            "the quickest starts of both", f"{min(starts[large]):.0f} and {min(bare_starts):.0f} ms, {quickest:.2f}"
        )
        memory = {path: statistics.median(each) for path, each in sizes.items()}
        other = statistics.median(bare_sizes)
        report.note(f"PSS, {SMALL} posts", f"{memory[small]:.1f} MiB")
        report.note(f"PSS, {told.posts:,} posts", f"{memory[large]:.1f} MiB")
        report.note("PSS, a bare Textual list", f"{other:.1f} MiB")
        report.at_most("PSS, wardroom / bare list", memory[large] / other, MEMORY_RATIO)
        loaded = loaded_at_first_screen(large)
        early = [name for name in NOT_YET if name in loaded]
        report.claim(f"loaded of {', '.join(NOT_YET)}", ", ".join(early) or "none", "none", is_met=not early)
        report.note("top-level modules loaded in all", f"{len(loaded)}")
    return report.end()


def start(command: list[str], environment: dict[str, str], ready: str) -> tuple[float, float]:
    """(milliseconds to the first usable screen, MiB that the program takes then)."""
    session = Session(command, env=environment)
    moment = session.wait_for(ready)
    if moment is None:
        sys.exit(f"{command[0]} did not show its first screen:\n{session.text()}")
    session.settle(SETTLE_S)
    taken = session.usage()
    session.close()
    return (moment - session.started_s) * 1000, taken.pss_kb / 1024


def loaded_at_first_screen(path: Path) -> set[str]:
    """Names of the modules a session has loaded that saw its first screen and was left at once."""
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as folder:
        target = Path(folder) / "modules"
        command = [sys.executable, "-c", LISTING.format(target=str(target))]
        session = Session(command, env=stage.environment(path))
        session.wait_for(READY)
        session.press("q")
        if session.wait() is None:
            session.close()
        time.sleep(0.1)
        return {name for name in target.read_text().split("\n") if "." not in name}


if __name__ == "__main__":
    sys.exit(main())
