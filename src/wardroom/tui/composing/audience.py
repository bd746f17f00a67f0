"""Where a post goes: the board, the beginning of what it is about, and who will see it there."""

from typing import Final

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import cut, pad
from wardroom.domain.views import BoardLine
from wardroom.language import _, marked
from wardroom.tui.composing.writing import Writing
from wardroom.tui.widgets.frame import Host
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.post_lines import one_line
from wardroom.tui.widgets.record_form import LABEL
from wardroom.tui.widgets.words import Words

_TITLES: Final = {
    "case": marked("New {kind}"), "reply": marked("Answer"), "amend": marked("New version"),
    "outcome": marked("Outcome"), "vitals": marked("Later vital signs"),
}  # fmt: skip
_ABOUT: Final = {"amend": marked("Your post"), "outcome": marked("Your case"), "vitals": marked("Your case")}


class Audience:
    """What the lines above a form say, once the forum was asked."""

    def __init__(self, writing: Writing) -> None:
        self.line = Words(id="audience")
        """Who will see it, where the header has no room for that."""
        self.about = Words(id="about")
        self._writing = writing
        self._board: BoardLine | None = None
        self._is_target_shown = False

    def choose(self, board: BoardNo) -> None:
        """It goes to another board."""
        self._writing.board, self._board = board, None

    def ask(self, host: Host) -> None:
        """Ask what is not known yet. Raises what the forum raises."""
        writing = self._writing
        if writing.target is not None and not self._is_target_shown:
            self._show_target(host, writing.target)
        if writing.board is not None and self._board is None:
            self._board = host.forum.boards.line(host.me, writing.board)

    def _show_target(self, host: Host, target: EventNo) -> None:
        """The beginning of what is being answered."""
        writing = self._writing
        case = host.forum.cases.open(host.me, target)
        self._is_target_shown = True
        writing.board = writing.board or case.line.board
        post = next((post for post in case.posts if post.post == target), case.head)
        handle = post.author.partition("@")[0]
        what = _(_ABOUT.get(writing.kind, "")) or (
            _("Quoting") if writing.quotes else _("To {handle}").format(handle=handle)
        )
        words = f"{case.line.title}: {case.question or post.text}" if post is case.head else ""
        if writing.quotes:
            words = f"{handle}: {words or ' '.join(post.text.split())}"

        def lines(width: int) -> list[Line]:
            room = max(width - LABEL, 4)
            return [((pad(cut(what, LABEL - 1), LABEL), "dim"), (cut(words, room) or one_line(post, room), "dim"))]

        self.about.say(lines)

    @property
    def title(self) -> str:
        """What is being written, and where."""
        board = self._board
        where = " " + _("in {board}").format(board=board.title or board.name) if board else ""
        return _(_TITLES[self._writing.kind]).format(kind=_(self._writing.thread_kind)) + where

    @property
    def said(self) -> str:
        """Who will see it; nothing while that is not known."""
        if self._board is None:
            return ""
        seen = _("visible to {audience}").format(audience=self._board.audience)
        return (_("unsigned, ") if self._writing.is_unsigned else "") + seen

    def show(self, *, is_line: bool) -> None:
        """Say it in a line of its own, or leave it to the header."""
        audience = self.said
        self.line.display = is_line
        self.line.say(lambda width: [((cut(audience, width), "dim"),)])
