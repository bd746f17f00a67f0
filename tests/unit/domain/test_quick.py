"""Quick entry: every line of the set is read as it should be, any text is read without failing, and no word is lost."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wardroom.domain.case import AGE_BANDS, AVPU, check_record
from wardroom.domain.quick import LINE_MAX, QuickEntry, parse
from wardroom.domain.quick.entry import FIELDS
from wardroom.domain.quick.normal import plain

HERE = Path(__file__).parent
LINES = [json.loads(line) for line in (HERE / "quick_lines.jsonl").read_text("utf-8").splitlines()]
BY_HAND = [json.loads(line) for line in (HERE / "quick_lines_by_hand.jsonl").read_text("utf-8").splitlines()]
"""Written from the head with what was expected, before they were read; which of their words stay text is left open."""
OF_SHIFTS = [json.loads(line) for line in (HERE / "quick_lines_of_shifts.jsonl").read_text("utf-8").splitlines()]
"""Handovers, triage notes and dictations of several countries: what each states, and what of it is asked and left empty."""
OF_OTHERS = [json.loads(line) for line in (HERE / "quick_lines_by_other_hands.jsonl").read_text("utf-8").splitlines()]
"""Written by somebody who had not seen the rules, to lead them astray: moved, told, borrowed and mistyped values."""
WORDS_OF = ("complaint", "rest")
NO_VALUES = {*WORDS_OF, "ask", "refused"}
WORDS = sorted({word for line in LINES for word in line["line"].split()})


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["line"])
def test_every_line_of_the_set_is_right(line: dict[str, Any]) -> None:
    """A field is what the line states, or absent; doubtful ones are asked for, impossible ones refused."""
    found = {name: value for name, value in parse(line["line"]).as_object().items() if value not in ("", [])}
    assert found == line["record"]


@pytest.mark.parametrize("line", BY_HAND, ids=lambda line: line["line"])
def test_no_value_of_a_line_by_hand_is_wrong(line: dict[str, Any]) -> None:
    """Every value that is stated, none that is not; what is doubtful is asked for."""
    found = {name: value for name, value in parse(line["line"]).as_object().items() if value not in ("", [])}
    assert {name: value for name, value in found.items() if name not in WORDS_OF} == line["record"]


@pytest.mark.parametrize("line", OF_SHIFTS + OF_OTHERS, ids=lambda line: line["line"])
def test_no_value_of_a_line_of_a_shift_is_wrong(line: dict[str, Any]) -> None:
    """What is read is what a colleague would have written down; what is not, is left empty and never guessed."""
    found = parse(line["line"]).as_object()
    stated = {name: value for name, value in line["stated"].items() if name not in line.get("empty", [])}
    assert {name: value for name, value in found.items() if name not in NO_VALUES} == stated
    if "complaint" in line:
        assert found["complaint"] == line["complaint"]


def test_little_is_left_empty() -> None:
    """Of what the lines of shifts and of other hands state, six values in a hundred at most."""
    for lines in (OF_SHIFTS, OF_OTHERS):
        stated = sum(len(line["stated"]) for line in lines)
        assert sum(len(line.get("empty", [])) for line in lines) <= stated * 0.06


def test_the_set_is_large_and_each_line_is_in_it_once() -> None:
    """At least 150 lines."""
    assert len({line["line"] for line in LINES}) == len(LINES) >= 150
    assert len({line["line"] for line in BY_HAND}) == len(BY_HAND) >= 150
    assert len({line["line"] for line in OF_SHIFTS}) == len(OF_SHIFTS) >= 150
    assert len({line["line"] for line in OF_OTHERS}) == len(OF_OTHERS) >= 150


def _whole(entry: QuickEntry) -> None:
    """What must hold of any entry: known fields in their limits, no field both stated and doubtful."""
    assert set(entry.values) <= set(FIELDS)
    assert not set(entry.values) & set(entry.ask)
    assert set(entry.ask) | set(entry.refused) <= set(FIELDS)
    assert entry.values.get("age_band", AGE_BANDS[0]) in AGE_BANDS
    assert entry.values.get("sex", "F") in {"F", "M"}
    assert entry.values.get("avpu", "A") in AVPU
    check_record(entry.record())
    json.dumps(entry.as_object())


@given(st.text(max_size=200))
@example("\x01\x02\x03 HR 80")
@example("HR\u00a080\u2003BP\u202f120\u204480")
@example("İ HR 80 ſ K 6.8")
@example("1" * 300)
def test_any_text_is_read(text: str) -> None:
    """Nothing a person can type raises, and what comes out is a record."""
    _whole(parse(text))


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.integers(0, 400).map(str)), max_size=25).map(" ".join))
def test_any_shuffle_of_shorthand_is_read(text: str) -> None:
    """Shorthand in any order and out of all order never raises, and gives a record in its limits."""
    _whole(parse(text))


_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


@given(
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(["zebra", "quartz", "und", "müde"])), max_size=20).map(
        " ".join
    )
)
def test_no_word_is_lost(text: str) -> None:
    """A word nobody could claim is in the complaint or the rest, each time it was written."""
    entry = parse(text)
    kept = f"{entry.values.get('complaint', '')} {entry.rest}"
    for word in ("zebra", "quartz", "müde"):
        assert kept.count(word) == text.count(word)


@given(st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join))
def test_no_value_appears_from_nowhere(text: str) -> None:
    """A rate or a pressure that is stated is a number of the line itself."""
    numbers = {float(number.replace(",", ".")) for number in _NUMBER.findall(plain(text))}
    entry = parse(text)
    for name in ("hr", "sbp", "dbp", "rr", "spo2", "pain", "sodium_mmol_l", "potassium_mmol_l", "gestation_weeks"):
        value = entry.values.get(name)
        if value is not None:
            assert value in numbers or any(str(int(value)) in str(number) for number in numbers)


PARTS = ("58F", "syncope", "HR 38", "BP 82/40", "RR 18", "SpO2 94 RA", "T 36.1", "GCS 15", "CTAS 2")


@given(st.permutations(PARTS), st.sampled_from([", ", "; ", " | ", ",  "]))
def test_the_order_does_not_matter(parts: list[str], between: str) -> None:
    """The same statements in any order make the same record."""
    assert parse(between.join(parts)).as_object() == parse(", ".join(PARTS)).as_object()


def test_what_is_too_long_is_kept_as_text() -> None:
    """Behind the limit nothing is read, and nothing is lost."""
    text = "58F syncope, " + "x" * LINE_MAX + " HR 80"
    entry = parse(text)
    assert entry.values["age_band"] == "45-64"
    assert "hr" not in entry.values
    assert entry.rest.count("x") + str(entry.values["complaint"]).count("x") >= LINE_MAX
    assert entry.rest.endswith("HR 80")


def test_any_alphabet_is_as_long_as_before() -> None:
    """Places in the plain text are places in what was typed."""
    assert plain("ＨＲ　١٢٨ – ₂ ﬁ ½ 𝟗") == "HR 128 - 2 ﬁ ½ 9"
