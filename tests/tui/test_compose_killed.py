"""A session that is killed in the middle of a word loses at most two seconds of typing."""

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.tui.ward import ward

WORDS = "Wide QRS after TCA, bicarb given, and the line drops here"


def _read(master: int, seconds: float) -> bytes:
    """What the program sends within some time."""
    end, sent = time.monotonic() + seconds, b""
    while (left := end - time.monotonic()) > 0:
        if not select.select([master], [], [], left)[0]:
            break
        try:
            sent += os.read(master, 65536)
        except OSError:
            break
    return sent


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM])
def test_a_killed_session_keeps_what_was_typed(tmp_path: Path, end: signal.Signals) -> None:
    """After SIGKILL what was typed two seconds before is in the file; after SIGHUP and SIGTERM every letter is."""
    with ward(tmp_path) as here:
        process, master = pty.fork()
        if not process:
            os.environ |= {"TERM": "xterm-256color", "LANG": "C.UTF-8"}
            os.execv(sys.executable, [sys.executable, "-m", "wardroom", "--forum", str(here.config.forum_file)])
        try:
            sent = b""
            for _ in range(100):
                sent += _read(master, 0.1)
                if b"help" in sent:
                    break
            os.write(master, b"n")
            _read(master, 1.5)
            os.write(master, b"1")
            _read(master, 0.5)
            for letter in WORDS:
                os.write(master, letter.encode())
                _read(master, 0.02)
            _read(master, 2.0 if end is signal.SIGKILL else 0.1)
            os.kill(process, end)
            _read(master, 5.0)
        finally:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            os.close(master)
        drafts = here.forum.drafts.list(here.nadia)
        assert [draft.fields["title"] for draft in drafts] == [WORDS]
        assert drafts[0].board == here.board
