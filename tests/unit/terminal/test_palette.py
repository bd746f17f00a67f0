"""Palettes: each terminal gets the colours it has, a wish goes before a guess, and NO_COLOR before both."""

import pytest
from rich.style import Style

from wardroom.terminal.cells import Look
from wardroom.terminal.palette import Palette, choose, look_of


@pytest.mark.parametrize(
    ("environ", "wish", "wanted"),
    [
        ({"TERM": "xterm-256color"}, "auto", "256"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "auto", "truecolor"),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "SSH_CONNECTION": "a b c d"}, "auto", "16"),
        ({"TERM": "xterm-256color", "SSH_TTY": "/dev/pts/3"}, "256", "256"),
        ({"TERM": "xterm"}, "auto", "16"),
        ({"TERM": "linux"}, "auto", "16"),
        ({"TERM": "vt100", "COLORTERM": "truecolor"}, "auto", "none"),
        ({"TERM": "xterm-mono"}, "auto", "none"),
        ({"TERM": "vt100"}, "16", "16"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "truecolor", "none"),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, "auto", "256"),
        ({"TERM": "xterm-256color"}, "none", "none"),
        ({}, "auto", "16"),
    ],
)
def test_a_terminal_gets_the_colours_it_has(environ: dict[str, str], wish: str, wanted: Palette) -> None:
    """Over SSH the cheap ones, unless others are wished."""
    assert choose(environ, wish) == wanted


@pytest.mark.parametrize(
    ("palette", "wanted"),
    [
        ("truecolor", Look("38;2;255;135;1", "44", 0b1000001)),
        ("256", Look("38;5;208", "44", 0b1000001)),
        ("16", Look("91", "44", 0b1000001)),
        ("none", Look("", "", 0b1000001)),
    ],
)
def test_a_style_is_reduced_and_keeps_its_weight(palette: Palette, wanted: Look) -> None:
    """Named colours stay the user's own in every palette."""
    assert look_of(Style(color="#ff8701", bgcolor="blue", bold=True, reverse=True, italic=False), palette) == wanted


def test_no_style_and_default_colours_are_plain() -> None:
    """They cost nothing."""
    assert look_of(None, "truecolor") == look_of(Style(color="default", bgcolor="default"), "16") == Look()
