"""Leaf, chain and commitment: every field counts, and without its salt a commitment tells nothing."""

from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain import chain
from wardroom.domain.ids import CircleId, InstanceKey, LogId

hashes = st.binary(min_size=32, max_size=32)
leaves = st.tuples(
    st.binary(min_size=16, max_size=16), st.integers(1, 2**53), st.integers(0, 2**63 - 1), st.integers(1, 2**16 - 1),
    st.binary(max_size=60), hashes,
)  # fmt: skip


@given(leaves, leaves)
def test_a_leaf_changes_with_every_field(one: tuple, other: tuple) -> None:
    """Putting any single field of another event into an event gives another leaf."""
    whole = chain.leaf(*one)
    assert len(whole) == chain.HASH_BYTES
    for place, value in enumerate(other):
        if value != one[place]:
            changed = [*one]
            changed[place] = value
            assert chain.leaf(*changed) != whole


@given(leaves)
def test_a_leaf_is_what_the_documents_say(fields: tuple) -> None:
    """H("wr1leaf" + log + seq + hlc + kind + envelope + C), integers big-endian in 8, 8 and 2 bytes."""
    log, seq, hlc, kind, envelope, committed = fields
    numbers = seq.to_bytes(8, "big") + hlc.to_bytes(8, "big") + kind.to_bytes(2, "big")
    expected = blake2b(b"wr1leaf" + log + numbers + envelope + committed, digest_size=32).digest()
    assert chain.leaf(*fields) == expected


@given(st.lists(hashes, min_size=1, max_size=6), st.data())
def test_a_chain_tells_its_whole_past(past: list[bytes], data: st.DataObject) -> None:
    """Changing, dropping or swapping any leaf gives another chain hash."""

    def end_of(hashes_so_far: list[bytes]) -> bytes:
        end = chain.CHAIN_START
        for leaf in hashes_so_far:
            end = chain.chain(end, leaf)
        return end

    end = end_of(past)
    place = data.draw(st.integers(0, len(past) - 1))
    assert end_of(past[:place] + past[place + 1 :]) != end
    assert end_of([*past[:place], bytes([past[place][0] ^ 1]) + past[place][1:], *past[place + 1 :]]) != end
    swapped = [past[-1], *past[1:-1], past[0]] if len(past) > 1 else past
    assert (end_of(swapped) == end) == (swapped == past)


@given(
    st.binary(min_size=16, max_size=16),
    st.binary(min_size=16, max_size=16),
    st.binary(max_size=60),
    st.binary(max_size=60),
)
def test_a_commitment_binds_salt_and_body(salt: bytes, other_salt: bytes, body: bytes, other_body: bytes) -> None:
    """Another salt or another body gives another commitment, which is never the sign of "no body"."""
    committed = chain.commitment(salt, body)
    assert committed == blake2b(b"wr1body" + body, digest_size=32, key=salt).digest()
    assert committed != chain.NO_BODY
    assert (chain.commitment(salt, other_body) == committed) == (body == other_body)
    assert (chain.commitment(other_salt, body) == committed) == (salt == other_salt)


@given(st.binary(min_size=16, max_size=16), st.integers(1, 2**53), hashes, st.binary(min_size=32, max_size=32), hashes)
def test_what_is_signed_is_of_one_kind(log: bytes, seq: int, end: bytes, instance: bytes, circle: bytes) -> None:
    """A head and a certificate never read alike, so that a signature of one cannot stand for the other."""
    head = chain.signed_head(LogId(log), seq, end)
    certificate = chain.certificate(CircleId(circle), InstanceKey(instance))
    assert head.startswith(b"wr1head")
    assert certificate.startswith(b"wr1cert")
    assert chain.signed_head(LogId(log), seq + 1, end) != head
