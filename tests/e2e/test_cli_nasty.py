"""Strings that have broken other programs, in every place a person may write: stored or refused, and shown harmlessly."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.conftest import Cli

from wardroom.config import Config
from wardroom.domain.text import clean
from wardroom.domain.views import PostDraft
from wardroom.errors import WardroomError
from wardroom.forum import Forum
from wardroom.wiring import open_forum

NASTY = (
    # What terminals obey.
    "\x1b[2J\x1b[H", "\x1b]0;owned\x07", "\x1b]52;c;cm0gLXJmIC8=\x07", "\x1b]8;;http://evil.example\x1b\\x\x1b]8;;\x1b\\",
    '\x1bP$q"p\x1b\\', "\x1b[6n", "\x1b[?1049h", "\x1b_APC\x1b\\", "\x1b^PM\x1b\\", "\x9b31m", "\x9d52;c;QQ==\x9c", "\x90q\x9c",
    "\x07" * 50, "\x08" * 20 + "gone", "line\rover", "vertical\x0btab\x0cfeed", "\x0e\x0fshift", "\x7f\x7f", "\x00", "a\x00b",
    "\x05\x11\x13", "\x1b", "\x1b[", "\x1b]" + "9" * 300, "\x1bc", "\x85next\u2028line\u2029para",
    # What deceives a reader.
    "10\u202e0001\u202c mg", "\u202dleft", "\u2066isolate\u2069", "\u2067" * 30, "admin\u200b", "1\u200d0 mg", "\ufeffstart",
    "p\u0430yp\u0430l", "\u115f\u1160\u3164", "\u00ad" * 10, "\U000e0041\U000e0042", "a" + "\u0301" * 200, "\u0e49" * 40,
    "\u034f", "\u061c", "x\ufe0f\ufe0f", "\U000e0100", "\u180e", "\ufff9a\ufffab\ufffb",
    # What is no character, or hardly one.
    "\ud800", "\udfff\ud800", "\udc80abc", "\ufffe\uffff", "\U0001ffff", "\ue000\uf8ff", "\U0010fffd", "\ufffd",
    # What is wide, tall or long.
    "W" * 79, "體" * 79, "🫀" * 79, "👩🏽\u200d⚕️" * 12, "🇨🇦" * 39 + "🇨", "﷽" * 20, "🏴\U000e0067\U000e0062\U000e007f", "ﬃ" * 30,
    "a " * 39, "\t" * 40, " " * 80, "\u3000" * 40, "\u00a0" * 40, "\n" * 40, "x\n" * 39, "-" * 79, "=" * 79,
    # What speaks to SQL, FTS5, shells, templates, JSON, mail, spreadsheets.
    "'; DROP TABLE view_post; --", '" OR 1=1 --', "a' UNION SELECT password FROM local_account --", "%s %n %x %d", "{0} {x!r} ${HOME}",
    "$(reboot) `reboot` ;reboot & reboot |reboot", "NEAR(a b, 2) AND", "title:x OR tokens:y", '^a* - "', 'a"b"c', "((((((((((",
    '{"id": 1}\n{"id": 2}', "\\u0000\\x1b\\n", "From nobody@example.org Mon", ".\r\nQUIT\r\n", "=cmd|'/c calc'!A1", "+1+1", "@SUM(1)",
    "<script>alert(1)</script>", "[@click=app.quit]x[/]", "[/]", "[bold red]x", "[link=file:///etc/passwd]x[/link]", "{{7*7}}", "<%= 1 %>",
    "../../../etc/passwd", "C:\\CON\\NUL", "--help", "-", "--", "@file", "~root", "#!/bin/sh", "*", "?", "\\", "/", "//", "~", "!", ":",
    # What only looks like a number, a time, a thing.
    "NaN", "inf", "-0", "1e999", "0x1F", "١٢٣", "১২৩", "½", "Ⅷ", "null", "None", "true", "undefined", "",
    # Letters that change under folding or composing.
    "ß SS ẞ", "İstanbul ıI", "ǅ ǆ", "Å Å Å", "ﬁx fi", "ſpital", "Ω Ω", "한글 한글", "क्\u200dष", "ہﷺ",
)  # fmt: skip

HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
"""What must never reach a terminal, whoever wrote it."""


@pytest.fixture
def forum(forum_file: Path) -> Iterator[Forum]:
    """The forum, opened at its door."""
    opened = open_forum(Config(forum_file=forum_file))
    yield opened
    opened.close()


def stored_or_refused(write: object, *arguments: object, **more: object) -> bool:
    """Whether it was stored; a refusal must be one harmless sentence of ours."""
    try:
        write(*arguments, **more)  # type: ignore[operator]
    except WardroomError as error:
        said = clean(str(error), one_line=True)
        assert said
        assert not HARMFUL.search(said)
        return False
    return True


def test_nasty_words_in_posts(forum: Forum, cli: Cli) -> None:
    """As title, question, body, tag, conflict and reply each string is stored or refused, and every verb shows it safely."""
    me = forum.members.linked(os.getuid())
    assert me is not None
    board = forum.boards.named(me, "mess").board
    kept = 0
    for nasty in NASTY:
        padded = f"{nasty} and some more"[:80]
        for draft in (
            PostDraft(text=nasty, title="A plain enough title"),
            PostDraft(text="Plain words.", title=padded),
            PostDraft(text="Plain words.", title="A plain enough title", question=nasty, kind="question"),
            PostDraft(text="Plain words.", title="A plain enough title", tags=(nasty,)),
            PostDraft(text="Plain words.", title="A plain enough title", conflict=nasty),
        ):
            kept += stored_or_refused(forum.cases.post, me, board, draft)
    assert kept > 3 * len(NASTY)
    head = forum.cases.post(me, board, PostDraft(text="Plain words.", title="Everything in its replies"))
    replies = sum(stored_or_refused(forum.cases.reply, me, head, PostDraft(text=nasty)) for nasty in NASTY)
    assert replies > len(NASTY) // 2
    for arguments in (("list", "--limit", "0"), ("show", forum.cases.id_of(head)), ("brief",), ("search", "plain")):
        for more in ((), ("--json",)):
            done = cli(*arguments, *more)
            assert done.status == 0
            assert not HARMFUL.search(done.out + done.err)
    posts = [json.loads(line) for line in cli("show", forum.cases.id_of(head), "--json").out.splitlines()]
    assert len(posts) == replies + 1
    assert all(clean(post["body"]) == post["body"] for post in posts)


def test_nasty_threads_one_by_one(forum: Forum, cli: Cli) -> None:
    """A thread whose every text is nasty is shown whole on narrow and wide paper, and its history and amendments too."""
    me = forum.members.linked(os.getuid())
    assert me is not None
    board = forum.boards.named(me, "mess").board
    shown = 0
    for nasty in NASTY[::3]:
        draft = PostDraft(text=nasty, title=f"{nasty} and some more"[:80], conflict=nasty[:100])
        try:
            post = forum.cases.post(me, board, draft)
        except WardroomError:
            continue
        name = forum.cases.id_of(post)
        stored_or_refused(
            forum.cases.amend, me, post, PostDraft(text=f"{nasty}, amended", title="A plain enough title")
        )
        for verb in ("show", "history"):
            done = cli(verb, name)
            assert done.status == 0
            assert not HARMFUL.search(done.out)
        shown += 1
    assert shown > 10


def test_nasty_queries(forum: Forum, cli: Cli) -> None:
    """No query is an error, none takes long, and what it says of itself is harmless."""
    me = forum.members.linked(os.getuid())
    assert me is not None
    board = forum.boards.named(me, "mess").board
    forum.cases.post(me, board, PostDraft(text="Plain words of 10 mg.", title="A plain enough title"))
    for nasty in NASTY:
        for query in (
            nasty,
            f"plain {nasty}",
            f'"{nasty}"',
            f"board:{nasty}",
            f"-{nasty}",
            f"tag:{nasty} author:{nasty}",
        ):
            page = forum.search.find(me, query)
            for text in (*page.notes, *(hit.snippet for hit in page.hits)):
                assert not HARMFUL.search(text)
        done = cli("search", "--", nasty)
        assert done.status in (0, 1)
        assert not HARMFUL.search(done.out + done.err)


def test_nasty_names(forum: Forum, cli: Cli) -> None:
    """As board, handle, site, id or role each string makes a plain name or is refused with the reason."""
    me = forum.members.linked(os.getuid())
    assert me is not None
    for nasty in NASTY:
        stored_or_refused(forum.boards.open, me, nasty, title=nasty, about=nasty)
        stored_or_refused(forum.members.add, me, nasty, "nurse", "observer")
        assert not stored_or_refused(forum.members.grant, me, "nadia", nasty)
        stored_or_refused(forum.boards.named, me, nasty)
        stored_or_refused(forum.cases.resolve, me, nasty)
        stored_or_refused(forum.members.known_as, nasty)
    for line in (*forum.boards.lines(me), *forum.members.lines()):
        name = getattr(line, "name", None) or getattr(line, "handle", "")
        assert re.fullmatch(r"[\w.-]+", name)
    for arguments in (("board", "list"), ("member", "list")):
        for more in ((), ("--json",)):
            done = cli(*arguments, *more)
            assert done.status == 0
            assert not HARMFUL.search(done.out)


def test_nasty_arguments(cli: Cli, forum_file: Path) -> None:
    """Typed in any place of the command line, each string ends in a status of ours and lines that steer nothing."""
    for nasty in NASTY:
        if "\0" in nasty:
            continue
        for arguments in (
            (nasty,), ("show", nasty), ("list", "--board", nasty), ("list", "--limit", nasty), ("--as", nasty, "list"),
            ("state", "aaaa-1", nasty), ("post", "--board", "mess", "--title", nasty, "--vital", nasty, nasty),
            ("member", "link", "nadia", nasty), ("screen", nasty), (f"--{nasty}",),
        ):  # fmt: skip
            done = cli(*arguments)
            assert done.status in (0, 1, 2)
            assert not HARMFUL.search(done.out + done.err), arguments


def test_a_forum_of_a_nasty_name(cli: Cli, home: Path) -> None:
    """A file whose name would steer a terminal is made, and named harmlessly."""
    path = home / "\x1b]52;c;QQ==\x07\u202e.db"
    made = cli("--forum", str(path), "init", "--site", "county", "--admin", "nadia")
    assert made.status == 0, made.err
    assert path.exists()
    assert not HARMFUL.search(made.out + made.err)
    again = cli("--forum", str(path), "init", "--site", "county", "--admin", "nadia")
    assert again.status == 1
    assert not HARMFUL.search(again.out + again.err)
