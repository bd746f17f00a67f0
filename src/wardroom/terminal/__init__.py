"""What Wardroom does to the terminal it stands on: whether it can start there, what it may send, and how it ends.

Nothing here is imported with this package but ``doorstep``, so that the environment is clean before Textual reads it.
"""

from wardroom.terminal.doorstep import check, scrub

__all__ = ["check", "scrub"]
