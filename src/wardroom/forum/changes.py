"""The question "what arrived since?", asked many times a second for next to nothing."""

from dataclasses import dataclass

from wardroom.domain.views import News
from wardroom.forum.session import Session
from wardroom.store import database, members


@dataclass(slots=True)
class Changes:
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
