"""Screening: patient identifiers in a text, as findings with places and suggestions.

No recogniser is complete: a text without findings holds "no identifier found", it is never called safe.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wardroom.screening.findings import BLOCK, WARN, Finding

if TYPE_CHECKING:
    from wardroom.screening.own import OwnWords

__all__ = ["BLOCK", "WARN", "Finding", "apply", "scan"]


def scan(text: str, own: "OwnWords | None" = None) -> tuple[Finding, ...]:
    """The findings of ``text``, in their order and never overlapping.

    Full-width, spaced-out and zero-width spellings are found too; places are those of ``text`` as given. ``own`` are
    the lists of a site.
    """
    # Recognisers and their lists are loaded with the first text, not with the program.
    from wardroom.screening import engine

    return engine.scan(text, own)


def apply(text: str, findings: Iterable[Finding]) -> str:
    """``text`` with each finding replaced by its suggestion."""
    parts: list[str] = []
    done = 0
    for finding in sorted(findings, key=lambda finding: finding.start):
        if finding.start < done:
            continue
        parts += text[done : finding.start], finding.suggestion
        done = finding.end
    parts.append(text[done:])
    return "".join(parts)
