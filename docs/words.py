"""Keeps the catalogues of words: reads what is to be translated off the code, and compiles what was translated.

``python docs/words.py`` rewrites ``locale/LANG/LC_MESSAGES/*.po``, sorted and without the lines of the code so that
two people's changes merge, and the one ``wardroom.mo`` that is shipped. A catalogue's head, with its glossary, stays.
"""

import ast
import inspect
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "src" / "wardroom"
LOCALE = HOUSE / "locale"
SCREENS = ("tui", "terminal", "domain", "screening")
"""The rooms whose words stand in screens.po; all others stand in commands.po, and those of click in click.po."""
SHOWN: dict[str, tuple[int | str, ...]] = {
    "Field": (1, "hint"),
    "RecordForm": (0, "hint"),
    "_Column": (0,),
    "_Sign": (0,),
    "_among": (2,),
    "check_line": (1,),
    "partial": ("what",),
    "Key": (3, 4, "short"),
    "Limit": (2, 3),
    "Part": (1,),
}
"""Constants of the code that are kept in English and shown through ``_``: which of their arguments are words."""
MADE = datetime(2026, 1, 1, tzinfo=UTC)
"""A date for the compiled catalogue that does not change with the day."""

Message = str | tuple[str, str]
"""A text as it stands in the code, or the two forms of one that depends on a number."""


def messages_of(path: Path) -> Iterator[Message]:
    """What a source file marks for translation, and, of the command line, the help of verbs and options."""
    is_command = path.parent == HOUSE / "cli"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            name = getattr(node.func, "id", "")
            if name in ("several", "ngettext") and len(texts) == 2:
                yield texts[0], texts[1]
            elif name in ("_", "marked") and texts:
                yield texts[0]
            elif name in SHOWN:
                yield from _shown(node, SHOWN[name])
            elif is_command and name == "one_of" and len(texts) >= 3:
                yield texts[-1]
            for keyword in node.keywords if is_command else ():
                if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                    yield str(keyword.value.value)
        elif is_command and isinstance(node, ast.FunctionDef) and any(map(_makes_verb, node.decorator_list)):
            yield inspect.cleandoc(ast.get_docstring(node) or "")


def _shown(call: ast.Call, places: tuple[int | str, ...]) -> Iterator[str]:
    """The words among the arguments of a constant; signs without a letter are none."""
    given = dict(enumerate(call.args)) | {keyword.arg: keyword.value for keyword in call.keywords}
    for place in places:
        found = given.get(place)
        if isinstance(found, ast.Constant) and any(map(str.isalpha, str(found.value))):
            yield str(found.value)


def _makes_verb(decorator: ast.expr) -> bool:
    """Whether this is ``@click.command(…)``, ``@member.command(…)`` or a group's."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in ("command", "group")


def templates() -> dict[str, set[Message]]:
    """Catalogue → its messages; a message of several rooms stands once."""
    import click

    found: dict[str, set[Message]] = {"commands": set(), "screens": set(), "click": set()}
    for path in sorted(HOUSE.rglob("*.py")):
        room = path.relative_to(HOUSE).parts[0]
        found["screens" if room in SCREENS else "commands"].update(messages_of(path))
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        found["click"].update(messages_of(path))
    for names in found.values():
        names.discard("")
    found["screens"] -= found["commands"]
    found["click"] -= found["commands"] | found["screens"]
    # A plural's first form is its name in a catalogue.
    names = {message[0] for messages in found.values() for message in messages if isinstance(message, tuple)}
    for messages in found.values():
        messages -= names
    return found


def read(path: Path, language: str) -> tuple[str, Catalog]:
    """A catalogue's head as it stands, and what is translated in it."""
    text = path.read_text(encoding="utf-8") if path.exists() else 'msgid ""\nmsgstr ""\n\n'
    return text.partition("\n\n")[0], read_po(io.StringIO(text), locale=language, ignore_obsolete=True)


def language_of(folder: Path) -> str:
    """The language whose folder this is."""
    return folder.relative_to(LOCALE).parts[0]


def compiled(folder: Path) -> bytes:
    """The one catalogue of a language that is shipped."""
    language = language_of(folder)
    whole = Catalog(
        locale=language, project="wardroom", version="0", creation_date=MADE, revision_date=MADE, fuzzy=False
    )
    for path in sorted(folder.glob("*.po")):
        for message in read(path, language)[1]:
            if message.id and message.string and not message.fuzzy:
                whole.add(message.id, message.string)
    written = io.BytesIO()
    write_mo(written, whole)
    return written.getvalue()


def update(folder: Path) -> list[str]:
    """Bring the catalogues of a language up to date; how much is not translated, a line for each."""
    told = []
    language = language_of(folder)
    found = templates()
    before = {name: read(folder / f"{name}.po", language) for name in found}
    # What moved from one room to another takes its translation along.
    known = {m.id: m.string for _, catalogue in before.values() for m in catalogue if m.id}
    for name, messages in found.items():
        after = Catalog(locale=language)
        for message in messages:
            after.add(message, known.get(message) or (("", "") if isinstance(message, tuple) else ""))
        written = io.BytesIO()
        write_po(written, after, width=0, no_location=True, omit_header=True, sort_output=True)
        head = before[name][0]
        (folder / f"{name}.po").write_text(f"{head}\n\n{written.getvalue().decode().strip()}\n", encoding="utf-8")
        missing = sum(1 for m in after if m.id and not all([m.string] if isinstance(m.string, str) else m.string))
        told.append(f"{language}/{name}.po: {len(messages)} messages, {missing} not translated")
    (folder / "wardroom.mo").write_bytes(compiled(folder))
    return told


def main() -> int:
    """Update every language's catalogues."""
    for folder in sorted(LOCALE.glob("*/LC_MESSAGES")):
        print(*update(folder), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
