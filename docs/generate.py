"""Writes the documents that are read off the code: the map of the house, the keys, and the manual pages."""

import ast
import copy
import gettext
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "src" / "wardroom"


def first_sentence(path: Path) -> str:
    """What a file says it is for: the first paragraph of its docstring up to the first full stop."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraph = " ".join(docstring.split("\n\n")[0].split())
    return paragraph.split(". ")[0].rstrip(".")


def files() -> str:
    """Every file of the house by room, with its sentence."""
    lines = [
        "# The files, by their first sentences",
        "",
        "Written by `make docs`; each line is a file's own first sentence.",
    ]
    rooms = sorted({path.parent for path in HOUSE.rglob("*.py")}, key=lambda room: (len(room.parts), str(room)))
    for room in rooms:
        name = room.relative_to(HOUSE).as_posix()
        lines += ["", f"## {'wardroom' if name == '.' else name}", ""]
        for path in sorted(room.glob("*.py")):
            sentence = first_sentence(path)
            if sentence:
                lines.append(f"- `{path.name}` {sentence}.")
    return "\n".join(lines) + "\n"


def keys() -> str:
    """Every key of the TUI by group."""
    from wardroom.tui import keymap

    lines = ["# Keys", "", "Written by `make docs` from `tui/keymap.py`. Remap a key in `config.toml`:", ""]
    lines += ["```toml", "[keys]", '"read.on" = "space"', "```"]
    for group in keymap.GROUPS:
        lines += ["", f"## {group}", "", "| key | does | name |", "|---|---|---|"]
        for key in keymap.KEYS:
            if key.group == group:
                shown = keymap.shown_key(key).replace("|", "\\|")
                also = ", ".join(key.keys.split(",")[1:])
                lines.append(f"| `{shown}`{f' ({also})' if also else ''} | {key.help} | `{key.id}` |")
    return "\n".join(lines) + "\n"


MANUAL_HEAD = """.TH WARDROOM 1
.SH NAME
wardroom \\- a threaded discussion forum in the terminal for emergency practitioners
.SH SYNOPSIS
.B wardroom
[\\fB\\-\\-forum\\fR \\fIFILE\\fR] [\\fB\\-\\-as\\fR \\fIHANDLE\\fR] [\\fIVERB\\fR ...]
.SH DESCRIPTION
Without a verb the screens open; ? shows their keys. Peer discussion, not care, not the record, not for emergencies. No
patient identifiers.
"""
MANUAL_END = """.SH ENVIRONMENT
.TP
.B WARDROOM_FORUM
The forum file, unless \\fB\\-\\-forum\\fR names one.
.TP
.BR XDG_CONFIG_HOME ", " XDG_DATA_HOME
Where settings and the forum of a user lie, as the XDG rules say.
.SH FILES
The nearest place wins: an option, the environment, the user's own file, the machine's file, what is built in.
.TP
.I ~/.config/wardroom/config.toml
A user's own settings.
.TP
.I /etc/wardroom/config.toml
The machine's settings.
.TP
.I ~/.local/share/wardroom/forum.db
The forum of a user who names none.
.SH EXIT STATUS
0 done; 1 refused or failed, with one plain line on standard error; 2 wrong usage; 3 partly done.
"""
MANUAL_HEAD_FR = """'\\" -*- coding: UTF-8 -*-
.TH WARDROOM 1
.SH NOM
wardroom \\- un forum de discussion dans le terminal pour qui soigne aux urgences
.SH SYNOPSIS
.B wardroom
[\\fB\\-\\-forum\\fR \\fIFILE\\fR] [\\fB\\-\\-as\\fR \\fIHANDLE\\fR] [\\fIVERBE\\fR ...]
.SH DESCRIPTION
Sans verbe, les écrans s’ouvrent ; ? en montre les touches. Une discussion entre pairs : ni soin, ni dossier, ni urgence.
Rien qui identifie un patient.
"""
MANUAL_END_FR = """.SH ENVIRONNEMENT
.TP
.B WARDROOM_FORUM
Le fichier du forum, si \\fB\\-\\-forum\\fR n’en nomme pas un.
.TP
.BR XDG_CONFIG_HOME ", " XDG_DATA_HOME
Où se trouvent les réglages et le forum d’un utilisateur, selon les règles XDG.
.TP
.BR LC_ALL ", " LC_MESSAGES ", " LANG
La langue, si les réglages n’en nomment pas une.
.SH FICHIERS
Le plus proche l’emporte : une option, l’environnement, le fichier de l’utilisateur, celui de la machine, les valeurs
d’origine.
.TP
.I ~/.config/wardroom/config.toml
Les réglages d’un utilisateur.
.TP
.I /etc/wardroom/config.toml
Les réglages de la machine.
.TP
.I ~/.local/share/wardroom/forum.db
Le forum d’un utilisateur qui n’en nomme pas.
.SH "CODE DE RETOUR"
0 fait ; 1 refusé ou échoué, avec une simple ligne sur la sortie d’erreur ; 2 mauvais usage ; 3 fait en partie.
"""


def manual() -> str:
    """The manual page wardroom(1): every verb with its arguments and options, as its own help says."""
    from wardroom.cli.main import wardroom

    return "".join((MANUAL_HEAD, *verbs_of(wardroom), MANUAL_END))


def french_manual() -> str:
    """The same in French, from the catalogue the command line speaks from."""
    from wardroom.cli.main import translate, wardroom

    with speaking("fr"):
        spoken = copy.deepcopy(wardroom)
        translate(spoken)
        return "".join((MANUAL_HEAD_FR, *verbs_of(spoken), MANUAL_END_FR))


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Wardroom and click in another language, and English again."""
    from wardroom import language
    from wardroom.cli.main import translate_click

    before = os.environ.get("LANGUAGE"), gettext.textdomain()
    language.choose(name)
    translate_click()
    try:
        yield
    finally:
        language.choose("en")
        gettext.textdomain(before[1])
        os.environ.pop("LANGUAGE")
        if before[0] is not None:
            os.environ["LANGUAGE"] = before[0]


def verbs_of(wardroom: object) -> Iterator[str]:
    """The options, and every verb under the heading it has in the help."""
    import click

    from wardroom.cli.main import SECTIONS
    from wardroom.language import _

    assert isinstance(wardroom, click.Group)
    yield ".SH OPTIONS\n"
    yield from options_of(wardroom)
    placed = {name for _heading, names in SECTIONS for name in names}
    rest = tuple(name for name in sorted(wardroom.commands) if name not in placed)
    for heading, names in (*SECTIONS, ("More", rest)):
        if verbs := [name for name in names if name in wardroom.commands]:
            yield f'.SH "{_(heading).upper()}"\n'
        for name in verbs:
            command = wardroom.commands[name]
            kinds = command.commands if isinstance(command, click.Group) else {}
            yield from verb_of(f"wardroom {name}", command)
            for kind in sorted(kinds):
                yield from verb_of(f"wardroom {name} {kind}", kinds[kind])


def verb_of(path: str, command: object) -> Iterator[str]:
    """One verb: how it is called, what it does, its options."""
    import click

    assert isinstance(command, click.Command)
    pieces = [piece for piece in command.collect_usage_pieces(click.Context(command)) if piece != "[OPTIONS]"]
    yield f".SS {roff(' '.join((path, *pieces)))}\n"
    paragraphs = re.split(r"\n\s*\n", (command.help or "").strip())
    yield "\n.PP\n".join(roff(" ".join(paragraph.split())) for paragraph in paragraphs) + "\n"
    yield from options_of(command)


def options_of(command: object) -> Iterator[str]:
    """The options of a verb, each with its help."""
    import click

    assert isinstance(command, click.Command)
    for option in command.params:
        record = option.get_help_record(click.Context(command)) if isinstance(option, click.Option) else None
        if record is not None:
            yield f".TP\n.B {roff(record[0])}\n{roff(record[1])}\n"


def roff(text: str) -> str:
    """Text as roff shows it."""
    shown = text.replace("\\", "\\(rs").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", shown, flags=re.MULTILINE)


DOCUMENTS = {"files.md": files, "keys.md": keys, "wardroom.1": manual, "wardroom.fr.1": french_manual}


def main() -> int:
    """Write every document."""
    for name, write in DOCUMENTS.items():
        (ROOT / "docs" / name).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
