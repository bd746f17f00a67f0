"""The log of operations: lines of codes and numbers, and no way in for what anybody typed."""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import House, examples

from wardroom import operations
from wardroom.errors import BadPassword


@pytest.fixture(autouse=True)
def silence() -> Iterator[None]:
    """Whatever a test begins to log ends with it."""
    yield
    operations.begin("off")


def test_a_session_leaves_codes_and_no_words(house: House, tmp_path: Path) -> None:
    """Enrolling, a wrong password and a role are told by numbers; no handle, title, text or password is."""
    log = tmp_path / "wardroom.log"
    assert operations.begin(str(log), {})
    sam, secret = house.me("sam"), "plumbago tangent orchard 93 kettle"
    house.forum.members.add(sam, "quillfeather", "nurse", "trainee", password=secret)
    house.forum.members.grant(sam, "quillfeather", "moderator")
    with pytest.raises(BadPassword):
        house.forum.members.login("quillfeather", "zebrawood")
    with pytest.raises(BadPassword):
        house.forum.members.login("xylophonist", "zebrawood")
    house.post("quillfeather", "Marzipan first.", title="Parchment and vellum")
    lines = log.read_text().splitlines()
    assert [line.split(" ", 4)[3] for line in lines] == [
        "member-enrolled",
        "role-given",
        "login-failed",
        "login-failed",
    ]
    assert all(re.fullmatch(r"\S+Z wardroom\[\d+\] [A-Z]+ [a-z-]+( [a-z]+=[\w:.-]+)*", line) for line in lines)
    for word in ("quillfeather", "zebrawood", "xylophonist", "arzipan", "archment", "plumbago"):
        assert word not in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o640


@examples(100)
@given(st.text())
def test_what_is_no_code_is_not_written(words: str) -> None:
    """A fact that is not a code by its form is a question mark, and never a second line."""
    shown = operations._coded(words)
    assert shown == "?" or re.fullmatch(r"[a-zA-Z][a-zA-Z0-9_:.-]{0,63}", shown)


def test_the_journal_gets_priorities(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under systemd a line begins with its priority; elsewhere "auto" is silent, and so is "off"."""
    err = io.StringIO()
    monkeypatch.setattr(sys, "stderr", err)
    assert operations.begin("auto", {"JOURNAL_STREAM": "8:1"})
    operations.note("login-failed", level="warning", account=3)
    assert re.fullmatch(r"<4>wardroom\[\d+\]: login-failed account=3\n", err.getvalue())
    assert not operations.begin("auto", {})
    assert not operations.begin("off", {"JOURNAL_STREAM": "8:1"})
    operations.note("login", account=3)
    assert err.getvalue().count("\n") == 1


def test_a_log_never_stops_the_work(tmp_path: Path) -> None:
    """A log that cannot be written is passed over; one that was moved away is begun anew; a link is not followed."""
    operations.begin(str(tmp_path / "no" / "log"), {})
    operations.note("login", account=1)
    path = tmp_path / "log"
    operations.begin(str(path), {})
    operations.note("login", account=1)
    assert not operations.rotate(str(path), 1000)
    assert operations.rotate(str(path), 10)
    operations.note("login", account=2)
    assert "account=2" in path.read_text()
    assert "account=1" in (tmp_path / "log.1").read_text()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    operations.begin(str(tmp_path / "link"), {})
    operations.note("login", account=3)
    assert not (tmp_path / "elsewhere").exists()
