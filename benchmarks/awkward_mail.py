"""Proves that no mail breaks an import: every file comes in, or is refused by its name with a reason.

    awkward_mail.py FOLDER...       folders of files, mail and other, each of which is imported by itself

Each file goes through the command line as it would from a user's hand, into a forum of its own when it is known what
it is, and once more named as a letter (--format eml) when the first look refused it. The peer is Python's own email
package, which is asked for the words of the same files.
"""

import argparse
import email
import email.policy
import re
import shutil
import sys
import tempfile
import textwrap
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import stage

FAULT = "fault of its own"
"""What Wardroom says when it failed in a way nobody thought of."""


@dataclass(slots=True)
class Outcome:
    """What became of the files."""

    taken: int = 0
    posts: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    """(file, what was said) of each file that did not come in."""
    nameless: list[str] = field(default_factory=list)
    """Refusals that do not name the file, or give no reason."""
    broke: list[str] = field(default_factory=list)


def main() -> int:
    """Import everything and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    told = parser.parse_args()
    if not told.folders:
        stage.say("Skipped: no folder of mail was named. Give one or more paths.")
        return 0
    files = sorted(path for folder in told.folders for path in folder.rglob("*") if path.is_file())
    report = stage.Report(f"{len(files)} awkward files")
    with stage.new_forum() as path, tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        for kind, what in (("auto", "as they are"), ("eml", "as letters")):
            outcome = imported(path, files, kind)
            tell(report, outcome, what)
        whole = in_one_folder(path, files, Path(name))
        tell(report, whole, "as one folder of letters")
        unsafe = sum(bool(words_unsafe(out)) for out in shown(path))
        report.claim("threads whose words could act on a terminal", f"{unsafe}", "0", is_met=not unsafe)
        status, out, err = stage.run(path, "check", "--deep")
        report.claim("wardroom check --deep", (out or err).partition(":")[0], "Sound", is_met=status == 0)
    fail = [file.name for file in files if not email_package_reads(file)]
    report.note("Python's email package: words or an error for", f"{len(files) - len(fail)} and {len(fail)}")
    return report.end()


def imported(path: Path, files: list[Path], kind: str) -> Outcome:
    """Each file by itself."""
    outcome = Outcome()
    for file in files:
        status, out, err = stage.run(path, "import", str(file), "--board", "cases", "--format", kind)
        take(outcome, file.name, status, out, err)
    return outcome


def in_one_folder(path: Path, files: list[Path], folder: Path) -> Outcome:
    """All files at once, as letters of one folder with names of their own."""
    outcome, mail = Outcome(), folder / "mail"
    mail.mkdir()
    for number, file in enumerate(files, 1):
        shutil.copyfile(file, mail / f"{number}-{file.name}.eml")
    status, out, err = stage.run(path, "import", str(mail), "--board", "cases", "--format", "eml")
    if status not in (0, 3) or FAULT in err:
        outcome.broke.append(f"the folder: {status} {err.strip()}")
    counted = [int(number) for number in re.findall(r"[0-9]+", out)]
    outcome.posts = counted[0] if counted else 0
    outcome.taken = (counted[0] + (counted[2] if len(counted) > 2 else 0)) if counted else 0
    for line in err.splitlines():
        more = re.match(r"not taken: ([0-9]+) more", line)
        outcome.refused += [("", "one more")] * int(more[1]) if more else [("", re.sub(r"[^:]*\.eml", "FILE", line))]
    return outcome


def take(outcome: Outcome, name: str, status: int, out: str, err: str) -> None:
    """Sort one answer of the command line."""
    if status not in (0, 1, 3) or FAULT in err or "Traceback" in err:
        outcome.broke.append(f"{name}: {status} {err.strip()}")
    elif status == 0:
        outcome.taken += 1
        outcome.posts += int(re.match(r"([0-9]+) posts", out)[1])
    else:
        outcome.refused.append((name, err.strip()))
        if name not in err or len(err.strip()) < len(name) + 10:
            outcome.nameless.append(f"{name}: {err.strip()}")
        if status == 3:
            outcome.posts += int(re.match(r"([0-9]+) posts", out)[1])


def tell(report: stage.Report, outcome: Outcome, what: str) -> None:
    """Counts, and every refusal on standard error."""
    figure = f"{outcome.taken} taken, {len(outcome.refused)} refused"
    report.note(f"{what}: {outcome.posts} new posts", figure)
    report.claim(f"{what}: broke", f"{len(outcome.broke)}", "0", is_met=not outcome.broke)
    report.claim(
        f"{what}: refused without name or reason", f"{len(outcome.nameless)}", "0", is_met=not outcome.nameless
    )
    reasons: dict[str, list[str]] = {}
    for name, said in outcome.refused:
        reasons.setdefault(reason_of(name, said), []).append(name)
    for why, names in reasons.items():
        stage.say(textwrap.fill(f"{what}: {len(names)} x {why} {' '.join(names)}", 110, subsequent_indent="    "))
    for line in (*outcome.broke, *outcome.nameless):
        stage.say(f"  {what}: {line}")


def reason_of(name: str, said: str) -> str:
    """A refusal without the name of its file."""
    last = said.splitlines()[-1] if said else ""
    return (last.replace(name, "FILE") if name else last).removeprefix("wardroom: ").removeprefix("not taken: ")[:100]


def shown(path: Path) -> list[str]:
    """Every thread as ``show`` prints it."""
    _, out, _ = stage.run(path, "list", "--limit", "0", "--json")
    ids = re.findall(r'^\{"id": "([^"]+)"', out, re.MULTILINE)
    return [stage.run(path, "show", post)[1] for post in ids]


def words_unsafe(text: str) -> str:
    """Control characters of a text, newlines left out."""
    return "".join(sign for sign in text if sign != "\n" and (ord(sign) < 0x20 or 0x7F <= ord(sign) < 0xA0))


def email_package_reads(file: Path) -> bool:
    """Whether Python's email package gives the words of a file without an error."""
    try:
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        body = message.get_body(("plain", "html"))
        str(message["subject"]), str(message["from"]), str(message["date"])
        return body is not None and bool(body.get_content() or True)
    except Exception:  # noqa: BLE001 - how it fails is not the question
        return False


if __name__ == "__main__":
    sys.exit(main())
