"""The fields of a post being written: what stands in them, what is wrong with them, and the post they make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import msgspec
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from wardroom.domain.events import Record
from wardroom.domain.text import check_body, check_question, check_title, clean_name
from wardroom.domain.views import PostDraft
from wardroom.errors import InputRejected
from wardroom.terminal import signs
from wardroom.tui.widgets.editor import Editor, Mark
from wardroom.tui.widgets.guard import Found
from wardroom.tui.widgets.lines import text_lines
from wardroom.tui.widgets.record_form import ANSWER, RECORD, RecordForm
from wardroom.tui.widgets.words import Words

Fields = Mapping[str, str]


class PostForm(Vertical):
    """Title, question, text, tags and record of a head; text and kind of an answer. Tab goes the way the eye does."""

    DEFAULT_CSS: ClassVar[str] = """
    PostForm { height: 1fr; overflow: hidden hidden; }
    PostForm Horizontal { height: auto; }
    PostForm .label { width: 11; }
    PostForm Horizontal Editor { width: 1fr; margin: 0 1 0 0; }
    PostForm RecordForm { margin: 0 0 0 1; }
    PostForm .refusal { height: auto; margin: 0 0 0 10; display: none; }
    PostForm .refusal.-told { display: block; }
    PostForm #text { height: 1fr; min-height: 2; margin: 1; }
    PostForm.-low #text { margin: 0 1; min-height: 1; }
    PostForm.-low Horizontal Editor { max-height: 1; }
    PostForm.-low Horizontal Editor:focus { max-height: 3; }
    PostForm.-low RecordForm { max-height: 1; }
    PostForm.-low RecordForm:focus { max-height: 6; }
    PostForm.-low.-in-record #text { display: none; }
    """

    @dataclass
    class Changed(Message):
        """Something was typed, pasted, rewritten or answered."""

    def __init__(self, above: Iterable[Widget], *, is_head: bool) -> None:
        super().__init__()
        self.is_head = is_head
        self._above = tuple(above)
        names = ("title", "question", "text", "tags") if is_head else ("text",)
        self.editors = {name: Editor(is_one_line=name != "text", id=name) for name in names}
        self._refusals = {name: Words() for name in names}
        self.record = (
            RecordForm("Record", RECORD, hint="^E  age, sex, acuity, urgency, setting")
            if is_head
            else RecordForm("Kind", ANSWER, hint="^E  experience, evidence, protocol, question")
        )

    def compose(self) -> ComposeResult:
        """What every post needs first."""
        yield from self._above
        for name, editor in self.editors.items():
            if editor.is_one_line:
                yield Horizontal(_label(name.capitalize()), editor)
            else:
                yield editor
            self._refusals[name].add_class("refusal")
            yield self._refusals[name]
        yield self.record

    # --- what stands in them -------------------------------------------------------------------------------------

    @property
    def words(self) -> dict[str, str]:
        """What was typed, by field."""
        return {name: editor.text for name, editor in self.editors.items()}

    @property
    def fields(self) -> dict[str, str]:
        """What was typed and answered, by field."""
        return {**self.words, **self.record.values}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(self.words.values())

    def put(self, fields: Fields) -> None:
        """Fill the fields, each with the cursor at its end."""
        for name, editor in self.editors.items():
            editor.put(fields.get(name, ""))
        self.record.put(fields)

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
        return self.editors[one.field].text[one.finding.start : one.finding.end] == one.finding.text

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
        """Whether letters answer instead of being typed."""
        return self.screen.focused is self.record

    def go(self, name: str, at: int | None = None) -> None:
        """To a field, and there to a code point."""
        editor = self.editors[name]
        # Not through ``focus``, which takes its turn: keys typed ahead belong to the new field.
        self.screen.set_focus(editor)
        if at is not None:
            editor.move_cursor(editor.place(at))

    def go_on(self, step: int) -> None:
        """To the next field, or the one before."""
        names = list(self.editors)
        here, _ = self.place
        self.go(names[(names.index(here) + step) % len(names)] if here else "text")

    def turn_to_record(self) -> None:
        """Into the record, or out of it."""
        if self.is_in_record:
            self.go("text")
        else:
            self.screen.set_focus(self.record)

    def on_record_form_done(self, event: RecordForm.Done) -> None:
        """The record is through: back to the words."""
        event.stop()
        self.go("text")

    def on_editor_entered(self, event: Editor.Entered) -> None:
        """Enter in a single line goes to the next field."""
        event.stop()
        self.go_on(1)

    def on_descendant_focus(self) -> None:
        """On a low glass an open record takes the room of the text."""
        self.set_class(self.is_in_record, "-in-record")

    # --- what they make ------------------------------------------------------------------------------------------

    def checked(self) -> dict[str, str] | None:
        """The words as they will be posted, or None after saying at each field what is wrong with it."""
        checks: dict[str, Callable[[str], str]] = {
            "title": check_title,
            "question": check_question,
            "text": partial(check_body, required=not self.is_head),
            "tags": _check_tags,
        }
        good: dict[str, str] = {}
        wrong: list[str] = []
        for name, editor in self.editors.items():
            try:
                good[name] = checks[name](editor.text)
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

    def draft(self, good: Mapping[str, str], before: PostDraft | None) -> PostDraft:
        """The post as the forum takes it; what the form does not show is taken from the version before."""
        values = self.record.values
        draft = PostDraft(good["text"], conflict=before.conflict if before else "")
        if not self.is_head:
            return replace(draft, flavour=values.get("flavour", ""))
        record = msgspec.structs.replace(
            (before.record if before else None) or Record(),
            age_band=values.get("age_band", ""),
            sex=values.get("sex", ""),
            acuity=values.get("acuity", ""),
            urgency=values.get("urgency", ""),
            setting=values.get("setting", ""),
        )
        return replace(
            draft,
            title=good["title"],
            kind=before.kind if before else "case",
            question=good["question"],
            tags=tuple(good["tags"].split()),
            record=record if record != Record() else None,
        )


def fields_of(draft: PostDraft) -> dict[str, str]:
    """The fields of a post that is there already."""
    record = draft.record or Record()
    answers = {part.name: getattr(record, part.name) for part in RECORD}
    return {
        **answers,
        "title": draft.title,
        "question": draft.question,
        "text": draft.text,
        "tags": " ".join(draft.tags),
        "flavour": draft.flavour,
    }


def _label(name: str) -> Words:
    words = Words(lambda _width: [((name, "dim"),)])
    words.add_class("label")
    return words


def _check_tags(text: str) -> str:
    """Tags, however they were separated; each once."""
    words = text.replace(",", " ").replace("#", " ").split()
    return " ".join(dict.fromkeys(clean_name(word) for word in words))
