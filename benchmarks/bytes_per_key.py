"""Proves that a key costs few bytes on the line: the same work in Wardroom and, where it is installed, in neomutt.

Both run in a pty of 80x24 as xterm-256color over the same 10,000 messages; neomutt reads them as mail, without
sidebar or colours of its own. Last, thirty arrows are held on a line of 9,600 bit/s, whose terminal answers status
reports only as fast as it reads: the last position has to be on the glass soon after the last key.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

import make_mbox
import stage
from pty_meter import Session

LINE_BYTES_PER_S = 960
HELD, HELD_PER_S = 30, 33
PROSE = (
    "She took it an hour ago and the pressure holds for now. Two ampoules are in and the QRS is still wide, so what n"
)
QUIET_S = 0.25

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
    told = parser.parse_args()
    report = stage.Report("Bytes on the line, per key")
    peer = of_neomutt(told.messages) if shutil.which("neomutt") else {}
    with stage.copy_of(stage.forum_of(told.messages)) as path:
        ours = of_wardroom(path)
        held_bytes, late_s = held(path)
    marks = {"cursor down, window not scrolling": 25.0, "a typed character": 15.0, "idle for ten seconds": 0.0}
    for what, figure in ours.items():
        if what in marks:
            report.at_most(what, figure, marks[what])
        elif what in peer:
            factor = 0.8 if "twenty" in what else 1.0
            report.claim(
                what, f"{figure:.0f}", f"<= {factor:g} x {peer[what]:.0f}", is_met=figure <= factor * peer[what]
            )
        else:
            report.note(what, f"{figure:.0f}")
    report.at_most("thirty held arrows at 9,600 bit/s, all bytes", held_bytes, 1_500)
    report.at_most("the last of them is on the glass after", late_s, 0.5, " s")
    return report.end()


def cost(session: Session, key: str, times: int = 1) -> float:
    """Mean bytes of a key."""
    counts = []
    for _ in range(times):
        session.press(key)
        counts.append(session.drain(time.monotonic() + 0.8, QUIET_S)[0])
    session.paint()
    return statistics.mean(counts)


def started(path: Path, kind: type[Session] = Session) -> Session:
    """Wardroom on its brief."""
    session = kind([stage.WARDROOM], env=stage.environment(path))
    if session.wait_for(r"\? help", 60.0) is None:
        sys.exit(f"There is no brief:\n{session.text()}")
    session.settle(0.6)
    return session


def to_board(session: Session) -> None:
    """From the brief to the board that holds everything."""
    for key in ("g", "Enter"):
        session.press(key)
        session.settle(0.6)


def of_wardroom(path: Path) -> Figures:
    """What each key costs in Wardroom."""
    figures: Figures = {}
    session = started(path)
    figures["start to the first screen"] = session.bytes
    to_board(session)
    figures["cursor down, window not scrolling"] = cost(session, "j", 5)
    figures["cursor down, mean over twenty with scrolling"] = cost(session, "j", 20)
    figures["page down in a list"] = cost(session, "PgDn", 5)
    session.press("/")
    session.settle()
    for letter in stage.LONG_CASE:
        session.press(letter)
    session.settle(0.6)
    figures["open a long case"] = cost(session, "Enter")
    figures["scroll its text by a line"] = cost(session, "Down", 5)
    figures["scroll its text by a page"] = cost(session, "PgDn", 5)
    figures["next unread, opening it"] = cost(session, "]", 5)
    for _ in range(4):
        session.press("Esc")
        session.settle()
        if "New case" not in session.text() and "Boards" in session.text():
            break
    for key in ("n", "1", "T", "Enter", "Q", "Enter"):
        session.press(key)
        session.settle(0.5)
    figures["a typed character"] = statistics.mean(cost(session, letter) for letter in PROSE)
    session.settle(3.0)
    before = session.bytes
    session.drain(time.monotonic() + 10.0, 10.0)
    figures["idle for ten seconds"] = session.bytes - before
    session.close()
    return figures


def held(path: Path) -> tuple[int, float]:
    """Bytes for thirty arrows held on a slow line, and seconds from the last key to the last byte."""
    session = started(path, SlowLine)
    to_board(session)
    before = session.bytes
    next_s = time.monotonic()
    for _ in range(HELD):
        session.press("Down")
        next_s += 1 / HELD_PER_S
        while time.monotonic() < next_s:
            session.drain(next_s, 0.005)
    pressed_s = time.monotonic()
    _, _, last_s = session.drain(pressed_s + 1.0, 0.7)
    total = session.bytes - before
    session.close()
    return total, max((last_s or pressed_s) - pressed_s, 0.0)


def of_neomutt(messages: int) -> Figures:
    """What the same costs in neomutt."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as folder:
        box, settings = Path(folder) / "mail", Path(folder) / "muttrc"
        make_mbox.write(messages, mbox=box)
        # Without its folder it would begin with a question.
        (Path(folder) / "Mail").mkdir()
        settings.write_text("set sort=threads\nset quit=yes\nset mail_check=600\nset wait_key=no\n", encoding="utf-8")
        session = Session(["neomutt", "-R", "-F", str(settings), "-f", str(box)], env={"HOME": folder})
        session.wait_for(r"q:Quit", 30.0)
        session.settle(1.0)
        figures["start to the first screen"] = session.bytes
        session.press("=")
        session.settle()
        figures["cursor down, window not scrolling"] = cost(session, "j", 5)
        figures["cursor down, mean over twenty with scrolling"] = cost(session, "j", 20)
        figures["page down in a list"] = cost(session, "PgDn", 5)
        # Its first message is short; only what opens a message of average length is comparable.
        cost(session, "Enter")
        figures["next unread, opening it"] = cost(session, "Tab", 5)
        session.close()
    return figures


if __name__ == "__main__":
    sys.exit(main())
