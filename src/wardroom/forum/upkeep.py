"""Keeping a file well: backup and restore, check, rebuild, statistics, and what the machine offers."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from wardroom import operations
from wardroom.errors import Refused, StoreError
from wardroom.forum.finding import Finding
from wardroom.forum.renewal import renew_instance
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.store import audit, backup, ballast, file_system, ledger, projections
from wardroom.store.backup import Manifest
from wardroom.store.database import open_store
from wardroom.store.journal import journal

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Upkeep:
    """The use cases of whoever looks after a file."""

    session: Session

    def back_up(self, target: Path) -> Manifest:
        """Copy the whole file while others go on writing. Raises StoreError."""
        manifest = backup.back_up(self.session.store, target)
        if not self.session.store.is_read_only:
            with self.session.store.write(is_durable=False) as db:
                ledger.note_folder(db, target.parent)
        operations.note("backup-made", posts=manifest.posts, events=manifest.events, bytes=manifest.size_bytes)
        return manifest

    def back_up_in_turn(self, folder: Path, keep_d: int) -> tuple[Path, Manifest, int]:
        """A new backup in a folder, then those away that are past their days: (where, what, how many went)."""
        try:
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise StoreError(
                _("{path} cannot be a folder of backups: {reason}.").format(path=folder, reason=error.strerror)
            ) from error
        now_ms = self.session.now_ms()
        target = backup.rotated_path(folder, now_ms)
        manifest = self.back_up(target)
        old = backup.too_old(folder, now_ms, keep_d)
        for path in old:
            backup.remove(path)
        operations.note("backups-removed", count=len(old))
        return target, manifest, len(old)

    def lay_ballast(self) -> bool:
        """Keep room for a full disk beside the file; whether it is there."""
        return ballast.lay(self.session.store.path)

    def must_own(self) -> None:
        """Raise Refused unless this process runs as the file's owner, who holds every key of the site anyway."""
        if os.getuid() not in (0, os.stat(self.session.store.path).st_uid):
            raise Refused(_("This is for the owner of the forum file. Run it as that Unix account."))

    def faults(self, *, is_deep: bool, progress: Progress | None = None) -> Iterator[str]:
        """A sentence for each thing that is wrong with the file."""
        return audit.faults(self.session.store, is_deep=is_deep, progress=progress)

    def reviews(self) -> dict[str, int]:
        """How many events are kept but not shown, by reason."""
        return audit.reviews(self.session.store.read)

    def rebuild(self) -> int:
        """Make every view again from the log; how many events were read."""
        with journal(self.session.store) as j:
            return projections.rebuild(j)

    def counts(self) -> dict[str, int]:
        """How much there is of everything."""
        return audit.counts(self.session.store.read)

    def ssh_findings(self) -> Iterator[Finding]:
        """The same of sshd, for a server that people reach by ssh. Raises Refused where sshd cannot be asked."""
        from wardroom.forum.server import ssh_findings

        return ssh_findings(self.session.store.path)

    def doctor(self) -> Iterator[Finding]:
        """What of this machine and file could hurt, one line each."""
        path = self.session.store.path
        yield from _library_findings(self.session)
        mode = os.stat(path).st_mode
        folder = os.stat(path.parent).st_mode
        if mode & stat.S_IWGRP:
            is_ready = bool(folder & stat.S_ISGID and folder & stat.S_IWGRP)
            yield Finding(
                is_ready, _("{name} is shared by its group: roles are advisory among those who may write it").format(name=path.name),
                "" if is_ready else _("chmod 3770 {folder}, so that every member of the group can write").format(folder=path.parent),
            )  # fmt: skip
        else:
            yield Finding(not mode & stat.S_IRWXO, _("{name} can be read and written by its owner alone").format(name=path.name),
                          f"chmod 600 {path}" if mode & stat.S_IRWXO else "")  # fmt: skip
        kind = file_system.kind_of(path)
        is_network = file_system.is_network(kind)
        yield Finding(
            not is_network, _("the file lies on {kind}").format(kind=kind or _("an unknown file system")),
            _("move it to a local disk; sites meet through sync, not through a network drive") if is_network else "",
        )  # fmt: skip
        has_ballast = ballast.ballast_path(path).exists()
        yield Finding(
            True, _("room is kept for a full disk") if has_ballast else _("no room is kept for a full disk"),
            "" if has_ballast else _("`wardroom tidy` lays it where the disk has the room; then a purge still works when it is full"),
        )  # fmt: skip
        yield Finding(
            True, _("Python {version}, terminal {terminal}, locale {locale}").format(
                version=sys.version.split()[0], terminal=os.environ.get("TERM", "-"),
                locale=os.environ.get("LC_ALL") or os.environ.get("LANG") or "-",
            ),
        )  # fmt: skip


def restore(source: Path, target: Path, *, now_ms: Callable[[], int]) -> Manifest | None:
    """Put a backup in the place of a forum file, as a new instance that never reuses a sequence number.

    Raises NotAForum where the backup is not whole, StoreError where the place is taken.
    """
    checked = open_store(source, now_ms=now_ms, is_any_format=True)
    checked.close()
    manifest = backup.verify(source)
    purged = ledger.read(source.parent)
    backup.put_in_place(source, target, purged)
    from wardroom.store.upgrade import upgrade

    upgrade(target, now_ms=now_ms)
    store = open_store(target, now_ms=now_ms)
    try:
        with journal(store) as j:
            if purged:
                ledger.keep(j.db, purged)
                projections.rebuild(j)
            renew_instance(j)
        if purged:
            store.scrub()
    finally:
        store.close()
    return manifest


def _library_findings(session: Session) -> Iterator[Finding]:
    found = audit.library(session.store)
    is_new = found.version >= (3, 40, 0)
    version = ".".join(map(str, found.version))
    yield Finding(is_new, f"SQLite {version}", "" if is_new else _("Wardroom needs SQLite 3.40 or newer"))
    yield Finding(found.has_fts5, _("full-text search (FTS5)"), "" if found.has_fts5 else _("this SQLite lacks FTS5"))
    yield Finding(
        found.journal == "wal", _("journal mode {mode}").format(mode=found.journal),
        "" if found.journal == "wal" else _("the file cannot be shared by processes; restore it from a backup"),
    )  # fmt: skip
