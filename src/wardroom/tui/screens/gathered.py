"""Posts gathered for one reason: they name the member, answer them, are of a case or board they follow, or are kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace
from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.views import Calling, PostLine
from wardroom.errors import WardroomError
from wardroom.language import _, marked
from wardroom.tui import keymap, offload
from wardroom.tui.messages import OpenThread, ReadOn
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.post_rows import post_row, post_words
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import SENTENCE_ROWS, sentence


@dataclass(frozen=True, slots=True)
class _Words:
    """How a list is called, and what an empty one says."""

    place: str
    empty: str


_WORDS: Final[dict[Calling, _Words]] = {
    "named": _Words(
        marked("Named you"), marked("Nobody has named you since you last looked. @ and your handle in a post does.")
    ),
    "answers": _Words(marked("Answered you"), marked("No new answer to what you wrote.")),
    "followed": _Words(
        marked("Cases you follow"), marked("Nothing new in the cases you follow. f in a case follows it.")
    ),
    "subscribed": _Words(
        marked("Boards you subscribe to"), marked("Nothing new there. f on a board subscribes to it.")
    ),
    "due": _Words(marked("Outcomes due from you"), marked("No case of yours owes its outcome.")),
    "bookmarks": _Words(marked("Bookmarks"), marked("No bookmarks yet. m on a post keeps it here.")),
}


class GatheredScreen(Framed):
    """One line a post, newest first."""

    SPEAKS = "gathered"
    KEYS = ("move", "list.open", "read.on", "go.back", "app.help")
    KEYS_OF_BOOKMARKS = ("move", "list.open", "list.discard", "go.back", "app.help")
    BINDINGS = keymap.bindings("gathered")

    def __init__(self, kind: Calling) -> None:
        super().__init__()
        self.kind = kind
        self.rows = Rows(self._row, lambda _index: bool(self._posts))
        self._posts: tuple[PostLine, ...] = ()

    def body(self) -> Iterable[Widget]:
        """One list, and the case under its cursor where there is room for it."""
        yield self.with_case(self.rows, self._post_at)

    def _post_at(self, index: int) -> tuple[EventNo, EventNo] | None:
        post = self._posts[index] if index < len(self._posts) else None
        return (post.thread, post.post) if post is not None else None

    def footer(self) -> tuple[tuple[str, str], ...]:
        """Only a bookmark can be taken off the list by hand."""
        ids = self.KEYS_OF_BOOKMARKS if self.kind == "bookmarks" else self.KEYS
        return keymap.footer(self.SPEAKS, ids, self.host.remapped)

    def refresh_view(self) -> None:
        """Ask again; the cursor stays with its post."""
        at = self._posts[self.rows.cursor].post if self._posts else None
        self.header.place = _(_WORDS[self.kind].place)
        self._posts = self.host.forum.attention.posts(self.host.me, self.kind)
        self.header.beside = str(len(self._posts)) if self._posts else ""
        same = [index for index, post in enumerate(self._posts) if post.post == at]
        self.rows.show(len(self._posts) or SENTENCE_ROWS, cursor=same[0] if same else self.rows.cursor)

    def refresh_news(self) -> None:
        """No row moves; one that has been read meanwhile is no longer marked as new."""
        if not self._posts:
            self.refresh_view()
            return
        fresh = {post.post: post for post in self.host.forum.attention.posts(self.host.me, self.kind)}
        self._posts = tuple(fresh.get(post.post, replace(post, is_unread=False)) for post in self._posts)
        self.rows.refresh()

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        if not self._posts:
            return sentence(_(_WORDS[self.kind].empty), index, width)
        paint = post_words if self.host.is_plain else post_row
        return paint(self._posts[index], width, self.host.now_ms())

    def action_open(self) -> None:
        """The post under the cursor, in its thread."""
        if self._posts:
            self.post_message(OpenThread(self._posts[self.rows.cursor].post))

    def action_read_on(self) -> None:
        """The first unread post of the forum."""
        self.post_message(ReadOn())

    async def action_discard(self) -> None:
        """Take the bookmark off."""
        if not self._posts or self.kind != "bookmarks":
            return
        attention, me, post = self.host.forum.attention, self.host.me, self._posts[self.rows.cursor].post
        try:
            await offload.call(lambda: attention.bookmark(me, post, is_on=False))
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        self.refresh_view()
