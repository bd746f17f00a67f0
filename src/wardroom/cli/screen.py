"""``wardroom screen``: what in a text may identify a patient, for people and, line by line, for programs."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO

import click

from wardroom import config as settings
from wardroom.cli import answers
from wardroom.cli.context import TEXT, Context, as_json, decoded, pass_context, put_json, tell
from wardroom.cli.paper import Column, Line, Paper, Run, Voice
from wardroom.cli.progress import bar
from wardroom.errors import InputRejected, Refused
from wardroom.forum.own_words import Screen
from wardroom.language import _, marked, several
from wardroom.screening import BLOCK, Finding, meter

FILE_MAX_BYTES = 16 * 1024 * 1024
LINE_MAX_BYTES = 1024 * 1024
PARTLY_DONE = 3


@click.command()
@click.argument("file", metavar="[FILE|-]", default="-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--jsonl", "is_jsonl", is_flag=True, help='Read {"id", "text"} lines, print {"id", "findings"} lines.')
@click.option("--pending", "is_pending", is_flag=True, help="Screen what was imported or came from elsewhere.")
@click.option(
    "--stopped", "is_stopped", is_flag=True, help="List the posts that screening has stopped; for moderators."
)
@click.option("--release", "release_id", metavar="ID", type=TEXT, help="Let a stopped post pass, with a --reason.")
@click.option(
    "--reason", metavar="TEXT", type=TEXT, default="", help="Why nobody can be known by it; kept for the audit."
)
@as_json
@pass_context
def screen(
    context: Context, file: Path, *, is_jsonl: bool, is_pending: bool, is_stopped: bool, release_id: str | None,
    reason: str, is_json: bool,
) -> int:  # fmt: skip
    """Name what in a text may identify a patient. No list is complete: look yourself, too."""
    if is_pending + is_stopped + (release_id is not None) > 1:
        raise click.UsageError(_("--pending, --stopped and --release are three different things; give one."))
    if is_pending:
        return _screen_pending(context)
    if is_stopped:
        return _put_stopped(context, is_json=is_json)
    if release_id is not None:
        for one in context.forum.unscreened.stopped_named(context.me, release_id):
            context.forum.unscreened.release(context.me, one.event, reason)
        tell(_("Released; all who may read the board see it now."))
        return 0
    screener = Screen(settings.screening_folders(os.environ))
    what = _("Standard input") if str(file) == "-" else str(file)
    with _opened(file, what) as stream:
        if is_jsonl:
            return _screen_lines(stream, what, screener)
        text = decoded(stream, what, max_bytes=FILE_MAX_BYTES)
    findings = screener.scan(text)
    for warning in screener.warnings:
        tell(warning)
    if is_json:
        for found in findings:
            put_json(answers.finding(found))
        return 0
    if findings:
        _put_findings(text, findings)
    else:
        Paper().say(_("No identifier found."))
    _tell_meter(text, findings)
    return 0


def _tell_meter(text: str, findings: tuple[Finding, ...]) -> None:
    """Say what harmless facts stand together, where they are several."""
    said = meter.told(meter.read((text,), findings))
    if said:
        tell(said)


def _screen_pending(context: Context) -> int:
    """Screen what waits, all of it."""
    unscreened = context.forum.unscreened
    with bar(_("Screening")) as progress:
        done = unscreened.work(progress=progress)
    left = unscreened.counts()
    if left.pending and not done:
        raise Refused(
            _("Another process is screening this file at this moment; {count} wait.").format(count=left.pending)
        )
    tell(several("{count} post screened.", "{count} posts screened.", done).format(count=done))
    tell_stopped(left.blocked)
    return 0


def tell_stopped(count: int) -> None:
    """Say how many posts need a moderator's look."""
    if count:
        tell(
            several(
                "{count} imported post needs a look: `wardroom screen --stopped` shows it to moderators.",
                "{count} imported posts need a look: `wardroom screen --stopped` shows them to moderators.",
                count,
            ).format(count=count)
        )


def _put_stopped(context: Context, *, is_json: bool) -> int:
    """The stopped posts with what stops them."""
    stopped = context.forum.unscreened.stopped(context.me)
    if is_json:
        for one in stopped:
            found = [{"kind": kind, "text": text} for kind, text in one.found]
            put_json({"id": one.id, "board": one.board, "author": one.author, "text": one.text, "findings": found})
        return 0
    if not stopped:
        Paper().say(_("Nothing is stopped that you could review."))
        return 0
    columns = (
        Column(marked("id")),
        Column(marked("board")),
        Column(marked("author")),
        Column(marked("found"), grows=True),
    )
    rows: list[Line] = []
    for one in stopped:
        said = " · ".join(dict.fromkeys(f"{' '.join(text.split())} ({kind})" for kind, text in one.found))
        rows.append(((one.id, "dim"), (one.board, "plain"), (one.author, "plain"), (said, "alarm")))
    Paper().table(columns, [("", rows)], with_heads=True)
    tell(
        _(
            "`wardroom screen --release ID --reason TEXT` lets one pass, `wardroom purge ID --reason identifier` erases it."
        )
    )
    return 0


def _opened(file: Path, what: str) -> AbstractContextManager[BinaryIO]:
    if str(file) == "-":
        if sys.stdin is None:
            raise InputRejected(_("Standard input is closed. Name a file."))
        return nullcontext(sys.stdin.buffer)
    try:
        return file.open("rb")
    except (OSError, ValueError) as error:
        raise InputRejected(
            _("{what} cannot be read: {why}.").format(
                what=what, why=getattr(error, "strerror", None) or _("not a path")
            )
        ) from error


SHOWN = (
    marked("name"), marked("date"), marked("age"), marked("phone"), marked("email"), marked("address"),
    marked("location"), marked("id"), marked("url"), marked("other"), marked("block"), marked("warn"),
)  # fmt: skip
"""What findings are and what comes of them: kept in English, and shown in the language of who reads."""


def _put_findings(text: str, findings: tuple[Finding, ...]) -> None:
    columns = (
        Column(marked("line")),
        Column(marked("kind")),
        Column(""),
        Column(marked("found"), grows=True),
        Column(marked("instead")),
    )
    rows: list[Line] = []
    for found in findings:
        start = text.rfind("\n", 0, found.start) + 1
        place = f"{text.count(chr(10), 0, found.start) + 1}:{found.start - start + 1}"
        voice: Voice = "alarm" if found.action == BLOCK else "plain"
        instead: Run = (f"→ {found.suggestion}" if found.suggestion else _("→ (leave it out)"), "plain")
        rows.append(((place, "dim"), (_(found.kind), "plain"), (_(found.action), voice), (found.text, voice), instead))
    Paper().table(columns, [("", rows)], with_heads=True)
    blocks = sum(found.action == BLOCK for found in findings)
    tell(
        _("{blocks} would keep it from being posted, {count} to look at once more.").format(
            blocks=blocks, count=len(findings) - blocks
        )
    )


def _screen_lines(stream: BinaryIO, what: str, screener: Screen) -> int:
    """Each line's findings; a line that cannot be read is named and passed over."""
    bad = 0
    for number, line in _lines(stream):
        try:
            name, text = _read_line(line)
        except ValueError as error:
            bad += 1
            tell(_("{what}, line {number}: {error}; passed over.").format(what=what, number=number, error=error))
            continue
        put_json({"id": name, "findings": [answers.finding(found) for found in screener.scan(text)]})
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
        raise ValueError(_("longer than {count} KiB").format(count=LINE_MAX_BYTES // 1024))
    try:
        found = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise ValueError(_("not UTF-8")) from error
    except RecursionError as error:
        raise ValueError(_("brackets nested too deep")) from error
    except ValueError as error:
        raise ValueError(_("not valid JSON")) from error
    wrong = _("not a JSON object")
    if isinstance(found, dict):
        name, text = found.get("id"), found.get("text")
        if isinstance(name, str | int) and isinstance(text, str):
            return name, text
        wrong = (
            _("`text` is missing, or no text")
            if isinstance(name, str | int)
            else _("`id` is missing, or no text or number")
        )
    raise ValueError(wrong)


def _no_constant(name: str) -> None:
    raise ValueError(name)


COMMANDS = (screen,)
