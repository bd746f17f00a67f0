"""``wardroom digest``: what is new in two kilobytes, to standard output, a file, or a mail spool."""

import mailbox
import os
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import click

from wardroom.cli.context import TEXT, Context, as_json, pass_context, put_json, rfc3339, tell
from wardroom.domain.query import moment_ms
from wardroom.domain.views import DigestView
from wardroom.errors import InputRejected, Refused
from wardroom.forum.digest import as_text
from wardroom.language import _

LOCK_TRIES = 20
LOCK_NAP_S = 0.1


@click.command()
@click.option(
    "--since",
    metavar="WHEN",
    type=TEXT,
    help="Since then, such as 12h, 7d or 2026-05-01; the next digest is as if this one had not been.",
)
@click.option(
    "--to", "target", metavar="FILE", type=click.Path(path_type=Path), help="Into this file, in place of what it held."
)
@click.option(
    "--mbox",
    "spool",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="As a message at the end of this mailbox, such as /var/mail/you.",
)
@as_json
@pass_context
def digest(context: Context, since: str | None, target: Path | None, spool: Path | None, *, is_json: bool) -> None:
    """Say what others wrote since your last digest: ten threads in at most two kilobytes of plain text.

    Muted boards are left out. Where nothing is new, nothing is written, and that is no failure.
    """
    if (target is not None) + (spool is not None) + is_json > 1:
        raise click.UsageError(_("One of --to, --mbox and --json"))
    forum, me = context.forum, context.me
    since_ms = None
    if since is not None:
        try:
            since_ms = moment_ms(since, now_ms=forum.session.now_ms())
        except (ValueError, OverflowError) as error:
            raise InputRejected(
                _("--since {since} is no moment. Write 12h, 7d or a date such as 2026-05-01.").format(since=since)
            ) from error
    found = forum.digest.since(me, since_ms)
    text = as_text(found)
    if is_json:
        put_json(_as_object(found))
    elif text and target is not None:
        _write(target, text)
    elif text and spool is not None:
        _append(spool, _as_message(found, text))
    elif text:
        click.echo(text, nl=False)
    else:
        tell(_("Nothing new."))
    if since is None and not forum.is_read_only:
        forum.digest.done(me, found)


def _write(target: Path, text: str) -> None:
    """The text alone, for its owner's eyes alone."""
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _append(spool: Path, message: EmailMessage) -> None:
    """The message at the end of a mailbox that others may be writing to. Raises Refused while they do."""
    if not spool.exists():
        os.close(os.open(spool, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
    box = mailbox.mbox(spool, create=False)
    try:
        for tries in range(LOCK_TRIES):
            try:
                box.lock()
                break
            except mailbox.ExternalClashError:
                if tries == LOCK_TRIES - 1:
                    raise Refused(
                        _("{spool} is locked by another program. Try again in a moment.").format(spool=spool)
                    ) from None
                time.sleep(LOCK_NAP_S)
        box.add(message)
        box.flush()
    finally:
        box.close()


def _as_message(found: DigestView, text: str) -> EmailMessage:
    """The digest as mail; its addresses end in ``.invalid`` (RFC 2606), so that nobody can answer it."""
    message = EmailMessage(policy=SMTP.clone(linesep="\n", cte_type="8bit"))
    handle, _at, site = found.name.partition("@")
    message["From"] = "Wardroom <wardroom@wardroom.invalid>"
    message["To"] = f"{_ascii(handle)} <{_ascii(handle)}@{_ascii(site)}.invalid>"
    message["Subject"] = _("Wardroom: {count} new").format(count=found.posts)
    message["Date"] = format_datetime(datetime.fromtimestamp(found.until_ms / 1000, UTC))
    message["Message-ID"] = f"<digest-{found.arrival}-{found.until_ms}@wardroom.invalid>"
    message.set_content(text, cte="8bit")
    return message


def _ascii(name: str) -> str:
    return "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name) or "member"


def _as_object(found: DigestView) -> dict[str, Any]:
    return {
        "since": rfc3339(found.since_ms), "until": rfc3339(found.until_ms), "posts": found.posts,
        "answers": found.answers, "named": found.named, "outcomes_due": found.due,
        "threads": [
            {
                "id": each.line.id, "title": each.line.title, "board": each.line.board_name,
                "circle": each.line.circle, "kind": each.line.kind, "state": each.line.state,
                "acuity": each.line.acuity, "posts": each.posts, "answers": each.answers, "named": each.named,
                "followed": each.is_followed,
            }
            for each in found.threads
        ],
    }  # fmt: skip


COMMANDS = (digest,)
