"""Retention: what is past its term goes, with its words, and nothing else does."""

from contextlib import closing

import pytest
from tests.strategies import House

from wardroom.domain.ids import EventNo
from wardroom.errors import Refused
from wardroom.forum.retention import DAY_MS, Due, Terms
from wardroom.store.database import _connect

TERMS = Terms(drafts_d=30, reads_d=90, cases_d=730)


def draft(house: House, text: str) -> int:
    return house.forum.drafts.save(
        house.me("nadia"), draft=None, kind="case", board=house.board, target=None, fields={"text": text}
    )


def rows(house: House, sql: str) -> list[tuple[int, ...]]:
    with closing(_connect(house.path, is_read_only=True)) as db:
        return db.execute(sql).fetchall()


def test_drafts_go_when_nobody_has_touched_them(house: House) -> None:
    """A draft of 31 days goes, one of 29 stays; with no term all stay."""
    draft(house, "The older one")
    house.clock.ms += 2 * DAY_MS
    draft(house, "The younger one")
    house.clock.ms += 29 * DAY_MS
    assert house.forum.retention.due(Terms(0, 0, 0)) == Due(0, 0, 0, 0)
    house.forum.retention.tidy(Terms(0, 0, 0))
    assert house.forum.retention.due(TERMS) == Due(1, 0, 0, 0)
    house.forum.retention.tidy(TERMS)
    assert [kept.fields["text"] for kept in house.forum.drafts.list(house.me("nadia"))] == ["The younger one"]
    assert b"The older one" not in house.path.read_bytes()


def test_who_read_what_becomes_a_number(house: House) -> None:
    """Who saw a post first when is known for the term, then only how many; the author is no reader."""
    post = house.post("omar", "Fluids first.")
    for handle in ("nadia", "nadia", "tia", "omar"):
        house.forum.inbox.mark_seen(house.me(handle), [post])
        house.clock.ms += DAY_MS
    read = rows(house, "SELECT handle, read_ms FROM local_reads JOIN local_account USING (account) ORDER BY handle")
    start_ms = house.clock.ms - 4 * DAY_MS
    assert read == [("nadia", start_ms), ("tia", start_ms + 2 * DAY_MS)]
    house.clock.ms = start_ms + 91 * DAY_MS
    house.forum.retention.tidy(TERMS)
    assert rows(house, "SELECT post, readings FROM local_reader_sum") == [(post, 1)]
    house.clock.ms += 10 * DAY_MS
    house.forum.retention.tidy(TERMS)
    assert rows(house, "SELECT post, readings FROM local_reader_sum") == [(post, 2)]
    assert rows(house, "SELECT COUNT(*) FROM local_reads") == [(0,)]


def test_old_threads_lose_their_words_by_a_moderators_purge(house: House) -> None:
    """All posts of a thread without a word for the term are purged, a thread with a young reply stays whole."""
    words = ("Plumbago", "Tangerine", "Obsidian", "Withdrawn lemons")
    old = house.post("omar", words[0])
    house.forum.cases.amend(house.me("omar"), old, house.forum.cases.draft_of(house.me("omar"), old))
    house.reply("nadia", old, words[1])
    taken_back = house.reply("nadia", old, words[3])
    house.forum.cases.withdraw(house.me("nadia"), taken_back)
    kept = house.post("omar", words[2])
    house.clock.ms += 731 * DAY_MS
    house.reply("nadia", kept, "An answer two years later.")
    assert house.forum.retention.due(TERMS) == Due(0, 0, 1, 3)
    with pytest.raises(Refused):
        house.forum.retention.purge_old(house.me("nadia"), TERMS)
    house.forum.retention.purge_old(house.me("mona"), TERMS)
    assert house.forum.retention.due(TERMS) == Due(0, 0, 0, 0)
    left = house.path.read_bytes() + (house.path.with_name("forum.db-wal")).read_bytes()
    assert [word for word in words if word.encode() in left] == ["Obsidian"]
    assert house.forum.cases.open(house.me("tia"), EventNo(kept)).head.text == "Obsidian"
    assert list(house.forum.upkeep.faults(is_deep=True)) == []
