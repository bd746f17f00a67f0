"""Every sign on the glass, once, with its twin for a terminal that knows only ASCII.

Screens always write the sign; where ``use_ascii`` says so the driver sends the twin.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Final

CURSOR: Final = "▸"
UNREAD: Final = "●"
READ: Final = "○"
ANSWERED: Final = "✓"
OUTCOME: Final = "◆"
NOW: Final = "‼"
DUE: Final = "⏱"
NOTICE: Final = "▤"
REPLIES: Final = "↩"
DRAFT: Final = "✎"
FLAGGED: Final = "⚑"
WITHDRAWN: Final = "⌀"
PURGED: Final = "▒"
SYNC: Final = "⇅"
NAMED: Final = "@"
FOLLOWED: Final = "»"
ENTER: Final = "⏎"
RULE: Final = "─"
BRANCH: Final = "│"

TWINS: Final[Mapping[str, str]] = {
    CURSOR: ">",
    UNREAD: "*",
    READ: "o",
    ANSWERED: "+",
    OUTCOME: "#",
    NOW: "!",
    DUE: "?",
    NOTICE: "=",
    REPLIES: "<",
    DRAFT: "~",
    FLAGGED: "^",
    WITHDRAWN: "x",
    PURGED: "%",
    SYNC: "&",
    ENTER: "<",
    RULE: "-",
    BRANCH: "|",
    FOLLOWED: ">",
    "⇧": "^",
    "↑": "^",
    "↓": "v",
    "…": "~",
    "·": ".",
    "›": ">",
    "–": "-",
    "—": "-",
    "→": ">",
    "▏": "|",
    "_": "_",
    "▁": "_",
    "▂": "_",
    "▃": "-",
    "▄": "-",
    "▅": "=",
    "▆": "=",
    "▇": "#",
    "█": "#",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
}
"""Each as wide as its sign."""

_URGENT_IN_TWO: Final = re.compile("‼ (?![A-Za-z])")
_TWINS: Final = str.maketrans(dict(TWINS))

ERRORS: Final = "wardroom.twin"
"""The name of the error handler that keeps the columns of what an encoding does not have."""


def in_ascii(text: str) -> str:
    """``text`` with twins for our signs; an urgent sign in a column of two takes both."""
    return _URGENT_IN_TWO.sub("!!", text).translate(_TWINS)


def use_ascii(environ: Mapping[str, str], encoding: str) -> bool:
    """Whether signs go out as their twins: asked for, a locale or stream without UTF-8, or a poor character set."""
    asked = environ.get("WARDROOM_ASCII", "")
    if asked:
        return asked != "0"
    if environ.get("TERM", "") in {"linux", "vt52", "vt100", "vt102", "vt220"}:
        return True
    if codecs.lookup(encoding).name != "utf-8":
        return True
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "C.UTF-8"
    return "utf-8" not in locale.lower().replace("utf8", "utf-8")


def _twin_or_question_mark(error: UnicodeError) -> tuple[str, int]:
    """As many question marks as the missing characters are wide."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    from rich.cells import cell_len

    missing = error.object[error.start : error.end]
    return "".join(TWINS.get(char, "?" * cell_len(char))[: cell_len(char)] for char in missing), error.end


codecs.register_error(ERRORS, _twin_or_question_mark)
