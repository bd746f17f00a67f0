"""Tells the type of file system a file lies on, and which ones SQLite's shared memory does not work across."""

from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mounts")
_NETWORKS: Final = frozenset(
    {
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "lustre", "gfs2", "ocfs2", "davfs", "fuse.sshfs",
        "fuse.glusterfs", "fuse.davfs2", "fuse.rclone", "fuse.s3fs", "fuse.curlftpfs", "fuse.smbnetfs",
    }
)  # fmt: skip
"""What several machines may have mounted at once; each would see a write-ahead log of its own."""


def kind_of(path: Path, mounts: Path = MOUNTS) -> str:
    """The type of file system a path lies on, as the kernel lists it; nothing where it lists none (not on Linux)."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ""
    resolved = str(path.resolve())
    best, kind = -1, ""
    for _, point, each, *_ in (line.split() for line in lines):
        point = point.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\")
        inside = resolved == point or resolved.startswith(point.rstrip("/") + "/")
        # What is mounted over the same point later hides what was there.
        if inside and len(point) >= best:
            best, kind = len(point), each
    return kind


def is_network(kind: str) -> bool:
    """Whether files there may be open on several machines."""
    return kind in _NETWORKS
