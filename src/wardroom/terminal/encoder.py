"""From one screen to the next in the fewest bytes: only cells that differ, by the shortest way there.

``Encoder`` remembers what stands on the far side. It assumes a terminal whose lines do not wrap. A cursor of which it
is not sure where it stands (after the last column, after characters of disputed width, after a scroll region was set)
is addressed anew.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from operator import ne
from typing import Final, Self
from unicodedata import category

from msgspec import Struct

from wardroom.terminal.cells import (
    BLANK,
    FIRST_CLUSTER,
    LOOK_SHIFT,
    SPACE,
    TAIL,
    TEXT,
    WEIGHTS,
    WIDE,
    Glyphs,
    Look,
    Row,
)
from wardroom.terminal.repertoire import VT102, Repertoire

UNKNOWN: Final = -1
"""A column, line or look the terminal may have any of."""

_ERASE_MIN: Final = 4
"""Blanks at the end of a line from which erasing is shorter than writing."""
_ERASE_WITHIN_MIN: Final = 11
"""Blanks within a line from which ECH and a move are shorter than writing."""
_GAP_MAX: Final = 4
"""Unchanged cells between two changed ones that may be cheaper to write again than to jump."""
_CHUNK: Final = 11
"""Columns that are compared to find where a line has gone."""
_SOURCES_MAX: Final = 2
"""A stretch that stands in more lines than this does not tell where a line has gone."""
_FEEDS_MAX: Final = 5
_BLANKS_MAX: Final = 4
"""So many line feeds, or blanks written again, may be shorter than an address."""
_SCROLL_CHANGED_MIN: Final = 3
_WIPED_MIN: Final = 6
"""Fewer lines are erased one by one."""
_CANDIDATES_MAX: Final = 2
_TOUCHED_MAX: Final = 4
"""A line of which no more cells have changed is soon painted: a mark has come or gone."""

_SURELY_WIDE: Final = (
    (0x3041, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFF01, 0xFF60),
)  # fmt: skip
"""Wide on every terminal. Of other wide characters, emoji above all, some terminals think otherwise."""
_PLAIN_END: Final = 0x0590
"""Below it every character of one column is so on every terminal."""
_SURELY_NARROW_END: Final = 0x2E80
"""From here on a terminal may know better than we what is narrow: newer writings, private signs."""


class Scroll(Struct, frozen=True):
    """Lines ``top`` to ``bottom`` move up by ``by``, or down where it is negative."""

    top: int
    bottom: int
    by: int

    def applied(self, rows: Sequence[Row]) -> list[Row]:
        """The rows as they stand after it."""
        moved = list(rows)
        blank = [BLANK] * len(rows[0])
        for y in range(self.top, self.bottom + 1):
            source = y + self.by
            moved[y] = rows[source] if self.top <= source <= self.bottom else blank
        return moved


class Encoder:
    """The terminal as last left, and the bytes that make it show something else."""

    def __init__(self, glyphs: Glyphs, repertoire: Repertoire = VT102) -> None:
        self._glyphs = glyphs
        self._repertoire = repertoire
        self._looks: dict[tuple[int, int], str] = {}
        self._shown: list[Row] | None = None
        self._x = self._y = self._look = UNKNOWN
        self.is_behind = False
        """Whether the last frame was sent in part: the next one goes on."""

    def forget(self) -> None:
        """Nothing is known of the terminal any more: the next frame paints all of it."""
        self._shown = None
        self._x = self._y = self._look = UNKNOWN

    def encode(self, rows: Sequence[Row], cursor: tuple[int, int], most_bytes: int | None = None) -> str:
        """What to send so that the terminal shows ``rows``, with its cursor at (column, line).

        Of a frame much longer than ``most_bytes`` only so much is sent, in whole lines: first the cursor's, then those
        where a mark has come or gone.
        """
        shown = self._shown
        pen = _Pen(self._glyphs, self._repertoire, self._looks, (self._x, self._y, self._look))
        if shown is None or len(shown) != len(rows) or len(shown[0]) != len(rows[0]):
            pen.clear()
            shown = [[BLANK] * len(rows[0])] * len(rows)
        changed = [y for y, row in enumerate(rows) if row is not shown[y] and row != shown[y]]
        best, begun, stands, rest = self._painted(pen.copy(), shown, rows, changed, cursor), pen, shown, changed
        if len(changed) >= _SCROLL_CHANGED_MIN and self._repertoire.scrolls_regions:
            size = best.size()
            for scroll in (*_scrolls(shown, rows, changed), *_wipes(rows, changed)):
                moved = scroll.applied(shown)
                scrolled = pen.copy()
                scrolled.scroll(scroll, len(rows) - 1)
                left = [y for y, row in enumerate(rows) if row is not moved[y] and row != moved[y]]
                if scrolled.size() >= size or len(left) >= len(changed):
                    continue
                other = self._painted(scrolled.copy(), moved, rows, left, cursor)
                if other.size() < size:
                    best, begun, stands, rest, size = other, scrolled, moved, left, other.size()
        if most_bytes is None or not rest or best.size() <= most_bytes * 3 // 2:
            self._shown, self.is_behind = list(rows), False
        else:
            best = begun
            self._shown, self.is_behind = self._painted_in_part(best, stands, rows, rest, cursor[1], most_bytes), True
        self._x, self._y, self._look = best.x, best.y, best.look
        return "".join(best.sent)

    def _painted(
        self, pen: "_Pen", shown: Sequence[Row], rows: Sequence[Row], changed: Iterable[int], cursor: tuple[int, int]
    ) -> "_Pen":
        for y in changed:
            self._paint_row(pen, y, shown[y], rows[y])
        pen.move(*cursor)
        return pen

    def _painted_in_part(
        self, pen: "_Pen", shown: Sequence[Row], rows: Sequence[Row], changed: Iterable[int], line: int, most_bytes: int
    ) -> list[Row]:
        """Paint lines until so much is to be sent, the one at ``line`` first; what stands on the terminal then."""
        stands = list(shown)

        def urgency(y: int) -> tuple[bool, bool, int]:
            return y != line, sum(map(ne, shown[y], rows[y])) > _TOUCHED_MAX, y

        for y in sorted(changed, key=urgency):
            self._paint_row(pen, y, shown[y], rows[y])
            stands[y] = rows[y]
            if pen.size() >= most_bytes:
                break
        return stands

    def _paint_row(self, pen: "_Pen", y: int, old: Row, new: Row) -> None:
        differing = [x for x, (was, is_now) in enumerate(zip(old, new, strict=True)) if was != is_now]
        doubtful = [
            x
            for x in differing
            if (old[x] & TEXT >= _PLAIN_END and _is_doubtful(old[x]))
            or (new[x] & TEXT >= _PLAIN_END and _is_doubtful(new[x]))
        ]
        if doubtful:
            # Where it took two columns, the second one is spoiled.
            differing = sorted({*differing, *(x + 1 for x in doubtful if x + 1 < len(new))})
        erased_from = self._erased_from(new, differing)
        if erased_from is not None:
            differing = [x for x in differing if x < erased_from]
        at = 0
        while at < len(differing):
            start = end = differing[at]
            at += 1
            while at < len(differing) and self._is_cheaper_written(new, end, differing[at]):
                end = differing[at]
                at += 1
            if new[start] == TAIL:
                start -= 1
            end += 1
            if end < len(new) and new[end] == TAIL:
                end += 1
            pen.move(start, y, old)
            pen.write(new, start, end)
        if erased_from is not None:
            last = new[-1]
            # Anywhere in the blank end will do: best where the pen is, or where a line begins.
            begin = next((x for x in (pen.x if pen.y == y else 0, 0) if _is_all(last, new[x:erased_from])), erased_from)
            pen.move(begin, y, new)
            pen.look_blank(last)
            pen.sent.append("\x1b[K")

    def _erased_from(self, new: Row, differing: list[int]) -> int | None:
        """The first differing column of a blank end that is worth erasing."""
        last = new[-1]
        if last & TEXT != SPACE or not self._may_erase(last) or not differing:
            return None
        end = len(new)
        while end and new[end - 1] == last:
            end -= 1
        if differing[-1] < end:
            return None
        first = next(x for x in differing if x >= end)
        before = differing[differing.index(first) - 1] + 1 if differing[0] < first else 0
        begin = max(end, before) if first - before <= _GAP_MAX else first
        return first if differing[-1] - begin + 1 >= _ERASE_MIN else None

    def _may_erase(self, blank: int) -> bool:
        """Whether erasing leaves this blank."""
        look = self._glyphs.look(blank)
        return not look.weight and (not look.background or self._repertoire.fills_with_colour)

    def _is_cheaper_written(self, row: Row, end: int, following: int) -> bool:
        """Whether the unchanged cells between two changed ones cost no more than a jump over them."""
        gap = following - end - 1
        if gap == 0:
            return True
        if gap > _GAP_MAX:
            return False
        look = row[end] >> LOOK_SHIFT
        blank = self._glyphs.blanks[look]
        cost = 0
        for cell in row[end + 1 : following]:
            if cell != blank and (
                cell >> LOOK_SHIFT != look
                or cell & WIDE
                or (cell & TEXT >= _PLAIN_END and not _is_surely_narrow(cell & TEXT))
            ):
                return False
            cost += 1 if cell & TEXT < 0x80 else 2 if cell & TEXT < 0x800 else 3
        return cost <= (3 if gap == 1 else 4)


class _Pen:
    """A way of painting under trial: what is sent, and where it leaves cursor and look."""

    __slots__ = ("_glyphs", "_looks", "_repertoire", "look", "sent", "x", "y")

    def __init__(
        self, glyphs: Glyphs, repertoire: Repertoire, looks: dict[tuple[int, int], str], state: tuple[int, int, int]
    ) -> None:
        self._glyphs = glyphs
        self._repertoire = repertoire
        self._looks = looks
        self.x, self.y, self.look = state
        self.sent: list[str] = []

    def copy(self) -> Self:
        """The same, to try another way."""
        other = type(self)(self._glyphs, self._repertoire, self._looks, (self.x, self.y, self.look))
        other.sent = list(self.sent)
        return other

    def size(self) -> int:
        """Bytes so far."""
        return len("".join(self.sent).encode("utf-8", "replace"))

    # --- the whole -----------------------------------------------------------------------------------------------

    def clear(self) -> None:
        """Begin on an empty screen, whatever stood there."""
        self.sent.append("\x1b[m\x1b[H\x1b[2J")
        self.x = self.y = self.look = 0

    def scroll(self, scroll: Scroll, last: int) -> None:
        """Move the lines of a region; the new ones are blank."""
        self.look_blank(BLANK)
        count = "" if abs(scroll.by) == 1 else str(abs(scroll.by))
        if scroll.bottom == last:
            self.move(0, scroll.top)
            self.sent.append(f"\x1b[{count}{'M' if scroll.by > 0 else 'L'}")
            return
        self.sent.append(f"\x1b[{scroll.top + 1};{scroll.bottom + 1}r")
        self.x = self.y = UNKNOWN
        if self._repertoire.scrolls_at_once:
            self.sent.append(f"\x1b[{count}{'S' if scroll.by > 0 else 'T'}")
        else:
            self.move(0, scroll.top)
            self.sent.append(f"\x1b[{count}{'M' if scroll.by > 0 else 'L'}")
        self.sent.append("\x1b[r")
        self.x = self.y = UNKNOWN

    # --- places --------------------------------------------------------------------------------------------------

    def move(self, x: int, y: int, shown: Row | None = None) -> None:
        """Go to a place by the shortest way; ``shown`` is what stands on its line already."""
        if self.x == x and self.y == y:
            return
        column = "" if x == 0 else f";{x + 1}"
        best = f"\x1b[{'' if y == 0 else y + 1}{column}H"
        if self.y != UNKNOWN:
            # Some terminals take LF for CR LF: it only leads to the first column.
            down = y - self.y
            if 0 < down <= _FEEDS_MAX:
                way = ("" if self.x == 0 else "\r") + "\n" * down + self._along(0, x, shown)
                if len(way) < len(best):
                    best = way
            way = self._along(self.x, x, shown if not down else None)
            if down:
                way = f"\x1b[{'' if abs(down) == 1 else abs(down)}{'B' if down > 0 else 'A'}{way}"
            if len(way) < len(best):
                best = way
        self.sent.append(best)
        self.x, self.y = x, y

    def _along(self, at: int, x: int, shown: Row | None = None) -> str:
        """The shortest way within a line; over blanks in the pen's look, they may be written again."""
        if at == x:
            return ""
        if x == 0:
            return "\r"
        ways = []
        if self._repertoire.places_in_line:
            ways.append(f"\x1b[{x + 1}G")
        if at == UNKNOWN or not ways:
            ways.append(f"\r\x1b[{'' if x == 1 else x}C")
        if at != UNKNOWN:
            far = abs(x - at)
            ways.append(f"\x1b[{'' if far == 1 else far}{'C' if x > at else 'D'}")
            if 0 < at - x <= 4:
                ways.append("\b" * (at - x))
            if shown is not None and 0 < far <= _BLANKS_MAX and x > at and self._are_blanks(shown[at:x]):
                ways.append(" " * far)
        return min(ways, key=len)

    def _are_blanks(self, cells: Row) -> bool:
        """Whether blanks written now would leave these cells as they are."""
        blank = self._glyphs.blanks[self.look] if self.look != UNKNOWN else TAIL
        return _is_all(blank, cells)

    # --- cells ---------------------------------------------------------------------------------------------------

    def write(self, row: Row, start: int, end: int) -> None:
        """Write the cells from ``start`` up to ``end`` of the line the cursor stands in."""
        x = start
        while x < end:
            cell = row[x]
            if cell & TEXT == SPACE:
                x = self._write_blanks(row, x, end)
            elif cell & WIDE or (cell & TEXT >= _PLAIN_END and not _is_surely_narrow(cell & TEXT)):
                x = self._write_cluster(row, x, end)
            else:
                x = self._write_letters(row, x, end)

    def _write_blanks(self, row: Row, x: int, end: int) -> int:
        """Blanks of one kind; where they end."""
        cell, stop = row[x], x + 1
        while stop < end and row[stop] == cell:
            stop += 1
        self.look_blank(cell)
        if stop - x >= _ERASE_WITHIN_MIN and self._can_erase_within(cell >> LOOK_SHIFT):
            self.sent.append(f"\x1b[{stop - x}X")
            if stop < end:
                self.move(stop, self.y)
        else:
            self.sent.append(" " * (stop - x))
            self.x = stop if stop < len(row) else UNKNOWN
        return stop

    def _write_cluster(self, row: Row, x: int, end: int) -> int:
        """One character that is wide, has marks, or may be wider than we think; the column after it."""
        cell = row[x]
        self._take(cell >> LOOK_SHIFT)
        text = self._glyphs.text(cell)
        stop = x + (2 if cell & WIDE else 1)
        is_surely_wide = bool(cell & WIDE) and _is_surely_wide(cell & TEXT)
        if cell & WIDE and not is_surely_wide:
            # Some terminals take no second column for it: what stood there must go.
            self.sent.append("  ")
            self.x = stop if stop < len(row) else UNKNOWN
            self.move(x, self.y)
        elif not cell & WIDE and cell & TEXT < FIRST_CLUSTER:
            # Nor some any column at all.
            self.sent.append(" ")
            self.x = stop if stop < len(row) else UNKNOWN
            self.move(x, self.y)
        self.sent.append(text)
        if is_surely_wide:
            self.x = stop if stop < len(row) else UNKNOWN
        else:
            self.x = UNKNOWN
            if stop < end:
                self.move(stop, self.y)
        return stop

    def _write_letters(self, row: Row, x: int, end: int) -> int:
        """Plain characters of one look, with the blanks between them; where they end."""
        look, stop = row[x] >> LOOK_SHIFT, x + 1
        blank = self._glyphs.blanks[look]
        self._take(look)
        while stop < end:
            cell = row[stop]
            if cell == blank:
                if row[stop : stop + _ERASE_WITHIN_MIN].count(blank) == _ERASE_WITHIN_MIN:
                    break
            elif (
                cell >> LOOK_SHIFT != look
                or cell & WIDE
                or cell & TEXT == SPACE
                or (cell & TEXT >= _PLAIN_END and not _is_surely_narrow(cell & TEXT))
            ):
                break
            stop += 1
        self.sent.append("".join([chr(cell & TEXT) for cell in row[x:stop]]))
        self.x = stop if stop < len(row) else UNKNOWN
        return stop

    def _can_erase_within(self, look: int) -> bool:
        shape = self._glyphs.looks[look]
        return (
            self._repertoire.erases_cells
            and not shape.weight
            and (not shape.background or self._repertoire.fills_with_colour)
        )

    # --- looks ---------------------------------------------------------------------------------------------------

    def look_blank(self, blank: int) -> None:
        """Take a look in which a blank is ``blank``: colours of letters do not matter to it."""
        if self.look == UNKNOWN or self._glyphs.blanks[self.look] != blank:
            self._take(blank >> LOOK_SHIFT)

    def _take(self, look: int) -> None:
        if look == self.look:
            return
        key = (self.look, look)
        sent = self._looks.get(key)
        if sent is None:
            looks = self._glyphs.looks
            sent = self._looks[key] = look_change(None if self.look == UNKNOWN else looks[self.look], looks[look])
        self.sent.append(sent)
        self.look = look


def look_change(old: Look | None, new: Look) -> str:
    """The shortest SGR from one look to another; from an unknown one by way of the plain look."""
    ons = [on for bit, (on, _) in enumerate(WEIGHTS) if new.weight >> bit & 1]
    colours = [colour for colour in (new.foreground, new.background) if colour]
    anew = ";".join(["0", *ons, *colours]) if ons or colours else ""
    if old is None:
        return f"\x1b[{anew}m"
    if old == new:
        return ""
    changes: list[str] = []
    for off in dict.fromkeys(off for _, off in WEIGHTS):
        # Some weights have one off-switch in common: who stays on is switched on again.
        sharing = [(on, 1 << bit) for bit, (on, other) in enumerate(WEIGHTS) if other == off]
        is_off = any(old.weight & mask and not new.weight & mask for _, mask in sharing)
        if is_off:
            changes.append(off)
        changes += [on for on, mask in sharing if new.weight & mask and (is_off or not old.weight & mask)]
    if old.foreground != new.foreground:
        changes.append(new.foreground or "39")
    if old.background != new.background:
        changes.append(new.background or "49")
    step = ";".join(changes)
    return f"\x1b[{step if len(step) < len(anew) or (anew and len(step) == len(anew)) else anew}m"


def _is_all(cell: int, cells: Row) -> bool:
    return bool(cells) and cells.count(cell) == len(cells)


def _is_doubtful(cell: int) -> bool:
    """Whether we take a character for narrow, and a terminal may not."""
    return not cell & WIDE and cell & TEXT < FIRST_CLUSTER and not _is_surely_narrow(cell & TEXT)


@lru_cache(8192)
def _is_surely_narrow(code: int) -> bool:
    """Whether a character of one column has one everywhere: it is not of a newer writing, nor unassigned as far as we know."""
    return code < _SURELY_NARROW_END and category(chr(code)) != "Cn"


def _is_surely_wide(code: int) -> bool:
    return any(first <= code <= last for first, last in _SURELY_WIDE)


def _wipes(rows: Sequence[Row], changed: Sequence[int]) -> list[Scroll]:
    """The longest stretch of lines of which nothing need stay, scrolled away at once rather than erased line by line."""
    blank = [BLANK] * len(rows[0])
    begin, best = changed[0], range(0)
    for before, y in pairwise(changed):
        if any(row != blank for row in rows[before + 1 : y]):
            begin = y
        if y + 1 - begin > len(best):
            best = range(begin, y + 1)
    return [Scroll(best[0], best[-1], len(best))] if len(best) >= _WIPED_MIN else []


def _scrolls(shown: Sequence[Row], rows: Sequence[Row], changed: Sequence[int]) -> list[Scroll]:
    """Where changed lines are found again elsewhere: by how much they moved, and the lines concerned.

    Stretches of lines are compared, for a margin or an edge may have changed while the rest moved.
    """
    width = len(rows[0])
    starts = range(min(2, max(width - _CHUNK, 0)), max(width - _CHUNK, 0) + 1, _CHUNK)
    places: dict[tuple[int, tuple[int, ...]], list[int]] = {}
    for y, row in enumerate(shown):
        for start in starts:
            chunk = tuple(row[start : start + _CHUNK])
            if chunk.count(chunk[0]) < len(chunk):
                places.setdefault((start, chunk), []).append(y)
    votes: Counter[int] = Counter()
    found: dict[int, list[int]] = {}
    for y in changed:
        for start in starts:
            sources = places.get((start, tuple(rows[y][start : start + _CHUNK])), ())
            if len(sources) > _SOURCES_MAX:
                continue
            for source in sources:
                by = source - y
                if by:
                    votes[by] += 1
                    found.setdefault(by, []).append(y)
    scrolls = []
    for by, count in votes.most_common(_CANDIDATES_MAX):
        if count < 2:
            continue
        ends = [*found[by], *(y + by for y in found[by])]
        scrolls.append(Scroll(min(ends), max(ends), by))
    return scrolls
