"""A throw-away sshd on loopback, and ssh configurations that reach it through a line whose bytes are counted."""

import contextlib
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

RELAY = Path(__file__).with_name("relay.py")
BARE_TIMES = 3


@dataclass(frozen=True, slots=True)
class Line:
    """What the line between the two ends is like."""

    rate: float = 0
    """Bits a second in each direction; 0 is as fast as this machine."""
    delay_s: float = 0
    """One way."""
    cut_after: int = 0
    """Bytes in both directions together; 0 is never."""


FAST_LINE = Line()


@dataclass(frozen=True, slots=True)
class Carried:
    """What one connection cost."""

    up: int
    down: int
    turns: int
    seconds: float

    def above(self, bare: "Carried") -> tuple[int, int]:
        """Bytes up and down beyond those of another connection."""
        return self.up - bare.up, self.down - bare.down


@dataclass
class Loopback:
    """An sshd with two keys: one that runs what it is asked for, one that runs a command of ours."""

    folder: Path
    port: int
    count: int = 0

    def force(self, command: str) -> None:
        """Let the second key run this command, whatever it asks for."""
        escaped = command.replace('"', '\\"')
        lines = f'{self._public("free")}restrict,command="{escaped}" {self._public("forced")}'
        (self.folder / "authorized_keys").write_text(lines)

    def _public(self, name: str) -> str:
        return (self.folder / f"{name}.pub").read_text()

    def config(self, line: Line = FAST_LINE, *, key: str = "forced") -> Path:
        """An ssh configuration whose host ``ward`` is reached over such a line; what it carries is logged beside it."""
        self.count += 1
        path = self.folder / f"config{self.count}"
        relay = f"{sys.executable} {RELAY} --log {path}.log --rate {line.rate} --delay {line.delay_s} --cut-after {line.cut_after}"
        path.write_text(
            f"Host ward\n HostName 127.0.0.1\n Port {self.port}\n User {pwd.getpwuid(os.getuid()).pw_name}\n"
            f" IdentityFile {self.folder}/{key}\n IdentitiesOnly yes\n UserKnownHostsFile {self.folder}/known_hosts\n"
            f" GlobalKnownHostsFile /dev/null\n BatchMode yes\n LogLevel ERROR\n ProxyCommand {relay} %h %p\n"
        )
        return path

    def carried(self, config: Path) -> Carried:
        """What the connections over a configuration cost, added up; asked once they have ended."""
        log = Path(f"{config}.log")
        end = time.monotonic() + 10
        while not log.exists() and time.monotonic() < end:
            time.sleep(0.02)
        time.sleep(0.1)
        said = [json.loads(line) for line in log.read_text().splitlines()]
        log.unlink()
        return Carried(*(sum(one[name] for one in said) for name in ("up", "down", "turns", "seconds")))

    def bare(self, line: Line = FAST_LINE) -> Carried:
        """What ``ssh host true`` costs: medians, since ssh ends a connection with a packet more or less."""
        found = [self._bare(line) for _ in range(BARE_TIMES)]
        return Carried(*(median(getattr(one, name) for one in found) for name in ("up", "down", "turns", "seconds")))

    def _bare(self, line: Line) -> Carried:
        config = self.config(line, key="free")
        began = time.monotonic()
        subprocess.run(["ssh", "-F", config, "ward", "true"], check=True, stdin=subprocess.DEVNULL)
        took = time.monotonic() - began
        found = self.carried(config)
        return Carried(found.up, found.down, found.turns, took)


@contextlib.contextmanager
def sshd() -> Iterator[Loopback]:
    """A daemon for as long as it is needed."""
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if program is None:
        sys.exit("This needs OpenSSH's server: apt-get install openssh-server.")
    Path("/run/sshd").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name, socket.socket() as free:
        folder = Path(name)
        for key in ("host", "free", "forced"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / key], check=True)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        (folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\n"
            f"PidFile {folder}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPrintMotd no\nUseDNS no\n"
            "PermitRootLogin prohibit-password\nMaxStartups 100\nPrintLastLog no\n"
        )
        kind, key = (folder / "host.pub").read_text().split()[:2]
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {kind} {key}\n")
        daemon = subprocess.Popen([program, "-D", "-f", folder / "sshd_config", "-E", folder / "log"])
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            made = Loopback(folder, port)
            made.force("false")
            yield made
        finally:
            daemon.terminate()
            daemon.wait()
