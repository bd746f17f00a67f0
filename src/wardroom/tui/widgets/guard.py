"""What the identifier guard has found in the fields, and the one line that tells the writer."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wardroom.domain.text import cut, display_width
from wardroom.terminal import signs
from wardroom.tui import offload
from wardroom.tui.widgets.lines import Line

if TYPE_CHECKING:
    from wardroom.screening import Finding

QUIET_S: Final = 0.25
"""So long after the last key the guard looks."""


@dataclass(frozen=True, slots=True)
class Found:
    """A finding and the field it stands in."""

    field: str
    finding: "Finding"

    @property
    def is_block(self) -> bool:
        """Whether the post may not go out with it."""
        return self.finding.action == "block"

    @property
    def name(self) -> tuple[str, str]:
        """What an override is given for: (kind, text)."""
        return self.finding.kind, self.finding.text


def scan(fields: Mapping[str, str]) -> tuple[Found, ...]:
    """Everything the guard finds, field by field."""
    from wardroom import screening

    found: list[Found] = []
    for name, text in fields.items():
        if name == "quick":
            found += _scan_quick(text)
        elif text:
            found += (Found(name, finding) for finding in screening.scan(text))
    return tuple(found)


def _scan_quick(text: str) -> list[Found]:
    """What is found in the words of a quick line that stay words; its numbers become fields, its age a band."""
    if not text.strip():
        return []
    from wardroom import screening
    from wardroom.domain.quick.form import said_by

    found = []
    for finding in screening.scan("\n".join(said_by({"quick": text}).words)):
        at = max(text.find(finding.text), 0)
        found.append(Found("quick", replace(finding, start=at, end=at + len(finding.text))))
    return found


class Guard:
    """Looks at the fields a moment after the last key, never on the way of a key; knows what the author keeps."""

    def __init__(self, words: Callable[[], dict[str, str]], tell: Callable[[], None]) -> None:
        self.found: tuple[Found, ...] = ()
        self.kept: dict[tuple[str, str], str] = {}
        """Reasons by (kind, text) of blocks the author overrode."""
        self._inherited: tuple[str, dict[str, str]] = ("", {})
        self._words = words
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def standing(self) -> tuple[Found, ...]:
        """What was found and is not kept."""
        return tuple(one for one in self.found if one.name not in self.kept)

    @property
    def blocks(self) -> tuple[Found, ...]:
        """What may not go out as it is."""
        return tuple(one for one in self.standing if one.is_block)

    @property
    def overrides(self) -> tuple[tuple[str, str], ...]:
        """(kind, reason) of what is kept and still stands in the words."""
        there = {one.name for one in self.found}
        return tuple({name[0]: reason for name, reason in self.kept.items() if name in there}.items())

    def inherit(self, words: str, reasons: Mapping[str, str]) -> None:
        """What an author kept with a reason in the version before, by kind, is kept in this one."""
        self._inherited = (words, dict(reasons))

    def keep(self, one: Found, reason: str) -> None:
        """The author keeps a block, and says why."""
        self.kept[one.name] = reason
        self._tell()

    def touch(self) -> None:
        """Something was typed."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(QUIET_S, self._begin)

    def stop(self) -> None:
        """Do not look for now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def look(self) -> None:
        """Find what there is to find, this instant."""
        self.stop()
        self._take(await offload.call(scan, self._words()))

    def forget(self) -> None:
        """The words have changed under what was found."""
        self._take(())

    def line(self, width: int) -> Line:
        """The one line under the words."""
        kept = len({one.name for one in self.found if one.is_block and one.name in self.kept})
        return summary(self.standing, kept, width, is_text=any(self._words().values()))

    def _begin(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        else:
            self.touch()

    async def _look(self) -> None:
        words = self._words()
        found = await offload.call(scan, words)
        if self._words() == words:
            self._take(found)

    def _take(self, found: tuple[Found, ...]) -> None:
        self.found = found
        words, reasons = self._inherited
        for one in found:
            if one.is_block and one.finding.kind in reasons and one.finding.text in words:
                self.kept.setdefault(one.name, reasons[one.finding.kind])
        self._tell()


def summary(found: tuple[Found, ...], kept: int, width: int, *, is_text: bool) -> Line:
    """The line under the text: blocks loud with their rewrites, warnings dim; never a word that it is safe."""
    blocks = [one for one in found if one.is_block]
    warnings = [one for one in found if not one.is_block]
    if not found:
        words = "no identifier found" if is_text and not kept else ""
        return ((f"{words}{f'{kept} kept, with your reason' if kept else ''}", "dim"),)
    shown = blocks or warnings
    proposed = sum(1 for one in blocks if one.finding.suggestion)
    count = len(shown)
    if blocks:
        head = f"{signs.NOW} {count} identifier{'s' * (count > 1)}"
        key = {0: "^O keeps it", 1: "Tab takes it", 2: "Tab takes both"}.get(proposed, "Tab takes all")
    else:
        head, key = f"{count} to look at", ""
    room = width - display_width(head) - 3 - (display_width(key) + 2 if key else 0)
    told: list[str] = []
    for one in shown:
        rewrite = f" → {one.finding.suggestion}" if one.finding.suggestion else f" ({one.finding.kind})"
        told.append(" ".join(f"{one.finding.text}{rewrite}".split()))
    middle = _as_many(told, room)
    gap = max(width - display_width(head) - 3 - display_width(middle) - display_width(key), 1)
    if not blocks:
        return ((head, "dim"), ("   ", "plain"), (middle, "dim"))
    return ((head, "alarm"), ("   ", "plain"), (middle, "plain"), (" " * gap, "plain"), (key, "accent"))


def _as_many(told: list[str], room: int) -> str:
    """As many whole proposals as there is room for, and how many more there are."""
    for between in ("   ·   ", " · "):
        if display_width(between.join(told)) <= room:
            return between.join(told)
    for count in range(len(told) - 1, 0, -1):
        some = " · ".join((*told[:count], f"{len(told) - count} more"))
        if display_width(some) <= room:
            return some
    return cut(told[0], room)
