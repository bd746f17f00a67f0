"""Writing: nothing typed is lost, nothing that names a patient goes out unseen, and a case takes few keys."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tui.ward import QUESTION, TITLE, Instead, Ward, glass, until, ward
from textual.events import Paste
from textual.pilot import Pilot

from wardroom.domain.views import DraftView
from wardroom.errors import DiskFull
from wardroom.tui.messages import Compose
from wardroom.tui.screens.case import CaseScreen
from wardroom.tui.screens.compose import ComposeScreen
from wardroom.tui.widgets.editor import LINE_MAX, Editor

GLASS = (80, 24)
CLEAN = "About 2 g amitriptyline, intubated at T+18."
NAMED = "Found by Mrs Alder. About 2 g amitriptyline."


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


async def _open(pilot: Pilot[Any], request: Compose) -> ComposeScreen:
    screen = ComposeScreen(request)
    await pilot.app.push_screen(screen)
    await pilot.pause()
    return screen


def _editor(pilot: Pilot[Any], name: str) -> Editor:
    return pilot.app.screen.query_one(f"#{name}", Editor)


def _draft(here: Ward) -> DraftView | None:
    drafts = here.forum.drafts.list(here.nadia)
    return drafts[0] if drafts else None


async def test_a_name_that_is_being_typed_is_offered(here: Ward) -> None:
    """Under the words, with the key that takes it; moved away from, or nobody's, there is no offer and ^Y is redo."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("reply", here.board, here.case()))
        await pilot.press(*"Ask ", "at", *"om")
        await until(lambda: "@omar physician county  ^Y takes it" in glass(pilot.app), on=pilot.app)
        await pilot.press("home")
        await until(lambda: "^Y" not in glass(pilot.app), on=pilot.app)
        await pilot.press("end", "ctrl+y", *"or ", "at", *"zz")
        assert _editor(pilot, "text").text == "Ask @omar or @zz"
        assert "^Y" not in glass(pilot.app)
        await pilot.press("ctrl+z", "ctrl+y")
        assert _editor(pilot, "text").text == "Ask @omar or @zz"


async def test_an_author_that_is_being_typed_is_offered(here: Ward) -> None:
    """In a search, behind ``author:``."""
    here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("slash", *"QRS author:om")
        await until(lambda: "author:omar" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+y")
        await until(lambda: TITLE[:12] in glass(pilot.app), on=pilot.app)
        assert "QRS author:omar" in glass(pilot.app)


async def test_earlier_cases_like_it_are_told_quietly(here: Ward) -> None:
    """While a case is written one line tells of the likest earlier one; ^G opens it, and what is written waits below."""
    earlier = here.case(title="QRS of 160 after amitriptyline", text="Bicarbonate given, then lipid emulsion.")
    async with here.app().run_test(size=GLASS) as pilot:
        screen = await _open(pilot, Compose("case", here.board))
        await pilot.press("ctrl+g")
        assert "Nothing here is like it yet." in glass(pilot.app)
        await pilot.press(*"amitriptyline again", "tab", "tab", *"bicarb or lipid?")
        await until(lambda: "like this before: QRS of 160" in glass(pilot.app), on=pilot.app)
        await pilot.press(*" and now", "ctrl+g")
        await until(lambda: "Earlier, like this one" in glass(pilot.app), on=pilot.app)
        assert "amitriptyline" in glass(pilot.app)
        await pilot.press("1")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await pilot.press("q")
        await until(lambda: isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        assert "bicarb or lipid? and now" in screen.form.words.values()
        assert here.forum.cases.open(here.nadia, earlier).line.replies == 0


async def test_a_case_takes_few_keys(here: Ward) -> None:
    """From the brief: n, the board, Tab three times, ^S beside the words; then the case is open, and can be taken back."""
    async with here.app().run_test(size=GLASS) as pilot:
        await pilot.press("n")
        await until(lambda: "Where does the case belong?" in glass(pilot.app), on=pilot.app)
        await pilot.press("1", *TITLE, "tab", *QUESTION, "tab", "tab", *CLEAN, "ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await until(lambda: "posted · u takes it back (60 s)" in glass(pilot.app), on=pilot.app)
        text = glass(pilot.app)
        assert TITLE in text
        assert QUESTION in text
        assert CLEAN in text
        assert _draft(here) is None
        await pilot.press("u")
        await until(lambda: CLEAN not in glass(pilot.app), on=pilot.app)


async def test_who_will_see_it_is_always_said(here: Ward) -> None:
    """The audience stands in the header, or below it where the glass is narrow."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        assert "visible to" in glass(pilot.app).split("\n")[0]
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert "visible to" in glass(pilot.app)


async def test_typing_is_saved_while_it_goes_on(here: Ward) -> None:
    """Without a pause in the typing, what was typed two seconds ago is in the file."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        typed: list[tuple[float, int]] = []
        began = time.monotonic()
        count = 0
        while time.monotonic() - began < 5:
            await pilot.press("x")
            count += 1
            typed.append((time.monotonic(), count))
            draft = _draft(here)
            saved = len(draft.fields["title"]) if draft is not None else 0
            owed = max((number for at, number in typed if at < time.monotonic() - 2), default=0)
            assert saved >= owed


async def test_a_dropped_line_loses_nothing(here: Ward) -> None:
    """``save_now`` has written everything when it returns."""
    async with here.app().run_test(size=GLASS) as pilot:
        screen = await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*"Half a titl")
        screen.save_now()
        draft = _draft(here)
        assert draft is not None
        assert draft.fields["title"] == "Half a titl"
        assert draft.board == here.board


async def test_a_draft_goes_on_where_it_was(here: Ward) -> None:
    """Esc keeps; opened again, every field is as it was, and the cursor stands at the end of the text."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*"A title", "tab", *"A question", "tab", "tab", *"Two", "enter", *"lines")
        await pilot.press("ctrl+e", "g", "f", "2", "escape", "escape")
        await until(lambda: not isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        draft = _draft(here)
        assert draft is not None
        await _open(pilot, Compose("case", draft=draft.draft))
        text = glass(pilot.app)
        assert "A title" in text
        assert "A question" in text
        assert "30-44 · F · CTAS 2" in text
        await pilot.press("!")
        assert _editor(pilot, "text").text == "Two\nlines!"


async def test_a_draft_is_thrown_away_with_one_more_key(here: Ward) -> None:
    """^D asks; only ``y`` throws away."""
    async with here.app().run_test(size=GLASS) as pilot:
        screen = await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*"A title")
        screen.save_now()
        await pilot.press("ctrl+d", "x")
        await pilot.pause()
        assert _editor(pilot, "title").text == "A title"
        await pilot.press("ctrl+d", "y")
        await until(lambda: not isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        assert _draft(here) is None


async def test_identifiers_are_marked_and_do_not_go_out(here: Ward) -> None:
    """A name is marked in the text, told with its rewrite, and ^S refuses while it stands."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("reply", target=case))
        await pilot.press(*NAMED)
        await until(lambda: "‼ 1 identifier" in glass(pilot.app), on=pilot.app)
        marks = _editor(pilot, "text").marks
        assert [NAMED[mark.start : mark.end] for mark in marks] == ["Mrs Alder"]
        assert marks[0].voice == "alarm"
        await pilot.press("ctrl+s")
        await until(lambda: "Not posted: 1 identifier" in glass(pilot.app), on=pilot.app)
        assert here.forum.cases.open(here.nadia, case).posts == ()


async def test_a_quick_hand_is_stopped_too(here: Ward) -> None:
    """^S right behind the last letter, before the guard has looked: it looks first."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        screen = await _open(pilot, Compose("reply", target=case))
        _editor(pilot, "text").put(NAMED)
        await screen.run_action("post")
        await until(lambda: "Not posted: 1 identifier" in glass(pilot.app), on=pilot.app)
        assert here.forum.cases.open(here.nadia, case).posts == ()


async def test_tab_takes_the_rewrites(here: Ward) -> None:
    """In the text Tab puts every proposal in place, wherever it stands; then the post goes out, never called safe."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("reply", target=case))
        await pilot.press(*NAMED)
        await until(lambda: "Tab takes it" in glass(pilot.app), on=pilot.app)
        await pilot.press("tab")
        await until(lambda: "no identifier found" in glass(pilot.app), on=pilot.app)
        assert "safe" not in glass(pilot.app)
        text = _editor(pilot, "text").text
        assert "Alder" not in text
        assert _editor(pilot, "text").marks == ()
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        assert here.forum.cases.open(here.nadia, case).posts[0].text == text


async def test_an_override_needs_a_reason(here: Ward) -> None:
    """^O keeps a marked text only with a reason of some words, which goes with the post."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("reply", target=case))
        await pilot.press(*NAMED)
        await until(lambda: "‼ 1 identifier" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+o", "enter")
        await until(lambda: "An override needs a reason" in glass(pilot.app), on=pilot.app)
        await pilot.press(*"a colleague who agreed", "enter")
        await until(lambda: "1 kept, with your reason" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        reply = here.forum.cases.open(here.nadia, case).posts[0]
        assert reply.text == NAMED
        assert here.forum.cases.draft_of(here.nadia, reply.post).overrides == (("name", "a colleague who agreed"),)


async def test_an_override_is_for_what_was_asked(here: Ward) -> None:
    """A second name typed after the first was kept is a block of its own."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("reply", target=case))
        await pilot.press(*NAMED)
        await until(lambda: "‼ 1 identifier" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+o", *"a colleague who agreed", "enter")
        await until(lambda: "1 kept" in glass(pilot.app), on=pilot.app)
        await pilot.press(*" Then Mrs Berger came.")
        await until(lambda: "‼ 1 identifier" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+s")
        await until(lambda: "Not posted" in glass(pilot.app), on=pilot.app)


async def test_what_is_typed_is_text(here: Ward) -> None:
    """Markup in any field is shown as typed and posted as typed."""
    case = here.case()
    words = "[/x] [@click=app.quit]K+ [5.9][/] [bold]"
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("reply", target=case))
        await pilot.press(*words)
        await until(lambda: words in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await until(lambda: words in glass(pilot.app), on=pilot.app)


async def test_a_paste_is_cleaned_and_measured(here: Ward) -> None:
    """Control characters become visible, more than 64 kB do not go in, an endless line is broken: each is said."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("reply", target=case))
        editor = _editor(pilot, "text")
        editor.post_message(Paste("a\x1b[2Jb\u202ec\r\nd"))
        await pilot.pause()
        assert editor.text == "a␛[2Jb⟨RLO⟩c\nd"
        editor.put("")
        editor.post_message(Paste("word " * 20_000))
        await until(lambda: "Only the first 64 kB" in glass(pilot.app), on=pilot.app)
        assert len(editor.text.encode()) <= 65536
        assert max(len(line) for line in editor.text.split("\n")) <= LINE_MAX
        await pilot.press("x")
        assert "x" in editor.text


async def test_a_single_line_stays_one(here: Ward) -> None:
    """Newlines pasted into a title become blanks; Enter goes to the next field."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        _editor(pilot, "title").post_message(Paste("Two\nlines\tand more"))
        await pilot.pause()
        assert _editor(pilot, "title").text == "Two lines and more"
        await pilot.press("enter", "q")
        assert _editor(pilot, "question").text == "q"


async def test_what_is_wrong_is_said_where_it_is(here: Ward) -> None:
    """A title too short, a question missing: a sentence at each field, the cursor in the first, the words kept."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*"Short", "tab", "tab", "tab", *CLEAN, "ctrl+s")
        await until(lambda: "The title has 5 characters" in glass(pilot.app), on=pilot.app)
        lines = glass(pilot.app).split("\n")
        title = next(number for number, line in enumerate(lines) if "Short" in line)
        assert "The title has 5 characters" in lines[title + 1]
        assert "The question is missing" in glass(pilot.app)
        assert pilot.app.screen.focused is _editor(pilot, "title")
        assert _editor(pilot, "text").text == CLEAN
        await pilot.press("!")
        await until(lambda: "The title has 5 characters" not in glass(pilot.app), on=pilot.app)


async def test_a_full_disk_keeps_the_words_on_the_glass(here: Ward) -> None:
    """When the draft cannot be saved the writer is told, and the words stay."""

    class FullDrafts:
        def list(self, _me: object) -> tuple[DraftView, ...]:
            return ()

        def save(self, *_args: object, **_fields: object) -> int:
            raise DiskFull("The disk is full. Make room, then go on.")

    forum: Any = Instead(here.forum, drafts=FullDrafts())
    async with here.app(forum=forum).run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*"A title worth keeping")
        await until(lambda: "The disk is full." in glass(pilot.app), on=pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ComposeScreen)
        assert "A title worth keeping" in glass(pilot.app)


async def test_any_size_while_typing(here: Ward) -> None:
    """The glass may shrink to one cell in the middle of a word, and grow again."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*"One tit")
        await pilot.resize_terminal(1, 1)
        await pilot.press(*"le", "tab", "tab", "tab", *"and text", "ctrl+e", "g", "f", "ctrl+e")
        for size in ((40, 12), (132, 50), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = glass(pilot.app)
            assert "One title" in text
            assert "and text" in text
            assert "30-44 · F" in text


async def test_amending_begins_with_what_stands(here: Ward) -> None:
    """A new version starts from the shown one, vital signs included, and becomes the one that is shown."""
    case = here.case(by=here.nadia)
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("amend", target=case))
        assert _editor(pilot, "title").text == TITLE
        await pilot.press(*" Better now.", "ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        view = here.forum.cases.open(here.nadia, case)
        assert view.head.text.endswith("Better now.")
        assert view.head.versions == 2
        assert view.record is not None
        assert view.record.vitals[0].hr == 128


async def test_no_letter_leads_away(here: Ward) -> None:
    """In the record, where letters answer, those that answer nothing do nothing: no key of other screens acts."""
    async with here.app().run_test(size=GLASS) as pilot:
        screen = await _open(pilot, Compose("case", board=here.board))
        await pilot.press("ctrl+e", *"qQzD/?:u")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("ctrl+e", "q", "slash", "question_mark")
        assert _editor(pilot, "text").text == "q/?"


async def test_a_record_takes_a_key_a_part(here: Ward) -> None:
    """^E and five letters fill the record; the last one leads back to the words, and the record goes with the case."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*TITLE, "tab", *QUESTION, "ctrl+e", *"gf2nr", *CLEAN, "ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await until(lambda: "30-44 F · rural ED" in glass(pilot.app), on=pilot.app)
        assert "‼ CTAS 2" in glass(pilot.app)
        assert CLEAN in glass(pilot.app)


# --- shorthand, the whole record, templates -----------------------------------------------------------------------------

QUICK = "58F syncope HR 58 BP 92/40 RR 18 SpO2 94 RA T 36.1 GCS 15 CTAS 2, on bisoprolol"


async def test_shorthand_is_read_while_it_is_typed(here: Ward) -> None:
    """The line becomes the record, its rest the text, its complaint the title; its exact age is nowhere in the case."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press("tab", *QUESTION, "tab", *QUICK)
        await until(lambda: "→ 45-64 F · syncope · CTAS 2 · HR 58" in glass(pilot.app), on=pilot.app)
        assert "NEWS2 3, teaching aid" in glass(pilot.app)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
    case = here.forum.cases.open(here.nadia, here.forum.cases.order(here.nadia, here.board)[0].thread)
    assert (case.line.title, case.head.text) == ("Syncope, 45-64 F", "on bisoprolol")
    assert case.record is not None
    assert (case.record.vitals[0].hr, case.record.age_band) == (58, "45-64")
    assert "58F" not in repr(case)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("58F fall gluc 30", "glucose, mmol/L or mg/dL?"),
        ("58F fall HR 400", "HR: 0 to 350 /min"),
        ("58F fall temp 101", "temperature, °C or °F?"),
    ],
)
async def test_what_cannot_be_is_refused_at_its_field(here: Ward, line: str, said: str) -> None:
    """No unit, or out of all limits: said below the line, and nothing is posted however often ^S is pressed."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*TITLE, "tab", *QUESTION, "tab", *line, "ctrl+s", "ctrl+s", "ctrl+s")
        await until(lambda: f"‼ {said}" in glass(pilot.app), on=pilot.app)
        assert isinstance(pilot.app.screen, ComposeScreen)
        assert pilot.app.screen.focused is _editor(pilot, "quick")
    assert not here.forum.cases.order(here.nadia, here.board)


async def test_what_is_odd_is_asked_once(here: Ward) -> None:
    """An unusual value and two that may be one are asked about; the second ^S posts, a change asks anew."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*TITLE, "tab", *QUESTION, "tab", *"58F fall HR 30", "ctrl+s")
        await until(lambda: "Sure? HR 30 /min" in glass(pilot.app), on=pilot.app)
        await pilot.press(*" RR 20-24", "ctrl+s")
        await until(lambda: "Sure? RR, one value? · HR 30 /min" in glass(pilot.app), on=pilot.app)
        assert isinstance(pilot.app.screen, ComposeScreen)
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
    case = here.forum.cases.open(here.nadia, here.forum.cases.order(here.nadia, here.board)[0].thread)
    assert case.head.text == "RR 20-24"
    assert case.record is not None
    assert (case.record.vitals[0].hr, case.record.vitals[0].rr) == (30, None)


async def test_a_name_in_the_shorthand_is_found(here: Ward) -> None:
    """It is marked in the line, told, and does not go out; the exact age of the same line is no finding."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*TITLE, "tab", *QUESTION, "tab", *"92F fall, found by Mrs Alder")
        await until(lambda: "‼ 1 identifier   Mrs Alder" in glass(pilot.app), on=pilot.app)
        marks = _editor(pilot, "quick").marks
        assert ["92F fall, found by Mrs Alder"[mark.start : mark.end] for mark in marks] == ["Mrs Alder"]
        await pilot.press("ctrl+s")
        await until(lambda: "Not posted: 1 identifier" in glass(pilot.app), on=pilot.app)


async def test_the_whole_record_is_written_on_its_page(here: Ward) -> None:
    """Every field reaches the case, and a draft keeps each as it was typed."""
    async with here.app().run_test(size=GLASS) as pilot:
        screen = await _open(pilot, Compose("case", board=here.board))
        await pilot.press(
            *TITLE,
            "tab",
            *QUESTION,
            "ctrl+e",
            "tab",
            *"overdose",
            "tab",
            *"T-2h",
            "tab",
            *"HR 128",
            "enter",
            *"T+25 HR 98",
            "tab",
        )
        await pilot.press(*"28+3", "tab", *"dry", "tab", *"QRS 148", "tab", *"bicarbonate", "tab", *"no ICU", "tab")
        await pilot.press(*"TCA 90%, cocaine", "tab", *"none")
        screen.save_now()
        draft = _draft(here)
        assert draft is not None
        assert (draft.fields["vitals"], draft.fields["differential"]) == ("HR 128\nT+25 HR 98", "TCA 90%, cocaine")
        await pilot.press("ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await until(lambda: "TCA 90 %, cocaine" in glass(pilot.app), on=pilot.app)
        text = glass(pilot.app)
        for words in (
            "overdose · onset T-2 h · pregnant, 28 weeks",
            "T+25   HR  98",
            "Exam",
            "QRS 148",
            "no ICU",
            "TCA 90 %, cocaine",
        ):
            assert words in text
    record = here.forum.cases.open(here.nadia, here.forum.cases.order(here.nadia, here.board)[0].thread).record
    assert record is not None
    assert [(one.diagnosis, one.confidence) for one in record.differential] == [("TCA", 90), ("cocaine", None)]
    assert [(one.t, one.hr) for one in record.vitals] == [(0, 128), (25, 98)]


async def test_a_name_in_any_field_of_the_record_is_found(here: Ward) -> None:
    """On the page of the record the guard looks at each field too."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        for name in (
            "complaint",
            "vitals",
            "exam",
            "investigations",
            "management",
            "resources",
            "differential",
            "conflict",
        ):
            _editor(pilot, name).put("seen with Mrs Alder")
            await until(lambda: "1 identifier" in glass(pilot.app), on=pilot.app)
            _editor(pilot, name).put("")
            await until(lambda: "1 identifier" not in glass(pilot.app), on=pilot.app)


async def test_a_template_begins_a_post(here: Ward) -> None:
    """^T and a key: its headings stand, what was typed stays, headings left empty are not posted."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press(*TITLE, "tab", *QUESTION, "tab", "tab", *"Typed before.", "ctrl+t")
        await until(lambda: "What does it begin with?" in glass(pilot.app), on=pilot.app)
        await pilot.press("2")
        await until(lambda: "Recommendation I ask for:" in glass(pilot.app), on=pilot.app)
        assert _editor(pilot, "text").text.startswith("Typed before.\n\nI am:")
        await pilot.press(*" RN", "ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
    case = here.forum.cases.open(here.nadia, here.forum.cases.order(here.nadia, here.board)[0].thread)
    assert case.head.text == "Typed before.\n\nI am: RN"


async def test_a_notice_is_posted_with_its_end(here: Ward) -> None:
    """The template of a notice asks for no question and no record, and the notice ends."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press("ctrl+t", "6")
        await until(lambda: "New notice" in glass(pilot.app), on=pilot.app)
        assert "Question" not in glass(pilot.app)
        assert _editor(pilot, "until").text == "8h"
        await pilot.press(*"CT is down", "ctrl+s")
        await until(lambda: "‼ The post is empty." in glass(pilot.app), on=pilot.app)
        await pilot.press("tab", "tab", "ctrl+home", "end", *" scanner 1", "ctrl+s")
        await until(lambda: isinstance(pilot.app.screen, CaseScreen), on=pilot.app)
        await until(lambda: "▤ until " in glass(pilot.app), on=pilot.app)
    line = here.forum.cases.newest(here.nadia)[0]
    assert (line.kind, line.until_ms is not None) == ("notice", True)


async def test_a_half_written_reason_is_kept(here: Ward) -> None:
    """What was typed of an override's reason is in the draft, and so are reasons that were given."""
    case = here.case()
    async with here.app().run_test(size=GLASS) as pilot:
        screen = await _open(pilot, Compose("reply", target=case))
        await pilot.press(*NAMED)
        await until(lambda: "‼ 1 identifier" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+o", *"a colleague")
        await pilot.pause()
        screen.save_now()
        draft = _draft(here)
        assert draft is not None
        assert draft.fields["reason"] == "a colleague"
        await pilot.press(*" who agreed", "enter")
        await until(lambda: "1 kept" in glass(pilot.app), on=pilot.app)
        await pilot.press("escape")
        await until(lambda: not isinstance(pilot.app.screen, ComposeScreen), on=pilot.app)
        await _open(pilot, Compose("reply", draft=draft.draft))
        await until(lambda: "1 kept, with your reason" in glass(pilot.app), on=pilot.app)


async def test_one_key_takes_what_is_asked_about_as_well(here: Ward) -> None:
    """^N rewrites blocks and questions alike, in every field; what is left is said to hold no identifier found."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        # The text before the title: where nothing is marked yet, Tab is the next field however slowly one types.
        await pilot.press("tab", "tab", "tab", *"34F, found by Mrs Alder.", "shift+tab", "shift+tab", "shift+tab")
        await pilot.press(*"Seen by Dr Varga on Tuesday")
        await until(lambda: "2 identifiers" in glass(pilot.app), on=pilot.app)
        await pilot.press("ctrl+n")
        await until(lambda: "no identifier found" in glass(pilot.app) or "to look at" in glass(pilot.app), on=pilot.app)
        assert _editor(pilot, "title").text == "Seen by the doctor some days ago"
        assert _editor(pilot, "text").text == "30-44 F, found by the patient."


async def test_the_meter_tells_what_to_leave_out(here: Ward) -> None:
    """Harmless facts that add up are counted beside the findings; with many of them the rarest is named."""
    async with here.app().run_test(size=GLASS) as pilot:
        await _open(pilot, Compose("case", board=here.board))
        await pilot.press("tab", "tab", "tab", *"Woman, farmer, twins.")
        await until(lambda: "3 facts together: work, family, sex" in glass(pilot.app), on=pilot.app)
        await pilot.press(*" Inuit, struck by lightning.")
        await until(lambda: "5 facts together; leave out “lightning”" in glass(pilot.app), on=pilot.app)


async def test_a_low_glass_is_for_the_text_while_one_writes_it(here: Ward) -> None:
    """What the quick line was read as makes room for the words, and for the tags, and is back with the line."""
    async with here.app().run_test(size=(40, 12)) as pilot:
        await _open(pilot, Compose("case", here.board))
        await pilot.press("tab", "tab", *"58F HR 38", "tab", *"one ", *"two " * 10)
        await until(lambda: "one two" in glass(pilot.app), on=pilot.app)
        assert "two two" in glass(pilot.app).splitlines()[-5]
        await pilot.press("tab", *"tca")
        await until(lambda: "tca" in glass(pilot.app), on=pilot.app)
        await pilot.press("shift+tab", "shift+tab")
        await until(lambda: "45-64 F" in glass(pilot.app), on=pilot.app)
