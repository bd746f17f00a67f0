"""HTML mail reads as plain text, and no page can stop the reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.html_text import HTML_LIMIT, html_to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one<p>two", "one\n\ntwo"),
        ("<div>one</div><div>two<br>three</div>", "one\ntwo\nthree"),
        ("a <b>bold</b>, word", "a bold, word"),
        ("<p>  many \n blanks&nbsp;here </p>", "many blanks here"),
        ('see <a href="https://x.example/a">the paper</a>.', "see the paper (https://x.example/a)."),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="javascript:evil()">press</a> <a href="mailto:a@x">me</a>', "press me"),
        ("<ul><li>a<li><p>b</p><ol start=3><li>c</ol></ul>", "- a\n- b\n\n  3. c"),
        ("<table><tr><th>HR<th>BP<tr><td>120<td>90/60</table>", "HR\tBP\n120\t90/60"),
        ("<blockquote>said<br>so</blockquote>no", "> said\n> so\n\nno"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<head><title>t</title><style>x{}</style></head><body>b<script>if (a<b) {}</script>", "b"),
        ("<style>never closed", ""),
        ("<svg>a<svg>b</svg>c</svg>d", "d"),
        ("<head>never closed<body>shown", "shown"),
        ("<ul><li></li><li>b</ul>", "-\n- b"),
        ("one</br>two</ul>", "one\ntwo"),
        ("<pre>a</pre></pre><p>b  c</p></blockquote>", "a\n\nb c"),
        ("a<!-- hidden -->b<!DOCTYPE x><![if !mso]>c<![endif]><!--[if mso]>d<![endif]-->", "abc"),
        ("<!-- never closed <p>x", "x"),
        ('one<hr>two <img alt="ECG" src="x"><img src="y">', "one\n\n---\n\ntwo [ECG]"),
        ("a &lt; b &amp; c &am", "a < b & c &am"),
        ("a < b", "a < b"),
        ("left <a href='open", "left <a href='open"),
        ("&#" + "9" * 5000 + ";x", "&#" + "9" * 5000 + ";x"),
        ("<![foo[x]]>y", "y"),
        ("", ""),
    ],
)
def test_pages(markup: str, text: str) -> None:
    """Blocks become lines, links show where they lead, what is not shown is not read."""
    assert html_to_text(markup) == text


@settings(deadline=None)
@given(st.text(st.sampled_from("<>/!-=\"'& ;#abp[]?\n"), max_size=200))
def test_no_page_raises(markup: str) -> None:
    """Any text is a page."""
    html_to_text(markup)


@pytest.mark.parametrize(
    "piece",
    ["<!--", "-->" + "<!--" * 9, "<a ", '<a b="', "</", "<?", "<![CDATA[", "&#", "<p>", "<<<>", "<li>", "<script>"],
)
def test_hostile_pages_take_linear_time(piece: str) -> None:
    """A page of the largest size is read in seconds, whatever it repeats; quadratic time would be minutes."""
    html_to_text((piece * HTML_LIMIT)[:HTML_LIMIT])
