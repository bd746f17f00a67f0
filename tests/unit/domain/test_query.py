"""The search language: any text is a query, a query is safe in FTS5, and what is marked is what was found."""

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wardroom.domain import query as q
from wardroom.domain.query import Filter, Query, Term, highlight, moment_ms, parse, snippet, to_fts5

NASTY = (
    "120/80",
    "pH<7.1",
    "a-b",
    "c++",
    '"',
    "AND",
    "-x",
    "x:y",
    "OR",
    "NOT",
    "NEAR(a b)",
    "a NEAR b",
    "^a",
    "{title}: a",
    "title:a",
    "tokens:a",
    '""',
    '"""',
    '"a',
    'a"',
    'a"b"c',
    '-"',
    '-"a',
    "*",
    "a*",
    "*a*b*",
    "(",
    ")",
    "((((((((((a",
    "a)",
    "+ - * / \\ ^ ~ ' ` ; , . : ? !",
    "'; DROP TABLE posts; --",
    "a OR",
    "OR a",
    "a OR OR b",
    "a AND OR b",
    "a OR -b",
    "board:",
    'board:"',
    'board:"x',
    "-board:",
    "is:",
    "is:nonsense",
    "before:2026-02-30",
    "after:99999w",
    "kind:\0",
    "\0",
    "a\0b",
    "\ud800",
    "a\udfff b",
    "board:\ud800x",
    "\u202eabc\u200b",
    "\U0010fffd \ue000",
    "\ue000*",
    "e\u0301 \u0301",
    "\x1b[2J",
    "β-blocker",
    "µg/kg",
    "漢字 ひらがな",
    "\U0001fa7a",
    "%s %d {0} ?1 :a @b $c",
    "x" * 10_000,
    "a " * 5_000,
    '"' * 10_000,
    "-" * 10_000,
    "(" * 10_000,
    "a OR " * 2_000,
    "\ud800" * 10_000,
    "é" * 257,
)
ALPHABET = "aAbBéÉßẞµμøñ0 1９２βΒ\"'*-:()./\\+ \t\n\0\ud800\u0301\u0323\u200b\ue000"
any_text = st.one_of(
    st.text(),
    st.text(st.sampled_from(ALPHABET)),
    st.lists(
        st.one_of(
            st.sampled_from([*NASTY[:60], "AND", "OR", "board:tox", "-is:unread", "after:7d", '"a b"']),
            st.text(max_size=8),
        )
    ).map(" ".join),
)

POSTS = (
    ("Wide QRS after TCA", "Bicarb given, BP 120/80 now. Next step?", "b1 kcase sopen tairway"),
    ("Febrile infant", "LP unsuccessful; β-blocker not given, C++ grade murmur", "b2 kcase sanswered"),
    ("Naïve question", "Bradycardia with aspirin 300 µg. pH<7.1", "b2 kquestion sopen"),
    ("OR delay", "No theatre until 14:00. Do not resuscitate form missing", "b3 knotice sclosed"),
)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """A real index of four posts."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE posts USING fts5(title, text, tokens, tokenize='unicode61 remove_diacritics 2')")
    db.executemany("INSERT INTO posts VALUES (?, ?, ?)", POSTS)
    yield db
    db.close()


def token_of(wanted: Filter) -> str | None:
    """Tokens as an index might have them; a mark of the viewer has none."""
    match wanted.name, wanted.value:
        case "board", name:
            return {"tox": "b1", "peds": "b2", "mess": "b3"}.get(name, "b0")
        case "tag", name:
            return f"t{name}"
        case "kind", kind:
            return f"k{kind}"
        case "is", state if state not in q.MARKS:
            return f"s{state}"
    return None


def found(db: sqlite3.Connection, text: str) -> list[int]:
    """Numbers of the posts, counted from 0, that a query finds."""
    expression = to_fts5(parse(text), token_of=token_of)
    if expression is None:
        return []
    rows = db.execute("SELECT rowid - 1 FROM posts WHERE posts MATCH ? ORDER BY rowid", (expression,))
    return [number for (number,) in rows]


def words(*texts: str) -> tuple[tuple[Term, ...], ...]:
    """Groups of one word each."""
    return tuple((Term(text, "word"),) for text in texts)


# --- nothing a person types is an error -----------------------------------------------------------------------------


@given(any_text)
@example('a "b')
def test_any_text_is_a_query_that_fts5_takes(index: sqlite3.Connection, text: str) -> None:
    """No input makes parse, to_fts5, SQLite, highlight or snippet raise, and the limits hold."""
    _all_the_way(index, text)


@pytest.mark.parametrize("text", NASTY, ids=lambda text: repr(text[:12]))
def test_nasty_texts_are_queries_too(index: sqlite3.Connection, text: str) -> None:
    """The strings that break a raw MATCH, and long ones, go all the way, quickly."""
    _all_the_way(index, text)


def _all_the_way(db: sqlite3.Connection, text: str) -> None:
    query = parse(text)
    assert sum(map(len, query.groups)) + len(query.excluded) + len(query.filters) <= q.TERMS_MAX
    assert all(query.groups)
    assert all(not term.negated for group in query.groups for term in group)
    assert all(term.negated for term in query.excluded)
    for words_of_note in (*query.notes, *(wanted.value for wanted in query.filters)):
        words_of_note.encode()
        assert words_of_note.isprintable()
    for tokens in (q.no_token, token_of, lambda wanted: wanted.value, lambda _: '"\0" OR *'):
        for expression in (to_fts5(query, token_of=tokens), q.excluded_to_fts5(query, token_of=tokens)):
            if expression is not None:
                db.execute("SELECT count(*) FROM posts WHERE posts MATCH ?", (expression,)).fetchone()
    assert to_fts5(query) is None or query.groups
    for spans in (highlight(text, query), snippet(text, query, 30)[1]):
        assert all(start < end for start, end in spans)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\0", "\ud800"])
def test_nothing_typed_asks_for_nothing(text: str) -> None:
    """Blanks, controls and surrogates alone are an empty query without a complaint."""
    assert parse(text) == Query()
    assert parse(text).is_empty


# --- the language ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("wide QRS", words("wide", "QRS")),
        ("wide AND qrs", words("wide", "qrs")),
        ('"wide qrs"', ((Term("wide qrs", "phrase"),),)),
        ("“wide qrs”", ((Term("wide qrs", "phrase"),),)),
        ('"wide qrs', ((Term("wide qrs", "phrase"),),)),
        ('"wide" qrs', words("wide", "qrs")),
        ("120/80", ((Term("120 80", "phrase"),),)),
        ("c++", words("c")),
        ("β-blocker", ((Term("β blocker", "phrase"),),)),
        ("x:y", ((Term("x y", "phrase"),),)),
        ('dose:"two words"', ((Term("dose two words", "phrase"),),)),
        ("brady*", ((Term("brady", "prefix"),),)),
        ("(brady*)", ((Term("brady", "prefix"),),)),
        ("anti-coag*", ((Term("anti coag", "prefix"),),)),
        ('"wide qr"*', ((Term("wide qr", "prefix"),),)),
        ("*brady", words("brady")),
        ("tca OR bicarb", ((Term("tca", "word"), Term("bicarb", "word")),)),
        ("tca OR bicarb OR lipid qrs", ((*words("tca", "bicarb", "lipid"),), words("qrs"))),
        ("(tca OR bicarb) qrs", ((Term("tca", "word"), Term("bicarb", "word")), (Term("qrs", "word"),))),
        ("tca or bicarb", words("tca", "or", "bicarb")),
        ('tca "OR" bicarb', words("tca", "OR", "bicarb")),
        ("DO NOT RESUSCITATE", words("DO", "NOT", "RESUSCITATE")),
        ('5" needle 6" tube', words("5", "needle", "6", "tube")),
        ("cafe\u0301", words("café")),
    ],
)
def test_what_is_typed_is_what_is_asked(text: str, groups: tuple[tuple[object, ...], ...]) -> None:
    """Words, phrases, prefixes and OR become the groups a reader of the help expects, without a note."""
    flat = tuple(
        tuple(term for item in group for term in (item if isinstance(item, tuple) else (item,))) for group in groups
    )
    assert parse(text) == Query(groups=flat)


@pytest.mark.parametrize("dash", ["-", "−", "–", "--"])
def test_a_dash_leaves_out(dash: str) -> None:
    """Words, phrases and filters with a dash in front are what a hit must not have."""
    query = parse(f'{dash}aspirin {dash}"wide qrs" {dash}board:tox {dash}author:"Nadia K"')
    assert query.groups == ()
    assert query.excluded == (Term("aspirin", "word", negated=True), Term("wide qrs", "phrase", negated=True))
    assert query.filters == (Filter("board", "tox", negated=True), Filter("author", "Nadia K", negated=True))
    assert query.notes == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("board:Tox", Filter("board", "Tox")),
        ("BOARD:tox", Filter("board", "tox")),
        ('board:"Peds and  neo"', Filter("board", "Peds and neo")),
        ("author:@nadia@county", Filter("author", "nadia@county")),
        ("tag:#airway", Filter("tag", "airway")),
        ("acuity:CTAS:2", Filter("acuity", "ctas:2")),
        ("acuity:ctas2", Filter("acuity", "ctas:2")),
        ("acuity:2", Filter("acuity", "2")),
        ("acuity:Red", Filter("acuity", "red")),
        ("cc:Syncope", Filter("cc", "syncope")),
        ("is:Unread", Filter("is", "unread")),
        ("is:mine", Filter("is", "mine")),
        ("(is:closed)", Filter("is", "closed")),
        ("kind:pearl", Filter("kind", "pearl")),
        ("before:2026-05-01", Filter("before", "2026-05-01")),
        ("after:3W", Filter("after", "3w")),
    ],
)
def test_filters_have_a_checked_value(text: str, expected: Filter) -> None:
    """A filter's name may be in any case; its value comes out in the one form the caller compares."""
    assert parse(text) == Query(filters=(expected,))


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("board:", "board: needs a name."),
        ('author:"', "author: needs a name."),
        ("tag:##", "tag: needs a word."),
        ("acuity:?", "acuity: needs a level, such as ctas:2."),
        ("cc:boredom", "cc: needs the code of a complaint, such as cc:syncope."),
        ("kind:rant", "kind: needs one of case, question, pearl, notice, talk."),
        ("is:x", "is: needs one of unread, unanswered, mine, open, answered, outcome, closed."),
        ("before:2026-02-30", f"before: needs {q.FILTERS['before']}."),
        ("after:yesterday", f"after: needs {q.FILTERS['after']}."),
        ("after:٣d", f"after: needs {q.FILTERS['after']}."),
        ("+++", "+++ was left out: there is no letter or digit in it."),
        ("a +++ +++", "+++ was left out: there is no letter or digit in it."),
        ('""', "Empty quotation marks were left out."),
        ("\u202e" + "!" * 40, "�!!!!!!!!!!!!!!!!!!… was left out: there is no letter or digit in it."),
        ("a*", "a* was searched as a word: a beginning needs 2 letters or more."),
        ("e\u0301*", "é* was searched as a word: a beginning needs 2 letters or more."),
        ("OR", "OR was searched as a word: it joins only what stands on both sides of it."),
        ("delay AND", "AND was searched as a word: it joins only what stands on both sides of it."),
        ("a OR -b", "OR joins words and phrases only: filters, and what has a -, apply to the whole search."),
        ("a OR board:x", "OR joins words and phrases only: filters, and what has a -, apply to the whole search."),
        (
            "board:x OR -board:y",
            "OR joins words and phrases only: filters, and what has a -, apply to the whole search.",
        ),
        ("tag:x OR tag:y", "OR joins words and phrases only: filters, and what has a -, apply to the whole search."),
        ("x" * 257, "Only the first 256 characters were searched."),
        ("ab " * 40, "Only the first 32 words and filters were searched."),
    ],
)
def test_what_was_not_used_is_named_once(text: str, note: str) -> None:
    """Whatever is left out or read differently is said in one sentence, and not twice."""
    assert parse(text).notes == (note,)


def test_an_operating_room_can_be_found() -> None:
    """An OR at the edge of a query is a word, not a broken operator."""
    assert parse("OR delay").groups == words("OR", "delay")
    assert parse("delay OR").groups == words("delay", "OR")


def test_boards_joined_by_or_are_alternatives() -> None:
    """An OR between two boards says what two boards mean anyway, so it needs no note."""
    assert parse("board:tox OR board:peds") == Query(filters=(Filter("board", "tox"), Filter("board", "peds")))


def test_a_cut_takes_no_half_word() -> None:
    """A word over the limit of characters is left out whole, unless there is no other."""
    assert parse("wide " + "x" * 300).groups == words("wide")
    assert parse("x" * 256 + " y").groups == words("x" * 256)
    assert parse("x" * 300).groups == words("x" * 256)


@pytest.mark.parametrize("text", ["OR " + "ab " * 40, "ab " * 32 + "OR", "ab OR " * 40])
def test_operators_do_not_pass_the_limit(text: str) -> None:
    """An OR that is read as a word counts like one."""
    assert sum(map(len, parse(text).groups)) == q.TERMS_MAX


# --- time -----------------------------------------------------------------------------------------------------------


def test_moments() -> None:
    """A day begins at its midnight in the reader's zone; a time ago is counted back from now."""
    may = 1_777_593_600_000
    assert moment_ms("2026-05-01", now_ms=0) == may
    assert moment_ms("2026-05-01", now_ms=0, zone=timezone(timedelta(hours=2))) == may - 7_200_000
    assert [moment_ms(ago, now_ms=may) - may for ago in ("12h", "7d", "3w")] == [-43_200_000, -604_800_000, -1814400000]


@given(st.one_of(st.dates().map(str), st.from_regex(r"[0-9]{1,4}[hdw]", fullmatch=True)), st.integers(-14, 14))
def test_every_moment_that_is_taken_can_be_computed(value: str, hours: int) -> None:
    """Any day of the calendar in any zone, and any time ago, has its milliseconds."""
    (wanted,) = parse(f"before:{value}").filters
    assert isinstance(moment_ms(wanted.value, now_ms=0, zone=timezone(timedelta(hours=hours))), int)
    assert moment_ms("1970-01-01", now_ms=0, zone=UTC) == 0


# --- what is found --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "posts"),
    [
        ("qrs", [0]),
        ("QRS bicarb", [0]),
        ("120/80", [0]),
        ("80/120", []),
        ('"tca bicarb"', []),
        ("β-blocker", [1]),
        ("Β-BLOCKER", [1]),
        ("c++", [1]),
        ("pH<7.1", [2]),
        ("naive", [2]),
        ("nai\u0308ve", [2]),
        ("μg", [2]),
        ("brady*", [2]),
        ("brady", []),
        ('"bradycardia wi"*', [2]),
        ("tca OR aspirin", [0, 2]),
        ("given -tca", [1]),
        ('given -"bicarb given"', [1]),
        ("OR", [3]),
        ("DO NOT RESUSCITATE", [3]),
        ("b1", []),
        ("board:tox", [0]),
        ("board:tox board:peds", [0, 1, 2]),
        ("board:tox board:peds is:open", [0, 2]),
        ("is:open is:answered", [0, 1, 2]),
        ("is:open is:unread", [0, 2]),
        ("board:nowhere", []),
        ("board:peds -kind:case", [2]),
        ("kind:case given -tag:airway", [1]),
        ("tag:airway tag:ecg", []),
        ("title:qrs", []),
    ],
)
def test_it_finds_what_it_should(index: sqlite3.Connection, text: str, posts: list[int]) -> None:
    """Words are looked for in titles and texts only, filters in tokens only, and both must hold."""
    assert found(index, text) == posts


@pytest.mark.parametrize("text", ["-aspirin", "-board:tox", "is:unread", "-is:unread", "after:7d", "author:nadia"])
def test_without_anything_to_find_there_is_no_expression(text: str) -> None:
    """FTS5 cannot begin with NOT: negatives, and filters without a token, are the caller's."""
    assert to_fts5(parse(text), token_of=token_of) is None


def test_what_is_left_out_can_be_found_apart(index: sqlite3.Connection) -> None:
    """A query of negatives only is answered as everything but what excluded_to_fts5 finds."""
    expression = q.excluded_to_fts5(parse("-aspirin -board:tox -is:unread"), token_of=token_of)
    rows = index.execute("SELECT rowid - 1 FROM posts WHERE posts MATCH ? ORDER BY rowid", (expression,))
    assert [number for (number,) in rows] == [0, 2]
    assert q.excluded_to_fts5(parse("aspirin is:unread"), token_of=token_of) is None


def test_alternatives_without_a_token_do_not_narrow() -> None:
    """Where one board is the caller's to check, the expression leaves out both, so that nothing is lost."""
    query = parse("qrs board:tox board:peds")
    expression = to_fts5(query, token_of=lambda wanted: "b1" if wanted.value == "tox" else None)
    assert expression == '{"title" "text"} : (("qrs"))'


def test_columns_are_the_callers() -> None:
    """Names of columns are quoted like everything else."""
    expression = to_fts5(parse("a board:tox"), columns=('he"ad',), tokens_column="marks", token_of=token_of)
    assert expression == '{"he""ad"} : (("a")) AND {"marks"} : ("b1")'


# --- the same tokens as the index -----------------------------------------------------------------------------------


def test_folding_is_that_of_the_index() -> None:
    """Each letter up to Cyrillic, and of extended Latin, is cut and folded exactly as SQLite does it."""
    codes = (*range(1, 0x528), *range(0x1E00, 0x1F00))
    signs = [chr(code) for code in codes if unicodedata.category(chr(code)) != "Cn" and chr(code) not in "ǠǡͿ"]
    signs += list("\u0300\u0305\u0308\u0323\u0331\u0332\ue000\U000f0000 \xa0\xad\u200b²½ªº…–“”‰№Ⅳ①")
    assert _index_tokens([f"a{sign}z" for sign in signs]) == [_our_tokens(f"a{sign}z") for sign in signs]


@given(st.lists(st.text(st.sampled_from("aÁé\u0301\u0323ßẞµ1½ .-/'\"\n\0_İΩ"), max_size=12), min_size=1, max_size=20))
def test_texts_are_cut_as_in_the_index(texts: list[str]) -> None:
    """Any mixture of letters, marks and signs gives the tokens of SQLite."""
    texts = [text.replace("\0", "") for text in texts]
    assert _index_tokens(texts) == [_our_tokens(text) for text in texts]


@given(st.lists(st.text(st.sampled_from("aé1 _\u0301🤒🩺🏳🫀₿⹀\ufe0f\ue000"), max_size=12), min_size=1, max_size=20))
def test_signs_younger_than_the_index_are_no_letters(texts: list[str]) -> None:
    """A word is found though an emoji touches it that unicode61 does not know."""
    assert _index_tokens([q.separated(text) for text in texts]) == [_our_tokens(text) for text in texts]


def _our_tokens(text: str) -> list[str]:
    return [q.fold(text[start:end]) for start, end in q.tokens(text)]


def _index_tokens(texts: list[str]) -> list[list[str]]:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
    db.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(texts, instance)")
    db.executemany("INSERT INTO texts(rowid, text) VALUES (?, ?)", enumerate(texts))
    cut: list[list[str]] = [[] for _ in texts]
    for term, number in db.execute("SELECT term, doc FROM vocabulary ORDER BY doc, offset"):
        cut[number].append(term)
    db.close()
    return cut


@given(
    st.text(st.sampled_from("abÁé\u0301 -./"), max_size=20),
    st.one_of(
        st.text(st.sampled_from("abÁé -./*"), max_size=6),
        st.text(st.sampled_from("abÁé -./"), max_size=6).map('"{}"'.format),
    ),
)
def test_marked_is_what_was_found(text: str, typed: str) -> None:
    """A text that FTS5 finds has a mark for every group of the query, and one it does not find lacks one."""
    query = parse(typed.replace(" -", " ").lstrip("-"))
    expression = to_fts5(query)
    if expression is None:
        assert highlight(text, query) == ()
        return
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE posts USING fts5(title, text, tokens, tokenize='unicode61 remove_diacritics 2')")
    db.execute("INSERT INTO posts VALUES ('', ?, '')", (text,))
    is_found = bool(db.execute("SELECT count(*) FROM posts WHERE posts MATCH ?", (expression,)).fetchone()[0])
    db.close()
    assert is_found == all(highlight(text, Query(groups=(group,))) for group in query.groups)


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("Wide QRS after TCA", "qrs tca", ["QRS", "TCA"]),
        ("BP 120/80, then 120 and 80", "120/80", ["120/80"]),
        ("Naïve, NAI\u0308VE", "naive", ["Naïve", "NAI\u0308VE"]),
        ("Bradycardia, bradypnoea", "brady*", ["Bradycardia", "bradypnoea"]),
        ("wide qrs complex", '"wide qr"*', ["wide qrs"]),
        ("a b a b a", '"a b a"', ["a b a b a"]),
        ("aspirin, no aspirins", "aspirin -no", ["aspirin"]),
        ("either or neither", "either OR neither", ["either", "neither"]),
        ("nothing", "else board:nothing", []),
    ],
)
def test_highlight_marks_whole_hits(text: str, typed: str, marked: list[str]) -> None:
    """A span is a whole word or phrase as it stands in the text, in any case and with any accent."""
    assert [text[start:end] for start, end in highlight(text, parse(typed))] == marked


def test_a_long_post_is_marked_whole() -> None:
    """64 KiB of text, the longest post there is, are marked to the end."""
    text = "wide qrs complex " * 3_855
    assert len(highlight(text, parse('qrs comp* "wide qrs"'))) == 2 * 3_855


# --- snippets -------------------------------------------------------------------------------------------------------

LONG = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"


@pytest.mark.parametrize(
    ("typed", "width", "line"),
    [
        ("two", 20, "One two three four…"),
        ("eight", 24, "…eight nine ten eleven…"),
        ("fifteen", 24, "…fourteen fifteen"),
        ("nothing", 10, "One two…"),
        ("two", 200, LONG),
        ("eight", 2, "…"),
        ("eight", 0, ""),
        ("eight", -5, ""),
    ],
)
def test_snippets_are_cut_between_words(typed: str, width: int, line: str) -> None:
    """A snippet shows the first hit among its neighbours, cut at blanks where it can be."""
    assert snippet(LONG, parse(typed), width)[0] == line


@given(st.text(st.sampled_from("abé\u0301\u0323 \n\t\x1b\ud800."), max_size=120), st.integers(-1, 50))
def test_snippets_fit_and_mark(text: str, width: int) -> None:
    """A snippet is one line within its width; its spans are hits, and the first hit is whole if it has room."""
    query = parse('a "b a" éb*')
    line, spans = snippet(text, query, width)
    assert len(line) <= max(0, width)
    assert not re.search(r"[\n\t\x1b\ud800]", line)
    assert list(spans) == sorted(spans)
    assert all(0 <= start < end <= len(line) for start, end in spans)
    whole = re.sub(r"[\s\x1b\ud800]+", " ", text).strip()
    hits = highlight(whole, query)
    if hits and hits[0][1] - hits[0][0] <= width - 2:
        assert line[slice(*spans[0])] == whole[slice(*hits[0])]


@pytest.mark.parametrize(
    ("typed", "is_in_vain"),
    [
        ("the -the", True), ("The -thé", True), ("a OR b -a -b", True), ("a OR b -a", False), ("pot* -pot*", True),
        ("potassium -pot*", True), ("pot* -potassium", False), ("pot* -pot", False), ('"of the" -the', True),
        ('"of the" -"of the ward"', False), ('"of th*" -of', True), ("the -them", False), ("-the", False), ("the", False),
        ("tag:x -tag:x", False),
    ],
)  # fmt: skip
def test_what_is_asked_for_and_left_out_is_in_vain(typed: str, *, is_in_vain: bool) -> None:
    """Where every text with the one has the other too, no index need be asked."""
    assert q.is_in_vain(parse(typed)) == is_in_vain
