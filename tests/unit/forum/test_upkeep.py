"""Backups are whole and come back as new instances; a check finds what was changed; a rebuild changes nothing."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.strategies import House
from tests.tui.ward import Ward, ward

from wardroom.config import Config
from wardroom.domain.views import PostDraft
from wardroom.errors import NotAForum, StoreError
from wardroom.forum.upkeep import restore
from wardroom.store.backup import verify
from wardroom.wiring import open_forum, wall_ms


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        case = opened.case()
        opened.reply(case, "Hypertonic saline.")
        yield opened


def faults(here: Ward) -> list[str]:
    """What a deep check finds."""
    return list(here.forum.upkeep.faults(is_deep=True))


def test_a_sound_file_has_no_faults(here: Ward) -> None:
    """Every chain, signature and body of a fresh forum holds."""
    assert faults(here) == []


@pytest.mark.parametrize(
    ("table", "column"),
    [("log_event", "envelope"), ("log_event", "commitment"), ("log_body", "body"), ("log_body", "salt")],
)
def test_one_flipped_bit_is_found_and_named(here: Ward, table: str, column: str) -> None:
    """Any change to what was signed is told with its log and event."""
    rows = sqlite3.connect(here.forum.path).execute(f"SELECT event, {column} FROM {table} ORDER BY event").fetchall()
    for event, value in rows:
        if not any(value):
            continue
        changed = bytes([value[0] ^ 1]) + value[1:]
        _set(here, table, column, event, changed)
        assert any("Log " in fault for fault in faults(here)), (event, column)
        _set(here, table, column, event, value)
    assert faults(here) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_event SET kind = kind + (1 << 20) WHERE seq = 3", "UPDATE log_event SET hlc = -hlc WHERE seq = 3",
        "UPDATE log_log SET hlc = hlc + 1", "UPDATE log_circle SET circle = circle + 7",
        "UPDATE log_signature SET seq = seq + 1000", "UPDATE log_log SET forked_at = 2",
    ],
)  # fmt: skip
def test_numbers_that_no_event_has_are_found(here: Ward, sql: str) -> None:
    """Numbers out of range, heads, circles and signatures that fit nothing are faults in words, and stop no check."""
    db = sqlite3.connect(here.forum.path, isolation_level=None)
    db.execute(sql)
    db.close()
    assert faults(here) != []


def _set(here: Ward, table: str, column: str, event: int, value: bytes) -> None:
    db = sqlite3.connect(here.forum.path, isolation_level=None)
    db.execute(f"UPDATE {table} SET {column} = ? WHERE event = ?", (value, event))
    db.close()


def test_a_missing_event_is_found(here: Ward) -> None:
    """A row taken out of the middle of a log is a gap."""
    db = sqlite3.connect(here.forum.path, isolation_level=None)
    db.execute("DELETE FROM log_event WHERE event = (SELECT MAX(event) - 1 FROM log_event)")
    db.close()
    assert faults(here) != []


def test_a_backup_comes_back_as_a_new_instance(here: Ward, tmp_path: Path) -> None:
    """Everything is there, people can go on, and the old instance's logs are never written again."""
    manifest = here.forum.upkeep.back_up(tmp_path / "copy.backup")
    assert manifest.posts == 2
    target = tmp_path / "restored" / "forum.db"
    assert restore(tmp_path / "copy.backup", target, now_ms=wall_ms) == manifest
    back = open_forum(Config(target))
    try:
        me = back.members.linked(os.getuid())
        assert me is not None
        old = manifest.heads
        board = back.boards.named(me, "cases").board
        post = back.cases.post(me, board, PostDraft("After the restore.", title="Posted afterwards", kind="talk"))
        assert back.cases.open(me, post).head.text == "After the restore."
        assert list(back.upkeep.faults(is_deep=True)) == []
        heads = {row[0].hex(): row[1] for row in back.session.store.read.execute("SELECT id, seq FROM log_log")}
        assert {log: heads[log] for log in old} == old
        assert len(heads) == len(old) + 1
        assert me.is_steward
        back.boards.open(me, "another")
    finally:
        back.close()


def test_a_cut_or_changed_backup_is_refused(here: Ward, tmp_path: Path) -> None:
    """What its manifest does not describe is never put in place."""
    path = tmp_path / "copy.backup"
    here.forum.upkeep.back_up(path)
    whole = path.read_bytes()
    for spoiled in (whole[: len(whole) // 2], whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:]):
        path.write_bytes(spoiled)
        with pytest.raises(NotAForum):
            restore(path, tmp_path / "target.db", now_ms=wall_ms)
        assert not (tmp_path / "target.db").exists()


def test_nothing_is_overwritten(here: Ward, tmp_path: Path) -> None:
    """Neither a backup nor a restore takes the place of a file that is there."""
    path = tmp_path / "copy.backup"
    here.forum.upkeep.back_up(path)
    with pytest.raises(StoreError, match="exists"):
        here.forum.upkeep.back_up(path)
    with pytest.raises(StoreError, match="exists"):
        restore(path, here.forum.path, now_ms=wall_ms)


def test_a_backup_is_whole_while_others_write(here: Ward, tmp_path: Path) -> None:
    """A post made after the call began may be in it or not; the copy is sound either way."""
    other = open_forum(here.config)
    try:
        other.cases.post(here.nadia, here.board, PostDraft("Meanwhile.", title="Posted meanwhile", kind="talk"))
        here.forum.upkeep.back_up(tmp_path / "copy.backup")
    finally:
        other.close()
    restore(tmp_path / "copy.backup", tmp_path / "back.db", now_ms=wall_ms)


def test_a_rebuild_changes_nothing_a_reader_sees(here: Ward) -> None:
    """The views made again from the log are the views that were there."""
    before = here.forum.inbox.brief(here.nadia), here.forum.search.find(here.nadia, "saline").hits
    here.forum.upkeep.rebuild()
    assert (here.forum.inbox.brief(here.nadia), here.forum.search.find(here.nadia, "saline").hits) == before


def test_the_doctor_names_what_to_do(here: Ward) -> None:
    """A file that others can read is told with the command that mends it."""
    assert all(finding.is_well for finding in here.forum.upkeep.doctor())
    here.forum.path.chmod(0o644)
    advice = [finding.advice for finding in here.forum.upkeep.doctor() if not finding.is_well]
    assert advice == [f"chmod 600 {here.forum.path}"]


def test_backups_take_turns(house: House, tmp_path: Path) -> None:
    """A backup a day: those past their days go with their manifests, the newest three stay, and so does what is not ours."""
    folder = tmp_path / "backups"
    house.forum.upkeep.back_up_in_turn(folder, 4)
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "wardroom-of-mine.backup").touch()
    (folder / "wardroom-2001-01-01T00-00-00Z.txt").touch()
    for _ in range(6):
        house.clock.ms += 24 * 3_600_000
        target, manifest, _gone = house.forum.upkeep.back_up_in_turn(folder, 4)
        assert verify(target) == manifest
    dated = sorted(path.name for path in folder.glob("wardroom-2*.backup"))
    assert len(dated) == len(list(folder.glob("*.manifest.json"))) == 5
    assert dated[-1] == target.name
    house.clock.ms += 3650 * 24 * 3_600_000
    assert house.forum.upkeep.back_up_in_turn(folder, 4)[2] == 3
    assert len(list(folder.iterdir())) == 2 + 3 * 2
