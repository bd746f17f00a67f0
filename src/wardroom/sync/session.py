"""One exchange between two files as a state machine: it is fed bytes and gives back what they mean.

Both sides say hello, each sends what the other lacks, each says when it has sent everything. Neither waits for the
other to finish, so an exchange costs one round trip. It never touches a socket, a clock or a file: whoever drives it
brings bytes, batches and memories.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import msgspec

from wardroom.domain import vector as vectors
from wardroom.domain.batch import Batch, LateBody
from wardroom.domain.events import Number
from wardroom.domain.ids import INSTANCE_PREFIX_BYTES, SITE_PREFIX_BYTES
from wardroom.domain.text import clean
from wardroom.domain.vector import Change, LogName, Vector
from wardroom.errors import SyncFailed
from wardroom.language import _, marked
from wardroom.sync import frames, packing, stream
from wardroom.sync.frames import BLOCK, HELLO, LOOSE, PACKED, PART, REFUSAL, TAKEN, FrameReader, frame
from wardroom.sync.packing import Bodies, End, Forgotten, Sent, WholeVector
from wardroom.sync.stream import QUICK, Packer, Unpacker

VERSION, LOWEST = 1, 1
"""The protocol spoken here, and the oldest that is still understood."""
REFUSAL_MAX_BYTES = 400
_ALL_MAX_BYTES = 128 * 1024
"""So much is held back to see whether it is all there is, and then packed by itself if that makes less of it."""
_LOAD_BYTES = 32 * 1024
"""A load of the stream is the unit of resume: a third of this once packed, a second or two on the slowest line."""
_TAKEN_EVERY_BYTES = 8 * 1024
"""So much is taken before that is said: a frame of some bytes, for which ssh makes a packet."""
_OUT_OF_TURN = marked("The far side speaks out of turn. Nothing more was taken from it.")


class Hello(msgspec.Struct, frozen=True, array_like=True):
    """What each side says first; elements of newer protocols may follow."""

    version: int
    lowest: int
    site: bytes
    instance: bytes
    change: Change
    has_forgotten: bool = False
    """What the far side builds its change on is not remembered here: it must tell everything."""
    wants: tuple[tuple[LogName, Number], ...] = ()
    """Events whose bodies are awaited: (log, sequence)."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the last exchanges with one instance left behind."""

    ours: Vector = field(default_factory=Vector)
    """What it knows that we held."""
    theirs: Vector = field(default_factory=Vector)
    """What we know that it held."""
    theirs_before: Vector = field(default_factory=Vector)
    """The same one exchange earlier: it still builds on that if its line broke before ours."""


@dataclass(frozen=True, slots=True)
class Side:
    """Who speaks, and what it holds of the circles it may share with the far side."""

    site: bytes
    instance: bytes
    vector: Vector
    wants: tuple[tuple[bytes, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Met:
    """The far side has said who it is."""

    site: bytes
    """The first 16 bytes of its site key."""
    instance: bytes
    """The first 8 bytes of its instance key."""
    wants: tuple[tuple[bytes, int], ...]
    has_forgotten: bool


@dataclass(frozen=True, slots=True)
class Holds:
    """The far side has said what it holds: now it can be sent what it lacks."""

    vector: Vector


@dataclass(frozen=True, slots=True)
class Ended:
    """The far side has sent everything."""


Happening = Met | Holds | Sent | Bodies | Ended


class _Greeting(msgspec.Struct, frozen=True, array_like=True):
    """As much of a hello as every version of the protocol has."""

    version: int
    lowest: int


@dataclass(slots=True)
class Session:
    """One exchange as one side sees it; ``recall`` gives what is remembered of a (site, instance) by their prefixes."""

    recall: Callable[[bytes, bytes], Memory]
    reader: FrameReader = field(default_factory=FrameReader)
    met: Met | None = None
    has_ended: bool = False
    """Whether the far side has sent everything."""
    used_base: Vector = field(default_factory=Vector)
    """The remembered vector the far side built its hello on: it certainly knows that one."""
    theirs: Vector | None = None
    """What the far side holds, once that is known."""
    load_bytes: int = 0
    """Bytes of loads that have gone out, as they travel."""
    taken_bytes: int = 0
    """How many of them the far side says it has taken."""
    _us: Side | None = None
    _has_forgotten: bool = False
    _has_told_all: bool = False
    """What we hold has been told whole; once is enough for anybody."""
    _out: bytearray = field(default_factory=bytearray)
    _waiting: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Messages that wait to be packed together, each with what stands beside it."""
    _waiting_bytes: int = 0
    _packer: Packer | None = None
    """The stream, once it has begun."""
    _loose_in: bytes = b""
    _load_bytes_in: int = 0
    _said_bytes: int = 0
    """How many of these were said to be taken."""
    _unpacker: Unpacker = field(default_factory=lambda: Unpacker(packing.LOAD_MAX_BYTES))

    @property
    def output_bytes(self) -> int:
        """How much is to go out next."""
        return len(self._out)

    def take_output(self) -> bytes:
        """The bytes that are to go out next."""
        out = bytes(self._out)
        self._out.clear()
        return out

    # --- out ---

    def speak(self, us: Side, base: Vector) -> None:
        """Say hello: who we are, and what we hold, told as a change against what the far side should remember of us."""
        self._us = us
        said = Hello(
            VERSION, LOWEST, us.site[:SITE_PREFIX_BYTES], us.instance[:INSTANCE_PREFIX_BYTES],
            vectors.change(base, us.vector), self._has_forgotten, us.wants[: packing.WANTS_MAX],
        )  # fmt: skip
        self._out += frames.MAGIC + frame(HELLO, msgspec.msgpack.encode(said))
        if self.met is not None and self.met.has_forgotten:
            self._tell_all()

    def send(self, batch: Batch) -> None:
        """Send a batch, together with what is sent next while that is little."""
        sent = packing.events_of(batch)
        self._say(sent.events, sent.loose)

    def send_bodies(self, bodies: tuple[LateBody, ...]) -> None:
        """Send bodies the far side awaits, together with what is sent next while that is little."""
        self._say(Bodies(tuple((late.log, late.seq, late.salt, late.body) for late in bodies)))

    def end(self) -> None:
        """Say that everything has been sent."""
        self._say(End())
        self._pack()

    def refuse(self, sentence: str) -> None:
        """Say why the exchange ends here, in a sentence for the person at the far side."""
        if not self._us and not self._out:
            self._out += frames.MAGIC
        self._out += frame(REFUSAL, sentence.encode()[:REFUSAL_MAX_BYTES])

    def hurry(self) -> None:
        """The line is faster than the packing: pack less thoroughly from here on."""
        if self._packer is not None and self._packer.level != QUICK:
            self._pack()
            self._put(PACKED, self._packer.hurry())

    def _tell_all(self) -> None:
        if self._us is None or self._has_told_all:
            raise SyncFailed(_(_OUT_OF_TURN))
        self._has_told_all = True
        self._say(WholeVector(vectors.change(Vector(), self._us.vector)))
        self._pack()

    def _say(self, message: packing.Message, loose: bytes = b"") -> None:
        said = packing.pack(message)
        self._waiting.append((said, loose))
        self._waiting_bytes += len(said)
        most = _ALL_MAX_BYTES if self._packer is None else _LOAD_BYTES
        if self._waiting_bytes > most or len(self._waiting) == packing.LOAD_MAX_MESSAGES:
            self._pack(is_all=False)

    def _pack(self, *, is_all: bool = True) -> None:
        """Pack what waits: in one piece where that is all there is, else as loads of the stream."""
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        for load in [waiting] if is_all and self._packer is None else _loads(waiting):
            if loose := b"".join(beside for _said, beside in load):
                self._put(LOOSE, loose)
            content = packing.join([said for said, _beside in load])
            packer = Packer() if self._packer is None else self._packer
            packed = packer.pack(content)
            if is_all and self._packer is None and len(alone := stream.block(content)) < len(packed):
                self._put(BLOCK, alone)
                return
            self._packer = packer
            for at in range(0, len(packed), frames.FRAME_MAX_BYTES):
                is_last = at + frames.FRAME_MAX_BYTES >= len(packed)
                self._put(PACKED if is_last else PART, packed[at : at + frames.FRAME_MAX_BYTES])

    def _put(self, kind: int, payload: bytes) -> None:
        """A frame that belongs to a load."""
        self._out += frame(kind, payload)
        self.load_bytes += len(payload)

    # --- in ---

    def feed(self, piece: bytes) -> Iterator[Happening]:
        """What a piece of the far side's bytes means. Raises SyncFailed where it means nothing, or a refusal."""
        for kind, payload in self.reader.feed(piece):
            if kind == REFUSAL:
                why = clean(payload[:REFUSAL_MAX_BYTES].decode(errors="replace"), one_line=True)
                raise SyncFailed(_("The far side refuses: {why}").format(why=why))
            if kind == PACKED and not payload:
                continue
            if kind == HELLO and self.met is None:
                yield from self._on_hello(payload)
            elif kind == TAKEN and self.met is not None:
                self._on_taken(payload)
            elif self.met is None or (self.has_ended and self.theirs is not None):
                raise SyncFailed(_(_OUT_OF_TURN))
            elif kind == LOOSE and not self._loose_in:
                self._load_bytes_in += len(payload)
                self._loose_in = payload
            elif kind in (PACKED, PART, BLOCK):
                self._load_bytes_in += len(payload)
                if kind == BLOCK:
                    yield from self._on_load(stream.unblock(payload, packing.LOAD_MAX_BYTES))
                else:
                    yield from self._on_load(self._unpacker.unpack(payload, is_last=kind == PACKED))
                self._say_taken()
            else:
                raise SyncFailed(_(_OUT_OF_TURN))

    def _say_taken(self) -> None:
        """Tell the far side how much of what it sent has been read here, while it has more to send."""
        if not self.has_ended and self._load_bytes_in - self._said_bytes >= _TAKEN_EVERY_BYTES:
            self._said_bytes = self._load_bytes_in
            self._out += frame(TAKEN, msgspec.msgpack.encode(self._said_bytes))

    def _on_taken(self, payload: bytes) -> None:
        try:
            taken = msgspec.msgpack.decode(payload, type=int)
        except (msgspec.MsgspecError, RecursionError) as error:
            raise SyncFailed(_(_OUT_OF_TURN)) from error
        if not self.taken_bytes <= taken <= self.load_bytes:
            raise SyncFailed(_(_OUT_OF_TURN))
        self.taken_bytes = taken

    def _on_hello(self, payload: bytes) -> Iterator[Happening]:
        try:
            greeting = msgspec.msgpack.decode(payload, type=_Greeting)
            _check_version(greeting)
            hello = msgspec.msgpack.decode(payload, type=Hello)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise SyncFailed(_("The far side's greeting cannot be read. Is it Wardroom?")) from error
        memory = self.recall(hello.site, hello.instance)
        known = (Vector(), memory.theirs, memory.theirs_before)
        base = next((base for base in known if vectors.digest(base) == hello.change.base), None)
        self._has_forgotten = base is None
        self.met = Met(hello.site, hello.instance, hello.wants[: packing.WANTS_MAX], hello.has_forgotten)
        had_spoken = self._us is not None
        yield self.met
        if hello.has_forgotten and had_spoken:
            self._tell_all()
        if base is not None:
            self.used_base = base
            yield self._hold(base, hello.change)
        elif had_spoken:
            self._say(Forgotten())
            self._pack()

    def _hold(self, base: Vector, change: Change) -> Holds:
        try:
            self.theirs = vectors.changed(base, change)
        except IndexError as error:
            raise SyncFailed(_("The far side's greeting makes no sense. Nothing was exchanged.")) from error
        return Holds(self.theirs)

    def _on_load(self, content: bytes) -> Iterator[Happening]:
        if not content:
            return
        loose, self._loose_in = self._loose_in, b""
        for message in packing.unpack(content, loose):
            if self.has_ended and not isinstance(message, WholeVector):
                raise SyncFailed(_(_OUT_OF_TURN))
            match message:
                case Sent() | Bodies():
                    yield message
                case WholeVector():
                    if self.theirs is not None:
                        raise SyncFailed(_(_OUT_OF_TURN))
                    yield self._hold(Vector(), message.change)
                case Forgotten():
                    self._tell_all()
                case End():
                    self.has_ended = True
                    yield Ended()


def _loads(waiting: list[tuple[bytes, bytes]]) -> Iterator[list[tuple[bytes, bytes]]]:
    """The same messages in pieces of ``_LOAD_BYTES`` or a single message."""
    load: list[tuple[bytes, bytes]] = []
    size = 0
    for each in waiting:
        if load and size + len(each[0]) > _LOAD_BYTES:
            yield load
            load, size = [], 0
        load.append(each)
        size += len(each[0])
    if load:
        yield load


def _check_version(greeting: _Greeting) -> None:
    if greeting.lowest > VERSION:
        raise SyncFailed(
            _("The far side speaks protocol {theirs}, this Wardroom {ours}. Upgrade this one.").format(
                theirs=greeting.lowest, ours=VERSION
            )
        )
    if greeting.version < LOWEST:
        raise SyncFailed(
            _("The far side speaks protocol {theirs}, this Wardroom {ours}. Upgrade the far one.").format(
                theirs=greeting.version, ours=LOWEST
            )
        )
