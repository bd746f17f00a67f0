"""Centiles of children's heart rate and respiratory rate, and the widest of them over an age band."""

from functools import cache
from typing import Final

MONTHS: Final = {"neonate": (0, 1), "infant": (1, 12), "1-4": (12, 60), "5-11": (60, 144), "12-15": (144, 192)}
"""Age bands of children, in months from the first to before the last."""
_COLUMNS: Final = {"hr": 2, "rr": 4}


@cache
def bounds(name: str, age_band: str) -> tuple[float, float] | None:
    """The lowest 1st and the highest 99th centile of "hr" or "rr" over all ages of a band; None where none are held.

    A band spans ages whose rates differ: the widest bounds ask least often, and never about a healthy child's rate.
    """
    if name not in _COLUMNS or age_band not in MONTHS:
        return None
    first, behind = MONTHS[age_band]
    at = _COLUMNS[name]
    rows = [row for row in _rows() if row[0] < behind and max(row[1], row[0] + 0.5) > first]
    return min(row[at] for row in rows), max(row[at + 1] for row in rows)


@cache
def _rows() -> tuple[tuple[float, ...], ...]:
    from importlib import resources  # costs a start more than all else here

    text = resources.files(__package__).joinpath("centiles.tsv").read_text("utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(tuple(float(cell) for cell in line.split("\t")) for line in lines)
