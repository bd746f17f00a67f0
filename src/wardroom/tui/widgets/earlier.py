"""Earlier cases like the one being written: looked for when the typing rests, and told in one quiet line."""

import asyncio
from collections.abc import Callable
from typing import Final

from wardroom.domain.text import cut, display_width
from wardroom.domain.views import SimilarCase
from wardroom.errors import WardroomError
from wardroom.language import _, several
from wardroom.tui import offload
from wardroom.tui.widgets.lines import Line

QUIET_S: Final = 1.0
"""So long after the last key it looks."""
WORDS_MIN: Final = 3
"""Words below which nothing is like anything."""

Found = tuple[SimilarCase, ...]


class Earlier:
    """Asks the forum beside the event loop, never on the way of a key; what it cannot find out, it does not tell."""

    def __init__(self, words: Callable[[], str], ask: Callable[[str], Found], tell: Callable[[], None]) -> None:
        self.found: Found = ()
        self._words = words
        self._ask = ask
        self._tell = tell
        self._asked = ""
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def touch(self) -> None:
        """Something was typed."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(QUIET_S, self._begin)

    def stop(self) -> None:
        """Do not look for now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def line(self, width: int, key: str) -> Line:
        """The likest one, how many more there are, and the key that shows them."""
        if not self.found:
            return ()
        first, *others = self.found
        more = several("{count} more", "{count} more", len(others)).format(count=len(others)) if others else ""
        end = "  ".join(part for part in (more, key) if part)
        title = cut(first.line.title, max(width - display_width(_("like this before:")) - len(end) - 3, 8))
        return ((_("like this before:") + " ", "dim"), (title, "plain"), (f"  {end}", "dim"))

    def _begin(self) -> None:
        self._timer = None
        words = self._words()
        if self._task is not None and not self._task.done():
            self.touch()
        elif words != self._asked:
            self._asked = words
            self._task = asyncio.create_task(self._look(words))

    async def _look(self, words: str) -> None:
        found: Found = ()
        if len(words.split()) >= WORDS_MIN:
            try:
                found = await offload.call(self._ask, words)
            except WardroomError:
                return
        if found != self.found:
            self.found = found
            self._tell()
