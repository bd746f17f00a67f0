"""Any clinical record that may be posted, for properties to be proved with."""

import math

from hypothesis import strategies as st

from wardroom.domain import events as e
from wardroom.domain.case import (
    AGE_BANDS,
    AVPU,
    LIMITS,
    MEASURED,
    MINUTES_MAX,
    OFF_SCALE,
    SETTINGS,
    SEXES,
    UNTESTED,
    URGENCIES,
    WEIGHT_BANDS,
    check_record,
    in_order,
)
from wardroom.domain.complaints import codes
from wardroom.domain.onset import ONSET_MINUTES_MAX

_NO_WORDS = ("Cc", "Cs", "Cf", "Cn", "Co", "Zl", "Zp", "Zs", "Mn", "Me", "Mc")
_LINES = st.text(st.characters(exclude_categories=_NO_WORDS), max_size=30)


@st.composite
def vital_sets(draw: st.DrawFn) -> e.VitalSet:
    """Any set that may stand in a record, each field now and then."""
    values: dict[str, object] = {"t": draw(st.integers(-MINUTES_MAX, MINUTES_MAX))}
    for name, limit in LIMITS.items():
        if not draw(st.booleans()):
            continue
        is_real = e.VitalSet.__annotations__[name] == float | None
        number = st.integers(math.ceil(limit.lowest), math.floor(limit.highest))
        values[name] = draw(number.map(float) if is_real else number)
    if "sbp" in values and "dbp" in values:
        values["sbp"], values["dbp"] = max(values["sbp"], values["dbp"]), min(values["sbp"], values["dbp"])
    untested = draw(st.sets(st.sampled_from(UNTESTED), max_size=3))
    untested -= {"V-NT"} if "V-T" in untested else set()
    for part in untested:
        values.pop(f"gcs_{part[0].lower()}", None)
    parts = [values[name] for name in ("gcs_e", "gcs_v", "gcs_m") if name in values]
    if untested:
        values.pop("gcs", None)
    elif len(parts) == 3:
        values["gcs"] = sum(parts)
    for name, other, words in (
        ("glucose_mmol_l", "glucose_off_scale", OFF_SCALE), ("weight_kg", "weight_band", WEIGHT_BANDS),
    ):  # fmt: skip
        if name not in values:
            values[other] = draw(st.sampled_from(("", *words)))
    values["on_oxygen"] = draw(st.sampled_from([None, False, True]))
    values["avpu"] = draw(st.sampled_from(("", *AVPU)))
    stated = sorted(name for name in MEASURED if values.get(name) not in (None, ""))
    values["reported"] = tuple(draw(st.sets(st.sampled_from(stated)))) if stated else ()
    return in_order(e.VitalSet(**{**values, "gcs_untested": tuple(untested)}))


def records() -> st.SearchStrategy[e.Record]:
    """Any record that may be posted."""
    diagnoses = st.builds(
        e.Diagnosis, _LINES.filter(bool), st.one_of(st.none(), st.integers(0, 100))
    )  # fmt: skip
    record = st.builds(
        e.Record,
        age_band=st.sampled_from(("", *AGE_BANDS)),
        sex=st.sampled_from(("", *SEXES)),
        acuity=st.sampled_from(("", "CTAS 2", "MTS 5", "ESI 1")),
        urgency=st.sampled_from(("", *URGENCIES)),
        setting=st.sampled_from(("", *SETTINGS)),
        vitals=st.lists(vital_sets(), max_size=3).map(tuple),
        complaint=_LINES,
        complaint_code=st.sampled_from(("", *sorted(codes()))),
        onset_t=st.one_of(st.none(), st.integers(-ONSET_MINUTES_MAX, 0)),
        spo2_scale=st.sampled_from([None, 1, 2]),
        pregnant=st.sampled_from([None, False, True]),
        gestation_weeks=st.one_of(st.none(), st.integers(1, 45)),
        exam=_LINES,
        investigations=_LINES,
        management=_LINES,
        resources=_LINES,
        differential=st.lists(diagnoses, max_size=5).map(tuple),
    )
    return record.map(check_record)
