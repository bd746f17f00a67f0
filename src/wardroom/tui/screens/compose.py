"""Where words become a post: drafts kept as they are typed, identifiers marked and shorthand read as it appears."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import structs
from textual.widget import Widget
from textual.widgets import TextArea

from wardroom.domain.events import Record
from wardroom.domain.ids import BoardNo
from wardroom.domain.text import display_width
from wardroom.domain.views import MemberName
from wardroom.errors import HeldForRelease, InputRejected, WardroomError
from wardroom.language import _
from wardroom.tui import keymap
from wardroom.tui.composing.audience import Audience
from wardroom.tui.composing.drafting import Drafting
from wardroom.tui.composing.guarding import Guarding
from wardroom.tui.composing.likeness import Likeness
from wardroom.tui.composing.naming import Naming
from wardroom.tui.composing.sending import Doubts, send
from wardroom.tui.composing.writing import Writing
from wardroom.tui.dialogs.board_picker import BoardPicker
from wardroom.tui.messages import Compose, OpenThread, Told
from wardroom.tui.widgets import posting, reader
from wardroom.tui.widgets.draft_keeper import Fields
from wardroom.tui.widgets.editor import Editor
from wardroom.tui.widgets.frame import LOW, Framed
from wardroom.tui.widgets.post_form import PostForm

if TYPE_CHECKING:
    from wardroom.domain.template import Template


class ComposeScreen(Framed):
    """One post being written, until it is posted, kept as a draft or thrown away."""

    CSS_PATH = "compose.tcss"
    SPEAKS = "compose"
    KEYS = ("compose.post", "compose.fix", "compose.record", "compose.template", "compose.discard", "compose.keep")
    BINDINGS = keymap.bindings("compose")

    def __init__(self, request: Compose) -> None:
        super().__init__()
        self.writing = writing = Writing(request)
        self._audience = Audience(writing)
        self._naming = Naming(self._readers)
        self._drafting = Drafting(self, writing, self._fields, self._show_keys)
        self._guarding = Guarding(self, writing, self._naming, self._drafting.keeper.touch)
        self._reader = reader.Reader(lambda: self.form.fields, self._show_read)
        self._doubts = Doubts(self, writing)
        self._likeness = Likeness(self, writing, lambda: self._drafting.writer or self.host.me)
        self._is_posting = False
        self._is_loading = True

    @property
    def form(self) -> PostForm:
        """The fields, once they stand."""
        return self.writing.form

    # --- opening -------------------------------------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The form, and the guard's line at the bottom."""
        writing = self.writing
        writing.find(self.host.forum, self.host.me)
        if writing.before is not None:
            record = writing.before.record or Record()
            self._reader.before = structs.replace(record, vitals=()) if writing.kind == "vitals" else record
            self._guarding.guard.inherit(posting.words_of(writing.before), dict(writing.before.overrides))
        about = self._audience.about
        writing.form = form = PostForm((self._audience.line, about), writing.form_fields)
        about.display = writing.kind != "case" and not (writing.kind == "amend" and form.is_head)
        yield form
        if form.is_head:
            self._guarding.line.add_class("-close")
            yield self._likeness.line
        yield self._guarding.line

    def on_mount(self) -> None:
        """Fill in what is known, and put the cursor where typing goes on."""
        writing, host = self.writing, self.host
        self._drafting.open()
        writing.begin(host.forum, host.me, self._guarding.guard, host.now_ms())
        self._drafting.keeper.opened(self._fields())
        self.form.be_of(writing.thread_kind)
        first = next(iter(self.form.editors))
        self.form.go(first if self.form.is_blank or "text" not in self.form.editors else "text")
        self._is_loading = False
        self._guarding.guard.touch()
        self._read_soon()
        if writing.trouble:
            self.say(writing.trouble, is_alarm=True)
        if writing.kind == "case" and writing.board is None:
            self._ask_board()

    async def on_unmount(self) -> None:
        """Nobody is left to tell; what is not saved yet, is now."""
        self._guarding.guard.stop()
        self._reader.stop()
        self._likeness.earlier.stop()
        await self._drafting.end()

    def on_screen_suspend(self) -> None:
        """Under a dialog or the lock there is no cursor; the focus stays, for keys typed ahead."""
        self.form.repaint()

    def on_screen_resume(self) -> None:
        """Typing goes on where it was."""
        self.form.repaint()

    # --- where it goes, and who will see it ----------------------------------------------------------------------

    def action_board(self) -> None:
        """Put a case on another board; what answers or amends stays where it is."""
        if self.writing.kind == "case":
            self._ask_board()

    def _ask_board(self) -> None:
        def chosen(board: BoardNo | None) -> None:
            if board is not None:
                self._audience.choose(board)
                self._naming.forget()
                self.refresh_view()
                self._changed()
            elif self.writing.board is None and self.form.is_blank:
                self.dismiss(None)

        self.app.push_screen(BoardPicker(self.host.forum.boards.lines(self.host.me)), chosen)

    def refresh_view(self) -> None:
        """Ask who will see it; the text is nobody's but the writer's."""
        try:
            self._audience.ask(self.host)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        self.show_header()

    def show_header(self) -> None:
        """What is being written, and who will see it."""
        self.header.place = self._audience.title
        self.header.right = (self._audience.said,) if self._audience.said else ()
        self._show_keys()
        self._fit()

    def _fit(self) -> None:
        """Who will see it is always said: below the header where that has no room for it."""
        width, height = self.size
        has_room = display_width(self.header.place) + 3 + display_width(self._audience.said) <= width - 2
        self._audience.show(is_line=not has_room)
        self.set_class(height < LOW, "-low")
        self.form.set_class(height < LOW, "-low")

    def _show_keys(self) -> None:
        """The keys that do something here."""
        absent = set() if self.writing.kind == "case" else {"compose.template"}
        if self.form.record is None:
            absent.add("compose.record")
        names = tuple(key for key in self.KEYS if key not in absent)
        labels = {} if self.form.is_head else {"compose.record": _("kind")}
        if self.form.is_in_record:
            labels |= {"compose.record": _("words")}
        labels |= {"compose.keep": self._drafting.label}
        shown = keymap.footer(self.SPEAKS, names, self.host.remapped)
        self.keys.keys = tuple((key, labels.get(name, label)) for name, (key, label) in zip(names, shown, strict=True))

    def on_resize(self) -> None:
        """The same on any glass."""
        self._fit()

    # --- what is typed, and what it is read as -------------------------------------------------------------------

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
            self._doubts.forget()
            self._drafting.keeper.touch()
            self._guarding.guard.touch()
            self._read_soon()
            if self.form.is_head:
                self._likeness.earlier.touch()

    def action_previous_field(self) -> None:
        """Back."""
        self.form.go_on(-1)

    def action_record(self) -> None:
        """Into the record, or out of it."""
        self.form.turn_to_record()
        self._show_keys()

    def _read_soon(self) -> None:
        if self.writing.has_record:
            self._reader.touch()

    def _show_read(self) -> None:
        """Say what the fields were read as, where they are typed and as the card the case will show."""
        said = self._reader.said
        if said is None or not self.is_standing:
            return
        beside, below = self.form.read
        if self.writing.kind == "vitals":
            beside.say(lambda width: reader.card_of(said, width))
        elif self.form.is_head:
            is_low = self.size.height < LOW
            beside.say(lambda width: reader.line_of(said, width, is_low=is_low))
            below.say(lambda width: reader.card_of(said, width))
        for words in self.form.read:
            words.set_class(bool(words.lines), "-told")

    # --- names, and the guard ------------------------------------------------------------------------------------

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Offer the members whose name is being typed where the cursor stands."""
        event.stop()
        if self._naming.look(self.focused):
            self._guarding.show()

    def _readers(self) -> tuple[MemberName, ...] | None:
        board = self.writing.board
        return self.host.forum.cards.readers(self.host.me, board) if board is not None else None

    def action_take_name(self) -> None:
        """Take the first name that is offered."""
        self._naming.take(self.focused)

    def action_fix_or_next(self) -> None:
        """Take the rewrites, or go to the next field."""
        self._guarding.fix_or_next()

    def action_rewrite_all(self) -> None:
        """Take every rewrite."""
        self._guarding.rewrite_all()

    def action_override(self) -> None:
        """Keep one marked text, with a reason."""
        self._guarding.override()

    # --- templates -----------------------------------------------------------------------------------------------

    def action_template(self) -> None:
        """Begin with a template; what is typed already stays."""
        if self.writing.kind != "case":
            return
        from wardroom.forum import templates
        from wardroom.tui.dialogs.template_picker import TemplatePicker

        found, warnings = templates.load(self.host.config.template_folders)

        def chosen(template: "Template | None") -> None:
            if template is not None:
                self._begin_with(template)

        self.app.push_screen(TemplatePicker(found, warnings), chosen)

    def _begin_with(self, template: "Template") -> None:
        now = self.form.fields
        self.writing.take(template)
        self.show_header()
        text = self.form.editors["text"]
        first = text.text.find(":\n") + 1
        self.form.go("title" if not now["title"] else "text")
        text.move_cursor(text.place(first) if first else (0, 0))
        self._changed()

    # --- drafts, and earlier cases -------------------------------------------------------------------------------

    def _fields(self) -> Fields:
        """Everything a draft keeps."""
        return self.writing.kept_fields(self._guarding.guard.kept)

    def save_now(self) -> None:
        """Keep the draft before returning, for a session that is about to end."""
        self._drafting.keeper.save_now()

    async def action_keep(self) -> None:
        """Leave; the draft stays. Out of the record first."""
        if self.form.is_in_record:
            self.action_record()
            return
        if not self._is_posting:
            await self._drafting.leave()

    def action_discard(self) -> None:
        """Throw it away, after one more key."""
        self._drafting.discard()

    def action_earlier(self) -> None:
        """Show earlier cases like this one."""
        self._likeness.choose()

    # --- posting -------------------------------------------------------------------------------------------------

    def action_unsigned(self) -> None:
        """With the name, or without it; the line above says which, and the draft keeps it."""
        refusal = self.writing.turn_unsigned(self.host.forum)
        if refusal:
            self.say(refusal)
            return
        self.show_header()
        self._changed()
        self.say(
            _("Unsigned: your name stays in this file. It may be traced; two stewards can open it, and you are told.")
            if self.writing.is_unsigned
            else _("Signed with your name.")
        )

    def action_post(self) -> None:
        """Post it, unless something stands in the way."""
        if not self._is_posting:
            self._is_posting = True
            self.run_worker(self._post(), group="posting")

    async def _post(self) -> None:
        writing = self.writing
        try:
            said = await self._reader.look() if writing.has_record else None
            if said is not None:
                posting.fill_title(self.form, said)
            good = self.form.checked()
            if good is None or (said is not None and self._doubts.stand_against(said)):
                return
            if writing.board is None:
                self._ask_board()
                return
            if await self._guarding.holds_back():
                return
            kept = self._guarding.guard.overrides
            post = await send(self.host, writing, writing.board, good, said, kept, self._drafting.keeper)
            self.dismiss(None)
            self.app.post_message(OpenThread(post))
        except HeldForRelease as held:
            self.dismiss(None)
            self.app.post_message(Told(str(held)))
        except InputRejected as error:
            self.form.refuse("text" if "text" in self.form.editors else "vitals", str(error))
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        finally:
            self._is_posting = False
            if self.is_standing:
                self._show_keys()
