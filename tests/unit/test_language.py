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
    assert language.choose("fr", tmp_path)
    assert language._("New case") == "Nouveau cas"
    assert language._("Never translated") == "Never translated"
    assert language.several("{n} post", "{n} posts", 0) == "{n} message"
    assert language.several("{n} post", "{n} posts", 2) == "{n} messages"


def test_a_missing_or_broken_catalogue_leaves_english(tmp_path: Path) -> None:
    assert not language.choose("xx", tmp_path)
    catalogue(tmp_path, {"New case": "Nouveau cas"})
    broken = tmp_path / "fr" / "LC_MESSAGES" / "wardroom.mo"
    broken.write_bytes(b"not a catalogue")
    assert not language.choose("fr", tmp_path)
    assert language._("New case") == "New case"
    assert language.several("{n} post", "{n} posts", 0) == "{n} posts"
