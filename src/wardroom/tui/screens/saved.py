"""Saved searches: each under a number key, opened, renamed and removed here."""

from collections.abc import Callable, Iterable

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import check_line, pad
from wardroom.domain.views import SavedSearch
from wardroom.errors import WardroomError
from wardroom.language import _
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs.write import Write
from wardroom.tui.messages import OpenSaved
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import ACCENT, DIM, PLAIN, SENTENCE_ROWS, line, sentence

NAME_COLUMNS = 30


class SavedScreen(Framed):
    """One line a search."""

    SPEAKS = "saved"
    KEYS = ("list.open", "saved.rename", "list.discard", "go.back", "app.help")
    BINDINGS = keymap.bindings("saved")

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(self._row, lambda _index: bool(self._saved))
        self._saved: tuple[SavedSearch, ...] = ()

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield self.rows

    def refresh_view(self) -> None:
        """Ask again."""
        self.header.place = _("Saved searches")
        self.header.beside = _("only you see them")
        self._saved = self.host.forum.saved.all(self.host.me)
        self.rows.show(len(self._saved) or SENTENCE_ROWS)

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        if not self._saved:
            said = _("Nothing saved. / searches, and there ^S keeps the search under a number key.")
            return sentence(said, index, width)
        saved = self._saved[index]
        name = min(NAME_COLUMNS, max(width - 4, 0))
        query = "" if saved.query == saved.name else saved.query
        return line([(f"{saved.number}  ", ACCENT), (pad(saved.name, name), PLAIN), (f"  {query}", DIM)], width)

    def action_open(self) -> None:
        """What it finds now."""
        if self._saved:
            self.post_message(OpenSaved(self._saved[self.rows.cursor].number))

    def action_rename(self) -> None:
        """Another name."""
        if not self._saved:
            return
        saved = self._saved[self.rows.cursor]

        async def rename(name: str) -> None:
            await offload.call(self.host.forum.saved.rename, self.host.me, saved.number, name)

        def told(name: str | None) -> None:
            if name is not None:
                self.refresh_view()

        dialog = Write(
            _("A name for this search"), _check_name, is_one_line=True, done=_("rename"), text=saved.name, submit=rename
        )
        self.app.push_screen(dialog, told)

    async def action_discard(self) -> None:
        """Remove it; it is typed again in no time, so nothing is asked."""
        if self._saved:
            saved = self._saved[self.rows.cursor]
            await self._write(self.host.forum.saved.remove, saved.number)
            self.refresh_view()
            self.say(_("Removed: {query}").format(query=saved.query))

    async def _write(self, work: Callable[..., object], *args: object) -> None:
        try:
            await offload.call(work, self.host.me, *args)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)


def _check_name(name: str) -> str:
    return check_line(name, "name")
