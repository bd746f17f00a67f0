"""Turns bytes in whatever character set into text, and never fails.

First as declared, then as UTF-8, then as guessed; what is left unreadable becomes U+FFFD. The names follow the WHATWG
Encoding Standard where mail in the wild does: what calls itself ISO-8859-1 is read as Windows-1252.
"""

import codecs
import re
from functools import lru_cache
from typing import Final

from wardroom.exchange.fitting import well_formed

_ALIASES: Final = {
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "8859-1": "cp1252",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
    "win-1252": "cp1252",
    "x-cp1252": "cp1252",
    "iso-8859-1-windows-3.1-latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "cp950",
    "x-big5": "cp950",
    "cn-big5": "cp950",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "windows-874": "cp874",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "koi8": "koi8_r",
}
# These say nothing about the bytes.
_SILENT: Final = frozenset(
    {
        "",
        "ascii",
        "us-ascii",
        "ansi_x3.4-1968",
        "646",
        "7bit",
        "8bit",
        "binary",
        "none",
        "unknown",
        "unknown-8bit",
        "x-unknown",
        "x-user-defined",
        "default",
        "default_charset",
        "_charset_",
        "charset",
    }
)
# Codecs for programs: some of them need quadratic time, none of them is a character set.
_NOT_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_.:+()-]{0,39}")
_FEW_BAD: Final = 50
"""A text is believed to be what it declares as long as less than one in so many of its characters is unreadable."""

_GUESS_SAMPLE_BYTES: Final = 4096
_GUESS_FROM_BYTES: Final = 24
"""So many bytes beyond ASCII it takes to tell one alphabet from another."""

_GUESSES: Final = [
    "cp1252",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp932",
    "euc_jp",
    "gb18030",
    "big5",
    "cp949",
    "mac_roman",
    "cp437",
    "cp866",
]

# Signs that stand within words only where the text is Polish or Hungarian and no Western language at all.
_CENTRAL_EUROPEAN = re.compile("[a-zó][³¹¿¾Ÿ¼²][a-zó]")


def decode(data: bytes, declared: str | None = None, hint: str | None = None) -> str:
    """The text of ``data``, whose charset is declared, or hinted at by what stands around it, or unknown.

    Shape: always encodes to UTF-8; a byte order mark at the start is dropped.
    """
    charset = python_codec(declared) if declared else None
    if charset is None and data.isascii():
        if b"\x1b$" in data:  # ISO-2022 comes without a declaration, too, and is made of ASCII bytes
            return _decode_badly(data, "iso2022_jp_ext")
        return data.decode("ascii")
    for name in (charset, "utf-8", python_codec(hint) if hint else None):
        if name is not None:
            try:
                text = data.decode(name)
            except (UnicodeError, ValueError):
                continue
            return well_formed(text.removeprefix("\ufeff"))
    return _decode_badly(data, charset)


@lru_cache(maxsize=256)
def python_codec(name: str) -> str | None:
    """Python's name of a charset, or None where it is unknown or says nothing about the bytes."""
    plain = name.strip(" \t\"'").lower()
    if plain in _SILENT:
        return None
    plain = _ALIASES.get(plain, plain)
    if not _NAME.fullmatch(plain):
        return None
    for spelling in (plain, plain.removeprefix("x-"), plain.replace("iso-", "iso", 1), plain.removeprefix("windows-")):
        try:
            found = codecs.lookup(spelling)
        except (LookupError, ValueError):
            continue
        if found.name.replace("-", "_") in _NOT_CHARSETS or not getattr(found, "_is_text_encoding", True):
            return None
        return "cp1252" if found.name == "iso8859-1" else found.name
    return None


def _decode_badly(data: bytes, charset: str | None) -> str:
    """What can be read of bytes that are not what they declare."""
    for name in (charset, "utf-8"):
        if name is not None:
            try:
                text = data.decode(name, "replace")
            except (UnicodeError, ValueError):  # the UTF-7 and UTF-16 codecs know no mercy with some inputs
                continue
            beyond_ascii = sum(map("\x7f".__lt__, text))
            bad = text.count("\ufffd")
            # What is sound UTF-8 by chance is rare; in other charsets nearly everything is sound.
            if bad * _FEW_BAD <= beyond_ascii or (name == "utf-8" and bad * 2 < beyond_ascii):
                return well_formed(text.removeprefix("\ufeff"))
    return well_formed(data.decode(_guess(data), "replace").removeprefix("\ufeff"))


def _guess(data: bytes) -> str:
    """The codec that fits best, judged by the lines that hold more than ASCII."""
    telling = b"\n".join(line for line in data[: 16 * _GUESS_SAMPLE_BYTES].splitlines() if not line.isascii())
    return _guess_sample(telling[:_GUESS_SAMPLE_BYTES])


@lru_cache(maxsize=256)
def _guess_sample(sample: bytes) -> str:
    beyond_ascii = len(sample.translate(None, bytes(range(128))))
    if _CENTRAL_EUROPEAN.search(sample.decode("cp1252", "replace")) and beyond_ascii * 3 < len(sample):
        return "cp1250"
    if beyond_ascii <= 2 or (beyond_ascii < _GUESS_FROM_BYTES and beyond_ascii * 3 < len(sample)):
        return "cp1252"  # a few accents in a Latin text: too little for statistics, and by far the likeliest
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_GUESSES, preemptive_behaviour=False).best()
    return "cp1252" if best is None else best.encoding
