"""Moderation: flags, the queue, moves, verification and suspension, appeals, and the audit of all of it."""

from dataclasses import dataclass

from wardroom.domain import codec, rules
from wardroom.domain import events as e
from wardroom.domain.events import FLAG_REASONS, EventRef
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import check_body
from wardroom.domain.views import AuditLine, Me, PostDraft, QueueItem
from wardroom.errors import NotFound, Refused
from wardroom.forum import guard
from wardroom.forum.held import Held
from wardroom.forum.session import Acting, Session, must
from wardroom.language import _, marked
from wardroom.store import event_log, folds, held, members, queries, suspensions, trail
from wardroom.store.flags import open_flags
from wardroom.store.journal import Journal, journal
from wardroom.store.members import PostFacts

FLAGS_MAX = 3
"""Open flags of one member: who flags everything asks nothing."""
AUDIT_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Moderation:
    """The use cases of moderators, and of whom they concern."""

    session: Session

    # What members ask

    def flag(self, me: Me, post: EventNo, reason: str, *, is_on: bool = True) -> bool:
        """Ask moderators to look at a post, or take that back; whether it is hidden here until they have. Raises Refused."""
        number = _reason(reason)
        # what one has flagged oneself may be hidden by that very flag
        facts = self._facts(me, post) if is_on else members.post_facts(self.session.store.read, post)
        if facts is None:
            raise Refused(_("You have not flagged that post."))
        with journal(self.session.store) as j:
            acting = self.session.acting(j, me, facts.circle)
            must(rules.may_flag(acting.roles))
            own = [flag for flag in open_flags(j.db) if flag.member == acting.member]
            here = [flag.event for flag in own if flag.post == post]
            if not is_on and not here:
                raise Refused(_("You have not flagged that post."))
            if is_on and len(own) - len(here) >= FLAGS_MAX:
                raise Refused(
                    _("{count} of your flags are open; a moderator looks at them first.").format(count=FLAGS_MAX)
                )
            named = tuple(_named(j, acting, event) for event in here)
            envelope = e.PostFlagged(acting.author, _named(j, acting, post), is_on, number, named)
            event_log.record(j, acting.pen, envelope)
        return not trail.is_shown(self.session.store.read, post)

    def flagged(self, me: Me, name: str) -> EventNo:
        """The post under an id that the member has flagged, hidden or not. Raises Refused."""
        db = self.session.store.read
        for flag in open_flags(db):
            if flag.member in me.members.values() and trail.id_of(db, flag.post).startswith(name.strip().lower()):
                return EventNo(flag.post)
        raise Refused(_("You have not flagged that post."))

    def appeal(self, me: Me, post: EventNo, text: str) -> None:
        """Ask another moderator to judge again what was done to an own post; the words are screened like a post."""
        body = e.AppealBody(
            guard.checked(PostDraft(text=check_body(text)), is_head=False, screen=self.session.screen).text
        )
        facts = self._facts(me, post)
        with journal(self.session.store) as j:
            act = trail.standing_act(j.db, post)
            if act is None:
                raise Refused(_("Nothing was done to that post that stands."))
            self._record_appeal(j, me, facts.circle, act, body)

    def appeal_suspension(self, me: Me, text: str, circle: str = "local") -> None:
        """Ask for another judgement of one's own suspension. Raises Refused."""
        body = e.AppealBody(
            guard.checked(PostDraft(text=check_body(text)), is_head=False, screen=self.session.screen).text
        )
        with journal(self.session.store) as j:
            number = self.session.circle_named(j, circle)
            act = suspensions.standing_of(j.db, me.members.get(number, 0))
            if not act:
                raise Refused(_("You are not suspended."))
            self._record_appeal(j, me, number, act[0], body)

    def _record_appeal(self, j: Journal, me: Me, circle: int, act: int, body: e.AppealBody) -> None:
        acting = self.session.acting(j, me, circle)
        if any(appealed == act for _event, appealed, _member, _post in trail.open_appeals(j.db)):
            raise Refused(_("You have appealed already; another moderator looks at it."))
        post = trail.subject_of(j.db, act)
        is_own = post is not None and held.sealed_account(j.db, post) == me.account
        if is_own:
            raise Refused(
                _("An appeal is signed; one for an unsigned post would open its seal. Ask a moderator instead.")
            )
        must(rules.may_appeal(is_concerned=trail.concerns(j, EventNo(act), acting.member)))
        event_log.record(j, acting.pen, e.AppealMade(acting.author, _named(j, acting, act)), body)

    # What moderators do

    def move(self, me: Me, post: EventNo, board: BoardNo) -> None:
        """Put a thread on another board of its circle. Raises Refused."""
        facts = self._facts(me, EventNo(self._facts(me, post).thread))
        target = members.circle_of_board(self.session.store.read, board)
        if target != facts.circle:
            raise Refused(
                _("That board is in another circle. A case goes there by its author, who posts it anew and screened.")
            )
        if board == facts.board:
            raise Refused(_("It stands on that board already."))
        with journal(self.session.store) as j:
            acting = self.session.acting(j, me, facts.circle)
            is_room = any(members.is_room(j.db, each) for each in (board, facts.board))
            must(rules.may_move(acting.roles, is_room=is_room))
            heads = tuple(_named(j, acting, event) for event in folds.heads_of(j, facts.thread, "move"))
            envelope = e.ThreadMoved(acting.author, _named(j, acting, facts.thread), _named(j, acting, board), heads)
            event_log.record(j, acting.pen, envelope)

    def verify(self, me: Me, name: str, *, is_on: bool = True, circle: str = "local") -> None:
        """Say that a member of this site may practise, for a year from now, or take that back. Raises Refused."""
        with journal(self.session.store) as j:
            number = self.session.circle_named(j, circle)
            acting = self.session.acting(j, me, number)
            member, site = self.session.member_named(j, me, name, number)
            must(rules.may_verify(acting.roles, is_own_site=site == self.session.identity.site_key))
            heads = tuple(_named(j, acting, event) for event in folds.heads_of(j, member, "verify"))
            envelope = e.MemberVerified(acting.author, _named(j, acting, member), is_on, heads)
            event_log.record(j, acting.pen, envelope)

    def suspend(self, me: Me, name: str, reason: str, *, is_on: bool = True, circle: str = "local") -> None:
        """Cut a member off: nothing written from now on counts, here or on any site; or lift that. Raises Refused."""
        number = _reason(reason)
        with journal(self.session.store) as j:
            place = self.session.circle_named(j, circle)
            acting = self.session.acting(j, me, place)
            member, site = self.session.member_named(j, me, name, place)
            must(rules.may_suspend(acting.roles, is_own_site=site == self.session.identity.site_key))
            if member == acting.member:
                raise Refused(_("Nobody suspends themselves."))
            if suspensions.is_root(j.db, member):
                raise Refused(_("The founder's first steward is the root of the circle's trust and is not suspended."))
            standing = suspensions.standing_of(j.db, member)
            if bool(standing) == is_on:
                return
            answered = [event for event, act, _member, _post in trail.open_appeals(j.db) if act in standing]
            cuts = tuple(e.Cut(log, seq) for log, seq in suspensions.heads_of_site(j.db, place, site))
            over = tuple(_named(j, acting, event) for event in (*standing, *answered))
            envelope = e.MemberSuspended(acting.author, _named(j, acting, member), is_on, number, cuts, over)
            event_log.record(j, acting.pen, envelope)

    def offers(self, me: Me, post: EventNo) -> tuple[str, ...]:
        """What the member can do about a post, by name."""
        db = self.session.store.read
        facts = self._facts(me, post)
        is_own = facts.author in me.members.values() or held.sealed_account(db, post) == me.account
        flags = [flag.event for flag in open_flags(db, post) if flag.member in me.members.values()]
        offered = ["unflag" if flags else "flag"] if not is_own and facts.state != folds.PURGED else []
        if facts.circle in me.moderates:
            is_shown = trail.is_shown(db, post)
            offered += ["hide"] if is_shown and facts.state != folds.PURGED else []
            offered += ["show again"] if not is_shown or open_flags(db, post) else []
            offered += ["unlock" if facts.is_locked else "lock", "unpin" if facts.is_pinned else "pin", "move"]
        if facts.state != folds.PURGED and (is_own or facts.circle in me.moderates):
            is_home = is_own or members.site_of_event(db, post) == self.session.identity.site_key
            proposed = [member for _event, _post, member in trail.open_proposals(db, post)]
            is_second = any(member not in me.members.values() for member in proposed)
            offered.append("purge" if is_home else "confirm purge" if is_second else "propose purge")
        if is_own and trail.standing_act(db, post) is not None:
            offered.append("appeal")
        return tuple(offered)

    # What is before moderators, and what was done

    def queue(self, me: Me) -> list[QueueItem]:
        """What waits for a moderator, the most urgent first; for others, their own posts that wait for release."""
        waiting = trail.queue(self.session.store.read, self.session.viewer(me)) if me.moderates else []
        return [*waiting, *Held(self.session).lines(me)]

    def audit(self, me: Me, limit: int = AUDIT_LIMIT) -> list[AuditLine]:
        """Who did what, when and why, the newest first; of circles one does not moderate, what concerns oneself."""
        db = self.session.store.read
        lines = trail.trail(db, self.session.viewer(me), limit)
        for at_ms, account, handle, verb, post, about, reason in held.deeds(db, limit):
            if me.is_steward or account == me.account:
                what = trail.id_of(db, post) if post is not None else about
                said = f"{about}: {reason}" if post is not None and about else reason
                lines.append(AuditLine(None, "", at_ms, f"{handle}@{me.site}", verb, what, post, said, (), False))
        return sorted(lines, key=lambda line: -line.at_ms)[:limit]

    def told(self, me: Me) -> list[tuple[str, EventNo | None, int]]:
        """What the member has not yet been told: (line, post, when) of what others did to own posts, newest last."""
        db = self.session.store.read
        since = held.told_arrival(db, me.account)
        acts = [(_told(line), line.post, line.at_ms) for line in trail.acts_about(db, self.session.viewer(me), since)]
        notices = [(_noticed(said), post, at_ms) for said, post, at_ms in held.notices(db, me.account)]
        return sorted([*notices, *acts], key=lambda each: each[2])

    def mark_told(self, me: Me) -> None:
        """The member has read what there was to tell."""
        with self.session.store.write(is_durable=False) as db:
            held.note_told(db, me.account, members.newest_arrival(db))

    def _facts(self, me: Me, post: EventNo) -> PostFacts:
        db = self.session.store.read
        facts = members.post_facts(db, post) if queries.thread_of(db, self.session.viewer(me), post) else None
        if facts is None:
            raise NotFound(_("There is no such post here, or it is not for you to read."))
        return facts


SHOWN = (
    marked("flag"), marked("unflag"), marked("hide"), marked("show again"), marked("lock"), marked("unlock"),
    marked("pin"), marked("unpin"), marked("move"), marked("propose purge"), marked("purge"), marked("appeal"),
    marked("verify"), marked("unverify"), marked("suspend"), marked("lift suspension"), marked("release"),
    marked("give back"), marked("admit site"), marked("suspend site"), marked("lift suspension of site"),
    marked("revoke instance"), marked("lift revocation"), marked("change site key"), marked("draft breach note"),
    marked("open sealed name"), marked("proposal"), marked("held"), marked("cut off"), marked("stopped"), marked("suspended"),
    marked("first posts"), marked("identifier"), marked("consent-withdrawn"), marked("wrong-place"), marked("other"),
    marked("unsafe"), marked("uncivil"), marked("confirm purge"),
)  # fmt: skip
"""What queue and audit call acts and reasons: kept in English, and shown in the language of who looks."""


def in_words(verb: str) -> str:
    """What somebody did, as the audit names it, in the chosen language."""
    for said in (marked("make {role}"), marked("no longer {role}")):
        start = said.removesuffix("{role}")
        if verb.startswith(start):
            return _(said).format(role=verb.removeprefix(start))
    return _(verb)


def _told(line: AuditLine) -> str:
    why = f" ({_(line.reason)})" if line.reason else ""
    return f"{line.who}: {in_words(line.verb)} {line.about}{why}"


def _noticed(said: str) -> str:
    """A notice in the chosen language: kept in English, and what goes into it behind tabs."""
    words, *values = said.split("\t")
    shown = [_(value) if value in FLAG_REASONS else value for value in values]
    return _(words).format(*shown) if shown else _(words)


def _reason(reason: str) -> int:
    if reason not in FLAG_REASONS:
        raise Refused(_("A reason is one of {reasons}.").format(reasons=", ".join(FLAG_REASONS)))
    return FLAG_REASONS.index(reason)


def _named(j: Journal, acting: Acting, event: int) -> EventRef:
    return codec.from_ref(j.ref(EventNo(event)), acting.log_id)
