"""Whom the shown version of a post names, written down when it is shown and forgotten when it is not."""

import sqlite3

from wardroom.domain.events import PostBody
from wardroom.domain.mentions import mentions
from wardroom.domain.text import clean


def note(db: sqlite3.Connection, post: int, body: PostBody) -> None:
    """Write down whom the words of a post name."""
    words = f"{body.title}\n{body.question}\n{body.text}"
    if "@" not in words:
        return
    db.executemany(
        "INSERT OR IGNORE INTO view_mention (handle, site, post) VALUES (?, ?, ?)",
        [(named.handle, named.site, post) for named in mentions(clean(words))],
    )


def forget(db: sqlite3.Connection, post: int) -> None:
    """The words of a post are no longer shown, or are others now."""
    db.execute("DELETE FROM view_mention WHERE post = ?", (post,))
