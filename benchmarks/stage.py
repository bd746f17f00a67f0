"""What the benchmarks share: forums of generated posts, medians, and the table each of them prints."""

import contextlib
import io
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import make_mbox
from pty_meter import Session

import wardroom
from wardroom.config import Config
from wardroom.domain.events import Record
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import Me, PostDraft
from wardroom.forum import Forum
from wardroom.forum.founding import Founder, found
from wardroom.store.journal import journal
from wardroom.wiring import open_forum, wall_ms

ROOT = Path(__file__).resolve().parents[1]
WARDROOM = str(Path(sys.executable).with_name("wardroom"))
"""The command as it is installed beside this Python."""

LONG_CASE = "One long case with four hundred answers"
LONG_CASE_REPLIES = 400
NATIVE_CASES = 200
SMALLEST_WHOLE = 1_000
"""A smaller forum has fewer native cases, and fewer answers in the long one."""
UNUSED_S = 24 * 3600
"""What another version made so long ago is thrown away."""
ASK = "Potassium is high and the pulse is slow. Calcium was given. What would you do next?"
ANSWER = "Repeat the calcium, then insulin with glucose. Call the renal team early."


# --- forums -------------------------------------------------------------------------------------------------------


def cache() -> Path:
    """Where forums and mail are kept from one run to the next; a change of what they hold begins a new place."""
    digest = blake2b(digest_size=6)
    package = Path(wardroom.__file__).parent
    written_by = (
        "store/schema.py",
        "store/projections.py",
        "store/search_index.py",
        "domain/events.py",
        "domain/codec.py",
    )
    sources = [*(package / name for name in written_by), Path(make_mbox.__file__), Path(__file__)]
    for source in sorted(sources):
        digest.update(source.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"wardroom-bench-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        sys.exit(f"{folder} belongs to somebody else; set TMPDIR to a folder of your own.")
    current = folder / digest.hexdigest()
    if not current.exists():
        for old in folder.iterdir():
            if time.time() - old.stat().st_mtime > UNUSED_S:
                shutil.rmtree(old, ignore_errors=True)
        current.mkdir()
    return current


def maildir_of(count: int) -> Path:
    """A Maildir of so many generated messages."""
    place = cache() / f"mail-{count}"
    if not place.exists():
        _made(place, f"{count:,} messages of mail", lambda part: make_mbox.write(count, maildir=part))
    return place


def forum_of(count: int) -> Path:
    """A forum of so many posts, as a department might hold: most came as mail, the newest were written there.

    Its members: tove, a steward, who imported; nadia, linked to this Unix account, who has read none of what omar
    wrote; omar. Each caller gets a copy of its own beside the kept one.
    """
    place = cache() / f"forum-{count}"
    if not place.exists():
        cases = min(NATIVE_CASES, NATIVE_CASES * count // SMALLEST_WHOLE)
        replies = min(LONG_CASE_REPLIES, LONG_CASE_REPLIES * count // SMALLEST_WHOLE)
        mails = count - cases - replies - 1
        _made(place, f"a forum of {count:,} posts", lambda part: _fill(part, mails, cases, replies))
    return place / "forum.db"


def into_the_words(session: Session) -> None:
    """Open a new case from the brief, and go past title, question and quick line to its words."""
    ready = session.wait_for(r"\? help")
    session.press("n")
    ready = ready and session.wait_for("Where does the case belong")
    session.press("1")
    ready = ready and session.wait_for("visible to")
    for _field in ("title", "question", "quick"):
        session.settle(0.15)
        session.press("Enter")
    session.settle()
    if not ready:
        sys.exit(f"There is no composer:\n{session.text()}")


def _made(place: Path, what: str, make: Callable[[Path], None]) -> None:
    say(f"Making {what}, once.")
    part = place.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    make(part)
    part.rename(place)


def _fill(folder: Path, mails: int, cases: int, replies: int) -> None:
    path, mail = folder / "forum.db", folder / "mail"
    make_mbox.write(mails, mbox=mail)
    found(path, Founder("county", "tove", "physician"), now_ms=wall_ms())
    forum = opened(path)
    tove = member(forum, "tove")
    forum.members.add(tove, "nadia", "nurse", "practitioner", uid=os.getuid())
    forum.members.add(tove, "omar", "physician", "practitioner")
    board = forum.boards.named(tove, "cases").board
    forum.transfer.import_from(tove, mail, board)
    with journal(forum.session.store) as j:
        j.db.execute("DELETE FROM local_unscreened")  # what screening makes of generated words is another claim
    mail.unlink()
    write_natively(forum, cases, replies)
    forum.close()


def write_natively(forum: Forum, cases: int, replies: int) -> None:
    """What omar wrote: cases nobody has answered, some of them urgent, and a long one that nadia answered too."""
    omar, nadia = member(forum, "omar"), member(forum, "nadia")
    board = forum.boards.named(omar, "cases").board
    for number in range(cases):
        urgency = "now" if number % 50 == 0 else "shift"
        record = Record(age_band="30-44", sex="F", acuity=f"CTAS {number % 5 + 1}", urgency=urgency)
        forum.cases.post(omar, board, case(f"High potassium and a slow pulse {letters(number)}", record=record))
    head = forum.cases.post(omar, board, case(LONG_CASE))
    posts = [head]
    for number in range(replies):
        # Chains of five: deep enough to be a tree, and each chain hangs on the head.
        parent = posts[-1] if number % 5 else head
        who = nadia if number % 7 == 0 else omar
        posts.append(forum.cases.reply(who, parent, PostDraft(f"{ANSWER} {letters(number)}")))


def case(title: str, *, text: str = ASK, record: Record | None = None) -> PostDraft:
    """A case with a question."""
    question = "What would you do next?"
    return PostDraft(text, title=title, kind="case", question=question, tags=("potassium",), record=record)


def letters(number: int) -> str:
    """A number as a word, which no screening takes for an identifier."""
    word = ""
    while True:
        number, digit = divmod(number, 20)
        word = "bcdfghjklmnpqrstvwxz"[digit] + word
        if not number:
            return f"mark q{word}"


def opened(path: Path) -> Forum:
    """The forum in a file."""
    return open_forum(Config(forum_file=path))


def member(forum: Forum, handle: str) -> Me:
    """A member by name, as if logged in."""
    return forum.session.me(forum.members.known_as(handle))


def long_case(forum: Forum, me: Me) -> EventNo:
    """The case with four hundred answers."""
    return forum.search.find(me, f'"{LONG_CASE}"').hits[0].thread


def first_board(forum: Forum, me: Me) -> BoardNo:
    """The board that holds everything."""
    return forum.boards.named(me, "cases").board


@contextlib.contextmanager
def copy_of(path: Path) -> Iterator[Path]:
    """The same forum in a place of its own, so that what a benchmark does to it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as folder:
        target = Path(folder) / path.name
        for suffix in ("", "-wal"):
            if Path(f"{path}{suffix}").exists():
                shutil.copyfile(f"{path}{suffix}", f"{target}{suffix}")
        yield target


@contextlib.contextmanager
def new_forum() -> Iterator[Path]:
    """A forum with nothing in it but its founder, nadia, who is linked to this Unix account."""
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as folder:
        path = Path(folder) / "forum.db"
        found(path, Founder("county", "nadia", "nurse", uid=os.getuid()), now_ms=wall_ms())
        yield path


def environment(path: Path) -> dict[str, str]:
    """An environment that knows of one forum, and of nobody's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(path.parent), "WARDROOM_FORUM": str(path), "LC_ALL": "C.UTF-8"}


def run(path: Path, *arguments: str) -> tuple[int, str, str]:
    """A command line in this process: (exit status, standard output, standard error)."""
    from wardroom.cli.main import run as command_line

    before = os.environ.get("WARDROOM_FORUM"), sys.stdout, sys.stderr
    os.environ["WARDROOM_FORUM"] = str(path)
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    sys.stdout, sys.stderr = out, err
    try:
        status = command_line(list(arguments))
    finally:
        sys.stdout, sys.stderr = before[1:]
        if before[0] is None:
            del os.environ["WARDROOM_FORUM"]
        else:
            os.environ["WARDROOM_FORUM"] = before[0]
    return status, *(stream.buffer.getvalue().decode() for stream in (out, err))


# --- time ---------------------------------------------------------------------------------------------------------


def median_ms(action: Callable[[], object], *, times: int = 21) -> tuple[float, float]:
    """(milliseconds of the first call, median of those after it)."""
    taken = []
    for _ in range(times + 1):
        began = time.perf_counter()
        action()
        taken.append((time.perf_counter() - began) * 1000)
    return taken[0], statistics.median(taken[1:])


def percentile(values: list[float], part: float) -> float:
    """The value below which ``part`` of the others lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


# --- what is printed ----------------------------------------------------------------------------------------------


def say(sentence: str) -> None:
    """Talk, on standard error."""
    print(sentence, file=sys.stderr, flush=True)


@dataclass(slots=True)
class Report:
    """The table of one benchmark: a claim, a figure, its mark, and whether it is met."""

    title: str
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)
    missed: int = 0

    def note(self, what: str, figure: str) -> None:
        """A figure without a mark, to compare with."""
        self.rows.append((what, figure, "", ""))

    def at_most(self, what: str, value: float, mark: float, unit: str = "") -> None:
        """A figure that may not be greater than its mark."""
        self.claim(what, f"{value:.2f}{unit}", f"<= {mark:g}{unit}", is_met=value <= mark)

    def claim(self, what: str, figure: str, mark: str, *, is_met: bool) -> None:
        """A figure with its mark and verdict."""
        self.missed += not is_met
        self.rows.append((what, figure, mark, "met" if is_met else "MISSED"))

    def end(self) -> int:
        """Print the table; the exit status."""
        heads = (self.title, "figure", "mark", "verdict")
        widths = [max(len(row[column]) for row in (heads, *self.rows)) for column in range(4)]
        for row in (heads, tuple("-" * width for width in widths), *self.rows):
            first, *others = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print("  ".join((first, *others)).rstrip())
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, SQLite and Python as installed here")
        return 1 if self.missed else 0
