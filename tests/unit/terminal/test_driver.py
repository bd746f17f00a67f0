"""The terminal as a file: the bell rings when it is rung, and never because of a text."""

import os
from collections.abc import Iterator

import pytest

from wardroom.terminal.driver import Glass


@pytest.fixture(name="pipe")
def _pipe() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)
    os.close(writing)


def test_the_bell_rings_on_purpose_alone(pipe: tuple[int, int]) -> None:
    """One byte past the gate; the same byte in a text leaves as a sign."""
    reading, writing = pipe
    glass = Glass(writing, "utf-8", ascii_signs=False, lost=lambda: None)
    glass.write("a\x07b")
    glass.flush()
    assert os.read(reading, 100) == "a␇b".encode()
    glass.ring()
    assert os.read(reading, 100) == b"\x07"


def test_a_lost_terminal_is_not_rung(pipe: tuple[int, int]) -> None:
    """No error, whether the loss was noticed before or is noticed now."""
    lost: list[bool] = []
    glass = Glass(-1, "utf-8", ascii_signs=False, lost=lambda: lost.append(True))
    glass.ring()
    glass.write("x")
    glass.flush()
    glass.ring()
    assert lost == [True]
