"""``import`` and ``export``: mail and JSON lines in, JSON lines, mail and Markdown out."""

import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from wardroom.cli.context import Context, pass_context, tell
from wardroom.cli.progress import bar
from wardroom.cli.screen import tell_stopped
from wardroom.errors import InputRejected, Refused
from wardroom.forum.transfer import ImportReport
from wardroom.forum.unscreened import SOON
from wardroom.language import _, several

if TYPE_CHECKING:
    from wardroom.forum import Forum

SHOWN_SKIPPED = 20


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path))
@click.option(
    "--board", required=True, metavar="B", help="The board to import into; one of a shared circle as B@CIRCLE."
)
@click.option("--format", "kind", type=click.Choice(["auto", "mbox", "maildir", "eml", "jsonl"]), default="auto")
@click.option("--names", type=click.Path(path_type=Path), help='TOML file of lines such as "Long Name" = "ln".')
@pass_context
def import_(context: Context, source: Path, board: str, kind: str, names: Path | None) -> int:
    """Import a mailbox, a folder of mail or JSON lines. The same import run twice changes nothing.

    Senders' addresses are dropped; their names and the original dates stand beside each post.
    """
    line = context.forum.boards.named(context.me, board if "@" in board else f"{board}@local")
    with bar(_("Reading and threading")) as progress:
        report = context.forum.transfer.import_from(
            context.me, source, line.board, kind=kind, names=_names(names), progress=progress
        )
    _tell(report)
    _screen_soon(context.forum)
    return 3 if report.skipped or report.left_out else 0


def _screen_soon(forum: "Forum") -> None:
    """Screen what was just imported where that is quick, and say what becomes of it."""
    if forum.unscreened.counts().pending <= SOON:
        with bar(_("Screening")) as progress:
            forum.unscreened.work(progress=progress)
    left = forum.unscreened.counts()
    if left.pending:
        tell(
            several(
                "{count} post is yours alone until it is screened: an open Wardroom does it by and by, `wardroom screen --pending` now.",
                "{count} posts are yours alone until they are screened: an open Wardroom does it by and by, `wardroom screen --pending` now.",
                left.pending,
            ).format(count=left.pending)
        )
    tell_stopped(left.blocked)


def _names(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRejected(
            _("{name} cannot be read as a list of names: {error}.").format(name=path.name, error=error)
        ) from error
    if not all(isinstance(value, str) for value in table.values()):
        raise InputRejected(_('{name}: write one line a name, such as "Long Name" = "ln".').format(name=path.name))
    return table


def _tell(report: ImportReport) -> None:
    said = _("{posts} posts in {threads} threads imported.")
    if report.known:
        said = _("{posts} posts in {threads} threads imported, {known} were here already.")
    click.echo(said.format(posts=report.posts, threads=report.threads, known=report.known))
    for skipped in report.skipped[:SHOWN_SKIPPED]:
        click.echo(_("not taken: {where}: {reason}").format(where=skipped.where, reason=skipped.reason), err=True)
    if len(report.skipped) > SHOWN_SKIPPED:
        click.echo(_("not taken: {count} more").format(count=len(report.skipped) - SHOWN_SKIPPED), err=True)
    for left in report.left_out[:SHOWN_SKIPPED]:
        click.echo(_("left out: {where}: {reason}").format(where=left.where, reason=left.reason), err=True)
    if len(report.left_out) > SHOWN_SKIPPED:
        click.echo(_("left out: {count} more").format(count=len(report.left_out) - SHOWN_SKIPPED), err=True)


@click.command()
@click.option("--board", metavar="B", help="One board only.")
@click.option("--format", "kind", type=click.Choice(["jsonl", "mbox", "md"]), default="jsonl", show_default=True)
@click.option("--to", "target", type=click.Path(path_type=Path), help="A new file; else standard output.")
@pass_context
def export(context: Context, board: str | None, kind: str, target: Path | None) -> None:
    """Write every post you may read as JSON lines, as a mailbox, or as Markdown by thread."""
    number = None if board is None else context.forum.boards.named(context.me, board).board
    with _open_target(target) as stream, bar(_("Exporting"), is_shown=target is not None) as progress:
        count = context.forum.transfer.export(context.me, stream, kind=kind, board=number, progress=progress)
    if target is not None:
        click.echo(_("{count} posts exported to {target}.").format(count=count, target=target), err=True)


@contextmanager
def _open_target(target: Path | None) -> Iterator[BinaryIO]:
    if target is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        stream = target.open("xb")
    except FileExistsError as error:
        raise Refused(_("{target} exists already. Name another file.").format(target=target)) from error
    except OSError as error:
        raise Refused(_("{target} cannot be written: {why}.").format(target=target, why=error.strerror)) from error
    try:
        with stream:
            yield stream
    except BaseException:
        target.unlink(missing_ok=True)  # a part is no export, and would stand in the way of the next try
        raise


COMMANDS = (import_, export)
