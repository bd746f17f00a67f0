"""What comes from elsewhere: a broken batch changes nothing, a sound one is kept and relayed as it was signed."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import NOW_MS, Files, Writer, batches_of, bytes_from, examples, joined, view_content, whole_file

from wardroom.domain import codec
from wardroom.domain import events as e
from wardroom.domain.batch import BATCH_MAX_EVENTS, Batch, SignedEvent
from wardroom.domain.clock import HLC_MAX
from wardroom.domain.ids import CircleId, circle_id
from wardroom.errors import EventRejected
from wardroom.store import event_log, keys, projections
from wardroom.store.database import Store
from wardroom.store.journal import journal

NONCE = b"n" * 16


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Fresh files to deliver to."""
    return Files(tmp_path_factory.mktemp("files"))


@pytest.fixture
def store(files: Files) -> Iterator[Store]:
    """A file that holds no event."""
    with files.fresh() as fresh:
        yield fresh


def founder(seed: int = 1) -> Writer:
    """A site that founds a circle."""
    random_bytes = bytes_from(seed)
    site_seed, instance_seed = random_bytes(32), random_bytes(32)
    return Writer(site_seed, instance_seed, circle_id(keys.public_key(site_seed), NONCE))  # type: ignore[arg-type]


def newcomer(circle: bytes, seed: int = 2) -> Writer:
    """A site that writes in a circle another one founded."""
    random_bytes = bytes_from(seed)
    return Writer(random_bytes(32), random_bytes(32), circle)


def opening(writer: Writer) -> Batch:
    """A founder's first events: certificate, circle, a steward (number 3), a board (4) and a thread (5)."""
    body = e.PostBody(text="Fluids first.", title="Shock", kind="case", question="What next?")
    return writer.batch(
        writer.certificate(), (e.CircleFounded(writer.site, NONCE), e.CircleCard("region")),
        (e.MemberEnrolled(0, b"person01", 2), e.MemberCard("alice")), (e.BoardOpened(3, is_room=False), e.BoardCard("tox")),
        (e.ThreadPosted(3, 4, 0), body),
    )  # fmt: skip


def thread(writer: Writer, text: str = "More.") -> Batch:
    """One more thread of the founder."""
    return writer.batch((e.ThreadPosted(3, 4, 0), e.PostBody(text=text, title="Again")))


def admit(store: Store, batch: Batch) -> int:
    """Admit a batch in a transaction of its own."""
    with journal(store, is_durable=False) as j:
        return event_log.admit(j, batch)


def assert_rejected(store: Store, batch: Batch) -> None:
    """The batch is refused in one plain sentence, and the file is what it was."""
    before = whole_file(store.read)
    with pytest.raises(EventRejected) as rejected:
        admit(store, batch)
    assert "\n" not in str(rejected.value)
    assert whole_file(store.read) == before


def test_a_sound_batch_is_admitted_and_given_back_byte_for_byte(store: Store) -> None:
    """What a hand-written log holds, by the rules of the documents alone, is admitted, shown, and relayed as it came."""
    writer = founder()
    first, second = opening(writer), thread(writer)
    assert admit(store, first) == 5
    assert admit(store, second) == 1
    assert batches_of(store.read) == {writer.log: [first, second]}
    titles = {row[0] for row in store.read.execute("SELECT title FROM view_thread")}
    assert titles == {"Shock", "Again"}


def test_what_is_held_is_passed_over(store: Store) -> None:
    """A batch that was here before, whole or in part, adds only what is new, and the file goes on working."""
    writer = founder()
    first, second, third = opening(writer), thread(writer), thread(writer)
    admit(store, first)
    before = whole_file(store.read)
    for _ in range(3):
        assert admit(store, first) == 0
    assert whole_file(store.read) == before
    assert admit(store, joined(first, second)) == 1
    assert admit(store, joined(joined(first, second), third)) == 1
    assert admit(store, second) == 0


CHANGES: dict[str, Callable[[Batch], Batch]] = {
    "nothing": lambda b: replace(b, events=()),
    "a gap": lambda b: replace(b, first=b.first + 1),
    "a far gap": lambda b: replace(b, first=2**53),
    "a beginning before the first": lambda b: replace(b, first=0),
    "a beginning far before the first": lambda b: replace(b, first=-1),
    "a signature of zeros": lambda b: replace(b, signature=bytes(64)),
    "a short signature": lambda b: replace(b, signature=b.signature[:10]),
    "no signature": lambda b: replace(b, signature=b""),
    "another instance": lambda b: replace(b, instance=bytes(32)),
    "an event more": lambda b: replace(b, events=(*b.events, b.events[-1])),
    "an event less": lambda b: replace(b, events=b.events[:-1], first=b.first),
    "33 events": lambda b: replace(b, events=b.events * 33),
    "a later stamp": lambda b: _last(b, lambda s: replace(s, hlc=s.hlc + 1)),
    "a stamp below zero": lambda b: _last(b, lambda s: replace(s, hlc=-1)),
    "a stamp of 64 bits": lambda b: _last(b, lambda s: replace(s, hlc=HLC_MAX + 1)),
    "another kind": lambda b: _last(b, lambda s: replace(s, kind=s.kind + 1)),
    "kind 0": lambda b: _last(b, lambda s: replace(s, kind=0)),
    "kind 65536": lambda b: _last(b, lambda s: replace(s, kind=65536)),
    "a bit of the envelope": lambda b: _last(b, lambda s: replace(s, envelope=_flipped(s.envelope))),
    "a bit of the body": lambda b: _last(b, lambda s: replace(s, body=_flipped(s.body or b""))),
    "a bit of the salt": lambda b: _last(b, lambda s: replace(s, salt=_flipped(s.salt or b""))),
    "a short salt": lambda b: _last(b, lambda s: replace(s, salt=(s.salt or b"")[:15])),
    "an empty salt": lambda b: _last(b, lambda s: replace(s, salt=b"")),
    "no salt": lambda b: _last(b, lambda s: replace(s, salt=None)),
    "no body": lambda b: _last(b, lambda s: replace(s, body=None)),
    "neither body nor commitment": lambda b: _last(b, lambda s: replace(s, body=None, salt=None)),
    "another commitment": lambda b: _last(b, lambda s: replace(s, body=None, salt=None, commitment=bytes(32))),
    "a short commitment": lambda b: _last(b, lambda s: replace(s, body=None, salt=None, commitment=b"c")),
    "a large envelope": lambda b: _last(b, lambda s: replace(s, envelope=bytes(codec.ENVELOPE_MAX_BYTES + 1))),
    "a large body": lambda b: _last(b, lambda s: replace(s, body=bytes(codec.BODY_MAX_BYTES + 1))),
}  # fmt: skip


def _last(batch: Batch, change: Callable[[SignedEvent], SignedEvent]) -> Batch:
    return replace(batch, events=(*batch.events[:-1], change(batch.events[-1])))


def _flipped(content: bytes) -> bytes:
    return content[:-1] + bytes([content[-1] ^ 1])


@pytest.mark.parametrize("change", sorted(CHANGES))
@pytest.mark.parametrize("is_known", [True, False])
def test_a_changed_batch_is_rejected(store: Store, change: str, is_known: bool) -> None:
    """One change to a batch of a log that is known, or that begins, and nothing of it is stored."""
    writer = founder()
    batch = opening(writer)
    if is_known:
        admit(store, batch)
        batch = thread(writer)
    elif change == "another instance":
        assert_rejected(store, replace(batch, log=b"l" * 16))  # type: ignore[arg-type]
    changed = CHANGES[change](batch)
    if is_known and change == "a beginning before the first":
        changed = replace(batch, first=0, events=(*batch.events,) * 6)
    assert_rejected(store, changed)
    assert admit(store, batch) == len(batch.events)


@examples(20)
@given(data=st.data())
def test_no_bit_can_be_flipped(files: Files, data: st.DataObject) -> None:
    """Any single bit of any envelope, body, salt, stamp, kind or the signature: the batch is rejected."""
    with files.fresh() as store:
        writer = founder()
        batch = opening(writer)
        place = data.draw(st.integers(0, len(batch.events) - 1))
        part = data.draw(st.sampled_from(["envelope", "body", "salt", "hlc", "kind", "signature"]))
        if part == "signature":
            bit = data.draw(st.integers(0, 511))
            changed = replace(batch, signature=_with_bit(batch.signature, bit))
        else:
            value = getattr(batch.events[place], part)
            bit = data.draw(st.integers(0, 14 if isinstance(value, int) else len(value) * 8 - 1))
            new = value ^ (1 << bit) if isinstance(value, int) else _with_bit(value, bit)
            event = replace(batch.events[place], **{part: new})
            changed = replace(batch, events=(*batch.events[:place], event, *batch.events[place + 1 :]))
        assert_rejected(store, changed)


def _with_bit(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_nobody_else_continues_a_log(store: Store) -> None:
    """Events signed by another key are no continuation of a known log, whatever instance the batch claims to be of."""
    writer = founder()
    admit(store, opening(writer))
    forger = Writer(b"s" * 32, b"i" * 32, writer.circle, writer.seq, writer.chain, writer.hlc)
    forged = _signed_as(forger, writer)
    assert_rejected(store, forged)
    assert_rejected(store, replace(forged, instance=writer.instance))  # type: ignore[arg-type]
    assert_rejected(store, replace(forged, instance=writer.instance, site=writer.site))  # type: ignore[arg-type]


def _signed_as(forger: Writer, writer: Writer) -> Batch:
    """A sound next event of the writer's log, signed with the forger's key."""
    batch = writer.batch((e.ThreadPosted(3, 4, 0), e.PostBody(text="Not hers.", title="Forged")))
    head = b"wr1head" + writer.log + writer.seq.to_bytes(8, "big") + writer.chain
    signature = keys.sign(forger.instance_seed, head)
    return replace(batch, site=forger.site, instance=forger.instance, signature=signature)  # type: ignore[arg-type]


def test_a_log_begins_with_its_certificate(store: Store) -> None:
    """A first event of another kind, of another site, instance or circle, or signed by another site is refused."""
    writer = founder()
    certified, card = writer.certificate()
    assert isinstance(certified, e.InstanceCertified)
    other = founder(9)
    wrong = [
        msgspec.structs.replace(certified, signature=keys.sign(other.site_seed, b"wr1cert" + writer.circle + writer.instance)),
        msgspec.structs.replace(certified, signature=keys.sign(writer.site_seed, b"wr1cert" + writer.circle + other.instance)),
        msgspec.structs.replace(certified, signature=b""),
        msgspec.structs.replace(certified, site=other.site),
        msgspec.structs.replace(certified, instance=other.instance),
        msgspec.structs.replace(certified, circle=other.circle),
    ]  # fmt: skip
    founded = (e.CircleFounded(writer.site, NONCE), e.CircleCard("region"))
    for envelope in wrong:
        fresh = founder()
        assert_rejected(store, fresh.batch((envelope, card), founded))
    assert_rejected(store, founder().batch(founded, founded))
    assert_rejected(store, founder().batch(SignedEvent(1, 1, b"\xc1", None, None, None), founded))


def test_a_circle_belongs_to_its_founder(store: Store) -> None:
    """A log whose second event founds another circle, or with another nonce, opens nothing."""
    writer = founder()
    for founded in (e.CircleFounded(writer.site, b"m" * 16), e.CircleFounded(founder(9).site, NONCE)):
        fresh = founder()
        assert_rejected(store, fresh.batch(fresh.certificate(), (founded, e.CircleCard("mine"))))
    fresh = founder()
    malformed = SignedEvent(1, e.CircleFounded.KIND, b"\xc1", None, None, None)
    assert_rejected(store, fresh.batch(fresh.certificate(), malformed))
    stranger = newcomer(writer.circle)
    assert_rejected(store, stranger.batch(stranger.certificate()))


def test_a_member_site_cannot_found_the_circle_again(store: Store) -> None:
    """An admitted site that writes a foundation into its own log gains nothing by it."""
    writer = founder()
    guest = newcomer(writer.circle)
    admit(store, opening(writer))
    admit(store, writer.batch((e.SiteAdmitted(3, guest.site), e.SiteCard("guest"))))
    admit(
        store,
        guest.batch(
            guest.certificate(), (e.CircleFounded(guest.site, b"m" * 16), e.CircleCard("mine now")),
            (e.MemberEnrolled(0, b"person02", 2), e.MemberCard("mallory")), (e.BoardOpened(3, is_room=False), None),
        ),
    )  # fmt: skip
    content = view_content(store.read)
    assert [row[1] for row in content["view_circle"]] == ["region"]
    assert len(content["view_board"]) == 1
    assert len(content["view_review"]) == 2


def test_a_site_that_is_not_admitted_waits(store: Store) -> None:
    """Its events are refused and leave nothing behind; once a steward has admitted the site, the same batch is taken."""
    writer = founder()
    guest = newcomer(writer.circle)
    batch = guest.batch(guest.certificate(), (e.MemberEnrolled(0, b"person02", 2), e.MemberCard("bea")))
    assert_rejected(store, batch)
    admit(store, opening(writer))
    assert_rejected(store, batch)
    admit(store, writer.batch((e.MemberEnrolled(3, b"person03", 2), e.MemberCard("adam"))))
    admit(store, writer.batch((e.SiteAdmitted(6, guest.site), e.SiteCard("by no steward"))))
    assert_rejected(store, batch)
    admit(store, writer.batch((e.SiteAdmitted(3, guest.site), e.SiteCard("guest"))))
    assert admit(store, batch) == 2


def test_unknown_kinds_are_kept_and_relayed(store: Store) -> None:
    """An event of a newer Wardroom, with or without body, is stored, listed, given back byte for byte, and stops nothing."""
    writer = founder()
    admit(store, opening(writer))
    newer = writer.batch(
        SignedEvent(NOW_MS << 16, 4711, b"\x00anything at all", None, None, None),
        SignedEvent(NOW_MS << 16, 65535, b"", None, b"s" * 16, b"a body of tomorrow"),
        (e.ThreadPosted(3, 4, 0), e.PostBody(text="After.", title="After it")),
    )
    assert admit(store, newer) == 3
    assert batches_of(store.read)[writer.log][-1] == newer
    assert [row[1] for row in view_content(store.read)["view_review"]] == ["needs a newer Wardroom"] * 2
    assert ("After it",) in store.read.execute("SELECT title FROM view_thread").fetchall()


def test_a_reply_to_an_unknown_kind_is_not_shown(store: Store) -> None:
    """What refers to something this Wardroom cannot read is kept for review and waits for nothing."""
    writer = founder()
    admit(store, opening(writer))
    admit(store, writer.batch(SignedEvent(NOW_MS << 16, 4711, b"\x90", None, None, None)))
    ref = _ref_of_last(store.read, writer)
    admit(store, writer.batch((e.Replied(3, ref, 0, ()), e.PostBody(text="To the future."))))
    content = view_content(store.read)
    assert len(content["view_review"]) == 2
    assert content["view_waiting"] == []


def _ref_of_last(db: sqlite3.Connection, writer: Writer) -> e.EventRef:
    from wardroom.store.journal import ref_of

    event = db.execute(
        "SELECT event FROM log_event JOIN log_log USING (log) WHERE id = ? AND log_event.seq = ?",
        (writer.log, writer.seq),
    ).fetchone()[0]
    return codec.from_ref(ref_of(db, event), writer.log)


@pytest.mark.parametrize("kind", sorted(set(e.ENVELOPES) - {e.InstanceCertified.KIND}))
@pytest.mark.parametrize("envelope", [b"", b"\xc1", b"\x90", b"\x91" * 2000, msgspec.msgpack.encode([2**64 - 1] * 6)])
def test_a_malformed_envelope_is_kept_and_never_shown(store: Store, kind: int, envelope: bytes) -> None:
    """Well signed nonsense of any kind is stored, relayed and listed for review; what follows it is shown as ever."""
    writer = founder()
    admit(store, opening(writer))
    before = view_content(store.read)
    nonsense = writer.batch(SignedEvent(NOW_MS << 16, kind, envelope, None, b"s" * 16, b"zqnonsense"))
    assert admit(store, nonsense) == 1
    after = view_content(store.read)
    assert len(after.pop("view_review")) == len(before.pop("view_review")) + 1
    assert after == before
    assert batches_of(store.read)[writer.log][-1] == nonsense
    assert admit(store, thread(writer)) == 1
    assert len(view_content(store.read)["view_thread"]) == 2


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x80\x80", b"\x81\xa4text\xc4\x02ab", b"\x81\xa4text\xa2\xff\xfe"])
def test_a_malformed_body_is_kept_and_never_shown(store: Store, body: bytes) -> None:
    """A post whose body cannot be read is listed for review, not shown."""
    writer = founder()
    admit(store, opening(writer))
    envelope = codec.encode(e.ThreadPosted(3, 4, 0))
    admit(store, writer.batch(SignedEvent(NOW_MS << 16, e.ThreadPosted.KIND, envelope, None, b"s" * 16, body)))
    assert len(view_content(store.read)["view_thread"]) == 1
    assert len(view_content(store.read)["view_review"]) == 1


@examples(60)
@given(st.sampled_from(sorted(e.ENVELOPES)), st.data())
def test_no_event_can_stop_a_log(files: Files, kind: int, data: st.DataObject) -> None:
    """Whatever a site signs, of whatever kind, with whatever references: it is admitted, and so is what follows."""
    from tests.strategies import structs

    with files.fresh() as store:
        writer = founder()
        admit(store, opening(writer))
        envelope = data.draw(structs(e.ENVELOPES[kind]))
        body = data.draw(structs(e.BODIES[kind])) if kind in e.BODIES else None
        assert admit(store, writer.batch((envelope, body))) == 1
        assert admit(store, thread(writer)) == 1
        with journal(store) as j:
            assert projections.rebuild(j) == 7


def test_an_accepted_grant_that_is_none_stops_nothing(store: Store) -> None:
    """A log that accepts a post, or a grant without right, goes on."""
    writer = founder()
    guest = newcomer(writer.circle)
    admit(store, opening(writer))
    post = codec.from_ref(codec.to_ref(_ref_of_last(store.read, writer), writer.log), guest.log)
    admit(store, writer.batch((e.SiteAdmitted(3, guest.site), e.SiteCard("guest"))))
    admit(
        store,
        guest.batch(
            guest.certificate(), (e.MemberEnrolled(0, b"person02", 2), e.MemberCard("bea")), (e.RoleAccepted(post), None),
            (e.Replied(2, post, 0, ()), e.PostBody(text="Still heard.")),
        ),
    )  # fmt: skip
    content = view_content(store.read)
    assert content["view_waiting"] == []
    assert len(content["view_review"]) == 1
    assert len(content["view_post"]) == 2


def test_thirty_two_events_are_a_batch_and_no_more(store: Store) -> None:
    """A batch of 32 is admitted; the signatures of a log written here cut it so that no batch is larger."""
    writer = founder()
    admit(store, opening(writer))
    many = [(e.ThreadPosted(3, 4, 0), e.PostBody(text=f"Number {n}.", title="Many")) for n in range(33)]
    assert admit(store, writer.batch(*many[:32])) == 32
    with pytest.raises(EventRejected):
        admit(store, writer.batch(*many))


def test_own_logs_are_signed_in_time(store: Store) -> None:
    """However many events one transaction writes: every batch since any sequence holds at most 32, signed at its end."""
    with journal(store) as j:
        pen = event_log.begin_log(j, CircleId(b"c" * 32), b"s" * 32, b"i" * 32, e.SiteCard("here"))
        event_log.record(j, pen, e.MemberEnrolled(0, b"person01", 2), e.MemberCard("alice"))
        for _ in range(150):
            event_log.record(j, pen, e.PurgeProposed(2, (), 0))
    for seq in range(0, 152, 7):
        batches = list(event_log.since(store.read, pen.log, seq))
        assert all(0 < len(batch.events) <= BATCH_MAX_EVENTS for batch in batches)
        assert [batch.first for batch in batches] == [
            seq + 1 + sum(len(b.events) for b in batches[:n]) for n in range(len(batches))
        ]
        assert sum(len(batch.events) for batch in batches) == 152 - seq


def test_the_heads_are_what_is_held(store: Store, tmp_path: Path) -> None:
    """Every log is listed with its highest sequence."""
    writer = founder()
    admit(store, opening(writer))
    admit(store, thread(writer))
    assert event_log.heads(store.read) == {writer.log.hex(): 6}
