"""Takes what Textual's compositor has to show, before it becomes escape sequences, and sends the difference.

Two classes of Textual's insides are read here and nowhere else; ``is_usable`` tells whether they still are as this
file knows them. Where they are not, Textual paints as it always does.
"""

import asyncio
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from wardroom.terminal import palette as palettes
from wardroom.terminal import repertoire, signs
from wardroom.terminal.barrier import only_printable
from wardroom.terminal.cells import BLANK, LOOK_SHIFT, SPACE, TAIL, TEXT, Glyphs, Row
from wardroom.terminal.encoder import Encoder
from wardroom.terminal.palette import Palette
from wardroom.terminal.repertoire import Repertoire

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.app import App
    from textual.driver import Driver

MARKED_MIN_BYTES: Final = 200
"""A frame shorter than this arrives whole anyway; the marks around it would cost 16 bytes."""
ASKED_MIN_BYTES: Final = 100
"""So much is sent before the terminal is asked whether it has come so far."""
IN_FLIGHT_MAX: Final = 2
"""Questions that may be on their way; until one is answered, newer frames take the place of older ones."""
IN_FLIGHT_MAX_BYTES: Final = 400
"""A frame as long as this is on its way alone: on a slow line what follows it would only show the way."""
SLOW_BYTES_PER_S: Final = 2_000
"""On a line no faster than this, some 20 kbit/s, a long frame goes in pieces."""
PIECE_S: Final = 0.125
"""So long a piece is on its way: what has been typed meanwhile decides about the next one."""
ANSWER_MAX_S: Final = 5.0
"""A terminal that has not answered for so long is not waited for."""

QUESTION: Final = "\x1b[5n"
"""Asks for the terminal's state; it answers, in order, when it has read so far. The cheapest there is."""

_USED_OF_APP: Final = (
    "_batch_count", "_running", "_closed", "_driver", "_begin_update", "_end_update", "_handle_exception",
    "_previous_cursor_position", "cursor_position", "is_headless", "post_display_hook",
)  # fmt: skip


class Flow:
    """How much is under way on a line whose buffers cannot be seen: at most two frames, as far as it answers."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._sent_bytes = 0
        self._asked: list[tuple[float, int, int]] = []
        """When each question was asked that is not answered yet, the bytes since the one before, and those sent with it."""
        self._bytes_per_s = 0.0
        """What the line has carried at its best, so far as is known."""
        self._has_answered = False
        self._is_tried = False

    @property
    def is_full(self) -> bool:
        """Whether the next frame has to wait for an answer."""
        # Answers arrive in another thread: the list is looked at once.
        asked = self._asked[:IN_FLIGHT_MAX]
        if not asked or not self._has_answered:
            return False
        if len(asked) < IN_FLIGHT_MAX and sum(count for _, count, _ in asked) < IN_FLIGHT_MAX_BYTES:
            return False
        if self._now_s() - asked[0][0] < ANSWER_MAX_S:
            return True
        self._has_answered = False
        self._asked.clear()
        return False

    @property
    def piece_bytes(self) -> int | None:
        """How much is to be sent at once; None where the line is not known to be slow."""
        if 0 < self._bytes_per_s < SLOW_BYTES_PER_S:
            return max(int(self._bytes_per_s * PIECE_S), ASKED_MIN_BYTES)
        return None

    @property
    def is_awaited(self) -> bool:
        """Whether an answer is still to come; from any thread."""
        last = self._asked[-1:]
        return bool(last) and self._now_s() - last[0][0] < ANSWER_MAX_S

    def sent(self, count: int) -> str:
        """So many bytes go out; the question to send after them, or nothing.

        A terminal that has not answered the first question is asked no second one.
        """
        self._sent_bytes += count
        if self._sent_bytes < ASKED_MIN_BYTES or (self._is_tried and not self._has_answered):
            return ""
        self._is_tried = True
        self._asked.append((self._now_s(), self._sent_bytes, count))
        self._sent_bytes = 0
        return QUESTION

    def answered(self) -> None:
        """The terminal has read up to a question."""
        self._has_answered = True
        for asked_s, _, count in self._asked[:1]:
            # What was on its way before, and the way there and back, only make it seem slower.
            self._bytes_per_s = max(self._bytes_per_s, count / max(self._now_s() - asked_s, 0.001))
        del self._asked[:1]


class Answers:
    """Takes the terminal's answers out of what is typed: they are not keys."""

    _ANSWER: Final = re.compile(r"\x1b\[[03]n")
    _BEGUN: Final = re.compile(r"\x1b(?:\[[03]?)?\Z")

    def __init__(self) -> None:
        self._held = ""

    def without(self, text: str, *, is_awaited: bool) -> tuple[str, int]:
        """What was typed, and how many answers were in it.

        While an answer is awaited, a beginning of one is kept back; the next call, with or without text, gives it.
        """
        *typed, last = self._ANSWER.split(self._held + text)
        begun = self._BEGUN.search(last) if is_awaited and text else None
        self._held = begun.group() if begun else ""
        return "".join(typed) + (last[: begun.start()] if begun else last), len(typed)


class Painter:
    """Between an app's compositor and its driver: the cells of the glass, and what of them is not there yet."""

    def __init__(
        self, palette: Palette, terminal: Repertoire, *, is_ascii: bool = False, encoding: str = "utf-8"
    ) -> None:
        self.glyphs = Glyphs()
        self.flow = Flow()
        self._palette: Palette = palette
        self._is_ascii = is_ascii
        self._encoding = None if encoding.lower().replace("-", "").replace("_", "") == "utf8" else encoding
        self._encoder = Encoder(self.glyphs, terminal)
        self._numbers: dict[Style | None, int] = {}
        self._rows: list[Row] = []
        """As the compositor wants them."""
        self._sent_rows: dict[int, tuple[Row, Row]] = {}
        """For each line what was wanted and what it became for this terminal."""
        self._cursor = (0, 0)

    def forget(self) -> None:
        """The glass may show anything: the next frame paints all of it."""
        self._encoder.forget()

    # --- what is wanted ------------------------------------------------------------------------------------------

    def takes(self, renderable: object) -> bool:
        """Whether this is an update of cells, laid over those known already."""
        if isinstance(renderable, LayoutUpdate):
            return True
        return isinstance(renderable, ChopsUpdate) and len(renderable.chops) == len(self._rows)

    def lay(self, update: object) -> None:
        """Take over what the compositor has changed."""
        if isinstance(update, LayoutUpdate):
            self._lay_layout(update)
        elif isinstance(update, ChopsUpdate):
            self._lay_chops(update)

    def _lay_layout(self, update: LayoutUpdate) -> None:
        region = update.region
        width, height = region.right, region.bottom
        if len(self._rows) != height or (height and len(self._rows[0]) != width):
            self.forget()
            self._rows = [[BLANK] * width for _ in range(height)]
            self._sent_rows.clear()
        for y, strips in enumerate(update.strips, region.y):
            if y >= height:
                break
            row, x = list(self._rows[y]), region.x
            for strip in strips:
                x += self._lay_strip(row, x, strip)
            self._rows[y] = row

    def _lay_chops(self, update: ChopsUpdate) -> None:
        # As Textual's own ``render_segments``: a chop is cut at its span's end, not at its beginning.
        for y, first, last in update.spans:
            row = list(self._rows[y])
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is None or x >= last or end <= first:
                    continue
                self._lay_strip(row, x, strip if end <= last else strip.crop(0, last - x))
            self._rows[y] = row

    def _lay_strip(self, row: Row, x: int, strip: Iterable[Segment]) -> int:
        """Lay a strip over a line; its columns."""
        cells: Row = []
        for text, style, control in strip:
            if control or not text:
                continue
            number = self._numbers.get(style)
            if number is None:
                number = self._numbers[style] = self.glyphs.number(palettes.look_of(style, self._palette))
            cells += self.glyphs.cells(only_printable(text), number)
        self.glyphs.lay(row, x, cells)
        return len(cells)

    # --- what is sent --------------------------------------------------------------------------------------------

    def rows(self) -> list[Row]:
        """The cells as this terminal can show them."""
        if not self._is_ascii and self._encoding is None:
            return self._rows
        rows = []
        for y, row in enumerate(self._rows):
            known = self._sent_rows.get(y)
            if known is None or known[0] is not row:
                known = self._sent_rows[y] = (row, self._translated(row))
            rows.append(known[1])
        return rows

    def _translated(self, row: Row) -> Row:
        """A line in the signs this terminal has, column by column."""
        changed = list(row)
        for x, cell in enumerate(row):
            if cell == TAIL or cell & TEXT < 0x80:
                continue
            text = self.glyphs.text(cell)
            width = 2 if x + 1 < len(row) and row[x + 1] == TAIL else 1
            if self._is_ascii and text == signs.NOW and self._has_room(row, x):
                twin = "!!"
            else:
                twin = signs.in_ascii(text) if self._is_ascii else text
                if self._encoding is not None and not _has(self._encoding, twin):
                    twin = signs.TWINS.get(text, "?" * width)
            if twin != text:
                self.glyphs.lay(changed, x, self.glyphs.same_look(cell, twin))
        return changed

    @staticmethod
    def _has_room(row: Row, x: int) -> bool:
        """Whether a sign stands in a column of two, and not before a word of a sentence."""
        if x + 1 >= len(row) or row[x + 1] & TEXT != SPACE:
            return False
        after = row[x + 2] if x + 2 < len(row) else BLANK
        return after >> LOOK_SHIFT != row[x] >> LOOK_SHIFT or not chr(after & TEXT & 0x7F).isalpha()

    def frame(self, cursor: tuple[int, int]) -> str:
        """What brings the glass up to date, with its cursor at (column, line); nothing where it is.

        On a slow line, the part of it that comes first: ``is_behind`` tells whether there is more.
        """
        return self._encoder.encode(self.rows(), cursor, self.flow.piece_bytes) if self._rows else ""

    @property
    def is_behind(self) -> bool:
        """Whether the last frame was only a part of what is to be sent."""
        return self._encoder.is_behind


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeError:
        return False
    return True


# --- the app --------------------------------------------------------------------------------------------------------


class Hook:
    """What an app's ``_display`` hands its updates to."""

    def __init__(self, app: "App[Any]", painter: Painter) -> None:
        self._app = app
        self.painter = painter
        self._is_behind = False

    def forget(self) -> None:
        """The glass may show anything: the next frame paints all of it."""
        self.painter.forget()

    def display(self, renderable: "RenderableType | None") -> bool:
        """Show an update; False where Textual has to do it itself."""
        app = self._app
        if app._batch_count or not app._running or app._closed or app.is_headless or app._driver is None:
            return False
        if app._driver.is_inline or renderable is None:
            return False
        painter = self.painter
        if isinstance(renderable, ChopsUpdate) and not painter.takes(renderable):
            renderable = app.screen._compositor.render_full_update()
        if not painter.takes(renderable):
            painter.forget()
            return False
        try:
            painter.lay(renderable)
            self.send()
        except Exception as error:  # noqa: BLE001 - as Textual does with an error in here
            app._handle_exception(error)
        finally:
            app.post_display_hook()
        return True

    @property
    def is_awaited(self) -> bool:
        """Whether the terminal has still to answer; from any thread."""
        return self.painter.flow.is_awaited

    def send(self) -> None:
        """Send what the glass does not show yet, unless enough is on its way."""
        app, painter = self._app, self.painter
        driver = app._driver
        if driver is None:
            return
        while not painter.flow.is_full:
            self._send_frame(driver)
            if not painter.is_behind:
                self._is_behind = False
                return
        if not self._is_behind:
            self._is_behind = True
            app.set_timer(ANSWER_MAX_S, self._overdue)

    def _send_frame(self, driver: "Driver") -> None:
        app, painter = self._app, self.painter
        cursor = app.screen.outer_size.clamp_offset(app.cursor_position)
        app._previous_cursor_position = cursor
        sent = painter.frame((cursor.x, cursor.y))
        if not sent:
            return
        size = len(sent.encode("utf-8", "replace"))
        is_marked = size >= MARKED_MIN_BYTES
        if is_marked:
            app._begin_update()
        driver.write(sent + painter.flow.sent(size))
        if is_marked:
            app._end_update()
        driver.flush()

    def catch_up(self) -> None:
        """Send the newest of what was held back."""
        if self._is_behind:
            self.send()

    def _overdue(self) -> None:
        if self._is_behind:
            self._is_behind = False
            self.send()

    def answered_from_thread(self, count: int, loop: asyncio.AbstractEventLoop) -> None:
        """The terminal has answered so many questions; from any thread."""
        for _ in range(count):
            self.painter.flow.answered()
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(self.catch_up)


def attach(
    app: "App[Any]", *, wish: str = "auto", is_ascii: bool = False, encoding: str = "utf-8",
    environ: Mapping[str, str] = os.environ,
) -> Hook | None:  # fmt: skip
    """The hook for an app on the terminal that ``environ`` tells of; None where Textual has to paint itself."""
    if not is_usable(app):
        return None
    terminal = repertoire.of(environ.get("TERM", ""))
    return Hook(app, Painter(palettes.choose(environ, wish), terminal, is_ascii=is_ascii, encoding=encoding))


def is_usable(app: "App[Any]") -> bool:
    """Whether Textual's insides are as this file knows them: what is used exists, and two updates come out right."""
    if not all(hasattr(app, name) for name in _USED_OF_APP):
        return False
    try:
        painter = Painter("none", repertoire.VT102)
        painter.lay(
            LayoutUpdate([[Strip([Segment("ab"), Segment("c")])], [Strip([Segment("def")])]], Region(0, 0, 3, 2))
        )
        painter.lay(ChopsUpdate([{0: None, 1: Strip([Segment("xy")])}, {0: None}], [(0, 1, 2)], [[1, 3], [3]]))
        shown = ["".join(map(painter.glyphs.text, row)) for row in painter.rows()]
    except Exception:  # noqa: BLE001 - whatever has changed there, Textual's own output still works
        return False
    return shown == ["axc", "def"]
