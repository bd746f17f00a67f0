"""What the member has half written, to be finished or thrown away."""

from collections.abc import Iterable

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.text import display_width, pad
from wardroom.domain.views import DraftView
from wardroom.errors import WardroomError
from wardroom.language import _, marked
from wardroom.terminal import signs
from wardroom.tui import keymap, offload
from wardroom.tui.messages import Compose
from wardroom.tui.widgets.ages import age_column
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import DIM, PLAIN, SENTENCE_ROWS, line, sentence

_KINDS = {
    "case": marked("case"),
    "reply": marked("reply"),
    "amend": marked("version"),
    "outcome": marked("outcome"),
    "vitals": marked("vitals"),
}


class DraftsScreen(Framed):
    """One line a draft."""

    SPEAKS = "drafts"
    KEYS = ("list.open", "list.discard", "go.back", "app.help")
    BINDINGS = keymap.bindings("drafts")

    def __init__(self) -> None:
        super().__init__()
        self.rows = Rows(self._row, lambda _index: bool(self._drafts))
        self._drafts: tuple[DraftView, ...] = ()
        self._doomed: int | None = None

    def body(self) -> Iterable[Widget]:
        """One list."""
        yield self.rows

    def refresh_view(self) -> None:
        """Ask again."""
        self.header.place = _("Drafts")
        self.header.beside = _("only you see them")
        self._drafts = self.host.forum.drafts.list(self.host.me)
        self.rows.show(len(self._drafts) or SENTENCE_ROWS)

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        if not self._drafts:
            return sentence(_("Nothing half written. What you begin and leave is kept here."), index, width)
        draft = self._drafts[index]
        kinds = max(display_width(_(kind)) for kind in _KINDS.values()) + 2
        when = age_column(draft.saved_ms, self.host.now_ms())
        room = max(width - 3 - display_width(when) - kinds, 0)
        return line(
            [
                (f"{signs.DRAFT} ", PLAIN),
                (when, DIM),
                (pad(_(_KINDS[draft.kind]), kinds), DIM),
                (pad(draft.about, room), PLAIN),
            ],
            width,
        )

    def on_rows_moved(self, event: Rows.Moved) -> None:
        """Another draft: what was asked about the last one is forgotten."""
        event.stop()
        self._doomed = None

    def action_open(self) -> None:
        """Go on writing."""
        if self._drafts:
            draft = self._drafts[self.rows.cursor]
            self.post_message(Compose(draft.kind, board=draft.board, target=draft.target, draft=draft.draft))

    async def action_discard(self) -> None:
        """Throw it away; asked for twice, since it cannot be had back."""
        if not self._drafts:
            return
        draft = self._drafts[self.rows.cursor]
        if self._doomed != draft.draft:
            self._doomed = draft.draft
            self.say(_("x once more throws it away for good."))
            return
        try:
            await offload.call(self.host.forum.drafts.discard, self.host.me, draft.draft)
        except WardroomError as error:
            self.say(str(error), is_alarm=True)
        self.refresh_view()
