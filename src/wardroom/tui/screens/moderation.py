"""What waits for a moderator, what the member is to be told, and what was done: a line each, and one key acts."""

from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.text import check_line, cut, display_width, pad, wrap
from wardroom.domain.views import AuditLine, QueueItem
from wardroom.errors import WardroomError
from wardroom.forum.moderation import in_words
from wardroom.language import _, marked
from wardroom.terminal import signs
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs import acts
from wardroom.tui.dialogs.choice import Choice
from wardroom.tui.dialogs.write import Write
from wardroom.tui.messages import OpenThread
from wardroom.tui.widgets.ages import age_column
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import ACCENT, BOLD, DIM, PLAIN, Run, line

_KINDS: Final = {
    "flag": marked("flagged"), "held": marked("held"), "proposal": marked("erase?"), "appeal": marked("appeal"),
    "cut off": marked("cut off"), "stopped": marked("stopped"),
}  # fmt: skip
WHO_COLUMNS: Final = 18
VERBS_FROM: Final = 60
"""From this width on what was done has a column of its own."""
_SHOWN: Final = 600
"""So many characters of what is stopped stand above the question."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One line: words of ours, something that waits, something to be told, or an act."""

    runs: tuple[Run, ...] = ()
    item: QueueItem | None = None
    post: EventNo | None = None

    @property
    def can_stop(self) -> bool:
        return self.item is not None or self.post is not None


class ModerationScreen(Framed):
    """The queue first, then what others did to one's own posts, then the audit."""

    SPEAKS = "moderation"
    KEYS = ("move", "list.open", "case.act", "go.back", "app.help")
    BINDINGS = keymap.bindings("moderation")

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(self._row, lambda index: index < len(self._rows) and self._rows[index].can_stop)
        self._rows: list[_Row] = []

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield self.rows

    def on_mount(self) -> None:
        """What was told is told once."""
        self._tell()

    def _tell(self) -> None:
        async def told() -> None:
            try:
                if not self.host.forum.is_read_only:
                    await offload.call(self.host.forum.moderation.mark_told, self.host.me)
            except WardroomError as error:
                self.say(str(error), is_alarm=True)

        self._told = self.host.forum.moderation.told(self.host.me)
        if self._told:
            self.run_worker(told(), group="telling")

    def refresh_view(self) -> None:
        """Ask again; the cursor keeps its place."""
        moderation, me = self.host.forum.moderation, self.host.me
        if not hasattr(self, "_told"):
            self._told = moderation.told(me)
        items = moderation.queue(me)
        self.header.place = _("Moderation")
        self.header.beside = _("{count} waiting").format(count=len(items)) if items else _("nothing waits")
        now_ms = self.host.now_ms()
        rows = [_Row(self._item(item, now_ms), item, item.post) for item in items]
        if not rows:
            empty = _("Nothing waits for you.") if me.moderates else _("None of your posts waits for a release.")
            rows += [_Row(((part, DIM),)) for part in wrap(empty, max(self.size.width - 4, 8))]
        if self._told:
            rows += [_Row(), _Row(((_("About you"), BOLD),))]
            rows += [
                _Row(((age_column(at_ms, now_ms), DIM), (said, PLAIN)), post=post) for said, post, at_ms in self._told
            ]
        audit = moderation.audit(me)
        if audit:
            rows += [_Row(), _Row(((_("What was done"), BOLD),))]
            done = [self._done(one) for one in audit]
            who, verb = (max(map(display_width, words)) for words in zip(*done, strict=True))
            columns = (who, verb if self.size.width >= VERBS_FROM else 0)
            rows += [
                _Row(self._act(one, now_ms, words, columns), post=one.post)
                for one, words in zip(audit, done, strict=True)
            ]
        self._rows = rows
        self.rows.show(len(rows), cursor=min(self.rows.cursor, len(rows) - 1))

    @staticmethod
    def _item(item: QueueItem, now_ms: int) -> tuple[Run, ...]:
        sign = signs.NOW if item.reason == "identifier" else " "
        kinds = max(display_width(_(kind)) for kind in _KINDS.values()) + 1
        words = item.words if item.kind in ("appeal", "held") and item.words else item.title
        return (
            (f"{sign} ", ACCENT), (pad(_(_KINDS[item.kind]), kinds), BOLD), (age_column(item.at_ms, now_ms), DIM),
            (words or item.title or item.id, PLAIN), (f"  {item.author}", DIM), (f"  {_(item.reason)}", DIM),
        )  # fmt: skip

    @staticmethod
    def _act(one: AuditLine, now_ms: int, words: tuple[str, str], columns: tuple[int, int]) -> tuple[Run, ...]:
        why = f"  {_(one.reason)}" if one.reason else ""
        if one.yet_to_erase:
            why += "  " + _("not yet erased at {sites}").format(sites=", ".join(one.yet_to_erase))
        return (
            (age_column(one.at_ms, now_ms), DIM), (pad(words[0], columns[0]), PLAIN),
            (f"  {pad(words[1], max(columns[1], display_width(words[1])))}  ", BOLD),
            (one.about, PLAIN), (why, DIM),
        )  # fmt: skip

    def _done(self, one: AuditLine) -> tuple[str, str]:
        """Who did something, and what; a narrow glass leaves out the site."""
        who = one.who if self.size.width >= VERBS_FROM else one.who.partition("@")[0]
        return cut(who, WHO_COLUMNS), in_words(one.verb)

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        runs: list[Run] = []
        room = width
        for text, voice in self._rows[index].runs:
            kept = cut(text, room)
            runs.append((kept, voice))
            room -= len(kept)
            if room <= 0:
                break
        return line(runs, width)

    def _under_cursor(self) -> _Row | None:
        at = self.rows.cursor
        return self._rows[at] if at < len(self._rows) and self._rows[at].can_stop else None

    def action_open(self) -> None:
        """The thread, or the words of what is held or stopped."""
        row = self._under_cursor()
        if row is None:
            return
        if row.item is not None and (row.item.held is not None or row.item.kind == "stopped"):
            self.action_act()
        elif row.post is not None:
            self.post_message(OpenThread(row.post))
        else:
            self.action_act()

    def action_act(self) -> None:
        """Decide about what the cursor is on."""
        row = self._under_cursor()
        if row is None:
            return
        forum, me = self.host.forum, self.host.me
        if row.item is not None and row.item.held is not None:
            self._work(self._held(row.item))
        elif row.item is not None and row.item.kind == "stopped":
            self._work(self._stopped(row.item))
        elif row.item is not None and row.item.post is None:
            self._work(self._lift(row.item))
        elif row.post is not None:
            self._work(acts.act_on_post(self, forum, me, row.post))

    async def _held(self, item: QueueItem) -> str | None:
        """Show a held post's words, and release it or give it back."""
        assert item.held is not None
        forum, me = self.host.forum, self.host.me
        draft = forum.held.words(me, item.held)
        words = "\n".join(part for part in (draft.title, draft.question, draft.text) if part)
        is_mine = item.author == me.name
        answers = (
            () if is_mine else (("r", _("release it: it is posted in its author's name")), ("g", _("give it back")))
        )
        key = await self.app.push_screen_wait(Choice(f"{item.author}: {words}", answers))
        if key == "r":
            await offload.call(forum.held.release, me, item.held)
            return _("Released.")
        if key == "g":
            reason = await acts.why(self, _("Why is it given back?"))
            if reason is not None:
                await offload.call(forum.held.give_back, me, item.held, reason)
                return _("Given back to its author, as a draft.")
        return None

    async def _stopped(self, item: QueueItem) -> str | None:
        """Show what screening has stopped and why, and let it pass with a reason or erase it."""
        assert item.event is not None
        assert item.post is not None
        forum, me = self.host.forum, self.host.me
        one = forum.unscreened.look_at(me, item.event)
        found = " · ".join(dict.fromkeys(f"{' '.join(text.split())} ({_(kind)})" for kind, text in one.found))
        asked = _("Screening has stopped this for: {found}").format(found=found or _(item.reason))
        answers = (
            ("r", _("release it, with a reason: nobody can be known by it")),
            ("e", _("erase its words everywhere")),
            ("t", _("read it in its thread")),
        )
        key = await self.app.push_screen_wait(Choice(f"{cut(one.text, _SHOWN)}\n\n{asked}", answers))
        if key == "t":
            self.post_message(OpenThread(item.post))
        if key == "e":
            return await acts.purge(self, forum, me, item.post)
        if key != "r":
            return None

        async def submit(reason: str) -> None:
            await offload.call(forum.unscreened.release, me, one.event, reason)

        question = _("Why can nobody be known by it? The reason is kept for the audit.")
        dialog = Write(question, partial(check_line, what="reason"), is_one_line=True, done=_("release"), submit=submit)
        told = await self.app.push_screen_wait(dialog)
        return None if told is None else _("Released; all who may read the board see it now.")

    async def _lift(self, item: QueueItem) -> str | None:
        """An appeal against a suspension: lift it, or leave it."""
        answers = (("l", _("lift the suspension")),)
        key = await self.app.push_screen_wait(
            Choice(check_line(f"{item.author}: {item.words}", "appeal", longest=400), answers)
        )
        if key != "l":
            return None
        lift = partial(self.host.forum.moderation.suspend, is_on=False)
        await offload.call(lift, self.host.me, item.author, "other")
        return _("The suspension is lifted.")

    def _work(self, work: Coroutine[Any, Any, str | None]) -> None:
        async def done() -> None:
            try:
                said = await work
            except WardroomError as error:
                self.say(str(error), is_alarm=True)
                return
            if self.is_standing:
                self.refresh_view()
                if said:
                    self.say(said)

        self.run_worker(done(), group="writing")
