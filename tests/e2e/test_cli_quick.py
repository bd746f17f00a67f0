"""A line of shorthand on the command line: shown before it is posted, posted as a record, refused where it cannot be."""

import json
from pathlib import Path

import pytest
from tests.e2e.conftest import Cli, is_one_line

LINE = "58F syncope HR 38 BP 82/40 RR 18 SpO2 94 RA T 36.1 GCS 15 CTAS 2, on bisoprolol, NEWS 7"


def test_a_dry_run_prints_one_object_and_opens_nothing(program: Cli, home: Path) -> None:
    """All keys of the line, in a home without any forum, which has none afterwards."""
    done = program("post", "--quick", LINE, "--dry-run", "--json")
    assert done.status == 0, done.err
    assert json.loads(done.out) == {
        "age_band": "45-64", "sex": "F", "hr": 38, "sbp": 82, "dbp": 40, "rr": 18, "spo2": 94, "on_oxygen": False,
        "temp_c": 36.1, "gcs": 15, "avpu": "A", "acuity": "CTAS 2", "complaint": "syncope",
        "rest": "on bisoprolol, NEWS 7", "ask": [], "refused": [],
    }  # fmt: skip
    assert list(home.rglob("forum.db")) == []


def test_a_dry_run_for_people_says_what_is_asked_and_refused(program: Cli) -> None:
    """In words, each with what to do about it."""
    done = program("post", "--quick", "58F syncope HR 38 temp 101 SpO2 120", "--dry-run")
    assert done.status == 0
    assert "→ 45-64 F · syncope · HR 38" in done.out
    assert "temperature, °C or °F?" in done.out
    assert "SpO2: 0 to 100 %" in done.out


def test_a_line_becomes_a_case(forum_file: Path, cli: Cli) -> None:
    """The complaint is its title, the values its record, and what is left over its text; the exact age is nowhere."""
    done = cli("post", "--board", "cases", "--quick", LINE)
    assert done.status == 0, done.err
    case = cli("show", done.id, "--json")
    head = json.loads(case.out.splitlines()[0])
    assert head["title"] == "Syncope, 45-64 F"
    assert head["body"].rstrip("\n") == "on bisoprolol, NEWS 7"
    assert head["kind"] == "case"
    page = cli("show", done.id).out
    assert "HR 38" in page
    assert "CTAS 2" in page
    assert "58" not in page.replace(done.id, "")


def test_options_say_more_than_the_line(forum_file: Path, cli: Cli) -> None:
    """A title, a question, words and a vital sign given beside the line are those of the case."""
    done = cli(
        "post", "--board", "cases", "--quick", "58F syncope HR 38", "--title", "Slow and faint at rest",
        "--question", "Pace now?", "--vital", "hr=40", "Known block.",
    )  # fmt: skip
    assert done.status == 0, done.err
    page = cli("show", done.id).out
    for words in ("Slow and faint at rest", "Pace now?", "HR 40", "Known block.", "45-64 F"):
        assert words in page


def test_what_is_asked_is_told_and_stays_as_text(forum_file: Path, cli: Cli) -> None:
    """A doubtful value is posted as the words it was, and the author hears of it."""
    done = cli("post", "--board", "cases", "--quick", "72M fall from standing, HR 80-90, BP 120/80")
    assert done.status == 0, done.err
    assert "HR, one value?" in done.err
    assert "HR 80-90" in cli("show", done.id).out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("58F syncope SpO2 120", "SpO2: 0 to 100 %"),
        ("58F syncope BP 80/120", "systolic BP"),
        ("58F syncope CTAS 6", "acuity"),
        ("58F syncope gluc 30", "mmol/L or mg/dL"),
        ("58F syncope T 101", "°C or °F"),
        ("HR 38 BP 82/40", "--title"),
    ],
)
def test_what_cannot_be_is_refused(forum_file: Path, cli: Cli, line: str, said: str) -> None:
    """In one line, and nothing is posted."""
    done = cli("post", "--board", "cases", "--quick", line)
    assert (done.status, done.out) == (1, "")
    assert said in done.err
    assert is_one_line(done.err)
    assert cli("list", "--json").out == ""


def test_a_complaint_is_screened(forum_file: Path, cli: Cli) -> None:
    """A name in the line does not get through."""
    done = cli(
        "post", "--board", "cases", "--quick", "58F Mrs Alder collapsed HR 38", "--title", "Slow and faint at rest"
    )
    assert done.status == 1
    assert "Alder" in done.err


def test_a_dry_run_is_one_of_a_line(cli: Cli) -> None:
    """Without a line there is nothing to be read; without a board nowhere to post it."""
    assert cli("post", "--board", "cases", "--title", "A title of some length", "--dry-run", "x").status == 2
    assert cli("post", "--quick", LINE).status == 2
    assert cli("post", "--board", "cases", "x").status == 2
