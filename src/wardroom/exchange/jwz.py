"""Puts mail into threads after Jamie Zawinski's algorithm (https://www.jwz.org/doc/threading.html).

Ours differs in what a forum needs: a thread begins with a real message, never with an empty container; subjects join
only what has no references at all; and every step takes time in proportion to the messages, whatever they claim. The
headers are taken as a stream, only ids and links are kept, and nothing recurses.
"""

import heapq
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

SUBJECT_WINDOW: Final = timedelta(days=90)
"""A reply without references joins a thread of its subject whose head is no older than this."""

_ROOT: Final = -1
_EARLY: Final = datetime(1, 1, 1, tzinfo=UTC)
# Re:, Re[2]:, RE^3:, and the words German, Scandinavian, Dutch and other mail programs write for it.
_REPLY = re.compile(
    r"\s*(?:(?:re|aw|sv|antw|vs|odp|ynt)\s*(?:\[\d{1,4}\]|\^\d{1,4}|\(\d{1,4}\))?\s*[:：]\s*)+", re.IGNORECASE
)
_LIST_LABEL = re.compile(r"\s*\[[^\[\]]{1,40}\]\s*")


class Header(NamedTuple):
    """What threading needs of a message; ``number`` is the caller's own for it.

    ``digest`` stands for the content: of two messages with one id and one digest the second is a copy.
    """

    number: int
    source_id: bytes
    references: tuple[bytes, ...]
    subject: str
    date: datetime | None = None
    digest: bytes = b""


class Placed(NamedTuple):
    """A message in its thread: its own number, its parent's or None, and that of the thread's first message."""

    number: int
    parent: int | None
    root: int


@dataclass(frozen=True, slots=True)
class Threads:
    """All messages in their threads.

    ``placed`` is in the order to write them down: by date, but no message before its parent. ``copies`` names what was
    left out of it, each by its number with that of the first. ``namesakes`` are in it although an other message has their id; each
    is a reply to the same message as the one it shares the id with.
    """

    placed: list[Placed]
    copies: dict[int, int]
    namesakes: dict[int, int]


def thread(headers: Iterable[Header]) -> Threads:
    """The threads of the messages; time and memory are linear in messages and references (sorting apart)."""
    forest = _Forest()
    for header in headers:
        forest.add(header)
    parents = forest.parents()
    forest.gather_orphans(parents)
    forest.gather_subjects(parents)
    forest.place_namesakes(parents)
    return Threads(list(forest.emit(parents)), forest.copies, forest.namesakes)


class _Forest:
    """The messages by the order they came in, and a container for each id that was named.

    A container is a number; so is a message. ``_message_of`` leads from the one to the other.
    """

    def __init__(self) -> None:
        self.copies: dict[int, int] = {}
        self.namesakes: dict[int, int] = {}
        self._container_of: dict[bytes, int] = {}
        self._message_of: list[int] = []
        self._claimed: list[int] = []  # container → the parent its own message names, or _ROOT
        self._hinted: list[int] = []  # container → the first parent that others' references give it, or _ROOT
        self._numbers: list[int] = []
        self._containers: list[int] = []  # message → container, or _ROOT for a namesake
        self._twins: list[tuple[int, int]] = []  # namesake → the first of that id
        self._times: list[datetime] = []
        self._subjects: list[str] = []
        self._digests: list[bytes] = []
        self._other_digests: dict[int, set[bytes]] = {}  # the first message of an id → those of its namesakes

    def _container(self, source_id: bytes) -> int:
        found = self._container_of.setdefault(source_id, len(self._message_of))
        if found == len(self._message_of):
            self._message_of.append(_ROOT)
            self._claimed.append(_ROOT)
            self._hinted.append(_ROOT)
        return found

    def add(self, header: Header) -> None:
        """Takes one message in: JWZ step 1, but for the check that the links close no circle."""
        own = self._container(header.source_id)
        message = len(self._numbers)
        first = self._message_of[own]
        if first != _ROOT:
            first_number = self._numbers[first]
            others = self._other_digests.setdefault(first, set())
            if header.digest and (header.digest == self._digests[first] or header.digest in others):
                self.copies[header.number] = first_number
                return
            others.add(header.digest)
            self.namesakes[header.number] = first_number
            self._twins.append((message, first))
        else:
            self._message_of[own] = message
        self._digests.append(header.digest)
        self._numbers.append(header.number)
        self._containers.append(own if first == _ROOT else _ROOT)
        # What has no date stands with what came before it.
        self._times.append(header.date or (self._times[-1] if self._times else _EARLY))
        self._subjects.append("" if header.references else header.subject)
        older = _ROOT
        for source_id in header.references:
            container = self._container(source_id)
            if container in (own, older):
                continue
            if older != _ROOT and self._hinted[container] == _ROOT:
                self._hinted[container] = older
            older = container
        if first == _ROOT:
            self._claimed[own] = older

    def parents(self) -> list[int]:
        """For each message the message it answers, ``_ROOT``, or below that the empty container it hangs from."""
        links = [self._link(container) for container in range(len(self._message_of))]
        self._open_circles(links)
        nearest = self._nearest(links)
        return [_ROOT if container == _ROOT else nearest[container] for container in self._containers]

    def _link(self, container: int) -> int:
        """The container above: what the message itself claims, and what others say where it has nothing to say."""
        message = self._message_of[container]
        claimed = self._claimed[container]
        if message == _ROOT or (claimed == _ROOT and _REPLY.match(self._subjects[message])):
            return self._hinted[container]
        return claimed

    def _open_circles(self, links: list[int]) -> None:
        """Cuts each circle once: at an empty container, else at the message that came first.

        A container whose own message claims a parent is believed before one that only others speak about.
        """
        seen = bytearray(len(links))  # 0 not yet, 1 on this walk, 2 known to lead to a root
        for start in range(len(links)):
            walk = []
            container = start
            while container != _ROOT and not seen[container]:
                seen[container] = 1
                walk.append(container)
                container = links[container]
            if container != _ROOT and seen[container] == 1:
                circle = walk[walk.index(container) :]
                links[min(circle, key=self._message_of.__getitem__)] = _ROOT
            for passed in walk:
                seen[passed] = 2

    def _nearest(self, links: list[int]) -> list[int]:
        """For each container the nearest message above it; ``-2 - top`` where all above it is empty up to ``top``."""
        unknown = len(self._numbers)
        nearest = [unknown] * len(links)
        for start in range(len(links)):
            walk = []
            container = start
            while nearest[container] == unknown:
                walk.append(container)
                above = links[container]
                if above == _ROOT or self._message_of[above] != _ROOT:
                    break
                container = above
            for passed in reversed(walk):
                above = links[passed]
                if above == _ROOT:
                    nearest[passed] = _ROOT
                elif self._message_of[above] != _ROOT:
                    nearest[passed] = self._message_of[above]
                else:
                    nearest[passed] = -2 - above if nearest[above] == _ROOT else nearest[above]
        return nearest

    def gather_orphans(self, parents: list[int]) -> None:
        """Those that share a missing ancestor become one thread, and the earliest of them its head: JWZ step 4."""
        orphans: dict[int, list[int]] = {}
        for message, parent in enumerate(parents):
            if parent < _ROOT:
                orphans.setdefault(parent, []).append(message)
        for siblings in orphans.values():
            head = min(siblings, key=self._when)
            for message in siblings:
                parents[message] = head
            parents[head] = _ROOT

    def gather_subjects(self, parents: list[int]) -> None:
        """A ``Re:`` without references answers the latest head of its subject before it: JWZ step 5, made careful."""
        heads: dict[str, int] = {}
        twins = {message for message, _ in self._twins}
        for message in self._by_date():
            if parents[message] != _ROOT or message in twins:
                continue
            subject = self._subjects[message]
            bare = bare_subject(subject)
            if not bare:
                continue
            head = heads.get(bare)
            if (
                _REPLY.match(subject)
                and head is not None
                and self._times[message] - self._times[head] <= SUBJECT_WINDOW
            ):
                parents[message] = head
            else:
                heads[bare] = message

    def place_namesakes(self, parents: list[int]) -> None:
        """A second message of the same id stands beside the first, or under it where that is a head."""
        for message, first in self._twins:
            parents[message] = first if parents[first] == _ROOT else parents[first]

    def emit(self, parents: list[int]) -> Iterator[Placed]:
        """All messages by date, each after its parent."""
        by_date = self._by_date()
        ranks = [0] * len(parents)
        children: dict[int, list[int]] = {}
        ready = []  # the ranks of messages whose parent is written down
        for rank, message in enumerate(by_date):
            ranks[message] = rank
            if parents[message] == _ROOT:
                ready.append(rank)
            else:
                children.setdefault(parents[message], []).append(message)
        roots = list(range(len(parents)))
        while ready:
            message = by_date[heapq.heappop(ready)]
            parent = parents[message]
            if parent != _ROOT:
                roots[message] = roots[parent]
            yield Placed(
                self._numbers[message],
                None if parent == _ROOT else self._numbers[parent],
                self._numbers[roots[message]],
            )
            for child in children.get(message, ()):
                heapq.heappush(ready, ranks[child])

    def _by_date(self) -> list[int]:
        """All messages by date, those of one date as they came in."""
        return sorted(range(len(self._times)), key=self._times.__getitem__)

    def _when(self, message: int) -> tuple[datetime, int]:
        return (self._times[message], message)


def is_answer(subject: str) -> bool:
    """Whether a subject begins with ``Re:`` or what other languages write for it."""
    return _REPLY.match(subject) is not None


def bare_subject(subject: str) -> str:
    """A subject without ``Re:``, list labels, case and spare blanks, for comparison only."""
    before = None
    while before != subject:
        before = subject
        reply = _REPLY.match(subject)
        subject = subject[reply.end() :] if reply else subject
        label = _LIST_LABEL.match(subject)
        if label is not None and label.end() < len(subject):
            subject = subject[label.end() :]
    return " ".join(subject.split()).casefold()
