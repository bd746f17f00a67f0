"""The full-text index of posts: what is put in, and how exactly the same is taken out again.

The index keeps no text (``content=''``): the words stand once in the file, in ``log_body``. A contentless index
forgets a row only when handed the very values that were put in, so both ways go through :func:`_columns`.
"""

import sqlite3

from wardroom.domain.case import texts_of
from wardroom.domain.codec import decode_body
from wardroom.domain.events import STATES, PostBody, Replied
from wardroom.domain.ids import BoardNo, EventNo, MemberNo
from wardroom.domain.text import clean

INDEXED_COLUMNS = ("title", "text")
UNANSWERED = "u"
"""The token of a thread that nobody but its author has posted in."""


def board_token(board: BoardNo) -> str:
    """The token of a board in the index."""
    return f"b{board}"


def author_token(member: MemberNo) -> str:
    """The token of an author in the index."""
    return f"a{member}"


def tag_token(tag: str) -> str:
    """The token of a tag: hexadecimal, so that no tokenizer splits it."""
    return f"t{tag.encode().hex()}"


def acuity_token(acuity: str) -> str:
    """The token of an acuity such as "CTAS 2"."""
    return f"q{acuity.lower().encode().hex()}"


def complaint_token(code: str) -> str:
    """The token of what a case's complaint counts as; only the case's own first post carries it."""
    return f"c{code.encode().hex()}"


def kind_token(kind: str) -> str:
    """The token of a kind of thread."""
    return f"k{kind}"


def state_token(state: str) -> str:
    """The token of a thread's state."""
    return f"s{state}"


def thread_tokens(board: int, kind: str, state: int, acuity: str, tags: str, is_answered: int) -> str:
    """The tokens that every post of a thread carries; ``tags`` are separated by spaces."""
    tokens = [board_token(BoardNo(board)), kind_token(kind), state_token(STATES[state])]
    if not is_answered:
        tokens.append(UNANSWERED)
    if acuity:
        tokens.append(acuity_token(acuity))
    tokens += [tag_token(tag) for tag in tags.split()]
    return " ".join(tokens)


def body_of(db: sqlite3.Connection, event: EventNo) -> PostBody | None:
    """The body of a post's version as it was signed, or None where it is not (or no longer) here."""
    row = db.execute("SELECT body FROM log_body WHERE event = ?", (event,)).fetchone()
    if row is None:
        return None
    decoded = decode_body(Replied.KIND, row[0])
    assert isinstance(decoded, PostBody)
    return decoded


def words_of(body: PostBody) -> str:
    """Everything in a post that is read as text but for its title: the question, the words, and those of the record."""
    return "\n".join(part for part in (body.question, body.text, *texts_of(body.record)) if part)


def _columns(body: PostBody, tokens: str, author: int) -> tuple[str, str, str]:
    from wardroom.domain.query import separated  # what is only read is not indexed: the first screen has no use for it

    text = clean(words_of(body))
    tokens = f"{tokens} {author_token(MemberNo(author))}"
    if body.record is not None and body.record.complaint_code:
        tokens = f"{tokens} {complaint_token(body.record.complaint_code)}"
    return separated(clean(body.title)), separated(text), tokens


def put(db: sqlite3.Connection, version: EventNo, body: PostBody, tokens: str, author: int) -> None:
    """Index a shown version."""
    db.execute(
        "INSERT INTO view_search (rowid, title, text, tokens) VALUES (?, ?, ?, ?)",
        (version, *_columns(body, tokens, author)),
    )


def take_out(db: sqlite3.Connection, version: EventNo, body: PostBody, tokens: str, author: int) -> None:
    """Forget a version that was indexed with the same values."""
    db.execute(
        "INSERT INTO view_search (view_search, rowid, title, text, tokens) VALUES ('delete', ?, ?, ?, ?)",
        (version, *_columns(body, tokens, author)),
    )
