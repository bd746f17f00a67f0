"""How what is written goes out: what is doubtful is asked, and the forum takes the rest in place of the draft."""

from functools import partial
from typing import TYPE_CHECKING

from msgspec import structs

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import cut
from wardroom.errors import HeldForRelease
from wardroom.language import _, several
from wardroom.tui import offload
from wardroom.tui.composing.writing import Writing
from wardroom.tui.widgets import posting
from wardroom.tui.widgets.draft_keeper import DraftKeeper
from wardroom.tui.widgets.frame import Framed, Host

if TYPE_CHECKING:
    from wardroom.domain.quick.form import Said


class Doubts:
    """What the writer is asked about a record before it goes out, once each."""

    def __init__(self, screen: Framed, writing: Writing) -> None:
        self._screen = screen
        self._writing = writing
        self._sure: tuple[str, ...] = ()
        """What the writer has been asked about, and goes out with the next ^S."""

    def forget(self) -> None:
        """Something else stands there."""
        self._sure = ()

    def stand_against(self, said: "Said") -> bool:
        """Whether the record wants another look: what cannot be is refused at its field, what is odd is asked once."""
        form = self._writing.form
        for field, why in (*said.refused, *said.unclear):
            name = field if field in form.editors else "vitals"
            form.refuse(name, _('{why} Correct it, or put it in "quotes" to leave it as text.').format(why=why))
            form.go(name)
            return True
        doubts = (*said.asked, *said.unusual)
        if doubts and self._sure != doubts:
            self._sure = doubts
            form.go("quick" if "quick" in form.editors and form.editors["quick"].text else "vitals")
            count = several(
                "Sure? {what}  ^S once more posts it so.", "Sure? {what}  ^S once more posts them so.", len(doubts)
            )
            self._screen.say(count.format(what=cut(" · ".join(doubts), 44)), is_alarm=True)
            return True
        if self._writing.kind == "vitals" and not said.record.vitals:
            form.refuse("vitals", _("No vital sign is read there. Write them as T+25 HR 118 BP 98/60."))
            return True
        return False


async def send(
    host: Host, writing: Writing, board: BoardNo, good: dict[str, str], said: "Said | None",
    overrides: tuple[tuple[str, str], ...], keeper: DraftKeeper,
) -> EventNo:  # fmt: skip
    """Post the words of ``good`` and the record ``said``, and throw the draft away; the post.

    Raises what the forum raises; then the draft is kept on, unless the post is held for release.
    """
    draft = posting.draft_of(
        good, writing.form.fields, said if writing.form.is_head else None, writing.before, kind=writing.thread_kind,
        template=writing.template, now_ms=host.now_ms(),
    )  # fmt: skip
    draft = structs.replace(draft, overrides=overrides, quotes=writing.quotes, is_unsigned=writing.is_unsigned)
    await keeper.settle()
    kept_as = await keeper.close()
    draft = structs.replace(draft, kept_as=kept_as)
    cases, me, target = host.forum.cases, host.me, writing.target
    try:
        if target is None:
            return await offload.call(cases.post, me, board, draft)
        if writing.kind == "reply":
            return await offload.call(cases.reply, me, target, draft)
        if writing.kind == "amend":
            await offload.call(cases.amend, me, target, draft)
        elif said is not None:
            added = partial(cases.add_vitals, rest=said.rest, overrides=overrides, kept_as=kept_as)
            await offload.call(added, me, target, posting.sets_in(good["vitals"]))
        else:
            told = posting.outcome_of(good, overrides)
            await offload.call(partial(cases.record_outcome, kept_as=kept_as), me, target, told)
    except HeldForRelease:
        raise
    except BaseException:
        keeper.reopen()
        raise
    return target
