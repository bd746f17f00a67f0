"""The table of vital signs of a case, its columns aligned over all sets, and the line of the clinical record."""

from collections.abc import Callable
from typing import Final

from wardroom.domain.case import AGE_BANDS, shock_index
from wardroom.domain.events import Record, VitalSet
from wardroom.tui.widgets.lines import Line, flow
from wardroom.tui.widgets.voices import Voice

CHILDREN: Final = frozenset(AGE_BANDS[: AGE_BANDS.index("16-29")])
"""Age bands that adult bounds do not speak for."""

SHOCK_INDEX_HIGH: Final = 0.9
"""Above it the shock index is a warning (Rady 1994)."""
_URGENCIES: Final = {"shift": "answer within the shift", "week": "answer within the week", "learning": "for learning"}
_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "HR": (40, 180),
    "BP": (80, 220),
    "RR": (8, 40),
    "SpO2": (85, 100),
    "T": (32, 41),
    "GCS": (9, 15),
    "glucose": (4.0, 20.0),
}
"""Adult values outside of these are shown in the alarm voice."""


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


_COLUMNS: Final[tuple[tuple[str, Callable[[VitalSet], str], Callable[[VitalSet], float | None], str], ...]] = (
    ("HR", lambda v: _whole(v.hr), lambda v: v.hr, ">"),
    ("BP", _pressure, lambda v: v.sbp, "<"),
    ("RR", lambda v: _whole(v.rr), lambda v: v.rr, ">"),
    ("SpO2", _saturation, lambda v: v.spo2, "<"),
    ("T", lambda v: _tenths(v.temp_c), lambda v: v.temp_c, ">"),
    ("GCS", lambda v: _whole(v.gcs), lambda v: v.gcs, ">"),
    ("glucose", lambda v: _tenths(v.glucose_mmol_l), lambda v: v.glucose_mmol_l, ">"),
    ("lactate", lambda v: _tenths(v.lactate_mmol_l), lambda v: v.lactate_mmol_l, ">"),
    ("pain", lambda v: _whole(v.pain), lambda v: v.pain, ">"),
)
"""(label, as it is written, the value its bounds speak of, alignment)."""


def record_line(record: Record, width: int) -> list[Line]:
    """Who and where in one line: ``30-44 F · rural ED``; wrapped where the glass is narrow."""
    who = " ".join(part for part in (record.age_band, record.sex) if part)
    parts = [part for part in (who, record.setting) if part]
    if record.urgency and record.urgency != "now":
        parts.append(_URGENCIES.get(record.urgency, record.urgency))
    return flow([((part, "plain"),) for part in parts], width)


def vital_lines(record: Record, width: int) -> list[Line]:
    """One row a set, ``T+0  HR 128  BP  84/50 …  SI 1.52``, wrapped between columns where the glass is narrow."""
    vitals = sorted(record.vitals, key=lambda vital: vital.t)
    if not vitals:
        return []
    is_adult = record.age_band not in CHILDREN
    columns = [column for column in _COLUMNS if any(column[1](vital) for vital in vitals)]
    widths = [max(len(write(vital)) for vital in vitals) for _, write, _, _ in columns]
    times = [f"T{vital.t:+d}" for vital in vitals]
    head = max(len(time) for time in times) + 3
    indices = [shock_index(vital) for vital in vitals]
    lines: list[Line] = []
    for vital, time, index in zip(vitals, times, indices, strict=True):
        row: list[tuple[str, Voice]] = [(f"{time:<{head}}", "dim")]
        used = head
        is_first = True
        for (label, write, value_of, align), wide in zip(columns, widths, strict=True):
            cell = len(label) + 1 + wide
            if not is_first and used + 2 + cell > width:
                lines.append(tuple(row))
                row, used, is_first = [(" " * min(head, 3), "plain")], min(head, 3), True
            if not is_first:
                row.append(("  ", "plain"))
                used += 2
            value = value_of(vital)
            low, high = _BOUNDS.get(label, (float("-inf"), float("inf")))
            is_out = is_adult and value is not None and not low <= value <= high
            written = write(vital)
            label_voice: Voice = "dim"
            if not written:
                label = " " * len(label)
            row += [(f"{label} ", label_voice), (f"{written:{align}{wide}}", "alarm" if is_out else "plain")]
            used += cell
            is_first = False
        if index is not None:
            label = f"SI {index:.2f}"
            gap = width - used - len(label)
            if gap < 2:
                lines.append(tuple(row))
                row, gap = [], max(width - len(label), 0) if width >= 60 else min(head, 3)
            row += [
                (" " * gap + "SI ", "dim"),
                (f"{index:.2f}", "alarm" if is_adult and index > SHOCK_INDEX_HIGH else "plain"),
            ]
        lines.append(tuple(row))
    return lines
