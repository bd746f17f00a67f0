"""Saved searches: up to nine a member, each under a number key."""

from dataclasses import dataclass

from wardroom.domain.text import check_line, clean
from wardroom.domain.views import Me, SavedSearch
from wardroom.errors import InputRejected, NotFound, Refused
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.store import local

NUMBERS = range(1, 10)
NAME_MAX = 40
QUERY_MAX = 400


@dataclass(frozen=True, slots=True)
class Saved:
    """The use cases of saved searches."""

    session: Session

    def all(self, me: Me) -> tuple[SavedSearch, ...]:
        """Every search the member keeps, by number."""
        return local.saved_searches(self.session.store.read, me.account)

    def numbered(self, me: Me, number: int) -> SavedSearch:
        """The search under a number key. Raises NotFound."""
        for saved in self.all(me):
            if saved.number == number:
                return saved
        raise NotFound(
            _("Nothing is saved under {number}. Search with /, then ^S keeps the search under a number.").format(
                number=number
            )
        )

    def add(self, me: Me, query: str, name: str = "", *, number: int | None = None) -> SavedSearch:
        """Keep a search under the first free number, or under the one given, in place of what stood there.

        Raises InputRejected, or Refused where all nine are taken.
        """
        query = clean(query, one_line=True).strip()
        if not query:
            raise InputRejected(_("There is nothing to search for. Type a search first."))
        if len(query) > QUERY_MAX:
            raise InputRejected(_("A saved search has {most} characters at most. Shorten it.").format(most=QUERY_MAX))
        name = check_line(name.strip() or query[:NAME_MAX], "name", longest=NAME_MAX)
        if number is not None and number not in NUMBERS:
            raise InputRejected(_("A saved search has a number from 1 to 9."))
        with self.session.store.write() as db:
            taken = {saved.number for saved in local.saved_searches(db, me.account)}
            free = number if number is not None else next((n for n in NUMBERS if n not in taken), None)
            if free is None:
                raise Refused(_("All nine numbers are taken. Remove a saved search first."))
            saved = SavedSearch(free, name, query)
            local.save_search(db, me.account, saved)
        return saved

    def rename(self, me: Me, number: int, name: str) -> SavedSearch:
        """Another name for a saved search. Raises NotFound, InputRejected."""
        name = check_line(name, "name", longest=NAME_MAX)
        if not name:
            raise InputRejected(_("The name is empty. Give it a few words."))
        saved = self.numbered(me, number)
        renamed = SavedSearch(saved.number, name, saved.query)
        with self.session.store.write() as db:
            local.save_search(db, me.account, renamed)
        return renamed

    def remove(self, me: Me, number: int) -> None:
        """Keep a search no longer. Raises NotFound."""
        self.numbered(me, number)
        with self.session.store.write() as db:
            local.forget_search(db, me.account, number)
