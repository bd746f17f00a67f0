"""Moderation on the glass: a post is flagged and decided upon, held posts are released, a case is asked unsigned."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.ward import Ward, glass, until, ward

from wardroom.domain.views import Me, PostDraft
from wardroom.errors import HeldForRelease
from wardroom.tui.screens.compose import ComposeScreen
from wardroom.tui.screens.moderation import ModerationScreen


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Ward]:
    """Nadia, who founded the site and so is its steward, looks; omar posts."""
    with ward(tmp_path) as made:
        yield made


def trainee(here: Ward) -> Me:
    here.forum.members.add(here.nadia, "tia", "student", "trainee", uid=4242)
    me = here.forum.members.linked(4242)
    assert me is not None
    return me


async def test_a_flag_is_raised_and_answered_by_keys(here: Ward) -> None:
    """X f 1 hides the post here; O shows it in the queue; X s shows it again, and the queue is empty."""
    case = here.case()
    flagger = here.forum.moderation
    flagger.flag(here.omar, here.reply(case, "Give it.", by=here.nadia), "identifier")
    async with here.app().run_test(size=(80, 24)) as pilot:
        await until(lambda: "1 thing waits for a moderator, O" in glass(pilot.app), on=pilot.app)
        await pilot.press("O")
        await until(lambda: "flagged" in glass(pilot.app), on=pilot.app)
        assert "‼ flagged" in glass(pilot.app)
        await pilot.press("X")
        await until(lambda: "show: nothing is wrong" in glass(pilot.app), on=pilot.app)
        await pilot.press("s")
        await until(lambda: "Nothing waits for you." in glass(pilot.app), on=pilot.app)
        assert "show again" in glass(pilot.app)
        await pilot.press("escape")
    assert here.forum.moderation.queue(here.nadia) == []


async def test_a_case_is_flagged_where_it_is_read(here: Ward) -> None:
    """X opens what can be done about the post under the cursor; a reason is chosen from the list; Esc does nothing."""
    here.case()
    async with here.app().run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(lambda: "Wide QRS" in glass(pilot.app), on=pilot.app)
        await pilot.press("X")
        await until(lambda: "What is to be done" in glass(pilot.app), on=pilot.app)
        await pilot.press("escape")
        assert here.forum.moderation.queue(here.nadia) == []
        await pilot.press("X", "f")
        await until(lambda: "a patient may be identified" in glass(pilot.app), on=pilot.app)
        await pilot.press("5")
        await until(lambda: "Flagged." in glass(pilot.app), on=pilot.app)
    assert [item.reason for item in here.forum.moderation.queue(here.nadia)] == ["unsafe"]


async def test_a_held_post_is_read_and_released(here: Ward) -> None:
    """Its words stand on the glass before it is released; the brief told that it waits."""
    tia = trainee(here)
    with pytest.raises(HeldForRelease):
        here.forum.cases.post(tia, here.board, PostDraft("My first words.", title="A first case", kind="talk"))
    async with here.app().run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await until(lambda: "held" in glass(pilot.app), on=pilot.app)
        await pilot.press("enter")
        await until(lambda: "My first words." in glass(pilot.app), on=pilot.app)
        await pilot.press("r")
        await until(lambda: "Released." in glass(pilot.app), on=pilot.app)
        assert isinstance(pilot.app.screen, ModerationScreen)
    assert here.forum.cases.newest(here.nadia)[0].author == "tia@county"


async def test_what_screening_has_stopped_is_read_and_released(here: Ward, tmp_path: Path) -> None:
    """Its words and what stopped it stand on the glass; a release asks for a reason, without one nothing happens."""
    (tmp_path / "old.jsonl").write_text(
        '{"title": "An old case", "body": "Seen with Mrs Martha Ellwood, MRN 4482913."}\n'
    )
    here.forum.transfer.import_from(here.omar, tmp_path / "old.jsonl", here.board)
    here.forum.unscreened.work()
    async with here.app().run_test(size=(80, 24)) as pilot:
        await until(lambda: "1 thing waits for a moderator, O" in glass(pilot.app), on=pilot.app)
        await pilot.press("O")
        await until(lambda: "stopped" in glass(pilot.app), on=pilot.app)
        await pilot.press("enter")
        await until(lambda: "Mrs Martha Ellwood" in glass(pilot.app) and "MRN" in glass(pilot.app), on=pilot.app)
        assert "4482913 (id)" in glass(pilot.app)
        await pilot.press("r")
        await until(lambda: "kept for the audit" in glass(pilot.app), on=pilot.app)
        await pilot.press("o", "k", "enter")
        await until(lambda: "Say in a few words" in glass(pilot.app), on=pilot.app)
        assert here.forum.unscreened.counts().blocked == 1
        await pilot.press(*"ay, an actor", "enter")
        await until(lambda: "Nothing waits for you." in glass(pilot.app), on=pilot.app)
        assert "id name: okay, an actor" in glass(pilot.app)
    assert here.forum.unscreened.counts().blocked == 0


async def test_what_screening_has_stopped_is_erased(here: Ward, tmp_path: Path) -> None:
    """The other way out of the queue is to erase it, which asks why and once more."""
    (tmp_path / "old.jsonl").write_text(
        '{"title": "An old case", "body": "Seen with Mrs Martha Ellwood, MRN 4482913."}\n'
    )
    here.forum.transfer.import_from(here.omar, tmp_path / "old.jsonl", here.board)
    here.forum.unscreened.work()
    async with here.app().run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await until(lambda: "stopped" in glass(pilot.app), on=pilot.app)
        await pilot.press("X")
        await until(lambda: "release it, with a reason" in glass(pilot.app), on=pilot.app)
        await pilot.press("e")
        await until(lambda: "a patient may be identified" in glass(pilot.app), on=pilot.app)
        await pilot.press("1")
        await until(lambda: "It cannot be brought back." in glass(pilot.app), on=pilot.app)
        await pilot.press("y")
        await until(lambda: "Nothing waits for you." in glass(pilot.app), on=pilot.app)
    assert here.forum.moderation.queue(here.nadia) == []


async def test_a_composer_says_that_a_post_is_held(here: Ward) -> None:
    """A trainee's post leaves the composer and its draft, and one sentence says what becomes of it."""
    tia, parent = trainee(here), here.case()
    app = here.app()
    app.session.who = tia
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await until(lambda: "Wide QRS" in glass(pilot.app), on=pilot.app)
        await pilot.press("r")
        await until(lambda: isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        await pilot.press(*"Warm", "ctrl+s")
        await until(lambda: "Held: a moderator reads" in glass(pilot.app), on=pilot.app)
    assert here.forum.drafts.list(tia) == ()
    assert [item.post for item in here.forum.held.lines(tia)] == [parent]


async def test_a_case_is_asked_unsigned_and_the_line_says_so(here: Ward) -> None:
    """^P says in the audience line that no name goes with it, where there are enough members to hide among."""
    async with here.app().run_test(size=(80, 24)) as pilot:
        await pilot.press("n", "1")
        await until(lambda: isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        await pilot.press("ctrl+p")
        await until(lambda: "fewer than 5 members" in glass(pilot.app), on=pilot.app)
        for number in range(4):
            here.forum.members.add(here.nadia, f"extra{number}", "nurse", "practitioner")
        await pilot.press("ctrl+p")
        await until(lambda: "unsigned, visible to" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+p")
        await until(lambda: "unsigned, visible to" not in glass(pilot.app), on=pilot.app)
