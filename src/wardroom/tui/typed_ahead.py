"""Keys typed ahead: each waits until the one before has done all it does, for it is meant for the screen that one leads to."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final

from textual.app import App
from textual.events import Event
from textual.message_pump import MessagePump

SETTLED_S: Final = 2.0
"""A key that takes longer does not hold up those typed after it."""


class TypedAhead:
    """The keys and pastes an app has not taken yet; ``take`` has it do what one of them asks for."""

    def __init__(self, app: App[Any], take: Callable[[Event], Awaitable[None]]) -> None:
        self._app = app
        self._take = take
        self._waiting: deque[Event] = deque()
        self._settling: asyncio.Task[None] | None = None

    @property
    def has_settled(self) -> bool:
        """Whether every key has done all it does."""
        return self._settling is None or self._settling.done()

    async def typed(self, event: Event) -> None:
        """Take a key, or let it wait."""
        if not self.has_settled:
            self._waiting.append(event)
        else:
            await self._take(event)
            self._settling = asyncio.create_task(self._settle())

    async def _settle(self) -> None:
        """Let one key after the other do what it does; an error here is one of the app's."""
        try:
            while self._app._running:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._all_have_answered(), SETTLED_S)
                if not self._waiting:
                    return
                await self._take(self._waiting.popleft())
        except Exception as error:  # noqa: BLE001 - as Textual's own loop does
            self._waiting.clear()
            self._app._handle_exception(error)

    async def _all_have_answered(self) -> None:
        """The key has gone up from the widget to the app, what it asked for too, and a new screen stands."""
        app = self._app
        way = [node for node in (app.focused or app.screen).ancestors_with_self if isinstance(node, MessagePump)]
        for pump in (*way, app.screen, app):
            answered = asyncio.get_running_loop().create_future()
            if pump.call_later(lambda future=answered: future.done() or future.set_result(None)):
                await answered
