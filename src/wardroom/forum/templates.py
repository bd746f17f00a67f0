"""Templates of posts, as files: those that come with Wardroom, and a department's own, which go before them.

A folder called after a language (``fr``) holds those for whoever chose it; they go before the ones beside it.
"""

import os
import re
import stat
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Final

from wardroom.domain.template import NAME, Template, read_template
from wardroom.domain.text import clean
from wardroom.errors import NotFound, TemplateBroken
from wardroom.language import _, chosen

SHIPPED: Final = ("case", "sbar", "question", "ecg", "pearl", "notice")
"""In the order they are offered."""
FILE_MAX_BYTES: Final = 65_536
FILES_MAX: Final = 30
"""So many files of one folder are read, by name."""
ENDING: Final = ".toml"


def load(folders: Sequence[Path] = ()) -> tuple[tuple[Template, ...], tuple[str, ...]]:
    """Every template, shipped ones first, and a sentence for each file that could not be used.

    A file in a later folder takes the place of one of the same name; a broken one leaves the other standing.
    """
    found: dict[str, Template] = {}
    warnings: list[str] = []
    shipped = resources.files(__package__).joinpath("template_files")
    spoken = shipped.joinpath(chosen())
    for name in SHIPPED:
        file = spoken.joinpath(f"{name}{ENDING}")
        file = file if file.is_file() else shipped.joinpath(f"{name}{ENDING}")
        found[name] = _template(name, file.read_text("utf-8"))
    for folder in (place for beside in folders for place in (beside, beside / chosen())):
        try:
            paths = sorted(path for path in folder.iterdir() if path.suffix == ENDING and not path.name.startswith("."))
        except OSError:
            continue  # most departments have none
        for path in paths[:FILES_MAX]:
            try:
                found[path.stem] = _template(path.stem, _content(path))
            except (TemplateBroken, OSError) as error:
                warnings.append(_told(path, error, instead=path.stem in found))
        if len(paths) > FILES_MAX:
            warnings.append(
                _("{folder} holds more than {most} templates; the rest is not used.").format(
                    folder=_shown(folder), most=FILES_MAX
                )
            )
    return tuple(found.values()), tuple(warnings)


def named(name: str, folders: Sequence[Path] = ()) -> tuple[Template, tuple[str, ...]]:
    """One template, and the sentences of ``load``. Raises NotFound naming those there are."""
    templates, warnings = load(folders)
    for template in templates:
        if template.name == name.strip().lower():
            return template, warnings
    known = ", ".join(template.name for template in templates)
    raise NotFound(
        _("There is no template {name!r}. There are: {known}.").format(
            name=clean(name, one_line=True)[:40], known=known
        )
    )


def _content(path: Path) -> str:
    """The text of a file; opened without waiting, as a named pipe in its place must not hold up anything."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise TemplateBroken(_("it is not a file"))
        content = file.read(FILE_MAX_BYTES + 1)
    if len(content) > FILE_MAX_BYTES:
        raise TemplateBroken(_("it is larger than {size} KiB").format(size=FILE_MAX_BYTES // 1024))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TemplateBroken(_("line {line}: this is not UTF-8").format(line=line)) from error


def _template(name: str, text: str) -> Template:
    """The template in a file's text. Raises TemplateBroken with the line that is wrong, where there is one."""
    import tomllib

    if not NAME.fullmatch(name):
        raise TemplateBroken(_("the name of the file has to be small letters, digits and hyphens"))
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        told = _("it is nested too deeply") if isinstance(error, RecursionError) else str(error)
        told = told.replace("(at end of document)", _("(at line {line})").format(line=text.count("\n") + 1))
        raise TemplateBroken(clean(told, one_line=True)[:160]) from error
    try:
        return read_template(name, table)
    except TemplateBroken as error:
        match = re.search(rf"^\s*[\"']?{re.escape(error.key)}[\"']?\s*[=.]", text, re.MULTILINE) if error.key else None
        if match is None:
            raise
        line = text.count("\n", 0, match.end()) + 1
        raise TemplateBroken(_("line {line}: {what}").format(line=line, what=error)) from error


def _told(path: Path, error: Exception, *, instead: bool) -> str:
    what = (error.strerror if isinstance(error, OSError) else None) or str(error)
    sentence = (
        _("{file}: {what}; the template that comes with Wardroom is used.")
        if instead
        else _("{file}: {what}; this template is not used.")
    )
    return sentence.format(file=_shown(path), what=what)


def _shown(path: Path) -> str:
    return clean(str(path), one_line=True)[:200]
