"""Starts another Wardroom beside the screens, for work that must never hold up a key."""

import subprocess
import sys

from wardroom.errors import SyncFailed
from wardroom.language import _

_children: list["subprocess.Popen[bytes]"] = []
"""Kept until they have ended, so that none is left as a zombie."""


def start(arguments: list[str]) -> None:
    """Run a command line of ours in a session of its own; it outlives the terminal. Raises SyncFailed."""
    _children[:] = [child for child in _children if child.poll() is None]
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "wardroom", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError as error:
        raise SyncFailed(_("No process could be started: {why}.").format(why=error.strerror)) from error
    _children.append(child)
