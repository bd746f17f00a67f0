"""Flags: which of them are open, and which posts they hide at the site of who flagged."""

import sqlite3
from typing import NamedTuple

from wardroom.domain import events as e
from wardroom.store.folds import PURGED, fold_activity
from wardroom.store.journal import Journal


def fold_flags(journal: Journal, post: int) -> None:
    """Work out anew whether an open flag of this site's own members hides a post here."""
    db = journal.db
    is_hidden = any(
        flag.may_hide and flag.is_own_site and flag.reason == e.FLAG_REASONS.index("identifier")
        for flag in open_flags(db, post)
    )
    if is_hidden:
        changed = db.execute("INSERT OR IGNORE INTO local_flagged (post) VALUES (?)", (post,)).rowcount
    else:
        changed = db.execute("DELETE FROM local_flagged WHERE post = ?", (post,)).rowcount
    if changed:
        fold_activity(journal, db.execute("SELECT thread FROM view_post WHERE post = ?", (post,)).fetchone()[0])


class Flag(NamedTuple):
    """A flag that no moderator has answered yet."""

    event: int
    post: int
    member: int
    reason: int
    may_hide: bool
    is_own_site: bool


def open_flags(db: sqlite3.Connection, post: int | None = None) -> list[Flag]:
    """The flags of a post, or of all, that neither their members have taken back nor moderators answered, in order.

    A moderator answers a flag by an act about the post that names it, or by a purge.
    """
    rows = db.execute(
        "SELECT f.event, f.post, f.member, f.reason, f.may_hide,"
        " EXISTS (SELECT 1 FROM local_identity i WHERE i.site_key = m.site)"
        " FROM view_flag f JOIN view_member m USING (member) JOIN view_post p USING (post)"
        " WHERE f.is_on = 1 AND (?1 IS NULL OR f.post = ?1) AND p.state <> ?2 AND NOT EXISTS"
        " (SELECT 1 FROM view_supersede s LEFT JOIN view_flag g ON g.event = s.event AND g.member = f.member"
        " LEFT JOIN view_overwrite o ON o.event = s.event AND o.subject = f.post AND o.aspect = 'hide'"
        " WHERE s.superseded = f.event AND (g.event IS NOT NULL OR o.event IS NOT NULL)) ORDER BY f.event",
        (post, PURGED),
    )
    return [Flag(*row) for row in rows]
