"""How far two words are apart in slips of the finger, and which words are one slip away."""

from typing import Final

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
SHORT: Final = 6
"""Letters from which on two slips are thought possible; shorter words would be like too many others."""
SHORTEST: Final = 4
"""Letters of the shortest word that is thought to be a slip."""


def distance_max(word: str) -> int:
    """How many slips are thought possible in a word."""
    return 0 if len(word) < SHORTEST else 1 if len(word) < SHORT else 2


def distance(ours: str, theirs: str, most: int) -> int:
    """Letters left out, put in, changed, or swapped with their neighbour, to come from one word to the other.

    The optimal string alignment distance (Damerau-Levenshtein without touching a place twice); whatever is more than
    ``most`` is ``most + 1``.
    """
    if abs(len(ours) - len(theirs)) > most:
        return most + 1
    before: list[int] = []
    above = list(range(len(theirs) + 1))
    for row, letter in enumerate(ours, 1):
        here = [row]
        for column, other in enumerate(theirs, 1):
            cost = min(above[column] + 1, here[column - 1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == theirs[column - 2] and ours[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        # A swap may come from two rows above.
        if min(here) > most and min(above) >= most:
            return most + 1
        before, above = above, here
    return min(above[-1], most + 1)


def one_slip_away(word: str, places: int) -> set[str]:
    """Every string one slip away from a word, for slips within its first ``places`` letters."""
    found = set()
    for place in range(min(places, len(word))):
        left, right = word[:place], word[place:]
        found |= {left + right[1:], left + right[1:2] + right[:1] + right[2:]}
        found |= {left + letter + right[1:] for letter in LETTERS} | {left + letter + right for letter in LETTERS}
    return found - {word}
