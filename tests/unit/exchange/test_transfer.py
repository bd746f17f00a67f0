"""Transfer encodings are undone as far as they can be."""

from base64 import b64encode, encodebytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.flowed import unflow
from wardroom.exchange.transfer import decode_base64, decode_transfer


@pytest.mark.parametrize(
    ("encoding", "data", "decoded"),
    [
        (b"", b"x=41", b"x=41"),
        (b"8BIT", b"x=41", b"x=41"),
        (b"Quoted-Printable ;", b"x=41=\ny", b"xAy"),
        (b'"quoted-printable"', b"a=\r\nb=e9", b"ab\xe9"),
        (b"quoted printable", b"=41", b"A"),
        (b"BASE64", b"QQ==QkM=", b"ABC"),
        (b"base64", b"Q!U\nQQ==", b"A"),
        (b"base64", b"QUJDR", b"ABC"),
        (b"x-uuencode", b"no begin", b"no begin"),
        (b"uue", b"begin 644 x\n#8V%Tpad\nend", b"cat"),
        (b"uue", b"begin 644 x\n\xff\xff\nend", b"begin 644 x\n\xff\xff\nend"),
        (b"unheard-of", b"x", b"x"),
    ],
)
def test_encodings(encoding: bytes, data: bytes, decoded: bytes) -> None:
    """Known encodings in any spelling; broken ones lose as little as possible."""
    assert decode_transfer(data, encoding) == decoded


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_base64_of_anything_comes_back(data: bytes) -> None:
    """Wrapped or not."""
    assert decode_base64(b64encode(data)) == data
    assert decode_base64(encodebytes(data)) == data


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"base64", b"quoted-printable", b"uue", b"x-uuencode"]))
def test_no_encoding_raises(data: bytes, encoding: bytes) -> None:
    """Any bytes can be told to be encoded."""
    decode_transfer(data, encoding)
    decode_transfer(b"begin 644 x\n" + data, encoding)


@pytest.mark.parametrize(
    ("text", "flowed"),
    [
        ("a \nb\nc", "a b\nc"),
        (" >not a quote", ">not a quote"),
        (">> a \n>> b\n> c", "> > a b\n> c"),
        ("> a \nb", "> a \nb"),
        ("a \n-- \nme \nyou", "a \n-- \nme you"),
        ("a \n\nb", "a \nb"),
        (">\n>a", ">\n> a"),
        ("open ", "open "),
    ],
)
def test_flowed_text(text: str, flowed: str) -> None:
    """Lines of one depth that end in a blank go on; a signature begins for itself."""
    assert unflow(text) == flowed
