"""The hook: what the compositor lays becomes cells of this terminal, nothing in them acts, and no third frame is sent."""

import re
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import settings as set_up
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from tests.tui.ward import ward
from tests.unit.terminal.far_side import FarSide
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Offset, Region, Size
from textual.strip import Strip

from wardroom.terminal import repertoire, signs, textual_hook
from wardroom.terminal.barrier import only_allowed
from wardroom.terminal.textual_hook import ANSWER_MAX_S, QUESTION, Answers, Flow, Hook, Painter, is_usable

TERMS = ("xterm-256color", "screen", "linux", "vt220", "vt100")


def _full(*lines: str) -> LayoutUpdate:
    return LayoutUpdate([[Strip([Segment(line)])] for line in lines], Region(0, 0, 10, len(lines)))


@given(st.text(max_size=30), st.sampled_from(TERMS))
@set_up(max_examples=300)
def test_no_text_in_a_cell_acts(text: str, term: str) -> None:
    """Even what has passed no filter becomes signs, and every sequence sent is on the list."""
    painter = Painter("16", repertoire.of(term))
    painter.lay(LayoutUpdate([[Strip([Segment(text, Style(link="http://x"))])], []], Region(0, 0, 40, 2)))
    sent = painter.frame((0, 1))
    assert only_allowed(sent) == sent
    assert not re.search("[\x00-\x07\x0b-\x0c\x0e-\x1a\x7f-\x9f\u202a-\u202e\u2066-\u2069]", sent)


def test_a_part_is_laid_over_the_whole() -> None:
    """A span shows where it lies, and what a part cuts in half is gone."""
    painter = Painter("none", repertoire.VT102)
    painter.lay(_full("漢字漢字漢", "abcdefghij"))
    painter.lay(ChopsUpdate([{0: None, 3: Strip([Segment("xyz")])}, {0: None}], [(0, 3, 5)], [[3, 10], [10]]))
    assert ["".join(map(painter.glyphs.text, row)) for row in painter.rows()] == ["漢 xy 字漢", "abcdefghij"]


def test_what_is_forgotten_is_painted_anew() -> None:
    """After a redraw the whole glass is sent, without it nothing."""
    painter = Painter("none", repertoire.VT102)
    painter.lay(_full("one", "two"))
    first = painter.frame((0, 0))
    painter.lay(_full("one", "two"))
    assert painter.frame((0, 0)) == ""
    painter.forget()
    assert painter.frame((0, 0)) == first


@pytest.mark.parametrize(
    ("encoding", "is_ascii", "wanted"),
    [
        ("utf-8", True, "!!>ä o! Abx漢"),
        ("ascii", True, "!!>? o! Abx??"),
        ("iso8859-1", False, "! >ä o! Abx??"),
        ("utf-8", False, "‼ ▸ä ○‼ Abx漢"),
    ],
)
def test_a_poor_terminal_gets_twins_in_the_same_columns(encoding: str, wanted: str, *, is_ascii: bool) -> None:
    """Signs become ASCII, what an encoding lacks question marks, and every column stays."""
    painter = Painter("none", repertoire.VT102, is_ascii=is_ascii, encoding=encoding)
    painter.lay(LayoutUpdate([[Strip([Segment("‼ ▸ä ○‼ Abx漢")])]], Region(0, 0, 14, 1)))
    assert "".join(map(painter.glyphs.text, painter.rows()[0])).rstrip() == wanted
    sent = painter.frame((0, 0))
    assert signs.in_ascii(sent) == sent or not is_ascii


class _Clock:
    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_two_frames_are_under_way_and_no_third() -> None:
    """A third waits for an answer, or for as long as no terminal takes to give one."""
    clock = _Clock()
    flow = Flow(clock)
    assert flow.sent(2000) == QUESTION
    assert flow.sent(2000) == "", "a terminal that has not answered once is not asked again"
    assert not flow.is_full
    flow.answered()
    assert flow.sent(10) == QUESTION, "what was sent meanwhile counts"
    assert flow.sent(10) == "", "little is not worth a question"
    assert flow.sent(100) == QUESTION
    assert flow.is_full
    flow.answered()
    assert not flow.is_full
    assert flow.sent(100) == QUESTION
    assert flow.is_full
    flow.answered()
    flow.answered()
    assert flow.sent(2000) == QUESTION
    assert flow.is_full, "a long frame is on its way alone"
    clock.now_s += ANSWER_MAX_S + 0.1
    assert not flow.is_full
    assert flow.sent(100) == ""


def test_a_line_is_slow_that_has_never_carried_more() -> None:
    """Latency alone makes no line slow: the longest frame tells, and what is sent at once fits an eighth of a second."""
    clock = _Clock()
    flow = Flow(clock)
    assert flow.piece_bytes is None, "nothing is known yet"
    flow.sent(1900)
    clock.now_s += 2.0
    flow.answered()
    assert flow.piece_bytes == 118
    flow.sent(200)
    clock.now_s += 1.0
    flow.answered()
    assert flow.piece_bytes == 118
    flow.sent(2000)
    clock.now_s += 0.6
    flow.answered()
    assert flow.piece_bytes is None


class _Slow:
    """An app, its driver and its screen, as far as a hook asks them; what is written takes as long as 960 bytes a second do."""

    def __init__(self) -> None:
        self.clock = _Clock()
        self.painter = Painter("none", repertoire.XTERM)
        self.painter.flow = Flow(self.clock)
        self.hook = Hook(cast("Any", self), self.painter)
        self.written: list[str] = []
        self.cursor_position = Offset(0, 0)
        self.screen, self.outer_size, self._driver = self, Size(80, 24), self

    def write(self, text: str) -> None:
        self.written.append(text)

    def flush(self) -> None:
        """Nothing is kept."""

    _begin_update = _end_update = flush

    def set_timer(self, *_: object) -> None:
        """Nobody waits so long."""

    def answer(self) -> None:
        """All that was written has been read."""
        self.clock.now_s += sum(map(len, self.written)) / 960
        self.written.clear()
        while self.painter.flow.is_awaited:
            self.painter.flow.answered()


def test_a_long_frame_takes_a_slow_line_in_pieces() -> None:
    """No more is on its way than two pieces, each answer brings the next, and what is wanted meanwhile comes first."""
    app, far = _Slow(), FarSide(80, 24)

    def want(word: str, cursor: int) -> None:
        lines = [
            f"{'>' if y == cursor else ' '} {word} {y * 37} {word * (y % 5)} and so on".ljust(80) for y in range(24)
        ]
        app.painter.lay(LayoutUpdate([[Strip([Segment(line)])] for line in lines], Region(0, 0, 80, 24)))
        app.cursor_position = Offset(0, cursor)
        app.hook.send()

    def read() -> str:
        sent = "".join(app.written)
        far.feed(sent.replace(QUESTION, ""))
        app.answer()
        return sent

    want("one", 0)
    read()
    want("two", 0)
    assert 100 < len(read()) < 400
    want("three", 20)
    app.hook.catch_up()
    assert 100 < len(read()) < 400
    assert far.screen.display[20].startswith("> three 740")
    for _ in range(12):
        app.hook.catch_up()
        read()
    assert all(f" three {y * 37} " in line for y, line in enumerate(far.screen.display))
    assert read() == ""


@given(st.lists(st.sampled_from(["\x1b[0n", "a", "\x1b", "\x1b[A", "[0n", "é", "\x1b[3n"])), st.data())
def test_answers_are_no_keys(parts: list[str], data: st.DataObject) -> None:
    """However the input is cut, answers are taken out and counted, and all else comes through in order."""
    whole, answers, typed, at = "".join(parts), Answers(), "", 0
    count = 0
    while at < len(whole):
        step = data.draw(st.integers(1, len(whole) - at))
        text, found = answers.without(whole[at : at + step], is_awaited=True)
        typed, count, at = typed + text, count + found, at + step
    text, found = answers.without("", is_awaited=True)
    assert typed + text == re.sub(r"\x1b\[[03]n", "", whole)
    assert count + found == len(re.findall(r"\x1b\[[03]n", whole))


def test_an_escape_key_is_kept_back_only_while_an_answer_is_awaited() -> None:
    """And then no longer than until the next look."""
    answers = Answers()
    assert answers.without("\x1b", is_awaited=False) == ("\x1b", 0)
    assert answers.without("\x1b", is_awaited=True) == ("", 0)
    assert answers.without("", is_awaited=True) == ("\x1b", 0)
    assert answers.without("", is_awaited=True) == ("", 0)


async def test_the_insides_of_this_textual_are_as_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The self-test passes here, and fails where something it counts on has gone."""
    with ward(tmp_path) as here:
        app = here.app()
        assert is_usable(app)
        hook = textual_hook.attach(app, environ={"TERM": "xterm"})
        assert hook is not None
        monkeypatch.delattr(ChopsUpdate, "__init__")
        assert not is_usable(app)
        assert textual_hook.attach(app, environ={"TERM": "xterm"}) is None
