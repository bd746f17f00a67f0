"""Members: who logs in and how, who is enrolled, and what they may do."""

import os
from contextlib import nullcontext

from msgspec import Struct

from wardroom import operations
from wardroom.domain import codec, rules
from wardroom.domain.events import ROLES, VOICES, MemberCard, MemberEnrolled, RoleGranted
from wardroom.domain.ids import UNSIGNED, AccountNo, EventNo
from wardroom.domain.text import clean_name
from wardroom.domain.views import Me
from wardroom.errors import BadPassword, InputRejected, NotFound, Refused
from wardroom.forum import passwords
from wardroom.forum.session import Session, must
from wardroom.language import _, marked
from wardroom.store import judging, local, members
from wardroom.store.journal import Journal, journal
from wardroom.store.local import Account

PROFESSIONS = (
    marked("physician"), marked("resident"), marked("np"), marked("pa"), marked("nurse"), marked("paramedic"),
    marked("pharmacist"), marked("rt"), marked("student"), marked("other"),
)  # fmt: skip
PERSON_BYTES = 8
CAUGHT_UP_BUT_FOR_MS = 14 * 24 * 3600 * 1000
"""A new member starts with the last fortnight unread, and no more."""
_WRONG = marked("That handle and password do not fit together.")


class MemberLine(Struct, frozen=True):
    """An account of this file in a list."""

    handle: str
    profession: str
    roles: tuple[str, ...]
    is_linked: bool
    has_password: bool
    is_disabled: bool
    visited_ms: int | None


class Members(Struct, frozen=True):
    """The use cases of members."""

    session: Session

    def linked(self, uid: int) -> Me | None:
        """The member whose account is linked to a Unix account, or None."""
        account = local.account_of_uid(self.session.store.read, uid)
        return self.session.me(account) if account is not None and not account.is_disabled else None

    def login(self, handle: str, password: str) -> Me:
        """The member with this handle and password. Raises BadPassword; wrong ones are counted and slow down.

        An unknown handle costs as much as a wrong password and is answered with the same words.
        """
        store = self.session.store
        account = self._named(handle)
        now_ms = self.session.now_ms()
        if account is not None:
            if now_ms < account.failed_ms:
                account = self._anchor(account, now_ms)
            passwords.may_try(account.failures, account.failed_ms, now_ms)
            if not store.is_read_only:
                account = self._take_a_try(account, now_ms)
        mode = os.stat(store.path).st_mode & 0o666
        slot = nullcontext() if store.is_read_only else passwords.hash_slot(store.path.parent, mode=mode)
        with slot:
            if account is None or account.password is None or account.is_disabled:
                passwords.dummy_verify(password)
                operations.note("login-failed", level="warning", account=account.account if account else 0)
                raise BadPassword(_(_WRONG))
            if not passwords.verify(account.password, password):
                operations.note("login-failed", level="warning", account=account.account, failures=account.failures + 1)
                raise BadPassword(_(_WRONG))
            renewed = passwords.hash_password(password) if passwords.needs_rehash(account.password) else None
        if not store.is_read_only:
            with store.write() as db:
                if renewed is not None:
                    local.set_password(db, account.account, renewed)
                local.note_success(db, account.account)
        operations.note("login", account=account.account)
        return self.session.me(account)

    def _anchor(self, account: Account, now_ms: int) -> Account:
        """A clock that was once ahead must not lock an account for years: the wait begins again now."""
        with self.session.store.write() as db:
            local.anchor_failure(db, account.account, now_ms)
        return self._again(account)

    def _take_a_try(self, account: Account, now_ms: int) -> Account:
        """Count the try as wrong before it is judged, so that ten processes at once cannot try ten times for one.

        The count is read and raised in one transaction; a right password takes it back.
        """
        with self.session.store.write() as db:
            fresh = local.account_numbered(db, account.account)
            assert fresh is not None
            passwords.may_try(fresh.failures, fresh.failed_ms, now_ms)
            local.note_failure(db, account.account, now_ms)
        return fresh

    def _again(self, account: Account) -> Account:
        found = local.account_numbered(self.session.store.read, account.account)
        assert found is not None
        return found

    def as_keeper(self, handle: str) -> Me:
        """A member without a password, for the owner of the file (``upkeep.must_own``). Raises NotFound or Refused."""
        account = self.known_as(handle)
        if account.is_disabled:
            raise Refused(_("The account of {handle} is closed. Name another one.").format(handle=account.handle))
        return self.session.me(account)

    def has_password(self, me: Me) -> bool:
        """Whether a member has a password besides the way it came in by."""
        account = local.account_numbered(self.session.store.read, me.account)
        return account is not None and account.password is not None

    def known_as(self, handle: str) -> Account:
        """The account with this handle. Raises NotFound."""
        account = self._named(handle)
        if account is None:
            raise NotFound(
                _("There is no member called {name!r} here. `wardroom member list` names them.").format(
                    name=handle.strip()
                )
            )
        return account

    def _named(self, handle: str) -> Account | None:
        """The account with this handle, however it is written; what can be no handle is nobody's."""
        try:
            name = clean_name(handle)
        except InputRejected:
            return None
        return local.account_named(self.session.store.read, name)

    def lines(self) -> tuple[MemberLine, ...]:
        """Every account of this file, by handle."""
        return tuple(
            MemberLine(
                account.handle, account.profession, tuple(sorted(self._roles(account), key=ROLES.index)),
                account.uid is not None, account.password is not None, account.is_disabled, account.visited_ms,
            )
            for account in local.accounts(self.session.store.read)
        )  # fmt: skip

    def _roles(self, account: Account) -> frozenset[str]:
        return self.session.roles(self.session.me(account).members)

    def add(
        self, me: Me, handle: str, profession: str, role: str, *, password: str | None = None, uid: int | None = None
    ) -> AccountNo:
        """Enrol a member of this site with a login; it starts caught up but for the last fortnight.

        Raises Refused, InputRejected or BadPassword.
        """
        handle = clean_name(handle)
        if handle.casefold() == UNSIGNED:
            raise Refused(_("That is the name of whoever asks unsigned; choose another handle."))
        if profession not in PROFESSIONS:
            raise Refused(_("A profession is one of {professions}.").format(professions=", ".join(PROFESSIONS)))
        if role not in VOICES:
            raise Refused(
                _("A new member is one of {voices}; other roles are given afterwards.").format(voices=", ".join(VOICES))
            )
        hashed = self._hashed(password, handle, only_factor=uid is None) if password is not None else None
        with journal(self.session.store) as j:
            account = self.enrol(j, me, handle, profession, role, hashed=hashed, uid=uid)
        operations.note("member-enrolled", by=me.account, account=account, role=role)
        return account

    def enrol(
        self, j: Journal, me: Me, handle: str, profession: str, role: str, *, hashed: str | None = None,
        uid: int | None = None,
    ) -> AccountNo:  # fmt: skip
        """The same inside a transaction, for words that were checked. Raises Refused."""
        from wardroom.store import event_log

        session = self.session
        if local.account_named(j.db, handle) is not None:
            raise Refused(_("There is a member called {handle} already.").format(handle=handle))
        if uid is not None and local.account_of_uid(j.db, uid) is not None:
            raise Refused(_("That Unix account is linked to another member already."))
        acting = session.acting(j, me, session.identity.local_circle)
        must(rules.may_enrol(acting.roles))
        person = j.random_bytes(PERSON_BYTES)
        card = MemberCard(handle, profession)
        event_log.record(j, acting.pen, MemberEnrolled(acting.author, person, VOICES.index(role)), card)
        return add_login(j, handle=handle, profession=profession, person=person, uid=uid, password=hashed)

    def grant(self, me: Me, name: str, role: str, *, is_granted: bool = True, circle: str = "local") -> None:
        """Give ``nadia``, or ``nadia@county`` of another site, a role, or take it. Raises Refused, NotFound.

        The last steward stays. In the logs of another site it counts once that site has heard of it.
        """
        from wardroom.store import event_log

        if role not in ROLES:
            raise Refused(_("A role is one of {roles}.").format(roles=", ".join(ROLES)))
        session = self.session
        handle, _at, site_name = name.strip().partition("@")
        account = self.known_as(handle) if site_name in ("", me.site) else None
        with journal(session.store) as j:
            number = session.circle_named(j, circle)
            acting = session.acting(j, me, number)
            member, site = session.member_named(j, me, account.handle if account is not None else name, number)
            is_own_site = site == session.identity.site_key
            must(rules.may_grant(acting.roles, role, is_own_site=is_own_site))
            standing = members.standing_grants(j.db, acting.pen.log, member, role)
            if is_own_site:
                held = role in judging.roles_now(j.db, acting.pen.log, member)
            else:
                held = bool(standing) and all(grant.is_granted for grant in standing)
            if held == is_granted:
                return
            if role in VOICES and not is_granted:
                raise Refused(_("A member has one voice; give another one in its place."))
            is_office = role in ("steward", "administrator")
            if not is_granted and is_office and account is not None and self._is_last(role, number, account):
                raise Refused(_("The last {role} stays; name another one first.").format(role=role))
            supersedes = tuple(codec.from_ref(j.ref(EventNo(grant.event)), acting.log_id) for grant in standing)
            named = codec.from_ref(j.ref(EventNo(member)), acting.log_id)
            event_log.record(
                j, acting.pen, RoleGranted(acting.author, named, ROLES.index(role), is_granted, supersedes)
            )
        act = "role-given" if is_granted else "role-taken"
        operations.note(act, by=me.account, account=account.account if account is not None else 0, role=role)

    def _is_last(self, role: str, circle: int, account: Account) -> bool:
        """Whether no other open account holds an office that the account holds."""
        session = self.session
        others = [other for other in local.accounts(session.store.read) if other.account != account.account]
        return role in session.roles(session.me(account).members, circle) and not any(
            role in session.roles(session.me(other).members, circle) for other in others if not other.is_disabled
        )

    def set_password(self, me: Me, handle: str, password: str) -> None:
        """A new password, for oneself or, as an administrator, for anybody. Raises Refused; BadPassword for a weak one."""
        account = self._kept_by(me, handle, is_own_enough=True)
        hashed = self._hashed(password, account.handle, only_factor=account.uid is None)
        with self.session.store.write() as db:
            local.set_password(db, account.account, hashed)
        operations.note("password-set", by=me.account, account=account.account)

    def link(self, me: Me, handle: str, uid: int | None) -> None:
        """Let a Unix account log in as the member without a password, or none any more; for administrators."""
        account = self._kept_by(me, handle)
        if uid is None and account.uid is not None and account.password is None:
            raise Refused(
                _(
                    "{handle} has no password and could not log in any more. Give one first: `wardroom member passwd {handle}`."
                ).format(handle=account.handle)
            )
        with self.session.store.write() as db:
            holder = local.account_of_uid(db, uid) if uid is not None else None
            if holder is not None and holder.account != account.account:
                raise Refused(
                    _(
                        "That Unix account is linked to {handle}. Take the link off first: `wardroom member link {handle} --none`."
                    ).format(handle=holder.handle)
                )
            local.set_uid(db, account.account, uid)
        operations.note("account-linked", by=me.account, account=account.account, uid=-1 if uid is None else uid)

    def disable(self, me: Me, handle: str, *, is_disabled: bool) -> None:
        """Close an account to logins, or open it again; its posts stay. For administrators."""
        with self.session.store.write() as db:
            account = self._kept_by(me, handle)
            for office in ("steward", "administrator"):
                if is_disabled and self._is_last(office, self.session.identity.local_circle, account):
                    raise Refused(_("The last {role} stays; name another one first.").format(role=office))
            local.set_disabled(db, account.account, is_disabled=is_disabled)
        operations.note("account-closed" if is_disabled else "account-opened", by=me.account, account=account.account)

    def may_keep_accounts(self, me: Me) -> None:
        """Raise Refused unless the member keeps the accounts of this file."""
        must(rules.may_keep_accounts(self.session.roles(dict(me.members)), is_own=False))

    def _kept_by(self, me: Me, handle: str, *, is_own_enough: bool = False) -> Account:
        """The account with this handle, if the member may change its login. Raises NotFound or Refused."""
        account = self.known_as(handle)
        is_own = is_own_enough and account.account == me.account
        refusal = rules.may_keep_accounts(self.session.roles(dict(me.members)), is_own=is_own)
        if refusal:
            raise Refused(refusal)
        return account

    def _hashed(self, password: str, handle: str, *, only_factor: bool) -> str:
        return hashed_password(password, (handle, self.session.identity.site_name), only_factor=only_factor)


def hashed_password(password: str, words: tuple[str, ...], *, only_factor: bool) -> str:
    """A hash of a password that is strong enough. Raises BadPassword."""
    passwords.check_strength(password, words=words, only_factor=only_factor)
    return passwords.hash_password(password)


def add_login(
    j: Journal, *, handle: str, profession: str, person: bytes, uid: int | None, password: str | None
) -> AccountNo:
    """An account for a member just enrolled, caught up but for the last fortnight."""
    account = local.add_account(
        j.db, handle=handle, profession=profession, person=person, uid=uid, password=password, now_ms=j.now_ms
    )
    read = members.arrival_before(j.db, j.now_ms - CAUGHT_UP_BUT_FOR_MS)
    if read > 0:
        local.mark_read_range(j.db, account, 1, read)
    return account
