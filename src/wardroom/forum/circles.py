"""Circles: founded, opened to sites, joined and left."""

from dataclasses import dataclass

from wardroom.domain import codec, invitation, rules
from wardroom.domain.events import VOICES, Cut, MemberCard, MemberEnrolled, SiteAdmitted, SiteCard, SiteSuspended
from wardroom.domain.ids import CircleId, EventNo, SiteKey, words_of_key
from wardroom.domain.invitation import Invitation
from wardroom.domain.text import check_line, clean_name
from wardroom.domain.views import Me
from wardroom.errors import NotFound, Refused
from wardroom.forum.founding import found_circle
from wardroom.forum.session import Session, must
from wardroom.language import _
from wardroom.store import event_log, local, members, peers, suspensions
from wardroom.store.event_log import Pen
from wardroom.store.journal import Journal, add_circle, journal


@dataclass(frozen=True, slots=True)
class CircleLine:
    """A circle of this file in a list."""

    name: str
    sites: tuple[str, ...]
    boards: int
    is_local: bool
    has_left: bool
    is_waiting: bool
    """Joined, but nothing of it has come yet."""
    suspended: tuple[str, ...]
    """Those of its sites that are suspended."""


@dataclass(frozen=True, slots=True)
class Circles:
    """The use cases of circles."""

    session: Session

    def lines(self) -> tuple[CircleLine, ...]:
        """Every circle of this file, ``local`` first."""
        db = self.session.store.read
        own = self.session.identity.local_circle
        return tuple(
            CircleLine(
                "local" if circle == own else peers.circle_name(db, circle),
                members.site_names(db, circle), members.board_count(db, circle),
                circle == own, peers.has_left(db, circle), not members.is_founded(db, circle),
                tuple(members.site_name(db, circle, site) for site in sorted(suspensions.suspended_sites(db, circle))),
            )
            for circle in members.circles(db)
        )  # fmt: skip

    def new(self, me: Me, name: str) -> None:
        """Found a circle; who does is its first steward. Raises Refused, InputRejected."""
        name, who = clean_name(name), self.session.identity
        with journal(self.session.store) as j:
            self._may_take_part(me)
            self._must_be_free(j, name)
            pen = found_circle(j, name, who.site_name, who.site_seed, who.instance_seed)
            self._enrol_first(j, pen, me)

    def invite(self, me: Me, circle: str, site_key: str, site_name: str = "") -> str:
        """Open a circle to a site; the invitation to send there. Asked again it only prints it again. Raises Refused."""
        invited = SiteKey(invitation.site_key(site_key))
        name = check_line(site_name, _("name of the site"), longest=64)
        session, who = self.session, self.session.identity
        if invited == who.site_key:
            raise Refused(_("That is the key of this very site. The other site's `wardroom site show` prints its own."))
        with journal(session.store) as j:
            number = session.circle_named(j, circle)
            if number == who.local_circle:
                raise Refused(
                    _("The circle local never leaves this file. `wardroom circle new NAME` founds one to share.")
                )
            acting = session.acting(j, me, number)
            must(rules.may_admit_site(acting.roles))
            if not members.is_admitted(j.db, number, invited):
                event_log.record(j, acting.pen, SiteAdmitted(acting.author, invited), SiteCard(name))
            peers.know_site(j.db, invited, number, name, is_inviter=False)
            line = Invitation(
                members.circle_id(j.db, number), peers.circle_name(j.db, number), who.site_key, who.site_name, invited
            )
        return invitation.written(line)

    def join(self, me: Me, line: str) -> str:
        """Take part in a circle one was invited to; its name. What is in it comes with the first sync. Raises Refused."""
        invited, who = invitation.read(line), self.session.identity
        if invited.invited != who.site_key:
            raise Refused(
                _("This invitation is for another site. Send yours the key of this one: `wardroom site show`.")
            )
        name = clean_name(invited.circle_name)
        with journal(self.session.store) as j:
            self._may_take_part(me)
            number = add_circle(j.db, CircleId(invited.circle))
            inviter_name = check_line(invited.inviter_name, _("name of the site"), longest=64)
            peers.know_site(j.db, SiteKey(invited.inviter), number, inviter_name, is_inviter=True)
            if peers.has_left(j.db, number):
                peers.return_to_circle(j.db, number)
            elif local.own_log(j.db, number) is not None:
                raise Refused(_("This site takes part in {circle} already.").format(circle=name))
            else:
                self._must_be_free(j, name)
                peers.name_joined_circle(j.db, number, name)
                pen = event_log.begin_log(
                    j, CircleId(invited.circle), who.site_seed, who.instance_seed, SiteCard(who.site_name)
                )
                self._enrol_first(j, pen, me)
        return name

    def suspend_site(self, me: Me, circle: str, name: str, *, is_on: bool = True) -> None:
        """Cut a site off: what it wrote so far stays, nothing it writes from now on counts, and it is given nothing.

        ``name`` is the site's name or key. Or lift that. Raises Refused, NotFound, InputRejected.
        """
        session = self.session
        with journal(session.store) as j:
            number = session.circle_named(j, circle)
            acting = session.acting(j, me, number)
            must(rules.may_suspend_site(acting.roles))
            site = self._site_in(j, number, name)
            if site == session.identity.site_key:
                raise Refused(_("Nobody suspends their own site. `wardroom circle leave` takes it out of a circle."))
            if suspensions.is_founder(j.db, number, site):
                raise Refused(_("The site that founded a circle is the root of its trust and is not suspended."))
            standing = suspensions.suspended_sites(j.db, number).get(site, ())
            if bool(standing) == is_on:
                return
            cuts = tuple(Cut(log, seq) for log, seq in suspensions.heads_of_site(j.db, number, site))
            over = tuple(codec.from_ref(j.ref(EventNo(event)), acting.log_id) for event in standing)
            event_log.record(j, acting.pen, SiteSuspended(acting.author, site, is_on, cuts, over))

    def _site_in(self, j: Journal, circle: int, name: str) -> bytes:
        """The key of the site of a circle with this name or key. Raises NotFound, or Refused where two are called so."""
        found = members.sites_called(j.db, circle, name.strip())
        if not found:
            known = ", ".join(members.site_names(j.db, circle))
            raise NotFound(
                _("No site of that circle is called {name}. Its sites: {known}.").format(
                    name=name.strip()[:80], known=known
                )
            )
        if len(found) > 1:
            both = ", ".join(f"{site.hex()} ({words_of_key(site, 2)})" for site in found)
            raise Refused(_("Several sites are called so. Give the key of one: {sites}.").format(sites=both))
        return found[0]

    def leave(self, me: Me, circle: str) -> None:
        """Exchange a circle with nobody any more; what is here stays and can be read. Raises Refused, NotFound."""
        with journal(self.session.store) as j:
            self._may_take_part(me)
            number = self.session.circle_named(j, circle)
            if number == self.session.identity.local_circle:
                raise Refused(_("The circle local is this file itself; it cannot be left."))
            peers.leave_circle(j.db, number, j.now_ms)

    def _may_take_part(self, me: Me) -> None:
        must(rules.may_take_part(self.session.roles(dict(me.members))))

    def _must_be_free(self, j: Journal, name: str) -> None:
        if members.circle_named(j.db, name) is not None:
            raise Refused(_("There is a circle called {circle} in this file already.").format(circle=name))

    def _enrol_first(self, j: Journal, pen: Pen, me: Me) -> None:
        account = local.account_numbered(j.db, me.account)
        if account is None:
            raise NotFound(_("Your account is not in this file any more."))
        card = MemberCard(account.handle, account.profession)
        event_log.record(j, pen, MemberEnrolled(0, account.person, VOICES.index("practitioner")), card)
