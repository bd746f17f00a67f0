"""Text from people is data: what ``clean`` promises for any string, and that nothing overflows its columns."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wardroom.domain import text as t
from wardroom.errors import InputRejected

HOSTILE = "\x00\x07\x1b\x7f\x85\x9b\x9d\xad\u034f\u061c\u115f\u200b\u200c\u200d\u200e\u202e\u2028\u2066\u2069\ufeff"
MARKS = "\u0300\u0301\u0315\u0327\u0345\u09be\u0bd7\u20e3\ufe0f"
LETTERS = "eEaKkक्षम한ᄒ\u1161\u11ab漢م😀👩🏽⚕🇩🇪1９ß"
nasty = st.text(st.one_of(st.sampled_from(HOSTILE + MARKS + LETTERS + " \n\t\r"), st.characters()))
"""Any string, surrogates and all, rich in what hides or acts."""

FORBIDDEN = frozenset(
    [chr(c) for c in (*range(9), *range(11, 32), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x200B, 0x2060, 0xFEFF)]
    + [chr(c) for c in (0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x2070), *range(0xFFF9, 0xFFFC))]
    + [chr(c) for c in range(0xE0000, 0xE0080)]
)
FILLERS = frozenset("\u115f\u1160\u3164\uffa0")


@given(nasty, st.booleans())
@example("e\u0301\u0301\u0301\u0301\u0301\u0301 \ufe0f\u200d", True)
@example("\u1112\u1161\0\u11ab", False)
def test_clean_is_idempotent(text: str, one_line: bool) -> None:
    """Cleaning a cleaned text changes nothing, or own posts would differ from their copies at peers."""
    once = t.clean(text, one_line=one_line)
    assert t.clean(once, one_line=one_line) == once
    assert t.clean(once) == once


@given(nasty)
def test_clean_text_encodes_and_holds_nothing_that_acts(text: str) -> None:
    """A cleaned text is valid UTF-8 in NFC and holds no control, direction, private or noncharacter."""
    cleaned = t.clean(text)
    cleaned.encode()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not FORBIDDEN & set(cleaned)
    assert not any(unicodedata.category(c) in {"Cs", "Co"} for c in cleaned)
    assert not any(ord(c) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(c) <= 0xFDEF for c in cleaned)


@given(nasty)
def test_letters_and_digits_survive_in_order(text: str) -> None:
    """Nothing that can be read is lost: every letter and digit is still there, in its order."""
    rest = iter(t.clean(text))
    readable = unicodedata.normalize("NFC", text.replace("\0", ""))
    lost = [c for c in readable if c.isalnum() and c not in FILLERS and c not in rest]
    assert not lost


@given(nasty)
def test_one_line_is_one_line(text: str) -> None:
    """A one-line text has no newline, no tab, no doubled blank and none at its ends."""
    line = t.clean(text, one_line=True)
    assert "\n" not in line
    assert "\t" not in line
    assert "  " not in line
    assert line == line.strip()


@given(nasty)
def test_marks_are_few(text: str) -> None:
    """No base character carries more combining marks than the limit."""
    run = 0
    for char in t.clean(text):
        run = run + 1 if unicodedata.category(char)[0] == "M" else 0
        assert run <= t.MARKS_MAX


def test_everyday_characters_are_clean() -> None:
    """The quick way agrees with the slow one: each everyday character, and each pair with itself, is its own NFC."""
    for char in t._EVERYDAY:
        assert t._cleaned(char * 2) == char * 2


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("a\r\nb\rc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("\x1b]52;c;!\x07", "␛]52;c;!␇"),
        ("\x9b31m", "⟨CSI⟩31m"),
        ("a\u202eb", "a⟨RLO⟩b"),
        ("10\u200b0 mg", "10⟨ZWSP⟩0 mg"),
        ("\ufeffstart", "start"),
        ("nul\0l", "null"),
        ("del\x7f", "del␡"),
        ("\ud800", "⟨U+D800⟩"),
        ("\ue000 \U000e0041", "⟨U+E000⟩ ⟨U+E0041⟩"),
        ("cafe\u0301", "café"),
        ("z" + "\u0323" * 9, "ẓ" + "\u0323" * 4),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("👩🏽\u200d⚕\ufe0f ok", "👩🏽\u200d⚕\ufe0f ok"),
        ("a\u200db", "a⟨ZWJ⟩b"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("a \ufe0f", "a ⟨U+FE0F⟩"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("x\U000e0100", "x⟨U+E0100⟩"),
        ("ᠠ\u180b", "ᠠ\u180b"),
        ("\u200d", "⟨ZWJ⟩"),
        ("x\u200c", "x⟨ZWNJ⟩"),
        ("😀\u200c😀", "😀⟨ZWNJ⟩😀"),
    ],
)
def test_clean_examples(given_: str, expected: str) -> None:
    """What acts or hides is named; what a script or emoji needs stays."""
    assert t.clean(given_) == expected


def test_clean_one_line_joins_lines() -> None:
    """Newlines, tabs and runs of blanks become one space."""
    assert t.clean("  a\r\n\tb\u00a0 c ", one_line=True) == "a b c"


# --- names -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        (" Nadia ", "nadia"),
        ("County-General_2", "county-general_2"),
        ("ｎａｄｉａ", "nadia"),
        ("Straße", "strasse"),
        ("лена", "лена"),
        ("د٣", "د3"),
        ("नीता", "नीता"),
        ("東京ひ", "東京ひ"),
        ("a" * 32, "a" * 32),
    ],
)
def test_names_have_one_form(given_: str, expected: str) -> None:
    """A name is stored in one form, whatever way it was typed."""
    assert t.clean_name(given_) == expected
    assert t.clean_name(expected) == expected


@pytest.mark.parametrize(
    "bad",
    [
        "",
        " ",
        "a" * 33,
        "nаdia",
        "two words",
        "-rf",
        "x.",
        "a/b",
        "a\u202eb",
        "a\u200bb",
        "😀",
        "x\u0305",
        "ɡo",
        "ͅa",
        "a🇩",
    ],
)
def test_names_that_deceive_are_refused(bad: str) -> None:
    """Mixed alphabets, hidden characters, signs and wrong lengths get a sentence."""
    with pytest.raises(InputRejected, match=r"^[A-Z].*\.$"):
        t.clean_name(bad)


@given(nasty)
def test_any_name_is_taken_or_refused(text: str) -> None:
    """Any string gives a name that is its own clean form, or a refusal that can be shown."""
    try:
        name = t.clean_name(text)
    except InputRejected as refused:
        name, sentence = "refused", str(refused)
    else:
        sentence = ""
    assert t.clean(sentence) == sentence
    assert t.clean_name(name) == name
    assert t.clean(name) == name
    assert 1 <= len(name) <= t.NAME_MAX


# --- limits ------------------------------------------------------------------------------------------------------


def test_title_limits() -> None:
    """A title has 10 to 80 characters on one line."""
    assert t.check_title(" Wide QRS\nafter TCA ") == "Wide QRS after TCA"
    assert t.check_title("x" * t.TITLE_MAX)
    for bad in ("", " ", "x" * (t.TITLE_MIN - 1), "x" * (t.TITLE_MAX + 1)):
        with pytest.raises(InputRejected):
            t.check_title(bad)


def test_question_limits() -> None:
    """A question is there and has at most 200 characters."""
    assert t.check_question("More, or lidocaine?") == "More, or lidocaine?"
    for bad in ("\n", "x" * (t.QUESTION_MAX + 1)):
        with pytest.raises(InputRejected):
            t.check_question(bad)


def test_line_limits() -> None:
    """Any other line has its limit and its name in the sentence."""
    assert t.check_line(" toxicology ", "interest") == "toxicology"
    with pytest.raises(InputRejected, match="interest"):
        t.check_line("x" * 11, "interest", longest=10)


def test_body_limits() -> None:
    """A body is counted in UTF-8 bytes and may be empty only where it is not required."""
    assert t.check_body("Found.\r\n\r\n") == "Found."
    assert t.check_body("é" * (t.BODY_MAX_BYTES // 2))
    assert t.check_body(" ", required=False) == ""
    for bad in (" \n", "é" * (t.BODY_MAX_BYTES // 2 + 1)):
        with pytest.raises(InputRejected):
            t.check_body(bad)


# --- width -------------------------------------------------------------------------------------------------------


@given(nasty, st.integers(-1, 40))
def test_cut_and_pad_hold_the_width(text: str, width: int) -> None:
    """A cut text is never wider than asked, a padded one exactly as wide; what fits is left alone."""
    text = t.clean(text)
    assert t.display_width(t.cut(text, width)) <= max(width, 0)
    assert t.display_width(t.pad(text, width)) == max(width, 0)
    one = t.clean(text, one_line=True)
    if t.display_width(one) <= width:
        assert t.cut(one, width) == one


@given(nasty, st.integers(2, 40))
def test_wrap_holds_the_width_and_loses_nothing(text: str, width: int) -> None:
    """No wrapped line is too wide, and every character but the blanks is there in its order."""
    text = t.clean(text)
    lines = t.wrap(text, width)
    assert all(t.display_width(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace("\n", "").replace("\t", "").replace(" ", "")
    assert len(lines) > text.count("\n")


@given(nasty, st.integers(0, 20))
def test_a_cut_never_ends_inside_a_cluster(text: str, width: int) -> None:
    """What was cut off does not begin with a mark that belonged to the last character kept."""
    text = t.clean(text, one_line=True)
    kept = t.cut(text, width, ellipsis="")
    assert text.startswith(kept)
    rest = text[len(kept) :]
    assert not (kept and rest and unicodedata.combining(rest[0]))


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("Wide QRS after TCA", 18, "Wide QRS after TCA"),
        ("Wide QRS after TCA", 17, "Wide QRS after…"),
        ("Wide QRS after TCA", 15, "Wide QRS after…"),
        ("Pneumonoultramicro scopic", 10, "Pneumonou…"),
        ("漢字漢字", 5, "漢字…"),
        ("🇩🇪🇫🇷", 3, "🇩🇪…"),
        ("two\nlines", 20, "two lines"),
        ("abc", 0, ""),
    ],
)
def test_cut_examples(text: str, width: int, expected: str) -> None:
    """A cut falls at a word where that is cheap, and never inside a wide character or a flag."""
    assert t.cut(text, width) == expected


def test_cut_takes_another_ellipsis() -> None:
    """Terminals without UTF-8 get three dots."""
    assert t.cut("bicarbonate", 8, ellipsis="...") == "bicar..."


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("one two three", 9, ["one two", "three"]),
        ("a\n\nb", 9, ["a", "", "b"]),
        ("- first item is long", 12, ["- first item", "  is long"]),
        ("12. first item is long", 14, ["12. first item", "    is long"]),
        ("    indented words here", 16, ["    indented", "    words here"]),
        ("abcdefghij klm", 4, ["abcd", "efgh", "ij", "klm"]),
        ("x abcdefghijklm", 5, ["x", "abcde", "fghij", "klm"]),
        ("- abcdefghijkl", 8, ["- abcdef", "  ghijkl"]),
        ("                    deep", 10, ["     deep"]),
        ("            ", 8, ["    "]),
        ("漢字漢字", 5, ["漢字", "漢字"]),
        ("a\tb", 20, ["a   b"]),
        ("1234 12 ", 7, ["1234 12"]),
    ],
)
def test_wrap_examples(text: str, width: int, expected: list[str]) -> None:
    """Words wrap, lists hang, blank lines stay, long words break."""
    assert t.wrap(text, width) == expected


def test_width_counts_columns() -> None:
    """Wide characters take two columns, marks none."""
    assert t.display_width("QRS 148") == 7
    assert t.display_width("漢字") == 4
    assert t.display_width("ẓ\u0323\u0323") == 1
