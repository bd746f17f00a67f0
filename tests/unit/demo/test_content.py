"""The laws of the demo content: its shape, its limits, and that nothing in it could point at a person."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from wardroom.demo.content import DemoBoard, DemoNetwork, DemoReply, DemoThread, load

NETWORK = load()
THREADS = [(board, thread) for board in NETWORK.boards for thread in board.threads]
CASES = [thread for _, thread in THREADS if thread.kind == "case"]

MONTHS = "January|February|April|June|July|August|September|October|November|December"
FORBIDDEN = {
    "date": [
        r"\b\d{4}-\d{1,2}-\d{1,2}\b",
        r"\b\d{1,2}/\d{1,2}(/\d{2,4})?\b(?!\d)",
        r"\b\d{1,2}\.\d{1,2}\.\d{2,4}\b",
        r"\b(19|20)\d{2}\b(?! (g|mg|mL|U|mmol|IU)\b)",
        rf"\b({MONTHS})\b",
        r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\.? \d|\d (March|May)\b",
        r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b",
    ],
    "clock time": [
        r"\b\d{1,2}:\d{2}\b",
        r"\b\d{1,2}\s?(am|pm)\b",
        r"\b\d{1,2}h\d{2}\b",
        r"\b\d{4}\s?(hrs|hours|o'clock)\b",
        r"\bo'clock\b",
    ],
    "phone or record number": [r"\d(?:[ ().-]{0,2}\d){6,}", r"\b(ext|pager|MRN|NHS)\b\.? ?\d"],
    "age": [
        r"\b\d{1,3}[ -]?(y/?o|yo|yrs?|years?|months?|weeks?|days?|wks?|mo)[ -]?(old|of age)\b",
        r"\b\d{1,3} ?(y/?o|yo)\b",
        r"\b\d{1,3} ?[FM]\b",
        r"\baged? \d",
        r"\b(9\d|1[0-2]\d)[ -]?(y|yrs?|years?)\b",
    ],
    "address": [r"https?:", r"\bwww\.", r"\S@\S", r"\.(com|org|net)\b"],
    "title of a person": [r"\b(Mr|Mrs|Ms|Miss|Dr|Prof)\b\.? ?[A-Z]"],
}


def posts(board: DemoBoard) -> Iterator[tuple[DemoThread, DemoThread | DemoReply]]:
    """Every post of a board with its thread."""
    for thread in board.threads:
        yield thread, thread
        for reply in thread.replies:
            yield thread, reply


def texts() -> Iterator[tuple[str, str]]:
    """Every text somebody typed, with the place it stands."""
    for board in NETWORK.boards:
        yield board.name, board.title
        yield board.name, board.about
        for thread, post in posts(board):
            place = f"{board.name}/{thread.key}/{post.key}"
            yield place, post.body
            if isinstance(post, DemoThread):
                yield place, post.title
                yield place, post.question or ""
                yield place, post.outcome or ""
                yield place, " ".join(post.tags)


def depth(thread: DemoThread) -> int:
    """How many replies stand under one another at most."""
    depths = {thread.key: 0}
    for reply in thread.replies:
        depths[reply.key] = depths[reply.to] + 1
    return max(depths.values())


def answered_by_another(thread: DemoThread) -> bool:
    return any(reply.author != thread.author for reply in thread.replies)


def test_there_is_enough_to_read() -> None:
    """Three sites, the seven boards, sixty cases and 260 replies at least."""
    assert len(NETWORK.sites) == 3
    assert {board.name for board in NETWORK.boards} == {
        "trauma",
        "tox",
        "cardio",
        "peds",
        "airway",
        "protocols",
        "mess",
    }
    assert len(CASES) >= 60
    assert sum(len(thread.replies) for _, thread in THREADS) >= 260


def test_the_threads_differ() -> None:
    """Long ones, deep ones, unanswered ones, and every state and urgency."""
    assert sum(8 <= len(thread.replies) <= 20 for thread in CASES) >= 6
    assert sum(depth(thread) >= 6 for thread in CASES) >= 4
    assert sum(not answered_by_another(thread) for thread in CASES) >= 3
    assert {thread.state for thread in CASES} == {"open", "answered", "outcome", "closed"}
    assert {thread.urgency for thread in CASES} >= {"now", "shift", "week", "learning"}
    assert {thread.kind for _, thread in THREADS} == {"case", "question", "pearl", "notice", "talk"}


def test_every_reply_is_younger_than_what_it_answers() -> None:
    for _, thread in THREADS:
        ages = {thread.key: thread.minutes_ago}
        for reply in thread.replies:
            assert reply.minutes_ago < ages[reply.to], (thread.key, reply.key)
            ages[reply.key] = reply.minutes_ago


def test_everything_happened_within_sixty_days() -> None:
    assert all(0 < thread.minutes_ago <= 60 * 24 * 60 for _, thread in THREADS)


def test_texts_keep_their_limits() -> None:
    for _, thread in THREADS:
        assert 10 <= len(thread.title) <= 80, thread.key
        assert len(thread.question or "") <= 200, thread.key
        assert 40 <= len(thread.body.split()) <= 250, thread.key
        for reply in thread.replies:
            assert 10 <= len(reply.body.split()) <= 120, (thread.key, reply.key)


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_text_holds_an_identifier(what: str) -> None:
    pattern = re.compile("|".join(FORBIDDEN[what]))
    found = [(place, match[0]) for place, text in texts() for match in [pattern.search(text)] if match]
    assert found == []


@pytest.mark.parametrize(
    ("what", "sample"),
    [
        ("date", "seen on 3/4, home 12.05.2021"),
        ("date", "since Tuesday"),
        ("clock time", "found at 23:40"),
        ("clock time", "back at 7 pm"),
        ("phone or record number", "ring 555 010 0199"),
        ("age", "a 34-year-old"),
        ("age", "92 years, frail"),
        ("age", "34F with chest pain"),
        ("address", "see https://example.invalid"),
        ("title of a person", "asked Dr Alder"),
    ],
)
def test_the_patterns_find_what_they_look_for(what: str, sample: str) -> None:
    assert re.search("|".join(FORBIDDEN[what]), sample)


def test_no_text_names_a_site() -> None:
    names = re.compile("|".join(word for site in NETWORK.sites for word in site.name.split()[:1]))
    assert [place for place, text in texts() if names.search(text)] == []


def test_every_author_exists_and_may_write() -> None:
    """An observer reads; nobody marks an own reply as useful."""
    roles = {member.handle: member.role for member in NETWORK.members}
    for board in NETWORK.boards:
        for thread, post in posts(board):
            assert roles[post.author] != "observer", thread.key
            if isinstance(post, DemoReply):
                assert post.author not in post.useful, (thread.key, post.key)
                assert len(set(post.useful)) == len(post.useful), (thread.key, post.key)


def test_members_cover_the_roles_and_professions() -> None:
    roles = [member.role for member in NETWORK.members]
    assert roles.count("steward") == 1
    assert {"moderator", "trainee", "observer"} <= set(roles)
    assert {"physician", "resident", "np", "nurse", "paramedic", "pharmacist", "rt"} <= {
        member.profession for member in NETWORK.members
    }


def test_a_local_board_is_written_by_the_site_of_the_viewer() -> None:
    """What never leaves a file cannot have come from another site."""
    site_of = {member.handle: member.site for member in NETWORK.members}
    for board in NETWORK.boards:
        if board.circle == "local":
            assert {site_of[post.author] for _, post in posts(board)} == {site_of[NETWORK.viewer]}


def test_notices_come_from_those_who_may_give_them() -> None:
    roles = {member.handle: member.role for member in NETWORK.members}
    assert {roles[thread.author] for _, thread in THREADS if thread.kind == "notice"} <= {"steward", "moderator"}


def test_about_a_dozen_posts_are_unread() -> None:
    fresh = [
        post.key
        for board in NETWORK.boards
        for _, post in posts(board)
        if post.minutes_ago <= NETWORK.read_until_minutes_ago and post.author != NETWORK.viewer
    ]
    assert 10 <= len(fresh) <= 14


def test_the_viewer_has_news_and_a_debt() -> None:
    """Somebody answered her lately, and a case of hers still waits for its outcome."""
    hers = [thread for thread in CASES if thread.author == NETWORK.viewer]
    assert any(reply.minutes_ago <= NETWORK.read_until_minutes_ago for thread in hers for reply in thread.replies)
    assert any(thread.outcome is None and thread.minutes_ago > 3 * 24 * 60 for thread in hers)


def test_cases_carry_their_record() -> None:
    """Band, sex, setting and vitals are there; other kinds have none of them."""
    for _, thread in THREADS:
        record = (thread.age_band, thread.sex, thread.setting, thread.urgency, thread.vitals)
        assert all(record) if thread.kind == "case" else not any(record), thread.key
        assert (thread.outcome is not None) == (thread.state in {"outcome", "closed"}), thread.key


def test_vitals_are_possible_and_in_order() -> None:
    for thread in CASES:
        moments = [vitals.t for vitals in thread.vitals]
        assert moments == sorted(set(moments)), thread.key
        for vitals in thread.vitals:
            assert (vitals.sbp is None) == (vitals.dbp is None)
            assert (vitals.dbp or 0) <= (vitals.sbp or 0) <= 375
            assert 0 <= (vitals.hr or 0) <= 350
            assert 0 <= (vitals.rr or 0) <= 120
            assert (vitals.spo2 is None) == (vitals.on_oxygen is None)
            assert 0 <= (vitals.spo2 or 0) <= 100
            assert vitals.temp_c is None or 10 <= vitals.temp_c <= 47
            assert vitals.gcs is None or 3 <= vitals.gcs <= 15
            assert vitals.pain is None or vitals.pain <= 10


def test_a_line_break_inside_a_paragraph_is_a_space() -> None:
    assert not any(re.search(r"(?<!\n)\n(?!\n)", text) for _, text in texts())


SITE = '[[site]]\nkey = "a"\nname = "Site A"\n'
MEMBER = '[[member]]\nhandle = "ada"\nsite = "a"\nprofession = "nurse"\nrole = "practitioner"\n'
BOARD = '[[board]]\nname = "tox"\ntitle = "Toxicology"\nabout = "Poisons."\ncircle = "region"\n'
HEAD = 'viewer = "ada"\nread_until_minutes_ago = 5\n'
THREAD = '[[thread]]\nkey = "one"\nkind = "talk"\nauthor = "ada"\nminutes_ago = 9\ntitle = "A title"\nbody = "Text."\n'
REPLY = '[[thread.reply]]\nkey = "r1"\nto = "one"\nauthor = "ada"\nminutes_ago = 3\nbody = "Text."\n'


def network_in(folder: Path, network: str, threads: str) -> DemoNetwork:
    """What ``load`` makes of these two files."""
    (folder / "boards").mkdir()
    (folder / "network.toml").write_text(network, encoding="utf-8")
    (folder / "boards" / "tox.toml").write_text(threads, encoding="utf-8")
    return load(folder)


def test_a_small_network_loads(tmp_path: Path) -> None:
    network = network_in(tmp_path, HEAD + SITE + MEMBER + BOARD, THREAD + REPLY)
    (thread,) = network.boards[0].threads
    assert thread.replies[0].to == "one"


@pytest.mark.parametrize(
    ("network", "threads", "named"),
    [
        (HEAD + SITE + MEMBER + BOARD, THREAD + 'colour = "red"\n', ["boards/tox.toml", "one", "colour"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + REPLY.replace('"one"', '"two"'), ["boards/tox.toml", "r1", "to"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + REPLY.replace('"ada"', '"eve"'), ["boards/tox.toml", "r1", "author"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + REPLY.replace('"r1"', '"one"'), ["boards/tox.toml", "twice"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + THREAD, ["boards/tox.toml", "one", "twice"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + 'state = "lost"\n', ["boards/tox.toml", "one", "state"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + 'outcome = "Well."\n', ["boards/tox.toml", "one", "outcome"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + "tags = [1]\n", ["boards/tox.toml", "one", "tags"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + 'tags = "x"\n', ["boards/tox.toml", "one", "tags"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + 'pinned = "yes"\n', ["boards/tox.toml", "one", "pinned"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + "vitals = [1]\n", ["boards/tox.toml", "one", "vitals"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + "vitals = [{t=0, temp_c=true}]\n", ["boards/tox.toml", "temp_c"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + "vitals = [{t=0, hr=-4}]\n", ["boards/tox.toml", "hr"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + "vitals = [{hr=80}]\n", ["boards/tox.toml", "t"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD.replace('"talk"', '"case"'), ["boards/tox.toml", "one", "state"]),
        (HEAD + SITE + MEMBER + BOARD, THREAD + "[[thread\n", ["boards/tox.toml"]),
        (HEAD + SITE + MEMBER.replace('"a"', '"b"') + BOARD, THREAD, ["network.toml", "ada", "site"]),
        (HEAD + SITE + MEMBER + MEMBER + BOARD, THREAD, ["network.toml", "ada", "twice"]),
        (HEAD.replace("ada", "eve") + SITE + MEMBER + BOARD, THREAD, ["network.toml", "viewer"]),
        (HEAD + "speed = 3\n" + SITE + MEMBER + BOARD, THREAD, ["network.toml", "speed"]),
    ],
)
def test_a_fault_names_the_file_and_the_key(tmp_path: Path, network: str, threads: str, named: list[str]) -> None:
    with pytest.raises(ValueError) as fault:
        network_in(tmp_path, network, threads)
    assert all(word in str(fault.value) for word in named), str(fault.value)
