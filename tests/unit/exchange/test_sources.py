"""Files and folders are recognised by what is in them and read without following anything out of them."""

import os
from pathlib import Path

import pytest

from wardroom.errors import InputRejected
from wardroom.exchange.messages import MESSAGE_LIMIT_BYTES, RawMessage, Skipped
from wardroom.exchange.sources import detect, read_mail

LETTER = b"From: a@x\nSubject: s\n\nbody\n"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"From a Mon Jan  1 00:00:00 2024\n" + LETTER, "mbox"),
        (LETTER, "eml"),
        (b"\n\n" + LETTER, "eml"),
        (b"From : a@x\n\nbody", "eml"),
        (b'\xef\xbb\xbf {"id": 1}\n', "jsonl"),
    ],
)
def test_files_are_known_by_their_start(tmp_path: Path, start: bytes, kind: str) -> None:
    """The name of a file does not matter."""
    path = tmp_path / "unnamed"
    path.write_bytes(start)
    assert detect(path) == kind
    assert read_mail(path, kind)[0] == len(start)


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (b"", "is empty"),
        (b"[1]", "JSON array"),
        (b"PK\x03\x04zip", "ZIP"),
        (b"\x1f\x8bgz", "gzip"),
        (b"just words\n", "neither mail nor JSON"),
    ],
)
def test_other_files_are_refused_with_advice(tmp_path: Path, start: bytes, why: str) -> None:
    """A person learns what the file is and what to do."""
    path = tmp_path / "x.mbox"
    path.write_bytes(start)
    with pytest.raises(InputRejected, match=why):
        detect(path)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    """A wrong path is a sentence, not a traceback."""
    with pytest.raises(InputRejected, match="nowhere cannot be read"):
        detect(tmp_path / "nowhere")
    with pytest.raises(InputRejected, match="cannot be read"):
        read_mail(tmp_path / "nowhere", "mbox")
    for kind in ("mbox", "maildir"):
        with pytest.raises(InputRejected, match="cannot be read"):
            list(read_mail(tmp_path if kind == "mbox" else Path(__file__), kind)[1])
    with pytest.raises(InputRejected, match="holds no mail"):
        detect(tmp_path)


def test_a_maildir_is_read_by_the_age_of_its_messages(tmp_path: Path) -> None:
    """Cur and new together; tmp, links and pipes not at all."""
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cur" / "1000.x:2,S").write_bytes(LETTER + b"3")
    (tmp_path / "cur" / "20.x:2,S").write_bytes(LETTER + b"1")
    (tmp_path / "new" / "30.x").write_bytes(LETTER + b"2")
    (tmp_path / "tmp" / "1.x").write_bytes(LETTER)
    (tmp_path / "cur" / ".hidden").write_bytes(LETTER)
    (tmp_path / "cur" / "5.link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "cur" / "6.pipe")
    assert detect(tmp_path) == "maildir"
    extent, messages = read_mail(tmp_path, "maildir")
    assert extent == 3
    assert list(messages) == [
        RawMessage("cur/20.x:2,S", LETTER + b"1", 1),
        RawMessage("new/30.x", LETTER + b"2", 2),
        RawMessage("cur/1000.x:2,S", LETTER + b"3", 3),
    ]


def test_folders_of_letters_are_read_with_their_subfolders(tmp_path: Path) -> None:
    """Files that end in .eml, and the numbers of an MH folder; a link among them is named, not followed."""
    (tmp_path / "sub").mkdir()
    for name in ("b.eml", "10", "9", "sub/c.EML", "notes.txt"):
        (tmp_path / name).write_bytes(LETTER)
    (tmp_path / "z.eml").symlink_to(tmp_path / "b.eml")
    assert detect(tmp_path) == "eml"
    extent, messages = read_mail(tmp_path, "eml")
    found = list(messages)
    assert extent == 5
    assert [one.where for one in found] == ["b.eml", "z.eml", "9", "10", "sub/c.EML"]
    assert isinstance(found[1], Skipped)
    assert sum(isinstance(one, RawMessage) for one in found) == 4


def test_giants_are_skipped(tmp_path: Path) -> None:
    """A file no mail system would carry is not read into memory."""
    path = tmp_path / "x.eml"
    with path.open("wb") as stream:
        stream.truncate(MESSAGE_LIMIT_BYTES + 1)
    for source in (path, tmp_path):
        (found,) = read_mail(source, "eml")[1]
        assert isinstance(found, Skipped)
        assert "longer than 32.0 MB" in found.reason


def test_one_letter_is_one_message(tmp_path: Path) -> None:
    """A single file counts its bytes."""
    path = tmp_path / "x.eml"
    path.write_bytes(LETTER)
    (tmp_path / "link.eml").symlink_to(path)
    assert list(read_mail(tmp_path / "link.eml", "eml")[1]) == [RawMessage("link.eml", LETTER, len(LETTER))]
    assert list(read_mail(path, "eml")[1]) == [RawMessage("x.eml", LETTER, len(LETTER))]


def test_a_mailbox_is_read_from_its_file(tmp_path: Path) -> None:
    """The name of the box says where a message stood."""
    path = tmp_path / "old.mbox"
    path.write_bytes(b"From a Mon Jan  1 00:00:00 2024\n" + LETTER)
    assert [one.where for one in read_mail(path, "mbox")[1]] == ["old.mbox, message 1"]
