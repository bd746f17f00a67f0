"""A board's list read in stretches is the list read whole, for everybody, and what a screen asks costs no walk over it."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path
from random import Random

import pytest
from tests.strategies import House

from wardroom.domain.case import Record
from wardroom.domain.events import OutcomeBody
from wardroom.domain.ids import EventNo
from wardroom.domain.views import Place, PostDraft
from wardroom.errors import NotFound, Refused
from wardroom.store import listing, unscreened
from wardroom.store.folds import HERE
from wardroom.store.journal import journal
from wardroom.store.projections import rebuild
from wardroom.store.queries import ENDED, SHOWN, UNREAD, Viewer

HANDLES = ("sam", "mona", "nadia", "omar", "tia", "olga")
SORTS = ("activity", "unread", "unanswered")
HOUR_MS = 3_600_000
MOMENT = "2026-01-05T10:00:00Z"


@pytest.fixture(name="busy", params=range(3))
def _busy(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """A board on which everything has happened that can change a list, in some order."""
    house = House(tmp_path / "forum.db")
    rng = Random(request.param)
    room = house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    threads = [_thread(house, rng) for _ in range(24)]
    for _ in range(60):
        with suppress(NotFound, Refused):
            _something(house, rng, threads)
    house.forum.moderation.move(house.me("mona"), threads[0], house.forum.boards.named(house.me("mona"), "mess").board)
    house.post("nadia", "Only for the room.", room)
    for number in range(6):
        house.forum.transfer.import_from(house.me("omar"), _mail(tmp_path, number), house.board)
        if number < 3:
            house.forum.unscreened.work(most=1)
    yield house
    house.close()


def _thread(house: House, rng: Random) -> EventNo:
    house.clock.ms += rng.choice((0, 0, 1000))  # several at the same moment
    who = rng.choice(("nadia", "omar", "mona"))
    kind = rng.choice(("talk", "case", "question", "notice"))
    draft = PostDraft(
        text="Warm the fluids.", title="About fluids", kind=kind, question="Why?" if kind != "notice" else "",
        record=Record(age_band="45-64", urgency="now") if kind == "case" else None,
        until_ms=house.clock.ms + rng.randrange(1, 3) * HOUR_MS if kind == "notice" and rng.random() < 0.7 else None,
    )  # fmt: skip
    return house.forum.cases.post(house.me(who), house.board, draft)


def _something(house: House, rng: Random, threads: list[EventNo]) -> None:
    cases, thread, mona = house.forum.cases, rng.choice(threads), house.me("mona")
    match rng.randrange(7):
        case 0 | 1 | 2:
            house.reply(rng.choice(("nadia", "omar", "mona")), thread, "Fluids indeed.")
        case 3:
            house.forum.inbox.mark_seen(house.me(rng.choice(HANDLES)), [thread])
        case 4:
            cases.mark_thread(mona, thread, "pin", is_on=rng.random() < 0.5)
        case 5:
            cases.hide(mona, thread, "other", is_on=rng.random() < 0.5)
        case _:
            house.clock.ms += HOUR_MS // 10


def _mail(folder: Path, number: int) -> Path:
    words = "Seen with Mrs Martha Ellwood, MRN 4482913." if number % 2 else "Bicarb again, QRS 118."
    path = folder / f"{number}.eml"
    path.write_text(
        f"Message-ID: <{number}@x.invalid>\nFrom: Ann Ames <ann@x.invalid>\nSubject: Case {number}\n"
        f"Date: Mon, 05 Jan 2026 10:00:00 +0000\n\n{words}\n"
    )
    return path


def whole(db: sqlite3.Connection, viewer: Viewer, board: int, sort: str) -> list[Place]:
    """The list by its definition, row by row, with no index and no page."""
    rows = db.execute(
        "SELECT a.activity_ms, a.thread, t.is_pinned, t.is_answered = 0 AND t.kind IN ('case', 'question'),"
        f" EXISTS (SELECT 1 FROM view_post p WHERE p.thread = a.thread AND {UNREAD})"
        " FROM local_activity a JOIN view_thread t USING (thread) WHERE t.board = :board"
        f" AND a.thread NOT IN {ENDED} AND EXISTS (SELECT 1 FROM view_post r WHERE r.thread = a.thread AND {SHOWN})",
        {**viewer.bound, "board": board},
    ).fetchall()
    found = []
    for activity_ms, thread, is_pinned, waits, is_unread in rows:
        is_first = {"unread": is_unread, "unanswered": waits}.get(sort, False)
        run = listing.PINNED if is_pinned else listing.FIRST if is_first else listing.REST
        found.append(Place(run, activity_ms, EventNo(thread)))
    return sorted(found, key=lambda place: place.rank)


def in_stretches(house: House, handle: str, sort: str, step: int, limit: int) -> list[Place]:
    """The list as a screen reads it from one end to the other."""
    order, me = house.forum.cases.order, house.me(handle)
    found: list[Place] = []
    beside = None
    while stretch := order(me, house.board, sort, beside=beside, step=step, limit=limit):
        found += stretch
        beside = stretch[-1]
    return found


def test_stretches_are_the_list(busy: House) -> None:
    """Whatever is pinned, unread, hidden, over, unanswered or held back, and for whomever: downwards and upwards alike."""
    db = busy.forum.session.store.read
    seen = set()
    for handle in HANDLES:
        for sort in SORTS:
            expected = whole(db, busy.viewer(handle), busy.board, sort)
            seen |= {place.run for place in expected}
            for limit in (1, 7, 100):
                assert in_stretches(busy, handle, sort, 1, limit) == expected, (handle, sort, limit)
                assert in_stretches(busy, handle, sort, -1, limit) == expected[::-1], (handle, sort, limit)
            unread = {line.thread for line in busy.forum.cases.newest(busy.me(handle), busy.board, is_unread=True)}
            assert list(busy.forum.cases.unread_places(busy.me(handle), busy.board, sort)) == [
                place for place in expected if place.thread in unread
            ]
        line = next(
            each for each in busy.forum.boards.lines(busy.me(handle), is_whole=True) if each.board == busy.board
        )
        assert line.threads == len(expected)
        assert line.activity_ms == max(place.activity_ms for place in expected)
    assert seen == {listing.PINNED, listing.FIRST, listing.REST}
    assert len({len(in_stretches(busy, handle, "activity", 1, 100)) for handle in ("omar", "mona", "nadia")}) == 3


def test_a_place_that_is_gone_still_divides_the_list(busy: House) -> None:
    """What follows a place, and what precedes it, is told by where it was, wherever its thread stands meanwhile."""
    order, nadia = busy.forum.cases.order, busy.me("nadia")
    places = in_stretches(busy, "nadia", "activity", 1, 100)
    middle = places[len(places) // 2]
    busy.reply("omar", middle.thread, "It goes to the top.")
    below = order(nadia, busy.board, beside=middle)
    assert below == tuple(places[len(places) // 2 + 1 :])
    assert middle.thread not in {place.thread for place in below}
    assert middle.thread in {place.thread for place in order(nadia, busy.board, beside=middle, step=-1)}


def test_who_has_a_thread_in_their_lists_is_made_again(busy: House) -> None:
    """What screening holds back or stops is noted beside the thread, the same when the views are made anew."""
    store = busy.forum.session.store
    before = store.read.execute("SELECT * FROM local_activity ORDER BY thread").fetchall()
    assert {row[2] for row in before} >= {1, 2, 3}
    authors = store.read.execute("SELECT event, author FROM local_unscreened ORDER BY event").fetchall()
    with journal(store, is_durable=False) as j:
        rebuild(j)
    assert store.read.execute("SELECT * FROM local_activity ORDER BY thread").fetchall() == before
    assert store.read.execute("SELECT event, author FROM local_unscreened ORDER BY event").fetchall() == authors
    busy.forum.unscreened.work()
    for one in busy.forum.unscreened.stopped(busy.me("mona")):
        busy.forum.unscreened.release(busy.me("mona"), one.event, "an actor of the simulation")
    assert unscreened.counts(store.read) == unscreened.Counts(0, 0)
    shown = store.read.execute(
        "SELECT a.thread FROM local_activity a WHERE a.shown_to = 1 AND EXISTS (SELECT 1 FROM view_post p"
        f" WHERE p.thread = a.thread AND p.state = {HERE}) ORDER BY a.thread"
    ).fetchall()
    assert [row[0] for row in shown] == [row[0] for row in before if row[2]]


def screens(house: House, handle: str) -> dict[str, Callable[[], object]]:
    """What the screens of a member ask."""
    forum, me, board = house.forum, house.me(handle), house.board
    beside = forum.cases.order(me, board)[3]
    return {
        "brief": lambda: forum.inbox.brief(me),
        "sums": lambda: forum.inbox.sums(me),
        "header": lambda: forum.inbox.unread_posts(me),
        "boards": lambda: forum.boards.lines(me, most=10),
        "next unread": lambda: forum.inbox.next_unread(me, beside.thread, board),
        "card": lambda: forum.cards.named(me, "nadia"),
        **{
            f"board, {sort}, {step}": lambda sort=sort, step=step: (
                forum.cases.order(me, board, sort, step=step), forum.cases.order(me, board, sort, beside=beside, step=step)
            )
            for sort in SORTS
            for step in (1, -1)
        },
        "unread on a board": lambda: forum.cases.unread_places(me, board, "unanswered"),
        "news of a board": lambda: forum.cases.arrived_since(me, board, forum.cases.newest_arrival() - 5),
    }  # fmt: skip


def steps(house: House, handle: str) -> dict[str, int]:
    """How many steps SQLite takes for what each screen asks."""
    db = house.forum.session.store.read
    found = {}
    for name, ask in screens(house, handle).items():
        taken = count()
        db.set_progress_handler(lambda taken=taken: next(taken) and 0, 1)
        ask()
        db.set_progress_handler(None, 0)
        found[name] = next(taken)
    return found


def archive(folder: Path, name: str, threads: int) -> Path:
    """Threads of several kinds in a file that can be imported, two posts each."""
    path = folder / f"{name}.jsonl"
    lines = []
    for number in range(threads):
        kind = ("talk", "question", "notice")[number % 3]
        head = {"id": f"{name}-{number}", "title": "Old fluids", "body": "Warm them.", "kind": kind, "created": MOMENT}
        reply = {"id": f"{name}-{number}-1", "parent": head["id"], "body": "Indeed.", "created": MOMENT}
        lines += [json.dumps(head), json.dumps(reply)]
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("are_screened", [True, False], ids=["screened", "waiting"])
def test_no_screen_asks_more_of_a_larger_forum(tmp_path: Path, *, are_screened: bool) -> None:
    """What a screen asks takes as many steps with 1,000 threads as with 200, be they read by screening yet or not."""
    with closing(House(tmp_path / "forum.db")) as house:
        for number in range(12):
            house.reply("nadia", house.post("omar", "Warm the fluids.", kind="question", question="Why?"), "Indeed.")
            house.post("mona" if number % 2 else "nadia", "Which fluids?", kind="talk")
        house.forum.transfer.import_from(house.me("omar"), archive(tmp_path, "few", 200), house.board)
        house.forum.unscreened.work(most=10_000)
        house.reply("omar", house.post("nadia", "The newest of all."), "Indeed.")
        before = {handle: steps(house, handle) for handle in ("nadia", "omar", "mona")}
        house.forum.transfer.import_from(house.me("omar"), archive(tmp_path, "many", 800), house.board)
        if are_screened:
            house.forum.unscreened.work(most=10_000)
        for handle, known in before.items():
            looks_closer = handle == "omar" and not are_screened  # at each thread that is his alone
            for name, taken in steps(house, handle).items():
                assert taken < (5 if looks_closer else 1.2) * known[name] + 1_000, (handle, name, known[name], taken)


def test_a_case_that_waits_for_its_outcome_is_found_until_it_has_one(busy: House) -> None:
    """An index of what is due is narrower than the cases there are: what is closed or told has left it."""
    nadia, clock = busy.me("nadia"), busy.clock
    draft = PostDraft("Warm the fluids.", title="A case of mine", kind="case", question="Why?", record=Record(sex="F"))
    first, second = (busy.forum.cases.post(nadia, busy.board, draft) for _ in range(2))
    clock.ms += 100 * HOUR_MS
    due = {post.post for post in busy.forum.attention.posts(nadia, "due")}
    assert {first, second} <= due
    busy.forum.cases.record_outcome(nadia, first, OutcomeBody("Home"))
    busy.forum.cases.set_state(nadia, second, "closed")
    assert due - {post.post for post in busy.forum.attention.posts(nadia, "due")} == {first, second}
