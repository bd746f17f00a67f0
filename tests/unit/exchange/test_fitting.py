"""Whatever is read fits in a post, and a cut is never silent."""

from hypothesis import given, settings
from hypothesis import strategies as st

from wardroom.exchange.fitting import BODY_LIMIT_BYTES, fit_body, fit_line, size_in_words


@settings(deadline=None)
@given(
    st.text(max_size=50),
    st.sampled_from(["x", "é", "日", "🫀"]),
    st.integers(0, 70_000),
    st.lists(st.text(max_size=100), max_size=20),
)
def test_bodies_fit(start: str, sign: str, count: int, notes: list[str]) -> None:
    """At most 64 KiB, the notes whole, and a mark where something is missing."""
    body, cut = fit_body(start + sign * count, notes)
    assert len(body.encode()) <= BODY_LIMIT_BYTES
    assert body.endswith("\n".join(notes))
    assert cut == ("[cut: " in body.removeprefix(start))
    if not cut:
        assert body.startswith(start + sign * count)


@settings(deadline=None)
@given(st.text(), st.integers(1, 50))
def test_lines_are_lines(text: str, limit: int) -> None:
    """No line end, no double blank, no more than the limit."""
    line = fit_line(text, limit)
    assert len(line) <= limit
    assert not {"\n", "\r", "\t"} & set(line)
    assert "  " not in line
    assert line == fit_line(line, limit)


def test_sizes() -> None:
    """Sizes are for people."""
    assert [size_in_words(size) for size in (0, 1023, 1024, 1024 * 1024 * 3 // 2)] == [
        "0 B",
        "1023 B",
        "1 kB",
        "1.5 MB",
    ]
