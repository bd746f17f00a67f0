"""An invitation to a circle, as one line that a steward sends to another site's administrator."""

import base64
import binascii
from typing import Annotated

import msgspec

from wardroom.errors import InputRejected
from wardroom.language import _

PREFIX = "wardroom-invitation:1:"
_MAX_CHARS = 1000
Key = Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]


class Invitation(msgspec.Struct, frozen=True, array_like=True):
    """Which circle, who invites, and whom; no secret stands in it, and nothing that opens a door by itself."""

    circle: Key
    circle_name: str
    inviter: Key
    """The inviting site's key."""
    inviter_name: str
    invited: Key
    """The invited site's key."""


def written(invitation: Invitation) -> str:
    """The line."""
    return PREFIX + base64.urlsafe_b64encode(msgspec.msgpack.encode(invitation)).decode().rstrip("=")


def read(line: str) -> Invitation:
    """An invitation from its line, wherever mail has folded it. Raises InputRejected for what is none."""
    packed = "".join(line.split())
    if not packed.startswith(PREFIX) or len(packed) > _MAX_CHARS:
        raise InputRejected(_("That is no invitation. It is one line that begins with {start}").format(start=PREFIX))
    content = packed.removeprefix(PREFIX)
    try:
        raw = base64.b64decode(content + "=" * (-len(content) % 4), altchars=b"-_", validate=True)
        return msgspec.msgpack.decode(raw, type=Invitation)
    except (binascii.Error, ValueError, msgspec.MsgspecError, UnicodeError) as error:
        raise InputRejected(_("The invitation is damaged. Ask for it again, as one line.")) from error


def site_key(words: str) -> bytes:
    """A site key as `wardroom site show` prints it. Raises InputRejected."""
    try:
        key = bytes.fromhex("".join(words.split()))
    except ValueError:
        key = b""
    if len(key) != 32:
        raise InputRejected(_("That is no site key. The other site's `wardroom site show` prints it: 64 hex digits."))
    return key
