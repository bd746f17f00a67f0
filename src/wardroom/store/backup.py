"""Copies of a forum file that are whole: made while others write, told apart by a manifest, checked before use."""

import json
import os
import sqlite3
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from wardroom.errors import NotAForum, StoreError
from wardroom.language import _
from wardroom.store import event_log, ledger
from wardroom.store.database import Store, explained

NEWEST_KEPT = 3
"""Backups that rotation leaves whatever their age."""
_STAMP = "%Y-%m-%dT%H-%M-%SZ"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds, kept beside it."""

    made_ms: int
    site: str
    digest: str
    """BLAKE2b-256 of the backup file, in hex."""
    size_bytes: int
    events: int
    posts: int
    heads: dict[str, int]
    """Log id in hex → highest sequence."""


def manifest_path(path: Path) -> Path:
    """Where a backup's manifest lies."""
    return path.with_name(f"{path.name}.manifest.json")


def back_up(store: Store, target: Path) -> Manifest:
    """Copy the whole file to ``target`` in one call (a stepped copy would begin anew at every write of others).

    Raises StoreError when the target exists or cannot be written; then nothing stands there.
    """
    if target.exists():
        raise StoreError(
            _("{target} exists already. A backup never overwrites; name another file.").format(target=target)
        )
    building = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        handle = os.open(building, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        os.close(handle)
        copy = sqlite3.connect(building, isolation_level=None)
        try:
            store.read.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode = DELETE")
            events, posts, heads = _counts(copy)
            site = copy.execute("SELECT site_name FROM local_identity").fetchone()[0]
        finally:
            copy.close()
        with building.open("rb+") as file:
            digest = _digest(building)
            os.fsync(file.fileno())
        manifest = Manifest(store.now_ms(), site, digest, building.stat().st_size, events, posts, heads)
        written = manifest_path(target)
        with os.fdopen(os.open(written, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            json.dump(asdict(manifest), file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        ledger.write(target.parent, ledger.entries(store.read))
        building.rename(target)
        _sync_folder(target.parent)
    except sqlite3.Error as error:
        raise explained(error, target) from error
    except OSError as error:
        raise StoreError(_("{target} cannot be written: {why}.").format(target=target, why=error.strerror)) from error
    finally:
        building.unlink(missing_ok=True)
    return manifest


def rotated_path(folder: Path, now_ms: int) -> Path:
    """Where a backup of this moment goes in a folder of backups; its name tells its age."""
    return folder / f"wardroom-{datetime.fromtimestamp(now_ms / 1000, UTC):{_STAMP}}.backup"


def too_old(folder: Path, now_ms: int, keep_d: int) -> list[Path]:
    """The backups of a folder that are past their days, but for the newest ones: a clock set ahead takes not all."""
    dated = []
    for path in folder.glob("wardroom-*.backup"):
        try:
            made = datetime.strptime(path.name, f"wardroom-{_STAMP}.backup").replace(tzinfo=UTC)
        except ValueError:
            continue  # not one of ours
        dated.append((made.timestamp() * 1000, path))
    dated.sort()
    return [path for made_ms, path in dated[:-NEWEST_KEPT] if made_ms < now_ms - keep_d * 86_400_000]


def remove(path: Path) -> None:
    """Take a backup and its manifest away. Raises StoreError."""
    try:
        path.unlink()
        manifest_path(path).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(_("{path} cannot be removed: {why}.").format(path=path, why=error.strerror)) from error


def _counts(db: sqlite3.Connection) -> tuple[int, int, dict[str, int]]:
    events = db.execute("SELECT COUNT(*) FROM log_event").fetchone()[0]
    posts = db.execute("SELECT COUNT(*) FROM view_post").fetchone()[0]
    return events, posts, event_log.heads(db)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        whole = blake2b(digest_size=32)
        while chunk := file.read(1 << 20):
            whole.update(chunk)
    return whole.hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def verify(path: Path) -> Manifest | None:
    """Check a backup against its manifest and itself; the manifest, or None where none lies beside it.

    Raises NotAForum naming what is wrong with it.
    """
    manifest = None
    beside = manifest_path(path)
    if beside.exists():
        try:
            manifest = Manifest(**json.loads(beside.read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise NotAForum(
                _("{beside} cannot be read as a manifest. Restore another backup, or remove it.").format(beside=beside)
            ) from error
        if path.stat().st_size != manifest.size_bytes or _digest(path) != manifest.digest:
            raise NotAForum(
                _("{path} is not the backup its manifest describes: it was cut or changed. Use another one.").format(
                    path=path
                )
            )
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        verdict = db.execute("PRAGMA integrity_check(1)").fetchone()[0]
        events, _bodies, heads = _counts(db)
    except sqlite3.Error as error:
        raise explained(error, path) from error
    finally:
        db.close()
    if verdict != "ok":
        raise NotAForum(_("{path} is damaged: {verdict}. Use another backup.").format(path=path, verdict=verdict))
    if manifest is not None and (events, heads) != (manifest.events, manifest.heads):
        missing = sum(manifest.heads.values()) - sum(heads.values())
        raise NotAForum(
            _("{path} is {missing} events short of its manifest. Use another backup.").format(
                path=path, missing=missing
            )
        )
    return manifest


def put_in_place(backup: Path, target: Path, purged: set[ledger.Entry]) -> None:
    """Copy a verified backup to where a forum file shall be, without what was purged, or not at all. Raises StoreError."""
    building = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        source = sqlite3.connect(f"{backup.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        os.close(os.open(building, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600))
        copy = sqlite3.connect(building, isolation_level=None)
        try:
            source.backup(copy, pages=-1)
            ledger.take_out(copy, purged)
            copy.execute("PRAGMA journal_mode = WAL")
        finally:
            copy.close()
            source.close()
        os.link(building, target)
    except FileExistsError as error:
        raise StoreError(
            _("{target} exists already. Move it away first, or name another file with --forum.").format(target=target)
        ) from error
    except sqlite3.Error as error:
        raise explained(error, target) from error
    except OSError as error:
        raise StoreError(_("{target} cannot be written: {why}.").format(target=target, why=error.strerror)) from error
    finally:
        for leftover in (building, Path(f"{building}-wal"), Path(f"{building}-shm")):
            leftover.unlink(missing_ok=True)
