"""What the identifier guard has found in the fields, and the one line that tells the writer."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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

    return tuple(Found(name, finding) for name, text in fields.items() if text for finding in screening.scan(text))


class Guard:
    """Looks at the fields a moment after the last key, never on the way of a key."""

    def __init__(self, fields: Callable[[], dict[str, str]], tell: Callable[[tuple[Found, ...]], None]) -> None:
        self._fields = fields
        self._tell = tell
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

    def _begin(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        else:
            self.touch()

    async def _look(self) -> None:
        fields = self._fields()
        found = await offload.call(scan, fields)
        if self._fields() == fields:
            self._tell(found)


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
