"""How the screens look: nothing of ours cut off, columns that line up, and what their source may not hold.

No markup in it, no colours of its own, no styles that reach beyond their screen.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.ward import Ward, glass, until, ward

import wardroom.tui
from wardroom import language
from wardroom.language import _
from wardroom.tui.app import WardroomApp

TUI = Path(wardroom.tui.__file__).parent
SOURCES = sorted(TUI.rglob("*.py"))
SHEETS = sorted(TUI.rglob("*.tcss"))
PLAIN_WIDGETS = {"Input", "TextArea"}
"""Widgets of Textual's that show text as it is; every other one would read markup in it."""
RULES = re.compile(r"([^{}]+)\{")


def _names(path: Path) -> str:
    return path.relative_to(TUI).as_posix()


def _classes() -> set[str]:
    return {
        node.name
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
    }


def _selectors(sheet: str) -> Iterator[str]:
    """The comma-separated selectors of a sheet, without comments; nested ones belong to the rule around them."""
    depth, text = 0, ""
    for char in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL):
        if char == "{":
            if not depth:
                yield from (part.strip() for part in text.split(","))
            depth, text = depth + 1, ""
        elif char == "}":
            depth, text = depth - 1, ""
        else:
            text += char


@pytest.mark.parametrize("path", SOURCES, ids=_names)
def test_no_widget_reads_markup(path: Path) -> None:
    """Of Textual's widgets only those are used that take text as text."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            assert {alias.name for alias in node.names} <= PLAIN_WIDGETS
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in {"from_markup", "notify"}, node.lineno


@pytest.mark.parametrize("path", SHEETS, ids=_names)
def test_a_sheet_styles_its_own_screen_alone(path: Path) -> None:
    """A rule that begins with no class of ours would change every screen."""
    ours = _classes()
    for selector in _selectors(path.read_text()):
        assert re.split(r"[ .:#>]", selector)[0] in ours, selector


@pytest.mark.parametrize("path", [*SOURCES, *SHEETS], ids=_names)
def test_colours_are_the_terminals_own(path: Path) -> None:
    """Five voices on the terminal's background: no colour is named but in the voices."""
    if path.name == "voices.py":
        return
    text = path.read_text()
    assert not re.search(r"#[0-9a-fA-F]{6}\b|\brgb\(|\$(?:primary|accent|error|surface|panel)", text)


# --- on the glass ----------------------------------------------------------------------------------------------------

EMPTY = {
    "board": (("g", "enter"), "No case here yet. n posts the first."),
    "drafts": (("D",), "Nothing half written. What you begin and leave is kept here."),
    "saved": (("V",), "Nothing saved. / searches, and there ^S keeps the search under a number key."),
    "bookmarks": (("M",), "No bookmarks yet. m on a post keeps it here."),
    "peers": (("S",), "No peer yet. wardroom peer add NAME SSH_TARGET names one."),
    "moderation": (("O",), "Nothing waits for you."),
    "search": (("slash",), "Type what you remember: a drug, a sign, a colleague's words."),
}
"""The keys that lead to a screen with nothing to show, and what it says then."""
GLASSES = ((80, 24), (40, 12), (132, 50))


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("spoken", ["en", "fr"])
@pytest.mark.parametrize("size", GLASSES)
async def test_an_empty_screen_says_what_to_do(here: Ward, size: tuple[int, int], spoken: str) -> None:
    """The whole sentence, in either language, on any glass."""
    language.choose(spoken)
    try:
        async with here.app().run_test(size=size) as pilot:
            for keys, words in EMPTY.values():
                await pilot.press(*keys)
                await pilot.pause()
                assert _(words) in " ".join(glass(pilot.app).replace("│", " ").split()), keys
                await pilot.press("escape", "escape")
    finally:
        language.choose("en")


@pytest.mark.parametrize("spoken", ["en", "fr"])
async def test_a_refused_login_is_told_whole(here: Ward, spoken: str) -> None:
    """On forty columns and twelve rows too."""
    language.choose(spoken)
    try:
        app = WardroomApp(here.forum, None, here.config)
        async with app.run_test(size=(40, 12)) as pilot:
            await pilot.press(*"nadia", "enter", *"wrong password", "enter")
            words = _("That handle and password do not fit together.")
            await until(lambda: words in " ".join(glass(app).split()), on=app)
    finally:
        language.choose("en")


@pytest.mark.parametrize("spoken", ["en", "fr"])
async def test_the_columns_of_a_list_line_up(here: Ward, spoken: str) -> None:
    """Ages end, titles begin and replies end on the same columns, whatever stands in them."""
    language.choose(spoken)
    try:
        first = here.case(title="Potassium of 7.1, wide complexes")
        for number in range(11):
            here.reply(first, f"Answer {number}.")
        here.case(title="A second case, of longer title than the first one has")
        async with here.app().run_test(size=(80, 24)) as pilot:
            await pilot.press("g", "enter")
            await pilot.pause()
            rows = [row for row in glass(pilot.app).splitlines() if row.endswith("↩")]
            assert len(rows) == 2
            assert len({len(row) for row in rows}) == 1
            assert len({re.search("Potassium|A second", row).start() for row in rows}) == 1  # type: ignore[union-attr]
            assert len({row.index("CTAS 1") for row in rows}) == 1
    finally:
        language.choose("en")
