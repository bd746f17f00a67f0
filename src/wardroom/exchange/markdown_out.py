"""Writes threads as Markdown that shows every word as it was typed: a heading a thread, a paragraph a post.

What people wrote is text, never markup: signs that Markdown would read are escaped (CommonMark 0.31, section 2.4), and
lines break where they broke.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import BinaryIO

from wardroom.exchange.fitting import fit_line, well_formed
from wardroom.exchange.messages import ExportedPost
from wardroom.language import _

_SIGN = re.compile(r"[\\`*_{}\[\]<>|~&#$^]")
_AT_START = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")
_SPACE = re.compile(r"^[ \t]+")
_NOT_IN_ANCHOR = re.compile(r"[^a-z0-9-]+")


def write_markdown(posts: Iterable[ExportedPost], stream: BinaryIO) -> int:
    """Write posts, those of a thread one after the other and its head first; the answer is how many there were."""
    count = 0
    thread = ""
    authors: dict[str, str] = {}
    for post in posts:
        if post.thread != thread:
            thread, authors = post.thread, {}
            stream.write(("\n" * bool(count) + _heading(post)).encode())
        authors[post.id] = _author(post)
        stream.write(_entry(post, authors).encode())
        count += 1
    return count


def _heading(post: ExportedPost) -> str:
    """The title of a thread and what stands under it; of a thread whose head is not shown, what its replies know."""
    facts = [post.board if post.circle == "local" else f"{post.board}@{post.circle}", post.kind, post.state]
    return f"# {line(post.title) or _('Without a title')}\n\n{', '.join(map(line, filter(None, facts)))}\n"


def _entry(post: ExportedPost, authors: dict[str, str]) -> str:
    """One post: who, when, in answer to whom, and the words."""
    about = [f"**{_author(post)}**", _moment(post.original_date or post.created)]
    if post.parent is not None and post.parent != post.thread:
        about.append(_answers(post.parent, authors))
    parts = [f'<a id="{_anchor(post.id)}"></a>{", ".join(about)}']
    if post.question:
        parts.append(f"**{line(post.question)}**")
    patient = (post.age_band, post.sex, post.acuity)
    if any(patient):
        parts.append(", ".join(line(fact) for fact in patient if fact))
    parts.append(block(post.body) or f"*{_('No words.')}*")
    if post.tags:
        parts.append(_("Tags: {tags}").format(tags=", ".join(map(line, post.tags))))
    head = "" if post.parent is None else "---\n\n"
    return "\n" + head + "\n\n".join(parts) + "\n"


def _answers(parent: str, authors: dict[str, str]) -> str:
    to = authors.get(parent)
    return _("to {author}").format(author=f"[{to}](#{_anchor(parent)})" if to else _("a post that is not shown"))


def _author(post: ExportedPost) -> str:
    name = f"{post.author}@{post.site}"
    return line(f"{post.original_author} ({name})" if post.original_author else name)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _anchor(post_id: str) -> str:
    return _NOT_IN_ANCHOR.sub("-", post_id.lower())


def line(text: str) -> str:
    """Text on one line, as Markdown that shows just it."""
    return _escaped(fit_line(text).strip())


def block(text: str) -> str:
    """Text of many lines, as Markdown that shows just it, with its own line breaks."""
    paragraphs = []
    for paragraph in re.split(r"\n[ \t]*\n+", well_formed(text).replace("\r\n", "\n").strip("\n")):
        lines = [_escaped(each.rstrip()) for each in paragraph.split("\n") if each.strip()]
        # A backslash at its end breaks a line; spaces, the other way, do not survive every editor.
        paragraphs.append("\\\n".join(lines))
    return "\n\n".join(filter(None, paragraphs))


def _escaped(text: str) -> str:
    """A line whose signs are shown, not read."""
    shown = _SIGN.sub(r"\\\g<0>", text)
    if indent := _SPACE.match(shown):
        shown = "&nbsp;" * len(indent.group().expandtabs(4)) + shown[indent.end() :]
    return _AT_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", shown)
