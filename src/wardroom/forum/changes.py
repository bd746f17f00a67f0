"""The question "what arrived since?", asked many times a second for next to nothing."""

from msgspec import Struct

from wardroom.domain.views import News, SyncLight
from wardroom.forum.session import Session
from wardroom.store import database, local, members

UNDER_WAY_MS = 120_000
"""An exchange that has not told for so long how far it is has ended without a word."""


class Changes(Struct):
    """Watches the file for commits of any process, this one's included."""

    session: Session
    _version: int = -1
    _arrival: int = -1

    def poll(self) -> News:
        """Whether anything was committed since the last call, and the newest arrival.

        Raises FileTooNew, from then on each time, once a newer Wardroom has migrated the file.
        """
        version = database.data_version(self.session.store)
        is_changed = self._version not in (version, -1)
        if is_changed or self._version == -1:
            database.check_format(database.format_of(self.session.store.read), self.session.store.path)
            self._arrival = members.newest_arrival(self.session.store.read)
        self._version = version
        return News(self._arrival, is_changed)

    def sync_light(self) -> SyncLight | None:
        """How the exchanges with peers go; None where there is no peer."""
        found = local.sync_light(self.session.store.read, self.session.now_ms() - UNDER_WAY_MS)
        return None if found is None else SyncLight(*found)

    def sync_is_due(self, minutes: int) -> bool:
        """Whether it is time to meet the peers again: after so many minutes, or because somebody asked for it."""
        return local.sync_is_due(self.session.store.read, self.session.now_ms() - minutes * 60_000)
