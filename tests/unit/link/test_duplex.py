"""A line says that somebody is there while nothing else is said, and only once the far side has heard something."""

import socket
from collections.abc import Iterator

import pytest

from wardroom.errors import SyncCut
from wardroom.link.duplex import Duplex

ALIVE = b"\x02\x00"


@pytest.fixture
def ends() -> Iterator[tuple[Duplex, socket.socket]]:
    """A line that soon keeps itself alive, and its far end."""
    here, there = socket.socketpair()
    line = Duplex(here.fileno(), here.dup().detach(), idle_max_s=0.05, keep_alive=ALIVE, keep_alive_s=0.01)
    yield line, there
    there.close()
    line.close()
    here.close()


def received(there: socket.socket, count: int) -> bytes:
    """So many bytes, however long they take."""
    got = b""
    while len(got) < count and (piece := there.recv(count - len(got))):
        got += piece
    return got


def test_who_takes_in_silence_is_heard_all_the_same(ends: tuple[Duplex, socket.socket]) -> None:
    """After the first words a sign of life comes again and again, and never inside of other words."""
    line, there = ends
    line.write(b"hello")
    assert received(there, 5 + 3 * len(ALIVE)) == b"hello" + 3 * ALIVE


def test_nothing_is_said_before_the_first_words(ends: tuple[Duplex, socket.socket]) -> None:
    """A far side that has heard no greeting could not make anything of it: the line is silent until given up."""
    line, there = ends
    with pytest.raises(SyncCut):
        line.read()
    line.write(b"hello")
    assert received(there, 5) == b"hello"
