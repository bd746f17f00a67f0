"""The chart of serial vital signs: true to the numbers, within its width, and readable in ASCII."""

from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain.events import Record, VitalSet
from wardroom.terminal.signs import in_ascii
from wardroom.tui.widgets.chart import GAP, LEVELS, chart_lines, drawn

_SETS = st.lists(
    st.builds(
        VitalSet, t=st.integers(-600, 6000), hr=st.none() | st.integers(0, 350), sbp=st.none() | st.integers(0, 375),
        temp_c=st.none() | st.integers(300, 420).map(lambda tenths: tenths / 10),
    ),
    max_size=12,
    unique_by=lambda one: one.t,
)  # fmt: skip


def _said(record: Record, width: int) -> list[str]:
    return ["".join(text for text, _ in line) for line in chart_lines(record, width)]


@given(_SETS, st.integers(10, 120))
def test_it_fits_and_survives_ascii(sets: list[VitalSet], width: int) -> None:
    """No row is wider than the glass, and each is as wide in ASCII, with four levels that differ."""
    for line in _said(Record(vitals=tuple(sets)), width):
        assert len(line) <= width
        assert len(in_ascii(line)) == len(line)
        assert in_ascii(line).isascii()
    assert len(set(in_ascii(LEVELS + GAP))) == len(LEVELS) + 1


def test_it_stands_at_forty_columns() -> None:
    """Three sets of a rate that falls: high on the left, low on the right, first and last value beside it."""
    record = Record(vitals=tuple(VitalSet(t=t, hr=hr) for t, hr in ((0, 128), (30, 110), (60, 90))))
    row, span = _said(record, 38)
    assert row.startswith("HR    128 ▇")
    assert row.endswith("▁ 90")
    assert "T+0 … T+60" in span


def test_two_sets_are_seen_in_the_table() -> None:
    """A chart begins with three, and what does not change has none."""
    assert _said(Record(vitals=(VitalSet(t=0, hr=80), VitalSet(t=5, hr=90))), 78) == []
    assert _said(Record(vitals=tuple(VitalSet(t=t, hr=80) for t in range(4))), 78) == []


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 300)), min_size=2, max_size=9, unique_by=lambda one: one[0])
)
def test_the_highest_is_the_highest(measured: list[tuple[int, int]]) -> None:
    """Where every measurement has a column of its own, its level rises with its value."""
    measured = sorted(measured)
    values = [value for _, value in measured]
    if min(values) == max(values):
        return
    cells = drawn(measured, measured[0][0], measured[-1][0], 501)
    levels = [LEVELS.index(cell) for cell in cells if cell != GAP]
    if len(levels) == len(measured):
        assert sorted(levels) == [level for _, level in sorted(zip(values, levels, strict=True))]
        assert levels[values.index(max(values))] == len(LEVELS) - 1
        assert levels[values.index(min(values))] == 0
