"""Nobody learns from any question what is not for them: rooms are as if they were not, hidden words are nowhere."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace
from tests.strategies import NOW_MS, House

from wardroom.domain.case import Record
from wardroom.domain.events import OutcomeBody, VitalSet
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import Calling, Me, Place, PostDraft
from wardroom.errors import NotFound
from wardroom.forum import Forum
from wardroom.store import attention, boards, cards, export, listing, queries, unscreened
from wardroom.store.journal import journal
from wardroom.store.queries import Viewer

NO_VIEWER = {"audience", "is_placed", "card", "cards_named", "roles_of"}
"""Questions about a board or an event as such: who will see a post, and whether an event is one. No post's words."""

SECRETS = ("zqtitle", "zqtext", "zqask", "zqtag", "zqamended", "zqoutcome", "zqreply", "CTAS 4")


def questions() -> dict[str, Callable[..., object]]:
    """Every public function of the store's questions."""
    return {
        name: function
        for module in (queries, boards, listing, export, attention, cards)
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }


def arguments(house: House, events: Sequence[int]) -> dict[str, list[object]]:
    """Every value an argument of that name can sensibly have, and those of things that are not there."""
    db = house.forum.session.store.read
    boards = [row[0] for row in db.execute("SELECT board FROM view_board")]
    return {
        "board": [*boards, None, 10**6],
        "thread": list(events), "post": list(events), "threads": [list(events)], "wanted": [list(events)],
        "posts": [list(events)], "kind": ["named", "answers", "followed", "subscribed", "bookmarks"],
        "member": list(events), "sort": ["activity", "unread", "unanswered"], "limit": [100], "newest": [400],
        "before_ms": [NOW_MS + 10**9], "undo_after_ms": [2 * NOW_MS], "of_posts": [None],
        "name": ["cases", "mess", "room", "nadia", "nadia@county", "room@local"],
        "after": [0], "beginning": [""], "seq": list(events),
        "match": [None, *(f'"{word}"' for word in SECRETS), '"fluids"', 'tokens : "kcase"'], "where": [[]], "bound": [{}],
        "versions": [(0, 10**9)], "by_thread": [False, True],
        "beside": [None, Place(1, NOW_MS, EventNo(1)), Place(2, NOW_MS + 3_601_000, EventNo(12))], "step": [1, -1],
        "most": [0, 2, -1],
    }  # fmt: skip


def answers(house: House, viewer: Viewer, events: Sequence[int]) -> dict[str, object]:
    """What every question answers to a viewer, with every argument."""
    db = house.forum.session.store.read
    values = arguments(house, events)
    found: dict[str, object] = {}
    for name, function in questions().items():
        parameters = list(inspect.signature(function).parameters.values())
        if "viewer" not in [parameter.name for parameter in parameters]:
            assert name in NO_VIEWER, f"{name} takes no viewer"
            continue
        rest = [parameter for parameter in parameters if parameter.name not in {"db", "viewer"}]
        for chosen in product(*(values[parameter.name] for parameter in rest)):
            given = dict(zip([parameter.name for parameter in rest], chosen, strict=True))
            if given.get("board", 0) is None and name not in {
                "unread_threads", "recent_threads", "posts_for_export",
            }:  # fmt: skip
                continue
            found[f"{name}({given})"] = _plain(function(db, viewer, **given))
    return found


def _plain(answer: object) -> object:
    """An answer that can be compared and searched."""
    return repr(list(answer)) if isinstance(answer, Sequence) and not isinstance(answer, str) else repr(answer)


FILTERS = (
    "", "fluids", "-fluids", "kind:case", "kind:talk", "is:open", "is:outcome", "is:answered", "is:closed", "is:unread",
    "is:unanswered", "is:mine", "-is:mine", "board:room", "board:cases", "author:nadia", "author:sam", "-author:nadia",
    "tag:zqtag", "-tag:zqtag", "acuity:ctas:4", "-acuity:ctas:4", "acuity:ctas", "cc:syncope", "-cc:syncope", "before:1h", "after:9999d",
    "-board:cases", "zq*", *SECRETS,
)  # fmt: skip


def use_cases(forum: Forum, me: Me, events: Sequence[int], boards: Sequence[BoardNo]) -> dict[str, object]:
    """What the use cases of reading answer a member."""
    numbers = [EventNo(event) for event in events]

    def tried(ask: Callable[[], object]) -> object:
        try:
            return repr(ask())
        except NotFound as error:
            return str(error)

    found: dict[str, object] = {}
    for text, limit in product(FILTERS, (1, 50)):
        page = forum.search.find(me, text, limit=limit)
        found[f"search {text} {limit}"] = repr(page)
        for other in FILTERS[1:8]:
            found[f"search {text} {other} {limit}"] = repr(forum.search.find(me, f"{text} {other}", limit=limit))
    for board in boards:
        for sort in ("activity", "unread", "unanswered"):
            for step in (1, -1):
                found[f"order {board} {sort} {step}"] = list(forum.cases.order(me, board, sort, step=step))
            found[f"unread of {board} {sort}"] = list(forum.cases.unread_places(me, board, sort))
        found[f"arrived on {board}"] = sorted(forum.cases.arrived_since(me, board, 0))
        found[f"line {board}"] = tried(lambda board=board: forum.boards.line(me, board))
        for is_unread in (True, False):
            found[f"newest {board}"] = forum.cases.newest(me, board, is_unread=is_unread)
    for name in ("room", "room@local", "cases"):
        found[f"named {name}"] = tried(lambda name=name: forum.boards.named(me, name))
    for event in numbers:
        found[f"open {event}"] = tried(lambda event=event: forum.cases.open(me, event))
        found[f"history {event}"] = forum.cases.history(me, event)
        found[f"draft {event}"] = tried(lambda event=event: forum.cases.draft_of(me, event))
        found[f"resolve {event}"] = tried(lambda event=event: forum.cases.resolve(me, f"-{event}"))
    found["lines"] = forum.cases.lines(me, numbers)
    found["words"] = forum.cases.words(me, numbers)
    found["newest"] = forum.cases.newest(me)
    found["boards"] = forum.boards.lines(me, is_whole=True)
    found["brief"] = forum.inbox.brief(me)
    found["unread"] = forum.inbox.unread_posts(me)
    found["next"] = forum.inbox.next_unread(me)
    for kind in get_args(Calling):
        found[kind] = forum.attention.posts(me, kind)
    return {name: answer if isinstance(answer, str | int) else repr(answer) for name, answer in found.items()}


def case_draft() -> PostDraft:
    """A thread whose every part is a word to look for."""
    record = Record(age_band="45-64", acuity="CTAS 4", urgency="now", vitals=(VitalSet(hr=120),))
    return PostDraft(
        text="First zqtext now",
        title="Shock zqtitle",
        kind="case",
        question="Why zqask?",
        tags=("zqtag",),
        record=record,
    )


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[House]:
    """A site with a room of sam and nadia, and a little talk outside of it."""
    house = House(tmp_path / "forum.db")
    house.forum.boards.open(house.me("sam"), "room", members_of_room=("sam", "nadia"))
    for text in ("Warm the fluids.", "Which fluids?"):
        house.reply("omar", house.post("nadia", text), "Fluids indeed.")
    yield house
    house.close()


def room_of(house: House) -> BoardNo:
    return house.forum.boards.named(house.me("sam"), "room").board


def fill_room(house: House) -> EventNo:
    """Everything that can happen to a case happens in the room."""
    cases, nadia, sam = house.forum.cases, house.me("nadia"), house.me("sam")
    thread = cases.post(nadia, room_of(house), case_draft())
    reply = house.reply("sam", thread, "A zqreply here, @omar @mona @tia @olga.")
    cases.react(nadia, reply, "useful", is_on=True)
    cases.react(sam, thread, "useful", is_on=True)
    house.reply("nadia", reply, "Thanks.")
    cases.amend(
        nadia, thread, PostDraft(text="Now zqamended", title="Shock zqtitle", kind="case", question="Why zqask?")
    )
    cases.record_outcome(nadia, thread, OutcomeBody("Home with zqoutcome"))
    cases.set_state(nadia, thread, "answered")
    cases.mark_thread(sam, thread, "pin", is_on=True)
    withdrawn = cases.post(nadia, room_of(house), case_draft())
    cases.withdraw(nadia, withdrawn)
    notice = PostDraft(text="Bring zqtext", title="A notice zqtitle", kind="notice")
    cases.mark_thread(sam, cases.post(sam, room_of(house), notice), "pin", is_on=True)
    return thread


@pytest.mark.parametrize("outsider", ["omar", "mona", "tia", "olga"])
def test_a_room_is_as_if_it_were_not(ward: House, outsider: str) -> None:
    """No question answers an outsider of a room differently for what is in it: not in words, and not in counts.

    A moderator who is not in the room is an outsider too.
    """
    last = ward.forum.session.store.read.execute("SELECT MAX(event) FROM log_event").fetchone()[0]
    events = range(1, last + 30)
    me, viewer = ward.me(outsider), ward.viewer(outsider)
    boards = [line.board for line in ward.forum.boards.lines(ward.me("sam"))]
    at_ms = ward.clock.ms = ward.clock.ms + 3_600_000
    before, reading_before = answers(ward, viewer, events), use_cases(ward.forum, me, events, boards)
    thread = fill_room(ward)
    ward.clock.ms = at_ms
    after, reading_after = answers(ward, viewer, events), use_cases(ward.forum, me, events, boards)
    assert after.keys() == before.keys()
    for question, answer in after.items():
        assert answer == before[question], question
    for question, answer in reading_after.items():
        assert answer == reading_before[question], question
    with pytest.raises(NotFound):
        ward.forum.cases.open(me, thread)


@pytest.mark.parametrize("insider", ["nadia", "sam"])
def test_members_of_a_room_read_it(ward: House, insider: str) -> None:
    """Those in the room see what is in it, by every way."""
    thread = fill_room(ward)
    me = ward.me(insider)
    view = ward.forum.cases.open(me, thread)
    assert "zqamended" in view.head.text
    assert view.outcome == "Home with zqoutcome"
    assert ward.forum.search.find(me, "zqreply").hits
    assert next(line for line in ward.forum.boards.lines(me, is_whole=True) if line.name == "room").threads == 2


def hide(house: House, post: EventNo) -> None:
    house.forum.cases.hide(house.me("mona"), post, "identifier", is_on=True)


def assert_words_are_nowhere(house: House, handle: str, words: Sequence[str]) -> None:
    """No question and no use case gives a member any of the words."""
    last = house.forum.session.store.read.execute("SELECT MAX(event) FROM log_event").fetchone()[0]
    events = range(1, last + 2)
    boards = [line.board for line in house.forum.boards.lines(house.me("sam"))]
    store_answers = answers(house, house.viewer(handle), events)
    forum_answers = use_cases(house.forum, house.me(handle), events, boards)
    for question, answer in {**store_answers, **forum_answers}.items():
        assert [word for word in words if word in str(answer)] == [], question


def brute_unread(house: House, handle: str) -> int:
    """Unread posts counted one by one, by what the words of the rules say."""
    db, viewer = house.forum.session.store.read, house.viewer(handle)
    rooms = {row[0] for row in db.execute("SELECT board FROM view_board WHERE is_room = 1")}
    mine = {row[0] for row in db.execute("SELECT board, member FROM view_room_member") if row[1] in viewer.members}
    ranges = db.execute("SELECT first, last FROM local_read WHERE account = ?", (viewer.account,)).fetchall()
    waiting = {row[0] for row in db.execute("SELECT event FROM local_unscreened")}
    return sum(
        state == 0
        and shown not in waiting
        and author not in viewer.members
        and (board not in rooms or board in mine)
        and not any(first <= arrival <= last for first, last in ranges)
        for board, author, state, arrival, shown in db.execute(
            "SELECT board, author, state, arrival, shown FROM view_post"
        )
    )


def test_a_hidden_reply_is_a_tombstone(ward: House) -> None:
    """Others find of a hidden reply its place and author, and no word, version, snippet or count of it."""
    thread = ward.post("sam", "Fluids again.")
    reply = ward.reply("nadia", thread, "A zqreply here.")
    ward.forum.cases.amend(ward.me("nadia"), reply, PostDraft(text="Now zqamended."))
    quoting = ward.post("sam", "See there.")
    ward.forum.cases.reply(ward.me("sam"), quoting, PostDraft(text="As said.", quotes=(reply,)))
    assert "zqamended" in repr(ward.forum.cases.open(ward.me("omar"), quoting))
    lines = {handle: ward.forum.cases.lines(ward.me(handle), (thread,))[0] for handle in ("omar", "sam")}
    hide(ward, reply)
    for handle in ("omar", "tia", "olga"):
        assert_words_are_nowhere(ward, handle, ("zqreply", "zqamended"))
        assert ward.forum.inbox.unread_posts(ward.me(handle)) == brute_unread(ward, handle)
    line = ward.forum.cases.lines(ward.me("omar"), (thread,))[0]
    assert (line.replies, line.unread) == (lines["omar"].replies - 1, lines["omar"].unread - 1)
    assert not line.is_answered
    (tombstone,) = ward.forum.cases.open(ward.me("omar"), thread).posts
    assert (tombstone.body_state, tombstone.text) == ("hidden", "")
    for handle in ("mona", "sam", "nadia"):
        (seen,) = ward.forum.cases.open(ward.me(handle), thread).posts
        assert (seen.body_state, seen.text) == ("hidden", "Now zqamended.")
        assert len(ward.forum.cases.history(ward.me(handle), reply)) == 2


def test_a_hidden_case_gives_nothing_away(ward: House) -> None:
    """Title, question, tags, acuity and outcome of a hidden case are for moderators and its author alone."""
    thread = ward.forum.cases.post(ward.me("nadia"), ward.board, case_draft())
    ward.forum.cases.record_outcome(ward.me("nadia"), thread, OutcomeBody("Home with zqoutcome"))
    before = next(line for line in ward.forum.boards.lines(ward.me("omar"), is_whole=True) if line.name == "cases")
    hide(ward, thread)
    assert_words_are_nowhere(ward, "omar", SECRETS)
    after = next(line for line in ward.forum.boards.lines(ward.me("omar"), is_whole=True) if line.name == "cases")
    assert (after.threads, after.unread) == (before.threads - 1, before.unread - 1)
    for handle in ("mona", "sam", "nadia"):
        view = ward.forum.cases.open(ward.me(handle), thread)
        assert (view.line.title, view.head.text) == ("Shock zqtitle", "First zqtext now")
        assert view.outcome == "Home with zqoutcome"


def hold(house: House, *events: int) -> None:
    """As if these versions had been imported just now."""
    with journal(house.forum.session.store) as j:
        unscreened.hold(j, events)


@pytest.mark.parametrize("handle", ["omar", "mona", "sam"])
def test_a_case_that_waits_for_screening_is_its_authors_alone(ward: House, handle: str) -> None:
    """No question gives anything of it away, to members, moderators or the steward; its author reads it as ever."""
    before = next(line for line in ward.forum.boards.lines(ward.me(handle)) if line.name == "cases")
    thread = ward.forum.cases.post(ward.me("nadia"), ward.board, case_draft())
    amended = ward.forum.cases.amend(ward.me("nadia"), thread, replace(case_draft(), text="Now zqamended."))
    ward.forum.cases.record_outcome(ward.me("nadia"), thread, OutcomeBody("Home with zqoutcome"))
    newest = ward.forum.session.store.read.execute("SELECT MAX(event) FROM log_event").fetchone()[0]
    hold(ward, thread, amended, newest)
    assert_words_are_nowhere(ward, handle, SECRETS)
    after = next(line for line in ward.forum.boards.lines(ward.me(handle)) if line.name == "cases")
    assert (after.threads, after.unread) == (before.threads, before.unread)
    assert ward.forum.inbox.unread_posts(ward.me(handle)) == brute_unread(ward, handle)
    view = ward.forum.cases.open(ward.me("nadia"), thread)
    assert (view.line.title, view.head.text) == ("Shock zqtitle", "Now zqamended.")
    assert "zqoutcome" in repr(view.outcome)


def test_an_answer_that_waits_for_screening_keeps_its_place(ward: House) -> None:
    """Others see that something stands there and not what; a version that waits does not show the one before either."""
    thread = ward.post("sam", "Fluids again.")
    reply = ward.reply("nadia", thread, "A zqreply here.")
    hold(ward, ward.forum.cases.amend(ward.me("nadia"), reply, PostDraft(text="Now zqamended.")))
    (place,) = ward.forum.cases.open(ward.me("omar"), thread).posts
    assert (place.body_state, place.text) == ("unscreened", "")
    assert_words_are_nowhere(ward, "omar", ("zqreply", "zqamended"))
    assert ward.forum.cases.lines(ward.me("omar"), (thread,))[0].replies == 0


def test_replies_under_a_hidden_case_stay_readable(ward: House) -> None:
    """What others answered is still found, counted and opened; the case stands above it as a tombstone."""
    thread = ward.forum.cases.post(ward.me("nadia"), ward.board, case_draft())
    reply = ward.reply("omar", thread, "Give warm fluids.")
    hide(ward, thread)
    assert_words_are_nowhere(ward, "olga", SECRETS)
    olga = ward.me("olga")
    (line,) = ward.forum.cases.lines(olga, (thread,))
    assert (line.title, line.body_state, line.replies, line.acuity) == ("", "hidden", 1, "")
    assert thread in [place.thread for place in ward.forum.cases.order(olga, ward.board)]
    hits = [hit for hit in ward.forum.search.find(olga, "warm fluids").hits if hit.post == reply]
    assert [hit.title for hit in hits] == [""]
    for post in (thread, reply):
        view = ward.forum.cases.open(olga, post)
        assert (view.head.body_state, view.head.text, view.question, view.tags) == ("hidden", "", "", ())
        assert [post.text for post in view.posts] == ["Give warm fluids."]
    assert ward.forum.inbox.next_unread(olga) is not None
    assert ward.forum.inbox.unread_posts(olga) == brute_unread(ward, "olga")


def test_what_is_shown_again_is_as_before(ward: House) -> None:
    """Showing again brings the words back to everybody, in the index too, and as something unread."""
    thread = ward.forum.cases.post(ward.me("nadia"), ward.board, case_draft())
    ward.forum.inbox.mark_all(ward.me("omar"))
    hide(ward, thread)
    assert ward.forum.search.find(ward.me("omar"), "zqtext").hits == ()
    ward.forum.cases.hide(ward.me("mona"), thread, "identifier", is_on=False)
    assert [hit.post for hit in ward.forum.search.find(ward.me("omar"), "zqtext").hits] == [thread]
    assert ward.forum.inbox.unread_posts(ward.me("omar")) == 1


@pytest.mark.parametrize("gone", ["withdrawn", "purged"])
def test_what_is_gone_is_gone_for_all(ward: House, gone: str) -> None:
    """Words that were withdrawn or erased are for nobody, not even their author or a moderator."""
    thread = ward.forum.cases.post(ward.me("nadia"), ward.board, case_draft())
    reply = ward.reply("omar", thread, "Give warm fluids.")
    if gone == "withdrawn":
        ward.forum.cases.withdraw(ward.me("nadia"), thread)
    else:
        ward.forum.cases.purge(ward.me("nadia"), thread, "identifier")
    for handle in ("omar", "nadia", "mona", "sam"):
        assert_words_are_nowhere(ward, handle, SECRETS)
        view = ward.forum.cases.open(ward.me(handle), reply)
        assert (view.head.body_state, view.head.text) == (gone, "")


def test_nobody_acts_upon_what_is_not_for_them(ward: House) -> None:
    """Every use case that names a post or board of a room answers an outsider that there is none."""
    thread = fill_room(ward)
    omar, cases = ward.me("omar"), ward.forum.cases
    attempts: list[Callable[[], object]] = [
        lambda: cases.reply(omar, thread, PostDraft(text="Hello?")),
        lambda: cases.amend(omar, thread, PostDraft(text="Mine", title="Mine now, really", kind="talk")),
        lambda: cases.withdraw(omar, thread), lambda: cases.purge(omar, thread, "other"),
        lambda: cases.react(omar, thread, "useful", is_on=True), lambda: cases.set_state(omar, thread, "closed"),
        lambda: cases.record_outcome(omar, thread, OutcomeBody("Well.")), lambda: cases.hide(omar, thread, "other", is_on=True),
        lambda: cases.mark_thread(omar, thread, "lock", is_on=True), lambda: cases.draft_of(omar, thread),
        lambda: cases.post(omar, room_of(ward), PostDraft(text="Hello", title="Hello there", kind="talk")),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(NotFound):
            attempt()
