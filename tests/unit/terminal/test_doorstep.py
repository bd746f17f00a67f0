"""The doorstep: what is taken out of the environment, and which terminals are refused."""

import io

import pytest

from wardroom.terminal import check, scrub


class _Stream(io.StringIO):
    def __init__(self, *, is_terminal: bool) -> None:
        super().__init__()
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


TERMINAL = _Stream(is_terminal=True)
PIPE = _Stream(is_terminal=False)


def test_what_could_start_a_program_or_write_a_file_is_gone() -> None:
    """Textual's, Python's and the loader's variables, editors, pagers and browsers do not survive."""
    environ = dict.fromkeys(
        ("TEXTUAL_LOG", "TEXTUAL_DRIVER", "TEXTUAL", "PYTHONPATH", "LD_PRELOAD", "EDITOR", "VISUAL", "PAGER",
         "BROWSER", "LESSOPEN", "LESS", "BASH_ENV"),
        "x",
    ) | {"HOME": "/home/nadia", "TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "WARDROOM_FORUM": "f.db"}  # fmt: skip
    scrub(environ)
    assert environ == {
        "HOME": "/home/nadia", "TERM": "xterm-256color", "LANG": "de_DE.UTF-8", "WARDROOM_FORUM": "f.db",
    }  # fmt: skip


@pytest.mark.parametrize("term", ["", "../../etc/passwd", "x" * 5000, "\x1b]0;evil\x07", "-rf"])
def test_a_terminal_with_an_impossible_name_is_an_xterm(term: str) -> None:
    """The far side writes TERM; nothing of ours ever sees what is no name."""
    environ = {"TERM": term}
    scrub(environ)
    assert environ["TERM"] == "xterm"


@pytest.mark.parametrize("term", ["dumb", "DUMB", "unknown"])
def test_a_terminal_that_cannot_place_text_is_refused_in_a_sentence(term: str) -> None:
    """One plain line that says what to do instead."""
    sentence = check({"TERM": term}, TERMINAL, TERMINAL)
    assert sentence is not None
    assert "wardroom brief" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(("stdin", "stdout"), [(PIPE, TERMINAL), (TERMINAL, PIPE), (None, TERMINAL), (TERMINAL, None)])
def test_a_pipe_is_refused_in_a_sentence(stdin: io.StringIO | None, stdout: io.StringIO | None) -> None:
    """Screens are for terminals; a pipe is told which commands are for pipes."""
    assert check({"TERM": "xterm"}, stdin, stdout) is not None


@pytest.mark.parametrize("term", ["xterm-256color", "vt100", "linux", "screen.xterm-256color", ""])
def test_every_other_terminal_may_try(term: str) -> None:
    """Nothing is asked of a terminal but to place text."""
    assert check({"TERM": term}, TERMINAL, TERMINAL) is None
