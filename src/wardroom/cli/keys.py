"""The verbs of SSH keys on a server: ``member key``, ``peer admit``, and how ``kiosk`` is explained."""

import click

from wardroom.cli.accounts import member
from wardroom.cli.context import TEXT, Context, as_json, pass_context, put_json, rfc3339, tell, text_or_stdin
from wardroom.cli.paper import Column, Line, Paper
from wardroom.cli.peers import peer
from wardroom.domain.ids import words_of_key
from wardroom.errors import Refused
from wardroom.language import _, marked


@member.group("key")
def key() -> None:
    """SSH keys that let members in on a server (docs/deploy.md, deployment C)."""


@key.command("add")
@click.argument("handle")
@click.argument("line", metavar="KEY|-", required=False, type=TEXT)
@pass_context
def add_key(context: Context, handle: str, line: str | None) -> None:
    """Let a key in as a member: the one line of its .pub file, as an argument or on standard input."""
    added = context.forum.ssh_keys.add(context.me, handle, text_or_stdin(line).strip())
    click.echo(added.fingerprint)
    known = context.forum.members.known_as(handle).handle
    tell(_("This key now opens the screens as {handle}, where sshd asks wardroom-keys.").format(handle=known))


@key.command("list")
@as_json
@pass_context
def list_keys(context: Context, *, is_json: bool) -> None:
    """List the keys of members and of peers."""
    lines = context.forum.ssh_keys.lines() if context.me else ()
    rows: list[Line] = []
    for line in lines:
        whose = line.handle or _("site {words}").format(words=words_of_key(line.site or b""))
        if is_json:
            put_json(
                {
                    "handle": line.handle, "site": None if line.site is None else line.site.hex(), "kind": line.kind,
                    "fingerprint": line.fingerprint, "closed": line.is_disabled, "added": rfc3339(line.added_ms),
                }
            )  # fmt: skip
        rows.append(((whose, "dim" if line.is_disabled else "bold"), (line.kind, "plain"), (line.fingerprint, "plain")))
    if not is_json:
        columns = (
            Column(marked("opens for")),
            Column(marked("kind"), from_width=60),
            Column(marked("fingerprint"), grows=True),
        )
        Paper().table(columns, [("", rows)], with_heads=True)


@key.command("remove")
@click.argument("fingerprint", type=TEXT)
@pass_context
def remove_key(context: Context, fingerprint: str) -> None:
    """Forget a key, by the fingerprint that `member key list` shows."""
    context.forum.ssh_keys.remove(context.me, fingerprint)
    tell(_("This key opens nothing here any more. Sessions that are open go on until they end."))


@peer.command("admit")
@click.argument("line", metavar="LINE|-", required=False, type=TEXT)
@pass_context
def admit_peer(context: Context, line: str | None) -> None:
    """Let a site sync over sshd and wardroom-keys: the line that its `peer add` printed."""
    site, added = context.forum.ssh_keys.admit_peer(context.me, text_or_stdin(line).strip())
    click.echo(added.fingerprint)
    tell(_("This key now syncs as the site {words}, and does nothing else.").format(words=words_of_key(site)))


@click.command("kiosk")
def kiosk() -> None:
    """The screens and nothing else, for an SSH key's command: kiosk --as HANDLE; by sudo without it.

    No process is started, nothing outside the forum's folder is written, the environment is emptied.
    """
    raise Refused(_("kiosk takes --as HANDLE and --forum FILE, and nothing else."))


COMMANDS = (kiosk,)
