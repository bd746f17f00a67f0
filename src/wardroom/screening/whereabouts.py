"""Where a person is or comes from: beds, bays and numbered wards, and whatever stands after a cue of place."""

import itertools
import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening import lexicon, name_list
from wardroom.screening.cues import Cue
from wardroom.screening.findings import WARN, Candidate
from wardroom.screening.places import at_words, lowered
from wardroom.screening.quantities import is_quantity

_BED = re.compile(
    r"(?<![\w-])(?P<what>bed|bay|room|rm|cubicle|cubby|trolley|chair|resus|stretcher|gurney|theatre|majors|minors|hallway|corridor|box|zone|pod|cama|lit|chambre|"
    r"habitaci[óo]n|sala|bett|zimmer)(?: ?(?:no\.?|number|nr\.?|#))? ?(?P<number>\d{1,3}(?:-?[a-d])?|[a-f]\d{1,2})(?![\w%/]|[.,:-]\d|\) ?[\"'A-Z])",
)
_BEDS: Final = {
    "rm": "the room", "cama": "la cama", "lit": "le lit", "chambre": "la chambre", "habitación": "la habitación",
    "habitacion": "la habitación", "sala": "la sala", "bett": "das Bett", "zimmer": "das Zimmer", "resus": "resus", "majors": "majors", "minors": "minors",
}  # fmt: skip
"""What stands for a numbered bed, where it is not "the" and its word."""
_LETTERED = re.compile(
    r"(?<![\w-])(?:(?:[Bb]ay|[Bb]ed|[Pp]od|[Cc]ubicle|[Cc]ubby|[Rr]oom|BAY|POD|BED) (?:[A-H]-?\d{1,2}(?!\w)|[A-H](?!\w|['.-]\w))|(?:in|to) (?:[Zz]one|[Aa]rea) [A-H](?!\w))"
)
_POTASSIUM = re.compile(r" [A-Za-z] \d")
"""One letter and a figure behind a bed are a value: ``bed 2 k 6.9``."""
_SIDE_WARD = re.compile(
    r"(?<!\w)(?:on|to|from|at|of) (?:the )?(?P<place>(?:[1-9]|1\d) ?(?:West|East|North|South|Tower|NW|NE|SW|SE))(?![\w-])"
)
_SIDE_CUES: Final = frozenset({"on", "to", "from", "at", "of"})
_HEAD_OF = re.compile(r"(?i)(?:head of (?:the )?|raise[ds]? |tilt(?:ed)? )$")
_WARD = re.compile(
    r"(?<![\w-])(?:ward|wd|unit) ?(?:no\.? |: ?|number )?(?P<number>\d{1,2}[a-d]?|[a-f]\d{1,2})(?![\w%/]|[.,:-]\d)"
)

CAP: Final = r"[^\W\d_a-zß-öø-ÿ][\w'-]{1,24}"
_PLACE: Final = rf"(?P<place>(?:(?:El|La|Los|Las|Le|St\.?|San|Santa|New|North|South|East|West|Upper|Lower|Mount|Fort|Port) )?{CAP}(?:(?: (?:do|da|de|del|di|la|le|les|van|der|upon|on|of|the|am|an|in|sur|en|&)){{0,2}}[ -]{CAP}){{0,3}})"
_FROM: Final = Cue(
    r"(?<!\w)(?:(?:(?:year|month|week|day)s?[ -]old|yo|y/o|man|woman|boy|girl|male|female|lady|gentleman|patient|pt|resident|native|came|come|arrived|arriving|returned|returning|evacuated|tx|xfer|transf|faxed|"
    r"farmer|worker|fisherman|teacher|family|he is|she is|comes|hails|travell?ed|transferred|transfer|referred|flown|airlifted|brought|"
    r"moved|originally|visiting|tourist|student)(?: (?:in|here|over|back))? (?:from|of)|"
    r"(?:lives?|living|resid(?:es|ing)|born|grew up|raised|works?|working|farm|cabin|vacation(?:ing)?|holiday|incident|accident|crash|mvc|rtc|"
    r"habite|vit|réside|demeure|vive|wohnt|résidant|originaire|natural|procedente)"
    r"(?: (?:alone|independently|with [a-z]{2,12}(?: [a-z]{2,12})?))? (?:in|near|at|outside|close to|just outside|on|à|en|de|d'|in der nähe von)) (?:the (?:town|village|city|island|suburb|parish|hamlet) of )?"
)
"""What stands before a place, in small letters."""
_WHERE = re.compile(_PLACE)
_DESCENT = re.compile(r" (?:ancestry|descent|heritage|origin|background|ethnicity|extraction|faith)\b")
"""A people, which is no place below the state: of Han ancestry."""
_FROM_FIRST = re.compile(
    rf"(?:^|[.;\n] ?)(?:From|Lives in|Living in|Resident of|Native of|Originally from|Born in|Ex|Habite|Vive en|Habite à) {_PLACE}"
)
_HOME = re.compile(r" (?:nursing|care|residential|retirement|rest|old people's) home(?!\w)")
_NEAR = re.compile(r"(?<!\w)(?:near|outside|nearby|cerca de|près de|in der Nähe von) ")

_SHORT: Final = 5
_TAKEN: Final = frozenset({"he", "she", "they", "it"})

_SEX_FROM = re.compile(r"\d ?(?:[MFmf]|yo|y/o|yrs?) from ")
_UNLISTED = re.compile(
    r"(?<!\w)(?P<cue>in|from|near|outside|at) (?P<place>(?:(?:Fort|Port|Mount|Lake|Loch|Glen|Great|Little|Upper|Lower|St\.?|San|Santa|Cape|Bad|Plas) )?[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]{3,18}(?: [^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]{2,18})?)"
    r"(?=[.,;)\n]|$| (?:by|via|to|for|on flight|in a|last|who|where|when|w/|with a)(?!\w))"
)
"""A word no list explains, where a place stands; behind "from" and "in" it ends what is said."""
_OF: Final = frozenset({"of"})
_UNLISTED_CUES: Final = frozenset({"in", "from", "near", "outside", "at"})
_NEAR_CUES: Final = frozenset({"near", "outside", "nearby", "cerca", "près", "in"})
_AGED_OF = re.compile(
    r"(?<=\d, )of (?P<place>[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]{3,18}(?: [^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]{2,18})?)(?=[.,;)\n]|$)"
)
"""As papers have it: Cornelius, 96, of Savannah."""
_FILED = re.compile(
    r"(?i)\b(?:documented|recorded|logged|charted|audited|filed|reported|published|sold|bought|ordered|available|stored|learnt|learned|discussed|presented|heard|read|it|kit|done|trained) \Z"
)
"""What is done in programs, shops, journals and courses rather than in towns."""
_LANDMARKS: Final = frozenset(
    {
        "Fort",
        "Port",
        "Mount",
        "Lake",
        "Loch",
        "Glen",
        "Great",
        "Little",
        "Upper",
        "Lower",
        "St",
        "St.",
        "San",
        "Santa",
        "Cape",
        "Bad",
        "Plas",
    }
)
_SETTLEMENT = re.compile(
    r"(?<!\w)(?:[Vv]illage|[Hh]amlet|[Ss]uburb|[Tt]own|[Tt]aluk|[Dd]istrict|[Cc]ommune|[Bb]arrio|[Pp]ueblo|[Aa]ldea)(?: of|:)? (?P<place>[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]{3,18})(?!\w)"
)
_SETTLEMENTS: Final = frozenset(
    {"village", "hamlet", "suburb", "town", "taluk", "district", "commune", "barrio", "pueblo", "aldea"}
)
_LABELLED: Final = Cue(
    r"(?<!\w)(?:school|nursery|employer|workplace|surgery|care home|nursing home|birthplace|place of birth|emp|works for|employed by|colegio|école)(?:\s?[:=]| is|(?<=for)|(?<=by))\s?"
)
_THERE: Final = Cue(
    r"(?<!\w)(?:(?:mother|father|mum|mom|dad|sister|brother|son|daughter|wife|husband|cousins?|aunt|uncle|family|relatives|friends?|parents|grandparents|house|flat|home|cottage|"
    r"job|wedding|funeral|concert|party|gig|match|race|rally|festival|fire|explosion|flood|stabbing|shooting|accident|crash|fall|prison|jail|based|raised|staying|stationed|buried|christened|married|"
    r"hiking|fishing|skiing|surfing|climbing|camping|practising|practicing|shop|pub|garage|gp|pcp|dentist|priest|surgery|practice|clinic|hospital|ed|er|icu|unit|centre|center|colleagues?|team)"
    r" (?:is |are |was |were )?(?:in|near|outside|over in|down in|up in|back in)|(?:air)?lifted off|off the coast of) (?:the (?:town|village|city|island) of )?"
)
"""What stands before a place, or before what a family or a hospital has: again only an unknown word counts."""
_WENT: Final = Cue(
    r"(?<!\w)(?:drove|driv(?:es|ing)|flew|went|walk(?:ed|ing)|sail(?:ed|ing)|cycl(?:ed|ing)|commut(?:es|ing)|sent|taken|bused|train|bus|ferry|trip|journey|"
    r"transported|airlifted|flown|home|back|ran away|emigrated)(?: (?:here|down|up|over|back|home|in|out|by \w+)){0,2} (?:to|from|through|via|towards|near) (?:the (?:town|village|city|island) of )?"
)
"""What stands before a place, or before a ward or a test: only a word no list knows as one is taken for a place."""


def find(text: str) -> Iterator[Candidate]:
    """Places, as a question."""
    for match in _BED.finditer(lowered(text)):
        what, number = match["what"], match["number"]
        if (
            (is_quantity(text, match.end()) and not _POTASSIUM.match(text, match.end()))
            or (what == "zone" and number in {"1", "2", "3"})
            or _HEAD_OF.search(text[max(0, match.start() - 14) : match.start()])
        ):
            continue
        if (
            what in {"box", "zone", "lit", "sala", "chair", "pod"}
            and not text[match.start()].isupper()
            and not number[0].isdigit()
        ):
            continue
        yield Candidate(match.start(), match.end(), "location", WARN, _BEDS.get(what, f"the {what}"))
    for match in at_words(_SIDE_WARD, text, _SIDE_CUES):
        yield Candidate(*match.span("place"), "location", WARN, "the ward")
    for match in _LETTERED.finditer(text):
        yield Candidate(match.start(), match.end(), "location", WARN, "the bay")
    for match in _WARD.finditer(lowered(text)):
        if not is_quantity(text, match.end()):
            yield Candidate(match.start(), match.end(), "location", WARN, "the ward")
    yield from _after_cues(text)


def _after_cues(text: str) -> Iterator[Candidate]:
    for cue in _FROM.finditer(lowered(text)):
        where = _WHERE.match(text, cue.end())
        if not where:
            continue
        words = where["place"].split()
        if all(is_no_place(word) for word in words) or is_no_place(words[0]) or _DESCENT.match(text, where.end()):
            continue
        end = where.end("place")
        home = _HOME.match(text, end)
        if home:
            yield Candidate(where.start("place"), home.end(), "location", WARN, "a care home")
            continue
        while words and is_no_place(words[-1]) and len(words) > 1:
            end -= len(words.pop()) + 1
        yield Candidate(where.start("place"), end, "location", WARN, "the region")
    for cue in _SEX_FROM.finditer(text):
        where = _WHERE.match(text, cue.end())
        if where and not is_no_place(where["place"].split()[0]):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the region")
    for cue in _LABELLED.finditer(lowered(text)):
        where = _WHERE.match(text, cue.end())
        if where and not all(is_no_place(word) for word in where["place"].split()):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the site")
    for cue in itertools.chain(_WENT.finditer(lowered(text)), _THERE.finditer(lowered(text))):
        where = _WHERE.match(text, cue.end())
        if where and not any(
            is_plain(word) or is_no_place(word) or lexicon.is_eponym(word) for word in where["place"].split()
        ):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the region")
    for match in at_words(_SETTLEMENT, text, _SETTLEMENTS):
        if not is_plain(match["place"]) and not is_no_place(match["place"]):
            yield Candidate(*match.span("place"), "location", WARN, "the region")
    for match in at_words(_AGED_OF, text, _OF):
        if not any(is_no_place(word) or lexicon.is_eponym(word) for word in match["place"].split()):
            yield Candidate(*match.span("place"), "location", WARN, "the region")
    for match in at_words(_UNLISTED, text, _UNLISTED_CUES):
        first, *others = match["place"].split()
        if _FILED.search(text, max(0, match.start() - 16), match.start()):
            continue
        if others and first in _LANDMARKS:
            if not is_plain(others[0]) and not is_no_place(others[0]):
                yield Candidate(*match.span("place"), "location", WARN, "the region")
            continue
        known = name_list.look_up(first)
        is_other = (
            is_no_place(first) or first.lower() in lexicon.after_a_cue() or lexicon.is_eponym(first) or first.isupper()
        )
        is_listed = known.given or (known.is_word and match["cue"] in {"from", "at"})
        if not is_other and not is_listed and not any(map(is_plain, others)):
            yield Candidate(*match.span("place"), "location", WARN, "the region")
    for cue in at_words(_NEAR, text, _NEAR_CUES):
        where = _WHERE.match(text, cue.end())
        if where and not any(
            is_plain(word) or is_no_place(word) or lexicon.is_eponym(word) for word in where["place"].split()
        ):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the region")
    for match in _FROM_FIRST.finditer(text):
        words = match["place"].split()
        if not any(is_plain(word) or is_no_place(word) or lexicon.is_eponym(word) for word in words):
            yield Candidate(*match.span("place"), "location", WARN, "the region")


def is_plain(word: str) -> bool:
    """Whether the lists know the word as a word and no one's name."""
    known = name_list.look_up(word)
    return known.is_word or word.lower() in lexicon.after_a_cue() or (word.isupper() and len(word) <= _SHORT)


def is_no_place(word: str) -> bool:
    """Whether a word behind a cue of place is clinical, a drug, a pronoun or an abbreviation."""
    low = word.lower()
    return (
        low in lexicon.words("clinical")
        or low in lexicon.words("drugs")
        or low in _TAKEN
        or (word.isupper() and len(word) <= 4)
    )
