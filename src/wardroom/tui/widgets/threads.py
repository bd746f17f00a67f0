"""One thread on one line: its sign, age, board, title, acuity and replies, in columns that line up down the screen."""

from typing import Final

from rich.style import Style
from textual.strip import Strip

from wardroom.domain.text import cut, display_width, pad
from wardroom.domain.views import ThreadLine
from wardroom.language import _, marked, several
from wardroom.terminal import signs
from wardroom.tui.widgets.ages import age, age_column, age_columns
from wardroom.tui.widgets.ages import ends as words_of_end
from wardroom.tui.widgets.voices import ALARM, BOLD, DIM, PLAIN, Run, line

_GONE: Final = {
    "awaited": marked("not here yet"),
    "unscreened": marked("waits for screening"),
    "hidden": marked("hidden by a moderator"),
    "withdrawn": marked("withdrawn by its author"),
    "purged": marked("erased"),
}


def is_urgent(thread: ThreadLine) -> bool:
    """Whether it is still open and an answer was wanted now."""
    return thread.urgency == "now" and thread.state == "open"


def sign_of(thread: ThreadLine) -> tuple[str, Style]:
    """The one sign that matters most of a thread."""
    if thread.body_state == "purged":
        return signs.PURGED, DIM
    if thread.body_state == "withdrawn":
        return signs.WITHDRAWN, DIM
    if is_urgent(thread):
        return signs.NOW, ALARM
    if thread.unread:
        return signs.UNREAD, PLAIN
    if thread.kind == "notice":
        return signs.NOTICE, DIM
    return {"outcome": signs.OUTCOME, "answered": signs.ANSWERED}.get(thread.state, signs.READ), DIM


def board_column(name: str) -> str:
    """A board's name in the six columns lists have for it."""
    return pad(name.upper()[:6], 6)


def thread_row(thread: ThreadLine, width: int, now_ms: int, *, with_board: bool) -> Strip:
    """The thread on ``width`` columns, the margin of the cursor not counted.

    A narrow glass drops the board, the acuity and the author; a title keeps what is left.
    """
    is_wide = width >= 98
    sign, sign_voice = sign_of(thread)
    runs: list[Run] = [
        (pad(sign, 2), sign_voice),
        (age_column(thread.original_ms or thread.activity_ms, now_ms), DIM),
    ]
    left = 4 + age_columns()
    if with_board and width >= 58:
        runs.append((board_column(thread.board_name) + " ", DIM))
        left += 7
    ends: list[Run] = []
    if is_wide:
        ends.append((f"  {pad(thread.author, 18)}", DIM))
    if width >= 58 and (thread.acuity or is_wide):
        ends.append((f"  {pad(thread.acuity, 6)}", DIM))
    if width >= 30:
        # Without an acuity the title has its room, up to the replies.
        ends.append(
            _replies(thread, max(display_width(_("unanswered")) + 2, 12) if with_board and width >= 58 and ends else 6)
        )
    room = max(width - left - sum(display_width(text) for text, _voice in ends) - 1, 0)
    title, voice = thread.title, BOLD if thread.unread else PLAIN
    if thread.body_state != "here":
        title, voice = _(_GONE[thread.body_state]), DIM
    if thread.is_locked or thread.state == "closed":
        closed = " ({})".format(_("closed"))
        runs.append((pad(cut(title, max(room - display_width(closed), 0)) + closed, room), voice))
    elif thread.until_ms is not None:
        end = f" {words_of_end(thread.until_ms, now_ms)}"
        runs.append((pad(cut(title, max(room - display_width(end), 0)) + end, room), voice))
    else:
        runs.append((pad(title, room), voice))
    return line([*runs, *ends], width)


def thread_words(thread: ThreadLine, width: int, now_ms: int, *, with_board: bool) -> Strip:
    """The thread as one spoken line: what is new first, then the title, then the rest, in words."""
    waits = not thread.is_answered and thread.state == "open" and thread.kind in {"case", "question"}
    parts = [
        _("needs an answer now") if is_urgent(thread) else "",
        several("{count} new", "{count} new", thread.unread).format(count=thread.unread) if thread.unread else "",
        thread.title if thread.body_state == "here" else _(_GONE[thread.body_state]),
        words_of_end(thread.until_ms, now_ms) if thread.until_ms is not None else "",
        thread.board_name if with_board else "",
        thread.acuity,
        _("closed") if thread.is_locked or thread.state == "closed" else "",
        {"outcome": _("outcome known"), "answered": _("answered")}.get(thread.state, ""),
        _("unanswered")
        if waits
        else several("{count} reply", "{count} replies", thread.replies).format(count=thread.replies),
        age(thread.original_ms or thread.activity_ms, now_ms),
    ]
    return line([(cut(", ".join(part for part in parts if part), width), PLAIN)], width)


def _replies(thread: ThreadLine, columns: int) -> Run:
    """The replies to the right edge, or that there is none by anybody else where there is room to say so."""
    if columns > 10 and not thread.is_answered and thread.state == "open" and thread.kind in {"case", "question"}:
        return _("unanswered").rjust(columns), PLAIN
    return f"{f'{thread.replies} {signs.REPLIES}':>{columns}}", DIM
