"""Two ways to run the command line: as a real program of its own, and within this process where that proves as much."""

import io
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wardroom.cli.main import run

PYTHON = sys.executable


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command line left behind."""

    status: int
    out: str
    err: str

    @property
    def id(self) -> str:
        """The first line, where a new post's id stands alone."""
        return self.out.split("\n", 1)[0]


Cli = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home with everything XDG names in it, and a plain environment."""
    for name in ("COLUMNS", "LINES", "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "WARDROOM_ASCII", "WARDROOM_FORUM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path


@pytest.fixture
def program(home: Path) -> Cli:
    """Run ``wardroom`` as its own process, with no terminal anywhere near it."""

    def start(*arguments: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None, **more: Any) -> Ran:
        done = subprocess.run(
            [PYTHON, "-m", "wardroom", *arguments],
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            cwd=home,
            env={**os.environ, **(env or {})},
            start_new_session=True,
            **more,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return start


@pytest.fixture
def cli(home: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run the command line in this process, on streams of its own."""

    def start(*arguments: str, stdin: bytes = b"", encoding: str = "utf-8") -> Ran:
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8"))
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding, write_through=True))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding, write_through=True))
            status = run(list(arguments))
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
                stream.detach()
        return Ran(status, out.getvalue().decode(encoding), err.getvalue().decode(encoding))

    return start


@pytest.fixture
def forum_file(home: Path, cli: Cli) -> Path:
    """A new forum of the site ``county``, whose administrator ``nadia`` is whoever runs this."""
    made = cli("init", "--site", "county", "--admin", "nadia", "--profession", "nurse")
    assert made.status == 0, made.err
    return Path(made.out.strip())


def is_one_line(text: str) -> bool:
    """Whether this is one plain sentence of ours for a failure."""
    return text.startswith("wardroom: ") and text.count("\n") == 1 and text.endswith("\n") and "Traceback" not in text


def rows(text: str) -> Sequence[str]:
    """The lines of an output."""
    return text.splitlines()
