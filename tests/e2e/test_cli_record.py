"""The whole record, outcomes, templates and notices that end, on the command line."""

import json
from pathlib import Path

import pytest
from tests.e2e.conftest import Cli, is_one_line

CASE = (
    "post", "--board", "cases", "--title", "Wide QRS after a tricyclic", "--question", "Next step?", "--age-band", "30-44",
    "--sex", "F", "--complaint", "overdose", "--vital", "hr=128", "--vital", "bp=84/50", "--vital", "T+25 HR 118 BP 98/60",
    "--vital", "T+60 temp=98,4F", "--exam", "dry", "--investigations", "QRS 148 ms", "--management", "bicarbonate",
    "--resources", "no ICU", "--differential", "TCA 90%, cocaine", "--pregnant", "--weeks", "12", "--conflict", "none",
    "Found at T0.",
)  # fmt: skip


def test_the_whole_record_is_shown_and_exported(forum_file: Path, cli: Cli) -> None:
    """What the options say stands on the page, in the JSON of the case and in the export; units are ours."""
    done = cli(*CASE)
    assert done.status == 0, done.err
    page = cli("show", done.id).out
    for words in (
        "T+25",
        "HR 118",
        "T 36.9",
        "Exam",
        "QRS 148 ms",
        "no ICU",
        "TCA 90 %, cocaine",
        "pregnant, 12 weeks",
        "SI: teaching aid",
    ):
        assert words in page
    record = json.loads(cli("show", done.id, "--json").out.splitlines()[0])["record"]
    assert [one.get("t", 0) for one in record["vitals"]] == [0, 25, 60]
    assert record["differential"] == [{"diagnosis": "TCA", "confidence": 90}, {"diagnosis": "cocaine"}]
    exported = json.loads(cli("export", "--board", "cases", "--format", "jsonl").out.splitlines()[0])
    assert exported["record"] == record
    assert done.id in cli("search", "overdose").out


def test_amending_adds_a_set_and_takes_a_note_away(forum_file: Path, cli: Cli) -> None:
    """A later set joins the others; an empty note is gone; what is not named stays."""
    case = cli(*CASE).id
    assert cli("amend", case, "--vital", "T+90 hr=90", "--exam", "").status == 0
    record = json.loads(cli("show", case, "--json").out.splitlines()[0])["record"]
    assert [(one.get("t", 0), one.get("hr")) for one in record["vitals"]] == [(0, 128), (25, 118), (60, None), (90, 90)]
    assert "exam" not in record
    assert record["management"] == "bicarbonate"


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--exam", "seen with Mrs Alder"), ("--management", "Mr Alder gave it"), ("--differential", "as in Mrs Alder 50%"),
        ("--resources", "ask Mrs Alder"), ("--complaint", "fall of Mrs Alder"), ("--investigations", "CT of Mrs Alder"),
        ("--conflict", "paid by Mrs Alder"), ("--tag", "Mrs-Alder"),
    ],
)  # fmt: skip
def test_a_name_in_any_option_is_refused(forum_file: Path, cli: Cli, option: str, words: str) -> None:
    """In one line that names it, and nothing is posted."""
    done = cli(
        "post", "--board", "cases", "--title", "Wide QRS after a tricyclic", "--question", "Next?", option, words, "x"
    )
    assert (done.status, done.out) == (1, "")
    assert "alder" in done.err.lower()
    assert is_one_line(done.err)
    assert cli("list", "--json").out == ""


@pytest.mark.parametrize(
    ("vital", "said"),
    [
        ("glucose=30", "mmol/L or mg/dL"),
        ("temp=101", "°C or °F"),
        ("hr=400", "0 to 350"),
        ("ph=72", "6.3 to 8.4"),
        ("hr=38,5", "whole"),
    ],
)
def test_a_vital_sign_that_is_not_clear_is_refused(forum_file: Path, cli: Cli, vital: str, said: str) -> None:
    """A unit that is missing, a value that cannot be: said in one line."""
    done = cli(
        "post",
        "--board",
        "cases",
        "--title",
        "Wide QRS after a tricyclic",
        "--question",
        "Next?",
        "--vital",
        vital,
        "x",
    )
    assert done.status == 1
    assert said in done.err
    assert is_one_line(done.err)


def test_an_outcome_has_fields(forum_file: Path, cli: Cli) -> None:
    """Each is told; a fourth learning point, a reference that is none and a name are refused."""
    case = cli(*CASE).id
    told = ("--diagnosis", "TCA poisoning", "--disposition", "ICU", "--lesson", "early", "--reference", "PMID 123456 B")
    assert cli("outcome", case, *told).status == 0
    page = cli("show", case).out
    for words in ("Diagnosis: TCA poisoning", "Disposition: ICU", "Learned 1: early", "PMID 123456 B"):
        assert words in page
    answer = json.loads(cli("show", case, "--json").out.splitlines()[0])
    assert answer["outcome_told"]["lessons"] == ["early"]
    for wrong in (("--lesson", "1", "--lesson", "2", "--lesson", "3", "--lesson", "4"), ("--reference", "a book"),
                  ("--diagnosis", "as Mrs Alder")):  # fmt: skip
        assert cli("outcome", case, *wrong).status == 1
    assert "Diagnosis: TCA poisoning" in cli("show", case).out


def test_templates_are_listed_filled_in_and_posted(forum_file: Path, home: Path, cli: Cli) -> None:
    """A department's own is one of them; a broken one is named with its line and harms nothing."""
    folder = home / "config" / "wardroom" / "templates"
    folder.mkdir(parents=True)
    (folder / "huddle.toml").write_text(
        'title = "Huddle"\ntags = ["sepsis"]\nurgency = "shift"\ntext = """\nSource:\nLactate:\n"""\n'
    )
    (folder / "sbar.toml").write_text('title = "Ours"\nkind = "sonnet"\n')
    listed = cli("template")
    assert "Huddle" in listed.out
    assert "SBAR consult" in listed.out
    assert "sbar.toml: line 2" in listed.err
    assert cli("template", "huddle").out == "Source:\nLactate:\n"
    done = cli("post", "--board", "cases", "--template", "huddle", "--title", "Septic, source unclear", "--question", "Next?",
               "Source:\nLactate: 6.1\n")  # fmt: skip
    assert done.status == 0, done.err
    head = json.loads(cli("show", done.id, "--json").out.splitlines()[0])
    assert (head["body"], head["tags"]) == ("Lactate: 6.1", ["sepsis"])
    assert cli("post", "--board", "cases", "--template", "sonnet", "--title", "Septic, source unclear", "x").status == 1


def test_a_notice_says_when_it_ends(forum_file: Path, cli: Cli) -> None:
    """On its page and in its JSON; only a notice has an end, and it lies ahead."""
    done = cli("post", "--board", "cases", "--template", "notice", "--title", "CT is down", "--until", "3h", "Use two.")
    assert done.status == 0, done.err
    assert "until " in cli("show", done.id).out
    assert "until" in json.loads(cli("list", "--json").out)
    for wrong in (("--kind", "talk", "--until", "3h"), ("--kind", "notice", "--until", "2001-01-01")):
        assert cli("post", "--board", "cases", "--title", "CT is down", *wrong, "Use two.").status == 1
