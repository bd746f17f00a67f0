"""The table of vital signs of a case, its columns aligned over all sets, and the line of the clinical record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wardroom.domain.case import AGE_BANDS, shock_index
from wardroom.domain.events import Record, VitalSet
from wardroom.tui.widgets.lines import Line, flow, line_width
from wardroom.tui.widgets.voices import Voice

CHILDREN: Final = frozenset(AGE_BANDS[: AGE_BANDS.index("16-29")])
"""Age bands that adult bounds do not speak for."""

SHOCK_INDEX_HIGH: Final = 0.9
"""Above it the shock index is a warning (Rady 1994)."""
_URGENCIES: Final = {"shift": "answer within the shift", "week": "answer within the week", "learning": "for learning"}


def _pressure(vital: VitalSet) -> str:
    if vital.sbp is None and vital.dbp is None:
        return ""
    return f"{_whole(vital.sbp) or '-':>3}/{_whole(vital.dbp) or '-'}"


def _saturation(vital: VitalSet) -> str:
    if vital.spo2 is None:
        return ""
    return f"{vital.spo2}" + {True: " O2", False: " air", None: ""}[vital.on_oxygen]


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)


def _tenths(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


@dataclass(frozen=True, slots=True)
class _Column:
    """One vital sign: its label, how it is written, and the adult values it is loud outside of."""

    label: str
    write: Callable[[VitalSet], str]
    value: Callable[[VitalSet], float | None]
    low: float = float("-inf")
    high: float = float("inf")

    def is_out(self, vital: VitalSet) -> bool:
        """Whether the value is one to look at twice."""
        value = self.value(vital)
        return value is not None and not self.low <= value <= self.high


_COLUMNS: Final = (
    _Column("HR", lambda v: _whole(v.hr), lambda v: v.hr, 40, 180),
    _Column("BP", _pressure, lambda v: v.sbp, 80, 220),
    _Column("RR", lambda v: _whole(v.rr), lambda v: v.rr, 8, 40),
    _Column("SpO2", _saturation, lambda v: v.spo2, 85),
    _Column("T", lambda v: _tenths(v.temp_c), lambda v: v.temp_c, 32, 41),
    _Column("GCS", lambda v: _whole(v.gcs), lambda v: v.gcs, 9),
    _Column("Glu", lambda v: _tenths(v.glucose_mmol_l), lambda v: v.glucose_mmol_l, 4.0, 20.0),
    _Column("Lac", lambda v: _tenths(v.lactate_mmol_l), lambda v: v.lactate_mmol_l),
    _Column("pain", lambda v: _whole(v.pain), lambda v: v.pain),
)
SHOCK_INDEX_COLUMNS: Final = len("SI 1.52")


def record_line(record: Record, width: int) -> list[Line]:
    """Who and where in one line: ``30-44 F · rural ED``; wrapped where the glass is narrow."""
    who = " ".join(part for part in (record.age_band, record.sex) if part)
    parts = [part for part in (who, record.setting) if part]
    if record.urgency and record.urgency != "now":
        parts.append(_URGENCIES.get(record.urgency, record.urgency))
    return flow([((part, "plain"),) for part in parts], width)


def vital_lines(record: Record, width: int) -> list[Line]:
    """One row a set, ``T+0  HR 128  BP  84/50 …  SI 1.52``; what has no room stands in a row below it."""
    vitals = sorted(record.vitals, key=lambda vital: vital.t)
    if not vitals:
        return []
    columns = [column for column in _COLUMNS if any(column.write(vital) for vital in vitals)]
    widths = {column.label: max(len(column.write(vital)) for vital in vitals) for column in columns}
    head = max(len(f"T{vital.t:+d}") for vital in vitals) + 1
    rows = _rows_of(columns, widths, width - head)
    is_adult = record.age_band not in CHILDREN
    lines: list[Line] = []
    for vital in vitals:
        for number, row in enumerate(rows):
            line: list[tuple[str, Voice]] = [(f"T{vital.t:+d}".ljust(head) if not number else " " * head, "dim")]
            for column in row:
                written = column.write(vital).rjust(widths[column.label])
                if column.label == "SpO2":
                    written = column.write(vital).ljust(widths[column.label])
                is_out = is_adult and column.is_out(vital)
                label = column.label if written.strip() else " " * len(column.label)
                line += [(f"  {label} ", "dim"), (written, "alarm" if is_out else "plain")]
            index = shock_index(vital) if not number else None
            if index is not None:
                gap = width - line_width(line) - SHOCK_INDEX_COLUMNS
                if gap < 2:
                    lines.append(tuple(line))
                    line, gap = [(" " * head, "plain")], 2
                is_high = is_adult and index > SHOCK_INDEX_HIGH
                line += [(" " * max(gap, 2) + "SI ", "dim"), (f"{index:.2f}", "alarm" if is_high else "plain")]
            if any(text.strip() for text, _ in line):
                lines.append(tuple(line))
    return lines


def _rows_of(columns: list[_Column], widths: Mapping[str, int], width: int) -> list[list[_Column]]:
    """The columns in as few rows as ``width`` allows; the first leaves room for the shock index."""
    rows: list[list[_Column]] = [[]]
    used = SHOCK_INDEX_COLUMNS + 2
    for column in columns:
        cell = 2 + len(column.label) + 1 + widths[column.label]
        if rows[-1] and used + cell > width:
            rows.append([])
            used = 0
        rows[-1].append(column)
        used += cell
    return rows
