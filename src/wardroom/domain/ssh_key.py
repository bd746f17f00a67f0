"""A public key of SSH as people paste it: read, checked to be what it says, and brought to one form."""

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from wardroom.errors import InputRejected
from wardroom.language import _

KINDS: Final = (
    "ssh-ed25519", "sk-ssh-ed25519@openssh.com", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com", "ssh-rsa",
)  # fmt: skip
RSA_MIN_BYTES: Final = 256
"""A modulus of 2,048 bits; OpenSSH's own advice is not below it."""
LINE_MAX: Final = 8192
_KEY = re.compile(rf"(?:^|\s)({'|'.join(map(re.escape, KINDS))})\s+([A-Za-z0-9+/]+={{0,2}})(?:\s|$)")
_PEER = re.compile(r'command="[^"\n]*\bsync-serve --peer ([A-Za-z0-9]+)"')


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key in the two words sshd compares."""

    kind: str
    base64: str

    @property
    def text(self) -> str:
        """As a line of authorized_keys ends."""
        return f"{self.kind} {self.base64}"

    @property
    def fingerprint(self) -> str:
        """As ssh-keygen shows it."""
        digest = sha256(base64.b64decode(self.base64)).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def read_key(line: str) -> PublicKey:
    """The key of a line such as id_ed25519.pub holds; options before it and a comment behind it are left away.

    Raises InputRejected.
    """
    if "PRIVATE KEY" in line:
        raise InputRejected(_("This is a private key, which nobody else may ever see. Give the .pub file beside it."))
    match = _KEY.search(line.strip()) if len(line) <= LINE_MAX and "\n" not in line.strip() else None
    if match is None:
        raise InputRejected(
            _(
                "This is no public key of SSH. It is one line that begins with ssh-ed25519, for example; look for a .pub file."
            )
        )
    kind, text = match.groups()
    try:
        blob = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputRejected(_("The key is damaged: it was cut or changed on its way. Copy it again.")) from error
    parts = _parts(blob)
    if not parts or parts[0] != kind.encode():
        raise InputRejected(_("The key is damaged: it was cut or changed on its way. Copy it again."))
    if kind == "ssh-rsa" and (len(parts) < 3 or len(parts[2].lstrip(b"\0")) < RSA_MIN_BYTES):
        raise InputRejected(_("This RSA key is too short. Make another one: ssh-keygen -t ed25519."))
    return PublicKey(kind, base64.b64encode(blob).decode())


def read_peer_line(line: str) -> tuple[str, PublicKey]:
    """(site key as written, key) of the line that ``peer add`` printed at another site. Raises InputRejected."""
    match = _PEER.search(line)
    if match is None:
        raise InputRejected(
            _("This is not the line that `wardroom peer add` printed at the other site. Copy all of it.")
        )
    return match[1], read_key(line)


def _parts(blob: bytes) -> list[bytes]:
    """The length-prefixed strings of a key (RFC 4253, 6.6); none where the lengths do not fit."""
    parts, at = [], 0
    while at + 4 <= len(blob):
        size = int.from_bytes(blob[at : at + 4], "big")
        if at + 4 + size > len(blob):
            return []
        parts.append(blob[at + 4 : at + 4 + size])
        at += 4 + size
    return parts if at == len(blob) else []
