"""Cuts a mailbox file into its messages, as a stream, whatever its age and make.

RFC 4155 describes the format; the family has four kinds: mboxo and mboxrd quote a ``From `` at the start of a line,
mboxcl and mboxcl2 give a Content-Length. A separator is a line ``From …`` that looks like one, after a blank line;
a Content-Length is believed where it ends at one. Memory: one message and one block, never the file.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from wardroom.exchange.fitting import size_in_words
from wardroom.exchange.messages import MESSAGE_LIMIT_BYTES, RawMessage, Skipped
from wardroom.language import _

_BLOCK_BYTES: Final = 1024 * 1024
_LOOK_BYTES: Final = 2048
"""How much of a separator line and the line after it is looked at."""

_HEAD_BYTES: Final = 1024 * 1024

# What the searches answer instead of a place in the buffer.
_MORE: Final = -1
_NONE: Final = -2

# A day of the week, a month and a time of day, as asctime writes them and others nearly do.
_DATED = re.compile(rb"From [^\n]*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b[^\n]*\b\d{1,2}:\d\d\b[^\n]*")
_HEADER = re.compile(
    rb"(?:From|To|Date|Subject|Received|Return-Path|Message-ID|Delivered-To|MIME-Version|Content-Type|Status|Sender"
    rb"|Path|X-[A-Za-z-]+):",
    re.IGNORECASE,
)
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_AFTER_LENGTH = re.compile(rb"(?:\r?\n){0,2}(?:From |\Z)")


def read_mbox(
    stream: BinaryIO, name: str, *, limit_bytes: int = MESSAGE_LIMIT_BYTES, block_bytes: int = _BLOCK_BYTES
) -> Iterator[RawMessage | Skipped]:
    """The messages of a mailbox, in order, without their separators; ``done`` counts the bytes read so far.

    A message longer than ``limit_bytes`` is skipped, and never held in memory as a whole.
    """
    buffer = b""
    before_buffer = 0
    at_end = False
    start = 0  # of the message in hand
    scan = 0  # up to here the message in hand is known to go on
    length_is_open = True  # whether a Content-Length may still tell where it ends
    is_too_long = False
    number = 0

    while True:
        end = _NONE
        if length_is_open:
            end = _end_by_length(buffer, start, limit_bytes, at_end=at_end)
            length_is_open = end == _MORE
        if end == _NONE:
            end, scan = _end_by_separator(buffer, start, scan, at_end=at_end)
        if end == _MORE:
            if len(buffer) - start > limit_bytes:
                is_too_long, length_is_open = True, False
            drop = max(start, scan - 4) if is_too_long else start
            block = stream.read(max(block_bytes, len(buffer) - drop))
            at_end = not block
            buffer = buffer[drop:] + block
            before_buffer += drop
            scan, start = max(0, scan - drop), 0
            continue
        whole = buffer[start:end]
        if is_too_long or whole.strip():
            number += 1
            where = _("{name}, message {number}").format(name=name, number=number)
            if is_too_long or len(whole) > limit_bytes:
                yield Skipped(where, _("longer than {size_in_words}").format(size_in_words=size_in_words(limit_bytes)))
            else:
                yield RawMessage(where, _without_quotes(whole), before_buffer + end)
        if at_end and end == len(buffer):
            return
        start = scan = end
        length_is_open, is_too_long = True, False


def _end_by_separator(buffer: bytes, start: int, scan: int, *, at_end: bool) -> tuple[int, int]:
    """Where the message ends because another begins, or ``_MORE``; and from where to look on then."""
    while True:
        found = buffer.find(b"\nFrom ", scan)
        if found < 0 or (not at_end and len(buffer) - found < _LOOK_BYTES):
            if at_end:
                return len(buffer), len(buffer)
            return _MORE, max(scan, len(buffer) - len(b"\nFrom") if found < 0 else found)
        if _separates(buffer, found + 1):
            return found + 1, found + 1
        scan = found + 1


def _separates(buffer: bytes, line_start: int) -> bool:
    """Whether the line ``From …`` at this place ends one message and begins the next."""
    line, _, following = buffer[line_start : line_start + _LOOK_BYTES].partition(b"\n")
    is_dated = _DATED.fullmatch(line) is not None
    is_headed = _HEADER.match(following) is not None
    if buffer.endswith((b"\n\n", b"\n\r\n"), max(0, line_start - 3), line_start):
        return is_dated or is_headed
    return is_dated and is_headed


def _end_by_length(buffer: bytes, start: int, limit_bytes: int, *, at_end: bool) -> int:
    """Where the message ends by its Content-Length, ``_NONE`` where that is absent or wrong, or ``_MORE``."""
    head_end = _end_of_head(buffer, start)
    if head_end is None:
        return _NONE if at_end or len(buffer) - start > _HEAD_BYTES else _MORE
    length = _LENGTH.search(buffer, start, head_end)
    if length is None or int(length[1]) > limit_bytes:
        return _NONE
    body_end = buffer.index(b"\n", head_end) + 1 + int(length[1])
    if not at_end and len(buffer) - body_end < _LOOK_BYTES:
        return _MORE
    after = _AFTER_LENGTH.match(buffer, body_end) if body_end <= len(buffer) else None
    if after is None or (not after[0].startswith((b"\n", b"\r")) and buffer[body_end - 1 : body_end] != b"\n"):
        return _NONE
    return after.end() - len(b"From ") if after[0].endswith(b"From ") else len(buffer)


def _end_of_head(buffer: bytes, start: int) -> int | None:
    """Where the blank line after the headers begins; it ends as the first line ends, or as it likes."""
    first_end = buffer.find(b"\n", start)
    blanks = (b"\n\r\n", b"\n\n") if buffer[first_end - 1 : first_end] == b"\r" else (b"\n\n", b"\n\r\n")
    found = buffer.find(blanks[0], start, start + _HEAD_BYTES)
    # The other kind counts only where it comes sooner.
    other = buffer.find(blanks[1], start, found if found >= 0 else start + _HEAD_BYTES)
    end = other if other >= 0 else found
    return end + 1 if end >= 0 else None


def _without_quotes(whole: bytes) -> bytes:
    """The message without its separator line, the blank line after it, and the quotes of its ``From `` lines."""
    if whole.startswith(b"From "):
        whole = whole.partition(b"\n")[2]
    if whole.endswith(b"\n\n"):
        whole = whole[:-1]
    elif whole.endswith(b"\r\n\r\n"):
        whole = whole[:-2]
    # A bare "From " inside means that this box counts (mboxcl2) and quotes nothing.
    if b"\n>" in whole and b">From " in whole and b"\nFrom " not in whole:
        whole = _QUOTED_FROM.sub(rb"\1", whole)
    return whole
