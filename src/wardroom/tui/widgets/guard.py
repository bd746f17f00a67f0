"""What the identifier guard has found in the fields, and the one line that tells the writer."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wardroom.domain.text import cut, display_width
from wardroom.language import _, marked, several
from wardroom.terminal import signs
from wardroom.tui import offload
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.voices import Voice

if TYPE_CHECKING:
    from wardroom.screening import Finding
    from wardroom.screening.meter import Reading

_FEW: Final = 3
"""Fewer facts say nothing together."""
_KINDS: Final = {
    kind: kind
    for kind in (
        marked("name"), marked("date"), marked("age"), marked("phone"), marked("email"), marked("address"),
        marked("location"), marked("id"), marked("url"), marked("other"), marked("sex"), marked("place"), marked("time"),
        marked("work"), marked("origin"), marked("family"), marked("rarity"), marked("event"), marked("mark"),
    )
}  # fmt: skip
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


Scan = Callable[[str], "tuple[Finding, ...]"]
"""Screening with the lists of this site."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found in the fields, and how many harmless facts stand together in them."""

    found: tuple[Found, ...] = ()
    meter: "Reading | None" = None


def look_at(fields: Mapping[str, str], scan: Scan, *, has_age: bool, has_sex: bool) -> Looked:
    """Everything the guard finds, field by field, and the re-identification meter over all of them."""
    from wardroom.screening import meter

    found: list[Found] = []
    for name, text in fields.items():
        if name == "quick":
            found += _scan_quick(text, scan)
        elif text:
            found += (Found(name, finding) for finding in scan(text))
    findings = [one.finding for one in found]
    return Looked(tuple(found), meter.read(fields.values(), findings, has_age=has_age, has_sex=has_sex))


def _scan_quick(text: str, scan: Scan) -> list[Found]:
    """What is found in the words of a quick line that stay words; its numbers become fields, its age a band."""
    if not text.strip():
        return []
    from wardroom.domain.quick.form import said_by

    found = []
    for finding in scan("\n".join(said_by({"quick": text}).words)):
        at = max(text.find(finding.text), 0)
        found.append(Found("quick", replace(finding, start=at, end=at + len(finding.text))))
    return found


class Guard:
    """Looks at the fields a moment after the last key, never on the way of a key; knows what the author keeps."""

    def __init__(
        self, words: Callable[[], dict[str, str]], tell: Callable[[], None], scan: Callable[[], Scan],
        states: Callable[[], tuple[bool, bool]],
    ) -> None:  # fmt: skip
        self.found: tuple[Found, ...] = ()
        self.meter: Reading | None = None
        self._scan = scan
        self._states = states
        """Whether the record states an age band, and a sex."""
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
        self._take(await self._looked(self._words()))

    def forget(self) -> None:
        """The words have changed under what was found."""
        self._take(Looked())

    def line(self, width: int) -> Line:
        """The one line under the words."""
        kept = len({one.name for one in self.found if one.is_block and one.name in self.kept})
        return summary(self.standing, kept, width, self.meter, is_text=any(self._words().values()))

    def _begin(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        else:
            self.touch()

    async def _look(self) -> None:
        words = self._words()
        looked = await self._looked(words)
        if self._words() == words:
            self._take(looked)

    async def _looked(self, words: dict[str, str]) -> Looked:
        has_age, has_sex = self._states()
        return await offload.call(look_at, words, self._scan(), has_age=has_age, has_sex=has_sex)

    def _take(self, looked: Looked) -> None:
        found = self.found = looked.found
        self.meter = looked.meter
        words, reasons = self._inherited
        for one in found:
            if one.is_block and one.finding.kind in reasons and one.finding.text in words:
                self.kept.setdefault(one.name, reasons[one.finding.kind])
        self._tell()


def summary(found: tuple[Found, ...], kept: int, width: int, meter: "Reading | None", *, is_text: bool) -> Line:
    """The line under the text: blocks loud with their rewrites, warnings dim; never a word that it is safe."""
    blocks = [one for one in found if one.is_block]
    warnings = [one for one in found if not one.is_block]
    if not found:
        words = _("no identifier found") if is_text and not kept else ""
        said = words + (_("{count} kept, with your reason").format(count=kept) if kept else "")
        return ((said, "dim"), *_metered(meter, width - display_width(said) - 3))
    shown = blocks or warnings
    proposed = sum(1 for one in blocks if one.finding.suggestion)
    count = len(shown)
    if blocks:
        head = f"{signs.NOW} " + several("{count} identifier", "{count} identifiers", count).format(count=count)
        key = {0: _("^O keeps it"), 1: _("Tab takes it"), 2: _("Tab takes both")}.get(proposed, _("Tab takes all"))
    else:
        head, key = _("{count} to look at").format(count=count), ""
    room = width - display_width(head) - 3 - (display_width(key) + 2 if key else 0)
    told: list[str] = []
    for one in shown:
        rewrite = (
            f" → {one.finding.suggestion}"
            if one.finding.suggestion
            else f" ({_(_KINDS.get(one.finding.kind, one.finding.kind))})"
        )
        told.append(" ".join(f"{one.finding.text}{rewrite}".split()))
    metered = _metered(meter, room // 2) if not blocks and meter is not None and meter.is_much else ()
    room -= sum(display_width(words) for words, _voice in metered)
    middle = _as_many(told, room)
    gap = max(width - display_width(head) - 3 - display_width(middle) - display_width(key), 1)
    if not blocks:
        left = width - display_width(head) - 3 - display_width(middle) - 3
        return ((head, "dim"), ("   ", "plain"), (middle, "dim"), *(metered or _metered(meter, left)))
    return ((head, "alarm"), ("   ", "plain"), (middle, "plain"), (" " * gap, "plain"), (key, "accent"))


def _metered(meter: "Reading | None", room: int) -> Line:
    """How many harmless facts stand together, and which to leave out, as far as there is room for it."""
    if meter is None or len(meter.facts) < _FEW:
        return ()
    count = _("{count} facts together").format(count=len(meter.facts))
    kinds = ", ".join(_(_KINDS.get(fact.kind, fact.kind)) for fact in meter.facts)
    told = [count, f"{count}: {kinds}"]
    if meter.is_much and meter.drop is not None:
        told = [count, count + _("; leave out “{fact}”").format(fact=cut(meter.drop.text, 24))]
    fitting = [words for words in told if display_width(words) <= room]
    voice: Voice = "accent" if meter.is_much else "dim"
    return (("   ", "plain"), (fitting[-1], voice)) if fitting else ()


def _as_many(told: list[str], room: int) -> str:
    """As many whole proposals as there is room for, and how many more there are."""
    for between in ("   ·   ", " · "):
        if display_width(between.join(told)) <= room:
            return between.join(told)
    for count in range(len(told) - 1, 0, -1):
        some = " · ".join((*told[:count], _("{count} more").format(count=len(told) - count)))
        if display_width(some) <= room:
            return some
    return cut(told[0], room)
