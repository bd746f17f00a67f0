"""The values that go in and out of a forum as mail or JSON lines.

They are plain data: what was read, what was refused and why, and what is written out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec

MESSAGE_LIMIT_BYTES: Final = 32 * 1024 * 1024
"""A message longer than this is skipped; with attachments, mail systems allow about as much."""


class RawMessage(NamedTuple):
    """One message before it is read: where it stood, its bytes, and how far the reading has come with it.

    ``done`` is in the unit of ``sources.read_mail``: bytes of a file, files of a folder.
    """

    where: str
    raw: bytes
    done: int


class ImportedMessage(msgspec.Struct, frozen=True):
    """One message as it was read; every ``str`` in it encodes to UTF-8, none is cleaned of control characters.

    ``source_id`` is the Message-ID without its brackets, the ``id`` of a JSON line, or a BLAKE2b hash of the message
    where it names none. ``references`` are source ids, the oldest first, the parent last. Both may look like an
    address and are therefore to be hashed with a key before they are kept. ``sender_name`` is the display name or the
    local part of the sender's address; the address itself is nowhere. ``date`` is in UTC. ``cut`` says that the body
    was longer than ``fitting.BODY_LIMIT_BYTES``. What follows ``cut`` is known from JSON lines only.
    """

    source_id: bytes
    references: tuple[bytes, ...]
    subject: str
    sender_name: str
    date: datetime | None
    body: str
    cut: bool = False
    tags: tuple[str, ...] = ()
    board: str | None = None
    circle: str | None = None
    author: str | None = None
    site: str | None = None
    kind: str | None = None
    state: str | None = None
    question: str | None = None
    age_band: str | None = None
    sex: str | None = None
    acuity: str | None = None
    original_author: str | None = None
    original_source_id: str | None = None
    flavour: str | None = None
    conflict: str | None = None
    until: datetime | None = None
    record: Any = None
    """The clinical record as it was read; nothing of it is checked, nor that it is a table of fields."""
    outcome: Any = None
    """The fields of an outcome as they were read."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """One thing that was not taken: where it stood, and the reason in plain words ("no text part")."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class ExportedPost:
    """One post as it leaves the forum; the fields are the stable keys of a post in JSON.

    ``thread`` is the id of the thread's first post, whose own ``parent`` is None. Both dates are aware. A field that
    is None, and ``tags`` when empty, is left out of the JSON line, but for ``parent``.
    """

    id: str
    thread: str
    parent: str | None
    board: str
    circle: str
    author: str
    site: str
    created: datetime
    title: str
    body: str
    kind: str
    state: str
    question: str | None = None
    tags: tuple[str, ...] = ()
    age_band: str | None = None
    sex: str | None = None
    acuity: str | None = None
    original_author: str | None = None
    original_date: datetime | None = None
    source_id: str | None = None
    record: dict[str, Any] | None = None
    """The whole clinical record, its fields by name."""
    until: datetime | None = None
    """When a notice ends."""
    flavour: str | None = None
    """What an answer rests on."""
    conflict: str | None = None
    """The line for a conflict of interest."""
    outcome: dict[str, Any] | None = None
    """What became of the case, on its first post."""
