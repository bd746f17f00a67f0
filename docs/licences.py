"""Writes ``licences.md``: under which licence each package stands that the program is installed with."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """# Licences of what Wardroom is installed with

Written by `make supply` from the packages' own words. `requirements.lock` has their hashes; `dist/wardroom.cdx.json`, which
the same verb writes, is the bill of materials in CycloneDX.

| package | licence |
|---|---|
"""


def locked() -> list[str]:
    """The names in the lock file."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9_.-]+)==", text, re.MULTILINE)


def main(program: str) -> int:
    """Ask pip-licenses about what is installed here, and write the list."""
    done = subprocess.run(
        [program, "--python", sys.executable, "--format=json", "--packages", *locked()],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = {each["Name"].lower().replace("_", "-"): each["License"] for each in json.loads(done.stdout)}
    rows = [f"| {name} | {found.get(name, 'not installed on this system')} |" for name in sorted(locked())]
    (ROOT / "docs" / "licences.md").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
