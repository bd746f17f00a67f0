"""A parcel: what one site sends about one circle, as bytes that may lie anywhere: sealed, signed, and cut without harm.

    parcel = magic, header length (4 bytes), header, site key's signature over the header, chunk…
    chunk  = length (4 bytes), bytes        the last one holds the signature over everything before it

The header names sender, circle and recipients; each recipient finds the key of the chunks in a sealed box of its own
(libsodium's ``crypto_box_seal`` to the site key as X25519), and the chunks are a ``secretstream`` (XChaCha20-Poly1305),
so that none can be left out, moved or cut off unseen. A plain parcel has no recipients and its chunks are as they are.
What the chunks say together is the stream of ``sync.session``: hello, batches, end.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from wardroom.domain.ids import SITE_PREFIX_BYTES
from wardroom.errors import Refused, SyncCut, SyncFailed
from wardroom.language import _, marked

if TYPE_CHECKING:
    from nacl.public import PrivateKey

MAGIC = b"WARDPRCL"
VERSION = 1
CHUNK_BYTES = 64 * 1024
HEADER_MAX_BYTES = 256 * 1024
_SEAL_BYTES = 17
_SIGNATURE_BYTES = 64
_MORE, _LAST = b"\x00", b"\xff"
"""What a chunk of a plain parcel begins with; a sealed one has a tag."""
_BAD = marked("The bundle is damaged, or no bundle at all. What came whole was taken; get it again.")
Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class Header(msgspec.Struct, frozen=True, array_like=True):
    """Who sends what to whom."""

    version: int
    site: Key
    instance: bytes
    circle: Key
    stream: bytes
    """What a reader of the sealed chunks begins with; empty in a plain parcel."""
    recipients: tuple[tuple[bytes, bytes], ...]
    """(beginning of a site key, sealed key of the chunks)."""

    @property
    def is_plain(self) -> bool:
        """Whether anybody can read it."""
        return not self.stream


def _exchange_key(site_seed: bytes) -> "PrivateKey":
    from nacl.signing import SigningKey

    return SigningKey(site_seed).to_curve25519_private_key()


class ParcelWriter:
    """The way out: ``begin`` first, then ``add`` what it says, and ``finish``."""

    def __init__(
        self, *, site: bytes, instance: bytes, circle: bytes, recipients: tuple[bytes, ...],
        sign: Callable[[bytes], bytes], random_bytes: Callable[[int], bytes],
    ) -> None:  # fmt: skip
        """A parcel of a site's instance to these site keys; without any it is plain."""
        from nacl import bindings
        from nacl.public import SealedBox
        from nacl.signing import VerifyKey

        self._sign, self._buffer, self._digest = sign, bytearray(), blake2b(digest_size=32)
        self._state: Any = None
        sealed: list[tuple[bytes, bytes]] = []
        stream = b""
        if recipients:
            key = random_bytes(bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES)
            self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
            stream = bindings.crypto_secretstream_xchacha20poly1305_init_push(self._state, key)
            for recipient in sorted(recipients):
                box = SealedBox(VerifyKey(recipient).to_curve25519_public_key())
                sealed.append((recipient[:SITE_PREFIX_BYTES], box.encrypt(key)))
        self._header = msgspec.msgpack.encode(Header(VERSION, site, instance, circle, stream, tuple(sealed)))
        self._digest.update(self._header)

    def begin(self) -> bytes:
        """The first bytes."""
        signature = self._sign(b"wr1parcel" + self._header)
        return MAGIC + len(self._header).to_bytes(4, "big") + self._header + signature

    def add(self, content: bytes) -> bytes:
        """The bytes that can go out now that this is said too."""
        self._buffer += content
        out = b""
        while len(self._buffer) >= CHUNK_BYTES:
            out += self._chunk(bytes(self._buffer[:CHUNK_BYTES]), is_last=False)
            del self._buffer[:CHUNK_BYTES]
        return out

    def finish(self) -> bytes:
        """The last bytes."""
        out = self._chunk(bytes(self._buffer), is_last=False) if self._buffer else b""
        return out + self._chunk(self._sign(b"wr1parcelend" + self._digest.digest()), is_last=True)

    def _chunk(self, content: bytes, *, is_last: bool) -> bytes:
        from nacl import bindings

        if not is_last:
            self._digest.update(content)
        if self._state is not None:
            tag = (
                bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
                if is_last
                else bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
            )
            content = bindings.crypto_secretstream_xchacha20poly1305_push(self._state, content, tag=tag)
        elif is_last:
            content = _LAST + content
        else:
            content = _MORE + content
        return len(content).to_bytes(4, "big") + content


@dataclass(slots=True)
class ParcelReader:
    """The way in, fed pieces of any size; ``verify(key, message, signature)`` judges signatures."""

    site: bytes
    """Our own site key, to find what is sealed to us."""
    site_seed: bytes
    verify: Callable[[bytes, bytes, bytes], bool]
    header: Header | None = None
    is_whole: bool = False
    """Whether the last chunk has come, and its signature holds."""
    rest: bytes = b""
    """What follows a whole parcel: the next one."""
    _state: Any = None
    _buffer: bytearray = field(default_factory=bytearray)
    _digest: Any = field(default_factory=lambda: blake2b(digest_size=32))

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """What the chunks say that are complete with this piece.

        Raises SyncFailed for what is damaged or forged, Refused for a parcel that is not for this site.
        """
        self._buffer += piece
        if self.header is None and not self._open():
            return
        while not self.is_whole and len(self._buffer) >= 4:
            length = int.from_bytes(self._buffer[:4], "big")
            if not 0 < length <= CHUNK_BYTES + _SEAL_BYTES:
                raise SyncFailed(_(_BAD))
            if len(self._buffer) < 4 + length:
                return
            content = bytes(self._buffer[4 : 4 + length])
            del self._buffer[: 4 + length]
            yield from self._take(content)
        if self.is_whole:
            self.rest = bytes(self._buffer)
            self._buffer.clear()

    def close(self) -> None:
        """Raise SyncCut where the end has not come."""
        if not self.is_whole:
            raise SyncCut(_("The bundle was cut short. What came whole was taken; get the rest again."))

    def _open(self) -> bool:
        """Read the header once it is here."""
        if not MAGIC.startswith(bytes(self._buffer[: len(MAGIC)])):
            raise SyncFailed(_(_BAD))
        start = len(MAGIC) + 4
        if len(self._buffer) < start:
            return False
        length = int.from_bytes(self._buffer[len(MAGIC) : start], "big")
        if length > HEADER_MAX_BYTES:
            raise SyncFailed(_(_BAD))
        end = start + length + _SIGNATURE_BYTES
        if len(self._buffer) < end:
            return False
        packed = bytes(self._buffer[start : start + length])
        try:
            header = msgspec.msgpack.decode(packed, type=Header)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise SyncFailed(_(_BAD)) from error
        if header.version > VERSION:
            raise SyncFailed(_("The bundle was made by a newer Wardroom. Upgrade this one."))
        if not self.verify(header.site, b"wr1parcel" + packed, bytes(self._buffer[start + length : end])):
            raise SyncFailed(_(_BAD))
        self._digest.update(packed)
        if not header.is_plain:
            self._unseal(header)
        del self._buffer[:end]
        self.header = header
        return True

    def _unseal(self, header: Header) -> None:
        from nacl import bindings
        from nacl.exceptions import CryptoError
        from nacl.public import SealedBox

        sealed = [box for site, box in header.recipients if site == self.site[:SITE_PREFIX_BYTES]]
        if not sealed:
            raise Refused(_("The bundle is not for this site: it is sealed to others."))
        try:
            key = SealedBox(_exchange_key(self.site_seed)).decrypt(sealed[0])
            self._state = bindings.crypto_secretstream_xchacha20poly1305_state()
            bindings.crypto_secretstream_xchacha20poly1305_init_pull(self._state, header.stream, key)
        except (CryptoError, ValueError, TypeError) as error:
            raise SyncFailed(_(_BAD)) from error

    def _take(self, content: bytes) -> Iterator[bytes]:
        from nacl import bindings
        from nacl.exceptions import CryptoError

        if self._state is None:
            mark, content = content[:1], content[1:]
            if mark not in (_MORE, _LAST):
                raise SyncFailed(_(_BAD))
            is_last = mark == _LAST
        else:
            try:
                content, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(self._state, content)
            except (CryptoError, ValueError) as error:
                raise SyncFailed(_(_BAD)) from error
            is_last = tag == bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
        assert self.header is not None
        if not is_last:
            self._digest.update(content)
            yield content
        elif self.verify(self.header.site, b"wr1parcelend" + self._digest.digest(), content):
            self.is_whole = True
        else:
            raise SyncFailed(_(_BAD))
