"""The last barrier: where cells become bytes, no text can act, hide or turn, whatever went wrong before.

Two gates, one after the other. ``Cells`` sees the text of every widget before Textual adds its own sequences, so a
sequence found there is always somebody's text. ``only_allowed`` sees the bytes with Textual's sequences in them and
lets through those it knows; both put a sign in the place of anything else.
"""

import re
from collections.abc import Iterable
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_HIDDEN: Final = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
"""What turns the reading direction or takes no room: it could make a reader see what is not written."""

_IN_CELLS: Final = re.compile(f"[\\x00-\\x1f\\x7f-\\x9f{_HIDDEN}]")

_ALLOWED: Final = (
    r"\[(?:"
    r"[0-9;]{0,60}m"  # colours and weight
    r"|[0-9]{0,5}(?:;[0-9]{0,5})?H"  # move to
    r"|[0-9]{0,5}[ABCDGdKJXLMSTP]"  # move by, erase, insert and delete lines and cells
    r"|[0-9]{0,5}(?:;[0-9]{0,5})?r"  # scroll region
    r"|5n"  # has the terminal read so far
    r"|\?(?:7|25|1049|2004|2026|2048)[hl]"  # wrap, cursor, second screen, paste, whole frames, resize reports
    r"|\?(?:2026|2048)\$p"  # does the terminal know whole frames and resize reports
    r"|>[0-9]{1,3}u|<u"  # the keyboard that tells every key, on and off
    r")"
)
BELL: Final = "\x07"
"""What rings; it passes no gate, and is sent by ``ring`` alone."""
_AT_THE_GATE: Final = re.compile(
    f"\\x1b(?!{_ALLOWED})|[\\x00-\\x07\\x09\\x0b\\x0c\\x0e-\\x1a\\x1c-\\x1f\\x7f-\\x9f{_HIDDEN}]"
)

_SIGNS: Final = {**{code: chr(0x2400 + code) for code in range(0x20)}, 0x7F: "\u2421"}


def _sign(match: re.Match[str]) -> str:
    """What a reader sees in the place of a character that may not pass."""
    return _SIGNS.get(ord(match.group()), "\ufffd")


def only_printable(text: str) -> str:
    """``text`` of a cell run with a visible sign for everything that is not to be seen."""
    return text if text.isascii() and text.isprintable() else _IN_CELLS.sub(_sign, text)


def only_allowed(frame: str) -> str:
    """``frame`` as it may leave the program: text, newlines and the sequences of ``_ALLOWED``."""
    return _AT_THE_GATE.sub(_sign, frame)


class Cells(LineFilter):
    """The gate every widget's line passes on its way to the compositor."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, or ones without what may not be shown."""
        if all(text.isascii() and text.isprintable() and not _is_link(style) for text, style, _ in segments):
            return segments
        return list(self._cleaned(segments))

    @staticmethod
    def _cleaned(segments: Iterable[Segment]) -> Iterable[Segment]:
        for text, style, _ in segments:
            plain = style.update_link(None) if style is not None and _is_link(style) else style
            yield Segment(only_printable(text), plain)


def _is_link(style: Style | None) -> bool:
    return style is not None and style.link is not None
