"""The digest: what others wrote since the last one, on at most two kilobytes of plain text."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from wardroom.domain.text import cut
from wardroom.domain.views import DigestThread, DigestView, Me
from wardroom.forum.inbox import OUTCOME_DUE_MS
from wardroom.forum.session import Session
from wardroom.language import _, several
from wardroom.store import attention, local, members, queries
from wardroom.store.boards import boards as board_lines

THREADS_MAX: Final = 10
BYTES_MAX: Final = 2048
FIRST_MS: Final = 24 * 3600 * 1000
"""How far the first digest of a member goes back."""
_WIDEST, _NARROWEST = 60, 12
"""Columns of a title: as many as fit, and as few as it takes."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The use cases of the digest."""

    session: Session

    def since(self, me: Me, since_ms: int | None = None) -> DigestView:
        """What others wrote since a moment, or since the member's last digest; muted boards left out.

        First come cases that need an answer now, then what names or answers the member or is of a followed case, then
        boards subscribed to, then the rest by newest activity.
        """
        db, viewer = self.session.store.read, self.session.viewer(me)
        now_ms = self.session.now_ms()
        last = local.last_digest(db, me.account)
        if since_ms is None and last is not None:
            after, since_ms = last
        else:
            since_ms = now_ms - FIRST_MS if since_ms is None else since_ms
            after = members.arrival_before(db, since_ms)
        rows = attention.arrived_threads(db, viewer, after)
        lines = {line.thread: line for line in queries.thread_lines(db, viewer, [row.thread for row in rows])}
        wishes = {board.board: board.wish for board in board_lines(db, viewer)}
        threads = [
            DigestThread(lines[row.thread], row.posts, row.answers, row.named, is_followed=row.is_followed)
            for row in rows
            if row.thread in lines
        ]
        threads.sort(key=lambda each: (_rank(each, wishes[each.line.board]), -each.line.activity_ms, each.line.id))
        return DigestView(
            name=me.name, since_ms=since_ms, until_ms=now_ms, arrival=members.newest_arrival(db),
            posts=sum(each.posts for each in threads), answers=sum(each.answers for each in threads),
            named=sum(each.named for each in threads),
            due=len(queries.outcomes_due(db, viewer, now_ms - OUTCOME_DUE_MS)), threads=tuple(threads),
        )  # fmt: skip

    def done(self, me: Me, digest: DigestView) -> None:
        """The member has this digest: the next one goes on where it ends."""
        with self.session.store.write() as db:
            local.note_digest(db, me.account, digest.arrival, digest.until_ms)


def _rank(thread: DigestThread, wish: str) -> int:
    if thread.line.urgency == "now" and thread.line.state == "open":
        return 0
    if thread.answers or thread.named or thread.is_followed:
        return 1
    return 2 if wish == "subscribed" else 3


def as_text(digest: DigestView) -> str:
    """The digest in words, at most ``BYTES_MAX`` of UTF-8; empty where nothing is new."""
    if not digest.threads:
        return ""
    width = _WIDEST
    while len((text := _laid_out(digest, width)).encode()) > BYTES_MAX and width > _NARROWEST:
        width -= 4
    return text


def _laid_out(digest: DigestView, width: int) -> str:
    shown = digest.threads[:THREADS_MAX]
    calling = (
        (digest.answers, several("{count} answered you", "{count} answered you", digest.answers)),
        (digest.named, several("{count} named you", "{count} named you", digest.named)),
        (digest.due, several("{count} outcome due from you", "{count} outcomes due from you", digest.due)),
    )
    lines = [
        _("Wardroom, for {name}").format(name=digest.name),
        f"{_moment(digest.since_ms)} - {_moment(digest.until_ms)} UTC",
        several("{count} new post", "{count} new posts", digest.posts).format(count=digest.posts),
        *(words.format(count=count) for count, words in calling if count),
        "",
    ]
    for each in shown:
        sign = "!" if each.line.urgency == "now" and each.line.state == "open" else " "
        title = cut(each.line.title or _("(no title)"), width)
        about = [
            each.line.board_name[:12],
            each.line.acuity[:8],
            several("{count} new", "{count} new", each.posts).format(count=each.posts),
        ]
        lines.append(f"{sign} {title}")
        lines.append(f"    {', '.join(part for part in about if part)}  {each.line.id}")
    rest = len(digest.threads) - len(shown)
    if rest:
        lines.append(several("and {count} more thread", "and {count} more threads", rest).format(count=rest))
    return "\n".join(lines) + "\n"


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M}"
