"""Purges, judged target by target, in whatever order they and their targets arrive."""

from collections.abc import Set as AbstractSet

from wardroom.domain import codec, rules
from wardroom.domain import events as e
from wardroom.domain.events import Envelope
from wardroom.domain.ids import EventNo, Ref
from wardroom.language import marked
from wardroom.store import mentions, search_index
from wardroom.store.folds import AMENDED, AWAITED, HERE, fold_post, overwrites, tokens_of
from wardroom.store.journal import Journal
from wardroom.store.judging import (
    EventRow,
    Waiting,
    WithoutRight,
    author_of,
    is_waiting,
    load,
    must,
    number_of,
    resolve,
)
from wardroom.store.overwriting import post_named


def purge_proposed(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """A moderator asks for a purge; until then the targets are hidden."""
    assert isinstance(envelope, e.PurgeProposed)
    member, roles = author_of(journal, row, envelope.author)
    must(rules.may_moderate(roles))
    for reference in envelope.targets:
        post, _, _, _ = post_named(journal, row, reference)
        journal.db.execute(
            "INSERT OR IGNORE INTO view_overwrite (event, subject, aspect, member, value, arrival)"
            " VALUES (?, ?, 'hide', ?, 1, ?)",
            (row.event, post, member, journal.trigger),
        )
        fold_post(journal, post)


def post_purged(journal: Journal, row: EventRow, envelope: Envelope) -> None:
    """Judge each target by itself: those that are here now, the others when they come."""
    assert isinstance(envelope, e.PostPurged)
    member, roles = author_of(journal, row, envelope.author)
    head = journal.head(row.log)
    proposal = _proposal_of(journal, row, envelope, member) if envelope.proposal else frozenset()
    missing: Ref | None = None
    refusals: set[str] = set()
    for reference in envelope.targets:
        ref = codec.to_ref(reference, head.id)
        target = journal.find(ref)
        found = _target_facts(journal, target) if target is not None else None
        if target is None or (found is None and is_waiting(journal.db, target)):
            missing = ref
            continue
        if found is None:
            refusals.add(marked("erases something that is no post"))
            continue
        post, author, site = found
        refusal = rules.may_purge(
            roles,
            is_author=author == member,
            is_own_site=site == head.site,
            is_proposed_by_other=(ref.log, ref.seq, ref.leaf) in proposal,
        )
        if refusal:
            refusals.add(refusal)
        else:
            _erase(journal, post, _versions_from(journal, target, post), {row.event})
            fold_post(journal, post)
    if missing is not None:
        raise Waiting(missing)
    if refusals:
        raise WithoutRight(min(refusals))


def _proposal_of(
    journal: Journal, row: EventRow, envelope: e.PostPurged, member: int
) -> frozenset[tuple[bytes, int, bytes]]:
    """What another member with the right had proposed."""
    assert envelope.proposal is not None
    event = resolve(journal, envelope.proposal, row)
    proposed = load(journal.db, event)
    if not isinstance(proposed.envelope, e.PurgeProposed):
        raise WithoutRight(marked("names a proposal that is none"))
    if is_waiting(journal.db, event):
        raise Waiting(codec.to_ref(envelope.proposal, journal.head(row.log).id))
    is_refused = journal.db.execute("SELECT 1 FROM view_review WHERE event = ?", (event,)).fetchone() is not None
    if is_refused or number_of(journal, proposed, proposed.envelope.author) == member:
        return frozenset()
    home = journal.head(proposed.log).id
    refs = (codec.to_ref(target, home) for target in proposed.envelope.targets)
    return frozenset((ref.log, ref.seq, ref.leaf) for ref in refs)


def _target_facts(journal: Journal, target: EventNo) -> tuple[int, int, bytes] | None:
    """(post, author, site of its log) of a post or of a version of one."""
    row: tuple[int, int, bytes] | None = journal.db.execute(
        "SELECT p.post, p.author, l.site FROM view_post p, log_event e JOIN log_log l USING (log)"
        " WHERE e.event = ?1 AND p.post = COALESCE("
        "(SELECT subject FROM view_overwrite WHERE event = ?1 AND aspect = 'text'), ?1)",
        (target,),
    ).fetchone()
    return row


def _erase(journal: Journal, post: int, versions: AbstractSet[int], purges: AbstractSet[int]) -> None:
    """Take the words of versions of a post, for these purges; the envelopes and the chain stay."""
    db = journal.db
    thread, author, shown, state = db.execute(
        "SELECT thread, author, shown, state FROM view_post WHERE post = ?", (post,)
    ).fetchone()
    if state == HERE and shown in versions:
        body = search_index.body_of(db, shown)
        if body is not None:
            search_index.take_out(db, shown, body, tokens_of(journal, thread), author)
            mentions.forget(db, post)
        db.execute("UPDATE view_post SET state = ? WHERE post = ?", (AWAITED, post))
    # A new version that is half written begins with the words of the old one.
    db.execute("DELETE FROM local_draft WHERE kind = 'amend' AND target = ?", (post,))
    journal.is_any_purged = True
    for version in versions:
        ref = journal.ref(EventNo(version))
        for purge in purges:
            db.execute(
                "INSERT OR IGNORE INTO view_purge (log_id, seq, leaf, purge) VALUES (?, ?, ?, ?)",
                (ref.log, ref.seq, ref.leaf, purge),
            )
        if db.execute("DELETE FROM log_body WHERE event = ?", (version,)).rowcount:
            db.execute("DELETE FROM local_draft WHERE target = ?", (post,))
            db.execute("DELETE FROM local_held WHERE parent = ?", (post,))
        db.execute("DELETE FROM local_unscreened WHERE event = ?", (version,))
        db.execute("DELETE FROM local_awaited WHERE event = ?", (version,))


def inherit_purges(journal: Journal, row: EventRow, post: int) -> None:
    """A version or outcome that comes after the purge of what it supersedes, or of its post, is purged with its heirs."""
    db = journal.db
    if db.execute("SELECT 1 FROM view_purge LIMIT 1").fetchone() is None:
        return
    older = {r[0] for r in db.execute("SELECT superseded FROM view_supersede WHERE event = ?", (row.event,))}
    purges: set[int] = set()
    for event in {post} | older & overwrites(db, post, "text", AMENDED):
        of = journal.ref(EventNo(event))
        purges.update(
            r[0]
            for r in db.execute(
                "SELECT purge FROM view_purge WHERE log_id = ? AND seq = ? AND leaf = ?", (of.log, of.seq, of.leaf)
            )
        )
    if purges:
        _erase(journal, post, _versions_from(journal, row.event, post), purges)


def _versions_from(journal: Journal, target: int, post: int) -> set[int]:
    """A target and every version that supersedes it; all of them, outcomes and appeals, where the target is the post itself."""
    versions = overwrites(journal.db, post, "text", AMENDED)
    if target == post:
        appeals = journal.db.execute("SELECT event FROM view_appeal WHERE post = ?", (post,)).fetchall()
        return versions | {post} | overwrites(journal.db, post, "outcome", 0) | {row[0] for row in appeals}
    taken, fresh = {target}, [target]
    while fresh:
        rows = journal.db.execute("SELECT event FROM view_supersede WHERE superseded = ?", (fresh.pop(),)).fetchall()
        newer = {row[0] for row in rows} & versions - taken
        taken |= newer
        fresh.extend(newer)
    return taken
