"""What every use case shares: the open store, who this file is, and the pens of its logs."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from wardroom.domain import codec
from wardroom.domain.events import VOICES, BoardIntroduced, MemberCard, MemberEnrolled
from wardroom.domain.ids import EventNo, LogId, MemberNo
from wardroom.domain.rules import may_write
from wardroom.domain.views import Me
from wardroom.errors import NotFound, Refused
from wardroom.forum.own_words import Screen
from wardroom.language import _
from wardroom.store import judging, local, members, token
from wardroom.store.database import Store
from wardroom.store.journal import Journal, journal
from wardroom.store.local import Account, Identity
from wardroom.store.queries import EVERYTHING, UNREAD_MOST, Viewer

if TYPE_CHECKING:
    # Who only reads has no use for it: the first screen comes sooner without.
    from wardroom.store.event_log import Pen


def must(refusal: str) -> None:
    """Raise Refused with the sentence of a rule that says no."""
    if refusal:
        raise Refused(_(refusal))


class Acting(Struct, frozen=True):
    """A member about to write in a circle."""

    pen: "Pen"
    author: int
    """The number the log knows the member by."""
    member: MemberNo
    roles: frozenset[str]
    log_id: LogId


@dataclass
class Session:
    """An open forum file and what of it never changes while it is open."""

    store: Store
    undo_s: int = 60
    notice: str = ""
    """What whoever opened the file should be told, in a sentence."""
    words_dirs: tuple[Path, ...] = ()
    """Folders whose lists of other ways to say the same (``*.tsv``) count beside those that come with Wardroom."""
    do_posts_wait: bool = False
    """Whether a post made here travels only once it cannot be taken back any more: so on the screens."""
    screen: Screen = field(default_factory=Screen)
    """Screening with this site's own lists."""

    @cached_property
    def identity(self) -> Identity:
        """The site and instance of this file."""
        return local.identity(self.store.read)

    def __post_init__(self) -> None:
        if not self.store.is_read_only:
            self.store.before_recording = self.prove_instance

    def prove_instance(self) -> None:
        """See that this file is the one that wrote last, and no copy of it; else go on as a new instance."""
        if not self.store.is_read_only and not token.fits(self.store.path, self.store.read):
            self.renew_instance(unless_fits=True)

    def renew_instance(self, *, unless_fits: bool = False) -> None:
        """Go on as a new instance: what this file wrote before is kept, and no sequence number is used twice."""
        from wardroom.forum.renewal import renew_instance

        self.store.before_recording = None
        with journal(self.store) as j:
            if unless_fits and token.fits(self.store.path, j.db):  # another process was faster
                return
            renew_instance(j)
        self.__dict__.pop("identity", None)
        self.notice = _(
            "This file was copied, moved or set back to an older state. It goes on as a new instance; nothing is lost."
        )

    def now_ms(self) -> int:
        """The wall clock, in milliseconds since 1970."""
        return self.store.now_ms()

    def posted(self, journal: Journal, post: EventNo, me: Me) -> None:
        """Remember a post just made, so that its author can take it back."""
        local.own_post_made(journal.db, post, me.account, journal.now_ms, may_undo_first=self.do_posts_wait)

    def viewer(self, me: Me, *, is_whole: bool = False) -> Viewer:
        """For whom the store is asked; ``is_whole`` where all that is unread counts, however long that takes."""
        # Asked anew each time: the first word in a circle makes a member there.
        own = local.members_of_account(self.store.read, me.account)
        most = EVERYTHING if is_whole else UNREAD_MOST
        return Viewer(me.account, own, tuple(sorted(me.moderates)), self.now_ms(), most)

    def me(self, account: Account) -> Me:
        """An account as the member it is in each circle."""
        db = self.store.read
        known = local.members_of_person(db, account.person)
        in_circles = {circle: MemberNo(member) for circle, member in known.items()}
        by_circle = {circle: self.roles(in_circles, circle) for circle in in_circles}
        roles = by_circle.get(self.identity.local_circle, frozenset[str]())
        return Me(
            account=account.account,
            handle=account.handle,
            site=self.identity.site_name,
            profession=account.profession,
            members=in_circles,
            is_steward="steward" in roles,
            is_moderator="moderator" in roles,
            can_write=not may_write(roles, is_released=True),
            moderates=frozenset(circle for circle, held in by_circle.items() if held & {"moderator", "steward"}),
        )

    def roles(self, in_circles: dict[int, MemberNo], circle: int | None = None) -> frozenset[str]:
        """A member's roles in a circle, the local one unless another is named, as this instance's log knows them."""
        db = self.store.read
        circle = self.identity.local_circle if circle is None else circle
        log = local.own_log(db, circle)
        if log is None or circle not in in_circles:
            return frozenset()
        return judging.roles_now(db, log, in_circles[circle])

    def circle_named(self, journal: Journal, name: str) -> int:
        """The number of a circle; "local" is the file's own. Raises NotFound."""
        number = members.circle_named(journal.db, name)
        if number is None:
            raise NotFound(_("There is no circle called {name!r} in this file.").format(name=name))
        return number

    def pen(self, journal: Journal, circle: int) -> "Pen":
        """The right to append to this instance's log in a circle. Raises Refused where the site takes no part."""
        from wardroom.store.event_log import Pen

        log = local.own_log(journal.db, circle)
        if log is None:
            raise Refused(_("This file does not take part in that circle."))
        # Asked anew each time: another process may have made this file a new instance meanwhile.
        return Pen(log, local.identity(journal.db).instance_seed)

    def acting(self, journal: Journal, me: Me, circle: int) -> Acting:
        """The member with pen and roles, inside a write transaction. Raises Refused."""
        pen = self.pen(journal, circle)
        author = self.number_of_member(journal, pen, me)
        account = local.account_numbered(journal.db, me.account)
        assert account is not None
        member = MemberNo(local.members_of_person(journal.db, account.person)[circle])
        roles = judging.roles_now(journal.db, pen.log, member)
        return Acting(pen, author, member, roles, journal.head(pen.log).id)

    def number_of_member(self, journal: Journal, pen: "Pen", me: Me) -> int:
        """The number a log knows the member by; a member who acts in a circle for the first time is introduced now."""
        from wardroom.store import event_log

        db = journal.db
        account = local.account_numbered(db, me.account)
        if account is None or account.is_disabled:
            raise Refused(_("This account is closed. Ask an administrator of your site."))
        circle = journal.head(pen.log).circle
        member = local.members_of_person(db, account.person).get(circle)
        if member is not None:
            number = judging.number_in_log(db, pen.log, member)
            if number is not None:
                return number
        at_home = local.members_of_person(db, account.person)[self.identity.local_circle]
        home = local.own_log(db, self.identity.local_circle)
        assert home is not None
        roles = judging.roles_now(db, home, at_home)
        voice = next((VOICES.index(role) for role in VOICES if role in roles), 0)
        administrator = judging.administrator_in_log(db, pen.log)
        card = MemberCard(account.handle, account.profession, members.interests_of(db, at_home))
        event = event_log.record(journal, pen, MemberEnrolled(administrator, account.person, voice), card)
        return journal.ref(event).seq

    def member_named(self, journal: Journal, me: Me, name: str, circle: int) -> tuple[int, bytes]:
        """(member, site) called ``nadia`` or ``nadia@county`` in a circle; one of this site who never acted there is enrolled.

        Raises NotFound, or Refused where two are called so.
        """
        handle, _at, site = name.strip().partition("@")
        account = local.account_named(journal.db, handle.casefold()) if site in ("", me.site) else None
        if account is not None:
            acting = self.acting(journal, self.me(account), circle)
            return acting.member, self.identity.site_key
        found = members.named(journal.db, circle, handle, site)
        if not found:
            raise NotFound(_("There is no member called {name} in that circle.").format(name=name.strip()[:80]))
        if len(found) > 1:
            raise Refused(_("Members of {count} sites are called so; name the site too.").format(count=len(found)))
        return found[0]

    def number_of_board(self, journal: Journal, pen: "Pen", board: int) -> int:
        """The number a log knows a board by; a board of another log is introduced now if it was not before."""
        from wardroom.store import event_log

        number = judging.number_in_log(journal.db, pen.log, board)
        if number is not None:
            return number
        ref = codec.from_ref(journal.ref(EventNo(board)), journal.head(pen.log).id)
        return journal.ref(event_log.record(journal, pen, BoardIntroduced(ref))).seq
