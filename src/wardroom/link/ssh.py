"""The system's own ssh as a line, so that its configuration, agents, jump hosts and shared connections just work."""

import contextlib
import os
import shlex
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

from wardroom.domain.text import clean
from wardroom.errors import SyncCut, SyncFailed
from wardroom.language import _
from wardroom.link.duplex import Duplex

FAR_COMMAND = "wardroom sync-serve"
"""What the far side is asked to run; a key with a forced command runs its own."""
_COMMAND_NOT_FOUND = 127
_OTHER_HOST = b"Host key verification failed"
_STDERR_MAX_BYTES = 8 * 1024
_LEAVING_S = 20.0
"""So long a silence ends the wait for a far side that still takes what ssh has taken in ahead of a slow line."""


def command_line(target: str, ssh_config: str, identity: Path | None, far_command: str = FAR_COMMAND) -> list[str]:
    """The ssh command that reaches a target. Raises SyncFailed for a target that ssh would take for an option."""
    if not target or target.startswith("-") or any(sign.isspace() or not sign.isprintable() for sign in target):
        raise SyncFailed(_("{target!r} is nothing ssh can connect to. It looks like user@host.").format(target=target))
    chosen = ["-F", ssh_config] if ssh_config else []
    if identity is not None and identity.exists():
        chosen += ["-i", os.fspath(identity)]
    return ["ssh", *chosen, "-T", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=15", "--", target, far_command]


@dataclass
class SshLine:
    """A line through an ssh process of our own; what the far side says on its standard error is kept."""

    process: "subprocess.Popen[bytes]"
    duplex: Duplex
    _stderr: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self._listener = threading.Thread(target=self._listen, name="line-err", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        while piece := os.read(self.process.stderr.fileno(), 4096):
            self._stderr += piece[: max(0, _STDERR_MAX_BYTES - len(self._stderr))]

    @property
    def far_words(self) -> str:
        """What ssh or the far side said, in one clean line; at most its last 300 characters."""
        return _last_words(bytes(self._stderr))

    def close(self) -> None:
        """End the connection once the far side has; a process that neither ends nor brings anything more is killed."""
        self.duplex.close()
        heard = -1
        while self.process.poll() is None and self.duplex.received_bytes != heard:
            heard = self.duplex.received_bytes
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_LEAVING_S)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._listener.join(1.0)
        if self.process.stderr is not None and not self._listener.is_alive():
            self.process.stderr.close()
        os.close(self.duplex.read_from)

    def explained(self, error: SyncFailed, *, has_met: bool, chatter: bytes = b"") -> SyncFailed:
        """The error with what ssh and the far side had to say about it; ``chatter`` came before any frame."""
        if not isinstance(error, SyncCut):
            return error
        try:
            status = self.process.wait(2.0)
        except subprocess.TimeoutExpired:
            return error
        self._listener.join(1.0)
        words = self.far_words or _last_words(chatter)
        if has_met:
            return SyncCut(f"{error} ({words})") if words else error
        if status == _COMMAND_NOT_FOUND:
            return SyncFailed(
                _(
                    "The far side has no `wardroom` in its path. Install it there, or give its key a command= with the full path."
                )
            )
        if _OTHER_HOST in self._stderr:
            return SyncFailed(
                _(
                    "The far side's host key is not the one known here, so another machine may stand in its place. Nothing was exchanged; ask its administrator before you trust the new key."
                )
            )
        if status != 0 and words:
            return SyncFailed(_("No exchange: {words}").format(words=words))
        return error


def _last_words(said: bytes) -> str:
    lines = [clean(line, one_line=True) for line in said.decode(errors="replace").splitlines()]
    return " ".join(line for line in lines if line)[-300:]


def connect(target: str, *, ssh_config: str = "", identity: Path | None = None) -> SshLine:
    """Start ssh towards a target. Raises SyncFailed when there is no ssh, or the target is none."""
    arguments = command_line(target, ssh_config, identity)
    try:
        process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0,
            start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise SyncFailed(_("There is no ssh on this machine. Install OpenSSH's client.")) from error
    except OSError as error:
        raise SyncFailed(_("ssh cannot be started: {why}.").format(why=error.strerror)) from error
    assert process.stdin is not None
    assert process.stdout is not None
    reading, writing = os.dup(process.stdout.fileno()), os.dup(process.stdin.fileno())
    process.stdout.close()
    process.stdin.close()
    return SshLine(process, Duplex(reading, writing))


def make_key(path: Path, comment: str) -> str:
    """An ssh key of its own for a peer, made unless it is there; the public line. Raises SyncFailed."""
    public = path.with_name(f"{path.name}.pub")
    try:
        if not public.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", os.fspath(path)],
                check=True, stdin=subprocess.DEVNULL, capture_output=True,
            )  # fmt: skip
        kind, key, *_rest = public.read_text().split()
    except FileNotFoundError as error:
        raise SyncFailed(_("There is no ssh-keygen on this machine. Install OpenSSH's client.")) from error
    except (OSError, subprocess.CalledProcessError, ValueError) as error:
        raise SyncFailed(_("No key could be made at {path}.").format(path=path)) from error
    return f"{kind} {key} {comment}"


def forced_command(command: str, public_key: str) -> str:
    """The line for the far side's authorized_keys: this key runs this command and nothing else."""
    escaped = command.replace('"', '\\"')  # sshd undoes this and nothing else
    return f'restrict,command="{escaped}" {public_key}'


def quoted(words: list[str]) -> str:
    """A command line for a shell."""
    return shlex.join(words)
