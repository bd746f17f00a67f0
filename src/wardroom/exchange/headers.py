"""Reads the values of single mail headers: words, names, ids, dates, parameters.

Each function takes the raw bytes of one value, still folded, and gives a plain value; none raises. Sources: RFC 5322
(names, ids, dates), RFC 2047 (encoded words), RFC 2231 (parameters), RFC 6532 (raw UTF-8).
"""

import binascii
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from wardroom.exchange.charsets import decode
from wardroom.exchange.fitting import fit_line, well_formed
from wardroom.exchange.transfer import decode_base64

VALUE_LIMIT_BYTES: Final = 16 * 1024
"""What is longer than this in one header is left unread."""

ID_LIMIT_BYTES: Final = 998
REFERENCE_LIMIT: Final = 200
"""References kept of one message: the first, and the newest."""

NAME_LIMIT: Final = 100
_SENDER_LIMIT_BYTES: Final = 2000

# The bound on the text keeps a hostile header from being searched to its end again and again.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,2000}?)\?=", re.DOTALL)
_BETWEEN_WORDS = re.compile(r"[ \t\r\n]*")
_ID = re.compile(rb"<([^<>\s]+)>")
_LOOSE_ID = re.compile(rb"<([^<>]+)>")
_PLAIN_NAME = re.compile(rb"([A-Za-z0-9 .'_-]+) <[^<>\s\"(),;:]+>")
_DATE = re.compile(
    rb"[ \t]*(?:[A-Z][a-z][a-z],[ \t]*)?(\d\d?)[ \t]+([A-Z][a-z][a-z])[ \t]+(\d{4})[ \t]+"
    rb"(\d\d):(\d\d)(?::(\d\d))?[ \t]+([+-])(\d\d)(\d\d)[ \t]*(?:\([^()]*\)[ \t]*)?"
)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"), 1
    )
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2099


class ContentType(NamedTuple):
    """A Content-Type: ``kind`` is lower case, ``text/plain`` where the header is absent or unreadable."""

    kind: str
    charset: str | None
    name: str
    is_flowed: bool
    deletes_space: bool


def text_of(value: bytes, charset: str | None = None) -> str:
    """One line of text, its encoded words decoded; ``charset`` is a hint for raw bytes beyond ASCII."""
    value = value[:VALUE_LIMIT_BYTES]
    text = decode(value, None, charset)
    if "=?" in text:
        if "\n" in text or "\r" in text:
            text = text.replace("\r", "").replace("\n", "")
        text = decode_words(text)
    return fit_line(text)


def decode_words(text: str) -> str:
    """The text with its encoded words (RFC 2047) decoded.

    Words side by side in the same charset are joined before they are decoded, because much software cuts them within
    a character. A word that cannot be decoded stays as it is.
    """
    out: list[str] = []
    pending: list[bytes] = []
    pending_charset = ""
    position = 0
    for word in _ENCODED_WORD.finditer(text):
        start, end = word.span()
        between = text[position:start]
        charset = word[1].partition("*")[0].lower()
        decoded = _decode_word(word[2], word[3])
        joins = bool(pending) and _BETWEEN_WORDS.fullmatch(between) is not None
        if pending and not (joins and charset == pending_charset and decoded is not None):
            out.append(decode(b"".join(pending), pending_charset))
            pending = []
        if decoded is None:
            out.append(text[position:end])
        else:
            if not joins:
                out.append(between)
            pending.append(decoded)
            pending_charset = charset
        position = end
    if pending:
        out.append(decode(b"".join(pending), pending_charset))
    out.append(text[position:])
    return "".join(out)


def _decode_word(encoding: str, encoded: str) -> bytes | None:
    data = encoded.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return decode_base64(data) or (None if data else b"")


def sender_name(value: bytes, charset: str | None = None) -> str:
    """The name of the first person in an address header, else the local part of the address; never the address."""
    plain = _PLAIN_NAME.fullmatch(value)
    if plain is not None and len(value) < NAME_LIMIT:
        return plain[1].decode("ascii").strip()
    text = decode(value[:_SENDER_LIMIT_BYTES], None, charset).replace("\r", " ").replace("\n", " ")
    phrase, address, comment = _first_address(text)
    for candidate in (phrase, comment, address):
        name = decode_words(candidate)
        # Mail programs put the address where the name should be; a name keeps what stands before the sign.
        name = re.sub(r"[@＠]\S*", "", name).replace("<", "").replace(">", "")
        name = fit_line(name.strip(" \t\"',;:"), NAME_LIMIT)
        if name:
            return name
    return ""


def _first_address(text: str) -> tuple[str, str, str]:
    """Phrase, address and comment of the first mailbox in the text; any of them may be empty."""
    phrase: list[str] = []
    comment: list[str] = []
    address = ""
    depth = 0
    is_quoted = False
    position = 0
    while position < len(text):
        sign = text[position]
        position += 1
        if sign == "\\" and (is_quoted or depth) and position < len(text):
            (comment if depth else phrase).append(text[position])
            position += 1
        elif is_quoted:
            if sign == '"':
                is_quoted = False
            else:
                phrase.append(sign)
        elif depth:
            depth += (sign == "(") - (sign == ")")
            if depth:
                comment.append(sign)
        elif sign == '"':
            is_quoted = True
        elif sign == "(":
            depth = 1
        elif sign == "<":
            address = text[position:].partition(">")[0]
            break
        elif sign in ",;" and "@" in "".join(phrase):
            break
        else:
            phrase.append(sign)
    words = "".join(phrase).strip()
    if not address and "@" in words and " " not in words:
        words, address = "", words
    return words, address.strip(), "".join(comment).strip()


def message_ids(value: bytes) -> list[bytes]:
    """The message ids in a value, without brackets, in their order. A word without brackets may be an address."""
    found = _ID.findall(value)
    if value.count(b"<") != len(found):
        # An id that was folded in its middle is whole again without its white space.
        found = [b"".join(loose.split()) for loose in _LOOSE_ID.findall(value)]
    return [one if len(one) <= ID_LIMIT_BYTES else _short(one) for one in found if one]


def own_id(value: bytes) -> bytes | None:
    """The id of the message itself, or None where the header names none."""
    found = message_ids(value)
    if found:
        return found[0]
    bare = b"".join(value.strip(b" \t\r\n<>").split())
    return (bare if len(bare) <= ID_LIMIT_BYTES else _short(bare)) if bare else None


def references(of_references: bytes, of_in_reply_to: bytes, own: bytes) -> tuple[bytes, ...]:
    """The ancestors of a message, the oldest first, the parent last, each once, and never the message itself.

    In-Reply-To is merged as Zawinski does (https://www.jwz.org/doc/threading.html): its first id is the parent. Where
    the header is a sentence ("Message from … of …") the id is the last thing in brackets.
    """
    ids = list(dict.fromkeys(message_ids(of_references))) if of_references else []
    if of_in_reply_to and not (ids and of_in_reply_to == b"<%b>" % ids[-1]):
        answered = message_ids(of_in_reply_to)
        if answered:
            parent = answered[0 if of_in_reply_to.lstrip().startswith(b"<") else -1]
            if not ids or ids[-1] != parent:
                ids = [*ids[: ids.index(parent)], parent] if parent in ids else [*ids, parent]
    if own in ids:
        ids.remove(own)
    if len(ids) > REFERENCE_LIMIT:
        ids = [ids[0], *ids[1 - REFERENCE_LIMIT :]]
    return tuple(ids)


def _short(identifier: bytes) -> bytes:
    return b"long-" + blake2b(identifier, digest_size=20).hexdigest().encode()


def date_of(value: bytes) -> datetime | None:
    """The moment in UTC, or None where the date is unreadable or impossible.

    Years before 1970 and after 2099 are impossible. A leap second is the last second of its minute.
    """
    usual = _DATE.fullmatch(value)
    if usual is None:
        return _unusual_date(value)
    day, month, year, hour, minute, second, sign, offset_h, offset_min = usual.groups()
    number = _MONTHS.get(month)
    if number is None:
        return _unusual_date(value)
    try:
        moment = datetime(
            int(year),
            number,
            int(day),
            int(hour),
            int(minute),
            min(int(second or 0), 59) if second != b"60" else 59,
            tzinfo=UTC,
        )
    except ValueError:
        return None
    offset_s = int(offset_h) * 3600 + int(offset_min) * 60
    return _shifted(moment, offset_s if sign == b"+" else -offset_s)


def _unusual_date(value: bytes) -> datetime | None:
    if not value or len(value) > 200:
        return None
    try:
        parsed = parsedate_tz(value.decode("ascii", "replace"))
        if parsed is None:
            return None
        year, month, day, hour, minute, second = parsed[:6]
        moment = datetime(year, month, day, hour, minute, 59 if second == 60 else second, tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _shifted(moment, parsed[9] or 0)


def _shifted(moment: datetime, offset_s: int) -> datetime | None:
    if offset_s:
        if abs(offset_s) >= 24 * 3600:
            return None
        try:
            moment -= timedelta(seconds=offset_s)
        except OverflowError:
            return None
    return moment if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None


@lru_cache(maxsize=512)
def content_type_of(value: bytes) -> ContentType:
    """The Content-Type in a value."""
    kind, parameters = _parameters(value)
    if kind.count("/") != 1 or not all(kind.split("/")):
        kind = "text/plain"
    return ContentType(
        kind,
        parameters.get("charset") or None,
        parameters.get("name", ""),
        parameters.get("format", "").lower() == "flowed",
        parameters.get("delsp", "").lower() == "yes",
    )


def disposition_of(value: bytes) -> tuple[str, str]:
    """The Content-Disposition in a value, lower case, and the file name it gives; both may be empty."""
    disposition, parameters = _parameters(value)
    return disposition, parameters.get("filename", "")


def _parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """The first word of a value, lower case, and its parameters by lower-case name (RFC 2231 and quotes undone)."""
    text = decode(value[:VALUE_LIMIT_BYTES]).replace("\r", " ").replace("\n", " ")
    first, *rest = _split_unquoted(text)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for parameter in rest:
        name, equals, given = parameter.partition("=")
        name, given = name.strip().lower(), given.strip()
        if not equals or not name:
            continue
        if given.startswith('"'):
            given = re.sub(r"\\(.)", r"\1", given[1:].removesuffix('"'))
        base, star, number = name.partition("*")
        if not star:
            plain.setdefault(base, well_formed(decode_words(given) if "=?" in given else given))
        else:
            digits = number.rstrip("*")
            order = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 5 else 0
            pieces.setdefault(base, {}).setdefault(order, (name.endswith("*"), given))
    for base, numbered in pieces.items():
        plain[base] = _join_pieces(numbered)
    return first.strip().lower(), plain


def _split_unquoted(text: str) -> list[str]:
    """The text cut at its semicolons, but for those within quotes."""
    if '"' not in text:
        return text.split(";")
    parts: list[str] = []
    start = 0
    is_quoted = False
    for position, sign in enumerate(text):
        if sign == '"' and (position == 0 or text[position - 1] != "\\"):
            is_quoted = not is_quoted
        elif sign == ";" and not is_quoted:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _join_pieces(numbered: dict[int, tuple[bool, str]]) -> str:
    charset: str | None = None
    data = bytearray()
    for place, order in enumerate(sorted(numbered)):
        is_encoded, given = numbered[order]
        if is_encoded and place == 0 and given.count("'") >= 2:
            charset, _, given = given.split("'", 2)
        data += unquote_to_bytes(given) if is_encoded else given.encode()
    return decode(bytes(data), charset)
