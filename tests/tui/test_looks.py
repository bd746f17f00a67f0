"""What the source of the screens may not hold: markup, colours of its own, styles that reach beyond their screen."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import wardroom.tui

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
