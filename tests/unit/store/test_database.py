"""The file on the disk: what is no forum is refused as it is, what vanishes is noticed, and modes let in who may."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import Clock, Files, House, assert_plain, examples

from wardroom.domain.views import PostDraft
from wardroom.errors import DiskFull, FileBusy, FileReplaced, FileTooNew, NotAForum, StoreError
from wardroom.store import database, token
from wardroom.store.database import APPLICATION_ID, FORMAT, create_file, open_store

ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not ROOT, reason="another uid, or a file system of its own, takes root")
NOBODY = 65534


def open_here(path: Path) -> None:
    """Open a file and close it again."""
    open_store(path, now_ms=Clock()).close()


def digest(path: Path) -> bytes:
    return blake2b(path.read_bytes()).digest()


def assert_refused(path: Path, kind: type[StoreError]) -> str:
    """The file is refused in one plain line that names it, and neither it nor its surroundings are touched."""
    before, around = digest(path), sorted(path.parent.iterdir())
    with pytest.raises(StoreError) as refused:
        open_here(path)
    assert type(refused.value) is kind
    said = str(refused.value)
    assert "\n" not in said
    assert path.name in said
    assert said.endswith(".")
    assert digest(path) == before
    assert sorted(path.parent.iterdir()) == around
    return said


@pytest.fixture
def forum_file(house: House) -> Path:
    """A sound forum file that nobody has open."""
    house.post("nadia", "Fluids first.")
    house.close()
    assert sorted(house.path.parent.glob("forum.db*")) == [house.path, token.path_of(house.path)]
    return house.path


# --- what is no forum -----------------------------------------------------------------------------------------------


def test_a_sound_file_opens(forum_file: Path) -> None:
    """A forum opens, and closing it leaves no other file behind."""
    open_here(forum_file)
    assert sorted(forum_file.parent.glob("forum.db*")) == [forum_file, token.path_of(forum_file)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\0", b"SQLite format 3\0", b"# A text\n" * 50, os.urandom(8192), b"\0" * 8192, b"From nobody\n\nmail"],
)
def test_what_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """An empty file, text, zeros and random bytes are no forum."""
    path = tmp_path / "thing.db"
    path.write_bytes(content)
    assert_refused(path, NotAForum)


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """SQLite files of others, in both journal modes, are left as they are."""
    for mode in ("DELETE", "WAL"):
        path = tmp_path / f"{mode}.db"
        with closing(sqlite3.connect(path)) as db:
            db.execute(f"PRAGMA journal_mode = {mode}")
            db.execute("CREATE TABLE log_event (x)")
        assert "another program" in assert_refused(path, NotAForum)


def test_our_mark_alone_makes_no_forum(tmp_path: Path) -> None:
    """A file with our application id and none of our tables is called damaged."""
    path = tmp_path / "marked.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute("CREATE TABLE other (x)")
    assert_refused(path, NotAForum)


def test_a_newer_file_is_refused(forum_file: Path) -> None:
    """A file that a newer Wardroom has migrated is refused, naming both formats, before anything is read of it."""
    with closing(sqlite3.connect(forum_file)) as db:
        db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    said = assert_refused(forum_file, FileTooNew)
    assert str(FORMAT + 1) in said
    assert str(FORMAT) in said


def test_a_file_that_became_newer_while_open_takes_no_post(house: House) -> None:
    """A session that is open while another migrates the file is told so at its next write, and writes nothing."""
    with closing(sqlite3.connect(house.path)) as db:
        db.execute(f"PRAGMA user_version = {FORMAT + 1}")
    with pytest.raises(FileTooNew):
        house.post("nadia", "Fluids first.")
    with pytest.raises(FileTooNew):
        house.open()


@pytest.mark.parametrize("rest", [1, 50, 99, 100, 4096, 5000, 40000])
def test_a_cut_file_is_refused(forum_file: Path, rest: int) -> None:
    """A file that lost its end, anywhere, is refused."""
    os.truncate(forum_file, rest)
    assert_refused(forum_file, NotAForum)


@examples(15)
@given(data=st.data())
def test_damage_is_said_or_not_there(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Overwrite any page of a file: it opens or is refused in a sentence; nothing else is ever raised."""
    directory = tmp_path_factory.getbasetemp() / "damaged"
    directory.mkdir(exist_ok=True)
    files = Files(directory)
    path = directory / "damaged.db"
    shutil.copyfile(files.template, path)
    size = path.stat().st_size
    page = data.draw(st.integers(0, size // 4096 - 1))
    with path.open("r+b") as file:
        file.seek(page * 4096 + (100 if page == 0 else 0))
        file.write(data.draw(st.binary(min_size=1, max_size=300)))
    try:
        open_here(path)
    except StoreError as refused:
        assert_plain(refused)
    for leftover in directory.glob("damaged.db*"):
        leftover.unlink()


def test_a_directory_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    """A directory is no file, and where there is nothing the way to a forum is named; nothing is made."""
    for path in (tmp_path, tmp_path / "missing.db", tmp_path / "no" / "such" / "place.db"):
        with pytest.raises(NotAForum) as refused:
            open_here(path)
        assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    """A named pipe is no file, and is not waited for."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotAForum):
        open_here(tmp_path / "pipe")


def test_a_file_below_a_file_is_refused(forum_file: Path) -> None:
    """A path that leads through a file is refused in a sentence."""
    for path in (forum_file / "below.db", forum_file.parent / ("x" * 300)):
        with pytest.raises(StoreError) as refused:
            open_here(path)
        assert "\n" not in str(refused.value)


# --- making a file --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
@pytest.mark.parametrize(
    ("mode", "expected"), [(0o755, 0o600), (0o775, 0o600), (0o700, 0o600), (0o2770, 0o660), (0o3770, 0o660)]
)
def test_the_mode_follows_the_directory(tmp_path: Path, umask: int, mode: int, expected: int) -> None:
    """0600, or 0660 in a setgid group-writable directory, whatever the umask; the log beside it has the same mode."""
    directory = tmp_path / "place"
    directory.mkdir()
    directory.chmod(mode)
    before = os.umask(umask)
    try:
        house = House(directory / "forum.db", is_founded_here=True)
        house.post("nadia", "Fluids first.")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
        house.close()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("forum.db", "forum.db.token", "forum.db-wal", "forum.db-shm"), expected)


def test_a_file_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    """When filling it fails, nothing stands in the place; where something stands, it is left as it was."""

    def fail(_: sqlite3.Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        create_file(tmp_path / "forum.db", fail)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "forum.db").write_text("mine")
    with pytest.raises(StoreError, match="exists"):
        create_file(tmp_path / "forum.db", lambda _: None)
    assert (tmp_path / "forum.db").read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("place", ["file/forum.db", "x" * 300])
def test_a_place_that_cannot_be_is_said(tmp_path: Path, place: str) -> None:
    """A path through a file, or one too long, is refused in a sentence."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as refused:
        create_file(tmp_path / place, lambda _: None)
    assert "\n" not in str(refused.value)
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_file_is_ours(forum_file: Path) -> None:
    """Application id, format, WAL, and a schema that is sound."""
    with closing(sqlite3.connect(forum_file)) as db:
        assert db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        assert db.execute("PRAGMA user_version").fetchone()[0] == FORMAT
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


# --- while it is open -----------------------------------------------------------------------------------------------


def replaced(path: Path) -> None:
    other = path.with_name("other.db")
    create_file(other, lambda _: None)
    other.replace(path)


def replaced_by_text(path: Path) -> None:
    path.unlink()
    path.write_text("not a forum at all\n")


def replaced_by_copy(path: Path) -> None:
    shutil.copyfile(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)


DEEDS: dict[str, Callable[[Path], object]] = {
    "unlinked": lambda path: path.unlink(),
    "moved": lambda path: path.rename(path.with_name("elsewhere.db")),
    "replaced by another forum": replaced,
    "replaced by its copy": replaced_by_copy,
    "replaced by a text": replaced_by_text,
    "replaced by a directory": lambda path: (path.unlink(), path.mkdir()),
    "bereft of its log": lambda path: Path(f"{path}-wal").unlink(),
}  # fmt: skip


@pytest.mark.parametrize("has_written", [True, False])
@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_file_that_is_gone_takes_no_post(house: House, deed: str, has_written: bool) -> None:
    """Under ten sessions the file is unlinked, moved or replaced: no post is acknowledged, none touches what lies there."""
    sessions = [house.open() for _ in range(10)]
    for session in sessions:
        if has_written:
            session.cases.post(
                house.me("nadia", session), house.board, PostDraft(text="Before.", title="Long before it")
            )
    nadia = house.me("nadia")
    DEEDS[deed](house.path)
    there = house.path.read_bytes() if house.path.is_file() else b""
    for session in sessions:
        for _ in range(2):
            with pytest.raises(FileReplaced) as refused:
                session.cases.post(nadia, house.board, PostDraft(text="After.", title="Long after it"))
            assert "\n" not in str(refused.value)
    if deed != "bereft of its log":
        assert (house.path.read_bytes() if house.path.is_file() else b"") == there


def test_a_link_is_a_way_to_the_file(house: House, tmp_path: Path) -> None:
    """A forum reached by a symbolic link is read and written; when the link leads elsewhere, no post is acknowledged."""
    link = tmp_path / "links" / "ward.db"
    link.parent.mkdir()
    link.symlink_to(house.path)
    with closing(open_store(link, now_ms=house.clock)) as store:
        with store.write() as db:
            db.execute("INSERT INTO local_setting VALUES ('by', 'link')")
        create_file(tmp_path / "other.db", lambda _: None)
        link.unlink()
        link.symlink_to(tmp_path / "other.db")
        with pytest.raises(FileReplaced), store.write():
            pass
    assert house.forum.session.store.read.execute("SELECT value FROM local_setting WHERE name = 'by'").fetchone()


def test_a_failed_write_leaves_nothing(house: House) -> None:
    """Whatever is raised inside a write, the transaction is undone and the next one works."""
    store = house.forum.session.store
    for error in (ZeroDivisionError, KeyboardInterrupt):
        with pytest.raises(error), store.write() as db:  # noqa: PT012 - what is written inside is the point
            db.execute("INSERT INTO local_setting VALUES ('half', 'done')")
            raise error
    with pytest.raises(StoreError), store.write() as db:  # noqa: PT012 - what is written inside is the point
        db.execute("INSERT INTO local_setting VALUES ('half', 'done')")
        db.execute("INSERT INTO local_setting VALUES ('half', 'done')")
    assert store.read.execute("SELECT COUNT(*) FROM local_setting WHERE name = 'half'").fetchone()[0] == 0
    house.post("nadia", "Fluids first.")


def test_a_reader_cannot_write(house: House) -> None:
    """The connection that answers questions refuses to change anything."""
    with pytest.raises(sqlite3.OperationalError):
        house.forum.session.store.read.execute("DELETE FROM log_event")


def test_a_busy_file_is_waited_for_and_then_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another writer holds the file a post waits; after the longest wait it is refused as busy, and not posted."""
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.3)
    events = house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone()
    with closing(sqlite3.connect(house.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(FileBusy):
            house.post("nadia", "Fluids first.")
        other.execute("ROLLBACK")
    assert house.forum.session.store.read.execute("SELECT COUNT(*) FROM log_event").fetchone() == events
    house.post("nadia", "Fluids first.")


# --- a full disk ----------------------------------------------------------------------------------------------------

LONG = "Wide complex, then narrow again after the second dose. " * 300


def assert_full_disk_is_survived(house: House) -> None:
    """Posting on a disk that fills up ends in DiskFull; what was there is read, and the draft is as it was saved."""
    forum, nadia = house.forum, house.me("nadia")
    draft = forum.drafts.save(nadia, draft=None, kind="case", board=house.board, target=None, fields={"text": "Kept."})
    posted = 0
    with pytest.raises(DiskFull) as refused:  # noqa: PT012 - what is written inside is the point
        for _ in range(4000):
            house.post("nadia", LONG)
            posted += 1
    assert "\n" not in str(refused.value)
    assert "full" in str(refused.value)
    found = forum.session.store.read.execute("SELECT COUNT(*) FROM view_post").fetchone()[0]
    assert found == posted
    assert [view.draft for view in forum.drafts.list(nadia)] == [draft]
    with pytest.raises(DiskFull):
        house.post("nadia", LONG)
    assert forum.session.store.read.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    other = house.open()
    assert len(other.cases.order(nadia, house.board)) == posted


def test_a_file_that_may_not_grow_is_a_full_disk(house: House) -> None:
    """SQLite's own limit of pages stands for a full disk where no file system of its own can be made."""
    store = house.forum.session.store
    with store.write() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
    assert store._writer is not None
    store._writer.execute(f"PRAGMA max_page_count = {pages + 60}")
    assert_full_disk_is_survived(house)


@needs_root
def test_a_full_disk(tmp_path: Path) -> None:
    """A small file system fills up under a forum."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        house = House(place / "forum.db", is_founded_here=True)
        try:
            assert_full_disk_is_survived(house)
        finally:
            house.close()
        again = open_store(place / "forum.db", now_ms=Clock())
        assert again.read.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        again.close()
        ballast = place / "ballast"
        with pytest.raises(OSError), ballast.open("wb", buffering=0) as file:  # noqa: PT012 - what is written inside is the point
            while True:
                file.write(b"x" * 65536)
        with pytest.raises(DiskFull):
            create_file(place / "another.db", lambda _: None)
        assert {path.name for path in place.iterdir()} <= {
            "ballast",
            "forum.db",
            "forum.db-wal",
            "forum.db-shm",
            "forum.db.token",
        }
    finally:
        subprocess.run(["umount", place], check=True)


# --- several accounts -----------------------------------------------------------------------------------------------

POST = """
import hashlib
import os
import sys
from pathlib import Path
from wardroom import screening
from wardroom.domain.views import PostDraft
from wardroom.errors import WardroomError
from wardroom.forum import bundle
from wardroom.forum.session import Session
from wardroom.store import keys, local
from wardroom.store.database import open_store

screening.scan("What is loaded late is loaded now, for the other account may not be able to.")
keys.is_signed(keys.public_key(bytes(32)), b"", keys.sign(bytes(32), b""))
path, umask, uid, gid, *words = sys.argv[1:]
os.setgroups([])
os.setgid(int(gid))
os.setuid(int(uid))
os.umask(int(umask, 8))
try:
    forum = bundle(Session(open_store(Path(path), now_ms=lambda: 1760000000000)))
    me = forum.session.me(local.account_named(forum.session.store.read, "nadia"))
    board = forum.boards.named(me, "cases").board
    if "read" not in words:
        forum.cases.post(me, board, PostDraft(text="Fluids.", title="From another one", kind="talk"))
    print("posts", len(forum.cases.order(me, board)), forum.is_read_only, flush=True)
    if "killed" in words:
        os.kill(os.getpid(), 9)
    forum.close()
except WardroomError as error:
    print(type(error).__name__, error)
"""


def run_as(uid: int, gid: int, path: Path, *words: str, umask: str = "022") -> str:
    """Post, or only read, in a process of another Unix account; what it says."""
    done = subprocess.run(
        [sys.executable, "-c", POST, str(path), umask, str(uid), str(gid), *words], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout.strip()


@pytest.fixture
def shared() -> Iterator[Path]:
    """A directory that other Unix accounts can reach."""
    directory = Path(tempfile.mkdtemp(prefix="wardroom-test-", dir="/tmp"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@needs_root
@pytest.mark.parametrize("mode", [0o2770, 0o3770])
@pytest.mark.parametrize("umask", ["002", "022", "077"])
def test_a_shared_directory_lets_the_group_write(shared: Path, mode: int, umask: str) -> None:
    """Two accounts of one group, whatever their umask, both post, also after one of them was killed."""
    place = shared / "group"
    place.mkdir()
    os.chown(place, 0, 4242)
    place.chmod(mode)
    path = place / "forum.db"
    House(path, is_founded_here=True).close()
    os.chown(path, 1111, 4242)
    for count, (uid, words) in enumerate([(1111, ()), (2222, ("killed",)), (1111, ()), (2222, ())], start=1):
        said = run_as(uid, 4242, path, *words, umask=umask)
        assert said == f"posts {count} False"
    assert run_as(3333, 5555, path).startswith("StoreError")


@needs_root
def test_who_may_not_read_is_told_so(shared: Path) -> None:
    """A file of mode 0600 is refused to another account in one line, and stays as it was."""
    path = shared / "forum.db"
    House(path, is_founded_here=True).close()
    before = digest(path)
    said = run_as(NOBODY, NOBODY, path)
    assert said.startswith("StoreError")
    assert "read" in said
    assert "\n" not in said
    assert digest(path) == before
    assert sorted(entry.name for entry in shared.iterdir()) == ["forum.db", "forum.db.token"]


@needs_root
@pytest.mark.parametrize("directory_mode", [0o755, 0o777])
def test_a_file_for_reading_only_is_read(shared: Path, directory_mode: int) -> None:
    """Whoever may only read a file reads it, and is told in one line that nothing can be written; it stays as it was."""
    place = shared / "read"
    place.mkdir()
    path = place / "forum.db"
    house = House(path, is_founded_here=True)
    house.post("nadia", "Fluids first.")
    house.close()
    path.chmod(0o644)
    place.chmod(directory_mode)
    before = digest(path)
    assert run_as(NOBODY, NOBODY, path, "read") == "posts 1 True"
    said = run_as(NOBODY, NOBODY, path)
    assert said.startswith("StoreError")
    assert "\n" not in said
    assert digest(path) == before
    assert sorted(entry.name for entry in place.iterdir()) == ["forum.db", "forum.db.token"]


@needs_root
def test_a_directory_for_reading_only(shared: Path) -> None:
    """A file one may write in a directory one may not is read, not written: SQLite's log would have no place."""
    place = shared / "fixed"
    place.mkdir()
    path = place / "forum.db"
    House(path, is_founded_here=True).close()
    os.chown(path, NOBODY, NOBODY)
    place.chmod(0o755)
    before = digest(path)
    assert run_as(NOBODY, NOBODY, path, "read") == "posts 0 True"
    assert run_as(NOBODY, NOBODY, path).startswith("StoreError")
    assert digest(path) == before
