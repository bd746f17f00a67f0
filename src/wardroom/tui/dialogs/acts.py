"""What can be done about a post, asked step by step: the act, its reason, and whether one is sure."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.screen import Screen

from wardroom.domain.events import FLAG_REASONS, REASONS
from wardroom.domain.ids import EventNo
from wardroom.domain.text import check_body
from wardroom.domain.views import Me
from wardroom.language import _
from wardroom.tui import offload
from wardroom.tui.dialogs.board_picker import BoardPicker
from wardroom.tui.dialogs.choice import Choice
from wardroom.tui.dialogs.confirm import Confirm
from wardroom.tui.dialogs.write import Write

if TYPE_CHECKING:
    from wardroom.forum import Forum

_ACTS: Final = {
    "flag": ("f", "flag: ask moderators to look at it"),
    "unflag": ("u", "take your flag back"),
    "hide": ("h", "hide"),
    "show again": ("s", "show: nothing is wrong with it"),
    "lock": ("l", "lock the thread"),
    "unlock": ("l", "unlock the thread"),
    "pin": ("p", "pin the thread"),
    "unpin": ("p", "unpin the thread"),
    "move": ("m", "move the thread to another board"),
    "purge": ("e", "erase its words everywhere"),
    "propose purge": ("e", "erase its words everywhere: you propose, another moderator confirms"),
    "confirm purge": ("e", "erase its words everywhere, as proposed"),
    "appeal": ("a", "appeal: ask another moderator to judge again"),
}
_REASONS: Final = {
    "identifier": "a patient may be identified",
    "consent-withdrawn": "consent was withdrawn",
    "wrong-place": "it stands in the wrong place",
    "other": "another reason",
    "unsafe": "the advice may harm",
    "uncivil": "it is uncivil",
}


async def why(screen: Screen[None], question: str, reasons: tuple[str, ...] = FLAG_REASONS) -> str | None:
    """A reason from the list, or None."""
    answers = [(str(number), _(_REASONS[reason])) for number, reason in enumerate(reasons, 1)]
    key = await screen.app.push_screen_wait(Choice(question, answers))
    return None if key is None else reasons[int(key) - 1]


async def act_on_post(screen: Screen[None], forum: "Forum", me: Me, post: EventNo) -> str | None:
    """Ask what is to be done about a post and do it; a sentence that says so, or None where nothing was done.

    Runs in a worker. Raises what the forum raises.
    """
    offered = {_ACTS[name][0]: name for name in forum.moderation.offers(me, post)}
    if not offered:
        return _("There is nothing you can do about this post.")
    answers = [(key, _(_ACTS[name][1])) for key, name in offered.items()]
    key = await screen.app.push_screen_wait(Choice(_("What is to be done about this post?"), answers))
    name = offered.get(key or "")
    return None if name is None else await _do(screen, forum, me, post, name)


async def _do(screen: Screen[None], forum: "Forum", me: Me, post: EventNo, name: str) -> str | None:
    match name:
        case "flag":
            reason = await why(screen, _("Why should moderators look at it?"))
            if reason is None:
                return None
            is_hidden = await offload.call(forum.moderation.flag, me, post, reason)
            return _("Flagged, and hidden at this site until a moderator has looked.") if is_hidden else _("Flagged.")
        case "unflag":
            await offload.call(partial(forum.moderation.flag, is_on=False), me, post, "other")
            return _("Your flag is taken back.")
        case "hide" | "show again":
            reason = await why(screen, _("Why?")) if name == "hide" else "other"
            if reason is None:
                return None
            await offload.call(partial(forum.cases.hide, is_on=name == "hide"), me, post, reason)
            return _("Hidden.") if name == "hide" else _("Shown.")
        case "lock" | "unlock" | "pin" | "unpin":
            mark = name.removeprefix("un")
            await offload.call(partial(forum.cases.mark_thread, is_on=name == mark), me, post, mark)
            return _("Done: {act}.").format(act=_(name))
        case "move":
            board = await screen.app.push_screen_wait(BoardPicker(forum.boards.lines(me)))
            if board is None:
                return None
            await offload.call(forum.moderation.move, me, post, board)
            return _("Moved.")
        case "appeal":
            return await _appeal(screen, partial(forum.moderation.appeal, me, post))
    return await purge(screen, forum, me, post)


async def purge(screen: Screen[None], forum: "Forum", me: Me, post: EventNo) -> str | None:
    """Ask why and whether one is sure, and erase a post."""
    reason = await why(screen, _("Erase its words for good, here and on every site. Why?"), REASONS)
    if reason is None:
        return None
    question = _("Erase every version of this post? It cannot be brought back.")
    if not await screen.app.push_screen_wait(Confirm(question, _("erase"), _("leave it"))):
        return None
    is_done = await offload.call(forum.cases.purge, me, post, reason)
    return _("Erased here; other sites follow.") if is_done else _("Proposed, and hidden: another moderator confirms.")


async def _appeal(screen: Screen[None], send: Callable[[str], None]) -> str | None:
    async def submit(text: str) -> None:
        await offload.call(send, text)

    question = _("Why should it be judged again? Another moderator reads this.")
    dialog = Write(question, check_body, is_one_line=False, done=_("appeal"), submit=submit)
    told = await screen.app.push_screen_wait(dialog)
    return None if told is None else _("Appealed: another moderator looks at it.")
