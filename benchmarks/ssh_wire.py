"""Proves what a key costs on the wire of real OpenSSH, with and without compression: bytes of TCP, both ways.

A throw-away sshd on loopback runs Wardroom on a forum of 10,000 posts; the client reaches it through a relay that
counts. TCP and IP add some 40 bytes to each packet; the login itself is OpenSSH's own. Over ssh Wardroom takes the
palette of sixteen colours by itself.
"""

import argparse
import contextlib
import os
import pwd
import select
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import stage
from bytes_per_key import PROSE, add_long_text, walk
from pty_meter import Session

QUIET_S = 0.35
MARKS = {"cursor down": 80.0, "a typed character": 80.0, "idle for ten seconds": 0.0}
"""A packet of OpenSSH takes 36 bytes however little is in it."""


class Relay:
    """Between client and server, counting what each sends."""

    def __init__(self, port: int) -> None:
        self.to_server = self.to_client = 0
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            client, _ = self._listener.accept()
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server, contextlib.suppress(OSError):
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                for side in select.select([client, server], [], [])[0]:
                    data = side.recv(65536)
                    if not data:
                        return
                    if side is client:
                        self.to_server += len(data)
                        server.sendall(data)
                    else:
                        self.to_client += len(data)
                        client.sendall(data)


@contextlib.contextmanager
def loopback() -> Iterator[tuple[Path, Relay]]:
    """The ssh configuration that reaches a new sshd as host "ward", and the relay on the way."""
    sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if sshd is None or shutil.which("ssh") is None:
        sys.exit("OpenSSH is missing: install openssh-server.")
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as place:
        folder = Path(place)
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
        shutil.copy(folder / "user.pub", folder / "authorized_keys")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        relay = Relay(port)
        (folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\n"
            f"PidFile {folder}/pid\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nPrintMotd no\nUseDNS no\n"
            "PermitRootLogin prohibit-password\nPrintLastLog no\n"
        )
        host_key = " ".join((folder / "host.pub").read_text().split()[:2])
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{relay.port} {host_key}\n")
        config = folder / "ssh_config"
        config.write_text(
            f"Host ward\n HostName 127.0.0.1\n Port {relay.port}\n User {pwd.getpwuid(os.getuid()).pw_name}\n"
            f" IdentityFile {folder}/user\n IdentitiesOnly yes\n UserKnownHostsFile {folder}/known_hosts\n"
            " GlobalKnownHostsFile /dev/null\n BatchMode yes\n LogLevel ERROR\n"
        )
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)
        daemon = subprocess.Popen([sshd, "-D", "-f", folder / "sshd_config", "-E", folder / "log"])
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield config, relay
        finally:
            daemon.terminate()
            daemon.wait()


def main() -> int:
    """Log in twice, press, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=10_000)
    told = parser.parse_args()
    report = stage.Report("Bytes on the wire of OpenSSH, from the server (to it)")
    with stage.copy_of(stage.forum_of(told.messages)) as path, loopback() as (config, relay):
        add_long_text(path)
        for way, options in (("plain", ()), ("compressed", ("-C",))):
            for what, (down, up) in pressed(path, config, relay, options).items():
                figure = f"{down:.0f} ({up:.0f})"
                if what in MARKS:
                    report.claim(f"{way}: {what}", figure, f"<= {MARKS[what]:g}", is_met=down <= MARKS[what])
                else:
                    report.note(f"{way}: {what}", figure)
    return report.end()


def pressed(path: Path, config: Path, relay: Relay, options: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    """(bytes from the server, bytes to it) a key, mean over some."""
    variables = " ".join(f"{name}={value}" for name, value in stage.environment(path).items() if name != "PATH")
    before = relay.to_client, relay.to_server
    session = Session(["ssh", "-F", str(config), "-tt", *options, "ward", f"env {variables} {stage.WARDROOM}"])
    if session.wait_for(r"\? help", 60.0) is None:
        sys.exit(f"There is no brief:\n{session.text()}")
    session.settle(1.0)
    figures = {"login and first screen": (relay.to_client - before[0], relay.to_server - before[1])}

    def cost(key: str, times: int = 1) -> tuple[float, float]:
        downs, ups = [], []
        for _ in range(times):
            down, up = relay.to_client, relay.to_server
            session.press(key)
            session.drain(time.monotonic() + 0.8, QUIET_S)
            downs.append(relay.to_client - down)
            ups.append(relay.to_server - up)
        session.paint()
        return statistics.mean(downs), statistics.mean(ups)

    walk(session, "g", "Enter")
    figures["cursor down"] = cost("j", 5)
    figures["cursor down, mean over twenty with scrolling"] = cost("j", 20)
    figures["page down in a list"] = cost("PgDn", 5)
    walk(session, "Home")
    figures["open a long case"] = cost("Enter")
    figures["scroll its text by a line"] = cost("Down", 5)
    figures["scroll its text by a page"] = cost("PgDn", 3)
    walk(session, "Esc", "j", "j", "Enter")
    figures["next unread, opening it"] = cost("Space", 5)
    walk(session, "b", "n", "1", "T", "Enter", "Q", "Enter", quiet_s=0.5)
    figures["a typed character"] = tuple(
        map(statistics.mean, zip(*(cost(letter) for letter in PROSE[:40]), strict=True))
    )  # type: ignore[assignment]  # two of them
    session.settle(3.0)
    down, up = relay.to_client, relay.to_server
    session.drain(time.monotonic() + 10.0, 10.0)
    figures["idle for ten seconds"] = relay.to_client - down, relay.to_server - up
    session.close()
    return figures


if __name__ == "__main__":
    sys.exit(main())
