"""Proves that random keys find no way out of a kiosk over a real sshd: no exec, no connection, no file elsewhere.

A throw-away sshd lets one key run the kiosk under strace. A monkey types random keys, controls, escape sequences and
commands of the command line into it, and starts again where it has found the way to leave. Afterwards the system calls
are read: after the start nothing may be executed, no socket opened or connected, and no file opened for writing, made, moved
or deleted outside the folder of the forum. Needs root, sshd and strace.
"""

import argparse
import contextlib
import os
import pwd
import random
import re
import shutil
import socket
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import stage
from pty_meter import NAMED, Session

CALLS = (
    "execve,execveat,socket,connect,bind,listen,open,openat,openat2,creat,unlink,unlinkat,rename,renameat,renameat2,"
    "mkdir,mkdirat,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat,kill"
)
WRITES = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|^(creat|unlink|rename|mkdir|link|symlink|truncate|chmod|fchmodat)")
WORDS = (
    ":export /tmp/x\r", ":screenshot\r", ":suspend\r", ":quit\r", ":open /etc/passwd\r", ":board cases\r", ":!sh\r",
    ":search potassium\r", "\x1b]52;c;eA==\x07", "\x1b[200~pasted\x1b[201~", "\x1b[<0;10;10M", "$(touch /tmp/x)\r", "../../etc/passwd",
)  # fmt: skip
TEXT = string.ascii_letters + string.digits + string.punctuation + " äß漢\u202e\u200b"
AT_ONCE = 20
"""Keys of one write."""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--keys", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    strace, sshd = shutil.which("strace"), shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if os.getuid() or strace is None or sshd is None:
        sys.exit("This needs root, sshd and strace.")
    report = stage.Report(f"A monkey at a kiosk over sshd, {told.keys:,} keys")
    with stage.copy_of(stage.forum_of(1_000)) as path, server(path, strace, sshd) as (ssh, folder):
        path.chmod(0o600)
        began = time.monotonic()
        starts, said = play(ssh, told.keys, random.Random(told.seed))
        took_s = time.monotonic() - began
        calls = list(lines_of(folder))
        judge(report, calls, path.parent)
        report.claim("tracebacks or faults on the line", str(said), "0", is_met=not said)
        faults = list(stage.opened(path).upkeep.faults(is_deep=True))
        report.claim("the forum afterwards", "; ".join(faults) or "sound", "sound", is_met=not faults)
        report.note("sessions, one after the other", str(starts))
        report.note("keys a second", f"{told.keys / took_s:.0f}")
    return report.end()


def judge(report: stage.Report, calls: list[str], folder: Path) -> None:
    """What the system calls say."""
    starts = sum(call.startswith("execve(") for call in calls)
    first = sum(call.startswith("execve(") and "kiosk" in call for call in calls)
    report.claim("programs executed besides the kiosk", str(starts - first), "0", is_met=starts == first)
    sockets = [call for call in calls if call.startswith(("socket(", "connect(", "bind(", "listen("))]
    report.claim("sockets", str(len(sockets)), "0", is_met=not sockets)
    elsewhere = [
        call for call in calls
        if WRITES.search(call) and "= -1" not in call and f'"{folder}/' not in call and '"/dev/' not in call
    ]  # fmt: skip
    report.claim("files written elsewhere", "; ".join(elsewhere[:2]) or "0", "0", is_met=not elsewhere)
    report.note("system calls watched", f"{len(calls):,}")


def lines_of(folder: Path) -> Iterator[str]:
    """Every line strace has written."""
    for path in folder.glob("calls.*"):
        yield from path.read_text(errors="replace").splitlines()


def play(ssh: list[str], count: int, rng: random.Random) -> tuple[int, int]:
    """Type so many keys; (sessions it took, lines that tell of a fault)."""
    starts = typed = faults = 0
    session: Session | None = None
    while typed < count:
        if session is None or session.is_over:
            faults += session is not None and bool(re.search("Traceback|fault of its own|stopped", session.text()))
            if session is not None:
                session.wait()
            session = Session(ssh)
            starts += 1
            if not session.wait_for(r"\? help|has been|draft", 30.0):
                sys.exit(f"The kiosk did not open:\n{session.text()}")
        keys = [one(rng) for _ in range(AT_ONCE)]
        with contextlib.suppress(OSError):
            session.press("".join(keys))
        typed += len(keys)
        session.drain(time.monotonic() + 0.05, 0.02)
    if session is not None:
        session.close()
    return starts, faults


def one(rng: random.Random) -> str:
    """A key: mostly letters and the keys of the screens, at times a control, a sequence, or a whole command."""
    kind = rng.random()
    if kind < 0.55:
        return rng.choice(TEXT)
    if kind < 0.9:
        return rng.choice(tuple(NAMED.values()))
    if kind < 0.98:
        return chr(rng.choice([code for code in range(32) if code not in (3, 4, 17)]))
    return rng.choice(WORDS)


@contextlib.contextmanager
def server(path: Path, strace: str, sshd: str) -> Iterator[tuple[list[str], Path]]:
    """(the ssh command line, the folder of what strace writes) of a throw-away sshd whose one key opens the kiosk."""
    Path("/run/sshd").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="wardroom-monkey-") as name:
        folder = Path(name)
        for key in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
        kiosk = f"{sys.executable} -I -B -m wardroom kiosk --forum {path} --as nadia"
        command = f"exec {strace} -ff -qq -o {folder}/calls -e trace={CALLS} {kiosk}"
        (folder / "keys").write_text(f'restrict,pty,command="{command}" {(folder / "user.pub").read_text()}')
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "sshd_config").write_text(
            f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/keys\nStrictModes no\n"
            f"PidFile {folder}/pid\nUsePAM no\nUseDNS no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\n"
        )
        daemon = subprocess.Popen([sshd, "-D", "-f", folder / "sshd_config", "-E", folder / "log"])
        try:
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            account = pwd.getpwuid(os.getuid()).pw_name
            options = (
                "StrictHostKeyChecking=no",
                f"UserKnownHostsFile={folder}/known",
                "LogLevel=ERROR",
                "EscapeChar=none",
            )
            command_line = ["ssh", "-F", "/dev/null", "-tt", "-i", str(folder / "user"), "-p", str(port)]
            command_line += [word for option in options for word in ("-o", option)]
            yield [*command_line, f"{account}@127.0.0.1"], folder
        finally:
            daemon.terminate()
            daemon.wait()


if __name__ == "__main__":
    sys.exit(main())
