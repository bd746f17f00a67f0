"""The laws of what verbs share: JSON that steers no terminal, and bytes that become text or a refusal."""

import io
import json
import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardroom.cli.context import decoded, new_password, put_json, rfc3339, text_or_stdin
from wardroom.errors import BadPassword, InputRejected, Refused


def printed(value: dict[str, object], encoding: str) -> str:
    """What ``put_json`` writes on a stream of an encoding."""
    out = io.BytesIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, write_through=True))
        put_json(value)
        sys.stdout.flush()
        sys.stdout.detach()
    return out.getvalue().decode(encoding)


@given(st.text(), st.sampled_from(["utf-8", "ascii", "latin-1"]))
def test_json_comes_back_as_it_was(text: str, encoding: str) -> None:
    """Any text, lone surrogates included, is one line that any JSON reader turns back, with nothing to obey in it."""
    line = printed({"body": text}, encoding)
    assert line.count("\n") == 1
    assert json.loads(line) == {"body": text}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", line)


@given(st.binary(max_size=200))
def test_bytes_are_text_or_refused(content: bytes) -> None:
    """Bytes become exactly the text they are in UTF-8, or are refused."""
    try:
        text: str | None = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    if text is None or "\0" in text:
        with pytest.raises(InputRejected):
            decoded(io.BytesIO(content), "Standard input")
    else:
        assert decoded(io.BytesIO(content), "Standard input") == text


def test_no_more_is_read_than_can_be_taken() -> None:
    """An endless stream is refused after what a post could hold, not read to its end."""
    stream = io.BytesIO(b"a" * 3_000_000)
    with pytest.raises(InputRejected, match="Split it"):
        decoded(stream, "Standard input")
    assert stream.tell() < 1_100_000


def test_no_standard_input_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed standard input is said to hold no text; text that is given needs none."""
    monkeypatch.setattr(sys, "stdin", None)
    assert text_or_stdin("words") == "words"
    for nothing in (None, "-"):
        with pytest.raises(Refused):
            text_or_stdin(nothing)
    with pytest.raises(BadPassword):
        new_password(is_from_stdin=True)


@pytest.mark.parametrize(
    ("line", "password"), [(b"a b c\n", "a b c"), (b" x \r\nrest", " x "), ("pässword".encode(), "pässword")]
)
def test_a_password_is_the_first_line(monkeypatch: pytest.MonkeyPatch, line: bytes, password: str) -> None:
    """The first line of standard input without its end is the password, blanks and all."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    assert new_password(is_from_stdin=True) == password


@given(st.integers(-(2**62), 2**62))
def test_moments_are_rfc_3339(moment_ms: int) -> None:
    """Any number of milliseconds is a moment in UTC; one that no calendar holds is the beginning of 1970."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", rfc3339(moment_ms))
