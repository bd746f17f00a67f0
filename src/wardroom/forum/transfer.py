"""Import and export: mail and JSON lines become threads, threads become mail and JSON lines."""

import os
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from wardroom.domain import codec, rules
from wardroom.domain import events as e
from wardroom.domain.case import as_object
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.record_read import read_outcome, read_record
from wardroom.domain.text import BODY_MAX_BYTES, clean, cut
from wardroom.domain.views import Me
from wardroom.errors import DiskFull, InputRejected, NotFound, StoreError
from wardroom.exchange import jsonl, jwz, markdown_out, mbox_out, mime, sources
from wardroom.exchange.messages import ExportedPost, ImportedMessage, Skipped
from wardroom.forum.guard import TAGS_MAX
from wardroom.forum.session import Acting, Session, must
from wardroom.language import _
from wardroom.store import event_log, export, local, members, queries, unscreened
from wardroom.store.journal import Journal, journal

MESSAGES_PER_COMMIT = 1_000
"""So many take about a tenth of a second: a colleague who posts meanwhile hardly waits."""
TITLE_MAX = 200
Progress = Callable[[int, int], None]
"""Told how much of the source (bytes, files or messages) is done, and how much there is."""


@dataclass(slots=True)
class ImportReport:
    """What an import did."""

    posts: int = 0
    threads: int = 0
    known: int = 0
    """Messages that an earlier import had taken."""
    skipped: list[Skipped] = field(default_factory=list)
    left_out: list[Skipped] = field(default_factory=list)
    """Values that a record or an outcome could not keep; the post itself was taken."""
    kept: int = 0
    """Posts whose commit is done: they stay, whatever comes."""


@dataclass(slots=True)
class _Spool:
    """Messages that were read, kept in an unlinked file until it is known where they belong."""

    file: BinaryIO
    starts: "array[int]" = field(default_factory=lambda: array("Q", [0]))
    """Where each message begins, and behind the last of them where the next will."""

    def append(self, packed: bytes) -> int:
        """Keep a message; its number."""
        self.file.write(packed)
        self.starts.append(self.starts[-1] + len(packed))
        return len(self.starts) - 2

    def packed(self, number: int) -> bytes:
        """A message as it was kept; the file is to be flushed first."""
        start, end = self.starts[number], self.starts[number + 1]
        return os.pread(self.file.fileno(), end - start, start)


@contextmanager
def _new_spool() -> Iterator[_Spool]:
    """A spool for as long as one import takes. Raises StoreError where there is no room for it."""
    try:
        with tempfile.TemporaryFile() as file:
            yield _Spool(file)
    except OSError as error:
        raise StoreError(
            _(
                "Mail is kept in {folder} while it is threaded, and that cannot be written: {why}. Free some space there or set TMPDIR to another folder, and run the same import again."
            ).format(folder=tempfile.gettempdir(), why=error.strerror or error)
        ) from error


@dataclass(frozen=True, slots=True)
class Transfer:
    """The use cases of moving posts in and out."""

    session: Session

    def import_from(
        self, me: Me, path: Path, board: BoardNo, *, kind: str = "auto", names: dict[str, str] | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:  # fmt: skip
        """Import every message of a file or folder into a board; what was imported before is passed over.

        ``names`` maps a sender's name to the one to be shown. Raises InputRejected when the source cannot be read,
        Refused when the member may not write there. What was imported before an error stays, and is passed over when
        the same import is run again.
        """
        if not queries.may_read_board(self.session.store.read, self.session.viewer(me), board):
            raise NotFound(_("There is no such board."))
        with journal(self.session.store, is_durable=False) as j:  # a refusal comes before much mail is read
            must(rules.may_write(self.session.acting(j, me, members.circle_of_board(j.db, board)).roles))
        kind = sources.detect(path) if kind == "auto" else kind
        report = ImportReport()
        with _new_spool() as spool:
            threads = jwz.thread(self._read(path, kind, spool, report, progress))
            spool.file.flush()
            report.known += len(threads.copies)
            try:
                self._write(me, board, spool, threads, names or {}, report, progress)
            except DiskFull as error:
                if not report.kept:
                    raise
                raise DiskFull(
                    _(
                        "The disk that holds {name} is full. {count} posts were imported and stay; free some space and run the same import again."
                    ).format(name=self.session.store.path.name, count=report.kept)
                ) from error
        return report

    def _read(
        self, path: Path, kind: str, spool: _Spool, report: ImportReport, progress: Progress | None
    ) -> Iterator[jwz.Header]:
        encode = msgspec.msgpack.Encoder().encode
        for count, (done, extent, message) in enumerate(_messages(path, kind)):
            if progress is not None and count % 256 == 0:
                progress(done, extent)
            if isinstance(message, Skipped):
                report.skipped.append(message)
                continue
            packed = encode(message)
            yield jwz.Header(
                spool.append(packed),
                message.source_id,
                message.references,
                message.subject,
                message.date,
                _digest(packed),
            )

    def _write(
        self, me: Me, board: BoardNo, spool: _Spool, threads: jwz.Threads, names: dict[str, str], report: ImportReport,
        progress: Progress | None,
    ) -> None:  # fmt: skip
        session = self.session
        decode = msgspec.msgpack.Decoder(ImportedMessage).decode
        key = bytes.fromhex(local.setting(session.store.read, "import_key") or "")
        events = array("Q", bytes(8 * len(spool.starts)))
        bare_subjects: dict[int, str] = {}
        total = len(threads.placed)
        for start in range(0, total, MESSAGES_PER_COMMIT):
            if progress is not None:
                progress(start, total)
            with journal(session.store, is_durable=start + MESSAGES_PER_COMMIT >= total) as j:
                acting = session.acting(j, me, members.circle_of_board(j.db, board))
                must(rules.may_write(acting.roles))
                number = session.number_of_board(j, acting.pen, board)
                first = j.next_event
                for placed in threads.placed[start : start + MESSAGES_PER_COMMIT]:
                    packed = spool.packed(placed.number)
                    message = decode(packed)
                    if placed.parent is None:
                        bare_subjects[placed.number] = jwz.bare_subject(message.subject)
                    own_id = message.source_id
                    if placed.number in threads.namesakes:
                        own_id += b"\0" + _digest(packed)
                    known = local.keep_import(j.db, _hashed(key, own_id), EventNo(j.next_event))
                    if known is not None:
                        events[placed.number] = known
                        report.known += 1
                        continue
                    parent = self._earlier(j, key, message) if placed.parent is None else EventNo(events[placed.parent])
                    repeats = parent is not None and _repeats(message.subject, bare_subjects[placed.root])
                    taken = _taken(message, names, is_head=parent is None, has_title=not repeats)
                    report.left_out += [Skipped(_name(message), why) for why in taken.left_out]
                    events[placed.number] = event = _record(j, acting, number, parent, taken.body)
                    if parent is None:
                        _settle(j, acting, event, message.state, taken.outcome)
                    report.posts += 1
                    report.threads += parent is None
                unscreened.hold_range(j, first, j.next_event - 1, acting.member)
                for account in local.accounts(j.db):
                    if j.next_event > first:
                        local.mark_read_range(j.db, account.account, first, j.next_event - 1)
            report.kept = report.posts
        if progress is not None:
            progress(total, total)

    def _earlier(self, j: Journal, key: bytes, message: ImportedMessage) -> EventNo | None:
        """The nearest message this one answers that an earlier import brought here."""
        for reference in reversed(message.references):
            known = local.import_known(j.db, _hashed(key, reference))
            if known is not None and export.is_placed(j.db, known):
                return known
        return None

    def export(
        self, me: Me, stream: BinaryIO, *, kind: str, board: BoardNo | None = None, progress: Progress | None = None
    ) -> int:
        """Write every post the member may read, of one board or of all, as "jsonl", "mbox" or "md"; how many there were."""
        write = {"jsonl": jsonl.write_jsonl, "mbox": mbox_out.write_mbox, "md": markdown_out.write_markdown}.get(kind)
        if write is None:
            raise InputRejected(_("Posts are exported as jsonl, mbox or md."))
        return write(self._posts(me, board, progress, by_thread=kind == "md"), stream)

    def _posts(
        self, me: Me, board: BoardNo | None, progress: Progress | None, *, by_thread: bool
    ) -> Iterator[ExportedPost]:
        db, viewer = self.session.store.read, self.session.viewer(me)
        posts = queries.posts_for_export(db, viewer, board, by_thread=by_thread)
        for at in range(0, len(posts), 200):
            if progress is not None:
                progress(at, len(posts))
            for row in export.posts(db, viewer, posts[at : at + 200]):
                yield _exported(row)


def _messages(path: Path, kind: str) -> Iterator[tuple[int, int, ImportedMessage | Skipped]]:
    """(how far, of how much, message) for each message of a source."""
    if kind == "jsonl":
        try:
            with path.open("rb") as stream:
                extent = os.fstat(stream.fileno()).st_size
                for message in jsonl.read_jsonl(stream):
                    yield stream.tell(), extent, message
        except OSError as error:
            raise InputRejected(
                _("{name} cannot be read: {why}.").format(name=path.name, why=error.strerror)
            ) from error
        return
    done = 0
    extent, messages = sources.read_mail(path, kind)
    for raw in messages:
        if isinstance(raw, Skipped):
            yield done, extent, raw
        else:
            done = raw.done
            yield done, extent, mime.parse(raw.raw, raw.where)


def _repeats(subject: str, bare_head: str) -> bool:
    """Whether an answer's subject only repeats its thread's; another one is kept as words of its own."""
    return jwz.bare_subject(subject) in ("", bare_head)


def _digest(packed: bytes) -> bytes:
    """What tells one message of an id from another."""
    return blake2b(packed, digest_size=8).digest()


def _hashed(key: bytes, source_id: bytes) -> bytes:
    """What is kept of a source's id: it may look like an address, and a hash without a key could be guessed."""
    return blake2b(source_id, digest_size=16, key=key).digest()


def _record(j: Journal, acting: Acting, board: int, parent: EventNo | None, body: e.PostBody) -> EventNo:
    if parent is None:
        return event_log.record(j, acting.pen, e.ThreadPosted(acting.author, board, 0), body)
    answered = codec.from_ref(j.ref(parent), acting.log_id)
    return event_log.record(j, acting.pen, e.Replied(acting.author, answered, 0, ()), body)


def _settle(j: Journal, acting: Acting, thread: EventNo, state: str | None, outcome: e.OutcomeBody | None) -> None:
    """An imported thread is in the state it was in, and its outcome is told."""
    reference = codec.from_ref(j.ref(thread), acting.log_id)
    if outcome is not None:
        event_log.record(j, acting.pen, e.OutcomeRecorded(acting.author, reference, ()), outcome)
    told = "outcome" if outcome is not None else "open"
    if state in e.STATES and state not in (told, "open"):
        changed = e.CaseStateChanged(acting.author, reference, e.STATES.index(state), ())
        event_log.record(j, acting.pen, changed)


def _name(message: ImportedMessage) -> str:
    """What a message is called where something of it is told."""
    return cut(clean(message.subject or message.source_id.decode(errors="replace"), one_line=True), 60)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a message becomes, and a sentence for each of its values that is left out."""

    body: e.PostBody
    outcome: e.OutcomeBody | None
    left_out: tuple[str, ...]


def _taken(message: ImportedMessage, names: dict[str, str], *, is_head: bool, has_title: bool) -> _Taken:
    """An imported message as a post, its words clean, its sender's name and date beside them."""
    text = clean(message.body)
    is_cut = message.cut
    if len(text) * 4 > BODY_MAX_BYTES and len(text.encode()) > BODY_MAX_BYTES:
        text = text.encode()[:BODY_MAX_BYTES].decode(errors="ignore")
        is_cut = True
    name = message.original_author or message.author or message.sender_name
    name = names.get(name, name)
    record, outcome, left_out = _case(message) if is_head else (None, None, [])
    for field_name, allowed in (("kind", e.THREAD_KINDS), ("state", e.STATES), ("flavour", e.FLAVOURS)):
        value = getattr(message, field_name)
        if value and value not in allowed:
            left_out.append(_("{name}: one of {allowed}").format(name=field_name, allowed=", ".join(allowed)))
    if len(message.tags) > TAGS_MAX:
        many = _("{count} tags are too many; {most} is the most.")
        left_out.append(many.format(count=len(message.tags), most=TAGS_MAX))
    name = clean(name, one_line=True)[:64]
    date_ms = _milliseconds(message.date)
    body = e.PostBody(
        text=text,
        title=clean(message.subject, one_line=True)[:TITLE_MAX] if has_title else "",
        kind=_among(message.kind, e.THREAD_KINDS) if is_head else "",
        question=clean(message.question, one_line=True) if message.question else "",
        tags=tuple(clean(tag, one_line=True)[:32] for tag in message.tags[:TAGS_MAX]),
        record=record,
        flavour=_among(message.flavour, e.FLAVOURS),
        conflict=clean(message.conflict, one_line=True) if message.conflict else "",
        origin=e.Origin(name, date_ms, is_cut) if name or date_ms is not None or is_cut else None,
        until_ms=_milliseconds(message.until) if is_head and message.kind == "notice" else None,
    )
    return _Taken(body, outcome, tuple(left_out))


def _case(message: ImportedMessage) -> tuple[e.Record | None, e.OutcomeBody | None, list[str]]:
    """The record and the outcome of a thread's first post; they are checked as if they were typed here."""
    record, outcome = None, None
    left_out: list[str] = []
    told: dict[str, dict[str, Any]] = {"record": {}, "outcome": {}}
    for name, fields in (("record", message.record), ("outcome", message.outcome)):
        if isinstance(fields, dict):
            told[name] = fields
        elif fields is not None:
            left_out.append(_("{name}: not of the kind that belongs here").format(name=name))
    in_line = {name: value for name in ("age_band", "sex", "acuity") if (value := getattr(message, name))}
    if told["record"] or in_line or message.kind == "case":
        record, refused = read_record({**in_line, **told["record"]})
        left_out += refused
    if told["outcome"]:
        outcome, refused = read_outcome(told["outcome"])
        left_out += [_("outcome: {why}").format(why=why) for why in refused]
    return record, outcome, left_out


def _among(value: str | None, allowed: Iterable[str]) -> str:
    return value if value is not None and value in allowed else ""


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)


def _exported(row: export.Row) -> ExportedPost:
    body, record = row.body, row.body.record or e.Record()
    origin = body.origin or e.Origin()
    return ExportedPost(
        id=row.id, thread=row.thread_id, parent=row.parent_id, board=row.board, circle=row.circle, author=row.author,
        site=row.site, created=_moment(row.created_ms), title=clean(body.title, one_line=True) or row.title, body=clean(body.text),
        kind=row.kind, state=row.state,
        question=clean(body.question, one_line=True) or None,
        tags=tuple(clean(tag, one_line=True) for tag in body.tags), age_band=record.age_band or None,
        sex=record.sex or None, acuity=record.acuity or None, original_author=origin.name or None,
        original_date=None if origin.date_ms is None else _moment(origin.date_ms),
        record=as_object(body.record) if body.record else None, flavour=body.flavour or None,
        conflict=clean(body.conflict, one_line=True) or None,
        outcome=None if row.outcome is None else as_object(msgspec.structs.replace(row.outcome, overrides=())),
        until=None if body.until_ms is None else _moment(body.until_ms),
    )  # fmt: skip


def _moment(moment_ms: int) -> datetime:
    return datetime.fromtimestamp(moment_ms / 1000, UTC)
