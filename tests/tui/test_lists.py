"""The list screens: brief, boards, board, search, drafts and help, on a real forum."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.ward import TITLE, Instead, Ward, glass, until, ward
from textual.geometry import Size

from wardroom.domain.views import PostDraft
from wardroom.errors import Refused
from wardroom.tui import keymap
from wardroom.tui.app import WardroomApp
from wardroom.tui.screens.board import BoardScreen
from wardroom.tui.screens.brief import BriefScreen
from wardroom.tui.screens.case import CaseScreen
from wardroom.tui.screens.help import HelpScreen
from wardroom.tui.screens.search import SearchScreen

GLASS = (80, 24)
HOSTILE = "[/x] [@click=app.quit]leave[/] K+ [5.9] [/b]"


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


def _voices(app: WardroomApp, text: str) -> str:
    """The voice in which ``text`` stands on the glass: bold, dim, or plain."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            if text in segment.text and segment.style is not None:
                return "bold" if segment.style.bold else "dim" if segment.style.dim else "plain"
    raise AssertionError(f"{text!r} is not on the glass\n{glass(app)}")


# --- brief ---------------------------------------------------------------------------------------------------------


async def test_the_first_visit_says_what_this_is_for(here: Ward) -> None:
    """The purpose, and that no patient may be identified; the next visit is told since when."""
    async with here.app().run_test(size=GLASS) as pilot:
        assert "No patient identifiers" in glass(pilot.app)
        assert "think aloud with colleagues" in glass(pilot.app)
        await pilot.press("q")
    async with here.app().run_test(size=GLASS) as pilot:
        assert "No patient identifiers" not in glass(pilot.app)
        assert "Since " in glass(pilot.app)
        assert " today" in glass(pilot.app)


async def test_an_empty_brief_says_what_to_do(here: Ward) -> None:
    """Nothing new is said, with the keys that lead on."""
    async with here.app().run_test(size=GLASS) as pilot:
        assert "Nothing new." in glass(pilot.app)
        assert "n posts a case" in glass(pilot.app)


async def test_what_needs_an_answer_now_comes_first(here: Ward) -> None:
    """An urgent case stands under its own heading, with its sign, and the cursor is on it."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        lines = glass(pilot.app).split("\n")
        heading = next(index for index, text in enumerate(lines) if "need an answer now" in text)
        assert lines[heading + 1].startswith("▸ ‼")
        assert TITLE[:20] in lines[heading + 1]
        assert "1 unread" in lines[0]


async def test_a_post_from_elsewhere_changes_the_count(here: Ward) -> None:
    """The header counts, a quiet line tells, and what stands on the glass stays where it is."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await until(lambda: "1 unread" in glass(pilot.app), on=pilot.app)
        await pilot.pause(1.0)
        before = [text[:60] for text in glass(pilot.app).split("\n")[2:8]]
        here.case(title="Another one, from a colleague")
        await until(lambda: "2 unread" in glass(pilot.app).split("\n")[0], on=pilot.app)
        await until(lambda: "1 new, b shows it" in glass(pilot.app), on=pilot.app)
        assert [text[:60] for text in glass(pilot.app).split("\n")[2:8]] == before
        await pilot.press("b")
        assert "Another one, from a colleague" in glass(pilot.app)


async def test_left_and_escape_never_leave_wardroom(here: Ward) -> None:
    """From the brief only q and ^C go out."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("escape", "left", "escape")
        assert pilot.app.is_running
        assert isinstance(pilot.app.screen, BriefScreen)
        await pilot.press("q")
    assert pilot.app.return_value == 0


# --- boards and board ----------------------------------------------------------------------------------------------


async def test_from_the_brief_to_a_case_and_back(here: Ward) -> None:
    """g, ⏎, ⏎ leads to a case; q leads back by the same way, to the same row."""
    here.case(title="The first of two cases")
    here.case(title="The second of two cases")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("g")
        assert "county only" in glass(pilot.app)
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, BoardScreen)
        await pilot.press("j", "enter")
        assert isinstance(pilot.app.screen, CaseScreen)
        assert "The first of two cases" in glass(pilot.app)
        await pilot.press("q")
        assert "▸" in next(text for text in glass(pilot.app).split("\n") if "The first of two" in text)
        await pilot.press("q", "q")
        assert isinstance(pilot.app.screen, BriefScreen)


async def test_a_board_without_cases_says_what_to_do(here: Ward) -> None:
    """Every empty screen does."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("g", "enter")
        assert "n posts the first" in glass(pilot.app)
        await pilot.press("enter", "j", "s", "right_square_bracket", "left_square_bracket")
        assert pilot.app.is_running


async def test_titles_are_text(here: Ward) -> None:
    """Markup in a title is shown as it was typed on every list, and nothing of it acts."""
    here.forum.cases.post(here.omar, here.board, PostDraft("A text.", title=HOSTILE, kind="question", question="Why?"))
    async with here.app().run_test(size=(100, 24)) as pilot:
        for keys in ((), ("g", "enter"), ("slash", *"leave", "down")):
            await pilot.press(*keys)
            await until(lambda: "[@click=app.quit]leave[/]" in glass(pilot.app), on=pilot.app)
            for row in range(2, 8):
                await pilot.click(offset=(20, row))
        assert pilot.app.is_running


async def test_what_is_unread_is_bold_and_signed(here: Ward) -> None:
    """Bold and ● until it is read, plain and ○ afterwards: a form for eyes without colour."""
    quiet = PostDraft("A text.", title="Something to think about", kind="question", question="Why?")
    here.forum.cases.post(here.omar, here.board, quiet)
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("g", "enter")
        assert _voices(pilot.app, "Something to think about") == "bold"
        assert "● " in glass(pilot.app)
        await pilot.press("enter")
        await until(lambda: here.forum.inbox.unread_posts(here.nadia) == 0, on=pilot.app)
        await pilot.press("q")
        assert _voices(pilot.app, "Something to think about") == "plain"
        assert "○ " in glass(pilot.app)


async def test_news_does_not_move_a_board(here: Ward) -> None:
    """A new case is told in the quiet line; Home lets it in."""
    for number in range(3):
        here.case(title=f"Case number {number} of three")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("g", "enter", "j")
        before = glass(pilot.app).split("\n")[2:5]
        here.case(title="One that came in between")
        await until(lambda: "1 new, Home shows it" in glass(pilot.app), on=pilot.app)
        assert glass(pilot.app).split("\n")[2:5] == before
        await pilot.press("home")
        assert "One that came in between" in glass(pilot.app).split("\n")[2]


async def test_a_long_board_is_read_from_either_end(here: Ward) -> None:
    """End stands at the last thread at once, pages go up from there without a gap, and Home is the top again.

    ``]`` finds what is unread far below, wherever it stands.
    """
    posts = [here.talk(number) for number in range(260)]
    here.forum.inbox.mark_seen(here.nadia, posts[1:])
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("g", "enter", "end")
        lines = glass(pilot.app).split("\n")
        assert "Fluids number 0 " in next(text for text in lines if "▸" in text)
        seen = [text for text in lines if "Fluids" in text][::-1]
        board = pilot.app.screen
        assert isinstance(board, BoardScreen)
        while "Fluids number 259 " not in glass(pilot.app):
            await pilot.press("pageup")
            fresh = [text for text in glass(pilot.app).split("\n") if "Fluids" in text][::-1]
            seen += [text for text in fresh if _number(text) not in {_number(known) for known in seen}]
        assert [_number(text) for text in seen] == list(range(260))
        await pilot.press("home", "right_square_bracket")
        assert "Fluids number 0 " in next(text for text in glass(pilot.app).split("\n") if "▸" in text)
        await pilot.press("up")
        assert "Fluids number 1 " in next(text for text in glass(pilot.app).split("\n") if "▸" in text)
        await pilot.press("home")
        assert "Fluids number 259 " in next(text for text in glass(pilot.app).split("\n") if "▸" in text)
        await pilot.press(*["pagedown"] * 20)
        assert "Fluids number 0 " in next(text for text in glass(pilot.app).split("\n") if "▸" in text)


def _number(line: str) -> int:
    """Which of the threads stands on a line."""
    return int(line.partition("number ")[2].split()[0])


async def test_narrow_and_wide_glass(here: Ward) -> None:
    """40 columns keep sign, age and title; 104 have room for the author."""
    here.case()
    async with here.app().run_test(size=(40, 12)) as pilot:
        assert "CTAS" not in glass(pilot.app)
        assert "CASES" not in glass(pilot.app)
        assert "Welcome." in glass(pilot.app)
        await pilot.press("j")
        assert "Wide QRS" in glass(pilot.app)
        await pilot.resize_terminal(104, 50)
        await pilot.press("g", "enter")
        assert "omar@county" in glass(pilot.app)
        assert TITLE in glass(pilot.app)


async def test_space_opens_what_is_unread(here: Ward) -> None:
    """From any list one key leads to the next unread post; when there is none, that is said."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("space")
        assert isinstance(pilot.app.screen, CaseScreen)
        await until(lambda: here.forum.inbox.unread_posts(here.nadia) == 0, on=pilot.app)
        await pilot.press("q", "g", "space")
        assert "Everything is read." in glass(pilot.app)


# --- search --------------------------------------------------------------------------------------------------------


async def test_search_finds_while_one_types(here: Ward) -> None:
    """Hits come when the typing pauses, with what was looked for in bold; ⏎ opens, q comes back to them."""
    here.case(text="Intubated, charcoal given, lipid was never needed.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("slash")
        assert "Type what you remember" in glass(pilot.app)
        await pilot.press(*"charcoal")
        await until(lambda: "1 found" in glass(pilot.app), on=pilot.app)
        screen = pilot.app.screen
        assert isinstance(screen, SearchScreen)
        bold = {segment.text for segment in screen.rows.render_line(0) if segment.style and segment.style.bold}
        assert "charcoal" in bold
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, CaseScreen)
        await pilot.press("q")
        assert "1 found" in glass(pilot.app)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, BriefScreen)


async def test_search_in_clinical_language_and_with_a_slip(here: Ward) -> None:
    """Other ways to say the same are looked for and told; a slip is offered, and ⏎ takes the offer."""
    here.case(text="Two puffs of salbutamol, then charcoal.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("slash", *"albuterol")
        await until(lambda: "1 found" in glass(pilot.app), on=pilot.app)
        assert "Also searched: salbutamol, Ventolin, Proventil" in glass(pilot.app)
        await pilot.press("ctrl+u", *"charcaol")
        await until(lambda: "Did you mean  charcoal" in glass(pilot.app), on=pilot.app)
        assert "Nothing holds “charcaol”." in glass(pilot.app)
        await pilot.press("enter")
        await until(lambda: "1 found" in glass(pilot.app), on=pilot.app)
        screen = pilot.app.screen
        assert isinstance(screen, SearchScreen)
        assert screen.entry.value == "charcoal"
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, CaseScreen)


async def test_search_says_what_it_could_not_use(here: Ward) -> None:
    """Nothing typed is an error: nothing found and notes are sentences."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("slash", *"zzzz")
        await until(lambda: "Nothing holds" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+u", *"is:nothing")
        await until(lambda: "is: needs one of" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+u", *'"((((--* OR')
        await pilot.pause(0.3)
        assert pilot.app.is_running


# --- drafts and help -----------------------------------------------------------------------------------------------


async def test_a_draft_is_thrown_away_only_when_asked_twice(here: Ward) -> None:
    """One x asks, the second does it."""
    here.forum.drafts.save(
        here.nadia, draft=None, kind="case", board=here.board, target=None, fields={"title": "Half a case"}
    )
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("D")
        assert "Half a case" in glass(pilot.app)
        await pilot.press("x")
        assert "Half a case" in glass(pilot.app)
        await pilot.press("x")
        await until(lambda: "Nothing half written" in glass(pilot.app), on=pilot.app)
        assert here.forum.drafts.list(here.nadia) == ()


@pytest.mark.parametrize("speaks", sorted(keymap.SCREENS.keys() - {"login"}))
async def test_all_keys_of_a_screen_fit_on_one_glass(here: Ward, speaks: str) -> None:
    """80x24 shows every key that lives on a screen, uncut, without scrolling; those of other screens follow below."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.app.push_screen(HelpScreen(speaks))
        await pilot.pause()
        text = glass(pilot.app).partition("Elsewhere")[0]
        assert "…" not in text
        for key in (*keymap.keys_of(speaks), *keymap.keys_of("app")):
            assert keymap.shown_key(key) in text, key.id
            assert key.short, key.id


@pytest.mark.parametrize("keys", [(), ("g",), ("g", "enter"), ("slash", "q", "r"), ("D",), ("question_mark",)])
async def test_every_list_lives_through_every_size(here: Ward, keys: tuple[str, ...]) -> None:
    """Down to one cell and back at any moment: nothing breaks, and the glass is as it was."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press(*keys)
        await pilot.pause(0.3)
        before = glass(pilot.app)
        for size in ((1, 1), (40, 12), (3, 2), (132, 50), (20, 5), (1, 1), GLASS):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert pilot.app.screen.size == Size(*size)
        assert glass(pilot.app) == before


# --- what the forum refuses ----------------------------------------------------------------------------------------


class _NoSearch:
    """A search that may not be."""

    def find(self, *_: object, **__: object) -> object:
        raise Refused("Searching is closed today. Ask again tomorrow.")


async def test_a_refusal_is_a_sentence_in_its_place(here: Ward) -> None:
    """What the forum raises is said under the list; the screen goes on."""
    forum = Instead(here.forum, search=_NoSearch())
    async with here.app(forum=forum).run_test(size=GLASS) as pilot:
        await pilot.press("slash", *"qrs")
        await until(lambda: "Searching is closed today." in glass(pilot.app), on=pilot.app)
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, BriefScreen)


# --- what calls on one ---------------------------------------------------------------------------------------------


async def test_the_brief_says_who_named_one_and_opens_it(here: Ward) -> None:
    """A line a count; the only post behind it opens at once, several as a list."""
    case = here.case(by=here.nadia)
    here.forum.inbox.mark_all(here.nadia)
    here.reply(case, "@Nadia, what was the potassium?")
    async with here.app().run_test(size=GLASS) as pilot:
        assert "1 answered you" in glass(pilot.app)
        assert "1 named you" in glass(pilot.app)
        await pilot.press("j")
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await until(lambda: "what was the potassium" in glass(pilot.app), on=pilot.app)
        await pilot.press("q")
    here.reply(case, "@nadia@county and the lactate?")
    here.reply(case, "mail nadia at @nadia@harbor about it")
    async with here.app().run_test(size=GLASS) as pilot:
        line = next(text for text in glass(pilot.app).split("\n") if "named you" in text)
        assert line.split()[-3] in {"1", "2"}
        await pilot.press(":", *"named", "enter")
        await until(lambda: "Named you" in glass(pilot.app), on=pilot.app)
        assert "and the lactate?" in glass(pilot.app)
        assert "about it" not in glass(pilot.app)
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await pilot.press("q")
        await until(lambda: "Named you" in glass(pilot.app) and "●" not in glass(pilot.app), on=pilot.app)


async def test_a_followed_case_reaches_the_brief(here: Ward) -> None:
    """The key f follows, and says so in the header; new replies of anybody are counted; f again ends it."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("enter", "f")
        await until(lambda: "following" in glass(pilot.app).split("\n")[0], on=pilot.app)
        await pilot.press("q")
        here.reply(case, "Lipid was ready.")
        await until(lambda: "1 new in cases you follow" in glass(pilot.app), on=pilot.app)
        await pilot.press("enter", "f")
        await until(lambda: "following" not in glass(pilot.app).split("\n")[0], on=pilot.app)
    assert here.forum.inbox.brief(here.nadia).followed == 0


async def test_bookmarks_are_set_listed_opened_and_taken_off(here: Ward) -> None:
    """The key m keeps the post, M lists it with its words, x takes it off."""
    here.reply(here.case(), "Lipid was ready and never needed.")
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("M")
        assert "No bookmarks yet" in glass(pilot.app)
        await pilot.press("q", "enter", "j", "m")
        await until(lambda: "Kept in your bookmarks" in glass(pilot.app), on=pilot.app)
        await pilot.press("M")
        assert "Lipid was ready" in glass(pilot.app)
        await pilot.press("enter")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await pilot.press("m")
        await until(lambda: "No longer in your bookmarks" in glass(pilot.app), on=pilot.app)
    assert here.forum.attention.posts(here.nadia, "bookmarks") == ()


async def test_a_muted_board_is_silent_and_a_subscribed_one_is_named(here: Ward) -> None:
    """The key z takes a board out of the counts, f puts its news on the brief; the list of boards says which is which."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await until(lambda: "1 unread" in glass(pilot.app), on=pilot.app)
        await pilot.press("g", "z")
        await until(lambda: "muted" in glass(pilot.app), on=pilot.app)
        await until(lambda: "all read" in glass(pilot.app), on=pilot.app)
        await pilot.press("b")
        assert "need an answer now" not in glass(pilot.app)
        await pilot.press("g", "f")
        await until(lambda: "subscribed" in glass(pilot.app), on=pilot.app)
        await pilot.press("b")
        assert "1 new on boards you subscribe to" in glass(pilot.app)


async def test_a_search_is_kept_under_a_number_renamed_and_removed(here: Ward) -> None:
    """^S keeps what was searched, a number opens it anywhere, V lists, renames and removes."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("slash", *"bicarb", "ctrl+s")
        await pilot.pause()
        await pilot.press("enter")
        await until(lambda: "Kept: 1" in glass(pilot.app), on=pilot.app)
        await pilot.press("escape", "1")
        await until(lambda: isinstance(pilot.app.screen, SearchScreen), on=pilot.app)
        await until(lambda: TITLE[:12] in glass(pilot.app), on=pilot.app)
        await pilot.press("2")
        await until(lambda: "Nothing is saved under 2" in glass(pilot.app), on=pilot.app)
        await pilot.press("V", "a", "end", *" now", "enter")
        await until(lambda: "bicarb now" in glass(pilot.app), on=pilot.app)
        await pilot.press("x")
        await until(lambda: "Nothing saved" in glass(pilot.app), on=pilot.app)
    assert here.forum.saved.all(here.nadia) == ()


# --- cards ---------------------------------------------------------------------------------------------------------


async def test_the_author_of_a_post_has_a_card(here: Ward) -> None:
    """The key @ on a post shows who wrote it, and what else; one's own card is changed by two questions."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("enter", "at")
        text = glass(pilot.app)
        assert "omar@county" in text
        assert "physician, verified by county" in text
        assert TITLE[:12] in text
        await pilot.press("a")
        assert "Only the member changes a card." in glass(pilot.app)
        await pilot.press("q", "P", "a")
        assert "What you are, one of" in glass(pilot.app)
        await pilot.press("ctrl+u", *"wizard", "enter")
        assert "A profession is one of" in glass(pilot.app)
        await pilot.press("ctrl+u", *"np", "enter")
        await until(lambda: "separated by commas" in glass(pilot.app), on=pilot.app)
        await pilot.press(*"airway, burns", "enter")
        await until(lambda: "Your card is changed." in glass(pilot.app), on=pilot.app)
        assert "airway, burns" in glass(pilot.app)
    card = here.forum.cards.own(here.nadia)
    assert (card.profession, card.interests) == ("np", ("airway", "burns"))
