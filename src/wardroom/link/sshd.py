"""Asks this machine's sshd what settings are in force for one account."""

import os
import shutil
import subprocess

from wardroom.errors import Refused
from wardroom.language import _

_LONGEST_S = 20.0
Settings = dict[str, list[str]]
"""Keyword in small letters → its values, one for each line of it."""


def effective(account: str) -> Settings:
    """What sshd would do for a connection of ``account`` from this machine. Raises Refused where it cannot be asked."""
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin")
    if program is None:
        raise Refused(_("There is no sshd on this machine. Run this on the server that people reach by ssh."))
    try:
        done = subprocess.run(
            [program, "-T", "-C", f"user={account},host=localhost,addr=127.0.0.1"], stdin=subprocess.DEVNULL,
            capture_output=True, timeout=_LONGEST_S, check=False, text=True, errors="replace",
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused(_("sshd did not answer. Run this as root.")) from error
    if done.returncode:
        reason = " ".join(done.stderr.split())[:200]
        raise Refused(_("sshd does not tell its settings ({reason}). Run this as root.").format(reason=reason))
    return parsed(done.stdout)


def parsed(text: str) -> Settings:
    """The lines of ``sshd -T``."""
    settings: Settings = {}
    for line in text.splitlines():
        name, _space, value = line.strip().partition(" ")
        if name:
            settings.setdefault(name.lower(), []).append(value.strip())
    return settings
