"""The verbs that read: a thread, its history, lists, search, the brief, and what counts as read."""

from collections.abc import Iterable

import click

from wardroom.cli import answers, pages
from wardroom.cli.context import TEXT, Context, as_json, pass_context, put_json, tell, text_or_stdin
from wardroom.cli.one_line import in_words
from wardroom.cli.paper import Paper
from wardroom.domain.views import BoardLine, ThreadLine
from wardroom.errors import NotFound, Refused
from wardroom.language import _

LIST_MAX = 50
SEARCH_MAX = 20
SIMILAR_SHOWN = 5
_at_most = click.IntRange(0, 1_000_000)


@click.command()
@click.argument("post", metavar="ID")
@as_json
@pass_context
def show(context: Context, post: str, *, is_json: bool) -> None:
    """Show the whole thread that a post stands in; `wardroom read` counts it as read."""
    cases = context.forum.cases
    case = cases.open(context.me, cases.resolve(context.me, post))
    if is_json:
        for answer in answers.case_posts(case):
            put_json(answer)
        return
    pages.put_case(Paper(), case, context.forum.session.now_ms())


@click.command()
@click.argument("post", metavar="ID")
@as_json
@pass_context
def history(context: Context, post: str, *, is_json: bool) -> None:
    """Show every version of a post, oldest first."""
    cases = context.forum.cases
    versions = cases.history(context.me, cases.resolve(context.me, post))
    if not versions:
        raise NotFound(_("The words of this post are no longer here."))
    if is_json:
        for version in versions:
            put_json(answers.version(version))
        return
    pages.put_versions(Paper(), versions, context.forum.session.now_ms())


@click.command("list")
@click.option("--board", metavar="B", help="One board's threads, by name or name@circle; else those of all boards.")
@click.option("--unread", "is_unread", is_flag=True, help="Only threads with something new.")
@click.option(
    "--limit", type=_at_most, default=LIST_MAX, show_default=True, metavar="N", help="How many at most; 0 for all."
)
@as_json
@pass_context
def list_threads(context: Context, board: str | None, limit: int, *, is_unread: bool, is_json: bool) -> None:
    """List threads, newest activity first."""
    forum, me = context.forum, context.me
    line = forum.boards.named(me, board) if board is not None else None
    lines = forum.cases.newest(me, line.board if line else None, is_unread=is_unread, limit=limit + 1 if limit else -1)
    shown = lines[:limit] if limit else lines
    if is_json:
        _put_thread_json(context, shown)
    else:
        pages.put_list(Paper(), shown, forum.session.now_ms())
    if len(lines) > len(shown):
        tell(_("These are the newest {limit}; --limit 0 lists all.").format(limit=limit))
    elif not lines:
        tell(_nothing(line, is_unread=is_unread))


def _nothing(board: BoardLine | None, *, is_unread: bool) -> str:
    if board is None:
        if is_unread:
            return _("Nothing new.")
        return _("There is no thread yet. `wardroom post --board NAME --title …` begins one.")
    if is_unread:
        return _("Nothing new on {board}.").format(board=board.name)
    return _("There is no thread on {board} yet. `wardroom post --board {board} --title …` begins one.").format(
        board=board.name
    )


def _put_thread_json(context: Context, lines: Iterable[ThreadLine]) -> None:
    kept = tuple(lines)
    for start in range(0, len(kept), 200):
        part = kept[start : start + 200]
        words = context.forum.cases.words(context.me, [line.thread for line in part])
        for line in part:
            put_json(answers.thread(line, words))


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query", nargs=-1, required=True, type=TEXT)
@click.option(
    "--limit",
    type=click.IntRange(1, 10_000),
    default=SEARCH_MAX,
    show_default=True,
    metavar="N",
    help="How many at most.",
)
@as_json
@pass_context
def search(context: Context, query: tuple[str, ...], limit: int, *, is_json: bool) -> None:
    """Find posts, newest first.

    Words must all occur; "a phrase" in quotation marks (quote them for the shell too), one OR other, -without,
    begin*. Other ways to say the same are looked for too (MI: myocardial infarction), save for what stands in
    quotation marks. Filters: board: author: tag: acuity: cc: kind: is: before: after:
    """
    forum, me = context.forum, context.me
    text = " ".join(query)
    page = forum.search.find(me, text, limit=limit)
    for note in page.notes:
        tell(note)
    if page.also:
        tell(page.also_said)
    if is_json:
        words = forum.cases.words(me, [hit.post for hit in page.hits])
        for hit in page.hits:
            put_json(answers.hit(hit, words))
    else:
        pages.put_hits(Paper(), page.hits, forum.session.now_ms())
    if page.is_more:
        tell(_("These are the newest {limit}; --limit {more} shows more.").format(limit=limit, more=limit * 5))
    elif not page.hits:
        tell(_("Nothing was found. Try fewer words, or the beginning of one with *."))
    if suggestions := forum.search.suggestions(me, text, page):
        tell(_("Did you mean: {queries}?").format(queries=", ".join(suggestions)))


@click.command()
@click.argument("text", metavar="ID|-")
@click.option(
    "--limit",
    type=click.IntRange(1, 50),
    default=SIMILAR_SHOWN,
    show_default=True,
    metavar="N",
    help="How many at most.",
)
@as_json
@pass_context
def similar(context: Context, text: str, limit: int, *, is_json: bool) -> None:
    """Find earlier threads like one, or like a text on standard input."""
    forum, me = context.forum, context.me
    if text == "-":
        found = forum.search.similar(me, text_or_stdin("-"), limit=limit)
    else:
        found = forum.search.similar_to(me, forum.cases.resolve(me, text), limit=limit)
    if is_json:
        words = forum.cases.words(me, [case.line.thread for case in found])
        for case in found:
            put_json({**answers.thread(case.line, words), "shared": list(case.shared)})
    else:
        pages.put_list(Paper(), [case.line for case in found], forum.session.now_ms())
    if not found:
        tell(_("Nothing here is like it."))


@click.command()
@click.option("--one-line", "is_one_line", is_flag=True, help="In one line, for a prompt or a status bar.")
@as_json
@pass_context
def brief(context: Context, *, is_one_line: bool, is_json: bool) -> None:
    """Say what is new since you were last here.

    With --one-line: counts alone, never a word of a post; nothing at all where nothing is new, which is no failure.
    """
    forum, me = context.forum, context.me
    if is_one_line and not is_json:
        words = in_words(forum.inbox.sums(me))
        if words:
            click.echo(words)
        return
    view = forum.inbox.brief(me, is_whole=True)
    if is_json:
        threads = [line.thread for line in (*view.urgent, *view.unread, *view.notices)]
        put_json(answers.brief(view, forum.cases.words(me, threads)))
    else:
        pages.put_brief(Paper(), view, forum.session.now_ms())


@click.command()
@click.option("--mark", "marked", multiple=True, metavar="ID", help="This post; all of a thread by its first post.")
@click.option("--all", "is_all", is_flag=True, help="Everything that is here now.")
@pass_context
def read(context: Context, marked: tuple[str, ...], *, is_all: bool) -> None:
    """Count posts as read."""
    if is_all == bool(marked):
        raise click.UsageError(_("Say what was read: --mark ID, or --all"))
    forum, me = context.forum, context.me
    if forum.is_read_only:
        raise Refused(
            _(
                "{path} can only be read from here, so nothing can be marked. Ask its owner for the right to write."
            ).format(path=forum.path)
        )
    if is_all:
        forum.inbox.mark_all(me)
        return
    posts = []
    for name in marked:
        post = forum.cases.resolve(me, name)
        case = forum.cases.open(me, post)
        posts += [view.post for view in case.posts] if post == case.line.thread else []
        posts.append(post)
    forum.inbox.mark_seen(me, posts)


COMMANDS = (show, history, list_threads, search, similar, brief, read)
