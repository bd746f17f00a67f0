"""Members: who gets in and how, who is slowed down, and that nobody locks everybody out."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest
from tests.strategies import House

from wardroom.domain.events import MemberCard, MemberEnrolled
from wardroom.domain.views import Me, PostDraft
from wardroom.errors import BadPassword, HeldForRelease, InputRejected, NotFound, Refused, WardroomError
from wardroom.forum import passwords
from wardroom.forum.founding import found_circle
from wardroom.store import event_log, local
from wardroom.store.journal import journal

PASSWORD = "plumbago tangent orchard 93 kettle"
WRONG = "plumbago tangent orchard 94 kettle"
DAY_MS = 24 * 3_600_000


@pytest.fixture
def locked(house: House) -> House:
    """A site whose nadia logs in by a password."""
    house.forum.members.set_password(house.me("sam"), "nadia", PASSWORD)
    return house


def refusal(house: House, handle: str = "nadia", password: str = WRONG, **more: object) -> str:
    forum = more.get("forum", house.forum)
    with pytest.raises(BadPassword) as refused:
        forum.members.login(handle, password)  # type: ignore[attr-defined]
    assert "\n" not in str(refused.value)
    return str(refused.value)


# --- getting in -----------------------------------------------------------------------------------------------------


def test_a_linked_unix_account_is_its_member(house: House) -> None:
    """The account that is linked to a uid logs in by it; another uid, or none any more, does not."""
    sam, members = house.me("sam"), house.forum.members
    found = members.linked(1000)
    assert found is not None
    assert found.handle == "sam"
    assert members.linked(1001) is None
    members.link(sam, "nadia", 1001)
    assert members.linked(1001) == house.me("nadia")
    with pytest.raises(Refused):
        members.link(sam, "omar", 1001)
    members.set_password(sam, "nadia", PASSWORD)
    members.link(sam, "nadia", None)
    assert members.linked(1001) is None


def test_who_has_no_password_keeps_the_link(house: House) -> None:
    """The last way in of an account is not taken away by unlinking it."""
    with pytest.raises(Refused):
        house.forum.members.link(house.me("sam"), "sam", None)
    assert house.forum.members.linked(1000) is not None


def test_the_right_password_opens_and_every_other_says_the_same(locked: House) -> None:
    """Right password in; wrong one, unknown handle, account without password and closed account get the same words."""
    assert locked.forum.members.login(" Nadia ", PASSWORD) == locked.me("nadia")
    said = {refusal(locked), refusal(locked, "nobody"), refusal(locked, "omar"), refusal(locked, "nadia", "")}
    locked.forum.members.disable(locked.me("sam"), "nadia", is_disabled=True)
    said.add(refusal(locked, password=PASSWORD))
    assert len(said) == 1
    locked.forum.members.disable(locked.me("sam"), "nadia", is_disabled=False)
    assert locked.forum.members.login("nadia", PASSWORD).handle == "nadia"


def test_wrong_passwords_slow_down_in_every_process(locked: House) -> None:
    """Tries are counted in the file: after the free ones another session waits too, and time alone lets in again."""
    other = locked.open()
    for count in range(passwords.FREE_FAILURES):
        refusal(locked, forum=(locked.forum, other)[count % 2])
    for forum in (locked.forum, other, locked.open()):
        assert "Wait" in refusal(locked, password=PASSWORD, forum=forum)
    locked.clock.ms += int(passwords.backoff_s(passwords.FREE_FAILURES) * 1000) + 1
    assert locked.forum.members.login("nadia", PASSWORD).handle == "nadia"
    account = local.account_named(other.session.store.read, "nadia")
    assert account is not None
    assert account.failures == 0


def test_a_clock_set_back_neither_shortens_nor_prolongs_the_wait(locked: House) -> None:
    """With the clock a year back the whole wait begins anew, and is not a year long."""
    for _ in range(passwords.FREE_FAILURES):
        refusal(locked)
    wait_ms = int(passwords.backoff_s(passwords.FREE_FAILURES) * 1000)
    locked.clock.ms -= 365 * DAY_MS
    assert "Wait" in refusal(locked, password=PASSWORD)
    locked.clock.ms += wait_ms - 1
    assert "Wait" in refusal(locked, password=PASSWORD)
    locked.clock.ms += 2
    assert locked.forum.members.login("nadia", PASSWORD).handle == "nadia"


def test_an_account_is_locked_for_an_administrator_to_open(locked: House) -> None:
    """After a hundred wrong passwords no time helps; a new password does."""
    account = local.account_named(locked.forum.session.store.read, "nadia")
    assert account is not None
    with locked.forum.session.store.write() as db:
        for _ in range(passwords.FAILURES_MAX):
            local.note_failure(db, account.account, locked.clock.ms)
    locked.clock.ms += 1000 * DAY_MS
    assert "administrator" in refusal(locked, password=PASSWORD)
    locked.forum.members.set_password(locked.me("sam"), "nadia", PASSWORD)
    assert locked.forum.members.login("nadia", PASSWORD).handle == "nadia"


def test_tries_at_once_are_counted_one_by_one(locked: House) -> None:
    """Ten sessions that try at the same moment have no more tries than one after the other."""
    account = local.account_named(locked.forum.session.store.read, "nadia")
    assert account is not None
    said: list[str] = []

    def attempt() -> None:
        forum = locked.open()
        said.append(refusal(locked, forum=forum))

    threads = [threading.Thread(target=attempt) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 10
    assert sum("Wait" not in sentence for sentence in said) == passwords.FREE_FAILURES


# --- closing and losing ---------------------------------------------------------------------------------------------


def test_a_closed_account_writes_no_more(house: House) -> None:
    """A session that is open when its account is closed reads on but posts nothing; the posts of before stay."""
    thread = house.post("nadia", "Fluids first.")
    nadia = house.me("nadia")
    house.forum.members.disable(house.me("sam"), "nadia", is_disabled=True)
    with pytest.raises(Refused):
        house.forum.cases.post(nadia, house.board, PostDraft(text="More.", title="One more thing", kind="talk"))
    assert house.forum.cases.open(house.me("omar"), thread).head.text == "Fluids first."


@pytest.mark.parametrize("role", ["steward", "administrator"])
def test_the_last_one_stays(house: House, role: str) -> None:
    """The last steward and the last administrator are neither demoted nor closed; a closed account does not count."""
    members, sam = house.forum.members, house.me("sam")
    with pytest.raises(Refused, match="last"):
        members.grant(sam, "sam", role, is_granted=False)
    with pytest.raises(Refused, match="last"):
        members.disable(sam, "sam", is_disabled=True)
    for office in ("steward", "administrator"):
        members.grant(sam, "nadia", office)
    members.disable(sam, "nadia", is_disabled=True)
    with pytest.raises(Refused, match="last"):
        members.grant(sam, "sam", role, is_granted=False)
    members.disable(sam, "nadia", is_disabled=False)
    members.grant(sam, "sam", role, is_granted=False)
    with pytest.raises(Refused):
        members.grant(house.me("nadia"), "nadia", role, is_granted=False)


def test_two_at_once_do_not_close_the_last_two(house: House) -> None:
    """While one process closes one of two stewards, another that is about to close the other one is refused."""
    members, sam = house.forum.members, house.me("sam")
    for office in ("steward", "administrator"):
        members.grant(sam, "nadia", office)
    said: list[str] = []

    def close_sam() -> None:
        forum = house.open()
        try:
            forum.members.disable(house.me("nadia", forum), "sam", is_disabled=True)
        except Refused as error:
            said.append(str(error))

    with closing(sqlite3.connect(house.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=close_sam)
        thread.start()
        time.sleep(0.3)
        other.execute("UPDATE local_account SET is_disabled = 1 WHERE handle = 'nadia'")
        other.execute("COMMIT")
        thread.join()
    is_closed = dict(house.forum.session.store.read.execute("SELECT handle, is_disabled FROM local_account"))
    assert not (is_closed["sam"] and is_closed["nadia"])
    assert said


@pytest.mark.parametrize("handle", ["mona", "nadia", "tia", "olga"])
def test_accounts_are_kept_by_the_administrator(house: House, handle: str) -> None:
    """Nobody else enrols, links, closes, gives roles, or sets the password of another."""
    me, members = house.me(handle), house.forum.members
    attempts = [
        lambda: members.add(me, "eve", "nurse", "practitioner"), lambda: members.link(me, "omar", 7),
        lambda: members.disable(me, "omar", is_disabled=True), lambda: members.set_password(me, "omar", PASSWORD),
        lambda: members.grant(me, handle, "moderator", is_granted=handle != "mona"),
        lambda: members.grant(me, "omar", "observer"),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(Refused):
            attempt()
    members.set_password(me, handle, PASSWORD)
    assert members.login(handle, PASSWORD).handle == handle


# --- enrolling ------------------------------------------------------------------------------------------------------


def test_who_is_enrolled_must_fit(house: House) -> None:
    """A handle in use, a Unix account in use, an unknown profession or role, a bad name or a weak password: nothing is made."""
    sam, members = house.me("sam"), house.forum.members
    before = [line.handle for line in members.lines()]
    for handle, profession, role, uid, password, error in (
        ("nadia", "nurse", "trainee", None, None, Refused), ("NADIA", "nurse", "trainee", None, None, Refused),
        ("eve", "nurse", "trainee", 1000, None, Refused), ("eve", "wizard", "trainee", None, None, Refused),
        ("eve", "nurse", "moderator", None, None, Refused), ("e ve", "nurse", "trainee", None, None, InputRejected),
        ("eve", "nurse", "trainee", None, "password", BadPassword),
    ):  # fmt: skip
        with pytest.raises(error):
            members.add(sam, handle, profession, role, uid=uid, password=password)
    assert [line.handle for line in members.lines()] == before


def test_roles_are_given_and_taken(house: House) -> None:
    """A new voice replaces the old one and nothing else; an office comes and goes; giving twice changes nothing."""
    sam, members = house.me("sam"), house.forum.members

    def roles(handle: str) -> set[str]:
        return set(next(line for line in members.lines() if line.handle == handle).roles)

    assert roles("sam") == {"practitioner", "steward", "administrator"}
    assert roles("mona") == {"practitioner", "moderator"}
    members.grant(sam, "sam", "trainee")
    assert roles("sam") == {"trainee", "steward", "administrator"}
    members.grant(sam, "sam", "practitioner")
    members.grant(sam, "mona", "observer")
    assert roles("mona") == {"observer", "moderator"}
    before = house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone()
    members.grant(sam, "mona", "moderator")
    assert house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone() == before
    members.grant(sam, "mona", "moderator", is_granted=False)
    assert roles("mona") == {"observer"}
    members.grant(sam, "mona", "moderator")
    assert roles("mona") == {"observer", "moderator"}
    for handle, role in (("nobody", "steward"), ("mona", "wizard")):
        with pytest.raises((NotFound, Refused)):
            members.grant(sam, handle, role)
    with pytest.raises(Refused):
        members.grant(sam, "mona", "observer", is_granted=False)


@pytest.mark.parametrize(("handle", "refusal"), [("tia", HeldForRelease), ("olga", Refused)])
def test_who_may_not_write_writes_nothing(house: House, handle: str, refusal: type[WardroomError]) -> None:
    """What a trainee writes is held, what an observer writes refused, and nothing of it is in the log."""
    thread = house.post("nadia", "Fluids first.")
    before = house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone()
    for attempt in (lambda: house.post(handle, "Mine."), lambda: house.reply(handle, thread, "Mine.")):
        with pytest.raises(refusal):
            attempt()
    assert house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone() == before
    assert (house.forum.cases.open(house.me(handle), thread).may_reply != "") == (refusal is Refused)


# --- another circle -------------------------------------------------------------------------------------------------


@pytest.fixture
def regional(house: House) -> House:
    """A site that has founded a circle beside its own; only sam is known there so far."""
    session = house.forum.session
    with journal(session.store) as j:
        pen = found_circle(j, "region", "county", session.identity.site_seed, session.identity.instance_seed)
        account = local.account_named(j.db, "sam")
        assert account is not None
        event_log.record(j, pen, MemberEnrolled(0, account.person, 2), MemberCard("sam"))
    house.forum.boards.open(house.me("sam"), "trauma", circle="region")
    return house


def test_a_member_is_introduced_where_it_first_acts(regional: House) -> None:
    """Whoever posts in another circle for the first time is enrolled there with the voice held at home, once."""
    board = regional.forum.boards.named(regional.me("omar"), "trauma").board
    thread = regional.post("omar", "Fluids first.", board)
    regional.post("omar", "Fluids again.", board)
    assert regional.forum.cases.open(regional.me("nadia"), thread).head.author == "omar@county"
    assert len(regional.me("omar").members) == 2
    assert len(regional.me("nadia").members) == 1
    for handle in ("tia", "olga"):
        with pytest.raises((Refused, HeldForRelease)):
            regional.post(handle, "Mine.", board)
    assert [line.circle for line in regional.forum.boards.lines(regional.me("omar"))] == ["region", "local", "local"]


def test_offices_do_not_cross_circles(regional: House) -> None:
    """A moderator at home is none in another circle, until a steward of that circle says so."""
    board = regional.forum.boards.named(regional.me("omar"), "trauma").board
    thread = regional.post("omar", "Fluids first.", board)
    mona: Me = regional.me("mona")
    with pytest.raises(Refused):
        regional.forum.cases.hide(mona, thread, "other", is_on=True)
    regional.forum.members.grant(regional.me("sam"), "mona", "moderator", circle="region")
    regional.forum.cases.hide(mona, thread, "other", is_on=True)
    with pytest.raises(NotFound):
        regional.forum.cases.open(regional.me("nadia"), thread)
    with pytest.raises(NotFound):
        regional.forum.members.grant(regional.me("sam"), "mona", "moderator", circle="nowhere")


def test_the_last_steward_of_a_circle_stays(regional: House) -> None:
    """Each circle keeps a steward of its own."""
    regional.forum.members.grant(regional.me("sam"), "nadia", "steward")
    with pytest.raises(Refused, match="last"):
        regional.forum.members.grant(regional.me("sam"), "sam", "steward", is_granted=False, circle="region")


def test_a_moderator_of_another_circle_alone_sees_its_hidden_posts(regional: House) -> None:
    """Whoever moderates the shared circle, and nothing at home, sees what is hidden there."""
    board = regional.forum.boards.named(regional.me("omar"), "trauma").board
    thread = regional.post("omar", "Fluids first.", board)
    regional.forum.members.grant(regional.me("sam"), "nadia", "moderator", circle="region")
    regional.forum.cases.hide(regional.me("nadia"), thread, "other", is_on=True)
    assert regional.forum.cases.open(regional.me("nadia"), thread).head.text == "Fluids first."
    regional.forum.cases.hide(regional.me("nadia"), thread, "other", is_on=False)


def test_a_moderator_at_home_sees_no_hidden_posts_of_another_circle(regional: House) -> None:
    """Whoever moderates at home alone does not see what is hidden in the shared circle."""
    board = regional.forum.boards.named(regional.me("omar"), "trauma").board
    thread = regional.post("omar", "Fluids first.", board)
    regional.forum.cases.hide(regional.me("sam"), thread, "other", is_on=True)
    with pytest.raises(NotFound):
        regional.forum.cases.open(regional.me("mona"), thread)
