"""Proves that no bytes of a peer break anything: a million mutated streams end in a clean refusal, quickly and in little memory.

Streams are what a far side really says, with bytes flipped, cut out, put in and copied, in the frames as well as in
the messages inside the compressed stream and in blocks; bombs and impossible numbers among them.
"""

import argparse
import bz2
import random
import resource
import sys
import time

import msgspec
import stage
import zstandard

from wardroom.domain import vector
from wardroom.domain.batch import Batch, SignedEvent
from wardroom.domain.ids import CircleId, InstanceKey, LogId, SiteKey
from wardroom.domain.vector import Position, Vector
from wardroom.errors import EventRejected, SyncFailed
from wardroom.sync import frames, packing
from wardroom.sync.packing import Bodies, End, Sent, WholeVector
from wardroom.sync.session import Hello, Memory, Session
from wardroom.sync.stream import QUICK

NAMES = CircleId(b"c" * 32), SiteKey(b"s" * 32), InstanceKey(b"i" * 32)
EVENTS_PLACE = 1
"""Where among the ordinary messages the one stands that something stands beside."""
NASTY = (
    b"\xff\xff\xff\xff\x0f", b"\xdd\xff\xff\xff\xff", b"\xdf\x7f\xff\xff\xff", b"\xcf" + b"\xff" * 8,
    b"\xd3\x80" + bytes(7), b"\xcb\x7f\xf8" + bytes(6), b"\xca\x7f\x80\x00\x00", b"\x91" * 200, b"\x81" * 200,
    b"\xc6\xff\xff\xff\xff", b"\xc1", b"\x28\xb5\x2f\xfd", frames.MAGIC,
)  # fmt: skip


def messages(rng: random.Random) -> tuple[list[bytes], bytes]:
    """What is packed in an ordinary exchange, and what stands beside it."""
    signed = tuple(
        SignedEvent(
            rng.getrandbits(60), rng.randrange(1, 60), rng.randbytes(20), None, rng.randbytes(16), b"body " * 20
        )
        for _ in range(5)
    )
    batch = Batch(LogId(b"l" * 16), *NAMES, 4, signed, bytes(64))
    whole = Vector(frozenset(NAMES[:1]), {LogId(rng.randbytes(16)): Position(9, b"abcd") for _ in range(3)})
    sent = packing.events_of(batch)
    said = (
        WholeVector(vector.change(Vector(), whole)), sent.events, Bodies(((b"l" * 16, 7, bytes(16), b"late"),)), End(),
    )  # fmt: skip
    return [packing.pack(message) for message in said], sent.loose


def greeting() -> bytes:
    """A hello that nobody remembers, so that a whole vector may follow."""
    change = vector.Change(b"unknown!", None, ((0, 5, b"abcd"),), ((b"n" * 16, 3, b"efgh"),))
    return msgspec.msgpack.encode(Hello(1, 1, b"s" * 16, b"i" * 8, change, wants=((b"l" * 16, 3),)))


def mutated(rng: random.Random, content: bytes) -> bytes:
    """The same bytes, hurt in one to four places."""
    found = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4))):
        at = rng.randrange(len(found) + 1)
        match rng.randrange(6):
            case 0 | 1:
                if at < len(found):
                    found[at] ^= 1 << rng.randrange(8)
            case 2:
                del found[at : at + rng.randint(1, 16)]
            case 3:
                found[at:at] = rng.choice(NASTY)
            case 4:
                found[at : at + 8] = rng.choice(NASTY)
            case _:
                found[at:at] = found[at : at + rng.randint(1, 60)]
    return bytes(found)


def stream(rng: random.Random, ordinary: tuple[list[bytes], bytes], bombs: list[tuple[int, bytes]]) -> bytes:
    """All that a far side says, hurt somewhere."""
    where = rng.randrange(5)
    hello = mutated(rng, greeting()) if where == 0 else greeting()
    inner = [mutated(rng, message) if where == 1 and rng.random() < 0.5 else message for message in ordinary[0]]
    loose = mutated(rng, ordinary[1]) if where == 4 and rng.random() < 0.5 else ordinary[1]
    together = rng.randrange(len(inner))
    loads = [b"".join((bytes([0x90 + len(some)]), *some)) for some in (inner[:together], inner[together:]) if some]
    if where == 4:
        loads = [mutated(rng, load) if rng.random() < 0.3 else load for load in loads]
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    packed = []
    for place, load in enumerate(loads):
        if place == len(loads) - 1 - (together > EVENTS_PLACE):
            packed.append((frames.LOOSE, loose))
        if rng.random() < 0.3:
            packed.append((frames.BLOCK, bz2.compress(load)))
        else:
            packed.append((frames.PACKED, packer.compress(load) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)))
    if where == 2:
        packed = [(kind, mutated(rng, piece) if rng.random() < 0.5 else piece) for kind, piece in packed]
        if rng.random() < 0.002:
            packed.insert(0, rng.choice(bombs))
    said = frames.MAGIC + frames.frame(frames.HELLO, hello)
    said += b"".join(frames.frame(kind, piece) for kind, piece in packed)
    return mutated(rng, said) if where == 3 else said


def take(said: bytes, rng: random.Random) -> str:
    """Feed a stream to a session as an exchange does; how it ended."""
    session = Session(lambda _site, _instance: Memory())
    at = rng.randrange(len(said) + 1)
    try:
        for piece in (said[:at], said[at:]):
            for happening in session.feed(piece):
                if isinstance(happening, Sent):
                    packing.batch_of(happening, NAMES)
                elif isinstance(happening, Bodies):
                    packing.late_bodies(happening)
    except (SyncFailed, EventRejected) as error:
        return "refused" if str(error) and "\n" not in str(error) else "refused badly"
    return "taken" if session.has_ended else "waits for more"


def main() -> int:
    """Hurt, feed, count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-n", type=int, default=1_000_000, help="streams")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    rng = random.Random(told.seed)
    ordinary = messages(rng)
    bombs = []
    for size in (1 << 23, 1 << 26):
        whole = zstandard.ZstdCompressor(level=QUICK)
        bombs.append((frames.PACKED, whole.compress(bytes(size))))
        bombs.append((frames.BLOCK, bz2.compress(bytes(size))))
    ends: dict[str, int] = {}
    broken, slowest_s, began = 0, 0.0, time.monotonic()
    for number in range(told.n):
        said = stream(rng, ordinary, bombs)
        before = time.perf_counter()
        try:
            end = take(said, rng)
        except Exception as error:  # noqa: BLE001  what must not happen is counted
            end, broken = f"broke: {type(error).__name__}", broken + 1
            stage.say(f"stream {number}: {error!r}")
        slowest_s = max(slowest_s, time.perf_counter() - before)
        ends[end] = ends.get(end, 0) + 1
    report = stage.Report("Mutated streams of a peer")
    report.note(f"{told.n:,} streams, seed {told.seed}", f"{time.monotonic() - began:.0f} s")
    for end, count in sorted(ends.items()):
        report.note(f"... {end}", f"{count:,}")
    report.at_most("broke anything", broken + ends.get("refused badly", 0), 0)
    report.at_most("the slowest of them", slowest_s, 1, " s")
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report.at_most("memory of all this", peak_mib, 256, " MiB")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
