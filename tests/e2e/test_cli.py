"""The command line as people and scripts meet it: real processes on real files, and the laws of its verbs."""

import fcntl
import json
import os
import pty
import re
import shutil
import sqlite3
import struct
import subprocess
import termios
from pathlib import Path

import click
import pytest
from tests.e2e.conftest import PYTHON, Cli, Ran, is_one_line, rows

from wardroom.cli.main import wardroom as verbs
from wardroom.domain.text import display_width

POST_KEYS = {
    "id", "thread", "parent", "board", "circle", "author", "site", "created", "title", "body", "kind", "state", "unread",
}  # fmt: skip
TITLE = "Wide QRS after an overdose, what next?"
QUESTION = "More bicarbonate, or lidocaine?"
ID = re.compile(r"[a-z2-7]{8}-[0-9]+")


def objects(text: str) -> list[dict[str, object]]:
    """Each line as the JSON object it must be."""
    return [json.loads(line) for line in text.splitlines()]


def a_case(cli: Cli, *more: str, body: str = "QRS 148 ms after three boluses.") -> str:
    """A new case's id."""
    done = cli("post", "--board", "cases", "--title", TITLE, "--question", QUESTION, *more, body)
    assert done.status == 0, done.err
    return done.id


def colleague(cli: Cli, monkeypatch: pytest.MonkeyPatch, handle: str = "omar", uid: int = 4711) -> None:
    """Enrol a colleague, and be that colleague's Unix account from now on."""
    done = cli("member", "add", handle, "--profession", "physician", "--role", "practitioner", "--link", str(uid))
    assert done.status == 0, done.err
    monkeypatch.setattr(os, "getuid", lambda: uid)


# --- the real program -----------------------------------------------------------------------------------------------


def test_a_shift_with_the_real_program(program: Cli, home: Path) -> None:
    """From an empty home to a discussed case: every step works as a process of its own, and prints what it says."""
    made = program("init", "--site", "County", "--admin", "Nadia", "--profession", "nurse")
    assert (made.status, made.out) == (0, f"{home}/data/wardroom/forum.db\n")
    board = program("board", "add", "tox", "--title", "Toxicology")
    assert (board.status, board.out) == (0, "tox\n")
    case = program(
        "post", "--board", "tox", "--title", TITLE, "--question", QUESTION, "--age-band", "30-44", "--sex", "F",
        "--acuity", "CTAS:2", "--vital", "hr=128", "--vital", "bp=84/50", "--tag", "tca", "Found at T0.",
    )  # fmt: skip
    assert case.status == 0
    assert ID.fullmatch(case.id)
    reply = program("reply", case.id, "-", stdin="Hypertonic saline next; 3 % at 2 mL/kg – slowly.\n".encode())
    assert reply.status == 0
    assert ID.fullmatch(reply.id)
    assert reply.id != case.id
    shown = program("show", case.id)
    assert shown.err == ""
    for words in (
        TITLE,
        QUESTION,
        "30-44 F",
        "HR 128  BP 84/50",
        "Found at T0.",
        "#tca",
        "Hypertonic saline",
        reply.id,
    ):
        assert words in shown.out
    posts = objects(program("show", reply.id, "--json").out)
    assert [post["id"] for post in posts] == [case.id, reply.id]
    assert [post["parent"] for post in posts] == [None, case.id]
    (found,) = objects(program("search", "hypertonic", "--json").out)
    assert found["id"] == reply.id
    assert "Hypertonic saline" in str(found["snippet"])
    assert case.id in program("list").out
    assert program("brief", "--one-line").out == ""
    undone = program("undo")
    assert undone.status == 0
    assert "Hypertonic" not in program("show", case.id).out


def test_another_process_sees_what_the_first_one_posted(program: Cli, cli: Cli, forum_file: Path) -> None:
    """An id is printed once the post is on the disk: whoever asks next, in whatever process, has it."""
    made = program("post", "--board", "cases", "--title", TITLE, "Words.")
    assert cli("show", made.id).status == 0


def test_post_never_loads_the_screens(program: Cli, forum_file: Path, home: Path) -> None:
    """``wardroom post`` loads neither Textual nor Rich's tables: it is quick on a slow machine."""
    code = (
        "import sys\nfrom wardroom.__main__ import main\n"
        f"status = main(['post', '--board', 'cases', '--title', {TITLE!r}, 'Words.'])\n"
        "late = {'textual', 'rich.table', 'rich.console'} & set(sys.modules)\n"
        "sys.exit(f'{status} {late}' if status or late else 0)"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, timeout=60, check=False, cwd=home)
    assert done.returncode == 0, done.stderr


def test_lists_in_a_pipe_load_no_rich(program: Cli, cli: Cli, forum_file: Path, home: Path) -> None:
    """Rich is for terminals: a list that goes into a pipe is plain text without it, one line a thread."""
    a_case(cli)
    code = (
        "import sys\nfrom wardroom.__main__ import main\nstatus = main(['list'])\n"
        "late = {'textual', 'rich.console'} & set(sys.modules)\n"
        "sys.exit(f'{status} {late}' if status or late else 0)"
    )
    done = subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, timeout=60, check=False, cwd=home)
    assert done.returncode == 0, done.stderr
    assert len(rows(done.stdout)) == 1
    assert "\x1b" not in done.stdout


def test_the_way_without_a_verb_never_loads_click(home: Path, forum_file: Path) -> None:
    """What opens the screens loads no click, from the first line of ``main`` to the app."""
    code = (
        "import sys\nfrom wardroom.__main__ import main\nstatus = main(['--forum', sys.argv[1]])\n"
        "import wardroom.tui.app, wardroom.wiring\n"
        "sys.exit('click' in sys.modules or status != 1)"
    )
    done = subprocess.run(
        [PYTHON, "-c", code, str(forum_file)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "need a terminal" in done.stderr


@pytest.mark.parametrize(
    "env", [{"LANG": "C"}, {"LC_ALL": "POSIX"}, {"PYTHONIOENCODING": "ascii"}, {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}]
)  # fmt: skip
def test_every_locale_prints(program: Cli, cli: Cli, forum_file: Path, env: dict[str, str]) -> None:
    """A locale without UTF-8 never stops a command; signs have ASCII twins, and JSON loses nothing."""
    case = a_case(cli, body="Température 38,5 °C – 体温, naïve 🫀")
    shown = program("show", case, env=env)
    assert (shown.status, shown.err) == (0, "")
    assert "●" not in shown.out
    assert "○" not in shown.out
    (post,) = objects(program("show", case, "--json", env=env).out)
    assert post["body"] == "Température 38,5 °C – 体温, naïve 🫀"


def test_who_stops_reading_is_no_failure_to_explain(program: Cli, cli: Cli, forum_file: Path, home: Path) -> None:
    """``wardroom list | head -1`` ends in silence."""
    for _ in range(3):
        a_case(cli, body="x " * 20_000)
    script = f'"{PYTHON}" -m wardroom list --json | head -c 1'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False, cwd=home)
    assert (done.stdout, done.stderr) == ("{", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_the_output_is_said(cli: Cli, forum_file: Path, home: Path) -> None:
    """Output that cannot be written is a failure in one line, and the post that was made stands."""
    script = f'"{PYTHON}" -m wardroom post --board cases --title "{TITLE}" Words. > /dev/full'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False, cwd=home)
    assert done.returncode == 1
    assert is_one_line(done.stderr)
    assert "stands" in done.stderr
    assert len(rows(cli("list").out)) == 1


def test_closed_streams_are_no_reason_to_fall(cli: Cli, forum_file: Path, home: Path) -> None:
    """With standard input, output or errors closed a command does its work or says in one line why not."""
    for closing, status in (("<&-", 1), (">&-", 0), ("2>&-", 0)):
        words = "" if closing == "<&-" else "Words."
        script = f'"{PYTHON}" -m wardroom post --board cases --title "{TITLE}" {words} {closing}'
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60, check=False, cwd=home)
        assert done.returncode == status, (closing, done.stderr)
        assert "Traceback" not in done.stderr


# --- on a terminal --------------------------------------------------------------------------------------------------


def on_terminal(home: Path, columns: int, *arguments: str, typed: bytes = b"") -> tuple[int, str]:
    """(exit status, what the terminal got) of the program at a terminal so many columns wide."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    # readline, once loaded here, leaves a COLUMNS in what a child inherits that outranks the terminal's own size.
    environ = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [PYTHON, "-m", "wardroom", *arguments], stdin=theirs, stdout=theirs, stderr=theirs, cwd=home, env=environ,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    got = b""
    with process:
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            got += part
            if typed and (b"]: " in got or b"assword: " in got):
                os.write(ours, typed)
                typed = b""
    os.close(ours)
    return process.returncode, got.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("columns", [40, 80, 120])
def test_tables_fit_the_terminal(cli: Cli, forum_file: Path, home: Path, columns: int) -> None:
    """No line of a list, a search, a brief or a thread is wider than the terminal, and it is styled there."""
    case = a_case(cli, "--acuity", "CTAS 1", "--urgency", "now", body="Long words follow. " * 20)
    cli("reply", case, "A reply of some length that has to be wrapped somewhere, and 日本語 too.")
    for verb in (("list",), ("brief",), ("show", case), ("search", "long"), ("board", "list"), ("member", "list")):
        status, got = on_terminal(home, columns, *verb)
        assert status == 0
        assert "\x1b[" in got
        plain = re.sub(r"\x1b\[[0-9;]*m", "", got)
        assert "\x1b" not in plain
        assert max(display_width(line) for line in plain.splitlines()) <= columns, plain


def test_a_purge_asks_a_person(cli: Cli, forum_file: Path, home: Path) -> None:
    """At a terminal a purge asks first, and no is no; --yes and a pipe ask nothing."""
    case = a_case(cli)
    status, got = on_terminal(home, 80, "purge", case, "--reason", "identifier", typed=b"n\n")
    assert status == 1
    assert "Nothing was erased." in got
    assert "three boluses" in cli("show", case).out
    assert on_terminal(home, 80, "purge", case, "--reason", "identifier", typed=b"y\n")[0] == 0
    assert "three boluses" not in cli("show", case).out
    other = a_case(cli)
    assert cli("purge", other, "--reason", "other").status == 0


def test_a_password_lets_another_member_in(cli: Cli, forum_file: Path, home: Path) -> None:
    """--as asks for the password at the terminal and acts as that member; a wrong one is refused in one line."""
    cli("member", "add", "lea", "--profession", "pharmacist", "--role", "practitioner")
    secret = b"a calm harbour before seven"
    assert cli("member", "passwd", "lea", "--password-stdin", stdin=secret + b"\n").status == 0
    status, got = on_terminal(
        home, 80, "--as", "lea", "post", "--board", "cases", "--title", TITLE, "Words.", typed=secret + b"\n"
    )
    assert status == 0, got
    assert secret.decode() not in got
    (thread,) = objects(cli("list", "--json").out)
    assert thread["author"] == "lea"
    status, got = on_terminal(home, 80, "--as", "lea", "list", typed=b"not the word at all\n")
    assert status == 1
    assert "do not fit together" in got
    away = cli("--as", "lea", "list")
    assert away.status == 1
    assert is_one_line(away.err)


# --- failures -------------------------------------------------------------------------------------------------------


def _zero(path: Path, good: Path) -> None:
    path.write_bytes(b"")


def _text(path: Path, good: Path) -> None:
    path.write_text("Dear diary,\n" * 100)


def _cut(path: Path, good: Path) -> None:
    path.write_bytes(good.read_bytes()[: good.stat().st_size // 2])


def _newer(path: Path, good: Path) -> None:
    content = bytearray(good.read_bytes())
    content[60:64] = (1000).to_bytes(4, "big")
    path.write_bytes(content)


def _foreign(path: Path, good: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE patients (name TEXT)")
    db.close()


def _no_tables(path: Path, good: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA application_id = 0x57415244")
        db.execute("CREATE TABLE x (y)")
    db.close()


def _rotten(path: Path, good: Path) -> None:
    content = bytearray(good.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = bytes((7 * page + n) % 251 for n in range(64))
    path.write_bytes(content)


def _folder(path: Path, good: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize("spoil", [_zero, _text, _cut, _newer, _foreign, _no_tables, _rotten, _folder])
def test_a_file_that_is_no_forum_is_left_alone(cli: Cli, forum_file: Path, home: Path, spoil: object) -> None:
    """Whatever stands in the file's place, every verb says so in one line, exits 1 and changes not a byte."""
    path = home / "spoilt.db"
    spoil(path, forum_file)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    for verb in (("list",), ("brief",), ("member", "list"), ("post", "--board", "cases", "--title", TITLE, "x")):
        done = cli("--forum", str(path), *verb)
        assert done.status == 1
        assert is_one_line(done.err), done.err
        assert done.out == ""
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_damage_met_while_reading_is_said(cli: Cli, forum_file: Path) -> None:
    """A page that turns out to be damaged only when a verb reads it gives one line with what to do."""
    case = a_case(cli)
    with sqlite3.connect(forum_file) as db:
        page = db.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'view_post'").fetchone()[0]
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    with forum_file.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    for verb in (("show", case), ("list",), ("search", "qrs"), ("brief",)):
        done = cli(*verb)
        assert done.status == 1
        assert is_one_line(done.err), done.err
        assert "damaged" in done.err


@pytest.mark.skipif(os.getuid() != 0, reason="changes the user")
class TestOtherUnixUsers:
    """What somebody else's Unix account may do on a file; run as root, who can become anybody."""

    STRANGER = 65534

    @pytest.fixture
    def shared(self, home: Path, forum_file: Path) -> Path:
        """A copy of the forum where everybody may look."""
        folder = Path("/tmp") / f"wardroom-{home.name}-{os.getpid()}"
        folder.mkdir(mode=0o755)
        shutil.copyfile(forum_file, folder / "forum.db")
        yield folder / "forum.db"
        shutil.rmtree(folder)

    def _as_stranger(self, file: Path, *arguments: str) -> Ran:
        """Run the program with everything loaded first: the stranger need not be able to read this Python."""
        code = (
            "import os, pkgutil, sys, argon2.low_level, nacl.signing, rich.console, tomllib, wardroom\n"
            "for found in pkgutil.walk_packages(wardroom.__path__, 'wardroom.'):\n"
            "    if not found.name.endswith('__main__'): __import__(found.name)\n"
            "from wardroom.__main__ import main\n"
            f"os.setgroups([]); os.setgid({self.STRANGER}); os.setuid({self.STRANGER})\n"
            "sys.exit(main(sys.argv[1:]))"
        )
        done = subprocess.run(
            [PYTHON, "-c", code, "--forum", str(file), *arguments], capture_output=True, text=True, timeout=60,
            check=False, cwd="/", stdin=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "HOME": "/nonexistent", "XDG_CONFIG_HOME": "/nonexistent"},
        )  # fmt: skip
        return Ran(done.returncode, done.stdout, done.stderr)

    def test_without_the_right_to_read(self, shared: Path) -> None:
        """A file one may not read is said to be so, with whom to ask."""
        shared.chmod(0o600)
        done = self._as_stranger(shared, "list")
        assert done.status == 1
        assert is_one_line(done.err)
        assert "Ask its owner" in done.err

    def test_without_a_member(self, shared: Path) -> None:
        """A reader of the file who is no member of the forum is told to say who they are."""
        shared.chmod(0o644)
        done = self._as_stranger(shared, "list")
        assert done.status == 1
        assert is_one_line(done.err)
        assert "--as" in done.err

    def test_reading_without_the_right_to_write(self, cli: Cli, shared: Path) -> None:
        """A member who may only read the file reads, and is refused in one line where something would be written."""
        assert cli("--forum", str(shared), "member", "add", "guest", "--profession", "nurse", "--role", "practitioner",
                   "--link", str(self.STRANGER)).status == 0  # fmt: skip
        case = cli("--forum", str(shared), "post", "--board", "cases", "--title", TITLE, "Words.").id
        with sqlite3.connect(shared) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        for rest in ("-wal", "-shm"):
            Path(f"{shared}{rest}").unlink(missing_ok=True)
        shared.chmod(0o444)
        shown = self._as_stranger(shared, "show", case)
        assert shown.status == 0, shown.err
        assert "Words." in shown.out
        for verb in (("reply", case, "No."), ("read", "--all"), ("useful", case), ("undo",)):
            done = self._as_stranger(shared, *verb)
            assert done.status == 1
            assert is_one_line(done.err), done.err


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("show", "nonsense"), 1, "no id"),
        (("show", "zzzzzzzz-1"), 1, "no post"),
        (("show", "a-99999999999999999999"), 1, "no such post"),
        (("show", "\x1b]52;c;aGk=\x07"), 1, "no id"),
        (("list", "--board", "nope"), 1, "Boards: cases, mess"),
        (("post", "--board", "nope", "--title", TITLE, "x"), 1, "no board"),
        (("post", "--board", "cases", "--title", "short", "x"), 1, "at least 10"),
        (("post", "--board", "cases", "--title", "y" * 81, "x"), 1, "80 is the most"),
        (("post", "--board", "cases", "--title", TITLE, " \n\t"), 1, "empty"),
        (("post", "--board", "cases", "--title", TITLE, "--question", "y" * 201, "x"), 1, "200 is the most"),
        (("post", "--board", "cases", "--title", TITLE, "--question", "why?", "--acuity", "CTAS:9", "x"), 1, "no acuity"),
        (("post", "--board", "cases", "--title", TITLE, "--age-band", "30-44", "x"), 1, "question is missing"),
        (("post", "--board", "cases", "--title", TITLE, "--question", "why?", "--vital", "hr=900", "x"), 1, "outside"),
        (("post", "--board", "cases", "--title", TITLE, "--question", "why?", "--vital", "hr=nan", "x"), 1, "vital"),
        (("post", "--board", "cases", "--title", TITLE, "--tag", "two words", "x"), 1, "name may not hold"),
        (("post", "--board", "cases", "--title", TITLE, "\udcff"), 1, "not UTF-8"),
        (("post", "--board", "cases", "--title", "\udcff" * 20, "x"), 1, "not UTF-8"),
        (("post", "--board", "cases", "--title", TITLE, "Seen with Mrs Miller"), 1, "--override"),
        (("post", "--board", "cases", "--title", TITLE, "--override", "name=no", "Mrs Miller"), 1, "Say in a few words"),
        (("post", "--board", "cases", "--title", TITLE, "--override", "colour=because", "x"), 2, "KIND=REASON"),
        (("post", "--board", "cases", "--title", TITLE, "--sex", "Q", "x"), 2, "--sex"),
        (("post", "--board", "cases", "x"), 2, "--title"),
        (("reply", "zzzzzzzz-1", "x"), 1, "no post"),
        (("member", "role", "nobody", "steward"), 1, "no member"),
        (("member", "passwd", "nobody", "--password-stdin"), 1, "no member"),
        (("member", "passwd", "nadia", "--password-stdin"), 1, "no password"),
        (("member", "passwd", "nadia"), 1, "--password-stdin"),
        (("member", "link", "nadia", "no-such-unix-account"), 1, "no Unix account"),
        (("member", "link", "nadia"), 2, "--none"),
        (("member", "add", "nadia", "--profession", "nurse", "--role", "observer"), 1, "already"),
        (("member", "add", "a b", "--profession", "nurse", "--role", "observer"), 1, "a space"),
        (("member", "disable", "nadia"), 1, "last steward"),
        (("member", "role", "nadia", "administrator", "--take"), 1, "last administrator"),
        (("board", "add", "cases"), 1, "already"),
        (("board", "add", "new", "--circle", "moon"), 1, "no circle"),
        (("board", "add", "new", "--member", "nobody"), 1, "no member"),
        (("undo",), 1, "posted nothing"),
        (("read",), 2, "--mark"),
        (("init", "--site", "x", "--admin", "y"), 1, "exists already"),
        (("--as", "lea", "list"), 1, "password"),
        (("--forum", "", "list"), 1, "--forum"),
        (("list", "--limit", "-1"), 2, "--limit"),
        (("nonsense",), 2, "No such command"),
        (("\x1b[31m",), 2, "No such command"),
        (("list", "--\x1b[31m"), 2, "No such option"),
        (("screen", "/no/such/file"), 1, "cannot be read"),
    ],
)  # fmt: skip
def test_a_failure_is_one_plain_line(
    cli: Cli, forum_file: Path, arguments: tuple[str, ...], status: int, says: str
) -> None:
    """Each failure is one line on standard error that says what is wrong, nothing on standard output, and its status."""
    done = cli(*arguments)
    assert (done.status, done.out) == (status, "")
    assert is_one_line(done.err), done.err
    assert says in done.err
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.err)


@pytest.mark.parametrize(
    ("stdin", "says"),
    [
        (b"", "empty"),
        (b"caf\xe9", "not UTF-8 (byte 4)"),
        (b"one\0two", "NUL"),
        (b"\xff\xfeh\0i\0", "NUL"),
        (b"a" * 10_000_000, "64 KiB"),
        (b"a" * 65_537, "64 KiB is the most"),
        ("é".encode() * 40_000, "64 KiB is the most"),
    ],
)
def test_standard_input_that_is_no_post_is_refused(cli: Cli, forum_file: Path, stdin: bytes, says: str) -> None:
    """Bytes that are no text, or too many of them, are refused in one line; nothing is posted."""
    done = cli("post", "--board", "cases", "--title", TITLE, "-", stdin=stdin)
    assert (done.status, done.out) == (1, "")
    assert is_one_line(done.err)
    assert says in done.err
    assert cli("list").out == ""


def test_the_longest_line_a_post_may_have_is_kept_whole(cli: Cli, forum_file: Path) -> None:
    """64 KiB without a blank are stored, shown wrapped, and found again byte for byte."""
    text = "".join(chr(97 + n % 26) for n in range(65_536))
    made = cli("post", "--board", "cases", "--title", TITLE, "-", stdin=text.encode())
    assert made.status == 0
    assert objects(cli("show", made.id, "--json").out)[0]["body"] == text
    shown = cli("show", made.id)
    assert max(map(len, rows(shown.out))) <= 100


def test_text_comes_from_standard_input(cli: Cli, forum_file: Path) -> None:
    """``-`` reads standard input, and so does leaving the words out; a byte order mark and a last newline are no words."""
    for arguments in (("-",), ()):
        made = cli("post", "--board", "cases", "--title", TITLE, *arguments, stdin="\ufefftwo\nlines\n".encode())
        assert objects(cli("show", made.id, "--json").out)[0]["body"] == "two\nlines"


def test_a_case_may_stand_on_its_question(cli: Cli, forum_file: Path) -> None:
    """With a question and no words nothing is read: standard input may belong to somebody else's loop."""
    made = cli("post", "--board", "cases", "--title", TITLE, "--question", QUESTION, stdin=b"not mine")
    (post,) = objects(cli("show", made.id, "--json").out)
    assert (post["body"], post["question"], post["kind"]) == ("", QUESTION, "case")


def test_a_fault_of_our_own_is_one_line(cli: Cli, forum_file: Path) -> None:
    """What nobody foresaw ends in one line with a reference that holds nothing anybody wrote, exit status 1."""

    @click.command("fall")
    def fall() -> None:
        raise RuntimeError("Mrs Miller, born in May")

    verbs.add_command(fall)
    try:
        done = cli("fall")
    finally:
        del verbs.commands["fall"]
    assert done.status == 1
    assert is_one_line(done.err)
    assert "RuntimeError" in done.err
    assert "Miller" not in done.err


def test_help_is_there_for_every_verb(cli: Cli) -> None:
    """Every verb of the design stands in the help under what it is for, and explains itself within 80 columns."""
    whole = cli("--help")
    assert whole.status == 0
    assert "More:" not in whole.out
    for name, command in verbs.commands.items():
        names = [(name,), *((name, inner) for inner in getattr(command, "commands", ()))]
        for path in names:
            helped = cli(*path, "--help")
            assert helped.status == 0
            assert helped.out.startswith(f"Usage: wardroom {' '.join(path)}")
            assert max(map(len, rows(helped.out))) <= 80


# --- JSON -----------------------------------------------------------------------------------------------------------


def test_json_keys_are_the_stable_ones(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each reading verb prints an object a line with the keys scripts rely on, and with their types."""
    case = a_case(cli)
    colleague(cli, monkeypatch)
    reply = cli("reply", case, "Give hypertonic saline.").id
    head, answer = objects(cli("show", case, "--json").out)
    assert set(answer) == POST_KEYS
    assert set(head) == POST_KEYS | {"question"}
    assert (head["id"], head["thread"], head["parent"]) == (case, case, None)
    assert (answer["id"], answer["thread"], answer["parent"]) == (reply, case, case)
    assert (head["author"], head["site"], head["board"], head["circle"]) == ("nadia", "county", "cases", "local")
    assert (head["kind"], head["state"], head["unread"], answer["unread"]) == ("case", "open", True, False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", str(head["created"]))
    (line,) = objects(cli("list", "--json").out)
    assert set(line) == POST_KEYS | {"replies", "last_activity"}
    assert (line["id"], line["replies"], line["body"], line["unread"]) == (case, 1, head["body"], True)
    (hit,) = objects(cli("search", "boluses", "--json").out)
    assert set(hit) == POST_KEYS | {"snippet"}
    assert (hit["id"], hit["body"]) == (case, head["body"])
    (version,) = objects(cli("history", case, "--json").out)
    assert set(version) == {"id", "created", "title", "body", "shown"}
    (brief,) = objects(cli("brief", "--json").out)
    assert brief["unread"] == 1
    boards = objects(cli("board", "list", "--json").out)
    assert [board["name"] for board in boards] == ["cases", "mess"]
    assert {"handle", "profession", "roles"} <= set(objects(cli("member", "list", "--json").out)[0])
    (site,) = objects(cli("site", "show", "--json").out)
    assert set(site) == {"name", "key", "words"}
    assert site["name"] == "county"
    assert re.fullmatch("[0-9a-f]{64}", str(site["key"]))
    assert len(str(site["words"]).split()) == 6


def test_json_steers_no_terminal(cli: Cli, forum_file: Path) -> None:
    """JSON for a UTF-8 stream keeps letters as they are and escapes what a terminal could obey; ASCII escapes all."""
    made = cli("post", "--board", "mess", "--title", "Joiners \u200d and selectors", "क्\u200dष ☺\ufe0f é")
    raw = cli("show", made.id, "--json").out
    assert "é" in raw
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\ufe0f]", raw)
    assert objects(raw)[0]["body"] == "क्\u200dष ☺\ufe0f é"
    plain = cli("show", made.id, "--json", encoding="ascii").out
    assert objects(plain) == objects(raw)


# --- verbs ----------------------------------------------------------------------------------------------------------


def test_amend_changes_what_is_named_and_keeps_the_rest(cli: Cli, forum_file: Path) -> None:
    """A new version holds the named fields anew and all others as they were; the history holds both."""
    case = a_case(cli, "--age-band", "30-44", "--sex", "F", "--vital", "hr=128", "--vital", "bp=84/50", "--tag", "tca",
                  "--conflict", "Paid talks for the maker.")  # fmt: skip
    assert cli("amend", case, "--vital", "hr=110", "--title", "Wide QRS after an overdose, narrower").status == 0
    shown = cli("show", case).out
    for words in (
        "narrower",
        "HR 110  BP 84/50",
        "30-44 F",
        "#tca",
        "Paid talks",
        QUESTION,
        "three boluses",
        "amended",
    ):
        assert words in shown
    assert cli("amend", case, "--tag", "", "--conflict", "", "-", stdin=b"New words.").status == 0
    (post,) = objects(cli("show", case, "--json").out)
    assert post["body"] == "New words."
    assert "tags" not in post
    versions = objects(cli("history", case, "--json").out)
    assert [version["shown"] for version in versions] == [False, False, True]
    assert "three boluses" in str(versions[0]["body"])
    reply = cli("reply", case, "--flavour", "evidence", "Words.").id
    assert cli("amend", reply, "Other words.").status == 0
    assert "evidence" in cli("show", case).out
    assert cli("amend", reply, "--title", TITLE).status == 1
    assert cli("amend", reply).status == 2


def test_an_override_is_kept_with_its_post(cli: Cli, forum_file: Path) -> None:
    """What screening blocks may stay with a reason, also in the next version; what it only warns of is named."""
    arguments = ("post", "--board", "cases", "--title", TITLE, "Mrs Miller walked in by herself.")
    assert cli(*arguments).status == 1
    made = cli(*arguments, "--override", "name=an invented one, for teaching")
    assert made.status == 0, made.err
    assert cli("amend", made.id, "--title", "Wide QRS after an overdose, again").status == 0


def test_withdraw_and_undo(cli: Cli, forum_file: Path) -> None:
    """A withdrawn post keeps its place without its words; undo erases the newest one; then there is nothing to undo."""
    case = a_case(cli)
    reply = cli("reply", case, "A thought too early.").id
    assert cli("withdraw", reply).status == 0
    head, answer = objects(cli("show", case, "--json").out)
    assert (answer["id"], answer["body"]) == (reply, "")
    assert "withdrawn" in cli("show", case).out
    assert cli("history", reply).status == 1
    assert cli("undo").status == 0
    assert cli("undo").status == 0
    assert cli("undo").status == 1
    assert head["body"]
    assert cli("list").out == ""


def test_what_becomes_of_a_case(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """State and outcome are the author's to tell, by any post of the thread; a useful mark is everybody else's."""
    case = a_case(cli)
    reply = cli("reply", case, "Words.").id
    assert cli("state", reply, "answered").status == 0
    assert objects(cli("list", "--json").out)[0]["state"] == "answered"
    assert cli("outcome", case, "-", stdin=b"Went home on day two.").status == 0
    assert "Outcome  Went home on day two." in cli("show", case).out
    assert cli("state", case, "solved").status == 2
    assert cli("useful", reply).status == 1
    colleague(cli, monkeypatch)
    assert cli("useful", reply).status == 0
    assert "useful to 1, you too" in cli("show", case).out
    assert cli("useful", reply, "--off").status == 0
    assert "useful to" not in cli("show", case).out
    assert cli("state", case, "open").status == 1
    assert cli("outcome", case, "Mine.").status == 1
    assert cli("amend", reply, "Mine.").status == 1
    assert cli("withdraw", reply).status == 1


def test_moderators_hide_lock_pin_and_purge(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a moderator does is seen by everybody, can be taken back where it can, and is nobody else's to do."""
    case = a_case(cli)
    other = a_case(cli)
    reply = cli("reply", case, "Words in the wrong place.").id
    assert cli("hide", reply).status == 2
    assert cli("hide", reply, "--reason", "wrong-place").status == 0
    assert cli("pin", case).status == 0
    assert cli("lock", case).status == 0
    me = os.getuid()
    colleague(cli, monkeypatch)
    assert "wrong place" not in cli("show", case).out
    assert cli("search", "wrong place").out == ""
    assert case in rows(cli("list", "--board", "cases").out)[0] or case in cli("list").out
    refused = cli("reply", case, "Me too.")
    assert refused.status == 1
    assert "locked" in refused.err
    for verb in ("unlock", "unpin", "lock", "pin"):
        assert cli(verb, case).status == 1
    assert cli("hide", other, "--reason", "other").status == 1
    assert cli("purge", other, "--reason", "other", "--yes").status == 1
    monkeypatch.setattr(os, "getuid", lambda: me)
    assert cli("show-again", reply).status == 0
    assert cli("unlock", case).status == 0
    assert cli("unpin", case).status == 0
    assert cli("purge", case, "--reason", "consent-withdrawn", "--yes").status == 0
    shown = cli("show", case)
    assert "three boluses" not in shown.out
    assert "erased" in shown.out


def test_reading_marks(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply is marked alone, a thread by its first post, everything with --all; lists show only what is new."""
    case, other = a_case(cli), a_case(cli)
    replies = [cli("reply", case, f"Reply {number}.").id for number in range(3)]
    colleague(cli, monkeypatch)
    assert objects(cli("brief", "--json").out)[0]["unread"] == 5
    assert cli("read", "--mark", replies[1]).status == 0
    assert [post["unread"] for post in objects(cli("show", case, "--json").out)] == [True, True, False, True]
    assert cli("read", "--mark", case).status == 0
    assert [line["id"] for line in objects(cli("list", "--unread", "--json").out)] == [other]
    assert cli("read", "--all").status == 0
    empty = cli("list", "--unread")
    assert (empty.status, empty.out) == (0, "")
    assert "Nothing new" in empty.err
    assert cli("brief", "--one-line").out == ""


def test_lists_and_searches_stop_at_their_limit(cli: Cli, forum_file: Path) -> None:
    """A limit cuts, says so on standard error, and 0 lists all; a board's list holds that board's threads alone."""
    for number in range(5):
        cli("post", "--board", "cases" if number % 2 else "mess", "--title", f"Thread number {number}", "Common words.")
    assert len(rows(cli("list", "--limit", "2").out)) == 2
    assert "newest 2" in cli("list", "--limit", "2").err
    assert len(rows(cli("list", "--limit", "0").out)) == 5
    assert [line["title"] for line in objects(cli("list", "--board", "CASES", "--json").out)] == [
        "Thread number 3", "Thread number 1",
    ]  # fmt: skip
    assert len(objects(cli("search", "common", "--limit", "3", "--json").out)) == 3
    assert "newest 3" in cli("search", "common", "--limit", "3").err
    nothing = cli("search", "absent")
    assert (nothing.status, nothing.out) == (0, "")
    assert "Nothing was found" in nothing.err


def test_search_speaks_clinical_language(cli: Cli, forum_file: Path) -> None:
    """Other ways to say the same are looked for and told on standard error; a slip is answered; what is alike is found."""
    case = a_case(cli, body="A tricyclic overdose with a wide QRS; bicarbonate was given.")
    assert [hit["id"] for hit in objects(cli("search", "TCA", "--json").out)] == [case]
    assert "Also searched: tricyclic antidepressant, tricyclic" in cli("search", "TCA").err
    assert cli("search", '"TCA"').out == ""
    assert "Did you mean: overdose wide?" in cli("search", "overdoes wide").err
    (like,) = objects(cli("similar", "-", "--json", stdin=b"TCA with broad complex, more bicarb?").out)
    assert (like["id"], like["shared"]) == (case, ["TCA", "broad complex", "bicarb"])
    assert "Nothing here is like it." in cli("similar", case).err
    assert cli("similar", "nope").status == 1


def test_search_takes_the_language_as_it_is_typed(cli: Cli, forum_file: Path) -> None:
    """A word left out with a minus, filters and signs no parser likes are a search, never a usage error."""
    case = a_case(cli, body="BP 120/80, pH 7.1, C++ and a-b.")
    a_case(cli, body="BP 120/80 and dantrolene.")
    assert [hit["id"] for hit in objects(cli("search", "120/80", "-dantrolene", "--json").out)] == [case]
    for query in ("120/80", "pH<7.1", '"', "AND", "-x", "x:y", "c++", "*", "(", "--", "board:cases", "-", "NEAR("):
        assert cli("search", query).status in (0, 2 if query == "--" else 0)


def test_ids_may_be_shortened(cli: Cli, forum_file: Path) -> None:
    """Any beginning of an id's letters that names one post is enough, in either case."""
    case = a_case(cli)
    letters, number = case.split("-")
    assert cli("show", f"{letters[:3]}-{number}").status == 0
    assert cli("show", case.upper()).status == 0


def test_rooms_are_read_by_their_members(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A board with members is a room: others neither see it listed nor read, find or post there."""
    assert cli("board", "add", "review", "--member", "Nadia").status == 0
    made = cli("post", "--board", "review", "--title", TITLE, "Only for the committee.")
    assert made.status == 0
    colleague(cli, monkeypatch)
    assert "review" not in cli("board", "list").out
    assert cli("show", made.id).status == 1
    assert cli("list").out == ""
    assert cli("search", "committee").out == ""
    assert cli("post", "--board", "review", "--title", TITLE, "x").status == 1
    assert cli("reply", made.id, "x").status == 1


# --- members --------------------------------------------------------------------------------------------------------


def test_accounts_are_kept_by_the_administrator(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Others set their own password and nothing else: no account of anybody is linked, closed or given a role."""
    me = os.getuid()
    colleague(cli, monkeypatch)
    secret = b"a calm harbour before seven\n"
    assert cli("member", "passwd", "omar", "--password-stdin", stdin=secret).status == 0
    for verb in (
        ("passwd", "nadia", "--password-stdin"), ("link", "nadia", "4711"), ("link", "nadia", "--none"),
        ("link", "omar", "0"), ("disable", "nadia"), ("enable", "nadia"), ("role", "omar", "administrator"),
        ("role", "omar", "steward"), ("add", "x", "--profession", "nurse", "--role", "practitioner"),
    ):  # fmt: skip
        done = cli("member", *verb, stdin=secret)
        assert done.status == 1, verb
        assert is_one_line(done.err)
    monkeypatch.setattr(os, "getuid", lambda: me)
    assert objects(cli("member", "list", "--json").out)[0]["linked"] is True


def test_a_closed_account_is_out_until_it_is_opened(
    cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disabled member cannot act, not even through the linked Unix account; enabling undoes it."""
    me = os.getuid()
    colleague(cli, monkeypatch)
    assert cli("list").status == 0
    monkeypatch.setattr(os, "getuid", lambda: me)
    assert cli("member", "disable", "omar").status == 0
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert cli("list").status == 1
    monkeypatch.setattr(os, "getuid", lambda: me)
    assert cli("member", "enable", "omar").status == 0
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert cli("list").status == 0


def test_links_and_the_last_way_in(cli: Cli, forum_file: Path) -> None:
    """A Unix account logs in one member; a link moves only once it is taken off, and never leaves a member shut out."""
    assert cli("member", "add", "lea", "--profession", "rt", "--role", "observer", "--link", "4712").status == 0
    taken = cli("member", "add", "jo", "--profession", "rt", "--role", "observer", "--link", "4712")
    assert taken.status == 1
    assert cli("member", "link", "nadia", "4712").status == 1
    assert cli("member", "link", "lea", "--none").status == 1
    assert cli("member", "passwd", "lea", "--password-stdin", stdin=b"seven calm harbours at dawn").status == 0
    assert cli("member", "link", "lea", "--none").status == 0
    assert cli("member", "link", "lea", "root").status == 1
    assert cli("member", "link", "lea", "4712").status == 0


def test_roles_are_given_and_taken(cli: Cli, forum_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role counts from the next command on; once there are two stewards, one may go, but a closed one does not count."""
    cli("member", "add", "omar", "--profession", "physician", "--role", "observer", "--link", "4711")
    assert cli("member", "role", "omar", "practitioner").status == 0
    for office in ("steward", "administrator"):
        assert cli("member", "role", "omar", office).status == 0
    assert cli("member", "disable", "omar").status == 0
    assert cli("member", "disable", "nadia").status == 1
    assert cli("member", "role", "nadia", "steward", "--take").status == 1
    assert cli("member", "enable", "omar").status == 0
    assert cli("member", "role", "nadia", "steward", "--take").status == 0
    assert cli("board", "add", "new").status == 1
    monkeypatch.setattr(os, "getuid", lambda: 4711)
    assert cli("board", "add", "new").status == 0


def test_a_dedicated_file_links_nobody(cli: Cli, home: Path) -> None:
    """With --dedicated a password is required and checked, and the Unix account that keeps the file is no member."""
    path = home / "kept.db"
    start = ("--forum", str(path), "init", "--site", "county", "--admin", "nadia", "--dedicated")
    assert cli(*start).status == 1
    assert not path.exists()
    weak = cli(*start, "--password-stdin", stdin=b"password\n")
    assert weak.status == 1
    assert is_one_line(weak.err)
    assert not path.exists()
    assert cli(*start, "--password-stdin", stdin=b"a calm harbour before seven\n").status == 0
    assert cli("--forum", str(path), "list").status == 1


# --- screening ------------------------------------------------------------------------------------------------------


def test_screen_names_findings_for_people(cli: Cli, home: Path) -> None:
    """Findings are lines with their place; without any it says that none was found, and never that a text is safe."""
    text = "Line one.\nSeen with Mrs Miller, phone 613-555-0199.\n"
    found = cli("screen", "-", stdin=text.encode())
    assert found.status == 0
    assert re.search(r"^2:\d+ .*name.*block.*Miller", found.out, re.MULTILINE)
    file = home / "note.txt"
    file.write_text("QRS 148 ms after three boluses.")
    nothing = cli("screen", str(file))
    assert (nothing.status, nothing.out, nothing.err) == (0, "No identifier found.\n", "")
    findings = objects(cli("screen", "--json", stdin=text.encode()).out)
    assert {"start", "end", "kind", "action", "text", "suggestion"} == set(findings[0])
    assert all(text[int(str(one["start"])) : int(str(one["end"]))] == one["text"] for one in findings)


def test_screen_answers_line_by_line(cli: Cli, forum_file: Path) -> None:
    """Each good line is answered with its id, offsets in code points; a bad one is named and makes the status 3."""
    lines = [
        json.dumps({"id": "a", "text": "🫀 with Mrs Miller"}, ensure_ascii=False).encode(),
        b"",
        b"not json",
        b'{"id": 7, "text": "QRS 148 ms"}',
        b"[1, 2]",
        b'{"id": "b"}',
        b'{"text": "no id"}',
        b'{"id": "c", "text": 5}',
        b'{"id": NaN, "text": "x"}',
        b'{"id": "d", "text": "\xff"}',
        b"[" * 100_000,
        b'{"id": "e", "text": "' + b"a" * 1_100_000 + b'"}',
        b'{"id": "f", "text": "\\ud800 alone"}',
        b'{"id": "g", "text": "\\u001b]52;c;aGk=\\u0007 Mrs Miller"}',
    ]
    done = cli("screen", "--jsonl", stdin=b"\n".join(lines))
    assert done.status == 3
    answers = objects(done.out)
    assert [answer["id"] for answer in answers] == ["a", 7, "f", "g"]
    (miller,) = answers[0]["findings"]  # type: ignore[misc]
    assert "🫀 with Mrs Miller"[miller["start"] : miller["end"]] == miller["text"]
    assert [int(number) for number in re.findall(r"line (\d+):", done.err)] == [3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.out + done.err)
    good = cli("screen", "--jsonl", stdin=lines[3])
    assert (good.status, good.err) == (0, "")
    assert objects(good.out) == [{"id": 7, "findings": []}]


def test_screen_needs_no_forum(cli: Cli, home: Path) -> None:
    """Screening works where there is no forum at all, and makes none."""
    assert cli("screen", stdin=b"QRS 148 ms").status == 0
    assert not (home / "data").exists()


def test_the_demo_reads_well(cli: Cli, home: Path) -> None:
    """On the fictional network every reading verb has something to say, in lines no wider than 80 columns."""
    path = home / "demo.db"
    assert cli("demo", "--into", str(path), "--no-screens").status == 0
    threads = objects(cli("--forum", str(path), "list", "--limit", "0", "--json").out)
    assert len(threads) > 50
    verbs_tried = [
        ("list",),
        ("brief",),
        ("board", "list"),
        ("member", "list"),
        ("site", "show"),
        ("search", "bicarb*"),
    ]
    verbs_tried += [("show", str(thread["id"])) for thread in threads[:25]]
    for verb in verbs_tried:
        done = cli("--forum", str(path), *verb)
        assert done.status == 0
        assert done.out
        assert max(display_width(line) for line in rows(done.out)) <= 80


def test_an_import_is_screened_and_reviewed(cli: Cli, forum_file: Path, home: Path) -> None:
    """What an import brings is screened at once; what is stopped is listed, released with a reason, and told of."""
    mails = [
        f"From x Mon Jan  5 10:0{at}:00 2026\nMessage-ID: <{at}@x.invalid>\nFrom: Ann <a@x.invalid>\nSubject: Case {at}\n\n{words}\n"
        for at, words in enumerate(("Bicarb again, QRS 118.", "Seen with Mrs Martha Ellwood."))
    ]
    (home / "old.mbox").write_text("\n".join(mails))
    done = cli("import", str(home / "old.mbox"), "--board", "cases")
    assert (done.status, "1 imported post needs a look" in done.err) == (0, True)
    (stopped,) = [json.loads(line) for line in cli("screen", "--stopped", "--json").out.splitlines()]
    assert stopped["findings"] == [{"kind": "name", "text": "Mrs Martha Ellwood"}]
    assert cli("screen", "--release", stopped["id"]).status == 1
    assert cli("screen", "--release", stopped["id"], "--reason", "an actor of the simulation").status == 0
    assert cli("screen", "--stopped", "--json").out == ""
    assert "an actor of the simulation" in cli("audit", "--json").out
    assert cli("screen", "--pending").err == "0 posts screened.\n"
    assert cli("screen", "--pending", "--stopped").status == 2


def test_screen_meters_harmless_facts(cli: Cli, home: Path) -> None:
    """Below the findings stands what adds up, and what to leave out; a site's own list counts as well."""
    lists = home / "config" / "wardroom" / "screening"
    lists.mkdir(parents=True)
    (lists / "hospitals.txt").write_text("Dunmallet Infirmary\nab\n")
    done = cli("screen", "-", stdin=b"Woman, Inuit, pilot, twins, avalanche; from dunmallet infirmary.")
    assert "dunmallet infirmary" in done.out
    assert "Leave out" in done.err
    assert "line 2: has 2 characters" in done.err
