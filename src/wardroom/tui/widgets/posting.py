"""From the fields of the composer to what the forum takes, and back: posts, outcomes, later vital signs, kept reasons."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from wardroom.domain.case import texts_of
from wardroom.domain.events import OutcomeBody, Override, Record, VitalSet
from wardroom.domain.text import TITLE_MAX, cut
from wardroom.domain.views import CaseView, PostDraft

if TYPE_CHECKING:
    from wardroom.domain.quick.form import Said
    from wardroom.domain.template import Template
    from wardroom.tui.widgets.post_form import PostForm

Fields = Mapping[str, str]
_MINUTE_MS = 60_000


def draft_of(
    good: Fields, chosen: Fields, said: "Said | None", before: PostDraft | None, *, kind: str,
    template: "Template | None", now_ms: int,
) -> PostDraft:  # fmt: skip
    """The post as the forum takes it: ``good`` are the words, ``chosen`` the answers, ``said`` the record of a head."""
    text = good.get("text", "")
    if said is None:
        return PostDraft(text, conflict=good.get("conflict", ""), flavour=chosen.get("flavour", ""))
    if template is not None:
        from wardroom.domain.template import without_empty

        text = without_empty(text, template)
    is_asking = kind in ("case", "question")
    rest = said.rest if is_asking else ""
    # Other threads show no record; one that came with an import or the command line stays as it was.
    record = said.record if is_asking else (before.record if before else None)
    return PostDraft(
        "\n\n".join(part for part in (rest, text) if part),
        title=good["title"],
        kind=kind,
        question=good["question"] if is_asking else before.question if before else "",
        tags=tuple(good["tags"].split()),
        record=record if record != Record() else None,
        conflict=good["conflict"],
        until_ms=_until(good["until"], before, now_ms) if kind == "notice" else None,
    )


def _until(words: str, before: PostDraft | None, now_ms: int) -> int | None:
    """When a notice ends, by this machine's clock; words that were not touched keep the end there was."""
    from wardroom.domain.expiry import read_until

    if before is not None and words == _until_words(before):
        return before.until_ms
    return read_until(words, datetime.fromtimestamp(now_ms / 1000).astimezone())


def _until_words(draft: PostDraft) -> str:
    if draft.until_ms is None:
        return ""
    return f"{datetime.fromtimestamp(draft.until_ms / 1000).astimezone():%Y-%m-%d %H:%M}"


def fields_of(draft: PostDraft) -> dict[str, str]:
    """The fields of a post that is there already."""
    from wardroom.domain.quick.form import fields_of as fields_of_record

    return {
        **fields_of_record(draft.record or Record()),
        "title": draft.title,
        "question": draft.question,
        "text": draft.text,
        "tags": " ".join(draft.tags),
        "flavour": draft.flavour,
        "conflict": draft.conflict,
        "until": _until_words(draft),
    }


def words_of(draft: PostDraft) -> str:
    """Everything that was written in a post, as one text."""
    return "\n".join((draft.title, draft.question, draft.text, draft.conflict, *texts_of(draft.record)))


def fill_title(form: "PostForm", said: "Said") -> None:
    """A head without a title gets that of its quick line, seen in its field before it goes out."""
    if form.is_head and not form.editors["title"].text.strip() and said.title:
        form.editors["title"].put(cut(said.title, TITLE_MAX))


# --- templates ------------------------------------------------------------------------------------------------------


def begun(fields: Fields, template: "Template", before: "Template | None") -> dict[str, str]:
    """The fields that change when a post begins with ``template``; what was typed stays, and stands above."""
    old = before.text if before is not None else ""
    typed = "" if fields["text"].strip() == old.strip() else fields["text"].rstrip()
    changes = {"text": "\n\n".join(part for part in (typed, template.text) if part)}
    begins = (
        ("question", template.question, before.question if before else ""),
        ("tags", " ".join(template.tags), " ".join(before.tags) if before else ""),
        ("until", template.until, before.until if before else ""),
        ("urgency", template.urgency, before.urgency if before else ""),
    )
    return changes | {name: said for name, said, was in begins if fields.get(name, "") in ("", was)}


# --- outcomes and later vital signs ---------------------------------------------------------------------------------


def outcome_of(good: Fields, overrides: tuple[tuple[str, str], ...]) -> OutcomeBody:
    """The outcome in the fields."""
    return OutcomeBody(
        good["text"],
        diagnosis=good["diagnosis"],
        disposition=good["disposition"],
        follow_up=good["follow_up"],
        lessons=tuple(line for line in good["lessons"].split("\n") if line.strip()),
        references=tuple(line for line in good["references"].split("\n") if line.strip()),
        overrides=tuple(Override(kind, reason) for kind, reason in overrides),
    )


def fields_of_outcome(told: OutcomeBody) -> dict[str, str]:
    """The fields of an outcome that was told."""
    return {
        "text": told.text, "diagnosis": told.diagnosis, "disposition": told.disposition, "follow_up": told.follow_up,
        "lessons": "\n".join(told.lessons), "references": "\n".join(told.references),
    }  # fmt: skip


def sets_in(text: str) -> tuple[VitalSet, ...]:
    """The sets of vital signs in a text."""
    from wardroom.domain.quick.sets import read_sets

    return read_sets(text).sets


def next_time(case: CaseView, now_ms: int) -> str:
    """``T+41 ``: the minutes of the last set, and those since it was written, for the writer to correct."""
    sets = case.record.vitals if case.record is not None else ()
    written_ms = case.head.amended_ms if case.head.amended_ms is not None else case.head.created_ms
    last = max((one.t for one in sets), default=0)
    return f"T{last + max(now_ms - written_ms, 0) // _MINUTE_MS:+d} "


# --- what the author kept -------------------------------------------------------------------------------------------


def reasons_words(kept: Mapping[tuple[str, str], str]) -> str:
    """Reasons for kept blocks as a draft holds them."""
    return json.dumps([[*name, reason] for name, reason in kept.items()], ensure_ascii=False) if kept else ""


def reasons_from(words: str) -> dict[tuple[str, str], str]:
    """The reasons a draft holds; what is no such list is none."""
    try:
        return {(kind, text): reason for kind, text, reason in json.loads(words)} if words else {}
    except (ValueError, TypeError):
        return {}
