"""Asking unsigned: the site's standing member asks, and who it was stands in this file alone, under seal."""

import os
import stat
from dataclasses import dataclass
from hashlib import blake2b

from msgspec.structs import replace

from wardroom.domain import rules
from wardroom.domain.events import VOICES, MemberCard, MemberEnrolled
from wardroom.domain.ids import UNSIGNED, EventNo, MemberNo
from wardroom.domain.text import REASON_MIN, check_line
from wardroom.domain.views import Me
from wardroom.errors import InputRejected, NotFound, Refused
from wardroom.forum.session import Acting, Session
from wardroom.language import _, marked
from wardroom.store import event_log, held, judging, local, members
from wardroom.store.journal import Journal

ELIGIBLE_MIN = 5
"""Among fewer members who may write, everybody would know who asks."""


def person_of(site_key: bytes) -> bytes:
    """The person id of a site's standing member."""
    return blake2b(b"wr1unsigned" + site_key, digest_size=8).digest()


def standing_member(session: Session, j: Journal, acting: Acting) -> Acting:
    """The site's standing member, acting in place of one of its own. Raises Refused where it would hide nobody."""
    refusal = why_not(session)
    if refusal:
        raise Refused(refusal)
    person, db = person_of(session.identity.site_key), j.db
    circle = j.head(acting.pen.log).circle
    member = local.members_of_person(db, person).get(circle)
    number = judging.number_in_log(db, acting.pen.log, member) if member is not None else None
    if number is None:
        administrator = judging.administrator_in_log(db, acting.pen.log)
        enrolled = MemberEnrolled(administrator, person, VOICES.index("practitioner"))
        event = event_log.record(j, acting.pen, enrolled, MemberCard(UNSIGNED))
        number = j.ref(event).seq
        member = local.members_of_person(db, person)[circle]
    assert member is not None
    return replace(acting, author=number, member=MemberNo(member), roles=frozenset({"practitioner"}))


def why_not(session: Session) -> str:
    """Why nobody can ask unsigned here, or ""."""
    if os.stat(session.store.path).st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return _("Not here: whoever may write this shared file can read who asked. Sign it, or ask another way.")
    accounts = [account for account in local.accounts(session.store.read) if not account.is_disabled]
    eligible = sum(
        not rules.may_write(session.roles(session.me(account).members), is_released=True) for account in accounts
    )
    if eligible < ELIGIBLE_MIN:
        return _("Not here: among fewer than {count} members who write, everybody would know who asks.").format(
            count=ELIGIBLE_MIN
        )
    return ""


@dataclass(frozen=True, slots=True)
class Unsigned:
    """The use cases of sealed names."""

    session: Session

    def why_not(self) -> str:
        """Why nobody can ask unsigned here, or ""."""
        return why_not(self.session)

    def has_asked(self, me: Me, post: EventNo) -> bool:
        """Whether the member wrote a post unsigned."""
        return held.sealed_account(self.session.store.read, post) == me.account

    def is_own_thread(self, me: Me, post: EventNo) -> bool:
        """Whether a post stands in a thread that the member asked unsigned."""
        facts = members.post_facts(self.session.store.read, post)
        return facts is not None and self.has_asked(me, EventNo(facts.thread))

    def open(self, first: Me, second: Me, post: EventNo, reason: str) -> str:
        """Who wrote a post unsigned, for two stewards who have both just shown who they are; audited, and told.

        Raises Refused, NotFound or InputRejected.
        """
        if first.account == second.account:
            raise Refused(_("A sealed name is opened by two stewards, each with the own password."))
        if not (first.is_steward and second.is_steward):
            raise Refused(_("A sealed name is opened by two stewards of this site."))
        said = check_line(reason, "reason")
        if len(said) < REASON_MIN:
            raise InputRejected(_("Say in a few words why the name is opened; the reason is kept and told."))
        db = self.session.store.read
        account = held.sealed_account(db, post)
        sealed = local.account_numbered(db, account) if account is not None else None
        if sealed is None:
            raise NotFound(_("That post was not asked unsigned in this file."))
        now_ms = self.session.now_ms()
        with self.session.store.write() as writing:
            for steward, other in ((first, second), (second, first)):
                held.note_deed(
                    writing, steward.account, "open sealed name", post=post, about=f"with {other.handle}",
                    reason=said, now_ms=now_ms,
                )  # fmt: skip
            held.tell(
                writing, sealed.account,
                marked("{0} and {1} have opened who asked this unsigned: {2}") + f"\t{first.handle}\t{second.handle}\t{said}",
                post, now_ms,
            )  # fmt: skip
        return sealed.handle
