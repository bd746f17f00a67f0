"""The search language: what a person typed becomes a query, a query an FTS5 expression, and hits become spans.

No input is wrong: what cannot be used is left out and named in ``Query.notes``. The rule that cuts a text into
tokens is the rule of FTS5's unicode61 with ``remove_diacritics 2``, so that what is marked is what was found.

=================  =================================================================================
``wide qrs``       both words, in any order
``"wide qrs"``     the phrase; what stands in quotation marks, be it one word, is meant exactly
``brady*``         every word that begins so (two letters or more)
``-aspirin``       without the word, ``-"phrase"`` or ``-filter:value``
``tca OR bicarb``  either; OR binds tighter than a blank, and counts only in capitals between two terms
``AND``            the same as a blank, between two terms
``name:value``     a filter, see ``FILTERS``; ``name:"two words"`` too
=================  =================================================================================

An OR without two neighbours is a word, for it is also an operating room. There is no NOT, since "DO NOT
RESUSCITATE" must find just that.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache
from typing import Final, Literal

from wardroom.domain.complaints import codes
from wardroom.domain.events import STATES, THREAD_KINDS
from wardroom.language import _, marked

TERMS_MAX: Final = 32
"""Terms and filters of one query."""
CHARACTERS_MAX: Final = 256
"""Characters of the input that are read."""
_STRETCH: Final = 240
"""Characters that are looked through at once for a first hit."""
PREFIX_MIN: Final = 2
"""Letters before the ``*``: shorter prefixes would read half of the index."""

MARKS: Final = ("unread", "unanswered", "mine")
"""Values of ``is:`` that depend on the viewer or on replies; the others are states of a thread."""
_IS_VALUES: Final = (*MARKS, *STATES)
_MOMENT_WISH: Final = marked("a date such as 2026-05-01, or a time ago such as 12h, 7d, 3w")

FILTERS: Final = {
    "board": marked("a name"),
    "author": marked("a name"),
    "tag": marked("a word"),
    "acuity": marked("a level, such as ctas:2"),
    "cc": marked("the code of a complaint, such as cc:syncope"),
    "kind": marked("one of {values}"),
    "is": marked("one of {values}"),
    "before": _MOMENT_WISH,
    "after": _MOMENT_WISH,
}
"""Each filter and what it needs."""
_ALLOWED: Final = {"kind": THREAD_KINDS, "is": _IS_VALUES}

_ALTERNATIVES: Final = frozenset({"board", "author", "acuity", "cc", "kind"})
"""A thread has one of each, so two values of one name mean either; so do two states of ``is:``."""

# The characters unicode61 keeps: L* and N*, which are Python's alphanumerics, and private use. Combining marks
# that it strips go on with a token but never begin one; every other mark ends it.
_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_STRIPPED = "\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d\u032e\u0330\u0331"
_TOKEN = re.compile(f"(?:[^\\W_]|[{_PRIVATE}])(?:[^\\W_]+|[{_PRIVATE}{_STRIPPED}])*")
_STRIPPED_MARK = re.compile(f"[{_STRIPPED}]")
_NO_TOKEN = re.compile(f"[^\\w\\s\\x00-\\x7f{_PRIVATE}{_STRIPPED}]")

_NOT_TYPED = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u2028\u2029\ud800-\udfff]")
_BLANKS = re.compile("[\\s\\x00-\\x1f\\x7f-\\x9f\ud800-\udfff]+")
_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_OPENERS = "(\\[{"
_CLOSERS = ")]},;"

# A quotation mark opens only at the beginning of a piece: 5" is a length.
_PIECE = re.compile(
    rf"""(?:^|(?<=\s))[{_OPENERS}]*(?P<minus>[-−–]*)
         (?: "(?P<phrase>[^"]*)(?:"(?P<star>\*?)|$)
           | (?P<name>[A-Za-z]+):"(?P<quoted>[^"]*)(?:"|$) )
       | (?P<word>[^\s"]+)""",
    re.VERBOSE,
)
_FILTER = re.compile(f"({'|'.join(FILTERS)}):(.*)", re.IGNORECASE)
_ACUITY = re.compile("([a-z]*)[ :/-]*([1-5])")
_DAY = re.compile("([0-9]{4})-([0-9]{2})-([0-9]{2})")
_AGO = re.compile("([0-9]{1,4})([hdw])")
_MS: Final = {"h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


@dataclass(frozen=True, slots=True)
class Term:
    """Something to look for in titles and texts."""

    text: str
    """Tokens as they were typed, with one blank between them."""
    kind: Literal["word", "phrase", "prefix"]
    """A prefix of several tokens is a phrase whose last token is open."""
    negated: bool = False
    is_exact: bool = field(default=False, compare=False)
    """Whether it stood in quotation marks: then nothing else is looked for in its place."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on the thread or post; ``value`` is checked, and folded where its values are known."""

    name: str
    value: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What to find: one term of every group, none of ``excluded``, and what the filters allow.

    Filters of one name of which a thread has only one (board, author, acuity, complaint, kind, state) are alternatives;
    all other filters must hold together.
    """

    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    notes: tuple[str, ...] = ()
    """What was left out or read differently, each a sentence for the user."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for."""
        return not (self.groups or self.excluded or self.filters)


# --- tokens ---------------------------------------------------------------------------------------------------------


def tokens(text: str) -> Iterator[tuple[int, int]]:
    """Where the tokens of ``text`` begin and end."""
    return (match.span() for match in _TOKEN.finditer(text))


def separated(text: str) -> str:
    """``text`` for the index, with a blank for every sign that is part of no token.

    unicode61 takes signs younger than its tables, thousands of emoji among them, for letters of the word they touch.
    """
    return text if text.isascii() else _NO_TOKEN.sub(" ", text)


def fold(token: str) -> str:
    """``token`` as the index holds it: small letters, and Latin letters without their diacritics."""
    return token.lower() if token.isascii() else "".join(map(_folded, token))


@lru_cache(maxsize=4096)
def _folded(sign: str) -> str:
    """One character of a token as unicode61 folds it: one for one, marks to nothing."""
    if _STRIPPED_MARK.match(sign):
        return ""
    small = sign.casefold()
    if len(small) != 1:
        # Full case folding writes ẞ as ss; the index folds one character to one.
        small = sign.lower()[0]
    plain = unicodedata.normalize("NFD", small)[0]
    return plain if plain.isascii() else small


# --- parsing --------------------------------------------------------------------------------------------------------


def parse(text: str) -> Query:
    """The query that ``text`` asks for; never an error."""
    notes: list[str] = []
    items: list[Term | Filter | str] = []
    counted = 0
    for item in _items(_readable(text, notes), notes):
        # An operator in the first place will be a word.
        if not isinstance(item, str) or not items:
            if counted == TERMS_MAX:
                notes.append(_("Only the first {most} words and filters were searched.").format(most=TERMS_MAX))
                break
            counted += 1
        items.append(item)
    while counted == TERMS_MAX and isinstance(items[-1], str):
        items.pop()
    groups, excluded, filters = _arranged(items, notes)
    return Query(groups, excluded, filters, tuple(dict.fromkeys(notes)))


def _readable(text: str, notes: list[str]) -> str:
    """The beginning of ``text`` that is read, composed, with blanks for what cannot be typed."""
    line = _NOT_TYPED.sub(" ", text[: CHARACTERS_MAX + 1]).translate(_QUOTES)
    if len(text) > CHARACTERS_MAX:
        notes.append(_("Only the first {most} characters were searched.").format(most=CHARACTERS_MAX))
        # Half a word would find something else, or nothing.
        whole = line.rstrip() if line[-1].isspace() else line.rpartition(" ")[0]
        line = (whole or line)[:CHARACTERS_MAX]
    return unicodedata.normalize("NFC", line)


def _items(line: str, notes: list[str]) -> Iterator[Term | Filter | str]:
    """The terms and filters of ``line`` in their order, and between them its operators as plain strings."""
    for piece in _PIECE.finditer(line):
        word = piece["word"]
        item: Term | Filter | None
        if word is None:
            negated = bool(piece["minus"])
            if piece["phrase"] is not None:
                item = _term(piece["phrase"], notes, negated=negated, is_open=bool(piece["star"]), is_exact=True)
            elif piece["name"].lower() in FILTERS:
                item = _filter(piece["name"].lower(), piece["quoted"], notes, negated=negated)
            else:
                item = _term(f"{piece['name']} {piece['quoted']}", notes, negated=negated)
        elif word in {"AND", "OR"}:
            yield word
            continue
        else:
            item = _word(word, notes)
        if item is not None:
            yield item


def _word(word: str, notes: list[str]) -> Term | Filter | None:
    """What one word without quotation marks asks for."""
    bare = word.lstrip("([{")
    stem = bare.lstrip("-−–")
    negated = stem != bare
    if match := _FILTER.fullmatch(stem):
        return _filter(match[1].lower(), match[2].rstrip(_CLOSERS), notes, negated=negated)
    last = max((end for _, end in tokens(stem)), default=0)
    return _term(stem, notes, negated=negated, is_open=stem.startswith("*", last), whole=word)


def _term(
    text: str,
    notes: list[str],
    *,
    negated: bool,
    is_open: bool = False,
    is_exact: bool = False,
    whole: str | None = None,
) -> Term | None:
    """The tokens of ``text`` as a term, or nothing if it has none."""
    found = [text[start:end] for start, end in tokens(text)]
    if not found:
        shown = _shown(text if whole is None else whole)
        notes.append(
            _("{word} was left out: there is no letter or digit in it.").format(word=shown)
            if shown
            else _("Empty quotation marks were left out.")
        )
        return None
    joined = " ".join(found)
    if is_open:
        if len(fold(found[-1])) >= PREFIX_MIN:
            return Term(joined, "prefix", negated, is_exact)
        said = _("{word}* was searched as a word: a beginning needs {least} letters or more.")
        notes.append(said.format(word=_shown(found[-1]), least=PREFIX_MIN))
    return Term(joined, "phrase" if len(found) > 1 else "word", negated, is_exact)


def _filter(name: str, raw: str, notes: list[str], *, negated: bool) -> Filter | None:
    """A filter whose value can be used, or nothing and a note that says what the filter needs."""
    value = "".join(c for c in " ".join(raw.split()) if not unicodedata.category(c).startswith("C"))
    small = value.casefold()
    match name:
        case "board" | "author" | "tag":
            value = value.lstrip("@#")
            usable = bool(_TOKEN.search(value))
        case "acuity":
            level = _ACUITY.fullmatch(small)
            value = ":".join(filter(None, level.groups())) if level else small
            usable = bool(_TOKEN.search(value))
        case "cc":
            value, usable = small, small in codes()
        case "kind":
            value, usable = small, small in THREAD_KINDS
        case "is":
            value, usable = small, small in _IS_VALUES
        case _:
            value, usable = small, _is_moment(small)
    if usable:
        return Filter(name, value, negated)
    wish = _(FILTERS[name]).format(values=", ".join(_ALLOWED.get(name, ())))
    notes.append(_("{name}: needs {wish}.").format(name=name, wish=wish))
    return None


def _is_moment(value: str) -> bool:
    """Whether ``moment_ms`` can read ``value``."""
    day = _DAY.fullmatch(value)
    if day is None:
        return bool(_AGO.fullmatch(value))
    try:
        date(int(day[1]), int(day[2]), int(day[3]))
    except ValueError:
        return False
    return True


def _arranged(
    items: list[Term | Filter | str], notes: list[str]
) -> tuple[tuple[tuple[Term, ...], ...], tuple[Term, ...], tuple[Filter, ...]]:
    """Items in their order → groups of alternatives, excluded terms, filters."""
    groups: list[list[Term]] = []
    excluded: list[Term] = []
    filters: list[Filter] = []
    before: Term | Filter | None = None
    operators: list[str] = []
    for item in items:
        if isinstance(item, str):
            operators.append(item)
            continue
        joins = False
        if operators and before is None:
            groups.append([_plain_word(operators[0], notes)])
        elif "OR" in operators:
            joins = _can_join(before, item, notes)
        operators = []
        before = item
        if isinstance(item, Filter):
            filters.append(item)
        elif item.negated:
            excluded.append(item)
        elif joins:
            groups[-1].append(item)
        else:
            groups.append([item])
    if operators:
        groups.append([_plain_word(operators[0], notes)])
    return tuple(map(tuple, groups)), tuple(excluded), tuple(filters)


def _plain_word(operator: str, notes: list[str]) -> Term:
    """An operator without two neighbours, as the word it also is."""
    said = _("{operator} was searched as a word: it joins only what stands on both sides of it.")
    notes.append(said.format(operator=operator))
    return Term(operator, "word")


def _can_join(left: Term | Filter | None, right: Term | Filter, notes: list[str]) -> bool:
    """Whether OR makes one group of its two neighbours."""
    if isinstance(left, Term) and isinstance(right, Term) and not (left.negated or right.negated):
        return True
    if isinstance(left, Filter) and isinstance(right, Filter) and not (left.negated or right.negated):
        choice = _choice(left)
        if choice is not None and choice == _choice(right):
            # Alternatives they are already.
            return False
    notes.append(_("OR joins words and phrases only: filters, and what has a -, apply to the whole search."))
    return False


def _choice(wanted: Filter) -> str | None:
    """The name under which a filter is an alternative to others, if it is one."""
    if wanted.name == "is":
        return "state" if wanted.value in STATES else None
    return wanted.name if wanted.name in _ALTERNATIVES else None


def _shown(text: str) -> str:
    """A few characters of what was typed, safe in a sentence."""
    visible = "".join(c if c.isprintable() else "�" for c in text.strip())
    return visible if len(visible) <= 20 else f"{visible[:19]}…"


def moment_ms(value: str, *, now_ms: int, zone: tzinfo = UTC) -> int:
    """The moment a ``before`` or ``after`` names: the start of a day in ``zone``, or so long before ``now_ms``."""
    if ago := _AGO.fullmatch(value):
        return now_ms - int(ago[1]) * _MS[ago[2]]
    day = date.fromisoformat(value)
    since_epoch = datetime(day.year, day.month, day.day, tzinfo=zone) - datetime(1970, 1, 1, tzinfo=UTC)
    return since_epoch.days * _MS["d"] + since_epoch.seconds * 1000


# --- FTS5 -----------------------------------------------------------------------------------------------------------


def no_token(wanted: Filter) -> str | None:
    """For an index without tokens: every filter is the caller's."""
    return None


def to_fts5(
    query: Query,
    *,
    columns: tuple[str, ...] = ("title", "text"),
    tokens_column: str = "tokens",
    token_of: Callable[[Filter], str | None] = no_token,
) -> str | None:
    """The MATCH expression for ``query``, or None if it names nothing to find.

    ``token_of`` gives the token of ``tokens_column`` that stands for a filter, and None where the caller checks
    the filter itself. Alternatives become part of the expression only if each has a token, so that it may find
    too much but never too little; a board that does not exist needs a token that no post has. FTS5 cannot begin
    with NOT: if there is None, the caller takes all posts and leaves out what ``excluded_to_fts5`` finds.
    """
    names = _column_set(columns)
    parts = []
    if query.groups:
        groups = (_any_of(map(_quoted_term, group)) for group in query.groups)
        parts.append(f"{names} : ({' AND '.join(groups)})")
    holder = _column_set((tokens_column,))
    parts.extend(
        f"{holder} : {_any_of(alternatives)}"
        for choice in choices(query.filters)
        if (alternatives := _token_strings(choice, token_of)) is not None
    )
    if not parts:
        return None
    wanted = " AND ".join(parts)
    unwanted = _unwanted(query, columns, tokens_column, token_of)
    return f"({wanted}) NOT {_any_of(unwanted)}" if unwanted else wanted


def excluded_to_fts5(
    query: Query,
    *,
    columns: tuple[str, ...] = ("title", "text"),
    tokens_column: str = "tokens",
    token_of: Callable[[Filter], str | None] = no_token,
) -> str | None:
    """The MATCH expression for everything ``query`` leaves out, or None if it leaves nothing out."""
    unwanted = _unwanted(query, columns, tokens_column, token_of)
    return _any_of(unwanted) if unwanted else None


def _unwanted(
    query: Query, columns: tuple[str, ...], tokens_column: str, token_of: Callable[[Filter], str | None]
) -> list[str]:
    """One expression for each thing a hit must not have."""
    names, holder = _column_set(columns), _column_set((tokens_column,))
    terms = [f"{names} : {_quoted_term(term)}" for term in query.excluded]
    marks = (_token_strings((wanted,), token_of) for wanted in query.filters if wanted.negated)
    return terms + [f"{holder} : {_any_of(mark)}" for mark in marks if mark is not None]


def is_in_vain(query: Query) -> bool:
    """Whether a query asks for what it leaves out: no post can fit, and none need be looked for."""
    gone = [_folded_term(term) for term in query.excluded]
    return any(
        all(any(_implies(_folded_term(term), other) for other in gone) for term in group) for group in query.groups
    )


def _implies(term: tuple[tuple[str, ...], bool], other: tuple[tuple[str, ...], bool]) -> bool:
    """Whether a text with one term, given as its tokens and whether the last one is open, always holds the other too."""
    (words, is_open), (sought, is_other_open) = term, other
    return any(
        _stands_at(sought, list(words), at, is_open=is_other_open)
        and (is_other_open or not is_open or at + len(sought) < len(words))
        for at in range(len(words))
    )


def choices(filters: tuple[Filter, ...]) -> list[tuple[Filter, ...]]:
    """The filters that must hold, alternatives together."""
    together: dict[object, list[Filter]] = {}
    for number, wanted in enumerate(filters):
        if not wanted.negated:
            together.setdefault(_choice(wanted) or number, []).append(wanted)
    return [tuple(choice) for choice in together.values()]


def _token_strings(choice: tuple[Filter, ...], token_of: Callable[[Filter], str | None]) -> list[str] | None:
    """The quoted tokens of alternatives, or None if one of them has none."""
    strings = []
    for wanted in choice:
        token = token_of(wanted)
        if token is None:
            return None
        strings.append(_quoted(" ".join(token[start:end] for start, end in tokens(token))))
    return strings


def _any_of(expressions: Iterable[str]) -> str:
    """At least one of ``expressions``, as one operand."""
    return f"({' OR '.join(expressions)})"


def _column_set(columns: tuple[str, ...]) -> str:
    """A column filter of FTS5."""
    return f"{{{' '.join(map(_quoted, columns))}}}"


def _quoted_term(term: Term) -> str:
    """A term as an FTS5 phrase; only what is a token can get into the quotation marks."""
    phrase = _quoted(" ".join(term.text[start:end] for start, end in tokens(term.text)))
    return f"{phrase}*" if term.kind == "prefix" else phrase


def _quoted(text: str) -> str:
    """An FTS5 string."""
    return '"' + text.replace('"', '""') + '"'


# --- hits -----------------------------------------------------------------------------------------------------------


def highlight(text: str, query: Query) -> tuple[tuple[int, int], ...]:
    """Where ``text`` holds what ``query`` looks for, in order, without overlaps; a phrase is one span."""
    beginnings, by_first = _sought(query)
    if not (beginnings or by_first):
        return ()
    places = [match.span() for match in _TOKEN.finditer(text)]
    if text.isascii():
        small = text.lower()
        folded = [small[start:end] for start, end in places]
    else:
        folded = [fold(text[start:end]) for start, end in places]
    spans: list[tuple[int, int]] = []
    for at, token in enumerate(folded):
        is_begun = token.startswith(beginnings)
        if not is_begun and token not in by_first:
            continue
        length = int(is_begun)
        for words, is_open in by_first.get(token, ()):
            if _stands_at(words, folded, at, is_open=is_open):
                length = max(length, len(words))
        if not length:
            continue
        start, end = places[at][0], places[at + length - 1][1]
        if spans and start < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


@lru_cache(maxsize=8)
def _sought(query: Query) -> tuple[tuple[str, ...], dict[str, list[tuple[tuple[str, ...], bool]]]]:
    """What a token may begin with, and the other terms of a query by their first token; asked for every hit alike."""
    wanted = {_folded_term(term) for group in query.groups for term in group}
    beginnings = tuple(words[0] for words, is_open in wanted if is_open and len(words) == 1)
    by_first: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    for words, is_open in wanted:
        if words and (len(words) > 1 or not is_open):
            by_first.setdefault(words[0], []).append((words, is_open))
    return beginnings, by_first


@lru_cache(maxsize=8)
def _first_letters(query: Query) -> re.Pattern[str] | None:
    """Where the first token of a term may stand in small letters; None where there is no term."""
    firsts = {words[0] for group in query.groups for term in group for words in [_folded_term(term)[0]] if words}
    return re.compile("|".join(map(re.escape, sorted(firsts, key=len, reverse=True)))) if firsts else None


def _folded_term(term: Term) -> tuple[tuple[str, ...], bool]:
    """The tokens of a term as the index holds them, and whether the last one is open."""
    return tuple(fold(term.text[start:end]) for start, end in tokens(term.text)), term.kind == "prefix"


def _stands_at(words: tuple[str, ...], folded: list[str], at: int, *, is_open: bool) -> bool:
    """Whether the tokens from ``at`` on are ``words``, the last of which may go on if it is open."""
    here = folded[at : at + len(words)]
    if len(here) < len(words) or tuple(here[:-1]) != words[:-1]:
        return False
    return here[-1].startswith(words[-1]) if is_open else here[-1] == words[-1]


def snippet(text: str, query: Query, width: int) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One line of at most ``width`` characters around the first hit, else the beginning, and its hits.

    The ``…`` of what was cut away is part of the width. A character may take two cells: whoever paints, cuts
    once more.
    """
    is_plain = text.isascii() and text.replace("\n", " ").isprintable()
    line = " ".join(text.split()) if is_plain else _BLANKS.sub(" ", text).strip()
    if len(line) <= width:
        return line, highlight(line, query)
    if width < 3:
        return "…"[: max(0, width)], ()
    start, end = _window(line, _first_hit(line, query), width)
    hits = _hits_within(line, query, start, end)
    before = "…" if start else ""
    after = "…" if end < len(line) else ""
    shift = len(before) - start
    shown = tuple((max(a, start) + shift, min(b, end) + shift) for a, b in hits if a < end and b > start)
    return before + line[start:end] + after, shown


def _first_hit(line: str, query: Query) -> tuple[int, int]:
    """The first hit of a line, found without reading further than need be; (0, 0) where there is none."""
    places: Iterable[int] = range(0, len(line), _STRETCH)
    stretch = _STRETCH
    if line.isascii():
        # Where a token of ASCII letters stands, its letters stand: everything else need not be cut into tokens.
        letters = _first_letters(query)
        if letters is None:
            return 0, 0
        places, stretch = (match.start() for match in letters.finditer(line.lower())), 1
    for start in places:
        hits = _hits_within(line, query, start, min(len(line), start + stretch))
        if hits:
            return hits[0]
    return 0, 0


def _hits_within(line: str, query: Query, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """The hits that begin or end between ``start`` and ``end``; whole words and phrases around them are read."""
    reach = max((2 * len(term.text) for group in query.groups for term in group), default=0)
    first = line.rfind(" ", 0, start - reach) + 1 if start > reach else 0
    last = line.find(" ", min(len(line), end + reach))
    piece = line[first : last if last >= 0 else len(line)]
    return tuple((a + first, b + first) for a, b in highlight(piece, query) if a + first < end and b + first > start)


def _window(line: str, hit: tuple[int, int], width: int) -> tuple[int, int]:
    """The part of a longer ``line`` to show: with the signs for what is cut it is no longer than ``width``."""
    start = 0
    if hit[1] > width - 1:
        room = width - 2
        start = hit[0] - max(0, (room - (hit[1] - hit[0])) // 3)
        start = max(0, min(start, len(line) - (width - 1)))
        # A word that begins soon is a better beginning than the rest of one.
        following = line.find(" ", start - 1, hit[0]) + 1 if start else 0
        start = following or start
        while start < hit[0] and unicodedata.combining(line[start]):
            start += 1
    end = min(len(line), start + width - (1 if start else 0))
    if end < len(line):
        end -= 1
        blank = line.rfind(" ", max(start, hit[1], end - 16), end + 1)
        end = blank if blank > start else end
        while end > start + 1 and unicodedata.combining(line[end]):
            end -= 1
    return start, max(start, end)
