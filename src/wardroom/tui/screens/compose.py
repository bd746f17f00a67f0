"""Where a case, an answer or a new version is written: drafts kept as it is typed, identifiers marked as they appear."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from textual.widget import Widget

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import check_line, cut, display_width
from wardroom.domain.views import BoardLine, DraftView, Me, PostDraft
from wardroom.errors import InputRejected, WardroomError
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs.board_picker import BoardPicker
from wardroom.tui.dialogs.confirm import Confirm
from wardroom.tui.dialogs.write import Write
from wardroom.tui.messages import Compose, OpenThread
from wardroom.tui.widgets.draft_keeper import DraftKeeper, Fields
from wardroom.tui.widgets.editor import Editor
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.guard import Guard
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.post_form import PostForm, fields_of
from wardroom.tui.widgets.post_lines import one_line
from wardroom.tui.widgets.record_form import LABEL
from wardroom.tui.widgets.words import Words

if TYPE_CHECKING:
    from wardroom.forum.drafts import Drafts

REASON_MIN: Final = 8
"""Characters of a reason: a word is not one."""
LOW: Final = 16
"""Rows of a glass on which nothing is left empty."""


class ComposeScreen(Framed):
    """One post being written, until it is posted, kept as a draft or thrown away."""

    CSS_PATH = "compose.tcss"
    SPEAKS = "compose"
    KEYS = ("compose.post", "compose.fix", "compose.record", "compose.discard", "compose.keep")
    BINDINGS = keymap.bindings("compose")

    form: PostForm

    def __init__(self, request: Compose) -> None:
        super().__init__()
        self.request = request
        self.board: BoardNo | None = request.board
        self._board_line: BoardLine | None = None
        self._kind = request.kind
        self._target: EventNo | None = request.target
        self._kept: DraftView | None = None
        """The draft that is gone on with."""
        self._before: PostDraft | None = None
        """The version that is being amended."""
        self._quotes: tuple[EventNo, ...] = ()
        self._writer: Me | None = None
        self._drafts: Drafts | None = None
        """Whose draft it is, and where it goes, even when the session ends meanwhile."""
        self._trouble = ""
        self._is_target_shown = False
        self._is_posting = False
        self._is_loading = True
        self._guard = Guard(lambda: self.form.words, self._show_findings)
        self._keeper = DraftKeeper(self._write_draft, self._fields, self._kept_or_not)
        self._guard_line = Words(id="guard")
        self._about = Words(id="about")
        self._audience = Words(id="audience")

    # --- opening -------------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The form, and the guard's line at the bottom."""
        self._find()
        is_head = self._kind == "case"
        if self._kind == "amend":
            is_head = bool(self._before.title if self._before else self._kept and self._kept.fields.get("title"))
        self.form = PostForm((self._audience, self._about), is_head=is_head)
        self._about.display = not is_head
        yield self.form
        yield self._guard_line

    def _find(self) -> None:
        """What is gone on with, or amended."""
        forum, me = self.host.forum, self.host.me
        try:
            if self.request.draft is not None:
                wanted = (draft for draft in forum.drafts.list(me) if draft.draft == self.request.draft)
                self._kept = next(wanted, None)
            if self._kept is not None:
                self._kind, self._target, self.board = self._kept.kind, self._kept.target, self._kept.board
            if self._kind == "amend" and self._target is not None:
                self._before = forum.cases.draft_of(me, self._target)
                self._guard.inherit(self._before)
        except WardroomError as error:
            self._trouble = str(error)

    def on_mount(self) -> None:
        """Fill in what is known, and put the cursor where typing goes on."""
        self._writer, self._drafts = self.host.me, self.host.forum.drafts
        if self._kept is not None:
            self._keeper.draft = self._kept.draft
            self.form.put(self._kept.fields)
            quotes = self._kept.fields.get("quotes", "").split()
            self._quotes = tuple(EventNo(int(post)) for post in quotes if post.isdecimal())
        elif self._before is not None:
            self.form.put(fields_of(self._before))
        elif self.request.is_quoting and self._target is not None:
            self._quotes = (self._target,)
        self._keeper.opened(self._fields())
        self.form.go("title" if self.form.is_head and self.form.is_blank else "text")
        self._is_loading = False
        self._guard.touch()
        if self._trouble:
            self.say(self._trouble, is_alarm=True)
        if self._kind == "case" and self.board is None:
            self._ask_board()

    async def on_unmount(self) -> None:
        """Nobody is left to tell; what is not saved yet, is now."""
        self._guard.stop()
        # An error has been said by whoever ended the session, or by the save before this one.
        with suppress(WardroomError):
            await self._keeper.settle()
        await self._keeper.close()

    def on_screen_suspend(self) -> None:
        """Under a dialog or the lock there is no cursor; the focus stays, for keys typed ahead."""
        self.form.repaint()

    def on_screen_resume(self) -> None:
        """Typing goes on where it was."""
        self.form.repaint()

    # --- where it goes, and who will see it ----------------------------------------------------------------------

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
            elif self.board is None and self.form.is_blank:
                self.dismiss(None)

        self.app.push_screen(BoardPicker(self.host.forum.boards.lines(self.host.me)), chosen)

    def refresh_view(self) -> None:
        """Ask who will see it; the text is nobody's but the writer's."""
        try:
            if self._target is not None and not self._is_target_shown:
                self._show_target(self._target)
            if self.board is not None and self._board_line is None:
                self._board_line = self.host.forum.boards.line(self.host.me, self.board)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        self.show_header()

    def _show_target(self, target: EventNo) -> None:
        """The beginning of what is being answered."""
        case = self.host.forum.cases.open(self.host.me, target)
        self._is_target_shown = True
        self.board = self.board or case.line.board
        post = next((post for post in case.posts if post.post == target), case.head)
        handle = post.author.partition("@")[0]
        what = "Your post" if self._kind == "amend" else "Quoting" if self._quotes else f"To {handle}"
        words = f"{case.line.title}: {case.question or post.text}" if post is case.head else ""
        if self._quotes:
            words = f"{handle}: {words or ' '.join(post.text.split())}"

        def lines(width: int) -> list[Line]:
            room = max(width - LABEL, 4)
            return [((f"{cut(what, LABEL - 1):<{LABEL}}", "dim"), (cut(words, room) or one_line(post, room), "dim"))]

        self._about.say(lines)

    def show_header(self) -> None:
        """What is being written, and who will see it."""
        board = self._board_line
        where = f" in {board.title or board.name}" if board else ""
        what = {"case": "New case", "reply": "Answer", "amend": "New version"}[self._kind]
        self.header.place = what + where
        self.header.right = (f"visible to {board.audience}",) if board else ()
        if not self.form.is_head:
            self._label("compose.record", "kind")
        self._fit()

    def _fit(self) -> None:
        """Who will see it is always said: below the header where that has no room for it."""
        width, height = self.size
        audience = self.header.right[0] if self.header.right else ""
        has_room = display_width(self.header.place) + 3 + display_width(audience) <= width - 2
        self._audience.display = not has_room
        self._audience.say(lambda width: [((cut(audience, width), "dim"),)])
        self.set_class(height < LOW, "-low")
        self.form.set_class(height < LOW, "-low")

    def on_resize(self) -> None:
        """The same on any glass."""
        self._fit()

    # --- what is typed -------------------------------------------------------------------------------------------

    def on_post_form_changed(self, event: PostForm.Changed) -> None:
        """It will be saved and looked at."""
        event.stop()
        self._changed()

    def on_editor_trimmed(self, event: Editor.Trimmed) -> None:
        """A paste was cut."""
        event.stop()
        self.say(event.why)

    def _changed(self) -> None:
        if not self._is_loading:
            self._keeper.touch()
            self._guard.touch()

    def action_previous_field(self) -> None:
        """Back."""
        self.form.go_on(-1)

    def action_record(self) -> None:
        """Into the record, or out of it."""
        self.form.turn_to_record()

    # --- drafts --------------------------------------------------------------------------------------------------

    def _fields(self) -> Fields:
        """Everything a draft keeps."""
        quotes = {"quotes": " ".join(str(post) for post in self._quotes)} if self._quotes else {}
        return {**self.form.fields, **quotes}

    def _write_draft(self, draft: int | None, fields: Fields) -> int:
        """In the worker thread."""
        assert self._writer is not None
        assert self._drafts is not None
        return self._drafts.save(
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
        if self.form.is_in_record:
            self.form.turn_to_record()
            return
        if self._is_posting:
            return
        try:
            await self._keeper.settle()
        except WardroomError as error:
            self._kept_or_not(str(error))
            return
        await self._keeper.close()
        self.dismiss(None)

    def action_discard(self) -> None:
        """Throw it away, after one more key."""

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self.run_worker(self._throw_away(), group="writing")

        if self.form.is_blank:
            answered(True)
            return
        question = "Throw this draft away? It cannot be brought back."
        self.app.push_screen(Confirm(question, "throw away", "go on"), answered)

    async def _throw_away(self) -> None:
        draft = await self._keeper.close()
        try:
            if draft is not None:
                await offload.call(self.host.forum.drafts.discard, self.host.me, draft)
        except WardroomError as error:
            self._keeper.reopen()
            self.say(str(error), is_alarm=True)
        else:
            self.dismiss(None)

    # --- the guard -----------------------------------------------------------------------------------------------

    def _show_findings(self) -> None:
        """Mark each finding where it stands, and tell them in one line."""
        if self.is_attached:
            self.form.mark(self._guard.standing)
            self._guard_line.say(lambda width: [self._guard.line(width)])

    def action_fix_or_next(self) -> None:
        """In the text with findings: take the rewrites; else the next field."""
        proposed = [one for one in self._guard.blocks if one.finding.suggestion and self.form.stands(one)]
        if self.form.place[0] != "text" or not proposed:
            self.form.go_on(1)
            return
        self.form.rewrite(proposed)
        self._guard.forget()

    def action_override(self) -> None:
        """Keep one marked text, with a reason: the one at the cursor, else the first."""
        blocks = self._guard.blocks
        if not blocks:
            self.say("Nothing is blocked.")
            return
        field, at = self.form.place
        here = (one for one in blocks if one.field == field and one.finding.start <= at <= one.finding.end)
        one = next(here, blocks[0])

        def told(reason: str | None) -> None:
            if reason:
                self._guard.keep(one, reason)

        what = cut(" ".join(one.finding.text.split()), 40)
        question = f"Keep “{what}” ({one.finding.kind})? Say why nobody can be known by it."
        self.app.push_screen(Write(question, _check_reason, is_one_line=True, done="keep it"), told)

    # --- posting -------------------------------------------------------------------------------------------------

    def action_post(self) -> None:
        """Post it, unless something stands in the way."""
        if not self._is_posting:
            self._is_posting = True
            self.run_worker(self._post(), group="posting")

    async def _post(self) -> None:
        try:
            good = self.form.checked()
            if good is None:
                return
            if self.board is None:
                self._ask_board()
                return
            await self._guard.look()
            if self._guard.blocks:
                self._refuse_blocks()
                return
            draft = replace(self.form.draft(good, self._before), overrides=self._guard.overrides, quotes=self._quotes)
            await self._send(draft, self.board)
        except InputRejected as error:
            self.form.refuse(self.form.place[0] or "text", str(error))
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        finally:
            self._is_posting = False

    def _refuse_blocks(self) -> None:
        blocks = self._guard.blocks
        self.form.go(blocks[0].field, blocks[0].finding.end)
        what = "1 identifier" if len(blocks) == 1 else f"{len(blocks)} identifiers"
        self.say(f"Not posted: {what}. Tab rewrites, ^O keeps one with a reason.", is_alarm=True)

    async def _send(self, draft: PostDraft, board: BoardNo) -> None:
        """Post, throw the draft away, and show what was posted. Raises what the forum raises."""
        cases, me = self.host.forum.cases, self.host.me
        await self._keeper.settle()
        draft = replace(draft, kept_as=await self._keeper.close())
        try:
            if self._target is None:
                post = await offload.call(cases.post, me, board, draft)
            elif self._kind == "reply":
                post = await offload.call(cases.reply, me, self._target, draft)
            else:
                await offload.call(cases.amend, me, self._target, draft)
                post = self._target
        except BaseException:
            self._keeper.reopen()
            raise
        self.dismiss(None)
        self.app.post_message(OpenThread(post))


def _check_reason(text: str) -> str:
    reason = check_line(text, "reason")
    if len(reason) < REASON_MIN:
        raise InputRejected("An override needs a reason of a few words. Write it, or press Esc and change the text.")
    return reason
