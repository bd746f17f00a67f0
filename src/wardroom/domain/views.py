"""What the forum answers: frozen values a screen or a command paints, with nothing left to ask.

Texts in them are clean (``domain.text``). Times are milliseconds since 1970, UTC, and already effective: where a
clock was wrong they are the reception's, and ``is_clock_wrong`` says so.
"""

from typing import Final, Literal, NamedTuple

from msgspec import Struct

from wardroom.domain.events import OutcomeBody, Record
from wardroom.domain.ids import AccountNo, BoardNo, EventNo, MemberNo
from wardroom.language import _

COUNTED: Final = 4_000
"""So far a screen counts what there is no end of."""


def counted(count: int) -> str:
    """A count as a screen says it: what was counted only so far has a plus."""
    return f"{COUNTED}+" if count >= COUNTED else str(count)


DraftKind = Literal["case", "reply", "amend", "outcome", "vitals"]
BodyState = Literal["here", "awaited", "hidden", "withdrawn", "purged", "unscreened"]
BoardWish = Literal["", "subscribed", "muted"]
"""What a member wants to be told of a board: as of any, more, or nothing."""
Calling = Literal["named", "answers", "followed", "subscribed", "bookmarks", "due"]
"""Why a post stands in a list for a member: it names them, answers them, is of a case or board they follow, is kept,
or is their own case that owes its outcome."""


class Me(Struct, frozen=True):
    """Who is looking: an account of this file and the member it is in each circle."""

    account: AccountNo
    handle: str
    site: str
    profession: str
    members: dict[int, MemberNo]
    """Member by circle number."""
    is_steward: bool = False
    """Of this file's own circle, as the next two."""
    is_moderator: bool = False
    can_write: bool = True
    moderates: frozenset[int] = frozenset()
    """The circles where it is moderator or steward."""

    @property
    def name(self) -> str:
        """``nadia@county``."""
        return f"{self.handle}@{self.site}"


class BoardLine(Struct, frozen=True):
    """One board in a list."""

    board: BoardNo
    name: str
    title: str
    about: str
    circle: str
    audience: str
    """Who will see a post: "County General ED alone", "region: 6 sites, and sites admitted later"."""
    is_room: bool
    threads: int | None
    """None where they were not counted."""
    unread: int
    activity_ms: int | None
    wish: BoardWish = ""


class Place(NamedTuple):
    """Where a thread stood in a board's list when the list was read."""

    run: int
    """0 for what is pinned, 1 for what the order puts first, 2 for the rest."""
    activity_ms: int
    thread: EventNo

    @property
    def rank(self) -> tuple[int, int, int]:
        """By this, places come in the order of their list."""
        return self.run, -self.activity_ms, -self.thread


class ThreadLine(Struct, frozen=True):
    """One thread in a list."""

    thread: EventNo
    id: str
    board: BoardNo
    board_name: str
    circle: str
    title: str
    author: str
    """``nadia@county``."""
    profession: str
    kind: str
    state: str
    acuity: str
    urgency: str
    created_ms: int
    activity_ms: int
    original_ms: int | None
    """When an imported post was written, where it was imported."""
    replies: int
    unread: int
    is_answered: bool
    """Whether another member has replied."""
    is_pinned: bool
    is_locked: bool
    body_state: BodyState
    until_ms: int | None = None
    """When a notice ends."""


class QuoteView(Struct, frozen=True):
    """A post that another one quotes: its words as they may be read today."""

    post: EventNo
    author: str
    """Empty, as the text is, unless the viewer may read it."""
    body_state: BodyState
    text: str


class SyncLight(Struct, frozen=True):
    """How the exchanges with peers go, for the corner of every screen."""

    done_ms: int | None
    """The last one that worked; None before the first."""
    has_failed: bool
    """Whether the last try with some peer failed."""
    is_under_way: bool


class PostView(Struct, frozen=True):
    """One post as its reader may see it."""

    post: EventNo
    id: str
    parent: EventNo | None
    parent_id: str
    author: str
    profession: str
    created_ms: int
    is_clock_wrong: bool
    body_state: BodyState
    text: str
    """Empty unless ``body_state`` is "here"."""
    flavour: str
    conflict: str
    versions: int
    amended_ms: int | None
    is_unread: bool
    is_own: bool
    is_draft_undo: bool
    """Whether the author can still take it back with undo."""
    useful: int
    is_useful_mine: bool
    original_name: str
    original_ms: int | None
    is_cut: bool
    sort_key: tuple[int, bytes, int]
    """(HLC, log, seq): the order among siblings."""
    quotes: tuple[QuoteView, ...] = ()
    verified_by: str = ""
    """The site that vouches for an author from elsewhere; empty where none does, and for those of this site."""
    reached: tuple[int, int] | None = None
    """For an own post of a shared circle: how many peers hold it, and how many there are."""


class PostWords(Struct, frozen=True):
    """Where a post stands and what it says, for whoever wants many posts at once and no more of each."""

    id: str
    thread_id: str
    parent_id: str | None
    text: str


class CaseView(Struct, frozen=True):
    """A thread, head first; ``posts`` are the replies in the order they are read (``domain.tree``)."""

    line: ThreadLine
    head: PostView
    question: str
    tags: tuple[str, ...]
    record: Record | None
    outcome: str
    audience: str
    board_title: str
    posts: tuple[PostView, ...]
    depths: tuple[int, ...]
    """Depth of each of ``posts``, 1 for an answer to the head."""
    may_reply: str
    """Empty, or the sentence that says why not."""
    outcome_told: OutcomeBody | None = None
    """The fields that ``outcome`` is the words of."""


class VersionView(Struct, frozen=True):
    """One version of a post, for its history."""

    id: str
    created_ms: int
    title: str
    text: str
    is_shown: bool


class BriefView(Struct, frozen=True):
    """What happened since the member was last here, on one screen."""

    since_ms: int | None
    is_first_visit: bool
    urgent: tuple[ThreadLine, ...]
    """Open cases that need an answer now, and unanswered ones, most urgent first."""
    unread: tuple[ThreadLine, ...]
    """Threads with unread posts, newest activity first."""
    unread_posts: int
    answers: int
    """Unread replies to the member's own posts."""
    outcomes_due: int
    drafts: int
    notices: tuple[ThreadLine, ...]
    boards: tuple[BoardLine, ...]
    named: int = 0
    """Unread posts that name the member."""
    followed: int = 0
    """Unread posts of cases the member follows."""
    subscribed: int = 0
    """Unread posts on boards the member subscribes to."""
    waiting: int = 0
    """What waits for the member as a moderator."""
    told: int = 0
    """What others did to the member's posts, and was not told yet."""


class Sums(Struct, frozen=True):
    """The brief as counts alone."""

    now: int
    """Open cases that need an answer now."""
    unread: int
    answers: int
    named: int
    followed: int
    subscribed: int
    due: int
    drafts: int


class PostLine(Struct, frozen=True):
    """One post in a list of posts, with the beginning of its words."""

    post: EventNo
    thread: EventNo
    id: str
    thread_id: str
    board_name: str
    circle: str
    title: str
    author: str
    profession: str
    created_ms: int
    words: str
    is_unread: bool


class DigestThread(Struct, frozen=True):
    """A thread in a digest, with what of it is new."""

    line: ThreadLine
    posts: int
    """New posts of others."""
    answers: int
    named: int
    is_followed: bool


class DigestView(Struct, frozen=True):
    """What others wrote between two moments, for one member."""

    name: str
    since_ms: int
    until_ms: int
    arrival: int
    """The newest arrival it takes in: the next one goes on behind it."""
    posts: int
    answers: int
    named: int
    due: int
    threads: tuple[DigestThread, ...]
    """The most pressing first."""


class MemberName(Struct, frozen=True):
    """A member as others name one."""

    handle: str
    site: str
    profession: str


class CardView(Struct, frozen=True):
    """A member as others see them."""

    member: MemberNo
    handle: str
    site: str
    profession: str
    interests: tuple[str, ...]
    circle: str
    """The circle whose card and roles these are."""
    roles: tuple[str, ...]
    verified_by: str
    """The site that vouches for the member; empty where none does."""
    verified_until_ms: int | None
    """When the year of the last verification ends, or ended; None where there was none."""
    posts: int
    """Those the viewer may read, of all circles."""
    last: tuple[PostLine, ...]
    is_own: bool


class SavedSearch(Struct, frozen=True):
    """A search kept under a number key."""

    number: int
    name: str
    query: str


class SearchHit(Struct, frozen=True):
    """A post that a query found."""

    post: EventNo
    thread: EventNo
    version: EventNo
    """The version that was found: the next page goes on before it."""
    id: str
    thread_id: str
    board_name: str
    circle: str
    title: str
    author: str
    created_ms: int
    snippet: str
    spans: tuple[tuple[int, int], ...]
    """Where ``snippet`` holds what was looked for."""
    kind: str
    state: str
    unread: bool


class SearchPage(Struct, frozen=True):
    """The newest hits of a query."""

    hits: tuple[SearchHit, ...]
    is_more: bool
    notes: tuple[str, ...]
    """What of the query could not be used, in words."""
    also: tuple[str, ...] = ()
    """Other ways to say what was typed, which were looked for too."""

    @property
    def also_said(self) -> str:
        """What else was looked for, in a sentence; nothing where nothing was."""
        return _("Also searched: {ways}").format(ways=", ".join(self.also)) if self.also else ""


class SimilarCase(Struct, frozen=True):
    """An earlier thread that speaks of the same."""

    line: ThreadLine
    shared: tuple[str, ...]
    """What both speak of, as the newer text says it, the rarest first."""


class DraftView(Struct, frozen=True):
    """Something half written, offered again at the next login."""

    draft: int
    kind: DraftKind
    board: BoardNo | None
    target: EventNo | None
    """The post it answers or amends, or the case whose outcome or vital signs it tells."""
    saved_ms: int
    fields: dict[str, str]
    """What the composer's fields held: title, question, text, tags, age_band, sex, acuity, …"""
    about: str
    """One line for a list: the title, or "reply to …"."""


class QueueItem(Struct, frozen=True):
    """Something that waits for a moderator."""

    kind: str
    """"flag", "held", "proposal", "appeal", "cut off" or "stopped" by screening."""
    event: EventNo | None
    post: EventNo | None
    held: int | None
    """The number of a held post, which has no id yet."""
    id: str
    title: str
    board: str
    author: str
    who: str
    """Who asks: the flagger, the proposer, the appellant; nobody for what screening has stopped."""
    reason: str
    at_ms: int
    words: str
    """What an appeal says, or how a held post begins."""


class AuditLine(Struct, frozen=True):
    """One act: who, what, when, about whom and why; never a word of a post."""

    event: EventNo | None
    """None for a deed that is kept in this file alone."""
    id: str
    at_ms: int
    who: str
    verb: str
    about: str
    """A post's id, a member, or a site."""
    post: EventNo | None
    reason: str
    yet_to_erase: tuple[str, ...]
    """Sites that have not said that they carried a purge out."""
    concerns_me: bool
    """Whether another did it to a post of the viewer's, or to the viewer."""


class PostDraft(Struct, frozen=True):
    """A post that is ready to be screened, judged and recorded."""

    text: str
    title: str = ""
    kind: str = ""
    question: str = ""
    tags: tuple[str, ...] = ()
    record: Record | None = None
    flavour: str = ""
    conflict: str = ""
    overrides: tuple[tuple[str, str], ...] = ()
    """(kind of finding, reason) for each block the author overrode."""
    quotes: tuple[EventNo, ...] = ()
    original_name: str = ""
    original_ms: int | None = None
    is_cut: bool = False
    is_unsigned: bool = False
    """Whether the site's standing member asks it, and the author's name stays in this file."""
    kept_as: int | None = None
    """The saved draft it was written in; it is thrown away in the commit that posts."""
    until_ms: int | None = None
    """When a notice ends."""


class News(Struct, frozen=True):
    """What a poll found: whether the file changed, and what of it concerns the member."""

    arrival: int
    is_changed: bool
