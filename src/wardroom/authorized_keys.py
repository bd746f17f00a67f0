"""``wardroom-keys``: what sshd's AuthorizedKeysCommand runs, the one line for the key that knocks.

sshd gives it the account, the kind of the key and the key (``%u %t %k``). It prints a line that names who it is in the
command it forces, or nothing, and then the key opens nothing.
"""

import os
import pwd
import sys
from pathlib import Path

from wardroom import config as settings
from wardroom.cli.start import complain
from wardroom.errors import WardroomError
from wardroom.wiring import open_forum

LAUNCHER = Path("/usr/libexec/wardroom-kiosk")


def main(arguments: list[str] | None = None) -> int:
    """Print the line; the exit status."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    forum_file = words[1] if words[:1] == ["--forum"] and len(words) > 1 else None
    words = words[2:] if forum_file else words
    if len(words) != 3:
        return complain("Usage: wardroom-keys [--forum FILE] ACCOUNT KIND KEY, as sshd gives them by %u %t %k.")
    account, kind, key = words
    if pwd.getpwuid(os.getuid()).pw_name != account:
        return 0  # another account's keys are none of ours
    named = f" --forum {forum_file}" if forum_file else ""
    program = f"{sys.executable} -I -B -m wardroom"
    kiosk = str(LAUNCHER) if os.access(LAUNCHER, os.X_OK) else f"{program} kiosk"
    try:
        config, _warnings = settings.load({"forum_file": forum_file}, env={})
        forum = open_forum(config)
        try:
            line = forum.ssh_keys.authorized(kind, key, kiosk=f"{kiosk}{named}", serve=f"{program}{named} sync-serve")
        finally:
            forum.close()
    except WardroomError as error:
        return complain(error)
    if line is not None:
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
