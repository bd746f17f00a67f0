"""SSH keys: read in whatever form they are pasted, kept for one account each, and told to sshd while it is open."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import House, assert_plain, examples

from wardroom.domain.ssh_key import read_key, read_peer_line
from wardroom.errors import InputRejected, NotFound, Refused


def pasted(kind: str, *parts: bytes) -> str:
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in (kind.encode(), *parts))
    return f"{kind} {base64.b64encode(blob).decode()}"


KEY, OTHER = pasted("ssh-ed25519", b"\1" * 32), pasted("ssh-ed25519", b"\2" * 32)
COMMANDS = {"kiosk": "/usr/libexec/wardroom-kiosk", "serve": "wardroom sync-serve"}


def test_a_key_opens_its_member_and_nobody_else(house: House) -> None:
    """The line for a key forces the kiosk as its member; a stranger's, a removed one, a closed account's get none."""
    keys, sam, nadia = house.forum.ssh_keys, house.me("sam"), house.me("nadia")
    added = keys.add(sam, "omar", f"  {KEY} omar@laptop\n")
    assert keys.authorized(*KEY.split(), **COMMANDS) == (
        f'restrict,pty,command="/usr/libexec/wardroom-kiosk --as omar" {KEY}'
    )
    assert keys.authorized(*OTHER.split(), **COMMANDS) is None
    assert keys.authorized("ssh-ed25519", "AAAA' OR 1=1", **COMMANDS) is None
    with pytest.raises(Refused):
        keys.add(sam, "nadia", KEY)
    with pytest.raises(Refused):
        keys.add(nadia, "omar", OTHER)
    keys.add(nadia, "nadia", OTHER)
    house.forum.members.disable(sam, "omar", is_disabled=True)
    assert keys.authorized(*KEY.split(), **COMMANDS) is None
    house.forum.members.disable(sam, "omar", is_disabled=False)
    assert [(line.handle, line.fingerprint) for line in keys.lines() if line.handle == "omar"] == [
        ("omar", added.fingerprint)
    ]
    with pytest.raises(Refused):
        keys.remove(nadia, added.fingerprint)
    keys.remove(sam, added.fingerprint)
    with pytest.raises(NotFound):
        keys.remove(sam, added.fingerprint)
    assert keys.authorized(*KEY.split(), **COMMANDS) is None


def test_a_peers_line_becomes_a_key_that_only_syncs(house: House) -> None:
    """What `peer add` printed elsewhere is admitted by an administrator, and forces sync as that site, without a pty."""
    site = "ab" * 32
    line = f'restrict,command="wardroom sync-serve --peer {site}" {KEY} wardroom-county'
    with pytest.raises(Refused):
        house.forum.ssh_keys.admit_peer(house.me("nadia"), line)
    house.forum.ssh_keys.admit_peer(house.me("sam"), line)
    assert house.forum.ssh_keys.authorized(*KEY.split(), **COMMANDS) == (
        f'restrict,command="wardroom sync-serve --peer {site}" {KEY}'
    )


@pytest.mark.parametrize(
    "line",
    [
        "", "hello", "ssh-ed25519", "ssh-ed25519 AAAA", f"{KEY[:-8]}", KEY.replace("ssh-ed25519", "ssh-rsa"),
        "-----BEGIN OPENSSH PRIVATE KEY-----", f"{KEY}\n{OTHER}", "ssh-dss AAAAB3NzaC1kc3M=", KEY + "A" * 9000,
        pasted("ssh-rsa", b"\1\0\1", b"\xff" * 128),
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused_in_a_sentence(line: str) -> None:
    """A private key, a cut key, two keys, a short RSA key, a text: each is told apart from a key."""
    with pytest.raises(InputRejected) as refused:
        read_key(line)
    assert_plain(refused.value)


@examples(200)
@given(st.one_of(st.text(), st.text().map(lambda t: f"{KEY} {t}"), st.text().map(lambda t: f'{t}" {KEY}')))
def test_any_text_is_a_key_or_is_refused(text: str) -> None:
    """Whatever is pasted, the answer is the key in it or a sentence; the key itself is never changed."""
    for read in (read_key, read_peer_line):
        try:
            found = read(text)
        except InputRejected as error:
            assert_plain(error)
        else:
            assert getattr(found, "text", KEY) == KEY
