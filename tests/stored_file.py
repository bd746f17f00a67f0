"""Makes the forum file that the tests of later versions open: a network's first site with whatever a schedule brings.

``python -m tests.stored_file`` writes ``tests/stored/format-N.db.gz`` for the format of today, and refuses to touch one
that is there: a format that has been released is only read. Beside it lie the posts it must show.
"""

import gzip
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.lines import CIRCLE, FIRST, Site, add_offices, make_sites
from tests.schedules import Step, World, drawn
from tests.strategies import NOW_MS

from wardroom.domain.events import OutcomeBody, Record, VitalSet
from wardroom.domain.ids import EventNo
from wardroom.domain.views import Me, PostDraft
from wardroom.store.database import FORMAT

STORED = Path(__file__).parent / "stored"
PASSWORD = "an old song about harbours"
SEEDS = range(3)
LEFT_OUT = ("clone", "restore", "put aside", "suspend site", "revoke", "clock")
"""What makes a file another instance, or takes it out of the circle: the file is to go on where it stands."""
RECORD = Record(
    age_band="30-44", sex="F", acuity="CTAS 1", urgency="now", setting="rural ED",
    vitals=(VitalSet(t=0, hr=128, sbp=84, dbp=50, rr=12, spo2=93, on_oxygen=False, temp_c=36.2, gcs=7),),
)  # fmt: skip


def shown(site: Site, me: Me) -> list[dict[str, Any]]:
    """What a member reads of every thread: enough of it to see that nothing was lost or read otherwise."""
    threads = []
    for line in site.forum.cases.newest(me):
        case = site.forum.cases.open(me, EventNo(line.thread))
        threads.append(
            {
                "id": case.head.id, "title": line.title, "question": case.question, "tags": list(case.tags),
                "outcome": case.outcome, "has_record": case.record is not None, "board": case.board_title,
                "posts": [[view.id, view.author, view.text] for view in (case.head, *case.posts)],
            }
        )  # fmt: skip
    return sorted(threads, key=lambda thread: str(thread["id"]))


def make(folder: Path) -> Site:
    """The first of three sites after some schedules, a case with its outcome, an import and a draft."""
    sites = make_sites(folder, 3)
    add_offices(sites)
    world = World(sites, random.Random(0))
    for seed in SEEDS:
        steps: list[Step] = [step for step in drawn(random.Random(seed)) if step.what not in LEFT_OUT]
        world.play(steps)
    site = sites[0]
    me = site.me(FIRST[0])
    board = site.forum.boards.named(me, f"shared@{CIRCLE}").board
    case = site.forum.cases.post(
        me, board, PostDraft("Found at T0.", title="A wide QRS", kind="case", question="More bicarbonate?", record=RECORD)
    )  # fmt: skip
    site.forum.cases.record_outcome(me, case, OutcomeBody(text="QRS narrow at T+40."))
    site.forum.drafts.save(me, draft=None, kind="case", board=board, target=None, fields={"title": "Half a thought"})
    site.forum.members.set_password(me, me.handle, PASSWORD)
    for number in (*range(3), *range(3)):
        world.somebody_posts(number)
    for other in sites[1:]:
        world.meet(other, site)
        other.close()
    while site.forum.unscreened.work(most=100):
        pass
    world.somebody_posts(0)
    return site


def main() -> int:
    """Write the file and its words."""
    target = STORED / f"format-{FORMAT}.db.gz"
    if target.exists():
        sys.stderr.write(f"{target.name} is there; a released format is only read.\n")
        return 1
    STORED.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        site = make(Path(name))
        words = shown(site, site.me(FIRST[0]))
        site.close()
        target.write_bytes(gzip.compress(site.path.read_bytes(), 9, mtime=NOW_MS // 1000))
        text = json.dumps(words, indent=0, ensure_ascii=False, sort_keys=True)
        (STORED / f"format-{FORMAT}.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
