"""The composition root: a configuration becomes an open forum."""

import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path

from wardroom import config as settings
from wardroom import operations
from wardroom.config import SYSTEM_FILE, Config, user_file
from wardroom.errors import FileTooOld
from wardroom.forum import Forum, bundle
from wardroom.forum.own_words import Screen
from wardroom.forum.session import Session
from wardroom.store.database import open_store


def wall_ms() -> int:
    """The wall clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def open_forum(config: Config, *, is_for_screens: bool = False) -> Forum:
    """Open the forum file a configuration names; one of an older format is brought up to date if it is this account's own.

    Raises StoreError and its kin, in a sentence.
    """
    operations.begin(config.log)
    try:
        store = open_store(config.forum_file, now_ms=wall_ms)
    except FileTooOld:
        # A shared file is for its administrator to upgrade: colleagues may still run the older Wardroom.
        if os.stat(config.forum_file).st_mode & stat.S_IWGRP:
            raise
        upgrade_file(config.forum_file)
        store = open_store(config.forum_file, now_ms=wall_ms)
    session = Session(
        store, undo_s=config.undo_s, do_posts_wait=is_for_screens, words_dirs=words_dirs(os.environ),
        screen=Screen(settings.screening_folders(os.environ)),
    )  # fmt: skip
    return bundle(session)


def words_dirs(env: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the machine's and the user's own lists of other ways to say the same lie: beside their settings."""
    return tuple(file.parent / "words" for file in (SYSTEM_FILE, user_file(env)))


def upgrade_file(path: Path) -> Path | None:
    """Bring a file up to date; where its backup lies, or None where there was nothing to do. Raises StoreError."""
    from wardroom.store.upgrade import upgrade

    kept = upgrade(path, now_ms=wall_ms)
    if kept is not None:
        operations.note("upgraded")
    return kept
