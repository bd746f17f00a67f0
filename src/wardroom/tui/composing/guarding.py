"""What the writer does about the guard: takes its rewrites, or keeps a marked text with a reason."""

from collections.abc import Callable

from wardroom.domain.text import REASON_MIN, check_line, cut
from wardroom.errors import InputRejected
from wardroom.language import _, several
from wardroom.tui import keymap
from wardroom.tui.composing.naming import Naming
from wardroom.tui.composing.writing import Writing
from wardroom.tui.dialogs.write import Write
from wardroom.tui.widgets.frame import Framed
from wardroom.tui.widgets.guard import Guard
from wardroom.tui.widgets.words import Words


class Guarding:
    """The guard of what is written on one screen, and its line; ``changed`` hears when a reason is written."""

    def __init__(self, screen: Framed, writing: Writing, naming: Naming, changed: Callable[[], None]) -> None:
        self.line = Words(id="guard")
        self.guard = Guard(
            lambda: writing.form.words,
            self._show_findings,
            lambda: screen.host.forum.scan,
            lambda: writing.form.states,
        )
        self._screen = screen
        self._writing = writing
        self._naming = naming
        self._changed = changed

    def _show_findings(self) -> None:
        """Mark each finding where it stands, and tell them in one line."""
        if self._screen.is_standing:
            self._writing.form.mark(self.guard.standing)
            self.show()

    def show(self) -> None:
        """The line under the words: a name that is offered, unless something stands there that Tab would rewrite."""
        if self._naming.offered and not self.guard.blocks:
            [(key, _label)] = keymap.footer(self._screen.SPEAKS, ("compose.name",), self._screen.host.remapped)
            self.line.say(lambda width: [self._naming.line(width, key)])
        else:
            self.line.say(lambda width: [self.guard.line(width)])

    def fix_or_next(self) -> None:
        """In the text, or in a field with an identifier of its own: take the rewrites; else the next field."""
        form = self._writing.form
        proposed = [one for one in self.guard.blocks if one.finding.suggestion and form.stands(one)]
        here = form.place[0]
        if not proposed or (here != "text" and not any(one.field == here for one in proposed)):
            form.go_on(1)
            return
        form.rewrite(proposed)
        self.guard.forget()

    def rewrite_all(self) -> None:
        """Take every rewrite, of what is only asked about as well."""
        form = self._writing.form
        proposed = [one for one in self.guard.standing if one.finding.suggestion and form.stands(one)]
        if not proposed:
            self._screen.say(_("There is nothing to rewrite."))
            return
        form.rewrite(proposed)
        self.guard.forget()
        self.guard.touch()

    def override(self) -> None:
        """Keep one marked text, with a reason: the one at the cursor, else the first."""
        blocks = self.guard.blocks
        if not blocks:
            self._screen.say(_("Nothing is blocked."))
            return
        field, at = self._writing.form.place
        here = (one for one in blocks if one.field == field and one.finding.start <= at <= one.finding.end)
        one = next(here, blocks[0])

        def told(reason: str | None) -> None:
            if reason:
                self._writing.reason = ""
                self.guard.keep(one, reason)
                self._changed()

        def typed(reason: str) -> None:
            self._writing.reason = reason
            self._changed()

        what = cut(" ".join(one.finding.text.split()), 40)
        question = _("Keep “{what}” ({kind})? Say why nobody can be known by it.").format(
            what=what, kind=_(one.finding.kind)
        )
        so_far = self._writing.reason
        dialog = Write(question, _check_reason, is_one_line=True, done=_("keep it"), text=so_far, changed=typed)
        self._screen.app.push_screen(dialog, told)

    async def holds_back(self) -> bool:
        """Look once more; whether something may not go out as it is, which is said and shown."""
        await self.guard.look()
        blocks = self.guard.blocks
        if not blocks:
            return False
        self._writing.form.go(blocks[0].field, blocks[0].finding.end)
        what = several("{count} identifier", "{count} identifiers", len(blocks)).format(count=len(blocks))
        said = _("Not posted: {what}. Tab rewrites, ^O keeps one with a reason.").format(what=what)
        self._screen.say(said, is_alarm=True)
        return True


def _check_reason(text: str) -> str:
    reason = check_line(text, "reason")
    if len(reason) < REASON_MIN:
        raise InputRejected(_("An override needs a reason of a few words. Write it, or press Esc and change the text."))
    return reason
