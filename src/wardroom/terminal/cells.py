"""A screen as rows of cells: what stands in each and how it looks, as one integer, so that two screens compare fast.

A cell is a look's number, a flag for a character two columns wide, and a character or, beyond Unicode's range, the
number of a cluster. The second column of a wide character is ``TAIL``. It always follows its head: ``lay`` sees to
it, as a terminal does, by blanking the half that is left of a character when the other is overwritten.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct
from rich.cells import get_character_cell_size, split_graphemes

Row = list[int]
"""The cells of one line; never changed once a frame holds it."""

LOOK_SHIFT: Final = 22
WIDE: Final = 1 << 21
TEXT: Final = WIDE - 1
"""Mask of the character or cluster."""
TAIL: Final = 0
SPACE: Final = 32
BLANK: Final = SPACE
"""A space in the plain look: what an erased cell is."""
FIRST_CLUSTER: Final = 0x110000
CLUSTERS_MAX: Final = 50_000
CLUSTER_LENGTH_MAX: Final = 32
"""Code points of a cluster that are kept; no writing needs more."""

WEIGHTS: Final[Sequence[tuple[str, str]]] = (
    ("1", "22"), ("2", "22"), ("3", "23"), ("4", "24"), ("5", "25"), ("6", "25"), ("7", "27"), ("8", "28"),
    ("9", "29"), ("21", "24"), ("51", "54"), ("52", "54"), ("53", "55"),
)  # fmt: skip
"""SGR parameters that switch a weight on and off: bold, dim, italic, underline, two blinks, reverse, hidden, strike,
double underline, frame, circle, overline; bit by bit as in ``Look.weight``."""

_SEEN_ON_BLANKS: Final = sum(1 << bit for bit in (3, 6, 8, 9, 10, 11, 12))


class Look(Struct, frozen=True):
    """Colours, as the SGR parameters that set them, and weights; an empty colour is the terminal's own."""

    foreground: str = ""
    background: str = ""
    weight: int = 0


PLAIN: Final = Look()


class Glyphs:
    """The numbers of looks and clusters, given in the order they come."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.blanks: list[int] = []
        """For each look the cell of a space in it, without what a space does not show."""
        self._numbers: dict[Look, int] = {}
        self._clusters: list[str] = []
        self._cluster_numbers: dict[str, int] = {}
        self.number(PLAIN)

    def number(self, look: Look) -> int:
        """The number of a look."""
        number = self._numbers.get(look)
        if number is None:
            number = self._numbers[look] = len(self.looks)
            self.looks.append(look)
            self.blanks.append((number << LOOK_SHIFT) | SPACE)
            if not look.weight & _SEEN_ON_BLANKS:
                self.blanks[number] = (self.number(Look("", look.background)) << LOOK_SHIFT) | SPACE
        return number

    def cells(self, text: str, look: int) -> Row:
        """The cells of printable text in the look of this number."""
        base, blank = look << LOOK_SHIFT, self.blanks[look]
        if text.isascii():
            return [blank if code == SPACE else base | code for code in text.encode()]
        widths = [_width(char) for char in text]
        if min(widths) == max(widths) == 1:
            return [blank if char == " " else base | ord(char) for char in text]
        row: Row = []
        for start, end, width in split_graphemes(text)[0]:
            cluster = text[start:end]
            if width == 0:
                # A mark without anything to stand on; on the far side it would join whatever is left of it.
                continue
            code = ord(cluster) if end - start == 1 else self._cluster(cluster)
            if width == 1:
                row.append(blank if code == SPACE else base | code)
            else:
                row += (base | WIDE | code, TAIL)
        return row

    def _cluster(self, cluster: str) -> int:
        cluster = cluster[:CLUSTER_LENGTH_MAX]
        number = self._cluster_numbers.get(cluster)
        if number is None:
            if len(self._clusters) >= CLUSTERS_MAX:
                # Nobody reads as many; what comes after is shown without its marks.
                return ord(cluster[0])
            number = self._cluster_numbers[cluster] = FIRST_CLUSTER + len(self._clusters)
            self._clusters.append(cluster)
        return number

    def text(self, cell: int) -> str:
        """What stands in a cell; nothing in a tail."""
        code = cell & TEXT
        if code >= FIRST_CLUSTER:
            return self._clusters[code - FIRST_CLUSTER]
        return chr(code) if cell != TAIL else ""

    def look(self, cell: int) -> Look:
        """How a cell looks."""
        return self.looks[cell >> LOOK_SHIFT]

    def same_look(self, cell: int, text: str) -> Row:
        """``text`` in the look of ``cell``."""
        return self.cells(text, cell >> LOOK_SHIFT)

    def blanked(self, cell: int) -> int:
        """A blank where ``cell`` was."""
        return self.blanks[cell >> LOOK_SHIFT]

    def lay(self, row: Row, x: int, cells: Row) -> None:
        """Lay ``cells`` over ``row`` from column ``x``; what does not fit is cut, and no half character is left."""
        width = len(row)
        if x < 0 or x >= width or not cells:
            return
        if len(cells) > width - x:
            cells = cells[: width - x]
        if cells[-1] & WIDE:
            cells = [*cells[:-1], self.blanked(cells[-1])]
        end = x + len(cells)
        if row[x] == TAIL and x:
            row[x - 1] = self.blanked(row[x - 1])
        if end < width and row[end] == TAIL:
            row[end] = self.blanked(row[end - 1])
        row[x:end] = cells


@lru_cache(4096)
def _width(char: str) -> int:
    return get_character_cell_size(char)
