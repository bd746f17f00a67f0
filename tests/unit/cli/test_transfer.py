"""What an export that fails leaves behind: nothing."""

from pathlib import Path

import pytest

from wardroom.cli.transfer import _open_target


def test_half_an_export_is_none(tmp_path: Path) -> None:
    """A file that could not be written whole is gone, so that the next try finds its place free."""
    target = tmp_path / "posts.jsonl"

    def fail() -> None:
        with _open_target(target) as stream:
            stream.write(b"{}\n")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert not target.exists()
    with _open_target(target) as stream:
        stream.write(b"{}\n")
    assert target.read_bytes() == b"{}\n"
