"""The map of the TUI: where keys, wishes and commands lead, from the first screen to the last."""

import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual._path import CSSPathType
from textual.dom import DOMNode
from textual.screen import Screen

from wardroom.config import Config
from wardroom.domain.ids import EventNo
from wardroom.domain.views import Calling, Me
from wardroom.errors import WardroomError
from wardroom.language import _
from wardroom.tui import keymap, messages, offload
from wardroom.tui.glass import Glass
from wardroom.tui.lookout import Lookout
from wardroom.tui.session import Session
from wardroom.tui.typed_ahead import TypedAhead
from wardroom.tui.widgets.frame import Framed

if TYPE_CHECKING:
    from wardroom.forum import Forum
    from wardroom.tui.screens.lock import Way

_GOING: Final = frozenset(
    {
        "back",
        "boards",
        "brief",
        "card",
        "close",
        "command",
        "drafts",
        "gathered",
        "peers",
        "moderation",
        "saved",
        "search",
        "searches",
        "undo",
    }
)
"""What leads away from a screen, or acts on what is not on it."""
_GATED: Final = _GOING | {"help", "lock"}
"""What nobody does before the login, or past the lock."""


class WardroomApp(Glass, inherit_bindings=False):
    """One member at one glass."""

    # A screen that may stand there first does not load a stylesheet of its own.
    CSS_PATH: ClassVar[CSSPathType | None] = ["app.tcss", "screens/login.tcss"]
    BINDINGS = keymap.bindings("app")

    def __init__(self, forum: "Forum", me: Me | None, config: Config, *, is_kiosk: bool = False) -> None:
        super().__init__(config)
        self.forum = forum
        self.config = config
        self.session = Session(forum, me, is_kiosk=is_kiosk)
        self.lookout = Lookout(self, forum, config, self.session)
        self.typed_ahead = TypedAhead(self, self._take)
        remapped, self._key_faults = keymap.checked(config.keys)
        self._shown_keys = keymap.spelled_out(remapped) if self.ascii_signs or self.is_plain else remapped
        self.set_keymap(remapped)

    # --- what screens ask --------------------------------------------------------------------------------------

    @property
    def me(self) -> Me:
        """Who is looking; there is nobody only while the login screen stands."""
        return self.session.me

    @property
    def is_kiosk(self) -> bool:
        """Whether whoever sits here has nothing but this session."""
        return self.session.is_kiosk

    @property
    def unread_posts(self) -> int:
        """Counted anew each time."""
        return self.forum.inbox.unread_posts(self.me)

    @property
    def remapped(self) -> Mapping[str, str]:
        """Keys of this user's own, by binding id, and those this terminal has no sign for."""
        return self._shown_keys

    def now_ms(self) -> int:
        """The wall clock."""
        return time.time_ns() // 1_000_000

    # --- beginning, and every key -------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The brief, or the login when nobody is known yet."""
        if self.session.who is None:
            from wardroom.tui.screens.login import LoginScreen

            return LoginScreen()
        from wardroom.tui.screens.brief import BriefScreen

        return BriefScreen()

    def on_mount(self) -> None:
        """From now on the forum is asked what is new."""
        self.keep_whole()
        self.show_cursor()
        if self._key_faults:
            self.call_after_refresh(self.say, " ".join(self._key_faults), is_alarm=True)
        self.lookout.look()
        self.set_interval(self.config.poll_ms / 1000, self._watch)

    def on_ready(self) -> None:
        """The first screen stands: from now on there may be garbage, and none of it in what stands there."""
        gc.freeze()
        gc.enable()

    async def _watch(self) -> None:
        """Twice a second: is anything new, and is anybody still there?"""
        if self.session.who is None or not self.screen_stack:
            return
        idle_s = self.lookout.idle_s
        if idle_s >= self.config.logout_after_s:
            await self._log_out(_("Logged out: nobody was here for a long time. Drafts are kept."))
        elif self._lock_screen() is None:
            if idle_s >= self.config.lock_after_s:
                self._lock(self.session.way_in())
            else:
                await self.lookout.go_round()

    async def on_event(self, event: events.Event) -> None:
        """What is typed waits for its turn."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self.typed_ahead.typed(event)
        else:
            await super().on_event(event)

    async def _take(self, event: events.Event) -> None:
        """A key tells that somebody is there, and that what was said has been read."""
        self.lookout.last_key_s = time.monotonic()
        if isinstance(self.screen, Framed) and not self.lookout.is_outdated:
            self.screen.hush()
        await super().on_event(event)

    # --- going -------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before the login and past the lock there is nowhere to go; a composer is left by its own keys."""
        if getattr(self.screen, "IS_GATE", False):
            return action not in _GATED
        return action not in _GOING or not hasattr(self.screen, "save_now")

    async def run_action(
        self,
        action: Any,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Do what a key asks for; what the forum refuses is said, and nothing else happens."""
        try:
            return await super().run_action(action, default_namespace, namespaces)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
            return True

    async def _go(self, kind: type[Screen[None]], make: Callable[[], Screen[None]]) -> None:
        """To the one screen of its kind: back to it where it is below, else upon the brief."""
        if any(isinstance(screen, kind) for screen in self.screen_stack):
            while not isinstance(self.screen, kind):
                await self.pop_screen()
            return
        await self._go_home()
        await self.push_screen(make())

    async def _go_home(self) -> None:
        while len(self.screen_stack) > 1:
            await self.pop_screen()

    async def action_brief(self) -> None:
        """To the brief, asked anew."""
        is_there = len(self.screen_stack) == 1
        await self._go_home()
        if is_there and isinstance(self.screen, Framed):
            self.screen.refresh_view()

    async def action_boards(self) -> None:
        """To the boards."""
        from wardroom.tui.screens.boards import BoardsScreen

        await self._go(BoardsScreen, BoardsScreen)

    async def action_search(self, text: str = "") -> None:
        """To a search, over whatever is being read."""
        from wardroom.tui.screens.search import SearchScreen

        await self.push_screen(SearchScreen(text))

    async def action_drafts(self) -> None:
        """To what is half written."""
        from wardroom.tui.screens.drafts import DraftsScreen

        await self._go(DraftsScreen, DraftsScreen)

    async def action_moderation(self) -> None:
        """To what waits for moderators, and what was done."""
        from wardroom.tui.screens.moderation import ModerationScreen

        await self._go(ModerationScreen, ModerationScreen)

    async def on_open_moderation(self, event: messages.OpenModeration) -> None:
        """The same, from the brief."""
        await self.action_moderation()

    def on_told(self, event: messages.Told) -> None:
        """Say it where the user is now."""
        self.say(event.sentence)

    async def action_gathered(self, kind: Calling) -> None:
        """To the posts that call on the member in one way."""
        from wardroom.tui.screens.gathered import GatheredScreen

        if not (isinstance(self.screen, GatheredScreen) and self.screen.kind == kind):
            await self.push_screen(GatheredScreen(kind))

    async def action_saved(self, number: int) -> None:
        """What a saved search finds now."""
        from wardroom.tui.screens.search import SearchScreen

        saved = self.forum.saved.numbered(self.me, number)
        if isinstance(self.screen, SearchScreen):
            await self.pop_screen()
        await self.push_screen(SearchScreen(saved.query, name=saved.name))

    async def action_searches(self) -> None:
        """To the list of saved searches."""
        from wardroom.tui.screens.saved import SavedScreen

        await self._go(SavedScreen, SavedScreen)

    async def action_peers(self) -> None:
        """To the peers."""
        from wardroom.tui.screens.peers import PeersScreen

        await self._go(PeersScreen, PeersScreen)

    async def action_help(self) -> None:
        """All keys."""
        from wardroom.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            await self.push_screen(HelpScreen(getattr(self.screen, "SPEAKS", "app")))

    async def action_back(self) -> None:
        """To where one came from; from the brief, out."""
        if not await self.action_close():
            await self.action_leave()

    async def action_close(self) -> bool:
        """To where one came from, but never out; whether there was a way back."""
        if len(self.screen_stack) < 2:
            return False
        await self.pop_screen()
        return True

    def action_command(self) -> None:
        """Open the command line."""
        if isinstance(self.screen, Framed):
            self.screen.open_command_line()

    async def action_undo(self) -> None:
        """Take back the last post, while that is still possible."""
        undone = await offload.call(self.forum.cases.undo, self.me)
        if not self.screen_stack:  # the program has ended meanwhile
            return
        if undone is not None and isinstance(self.screen, Framed):
            self.screen.refresh_view()
        self.say(undone or _("There is nothing of the last minute to take back."))

    async def on_open_thread(self, event: messages.OpenThread) -> None:
        """Show a thread; it takes the place of another one."""
        await self._open(event.post)

    async def _open(self, post: EventNo) -> None:
        from wardroom.tui.screens.case import CaseScreen

        case = CaseScreen(post, self.screen.panes if isinstance(self.screen, Framed) else None)
        await (self.switch_screen(case) if isinstance(self.screen, CaseScreen) else self.push_screen(case))

    async def action_card(self) -> None:
        """To one's own card."""
        await self.on_open_card(messages.OpenCard())

    async def on_open_card(self, event: messages.OpenCard) -> None:
        """Show a member's card."""
        from wardroom.tui.screens.card import CardScreen

        if not (isinstance(self.screen, CardScreen) and self.screen.post == event.post):
            await self.push_screen(CardScreen(event.post))

    async def on_open_gathered(self, event: messages.OpenGathered) -> None:
        """Show what calls on the member; the only one at once."""
        posts = self.forum.attention.posts(self.me, event.kind, limit=2)
        if len(posts) == 1:
            await self._open(posts[0].post)
        else:
            await self.action_gathered(event.kind)

    async def on_open_saved(self, event: messages.OpenSaved) -> None:
        """Show what a saved search finds."""
        await self.action_saved(event.number)

    async def on_open_drafts(self) -> None:
        """Show what is half written."""
        await self.action_drafts()

    async def on_open_board(self, event: messages.OpenBoard) -> None:
        """Show a board."""
        from wardroom.tui.screens.board import BoardScreen

        await self.push_screen(BoardScreen(event.board))

    async def on_wish_compose(self, event: messages.Compose) -> None:
        """Open the composer."""
        from wardroom.tui.screens.compose import ComposeScreen

        await self.push_screen(ComposeScreen(event))

    async def on_read_on(self, event: messages.ReadOn) -> None:
        """Open what is unread next, anywhere."""
        try:
            found = self.forum.inbox.next_unread(self.me, event.thread, event.board)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
            return
        if found is None:
            self.say(_("Everything is read."))
        else:
            await self._open(found[1])

    async def on_command_given(self, event: messages.CommandGiven) -> None:
        """A command by name: one of ours, or any action of the key table."""
        name, _blank, rest = event.text.partition(" ")
        rest = rest.strip()
        try:
            await self._command(name.lower(), rest)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)

    async def _command(self, name: str, rest: str) -> None:
        match name:
            case "":
                return
            case "board" if rest:
                board = self.forum.boards.named(self.me, rest)
                self.screen.post_message(messages.OpenBoard(board.board))
            case "open" if rest:
                await self._open(self.forum.cases.resolve(self.me, rest))
            case "search" if rest:
                await self.action_search(rest)
            case "saved" if rest.isdecimal():
                await self.action_saved(int(rest))
            case "named" | "answers" | "followed" | "subscribed" | "bookmarks" | "due":
                await self.action_gathered(name)
            case "read-all":
                await offload.call(self.forum.inbox.mark_all, self.me)
                self.screen.post_message(messages.ForumChanged(self.unread_posts))
            case "q" | "quit" | "exit":
                await self.action_leave()
            case _:
                key = keymap.command(name)
                done = key is not None and (
                    await self.run_action(key.action, self.screen) or await self.run_action(key.action)
                )
                if not done:
                    said = _("There is no command '{name}' here. ? shows all keys; their actions are commands.")
                    self.say(said.format(name=name))

    # --- who is here -------------------------------------------------------------------------------------------

    async def on_logged_in(self, event: messages.LoggedIn) -> None:
        """Somebody has come."""
        from wardroom.tui.screens.brief import BriefScreen

        self.session.begin(event.me)
        await self._begin_with(BriefScreen())

    async def _begin_with(self, screen: Screen[None]) -> None:
        """One screen, and nothing of whatever stood there before."""
        below = list(self.screen_stack)
        await self.push_screen(screen)
        for old in below:
            self._screen_stack.remove(old)
            await old.remove()

    def action_lock(self) -> None:
        """Lock the glass; the first time, a PIN for this session is chosen."""
        if self._lock_screen() is None:
            self._lock("pin" if self.session.pin else "choose")

    def _lock(self, way: "Way") -> None:
        from wardroom.tui.screens.lock import LockScreen

        has_draft = self.keep_drafts()
        self.session.lock()
        self.push_screen(LockScreen(way, self.session.initials, has_draft=has_draft))

    def _lock_screen(self) -> Any:
        return self.screen if type(self.screen).__name__ == "LockScreen" else None

    def on_pin_chosen(self, event: messages.PinChosen) -> None:
        """From now on the glass is locked with it."""
        self.session.pin = event.pin
        self._lock_screen().lock_with_pin()

    async def on_lock_left(self) -> None:
        """No PIN was chosen, nothing is locked."""
        await self.pop_screen()

    async def on_unlock_tried(self, event: messages.UnlockTried) -> None:
        """Open, or say no; the fifth wrong PIN ends the session."""
        lock = self._lock_screen()
        if lock is None:
            return
        refusal = await self.session.why_not(lock.way, event.secret)
        if self.session.is_forfeited:
            await self._log_out(_("Five wrong PINs: the session was ended. Its drafts are kept."))
        elif refusal:
            lock.tell(refusal)
        else:
            await self.pop_screen()

    async def on_someone_else(self) -> None:
        """The session ends; its drafts wait for its owner."""
        await self._log_out("")

    async def _log_out(self, sentence: str) -> None:
        """End the session and ask who comes next."""
        self.keep_drafts()
        await self._remember_visit()
        if self.is_kiosk:
            self.fault = sentence
            self.exit(0)
            return
        from wardroom.tui.screens.login import LoginScreen

        self.lookout.begin_anew()
        # The login stands on the glass before anything that lies below the lock could.
        await self._begin_with(LoginScreen(sentence))
        self.session.end()

    # --- ending ------------------------------------------------------------------------------------------------

    async def action_leave(self) -> None:
        """Keep what is half written, remember the visit, and go."""
        self.keep_drafts()
        if self.session.who is not None:
            await self._remember_visit()
        self.exit(0)

    async def _remember_visit(self) -> None:
        try:
            await offload.call(self.forum.inbox.leave, self.me)
        except WardroomError:
            return  # the next brief goes further back; nothing else is lost


def run(forum: "Forum", me: Me | None, config: Config, *, is_kiosk: bool = False) -> int:
    """Show the screens until the user leaves; the exit status."""
    app = WardroomApp(forum, me, config, is_kiosk=is_kiosk)
    threading.excepthook = lambda _args: None
    app.run(mouse=False)
    if app.fault:
        os.write(sys.stderr.fileno(), f"{app.fault}\n".encode(errors="replace"))
        return 1
    return app.return_value or 0
