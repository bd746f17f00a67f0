"""A new forum: its file, its site and instance, the circle ``local``, and the first member, who is its steward."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wardroom.domain.events import (
    VOICES,
    BoardCard,
    BoardOpened,
    CircleCard,
    CircleFounded,
    MemberCard,
    MemberEnrolled,
    SiteCard,
)  # fmt: skip
from wardroom.domain.ids import SiteKey, circle_id
from wardroom.domain.text import clean_name
from wardroom.errors import Refused
from wardroom.forum.members import PERSON_BYTES, PROFESSIONS, add_login, hashed_password
from wardroom.language import _
from wardroom.store import event_log, keys, local, token
from wardroom.store.database import Connection, create_file, open_store
from wardroom.store.event_log import Pen
from wardroom.store.journal import Journal, begin

FIRST_BOARDS = (
    ("cases", "Cases", "Clinical cases and questions of this department."),
    ("mess", "Mess", "Everything else. It is left out of clinical search unless asked for."),
)


@dataclass(frozen=True, slots=True)
class Founder:
    """Who founds a forum, and with what secrets."""

    site_name: str
    handle: str
    profession: str = "other"
    uid: int | None = None
    password: str | None = None


def found(
    path: Path, founder: Founder, *, now_ms: int, random_bytes: Callable[[int], bytes] = os.urandom,
    boards: tuple[tuple[str, str, str], ...] = FIRST_BOARDS,
    then: Callable[[Journal, Pen], None] | None = None,
) -> None:  # fmt: skip
    """Make a forum file. ``then`` may write more in the same transaction.

    Raises StoreError when the place is taken, InputRejected or BadPassword for what cannot be used.
    """
    site_name, handle = clean_name(founder.site_name), clean_name(founder.handle)
    if founder.profession not in PROFESSIONS:
        raise Refused(_("A profession is one of {professions}.").format(professions=", ".join(PROFESSIONS)))
    hashed = None
    if founder.password is not None:
        hashed = hashed_password(founder.password, (handle, site_name), only_factor=founder.uid is None)

    def fill(db: Connection) -> None:
        j = begin(db, now_ms=now_ms, random_bytes=random_bytes)
        site_seed, instance_seed = random_bytes(keys.SEED_BYTES), random_bytes(keys.SEED_BYTES)
        pen = found_circle(j, "local", site_name, site_seed, instance_seed)
        who = local.Identity(
            site_name, keys.public_key(site_seed), site_seed, keys.public_key(instance_seed), instance_seed,
            j.head(pen.log).circle,
        )  # fmt: skip
        local.keep_identity(db, who)
        local.keep_setting(db, "import_key", random_bytes(32).hex())
        token.renew_id(db, random_bytes(token.ID_BYTES))
        person = random_bytes(PERSON_BYTES)
        enrolled = MemberEnrolled(0, person, VOICES.index("practitioner"))
        author = j.ref(event_log.record(j, pen, enrolled, MemberCard(handle, founder.profession))).seq
        add_login(j, handle=handle, profession=founder.profession, person=person, uid=founder.uid, password=hashed)
        for name, title, about in boards:
            event_log.record(j, pen, BoardOpened(author, is_room=False), BoardCard(name, title, about))
        if then is not None:
            then(j, pen)
        j.seal()

    create_file(path, fill)
    store = open_store(path, now_ms=lambda: now_ms)
    token.note(path, store.read)
    store.close()


def found_circle(j: Journal, name: str, site_name: str, site_seed: bytes, instance_seed: bytes) -> Pen:
    """A new circle with the log of its founder; the first member enrolled in that log is its first steward."""
    site = SiteKey(keys.public_key(site_seed))
    nonce = j.random_bytes(16)
    pen = event_log.begin_log(j, circle_id(site, nonce), site_seed, instance_seed, SiteCard(site_name))
    event_log.record(j, pen, CircleFounded(site, nonce), CircleCard(name))
    return pen
