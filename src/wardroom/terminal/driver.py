"""The driver under Textual: no mouse, only allowed bytes, and an orderly end when the terminal is gone."""

import os
import selectors
import signal
import sys
import termios
import threading
import time
import tty
from codecs import getincrementaldecoder
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any, Final

from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from wardroom.terminal import signs
from wardroom.terminal.barrier import BELL, only_allowed
from wardroom.terminal.textual_hook import Answers, Hook

END_AFTER_S: Final = 0.9
"""How long a program without its terminal may take to save a draft and go."""
ANSWER_WAIT_S: Final = 0.5
"""At the end, an answer on its way is waited for so long: the shell would take it for typed."""
LOST_STATUS: Final = 129
"""The exit status after the terminal was lost, as a shell would report SIGHUP."""

SWITCH_S: Final = 0.0005
"""So soon a thread with a frame or a key gets its turn; by Python's own measure a frame would wait ten times as long."""

_UNWANTED: Final = ("\x1b[?1004h", "\x1b[?1004l")
"""Reports of the window's focus would cost a repaint each time somebody looks elsewhere."""


class Glass:
    """The terminal as a file that never fails: what cannot be sent is dropped, and the loss is told once."""

    def __init__(self, fileno: int, encoding: str, *, ascii_signs: bool, lost: Callable[[], None]) -> None:
        self._fileno = fileno
        self._encoding = encoding
        self._ascii_signs = ascii_signs
        self._lost = lost
        self._is_gone = False
        self._pending: list[str] = []

    def write(self, text: str) -> int:
        """Keep ``text`` for the next flush."""
        self._pending.append(text)
        return len(text)

    def flush(self) -> None:
        """Send what was kept."""
        text = "".join(self._pending)
        self._pending.clear()
        if self._is_gone or not text:
            return
        frame = only_allowed(text)
        data = (signs.in_ascii(frame) if self._ascii_signs else frame).encode(self._encoding, signs.ERRORS)
        try:
            while data:
                data = data[os.write(self._fileno, data) :]
        except OSError:
            self._is_gone = True
            self._lost()

    def ring(self) -> None:
        """Ring the terminal's bell, past the gate that lets no text do so."""
        if not self._is_gone:
            with suppress(OSError):
                os.write(self._fileno, BELL.encode())

    def fileno(self) -> int:
        """The descriptor of the terminal."""
        return self._fileno

    def isatty(self) -> bool:
        """A glass is always a terminal."""
        return True


class TerminalDriver(LinuxDriver):
    """Textual's driver for a terminal that may be slow, poor, hostile or suddenly gone.

    The app may have a method ``terminal_lost()``; it is called in the event loop, while its widgets are still
    there, and ends the app. It may have an attribute ``ascii_signs``: whether signs go out as their twins. It may
    have an attribute ``hook``, which asks the terminal how far it has read, and is told when it answers.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = False, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=False, size=size)
        stream = sys.__stdout__
        if stream is None:
            raise OSError("there is no standard output")
        sys.setswitchinterval(SWITCH_S)
        self._ending = threading.Event()
        self._glass = Glass(
            stream.fileno(),
            stream.encoding,
            ascii_signs=getattr(app, "ascii_signs", False),
            lost=self.terminal_is_lost,
        )
        self._file = self._glass  # type: ignore[assignment]  # all a writer needs of a file
        self._raw: list[Any] | None = None
        signal.signal(signal.SIGTSTP, signal.SIG_IGN)

    def ring(self) -> None:
        """Ring the terminal's bell, on purpose."""
        if not self._ending.is_set():
            self._glass.ring()

    def show_cursor(self) -> None:
        """Show the terminal's own cursor, which screen readers and magnifiers follow."""
        self.write("\x1b[?25h")

    @property
    def can_suspend(self) -> bool:
        """Never: behind a suspended program there may be somebody else's shell."""
        return False

    def write(self, data: str) -> None:
        """Send ``data``, unless the terminal is gone: then a full queue would hold the program for ever."""
        if data not in _UNWANTED and not self._ending.is_set():
            super().write(data)

    def start_application_mode(self) -> None:
        """Take the terminal, and the signals that tell that it goes away."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        with suppress(termios.error):
            self._raw = termios.tcgetattr(self.fileno)
            # Every line feed would go out as two bytes.
            self._raw[tty.OFLAG] &= ~termios.ONLCR
            termios.tcsetattr(self.fileno, termios.TCSANOW, self._raw)
        for number in (signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, self._on_end_signal)

    @property
    def _hook(self) -> Hook | None:
        return getattr(self._app, "hook", None)

    def stop_application_mode(self) -> None:
        """Give the terminal back, when it has answered what it was asked."""
        until_s = time.monotonic() + ANSWER_WAIT_S
        while (hook := self._hook) and hook.is_awaited and time.monotonic() < until_s and not self._ending.is_set():
            time.sleep(0.01)
        # The pen keeps its look from frame to frame; the shell is to have its own.
        self.write("\x1b[m")
        super().stop_application_mode()

    def _sigcont_application(self, *_: object) -> None:
        """Somebody stopped the process and let it go on: the shell has had the terminal meanwhile."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._take_again)

    def _take_again(self) -> None:
        if self._raw is not None:
            with suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._raw)
        self.write("\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?7l")
        redraw: Callable[[], None] | None = getattr(self._app, "action_redraw", None)
        if redraw is not None:
            redraw()

    def _on_end_signal(self, _number: int, _frame: FrameType | None) -> None:
        """Runs between two instructions of the main thread: only hands over."""
        self.terminal_is_lost()

    def terminal_is_lost(self) -> None:
        """End the app from any thread; when it has not gone in time, end the process."""
        if self._ending.is_set():
            return
        self._ending.set()
        threading.Thread(target=self._end_at_last, name="end", daemon=True).start()
        try:
            self._loop.call_soon_threadsafe(self._tell_app)
        except RuntimeError:  # the loop is closed: the app has already ended
            return

    def _tell_app(self) -> None:
        getattr(self._app, "terminal_lost", self._app.exit)()

    @staticmethod
    def _end_at_last() -> None:
        threading.Event().wait(END_AFTER_S)
        os._exit(LOST_STATUS)

    def run_input_thread(self) -> None:
        """Read keys until the app closes the input or the terminal is gone, which reads as the end of the file."""
        parser, answers = XTermParser(self._debug), Answers()
        decode = getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.DefaultSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                typed = ""
                if selector.select(0.1):
                    try:
                        data = os.read(self.fileno, 4096)
                    except OSError:
                        data = b""
                    if not data:
                        self.terminal_is_lost()
                        break
                    typed = decode(data)
                typed, count = answers.without(typed, is_awaited=self._hook is not None and self._hook.is_awaited)
                if count and self._hook is not None:
                    self._hook.answered_from_thread(count, self._loop)
                if typed:
                    for message in parser.feed(typed):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
        with suppress(EOFError, ParseError):
            list(parser.feed(""))
