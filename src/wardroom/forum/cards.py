"""Members' cards: looked at by everybody, written by the member alone."""

from dataclasses import dataclass

from wardroom.domain import codec, rules
from wardroom.domain.events import ROLES, MemberCardChanged, MemberProfile
from wardroom.domain.ids import AccountNo, BoardNo, EventNo, MemberNo
from wardroom.domain.text import clean_name
from wardroom.domain.views import COUNTED, CardView, Me, MemberName
from wardroom.errors import InputRejected, NotFound, Refused
from wardroom.forum import guard
from wardroom.forum.members import PROFESSIONS
from wardroom.forum.session import Session, must
from wardroom.language import _
from wardroom.store import attention, cards, event_log, folds, local, members, queries
from wardroom.store.cards import CardRow
from wardroom.store.journal import Journal, journal

LAST_POSTS = 5


@dataclass(frozen=True, slots=True)
class Cards:
    """The use cases of members' cards."""

    session: Session

    def own(self, me: Me, *, is_whole: bool = False) -> CardView:
        """The member's own card, as this site's own circle has it; ``is_whole`` counts all its posts."""
        card = cards.card(self.session.store.read, me.members[self.session.identity.local_circle])
        return self._view(me, card, is_whole=is_whole)

    def of_author(self, me: Me, post: EventNo) -> CardView:
        """The card of who wrote a post. Raises NotFound."""
        db = self.session.store.read
        facts = members.post_facts(db, post) if queries.thread_of(db, self.session.viewer(me), post) else None
        if facts is None:
            raise NotFound(_("There is no such post here, or it is not for you to read."))
        return self._view(me, cards.card(db, facts.author))

    def named(self, me: Me, name: str, *, is_whole: bool = False) -> CardView:
        """The card of ``handle`` or ``handle@site``; ``is_whole`` counts all its posts.

        Raises NotFound, or Refused where several sites have one.
        """
        handle, _at, site = name.strip().removeprefix("@").partition("@")
        try:
            handle = clean_name(handle)
        except InputRejected as error:
            raise NotFound(_("There is no member called {name!r} here.").format(name=name.strip())) from error
        found = cards.cards_named(self.session.store.read, handle, site.strip())
        if not found:
            raise NotFound(_("There is no member called {name!r} here.").format(name=name.strip()))
        own = [row for row in found if row.site == self.session.identity.site_name]
        sites = sorted({row.site for row in found})
        if len(sites) > 1 and not own:
            names = " and ".join(f"{handle}@{site}" for site in sites)
            raise Refused(
                _("More than one member is called {handle}: {names}. Name the site too.").format(
                    handle=handle, names=names
                )
            )
        return self._view(me, (own or found)[0], is_whole=is_whole)

    def readers(self, me: Me, board: BoardNo | None = None) -> tuple[MemberName, ...]:
        """The other members who read a board, or any board; those of this site first."""
        return cards.readers(self.session.store.read, self.session.viewer(me), board)

    def change(self, me: Me, profession: str, interests: tuple[str, ...]) -> None:
        """A new card in every circle where the member acts; its words are screened like a post's.

        Raises Refused, InputRejected, or IdentifierFound.
        """
        if profession not in PROFESSIONS:
            raise Refused(_("A profession is one of {professions}.").format(professions=", ".join(PROFESSIONS)))
        profile = MemberProfile(profession, guard.checked_interests(interests, screen=self.session.screen))
        with journal(self.session.store) as j:
            self._record(j, me, me.account, profile)
            local.set_profession(j.db, me.account, profile.profession)

    def clear(self, me: Me, handle: str) -> None:
        """Take profession and interests off the cards of a member who has left; for administrators.

        Raises NotFound or Refused.
        """
        account = local.account_named(self.session.store.read, handle.strip().casefold())
        if account is None:
            raise NotFound(_("There is no member called {name} here.").format(name=handle.strip()))
        with journal(self.session.store) as j:
            self._record(j, me, account.account, MemberProfile())

    def _record(self, j: Journal, me: Me, whose: AccountNo, profile: MemberProfile) -> None:
        """Write the card of an account's member anew in every circle where both act and it says something else."""
        session = self.session
        account, writer = local.account_numbered(j.db, whose), local.account_numbered(j.db, me.account)
        assert account is not None
        assert writer is not None
        acts_in = local.members_of_person(j.db, writer.person)
        for circle, member in sorted(local.members_of_person(j.db, account.person).items()):
            card = cards.card(j.db, member)
            is_same = (card.profession, card.interests) == (profile.profession, profile.interests)
            if is_same or circle not in acts_in or local.own_log(j.db, circle) is None:
                continue
            acting = session.acting(j, me, circle)
            must(rules.may_change_card(acting.roles, is_own=acting.member == member, is_own_site=True))
            named = codec.from_ref(j.ref(EventNo(member)), acting.log_id)
            heads = tuple(
                codec.from_ref(j.ref(EventNo(head)), acting.log_id) for head in folds.heads_of(j, member, "card")
            )
            event_log.record(j, acting.pen, MemberCardChanged(acting.author, named, heads), profile)

    def _view(self, me: Me, card: CardRow, *, is_whole: bool = False) -> CardView:
        db, viewer = self.session.store.read, self.session.viewer(me)
        roles = members.roles_of(db, card.member)
        vouched = members.vouched(db, card.member, roles, self.session.now_ms())
        return CardView(
            member=MemberNo(card.member), handle=card.handle, site=card.site, profession=card.profession,
            interests=card.interests, circle=card.circle_name, roles=tuple(sorted(roles, key=ROLES.index)),
            verified_by=card.site if vouched.is_verified else "", verified_until_ms=vouched.until_ms,
            posts=cards.posts_by(db, viewer, card.member, -1 if is_whole else COUNTED),
            last=attention.post_lines(db, viewer, cards.last_posts_by(db, viewer, card.member, LAST_POSTS)),
            is_own=card.member in viewer.members,
        )  # fmt: skip
