"""The log for whoever runs the machine: one structured line an occurrence, and never a word that anybody typed.

A line is a name of ours and facts that are numbers or codes, such as ``login-failed account=3 failures=2``. What is
neither is written as ``?``: handles, titles, texts, paths and messages cannot get in. Nothing is logged until
``begin`` has said where to.
"""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import logging

NAME: Final = "wardroom"
_CODE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_:.-]{0,63}")
_PRIORITY: Final = {"info": 6, "warning": 4, "error": 3}
"""Of syslog, as journald reads it at the head of a line on standard error (sd-daemon(3))."""
Fact = int | str

_logger: "logging.Logger | None" = None


def note(occurrence: str, *, level: str = "info", **facts: Fact) -> None:
    """Log an occurrence with its facts, if there is a log."""
    if _logger is None:
        return
    line = " ".join((_coded(occurrence), *(f"{name}={_coded(value)}" for name, value in facts.items())))
    _logger.log({"info": 20, "warning": 30, "error": 40}[level], line, extra={"priority": _PRIORITY[level]})


def _coded(value: Fact) -> str:
    """A number, or a word that is a code by its form."""
    if isinstance(value, int):
        return str(int(value))
    return value if _CODE.fullmatch(value) else "?"


def begin(wish: str, env: Mapping[str, str] = os.environ) -> bool:
    """Log from now on to where ``wish`` says: "auto", "off", "stderr", or the path of a file; whether there is a log.

    "auto" is standard error where that is the journal's, and nothing elsewhere. A file is opened for each line, so
    that it may be moved away at any time; one that cannot be written is passed over, for a log never stops the work.
    """
    global _logger  # noqa: PLW0603 - one log a process
    _logger = None
    is_journal = bool(env.get("JOURNAL_STREAM"))
    if wish == "off" or (wish == "auto" and not is_journal) or (wish in ("auto", "stderr") and sys.stderr is None):
        return False
    import logging

    class Appended(logging.Handler):
        """Each line is one write to a file that is opened for it."""

        def emit(self, record: logging.LogRecord) -> None:
            try:
                handle = os.open(wish, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
                try:
                    os.write(handle, f"{self.format(record)}\n".encode())
                finally:
                    os.close(handle)
            except OSError:
                return

    to_file = wish not in ("auto", "stderr")
    handler: logging.Handler = Appended() if to_file else logging.StreamHandler(sys.stderr)
    if is_journal and not to_file:
        handler.setFormatter(logging.Formatter("<%(priority)d>wardroom[%(process)d]: %(message)s"))
    else:
        form = "%(asctime)s.%(msecs)03dZ wardroom[%(process)d] %(levelname)s %(message)s"
        formatter = logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")
        import time

        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    logger = logging.getLogger(NAME)
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logging.raiseExceptions = False
    _logger = logger
    return True


def rotate(wish: str, size_max_bytes: int) -> bool:
    """Move a log file that has grown too large to ``NAME.1``, over the one before; whether it was."""
    if wish in ("auto", "off", "stderr"):
        return False
    path = Path(wish)
    try:
        if path.stat().st_size <= size_max_bytes:
            return False
        path.rename(path.with_name(f"{path.name}.1"))
    except OSError:
        return False
    return True
