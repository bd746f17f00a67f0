"""Somebody hits keys at random, on any glass: the program lives, and its glass holds nothing that acts."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import settings as set_up
from hypothesis import strategies as st
from tests.tui.ward import until, ward
from textual.events import Key

from wardroom.tui import keymap
from wardroom.tui.app import WardroomApp

KEYS = sorted({name for key in keymap.KEYS for name in key.keys.split(",")} - {"ctrl+c", "q"})
TYPED = "aäß1 []/:漢\u202e\u200b"
STEP = st.one_of(
    st.sampled_from(KEYS),
    st.sampled_from(TYPED),
    st.sampled_from([(1, 1), (40, 12), (80, 24), (132, 50), (17, 3)]),
)


@given(st.lists(STEP, min_size=10, max_size=60))
@set_up(max_examples=12, deadline=None)
async def test_any_keys_on_any_glass(steps: list[str | tuple[int, int]]) -> None:
    """Keys as fast as they come, and resizing between them: no fault, nothing unprintable."""
    with tempfile.TemporaryDirectory() as folder, ward(Path(folder)) as here:
        case = here.case()
        here.reply(case, "Lipid was ready and never needed. " * 20)
        app = WardroomApp(here.forum, here.nadia, here.config)
        async with app.run_test(size=(80, 24)) as pilot:
            for step in steps:
                if isinstance(step, tuple):
                    await pilot.resize_terminal(*step)
                elif len(step) == 1:
                    app.post_message(Key(step, step))
                else:
                    app.post_message(Key(step, None))
            await pilot.pause(0.1)
            await until(lambda: app.fault or app.typed_ahead.has_settled, within_s=15.0)
            for strip in app.screen._compositor.render_strips():
                assert all(segment.text.isprintable() for segment in strip)
        assert not app.fault
