"""The command line of people: mentions, bookmarks, followed cases, boards' wishes, saved searches, cards, the one line."""

import mailbox
import os
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from tests.e2e.conftest import PYTHON, Cli
from tests.e2e.test_cli import objects

TITLE = "Wide QRS after TCA, bicarb given"


def a_case(cli: Cli, text: str = "Words.", title: str = TITLE) -> str:
    """The id of a thread."""
    made = cli("post", "--board", "cases", "--title", title, text)
    assert made.status == 0, made.err
    return made.id


@pytest.fixture
def omar(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A colleague's Unix account; ``become`` is it."""
    done = cli("member", "add", "omar", "--profession", "physician", "--role", "practitioner", "--link", "4711")
    assert done.status == 0, done.err
    return "omar"


def become(monkeypatch: pytest.MonkeyPatch, uid: int) -> None:
    """Be another Unix account from now on."""
    monkeypatch.setattr(os, "getuid", lambda: uid)


def messages(spool: Path) -> list[mailbox.mboxMessage]:
    """What a mail program finds in a mailbox."""
    with closing(mailbox.mbox(spool, create=False)) as box:
        return list(box)


def test_what_calls_on_a_colleague_reaches_the_one_line(cli: Cli, omar: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mentions, followed threads and subscribed boards are counted, listed by `calls`, and silent once read."""
    home = os.getuid()
    first = a_case(cli, "What would @omar do?")
    become(monkeypatch, 4711)
    assert cli("brief", "--one-line").out == "1 unread · 1 named you\n"
    (named,) = objects(cli("calls", "named", "--json").out)
    assert (named["id"], named["words"], named["unread"]) == (first, "What would @omar do?", True)
    assert cli("read", "--all").status == 0
    assert (cli("brief", "--one-line").out, cli("brief", "--one-line").status) == ("", 0)
    for words in (("follow", first), ("subscribe", "cases"), ("bookmark", first)):
        assert cli(*words).status == 0
    assert [line["id"] for line in objects(cli("follow", "--json").out)] == [first]
    assert objects(cli("calls", "bookmarks", "--json").out)[0]["id"] == first
    become(monkeypatch, home)
    assert cli("reply", first, "Nobody?").status == 0
    become(monkeypatch, 4711)
    assert cli("brief", "--one-line").out == "1 unread · 1 in cases you follow · 1 on boards you subscribe to\n"
    (brief,) = objects(cli("brief", "--json").out)
    assert (brief["followed"], brief["subscribed"], brief["named"]) == (1, 1, 0)
    for words in (("follow", first, "--off"), ("mute", "cases"), ("bookmark", first, "--off")):
        assert cli(*words).status == 0
    assert cli("brief", "--one-line").out == ""
    assert cli("calls", "bookmarks").out == ""
    assert (
        next(board["wish"] for board in objects(cli("board", "list", "--json").out) if board["name"] == "cases")
        == "muted"
    )


def test_searches_are_saved_and_opened_by_number(cli: Cli, forum_file: Path) -> None:
    """Kept, listed, renamed, opened as a search, removed."""
    case = a_case(cli)
    assert cli("saved", "add", "bicarb", "is:open", "--name", "Tricyclics").status == 0
    assert objects(cli("saved", "list", "--json").out) == [
        {"number": 1, "name": "Tricyclics", "query": "bicarb is:open"}
    ]
    assert [hit["id"] for hit in objects(cli("saved", "open", "1", "--json").out)] == [case]
    assert cli("saved", "rename", "1", "Poisons").status == 0
    assert "Poisons" in cli("saved", "list").out
    assert cli("saved", "remove", "1").status == 0
    assert cli("saved", "open", "1").status == 1


def test_cards_on_the_command_line(cli: Cli, omar: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card is shown by name, and changed by its member alone."""
    case = a_case(cli)
    changed = cli("member", "card", "--profession", "np", "--interests", "airway, toxicology", "--json")
    (card,) = objects(changed.out)
    assert (card["profession"], card["interests"]) == ("np", ["airway", "toxicology"])
    become(monkeypatch, 4711)
    (seen,) = objects(cli("member", "show", f"{card['handle']}@{card['site']}", "--json").out)
    assert (seen["interests"], seen["posts"], seen["last"][0]["id"]) == (["airway", "toxicology"], 1, case)  # type: ignore[index]
    shown = cli("member", "show", "omar").out
    assert "omar@" in shown
    assert "physician, verified by" in shown
    assert cli("member", "show", "nobody").status == 1
    assert cli("member", "card", "--interests", "mail me at omar@county.org").status == 1


def test_the_one_line_loads_next_to_nothing(program: Cli, cli: Cli, forum_file: Path, home: Path) -> None:
    """A prompt asks it at every key ⏎: no Textual, no Rich, no click, no hashing, no signing."""
    a_case(cli)
    code = (
        "import sys\nfrom wardroom.__main__ import main\nstatus = main(['brief', '--one-line'])\n"
        "late = {'textual', 'rich', 'click', 'argon2', 'nacl', 'sqlite_utils', 'zstandard'} & set(sys.modules)\n"
        "sys.exit(f'{status} {late}' if status or late else 0)"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, timeout=60, check=False, cwd=home)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_digest_goes_to_a_file_or_a_mail_spool(
    cli: Cli, omar: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Printed, written for its owner alone, or appended as mail that a mail program reads; once, unless looked back."""
    case = a_case(cli)
    become(monkeypatch, 4711)
    looked = cli("digest", "--since", "7d")
    assert TITLE in looked.out
    assert case in looked.out
    (digest,) = objects(cli("digest", "--since", "7d", "--json").out)
    assert digest["posts"] == 1
    target, spool = tmp_path / "digest.txt", tmp_path / "spool"
    assert cli("digest", "--since", "7d", "--to", str(target)).status == 0
    assert target.read_text(encoding="utf-8") == looked.out
    assert target.stat().st_mode & 0o777 == 0o600
    spool.write_text("From a@b.invalid Mon Jan  1 00:00:00 2024\nSubject: before\n\nWords.\n\n", encoding="utf-8")
    assert cli("digest", "--mbox", str(spool)).status == 0
    first, second = messages(spool)
    assert (first["Subject"], second["Subject"]) == ("before", "Wardroom: 1 new")
    assert TITLE in second.get_payload()  # type: ignore[operator]
    again = cli("digest", "--mbox", str(spool))
    assert (again.status, again.out) == (0, "")
    assert "Nothing new" in again.err
    assert len(messages(spool)) == 2


def test_a_digest_waits_for_no_spool_for_ever(
    cli: Cli, omar: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spool that another program holds is left alone, and the digest comes again next time."""
    a_case(cli)
    become(monkeypatch, 4711)
    monkeypatch.setattr("wardroom.cli.digest.LOCK_NAP_S", 0)
    spool = tmp_path / "spool"
    spool.touch()
    (tmp_path / "spool.lock").touch()
    refused = cli("digest", "--mbox", str(spool))
    assert refused.status == 1
    assert "locked by another program" in refused.err
    assert spool.read_bytes() == b""
    (tmp_path / "spool.lock").unlink()
    assert cli("digest", "--mbox", str(spool)).status == 0
    assert len(messages(spool)) == 1


@pytest.mark.parametrize("words", [("--since", "never"), ("--since", "99999999999999d")])
def test_a_digest_since_no_moment_is_refused(cli: Cli, forum_file: Path, words: tuple[str, ...]) -> None:
    """In words."""
    done = cli("digest", *words)
    assert done.status == 1
    assert "no moment" in done.err
