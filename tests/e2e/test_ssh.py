"""Wardroom over a real sshd on loopback: the screens come up, and a client that vanishes leaves nothing behind."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyte
import pytest
from tests.tui.ward import Ward, ward

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@dataclass(frozen=True)
class Server:
    """A throw-away sshd and the client configuration that reaches it."""

    config: Path

    def command(self, *words: str, terminal: bool) -> list[str]:
        """The ssh command line for a remote command."""
        return ["ssh", "-F", str(self.config), *(["-tt"] if terminal else []), "ward", *words]


@pytest.fixture(name="server", scope="module")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if SSHD is None or shutil.which("ssh") is None:
        if os.environ.get("CI"):
            pytest.fail("openssh-server is missing; .ci/run installs it")
        pytest.skip("this test drives a real sshd; install openssh-server to run it")
    if os.getuid() != 0 and not os.access("/run/sshd", os.X_OK):
        pytest.skip("sshd needs its privilege separation folder /run/sshd")
    folder = tmp_path_factory.mktemp("sshd")
    Path("/run/sshd").mkdir(exist_ok=True)
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    shutil.copy(folder / "user.pub", folder / "authorized_keys")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\n"
        f"PidFile {folder}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPrintMotd no\nUseDNS no\n"
        "PermitRootLogin prohibit-password\n"
    )
    host_key = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}\n")
    config = folder / "ssh_config"
    config.write_text(
        f"Host ward\n HostName 127.0.0.1\n Port {port}\n User {pwd.getpwuid(os.getuid()).pw_name}\n"
        f" IdentityFile {folder}/user\n IdentitiesOnly yes\n UserKnownHostsFile {folder}/known_hosts\n"
        " GlobalKnownHostsFile /dev/null\n BatchMode yes\n LogLevel ERROR\n"
    )
    daemon = subprocess.Popen([SSHD, "-D", "-f", folder / "sshd_config", "-E", folder / "log"])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield Server(config)
    finally:
        daemon.terminate()
        daemon.wait()


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
    end = time.monotonic() + 5
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
        end = time.monotonic() + 20
        while wanted not in "\n".join(self._screen.display):
            assert time.monotonic() < end, "\n".join(self._screen.display)
            self._stream.feed(self._client.stdout.read(65536) or b"")
            time.sleep(0.02)
