"""The screens in French: no word of ours is left in English, no label is cut, and English comes back after it."""

import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.ward import Ward, glass, until, ward

from wardroom import language
from wardroom.domain.text import display_width
from wardroom.tui import keymap
from wardroom.tui.messages import Compose
from wardroom.tui.screens.board import BoardScreen
from wardroom.tui.screens.case import CaseScreen
from wardroom.tui.screens.compose import ComposeScreen
from wardroom.tui.screens.help import HelpScreen

GLASS = (80, 24)
SHORT_COLUMNS = 20
"""What the left half of the table of all keys has for the words of a key."""


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


@pytest.fixture(autouse=True)
def french() -> Iterator[None]:
    """French for this test; whoever comes next hears English."""
    assert not language.choose("fr")
    yield
    language.choose("en")


def _english() -> list[str]:
    """Words of ours that French says otherwise, long enough not to stand in a colleague's words by chance."""
    with (language.CATALOGUES / "fr" / "LC_MESSAGES" / "wardroom.mo").open("rb") as file:
        known = gettext.GNUTranslations(file)._catalog
    ids = {key[0] if isinstance(key, tuple) else key: text for key, text in known.items() if key}
    return [one for one, french in ids.items() if "{" not in one and len(one.split()) > 1 and one not in french]


def _is_french(text: str) -> None:
    flat = " ".join(text.split())
    assert [one for one in _english() if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", flat)] == []


async def test_brief_boards_and_help_speak_french(here: Ward) -> None:
    """With a case to answer; the keys of the footer too."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        assert "répondre" in glass(pilot.app)
        _is_french(glass(pilot.app))
        await pilot.press("g")
        await pilot.pause()
        assert "Tableaux" in glass(pilot.app)
        _is_french(glass(pilot.app))
        await pilot.app.push_screen(HelpScreen("case"))
        await pilot.pause()
        _is_french(glass(pilot.app))
        assert "…" not in glass(pilot.app).partition("Ailleurs")[0]


async def test_board_and_case_speak_french(here: Ward) -> None:
    """The list of a board, and a case with its record and an answer."""
    case = here.case()
    here.reply(case, "Hypertonic saline.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(BoardScreen(here.board))
        await pilot.pause()
        assert "nouv. cas" in glass(pilot.app)
        _is_french(glass(pilot.app))
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        assert "FC 128" in glass(pilot.app)
        assert "aide pédagogique" in glass(pilot.app)
        _is_french(glass(pilot.app))


async def test_the_composer_speaks_french(here: Ward) -> None:
    """Its labels, hints, keys and refusals."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(ComposeScreen(Compose("case", board=here.board)))
        await pilot.pause()
        assert "Titre" in glass(pilot.app)
        _is_french(glass(pilot.app))
        await pilot.press("ctrl+s")
        await until(lambda: "Il manque le titre." in glass(pilot.app), on=pilot.app)


def test_short_words_of_keys_fit_the_table() -> None:
    """In French as in English."""
    short = [language._(key.short) for key in keymap.KEYS if key.short]
    assert [words for words in short if display_width(words) > SHORT_COLUMNS] == []


def test_every_footer_fits_eighty_columns() -> None:
    """The keys a screen shows leave none out at home."""
    from wardroom.tui.screens.boards import BoardsScreen
    from wardroom.tui.screens.brief import BriefScreen

    for screen in (BriefScreen, BoardsScreen, BoardScreen, CaseScreen, ComposeScreen):
        pairs = keymap.footer(screen.SPEAKS, screen.KEYS)
        assert sum(display_width(sign) + display_width(words) + 3 for sign, words in pairs) <= 80, screen.__name__


def test_numbers_have_a_comma_where_they_are_read() -> None:
    """36,2 on the card; English keeps its point."""
    assert language.figure(36.2, ".1f") == "36,2"
    language.choose("en")
    assert language.figure(36.2, ".1f") == "36.2"
