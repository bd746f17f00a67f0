"""How the same is said in several ways: the lists that come with Wardroom, and those of a department."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from wardroom.domain.synonyms import Meaning, Synonyms, gathered, read
from wardroom.language import _

LISTS: Final = ("abbreviations", "terms", "drugs", "spellings")
"""The lists of ``words/``; every spelling counts inside the terms of all lists too."""
SPELLINGS: Final = "spellings"
LIST_MAX_BYTES: Final = 1_048_576
"""A larger file is no list."""


@dataclass(frozen=True, slots=True)
class ClinicalWords:
    """What is said in several ways, and what of a department's lists could not be used."""

    synonyms: Synonyms
    vocabulary: frozenset[str]
    """Every word of the lists."""
    troubles: tuple[str, ...]


@cache
def clinical_words(folders: tuple[Path, ...] = ()) -> ClinicalWords:
    """The lists that come with Wardroom and every ``*.tsv`` of ``folders``, read once.

    A line that cannot be used is named with its file and left out; so is a file that cannot be read.
    """
    from importlib import resources

    meanings: list[Meaning] = []
    spellings: list[Meaning] = []
    troubles: list[str] = []
    ours = resources.files(__package__).joinpath("words")
    for name in LISTS:
        found, _troubles = read(ours.joinpath(f"{name}.tsv").read_text("utf-8"))
        meanings += found
        spellings += found if name == SPELLINGS else []
    for path in sorted(path for folder in folders for path in folder.glob("*.tsv")):
        try:
            if path.stat().st_size > LIST_MAX_BYTES:
                raise ValueError(_("it is larger than {size} bytes").format(size=LIST_MAX_BYTES))
            text = path.read_text("utf-8")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            troubles.append(_("{path} was left out: {reason}.").format(path=path, reason=reason))
            continue
        found, lines = read(text)
        meanings += found
        spellings += found if path.stem == SPELLINGS else []
        troubles += [f"{path}, {line}." for line in lines]
    synonyms = gathered(meanings, spellings)
    return ClinicalWords(synonyms, synonyms.vocabulary, tuple(troubles))
