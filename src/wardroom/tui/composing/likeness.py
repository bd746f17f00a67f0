"""Earlier cases like the one being written: what they are like it by, the line that tells them, and the list of them."""

from collections.abc import Callable

from wardroom.domain.ids import EventNo
from wardroom.domain.views import Me, SimilarCase
from wardroom.language import _
from wardroom.tui import keymap
from wardroom.tui.composing.writing import Writing
from wardroom.tui.dialogs.earlier_picker import EarlierPicker
from wardroom.tui.messages import OpenThread
from wardroom.tui.widgets.earlier import Earlier
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.words import Words


class Likeness:
    """What one screen tells of earlier cases; ``writer`` is who may see them."""

    def __init__(self, screen: Framed, writing: Writing, writer: Callable[[], Me]) -> None:
        self.line = Words(id="earlier")
        self.earlier = Earlier(self._words, self._ask, self._show)
        self._screen = screen
        self._writing = writing
        self._writer = writer

    def _words(self) -> str:
        """What is written, without its record."""
        return "\n".join(self._writing.form.words.values())

    def _ask(self, words: str) -> tuple[SimilarCase, ...]:
        """In the worker thread; a version that is amended is not like itself."""
        besides = self._writing.target if self._writing.kind == "amend" else None
        return self._screen.host.forum.search.similar(self._writer(), words, besides=besides)

    def _show(self) -> None:
        screen = self._screen
        if screen.is_standing:
            [(key, _label)] = keymap.footer(screen.SPEAKS, ("compose.earlier",), screen.host.remapped)
            self.line.say(lambda width: [self.earlier.line(width, key)])

    def choose(self) -> None:
        """Show them; one that is opened lies above what is being written."""
        screen = self._screen
        if not self.earlier.found:
            screen.say(_("Nothing here is like it yet."))
            return

        def chosen(thread: EventNo | None) -> None:
            if thread is not None:
                screen.post_message(OpenThread(thread))

        screen.app.push_screen(EarlierPicker(self.earlier.found, screen.host.now_ms()), chosen)
