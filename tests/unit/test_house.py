"""Laws of the house that no type checker knows: sentences, fresh documents, and what the first screen loads."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wardroom.forum.founding import Founder, found

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "src" / "wardroom"


def _generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_says_what_it_is_for() -> None:
    """Each source file begins with a sentence of its own."""
    silent = [str(p.relative_to(HOUSE)) for p in HOUSE.rglob("*.py") if len(_generator().first_sentence(p)) < 15]
    assert silent == []


@pytest.mark.parametrize("name", ["files.md", "keys.md", "wardroom.1", "wardroom.fr.1"])
def test_documents_read_off_the_code_are_fresh(name: str) -> None:
    """`make docs` would change nothing."""
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == _generator().DOCUMENTS[name]()


def test_every_dependency_has_its_licence_listed() -> None:
    """`make supply` has been run since a package was added to the lock."""
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    listed = re.findall(r"^\| ([\w.-]+) \|", (ROOT / "docs" / "licences.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(locked) == sorted(set(listed) - {"package"})


def test_names_of_no_home_do_not_exist() -> None:
    """No file is called utils, helpers, common, manager or base."""
    assert [p.name for p in HOUSE.rglob("*.py") if p.stem in {"utils", "helpers", "common", "manager", "base"}] == []


def test_sql_is_never_built_from_values() -> None:
    """No f-string that reaches ``execute`` holds anything but names of ours in capitals, fragments and numbers."""
    allowed = re.compile(r"[A-Z_]+|_[A-Z_]+|columns|table|source|APPLICATION_ID|FORMAT")
    offenders = []
    for path in (HOUSE / "store").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "execute":
                for part in ast.walk(node.args[0]):
                    is_name = isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name)
                    if is_name and not allowed.fullmatch(part.value.id):
                        offenders.append(f"{path.name}:{node.lineno} {part.value.id}")
    assert offenders == []


LATE = (
    "click",
    "argon2",
    "nacl",
    "sqlite_utils",
    "zstandard",
    "phonenumbers",
    "stdnum",
    "zxcvbn",
    "charset_normalizer",
    "hashlib",
    "hmac",
    "tomllib",
    "gettext",
    "wardroom.cli.main",
    "wardroom.demo",
    "wardroom.domain.chain",
    "wardroom.domain.outcome",
    "wardroom.domain.query",
    "wardroom.domain.quick",
    "wardroom.exchange",
    "wardroom.forum.boards",
    "wardroom.forum.cases",
    "wardroom.forum.drafts",
    "wardroom.forum.guard",
    "wardroom.forum.moderation",
    "wardroom.forum.peers",
    "wardroom.forum.search",
    "wardroom.link",
    "wardroom.screening",
    "wardroom.store.circle_events",
    "wardroom.store.event_log",
    "wardroom.store.migrations",
    "wardroom.store.moderation_events",
    "wardroom.store.post_events",
    "wardroom.store.projections",
    "wardroom.store.purges",
    "wardroom.store.search",
    "wardroom.sync",
    "wardroom.tui.composing",
    "wardroom.tui.dialogs",
    "wardroom.tui.screens.boards",
    "wardroom.tui.screens.case",
    "wardroom.tui.screens.compose",
    "wardroom.tui.screens.login",
    "wardroom.tui.widgets.editor",
    "wardroom.tui.widgets.reading",
    "wardroom.tui.widgets.thread_page",
)

FIRST_SCREEN = """
import asyncio, os, sys
from pathlib import Path
import wardroom.__main__, wardroom.cli.start
from wardroom.config import Config
from wardroom.wiring import open_forum
from wardroom.tui.app import WardroomApp

async def shown():
    config = Config(Path(sys.argv[1]))
    forum = open_forum(config, is_for_screens=True)
    async with WardroomApp(forum, forum.members.linked(os.getuid()), config).run_test() as pilot:
        await pilot.pause()
        print(type(pilot.app.screen).__name__, [name for name in sys.argv[2:] if name in sys.modules])

asyncio.run(shown())
"""


def test_the_first_screen_loads_no_more_than_it_needs(tmp_path: Path) -> None:
    """With the brief on the glass, none of the libraries and rooms that other screens and verbs need are loaded."""
    path = tmp_path / "forum.db"
    found(path, Founder("county", "nadia", "nurse", uid=os.getuid()), now_ms=1_800_000_000_000)
    done = subprocess.run([sys.executable, "-c", FIRST_SCREEN, path, *LATE], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "BriefScreen []"


def test_a_verb_never_loads_the_screens() -> None:
    """The command line works without Textual."""
    code = "import sys\nimport wardroom.cli.main\nprint('textual' in sys.modules)\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_styles_stay_in_their_own_screen() -> None:
    """Each selector of a stylesheet begins with the class of its own screen, dialog or app."""
    strays = []
    for sheet in HOUSE.rglob("*.tcss"):
        source = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL)
        classes = set(re.findall(r"^class (\w+)", sheet.with_suffix(".py").read_text(encoding="utf-8"), re.MULTILINE))
        selectors = [s.split() for group in re.findall(r"([^{}]+)\{", source) for s in group.split(",") if s.strip()]
        strays += [f"{sheet.name}: {' '.join(s)}" for s in selectors if s[0].split(":")[0].split(".")[0] not in classes]
    assert strays == []
