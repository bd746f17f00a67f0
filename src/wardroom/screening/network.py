"""Addresses of machines: IPv4, IPv6, MAC."""

import ipaddress
import re
from collections.abc import Iterator

from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import at_numbers

_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?=[0-9A-Fa-f:]{2,39}(?![\w:]))[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}")
_MAC = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")


def find(text: str) -> Iterator[Candidate]:
    """Well-formed addresses."""
    for match in at_numbers(_IPV4, text):
        if all(int(part) < 256 for part in match.group().split(".")):
            yield Candidate(match.start(), match.end(), "url", BLOCK, "[address]")
    if ":" in text or "-" in text:
        for match in _MAC.finditer(text):
            yield Candidate(match.start(), match.end(), "url", BLOCK, "[address]")
    if ":" in text:
        for match in _IPV6.finditer(text):
            if sum(char != ":" for char in match.group()) < 4:
                continue
            try:
                ipaddress.IPv6Address(match.group())
            except ValueError:
                continue
            yield Candidate(match.start(), match.end(), "url", BLOCK, "[address]")
