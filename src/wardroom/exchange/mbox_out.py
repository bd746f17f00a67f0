"""Writes posts as a mailbox that any mail program reads: mboxrd, one message a post.

The addresses and ids end in ``.invalid`` (RFC 2606), so that no answer can ever be sent to them. Sources: RFC 4155
(mbox), RFC 5322 (headers), RFC 2047 (encoded words), RFC 2045 (base64).
"""

import re
from base64 import b64encode, encodebytes
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final
from urllib.parse import quote

from wardroom.exchange.fitting import fit_line, well_formed
from wardroom.exchange.jwz import is_answer
from wardroom.exchange.messages import ExportedPost

HOST: Final = "wardroom.invalid"
"""What stands behind the ``@`` of every message id."""

_LINE_LIMIT_BYTES: Final = 998
_WORD_BYTES: Final = 42
"""So much text fits in an encoded word of 75 characters with its charset and its base64."""

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
_NOT_IN_NAME = re.compile(r"[^A-Za-z0-9 _'-]")
_NOT_IN_ADDRESS = re.compile(r"[^a-z0-9-]+")


def write_mbox(posts: Iterable[ExportedPost], stream: BinaryIO) -> int:
    """Writes a message for each post, in the order given; the answer is how many there were.

    A reply, which carries its thread's title or none, is given ``Re:`` and the title of its thread.
    """
    count = 0
    titles: dict[str, str] = {}
    for post in posts:
        if post.parent is None:
            titles[post.id] = post.title
        title = post.title or titles.get(post.thread, "")
        repeats = post.parent is not None and title and title == titles.get(post.thread)
        stream.write(as_message(post, f"Re: {title}" if repeats and not is_answer(title) else title))
        count += 1
    return count


def as_message(post: ExportedPost, title: str) -> bytes:
    """The post as one message of an mbox, with its separator line and the blank line after it."""
    address = f"{_slug(post.author)}@{_slug(post.site)}.invalid"
    moment = (post.original_date or post.created).astimezone(UTC)
    body = well_formed(post.body).encode()
    encoding = b"8bit"
    if b"\r" in body or b"\0" in body or max(map(len, body.split(b"\n"))) > _LINE_LIMIT_BYTES:
        encoding, body = b"base64", encodebytes(body)
    else:
        body = _FROM.sub(rb">\1", body) + b"\n"
    lines = [
        f"From {address} {_asctime(moment)}".encode(),
        b"From: " + _phrase(post.original_author or post.author) + f"<{address}>".encode(),
        b"Subject: " + _words(title, len("Subject: ")),
        f"Date: {_DAYS[moment.weekday()]}, {moment.day:02} {_MONTHS[moment.month - 1]} {moment.year:04} {moment:%H:%M:%S} +0000".encode(),
        b"Message-ID: " + message_id(post.id),
        *_lineage(post),
        b"X-Wardroom-Board: " + _words(post.board, len("X-Wardroom-Board: ")),
        b"X-Wardroom-Kind: " + _words(f"{post.kind}, {post.state}", len("X-Wardroom-Kind: ")),
        b"MIME-Version: 1.0",
        b"Content-Type: text/plain; charset=utf-8",
        b"Content-Transfer-Encoding: " + encoding,
    ]
    if post.tags:
        lines.insert(-3, b"Keywords: " + _words(", ".join(post.tags), len("Keywords: ")))
    return b"\n".join(lines) + b"\n\n" + body + b"\n"


def message_id(post_id: str) -> bytes:
    """The Message-ID of a post, in its brackets; what an id may not hold is percent-encoded."""
    return f"<{quote(well_formed(post_id), safe='!#$&*+-/=?^_`{|}~.')}@{HOST}>".encode()


def _lineage(post: ExportedPost) -> Iterator[bytes]:
    if post.parent is not None:
        parent = message_id(post.parent)
        head = message_id(post.thread)
        yield b"In-Reply-To: " + parent
        yield b"References: " + (parent if head == parent or post.thread == post.id else head + b"\n " + parent)


def _asctime(moment: datetime) -> str:
    return f"{_DAYS[moment.weekday()]} {_MONTHS[moment.month - 1]} {moment.day:2} {moment:%H:%M:%S} {moment.year:04}"


def _slug(name: str) -> str:
    """A name as one label of an address."""
    return _NOT_IN_ADDRESS.sub("-", name.lower()).strip("-") or "unknown"


def _phrase(name: str) -> bytes:
    """A name in front of an address, with what parts it from that; what is not plain is encoded, because quotes are read in too many ways."""
    name = fit_line(name)
    return _encoded(name, len("From: ")) + b"\n " if _NOT_IN_NAME.search(name) else name.encode() + b" "


def _words(text: str, used: int) -> bytes:
    """A line of text as the value of a header; ``used`` characters stand before it on its first line."""
    line = fit_line(text)
    if line.isascii() and line.isprintable() and "=?" not in line and used + len(line) <= _LINE_LIMIT_BYTES:
        return line.encode()
    return _encoded(line, used)


def _encoded(text: str, used: int) -> bytes:
    """The text as encoded words, one a line, each whole in its characters (RFC 2047, section 5)."""
    words: list[bytes] = []
    piece = b""
    room_bytes = _WORD_BYTES - used // 2
    for sign in text:
        data = sign.encode()
        if len(piece) + len(data) > room_bytes:
            words.append(piece)
            piece, room_bytes = b"", _WORD_BYTES
        piece += data
    words.append(piece)
    return b"\n ".join(b"=?utf-8?b?" + b64encode(word) + b"?=" for word in words)
