"""Postal addresses: streets of several languages, boxes and flats, with the town and code behind them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from wardroom.screening import lexicon, name_list
from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import at_numbers, holds_any, lowered
from wardroom.screening.quantities import is_quantity

_CAP: Final = r"[^\W\d_a-zß-öø-ÿ][\w'.-]{0,24}"
_NUMBER: Final = r"(?:\d{1,3}[NSEW])?\d{1,5}(?:[A-Za-z]|(?: ?[-/] ?\d{1,4}))?(?![\w])"
_SMALL: Final = r"(?:de|del|de la|de las|de los|du|des|la|le|les|el|los|las|l'|d'|di|della|dei|do|da|dos|das|van|van de|van der|von|der|den|am|im|an der)"

_ROMANCE = re.compile(
    rf"(?<![\w.,/-])(?:{_NUMBER},? ?(?:bis|ter|quater)?,? ?)?"
    r"(?i:rue|place(?= d)|avenue|av\.|avda\.?|avenida|boulevard|bd|bvd|chemin|ch\.|boul\.|imp\.|allée|impasse|quai|cours|faubourg|sentier|calle|c/|c\.|paseo|plaza|"
    r"carretera|camino|camiño|ronda|travesía|rua|travessa|praça|largo|via|viale|piazza|corso|vicolo|strada|ulica|ul\.|ulice|ulitsa|prospekt|straße|allee)"
    rf" (?:{_SMALL} ?){{0,2}}{_CAP}(?: (?:{_SMALL} ?){{0,2}}{_CAP}){{0,4}}(?:,? ?(?:n[.ºo°]{{1,2}} ?)?{_NUMBER})?"
)
_COMPOUND = re.compile(
    r"(?<![\w])[^\W\d_a-zß-öø-ÿ][\w-]{1,30}(?:straße|strasse|str\.|weg|platz|gasse|allee|damm|ufer|ring|straat|laan|plein|gracht|kade|singel|"
    r"vej|gade|vænget|vænge|allé|vägen|gatan|gränd|veien|vegen|gata|stien|tie|katu|kuja|polku|puisto|rinne|utca|tér|körút|stræde|brink|dijk|hof)"
    rf" {_NUMBER}"
)
_HUNGARIAN = re.compile(
    rf"(?<![\w]){_CAP}(?: {_CAP}){{0,2}} (?:út|utca|u\.|tér|krt\.|köz|sor|ulica|ulice|cesta|trg|vei|vej|väg|gatan|tie) {_NUMBER}"
)
_CUED = re.compile(
    r"(?<![\w])(?i:lives?|living|live|resid(?:es?|ing)|domiciled|stays|staying|home|house|located|address(?: is|:| of| \w+ is)?|vive|habite|domiciliad[oa]|wohnhaft|demeurant)"
    rf"[\s:]{{1,3}}(?:(?i:at|in|on|en|is|au|à|am|an|now|currently|:) ){{0,2}}\n?\s{{0,8}}"
    rf"(?P<address>{_NUMBER},? (?:{_SMALL} )?{_CAP}(?: (?:{_SMALL} )?{_CAP}){{0,4}}(?: {_NUMBER})?|{_CAP}(?: [^\W\d_][\w'.-]{{1,20}}){{0,4}},? {_NUMBER})"
)
_BOX = re.compile(
    r"(?<!\w)(?:P\.? ?O\.? ?Box|Post(?:al)? Box|Apartado(?: de correos)?|Boîte postale|Postfach|Postbus|Casella postale|Caixa postal|Private Bag|Locked Bag|GPO Box|PSC|CMR|Unit \d{3,5},? Box) ?:? ?\d{1,6}(?:,? Box \d{1,5})?",
    re.IGNORECASE,
)
_FLAT = re.compile(
    r"(?<!\w)(?:Apartment|Apt\.?|Suite|Ste\.?|Flat|Appartement|Appt\.?|Piso|Wohnung|Lot|Trailer|Room No\.?)(?i: no\.?| #|) ?#?\d{1,5}[A-Za-z]?(?![\w%./])(?! (?:lead|min|beats|hours|h\b))"
)
_HOUSE = re.compile(
    rf"(?<!\w)(?:[Hh]\.? ?[Nn]o\.?|House [Nn]o\.?|Door [Nn]o\.?|D\.? ?No\.?|Plot(?: [Nn]o\.?)?|Flat(?: [Nn]o\.?)?|Apt\.?|Villa [Nn]o\.?|Blk|Block|Qtr\.? ?[Nn]o\.?) ?:? ?(?:[A-Z]-?)?\d{{1,4}}[A-Za-z]?(?:[-/](?:\d{{1,4}}[A-Za-z]?|[A-Z](?!\w))){{0,4}}"
    rf"(?:,? ?#\d{{1,3}}-\d{{1,4}})?(?:,? {_CAP}){{1,8}}(?:(?: ?[-,–] ?| )[1-9]\d{{2}} ?\d{{3}})?"
)
"""Numbers of houses as in India and Singapore: ``H.No. 4-7-112, Nagar``."""
_NAMED_HOUSE = re.compile(
    rf"(?<![\w-])(?:The )?{_CAP}(?: {_CAP}){{0,2}} (?:Cottage|Farm|Farmhouse|House|Barn|Lodge|Rectory|Vicarage|Grange|Manor|Bungalow|Mill|Forge|Croft|Villa),? ?\n? {{0,8}}"
    rf"(?:{_CAP} ){{1,3}}(?:Lane|Road|Street|Avenue|Drive|Hill|Close|Way|Rd|St|Ave|Ln|Terrace|Row|Square|Green)(?![\w-])"
)
"""A house with a name in a street without a number."""
_SMALL_CUED = re.compile(
    r"(?<!\w)(?:lives?|living|resides?|residing|stays|staying|address|addr|home)(?: is|:| at| in| on){1,2} (?P<address>(?:(?:flat|apt|apartment|unit|no\.?) ?\w{1,4},? )?\d{1,5}[a-d]?,? (?:(?:[nsew]|[ns][ew])\.? )?[a-z][a-z']{2,14}(?: [a-z']{2,14}){0,2}(?:,? (?:flat|apt|apartment|unit|no\.?) ?\w{1,4})?)(?P<town>,? ?(?:in )?[a-z]{4,16}(?= ?[.,;\n)]|$))?"
)
_SMALL_KINDS: Final = re.compile(
    r" (?:street|road|avenue|lane|drive|crescent|close|terrace|st|rd|ave|ln|cres|tce|mews|way|court|ct|place|pl|row|walk|gardens|grove|park|hill|square|sq|view|green|rise|dr|blvd|boulevard|parade|wynd|gate)(?![\w])"
)
_TOWN: Final = r"(?:(?:Ste?|Mt|Ft|Bad|Sta?)\.|[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['-]){1,24}(?!\w))"
_FLAT_TAIL = re.compile(
    r",? ?\n? {0,8}(?:(?:apt|suite|ste|flat|unit|floor|fl|piso|appt|appartement|esc\.?|pta\.?|bât\.?)\.? ?#?\w{1,5}|\d{1,2}[ºª°]? ?(?:izq|dcha|[a-d]\b)(?!\w)|\d{1,2}[ºª°])",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?P<town>\.?,? ?\n? {0,8}(?!(?:The|TEL|Tel|PHONE|Phone|PH|MOB|Mob|DOB|MRN|NOK|GP|AGE|Age|NHS|Cell|CELL|Fax|FAX|Home|Email|EMAIL|BP|HR|GCS|She|He|They|It|In|On|At|And|But|No|We|Patient|Pt|This|There|These|Call|Found|Mr|Mrs|Wife|Her|His)\b)"
    rf"{_TOWN}(?: (?:(?:{_SMALL}|u|pod|nad|sur|on|upon|nad) ?)?{_TOWN}){{0,3}}(?: \d(?!\d))?)?"
    r"(?P<code>,? ?\n? {0,8}(?:[A-Z]{2,3},? )?(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]\d[\dW] ?[A-Z\d]{4}|\d{2}-\d{3}|\d{4}-\d{3}|\d{5}(?:-\d{3,4})?|"
    r"\d{3} \d{2}|\d{4} [A-Z]{2}|\d{3,6})(?![\w]|[.,/]\d))?"
)
_FIVE = re.compile(r" \d{5}\Z")
_LOWER = re.compile(
    r"(?<![\w.,/-])(?:(?:unit|flat|apt|no\.?) )?\d{1,4}[a-d]?(?:/\d{1,4})? (?:[a-z]{3,14} (?=[a-z]{4,14} (?:street|road|avenue|lane|drive|crescent|close|rd|ave|ln)(?![\w-])))?(?P<word>[a-z]{4,14}) (?P<kind>street|road|avenue|lane|drive|crescent|close|terrace|st|rd|ave|ln|cres|tce)(?![\w-])"
)
_LOWER_SIGNS: Final = (
    " street",
    " road",
    " avenue",
    " lane",
    " drive",
    " cresc",
    " close",
    " terrace",
    " st",
    " rd",
    " ave",
    " ln",
    " tce",
)
_OTHER_FIELD = re.compile(
    r"[.,;]? (?:TEL|Tel|PHONE|Phone|MOB|Mob|DOB|MRN|NOK|GP|AGE|NHS|CELL|Cell|FAX|Fax|EMAIL|Email)\b"
)
_TOWN_BEHIND = re.compile(rf" (?:{_TOWN})(?:[ -](?:{_SMALL}[ -])?{_TOWN}){{0,2}}(?=[.,;)\n]|$)")
"""A town behind its code, as on the continent: ``80331 München``."""


@cache
def _english() -> re.Pattern[str]:
    kinds = "|".join(sorted({word.capitalize() for word in lexicon.words("street_words")}, key=len, reverse=True))
    loud = "|".join(
        sorted({word.upper() for word in lexicon.words("street_words") if len(word) > 4}, key=len, reverse=True)
    )
    return re.compile(
        rf"(?<![\w.,/-]){_NUMBER},? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.? )?(?P<words>{_CAP}(?: {_CAP}){{0,3}}?) "
        rf"(?P<kind>{kinds}|{loud})(?![\w-])\.?(?: (?:{kinds})(?![\w-])\.?)?(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)(?!\w))?"
        r"|(?<![\w.,/-])\d{1,5} (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\.? )?(?:\d{1,3}(?:st|nd|rd|th)) (?:St|Street|Ave|Avenue|Road|Rd|Pl|Place|Dr|Drive|Ct|Court)(?![\w-])\.?"
    )


_ROMANCE_SIGNS: Final = (
    "rue ", "place d", "avenue ", "av. ", "avda", "avenida ", "boulevard ", "bd ", "bvd ", "chemin ", "allée ", "impasse ",
    "ch. ", "boul. ", "imp. ", "quai ", "cours ", "faubourg ", "sentier ", "calle ", "c/ ", "c. ", "paseo ", "plaza ", "carretera ", "camino ",
    "camiño ", "ronda ", "travesía ", "rua ", "travessa ", "praça ", "largo ", "via ", "viale ", "piazza ",
    "corso ", "vicolo ", "strada ", "ulica ", "ul. ", "ulice ", "ulitsa ", "prospekt ", "straße ", "allee ",
)  # fmt: skip
_COMPOUND_SIGNS: Final = (
    "straße ", "strasse ", "str. ", "weg ", "platz ", "gasse ", "allee ", "damm ", "ufer ", "ring ", "straat ",
    "laan ", "plein ", "gracht ", "kade ", "singel ", "vej ", "gade ", "vænget ", "vænge ", "allé ", "vägen ",
    "gatan ", "gränd ", "veien ", "vegen ", "gata ", "stien ", "tie ", "katu ", "kuja ", "polku ", "puisto ",
    "rinne ", "utca ", "tér ", "körút ", "stræde ", "brink ", "dijk ", "hof ",
)  # fmt: skip
_HUNGARIAN_SIGNS: Final = (
    " út ", " utca ", " u. ", " tér ", " krt. ", " köz ", " sor ", " ulica ", " ulice ", " cesta ", " trg ",
    " vei ", " vej ", " väg ", " gatan ", " tie ",
)  # fmt: skip
_LIKELY: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = (
    (_ROMANCE, _ROMANCE_SIGNS),
    (_COMPOUND, _COMPOUND_SIGNS),
    (_HUNGARIAN, _HUNGARIAN_SIGNS),
)
"""Slow patterns, each with what a text in small letters must hold for one to be there."""
_CUED_SIGNS: Final = (
    "live", "living", "resid", "domicil", "stay", "home", "house", "located", "address", "vive", "habite", "wohnhaft", "demeurant",
)  # fmt: skip
_BOX_SIGNS: Final = ("box", "apartado", "boîte", "postfach", "postbus", "postale", "postal", "bag", "psc", "cmr")
_FLAT_SIGNS: Final = ("ap", "suite", "ste", "flat", "piso", "wohnung", "lot", "trailer", "room n")
_NUMBERED: Final[tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]] = ((_BOX, _BOX_SIGNS), (_FLAT, _FLAT_SIGNS))
_HOUSE_SIGNS: Final = ("no", "flat", "apt", "plot", "blk", "block")
_NAMED_SIGNS: Final = (
    " Lane",
    " Road",
    " Street",
    " Avenue",
    " Drive",
    " Hill",
    " Close",
    " Way",
    " Rd",
    " St",
    " Ave",
    " Ln",
    " Terrace",
    " Row",
    " Square",
    " Green",
)
_SHORT_STREET = re.compile(
    r"[Cc]\.(?:[^\d]*$| [^\W\d_]+[.:,]| [^\W\d_]{1,3} | [^\W\d_a-zß-öø-ÿ]{2,}(?![a-zß-öø-ÿ]))|\d+[A-Za-z]?,? ?(?:[Cc]\.|BD |\d* ?C\.)|\d+[A-Z],? ?bd |"
    r"via (?:(?!.*,)\S+ \d+$|\S*\d\S*$|[^\d]*$|[^\W\d_a-zß-öø-ÿ]{2,}(?![a-zß-öø-ÿ])|[^ ]+ [^\d]*\. |[^ .]+\. )|via [^\d]*(?:catheter|sheath|port|line|needle|tube)"
)
"""What begins like a short form of street and is a degree, a gauge, or twice a day: ``40 C. HOPE``, ``20G, BD Venflon``."""
_OTHER_WORDS = re.compile(r"(?i:place|bd|bvd|av\.|c\.|ch\.|via|largo|ronda|cours|corso|strada|rua|imp\.) ")
"""Kinds of street that are words or signs of their own, so that only a number makes them one."""
_SPELLED_OUT: Final = 3
_JOINS: Final = frozenset(
    {"a", "an", "at", "on", "in", "after", "before", "with", "from", "was", "is", "and", "by", "for"}
)
"""Words of a sentence, which no street has: ``4417, AFTER A CRASH ON ROUTE``."""
_VALUE = re.compile(r"[A-Z][A-Za-z]?[A-Z]? \d{1,3}(?:[,.]\d|$|[.,;?](?: |$))")
"""A laboratory value, not a street: ``home at CK 5,000``."""
_MEASURED: Final = frozenset(
    {"minute", "minutes", "meter", "metre", "hour", "hours", "lead", "day", "days", "week", "month", "year", "way"}
)


def find(text: str) -> Iterator[Candidate]:
    """Streets with a number, boxes, flats, and what follows "lives at"."""
    for match in at_numbers(_english(), text):
        words = (match["words"] or "").lower().split()
        if any(word in _MEASURED or word in lexicon.words("clinical") for word in words[:1]) or not _JOINS.isdisjoint(
            words
        ):
            continue
        yield _with_tail(text, match.start(), match.end())
    low = lowered(text)
    for pattern, signs in _LIKELY:
        for match in pattern.finditer(text) if holds_any(low, signs) else ():
            if any(char.isdigit() for char in match.group()) or len(match.group().split()) > 2:
                if pattern is _ROMANCE and _SHORT_STREET.match(match.group()):
                    continue
                if (
                    pattern is _ROMANCE
                    and _OTHER_WORDS.match(match.group())
                    and not any(map(str.isdigit, match.group()))
                ):
                    continue
                if not is_quantity(text, match.end()):
                    yield _with_tail(text, match.start(), match.end())
    for match in at_numbers(_LOWER, text) if holds_any(text, _LOWER_SIGNS) else ():
        known = name_list.look_up(match["word"])
        is_word = known.is_word or match["word"] in lexicon.after_a_cue()
        if not is_word or (len(match["kind"]) > _SPELLED_OUT and match["word"] not in lexicon.words("clinical")):
            yield Candidate(match.start(), match.end(), "address", BLOCK, "[address]")
    for match in _CUED.finditer(text) if holds_any(low, _CUED_SIGNS) else ():
        if not is_quantity(text, match.end()) and not _VALUE.match(text, match.start("address")):
            yield _with_tail(text, *match.span("address"))
    for match in _SMALL_CUED.finditer(text) if holds_any(low, _CUED_SIGNS) else ():
        start, end = match.span("address")
        kind = _SMALL_KINDS.search(text, start, end)
        if kind:
            yield Candidate(
                start,
                match.end("town") if match["town"] and kind.end() >= end - 1 else end,
                "address",
                BLOCK,
                "[address]",
            )
    for match in _HOUSE.finditer(text) if holds_any(low, _HOUSE_SIGNS) else ():
        yield Candidate(match.start(), match.end(), "address", BLOCK, "[address]")
    for match in _NAMED_HOUSE.finditer(text) if holds_any(text, _NAMED_SIGNS) else ():
        yield _with_tail(text, match.start(), match.end())
    for pattern, signs in _NUMBERED:
        for match in pattern.finditer(text) if holds_any(low, signs) else ():
            yield Candidate(match.start(), match.end(), "address", BLOCK, "[address]")


def _with_tail(text: str, start: int, end: int) -> Candidate:
    """An address with the flat, town and code that follow it at once."""
    code = _FIVE.search(text, start, end)
    behind = _TOWN_BEHIND.match(text, end) if code else None
    if behind:
        return Candidate(start, behind.end(), "address", BLOCK, "[address]")
    other = _OTHER_FIELD.search(text, start, end)
    if other:
        return Candidate(start, other.start(), "address", BLOCK, "[address]")
    flat = _FLAT_TAIL.match(text, end)
    if flat:
        end = flat.end()
    tail = _TAIL.match(text, end)
    if tail and tail.group():
        # A town counts only with its code or after a comma: "Street Found collapsed" ends at the street.
        behind = _TOWN_BEHIND.match(text, tail.end()) if tail["code"] and not tail["town"] else None
        if behind and len(tail["code"].strip(" ,\n")) in {4, 5}:
            return Candidate(start, behind.end() - text[: behind.end()].endswith("."), "address", BLOCK, "[address]")
        if (
            tail["code"]
            and (tail["town"] or len(tail["code"].strip(" ,\n")) >= 4)
            and not is_quantity(text, tail.end())
        ):
            end = tail.end()
        elif tail["town"] and tail["town"].lstrip(".").startswith(","):
            end = tail.end("town")
    while text[end - 1] in " ,\n":
        end -= 1
    return Candidate(start, end, "address", BLOCK, "[address]")
