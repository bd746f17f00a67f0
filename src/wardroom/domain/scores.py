"""Bedside scores of a set of vital signs, a teaching aid and never for care: NEWS2 and the shock index.

NEWS2: Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017; reproduced with acknowledgement.
"""

from dataclasses import dataclass
from typing import Final, Literal

from wardroom.domain.case import AVPU, CHILDREN
from wardroom.domain.events import Record, VitalSet
from wardroom.language import _, marked

Band = Literal["low", "low to medium", "medium", "high"]
BANDS: Final[dict[Band, str]] = {
    "low": "routine observations",
    "low to medium": "a single 3: urgent review, at least hourly observations",
    "medium": "urgent review, at least hourly observations",
    "high": "emergency, continuous observation",
}
"""What each band asks for."""

Steps = tuple[tuple[float, int], ...]
"""(highest value, points) in rising order: the first step that holds the value counts."""

_NO_END: Final = float("inf")
_RR: Final[Steps] = ((8, 3), (11, 1), (20, 0), (24, 2), (_NO_END, 3))
_SPO2_SCALE_1: Final[Steps] = ((91, 3), (93, 2), (95, 1), (_NO_END, 0))
_SPO2_SCALE_2_AIR: Final[Steps] = ((83, 3), (85, 2), (87, 1), (_NO_END, 0))
_SPO2_SCALE_2_OXYGEN: Final[Steps] = ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (_NO_END, 3))
_SBP: Final[Steps] = ((90, 3), (100, 2), (110, 1), (219, 0), (_NO_END, 3))
_PULSE: Final[Steps] = ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (_NO_END, 3))
_TEMPERATURE: Final[Steps] = ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (_NO_END, 2))
_OXYGEN: Final = 2
_NOT_ALERT: Final = 3


@dataclass(frozen=True, slots=True)
class News2:
    """A NEWS2, or why there is none: items that are missing, or a patient it was not made for."""

    total: int | None
    has_single_three: bool = False
    missing: tuple[str, ...] = ()
    not_for: str = ""
    """Whom it was not made for, such as marked("under 16 years"); empty where it may be computed."""
    scale: Literal[1, 2] = 1

    @property
    def band(self) -> Band | None:
        """How the total is answered."""
        if self.total is None:
            return None
        if self.total >= 7:
            return "high"
        if self.total >= 5:
            return "medium"
        return "low to medium" if self.has_single_three else "low"

    @property
    def words(self) -> str:
        """``NEWS2 7, teaching aid``, ``NEWS2 incomplete: temperature``, ``NEWS2 not under 16 years``."""
        if self.not_for:
            return _("NEWS2 not {whom}").format(whom=_(self.not_for))
        if self.total is None:
            return _("NEWS2 incomplete: {items}").format(items=", ".join(map(_, self.missing)))
        if self.scale == 2:
            return _("NEWS2 {total} on SpO2 scale 2, teaching aid").format(total=self.total)
        return _("NEWS2 {total}, teaching aid").format(total=self.total)


def news2(vitals: VitalSet, *, age_band: str = "", pregnant: bool | None = None, scale: Literal[1, 2] = 1) -> News2:
    """The score of one set, only with all seven items; ``scale`` 2 (target 88 to 92 %) is stated by a person, never inferred.

    Not under 16 years and not in pregnancy. An age band that is not stated counts as an adult's.
    """
    if age_band in CHILDREN:
        return News2(None, not_for=marked("under 16 years"))
    if pregnant:
        return News2(None, not_for=marked("in pregnancy"))
    consciousness = vitals.avpu if vitals.avpu in AVPU else "A" if vitals.gcs == 15 else ""
    items = (
        (marked("RR"), vitals.rr), (marked("SpO2"), vitals.spo2), (marked("air or oxygen"), vitals.on_oxygen), (marked("systolic BP"), vitals.sbp),
        (marked("pulse"), vitals.hr), (marked("consciousness (ACVPU)"), consciousness or None), (marked("temperature"), vitals.temp_c),
    )  # fmt: skip
    missing = tuple(name for name, value in items if value is None)
    if missing:
        return News2(None, missing=missing)
    spo2 = _SPO2_SCALE_1
    if scale == 2:
        spo2 = _SPO2_SCALE_2_OXYGEN if vitals.on_oxygen else _SPO2_SCALE_2_AIR
    points = (
        _points(_RR, vitals.rr),
        _points(spo2, vitals.spo2),
        _OXYGEN if vitals.on_oxygen else 0,
        _points(_SBP, vitals.sbp),
        _points(_PULSE, vitals.hr),
        0 if consciousness == "A" else _NOT_ALERT,
        # A thermometer reads in tenths, and so does the table.
        _points(_TEMPERATURE, None if vitals.temp_c is None else round(vitals.temp_c, 1)),
    )
    return News2(sum(points), has_single_three=3 in points, scale=scale)


def _points(steps: Steps, value: float | None) -> int:
    assert value is not None
    return next(points for highest, points in steps if value <= highest)


SHOCK_INDEX_HIGH: Final = 0.9
"""Above it the shock index is a warning (Rady 1994)."""


def shock_index(vitals: VitalSet) -> float | None:
    """HR / SBP; None where one is missing or the pressure is 0."""
    if vitals.hr is None or not vitals.sbp:
        return None
    return vitals.hr / vitals.sbp


def score_words(record: Record) -> tuple[str, ...]:
    """What stands below the vital signs: ``NEWS2 11 at T+0, 4 at T+25, teaching aid``, or what it lacks, and what SI is.

    Nothing of NEWS2 for whom it was not made; without an age it is not computed, since it must not stand beside a child.
    """
    words = _news2_words(record)
    parts = [words] if words else []
    if _("teaching aid") not in words and any(shock_index(vital) is not None for vital in record.vitals):
        parts.append(_("SI: teaching aid"))
    return tuple(parts)


def _news2_words(record: Record) -> str:
    vitals = sorted(
        (vital for vital in record.vitals if vital.rr is not None or vital.spo2 is not None), key=lambda vital: vital.t
    )
    scale: Literal[1, 2] = 2 if record.spo2_scale == 2 else 1
    scores = [
        (vital.t, news2(vital, age_band=record.age_band, pregnant=record.pregnant, scale=scale)) for vital in vitals
    ]
    if not scores or any(score.not_for for _moment, score in scores):
        return ""
    if not record.age_band:
        return _("NEWS2 incomplete: {items}").format(items=_("age"))
    known = [(moment, score) for moment, score in scores if score.total is not None]
    if not known:
        return scores[-1][1].words
    if len(record.vitals) == 1:
        return known[0][1].words
    totals = (_("{total} at T{minutes:+d}").format(total=score.total, minutes=moment) for moment, score in known)
    listed = ", ".join(totals)
    if scale == 2:
        return _("NEWS2 {total} on SpO2 scale 2, teaching aid").format(total=listed)
    return _("NEWS2 {total}, teaching aid").format(total=listed)
