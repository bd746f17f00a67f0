"""Two panes: list left, case right, on a wide glass; every way between narrow and wide keeps place and state."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.tui.ward import Ward, glass, until, ward
from tests.tui.watched import Watched
from textual.pilot import Pilot

from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostDraft
from wardroom.tui.app import WardroomApp
from wardroom.tui.screens.board import BoardScreen
from wardroom.tui.screens.case import CaseScreen
from wardroom.tui.widgets.panes import LIST_COLUMNS, WIDE
from wardroom.tui.widgets.reading import ReadingView

SIZES = ((132, 50), (WIDE, 30))
LIST_FOLDERS = {"board": ("g", "enter"), "brief": (), "bookmarks": ("M",)}


def _left(app: WardroomApp) -> str:
    return "\n".join(row[:LIST_COLUMNS] for row in glass(app).splitlines())


def _right(app: WardroomApp) -> str:
    return "\n".join(row[LIST_COLUMNS + 1 :] for row in glass(app).splitlines())


def _cases(here: Ward, count: int = 5) -> list[EventNo]:
    """Cases one can tell apart by their first words, the newest last."""
    return [here.case(title=f"Case number {n}", text=f"Words of number {n}.") for n in range(count)]


async def _at_rest(app: WardroomApp, words: str) -> None:
    await until(lambda: words in _right(app), on=app)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("keys", LIST_FOLDERS.values(), ids=LIST_FOLDERS)
async def test_the_case_under_the_cursor_reads_on_the_right(
    tmp_path: Path, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    """On each list of cases, once the cursor rests; the list keeps its columns and its cursor."""
    with ward(tmp_path) as here:
        for case in _cases(here, 3):
            here.forum.attention.bookmark(here.nadia, case, is_on=True)
        app = here.app()
        async with app.run_test(size=size) as pilot:
            await pilot.press(*keys)
            await _at_rest(app, "Words of number 2.")
            await pilot.press("j")
            await _at_rest(app, "Words of number 1.")
            assert "▸" in _left(app)
            assert "▸" not in _right(app)
            assert "No answer yet." in _right(app)
            assert "r writes" not in _right(app)
            assert len(re.findall(r"^. [●‼]", _left(app), re.MULTILINE)) == 3


async def test_a_found_post_reads_on_the_right(tmp_path: Path) -> None:
    """In a search the keys stay with the line, and what the cursor rests on is read beside it, also once opened."""
    with ward(tmp_path) as here:
        case, *_others = _cases(here, 2)
        here.reply(case, "Lipid was ready and never needed.")
        app = here.app()
        async with app.run_test(size=(132, 30)) as pilot:
            await pilot.press("slash", *"lipid")
            await _at_rest(app, "Lipid was ready")
            await pilot.press("enter")
            await until(lambda: isinstance(app.screen, CaseScreen), on=app)
            assert _left(app).splitlines()[2].strip() == "lipid"
            assert "▸" in _left(app)
            assert "▸" in _right(app)


async def test_a_glance_reads_nothing(tmp_path: Path) -> None:
    """What only stands beside the list stays unread; opened, it counts as read."""
    with ward(tmp_path) as here:
        draft = PostDraft("Words of number 0.", title="A quiet question", kind="question", question="Which dose?")
        here.forum.cases.post(here.omar, here.board, draft)
        app = here.app()
        async with app.run_test(size=(132, 50)) as pilot:
            await pilot.press("g", "enter")
            await _at_rest(app, "Words of number 0.")
            await pilot.pause(0.8)
            assert here.forum.inbox.unread_posts(here.nadia) == 1
            assert "●" in _left(app)
            await pilot.press("enter")
            await until(lambda: here.forum.inbox.unread_posts(here.nadia) == 0, on=app)
            await until(lambda: "●" not in _left(app), on=app)


async def test_held_arrows_load_no_case_on_their_way(tmp_path: Path) -> None:
    """One question for the case at which the cursor comes to rest, none for those it passes; a mark moves by few bytes."""
    with ward(tmp_path) as here:
        _cases(here, 20)
        seen = Watched(here)
        app = seen.app
        async with app.run_test(size=(132, 50)) as pilot:
            await pilot.press("g", "enter")
            await _at_rest(app, "Words of number 19.")
            opened: list[EventNo] = []
            looked_at = ReadingView.look_at

            def counted(view: ReadingView, case: object, now_ms: int, post: EventNo) -> None:
                opened.append(post)
                looked_at(view, case, now_ms, post)  # type: ignore[arg-type]

            before = seen.sent_bytes
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(ReadingView, "look_at", counted)
                for _time in range(12):
                    await pilot.press("j")
                moved_bytes = seen.sent_bytes - before
                assert not opened
                await _at_rest(app, "Words of number 7.")
            assert len(opened) == 1
            assert moved_bytes <= 12 * 14


async def _journey(app: WardroomApp, pilot: Pilot[int]) -> None:
    """There and back over the border, wherever one is."""
    for size in ((80, 24), (WIDE, 30), (WIDE - 1, 30), (132, 50)):
        await pilot.resize_terminal(*size)
        await until(lambda size=size: tuple(app.screen.size) == size, on=app)


async def test_a_resize_keeps_place_and_state(tmp_path: Path) -> None:
    """The list's cursor, the case that is open and the post under its cursor; and back there is the same list."""
    with ward(tmp_path) as here:
        cases = _cases(here)
        answers = [here.reply(case, f"Answer {n}. " * 30) for case in cases for n in (1, 2)]
        app = here.app()
        async with app.run_test(size=(132, 50)) as pilot:
            await pilot.press("g", "enter", "j", "j")
            await _journey(app, pilot)
            board = app.screen
            assert isinstance(board, BoardScreen)
            assert board.rows.cursor == 2
            await _at_rest(app, "Words of number 2.")
            await pilot.press("enter", "j", "j")
            case = app.screen
            assert isinstance(case, CaseScreen)
            at = case.view.cursor_post
            assert at is not None
            assert at.post in answers[4:6]
            await _journey(app, pilot)
            assert app.screen is case
            assert case.view.cursor_post is not None
            assert case.view.cursor_post.post == at.post
            await pilot.press("escape")
            assert app.screen is board
            assert board.rows.cursor == 2
            await _at_rest(app, "Words of number 2.")


async def test_the_list_goes_along_with_what_is_read(tmp_path: Path) -> None:
    """Space reads on in the right pane; the list's cursor follows, and stands there on the way back."""
    with ward(tmp_path) as here:
        _cases(here, 4)
        app = here.app()
        async with app.run_test(size=(132, 50)) as pilot:
            await pilot.press("g", "enter", "enter", "space")
            await until(lambda: "Words of number 3." not in _right(app), on=app)
            shown = next(n for n in range(4) if f"Words of number {n}." in _right(app))
            await until(lambda: f"Case number {shown}" in _marked(_left(app)), on=app)
            await pilot.press("escape")
            assert f"Case number {shown}" in _marked(_left(app))


def _marked(text: str) -> str:
    return next((row for row in text.splitlines() if row.startswith("▸")), "")


async def test_a_narrow_glass_is_as_it_was(tmp_path: Path) -> None:
    """Below the border a list has the whole width, no case is laid out beside it, and a case stands alone."""
    with ward(tmp_path) as here:
        _cases(here, 2)
        app = here.app()
        async with app.run_test(size=(WIDE - 1, 30)) as pilot:
            await pilot.press("g", "enter")
            await pilot.pause(0.6)
            assert not app.screen.query(ReadingView)
            assert "Words of" not in glass(app)
            await pilot.press("enter")
            assert "Case number 0" not in glass(app)


async def test_whoever_listens_has_one_pane(tmp_path: Path) -> None:
    """The screen reader's glass says one thing a line, however wide it is."""
    with ward(tmp_path) as here:
        _cases(here, 2)
        app = WardroomApp(here.forum, here.nadia, replace(here.config, screen_reader=True))
        async with app.run_test(size=(132, 50)) as pilot:
            await pilot.press("g", "enter")
            await pilot.pause(0.6)
            assert not app.screen.query(ReadingView)
            await pilot.press("enter")
            assert "Words of number 1." in glass(app)
            assert "Case number 0" not in glass(app)
