"""The TUI without a terminal: every frame it would send is painted to a far side, and compared as it comes."""

from dataclasses import replace
from typing import Any

from tests.tui.ward import Ward
from tests.unit.terminal.far_side import FarSide, expected
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region

from wardroom.terminal import repertoire
from wardroom.terminal.barrier import only_allowed
from wardroom.terminal.cells import Row
from wardroom.terminal.palette import Palette
from wardroom.terminal.textual_hook import Painter
from wardroom.tui.app import WardroomApp


class Watched:
    """An app, the far side of its line, and what was sent there."""

    def __init__(
        self, here: Ward, palette: Palette = "256", term: str = "xterm-256color", *, forum: Any = None,
        is_compared: bool = True,
    ) -> None:  # fmt: skip
        # Nobody leaves by a letter of a word that met no field.
        self.app = WardroomApp(forum or here.forum, here.nadia, replace(here.config, keys={"go.back": "f11"}))
        self.frames: list[str] = []
        self._palette: Palette = palette
        self._is_ascii = term == "linux"
        self._is_compared = is_compared
        self._painter = Painter(palette, repertoire.of(term), is_ascii=self._is_ascii)
        self._far = FarSide(80, 24)
        self._stock = self.app._display
        self.app._display = self._display

    @property
    def sent_bytes(self) -> int:
        """All that went out."""
        return sum(len(frame.encode()) for frame in self.frames)

    def _display(self, screen: Any, renderable: Any) -> None:
        app, painter = self.app, self._painter
        if renderable is not None and not app._batch_count and app._running and not app._closed:
            if isinstance(renderable, ChopsUpdate) and not painter.takes(renderable):
                renderable = app.screen._compositor.render_full_update()
            painter.lay(renderable)
            rows = painter.rows()
            if (self._far.screen.columns, self._far.screen.lines) != (len(rows[0]), len(rows)):
                self._far = FarSide(len(rows[0]), len(rows))
            cursor = app.screen.outer_size.clamp_offset(app.cursor_position)
            sent = painter.frame((cursor.x, cursor.y))
            assert only_allowed(sent) == sent
            if sent:
                self.frames.append(sent)
            if self._is_compared:
                self._far.feed(sent)
                self._assert_shown(rows, sent)
        self._stock(screen, renderable)

    def _assert_shown(self, rows: list[Row], sent: str) -> None:
        glyphs = self._painter.glyphs
        for y, (shown, wanted) in enumerate(zip(self._far.shows(), expected(glyphs, rows), strict=True)):
            unlike = [x for x, pair in enumerate(zip(shown, wanted, strict=True)) if pair[0] != pair[1]]
            assert not unlike, (y, unlike, [shown[x] for x in unlike], "".join(map(glyphs.text, rows[y])), sent)

    def differs(self) -> bool:
        """Whether the far side shows other cells than the compositor holds now, painted for the first time."""
        fresh = Painter(self._palette, repertoire.VT102, is_ascii=self._is_ascii)
        size = self.app.screen._compositor.size
        strips = self.app.screen._compositor.render_strips()
        fresh.lay(LayoutUpdate([[strip] for strip in strips], Region(0, 0, size.width, size.height)))
        return expected(fresh.glyphs, fresh.rows()) != self._far.shows()
