"""A kiosk over a real sshd, as deployment C has it: the key says who it is, and nothing but the screens can be had.

sshd demands that its AuthorizedKeysCommand lies where only root writes; so these tests need root, and use /run.
"""

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.conftest import SSHD
from tests.e2e.test_ssh import _Glass
from tests.e2e.test_terminal_lost import _Session
from tests.tui.ward import Ward, ward

HOSTILE = {
    "TEXTUAL_LOG": "{folder}/textual.log", "TEXTUAL_SCREENSHOT": "1", "TEXTUAL_DRIVER": "evil:Driver",
    "PYTHONPATH": "{folder}", "PYTHONSTARTUP": "{folder}/x", "EDITOR": "touch {folder}/edited",
    "BROWSER": "touch {folder}/browsed", "WARDROOM_FORUM": "/etc/passwd", "XDG_CONFIG_HOME": "{folder}",
}  # fmt: skip


@dataclass(frozen=True)
class Kiosk:
    """A ward behind an sshd that asks wardroom-keys; omar's key is known, a stranger's is not."""

    here: Ward
    folder: Path

    def ssh(self, *words: str, key: str = "omar", options: tuple[str, ...] = ()) -> list[str]:
        """An ssh command line."""
        return ["ssh", "-F", str(self.folder / "ssh_config"), "-i", str(self.folder / key), *options, "ward", *words]

    def run(self, *words: str, key: str = "omar", options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Without a terminal."""
        env = {
            **os.environ,
            **{name: value.format(folder=self.folder) for name, value in HOSTILE.items()},
        }
        command = self.ssh(*words, key=key, options=options)
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False, env=env)


@pytest.fixture(name="kiosk", scope="module")
def _kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    if SSHD is None or shutil.which("ssh") is None or os.getuid() != 0:
        pytest.skip("this test drives a real sshd as root")
    folder = Path(tempfile.mkdtemp(prefix="wardroom-", dir="/run"))
    folder.chmod(0o755)
    try:
        with ward(tmp_path_factory.mktemp("kiosk")) as here:
            for key in ("host", "omar", "stranger"):
                subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
            here.forum.ssh_keys.add(here.nadia, "omar", (folder / "omar.pub").read_text())
            daemon = serve(here, folder)
            try:
                yield Kiosk(here, folder)
            finally:
                daemon.terminate()
                daemon.wait()
    finally:
        shutil.rmtree(folder)


def serve(here: Ward, folder: Path) -> "subprocess.Popen[bytes]":
    """Start sshd, as careless about the environment as it can be."""
    Path("/run/sshd").mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = folder / "keys"
    module = f"-I -B -m wardroom.authorized_keys --forum {here.config.forum_file}"
    keys.write_text(f'#!/bin/sh -p\nexec /usr/bin/env -i {sys.executable} {module} "$@"\n')
    keys.chmod(0o755)
    account = pwd.getpwuid(os.getuid()).pw_name
    (folder / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nPidFile {folder}/pid\nUsePAM no\nUseDNS no\n"
        "PermitRootLogin prohibit-password\nPasswordAuthentication no\nPrintMotd no\nAcceptEnv *\n"
        f"Subsystem sftp internal-sftp\nMatch User {account}\n AuthorizedKeysCommand {keys} %u %t %k\n"
        f" AuthorizedKeysCommandUser {account}\n AuthorizedKeysFile none\n DisableForwarding yes\n"
    )
    host_key = " ".join((folder / "host.pub").read_text().split()[:2])
    (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key}\n")
    (folder / "ssh_config").write_text(
        f"Host ward\n HostName 127.0.0.1\n Port {port}\n User {account}\n IdentitiesOnly yes\n BatchMode yes\n"
        f" UserKnownHostsFile {folder}/known_hosts\n GlobalKnownHostsFile /dev/null\n LogLevel ERROR\n"
        f" SendEnv {' '.join(HOSTILE)}\n"
    )
    daemon = subprocess.Popen([SSHD, "-D", "-f", folder / "sshd_config", "-E", folder / "log"])
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    return daemon


def test_a_key_opens_the_screens_as_its_member(kiosk: Kiosk) -> None:
    """The key of omar shows omar's brief, whoever the server's account is linked to, and whatever the environment says."""
    env = {
        **os.environ,
        **{name: value.format(folder=kiosk.folder) for name, value in HOSTILE.items()},
    }
    before = sorted(path.name for path in kiosk.folder.iterdir())
    client = subprocess.Popen(
        kiosk.ssh(options=("-tt",)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env
    )
    assert client.stdin is not None
    assert client.stdout is not None
    os.set_blocking(client.stdout.fileno(), False)
    glass = _Glass(client)
    try:
        glass.wait_for("omar physician")
        for keys, seen in ((b"n", "belong"), (b"1", "visible"), (b"\x1a\x1cThrough the line", "Through the line")):
            client.stdin.write(keys)
            client.stdin.flush()
            glass.wait_for(seen)
    finally:
        client.kill()
        client.communicate()
    assert sorted(path.name for path in kiosk.folder.iterdir()) == before


@pytest.mark.parametrize("words", [("sh",), ("cat /etc/passwd",), ("wardroom stats",), ("kiosk --as nadia",), ()])
def test_no_command_of_the_caller_runs(kiosk: Kiosk, words: tuple[str, ...]) -> None:
    """Whatever is asked for, the key's own command runs, and that wants a terminal."""
    done = kiosk.run(*words)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "need a terminal" in done.stderr


def test_no_file_and_no_port_can_be_had(kiosk: Kiosk) -> None:
    """sftp, scp and every forwarding are refused."""
    config = ["-F", str(kiosk.folder / "ssh_config"), "-i", str(kiosk.folder / "omar")]
    for command in (
        ["sftp", *config, "-b", "/dev/null", "ward"],
        ["scp", *config, "ward:/etc/passwd", str(kiosk.folder / "stolen")],
        ["scp", "-O", *config, "ward:/etc/passwd", str(kiosk.folder / "stolen")],
    ):
        assert subprocess.run(command, capture_output=True, timeout=30, check=False).returncode != 0
    assert not (kiosk.folder / "stolen").exists()
    forwarded = kiosk.run(options=("-W", "127.0.0.1:22"))
    assert forwarded.returncode != 0
    assert "SSH-2" not in forwarded.stdout
    refused = kiosk.run(options=("-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:22"))
    assert refused.returncode != 0


def test_a_stranger_and_a_leaver_stay_outside(kiosk: Kiosk) -> None:
    """A key nobody knows opens nothing, and neither does that of a closed account; opened again, it does."""
    assert "Permission denied" in kiosk.run(key="stranger").stderr
    members = kiosk.here.forum.members
    members.disable(kiosk.here.nadia, "omar", is_disabled=True)
    assert "Permission denied" in kiosk.run().stderr
    members.disable(kiosk.here.nadia, "omar", is_disabled=False)
    assert "need a terminal" in kiosk.run().stderr


def test_sudo_says_who_it_is(kiosk: Kiosk) -> None:
    """C2: without --as the Unix account that sudo tells is who sits there; both, or neither, is refused."""
    path = str(kiosk.here.config.forum_file)
    command = ["script", "-qec", f"{sys.executable} -I -B -m wardroom kiosk --forum {path}", "/dev/null"]
    env = {"PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}

    def said(sudo_uid: str | None, more: str = "") -> str:
        told = {**env, **({"SUDO_UID": sudo_uid} if sudo_uid else {})}
        script = [*command[:2], command[2] + more, command[3]]
        done = subprocess.run(script, env=told, input=b"q", capture_output=True, timeout=30, check=False)
        return re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", done.stdout).decode(errors="replace")

    assert "nadia nurse" in said(str(os.getuid()))
    assert "linked to no member" in said("4242")
    assert "by sudo" in said(None)
    assert "by sudo" in said(str(os.getuid()), " --as omar")


def test_nothing_is_started_connected_or_written_elsewhere(kiosk: Kiosk, tmp_path: Path) -> None:
    """Under strace, a walk through the screens makes no exec, no connection, and no file outside the forum's folder."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("this test watches system calls; install strace to run it")
    log, folder = tmp_path / "calls", kiosk.here.config.forum_file.parent
    kiosk.here.case()
    calls = "execve,execveat,socket,connect,bind,openat,open,creat,unlink,unlinkat,rename,renameat2,mkdir,symlink,link"
    session = _Session(
        kiosk.here,
        command=[strace, "-f", "-qq", "-o", str(log), "-e", f"trace={calls}", sys.executable, "-I", "-B", "-m", "wardroom", "kiosk",
                 "--forum", str(kiosk.here.config.forum_file), "--as", "omar"],
    )  # fmt: skip
    session.read(until=b"help", within_s=30)
    for keys in (
        "g", "\r", "n", "Some words of a title", "\t", "and more", "\x13", "\x1b", "/", "bicarb\r", "\r", "r", "An answer.",
        "\x13", "\x1b", "b", ":", "board cases\r", ":", "screenshot\r", ":", "export /tmp\r", "?", "\x1b", "\x1a", "\x1c", "\x0c",
    ):  # fmt: skip
        session.type(keys)
        session.read()
    os.close(session.terminal)
    session.status_within(10.0)
    lines = [line.split(" ", 1)[1].lstrip() for line in log.read_text(errors="replace").splitlines()]
    assert sum("wal" in line for line in lines) > 0
    assert [line for line in lines if line.startswith("exec")][1:] == []
    assert [line for line in lines if line.startswith(("socket(", "connect(", "bind("))] == []
    written = [
        line for line in lines
        if re.search(r"O_WRONLY|O_RDWR|O_CREAT|^creat|^unlink|^rename|^mkdir|^symlink|^link", line) and "= -1" not in line
    ]  # fmt: skip
    assert [line for line in written if f'"{folder}/' not in line and "/dev/" not in line] == []
