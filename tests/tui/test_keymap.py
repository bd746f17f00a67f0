"""Keys of one's own: what can be used is used, and what cannot is named in a sentence while the usual key stays."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.ward import Ward, glass, ward

from wardroom.tui import keymap
from wardroom.tui.app import WardroomApp
from wardroom.tui.screens.boards import BoardsScreen


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("wishes", "usable"),
    [
        ({"reply": "R"}, {"write.reply": "R"}),
        ({"write.reply": "n", "write.case": "r"}, {"write.reply": "n", "write.case": "r"}),
        ({"boards": "q", "back": "g"}, {"go.boards": "q", "go.back": "g"}),
        ({"compose.post": "f9"}, {"compose.post": "f9"}),
        ({"go.saved.1": "f1", "help": "f2,?"}, {"go.saved.1": "f1", "app.help": "f2,?"}),
    ],
)
def test_keys_that_are_free_or_change_places_are_used(wishes: dict[str, str], usable: dict[str, str]) -> None:
    """By the whole name of an action or the last word of it."""
    assert keymap.checked(wishes) == (usable, ())


@pytest.mark.parametrize(
    ("wishes", "usable", "said"),
    [
        ({"write.reply": "n"}, {}, ("write.reply: n is write.case",)),
        ({"reply": "?"}, {}, ("question_mark is app.help",)),
        ({"reply": "x", "quote": "x"}, {"write.reply": "x"}, ("write.quote: x is write.reply",)),
        ({"nonsense": "x", "search": "s"}, {}, ("nonsense is no action", "go.search: s is board.sort")),
        ({"lock": "ctrl+s"}, {}, ("app.lock: ctrl+s is",)),
        (
            {"write.case": "o", "boards": "n", "reply": "g"},
            {"write.case": "o", "go.boards": "n", "write.reply": "g"},
            (),
        ),
    ],
)
def test_a_key_that_is_taken_is_named_and_the_usual_one_stays(
    wishes: dict[str, str], usable: dict[str, str], said: tuple[str, ...]
) -> None:
    """One sentence a wish that cannot be met; the others are."""
    found, faults = keymap.checked(wishes)
    assert found == usable
    assert len(faults) == len(said)
    for part, fault in zip(said, faults, strict=True):
        assert part in fault
        assert fault.startswith("[keys] ")
        assert fault.endswith(".")


def test_the_table_itself_has_no_key_twice_on_a_screen() -> None:
    """But where a dialog or a composer takes a key that means leaving elsewhere."""
    for screen in keymap.SCREENS.keys() - keymap.TYPED:
        seen: dict[str, str] = {}
        for key in keymap.keys_of(screen):
            for each in key.keys.split(","):
                assert seen.setdefault(each, key.id) == key.id, (screen, each)


async def test_a_conflict_is_said_on_the_first_screen(here: Ward) -> None:
    """And the usual key works."""
    app = WardroomApp(here.forum, here.nadia, replace(here.config, keys={"boards": "n"}))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "go.boards: n is write.case already" in " ".join(glass(pilot.app).split())
        await pilot.press("g")
        assert isinstance(pilot.app.screen, BoardsScreen)
