"""The French catalogues are complete, say the same as the English, and what is shipped is compiled from them."""

import gettext
import importlib.util
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from wardroom import language
from wardroom.domain import rules
from wardroom.errors import Refused
from wardroom.forum.session import must

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src" / "wardroom" / "locale" / "fr" / "LC_MESSAGES"


def _words():
    spec = importlib.util.spec_from_file_location("words", ROOT / "docs" / "words.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _forms(message) -> list[tuple[str, str]]:
    """Each translation with the English it stands for; the singular may be that of zero."""
    if isinstance(message.string, str):
        return [(message.id, message.string)]
    return list(zip(message.id, message.string, strict=True))


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{[^{}]*\}|%\([a-z]+\)[sd]|`[^`]+`", text))


@pytest.mark.parametrize("name", ["commands", "screens"])
def test_every_text_of_the_code_is_in_a_catalogue(name: str) -> None:
    """`make words` would add nothing to it and take nothing from it."""
    words = _words()
    ids = {m.id for m in words.read(FOLDER / f"{name}.po", "fr")[1] if m.id}
    assert ids == words.templates()[name]


@pytest.mark.parametrize("name", ["click", "commands", "screens"])
def test_every_text_is_translated(name: str) -> None:
    """None is empty or a guess, and each keeps the places of its values and what is typed as it is."""
    catalogue = _words().read(FOLDER / f"{name}.po", "fr")[1]
    assert [m.id for m in catalogue if m.fuzzy and m.id] == []
    forms = [form for m in catalogue if m.id for form in _forms(m)]
    assert [english for english, french in forms if not french.strip()] == []
    assert [pair for pair in forms if _places(pair[0]) != _places(pair[1])] == []


def test_plural_forms_are_those_of_french() -> None:
    """Zero and one are singular."""
    for path in FOLDER.glob("*.po"):
        assert '"Plural-Forms: nplurals=2; plural=(n > 1);' in path.read_text(encoding="utf-8")
    with (FOLDER / "wardroom.mo").open("rb") as file:
        shipped = gettext.GNUTranslations(file)
    assert [shipped.plural(n) for n in (0, 1, 2)] == [0, 0, 1]


def test_the_shipped_catalogue_is_fresh() -> None:
    """It says what the catalogues say that people edit."""

    def content(file) -> dict:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}

    with (FOLDER / "wardroom.mo").open("rb") as file:
        assert content(file) == content(io.BytesIO(_words().compiled(FOLDER)))


def test_what_rules_say_is_english_until_it_is_shown() -> None:
    """A refusal is kept with the event it stops; whoever looks reads it in the own language."""
    assert language.choose("fr") == ""
    try:
        refusal = rules.may_moderate(frozenset())
        assert refusal == "That takes a moderator of the circle."
        with pytest.raises(Refused) as told:
            must(refusal)
        assert str(told.value) not in ("", refusal)
    finally:
        language.choose("en")


def _help(tmp_path: Path, **env: str) -> str:
    run = [sys.executable, "-m", "wardroom", "post", "--help"]
    home = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONUTF8": "1"}
    return subprocess.run(run, env={**home, **env}, capture_output=True, text=True, check=True).stdout


def test_help_speaks_the_language_of_the_environment_unless_a_setting_says_another(tmp_path: Path) -> None:
    assert "Usage : wardroom post" in _help(tmp_path, LANG="fr_FR.UTF-8")
    assert "Usage: wardroom post" in _help(tmp_path, LANG="fr_FR.UTF-8", LC_ALL="C.UTF-8")
    assert "Usage: wardroom post" in _help(tmp_path, LANG="xx_XX.UTF-8")
    settings = tmp_path / ".config" / "wardroom" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('language = "fr"')
    assert "Usage : wardroom post" in _help(tmp_path, LANG="en_GB.UTF-8")
