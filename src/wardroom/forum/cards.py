"""Members' cards: looked at by everybody, written by the member alone."""

from dataclasses import dataclass

from wardroom.domain import codec, rules
from wardroom.domain.events import ROLES, MemberCardChanged, MemberProfile
from wardroom.domain.ids import EventNo, MemberNo
from wardroom.domain.text import clean_name
from wardroom.domain.views import CardView, Me
from wardroom.errors import InputRejected, NotFound, Refused
from wardroom.forum import guard
from wardroom.forum.members import PROFESSIONS
from wardroom.forum.session import Session, must
from wardroom.store import attention, cards, event_log, folds, local, members
from wardroom.store.cards import CardRow
from wardroom.store.journal import journal

LAST_POSTS = 5


@dataclass(frozen=True, slots=True)
class Cards:
    """The use cases of members' cards."""

    session: Session

    def own(self, me: Me) -> CardView:
        """The member's own card, as this site's own circle has it."""
        return self._view(me, cards.card(self.session.store.read, me.members[self.session.identity.local_circle]))

    def of_author(self, me: Me, post: EventNo) -> CardView:
        """The card of who wrote a post. Raises NotFound."""
        member = cards.author_of_post(self.session.store.read, self.session.viewer(me), post)
        if member is None:
            raise NotFound("There is no such post here, or it is not for you to read.")
        return self._view(me, cards.card(self.session.store.read, member))

    def named(self, me: Me, name: str) -> CardView:
        """The card of ``handle`` or ``handle@site``. Raises NotFound, or Refused where several sites have one."""
        handle, _, site = name.strip().removeprefix("@").partition("@")
        try:
            handle = clean_name(handle)
        except InputRejected as error:
            raise NotFound(f"There is no member called {name.strip()!r} here.") from error
        found = cards.cards_named(self.session.store.read, handle, site.strip())
        if not found:
            raise NotFound(f"There is no member called {name.strip()!r} here.")
        own = [row for row in found if row.site == self.session.identity.site_name]
        sites = sorted({row.site for row in found})
        if len(sites) > 1 and not own:
            names = " and ".join(f"{handle}@{site}" for site in sites)
            raise Refused(f"More than one member is called {handle}: {names}. Name the site too.")
        return self._view(me, (own or found)[0])

    def change(self, me: Me, profession: str, interests: tuple[str, ...]) -> None:
        """A new card in every circle where the member acts; its words are screened like a post's.

        Raises Refused, InputRejected, or IdentifierFound.
        """
        if profession not in PROFESSIONS:
            raise Refused(f"A profession is one of {', '.join(PROFESSIONS)}.")
        profile = MemberProfile(profession, guard.checked_interests(interests))
        session = self.session
        with journal(session.store) as j:
            account = local.account_numbered(j.db, me.account)
            assert account is not None
            for circle, member in sorted(local.members_of_person(j.db, account.person).items()):
                if local.own_log(j.db, circle) is None:
                    continue
                card = cards.card(j.db, member)
                if (card.profession, card.interests) == (profile.profession, profile.interests):
                    continue
                acting = session.acting(j, me, circle)
                must(rules.may_change_card(acting.roles, is_own=True, is_own_site=True))
                enrolled = members.event_in_log(j.db, acting.pen.log, acting.author)
                heads = tuple(
                    codec.from_ref(j.ref(EventNo(head)), acting.log_id) for head in folds.heads_of(j, member, "card")
                )
                named = codec.from_ref(j.ref(enrolled), acting.log_id)
                event_log.record(j, acting.pen, MemberCardChanged(acting.author, named, heads), profile)
            local.set_profession(j.db, me.account, profile.profession)

    def _view(self, me: Me, card: CardRow) -> CardView:
        db, viewer = self.session.store.read, self.session.viewer(me)
        roles = cards.roles_of(db, card.member)
        return CardView(
            member=MemberNo(card.member), handle=card.handle, site=card.site, profession=card.profession,
            interests=card.interests, circle=card.circle_name, roles=tuple(sorted(roles, key=ROLES.index)),
            verified_by=card.site if "practitioner" in roles else "",
            posts=cards.posts_by(db, viewer, card.member),
            last=attention.post_lines(db, viewer, cards.last_posts_by(db, viewer, card.member, LAST_POSTS)),
            is_own=card.member in viewer.members,
        )  # fmt: skip
