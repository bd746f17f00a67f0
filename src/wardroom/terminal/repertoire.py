"""What each kind of terminal understands beyond placing text, by the name in ``TERM``.

A name that is not known here gets what a VT102 could do, and nothing that would spoil the screen of a lesser one.
"""

import re
from typing import Final

from msgspec import Struct


class Repertoire(Struct, frozen=True):
    """Sequences that may be sent."""

    places_in_line: bool = False
    """CHA: go to a column of the line."""
    erases_cells: bool = False
    """ECH."""
    scrolls_regions: bool = True
    """DECSTBM with IL and DL."""
    scrolls_at_once: bool = False
    """SU and SD, which ask for no cursor in the region."""
    fills_with_colour: bool = False
    """What is erased takes the background colour (BCE)."""


VT102: Final = Repertoire()
VT100: Final = Repertoire(scrolls_regions=False)
"""It has regions, but neither IL nor DL."""
XTERM: Final = Repertoire(places_in_line=True, erases_cells=True, scrolls_at_once=True, fills_with_colour=True)
LINUX: Final = Repertoire(places_in_line=True, erases_cells=True, fills_with_colour=True)
SCREEN: Final = Repertoire(places_in_line=True, erases_cells=False)

_KNOWN: Final[tuple[tuple[str, Repertoire], ...]] = (
    (r"vt100|vt52|ansi(-m.*)?|dumb", VT100),
    (r"(xterm|tmux|vte|gnome|konsole|alacritty|kitty|foot|wezterm|putty|rxvt|mintty|st|iterm)([-.].*)?", XTERM),
    (r"rxvt-unicode.*|xterm-kitty", XTERM),
    (r"linux([-.].*)?", LINUX),
    (r"screen([-.].*)?", SCREEN),
)


def of(term: str) -> Repertoire:
    """The repertoire of the terminal that calls itself ``term``."""
    for pattern, repertoire in _KNOWN:
        if re.fullmatch(pattern, term):
            return repertoire
    return VT102
