"""What is being written: its kind, what it answers or amends, the form it stands in, and what a draft keeps of it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import DraftKind, DraftView, Me, PostDraft
from wardroom.errors import WardroomError
from wardroom.language import _
from wardroom.tui.messages import Compose
from wardroom.tui.widgets import fields, posting
from wardroom.tui.widgets.guard import Guard
from wardroom.tui.widgets.post_form import PostForm

if TYPE_CHECKING:
    from wardroom.domain.template import Template
    from wardroom.forum import Forum


class Writing:
    """One post on its way from the wish to write it to the forum."""

    form: PostForm

    def __init__(self, request: Compose) -> None:
        self.kind: DraftKind = request.kind
        self.target: EventNo | None = request.target
        self.board: BoardNo | None = request.board
        self.kept: DraftView | None = None
        """The draft that is gone on with."""
        self.before: PostDraft | None = None
        """The version that is being amended."""
        self.quotes: tuple[EventNo, ...] = ()
        self.thread_kind = "case"
        self.template: Template | None = None
        self.reason = ""
        """The reason for an override, as far as it is written."""
        self.is_unsigned = False
        """Whether the site's standing member asks it; an answer in one's own unsigned thread begins so."""
        self.trouble = ""
        """What could not be found out."""
        self._request = request

    def find(self, forum: "Forum", me: Me) -> None:
        """What is gone on with, or amended."""
        try:
            if self._request.draft is not None:
                wanted = (draft for draft in forum.drafts.list(me) if draft.draft == self._request.draft)
                self.kept = next(wanted, None)
            if self.kept is not None:
                self.kind, self.target, self.board = self.kept.kind, self.kept.target, self.kept.board
            if self.kind in ("amend", "vitals") and self.target is not None:
                self.before = forum.cases.draft_of(me, self.target)
        except WardroomError as error:
            self.trouble = str(error)

    @property
    def form_fields(self) -> tuple[fields.Field, ...]:
        """What it is written in."""
        if self.kind in ("outcome", "vitals"):
            return fields.OUTCOME if self.kind == "outcome" else fields.VITALS
        is_head = self.kind == "case"
        if self.kind == "amend":
            is_head = bool(self.before.title if self.before else self.kept and self.kept.fields.get("title"))
        return fields.HEAD if is_head else fields.REPLY

    @property
    def has_record(self) -> bool:
        """Whether there is anything to be read as a record."""
        return self.form.is_head or self.kind == "vitals"

    def begin(self, forum: "Forum", me: Me, guard: Guard, now_ms: int) -> None:
        """Fill in what is known."""
        if self.kept is not None:
            self._go_on_with(self.kept, guard)
        elif self.kind in ("outcome", "vitals"):
            self._begin_about_case(forum, me, guard, now_ms)
        elif self.before is not None:
            self.thread_kind = self.before.kind or "case"
            self.form.put(posting.fields_of(self.before))
        elif self.kind == "reply" and self.target is not None:
            self.is_unsigned = forum.unsigned.is_own_thread(me, self.target)
            if self._request.is_quoting:
                self.quotes = (self.target,)

    def _go_on_with(self, kept: DraftView, guard: Guard) -> None:
        """Everything as it was when the draft was left."""
        self.form.put(kept.fields)
        quotes = kept.fields.get("quotes", "").split()
        self.quotes = tuple(EventNo(int(post)) for post in quotes if post.isdecimal())
        self.thread_kind = kept.fields.get("kind") or (self.before.kind if self.before else "") or "case"
        self.reason = kept.fields.get("reason", "")
        self.is_unsigned = bool(kept.fields.get("unsigned"))
        guard.kept.update(posting.reasons_from(kept.fields.get("reasons", "")))

    def _begin_about_case(self, forum: "Forum", me: Me, guard: Guard, now_ms: int) -> None:
        """An outcome begins with what was told before, later vital signs with the minutes that have gone by."""
        assert self.target is not None
        try:
            case = forum.cases.open(me, self.target)
        except WardroomError as error:
            self.trouble = str(error)
            return
        if self.kind == "vitals":
            self.form.put({"vitals": posting.next_time(case, now_ms)})
        elif case.outcome_told is not None:
            told = case.outcome_told
            guard.inherit(case.outcome, {one.kind: one.reason for one in told.overrides})
            self.form.put(posting.fields_of_outcome(told))

    def take(self, template: "Template") -> None:
        """Begin with a template; what is typed already stays."""
        before, self.template = self.template, template
        so_far = self.form.fields
        self.thread_kind = template.kind
        self.form.put({**so_far, **posting.begun(so_far, template, before)})
        self.form.be_of(template.kind)

    def turn_unsigned(self, forum: "Forum") -> str:
        """With the name, or without it; why that may not be, or nothing."""
        if self.kind not in ("case", "reply"):
            return _("Who asked it is settled: a new version keeps the name it has.")
        if not self.is_unsigned:
            refusal = forum.unsigned.why_not()
            if refusal:
                return refusal
            if self.kind == "reply" and self.target is not None:
                return _("Unsigned answers stand in threads one has asked unsigned, and begin so there.")
        self.is_unsigned = not self.is_unsigned
        return ""

    def kept_fields(self, reasons: Mapping[tuple[str, str], str]) -> dict[str, str]:
        """Everything a draft keeps; ``reasons`` are those the author kept blocks for."""
        more = {
            "quotes": " ".join(str(post) for post in self.quotes),
            "kind": self.thread_kind if self.thread_kind != "case" else "",
            "reason": self.reason,
            "unsigned": "yes" if self.is_unsigned else "",
            "reasons": posting.reasons_words(reasons),
        }
        return {**self.form.fields, **{name: value for name, value in more.items() if value}}
