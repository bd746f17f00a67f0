"""Posts: what is acknowledged is there, what is refused leaves nothing, and what was a slip is taken back."""

import pytest
from tests.strategies import House, raw_bytes, vocabulary

from wardroom.domain.events import OutcomeBody
from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostDraft
from wardroom.errors import IdentifierFound, InputRejected, NotFound, Refused
from wardroom.store import audit

WORD = "zqslipofthepen"


def talk(text: str, title: str = "About warm fluids") -> PostDraft:
    return PostDraft(text=text, title=title, kind="talk")


def events(house: House) -> int:
    return int(house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone()[0])


def assert_sound(house: House) -> None:
    """The file is sound to its last signature."""
    assert list(audit.faults(house.forum.session.store, is_deep=True)) == []


# --- undo -----------------------------------------------------------------------------------------------------------


def test_undo_erases_and_leaves_a_tombstone(house: House) -> None:
    """Within undo_s the author's last post is gone: from the view, the index and the bytes of the file."""
    thread = house.post("nadia", "Fluids first.")
    slip = house.reply("nadia", thread, f"Ask {WORD} about it.")
    assert house.forum.cases.open(house.me("nadia"), thread).posts[0].is_draft_undo
    house.clock.ms += 59_000
    assert WORD in (house.forum.cases.undo(house.me("nadia")) or "")
    (tombstone,) = house.forum.cases.open(house.me("omar"), thread).posts
    assert (tombstone.post, tombstone.body_state, tombstone.text) == (slip, "purged", "")
    assert not [term for term, *_ in vocabulary(house.forum.session.store.read) if WORD in term]
    assert WORD.encode() not in raw_bytes(house.path)
    assert house.forum.search.find(house.me("nadia"), WORD).hits == ()
    assert_sound(house)


def test_after_its_time_nothing_is_undone(house: House) -> None:
    """Once undo_s has passed there is nothing to take back."""
    thread = house.post("nadia", "Fluids first.")
    house.clock.ms += 60_000
    before = events(house)
    assert house.forum.cases.undo(house.me("nadia")) is None
    assert events(house) == before
    assert not house.forum.cases.open(house.me("nadia"), thread).head.is_draft_undo


def test_undo_takes_one_after_the_other_and_only_ones_own(house: House) -> None:
    """The newest first, each once, and never a post of somebody else."""
    first = house.post("nadia", "First words.")
    second = house.post("nadia", "Second words.")
    house.post("omar", "Words of another.")
    assert house.forum.cases.undo(house.me("mona")) is None
    assert "Taken back" in (house.forum.cases.undo(house.me("nadia")) or "")
    with pytest.raises(Refused):
        house.forum.cases.withdraw(house.me("nadia"), second)
    assert house.forum.cases.open(house.me("nadia"), first).head.text == "First words."
    house.forum.cases.undo(house.me("nadia"))
    assert house.forum.cases.undo(house.me("nadia")) is None
    assert house.forum.cases.open(house.me("nadia"), first).head.body_state == "purged"


def test_without_time_there_is_no_undo(house: House) -> None:
    """A site may set undo_s to nothing."""
    forum = house.open(undo_s=0)
    house.post("nadia", "Fluids first.")
    assert forum.cases.undo(house.me("nadia")) is None


def test_undo_of_what_was_amended_takes_every_version(house: House) -> None:
    """A post that was amended meanwhile is erased with all its versions."""
    thread = house.post("nadia", f"Ask {WORD} about it.")
    house.forum.cases.amend(house.me("nadia"), thread, talk(f"Ask {WORD} and others."))
    house.forum.cases.undo(house.me("nadia"))
    assert WORD.encode() not in raw_bytes(house.path)
    assert house.forum.cases.history(house.me("nadia"), thread) == ()


# --- erasing --------------------------------------------------------------------------------------------------------


def test_a_purge_takes_the_words_and_leaves_the_chain(house: House) -> None:
    """The words of a case, its versions and its outcome are nowhere in the file; the log is as sound as before."""
    thread = house.post("nadia", f"Ask {WORD} about it.")
    house.forum.cases.amend(house.me("nadia"), thread, talk(f"Ask {WORD} again.", f"About {WORD} fluids"))
    house.forum.cases.record_outcome(house.me("nadia"), thread, OutcomeBody(f"Home with {WORD}"))
    house.reply("omar", thread, "Give fluids.")
    house.forum.cases.purge(house.me("mona"), thread, "identifier")
    assert WORD.encode() not in raw_bytes(house.path)
    view = house.forum.cases.open(house.me("omar"), thread)
    assert (view.head.body_state, view.line.title, view.outcome, len(view.posts)) == ("purged", "", "", 1)
    assert_sound(house)


def test_a_purge_among_many_posts_leaves_no_word(house: House) -> None:
    """In an index of many pages the words of one erased post are in no segment and no freed page."""
    pages = [" ".join(f"w{(n * 37 + k * 101) % 9001:x}q" for k in range(60)) for n in range(1500)]
    with house.forum.session.store.write(is_durable=False) as db:
        for number, page in enumerate(pages):
            db.execute(
                "INSERT INTO view_search (rowid, title, text, tokens) VALUES (?, '', ?, '')", (10**6 + number, page)
            )
    thread = house.post("nadia", f"Ask {WORD} about it.")
    house.forum.cases.purge(house.me("nadia"), thread, "identifier")
    assert WORD.encode() not in raw_bytes(house.path)


@pytest.mark.parametrize(
    ("handle", "is_allowed"), [("nadia", True), ("mona", True), ("sam", True), ("omar", False), ("tia", False)]
)
def test_who_may_erase(house: House, handle: str, is_allowed: bool) -> None:
    """The author, a moderator and a steward of the site erase alone; others are refused and nothing changes."""
    thread = house.post("nadia", "Fluids first.")
    if is_allowed:
        house.forum.cases.purge(house.me(handle), thread, "other")
        return
    with pytest.raises(Refused):
        house.forum.cases.purge(house.me(handle), thread, "other")
    assert house.forum.cases.open(house.me("nadia"), thread).head.text == "Fluids first."


# --- changing -------------------------------------------------------------------------------------------------------


def test_versions_are_kept_until_they_are_erased(house: House) -> None:
    """Every version of a post is in its history, the shown one marked."""
    thread = house.post("nadia", "One.")
    for text in ("Two.", "Three."):
        house.clock.ms += 1000
        house.forum.cases.amend(house.me("nadia"), thread, talk(text))
    history = house.forum.cases.history(house.me("omar"), thread)
    assert [(version.text, version.is_shown) for version in history] == [
        ("One.", False),
        ("Two.", False),
        ("Three.", True),
    ]
    assert house.forum.cases.draft_of(house.me("nadia"), thread).text == "Three."
    assert house.forum.cases.open(house.me("omar"), thread).head.versions == 3


def test_a_withdrawn_post_keeps_its_place(house: House) -> None:
    """Its words are no longer shown, its answers are; it is not amended or withdrawn again."""
    thread = house.post("nadia", "Fluids first.")
    house.reply("omar", thread, "Indeed.")
    house.forum.cases.withdraw(house.me("nadia"), thread)
    view = house.forum.cases.open(house.me("omar"), thread)
    assert (view.head.body_state, view.head.text) == ("withdrawn", "")
    assert [post.text for post in view.posts] == ["Indeed."]
    for attempt in (
        lambda: house.forum.cases.withdraw(house.me("nadia"), thread),
        lambda: house.forum.cases.amend(house.me("nadia"), thread, talk("Again.")),
    ):
        with pytest.raises(Refused):
            attempt()


@pytest.mark.parametrize("handle", ["omar", "mona", "sam"])
def test_only_the_author_changes_words(house: House, handle: str) -> None:
    """Nobody else, whatever office they hold, amends or withdraws a post."""
    thread = house.post("nadia", "Fluids first.")
    for attempt in (
        lambda: house.forum.cases.amend(house.me(handle), thread, talk("Mine.")),
        lambda: house.forum.cases.withdraw(house.me(handle), thread),
    ):
        with pytest.raises(Refused):
            attempt()


def test_a_locked_thread_is_read(house: House) -> None:
    """Members do not answer a locked thread, moderators do; unlocked, everybody does."""
    thread = house.post("nadia", "Fluids first.")
    house.forum.cases.mark_thread(house.me("mona"), thread, "lock", is_on=True)
    with pytest.raises(Refused):
        house.reply("omar", thread, "But.")
    assert house.forum.cases.open(house.me("omar"), thread).may_reply
    house.reply("mona", thread, "Closed, see the protocol.")
    house.forum.cases.mark_thread(house.me("mona"), thread, "lock", is_on=False)
    house.reply("omar", thread, "Thanks.")


@pytest.mark.parametrize("act", ["lock", "pin", "state", "outcome"])
def test_what_concerns_a_thread_may_name_any_of_its_posts(house: House, act: str) -> None:
    """Lock, pin, state and outcome are the thread's, whichever of its posts is named."""
    thread = house.post("nadia", "Fluids first.")
    reply = house.reply("nadia", thread, "Indeed.")
    sam, nadia = house.me("sam"), house.me("nadia")
    match act:
        case "lock" | "pin":
            house.forum.cases.mark_thread(sam, reply, act, is_on=True)
        case "state":
            house.forum.cases.set_state(nadia, reply, "closed")
        case _:
            house.forum.cases.record_outcome(nadia, reply, OutcomeBody("Went home."))
    view = house.forum.cases.open(nadia, thread)
    assert (view.line.is_locked, view.line.is_pinned, view.line.state, view.outcome) == {
        "lock": (True, False, "open", ""), "pin": (False, True, "open", ""), "state": (False, False, "closed", ""),
        "outcome": (False, False, "outcome", "Went home."),
    }[act]  # fmt: skip


def test_marks_are_for_the_posts_of_others(house: House) -> None:
    """A mark counts once for each member, comes off again, and is not given to oneself."""
    thread = house.post("nadia", "Fluids first.")
    for _ in range(2):
        house.forum.cases.react(house.me("omar"), thread, "useful", is_on=True)
    house.forum.cases.react(house.me("mona"), thread, "useful", is_on=True)
    assert house.forum.cases.open(house.me("omar"), thread).head.useful == 2
    house.forum.cases.react(house.me("omar"), thread, "useful", is_on=False)
    head = house.forum.cases.open(house.me("omar"), thread).head
    assert (head.useful, head.is_useful_mine) == (1, False)
    with pytest.raises(Refused):
        house.forum.cases.react(house.me("nadia"), thread, "useful", is_on=True)


# --- refusing -------------------------------------------------------------------------------------------------------


def test_what_is_refused_leaves_nothing(house: House) -> None:
    """A post with an identifier, without words, too long, or in no board: not an event more, and the next one works."""
    thread = house.post("nadia", "Fluids first.")
    before = events(house)
    nadia, cases = house.me("nadia"), house.forum.cases
    for error, attempt in (
        (
            IdentifierFound,
            lambda: cases.post(nadia, house.board, talk("Call 555-867-5309 for John Smith, MRN 12345678.")),
        ),
        (InputRejected, lambda: cases.post(nadia, house.board, talk(""))),
        (InputRejected, lambda: cases.post(nadia, house.board, talk("Text.", "Short"))),
        (InputRejected, lambda: cases.post(nadia, house.board, talk("long " * 20_000))),
        (InputRejected, lambda: cases.reply(nadia, thread, talk("  \n "))),
        (NotFound, lambda: cases.post(nadia, 10**9, talk("Text."))),  # type: ignore[arg-type]
        (NotFound, lambda: cases.reply(nadia, EventNo(10**9), talk("Text."))),
        (NotFound, lambda: cases.resolve(nadia, "aaaaaaaa-1")),
        (NotFound, lambda: cases.resolve(nadia, "no id")),
        (NotFound, lambda: cases.resolve(nadia, "a-" + "9" * 400)),
        (Refused, lambda: cases.set_state(nadia, thread, "lost")),
        (Refused, lambda: cases.purge(nadia, thread, "why not")),
    ):
        with pytest.raises(error) as refused:
            attempt()
        assert "\n" not in str(refused.value)
    assert events(house) == before
    house.reply("nadia", thread, "And on.")
    assert_sound(house)


def test_an_id_leads_back_to_its_post(house: House) -> None:
    """The id that was printed, whole or its beginning, in any case, is the post."""
    thread = house.post("nadia", "Fluids first.")
    name = house.forum.cases.id_of(thread)
    letters, _, seq = name.partition("-")
    for written in (name, name.upper(), f" {name} ", f"{letters[:3]}-{seq}", f"{name}-0a1b2c3d"):
        assert house.forum.cases.resolve(house.me("omar"), written) == thread


def test_a_wrong_clock_is_shown_as_such(house: House) -> None:
    """A post from a clock in the future stands at its reception, and a clock set back keeps the order of the log."""
    first = house.post("nadia", "First.")
    now_ms = house.clock.ms
    house.clock.ms -= 3_600_000
    second = house.reply("omar", first, "Second, an hour earlier.")
    third = house.reply("omar", first, "Third.")
    posts = house.forum.cases.open(house.me("nadia"), first).posts
    assert [post.post for post in posts] == [second, third]
    assert all(post.created_ms <= now_ms for post in posts)
