"""What becomes of a draft: it is kept while one types and when one leaves, or thrown away when that is wished."""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from wardroom.domain.views import Me
from wardroom.errors import WardroomError
from wardroom.language import _
from wardroom.tui import offload
from wardroom.tui.composing.writing import Writing
from wardroom.tui.dialogs.confirm import Confirm
from wardroom.tui.widgets.draft_keeper import DraftKeeper, Fields
from wardroom.tui.widgets.frame import Framed

if TYPE_CHECKING:
    from wardroom.forum.drafts import Drafts


class Drafting:
    """The draft of one screen; ``fields`` are what it keeps, ``told`` hears whenever it is safe on the disk or not."""

    def __init__(
        self, screen: Framed, writing: Writing, fields: Callable[[], Fields], told: Callable[[], None]
    ) -> None:
        self.keeper = DraftKeeper(self._write, fields, self._kept_or_not)
        self.label = _("keep")
        """What the key that leaves does."""
        self.writer: Me | None = None
        self._drafts: Drafts | None = None
        """Whose draft it is, and where it goes, even when the session ends meanwhile."""
        self._screen = screen
        self._writing = writing
        self._told = told

    def open(self) -> None:
        """Know whose it is, and its number where one goes on with it."""
        host = self._screen.host
        self.writer, self._drafts = host.me, host.forum.drafts
        if self._writing.kept is not None:
            self.keeper.draft = self._writing.kept.draft

    def _write(self, draft: int | None, fields: Fields) -> int:
        """In the worker thread."""
        assert self.writer is not None
        assert self._drafts is not None
        writing = self._writing
        return self._drafts.save(
            self.writer, draft=draft, kind=writing.kind, board=writing.board, target=writing.target, fields=fields
        )

    def _kept_or_not(self, trouble: str) -> None:
        """Whether the draft is safe on the disk."""
        if not self._screen.is_standing:
            return
        if trouble:
            self._screen.say(_("The draft is not saved.") + f" {trouble}", is_alarm=True)
        self.label = _("keep") if trouble else _("keep · saved")
        self._told()

    async def leave(self) -> None:
        """Leave the screen, unless what was typed cannot be saved."""
        try:
            await self.keeper.settle()
        except WardroomError as error:
            self._kept_or_not(str(error))
            return
        await self.keeper.close()
        self._screen.dismiss(None)

    async def end(self) -> None:
        """Save what is not saved yet; nobody is left to tell."""
        # An error has been said by whoever ended the session, or by the save before this one.
        with suppress(WardroomError):
            await self.keeper.settle()
        await self.keeper.close()

    def discard(self) -> None:
        """Throw it away, after one more key."""

        def answered(is_sure: bool | None) -> None:
            if is_sure:
                self._screen.run_worker(self._throw_away(), group="writing")

        if self._writing.form.is_blank:
            answered(True)
            return
        question = _("Throw this draft away? It cannot be brought back.")
        self._screen.app.push_screen(Confirm(question, _("throw away"), _("go on")), answered)

    async def _throw_away(self) -> None:
        host = self._screen.host
        draft = await self.keeper.close()
        try:
            if draft is not None:
                await offload.call(host.forum.drafts.discard, host.me, draft)
        except WardroomError as error:
            self.keeper.reopen()
            self._screen.say(str(error), is_alarm=True)
        else:
            self._screen.dismiss(None)
