"""The laws of paper: columns line up and fit, nothing on it steers a terminal, and ASCII keeps the columns."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardroom.cli.paper import WIDTH_MIN, Column, Paper, Run
from wardroom.domain.text import display_width

COLUMNS = (Column("id"), Column("age", is_right=True), Column("title", grows=True), Column("board", from_width=60))
cells = st.text(max_size=30)
rows_of_cells = st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=6)


def paper(
    monkeypatch: pytest.MonkeyPatch | None, width: int, encoding: str = "utf-8", **env: str
) -> tuple[Paper, io.BytesIO]:
    """Paper of a width, and what will be written on it."""
    out = io.BytesIO()
    sheet = Paper(io.TextIOWrapper(out, encoding, errors="replace", write_through=True), {"LANG": "C.UTF-8", **env})
    sheet.width = max(width, WIDTH_MIN)
    return sheet, out


@given(rows_of_cells, st.integers(20, 120))
def test_rows_line_up(found: list[tuple[str, str, str, str]], width: int) -> None:
    """Every line of a table is one line, and each takes the same columns once blanks at its end are given back."""
    sheet, _ = paper(None, width)
    rows: list[list[Run]] = [[(cell, "plain") for cell in row] for row in found]
    lines = sheet.laid_out(COLUMNS, rows)
    widths = {sum(display_width(text) for text, _ in line) for line in lines}
    assert len(widths) == 1
    assert len(lines) == len(rows)
    assert not any("\n" in text or "\x1b" in text for line in lines for text, _ in line)


def test_what_grows_is_cut_to_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long title is cut so that the line fits; a column that is too much for narrow paper is left out."""
    for width in (40, 59, 60, 80):
        sheet, out = paper(monkeypatch, width)
        row: list[Run] = [
            ("abcdefgh-12", "dim"),
            ("3d", "dim"),
            ("A title of many words " * 9, "bold"),
            ("toxicology", "plain"),
        ]
        sheet.table(COLUMNS, [("Heading", [row])], with_heads=True)
        lines = out.getvalue().decode().splitlines()
        assert max(map(display_width, lines)) <= width
        assert ("toxicology" in lines[-1]) == (width >= 60)
        assert lines[0].split()[:3] == ["id", "age", "title"]


@given(st.text(max_size=60))
def test_nothing_said_steers_a_terminal(text: str) -> None:
    """Whatever is said becomes one line without control characters."""
    sheet, out = paper(None, 80)
    sheet.say((text, "bold"), text)
    said = out.getvalue().decode()
    assert said.endswith("\n")
    assert said.count("\n") == 1
    assert all(sign.isprintable() or sign in " \n\u3000" or ord(sign) >= 0xA0 for sign in said)


@pytest.mark.parametrize(
    ("env", "encoding"), [({"LANG": "C"}, "utf-8"), ({}, "ascii"), ({"WARDROOM_ASCII": "1"}, "utf-8")]
)
def test_signs_have_twins_of_their_width(env: dict[str, str], encoding: str) -> None:
    """Where only ASCII can be shown our signs become twins, and columns stay where they were."""
    sheet, out = paper(None, 80, encoding, **env)
    sheet.say("‼ 3 ↩ · text…")
    assert out.getvalue().decode() == "!!3 < . text~\n"


def test_prose_is_wrapped_at_words() -> None:
    """Running text keeps its indentation on every line and never grows wider than the paper or the measure."""
    sheet, out = paper(None, 300)
    sheet.prose("word " * 200, indent="  ")
    lines = out.getvalue().decode().splitlines()
    assert all(line.startswith("  word") and len(line) <= 100 for line in lines)
