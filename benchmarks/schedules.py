"""Proves that sites agree: so many random schedules of people, lines, clocks and files are played, and the disagreements counted.

A schedule is known by its seed alone: ``--seed S --from K`` plays S+K, S+K+1 … , and what disagrees prints its seed,
which ``1 --from SEED`` plays again. Every fifth schedule has five sites, the others three. ``--tally FILE`` keeps how
far it came, so that a run that was ended goes on there.
"""

import argparse
import json
import random
import sys
import time
import traceback
from pathlib import Path

import stage

sys.path.append(str(stage.ROOT))
from tests.schedules import converges, drawn, make_template, memory_folder

SCHEDULES = 250
TELL_EVERY = 100
SITES = 3, 3, 3, 3, 5


def main() -> int:
    """Play them; 1 where any disagreed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("schedules", type=int, nargs="?", default=SCHEDULES, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    parser.add_argument("--from", type=int, default=0, dest="first", metavar="K")
    parser.add_argument("--tally", type=Path, metavar="FILE")
    options = parser.parse_args()
    played, disagreed = 0, list[int]()
    if options.tally is not None and options.tally.exists():
        kept = json.loads(options.tally.read_text())
        if kept["seed"] == options.seed and kept["first"] == options.first:
            played, disagreed = kept["played"], kept["disagreed"]
    began, before = time.process_time(), played
    with memory_folder() as folder:
        templates = {}
        for count in set(SITES):
            (folder / f"network{count}").mkdir()
            templates[count] = make_template(folder / f"network{count}", count)
        while played < options.schedules:
            number = options.seed + options.first + played
            try:
                converges(
                    templates[SITES[number % len(SITES)]], folder / "played", drawn(random.Random(number)), number
                )
            except Exception:  # noqa: BLE001 - whatever goes wrong is what is counted
                disagreed.append(number)
                stage.say(f"{number} disagrees:\n{traceback.format_exc()}")
            played += 1
            if options.tally is not None:
                kept = {"seed": options.seed, "first": options.first, "played": played, "disagreed": disagreed}
                options.tally.write_text(json.dumps(kept))
            if played % TELL_EVERY == 0:
                stage.say(f"{played:,} played, {len(disagreed)} disagreed")
    each = (time.process_time() - began) / max(1, played - before)
    print(f"{played:,} schedules played, {len(disagreed)} disagreed {disagreed or ''}; {each:.3f} s of processor each")
    return 1 if disagreed else 0


if __name__ == "__main__":
    sys.exit(main())
