"""What widgets and screens tell the app: wishes to go somewhere, and news that something changed."""

from dataclasses import dataclass, field

from textual.message import Message

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import Calling, DraftKind, Me


@dataclass(eq=False, repr=False)
class OpenThread(Message):
    """Open the thread that holds ``post``, with the cursor on it."""

    post: EventNo


@dataclass(eq=False, repr=False)
class OpenBoard(Message):
    """Open a board's list of threads."""

    board: BoardNo


@dataclass(eq=False, repr=False)
class OpenCard(Message):
    """Show the card of whoever wrote ``post``, or one's own."""

    post: EventNo | None = None


@dataclass(eq=False, repr=False)
class OpenGathered(Message):
    """Show the posts that call on the member in one way."""

    kind: Calling


@dataclass(eq=False, repr=False)
class OpenSaved(Message):
    """Show what the search under a number key finds."""

    number: int


class OpenDrafts(Message):
    """Show what is half written."""


class OpenModeration(Message):
    """Show what waits for moderators, and what the member is to be told."""


@dataclass(eq=False, repr=False)
class Told(Message):
    """Something to be said on whatever screen stands now."""

    sentence: str


@dataclass(eq=False, repr=False)
class Compose(Message, namespace="wish"):
    """Open the composer: a case, an answer, a new version, an outcome, later vital signs, or a kept draft.

    Its handler is ``on_wish_compose``: without the namespace it would bear the name of Textual's own event.
    """

    kind: DraftKind
    board: BoardNo | None = None
    target: EventNo | None = None
    is_quoting: bool = False
    draft: int | None = None


@dataclass(eq=False, repr=False)
class ReadOn(Message):
    """Go to the next unread post after this thread, then the next board's, until the forum ends."""

    thread: EventNo | None = None
    board: BoardNo | None = None


@dataclass(eq=False, repr=False)
class ForumChanged(Message):
    """The file has news: screens ask their one question again."""

    unread_posts: int = field(default=0)


@dataclass(eq=False, repr=False)
class LoggedIn(Message):
    """Somebody has shown who they are."""

    me: Me


@dataclass(eq=False, repr=False)
class PinChosen(Message):
    """Six digits were chosen for this session; the glass may be locked with them."""

    pin: str


@dataclass(eq=False, repr=False)
class UnlockTried(Message):
    """Somebody wants in, with this PIN or password."""

    secret: str


class LockLeft(Message):
    """The lock was not wanted after all: no PIN was chosen."""


class SomeoneElse(Message):
    """Another person sits down: the session ends, its drafts stay."""


@dataclass(eq=False, repr=False)
class CommandGiven(Message):
    """A line was typed behind ``:``."""

    text: str
