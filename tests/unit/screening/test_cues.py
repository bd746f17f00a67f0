"""A cue is tried only at its first words, and misses nothing that its pattern finds."""

import importlib
import pkgutil
import re

import pytest

from wardroom import screening
from wardroom.screening.cues import Cue, first_words
from wardroom.screening.places import lowered

from .test_notes import CLEAN, LEAKING

MODULES = [
    importlib.import_module(f"wardroom.screening.{found.name}") for found in pkgutil.iter_modules(screening.__path__)
]
CUES = {
    f"{module.__name__.rpartition('.')[2]}.{name}": found
    for module in MODULES
    for name, found in vars(module).items()
    if isinstance(found, Cue)
}


@pytest.mark.parametrize("name", CUES)
def test_a_cue_finds_what_its_pattern_finds(name: str) -> None:
    """Over every leak and clean note, no match is lost by looking at first words only."""
    cue = CUES[name]
    for row in [*CLEAN, *LEAKING]:
        low = lowered(row["text"])
        assert [found.span() for found in cue.finditer(low)] == [found.span() for found in cue.pattern.finditer(low)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"(?<!\w)(?:named|known\sas|née?)\s", {"named", "known", "né", "née"}),
        (r"(?:signed(?:\soff)?|fdo\.?|llamad[oa])\s\d{3}", {"signed", "fdo", "llamado", "llamada"}),
        (r"\bfoot(?:ball)?(?!\w)[\s:]{0,3}\d", {"foot", "football"}),
        (r"(?P<kin>mother-in-law|wife)'s", {"mother", "wife"}),
    ],
)
def test_first_words(source: str, expected: set[str]) -> None:
    """Letters, classes, groups, alternatives and optional parts are understood."""
    assert first_words(source) == expected


@pytest.mark.parametrize("source", [r"\d+x", r"(?:a|)b?", r"[^a]b", r"wor+d", r"\w+"])
def test_what_may_begin_otherwise_is_refused(source: str) -> None:
    """A pattern whose first word cannot be told raises an error when it is made, not a silence when it is used."""
    with pytest.raises(ValueError, match=re.escape(source)):
        Cue(source)
