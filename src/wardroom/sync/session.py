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
from wardroom.sync import frames, packing
from wardroom.sync.frames import HELLO, PACKED, PART, REFUSAL, FrameReader, frame
from wardroom.sync.packing import Bodies, End, Events, Forgotten, WholeVector
from wardroom.sync.stream import QUICK, Packer, Unpacker

VERSION, LOWEST = 1, 1
"""The protocol spoken here, and the oldest that is still understood."""
REFUSAL_MAX_BYTES = 400
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


Happening = Met | Holds | Events | Bodies | Ended


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
    _us: Side | None = None
    _has_forgotten: bool = False
    _has_told_all: bool = False
    """What we hold has been told whole; once is enough for anybody."""
    _out: bytearray = field(default_factory=bytearray)
    _unpacker: Unpacker = field(default_factory=lambda: Unpacker(packing.MESSAGE_MAX_BYTES))
    _packer: Packer = field(default_factory=Packer)

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
        """Send a batch."""
        self._say(packing.events_of(batch))

    def send_bodies(self, bodies: tuple[LateBody, ...]) -> None:
        """Send bodies the far side awaits."""
        self._say(Bodies(tuple((late.log, late.seq, late.salt, late.body) for late in bodies)))

    def end(self) -> None:
        """Say that everything has been sent."""
        self._say(End())

    def refuse(self, sentence: str) -> None:
        """Say why the exchange ends here, in a sentence for the person at the far side."""
        if not self._us and not self._out:
            self._out += frames.MAGIC
        self._out += frame(REFUSAL, sentence.encode()[:REFUSAL_MAX_BYTES])

    def hurry(self) -> None:
        """The line is faster than the packing: pack less thoroughly from here on."""
        if self._packer.level != QUICK:
            self._out += frame(PACKED, self._packer.hurry())

    def _tell_all(self) -> None:
        if self._us is None or self._has_told_all:
            raise SyncFailed(_(_OUT_OF_TURN))
        self._has_told_all = True
        self._say(WholeVector(vectors.change(Vector(), self._us.vector)))

    def _say(self, message: packing.Message) -> None:
        packed = self._packer.pack(packing.pack(message))
        for at in range(0, len(packed), frames.FRAME_MAX_BYTES):
            is_last = at + frames.FRAME_MAX_BYTES >= len(packed)
            self._out += frame(PACKED if is_last else PART, packed[at : at + frames.FRAME_MAX_BYTES])

    # --- in ---

    def feed(self, piece: bytes) -> Iterator[Happening]:
        """What a piece of the far side's bytes means. Raises SyncFailed where it means nothing, or a refusal."""
        for kind, payload in self.reader.feed(piece):
            if kind == REFUSAL:
                why = clean(payload[:REFUSAL_MAX_BYTES].decode(errors="replace"), one_line=True)
                raise SyncFailed(_("The far side refuses: {why}").format(why=why))
            if kind == HELLO and self.met is None:
                yield from self._on_hello(payload)
            elif kind in (PACKED, PART) and self.met is not None and (not self.has_ended or self.theirs is None):
                yield from self._on_packed(payload, is_last=kind == PACKED)
            else:
                raise SyncFailed(_(_OUT_OF_TURN))

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

    def _hold(self, base: Vector, change: Change) -> Holds:
        try:
            self.theirs = vectors.changed(base, change)
        except IndexError as error:
            raise SyncFailed(_("The far side's greeting makes no sense. Nothing was exchanged.")) from error
        return Holds(self.theirs)

    def _on_packed(self, payload: bytes, *, is_last: bool) -> Iterator[Happening]:
        content = self._unpacker.unpack(payload, is_last=is_last)
        if not content:
            return
        message = packing.unpack(content)
        if self.has_ended and not isinstance(message, WholeVector):
            raise SyncFailed(_(_OUT_OF_TURN))
        match message:
            case Events() | Bodies():
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
