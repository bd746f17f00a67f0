"""Proves that a key takes little of the processor, and that making bytes of a frame is the least of it.

The program runs in a pty of 80x24 on a forum of 10,000 posts; what a key took is the time its threads were on a
processor (``/proc``), the lowest of twenty, for the machine is shared. The frames of the same keys are then encoded
once more in this process.
"""

import argparse
import asyncio
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import stage
from pty_meter import Session

from wardroom.config import Config
from wardroom.terminal import repertoire
from wardroom.terminal.textual_hook import Painter
from wardroom.tui.app import WardroomApp

TIMES = 20
MARKS = {"move": 10.0, "type": 10.0, "page": 20.0, "open": 60.0}
ENCODING_MS = 1.5
LETTERS = "She took it an hour ago."


def main() -> int:
    """Press, add up, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=10_000)
    told = parser.parse_args()
    report = stage.Report("Processor time of a key, lowest of twenty")
    with stage.copy_of(stage.forum_of(told.messages)) as path:
        for what, taken in pressed(path).items():
            report.at_most(what, min(taken), MARKS[what.split()[0]], " ms")
            report.note(f"{what}, median", f"{statistics.median(taken):.1f} ms")
        frames = asyncio.run(encoded(path))
    report.at_most(f"encoding, median of {len(frames)} frames", statistics.median(frames), ENCODING_MS, " ms")
    report.at_most("encoding, nine in ten", stage.percentile(frames, 0.9), ENCODING_MS, " ms")
    report.note("encoding, the longest", f"{max(frames):.2f} ms")
    return report.end()


def pressed(path: Path) -> dict[str, list[float]]:
    """Milliseconds of each press."""
    session = Session([stage.WARDROOM], env=stage.environment(path))
    if session.wait_for(r"\? help", 60.0) is None:
        sys.exit(f"There is no brief:\n{session.text()}")
    taken: dict[str, list[float]] = {}

    def press(what: str, key: str, back: str = "") -> None:
        before = on_processor_ms(session.pid)
        session.press(key)
        session.settle(0.3)
        taken.setdefault(what, []).append(on_processor_ms(session.pid) - before)
        if back:
            session.press(back)
            session.settle(0.3)

    session.settle(1.0)
    for key in ("g", "Enter"):
        session.press(key)
        session.settle(0.6)
    for _ in range(TIMES):
        press("move in a list", "j")
    for number in range(TIMES):
        press("page in a list", "PgDn" if number < TIMES // 2 else "PgUp")
    for _ in range(TIMES):
        press("open a case", "Enter", "Esc")
    for key in ("b", "n", "1", "T", "Enter", "Q", "Enter"):
        session.press(key)
        session.settle(0.4)
    for number in range(TIMES):
        press("type a letter", LETTERS[number])
    session.close()
    return taken


def on_processor_ms(process: int) -> float:
    """Milliseconds all threads of a process have been running."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6


async def encoded(path: Path) -> list[float]:
    """Milliseconds from the compositor's update to bytes, frame by frame."""
    forum = stage.opened(path)
    app = WardroomApp(forum, stage.member(forum, "nadia"), Config(forum_file=path))
    painter, taken, stock = Painter("256", repertoire.XTERM), list[float](), app._display

    def display(screen: Any, renderable: Any) -> None:
        if renderable is not None and not app._batch_count and app._running:
            if not painter.takes(renderable):
                renderable = app.screen._compositor.render_full_update()
            began = time.thread_time_ns()
            painter.lay(renderable)
            painter.frame((app.cursor_position.x, app.cursor_position.y))
            taken.append((time.thread_time_ns() - began) / 1e6)
        stock(screen, renderable)

    app._display = display  # type: ignore[method-assign]  # the one place every frame passes
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(4):
            await pilot.press("g", "enter", *["j"] * 25, *["pagedown"] * 8, "enter", "space", "space", "escape", "b")
    forum.close()
    return taken


if __name__ == "__main__":
    sys.exit(main())
