"""All versions of a post with their times, the newest first."""

from collections.abc import Iterable
from typing import ClassVar

from textual.widget import Widget

from wardroom.domain.views import VersionView
from wardroom.language import _, several
from wardroom.tui import keymap
from wardroom.tui.widgets.ages import age, moment
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.lines import Line, text_lines
from wardroom.tui.widgets.words import Words


class History(Framed):
    """One page that scrolls; nothing can be changed here."""

    BINDINGS = keymap.bindings("history")
    SPEAKS: ClassVar[str] = "history"
    KEYS: ClassVar[tuple[str, ...]] = ("history.leave", "move.page_down")
    DEFAULT_CSS: ClassVar[str] = """
    History Words { height: 1fr; }
    """

    def __init__(self, versions: Iterable[VersionView], author: str, now_ms: int) -> None:
        super().__init__()
        self._versions = sorted(versions, key=lambda version: version.created_ms, reverse=True)
        self._author = author
        self._now_ms = now_ms
        self._words = Words(self._lines)

    def body(self) -> Iterable[Widget]:
        """The page."""
        yield self._words

    def show_header(self) -> None:
        """Whose post it is, and how many versions there are."""
        count = len(self._versions)
        self.header.place = _("History") + f" · {self._author}"
        self.header.right = (several("{count} version", "{count} versions", count).format(count=count),)

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for number, version in zip(range(len(self._versions), 0, -1), self._versions, strict=True):
            if lines:
                lines.append(())
            lines.append(
                (
                    (_("version {number}").format(number=number), "bold" if version.is_shown else "plain"),
                    (f" · {moment(version.created_ms)} · {age(version.created_ms, self._now_ms)}", "dim"),
                    (" · " + _("shown now") if version.is_shown else "", "dim"),
                )
            )
            if version.title:
                lines += text_lines(version.title, width, "bold")
            if version.text:
                lines += text_lines(version.text, width)
            else:
                lines.append(((_("its words are no longer here"), "dim"),))
        return lines

    def action_move(self, step: int) -> None:
        """A line."""
        self._words.move(step)

    def action_page(self, step: int) -> None:
        """A page."""
        self._words.move(step * max(self._words.size.height - 1, 1))

    def action_edge(self, step: int) -> None:
        """The beginning or the end."""
        self._words.move(step * 1_000_000)

    def action_leave(self) -> None:
        """Back to the case."""
        self.dismiss(None)
