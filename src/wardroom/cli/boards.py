"""The verbs of boards, and of the site itself."""

import click

from wardroom.cli import answers, pages
from wardroom.cli.context import TEXT, Context, as_json, pass_context, put_json, tell
from wardroom.cli.paper import Paper
from wardroom.domain.ids import words_of_key
from wardroom.domain.text import display_width, pad
from wardroom.language import _


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
    lines = context.forum.boards.lines(context.me)
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


COMMANDS = (board, site)
