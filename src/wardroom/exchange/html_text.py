"""Makes plain text of the HTML in mail: blocks become lines, links show where they lead.

It reads in one pass and never waits for what is left open at the end, because the standard parser would search a
hostile text again and again for a missing end.
"""

import html
import re
from contextlib import suppress
from html.parser import HTMLParser
from typing import Final

HTML_LIMIT: Final = 512 * 1024
"""Characters of HTML that are read; the rest is left out."""

_DROPPED: Final = frozenset({"script", "style", "head", "title", "template", "noscript", "object", "svg", "math"})
_PARAGRAPHS: Final = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"}
)
_LINES: Final = frozenset(
    {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "center", "form", "figure"}
    | {"figcaption", "caption", "fieldset", "nav", "main", "aside", "body", "html"}
)
_SHOWN_LINKS: Final = ("http://", "https://", "ftp://")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_TOO_EMPTY = re.compile(r"\n{3,}")


def html_to_text(markup: str) -> str:
    """The text a reader of the page would see, without looks."""
    # A "<!" that opens no comment is nothing to show, and the one thing the standard parser may stumble over.
    markup = _without_declarations(markup[:HTML_LIMIT])
    reader = _TextReader()
    try:
        reader.feed(markup)
        rest = reader.rawdata
    except (AssertionError, ValueError, IndexError):
        return _bare(markup)
    if rest and not reader.is_dropping:
        reader.handle_data(_bare(rest))
    return reader.text()


def _without_declarations(markup: str) -> str:
    """The markup without its comments and whatever else begins with ``<!``, in one pass."""
    if "<!" not in markup:
        return markup
    kept: list[str] = []
    position = 0
    last_comment_end = markup.rfind("-->")
    while (start := markup.find("<!", position)) >= 0:
        kept.append(markup[position:start])
        closing = "-->" if markup.startswith("<!--", start) and start < last_comment_end else ">"
        end = markup.find(closing, start)
        if end < 0:
            return "".join(kept)
        position = end + len(closing)
    kept.append(markup[position:])
    return "".join(kept)


def _bare(markup: str) -> str:
    """The markup without whatever looks like a tag."""
    text = _ANY_TAG.sub(" ", markup)
    with suppress(ValueError):  # a character reference of thousands of digits
        text = html.unescape(text)
    return text


class _TextReader(HTMLParser):
    """Collects the text, and knows how many line ends are due before the next word."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._due_ends = 0
        self._blank_due = False
        self._dropped: list[str] = []
        self._is_after_marker = False
        self._pre_depth = 0
        self._quote_depth = 0
        self._lists: list[int] = []
        self._link = ""
        self._link_from = 0

    @property
    def is_dropping(self) -> bool:
        """Whether what comes next belongs to an element that is not shown."""
        return bool(self._dropped)

    def text(self) -> str:
        """All that was read, without blank lines at the ends and never more than one in a row."""
        self._show_link()
        lines = "".join(self._out).replace("\xa0", " ").split("\n")
        return _TOO_EMPTY.sub("\n\n", "\n".join(line.rstrip(" \t") for line in lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._dropped:
            if tag == "body":  # a head that was never closed
                self._dropped.clear()
            elif tag == self._dropped[-1]:
                self._dropped.append(tag)
            return
        if tag in _DROPPED:
            self._dropped.append(tag)
        elif tag == "br":
            self._due_ends += 1
        elif tag == "hr":
            self._end_line(2)
            self._say("---")
            self._end_line(2)
        elif tag == "img":
            shown = dict(attrs).get("alt")
            if shown and shown.strip():
                self._say(f"[{' '.join(shown.split())}]")
        elif tag in ("td", "th"):
            if not self._due_ends and self._out:
                self._say("\t")
        elif tag == "a":
            self._show_link()
            self._link = (dict(attrs).get("href") or "").strip()
            self._link_from = len(self._out)
        else:
            self._start_block(tag, attrs)

    def _start_block(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _PARAGRAPHS and not (tag in ("ul", "ol") and self._lists):
            self._end_line(2)
        elif tag in _LINES or tag in ("ul", "ol"):
            self._end_line(1)
        if tag == "pre":
            self._pre_depth += 1
        elif tag == "blockquote":
            self._quote_depth += 1
        elif tag in ("ul", "ol"):
            start = dict(attrs).get("start") or "1"
            self._lists.append(
                int(start) if tag == "ol" and re.fullmatch(r"[0-9]{1,6}", start) else 1 if tag == "ol" else 0
            )
        elif tag == "li":
            self._start_item()

    def _start_item(self) -> None:
        depth = min(len(self._lists), 8)
        number = self._lists[-1] if self._lists else 0
        if number:
            self._lists[-1] += 1
        if self._is_after_marker:  # the item before was empty
            self._due_ends = 1
        self._say("  " * max(0, depth - 1) + (f"{number}. " if number else "- "))
        self._is_after_marker = True

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag == self._dropped[-1]:
                self._dropped.pop()
            return
        if tag == "a":
            self._show_link()
        elif tag == "br":
            self._due_ends += 1
        elif tag in _PARAGRAPHS and not (tag in ("ul", "ol") and len(self._lists) > 1):
            self._end_line(2)
        elif tag in _LINES or tag in ("ul", "ol"):
            self._end_line(1)
        if tag == "pre":
            self._pre_depth = max(0, self._pre_depth - 1)
        elif tag == "blockquote":
            self._quote_depth = max(0, self._quote_depth - 1)
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        if self._pre_depth:
            first, *others = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            if first:
                self._say(first)
            for line in others:
                self._due_ends += 1
                if line:
                    self._say(line)
            return
        words = _BLANKS.sub(" ", data)
        if words == " ":
            self._blank_due = True
            return
        if words.startswith(" "):
            self._blank_due = True
        self._say(words.strip(" "))
        if words.endswith(" "):
            self._blank_due = True

    def _end_line(self, ends: int) -> None:
        """At least so many line ends come before the next word; two of them leave a blank line."""
        if not self._is_after_marker:  # the first paragraph of an item stands behind its marker
            self._due_ends = max(self._due_ends, ends)

    def _say(self, words: str) -> None:
        if not words:
            return
        if self._due_ends:
            if self._out:
                self._out.append("\n" * min(self._due_ends, 3))
            self._out.append("> " * min(self._quote_depth, 8))
            self._due_ends = 0
        elif self._blank_due and self._out and not self._out[-1].endswith((" ", "\t", "\n")):
            self._out.append(" ")
        self._blank_due = self._is_after_marker = False
        self._out.append(words)

    def _show_link(self) -> None:
        """Puts the address behind the words of a link, unless the words are the address."""
        link, self._link = self._link, ""
        if link.lower().startswith(_SHOWN_LINKS):
            words = "".join(self._out[self._link_from :]).strip()
            same = words.rstrip("/").lower() in (link.rstrip("/").lower(), link.partition("://")[2].rstrip("/").lower())
            if words and not same:
                self._say(f" ({link})")
