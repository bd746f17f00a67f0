"""Reads what stands in a form a moment after the last key, never on the way of one, and lays out what it was read as."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from wardroom.domain.events import Record
from wardroom.domain.text import clean
from wardroom.language import _, figure, marked
from wardroom.terminal import signs
from wardroom.tui import offload
from wardroom.tui.widgets.chart import chart_lines
from wardroom.tui.widgets.lines import Line, flow, text_lines
from wardroom.tui.widgets.record_form import NOT_FOR_EMERGENCIES
from wardroom.tui.widgets.vitals import record_line, score_lines, vital_lines

if TYPE_CHECKING:
    from wardroom.domain.quick.form import Said

QUIET_S: Final = 0.3
"""So long after the last key the form is read."""


def read(fields: Mapping[str, str], before: Record | None) -> "Said":
    """What the form says; its patterns are loaded here, beside the event loop."""
    from wardroom.domain.quick.form import said_by

    return said_by(fields, before)


class Reader:
    """Reads a form; ``tell`` hears of what it was read as."""

    def __init__(self, fields: Callable[[], Mapping[str, str]], tell: Callable[[], None]) -> None:
        self.said: Said | None = None
        self.before: Record | None = None
        """The record that is being amended."""
        self._fields = fields
        self._tell = tell
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def touch(self) -> None:
        """Something was typed."""
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(QUIET_S, self._begin)

    def stop(self) -> None:
        """Do not read for now."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def look(self) -> "Said":
        """Read it this instant."""
        self.stop()
        self.said = await offload.call(read, dict(self._fields()), self.before)
        self._tell()
        return self.said

    def _begin(self) -> None:
        self._timer = None
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        else:
            self.touch()

    async def _look(self) -> None:
        fields = dict(self._fields())
        said = await offload.call(read, fields, self.before)
        if dict(self._fields()) == fields:
            self.said = said
            self._tell()


def line_of(said: "Said", width: int, *, is_low: bool) -> list[Line]:
    """The record in a line, as it was read, and what is asked: beside the words; on a low glass what is asked goes first."""
    record = said.record
    parts = [
        *("".join(text for text, _voice in row) for row in record_line(record, 10_000)),
        record.acuity,
        f"{signs.NOW} {_('now')}" if record.urgency == "now" else "",
    ]
    parts = [part for part in parts if part]
    if record.vitals:
        from wardroom.domain.quick.sets import set_words

        first, *later = record.vitals
        words = set_words(first).removeprefix("T+0 ").replace("\nT+0 ", ", ")
        parts += map(_spoken, words.split(", "))
        parts += [_("and {count} more sets").format(count=len(later))] if later else []
    rows: list[Line] = []
    if parts:
        lines = flow([((clean(part, one_line=True), "plain"),) for part in parts], width - 2)
        rows += [(("→ " if not number else "  ", "dim"), *line) for number, line in enumerate(lines)]
        rows += [(("  ", "plain"), *row) for row in score_lines(record, width - 2)]
    return doubts(said, width) + rows if is_low else rows + doubts(said, width)


_SAID: Final = (
    marked("on air"), marked("on oxygen"), marked("glucose"), marked("lactate"), marked("potassium"), marked("sodium"),
    marked("weight"), marked("SBP"), marked("DBP"),
)  # fmt: skip
"""Words of a set as it may be typed again."""


def _spoken(part: str) -> str:
    """``HR 118`` as the card will say it: its sign and its decimal sign in the chosen language."""
    sign, _blank, value = part.partition(" ")
    number, _blank, unit = value.partition(" ")
    if part in _SAID:
        return _(part)
    if "." in number:
        number = figure(float(number))
    return " ".join(word for word in (_(sign), number, _(unit)) if word)


def doubts(said: "Said", width: int) -> list[Line]:
    """What cannot be, what is asked, and what is unusual, each said where it is typed."""
    rows: list[Line] = []
    refused = [what for _field, what in (*said.refused, *said.unclear)]
    if refused:
        rows += text_lines(f"{signs.NOW} {' · '.join(dict.fromkeys(refused))}", width, "alarm")
    unclear = {what for _field, what in said.unclear}
    asked = [what for what in said.asked if what not in unclear]
    if asked:
        rows += text_lines(_("left as text: {questions}").format(questions=" · ".join(asked)), width, "accent")
    if said.record.urgency == "now":
        rows += text_lines(_(NOT_FOR_EMERGENCIES), width, "bold")
    if said.unusual:
        rows += text_lines(_("sure? {values}").format(values=", ".join(said.unusual)), width, "accent")
    return rows


def card_of(said: "Said", width: int) -> list[Line]:
    """The record as the case will show it, and what is asked: below its fields."""
    record = said.record
    card = record_line(record, width) + vital_lines(record, width) + chart_lines(record, width)
    card += score_lines(record, width)
    found = doubts(said, width)
    empty: list[Line] = [()] if card else []
    return empty + card + found
