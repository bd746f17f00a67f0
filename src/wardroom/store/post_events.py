"""Events of posts and threads, applied to the views."""

from collections.abc import Callable

from wardroom.domain import events as e
from wardroom.domain import rules
from wardroom.domain.events import Envelope, PostBody
from wardroom.language import marked
from wardroom.store import unscreened
from wardroom.store.folds import (
    AMENDED,
    AWAITED,
    HERE,
    fold_post,
    fold_thread,
    is_purged,
    late_arrival,
    show_first,
    winning,
)
from wardroom.store.journal import Journal
from wardroom.store.judging import EventRow, WithoutRight, author_of, must, number_of
from wardroom.store.overwriting import overwrite, post_named
from wardroom.store.purges import inherit_purges


def thread_posted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A thread begins."""
    assert isinstance(envelope, e.ThreadPosted)
    author = _writer(journal, row, envelope.author, envelope.releaser)
    board = number_of(journal, row, envelope.board)
    if journal.db.execute("SELECT 1 FROM view_board WHERE board = ?", (board,)).fetchone() is None:
        raise WithoutRight(marked("names a board that is none"))
    journal.db.execute(
        "INSERT INTO view_thread (thread, board, first_board, author, kind, state, title, acuity, urgency, tags,"
        " is_locked, is_pinned, outcome, original_ms, is_answered, until_ms)"
        " VALUES (?1, ?2, ?2, ?3, 'talk', 0, '', '', '', '', 0, 0, NULL, NULL, 0, NULL)",
        (row.event, board, author),
    )
    _place(journal, row, row.event, None, board, author)


def replied(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A post takes its place under its parent."""
    assert isinstance(envelope, e.Replied)
    author = _writer(journal, row, envelope.author, envelope.releaser)
    parent, thread, board, _ = post_named(journal, row, envelope.parent)
    quoted = [post_named(journal, row, reference)[0] for reference in envelope.quotes]
    _place(journal, row, thread, parent, board, author)
    for post in quoted:
        journal.db.execute("INSERT OR IGNORE INTO view_quote (post, quoted) VALUES (?, ?)", (row.event, post))


def _writer(journal: Journal, row: EventRow, author: int, releaser: int) -> int:
    member, roles = author_of(journal, row, author)
    is_released = False
    if releaser:
        _, releasing = author_of(journal, row, releaser)
        is_released = not rules.may_moderate(releasing)
    if not is_released:
        is_released = "trainee" in roles and releases(journal, row.log, member, row.seq) >= rules.RELEASES
    elif not journal.is_behind:  # counted before anything waits: a log's prefix is the same everywhere
        journal.db.execute(
            "INSERT OR IGNORE INTO view_released (log, member, seq) VALUES (?, ?, ?)", (row.log, member, row.seq)
        )
    must(rules.may_write(roles, is_released=is_released))
    return member


def releases(journal: Journal, log: int, member: int, seq: int) -> int:
    """How many of a member's posts were released before ``seq`` of a log."""
    count = 0
    for held, end in journal.lineage(log):
        row = journal.db.execute(
            "SELECT COUNT(*) FROM view_released WHERE log = ? AND member = ? AND seq < ?",
            (held, member, seq if end is None else end + 1),
        ).fetchone()
        count += int(row[0])
    return count


def _place(journal: Journal, row: EventRow, thread: int, parent: int | None, board: int, author: int) -> None:
    body = row.body if isinstance(row.body, PostBody) else None
    unscreened.note_author(journal, row.event, author)
    is_plain = not _is_kept_back(journal, row.event) and late_arrival(journal, row.event) is None
    state = HERE if body is not None and is_plain else AWAITED
    journal.db.execute(
        "INSERT INTO view_post (post, thread, parent, board, author, hlc, placed, arrival, shown, versions, state)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?1, 1, ?8)",
        (row.event, thread, parent, board, author, row.hlc, journal.trigger, state),
    )
    if body is not None and is_plain:
        show_first(journal, row, body, thread, board, author)
    else:
        fold_post(journal, row.event)


def _is_kept_back(journal: Journal, event: int) -> bool:
    return journal.is_behind or is_purged(journal, event)


def post_changed(value: int) -> Callable[[Journal, EventRow, Envelope], None]:
    """What applies a new version (``AMENDED``) or a withdrawal (``WITHDRAWAL``)."""

    def apply_change(journal: Journal, row: EventRow, envelope: Envelope) -> None:
        assert isinstance(envelope, e.PostAmended | e.PostWithdrawn)
        member, roles = author_of(journal, row, envelope.author)
        post, _, _, author = post_named(journal, row, envelope.post)
        must(rules.may_change_post(roles, is_author=member == author))
        unscreened.note_author(journal, row.event, author)
        overwrite(journal, row, post, "text", member, value, envelope.supersedes)
        if value == AMENDED:
            inherit_purges(journal, row, post)
        fold_post(journal, post)

    return apply_change


def state_changed(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A thread is open, answered or closed."""
    assert isinstance(envelope, e.CaseStateChanged)
    member, roles = author_of(journal, row, envelope.author)
    post, thread, _, author = post_named(journal, row, envelope.post)
    must(rules.may_close_case(roles, is_author=member == author))
    if post != thread or not 0 <= envelope.state < len(e.STATES):
        raise WithoutRight(marked("is malformed"))
    overwrite(journal, row, thread, "state", member, envelope.state, envelope.supersedes)
    fold_thread(journal, thread)


def outcome_recorded(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A case has an outcome."""
    assert isinstance(envelope, e.OutcomeRecorded)
    member, roles = author_of(journal, row, envelope.author)
    post, thread, _, author = post_named(journal, row, envelope.post)
    must(rules.may_close_case(roles, is_author=member == author))
    if post != thread:
        raise WithoutRight(marked("is malformed"))
    overwrite(journal, row, thread, "outcome", member, 0, envelope.supersedes)
    inherit_purges(journal, row, thread)
    fold_thread(journal, thread)


def reacted(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A member marks a post, or takes the mark off."""
    assert isinstance(envelope, e.Reacted)
    member, roles = author_of(journal, row, envelope.author)
    post, _, _, author = post_named(journal, row, envelope.post)
    must(rules.may_react(roles, is_author=author == member))
    if not 0 <= envelope.reaction < len(e.REACTIONS):
        raise WithoutRight(marked("names a mark of a newer Wardroom"))
    aspect = f"react {envelope.reaction} {member}"
    overwrite(journal, row, post, aspect, member, 0 if envelope.is_on else 1, envelope.supersedes)
    standing = winning(journal, post, aspect)
    key = (post, envelope.reaction, member)
    if standing is not None and standing[1] == 0:
        journal.db.execute("INSERT OR IGNORE INTO view_reaction (post, reaction, member) VALUES (?, ?, ?)", key)
    else:
        journal.db.execute("DELETE FROM view_reaction WHERE post = ? AND reaction = ? AND member = ?", key)
