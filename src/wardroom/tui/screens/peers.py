"""The peers: when each was last met, how far it is behind, what an exchange under way has taken, and what went wrong."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import cut, pad
from wardroom.errors import WardroomError
from wardroom.language import _, several
from wardroom.terminal import signs
from wardroom.tui import keymap, offload
from wardroom.tui.widgets.ages import age
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import ALARM, BOLD, DIM, PLAIN, SENTENCE_ROWS, Run, line, sentence

if TYPE_CHECKING:
    from wardroom.forum.peers import PeerLine

NAME_COLUMNS = 16


class PeersScreen(Framed):
    """One line a peer."""

    SPEAKS = "peers"
    KEYS = ("move", "peers.one", "peers.all", "go.back", "app.help")
    BINDINGS = keymap.bindings("peers")

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(self._row, lambda _index: bool(self._lines))
        self._lines: tuple[PeerLine, ...] = ()

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield self.rows

    def refresh_view(self) -> None:
        """Ask again."""
        self.header.place = _("Peers")
        self.header.beside = self.host.forum.site_name
        self._lines = self.host.forum.peers.lines()
        self.rows.show(len(self._lines) or SENTENCE_ROWS)
        self._tell_error()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """What went wrong with the peer under the cursor stands below the list, whole."""
        event.stop()
        self._tell_error()

    def _tell_error(self) -> None:
        self.news = self._lines[self.rows.cursor].peer.error if self._lines else ""

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        if not self._lines:
            return sentence(_("No peer yet. wardroom peer add NAME SSH_TARGET names one."), index, width)
        told = self._lines[index]
        peer = told.peer
        now_ms = self.host.now_ms()
        sign: Run = (f"{signs.NOW} ", ALARM) if peer.error else (f"{signs.SYNC} ", DIM)
        met = age(peer.done_ms, now_ms) if peer.done_ms is not None else "-"
        carried = f"{size(peer.received_bytes)} {_('in')}  {size(peer.sent_bytes)} {_('out')}" if width >= 64 else ""
        room = max(width - 2 - NAME_COLUMNS - 7 - len(carried) - 1, 0)
        return line(
            [
                sign,
                (pad(peer.name, NAME_COLUMNS), BOLD if told.lag_posts else PLAIN),
                (f"{met:>5}  ", DIM),
                (pad(cut(self._state(told, now_ms), room), room), ALARM if peer.error else PLAIN),
                (f" {carried}", DIM),
            ],
            width,
        )

    @staticmethod
    def _state(told: "PeerLine", now_ms: int) -> str:
        peer = told.peer
        if told.is_under_way(now_ms):
            if not peer.expected_events:
                return _("meeting now")
            return _("taking {done} of {total}").format(done=peer.taken_events, total=peer.expected_events)
        if peer.error:
            return _("failed")
        if peer.done_ms is None:
            return _("never met")
        if told.lag_posts:
            return several("{n} post behind", "{n} posts behind", told.lag_posts).format(n=told.lag_posts)
        return _("up to date")

    async def action_sync_one(self) -> None:
        """Meet the peer under the cursor now."""
        if self._lines:
            await self._start((self._lines[self.rows.cursor].peer.name,))

    async def action_sync_all(self) -> None:
        """Meet all peers now."""
        await self._start(())

    async def _start(self, names: tuple[str, ...]) -> None:
        try:
            if self.host.is_kiosk:
                await offload.call(self.host.forum.peers.ask)
                self.say(_("Asked for it: this server meets its peers by itself."))
            else:
                await offload.call(self.host.forum.peers.start, names)
                self.say(_("Begun. It goes on beside what you do."))
        except WardroomError as error:
            self.say(str(error), is_alarm=True)


def size(size_bytes: int) -> str:
    """A number of bytes in five columns."""
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)):
        if size_bytes >= step:
            return f"{size_bytes // step} {unit}"
    return f"{size_bytes} B"
