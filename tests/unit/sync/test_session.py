"""Two sessions, byte by byte: whatever either remembers, each learns what the other holds, and nothing else is taken."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import assert_plain, examples
from tests.unit.domain.test_vector import vectors
from tests.unit.sync.test_packing import NAMES, batches

from wardroom.domain import vector as vector_values
from wardroom.domain.batch import Batch, SignedEvent
from wardroom.domain.ids import CircleId, LogId
from wardroom.domain.vector import Position, Vector
from wardroom.errors import SyncFailed
from wardroom.sync import frames, packing
from wardroom.sync.frames import BLOCK, HELLO, LOOSE, MAGIC, PACKED, PART, REFUSAL, TAKEN, FrameReader, frame
from wardroom.sync.packing import End, Forgotten, Sent, WholeVector
from wardroom.sync.session import LOWEST, VERSION, Ended, Happening, Holds, Memory, Met, Session, Side
from wardroom.sync.stream import QUICK, Packer, block

LOG = LogId(b"l" * 16)


@dataclass
class Talker:
    """One side: says hello at once when it calls, after the far side's hello when it answers; then sends and ends."""

    name: bytes
    vector: Vector = field(default_factory=Vector)
    memory: Memory = field(default_factory=Memory)
    batch: Batch | None = None
    heard: list[Happening] = field(default_factory=list)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(lambda _site, _instance: self.memory)

    def speak(self) -> None:
        side = Side(self.name * 32, self.name * 32, self.vector)
        self.session.speak(side, self.memory.ours)

    def take(self, piece: bytes, *, is_answering: bool) -> None:
        for happening in self.session.feed(piece):
            self.heard.append(happening)
            if isinstance(happening, Met) and is_answering:
                self.speak()
            if isinstance(happening, Holds):
                if self.batch is not None:
                    self.session.send(self.batch)
                self.session.end()

    def holds(self) -> Vector:
        (found,) = [happening.vector for happening in self.heard if isinstance(happening, Holds)]
        return found


def talk(caller: Talker, answerer: Talker, rng: random.Random | None = None, chatter: bytes = b"") -> int:
    """Let two sides talk until neither has more to say; how often the direction changed."""
    caller.speak()
    turns, waiting = 0, {True: b"", False: chatter}
    while True:
        for side, is_answering in ((caller, False), (answerer, True)):
            waiting[not is_answering] += side.session.take_output()
        able = [is_answering for is_answering in (True, False) if waiting[is_answering]]
        if not able:
            return turns
        turns += 1
        is_answering = rng.choice(able) if rng else able[0]
        size = rng.randint(1, len(waiting[is_answering])) if rng else len(waiting[is_answering])
        piece, waiting[is_answering] = waiting[is_answering][:size], waiting[is_answering][size:]
        (answerer if is_answering else caller).take(piece, is_answering=is_answering)


@given(vectors, vectors, vectors, vectors, vectors, st.booleans(), st.booleans(), st.integers(0, 2**32))
def test_each_learns_what_the_other_holds(
    ours: Vector, theirs: Vector, one: Vector, two: Vector, three: Vector, is_caller_lost: bool, is_answerer_lost: bool,
    seed: int,
) -> None:  # fmt: skip
    """From memories that agree, that lag an exchange behind, or that are gone or wrong on either side; in any pieces."""
    rng = random.Random(seed)
    caller_knows = Memory() if is_caller_lost else Memory(ours=one, theirs=two, theirs_before=three)
    answerer_knows = Memory() if is_answerer_lost else Memory(ours=rng.choice((two, three, one)), theirs=one)
    caller, answerer = Talker(b"c", ours, caller_knows), Talker(b"a", theirs, answerer_knows)
    talk(caller, answerer, rng)
    assert caller.holds() == theirs
    assert answerer.holds() == ours
    assert caller.session.has_ended
    assert answerer.session.has_ended


@given(vectors, vectors)
def test_memories_that_agree_cost_one_round_trip(ours: Vector, theirs: Vector) -> None:
    """The caller speaks, the answerer speaks and ends, the caller ends: nobody waits once more."""
    caller, answerer = Talker(b"c", ours, Memory(ours, theirs)), Talker(b"a", theirs, Memory(theirs, ours))
    assert talk(caller, answerer) == 3
    assert caller.holds() == theirs
    assert answerer.holds() == ours


@given(batches, st.booleans())
def test_batches_come_through_whole(batch: Batch, is_from_caller: bool) -> None:
    """What one side lacks comes as it was sent, wherever the line cuts it."""
    caller, answerer = Talker(b"c"), Talker(b"a")
    sender, taker = (caller, answerer) if is_from_caller else (answerer, caller)
    sender.batch = batch
    talk(caller, answerer, random.Random(1))
    assert [packing.batch_of(found, (batch.circle, batch.site, batch.instance)) for found in taker.heard
            if isinstance(found, Sent)] == [batch]  # fmt: skip
    assert not [found for found in sender.heard if isinstance(found, Sent)]


def frames_of(session: Session) -> list[int]:
    """The types of the frames that go out."""
    return [kind for kind, _payload in FrameReader().feed(session.take_output())]


def long_batch(first: int, seed: int, size: int = 1500) -> Batch:
    """Ten posts of random letters."""
    rng = random.Random(seed)
    posts = tuple(
        SignedEvent(number, 20, b"", None, bytes(16), bytes(rng.choices(b"abcdefgh", k=size))) for number in range(10)
    )
    return Batch(LOG, *NAMES, first, posts, bytes(64))


def test_what_is_little_is_packed_once_and_what_is_much_by_and_by() -> None:
    """A few batches and the end go together in a block of their own; a clone is a stream that can be read as it comes."""
    little, much = Talker(b"l"), Talker(b"m")
    little.speak()
    for number in range(3):
        little.session.send(long_batch(2 + 10 * number, number))
    little.session.end()
    assert frames_of(little.session) == [HELLO, LOOSE, BLOCK]
    much.speak()
    for number in range(60):
        much.session.send(long_batch(2 + 10 * number, number))
    much.session.end()
    kinds = frames_of(much.session)
    assert kinds[:3] == [HELLO, LOOSE, PACKED]
    assert kinds.count(PACKED) >= kinds.count(LOOSE) > 10
    assert BLOCK not in kinds


def test_a_long_sender_hears_how_much_was_taken() -> None:
    """Every few loads the reader says how far it has read, all of it but the last ones; of a short exchange it says nothing."""
    for batches_sent in (60, 3):
        caller, answerer = Talker(b"c"), Talker(b"a")
        caller.speak()
        answerer.take(caller.session.take_output(), is_answering=True)
        assert list(caller.session.feed(answerer.session.take_output()))
        for number in range(batches_sent):
            caller.session.send(long_batch(2 + 10 * number, number))
        assert caller.session.taken_bytes == 0
        said, untaken = caller.session.take_output(), caller.session.load_bytes
        for at in range(0, len(said), 4096):
            answerer.take(said[at : at + 4096], is_answering=True)
            for _happening in caller.session.feed(answerer.session.take_output()):
                pass
            before, untaken = untaken, caller.session.load_bytes - caller.session.taken_bytes
            assert untaken <= before
        if batches_sent == 60:
            assert untaken < 20_000 < caller.session.taken_bytes
        caller.session.end()
        answerer.take(caller.session.take_output(), is_answering=True)
        assert TAKEN not in frames_of(answerer.session)


def test_a_load_longer_than_a_frame_comes_in_parts() -> None:
    """Batches of the longest posts, whose letters do not pack."""
    long = Talker(b"l")
    long.speak()
    rng = random.Random(5)
    posts = tuple(SignedEvent(n, 20, b"", None, bytes(16), rng.randbytes(90_000)) for n in range(20))
    batch = Batch(LOG, *NAMES, 2, posts, bytes(64))
    long.session.send(batch)
    long.session.end()
    said = long.session.take_output()
    assert [kind for kind, _payload in FrameReader().feed(said)] == [HELLO, LOOSE, PART, PACKED, PACKED]
    (found,) = [found for found in heard_of([said]) if isinstance(found, Sent)]
    assert packing.batch_of(found, NAMES) == batch


def spoken(batch: Batch | None = None) -> bytes:
    """All that a far side says whose partner remembers nothing."""
    far = Talker(b"f", Vector(frozenset(), {LOG: Position(3, b"abcd")}), batch=batch)
    far.speak()
    if batch is not None:
        far.session.send(batch)
    far.session.end()
    return far.session.take_output()


def heard_of(pieces: list[bytes]) -> list[Happening]:
    session = Session(lambda _site, _instance: Memory())
    return [found for piece in pieces for found in session.feed(piece)]


@examples(10)
@given(batches)
def test_a_cut_at_any_byte_changes_nothing(batch: Batch) -> None:
    """Two pieces mean the same as one, wherever the cut lies."""
    stream = spoken(batch)
    whole = heard_of([stream])
    assert [type(found) for found in whole] == [Met, Holds, Sent, Ended]
    step = max(1, len(stream) // 100)
    for at in range(0, len(stream), step):
        assert heard_of([stream[:at], stream[at:]]) == whole


def test_the_example_of_the_protocol_page_is_what_is_said() -> None:
    """Whoever writes another client can compare byte by byte."""
    page = (Path(__file__).parents[3] / "docs" / "protocol.md").read_text()
    shown = page.partition("### An example")[2].partition("The digest is")[0]
    lines = re.findall(r"^ {4} *((?:[0-9a-f]{2} )*[0-9a-f]{2})(?: {2}|$)", shown, re.MULTILINE)
    held = Vector(frozenset({CircleId(b"\xc1" * 32)}), {LogId(b"\x10" * 16): Position(300, b"\xab\xcd\xef\x01")})
    session = Session(lambda _site, _instance: Memory())
    session.speak(Side(b"\x51" * 32, b"\x1a" * 32, held), held)
    session.end()
    assert session.take_output().hex() == "".join(lines).replace(" ", "")


@examples(10)
@given(batches)
def test_a_sign_of_life_means_nothing(batch: Batch) -> None:
    """Between any two frames and after the end: what is said means the same."""
    said = spoken(batch)
    alive = b"".join(frame(kind, payload) + frames.KEEP_ALIVE for kind, payload in FrameReader().feed(said))
    assert heard_of([MAGIC + alive + frames.KEEP_ALIVE]) == heard_of([said])


def test_a_banner_comes_before_the_hello() -> None:
    """What the far side's shell says first is passed over and kept."""
    caller, answerer = Talker(b"c"), Talker(b"a")
    talk(caller, answerer, random.Random(2), chatter=b"Welcome to ward 7\r\nYou have mail.\r\n")
    assert caller.session.reader.chatter.startswith(b"Welcome to ward 7")
    assert caller.session.has_ended


def hello(version: int, lowest: int, more: tuple[object, ...] = ()) -> bytes:
    change = vector_values.change(Vector(), Vector())
    said = (version, lowest, b"s" * 16, b"i" * 8, change, False, (), *more)
    return MAGIC + frame(HELLO, msgspec.msgpack.encode(said))


def test_a_newer_protocol_that_still_speaks_ours_is_understood() -> None:
    """What it adds to its hello is passed over."""
    assert [type(found) for found in heard_of([hello(VERSION + 5, LOWEST, (b"new", {"more": 1}))])] == [Met, Holds]


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        (hello(VERSION + 5, VERSION + 1), "Upgrade this one."),
        (
            MAGIC + frame(HELLO, msgspec.msgpack.encode((VERSION + 5, VERSION + 1, {"all": "other"}))),
            "Upgrade this one.",
        ),
        (hello(LOWEST - 1, LOWEST - 1), "Upgrade the far one."),
    ],
    ids=("newer", "newer and strange", "older"),
)
def test_a_protocol_that_is_too_new_or_too_old_is_told_apart(said: bytes, whom: str) -> None:
    """The sentence says which side to upgrade, even where nothing else of the hello can be read."""
    with pytest.raises(SyncFailed, match=whom) as caught:
        heard_of([said])
    assert_plain(caught.value)


def packed(*messages: packing.Message) -> bytes:
    packer = Packer(QUICK)
    return b"".join(frame(PACKED, packer.pack(packing.join([packing.pack(message)]))) for message in messages)


WHOLE = WholeVector(vector_values.change(Vector(), Vector()))


@pytest.mark.parametrize(
    "said",
    [
        MAGIC + packed(End()),
        MAGIC + frame(9, b""),
        hello(1, 1) + hello(1, 1).removeprefix(MAGIC),
        hello(1, 1) + packed(End(), End()),
        hello(1, 1) + packed(WHOLE),
        hello(1, 1) + packed(Forgotten(), Forgotten()),
        hello(1, 1) + frame(9, b""),
        MAGIC + frame(TAKEN, b"\x00"),
        hello(1, 1) + frame(TAKEN, b"\x01"),
        hello(1, 1) + frame(TAKEN, b"\xff"),
        hello(1, 1) + frame(TAKEN, b"no number"),
        hello(1, 1) + frame(TAKEN, b""),
        MAGIC + frame(LOOSE, b"x"),
        MAGIC + frame(BLOCK, b"x"),
        hello(1, 1) + frame(LOOSE, b"x") + frame(LOOSE, b"x"),
        hello(1, 1) + frame(LOOSE, b"x") + packed(End()),
        hello(1, 1) + packed(End()) + frame(LOOSE, b"x"),
        hello(1, 1) + frame(BLOCK, b"no block at all"),
        hello(1, 1) + frame(BLOCK, block(packing.join([packing.pack(End())] * 2))),
        hello(1, 1) + frame(PACKED, b"no stream at all"),
        MAGIC + frame(HELLO, b""),
        MAGIC + frame(HELLO, b"\x91" * 5000),
        MAGIC + frame(HELLO, msgspec.msgpack.encode((1, 1, b"s", b"i", (b"", None, ((2**63, 1, b""),), ())))),
        MAGIC + frame(HELLO, msgspec.msgpack.encode((1, 1, b"s", b"i", (b"",), False, ((b"l" * 16, 2**63),)))),
        MAGIC + frame(HELLO, msgspec.msgpack.encode((float("nan"), 1, b"s", b"i", (b"",)))),
        MAGIC + frame(HELLO, msgspec.msgpack.encode(
            (1, 1, b"s", b"i", (vector_values.digest(Vector()), None, ((0, 1, b""),), ()))
        )),
        MAGIC + frame(HELLO, b"\x97\x01\x01\xc4\x01s\xc4\x01i\x91\xc4\x00\xc2\xdd\xff\xff\xff\xff"),
    ],
    ids=count(),
)  # fmt: skip
def test_what_is_out_of_turn_or_senseless_is_refused(said: bytes) -> None:
    """Messages before the hello, twice, after the end, of no kind; numbers and places that cannot be."""
    with pytest.raises(SyncFailed) as caught:
        heard_of([said])
    assert_plain(caught.value)


def test_a_refusal_is_passed_on_as_one_clean_short_line() -> None:
    """The far side's sentence is shown; it cannot paint, break the line or fill the screen."""
    far = Talker(b"f")
    far.session.refuse("No such site.\x1b[31m\nThis is a second line." + "x" * 100_000)
    with pytest.raises(SyncFailed, match=r"The far side refuses: No such site\.") as caught:
        heard_of([far.session.take_output()])
    assert_plain(caught.value)
    with pytest.raises(SyncFailed) as caught:
        heard_of([MAGIC + frame(REFUSAL, b"long " * 200_000)])
    assert len(str(caught.value)) < 500


def test_a_refusal_before_any_hello_can_be_read() -> None:
    """Who refuses before it has said hello says the magic first; who has said it does not say it twice."""
    silent, greeted = Talker(b"s"), Talker(b"g")
    silent.session.refuse("no")
    greeted.speak()
    greeted.session.refuse("no")
    assert silent.session.take_output().startswith(MAGIC)
    assert greeted.session.take_output().count(MAGIC) == 1


def mutations(rng: random.Random, stream: bytes, count: int) -> Iterator[bytes]:
    """A stream with some bytes changed, cut out or put in."""
    for _ in range(count):
        found = bytearray(stream)
        for _ in range(rng.choice((1, 1, 2, 5))):
            at = rng.randrange(len(found))
            match rng.randrange(5):
                case 0:
                    found[at] ^= 1 << rng.randrange(8)
                case 1:
                    found[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, 0xC1, 0xDD, 0xDF))
                case 2:
                    del found[at : at + rng.randint(1, 20)]
                case 3:
                    found[at:at] = rng.randbytes(rng.randint(1, 20))
                case 4:
                    found[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\xdd\x7f\xff\xff", b"\xcf\xff\xff\xff"))
            found = found or bytearray(b"\0")
        yield bytes(found)


@examples(15)
@given(batches, st.integers(0, 2**32))
def test_mutated_streams_are_refused_cleanly(batch: Batch, seed: int) -> None:
    """Whatever is changed in what a far side says, the worst that comes of it is one plain sentence."""
    rng, stream = random.Random(seed), spoken(batch)
    sent = packing.events_of(batch)
    inner = packing.join([packing.pack(message) for message in (sent.events, WHOLE, End())])
    repacked = [
        hello(1, 1) + frame(LOOSE, loose) + packed
        for load, loose in ((inner, sent.loose), (inner, sent.loose[1:]))
        for found in mutations(rng, load, 10)
        for packed in (frame(PACKED, Packer(QUICK).pack(found)), frame(BLOCK, block(found)))
    ]
    for said in [*mutations(rng, stream, 30), *repacked]:
        try:
            heard_of([said])
        except SyncFailed as error:
            assert_plain(error)
    assert len(stream) <= frames.FRAME_MAX_BYTES
