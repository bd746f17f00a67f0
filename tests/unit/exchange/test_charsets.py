"""Bytes become text: as declared, as UTF-8, or as guessed, and always well-formed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.charsets import decode, python_codec
from wardroom.exchange.fitting import well_formed


@pytest.mark.parametrize(
    ("codec", "text"),
    [
        ("cp1252", "Der Patient hat Übelkeit und Fieber, Größe unklar, später Röntgen."),
        ("cp1250", "Źle się czuje, później bół; zgłasza kłucie w boku, wciąż źle"),
        ("cp1251", "Пациент жалуется на боль в груди и одышку"),
        ("koi8_r", "Пациент жалуется на боль в груди и одышку"),
        ("cp932", "患者は胸の痛みを訴えています。心電図をとりました。"),
        ("gb18030", "病人主诉胸痛,已做心电图,等待结果。"),
        ("cp949", "환자가 흉통을 호소하고 있습니다. 심전도를 찍었습니다."),
        ("iso2022_jp", "患者は胸の痛みを訴えています"),
    ],
)
def test_undeclared_charsets_are_guessed(codec: str, text: str) -> None:
    """Old mail that declares nothing is still readable in the common scripts."""
    assert decode(text.encode(codec)) == text


@pytest.mark.parametrize(
    ("declared", "data", "text"),
    [
        ("utf-8", "é".encode() * 100 + b"\xff", "é" * 100 + "\ufffd"),
        ("utf-8", b"caf\xe9", "café"),
        ("gb2312", "镕".encode("gb18030"), "镕"),
        ("ISO-8859-8-I", "שלום".encode("iso-8859-8"), "שלום"),
        ("'utf8'", b"caf\xc3\xa9", "café"),
        ("x-unknown", b"caf\xc3\xa9", "café"),
        ("windows-1252", b"\x80", "€"),
        ("utf-8", b"\xef\xbb\xbfx", "x"),
        ("utf-16", b"\xff\xfe" + b"\xe9\0" * 60 + b"\0\xd8", "é" * 60 + "\ufffd"),
        ("utf-7", b"+2AA-", "\ufffd"),
    ],
)
def test_declared_charsets(declared: str, data: bytes, text: str) -> None:
    """A declaration is believed as far as the bytes bear it out."""
    assert decode(data, declared) == text


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "unicode_escape", "zlib", "rot13", "\0", "", "../x", "x" * 99, "mbcs"]
)
def test_what_is_no_charset_is_not_used(name: str) -> None:
    """A message cannot choose a codec that is meant for programs."""
    assert python_codec(name) is None


@settings(deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["utf-8", "utf-16", "utf-7", "iso-2022-jp", "hz", "big5", "cp1252", "x", None]),
)
def test_decoding_never_raises(data: bytes, declared: str | None) -> None:
    """Any bytes under any name give text that encodes to UTF-8."""
    decode(data, declared).encode()
    decode(data, None, declared).encode()


@settings(deadline=None)
@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_well_formed_text_stays_and_the_rest_encodes(text: str) -> None:
    """Only lone surrogates change."""
    made = well_formed(text)
    made.encode()
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        assert made == text
