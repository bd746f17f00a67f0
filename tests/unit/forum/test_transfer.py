"""Import and export keep threads whole, change nothing when repeated, and hand no address on."""

import io
import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from tests.records import records
from tests.tui.ward import Ward, ward

from wardroom.domain.events import STATES, Diagnosis, OutcomeBody, Record, VitalSet
from wardroom.domain.views import PostDraft
from wardroom.errors import DiskFull, InputRejected, Refused, StoreError
from wardroom.forum import Forum, transfer

MAILS = (
    ("a@x.invalid", "", "Lipid kit", "Ann Ames <ann@hospital.invalid>", "Where is the lipid kit?"),
    ("b@x.invalid", "a@x.invalid", "Re: Lipid kit", "Ben <ben@hospital.invalid>", "Second drawer.\n>From the left."),
    ("c@x.invalid", "a@x.invalid b@x.invalid", "Re: Lipid kit", '"Cara" <c@hospital.invalid>', "Thanks."),
    ("d@x.invalid", "a@x.invalid missing@x.invalid", "Lipid dose?", "Dev <d@hospital.invalid>", "1.5 mL/kg."),
    ("e@x.invalid", "", "Another thing", "Ella <e@hospital.invalid>", "Bed block."),
)

WORDS = {
    "complaint": "chest pain", "exam": "Clear lungs.", "investigations": "Lactate 4.", "management": "Fluids.",
    "resources": "no CT", "differential": (Diagnosis("PE", 60), Diagnosis("ACS")),
}  # fmt: skip
"""Of any other words screening might say something."""
TOLD = OutcomeBody("Went home.", diagnosis="PE", disposition="home", follow_up="clinic", lessons=("Ask early.",))


def mbox(mails: tuple[tuple[str, str, str, str, str], ...] = MAILS) -> bytes:
    """A mailbox of these mails, a minute apart."""
    lines = []
    for minute, (own, references, subject, sender, body) in enumerate(mails):
        lines += [
            f"From someone Mon Jan  5 10:{minute:02}:00 2026",
            f"Message-ID: <{own}>",
            *([f"References: {' '.join(f'<{r}>' for r in references.split())}"] if references else []),
            f"From: {sender}",
            f"Subject: {subject}",
            f"Date: Mon, 05 Jan 2026 10:{minute:02}:00 +0000",
            "",
            body,
            "",
        ]
    return "\n".join(lines).encode()


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


@pytest.fixture(name="mailbox")
def _mailbox(tmp_path: Path) -> Path:
    path = tmp_path / "archive.mbox"
    path.write_bytes(mbox())
    return path


def tree(forum: Forum, here: Ward) -> list[tuple[str, str, str]]:
    """(title of the thread, words, words of the parent) of every post of the board."""
    found = []
    for line in forum.cases.newest(here.nadia, here.board):
        case = forum.cases.open(here.nadia, line.thread)
        words = {post.post: post.text for post in (case.head, *case.posts)}
        found += [(line.title, post.text, words.get(post.parent, "")) for post in (case.head, *case.posts)]
    return sorted(found)


def test_mail_becomes_threads_by_its_references(here: Ward, mailbox: Path) -> None:
    """Replies stand under what they answer; a parent that is missing is passed over for the one above it."""
    report = here.forum.transfer.import_from(here.nadia, mailbox, here.board)
    assert (report.posts, report.threads, report.known, report.skipped) == (5, 2, 0, [])
    assert tree(here.forum, here) == sorted(
        [
            ("Lipid kit", "Where is the lipid kit?", ""),
            ("Lipid kit", "Second drawer.\nFrom the left.", "Where is the lipid kit?"),
            ("Lipid kit", "Thanks.", "Second drawer.\nFrom the left."),
            ("Lipid kit", "1.5 mL/kg.", "Where is the lipid kit?"),
            ("Another thing", "Bed block.", ""),
        ]
    )


def test_addresses_are_dropped_names_and_dates_stand_beside(here: Ward, mailbox: Path) -> None:
    """No address is anywhere in the file; a name can be mapped; the original date is shown apart from our clock."""
    here.forum.transfer.import_from(here.nadia, mailbox, here.board, names={"Ann Ames": "aa"})
    head = next(p for t, p in _heads(here) if t == "Lipid kit")
    assert (head.original_name, head.original_ms) == ("aa", 1767607200000)
    assert head.author == "nadia@county"
    here.forum.session.store.scrub()
    raw = b"".join(path.read_bytes() for path in here.forum.path.parent.glob("forum.db*"))
    assert b"hospital.invalid" not in raw
    assert b"x.invalid" not in raw


def _heads(here: Ward) -> Iterator[tuple[str, object]]:
    for line in here.forum.cases.newest(here.nadia, here.board):
        yield line.title, here.forum.cases.open(here.nadia, line.thread).head


def test_the_same_import_twice_changes_nothing(here: Ward, mailbox: Path) -> None:
    """A second run takes nothing in, also after one of the posts was purged."""
    first = here.forum.transfer.import_from(here.nadia, mailbox, here.board)
    before = tree(here.forum, here)
    again = here.forum.transfer.import_from(here.nadia, mailbox, here.board)
    assert (first.posts, again.posts, again.known) == (5, 0, 5)
    assert tree(here.forum, here) == before
    thread = next(
        line.thread for line in here.forum.cases.newest(here.nadia, here.board) if line.title == "Another thing"
    )
    here.forum.cases.purge(here.nadia, thread, "identifier")
    assert here.forum.transfer.import_from(here.nadia, mailbox, here.board).posts == 0
    assert "Bed block." not in str(tree(here.forum, here))


def test_a_mailbox_that_grew_gives_only_what_is_new(here: Ward, tmp_path: Path) -> None:
    """Replies of a later import stand under posts of an earlier one."""
    early, late = tmp_path / "early.mbox", tmp_path / "late.mbox"
    early.write_bytes(mbox(MAILS[:1]))
    late.write_bytes(mbox(MAILS[1:2]))
    here.forum.transfer.import_from(here.nadia, early, here.board)
    here.forum.transfer.import_from(here.nadia, late, here.board)
    assert ("Lipid kit", "Second drawer.\nFrom the left.", "Where is the lipid kit?") in tree(here.forum, here)


def test_an_import_that_is_cut_off_goes_on_where_it_stopped(
    here: Ward, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed stays, the rest comes with the next run, nothing twice, and the tree is the whole one."""
    monkeypatch.setattr(transfer, "MESSAGES_PER_COMMIT", 1)

    def cut_off(done: int, total: int) -> None:
        if (done, total) == (3, len(MAILS)):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        here.forum.transfer.import_from(here.nadia, mailbox, here.board, kind="mbox", progress=cut_off)
    again = here.forum.transfer.import_from(here.nadia, mailbox, here.board)
    assert (again.posts, again.known) == (2, 3)
    assert sorted(words for _, words, _ in tree(here.forum, here)) == sorted(
        body.replace("\n>From", "\nFrom") for *_, body in MAILS
    )
    assert ("Lipid kit", "1.5 mL/kg.", "Where is the lipid kit?") in tree(here.forum, here)


def test_imports_arrive_read(here: Ward, mailbox: Path) -> None:
    """An archive is nobody's backlog."""
    here.forum.transfer.import_from(here.nadia, mailbox, here.board)
    assert here.forum.inbox.unread_posts(here.nadia) == 0
    assert here.forum.inbox.unread_posts(here.omar) == 0


@pytest.mark.parametrize("kind", ["jsonl", "mbox"])
def test_what_goes_out_comes_back_the_same(here: Ward, tmp_path: Path, kind: str) -> None:
    """Export and import again into another forum: the same threads, titles and words."""
    case = here.case(text="From the first line on.\n\n> not a quotation of ours\nβ-blocker 10⁻³")
    answer = here.reply(case, "From there: hypertonic saline.")
    here.reply(answer, "Agreed.", by=here.nadia)
    here.forum.cases.post(here.nadia, here.board, PostDraft("Talk.", title="A second thread", kind="talk"))
    out = io.BytesIO()
    assert here.forum.transfer.export(here.nadia, out, kind=kind) == 4
    path = tmp_path / f"out.{kind}"
    path.write_bytes(out.getvalue())
    (tmp_path / "other").mkdir()
    with ward(tmp_path / "other") as other:
        assert other.forum.transfer.import_from(other.nadia, path, other.board).skipped == []
        assert tree(other.forum, other) == tree(here.forum, here)


def _clinical(forum: Forum, here: Ward) -> list[tuple[object, ...]]:
    """Everything of every thread but its words: the record, the outcome, the tags, the question, the kind, the state."""
    found = []
    for line in forum.cases.newest(here.nadia, here.board):
        case = forum.cases.open(here.nadia, line.thread)
        flavours = sorted((post.text, post.flavour, post.conflict) for post in (case.head, *case.posts))
        found.append(
            (
                line.title, line.kind, line.state, case.question, case.tags, case.record, case.outcome_told, flavours,
                line.until_ms,
            )
        )  # fmt: skip
    return sorted(found, key=str)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(records(), st.sampled_from(STATES), st.booleans()), min_size=1, max_size=4))
def test_a_case_comes_back_with_its_record_and_outcome(cases: list[tuple[Record, str, bool]]) -> None:
    """Any record, an outcome, tags, question, kind, state, and what an answer rests on: all of it is there again."""
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        path = Path(first) / "out.jsonl"
        with ward(Path(first)) as here:
            for number, (generated, state, is_told) in enumerate(cases):
                record = structs.replace(generated, **WORDS)
                draft = PostDraft(
                    "What next?", title=f"A case of number {number}", kind="case", question="Admit?", record=record,
                    tags=("sepsis", "airway"), conflict="None.",
                )  # fmt: skip
                thread = here.forum.cases.post(here.nadia, here.board, draft)
                here.forum.cases.reply(here.omar, thread, PostDraft("I would.", flavour="evidence"))
                if is_told:
                    here.forum.cases.record_outcome(here.nadia, thread, TOLD)
                if state != "open":
                    here.forum.cases.set_state(here.nadia, thread, state)
            notice = PostDraft("CT is down.", title="A notice that ends", kind="notice", until_ms=4_000_000_000_000)
            here.forum.cases.post(here.nadia, here.board, notice)
            with path.open("wb") as stream:
                here.forum.transfer.export(here.nadia, stream, kind="jsonl")
            before = _clinical(here.forum, here)
            assert len(before) == len(cases) + 1
        with ward(Path(second)) as other:
            report = other.forum.transfer.import_from(other.nadia, path, other.board)
            assert (report.skipped, report.left_out, report.threads) == ([], [], len(cases) + 1)
            other.forum.unscreened.work()
            assert _clinical(other.forum, other) == before


def test_a_value_that_cannot_stand_is_told_and_the_post_is_taken(here: Ward, tmp_path: Path) -> None:
    """Limits hold on the way in as in the composer; what is refused is named with its post."""
    path = tmp_path / "odd.jsonl"
    line = {
        "id": "1", "title": "A case from elsewhere", "body": "Text.", "kind": "case", "question": "Admit?", "state": "odd",
        "record": {"sex": "F", "vitals": [{"t": 0, "hr": 400, "rr": 20}]}, "outcome": {"diagnosis": "PE", "lessons": 3},
    }  # fmt: skip
    path.write_text(json.dumps(line) + "\n", "utf-8")
    report = here.forum.transfer.import_from(here.nadia, path, here.board)
    assert [(left.where, left.reason.split(":")[0]) for left in report.left_out] == [
        ("A case from elsewhere", "vitals 1"), ("A case from elsewhere", "outcome"), ("A case from elsewhere", "state"),
    ]  # fmt: skip
    (line_of,) = here.forum.cases.newest(here.nadia, here.board)
    case = here.forum.cases.open(here.nadia, line_of.thread)
    assert case.record == Record(sex="F", vitals=(VitalSet(rr=20),))
    assert case.outcome_told == OutcomeBody("", diagnosis="PE")
    assert line_of.state == "outcome"


@pytest.mark.parametrize("odd", [7, "F 58", ["sex"], True])
def test_a_record_that_is_no_record_costs_the_post_nothing(here: Ward, tmp_path: Path, odd: object) -> None:
    """It is named, and the words are taken."""
    path = tmp_path / "odd.jsonl"
    line = {"id": "1", "title": "A case from elsewhere", "body": "Text.", "kind": "case", "record": odd, "outcome": odd}
    path.write_text(json.dumps(line) + "\n", "utf-8")
    report = here.forum.transfer.import_from(here.nadia, path, here.board)
    assert (report.posts, [left.reason.split(":")[0] for left in report.left_out]) == (1, ["record", "outcome"])


def test_an_export_holds_what_its_reader_may_read(here: Ward) -> None:
    """A room's posts leave only through its members."""
    here.forum.boards.open(here.nadia, "debrief", members_of_room=("nadia",))
    room = here.forum.boards.named(here.nadia, "debrief").board
    here.forum.cases.post(here.nadia, room, PostDraft("Between us.", title="A private thread", kind="talk"))
    for me, expected in ((here.nadia, ["Between us."]), (here.omar, [])):
        out = io.BytesIO()
        here.forum.transfer.export(me, out, kind="jsonl")
        assert [json.loads(line)["body"] for line in out.getvalue().splitlines()] == expected


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04zip", b"neither mail nor lines\n", b"[1, 2]"])
def test_what_is_no_mail_is_refused_with_advice(here: Ward, tmp_path: Path, content: bytes) -> None:
    """A source that holds no messages is named, and the forum stays as it was."""
    path = tmp_path / "odd"
    path.write_bytes(content)
    with pytest.raises(InputRejected, match="odd"):
        here.forum.transfer.import_from(here.nadia, path, here.board)
    assert tree(here.forum, here) == []


def test_a_disk_that_fills_up_keeps_what_was_imported(
    here: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said how much stays; once there is room the same import brings the rest, and nothing twice."""
    monkeypatch.setattr(transfer, "MESSAGES_PER_COMMIT", 1)
    path, store = tmp_path / "long.mbox", here.forum.session.store
    path.write_bytes(mbox(tuple((f"{n}@x.invalid", "", f"Bed {n}", "Ann", f"{n} word " * 3000) for n in range(9))))
    with store.write() as writer:
        pages = writer.execute("PRAGMA page_count").fetchone()[0]
        writer.execute(f"PRAGMA max_page_count = {pages + 40}")
    with pytest.raises(DiskFull, match=r"full\. [1-8] posts were imported and stay"):
        here.forum.transfer.import_from(here.nadia, path, here.board)
    kept = len(tree(here.forum, here))
    with store.write() as writer:
        writer.execute("PRAGMA max_page_count = 1000000")
    again = here.forum.transfer.import_from(here.nadia, path, here.board)
    assert (again.posts, again.known, len(tree(here.forum, here))) == (9 - kept, kept, 9)


def test_no_room_beside_the_forum_is_told_with_its_place(
    here: Ward, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mail that cannot be kept while it is threaded is no fault of the forum's disk."""
    monkeypatch.setattr("tempfile.TemporaryFile", partial(Path("/dev/full").open, "r+b", buffering=0))
    with pytest.raises(StoreError, match=r"that cannot be written: No space left on device\. .* TMPDIR"):
        here.forum.transfer.import_from(here.nadia, mailbox, here.board)
    assert tree(here.forum, here) == []


def test_who_may_not_write_is_refused_before_anything_is_read(here: Ward, tmp_path: Path) -> None:
    """Nobody waits for a mailbox to be read only to hear that it was in vain."""
    here.forum.members.add(here.nadia, "ivo", "other", "observer", uid=os.getuid() + 2)
    ivo = here.forum.members.linked(os.getuid() + 2)
    assert ivo is not None
    with pytest.raises(Refused, match="observer"):
        here.forum.transfer.import_from(ivo, tmp_path / "nowhere", here.board)
