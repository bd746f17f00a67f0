"""Passwords and session PINs: how they are hashed, judged, and slowed down when they are guessed.

Nothing here knows an account: failures are counted, and hashes kept, by the caller. argon2 and zxcvbn are loaded
by the functions that need them, for the first screen needs neither.
"""

import fcntl
import itertools
import math
import os
import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from wardroom.errors import BadPassword, FileBusy, StoreError
from wardroom.language import _, several

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LENGTH_MIN_ALONE: Final = 15
"""Characters of a password that is all a login asks for (NIST SP 800-63B-4)."""
LENGTH_MIN_SECOND: Final = 8
"""Characters where a key or the Unix account comes first."""
LENGTH_MAX: Final = 256
"""Characters that are hashed at all, so that nobody can make us hash a novel."""

GUESSES_MIN_ALONE: Final = 10**10
GUESSES_MIN_SECOND: Final = 10**6
"""zxcvbn's bounds for guessing a slow hash, and for guessing through a prompt that slows down."""
JUDGED_MAX: Final = 32
"""Characters zxcvbn looks at: its time grows steeply, and a good beginning is not spoilt by its end."""
PRODUCT_WORDS: Final = ("wardroom",)

FREE_FAILURES: Final = 5
BACKOFF_MAX_S: Final = 900.0
FAILURES_MAX: Final = 100
"""Consecutive failures after which only an administrator lets the account in again."""

HASHES_AT_ONCE: Final = 2
PIN_TRIES: Final = 5


class Cost(Struct, frozen=True):
    """What one argon2id hash costs: memory, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int


COST: Final = Cost(memory_kib=65_536, passes=3, lanes=1)
"""About 150 ms on one core."""
_COST_MAX: Final = Cost(memory_kib=262_144, passes=10, lanes=4)
"""A stored hash that asks for more is not computed: it may come from a file that means harm."""
_OWASP_MINIMA: Final = ((47_104, 1), (19_456, 2), (12_288, 3), (9_216, 4), (7_168, 5))
"""(memory in KiB, passes) pairs of OWASP's Password Storage Cheat Sheet; each is enough."""

_STORED = re.compile(
    r"\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,3}),p=([0-9]{1,3})"
    r"\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}"
)
# A well-formed hash of nothing: no password is known that gives sixteen and thirty-two zero bytes.
_NOBODY: Final = f"$argon2id$v=19$m={COST.memory_kib},t={COST.passes},p={COST.lanes}${'A' * 22}${'A' * 43}"


# --- hashes ---------------------------------------------------------------------------------------------------------


def hash_password(password: str, *, cost: Cost = COST) -> str:
    """The argon2id string to store; raises BadPassword for what cannot be a password at all.

    ValueError if ``cost`` is below OWASP's minimum or above what ``verify`` computes.
    """
    if not (_is_enough(cost) and _is_bearable(cost)):
        raise ValueError(f"{cost} is outside the bounds of a password hash")
    secret = _secret(password)
    if secret is None:
        raise BadPassword(
            _("A password has at most {most} characters, and only ones that can be typed.").format(most=LENGTH_MAX)
        )
    return _hasher(cost).hash(secret)


def verify(stored: str, password: str) -> bool:
    """Whether ``password`` is the one ``stored`` was made from.

    A stored string that is no argon2id hash, or asks for more than 256 MiB, 10 passes or 4 lanes, fits none.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    cost = _cost_of(stored)
    secret = _secret(password)
    if cost is None or secret is None:
        return False
    try:
        return _hasher(cost).verify(stored, secret)
    except (VerificationError, InvalidHashError):
        return False


def dummy_verify(password: str = "") -> None:
    """Take the time of ``verify``, for a name that has no account: the clock must not tell who has one."""
    verify(_NOBODY, password)


def needs_rehash(stored: str, *, cost: Cost = COST) -> bool:
    """Whether ``stored`` should be made anew at the next login, since its cost is not ``cost``."""
    return _cost_of(stored) != cost


def _cost_of(stored: str) -> Cost | None:
    """The parameters of a stored hash if they can be computed here, else None."""
    match = _STORED.fullmatch(stored)
    if match is None:
        return None
    cost = Cost(memory_kib=int(match[1]), passes=int(match[2]), lanes=int(match[3]))
    return cost if _is_bearable(cost) else None


def _is_bearable(cost: Cost) -> bool:
    """Whether one hash of this cost can be computed without harm to the machine."""
    return (
        1 <= cost.lanes <= _COST_MAX.lanes
        and 1 <= cost.passes <= _COST_MAX.passes
        and 8 * cost.lanes <= cost.memory_kib <= _COST_MAX.memory_kib
    )


def _is_enough(cost: Cost) -> bool:
    """Whether OWASP would store a password at this cost."""
    return any(cost.memory_kib >= memory_kib and cost.passes >= passes for memory_kib, passes in _OWASP_MINIMA)


def _secret(password: str) -> bytes | None:
    """What is hashed: NFKC, so that another keyboard's é is the same; None if it is too long or no text."""
    if len(password) > LENGTH_MAX:
        return None
    try:
        return unicodedata.normalize("NFKC", password).encode()
    except UnicodeEncodeError:
        return None


def _hasher(cost: Cost) -> "PasswordHasher":
    """argon2-cffi's hasher for one cost."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes)


# --- strength -------------------------------------------------------------------------------------------------------


def check_strength(password: str, *, words: Sequence[str] = (), only_factor: bool = True) -> None:
    """Raise BadPassword if ``password`` is too short, too long or easy to guess.

    ``words`` are the names near at hand: site, handle, full name. There is no rule about kinds of characters, and
    blanks count. Whether it is common is decided by zxcvbn's estimate of the guesses needed, which knows its
    lists of common passwords and names, and also their repetitions, runs and keyboard walks; membership alone
    would let through "passwordpassword", which is long enough.
    """
    plain = unicodedata.normalize("NFKC", password[: LENGTH_MAX + 1])
    # A ligature must not count as the letters it stands for, nor a letter as its marks.
    length = min(len(plain), len(password))
    length_min = LENGTH_MIN_ALONE if only_factor else LENGTH_MIN_SECOND
    if length < length_min:
        raise BadPassword(
            _(
                "A password here has at least {least} characters; this one has {length}. A sentence is fine: blanks count."
            ).format(least=length_min, length=length)
        )
    if _secret(password) is None:
        raise BadPassword(
            _("A password has at most {most} characters, and only ones that can be typed.").format(most=LENGTH_MAX)
        )
    names = _name_words(words)
    if _is_mainly(plain, names):
        raise BadPassword(
            _("This password is mainly a name that others know. Choose words that have nothing to do with it.")
        )

    from zxcvbn import zxcvbn

    guesses = zxcvbn(plain[:JUDGED_MAX], user_inputs=names)["guesses"]
    if guesses < (GUESSES_MIN_ALONE if only_factor else GUESSES_MIN_SECOND):
        raise BadPassword(
            _(
                "This password is easy to guess: it is common, or made of common words, names, runs or repetitions. Four words that have nothing to do with each other are hard to guess and easy to type."
            )
        )


def _name_words(words: Sequence[str]) -> list[str]:
    """The single words of names, small, longest first; what is shorter than three letters occurs by chance."""
    found = {part for word in (*words, *PRODUCT_WORDS) for part in _letters_only(word).split()}
    found |= {part.replace(" ", "") for part in map(_letters_only, words)}
    return sorted((part for part in found if len(part) >= 3), key=lambda part: (-len(part), part))


def _letters_only(text: str) -> str:
    """``text`` in small letters and digits, with blanks for everything else."""
    small = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign if sign.isalnum() else " " for sign in small)


def _is_mainly(password: str, names: Sequence[str]) -> bool:
    """Whether less than half of the letters and digits is left without the names."""
    whole = _letters_only(password).replace(" ", "")
    rest = whole
    for name in names:
        rest = rest.replace(name, " ")
    return 2 * len(rest.replace(" ", "")) < len(whole)


# --- guessing -------------------------------------------------------------------------------------------------------


def backoff_s(failures: int) -> float:
    """Seconds between the last of ``failures`` wrong passwords in a row and the next try; inf means locked."""
    if failures >= FAILURES_MAX:
        return math.inf
    if failures < FREE_FAILURES:
        return 0.0
    return min(BACKOFF_MAX_S, 2.0 ** (failures - FREE_FAILURES + 1))


def may_try(
    failures: int, last_failed_wall_ms: int | None, now_wall_ms: int, *, monotonic_since_ms: int | None = None
) -> None:
    """Raise BadPassword, naming the wait, if another password must not be tried yet.

    ``monotonic_since_ms`` is the time since the last failure by a clock that nobody can set, where the machine
    has run since then; it rules out the wall clock. A wall clock that was set back counts as no time gone, so the
    wait is never shorter; that it is not endless either, the caller stores ``anchored_ms``.
    """
    wait_s = backoff_s(failures)
    if math.isinf(wait_s):
        raise BadPassword(
            _(
                "This account is locked after {count} wrong passwords in a row. Ask an administrator of your site to unlock it."
            ).format(count=FAILURES_MAX)
        )
    if last_failed_wall_ms is None or not wait_s:
        return
    gone_ms = now_wall_ms - last_failed_wall_ms if monotonic_since_ms is None else monotonic_since_ms
    left_ms = math.ceil(wait_s * 1000) - max(0, gone_ms)
    if left_ms > 0:
        raise BadPassword(_("Too many wrong passwords. Wait {time}, then try again.").format(time=_in_words(left_ms)))


def anchored_ms(last_failed_wall_ms: int, now_wall_ms: int) -> int:
    """When the last failure was by a clock that may have been set back: then the whole wait begins again now."""
    return min(last_failed_wall_ms, now_wall_ms)


def _in_words(wait_ms: int) -> str:
    """A wait that is not too short in the largest unit that says something."""
    seconds = -(-wait_ms // 1000)
    if seconds < 60:
        return several("{count} second", "{count} seconds", seconds).format(count=seconds)
    minutes = -(-seconds // 60)
    return several("{count} minute", "{count} minutes", minutes).format(count=minutes)


# --- hashes at once -------------------------------------------------------------------------------------------------


@contextmanager
def hash_slot(directory: Path, *, mode: int = 0o600, patience_s: float = 30.0) -> Iterator[None]:
    """Hold one of the two places to hash a password in, so that thirty logins at once do not take 2 GiB.

    The places are locks on two files in ``directory``, which the kernel gives back when a process dies. ``mode``
    must be as wide as the forum file's where several Unix accounts share it. Raises FileBusy after ``patience_s``,
    StoreError if the files cannot be had.
    """
    held = _take_slot(directory, mode, patience_s)
    try:
        yield
    finally:
        os.close(held)


def _take_slot(directory: Path, mode: int, patience_s: float) -> int:
    """The descriptor of a locked file; closing it gives the place back."""
    until = time.monotonic() + patience_s
    while True:
        for number in range(HASHES_AT_ONCE):
            descriptor = _open_slot(directory / f"hash-{number}.lock", mode)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
            except OSError as error:
                os.close(descriptor)
                raise StoreError(
                    _("Files in {directory} cannot be locked: {why}.").format(directory=directory, why=error.strerror)
                ) from error
            else:
                return descriptor
        if time.monotonic() >= until:
            raise FileBusy(_("Too many people are logging in at this moment. Try again in a minute."))
        time.sleep(0.02)


def _open_slot(path: Path, mode: int) -> int:
    """A lock file, made if need be with exactly ``mode``; a link is not followed."""
    flags = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        try:
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            return os.open(path, flags)
        # The umask may have taken what others need.
        os.fchmod(descriptor, mode)
    except OSError as error:
        raise StoreError(
            _("{path} cannot be opened for writing: {why}.").format(path=path, why=error.strerror)
        ) from error
    return descriptor


# --- session PIN ----------------------------------------------------------------------------------------------------


class PinLock:
    """The six-digit PIN of one session, which opens the lock screen and nothing else.

    It lives in this process only, so it is not hashed: a million hashes would be tried in a moment.
    """

    __slots__ = ("_failures", "_pin")

    def __init__(self, pin: str) -> None:
        """Raise BadPassword if ``pin`` is not six digits or among the first that anyone tries."""
        if re.fullmatch("[0-9]{6}", pin) is None:
            raise BadPassword(_("A PIN has six digits."))
        steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
        if steps in ({1}, {9}) or pin in {pin[:length] * (6 // length) for length in (1, 2, 3)}:
            raise BadPassword(
                _("This PIN is among the first anyone would try. Choose digits that do not repeat or run.")
            )
        self._pin = pin.encode()
        self._failures = 0

    def __repr__(self) -> str:
        return f"PinLock({self.tries_left} tries left)"

    @property
    def tries_left(self) -> int:
        """How many wrong PINs are still allowed."""
        return PIN_TRIES - self._failures

    @property
    def spent(self) -> bool:
        """Whether the session must be logged out: no PIN opens it any more."""
        return self.tries_left <= 0

    def check(self, pin: str) -> bool:
        """Whether ``pin`` opens the lock; a right one gives all tries back, a wrong one takes one."""
        import hmac

        if self.spent:
            return False
        if hmac.compare_digest(self._pin, pin.encode(errors="surrogatepass")):
            self._failures = 0
            return True
        self._failures += 1
        return False
