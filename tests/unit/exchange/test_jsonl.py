"""JSON lines go out and come back; a bad line costs only itself."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.fitting import BODY_LIMIT_BYTES
from wardroom.exchange.jsonl import LINE_LIMIT_BYTES, read_jsonl, write_jsonl
from wardroom.exchange.messages import ExportedPost, ImportedMessage, Skipped

POST = ExportedPost(
    id="p2",
    thread="p1",
    parent="p1",
    board="tox",
    circle="region",
    author="nadia",
    site="county",
    created=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
    title="",
    body="Bicarb — given",
    kind="case",
    state="open",
    tags=("tca",),
    original_author="Ann",
    original_date=datetime(2023, 1, 2, 3, 4, 5, 600000, tzinfo=UTC),
)


def test_a_post_is_one_line_of_stable_keys() -> None:
    """The keys are the promise to whoever reads the export."""
    stream = BytesIO()
    assert write_jsonl([POST], stream) == 1
    assert list(json.loads(stream.getvalue()).items()) == [
        ("id", "p2"),
        ("thread", "p1"),
        ("parent", "p1"),
        ("board", "tox"),
        ("circle", "region"),
        ("author", "nadia"),
        ("site", "county"),
        ("created", "2024-01-02T03:04:05Z"),
        ("title", ""),
        ("body", "Bicarb — given"),
        ("kind", "case"),
        ("state", "open"),
        ("tags", ["tca"]),
        ("original_date", "2023-01-02T03:04:05.600000Z"),
        ("original_author", "Ann"),
    ]
    assert stream.getvalue().count(b"\n") == 1


def test_what_was_written_is_read() -> None:
    """Every field comes back; the original's name and date are the message's."""
    stream = BytesIO()
    write_jsonl([POST], stream)
    stream.seek(0)
    (found,) = read_jsonl(stream)
    assert found == ImportedMessage(
        source_id=b"p2",
        references=(b"p1",),
        subject="",
        sender_name="Ann",
        date=datetime(2023, 1, 2, 3, 4, 5, 600000, tzinfo=UTC),
        body="Bicarb — given",
        tags=("tca",),
        board="tox",
        circle="region",
        author="nadia",
        site="county",
        kind="case",
        state="open",
        original_author="Ann",
    )


@settings(deadline=None)
@given(
    st.text(min_size=1, max_size=200),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" \t\r\n"), min_size=1, max_size=50),
)
def test_any_text_survives(body: str, title: str) -> None:
    """Bodies and titles of well-formed text come back as they were."""
    stream = BytesIO()
    write_jsonl(
        [ExportedPost(**{**{name: getattr(POST, name) for name in POST.__slots__}, "body": body, "title": title})],
        stream,
    )
    stream.seek(0)
    (found,) = read_jsonl(stream)
    assert isinstance(found, ImportedMessage)
    assert (found.body, found.subject) == (body, title)


def test_lone_surrogates_are_not_written() -> None:
    """An export is always UTF-8."""
    stream = BytesIO()
    write_jsonl([ExportedPost(**{**{name: getattr(POST, name) for name in POST.__slots__}, "body": "a\ud800"})], stream)
    assert json.loads(stream.getvalue())["body"] == "a\ufffd"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not valid JSON"),
        (b'{"body":"x"} y', "not valid JSON"),
        (b'{"body":"a\0b"}', "not valid JSON"),
        (b'{"body":"\\ud800 alone"}', "not valid JSON"),
        (b'{"body":"\xff"}', "not UTF-8"),
        (b"[]", "not a JSON object"),
        (b'"x"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "`body` is missing"),
        (b'{"body":7}', "`body` is of the wrong type"),
        (b'{"body":"x","tags":"y"}', "`tags` is of the wrong type"),
        (b'{"body":"x","tags":[1]}', "`tags[0]` is of the wrong type"),
        (b'{"body":"x","id":[]}', "`id` is of the wrong type"),
        (b'{"body":"x","id":1e999}', "`id` is out of range"),
        (b'{"body":" "}', "no words in it"),
        (b'{"body":"x","board":"' + b"b" * 2000 + b'"}', "`board` is too long"),
        (b'{"body":"x","tags":["' + b"b" * 2000 + b'"]}', "`tags` is too long"),
        (b"[" * 100_000, "not a JSON object"),
        (b'{"body":"x","other":' + b"[" * 100_000, "brackets nested too deep"),
        (b'{"other":' * 50_000, "brackets nested too deep"),
        (b'{"body":"' + b"x" * LINE_LIMIT_BYTES * 10 + b'"}', "longer than 1.0 MB"),
    ],
)
def test_bad_lines_are_skipped_by_number(line: bytes, reason: str) -> None:
    """The line is named with its fault, and the next one is read."""
    found = list(read_jsonl(BytesIO(b'\xef\xbb\xbf{"body":"first"}\r\n\n' + line + b'\n{"body":"last"}')))
    assert found[1] == Skipped("line 3", reason)
    assert [one.body for one in found if isinstance(one, ImportedMessage)] == ["first", "last"]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_line_raises(line: bytes) -> None:
    """Any bytes are lines."""
    list(read_jsonl(BytesIO(line)))


@pytest.mark.parametrize(
    ("keys", "references"),
    [
        ({"thread": "a", "parent": None}, ()),
        ({"thread": "b", "parent": "b"}, (b"b",)),
        ({"thread": "b", "parent": "c"}, (b"b", b"c")),
        ({"parent": 7}, (b"7",)),
        ({"thread": "b"}, ()),
        ({"parent": ""}, ()),
    ],
)
def test_lineage(keys: dict[str, object], references: tuple[bytes, ...]) -> None:
    """A reply descends from the head of its thread and from its parent."""
    (found,) = read_jsonl(BytesIO(json.dumps({"id": "a", "body": "x", **keys}).encode()))
    assert isinstance(found, ImportedMessage)
    assert (found.source_id, found.references) == (b"a", references)


def test_missing_ids_dates_and_long_bodies() -> None:
    """A line without an id is named by its content; a bad date is none; a long body is cut and marked."""
    line = json.dumps({"body": "x" * 100_000, "created": "yesterday", "id": "i" * 999}).encode()
    (found,) = read_jsonl(BytesIO(line))
    assert isinstance(found, ImportedMessage)
    assert found.cut
    assert len(found.body.encode()) <= BODY_LIMIT_BYTES
    assert found.date is None
    assert found.source_id.startswith(b"long-")
    (found,) = read_jsonl(BytesIO(b'{"body":"x","created":"2024-01-02T03:04:05+02:00"}'))
    assert isinstance(found, ImportedMessage)
    assert found.source_id.startswith(b"hash-")
    assert found.date == datetime(2024, 1, 2, 1, 4, 5, tzinfo=UTC)
