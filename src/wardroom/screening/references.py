"""Literature references, which are long numbers and addresses of nobody: DOI, PMID, trial and book numbers."""

import re
from collections.abc import Iterator
from typing import Final

from wardroom.screening.places import holds_any, lowered

_REFERENCE = re.compile(
    r"\b(?:https?://)?(?:www\.)?(?:(?:dx\.)?doi\.org/|doi:?\s?(?:https?://(?:dx\.)?doi\.org/)?)10\.\d{4,9}/[^\s\"<>]{1,100}"
    r"|\b10\.\d{4,9}/[A-Za-z][^\s\"<>]{1,100}"
    r"|\bPM(?:ID|CID)\s{0,2}[:#]?\s{0,2}(?:PMC)?\d{1,9}\b|\bPMC\d{5,9}\b"
    r"|\b(?:https?://)?(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/\d{1,9}/?"
    r"|\b(?:https?://)?(?:www\.)?ncbi\.nlm\.nih\.gov/pmc/articles/PMC\d{5,9}/?"
    r"|\bNCT\s?\d{8}\b|\bISRCTN\s?\d{8}\b|\bACTRN\s?\d{14}\b|\barXiv:\d{4}\.\d{4,5}\b"
    r"|\bISBN(?:-1[03])?:?\s?[\d-]{9,16}[\dXx]\b|\bISSN:?\s?\d{4}-\d{3}[\dXx]\b",
    re.IGNORECASE,
)


_WORDS: Final = ("doi", "10.", "pm", "ncbi", "nct", "ctrn", "arxiv", "isbn", "issn")


_AUTHOR: Final = r"(?<![\w-])[^\W\d_a-zß-öø-ÿ][\w'-]{1,24}(?: [A-Z]{1,3})?"
_VOLUME = re.compile(r"(?:\d;\s?\d{1,4}|[A-Za-z] \d{1,4})(?:\(\d{1,3}\))?:[a-zA-Z]?\d")
_JOURNAL: Final = r"(?:[A-Z][A-Za-z]*\.? ){1,6}"
_PAGES: Final = r"\d{1,4}(?:\(\d{1,3}\))?:[a-zA-Z]?\d{1,5}(?:-\d{1,5})?"
_YEAR: Final = r"\(?(?:19|20)\d\d\)?"
_CITED = re.compile(
    rf"{_AUTHOR},? et al\b\.?|{_AUTHOR},? {_YEAR},? {_JOURNAL}{_PAGES}|{_AUTHOR},? {_JOURNAL}(?:19|20)\d\d;\s?{_PAGES}"
)
"""An author with "et al", or with journal, volume and page: ``Perry BMJ 2011;343:d4277``."""


def find(text: str) -> Iterator[tuple[int, int]]:
    """Where references stand."""
    low = lowered(text)
    for match in _REFERENCE.finditer(text) if holds_any(low, _WORDS) else ():
        yield match.span()
    for match in _CITED.finditer(text) if " et al" in low or _VOLUME.search(text) else ():
        yield match.span()
