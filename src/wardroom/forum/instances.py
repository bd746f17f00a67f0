"""The files of this site: which have written in shared circles, and how one that was lost or stolen is revoked."""

from dataclasses import dataclass

from wardroom.domain import codec, rules
from wardroom.domain.events import Cut, InstanceRevoked
from wardroom.domain.ids import EventNo, InstanceKey
from wardroom.domain.views import Me
from wardroom.errors import NotFound, Refused
from wardroom.forum.session import Session, must
from wardroom.language import _
from wardroom.store import event_log, instances, peers
from wardroom.store.instances import LogOfInstance
from wardroom.store.journal import journal

NAME_BYTES = 5
"""So much of an instance's key names it, in hex."""


@dataclass(frozen=True, slots=True)
class InstanceLine:
    """A file of this site in a list."""

    name: str
    is_this: bool
    circles: tuple[str, ...]
    """The shared circles it has written in."""
    revoked: tuple[str, ...]
    """Those of them in which it is revoked."""
    posts: int
    newest_ms: int


@dataclass(frozen=True, slots=True)
class Instances:
    """The use cases of a site's files."""

    session: Session

    def lines(self) -> tuple[InstanceLine, ...]:
        """Every file of this site that has written in a shared circle, the one that wrote last in front."""
        db = self.session.store.read
        lines = []
        for key, logs in self._logs().items():
            names = {log.circle: peers.circle_name(db, log.circle) for log in logs}
            lines.append(
                InstanceLine(
                    named(key), key == self.session.identity.instance_key, tuple(names.values()),
                    tuple(names[log.circle] for log in logs if log.revocations), sum(log.posts for log in logs),
                    max(log.newest_ms for log in logs),
                )
            )  # fmt: skip
        return tuple(sorted(lines, key=lambda line: (-line.newest_ms, line.name)))

    def _logs(self) -> dict[InstanceKey, list[LogOfInstance]]:
        who = self.session.identity
        found: dict[InstanceKey, list[LogOfInstance]] = {}
        for log in instances.logs_of_site(self.session.store.read, who.site_key, who.local_circle):
            found.setdefault(log.instance, []).append(log)
        return found

    def revoke(self, me: Me, name: str, *, is_on: bool = True) -> tuple[str, ...]:
        """Cut a file of this site off in every shared circle, or lift that; the circles where that was done.

        What it wrote so far, as it is held here, stays; nothing else it writes counts. Raises Refused, NotFound.
        """
        session, done = self.session, []
        wanted = name.strip().lower()
        found = [key for key in self._logs() if wanted and named(key).startswith(wanted)]
        if len(found) != 1:
            raise NotFound(
                _("{name} names no one file of this site. `wardroom site instances` lists them.").format(
                    name=wanted[:40]
                )
            )
        if found[0] == session.identity.instance_key:
            raise Refused(_("That is this very file. Revoke it from another file of the site."))
        with journal(session.store) as j:
            for log in self._logs()[found[0]]:
                if bool(log.revocations) == is_on:
                    continue
                acting = session.acting(j, me, log.circle)
                must(rules.may_suspend(acting.roles, is_own_site=True))
                over = tuple(codec.from_ref(j.ref(EventNo(event)), acting.log_id) for event in log.revocations)
                event_log.record(j, acting.pen, InstanceRevoked(acting.author, Cut(log.id, log.seq), is_on, over))
                done.append(peers.circle_name(j.db, log.circle))
        return tuple(done)


def named(instance: bytes) -> str:
    """How people name an instance."""
    return instance[:NAME_BYTES].hex()
