"""Two forums exchange over a real sshd; whatever is wrong with line, keys or far end is told in one sentence."""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from tests.e2e.conftest import Cli, Ran, Server, is_one_line
from tests.lines import CIRCLE, FIRST, Site, copies_of, make_sites
from tests.schedules import log_content, shared_views

from wardroom.domain import vector
from wardroom.domain.ids import SiteKey
from wardroom.domain.vector import Vector
from wardroom.domain.views import PostDraft
from wardroom.sync.frames import HELLO, MAGIC, frame
from wardroom.sync.session import LOWEST, VERSION

DONE, REFUSED, PARTLY = 0, 1, 3


@pytest.fixture(name="template", scope="module")
def _template(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    sites = make_sites(tmp_path_factory.mktemp("sites"), 2)
    for site in sites:
        site.close()
    return [site.path for site in sites]


@dataclass
class Pair:
    """A site that calls, the site it calls, and the sshd between them."""

    here: Site
    there: Site
    server: Server
    cli: Cli

    def post(self, site: Site, count: int = 1, size: int = 40) -> None:
        """Posts of random words."""
        rng, me = random.Random(count + size), site.me(site.handles[0])
        board = site.forum.boards.named(me, f"shared@{CIRCLE}").board
        for _ in range(count):
            text = " ".join("".join(rng.choices("abdegiklmnoprstu", k=8)) for _ in range(1 + size // 9))
            site.clock.ms += 1000
            site.forum.cases.post(me, board, PostDraft(text, title="About something at all", kind="talk"))

    def serving(self) -> str:
        """What the far side's key runs."""
        key = self.here.session.identity.site_key.hex()
        return f"{sys.executable} -m wardroom --forum {self.there.path} sync-serve --peer {key}"

    def sync(self, far_command: str | None = None) -> Ran:
        """Call the far side, whose key runs a command."""
        self.server.run_for_key(self.serving() if far_command is None else far_command)
        return self.cli("--forum", str(self.here.path), "sync")

    def assert_equal(self) -> None:
        """Both files hold the same."""
        assert log_content(self.here) == log_content(self.there)
        assert shared_views(self.here) == shared_views(self.there)


@pytest.fixture(name="pair")
def _pair(template: list[Path], tmp_path: Path, server: Server, cli: Cli) -> Iterator[Pair]:
    there, here = copies_of(template, tmp_path / "pair", 1)
    pin(here, there, there.session.identity.site_key, server)
    yield Pair(here, there, server, cli)
    server.run_for_key(None)
    for site in (here, there):
        site.close()


def pin(here: Site, there: Site, key: bytes, server: Server) -> None:
    me = here.me(FIRST[2])
    here.forum.peers.add(me, "site0", SiteKey(key), target="ward", spool="", ssh_config=str(server.config), circles=())


def assert_fails(ran: Ran, *words: str, status: int = REFUSED) -> None:
    """One plain sentence with these words, and the status."""
    assert ran.status == status, ran.err
    assert is_one_line(ran.err), ran.err
    assert [word for word in words if word not in ran.err] == [], ran.err


def test_posts_of_both_sides_cross_in_one_connection(pair: Pair) -> None:
    """What either lacked is there; the next exchange finds nothing new."""
    pair.post(pair.here, 3)
    pair.post(pair.there, 2)
    assert pair.sync().status == DONE
    pair.assert_equal()
    again = pair.sync()
    assert (again.status, "0 events in, 0 out" in again.err) == (DONE, True)


def test_both_pipes_full_do_not_block(pair: Pair) -> None:
    """Megabytes in both directions at once, far more than pipes and windows hold."""
    pair.post(pair.here, 20, 50_000)
    pair.post(pair.there, 20, 50_000)
    assert pair.sync().status == DONE
    pair.assert_equal()


def test_a_banner_before_the_hello_is_passed_over(pair: Pair) -> None:
    """What a shell's start-up files print does not stop an exchange."""
    pair.post(pair.there)
    assert pair.sync(f"echo 'Welcome to the ward.'; printf 'no newline'; {pair.serving()}").status == DONE
    pair.assert_equal()


def test_a_far_side_that_only_talks_is_quoted(pair: Pair) -> None:
    """An account that may not log in says so on its output; the sentence carries it on."""
    assert_fails(pair.sync("echo 'This account is closed.'; exit 1"), "This account is closed.")


def test_a_wrong_key_is_told(pair: Pair) -> None:
    """The far side does not know the key."""
    pair.server.forget_keys()
    assert_fails(pair.cli("--forum", str(pair.here.path), "sync"), "Permission denied")


def test_a_changed_host_key_is_refused(pair: Pair) -> None:
    """Another machine answers in the far side's place: nothing is exchanged."""
    known = pair.server.known_hosts.read_text()
    host, kind, _key = known.split()[:3]
    other = (pair.server.known_hosts.parent / "user.pub").read_text().split()[1]
    pair.server.known_hosts.write_text(f"{host} {kind} {other}\n")
    try:
        assert_fails(pair.sync(), "host key is not the one known here")
    finally:
        pair.server.known_hosts.write_text(known)


def test_a_far_side_without_wardroom_is_told(pair: Pair) -> None:
    """What to install, and where."""
    assert_fails(pair.sync("no-such-wardroom sync-serve"), "has no `wardroom`", "Install it there")


def hello_of(version: int, lowest: int) -> str:
    """A command that greets as another version does, and waits."""
    change = vector.change(Vector(), Vector())
    said = MAGIC + frame(HELLO, msgspec.msgpack.encode((version, lowest, b"s" * 16, b"i" * 8, change)))
    octal = "".join(f"\\{byte:03o}" for byte in said)
    return f"printf '{octal}'; sleep 1"


def test_a_far_side_of_a_newer_protocol_is_told(pair: Pair) -> None:
    """This side is to be upgraded."""
    assert_fails(pair.sync(hello_of(VERSION + 2, VERSION + 1)), "Upgrade this one.")


def test_a_far_side_of_an_older_protocol_is_told(pair: Pair) -> None:
    """The far side is to be upgraded."""
    assert_fails(pair.sync(hello_of(LOWEST - 1, LOWEST - 1)), "Upgrade the far one.")


def test_another_site_than_the_pinned_one_is_refused(pair: Pair) -> None:
    """The key of the site is checked, whoever owns the machine."""
    pair.here.forum.peers.remove(pair.here.me(FIRST[2]), "site0")
    me = pair.here.me(FIRST[2])
    line = pair.here.forum.circles.new(me, "other")
    assert line is None
    me = pair.here.me(FIRST[2])
    pair.here.forum.circles.invite(me, "other", "ab" * 32, "elsewhere")
    pin(pair.here, pair.there, b"\xab" * 32, pair.server)
    pair.post(pair.there)
    before = log_content(pair.here)
    assert_fails(pair.sync(), "another site than the one this peer was pinned to")
    assert log_content(pair.here) == before


def test_a_key_that_is_for_another_site_is_refused_there(pair: Pair) -> None:
    """The far side's sentence is passed on."""
    command = pair.serving().replace(pair.here.session.identity.site_key.hex(), "cd" * 32)
    assert_fails(pair.sync(command), "The far side refuses", "another site")


CUTTER = """
import subprocess, sys
far = subprocess.Popen(sys.argv[2:], stdout=subprocess.PIPE)
left = int(sys.argv[1])
while left and (piece := far.stdout.read1(left)):
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    left -= len(piece)
far.kill()
"""


@pytest.mark.parametrize("after_bytes", [0, 3, 40, 90, 150, 700, 3000])
def test_a_far_side_killed_at_any_stage_costs_nothing(pair: Pair, tmp_path: Path, after_bytes: int) -> None:
    """One sentence; what has come stays, and the next exchange brings the rest."""
    (tmp_path / "cutter.py").write_text(CUTTER)
    pair.post(pair.here, 5)
    pair.post(pair.there, 70, 400)
    killed = pair.sync(f"{sys.executable} {tmp_path}/cutter.py {after_bytes} {pair.serving()}")
    assert_fails(killed, "exchanged so far is kept" if after_bytes > 100 else "", status=killed.status)
    assert killed.status in {REFUSED, PARTLY}
    assert killed.status == PARTLY or after_bytes < 100
    assert pair.sync().status == DONE
    pair.assert_equal()


def test_the_line_for_the_far_side_lets_in_and_does_nothing_else(pair: Pair) -> None:
    """`peer add` without an ssh configuration makes a key; its line is what authorized_keys needs."""
    me = pair.here.me(FIRST[2])
    site = SiteKey(pair.there.session.identity.site_key)
    added = pair.here.forum.peers.add(me, "again", site, target="ward", spool="", ssh_config="", circles=())
    assert added.key_line.startswith('restrict,command="wardroom sync-serve --peer ')
    assert "ssh-ed25519 " in added.key_line
    key = pair.here.forum.peers.key_path("again")
    assert key.stat().st_mode & 0o077 == 0
