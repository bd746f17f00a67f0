"""The events of a log: for each kind its envelope, its body, and the number that stands for it.

An envelope holds ids, kinds, authors and references: nothing a person typed. A body holds everything a person typed.
Both are msgspec structs, so that a malformed one is refused before anything is built from it.
"""

from typing import Annotated, ClassVar

import msgspec

from wardroom.language import marked

ROLES = (
    marked("observer"), marked("trainee"), marked("practitioner"), marked("moderator"), marked("steward"),
    marked("administrator"),
)  # fmt: skip
"""Role names by number; the first three are the voices, of which a member has one, the others offices."""
VOICES = ROLES[:3]
OFFICES = ROLES[3:]
STATES = ("open", "answered", "outcome", "closed")
REACTIONS = ("useful", "changed", "safety")
REASONS = ("identifier", "consent-withdrawn", "wrong-place", "other")
FLAG_REASONS = (*REASONS, "unsafe", "uncivil")
"""Why a post is flagged or hidden, by number: the reasons of a purge, and two that never erase words."""
THREAD_KINDS = (marked("case"), marked("question"), marked("pearl"), marked("notice"), marked("talk"))
FLAVOURS = (marked("experience"), marked("evidence"), marked("protocol"), marked("question"))

NUMBER_MAX = 2**53
Number = Annotated[int, msgspec.Meta(ge=0, le=NUMBER_MAX)]
"""A number in an envelope: what every reader of MessagePack and JSON, and SQLite, can hold."""
Measure = Annotated[int, msgspec.Meta(ge=-NUMBER_MAX, le=NUMBER_MAX)]
"""A number in a body, which may lie below zero."""


class EventRef(msgspec.Struct, frozen=True, array_like=True):
    """A reference as it stands in an envelope; an empty ``log`` means the log it stands in."""

    log: bytes
    seq: Number
    leaf: bytes


class Envelope(msgspec.Struct, frozen=True, array_like=True):
    """What every envelope is: a MessagePack array."""

    KIND: ClassVar[int] = 0


class InstanceCertified(Envelope, frozen=True, array_like=True):
    """The first event of every log: the site key vouches for the instance key in this circle."""

    KIND: ClassVar[int] = 1
    site: bytes
    instance: bytes
    circle: bytes
    signature: bytes


class CircleFounded(Envelope, frozen=True, array_like=True):
    """The second event of a founder's log: the circle begins."""

    KIND: ClassVar[int] = 2
    site: bytes
    nonce: bytes


class SiteAdmitted(Envelope, frozen=True, array_like=True):
    """A steward opens the circle to a site."""

    KIND: ClassVar[int] = 3
    author: Number
    site: bytes


class MemberEnrolled(Envelope, frozen=True, array_like=True):
    """A site's administrator introduces a member of the site; ``author`` 0 is the log's first member, by itself."""

    KIND: ClassVar[int] = 4
    author: Number
    person: bytes
    role: Number


class RoleGranted(Envelope, frozen=True, array_like=True):
    """A role is given (or taken, with ``granted`` false) to a member."""

    KIND: ClassVar[int] = 5
    author: Number
    member: EventRef
    role: Number
    granted: bool
    supersedes: tuple[EventRef, ...]


class RoleAccepted(Envelope, frozen=True, array_like=True):
    """This log has seen a grant of another log: it counts here from now on."""

    KIND: ClassVar[int] = 6
    grant: EventRef


class BoardOpened(Envelope, frozen=True, array_like=True):
    """A board begins in this circle; ``is_room`` boards are read by their members alone."""

    KIND: ClassVar[int] = 7
    author: Number
    is_room: bool


class BoardIntroduced(Envelope, frozen=True, array_like=True):
    """A board of another log takes a small number in this one: the sequence of this event."""

    KIND: ClassVar[int] = 8
    board: EventRef


class RoomMembersSet(Envelope, frozen=True, array_like=True):
    """Who reads and writes a room from now on."""

    KIND: ClassVar[int] = 9
    author: Number
    board: EventRef
    members: tuple[EventRef, ...]
    supersedes: tuple[EventRef, ...]


class MemberCardChanged(Envelope, frozen=True, array_like=True):
    """A member's card says something else from now on: written by the member, or by an administrator of the site."""

    KIND: ClassVar[int] = 13
    author: Number
    member: EventRef
    supersedes: tuple[EventRef, ...]


class MemberVerified(Envelope, frozen=True, array_like=True):
    """An administrator has checked that a member of the own site may practise, or takes that back; it is renewed yearly."""

    KIND: ClassVar[int] = 10
    author: Number
    member: EventRef
    is_on: bool
    supersedes: tuple[EventRef, ...]


class Cut(msgspec.Struct, frozen=True, array_like=True):
    """The last event of a log that still counts."""

    log: bytes
    seq: Number


class MemberSuspended(Envelope, frozen=True, array_like=True):
    """What a member writes behind the cuts does not count, nor anything in a log that has none; or that is lifted."""

    KIND: ClassVar[int] = 11
    author: Number
    member: EventRef
    is_on: bool
    reason: Number
    cuts: tuple[Cut, ...]
    supersedes: tuple[EventRef, ...]


class InstanceRevoked(Envelope, frozen=True, array_like=True):
    """What an instance writes behind the cut of its log does not count: the file was stolen or lost."""

    KIND: ClassVar[int] = 12
    author: Number
    cut: Cut
    is_on: bool
    supersedes: tuple[EventRef, ...]


class SiteSuspended(Envelope, frozen=True, array_like=True):
    """What a site writes behind the cuts does not count, nor anything in a log of it that has none; or that is lifted."""

    KIND: ClassVar[int] = 14
    author: Number
    site: bytes
    is_on: bool
    cuts: tuple[Cut, ...]
    supersedes: tuple[EventRef, ...]


class SiteKeyRotated(Envelope, frozen=True, array_like=True):
    """The site goes on under another key, which vouches for it: the circle is open to both."""

    KIND: ClassVar[int] = 15
    author: Number
    key: bytes
    signature: bytes
    """By the new key, over the circle and the old key."""


class ThreadPosted(Envelope, frozen=True, array_like=True):
    """A thread begins."""

    KIND: ClassVar[int] = 20
    author: Number
    board: Number
    releaser: Number


class Replied(Envelope, frozen=True, array_like=True):
    """A post answers another; ``quotes`` names posts whose words stand above it, never copied, as they are shown today."""

    KIND: ClassVar[int] = 21
    author: Number
    parent: EventRef
    releaser: Number
    quotes: tuple[EventRef, ...]


class PostAmended(Envelope, frozen=True, array_like=True):
    """The author writes a new version of a post."""

    KIND: ClassVar[int] = 22
    author: Number
    post: EventRef
    supersedes: tuple[EventRef, ...]


class PostWithdrawn(Envelope, frozen=True, array_like=True):
    """The author takes a post back; its words are no longer shown."""

    KIND: ClassVar[int] = 23
    author: Number
    post: EventRef
    supersedes: tuple[EventRef, ...]


class CaseStateChanged(Envelope, frozen=True, array_like=True):
    """A thread is open, answered or closed from now on."""

    KIND: ClassVar[int] = 24
    author: Number
    post: EventRef
    state: Number
    supersedes: tuple[EventRef, ...]


class OutcomeRecorded(Envelope, frozen=True, array_like=True):
    """The author tells what became of the case."""

    KIND: ClassVar[int] = 25
    author: Number
    post: EventRef
    supersedes: tuple[EventRef, ...]


class Reacted(Envelope, frozen=True, array_like=True):
    """A member marks a post as useful, as having changed practice, or as a safety concern."""

    KIND: ClassVar[int] = 26
    author: Number
    post: EventRef
    reaction: Number
    is_on: bool
    supersedes: tuple[EventRef, ...]


class PostHidden(Envelope, frozen=True, array_like=True):
    """A moderator hides a post, or shows it again."""

    KIND: ClassVar[int] = 27
    author: Number
    post: EventRef
    is_on: bool
    reason: Number
    supersedes: tuple[EventRef, ...]


class ThreadLocked(Envelope, frozen=True, array_like=True):
    """A moderator closes a thread to replies, or opens it again."""

    KIND: ClassVar[int] = 28
    author: Number
    post: EventRef
    is_on: bool
    supersedes: tuple[EventRef, ...]


class ThreadPinned(Envelope, frozen=True, array_like=True):
    """A moderator keeps a thread at the head of its board, or lets it go."""

    KIND: ClassVar[int] = 29
    author: Number
    post: EventRef
    is_on: bool
    supersedes: tuple[EventRef, ...]


class PurgeProposed(Envelope, frozen=True, array_like=True):
    """A moderator asks for a purge; a proposal alone hides."""

    KIND: ClassVar[int] = 30
    author: Number
    targets: tuple[EventRef, ...]
    reason: Number


class PostPurged(Envelope, frozen=True, array_like=True):
    """The words of the targets are erased everywhere; ``proposal`` names what a second person had proposed."""

    KIND: ClassVar[int] = 31
    author: Number
    targets: tuple[EventRef, ...]
    reason: Number
    proposal: EventRef | None


class PurgeAcknowledged(Envelope, frozen=True, array_like=True):
    """This instance has erased what a purge names: it is in none of its bytes any more."""

    KIND: ClassVar[int] = 32
    purge: EventRef


class PostFlagged(Envelope, frozen=True, array_like=True):
    """A member asks moderators to look at a post, or takes that back."""

    KIND: ClassVar[int] = 33
    author: Number
    post: EventRef
    is_on: bool
    reason: Number
    supersedes: tuple[EventRef, ...]


class ThreadMoved(Envelope, frozen=True, array_like=True):
    """A moderator puts a thread on another board of the circle."""

    KIND: ClassVar[int] = 34
    author: Number
    post: EventRef
    board: EventRef
    supersedes: tuple[EventRef, ...]


class AppealMade(Envelope, frozen=True, array_like=True):
    """Who is concerned by an act of moderation asks another moderator to judge it again."""

    KIND: ClassVar[int] = 35
    author: Number
    act: EventRef


class Body(msgspec.Struct, frozen=True, omit_defaults=True):
    """What every body is: a MessagePack map of what was typed."""


class SiteCard(Body, frozen=True, omit_defaults=True):
    """A site's name."""

    name: str


class CircleCard(Body, frozen=True, omit_defaults=True):
    """A circle's name."""

    name: str


class MemberCard(Body, frozen=True, omit_defaults=True):
    """What others see of a member."""

    handle: str
    profession: str = ""
    interests: tuple[str, ...] = ()


class MemberProfile(Body, frozen=True, omit_defaults=True):
    """What a changed card says of a member; the handle stays."""

    profession: str = ""
    interests: tuple[str, ...] = ()


class BoardCard(Body, frozen=True, omit_defaults=True):
    """A board's name, title and purpose."""

    name: str
    title: str = ""
    about: str = ""


class VitalSet(msgspec.Struct, frozen=True, omit_defaults=True):
    """Vital signs at ``t`` minutes after the case's zero; absent ones were not measured."""

    t: Measure = 0
    hr: Measure | None = None
    sbp: Measure | None = None
    dbp: Measure | None = None
    rr: Measure | None = None
    spo2: Measure | None = None
    on_oxygen: bool | None = None
    temp_c: float | None = None
    gcs: Measure | None = None
    glucose_mmol_l: float | None = None
    lactate_mmol_l: float | None = None
    pain: Measure | None = None
    avpu: str = ""
    """A alert, C newly confused, V answers to voice, P to pain, U to neither."""
    gcs_e: Measure | None = None
    gcs_v: Measure | None = None
    gcs_m: Measure | None = None
    potassium_mmol_l: float | None = None
    sodium_mmol_l: float | None = None
    ph: float | None = None
    weight_kg: float | None = None
    weight_band: str = ""
    """Instead of a weight so rare that it points at a person: ``<0.5`` or ``>250``, in kg."""
    glucose_off_scale: str = ""
    """What a meter shows instead of a number: LO below what it can measure, HI above it."""
    gcs_untested: tuple[str, ...] = ()
    """Parts of the coma scale that could not be tested, in the order E V M: ``E-NT``, ``V-NT``, ``V-T`` (a tube), ``M-NT``."""
    reported: tuple[str, ...] = ()
    """Fields whose value was told and not measured here, in the order of this class."""


class Diagnosis(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a working differential, with how sure its author is, in percent."""

    diagnosis: str
    confidence: Measure | None = None


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """The clinical record of a case."""

    age_band: str = ""
    sex: str = ""
    acuity: str = ""
    urgency: str = ""
    setting: str = ""
    vitals: tuple[VitalSet, ...] = ()
    complaint: str = ""
    pregnant: bool | None = None
    gestation_weeks: Measure | None = None
    exam: str = ""
    investigations: str = ""
    management: str = ""
    """What was done so far."""
    resources: str = ""
    """What there is not: no CT, no surgeon, a transfer of two hours."""
    differential: tuple[Diagnosis, ...] = ()
    """The likeliest first."""
    complaint_code: str = ""
    """What the complaint counts as, by the short list of ``domain.complaints``."""
    onset_t: Measure | None = None
    """When it began, in minutes from the case's zero: 0 or below."""
    spo2_scale: Measure | None = None
    """Which scale of NEWS2 a person chose for the saturation: 2 for hypercapnia, target 88 to 92 %; never inferred."""


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where an imported post came from: the writer's name and the original time."""

    name: str = ""
    date_ms: Measure | None = None
    is_cut: bool = False


class Override(msgspec.Struct, frozen=True, omit_defaults=True):
    """A screening block the author overrode, and why."""

    kind: str
    reason: str


class PostBody(Body, frozen=True, omit_defaults=True):
    """What an author wrote; a head has a title and a kind, a reply neither."""

    text: str = ""
    title: str = ""
    kind: str = ""
    question: str = ""
    tags: tuple[str, ...] = ()
    record: Record | None = None
    flavour: str = ""
    conflict: str = ""
    origin: Origin | None = None
    overrides: tuple[Override, ...] = ()
    attachments: tuple[msgspec.Raw, ...] = ()
    until_ms: Measure | None = None
    """When a notice ends, in milliseconds since 1970."""


class OutcomeBody(Body, frozen=True, omit_defaults=True):
    """What became of the case."""

    text: str
    diagnosis: str = ""
    disposition: str = ""
    follow_up: str = ""
    lessons: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()


class AppealBody(Body, frozen=True, omit_defaults=True):
    """Why an act should be judged again."""

    text: str


ENVELOPES: dict[int, type[Envelope]] = {
    kind.KIND: kind
    for kind in (
        InstanceCertified, CircleFounded, SiteAdmitted, MemberEnrolled, RoleGranted, RoleAccepted, BoardOpened,
        BoardIntroduced, RoomMembersSet, MemberVerified, MemberSuspended, InstanceRevoked, MemberCardChanged, SiteSuspended,
        SiteKeyRotated, ThreadPosted, Replied, PostAmended, PostWithdrawn, CaseStateChanged,
        OutcomeRecorded, Reacted, PostHidden, ThreadLocked, ThreadPinned, PurgeProposed, PostPurged,
        PurgeAcknowledged, PostFlagged, ThreadMoved, AppealMade,
    )
}  # fmt: skip

BODIES: dict[int, type[Body]] = {
    InstanceCertified.KIND: SiteCard,
    CircleFounded.KIND: CircleCard,
    SiteAdmitted.KIND: SiteCard,
    MemberEnrolled.KIND: MemberCard,
    MemberCardChanged.KIND: MemberProfile,
    BoardOpened.KIND: BoardCard,
    ThreadPosted.KIND: PostBody,
    Replied.KIND: PostBody,
    PostAmended.KIND: PostBody,
    OutcomeRecorded.KIND: OutcomeBody,
    AppealMade.KIND: AppealBody,
    SiteKeyRotated.KIND: SiteCard,
}

POST_KINDS = frozenset({ThreadPosted.KIND, Replied.KIND})
SUSPENSIONS = frozenset({MemberSuspended.KIND, InstanceRevoked.KIND, SiteSuspended.KIND})
"""What cuts logs."""
BEHIND_NO_CUT = frozenset(
    {
        InstanceCertified.KIND, CircleFounded.KIND, SiteAdmitted.KIND, SiteKeyRotated.KIND, MemberEnrolled.KIND,
        RoleGranted.KIND, RoleAccepted.KIND, BoardIntroduced.KIND, *SUSPENSIONS, PurgeProposed.KIND, PostPurged.KIND,
        PurgeAcknowledged.KIND, AppealMade.KIND,
    }
)  # fmt: skip
"""Judged by their log's prefix alone: no cut undoes a purge or silences an appeal; what grants and suspensions behind a
cut are worth is settled over all of them (``store.suspensions``)."""
