"""Joiners and leavers: a whole list of them applied in one transaction, or only told what it would do."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wardroom import operations
from wardroom.domain.events import VOICES
from wardroom.domain.text import clean_name
from wardroom.domain.views import Me
from wardroom.errors import NotFound, Refused, WardroomError
from wardroom.exchange.staff_list import Entry
from wardroom.forum.members import PROFESSIONS, Members
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.store import local
from wardroom.store.journal import journal
from wardroom.store.local import Account

OFFICES = ("steward", "administrator")
"""What the last holder keeps."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one line of the list does: ``does`` is "join", "return", "leave" or "nothing"."""

    entry: Entry
    handle: str
    does: str
    uid: int | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """The use cases of a list of joiners and leavers."""

    session: Session

    def plan(self, me: Me, entries: Iterable[Entry], uid_of: Callable[[str], int]) -> tuple[Step, ...]:
        """What the list would do; a line that is done already does nothing, so that a list may be given twice.

        ``uid_of`` finds a Unix account, or raises NotFound. Raises Refused naming the first line that cannot be done.
        """
        Members(self.session).may_keep_accounts(me)
        steps = []
        for entry in entries:
            try:
                steps.append(self._step(entry, uid_of))
            except WardroomError as error:
                raise Refused(f"{entry.where}: {error}") from error
        self._keep_offices({step.handle for step in steps if step.does == "leave"})
        return tuple(steps)

    def apply(self, me: Me, steps: Sequence[Step]) -> None:
        """Do all of it in one transaction, or nothing. Raises Refused naming the line."""
        known = Members(self.session)
        with journal(self.session.store) as j:
            for step in steps:
                try:
                    if step.does == "join":
                        known.enrol(j, me, step.handle, step.entry.profession, step.entry.role, uid=step.uid)
                    elif step.does != "nothing":
                        account = local.account_named(j.db, step.handle)
                        assert account is not None
                        local.set_disabled(j.db, account.account, is_disabled=step.does == "leave")
                except WardroomError as error:
                    raise Refused(f"{step.entry.where}: {error}") from error
        counts = {does: sum(step.does == does for step in steps) for does in ("join", "return", "leave")}
        operations.note("staff-list-applied", level="info", by=me.account, **counts)

    def _step(self, entry: Entry, uid_of: Callable[[str], int]) -> Step:
        handle = clean_name(entry.handle)
        account = local.account_named(self.session.store.read, handle)
        if entry.change == "leave":
            if account is None:
                raise NotFound(_("There is no member called {handle}. Check the spelling.").format(handle=handle))
            return Step(entry, handle, "nothing" if account.is_disabled else "leave")
        if account is not None:
            return Step(entry, handle, "return" if account.is_disabled else "nothing")
        if entry.profession not in PROFESSIONS:
            raise Refused(_("profession is one of {words}.").format(words=", ".join(PROFESSIONS)))
        if entry.role not in VOICES:
            raise Refused(_("role is one of {words}.").format(words=", ".join(VOICES)))
        uid = uid_of(entry.unix) if entry.unix else None
        if uid is not None and local.account_of_uid(self.session.store.read, uid) is not None:
            raise Refused(_("The Unix account {name} is linked to another member already.").format(name=entry.unix))
        return Step(entry, handle, "join", uid)

    def _keep_offices(self, leaving: set[str]) -> None:
        """Raise Refused where nobody would be left who holds an office."""
        staying: list[Account] = []
        going: list[Account] = []
        for account in local.accounts(self.session.store.read):
            if not account.is_disabled:
                (going if account.handle in leaving else staying).append(account)
        for office in OFFICES:
            if any(self._holds(account, office) for account in going) and not any(
                self._holds(account, office) for account in staying
            ):
                raise Refused(_("The list leaves no {office}; name another one first.").format(office=office))

    def _holds(self, account: Account, office: str) -> bool:
        return office in self.session.roles(self.session.me(account).members)
