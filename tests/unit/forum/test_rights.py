"""Role x verb x state on a real file: what a command may do, and what counts of the same act when a peer sends it."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from tests.strategies import House

from wardroom.domain import events as e
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import Me, PostDraft
from wardroom.errors import HeldForRelease, NotFound, Refused
from wardroom.forum.session import Acting
from wardroom.forum.wording import reference
from wardroom.store import event_log
from wardroom.store.journal import journal

ROLES = {
    "author": "nadia", "practitioner": "omar", "moderator": "mona", "steward": "sam", "trainee": "tia",
    "observer": "olga", "suspended": "paul",
}  # fmt: skip
"""Nadia wrote what is acted upon; paul practised and is suspended."""
STATES = ("open", "locked", "hidden", "withdrawn", "purged")
OUTCOME = e.OutcomeBody("Went home, well.")

DONE, HELD, NO = "done", "held", "no"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A site with a member of every role, one of them suspended, and a second board."""
    made = House(tmp_path / "forum.db")
    made.forum.members.add(made.me("sam"), "paul", "nurse", "practitioner")
    made.forum.boards.open(made.me("sam"), "other")
    made.forum.moderation.suspend(made.me("sam"), "paul", "other")
    yield made
    made.close()


def other_board(house: House) -> BoardNo:
    return house.forum.boards.named(house.me("sam"), "other").board


def in_state(house: House, state: str) -> EventNo:
    """A thread of nadia's that is so."""
    post = house.post("nadia", "Warm the fluids.", kind="case", question="What next?")
    cases = house.forum.cases
    match state:
        case "locked":
            cases.mark_thread(house.me("mona"), post, "lock", is_on=True)
        case "hidden":
            cases.hide(house.me("mona"), post, "other", is_on=True)
        case "withdrawn":
            cases.withdraw(house.me("nadia"), post)
        case "purged":
            cases.purge(house.me("nadia"), post, "other")
    return post


def command(house: House, verb: str, me: Me, post: EventNo) -> None:
    cases, moderation = house.forum.cases, house.forum.moderation
    match verb:
        case "reply":
            cases.reply(me, post, PostDraft(text="Warm them more."))
        case "amend":
            cases.amend(me, post, PostDraft(text="Warm them.", title="About fluids", kind="case", question="And now?"))
        case "withdraw":
            cases.withdraw(me, post)
        case "mark useful":
            cases.react(me, post, "useful", is_on=True)
        case "close":
            cases.set_state(me, post, "closed")
        case "outcome":
            cases.record_outcome(me, post, OUTCOME)
        case "flag":
            moderation.flag(me, post, "other")
        case "hide":
            cases.hide(me, post, "other", is_on=True)
        case "show again":
            cases.hide(me, post, "other", is_on=False)
        case "lock" | "pin":
            cases.mark_thread(me, post, verb, is_on=True)
        case "unlock" | "unpin":
            cases.mark_thread(me, post, verb.removeprefix("un"), is_on=False)
        case "move":
            moderation.move(me, post, other_board(house))
        case "purge":
            cases.purge(me, post, "other")


WRITERS = {"author", "practitioner", "moderator", "steward"}
OFFICERS = {"moderator", "steward"}
MAY: dict[str, set[str]] = {
    "reply": WRITERS, "amend": {"author"}, "withdraw": {"author"}, "mark useful": WRITERS - {"author"} | {"trainee"},
    "close": {"author"} | OFFICERS, "outcome": {"author"} | OFFICERS, "flag": set(ROLES) - {"suspended"},
    "hide": OFFICERS, "show again": OFFICERS, "lock": OFFICERS, "unlock": OFFICERS, "pin": OFFICERS, "unpin": OFFICERS,
    "move": OFFICERS, "purge": {"author"} | OFFICERS,
}  # fmt: skip
"""Who may do a verb to an open thread of this site; a trainee's first answers are held besides."""


def expected(role: str, verb: str, state: str) -> str:
    """The table: what a command of somebody comes to where a thread is in a state."""
    if state == "hidden" and role not in {"author"} | OFFICERS:
        return NO
    if verb in {"amend", "withdraw"} and state not in {"open", "locked"}:
        return NO
    if verb == "reply" and state == "locked":
        return DONE if role in OFFICERS else NO
    if verb == "reply" and role == "trainee":
        return HELD
    return DONE if role in MAY[verb] else NO


@pytest.mark.parametrize("state", STATES)
def test_what_a_command_may(house: House, state: str) -> None:
    """Every role does in every state what the table says and nothing else; who may not see a thread does not find it."""
    for verb, role in product(MAY, ROLES):
        post = in_state(house, state)
        try:
            command(house, verb, house.me(ROLES[role]), post)
            got = DONE
        except HeldForRelease:
            got = HELD
        except NotFound:
            assert state == "hidden"
            got = NO
        except Refused:
            got = NO
        assert got == expected(role, verb, state), (role, verb)


def event_of(verb: str, acting: Acting, post: e.EventRef, board: e.EventRef) -> tuple[e.Envelope, e.Body | None]:
    """The event by which a verb travels, superseding nothing."""
    who = acting.author
    match verb:
        case "reply":
            return e.Replied(who, post, 0, ()), e.PostBody(text="Warm them more.")
        case "amend":
            return e.PostAmended(who, post, ()), e.PostBody(text="Warm them.", title="About fluids")
        case "withdraw":
            return e.PostWithdrawn(who, post, ()), None
        case "mark useful":
            return e.Reacted(who, post, 0, True, ()), None
        case "close":
            return e.CaseStateChanged(who, post, e.STATES.index("closed"), ()), None
        case "outcome":
            return e.OutcomeRecorded(who, post, ()), OUTCOME
        case "flag":
            return e.PostFlagged(who, post, True, 0, ()), None
        case "hide" | "show again":
            return e.PostHidden(who, post, verb == "hide", 0, ()), None
        case "lock" | "unlock":
            return e.ThreadLocked(who, post, verb == "lock", ()), None
        case "pin" | "unpin":
            return e.ThreadPinned(who, post, verb == "pin", ()), None
        case "move":
            return e.ThreadMoved(who, post, board, ()), None
    return e.PostPurged(who, (post,), 0, None), None


@pytest.mark.parametrize("state", STATES)
def test_what_counts_of_a_peer(house: House, state: str) -> None:
    """The same act that no command has asked about counts for whom the table names, whatever state it meets.

    States come in any order at different sites, so they take no right away. What is without right is kept for review;
    what a suspended member writes is kept and hidden.
    """
    db = house.forum.session.store.read
    board = other_board(house)
    for verb, role in product(MAY, ROLES):
        post = in_state(house, state)
        with journal(house.forum.session.store) as j:
            acting = house.forum.session.acting(j, house.me(ROLES[role]), house.forum.session.identity.local_circle)
            envelope, body = event_of(verb, acting, reference(j, acting, post), reference(j, acting, board))
            event = event_log.record(j, acting.pen, envelope, body)
        is_kept = db.execute("SELECT 1 FROM view_review WHERE event = ?", (event,)).fetchone() is None
        is_cut = db.execute("SELECT 1 FROM view_behind WHERE event = ?", (event,)).fetchone() is not None
        assert (is_kept and not is_cut) == (role in MAY[verb]), (role, verb)
        assert is_cut == (verb == "reply" and role == "suspended")
