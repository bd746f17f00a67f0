"""The verbs that write: threads, replies, amendments, and what becomes of a case."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import click
import msgspec

from wardroom.cli.context import TEXT, Context, one_of, options, pass_context, tell, text_or_stdin
from wardroom.domain.case import AGE_BANDS, SETTINGS, SEXES, URGENCIES, read_vitals
from wardroom.domain.events import FLAVOURS, THREAD_KINDS, Record, VitalSet
from wardroom.domain.ids import EventNo
from wardroom.domain.text import clean
from wardroom.domain.views import PostDraft
from wardroom.errors import IdentifierFound, Refused

FINDING_KINDS = ("name", "date", "age", "phone", "email", "address", "location", "id", "url", "other")
STATES_GIVEN = ("open", "answered", "closed")
"""What an author can say of a case; an outcome is told in words."""


class Override(click.ParamType[tuple[str, str]]):
    """KIND=REASON: a kind of finding that may stay, and why."""

    name = "KIND=REASON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The pair; the reason is judged with the post."""
        if not isinstance(value, str):
            return value
        kind, has_reason, reason = TEXT.convert(value, param, ctx).partition("=")
        kind = kind.strip().lower()
        if not has_reason or kind not in FINDING_KINDS:
            self.fail(f"{value!r}: write KIND=REASON, with a kind among {', '.join(FINDING_KINDS)}.", param, ctx)
        return kind, reason


_conflict = click.option(
    "--conflict", metavar="LINE", type=TEXT, help="A conflict of interest to be shown with the post."
)
_overrides = click.option(
    "--override", "overrides", multiple=True, type=Override(), metavar="KIND=REASON",
    help="Let findings of this kind stay in the text; the reason is kept with the post.",
)  # fmt: skip
_about = options(
    click.option("--question", metavar="Q", type=TEXT, help="What you want to know, in a line; it makes the thread a case."),
    one_of("--kind", "KIND", THREAD_KINDS, "What it is:"),
    one_of("--age-band", "BAND", AGE_BANDS, "No exact age is kept:"),
    one_of("--sex", "SEX", SEXES, "X is intersex or other:"),
    click.option("--acuity", metavar="SCALE:LEVEL", type=TEXT, help="Such as CTAS:2; also MTS, ESI, ATS."),
    one_of("--urgency", "HOW", URGENCIES, "How soon an answer helps:"),
    one_of("--setting", "WHERE", SETTINGS, "Where the patient is:"),
    click.option("--vital", "vitals", multiple=True, metavar="NAME=VALUE", type=TEXT, help="Such as hr=120, bp=90/50, spo2=93; again for more."),
    click.option("--tag", "tags", multiple=True, metavar="TAG", type=TEXT, help="A word to find it by; again for more."),
    _conflict,
    _overrides,
)  # fmt: skip
_flavour = one_of("--flavour", "KIND", FLAVOURS, "What the answer rests on:")
_text = click.argument("body", metavar="[BODY|-]", required=False, type=TEXT)


@click.command()
@click.option("--board", required=True, metavar="B", help="Where: name, or name@circle.")
@click.option("--title", required=True, metavar="T", type=TEXT, help="What it is about, in 10 to 80 characters.")
@_about
@_text
@pass_context
def post(context: Context, /, board: str, title: str, question: str | None, body: str | None, **about: Any) -> None:
    """Begin a thread; its id is printed once it is on the disk.

    Words come from BODY, or from standard input with -. A case may stand on its --question alone.
    """
    forum, me = context.forum, context.me
    line = forum.boards.named(me, board)
    record = _record(Record(), about)
    draft = PostDraft(
        text="" if body is None and question else text_or_stdin(body),
        title=title,
        kind=about["kind"] or ("case" if record is not None else ""),
        question=question or "",
        tags=about["tags"],
        record=record,
        conflict=about["conflict"] or "",
        overrides=about["overrides"],
    )
    with _override_told():
        made = forum.cases.post(me, line.board, draft)
    click.echo(forum.cases.id_of(made))
    tell(
        f"Posted on {line.name}, seen by {line.audience}. `wardroom undo` within {forum.session.undo_s} s takes it back."
    )
    _ask_again(draft)


@click.command()
@click.argument("parent", metavar="ID")
@_flavour
@_conflict
@_overrides
@_text
@pass_context
def reply(
    context: Context, parent: str, flavour: str | None, conflict: str | None, overrides: tuple[tuple[str, str], ...],
    body: str | None,
) -> None:  # fmt: skip
    """Answer a post; the answer's id is printed once it is on the disk."""
    forum, me = context.forum, context.me
    answered = forum.cases.resolve(me, parent)
    draft = PostDraft(text=text_or_stdin(body), flavour=flavour or "", conflict=conflict or "", overrides=overrides)
    with _override_told():
        made = forum.cases.reply(me, answered, draft)
    click.echo(forum.cases.id_of(made))
    tell(f"Answered. `wardroom undo` within {forum.session.undo_s} s takes it back.")
    _ask_again(draft)


@click.command()
@click.argument("post_id", metavar="ID")
@click.option("--title", metavar="T", type=TEXT, help="A new title.")
@_flavour
@_about
@_text
@pass_context
def amend(context: Context, /, post_id: str, body: str | None, **about: Any) -> None:
    """Write a new version of your own post; what is not named stays, and the old version stays in its history.

    Words come from BODY, or from standard input with -. --tag names all tags anew, --vital only the signs it names;
    an empty --tag or --conflict takes them away.
    """
    forum, me = context.forum, context.me
    target = forum.cases.resolve(me, post_id)
    before = forum.cases.draft_of(me, target)
    is_head = all(words.parent_id is None for words in forum.cases.words(me, [target]).values())
    named = {name for name, value in about.items() if value not in (None, ())}
    if not named and body is None:
        raise click.UsageError("Say what to amend: new words, or an option such as --title")
    if not is_head and named - {"flavour", "conflict", "overrides"}:
        raise Refused("A reply has no title, question or record. Amend its words, --flavour or --conflict.")
    if is_head and "flavour" in named:
        raise Refused("A flavour is for replies. Leave --flavour out.")
    changes = {name: about[name] for name in named & {"title", "question", "kind", "flavour", "conflict"}}
    if body is not None:
        changes["text"] = text_or_stdin(body)
    if "tags" in named:
        changes["tags"] = tuple(tag for tag in about["tags"] if tag.strip())
    if "overrides" in named:
        changes["overrides"] = tuple(dict([*before.overrides, *about["overrides"]]).items())
    record = _record(before.record or Record(), about)
    if record is not None:
        changes["record"] = record
    draft = replace(before, **changes)
    with _override_told():
        forum.cases.amend(me, target, draft)
    tell(f"Amended. `wardroom history {forum.cases.id_of(target)}` shows every version.")
    _ask_again(draft)


def _record(before: Record, about: dict[str, Any]) -> Record | None:
    """The record with what was named in it, or None where nothing of a record was named."""
    changes: dict[str, Any] = {
        name: about[name] for name in ("age_band", "sex", "acuity", "urgency", "setting") if about[name] is not None
    }
    vitals = read_vitals(about["vitals"])
    if vitals is not None:
        first, *later = before.vitals or (VitalSet(),)
        measured = {
            name: value for name, value in msgspec.structs.asdict(vitals).items() if value is not None and name != "t"
        }
        changes["vitals"] = (msgspec.structs.replace(first, **measured), *later)
    return msgspec.structs.replace(before, **changes) if changes else None


@contextmanager
def _override_told() -> Iterator[None]:
    """Name the option by which what was found may stay."""
    try:
        yield
    except IdentifierFound as error:
        raise IdentifierFound(f"{error} Here that is --override KIND=REASON.") from error


def _ask_again(draft: PostDraft) -> None:
    """Name what may identify a patient without being refused, so that the author looks once more."""
    from wardroom import screening

    found = [
        f"{finding.text!r} ({finding.kind})"
        for text in (draft.title, draft.question, draft.text)
        for finding in screening.scan(clean(text))
        if finding.action == screening.WARN
    ]
    if found:
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        tell(f"Look once more, this may point at a patient: {', '.join(found[:5])}{more}.")


@click.command()
@click.argument("post_id", metavar="ID")
@pass_context
def withdraw(context: Context, post_id: str) -> None:
    """Take your own post back: its words are no longer shown, its place stays."""
    cases = context.forum.cases
    cases.withdraw(context.me, cases.resolve(context.me, post_id))
    tell("Withdrawn. Its place in the thread stays; `wardroom purge` erases the words.")


@click.command()
@pass_context
def undo(context: Context) -> None:
    """Erase what you posted last, within a minute of posting it."""
    taken_back = context.forum.cases.undo(context.me)
    if taken_back is None:
        raise Refused(
            f"You posted nothing here in the last {context.forum.session.undo_s} s. "
            "`wardroom withdraw ID` takes an older post back."
        )
    tell(taken_back)


@click.command()
@click.argument("post_id", metavar="ID")
@click.option("--off", "is_off", is_flag=True, help="Take the mark off.")
@pass_context
def useful(context: Context, post_id: str, *, is_off: bool) -> None:
    """Say that a post of somebody else helped."""
    cases = context.forum.cases
    cases.react(context.me, cases.resolve(context.me, post_id), "useful", is_on=not is_off)
    tell("No longer marked as useful." if is_off else "Marked as useful.")


@click.command()
@click.argument("post_id", metavar="ID")
@click.argument("state", metavar="|".join(STATES_GIVEN), type=click.Choice(STATES_GIVEN, case_sensitive=False))
@pass_context
def state(context: Context, post_id: str, state: str) -> None:
    """Say that a thread is open, answered or closed."""
    cases = context.forum.cases
    cases.set_state(context.me, _head(context, post_id), state)
    tell({"open": "Open.", "answered": "Marked as answered.", "closed": "Closed."}[state])


@click.command()
@click.argument("post_id", metavar="ID")
@click.argument("text", metavar="[TEXT|-]", required=False, type=TEXT)
@pass_context
def outcome(context: Context, post_id: str, text: str | None) -> None:
    """Tell what became of your case."""
    head = _head(context, post_id)
    told = text_or_stdin(text)
    context.forum.cases.record_outcome(context.me, head, told)
    tell("Outcome recorded.")
    _ask_again(PostDraft(text=told))


def _head(context: Context, name: str) -> EventNo:
    """The first post of the thread that the named post stands in."""
    cases = context.forum.cases
    return cases.open(context.me, cases.resolve(context.me, name)).line.thread


COMMANDS = (post, reply, amend, withdraw, undo, useful, state, outcome)
