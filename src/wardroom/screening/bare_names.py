"""Names of people without a cue: words with a capital that the long lists know as given and family names.

A capital alone says little in a clinical note, which is full of headings, eponyms, drugs and brands. So two parts
that fit each other are needed before anything is blocked, and a lone word is asked about only where nothing else
explains its capital.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from wardroom.screening import lexicon, name_list, name_reader
from wardroom.screening.findings import BLOCK, WARN, Candidate
from wardroom.screening.lexicon import beside

_WORD = re.compile(r"(?<![\w@#&/\\.{-])[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['-](?=[^\W\d_]))*(?![\w@{}])")
_PARTICLE: Final = r"(?:van|von|der|den|de|del|della|di|da|dos|das|la|le|el|al|bin|bint|ibn|ben|ter|ten|zu|du|y)"
_SMALL_WORD = re.compile(r"\b[a-z]{3,11}\b")
_SMALL_PAIR = re.compile(r"(?<![\w@.'/-])([a-z]{3,11})(?= ([^\W\d_]+(?:-[^\W\d_]+)?)(?![\w@'/]))")
_SMALL_INITIAL = re.compile(r"(?<![\w.@/-])[a-z]\. (?P<family>[a-z]{4,14})(?![\w@-])")
_PARTICLED = re.compile(
    r"(?<![\w@/-])(?P<given>[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{2,14}) (?:van|von|de|di|da|dos|bin|ibn|della|van de[rn]?|von der|de la|de los)"
    r" (?P<family>[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{2,20})(?![\w@])"
)
"""A given name, a particle and whatever family: Willem de Vries."""
_CAPITALS = re.compile(
    r"(?<![\w@/-])(?P<family>[A-Z]{3,15}), (?P<given>[A-Z]{3,12})(?: [A-Z]\.?| [A-Z]{3,12})?(?![\w-])"
)
_SURNAME_INITIAL = re.compile(r"(?<![\w@/-])(?P<family>[A-Z]{4,15}),? [A-Z]\.?(?= \d{1,3} ?(?:[FM](?!\w)|Y/?O?(?!\w)))")
"""As triage lists have it: a family name, an initial, and age and sex."""
_LISTED = re.compile(
    r"(?<![\w@/-])(?P<family>(?:[ÓO]['’ ]|Mc|Mac|De |Van )?[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{2,15}(?:-[^\W\d_a-zß-öø-ÿ][a-zß-öø-ÿ]{2,15})?), (?P<given>[^\W\d_a-zß-öø-ÿ](?:[a-zß-öø-ÿ]{2,14}(?![\w-])|\.|(?!\w)))"
)
_RECORD_FOLLOWS = re.compile(
    r"[\s,;:|(/-]{1,4}(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d|[A-Z]{0,3}\d{6,12}(?!\w)|\+\d[\d ]{7}|0\d{2,4} \d{3}|[Pp]assport|[Bb]orn|[Hh]osp|IHI|PPS|UR(?!\w)|DOB|D\.O\.B|MRN|NHS|URN|\d{1,3} ?(?:[FM](?!\w)|Y)|[FM] ?\d{2}(?!\d))"
)
_NUMBER_FOLLOWS = re.compile(
    r",? (?:on |at )?\(?(?:\+?\d{2,5}[ )-]{1,2}\d{3,4}[ -]?\d{3,4}(?!\d)|0\d{9,10}(?!\d))|,? ?\(?(?:DOB|D\.O\.B|MRN|NHS|NHI|URN|UHID|IIN|SSN|DNI|NHC|IPP|PESEL|born|née? le|geb\.)(?![a-z])"
)
_SHORTENED: Final = ("'ve", "'m", "'d", "'ll", "'re")
"""What ends a pronoun with its verb: I've."""
_CAMEL = re.compile(r"(?!(?:Mc|Mac|De|Di|Du|Da|La|Le|Del|Van|Von|Vander|Fitz|St|Ni|Al|El)[A-Z])\w*[a-zß-öø-ÿ][A-Z]")
"""A capital inside a word, as trade names have it: ClotTriever."""
_GRADED: Final = frozenset(
    [
        "vit",
        "vitamin",
        "hep",
        "hepatitis",
        "type",
        "grade",
        "class",
        "group",
        "factor",
        "influenza",
        "flu",
        "plan",
        "child",
        "stage",
        "stanford",
        "phase",
        "weber",
        "category",
        "protein",
        "immunoglobulin",
        "botulinum",
        "cohort",
        "arm",
        "option",
        "appendix",
        "figure",
        "table",
        "bay",
        "bed",
        "pod",
        "area",
        "zone",
        "part",
        "version",
        "model",
        "blood",
        "rh",
        "hla",
    ]
)
"""What a single letter behind it grades, so that it is no initial: Vit A."""
_SIDE: Final = frozenset("LR")
_CAPITAL = re.compile(r"[A-Z]")
_SMALL_LONE = re.compile(
    r"(?:^|[.;,:\n] ?)(?P<given>[a-z]{3,11})(?=, (?!\d)| (?:is|was|has|had|says|said|drinking|eating|crying|fell|took|got|lives|came|told|denies|wants)\b)"
)
_JOINT = re.compile(rf"\.? {{1,2}}(?:{_PARTICLE} ){{0,2}}$|\. ?$|-$")
_COMMA = re.compile(r", ?$")
_NEXT = re.compile(r"(?:'s?)?[ -]{1,2}([A-Za-z][A-Za-z-]{1,20})")
_NEXT_WORD = re.compile(r"(?:'s)? {1,2}([a-z']{2,20})")
_NEXT_TWO = re.compile(r"(?:'s?)?[ -]{1,3}([A-Za-z-]{2,20})(?: {1,2}([A-Za-z-]{2,20}))?")
_BEFORE = re.compile(r"([^\W\d_]{1,20})\.? {1,2}$")
_SUFFIX = re.compile(r",? (?:Jr|Sr|II|III|IV)(?!\w)\.?")
_AGE_FOLLOWS = re.compile(
    r"(?:,| (?:is|was),?)? (?:an? )?(?:(?:very|pleasant|delightful|lovely) ){0,2}\(?\d{1,3}(?:[ -]?(?:y|mo|wk|week|month|day)|[MF]\b)"
)
_FAMILY_BEFORE = re.compile(r"(?:^|[\s:(])([^\W\d_a-zß-öø-ÿ][^\W\d_'-]{2,20}), ?$")
_GRADE = re.compile(r" (?:[IVX]{1,4}|\d{1,3}|[A-D]\d?)(?![\w])(?! (?:years?|yo|y/o|months?))")
_TIED_BEFORE = re.compile(r"([^\W\d_a-zß-öø-ÿ][^\W\d_]{2,20})(?:'s)?(?: and | or | & | et | y |, (?:and )?|/| vs )$")
_TIED_AFTER = re.compile(r"(?:'s)?(?: and | or | & | et | y |, (?:and )?|/| vs )([^\W\d_a-zß-öø-ÿ][^\W\d_]{2,20})")
_CITES = re.compile(
    r"(?<!\w)(?:trial|paper|stud(?:y|ies)|JAMA|NEJM|BMJ|Lancet|Resuscitation|et al|podcast|blog|guidelines?|meta-analysis|RCTs?)(?!\w)"
)
_CITED: Final = 80
"""So far behind a paper its authors are named, and others of the trade."""
_TOLD_AGE = re.compile(
    r"(?: \((?:aged? )?(?=\d{1,3}\))|,? (?:who )?(?:is|was|turned) (?:now |just |only )?|, (?:(?:aged|nearly|almost|about|just|going on) )?)\(?\d{1,3}(?:[,.);](?!\d)| ?(?:yrs?|y/?o|years?|months?|mo|weeks?|wks?)\b)"
)
"""An age told behind a name: ``Dmitri, 19,``."""
_RELATIVE_FOLLOWS = re.compile(
    r"(?: ?[(,] ?(?:her|his|their|the)|'s) (?:wife|gran|granny|nana?|mam|gp|koro|kuia|grandad|granddad|grandma|grandmother|grandfather|husband|mother|father|mum|mom|dad|son|daughter|brother|sister|partner|parents|carer|nan|aunt|uncle|friend|neighbou?r)(?!\w)"
)
"""A relative told behind a name: ``Jemima (her mother came)``."""
_INITIAL_AFTER = re.compile(r" [A-Z]\.(?= [a-zß-öø-ÿ]|,|$)")
_DICOM = re.compile(r"(?<![\w^])[^\W\d_]{2,24}(?:\^[^\W\d_]{0,24}){1,4}(?![\w])")
"""A name as imaging equipment writes it: ``CARTER^JAMES^T``."""
_IS_DONE = re.compile(
    r"(?:'s)? (?:(?:is|was|were|has been|had been|be|will be) (?:not |then |also |only |already )?(?:used|positive|negative|done|performed|placed|inserted|applied|"
    r"given|started|stopped|held|calculated|considered|excluded|ruled|suspected|confirmed|absent|present|low|high|normal|abnormal|"
    r"zero|for|\d)|came back|and |or )"
)
"""What is said of a sign, a score or a drug, behind its name."""
_COMMON: Final = 2
_SHORT_CAPS: Final = 4
_SHORTEST_CAPS: Final = 2
_BETWEEN: Final = frozenset(
    {
        "for",
        "with",
        "without",
        "in",
        "into",
        "on",
        "to",
        "at",
        "by",
        "was",
        "is",
        "has",
        "had",
        "from",
        "after",
        "before",
    }
)
_MODEL = re.compile(r" [A-Z]{1,3}-?\d{1,4}[A-Z]?(?!\w)")
"""A model behind a trade name: ``T34``."""
_ITEM_BEFORE = re.compile(r"(?<=[^\s])[.;,/(+] ?$|\+ $|/$")
_ITEM_AFTER = re.compile(r"(?:[.;,/+] ?|\)[.,;] ?| ?[+/] ?)(?=[^\W_a-zß-öø-ÿ])")
_LIVES_SOMEWHERE = re.compile(r" lives (?:in|at|with|alone|on|near|by|here|there|nearby|abroad|next)\b")
"""Rules and eponyms live too, but nowhere."""
_LABEL = re.compile(r"[\\\"]{0,2}: ?[\\\"]{0,2}")
_AFTER_THE: Final = 6
_DOSE = re.compile(
    r"(?:\s(?:XL|XR|SR|CR|ER|LA|HCT))?,?\s\d{1,5}(?:[.,/-]\d{1,4})?\s?(?:mg|mcg|g|ml|mL|units?|mmol|%|puffs?|tabs?|cc|Fr|French|mm|cm)\b"
)
_LONE_WORDS: Final = frozenset("AIYEO")
"""Single capitals that are words in some language, so that only a dot makes them an initial."""
_SENTENCE_END: Final = ".!?:;\"'>*•([-|,"
_ENDINGS = re.compile(
    r"(?<![qk]v)(?<!qu)(?:itis|osis|emia|aemia|uria|pathy|ectomy|otomy|ostomy|plasty|scopy|graphy|gram|logy|ology|ologist|ide|ine|ol|pril|sartan|statin|"
    r"mycin|cillin|azole|mab|nib|vir|cycline|oxacin|pam|lam|one|ate|ium|ase|oid|eal|ous|tion|sion|ment|ness|ity|ism|ing|ed|ly|ist|able|ible|"
    r"ful|less|ics?|al|ary|ive|ists|ions|ings|ers|ies|oma|omas|lytic|genic|phil|philia|cyte|cytes|coccus|bacter|bacillus|ella|virus|viridae)$"
)  # fmt: skip


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    given: int
    family: int
    is_word: bool
    is_unknown: bool
    is_initial: bool
    is_upper: bool


@lru_cache(4096)
def _judge(word: str) -> tuple[int, int, bool, bool]:
    low = word.lower().removesuffix("'s")
    known = name_list.look_up(low)
    # Of a word and a name that differ by an accent alone this is the name.
    is_accented = known.is_word and not low.isascii() and not (known.given or known.family)
    if is_accented and low not in lexicon.after_a_cue():
        return 0, 0, False, True
    is_word = known.is_word or low in lexicon.words("places") or low in lexicon.after_a_cue()
    unknown = known is name_list.UNKNOWN and not is_word
    if unknown and low.endswith("s"):
        bare = name_list.look_up(low[:-1])
        is_word = bare.is_word
        unknown = not is_word
    if unknown and (_ENDINGS.search(low) or len(low) < 3):
        return 0, 0, True, False
    return known.given, known.family, is_word, unknown


def find(text: str) -> Iterator[Candidate]:
    """Pairs of given and family name, and lone names where a sentence explains no capital."""
    run: list[_Token] = []
    for token in _tokens(text):
        if run and not _joined(text, run[-1], token):
            yield from _names_of(text, run)
            run = []
        run.append(token)
    yield from _names_of(text, run)
    yield from _in_small_letters(text)


def _in_small_letters(text: str) -> Iterator[Candidate]:
    """A common given name with a family name behind it, where the writer uses no capitals."""
    for match in _PARTICLED.finditer(text):
        known = name_list.look_up(match["given"])
        is_thing = any(map(lexicon.is_eponym, match.groups())) or match["given"].lower() in lexicon.after_a_cue()
        if (
            known.given
            and not known.is_word
            and not is_thing
            and match["family"].lower() not in lexicon.words("clinical")
        ):
            yield Candidate(match.start(), match.end(), "name", BLOCK if known.given == _COMMON else WARN, "[name]")
    for match in _DICOM.finditer(text) if "^" in text else ():
        yield Candidate(match.start(), match.end(), "name", BLOCK, "[name]")
    for match in _CAPITALS.finditer(text):
        last, first = name_list.look_up(match["family"]), name_list.look_up(match["given"])
        is_known = last.family == _COMMON and first.given == _COMMON and not (last.is_word and first.is_word)
        is_unknown = (
            not last.is_word and (first.given or not first.is_word) and (last.family or last is name_list.UNKNOWN)
        )
        if is_known or (is_unknown and _RECORD_FOLLOWS.match(text, match.end())):
            yield Candidate(match.start(), match.end(), "name", BLOCK, "[name]")
    for match in _SURNAME_INITIAL.finditer(text):
        known = name_list.look_up(match["family"])
        is_other = (
            known.is_word or lexicon.is_eponym(match["family"]) or match["family"].lower() in lexicon.after_a_cue()
        )
        if not is_other:
            yield Candidate(match.start(), match.end(), "name", BLOCK, "[name]")
    for match in _LISTED.finditer(text):
        last, first = name_list.look_up(match["family"]), name_list.look_up(match["given"])
        is_sign = lexicon.is_eponym(match["family"]) or lexicon.is_eponym(match["given"])
        is_initial = len(match["given"].strip(".")) == 1
        if (
            not (last.is_word or (first.is_word and not is_initial) or is_sign)
            and (last.family or first.given)
            and _RECORD_FOLLOWS.match(text, match.end())
        ):
            yield Candidate(match.start(), match.end(), "name", BLOCK, "[name]")
    for match in _SMALL_LONE.finditer(text) if not _CAPITAL.search(text) else ():
        known = name_list.look_up(match["given"])
        if match["given"] in lexicon.words("given_names") and known.given == _COMMON and not known.is_word:
            yield Candidate(*match.span("given"), "name", WARN, "[name]")
    for match in _SMALL_INITIAL.finditer(text):
        known = name_list.look_up(match["family"])
        if (
            known.family
            and not known.is_word
            and not _is_stop(match["family"])
            and not lexicon.is_eponym(match["family"])
        ):
            yield Candidate(match.start(), match.end(), "name", WARN, "[name]")
    if not lexicon.words("given_names").isdisjoint(_SMALL_WORD.findall(text)):
        for match in _SMALL_PAIR.finditer(text):
            given, second = match.groups()
            known = name_list.look_up(second)
            is_pair = given in lexicon.words("given_names") and known.family and not known.is_word
            if (
                not is_pair
                or given in name_reader.COMMON_PARTICLES
                or not second.islower()
                or len(second) < 3
                or _is_stop(second)
            ):
                continue
            end = match.end(2)
            if not _noun_follows(text, end) and not _DOSE.match(text, end):
                yield Candidate(match.start(), end, "name", WARN, "[name]")


def _is_stop(word: str) -> bool:
    return word in lexicon.after_a_cue() or word.removesuffix("s") in lexicon.after_a_cue()


def _tokens(text: str) -> Iterator[_Token]:
    for match in _WORD.finditer(text):
        word = match.group()
        if word.endswith(_SHORTENED):
            continue
        start, end = match.span()
        if word.endswith("'s"):
            end -= 2
            word = word[:-2]
        if len(word) == 1:
            if start > 1 and text[start - 1] == " " and text[start - 2].isdigit():
                continue
            graded = _BEFORE.search(text[max(0, start - 16) : start])
            if graded and graded.group(1).lower() in _GRADED:
                continue
            yield _Token(start, end, word, 0, 0, False, False, True, False)
            continue
        given, family, is_word, unknown = _judge(word)
        # A word that is no one's name only keeps what stands on both sides of it apart.
        if not (given or family or unknown) or word.lower() in lexicon.words("romance"):
            continue
        upper = word.isupper()
        yield _Token(start, end, word, given, family, is_word, unknown and not upper, False, upper)


def _joined(text: str, one: _Token, other: _Token) -> bool:
    gap = text[one.end : other.start]
    if gap == " ":
        return True
    if len(gap) > 14 or not gap:
        return False
    if _COMMA.fullmatch(gap):
        return False
    found = _JOINT.fullmatch(gap)
    return found is not None and (not gap.startswith(".") or one.is_initial)


def _is_double_eponym(full: list[_Token]) -> bool:
    """Whether all parts, or one half of a lone double name, stand in the names of signs and scores."""
    if len(full) > 1:
        return all(lexicon.is_eponym(token.text) for token in full)
    halves = full[0].text.split("-")
    if len(halves) == 1 or all(name_list.look_up(half).given for half in halves):
        return lexicon.is_eponym(full[0].text) and len(halves) > 1
    return any(lexicon.is_eponym(half) for half in halves)


def _is_told(text: str, part: list[_Token]) -> bool:
    """Whether a common given name and a family name that are eponyms both are said to be of an age, or to act."""
    first, last, end = part[0], part[-1], part[-1].end
    if (
        len(part) != 2
        or first.given < _COMMON
        or not last.family
        or first.is_upper
        or last.is_upper
        or "-" in first.text + last.text
    ):
        return False
    after = _NEXT_WORD.match(text, end)
    acts = after is not None and after.group(1) in beside("acts") and not _IS_DONE.match(text, end)
    return acts or _AGE_FOLLOWS.match(text, end) is not None or _RECORD_FOLLOWS.match(text, end) is not None


def _is_name_part(token: _Token) -> bool:
    return token.is_initial or token.is_unknown or bool(token.given or token.family)


def _names_of(text: str, run: list[_Token]) -> Iterator[Candidate]:
    part: list[_Token] = []
    for token in [*run, None]:
        if token is not None and _is_name_part(token):
            part.append(token)
            continue
        while part and part[-1].is_initial:
            part.pop()
        while part and part[0].text in _LONE_WORDS and text[part[0].end] != ".":
            part.pop(0)
        if part:
            yield from _judged(text, part)
        part = []


def _judged(text: str, part: list[_Token]) -> Iterator[Candidate]:
    if len(part) == 1 and (part[0].is_word or part[0].is_initial or (part[0].is_upper and not part[0].given)):
        return
    if all(token.is_upper for token in part) and any(
        token.text.lower() in lexicon.words("ordinary") and not token.given for token in part
    ):
        return
    while len(part) > 1 and part[-1].text in {"Jr", "Sr", "II", "III", "IV"}:
        part = part[:-1]
    while (
        len(part) > 1
        and part[-1].is_upper
        and len(part[-1].text) <= _SHORTEST_CAPS
        and lexicon.is_eponym(part[-2].text)
    ):
        part = part[:-1]
    if len(part) == 1 and lexicon.is_eponym(part[0].text) and _IS_DONE.match(text, part[0].end):
        return
    while (
        len(part) > 1
        and part[0].is_upper
        and len(part[0].text) <= _SHORT_CAPS
        and not part[1].is_upper
        and not part[0].is_initial
    ):
        part = part[1:]
    while part and part[0].is_word and len(part) > 1 and not part[0].given:
        part = part[1:]
    # L. Hickman is a line on the left.
    if len(part) == 2 and part[0].text in _SIDE and lexicon.is_eponym(part[1].text):
        return
    full = [token for token in part if not token.is_initial]
    if any(_CAMEL.match(token.text) for token in full):
        return
    if not full or _noun_follows(text, part[-1].end) or (_is_double_eponym(full) and not _is_told(text, part)):
        return
    if text[part[0].start : part[-1].end].lower() in lexicon.lines("eponyms_of_two"):
        return
    if any(token.is_upper and token.text.lower() in lexicon.words("eponym_nouns") for token in full):
        return
    if all(token.is_upper for token in full) and len(full) < 2:
        if full[0].given == _COMMON and not full[0].is_word and _from_family(text, full[0]) < full[0].start:
            yield Candidate(_from_family(text, full[0]), part[-1].end, "name", BLOCK, "[name]")
        return
    if _DOSE.match(text, part[-1].end) or _place_follows(text, part[-1].end):
        return
    before = _BEFORE.search(text[max(0, part[0].start - 22) : part[0].start])
    word_before = before.group(1).lower() if before else ""
    if word_before in beside("no_name_after"):
        return
    if len(part) > 1:
        weight = _weight(full, has_initial=len(full) < len(part))
        between = text[part[0].end : part[-1].start]
        if lexicon.is_eponym(part[-1].text) and between.strip(" .").islower():
            return
        if _AGE_FOLLOWS.match(text, part[-1].end) or word_before in beside("to_people"):
            weight += 1
        if _RECORD_FOLLOWS.match(text, part[-1].end):
            weight += 2
        after = _NEXT_WORD.match(text, part[-1].end)
        if (
            weight == 2
            and after
            and after.group(1) in beside("acts")
            and not _IS_DONE.match(text, part[-1].end)
            and not any(lexicon.is_eponym(token.text) for token in full)
        ):
            weight = 3
        names_thing = word_before in beside("things")
        if weight >= (_AFTER_THE if word_before == "the" else 3):
            suffix = _SUFFIX.match(text, part[-1].end)
            end = suffix.end() if suffix else part[-1].end
            yield Candidate(
                _from_family(text, part[0]), end, "name", BLOCK if weight >= 4 and not names_thing else WARN, "[name]"
            )
        return
    yield from _lone(text, full[0], word_before)


def _weight(full: list[_Token], *, has_initial: bool) -> int:
    first, last = full[0], full[-1]
    if len(full) == 1:
        if has_initial and not first.is_word and (first.given or first.family):
            return 3
        return 0
    weight = 0
    if first.given and not first.is_word:
        weight += first.given + 1
    elif first.given or first.is_unknown or first.family:
        weight += 1
    if last.family and not last.is_word:
        weight += last.family
    elif (last.is_unknown and not last.is_word) or (last.given and not last.is_word) or not last.is_word or last.family:
        weight += 1
    if has_initial:
        weight += 1
    if not (first.text.isascii() and last.text.isascii()):
        weight += 1
    if first.text.lower() in beside("both"):
        weight -= 1
    if any(token.is_word for token in full) or any(token.is_upper for token in full):
        weight -= 1
    if lexicon.is_eponym(first.text) and first.given < _COMMON:
        # A maker or a sign stands first: Edwards Sapien, Fisher Paykel.
        return weight - 2
    is_listed = first.given and all((token.given or token.family) and not token.is_upper for token in full)
    if is_listed and not any(
        token.text.lower() in lexicon.after_a_cue() or lexicon.is_eponym(token.text) for token in full
    ):
        return max(weight, 3)
    return weight


def _lone(text: str, token: _Token, word_before: str) -> Iterator[Candidate]:
    low = token.text.lower()
    if token.is_word or len(low) < 3 or low in lexicon.lines("towns"):
        return
    if _GRADE.match(text, token.end) or _beside_an_eponym(text, token):
        return
    if token.given < 2 and text.startswith("'s", token.end) and not _RELATIVE_FOLLOWS.match(text, token.end):
        return
    after = _NEXT_WORD.match(text, token.end)
    word_after = after.group(1) if after else ""
    if word_after == "lives" and not _LIVES_SOMEWHERE.match(text, token.end):
        word_after = ""
    starts = _starts_sentence(text, token.start)
    if word_before in beside("addressed"):
        return
    if not starts and (
        word_before in beside("things")
        or not word_before
        or (word_before in beside("gives") and token.given < 2 and word_after not in beside("his"))
    ):
        return
    if word_before in beside("place_before") and not starts:
        if (token.given or token.family) and not lexicon.is_eponym(token.text):
            yield Candidate(token.start, token.end, "location", WARN, "the region")
        return
    if not lexicon.is_eponym(token.text) and _NUMBER_FOLLOWS.match(text, token.end):
        yield Candidate(token.start, token.end, "name", WARN, "[name]")
        return
    if not token.given and _CITES.search(text, max(0, token.start - _CITED), token.start):
        return
    if _is_list_item(text, token) or _MODEL.match(text, token.end):
        return
    is_family = bool(token.family) and word_before in {"is", "was"} and not lexicon.is_eponym(token.text)
    if (token.given or is_family) and (
        _TOLD_AGE.match(text, token.end)
        or (_INITIAL_AFTER.match(text, token.end) and not lexicon.is_eponym(token.text))
    ):
        told = _INITIAL_AFTER.match(text, token.end)
        yield Candidate(token.start, told.end() if told else token.end, "name", WARN, "[name]")
    elif (token.given and not lexicon.is_eponym(token.text) and _RELATIVE_FOLLOWS.match(text, token.end)) or (
        token.given and _LABEL.match(text, token.end) and (not token.start or text[token.start - 1] == "\n")
    ):
        yield Candidate(token.start, token.end, "name", WARN, "[name]")
    elif token.given and not lexicon.is_eponym(token.text) and _from_family(text, token) < token.start:
        yield Candidate(_from_family(text, token), token.end, "name", WARN, "[name]")
    elif _is_person(
        token,
        word_before,
        word_after,
        starts=starts,
        is_done=_IS_DONE.match(text, token.end) is not None,
        is_asked=text.startswith("?", token.end),
    ):
        yield Candidate(token.start, token.end, "name", WARN, "[name]")


def _is_list_item(text: str, token: _Token) -> bool:
    """Whether the word stands alone between two signs in a terse list, whose next item has a capital or figure."""
    return (
        _ITEM_BEFORE.search(text, max(0, token.start - 3), token.start) is not None
        and _ITEM_AFTER.match(text, token.end) is not None
    )


def _beside_an_eponym(text: str, token: _Token) -> bool:
    """Whether "and", "or", a comma or a stroke ties the word to the name of a sign: Lund and Browder."""
    before = _TIED_BEFORE.search(text[max(0, token.start - 26) : token.start])
    after = _TIED_AFTER.match(text, token.end)
    return any(found is not None and lexicon.is_eponym(found.group(1)) for found in (before, after))


def _from_family(text: str, token: _Token) -> int:
    """Where the name begins: at a family name with a comma, which may stand before the given one."""
    before = _FAMILY_BEFORE.search(text[max(0, token.start - 28) : token.start])
    if not before or not token.given:
        return token.start
    known = name_list.look_up(before.group(1))
    is_name = known.family == 2 or (known.family and before.group(1).isupper())
    if not is_name or known.is_word or (lexicon.is_eponym(before.group(1)) and not before.group(1).isupper()):
        return token.start
    return token.start - len(before.group()) + before.start(1) - before.start()


def _is_person(
    token: _Token, word_before: str, word_after: str, *, starts: bool, is_done: bool, is_asked: bool
) -> bool:
    """Whether what stands beside a lone name is what stands beside people.

    ``is_done``: it was used or came back; ``is_asked``: a question mark follows, as in a differential.
    """
    acts = word_after in beside("acts") and not is_done
    said = word_before in beside("says") and not starts
    spoken = said or (word_before in beside("speaks") and not starts)
    if "-" in token.text and not all(name_list.look_up(half).given == _COMMON for half in token.text.split("-")):
        # Two families joined are a sign or a syndrome far more often than a person.
        is_thing = any(half.lower() in lexicon.after_a_cue() for half in token.text.split("-"))
        return not is_thing and (said or (starts and word_after in beside("only_people")))
    if is_asked:
        return said
    if token.text.lower() in beside("both"):
        return said or (starts and word_after in beside("only_people"))
    if lexicon.is_eponym(token.text):
        return token.given == 2 and (said or (starts and acts))
    if word_before in beside("hands") and word_after in beside("his") and (token.given or token.is_unknown):
        return True
    if token.is_unknown:
        return said or (starts and (word_after in beside("only_people") or (acts and not token.text.isascii())))
    if token.given == 2 or (token.given and (acts or spoken or not token.text.isascii())):
        return True
    return bool(token.family) and ((starts and word_after in beside("only_people")) or spoken)


def _starts_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" ")
    return not before or before[-1] in _SENTENCE_END or before[-1] == "\n"


def _noun_follows(text: str, end: int) -> bool:
    """Whether one of the next two words is what eponyms name: a sign, a score, an instrument."""
    nouns = lexicon.words("eponym_nouns")
    following = _NEXT_TWO.match(text, end)
    if following is None:
        return False
    first, second = following.groups()
    return first.lower() in nouns or (second is not None and first not in _BETWEEN and second.lower() in nouns)


def _place_follows(text: str, end: int) -> bool:
    following = _NEXT.match(text, end)
    return (
        following is not None
        and following.group(1)[0].isupper()
        and following.group(1).lower() in beside("place_after")
    )
