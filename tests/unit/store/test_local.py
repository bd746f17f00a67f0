"""What never leaves the file: drafts, settings, accounts and the memory of imports."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from wardroom.domain.ids import AccountNo, BoardNo, EventNo
from wardroom.store import local
from wardroom.store.schema import LOG_AND_LOCAL

NADIA, OMAR = AccountNo(1), AccountNo(2)


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    """The tables of what is local, in memory."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript(LOG_AND_LOCAL)
        yield connection


def save(db: sqlite3.Connection, account: AccountNo, text: str, draft: int | None = None, now_ms: int = 1) -> int:
    return local.save_draft(
        db, account, draft=draft, kind="case", board=BoardNo(3), target=None, fields={"text": text}, now_ms=now_ms
    )


def test_a_draft_is_kept_as_it_was_last(db: sqlite3.Connection) -> None:
    """Saving again under the number of a draft replaces it; without a number it is another one; the newest is first."""
    first = save(db, NADIA, "Wide", now_ms=1)
    assert save(db, NADIA, "Wide QRS", first, now_ms=2) == first
    second = save(db, NADIA, "Febrile", now_ms=3)
    assert [(d.draft, d.fields["text"], d.about) for d in local.drafts(db, NADIA)] == [
        (second, "Febrile", "Febrile"), (first, "Wide QRS", "Wide QRS"),
    ]  # fmt: skip


def test_drafts_are_of_one_account(db: sqlite3.Connection) -> None:
    """Nobody sees, changes or throws away the draft of somebody else."""
    hers = save(db, NADIA, "Hers")
    assert local.drafts(db, OMAR) == ()
    local.discard_draft(db, OMAR, hers)
    assert [draft.about for draft in local.drafts(db, NADIA)] == ["Hers"]
    his = save(db, OMAR, "His", hers)
    assert his != hers
    assert [draft.about for draft in local.drafts(db, NADIA)] == ["Hers"]
    assert [(draft.draft, draft.about) for draft in local.drafts(db, OMAR)] == [(his, "His")]


def test_a_draft_that_was_thrown_away_begins_anew(db: sqlite3.Connection) -> None:
    """What is typed on after the draft was discarded elsewhere, and its number given to another account, is kept."""
    hers = save(db, NADIA, "Hers")
    local.discard_draft(db, NADIA, hers)
    his = save(db, OMAR, "His")
    again = save(db, NADIA, "Hers, and more", hers)
    assert [draft.about for draft in local.drafts(db, NADIA)] == ["Hers, and more"]
    assert [draft.about for draft in local.drafts(db, OMAR)] == ["His"]
    assert again != his
    local.discard_draft(db, NADIA, again)
    assert save(db, NADIA, "Once more", again)


def test_a_setting_is_the_last_one(db: sqlite3.Connection) -> None:
    """A setting that was never written is absent; written twice it is the second."""
    assert local.setting(db, "tour") is None
    local.keep_setting(db, "tour", "begun")
    local.keep_setting(db, "tour", "done")
    assert local.setting(db, "tour") == "done"


def test_an_import_is_known_for_ever(db: sqlite3.Connection) -> None:
    """A source that was imported is known by the first post made of it."""
    assert local.import_known(db, b"hash") is None
    local.keep_import(db, b"hash", EventNo(7))
    local.keep_import(db, b"hash", EventNo(8))
    assert local.import_known(db, b"hash") == 7


def test_accounts_are_one_to_a_name_and_a_unix_account(db: sqlite3.Connection) -> None:
    """Two accounts share neither handle nor Unix account; linking moves the link; disabling and closing are undone."""

    def add(handle: str, uid: int | None) -> AccountNo:
        return local.add_account(
            db, handle=handle, profession="nurse", person=handle.encode(), uid=uid, password=None, now_ms=1
        )

    nadia, omar = add("nadia", 1000), add("omar", None)
    for handle, uid in (("nadia", 5), ("other", 1000)):
        with pytest.raises(sqlite3.IntegrityError):
            add(handle, uid)
    local.set_uid(db, omar, 1000)
    found = local.account_of_uid(db, 1000)
    assert found is not None
    assert found.account == omar
    assert [account.handle for account in local.accounts(db)] == ["nadia", "omar"]
    local.set_disabled(db, nadia, is_disabled=True)
    changed = local.account_numbered(db, nadia)
    assert changed is not None
    assert changed.is_disabled
    assert changed.uid is None


def test_own_posts_are_remembered_for_an_hour(db: sqlite3.Connection) -> None:
    """The newest own post within the time asked for is found, per account, until it is forgotten."""
    local.own_post_made(db, EventNo(5), NADIA, 1_000_000, may_undo_first=True)
    local.own_post_made(db, EventNo(6), NADIA, 1_010_000, may_undo_first=True)
    local.own_post_made(db, EventNo(7), OMAR, 1_020_000, may_undo_first=True)
    assert local.newest_own_post(db, NADIA, 990_000) == 6
    assert local.newest_own_post(db, NADIA, 1_010_000) is None
    local.forget_own_post(db, EventNo(6))
    assert local.newest_own_post(db, NADIA, 990_000) == 5
    local.own_post_made(db, EventNo(9), OMAR, 1_000_000 + 3_600_001, may_undo_first=True)
    assert local.newest_own_post(db, NADIA, 0) is None
