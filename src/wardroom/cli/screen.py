"""``wardroom screen``: what in a text may identify a patient, for people and, line by line, for programs."""

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import click

from wardroom.cli import answers
from wardroom.cli.context import as_json, decoded, put_json, tell
from wardroom.cli.paper import Column, Line, Paper, Run, Voice
from wardroom.errors import InputRejected
from wardroom.screening import BLOCK, Finding, scan

FILE_MAX_BYTES = 16 * 1024 * 1024
LINE_MAX_BYTES = 1024 * 1024
PARTLY_DONE = 3


@click.command()
@click.argument("file", metavar="[FILE|-]", default="-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--jsonl", "is_jsonl", is_flag=True, help='Read {"id", "text"} lines, print {"id", "findings"} lines.')
@as_json
def screen(file: Path, *, is_jsonl: bool, is_json: bool) -> int:
    """Name what in a text may identify a patient. No list is complete: look yourself, too."""
    what = "Standard input" if str(file) == "-" else str(file)
    with _opened(file, what) as stream:
        if is_jsonl:
            return _screen_lines(stream, what)
        text = decoded(stream, what, max_bytes=FILE_MAX_BYTES)
    findings = scan(text)
    if is_json:
        for found in findings:
            put_json(answers.finding(found))
    elif findings:
        _put_findings(text, findings)
    else:
        Paper().say("No identifier found.")
    return 0


def _opened(file: Path, what: str) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        if sys.stdin is None:
            raise InputRejected("Standard input is closed. Name a file.")
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except (OSError, ValueError) as error:
        raise InputRejected(f"{what} cannot be read: {getattr(error, 'strerror', None) or 'not a path'}.") from error


def _put_findings(text: str, findings: tuple[Finding, ...]) -> None:
    columns = (Column("line"), Column("kind"), Column(""), Column("found", grows=True), Column("instead"))
    rows: list[Line] = []
    for found in findings:
        start = text.rfind("\n", 0, found.start) + 1
        place = f"{text.count(chr(10), 0, found.start) + 1}:{found.start - start + 1}"
        voice: Voice = "alarm" if found.action == BLOCK else "plain"
        instead: Run = (f"→ {found.suggestion}" if found.suggestion else "→ (leave it out)", "plain")
        rows.append(((place, "dim"), (found.kind, "plain"), (found.action, voice), (found.text, voice), instead))
    Paper().table(columns, [("", rows)], with_heads=True)
    blocks = sum(found.action == BLOCK for found in findings)
    tell(f"{blocks} would keep it from being posted, {len(findings) - blocks} to look at once more.")


def _screen_lines(stream: BinaryIO, what: str) -> int:
    """Each line's findings; a line that cannot be read is named and passed over."""
    bad = 0
    for number, line in _lines(stream):
        try:
            name, text = _read_line(line)
        except ValueError as error:
            bad += 1
            tell(f"{what}, line {number}: {error}; passed over.")
            continue
        put_json({"id": name, "findings": [answers.finding(found) for found in scan(text)]})
    return PARTLY_DONE if bad else 0


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """(number, line) of all that are not blank; of a line that is too long only the beginning, too long as well."""
    number = 0
    while line := stream.readline(LINE_MAX_BYTES + 1):
        number += 1
        if len(line) > LINE_MAX_BYTES and not line.endswith(b"\n"):
            while (more := stream.readline(LINE_MAX_BYTES)) and not more.endswith(b"\n"):
                pass
        if line.strip():
            yield number, line


def _read_line(line: bytes) -> tuple[Any, str]:
    """The id and the text of one line. Raises ValueError with what is wrong, in words."""
    if len(line) > LINE_MAX_BYTES:
        raise ValueError(f"longer than {LINE_MAX_BYTES // 1024} KiB")
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8") from error
    except RecursionError as error:
        raise ValueError("brackets nested too deep") from error
    except ValueError as error:
        raise ValueError("not valid JSON") from error
    wrong = "not a JSON object"
    if isinstance(found, dict):
        name, text = found.get("id"), found.get("text")
        if isinstance(name, str | int) and isinstance(text, str):
            return name, text
        wrong = (
            "`text` is missing, or no text" if isinstance(name, str | int) else "`id` is missing, or no text or number"
        )
    raise ValueError(wrong)


def _no_constant(name: str) -> None:
    raise ValueError(name)


COMMANDS = (screen,)
