"""One post on one line of a list: when, where, who, and how its words begin."""

from textual.strip import Strip

from wardroom.domain.text import cut, display_width, pad
from wardroom.domain.views import PostLine
from wardroom.language import _
from wardroom.terminal import signs
from wardroom.tui.widgets.ages import age, age_column, age_columns
from wardroom.tui.widgets.threads import board_column
from wardroom.tui.widgets.voices import BOLD, DIM, PLAIN, Run, line

WHO_COLUMNS = 12
TITLE_FROM = 70
"""From this width on the thread's title stands before the words."""


def post_words(post: PostLine, width: int, now_ms: int) -> Strip:
    """The post as one spoken line."""
    new = _("new") if post.is_unread else ""
    parts = [
        new,
        post.author.partition("@")[0],
        post.words or post.title,
        post.title if post.words else "",
        post.board_name,
    ]
    parts.append(age(post.created_ms, now_ms))
    return line([(cut(", ".join(part for part in parts if part), width), PLAIN)], width)


def post_row(post: PostLine, width: int, now_ms: int) -> Strip:
    """The post on ``width`` columns, the margin of the cursor not counted; a narrow glass drops board and title."""
    voice = BOLD if post.is_unread else PLAIN
    runs: list[Run] = [
        (pad(signs.UNREAD if post.is_unread else " ", 2), PLAIN),
        (age_column(post.created_ms, now_ms), DIM),
    ]
    room = width - 4 - age_columns()
    if width >= 58:
        runs.append((board_column(post.board_name) + " ", DIM))
        room -= 7
    who = cut(post.author.partition("@")[0], WHO_COLUMNS)
    runs.append((f"{who}  ", DIM))
    room -= display_width(who) + 2
    title = min(max(room * 2 // 5, 12), 32) if width >= TITLE_FROM and post.words else 0
    if title:
        runs.append((pad(post.title, title) + "  ", voice))
        room -= title + 2
    runs.append((cut(post.words or post.title, max(room, 0)), DIM if title else voice))
    return line(runs, width)
