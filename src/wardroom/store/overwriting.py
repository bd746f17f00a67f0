"""What overwrites names what it overwrites: the references of such an event, kept for the folds."""

from wardroom.domain.events import EventRef
from wardroom.store.journal import Journal
from wardroom.store.judging import EventRow, resolve, wait_for


def post_named(journal: Journal, row: EventRow, reference: EventRef) -> tuple[int, int, int, int]:
    """(post, thread, board, author) of a post that a reference names."""
    post = resolve(journal, reference, row)
    found = journal.db.execute("SELECT thread, board, author FROM view_post WHERE post = ?", (post,)).fetchone()
    if found is None:
        wait_for(journal, row, reference, post)
    return post, *found


def supersede(journal: Journal, row: EventRow, references: tuple[EventRef, ...]) -> None:
    """Remember what an event names as superseded."""
    for reference in references:
        superseded = resolve(journal, reference, row)
        journal.db.execute(
            "INSERT OR IGNORE INTO view_supersede (event, superseded) VALUES (?, ?)", (row.event, superseded)
        )


def overwrite(
    journal: Journal, row: EventRow, subject: int, aspect: str, member: int, value: int,
    supersedes: tuple[EventRef, ...],
) -> None:  # fmt: skip
    """Remember an overwrite of a subject; the fold decides whether it stands."""
    supersede(journal, row, supersedes)
    journal.db.execute(
        "INSERT INTO view_overwrite (event, subject, aspect, member, value, arrival) VALUES (?, ?, ?, ?, ?, ?)",
        (row.event, subject, aspect, member, value, journal.trigger),
    )
