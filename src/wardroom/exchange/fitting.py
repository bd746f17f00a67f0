"""Makes a text fit for a post: well-formed, and no longer than a post may be.

What is cut says so, both in the text itself and to the caller.
"""

from collections.abc import Sequence
from typing import Final

BODY_LIMIT_BYTES: Final = 64 * 1024
SUBJECT_LIMIT: Final = 998
"""Characters of a subject; the longest line that RFC 5322 allows."""

_MARK_ROOM_BYTES: Final = 80


def well_formed(text: str) -> str:
    """The text with surrogate pairs joined and lone surrogates replaced, so that it encodes to UTF-8."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def fit_line(text: str, limit: int = SUBJECT_LIMIT) -> str:
    """One line of at most ``limit`` characters: runs of blanks, tabs and line ends become one blank."""
    if not text.isprintable() or "  " in text:
        text = " ".join(
            part for part in text.replace("\t", " ").replace("\r", " ").replace("\n", " ").split(" ") if part
        )
    text = text.strip(" ")
    return well_formed(text if len(text) <= limit else text[: limit - 1] + "…")


def fit_body(text: str, notes: Sequence[str] = ()) -> tuple[str, bool]:
    """The body with its notes as last lines, at most ``BODY_LIMIT_BYTES`` of UTF-8, and whether it was cut.

    The notes always stay whole; it is the text that is cut, at a character, and a line in brackets says how much of
    it is missing.
    """
    text = well_formed(text)
    tail = well_formed("\n".join(notes))
    if tail and text:
        tail = "\n\n" + tail
    if (len(text) + len(tail)) * 4 <= BODY_LIMIT_BYTES:
        return text + tail, False
    data = text.encode()
    tail_size_bytes = len(tail.encode())
    if len(data) + tail_size_bytes <= BODY_LIMIT_BYTES:
        return text + tail, False
    room_bytes = max(0, BODY_LIMIT_BYTES - tail_size_bytes - _MARK_ROOM_BYTES)
    kept = data[:room_bytes].decode(errors="ignore").rstrip()
    missing_bytes = len(data) - len(kept.encode())
    return f"{kept}\n\n[cut: {size_in_words(missing_bytes)} more stood here]{tail}", True


def size_in_words(size_bytes: int) -> str:
    """A size for people, in steps of 1,024: ``812 B``, ``34 kB``, ``1.2 MB``."""
    if size_bytes < 1024:
        return f"{size_bytes} B"
    if size_bytes < 1024 * 1024:
        return f"{size_bytes / 1024:.0f} kB"
    return f"{size_bytes / 1024 / 1024:.1f} MB"
