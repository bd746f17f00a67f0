"""Passwords and PINs: what is stored, what is refused, and that guessing is slow."""

import fcntl
import math
import multiprocessing
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wardroom.errors import BadPassword, FileBusy, StoreError
from wardroom.forum import passwords as p

CHEAP = p.Cost(memory_kib=19_456, passes=2, lanes=1)
"""The cheapest hash that is still taken."""
NAMES = ("County General ED", "nadia", "Nadia Kowalczyk")


# --- hashes ---------------------------------------------------------------------------------------------------------


def test_a_hash_is_argon2id_at_the_cost_of_the_house() -> None:
    """What is stored says argon2id, 64 MiB, 3 passes, 1 lane; it fits its password and no other."""
    stored = p.hash_password("blue kettle rains")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert p.verify(stored, "blue kettle rains")
    assert not p.verify(stored, "blue kettle rain")
    assert not p.needs_rehash(stored)


def test_keyboards_that_compose_differently_make_the_same_password() -> None:
    """NFKC: é in one or two characters, and full-width letters, are one password; hashes of it still differ."""
    stored = p.hash_password("café au lait ｘ２", cost=CHEAP)
    assert p.verify(stored, "cafe\u0301 au lait x2")
    assert p.needs_rehash(stored)
    assert not p.needs_rehash(stored, cost=CHEAP)
    assert stored != p.hash_password("café au lait ｘ２", cost=CHEAP)


@pytest.mark.parametrize(
    "cost",
    [
        p.Cost(19_455, 2, 1),
        p.Cost(7_167, 5, 1),
        p.Cost(47_104, 0, 1),
        p.Cost(65_536, 3, 0),
        p.Cost(262_145, 3, 1),
        p.Cost(65_536, 11, 1),
        p.Cost(65_536, 3, 5),
    ],
)
def test_no_hash_is_made_outside_the_bounds(cost: p.Cost) -> None:
    """Below OWASP's minimum, or above what verify computes, is a mistake of ours."""
    with pytest.raises(ValueError, match="outside the bounds"):
        p.hash_password("blue kettle rains", cost=cost)


@pytest.mark.parametrize("password", ["x" * 257, "blue kettle \ud800"])
def test_what_cannot_be_a_password_is_not_hashed(password: str) -> None:
    """Too long, or no text at all: refused with a sentence, and fitting no hash."""
    with pytest.raises(BadPassword, match="at most 256 characters"):
        p.hash_password(password)
    assert not p.verify(p._NOBODY, password)


HASH = "$" + "A" * 22 + "$" + "A" * 43


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "plain",
        "$argon2i$v=19$m=65536,t=3,p=1" + HASH,
        "$argon2d$v=19$m=65536,t=3,p=1" + HASH,
        "$argon2id$v=16$m=65536,t=3,p=1" + HASH,
        "$argon2id$m=65536,t=3,p=1" + HASH,
        "$argon2id$v=19$m=262145,t=3,p=1" + HASH,
        "$argon2id$v=19$m=9999999999999999999999,t=3,p=1" + HASH,
        "$argon2id$v=19$m=65536,t=11,p=1" + HASH,
        "$argon2id$v=19$m=65536,t=3,p=5" + HASH,
        "$argon2id$v=19$m=65536,t=0,p=1" + HASH,
        "$argon2id$v=19$m=65536,t=3,p=0" + HASH,
        "$argon2id$v=19$m=-1,t=3,p=1" + HASH,
        "$argon2id$v=19$m=٦٥٥٣٦,t=3,p=1" + HASH,
        "$argon2id$v=19$m=65536,t=3,p=1" + HASH + "\n",
        "$argon2id$v=19$m=65536,t=3,p=1,data=AAAA" + HASH,
        "$argon2id$v=19$m=65536,t=3,p=1$" + "A" * 22 + "$" + "A" * 100_000,
        "$argon2id$v=19$m=65536,t=3,p=1$AAAA$" + "A" * 43,
        "$argon2id$v=19$m=65536,t=3,p=1$" + "=" * 22 + "$" + "A" * 43,
        "$2b$12$abcdefghijklmnopqrstuv",
    ],
)
def test_a_hostile_hash_costs_nothing(stored: str) -> None:
    """Parameters out of bounds, other types and broken strings fit no password, at once, and ask for a new hash."""
    p.verify("", "")
    assert not p.verify(stored, "blue kettle rains")
    assert p.needs_rehash(stored)


@given(st.one_of(st.text(), st.from_regex(p._STORED.pattern.replace("{1,7}", "{1,2}"), fullmatch=True)), st.text())
@example("$argon2id$v=19$m=8,t=1,p=1$" + "/" * 13 + "$" + "A" * 25, "x")
def test_no_stored_string_raises(stored: str, password: str) -> None:
    """Whatever stands in the table, verify answers; the memory asked for is kept tiny here."""
    assert p.verify(stored, password) in {True, False}


def test_an_unknown_name_takes_as_long_as_a_wrong_password() -> None:
    """The hash of nobody is computed at full cost and fits nothing."""
    assert p._cost_of(p._NOBODY) == p.COST
    began = time.process_time()
    p.dummy_verify("blue kettle rains")
    assert time.process_time() - began > 0.02
    assert not p.verify(p._NOBODY, "")


def test_the_first_screen_loads_no_hashing() -> None:
    """Importing the module loads neither argon2 nor zxcvbn."""
    script = "import sys, wardroom.forum.passwords; sys.exit(bool({'argon2', 'zxcvbn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


# --- strength -------------------------------------------------------------------------------------------------------

GOOD_ALONE = (
    "correct horse battery staple",
    "blue kettle rains sideways",
    "summer of 2026!!",
    "my dog has fleas and",
    "x7#kLq9!mW2@pZ5v",
    "chest pain in bay four",
    "monkey dragon football",
    "       kettle  rains   ",
    "синий чайник идёт боком",
    "青いやかんが横に降る雨の日曜日",
    "blue kettle nadia rains",
    "4@8({[<369&#!1/|0$5+7%2z" * 10,
    "x7#kLq9!mW2@pZ5v" * 16,
)
BAD_ALONE = (
    "",
    "password",
    "x7#kLq9!mW2@pZ",
    "ﷺ",
    "e\u0301" * 14,
    "passwordpassword",
    "Password12345678",
    "P@ssw0rdP@ssw0rd",
    "123456789012345",
    "0123456789abcdef",
    "abcdefghijklmno",
    "qwertyuiopasdfgh",
    "asdfghjklasdfghjkl",
    "1q2w3e4r5t6y7u8i",
    "aaaaaaaaaaaaaaaa",
    "iloveyouiloveyou",
    "letmeinletmein123",
    "trustno1trustno1",
    "nadianadianadia",
    "Kowalczyk-Nadia-1",
    "wardroomwardroom",
    "CountyGeneral2026!",
    "County General ED",
    "county_general_wardroom",
    "ＣｏｕｎｔｙＧｅｎｅｒａｌ２０２６",
    "thisismypassword",
    "x7#kLq9!mW2@pZ5v" * 17,
    "blue kettle rains \ud800",
)
GOOD_SECOND = ("x7#kLq9!", "tr0ub4dor", "Sepsis3!", "kettle rain")
BAD_SECOND = ("x7#kLq9", "password", "P@ssw0rd", "qwerty12", "ambulance", "nurse1234", "nadia123", "wardroom1")


@pytest.mark.parametrize("password", GOOD_ALONE)
def test_long_and_unexpected_passwords_are_taken(password: str) -> None:
    """Fifteen characters that are no common words, names, runs or repetitions will do, in any script."""
    p.check_strength(password, words=NAMES)


@pytest.mark.parametrize("password", BAD_ALONE)
def test_weak_passwords_are_refused_with_a_sentence(password: str) -> None:
    """Too short, too long, common, repeated, a run, or mainly a name of the site, the member or the product."""
    with pytest.raises(BadPassword, match=r"\.$") as refusal:
        p.check_strength(password, words=NAMES)
    assert len(password) < 9 or password not in str(refusal.value)


@pytest.mark.parametrize("password", GOOD_SECOND)
def test_behind_a_key_eight_characters_will_do(password: str) -> None:
    """Where a key comes first, a shorter password is enough."""
    p.check_strength(password, words=NAMES, only_factor=False)


@pytest.mark.parametrize("password", BAD_SECOND)
def test_behind_a_key_common_passwords_are_refused_all_the_same(password: str) -> None:
    """A key in front does not make a common password a secret."""
    with pytest.raises(BadPassword):
        p.check_strength(password, words=NAMES, only_factor=False)


def test_no_common_password_is_taken() -> None:
    """Every two-hundredth of the library's list is refused, however short a password may be."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= p.LENGTH_MIN_SECOND][::100]
    assert len(common) > 50
    for password in common:
        with pytest.raises(BadPassword):
            p.check_strength(password, only_factor=False)


def test_the_refusal_says_what_is_wrong() -> None:
    """Length, name and commonness are three sentences, so that a person knows what to change."""
    for password, reason in (("short", "at least 15"), ("nadianadianadia", "mainly a name"), ("a" * 20, "easy to")):
        with pytest.raises(BadPassword, match=reason):
            p.check_strength(password, words=NAMES)


# --- guessing -------------------------------------------------------------------------------------------------------


def test_waits_grow_from_nothing_to_a_quarter_of_an_hour() -> None:
    """Five failures are free, then the wait doubles up to 15 minutes, and the hundredth locks."""
    assert [p.backoff_s(failures) for failures in range(5)] == [0] * 5
    assert [p.backoff_s(failures) for failures in (5, 6, 7, 13, 14, 99)] == [2, 4, 8, 512, 900, 900]
    assert p.backoff_s(100) == p.backoff_s(10**9) == math.inf


@pytest.mark.parametrize(
    ("failures", "since_ms", "words"),
    [
        (5, 0, "2 seconds"),
        (5, 1_001, "1 second"),
        (9, 0, "32 seconds"),
        (10, 0, "2 minutes"),
        (10, 4_001, "1 minute"),
        (50, 0, "15 minutes"),
        (50, 899_999, "1 second"),
    ],
)
def test_a_refusal_names_the_wait(failures: int, since_ms: int, words: str) -> None:
    """Whoever has to wait is told how long, never less than it is."""
    with pytest.raises(BadPassword, match=f"Wait {words}, then try again"):
        p.may_try(failures, 1_000, 1_000 + since_ms)


def test_after_the_wait_one_may_try() -> None:
    """Free failures, a wait that is over, and an account that never failed let the next try through."""
    p.may_try(0, None, 0)
    p.may_try(4, 1_000, 1_000)
    p.may_try(50, None, 0)
    p.may_try(50, 1_000, 901_000)
    p.may_try(50, 1_000, 1_000, monotonic_since_ms=900_000)


def test_a_locked_account_stays_locked() -> None:
    """After a hundred failures no time is long enough: an administrator has to unlock."""
    with pytest.raises(BadPassword, match="administrator"):
        p.may_try(100, 0, 10**15, monotonic_since_ms=10**15)


@given(st.integers(5, 99), st.integers(0, 2**50), st.integers(0, 2**40))
def test_a_clock_set_back_never_shortens_the_wait(failures: int, last_ms: int, back_ms: int) -> None:
    """At any earlier time than the failure the whole wait is left, and after anchoring it ends in time."""
    now_ms = last_ms - back_ms
    with pytest.raises(BadPassword):
        p.may_try(failures, last_ms, now_ms)
    anchor_ms = p.anchored_ms(last_ms, now_ms)
    wait_ms = int(p.backoff_s(failures) * 1000)
    with pytest.raises(BadPassword):
        p.may_try(failures, anchor_ms, now_ms + wait_ms - 1)
    p.may_try(failures, anchor_ms, now_ms + wait_ms)


def test_a_clock_set_forward_does_not_help_where_the_machine_ran_on() -> None:
    """The time a settable clock claims is ruled out by the one nobody can set."""
    with pytest.raises(BadPassword):
        p.may_try(10, 0, 10**12, monotonic_since_ms=1_000)


# --- hashes at once -------------------------------------------------------------------------------------------------


def test_two_hash_at_once_and_a_third_waits(tmp_path: Path) -> None:
    """A third is refused after its patience, and let in when one of the two is done."""
    with p.hash_slot(tmp_path), p.hash_slot(tmp_path):
        with pytest.raises(FileBusy, match="Try again"), p.hash_slot(tmp_path, patience_s=0.05):
            pass
        entered = threading.Event()

        def third() -> None:
            with p.hash_slot(tmp_path):
                entered.set()

        waiting = threading.Thread(target=third)
        waiting.start()
        assert not entered.wait(0.1)
    assert entered.wait(10)
    waiting.join()


def test_a_place_is_given_back_by_errors_and_deaths(tmp_path: Path) -> None:
    """Neither an exception nor a killed process keeps a place."""
    for _ in range(3):
        with pytest.raises(KeyError), p.hash_slot(tmp_path):
            raise KeyError
    context = multiprocessing.get_context("spawn")
    holder = context.Process(target=_hold_both_and_die, args=(tmp_path,))
    holder.start()
    holder.join()
    assert holder.exitcode == 9
    with p.hash_slot(tmp_path, patience_s=0), p.hash_slot(tmp_path, patience_s=0):
        pass


def _hold_both_and_die(directory: Path) -> None:
    with p.hash_slot(directory), p.hash_slot(directory):
        os._exit(9)


@pytest.mark.parametrize("mode", [0o600, 0o660])
def test_the_lock_files_have_the_mode_asked_for(tmp_path: Path, mode: int) -> None:
    """Nobody else reads or writes them, unless the forum is shared, whatever the umask says."""
    with p.hash_slot(tmp_path, mode=mode), p.hash_slot(tmp_path, mode=mode):
        files = sorted(tmp_path.iterdir())
        assert [file.name for file in files] == ["hash-0.lock", "hash-1.lock"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {mode}


def test_lock_files_that_cannot_be_had_are_named(tmp_path: Path) -> None:
    """A missing directory, a link in a lock's place, or a file system without locks is one plain sentence."""
    with pytest.raises(StoreError, match="cannot be opened"), p.hash_slot(tmp_path / "nowhere"):
        pass
    (tmp_path / "hash-0.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="cannot be opened"), p.hash_slot(tmp_path):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_system_without_locks_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network file systems refuse to lock; that is no busy forum."""

    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(StoreError, match="cannot be locked"), p.hash_slot(tmp_path):
        pass


# --- session PIN ----------------------------------------------------------------------------------------------------


def test_a_pin_opens_until_it_is_spent() -> None:
    """A right PIN gives all tries back; five wrong ones in a row spend it, and then even the right one fails."""
    lock = p.PinLock("482913")
    assert not lock.check("000000")
    assert lock.tries_left == 4
    assert lock.check("482913")
    assert lock.tries_left == 5
    for wrong in ("", "48291", "4829130", "４８２９１３", "\ud800"):
        assert not lock.spent
        assert not lock.check(wrong)
    assert lock.spent
    assert not lock.check("482913")
    assert lock.tries_left == 0


def test_a_pin_does_not_show_itself() -> None:
    """What a debugger or log prints of a lock does not hold the PIN."""
    assert "482913" not in repr(p.PinLock("482913"))


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "48291a", "４８２９１３", "48 913", "482913\n", "-48291"])
def test_a_pin_has_six_digits(pin: str) -> None:
    """Anything but six plain digits is refused."""
    with pytest.raises(BadPassword, match="six digits"):
        p.PinLock(pin)


@pytest.mark.parametrize(
    "pin", ["000000", "777777", "123456", "012345", "345678", "654321", "987654", "890123", "121212", "123123"]
)
def test_pins_that_repeat_or_run_are_refused(pin: str) -> None:
    """One digit, digits up or down, and a pair or triple repeated are tried first by anyone."""
    with pytest.raises(BadPassword, match="first anyone would try"):
        p.PinLock(pin)
