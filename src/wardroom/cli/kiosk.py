"""``wardroom kiosk``: the screens for people who must hold nothing of the server but them.

What an SSH key's command or a rule of sudo runs. The environment is emptied, Python is isolated, the process can leave no
core and gain no rights, and from then on nothing starts a process, opens a connection, or opens for writing what lies
outside the folder of the forum; ``start.Options`` says who it is.
"""

import os
import re
import resource
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wardroom import config as settings
from wardroom import operations
from wardroom.cli.start import Options, complain
from wardroom.errors import Refused, WardroomError
from wardroom.language import _
from wardroom.terminal import doorstep

_KEPT: Final = {
    "TERM": re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}"),
    "LANG": re.compile(r"[A-Za-z0-9_.@-]{1,32}"),
    "LC_ALL": re.compile(r"[A-Za-z0-9_.@-]{1,32}"),
    "COLORTERM": re.compile(r"truecolor|24bit"),
    "SUDO_UID": re.compile(r"[0-9]{1,10}"),
}
"""All that a session may learn from outside, and what it may look like."""
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_NEVER: Final = frozenset(
    {
        "subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system", "pty.spawn",
        "socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname",
        "ctypes.dlopen", "os.killpg", "os.chown",
    }
)  # fmt: skip
"""Audit events of Python (PEP 578) that end in a refusal."""
_WRITES: Final = frozenset(
    {
        "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.utime",
        "os.mkfifo", "os.mknod", "os.setxattr", "os.removexattr",
    }
)  # fmt: skip
_FOR_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def screens(options: Options, arguments: list[str]) -> int:
    """Show the screens to whoever ``options`` or sudo says it is; the exit status."""
    if not (sys.flags.isolated and sys.flags.dont_write_bytecode):
        # Anything the environment could do to this process, it cannot do to the next.
        command = [sys.executable, "-I", "-B", "-m", "wardroom", *arguments]
        os.execve(sys.executable, command, _cleaned(os.environ))  # noqa: S606 - there is no shell, and that is the point
    environ = _cleaned(os.environ)
    os.environ.clear()
    os.environ.update({name: value for name, value in environ.items() if name != "SUDO_UID"})
    _harden()
    config, _warnings = settings.load({"forum_file": options.forum}, env=os.environ)
    obstacle = doorstep.check(os.environ, sys.stdin, sys.stdout)
    if obstacle is not None:
        return complain(obstacle)
    doorstep.scrub(os.environ)
    try:
        return _show(config, options.handle, environ.get("SUDO_UID"))
    except WardroomError as error:
        return complain(error)
    except KeyboardInterrupt:
        return 130


def _cleaned(environ: Mapping[str, str]) -> dict[str, str]:
    """What may stay of an environment that the far side of the line has written; no home, so no settings but the machine's."""
    kept = {name: environ[name] for name, form in _KEPT.items() if form.fullmatch(environ.get(name, ""))}
    return {"PATH": "/usr/bin:/bin", "HOME": "/", **kept}


def _harden() -> None:
    """No core, no new rights, no inherited files; stopped by nothing but its end."""
    import ctypes

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    for number in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    os.closerange(3, 1024)
    os.umask(0o077)
    os.chdir("/")


def _show(config: settings.Config, handle: str | None, sudo_uid: str | None) -> int:
    """Open the forum and the TUI over it. Raises Refused for whoever is nobody here."""
    from wardroom.wiring import open_forum

    if (handle is None) == (sudo_uid is None):
        raise Refused(_("A kiosk is told who sits there by --as HANDLE, or by sudo. Ask your administrator."))
    forum = open_forum(config, is_for_screens=True)
    try:
        if forum.is_open_to_others:
            raise Refused(
                _(
                    "The forum file is open to other accounts, so that a kiosk would protect nothing. Run `wardroom doctor`."
                )
            )
        if handle is not None:
            me = forum.members.as_keeper(handle)
        else:
            linked = forum.members.linked(int(sudo_uid or ""))
            if linked is None:
                raise Refused(
                    _(
                        "Your Unix account is linked to no member here. Ask your administrator for `wardroom member link`."
                    )
                )
            me = linked
        from wardroom.tui.app import run

        guard(forum.path.parent, config.log)
        operations.note("kiosk-begun", account=me.account)
        status = run(forum, me, config, is_kiosk=True)
        operations.note("kiosk-ended", account=me.account, status=status)
        return status
    finally:
        forum.close()


def guard(folder: Path, log: str) -> None:
    """From now on refuse what would start a process, reach another machine, or write outside ``folder`` and the log.

    It cannot be taken off. It holds for everything Python does; SQLite, which opens its files itself, opens only those
    beside the forum.
    """
    inside = f"{folder.resolve()}{os.sep}"
    fine = frozenset({"/dev/null", "/dev/tty", log})

    def is_outside(path: Any) -> bool:
        if isinstance(path, int):
            return False
        name = os.path.realpath(os.fsdecode(path))
        return not name.startswith(inside) and name not in fine

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        is_refused = event in _NEVER
        if event == "open":
            path, mode, flags = arguments
            writes = bool((flags or 0) & _FOR_WRITING) or bool(set(mode or "") & set("wax+"))
            is_refused = writes and path is not None and is_outside(path)
        elif event in _WRITES:
            # A name and what it becomes; what follows are modes and times.
            is_refused = any(is_outside(path) for path in arguments[:2] if isinstance(path, str | bytes | os.PathLike))
        if is_refused:
            raise PermissionError(f"{event} is nothing a kiosk does")

    sys.addaudithook(hook)
