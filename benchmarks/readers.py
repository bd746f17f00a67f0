"""The mail and news readers Wardroom is measured beside: how each is set up on one mailbox, and its keys for the same work.

All four are Debian packages. neomutt and alpine read the mailbox itself; slrn and tin read a news spool made of it.
Each runs without a sidebar, colours or a status clock of its own making, as it comes.
"""

import mailbox
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

GROUP = "ward.cases"
READ_BY_PEERS = ("O", "RO")
"""The Status of a message that is unread and of one that is read."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A program, and what to press in it."""

    name: str
    command: list[str]
    environ: dict[str, str]
    ready: str
    """What stands on its index, as a regular expression."""
    to_index: tuple[str, ...] = ()
    """Keys from its first screen to the index."""
    first: str = ""
    """To the top of the index."""
    last: str = ""
    """To its end, where the newest thread stands."""
    down: str = "j"
    page: str = "PgDn"
    open: str = "Enter"
    line: str = "Enter"
    """Scrolls the open text by a line."""
    text_page: str = "Space"
    close: str = "q"
    next_unread: str = "Tab"


def installed(box: Path, folder: Path, unread_by: str) -> list[Reader]:
    """Those that are installed, set up in ``folder`` on the messages of ``box``, of which one author's are unread."""
    messages = list(mailbox.mbox(box))
    made: list[tuple[str, Callable[[Path], Reader]]] = [
        ("neomutt", _neomutt),
        ("alpine", _alpine),
        ("slrn", _slrn),
        ("tin", _tin),
    ]
    readers = []
    for name, make in made:
        if shutil.which(name):
            home = folder / name
            (home / "Mail").mkdir(parents=True)
            if name in ("neomutt", "alpine"):
                _write_box(messages, home / "box", unread_by)
            else:
                _write_spool(messages, home / "spool")
                _write_newsrc(messages, home / ".newsrc", unread_by)
            readers.append(make(home))
    return readers


def _is_unread(message: Message, author: str) -> bool:
    return str(message["From"]).startswith(author)


def _write_box(messages: list[mailbox.mboxMessage], box: Path, unread_by: str) -> None:
    with box.open("wb") as out:
        for message in messages:
            status = READ_BY_PEERS[not _is_unread(message, unread_by)]
            message["Status"] = status
            out.write(b"From " + message.get_from().encode() + b"\n" + message.as_bytes() + b"\n")
            del message["Status"]


def _write_spool(messages: list[mailbox.mboxMessage], spool: Path) -> None:
    """One file an article, their overview beside them, and the list of groups."""
    group = spool.joinpath(*GROUP.split("."))
    group.mkdir(parents=True)
    (spool / "data").mkdir()
    (spool / "data/active").write_text(f"{GROUP} {len(messages):010d} 0000000001 y\n")
    (spool / "data/newsgroups").write_text(f"{GROUP}\tCases\n")
    with (group / ".overview").open("w", encoding="utf-8") as overview:
        for number, message in enumerate(messages, 1):
            article = b"Path: ward!not-for-mail\nNewsgroups: " + GROUP.encode() + b"\n" + message.as_bytes()
            (group / str(number)).write_bytes(article)
            lines = article.count(b"\n")
            fields = [message[name] or "" for name in ("Subject", "From", "Date", "Message-ID", "References")]
            said = [" ".join(str(each).split()) for each in fields]
            overview.write("\t".join([str(number), *said, str(len(article)), str(lines), ""]) + "\n")


def _write_newsrc(messages: list[mailbox.mboxMessage], newsrc: Path, unread_by: str) -> None:
    read = [number for number, message in enumerate(messages, 1) if not _is_unread(message, unread_by)]
    ranges: list[list[int]] = []
    for number in read:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    newsrc.write_text(f"{GROUP}: " + ",".join(f"{first}-{last}" for first, last in ranges) + "\n")


def _neomutt(home: Path) -> Reader:
    settings = home / "muttrc"
    settings.write_text(
        "set sort=threads\nset sort_aux=date\nset quit=yes\nset mail_check=600\nset wait_key=no\nset pager_stop=yes\n"
        "unset mark_old\n"
    )
    command = ["neomutt", "-R", "-F", str(settings), "-f", str(home / "box")]
    return Reader("neomutt", command, {"HOME": str(home)}, r"q:Quit", first="=", last="*", close="q")


def _alpine(home: Path) -> Reader:
    settings = home / ".pinerc"
    settings.write_text(
        "user-domain=example.org\npersonal-name=Nadia\nlast-version-used=6.26\nsort-key=tHread\n"
        "feature-list=no-quit-without-confirm,quit-without-confirm,no-enable-newmail-in-xterm-icon\n"
        "mail-check-interval=0\n"
    )
    command = ["alpine", "-p", str(settings), "-i", "-o", "-f", str(home / "box")]
    return Reader(
        "alpine", command, {"HOME": str(home)}, r"MESSAGE INDEX|THREAD", first="Home", last="End",
        down="Down", line="Down", close="<",
    )  # fmt: skip


def _slrn(home: Path) -> Reader:
    spool = home / "spool"
    settings = home / ".slrnrc"
    settings.write_text(
        f'set spool_inn_root "{spool}"\nset spool_root "{spool}"\nset spool_nov_root "{spool}"\n'
        f'set spool_nov_file ".overview"\nset spool_active_file "{spool}/data/active"\n'
        f'set spool_newsgroups_file "{spool}/data/newsgroups"\nset spool_activetimes_file "{spool}/data/active.times"\n'
        'set username "nadia"\nset hostname "example.org"\nset server_object "spool"\n'
        "set query_next_article 0\nset confirm_actions 0\nset use_localtime 1\nset check_new_groups 0\n"
    )
    command = ["slrn", "-i", str(settings), "-f", str(home / ".newsrc"), "--spool", "-k0"]
    return Reader(
        "slrn", command, {"HOME": str(home), "NNTPSERVER": "localhost"}, r"ward\.cases",
        to_index=("Enter",), first="\x1b<", last="\x1b>", down="Down", line="Enter", next_unread="n", close="h",
    )  # fmt: skip


def _tin(home: Path) -> Reader:
    spool = home / "spool"
    environ = {
        "HOME": str(home), "TIN_LIBDIR": str(spool / "data"), "TIN_SPOOLDIR": str(spool), "TIN_NOVROOTDIR": str(spool),
        "TIN_ACTIVEFILE": str(spool / "data/active"), "TIN_HOMEDIR": str(home),
    }  # fmt: skip
    (home / ".tin").mkdir()
    command = ["tin", "-n", "-q", "-f", str(home / ".newsrc")]
    return Reader(
        "tin", command, environ, r"ward\.cases", to_index=("Enter",), first="Home", last="End", down="j",
        line="Down", next_unread="Tab", close="q",
    )  # fmt: skip
