"""The composition root: a configuration becomes an open forum."""

import time

from wardroom import operations
from wardroom.config import Config
from wardroom.forum import Forum, bundle
from wardroom.forum.session import Session
from wardroom.store.database import open_store


def wall_ms() -> int:
    """The wall clock, in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def open_forum(config: Config) -> Forum:
    """Open the forum file a configuration names. Raises StoreError and its kin, in a sentence."""
    operations.begin(config.log)
    store = open_store(config.forum_file, now_ms=wall_ms)
    return bundle(Session(store, undo_s=config.undo_s))
