"""Known towns after a word of place; what lies below the state is asked about."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening import lexicon, name_list
from wardroom.screening.findings import WARN, Candidate
from wardroom.screening.places import at_words, has_word

_CUES: Final = (
    "in", "from", "near", "to", "at", "outside", "around", "via", "through", "visit", "visited", "visiting", "leaving", "of",
    "between", "towards", "reach", "en", "à", "de", "desde", "hasta", "vers", "aus", "nach", "uit", "fra", "från", "bei", "i", "w", "z", "på", "til", "naar", "te", "em", "da", "di",
)  # fmt: skip
_LABELS: Final = ("travel", "city", "town", "hometown", "residence", "origin", "birthplace")
_AFTER = re.compile(
    rf"(?<!\w)(?i:{'|'.join(_CUES)}|(?:{'|'.join(_LABELS)})(?: history)?:) "
    r"(?=(?P<first>[^\W\d_a-zß-öø-ÿ][\w.'-]{2,24})(?P<more>(?:(?: (?:Ste?|Mt|Ft)\.)?[ -][^\W\d_a-zß-öø-ÿ][\w'-]{1,24}| (?:de|do|da|del|di|la|le|am|an der|sur|upon|on|of) [^\W\d_a-zß-öø-ÿ][\w'-]{1,24}){0,3}))"
)
_IN_STATE = re.compile(
    r"(?<![\w-])(?P<town>(?:(?:St|Mt|Ft)\.? )?[^\W\d_a-zß-öø-ÿ][\w.'-]{2,24}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{1,24}){0,2}), (?P<state>[A-Z]{2,3})(?![\w-])"
)
"""A town and its state: ``Dayton, OH``."""
_STATE = re.compile(r", [A-Z]{2,3}(?![\w-])")
_OTHER_STATES: Final = frozenset(
    {"ON", "BC", "QC", "AB", "SK", "MB", "NB", "NS", "NL", "NSW", "VIC", "QLD", "TAS", "ACT"}
)
_RESIDENT = re.compile(
    r"(?<![\w-])(?P<town>[^\W\d_a-zß-öø-ÿ][\w.'-]{2,24}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{1,24}){0,2}) (?:resident|native|police|fire|ambulance|airport|suburbs?|marathon)(?!\w)"
)
_RESIDENTS: Final = frozenset(
    {"resident", "native", "police", "fire", "ambulance", "airport", "suburb", "suburbs", "marathon"}
)
_SMALL = re.compile(r"(?<!\w)(?:in|from|near|outside|lives in|drove to|back to) (?P<town>[a-z]{5,20})(?![\w'@-])")
_LED: Final = frozenset({*_CUES, *_LABELS})
_SMALL_CUES: Final = frozenset({"in", "from", "near", "outside", "lives", "drove", "back"})
_BEFORE = re.compile(r"([^\W\d_]{2,20}) $")
_PAIRED = re.compile(r"-[^\W\d_a-zß-öø-ÿ]")
_NEXT = re.compile(r"[ -]{1,2}([A-Za-z-]{2,20})(?: {1,2}([A-Za-z-]{2,20}))?")


def is_town(name: str) -> bool:
    """Whether a list has ``name``, of one word or several, as a town."""
    low = name.lower().rstrip(".,")
    return low in lexicon.lines("towns") or name_list.plain(low.replace("-", " ")) in lexicon.lines("cities")


def _is_namesake(text: str, cue: int, town: str, end: int) -> bool:
    """Whether a score or sign is called so: escala de Glasgow, score de Cairo-Bishop."""
    if _PAIRED.match(text, end):
        return True
    before = _BEFORE.search(text[max(0, cue - 24) : cue])
    word = before.group(1).lower() if before else ""
    return word in lexicon.words("eponym_nouns") or (lexicon.is_eponym(town) and word in lexicon.beside("things"))


def find(text: str) -> Iterator[Candidate]:
    """Towns of the lists, save in the name of a score or a rule."""
    nouns = lexicon.words("eponym_nouns")
    for match in at_words(_AFTER, text, _LED):
        words = re.split(r"(?=[ -])", match["first"] + match["more"])
        for count in range(len(words), 0, -1):
            town = "".join(words[:count])
            end = match.end() + len(town)
            if not is_town(town):
                continue
            following = None if town.endswith(".") else _NEXT.match(text, end)
            is_thing = following and any(word and word.lower() in nouns for word in following.groups())
            if not is_thing and not _is_namesake(text, match.start(), town, end):
                yield Candidate(match.end(), match.end() + len(town.rstrip(".,")), "location", WARN, "the region")
            break
    for match in _IN_STATE.finditer(text) if _STATE.search(text) else ():
        if match["state"] in lexicon.words("us_states") | _OTHER_STATES and is_town(match["town"]):
            yield Candidate(*match.span("town"), "location", WARN, "the region")
    for match in _RESIDENT.finditer(text) if has_word(text, _RESIDENTS) else ():
        if is_town(match["town"]):
            yield Candidate(*match.span("town"), "location", WARN, "the region")
    for match in at_words(_SMALL, text, _SMALL_CUES):
        town = match["town"]
        is_other = name_list.look_up(town).is_word or town in lexicon.after_a_cue() or lexicon.is_eponym(town)
        if town in lexicon.lines("towns") or (not is_other and town in lexicon.lines("cities")):
            following = _NEXT.match(text, match.end())
            if not (following and any(word and word.lower() in nouns for word in following.groups())):
                yield Candidate(*match.span("town"), "location", WARN, "the region")
