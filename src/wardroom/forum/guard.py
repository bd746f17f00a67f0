"""The guard at the door of every post: limits of its texts, and nothing in them that may identify a patient."""

from dataclasses import replace

from wardroom.domain.case import check_record
from wardroom.domain.events import FLAVOURS, THREAD_KINDS
from wardroom.domain.text import check_body, check_line, check_question, check_title, clean, clean_name
from wardroom.domain.views import PostDraft
from wardroom.errors import IdentifierFound, InputRejected

TAGS_MAX = 8
INTERESTS_MAX = 12
INTEREST_MAX = 40
"""Characters of one."""
REASON_MIN = 8
"""Characters of a reason for overriding a block: a word is not one."""


def checked(draft: PostDraft, *, is_head: bool) -> PostDraft:
    """The draft with its texts cleaned. Raises InputRejected at a limit, IdentifierFound at what may identify a patient."""
    text = check_body(draft.text, required=not (is_head and draft.question))
    conflict = check_line(draft.conflict, "conflict-of-interest line")
    tags = tuple(dict.fromkeys(clean_name(tag) for tag in draft.tags if tag.strip()))
    if len(tags) > TAGS_MAX:
        raise InputRejected(f"{len(tags)} tags are too many; {TAGS_MAX} is the most.")
    if draft.flavour and draft.flavour not in FLAVOURS:
        raise InputRejected(f"A reply is one of {', '.join(FLAVOURS)}, or none of them.")
    if not is_head:
        done = replace(draft, text=text, conflict=conflict, tags=tags, title="", question="", kind="", record=None)
    else:
        kind = draft.kind or ("case" if draft.question else "talk")
        if kind not in THREAD_KINDS:
            raise InputRejected(f"A thread is one of {', '.join(THREAD_KINDS)}.")
        question = (
            check_question(draft.question) if kind in ("case", "question") else clean(draft.question, one_line=True)
        )
        done = replace(
            draft, text=text, conflict=conflict, tags=tags, title=check_title(draft.title), question=question,
            kind=kind, record=check_record(draft.record) if draft.record or kind == "case" else None,
        )  # fmt: skip
    _refuse_identifiers(done)
    return done


def checked_interests(interests: tuple[str, ...]) -> tuple[str, ...]:
    """A card's interests, cleaned. Raises InputRejected at a limit, IdentifierFound at what may identify a patient."""
    lines = (check_line(interest.replace(",", " "), "interest", longest=INTEREST_MAX).strip() for interest in interests)
    found = tuple(dict.fromkeys(" ".join(each.split()) for each in lines if each))
    if len(found) > INTERESTS_MAX:
        raise InputRejected(f"{len(found)} interests are too many; {INTERESTS_MAX} is the most.")
    _refuse_identifiers(PostDraft(text="\n".join(found)))
    return found


def _complaint(draft: PostDraft) -> str:
    return draft.record.complaint if draft.record is not None else ""


def _refuse_identifiers(draft: PostDraft) -> None:
    from wardroom import screening

    reasons = {kind: reason.strip() for kind, reason in draft.overrides}
    for kind, reason in reasons.items():
        if len(reason) < REASON_MIN:
            raise InputRejected(f"Say in a few words why the {kind} may stay; the reason is kept with the post.")
    found = [
        finding
        for text in (draft.title, draft.question, draft.text, " ".join(draft.tags), draft.conflict, _complaint(draft))
        for finding in screening.scan(text)
        if finding.action == "block" and finding.kind not in reasons
    ]
    if found:
        places = ", ".join(f"{finding.text!r} ({finding.kind})" for finding in found[:5])
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise IdentifierFound(
            f"This may identify a patient: {places}{more}. Take it out, or override it with a reason."
        )
