"""The fields of a post being written: what stands in them, what is wrong with them, and where the cursor goes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.events import DescendantFocus
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from wardroom.errors import InputRejected
from wardroom.language import _
from wardroom.terminal import signs
from wardroom.tui.widgets.editor import Editor, Mark
from wardroom.tui.widgets.fields import Field
from wardroom.tui.widgets.guard import Found
from wardroom.tui.widgets.lines import text_lines
from wardroom.tui.widgets.record_form import ANSWER, RECORD, RecordForm
from wardroom.tui.widgets.words import Words

Fields = Mapping[str, str]


class Page(VerticalScroll, can_focus=False):
    """Fields below one another; what has no room is scrolled to, without a bar."""


class PostForm(Vertical):
    """The words on one page, the record on another; Tab goes the way the eye does."""

    DEFAULT_CSS: ClassVar[str] = """
    PostForm { height: 1fr; overflow: hidden hidden; }
    PostForm #words { height: 1fr; overflow: hidden hidden; }
    PostForm #record { height: 1fr; display: none; scrollbar-size: 0 0; margin: 1 0 0 0; }
    PostForm.-in-record #words { display: none; }
    PostForm.-in-record #record { display: block; }
    PostForm Horizontal { height: auto; }
    PostForm .label { width: 11; }
    PostForm Horizontal Editor { width: 1fr; height: auto; max-height: 6; margin: 0 1 0 0; }
    PostForm Horizontal Editor.-one-line { max-height: 4; }
    PostForm RecordForm { margin: 0 0 0 1; }
    PostForm .refusal, PostForm .read { height: auto; margin: 0 0 0 10; display: none; }
    PostForm .refusal.-told, PostForm .read.-told { display: block; }
    PostForm #text { height: 1fr; min-height: 2; margin: 1; }
    PostForm.-low #text { margin: 0 1; min-height: 1; }
    PostForm.-low #record { margin: 0; }
    PostForm.-low.-in-text #text { min-height: 2; }
    PostForm.-low .read { max-height: 2; }
    PostForm.-low #words Horizontal Editor { max-height: 1; }
    PostForm.-low #words Horizontal Editor:focus { max-height: 2; }
    PostForm.-low RecordForm { max-height: 1; }
    PostForm.-low RecordForm:focus { max-height: 6; }
    """

    @dataclass
    class Changed(Message):
        """Something was typed, pasted, rewritten or answered."""

    def __init__(self, above: Iterable[Widget], fields: Sequence[Field]) -> None:
        super().__init__()
        self.specs = {field.name: field for field in fields}
        self.is_head = "title" in self.specs
        self.kind = "case"
        """What a thread is; some fields are for some kinds alone."""
        self._above = tuple(above)
        self.editors = {field.name: Editor(is_one_line=field.is_one_line, id=field.name) for field in fields}
        self._refusals = {name: Words() for name in self.editors}
        self._rows: dict[str, Widget] = {}
        self._is_below_read = False
        self.read = (Words(), Words())
        """What the words are read as: beside the words, and below the record."""
        self.record: RecordForm | None = None
        if self.is_head:
            self.record = RecordForm("Record", RECORD, hint="^E  age, sex, acuity, vitals over time, exam, tests")
        elif "conflict" in self.specs:
            self.record = RecordForm("Kind", ANSWER, hint="^E  experience, evidence, protocol, question")

    def compose(self) -> ComposeResult:
        """The words, the record in a line, and its own page."""
        yield from self._above
        for words in self.read:
            words.add_class("read")
        with Vertical(id="words"):
            yield from self._page(is_on_record=False)
        if self.record is not None:
            yield self.record
        with Page(id="record"):
            yield from self._page(is_on_record=True)
            yield self.read[1]

    def _page(self, *, is_on_record: bool) -> ComposeResult:
        for name, field in self.specs.items():
            if field.is_on_record != is_on_record:
                continue
            editor = self.editors[name]
            editor.placeholder = _(field.hint)
            row = editor if name == "text" else Horizontal(_label(_(field.label)), editor)
            self._rows[name] = row
            yield row
            self._refusals[name].add_class("refusal")
            yield self._refusals[name]
            if not is_on_record and name in ("quick", "vitals"):
                yield self.read[0]

    # --- what stands in them -------------------------------------------------------------------------------------

    @property
    def words(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: editor.text for name, editor in self.editors.items()}

    @property
    def fields(self) -> dict[str, str]:
        """What was typed and answered, by field."""
        return {**self.words, **(self.record.values if self.record is not None else {})}

    @property
    def states(self) -> tuple[bool, bool]:
        """Whether the record states an age band, and a sex."""
        values = self.record.values if self.record is not None else {}
        return bool(values.get("age_band")), bool(values.get("sex"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(self.words.values())

    def put(self, fields: Fields) -> None:
        """Fill the fields, each with the cursor at its end."""
        for name, editor in self.editors.items():
            editor.put(fields.get(name, ""))
        if self.record is not None:
            self.record.put(fields)

    def be_of(self, kind: str) -> None:
        """Show the fields of this kind of thread; what was typed into another is kept."""
        self.kind = kind
        for name, row in self._rows.items():
            row.display = self._is_shown(name)
        if self.is_head and self.record is not None:
            self.record.display = kind in ("case", "question")
            self._show_read()

    def _is_shown(self, name: str) -> bool:
        kinds = self.specs[name].kinds
        return not kinds or self.kind in kinds

    def mark(self, found: Iterable[Found]) -> None:
        """Show in each field what was found there."""
        by_field: dict[str, list[Mark]] = {name: [] for name in self.editors}
        for one in found:
            mark = Mark(one.finding.start, one.finding.end, "alarm" if one.is_block else "dim")
            by_field[one.field].append(mark)
        for name, marks in by_field.items():
            self.editors[name].marks = marks

    def rewrite(self, found: Iterable[Found]) -> None:
        """Put each proposal in the place of what was found."""
        by_field: dict[str, list[tuple[int, int, str]]] = {}
        for one in found:
            change = (one.finding.start, one.finding.end, one.finding.suggestion)
            by_field.setdefault(one.field, []).append(change)
        for name, changes in by_field.items():
            self.editors[name].rewrite(changes)

    def stands(self, one: Found) -> bool:
        """Whether a finding is still where it was found."""
        return (
            one.field in self.editors
            and self.editors[one.field].text[one.finding.start : one.finding.end] == one.finding.text
        )

    def repaint(self) -> None:
        """Paint the words again: the cursor comes or goes."""
        for editor in self.editors.values():
            editor.repaint()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Whoever types has read what was wrong."""
        event.stop()
        name = event.text_area.id or ""
        if name in self._refusals and self._refusals[name].has_class("-told"):
            self.refuse(name, "")
        self.post_message(self.Changed())

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """A low glass is for the text while one writes it."""
        self.set_class(event.widget.id == "text", "-in-text")
        self._is_below_read = event.widget.id in ("text", "tags")
        self._show_read()

    def on_resize(self) -> None:
        """It may be low from now on."""
        self._show_read()

    def _show_read(self) -> None:
        """What the words are read as, unless it would take the room of the text."""
        if self.is_head and self.record is not None:
            self.read[0].display = self.record.display and not (self._is_below_read and self.has_class("-low"))

    def on_record_form_changed(self, event: RecordForm.Changed) -> None:
        """An answer of the record."""
        event.stop()
        self.post_message(self.Changed())

    # --- where one types -----------------------------------------------------------------------------------------

    @property
    def place(self) -> tuple[str, int]:
        """The field the cursor is in, and the code point it stands before; an empty name outside of the words."""
        for name, editor in self.editors.items():
            if self.screen.focused is editor:
                return name, editor.code_point(editor.cursor_location)
        return "", 0

    @property
    def is_in_record(self) -> bool:
        """Whether the page of the record is open."""
        return self.has_class("-in-record")

    def go(self, name: str, at: int | None = None) -> None:
        """To a field, and there to a code point."""
        editor = self.editors[name]
        self.set_class(self.specs[name].is_on_record, "-in-record")
        # Not through ``focus``, which takes its turn: keys typed ahead belong to the new field.
        self.screen.set_focus(editor)
        if at is not None:
            editor.move_cursor(editor.place(at))

    def go_on(self, step: int) -> None:
        """To the next field of the page, or the one before; the letters of the record stand above its fields."""
        names = [
            name
            for name, field in self.specs.items()
            if field.is_on_record == self.is_in_record and self._is_shown(name)
        ]
        here, _ = self.place
        at = names.index(here) + step if here in names else 0 if step > 0 else -1
        if self.is_in_record and here and not 0 <= at < len(names):
            self.screen.set_focus(self.record)
        else:
            self.go(names[at % len(names)])

    def turn_to_record(self) -> None:
        """To the page of the record, or back to the words."""
        if self.record is None or not self.record.display:
            return
        if self.is_in_record:
            self.go("text")
        else:
            self.add_class("-in-record")
            self.screen.set_focus(self.record)

    def on_record_form_done(self, event: RecordForm.Done) -> None:
        """The letters are through: back to the words; Tab would have gone on to what is typed of the record."""
        event.stop()
        self.go("text")

    def on_editor_entered(self, event: Editor.Entered) -> None:
        """Enter in a single line goes to the next field."""
        event.stop()
        self.go_on(1)

    # --- what they make ------------------------------------------------------------------------------------------

    def checked(self) -> dict[str, str] | None:
        """The words as they will be posted, or None after saying at each field what is wrong with it."""
        good: dict[str, str] = {}
        wrong: list[str] = []
        for name, editor in self.editors.items():
            if not self._is_shown(name):
                good[name] = ""
                continue
            try:
                good[name] = self.specs[name].check(editor.text)
            except InputRejected as error:
                self.refuse(name, str(error))
                wrong.append(name)
            else:
                self.refuse(name, "")
        if wrong:
            self.go(wrong[0])
            return None
        return good

    def refuse(self, name: str, why: str) -> None:
        """Say at a field what is wrong with it; nothing: it is good."""
        said = self._refusals[name]
        said.set_class(bool(why), "-told")
        said.say(lambda width: text_lines(f"{signs.NOW} {why}", width, "alarm") if why else [])


def _label(name: str) -> Words:
    words = Words(lambda _width: [((name, "dim"),)])
    words.add_class("label")
    return words
