"""Payment cards and bank accounts: Luhn and IBAN."""

import re
from collections.abc import Iterator

from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import at_numbers

_CARD = re.compile(r"(?<![\w.-])(?:\d{12,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7}|\d{4}[ -]\d{6}[ -]\d{4,5})(?![\w-]|\.\d)")
_IBAN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])")


def find(text: str) -> Iterator[Candidate]:
    """Card numbers that pass Luhn, and what has the shape of an IBAN."""
    for match in at_numbers(_CARD, text):
        if luhn(match.group()):
            yield Candidate(match.start(), match.end(), "id", BLOCK, "[number]")
    for match in _IBAN.finditer(text):
        digits = sum(char.isdigit() for char in match.group())
        if digits >= 8 and (" " not in match.group() or _remainder(match.group()) == 1):
            yield Candidate(match.start(), match.end(), "id", BLOCK, "[number]")


def luhn(number: str) -> bool:
    """Whether the digits of ``number`` end in their Luhn check digit."""
    digits = [int(char) for char in number if char.isdigit()]
    odd = digits[-1::-2]
    even = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(odd) + sum(even)) % 10 == 0 and any(digits)


def _remainder(iban: str) -> int:
    plain = iban.replace(" ", "")
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97
