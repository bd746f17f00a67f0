"""The glass: a terminal shows what the compositor holds, on every screen keys lead to, and a key costs few bytes.

``make glass`` walks two thousand ways instead of forty.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import Phase, given
from hypothesis import settings as set_up
from hypothesis import strategies as st
from tests.strategies import is_long
from tests.tui.ward import until, ward
from tests.tui.watched import Watched
from textual.events import Key, Paste

from wardroom.domain.events import Record
from wardroom.domain.views import PostDraft
from wardroom.terminal.palette import Palette
from wardroom.tui import keymap

SIZES = ((80, 24), (40, 12), (132, 50), (100, 30), (23, 7))
PALETTES: tuple[Palette, ...] = ("truecolor", "256", "16", "none")
TERMS = ("xterm-256color", "screen", "linux", "vt220", "vt100")
WAYS = 100 if is_long() else 2
"""For each size and palette."""

NEWS = "a colleague posts"
KEYS = sorted({name for key in keymap.KEYS for name in key.keys.split(",")} - {"ctrl+c", "q"})
LEAVING = {"back", "leave"}
COMMANDS = sorted(
    {key.action.split("(")[0].replace("_", "-") for key in keymap.KEYS if key.group in keymap.COMMANDED} - LEAVING
)
WORDS = (
    "漢字 wide",
    "aäß1 :",
    "👩‍⚕️ ❤️ x",
    "\u202eturned\u200b",
    "HR 128 BP 84/50",
    "1",
    "111111",
    "a paragraph of words " * 9,
)
STEP = st.one_of(
    st.sampled_from(["j", "j", "k", "space", "enter", "pagedown", "pageup", "G", "n", "r", "g", "escape", "tab"]),
    st.sampled_from(KEYS),
    st.sampled_from(COMMANDS).map(lambda name: ("colon", *name, "enter")),
    st.sampled_from(WORDS).map(Paste),
    st.sampled_from(WORDS).map(tuple),
    st.sampled_from(SIZES).map(list),
    st.just(NEWS),
)
"""A key, keys one after the other, words pasted, a size, or news."""

Step = str | Sequence[str] | Paste | list[int]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("size", SIZES)
@given(steps=st.lists(STEP, min_size=5, max_size=40), term=st.sampled_from(TERMS))
@set_up(max_examples=WAYS, phases=(Phase.explicit, Phase.generate))
async def test_a_terminal_shows_what_the_compositor_holds(
    size: tuple[int, int], palette: Palette, steps: list[Step], term: str
) -> None:
    """The real screens over a real forum: after every frame, and at the end against the compositor's own cells."""
    with tempfile.TemporaryDirectory() as folder, ward(Path(folder)) as here:
        case = here.case(text="漢字 wide and ❤️ disputed. " * 12)
        here.reply(case, "Lipid was ready and never needed. " * 20)
        own = here.case(by=here.nadia, title="A case of her own with 漢字 in it")
        here.reply(own, "Answered, so that the brief has something to say.")
        for letter in "abcdefgh":
            here.case(title=f"Case {letter} with 漢字 in it")
        seen = Watched(here, palette, term)
        app = seen.app
        async with app.run_test(size=size) as pilot:
            for step in steps:
                if isinstance(step, list):
                    await pilot.resize_terminal(*step)
                elif isinstance(step, Paste):
                    app.post_message(Paste(step.text))
                elif step == NEWS:
                    here.case(title="News while somebody reads, 漢")
                else:
                    for key in (step,) if isinstance(step, str) else step:
                        app.post_message(Key(key, key if len(key) == 1 else None))
            await pilot.pause(0.05)
            await until(lambda: app.fault or app.typed_ahead.has_settled, within_s=30.0)
            await until(lambda: app.fault or not seen.differs(), within_s=10.0, on=app)
            assert seen.frames
        assert not app.fault


async def test_a_screen_is_painted_once(tmp_path: Path) -> None:
    """The first screen, and a case: no page without its words, nothing that is pushed away by the next frame."""
    with ward(tmp_path) as here:
        here.case(text="Words of a case that fill some lines of the glass. " * 20)
        seen = Watched(here)
        async with seen.app.run_test(size=(80, 24)) as pilot:
            await pilot.pause(0.2)
            assert [frame for frame in seen.frames if len(frame) > 30] == seen.frames[:1]
            seen.frames.clear()
            await pilot.press("enter")
            await pilot.pause(0.2)
            assert [frame for frame in seen.frames if len(frame) > 60] == seen.frames[:1]


async def test_keys_cost_few_bytes(tmp_path: Path) -> None:
    """A mark in the margin moves by a dozen bytes; the next unread case costs what differs; a letter fifteen."""
    with ward(tmp_path) as here:
        for letter in "abcdefgh":
            here.case(title=f"Potassium is high, number {letter}")
        seen = Watched(here)

        async def cost(*keys: str) -> int:
            before = seen.sent_bytes
            await pilot.press(*keys)
            await pilot.pause(0.1)
            return seen.sent_bytes - before

        async with seen.app.run_test(size=(80, 24)) as pilot:
            await cost("g", "enter", "j")
            assert await cost("j") <= 12
            await cost("enter")
            assert await cost("space") <= 60
            await cost("b", "n", "1", "T", "enter", "Q", "enter")
            # One letter may fall together with what a pause brings: the draft is kept, the guard has looked.
            assert min([await cost(letter) for letter in "abcdef"]) <= 15


async def test_idle_sends_nothing(tmp_path: Path) -> None:
    """On the brief, in a case and in the composer."""
    with ward(tmp_path) as here:
        here.forum.cases.post(
            here.omar, here.board,
            PostDraft("A text.", title="Potassium is high", kind="case", question="What next?", record=Record(sex="F")),
        )  # fmt: skip
        seen = Watched(here)
        async with seen.app.run_test(size=(80, 24)) as pilot:
            for keys in ((), ("enter",), ("n", "T", "enter")):
                await pilot.press(*keys)
                await pilot.pause(1.6)
                seen.frames.clear()
                await pilot.pause(1.2)
                assert not seen.frames
