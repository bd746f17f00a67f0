"""Places that have a name of their own: hospitals and wards, schools, homes, venues, streets without a number, counties."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening import lexicon
from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.lexicon import of_venues
from wardroom.screening.places import at_numbers, has_word, holds_any, lowered
from wardroom.screening.whereabouts import CAP, is_no_place, is_plain

_HOSPITAL = re.compile(
    rf"(?<![\w-]){CAP}(?:[ -](?:of|the|de|la|and|&|{CAP})){{0,4}} (?:Hospital|Infirmary|Medical Cent(?:er|re)|Health Cent(?:er|re)|Clinic|Nursing Home|Care Home|"
    r"Hospice|High School|Primary School|Elementary School|School|College|University|Prison|Jail|Church|Mosque|Airport|Stadium)(?![\w-])"
    r"|(?<!\w)(?:Hôpital|CHU|Clinique|Hospital|Clínica|Klinikum|Universitätsklinikum|Ospedale) (?:de |du |la |le |del |di |d')?[^\W\d_a-zß-öø-ÿ][\w'-]{2,24}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{2,24}){0,2}"
)
_VENUE = re.compile(
    rf"(?<![\w-]){CAP}(?:[ -](?:of|the|de|la|and|&|{CAP})){{0,3}} (?:[Ss]hopping (?:[Cc]ent(?:er|re)|[Mm]all)|Mall|Station|Beach|Factory|Steel ?[Ww]orks|[Bb]akery|"
    r"Hotel|Motel|Inn|Pub|Casino|Arena|Racecourse|Speedway|Ski Resort|Golf Club|Football Club|Rugby Club|Campground|Campsite|National Park|State Park|"
    r"Shelter|Barracks|Air Base|Lodge|Manor|Retirement [Vv]illage|Care Cent(?:er|re)|[Ss]urgery|Medical Practice|Supermarket|Cathedral|Monastery|Convent|"
    r"Synagogue|Temple|Academy|Kindergarten|Nursery|Day ?care|Refinery|Mine|Quarry|Harbou?r|Docks|Marina|Festival|Priory|Abbey|Seminary|Family Practice|Family Medicine|Urgent Care|Walk-[Ii]n|Medical Group|Pediatrics|Dental|Practice|Farm|Ranch|Vineyard|Zoo|Aquarium|Theatre|Theater|Museum|Library|Courthouse|Brewery|Distillery|Sawmill|Creek|Falls|Ridge|Canyon|Lake|Reservoir|Rink|Leisure Cent(?:er|re)|Wharf|Woods|Golf Course|Trail|Holiday Park|Caravan Park|High)(?![\w-])"
)
"""Where people are hurt and live, called by a name."""
_LANDSCAPE = re.compile(
    r"[A-Z][a-z]{2,10}(?:side|view|hill|wood|field|fields|brook|dale|gate|lands?|leigh|mount|stone|bank|well|ford|bridge|croft|house|burn|haven|mead|ridge|park|ville|ton|ham|bury|worth|wick|stead|hurst|mere|combe|thorpe|by|den|ley|shaw|holme|garth|lea)(?:'s)?$"
)
"""How a place is called after what lies there: Riverside, Oakfield."""
_AT = re.compile(r"\b(?:at|from|near|outside|behind)(?: the)? $")
_VENUE_AT = re.compile(
    rf"(?<!\w)(?:at|from|outside|behind|near|in|by|on|off) (?:the )?(?P<place>{CAP}(?:[ -]{CAP}){{0,2}}(?: [a-z]{{3,10}})? (?:factory|plant|mill|warehouse|refinery|clinic|pharmacy|[Pp]harmacy|saloon|[Ss]aloon|bar|[Bb]ar|"
    r"restaurant|[Rr]estaurant|caf[ée]|[Cc]af[ée]|brewery|[Bb]rewery|school|nursery|care home|nursing home|hostel|[Hh]ostel|shelter|stadium|airport|station|farm|[Ff]arm|ranch|[Rr]anch|beach|bridge|quarry|lake|river|forest|woods|market|pier|(?:church|village|town|parish|community)? ?hall|church|leisure centre|gym|pool|club|pub|garage|depot|dockyard|shipyard|cinema|mosque|temple|chapel|mine|sawmill|cliffs?|island|valley|mountain|lighthouse|campus|estate))(?![\w-])"
)
_WARD_NAMED = re.compile(
    rf"(?<!\w)(?:to|on|in|at|from|via|under|called) (?:the )?(?P<place>{CAP}(?: {CAP})? (?:Ward|Suite|Wing|Unit|Annexe|Annex))(?![\w-])"
)
_HOTEL = re.compile(
    r"(?<!\w)(?:Hotel|Club|Hôtel|Hostal|Pensión|Pension|Gasthof|Gasthaus|Albergue|Camping|Motel|Residence|Playa|Praia|Plage|Lac|Lago|Lake|Loch|Mount|Monte|Mt\.?|Camp|Casa|Villa|Château|Finca|HMP|RAF|USS|HMS|HMCS|HMAS|CMHT|CAMHS|MIU|SNF|Stalag|Estadio|Stade|Parque|Parc|Aéroport|Aeropuerto|Flughafen) "
    rf"(?:(?:de|del|du|des|la|le|les|los|las|el|do|da|of|the) ){{0,2}}{CAP}(?: {CAP}){{0,2}}"
)
_CORNER = re.compile(
    rf"(?<!\w)(?:on|at|in|along|off|near|from|of|corner of|up|down|and|&|/) (?:the )?(?P<street>{CAP}(?: {CAP}){{0,2}} (?:Street|Road|Rd|Lane|Ln|Avenue|Ave|Boulevard|Blvd|Drive|Crescent|Terrace|Highway|Hwy|Parkway|Pkwy|Turnpike|Gardens|Mews))(?![\w-])"
)
"""A street without a number."""
_ROAD = re.compile(
    r"(?<![\w-])(?:(?:Highway|HIGHWAY|Hwy\.?|HWY|Route|ROUTE|RTE|Rte\.?|Interstate|INTERSTATE|State Road|County Road|Autopista|Autoroute|Autovía|Carretera|Nationale) [A-Z]{0,2}[ -]?\d{1,4}|I-(?!1(?:2[345]|31)(?!\d))\d{1,3}|"
    r"(?<=the )[AM]\d{1,3}|(?<=on )[AM]\d{2,3})(?![\w.-])(?! (?:stenosis|lesion|spray|segment|mm|clone|protein))"
)
_HOME_OF_OLD = re.compile(
    r"(?<!\w)(?:EHPAD|[Rr]ésidence|[Mm]aison de retraite|[Rr]esidencia(?: de (?:mayores|ancianos))?|[Cc]entro de [Ss]alud|[Cc]olegio|[Ii]nstituto|[Ll]ycée|[Éé]cole(?: primaire)?|"
    r"[Cc]ollège|[Cc]línica|[Ff]oyer|[Pp]flegeheim|[Ss]eniorenheim) (?:(?:de |du |des |la |le |les |del |las |los |l'|d'|El |La |Los |Las |Les |Le ){0,2})[^\W\d_a-zß-öø-ÿ][\w'-]{2,24}"
    r"(?: (?:(?:de|du|des|del|la|les) ){0,2}[^\W\d_a-zß-öø-ÿ][\w'-]{2,24}){0,2}"
)
_THE = re.compile(r"(?:at|in|outside|behind|from|near) the [^\W\d_a-zß-öø-ÿ]")
_PUB = re.compile(
    rf"(?<!\w)(?:at|in|outside|behind|from|near) the (?P<place>{CAP} (?:and|&) {CAP}(?= (?:in|on|pub)|[.,;)]|$)|{CAP}(?: {CAP})? (?:Arms|Head|Inn|Tavern|Hounds|Oak|Lion|Swan|Bull|Crown|Anchor|Plough|Bar))(?![\w'-])"
)
"""What public houses are called."""
_CALLED_THE = re.compile(
    rf"(?<!\w)(?:[Bb]ack|[Dd]ischarged|[Hh]ome|[Rr]eturn(?:s|ed)?|[Tt]ransferred|[Aa]dmitted|[Ll]ives|[Ll]iving|[Rr]esident|[Ss]taying) (?:at|to|from|in|of) (?P<place>The {CAP}(?: {CAP})?)(?=[.,;)]|$| (?:today|tonight|tomorrow|by|care|nursing|in|on)(?!\w))"
)
"""A home or a house whose name begins so: back to The Willows."""
_PAIR = re.compile(r" (?:and|&) ")
_GRID = re.compile(
    r"(?i)(?:\b(?:os )?grid(?: ref(?:erence)?)?:? (?P<ref>[a-z]{2} ?\d{3,5} ?\d{3,5})(?!\d)|/{3}[a-z]{3,}\.[a-z]{3,}\.[a-z]{3,})"
)
_COORDINATES = re.compile(r"\d{1,2}\.\d{4,7}(?:° ?[NS])?, ?-?\d{1,3}\.\d{4,7}")
"""A place as a map or a telephone gives it."""
_SHIP = re.compile(
    r"(?<!\w)(?:(?:[Vv]essel|[Ss]hip|[Bb]oat|[Tt]rawler|[Ff]erry|[Yy]acht|[Tt]anker|[Ll]iner|[Tt]ug) )(?:the )?(?P<name>(?P<kind>(?:MV|FV|SS|MS|RV|MT) )?"
    rf"{CAP}(?: {CAP}){{0,2}})"
)
"""The name of a ship."""
_SHIPS: Final = frozenset({"vessel", "ship", "boat", "trawler", "ferry", "yacht", "tanker", "liner", "tug"})
_CO = re.compile(
    rf"(?<!\w)(?:(?P<town>{CAP}(?: {CAP})?), (?=Co))?(?:Co\.? |County |Comté de |Condado de |Provincia de |Landkreis |Kreis |Département (?:de |du |des |de la )?|Isle of |Islas? (?:de )?|Île d[eu'] ?)(?P<place>{CAP}(?: {CAP})?)"
)
_COUNTY = re.compile(
    rf"(?<![\w-]){CAP}(?: {CAP})? (?:County|Parish|Township|Borough|Shire|Municipality|Village|Reservation)(?! (?:General|ED\b))(?![\w-])"
)
_SCORED = re.compile(
    r"'?s? (?:hospital )?(?:(?:and|&|or) [A-Z]\w+ )?(?:criteria|score|scale|rules?|protocol|guidelines?|classification|index|study|trial)",
    re.IGNORECASE,
)
_LED_IN = re.compile(
    r"(?:The|An?|Our|At|From|In|To|This|That|My|Their|Your|Near|Outside|Transfer|Transferred)(?: (?:the|to|from|a|our))? "
)
_KINDS_BEFORE: Final = frozenset({"Hôpital", "CHU", "Clinique", "Clínica", "Klinikum", "Ospedale"})


def find(text: str) -> Iterator[Candidate]:
    """Named places, as a question."""
    yield from _hospitals(text)
    yield from _venues(text)
    yield from _regions(text)


def _hospitals(text: str) -> Iterator[Candidate]:
    for match in _HOSPITAL.finditer(text) if has_word(text, of_venues("hospitals")) else ():
        words = _own_words(match.group())
        kind = match.group().split()[-1]
        own = words[1:] if words and words[0] in _KINDS_BEFORE else words[:-1] or words
        if _SCORED.match(text, match.end()):
            continue
        if len(words) > (0 if kind.lower() in of_venues("generic") else 1) and not all(map(is_no_place, own)):
            yield Candidate(_begin(match), match.end(), "location", WARN, "the site")
    for match in _HOME_OF_OLD.finditer(text) if has_word(text, of_venues("homes")) else ():
        yield Candidate(match.start(), match.end(), "location", WARN, "the site")
    for match in _WARD_NAMED.finditer(text) if has_word(text, of_venues("wards")) else ():
        words = match["place"].split()[:-1]
        if not any(word.lower() in of_venues("generic_wards") or _is_thing(word) for word in words):
            yield Candidate(*match.span("place"), "location", WARN, "the ward")


def _venues(text: str) -> Iterator[Candidate]:
    for match in _VENUE.finditer(text) if has_word(text, of_venues("venues")) else ():
        words = _own_words(match.group())
        if not words or is_no_place(words[0]):
            continue
        is_operation = match.group().endswith("urgery") and lexicon.is_eponym(words[0])
        is_there = _AT.search(text, max(0, match.start() - 10), match.start()) or _LANDSCAPE.match(words[0])
        if not is_operation and (is_there or not is_plain(words[0])):
            yield Candidate(_begin(match), match.end(), "location", WARN, "a public place")
    for match in _VENUE_AT.finditer(text) if has_word(text, of_venues("venues_small")) else ():
        words = [word for word in match["place"].split()[:-1] if not word.islower()]
        if not any(map(_is_thing, words)) and not is_plain(
            words[-1 if words[0] in {"St", "St."} else 0].removesuffix("'s")
        ):
            yield Candidate(*match.span("place"), "location", WARN, "a public place")
    for match in _HOTEL.finditer(text) if has_word(text, of_venues("hotels")) else ():
        is_score = match.group().lower() in lexicon.lines("eponyms_of_two") or _SCORED.match(text, match.end())
        if not is_score and not any(map(is_no_place, match.group().split()[1:])):
            yield Candidate(match.start(), match.end(), "location", WARN, "a public place")


def _regions(text: str) -> Iterator[Candidate]:
    for match in _PUB.finditer(text) if _THE.search(text) else ():
        words = [word for word in match["place"].split() if word not in {"and", "&"}]
        words = words if _PAIR.search(match["place"]) else words[:-1]
        if not any(map(_is_thing, words)):
            yield Candidate(*match.span("place"), "location", WARN, "a public place")
    low = lowered(text)
    for match in _GRID.finditer(text) if holds_any(low, ("grid", "///")) else ():
        yield Candidate(*match.span("ref" if match["ref"] else 0), "location", BLOCK, "[place]")
    for match in at_numbers(_COORDINATES, text):
        yield Candidate(match.start(), match.end(), "location", BLOCK, "[place]")
    for match in _CALLED_THE.finditer(text) if " The " in text else ():
        if not any(map(_is_thing, match["place"].split()[1:])):
            yield Candidate(*match.span("place"), "location", WARN, "a public place")
    for match in _SHIP.finditer(text) if has_word(text, _SHIPS) else ():
        words = match["name"].split()
        if match["kind"] or (len(words) > 1 and not any(map(_is_thing, words))):
            yield Candidate(*match.span("name"), "location", WARN, "a ship")
    for match in _ROAD.finditer(text):
        yield Candidate(match.start(), match.end(), "location", WARN, "a road")
    for match in _CORNER.finditer(text) if has_word(text, of_venues("corners")) else ():
        is_score = match["street"].lower() in lexicon.lines("eponyms_of_two")
        if not is_score and not is_no_place(match["street"].split()[0]):
            yield Candidate(*match.span("street"), "location", WARN, "a road")
    for match in _CO.finditer(text) if has_word(text, of_venues("counties_before")) else ():
        first = match["place"].split()[0]
        if first.lower() not in of_venues("generic") and not is_no_place(first):
            start = (
                match.start("town")
                if match["town"] and not is_plain(match["town"].split()[0])
                else match.start("place")
            )
            yield Candidate(start, match.end(), "location", WARN, "the region")
    for match in _COUNTY.finditer(text) if has_word(text, of_venues("counties")) else ():
        first = match.group().split()[0]
        if first.lower() not in of_venues("generic") and not is_no_place(first):
            yield Candidate(match.start(), match.end(), "location", WARN, "the region")


def _own_words(name: str) -> list[str]:
    """The words with a capital that not every such place has."""
    return [word for word in re.split(r"[ -]", name) if word[:1].isupper() and word.lower() not in of_venues("generic")]


def _begin(match: re.Match[str]) -> int:
    """Where a place begins behind the capital of a sentence: From Rosebank Lodge."""
    led = _LED_IN.match(match.group())
    return match.start() + (led.end() if led else 0)


def _is_thing(word: str) -> bool:
    return is_no_place(word) or lexicon.is_eponym(word)
