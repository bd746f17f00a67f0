"""Boards, drafts, changes, search and founding: the smaller use cases, over a real file."""

from pathlib import Path

import pytest
from tests.strategies import Clock, Files, House, batches_of, bytes_from, deliver, view_content

from wardroom.domain.views import PostDraft
from wardroom.errors import BadPassword, HeldForRelease, InputRejected, NotFound, Refused, StoreError
from wardroom.forum import bundle
from wardroom.forum.founding import Founder, found
from wardroom.forum.renewal import renew_instance
from wardroom.forum.session import Session
from wardroom.store import audit, event_log, projections
from wardroom.store.database import open_store
from wardroom.store.journal import journal

# --- founding -------------------------------------------------------------------------------------------------------


def test_a_new_forum_is_sound(tmp_path: Path) -> None:
    """A founded file has its site, a steward who can do everything, two boards, and a log that verifies."""
    house = House(tmp_path / "forum.db")
    sam = house.me("sam")
    assert (sam.name, sam.is_steward, sam.can_write) == ("sam@county", True, True)
    assert [line.name for line in house.forum.boards.lines(sam)] == ["cases", "mess"]
    assert list(audit.faults(house.forum.session.store, is_deep=True)) == []
    assert view_content(house.forum.session.store.read)["view_review"] == []
    house.close()


@pytest.mark.parametrize(
    ("site", "handle", "profession", "password", "error"),
    [
        ("", "sam", "nurse", None, InputRejected), ("county", "sa m", "nurse", None, InputRejected),
        ("county", "sam", "wizard", None, Refused), ("county", "sam", "nurse", "short", BadPassword),
        ("county\nsite", "sam", "nurse", None, InputRejected),
    ],
)  # fmt: skip
def test_what_cannot_be_founded_leaves_nothing(
    tmp_path: Path, site: str, handle: str, profession: str, password: str | None, error: type[Exception]
) -> None:
    """A name, profession or password that cannot be: refused in a sentence, and no file is there."""
    with pytest.raises(error):
        found(
            tmp_path / "forum.db",
            Founder(site, handle, profession, None, password),
            now_ms=1,
            random_bytes=bytes_from(1),
        )
    assert list(tmp_path.iterdir()) == []


def test_a_forum_is_founded_once(house: House) -> None:
    """Where a forum is, no other is founded."""
    before = house.path.read_bytes()
    with pytest.raises(StoreError):
        found(house.path, Founder("county", "eve"), now_ms=1)
    assert house.path.read_bytes() == before


def test_a_renewed_instance_goes_on_in_logs_of_its_own(house: House, tmp_path: Path) -> None:
    """A restored file is a new instance: no old sequence is used again, members and their offices are as before,
    and both logs together make the same views on any other file.
    """
    thread = house.post("nadia", "Before the crash.")
    heads = event_log.heads(house.forum.session.store.read)
    house.close()
    store = open_store(house.path, now_ms=house.clock, random_bytes=bytes_from("again"))
    with journal(store) as j:
        renew_instance(j)
    store.close()
    again = House.__new__(House)
    again.path, again.clock, again.open_forums, again.board = house.path, house.clock, [], house.board
    again.forum = again.open(seed="again")
    again.reply("omar", thread, "After it.")
    again.forum.cases.hide(again.me("mona"), thread, "other", is_on=True)
    again.forum.cases.hide(again.me("mona"), thread, "other", is_on=False)
    again.forum.cases.amend(
        again.me("nadia"), thread, PostDraft(text="After, too.", title="Long after it", kind="talk")
    )
    again.forum.members.add(again.me("sam"), "nina", "nurse", "practitioner")
    again.forum.boards.open(again.me("sam"), "after")
    with pytest.raises(HeldForRelease):
        again.post("tia", "Still waiting.")
    db = again.forum.session.store.read
    after = event_log.heads(db)
    assert {log: after[log] for log in heads} == heads
    assert len(after) == len(heads) + 1
    assert list(audit.faults(again.forum.session.store, is_deep=True)) == []
    import random

    with Files(tmp_path).fresh() as copy:
        assert deliver(copy, batches_of(db), random.Random(1)) == {}
        assert view_content(copy.read) == view_content(db)
    assert view_content(db)["view_review"] == view_content(db)["view_waiting"] == []
    again.close()


# --- boards ---------------------------------------------------------------------------------------------------------


def test_a_board_is_found_by_its_name(house: House) -> None:
    """By name or title, in any case, with or without its circle; an unknown one is refused with the names there are."""
    sam, boards = house.me("sam"), house.forum.boards
    boards.open(sam, "tox", title="Toxicology", about="Poisons.")
    for name in ("tox", "TOX", "Toxicology", "tox@local", " tox "):
        assert boards.named(sam, name).title == "Toxicology"
    with pytest.raises(NotFound, match="tox"):
        boards.named(sam, "cardio")
    with pytest.raises(NotFound):
        boards.line(sam, 10**6)  # type: ignore[arg-type]


def test_boards_are_opened_by_stewards(house: House) -> None:
    """Nobody else opens one; a name in use, in no circle, or for members who are not there is refused whole."""
    sam, boards = house.me("sam"), house.forum.boards
    before = len(boards.lines(sam))
    for attempt in (
        lambda: boards.open(house.me("nadia"), "tox"), lambda: boards.open(house.me("mona"), "tox"),
        lambda: boards.open(sam, "cases"), lambda: boards.open(sam, "tox", circle="nowhere"),
        lambda: boards.open(sam, "tox", members_of_room=("sam", "nobody")),
    ):  # fmt: skip
        with pytest.raises((Refused, NotFound)):
            attempt()
    assert len(boards.lines(sam)) == before


def test_a_room_says_who_reads(house: House) -> None:
    """A room is listed for its members alone, with the number of them; the other boards name the site."""
    house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    line = house.forum.boards.named(house.me("nadia"), "room")
    assert line.is_room
    assert "2 members" in line.audience
    assert house.forum.boards.named(house.me("nadia"), "cases").audience == "county only"
    with pytest.raises(NotFound):
        house.forum.boards.named(house.me("omar"), "room")


# --- drafts ---------------------------------------------------------------------------------------------------------


def test_drafts_outlive_their_session(house: House) -> None:
    """What was typed is there in another session of the same member, cleaned, and nobody else's."""
    nadia = house.me("nadia")
    fields = {"text": "Wide \x1b[31mQRS", "title": ""}
    draft = house.forum.drafts.save(nadia, draft=None, kind="case", board=house.board, target=None, fields=fields)
    again = house.open().drafts
    (kept,) = again.list(nadia)
    assert kept.draft == draft
    assert "\x1b" not in kept.fields["text"]
    assert again.list(house.me("omar")) == ()
    again.discard(house.me("omar"), draft)
    assert len(again.list(nadia)) == 1
    assert house.forum.inbox.brief(nadia).drafts == 1
    again.discard(nadia, draft)
    assert house.forum.drafts.list(nadia) == ()


# --- what changed ---------------------------------------------------------------------------------------------------


def test_every_commit_is_noticed(house: House) -> None:
    """A poll tells of a commit of this session or of another one, once, and of nothing else."""
    here, other = house.open(), house.open()
    here.changes.poll()
    assert not here.changes.poll().is_changed
    for forum in (here, other):
        before = here.changes.poll().arrival
        forum.cases.post(house.me("nadia"), house.board, PostDraft(text="Fluids.", title="About fluids", kind="talk"))
        news = here.changes.poll()
        assert news.is_changed
        assert news.arrival > before
        assert not here.changes.poll().is_changed


# --- search ---------------------------------------------------------------------------------------------------------


def test_pages_of_hits_follow_each_other(house: House) -> None:
    """Going on from the last hit shows every hit once, newest first, also where posts were amended meanwhile."""
    posts = [house.post("nadia", f"Warm fluids, {number}.") for number in range(12)]
    for post in posts[::3]:
        house.forum.cases.amend(
            house.me("nadia"), post, PostDraft(text="Warm fluids, amended.", title="About fluids", kind="talk")
        )
    for query in ("warm", "kind:talk", "author:nadia"):
        seen, before = [], None
        while True:
            page = house.forum.search.find(house.me("omar"), query, limit=5, before=before)
            seen += [hit.post for hit in page.hits]
            if not page.is_more:
                break
            before = page.hits[-1].version
        assert sorted(seen) == sorted(posts), query


@pytest.mark.parametrize(
    "text", ['"', "*", "a*b", 'NEAR("x")', "AND OR NOT", "title:x", "{", "'; --", "\0", "x" * 500, "-", "-x"]
)
def test_no_query_is_an_error(house: House, text: str) -> None:
    """Whatever is typed into search, it finds something or nothing."""
    house.post("nadia", "Warm fluids.")
    house.forum.search.find(house.me("nadia"), text)


def test_the_index_survives_every_change(house: House) -> None:
    """After posts, amendments, states, hides and purges FTS5's own check finds the index sound, and words find their posts."""
    thread = house.post("nadia", "Warm fluids.")
    house.forum.cases.amend(
        house.me("nadia"), thread, PostDraft(text="Cold fluids.", title="About fluids", kind="talk")
    )
    house.forum.cases.set_state(house.me("nadia"), thread, "answered")
    house.forum.cases.hide(house.me("mona"), thread, "other", is_on=True)
    house.forum.cases.hide(house.me("mona"), thread, "other", is_on=False)
    gone = house.post("nadia", "Hot fluids.")
    house.forum.cases.purge(house.me("nadia"), gone, "other")
    with house.forum.session.store.write() as db:
        db.execute("INSERT INTO view_search (view_search) VALUES ('integrity-check')")
    found = {
        word: [hit.post for hit in house.forum.search.find(house.me("omar"), word).hits]
        for word in ("cold", "warm", "hot")
    }
    assert found == {"cold": [thread], "warm": [], "hot": []}
    assert [hit.post for hit in house.forum.search.find(house.me("omar"), "is:answered").hits] == [thread]


def test_rebuild_by_a_forum_changes_nothing_one_sees(house: House) -> None:
    """After a rebuild the brief is what it was."""
    thread = house.post("nadia", "Warm fluids.")
    house.reply("omar", thread, "Indeed.")
    before = house.forum.inbox.brief(house.me("mona"))
    with journal(house.forum.session.store) as j:
        projections.rebuild(j)
    assert house.forum.inbox.brief(house.me("mona")) == before


def test_a_forum_opens_where_it_is_found(house: House) -> None:
    """A session knows its file and site."""
    forum = bundle(Session(open_store(house.path, now_ms=Clock())))
    assert (forum.path, forum.site_name, forum.is_read_only) == (house.path, "county", False)
    forum.close()
