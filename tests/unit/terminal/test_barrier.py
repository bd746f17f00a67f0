"""The last barrier: whatever is written, only text and the sequences on the list leave the program."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from wardroom.terminal.barrier import Cells, only_allowed, only_printable

BLACK = Color(0, 0, 0)
SEQUENCE = re.compile(
    r"\x1b\[(?:[0-9;]*[mHABCDGdKJXLMSTPr]|5n|\?(?:7|25|1049|2004|2026|2048)[hl]|\?(?:2026|2048)\$p|>[0-9]+u|<u)"
)
HOSTILE = st.text(
    st.sampled_from("\x1b\x9b\x9d\x90\x07\x08\x00\x7f]52;cP[?0hm \\aÄ漢\u202e\u2066\u200b\u200f\ufeff\r\n\t\U000e0041")
    | st.characters()
)


def _is_harmless(text: str) -> bool:
    """Whether no character acts, hides or turns."""
    return all(char >= " " and not "\x7f" <= char <= "\x9f" for char in text) and not re.search(
        "[\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f\ud800-\udfff]", text
    )


@given(HOSTILE)
@example("\x1b]52;c;QUJD\x07")
@example("\x1b]0;title\x1b\\")
@example("\x1bP1$r\x1b\\")
@example("\u202egnp.exe")
@example("\x1b[2J")
def test_no_cell_holds_anything_that_acts(text: str) -> None:
    """A widget's text reaches the compositor without one control, hidden or turning character."""
    assert _is_harmless(only_printable(text))
    (segment,) = Cells().apply([Segment(text, Style(link="https://example.org"))], BLACK) or [Segment("")]
    assert _is_harmless(segment.text)
    assert segment.style is None or segment.style.link is None


@given(HOSTILE)
@example("\x1b]52;c;QUJD\x07")
@example("\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\")
@example("\x1b[6n\x1b[c\x1b[?1000h\x1b[>0q")
@example("\x1b\x1b[2J")
@example("\x1b[" + "1;" * 200 + "m")
def test_only_listed_sequences_reach_the_terminal(frame: str) -> None:
    """What is left when the listed sequences are taken out of a frame is text and newlines."""
    sent = only_allowed(frame)
    rest = SEQUENCE.sub("", sent).replace("\n", "").replace("\r", "").replace("\b", "")
    assert _is_harmless(rest)


@given(HOSTILE)
def test_the_barrier_changes_nothing_twice(frame: str) -> None:
    """What has passed passes again."""
    assert only_allowed(only_allowed(frame)) == only_allowed(frame)
    assert only_printable(only_printable(frame)) == only_printable(frame)


def test_plain_text_and_our_own_sequences_pass_unchanged() -> None:
    """Letters of every script, signs, emoji with their joiners, and the frames Textual sends."""
    frame = "\x1b[?2026h\x1b[1;1H\x1b[1;36mÄpfel 漢字 العربية ▸ ● ‼ 👩‍⚕️\x1b[0m\r\n\x1b[?2026l"
    assert only_allowed(frame) == frame
    assert only_printable("Äpfel 漢字 العربية ▸ ● ‼ 👩‍⚕️") == "Äpfel 漢字 العربية ▸ ● ‼ 👩‍⚕️"


def test_what_is_stopped_leaves_a_sign() -> None:
    """A reader sees that something was there."""
    assert only_printable("a\x1b]52;c;x\x07b") == "a␛]52;c;x␇b"
    assert only_printable("10\u200b0 mg") == "10�0 mg"
