"""The re-identification meter: how many harmless facts of a case stand together, and which one is best left out.

Each fact alone is nobody's name; together they are (GMC, Confidentiality 2017, on the sum of harmless pieces). The weights
are a judgement of how few people share such a fact, as powers of two; no population was counted.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from wardroom.language import _
from wardroom.screening.cues import Cue
from wardroom.screening.findings import Finding
from wardroom.screening.places import at_numbers, lowered

FEW: Final = 3
"""Fewer kinds of facts say nothing together."""
MANY: Final = 5
"""From so many kinds of facts on the author is told to leave one out."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a case that many people share and few share together with the others."""

    kind: str
    """age, sex, place, time, work, origin, family, rarity, event or mark."""
    text: str
    weight: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meter says of a case."""

    facts: tuple[Fact, ...]
    """One of each kind, the weightiest of it; the weightiest kind first."""

    @property
    def is_much(self) -> bool:
        """Whether the author should leave something out."""
        return len(self.facts) >= MANY

    @property
    def drop(self) -> Fact | None:
        """The fact whose leaving out helps most: age and sex stay, for a case cannot be read without them."""
        return next((fact for fact in self.facts if fact.kind not in _NEEDED), None)


_NEEDED: Final = frozenset({"age", "sex"})
_OF_FINDING: Final = {
    "age": ("age", 5),
    "date": ("time", 5),
    "location": ("place", 8),
    "address": ("place", 12),
    "other": ("mark", 10),
}

_SEX: Final = Cue(
    r"(?<!\w)(?:female|male|woman|man|girl|boy|lady|gentleman|wom[ae]n|mother|father|pregnant|mujer|hombre|varón|niña|niño|femme|homme|"
    r"fille|garçon)(?!\w)"
)
_SHORT_SEX = re.compile(r"\d{1,3} ?(?:yo?|y/o)? ?[FMfm](?!\w)|(?<!\w)[FM](?=[ ,]\d{1,3}(?!\w))")
_BAND = re.compile(r"(?:1-4|5-11|12-15|16-29|30-44|45-64|65-74|75-89|90\+)(?!\d)")
_PLACE: Final = Cue(
    r"(?<!\w)(?:rural|remote|island|village|farm|reserve|reservation|mountain|arctic|desert|oil rig|offshore|prison|monastery|convent|"
    r"barracks|refugee camp|cruise ship|small town|fishing (?:port|village)|ski (?:resort|area)|national park|isla|aldea|pueblo|île|village)(?!\w)"
)
_TIME: Final = Cue(
    r"(?<!\w)(?:yesterday|today|tonight|last (?:night|week|weekend|month)|this (?:morning|week|weekend|month|summer|winter)|"
    r"christmas|easter|ramadan|new year|thanksgiving|halloween|carnival|ayer|anoche|hier|cette nuit)(?!\w)"
)
_RARE_WORK: Final = (
    "mayor|pilot|astronaut|diver|lighthouse keeper|beekeeper|blacksmith|zookeeper|acrobat|jockey|matador|bullfighter|priest|nun|monk|rabbi|imam|"
    "bishop|judge|politician|senator|actor|actress|singer|musician|cellist|violinist|conductor|dancer|ballerina|footballer|boxer|wrestler|olympian|"
    "athlete|goalkeeper|racing driver|stuntman|snake handler|falconer|taxidermist|gravedigger|undertaker|coroner|vet|veterinarian|"
    "anaesthetist|surgeon|midwife|paramedic|firefighter|police officer|soldier|sailor|fisherman|miner|lumberjack|tattooist|sommelier|professor"
)
_WORK: Final = (
    "farmer|teacher|nurse|doctor|welder|plumber|electrician|builder|roofer|carpenter|mechanic|driver|trucker|butcher|baker|chef|cook|waiter|"
    "waitress|cleaner|hairdresser|gardener|librarian|secretary|accountant|lawyer|solicitor|engineer|architect|student|lecturer|journalist|"
    "shopkeeper|postman|factory worker|steelworker|painter|tailor|shepherd|vintner|agricultor|albañil|maestro|pescador|agriculteur|maçon|pêcheur"
)
_RARE_WORKS: Final = Cue(rf"(?<!\w)(?:{_RARE_WORK})(?!\w)")
_WORKS: Final = Cue(rf"(?<!\w)(?:{_WORK})(?!\w)")
_ORIGIN: Final = Cue(
    r"(?<!\w)(?:somali|eritrean|ethiopian|nigerian|ghanaian|congolese|sudanese|syrian|iraqi|iranian|afghan|kurdish|turkish|pakistani|indian|"
    r"bangladeshi|sri lankan|nepalese|tibetan|chinese|japanese|korean|vietnamese|thai|filipino|filipina|samoan|tongan|māori|maori|aboriginal|"
    r"inuit|first nations|native american|roma|jewish|orthodox|muslim|hindu|sikh|buddhist|amish|mennonite|mormon|jehovah's witness|polish|"
    r"romanian|ukrainian|russian|portuguese|italian|greek|albanian|mexican|colombian|cuban|haitian|jamaican|brazilian|moroccan|algerian|"
    r"tunisian|egyptian|ashkenazi|sami|refugee|asylum seeker|gitan[oa]|marroquí|ecuatorian[oa]|algérien(?:ne)?|marocain(?:e)?)(?!\w)"
)
_FAMILY: Final = Cue(
    r"(?<!\w)(?:twins?|triplets?|quadruplets?|adopted|foster|surrogate|widow(?:er)?|newlywed|(?:mother|father|mum|dad|parent) of "
    r"(?:two|three|four|five|six|seven|eight|nine|ten)|(?:only|eldest|youngest) (?:child|son|daughter)|(?:his|her) (?:twin|sister|brother) "
    r"(?:also|too|has|had|died)|consanguine(?:ous)?|wife of|husband of|son of|daughter of|gemel[oa]s?|jumeau[x]?|jumelles?)(?!\w)"
)
_RARITY: Final = Cue(
    r"(?<!\w)(?:rare|very rare|extremely rare|rarest|first (?:case|ever|reported|known|in the)|only (?:case|patient|person|one|survivor)|"
    r"never (?:seen|been) before|case report|case reports|unique|one in a million|unheard of|congenital insensitivity|progeria|"
    r"locked-in|conjoined|situs inversus|hermaphrodite|transplant|face transplant|hand transplant|wilson's disease|porphyria|"
    r"rabies|anthrax|plague|tetanus|botulism|diphtheria|ebola|lassa|prion|creutzfeldt-jakob|huntington's|fabry|gaucher|pompe|"
    r"primer caso|caso único|premier cas|cas unique)(?!\w)"
)
_EVENT: Final = Cue(
    r"(?<!\w)(?:plane crash|helicopter crash|train crash|derail(?:ed|ment)|avalanche|shark|crocodile|alligator|bear|lion|tiger|elephant|bull|"
    r"lightning|explosion|shooting|stabbing|stabbed|shot|hostage|kidnapp?ed|wedding|funeral|festival|concert|marathon|rodeo|bullfight|"
    r"parade|protest|riot|earthquake|tornado|hurricane|flood|landslide|cable car|roller ?coaster|trampoline park|zoo|circus|"
    r"hot air balloon|paraglid(?:ing|er)|base jump(?:ing|er)?|skydiv(?:ing|er)|scuba|cave|crane|combine harvester|wood chipper|chainsaw|"
    r"nail gun|crossbow|grenade|landmine|swallowed|inserted|impaled|encierro|atentado|boda|avalancha|mariage|manif(?:estation)?)(?!\w)"
)
_MARK: Final = Cue(
    r"(?<!\w)(?:tattoos?|tattooed|prosthetic|amputee|one-legged|one-eyed|albino|dwarf(?:ism)?|giant|birthmark|port-wine stain|cleft|"
    r"six fingers|conjoined|deaf|blind|mute|transgender|trans (?:man|woman)|intersex|wheelchair|tatuaje|tatouage)(?!\w)"
)


@cache
def _cues() -> tuple[tuple[str, Cue, int], ...]:
    return (
        ("sex", _SEX, 1), ("place", _PLACE, 5), ("time", _TIME, 4), ("work", _RARE_WORKS, 9), ("work", _WORKS, 5),
        ("origin", _ORIGIN, 6), ("family", _FAMILY, 5), ("rarity", _RARITY, 9), ("event", _EVENT, 8), ("mark", _MARK, 7),
    )  # fmt: skip


def read(
    texts: Iterable[str], findings: Iterable[Finding] = (), *, has_age: bool = False, has_sex: bool = False
) -> Reading:
    """What the meter says of a case's texts and of what screening found in them.

    ``has_age`` and ``has_sex``: the record states them.
    """
    best: dict[str, Fact] = {}

    def note(kind: str, text: str, weight: int) -> None:
        if kind not in best or best[kind].weight < weight:
            best[kind] = Fact(kind, " ".join(text.split()), weight)

    if has_age:
        note("age", "age band", 3)
    if has_sex:
        note("sex", "sex", 1)
    for finding in findings:
        if finding.kind in _OF_FINDING:
            kind, weight = _OF_FINDING[finding.kind]
            note(kind, finding.text, weight)
    for text in texts:
        low = lowered(text)
        for kind, cue, weight in _cues():
            for match in cue.finditer(low):
                note(kind, text[match.start() : match.end()], weight)
        for match in _SHORT_SEX.finditer(text):
            note("sex", match.group(), 1)
        for match in at_numbers(_BAND, text):
            note("age", match.group(), 3)
    return Reading(tuple(sorted(best.values(), key=lambda fact: -fact.weight)))


def told(reading: Reading) -> str:
    """The meter in a sentence or two; nothing where there are few facts."""
    if len(reading.facts) < FEW:
        return ""
    kinds = ", ".join(fact.kind for fact in reading.facts)
    said = _("{count} facts together: {kinds}.").format(count=len(reading.facts), kinds=kinds)
    if reading.is_much and reading.drop is not None:
        said += " " + _("Leave out “{fact}” first.").format(fact=reading.drop.text)
    return said
