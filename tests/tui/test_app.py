"""The app around the screens: commands by name, the lock, the login, and how it ends when something breaks."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.ward import TITLE, Instead, Ward, glass, until, ward
from textual.events import Key

from wardroom.tui.app import WardroomApp
from wardroom.tui.screens.board import BoardScreen
from wardroom.tui.screens.boards import BoardsScreen
from wardroom.tui.screens.brief import BriefScreen
from wardroom.tui.screens.case import CaseScreen
from wardroom.tui.screens.compose import ComposeScreen
from wardroom.tui.screens.help import HelpScreen
from wardroom.tui.screens.lock import LockScreen
from wardroom.tui.screens.login import LoginScreen
from wardroom.tui.screens.search import SearchScreen
from wardroom.tui.widgets.frame import Framed

GLASS = (80, 24)
PASSWORD = "blue kettle rains often"
HOSTILE = "\x1b]52;c;QUJD\x07 \x9b2J \u202egnp.exe [@click=app.quit]x[/]"


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


def _glass_of(app: WardroomApp) -> str:
    """Everything on the glass, blank or not."""
    return "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())


# --- commands ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "screen"),
    [("boards", BoardsScreen), ("board cases", BoardScreen), ("help", HelpScreen), ("search qrs", SearchScreen)],
)
async def test_a_command_by_name_does_what_its_key_does(here: Ward, typed: str, screen: type[Framed]) -> None:
    """``:`` opens a line in the place of the keys; what is typed there goes where the key would."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("colon", *typed.replace(" ", "_").split("_")[0])
        if " " in typed:
            await pilot.press("space", *typed.split(" ", 1)[1])
        assert glass(pilot.app).split("\n")[-1].strip() == f":{typed}"
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, screen), on=pilot.app)


async def test_an_unknown_command_is_told_in_a_sentence(here: Ward) -> None:
    """So is a board that does not exist; Esc and an emptied line give the keys back."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("colon", *"frobnicate", "enter")
        assert "There is no command 'frobnicate' here." in glass(pilot.app)
        await pilot.press("colon", *"board", "space", *"nowhere", "enter")
        await until(lambda: "There is no board called 'nowhere'." in glass(pilot.app), on=pilot.app)
        await pilot.press("colon", "escape")
        await until(lambda: "? help" in glass(pilot.app), on=pilot.app)
        await pilot.press("colon", "backspace")
        await until(lambda: "? help" in glass(pilot.app), on=pilot.app)
        await pilot.press("colon", *"quit", "enter")
    assert pilot.app.return_value == 0


async def test_keys_typed_ahead_reach_the_screen_they_are_meant_for(here: Ward) -> None:
    """A burst, as a slow line delivers it: g ⏎ ⏎ opens the boards, the board and its case, each once."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        for _ in range(3):
            for key in ("g", "enter", "enter"):
                pilot.app.post_message(Key(key, None))
            await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
            assert len(pilot.app.screen_stack) == 4
            for key in ("q", "q", "slash", "Q", "R", "S"):
                pilot.app.post_message(Key(key, key.lower() if len(key) == 1 else None))
            await until(lambda: isinstance(pilot.app.screen, SearchScreen), on=pilot.app)
            await until(lambda: "1 found" in glass(pilot.app), on=pilot.app)
            for key in ("escape", "b"):
                pilot.app.post_message(Key(key, None))
            await until(lambda: len(pilot.app.screen_stack) == 1, on=pilot.app)


async def test_undo_takes_back_the_last_post(here: Ward) -> None:
    """U says what was taken back, or that there is nothing."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("u")
        await until(lambda: "There is nothing of the last minute" in glass(pilot.app), on=pilot.app)
        here.case(by=here.nadia)
        await pilot.press("u")
        await until(lambda: TITLE in glass(pilot.app).split("\n")[-2], on=pilot.app)


async def test_a_key_of_ones_own_replaces_the_usual_one(here: Ward) -> None:
    """A remapped action answers to its new key alone, and the footer shows it."""
    app = WardroomApp(here.forum, here.nadia, replace(here.config, keys={"boards": "o"}))
    async with app.run_test(size=GLASS) as pilot:
        assert "o boards" in glass(app)
        await pilot.press("g")
        assert isinstance(app.screen, BriefScreen)
        await pilot.press("o")
        assert isinstance(app.screen, BoardsScreen)


# --- lock ----------------------------------------------------------------------------------------------------------


async def test_a_locked_glass_holds_no_word_of_any_post(here: Ward) -> None:
    """^L asks for six digits twice, then there are initials and dots; the PIN brings everything back."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("g", "enter")
        before = glass(pilot.app)
        await pilot.press("ctrl+l", *"123456", *"123456")
        await until(lambda: "locked" in glass(pilot.app), on=pilot.app)
        assert "".join(_glass_of(pilot.app).split()) == "Wardroomlocked·n.n.PIN______osomeoneelse^Cleave"
        await pilot.press("g", "q", "slash", "escape", "colon")
        assert isinstance(pilot.app.screen, LockScreen)
        await pilot.press(*"123456")
        await until(lambda: glass(pilot.app) == before, on=pilot.app)


async def test_two_different_pins_are_no_pin(here: Ward) -> None:
    """A slip of the finger must not lock anybody out; Esc leaves everything open."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("ctrl+l", *"123456", *"123457")
        assert "They were not the same." in glass(pilot.app)
        await pilot.press("escape")
        await until(lambda: isinstance(pilot.app.screen, BriefScreen), on=pilot.app)


async def test_five_wrong_pins_end_the_session_and_keep_the_draft(here: Ward) -> None:
    """Four are told how many are left; the fifth leads to the login, and what was half written is kept."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("g", "n")
        await until(lambda: isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        await pilot.press(*"Half", "ctrl+l", *"123456", *"123456")
        await until(lambda: "draft kept" in glass(pilot.app), on=pilot.app)
        for left in ("4 tries", "3 tries", "2 tries", "1 try"):
            await pilot.press(*"999999")
            await until(lambda left=left: f"{left} left" in glass(pilot.app), on=pilot.app)  # type: ignore[misc]
        await pilot.press(*"999999")
        await until(lambda: isinstance(pilot.app.screen, LoginScreen), on=pilot.app)
        await until(lambda: len(pilot.app.screen_stack) == 1, on=pilot.app)
        assert "Five wrong PINs" in glass(pilot.app)
        await pilot.press("escape", "q")
        assert isinstance(pilot.app.screen, LoginScreen)
    assert here.forum.drafts.list(here.nadia)[0].fields["title"] == "Half"


async def test_an_idle_glass_locks_itself_and_later_ends_the_session(here: Ward) -> None:
    """Without a PIN, an account of this machine comes back with ⏎; after the longer time nobody is logged in."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        app = pilot.app
        assert isinstance(app, WardroomApp)
        app.lookout.last_key_s = time.monotonic() - here.config.lock_after_s
        await until(lambda: isinstance(app.screen, LockScreen), on=app)
        await until(lambda: "locked" in glass(app), on=app)
        assert TITLE not in _glass_of(app)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, BriefScreen), on=app)
        app.lookout.last_key_s = time.monotonic() - here.config.logout_after_s
        await until(lambda: isinstance(app.screen, LoginScreen), on=app)


# --- login ---------------------------------------------------------------------------------------------------------


async def test_a_wrong_password_is_told_in_its_place_and_the_right_one_opens(here: Ward) -> None:
    """Nothing but the two fields is there before; a password is never on the glass."""
    here.case()
    here.forum.members.set_password(here.nadia, "nadia", PASSWORD)
    app = WardroomApp(here.forum, None, here.config)
    async with app.run_test(size=GLASS) as pilot:
        await pilot.press(*"nadia", "enter", *"wrong", "enter")
        await until(lambda: "do not fit" in glass(app), on=app)
        await pilot.press(*PASSWORD.replace(" ", "_"))
        assert "kettle" not in _glass_of(app)
        await pilot.press("ctrl+u")
        for key in PASSWORD:
            await pilot.press("space" if key == " " else key)
        await pilot.press("enter")
        await until(lambda: isinstance(app.screen, BriefScreen), on=app)
        await until(lambda: TITLE[:20] in glass(app), on=app)


# --- what nobody may see -------------------------------------------------------------------------------------------


async def test_nothing_that_acts_reaches_the_glass(here: Ward) -> None:
    """Whatever sentence a screen is made to say, no control, sequence or turning character is on the glass."""
    async with here.app().run_test(size=GLASS) as pilot:
        app = pilot.app
        assert isinstance(app, WardroomApp)
        app.say(HOSTILE)
        await pilot.press("colon")
        await until(lambda: ":" in glass(app).split("\n")[-1], on=app)
        app.say(HOSTILE)
        await pilot.pause()
        text = _glass_of(app).replace("\n", "")
        assert "␛]52;c;QUJD␇" in text
        assert text.isprintable()


class _Broken:
    """A part of the forum that has a fault, in a place where somebody's words are at hand."""

    def lines(self, *_: object, **_how: object) -> object:
        words = "Mrs Alder from the fourth floor"
        raise RuntimeError(words)


async def test_a_fault_ends_in_one_line_without_anybodys_words(here: Ward) -> None:
    """No traceback and no locals: a sentence with a reference, after the glass."""
    app = here.app(forum=Instead(here.forum, boards=_Broken()))  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):  # noqa: PT012 - the pilot raises on its way out
        async with app.run_test(size=GLASS) as pilot:
            await pilot.press("g")
            await pilot.pause()
    assert app.fault.startswith("Wardroom had to stop")
    assert "RuntimeError" in app.fault
    assert "Alder" not in app.fault
    assert "\n" not in app.fault
    assert not app._exit_renderables
