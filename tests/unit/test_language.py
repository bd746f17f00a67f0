"""Words follow the chosen language, and a missing or broken catalogue leaves English standing."""

import struct
from pathlib import Path

import pytest

from wardroom import language


@pytest.fixture(autouse=True)
def _english_again():
    yield
    language.choose("en")


def catalogue(folder: Path, words: dict[str, str]) -> None:
    """A compiled catalogue of gettext, as msgfmt writes it."""
    entries = sorted(
        {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=n>1;\n", **words}.items()
    )
    ids, texts = [k.encode() for k, _ in entries], [v.encode() for _, v in entries]
    start = 28 + 16 * len(entries)
    tables, data = [b"", b""], b""
    for which, parts in enumerate((ids, texts)):
        for part in parts:
            tables[which] += struct.pack("<II", len(part), start + len(data))
            data += part + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    path = folder / "fr" / "LC_MESSAGES" / "wardroom.mo"
    path.parent.mkdir(parents=True)
    path.write_bytes(head + tables[0] + tables[1] + data)


def test_words_follow_the_chosen_language(tmp_path: Path) -> None:
    catalogue(tmp_path, {"New case": "Nouveau cas", "{n} post\0{n} posts": "{n} message\0{n} messages"})
    assert language.choose("fr_CH", tmp_path) == ""
    assert language._("New case") == "Nouveau cas"
    assert language._("Never translated") == "Never translated"
    assert language.several("{n} post", "{n} posts", 0) == "{n} message"
    assert language.several("{n} post", "{n} posts", 2) == "{n} messages"


def test_a_language_without_a_catalogue_leaves_english(tmp_path: Path) -> None:
    assert language.choose("xx", tmp_path) == ""
    assert language.several("{n} post", "{n} posts", 0) == "{n} posts"


@pytest.mark.parametrize("length", [0, 3, 15, 27, 40, 60, -1])
def test_a_broken_catalogue_is_told_and_leaves_english(tmp_path: Path, length: int) -> None:
    """Wherever a catalogue ends too early, a line says so."""
    catalogue(tmp_path, {"New case": "Nouveau cas"})
    broken = tmp_path / "fr" / "LC_MESSAGES" / "wardroom.mo"
    broken.write_bytes(broken.read_bytes()[:length])
    assert str(broken) in language.choose("fr", tmp_path)
    assert language._("New case") == "New case"


@pytest.mark.parametrize(
    ("setting", "env", "wanted"),
    [
        (None, {}, "en"),
        (None, {"LANG": "fr_CA.UTF-8"}, "fr_CA"),
        (None, {"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "C"}, "en"),
        (None, {"LANG": "de_DE", "LC_MESSAGES": "", "LC_ALL": "fr_CH@euro"}, "fr_CH"),
        (None, {"LANG": "../../etc"}, "en"),
        ("fr", {"LC_ALL": "C.UTF-8"}, "fr"),
        ("pt-BR", {}, "pt_BR"),
    ],
)
def test_the_setting_goes_before_the_environment(setting: str | None, env: dict[str, str], wanted: str) -> None:
    assert language.wanted(setting, env) == wanted


def test_numbers_are_written_as_the_language_does() -> None:
    assert language.decimal(1234.56, 1) == "1,234.6"
    assert language.choose("fr") == ""
    assert language.decimal(1234.56, 1) == "1\N{NO-BREAK SPACE}234,6"
