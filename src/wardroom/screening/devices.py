"""Serial numbers of devices: after a cue, IMEI by its check digit, UDI."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening.cards import luhn
from wardroom.screening.cues import Cue
from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import at_numbers, lowered

_SERIAL: Final = Cue(
    r"(?<!\w)(?:serial(?:\s?(?:no|number|num|nr|\#))?|s/n|sn|ser\.?\sno|imei|meid|udi|device\s(?:id|no|number|identifier)|numéro\sde\ssérie|"
    r"número\sde\sserie|seriennummer)(?![\w])[\s.:#=-]{0,3}(?:(?:is|was|no)\b[\s.:#]{0,2})?"
    r"(?P<value>[A-Za-z0-9](?:[A-Za-z0-9-]{3,30}[A-Za-z0-9]))(?!\w)",
)
_MODEL_SERIAL: Final = Cue(
    r"(?:pacemaker|icd|defibrillator|stimulator|pump|lvad|valve|stent|prosthesis|implant)\b[^.\n\d]{0,25}"
    r"(?<!\w)(?P<value>[a-z]{2,4}\d{5,9}[a-z]{0,2})(?!\w)"
)
_IMEI = re.compile(r"(?<![\w.-])\d{2}-?\d{6}-?\d{6}-?\d(?![\w-])")
_UDI = re.compile(r"\(01\)\s?\d{14}(?:\s?\(\d{2,3}\)\s?[A-Za-z0-9/-]{1,20}){0,5}")


def find(text: str) -> Iterator[Candidate]:
    """Numbers of pacemakers, pumps and telephones."""
    for pattern in (_SERIAL, _MODEL_SERIAL):
        for match in pattern.finditer(lowered(text)):
            value = text[slice(*match.span("value"))]
            if sum(char.isdigit() for char in value) >= 3 and (pattern is _SERIAL or value.isupper()):
                yield Candidate(*match.span("value"), "id", BLOCK, "[serial]")
    for match in at_numbers(_IMEI, text):
        if luhn(match.group()):
            yield Candidate(match.start(), match.end(), "id", BLOCK, "[serial]")
    for match in _UDI.finditer(text):
        yield Candidate(match.start(), match.end(), "id", BLOCK, "[serial]")
