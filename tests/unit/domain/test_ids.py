"""Names of circles, logs and posts: bound to their keys, the same everywhere, and short enough to say."""

from hashlib import blake2b

from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain.ids import (
    CircleId,
    InstanceKey,
    LogId,
    SiteKey,
    circle_id,
    log_id,
    post_id,
    short_log,
    words_of_key,
)  # fmt: skip

keys = st.binary(min_size=32, max_size=32)


@given(keys, st.binary(min_size=16, max_size=16))
def test_a_circle_is_named_by_its_founder_and_a_nonce(founder: bytes, nonce: bytes) -> None:
    """A circle's id is BLAKE2b-256 of a tag, the founder's key and 16 random bytes, as docs/log.md says."""
    expected = blake2b(b"wr1circle" + founder + nonce, digest_size=32).digest()
    assert circle_id(SiteKey(founder), nonce) == expected


@given(keys, keys)
def test_a_log_is_named_by_its_instance_and_circle(instance: bytes, circle: bytes) -> None:
    """A log's id is the first 16 bytes of the tagged hash, and another instance or circle gives another log."""
    expected = blake2b(b"wr1log" + instance + circle, digest_size=32).digest()[:16]
    found = log_id(InstanceKey(instance), CircleId(circle))
    assert found == expected
    if instance != circle:
        assert log_id(InstanceKey(circle), CircleId(instance)) != found


@given(st.binary(min_size=16, max_size=16), st.integers(1, 2**53))
def test_a_post_is_named_by_eight_letters_and_a_number(log: bytes, seq: int) -> None:
    """A post's id is eight base32 letters of its log, a hyphen and the sequence, and the letters depend on the log alone."""
    letters, _, number = post_id(LogId(log), seq).partition("-")
    assert letters == short_log(LogId(log))
    assert len(letters) == 8
    assert set(letters) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert number == str(seq)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 39))
def test_the_letters_of_a_log_tell_forty_bits(log: bytes, bit: int) -> None:
    """Each of a log's first forty bits changes the letters."""
    other = bytearray(log)
    other[bit // 8] ^= 1 << bit % 8
    assert short_log(LogId(bytes(other))) != short_log(LogId(log))


@given(keys)
def test_a_key_is_said_in_six_words(key: bytes) -> None:
    """A key's words are six of three syllables, always the same; a key of one bit more has others."""
    words = words_of_key(key).split(" ")
    assert len(words) == 6
    assert all(len(word) == 6 and word.isascii() and word.isalpha() for word in words)
    assert words_of_key(key) == " ".join(words)
    assert words_of_key(key, 2) == " ".join(words[:2])
    assert words_of_key(bytes([key[0] ^ 1]) + key[1:]) != " ".join(words)
