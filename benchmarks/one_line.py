"""Proves that the brief in one line is quick enough for a prompt, however much the forum holds.

``wardroom brief --one-line`` is run as a process on a great and on a small forum in turns with two peers: an empty
Python, below which no program of ours can come, and ``wardroom list --limit 1``, a verb of the whole command line.
"""

import statistics
import subprocess
import sys
import time

import stage

SMALL, LARGE = 1_000, 100_000
RUNS = 15
GROWTH = 1.2
OF_A_VERB = 0.8
"""The line, times a verb that loads the whole command line."""


def main() -> int:
    """Measure and print."""
    report = stage.Report("A prompt's line, as a process, in ms")
    with stage.copy_of(stage.forum_of(SMALL)) as small, stage.copy_of(stage.forum_of(LARGE)) as large:
        programs = {
            "an empty Python": ([sys.executable, "-c", "pass"], small),
            f"brief --one-line, {SMALL:,} posts": ([stage.WARDROOM, "brief", "--one-line"], small),
            f"brief --one-line, {LARGE:,} posts": ([stage.WARDROOM, "brief", "--one-line"], large),
            f"list --limit 1, {LARGE:,} posts": ([stage.WARDROOM, "list", "--limit", "1"], large),
        }
        taken: dict[str, list[float]] = {name: [] for name in programs}
        for _ in range(RUNS):
            for name, (command, path) in programs.items():
                begun_s = time.perf_counter()
                subprocess.run(command, env=stage.environment(path), capture_output=True, check=True)
                taken[name].append((time.perf_counter() - begun_s) * 1000)
    middle = {name: statistics.median(each) for name, each in taken.items()}
    for name, figure in middle.items():
        report.note(name, f"{figure:.0f}")
    _, few, many, verb = middle.values()
    report.at_most(f"{LARGE:,} posts / {SMALL:,} posts", many / few, GROWTH)
    report.at_most("the line / list", many / verb, OF_A_VERB)
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
