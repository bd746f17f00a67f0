"""The table of vital signs of a case, its columns aligned over all sets, the line of the record, and that of NEWS2."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wardroom.domain.case import AVPU, CHILDREN, differential_words, usual
from wardroom.domain.complaints import shown_code
from wardroom.domain.events import Record, VitalSet
from wardroom.domain.onset import onset_words
from wardroom.domain.scores import SHOCK_INDEX_HIGH, score_words, shock_index
from wardroom.domain.text import clean, display_width, pad
from wardroom.language import _, figure, marked, several
from wardroom.tui.widgets.lines import MEASURE, Line, flow, line_width, text_lines
from wardroom.tui.widgets.voices import Voice

WORDS_MIN: Final = 24
"""Columns that a label leaves to its words; on a narrower glass it stands above them."""
_URGENCIES: Final = {
    "shift": marked("answer within the shift"),
    "week": marked("answer within the week"),
    "learning": marked("for learning"),
}


def _pressure(vital: VitalSet) -> str:
    if vital.sbp is None and vital.dbp is None:
        return ""
    return f"{_whole(vital.sbp) or '-':>3}/{_whole(vital.dbp) or '-'}"


def _saturation(vital: VitalSet) -> str:
    if vital.spo2 is None:
        return ""
    return f"{vital.spo2}" + {True: " O2", False: " " + _("air"), None: ""}[vital.on_oxygen]


def _whole(value: int | None) -> str:
    return "" if value is None else str(value)


def _tenths(value: float | None) -> str:
    return "" if value is None else figure(value, ".1f")


def _number(value: float | None) -> str:
    return "" if value is None else figure(value)


def _coma(vital: VitalSet) -> str:
    parts = (("E", vital.gcs_e), ("V", vital.gcs_v), ("M", vital.gcs_m))
    said = "".join(f"{letter}{value}" for letter, value in parts if value is not None)
    untested = "".join(part.replace("-", "") for part in vital.gcs_untested)
    return " ".join(part for part in (_whole(vital.gcs), said, untested) if part)


def _letter(vital: VitalSet) -> str:
    """The letter of consciousness, where the coma scale does not say as much."""
    is_said = vital.avpu in AVPU and not (vital.gcs == 15 and vital.avpu == "A")
    return vital.avpu if is_said else ""


@dataclass(frozen=True, slots=True)
class _Column:
    """One vital sign: its label, how it is written, and the fields it is written from, the telling one first."""

    label: str
    write: Callable[[VitalSet], str]
    fields: tuple[str, ...]

    def written(self, vital: VitalSet) -> str:
        """The value, with a star where it was told and not measured."""
        words = self.write(vital)
        return words + "*" if words and set(self.fields) & set(vital.reported) else words

    def is_out(self, vital: VitalSet, age_band: str) -> bool:
        """Whether the value is one to look at twice."""
        limit, value = usual(age_band).get(self.fields[0]), getattr(vital, self.fields[0])
        return limit is not None and value is not None and not limit.holds(value)


_COLUMNS: Final = (
    _Column("HR", lambda v: _whole(v.hr), ("hr",)),
    _Column("BP", _pressure, ("sbp", "dbp")),
    _Column("RR", lambda v: _whole(v.rr), ("rr",)),
    _Column("SpO2", _saturation, ("spo2",)),
    _Column("T", lambda v: _tenths(v.temp_c), ("temp_c",)),
    _Column("GCS", _coma, ("gcs", "gcs_e", "gcs_v", "gcs_m")),
    _Column("ACVPU", _letter, ("avpu",)),
    _Column("Glu", lambda v: v.glucose_off_scale or _tenths(v.glucose_mmol_l), ("glucose_mmol_l", "glucose_off_scale")),
    _Column("Lac", lambda v: _tenths(v.lactate_mmol_l), ("lactate_mmol_l",)),
    _Column("K", lambda v: _tenths(v.potassium_mmol_l), ("potassium_mmol_l",)),
    _Column("Na", lambda v: _number(v.sodium_mmol_l), ("sodium_mmol_l",)),
    _Column("pH", lambda v: "" if v.ph is None else figure(v.ph, ".2f"), ("ph",)),
    _Column("kg", lambda v: v.weight_band or _number(v.weight_kg), ("weight_kg", "weight_band")),
    _Column("pain", lambda v: _whole(v.pain), ("pain",)),
)
SHOCK_INDEX_COLUMNS: Final = len("SI 1.52")


def record_line(record: Record, width: int, *, title: str = "") -> list[Line]:
    """Who, what and where in one line: ``30-44 F · rural ED``; wrapped where the glass is narrow.

    A complaint that the title names already is not said again.
    """
    who = " ".join(_(part) for part in (record.age_band, record.sex) if part)
    complaint = clean(record.complaint, one_line=True)
    if complaint.casefold() in title.casefold():
        complaint = ""
    code = shown_code(record.complaint_code, complaint)
    onset = _("onset {when}").format(when=onset_words(record.onset_t)) if record.onset_t is not None else ""
    parts = [part for part in (who, complaint, code, onset, pregnancy(record), _(record.setting)) if part]
    if record.urgency and record.urgency != "now":
        parts.append(_(_URGENCIES.get(record.urgency, record.urgency)))
    return flow([((part, "plain"),) for part in parts], width)


def note_lines(record: Record, width: int) -> list[Line]:
    """What the record says in words, each with its label: exam, tests, what was done, what there is not, differential."""
    rows: list[Line] = []
    for label, text in (
        (_("Exam"), record.exam), (_("Tests"), record.investigations), (_("Done"), record.management),
        (_("Lacking"), record.resources), (_("Differential"), differential_words(record.differential)),
    ):  # fmt: skip
        words = clean(text).strip()
        if not words:
            continue
        hang = max(9, display_width(label) + 2)
        if width - hang < WORDS_MIN:
            rows += [((label, "dim"),), *text_lines(words, width)]
            continue
        lines = text_lines(words, min(width, MEASURE) - hang)
        rows += [((pad(label, hang) if not number else " " * hang, "dim"), *line) for number, line in enumerate(lines)]
    return rows


def pregnancy(record: Record) -> str:
    """``pregnant, 28 weeks``; empty where it was not said."""
    if record.gestation_weeks is not None:
        weeks = record.gestation_weeks
        return several("pregnant, {count} week", "pregnant, {count} weeks", weeks).format(count=weeks)
    return {True: _("pregnant"), False: _("not pregnant"), None: ""}[record.pregnant]


def score_lines(record: Record, width: int) -> list[Line]:
    """NEWS2 and what the shock index is, below the vital signs: a teaching aid."""
    return flow([((words, "dim"),) for words in score_words(record)], width)


def vital_lines(record: Record, width: int) -> list[Line]:
    """One row a set, ``T+0  HR 128  BP  84/50 …  SI 1.52``; what has no room stands in a row below it."""
    vitals = sorted(record.vitals, key=lambda vital: vital.t)
    if not vitals:
        return []
    columns = [column for column in _COLUMNS if any(column.written(vital) for vital in vitals)]
    widths = {column.label: max(display_width(column.written(vital)) for vital in vitals) for column in columns}
    head = max(len(f"T{vital.t:+d}") for vital in vitals) + 1
    rows = _rows_of(columns, widths, width - head)
    is_adult = record.age_band not in CHILDREN
    lines: list[Line] = []
    for vital in vitals:
        for number, row in enumerate(rows):
            line: list[tuple[str, Voice]] = [(f"T{vital.t:+d}".ljust(head) if not number else " " * head, "dim")]
            for column in row:
                written = column.written(vital).rjust(widths[column.label])
                if column.label == "SpO2":
                    written = column.written(vital).ljust(widths[column.label])
                is_out = column.is_out(vital, record.age_band)
                label = _(column.label) if written.strip() else " " * display_width(_(column.label))
                line += [(f"  {label} ", "dim"), (written, "alarm" if is_out else "plain")]
            index = shock_index(vital) if not number else None
            if index is not None:
                gap = width - line_width(line) - SHOCK_INDEX_COLUMNS
                if gap < 2:
                    lines.append(tuple(line))
                    line, gap = [(" " * head, "plain")], 2
                is_high = is_adult and index > SHOCK_INDEX_HIGH
                line += [(" " * max(gap, 2) + "SI ", "dim"), (figure(index, ".2f"), "alarm" if is_high else "plain")]
            if any(text.strip() for text, _voice in line):
                lines.append(tuple(line))
    if any(vital.reported for vital in vitals):
        lines += flow([((_("* reported, not measured here"), "dim"),)], width)
    return lines


def _rows_of(columns: list[_Column], widths: Mapping[str, int], width: int) -> list[list[_Column]]:
    """The columns in as few rows as ``width`` allows; the first leaves room for the shock index."""
    rows: list[list[_Column]] = [[]]
    used = SHOCK_INDEX_COLUMNS + 2
    for column in columns:
        cell = 2 + display_width(_(column.label)) + 1 + widths[column.label]
        if rows[-1] and used + cell > width:
            rows.append([])
            used = 0
        rows[-1].append(column)
        used += cell
    return rows
