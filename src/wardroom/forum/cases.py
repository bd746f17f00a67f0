"""Threads and posts: listed, opened, written, amended, taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from msgspec import structs

from wardroom.domain import events as e
from wardroom.domain import rules
from wardroom.domain.case import merged
from wardroom.domain.ids import BoardNo, EventNo, post_id
from wardroom.domain.outcome import outcome_words
from wardroom.domain.text import clean, cut
from wardroom.domain.tree import Node, lay_out
from wardroom.domain.views import CaseView, Me, Place, PostDraft, PostView, PostWords, ThreadLine, VersionView
from wardroom.errors import HeldForRelease, NotFound, Refused
from wardroom.forum import guard, held, unsigned
from wardroom.forum.erasing import acknowledge_purges
from wardroom.forum.session import Acting, Session, must
from wardroom.forum.wording import body_from, reference, reply_from
from wardroom.language import _, marked
from wardroom.store import boards, event_log, export, folds, listing, local, members, queries
from wardroom.store.database import Connection
from wardroom.store.flags import open_flags
from wardroom.store.held import seal, sealed_account
from wardroom.store.journal import Journal, journal, ref_of
from wardroom.store.members import PostFacts
from wardroom.store.search_index import body_of
from wardroom.store.trail import author_of_event, open_appeals, open_proposals

HELD = marked("Held: a moderator reads a new member's first posts before others do. You will be told.")
STRETCH = 100
"""Threads of a board's list that are asked for at a time."""
ARRIVALS_MOST = 1_000
"""So many arrivals are looked through for what is new on a board."""
_TOLD_HOW_FAR_MS = 14 * 24 * 3600 * 1000
"""So long an own post says how many peers it has reached."""
_NOT_HERE = marked("There is no such post here, or it is not for you to read.")


@dataclass(frozen=True, slots=True)
class Cases:
    """The use cases of threads and posts."""

    session: Session

    # Reading

    def order(
        self, me: Me, board: BoardNo, sort: str = "activity", *, beside: Place | None = None, step: int = 1,
        limit: int = STRETCH,
    ) -> tuple[Place, ...]:  # fmt: skip
        """The threads that follow a place in a board's list (``step`` 1) or precede it (-1), the nearest first.

        Without a place they are those at the top, or at the bottom. ``sort`` is "activity", "unread" or "unanswered".
        """
        viewer = self.session.viewer(me)
        return listing.threads_beside(self.session.store.read, viewer, board, sort, beside, step, limit)

    def unread_places(self, me: Me, board: BoardNo, sort: str) -> tuple[Place, ...]:
        """Where in a board's list threads with unread posts stand, from the top down."""
        return listing.places_of_unread(self.session.store.read, self.session.viewer(me), board, sort)

    def arrived_since(self, me: Me, board: BoardNo, after: int) -> set[EventNo]:
        """The threads of a board in which something arrived after an arrival; of a great many the newest."""
        viewer = self.session.viewer(me)
        return listing.threads_since(self.session.store.read, viewer, board, after, ARRIVALS_MOST)

    def newest_arrival(self) -> int:
        """The arrival of what came to this file last."""
        return members.newest_arrival(self.session.store.read)

    def lines(self, me: Me, threads: Sequence[int]) -> tuple[ThreadLine, ...]:
        """The lines of a list, for the threads on the glass."""
        return queries.thread_lines(self.session.store.read, self.session.viewer(me), threads)

    def open(self, me: Me, post: EventNo) -> CaseView:
        """The thread a post stands in. Raises NotFound where it is not for this member."""
        db, viewer = self.session.store.read, self.session.viewer(me)
        thread = queries.thread_of(db, viewer, post)
        lines = queries.thread_lines(db, viewer, (thread,)) if thread is not None else ()
        if thread is None or not lines:
            raise NotFound(_(_NOT_HERE))
        line = lines[0]
        undo_after_ms = self.session.now_ms() - self.session.undo_s * 1000
        found = queries.thread_posts(db, viewer, thread, undo_after_ms=undo_after_ms)
        by_number = {view.post: self._told_how_far(view) for view in found.posts}
        rows = lay_out(Node(view.post, view.parent, view.sort_key) for view in found.posts)
        facts = members.post_facts(db, thread)
        assert facts is not None
        title, audience = boards.title_and_audience(db, viewer, line.board)
        head = found.head
        return CaseView(
            line=line,
            head=by_number[thread],
            question=clean(head.question, one_line=True) if head else "",
            tags=tuple(clean(tag, one_line=True) for tag in head.tags) if head else (),
            record=head.record if head else None,
            outcome=outcome_words(found.outcome) if found.outcome else "",
            outcome_told=found.outcome,
            audience=audience,
            board_title=title,
            posts=tuple(by_number[EventNo(row.id)] for row in rows if row.id != thread),
            depths=tuple(row.depth for row in rows if row.id != thread),
            may_reply=self._why_not_reply(me, facts.circle, is_locked=facts.is_locked),
        )

    def _told_how_far(self, view: PostView) -> PostView:
        """An own post of the last days with how many of our peers hold it."""
        is_young = view.is_own and self.session.now_ms() - view.created_ms < _TOLD_HOW_FAR_MS
        if not is_young or local.sync_light(self.session.store.read, 0) is None:
            return view
        from wardroom.store import peers

        return structs.replace(view, reached=peers.reached(self.session.store.read, view.post))

    def _why_not_reply(self, me: Me, circle: int, *, is_locked: bool) -> str:
        if is_locked and not me.is_moderator and not me.is_steward:
            return _("This thread is locked: it is read, not answered.")
        if self.session.store.is_read_only:
            return _("This file can only be read from here.")
        if local.own_log(self.session.store.read, circle) is None:
            return _("This site takes no part in the circle of this board.")
        return "" if me.can_write else _(rules.may_write(self.session.roles(dict(me.members)), is_released=True))

    def newest(
        self, me: Me, board: BoardNo | None = None, *, is_unread: bool = False, limit: int = -1
    ) -> tuple[ThreadLine, ...]:
        """Threads by their newest activity, of one board or of all, or only those with unread posts; -1 is no limit."""
        db, viewer = self.session.store.read, self.session.viewer(me, is_whole=True)
        find = queries.unread_threads if is_unread else queries.recent_threads
        return queries.thread_lines(db, viewer, find(db, viewer, board, limit))

    def words(self, me: Me, posts: Sequence[EventNo]) -> dict[str, PostWords]:
        """The words of posts, by the posts' ids; a post whose words are not for the member, or gone, is left out."""
        rows = export.posts(self.session.store.read, self.session.viewer(me), posts)
        return {row.id: PostWords(row.id, row.thread_id, row.parent_id, clean(row.body.text)) for row in rows}

    def id_of(self, post: EventNo) -> str:
        """The id of a post held here, for people and scripts."""
        ref = ref_of(self.session.store.read, post)
        return post_id(ref.log, ref.seq)

    def history(self, me: Me, post: EventNo) -> tuple[VersionView, ...]:
        """Every version of a post, oldest first."""
        return queries.versions(self.session.store.read, self.session.viewer(me), post)

    def draft_of(self, me: Me, post: EventNo) -> PostDraft:
        """The version a post shows, as a draft to write the next one from. Raises NotFound."""
        db = self.session.store.read
        thread = queries.thread_of(db, self.session.viewer(me), post)
        shown = next((v for v in self.history(me, post) if v.is_shown), None)
        body = body_of(db, self._version(me, post)) if shown is not None else None
        if thread is None or body is None:
            raise NotFound(_(_NOT_HERE))
        return PostDraft(
            text=clean(body.text), title=clean(body.title, one_line=True), kind=body.kind,
            question=clean(body.question, one_line=True), tags=body.tags, record=body.record, flavour=body.flavour,
            conflict=clean(body.conflict, one_line=True),
            overrides=tuple((override.kind, override.reason) for override in body.overrides),
            original_name=body.origin.name if body.origin else "",
            original_ms=body.origin.date_ms if body.origin else None, is_cut=bool(body.origin and body.origin.is_cut),
            until_ms=body.until_ms,
        )  # fmt: skip

    def _version(self, me: Me, post: EventNo) -> EventNo:
        return queries.shown_version(self.session.store.read, self.session.viewer(me), post) or post

    def resolve(self, me: Me, name: str) -> EventNo:
        """The post that an id, or any unique beginning of its log's letters, names. Raises NotFound or Refused."""
        letters, _dash, rest = name.strip().lower().partition("-")
        seq = rest.partition("-")[0]
        if not (letters.isascii() and letters.isalnum() and len(letters) <= 8 and seq.isascii() and seq.isdigit()):
            raise NotFound(
                _("{name!r} is no id of a post. Ids look like k3f9abcd-17.").format(
                    name=clean(name, one_line=True)[:40]
                )
            )
        if len(seq) > 15:
            raise NotFound(_(_NOT_HERE))
        found = queries.posts_named(self.session.store.read, self.session.viewer(me), letters, int(seq))
        if not found:
            raise NotFound(
                _("There is no post {letters}-{seq} here, or it is not for you to read.").format(
                    letters=letters, seq=seq
                )
            )
        if len(found) > 1:
            raise Refused(
                _("{letters}-{seq} begins the ids of {count} posts. Write more of its letters.").format(
                    letters=letters, seq=seq, count=len(found)
                )
            )
        return EventNo(found[0])

    # Writing

    def post(self, me: Me, board: BoardNo, draft: PostDraft) -> EventNo:
        """Begin a thread. Raises Refused, InputRejected or StoreError; then nothing was posted."""
        session = self.session
        checked = guard.checked(draft, is_head=True, screen=self.session.screen)
        if not queries.may_read_board(session.store.read, session.viewer(me), board):
            raise NotFound(_("There is no such board."))
        with journal(session.store) as j:
            acting = self._writing(j, me, members.circle_of_board(j.db, board), None, checked)
            is_held = held.must_wait(j, acting)
            if is_held:
                held.hold(j, me, board, None, checked)
            else:
                number = session.number_of_board(j, acting.pen, board)
                event = event_log.record(j, acting.pen, e.ThreadPosted(acting.author, number, 0), body_from(checked))
                self._posted(j, event, me, checked)
            _discard(j, me, draft)
        if is_held:
            raise HeldForRelease(_(HELD))
        return event

    def reply(self, me: Me, parent: EventNo, draft: PostDraft) -> EventNo:
        """Answer a post. Raises Refused, NotFound, InputRejected or StoreError; then nothing was posted."""
        session = self.session
        checked = guard.checked(draft, is_head=False, screen=self.session.screen)
        facts = self._facts(me, parent)
        with journal(session.store) as j:
            acting = self._writing(j, me, facts.circle, facts, checked)
            if facts.is_locked:
                must(rules.may_moderate(acting.roles) and marked("This thread is locked: it is read, not answered."))
            is_held = held.must_wait(j, acting)
            if is_held:
                held.hold(j, me, facts.board, parent, checked)
            else:
                envelope = reply_from(j, acting, parent, checked, releaser=0)
                event = event_log.record(j, acting.pen, envelope, body_from(checked))
                self._posted(j, event, me, checked)
            _discard(j, me, draft)
        if is_held:
            raise HeldForRelease(_(HELD))
        return event

    def _writing(self, j: Journal, me: Me, circle: int, answered: PostFacts | None, draft: PostDraft) -> Acting:
        """As whom a post is written: the member, or the site's standing member. Raises Refused."""
        acting = self.session.acting(j, me, circle)
        must(rules.may_write(acting.roles, is_released=True))
        if not draft.is_unsigned:
            return acting
        if answered is not None and sealed_account(j.db, answered.thread) != me.account:
            raise Refused(_("Unsigned answers stand in threads one has asked unsigned; sign this one."))
        if held.must_wait(j, acting):
            raise Refused(_("A trainee's first posts are released by a moderator, who sees who wrote them: sign them."))
        return unsigned.standing_member(self.session, j, acting)

    def _posted(self, j: Journal, event: EventNo, me: Me, draft: PostDraft) -> None:
        self.session.posted(j, event, me)
        if draft.is_unsigned:
            seal(j.db, event, me.account, j.now_ms)

    def _acting_on(self, j: Journal, me: Me, facts: PostFacts) -> Acting:
        """As whom a member changes a post: as its author, where the member asked it unsigned."""
        acting = self.session.acting(j, me, facts.circle)
        if sealed_account(j.db, facts.post) == me.account:
            return unsigned.standing_member(self.session, j, acting)
        return acting

    def amend(self, me: Me, post: EventNo, draft: PostDraft) -> EventNo:
        """Write a new version of an own post; the old ones stay in its history."""
        facts = self._shown_facts(me, post)
        body = body_from(guard.checked(draft, is_head=facts.thread == post, screen=self.session.screen))
        return self._overwrite(
            me, facts, "text", rules.may_change_post, e.PostAmended, body, also=partial(_discard, me=me, draft=draft)
        )

    def withdraw(self, me: Me, post: EventNo) -> None:
        """Take an own post back: its words are no longer shown, its place stays."""
        self._overwrite(me, self._shown_facts(me, post), "text", rules.may_change_post, e.PostWithdrawn)

    def _shown_facts(self, me: Me, post: EventNo) -> PostFacts:
        facts = self._facts(me, post)
        if facts.state != folds.HERE:
            raise Refused(_("The post is not shown any more; it cannot be changed."))
        return facts

    def _overwrite(
        self, me: Me, facts: PostFacts, aspect: str, may: Callable[..., str], make: Callable[..., e.Envelope],
        body: e.Body | None = None, also: Callable[[Journal], None] | None = None,
        answers: Callable[[Connection], tuple[int, ...]] = lambda _db: (),
    ) -> EventNo:  # fmt: skip
        """Record what names the post and what it supersedes, if ``may(roles, is_author=…)`` says nothing against it."""
        with journal(self.session.store) as j:
            acting = self._acting_on(j, me, facts)
            must(may(acting.roles, is_author=acting.member == facts.author))
            named = reference(j, acting, facts.post)
            heads = tuple(
                reference(j, acting, head) for head in (*folds.heads_of(j, facts.post, aspect), *answers(j.db))
            )
            event = event_log.record(j, acting.pen, make(acting.author, named, supersedes=heads), body)
            if also is not None:
                also(j)
        return event

    def undo(self, me: Me) -> str | None:
        """Erase what the member posted here last, if that is less than ``undo_s`` ago; what it was, in words."""
        session = self.session
        after_ms = session.now_ms() - session.undo_s * 1000
        post = local.newest_own_post(session.store.read, me.account, after_ms)
        if post is None:
            return None
        body = body_of(session.store.read, post)
        self.purge(me, post, "wrong-place")
        about = cut(" ".join((body.title or body.text).split()), 40) if body else ""
        return _("Taken back: {about}").format(about=about) if about else _("Taken back.")

    def purge(self, me: Me, post: EventNo, reason: str, also: tuple[EventNo, ...] = ()) -> bool:
        """Erase a post's words, all versions of them, for good; a tombstone stays. Raises Refused.

        ``also`` are answers that quote it and go with it. False where it takes a second person, and was proposed.
        """
        if reason not in e.REASONS:
            raise Refused(_("A purge has one of these reasons: {reasons}.").format(reasons=", ".join(e.REASONS)))
        is_done = self.session.store.even_when_full(
            lambda: self._record_purge(me, (post, *also), e.REASONS.index(reason))
        )
        if is_done:
            acknowledge_purges(self.session)
        return is_done

    def _record_purge(self, me: Me, posts: tuple[EventNo, ...], number: int) -> bool:
        all_facts = [self._facts(me, post) for post in posts]
        with journal(self.session.store) as j:
            acting = self._acting_on(j, me, all_facts[0])
            targets = tuple(reference(j, acting, facts.post) for facts in all_facts)
            proposal = self._proposal(j, acting, all_facts)
            refusals = [self._may_purge(j, me, acting, facts, is_proposed=proposal is not None) for facts in all_facts]
            is_done = not any(refusals)
            if is_done:
                named = None if proposal is None else reference(j, acting, proposal)
                event_log.record(j, acting.pen, e.PostPurged(acting.author, targets, number, named))
                for facts in all_facts:
                    local.forget_own_post(j.db, EventNo(facts.post))
            else:
                must(rules.may_moderate(acting.roles) and max(refusals))
                if any(member == acting.member for _proposal, _post, member in open_proposals(j.db, posts[0])):
                    raise Refused(_("You have proposed this purge already; another moderator confirms it."))
                event_log.record(j, acting.pen, e.PurgeProposed(acting.author, targets, number))
        return is_done

    def _may_purge(self, j: Journal, me: Me, acting: Acting, facts: PostFacts, *, is_proposed: bool) -> str:
        is_own = acting.member == facts.author or sealed_account(j.db, facts.post) == me.account
        return rules.may_purge(
            acting.roles,
            is_author=is_own,
            is_own_site=members.site_of_event(j.db, facts.post) == self.session.identity.site_key,
            is_proposed_by_other=is_proposed,
        )

    @staticmethod
    def _proposal(j: Journal, acting: Acting, all_facts: list[PostFacts]) -> int | None:
        """A purge that another member has proposed for all of these posts."""
        common = [
            {event for event, _post, member in open_proposals(j.db, facts.post) if member != acting.member}
            for facts in all_facts
        ]
        return min(set.intersection(*common), default=None)

    def react(self, me: Me, post: EventNo, reaction: str, *, is_on: bool) -> None:
        """Mark a post of another member as useful, or take the mark off."""
        facts = self._facts(me, post)
        number = e.REACTIONS.index(reaction)
        with journal(self.session.store) as j:
            acting = self.session.acting(j, me, facts.circle)
            is_own = acting.member == facts.author or sealed_account(j.db, post) == me.account
            must(rules.may_react(acting.roles, is_author=is_own))
            aspect = f"react {number} {acting.member}"
            standing = folds.winning(j, post, aspect)
            if (standing is not None and standing[1] == 0) == is_on:
                return
            heads = tuple(reference(j, acting, head) for head in folds.heads_of(j, post, aspect))
            event_log.record(j, acting.pen, e.Reacted(acting.author, reference(j, acting, post), number, is_on, heads))

    def set_state(self, me: Me, thread: EventNo, state: str) -> None:
        """Say that a case is open, answered or closed."""
        if state not in e.STATES:
            raise Refused(_("A case is one of {states}.").format(states=", ".join(e.STATES)))
        make = partial(e.CaseStateChanged, state=e.STATES.index(state))
        self._overwrite(me, self._thread_facts(me, thread), "state", rules.may_close_case, make)

    def record_outcome(self, me: Me, thread: EventNo, outcome: e.OutcomeBody, *, kept_as: int | None = None) -> None:
        """Tell what became of the case; its texts are screened like a post's. ``kept_as`` is the draft that ends with it."""
        checked = guard.checked_outcome(outcome, screen=self.session.screen)
        also = partial(_discard, me=me, draft=PostDraft("", kept_as=kept_as))
        facts = self._thread_facts(me, thread)
        self._overwrite(me, facts, "outcome", rules.may_close_case, e.OutcomeRecorded, checked, also=also)

    def add_vitals(
        self, me: Me, thread: EventNo, sets: Sequence[e.VitalSet], *, rest: str = "",
        overrides: tuple[tuple[str, str], ...] = (), kept_as: int | None = None,
    ) -> None:  # fmt: skip
        """Write a new version of an own case with further sets of vital signs; as ``merged`` joins them.

        ``rest`` is what was said besides; it stands below the text. Raises what ``amend`` raises.
        """
        head = EventNo(self._thread_facts(me, thread).post)
        before = self.draft_of(me, head)
        record = before.record or e.Record()
        record = structs.replace(record, vitals=merged(record.vitals, sets))
        text = "\n\n".join(part for part in (before.text, rest) if part)
        reasons = tuple(dict([*before.overrides, *overrides]).items())
        self.amend(me, head, structs.replace(before, text=text, record=record, overrides=reasons, kept_as=kept_as))

    def mark_thread(self, me: Me, thread: EventNo, mark: str, *, is_on: bool) -> None:
        """Lock a thread or pin it ("lock", "pin"), or undo that; for moderators."""
        make = partial(e.ThreadLocked if mark == "lock" else e.ThreadPinned, is_on=is_on)
        self._overwrite(me, self._thread_facts(me, thread), mark, _moderating, make)

    def hide(self, me: Me, post: EventNo, reason: str, *, is_on: bool) -> None:
        """Hide a post from all but moderators and its author, or show it again; for moderators."""
        if reason not in e.FLAG_REASONS:
            raise Refused(
                _("A post is hidden for one of these reasons: {reasons}.").format(reasons=", ".join(e.FLAG_REASONS))
            )
        make = partial(e.PostHidden, is_on=is_on, reason=e.FLAG_REASONS.index(reason))
        facts = self._facts(me, post)

        def answers(db: Connection) -> tuple[int, ...]:
            """Every act about the post answers what was asked about it."""
            flags = tuple(flag.event for flag in open_flags(db, post))
            return (*flags, *(self._judged_by_another(me, appeal) for appeal in open_appeals(db, post)))

        self._overwrite(me, facts, "hide", _moderating, make, answers=answers)

    def _judged_by_another(self, me: Me, appeal: tuple[int, int, int, int | None]) -> int:
        """The appeal's event, if the act it is against was not the member's own. Raises Refused."""
        event, act, _member, _post = appeal
        if author_of_event(self.session.store.read, act) in me.members.values():
            raise Refused(_("Its author has appealed against what you did; another moderator judges that."))
        return event

    def _facts(self, me: Me, post: EventNo) -> PostFacts:
        """What there is to know of a post the member may see. Raises NotFound."""
        db = self.session.store.read
        facts = members.post_facts(db, post) if queries.thread_of(db, self.session.viewer(me), post) else None
        if facts is None:
            raise NotFound(_(_NOT_HERE))
        return facts

    def _thread_facts(self, me: Me, post: EventNo) -> PostFacts:
        """What there is to know of the thread a post stands in: lock, pin, state and outcome are the thread's."""
        facts = self._facts(me, post)
        return facts if facts.post == facts.thread else self._facts(me, EventNo(facts.thread))


def _discard(j: Journal, me: Me, draft: PostDraft) -> None:
    """The saved draft ends with the commit that posts: neither is ever there twice."""
    if draft.kept_as is not None:
        local.discard_draft(j.db, me.account, draft.kept_as)


def _moderating(roles: frozenset[str], *, is_author: bool) -> str:
    return rules.may_moderate(roles)
