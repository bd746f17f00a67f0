"""Mail becomes messages: each awkward kind once, and the laws that hold for any bytes."""

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wardroom.exchange.fitting import BODY_LIMIT_BYTES
from wardroom.exchange.messages import ImportedMessage, Skipped
from wardroom.exchange.mime import PARTS_LIMIT, _parse_plain, _parse_structured, _tidy, parse

HEAD = b"From: Nadia Okoro <nadia@county.example>\nSubject: Wide QRS\nDate: Tue, 14 Nov 2023 22:30:31 +0100\nMessage-ID: <a@x>\n"


def read(raw: bytes) -> ImportedMessage:
    found = parse(raw)
    assert isinstance(found, ImportedMessage), found
    return found


def body_of(*lines: bytes, body: bytes) -> str:
    return read(HEAD + b"".join(line + b"\n" for line in lines) + b"\n" + body).body


def multipart(kind: bytes, *parts: bytes) -> bytes:
    joined = b"".join(b"--cut\n" + part + b"\n" for part in parts)
    return HEAD + b"Content-Type: multipart/" + kind + b'; boundary="cut"\n\npreamble\n' + joined + b"--cut--\n"


def part(kind: bytes, body: bytes, *lines: bytes) -> bytes:
    return b"Content-Type: " + kind + b"\n" + b"".join(line + b"\n" for line in lines) + b"\n" + body


class TestPlainMessages:
    def test_a_simple_message_gives_all_its_fields(self) -> None:
        """What stands in the headers comes out as plain values, the address does not."""
        found = read(HEAD + b"In-Reply-To: <p@x>\nReferences: <r@x>\n <p@x>\n\nBicarb given.\n")
        assert found == ImportedMessage(
            source_id=b"a@x",
            references=(b"r@x", b"p@x"),
            subject="Wide QRS",
            sender_name="Nadia Okoro",
            date=datetime(2023, 11, 14, 21, 30, 31, tzinfo=UTC),
            body="Bicarb given.",
        )
        assert "nadia@county" not in repr(found)

    @pytest.mark.parametrize(
        ("lines", "body", "text"),
        [
            ((), b"caf\xc3\xa9", "café"),
            ((b"Content-Type: text/plain; charset=iso-8859-1",), b"caf\xe9 \x96", "café –"),
            ((b"Content-Type: text/plain; charset=us-ascii",), b"37\xb0C", "37°C"),
            ((b"Content-Type: text/plain; charset=nonsense",), b"caf\xc3\xa9", "café"),
            ((b"Content-Type: text/plain; charset=utf-16-le",), b"a\0b\0", "ab"),
            ((b"Content-Transfer-Encoding: quoted-printable",), b"caf=C3=A9 =\nau lait =ZZ =", "café au lait =ZZ"),
            ((b"Content-Transfer-Encoding: base64",), b"Y2Fmw6k=\n_____ footer of a list\n", "café"),
            ((b"Content-Transfer-Encoding: base64",), b"Y2Fmw6k", "café"),
            ((b"Content-Transfer-Encoding: x-uuencode",), b"begin 644 a\n#8V%T\n \nend\n", "cat"),
            ((b"Content-Transfer-Encoding: 7-bit; whatever",), b"plain", "plain"),
            (
                (b"Content-Type: text/plain; format=flowed",),
                b"> one \n> two\nthree \nfour\n-- \nme",
                "> one two\nthree four\n-- \nme",
            ),
            ((b"Content-Type: text/plain; format=flowed; delsp=yes",), b"one \ntwo", "onetwo"),
            ((b"Content-Type: text",), b"no subtype", "no subtype"),
            ((b"Content-Type: text/x-odd",), b"odd", "odd"),
            ((), b"\n\n  indented\n\n\n", "  indented"),
            ((), b"line\rline\r\nline", "line\nline\nline"),
            ((), b"a\0b", "a\0b"),
        ],
    )
    def test_bodies_are_decoded(self, lines: tuple[bytes, ...], body: bytes, text: str) -> None:
        """Charset and transfer encoding are undone, declared well or badly."""
        assert body_of(*lines, body=body) == text

    def test_a_separator_line_before_the_headers_is_dropped(self) -> None:
        """A letter cut out of a mailbox by hand is still a letter."""
        for before in (b"From x Mon Jan  1 00:00:00 2024\n", b">From x\n", b"\n\n", b"\xef\xbb\xbf", b"\r\n"):
            assert read(before + HEAD + b"\nbody").subject == "Wide QRS"

    def test_lines_that_are_no_headers_do_not_end_the_head(self) -> None:
        """A broken line amid the headers costs nothing but itself."""
        raw = b"From : Ann <a@x>\nbroken line: here\nSubject  : Fall\n\nHip pain."
        found = read(raw)
        assert (found.sender_name, found.subject, found.body) == ("Ann", "Fall", "Hip pain.")

    def test_a_message_without_an_id_is_named_by_its_bytes(self) -> None:
        """The same bytes have the same id, whatever their line ends."""
        raw = b"Subject: x\n\nbody\n"
        assert read(raw).source_id == read(raw.replace(b"\n", b"\r\n")).source_id
        assert read(raw).source_id != read(raw + b"!").source_id
        assert read(b"Message-ID: <>\n" + raw).source_id.startswith(b"hash-")

    def test_long_bodies_are_cut_at_a_character_and_say_so(self) -> None:
        """No body is longer than a post may be, and every cut is marked."""
        found = read(HEAD + b"\n" + "é".encode() * 40_000)
        assert found.cut
        assert len(found.body.encode()) <= BODY_LIMIT_BYTES
        assert found.body.endswith("\n\n[cut: 14 kB more stood here]")
        assert "\ufffd" not in found.body
        assert not read(HEAD + b"\n" + b"x" * BODY_LIMIT_BYTES).cut


class TestStructuredMessages:
    def test_plain_text_is_preferred_to_html(self) -> None:
        """Of alternatives the plain one is taken, unless it is empty."""
        markup = part(b"text/html", b"<p>rich</p>")
        assert read(multipart(b"alternative", markup, part(b"text/plain", b"plain"))).body == "plain"
        assert read(multipart(b"alternative", part(b"text/plain", b" \n"), markup)).body == "rich"

    def test_html_alone_becomes_text(self) -> None:
        """A page is read for its words, in the charset that it declares itself if need be."""
        page = '<html><head><meta charset="cp1251"></head><body><p>боль</body></html>'.encode("cp1251")
        assert body_of(b"Content-Type: text/html", body=page) == "боль"

    def test_enriched_text_loses_its_tags(self) -> None:
        """What old mail programs marked is read for its words."""
        assert body_of(b"Content-Type: text/enriched", body=b"<bold>K</bold> 6.1 <<high>") == "K 6.1 <high>"

    def test_texts_are_joined_and_attachments_named(self) -> None:
        """Everything readable stands in its order; what is attached is named at the end."""
        raw = multipart(
            b"mixed",
            part(b"text/plain", b"first"),
            part(b'image/png; name="x.png"', b64encode(b"p" * 2048), b"Content-Transfer-Encoding: base64"),
            part(b"text/plain", b"second", b"Content-Disposition: inline; filename=note.txt"),
            part(b"text/plain", b"third", b'Content-Disposition: attachment; filename="../../etc/passwd"'),
            part(b"application/pdf", b"%PDF", b"Content-Disposition: attachment; filename*=utf-8''%C3%A9cg.pdf"),
        )
        assert read(raw).body.split("\n") == [
            "first",
            "",
            "second",
            "",
            "[attachment: x.png, image/png, 2 kB]",
            "[attachment: passwd, text/plain, 5 B]",
            "[attachment: écg.pdf, application/pdf, 4 B]",
        ]

    def test_attached_messages_are_noted_not_read(self) -> None:
        """A forwarded message is named by subject and sender, without the address."""
        inner = b"From: Tom <tom@x.example>\nSubject: =?utf-8?q?Sch=C3=B6n?=\n\ninner words"
        found = read(multipart(b"mixed", part(b"text/plain", b"see below"), part(b"message/rfc822", inner)))
        assert found.body == "see below\n\n[attached message: Schön, from Tom]"

    def test_signatures_are_silent_and_secrets_are_named(self) -> None:
        """What cannot be read by anyone is no attachment worth a line; what was encrypted is said to be."""
        signed = multipart(b"signed", part(b"text/plain", b"words"), part(b"application/pgp-signature", b"xyz"))
        assert read(signed).body == "words"
        secret = multipart(
            b"encrypted", part(b"application/pgp-encrypted", b"Version: 1"), part(b"application/octet-stream", b"x")
        )
        assert read(secret).body == "[encrypted message]"

    def test_pictures_alone_are_a_message_if_it_has_a_subject(self) -> None:
        """A thread may begin with a picture and a question in its subject."""
        picture = b"Content-Type: image/jpeg; name=ecg.jpg\n"
        assert body_of(picture.strip(), body=b"xx") == "[attachment: ecg.jpg, image/jpeg, 2 B]"
        assert parse(b"From: a@x\n" + picture + b"\nxx", "7") == Skipped("7", "no text part")

    def test_many_attachments_are_counted(self) -> None:
        """A message does not become a list of its attachments."""
        files = [part(b"image/png; name=%d.png" % number, b"x") for number in range(25)]
        found = read(multipart(b"mixed", part(b"text/plain", b"words"), *files))
        assert found.body.count("[attachment") == 20
        assert found.body.endswith("[and 5 more attachments]")

    def test_a_multipart_without_parts_is_read_as_text(self) -> None:
        """A wrong boundary loses no words."""
        assert body_of(b"Content-Type: multipart/mixed; boundary=nowhere", body=b"words\n") == "words"

    @pytest.mark.parametrize(
        ("raw", "reason"),
        [
            (b"", "empty"),
            (b" \r\n\n", "empty"),
            (b"\x7fELF\x02\x01\0\0", "not a mail message"),
            (b"Dear all,\n\nthis is no mail.\n", "not a mail message"),
            (b"X-Only: this\n\nbody", "not a mail message"),
            (b"From: a@x\n\n\n", "no words in it"),
            (HEAD + b"Content-Type: multipart/mixed; boundary=x\n\n", "no text part"),
            (
                HEAD + b"Content-Type: multipart/mixed; boundary*=\0''x\n\nwords",
                "the parts of the message cannot be told apart",
            ),
            (HEAD + b"Content-Type: multipart/mixed; boundary=x\n" * (PARTS_LIMIT + 1) + b"\n", "more than 64 parts"),
        ],
    )
    def test_what_is_refused_has_a_plain_reason(self, raw: bytes, reason: str) -> None:
        """Nothing vanishes without a word."""
        found = parse(raw, "here")
        assert isinstance(found, Skipped)
        assert found.where == "here"
        assert found.reason.startswith(reason)

    def test_nesting_without_end_is_refused_not_followed(self) -> None:
        """A message made to exhaust the parser is skipped."""
        assert isinstance(parse(HEAD + b"Content-Type: message/rfc822\n\n" * 5000), Skipped)
        deep = HEAD + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(60)
        )
        assert read(deep + b"\nwords").body == "words"


NAMES = [
    b"From",
    b"Subject",
    b"Date",
    b"Message-ID",
    b"References",
    b"In-Reply-To",
    b"Content-Type",
    b"Content-Transfer-Encoding",
]
VALUES = [
    b"Ann <ann@x.example>",
    b'"Ames, Ann" <ann@x.example>',
    b"=?utf-8?q?Sch=C3=B6n?= =?utf-8?b?w6k=?=",
    b"caf\xe9",
    b"caf\xc3\xa9",
    b"Tue, 14 Nov 2023 22:30:31 +0100",
    b"yesterday",
    b"<a@x> <b@x>\n\t<c@x>",
    b"<a@x>",
    b"text/plain",
    b"text/plain; charset=utf-8",
    b'text/plain; charset="iso-8859-1"; format=flowed',
    b"text/plain; charset=utf-16",
    b"text/html",
    b"multipart/mixed; boundary=b",
    b"quoted-printable",
    b"base64",
    b"7bit",
    b"",
    b" \n  folded\n \n twice ",
    b"form\x0cfeed",
    b"nul\0",
]
header = st.tuples(
    st.sampled_from([*NAMES, b"content-type", b"SUBJECT", b"X-Other", b"To"]),
    st.sampled_from([b":", b": ", b":\t", b":\n "]),
    st.sampled_from(VALUES) | st.binary(max_size=20).map(lambda value: value.replace(b"\n", b" ")),
).map(b"".join)
odd_line = st.sampled_from(
    [b" goes on", b"\tgoes on", b"From x y", b"no header", b"Name : value", b":nameless", b"", b"--b"]
)
body_line = st.sampled_from(
    [b"words", b"=C3=A9 soft =", b"Y2Fmw6k=", b"> quoted ", b"\xff\xfe\xe9", b"", b"--b", b"\x0c\x0b\x1c"]
)
mail = st.builds(
    lambda head, body, end: end.join([*head, b"", *body]),
    st.lists(header | header | header | odd_line, min_size=1, max_size=8),
    st.lists(body_line | st.binary(max_size=30), max_size=6),
    st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r"]),
)


@settings(max_examples=1000, deadline=None)
@given(mail)
@example(b"Subject: a\x0bb\n\n\x85")
@example(b"Subject:\n\n\n\n")
def test_the_quick_way_and_the_thorough_way_agree(raw: bytes) -> None:
    """Whatever the quick way takes, it reads as the standard parser would."""
    raw = _tidy(raw)
    quick = _parse_plain(raw, "w")
    if quick is not None:
        assert quick == _parse_structured(raw, "w")


@settings(max_examples=500, deadline=None)
@given(mail | st.binary(max_size=400))
def test_nothing_raises_and_all_text_is_well_formed(raw: bytes) -> None:
    """Any bytes give a message or a reason; all text encodes to UTF-8 and fits in a post."""
    found = parse(raw, "w")
    if isinstance(found, Skipped):
        assert found.reason
        return
    assert len(found.body.encode()) <= BODY_LIMIT_BYTES
    found.subject.encode()
    found.sender_name.encode()
    assert "\n" not in found.subject + found.sender_name
    assert "@" not in found.sender_name
    assert found.source_id
    assert found.source_id not in found.references


local = st.from_regex(r"[a-z0-9]{6,10}z", fullmatch=True)


@settings(deadline=None)
@given(
    local,
    local,
    st.sampled_from(
        ["{a}", "<{a}>", "Ann <{a}>", '"{a}" <{a}>', "{a} (Ann)", "{a} <{a}>", "Ann ({a}) <{a}>", "<{a}> x, {a}"]
    ),
)
def test_the_address_of_the_sender_is_nowhere(user: str, host: str, shape: str) -> None:
    """Only the name or the local part goes on."""
    host = f"host{host}"
    address = f"{user}@{host}.example"
    raw = f"From: {shape.format(a=address)}\nSubject: x\nMessage-ID: <1@x>\n\nwords\n".encode()
    for found in (parse(raw), _parse_structured(raw, "")):
        assert isinstance(found, ImportedMessage)
        assert host not in repr(found)
        assert found.sender_name
