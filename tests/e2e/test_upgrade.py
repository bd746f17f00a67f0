"""Two versions on one file: the newer one upgrades it under open sessions, and nobody loses anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.test_terminal_lost import _Session
from tests.tui.ward import Ward, ward

from wardroom.errors import FileTooNew

NEWER = Path(__file__).parents[1] / "integration" / "newer.py"


def newer(path: Path, *arguments: str, breaks: bool = False) -> subprocess.CompletedProcess[str]:
    """The newer program on a file."""
    command = [sys.executable, NEWER, "--forum", path, *arguments]
    env = {**os.environ, "BREAKS": "1"} if breaks else dict(os.environ)
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=env)


@pytest.mark.parametrize("is_shared", [False, True])
def test_an_upgrade_takes_no_word_from_who_is_typing(tmp_path: Path, *, is_shared: bool) -> None:
    """An open composer is told, its draft is saved on; the newer version goes on with it, the older posts no more.

    A file of one's own is upgraded by the first opening, a shared one by ``upgrade`` alone.
    """
    with ward(tmp_path) as here:
        path = here.config.forum_file
        if is_shared:
            path.chmod(0o660)
        case = here.case()
        session = _Session(here)
        session.read(until=b"help")
        session.type("n")
        session.read(until=b"belong")
        session.type("1")
        session.read(until=b"visible to")
        session.type("Before the upgrade,")
        session.read()
        if is_shared:
            refused = newer(path, "brief")
            assert refused.returncode == 1
            assert "`wardroom upgrade`" in refused.stderr
        done = newer(path, *(["upgrade"] if is_shared else ["stats"]))
        assert done.returncode == 0, done.stderr
        session.read(until=b"newer Wardroom")
        session.type(" and after it")
        session.read()
        os.close(session.terminal)
        session.status_within(3.0)
        with pytest.raises(FileTooNew):
            here.reply(case, "An older version.")
        assert [draft.fields["title"] for draft in here.forum.drafts.list(here.nadia)] == [
            "Before the upgrade, and after it"
        ]
        answered = newer(path, "check")
        assert answered.returncode == 0, answered.stderr
    (backup,) = tmp_path.glob("forum.db.format-*.backup")
    assert newer(path, "upgrade").stdout == "The file is up to date.\n"
    restored = tmp_path / "back" / "forum.db"
    assert newer(restored, "restore", str(backup)).returncode == 0
    assert newer(restored, "check", "--deep").stdout.startswith("Sound")


def test_a_failed_upgrade_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """A migration that breaks half-way changes nothing; the older version goes on, and the reason is one line."""
    with ward(tmp_path) as here:
        case = here.case()
        path = here.config.forum_file
        done = newer(path, "upgrade", breaks=True)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "It is as it was" in done.stderr
        here.reply(case, "Still here.")


def test_what_is_read_while_upgraded_is_said(here_after: Ward) -> None:
    """An older session that asks for what the newer one has changed gets a sentence."""
    with pytest.raises(FileTooNew):
        here_after.forum.changes.poll()


@pytest.fixture(name="here_after")
def _here_after(tmp_path: Path) -> Ward:
    with ward(tmp_path) as here:
        here.case()
        here.forum.changes.poll()
        assert newer(here.config.forum_file, "upgrade").returncode == 0
        yield here  # type: ignore[misc]
