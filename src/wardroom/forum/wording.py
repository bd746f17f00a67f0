"""How what a member wrote is worded in the log: the body of a checked draft, and the references it stands on."""

from wardroom.domain import codec
from wardroom.domain import events as e
from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostDraft
from wardroom.forum.session import Acting
from wardroom.store.journal import Journal


def body_from(draft: PostDraft) -> e.PostBody:
    """The body that a checked draft becomes."""
    origin = None
    if draft.original_name or draft.original_ms is not None or draft.is_cut:
        origin = e.Origin(draft.original_name, draft.original_ms, draft.is_cut)
    return e.PostBody(
        text=draft.text, title=draft.title, kind=draft.kind, question=draft.question, tags=draft.tags,
        record=draft.record, flavour=draft.flavour, conflict=draft.conflict, origin=origin,
        overrides=tuple(e.Override(kind, reason) for kind, reason in draft.overrides), until_ms=draft.until_ms,
    )  # fmt: skip


def reply_from(j: Journal, acting: Acting, parent: EventNo, draft: PostDraft, *, releaser: int) -> e.Replied:
    """The envelope of an answer that a checked draft becomes."""
    quotes = tuple(codec.from_ref(j.ref(quoted), acting.log_id) for quoted in draft.quotes)
    return e.Replied(acting.author, codec.from_ref(j.ref(parent), acting.log_id), releaser, quotes)


def reference(j: Journal, acting: Acting, event: int) -> e.EventRef:
    """An event held here, as the log one writes in refers to it."""
    return codec.from_ref(j.ref(EventNo(event)), acting.log_id)
