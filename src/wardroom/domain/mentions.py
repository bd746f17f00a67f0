"""Members named in a text: ``@handle`` and ``@handle@site`` become names, an address of mail does not."""

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from wardroom.domain.text import NAME_MAX, clean_name
from wardroom.domain.views import MemberName
from wardroom.errors import InputRejected

MENTIONS_MAX = 50
"""More names than this in one post call nobody."""
_BETWEEN = "-_."
_BEFORE = frozenset("@/\\+%#&=~$" + _BETWEEN)
"""What before an ``@`` makes it part of something else: an address, a path, a query."""


class Mention(Struct, frozen=True):
    """A member as a text names it, in the form handles and sites are compared in."""

    handle: str
    site: str
    """Empty where the text names no site."""


def mentions(text: str) -> tuple[Mention, ...]:
    """The members a text names, each once, in the order of the text."""
    found: dict[Mention, None] = {}
    end = 0
    for match in re.finditer("@", text):
        start = match.start()
        if start < end or (start and (text[start - 1] in _BEFORE or _is_of_name(text[start - 1]))):
            continue
        handle, end = _name_at(text, start + 1)
        site = ""
        if handle and text[end : end + 1] == "@":
            site, end = _name_at(text, end + 1)
        if handle and text[end : end + 1] != "@":
            found.setdefault(Mention(handle, site))
    return tuple(found)[:MENTIONS_MAX]


def begun(line: str, at: int) -> str:
    """What of a member's name stands behind its ``@`` and before ``at``: "na", "nadia@h"; "" where none is typed there."""
    start = at
    while start and (line[start - 1] in _BETWEEN + "@" or _is_of_name(line[start - 1])):
        start -= 1
    word = line[start:at]
    is_within = at < len(line) and (line[at] == "@" or _is_of_name(line[at]))
    is_other = start > 0 and line[start - 1] in _BEFORE
    if is_within or is_other or not word.startswith("@") or word.count("@") > 2 or word.startswith("@@"):
        return ""
    return word[1:]


def offered(typed: str, names: Sequence[MemberName]) -> tuple[tuple[MemberName, str], ...]:
    """The members that ``typed`` may become, each with the name to write: the site only where it is needed, or typed."""
    handle, at, site = typed.casefold().partition("@")
    if not handle:
        return ()
    if at:
        found = [one for one in names if one.handle.casefold() == handle and one.site.casefold().startswith(site)]
    else:
        found = [one for one in names if one.handle.casefold().startswith(handle)]
    sites: dict[str, set[str]] = {}
    for one in found:
        sites.setdefault(one.handle, set()).add(one.site)
    written = [(one, f"{one.handle}@{one.site}" if at or len(sites[one.handle]) > 1 else one.handle) for one in found]
    return tuple((one, name) for one, name in written if name.casefold() != typed.casefold())


def _is_of_name(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _name_at(text: str, start: int) -> tuple[str, int]:
    """The name that begins at ``start`` and where it ends; "" where none does."""
    end = start
    while end < len(text) and (text[end] in _BETWEEN or _is_of_name(text[end])):
        end += 1
    word = text[start:end].rstrip(_BETWEEN)
    if len(word) > 2 * NAME_MAX:
        return "", end
    try:
        return clean_name(word), start + len(word)
    except InputRejected:
        return "", end
