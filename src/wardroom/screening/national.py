"""Numbers of state registers by shape and check digit, without a cue."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Final

from wardroom.screening.findings import BLOCK, Candidate
from wardroom.screening.places import at_numbers, holds_any

_SSN = re.compile(r"(?<![\w.-])(\d{3})([- ])(\d{2})\2(\d{4})(?![\w-]|\.\d)")

_MASKED = re.compile(r"(?<![\w*#•-])(?:[*xX#•]{3}-?[*xX#•]{2}|[*xX#•]{5,12})-? ?\d{4}(?![\w-])")
"""A number of which only the last four figures are shown."""

_MASKS: Final = ("**", "xx", "XX", "##", "••")

# Shape, and the module of python-stdnum that checks it; None where the shape alone is unmistakable.
_SHAPES: Final = (
    (
        r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]|[A-Z]{2} \d\d \d\d \d\d [A-D]",
        None,
    ),  # United Kingdom, National Insurance
    (r"\d{3}[ -]?\d{3}[ -]?\d{4}", "gb.nhs"),
    (r"\d{3}[ -]\d{3}[ -]\d{3}", "ca.sin"),
    (r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d\d", None),
    (r"[2-6]\d{3} \d{5} \d(?:/\d)?", None),  # Australia, Medicare
    (r"\d{8}[ -]?[A-HJ-NP-TV-Z]", "es.dni"),
    (r"[XYZ][ -]?\d{7}[ -]?[A-HJ-NP-TV-Z]", "es.nie"),
    (r"[12] ?\d\d ?[0-5]\d ?\d[\dAB] ?\d{3} ?\d{3}(?: ?\d\d)", "fr.nir"),
    (r"[A-Z]{6}\d\d[A-EHLMPR-T]\d\d[A-Z]\d{3}[A-Z]", None),
    (r"\d\d\.\d\d\.\d\d-\d{3}\.\d\d", "be.nn"),
    (r"\d{6}[-+]\d{4}", "se.personnummer"),
    (r"(?:[0-2]\d|3[01])(?:0\d|1[0-2])\d\d-\d{4}", None),  # Denmark
    (r"\d{6}[-+A]\d{3}[\dA-Y]", "fi.hetu"),
    (r"\d{3}\.\d{3}\.\d{3}-\d\d", None),  # Brazil
    (r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]", None),  # Chile
    (r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d", None),  # Mexico
    (r"[A-Z]{5}\d{4}[A-Z]", None),  # India, PAN
    (r"[2-9]\d{3}[ -]\d{4}[ -]\d{4}", "in_.aadhaar"),
    (r"\d{7}[A-W][ABHWTX]?", "ie.pps"),
    (r"756\.\d{4}\.\d{4}\.\d\d", None),  # Switzerland
    (r"\d{6}[ -]?[1-4]\d{6}", "kr.rrn"),
    (r"\d\d-\d\d-\d\d[ ,]{1,2}(?:a/c |acc(?:ount)? )?\d{7,8}", None),  # United Kingdom, bank
    (r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d\d-\d{4}", None),  # Malaysia
    (r"[STFG]\d{7}[A-Z]", None),  # Singapore
    (r"[A-Z]{1,2}\d{6}\([\dA]\)", None),  # Hong Kong
)
_COMPILED: Final = tuple(
    (re.compile(rf"(?<![\w.-])(?:{shape})(?![\w-]|\.\d)"), module, not shape.startswith(("[A", "[X", "[S")))
    for shape, module in _SHAPES
)
_SIX_DIGITS = re.compile(r"\d(?:[ .+-]?\d){5}")
_LETTERS_FIRST = re.compile(r"[A-Z][ -]?\d\d")


def find(text: str) -> Iterator[Candidate]:
    """Numbers whose shape, or shape and check digit, belong to a state register."""
    for match in _MASKED.finditer(text) if holds_any(text, _MASKS) else ():
        yield Candidate(match.start(), match.end(), "id", BLOCK, "[number]")
    for match in at_numbers(_SSN, text):
        area, group, serial = match.group(1), match.group(3), match.group(4)
        is_area = area not in {"000", "666"} and area < "900"
        if group != "00" and serial != "0000" and (is_area or (match.group(2) == "-" and area != "000")):
            yield Candidate(match.start(), match.end(), "id", BLOCK, "[number]")
    has_letters_first = _LETTERS_FIRST.search(text) is not None
    has_six_digits = _SIX_DIGITS.search(text) is not None
    for pattern, module, begins_with_digit in _COMPILED:
        # The one shape of digits with letters among them is that of the American Medicare.
        may_be = has_six_digits or pattern.pattern.count("AC-HJKM") if begins_with_digit else has_letters_first
        if not may_be:
            continue
        for match in at_numbers(pattern, text) if begins_with_digit else pattern.finditer(text):
            if module is None or _check(module)(match.group()):
                yield Candidate(match.start(), match.end(), "id", BLOCK, "[number]")


@cache
def _check(module: str) -> Callable[[str], bool]:
    is_valid: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return is_valid
