"""Finds out what a file or folder holds and reads its messages one after another.

Kinds: ``mbox``, ``maildir``, ``eml`` (a file, a folder of them, or an MH folder) and ``jsonl``. Links are not
followed, and nothing but regular files is opened.
"""

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wardroom.errors import InputRejected
from wardroom.exchange.fitting import size_in_words, well_formed
from wardroom.exchange.mbox import read_mbox
from wardroom.exchange.messages import MESSAGE_LIMIT_BYTES, RawMessage, Skipped
from wardroom.language import _, marked

KINDS: Final = ("mbox", "maildir", "eml", "jsonl")
"""What ``detect`` may answer."""

_LOOK_BYTES: Final = 64 * 1024
_HEADER_LINE = re.compile(rb"[!-9;-~]+[ \t]*:[^\n]*(?:\n|\Z)")
_LETTERS: Final = (".eml", ".mail")
_MH_NAME = re.compile(r"[1-9][0-9]{0,9}")
_PACKED: Final = {
    b"PK\x03\x04": marked("a ZIP archive"),
    b"\x1f\x8b": marked("compressed (gzip)"),
    b"BZh": marked("compressed (bzip2)"),
    b"\xfd7zXZ": marked("compressed (xz)"),
    b"\x28\xb5\x2f\xfd": marked("compressed (zstd)"),
    b"!BDN": marked("an Outlook data file (PST)"),
    b"\xd0\xcf\x11\xe0": marked("an Outlook message (MSG)"),
}


def detect(path: Path) -> str:
    """The kind of what is to be read, one of ``KINDS``; raises ``InputRejected`` where there is nothing to read."""
    try:
        if path.is_dir():
            return _detect_folder(path)
        with path.open("rb") as stream:
            start = stream.read(_LOOK_BYTES)
    except OSError as error:
        raise _unreadable(path, error) from error
    for magic, what in _PACKED.items():
        if start.startswith(magic):
            raise InputRejected(
                _("{file} is {what}: unpack it and import what is in it.").format(file=_shown(path), what=what)
            )
    start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return "jsonl"
    if start.startswith(b"["):
        raise InputRejected(_("{file} is one JSON array: write one object a line instead.").format(file=_shown(path)))
    if re.match(rb">?From (?![ \t]*:)", start):
        return "eml" if path.suffix.lower() in _LETTERS else "mbox"
    if _HEADER_LINE.match(start):
        return "eml"
    if not start:
        raise InputRejected(_("{file} is empty: there is nothing to import.").format(file=_shown(path)))
    raise InputRejected(
        _("{file} is neither mail nor JSON lines; name its format if you know better.").format(file=_shown(path))
    )


def _detect_folder(path: Path) -> str:
    if (path / "cur").is_dir() or (path / "new").is_dir():
        return "maildir"
    if next(_letters(path), None) is not None:
        return "eml"
    raise InputRejected(
        _("{file} holds no mail: neither a Maildir nor files that end in .eml.").format(file=_shown(path))
    )


def read_mail(path: Path, kind: str) -> tuple[int, Iterator[RawMessage | Skipped]]:
    """How much there is to read, bytes of a file or files of a folder, and every message of it.

    ``kind`` as ``detect`` tells it, but not ``jsonl``. Files of a folder come in the order of their names, numbers by
    value. What cannot be read is a ``Skipped``; that the source itself cannot be opened raises ``InputRejected``.
    """
    try:
        if kind == "maildir":
            names = _maildir_files(path)
        elif kind == "eml" and path.is_dir():
            names = list(_letters(path))
        else:
            return path.stat().st_size, _read_source(path, kind)
    except OSError as error:
        raise _unreadable(path, error) from error
    return len(names), _read_source(path, kind, names)


def _read_source(path: Path, kind: str, names: list[str] | None = None) -> Iterator[RawMessage | Skipped]:
    try:
        if names is not None:
            yield from _read_files(path, names)
        elif kind == "mbox":
            with path.open("rb") as stream:
                yield from read_mbox(stream, well_formed(path.name))
        else:
            yield _read_letter(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InputRejected:
    return InputRejected(_("{file} cannot be read: {what}.").format(file=_shown(path), what=error.strerror or error))


def _maildir_files(path: Path) -> list[str]:
    """The messages of a Maildir, relative to it, the oldest first as far as their names tell."""
    names: list[tuple[str, str]] = []
    for folder in ("cur", "new"):
        if (path / folder).is_dir():
            with os.scandir(path / folder) as entries:
                names += [
                    (entry.name, f"{folder}/{entry.name}")
                    for entry in entries
                    if entry.is_file(follow_symlinks=False) and not entry.name.startswith(".")
                ]
    names.sort(key=lambda pair: _by_number(pair[0]))
    return [relative for _, relative in names]


def _letters(path: Path) -> Iterator[str]:
    """The single messages in a folder and its subfolders, relative to it: ``*.eml``, or the numbers of an MH folder."""
    for folder, subfolders, files in os.walk(path):
        subfolders.sort()
        for name in sorted(files, key=_by_number):
            if name.lower().endswith(_LETTERS) or _MH_NAME.fullmatch(name):
                yield os.path.relpath(os.path.join(folder, name), path)  # noqa: PTH118 - a Path each would cost more


def _by_number(name: str) -> tuple[int, str]:
    digits = re.match(r"[0-9]{1,18}", name)
    return (int(digits[0]) if digits else 0, name)


def _read_letter(path: Path) -> RawMessage | Skipped:
    """The one message in a file; a link that a person names is theirs to follow."""
    with path.open("rb") as stream:
        raw = stream.read(MESSAGE_LIMIT_BYTES + 1)
    where = well_formed(path.name)
    if len(raw) > MESSAGE_LIMIT_BYTES:
        return Skipped(where, _("longer than {size_in_words}").format(size_in_words=size_in_words(MESSAGE_LIMIT_BYTES)))
    return RawMessage(where, raw, len(raw))


def _read_files(folder: Path, names: list[str]) -> Iterator[RawMessage | Skipped]:
    """The files by their names within the folder, each a message; ``done`` counts files."""
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for done, name in enumerate(names, 1):
            where = well_formed(name)
            try:
                raw = _read_file(name, directory)
            except OSError as error:
                yield Skipped(where, _("cannot be read: {what}").format(what=error.strerror or error))
                continue
            if raw is None:
                yield Skipped(
                    where,
                    _("not a regular file, or longer than {size_in_words}").format(
                        size_in_words=size_in_words(MESSAGE_LIMIT_BYTES)
                    ),
                )
            else:
                yield RawMessage(where, raw, done)
    finally:
        os.close(directory)


def _read_file(name: str, directory: int) -> bytes | None:
    """The bytes of a regular file that is not too long, else None; the open never waits and never follows a link."""
    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=directory)
    try:
        state = os.fstat(descriptor)
        if not stat.S_ISREG(state.st_mode) or state.st_size > MESSAGE_LIMIT_BYTES:
            return None
        raw = os.read(descriptor, state.st_size + 1)
        while len(raw) < state.st_size and (more := os.read(descriptor, state.st_size - len(raw))):
            raw += more
        return raw
    finally:
        os.close(descriptor)


def _shown(path: Path) -> str:
    return well_formed(path.name or str(path))
