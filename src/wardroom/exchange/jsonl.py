"""Reads and writes posts as JSON lines: one object a line, in UTF-8.

The keys are the stable ones of ``ExportedPost``. A line that cannot be taken is a ``Skipped`` with its number; the
reading goes on with the next.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, BinaryIO, Final

import msgspec

from wardroom.exchange.fitting import fit_body, fit_line, size_in_words, well_formed
from wardroom.exchange.headers import ID_LIMIT_BYTES, NAME_LIMIT
from wardroom.exchange.messages import ExportedPost, ImportedMessage, Skipped
from wardroom.language import _

LINE_LIMIT_BYTES: Final = 1024 * 1024
"""A body of 64 KiB fits in even when every character of it is escaped."""

_FIELD_LIMIT: Final = 1000
_TAGS_LIMIT: Final = 100
_OPTIONAL: Final = (
    "question", "age_band", "sex", "acuity", "original_author", "source_id", "flavour", "conflict",
)  # fmt: skip


class _Line(msgspec.Struct, frozen=True):
    """The keys of one line; those of others are passed over."""

    body: str
    id: str | int | None = None
    thread: str | int | None = None
    parent: str | int | None = None
    board: str | None = None
    circle: str | None = None
    author: str | None = None
    site: str | None = None
    created: str | None = None
    title: str | None = None
    kind: str | None = None
    state: str | None = None
    question: str | None = None
    tags: list[str] | None = None
    age_band: str | None = None
    sex: str | None = None
    acuity: str | None = None
    original_author: str | None = None
    original_date: str | None = None
    source_id: str | None = None
    flavour: str | None = None
    conflict: str | None = None
    until: str | None = None
    record: Any = None
    outcome: Any = None


_decoder = msgspec.json.Decoder(_Line)


def read_jsonl(stream: BinaryIO) -> Iterator[ImportedMessage | Skipped]:
    """Every line of the stream that is not blank; ``stream.tell()`` says how far the reading has come.

    ``id`` becomes the source id; ``thread`` and ``parent`` become the references. The name of the sender and the date
    are those of the original where they are given. No line is held in memory beyond ``LINE_LIMIT_BYTES``.
    """
    number = 0
    while line := stream.readline(LINE_LIMIT_BYTES + 1):
        number += 1
        where = _("line {number}").format(number=number)
        if len(line) > LINE_LIMIT_BYTES and not line.endswith(b"\n"):
            while (more := stream.readline(LINE_LIMIT_BYTES)) and not more.endswith(b"\n"):
                pass
            yield Skipped(where, _("longer than {size_in_words}").format(size_in_words=size_in_words(LINE_LIMIT_BYTES)))
            continue
        line = line.strip()
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line:
            yield parse_line(line, where)


def parse_line(line: bytes, where: str = "") -> ImportedMessage | Skipped:
    """The post in one line, or why it cannot be taken. Never raises."""
    try:
        found = _decoder.decode(line)
    except msgspec.ValidationError as error:
        return Skipped(where, _in_plain_words(str(error)))
    except UnicodeDecodeError:
        return Skipped(where, _("not UTF-8"))
    except RecursionError:
        return Skipped(where, _("brackets nested too deep"))
    except ValueError:  # also what msgspec raises for bad JSON
        return Skipped(where, _("not valid JSON"))
    long = next((name for name in _Line.__struct_fields__ if _is_long(name, getattr(found, name))), None)
    if long is not None:
        return Skipped(where, _("`{long}` is too long").format(long=long))
    return _message_of(found, line, where)


def _in_plain_words(error: str) -> str:
    what, _at, place = error.partition(" - at `$")
    key = place.rstrip("`").lstrip(".").removesuffix("[...]")
    if what.startswith("Object missing required field"):
        return _("`body` is missing")
    if not key:
        return _("not a JSON object") if what.startswith("Expected `object`") else _("not valid JSON")
    if what.startswith("Expected"):
        return _("`{key}` is of the wrong type").format(key=key)
    return _("`{key}` is out of range").format(key=key)


def _is_long(name: str, value: object) -> bool:
    if name in ("body", "title"):
        return False
    if isinstance(value, list):
        return len(value) > _TAGS_LIMIT or any(len(tag) > NAME_LIMIT for tag in value)
    return isinstance(value, str) and len(value) > _FIELD_LIMIT


def _message_of(found: _Line, line: bytes, where: str) -> ImportedMessage | Skipped:
    body, cut = fit_body(found.body)
    title = fit_line(found.title or "")
    if not body.strip() and not title:
        return Skipped(where, _("no words in it"))
    own = _id(found.id)
    ancestors = tuple(dict.fromkeys(filter(None, (_id(found.thread), _id(found.parent)))))
    return ImportedMessage(
        own or b"hash-" + blake2b(line, digest_size=20).hexdigest().encode(),
        # A head names itself as its thread.
        tuple(one for one in ancestors if one != own) if found.parent is not None else (),
        title,
        fit_line(found.original_author or found.author or "", NAME_LIMIT),
        _date(found.original_date) or _date(found.created),
        body,
        cut,
        tuple(found.tags or ()),
        board=found.board,
        circle=found.circle,
        author=found.author,
        site=found.site,
        kind=found.kind,
        state=found.state,
        question=found.question,
        age_band=found.age_band,
        sex=found.sex,
        acuity=found.acuity,
        original_author=found.original_author,
        original_source_id=found.source_id,
        flavour=found.flavour,
        conflict=found.conflict,
        until=_date(found.until),
        record=_well_formed(found.record),
        outcome=_well_formed(found.outcome),
    )


def _id(given: str | int | None) -> bytes | None:
    if given is None or given == "":
        return None
    identifier = str(given).encode()
    if len(identifier) > ID_LIMIT_BYTES:
        return b"long-" + blake2b(identifier, digest_size=20).hexdigest().encode()
    return identifier


def _date(given: str | None) -> datetime | None:
    """The moment of an RFC 3339 date in UTC, or None; without a zone it is taken to be in UTC."""
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write_jsonl(posts: Iterable[ExportedPost], stream: BinaryIO) -> int:
    """Writes a line for each post, in the order given; the answer is how many there were."""
    encoder = msgspec.json.Encoder()
    count = 0
    for post in posts:
        stream.write(encoder.encode(as_object(post)) + b"\n")
        count += 1
    return count


def as_object(post: ExportedPost) -> dict[str, Any]:
    """The post as a JSON object; what is None or empty is left out, but for the keys every post has."""
    written: dict[str, Any] = {
        "id": post.id,
        "thread": post.thread,
        "parent": post.parent,
        "board": post.board,
        "circle": post.circle,
        "author": post.author,
        "site": post.site,
        "created": _rfc3339(post.created),
        "title": post.title,
        "body": post.body,
        "kind": post.kind,
        "state": post.state,
    }
    if post.tags:
        written["tags"] = list(post.tags)
    if post.original_date is not None:
        written["original_date"] = _rfc3339(post.original_date)
    if post.until is not None:
        written["until"] = _rfc3339(post.until)
    for name, told in (("record", post.record), ("outcome", post.outcome)):
        if told:
            written[name] = _well_formed(told)
    for name in _OPTIONAL:
        value = getattr(post, name)
        if value is not None:
            written[name] = value
    # msgspec refuses lone surrogates, and so does UTF-8.
    return {key: well_formed(value) if isinstance(value, str) else value for key, value in written.items()}


def _well_formed(value: Any) -> Any:
    """The same value with every text in it fit for JSON."""
    if isinstance(value, dict):
        return {key: _well_formed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_well_formed(each) for each in value]
    return well_formed(value) if isinstance(value, str) else value


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
