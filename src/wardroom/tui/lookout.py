"""The lookout: tells what is new in the file, meets the peers, and screens what was imported while nobody types."""

import asyncio
import time
from typing import TYPE_CHECKING, Final

from wardroom.config import Config
from wardroom.errors import FileTooNew, WardroomError
from wardroom.language import _
from wardroom.tui import messages, offload
from wardroom.tui.glass import Glass

if TYPE_CHECKING:
    from wardroom.forum import Forum
    from wardroom.tui.session import Session

ASK_PEERS_S: Final = 20.0
"""So often it is asked whether it is time to meet the peers."""
QUIET_S: Final = 2.0
"""So long after the last key nobody types."""
SCREENED_AT_ONCE: Final = 40
"""So many imported posts are screened in one go: some thirty milliseconds in which a key would wait."""
SCREENING_PAUSE_S: Final = 0.05
SCREENING_TOLD_S: Final = 10.0
"""So often it is said how many still wait, where it is more than a screenful of seconds' work."""


class Lookout:
    """Looks at the forum for one session, and has the glass say what it saw."""

    def __init__(self, glass: Glass, forum: "Forum", config: Config, session: "Session") -> None:
        self.last_key_s = time.monotonic()
        self.is_outdated = False
        """Whether a newer Wardroom has migrated the file: that stays said, over whatever is typed."""
        self._glass = glass
        self._forum = forum
        self._config = config
        self._session = session
        self._screening: asyncio.Task[None] | None = None
        self._ask_peers_s = self.last_key_s + ASK_PEERS_S
        self._called: int | None = None
        """How much called on the member at the last look; None before the first."""

    @property
    def idle_s(self) -> float:
        """How long nobody has typed."""
        return time.monotonic() - self.last_key_s

    def begin_anew(self) -> None:
        """Somebody else comes: what called on the one before rings for nobody."""
        self._called = None

    async def go_round(self) -> None:
        """One round of everything."""
        is_quiet = self.idle_s >= QUIET_S
        self.look()
        await self._meet_peers()
        if is_quiet and self._screening is None and self._has_unscreened():
            self._screening = asyncio.create_task(self._screen_by_and_by())

    def look(self) -> None:
        """Tell the screen when there is news; ring when it calls on the member, where that is wished."""
        try:
            is_changed = self._forum.changes.poll().is_changed
            if is_changed:
                unread = self._forum.inbox.unread_posts(self._session.me)
                self._glass.screen.post_message(messages.ForumChanged(unread))
            if self._config.bell and self._session.who is not None and (is_changed or self._called is None):
                self._ring_if_called()
        except WardroomError as error:
            self.is_outdated = isinstance(error, FileTooNew)
            self._glass.say(str(error), is_alarm=True)

    def _ring_if_called(self) -> None:
        """Ring once when more calls on the member than at the last look."""
        sums = self._forum.inbox.sums(self._session.me)
        called = sums.now + sums.answers + sums.named + sums.followed
        if self._called is not None and called > self._called:
            self._glass.ring()
        self._called = called

    async def _meet_peers(self) -> None:
        """Now and then meet the peers, beside the screens; on a server a timer does it."""
        if time.monotonic() < self._ask_peers_s or self._session.is_kiosk or not self._config.sync_minutes:
            return
        self._ask_peers_s = time.monotonic() + ASK_PEERS_S
        if not self._forum.is_read_only and self._forum.changes.sync_is_due(self._config.sync_minutes):
            try:
                await offload.call(self._forum.peers.start)
            except WardroomError as error:
                self._glass.say(str(error), is_alarm=True)

    def _has_unscreened(self) -> bool:
        return not self._forum.is_read_only and self._forum.unscreened.is_any_pending()

    async def _screen_by_and_by(self) -> None:
        """Screen what was imported or came from elsewhere, a little at a time, while nobody types."""
        from wardroom.forum.unscreened import SOON

        told_s = 0.0
        try:
            waiting = self._forum.unscreened.counts().pending
            is_long = waiting > SOON
            while self.idle_s >= QUIET_S and self._session.who is not None:
                if is_long and time.monotonic() >= told_s + SCREENING_TOLD_S:
                    told_s = time.monotonic()
                    said = _("{count} posts wait for the screening; it goes on while nobody types.")
                    self._glass.say(said.format(count=max(waiting, 0)))
                done = await offload.call(self._forum.unscreened.work, most=SCREENED_AT_ONCE)
                if not done:
                    break
                waiting -= done
                await asyncio.sleep(SCREENING_PAUSE_S)
            if is_long and not self._has_unscreened():
                self._glass.say(_("All posts are screened."))
        except WardroomError:
            pass  # the file is busy or read only now: the next look tries again
        finally:
            self._screening = None
