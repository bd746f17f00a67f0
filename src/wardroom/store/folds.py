"""What a post, a thread and a list show, worked out anew from all events about them."""

import json
import sqlite3
from collections.abc import Set as AbstractSet

from wardroom.domain import events as e
from wardroom.domain.clock import Hlc, effective_ms
from wardroom.domain.events import PostBody
from wardroom.domain.ids import EventNo
from wardroom.domain.text import clean
from wardroom.store import mentions, search_index
from wardroom.store.journal import Journal
from wardroom.store.judging import EventRow, cuts_of, load, resolve

HERE, WITHDRAWN, HIDDEN, PURGED, AWAITED = range(5)
"""States of a post in ``view_post``."""

NOBODY, ALL, AUTHORS, REVIEWERS = range(4)
"""Who has a thread in their lists, as ``local_activity`` says: screening leaves some to their authors alone, and some to
moderators too."""

QUESTIONS = ("case", "question")
"""Kinds of threads that wait for an answer."""


CLOCK_BLOCK = 256
"""Versions of which ``local_clock_block`` keeps the oldest and the newest stamp together."""

AMENDED = 1


WITHDRAWAL = 2
"""Values of the aspect ``text``: the stricter is the larger, as in every aspect."""


def show_first(journal: Journal, row: EventRow, body: PostBody, thread: int, board: int, author: int) -> None:
    """The common way of a post placed as ``HERE``, whose only version is shown: what ``fold_post`` does, asking nothing."""
    db = journal.db
    if thread == row.event:
        kind, acuity, urgency, tags, title, original_ms, until_ms = _thread_columns(body)
        db.execute(
            "UPDATE view_thread SET kind = ?, title = ?, acuity = ?, urgency = ?, tags = ?, original_ms = ?, until_ms = ?"
            " WHERE thread = ?",
            (kind, title, acuity, urgency, tags, original_ms, until_ms, thread),
        )
        tokens = search_index.thread_tokens(board, kind, 0, acuity, tags, 0)
    else:
        tokens = _tokens_behind_answer(journal, row.event, thread, author)
    search_index.put(db, row.event, body, tokens, author)
    mentions.note(db, row.event, body)
    note_clock(journal, row.event, row.hlc)
    came_ms = journal.now_ms if row.event >= journal.began_at else received_ms(db, row.event)
    waits = thread == row.event and kind in QUESTIONS
    db.execute(
        "INSERT INTO local_activity (thread, board, shown_to, waits, activity_ms) VALUES (?1, ?2, ?3, ?4, ?5)"
        f" ON CONFLICT (thread) DO UPDATE SET shown_to = CASE WHEN ?3 = {ALL} OR shown_to = {NOBODY} THEN ?3 ELSE shown_to END,"
        " waits = waits AND NOT (SELECT is_answered FROM view_thread t WHERE t.thread = ?1),"
        f" activity_ms = CASE WHEN shown_to = {NOBODY} THEN ?5 ELSE MAX(activity_ms, ?5) END",
        (thread, board, _shown_to(journal, row.event), waits, effective_ms(row.hlc, came_ms)),
    )


def _tokens_behind_answer(journal: Journal, post: int, thread: int, author: int) -> str:
    """The tokens of a thread behind a new answer; where it is the first of another member they change for all before it."""
    db = journal.db
    asker, board, kind, state, acuity, tags, is_answered = db.execute(
        "SELECT author, board, kind, state, acuity, tags, is_answered FROM view_thread WHERE thread = ?", (thread,)
    ).fetchone()
    tokens = search_index.thread_tokens(board, kind, state, acuity, tags, is_answered)
    if is_answered or author == asker:
        return tokens
    db.execute("UPDATE view_thread SET is_answered = 1 WHERE thread = ?", (thread,))
    _index_again(journal, thread, tokens, but=post)
    return search_index.thread_tokens(board, kind, state, acuity, tags, 1)


def _shown_to(journal: Journal, version: int) -> int:
    """Who may read a version, as far as screening goes."""
    if not journal.can_be_held(version):
        return ALL
    row = journal.db.execute("SELECT is_blocked FROM local_unscreened WHERE event = ?", (version,)).fetchone()
    return ALL if row is None else REVIEWERS if row[0] else AUTHORS


def received_ms(db: sqlite3.Connection, event: int) -> int:
    """When an event reached this file, in milliseconds since 1970."""
    row = db.execute(
        "SELECT received_ms FROM local_reception WHERE arrival <= ? ORDER BY arrival DESC LIMIT 1", (event,)
    ).fetchone()
    return int(row[0]) if row else 0


def _thread_columns(body: PostBody) -> tuple[str, str, str, str, str, int | None, int | None]:
    """(kind, acuity, urgency, tags, title, original time, end) of a head's shown version."""
    record = body.record or e.Record()
    kind = body.kind if body.kind in e.THREAD_KINDS else "talk"
    if body.question and body.record is not None:
        kind = "case"
    tags = " ".join(sorted({clean(tag, one_line=True).replace(" ", "-")[:32] for tag in body.tags[:20]} - {""}))
    return (
        kind,
        clean(record.acuity, one_line=True)[:16],
        clean(record.urgency, one_line=True)[:16],
        tags,
        clean(body.title, one_line=True)[:400],
        body.origin.date_ms if body.origin else None,
        body.until_ms if kind == "notice" else None,
    )


def tokens_of(journal: Journal, thread: int) -> str:
    """The index tokens that every post of a thread carries now."""
    row = journal.db.execute(
        "SELECT board, kind, state, acuity, tags, is_answered FROM view_thread WHERE thread = ?", (thread,)
    ).fetchone()
    return search_index.thread_tokens(*row)


def is_purged(journal: Journal, event: int) -> bool:
    """Whether a purge has taken this very event, here or by what the ledger of a restored backup says."""
    db = journal.db
    if journal.is_any_purged is None:
        any_purge = "SELECT 1 FROM view_purge UNION ALL SELECT 1 FROM local_purged LIMIT 1"
        journal.is_any_purged = db.execute(any_purge).fetchone() is not None
    if not journal.is_any_purged:
        return False
    ref = journal.ref(EventNo(event))
    found = db.execute(
        "SELECT 1 FROM view_purge WHERE log_id = ?1 AND seq = ?2 AND leaf = ?3 UNION ALL"
        " SELECT 1 FROM local_purged WHERE log_id = ?1 AND seq = ?2 AND leaf = ?3",
        (ref.log, ref.seq, ref.leaf),
    ).fetchone()
    return found is not None


def late_arrival(journal: Journal, event: int) -> int | None:
    """The arrival of what made an event visible after it had come: its body."""
    if event >= journal.began_at:
        return None
    row = journal.db.execute("SELECT MAX(arrival) FROM local_arrival WHERE event = ?", (event,)).fetchone()
    return None if row[0] is None else int(row[0])


def is_behind_cut(journal: Journal, event: int) -> bool:
    """Whether the author of an event was suspended before it: it is kept for review, and counts for nothing."""
    if not cuts_of(journal):
        return False
    return journal.db.execute("SELECT 1 FROM view_behind WHERE event = ?", (event,)).fetchone() is not None


def fold_post(journal: Journal, post: int) -> None:
    """Work out anew what a post shows, from all events about it."""
    db = journal.db
    thread, author, hlc, placed, old_shown, old_state = db.execute(
        "SELECT thread, author, hlc, placed, shown, state FROM view_post WHERE post = ?", (post,)
    ).fetchone()
    shown, state, arrival, versions = _standing(journal, post, placed)
    body = search_index.body_of(db, EventNo(shown))
    if state == HERE and body is None:
        state = AWAITED
    is_same = (shown, state) == (old_shown, old_state)
    tokens = tokens_of(journal, thread)
    if old_state == HERE and not is_same:
        old_body = search_index.body_of(db, EventNo(old_shown))
        if old_body is not None:
            search_index.take_out(db, EventNo(old_shown), old_body, tokens, author)
        mentions.forget(db, post)
    db.execute(
        "UPDATE view_post SET shown = ?, state = ?, arrival = ?, versions = ? WHERE post = ?",
        (shown, state, arrival, versions, post),
    )
    if state == HERE and not is_same and body is not None:
        search_index.put(db, EventNo(shown), body, tokens, author)
        mentions.note(db, post, body)
    note_clock(journal, shown, hlc)
    if post == thread:
        fold_thread(journal, thread)
    else:
        fold_answered(journal, thread)
    fold_activity(journal, thread)


def _standing(journal: Journal, post: int, placed: int) -> tuple[int, int, int, int]:
    """(shown version, state, arrival, number of versions) of a post."""
    overwrites = journal.db.execute(
        "SELECT event, value, arrival FROM view_overwrite WHERE subject = ? AND aspect = 'text'", (post,)
    ).fetchall()
    amendments = {event for event, value, _ in overwrites if value == AMENDED}
    purged = {event for event in amendments if is_purged(journal, event)}
    versions = 1 + sum(not is_behind_cut(journal, event) for event in amendments - purged)
    if is_purged(journal, post):
        return post, PURGED, placed, 1
    shown, state, arrival = post, HERE, placed
    text = winning(journal, post, "text", without=purged)
    if text is not None:
        event, value, _, text_arrival = text
        if value == WITHDRAWAL:
            state = WITHDRAWN
        else:
            shown = event
        arrival = max(arrival, text_arrival)
    arrival = max(arrival, late_arrival(journal, shown) or 0)
    hide = winning(journal, post, "hide")
    if hide is None and is_behind_cut(journal, post):
        state = HIDDEN if state == HERE else state  # a moderator may show what a suspended author wrote
    if hide is not None:
        if hide[1]:
            state = HIDDEN if state == HERE else state
        else:
            arrival = max(arrival, hide[3])
    return shown, state, arrival, versions


def _heads(journal: Journal, subject: int, aspect: str, without: AbstractSet[int]) -> list[tuple[int, int, int, int]]:
    rows: list[tuple[int, int, int, int]] = journal.db.execute(
        "SELECT event, value, member, arrival FROM view_overwrite WHERE subject = ? AND aspect = ?", (subject, aspect)
    ).fetchall()
    present = {row[0]: row for row in rows if row[0] not in without and not is_behind_cut(journal, row[0])}
    superseded: set[int] = set()
    for event in present:
        superseded.update(
            r[0] for r in journal.db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (event,))
        )
    return [row for event, row in present.items() if event not in superseded]


def heads_of(journal: Journal, subject: int, aspect: str) -> list[int]:
    """The overwrites of a subject that nothing supersedes: what the next one names."""
    return [row[0] for row in _heads(journal, subject, aspect, frozenset())]


def winning(
    journal: Journal, subject: int, aspect: str, *, without: AbstractSet[int] = frozenset()
) -> tuple[int, int, int, int] | None:
    """(event, value, member, arrival) of the overwrite that stands: of heads the stricter, else the lowest leaf hash."""
    heads = _heads(journal, subject, aspect, without)
    if len(heads) <= 1:
        return heads[0] if heads else None
    strictest = max(row[1] for row in heads)
    return min((row for row in heads if row[1] == strictest), key=lambda row: rank(journal, row[0]))


def rank(journal: Journal, event: int) -> tuple[bytes, bytes, int]:
    """The lowest stands: by leaf hash, and where its first bytes agree by the place, which is the same everywhere."""
    ref = journal.ref(EventNo(event))
    return ref.leaf, ref.log, ref.seq


def fold_thread(journal: Journal, thread: int) -> None:
    """Work out anew a thread's title, state and marks; its posts' tokens follow."""
    db = journal.db
    old_tokens = tokens_of(journal, thread)
    shown, post_state = db.execute("SELECT shown, state FROM view_post WHERE post = ?", (thread,)).fetchone()
    body = search_index.body_of(db, shown) if post_state in (HERE, HIDDEN) else None
    kind, acuity, urgency, tags, title, original_ms, until_ms = _thread_columns(body or PostBody())
    if post_state == HIDDEN:
        acuity = urgency = tags = ""  # a search by them must not find what stands below a hidden head
    outcomes = overwrites(db, thread, "outcome", 0)
    outcome = winning(journal, thread, "outcome", without={event for event in outcomes if is_purged(journal, event)})
    state = winning(journal, thread, "state")
    standing = max(state[1] if state else 0, e.STATES.index("outcome") if outcome else 0)
    lock = winning(journal, thread, "lock")
    pin = winning(journal, thread, "pin")
    board = _board_of(journal, thread)
    db.execute(
        "UPDATE view_thread SET board = ?, kind = ?, state = ?, title = ?, acuity = ?, urgency = ?, tags = ?,"
        " is_locked = ?, is_pinned = ?, outcome = ?, original_ms = ?, until_ms = ? WHERE thread = ?",
        (
            board, kind, standing, title, acuity, urgency, tags, bool(lock and lock[1]), bool(pin and pin[1]),
            outcome[0] if outcome else None, original_ms, until_ms, thread,
        ),
    )  # fmt: skip
    db.execute("UPDATE view_post SET board = ?1 WHERE thread = ?2 AND board <> ?1", (board, thread))
    db.execute("UPDATE local_activity SET board = ?1 WHERE thread = ?2 AND board <> ?1", (board, thread))
    _index_again(journal, thread, old_tokens)


def fold_answered(journal: Journal, thread: int) -> None:
    """Work out anew whether a thread holds a post of another member than its author; its posts' tokens follow."""
    db = journal.db
    was, is_answered = db.execute(
        "SELECT t.is_answered, EXISTS (SELECT 1 FROM view_post p WHERE p.thread = t.thread AND p.state = ?2"
        " AND p.author <> t.author) FROM view_thread t WHERE t.thread = ?1",
        (thread, HERE),
    ).fetchone()
    if was == is_answered:
        return
    old_tokens = tokens_of(journal, thread)
    db.execute("UPDATE view_thread SET is_answered = ? WHERE thread = ?", (is_answered, thread))
    _index_again(journal, thread, old_tokens)


def _index_again(journal: Journal, thread: int, old_tokens: str, *, but: int = 0) -> None:
    """Put the posts of a thread whose tokens have changed into the index anew; ``but`` is one that is not in it yet."""
    db = journal.db
    tokens = tokens_of(journal, thread)
    if tokens == old_tokens:
        return
    indexed = db.execute(
        "SELECT shown, author FROM view_post WHERE thread = ? AND state = ? AND post <> ?", (thread, HERE, but)
    ).fetchall()
    for version, author in indexed:
        body = search_index.body_of(db, version)
        if body is not None:
            search_index.take_out(db, version, body, old_tokens, author)
            search_index.put(db, version, body, tokens, author)


def note_clock(journal: Journal, version: int, hlc: int) -> None:
    """Widen the stretch of clocks of the block a shown version stands in, by which a search for dates skips blocks."""
    block = version // CLOCK_BLOCK
    oldest, newest = journal.clocks.get(block, (hlc, hlc))
    journal.clocks[block] = min(oldest, hlc), max(newest, hlc)


def _board_of(journal: Journal, thread: int) -> int:
    """The board a thread stands on: where it began, or where the move that stands has put it."""
    move = winning(journal, thread, "move")
    if move is None:
        row = journal.db.execute("SELECT first_board FROM view_thread WHERE thread = ?", (thread,)).fetchone()
        return int(row[0])
    moved = load(journal.db, EventNo(move[0]))
    assert isinstance(moved.envelope, e.ThreadMoved)
    return resolve(journal, moved.envelope.board, moved)


def fold_activity(journal: Journal, thread: int) -> None:
    """Work out anew when a thread was last active, counting only posts that are shown, and who has it in their lists."""
    db = journal.db
    posts = db.execute(
        "SELECT post, hlc, shown FROM view_post"
        " WHERE thread = ? AND state = ? AND post NOT IN (SELECT post FROM local_flagged)",
        (thread, HERE),
    ).fetchall()
    newest = max((effective_ms(Hlc(hlc), received_ms(db, post)) for post, hlc, _ in posts), default=0)
    seen = {_shown_to(journal, shown) for _, _, shown in posts}
    shown_to = ALL if ALL in seen else max(seen, default=NOBODY)
    db.execute(
        "INSERT INTO local_activity (thread, board, shown_to, waits, activity_ms)"
        " SELECT thread, board, ?2, is_answered = 0 AND kind IN (SELECT value FROM json_each(?4)), ?3"
        " FROM view_thread WHERE thread = ?1"
        " ON CONFLICT (thread) DO UPDATE SET shown_to = ?2, waits = excluded.waits, activity_ms = ?3",
        (thread, shown_to, newest, json.dumps(QUESTIONS)),
    )


def overwrites(db: sqlite3.Connection, subject: int, aspect: str, value: int) -> set[int]:
    """The overwrites of a subject with this aspect and value."""
    rows = db.execute(
        "SELECT event FROM view_overwrite WHERE subject = ? AND aspect = ? AND value = ?", (subject, aspect, value)
    )
    return {row[0] for row in rows}
