"""The encoder: a terminal shows exactly the cells, whatever came before, and it takes few bytes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.terminal.far_side import FarSide, expected

from wardroom.terminal import repertoire
from wardroom.terminal.cells import BLANK, Glyphs, Look, Row
from wardroom.terminal.encoder import Encoder, look_change
from wardroom.terminal.repertoire import LINUX, SCREEN, VT100, VT102, XTERM, Repertoire

BOLD, DIM, ITALIC, UNDERLINE, REVERSE, STRIKE = (1 << bit for bit in (0, 1, 2, 3, 6, 8))
LOOKS = (
    Look(),
    Look("36"),
    Look("", "", BOLD),
    Look("31", "", BOLD),
    Look("", "", DIM),
    Look("32", "44", UNDERLINE),
    Look("38;5;208", "48;5;17", ITALIC),
    Look("38;2;1;2;3", "48;2;9;8;7"),
    Look("", "41"),
    Look("", "", REVERSE),
    Look("36", "", STRIKE | BOLD | DIM),
)
WORDS = ("a", "the", "bicarb", " ", "  ", "      ", " " * 13, "é", "e\u0301", "漢", "漢字", "👍", "👩‍⚕️", "❤️x", "─", "▸ ", "●", "가", "n\u0303o")  # fmt: skip
REPERTOIRES = (XTERM, LINUX, SCREEN, VT102, VT100)
SIZES = ((80, 24), (7, 3), (40, 12), (1, 1), (23, 5))

RUN = st.tuples(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("".join), st.integers(0, len(LOOKS) - 1))
LINE = st.lists(RUN, max_size=4)


@st.composite
def changes(draw: st.DrawFn) -> tuple[tuple[int, int], list[tuple[str, int, int, list[tuple[str, int]]]]]:
    """A size, and steps: lay a line anywhere, scroll some lines, wipe, or forget."""
    size = draw(st.sampled_from(SIZES))
    steps = []
    for _ in range(draw(st.integers(1, 12))):
        kind = draw(st.sampled_from(("lay", "lay", "fill", "scroll", "scroll", "forget", "wipe")))
        steps.append((kind, draw(st.integers(0, size[1] - 1)), draw(st.integers(-2, size[0] - 1)), draw(LINE)))
    return size, steps


def _laid(glyphs: Glyphs, row: Row, x: int, line: list[tuple[str, int]]) -> Row:
    row = list(row)
    for text, look in line:
        cells = glyphs.cells(text, glyphs.number(LOOKS[look]))
        glyphs.lay(row, x, cells)
        x += len(cells)
    return row


@pytest.mark.parametrize("terminal", REPERTOIRES)
@given(changes(), st.booleans(), st.none() | st.integers(1, 200))
def test_a_terminal_shows_the_cells(
    terminal: Repertoire,
    told: tuple[tuple[int, int], list[tuple[str, int, int, list[tuple[str, int]]]]],
    returns: bool,
    most_bytes: int | None,
) -> None:
    """After every frame, what pyte shows is the grid, and its cursor stands where it was wished.

    Of a frame in pieces that holds when the last one has come, even where another frame overtook it.
    """
    (width, height), steps = told
    glyphs, far = Glyphs(), FarSide(width, height, returns=returns)
    encoder = Encoder(glyphs, terminal)
    rows: list[Row] = [[BLANK] * width for _ in range(height)]
    for kind, y, x, line in steps:
        match kind:
            case "lay":
                rows[y] = _laid(glyphs, rows[y], max(x, 0), line)
            case "fill":
                for each in range(y, height):
                    rows[each] = _laid(glyphs, rows[each], 0, [*line, (f"{each}{y}", 0)])
            case "scroll":
                rows[y:] = (
                    [*rows[y + 2 :], *[[BLANK] * width] * min(2, height - y)]
                    if x % 2
                    else [_laid(glyphs, [BLANK] * width, 0, line), *rows[y:-1]]
                )
                rows = rows[:height]
            case "wipe":
                rows[y] = [BLANK] * width
            case "forget":
                encoder.forget()
                far.feed("\x1b[41mgarbled\x1b[3;1H\n\n")
        cursor = (max(x, 0), y)
        far.feed(encoder.encode(list(rows), cursor, most_bytes))
        if encoder.is_behind and kind == "scroll":
            continue
        for _ in range(height):
            if encoder.is_behind:
                far.feed(encoder.encode(list(rows), cursor, most_bytes))
        assert not encoder.is_behind
        assert far.shows() == expected(glyphs, rows)
        assert (min(far.screen.cursor.x, width - 1), far.screen.cursor.y) == cursor
        assert encoder.encode(list(rows), cursor) == ""


@given(st.sampled_from(LOOKS), st.sampled_from(LOOKS))
def test_a_change_of_look_leads_there(old: Look, new: Look) -> None:
    """From any look to any other, known or not, and never longer than starting from the plain one."""
    far = FarSide(4, 1)
    far.feed(look_change(None, old) + look_change(old, new) + "x")
    glyphs = Glyphs()
    assert far.shows()[0][0] == expected(glyphs, [glyphs.cells("x", glyphs.number(new))])[0][0]
    assert len(look_change(old, new)) <= len(look_change(None, new))


def _screen(glyphs: Glyphs, lines: list[str], width: int = 80) -> list[Row]:
    return [_laid(glyphs, [BLANK] * width, 0, [(line, 0)]) for line in lines]


def _text(number: int) -> str:
    return (
        f"{number * 37 % 60:>4}m  TOX   Wide QRS number {number * 7919} after TCA   CTAS {number % 5}   {number % 7} ↩"
    )


def test_moving_a_mark_in_the_margin_takes_a_few_bytes() -> None:
    """A cursor move: one cell cleared, one written."""
    glyphs = Glyphs()
    accent = glyphs.number(Look("36"))
    encoder = Encoder(glyphs, XTERM)

    def marked(at: int) -> list[Row]:
        rows = _screen(glyphs, [f"  {_text(y)}" for y in range(24)])
        glyphs.lay(rows[at], 0, glyphs.cells("▸ ", accent))
        return rows

    encoder.encode(marked(3), (0, 3))
    encoder.encode(marked(4), (0, 4))
    assert len(encoder.encode(marked(5), (0, 5)).encode()) <= 10


@pytest.mark.parametrize("terminal", [XTERM, LINUX, SCREEN, VT102])
@pytest.mark.parametrize("by", [1, -1, 4])
def test_scrolling_sends_the_new_lines_and_little_more(terminal: Repertoire, by: int) -> None:
    """Twenty lines move between a header and a footer that stay."""
    glyphs = Glyphs()
    encoder = Encoder(glyphs, terminal)

    def window(top: int) -> list[Row]:
        return _screen(glyphs, ["header", "-" * 80, *(_text(y) for y in range(top, top + 20)), "-" * 80, "keys"])

    encoder.encode(window(50), (0, 2))
    sent = encoder.encode(window(50 + by), (0, 2))
    assert len(sent.encode()) <= abs(by) * (len(_text(0).encode()) + 8) + 40


def test_the_first_piece_holds_the_line_of_the_cursor() -> None:
    """Then come lines where a mark has come or gone, then the others from the top; a short frame comes whole."""
    glyphs = Glyphs()
    encoder, far = Encoder(glyphs, XTERM), FarSide(80, 24)
    before = [f"  {_text(number)}" for number in range(24)]
    before[20] = f"> {before[20][2:]}"
    far.feed(encoder.encode(_screen(glyphs, before), (0, 20)))
    after = [f"  {_text(number + 100)}" for number in range(24)]
    after[20] = f"  {before[20][2:]}"
    after[12] = f"> {after[12][2:]}"
    far.feed(encoder.encode(_screen(glyphs, after), (0, 12), 100))
    assert encoder.is_behind
    now = [line.rstrip() for line in far.screen.display]
    assert now[12] == after[12].rstrip()
    assert now[20] == after[20].rstrip()
    assert now[23] == before[23].rstrip()
    assert encoder.encode(_screen(glyphs, after), (0, 12), 10_000)
    assert not encoder.is_behind


def test_what_is_blank_to_the_end_is_erased() -> None:
    """A long line that becomes short costs its words and three bytes."""
    glyphs = Glyphs()
    encoder = Encoder(glyphs, XTERM)
    encoder.encode(_screen(glyphs, ["x" * 80]), (0, 0))
    assert encoder.encode(_screen(glyphs, ["xy"]), (0, 0)) == "\x1b[Cy\x1b[K\r"


@pytest.mark.parametrize("terminal", [XTERM, LINUX, SCREEN, VT102])
def test_a_page_of_other_words_is_wiped_at_once(terminal: Repertoire) -> None:
    """Between a header and a footer that stay, no line is erased by itself, and each costs little besides its words."""
    glyphs = Glyphs()
    encoder = Encoder(glyphs, terminal)
    words = [
        f"  Other words in line {letter * 9}" if at % 3 else "" for at, letter in enumerate("abcdefghijklmnopqrst")
    ]
    encoder.encode(_screen(glyphs, ["header", *map(_text, range(20)), "keys"]), (0, 2))
    sent = encoder.encode(_screen(glyphs, ["header", *words, "keys"]), (0, 2))
    assert "\x1b[K" not in sent
    assert len(sent.encode()) <= sum(map(len, words)) + 2 * len(words) + 40


def test_a_terminal_that_does_not_fill_with_colour_gets_spaces() -> None:
    """GNU screen erases in its own background, whatever the pen's."""
    glyphs = Glyphs()
    blue = glyphs.number(Look("", "44"))
    for terminal, erases in ((XTERM, True), (SCREEN, False)):
        encoder = Encoder(glyphs, terminal)
        encoder.encode([[BLANK] * 40], (0, 0))
        assert ("\x1b[K" in encoder.encode([glyphs.cells(" " * 40, blue)], (0, 0))) is erases


def test_each_terminal_gets_only_what_it_knows() -> None:
    """No column addressing for a VT102, no SU on the Linux console, no regions on a VT100."""
    glyphs = Glyphs()
    for terminal, without in ((VT102, "[GdXST]"), (LINUX, "[ST]"), (VT100, "[GdXSTrLM]")):
        encoder = Encoder(glyphs, terminal)
        for top in range(0, 40, 3):
            rows = _screen(glyphs, [f"  {_text(y)}" + " " * 12 + "漢❤️ z" for y in range(top, top + 20)] + ["keys"])
            assert not re.search(rf"\x1b\[[0-9;]*{without}", encoder.encode(rows, (top % 3, 5)))


@pytest.mark.parametrize(
    ("term", "wanted"),
    [("xterm-256color", XTERM), ("tmux-256color", XTERM), ("screen.xterm-256color", SCREEN), ("linux", LINUX),
     ("putty-256color", XTERM), ("vt100", VT100), ("vt220", VT102), ("", VT102), ("xtermish", VT102)],
)  # fmt: skip
def test_a_terminal_is_known_by_its_name(term: str, wanted: Repertoire) -> None:
    """An unknown one gets the least."""
    assert repertoire.of(term) == wanted
