"""Keeps what is being typed: written beside the event loop while typing goes on, and at once when the line drops."""

import asyncio
from collections.abc import Callable
from typing import Final

from wardroom.errors import WardroomError
from wardroom.tui import offload

QUIET_S: Final = 0.8
"""So long after the last key the draft is saved."""
LONGEST_S: Final = 1.4
"""While typing goes on, it is saved this often."""
AGAIN_S: Final = 5.0
"""After trouble with the file, the next try."""

Fields = dict[str, str]


class DraftKeeper:
    """One draft and its number; ``save(number, fields)`` writes it and gives the number it has from then on."""

    def __init__(
        self,
        save: Callable[[int | None, Fields], int],
        fields: Callable[[], Fields],
        tell: Callable[[str], None],
        *,
        draft: int | None = None,
    ) -> None:
        self.draft = draft
        self._save = save
        self._fields = fields
        self._tell = tell
        self._saved: Fields | None = None
        self._since_s: float | None = None
        """When the oldest change that is not saved yet was made."""
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    def opened(self, fields: Fields) -> None:
        """What the fields held at the beginning needs no saving."""
        self._saved = fields

    def touch(self) -> None:
        """Something was typed."""
        if self._is_closed:
            return
        loop = asyncio.get_running_loop()
        now_s = loop.time()
        if self._since_s is None:
            self._since_s = now_s
        if self._timer is not None:
            self._timer.cancel()
        self._timer = loop.call_at(min(now_s + QUIET_S, self._since_s + LONGEST_S), self._begin)

    def save_now(self) -> None:
        """Write what there is before returning: the process may end next. Raises what the file raises."""
        if self._is_closed:
            return
        self._stop_timer()
        fields = self._fields()
        if fields != self._saved and (self.draft is not None or any(fields.values())):
            offload.at_once(self._write, fields)

    async def settle(self) -> None:
        """Write what there is, and wait for it. Raises what the file raises."""
        self._stop_timer()
        if self._task is not None:
            await self._task
        fields = self._fields()
        if not self._is_closed and fields != self._saved and (self.draft is not None or any(fields.values())):
            await offload.call(self._write, fields)

    async def close(self) -> int | None:
        """Save no more; the number of the draft that is left behind, if there is one."""
        self._is_closed = True
        self._stop_timer()
        if self._task is not None:
            await self._task
        return self.draft

    def reopen(self) -> None:
        """Save again."""
        self._is_closed = False

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _begin(self) -> None:
        self._timer = None
        if self._task is not None and not self._task.done():
            # The disk is slower than the typing: once more when it is through.
            self._timer = asyncio.get_running_loop().call_later(QUIET_S / 4, self._begin)
            return
        self._task = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        fields = self._fields()
        self._since_s = None
        if fields == self._saved or (self.draft is None and not any(fields.values())):
            return
        try:
            await offload.call(self._write, fields)
        except WardroomError as error:
            self._tell(str(error))
            if not self._is_closed:
                self._timer = asyncio.get_running_loop().call_later(AGAIN_S, self._begin)
        else:
            self._tell("")

    def _write(self, fields: Fields) -> None:
        """In the worker thread: the number is known there before the next save begins."""
        self.draft = self._save(self.draft, fields)
        self._saved = fields
