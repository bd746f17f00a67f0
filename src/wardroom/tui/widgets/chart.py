"""A small chart of serial vital signs, one row a sign, in characters that every terminal and forty columns can show."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from wardroom.domain.events import Record, VitalSet
from wardroom.domain.text import cut, pad
from wardroom.language import _, figure
from wardroom.tui.widgets.lines import Line

LEVELS: Final = "▁▃▅▇"
"""Four, because that many can be told apart where they become ``_-=#``."""
GAP: Final = "·"
SETS_MIN: Final = 3
"""Fewer are seen at a glance in the table."""
COLUMNS_MAX: Final = 32
COLUMNS_MIN: Final = 6


@dataclass(frozen=True, slots=True)
class _Sign:
    label: str
    value: Callable[[VitalSet], float | None]


_SIGNS: Final = (
    _Sign("HR", lambda v: v.hr),
    _Sign("SBP", lambda v: v.sbp),
    _Sign("RR", lambda v: v.rr),
    _Sign("SpO2", lambda v: v.spo2),
    _Sign("T", lambda v: v.temp_c),
    _Sign("GCS", lambda v: v.gcs),
    _Sign("Glu", lambda v: v.glucose_mmol_l),
    _Sign("Lac", lambda v: v.lactate_mmol_l),
)
_LABEL: Final = 5
_VALUE: Final = 5


def chart_lines(record: Record, width: int) -> list[Line]:
    """``HR   128 ▇··▅·····▁ 98``: every sign measured three times or more that changed, left to right as time went on."""
    sets = sorted(record.vitals, key=lambda vital: vital.t)
    columns = min(COLUMNS_MAX, width - _LABEL - 2 * _VALUE - 2)
    if len(sets) < SETS_MIN or columns < COLUMNS_MIN:
        return []
    lines: list[Line] = []
    for sign in _SIGNS:
        measured = [(vital.t, value) for vital in sets if (value := sign.value(vital)) is not None]
        values = [value for _time, value in measured]
        if len(measured) < SETS_MIN or min(values) == max(values):
            continue
        cells = drawn(measured, sets[0].t, sets[-1].t, columns)
        lines.append(
            (
                (pad(_(sign.label), _LABEL), "dim"), (figure(values[0]).rjust(_VALUE - 1) + " ", "plain"), (cells, "plain"),
                (" " + figure(values[-1]), "plain"),
            )
        )  # fmt: skip
    if lines:
        span = f"T{sets[0].t:+d} … T{sets[-1].t:+d}"
        lines.append(((" " * (_LABEL + _VALUE) + cut(span, max(width - _LABEL - _VALUE, 0)), "dim"),))
    return lines


def drawn(measured: Sequence[tuple[float, float]], first: float, last: float, columns: int) -> str:
    """(time, value) pairs as levels between their lowest and highest, each in the column of its time."""
    lowest, highest = min(value for _time, value in measured), max(value for _time, value in measured)
    cells = [GAP] * columns
    for time, value in measured:
        at = round((time - first) / (last - first) * (columns - 1))
        level = round((value - lowest) / (highest - lowest) * (len(LEVELS) - 1))
        cells[at] = LEVELS[level]
    return "".join(cells)
