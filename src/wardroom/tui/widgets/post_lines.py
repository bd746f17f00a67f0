"""How one post looks: the head of a case with its question, record and outcome, and a reply at its depth."""

from typing import Final

from wardroom.domain.text import cut, display_width, wrap
from wardroom.domain.views import CaseView, PostView
from wardroom.language import _, marked
from wardroom.terminal import signs
from wardroom.tui.widgets.ages import age, day, ends
from wardroom.tui.widgets.chart import chart_lines
from wardroom.tui.widgets.lines import MEASURE, Line, flow, line_width, text_lines
from wardroom.tui.widgets.vitals import note_lines, record_line, score_lines, vital_lines
from wardroom.tui.widgets.voices import Voice

DEPTH_MAX: Final = 8
"""Replies below this depth are not moved further to the right; their depth is told as a number."""
QUOTED_LINES: Final = 3
"""Lines of a quotation that are shown; the whole stands where it was said."""
TEXT_MIN: Final = 30
"""Columns that indentation leaves to the words."""
VERIFIED_FROM: Final = 64
"""Columns from which it is told beside a name who stands for an author from elsewhere."""

_STATES: Final = {
    "open": marked("open"),
    "answered": marked("answered"),
    "outcome": marked("outcome known"),
    "closed": marked("closed"),
}
_STATE_SIGNS: Final = {"answered": f"{signs.ANSWERED} ", "outcome": f"{signs.OUTCOME} "}
_TOMBSTONES: Final = {
    "withdrawn": marked("withdrawn by its author"),
    "purged": marked("purged: the words are erased here"),
    "hidden": marked("hidden by a moderator"),
    "awaited": marked("on its way: the words have not reached this site yet"),
    "unscreened": marked("not shown yet: the words wait for the screening for identifiers"),
}
_TOMBSTONE_SIGNS: Final = {
    "withdrawn": signs.WITHDRAWN,
    "purged": signs.PURGED,
    "hidden": signs.FLAGGED,
    "awaited": "…",
    "unscreened": "…",
}


def _tombstone(state: str) -> str:
    """What stands in the place of words that are not here; empty where they are."""
    return f"{_TOMBSTONE_SIGNS[state]} {_(_TOMBSTONES[state])}" if state in _TOMBSTONES else ""


def deepest(width: int) -> int:
    """The depth to which indentation goes at this width."""
    return max(1, min(DEPTH_MAX, (width - TEXT_MIN - 6) // 2 + 1))


def head_lines(case: CaseView, width: int, now_ms: int, *, is_new: bool) -> list[Line]:
    """The head of a thread, question first, to ``width`` columns, the margin left out."""
    line, head, record = case.line, case.head, case.record
    rows: list[Line] = []

    right: list[tuple[str, Voice]] = []
    if line.urgency == "now":
        right.append((f"{signs.NOW} ", "alarm"))
    if line.acuity:
        right.append((line.acuity.replace(":", " "), "alarm" if line.urgency == "now" else "plain"))
    beside = line_width(right)
    room = width - beside - 2 if beside else width
    is_beside = room >= TEXT_MIN
    title = line.title or _tombstone(head.body_state) or _("untitled")
    titles = wrap(title, room if is_beside else width)
    rows.append(((titles[0], "bold"),))
    if beside and is_beside:
        rows[0] += ((" " * (width - beside - display_width(titles[0])), "plain"), *right)
    rows += [((part, "bold"),) for part in titles[1:]]

    about = [*_author(head, width, now_ms, is_new=is_new)]
    if beside and not is_beside:
        about.append(tuple(right))
    about.append(((_STATE_SIGNS.get(line.state, "") + _(_STATES.get(line.state, line.state)), "dim"),))
    if line.until_ms is not None:
        about.append(((f"{signs.NOTICE} {ends(line.until_ms, now_ms)}", "dim"),))
    if line.is_pinned:
        about.append(((_("pinned"), "dim"),))
    if line.is_locked:
        about.append(((_("locked"), "dim"),))
    rows += flow(about + _marks(head, now_ms), width)
    if head.conflict:
        rows += _conflict(head.conflict, width)

    if case.question:
        rows.append(())
        rows += _labelled(_("Question"), case.question, width)
    if record is not None:
        card = record_line(record, width, title=line.title) + vital_lines(record, width)
        card += chart_lines(record, width) + score_lines(record, width) + note_lines(record, width)
        if card:
            rows.append(())
            rows += card
    if head.body_state == "here" or line.title:
        rows.append(())
        rows += _body(head, width)
    if case.tags:
        rows.append(())
        rows += flow([((f"#{tag}", "dim"),) for tag in case.tags], width, between=" ")
    if case.outcome:
        rows.append(())
        rows += _labelled(f"{signs.OUTCOME} " + _("Outcome"), case.outcome, width)
    return rows


def reply_lines(post: PostView, depth: int, width: int, now_ms: int, *, is_new: bool) -> list[Line]:
    """A reply to ``width`` columns, the margin left out: its guides, the line about its author, and its words."""
    last = deepest(width)
    level = min(depth, last)
    lead = " " if width >= 50 else ""
    guides: Line = ((lead + f"{signs.BRANCH} " * (level - 1), "dim"),)
    room = width - line_width(guides) - 2

    about = _author(post, width, now_ms, is_new=is_new)
    if depth > last:
        about.append(((_("depth {count}").format(count=depth), "dim"),))
    if post.flavour:
        about.append(((_(post.flavour), "dim"),))
    about += _marks(post, now_ms)
    sign: Line = ((f"{signs.UNREAD} ", "bold"),) if is_new else ((f"{signs.READ} ", "dim"),)
    heads = flow(about, room)
    rows = [guides + sign + heads[0]]
    inner = (*guides, ("  ", "plain"))
    rows += [inner + row for row in heads[1:]]
    if post.conflict:
        rows += [inner + row for row in _conflict(post.conflict, room)]
    rows += [inner + row for row in _body(post, room)]
    return rows


def one_line(post: PostView, width: int) -> str:
    """The beginning of a post in one line."""
    return cut(post.text or _tombstone(post.body_state), width)


def _author(post: PostView, width: int, now_ms: int, *, is_new: bool) -> list[Line]:
    """Who wrote it, and when; of somebody from elsewhere also which site stands for them, where there is room."""
    voice: Voice = "bold" if is_new else "dim"
    if post.original_name or post.original_ms is not None:
        name = post.original_name or _("unknown")
        parts: list[Line] = [((name, voice),)]
        if post.original_ms is not None:
            parts[0] += ((f", {day(post.original_ms)}", "dim"),)
        parts[0] += (((", " + (_("imported, cut") if post.is_cut else _("imported"))), "dim"),)
        return parts
    handle, _at, site = post.author.partition("@")
    where = f" @{site}" if site else ""
    if post.verified_by and width >= VERIFIED_FROM:
        where = ", " + _("verified by {site}").format(site=post.verified_by)
    rest = (f" {_(post.profession)}" if post.profession else "") + where
    when = age(post.created_ms, now_ms)
    parts = [((handle, voice), (rest, "dim")), ((when, "dim"),)]
    if post.is_clock_wrong:
        parts.append(((_("clock wrong"), "dim"),))
    return parts


def _marks(post: PostView, now_ms: int) -> list[Line]:
    """What became of a post: found useful, amended, still to be taken back."""
    parts: list[Line] = []
    if post.useful:
        mine = " ({})".format(_("you") if post.useful == 1 else _("you too")) if post.is_useful_mine else ""
        parts.append(((f"+{post.useful}{mine}", "dim"),))
    if post.versions > 1 and post.body_state == "here":
        when = f" {age(post.amended_ms, now_ms)}" if post.amended_ms is not None else ""
        said = _("amended{when}, h history").format(when=when)
        parts.append(((f"{signs.DRAFT} {said}", "dim"),))
    if post.is_draft_undo:
        parts.append(((_("u takes it back"), "accent"),))
    elif post.reached is not None:
        here, peers = post.reached
        parts.append(((_("reached {n} of {peers} peers").format(n=here, peers=peers), "dim"),))
    return parts


def _body(post: PostView, width: int) -> list[Line]:
    if post.body_state != "here":
        return [((line, "dim"),) for line in wrap(_tombstone(post.body_state), width)]
    return [*_quoted(post, width), *text_lines(post.text, width)]


def _quoted(post: PostView, width: int) -> list[Line]:
    """What the post quotes, as it reads today: who said it and the beginning of it."""
    rows: list[Line] = []
    for quote in post.quotes:
        words = quote.text or _tombstone(quote.body_state)
        who = f"{quote.author.partition('@')[0]}: " if quote.author else ""
        said = wrap(f"{who}{' '.join(words.split())}", min(width, MEASURE) - 2)
        if len(said) > QUOTED_LINES:
            said = [*said[: QUOTED_LINES - 1], cut(f"{said[QUOTED_LINES - 1]} …", min(width, MEASURE) - 2)]
        rows += [((f"> {line}", "dim"),) for line in said]
    return rows


def _conflict(conflict: str, width: int) -> list[Line]:
    return [
        ((line, "dim"),)
        for line in wrap(_("conflict of interest: {words}").format(words=conflict), min(width, MEASURE))
    ]


def _labelled(label: str, text: str, width: int) -> list[Line]:
    """A bold label with its text beside it; the label on a line of its own where the glass is narrow."""
    indent = display_width(label) + 2
    if width - indent < TEXT_MIN:
        return [((label, "bold"),), *text_lines(text, width)]
    rows = text_lines(text, min(width, MEASURE) - indent)
    return [((label + "  ", "bold"), *rows[0]), *((((" " * indent), "plain"), *row) for row in rows[1:])]
