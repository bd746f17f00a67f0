"""Reads one mail message: raw bytes in, an ``ImportedMessage`` or a ``Skipped`` with its reason out.

Most mail is one part of text. Such a message is read by hand, with searches in its bytes; whatever else there is goes
through the parser of the standard library. Both ways end in the same functions, and a test holds them to the same
result. Sources: RFC 5322, RFC 2045 to 2049, RFC 2183, RFC 3676.
"""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import Message
from hashlib import blake2b
from typing import Final, NamedTuple

from wardroom.exchange.charsets import decode
from wardroom.exchange.fitting import fit_body, fit_line, size_in_words
from wardroom.exchange.flowed import unflow
from wardroom.exchange.headers import (
    ContentType,
    content_type_of,
    date_of,
    disposition_of,
    own_id,
    references,
    sender_name,
    text_of,
)
from wardroom.exchange.html_text import html_to_text
from wardroom.exchange.messages import ImportedMessage, Skipped
from wardroom.exchange.transfer import decode_transfer
from wardroom.language import _

PARTS_LIMIT: Final = 64
"""Multipart parts one message may hold within one another; the standard parser needs time for their square."""

_NOTES_LIMIT: Final = 20
_HEAD_LIMIT_BYTES: Final = 1024 * 1024
_MULTIPART = re.compile(rb"boundary[ \t]*=|message/rfc822", re.IGNORECASE)
# Every line of a sound head is "name: value" or goes on from the line before; possessive, so that it never goes back.
_SOUND_HEAD = re.compile(rb"(?:[!-9;-~]++:[^\n]*+\n(?:[ \t][^\n]*+\n)*+)++")
_HEADER = re.compile(rb"([!-9;-~]++):([^\n]*+(?:\n[ \t][^\n]*+)*+)\n")
_BROKEN_NAME = re.compile(rb"^([A-Za-z][A-Za-z0-9-]*)[ \t]+:", re.MULTILINE)
_UNSOUND_LINE = re.compile(rb"(?<=\n)(?![!-9;-~]+:|[ \t]|From )[^\n]+", re.MULTILINE)
_FIRST_LINE = re.compile(rb"\s*(?:>?From (?![ \t]*:)[^\n]*\n)+")
_SIGNATURES: Final = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_RICH_TAG = re.compile(r"(<)<|</?[A-Za-z][A-Za-z0-9-]{0,30}>")


class _Head(NamedTuple):
    """The raw values an import needs, each of the first header of its name, empty where there is none."""

    message_id: bytes
    references: bytes
    in_reply_to: bytes
    subject: bytes
    sender: bytes
    date: bytes
    content_type: bytes
    transfer_encoding: bytes


class _Words(NamedTuple):
    """What a message says: its text, the lines that name its attachments, and whether any part was text."""

    text: str
    notes: list[str]
    had_text: bool
    is_plain: bool = False


_NAMES: Final = (
    b"message-id",
    b"references",
    b"in-reply-to",
    b"subject",
    b"from",
    b"date",
    b"content-type",
    b"content-transfer-encoding",
)


def parse(raw: bytes, where: str = "") -> ImportedMessage | Skipped:
    """The message in ``raw``; ``where`` only names its place for a ``Skipped``. Never raises."""
    raw = _tidy(raw)
    return _parse_plain(raw, where) or _parse_structured(raw, where)


def _tidy(raw: bytes) -> bytes:
    """The message with line feeds only, without what mail boxes and editors leave before its first header."""
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n")
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    if raw[:1] in b"\n\r \tF>":
        first = _FIRST_LINE.match(raw)
        if first is not None:
            raw = raw[first.end() :]
        raw = raw.lstrip(b"\r\n")
    return raw


def _parse_plain(raw: bytes, where: str) -> ImportedMessage | Skipped | None:
    """The quick way for a message of one text part; None where anything in it is unusual."""
    end = raw.find(b"\n\n")
    if end < 0 or end > _HEAD_LIMIT_BYTES or b"\r" in raw:
        return None
    if _SOUND_HEAD.fullmatch(raw, 0, end + 1) is None:
        return None
    first = {name.lower(): value for name, value in reversed(_HEADER.findall(raw, 0, end + 1))}
    found = _Head(*[first.get(name, b"").strip() for name in _NAMES])
    kind = content_type_of(found.content_type)
    if kind.kind != "text/plain":
        return None
    text = _plain_text(raw[end + 2 :], kind, found.transfer_encoding)
    return _compose(found, _Words(text, [], True), kind.charset, raw, where)


def _parse_structured(raw: bytes, where: str) -> ImportedMessage | Skipped:
    """The thorough way, for everything else."""
    if not raw.strip():
        return Skipped(where, _("empty"))
    if len(_MULTIPART.findall(raw)) > PARTS_LIMIT:
        return Skipped(where, _("more than {parts_limit} parts within one another").format(parts_limit=PARTS_LIMIT))
    try:
        message = message_from_bytes(_with_sound_head(raw))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return Skipped(where, _("the parts of the message cannot be told apart"))
    head = _head_of(message)
    kind = content_type_of(head.content_type)
    return _compose(head, _words_of(message), kind.charset, raw, where)


def _with_sound_head(raw: bytes) -> bytes:
    """The message without those faults of its head that the parser would take for the end of the head.

    ``Name :`` loses its blank. Any other line that is no header belongs to the line before it, as long as a header
    that matters is still to come.
    """
    end = raw.find(b"\n\n") + 1
    if not 0 < end <= _HEAD_LIMIT_BYTES or _SOUND_HEAD.fullmatch(raw, 0, end) is not None:
        return raw
    head = _BROKEN_NAME.sub(rb"\1:", raw[:end])
    last = max(("\n" + head.decode("latin-1").lower()).rfind("\n" + name.decode() + ":") for name in _NAMES)
    lines = _UNSOUND_LINE.sub(rb" \g<0>", head[: max(last, 0)])
    return lines + head[max(last, 0) :] + raw[end:]


def _head_of(message: Message) -> _Head:
    first: dict[bytes, bytes] = {}
    for name, value in message.raw_items():
        first.setdefault(_bytes_of(name).lower(), _bytes_of(value).strip())
    return _Head(*(first.get(name, b"") for name in _NAMES))


def _bytes_of(text: object) -> bytes:
    """The bytes the parser has read; it keeps those beyond ASCII as lone surrogates."""
    return str(text).encode("utf-8", "surrogateescape")


def _compose(head: _Head, words: _Words, charset: str | None, raw: bytes, where: str) -> ImportedMessage | Skipped:
    if not (head.message_id or head.subject or head.sender or head.date):
        return Skipped(where, _("not a mail message"))
    subject = text_of(head.subject, charset) if head.subject else ""
    if not words.text and not (subject and (words.had_text or words.notes)):
        return Skipped(where, _("no words in it") if words.had_text else _("no text part"))
    own = own_id(head.message_id) if head.message_id else None
    if own is None:
        own = b"hash-" + blake2b(raw, digest_size=20).hexdigest().encode()
    body, cut = fit_body(words.text, words.notes)
    return ImportedMessage(
        own,
        references(head.references, head.in_reply_to, own) if head.references or head.in_reply_to else (),
        subject,
        sender_name(head.sender, charset) if head.sender else "",
        date_of(head.date) if head.date else None,
        body,
        cut,
    )


def _plain_text(data: bytes, kind: ContentType, encoding: bytes) -> str:
    """The text of a text/plain part, without blank lines at its start and blanks at its end."""
    if encoding:
        data = decode_transfer(data, encoding)
    text = decode(data, kind.charset)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if kind.is_flowed:
        text = unflow(text, delete_space=kind.deletes_space)
    text = text.rstrip(" \t\n")
    return text.lstrip("\n") if text.startswith("\n") else text


def _words_of(part: Message, *, is_whole: bool = True) -> _Words:
    """What a part says; ``is_whole`` where it is the message and not one part of it."""
    values: dict[bytes, bytes] = {}
    for header, value in part.raw_items():
        values.setdefault(_bytes_of(header).lower(), _bytes_of(value).strip())
    kind = content_type_of(values.get(b"content-type", b""))
    if part.is_multipart():
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        if part.get_content_maintype() == "message":
            return _Words("", [_attached_message(child) for child in children[:1] if kind.kind != _RECEIPT], False)
        if kind.kind == "multipart/encrypted":
            return _Words("", ["[encrypted message]"], False)
        read = [_words_of(child, is_whole=False) for child in children]
        return _best_of(read) if kind.kind == "multipart/alternative" else _together(read)
    encoding = values.get(b"content-transfer-encoding", b"")
    data = _raw_payload(part)
    disposition, filename = disposition_of(values.get(b"content-disposition", b""))
    reader = _READERS.get(kind.kind)
    if reader is None and (kind.kind.startswith("multipart/") or (is_whole and kind.kind.startswith("text/"))):
        reader = _plain_text
    if reader is not None and (is_whole or disposition != "attachment"):
        text = reader(data, kind, encoding)
        had_text = bool(data.strip()) or not kind.kind.startswith("multipart/")
        return _Words(text, [], had_text, is_plain=kind.kind == "text/plain")
    if kind.kind in _SIGNATURES:
        return _Words("", [], False)
    return _Words("", [_attachment(filename or kind.name, kind.kind, data, encoding)], False)


def _raw_payload(part: Message) -> bytes:
    """The bytes of a part as they stand. The library only gives them when nothing tells it to decode them."""
    del part["Content-Type"]
    del part["Content-Transfer-Encoding"]
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


_RECEIPT: Final = "message/delivery-status"


def _html_text(data: bytes, kind: ContentType, encoding: bytes) -> str:
    data = decode_transfer(data, encoding)
    charset = kind.charset
    if charset is None:
        declared = _META_CHARSET.search(data[:4096])
        charset = declared[1].decode("ascii") if declared else None
    return html_to_text(decode(data, charset)).strip(" \t\n")


_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset[ \t]*=[ \t]*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)


def _rich_text(data: bytes, kind: ContentType, encoding: bytes) -> str:
    """text/enriched (RFC 1896) without its tags."""
    return _RICH_TAG.sub(r"\1", _plain_text(data, kind, encoding)).strip(" \t\n")


_READERS: Final[dict[str, Callable[[bytes, ContentType, bytes], str]]] = {
    "text/plain": _plain_text,
    "text/html": _html_text,
    "application/xhtml+xml": _html_text,
    "text/enriched": _rich_text,
    "text/richtext": _rich_text,
}


def _best_of(read: list[_Words]) -> _Words:
    """The plain text among alternatives, else the last that says anything, with the attachments of them all."""
    best = ""
    for words in read:
        if words.text:
            best = words.text
            if words.is_plain:
                break
    return _Words(best, list(_notes(read)), any(words.had_text for words in read))


def _together(read: list[_Words]) -> _Words:
    text = "\n\n".join(words.text for words in read if words.text)
    return _Words(text, list(_notes(read)), any(words.had_text for words in read))


def _notes(read: list[_Words]) -> Iterator[str]:
    notes = list(dict.fromkeys(note for words in read for note in words.notes))
    yield from notes[:_NOTES_LIMIT]
    if len(notes) > _NOTES_LIMIT:
        yield f"[and {len(notes) - _NOTES_LIMIT} more attachments]"


def _attached_message(message: Message) -> str:
    head = _head_of(message)
    subject = fit_line(text_of(head.subject), 200) or "no subject"
    name = sender_name(head.sender)
    return f"[attached message: {subject}, from {name}]" if name else f"[attached message: {subject}]"


def _attachment(name: str, kind: str, data: bytes, encoding: bytes) -> str:
    """The line that stands for an attachment; of a path only the last part is a name."""
    size_bytes = len(decode_transfer(data, encoding).rstrip(b"\n") if data else b"")
    shown = fit_line(re.split(r"[/\\]", name)[-1], 100)
    return f"[attachment: {', '.join(filter(None, (shown, fit_line(kind, 100), size_in_words(size_bytes))))}]"
