"""Markdown shows every word as it was typed, whatever it looks like, and nothing of it becomes markup."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from wardroom.exchange.markdown_out import block, line, write_markdown
from wardroom.exchange.messages import ExportedPost

HEAD = ExportedPost(
    id="abcd-1", thread="abcd-1", parent=None, board="tox", circle="region", author="nadia", site="county",
    created=datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), title="Wide QRS", body="QRS 148 ms\n\n* 150 mmol\n2. more",
    kind="case", state="open", question="More [bicarb]?", tags=("tca", "qrs"), age_band="30-44",
)  # fmt: skip
REPLY = replace(HEAD, id="abcd-2", parent="abcd-1", author="omar", body="Yes.", question=None, tags=(), age_band=None)
ANSWER = replace(REPLY, id="abcd-3", parent="abcd-2", author="mira", body="# No", original_author="M. Ira")


def test_a_thread_as_markdown() -> None:
    """A heading, the head with its question, then the replies, each saying to whom."""
    stream = BytesIO()
    assert write_markdown([HEAD, REPLY, ANSWER, replace(HEAD, id="b-1", thread="b-1", body="")], stream) == 4
    written = stream.getvalue().decode()
    assert written.split("\n# ")[0] == (
        "# Wide QRS\n\ntox@region, case, open\n\n"
        '<a id="abcd-1"></a>**nadia@county**, 2024-01-02 03:04 UTC\n\n**More \\[bicarb\\]?**\n\n30-44\n\n'
        "QRS 148 ms\n\n\\* 150 mmol\\\n2\\. more\n\nTags: tca, qrs\n\n"
        '---\n\n<a id="abcd-2"></a>**omar@county**, 2024-01-02 03:04 UTC\n\nYes.\n\n'
        '---\n\n<a id="abcd-3"></a>**M. Ira (mira@county)**, 2024-01-02 03:04 UTC, to [omar@county](#abcd-2)\n\n\\# No\n'
    )


_MARKUP = st.sampled_from(
    [
        "# ",
        "- ",
        "1. ",
        "> ",
        "```",
        "    ",
        "*a*",
        "[x](y)",
        "<b>",
        "&amp;",
        "\\",
        "===",
        "|",
        "~~",
        "\n",
        "\n\n",
        "- - -",
        "![",
        "http://x.invalid",
    ]
)


@given(
    st.lists(
        st.one_of(_MARKUP, st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), max_size=5))
    ).map("".join)
)
def test_no_text_becomes_markup(text: str) -> None:
    """A reader of CommonMark finds paragraphs, line breaks and words; put together they are what was typed."""
    tokens = MarkdownIt("commonmark").parse(block(text))
    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    parts = [part for token in tokens for part in token.children or ()]
    assert {part.type for part in parts} <= {"text", "text_special", "hardbreak"}
    shown = [
        "".join("\n" if part.type == "hardbreak" else part.content for part in token.children or ()) for token in tokens
    ]
    kept = [each.strip() for each in "\n".join(filter(None, shown)).replace("\xa0", " ").split("\n")]
    assert [each for each in kept if each] == [each.strip() for each in text.split("\n") if each.strip()]
    assert "\n" not in line(text)
