"""The guard at the door of every post: limits of its texts, and nothing in them that may identify a patient."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from wardroom.domain.case import check_record, texts_of
from wardroom.domain.events import FLAVOURS, THREAD_KINDS, OutcomeBody, Override
from wardroom.domain.outcome import check_outcome, texts_of_outcome
from wardroom.domain.text import REASON_MIN, check_body, check_line, check_question, check_title, clean, clean_name
from wardroom.domain.views import PostDraft
from wardroom.errors import IdentifierFound, InputRejected
from wardroom.forum.own_words import Screen
from wardroom.language import _, several

if TYPE_CHECKING:
    from wardroom.screening import Finding

TAGS_MAX = 8
INTERESTS_MAX = 12
INTEREST_MAX = 40
"""Characters of one."""
PEARL_MAX = 280
"""Characters of a pearl: it is read in one breath."""


NO_LISTS = Screen()

NOT_WORDS = frozenset({"overrides", "origin"})
"""What is no text about a patient: reasons of the author's, and the sender of an imported mail."""


def words_of(value: object) -> Iterator[str]:
    """Every text in the body of an event, however deep, so that no field passes unscreened."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Raw):
        yield from words_of(msgspec.msgpack.decode(value))
    elif isinstance(value, Mapping):
        yield from words_of(tuple(value.values()))
    elif isinstance(value, tuple | list):
        if value and all(isinstance(one, str) for one in value):
            yield " ".join(value)
        else:
            for one in value:
                yield from words_of(one)
    else:
        names: Iterable[str] = getattr(value, "__struct_fields__", getattr(value, "__dataclass_fields__", ()))
        for name in names:
            if name not in NOT_WORDS:
                yield from words_of(getattr(value, name))


def checked(draft: PostDraft, *, is_head: bool, screen: Screen = NO_LISTS) -> PostDraft:
    """The draft with its texts cleaned. Raises InputRejected at a limit, IdentifierFound at what may identify a patient."""
    text = check_body(draft.text, required=not (is_head and draft.question))
    conflict = check_line(draft.conflict, _("conflict-of-interest line"))
    tags = tuple(dict.fromkeys(clean_name(tag) for tag in draft.tags if tag.strip()))
    if len(tags) > TAGS_MAX:
        raise InputRejected(_("{count} tags are too many; {most} is the most.").format(count=len(tags), most=TAGS_MAX))
    if draft.flavour and draft.flavour not in FLAVOURS:
        raise InputRejected(_("A reply is one of {flavours}, or none of them.").format(flavours=", ".join(FLAVOURS)))
    if not is_head:
        done = replace(
            draft, text=text, conflict=conflict, tags=tags, title="", question="", kind="", record=None, until_ms=None
        )
    else:
        kind = draft.kind or ("case" if draft.question else "talk")
        if kind not in THREAD_KINDS:
            raise InputRejected(_("A thread is one of {kinds}.").format(kinds=", ".join(THREAD_KINDS)))
        if kind == "pearl" and len(text) > PEARL_MAX:
            raise InputRejected(
                _("The pearl has {length} characters; {most} is the most. Shorten it, or make it a talk.").format(
                    length=len(text), most=PEARL_MAX
                )
            )
        if draft.until_ms is not None and kind != "notice":
            raise InputRejected(_("Only a notice ends by itself. Make it a notice, or leave the end out."))
        question = (
            check_question(draft.question) if kind in ("case", "question") else clean(draft.question, one_line=True)
        )
        done = replace(
            draft, text=text, conflict=conflict, tags=tags, title=check_title(draft.title), question=question,
            kind=kind, record=check_record(draft.record) if draft.record or kind == "case" else None,
        )  # fmt: skip
    return replace(done, overrides=_refuse_identifiers(texts_in(done), done.overrides, screen))


def checked_interests(interests: tuple[str, ...], *, screen: Screen = NO_LISTS) -> tuple[str, ...]:
    """A card's interests, cleaned. Raises InputRejected at a limit, IdentifierFound at what may identify a patient."""
    lines = (check_line(interest.replace(",", " "), "interest", longest=INTEREST_MAX).strip() for interest in interests)
    found = tuple(dict.fromkeys(" ".join(each.split()) for each in lines if each))
    if len(found) > INTERESTS_MAX:
        raise InputRejected(
            _("{count} interests are too many; {most} is the most.").format(count=len(found), most=INTERESTS_MAX)
        )
    _refuse_identifiers(found, (), screen)
    return found


def checked_outcome(outcome: OutcomeBody, *, screen: Screen = NO_LISTS) -> OutcomeBody:
    """The outcome with its texts cleaned. Raises InputRejected at a limit, IdentifierFound at what may identify a patient."""
    overrides = tuple((override.kind, override.reason) for override in outcome.overrides)
    done = check_outcome(outcome)
    kept = _refuse_identifiers(texts_of_outcome(done), overrides, screen)
    return replace(done, overrides=tuple(Override(kind, reason) for kind, reason in kept))


def texts_in(draft: PostDraft) -> tuple[str, ...]:
    """Everything in a draft that a person typed as words; each of them is screened."""
    # A name may be joined to its title by a hyphen, so that the two are one tag.
    tags = (" ".join(draft.tags), " ".join(draft.tags).replace("-", " ").replace("_", " "))
    texts = (draft.title, draft.question, draft.text, *dict.fromkeys(tags), draft.conflict, *texts_of(draft.record))
    return tuple(text for text in texts if text)


def refuse_identifiers(text: str, screen: Screen) -> None:
    """Raise IdentifierFound for a short text that may identify a patient and can be no exception."""
    _refuse_identifiers((text,), (), screen)


def blocking(body: object, screen: Screen, overridden: Collection[str] = ()) -> "list[Finding]":
    """What in the body of an event may not stand, save the kinds its author has overridden."""
    found = (finding for text in words_of(body) if text for finding in screen.scan(text))
    return [finding for finding in found if finding.action == "block" and finding.kind not in overridden]


def _refuse_identifiers(
    texts: Iterable[str], overrides: Iterable[tuple[str, str]], screen: Screen
) -> tuple[tuple[str, str], ...]:
    """Raise IdentifierFound for what nobody overrode; the overrides with their reasons cleaned, which are screened too."""
    reasons = {kind: clean(reason, one_line=True).strip() for kind, reason in overrides}
    for kind, reason in reasons.items():
        if len(reason) < REASON_MIN:
            raise InputRejected(
                _("Say in a few words why the {kind} may stay; the reason is kept with the post.").format(kind=kind)
            )
    found = [finding for text in texts for finding in screen.scan(text) if finding.kind not in reasons]
    found += [finding for reason in reasons.values() for finding in screen.scan(reason)]
    found = [finding for finding in found if finding.action == "block"]
    if found:
        places = ", ".join(f"{finding.text!r} ({_(finding.kind)})" for finding in found[:5])
        if len(found) > 5:
            places += ", " + several("{count} more", "{count} more", len(found) - 5).format(count=len(found) - 5)
        raise IdentifierFound(
            _("This may identify a patient: {places}. Take it out, or override it with a reason.").format(places=places)
        )
    return tuple(reasons.items())
