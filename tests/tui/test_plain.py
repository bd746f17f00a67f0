"""The glass for listening, for high contrast and without colour; and the bell, which rings only when it was wished for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color
from rich.style import Style
from tests.tui.ward import TITLE, Ward, glass, until, ward
from textual.geometry import Offset

from wardroom.terminal import palette, signs
from wardroom.terminal.plain import DRAWN
from wardroom.tui.app import WardroomApp
from wardroom.tui.widgets.voices import ACCENT, ALARM, BOLD, DIM, PLAIN

GLASS = (80, 24)


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


def listening(here: Ward) -> WardroomApp:
    """The TUI of somebody who listens to it."""
    return WardroomApp(here.forum, here.nadia, replace(here.config, screen_reader=True))


@pytest.mark.parametrize(
    "keys", [(), ("g",), ("g", "enter"), ("enter",), ("slash",), ("P",), ("M",), ("V",), ("question_mark",)]
)
async def test_nothing_is_only_drawn(here: Ward, keys: tuple[str, ...]) -> None:
    """No screen shows rules, branches, bars or marks that a screen reader would spell out."""
    here.reply(here.case(), "Lipid was ready.")
    async with listening(here).run_test(size=GLASS) as pilot:
        await pilot.press(*keys)
        await pilot.pause(0.2)
        assert not set(glass(pilot.app)) & {*DRAWN, signs.UNREAD, signs.NOW, signs.ENTER}


async def test_a_row_is_said_in_words_with_what_is_new_first(here: Ward) -> None:
    """One thing a line: no column has to be guessed from its place."""
    here.reply(here.case(), "Lipid was ready.")
    async with listening(here).run_test(size=(132, 30)) as pilot:
        line = next(text for text in glass(pilot.app).split("\n") if TITLE in text)
        assert line.strip().startswith("needs an answer now, 2 new, " + TITLE)
        assert "CTAS 1" in line
        assert "unanswered" in line
        assert "Cases: 2 new" in glass(pilot.app)


async def test_the_terminals_cursor_goes_where_something_is_said_and_back(here: Ward) -> None:
    """News is spoken where the cursor goes; the next key brings it back to the row one was on."""
    here.case()
    async with listening(here).run_test(size=GLASS) as pilot:
        await pilot.pause()
        row = pilot.app.cursor_position
        await pilot.press("left_square_bracket")
        assert pilot.app.cursor_position == Offset(0, GLASS[1] - 2)
        await pilot.press("u", "G")
        assert pilot.app.cursor_position.y == row.y


class Bell:
    """A driver's bell that counts."""

    rung = 0

    def ring(self) -> None:
        self.rung += 1


@pytest.mark.parametrize("is_wished", [True, False])
async def test_the_bell_rings_once_for_what_calls_on_one(
    here: Ward, monkeypatch: pytest.MonkeyPatch, *, is_wished: bool
) -> None:
    """Where it is wished for, by an answer, a mention or an urgent case, and not for anything else."""
    own = here.case(by=here.nadia)
    app: Any = WardroomApp(here.forum, here.nadia, replace(here.config, bell=is_wished))
    bell = Bell()
    async with app.run_test(size=GLASS) as pilot:
        monkeypatch.setattr(app._driver, "ring", bell.ring, raising=False)
        await pilot.pause(0.7)
        here.reply(own, "@nadia, here is one.")
        await until(lambda: "1 answered you" in glass(pilot.app), on=pilot.app)
        await pilot.pause(0.7)
        assert bell.rung == is_wished


@pytest.mark.parametrize("name", ["none", "contrast", "16", "256", "truecolor"])
def test_every_voice_is_told_apart_in_every_palette(name: palette.Palette) -> None:
    """Bold, accent and alarm differ from plain text, and the alarm from all others; high contrast has nothing dim."""
    looks = {voice: palette.look_of(style, name) for voice, style in (
        ("plain", PLAIN), ("bold", BOLD), ("dim", DIM), ("accent", ACCENT), ("alarm", ALARM),
    )}  # fmt: skip
    assert looks["bold"] != looks["plain"]
    assert looks["alarm"] != looks["plain"]
    if name == "contrast":
        assert looks["dim"] == looks["plain"]
        assert len({looks["plain"], looks["bold"], looks["alarm"]}) == 3
    if name in ("none", "contrast"):
        assert not any(look.foreground or look.background for look in looks.values())
    else:
        assert len(set(looks.values())) == 5


def test_sixteen_colours_are_the_terminals_own() -> None:
    """The two colours that speak are among the first eight, which every terminal shows in its user's own shades."""
    for style in (ACCENT, ALARM):
        assert palette.look_of(style, "16").foreground in {str(code) for code in range(30, 38)}
    assert palette.look_of(Style(color=Color.parse("#ff8800")), "16").foreground.isdecimal()
