"""Real terminals: tmux and GNU screen show the cells after every run of frames, by the repertoire their names have."""

import contextlib
import fcntl
import os
import pty
import random
import shutil
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from wardroom.terminal import repertoire
from wardroom.terminal.cells import BLANK, TAIL, Glyphs, Look, Row
from wardroom.terminal.encoder import Encoder

WIDTH, HEIGHT = 80, 24
RUNS, FRAMES = 12, 12
LOOKS = (Look(), Look("36"), Look("", "", 1), Look("", "", 2), Look("31", "", 1), Look("", "44"))
WORDS = (
    "a",
    "the",
    "bicarb ",
    " ",
    "      ",
    " " * 13,
    "é",
    "e\u0301",
    "漢字",
    "─",
    "▸ ",
    "● ",
    "‼",
    "가",
    "…",
    "Wide QRS after TCA",
)
PLAYER = """
import os, sys, time
folder, number = sys.argv[1], 0
while True:
    path = os.path.join(folder, f"{number}.frames")
    while not os.path.exists(path):
        time.sleep(0.01)
    with open(path, "rb") as file:
        os.write(1, file.read())
    open(os.path.join(folder, f"{number}.played"), "w").close()
    number += 1
"""
"""Writes what it finds, as it is, on the terminal it runs in."""

Capture = Callable[[], str]
Begin = Callable[[Path], AbstractContextManager[tuple[str, Capture]]]


@contextmanager
def _tmux(folder: Path) -> Iterator[tuple[str, Capture]]:
    tmux = ["tmux", "-L", f"wardroom{os.getpid()}", "-f", "/dev/null"]
    size = ["-x", str(WIDTH), "-y", str(HEIGHT)]
    (folder / "player.py").write_text(PLAYER)
    player = f"stty raw -echo; exec {sys.executable} {folder}/player.py {folder}"
    subprocess.run([*tmux, "-u", "new-session", "-d", *size, player, ";", "set", "status", "off"], check=True)
    subprocess.run([*tmux, "resize-window", *size], check=True)
    try:
        yield (
            "tmux-256color",
            lambda: subprocess.run([*tmux, "capture-pane", "-p"], check=True, capture_output=True, text=True).stdout,
        )
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


@contextmanager
def _screen(folder: Path) -> Iterator[tuple[str, Capture]]:
    """GNU screen, with a terminal of its own, as its windows have no size without one."""
    (folder / "player.py").write_text(PLAYER)
    (folder / "screenrc").write_text("startup_message off\ndefutf8 on\nvbell off\nhardstatus ignore\n")
    name = f"wardroom{os.getpid()}"
    environ = {**os.environ, "TERM": "vt220", "LC_ALL": "C.UTF-8", "SCREENDIR": str(folder / "sockets")}
    (folder / "sockets").mkdir(mode=0o700)
    player = f"stty raw -echo; exec {sys.executable} {folder}/player.py {folder}"
    pid, terminal = pty.fork()
    if not pid:
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", HEIGHT, WIDTH, 0, 0))
            os.execvpe(
                "screen", ["screen", "-U", "-c", str(folder / "screenrc"), "-S", name, "sh", "-c", player], environ
            )
        finally:
            os._exit(127)

    threading.Thread(target=_swallow, args=(terminal,), daemon=True).start()

    def capture() -> str:
        copy = folder / "copy"
        copy.unlink(missing_ok=True)
        subprocess.run(["screen", "-S", name, "-p", "0", "-X", "hardcopy", str(copy)], check=True, env=environ)
        end = time.monotonic() + 30
        while not copy.exists() and time.monotonic() < end:
            time.sleep(0.02)
        return copy.read_text(encoding="latin-1")

    try:
        yield "screen-256color", capture
    finally:
        subprocess.run(["screen", "-S", name, "-X", "quit"], check=False, env=environ)
        os.close(terminal)
        os.waitpid(pid, 0)


def _swallow(terminal: int) -> None:
    """Read what nobody looks at, so that its writer goes on."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 65536):
            pass


def _in_hardcopy(glyphs: Glyphs, row: Row) -> str:
    """A line as GNU screen writes it down: of each character the lowest byte, after a wide one 255, for a cluster 0."""
    texts = ["\xff" if cell == TAIL else glyphs.text(cell) for cell in row]
    return "".join(
        text if text == "\xff" else chr(ord(text) & 255) if len(text) == 1 else "\0" for text in texts
    ).rstrip(" ")


def _in_capture(glyphs: Glyphs, row: Row) -> str:
    """A line as tmux writes it down."""
    return "".join(map(glyphs.text, row)).rstrip(" ")


def _changed(rng: random.Random, glyphs: Glyphs, rows: list[Row]) -> list[Row]:
    """The rows after something screens do: a line written, a page scrolled or exchanged."""
    rows = [list(row) for row in rows]
    kind = rng.choice(("line", "line", "scroll", "page", "wipe"))
    top, bottom = 2, HEIGHT - 2
    if kind == "scroll":
        by = rng.choice((1, 1, 3, 10))
        rows[top:bottom] = [*rows[top + by : bottom], *(_line(rng, glyphs) for _ in range(by))]
    elif kind == "page":
        rows[top:bottom] = [_line(rng, glyphs) if rng.randrange(4) else [BLANK] * WIDTH for _ in range(top, bottom)]
    else:
        rows[rng.randrange(HEIGHT)] = _line(rng, glyphs) if kind == "line" else [BLANK] * WIDTH
    return rows


def _line(rng: random.Random, glyphs: Glyphs) -> Row:
    row = [BLANK] * WIDTH
    x = rng.choice((0, 0, 2, 5))
    for _ in range(rng.randrange(8)):
        cells = glyphs.cells(rng.choice(WORDS) * rng.choice((1, 1, 3)), glyphs.number(rng.choice(LOOKS)))
        glyphs.lay(row, x, cells)
        x += len(cells)
    return row


@pytest.mark.parametrize(
    ("program", "begin", "line_of"), [("tmux", _tmux, _in_capture), ("screen", _screen, _in_hardcopy)]
)
def test_a_real_terminal_shows_the_cells(
    program: str, begin: Begin, line_of: Callable[[Glyphs, Row], str], tmp_path: Path
) -> None:
    """Whatever was written, scrolled and erased: line by line the text is that of the cells."""
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is missing; .ci/run installs it")
        pytest.skip(f"this test drives {program}")
    with begin(tmp_path) as (term, capture):
        glyphs = Glyphs()
        encoder = Encoder(glyphs, repertoire.of(term))
        rows: list[Row] = [[BLANK] * WIDTH for _ in range(HEIGHT)]
        rng = random.Random(program)
        for number in range(RUNS):
            frames = ["\x1b[?7l"] if not number else []
            for _ in range(FRAMES):
                rows = _changed(rng, glyphs, rows)
                frames.append(encoder.encode(rows, (rng.randrange(WIDTH), rng.randrange(HEIGHT))))
            part = tmp_path / f"{number}.part"
            part.write_bytes("".join(frames).encode())
            part.rename(tmp_path / f"{number}.frames")
            end = time.monotonic() + 60
            while not (tmp_path / f"{number}.played").exists():
                assert time.monotonic() < end, "the frames were not played"
                time.sleep(0.02)
            wanted = [line_of(glyphs, row) for row in rows]
            shown: list[str] = []
            end = time.monotonic() + 30
            while shown != wanted and time.monotonic() < end:
                time.sleep(0.1)
                shown = [line.rstrip(" ") for line in capture().split("\n")][:HEIGHT]
                shown += [""] * (HEIGHT - len(shown))
            assert shown == wanted, number
