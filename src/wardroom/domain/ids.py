"""Names of sites, circles, logs, events and members, and how people write them."""

import base64
from typing import NewType

from msgspec import Struct

SiteKey = NewType("SiteKey", bytes)
"""A site's public Ed25519 key, 32 bytes: the site itself."""
InstanceKey = NewType("InstanceKey", bytes)
"""The public Ed25519 key of one file, 32 bytes."""
CircleId = NewType("CircleId", bytes)
"""32 bytes, see :func:`circle_id`."""
LogId = NewType("LogId", bytes)
"""16 bytes, see :func:`log_id`."""
PersonId = NewType("PersonId", bytes)
"""8 random bytes that name one member of a site in every log of that site."""

EventNo = NewType("EventNo", int)
"""A log row in this file: its arrival number, never sent anywhere."""
MemberNo = NewType("MemberNo", int)
"""A member of one circle in this file: the event number of the first enrolment held here."""
BoardNo = NewType("BoardNo", int)
"""A board in this file: the event number of its ``BoardOpened``."""
AccountNo = NewType("AccountNo", int)
"""A login of this file; accounts never leave it."""

UNSIGNED = "unsigned"
"""The handle under which a site's members ask unsigned; no member is called so."""

LEAF_PREFIX_BYTES = 4
SITE_PREFIX_BYTES = 16
INSTANCE_PREFIX_BYTES = 8
"""So much of their keys names a site and an instance in an exchange."""


def _hash(data: bytes) -> bytes:
    from hashlib import blake2b  # a screen shows names and makes none

    return blake2b(data, digest_size=32).digest()


def circle_id(founder: SiteKey, nonce: bytes) -> CircleId:
    """A circle is named by its founder's site key and 16 random bytes (docs/log.md, identity)."""
    return CircleId(_hash(b"wr1circle" + founder + nonce))


def log_id(instance: InstanceKey, circle: CircleId) -> LogId:
    """A log is what one instance writes in one circle."""
    return LogId(_hash(b"wr1log" + instance + circle)[:16])


class Ref(Struct, frozen=True):
    """An exact name of an event: log, sequence and the first bytes of its leaf hash, which tell a fork's branches."""

    log: LogId
    seq: int
    leaf: bytes


def short_log(log: LogId) -> str:
    """The eight letters that stand for a log in ids people read."""
    return base64.b32encode(log[:5]).decode().lower()


def post_id(log: LogId, seq: int) -> str:
    """A post's id for people and scripts, the same on every site."""
    return f"{short_log(log)}-{seq}"


def words_of_key(key: bytes, count: int = 6) -> str:
    """A key as words to compare over the telephone: each of three syllables, a consonant and a vowel, 19 bits a word."""
    consonants, vowels = "bdfghjklmnprstvz", "aeiou"
    digest = int.from_bytes(_hash(b"wr1words" + key), "big")
    words: list[str] = []
    for _ in range(count):
        word = ""
        for _ in range(3):
            digest, consonant = divmod(digest, len(consonants))
            digest, vowel = divmod(digest, len(vowels))
            word += consonants[consonant] + vowels[vowel]
        words.append(word)
    return " ".join(words)
