"""The verbs of being told: bookmarks, followed cases, boards subscribed to or muted, and saved searches."""

from collections.abc import Sequence

import click

from wardroom.cli import answers, pages
from wardroom.cli.context import TEXT, Context, as_json, pass_context, put_json, tell
from wardroom.cli.paper import Column, Line, Paper
from wardroom.domain.views import BoardWish, Calling, PostLine
from wardroom.language import _, marked
from wardroom.tui.widgets.ages import age

_off = click.option("--off", "is_off", is_flag=True, help="No longer.")
CALLINGS: tuple[Calling, ...] = ("named", "answers", "followed", "subscribed", "due", "bookmarks")


@click.command()
@click.argument("post", metavar="ID")
@_off
@pass_context
def bookmark(context: Context, post: str, *, is_off: bool) -> None:
    """Keep a post in your bookmarks; `wardroom calls bookmarks` lists them."""
    forum, me = context.forum, context.me
    forum.attention.bookmark(me, forum.cases.resolve(me, post), is_on=not is_off)


@click.command()
@click.argument("post", metavar="[ID]", required=False)
@_off
@as_json
@pass_context
def follow(context: Context, post: str | None, *, is_off: bool, is_json: bool) -> None:
    """Follow a thread: its new replies reach your brief. Without an ID: list what you follow."""
    forum, me = context.forum, context.me
    if post is not None:
        forum.attention.follow(me, forum.cases.resolve(me, post), is_on=not is_off)
        return
    lines = forum.attention.followed(me)
    if is_json:
        words = forum.cases.words(me, [line.thread for line in lines])
        for line in lines:
            put_json(answers.thread(line, words))
        return
    pages.put_list(Paper(), lines, forum.session.now_ms())
    if not lines:
        tell(_("You follow no thread yet. `wardroom follow ID` follows one."))


@click.command()
@click.argument("board", metavar="BOARD", type=TEXT)
@_off
@pass_context
def subscribe(context: Context, board: str, *, is_off: bool) -> None:
    """Be told of everything new on a board, by a line of your brief and in your digest."""
    _wish(context, board, "" if is_off else "subscribed")


@click.command()
@click.argument("board", metavar="BOARD", type=TEXT)
@_off
@pass_context
def mute(context: Context, board: str, *, is_off: bool) -> None:
    """Be told nothing of a board: it counts neither in your brief nor in your digest. Answers and mentions still do."""
    _wish(context, board, "" if is_off else "muted")


def _wish(context: Context, board: str, wish: BoardWish) -> None:
    forum, me = context.forum, context.me
    forum.attention.wish(me, forum.boards.named(me, board).board, wish)


@click.command()
@click.argument("kind", metavar="KIND", type=click.Choice(CALLINGS))
@as_json
@pass_context
def calls(context: Context, kind: Calling, *, is_json: bool) -> None:
    """List what a line of the brief counts: named, answers, followed, subscribed, due; or bookmarks."""
    _put_posts(context, context.forum.attention.posts(context.me, kind), is_json=is_json)


def _put_posts(context: Context, posts: Sequence[PostLine], *, is_json: bool) -> None:
    if is_json:
        for post in posts:
            put_json(answers.post_line(post))
        return
    now_ms = context.forum.session.now_ms()
    columns = (
        Column(marked("id")), Column(marked("age")), Column(marked("board"), from_width=50), Column(marked("author")), Column(marked("words"), grows=True),
    )  # fmt: skip
    rows: list[Line] = [
        (
            (post.id, "dim"), (age(post.created_ms, now_ms), "dim"), (post.board_name, "dim"),
            (post.author, "plain"), (f"{post.title}: {post.words}", "bold" if post.is_unread else "plain"),
        )
        for post in posts
    ]  # fmt: skip
    if rows:
        Paper().table(columns, [("", rows)], with_heads=False)
    else:
        tell(_("Nothing there."))


@click.group()
def saved() -> None:
    """Keep searches under the number keys 1 to 9."""


@saved.command("list")
@as_json
@pass_context
def list_saved(context: Context, *, is_json: bool) -> None:
    """List your saved searches."""
    kept = context.forum.saved.all(context.me)
    if is_json:
        for each in kept:
            put_json({"number": each.number, "name": each.name, "query": each.query})
    elif kept:
        rows: list[Line] = [((str(each.number), "dim"), (each.name, "bold"), (each.query, "plain")) for each in kept]
        Paper().table(
            (Column(marked("number")), Column(marked("name")), Column(marked("query"), grows=True)),
            [("", rows)],
            with_heads=False,
        )
    else:
        tell(_("Nothing is saved. `wardroom saved add QUERY` keeps a search."))


@saved.command("add", context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, required=True, type=TEXT)
@click.option("--name", default="", metavar="N", type=TEXT, help="What it is called; else the query itself.")
@click.option("--number", type=click.IntRange(1, 9), metavar="1-9", help="Its key; else the first that is free.")
@pass_context
def add_saved(context: Context, query: tuple[str, ...], name: str, number: int | None) -> None:
    """Keep a search."""
    kept = context.forum.saved.add(context.me, " ".join(query), name, number=number)
    tell(_("Kept under {number}.").format(number=kept.number))


@saved.command("rename")
@click.argument("number", type=click.IntRange(1, 9), metavar="1-9")
@click.argument("name", type=TEXT)
@pass_context
def rename_saved(context: Context, number: int, name: str) -> None:
    """Call a saved search something else."""
    context.forum.saved.rename(context.me, number, name)


@saved.command("remove")
@click.argument("number", type=click.IntRange(1, 9), metavar="1-9")
@pass_context
def remove_saved(context: Context, number: int) -> None:
    """Keep a search no longer."""
    context.forum.saved.remove(context.me, number)


@saved.command("open")
@click.argument("number", type=click.IntRange(1, 9), metavar="1-9")
@as_json
@click.pass_context
def open_saved(click_context: click.Context, number: int, *, is_json: bool) -> None:
    """Search by a saved search, as `wardroom search` would."""
    from wardroom.cli.reading import search

    context = click_context.ensure_object(Context)
    kept = context.forum.saved.numbered(context.me, number)
    click_context.invoke(search, query=(kept.query,), is_json=is_json)


COMMANDS = (bookmark, follow, subscribe, mute, calls, saved)
