"""Ed25519 keys of sites and instances; the library is loaded when the first signature is asked for."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nacl.signing import SigningKey

SEED_BYTES = 32


@lru_cache(maxsize=8)
def _signing_key(seed: bytes) -> "SigningKey":
    from nacl.signing import SigningKey

    return SigningKey(seed)


def public_key(seed: bytes) -> bytes:
    """The 32-byte public key of a 32-byte seed."""
    return bytes(_signing_key(seed).verify_key)


def sign(seed: bytes, message: bytes) -> bytes:
    """A 64-byte Ed25519 signature."""
    return _signing_key(seed).sign(message).signature


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` is the key's own over ``message``; a malformed key or signature is simply not."""
    from nacl.exceptions import CryptoError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(key).verify(message, signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True
