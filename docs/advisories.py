"""Says in one line whether known weaknesses of the locked packages could be asked for, and names each that is known."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HOW = ("--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json", "-r")


def told(dependencies: list[dict[str, Any]]) -> tuple[str, int]:
    """(what pip-audit found, exit status): 1 where a weakness is known."""
    known = [
        f"{each['name']} {each['version']}: {weakness['id']}"
        for each in dependencies
        for weakness in each.get("vulns", ())
    ]
    if known:
        return "Known weaknesses: " + "; ".join(known) + ".", 1
    unasked = sum("skip_reason" in each for each in dependencies)
    if unasked:
        return (
            f"Known weaknesses: NOT checked for {unasked} of {len(dependencies)} packages; no source of advisories answers here.",
            0,
        )
    return f"Known weaknesses: none in {len(dependencies)} packages.", 0


def main(program: str) -> int:
    """Ask pip-audit about the lock file."""
    done = subprocess.run(
        [program, *HOW, str(ROOT / "requirements.lock")], capture_output=True, text=True, check=False, cwd=ROOT
    )
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print("Known weaknesses: NOT checked; no source of advisories can be reached from here.")
        return 0
    line, status = told(dependencies)
    print(line)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
