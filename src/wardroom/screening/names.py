"""Names of people after a cue: a title, a relation, "named", "signed by", a credential."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening import lexicon, name_list, name_reader
from wardroom.screening.cues import Cue
from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.places import has_word, lowered

_DOCTOR: Final = "the doctor"
_PATIENT: Final = "the patient"
_OF_A_SERVICE: Final = (
    "emt",
    "aemt",
    "rn",
    "hca",
    "cna",
    "lpn",
    "det",
    "ofc",
    "lt",
    "firefighter",
    "deputy",
    "chaplain",
    "pharmacist",
    "midwife",
    "trooper",
)
"""What people of services are called before their names."""
_TITLES: Final = {
    "mr": _PATIENT, "mrs": _PATIENT, "ms": _PATIENT, "miss": _PATIENT, "mx": _PATIENT, "mister": _PATIENT, "master": _PATIENT,
    "mstr": _PATIENT, "messrs": _PATIENT, "sir": _PATIENT, "dame": _PATIENT, "lady": _PATIENT, "lord": _PATIENT,
    "dr": _DOCTOR, "drs": _DOCTOR, "doc": _DOCTOR, "emt": "the paramedic", "aemt": "the paramedic", "rn": "the nurse", "hca": "the carer", "cna": "the carer",
    "lpn": "the nurse", "det": "the officer", "ofc": "the officer", "lt": "the officer", "pc": "the officer", "wpc": "the officer", "firefighter": "the firefighter", "deputy": "the officer", "chaplain": "the chaplain", "pharmacist": "the pharmacist", "midwife": "the midwife", "trooper": "the officer", "doctor": _DOCTOR, "prof": _DOCTOR, "professor": _DOCTOR,
    "rev": "the minister", "reverend": "the minister", "rabbi": "the minister", "imam": "the minister", "pastor": "the minister",
    "nurse": "the nurse", "sister": "the nurse", "matron": "the nurse", "paramedic": "the paramedic",
    "officer": "the officer", "constable": "the officer", "sergeant": "the officer", "sgt": "the officer",
    "detective": "the officer", "inspector": "the officer", "captain": "the captain", "capt": "the captain",
    "lieutenant": "the officer", "cllr": "the patient", "councillor": "the patient", "cpl": "the soldier", "pte": "the soldier", "pvt": "the soldier", "ssgt": "the soldier", "coach": "the coach", "judge": "the judge", "senator": "the patient", "mayor": "the patient",
    "aunt": "the aunt", "auntie": "the aunt", "uncle": "the uncle", "grandma": "the grandmother", "grandpa": "the grandfather",
    "sr": "el paciente", "sra": "la paciente", "srta": "la paciente", "señor": "el paciente", "señora": "la paciente",
    "señorita": "la paciente", "don": "el paciente", "doña": "la paciente", "dra": "la médica", "doctora": "la médica",
    "monsieur": "le patient", "m": "le patient", "mme": "la patiente", "mlle": "la patiente", "madame": "la patiente",
    "mademoiselle": "la patiente", "docteur": "le médecin", "dre": "la médecin", "professeur": "le médecin",
    "pr": "le médecin",
    "herr": "der Patient", "herrn": "der Patient", "frau": "die Patientin",
    "sig": "il paziente", "sig.ra": "la paziente", "signor": "il paziente", "signora": "la paziente",
    "encik": _PATIENT, "puan": _PATIENT, "shri": _PATIENT, "smt": _PATIENT, "datuk": _PATIENT,
    "senhor": "o paciente", "senhora": "a paciente",
}  # fmt: skip
_TITLE: Final = Cue(
    r"(?<![\w.])("
    + "|".join(map(re.escape, sorted(_TITLES, key=len, reverse=True)))
    + r")(?!\w)(\.?)[ \n]{0,2}(?=[^\W\d_])"
)
_ALSO_WORDS: Final = frozenset(
    [
        "miss",
        "master",
        "sir",
        "lady",
        "lord",
        "pc",
        "nurse",
        "sister",
        "matron",
        "paramedic",
        "officer",
        "constable",
        "sergeant",
        "detective",
        "inspector",
        "captain",
        "coach",
        "judge",
        "senator",
        "mayor",
        "aunt",
        "auntie",
        "uncle",
        "don",
        "doc",
        *_OF_A_SERVICE,
        "doctor",
        "professor",
        "pastor",
        "dame",
        "imam",
        "rabbi",
        "lieutenant",
        "m",
        "sig",
        "messrs",
        "ms",
    ]
)
"""Titles that are words too: they count with a capital only. ``MS`` and ``MR`` are a disease and a valve as well."""
_WEAK_TITLES: Final = frozenset(
    [
        "m",
        "pc",
        "don",
        "sister",
        "master",
        "nurse",
        "officer",
        "coach",
        "judge",
        "aunt",
        "uncle",
        "captain",
        "sir",
        "lady",
        "lord",
        "sr",
        *_OF_A_SERVICE,
    ]
)
"""Titles before which an ordinary word may stand: Sister Ward, Nurse Practitioner."""
_LOWER_TITLES: Final = frozenset(
    {
        "officer",
        "nurse",
        "paramedic",
        "constable",
        "sergeant",
        "detective",
        "coach",
        "don",
        "uncle",
        "aunt",
        "sister",
        "auntie",
        "doctor",
    }
)
"""Titles that announce a name also when they are small, if what follows is one."""
_ONLY_DOTTED: Final = frozenset({"m", "sig"})
_PLURAL_TITLES: Final = frozenset({"drs", "messrs", "dr", "mr", "mrs"})
_PAIR = re.compile(r"(?<!\w)(?:Mr|Dr|M|Sr|Herr)\.?\s(?:and|&|y|et|und)\s$")
_SECOND = re.compile(r"\s?(?:and|&|,|y|et|und)\s")

_KIN_EN: Final = (
    "wife|husband|kid|mother|mom|mum|mummy|father|dad|daddy|son|daughter|brother|sister|aunt|uncle|partner|girlfriend|boyfriend|"
    "grandmother|grandfather|grandson|granddaughter|grandma|grandpa|niece|nephew|cousin|neighbour|neighbor|friend|carer|caregiver|"
    "caretaker|fiancée?|spouse|roommate|flatmate|teacher|guardian|twin|stepfather|stepmother|stepson|stepdaughter|foster mother|"
    "foster father|mother-in-law|father-in-law|next of kin|nok|coworker|co-worker|colleague|boss|employer|landlord|housemate|"
    "social worker|case manager|interpreter|driver|passenger|bystander|witness|nana|granny|grandad|supervisor|foreman|manager|headteacher|principal|"
    "sons|daughters|brothers|sisters|parents|grandparents|grandchildren|grandsons|granddaughters|nephews|nieces|cousins|children|twins|kids|"
    "father in law|mother in law|brother-in-law|sister-in-law|son-in-law|daughter-in-law|godmother|godfather|ex|step-?mum|step-?dad|great-aunt|great-uncle|housekeeper|tenant|ward clerk|classmate|schoolmate|teammate|workmate|"
    "caller|informant|ice contact|emergency contact|translator|chaplain|trainer|babysitter|nanny|childminder|warden|caseworker"
)
_KIN_OTHER: Final = (
    "esposa|esposo|mujer|marido|madre|padre|hijo|hija|hermano|hermana|abuelo|abuela|tío|tía|primo|prima|novio|novia|cuñad[oa]|vecin[oa]|"
    "femme|épouse|mari|époux|mère|père|fils|fille|frère|sœur|soeur|tante|oncle|cousine?|compagnon|compagne|voisine?|"
    "ehefrau|ehemann|mutter|vater|sohn|tochter|bruder|schwester|moglie|marito|figli[oa]|fratello|sorella|filh[oa]|irmã[o]?|mãe|pai"
)
_KIN: Final = Cue(
    rf"(?<!\w)(?P<kin>{_KIN_EN}|{_KIN_OTHER})(?:\s?(?P<link>[,(:|-])\s{{0,2}}|\s(?:is|was|named|called|name is):?\s|\s)(?=[^\W\d_])"
)
_OF = re.compile(r"\s(?:of\s|de\s|du\s|d')(?=[^\W\d_])")
_KIN_ENDS = re.compile(
    rf"(?<![\w-])(?:{_KIN_EN}|{_KIN_OTHER}|child|parents?|baby|widow|widower|carers?|bebé|enfant)\s\Z"
)
_LONGEST_KIN: Final = 20
_KIN_BEFORE = re.compile(rf"(?<![\w-])({_KIN_EN})[\s,(:]{{1,3}}$")

_KIN_TITLED = re.compile(rf"(?<![\w-])((?i:{_KIN_EN})) $")
"""A relation right before a title: her neighbour Mrs Hall."""
_PATIENT_CUE: Final = Cue(
    r"(?<![\w-])(?:(?:patient|pt|client|casualty|resident|name|full\sname|first\sname|surname|last\sname|family\sname|forenames?|paciente|"
    r"nombre|apellidos?|nom|prénom|nom\sdu\spatient|patiente|nachname|vorname|maiden\sname|aka|a\.k\.a\.|alias|née|nee|re|"
    r"cc|bcc|pat|contact|pt\sname|patient's\sname|legal\sname|preferred\sname|known\sas|insured|policy\s?holder|next\sof\skin|emergency\scontact|nok|responsible\sparty|guarantor|employer|subscriber)"
    r"(?:'s)?(?:\s(?:name|id|info|details|contact))?\s{0,3}[:=|]\s{0,4}|"
    r"(?:patient|pt|paciente|patiente|client|casualty)(?:\sname)?(?:\sis|\swas)?,?\s|"
    r"(?<!drug\s)(?<!brand\s)(?<!trade\s)(?<!product\s)(?<!generic\s)name\s{1,4}|(?:s/o|d/o|w/o)\s)(?=[^\W\d_])"
)
_NAMED: Final = Cue(
    r"(?<![\w-])(?:named(?:\s(?:him|her|them|it|the\sbaby))?|(?:(?:first|last|full|real|given|family|maiden)\s|sur)?name(?:'s|\s(?:is|was|of))|goes\sby(?:\sthe\sname)?|"
    r"known\sas|aka|a\.k\.a\.?|alias|formerly|née|introduc(?:es|ed)\s(?:him|her)self\sas|identified\sas|"
    r"(?:man|woman|boy|girl|patient|lady|gentleman|guy|child|baby|infant|teenager|male|female|person|someone|who\s(?:is|was)|(?:he|she)\sis)"
    r"\s(?:is\s|was\s)?called|llamad[oa]|se\sllama|de\snombre|apodad[oa]|conocid[oa]\scomo|nommée?|prénommée?|s'appelle|"
    r"appelée?|namens|heißt|genannt|chiamat[oa]|si\schiama|chamad[oa]|se\schama)\s(?:as\s)?[\"']?(?=[^\W\d_])"
)
_BY: Final = Cue(
    r"(?<![\w-])(?:signed(?:\soff)?(?:\sby|:)?|hand(?:ed|over)(?:\sover)?\s(?:by|to|from)|discussed\swith|discussion\swith|d/w|"
    r"(?:seen|reviewed|referred|accepted|assessed|admitted|dictated|authored|written|performed|reported|transcribed|triaged|"
    r"intubated|accompanied|brought(?:\sin)?|witnessed|prescribed|attended|treated|examined|entered|verified|checked|called|"
    r"escorted|supervised|approved|interpreted|read|requested|ordered)\sby|spoke\s(?:to|with)|talked\s(?:to|with)|"
    r"(?:report|hand-?off|hand-?over|sign-?out|care)\s(?:was\s|is\s)?(?:given|called|transferred|handed)(?:\soff)?\sto|signed\sout\sto|endorsed\sto|"
    r"please\s(?:call|contact|page|bleep|ask|phone|ring|email)|(?:consent|history)\s(?:was\s)?(?:obtained\s|taken\s|given\s)?(?:from|by)|"
    r"(?:seen|reviewed|assessed|done|here)\sw(?:/|ith)|nurse\sin\scharge|(?:bed|site|duty|practice)\smanager|agent|i\s(?:saw|met|reviewed|treated|admitted|examined|discharged|clerked)|consulted(?:\swith)?|attending|consultant|(?:itu|icu|ed|med|medical|surg|surgical|ortho|paeds|peds|anaesthetic|cards|cardiology|neuro|gynae|obs|on-call|duty|night|day)\s(?:reg|sho|spr|cons|fellow|resident|intern|consultant|registrar|doctor|nurse|nic|sister)|sho|spr|locum|intern|resident|fellow|midwife|charge\snurse|scribe|tech|assistant|ana?esthesiologist|operator|scrub|proceduralist|first\sassist|ordering\sprovider|(?:crew\s)?chief|crew|call\stakers?|medic|porter|receptionist|radiographer|pharmacist|therapist|physio|counsell?or|key\s?worker|support\sworker|care\sworker|(?:care\s)?co-?ordinator|sw|hv|health\svisitor|tutor|team(?=:)|crew(?=:)|staff(?=:)|psychologist|dentist|optometrist|gp|pcp|surgeon|registrar|anaesthetist|physician|author|prepared\sby|"
    r"electronically\ssigned\sby|regards|sincerely|thanks|cheers|thank\syou|(?:for|kindly)\s(?:seeing|referring|reviewing|accepting)|attn|attention|dear|"
    r"firmado(?:\spor)?|fdo\.?|comentado\scon|visto\spor|signé(?:\spar)?|vue?\spar|discuté\savec|adressée?\spar|adressé\spar|gez\.)"
    r"\s?[:,]?\s(?:\n)?(?=[^\W\d_])"
)
_SIGNS: Final = re.compile(
    r"(?:signed|hand|dictated|transcribed|author|firmado|fdo|signé|gez|regards|sincerely|cheers|dear)"
)
_CREDENTIAL = re.compile(
    r",?\s(?:RN|R\.N\.|MD|M\.D\.|DO|D\.O\.|NP|PA-C|EMT-?[BIP]?|FRCEM|FACEP|FACEM|PharmD|MBBS|MBChB|FRCP|FRCS|LPN|BSN|DNP|CRNA|RPh|PhD|"
    r"NREMT|MRCP|MRCEM|FRCA|CNM|ENP|ANP|ACP|CCP)(?![\w])"
)
_BEFORE_CREDENTIAL = re.compile(
    r"(?:[^\W\d_]\.\s?){0,2}[^\W\d_][\w'-]{0,24}(?:\s[^\W\d_]\.)?(?:\s[^\W\d_][\w'-]{1,24}){0,2}$"
)
_WORD_BEFORE = re.compile(r"([^\W\d_]{3,22}) \Z")
_NUMBER_BEFORE = re.compile(r"\d ?\Z")
_BABIES: Final = frozenset({"baby", "newborn", "infant", "twin"})
_BOOKED = re.compile(r"/[A-Z]{3,15}(?!\w)")
"""How airlines write a name: ``MR KUROSAWA/TAKESHI``."""
_OWNED = re.compile(r"[^\W\d_]+'s\b")
_TIE = re.compile(r",? (?:and|&|y|et|und) |, ")
_LAST_FIRST = re.compile(r"\s?,\s?")


_BABY = re.compile(
    r"(?<!\w)(?i:baby|newborn|infant|twin)(?: (?i:girl|boy|one|two|of|[AB1-2]))?(?: (?i:of))? (?=[^\W\d_a-zß-öø-ÿ])"
)


def find(text: str) -> Iterator[Candidate]:
    """Every name a cue announces."""
    yield from _titled(text)
    yield from _related(text)
    yield from _cued(text)
    yield from _with_credential(text)
    yield from _babies(text)


def _babies(text: str) -> Iterator[Candidate]:
    """A family name behind "baby girl", as wards call who has none yet."""
    for match in _BABY.finditer(text) if has_word(text, _BABIES) else ():
        end, count = name_reader.read(text, match.end(), weak=True)
        if count and not name_reader.is_eponym_here(text, match.end(), end) and _is_family(text, match.end()):
            known = name_list.look_up(text[match.end() : end].split(maxsplit=1)[0])
            if (known.family or known.given) and not _is_shout(text, match.end(), end):
                yield Candidate(match.start(), end, "name", BLOCK, "the baby")


def _titled(text: str) -> Iterator[Candidate]:
    for match in _TITLE.finditer(lowered(text)):
        low, dot = match.groups()
        start = match.end()
        if not _is_title(text, match):
            continue
        title = text[match.start() : match.end(1)]
        small = title.islower() and text[start].islower()
        weak = small or low in _WEAK_TITLES or (title.isupper() and not dot)
        end, count = name_reader.read(text, start, weak=weak, small=small, eponym=True)
        if (
            not count
            or name_reader.is_eponym_here(text, start, end)
            or name_reader.is_eponym_here(text, match.start(), end)
        ):
            continue
        # MS SMITH is a person; MS Contin, MR ANGIO and "MS wide" are not.
        first, *others = text[start:end].split()
        is_initial = len(first.strip(".")) == 1 and any(len(word) >= _LONG and _is_any_name(word, 0) for word in others)
        if title.isupper() and len(title) > 1 and not dot and len(first.strip(".")) < 3 and not is_initial:
            continue
        pair = _PAIR.search(text[max(0, match.start() - 12) : match.start()])
        begin = match.start() - (len(pair.group()) if pair else 0)
        booked = _BOOKED.match(text, end)
        end = booked.end() if booked else end
        kin = _KIN_TITLED.search(text, max(0, begin - _LONGEST_KIN), begin)
        if kin:
            yield Candidate(kin.start(), end, "name", BLOCK, kin.group(1))
        else:
            yield Candidate(begin, end, "name", BLOCK, _fitting(text, begin, _who(text, begin, _TITLES[low])))
        second = _SECOND.match(text, end)
        if second and low in _PLURAL_TITLES:
            other, words = name_reader.read(text, second.end(), weak=True)
            if words:
                yield Candidate(second.end(), other, "name", BLOCK, "a colleague")


_LONG: Final = 4


def _is_title(text: str, match: re.Match[str]) -> bool:
    """Whether what reads as a title is one here: its capital, its dot and the space behind it."""
    low, dot = match.groups()
    title = text[match.start() : match.end(1)]
    start = match.end()
    between = text[match.end(2) : start]
    if not dot and (not between or "\n" in between):
        return False
    if low in _ALSO_WORDS and title.islower():
        return (
            low in _LOWER_TITLES
            and not dot
            and between == " "
            and _is_family(text, start)
            and (text[start].isupper() or low in {"nurse", "paramedic", "officer", "auntie"})
        )
    if low == "pr" and title != "Pr":
        return False
    if title.isupper() and len(title) > 1:
        # 60 MR is a tablet; MR. Diamox a new sentence.
        if low != "dr" and _NUMBER_BEFORE.search(text, max(0, match.start() - 3), match.start()):
            return False
        drug = _WORD_BEFORE.search(text, max(0, match.start() - 24), match.start())
        if drug and drug.group(1).lower() in lexicon.words("drugs"):
            return False
        if dot and not text[start : start + 2].isupper() and not _is_family(text, start):
            return False
    if low in _ONLY_DOTTED:
        return bool(dot and between)
    if text[start].islower():
        # The senior dr said: without a dot only "mr" and "mrs" announce a name in small letters.
        return (
            not title.islower()
            or low in {"mr", "mrs"}
            or (low in {"dr", "mme", "mlle"} and (bool(dot) or _is_family(text, start)))
        )
    return True


def _is_common_given(text: str, start: int) -> bool:
    """Whether a common given name in small letters stands at ``start``, which is no other word: daughter kerry."""
    word = re.compile(r"[a-z]{3,12}(?![\w-])").match(text, start)
    if not word or word.group() not in lexicon.words("given_names") or word.group() in lexicon.after_a_cue():
        return False
    return not name_list.look_up(word.group()).is_word


def _is_family(text: str, start: int) -> bool:
    """Whether the word at ``start`` is known as someone's name and as nothing else, or not at all."""
    word = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*").match(text, start)
    if not word or len(word.group()) < 3 or (lexicon.is_eponym(word.group()) and word.group().islower()):
        return False
    known = name_list.look_up(word.group())
    if known.is_word or word.group().lower() in lexicon.after_a_cue():
        return False
    return bool(known.family or known.given) or not word.group().islower()


def _is_any_name(text: str, start: int) -> bool:
    """Whether the word at ``start`` is someone's name by the lists, and no word."""
    word = re.compile(r"[^\W\d_]{3,20}(?![\w-])").match(text, start)
    known = name_list.look_up(word.group()) if word else name_list.UNKNOWN
    return bool(known.given or known.family) and not known.is_word


def _who(text: str, start: int, otherwise: str) -> str:
    """The relation that stands before a title, or what the title says."""
    kin = _KIN_BEFORE.search(text[max(0, start - 24) : start].lower()) if otherwise == _PATIENT else None
    if kin:
        word = kin.group(1)
        return f"the {'relative' if word in {'nok', 'next of kin'} else word}"
    return otherwise


def _related(text: str) -> Iterator[Candidate]:
    for match in _KIN.finditer(lowered(text)):
        small = _is_common_given(text, match.end())
        end, count = name_reader.read(text, match.end(), weak=True, eponym=True, small=small)
        if count and not name_reader.is_eponym_here(text, match.end(), end) and not _is_shout(text, match.end(), end):
            # Behind a colon stands the family history more often than a name.
            is_heading = match["link"] == ":" and count == 1
            if is_heading and (
                text[match.end() : end].isupper() or not name_list.look_up(text[match.end() : end]).given
            ):
                continue
            action = WARN if is_heading else BLOCK
            kin = text[match.start() : match.end("kin")]
            if match["link"]:
                yield Candidate(match.end(), end, "name", action, "[name]")
                yield from _others(text, end)
            else:
                for other in _others(text, end):
                    end = other.end
                yield Candidate(match.start(), end, "name", action, kin)
    low = lowered(text)
    for match in _OF.finditer(low):
        if not _KIN_ENDS.search(low, max(0, match.start() - _LONGEST_KIN), match.start() + 1):
            continue
        end, count = name_reader.read(text, match.end(), weak=True)
        if count and not _is_shout(text, match.end(), end):
            yield Candidate(match.end(), end, "name", BLOCK, "[name]")


def _others(text: str, end: int) -> Iterator[Candidate]:
    """The names that "and" or a comma ties to one behind a relation: sons Ahmed and Youssef."""
    for _ in range(4):
        tie = _TIE.match(text, end)
        if not tie:
            return
        last, count = name_reader.read(text, tie.end(), weak=True, eponym=True)
        if (
            not count
            or not name_list.look_up(text[tie.end() : last].split(maxsplit=1)[0]).given
            or _is_shout(text, tie.end(), last)
        ):
            return
        yield Candidate(tie.end(), last, "name", BLOCK, "[name]")
        end = last


def _taker(text: str, end: int) -> Iterator[Candidate]:
    """To whom is handed over: "handed over from Ann to Ben"."""
    if text.startswith(" to ", end):
        last, count = name_reader.read(text, end + 4, weak=True)
        if count and not _is_shout(text, end + 4, last):
            yield Candidate(end + 4, last, "name", BLOCK, "a colleague")


def _cued(text: str) -> Iterator[Candidate]:
    for match in _PATIENT_CUE.finditer(lowered(text)):
        yield from _after_patient(text, match)
    for match in _NAMED.finditer(lowered(text)):
        own = match.group().endswith(("name is ", "name's ", "name was "))
        small = own and text[match.end()].islower() and _is_any_name(text, match.end())
        if small and _OWNED.match(text, match.end()):
            continue
        end, count = name_reader.read(text, match.end(), weak=True, eponym=own, small=small)
        if count and (own or not _is_shout(text, match.end(), end)):
            yield Candidate(match.end(), end, "name", BLOCK, "[name]")
    for match in _BY.finditer(lowered(text)):
        end, count = name_reader.read(text, match.end(), weak=True)
        if not count or name_reader.is_eponym_here(text, match.end(), end) or _is_shout(text, match.end(), end):
            continue
        if match.group().startswith("hand"):
            yield from _taker(text, end)
        yield from _others(text, end)
        instead = "the patient" if match.group().startswith("i ") else "a colleague"
        if count >= 2 or _SIGNS.match(match.group()):
            yield Candidate(match.end(), end, "name", BLOCK, instead)
        else:
            yield Candidate(match.end(), end, "name", WARN, instead)


_FIELD_ENDS = re.compile(r"\s*(?:$|[\n,;|/)\]]|\.\s|\s{2})")
"""What ends a field of a form."""


def _is_lone_small(text: str, start: int) -> bool:
    """Whether a family name with an apostrophe stands at ``start`` in small letters: o'shaughnessy."""
    return re.compile(r"(?:o'|mac|mc|d')[a-z]{4,14}(?![\w-])").match(text, start) is not None


def _is_small_pair(text: str, start: int) -> bool:
    """Whether a common given name and a family name stand at ``start`` in small letters: john doe."""
    pair = re.compile(r"(?P<given>[a-z]{3,12}) (?P<family>[a-z]{2,15}(?:-[a-z]{3,15})?)(?![\w-])").match(text, start)
    if not pair:
        return False
    given, family = name_list.look_up(pair["given"]), name_list.look_up(pair["family"])
    is_ordinary = pair["family"] in lexicon.after_a_cue()
    if pair["given"] not in lexicon.words("given_names"):
        is_free = not given.is_word and pair["given"] not in lexicon.after_a_cue()
        return is_free and not is_ordinary and bool(family.family) and not family.is_word
    return not is_ordinary and bool(family.family or not family.is_word) and not (given.is_word and family.is_word)


def _after_patient(text: str, match: re.Match[str]) -> Iterator[Candidate]:
    labelled = match.group().rstrip()[-1] in ":=|"
    start = match.end()
    is_name = "name" in match.group().lower()
    is_named = is_name and (text[start].islower() or text[start : start + 2].isupper())
    is_small = text[start].islower() and (
        (_is_family(text, start) and ((is_named and labelled) or _is_lone_small(text, start)))
        or _is_small_pair(text, start)
    )
    if match.group().startswith("w/o") and not _is_any_name(text, start):
        return
    end, count = name_reader.read(text, start, weak=True, eponym=True, small=is_small, short=is_named)
    if not count or name_reader.is_eponym_here(text, start, end):
        return
    comma = _LAST_FIRST.match(text, end)
    if comma and count <= 3:
        last, more = name_reader.read(text, comma.end(), weak=True, eponym=True)
        if more and text[comma.end()].isupper():
            end, count = last, count + more
    if (
        count == 1
        and lexicon.is_eponym(text[start:end])
        and not (labelled and (is_name or _FIELD_ENDS.match(text, end)))
    ):
        return
    if _is_shout(text, start, end) and not labelled:
        return
    sure = labelled or count >= 2 or not _begins_a_sentence(text, match.start())
    if labelled:
        yield Candidate(start, end, "name", BLOCK, "[name]")
    else:
        cue = text[match.start() : start].split(maxsplit=1)[0].rstrip(",")
        yield Candidate(match.start(), end, "name", BLOCK if sure else WARN, cue)


def _with_credential(text: str) -> Iterator[Candidate]:
    for match in _CREDENTIAL.finditer(text):
        before = text[max(0, match.start() - 60) : match.start()].rsplit("\n", maxsplit=1)[-1]
        found = _BEFORE_CREDENTIAL.search(before)
        if not found:
            continue
        start = match.start() - len(found.group())
        # The search begins as early as it can: step over words that are no part of the name.
        while start < match.start():
            end, count = name_reader.read(text, start, weak=True)
            if count >= 2 and end == match.start():
                yield Candidate(start, end, "name", BLOCK, "a colleague")
                break
            gap = re.compile(r"\S{1,40}\s?").match(text, start)
            if not gap:
                break
            start = gap.end()


def _is_shout(text: str, start: int, end: int) -> bool:
    """Whether the only word is in capitals, as an abbreviation is, in a text that has small letters."""
    name = text[start:end]
    return (
        name.isupper()
        and " " not in name
        and len(name) <= 5
        and any(map(str.islower, text[max(0, start - 12) : start]))
    )


def _begins_a_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 20) : start]
    last = before.rstrip()
    return not last or last[-1] in ".!?:" or "\n" in before[len(last) :]


def _fitting(text: str, start: int, suggestion: str) -> str:
    """The suggestion, with a capital where a sentence begins and without an article that stands there already."""
    article, _, rest = suggestion.partition(" ")
    if f" {text[max(0, start - 12) : start]}".lower().endswith(f" {article.lower()} "):
        return rest
    return suggestion[:1].upper() + suggestion[1:] if _begins_a_sentence(text, start) else suggestion
