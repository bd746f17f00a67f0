"""Wardroom over a real sshd on loopback: the screens come up, and a client that vanishes leaves nothing behind."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest
from tests.e2e.conftest import Server
from tests.tui.ward import Ward, ward


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


def _wardroom(here: Ward) -> list[str]:
    return ["env", f"HOME={here.config.forum_file.parent}", sys.executable, "-m", "wardroom", "--forum",
            str(here.config.forum_file)]  # fmt: skip


def _processes(here: Ward) -> list[int]:
    """Processes that have the forum's file on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(here.config.forum_file).encode() in line and b"wardroom" in line and b"ssh" not in line:
                found.append(int(entry.name))
    return found


def test_a_post_given_over_ssh_is_in_the_file_when_ssh_returns(server: Server, here: Ward) -> None:
    """What `ssh host wardroom post` prints is the id of a durable post."""
    words = [
        *_wardroom(here),
        "post",
        "--board",
        "cases",
        "--title",
        "'Posted over the line'",
        "--kind",
        "talk",
        "'Words.'",
    ]
    done = subprocess.run(
        server.command(*words, terminal=False), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    post = here.forum.cases.resolve(here.nadia, done.stdout.split()[0])
    assert here.forum.cases.open(here.nadia, post).line.title == "Posted over the line"


def test_a_client_that_vanishes_leaves_no_process_and_no_loss(server: Server, here: Ward) -> None:
    """The far end of a killed ssh client ends within seconds, and what was typed is a draft."""
    client = subprocess.Popen(
        server.command(*_wardroom(here), terminal=True),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert client.stdin is not None
    assert client.stdout is not None
    os.set_blocking(client.stdout.fileno(), False)
    glass = _Glass(client)
    try:
        glass.wait_for("boards")
        client.stdin.write(b"n")
        client.stdin.flush()
        glass.wait_for("belong")
        client.stdin.write(b"1")
        client.stdin.flush()
        glass.wait_for("visible")
        client.stdin.write(b"Half a thought about potassium")
        client.stdin.flush()
        glass.wait_for("potassium")
    finally:
        client.kill()
        client.communicate()
    end = time.monotonic() + 20
    while _processes(here) and time.monotonic() < end:
        time.sleep(0.05)
    assert _processes(here) == []
    drafts = here.forum.drafts.list(here.nadia)
    assert [draft.fields["title"] for draft in drafts] == ["Half a thought about potassium"]


class _Glass:
    """What the far end's screen shows here."""

    def __init__(self, client: "subprocess.Popen[bytes]") -> None:
        self._client = client
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def wait_for(self, wanted: str) -> None:
        """Read until ``wanted`` is on the glass."""
        assert self._client.stdout is not None
        end = time.monotonic() + 60
        while wanted not in "\n".join(self._screen.display):
            assert time.monotonic() < end, "\n".join(self._screen.display)
            self._stream.feed(self._client.stdout.read(65536) or b"")
            time.sleep(0.02)
