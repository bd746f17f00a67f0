"""A member's card: who it is, who vouches for them, what they care about, and what they wrote last."""

from collections.abc import Iterable
from typing import Final

from textual.strip import Strip
from textual.widget import Widget

from wardroom.domain.ids import EventNo
from wardroom.domain.text import check_line, display_width, pad, wrap
from wardroom.domain.views import CardView, PostLine, counted
from wardroom.errors import Refused, WardroomError
from wardroom.forum.members import PROFESSIONS
from wardroom.language import _, marked
from wardroom.tui import keymap, offload
from wardroom.tui.dialogs.write import Write
from wardroom.tui.messages import OpenThread
from wardroom.tui.widgets.ages import day
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.post_rows import post_row, post_words
from wardroom.tui.widgets.rows import Rows
from wardroom.tui.widgets.voices import BOLD, DIM, PLAIN, Run, line

LABELS: Final = (marked("Profession"), marked("Roles"), marked("Interests"), marked("Posts"))


class CardScreen(Framed):
    """The card of a post's author, or one's own."""

    SPEAKS = "card"
    KEYS = ("list.open", "go.back", "app.help")
    KEYS_OF_OWNER = ("card.change", "list.open", "go.back", "app.help")
    BINDINGS = keymap.bindings("card")

    def __init__(self, post: EventNo | None = None) -> None:
        """``post``: whose author is shown; None for whoever is looking."""
        super().__init__()
        self.post = post
        self.rows = Rows(self._row, lambda index: isinstance(self._line_at(index), PostLine))
        self._lines: list[tuple[Run, ...] | PostLine] = []
        self._card: CardView | None = None

    def body(self) -> Iterable[Widget]:
        """One list: the card, then the posts."""
        yield self.rows

    def footer(self) -> tuple[tuple[str, str], ...]:
        """The owner may change it."""
        ids = self.KEYS_OF_OWNER if self._card is not None and self._card.is_own else self.KEYS
        return keymap.footer(self.SPEAKS, ids, self.host.remapped)

    def refresh_view(self) -> None:
        """Ask again."""
        cards, me = self.host.forum.cards, self.host.me
        self._card = cards.own(me) if self.post is None else cards.of_author(me, self.post)
        self.header.place = _("Card")
        self.header.beside = _("seen by every member") if self._card.is_own else ""
        self.keys.keys = self.footer()
        self._lay_out()

    def refresh_news(self) -> None:
        """A card stands still while it is read."""

    def on_resize(self) -> None:
        """Interests wrap anew."""
        if self._card is not None:
            self._lay_out()

    def _lay_out(self) -> None:
        card = self._card
        assert card is not None
        labels = max(display_width(_(label)) for label in LABELS) + 2
        width = max(self.size.width - 4 - labels, 12)
        interests = ", ".join(card.interests) or (_("none yet, a adds some") if card.is_own else _("none told"))
        lines: list[tuple[Run, ...] | PostLine] = [((f"{card.handle}@{card.site}", BOLD),), ()]
        told = (
            ", ".join(part for part in (_(card.profession), _verified(card)) if part),
            ", ".join(map(_, card.roles)) or _("none here"),
            interests,
            counted(card.posts),
        )
        for label, words in zip(LABELS, told, strict=True):
            for number, part in enumerate(wrap(words, width)):
                lines.append(((pad("" if number else _(label), labels), DIM), (part, PLAIN)))
        if card.last:
            lines += [(), ((_("Last posts"), DIM),), *card.last]
        self._lines = lines
        self.rows.show(len(lines))

    def _line_at(self, index: int) -> tuple[Run, ...] | PostLine | None:
        return self._lines[index] if index < len(self._lines) else None

    def _row(self, index: int, width: int, is_cursor: bool) -> Strip:
        row = self._lines[index]
        if not isinstance(row, PostLine):
            return line(row, width)
        paint = post_words if self.host.is_plain else post_row
        return paint(row, width, self.host.now_ms())

    def action_open(self) -> None:
        """The post under the cursor, in its thread."""
        row = self._line_at(self.rows.cursor)
        if isinstance(row, PostLine):
            self.post_message(OpenThread(row.post))

    def action_change(self) -> None:
        """Ask for the profession, then for the interests."""
        card = self._card
        if card is None or not card.is_own:
            self.say(_("Only the member changes a card."))
            return

        def told(profession: str | None) -> None:
            if profession is not None:
                self._ask_interests(profession, card)

        question = _("What you are, one of: {professions}").format(professions=", ".join(PROFESSIONS))
        dialog = Write(question, _check_profession, is_one_line=True, done=_("next"), text=card.profession)
        self.app.push_screen(dialog, told)

    def _ask_interests(self, profession: str, card: CardView) -> None:
        async def change(text: str) -> None:
            interests = tuple(part.strip() for part in text.split(",") if part.strip())
            await offload.call(self.host.forum.cards.change, self.host.me, profession, interests)

        def told(text: str | None) -> None:
            if text is not None:
                try:
                    self.refresh_view()
                except WardroomError as error:
                    self.say(str(error), is_alarm=True)
                else:
                    self.say(_("Your card is changed."))

        question = _("What you care about, separated by commas: toxicology, airway, teaching")
        text = ", ".join(card.interests)
        dialog = Write(question, _check_line, is_one_line=True, done=_("done"), text=text, submit=change)
        self.app.push_screen(dialog, told)


def _verified(card: CardView) -> str:
    """Which site stands for the member, and until when."""
    until = day(card.verified_until_ms) if card.verified_until_ms is not None else ""
    if card.verified_by and until:
        return _("verified by {site} until {day}").format(site=card.verified_by, day=until)
    if card.verified_by:
        return _("verified by {site}").format(site=card.verified_by)
    return _("no longer verified since {day}").format(day=until) if until else _("not verified")


def _check_profession(text: str) -> str:
    profession = text.strip().casefold()
    if profession not in PROFESSIONS:
        raise Refused(_("A profession is one of {professions}.").format(professions=", ".join(PROFESSIONS)))
    return profession


def _check_line(text: str) -> str:
    return check_line(text, "list of interests", longest=400)
