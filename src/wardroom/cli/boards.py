"""The verbs of boards, and of the site itself."""

import click

from wardroom.cli import answers, pages
from wardroom.cli.context import TEXT, Context, as_json, pass_context, put_json, rfc3339, tell
from wardroom.cli.paper import Paper
from wardroom.domain.ids import words_of_key
from wardroom.domain.text import display_width, pad
from wardroom.language import _, several


@click.group()
def board() -> None:
    """Open boards and list them."""


@board.command("add")
@click.argument("name")
@click.option("--title", default="", type=TEXT, help="What it is called in lists; else its name.")
@click.option("--about", default="", type=TEXT, help="What belongs there, in a line.")
@click.option(
    "--circle", default="local", show_default=True, metavar="C", type=TEXT, help="The circle it is shared with."
)
@click.option(
    "--member", "members", multiple=True, metavar="HANDLE", type=TEXT,
    help="Make it a room that only its members read; again for each of them.",
)  # fmt: skip
@pass_context
def add_board(context: Context, name: str, title: str, about: str, circle: str, members: tuple[str, ...]) -> None:
    """Open a board; its name is printed."""
    forum, me = context.forum, context.me
    handles = tuple(forum.members.known_as(handle).handle for handle in members)
    number = forum.boards.open(me, name, title=title, about=about, circle=circle, members_of_room=handles)
    opened = next((line for line in forum.boards.lines(me) if line.board == number), None)
    click.echo(opened.name if opened is not None else name)
    tell(
        _("Opened, seen by {audience}.").format(audience=opened.audience)
        if opened is not None
        else _("Opened; you are not among its members.")
    )


@board.command("list")
@as_json
@pass_context
def list_boards(context: Context, *, is_json: bool) -> None:
    """List the boards you may read."""
    lines = context.forum.boards.lines(context.me, is_whole=True)
    if is_json:
        for line in lines:
            put_json(answers.board(line))
    else:
        pages.put_boards(Paper(), lines, context.forum.session.now_ms())
    if not lines:
        tell(_("There is no board yet. `wardroom board add NAME` opens one."))


@click.group()
def site() -> None:
    """The site this file belongs to."""


@site.command("show")
@as_json
@pass_context
def show_site(context: Context, *, is_json: bool) -> None:
    """Show the site's name, its key, and the key as words: what other sites compare and admit."""
    forum = context.forum
    key, words = forum.site_key.hex(), words_of_key(forum.site_key)
    if is_json:
        put_json({"name": forum.site_name, "key": key, "words": words})
        return
    paper = Paper()
    labels = (_("name"), _("key"), _("words"))
    width = max(map(display_width, labels)) + 2
    for label, value in zip(labels, (forum.site_name, key, words), strict=True):
        paper.say((pad(label, width), "dim"), value)


@site.command("instances")
@as_json
@pass_context
def list_instances(context: Context, *, is_json: bool) -> None:
    """List the files of this site that have written in shared circles: copies, restored ones, and this one."""
    lines = context.forum.instances.lines()
    if is_json:
        for line in lines:
            put_json(
                {
                    "instance": line.name, "this": line.is_this, "circles": list(line.circles),
                    "revoked": list(line.revoked), "posts": line.posts, "newest": rfc3339(line.newest_ms),
                }
            )  # fmt: skip
        return
    paper = Paper()
    for line in lines:
        what = _("this file") if line.is_this else ""
        if line.revoked:
            what = _("revoked in {circles}").format(circles=", ".join(line.revoked))
        posts = several("{n} post", "{n} posts", line.posts).format(n=line.posts)
        newest = rfc3339(line.newest_ms)[:16].replace("T", " ")
        paper.say(
            (f"{line.name:<12}", "bold"), f"  {newest}  {posts:<12}  ", (", ".join(line.circles), "dim"), f"  {what}"
        )
    if not lines:
        tell(_("No file of this site has written in a shared circle yet."))


@site.command("revoke-instance")
@click.argument("name", metavar="INSTANCE", type=TEXT)
@click.option("--lift", "is_off", is_flag=True, help="Lift it; what the file wrote meanwhile counts then.")
@pass_context
def revoke_instance(context: Context, name: str, *, is_off: bool) -> None:
    """Cut a lost copy of this site's file off in every shared circle: what it wrote so far stays, nothing else counts."""
    circles = context.forum.instances.revoke(context.me, name, is_on=not is_off)
    if not circles:
        tell(_("Nothing was to be done."))
        return
    done = _("Counts again in {circles}.") if is_off else _("Revoked in {circles}. `wardroom sync` tells the others.")
    tell(done.format(circles=", ".join(circles)))


COMMANDS = (board, site)
