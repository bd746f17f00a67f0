"""A forum file on the disk: made, opened, guarded, and written under one kind of transaction."""

import contextlib
import itertools
import os
import random
import sqlite3
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from wardroom.errors import DiskFull, FileBusy, FileReplaced, FileTooNew, FileTooOld, NotAForum, StoreError
from wardroom.language import _
from wardroom.store import ballast, file_system
from wardroom.store.inspection import check_schema, schema_version

T = TypeVar("T")
Connection = sqlite3.Connection
"""The one name of SQLite's that use cases may speak, in the types of what they hand down."""

APPLICATION_ID = 0x57415244
"""``WARD`` in the file's header: what tells a forum from any other SQLite file."""
FORMAT = 1
BUSY_TIMEOUT_S = 30.0
READING_CACHE_KIB = 1000
"""Pages the reading connection keeps: questions jump about in the file, and what they come back to lies in the system's cache."""
WRITING_CACHE_KIB = 4000
"""Pages the writing connection keeps: what does not fit is written before the commit."""
_HEADER_BYTES = 100
_MERGE_PAGES = 200
"""Pages of the search index that one step of ``scrub`` merges: some tens of milliseconds in which nobody else can write."""
SCRUB_PATIENCE_S = 5.0
"""So long ``scrub`` waits for a moment without a reader; sessions read for milliseconds at a time."""
_RETRY_S = (0.001, 0.012)
"""SQLite's own busy wait backs off and starves the unlucky; short, even, jittered naps are fair."""


_LET_IN_S = _RETRY_S[1]
"""Between two steps of ``scrub`` nobody holds the lock for as long as a waiting writer may nap: else it sleeps through many."""


class Store(Struct):
    """An open forum file: one connection that reads, and one that writes once something is to be written.

    ``read`` belongs to the thread that opened the store; ``write`` may be used from any one thread at a time.
    """

    path: Path
    read: sqlite3.Connection
    is_read_only: bool
    now_ms: Callable[[], int]
    random_bytes: Callable[[int], bytes]
    inode: tuple[int, int]
    _schema_version: int = -1
    """That of the schema that was looked over last."""
    before_recording: Callable[[], None] | None = None
    """What is called once before the first event is recorded: whoever opened the file proves that it may be written."""
    _writer: sqlite3.Connection | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @contextlib.contextmanager
    def write(self, *, is_durable: bool = True, is_draft: bool = False) -> Iterator[sqlite3.Connection]:
        """One write transaction: ``BEGIN IMMEDIATE``, the body, checks that the file is still the file, ``COMMIT``.

        With ``is_durable`` the commit is on the disk before this returns (synchronous=FULL); without, a power cut
        may take the newest commits and nothing else. A draft may also be written into a file that a newer Wardroom
        has migrated meanwhile: every format keeps ``local_draft`` so. Raises StoreError and its kin; then nothing was
        written.
        """
        if self.is_read_only:
            raise StoreError(
                _("{path} can only be read from here. Ask its owner for the right to write.").format(path=self.path)
            )
        with self._lock:
            self._check_file()
            try:
                if self._writer is None:
                    self._writer = _connect(self.path, is_read_only=False)
                    self._writer.execute(f"PRAGMA cache_size = -{WRITING_CACHE_KIB}")
                writer = self._writer
                writer.execute(f"PRAGMA synchronous = {'FULL' if is_durable else 'NORMAL'}")
                _begin(writer, self.path)
            except sqlite3.Error as error:
                raise explained(error, self.path) from error
            try:
                self._check_file()
                if not is_draft:
                    check_format(format_of(writer), self.path)
                if (version := schema_version(writer)) != self._schema_version:
                    if format_of(writer) == FORMAT:
                        check_schema(writer, self.path)
                    self._schema_version = version
                yield writer
                self._check_file()
                writer.execute("COMMIT")
            except BaseException as error:
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise explained(error, self.path) from error
                raise
            self._check_file()

    def _check_file(self) -> None:
        """Raise FileReplaced unless the path still leads to the file that is open, with its write-ahead log."""
        try:
            found = os.stat(self.path)
            os.stat(f"{os.path.realpath(self.path)}-wal")
        except OSError:
            found = None
        if found is None or (found.st_dev, found.st_ino) != self.inode:
            raise FileReplaced(
                _(
                    "{path} was moved, replaced or deleted while Wardroom had it open. Nothing was posted; leave and start again."
                ).format(path=self.path)
            )

    def even_when_full(self, work: Callable[[], T]) -> T:
        """Do what a full disk must not stop; each time it does, the ballast gives a piece of room.

        ``work`` is done again from its beginning. Raises DiskFull when the ballast is used up.
        """
        while True:
            try:
                return work()
            except DiskFull:
                if not ballast.release(self.path):
                    raise

    def scrub(self) -> bool:
        """Leave no erased words behind: merge them out of the search index and empty the write-ahead log.

        False while another process's reader keeps the write-ahead log; what it still holds is overwritten by the
        next checkpoint that finds no reader. The recipe: FTS5 ``merge`` in steps until nothing is left to merge, with a
        checkpoint between, so that the log stays small and no lock is long.
        """
        return self.even_when_full(self._scrub)

    def _scrub(self) -> bool:
        with self._lock:
            is_empty = False
            for step in itertools.count():
                with self.write() as db:
                    before = db.total_changes
                    pages = _MERGE_PAGES if step else -_MERGE_PAGES
                    db.execute("INSERT INTO view_search (view_search, rank) VALUES ('merge', ?)", (pages,))
                    is_merged = db.total_changes - before < 2
                time.sleep(_LET_IN_S)
                is_empty = self._truncate_log()
                if step and is_merged:
                    break
                time.sleep(_LET_IN_S)
            deadline_s = time.monotonic() + SCRUB_PATIENCE_S
            while not is_empty and time.monotonic() < deadline_s:
                time.sleep(random.uniform(*_RETRY_S))  # noqa: S311 - a nap, not a secret
                is_empty = self._truncate_log()
        return is_empty

    def _truncate_log(self) -> bool:
        """Empty the write-ahead log; False while a reader is in it."""
        assert self._writer is not None
        try:
            return not self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.Error as error:
            raise explained(error, self.path) from error

    def close(self) -> None:
        """Close both connections."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
        self.read.close()


def explained(error: sqlite3.Error, path: Path) -> StoreError:
    """SQLite's error as one of ours, in a sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return DiskFull(
            _("The disk that holds {name} is full. Nothing was posted; free some space and try again.").format(
                name=path.name
            )
        )
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return FileBusy(
            _("{name} is busy with other writers. Nothing was lost; try again in a moment.").format(name=path.name)
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN):
        return StoreError(
            _("{path} cannot be written from this account. Ask its owner for the right to write.").format(path=path)
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return NotAForum(_("{path} is damaged. Run `wardroom check`, or restore a backup.").format(path=path))
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(
            _("The disk that holds {name} reports an error: {error}. Nothing was posted.").format(
                name=path.name, error=error
            )
        )
    return StoreError(f"{path.name}: {error}.")


def explanation(error: Exception, path: Path) -> StoreError | None:
    """The sentence for an error that reading the file met, or None where it is not SQLite's."""
    return explained(error, path) if isinstance(error, sqlite3.Error) else None


def _begin(connection: sqlite3.Connection, path: Path) -> None:
    deadline_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline_s:
                raise
            time.sleep(random.uniform(*_RETRY_S))  # noqa: S311 - a nap, not a secret
        else:
            return


def _connect(path: Path, *, is_read_only: bool, is_immutable: bool = False) -> sqlite3.Connection:
    mode = "ro" if is_read_only else "rw"
    uri = f"{path.resolve().as_uri()}?mode={mode}{'&immutable=1' if is_immutable else ''}"
    connection = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA busy_timeout = 10000" if is_read_only else "PRAGMA busy_timeout = 50")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{READING_CACHE_KIB}")
        connection.execute("PRAGMA query_only = ON" if is_read_only else "PRAGMA secure_delete = ON")
        if not is_read_only:
            connection.execute("PRAGMA journal_size_limit = 4194304")
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def check_format(found: int, path: Path) -> None:
    """Raise FileTooNew when a newer Wardroom has migrated the file, FileTooOld when it has yet to be migrated."""
    if found > FORMAT:
        raise FileTooNew(
            _(
                "{name} was written by a newer Wardroom (format {found}; this one reads {format}). Leave and start again with the newer version; nothing here is lost."
            ).format(name=path.name, found=found, format=FORMAT)
        )
    if found < FORMAT:
        raise FileTooOld(
            _(
                "{name} was written by an older Wardroom (format {found}; this one writes {format}). `wardroom upgrade` brings it up to date, with a backup first."
            ).format(name=path.name, found=found, format=FORMAT)
        )


def _check_header(path: Path) -> None:
    """Look at the first bytes, before SQLite touches the file. Raises NotAForum or FileTooNew."""
    try:
        found = os.stat(path)
        if not stat.S_ISREG(found.st_mode):
            raise NotAForum(_("{path} is not a file. Name a forum file with --forum.").format(path=path))
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except FileNotFoundError as error:
        raise NotAForum(
            _("There is no forum at {path}. Make one with `wardroom init`, or try `wardroom demo`.").format(path=path)
        ) from error
    except PermissionError as error:
        raise StoreError(
            _("{path} cannot be read from this account. Ask its owner for the right to read.").format(path=path)
        ) from error
    except OSError as error:
        raise StoreError(_("{path} cannot be read: {why}.").format(path=path, why=error.strerror)) from error
    if not header:
        raise NotAForum(
            _("{path} is empty. It was left as it is; name another file, or remove it and run `wardroom init`.").format(
                path=path
            )
        )
    if not header.startswith(b"SQLite format 3\x00") or len(header) < _HEADER_BYTES:
        raise NotAForum(_("{path} is not a Wardroom forum. It was left as it is.").format(path=path))
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotAForum(_("{path} is a database of another program. It was left as it is.").format(path=path))
    if (found_format := int.from_bytes(header[60:64], "big")) > FORMAT:
        check_format(found_format, path)
    page_bytes = int.from_bytes(header[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    wal = Path(f"{path}-wal")
    if found.st_size < page_bytes * int.from_bytes(header[28:32], "big") and not (wal.exists() and wal.stat().st_size):
        raise NotAForum(
            _("{path} is cut short: part of it is missing. Restore a backup with `wardroom restore`.").format(path=path)
        )


def open_store(
    path: Path,
    *,
    now_ms: Callable[[], int],
    random_bytes: Callable[[int], bytes] = os.urandom,
    is_any_format: bool = False,
) -> Store:
    """Open an existing forum file.

    Raises NotAForum, FileTooNew, FileTooOld or StoreError; the file is then as it was.
    """
    _check_header(path)
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    before = os.stat(path)
    if may_write and file_system.is_network(kind := file_system.kind_of(path)) and _is_wal(path):
        raise StoreError(
            _(
                "{path} lies on a network file system ({kind}), where two machines would spoil it. Move it to a local disk; sites meet through sync, and backups may lie there."
            ).format(path=path, kind=kind)
        )
    try:
        connection = _connect(path, is_read_only=False) if may_write else _connect_for_reading(path)
    except sqlite3.Error as error:
        # On a full disk not even the shared memory of the write-ahead log can be made.
        if not may_write or not ballast.is_disk_full(path) or not ballast.release(path):
            raise explained(error, path) from error
        connection = _connect(path, is_read_only=False)
    try:
        if connection.execute("SELECT name FROM sqlite_schema WHERE name = 'log_event'").fetchone() is None:
            raise NotAForum(
                _("{path} is damaged: its tables are missing. Restore a backup with `wardroom restore`.").format(
                    path=path
                )
            )
        if not is_any_format:
            check_format(format_of(connection), path)
            check_schema(connection, path)
        if may_write:
            connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA busy_timeout = 10000")
        after = os.stat(path)
        if (before.st_dev, before.st_ino) != (after.st_dev, after.st_ino):
            raise FileReplaced(_("{path} was replaced while it was being opened. Try again.").format(path=path))
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise explained(error, path) from error
        raise
    return Store(
        path, connection, not may_write, now_ms, random_bytes, (after.st_dev, after.st_ino), schema_version(connection)
    )


def _is_wal(path: Path) -> bool:
    """Whether a file works with a write-ahead log, as its header says; a backup does not."""
    with path.open("rb") as file:
        return file.read(20)[18:19] == b"\x02"


def _connect_for_reading(path: Path) -> sqlite3.Connection:
    """A file one may not write: through its write-ahead log where there is one, else as a still picture.

    Without a log SQLite would make one, owned by the reader, and lock out whoever may write.
    """
    has_log = Path(f"{path.resolve()}-wal").exists()
    return _connect(path, is_read_only=True, is_immutable=not has_log)


def create_file(path: Path, fill: Callable[[sqlite3.Connection], None]) -> None:
    """Make a new forum file: built beside its place, filled in one transaction, and moved there whole.

    In a directory that is shared by group (setgid and group-writable) the file can be written by the group, whatever
    the umask; elsewhere by its owner alone. Raises StoreError when something stands in the place already.
    """
    from sqlite_utils import Database

    from wardroom.store.migrations import migrations

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory = os.stat(path.parent)
        is_shared = bool(directory.st_mode & stat.S_ISGID and directory.st_mode & stat.S_IWGRP)
        if path.exists():
            raise StoreError(_("{path} exists already. Name another file with --forum.").format(path=path))
        building = path.with_name(f".{path.name}.{os.getpid()}.new")
        handle = os.open(building, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_NOFOLLOW, 0o600)
        os.fchmod(handle, 0o660 if is_shared else 0o600)
        os.close(handle)
    except OSError as error:
        raise StoreError(_("{path} cannot be made here: {why}.").format(path=path, why=error.strerror)) from error
    try:
        connection = sqlite3.connect(building, isolation_level=None)
        try:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("PRAGMA auto_vacuum = NONE")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA secure_delete = ON")
            migrations.apply(Database(connection))
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            connection.execute("BEGIN IMMEDIATE")
            fill(connection)
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
        os.link(building, path)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    except FileExistsError as error:
        raise StoreError(_("{path} exists already. Name another file with --forum.").format(path=path)) from error
    except OSError as error:
        raise StoreError(_("{path} cannot be made here: {why}.").format(path=path, why=error.strerror)) from error
    finally:
        for leftover in (building, Path(f"{building}-wal"), Path(f"{building}-shm")):
            leftover.unlink(missing_ok=True)


def format_of(connection: sqlite3.Connection) -> int:
    """The format a file has now."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def data_version(store: Store) -> int:
    """A number that changes when any other connection has committed, the store's own writer included."""
    try:
        return int(store.read.execute("PRAGMA data_version").fetchone()[0])
    except sqlite3.Error as error:
        raise explained(error, store.path) from error
