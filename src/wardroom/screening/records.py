"""Record, plan, account, licence and other numbers that stand after what names them."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening.cues import Cue
from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.places import has_word, lowered
from wardroom.screening.quantities import is_quantity

_STRONG: Final = (
    r"m\.?r\.?n\.?|mr(?=\s?\#)|med(?:ical)?\srec|u\.?r\.?n\.?|umrn|uhid|urno|u\.?r\.?\sno|nhi|chi\sn(?:o|umber)|pas\sn(?:o|umber)|hosp(?:ital)?\.?\s(?:no|number|num|id|\#)|"
    r"medical\srecord|health\srecord|patient\s(?:no|number|num|id|identifier|\#)|pt\.?\sid|chart|wristband|nhs|ssn|s\.s\.n\.?|"
    r"social\ssecurity|sin|social\sinsurance|nino|national\sinsurance|ni\sn(?:o|umber)|national\sid|id\scard|identity\s(?:card|no|number)|"
    r"medicare|medicaid|mbi|health\scard|ohip|ramq|phn|hcn|care\scard|ihi|passport|passeport|pasaporte|"
    r"driv(?:er'?s?|ing)\slicen[cs]e|licen[cs]e|dl|gmc|nmc|npi|dea|ahpra|hcpc|gphc|permit|"
    r"polic[ye]|insurer|badge|member(?:ship)?|subscriber|insurance|insured|beneficiary|group|plan|claim|"
    r"acc(?:oun)?t|acc(?=\s?\#)|a/c|sort\scode|iban|routing|card|visa|mastercard|amex|debit|"
    r"dni|nie|nif|nuss|nss|cip|nhc|expediente|historia(?:\scl[ií]nica)?|afiliaci[óo]n|tarjeta(?:\ssanitaria)?|"
    r"ipp|nir|dossier|num[ée]ro\sde\s(?:s[ée]curit[ée]\ssociale|dossier)|s[ée]curit[ée]\ssociale|carte\svitale|mutuelle|"
    r"cpf|rut|curp|rfc|aadhaar|aadhar|pan|pesel|bsn|ahv|avs|taj|cpr|personnummer|hetu|codice\sfiscale|"
    r"(?:red|seaman'?s|seafarer'?s|service|pass|discharge)\s?book|hc|hcn|ins\s(?:no|number)|crn|ppsn?|pps\s(?:no|number)|emis|systmone|uli|dva|versichertennummer|fallnummer|patientennummer|aktenzeichen"
)
_WEAK: Final = (
    r"record|reg|case|file|visit|encounter|episode|admission|accession|specimen|sample|lab|ticket|incident|cad|run|job|call\ssign|"
    r"pcr|epcr|reference|ref|certificate|cert|badge|employee|staff|student|booking|order|request|study|ward|registration|"
    r"identification|id|order|voucher|invoice|warrant|docket|police\sreport|unit|call\ssign|safeguarding|datix|complaint|log|fleet|crew|flight|e?crn|cpr|collar|shoulder|spec|req|dispatch|mission|papers|prescription|msg|message|prisoner|inmate|offender|custody|asset|locker|form"
)
_LINK: Final = (
    r"(?:[\s:=\#./(|-]{0,3}(?:numbers?|num|nos?|nr|nbr|n\.?°|n\.?º|no|número|numero|numéro|identifier|id|code|ref|reference|"
    r"on\sfile|mrn|nhc|urn|nhi|ipp|hc|pin|is|was|ending|ends|in|with|of|the|last\s(?:four|4)|digits)(?![\w])\.?){0,4}[\s:=\#.(|-]{0,4}"
)
_VALUE: Final = r"(?P<value>[A-Za-z0-9](?:(?:[A-Za-z0-9/-]|\.(?=\d{4})){0,28}[A-Za-z0-9])?)(?![\w])"
_STRONG_CUE: Final = Cue(rf"(?<![\w])(?:{_STRONG})(?![\w]){_LINK}{_VALUE}")
_WEAK_CUE: Final = Cue(
    rf"(?<![\w])(?:{_WEAK})(?![\w])[\s.]{{0,2}}(?:n(?:o|r|um|umber|°|º)(?![\w])|\#|:|=|id(?![\w])|ref(?![\w])){_LINK}{_VALUE}",
)
_NO_LINK: Final = Cue(
    r"(?<![\w])(?:record|case|file|visit|encounter|episode|accession|specimen|sample|ticket|incident|cad|run|run\ssheet|job|"
    r"p?e?pcr|certificate|badge|booking|registration|report|referral|dispatch|log|safeguarding|datix|complaint|call\s?sign|"
    r"order|docket|barcode|mission|rx|prescription|crew|request|req|cad\sno|ambulance)\s"
    r"(?P<value>(?=[a-z\d/-]{0,12}\d[a-z\d/-]{3})[a-z]{0,4}[-/]?\d{0,4}[a-z]?[-/]?\d{2,10}(?:[-/]\d{1,6}){0,2})(?![\w]|[.,]\d)"
)
"""A number right behind what it counts, long enough or cut by a stroke: ``accession RX2024-55120``."""
_GLUED = re.compile(
    r"(?<![\w])(?:mrn|urn|nhs|ssn|nhc|dni|nif|nie|bsn|chi|phn|npi|gmc|hkid|cpf)[:#.-]?(?P<value>\d[\d-]{4,14}[a-z]?)(?!\w)"
)
"""A number with nothing before it but what it is: ``MRN5501923``."""
_CALL_SIGN = re.compile(
    r"(?<!\w)(?:call\s?sign|medic|crew|cad|ambulance|helimed|engine|rescue|lifeflight)\s(?P<value>\d{2,5}/\d{1,2}[a-z]{3}(?:\d{2,4})?|(?=[a-z]{0,4}-?\d{2})[a-z]{0,4}-?\d{2,5}[a-z]?)(?!\w|[.,/-]\d)"
)
_REFERENCE: Final = Cue(
    r"(?<![\w])(?:ref|reference)[\s.:\#]{1,3}(?:no\.?\s)?(?P<value>(?=[a-z/-]{0,9}\d)[a-z]{1,5}[-/]?\d{2,8}(?:[-/]\d{1,8}){0,2}|\d{2,8}/\d{2,8}/\d{2,8}|[a-z]{2,4}\s\d{3,8}[-/]\d{2,6})(?![\w]|[.,]\d)"
)
_HASH = re.compile(
    r"(?<![\w&])\#\s?(?P<value>(?:[a-z]{1,4}-?)?\d{2,8}(?:[-/]\d{2,8}){1,3}|(?:[a-z]{1,4}-?)?\d{6,12})(?![\w])"
)
_GROUP = re.compile(r"[ .-](?:\d{2,10}|\d(?=[ -]\d{2})|[A-Z]{1,2}|\d[A-Z]|[A-Z]\d)(?![\w/])")
_NEAR: Final = Cue(
    r"\b(?:chart|records?|wristband|sticker|label|folder|armband|bracelet|face\s?sheet)\b[^\n]{0,30}?(?<![\w.])(\d{6,12})(?![\w.])",
)
_ENDING: Final = Cue(
    r"(?:card|ssn|account|acct|medicare|phone|number|mobile|cell)\s(?:number\s)?(?:ending|ends|last\s(?:four|4))\s?(?:in|with|digits)?\s?:?\s?(\d{4})\b",
)


_ANY_NUMBER: Final = Cue(
    r"(?<![\w])(?:no|nr|number|num|id|code)(?!\w)\.?\s?(?:is\s|was\s)?[:=\#]?\s?(?P<value>(?=[a-z/-]{0,5}\d)[a-z\d]{1,12}(?:[/-][a-z\d]{1,12}){0,3})(?![\w]|[.,]\d)"
)
"""Whatever a number is called, if it is called a number and is long: ``pod no. 448120``."""
_OF_THINGS: Final = re.compile(
    r"(?<!\w)(?:lot|batch|cat|catalogue|part|model|trial|version|edition|article|study|registration|protocol|product|item|order|pubmed|pm|pmc|bleep|pager|phone|isbn|cas|ec|un|omim|nct)[\s-]\Z"
)
_SHORT_RUN: Final = 5
_NAMED_NUMBER = re.compile(r"[a-z]{2,14}[\s-]\Z")


_SIGNED: Final = frozenset(
    {"sign", "callsign", "medic", "crew", "cad", "ambulance", "helimed", "engine", "rescue", "lifeflight"}
)


def find(text: str) -> Iterator[Candidate]:
    """What stands after the name of a number, when it looks like one."""
    for match in _STRONG_CUE.finditer(lowered(text)):
        yield from _judged(text, match, fewest=4)
    for match in _WEAK_CUE.finditer(lowered(text)):
        yield from _judged(text, match, fewest=4)
    for pattern in (_NO_LINK, _REFERENCE, _HASH):
        for match in pattern.finditer(lowered(text)) if pattern is not _HASH or "#" in text else ():
            if sum(map(str.isdigit, match["value"])) >= 5 and not is_quantity(text, match.end()):
                yield Candidate(*match.span("value"), "id", BLOCK, "[number]")
    low = lowered(text)
    for match in _ANY_NUMBER.finditer(low):
        start = match.start("value")
        end = _extended(text, start, match.end("value"))
        count = sum(map(str.isdigit, text[start:end]))
        before = low[max(0, match.start() - 16) : match.start()]
        is_named = _NAMED_NUMBER.search(before) is not None and not _OF_THINGS.search(before)
        is_named = is_named or (match.group().startswith("id") and count > _SHORT_RUN)
        if count >= 5 and is_named and not is_quantity(text, end):
            yield Candidate(start, end, "id", BLOCK if count >= 6 else WARN, "[number]")
    for match in _GLUED.finditer(lowered(text)) if any(map(str.isdigit, text)) else ():
        yield Candidate(*match.span("value"), "id", BLOCK, "[number]")
    for match in _CALL_SIGN.finditer(lowered(text)) if has_word(text, _SIGNED) else ():
        if not is_quantity(text, match.end()):
            yield Candidate(match.start(), match.end(), "id", WARN, "[crew]")
    for match in _NEAR.finditer(lowered(text)):
        if not is_quantity(text, match.end(1)):
            yield Candidate(match.start(1), match.end(1), "id", BLOCK, "[number]")
    for match in _ENDING.finditer(lowered(text)):
        yield Candidate(match.start(1), match.end(1), "id", BLOCK, "[number]")


def _judged(text: str, match: re.Match[str], *, fewest: int) -> Iterator[Candidate]:
    start, end = match.span("value")
    value = text[start:end]
    end = _extended(text, start, end)
    digits = sum(char.isdigit() for char in text[start:end])
    if digits < fewest:
        # A licence or policy may have few digits among many capitals; a word has none.
        if digits >= 3 and value.isupper() and sum(char.isalpha() for char in value) >= 3:
            yield Candidate(start, end, "id", WARN, "[number]")
        return
    if value.isdigit() and is_quantity(text, end) and len(value) < 7:
        return
    if _YEAR.fullmatch(text[start:end]) or _SCORE.fullmatch(value):
        return
    yield Candidate(start, end, "id", BLOCK, "[number]")


_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/]\d{2,4})?")
_SCORE = re.compile(r"\d{1,3}/\d{1,3}(?:-\d{1,3})?")


def _extended(text: str, start: int, end: int) -> int:
    """Where a number written in groups ends: ``728 643 6236``, ``AB 12 34 56 C``."""
    first = text[start:end]
    if sum(char.isdigit() for char in first) >= 6 or (first.isalpha() and not first.isupper()):
        return end
    for _ in range(6):
        group = _GROUP.match(text, end)
        if not group or (group.group()[1:].isalpha() and text[group.end() : group.end() + 2].strip()[:1].isalpha()):
            break
        if is_quantity(text, group.end()):
            break
        end = group.end()
    return end
