"""Room kept for a full disk: a file beside the forum that gives way, so that a purge and a draft can still be written.

It gives way in pieces, for other programs on the same disk would eat all of it at once.
"""

import os
import stat
from pathlib import Path
from typing import Final

SIZE_BYTES: Final = 16 * 1024 * 1024
PIECE_BYTES: Final = 4 * 1024 * 1024
ROOM_FACTOR: Final = 4
"""It is laid only where the disk has so many times its size: on a nearly full disk it would be what fills it."""
NEARLY_FULL_BYTES: Final = 1024 * 1024


def ballast_path(path: Path) -> Path:
    """Where the ballast of a forum file lies."""
    return path.with_name(f"{path.name}-ballast")


def lay(path: Path) -> bool:
    """Lay or fill up a forum's ballast; whether it is there in its full size now."""
    place = ballast_path(path)
    try:
        if place.exists() and place.stat().st_size >= SIZE_BYTES:
            return True
        if _free_bytes(path.parent) < ROOM_FACTOR * SIZE_BYTES:
            return False
        mode = stat.S_IMODE(path.stat().st_mode)
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, mode)
        try:
            os.posix_fallocate(handle, 0, SIZE_BYTES)
        finally:
            os.close(handle)
    except OSError:
        return False
    return True


def release(path: Path) -> bool:
    """Give a piece back to the disk; whether there was one."""
    place = ballast_path(path)
    try:
        left_bytes = place.stat().st_size
        if not left_bytes or place.is_symlink():
            return False
        os.truncate(place, max(0, left_bytes - PIECE_BYTES))
    except OSError:
        return False
    return True


def is_disk_full(path: Path) -> bool:
    """Whether the disk that holds a file has next to no room."""
    return _free_bytes(path.parent) < NEARLY_FULL_BYTES


def _free_bytes(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
