"""Where a person is or comes from: beds and bays, towns after a cue, named hospitals and counties."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening import lexicon, name_list
from wardroom.screening.cues import Cue
from wardroom.screening.findings import WARN, Candidate
from wardroom.screening.places import has_word, lowered
from wardroom.screening.quantities import is_quantity

_BED = re.compile(
    r"(?<![\w-])(?P<what>bed|bay|room|rm|cubicle|cubby|trolley|chair|resus|stretcher|gurney|theatre|majors|minors|hallway|corridor|box|zone|pod|cama|lit|chambre|"
    r"habitaci[óo]n|sala|bett|zimmer)(?: ?(?:no\.?|number|nr\.?|#))? ?(?P<number>\d{1,3}(?:-?[a-d])?|[a-f]\d{1,2})(?![\w%/]|[.,:-]\d|\) ?[\"'A-Z])",
)
_LETTERED = re.compile(r"(?<![\w-])(?:(?:[Bb]ay|[Bb]ed|[Pp]od|[Cc]ubicle|[Cc]ubby|[Rr]oom|BAY|POD|BED) (?:[A-H]-?\d{1,2}(?!\w)|[A-H](?!\w|['.-]\w))|(?:in|to) (?:[Zz]one|[Aa]rea) [A-H](?!\w))")
_POTASSIUM = re.compile(r" [A-Za-z] \d")
"""One letter and a figure behind a bed are a value: ``bed 2 k 6.9``."""
_SIDE_WARD = re.compile(r"(?<!\w)(?:on|to|from|at|of) (?:the )?(?P<place>(?:[1-9]|1\d) ?(?:West|East|North|South|Tower|NW|NE|SW|SE))(?![\w-])")
_HEAD_OF = re.compile(r"(?i)(?:head of (?:the )?|raise[ds]? |tilt(?:ed)? )$")
_WARD = re.compile(r"(?<![\w-])(?:ward|wd|unit) ?(?:no\.? |: ?|number )?(?P<number>\d{1,2}[a-d]?|[a-f]\d{1,2})(?![\w%/]|[.,:-]\d)")

_CAP: Final = r"[^\W\d_a-zß-öø-ÿ][\w'-]{1,24}"
_PLACE: Final = rf"(?P<place>(?:(?:El|La|Los|Las|Le|St\.?|San|Santa|New|North|South|East|West|Upper|Lower|Mount|Fort|Port) )?{_CAP}(?:(?: (?:do|da|de|del|di|la|le|les|van|der|upon|on|of|the|am|an|in|sur|en)){{0,2}}[ -]{_CAP}){{0,3}})"
_FROM: Final = Cue(
    r"(?<!\w)(?:(?:(?:year|month|week|day)s?[ -]old|yo|y/o|man|woman|boy|girl|male|female|lady|gentleman|patient|pt|resident|native|came|come|arrived|arriving|returned|returning|evacuated|tx|xfer|transf|faxed|"
    r"farmer|worker|fisherman|teacher|family|he is|she is|comes|hails|travell?ed|transferred|transfer|referred|flown|airlifted|brought|"
    r"moved|originally|visiting|tourist|student)(?: (?:in|here|over|back))? (?:from|of)|"
    r"(?:lives?|living|resid(?:es|ing)|born|grew up|raised|works?|working|farm|cabin|vacation(?:ing)?|holiday|incident|accident|crash|mvc|rtc|"
    r"habite|vit|réside|demeure|vive|wohnt|résidant|originaire|natural|procedente)"
    r" (?:in|near|at|outside|close to|just outside|on|à|en|de|d'|in der nähe von)) (?:the (?:town|village|city|island|suburb|parish|hamlet) of )?"
)
"""What stands before a place, in small letters."""
_WHERE = re.compile(_PLACE)
_HOSPITAL = re.compile(
    rf"(?<![\w-]){_CAP}(?:[ -](?:of|the|de|la|and|&|{_CAP})){{0,4}} (?:Hospital|Infirmary|Medical Cent(?:er|re)|Health Cent(?:er|re)|Clinic|Nursing Home|Care Home|"
    r"Hospice|High School|Primary School|Elementary School|School|College|University|Prison|Jail|Church|Mosque|Airport|Stadium)(?![\w-])"
    r"|(?<!\w)(?:Hôpital|CHU|Clinique|Hospital|Clínica|Klinikum|Universitätsklinikum|Ospedale) (?:de |du |la |le |del |di |d')?[^\W\d_a-zß-öø-ÿ][\w'-]{2,24}(?: [^\W\d_a-zß-öø-ÿ][\w'-]{2,24}){0,2}"
)
_VENUE = re.compile(
    rf"(?<![\w-]){_CAP}(?:[ -](?:of|the|de|la|and|&|{_CAP})){{0,3}} (?:[Ss]hopping (?:[Cc]ent(?:er|re)|[Mm]all)|Mall|Station|Beach|Factory|Steel ?[Ww]orks|[Bb]akery|"
    r"Hotel|Motel|Inn|Pub|Casino|Arena|Racecourse|Speedway|Ski Resort|Golf Club|Football Club|Rugby Club|Campground|Campsite|National Park|State Park|"
    r"Shelter|Barracks|Air Base|Lodge|Manor|Retirement [Vv]illage|Care Cent(?:er|re)|[Ss]urgery|Medical Practice|Supermarket|Cathedral|Monastery|Convent|"
    r"Synagogue|Temple|Academy|Kindergarten|Nursery|Day ?care|Refinery|Mine|Quarry|Harbou?r|Docks|Marina|Festival|Priory|Abbey|Seminary|Family Practice|Family Medicine|Urgent Care|Walk-[Ii]n|Medical Group|Pediatrics|Dental|Practice|Farm|Ranch|Vineyard|Zoo|Aquarium|Theatre|Theater|Museum|Library|Courthouse|Brewery|Distillery|Sawmill|Creek|Falls|Ridge|Canyon)(?![\w-])"
)
"""Where people are hurt and live, called by a name."""
_LANDSCAPE = re.compile(r"[A-Z][a-z]{2,10}(?:side|view|hill|wood|field|fields|brook|dale|gate|lands?|leigh|mount|stone|bank|well|ford|bridge|croft|house|burn|haven|mead|ridge|park|ville|ton|ham|bury|worth|wick|stead|hurst|mere|combe|thorpe|by|den|ley|shaw|holme|garth|lea)(?:'s)?$")
"""How a place is called after what lies there: Riverside, Oakfield."""
_WARD_NAMED = re.compile(rf"(?<!\w)(?:to|on|in|at|from|via|under|called) (?:the )?(?P<place>{_CAP}(?: {_CAP})? (?:Ward|Suite|Wing|Unit|Annexe|Annex))(?![\w-])")
_WARDS: Final = frozenset({"ward", "suite", "wing", "unit", "annexe", "annex"})
_GENERIC_WARDS: Final = frozenset(
    "acute surgical medical stroke burns trauma general paediatric pediatric children's childrens maternity labour labor antenatal postnatal renal cardiac coronary care respiratory elderly geriatric isolation "
    "observation assessment short stay admission admissions discharge transfer day orthopaedic orthopedic neuro neurology neurosurgical oncology haematology hematology psychiatric psych mental rehab rehabilitation "
    "male female mixed medicine surgery gynae gynaecology ent eye high dependency intensive critical step-down stepdown telemetry virtual home hospital emergency clinical decision ambulatory frailty dialysis hdu icu "
    "itu ccu nicu picu scbu mau amu sau cdu the this that our another any ortho plastics vascular infectious infection tb covid hybrid endoscopy theatre procedure cath birthing delivery bridal en single open closed locked secure".split()
)
_HOTEL = re.compile(
    r"(?<!\w)(?:Hotel|Hôtel|Hostal|Pensión|Pension|Gasthof|Gasthaus|Albergue|Camping|Motel|Residence|Playa|Praia|Plage|Lac|Lago|Lake|Loch|Mount|Monte|Mt\.?|Camp|Casa|Villa|Château|Finca|HMP|RAF|USS|HMS|HMCS|HMAS|CMHT|CAMHS|MIU|SNF|Stalag|Estadio|Stade|Parque|Parc|Aéroport|Aeropuerto|Flughafen) "
    rf"(?:(?:de|del|du|des|la|le|les|los|las|el|do|da|of|the) ){{0,2}}{_CAP}(?: {_CAP}){{0,2}}"
)
_HOTELS: Final = frozenset(
    "hotel hôtel hostal pensión pension gasthof gasthaus albergue camping motel residence playa praia plage lac lago lake loch mount monte mt camp casa villa château finca hmp raf uss hms hmcs hmas cmht camhs miu snf estadio stade parque parc aéroport aeropuerto flughafen".split()
)
_CORNER = re.compile(rf"(?<!\w)(?:on|at|in|along|off|near|from|of|corner of|up|down|and|&|/) (?:the )?(?P<street>{_CAP}(?: {_CAP}){{0,2}} (?:Street|Road|Rd|Lane|Ln|Avenue|Ave|Boulevard|Blvd|Drive|Crescent|Terrace|Highway|Hwy|Parkway|Pkwy|Turnpike|Gardens|Mews))(?![\w-])")
"""A street without a number."""
_CORNERS: Final = frozenset("street road rd lane ln avenue ave boulevard blvd drive crescent terrace highway hwy parkway pkwy turnpike gardens mews".split())
_CO = re.compile(rf"(?<!\w)(?:Co\.? |County |Comté de |Condado de |Provincia de |Landkreis |Kreis |Département (?:de |du |des |de la )?|Isle of |Islas? (?:de )?|Île d[eu'] ?)(?P<place>{_CAP}(?: {_CAP})?)")
_COS: Final = frozenset({"co", "county", "comté", "condado", "provincia", "landkreis", "kreis", "département", "isle", "isla", "islas", "île"})
_FROM_FIRST = re.compile(rf"(?:^|[.;\n] ?)(?:From|Lives in|Living in|Resident of|Native of|Originally from|Born in|Ex) {_PLACE}")
_AT = re.compile(r"\b(?:at|from|near|outside|behind)(?: the)? $")
_VENUE_AT = re.compile(
    rf"(?<!\w)(?:at|from|outside|behind|near|in|by|on|off) (?:the )?(?P<place>{_CAP}(?:[ -]{_CAP}){{0,2}}(?: [a-z]{{3,10}})? (?:factory|plant|mill|warehouse|refinery|clinic|pharmacy|[Pp]harmacy|saloon|[Ss]aloon|bar|[Bb]ar|"
    r"restaurant|[Rr]estaurant|caf[ée]|[Cc]af[ée]|brewery|[Bb]rewery|school|nursery|care home|nursing home|hostel|[Hh]ostel|shelter|stadium|airport|station|farm|[Ff]arm|ranch|[Rr]anch|beach|bridge|quarry|lake|river|forest|woods|market|pier|cliffs?|island|valley|mountain|lighthouse|campus|estate))(?![\w-])"
)
_VENUE_AT_WORDS: Final = frozenset(
    [
        "factory",
        "plant",
        "mill",
        "warehouse",
        "refinery",
        "clinic",
        "pharmacy",
        "saloon",
        "bar",
        "restaurant",
        "cafe",
        "café",
        "brewery",
        "school",
        "nursery",
        "home",
        "hostel",
        "shelter",
        "stadium",
        "airport",
        "station",
        "farm",
        "ranch",
        *"beach bridge quarry lake river forest woods market pier cliff cliffs island valley mountain lighthouse campus estate".split(),
    ]
)
_NEAR = re.compile(r"(?<!\w)(?:near|outside|nearby|cerca de|près de|in der Nähe von) ")
_VENUE_WORDS: Final = frozenset(
    [
        "shopping",
        "mall",
        "station",
        "beach",
        "factory",
        "works",
        "steelworks",
        "bakery",
        "hotel",
        "motel",
        "inn",
        "pub",
        "casino",
        "arena",
        "racecourse",
        "speedway",
        "resort",
        "club",
        "campground",
        "campsite",
        "park",
        "shelter",
        "barracks",
        "base",
        "lodge",
        "manor",
        "village",
        "surgery",
        "practice",
        "supermarket",
        "cathedral",
        "monastery",
        "convent",
        "synagogue",
        "temple",
        "academy",
        "kindergarten",
        "nursery",
        "daycare",
        "day",
        "refinery",
        "mine",
        "quarry",
        "harbor",
        "harbour",
        "docks",
        "marina",
        "festival",
        *"priory abbey seminary medicine walk group pediatrics dental farm ranch vineyard zoo aquarium theatre theater museum library courthouse brewery distillery sawmill creek falls ridge canyon".split(),
        "care",
    ]
)
_ROAD = re.compile(
    r"(?<![\w-])(?:(?:Highway|Hwy\.?|Route|Rte\.?|Interstate|State Road|County Road|Autopista|Autoroute|Autovía|Carretera|Nationale) [A-Z]{0,2}[ -]?\d{1,4}|I-(?!1(?:2[345]|31)(?!\d))\d{1,3}|"
    r"(?<=the )[AM]\d{1,3}|(?<=on )[AM]\d{2,3})(?![\w.-])(?! (?:stenosis|lesion|spray|segment|mm|clone|protein))"
)
_HOME_OF_OLD = re.compile(
    r"(?<!\w)(?:EHPAD|[Rr]ésidence|[Mm]aison de retraite|[Rr]esidencia(?: de (?:mayores|ancianos))?|[Cc]entro de [Ss]alud|[Cc]olegio|[Ii]nstituto|[Ll]ycée|[Éé]cole(?: primaire)?|"
    r"[Cc]ollège|[Cc]línica|[Ff]oyer|[Pp]flegeheim|[Ss]eniorenheim) (?:(?:de |du |des |la |le |les |del |las |los |l'|d'|El |La |Los |Las |Les |Le ){0,2})[^\W\d_a-zß-öø-ÿ][\w'-]{2,24}"
    r"(?: (?:(?:de|du|des|del|la|les) ){0,2}[^\W\d_a-zß-öø-ÿ][\w'-]{2,24}){0,2}"
)
_HOMES: Final = frozenset(
    [
        "ehpad",
        "résidence",
        "maison",
        "residencia",
        "centro",
        "colegio",
        "instituto",
        "lycée",
        "école",
        "collège",
        "clínica",
        "foyer",
        "pflegeheim",
        "seniorenheim",
    ]
)
_COUNTY = re.compile(
    rf"(?<![\w-]){_CAP}(?: {_CAP})? (?:County|Parish|Township|Borough|Shire|Municipality|Village|Reservation)(?! (?:General|ED\b))(?![\w-])"
)
_SCORED = re.compile(
    r"'?s? (?:hospital )?(?:(?:and|&|or) [A-Z]\w+ )?(?:criteria|score|scale|rules?|protocol|guidelines?|classification|index|study|trial)",
    re.IGNORECASE,
)
_KINDS_BEFORE: Final = frozenset({"Hôpital", "CHU", "Clinique", "Clínica", "Klinikum", "Ospedale"})
_HOSPITAL_WORDS: Final = frozenset(
    [
        "hospital",
        "infirmary",
        "medical",
        "health",
        "center",
        "centre",
        "clinic",
        "home",
        "hospice",
        "school",
        "college",
        "university",
        "prison",
        "jail",
        "church",
        "mosque",
        "airport",
        "stadium",
        "hôpital",
        "chu",
        "clinique",
        "clínica",
        "klinikum",
        "universitätsklinikum",
        "ospedale",
    ]
)
_COUNTY_WORDS: Final = frozenset(
    ["county", "parish", "township", "borough", "shire", "municipality", "village", "reservation"]
)
_OWN_WORDS: Final = frozenset(
    [
        "The",
        "A",
        "An",
        "Our",
        "This",
        "That",
        "Your",
        "My",
        "Their",
        "Local",
        "District",
        "General",
        "Community",
        "Regional",
        "Rural",
        "Urban",
        "Tertiary",
        "University",
        "Teaching",
        "Field",
        "Mobile",
        "Day",
        "County",
        "Public",
        "Private",
        "Referring",
        "Receiving",
        "Sending",
        "Outside",
        "Nearest",
        "Another",
        "Any",
        "Each",
        "Every",
        "No",
        "Children's",
        "Childrens",
        "Veterinary",
        "Trauma",
        "Burn",
        "Fracture",
        "Chest",
        "Sexual",
        "TIA",
        "DVT",
        "ENT",
        "Eye",
        "Pain",
        "Memory",
        "Walk-in",
        "Urgent",
        "Emergency",
        "Transfer",
        "To",
        "At",
        "From",
        "In",
        "Hospital",
        "Medical",
        "Health",
        "Nursing",
        "Care",
        "High",
        "Primary",
        "Elementary",
        "Old",
        "Royal",
        "Central",
        "City",
        "Metro",
        "Home",
        "Anticoagulation",
        "Coumadin",
        "Warfarin",
        "Ambulatory",
        "Outpatient",
        "And",
        "Methadone",
        *"Best Clinical Good Evidence Safe Standard Scope Group Advanced Gold Current Common Usual Nursing Paramedic Operating".split(),
    ]
)

_SHORT: Final = 5
_TAKEN: Final = frozenset({"he", "she", "they", "it"})


_SEX_FROM = re.compile(r"\d ?(?:[MFmf]|yo|y/o|yrs?) from ")
_LABELLED: Final = Cue(
    r"(?<!\w)(?:school|nursery|employer|workplace|surgery|care home|nursing home|birthplace|place of birth|colegio|école)\s?[:=]\s?"
)
_WENT: Final = Cue(
    r"(?<!\w)(?:drove|driv(?:es|ing)|flew|went|walk(?:ed|ing)|sail(?:ed|ing)|cycl(?:ed|ing)|commut(?:es|ing)|sent|taken|bused|train|bus|ferry|trip|journey|"
    r"transported|airlifted|flown|home|back|ran away|emigrated)(?: (?:here|down|up|over|back|home|in|out|by \w+)){0,2} (?:to|from|through|via|towards|near) (?:the (?:town|village|city|island) of )?"
)
"""What stands before a place, or before a ward or a test: only a word no list knows as one is taken for a place."""


def find(text: str) -> Iterator[Candidate]:
    """Places, as a question."""
    for match in _BED.finditer(lowered(text)):
        what, number = match["what"], match["number"]
        if (is_quantity(text, match.end()) and not _POTASSIUM.match(text, match.end())) or (what == "zone" and number in {"1", "2", "3"}) or _HEAD_OF.search(text[max(0, match.start() - 14) : match.start()]):
            continue
        if (
            what in {"box", "zone", "lit", "sala", "chair", "pod"}
            and not text[match.start()].isupper()
            and not number[0].isdigit()
        ):
            continue
        yield Candidate(match.start(), match.end(), "location", WARN, f"the {what}")
    for match in _SIDE_WARD.finditer(text):
        yield Candidate(*match.span("place"), "location", WARN, "the ward")
    for match in _LETTERED.finditer(text):
        yield Candidate(match.start(), match.end(), "location", WARN, "the bay")
    for match in _WARD.finditer(lowered(text)):
        if not is_quantity(text, match.end()):
            yield Candidate(match.start(), match.end(), "location", WARN, "the ward")
    for cue in _FROM.finditer(lowered(text)):
        where = _WHERE.match(text, cue.end())
        if not where:
            continue
        words = where["place"].split()
        if all(_is_no_place(word) for word in words) or _is_no_place(words[0]):
            continue
        end = where.end("place")
        while words and _is_no_place(words[-1]) and len(words) > 1:
            end -= len(words.pop()) + 1
        yield Candidate(where.start("place"), end, "location", WARN, "the region")
    for cue in _SEX_FROM.finditer(text):
        where = _WHERE.match(text, cue.end())
        if where and not _is_no_place(where["place"].split()[0]):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the region")
    for cue in _LABELLED.finditer(lowered(text)):
        where = _WHERE.match(text, cue.end())
        if where and not all(_is_no_place(word) for word in where["place"].split()):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the site")
    for cue in _WENT.finditer(lowered(text)):
        where = _WHERE.match(text, cue.end())
        if where and not any(
            _is_plain(word) or _is_no_place(word) or lexicon.is_eponym(word) for word in where["place"].split()
        ):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the region")
    for match in _HOSPITAL.finditer(text) if has_word(text, _HOSPITAL_WORDS) else ():
        words = [word for word in re.split(r"[ -]", match.group()) if word[:1].isupper() and word not in _OWN_WORDS]
        kind = match.group().split()[-1]
        own = words[1:] if words and words[0] in _KINDS_BEFORE else words[:-1] or words
        if _SCORED.match(text, match.end()):
            continue
        if len(words) > (0 if kind in _OWN_WORDS else 1) and not all(_is_no_place(word) for word in own):
            yield Candidate(match.start(), match.end(), "location", WARN, "the site")
    for match in _VENUE.finditer(text) if has_word(text, _VENUE_WORDS) else ():
        words = [word for word in re.split(r"[ -]", match.group()) if word[:1].isupper() and word not in _OWN_WORDS]
        is_there = _AT.search(text, max(0, match.start() - 10), match.start()) is not None
        is_there = is_there or bool(words and _LANDSCAPE.match(words[0]))
        is_operation = match.group().endswith("urgery") and lexicon.is_eponym(words[0] if words else "")
        if words and not _is_no_place(words[0]) and not is_operation and (is_there or not _is_plain(words[0])):
            yield Candidate(match.start(), match.end(), "location", WARN, "a public place")
    for match in _VENUE_AT.finditer(text) if has_word(text, _VENUE_AT_WORDS) else ():
        words = match["place"].split()[:-1]
        if not any(_is_no_place(word) or lexicon.is_eponym(word) for word in words) and not _is_plain(
            words[0].removesuffix("'s")
        ):
            yield Candidate(*match.span("place"), "location", WARN, "a public place")
    for cue in _NEAR.finditer(text):
        where = _WHERE.match(text, cue.end())
        if where and not any(
            _is_plain(word) or _is_no_place(word) or lexicon.is_eponym(word) for word in where["place"].split()
        ):
            yield Candidate(where.start("place"), where.end("place"), "location", WARN, "the region")
    for pattern, words in ((_ROAD, None), (_HOME_OF_OLD, _HOMES)):
        for match in pattern.finditer(text) if words is None or has_word(text, words) else ():
            yield Candidate(match.start(), match.end(), "location", WARN, "a road" if pattern is _ROAD else "the site")
    for match in _WARD_NAMED.finditer(text) if has_word(text, _WARDS) else ():
        words = match["place"].split()
        if not any(word.lower() in _GENERIC_WARDS or _is_no_place(word) or lexicon.is_eponym(word) for word in words[:-1]):
            yield Candidate(*match.span("place"), "location", WARN, "the ward")
    for match in _HOTEL.finditer(text) if has_word(text, _HOTELS) else ():
        is_score = match.group().lower() in lexicon.lines("eponyms_of_two") or _SCORED.match(text, match.end())
        if not is_score and not any(_is_no_place(word) for word in match.group().split()[1:]):
            yield Candidate(match.start(), match.end(), "location", WARN, "a public place")
    for match in _CO.finditer(text) if has_word(text, _COS) else ():
        if not any(_is_no_place(word) or word in _OWN_WORDS for word in match["place"].split()[:1]):
            yield Candidate(match.start(), match.end(), "location", WARN, "the region")
    for match in _CORNER.finditer(text) if has_word(text, _CORNERS) else ():
        is_score = match["street"].lower() in lexicon.lines("eponyms_of_two")
        if not is_score and not _is_no_place(match["street"].split()[0]):
            yield Candidate(*match.span("street"), "location", WARN, "a road")
    for match in _FROM_FIRST.finditer(text):
        words = match["place"].split()
        if not any(_is_plain(word) or _is_no_place(word) or lexicon.is_eponym(word) for word in words):
            yield Candidate(*match.span("place"), "location", WARN, "the region")
    for match in _COUNTY.finditer(text) if has_word(text, _COUNTY_WORDS) else ():
        if match.group().split()[0] not in _OWN_WORDS and not _is_no_place(match.group().split()[0]):
            yield Candidate(match.start(), match.end(), "location", WARN, "the region")


def _is_plain(word: str) -> bool:
    """Whether the lists know the word as a word and no one's name."""
    known = name_list.look_up(word)
    return known.is_word or word.lower() in lexicon.after_a_cue() or (word.isupper() and len(word) <= _SHORT)


def _is_no_place(word: str) -> bool:
    low = word.lower()
    return (
        low in lexicon.words("clinical")
        or low in lexicon.words("drugs")
        or low in _TAKEN
        or (word.isupper() and len(word) <= 4)
    )
