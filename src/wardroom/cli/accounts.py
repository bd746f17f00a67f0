"""The verbs of members and their logins, and ``wardroom init``, which makes the first of them."""

import os
import pwd
from pathlib import Path

import click

from wardroom.cli import cards
from wardroom.cli.context import (
    TEXT,
    Context,
    as_json,
    decoded,
    new_password,
    one_of,
    pass_context,
    put_json,
    put_path,
    rfc3339,
    tell,
)
from wardroom.cli.paper import Column, Line, Paper
from wardroom.domain.events import FLAG_REASONS, ROLES, VOICES
from wardroom.domain.text import clean
from wardroom.errors import InputRejected, NotFound
from wardroom.exchange.staff_list import read as read_staff_list
from wardroom.forum.members import PROFESSIONS, MemberLine
from wardroom.language import _, marked

UID_MAX = 2**32 - 2
_password_stdin = click.option(
    "--password-stdin", "is_from_stdin", is_flag=True, help="Read the password from standard input's first line."
)


@click.command()
@click.option("--site", "site_name", required=True, metavar="NAME", help="What your site is called, such as county.")
@click.option("--admin", "handle", required=True, metavar="HANDLE", help="You, the first member and its administrator.")
@one_of("--profession", "P", PROFESSIONS, "What you are:", default="other")
@click.option(
    "--dedicated", "is_dedicated", is_flag=True,
    help="This Unix account only keeps the file: do not link it to the administrator, who logs in with a password.",
)  # fmt: skip
@_password_stdin
@pass_context
def init(
    context: Context, site_name: str, handle: str, profession: str, *, is_dedicated: bool, is_from_stdin: bool
) -> None:
    """Make a new forum file; its path is printed.

    The Unix account that runs this is linked to the administrator, who then needs no password here.
    """
    from wardroom.errors import StoreError
    from wardroom.forum.founding import Founder, found
    from wardroom.wiring import wall_ms

    path = context.config.forum_file
    if os.path.lexists(path):
        raise StoreError(
            _("{path} exists already; it was left as it is. Name another file with --forum.").format(path=path)
        )
    password = new_password(is_from_stdin=is_from_stdin) if is_dedicated or is_from_stdin else None
    uid = None if is_dedicated else os.getuid()
    found(path, Founder(site_name, handle, profession, uid=uid, password=password), now_ms=wall_ms())
    context.forum.upkeep.lay_ballast()
    put_path(path)
    tell(_("A new forum. `wardroom` opens it; `wardroom member add HANDLE` lets colleagues in."))


@click.group()
def member() -> None:
    """Let members in, and keep their logins."""


@member.command("add")
@click.argument("handle")
@one_of("--profession", "P", PROFESSIONS, "What the member is:", required=True)
@one_of("--role", "R", VOICES, "What the member may do:", required=True)
@click.option("--link", "unix_name", metavar="UNIXNAME|UID", help="This Unix account logs in as the member.")
@_password_stdin
@pass_context
def add_member(
    context: Context, handle: str, profession: str, role: str, unix_name: str | None, *, is_from_stdin: bool
) -> None:
    """Enrol a colleague of your site."""
    uid = _uid_of(unix_name) if unix_name is not None else None
    password = new_password(is_from_stdin=True) if is_from_stdin else None
    context.forum.members.add(context.me, handle, profession, role, password=password, uid=uid)
    known = context.forum.members.known_as(handle).handle
    tell(
        _("{name}@{site} is a member.").format(name=known, site=context.forum.site_name)
        + (
            ""
            if password or uid is not None
            else _(" Give a way in: `wardroom member passwd {name}`, or `member link`.").format(name=known)
        )
    )


@member.command("list")
@as_json
@pass_context
def list_members(context: Context, *, is_json: bool) -> None:
    """List the members of this site."""
    lines = context.forum.members.lines() if context.me else ()
    if is_json:
        for line in lines:
            put_json(_as_object(line))
        return
    columns = (
        Column(marked("handle")), Column(marked("profession"), from_width=50), Column(marked("roles"), grows=True), Column(marked("logs in by")),
    )  # fmt: skip
    Paper().table(columns, [("", [_as_row(line) for line in lines])], with_heads=True)


def _as_object(line: MemberLine) -> dict[str, object]:
    return {
        "handle": line.handle, "profession": line.profession, "roles": list(line.roles), "linked": line.is_linked,
        "password": line.has_password, "disabled": bool(line.is_disabled),
        "last_visit": rfc3339(line.visited_ms) if line.visited_ms is not None else None,
    }  # fmt: skip


def _as_row(line: MemberLine) -> Line:
    ways = [
        way for way, is_open in ((_("Unix account"), line.is_linked), (_("password"), line.has_password)) if is_open
    ]
    way = _("closed") if line.is_disabled else ", ".join(ways) or _("no way in yet")
    return (
        (line.handle, "dim" if line.is_disabled else "bold"), (line.profession, "plain"),
        (", ".join(line.roles), "plain"), (way, "dim"),
    )  # fmt: skip


@member.command("role")
@click.argument("name", metavar="NAME[@SITE]")
@click.argument("role", metavar="ROLE", type=click.Choice(ROLES, case_sensitive=False))
@click.option("--take", "is_taken", is_flag=True, help="Take the role instead of giving it.")
@click.option("--circle", default="local", show_default=True, metavar="C", type=TEXT, help="Where the role counts.")
@pass_context
def give_role(context: Context, name: str, role: str, circle: str, *, is_taken: bool) -> None:
    """Give a member a role, or take it; in a shared circle a steward makes members of other sites moderators too.

    A member has one voice (observer, trainee or practitioner) and may hold offices: moderator, steward, administrator.
    """
    context.forum.members.grant(context.me, name, role, is_granted=not is_taken, circle=circle)
    said = _("{name} is no longer {role}.") if is_taken else _("{name} is now {role}.")
    tell(said.format(name=clean(name, one_line=True), role=role))


@member.command("passwd")
@click.argument("handle")
@_password_stdin
@pass_context
def set_password(context: Context, handle: str, *, is_from_stdin: bool) -> None:
    """Set your own password or, as an administrator, anybody's."""
    me, known = context.me, context.forum.members.known_as(handle)
    context.forum.members.set_password(me, known.handle, new_password(is_from_stdin=is_from_stdin))
    tell(_("{handle} has a new password.").format(handle=known.handle))


@member.command("link")
@click.argument("handle")
@click.argument("unix_name", metavar="[UNIXNAME|UID]", required=False)
@click.option("--none", "is_none", is_flag=True, help="Take the link off.")
@pass_context
def link(context: Context, handle: str, unix_name: str | None, *, is_none: bool) -> None:
    """Let a Unix account log in as a member, without a password."""
    if is_none == (unix_name is not None):
        raise click.UsageError(_("Name a Unix account, or --none"))
    uid = _uid_of(unix_name) if unix_name is not None else None
    context.forum.members.link(context.me, handle, uid)
    known = context.forum.members.known_as(handle).handle
    tell(
        _("No Unix account logs in as {name} any more.").format(name=known)
        if is_none
        else _("{account} logs in as {name}.").format(account=unix_name, name=known)
    )


@member.command("verify")
@click.argument("name", metavar="NAME")
@click.option("--take-back", "is_off", is_flag=True, help="Say that it no longer holds.")
@click.option("--circle", default="local", show_default=True, metavar="C", type=TEXT, help="Where it is said.")
@pass_context
def verify(context: Context, name: str, circle: str, *, is_off: bool) -> None:
    """Say that you have checked a member's licence; it holds for a year. The number itself is kept nowhere."""
    context.forum.moderation.verify(context.me, name, is_on=not is_off, circle=circle)
    done = _("{name} is no longer verified.") if is_off else _("{name} is verified for a year from now.")
    tell(done.format(name=clean(name, one_line=True)))


@member.command("suspend")
@click.argument("name", metavar="NAME[@SITE]")
@one_of("--reason", "CODE", FLAG_REASONS, "Why; it is kept with the act:", default="other")
@click.option("--lift", "is_off", is_flag=True, help="Lift the suspension; what was written meanwhile counts then.")
@click.option("--circle", default="local", show_default=True, metavar="C", type=TEXT, help="The circle it counts in.")
@pass_context
def suspend(context: Context, name: str, reason: str, circle: str, *, is_off: bool) -> None:
    """Cut a member off: what was written so far stays, nothing written from now on counts, on any site."""
    context.forum.moderation.suspend(context.me, name, reason, is_on=not is_off, circle=circle)
    done = _("The suspension of {name} is lifted.") if is_off else _("{name} is suspended.")
    tell(done.format(name=clean(name, one_line=True)))


@member.command("disable")
@click.argument("handle")
@pass_context
def disable(context: Context, handle: str) -> None:
    """Close an account to logins; its posts stay."""
    context.forum.members.disable(context.me, handle, is_disabled=True)
    tell(
        _("{handle} cannot log in any more. `wardroom member enable` undoes it.").format(
            handle=context.forum.members.known_as(handle).handle
        )
    )


@member.command("enable")
@click.argument("handle")
@pass_context
def enable(context: Context, handle: str) -> None:
    """Open a closed account again."""
    context.forum.members.disable(context.me, handle, is_disabled=False)
    tell(_("{handle} can log in again.").format(handle=context.forum.members.known_as(handle).handle))


@member.command("apply")
@click.argument("staff_list", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--dry-run", "is_dry", is_flag=True, help="Only say what would be done.")
@pass_context
def apply(context: Context, staff_list: Path, *, is_dry: bool) -> None:
    """Take a list of joiners and leavers (CSV or TOML), all of it or nothing of it.

    CSV: a first line `change,handle,profession,role,unix`, then a line a person; change is join or leave.
    TOML: a [[join]] or [[leave]] table a person. Leavers cannot log in any more; their posts stay.
    """
    try:
        with staff_list.open("rb") as stream:
            text = decoded(stream, staff_list.name)
    except OSError as error:
        raise InputRejected(
            _("{name} cannot be read: {reason}.").format(name=staff_list.name, reason=error.strerror)
        ) from error
    steps = context.forum.staff.plan(context.me, read_staff_list(text, staff_list.name), _uid_of)
    if not is_dry:
        context.forum.staff.apply(context.me, steps)
    for step in steps:
        click.echo(clean(_STEPS[step.does].format(handle=step.handle), one_line=True))
    counts = {does: sum(step.does == does for step in steps) for does in _STEPS}
    told = _("{joins} join, {returns} come back, {leaves} leave, {rest} stay as they are.").format(
        joins=counts["join"], returns=counts["return"], leaves=counts["leave"], rest=counts["nothing"]
    )
    tell(told + (" " + _("Nothing was changed.") if is_dry else ""))
    if any(step.does == "join" and step.uid is None for step in steps):
        tell(_("Whoever joins without a Unix account needs a way in: `wardroom member passwd HANDLE`."))


_STEPS = {
    "join": marked("{handle} joins"), "return": marked("{handle} comes back"), "leave": marked("{handle} leaves"),
    "nothing": marked("{handle}: nothing to do"),
}  # fmt: skip


def _uid_of(name: str) -> int:
    """The number of a Unix account, by its name or its number. Raises NotFound."""
    if name.isascii() and name.isdigit() and len(name) <= 10 and int(name) <= UID_MAX:
        return int(name)
    try:
        return pwd.getpwnam(name).pw_uid
    except (KeyError, ValueError, OSError) as error:
        raise NotFound(
            _("There is no Unix account called {name} on this machine. Name one, or give its number.").format(name=name)
        ) from error


for command in cards.COMMANDS:
    member.add_command(command)

COMMANDS = (init, member)
