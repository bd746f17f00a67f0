"""The verbs of moderators: hide, lock, pin, and purge, which its author may do too."""

from collections.abc import Callable

import click

from wardroom.cli.context import Context, is_person_there, one_of, pass_context, tell
from wardroom.domain.events import REASONS
from wardroom.errors import Refused


@click.command()
@click.argument("post_id", metavar="ID")
@one_of("--reason", "CODE", REASONS, "Why; it is kept with the act:", required=True)
@pass_context
def hide(context: Context, post_id: str, reason: str) -> None:
    """Hide a post from all but moderators and its author."""
    cases = context.forum.cases
    cases.hide(context.me, cases.resolve(context.me, post_id), reason, is_on=True)
    tell("Hidden. `wardroom show-again` undoes it; `wardroom purge` erases the words.")


@click.command("show-again")
@click.argument("post_id", metavar="ID")
@one_of("--reason", "CODE", REASONS, "Why; it is kept with the act:", default="other")
@pass_context
def show_again(context: Context, post_id: str, reason: str) -> None:
    """Show a hidden post to everybody again."""
    cases = context.forum.cases
    cases.hide(context.me, cases.resolve(context.me, post_id), reason, is_on=False)
    tell("Shown again.")


def _marking(name: str, mark: str, says: str, told: str, *, is_on: bool) -> click.Command:
    """A verb that puts a mark on a thread, or takes it off."""

    @click.command(name, help=says)
    @click.argument("post_id", metavar="ID")
    @pass_context
    def command(context: Context, post_id: str) -> None:
        cases = context.forum.cases
        cases.mark_thread(context.me, cases.resolve(context.me, post_id), mark, is_on=is_on)
        tell(told)

    return command


_MARKS = (
    _marking("lock", "lock", "Close a thread to replies.", "Locked: it is read, not answered.", is_on=True),
    _marking("unlock", "lock", "Open a locked thread to replies again.", "Unlocked.", is_on=False),
    _marking("pin", "pin", "Keep a thread at the head of its board.", "Pinned.", is_on=True),
    _marking("unpin", "pin", "Let a pinned thread go.", "No longer pinned.", is_on=False),
)


@click.command()
@click.argument("post_id", metavar="ID")
@one_of("--reason", "CODE", REASONS, "Why; it is kept with the act:", required=True)
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@pass_context
def purge(context: Context, post_id: str, reason: str, *, is_sure: bool) -> None:
    """Erase a post's words for good, all versions of them; a tombstone stays. It cannot be undone."""
    cases = context.forum.cases
    post = cases.resolve(context.me, post_id)
    _confirm(f"Erase the words of {cases.id_of(post)} for good, here and on every site?", is_sure=is_sure)
    cases.purge(context.me, post, reason)
    tell("Erased here; other sites erase it at their next sync. Old backups and exports still hold the words.")


def _confirm(question: str, *, is_sure: bool, ask: Callable[..., bool] = click.confirm) -> None:
    """Ask a person who is there. Raises Refused for a no."""
    if not is_sure and is_person_there() and not ask(question, err=True):
        raise Refused("Nothing was erased.")


COMMANDS = (hide, show_again, *_MARKS, purge)
