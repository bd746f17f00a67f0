"""What widgets and screens tell the app: wishes to go somewhere, and news that something changed."""

from dataclasses import dataclass, field
from typing import Literal

from textual.message import Message

from wardroom.domain.ids import BoardNo, EventNo


@dataclass
class OpenThread(Message):
    """Open the thread that holds ``post``, with the cursor on it."""

    post: EventNo


@dataclass
class OpenBoard(Message):
    """Open a board's list of threads."""

    board: BoardNo


@dataclass
class Compose(Message):
    """Open the composer: a new case, an answer, a new version, or a kept draft."""

    kind: Literal["case", "reply", "amend"]
    board: BoardNo | None = None
    target: EventNo | None = None
    quote: str = ""
    draft: int | None = None


@dataclass
class ReadOn(Message):
    """Go to the next unread post after this thread, then the next board's, until the forum ends."""

    thread: EventNo | None = None
    board: BoardNo | None = None


@dataclass
class ForumChanged(Message):
    """The file has news: screens ask their one question again."""

    unread_posts: int = field(default=0)
