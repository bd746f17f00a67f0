"""What ``scan`` and ``apply`` promise for any text: places that hold, no overlap, no exception."""

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wardroom.domain.text import clean
from wardroom.screening import Finding, apply, scan
from wardroom.screening.engine import _settled
from wardroom.screening.normal import seen, squeezed
from wardroom.screening.places import lowered

KINDS = {"name", "date", "age", "phone", "email", "address", "location", "id", "url", "other"}
PIECES = st.sampled_from(
    [
        "Mr Alder ", "wife Ottoline ", "MRN 448291 ", "17/03/2024", "23:40 ", "92-year-old ", "0161 496 0482", "a.b@example.org ",
        "12 Alder Street, ", "LS1 4AP ", "bay 4 ", "ten ", "one hundred ", "May ", "5 ", "1:", "::", "(0", "+", "@", "⟨ZWSP⟩", "\u200b",
        "é", "e\u0301", "１２", "İ", "ß", "ﬁ", "\n", "\t", "doi:10.1000/x ", "PMID 12345678 ", "4 4 8 2 9 1 3 ", "J.S. ", "de la ", "J. ",
        "call ", "card ", "van ", "St ", "Hospital ", "from ", "age ", "34F ", "T 98F ", "\ud800", "\0", "A-", "'s ", ". ",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.text(st.characters(), max_size=80), st.lists(PIECES, max_size=14).map("".join))


@given(TEXTS)
@example("Hospital A0-")
def test_places_lie_inside_and_hold_what_they_say(text: str) -> None:
    """For any string: findings in order, apart from each other, inside the text, of a known kind."""
    end = 0
    for one in scan(text):
        assert end <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.text
        assert one.kind in KINDS
        assert one.action in {"block", "warn"}
        assert one.suggestion != one.text
        end = one.end


@given(TEXTS)
def test_apply_replaces_just_the_findings(text: str) -> None:
    """What lies between findings stays, in its order."""
    found = scan(text)
    changed = apply(text, found)
    at = done = 0
    for one in found:
        between = text[done : one.start]
        assert changed[at : at + len(between) + len(one.suggestion)] == between + one.suggestion
        at += len(between) + len(one.suggestion)
        done = one.end
    assert changed[at:] == text[done:]


@given(TEXTS)
def test_suggestions_in_a_clean_text_are_clean(text: str) -> None:
    """Own text is cleaned, screened and signed: taking suggestions must not call for another cleaning."""
    cleaned = clean(text)
    masked = apply(cleaned, scan(cleaned))
    assert clean(masked) == masked


@given(TEXTS)
def test_the_seen_text_points_back(text: str) -> None:
    """Each character recognisers see stands for a place of the original, in order."""
    view = seen(text)
    assert len(view.text) == len(view.starts) == len(view.ends) or text.isascii()
    places = [(view.starts[at], view.ends[at]) for at in range(len(view.text))]
    assert all(0 <= first < last <= len(text) for first, last in places)
    assert places == sorted(places)
    assert len(lowered(view.text)) == len(view.text)


def test_apply_takes_findings_in_any_order_and_skips_overlaps() -> None:
    """Two findings that overlap cannot both be replaced: the first one is."""
    found = [
        Finding(3, 5, "id", "block", "de", "Y"),
        Finding(0, 2, "id", "block", "ab", "X"),
        Finding(1, 4, "id", "block", "bcd", "Z"),
    ]
    assert apply("abcdef", found) == "XcYf"


def test_of_overlapping_findings_the_blocking_and_longer_wins() -> None:
    """A warning never hides a block; among equals the longer one stays, and of the other what stands out at one side."""
    warn = Finding(0, 9, "date", "warn", "x" * 9, "")
    short = Finding(2, 4, "id", "block", "xx", "")
    long = Finding(3, 7, "phone", "block", "xxxx", "")
    apart = Finding(9, 10, "url", "warn", "x", "")
    assert _settled([warn, short, long, apart]) == (long, apart)
    beside = Finding(5, 11, "name", "block", "xxyyyy", "[name]")
    assert _settled([Finding(0, 7, "phone", "block", "xxxxxxx", ""), beside]) == (
        Finding(0, 7, "phone", "block", "xxxxxxx", ""),
        Finding(7, 11, "name", "block", "yyyy", "[name]"),
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MRN ４４８２９１３ on file", "４４８２９１３"),
        ("MRN 448\u200b29\u206013 on file", "448\u200b29\u206013"),
        ("MRN 448⟨ZWSP⟩29⟨U+2063⟩13 on file", "448⟨ZWSP⟩29⟨U+2063⟩13"),
        ("born 17\u221203\u20122024 at home", "17\u221203\u20122024"),
        ("tel. ٠١٦١ ٤٩٦ ٠٤٨٢", "٠١٦١ ٤٩٦ ٠٤٨٢"),
        ("ID 𝟰𝟰𝟴𝟮𝟵𝟭𝟯", "𝟰𝟰𝟴𝟮𝟵𝟭𝟯"),
        ("Mr Ale\u0301zan", "Mr Ale\u0301zan"),
        ("M R N  4 4 8 2 9 1 3", "4 4 8 2 9 1 3"),
        ("ring 0.1.6.1.4.9.6.0.4.8.2 now", "0.1.6.1.4.9.6.0.4.8.2"),
        ("M r s  A l d e r  fell", "M r s  A l d e r"),
    ],
)
def test_disguises_are_seen_through(text: str, found: str) -> None:
    """Full-width, foreign, hidden and spaced-out spellings are found where they stand in the original."""
    assert found in [one.text for one in scan(text)]


def test_counting_is_not_spacing_out() -> None:
    """A scale written out is no spaced-out number, and few signs are no word."""
    assert squeezed(seen("0 1 2 3 4 5 6")) is None
    assert squeezed(seen("A B C")) is None


def test_importing_loads_no_recogniser() -> None:
    """The first screen of a session must not pay for lists and check digits it may never need."""
    code = (
        "import sys, wardroom.screening as s\n"
        "heavy = {'phonenumbers', 'stdnum', 'wardroom.screening.engine'}\n"
        "assert not heavy & set(sys.modules)\n"
        "s.scan('Wide QRS after TCA, BP 84/50, QRS 148 ms, 150 mmol bicarbonate')\n"
        "assert not {'phonenumbers', 'stdnum'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
