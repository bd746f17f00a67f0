"""The stable JSON keys: what a script gets for a post, a thread, a hit, a board, a member."""

from collections.abc import Iterator, Mapping
from typing import Any

from wardroom.cli.context import rfc3339
from wardroom.domain.case import as_object
from wardroom.domain.events import OutcomeBody
from wardroom.domain.outcome import LABELS
from wardroom.domain.text import clean
from wardroom.domain.views import (
    BoardLine,
    BriefView,
    CaseView,
    PostLine,
    PostView,
    PostWords,
    SearchHit,
    ThreadLine,
    VersionView,
)
from wardroom.screening.findings import Finding


def case_posts(case: CaseView) -> Iterator[dict[str, Any]]:
    """An object for each post of a thread, the head first and the replies as they are read."""
    head = post(case, case.head)
    record = case.record
    more = {
        "question": case.question,
        "tags": list(case.tags),
        "age_band": record.age_band if record else "",
        "sex": record.sex if record else "",
        "acuity": case.line.acuity,
        "record": as_object(record) if record else {},
        "outcome": case.outcome,
        "outcome_told": _outcome(case.outcome_told),
        "until": rfc3339(case.line.until_ms) if case.line.until_ms is not None else "",
        "conflict": case.head.conflict,
    }
    yield {**head, **{key: value for key, value in more.items() if value}}
    for reply in case.posts:
        yield post(case, reply)


def _outcome(told: OutcomeBody | None) -> dict[str, Any]:
    """The fields of an outcome that were told."""
    if told is None:
        return {}
    lines = {name: clean(getattr(told, name), one_line=True) for name in LABELS}
    lists = {name: [clean(line, one_line=True) for line in getattr(told, name)] for name in ("lessons", "references")}
    return {name: value for name, value in {**lines, **lists, "text": clean(told.text)}.items() if value}


def post(case: CaseView, view: PostView) -> dict[str, Any]:
    """One post of a thread; words that are not here are an empty body."""
    author, _, site = view.author.partition("@")
    found: dict[str, Any] = {
        "id": view.id,
        "thread": case.head.id,
        "parent": view.parent_id or None,
        "board": case.line.board_name,
        "circle": case.line.circle,
        "author": author,
        "site": site,
        "created": rfc3339(view.created_ms),
        "title": case.line.title,
        "body": view.text,
        "kind": case.line.kind,
        "state": case.line.state,
        "unread": view.is_unread,
    }
    if view.original_name:
        found["original_author"] = view.original_name
    if view.original_ms is not None:
        found["original_date"] = rfc3339(view.original_ms)
    return found


def thread(line: ThreadLine, words: Mapping[str, PostWords]) -> dict[str, Any]:
    """A thread in a list, by its head; it is unread when any post of it is."""
    author, _, site = line.author.partition("@")
    return {
        "id": line.id,
        "thread": line.id,
        "parent": None,
        "board": line.board_name,
        "circle": line.circle,
        "author": author,
        "site": site,
        "created": rfc3339(line.created_ms),
        "title": line.title,
        "body": words[line.id].text if line.id in words else "",
        "kind": line.kind,
        "state": line.state,
        "unread": line.unread > 0,
        "replies": line.replies,
        "last_activity": rfc3339(line.activity_ms),
        **({"until": rfc3339(line.until_ms)} if line.until_ms is not None else {}),
    }


def hit(found: SearchHit, words: Mapping[str, PostWords]) -> dict[str, Any]:
    """A post that a search found."""
    author, _, site = found.author.partition("@")
    whole = words.get(found.id)
    return {
        "id": found.id,
        "thread": found.thread_id,
        "parent": whole.parent_id if whole else None,
        "board": found.board_name,
        "circle": found.circle,
        "author": author,
        "site": site,
        "created": rfc3339(found.created_ms),
        "title": found.title,
        "body": whole.text if whole else "",
        "kind": found.kind,
        "state": found.state,
        "unread": found.unread,
        "snippet": found.snippet,
    }


def post_line(line: PostLine) -> dict[str, Any]:
    """A post in a list, with the beginning of its words."""
    author, _, site = line.author.partition("@")
    return {
        "id": line.id, "thread": line.thread_id, "board": line.board_name, "circle": line.circle, "author": author,
        "site": site, "created": rfc3339(line.created_ms), "title": line.title, "words": line.words,
        "unread": line.is_unread,
    }  # fmt: skip


def version(view: VersionView) -> dict[str, Any]:
    """One version of a post."""
    return {
        "id": view.id, "created": rfc3339(view.created_ms), "title": view.title, "body": view.text,
        "shown": view.is_shown,
    }  # fmt: skip


def board(line: BoardLine) -> dict[str, Any]:
    """One board."""
    return {
        "name": line.name, "circle": line.circle, "title": line.title, "about": line.about, "audience": line.audience,
        "room": line.is_room, "threads": line.threads, "unread": line.unread,
        "last_activity": rfc3339(line.activity_ms) if line.activity_ms is not None else None, "wish": line.wish,
    }  # fmt: skip


def brief(view: BriefView, words: Mapping[str, PostWords]) -> dict[str, Any]:
    """The brief as one object, its threads as a list has them."""
    return {
        "since": rfc3339(view.since_ms) if view.since_ms is not None else None,
        "unread": view.unread_posts,
        "answers": view.answers,
        "named": view.named,
        "followed": view.followed,
        "subscribed": view.subscribed,
        "outcomes_due": view.outcomes_due,
        "drafts": view.drafts,
        "boards": [
            {"name": line.name, "circle": line.circle, "unread": line.unread} for line in view.boards if line.unread
        ],
        "urgent": [thread(line, words) for line in view.urgent],
        "new": [thread(line, words) for line in view.unread],
        "notices": [thread(line, words) for line in view.notices],
    }


def finding(found: Finding) -> dict[str, Any]:
    """One place of a text that may identify a patient."""
    return {
        "start": found.start, "end": found.end, "kind": found.kind, "action": found.action, "text": found.text,
        "suggestion": found.suggestion,
    }  # fmt: skip
