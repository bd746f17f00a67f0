"""A forum written as a mailbox comes back as the same threads with the same words."""

import mailbox
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.fitting import fit_line
from wardroom.exchange.jwz import Header, is_answer, thread
from wardroom.exchange.mbox import read_mbox
from wardroom.exchange.mbox_out import message_id, write_mbox
from wardroom.exchange.messages import ExportedPost, ImportedMessage, RawMessage
from wardroom.exchange.mime import parse

HEAD = ExportedPost(
    id="log:1",
    thread="log:1",
    parent=None,
    board="tox",
    circle="region",
    author="nadia",
    site="County General",
    created=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC),
    title="Wide QRS",
    body="From the lab:\n\nFrom x Tue Nov 14 22:30:31 2023\n>From y",
    kind="case",
    state="open",
    tags=("tca", "qrs"),
)


def written(posts: list[ExportedPost]) -> bytes:
    stream = BytesIO()
    assert write_mbox(posts, stream) == len(posts)
    return stream.getvalue()


def read_back(box: bytes) -> list[ImportedMessage]:
    found = []
    for raw in read_mbox(BytesIO(box), "box"):
        assert isinstance(raw, RawMessage)
        message = parse(raw.raw)
        assert isinstance(message, ImportedMessage)
        found.append(message)
    return found


def test_a_post_as_mail() -> None:
    """What a mail program sees of a post."""
    assert written([HEAD]).decode() == (
        "From nadia@county-general.invalid Tue Jan  2 03:04:05 2024\n"
        "From: nadia <nadia@county-general.invalid>\n"
        "Subject: Wide QRS\n"
        "Date: Tue, 02 Jan 2024 03:04:05 +0000\n"
        "Message-ID: <log%3A1@wardroom.invalid>\n"
        "X-Wardroom-Board: tox\n"
        "X-Wardroom-Kind: case, open\n"
        "Keywords: tca, qrs\n"
        "MIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        "\n"
        ">From the lab:\n\n>From x Tue Nov 14 22:30:31 2023\n>>From y\n\n"
    )


def test_the_standard_library_reads_it_too(tmp_path: Path) -> None:
    """A foreign reader finds the same messages and threads."""
    reply = replace(HEAD, id="log:2", parent="log:1", title="", author='n "Ö" <x>\n', body="Überlegt\r" + "x" * 2000)
    (tmp_path / "box").write_bytes(written([HEAD, reply]))
    box = mailbox.mbox(tmp_path / "box")
    first, second = box
    box.close()
    assert first["Subject"] == "Wide QRS"
    assert second["In-Reply-To"] == first["Message-ID"] == second["References"]
    assert second["Subject"] == "Re: Wide QRS"
    assert second.get_payload(decode=True) == reply.body.encode()


def test_headers_cannot_be_forged() -> None:
    """A line end in any field stays within its header."""
    bad = "x\nBcc: y@z\r\n\r\nbody"
    post = replace(HEAD, id=bad, title=bad, author=bad, site=bad, board=bad, kind=bad, tags=(bad,), original_author=bad)
    head = written([post]).partition(b"\n\n")[0]
    assert not any(line.lower().startswith(b"bcc") for line in head.splitlines())


def test_long_words_of_any_script_are_folded_and_come_back() -> None:
    """No line of a head is longer than mail allows, no character is torn."""
    title = "Kardiogener Schock, Übergabe an 日本の救急医療 🫀 " * 10
    box = written([replace(HEAD, title=fit_line(title), tags=(), original_author="Zoë Ångström-Łukasiewicz")])
    assert max(map(len, box.partition(b"\n\n")[0].splitlines())) <= 76
    (found,) = read_back(box)
    assert (found.subject, found.sender_name) == (fit_line(title), "Zoë Ångström-Łukasiewicz")


def test_the_original_author_and_date_are_shown() -> None:
    """A post that was mail once is mail of the same person and day again."""
    post = replace(HEAD, original_author="Ann Ames", original_date=datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC))
    (found,) = read_back(written([post]))
    assert (found.sender_name, found.date) == ("Ann Ames", post.original_date)


clean = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")
titles = st.text(clean | st.sampled_from("=?_ é日"), min_size=1, max_size=120).map(fit_line)
line = st.text(clean, max_size=80) | st.sampled_from(
    ["From x", ">From x", "> quoted ", "", "\t", "--b", "é" * 600, "x" * 999]
)
bodies = st.lists(line, max_size=6).map(lambda lines: ("words\n" + "\n".join(lines)).rstrip(" \t\n"))
posts = st.lists(st.tuples(st.integers(0, 10), titles | st.just(""), bodies), min_size=1, max_size=8)


@settings(deadline=None)
@given(posts, st.data())
def test_round_trip(rows: list[tuple[int, str, str]], data: st.DataObject) -> None:
    """Threads, titles and clean bodies are the same after the way out and back, in any order of the posts."""
    made: list[ExportedPost] = []
    for number, (link, title, body) in enumerate(rows):
        parent = made[link % number] if number and link else None
        made.append(
            replace(
                HEAD,
                id=f"k{number}:é/{number}",
                thread=parent.thread if parent else f"k{number}:é/{number}",
                parent=parent.id if parent else None,
                title=title if parent or title else "untitled",
                body=body,
                created=HEAD.created + timedelta(minutes=number),
            )
        )
    found = read_back(written(made))
    titles_of = {post.id: post.title for post in made}
    for post, message in zip(made, found, strict=True):
        assert message.source_id == message_id(post.id)[1:-1]
        assert message.body == post.body
        repeats = post.parent is not None and post.title in ("", titles_of[post.thread])
        re = "" if is_answer(titles_of[post.thread]) else "Re: "
        assert message.subject == (fit_line(f"{re}{titles_of[post.thread]}") if repeats else post.title)
        assert message.date == post.created
        assert message.sender_name == "nadia"
    order = data.draw(st.permutations(range(len(made))))
    headers = [Header(n, found[n].source_id, found[n].references, found[n].subject, found[n].date) for n in order]
    numbers = {post.id: number for number, post in enumerate(made)}
    expected = {numbers[post.id]: numbers[post.parent] if post.parent else None for post in made}
    placed = {one.number: one.parent for one in thread(headers).placed}
    # Two heads of which one is titled as a reply to the other may be joined by their subjects.
    assert all(placed[number] == parent for number, parent in expected.items() if parent is not None)
