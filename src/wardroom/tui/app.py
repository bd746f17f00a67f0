"""The map of the TUI: which screen comes when, what happens to all of them, and how the program ends."""

import asyncio
import gc
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual import events
from textual._path import CSSPathType
from textual.app import App
from textual.dom import DOMNode
from textual.filter import LineFilter, NoColor
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.worker import WorkerFailed

from wardroom.config import Config
from wardroom.domain.ids import EventNo
from wardroom.domain.views import Calling, Me
from wardroom.errors import FileTooNew, WardroomError
from wardroom.language import _, several
from wardroom.terminal.barrier import Cells
from wardroom.terminal.driver import LOST_STATUS, TerminalDriver
from wardroom.terminal.plain import Plainly
from wardroom.terminal.signs import use_ascii
from wardroom.terminal.textual_hook import attach
from wardroom.tui import keymap, messages, offload
from wardroom.tui.widgets.frame import Framed

if TYPE_CHECKING:
    from wardroom.forum import Forum
    from wardroom.tui.screens.lock import Way

PIN_TRIES: Final = 5
ASK_PEERS_S: Final = 20.0
"""So often it is asked whether it is time to meet the peers."""
SETTLED_S: Final = 2.0
"""A key that takes longer does not hold up those typed after it."""
SCREENED_AT_ONCE: Final = 40
"""So many imported posts are screened in one go: some thirty milliseconds in which a key would wait."""
SCREENING_PAUSE_S: Final = 0.05
SCREENING_TOLD_S: Final = 10.0
"""So often it is said how many still wait, where it is more than a screenful of seconds' work."""

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


class WardroomApp(App[int], inherit_bindings=False):
    """One member at one glass."""

    # A screen that may stand there first does not load a stylesheet of its own.
    CSS_PATH: ClassVar[CSSPathType | None] = ["app.tcss", "screens/login.tcss"]
    BINDINGS = keymap.bindings("app")
    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(self, forum: "Forum", me: Me | None, config: Config, *, is_kiosk: bool = False) -> None:
        super().__init__(driver_class=TerminalDriver, ansi_color=True)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self._disable_tooltips = True
        self._disable_notifications = True
        if config.colour == "none":
            self._filters.append(NoColor())
        self._cells = Cells()
        self.forum = forum
        self.config = config
        self.ascii_signs = is_ascii = self._is_ascii(config)
        self.hook = attach(self, wish=config.colour, is_ascii=is_ascii, encoding=self._encoding())
        self.fault = ""
        """Why the program had to stop, if it had to: a sentence for after the glass."""
        self._me = me
        self._is_by_password = False
        self._is_kiosk = is_kiosk
        """Whether whoever sits here has nothing but this session: it ends where others would log in anew."""
        self._is_outdated = False
        """Whether a newer Wardroom has migrated the file: that stays said, over whatever is typed."""
        self._pin: str | None = None
        self._wrong_pins = 0
        self._last_key_s = time.monotonic()
        self._typed_ahead: deque[events.Event] = deque()
        self._settling: asyncio.Task[None] | None = None
        self._screening: asyncio.Task[None] | None = None
        self.is_plain = config.screen_reader
        """Whether the glass is for listening."""
        if self.is_plain:
            self._filters.append(Plainly())
        self._ask_peers_s = time.monotonic() + ASK_PEERS_S
        self._called: int | None = None
        """How much called on the member at the last look; None before the first."""
        remapped, self._key_faults = keymap.checked(config.keys)
        self._shown_keys = keymap.spelled_out(remapped) if is_ascii or self.is_plain else remapped
        self.set_keymap(remapped)

    # --- what screens ask --------------------------------------------------------------------------------------

    @property
    def me(self) -> Me:
        """Who is looking; there is nobody only while the login screen stands."""
        assert self._me is not None, "nobody is logged in"
        return self._me

    @property
    def is_kiosk(self) -> bool:
        """Whether whoever sits here has nothing but this session."""
        return self._is_kiosk

    @property
    def unread_posts(self) -> int:
        """Counted anew each time."""
        return self.forum.inbox.unread_posts(self.me)

    @property
    def remapped(self) -> Mapping[str, str]:
        """Keys of this user's own, by binding id, and those this terminal has no sign for."""
        return self._shown_keys

    @staticmethod
    def _is_ascii(config: Config) -> bool:
        """What the configuration says, else what the terminal can."""
        if config.ascii is not None or sys.__stdout__ is None:
            return bool(config.ascii)
        return use_ascii(os.environ, sys.__stdout__.encoding)

    @staticmethod
    def _encoding() -> str:
        return sys.__stdout__.encoding if sys.__stdout__ is not None else "utf-8"

    def now_ms(self) -> int:
        """The wall clock."""
        return time.time_ns() // 1_000_000

    # --- beginning and watching --------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """The brief, or the login when nobody is known yet."""
        if self._me is None:
            from wardroom.tui.screens.login import LoginScreen

            return LoginScreen()
        from wardroom.tui.screens.brief import BriefScreen

        return BriefScreen()

    def on_mount(self) -> None:
        """From now on the forum is asked what is new."""
        asyncio.get_running_loop().set_exception_handler(self._on_stray_error)
        if self.is_plain and isinstance(self._driver, TerminalDriver):
            self._driver.show_cursor()
        if self._key_faults:
            self.call_after_refresh(self.say, " ".join(self._key_faults), is_alarm=True)
        self._look()
        self.set_interval(self.config.poll_ms / 1000, self._watch)

    def on_ready(self) -> None:
        """The first screen stands: from now on there may be garbage, and none of it in what stands there."""
        gc.freeze()
        gc.enable()

    async def _watch(self) -> None:
        """Twice a second: is anything new, and is anybody still there?"""
        if self._me is None or not self.screen_stack:
            return
        idle_s = time.monotonic() - self._last_key_s
        if idle_s >= self.config.logout_after_s:
            await self._log_out(_("Logged out: nobody was here for a long time. Drafts are kept."))
        elif self._lock_screen() is None:
            if idle_s >= self.config.lock_after_s:
                self._lock(self._way_in())
            else:
                self._look()
                await self._meet_peers()
                if idle_s >= SETTLED_S and self._screening is None and self._has_unscreened():
                    self._screening = asyncio.create_task(self._screen_by_and_by())

    def _has_unscreened(self) -> bool:
        return not self.forum.is_read_only and self.forum.unscreened.is_any_pending()

    async def _screen_by_and_by(self) -> None:
        """Screen what was imported or came from elsewhere, a little at a time, while nobody types."""
        from wardroom.forum.unscreened import SOON

        told_s = 0.0
        try:
            waiting = self.forum.unscreened.counts().pending
            is_long = waiting > SOON
            while time.monotonic() - self._last_key_s >= SETTLED_S and self._me is not None:
                if is_long and time.monotonic() >= told_s + SCREENING_TOLD_S:
                    told_s = time.monotonic()
                    self.say(
                        _("{count} posts wait for the screening; it goes on while nobody types.").format(
                            count=max(waiting, 0)
                        )
                    )
                done = await offload.call(self.forum.unscreened.work, most=SCREENED_AT_ONCE)
                if not done:
                    break
                waiting -= done
                await asyncio.sleep(SCREENING_PAUSE_S)
            if is_long and not self._has_unscreened():
                self.say(_("All posts are screened."))
        except WardroomError:
            pass  # the file is busy or read only now: the next look tries again
        finally:
            self._screening = None

    async def _meet_peers(self) -> None:
        """Now and then meet the peers, beside the screens; on a server a timer does it."""
        if time.monotonic() < self._ask_peers_s or self._is_kiosk or not self.config.sync_minutes:
            return
        self._ask_peers_s = time.monotonic() + ASK_PEERS_S
        if not self.forum.is_read_only and self.forum.changes.sync_is_due(self.config.sync_minutes):
            try:
                await offload.call(self.forum.peers.start)
            except WardroomError as error:
                self.say(str(error), is_alarm=True)

    def _look(self) -> None:
        try:
            is_changed = self.forum.changes.poll().is_changed
            if is_changed:
                self.screen.post_message(messages.ForumChanged(self.unread_posts))
            if self.config.bell and self._me is not None and (is_changed or self._called is None):
                self._ring_if_called()
        except WardroomError as error:
            self._is_outdated = isinstance(error, FileTooNew)
            self.say(str(error), is_alarm=True)

    async def on_event(self, event: events.Event) -> None:
        """Keys typed ahead wait until the one before has done all it does: they are meant for the screen it leads to."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._settling is not None and not self._settling.done():
            self._typed_ahead.append(event)
        else:
            await self._take(event)
            self._settling = asyncio.create_task(self._settle())

    async def _take(self, event: events.Event) -> None:
        """A key tells that somebody is there, and that what was said has been read."""
        self._last_key_s = time.monotonic()
        if isinstance(self.screen, Framed) and not self._is_outdated:
            self.screen.hush()
        await super().on_event(event)

    async def _settle(self) -> None:
        """Let one key after the other do what it does; an error here is one of the app's."""
        try:
            while self._running:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._all_have_answered(), SETTLED_S)
                if not self._typed_ahead:
                    return
                await self._take(self._typed_ahead.popleft())
        except Exception as error:  # noqa: BLE001 - as Textual's own loop does
            self._typed_ahead.clear()
            self._handle_exception(error)

    async def _all_have_answered(self) -> None:
        """The key has gone up from the widget to the app, what it asked for too, and a new screen stands."""
        way = [node for node in (self.focused or self.screen).ancestors_with_self if isinstance(node, MessagePump)]
        for pump in (*way, self.screen, self):
            answered = asyncio.get_running_loop().create_future()
            if pump.call_later(lambda future=answered: future.done() or future.set_result(None)):
                await answered

    def say(self, sentence: str, *, is_alarm: bool = False) -> None:
        """One sentence where the user is, until the next key."""
        speak: Callable[..., None] | None = getattr(self.screen, "say", None) if self.screen_stack else None
        if speak is not None:
            speak(sentence, is_alarm=is_alarm)

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

    def action_redraw(self) -> None:
        """Send the whole glass again: a line may have garbled it."""
        self._forget_glass()
        self._display(self.screen, self.screen._compositor.render_update(full=True))

    def on_resize(self) -> None:
        """The terminal may have moved what stood there."""
        self._forget_glass()

    def _forget_glass(self) -> None:
        if self.hook is not None:
            self.hook.forget()

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

        self._me, self._is_by_password = event.me, True
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
            self._lock("pin" if self._pin else "choose")

    def _way_in(self) -> "Way":
        """How a glass opens that locked itself.

        Where there is neither PIN nor password, the login is that of the Unix account: whoever sits here could
        start Wardroom anew, so that ⏎ gives nothing away.
        """
        if self._pin:
            return "pin"
        if self._is_kiosk and self.forum.members.has_password(self.me):
            return "password"
        return "password" if self._is_by_password else "enter"

    def _lock(self, way: "Way") -> None:
        from wardroom.tui.screens.lock import LockScreen

        has_draft = self._keep_drafts()
        initials = " ".join(f"{word[0]}." for word in (self.me.handle, self.me.profession) if word).lower()
        self._wrong_pins = 0
        self.push_screen(LockScreen(way, initials, has_draft=has_draft))

    def _lock_screen(self) -> Any:
        return self.screen if type(self.screen).__name__ == "LockScreen" else None

    def on_pin_chosen(self, event: messages.PinChosen) -> None:
        """From now on the glass is locked with it."""
        self._pin = event.pin
        self._lock_screen().lock_with_pin()

    async def on_lock_left(self) -> None:
        """No PIN was chosen, nothing is locked."""
        await self.pop_screen()

    async def on_unlock_tried(self, event: messages.UnlockTried) -> None:
        """Open, or say no; the fifth wrong PIN ends the session."""
        lock = self._lock_screen()
        if lock is None:
            return
        if lock.way == "pin" and event.secret != self._pin:
            self._wrong_pins += 1
            left = PIN_TRIES - self._wrong_pins
            if not left:
                await self._log_out(_("Five wrong PINs: the session was ended. Its drafts are kept."))
            else:
                said = several(
                    "That is not the PIN. {count} try left.", "That is not the PIN. {count} tries left.", left
                )
                lock.tell(said.format(count=left))
            return
        if lock.way == "password":
            try:
                await offload.call(self.forum.members.login, self.me.handle, event.secret)
            except WardroomError as error:
                lock.tell(str(error))
                return
        await self.pop_screen()

    async def on_someone_else(self) -> None:
        """The session ends; its drafts wait for its owner."""
        await self._log_out("")

    async def _log_out(self, sentence: str) -> None:
        """End the session and ask who comes next."""
        self._keep_drafts()
        await self._remember_visit()
        if self._is_kiosk:
            self.fault = sentence
            self.exit(0)
            return
        from wardroom.tui.screens.login import LoginScreen

        self._called = None
        # The login stands on the glass before anything that lies below the lock could.
        await self._begin_with(LoginScreen(sentence))
        self._me = self._pin = None

    # --- ending ------------------------------------------------------------------------------------------------

    async def action_leave(self) -> None:
        """Keep what is half written, remember the visit, and go."""
        self._keep_drafts()
        if self._me is not None:
            await self._remember_visit()
        self.exit(0)

    async def _remember_visit(self) -> None:
        try:
            await offload.call(self.forum.inbox.leave, self.me)
        except WardroomError:
            return  # the next brief goes further back; nothing else is lost

    def _keep_drafts(self) -> bool:
        """Have every open composer save; whether there was one."""
        found = False
        for screen in self.screen_stack:
            save: Callable[[], None] | None = getattr(screen, "save_now", None)
            if save is not None:
                found = True
                try:
                    save()
                except WardroomError as error:
                    self.say(str(error), is_alarm=True)
        return found

    def terminal_lost(self) -> None:
        """The line dropped: save what is half written while it is still there, and end."""
        self._keep_drafts()
        self.exit(LOST_STATUS)

    def _handle_exception(self, error: Exception) -> None:
        """Something of ours broke: keep the drafts, leave the glass, and say so in one line; never a post's text."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        if isinstance(error, WardroomError) and not self.fault:
            self.fault = str(error)
        self.panic(error)

    def panic(self, *renderables: Any) -> None:
        """End with one line that holds a reference, and nothing that was on the glass."""
        if not self.fault:
            cause = next((each for each in renderables if isinstance(each, BaseException)), None)
            stopped = _("Wardroom had to stop: a fault of its own ({reference}).").format(reference=_reference(cause))
            safe = _("What was posted is safe and drafts are kept; start it again, and report the words in brackets.")
            self.fault = f"{stopped} {safe}"
            try:
                self._keep_drafts()
            except Exception:  # noqa: BLE001 - the glass must be given back whatever else breaks
                safe = _(
                    "What was posted is safe and the draft is as last saved; "
                    "start it again, and report the words in brackets."
                )
                self.fault = f"{stopped} {safe}"
        self._return_code = 1
        self._close_messages_no_wait()

    def _on_stray_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error nobody waited for must not be printed over the glass."""
        error = context.get("exception")
        if isinstance(error, WardroomError):
            self.say(str(error), is_alarm=True)
        elif isinstance(error, Exception):
            said = _("Something went wrong inside Wardroom ({reference}).").format(reference=_reference(error))
            self.say(said, is_alarm=True)

    # --- what Textual would do to the terminal -----------------------------------------------------------------

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Send what has changed on the glass, and nothing else."""
        if self.hook is None or not self.hook.display(renderable):
            super()._display(screen, renderable)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Every widget's line passes the barrier."""
        return [*super().get_line_filters(), self._cells]

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Show the address: a browser would start here, on the forum's machine."""
        self.say(url)

    def notify(self, message: str, **_more: Any) -> None:
        """No toasts: one quiet sentence."""
        self.say(message)

    def copy_to_clipboard(self, text: str) -> None:
        """Within Wardroom alone: the terminal's clipboard is not ours to write."""
        self._clipboard = text

    def _set_pointer_shape(self, shape: str) -> None:
        """There is no mouse."""

    def bell(self) -> None:
        """Silence where Textual would ring: people sleep nearby."""

    def _ring_if_called(self) -> None:
        """Ring once when more calls on the member than at the last look."""
        sums = self.forum.inbox.sums(self.me)
        called = sums.now + sums.answers + sums.named + sums.followed
        if self._called is not None and called > self._called:
            ring: Callable[[], None] | None = getattr(self._driver, "ring", None)
            if ring is not None:
                ring()
        self._called = called


def _reference(error: BaseException | None) -> str:
    """What broke and where in our own files: enough to find it, nothing anybody typed."""
    if error is None:
        return "input"
    trace, place = error.__traceback__, "textual"
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "wardroom" in path.parts:
            place = f"{path.stem}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__} {place}"


def run(forum: "Forum", me: Me | None, config: Config, *, is_kiosk: bool = False) -> int:
    """Show the screens until the user leaves; the exit status."""
    app = WardroomApp(forum, me, config, is_kiosk=is_kiosk)
    threading.excepthook = lambda _args: None
    app.run(mouse=False)
    if app.fault:
        os.write(sys.stderr.fileno(), f"{app.fault}\n".encode(errors="replace"))
        return 1
    return app.return_value or 0
