"""Mailboxes of every make are cut into the same messages, wherever the blocks end."""

from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.mbox import read_mbox
from wardroom.exchange.messages import RawMessage, Skipped

SEPARATOR = b"From ann@x Tue Nov 14 22:30:31 2023\n"


def cut(box: bytes, block_bytes: int = 1 << 20) -> list[bytes]:
    found = list(read_mbox(BytesIO(box), "box", block_bytes=block_bytes))
    assert all(isinstance(one, RawMessage) for one in found)
    return [one.raw for one in found if isinstance(one, RawMessage)]


def letter(subject: bytes, body: bytes) -> bytes:
    return b"Subject: " + subject + b"\n\n" + body


@pytest.mark.parametrize("block_bytes", [1, 7, 4096, 1 << 20])
@pytest.mark.parametrize(
    ("box", "messages"),
    [
        (b"", []),
        (b"\n\n", []),
        (
            SEPARATOR + letter(b"a", b"one\n\n") + SEPARATOR + letter(b"b", b"two\n"),
            [letter(b"a", b"one\n"), letter(b"b", b"two\n")],
        ),
        # mboxrd: one quote less than is written
        (
            SEPARATOR + letter(b"a", b"x\n>From here\n>>From there\n> From\n"),
            [letter(b"a", b"x\nFrom here\n>From there\n> From\n")],
        ),
        # a sentence that begins with From, after a blank line, is none of a separator
        (
            SEPARATOR + letter(b"a", b"x\n\nFrom the lab: K 6.1\nend\n"),
            [letter(b"a", b"x\n\nFrom the lab: K 6.1\nend\n")],
        ),
        # no blank line before the separator
        (
            SEPARATOR + letter(b"a", b"x\n") + SEPARATOR + letter(b"b", b"y\n"),
            [letter(b"a", b"x\n"), letter(b"b", b"y\n")],
        ),
        # a separator without a date counts if headers follow
        (
            b"From ???@???\n" + letter(b"a", b"x\n\n") + b"From -\n" + letter(b"b", b"y\n"),
            [letter(b"a", b"x\n"), letter(b"b", b"y\n")],
        ),
        # what stands before the first separator is a message
        (letter(b"a", b"x\n\n") + SEPARATOR + letter(b"b", b"y\n"), [letter(b"a", b"x\n"), letter(b"b", b"y\n")]),
        # CRLF
        (
            (SEPARATOR + letter(b"a", b"x\n\n") + SEPARATOR + letter(b"b", b"y\n")).replace(b"\n", b"\r\n"),
            [b"Subject: a\r\n\r\nx\r\n", b"Subject: b\r\n\r\ny\r\n"],
        ),
    ],
)
def test_boxes(box: bytes, messages: list[bytes], block_bytes: int) -> None:
    """Separators are told from sentences, quotes are undone, wherever a block ends."""
    assert cut(box, block_bytes) == messages


@pytest.mark.parametrize("block_bytes", [5, 1 << 20])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_content_length_is_believed_where_it_is_right(block_bytes: int, end: bytes) -> None:
    """A box that counts may hold bare separators in its bodies; one that counts wrongly is read as any other."""
    body = (b"x\n\n" + SEPARATOR + b"Subject: quoted in full\n>From stays\n").replace(b"\n", end)
    head = b"Subject: a\nContent-Length: %d\n\n"
    second = (SEPARATOR + letter(b"b", b"y\n")).replace(b"\n", end)
    separator = SEPARATOR.replace(b"\n", end)
    right = (head % len(body)).replace(b"\n", end) + body
    assert cut(separator + right + end + second, block_bytes) == [right, b"Subject: b" + end + end + b"y" + end]
    for wrong in (0, 3, len(body) - 5, len(body) + 20, 10**9):
        assert len(cut(separator + (head % wrong).replace(b"\n", end) + body + end + second, block_bytes)) == 3


def test_progress_ends_at_the_size_of_the_file() -> None:
    """A progress bar reaches its end."""
    box = (SEPARATOR + letter(b"a", b"x\n\n")) * 50
    done = [one.done for one in read_mbox(BytesIO(box), "box", block_bytes=64) if isinstance(one, RawMessage)]
    assert done == [len(box) // 50 * number for number in range(1, 51)]


class CountingStream(BytesIO):
    """A stream that knows how much was asked of it at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.most = max(self.most, size or 0)
        return super().read(size)


@pytest.mark.parametrize("head", [b"Subject: big\n\n", b""])
def test_a_message_without_end_is_skipped_in_constant_memory(head: bytes) -> None:
    """The next message is found although the one before it does not fit."""
    stream = CountingStream(SEPARATOR + head + b"x" * 400_000 + b"\n\n" + SEPARATOR + letter(b"b", b"y\n"))
    found = list(read_mbox(stream, "box", limit_bytes=10_000, block_bytes=1000))
    assert found[0] == Skipped("box, message 1", "longer than 10 kB")
    assert isinstance(found[1], RawMessage)
    assert (found[1].where, found[1].raw) == ("box, message 2", letter(b"b", b"y\n"))
    assert stream.most < 50_000


lines = st.sampled_from(
    [
        b"words",
        b"",
        b"From x",
        b">From x",
        SEPARATOR.strip(),
        b"Subject: y",
        b"Content-Length: 7",
        b"\r",
        b"F",
        b"From ",
    ]
)


@settings(deadline=None)
@given(st.lists(lines, max_size=30).map(b"\n".join), st.integers(1, 40))
def test_blocks_make_no_difference(box: bytes, block_bytes: int) -> None:
    """The same bytes in any blocks are the same messages, and none of the words is lost."""
    assert cut(box, block_bytes) == cut(box)
    assert sum(raw.count(b"words") for raw in cut(box)) == box.count(b"words")
