"""The fictional demo network, read from its data files into plain values.

``network.toml`` holds sites, members and boards; ``boards/<name>.toml`` the threads of one board. Times are
minutes before the moment the demo is opened. In a text, a line break inside a paragraph is a space and an empty
line begins a new paragraph. The reader is strict: an unknown key, a missing one, a value outside its list, a
dangling reference or an unknown author raises ``ValueError`` with the file and the key.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

PROFESSIONS = frozenset({"physician", "resident", "np", "pa", "nurse", "paramedic", "pharmacist", "rt", "student"})
ROLES = frozenset({"steward", "moderator", "practitioner", "trainee", "observer"})
CIRCLES = frozenset({"region", "local"})
KINDS = frozenset({"case", "question", "pearl", "notice", "talk"})
AGE_BANDS = frozenset({"neonate", "infant", "1-4", "5-11", "12-15", "16-29", "30-44", "45-64", "65-74", "75-89", "90+"})
SEXES = frozenset({"F", "M", "X"})
ACUITIES = frozenset(f"{scale} {level}" for scale in ("CTAS", "MTS", "ESI", "ATS") for level in range(1, 6))
URGENCIES = frozenset({"now", "shift", "week", "learning"})
SETTINGS = frozenset({"prehospital", "rural ED", "urban ED", "tertiary", "urgent care", "transport"})
STATES = frozenset({"open", "answered", "outcome", "closed"})
FLAVOURS = frozenset({"experience", "evidence", "protocol", "question"})


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site: its short key and the name people read."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoMember:
    """A member as the public card shows one."""

    handle: str
    site: str
    profession: str
    role: str
    interests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoVitals:
    """One set of vital signs, ``t`` minutes after the patient was first seen; what was not taken is ``None``."""

    t: int
    hr: int | None
    sbp: int | None
    dbp: int | None
    rr: int | None
    spo2: int | None
    on_oxygen: bool | None
    temp_c: float | None
    gcs: int | None
    glucose_mmol_l: float | None
    lactate_mmol_l: float | None
    pain: int | None


@dataclass(frozen=True, slots=True)
class DemoReply:
    """A reply; ``to`` is the key of its thread or of an earlier reply in it, ``useful`` who marked it so."""

    key: str
    to: str
    author: str
    minutes_ago: int
    flavour: str | None
    body: str
    useful: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoThread:
    """The head of a thread with its replies, parents before children; the clinical fields are for cases."""

    key: str
    kind: str
    author: str
    minutes_ago: int
    title: str
    question: str | None
    body: str
    tags: tuple[str, ...]
    age_band: str | None
    sex: str | None
    acuity: str | None
    urgency: str | None
    setting: str | None
    state: str
    outcome: str | None
    vitals: tuple[DemoVitals, ...]
    pinned: bool
    replies: tuple[DemoReply, ...]


@dataclass(frozen=True, slots=True)
class DemoBoard:
    """A board with its threads."""

    name: str
    title: str
    about: str
    circle: str
    threads: tuple[DemoThread, ...]


@dataclass(frozen=True, slots=True)
class DemoNetwork:
    """The whole network; ``viewer`` has read everything older than ``read_until_minutes_ago``."""

    viewer: str
    read_until_minutes_ago: int
    sites: tuple[DemoSite, ...]
    members: tuple[DemoMember, ...]
    boards: tuple[DemoBoard, ...]


def load(folder: Traversable | None = None) -> DemoNetwork:
    """The network in ``folder``, else the one that comes with Wardroom."""
    folder = files(__package__) if folder is None else folder
    network = _parse(folder / "network.toml", "network.toml")
    sites = tuple(_site(table) for table in network.tables("site"))
    site_keys = _unique(network, "site", [site.key for site in sites])
    members = tuple(_member(table, site_keys) for table in network.tables("member"))
    handles = _unique(network, "member", [member.handle for member in members])
    board_tables = network.tables("board")
    boards = tuple(_board(table, folder / "boards", handles) for table in board_tables)
    _unique(network, "board", [board.name for board in boards])
    viewer = network.text("viewer", among=handles)
    read_until = network.whole("read_until_minutes_ago")
    network.finish()
    return DemoNetwork(viewer, read_until, sites, members, boards)


class _Table:
    """One TOML table that is emptied key by key, so that what nobody asked for is found at the end."""

    def __init__(self, where: str, content: Mapping[str, object]) -> None:
        self.where = where
        self._left = dict(content)

    def fault(self, key: str, what: str) -> ValueError:
        """The error that names the file and the key."""
        return ValueError(f"{self.where}, {key}: {what}")

    def text(self, key: str, among: frozenset[str] | None = None) -> str:
        """A text that must be there, its paragraphs unfolded; ``among`` lists what it may be."""
        value = self._left.pop(key, None)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(key, "a text is needed here")
        text = _unfold(value)
        if among is not None and text not in among:
            raise self.fault(key, f"{text!r} is none of {', '.join(sorted(among))}")
        return text

    def text_or_none(self, key: str, among: frozenset[str] | None = None) -> str | None:
        """A text, or ``None`` where the key is absent."""
        return self.text(key, among) if key in self._left else None

    def texts(self, key: str, among: frozenset[str] | None = None) -> tuple[str, ...]:
        """A list of texts, empty where the key is absent."""
        texts = []
        for value in self._list(key):
            if not isinstance(value, str):
                raise self.fault(key, f"{value!r} is not a text")
            if among is not None and value not in among:
                raise self.fault(key, f"{value!r} is none of {', '.join(sorted(among))}")
            texts.append(value)
        return tuple(texts)

    def whole(self, key: str) -> int:
        """A whole number, zero or more, that must be there."""
        number = self.whole_or_none(key)
        if number is None:
            raise self.fault(key, "a whole number is needed here")
        return number

    def whole_or_none(self, key: str) -> int | None:
        """A whole number, zero or more, or ``None`` where the key is absent."""
        value = self._left.pop(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.fault(key, f"{value!r} is not a whole number, zero or more")
        return value

    def number_or_none(self, key: str) -> float | None:
        """A number, or ``None`` where the key is absent."""
        value = self._left.pop(key, None)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(key, f"{value!r} is not a number")
        return float(value)

    def flag_or_none(self, key: str) -> bool | None:
        """True or false, or ``None`` where the key is absent."""
        value = self._left.pop(key, None)
        if value is not None and not isinstance(value, bool):
            raise self.fault(key, f"{value!r} is neither true nor false")
        return value

    def tables(self, key: str) -> list["_Table"]:
        """The tables of an array, each knowing its place; none where the key is absent."""
        tables = []
        for number, value in enumerate(self._list(key), start=1):
            if not isinstance(value, dict):
                raise self.fault(key, f"{value!r} is not a table")
            name = value.get("key") or value.get("handle") or value.get("name") or number
            tables.append(_Table(f"{self.where}, {key} {name}", value))
        return tables

    def finish(self) -> None:
        """Raise if a key is left that nobody knows."""
        for key in self._left:
            raise self.fault(key, "this key is unknown")

    def _list(self, key: str) -> list[object]:
        value = self._left.pop(key, [])
        if not isinstance(value, list):
            raise self.fault(key, f"{value!r} is not a list")
        return value


def _parse(file: Traversable, name: str) -> _Table:
    try:
        return _Table(name, tomllib.loads(file.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error


def _unfold(text: str) -> str:
    paragraphs = re.split(r"\n[ \t]*\n", text.strip())
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _unique(table: _Table, key: str, names: list[str]) -> frozenset[str]:
    for name in names:
        if names.count(name) > 1:
            raise table.fault(key, f"{name!r} is there twice")
    return frozenset(names)


def _site(table: _Table) -> DemoSite:
    site = DemoSite(key=table.text("key"), name=table.text("name"))
    table.finish()
    return site


def _member(table: _Table, sites: frozenset[str]) -> DemoMember:
    member = DemoMember(
        handle=table.text("handle"),
        site=table.text("site", among=sites),
        profession=table.text("profession", among=PROFESSIONS),
        role=table.text("role", among=ROLES),
        interests=table.texts("interests"),
    )
    table.finish()
    return member


def _board(table: _Table, folder: Traversable, handles: frozenset[str]) -> DemoBoard:
    name = table.text("name")
    content = _parse(folder / f"{name}.toml", f"boards/{name}.toml")
    threads = tuple(_thread(thread, handles) for thread in content.tables("thread"))
    _unique(content, "thread", [thread.key for thread in threads])
    content.finish()
    board = DemoBoard(
        name=name,
        title=table.text("title"),
        about=table.text("about"),
        circle=table.text("circle", among=CIRCLES),
        threads=threads,
    )
    table.finish()
    return board


def _thread(table: _Table, handles: frozenset[str]) -> DemoThread:
    key = table.text("key")
    kind = table.text("kind", among=KINDS)
    state = table.text("state", among=STATES) if kind == "case" else table.text_or_none("state", among=STATES)
    thread = DemoThread(
        key=key,
        kind=kind,
        author=table.text("author", among=handles),
        minutes_ago=table.whole("minutes_ago"),
        title=table.text("title"),
        question=table.text("question") if kind == "case" else table.text_or_none("question"),
        body=table.text("body"),
        tags=table.texts("tags"),
        age_band=table.text_or_none("age_band", among=AGE_BANDS),
        sex=table.text_or_none("sex", among=SEXES),
        acuity=table.text_or_none("acuity", among=ACUITIES),
        urgency=table.text_or_none("urgency", among=URGENCIES),
        setting=table.text_or_none("setting", among=SETTINGS),
        state=state or "open",
        outcome=table.text_or_none("outcome"),
        vitals=tuple(_vitals(vitals) for vitals in table.tables("vitals")),
        pinned=table.flag_or_none("pinned") or False,
        replies=_replies(table, key, handles),
    )
    if thread.outcome is not None and thread.state not in {"outcome", "closed"}:
        raise table.fault("outcome", f"a thread that is {thread.state} has none")
    table.finish()
    return thread


def _vitals(table: _Table) -> DemoVitals:
    vitals = DemoVitals(
        t=table.whole("t"),
        hr=table.whole_or_none("hr"),
        sbp=table.whole_or_none("sbp"),
        dbp=table.whole_or_none("dbp"),
        rr=table.whole_or_none("rr"),
        spo2=table.whole_or_none("spo2"),
        on_oxygen=table.flag_or_none("on_oxygen"),
        temp_c=table.number_or_none("temp_c"),
        gcs=table.whole_or_none("gcs"),
        glucose_mmol_l=table.number_or_none("glucose_mmol_l"),
        lactate_mmol_l=table.number_or_none("lactate_mmol_l"),
        pain=table.whole_or_none("pain"),
    )
    table.finish()
    return vitals


def _replies(thread: _Table, thread_key: str, handles: frozenset[str]) -> tuple[DemoReply, ...]:
    known = {thread_key}
    replies = []
    for table in thread.tables("reply"):
        reply = DemoReply(
            key=table.text("key"),
            to=table.text("to"),
            author=table.text("author", among=handles),
            minutes_ago=table.whole("minutes_ago"),
            flavour=table.text_or_none("flavour", among=FLAVOURS),
            body=table.text("body"),
            useful=table.texts("useful", among=handles),
        )
        if reply.to not in known:
            raise table.fault("to", f"{reply.to!r} is neither this thread nor an earlier reply of it")
        if reply.key in known:
            raise table.fault("key", f"{reply.key!r} is there twice")
        table.finish()
        known.add(reply.key)
        replies.append(reply)
    return tuple(replies)
