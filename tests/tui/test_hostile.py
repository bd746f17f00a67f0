"""Hostile texts on every screen: whatever a forum answers, nothing but text and listed sequences leaves the program.

The texts are put into the forum's answers behind every filter of the rooms below, as if those had failed. ``make
glass`` sends five thousand through each screen and a million through the cells.
"""

import random
import re
import tempfile
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from msgspec import Struct, structs
from rich.segment import Segment
from tests.strategies import is_long
from tests.tui.ward import until, ward
from tests.tui.watched import Watched
from textual._compositor import LayoutUpdate
from textual.events import Key, Paste
from textual.geometry import Region
from textual.strip import Strip

from wardroom.forum import Forum
from wardroom.terminal import repertoire
from wardroom.terminal.textual_hook import Painter
from wardroom.tui import keymap

TEXTS = 5_000 if is_long() else 150
"""Through each screen."""
CELL_TEXTS = 1_000_000 if is_long() else 3_000
ASKING = ("boards", "cases", "inbox", "search", "drafts")
"""What of a forum answers with texts."""
PIECES = (
    "\x1b]52;c;QUJD\x07", "\x1b[2J", "\x1b[6n", "\x1bP1$r\x1b\\", "\x1b]8;;http://x\x1b\\", "\x9b31m", "\x1b", "\r", "\n", "\b",
    "\t", "\x00", "\x7f", "\x85", "\u202e", "\u2066", "\u200b", "\u200f", "\ufeff", "\U000e0041", "[/b]", "[link=x]", "漢字",
    "👩‍⚕️", "❤️", "e\u0301", "\u0301", "\ud800", "plain words", " ", "a", "\u2028", "\ufe0f", "가",
)  # fmt: skip

CASE = ("g", "enter", "enter")
GOING = sorted(
    {
        key.action.split("(")[0].replace("_", "-")
        for key in keymap.KEYS
        if key.group in {"go", "case", "write", "list", "app"}
    }
    - {"back", "leave", "close", "lock"}
)
ROUTES: tuple[tuple[str, ...], ...] = (
    (),
    ("g",),
    ("g", "enter"),
    CASE,
    ("slash", *"potassium"),
    *((*CASE, "colon", *name, "enter") for name in GOING),
)
"""Keys from the brief to a screen; new actions of the key table are new routes."""


def text_of(rng: random.Random, pieces: int = 8) -> str:
    """Words and what acts, in any order; now and then any characters at all."""
    if not rng.randrange(4):
        return "".join(
            chr(rng.choice((rng.randrange(0x300), rng.randrange(0x110000)))) for _ in range(rng.randrange(30))
        )
    return "".join(rng.choices(PIECES, k=rng.randrange(1, pieces)))


class _Hostile:
    """Something of a forum, whose answers hold other texts."""

    def __init__(self, real: Any, rng: random.Random) -> None:
        self._real, self._rng = real, rng
        self.texts = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if not callable(found) or name == "resolve":
            return found

        def ask(*args: Any, **kwargs: Any) -> Any:
            return self._turned(found(*args, **kwargs))

        return ask

    def _turned(self, value: Any, kind: Any = None) -> Any:
        """The value with hostile texts, save where a field can hold only certain words."""
        if isinstance(value, str) and kind is str:
            self.texts += 1
            return text_of(self._rng)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return value._replace(
                **{
                    name: self._turned(getattr(value, name), kind)
                    for name, kind in typing.get_type_hints(type(value)).items()
                }
            )
        if isinstance(value, tuple):
            of = typing.get_args(kind)[:1] or (None,)
            turned = tuple(self._turned(each, of[0]) for each in value)
            return type(value)(*turned) if hasattr(value, "_fields") else turned
        if isinstance(value, dict):
            return {name: self._turned(each) for name, each in value.items()}
        if isinstance(value, Struct):
            hints = typing.get_type_hints(type(value))
            return structs.replace(
                value, **{name: self._turned(getattr(value, name), _plain(hints[name], name))
                          for name in value.__struct_fields__}
            )  # fmt: skip
        return value


def _plain(hint: Any, name: str) -> Any:
    """The kind of a field whose texts may be anything; None where it is one of a few words."""
    if name in {"kind", "state", "body_state", "urgency", "id"} or typing.get_origin(hint) is Literal:
        return None
    options = [each for each in typing.get_args(hint) if each is not type(None)]
    return options[0] if type(None) in typing.get_args(hint) and len(options) == 1 else hint


class _HostileForum:
    """A forum whose every answer is hostile."""

    def __init__(self, forum: Forum, rng: random.Random) -> None:
        self._forum = forum
        self.parts = {name: _Hostile(getattr(forum, name), rng) for name in ASKING}

    def __getattr__(self, name: str) -> Any:
        return self.parts[name] if name in self.parts else getattr(self._forum, name)

    @property
    def texts(self) -> int:
        return sum(part.texts for part in self.parts.values())


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: "-".join(route) or "brief")
async def test_nothing_acts_on_any_screen(route: tuple[str, ...]) -> None:
    """The screen is asked for again and again, scrolled and typed into: no fault, and every frame shows its cells."""
    rng = random.Random("-".join(route))
    with tempfile.TemporaryDirectory() as folder, ward(Path(folder)) as here:
        case = here.case(by=here.nadia, title="Potassium is high")
        here.reply(case, "Potassium again, and calcium.")
        for letter in "abcdef":
            here.case(title=f"Potassium of number {letter}")
        forum = _HostileForum(here.forum, rng)
        seen = Watched(here, forum=forum)
        app = seen.app
        async with app.run_test(size=(80, 24)) as pilot:
            handed, idle = 0, 0
            while handed < TEXTS and idle < 4:
                before = forum.texts
                await _press(app, *route, "pagedown", "j", "G", "tab")
                app.post_message(Paste(text_of(rng, 40)))
                await pilot.pause()
                await until(lambda: app.fault or app.typed_ahead.has_settled, within_s=20.0, on=app)
                assert not app.fault
                handed += max(forum.texts - before, 1)
                idle = idle + 1 if forum.texts == before else 0
                await _press(app, "escape", "escape", "escape", "escape", "escape")
                await pilot.pause()
                await until(lambda: app.fault or app.typed_ahead.has_settled, within_s=20.0, on=app)
            await until(lambda: app.fault or not seen.differs(), within_s=10.0, on=app)
        assert not app.fault
        assert seen.frames


async def _press(app: Any, *keys: str) -> None:
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


def _frames(count: int) -> Iterator[str]:
    """Frames of a glass whose lines are all hostile; every line of every frame is a new text."""
    rng = random.Random(2026)
    rows = 40
    painter = Painter("16", repertoire.XTERM)
    for _ in range(0, count, rows):
        lines = [[Strip([Segment(text_of(rng))])] for _ in range(rows)]
        painter.lay(LayoutUpdate(lines, Region(0, 0, 60, rows)))
        yield painter.frame((0, 0))


def test_no_text_in_the_cells_acts() -> None:
    """Each sequence in a frame is one the encoder writes to change cells, and no other character acts or hides."""
    ours = re.compile(r"\x1b\[[0-9;]*[mHABCDGKXLMSTr]|\x1b\[2J(?<=\A\x1b\[m\x1b\[H\x1b\[2J)")
    for sent in _frames(CELL_TEXTS):
        rest = ours.sub("", sent)
        assert not re.search(
            "[\x00-\x07\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]", rest
        )
