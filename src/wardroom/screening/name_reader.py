"""Reads a person's name at a place of a text: how far it goes, or that there is none."""

import re
from typing import Final

from wardroom.screening import lexicon, name_list

_TOKEN = re.compile(r"[^\W\d_](?:\.(?=[\s-])|\.(?=[^\W\d_]\.)|[^\W\d_]*(?:['-][^\W\d_]+){0,3})")
COMMON_PARTICLES: Final = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ben",
        "ter",
        "ten",
        "zu",
        "du",
    ]
)
"""What stands before a family name in many languages."""
_PARTICLES: Final = COMMON_PARTICLES | frozenset(
    ["abu", "af", "av", "bint", "des", "do", "e", "ibn", "san", "um", "und", "y", "zum"]
)
_TITLES: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "drs",
        "doctor",
        "prof",
        "professor",
        "sr",
        "sra",
        "srta",
        "dra",
        "mme",
        "mlle",
        "madame",
        "monsieur",
        "docteur",
        "herr",
        "frau",
        "rev",
        "sir",
    ]
)
_JOINED_PARTICLE = re.compile(
    r"(?:al|el|ad|as|ar|an|at|az|ul|ur|bin|ben|abu|d|l|de|du|della|ap|ab)['-](?=[^\W\d_a-zß-öø-ÿ])"
)
"""A small particle that a hyphen or apostrophe ties to its name: al-Masri, d'Ambrosio."""
_DOSE = re.compile(r"\s\d{1,5}(?:[.,/-]\d{1,4})?\s?(?:mg|mcg|g|ml|mL|units?|mmol|%|puffs?|tabs?)\b")
"""Behind a drug whose name the lists do not have."""
_AFTER_NAME: Final = frozenset({"Jr", "Sr", "II", "III", "IV"})
_SHORTEST: Final = 2
"""Mrs Ng and Mr Wu: behind a title so short a word is a name even where it is an abbreviation as well."""
_SHORT_CAPS: Final = 4
"""Capitals of up to this length behind a name in mixed case are an abbreviation: GCS, ED, RN."""

MOST_TOKENS: Final = 5


def read(
    text: str, at: int, *, weak: bool = False, small: bool = False, eponym: bool = False, short: bool = False
) -> tuple[int, int]:
    """Where the name that begins at ``at`` ends, and of how many words it is; ``(at, 0)`` for none.

    After a ``weak`` cue any ordinary word or drug is no name, and a lone eponym only where ``eponym`` says so; after
    a title only clinical and the most frequent words are not. ``small`` takes a name in small letters, ``short`` one
    in capitals that begins with two letters: LI WEI.
    """
    stop = lexicon.after_a_cue() if weak else lexicon.after_a_title()
    end, place, count = at, at, 0
    shouting = False
    while count < MOST_TOKENS:
        token = _TOKEN.match(text, place)
        if not token:
            break
        word = token.group()
        if word.lower() in _TITLES:
            break
        is_particle = word in _PARTICLES or (count and word[1:].islower() and word.lower() in _PARTICLES)
        if is_particle and _capital_follows(text, token.end()):
            place = _gap(text, token.end())
            continue
        is_initial = word.endswith(".") or len(word) == 1
        if _JOINED_PARTICLE.match(word):
            pass
        elif word[0].islower():
            if not small or count > 1 or word in stop or len(word) < 3:
                break
        elif is_initial:
            if not (word[0].isupper() or not word[0].isascii()):
                break
            if len(word) == 1 and count == 0 and not _capital_follows(text, token.end()):
                break
        else:
            if word.isupper() and len(word) > 1:
                if count == 0:
                    shouting = True
                elif not shouting and len(word) <= _SHORT_CAPS and word not in _AFTER_NAME:
                    break
                if (
                    len(word) <= 2
                    and count == 0
                    and not (
                        (short and _shout_follows(text, token.end()))
                        or (word.lower() in _PARTICLES and _shout_follows(text, token.end()))
                        or _surname_follows(text, token.end())
                    )
                ):
                    break
            is_initials = not count and len(word) == 2 and word.isupper() and _surname_follows(text, token.end())
            is_short = not weak and not count and len(word) == _SHORTEST and not word.isupper()
            if not is_initials and (
                (_is_stopped(word, stop) and not is_short) or (weak and not count and _is_only_word(word))
            ):
                break
        if token.end() < len(text) and (text[token.end()].isdigit() or text[token.end()] in "_@"):
            break
        end = token.end()
        count += 1
        place = _gap(text, end)
        if place == end and not word.endswith("."):
            break
    if count and text[at:end].endswith("'s"):
        end -= 2
    if weak and count and _DOSE.match(text, end):
        return at, 0
    if count == 1 and weak and not eponym and lexicon.is_eponym(text[at:end]):
        return at, 0
    # An initial alone is no name.
    if count and not any(len(part.strip(".")) > 1 for part in re.split(r"[\s.]+", text[at:end])):
        return at, 0
    return end, count


def _is_only_word(word: str) -> bool:
    """Whether the long lists know ``word`` as a word and as no one's name."""
    known = name_list.look_up(word.removesuffix("'s"))
    return known.is_word and word.isascii() and not (known.given or known.family)


def _is_stopped(word: str, stop: frozenset[str]) -> bool:
    low = word.lower()
    bare = low.removesuffix("'s")
    if bare in stop or (bare.endswith("s") and bare[:-1] in stop and len(bare) > 4):
        return True
    parts = bare.split("-")
    return len(parts) > 1 and parts[0] in stop and all(part in stop or lexicon.is_eponym(part) for part in parts)


def _gap(text: str, end: int) -> int:
    """Behind one or two spaces, or a line break inside a wrapped name."""
    place = end
    while place < len(text) and place - end < 2 and text[place] == " ":
        place += 1
    return place


def _surname_follows(text: str, end: int) -> bool:
    """Whether a word in mixed case that is no word of the language follows: the initials of AJ Xiong."""
    found = re.compile(r" ([^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['-])*[a-zß-öø-ÿ])(?!\w)").match(text, end)
    if not found:
        return False
    known = name_list.look_up(found.group(1))
    return (
        not known.is_word
        and found.group(1).lower() not in lexicon.after_a_cue()
        and not lexicon.is_eponym(found.group(1))
    )


def _shout_follows(text: str, end: int) -> bool:
    return re.compile(r" [A-Z]{2,15}(?![\w])").match(text, end) is not None


def _capital_follows(text: str, end: int) -> bool:
    for _ in range(4):
        end = _gap(text, end)
        token = _TOKEN.match(text, end)
        if not token:
            return False
        if token.group() not in _PARTICLES:
            return not token.group()[0].islower()
        end = token.end()
    return False


_DISEASES: Final = frozenset(
    [
        "alzheimer",
        "alzheimers",
        "parkinson",
        "parkinsons",
        "crohn",
        "crohns",
        "hodgkin",
        "hodgkins",
        "marfan",
        "hashimoto",
        "graves",
        "huntington",
        "cushing",
        "cushings",
        "addison",
        "behcet",
        "behçet",
        "raynaud",
        "raynauds",
        "down",
        "downs",
        "brugada",
        "sjogren",
        "sjögren",
        "kawasaki",
        "wegener",
    ]
)
"""Eponyms that stand for the illness without a noun: "father Parkinson's"."""

_NEXT_WORD = re.compile(r"(?:'s)?\s{1,2}([A-Za-z-]{2,20})")


def is_eponym_here(text: str, start: int, end: int) -> bool:
    """Whether the "name" is an eponym with its noun (``Wells score``, ``Crohn's disease``)."""
    parts = text[start:end].split()
    if not parts:
        return False
    if parts[-1].lower() in _DISEASES or text[start:end].lower() in lexicon.lines("eponyms_of_two"):
        return True
    nouns = lexicon.words("eponym_nouns")
    following = _NEXT_WORD.match(text, end)
    return lexicon.is_eponym(parts[-1].strip(".")) and following is not None and following.group(1).lower() in nouns
