"""Slips of the finger: the distance is one, and what is one slip away is all that is."""

from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import examples

from wardroom.domain.spelling import LETTERS, distance, one_slip_away

words = st.text(LETTERS[:4], max_size=7)


@given(words, words)
def test_distance_is_fair(ours: str, theirs: str) -> None:
    """The same both ways, nothing only between equals, at least the difference of lengths, at most the longer."""
    apart = distance(ours, theirs, 9)
    assert apart == distance(theirs, ours, 9)
    assert all(distance(ours, theirs, most) == min(apart, most + 1) for most in range(5))
    assert (apart == 0) == (ours == theirs)
    assert abs(len(ours) - len(theirs)) <= apart <= max(len(ours), len(theirs))


@examples(60)
@given(words.filter(bool), words)
def test_one_slip_away_is_distance_one(word: str, other: str) -> None:
    """Every slip within the word counts, and nothing else."""
    near = one_slip_away(word, len(word))
    assert all(distance(word, slip, 2) == 1 for slip in near)
    if distance(word, other, 2) == 1 and not other.startswith(word):
        assert other in near
