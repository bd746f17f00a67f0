"""The verbs of moderation: what members flag and appeal, what moderators do, and the audit of it."""

import os
from pathlib import Path

import click

from wardroom.cli.context import (
    TEXT,
    Context,
    as_json,
    confirmed,
    is_person_there,
    one_of,
    pass_context,
    put_json,
    rfc3339,
    tell,
    text_or_stdin,
)  # fmt: skip
from wardroom.cli.paper import Column, Line, Paper
from wardroom.domain.events import FLAG_REASONS, REASONS
from wardroom.domain.text import clean
from wardroom.errors import NotFound, Refused, StoreError
from wardroom.forum.moderation import in_words
from wardroom.language import _, marked
from wardroom.tui.widgets.ages import age, moment


@click.command()
@click.argument("post_id", metavar="ID")
@one_of("--reason", "CODE", FLAG_REASONS, "Why; it is kept with the act:", required=True)
@pass_context
def hide(context: Context, post_id: str, reason: str) -> None:
    """Hide a post from all but moderators and its author."""
    cases = context.forum.cases
    cases.hide(context.me, cases.resolve(context.me, post_id), reason, is_on=True)
    tell(_("Hidden. `wardroom show-again` undoes it; `wardroom purge` erases the words."))


@click.command("show-again")
@click.argument("post_id", metavar="ID")
@one_of("--reason", "CODE", FLAG_REASONS, "Why; it is kept with the act:", default="other")
@pass_context
def show_again(context: Context, post_id: str, reason: str) -> None:
    """Show a hidden post to everybody again."""
    cases = context.forum.cases
    cases.hide(context.me, cases.resolve(context.me, post_id), reason, is_on=False)
    tell(_("Shown again."))


def _marking(name: str, mark: str, says: str, told: str, *, is_on: bool) -> click.Command:
    """A verb that puts a mark on a thread, or takes it off."""

    @click.command(name, help=says)
    @click.argument("post_id", metavar="ID")
    @pass_context
    def command(context: Context, post_id: str) -> None:
        cases = context.forum.cases
        cases.mark_thread(context.me, cases.resolve(context.me, post_id), mark, is_on=is_on)
        tell(_(told))

    return command


_MARKS = (
    _marking(
        "lock", "lock", marked("Close a thread to replies."), marked("Locked: it is read, not answered."), is_on=True
    ),
    _marking("unlock", "lock", marked("Open a locked thread to replies again."), marked("Unlocked."), is_on=False),
    _marking("pin", "pin", marked("Keep a thread at the head of its board."), marked("Pinned."), is_on=True),
    _marking("unpin", "pin", marked("Let a pinned thread go."), marked("No longer pinned."), is_on=False),
)


@click.command()
@click.argument("post_id", metavar="ID")
@one_of("--reason", "CODE", REASONS, "Why; it is kept with the act:", required=True)
@click.option("--also", "quoting", multiple=True, metavar="ID", help="An answer that quotes it and goes with it.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@pass_context
def purge(context: Context, post_id: str, reason: str, quoting: tuple[str, ...], *, is_sure: bool) -> None:
    """Erase a post's words for good, all versions of them; a tombstone stays. It cannot be undone.

    A post of another site takes two: the first moderator proposes with this verb, which hides it everywhere, and
    another confirms with the same verb.
    """
    cases, me = context.forum.cases, context.me
    post = cases.resolve(me, post_id)
    also = tuple(cases.resolve(me, name) for name in quoting)
    question = _("Erase the words of {id} for good, here and on every site?").format(id=cases.id_of(post))
    _confirm(question, is_sure=is_sure)
    if cases.purge(me, post, reason, also):
        tell(_("Erased here; other sites erase it at their next sync. Old backups and exports still hold the words."))
    else:
        tell(_("Proposed, and hidden until then: another moderator confirms with the same verb."))


@click.command()
@click.argument("post_id", metavar="ID")
@one_of("--reason", "CODE", FLAG_REASONS, "Why:", default="identifier")
@click.option("--take-back", "is_off", is_flag=True, help="Take your flag back.")
@pass_context
def flag(context: Context, post_id: str, reason: str, *, is_off: bool) -> None:
    """Ask moderators to look at a post; one that may identify a patient is hidden at your site at once."""
    moderation, me = context.forum.moderation, context.me
    if is_off:
        moderation.flag(me, moderation.flagged(me, post_id), reason, is_on=False)
        tell(_("Your flag is taken back."))
        return
    is_hidden = moderation.flag(me, context.forum.cases.resolve(me, post_id), reason)
    if is_hidden:
        tell(_("Flagged, and hidden at this site until a moderator has looked; other sites are asked to look too."))
    else:
        tell(_("Flagged: a moderator looks at it."))


@click.command()
@click.argument("post_id", metavar="ID")
@click.option(
    "--board", "name", required=True, metavar="B", type=TEXT, help="The board it goes to, in the same circle."
)
@pass_context
def move(context: Context, post_id: str, name: str) -> None:
    """Put a thread on another board of its circle."""
    forum, me = context.forum, context.me
    board = forum.boards.named(me, name)
    forum.moderation.move(me, forum.cases.resolve(me, post_id), board.board)
    tell(_("Moved to {board}.").format(board=board.name))


@click.command()
@click.argument("held", metavar="HELD-NUMBER")
@one_of("--give-back", "CODE", FLAG_REASONS, "Give it back to its author for a reason instead:")
@pass_context
def release(context: Context, held: str, give_back: str | None) -> None:
    """Post what a trainee wrote and is held for release, as `wardroom queue` lists it; or give it back."""
    number = held.strip().lower().removeprefix("held-")
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotFound(
            _("{name} is no number of a held post. `wardroom queue` lists them.").format(name=repr(held[:40]))
        )
    if give_back is not None:
        context.forum.held.give_back(context.me, int(number), give_back)
        tell(_("Given back to its author, as a draft."))
        return
    made = context.forum.held.release(context.me, int(number))
    click.echo(context.forum.cases.id_of(made))
    tell(_("Released: it is posted in its author's name, with yours beside it in the audit."))


@click.command()
@click.argument("post_id", metavar="ID|suspension")
@click.argument("words", metavar="WORDS|-", required=False, type=TEXT)
@pass_context
def appeal(context: Context, post_id: str, words: str | None) -> None:
    """Ask another moderator to judge again what was done to your post, or your suspension."""
    forum, me = context.forum, context.me
    if post_id == "suspension":
        forum.moderation.appeal_suspension(me, text_or_stdin(words))
    else:
        post = forum.cases.resolve(me, post_id)
        forum.moderation.appeal(me, post, text_or_stdin(words))
    tell(_("Appealed: another moderator looks at it."))


@click.command()
@as_json
@pass_context
def queue(context: Context, *, is_json: bool) -> None:
    """List what waits for a moderator: flags, held posts, proposed purges, appeals, what screening has stopped."""
    items = context.forum.moderation.queue(context.me)
    if is_json:
        for item in items:
            put_json(
                {
                    "kind": item.kind, "id": item.id, "title": item.title, "board": item.board, "author": item.author,
                    "by": item.who, "reason": item.reason, "at": rfc3339(item.at_ms),
                }
            )  # fmt: skip
        return
    if not items:
        tell(_("Nothing waits."))
    now_ms = context.forum.session.now_ms()
    rows: list[Line] = [
        (
            (_(item.kind), "bold"), (item.id, "dim"), (age(item.at_ms, now_ms), "dim"),
            (item.title or item.words, "plain"), (item.author, "plain"), (", ".join(filter(None, (*map(_, item.reason.split(", ")), item.who))), "dim"),
        )
        for item in items
    ]  # fmt: skip
    columns = (
        Column(marked("what")), Column(marked("id")), Column(marked("age"), is_right=True), Column(marked("title"), grows=True),
        Column(marked("author"), from_width=60), Column(marked("why, by whom"), from_width=76),
    )  # fmt: skip
    paper = Paper()
    paper.table(columns, [("", rows)], with_heads=paper.is_terminal)
    if any(item.kind == "stopped" for item in items):
        tell(_("`wardroom screen --stopped` shows what screening has found in what it stopped."))


@click.command()
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 10000), help="How many acts.")
@as_json
@pass_context
def audit(context: Context, limit: int, *, is_json: bool) -> None:
    """Show who did what, when and why, the newest first; never the words of a post.

    Moderators see the acts of their circles, everybody those about themselves. A purge names the sites that have not
    yet said that they erased it.
    """
    lines = context.forum.moderation.audit(context.me, limit)
    if is_json:
        for line in lines:
            put_json(
                {
                    "at": rfc3339(line.at_ms), "who": line.who, "verb": line.verb, "about": line.about,
                    "reason": line.reason, "id": line.id, "yet_to_erase": list(line.yet_to_erase),
                }
            )  # fmt: skip
        return
    rows: list[Line] = [
        (
            (moment(line.at_ms), "dim"), (line.who, "plain"), (in_words(line.verb), "bold"), (line.about, "plain"),
            (_(line.reason), "dim"),
        )
        for line in lines
    ]  # fmt: skip
    columns = (
        Column(marked("when")),
        Column(marked("who")),
        Column(marked("what")),
        Column(marked("about")),
        Column(marked("why"), grows=True),
    )
    paper = Paper()
    paper.table(columns, [("", rows)], with_heads=paper.is_terminal)
    for line in lines:
        if line.yet_to_erase:
            sites = ", ".join(line.yet_to_erase)
            paper.prose(f"{line.about}: " + _("not yet erased at {sites}").format(sites=sites), "  ")


@click.command()
@click.argument("post_id", metavar="ID")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write it to a new file, for you alone.")
@pass_context
def breach(context: Context, post_id: str, out: Path | None) -> None:
    """Draft the note for the privacy officer: four factors and who read it, before the purge or after it.

    It holds no word of the post.
    """
    note = context.forum.breach.note(context.me, context.forum.cases.resolve(context.me, post_id))
    if out is None:
        click.echo(clean(note), nl=False)
        return
    try:
        with os.fdopen(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "w") as file:
            file.write(note)
    except OSError as error:
        raise StoreError(_("{file} cannot be written: {why}.").format(file=out, why=error.strerror)) from error
    tell(_("Written. Give it to your privacy officer; the clock of the law runs from when the breach was found."))


@click.command()
@click.argument("post_id", metavar="ID")
@click.option(
    "--with", "other", required=True, metavar="STEWARD", type=TEXT, help="The second steward, who is here too."
)
@click.option(
    "--reason", required=True, metavar="WORDS", type=TEXT, help="Why; it is kept, and told to whom it concerns."
)
@pass_context
def unseal(context: Context, post_id: str, other: str, reason: str) -> None:
    """Open who asked a post unsigned: two stewards enter their passwords, it is audited, and the member is told."""
    forum, me = context.forum, context.me
    if not is_person_there():
        raise Refused(_("A seal is opened by two people at a terminal."))
    post = forum.cases.resolve(me, post_id)
    first = forum.members.login(me.handle, _password(me.handle))
    second = forum.members.login(other, _password(other))
    handle = forum.unsigned.open(first, second, post, reason)
    click.echo(handle)
    tell(_("Opened, audited, and told to the member."))


def _password(handle: str) -> str:
    prompt = _("Password of {name}").format(name=clean(handle, one_line=True))
    return str(click.prompt(prompt, hide_input=True, err=True))


def _confirm(question: str, *, is_sure: bool) -> None:
    """Ask a person who is there. Raises Refused for a no."""
    if not is_sure and is_person_there() and not confirmed(question):
        raise Refused(_("Nothing was erased."))


COMMANDS = (flag, hide, show_again, *_MARKS, move, release, queue, appeal, purge, audit, breach, unseal)
