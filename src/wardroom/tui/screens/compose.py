"""Where words become a post: drafts kept as they are typed, identifiers marked and shorthand read as it appears."""

from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import structs
from textual.widget import Widget
from textual.widgets import TextArea

from wardroom.domain import mentions
from wardroom.domain.events import Record
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import check_line, cut, display_width, pad
from wardroom.domain.views import BoardLine, DraftKind, DraftView, Me, MemberName, PostDraft, SimilarCase
from wardroom.errors import HeldForRelease, InputRejected, WardroomError
from wardroom.language import _, marked, several
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs.board_picker import BoardPicker
from wardroom.tui.dialogs.confirm import Confirm
from wardroom.tui.dialogs.earlier_picker import EarlierPicker
from wardroom.tui.dialogs.write import Write
from wardroom.tui.messages import Compose, OpenThread, Told
from wardroom.tui.widgets import fields, posting, reader
from wardroom.tui.widgets.draft_keeper import DraftKeeper, Fields
from wardroom.tui.widgets.earlier import Earlier
from wardroom.tui.widgets.editor import Editor
from wardroom.tui.widgets.frame import LOW, Framed
from wardroom.tui.widgets.guard import Guard
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.names import Offered, offer_line
from wardroom.tui.widgets.post_form import PostForm
from wardroom.tui.widgets.post_lines import one_line
from wardroom.tui.widgets.record_form import LABEL
from wardroom.tui.widgets.words import Words

if TYPE_CHECKING:
    from wardroom.domain.quick.form import Said
    from wardroom.domain.template import Template
    from wardroom.forum.drafts import Drafts

REASON_MIN: Final = 8
"""Characters of a reason: a word is not one."""
NAMED_IN: Final = ("title", "question", "text")
"""Fields whose words name members."""
_TITLES: Final = {
    "case": marked("New {kind}"), "reply": marked("Answer"), "amend": marked("New version"),
    "outcome": marked("Outcome"), "vitals": marked("Later vital signs"),
}  # fmt: skip
_ABOUT: Final = {"amend": marked("Your post"), "outcome": marked("Your case"), "vitals": marked("Your case")}


class ComposeScreen(Framed):
    """One post being written, until it is posted, kept as a draft or thrown away."""

    CSS_PATH = "compose.tcss"
    SPEAKS = "compose"
    KEYS = ("compose.post", "compose.fix", "compose.record", "compose.template", "compose.discard", "compose.keep")
    BINDINGS = keymap.bindings("compose")

    form: PostForm

    def __init__(self, request: Compose) -> None:
        super().__init__()
        self.request = request
        self.board: BoardNo | None = request.board
        self._board_line: BoardLine | None = None
        self._kind: DraftKind = request.kind
        self._target: EventNo | None = request.target
        self._kept: DraftView | None = None
        """The draft that is gone on with."""
        self._before: PostDraft | None = None
        """The version that is being amended."""
        self._quotes: tuple[EventNo, ...] = ()
        self._thread_kind = "case"
        self._template: Template | None = None
        self._reason = ""
        """The reason for an override, as far as it is written."""
        self._sure: tuple[str, ...] = ()
        """What the writer has been asked about, and goes out with the next ^S."""
        self._writer: Me | None = None
        self._drafts: Drafts | None = None
        """Whose draft it is, and where it goes, even when the session ends meanwhile."""
        self._trouble = ""
        self._is_target_shown = False
        self._is_posting = False
        self._is_loading = True
        self._keep_label = _("keep")
        self._guard = Guard(
            lambda: self.form.words, self._show_findings, lambda: self.host.forum.scan, lambda: self.form.states
        )
        self._reader = reader.Reader(lambda: self.form.fields, self._show_read)
        self._keeper = DraftKeeper(self._write_draft, self._fields, self._kept_or_not)
        self._earlier = Earlier(self._words_so_far, self._like_this, self._show_earlier)
        self._earlier_line = Words(id="earlier")
        self._guard_line = Words(id="guard")
        self._about = Words(id="about")
        self._audience = Words(id="audience")
        self._names: tuple[MemberName, ...] | None = None
        """Who reads the board, once a name is being typed."""
        self._offered: Offered = ()
        self._is_unsigned = False
        """Whether the site's standing member asks it; an answer in one's own unsigned thread begins so."""

    # --- opening -------------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The form, and the guard's line at the bottom."""
        self._find()
        self.form = PostForm((self._audience, self._about), self._form_fields())
        self._about.display = self._kind != "case" and not (self._kind == "amend" and self.form.is_head)
        yield self.form
        if self.form.is_head:
            self._guard_line.add_class("-close")
            yield self._earlier_line
        yield self._guard_line

    def _form_fields(self) -> tuple[fields.Field, ...]:
        if self._kind in ("outcome", "vitals"):
            return fields.OUTCOME if self._kind == "outcome" else fields.VITALS
        is_head = self._kind == "case"
        if self._kind == "amend":
            is_head = bool(self._before.title if self._before else self._kept and self._kept.fields.get("title"))
        return fields.HEAD if is_head else fields.REPLY

    def _find(self) -> None:
        """What is gone on with, or amended."""
        forum, me = self.host.forum, self.host.me
        try:
            if self.request.draft is not None:
                wanted = (draft for draft in forum.drafts.list(me) if draft.draft == self.request.draft)
                self._kept = next(wanted, None)
            if self._kept is not None:
                self._kind, self._target, self.board = self._kept.kind, self._kept.target, self._kept.board
            if self._kind in ("amend", "vitals") and self._target is not None:
                self._before = forum.cases.draft_of(me, self._target)
                record = self._before.record or Record()
                self._reader.before = structs.replace(record, vitals=()) if self._kind == "vitals" else record
                self._guard.inherit(posting.words_of(self._before), dict(self._before.overrides))
        except WardroomError as error:
            self._trouble = str(error)

    def on_mount(self) -> None:
        """Fill in what is known, and put the cursor where typing goes on."""
        self._writer, self._drafts = self.host.me, self.host.forum.drafts
        if self._kept is not None:
            self._go_on_with(self._kept)
        elif self._kind in ("outcome", "vitals"):
            self._begin_about_case()
        elif self._before is not None:
            self._thread_kind = self._before.kind or "case"
            self.form.put(posting.fields_of(self._before))
        elif self._kind == "reply" and self._target is not None:
            self._is_unsigned = self.host.forum.unsigned.is_own_thread(self.host.me, self._target)
            if self.request.is_quoting:
                self._quotes = (self._target,)
        self._keeper.opened(self._fields())
        self.form.be_of(self._thread_kind)
        first = next(iter(self.form.editors))
        self.form.go(first if self.form.is_blank or "text" not in self.form.editors else "text")
        self._is_loading = False
        self._guard.touch()
        self._read_soon()
        if self._trouble:
            self.say(self._trouble, is_alarm=True)
        if self._kind == "case" and self.board is None:
            self._ask_board()

    def _go_on_with(self, kept: DraftView) -> None:
        """Everything as it was when the draft was left."""
        self._keeper.draft = kept.draft
        self.form.put(kept.fields)
        quotes = kept.fields.get("quotes", "").split()
        self._quotes = tuple(EventNo(int(post)) for post in quotes if post.isdecimal())
        self._thread_kind = kept.fields.get("kind") or (self._before.kind if self._before else "") or "case"
        self._reason = kept.fields.get("reason", "")
        self._is_unsigned = bool(kept.fields.get("unsigned"))
        self._guard.kept.update(posting.reasons_from(kept.fields.get("reasons", "")))

    def _begin_about_case(self) -> None:
        """An outcome begins with what was told before, later vital signs with the minutes that have gone by."""
        assert self._target is not None
        try:
            case = self.host.forum.cases.open(self.host.me, self._target)
        except WardroomError as error:
            self._trouble = str(error)
            return
        if self._kind == "vitals":
            self.form.put({"vitals": posting.next_time(case, self.host.now_ms())})
        elif case.outcome_told is not None:
            told = case.outcome_told
            self._guard.inherit(case.outcome, {one.kind: one.reason for one in told.overrides})
            self.form.put(posting.fields_of_outcome(told))

    async def on_unmount(self) -> None:
        """Nobody is left to tell; what is not saved yet, is now."""
        self._guard.stop()
        self._reader.stop()
        self._earlier.stop()
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
                self.board, self._board_line, self._names = board, None, None
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
        what = _(_ABOUT.get(self._kind, "")) or (
            _("Quoting") if self._quotes else _("To {handle}").format(handle=handle)
        )
        words = f"{case.line.title}: {case.question or post.text}" if post is case.head else ""
        if self._quotes:
            words = f"{handle}: {words or ' '.join(post.text.split())}"

        def lines(width: int) -> list[Line]:
            room = max(width - LABEL, 4)
            return [((pad(cut(what, LABEL - 1), LABEL), "dim"), (cut(words, room) or one_line(post, room), "dim"))]

        self._about.say(lines)

    def show_header(self) -> None:
        """What is being written, and who will see it."""
        board = self._board_line
        where = " " + _("in {board}").format(board=board.title or board.name) if board else ""
        self.header.place = _(_TITLES[self._kind]).format(kind=_(self._thread_kind)) + where
        seen = _("visible to {audience}").format(audience=board.audience) if board else ""
        self.header.right = ((_("unsigned, ") if self._is_unsigned else "") + seen,) if board else ()
        self._show_keys()
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

    def _show_keys(self) -> None:
        """The keys that do something here."""
        absent = set() if self._kind == "case" else {"compose.template"}
        if self.form.record is None:
            absent.add("compose.record")
        names = tuple(key for key in self.KEYS if key not in absent)
        labels = {} if self.form.is_head else {"compose.record": _("kind")}
        if self.form.is_in_record:
            labels |= {"compose.record": _("words")}
        labels |= {"compose.keep": self._keep_label}
        shown = keymap.footer(self.SPEAKS, names, self.host.remapped)
        self.keys.keys = tuple((key, labels.get(name, label)) for name, (key, label) in zip(names, shown, strict=True))

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
            self._sure = ()
            self._keeper.touch()
            self._guard.touch()
            self._read_soon()
            if self.form.is_head:
                self._earlier.touch()

    def action_previous_field(self) -> None:
        """Back."""
        self.form.go_on(-1)

    def action_record(self) -> None:
        """Into the record, or out of it."""
        self.form.turn_to_record()
        self._show_keys()

    # --- names ---------------------------------------------------------------------------------------------------

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Offer the members whose name is being typed where the cursor stands."""
        event.stop()
        typed = self._typed_name()
        offered: Offered = ()
        if typed and self.board is not None:
            if self._names is None:
                self._names = self.host.forum.cards.readers(self.host.me, self.board)
            offered = mentions.offered(typed, self._names)
        if offered != self._offered:
            self._offered = offered
            self._show_guard()

    def _typed_name(self) -> str:
        editor = self.focused
        is_named_in = isinstance(editor, Editor) and editor.id in NAMED_IN
        return mentions.begun(*editor.line_at_cursor) if isinstance(editor, Editor) and is_named_in else ""

    def action_take_name(self) -> None:
        """Take the first name that is offered; else the key means what it means where one types."""
        editor = self.focused
        if not isinstance(editor, Editor):
            return
        if self._offered:
            editor.complete(len(self._typed_name()), self._offered[0][1] + " ")
        else:
            editor.action_redo()

    # --- what it is read as --------------------------------------------------------------------------------------

    @property
    def _has_record(self) -> bool:
        """Whether there is anything to be read as a record."""
        return self.form.is_head or self._kind == "vitals"

    def _read_soon(self) -> None:
        if self._has_record:
            self._reader.touch()

    def _show_read(self) -> None:
        """Say what the fields were read as, where they are typed and as the card the case will show."""
        said = self._reader.said
        if said is None or not self.is_attached:
            return
        beside, below = self.form.read
        if self._kind == "vitals":
            beside.say(lambda width: reader.card_of(said, width))
        elif self.form.is_head:
            is_low = self.size.height < LOW
            beside.say(lambda width: reader.line_of(said, width, is_low=is_low))
            below.say(lambda width: reader.card_of(said, width))
        for words in self.form.read:
            words.set_class(bool(words.lines), "-told")

    # --- templates -----------------------------------------------------------------------------------------------

    def action_template(self) -> None:
        """Begin with a template; what is typed already stays."""
        if self._kind != "case":
            return
        from wardroom.forum import templates
        from wardroom.tui.dialogs.template_picker import TemplatePicker

        found, warnings = templates.load(self.host.config.template_folders)

        def chosen(template: "Template | None") -> None:
            if template is not None:
                self._begin_with(template)

        self.app.push_screen(TemplatePicker(found, warnings), chosen)

    def _begin_with(self, template: "Template") -> None:
        before, self._template = self._template, template
        now = self.form.fields
        self._thread_kind = template.kind
        self.form.put({**now, **posting.begun(now, template, before)})
        self.form.be_of(template.kind)
        self.show_header()
        first = self.form.editors["text"].text.find(":\n") + 1
        self.form.go("title" if not now["title"] else "text")
        self.form.editors["text"].move_cursor(self.form.editors["text"].place(first) if first else (0, 0))
        self._changed()

    # --- drafts --------------------------------------------------------------------------------------------------

    def _fields(self) -> Fields:
        """Everything a draft keeps."""
        more = {
            "quotes": " ".join(str(post) for post in self._quotes),
            "kind": self._thread_kind if self._thread_kind != "case" else "",
            "reason": self._reason,
            "unsigned": "yes" if self._is_unsigned else "",
            "reasons": posting.reasons_words(self._guard.kept),
        }
        return {**self.form.fields, **{name: value for name, value in more.items() if value}}

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
            self.say(_("The draft is not saved.") + f" {trouble}", is_alarm=True)
        self._keep_label = _("keep") if trouble else _("keep · saved")
        self._show_keys()

    def save_now(self) -> None:
        """Keep the draft before returning, for a session that is about to end."""
        self._keeper.save_now()

    async def action_keep(self) -> None:
        """Leave; the draft stays. Out of the record first."""
        if self.form.is_in_record:
            self.action_record()
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
        question = _("Throw this draft away? It cannot be brought back.")
        self.app.push_screen(Confirm(question, _("throw away"), _("go on")), answered)

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

    # --- earlier cases like this one -----------------------------------------------------------------------------

    def _words_so_far(self) -> str:
        """What is written, without its record."""
        return "\n".join(self.form.words.values())

    def _like_this(self, words: str) -> tuple[SimilarCase, ...]:
        """In the worker thread; a version that is amended is not like itself."""
        host, besides = self.host, self._target if self._kind == "amend" else None
        return host.forum.search.similar(self._writer or host.me, words, besides=besides)

    def _show_earlier(self) -> None:
        if self.is_attached:
            [(key, _label)] = keymap.footer(self.SPEAKS, ("compose.earlier",), self.host.remapped)
            self._earlier_line.say(lambda width: [self._earlier.line(width, key)])

    def action_earlier(self) -> None:
        """Show them; one that is opened lies above what is being written."""
        if not self._earlier.found:
            self.say(_("Nothing here is like it yet."))
            return

        def chosen(thread: EventNo | None) -> None:
            if thread is not None:
                self.post_message(OpenThread(thread))

        self.app.push_screen(EarlierPicker(self._earlier.found, self.host.now_ms()), chosen)

    # --- the guard -----------------------------------------------------------------------------------------------

    def _show_findings(self) -> None:
        """Mark each finding where it stands, and tell them in one line."""
        if self.is_attached:
            self.form.mark(self._guard.standing)
            self._show_guard()

    def _show_guard(self) -> None:
        """The line under the words: a name that is offered goes before what was found."""
        if self._offered:
            [(key, _label)] = keymap.footer(self.SPEAKS, ("compose.name",), self.host.remapped)
            self._guard_line.say(lambda width: [offer_line(self._offered, width, key)])
        else:
            self._guard_line.say(lambda width: [self._guard.line(width)])

    def action_fix_or_next(self) -> None:
        """In the text, or in a field with an identifier of its own: take the rewrites; else the next field."""
        proposed = [one for one in self._guard.blocks if one.finding.suggestion and self.form.stands(one)]
        here = self.form.place[0]
        if not proposed or (here != "text" and not any(one.field == here for one in proposed)):
            self.form.go_on(1)
            return
        self.form.rewrite(proposed)
        self._guard.forget()

    def action_rewrite_all(self) -> None:
        """Take every rewrite, of what is only asked about as well."""
        proposed = [one for one in self._guard.standing if one.finding.suggestion and self.form.stands(one)]
        if not proposed:
            self.say(_("There is nothing to rewrite."))
            return
        self.form.rewrite(proposed)
        self._guard.forget()
        self._guard.touch()

    def action_override(self) -> None:
        """Keep one marked text, with a reason: the one at the cursor, else the first."""
        blocks = self._guard.blocks
        if not blocks:
            self.say(_("Nothing is blocked."))
            return
        field, at = self.form.place
        here = (one for one in blocks if one.field == field and one.finding.start <= at <= one.finding.end)
        one = next(here, blocks[0])

        def told(reason: str | None) -> None:
            if reason:
                self._reason = ""
                self._guard.keep(one, reason)
                self._keeper.touch()

        def typed(reason: str) -> None:
            self._reason = reason
            self._keeper.touch()

        what = cut(" ".join(one.finding.text.split()), 40)
        question = _("Keep “{what}” ({kind})? Say why nobody can be known by it.").format(
            what=what, kind=_(one.finding.kind)
        )
        dialog = Write(question, _check_reason, is_one_line=True, done=_("keep it"), text=self._reason, changed=typed)
        self.app.push_screen(dialog, told)

    # --- posting -------------------------------------------------------------------------------------------------

    def action_unsigned(self) -> None:
        """With the name, or without it; the line above says which, and the draft keeps it."""
        if self._kind not in ("case", "reply"):
            self.say(_("Who asked it is settled: a new version keeps the name it has."))
            return
        unsigned = self.host.forum.unsigned
        refusal = "" if self._is_unsigned else unsigned.why_not()
        is_answer = self._kind == "reply" and self._target is not None
        if is_answer and not refusal and not self._is_unsigned:
            refusal = _("Unsigned answers stand in threads one has asked unsigned, and begin so there.")
        if refusal:
            self.say(refusal)
            return
        self._is_unsigned = not self._is_unsigned
        self.show_header()
        self._changed()
        self.say(
            _("Unsigned: your name stays in this file. It may be traced; two stewards can open it, and you are told.")
            if self._is_unsigned
            else _("Signed with your name.")
        )

    def action_post(self) -> None:
        """Post it, unless something stands in the way."""
        if not self._is_posting:
            self._is_posting = True
            self.run_worker(self._post(), group="posting")

    async def _post(self) -> None:
        try:
            said = await self._reader.look() if self._has_record else None
            if said is not None:
                posting.fill_title(self.form, said)
            good = self.form.checked()
            if good is None or (said is not None and self._is_doubtful(said)):
                return
            if self.board is None:
                self._ask_board()
                return
            await self._guard.look()
            if self._guard.blocks:
                self._refuse_blocks()
                return
            await self._send(good, said, self.board)
        except InputRejected as error:
            self.form.refuse("text" if "text" in self.form.editors else "vitals", str(error))
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        finally:
            self._is_posting = False
            if self.is_attached:
                self._show_keys()

    def _is_doubtful(self, said: "Said") -> bool:
        """Whether the record wants another look: what cannot be is refused at its field, what is odd is asked once."""
        for field, why in (*said.refused, *said.unclear):
            name = field if field in self.form.editors else "vitals"
            self.form.refuse(name, _('{why} Correct it, or put it in "quotes" to leave it as text.').format(why=why))
            self.form.go(name)
            return True
        doubts = (*said.asked, *said.unusual)
        if doubts and self._sure != doubts:
            self._sure = doubts
            self.form.go("quick" if "quick" in self.form.editors and self.form.editors["quick"].text else "vitals")
            count = several(
                "Sure? {what}  ^S once more posts it so.", "Sure? {what}  ^S once more posts them so.", len(doubts)
            )
            self.say(count.format(what=cut(" · ".join(doubts), 44)), is_alarm=True)
            return True
        if self._kind == "vitals" and not said.record.vitals:
            self.form.refuse("vitals", _("No vital sign is read there. Write them as T+25 HR 118 BP 98/60."))
            return True
        return False

    def _refuse_blocks(self) -> None:
        blocks = self._guard.blocks
        self.form.go(blocks[0].field, blocks[0].finding.end)
        what = several("{count} identifier", "{count} identifiers", len(blocks)).format(count=len(blocks))
        said = _("Not posted: {what}. Tab rewrites, ^O keeps one with a reason.").format(what=what)
        self.say(said, is_alarm=True)

    async def _send(self, good: dict[str, str], said: "Said | None", board: BoardNo) -> None:
        """Post, throw the draft away, and show what was posted. Raises what the forum raises."""
        cases, me, target = self.host.forum.cases, self.host.me, self._target
        chosen = self.form.fields
        draft = posting.draft_of(
            good, chosen, said if self.form.is_head else None, self._before, kind=self._thread_kind,
            template=self._template, now_ms=self.host.now_ms(),
        )  # fmt: skip
        draft = structs.replace(
            draft, overrides=self._guard.overrides, quotes=self._quotes, is_unsigned=self._is_unsigned
        )  # fmt: skip
        await self._keeper.settle()
        kept_as = await self._keeper.close()
        draft = structs.replace(draft, kept_as=kept_as)
        try:
            if target is None:
                post = await offload.call(cases.post, me, board, draft)
            elif self._kind == "reply":
                post = await offload.call(cases.reply, me, target, draft)
            else:
                post = target
                if self._kind == "amend":
                    await offload.call(cases.amend, me, target, draft)
                elif said is not None:
                    added = partial(cases.add_vitals, rest=said.rest, overrides=draft.overrides, kept_as=kept_as)
                    await offload.call(added, me, target, posting.sets_in(good["vitals"]))
                else:
                    told = posting.outcome_of(good, draft.overrides)
                    await offload.call(partial(cases.record_outcome, kept_as=kept_as), me, target, told)
        except HeldForRelease as held:
            self.dismiss(None)
            self.app.post_message(Told(str(held)))
            return
        except BaseException:
            self._keeper.reopen()
            raise
        self.dismiss(None)
        self.app.post_message(OpenThread(post))


def _check_reason(text: str) -> str:
    reason = check_line(text, "reason")
    if len(reason) < REASON_MIN:
        raise InputRejected(_("An override needs a reason of a few words. Write it, or press Esc and change the text."))
    return reason
