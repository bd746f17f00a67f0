"""The verbs that write: threads, replies, amendments, and what becomes of a case."""

from typing import Any

import click
import msgspec

from wardroom.cli.context import TEXT, Context, options, pass_context, tell, text_or_stdin
from wardroom.domain.case import AGE_BANDS, SETTINGS, SEXES, URGENCIES, read_vitals
from wardroom.domain.events import FLAVOURS, THREAD_KINDS, Record, VitalSet
from wardroom.domain.ids import EventNo
from wardroom.domain.text import clean
from wardroom.domain.views import PostDraft
from wardroom.errors import Refused

FINDING_KINDS = ("name", "date", "age", "phone", "email", "address", "location", "id", "url", "other")
STATES_GIVEN = ("open", "answered", "closed")
"""What an author can say of a case; an outcome is told in words."""


def _one_of(values: tuple[str, ...]) -> click.Choice[str]:
    return click.Choice(values, case_sensitive=False)


class Override(click.ParamType):
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


_conflict = click.option("--conflict", metavar="LINE", type=TEXT, help="A conflict of interest to be shown with the post.")
_overrides = click.option(
    "--override", "overrides", multiple=True, type=Override(), metavar="KIND=REASON",
    help="Let findings of this kind stay in the text; the reason is kept with the post.",
)  # fmt: skip
_about = options(
    click.option("--question", metavar="Q", type=TEXT, help="What you want to know, in a line; it makes the thread a case."),
    click.option("--kind", type=_one_of(THREAD_KINDS), help="What it is, where it is no case."),
    click.option("--age-band", type=_one_of(AGE_BANDS), help="No exact age is kept."),
    click.option("--sex", type=_one_of(SEXES), help="X: intersex or other."),
    click.option("--acuity", metavar="SCALE:LEVEL", type=TEXT, help="Such as CTAS:2; also MTS, ESI, ATS."),
    click.option("--urgency", type=_one_of(URGENCIES), help="How soon an answer helps."),
    click.option("--setting", type=_one_of(SETTINGS), help="Where the patient is."),
    click.option("--vital", "vitals", multiple=True, metavar="NAME=VALUE", type=TEXT, help="Such as hr=120, bp=90/50, spo2=93; again for more."),
    click.option("--tag", "tags", multiple=True, metavar="TAG", type=TEXT, help="A word to find it by; again for more."),
    _conflict,
    _overrides,
)  # fmt: skip
_text = click.argument("body", metavar="[BODY|-]", required=False, type=TEXT)


@click.command()
@click.option("--board", required=True, metavar="B", help="Where: name, or name@circle.")
@click.option("--title", required=True, metavar="T", type=TEXT, help="What it is about, in 10 to 80 characters.")
@_about
@_text
@pass_context
def post(context: Context, board: str, title: str, question: str | None, body: str | None, **about: Any) -> None:
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
    made = forum.cases.post(me, line.board, draft)
    click.echo(forum.cases.id_of(made))
    tell(f"Posted on {line.name}, seen by {line.audience}. `wardroom undo` takes it back for {forum.session.undo_s} s.")
    _ask_again(draft)


@click.command()
@click.argument("parent", metavar="ID")
@click.option("--flavour", type=_one_of(FLAVOURS), help="What the answer rests on.")
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
    draft = PostDraft(
        text=text_or_stdin(body), flavour=flavour or "", conflict=conflict or "", overrides=overrides
    )
    made = forum.cases.reply(me, answered, draft)
    click.echo(forum.cases.id_of(made))
    tell(f"Answered. `wardroom undo` takes it back for {forum.session.undo_s} s.")
    _ask_again(draft)


@click.command()
@click.argument("post_id", metavar="ID")
@click.option("--title", metavar="T", type=TEXT, help="A new title.")
@click.option("--flavour", type=_one_of(FLAVOURS), help="What the answer rests on.")
@_about
@_text
@pass_context
def amend(context: Context, post_id: str, body: str | None, **about: Any) -> None:
    """Write a new version of your own post; what is not named stays, and the old version stays in its history.

    Words come from BODY, or from standard input with -. --tag and --vital name all tags and vital signs anew; an
    empty --tag or --conflict takes them away.
    """
    forum, me = context.forum, context.me
    target = forum.cases.resolve(me, post_id)
    before = forum.cases.draft_of(me, target)
    named = [name for name, value in about.items() if value and name not in ("conflict", "overrides")]
    is_head = bool(before.title)
    if not is_head and any(name != "flavour" for name in named):
        raise Refused("A reply has no title, question or record. Amend its words, --flavour or --conflict.")
    if is_head and about["flavour"]:
        raise Refused("A flavour is for replies. Leave --flavour out.")
    changes: dict[str, Any] = {
        name: about[name] for name in ("title", "question", "kind", "flavour", "conflict") if about[name] is not None
    }
    if body is not None:
        changes["text"] = text_or_stdin(body)
    if about["tags"]:
        changes["tags"] = tuple(tag for tag in about["tags"] if tag.strip())
    if about["overrides"]:
        changes["overrides"] = tuple(dict([*before.overrides, *about["overrides"]]).items())
    record = _record(before.record or Record(), about)
    if record is not None:
        changes["record"] = record
    if not changes:
        raise click.UsageError("Say what to amend: new words, or an option such as --title")
    draft = msgspec.structs.replace(before, **changes) if isinstance(before, msgspec.Struct) else _changed(before, changes)
    forum.cases.amend(me, target, draft)
    tell(f"Amended. `wardroom history {post_id}` shows every version.")
    _ask_again(draft)
