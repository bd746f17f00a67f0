"""The glass for whoever listens to it: no rules, no branches, no bars, and the signs that mean something as words.

A screen reader speaks what stands on a line, from left to right. So lists say each row in words (``tui.widgets``),
and this filter takes away what is only drawn, wherever it stands; columns stay as wide as they were.
"""

from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from wardroom.terminal import signs

DRAWN: Final = (
    signs.RULE + signs.BRANCH + signs.CURSOR + signs.READ + signs.ANSWERED + signs.OUTCOME + signs.DUE + signs.NOTICE
    + signs.REPLIES + signs.DRAFT + signs.WITHDRAWN + signs.PURGED + signs.SYNC + signs.FOLLOWED + "▏▁▂▃▄▅▆▇█›·"
)  # fmt: skip
"""Signs that say nothing which the words beside them do not say."""
_SPOKEN: Final = str.maketrans({**dict.fromkeys(DRAWN, " "), signs.UNREAD: "*", signs.NOW: "!"})


class Plainly(LineFilter):
    """Takes what is only drawn out of every widget's line."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments with blanks for what is only drawn, and a short sign for what is new or wanted now."""
        return [Segment(text.translate(_SPOKEN), style, control) for text, style, control in segments]
