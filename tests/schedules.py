"""What people, lines and clocks do to a network of real files: steps that choose among whatever is there."""

import contextlib
import os
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from tests.lines import CIRCLE, MemoryLink, Site, add_offices, copies_of, make_sites, meet
from tests.strategies import NOW_MS, Clock, exact_content, view_content, vocabulary

from wardroom.domain import chain
from wardroom.domain.events import FLAG_REASONS, OFFICES, OutcomeBody
from wardroom.domain.ids import EventNo, SiteKey
from wardroom.domain.views import Me, PostDraft
from wardroom.errors import EventRejected, HeldForRelease, InputRejected, Refused
from wardroom.forum.intake import Report
from wardroom.store import held, members, projections, suspensions, token
from wardroom.store.folds import HERE, HIDDEN
from wardroom.store.journal import journal
from wardroom.store.peers import Peer

CENTURY_MS = 100 * 365 * 24 * 3600 * 1000
Place = tuple[bytes, int, bytes]
"""An event by the id of its log, its sequence, and its leaf hash, which tells the branches of a log written twice."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens at a site; the numbers choose among what is there."""

    what: str
    site: int
    other: int
    who: int
    at: int
    is_on: bool


@dataclass(slots=True)
class World:
    """Sites, what each has acknowledged to its users, and copies that were put aside."""

    sites: list[Site]
    rng: random.Random
    acknowledged: set[Place] = field(default_factory=set)
    words: dict[Place, str] = field(default_factory=dict)
    aside: dict[int, Path] = field(default_factory=dict)
    held: dict[str, tuple[int, Place | None]] = field(default_factory=dict)
    """The word of each post that waits for a release: at which site, and what it answers."""
    bundles: list[Path] = field(default_factory=list)
    count: int = 0
    clones: int = 0

    def play(self, steps: Sequence[Step]) -> None:
        """Each site posts, and then one step after the other; what the forum refuses is no step."""
        for number in range(len(self.sites)):
            self.somebody_posts(number)
        for step in steps:
            site = self.sites[step.site % len(self.sites)]
            site.clock.ms += 1000
            if step.what in AT_A_SITE:
                if step.what in OF_AN_OFFICE and step.at % 4:
                    site, step = self.at_an_office(step)
                handles = site.handles
                if step.what in OF_AN_AUTHOR and step.at % 5:
                    handles = [each for each in handles if self.posts(site, site.me(each), is_own=True)] or handles
                me = site.me(handles[step.who % len(handles)])
                try:
                    AT_A_SITE[step.what](self, site, me, step)
                except (Refused, InputRejected, HeldForRelease):
                    continue
            else:
                BETWEEN_SITES[step.what](self, step)

    def at_an_office(self, step: Step) -> tuple[Site, Step]:
        """A steward or moderator of one of the first two sites; for a release, one where something is held."""
        waiting = sorted({number for number, _ in self.held.values() if number < OFFICES_AT})
        number = waiting[step.site % len(waiting)] if step.what == "release" and waiting else step.site % OFFICES_AT
        return self.sites[number], replace(step, who=step.who % 2 if number == 0 else 0)

    def somebody_posts(self, number: int) -> None:
        """A post of the first member of a site."""
        site = self.sites[number]
        with contextlib.suppress(Refused, HeldForRelease):
            self.do_post(site, site.me(site.handles[0]), Step("post", number, 0, 0, 0, is_on=False))

    # --- what is there ---

    def board(self, site: Site, me: Me) -> Any:
        return site.forum.boards.named(me, f"shared@{CIRCLE}").board

    def posts(self, site: Site, me: Me, *, is_own: bool) -> list[EventNo]:
        """Posts of the circle as this file shows them; of one member what can be changed, or all."""
        own = tuple(me.members.values())
        rows = site.session.store.read.execute(
            "SELECT post, author, state FROM view_post JOIN log_event ON event = post JOIN log_log USING (log)"
            " WHERE circle <> ? ORDER BY id, log_event.seq",
            (site.session.identity.local_circle,),
        )
        return [EventNo(post) for post, author, state in rows if not is_own or (author in own and state == HERE)]

    def chosen(self, site: Site, me: Me, step: Step, *, is_own: bool) -> EventNo:
        """A post that the step names; mostly one's own where that is asked for."""
        found = self.posts(site, me, is_own=is_own and step.at % 5 != 0)
        if not found:
            raise Refused("The member has posted nothing here.")
        return found[step.at % len(found)]

    def place(self, site: Site, event: EventNo) -> Place:
        (found,) = events(site, "WHERE event = ?", event)
        return found

    def draft(self, **more: Any) -> tuple[PostDraft, str]:
        self.count += 1
        word = f"zq{self.count}words"
        return PostDraft(f"Some words about it: {word}.", **more), word

    def acknowledge(self, site: Site, event: EventNo, word: str = "") -> None:
        """The site has told its user that it is done: it may not be lost any more."""
        place = self.place(site, event)
        self.acknowledged.add(place)
        if word:
            self.words[place] = word

    # --- what people do ---

    def do_post(self, site: Site, me: Me, step: Step) -> None:
        draft, word = self.draft(
            title=f"About number {self.count} of them", kind="talk", is_unsigned=step.other % 6 == 5
        )
        board = self.board(site, me)
        self.write(site, step, word, None, lambda: site.forum.cases.post(me, board, draft))

    def do_reply(self, site: Site, me: Me, step: Step) -> None:
        draft, word = self.draft()
        parent = self.chosen(site, me, step, is_own=False)
        self.write(site, step, word, parent, lambda: site.forum.cases.reply(me, parent, draft))

    def write(self, site: Site, step: Step, word: str, parent: EventNo | None, act: Callable[[], EventNo]) -> None:
        """Post, as on the screens or on the command line; a trainee's post is held, and so far nobody else's to know."""
        site.session.do_posts_wait = step.is_on and step.at % 2 == 0
        try:
            self.acknowledge(site, act(), word)
        except HeldForRelease:
            number = next(number for number, each in enumerate(self.sites) if each is site)
            self.held[word] = number, None if parent is None else self.place(site, parent)
            raise

    def do_release(self, site: Site, me: Me, step: Step) -> None:
        lines = site.forum.held.lines(me)
        if not lines:
            raise Refused("Nothing is held.")
        line = lines[step.at % len(lines)]
        word = held_word(site.forum.held.words(me, line.held or 0).text)
        if step.other % 4:
            self.acknowledge(site, site.forum.held.release(me, line.held or 0), word)
        else:
            site.forum.held.give_back(me, line.held or 0, "unsafe")
        self.held.pop(word, None)

    def do_amend(self, site: Site, me: Me, step: Step) -> None:
        post = self.chosen(site, me, step, is_own=True)
        old = site.forum.cases.draft_of(me, post)
        draft, word = self.draft(title=old.title, kind=old.kind)
        self.acknowledge(site, site.forum.cases.amend(me, post, draft), word)

    def do_withdraw(self, site: Site, me: Me, step: Step) -> None:
        site.forum.cases.withdraw(me, self.chosen(site, me, step, is_own=True))

    def do_undo(self, site: Site, me: Me, step: Step) -> None:
        site.forum.cases.undo(me)

    def do_purge(self, site: Site, me: Me, step: Step) -> None:
        site.forum.cases.purge(me, self.chosen(site, me, step, is_own=True), "identifier")

    def do_hide(self, site: Site, me: Me, step: Step) -> None:
        site.forum.cases.hide(me, self.chosen(site, me, step, is_own=False), "other", is_on=True)

    def do_show_again(self, site: Site, me: Me, step: Step) -> None:
        """A hidden or flagged post where there is one."""
        hidden = [post for (post,) in site.session.store.read.execute(_HIDDEN)]
        post = hidden[step.at % len(hidden)] if hidden else self.chosen(site, me, step, is_own=False)
        site.forum.cases.hide(me, EventNo(post), "other", is_on=False)

    def do_flag(self, site: Site, me: Me, step: Step) -> None:
        """Mostly as one that holds an identifier, which hides it at the flagger's site; or the flag is taken back."""
        reason = FLAG_REASONS[step.other % len(FLAG_REASONS)] if step.who else "identifier"
        is_on = step.is_on or step.at % 3 > 0
        site.forum.moderation.flag(me, self.chosen(site, me, step, is_own=False), reason, is_on=is_on)

    def do_move(self, site: Site, me: Me, step: Step) -> None:
        boards = [line.board for line in site.forum.boards.lines(me) if line.circle == CIRCLE]
        post = self.chosen(site, me, step, is_own=False)
        site.forum.moderation.move(me, post, boards[step.other % len(boards)])

    def do_suspend(self, site: Site, me: Me, step: Step) -> None:
        """A member of any site, at the heads of the logs as they are held here; or that is lifted."""
        name = self.named(site, step)
        site.forum.moderation.suspend(me, name, "uncivil", is_on=step.is_on or step.at % 2 > 0, circle=CIRCLE)

    def do_suspend_site(self, site: Site, me: Me, step: Step) -> None:
        """A site, seldom the own or the founder's; or that is lifted."""
        name = f"site{(step.other % (len(self.sites) - 1)) + 1}"
        site.forum.circles.suspend_site(me, CIRCLE, name, is_on=step.is_on or step.at % 2 > 0)

    def do_revoke(self, site: Site, me: Me, step: Step) -> None:
        """A copy of the file, or what it was before it was set back; or that is lifted."""
        lines = [line for line in site.forum.instances.lines() if not line.is_this]
        if lines:
            site.forum.instances.revoke(me, lines[step.other % len(lines)].name, is_on=step.is_on or step.at % 2 > 0)

    def do_appeal(self, site: Site, me: Me, step: Step) -> None:
        if step.is_on:
            site.forum.moderation.appeal_suspension(me, "It was right.", CIRCLE)
        else:
            hidden = [
                post
                for post in self.posts(site, me, is_own=False)
                if "appeal" in site.forum.moderation.offers(me, post)
            ]
            if hidden:
                site.forum.moderation.appeal(me, hidden[step.at % len(hidden)], "It was right.")

    def do_verify(self, site: Site, me: Me, step: Step) -> None:
        handles = site.handles
        site.forum.moderation.verify(me, handles[step.other % len(handles)], is_on=step.is_on, circle=CIRCLE)

    def do_card(self, site: Site, me: Me, step: Step) -> None:
        site.forum.cards.change(
            me, ("nurse", "physician", "paramedic")[step.at % 3], ("airway", "burns")[: step.other % 3]
        )

    def named(self, site: Site, step: Step) -> str:
        """A member of the circle as this file knows it, of any site."""
        known = sorted(
            f"{handle}@{where}"
            for _, handle, where, _, circle in members.cards(site.session.store.read)
            if circle == CIRCLE
        )
        return known[(step.other + step.at) % len(known)]

    def do_mark(self, site: Site, me: Me, step: Step) -> None:
        mark = ("lock", "pin")[step.who % 2]
        site.forum.cases.mark_thread(me, self.chosen(site, me, step, is_own=False), mark, is_on=step.is_on)

    def do_state(self, site: Site, me: Me, step: Step) -> None:
        state = ("open", "answered", "closed")[step.other % 3]
        site.forum.cases.set_state(me, self.chosen(site, me, step, is_own=True), state)

    def do_outcome(self, site: Site, me: Me, step: Step) -> None:
        site.forum.cases.record_outcome(
            me, self.chosen(site, me, step, is_own=True), OutcomeBody("Went home the next day.")
        )

    def do_react(self, site: Site, me: Me, step: Step) -> None:
        kind = ("useful", "changed", "safety")[step.other % 3]
        site.forum.cases.react(me, self.chosen(site, me, step, is_own=False), kind, is_on=step.is_on)

    def do_grant(self, site: Site, me: Me, step: Step) -> None:
        """An office to a member of any site, or a voice to one of the own."""
        role = ("moderator", "steward", "trainee", "practitioner", "moderator")[step.at % 5]
        handles = site.handles
        name = self.named(site, step) if role in OFFICES else handles[step.other % len(handles)]
        site.forum.members.grant(me, name, role, is_granted=step.is_on, circle=CIRCLE)

    def do_board(self, site: Site, me: Me, step: Step) -> None:
        self.count += 1
        room = (me.handle,) if step.is_on else ()
        site.forum.boards.open(me, f"board{self.count}", circle=CIRCLE, members_of_room=room)

    # --- what happens to files, lines and clocks ---

    def do_clock(self, step: Step) -> None:
        """A clock is wrong by a century, by an hour, or right."""
        wrong = (CENTURY_MS, -40 * CENTURY_MS // 100, 3_600_000, -3_600_000, 0)[step.at % 5]
        number = step.site % len(self.sites)
        self.sites[number].clock.ms = NOW_MS + wrong + self.count * 1000 + number

    def do_sync(self, step: Step) -> None:
        """Two sites meet over a line that may break anywhere."""
        one = self.sites[step.site % len(self.sites)]
        other = self.sites[step.other % len(self.sites)]
        if one is other:
            return
        self.meet(one, other, None if step.is_on else self.rng.choice((30, 80, 200, 500, 1500)) + step.at)

    def meet(self, one: Site, other: Site, cut_after: int | None = None) -> int:
        """Two sites exchange; how much was sent or refused. Copies of one file meet again as instances of their own."""
        met = meet(one.session, other.session, MemoryLink(self.rng, cut_after=cut_after))
        if "copy of this very file" in str(met.call_error):
            return 1 + self.meet(one, other, cut_after)
        is_cut_off = any(re.search("revoked|suspended", str(error)) for error in (met.call_error, met.answer_error))
        assert cut_after is not None or met.is_whole or is_cut_off, (met.call_error, met.answer_error)
        if is_cut_off:  # what one side had begun to send was taken by nobody
            return met.call.received_events + met.answer.received_events
        return sum(report.sent_events + len(report.refused_logs) for report in (met.call, met.answer))

    def do_bundle(self, step: Step) -> None:
        """A site writes down what the others lack, as far as it knows; the file lies about from then on."""
        path = self.sites[0].path.with_name(f"carried{len(self.bundles)}.bundle")
        with contextlib.suppress(Refused):
            self.sites[step.site % len(self.sites)].forum.bundles.make(path, (), is_plain=step.is_on)
            self.bundles.append(path)

    def do_take(self, step: Step) -> None:
        """A site takes a bundle, be it its own, an old one, or one that it has taken already."""
        if self.bundles:
            site = self.sites[step.site % len(self.sites)]
            # Sealed to others, as one suspended; or made for what the site has lost since.
            with contextlib.suppress(Refused, EventRejected):
                site.forum.bundles.take(self.bundles[step.at % len(self.bundles)])

    def do_spool(self, step: Step) -> None:
        """A site meets its copy of the spool; what carries that to and from the others comes late, or not at all."""
        self.spool(step.site % len(self.sites), is_carried_in=step.at % 3 > 0, is_carried_out=step.is_on)

    def spool(self, number: int, *, is_carried_in: bool = True, is_carried_out: bool = True) -> int:
        """A site takes what others put into a folder, and puts there what it lacks; how much that was."""
        site, all_of_it = self.sites[number], self.sites[0].path.with_name("spool")
        own = all_of_it.with_name(f"spool{number}")
        for source, target, is_carried in ((all_of_it, own, is_carried_in), (own, all_of_it, is_carried_out)):
            if is_carried and source.exists():
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(source, target)
            if target is own:
                report = spooled(site, own)
        return report.received_events + report.sent_events

    def do_put_aside(self, step: Step) -> None:
        """A backup of a site's file is taken."""
        number = step.site % len(self.sites)
        site = self.sites[number]
        site.close()
        self.aside[number] = site.path.with_suffix(f".aside{number}")
        for file in (site.path, token.path_of(site.path)):
            shutil.copyfile(file, self.aside[number].with_suffix(f"{self.aside[number].suffix}{file.suffix}"))
        site.open()

    def do_restore(self, step: Step) -> None:
        """A site goes on from its backup: what it alone had since is gone, the rest comes back.

        Its token tells it so, or was set back with it, as where a whole machine was; then only others can tell.
        """
        number = step.site % len(self.sites)
        if number not in self.aside:
            return
        site, aside = self.sites[number], self.aside[number]
        site.close()
        shutil.copyfile(aside.with_suffix(f"{aside.suffix}.db"), site.path)
        if step.is_on:
            shutil.copyfile(aside.with_suffix(f"{aside.suffix}.token"), token.path_of(site.path))
        site.open()
        self.somebody_posts(number)
        held = {place for other in self.sites for place in events(other)}
        self.acknowledged &= held
        self.forget_held(number)

    def forget_held(self, number: int) -> None:
        """What waits for a release stands in one file alone: who sets that back or copies it has to look again."""
        self.held = {word: at for word, at in self.held.items() if at[0] != number}

    def do_clone(self, step: Step) -> None:
        """A site's whole machine is copied, and both go on."""
        if len(self.sites) > 5 or self.clones > 1:
            return
        self.clones += 1
        self.forget_held(step.site % len(self.sites))
        site = self.sites[step.site % len(self.sites)]
        site.close()
        path = site.path.with_name(f"clone{self.clones}.db")
        for file, copy in ((site.path, path), (token.path_of(site.path), token.path_of(path))):
            shutil.copyfile(file, copy)
        site.open()
        # Two events of one place, stamp and content, without a body, are one to whoever refers to it: no two clocks agree.
        self.sites.append(Site(path, Clock(site.clock.ms + self.clones), self.count))
        if step.is_on:
            token.note(path, self.sites[-1].session.store.read)
            self.somebody_posts(-1)
            self.somebody_posts(step.site % len(self.sites[:-1]))

    # --- the end ---

    def come_together(self) -> None:
        """Every clock is right, everybody meets everybody over good lines until nobody has anything new.

        Or nobody meets anybody, and one folder is carried between them all.
        """
        for number, site in enumerate(self.sites):
            site.clock.ms = NOW_MS + 24 * 3600 * 1000 + number
        by_spool = self.rng.random() < SPOOL_SHARE
        for _ in range(len(self.sites) + 2):
            moved = 0
            for number, one in enumerate(self.sites):
                if by_spool:
                    # Who was cut off and has not heard of it puts there again and again what the others take away.
                    put = self.spool(number)
                    moved += 0 if number in self.cut_off() else put
                    continue
                for other in self.sites[:number]:
                    moved += self.meet(one, other)
            if not moved:
                return
        raise AssertionError("the sites still send after everybody has met everybody")

    def cut_off(self) -> set[int]:
        """The sites that any other holds for suspended, and the files that any holds for revoked."""
        found: set[int] = set()
        for site in self.sites:
            db, here = site.session.store.read, site.session.identity
            circle = members.circle_named(db, CIRCLE)
            assert circle is not None
            suspended = suspensions.suspended_sites(db, circle)
            revoked = {
                bytes(instance)
                for log_id in suspensions.revoked_logs(db, circle)
                for (instance,) in db.execute("SELECT instance FROM log_log WHERE id = ?", (log_id,))
            }
            for number, other in enumerate(self.sites):
                who = other.session.identity
                is_it = who.instance_key in revoked or (who.site_key in suspended and who.site_key != here.site_key)
                if is_it and other is not site:
                    found.add(number)
        return found

    def assert_agree(self) -> None:
        """Logs are equal, views are equal and equal to a rebuild, nothing acknowledged is lost, nothing purged is alive.

        Who was cut off agrees with nobody, and what it wrote since is its own.
        """
        outside = self.cut_off()
        within = [site for number, site in enumerate(self.sites) if number not in outside]
        logs = [log_content(site) for site in within]
        for number in range(1, len(within)):
            assert logs[number] == logs[0]
            before, after = shared_views(within[0]), shared_views(within[number])
            for table, rows in before.items():
                assert after[table] == rows, table
        theirs = {place for number in outside for place in log_content(self.sites[number])}
        if within:
            assert self.acknowledged - theirs - logs[0].keys() == set()
            if not outside:
                assert self.acknowledged - logs[0].keys() == set()
        # Who was cut off and the others do not hear what either erases afterwards, and ask in vain for the words.
        purged_anywhere = set[Place]().union(*map(purged_places, self.sites))
        for site in self.sites:
            self.assert_answers(site)
            db = site.session.store.read
            held_here, purged = log_content(site), purged_places(site)
            bodies = {place for place, event in held_here.items() if event[-1]}
            assert not purged & bodies
            alive = {term for term, *_ in vocabulary(db)}
            assert not alive & {self.words[place] for place in purged & self.words.keys()}
            assert not alive & self.held.keys()
            assert not (bodies | purged) & events(site, "JOIN local_awaited USING (event)").keys()
            taken = purged_anywhere if outside else purged
            assert not self.words.keys() & self.acknowledged & held_here.keys() - bodies - taken
            kept = held_posts(site)
            for word, (number, parent) in self.held.items():
                if self.sites[number] is site:  # what answers a post may be taken with it by a purge
                    assert word in kept or parent in purged
            with journal(site.session.store, is_durable=False) as j:  # a copy that has not written yet does so here
                before = exact_content(j.db)
                projections.rebuild(j)
            assert exact_content(db) == before

    def assert_answers(self, site: Site) -> None:
        """Audit, queue, notices and lists are answered, whoever wrote whatever twice; the audit knows who did each act."""
        for handle in site.handles[:2]:
            me, moderation = site.me(handle), site.forum.moderation
            assert all("?" not in line.who for line in moderation.audit(me))
            moderation.queue(me)
            moderation.told(me)
        site.forum.instances.lines()


AT_A_SITE: dict[str, Callable[[World, Site, Me, Step], None]] = {
    "post": World.do_post, "reply": World.do_reply, "amend": World.do_amend, "withdraw": World.do_withdraw,
    "undo": World.do_undo, "purge": World.do_purge, "hide": World.do_hide, "show again": World.do_show_again,
    "flag": World.do_flag, "release": World.do_release, "suspend": World.do_suspend, "mark": World.do_mark,
    "state": World.do_state, "outcome": World.do_outcome, "react": World.do_react, "grant": World.do_grant,
    "board": World.do_board, "move": World.do_move, "appeal": World.do_appeal, "verify": World.do_verify,
    "card": World.do_card, "suspend site": World.do_suspend_site, "revoke": World.do_revoke,
}  # fmt: skip
"""What people do. A new kind of event is one more function, and its word here and below."""
BETWEEN_SITES: dict[str, Callable[[World, Step], None]] = {
    "sync": World.do_sync, "clock": World.do_clock, "put aside": World.do_put_aside, "restore": World.do_restore,
    "clone": World.do_clone, "bundle": World.do_bundle, "take": World.do_take, "spool": World.do_spool,
}  # fmt: skip
OF_AN_OFFICE = frozenset(
    {"hide", "show again", "release", "suspend", "mark", "grant", "board", "move", "verify", "suspend site", "revoke"}
)
"""What takes a right that few have: mostly done by one of them."""
OFFICES_AT = 2
OF_AN_AUTHOR = frozenset({"amend", "withdraw", "purge", "state", "outcome"})
COMMON = (
    "post", "post", "reply", "reply", "amend", "amend", "withdraw", "undo", "purge", "purge", "hide", "show again",
    "flag", "release", "suspend", "react",
) * 2  # fmt: skip
RARE = (
    "mark", "state", "outcome", "grant", "grant", "board", "move", "appeal", "verify", "card", "suspend site", "revoke",
)  # fmt: skip
MEETINGS = ("sync",) * 12 + ("bundle", "take", "take", "spool", "spool", "clock", "put aside", "restore", "clone")
WHAT = COMMON + RARE + MEETINGS
NUMBERS, WHO, AT = 11, 4, 40
"""The highest number that a step chooses by: among sites and others, among members, and among whatever is there."""
LENGTHS = 10, 40
SPOOL_SHARE = 0.25
"""Of so many schedules the end is carried by a spool alone."""

_number = st.integers(0, NUMBERS)
steps = st.builds(
    Step,
    what=st.sampled_from(WHAT),
    site=_number, other=_number, who=st.integers(0, WHO), at=st.integers(0, AT), is_on=st.booleans(),
)  # fmt: skip
schedules = st.lists(steps, min_size=LENGTHS[0], max_size=LENGTHS[1])


def drawn(rng: random.Random) -> list[Step]:
    """A schedule of the same kind, where nobody searches for a shorter one."""
    return [
        Step(
            rng.choice(WHAT), rng.randint(0, NUMBERS), rng.randint(0, NUMBERS), rng.randint(0, WHO),
            rng.randint(0, AT), rng.random() < 0.5,
        )
        for _ in range(rng.randint(*LENGTHS))
    ]  # fmt: skip


def make_template(folder: Path, count: int) -> list[Path]:
    """A network of so many sites that have met, with stewards at two of them and trainees, to be copied."""
    sites = make_sites(folder, count)
    add_offices(sites)
    for site in sites:
        site.close()
    return [site.path for site in sites]


@contextlib.contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder that no disk has to keep, where the machine has such: thousands of files are written and thrown away."""
    shared = Path("/dev/shm")
    is_there = shared.is_dir() and os.access(shared, os.W_OK)
    with tempfile.TemporaryDirectory(prefix="wardroom-", dir=shared if is_there else None) as name:
        yield Path(name)


def converges(template: list[Path], folder: Path, schedule: Sequence[Step], seed: int) -> None:
    """Play a schedule on fresh copies, let all meet, and compare; the folder is left empty."""
    sites: list[Site] = copies_of(template, folder, seed)
    try:
        world = World(sites, random.Random(seed))
        world.play(schedule)
        world.come_together()
        world.assert_agree()
    finally:
        for site in sites:
            site.close()
        shutil.rmtree(folder, ignore_errors=True)


_EVENTS = (
    "SELECT l.id, e.seq, e.hlc, e.kind, e.envelope, e.commitment, b.salt, b.body"
    " FROM log_event e JOIN log_log l USING (log) LEFT JOIN log_body b USING (event)"
)


def events(site: Site, where: str = "", *values: object) -> dict[Place, tuple[object, ...]]:
    """Every event as it was signed, with its salt and body where they are here."""
    rows = site.session.store.read.execute(f"{_EVENTS} {where}", values)
    return {(bytes(row[0]), row[1], chain.leaf(*row[:6])): tuple(row[2:]) for row in rows}


def purged_places(site: Site) -> set[Place]:
    """The events held in a file that a purge has named."""
    rows = site.session.store.read.execute("SELECT log_id, seq, leaf FROM view_purge")
    named = {(bytes(row[0]), row[1], row[2]) for row in rows}
    return {place for place in log_content(site) if (*place[:2], place[2][:4]) in named}


_HIDDEN = f"SELECT post FROM view_post WHERE state = {HIDDEN} UNION SELECT post FROM local_flagged ORDER BY post"


def spooled(site: Site, folder: Path) -> Report:
    """A site meets a spool in a folder, in which anybody may be met."""
    folder.mkdir(exist_ok=True)
    key, report = SiteKey(site.session.identity.site_key), Report()
    peer = Peer("spool", key, "", str(folder), "", (), 0, None, None, "", 0, 0, 0, 0, None, 0, 0)
    site.forum.bundles.exchange(peer, report)
    return report


def held_word(text: str) -> str:
    """The word by which a draft is known."""
    return text.removesuffix(".").rpartition(" ")[2]


def held_posts(site: Site) -> set[str]:
    """The words of what waits for a release in a file."""
    boards = [board for (board,) in site.session.store.read.execute("SELECT board FROM view_board")]
    return {held_word(each.draft.text) for each in held.held_posts(site.session.store.read, boards)}


def log_content(site: Site) -> dict[Place, tuple[object, ...]]:
    """Every event of the circle."""
    return events(site, "WHERE l.circle <> ?", site.session.identity.local_circle)


def shared_views(site: Site) -> dict[str, list[object]]:
    """What the views hold of the circle, with names in place of this file's numbers."""
    db = site.session.store.read
    local = site.session.identity.local_circle
    own = {row[0].hex()[:8] for row in db.execute("SELECT id FROM log_log WHERE circle = ?", (local,))}
    own.add(members.circle_id(db, local).hex()[:8])
    return {table: [row for row in rows if not _names(row, own)] for table, rows in view_content(db).items()}


def _names(value: object, own: set[str]) -> bool:
    """Whether a row names a log or circle that never leaves its file."""
    if isinstance(value, tuple):
        return any(_names(part, own) for part in value)
    return isinstance(value, str) and value in own
