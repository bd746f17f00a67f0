"""``circle``, ``peer``, ``sync`` and ``sync-serve``: how sites come together and exchange what they hold."""

import sys
from pathlib import Path

import click

from wardroom.cli import progress
from wardroom.cli.context import (
    TEXT,
    Context,
    as_json,
    confirmed,
    is_person_there,
    pass_context,
    put_json,
    put_path,
    rfc3339,
    tell,
)
from wardroom.cli.paper import Paper
from wardroom.cli.start import complain
from wardroom.domain.ids import words_of_key
from wardroom.errors import Refused, SyncCut, WardroomError
from wardroom.forum.unscreened import SOON
from wardroom.language import _, several

PARTLY_DONE = 3


@click.group()
def circle() -> None:
    """Found circles, open them to other sites, join and leave them."""


@circle.command("new")
@click.argument("name", type=TEXT)
@pass_context
def new_circle(context: Context, name: str) -> None:
    """Found a circle; you are its first steward."""
    context.forum.circles.new(context.me, name)
    tell(_("Founded. `wardroom board add NAME --circle {name}` opens a board in it.").format(name=name))


@circle.command("invite")
@click.argument("circle_name", metavar="NAME", type=TEXT)
@click.argument("site_key", type=TEXT)
@click.option("--site", "site_name", default="", metavar="NAME", type=TEXT, help="What the invited site is called.")
@pass_context
def invite(context: Context, circle_name: str, site_key: str, site_name: str) -> None:
    """Open a circle to the site with this key and print its invitation, one line."""
    click.echo(context.forum.circles.invite(context.me, circle_name, site_key, site_name))
    tell(_("Send this line to that site; its administrator gives it to `wardroom circle join`."))


@circle.command("join")
@click.argument("invitation", type=TEXT)
@pass_context
def join(context: Context, invitation: str) -> None:
    """Take part in the circle of an invitation; what is in it comes with the first sync."""
    name = context.forum.circles.join(context.me, invitation)
    click.echo(name)
    tell(
        _(
            "Joined. `wardroom peer add` says how to reach the site that invited you; `wardroom sync` fetches the circle."
        )
    )


@circle.command("list")
@as_json
@pass_context
def list_circles(context: Context, *, is_json: bool) -> None:
    """List the circles of this file."""
    paper = Paper()
    for line in context.forum.circles.lines():
        if is_json:
            put_json(
                {
                    "name": line.name, "sites": list(line.sites), "boards": line.boards, "local": line.is_local,
                    "left": line.has_left, "waiting": line.is_waiting, "suspended": list(line.suspended),
                }
            )  # fmt: skip
            continue
        state = _("left") if line.has_left else _("waits for its first sync") if line.is_waiting else ""
        boards = several("{n} board", "{n} boards", line.boards).format(n=line.boards)
        shared = _("never leaves this file") if line.is_local else ", ".join(line.sites)
        if line.suspended:
            shared += "; " + _("suspended: {sites}").format(sites=", ".join(line.suspended))
        paper.say((f"{line.name:<16}", "bold"), f"  {state or boards:<24}  ", (shared, "dim"))


@circle.command("leave")
@click.argument("name", type=TEXT)
@pass_context
def leave(context: Context, name: str) -> None:
    """Exchange a circle with nobody any more; what is here stays. An invitation joins it again."""
    context.forum.circles.leave(context.me, name)
    tell(_("Left. What was here of it can still be read."))


@circle.command("suspend-site")
@click.argument("circle_name", metavar="NAME", type=TEXT)
@click.argument("site", metavar="SITE|KEY", type=TEXT)
@click.option("--lift", "is_off", is_flag=True, help="Lift the suspension; what was written meanwhile counts then.")
@pass_context
def suspend_site(context: Context, circle_name: str, site: str, *, is_off: bool) -> None:
    """Cut a site off, for stewards: what it wrote so far stays, nothing from now on counts, and nobody gives it more."""
    context.forum.circles.suspend_site(context.me, circle_name, site, is_on=not is_off)
    done = (
        _("The suspension of {site} is lifted.")
        if is_off
        else _("{site} is suspended in {circle}. `wardroom sync` tells the others.")
    )
    tell(done.format(site=site, circle=circle_name))


@click.group()
def peer() -> None:
    """The sites this file knows how to reach."""


@peer.command("add")
@click.argument("name", type=TEXT)
@click.argument("target", metavar="SSH_TARGET", default="", type=TEXT)
@click.option("--spool", default="", metavar="DIR", help="Meet through this folder instead of ssh.")
@click.option(
    "--circle", "circles", multiple=True, metavar="C", type=TEXT, help="Exchange only this circle; may be repeated."
)
@click.option("--site", "site_key", default="", metavar="KEY", help="The site's key, where its name is not known here.")
@click.option("--ssh-config", default="", metavar="FILE", help="An ssh configuration to use as it is; no key is made.")
@click.option("--yes", "is_sure", is_flag=True, help="The words of both sites were compared.")
@pass_context
def add_peer(
    context: Context, name: str, target: str, spool: str, circles: tuple[str, ...], site_key: str, ssh_config: str,
    *, is_sure: bool,
) -> None:  # fmt: skip
    """Remember how to reach a site; prints the line that lets this file in at the far side."""
    forum, me = context.forum, context.me
    site = forum.peers.site_of(name, site_key)
    tell(_("this site    {words}").format(words=words_of_key(forum.site_key)))
    tell(_("{name:<12} {words}").format(name=name, words=words_of_key(site)))
    if not is_sure:
        if not is_person_there():
            raise Refused(_("Compare the words of both sites, over the telephone for example, and say --yes."))
        if not confirmed(_("Do both sites see the same words?")):
            raise click.Abort
    added = forum.peers.add(me, name, site, target=target, spool=spool, ssh_config=ssh_config, circles=circles)
    if added.key_line:
        click.echo(added.key_line)
        tell(
            _(
                "The far side's administrator adds this line to ~/.ssh/authorized_keys of the account that runs Wardroom there."
            )
        )


@peer.command("list")
@as_json
@pass_context
def list_peers(context: Context, *, is_json: bool) -> None:
    """List the peers: when each was last met, how far it is behind, and what went wrong."""
    forum, paper = context.forum, Paper()
    lines = forum.peers.lines()
    for line in lines:
        known = line.peer
        if is_json:
            put_json(
                {
                    "name": known.name, "site": known.site.hex(), "target": known.target, "spool": known.spool,
                    "circles": list(line.circles), "last_sync": rfc3339(known.done_ms) if known.done_ms else None,
                    "last_try": rfc3339(known.tried_ms) if known.tried_ms else None, "error": known.error,
                    "lag_posts": line.lag_posts, "sent_bytes": known.sent_bytes,
                    "received_bytes": known.received_bytes,
                }
            )  # fmt: skip
            continue
        met = rfc3339(known.done_ms)[:16].replace("T", " ") if known.done_ms else _("never met")
        lag = several("{n} post behind", "{n} posts behind", line.lag_posts).format(n=line.lag_posts)
        paper.say((f"{known.name:<16}", "bold"), f"  {met:<16}  ", lag if line.lag_posts else _("up to date"))
        paper.say((f"    {known.target or known.spool}  {', '.join(line.circles) or _('no circle shared yet')}", "dim"))
        if known.error:
            paper.say(f"    {known.error}")
    if not lines:
        tell(_("There is no peer yet. `wardroom peer add NAME SSH_TARGET` names one."))


@peer.command("remove")
@click.argument("name", type=TEXT)
@pass_context
def remove_peer(context: Context, name: str) -> None:
    """Forget how to reach a peer; its posts stay."""
    context.forum.peers.remove(context.me, name)


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1, type=TEXT)
@click.option(
    "--if-due", "due_minutes", type=click.IntRange(0, 10_080), metavar="MINUTES",
    help="Do nothing where the peers were tried so lately and nobody has asked since: for a timer.",
)  # fmt: skip
@as_json
@pass_context
def sync(context: Context, names: tuple[str, ...], due_minutes: int | None, *, is_json: bool) -> int:
    """Exchange with these peers, or with all, what either lacks."""
    forum = context.forum
    if due_minutes is not None and not forum.changes.sync_is_due(due_minutes):
        return 0
    chosen = forum.peers.named(names)
    if not chosen:
        raise Refused(_("There is no peer yet. `wardroom peer add NAME SSH_TARGET` names one."))
    status = 0
    for known in chosen:
        try:
            with progress.bar(known.name, is_shown=not is_json) as shown:
                report = forum.peers.sync(known, shown)
        except WardroomError as error:
            complain(f"{known.name}: {error}")
            status = max(status, PARTLY_DONE if isinstance(error, SyncCut) else 1)
            continue
        if is_json:
            put_json({"peer": known.name, "received": report.received_events, "sent": report.sent_events})
        else:
            tell(
                _("{peer}: {received} events in, {sent} out.").format(
                    peer=known.name, received=report.received_events, sent=report.sent_events
                )
            )
        for sentence in (*report.notices, *sorted(set(report.refused_logs.values()))):
            tell(f"{known.name}: {sentence}")
    forum.unscreened.work(most=SOON)
    return status


@click.command("sync-serve")
@click.option("--peer", "site_key", default="", metavar="SITE", help="The key of the only site that may call.")
@pass_context
def sync_serve(context: Context, site_key: str) -> None:
    """Answer a peer on standard input and output: what its ssh key runs here."""
    if sys.stdin is None or sys.stdin.isatty():
        raise Refused(_("sync-serve talks to another Wardroom, not to a person. `wardroom sync` calls a peer."))
    context.forum.peers.serve(site_key)
    context.forum.unscreened.work(most=SOON)


@click.group()
def bundle() -> None:
    """Carry what sites lack as a file, by hand or mail."""


@bundle.command("make")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--for", "names", multiple=True, metavar="NAME", type=TEXT, help="A peer or site it is for; may be repeated."
)
@click.option("--all", "is_for_all", is_flag=True, help="For every site of every shared circle.")
@click.option("--plain", "is_plain", is_flag=True, help="Readable by anybody; else sealed to the sites it is for.")
@pass_context
def make_bundle(context: Context, path: Path, names: tuple[str, ...], *, is_for_all: bool, is_plain: bool) -> None:
    """Write what these sites lack into FILE, sealed to them and signed."""
    if bool(names) == is_for_all:
        raise Refused(_("Say whom the bundle is for: --for NAME, or --all."))
    forum = context.forum
    report = forum.bundles.make(path, forum.peers.sites(names), is_plain=is_plain)
    put_path(path)
    tell(
        several("{n} event, {size} kB.", "{n} events, {size} kB.", report.sent_events).format(
            n=report.sent_events, size=-(-path.stat().st_size // 1000)
        )
    )


@bundle.command("take")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@pass_context
def take_bundle(context: Context, path: Path) -> int:
    """Take in what a bundle brings; the same one twice changes nothing."""
    try:
        report = context.forum.bundles.take(path)
    except SyncCut as error:
        complain(error)
        return PARTLY_DONE
    tell(several("{n} new event.", "{n} new events.", report.received_events).format(n=report.received_events))
    for sentence in (*report.notices, *sorted(set(report.refused_logs.values()))):
        tell(sentence)
    return 0


COMMANDS = (circle, peer, sync, sync_serve, bundle)
