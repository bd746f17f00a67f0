"""Proves that a new user, over ssh at 80x24, posts a case within 90 seconds of logging in, with at most eight keys besides its words.

A real sshd on loopback runs Wardroom for whoever has the key; the member logs in with handle and password, as on a
shared account. Keys go in one by one at 200 a minute. What stood on the screen is written, with ``--write FILE``, as
the page of the documentation.
"""

import argparse
import contextlib
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

import stage
from pty_meter import Session

from wardroom.forum.founding import Founder, found
from wardroom.wiring import wall_ms

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
KEYS_A_MINUTE = 200
KEYS_MARK = 8
SECONDS_MARK = 90.0
HANDLE = "nadia"
PASSWORD = "seven quiet herons"
QUESTION = "Pace her now, or is atropine enough?"
QUICK = "58F syncope HR 42 BP 92/50 RR 18 SpO2 94 RA T 36.1 GCS 15 CTAS 2"
WORDS = "On bisoprolol and diltiazem, both doubled last week. Complete block."


@dataclass(frozen=True)
class Step:
    """What is typed or pressed, and why."""

    typed: str
    why: str
    is_words: bool = False
    until: str = ""
    """What has to stand on the screen before the next one, as a regular expression."""
    scene: str = ""
    """What the screen shows then, for the page."""


STEPS = (
    Step(HANDLE, "who I am", is_words=True),
    Step("Enter", "on to the password"),
    Step(PASSWORD, "my password", is_words=True),
    Step("Enter", "log in", until=r"\? help", scene="Logged in: the brief says what this is, and names the keys."),
    Step("n", "a new case", until="Where does the case belong"),
    Step("1", "the first board", until="Question", scene="The composer, with who will see it at the top."),
    Step("Enter", "no title: the line below will give one", until=""),
    Step(QUESTION, "the question", is_words=True),
    Step("Enter", "on to the line of shorthand"),
    Step(
        QUICK,
        "the patient in shorthand",
        is_words=True,
        until="NEWS2",
        scene="The shorthand is read while it is typed.",
    ),
    Step("Enter", "on to the words"),
    Step(WORDS, "what else there is to say", is_words=True),
    Step(
        "\x13", "post it", until="posted", scene="Posted: question first, then the record; the age has become a band."
    ),
)
SHOWN = {"\x13": "^S", "Enter": "⏎"}


@contextlib.contextmanager
def server(folder: Path) -> Iterator[Path]:
    """A throw-away sshd; the client configuration that reaches it as ``ward``."""
    if SSHD is None or shutil.which("ssh") is None:
        sys.exit("This needs sshd and ssh; install openssh-server and openssh-client.")
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
    (folder / "known_hosts").write_text(
        f"[127.0.0.1]:{port} {' '.join((folder / 'host.pub').read_text().split()[:2])}\n"
    )
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
        yield config
    finally:
        daemon.terminate()
        daemon.wait()


def new_forum(path: Path) -> None:
    """A forum nobody here is linked to: its founder, and a member of today with a password."""
    found(path, Founder("county", "tove", "physician"), now_ms=wall_ms())
    forum = stage.opened(path)
    forum.members.add(stage.member(forum, "tove"), HANDLE, "nurse", "practitioner", password=PASSWORD)
    forum.close()


def type_all(session: Session) -> list[tuple[str, str]]:
    """Every step, a key at a time; (what it shows, the screen) for the scenes."""
    scenes = []
    for step in STEPS:
        keys = list(step.typed) if step.is_words else [step.typed]
        for key in keys:
            due = time.monotonic() + 60 / KEYS_A_MINUTE
            session.press(key)
            session.drain(due, 60 / KEYS_A_MINUTE)
            time.sleep(max(due - time.monotonic(), 0))
        if step.until and session.wait_for(step.until) is None:
            sys.exit(f"After {step.why!r} there is no {step.until!r}:\n{session.text()}")
        if step.scene:
            scenes.append((step.scene, session.text()))
    return scenes


def page(scenes: list[tuple[str, str]], keys: list[str], taken_s: float) -> str:
    """The page of the documentation."""
    lines = [
        "# The first case", "",
        "Written by `benchmarks/first_case.py --write docs/first-case.md`: a new member at 80x24, over ssh, at 200 keys a",
        f"minute. Seen: {taken_s:.0f} seconds from calling ssh to the posted case, {len(keys)} keys besides what is written:",
        f"`{' '.join(keys)}`.", "",
        "| typed | what for |", "|---|---|",
        *(f"| `{SHOWN.get(step.typed, step.typed)}` | {step.why} |" for step in STEPS),
    ]  # fmt: skip
    for scene, screen in scenes:
        lines += ["", scene, "", "```text", screen.rstrip(), "```"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Log in, type, look, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--write", type=Path, metavar="FILE", help="write the screens there, as the page of the documentation"
    )
    told = options.parse_args()
    report = stage.Report("From ssh to a posted case")
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        folder = Path(name)
        path = folder / "forum.db"
        new_forum(path)
        # An account that owns a file is let in without a password; here nobody does.
        with server(folder) as config:
            remote = f"env HOME={folder} LC_ALL=C.UTF-8 {stage.WARDROOM} --forum {path}"
            began = time.monotonic()
            session = Session(["ssh", "-F", str(config), "-tt", "ward", remote], env=stage.environment(path))
            if session.wait_for("Password") is None:
                sys.exit(f"There is no login:\n{session.text()}")
            scenes = type_all(session)
            taken_s = time.monotonic() - began
            session.close()
        forum = stage.opened(path)
        me = stage.member(forum, HANDLE)
        threads = forum.cases.newest(me, stage.first_board(forum, me))
        case = forum.cases.open(me, threads[0].thread) if threads else None
        forum.close()
    keys = [SHOWN.get(step.typed, step.typed) for step in STEPS if not step.is_words]
    count = sum(len(step.typed) if step.is_words else 1 for step in STEPS)
    vitals = case.record.vitals[0] if case is not None and case.record is not None and case.record.vitals else None
    is_there = (
        case is not None and (case.question, case.head.text) == (QUESTION, WORDS) and vitals is not None
        and (vitals.hr, vitals.sbp, vitals.spo2, case.line.acuity) == (42, 92, 94, "CTAS 2")
    )  # fmt: skip
    report.claim(
        "seconds from ssh to the posted case", f"{taken_s:.1f}", f"< {SECONDS_MARK:g}", is_met=taken_s < SECONDS_MARK
    )
    report.claim(
        f"keys besides the words: {' '.join(keys)}", f"{len(keys)}", f"<= {KEYS_MARK}", is_met=len(keys) <= KEYS_MARK
    )
    report.claim("the case and its record are in the file", "yes" if is_there else "no", "yes", is_met=is_there)
    report.note(f"keys in all, at {KEYS_A_MINUTE} a minute", f"{count}")
    if told.write is not None:
        told.write.write_text(page(scenes, keys, taken_s), encoding="utf-8")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
