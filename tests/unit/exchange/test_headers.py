"""Single headers are read as their standards say, and as broken mail needs it."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange import headers
from wardroom.exchange.headers import (
    REFERENCE_LIMIT,
    content_type_of,
    date_of,
    disposition_of,
    message_ids,
    own_id,
    references,
    sender_name,
    text_of,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain  words\n\tfolded", "plain words folded"),
        (b"=?iso-8859-1?Q?a?= =?ISO-8859-1?Q?b?=", "ab"),
        (b"=?utf-8?q?a_b?= c =?utf-8*en?q?d?=", "a b c d"),
        (b"=?utf-8?b?***?= =?utf-8?q?b?= =?utf-8?b?***?=", "=?utf-8?b?***?= b =?utf-8?b?***?="),
        (b"a =?utf-8?q?b?= =?iso-8859-1?q?=E9?= =?utf-8?b??= c", "a bé c"),
        (b"=?utf-8?b?w6k=?=\n\t=?utf-8?b?w6k=?=", "éé"),
        (b"=?utf-8?q?caf=C3?=\n =?utf-8?q?=A9?=", "café"),
        (b"=?utf-8?b?Y2Fmw6k?=", "café"),
        (b"=?nonsense?q?caf=C3=A9?=", "café"),
        (b"=?us-ascii?q?with space?=", "with space"),
        (b"=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        (b"=?utf-8?q?open", "=?utf-8?q?open"),
        (b"=?shift_jis?b?g2WDWINn?=", "テスト"),
        (b"caf\xc3\xa9 =?utf-8?q?=C3=A9?=", "café é"),
        (b"=?utf-7?q?+2AA-?=", "\ufffd"),
    ],
)
def test_text_is_decoded(value: bytes, text: str) -> None:
    """Encoded words and raw bytes alike become one clean line."""
    assert text_of(value) == text


def test_raw_bytes_take_the_charset_of_the_body() -> None:
    """What a header does not say the message may."""
    assert text_of("боль".encode("koi8-r"), "koi8-r") == "боль"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (b"Ann Ames <a@x>", "Ann Ames"),
        (b'"Ames, \\"Ann\\"" <a@x>', 'Ames, "Ann'),
        (b"ann.ames@x.example", "ann.ames"),
        (b"<ann@x>", "ann"),
        (b"ann@x (Ann Ames)", "Ann Ames"),
        (b"Ames, Ann <a@x>", "Ames, Ann"),
        (b"=?utf-8?q?J=C3=B6rn?= <j@x>", "Jörn"),
        (b'"=?utf-8?q?J=C3=B6rn?=" <j@x>', "Jörn"),
        (b"ann@x <ann@x>", "ann"),
        (b"a@x, b@x", "a"),
        (b"Ward 4: a@x, b@x;", "Ward 4: a"),
        (b"", ""),
        (b"<>", ""),
        (b'"open', "open"),
        (b"(" * 5000 + b"deep", ""),
    ],
)
def test_senders_keep_their_name_and_lose_their_address(value: bytes, name: str) -> None:
    """A display name, a comment or the local part, in this order."""
    found = sender_name(value)
    assert found == name or (name == "" and "@" not in found)


def test_ids_are_found_in_disorder() -> None:
    """Ids lose brackets and folds; words without brackets may be addresses and are no ids."""
    assert message_ids(b"<a@x>,<b@x> noise\n <c@\n x>") == [b"a@x", b"b@x", b"c@x"]
    assert message_ids(b"ann@x.example") == []
    assert own_id(b"bare@x") == b"bare@x"
    assert own_id(b" <> ") is None
    assert own_id(b"<" + b"a" * 2000 + b">").startswith(b"long-")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("of_references", "of_reply", "expected"),
    [
        (b"<a> <b>", b"<b>", (b"a", b"b")),
        (b"<a> <b>", b"<c>", (b"a", b"b", b"c")),
        (b"<a> <b> <c>", b"<b>", (b"a", b"b")),
        (b"", b"<a> <b>", (b"a",)),
        (b"", b"Message from Ann <ann@x> of Monday <a>", (b"a",)),
        (b"<a> <a> <own>", b"", (b"a",)),
        (b"", b"<own>", ()),
    ],
)
def test_references_and_reply_are_merged(of_references: bytes, of_reply: bytes, expected: tuple[bytes, ...]) -> None:
    """In-Reply-To names the parent; nothing comes twice; nothing descends from itself."""
    assert references(of_references, of_reply, b"own") == expected


def test_long_references_keep_the_first_and_the_newest() -> None:
    """A thread is found by its root and by its last branch."""
    found = references(b" ".join(b"<%d>" % number for number in range(1000)), b"", b"own")
    assert len(found) == REFERENCE_LIMIT
    assert (found[0], found[1], found[-1]) == (b"0", b"801", b"999")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        (b"Tue, 14 Nov 2023 22:30:31 +0130", datetime(2023, 11, 14, 21, 0, 31, tzinfo=UTC)),
        (b"14 Nov 2023 22:30 GMT", datetime(2023, 11, 14, 22, 30, tzinfo=UTC)),
        (b"Tue, 14 Nov 23 22:30:31 EST", datetime(2023, 11, 15, 3, 30, 31, tzinfo=UTC)),
        (b"Tue, 14 Nov 2023 22:30:31 -0000 (GMT)", datetime(2023, 11, 14, 22, 30, 31, tzinfo=UTC)),
        (b"Sat, 31 Dec 2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (b"Tue, 14 Xyz 2023 22:30:31 +0000", None),
        (b"Thu, 31 Feb 2023 10:00:00 +0000", None),
        (b"Tue, 14 Nov 2023 25:30:31 +0000", None),
        (b"Tue, 14 Nov 2023 22:30:31 +9900", None),
        (b"Tue, 14 Nov 1903 22:30:31 +0000", None),
        (b"Tue, 14 Nov 9999 22:30:31 +0000", None),
        (b"yesterday", None),
        (b"1" * 5000, None),
        (b" ", None),
        (b"Fri, 31 Dec 9999 23:59:59 -0100", None),
        (b"Tue, 14 Nov 2023 22:30:99 zone", None),
    ],
)
def test_dates_are_utc_or_nothing(value: bytes, moment: datetime | None) -> None:
    """An impossible date is no date; nobody guesses."""
    assert date_of(value) == moment


@settings(deadline=None)
@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 30), timezones=st.timezones()))  # noqa: DTZ001
def test_usual_dates_are_what_the_standard_library_reads(moment: datetime) -> None:
    """The quick reading of dates is the thorough one."""
    written = format_datetime(moment)
    assert date_of(written.encode()) == parsedate_to_datetime(written).astimezone(UTC)
    assert headers._unusual_date(written.encode()) == date_of(written.encode())


@settings(deadline=None)
@given(st.binary(max_size=60) | st.text(st.sampled_from("TuenovN0123456789:+-, ()"), max_size=50).map(str.encode))
def test_no_header_raises(value: bytes) -> None:
    """Any bytes are a value."""
    date_of(value)
    text_of(value).encode()
    sender_name(value).encode()
    content_type_of(value)
    disposition_of(value)
    references(value, value, value)
    own_id(value)


@pytest.mark.parametrize(
    ("value", "kind", "charset", "name"),
    [
        (b"", "text/plain", None, ""),
        (b'TEXT/Plain; CharSet = "UTF-8" ; x', "text/plain", "UTF-8", ""),
        (b"text", "text/plain", None, ""),
        (b'image/png; name="a;b\\"c.png"', "image/png", None, 'a;b"c.png'),
        (b'image/png; name*0="a"; name*1*=%20b; name*2=c', "image/png", None, "a bc"),
        (b"image/png; name*=iso-8859-1'de'%FCber", "image/png", None, "über"),
        (b"image/png; name==?utf-8?q?=C3=A9?=", "image/png", None, "é"),
        (b"image/png; name*x*=%FF; name*99999999999=z", "image/png", None, "ÿ"),
    ],
)
def test_content_types(value: bytes, kind: str, charset: str | None, name: str) -> None:
    """Parameters are read with quotes, continuations and encodings."""
    found = content_type_of(value)
    assert (found.kind, found.charset, found.name) == (kind, charset, name)
