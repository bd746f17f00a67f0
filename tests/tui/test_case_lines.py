"""How posts are laid out: columns that line up, words that fit any width, and a sign for whatever became of a post."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from msgspec.structs import replace
from textual.app import App, ComposeResult

from wardroom.domain.events import Record, VitalSet
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import clean
from wardroom.domain.views import CaseView, PostView, ThreadLine
from wardroom.tui.widgets.lines import Line, line_width
from wardroom.tui.widgets.post_lines import deepest, head_lines, reply_lines
from wardroom.tui.widgets.reading import ReadingView
from wardroom.tui.widgets.vitals import record_line, score_lines, vital_lines

MINUTE_MS = 60_000
NOW_MS = 1_800_000_000_000
POST = PostView(
    post=EventNo(2), id="k3f9abcd-2", parent=EventNo(1), parent_id="k3f9abcd-1", author="lea@harbor",
    profession="pharmacist", created_ms=NOW_MS - 6 * MINUTE_MS, is_clock_wrong=False, body_state="here",
    text="pH 7.50 to 7.55 is the ceiling.", flavour="evidence", conflict="", versions=1, amended_ms=None,
    is_unread=True, is_own=False, is_draft_undo=False, useful=3, is_useful_mine=False, original_name="",
    original_ms=None, is_cut=False, sort_key=(1, b"", 2),
)  # fmt: skip
LINE = ThreadLine(
    thread=EventNo(1), id="k3f9abcd-1", board=BoardNo(7), board_name="tox", circle="region",
    title="Wide QRS after TCA, bicarb given. Next step?", author="omar@county", profession="physician", kind="case",
    state="open", acuity="CTAS 1", urgency="now", created_ms=NOW_MS, activity_ms=NOW_MS, original_ms=None, replies=1,
    unread=1, is_answered=True, is_pinned=False, is_locked=False, body_state="here",
)  # fmt: skip
RECORD = Record(
    age_band="30-44", sex="F", acuity="CTAS 1", urgency="now", setting="rural ED",
    vitals=(
        VitalSet(t=0, hr=128, sbp=84, dbp=50, rr=12, spo2=93, on_oxygen=False, temp_c=36.2, gcs=7),
        VitalSet(t=25, hr=98, sbp=118, dbp=60, rr=16, spo2=98, on_oxygen=True, temp_c=36.3, gcs=15),
    ),
)  # fmt: skip


def _said(lines: list[Line]) -> list[str]:
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def _case(*posts: PostView, depths: tuple[int, ...] = ()) -> CaseView:
    head = replace(POST, post=EventNo(1), parent=None, author="omar@county", profession="physician", is_unread=False)
    return CaseView(
        LINE, head, "More, or lidocaine?", ("tca",), RECORD, "Extubated on day 2.", "region, 6 sites", "Toxicology",
        posts, depths or tuple(1 for _ in posts), "",
    )  # fmt: skip


def test_vital_signs_stand_in_columns() -> None:
    """Each sign has one column over all sets, numbers to the right; the shock index stands at the edge."""
    first, second = _said(vital_lines(RECORD, 77))
    assert first == "T+0    HR 128  BP  84/50  RR 12  SpO2 93 air  T 36.2  GCS  7          SI 1.52"
    assert second == "T+25   HR  98  BP 118/60  RR 16  SpO2 98 O2   T 36.3  GCS 15          SI 0.83"
    assert len(first) == len(second) == 77


def test_loud_values_are_those_out_of_bounds() -> None:
    """A value out of an adult's bounds speaks in the alarm voice, and in a child what lies outside the centiles of its age."""
    loud = [text.strip() for line in vital_lines(RECORD, 77) for text, voice in line if voice == "alarm"]
    assert loud == ["7", "1.52"]
    child = Record(age_band="1-4", vitals=RECORD.vitals)
    assert [text.strip() for line in vital_lines(child, 77) for text, voice in line if voice == "alarm"] == ["12", "16"]


def test_a_pressure_of_nothing_has_no_shock_index() -> None:
    """Without a systolic pressure, or with one of 0, there is no shock index, and no error."""
    lines = _said(vital_lines(Record(vitals=(VitalSet(hr=120, sbp=0, dbp=0), VitalSet(t=5, hr=120))), 77))
    assert not any("SI" in line for line in lines)


@pytest.mark.parametrize(
    ("post", "sign"),
    [
        (replace(POST, body_state="withdrawn", text=""), "⌀ withdrawn"),
        (replace(POST, body_state="purged", text=""), "▒ purged"),
        (replace(POST, body_state="hidden", text=""), "⚑ hidden"),
        (replace(POST, body_state="awaited", text=""), "… on its way"),
        (replace(POST, versions=2, amended_ms=NOW_MS - 5 * MINUTE_MS), "✎ amended 5m, h history"),
        (replace(POST, is_clock_wrong=True), "clock wrong"),
        (replace(POST, conflict="fees from a maker"), "conflict of interest: fees from a maker"),
        (replace(POST, original_name="J. Doe", original_ms=1_552_400_000_000), "J. Doe, 12 Mar 2019, imported"),
        (replace(POST, is_useful_mine=True), "+3 (you too)"),
        (replace(POST, is_draft_undo=True), "u takes it back"),
    ],
)
def test_what_became_of_a_post_is_said(post: PostView, sign: str) -> None:
    """Every state of a post has its sign and its words."""
    assert any(sign in line for line in _said(reply_lines(post, 1, 77, NOW_MS, is_new=False)))


def test_an_unread_post_is_told_without_colour() -> None:
    """``●`` and bold for what is new, ``○`` for what is not."""
    new, old = (reply_lines(POST, 1, 77, NOW_MS, is_new=is_new) for is_new in (True, False))
    assert _said(new)[0] == " ● lea pharmacist @harbor · 6m · evidence · +3"
    assert _said(old)[0] == " ○ lea pharmacist @harbor · 6m · evidence · +3"
    assert ("lea", "bold") in new[0]


def test_depth_ends_in_a_number() -> None:
    """Below depth 8 at 80 columns the indentation stays and the depth is told; narrow glasses end it earlier."""
    eight, nine = (_said(reply_lines(POST, depth, 77, NOW_MS, is_new=False)) for depth in (8, 9))
    assert eight[0].index("○") == nine[0].index("○")
    assert "depth" not in eight[0]
    assert "depth 9" in nine[0]
    assert deepest(77) == 8
    assert deepest(37) < 4


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(max_size=400).map(clean),
    width=st.integers(min_value=20, max_value=140),
    depth=st.integers(min_value=1, max_value=100_000),
    is_new=st.booleans(),
)
def test_every_line_fits(text: str, width: int, depth: int, is_new: bool) -> None:
    """Whatever was written, at whatever depth: no line is wider than the glass, and no letter is lost."""
    post = replace(POST, text=text, conflict=clean(text[:80], one_line=True), versions=3, amended_ms=NOW_MS)
    lines = reply_lines(post, depth, width, NOW_MS, is_new=is_new)
    assert max(line_width(line) for line in lines) <= width
    case = replace(_case(post), question=clean(text[:200], one_line=True), outcome=text)
    head = head_lines(case, width, NOW_MS, is_new=is_new)
    assert max(line_width(line) for line in head) <= width
    if "\t" not in text:
        body = "".join("".join(_said(lines)).split()).replace("│", "")
        assert "".join(text.split()).replace("│", "") in body


async def test_a_hundred_thousand_answers_in_one_chain_open_at_once() -> None:
    """Only what is on the glass is laid out: opening, going to the end and reading on take no time and no stack."""
    posts = tuple(replace(POST, post=EventNo(number), is_unread=True) for number in range(2, 100_002))
    case = _case(*posts, depths=tuple(range(1, 100_001)))

    class Glass(App[None]):
        def compose(self) -> ComposeResult:
            yield ReadingView()

    async with Glass().run_test(size=(80, 24)) as pilot:
        view = pilot.app.query_one(ReadingView)
        view.show(case, NOW_MS)
        view.edge(1)
        assert view.cursor == 100_000
        assert view.is_at_end
        view.edge(-1)
        for _ in range(5):
            assert view.read_on()


WELL = VitalSet(hr=118, sbp=98, dbp=60, rr=24, spo2=93, on_oxygen=True, temp_c=38.6, avpu="A")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (Record(age_band="30-44", vitals=(WELL,)), ["NEWS2 11, teaching aid"]),
        (
            Record(age_band="30-44", vitals=(WELL, structs.replace(WELL, t=25, temp_c=37.0))),
            ["NEWS2 11 at T+0, 10 at T+25, teaching aid"],
        ),
        (
            Record(age_band="30-44", vitals=(structs.replace(WELL, temp_c=None),)),
            ["NEWS2 incomplete: temperature · SI: teaching aid"],
        ),
        (Record(vitals=(WELL,)), ["NEWS2 incomplete: age · SI: teaching aid"]),
        (Record(age_band="1-4", vitals=(WELL,)), ["SI: teaching aid"]),
        (Record(age_band="30-44", pregnant=True, vitals=(WELL,)), ["SI: teaching aid"]),
        (Record(age_band="30-44", vitals=(VitalSet(hr=38),)), []),
        (Record(age_band="30-44"), []),
    ],
)
def test_news2_is_a_teaching_aid(record: Record, said: list[str]) -> None:
    """It stands below the vital signs, names what it lacks, and is not there for whom it was not made."""
    assert _said(score_lines(record, 77)) == said


def test_the_record_names_complaint_and_pregnancy() -> None:
    """Unless the title says the complaint already; what a peer wrote into it is plain text."""
    record = Record(age_band="16-29", sex="F", complaint="PV\x1b[2J bleed", pregnant=True, gestation_weeks=28)
    line = _said(record_line(record, 77))[0]
    assert "pregnant, 28 weeks" in line
    assert "\x1b" not in line
    assert _said(record_line(Record(sex="F", complaint="syncope"), 77, title="Syncope at rest")) == ["F"]


def test_every_value_of_a_record_is_shown() -> None:
    """Parts of the coma scale, the letter, salts, pH and weight each have their column."""
    vital = VitalSet(
        gcs=8, gcs_e=2, gcs_v=2, gcs_m=4, avpu="P", potassium_mmol_l=6.8, sodium_mmol_l=118.0, ph=7.1, weight_kg=14.0
    )
    text = " ".join(_said(vital_lines(Record(vitals=(vital,)), 77)))
    for part in ("GCS 8 E2V2M4", "ACVPU P", "K 6.8", "Na 118", "pH 7.10", "kg 14"):
        assert part in text


def test_who_stands_for_an_author_from_elsewhere_is_told() -> None:
    """Beside the name where there is room for it; elsewhere, and of whom nobody stands for, the site alone."""
    vouched = replace(POST, verified_by="harbor")
    assert "lea pharmacist, verified by harbor · 6m" in _said(reply_lines(vouched, 1, 77, NOW_MS, is_new=False))[0]
    assert "lea pharmacist @harbor · 6m" in _said(reply_lines(vouched, 1, 37, NOW_MS, is_new=False))[0]
    assert "lea pharmacist @harbor · 6m" in _said(reply_lines(POST, 1, 77, NOW_MS, is_new=False))[0]
