"""The far end of a line: standard input and output of a process that ssh has started."""

import os
import sys

from wardroom.link.duplex import Duplex


def take_over() -> Duplex:
    """The line on standard input and output; nothing else of this process can write there any more."""
    reading, writing = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(2, 1)
    os.close(nowhere)
    sys.stdout = sys.stderr
    return Duplex(reading, writing)
