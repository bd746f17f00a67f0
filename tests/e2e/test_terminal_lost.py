"""A real terminal that goes away: the process ends within a second, its draft is on the disk, and nothing spins."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.tui.ward import Ward, ward

END_S = 1.5
"""A second, and what starting to count costs on a busy machine."""


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


class _Session:
    """Wardroom in a process of its own on a pseudo-terminal."""

    def __init__(
        self,
        here: Ward,
        *,
        environ: dict[str, str] | None = None,
        hangup: bool = True,
        command: list[str] | None = None,
    ) -> None:
        self.pid, self.terminal = pty.fork()
        if not self.pid:
            if not hangup:
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            known = {"PATH": os.environ["PATH"], "HOME": str(here.config.forum_file.parent), "LANG": "C.UTF-8"}
            known |= {"TERM": "xterm-256color"} | (environ or {})
            command = command or [sys.executable, "-m", "wardroom", "--forum", str(here.config.forum_file)]
            os.execve(command[0], command, known)
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, until: bytes = b"", within_s: float = 30.0) -> bytes:
        """What the program sent, until ``until`` is in it or it falls silent."""
        sent = b""
        end = time.monotonic() + within_s
        while time.monotonic() < end and not (until and until in sent):
            if select.select([self.terminal], [], [], 0.3 if not until else 0.05)[0]:
                try:
                    sent += os.read(self.terminal, 65536)
                except OSError:
                    break
            elif not until:
                break
        assert until in sent, sent[-2000:]
        return sent

    def type(self, keys: str) -> None:
        """Send keys."""
        os.write(self.terminal, keys.encode())

    def status_within(self, limit_s: float) -> int:
        """The exit status, or a failure when the process is still there afterwards."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        pytest.fail(f"still there after {limit_s} s")


def _hang_up(session: _Session) -> None:
    os.close(session.terminal)


def _signalled(number: signal.Signals) -> Callable[[_Session], None]:
    return lambda session: os.kill(session.pid, number)


WAYS = [
    pytest.param(_hang_up, True, id="line closed"),
    pytest.param(_hang_up, False, id="line closed, SIGHUP ignored"),
    pytest.param(_signalled(signal.SIGHUP), True, id="SIGHUP"),
    pytest.param(_signalled(signal.SIGTERM), True, id="SIGTERM"),
]


@pytest.mark.parametrize(("lose", "hangup"), WAYS)
def test_a_lost_terminal_ends_the_process_and_keeps_the_draft(
    here: Ward, lose: Callable[[_Session], None], *, hangup: bool
) -> None:
    """Half a title, typed a moment ago, is there at the next login."""
    session = _Session(here, hangup=hangup)
    session.read(until=b"help")
    session.type("g")
    session.read(until=b"county only")
    session.type("n")
    session.read(until=b"Title")
    session.type("Half a title")
    session.read(until=b"H")
    time.sleep(0.3)
    lose(session)
    assert session.status_within(END_S) == 129
    assert [draft.fields["title"] for draft in here.forum.drafts.list(here.nadia)] == ["Half a title"]


def test_a_line_that_takes_nothing_cannot_hold_the_process(here: Ward) -> None:
    """The far side stopped reading: the queue is full, and SIGTERM still ends the program."""
    session = _Session(here)
    session.read(until=b"help")
    for _ in range(400):
        session.type("?q")
    time.sleep(1.0)
    os.kill(session.pid, signal.SIGTERM)
    assert session.status_within(END_S) == 129


def test_a_stop_from_outside_is_no_way_to_a_shell(here: Ward) -> None:
    """SIGTSTP does nothing; after SIGSTOP and SIGCONT the glass is drawn again and keys work."""
    session = _Session(here)
    session.read(until=b"help")
    os.kill(session.pid, signal.SIGTSTP)
    session.type("\x1a?")
    session.read(until=b"Keys")
    os.kill(session.pid, signal.SIGSTOP)
    time.sleep(0.1)
    session.read()
    os.kill(session.pid, signal.SIGCONT)
    assert "Move" in session.read(until=b"Keys").decode()
    session.type("\x03")
    assert session.status_within(END_S) == 0


def test_an_idle_screen_sends_nothing(here: Ward) -> None:
    """No blinking, no clock, no query: three seconds cost no byte."""
    session = _Session(here)
    session.read(until=b"help")
    session.read()
    assert not select.select([session.terminal], [], [], 3.0)[0]
    session.type("q")
    assert session.status_within(END_S) == 0


def test_a_poor_terminal_gets_nothing_it_cannot_show(here: Ward) -> None:
    """In the C locale every byte is ASCII, and no sequence asks for a mouse, a title or the clipboard."""
    here.case()
    session = _Session(here, environ={"LC_ALL": "C"})
    sent = session.read(until=b"help")
    session.type("g\r\r")
    sent += session.read(until=b"visible to")
    session.type("?")
    sent += session.read(until=b"Keys")
    assert sent.isascii()
    assert b"\x1b]" not in sent
    assert b"\x1b[?100" not in sent
    session.type("\x03")
    assert session.status_within(END_S) == 0
