"""Leaf, chain hash and salted body commitment of a log, as functions of bytes."""

from hashlib import blake2b

from wardroom.domain.ids import CircleId, InstanceKey, LogId

SALT_BYTES = 16
HASH_BYTES = 32
NO_BODY = bytes(HASH_BYTES)
"""The commitment of an event that has no body."""
CHAIN_START = bytes(HASH_BYTES)
SIGN_EVERY = 32
"""A signature stands at every commit and at least every so many events."""


def commitment(salt: bytes, body: bytes) -> bytes:
    """BLAKE2b keyed with the salt: tells nothing of the body once the salt is gone."""
    return blake2b(b"wr1body" + body, digest_size=HASH_BYTES, key=salt).digest()


def leaf(log: LogId, seq: int, hlc: int, kind: int, envelope: bytes, body_commitment: bytes) -> bytes:
    """The hash of one event in its place."""
    head = b"wr1leaf" + log + seq.to_bytes(8, "big") + hlc.to_bytes(8, "big") + kind.to_bytes(2, "big")
    return blake2b(head + envelope + body_commitment, digest_size=HASH_BYTES).digest()


def chain(previous: bytes, leaf_hash: bytes) -> bytes:
    """The hash of a whole log up to and with this event."""
    return blake2b(previous + leaf_hash, digest_size=HASH_BYTES).digest()


def signed_head(log: LogId, seq: int, chain_hash: bytes) -> bytes:
    """The bytes an instance key signs for its log's head."""
    return b"wr1head" + log + seq.to_bytes(8, "big") + chain_hash


def certificate(circle: CircleId, instance: InstanceKey) -> bytes:
    """The bytes a site key signs to vouch for an instance in a circle."""
    return b"wr1cert" + circle + instance


def succession(circle: CircleId, old_site: bytes) -> bytes:
    """The bytes a site's new key signs to go on for the old one."""
    return b"wr1site" + circle + old_site
