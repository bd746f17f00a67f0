"""Templates: those that come along are whole, a department's own go before them, and a broken file is named with its line."""

from pathlib import Path

import pytest

from wardroom import language
from wardroom.domain.template import Template, without_empty
from wardroom.errors import NotFound
from wardroom.forum.templates import SHIPPED, load, named


def test_the_shipped_ones_are_whole() -> None:
    """Each is read without a word of complaint, with a title of its own."""
    templates, warnings = load()
    assert warnings == ()
    assert tuple(template.name for template in templates) == SHIPPED
    assert len({template.title for template in templates}) == len(SHIPPED)
    assert named("notice")[0].until


def test_they_speak_the_chosen_language(tmp_path: Path) -> None:
    """The shipped ones say the same in French, field for field; a department's own for a language go before its others."""
    english = load()[0]
    for folder, title in ((tmp_path, "Ours"), (tmp_path / "fr", "Le nôtre")):
        folder.mkdir(exist_ok=True)
        (folder / "sepsis.toml").write_text(f'title = "{title}"\n', encoding="utf-8")
    language.choose("fr")
    try:
        french, warnings = load()
        own = named("sepsis", (tmp_path,))[0]
    finally:
        language.choose("en")
    assert warnings == ()
    assert own.title == "Le nôtre"
    assert named("sepsis", (tmp_path,))[0].title == "Ours"
    for one, other in zip(english, french, strict=True):
        same = (one.name, one.kind, one.urgency, one.until, one.tags, one.text.count("\n"))
        assert same == (other.name, other.kind, other.urgency, other.until, other.tags, other.text.count("\n"))
        assert one.about != other.about
        assert without_empty(other.text, other) == ""


def test_a_department_adds_and_replaces(tmp_path: Path) -> None:
    """A file of a new name is one more, one of a known name takes its place, the nearer folder wins."""
    near, far = tmp_path / "near", tmp_path / "far"
    for folder in (near, far):
        folder.mkdir()
    (far / "sepsis.toml").write_text('title = "Far"\n')
    (near / "sepsis.toml").write_text('title = "Sepsis"\nkind = "case"\ntags = ["sepsis"]\ntext = """\nSource:\n"""\n')
    (near / "sbar.toml").write_text('title = "Our SBAR"\n')
    templates, warnings = load((far, near))
    assert warnings == ()
    assert {template.name: template.title for template in templates} | {} == {
        **{template.name: template.title for template in load()[0]}, "sbar": "Our SBAR", "sepsis": "Sepsis",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('title = "SBAR"\nkind = "sonnet"\n', "line 2"),
        ('title = "SBAR"\ntext = """\nopen', "line"),
        ('title = "SBAR"\n\ntags = "ecg"\n', "line 3"),
        ('title = "SBAR"\ncolour = "red"\n', "line 2"),
        ("title = 5\n", "line 1"),
        ('kind = "case"\n', "title is missing"),
        ('title = "SBAR"\nuntil = "8h"\n', "line 2"),
        ("a = " + "[" * 3000, "SBAR"),
    ],
)
def test_a_broken_file_is_named_and_the_shipped_one_used(tmp_path: Path, text: str, said: str) -> None:
    """One sentence with the file and its line; the template of that name is the one that came along."""
    (tmp_path / "sbar.toml").write_text(text)
    templates, warnings = load((tmp_path,))
    assert templates == load()[0]
    assert len(warnings) == 1
    assert "sbar.toml" in warnings[0]
    assert "\n" not in warnings[0]
    assert said in warnings[0] or said == "SBAR"


def test_strange_files_harm_nothing(tmp_path: Path) -> None:
    """Bytes that are no text, a folder, a pipe, a name with blanks, a file too large: named, and nothing else."""
    import os

    (tmp_path / "bytes.toml").write_bytes(b'title = "a"\n\xff\xfe')
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "two words.toml").write_text('title = "b"\n')
    (tmp_path / "large.toml").write_text("#" * 70_000)
    (tmp_path / "readme.txt").write_text("not ours")
    templates, warnings = load((tmp_path, tmp_path / "nowhere"))
    assert templates == load()[0]
    assert len(warnings) == 5
    assert any("line 2" in warning for warning in warnings)


def test_an_unknown_name_is_told_the_known_ones() -> None:
    """The refusal lists them."""
    with pytest.raises(NotFound, match="sbar"):
        named("sonnet")


def test_headings_left_empty_are_not_posted() -> None:
    """A line of the template behind which nothing was written goes; every other line stays."""
    template = Template("t", "T", text="Situation:\nBackground:\nAssessment:")
    assert without_empty("Situation: septic\nBackground:\nAssessment:\nlow pressure", template) == (
        "Situation: septic\nAssessment:\nlow pressure"
    )
    assert without_empty("Situation:\nBackground: a long story\nAssessment:", template) == "Background: a long story"
    assert without_empty("Situation:\nBackground:\nAssessment:", template) == ""
    assert without_empty("Words: of my own:\n\nmore", template) == "Words: of my own:\n\nmore"
