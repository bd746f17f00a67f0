"""A case and its answers: question first, then the record, then the tree, read with one hand."""

from collections.abc import Callable, Iterable
from functools import partial

from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.views import CaseView, Me, PostView
from wardroom.errors import WardroomError
from wardroom.language import _, several
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs.confirm import Confirm
from wardroom.tui.dialogs.history import History
from wardroom.tui.messages import Compose, OpenCard, ReadOn
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.panes import CaseBesideList, ListAndCase
from wardroom.tui.widgets.reading import ReadingView

SEEN_AFTER_S = 0.6
"""Posts that were on the glass are written down as read together, so long after the first of them."""


class CaseScreen(Framed):
    """The thread that holds ``post``, with the cursor on it."""

    SPEAKS = "case"
    KEYS = ("write.reply", "read.on", "read.next", "case.useful", "case.history", "app.help")
    KEYS_OF_AUTHOR = (
        "write.reply", "read.on", "case.vitals", "case.outcome", "case.answered", "write.amend", "app.help",
    )  # fmt: skip
    BINDINGS = keymap.bindings("case")

    def __init__(self, post: EventNo, beside: ListAndCase | None = None) -> None:
        """``beside``: the list it was opened from, which a wide glass keeps on the left."""
        super().__init__()
        self.post = post
        self.panes = beside
        self.view = ReadingView()
        self._case: CaseView | None = None
        self._reader: Me | None = None
        """Who reads here: what was seen is theirs even when the session has ended meanwhile."""
        self._seen: set[EventNo] = set()
        self._is_first = True

    def body(self) -> Iterable[Widget]:
        """One long page, and the list it comes from where there is room for it."""
        self._both = CaseBesideList(self.view, self.panes, is_one=self.host.is_plain)
        yield self._both

    def on_mount(self) -> None:
        """The page has the keys."""
        self._reader = self.host.me
        self.set_focus(self.view)

    def refresh_view(self) -> None:
        """Ask for the thread again; the post under the cursor stays where it is."""
        case = self._newest()
        if case is None:
            return
        self._both.follow(case, self.post)
        self.view.show(case, self.host.now_ms(), at=self.post if self._is_first else None)
        fresh = [post for post in (case.head, *case.posts) if post.is_draft_undo]
        undo_s = self.host.forum.session.undo_s
        if self._is_first and any(post.post == self.post for post in fresh):
            self.say(_("posted · u takes it back ({seconds} s)").format(seconds=undo_s))
        if fresh:
            # The offer is taken off the glass when it ends.
            self.set_timer(undo_s + 1, self.refresh_news)
        self._is_first = False

    def refresh_news(self) -> None:
        """The same while somebody reads: no row of the glass moves."""
        case = self._newest()
        if case is not None:
            self.view.offer(case, self.host.now_ms())
            self._both.renew()

    def on_resize(self) -> None:
        """There may be room for the list from now on."""
        if self._case is not None:
            self._both.follow(self._case, self.post)

    def _newest(self) -> CaseView | None:
        try:
            self._case = self.host.forum.cases.open(self.host.me, self.post)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
            return None
        self.show_header()
        return self._case

    def show_header(self) -> None:
        """Where this is, and who sees it."""
        if self._case is None:
            return
        kind = self._case.line.kind or "case"
        self.header.place = f"{self._case.board_title or self._case.line.board_name} › {_(kind)}"
        is_following = self.host.forum.attention.is_following(self.host.me, self._case.line.thread)
        self.header.beside = _("following") if is_following else ""
        self.header.right = (_("visible to {audience}").format(audience=self._case.audience),)
        ids = self.KEYS_OF_AUTHOR if self._case.head.is_own else self.KEYS
        self.keys.keys = keymap.footer(self.SPEAKS, ids, self.host.remapped)

    def _show_news(self) -> None:
        """How much of the new lies off the glass."""
        (above, below), held = self.view.waiting, self.view.held
        parts = (
            [several("{count} new here, any key", "{count} new here, any key", held).format(count=held)] if held else []
        )
        parts += [several("{count} new below, ]", "{count} new below, ]", below).format(count=below)] if below else []
        parts += [several("{count} new above, [", "{count} new above, [", above).format(count=above)] if above else []
        news = "  ·  ".join(parts)
        if news != self.news:
            self.news = news

    # --- reading -------------------------------------------------------------------------------------------------

    def on_reading_view_moved(self, event: ReadingView.Moved) -> None:
        """The quiet line follows the page."""
        event.stop()
        self._show_news()

    def on_reading_view_seen(self, event: ReadingView.Seen) -> None:
        """Collect what was read, and write it down a moment later."""
        event.stop()
        if not self._seen:
            self.set_timer(SEEN_AFTER_S, self._mark_seen)
        self._seen.update(event.posts)

    async def _mark_seen(self) -> None:
        posts, self._seen = tuple(sorted(self._seen)), set()
        if not posts or self._reader is None:
            return
        try:
            await offload.call(self.host.forum.inbox.mark_seen, self._reader, posts)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)

    async def on_unmount(self) -> None:
        """What was read on the last page counts too."""
        await self._mark_seen()

    def action_move(self, step: int) -> None:
        """A post, or a line of one that does not fit."""
        self.view.move(step)

    def action_page(self, step: int) -> None:
        """A page."""
        self.view.page(step)

    def action_edge(self, step: int) -> None:
        """The beginning or the end."""
        self.view.edge(step)

    def action_next_unread(self, step: int) -> None:
        """The next new post of this thread."""
        if not self.view.next_unread(step):
            self.say(_("No new post below. Space reads on.") if step > 0 else _("No new post above."))

    def action_read_on(self) -> None:
        """The next page, the next new post, the next case."""
        if not self.view.read_on() and self._case is not None:
            self.post_message(ReadOn(self._case.line.thread, self._case.line.board))

    # --- writing -------------------------------------------------------------------------------------------------

    def action_new_case(self) -> None:
        """A case of one's own on this board."""
        if self._case is not None:
            self.post_message(Compose("case", board=self._case.line.board))

    def action_reply(self) -> None:
        """Answer the post under the cursor."""
        self._reply(is_quoting=False)

    def action_quote(self) -> None:
        """Answer it with its words above, by reference."""
        self._reply(is_quoting=True)

    def _reply(self, *, is_quoting: bool) -> None:
        post = self.view.cursor_post
        if post is None or self._case is None:
            return
        if self._case.may_reply:
            self.say(self._case.may_reply)
            return
        self.post_message(Compose("reply", board=self._case.line.board, target=post.post, is_quoting=is_quoting))

    def action_amend(self) -> None:
        """A new version of one's own post."""
        post = self._own(_("Only your own posts can be amended."))
        if post is not None and self._case is not None:
            self.post_message(Compose("amend", board=self._case.line.board, target=post.post))

    def action_withdraw(self) -> None:
        """Take one's own post back, after one more key."""
        post = self._own(_("Only your own posts can be withdrawn."))
        if post is None:
            return

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._do(_("Withdrawn."), self.host.forum.cases.withdraw, self.host.me, post.post)

        question = _("Withdraw this post? Its words go, its place in the thread stays.")
        self.app.push_screen(Confirm(question, _("withdraw"), _("leave it")), answered)

    def _own(self, refusal: str) -> PostView | None:
        """The post under the cursor, if it is the reader's and its words are here."""
        post = self.view.cursor_post
        if post is None:
            return None
        if not post.is_own:
            self.say(refusal)
            return None
        if post.body_state != "here":
            self.say(_("Its words are no longer here."))
            return None
        return post

    # --- about the case ------------------------------------------------------------------------------------------

    def action_history(self) -> None:
        """All versions of the post under the cursor."""
        post = self.view.cursor_post
        if post is None:
            return
        if post.versions < 2:
            self.say(_("This post has one version: what you see."))
            return
        try:
            versions = self.host.forum.cases.history(self.host.me, post.post)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        else:
            self.app.push_screen(History(versions, post.author, self.host.now_ms()))

    def action_act(self) -> None:
        """Flag the post under the cursor, appeal, or moderate it."""
        post = self.view.cursor_post
        if post is None:
            return
        from wardroom.tui.dialogs.acts import act_on_post

        async def done() -> None:
            try:
                said = await act_on_post(self, self.host.forum, self.host.me, post.post)
            except WardroomError as error:
                self.say(str(error), is_alarm=True)
                return
            if self.is_standing and said:
                self.refresh_view()
                self.say(said)

        self.run_worker(done(), group="writing")

    def action_useful(self) -> None:
        """Say that the post helped, or take it back."""
        post = self.view.cursor_post
        if post is None:
            return
        if post.is_own:
            self.say(_("Your own post: let others say so."))
            return
        is_on = not post.is_useful_mine
        said = _("Marked as useful.") if is_on else _("No longer marked as useful.")
        self._do(said, partial(self.host.forum.cases.react, is_on=is_on), self.host.me, post.post, "useful")

    def action_bookmark(self) -> None:
        """Keep the post under the cursor, or no longer."""
        post = self.view.cursor_post
        if post is None:
            return
        attention = self.host.forum.attention
        is_on = not attention.is_bookmarked(self.host.me, post.post)
        said = _("Kept in your bookmarks, M.") if is_on else _("No longer in your bookmarks.")
        self._do(said, partial(attention.bookmark, is_on=is_on), self.host.me, post.post)

    def action_author(self) -> None:
        """The card of whoever wrote the post under the cursor."""
        post = self.view.cursor_post
        if post is not None:
            self.post_message(OpenCard(post.post))

    def action_follow(self) -> None:
        """Be told of new replies here, or no longer."""
        if self._case is None:
            return
        attention, thread = self.host.forum.attention, self._case.line.thread
        is_on = not attention.is_following(self.host.me, thread)
        said = _("Following: new replies reach your brief.") if is_on else _("No longer following.")
        self._do(said, partial(attention.follow, is_on=is_on), self.host.me, thread)

    def action_outcome(self) -> None:
        """Ask the author what became of the case."""
        case = self._case
        if case is None:
            return
        if not case.head.is_own:
            self.say(_("Only the author of a case tells its outcome."))
            return

        self.post_message(Compose("outcome", board=case.line.board, target=case.line.thread))

    def action_vitals(self) -> None:
        """Later vital signs of one's own case."""
        case = self._case
        if case is None:
            return
        if not case.head.is_own:
            self.say(_("Only the author of a case adds to its record. Answer it with what you know."))
        elif case.head.body_state != "here":
            self.say(_("Its words are no longer here."))
        else:
            self.post_message(Compose("vitals", board=case.line.board, target=case.line.thread))

    def action_answered(self) -> None:
        """Answered, or open again."""
        case = self._case
        if case is None:
            return
        state = "open" if case.line.state == "answered" else "answered"
        said = _("Open again.") if state == "open" else _("Marked as answered.")
        self._do(said, self.host.forum.cases.set_state, self.host.me, case.line.thread, state)

    def _do(self, said: str, work: Callable[..., object], *args: object) -> None:
        """Write beside the event loop; then show the thread as it is, and say one sentence."""

        async def written() -> None:
            try:
                await offload.call(work, *args)
            except WardroomError as error:
                self.say(str(error), is_alarm=True)
                return
            if self.is_standing:
                self.refresh_view()
                self.say(said)

        self.run_worker(written(), group="writing")
