"""Files and folders as lines: bundles that travel by hand, and spools that any synced folder carries."""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wardroom.errors import StoreError
from wardroom.language import _

PIECE_BYTES = 256 * 1024
SUFFIX = ".parcel"
_SEGMENT = re.compile(r"([0-9]{12})-([0-9]{12})-([0-9a-f]{8})-p([0-9]{1,9})-r([0-9]{1,6})\.parcel")
HELD = f"held{SUFFIX}"
"""In a circle's folder of an instance: what that instance holds of the circle."""


def write_whole(path: Path, pieces: Iterable[bytes], *, mode: int = 0o600, replaces: bool = False) -> int:
    """Write a file whole or not at all; how many bytes it has. Raises StoreError."""
    building = path.with_name(f".{path.name}.{os.getpid()}.new")
    size_bytes = 0
    try:
        if path.exists() and not replaces:
            raise StoreError(_("{path} exists already. Name another file.").format(path=path))
        handle = os.open(building, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, mode)
        with os.fdopen(handle, "wb") as file:
            for piece in pieces:
                file.write(piece)
                size_bytes += len(piece)
            file.flush()
            os.fsync(file.fileno())
        building.rename(path)
    except OSError as error:
        raise StoreError(_("{path} cannot be written: {why}.").format(path=path, why=error.strerror)) from error
    finally:
        building.unlink(missing_ok=True)
    return size_bytes


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file's bytes. Raises StoreError."""
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    except OSError as error:
        raise StoreError(_("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from error


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one log in a spool, by what its path says."""

    path: Path
    instance: str
    """The beginning of the key of the instance that writes the log, in hex."""
    circle: str
    """The beginning of the circle's id, in hex."""
    first: int
    last: int
    chain: str
    """The beginning of the chain hash at the last event, in hex: it tells the branches of a log apart."""
    purged: int
    """How many bodies of the stretch a purge has taken, as far as its writer knew."""
    readers: int
    """To how many sites it is sealed."""


def segment_path(
    folder: Path, instance: str, circle: str, first: int, last: int, *, chain: str, purged: int, readers: int
) -> Path:
    """Where a stretch of a log lies in a spool."""
    return folder / instance / circle / f"{first:012d}-{last:012d}-{chain}-p{purged}-r{readers}{SUFFIX}"


def segments(folder: Path, circles: frozenset[str]) -> list[Segment]:
    """Every stretch of these circles in a spool, in the order of the logs; what is none is passed over. Raises StoreError."""
    found = []
    try:
        for path in sorted(folder.glob(f"*/*/*{SUFFIX}")):
            said = _SEGMENT.fullmatch(path.name)
            if said is not None and path.parent.name in circles:
                first, last, chain, purged, readers = said.groups()
                instance, circle = path.parent.parent.name, path.parent.name
                found.append(Segment(path, instance, circle, int(first), int(last), chain, int(purged), int(readers)))
    except OSError as error:
        raise StoreError(_("{path} cannot be read: {why}.").format(path=folder, why=error.strerror)) from error
    return found


def held_files(folder: Path, circles: frozenset[str]) -> list[Path]:
    """What each instance says it holds of these circles."""
    return [path for path in sorted(folder.glob(f"*/*/{HELD}")) if path.parent.name in circles]


def make_folder(path: Path) -> None:
    """A folder of a spool, made where it is not there. Raises StoreError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(_("{path} cannot be made: {why}.").format(path=path, why=error.strerror)) from error


def remove(path: Path) -> None:
    """Take a stretch out of a spool that another one replaces. Raises StoreError."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(_("{path} cannot be removed: {why}.").format(path=path, why=error.strerror)) from error
