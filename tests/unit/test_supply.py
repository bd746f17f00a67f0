"""What `make supply` says of known weaknesses: never that there is none where nobody could be asked."""

import runpy
from pathlib import Path

import pytest

TOLD = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "advisories.py"))["told"]
SOUND = {"name": "rich", "version": "15.0.0", "vulns": []}
WEAK = {"name": "click", "version": "8.0", "vulns": [{"id": "CVE-2099-1"}]}
UNASKED = {"name": "mdurl", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "line", "status"),
    [
        ([SOUND], "Known weaknesses: none in 1 packages.", 0),
        ([SOUND, UNASKED], "NOT checked for 1 of 2 packages", 0),
        ([WEAK, UNASKED], "Known weaknesses: click 8.0: CVE-2099-1.", 1),
    ],
)
def test_what_is_known_of_packages_is_said_in_one_line(found: list[object], line: str, status: int) -> None:
    """A known weakness fails, what was not asked is counted, and only where all were asked is there none."""
    said, got = TOLD(found)
    assert line in said
    assert "\n" not in said
    assert got == status
