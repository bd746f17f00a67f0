"""The glass: only what has changed is sent there, nothing else Textual would do to a terminal, and it is given back whole."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from textual.app import App
from textual.filter import LineFilter, NoColor
from textual.screen import Screen
from textual.worker import WorkerFailed

from wardroom.config import Config
from wardroom.errors import WardroomError
from wardroom.terminal.barrier import Cells
from wardroom.terminal.driver import LOST_STATUS, TerminalDriver
from wardroom.terminal.plain import Plainly
from wardroom.terminal.signs import use_ascii
from wardroom.terminal.textual_hook import attach
from wardroom.tui import faults


class Glass(App[int]):
    """A Textual app without toasts, mouse, clipboard, browser and bell; whose lines pass the barrier."""

    ENABLE_COMMAND_PALETTE = False
    ALLOW_SELECT = False

    def __init__(self, config: Config) -> None:
        super().__init__(driver_class=TerminalDriver, ansi_color=True)
        self.theme = "ansi-dark"
        self.animation_level = "none"
        self._disable_tooltips = True
        self._disable_notifications = True
        if config.colour == "none":
            self._filters.append(NoColor())
        self._cells = Cells()
        self.ascii_signs = is_ascii = _is_ascii(config)
        self.hook = attach(self, wish=config.colour, is_ascii=is_ascii, encoding=_encoding())
        self.is_plain = config.screen_reader
        """Whether the glass is for listening."""
        if self.is_plain:
            self._filters.append(Plainly())
        self.fault = ""
        """Why the program had to stop, if it had to: a sentence for after the glass."""

    def say(self, sentence: str, *, is_alarm: bool = False) -> None:
        """One sentence where the user is, until the next key."""
        speak: Callable[..., None] | None = getattr(self.screen, "say", None) if self.screen_stack else None
        if speak is not None:
            speak(sentence, is_alarm=is_alarm)

    def ring(self) -> None:
        """Ring the terminal's bell."""
        ring: Callable[[], None] | None = getattr(self._driver, "ring", None)
        if ring is not None:
            ring()

    def show_cursor(self) -> None:
        """Show where it is said, for whoever listens."""
        if self.is_plain and isinstance(self._driver, TerminalDriver):
            self._driver.show_cursor()

    def action_redraw(self) -> None:
        """Send the whole glass again: a line may have garbled it."""
        self._forget_glass()
        self._display(self.screen, self.screen._compositor.render_update(full=True))

    def on_resize(self) -> None:
        """The terminal may have moved what stood there."""
        self._forget_glass()

    def _forget_glass(self) -> None:
        if self.hook is not None:
            self.hook.forget()

    # --- what Textual would do -----------------------------------------------------------------------------------

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Send what has changed on the glass, and nothing else."""
        if self.hook is None or not self.hook.display(renderable):
            super()._display(screen, renderable)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Every widget's line passes the barrier."""
        return [*super().get_line_filters(), self._cells]

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Show the address: a browser would start here, on the forum's machine."""
        self.say(url)

    def notify(self, message: str, **_more: Any) -> None:
        """No toasts: one quiet sentence."""
        self.say(message)

    def copy_to_clipboard(self, text: str) -> None:
        """Within Wardroom alone: the terminal's clipboard is not ours to write."""
        self._clipboard = text

    def _set_pointer_shape(self, shape: str) -> None:
        """There is no mouse."""

    def bell(self) -> None:
        """Silence where Textual would ring: people sleep nearby."""

    # --- how it is given back ------------------------------------------------------------------------------------

    def keep_drafts(self) -> bool:
        """Have every open composer save; whether there was one."""
        found = False
        for screen in self.screen_stack:
            save: Callable[[], None] | None = getattr(screen, "save_now", None)
            if save is not None:
                found = True
                try:
                    save()
                except WardroomError as error:
                    self.say(str(error), is_alarm=True)
        return found

    def terminal_lost(self) -> None:
        """The line dropped: save what is half written while it is still there, and end."""
        self.keep_drafts()
        self.exit(LOST_STATUS)

    def keep_whole(self) -> None:
        """From now on an error nobody waited for is not printed over the glass."""
        asyncio.get_running_loop().set_exception_handler(self._on_stray_error)

    def _handle_exception(self, error: Exception) -> None:
        """Something of ours broke: keep the drafts, leave the glass, and say so in one line; never a post's text."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        if isinstance(error, WardroomError) and not self.fault:
            self.fault = str(error)
        self.panic(error)

    def panic(self, *renderables: Any) -> None:
        """End with one line that holds a reference, and nothing that was on the glass."""
        if not self.fault:
            cause = next((each for each in renderables if isinstance(each, BaseException)), None)
            stopped = faults.stopped(cause)
            self.fault = f"{stopped} {faults.what_is_kept(is_draft_saved=True)}"
            try:
                self.keep_drafts()
            except Exception:  # noqa: BLE001 - the glass must be given back whatever else breaks
                self.fault = f"{stopped} {faults.what_is_kept(is_draft_saved=False)}"
        self._return_code = 1
        self._close_messages_no_wait()

    def _on_stray_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error nobody waited for must not be printed over the glass."""
        error = context.get("exception")
        if isinstance(error, WardroomError):
            self.say(str(error), is_alarm=True)
        elif isinstance(error, Exception):
            self.say(faults.went_wrong(error), is_alarm=True)


def _is_ascii(config: Config) -> bool:
    """What the configuration says, else what the terminal can."""
    if config.ascii is not None or sys.__stdout__ is None:
        return bool(config.ascii)
    return use_ascii(os.environ, sys.__stdout__.encoding)


def _encoding() -> str:
    return sys.__stdout__.encoding if sys.__stdout__ is not None else "utf-8"
