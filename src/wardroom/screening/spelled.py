"""What is spelled out: numbers digit by digit in words, names letter by letter."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import holds_any, lowered

_DIGIT: Final = (
    r"(?:zero|oh|nought|naught|one|two|three|four|five|six|seven|eight|nine|double|triple|treble|"
    r"cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|doble|zéro|un|deux|trois|quatre|cinq|sept|huit|neuf)"
)
_NUMBER = re.compile(
    rf"(?<![\w-])(?:plus[ -])?{_DIGIT}(?:[ ,.-]{{1,2}}{_DIGIT}){{3,24}}(?:[ ,.-]{{1,2}}(?:hundred|thousand|{_DIGIT})){{2,16}}(?![\w-])"
)
_STARTS: Final = (
    "nine", "zero", "one", "two", "seven", "three", "cero", "uno", "dos", "siete", "seis", "zéro", "deux", "trois", "sept",
)  # fmt: skip
_COUNTING: Final = (
    "one two three four five six",
    "six five four three two one",
    "uno dos tres cuatro",
    "un deux trois quatre",
)
_CUE = re.compile(
    r"(?:phone|mobile|cell|number|tel|call|ring|text|fax|pager|teléfono|móvil|téléphone|portable)[^\w]{0,3}(?:is |on |at )?$"
)
_PART: Final = (
    r"(?:(?:the )?(?:oh|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|and|of|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"eleventh|twelfth|\w+teenth|twentieth|thirtieth|january|february|march|april|may|june|july|august|september|october|november|december))"
)
_BORN = re.compile(
    rf"(?<!\w)(?:date of birth|birth ?date|birthday|d\.?o\.?b\.?|born(?: on)?)(?: is| was)?[ :,]{{1,3}}(?P<date>{_PART}(?:[ ,-]{{1,2}}{_PART}){{2,9}})(?!\w)"
)
"""A day of birth as it is dictated."""
_LETTERS = re.compile(
    r"(?<!\w)(?:name|surname|nombre|apellidos?|nom|prénom|spell(?:ed|s|ing)|spelt|deletread[oa]|épelée?)"
    r"(?: (?:is|as|it|was|out|spelled|spelt|se deletrea|s'épelle))*[ :,=]{1,3}(?P<letters>[^\W\d_](?:[ .-]{1,2}[^\W\d_](?!\w)){2,19})"
)


def find(text: str) -> Iterator[Candidate]:
    """Six and more digits in words, and letters one by one after "name" or "spelled"."""
    low = lowered(text)
    if holds_any(low, _STARTS):
        for match in _NUMBER.finditer(low):
            plain = " ".join(re.split(r"[ ,.-]+", match.group()))
            is_cued = _CUE.search(low[max(0, match.start() - 30) : match.start()])
            if is_cued or not holds_any(plain, _COUNTING):
                yield Candidate(match.start(), match.end(), "phone", BLOCK, "[number]")
    for match in _BORN.finditer(low) if holds_any(low, ("birth", "born", "dob")) else ():
        yield Candidate(*match.span("date"), "date", BLOCK, "[age band]")
    for match in _LETTERS.finditer(low):
        if text[match.start("letters")].isupper() or "-" in match["letters"]:
            yield Candidate(*match.span("letters"), "name", BLOCK, "[name]")
