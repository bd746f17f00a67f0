"""Undoes the content transfer encodings of mail (RFC 2045, section 6), also where they are broken.

Nothing here raises: what cannot be undone is handed back as it stands.
"""

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]|\S[ \t]+\S")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)


def decode_transfer(data: bytes, encoding: bytes) -> bytes:
    """The bytes that were encoded; ``encoding`` is the value of the header, in any case, with any tail."""
    if not encoding:
        return data
    name = encoding.strip(b" \t\"';").lower()
    if name in (b"7bit", b"8bit", b"binary"):
        return data
    if b"quoted" in name and b"printable" in name:
        return binascii.a2b_qp(data)
    if name.startswith(b"base64"):
        return decode_base64(data)
    if name in (b"x-uuencode", b"uuencode", b"uue", b"x-uue"):
        return _decode_uu(data)
    return data


def decode_base64(data: bytes) -> bytes:
    """Base64, in one piece or in several; lines that are no base64, such as the footer of a list, are left out."""
    if _NOT_BASE64.search(data):
        data = b"\n".join(line for line in data.splitlines() if not _NOT_BASE64.search(line.strip()))
    packed = b"".join(data.split())
    decoded = bytearray()
    for piece in re.findall(rb"[^=]+", packed):
        whole = len(piece) // 4 * 4
        rest = piece[whole:]
        decoded += binascii.a2b_base64(piece[:whole])
        if len(rest) > 1:
            decoded += binascii.a2b_base64(rest + b"=" * (4 - len(rest)))
    return bytes(decoded)


def _decode_uu(data: bytes) -> bytes:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data
    decoded = bytearray()
    for line in data[begin.end() :].split(b"\n"):
        if line.strip() in (b"end", b"`"):
            break
        try:
            decoded += binascii.a2b_uu(line)
        except binascii.Error:
            # Some encoders pad a line wrongly; its first character says how much of it counts.
            counted = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                decoded += binascii.a2b_uu(line[:counted])
            except binascii.Error:
                return data
    return bytes(decoded)
