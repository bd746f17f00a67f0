"""Writes the documents that are read off the code: ``files.md``, the map of the house, and ``keys.md``."""

import ast
import sys
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
    lines = ["# The files, by their first sentences", "", "Written by `make docs`; each line is a file's own first sentence."]
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


DOCUMENTS = {"files.md": files, "keys.md": keys}


def main() -> int:
    """Write every document."""
    for name, write in DOCUMENTS.items():
        (ROOT / "docs" / name).write_text(write(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
