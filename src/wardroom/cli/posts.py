"""The verbs that write: threads, replies, amendments, and what becomes of a case."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click
import msgspec

from wardroom.cli.context import (
    TEXT,
    Context,
    as_json,
    one_of,
    options,
    pass_context,
    put_json,
    tell,
    text_or_stdin,
)  # fmt: skip
from wardroom.domain.case import (
    AGE_BANDS,
    SETTINGS,
    SEXES,
    URGENCIES,
    merged,
    read_differential,
    texts_of,
    warnings_of,
)
from wardroom.domain.complaints import read_complaint
from wardroom.domain.events import FLAVOURS, THREAD_KINDS, OutcomeBody, Override, Record
from wardroom.domain.ids import EventNo
from wardroom.domain.onset import read_onset
from wardroom.domain.outcome import texts_of_outcome
from wardroom.domain.text import TITLE_MAX, clean, cut
from wardroom.domain.views import PostDraft
from wardroom.errors import IdentifierFound, InputRejected, Refused
from wardroom.language import _, marked, several

if TYPE_CHECKING:
    from wardroom.domain.quick import QuickEntry
    from wardroom.domain.template import Template
    from wardroom.forum import Forum

FINDING_KINDS = ("name", "date", "age", "phone", "email", "address", "location", "id", "url", "other")
STATES_GIVEN = ("open", "answered", "closed")
"""What an author can say of a case; an outcome is told in words."""
NO_QUESTION = marked("What would you do next?")
"""What a quick case asks that comes without a question of its own."""


class OverrideGiven(click.ParamType[tuple[str, str]]):
    """KIND=REASON: a kind of finding that may stay, and why."""

    name = "KIND=REASON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The pair; the reason is judged with the post."""
        if not isinstance(value, str):
            return value
        kind, has_reason, reason = TEXT.convert(value, param, ctx).partition("=")
        kind = kind.strip().lower()
        if not has_reason or kind not in FINDING_KINDS:
            self.fail(
                _("{value!r}: write KIND=REASON, with a kind among {kinds}.").format(
                    value=value, kinds=", ".join(FINDING_KINDS)
                ),
                param,
                ctx,
            )
        return kind, reason


_conflict = click.option(
    "--conflict", metavar="LINE", type=TEXT, help="A conflict of interest to be shown with the post."
)
_overrides = click.option(
    "--override", "overrides", multiple=True, type=OverrideGiven(), metavar="KIND=REASON",
    help="Let findings of this kind stay in the text; the reason is kept with the post.",
)  # fmt: skip
_unsigned = click.option(
    "--unsigned",
    "is_unsigned",
    is_flag=True,
    help="Without your name: it stays in this file, under two stewards' seal.",
)
_about = options(
    click.option("--question", metavar="Q", type=TEXT, help="What you want to know, in a line; it makes the thread a case."),
    one_of("--kind", "KIND", THREAD_KINDS, "What it is:"),
    one_of("--age-band", "BAND", AGE_BANDS, "No exact age is kept:"),
    one_of("--sex", "SEX", SEXES, "X is intersex or other:"),
    click.option("--acuity", metavar="SCALE:LEVEL", type=TEXT, help="Such as CTAS:2; also MTS, ESI, ATS."),
    one_of("--urgency", "HOW", URGENCIES, "How soon an answer helps:"),
    one_of("--setting", "WHERE", SETTINGS, "Where the patient is:"),
    click.option("--complaint", metavar="WORDS", type=TEXT, help="What the patient presents with, in a line; cc:syncope in it names its code."),
    click.option("--onset", metavar="WHEN", type=TEXT, help="When it began, from the case's zero: T-45, 2h, 3/7."),
    click.option("--spo2-scale", type=click.IntRange(1, 2), metavar="1|2", help="Scale of NEWS2: 2 for a target of 88 to 92 %, chosen by you."),
    click.option("--pregnant/--not-pregnant", "pregnant", default=None, help="NEWS2 is not for pregnancy."),
    click.option("--weeks", "gestation_weeks", type=int, metavar="N", help="Weeks of the pregnancy."),
    click.option("--vital", "vitals", multiple=True, metavar="NAME=VALUE", type=TEXT, help="Such as hr=120, bp=90/50, temp=98.4F, 'T+25 hr=118'; again for more."),
    click.option("--exam", metavar="WORDS", type=TEXT, help="What was found."),
    click.option("--investigations", metavar="WORDS", type=TEXT, help="Tests and their results."),
    click.option("--management", metavar="WORDS", type=TEXT, help="What was done so far."),
    click.option("--resources", metavar="WORDS", type=TEXT, help="What there is not: no CT, transfer 2 h."),
    click.option("--differential", metavar="LIST", type=TEXT, help="Likeliest first, such as 'PE 60%, ACS 30%'."),
    click.option("--until", metavar="WHEN", type=TEXT, help="A notice ends then: 8h, 2d, 14:00 or 2026-11-21 14:00."),
    click.option("--tag", "tags", multiple=True, metavar="TAG", type=TEXT, help="A word to find it by; again for more."),
    _conflict,
    _overrides,
)  # fmt: skip
_flavour = one_of("--flavour", "KIND", FLAVOURS, "What the answer rests on:")
_text = click.argument("body", metavar="[BODY|-]", required=False, type=TEXT)


@click.command()
@click.option("--board", metavar="B", help="Where: name, or name@circle.")
@click.option("--title", metavar="T", type=TEXT, help="What it is about, in 10 to 80 characters.")
@click.option(
    "--quick",
    metavar="LINE",
    type=TEXT,
    help="A line of shorthand, such as '58F syncope HR 38 BP 82/40', as the record.",
)
@click.option(
    "--template",
    "template_name",
    metavar="NAME",
    help="What it begins with: kind, question, tags; see `wardroom template`.",
)
@click.option("--dry-run", "is_dry", is_flag=True, help="With --quick: say what the line is read as, and post nothing.")
@as_json
@_about
@_unsigned
@_text
@pass_context
def post(
    context: Context, /, board: str | None, title: str | None, quick: str | None, question: str | None,
    template_name: str | None, body: str | None, *, is_dry: bool, is_json: bool, is_unsigned: bool, **about: Any,
) -> None:  # fmt: skip
    """Begin a thread; its id is printed once it is on the disk.

    Words come from BODY, or from standard input with -. A case may stand on its --question alone. With --quick the
    title is the complaint unless there is a --title, and what the record has no room for stays as text.
    """
    entry = _read_quick(quick) if quick is not None else None
    if is_dry or is_json:
        if entry is None or not is_dry:
            raise click.UsageError(_("--dry-run, with or without --json, goes with --quick"))
        _put_entry(entry, is_json=is_json)
        return
    if board is None:
        raise click.UsageError(_("Missing option '--board'."))
    template = _template(context, template_name) if template_name is not None else None
    if template is not None:
        question = question or template.question
        about = _from_template(template, about)
    if entry is not None:
        _refuse_doubtful(entry)
        from wardroom.domain.quick.questions import questions, title_of

        title = title or cut(title_of(entry), TITLE_MAX)
        question = question or _(NO_QUESTION)
        if not title:
            raise InputRejected(_("The line names no complaint that could be a title. Give it a --title."))
    elif title is None:
        raise click.UsageError(_("Missing option '--title'."))
    forum, me = context.forum, context.me
    line = forum.boards.named(me, board)
    record = _record(entry.record() if entry is not None else Record(), about)
    if entry is not None:
        record = record or entry.record()
    text = "" if body is None and question else text_or_stdin(body)
    if template is not None:
        from wardroom.domain.template import without_empty

        text = without_empty(text, template)
    draft = PostDraft(
        text="\n\n".join(part for part in (entry.rest if entry is not None else "", text) if part),
        title=title,
        kind=about["kind"] or ("case" if record is not None else ""),
        question=question or "",
        tags=about["tags"],
        record=record,
        conflict=about["conflict"] or "",
        overrides=about["overrides"],
        until_ms=_until(forum.session.now_ms(), about["until"]),
        is_unsigned=is_unsigned,
    )
    with _override_told():
        made = forum.cases.post(me, line.board, draft)
    click.echo(forum.cases.id_of(made))
    tell(
        _("Posted on {name}, seen by {audience}. `wardroom undo` within {seconds} s takes it back.").format(
            name=line.name, audience=line.audience, seconds=forum.session.undo_s
        )
    )
    _ask_about_vitals(record)
    _ask_again(context.forum, draft)
    if entry is not None and entry.ask:
        tell(
            _("Left as text, and not in the record: {questions} `wardroom amend` adds it.").format(
                questions=" ".join(questions(entry))
            )
        )


def _template(context: Context, name: str) -> "Template":
    """The template of that name; what is wrong with others is told."""
    from wardroom.forum.templates import named

    template, warnings = named(name, context.config.template_folders)
    for warning in warnings:
        tell(warning)
    return template


def _from_template(template: "Template", about: dict[str, Any]) -> dict[str, Any]:
    """The options with what the template says where they say nothing."""
    said = {"kind": template.kind, "tags": template.tags, "until": template.until or None}
    said["urgency"] = template.urgency or None
    return {**about, **{name: value for name, value in said.items() if not about[name]}}


def _until(now_ms: int, words: str | None) -> int | None:
    """When a notice ends, by this machine's clock."""
    from wardroom.domain.expiry import read_until

    return read_until(words, datetime.fromtimestamp(now_ms / 1000).astimezone()) if words else None


def _ask_about_vitals(record: Record | None) -> None:
    """Name vital signs that are possible and unusual; they stand as they were written."""
    if record is not None:
        unusual = [what for vitals in record.vitals for what in warnings_of(vitals, record.age_band)]
        if unusual:
            tell(
                _("Unusual, so look once more: {unusual}. `wardroom amend` corrects it.").format(
                    unusual=", ".join(unusual)
                )
            )


def _read_quick(line: str) -> "QuickEntry":
    """A line of shorthand, read; its patterns are loaded here, because no other verb needs them."""
    from wardroom.domain.quick import parse

    return parse(line)


def _put_entry(entry: "QuickEntry", *, is_json: bool) -> None:
    """What a quick line is read as, on standard output."""
    from wardroom.domain.quick.questions import as_read, questions, refusals

    if is_json:
        put_json(entry.as_object())
        return
    for name, parts in (
        ("→", as_read(entry)),
        ("text:", (entry.rest,) if entry.rest else ()),
        ("asked:", questions(entry)),
        ("refused:", refusals(entry)),
    ):
        if parts:
            click.echo(clean(f"{name} {' · '.join(parts)}", one_line=True))


def _refuse_doubtful(entry: "QuickEntry") -> None:
    """Raise InputRejected for a value out of its limits, and for one that needs a unit."""
    from wardroom.domain.quick.questions import NEED_UNIT, QUESTIONS, refusals

    if entry.refused:
        raise InputRejected(
            _('Outside its limits: {refusals}. Correct it, or put it in "quotes" to leave it as text.').format(
                refusals="; ".join(refusals(entry))
            )
        )
    unclear = [QUESTIONS[name] for name in entry.ask if name in NEED_UNIT]
    if unclear:
        raise InputRejected(
            _('Not clear: {unclear} Write the unit, or put it in "quotes" to leave it as text.').format(
                unclear=" ".join(unclear)
            )
        )


@click.command()
@click.argument("parent", metavar="ID")
@_flavour
@_conflict
@_overrides
@_unsigned
@_text
@pass_context
def reply(
    context: Context, parent: str, flavour: str | None, conflict: str | None, overrides: tuple[tuple[str, str], ...],
    body: str | None, *, is_unsigned: bool,
) -> None:  # fmt: skip
    """Answer a post; the answer's id is printed once it is on the disk."""
    forum, me = context.forum, context.me
    answered = forum.cases.resolve(me, parent)
    draft = PostDraft(
        text=text_or_stdin(body), flavour=flavour or "", conflict=conflict or "", overrides=overrides,
        is_unsigned=is_unsigned,
    )  # fmt: skip
    with _override_told():
        made = forum.cases.reply(me, answered, draft)
    click.echo(forum.cases.id_of(made))
    tell(_("Answered. `wardroom undo` within {seconds} s takes it back.").format(seconds=forum.session.undo_s))
    _ask_again(context.forum, draft)


@click.command()
@click.argument("post_id", metavar="ID")
@click.option("--title", metavar="T", type=TEXT, help="A new title.")
@_flavour
@_about
@_text
@pass_context
def amend(context: Context, /, post_id: str, body: str | None, **about: Any) -> None:
    """Write a new version of your own post; what is not named stays, and the old version stays in its history.

    Words come from BODY, or from standard input with -. --tag names all tags anew, --vital only the signs it
    names, at the time it names; an empty --tag, --conflict or note takes it away.
    """
    forum, me = context.forum, context.me
    target = forum.cases.resolve(me, post_id)
    before = forum.cases.draft_of(me, target)
    is_head = all(words.parent_id is None for words in forum.cases.words(me, [target]).values())
    named = {name for name, value in about.items() if value not in (None, ())}
    if not named and body is None:
        raise click.UsageError(_("Say what to amend: new words, or an option such as --title"))
    if not is_head and named - {"flavour", "conflict", "overrides"}:
        raise Refused(_("A reply has no title, question or record. Amend its words, --flavour or --conflict."))
    if is_head and "flavour" in named:
        raise Refused(_("A flavour is for replies. Leave --flavour out."))
    changes = {name: about[name] for name in named & {"title", "question", "kind", "flavour", "conflict"}}
    if body is not None:
        changes["text"] = text_or_stdin(body)
    if "tags" in named:
        changes["tags"] = tuple(tag for tag in about["tags"] if tag.strip())
    if "overrides" in named:
        changes["overrides"] = tuple(dict([*before.overrides, *about["overrides"]]).items())
    if "until" in named:
        changes["until_ms"] = _until(forum.session.now_ms(), about["until"])
    record = _record(before.record or Record(), about)
    if record is not None:
        changes["record"] = record
    draft = msgspec.structs.replace(before, **changes)
    with _override_told():
        forum.cases.amend(me, target, draft)
    tell(_("Amended. `wardroom history {id}` shows every version.").format(id=forum.cases.id_of(target)))
    _ask_again(context.forum, draft)


_SAID: Final = (
    "age_band", "sex", "acuity", "urgency", "setting", "complaint", "pregnant", "gestation_weeks", "exam",
    "investigations", "management", "resources", "spo2_scale",
)  # fmt: skip


def _record(before: Record, about: dict[str, Any]) -> Record | None:
    """The record with what was named in it, or None where nothing of a record was named."""
    changes: dict[str, Any] = {name: about[name] for name in _SAID if about[name] is not None}
    if about["complaint"] is not None:
        changes["complaint"], changes["complaint_code"] = read_complaint(about["complaint"])
    if about["onset"] is not None:
        changes["onset_t"] = read_onset(about["onset"])
    if about["differential"] is not None:
        changes["differential"] = read_differential(about["differential"])
    if about["vitals"]:
        from wardroom.domain.quick.sets import read_vitals

        changes["vitals"] = merged(before.vitals, read_vitals(about["vitals"]))
    return msgspec.structs.replace(before, **changes) if changes else None


@contextmanager
def _override_told() -> Iterator[None]:
    """Name the option by which what was found may stay."""
    try:
        yield
    except IdentifierFound as error:
        raise IdentifierFound(_("{error} Here that is --override KIND=REASON.").format(error=error)) from error


def _ask_again(forum: "Forum", draft: PostDraft) -> None:
    _look_once_more(forum, (draft.title, draft.question, draft.text, draft.conflict, *texts_of(draft.record)))


def _look_once_more(forum: "Forum", texts: Iterable[str]) -> None:
    """Name what may identify a patient without being refused, so that the author looks once more."""
    found = [
        f"{finding.text!r} ({_(finding.kind)})"
        for text in texts
        for finding in forum.session.screen.scan(clean(text))
        if finding.action == "warn"
    ]
    for warning in forum.session.screen.warnings:
        tell(warning)
    if found:
        if len(found) > 5:
            found[5:] = [several("{count} more", "{count} more", len(found) - 5).format(count=len(found) - 5)]
        tell(_("Look once more, this may point at a patient: {found}.").format(found=", ".join(found)))


@click.command()
@click.argument("post_id", metavar="ID")
@pass_context
def withdraw(context: Context, post_id: str) -> None:
    """Take your own post back: its words are no longer shown, its place stays."""
    cases = context.forum.cases
    cases.withdraw(context.me, cases.resolve(context.me, post_id))
    tell(_("Withdrawn. Its place in the thread stays; `wardroom purge` erases the words."))


@click.command()
@pass_context
def undo(context: Context) -> None:
    """Erase what you posted last, within a minute of posting it."""
    taken_back = context.forum.cases.undo(context.me)
    if taken_back is None:
        raise Refused(
            _(
                "You posted nothing here in the last {seconds} s. `wardroom withdraw ID` takes an older post back."
            ).format(seconds=context.forum.session.undo_s)
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
    tell(_("No longer marked as useful.") if is_off else _("Marked as useful."))


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
@click.option("--diagnosis", default="", metavar="WORDS", type=TEXT, help="The final diagnosis.")
@click.option("--disposition", default="", metavar="WORDS", type=TEXT, help="Home, ward, theatre, another site.")
@click.option("--follow-up", "follow_up", default="", metavar="WORDS", type=TEXT, help="How it went on.")
@click.option("--lesson", "lessons", multiple=True, metavar="WORDS", type=TEXT, help="A learning point; at most three.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="DOI|PMID",
    type=TEXT,
    help="With its grade behind it; again for more.",
)
@_overrides
@click.argument("text", metavar="[TEXT|-]", required=False, type=TEXT)
@pass_context
def outcome(
    context: Context, /, post_id: str, text: str | None, overrides: tuple[tuple[str, str], ...], **fields: Any
) -> None:
    """Tell what became of your case, in words, in fields, or both; it takes the place of what was told before."""
    head = _head(context, post_id)
    words = "" if text is None and any(fields.values()) else text_or_stdin(text)
    told = OutcomeBody(words, overrides=tuple(Override(kind, reason) for kind, reason in overrides), **fields)
    with _override_told():
        context.forum.cases.record_outcome(context.me, head, told)
    tell(_("Outcome recorded."))
    _look_once_more(context.forum, texts_of_outcome(told))


@click.command()
@click.argument("name", required=False)
@as_json
@pass_context
def template(context: Context, name: str | None, *, is_json: bool) -> None:
    """List the templates, or print the words of one, to be filled in and posted with --template NAME."""
    from wardroom.forum.templates import load, named

    folders = context.config.template_folders
    if name is not None:
        found, warnings = named(name, folders)
        templates: tuple[Template, ...] = (found,)
    else:
        templates, warnings = load(folders)
    for warning in warnings:
        tell(warning)
    for one in templates:
        if is_json:
            put_json(asdict(one))
        elif name is not None:
            click.echo(one.text)
        else:
            click.echo(f"{one.name:<12} {one.kind:<9} {one.title}. {one.about}".rstrip())


def _head(context: Context, name: str) -> EventNo:
    """The first post of the thread that the named post stands in."""
    cases = context.forum.cases
    return cases.open(context.me, cases.resolve(context.me, name)).line.thread


COMMANDS = (post, reply, amend, withdraw, undo, useful, state, outcome, template)
