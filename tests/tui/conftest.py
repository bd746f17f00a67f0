"""Pilots go on as soon as the app has worked off what it was sent, instead of guessing from an idle processor."""

import asyncio
import time
from collections.abc import Iterator
from typing import Any, Final

import pytest
from textual._context import active_app

ROUNDS: Final = 10
"""So many turns of the event loop in a row nothing may be left to do: a key takes a few until it is in a queue."""


@pytest.fixture(scope="session", autouse=True)
def _pilots_wait_by_condition() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.wait_for_idle", _until_worked_off)
        patch.setattr("textual.pilot.wait_for_idle", _until_worked_off)
        yield


async def _until_worked_off(_min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Until no message waits or is being handled and the glass is painted, or ``max_sleep`` seconds."""
    app, end = active_app.get(), time.monotonic() + max_sleep
    quiet = 0
    while quiet < ROUNDS and time.monotonic() < end:
        if not all(map(_waits, (app, *app._registry))) or app._resize_event is not None:
            quiet = 0
            await asyncio.sleep(0.001)
        elif _is_unpainted(app):
            quiet = 0
            app.screen._on_timer_update()
            await asyncio.sleep(0)
        else:
            quiet += 1
            await asyncio.sleep(0)


def _waits(pump: Any) -> bool:
    """Whether a message pump waits for its next message, or is none yet or no more."""
    if pump._task is None or pump._task.done():
        return True
    queue = pump._message_queue
    return queue.empty() and bool(queue.ready_event._waiters) and not pump._next_callbacks


def _is_unpainted(app: Any) -> bool:
    """Whether the screen has something to lay out or to paint, or somebody waits for it to be painted."""
    if not app.is_running or not app.screen_stack or app._batch_count or not app.screen.is_running:
        return False
    screen = app.screen
    return bool(
        screen._layout_required
        or screen._scroll_required
        or screen._repaint_required
        or screen._dirty_widgets
        or screen._callbacks
    )
