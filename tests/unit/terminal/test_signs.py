"""Signs and their twins: as wide as one another, and chosen by what the terminal can."""

import pytest
from rich.cells import cell_len

from wardroom.terminal import signs


def test_every_twin_is_ascii_and_as_wide_as_its_sign() -> None:
    """Columns stay columns on a poor terminal."""
    for sign, twin in signs.TWINS.items():
        assert twin.isascii()
        assert len(twin) == cell_len(sign), sign


def test_an_urgent_sign_in_a_column_takes_two_marks() -> None:
    """In the column of signs ``!!`` tells it from a plain exclamation mark; before a word it keeps the space."""
    assert signs.in_ascii("‼ \x1b[0m 12m") == "!!\x1b[0m 12m"
    assert signs.in_ascii("‼ The title is missing.") == "! The title is missing."


@pytest.mark.parametrize(
    ("environ", "encoding", "is_ascii"),
    [
        ({"LANG": "en_US.UTF-8", "TERM": "xterm"}, "utf-8", False),
        ({"LANG": "C.UTF-8"}, "UTF-8", False),
        ({"TERM": "xterm"}, "utf-8", False),
        ({"LC_ALL": "C", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"LANG": "de_DE.ISO-8859-1"}, "iso8859-1", True),
        ({"LANG": "en_US.utf8", "TERM": "linux"}, "utf-8", True),
        ({"LANG": "en_US.UTF-8", "WARDROOM_ASCII": "1"}, "utf-8", True),
        ({"LC_ALL": "C", "WARDROOM_ASCII": "0"}, "utf-8", False),
    ],
)
def test_a_terminal_gets_the_signs_it_can_show(environ: dict[str, str], encoding: str, *, is_ascii: bool) -> None:
    """UTF-8 gets signs; a locale, stream or console without them gets twins; an explicit wish wins."""
    assert signs.use_ascii(environ, encoding) is is_ascii


def test_what_an_encoding_lacks_keeps_its_columns() -> None:
    """A missing character becomes as many question marks as it was wide."""
    assert "ä漢▸".encode("iso8859-1", signs.ERRORS) == b"\xe4??>"
