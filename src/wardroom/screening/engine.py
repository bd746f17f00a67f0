"""The engine: shows one text to every recogniser, settles overlaps, and gives places back in the original."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Final

from wardroom.screening import (
    ages,
    bare_names,
    cards,
    clock,
    dates,
    devices,
    emails,
    handles,
    initials,
    names,
    national,
    network,
    numbers,
    phones,
    postcodes,
    records,
    references,
    spelled,
    streets,
    towns,
    traits,
    urls,
    vehicles,
    venues,
    whereabouts,
)
from wardroom.screening.findings import BLOCK, Candidate, Finding
from wardroom.screening.normal import Seen, seen, squeezed
from wardroom.screening.own import OwnWords

Recogniser = Callable[[str], Iterator[Candidate]]

_WITH_DIGITS: Final[tuple[Recogniser, ...]] = (
    records.find,
    national.find,
    phones.find,
    cards.find,
    numbers.find,
    devices.find,
    vehicles.find,
    network.find,
    clock.find,
    postcodes.find,
)
"""Recognisers of what cannot be without a digit; of two that see the same place the earlier names its kind."""
_ANY: Final[tuple[Recogniser, ...]] = (
    names.find,
    initials.find,
    emails.find,
    urls.find,
    dates.find,
    clock.find_in_words,
    ages.find,
    streets.find,
    whereabouts.find,
    venues.find,
    handles.find,
    traits.find,
    bare_names.find,
    spelled.find,
    towns.find,
)
_IN_SPACED: Final[tuple[Recogniser, ...]] = (
    *_WITH_DIGITS,
    emails.find,
    urls.find,
    dates.find,
    names.find,
    bare_names.find,
)


def scan(text: str, own: OwnWords | None = None) -> tuple[Finding, ...]:
    """The findings of ``text``, in their order, none overlapping another."""
    plain = seen(text)
    ours = () if own is None else (own.find,)
    candidates = list(_recognised(plain.text, (*ours, *_WITH_DIGITS, *_ANY)))
    found = [_finding(text, plain, candidate) for candidate in candidates if candidate.start < candidate.end]
    close = squeezed(plain)
    if close is not None:
        pulled, runs = close
        found += [
            _finding(text, pulled, candidate)
            for candidate in _recognised(pulled.text, (*ours, *_IN_SPACED))
            if any(candidate.start < last and first < candidate.end for first, last in runs)
        ]
    return _settled(found)


def _recognised(text: str, recognisers: tuple[Recogniser, ...]) -> Iterator[Candidate]:
    """What the recognisers see, save inside references to literature."""
    shielded = list(references.find(text))
    has_digits = any(map(str.isdigit, text))
    for recogniser in recognisers:
        if not has_digits and recogniser in _WITH_DIGITS:
            continue
        for candidate in recogniser(text):
            if not any(candidate.start < end and start < candidate.end for start, end in shielded):
                yield candidate


def _finding(text: str, view: Seen, candidate: Candidate) -> Finding:
    start, end = view.starts[candidate.start], view.ends[candidate.end - 1]
    suggestion = _fitted(text[max(0, start - 8) : start], candidate.suggestion)
    return Finding(start, end, candidate.kind, candidate.action, text[start:end], suggestion)


def _fitted(before: str, suggestion: str) -> str:
    """A suggestion without its article, where one stands before it already."""
    article, _, rest = suggestion.partition(" ")
    return rest if article in _ARTICLES and _ARTICLE_BEFORE.search(before) else suggestion


def _settled(found: list[Finding]) -> tuple[Finding, ...]:
    """Of findings that overlap, those that block and then the longest; of the others what stands out at one side."""
    found.sort(key=lambda one: (one.action != BLOCK, one.start - one.end, one.start))
    kept: list[Finding] = []
    for one in found:
        at = bisect_right(kept, one.start, key=_start)
        is_free = (at == len(kept) or kept[at].start >= one.end) and (at == 0 or kept[at - 1].end <= one.start)
        if is_free:
            kept.insert(at, one)
            continue
        start = max(one.start, kept[at - 1].end) if at else one.start
        end = min(one.end, kept[at].start) if at < len(kept) else one.end
        is_at_side = start < end and (at == len(kept) or kept[at].end >= one.end)
        rest = one.text[start - one.start : end - one.start].strip(_EDGES) if is_at_side else ""
        if sum(map(str.isalnum, rest)) >= _FEWEST:
            start = one.start + one.text.index(rest, start - one.start)
            kept.insert(at, Finding(start, start + len(rest), one.kind, one.action, rest, one.suggestion))
    return tuple(kept)


_FEWEST: Final = 3
"""So many letters and figures are worth a finding of their own."""
_ARTICLES: Final = frozenset({"a", "the", "la", "le", "el", "der", "die", "das"})
_ARTICLE_BEFORE = re.compile(r"(?i)(?<!\w)(?:the|an?|la|le|el|der|die|das) $")
_EDGES: Final = " \t\n,.;:()[]|/-'\""
_start = attrgetter("start")
