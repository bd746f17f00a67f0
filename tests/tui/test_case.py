"""Reading a case: what is on the glass, what counts as read, and that nothing moves under the reader's eye."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.ward import QUESTION, TITLE, Ward, glass, until, ward
from textual.geometry import Size

from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostDraft
from wardroom.tui.messages import OpenThread
from wardroom.tui.screens.case import CaseScreen
from wardroom.tui.screens.compose import ComposeScreen

GLASS = (80, 24)
HOSTILE = "Na [138], [/x] and [@click=app.quit]out[/] of [bold]range[/bold], see https://example.org"


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


def _screen(app: object) -> CaseScreen:
    screen = app.screen  # type: ignore[attr-defined]
    assert isinstance(screen, CaseScreen)
    return screen


async def test_the_question_comes_first(here: Ward) -> None:
    """Title, question, record, vital signs, words: in this order, with the audience in the header."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        text = glass(pilot.app)
    order = [text.index(part) for part in (TITLE, QUESTION, "30-44 F · rural ED", "HR 128", "About 2 g", "#tca")]
    assert order == sorted(order)
    assert "visible to" in text.split("\n")[0]
    assert "SI 1.52" in text
    assert "‼ CTAS 1" in text


async def test_what_people_wrote_is_text(here: Ward) -> None:
    """Markup and links in a post are shown as they were typed; nothing of it acts or ends the program."""
    case = here.case()
    here.reply(case, HOSTILE)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        shown = " ".join(glass(pilot.app).split())
        assert "Na [138], [/x] and [@click=app.quit]out[/] of [bold]range[/bold], see https://example.org" in shown
        await pilot.click(offset=(10, 16))
        assert pilot.app.is_running


async def test_what_was_on_the_glass_is_read(here: Ward) -> None:
    """A post whose last line was on the glass is marked as read soon after; one further down is not."""
    case = here.case()
    here.reply(case, "Short.")
    here.reply(case, "word " * 900)
    assert here.forum.inbox.unread_posts(here.nadia) == 3
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        await until(lambda: here.forum.inbox.unread_posts(here.nadia) == 1, on=pilot.app)
        assert "1 new below, ]" in glass(pilot.app)
        await pilot.press("end")
        await until(lambda: here.forum.inbox.unread_posts(here.nadia) == 0, on=pilot.app)


async def test_leaving_writes_down_what_was_read(here: Ward) -> None:
    """Going back at once loses no read mark."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        await pilot.press("q")
        await until(lambda: here.forum.inbox.unread_posts(here.nadia) == 0, on=pilot.app)


async def test_space_reads_everything_and_goes_on(here: Ward) -> None:
    """Space alone shows each new post of each thread, then says that everything is read."""
    first = here.case(text="word " * 700)
    for number in range(8):
        here.reply(first, f"Answer {number}. " + "and more " * 30)
    here.case(title="Another case altogether")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(first))
        await pilot.pause()
        seen = ""
        for _ in range(60):
            seen += glass(pilot.app)
            await pilot.press("space")
            await pilot.pause()
            if "Everything is read." in glass(pilot.app):
                break
        assert "Everything is read." in glass(pilot.app)
        assert all(f"Answer {number}." in seen for number in range(8))
        assert "Another case altogether" in seen
        await until(lambda: here.forum.inbox.unread_posts(here.nadia) == 0, on=pilot.app)


async def test_j_and_k_reach_every_line(here: Ward) -> None:
    """Posts that do not fit move by lines: going down and up again, each line has been on the glass both ways."""
    case = here.case()
    here.reply(case, "\n".join(f"line {number}." for number in range(60)))
    here.reply(case, "The last one.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        for key in ("j", "k"):
            seen = ""
            for _ in range(75):
                seen += glass(pilot.app)
                await pilot.press(key)
            assert all(f"line {number}." in seen for number in range(60))
            assert "The last one." in seen
        assert _screen(pilot.app).view.cursor == 0


async def test_news_does_not_move_the_page(here: Ward) -> None:
    """A post that arrives above or below leaves every line where it is, and is told in one quiet line."""
    case = here.case()
    first = here.reply(case, "First answer. " + "so many words " * 60)
    last = here.reply(case, "Last answer. " + "and as many again " * 60)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(last))
        await pilot.pause()
        await pilot.press("end")
        await until(lambda: "2 new above, [" in glass(pilot.app), on=pilot.app)
        before = glass(pilot.app).split("\n")[2:-2]
        here.reply(first, "Between them. " + "with words enough " * 40)
        await until(lambda: "1 new here" in glass(pilot.app), on=pilot.app)
        assert glass(pilot.app).split("\n")[2:-2] == before
        await pilot.press("left_square_bracket")
        assert "Between them." in glass(pilot.app)
        before = glass(pilot.app).split("\n")[2:-2]
        here.reply(last, "After them.")
        await until(lambda: "1 new below" in glass(pilot.app), on=pilot.app)
        assert glass(pilot.app).split("\n")[2:-2] == before


async def test_any_size_at_any_moment(here: Ward) -> None:
    """The glass may shrink to one cell and grow again: the cursor is on the same post, and nothing counted as read."""
    case = here.case()
    for number in range(12):
        here.reply(case, f"Answer {number}. " + "and more " * 40)
    wanted = here.reply(case, "Here I am. " + "and more " * 80)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(wanted))
        await pilot.pause()
        await pilot.resize_terminal(1, 1)
        await pilot.press("space", "j", "k")
        await pilot.pause()
        screen = _screen(pilot.app)
        for size in ((132, 50), (40, 12), (3, 2), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert screen.view.size.width <= Size(*size).width
        post = screen.view.cursor_post
        assert post is not None
        assert post.post == wanted
        assert "Here I am." in glass(pilot.app)


async def test_nothing_is_read_on_a_glass_nobody_can_read(here: Ward) -> None:
    """On a glass of a few cells no post is marked as read."""
    case = here.case()
    async with here.app().run_test(size=(4, 3)) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause(1.0)
    assert here.forum.inbox.unread_posts(here.nadia) == 1


async def test_history_shows_every_version(here: Ward) -> None:
    """``h`` shows what a post said before it was amended, and when; ``q`` leads back."""
    case = here.case(by=here.nadia)
    mine = here.reply(case, "Charcoal at T+20.", by=here.nadia)
    here.forum.cases.amend(here.nadia, mine, PostDraft("Charcoal at T+30."))
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(mine))
        await pilot.pause()
        assert "✎ amended now, h history" in glass(pilot.app)
        await pilot.press("h")
        await pilot.pause()
        text = glass(pilot.app)
        assert "Charcoal at T+20." in text
        assert "Charcoal at T+30." in text
        assert "2 versions" in text
        assert "shown now" in text
        await pilot.press("q")
        assert _screen(pilot.app)


async def test_withdrawing_takes_one_more_key(here: Ward) -> None:
    """Only ``y`` withdraws; the place of the post stays, its words go."""
    case = here.case(by=here.nadia)
    mine = here.reply(case, "Not what I meant.", by=here.nadia)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(mine))
        await pilot.pause()
        await pilot.press("W", "x")
        await pilot.pause()
        assert "Not what I meant." in glass(pilot.app)
        await pilot.press("W", "y")
        await until(lambda: "⌀ withdrawn" in glass(pilot.app), on=pilot.app)
        assert "Not what I meant." not in glass(pilot.app)


async def test_a_mark_can_be_set_and_taken_off(here: Ward) -> None:
    """``+`` marks the colleague's post under the cursor as useful, and takes the mark off again."""
    case = here.case()
    reply = here.reply(case, "Hypertonic saline.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(reply))
        await pilot.pause()
        await pilot.press("plus_sign")
        await until(lambda: "+1 (you)" in glass(pilot.app), on=pilot.app)
        await pilot.press("plus_sign")
        await until(lambda: "+1" not in glass(pilot.app), on=pilot.app)


async def test_a_case_being_left_is_not_shown_anew(here: Ward) -> None:
    """At every step of leaving it, a case that says it stands can be shown: an answer may come late from the file."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        screen = _screen(pilot.app)
        pilot.app.call_later(pilot.app.action_close)
        while screen.is_attached:
            if screen.is_standing:
                screen.refresh_view()
            await asyncio.sleep(0)


async def test_the_author_tells_the_outcome(here: Ward) -> None:
    """``e`` asks for the outcome; identifiers in it are refused where it was typed, and a clean one is shown."""
    case = here.case(by=here.nadia)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        await pilot.press("e", *"Mr Alder went home.", "ctrl+s")
        await until(lambda: "Not posted: 1 identifier" in glass(pilot.app), on=pilot.app)
        assert "Mr Alder went home." in glass(pilot.app)
        await pilot.press(
            *["backspace"] * 19, *"TCA poisoning", "tab", *"home", "tab", "tab", *"Extubated on day 2.", "tab"
        )
        await pilot.press(*"Bicarbonate early", "tab", *"PMID 123456 B", "ctrl+s")
        await until(lambda: "◆ Outcome  Diagnosis: TCA poisoning" in glass(pilot.app), on=pilot.app)
        for words in ("Disposition: home", "Extubated on day 2.", "Learned 1: Bicarbonate early", "PMID 123456 B"):
            assert words in glass(pilot.app)
        assert here.forum.drafts.list(here.nadia) == ()


async def test_half_an_outcome_is_kept(here: Ward) -> None:
    """Esc keeps what was told so far, every field of it; opened again it goes on there."""
    case = here.case(by=here.nadia)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        await pilot.press("e", *"TCA poisoning", "tab", *"ho", "escape")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        draft = here.forum.drafts.list(here.nadia)[0]
        assert (draft.kind, draft.fields["diagnosis"], draft.fields["disposition"]) == (
            "outcome",
            "TCA poisoning",
            "ho",
        )
        await pilot.press("D", "enter")
        await until(lambda: isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        await pilot.press("ctrl+s")
        await until(lambda: "Disposition: ho" in glass(pilot.app), on=pilot.app)


async def test_later_vital_signs_take_few_keys(here: Ward) -> None:
    """``v``, the numbers, ^S: a new set at the minutes proposed, the old ones and all else as they were."""
    case = here.case(by=here.nadia)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        await pilot.press("v", *["backspace"] * 6, *"+25 HR 118 BP 98/60", "ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await until(lambda: "T+25   HR 118" in glass(pilot.app), on=pilot.app)
        view = here.forum.cases.open(here.nadia, case)
        assert view.record is not None
        assert [one.t for one in view.record.vitals] == [0, 25]
        assert (view.record.age_band, view.line.title, view.head.text) == ("30-44", TITLE, "About 2 g, intubated.")


async def test_later_vital_signs_are_read_or_refused(here: Ward) -> None:
    """No sign, a value that cannot be: refused at the field; an unusual one goes out with a second ^S."""
    case = here.case(by=here.nadia)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(case))
        await pilot.pause()
        await pilot.press("v", "ctrl+s")
        await until(lambda: "No vital sign is read there." in glass(pilot.app), on=pilot.app)
        await pilot.press(*"HR 400", "ctrl+s")
        await until(lambda: "HR: 0 to 350 /min" in glass(pilot.app), on=pilot.app)
        await pilot.press(*["backspace"] * 3, *"200", "ctrl+s")
        await until(lambda: "Sure? HR 200 /min" in glass(pilot.app), on=pilot.app)
        assert isinstance(pilot.app.screen, ComposeScreen)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)


async def test_a_quotation_stands_by_reference(here: Ward) -> None:
    """``Q`` answers with the other's words above: as they read today, and gone when they are withdrawn."""
    case = here.case()
    reply = here.reply(case, "Hypertonic saline.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(reply))
        await pilot.pause()
        await pilot.press("Q")
        await until(lambda: isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        await until(lambda: "Quoting   omar: Hypertonic saline." in glass(pilot.app), on=pilot.app)
        await pilot.press(*"Agreed.", "ctrl+s")
        await until(lambda: "> omar: Hypertonic saline." in glass(pilot.app), on=pilot.app)
        here.forum.cases.withdraw(here.omar, reply)
        await until(lambda: "> ⌀ withdrawn by its author" in glass(pilot.app), on=pilot.app)
        assert "Hypertonic" not in glass(pilot.app)


async def test_r_answers_the_post_under_the_cursor(here: Ward) -> None:
    """``r`` opens the composer for that post."""
    case = here.case()
    reply = here.reply(case, "Hypertonic saline.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(CaseScreen(reply))
        await pilot.pause()
        await pilot.press("r")
        await until(lambda: isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        await pilot.pause()
        assert "To omar" in glass(pilot.app)


async def test_a_chain_of_any_depth_opens(here: Ward) -> None:
    """Answers to answers to answers: the depth is told as a number, and each keeps room for its words."""
    parent = case = here.case()
    for number in range(30):
        parent = here.reply(parent, f"Level {number + 1} with a few words")
    async with here.app().run_test(size=GLASS) as pilot:
        pilot.app.post_message(OpenThread(EventNo(parent)))
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await pilot.pause()
        text = glass(pilot.app)
        assert "depth 30" in text
        assert "Level 30 with a few words" in text
    assert case
