"""The field people write in: plain text, soft wrap, nothing that blinks, and marks on what the guard has found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.style import Style
from rich.text import Text
from textual.binding import Binding
from textual.document._document import Location
from textual.events import Key, Paste
from textual.message import Message
from textual.widgets import TextArea

from wardroom.domain.text import clean
from wardroom.language import _
from wardroom.tui.widgets.voices import VOICES, Voice

PASTE_MAX_BYTES: Final = 65536
"""UTF-8 bytes one paste may bring."""
LINE_MAX: Final = 2000
"""Characters a pasted line may have before it is broken at a space: longer ones make every key slow."""

_MARKS: Final[dict[Voice, Style]] = {
    "alarm": VOICES["alarm"] + Style(underline=True),
    "dim": VOICES["dim"] + Style(underline=True),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text to be shown in another voice, in code points."""

    start: int
    end: int
    voice: Voice


class Editor(TextArea):
    """A text field of one or many lines; ``is_one_line`` ones grow with their words but hold no newline."""

    DEFAULT_CSS: ClassVar[str] = """
    Editor {
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size: 0 0;
        &:focus { border: none; }
        &.-one-line { height: auto; max-height: 4; min-height: 1; }
        &:ansi .text-area--cursor { background: ansi_default; color: ansi_default; text-style: reverse; }
    }
    """
    # Keys that mean something else here, or that would hand text to the terminal's clipboard.
    BINDINGS: ClassVar = [
        Binding("ctrl+d,ctrl+e,ctrl+c,ctrl+x,ctrl+v,super+c,super+x,super+v", "nothing", show=False),
    ]

    @dataclass
    class Trimmed(Message):
        """A paste did not go in as it was; ``why`` is the sentence to show."""

        editor: "Editor"
        why: str

    @dataclass
    class Entered(Message):
        """Enter was pressed in a field of one line."""

        editor: "Editor"

    def __init__(self, *, is_one_line: bool = False, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(
            id=id,
            soft_wrap=True,
            compact=True,
            highlight_cursor_line=False,
            show_line_numbers=False,
            classes="-one-line" if is_one_line else "",
        )
        self.cursor_blink = False
        self.match_cursor_bracket = False
        self.is_one_line = is_one_line
        self._marks: tuple[Mark, ...] = ()
        self._marks_by_line: dict[int, list[Mark]] = {}

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What is marked."""
        return self._marks

    @marks.setter
    def marks(self, marks: Iterable[Mark]) -> None:
        marks = tuple(marks)
        if marks == self._marks:
            return
        self._marks = marks
        by_line: dict[int, list[Mark]] = {}
        for mark in marks:
            (first, start), (last, end) = self.place(mark.start), self.place(mark.end)
            for row in range(first, last + 1):
                by_line.setdefault(row, []).append(
                    Mark(start if row == first else 0, end if row == last else LINE_MAX * 40, mark.voice)
                )
        self._marks_by_line = by_line
        self.repaint()

    def repaint(self) -> None:
        """Paint everything again: marks or the cursor have changed."""
        self._line_cache.clear()
        self.refresh()

    @property
    def _draw_cursor(self) -> bool:
        return super()._draw_cursor and self.app.screen is self.screen

    def place(self, at: int) -> Location:
        """(row, column) of a code point."""
        before = self.text[:at]
        row = before.count("\n")
        return row, at - (before.rfind("\n") + 1)

    def code_point(self, place: Location) -> int:
        """The code point at (row, column)."""
        row, column = place
        lines = self.text.split("\n")
        return sum(len(line) + 1 for line in lines[:row]) + column

    def get_line(self, line_index: int) -> Text:
        """The line with its marks."""
        text = super().get_line(line_index)
        for mark in self._marks_by_line.get(line_index, ()):
            text.stylize(_MARKS.get(mark.voice, VOICES[mark.voice]), mark.start, mark.end)
        return text

    @property
    def line_at_cursor(self) -> tuple[str, int]:
        """The line the cursor is in, and the code point of it that it stands before."""
        row, column = self.cursor_location
        return self.document.get_line(row), column

    def complete(self, typed: int, text: str) -> None:
        """Put ``text`` in the place of so many code points before the cursor."""
        row, column = self.cursor_location
        result = self.replace(text, (row, column - typed), (row, column), maintain_selection_offset=False)
        self.move_cursor(result.end_location)

    def put(self, text: str) -> None:
        """Replace everything, with the cursor at the end."""
        self.load_text(text)
        self.move_cursor(self.document.end)

    def rewrite(self, changes: Iterable[tuple[int, int, str]]) -> None:
        """Replace these stretches, last one first; undo takes each back."""
        self.history.checkpoint()
        for start, end, text in sorted(changes, reverse=True):
            self.replace(text, self.place(start), self.place(end), maintain_selection_offset=True)

    async def _on_key(self, event: Key) -> None:
        if self.is_one_line and event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Entered(self))
            return
        if event.character is not None and len(event.character) > 1:
            # A whole cluster in one key event: clean it as a paste is cleaned.
            event.stop()
            event.prevent_default()
            self._take(event.character)
            return
        await super()._on_key(event)

    async def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        self._take(event.text)

    def _take(self, pasted: str) -> None:
        """Put pasted text in at the cursor: clean, not too much, no endless line."""
        why = ""
        if len(pasted) * 4 > PASTE_MAX_BYTES and len(pasted.encode("utf-8", "surrogatepass")) > PASTE_MAX_BYTES:
            pasted = pasted.encode("utf-8", "surrogatepass")[:PASTE_MAX_BYTES].decode("utf-8", "ignore")
            why = _("Only the first {size} kB of the paste were taken.").format(size=PASTE_MAX_BYTES // 1024)
        text = clean(pasted, one_line=self.is_one_line)
        if not self.is_one_line:
            text, is_broken = broken(text)
            if is_broken and not why:
                why = _("Lines of more than {most} characters were broken at a space.").format(most=LINE_MAX)
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)
        if why:
            self.post_message(self.Trimmed(self, why))

    def action_nothing(self) -> None:
        """Do nothing: the key belongs to the screen."""


def broken(text: str) -> tuple[str, bool]:
    """``text`` with every line of more than ``LINE_MAX`` characters broken, at a space where there is one."""
    lines = text.split("\n")
    if all(len(line) <= LINE_MAX for line in lines):
        return text, False
    kept: list[str] = []
    for line in lines:
        while len(line) > LINE_MAX:
            at = line.rfind(" ", LINE_MAX // 2, LINE_MAX)
            at = at if at > 0 else LINE_MAX
            kept.append(line[:at])
            line = line[at:].removeprefix(" ")
        kept.append(line)
    return "\n".join(kept), True
