"""What happens before Textual is imported: the environment is cleaned, and a terminal that cannot do is refused."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Final, TextIO

from wardroom.language import _

_FOREIGN: Final = re.compile(
    "TEXTUAL.*|PYTHON.*|LD_.*|LESS.*|BASH_ENV|ENV|EDITOR|VISUAL|PAGER|BROWSER|MANPAGER|SSH_ORIGINAL_COMMAND"
)
"""Variables by which somebody else could name a program to run, a file to write or a module to load."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
_WORTHLESS: Final = frozenset({"dumb", "unknown", "network", "dialup"})


def scrub(environ: MutableMapping[str, str]) -> None:
    """Take out of ``environ`` what could steer the program; call it before anything imports Textual.

    A ``TERM`` that is no terminal's name becomes ``xterm``: it is written by the far side of the line.
    """
    for name in [name for name in environ if _FOREIGN.fullmatch(name)]:
        del environ[name]
    if not _PLAIN_NAME.fullmatch(environ.get("TERM", "")):
        environ["TERM"] = "xterm"


def check(environ: Mapping[str, str], stdin: TextIO | None, stdout: TextIO | None) -> str | None:
    """The sentence that says why the screens cannot start here, or None when they can."""
    if not _is_terminal(stdin) or not _is_terminal(stdout):
        return _(
            "Wardroom's screens need a terminal, and this is a pipe or a file. "
            "Use a command such as `wardroom brief`, or over ssh add -t."
        )
    if environ.get("TERM", "").lower() in _WORTHLESS:
        return _(
            "This terminal says it cannot place text (TERM=dumb). "
            "Use a command such as `wardroom brief`, or set TERM to what it is."
        )
    return None


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
