"""Members offered while a name is being typed: one quiet line, whose first name one key takes."""

from collections.abc import Sequence

from wardroom.domain.text import cut, display_width
from wardroom.domain.views import MemberName
from wardroom.language import _
from wardroom.tui.widgets.lines import Line
from wardroom.tui.widgets.voices import Voice

Offered = Sequence[tuple[MemberName, str]]
"""The members, each with the name to write."""


def offer_line(offered: Offered, width: int, key: str, *, before: str = "@") -> Line:
    """The first name with who it is, the key that takes it, and as many of the others as there is room for."""
    (first, name), *others = offered
    about = " ".join(part for part in (_(first.profession), first.site if "@" not in name else "") if part)
    takes = _("{key} takes it").format(key=key)
    room = width - display_width(takes) - 2
    line: list[tuple[str, Voice]] = [(cut(f"{before}{name}", room), "plain")]
    room -= display_width(line[0][0])
    for words in (f" {about}", *(f"  {before}{other}" for _member, other in others)):
        if display_width(words) > room:
            break
        line.append((words, "dim"))
        room -= display_width(words)
    return (*line[:2], (f"  {takes}", "accent"), *line[2:])
