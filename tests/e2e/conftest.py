"""Two ways to run the command line: as a real program of its own, and within this process where that proves as much."""

import io
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wardroom.cli.main import run

PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line left behind."""

    status: int
    out: str
    err: str

    @property
    def id(self) -> str:
        """The first line, where a new post's id stands alone."""
        return self.out.split("\n", 1)[0]


Cli = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home with everything XDG names in it, and a plain environment."""
    for name in ("COLUMNS", "LINES", "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "WARDROOM_ASCII", "WARDROOM_FORUM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path


@pytest.fixture
def program(home: Path) -> Cli:
    """Run ``wardroom`` as its own process, with no terminal anywhere near it."""

    def start(*arguments: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None, **more: Any) -> Ran:
        done = subprocess.run(
            [PYTHON, "-m", "wardroom", *arguments],
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            cwd=home,
            env={**os.environ, **(env or {})},
            start_new_session=True,
            **more,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return start


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run the command line in this process, on streams of its own."""

    def start(*arguments: str, stdin: bytes = b"", encoding: str = "utf-8") -> Ran:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, write_through=True))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, write_through=True))
            status = run(list(arguments))
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
                stream.detach()
        return Ran(status, out.getvalue().decode(encoding), err.getvalue().decode(encoding))

    return start


@pytest.fixture
def forum_file(home: Path, cli: Cli) -> Path:
    """A new forum of the site ``county``, whose administrator ``nadia`` is whoever runs this."""
    made = cli("init", "--site", "county", "--admin", "nadia", "--profession", "nurse")
    assert made.status == 0, made.err
    return Path(made.out.strip())


SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


@dataclass(frozen=True)
class Server:
    """A throw-away sshd and the client configuration that reaches it."""

    config: Path
    folder: Path

    @property
    def known_hosts(self) -> Path:
        """The host keys the client trusts."""
        return self.folder / "known_hosts"

    def run_for_key(self, command: str | None) -> None:
        """Let the client's key run this command and nothing else; with None, whatever it asks for."""
        key = (self.folder / "user.pub").read_text()
        escaped = (command or "").replace('"', '\\"')
        line = key if command is None else f'restrict,command="{escaped}" {key}'
        (self.folder / "authorized_keys").write_text(line)

    def forget_keys(self) -> None:
        """Let nobody in."""
        (self.folder / "authorized_keys").write_text("")

    def command(self, *words: str, terminal: bool) -> list[str]:
        """The ssh command line for a remote command."""
        return ["ssh", "-F", str(self.config), *(["-tt"] if terminal else []), "ward", *words]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
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
        made = Server(config, folder)
        made.run_for_key(None)
        yield made
    finally:
        daemon.terminate()
        daemon.wait()


def is_one_line(text: str) -> bool:
    """Whether this is one plain sentence of ours for a failure."""
    return text.startswith("wardroom: ") and text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text


def rows(text: str) -> Sequence[str]:
    """The lines of an output."""
    return text.splitlines()
