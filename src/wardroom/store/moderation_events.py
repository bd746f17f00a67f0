"""Events of moderation: what is hidden, locked, pinned, moved, flagged and appealed against, applied to the views."""

from collections.abc import Callable

from wardroom.domain import events as e
from wardroom.domain import rules
from wardroom.domain.events import Envelope
from wardroom.domain.ids import EventNo
from wardroom.language import marked
from wardroom.store.circle_events import board_named
from wardroom.store.flags import fold_flags
from wardroom.store.folds import fold_post, fold_thread, rank
from wardroom.store.journal import Journal
from wardroom.store.judging import EventRow, WithoutRight, author_of, is_waiting, must, resolve, wait_for
from wardroom.store.overwriting import overwrite, post_named, supersede
from wardroom.store.purges import inherit_purges


def post_hidden(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A post is hidden, or shown again."""
    assert isinstance(envelope, e.PostHidden)
    member, roles = author_of(journal, row, envelope.author)
    post, _, _, _ = post_named(journal, row, envelope.post)
    must(rules.may_moderate(roles))
    overwrite(journal, row, post, "hide", member, int(envelope.is_on), envelope.supersedes)
    fold_flags(journal, post)
    fold_post(journal, post)


def thread_marked(aspect: str) -> Callable[[Journal, EventRow, Envelope], None]:
    """What applies a lock or a pin."""

    def apply_mark(journal: Journal, row: EventRow, envelope: Envelope) -> None:
        assert isinstance(envelope, e.ThreadLocked | e.ThreadPinned)
        member, roles = author_of(journal, row, envelope.author)
        post, thread, _, _ = post_named(journal, row, envelope.post)
        must(rules.may_moderate(roles))
        if post != thread:
            raise WithoutRight(marked("is malformed"))
        overwrite(journal, row, thread, aspect, member, int(envelope.is_on), envelope.supersedes)
        fold_thread(journal, thread)

    return apply_mark


def thread_moved(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A thread stands on another board of the circle."""
    assert isinstance(envelope, e.ThreadMoved)
    member, roles = author_of(journal, row, envelope.author)
    post, thread, _, _ = post_named(journal, row, envelope.post)
    board = board_named(journal, row, envelope.board)
    rooms = journal.db.execute(
        "SELECT MAX(is_room) FROM view_board WHERE board IN (?, (SELECT first_board FROM view_thread WHERE thread = ?))",
        (board, thread),
    ).fetchone()
    must(rules.may_move(roles, is_room=bool(rooms[0])))
    if post != thread:
        raise WithoutRight(marked("is malformed"))
    overwrite(journal, row, thread, "move", member, 0, envelope.supersedes)
    fold_thread(journal, thread)


def post_flagged(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A member asks moderators to look at a post, or takes that back."""
    assert isinstance(envelope, e.PostFlagged)
    member, roles = author_of(journal, row, envelope.author)
    post, _, _, _ = post_named(journal, row, envelope.post)
    must(rules.may_flag(roles))
    if not 0 <= envelope.reason < len(e.FLAG_REASONS):
        raise WithoutRight(marked("gives a reason of a newer Wardroom"))
    supersede(journal, row, envelope.supersedes)
    journal.db.execute(
        "INSERT INTO view_flag (event, post, member, is_on, reason, may_hide) VALUES (?, ?, ?, ?, ?, ?)",
        (row.event, post, member, envelope.is_on, envelope.reason, rules.flag_hides(roles)),
    )
    fold_flags(journal, post)


def purge_acknowledged(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """An instance has erased what a purge names."""
    assert isinstance(envelope, e.PurgeAcknowledged)
    purge = resolve(journal, envelope.purge, row)
    has_erased = journal.db.execute("SELECT 1 FROM view_purge WHERE purge = ? LIMIT 1", (purge,)).fetchone()
    if has_erased is None or is_waiting(journal.db, purge):
        wait_for(journal, row, envelope.purge, purge)
    journal.db.execute("INSERT OR IGNORE INTO view_acknowledged (purge, log) VALUES (?, ?)", (purge, row.log))


def appeal_made(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """Whom an act concerns asks for another judgement."""
    assert isinstance(envelope, e.AppealMade)
    member, _ = author_of(journal, row, envelope.author)
    act = resolve(journal, envelope.act, row)
    if is_waiting(journal.db, act):
        wait_for(journal, row, envelope.act, act)
    is_concerned, post = concerns(journal, act, member)
    must(rules.may_appeal(is_concerned=is_concerned))
    journal.db.execute(
        "INSERT INTO view_appeal (event, act, member, post) VALUES (?, ?, ?, ?)", (row.event, act, member, post)
    )
    if post is not None:
        inherit_purges(journal, row, post)


def concerns(journal: Journal, act: EventNo, member: int) -> tuple[bool, int | None]:
    """Whether an act of moderation concerns a member, and the member's post it is about, where it is about one."""
    suspended = journal.db.execute("SELECT member FROM view_suspension WHERE event = ?", (act,)).fetchone()
    if suspended is not None:
        return suspended[0] == member, None
    posts = journal.db.execute(
        "SELECT p.post FROM view_overwrite o CROSS JOIN view_post p ON p.post = o.subject"
        " WHERE o.event = ? AND o.aspect IN ('hide', 'lock', 'move') AND p.author = ?",
        (act, member),
    ).fetchall()
    return bool(posts), min((post for (post,) in posts), key=lambda post: rank(journal, post), default=None)
