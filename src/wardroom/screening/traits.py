"""What singles a person out without naming: fame, a rare role, a mark on the body, biometrics."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from wardroom.screening import lexicon
from wardroom.screening.cues import Cue
from wardroom.screening.findings import WARN, Candidate
from wardroom.screening.places import holds_any, lowered


@cache
def _pattern() -> re.Pattern[str]:
    phrases = "|".join(re.escape(phrase).replace(r"\ ", r"\s{1,2}") for phrase in lexicon.phrases("traits"))
    return re.compile(rf"(?<!\w)(?:{phrases})(?!\w)")


_WHERE = (
    r"village|town|county|city|island|valley|area|region|district|province|community|parish|family|reserve|school|state|country|"
    r"neighbou?rhood|street|hospital|world|history|literature|pueblo|aldea|isla|valle|ciudad|barrio|comarca|île|vallée|ville|région|quartier"
)
_ONLY = re.compile(
    rf"(?<!\w)(?:the|our|their|his|her) only (?:(?!option|thing|way|place|treatment|drug|one|finding|change|reason)[\w'-]+ ){{1,4}}?"
    rf"(?:in|of|on|from|within|for miles)(?: (?:the|this|that|our|a|his|her|their))?(?: (?:whole|entire|small|local))? (?:{_WHERE})(?!\w)"
    r"|(?<!\w)the only (?:known |living |surviving |recorded |reported )?(?:survivor|witness|casualty|patient ever|case)(?!\w)"
    rf"|(?<!\w)(?:the|our|their) first (?!line|choice|time|day|dose|week|hour|degree|aid)(?:[\w-]+ ){{1,5}}?(?:in|of|from) (?:the|this|that|our) (?:whole |entire )?(?:{_WHERE})(?!\w)"
    rf"|(?<!\w)(?:{_WHERE})'s (?:only|first|last|oldest) [\w-]+"
    rf"|(?<!\w)(?:el|la) únic[oa] [\w-]+(?: [\w-]+)? (?:del|de la|de este|de esta|en el|en la) (?:{_WHERE})(?!\w)"
    rf"|(?<!\w)l[ea] seule? [\w-]+(?: [\w-]+)? (?:du|de la|de l'|de ce|dans le|dans la) ?(?:{_WHERE})(?!\w)"
)


_ROLE: Final = Cue(
    r"(?<!\w)(?:(?:the|our|their|his|her|hospital's|own|local|town|village|former|retired|ex|deputy|current|well-known|known|a|an)[ -]){1,3}"
    r"(?:mayor(?:ess)?|senator|congress(?:man|woman)|councillor|alderman|governor|ambassador|minister of|bishop|archbishop|imam|rabbi|"
    r"police chief|fire chief|chief of police|sheriff|headmaster|headmistress|head teacher|school principal|newsreader|tv chef|astronaut|"
    r"olympian|footballer|celebrity|rock star|pop star|film star|novelist|television|ceo|chief executive|medical director|director of nursing|dean|postmaster|postmistress|lighthouse keeper|harbour ?master|town crier|district attorney|coroner|fire marshal|alcalde|alcaldesa|concejal|maire|curé|bourgmestre)(?!\w)(?: (?:of|de|du|on|for) (?:the )?[\w'-]+)?"
    r"|(?<!\w)(?:mayor|maire|alcalde|alcaldesa|curé|bourgmestre) (?:of|de|del|du) [\w'-]+"
)
_ROLE_SIGNS = (
    "mayor", "senator", "congress", "council", "alderman", "governor", "ambassador", "minister of", "bishop", "imam", "rabbi", "chief",
    "sheriff", "head", "principal", "newsreader", "tv chef", "astronaut", "olympian", "footballer", "celebrity", "star", "novelist",
    "television", "ceo", "chief executive", "director", "dean", "postm", "keeper", "master", "crier", "attorney", "coroner", "marshal", "alcald", "concejal", "maire", "curé", "bourgmestre",
)  # fmt: skip
_NEWS = re.compile(
    r"(?<!\w)(?:(?:was|were|been|is|seen|shown|featured|interviewed|all over|appeared|reported|it's|its|made|hit|went) )?(?:on|in|all over) (?:the |our )?(?:\w+ )?(?:evening |morning |local |national |regional |tv |village |front )?(?:news|newspapers?|tabloids?|headlines|gazette|front page|tv news|radio)(?!\w)"
    r"|(?<!\w)(?:made|hit) the (?:\w+ )?(?:news|headlines|papers|front pages?)(?!\w)|(?<!\w)(?:went|gone|going) viral(?!\w)"
)
"""Fame: ``was on the evening news``."""
_NEWS_SIGNS: Final = ("news", "tabloid", "headline", "gazette", "front page", "viral", "radio", "papers")
_ONLY_NAMED = re.compile(
    r"(?<!\w)(?:[Tt]he|[Oo]ur) only (?!drug|option|treatment|sign|thing|evidence|test|way|finding|study|trial|one|indication|change|difference)(?:[\w-]+ ){1,3}(?:in|of|on|from) (?!ED|ICU|CT|MRI|US|UK|EU)[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{3,20}(?: [^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{2,20})?"
)
"""The only one of a named place: the only dentist in Port Harlow."""
_QUOTED = re.compile(r"[Tt]attoo(?:ed)?[^\n\"“«]{0,30}[\"“«][^\n\"”»]{1,40}[\"”»]")


def find(text: str) -> Iterator[Candidate]:
    """Phrases of the list, and what is said to be the only one of its kind somewhere."""
    if holds_any(lowered(text), (" only ", "únic", " seul", " first ", "'s oldest", "'s last ")):
        for match in _ONLY.finditer(lowered(text)):
            yield Candidate(match.start(), match.end(), "other", WARN, "[detail left out]")
    if holds_any(lowered(text), _ROLE_SIGNS):
        for match in _ROLE.finditer(lowered(text)):
            yield Candidate(match.start(), match.end(), "other", WARN, "[detail left out]")
    for match in _NEWS.finditer(lowered(text)) if holds_any(lowered(text), _NEWS_SIGNS) else ():
        yield Candidate(match.start(), match.end(), "other", WARN, "[detail left out]")
    for match in _ONLY_NAMED.finditer(text) if " only " in text else ():
        last = match.group().split()[-1]
        if not lexicon.is_eponym(last) and last.lower() not in lexicon.after_a_cue():
            yield Candidate(match.start(), match.end(), "other", WARN, "[detail left out]")
    for match in _QUOTED.finditer(text) if "attoo" in text else ():
        yield Candidate(match.start(), match.end(), "other", WARN, "[detail left out]")
    for match in _pattern().finditer(lowered(text)):
        yield Candidate(match.start(), match.end(), "other", WARN, "[detail left out]")
