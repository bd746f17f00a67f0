"""A small real forum for the pilots: two members of one site in a file of their own, and what their glass shows."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.founded import copy_founded

from wardroom.config import Config
from wardroom.domain.events import Record, VitalSet
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import Me, PostDraft
from wardroom.forum import Forum
from wardroom.forum.founding import Founder, found
from wardroom.tui.app import WardroomApp
from wardroom.wiring import open_forum

TITLE = "Wide QRS after TCA, bicarb given"
QUESTION = "More bicarbonate, or lidocaine?"
RECORD = Record(
    age_band="30-44",
    sex="F",
    acuity="CTAS 1",
    urgency="now",
    setting="rural ED",
    vitals=(VitalSet(t=0, hr=128, sbp=84, dbp=50, rr=12, spo2=93, on_oxygen=False, temp_c=36.2, gcs=7),),
)


@dataclass(frozen=True)
class Ward:
    """The open forum, its first member who is looking, a colleague, and a board."""

    forum: Forum
    config: Config
    nadia: Me
    omar: Me
    board: BoardNo

    def case(self, *, by: Me | None = None, text: str = "About 2 g, intubated.", title: str = TITLE) -> EventNo:
        """A case on the board."""
        draft = PostDraft(text, title=title, kind="case", question=QUESTION, tags=("tca",), record=RECORD)
        return self.forum.cases.post(by or self.omar, self.board, draft)

    def talk(self, number: int) -> EventNo:
        """One of many threads on the board."""
        return self.forum.cases.post(
            self.omar, self.board, PostDraft("Warm them.", title=f"Fluids number {number} ", kind="talk")
        )

    def reply(self, parent: EventNo, text: str, *, by: Me | None = None) -> EventNo:
        """An answer to a post."""
        return self.forum.cases.reply(by or self.omar, parent, PostDraft(text, overrides=(("url", "a public page"),)))

    def app(self, *, forum: Any = None) -> WardroomApp:
        """The TUI, as the first member sees it."""
        return WardroomApp(forum or self.forum, self.nadia, self.config)


class Instead:
    """A forum with other parts in the place of some of its own."""

    def __init__(self, forum: Forum, **parts: Any) -> None:
        self._forum, self._parts = forum, parts

    def __getattr__(self, name: str) -> Any:
        return self._parts[name] if name in self._parts else getattr(self._forum, name)


def _found_ward(path: Path) -> None:
    found(path, Founder("county", "nadia", "nurse", uid=os.getuid()), now_ms=time.time_ns() // 1_000_000)
    forum = open_forum(Config(forum_file=path))
    nadia = forum.members.linked(os.getuid())
    assert nadia is not None
    forum.members.add(nadia, "omar", "physician", "practitioner", uid=os.getuid() + 1)
    forum.close()


@contextmanager
def ward(folder: Path) -> Iterator[Ward]:
    """A ward in a new file."""
    path = folder / "forum.db"
    copy_founded(path, _found_ward)
    config = Config(forum_file=path)
    forum = open_forum(config)
    nadia, omar = forum.members.linked(os.getuid()), forum.members.linked(os.getuid() + 1)
    assert nadia is not None
    assert omar is not None
    try:
        yield Ward(forum, config, nadia, omar, forum.boards.named(nadia, "cases").board)
    finally:
        forum.close()


def glass(app: WardroomApp) -> str:
    """What is on the glass, line by line."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def until(is_so: Callable[[], object], *, within_s: float = 30.0, on: WardroomApp | None = None) -> None:
    """Wait until something is so, or fail with what is on the glass instead."""
    end = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < end, f"it did not come to pass\n{glass(on) if on else ''}"
        await asyncio.sleep(0.02)
