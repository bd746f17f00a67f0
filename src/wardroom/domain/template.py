"""Templates of posts: what a TOML file of one may say, what it begins a post with, and what of it stays empty."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wardroom.domain.case import URGENCIES
from wardroom.domain.events import THREAD_KINDS
from wardroom.domain.text import QUESTION_MAX, clean
from wardroom.errors import TemplateBroken
from wardroom.language import _

TEXT_MAX: Final = 4000
"""Characters of a template's text."""
TITLE_MAX: Final = 40
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True)
class Template:
    """What a post begins with; ``name`` is that of its file."""

    name: str
    title: str
    about: str = ""
    kind: str = "case"
    question: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    urgency: str = ""
    until: str = ""
    """How long a notice lasts, such as ``8h``."""


def read_template(name: str, table: Mapping[str, object]) -> Template:
    """The template in the table of a file called ``name``. Raises TemplateBroken."""
    if not NAME.fullmatch(name):
        raise TemplateBroken(_("the name of the file has to be small letters, digits and hyphens"))
    unknown = next((key for key in table if key not in _KEYS), None)
    if unknown is not None:
        raise TemplateBroken(
            _("{key} is no part of a template; there are {known}").format(
                key=clean(str(unknown), one_line=True)[:40], known=", ".join(_KEYS)
            ),
            str(unknown),
        )
    values: dict[str, str] = {}
    for key in _KEYS:
        value = table.get(key, "")
        if key != "tags":
            if not isinstance(value, str):
                raise TemplateBroken(_("{key} has to be words in quotes").format(key=key), key)
            values[key] = clean(value, one_line=key != "text").strip()
    tags = table.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise TemplateBroken(_('tags has to be a list such as ["ecg"]'), "tags")
    for key, allowed in (("kind", THREAD_KINDS), ("urgency", URGENCIES)):
        if values[key] and values[key] not in allowed:
            raise TemplateBroken(_("{key} has to be one of {allowed}").format(key=key, allowed=", ".join(allowed)), key)
    for key, most in (("title", TITLE_MAX), ("question", QUESTION_MAX), ("text", TEXT_MAX)):
        if len(values[key]) > most:
            raise TemplateBroken(_("{key} has more than {most} characters").format(key=key, most=most), key)
    if not values["title"]:
        raise TemplateBroken(_("title is missing"))
    if values["until"] and values["kind"] != "notice":
        raise TemplateBroken(_("only a notice has until"), "until")
    return Template(
        name=name, tags=tuple(clean(tag, one_line=True) for tag in tags), **{**values, "kind": values["kind"] or "case"}
    )


_KEYS: Final = ("title", "about", "kind", "question", "text", "tags", "urgency", "until")


def without_empty(text: str, template: Template) -> str:
    """``text`` without the template's lines behind which nothing was written."""
    headings = {line.strip() for line in template.text.split("\n")} - {""}
    lines = text.split("\n")
    kept: list[str] = []
    for at, line in enumerate(lines):
        if line.strip() in headings and line.rstrip().endswith(":"):
            below = next((other.strip() for other in lines[at + 1 :] if other.strip()), "")
            is_next = any(below.startswith(heading) for heading in headings)
            if not below or is_next or (at + 1 < len(lines) and not lines[at + 1].strip()):
                continue
        kept.append(line)
    return "\n".join(kept).strip("\n")
