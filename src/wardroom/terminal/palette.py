"""Which colours a terminal gets, and what a colour of Rich becomes there: SGR parameters of the shortest form.

Over SSH it gets sixteen: they are the user's own, and cost five bytes where true colour costs nineteen. Nothing on
the glass is said by colour alone, so that none is enough.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from rich.color import Color, ColorSystem, ColorType
from rich.style import Style

from wardroom.terminal.cells import WEIGHTS, Look

Palette = Literal["none", "contrast", "16", "256", "truecolor"]

_SYSTEMS: Final[Mapping[Palette, ColorSystem]] = {
    "16": ColorSystem.STANDARD,
    "256": ColorSystem.EIGHT_BIT,
    "truecolor": ColorSystem.TRUECOLOR,
}
_WITHOUT: Final = ("vt52", "vt100", "vt102", "vt220", "vt320", "vt420", "dumb", "unknown")
_BOLD, _DIM, _REVERSE = 1 << 0, 1 << 1, 1 << 6
_WEIGHTS_MASK: Final = (1 << len(WEIGHTS)) - 1


def choose(environ: Mapping[str, str], wish: str = "auto") -> Palette:
    """The palette for a terminal that says these things; ``wish`` is one, or "auto".

    ``NO_COLOR`` with any value but an empty one goes before the wish, save for high contrast, which has no colour.
    """
    if wish == "contrast":
        return "contrast"
    if environ.get("NO_COLOR") or wish == "none":
        return "none"
    for palette in _SYSTEMS:
        if wish == palette:
            return palette
    term = environ.get("TERM", "").lower()
    if term in _WITHOUT or term.endswith(("-m", "-mono")):
        return "none"
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return "16"
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit") or term.endswith("-direct"):
        return "truecolor"
    return "256" if "256color" in term else "16"


@lru_cache(4096)
def look_of(style: Style | None, palette: Palette) -> Look:
    """The look that a style of Rich has in a palette."""
    if style is None:
        return Look()
    weight = style._attributes & style._set_attributes & _WEIGHTS_MASK
    if palette == "contrast":
        return _contrasting(style, weight)
    return Look(_parameters(style.color, palette), _parameters(style.bgcolor, palette, is_background=True), weight)


def _contrasting(style: Style, weight: int) -> Look:
    """High contrast: the terminal's own two colours, nothing dim; what has a colour is bold, an alarm reversed too."""
    weight &= ~_DIM
    if style.color is not None and style.color.type is not ColorType.DEFAULT:
        weight |= _BOLD | (_REVERSE if style.bold else 0)
    return Look("", "", weight)


def _parameters(colour: Color | None, palette: Palette, *, is_background: bool = False) -> str:
    """What selects a colour; nothing for the terminal's own."""
    if colour is None or palette not in _SYSTEMS or colour.type is ColorType.DEFAULT:
        return ""
    return ";".join(colour.downgrade(_SYSTEMS[palette]).get_ansi_codes(foreground=not is_background))
