"""Proves that a key costs few bytes on the line: the same work in Wardroom and in four mail and news readers.

All run in a pty of 80x24 as xterm-256color over the same 10,000 messages: those of a forum, as ``wardroom export``
writes them, with the same ones unread. ``readers.py`` tells how each reader is set up; what is not installed is left
out. What a figure stands for is looked for on the screen first, and where it is not there, there is no figure.

Then: what a colleague's post costs while one reads something else, what a minute of nothing costs, and thirty arrows
held on a line of 9,600 bit/s, whose terminal answers status reports only as fast as it reads.
"""

import argparse
import itertools
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import make_mbox
import readers
import stage
from pty_meter import Session

from wardroom.terminal.signs import CURSOR

LINE_BYTES_PER_S = 960
HELD, HELD_PER_S, HELD_RUNS = 30, 33, 5
PROSE = (
    "She took it an hour ago and the pressure holds for now. Two ampoules are in and the QRS is still wide, so what n"
)
QUIET_S = 0.25
LONG_TITLE = "One long text of some pages"
LONG_BYTES = 6_000

START = "start to the first screen"
DOWN = "cursor down, window not scrolling"
DOWNS = "cursor down, mean over twenty with scrolling"
PAGE = "page down in a list"
OPEN = "open a long case"
LINE = "scroll its text by a line"
TEXT_PAGE = "scroll its text by a page, for 20 lines"
NEXT = "next unread, opening it"
COMPARED = (START, DOWNS, PAGE, OPEN, LINE, TEXT_PAGE, NEXT)
TYPED = "a typed character"
IDLE = "idle for {seconds} seconds"
MARKS = {DOWN: 25.0, TYPED: 15.0}
ARRIVED = "a colleague's post, reading {where}"
ARRIVED_MARK = 60.0

Figures = dict[str, float]
"""Bytes by what was done."""


class SlowLine(Session):
    """A terminal at the end of a slow line: it reads, and answers, no faster than the line carries."""

    def _read(self) -> bytes:
        data = self._read_some(48)
        time.sleep(len(data) / LINE_BYTES_PER_S)
        return data


def main() -> int:
    """Press, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of nothing")
    told = parser.parse_args()
    report = stage.Report("Bytes on the line, per key")
    with stage.copy_of(stage.forum_of(told.messages)) as path, tempfile.TemporaryDirectory(prefix="wb-") as folder:
        text = add_long_text(path)
        box = Path(folder) / "box"
        if stage.run(path, "export", "--format", "mbox", "--to", str(box))[0]:
            sys.exit("The export failed.")
        peers = {reader.name: of_reader(reader, text) for reader in readers.installed(box, Path(folder), "omar")}
        ours = of_wardroom(path, text, told.idle)
        arrived = of_arrivals(path)
        alike = [held(path) for _ in range(HELD_RUNS)]
        different = [held(path, ("g", "Enter", "End"), "Up") for _ in range(HELD_RUNS)]
    for what, figure in ours.items():
        if what in MARKS:
            report.at_most(what, figure, MARKS[what])
        known = {name: figures[what] for name, figures in peers.items() if what in figures}
        if what in COMPARED and known:
            best, mark = min(known, key=lambda name: known[name]), 0.8 if what == DOWNS else 1.0
            told_of = "  ".join(f"{name} {bytes_:.0f}" for name, bytes_ in known.items())
            wanted = f"<= {mark:g} x {known[best]:.0f} ({told_of})"
            report.claim(what, f"{figure:.0f}", wanted, is_met=figure <= mark * known[best])
        elif what not in MARKS:
            report.at_most(what, figure, 0.0) if what.startswith("idle") else report.note(what, f"{figure:.0f}")
    for what, figure in arrived.items():
        report.at_most(what, figure, ARRIVED_MARK)
    for titles, runs in (("alike", alike), ("different", different)):
        what = f"thirty held arrows at 9,600 bit/s, titles {titles}"
        bytes_, placed_s, quiet_s = (statistics.median(figures) for figures in zip(*runs, strict=True))
        report.at_most(f"{what}, all bytes", bytes_, 1_500)
        report.at_most("the last position is on the glass, its line whole, after", placed_s, 0.5, " s")
        report.note("… and all other lines", f"{quiet_s:.2f} s")
    return report.end()


def add_long_text(path: Path) -> list[str]:
    """The newest case is one of some pages; its lines, which every reader shows as they are."""
    forum = stage.opened(path)
    omar = stage.member(forum, "omar")
    text = make_mbox.prose(random.Random(11), make_mbox.vocabulary(random.Random(7)), LONG_BYTES)
    forum.cases.post(omar, stage.first_board(forum, omar), stage.case(LONG_TITLE, text=text))
    forum.close()
    return text.split("\n")


def cost(session: Session, key: str, times: int = 1) -> float:
    """Mean bytes of a key."""
    counts = []
    for _ in range(times):
        session.press(key)
        counts.append(session.drain(time.monotonic() + 0.8, QUIET_S)[0])
    session.paint()
    return statistics.mean(counts)


def cost_of_pages(session: Session, key: str, lines: list[str], times: int = 3) -> float:
    """Bytes of a page key, for twenty lines of text that it brings: the readers show between 11 and 21 at once."""
    before, first = session.bytes, last_line(session, lines)
    cost(session, key, times)
    return (session.bytes - before) * 20 / max(last_line(session, lines) - first, 1)


def last_line(session: Session, lines: list[str]) -> int:
    """The number of the last line of the text that is on the screen."""
    shown = {line.strip() for line in session.text().split("\n")}
    return max((number for number, line in enumerate(lines) if line and line in shown), default=0)


def walk(session: Session, *keys: str, quiet_s: float = 0.6) -> str:
    """Press keys that are not counted; the screen after them."""
    for key in keys:
        session.press(key)
        session.drain(time.monotonic() + 1.0, quiet_s)
    return session.text()


# --- Wardroom -----------------------------------------------------------------------------------------------------


def started(path: Path, kind: type[Session] = Session) -> Session:
    """Wardroom on its brief."""
    session = kind([stage.WARDROOM], env=stage.environment(path))
    if session.wait_for(r"\? help", 60.0) is None:
        sys.exit(f"There is no brief:\n{session.text()}")
    session.settle(0.6)
    return session


def of_wardroom(path: Path, text: list[str], idle_s: float) -> Figures:
    """What each key costs in Wardroom; the start is that of a second visit, whose brief is full of threads."""
    figures: Figures = {}
    session = started(path)
    session.press("q")
    session.wait()
    session = started(path)
    figures[START] = session.bytes
    walk(session, "g", "Enter")
    figures[DOWN] = cost(session, "j", 5)
    figures[DOWNS] = cost(session, "j", 20)
    figures[PAGE] = cost(session, "PgDn", 5)
    walk(session, "Home")
    figures[OPEN] = cost(session, "Enter")
    expect(session, text[0])
    figures[LINE] = cost(session, "Down", 5)
    figures[TEXT_PAGE] = cost_of_pages(session, "PgDn", text)
    walk(session, "Esc", "j", "j", "Enter")
    figures[NEXT] = cost(session, "Space", 5)
    expect(session, stage.ASK[:20])
    walk(session, "b", "n", "1", "T", "Enter", "Q", "Enter", quiet_s=0.5)
    figures[TYPED] = statistics.mean(cost(session, letter) for letter in PROSE)
    session.settle(3.0)
    before = session.bytes
    session.drain(time.monotonic() + idle_s, idle_s)
    figures[IDLE.format(seconds=f"{idle_s:g}")] = session.bytes - before
    session.close()
    return figures


def expect(session: Session, words: str) -> None:
    """Stop where a screen is not the one whose bytes were counted."""
    if words not in session.text():
        sys.exit(f"{words!r} is not on the screen:\n{session.text()}")


def of_arrivals(path: Path) -> Figures:
    """Bytes that a colleague's new case costs, while one reads: the brief, the board it comes to, another case.

    The median of five; an age that changes at the same time would count too.
    """
    forum = stage.opened(path)
    omar = stage.member(forum, "omar")
    board, number, figures = stage.first_board(forum, omar), 0, Figures()
    for where, keys in (
        ("the brief", ()),
        ("its board", ("g", "Enter")),
        ("a case", ("g", "Enter", "j", "j", "Enter")),
    ):
        counts = []
        for _ in range(5):
            session = started(path)
            walk(session, *keys)
            session.settle(2.5)
            before = session.bytes
            forum.cases.post(omar, board, stage.case(f"High potassium, come later {stage.letters(number)}"))
            number += 1
            session.settle(1.6)
            counts.append(session.bytes - before)
            session.close()
        figures[ARRIVED.format(where=where)] = statistics.median(counts)
    forum.close()
    return figures


def held(path: Path, to_list: tuple[str, ...] = ("g", "Enter"), key: str = "Down") -> tuple[int, float, float]:
    """What thirty arrows held on a slow line cost: bytes, and seconds from the last key to the position and to the last byte.

    The position is there when the cursor's line stands as it stays.

    The keys come by the clock, however busy the line is; what comes is read, and answered, beside them.
    """
    session = started(path, SlowLine)
    walk(session, *to_list)
    session.settle(1.5)
    before, lasts = session.bytes, list[float | None]()
    began_s = time.monotonic()
    reading = threading.Thread(target=lambda: lasts.append(session.drain(began_s + 3.0, 1.5)[2]))
    reading.start()
    for number in range(HELD):
        time.sleep(max(began_s + number / HELD_PER_S - time.monotonic(), 0.0))
        session.press(key)
    pressed_s = time.monotonic()
    reading.join()
    total = session.bytes - before
    placed_s = placed(session)
    session.close()
    return total, max(placed_s - pressed_s, 0.0), max((lasts[0] or pressed_s) - pressed_s, 0.0)


def placed(session: Session) -> float:
    """The moment since when the line that the cursor stands in at the end has been as it is then."""
    seen = [(moment, list(session.screen.display)) for moment in session.painted()]
    end_s, end = seen[-1]
    cursor = next(y for y, line in enumerate(end) if line.startswith(CURSOR))
    alike = itertools.takewhile(lambda one: one[1][cursor] == end[cursor], reversed(seen))
    return min((moment for moment, _ in alike), default=end_s)


# --- the others ---------------------------------------------------------------------------------------------------


def of_reader(reader: readers.Reader, text: list[str]) -> Figures:
    """What the same costs in a reader."""
    figures: Figures = {}
    session = Session(reader.command, env=reader.environ)
    session.wait_for(reader.ready, 60.0)
    session.settle(1.0)
    walk(session, *reader.to_index)
    figures[START] = session.bytes
    walk(session, reader.first)
    figures[DOWN] = cost(session, reader.down, 5)
    figures[DOWNS] = cost(session, reader.down, 20)
    figures[PAGE] = cost(session, reader.page, 5)
    walk(session, reader.last)
    opened = cost(session, reader.open)
    if text[0] in session.text():
        figures[OPEN] = opened
        figures[LINE] = cost(session, reader.line, 5)
        figures[TEXT_PAGE] = cost_of_pages(session, reader.text_page, text)
    walk(session, reader.close, reader.first, reader.open, reader.next_unread)
    following = cost(session, reader.next_unread, 5)
    if stage.ASK[:20] in session.text():
        figures[NEXT] = following
    else:
        stage.say(f"{reader.name} does not show the next unread message:\n{session.text()}")
    session.close()
    return figures


if __name__ == "__main__":
    sys.exit(main())
