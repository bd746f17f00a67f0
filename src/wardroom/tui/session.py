"""The session: who sits here, how they came, and what lets them back in past the lock."""

from typing import TYPE_CHECKING, Final

from wardroom.domain.views import Me
from wardroom.errors import WardroomError
from wardroom.language import several
from wardroom.tui import offload

if TYPE_CHECKING:
    from wardroom.forum import Forum
    from wardroom.tui.screens.lock import Way

PIN_TRIES: Final = 5


class Session:
    """One member after the other; each has a PIN of their own, if they chose one."""

    def __init__(self, forum: "Forum", who: Me | None, *, is_kiosk: bool) -> None:
        self.who = who
        """There is nobody only while the login screen stands."""
        self.is_kiosk = is_kiosk
        """Whether whoever sits here has nothing but this session: it ends where others would log in anew."""
        self.pin: str | None = None
        """What locks the glass in this session, once it was chosen."""
        self._forum = forum
        self._is_by_password = False
        self._wrong_pins = 0

    @property
    def me(self) -> Me:
        """Who is looking."""
        assert self.who is not None, "nobody is logged in"
        return self.who

    @property
    def initials(self) -> str:
        """Whose glass it is, for whoever stands before it locked."""
        return " ".join(f"{word[0]}." for word in (self.me.handle, self.me.profession) if word).lower()

    def begin(self, who: Me) -> None:
        """Somebody has come, with a password."""
        self.who, self._is_by_password = who, True

    def end(self) -> None:
        """Nobody is here, and no PIN holds."""
        self.who = self.pin = None

    def way_in(self) -> "Way":
        """How a glass opens that locked itself.

        Where there is neither PIN nor password, the login is that of the Unix account: whoever sits here could
        start Wardroom anew, so that ⏎ gives nothing away.
        """
        if self.pin:
            return "pin"
        if self.is_kiosk and self._forum.members.has_password(self.me):
            return "password"
        return "password" if self._is_by_password else "enter"

    def lock(self) -> None:
        """All tries are there again."""
        self._wrong_pins = 0

    @property
    def is_forfeited(self) -> bool:
        """Whether the last try is gone."""
        return self._wrong_pins >= PIN_TRIES

    async def why_not(self, way: "Way", secret: str) -> str:
        """Why whoever gives this does not get in; nothing: they do. A wrong PIN costs a try."""
        if way == "pin" and secret != self.pin:
            self._wrong_pins += 1
            left = PIN_TRIES - self._wrong_pins
            said = several("That is not the PIN. {count} try left.", "That is not the PIN. {count} tries left.", left)
            return said.format(count=left)
        if way == "password":
            try:
                await offload.call(self._forum.members.login, self.me.handle, secret)
            except WardroomError as error:
                return str(error)
        return ""
