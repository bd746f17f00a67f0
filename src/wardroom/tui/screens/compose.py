"""Where a case, an answer or a new version is written: drafts kept as it is typed, identifiers marked as they appear."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import TextArea

from wardroom.domain.events import Record
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import check_body, check_line, check_question, check_title, clean_name, cut, display_width
from wardroom.domain.views import BoardLine, DraftView, Me, PostDraft
from wardroom.errors import InputRejected, WardroomError
from wardroom.terminal import signs
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs.board_picker import BoardPicker
from wardroom.tui.dialogs.confirm import Confirm
from wardroom.tui.dialogs.write import Write
from wardroom.tui.messages import Compose, OpenThread
from wardroom.tui.widgets.draft_keeper import DraftKeeper, Fields
from wardroom.tui.widgets.editor import Editor, Mark
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.guard import Found, Guard, scan, summary
from wardroom.tui.widgets.lines import Line, text_lines
from wardroom.tui.widgets.post_lines import one_line
from wardroom.tui.widgets.record_form import ANSWER, RECORD, RecordForm
from wardroom.tui.widgets.words import Words

REASON_MIN: Final = 8
"""Characters of a reason: a word is not one."""
LOW: Final = 16
"""Rows of a glass on which nothing is left empty."""
RECORD_FIELDS: Final = tuple(part.name for part in RECORD)


class ComposeScreen(Framed):
    """One post being written, until it is posted, kept as a draft or thrown away."""

    CSS_PATH = "compose.tcss"
    SPEAKS = "compose"
    KEYS = ("compose.post", "compose.fix", "compose.record", "compose.discard", "compose.keep")
    BINDINGS = keymap.bindings("compose")

    def __init__(self, request: Compose) -> None:
        super().__init__()
        self.request = request
        self.board: BoardNo | None = request.board
        self._board_line: BoardLine | None = None
        self._kind = request.kind
        self._target: EventNo | None = request.target
        self._before: PostDraft | None = None
        """The version that is being amended."""
        self._is_head = request.kind == "case"
        self._quotes: tuple[EventNo, ...] = ()
        self._found: tuple[Found, ...] = ()
        self._kept: dict[tuple[str, str], str] = {}
        """Reasons by (kind, text) of what the guard marked and the author keeps."""
        self._writer: Me | None = None
        """Whose draft it is, even when the session ends meanwhile."""
        self._is_target_shown = False
        self._is_posting = False
        self._is_loading = True
        self._editors: dict[str, Editor] = {}
        self._refusals: dict[str, Words] = {}
        self._guard = Guard(self._typed, self._show_findings)
        self._keeper = DraftKeeper(self._write_draft, self._fields, self._kept_or_not)
        self._guard_line = Words(id="guard")
        self._about = Words(id="about")
        self._audience = Words(id="audience")
        self._form = RecordForm("Record", RECORD, hint="^E  age, sex, acuity, urgency, setting", id="form")

    # --- the form ------------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """Fields from the top, the text below them, the guard's line at the bottom."""
        kept = self._kept_draft()
        if kept is not None:
            self._kind, self._target, self.board = kept.kind, kept.target, kept.board
        if self._kind == "amend" and self._target is not None:
            self._before = self.host.forum.cases.draft_of(self.host.me, self._target)
        self._is_head = self._kind == "case" or bool(self._before and self._before.title)
        yield Vertical(*self._parts(), id="page")
        yield self._guard_line

    def _parts(self) -> Iterable[Widget]:
        """The rows of the form: what every post needs first."""
        yield self._audience
        if self._is_head:
            yield from self._row("title", "Title")
            yield from self._row("question", "Question")
        else:
            yield self._about
        self._editors["text"] = Editor(id="text")
        yield self._editors["text"]
        yield from self._refusal("text")
        if self._is_head:
            yield from self._row("tags", "Tags")
        else:
            self._form = RecordForm("Kind", ANSWER, hint="^E  experience, evidence, protocol, question", id="form")
        yield self._form

    def _row(self, name: str, label: str) -> Iterable[Widget]:
        self._editors[name] = Editor(is_one_line=True, id=name)
        label_words = Words(lambda _width: [((label, "dim"),)])
        label_words.add_class("label")
        yield Horizontal(label_words, self._editors[name])
        yield from self._refusal(name)

    def _refusal(self, name: str) -> Iterable[Widget]:
        self._refusals[name] = Words()
        self._refusals[name].add_class("refusal")
        yield self._refusals[name]

    def on_mount(self) -> None:
        """Fill in what is known, and put the cursor where typing goes on."""
        self._writer = self.host.me
        kept = self._kept_draft()
        if kept is not None:
            self._keeper.draft = kept.draft
            self._put(kept.fields)
        elif self._before is not None:
            self._put(_fields_of(self._before))
        elif self.request.quote and self._target is not None:
            quoted = "\n".join(f"> {line}".rstrip() for line in self.request.quote.split("\n"))
            self._quotes = (self._target,)
            self._put({"text": f"{quoted}\n\n"})
        self._keeper.opened(self._fields())
        is_begun = bool(kept or self._before)
        self.set_focus(self._editors["title" if self._is_head and not is_begun else "text"])
        self._is_loading = False
        self._guard.touch()
        if self._kind == "case" and self.board is None:
            self._ask_board()

    def on_unmount(self) -> None:
        """Nobody is left to tell."""
        self._guard.stop()

    def on_screen_suspend(self) -> None:
        """Under a dialog or the lock there is no cursor; the focus stays, for keys typed ahead."""
        self._repaint_cursor()

    def on_screen_resume(self) -> None:
        """Typing goes on where it was."""
        self._repaint_cursor()

    def _repaint_cursor(self) -> None:
        for editor in self._editors.values():
            editor.repaint()

    def _kept_draft(self) -> DraftView | None:
        """The draft the composer was opened for."""
        wanted = self.request.draft
        if wanted is None:
            return None
        drafts = self.host.forum.drafts.list(self.host.me)
        return next((draft for draft in drafts if draft.draft == wanted), None)

    def action_board(self) -> None:
        """Put a case on another board; what answers or amends stays where it is."""
        if self._kind == "case":
            self._ask_board()

    def _ask_board(self) -> None:
        def chosen(board: BoardNo | None) -> None:
            if board is not None:
                self.board, self._board_line = board, None
                self.refresh_view()
                self._changed()
            elif self.board is None and not any(self._typed().values()):
                self.dismiss(None)

        self.app.push_screen(BoardPicker(self.host.forum.boards.lines(self.host.me)), chosen)

    def refresh_view(self) -> None:
        """Ask who will see it; the text is nobody's but the writer's."""
        if self.board is not None and self._board_line is None:
            try:
                self._board_line = self.host.forum.boards.line(self.host.me, self.board)
            except WardroomError as error:
                self.say(str(error), is_alarm=True)
        if self._target is not None and not self._is_target_shown:
            self._show_target(self._target)
        self.show_header()

    def _show_target(self, target: EventNo) -> None:
        """The beginning of what is being answered."""
        try:
            case = self.host.forum.cases.open(self.host.me, target)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
            return
        self._is_target_shown = True
        if self.board is None:
            self.board = case.line.board
            self._board_line = self.host.forum.boards.line(self.host.me, self.board)
        if self._is_head:
            return
        post = next((post for post in case.posts if post.post == target), case.head)
        handle = post.author.partition("@")[0]
        what = "Your post" if self._kind == "amend" else f"To {handle}"
        words = f"{case.line.title}: {case.question or post.text}" if post is case.head else post.text

        def lines(width: int) -> list[Line]:
            said = one_line(post, width) if not words else cut(words, max(width - 10, 4))
            return [((f"{cut(what, 9):<10}", "dim"), (said, "dim"))]

        self._about.say(lines)

    def show_header(self) -> None:
        """What is being written, and who will see it."""
        board = self._board_line
        where = f" in {board.title or board.name}" if board else ""
        what = {"case": "New case", "reply": "Answer", "amend": "New version"}[self._kind]
        self.header.place = what + where
        self.header.right = (f"visible to {board.audience}",) if board else ()
        if not self._is_head:
            self._label("compose.record", "kind")
        self._fit()

    def _fit(self) -> None:
        """Who will see it is always said: below the header where that has no room for it; a low glass is used up."""
        width, height = self.size
        audience = self.header.right[0] if self.header.right else ""
        has_room = display_width(self.header.place) + 3 + display_width(audience) <= width - 2
        self._audience.display = not has_room
        self._audience.say(lambda width: [((cut(audience, width), "dim"),)])
        self.set_class(height < LOW, "-low")

    def on_resize(self) -> None:
        """The same on any glass."""
        self._fit()

    def on_descendant_focus(self) -> None:
        """On a low glass an open record takes the room of the text."""
        self.set_class(self.focused is self._form, "-form")

    # --- what is typed -------------------------------------------------------------------------------------------

    def _typed(self) -> dict[str, str]:
        """Every field the guard reads."""
        return {name: editor.text for name, editor in self._editors.items()}

    def _fields(self) -> Fields:
        """Everything a draft keeps."""
        fields = {**self._typed(), **self._form.values}
        if self._quotes:
            fields["quotes"] = " ".join(str(post) for post in self._quotes)
        return fields

    def _put(self, fields: Fields) -> None:
        """Fill the fields, each with the cursor at its end."""
        for name, editor in self._editors.items():
            editor.put(fields.get(name, ""))
        self._form.put(fields)
        if fields.get("quotes"):
            self._quotes = tuple(EventNo(int(post)) for post in fields["quotes"].split() if post.isdecimal())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A key, a paste, a rewrite."""
        event.stop()
        self._changed()
        name = event.text_area.id or ""
        if name in self._refusals and self._refusals[name].has_class("-told"):
            self._refuse(name, "")

    def on_record_form_changed(self, event: RecordForm.Changed) -> None:
        """An answer of the record."""
        event.stop()
        self._changed()

    def on_record_form_done(self, event: RecordForm.Done) -> None:
        """The record is through: back to the words."""
        event.stop()
        self.set_focus(self._editors["text"])

    def on_editor_trimmed(self, event: Editor.Trimmed) -> None:
        """A paste was cut."""
        event.stop()
        self.say(event.why)

    def on_editor_entered(self, event: Editor.Entered) -> None:
        """Enter in a single line goes to the next field."""
        event.stop()
        self._next_field(1)

    def _changed(self) -> None:
        if self._is_loading:
            return
        self._keeper.touch()
        self._guard.touch()

    # --- drafts --------------------------------------------------------------------------------------------------

    def _write_draft(self, draft: int | None, fields: Fields) -> int:
        """In the worker thread."""
        assert self._writer is not None
        return self.host.forum.drafts.save(
            self._writer, draft=draft, kind=self._kind, board=self.board, target=self._target, fields=fields
        )

    def _kept_or_not(self, trouble: str) -> None:
        """Whether the draft is safe on the disk."""
        if not self.is_attached:
            return
        if trouble:
            self.say(f"The draft is not saved. {trouble}", is_alarm=True)
        self._label("compose.keep", "keep as draft" if trouble else "keep as draft · saved")

    def _label(self, key: str, label: str) -> None:
        """Call one of the live keys by another name."""
        ids = dict(zip(self.KEYS, self.keys.keys, strict=True))
        ids[key] = (ids[key][0], label)
        self.keys.keys = tuple(ids.values())

    def save_now(self) -> None:
        """Keep the draft before returning, for a session that is about to end."""
        self._keeper.save_now()

    async def action_keep(self) -> None:
        """Leave; the draft stays. Out of the record first."""
        if self.focused is self._form:
            self.set_focus(self._editors["text"])
            return
        self._guard.stop()
        try:
            await self._keeper.settle()
        except WardroomError as error:
            self._kept_or_not(str(error))
            return
        await self._keeper.close()
        self.dismiss(None)

    def action_discard(self) -> None:
        """Throw it away, after one more key."""
        if not any(self._typed().values()):
            self.run_worker(self._throw_away(), group="writing")
            return

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.run_worker(self._throw_away(), group="writing")

        self.app.push_screen(
            Confirm("Throw this draft away? It cannot be brought back.", "throw away", "go on"), answered
        )

    async def _throw_away(self) -> None:
        self._guard.stop()
        draft = await self._keeper.close()
        try:
            if draft is not None:
                await offload.call(self.host.forum.drafts.discard, self.host.me, draft)
        except WardroomError as error:
            self._keeper.reopen()
            self.say(str(error), is_alarm=True)
            return
        self.dismiss(None)

    # --- the guard -----------------------------------------------------------------------------------------------

    def _show_findings(self, found: tuple[Found, ...]) -> None:
        """Mark each finding where it stands, and tell them in one line."""
        if not self.is_attached:
            return
        self._found = found
        self._inherit_overrides()
        for name, editor in self._editors.items():
            editor.marks = (
                Mark(one.finding.start, one.finding.end, "alarm" if one.is_block else "dim")
                for one in found
                if one.field == name and one.name not in self._kept
            )
        self._show_guard()

    def _inherit_overrides(self) -> None:
        """What an author kept with a reason in the version before, is kept in this one."""
        if self._before is None:
            return
        reasons = dict(self._before.overrides)
        words = f"{self._before.title}\n{self._before.question}\n{self._before.text}"
        for one in self._found:
            if one.is_block and one.finding.kind in reasons and one.finding.text in words:
                self._kept.setdefault(one.name, reasons[one.finding.kind])

    def _show_guard(self) -> None:
        shown = tuple(one for one in self._found if one.name not in self._kept)
        kept = len({one.name for one in self._found if one.is_block and one.name in self._kept})
        is_text = any(self._typed().values())
        self._guard_line.say(lambda width: [summary(shown, kept, width, is_text=is_text)])

    @property
    def blocks(self) -> tuple[Found, ...]:
        """What may not go out as it is."""
        return tuple(one for one in self._found if one.is_block and one.name not in self._kept)

    async def _scan_now(self) -> None:
        """Find what there is to find, this instant."""
        self._guard.stop()
        fields = self._typed()
        self._show_findings(await offload.call(scan, fields))

    def action_fix_or_next(self) -> None:
        """In the text with findings: take the rewrites; else the next field."""
        proposed = [one for one in self.blocks if one.finding.suggestion and self._is_current(one)]
        if self.focused is not self._editors["text"] or not proposed:
            self._next_field(1)
            return
        for name, editor in self._editors.items():
            editor.rewrite(
                (one.finding.start, one.finding.end, one.finding.suggestion) for one in proposed if one.field == name
            )
        self._found = ()
        self._show_findings(())

    def _is_current(self, one: Found) -> bool:
        """Whether the finding still stands where it was found."""
        return self._editors[one.field].text[one.finding.start : one.finding.end] == one.finding.text

    def action_override(self) -> None:
        """Keep one marked text, with a reason: the one at the cursor, else the first."""
        blocks = self.blocks
        if not blocks:
            self.say("Nothing is blocked.")
            return
        focused = self._focused_name()
        at = self._editors[focused].code_point(self._editors[focused].cursor_location) if focused else 0
        here = [one for one in blocks if one.field == focused and one.finding.start <= at <= one.finding.end]
        one = (here or list(blocks))[0]

        def told(reason: str | None) -> None:
            if reason:
                self._kept[one.name] = reason
                self._show_findings(self._found)

        what = " ".join(one.finding.text.split())
        question = f"Keep “{cut(what, 40)}” ({one.finding.kind})? Say why nobody can be known by it."
        self.app.push_screen(Write(question, _check_reason, is_one_line=True, done="keep it"), told)

    # --- moving between fields -----------------------------------------------------------------------------------

    def _focused_name(self) -> str | None:
        return next((name for name, editor in self._editors.items() if self.focused is editor), None)

    def _ring(self) -> list[Widget]:
        """The fields in the order Tab visits them."""
        names = ("title", "question", "text", "tags")
        return [self._editors[name] for name in names if name in self._editors]

    def _next_field(self, step: int) -> None:
        ring = self._ring()
        at = next((at for at, field in enumerate(ring) if self.focused is field), None)
        if at is None:
            self.set_focus(self._editors["text"])
        else:
            self.set_focus(ring[(at + step) % len(ring)])

    def action_previous_field(self) -> None:
        """Back."""
        self._next_field(-1)

    def action_record(self) -> None:
        """Into the record, or out of it."""
        if self.focused is self._form:
            self.set_focus(self._editors["text"])
        else:
            self.set_focus(self._form)

    # --- posting -------------------------------------------------------------------------------------------------

    def action_post(self) -> None:
        """Post it, unless something stands in the way."""
        if not self._is_posting:
            self._is_posting = True
            self.run_worker(self._post(), group="posting")

    async def _post(self) -> None:
        try:
            await self._try_to_post()
        finally:
            self._is_posting = False

    async def _try_to_post(self) -> None:
        good = self._checked()
        if good is None:
            return
        await self._scan_now()
        if self.blocks:
            first = self.blocks[0]
            self.set_focus(self._editors[first.field])
            self._editors[first.field].move_cursor(self._editors[first.field].place(first.finding.end))
            count = len(self.blocks)
            what = "1 identifier" if count == 1 else f"{count} identifiers"
            self.say(f"Not posted: {what}. Tab rewrites, ^O keeps one with a reason.", is_alarm=True)
            return
        draft = self._draft(good)
        forum, me = self.host.forum, self.host.me
        try:
            if self._kind == "case":
                assert self.board is not None
                post = await offload.call(forum.cases.post, me, self.board, draft)
            elif self._kind == "reply":
                assert self._target is not None
                post = await offload.call(forum.cases.reply, me, self._target, draft)
            else:
                assert self._target is not None
                await offload.call(forum.cases.amend, me, self._target, draft)
                post = self._target
        except InputRejected as error:
            self._refuse(self._focused_name() or "text", str(error))
            return
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
            return
        left = await self._keeper.close()
        if left is not None:
            try:
                await offload.call(forum.drafts.discard, me, left)
            except WardroomError as error:
                self.say(str(error), is_alarm=True)
        self.dismiss(None)
        self.app.post_message(OpenThread(post))

    def _checked(self) -> dict[str, str] | None:
        """The words as they will be posted, or None after saying at the field what is wrong with them."""
        checks: dict[str, Callable[[str], str]] = {
            "title": check_title,
            "question": check_question,
            "text": partial(check_body, required=not self._is_head),
            "tags": _check_tags,
        }
        good: dict[str, str] = {}
        wrong = ""
        for name, check in checks.items():
            if name not in self._editors:
                continue
            try:
                good[name] = check(self._editors[name].text)
            except InputRejected as error:
                self._refuse(name, str(error))
                wrong = wrong or name
            else:
                self._refuse(name, "")
        if wrong:
            self.set_focus(self._editors[wrong])
            return None
        if self.board is None:
            self._ask_board()
            return None
        return good

    def _draft(self, good: Mapping[str, str]) -> PostDraft:
        """The post as the forum takes it; what the composer does not show is taken from the version before."""
        before, values = self._before, self._form.values
        standing = {one.name for one in self._found}
        draft = PostDraft(
            good["text"],
            conflict=before.conflict if before else "",
            overrides=tuple(
                {kind: why for (kind, text), why in self._kept.items() if (kind, text) in standing}.items()
            ),
        )
        if not self._is_head:
            return replace(draft, flavour=values.get("flavour", ""), quotes=self._quotes)
        record = Record(
            age_band=values.get("age_band", ""),
            sex=values.get("sex", ""),
            acuity=values.get("acuity", ""),
            urgency=values.get("urgency", ""),
            setting=values.get("setting", ""),
            vitals=before.record.vitals if before and before.record else (),
        )
        return replace(
            draft,
            title=good["title"],
            kind=before.kind if before else "case",
            question=good["question"],
            tags=tuple(good["tags"].split()),
            record=record if record != Record() else None,
        )

    def _refuse(self, name: str, why: str) -> None:
        """Say at a field what is wrong with it; nothing: it is good."""
        words = self._refusals[name]
        words.set_class(bool(why), "-told")
        words.say(lambda width: text_lines(f"{signs.NOW} {why}", width, "alarm") if why else [])


def _check_tags(text: str) -> str:
    """Tags, however they were separated; each once."""
    words = text.replace(",", " ").replace("#", " ").split()
    return " ".join(dict.fromkeys(clean_name(word) for word in words))


def _check_reason(text: str) -> str:
    reason = check_line(text, "reason")
    if len(reason) < REASON_MIN:
        raise InputRejected("An override needs a reason of a few words. Write it, or press Esc and change the text.")
    return reason


def _fields_of(draft: PostDraft) -> Fields:
    """The composer's fields of a post."""
    record = draft.record or Record()
    fields = {name: getattr(record, name) for name in RECORD_FIELDS}
    return {
        **fields,
        "title": draft.title,
        "question": draft.question,
        "text": draft.text,
        "tags": " ".join(draft.tags),
        "flavour": draft.flavour,
    }
