"""A full disk still takes a draft and a purge: the ballast gives way, piece by piece, and is laid again."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.strategies import Clock, House
from tests.unit.store.test_database import needs_root

from wardroom.errors import DiskFull, StoreError
from wardroom.store import ballast, file_system
from wardroom.store.database import open_store


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 90 MB of its own."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=90m", "tmpfs", place]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(place: Path) -> None:
    """Leave no byte free."""
    with suppress(OSError), (place / "filler").open("ab", buffering=0) as file:
        while True:
            file.write(b"x" * 65536)
    with suppress(OSError), (place / "crumbs").open("ab", buffering=0) as file:
        while True:
            file.write(b"x")


@needs_root
def test_a_full_disk_takes_a_draft_and_a_purge(small: Path) -> None:
    """On a full disk a post is refused, a draft is kept, a purge erases; a session can even be begun."""
    house = House(small / "forum.db")
    post = house.post("nadia", "Quillfeather first.")
    assert house.forum.upkeep.lay_ballast()
    fill(small)
    with pytest.raises(DiskFull):
        [house.post("nadia", "Fluids first. " * 500) for _ in range(1000)]
    house.forum.drafts.save(
        house.me("nadia"), draft=None, kind="case", board=house.board, target=None, fields={"text": "x" * 60_000}
    )
    fill(small)
    house.forum.cases.purge(house.me("nadia"), post, "identifier")
    fill(small)
    assert house.forum.drafts.list(house.me("nadia"))[0].fields == {"text": "x" * 60_000}
    assert b"uillfeather" not in house.path.read_bytes() + Path(f"{house.path}-wal").read_bytes()
    assert 0 <= ballast.ballast_path(house.path).stat().st_size < ballast.SIZE_BYTES
    house.close()
    fill(small)
    store = open_store(house.path, now_ms=Clock())
    assert store.read.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()


@needs_root
def test_ballast_is_not_what_fills_a_disk(small: Path) -> None:
    """It is laid where the disk has plenty, filled up again when there is room, and never follows a link."""
    path = small / "forum.db"
    path.touch(0o600)
    assert ballast.lay(path)
    place = ballast.ballast_path(path)
    assert (place.stat().st_size, place.stat().st_mode & 0o777) == (ballast.SIZE_BYTES, 0o600)
    assert ballast.release(path)
    assert place.stat().st_size == ballast.SIZE_BYTES - ballast.PIECE_BYTES
    (small / "filler").write_bytes(b"x" * 30_000_000)
    assert not ballast.lay(path)
    for _ in range(3):
        assert ballast.release(path)
    assert not ballast.release(path)
    (small / "filler").unlink()
    assert ballast.lay(path)
    place.unlink()
    place.symlink_to(small / "elsewhere")
    assert not ballast.lay(path)
    assert not (small / "elsewhere").exists()


def test_a_network_drive_is_refused_by_name(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A forum on NFS is refused with the reason; a backup there, which has no write-ahead log, can be read."""
    house.forum.upkeep.back_up(tmp_path / "copy.backup")
    house.close()
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nserver:/home {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(file_system.kind_of, "__defaults__", (mounts,))
    with pytest.raises(StoreError, match="nfs4"):
        open_store(house.path, now_ms=Clock())
    open_store(tmp_path / "copy.backup", now_ms=Clock()).close()


def test_the_innermost_mount_counts(tmp_path: Path) -> None:
    """The longest mount point that holds a path tells its file system; a later mount hides an earlier one."""
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda / ext4 rw 0 0\nx /mnt/a\\040b nfs rw 0 0\ny /mnt/a\\040b/c xfs rw 0 0\nz /mnt/over nfs rw 0 0\n"
        "w /mnt/over ext4 rw 0 0\n"
    )
    found = {
        p: file_system.kind_of(Path(p), mounts) for p in ("/x", "/mnt/a b/f", "/mnt/a b/c/f", "/mnt/a", "/mnt/over/f")
    }
    assert list(found.values()) == ["ext4", "nfs", "xfs", "ext4", "ext4"]
    assert file_system.kind_of(tmp_path, tmp_path / "none") == ""
    assert file_system.is_network("nfs")
    assert not file_system.is_network("ext4")
