"""The clinical record in one line, chosen by letters: one key a part, and the next part opens by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.events import Blur, Focus, Key
from textual.geometry import Offset, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.case import AGE_BANDS, SCALES, SETTINGS, SEXES, URGENCIES
from wardroom.domain.events import FLAVOURS
from wardroom.domain.text import pad
from wardroom.language import _, marked
from wardroom.tui.widgets.lines import Line, flow, segments
from wardroom.tui.widgets.voices import VOICES, Voice

NOT_FOR_EMERGENCIES: Final = marked("Not for emergencies: call your senior.")
LABEL: Final = 10
"""Columns of the label on the left, as in the rows above."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question of the form, and its answers by key."""

    name: str
    label: str
    choices: tuple[tuple[str, str, str], ...]
    """(key, value, as it is read)."""
    is_rare: bool = False
    """Whether it is asked only by whoever goes there with the arrows."""


def _lettered(values: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple((chr(ord("a") + at), value, value) for at, value in enumerate(values))


def _levels(scale: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((str(level), f"{scale} {level}", f"{scale} {level}") for level in range(1, SCALES[scale] + 1))


_KEYS_OF_SEXES: Final = {"F": ("f", "F"), "M": ("m", "M"), "X": ("x", marked("intersex or other"))}
_KEYS_OF_URGENCIES: Final = {
    "now": ("n", marked("at once")),
    "shift": ("s", marked("this shift")),
    "week": ("w", marked("this week")),
    "learning": ("l", marked("for learning")),
}
_KEYS_OF_SETTINGS: Final = {"urgent care": "c", "transport": "a"}

RECORD: Final = (
    Part("age_band", "age", _lettered(AGE_BANDS)),
    Part("sex", "sex", tuple((_KEYS_OF_SEXES[sex][0], sex, _KEYS_OF_SEXES[sex][1]) for sex in SEXES)),
    Part("acuity", "acuity", _levels("CTAS")),
    Part("urgency", "urgency", tuple((_KEYS_OF_URGENCIES[u][0], u, _KEYS_OF_URGENCIES[u][1]) for u in URGENCIES)),
    Part(
        "setting", "care setting", tuple((_KEYS_OF_SETTINGS.get(place, place[0]), place, place) for place in SETTINGS)
    ),
    Part(
        "spo2_scale",
        "SpO2 scale",
        (("1", "1", marked("SpO2 scale 1")), ("2", "2", marked("SpO2 target 88-92 %: scale 2"))),
        is_rare=True,
    ),
)
_KEYS_OF_FLAVOURS: Final = {"experience": "x", "evidence": "e", "protocol": "p", "question": "q"}
ANSWER: Final = (
    Part("flavour", "kind", tuple((_KEYS_OF_FLAVOURS[flavour], flavour, flavour) for flavour in FLAVOURS)),
)


class RecordForm(Widget, can_focus=True):
    """What has been chosen, in one line; with the focus, the answers to one part below it."""

    DEFAULT_CSS: ClassVar[str] = """
    RecordForm { height: auto; }
    """

    @dataclass
    class Changed(Message):
        """An answer was given or taken back."""

    @dataclass
    class Done(Message):
        """The last part was answered, or the form was left with Enter."""

    def __init__(self, label: str, parts: tuple[Part, ...], *, hint: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.label = label
        self.parts = parts
        self.hint = hint
        self.values: dict[str, str] = {}
        self._open = 0
        self._scale = "CTAS"

    def put(self, values: Mapping[str, str]) -> None:
        """Show these answers; unknown ones are kept as they are."""
        names = {part.name for part in self.parts}
        self.values = {name: value for name, value in values.items() if name in names and value}
        self.refresh(layout=True)

    def lines(self, width: int) -> list[Line]:
        """What is painted, to ``width`` columns."""
        room = max(width - LABEL - 1, 8)
        label: Line = ((pad(_(self.label), LABEL), "dim"),)
        indent: Line = ((" " * LABEL, "plain"),)
        chosen: list[Line] = []
        for at, part in enumerate(self.parts):
            value = self.values.get(part.name, "")
            if not value and not self.has_focus:
                continue
            read = next((read for _key, known, read in part.choices if known == value), value) or part.label
            is_here = self.has_focus and at == self._open
            voice: Voice = "accent" if is_here else "plain" if value else "dim"
            chosen.append(((f"[{_(read)}]" if is_here else _(read), voice),))
        rows = flow(chosen, room) if chosen else [((_(self.hint), "dim"),)]
        painted: list[Line] = [(*label, *rows[0]), *((*indent, *row) for row in rows[1:])]
        if self.has_focus:
            part = self.parts[self._open]
            value = self.values.get(part.name, "")
            answers: list[Line] = []
            for key, known, read in self._choices(part):
                said: Voice = "bold" if known == value else "plain"
                answers.append(((key, "accent"), (f" {_(read)}", said)))
            if part.name == "acuity":
                answers.append((("s", "accent"), (" " + _("another scale"), "dim")))
            answers.append((("-", "accent"), (" " + _("not said"), "dim")))
            painted += [(*indent, *row) for row in flow(answers, room, between="  ")]
            if self.values.get("urgency") == "now":
                painted.append((*indent, (_(NOT_FOR_EMERGENCIES), "bold")))
        return painted

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as are painted."""
        return len(self.lines(width))

    def render_line(self, y: int) -> Strip:
        """One of them."""
        width = self.size.width
        lines = self.lines(width)
        if y >= len(lines):
            return Strip.blank(width, VOICES["plain"])
        return Strip(segments(lines[y])).adjust_cell_length(width, VOICES["plain"])

    def _choices(self, part: Part) -> tuple[tuple[str, str, str], ...]:
        """The answers to a part; those of the acuity by the scale in use."""
        return _levels(self._scale) if part.name == "acuity" else part.choices

    def on_key(self, event: Key) -> None:
        """Letters answer; arrows go from part to part; what is left over belongs to the screen."""
        part = self.parts[self._open]
        answers = {key: value for key, value, _read in self._choices(part)}
        if event.character is not None and event.character.lower() in answers:
            self._answer(part, answers[event.character.lower()])
        elif part.name == "acuity" and event.key == "s":
            scales = list(SCALES)
            self._scale = scales[(scales.index(self._scale) + 1) % len(scales)]
            self.refresh(layout=True)
        elif event.key in {"minus", "backspace", "delete"}:
            self._answer(part, "", is_staying=event.key == "backspace")
        elif event.key in {"right", "down"}:
            self._show_part(min(self._open + 1, len(self.parts) - 1))
        elif event.key in {"left", "up"}:
            self._show_part(max(self._open - 1, 0))
        elif event.key == "enter":
            self.post_message(self.Done())
        elif not event.is_printable:
            return
        # Other letters mean nothing here, and must not mean something elsewhere.
        event.stop()

    def _answer(self, part: Part, value: str, *, is_staying: bool = False) -> None:
        if value:
            self.values[part.name] = value
        else:
            self.values.pop(part.name, None)
        self.post_message(self.Changed())
        if is_staying:
            self._show_part(self._open)
        elif self._open + 1 < len(self.parts) and not self.parts[self._open + 1].is_rare:
            self._show_part(self._open + 1)
        else:
            self._show_part(0)
            self.post_message(self.Done())

    def _show_part(self, at: int) -> None:
        self._open = at
        self.refresh(layout=True)

    def on_focus(self, event: Focus) -> None:
        """Open."""
        self.refresh(layout=True)
        self.app.cursor_position = self.region.offset + Offset(LABEL, 0)

    def on_blur(self, event: Blur) -> None:
        """Close."""
        self.refresh(layout=True)
