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


def find(text: str) -> Iterator[tuple[int, int]]:
    """Where references stand."""
    if not holds_any(lowered(text), _WORDS):
        return
    for match in _REFERENCE.finditer(text):
        yield match.span()
