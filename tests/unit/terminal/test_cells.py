"""Cells: every text takes the columns it should, no character is left in half, and nothing is lost that is seen."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from wardroom.terminal.barrier import only_printable
from wardroom.terminal.cells import BLANK, TAIL, TEXT, WIDE, Glyphs, Look, Row

TEXTS = st.text(st.sampled_from("ab é漢가👍👩‍⚕️❤️─▸e\u0301") | st.characters(exclude_categories=["Cs", "Cc"])).map(
    only_printable
)


def _is_whole(row: Row) -> bool:
    """Whether each wide head has its tail, and each tail its head."""
    return all(
        bool(row[x] & WIDE) == (x + 1 < len(row) and row[x + 1] == TAIL) for x in range(len(row))
    ) and all(row[x - 1] & WIDE for x in range(len(row)) if row[x] == TAIL)  # fmt: skip


@given(TEXTS)
def test_a_text_has_as_many_cells_as_columns(text: str) -> None:
    """The compositor and the cells agree where each character stands."""
    glyphs = Glyphs()
    row = glyphs.cells(text, 0)
    assert len(row) == cell_len(text)
    assert _is_whole(row)
    shown = "".join(map(glyphs.text, row))
    assert shown == text or cell_len(text) == cell_len(shown)


@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 12), TEXTS)))
def test_laying_leaves_no_half_character(width: int, laid: list[tuple[int, str]]) -> None:
    """Whatever is laid over whatever, cut at any edge."""
    glyphs = Glyphs()
    row = [BLANK] * width
    for x, text in laid:
        glyphs.lay(row, x, glyphs.cells(text, 0))
        assert len(row) == width
        assert _is_whole(row)


def test_the_half_that_is_left_becomes_a_blank() -> None:
    """As on a terminal."""
    glyphs = Glyphs()
    row = glyphs.cells("漢字漢", 0)
    glyphs.lay(row, 1, glyphs.cells("ab", 0))
    assert "".join(map(glyphs.text, row)) == " ab 漢"


def test_a_blank_has_no_colour_of_letters() -> None:
    """So that blanks compare equal, and need no change of look."""
    glyphs = Glyphs()
    assert glyphs.cells(" ", glyphs.number(Look("31", "", 1))) == [BLANK]
    underlined = glyphs.cells(" ", glyphs.number(Look("31", "", 8)))
    assert underlined != [BLANK]
    assert underlined[0] & TEXT == BLANK
