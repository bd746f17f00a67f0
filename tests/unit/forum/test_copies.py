"""Files that were copied, moved or set back go on as new instances: nothing is lost, and no log is stopped."""

import shutil
import socket
from pathlib import Path

import pytest
from tests.sites import Site, add_spool, assert_alike, exchanged, invited, make, paired, purge, spooled

from wardroom.errors import SyncFailed
from wardroom.forum.exchange import Exchange
from wardroom.link.duplex import Duplex
from wardroom.store import token


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Site, Site]:
    """Two sites that share a circle with a board, up to date with each other."""
    return paired(tmp_path)


def instance_of(site: Site) -> bytes:
    """The public key of the instance a file is now."""
    with site.open() as (forum, _):
        return forum.session.identity.instance_key


def test_a_file_that_is_left_alone_stays_the_instance_it_is(pair: tuple[Site, Site]) -> None:
    """Opening, posting and meeting peers again and again makes no new instance."""
    county, harbor = pair
    before = instance_of(harbor)
    assert harbor.post("third") == ""
    exchanged(harbor, county)
    assert instance_of(harbor) == before


@pytest.mark.parametrize("with_token", [True, False])
def test_a_copy_is_another_instance_and_loses_nothing(
    pair: tuple[Site, Site], tmp_path: Path, *, with_token: bool
) -> None:
    """A copied file, with its token or without, writes under a key of its own; both files' posts reach everybody."""
    county, harbor = pair
    laptop = Site("harbor", tmp_path / "laptop" / "forum.db")
    laptop.path.parent.mkdir()
    shutil.copy2(harbor.path, laptop.path)
    if with_token:
        shutil.copy2(token.path_of(harbor.path), token.path_of(laptop.path))
    assert "new instance" in laptop.post("from the laptop")
    assert harbor.post("from the ward") == ""
    for site in (laptop, harbor, laptop):
        exchanged(site, county)
    assert county.titles() == ["first", "from the laptop", "from the ward", "second"]
    assert_alike(county, laptop)


def set_back(site: Site, kept: bytes, *, kept_token: bytes | None = None) -> None:
    """Put older bytes into the place of a file without making another file of it."""
    with site.path.open("r+b") as file:
        file.write(kept)
        file.truncate()
    if kept_token is not None:
        token.path_of(site.path).write_bytes(kept_token)


def test_a_file_set_back_is_noticed_before_it_writes(pair: tuple[Site, Site]) -> None:
    """An older state in the same place does not fit its token: the next post is a new instance's."""
    county, harbor = pair
    kept = harbor.path.read_bytes()
    harbor.post("lost here")
    exchanged(harbor, county)
    set_back(harbor, kept)
    assert "new instance" in harbor.post("after")
    exchanged(harbor, county)
    assert harbor.titles() == ["after", "first", "lost here", "second"]
    assert_alike(county, harbor)


def test_a_snapshot_is_noticed_by_a_peer_that_holds_more(pair: tuple[Site, Site]) -> None:
    """A file set back together with its token learns from a peer that it had written more, and fetches it back."""
    county, harbor = pair
    kept, kept_token = harbor.path.read_bytes(), token.path_of(harbor.path).read_bytes()
    harbor.post("lost here")
    exchanged(harbor, county)
    set_back(harbor, kept, kept_token=kept_token)
    before = instance_of(harbor)
    report, _ = exchanged(harbor, county)
    assert any("new instance" in notice for notice in report.notices)
    assert instance_of(harbor) != before
    assert harbor.titles() == ["first", "lost here", "second"]
    exchanged(harbor, county)
    assert_alike(county, harbor)


def test_a_snapshot_is_noticed_by_a_bundle(pair: tuple[Site, Site], tmp_path: Path) -> None:
    """A file set back together with its token learns from what a bundle says is held elsewhere that it had written more."""
    county, harbor = pair
    kept, kept_token = harbor.path.read_bytes(), token.path_of(harbor.path).read_bytes()
    harbor.post("lost here")
    exchanged(harbor, county)
    set_back(harbor, kept, kept_token=kept_token)
    before = instance_of(harbor)
    with county.open() as (forum, _):
        forum.bundles.make(tmp_path / "told.bundle", (), is_plain=False)
    with harbor.open() as (forum, _):
        report = forum.bundles.take(tmp_path / "told.bundle")
    assert any("new instance" in notice for notice in report.notices)
    assert instance_of(harbor) != before
    harbor.post("after")
    exchanged(harbor, county)
    assert harbor.titles() == ["after", "first", "lost here", "second"]
    assert_alike(county, harbor)


def test_a_snapshot_is_noticed_by_what_it_had_put_into_a_spool(pair: tuple[Site, Site], tmp_path: Path) -> None:
    """A file that has written a log twice reads the other branch in a folder: it writes no more there, and sends both."""
    county, harbor = pair
    add_spool(harbor, county, tmp_path / "spool")
    kept, kept_token = harbor.path.read_bytes(), token.path_of(harbor.path).read_bytes()
    harbor.post("branch one")
    spooled(harbor, "county")
    set_back(harbor, kept, kept_token=kept_token)
    harbor.post("branch two")
    before = instance_of(harbor)
    assert any("new instance" in notice for notice in spooled(harbor, "county").notices)
    assert instance_of(harbor) != before
    exchanged(harbor, county)
    assert county.titles() == harbor.titles() == ["branch one", "branch two", "first", "second"]
    assert_alike(county, harbor)
    report, _ = exchanged(harbor, county)
    assert report.sent_events == 0


def test_what_branches_share_stays_in_a_spool(pair: tuple[Site, Site], tmp_path: Path) -> None:
    """Two files hold the branches of a log the other way round: what one writes anew in a folder satisfies the other."""
    county, harbor = pair
    kept, kept_token = harbor.path.read_bytes(), token.path_of(harbor.path).read_bytes()
    harbor.post("branch one")
    exchanged(harbor, county)
    set_back(harbor, kept, kept_token=kept_token)
    harbor.post("branch two")
    for _ in range(2):
        exchanged(harbor, county)
    for site, other in ((county, harbor), (harbor, county)):
        add_spool(site, other, tmp_path / "spool")
        spooled(site, other.name)
    purge(harbor, "branch one")
    for _ in range(2):
        exchanged(harbor, county)
    spooled(harbor, "county")
    assert spooled(county, "harbor").sent_events == 0
    island = make("island", tmp_path)
    invited(county, island)
    add_spool(island, county, tmp_path / "spool")
    for site, other in ((county, harbor), (island, county)) * 2:
        spooled(site, other.name)
    exchanged(island, county)
    assert_alike(county, island)


@pytest.mark.parametrize("more_after", [0, 1, 3])
def test_a_log_written_twice_keeps_both_branches_everywhere(
    pair: tuple[Site, Site], tmp_path: Path, more_after: int
) -> None:
    """A snapshot that writes before it meets anybody forks its log: all sites end with both branches, and alike."""
    county, harbor = pair
    island = make("island", tmp_path)
    invited(county, island)
    exchanged(island, county)
    exchanged(harbor, county)
    kept, kept_token = harbor.path.read_bytes(), token.path_of(harbor.path).read_bytes()
    harbor.post("branch one")
    exchanged(county, harbor)
    set_back(harbor, kept, kept_token=kept_token)
    harbor.post("branch two")
    for number in range(more_after):
        harbor.post(f"branch two, {number}")
    exchanged(island, harbor)
    assert "branch two" in island.titles()
    for _ in range(3):
        exchanged(island, county)
        exchanged(harbor, county)
        exchanged(harbor, island)
    every = sorted(["branch one", "branch two", "first", "second", *(f"branch two, {n}" for n in range(more_after))])
    assert county.titles() == island.titles() == harbor.titles() == every
    assert_alike(county, harbor, island)
    report, far = exchanged(harbor, county)
    assert (report.received_events, report.sent_events, far.received_events) == (0, 0, 0)
    assert harbor.post("afterwards") == ""
    exchanged(harbor, county)
    assert "afterwards" in county.titles()


def test_a_copy_that_meets_its_original_makes_both_new(pair: tuple[Site, Site], tmp_path: Path) -> None:
    """Two files that are one instance refuse to exchange once, and can afterwards."""
    county, harbor = pair
    twin = Site("harbor", harbor.path)
    with harbor.open() as (forum, _), twin.open() as (other, _):
        here, there = socket.socketpair()
        line, far = Duplex(here.fileno(), here.dup().detach()), Duplex(there.fileno(), there.dup().detach())
        before = forum.session.identity.instance_key
        far_exchange = Exchange(other.session, far, other.session.identity.site_key)
        far_exchange._speak(far_session := _session(far_exchange), None)
        far.write(far_session.take_output())
        with pytest.raises(SyncFailed, match="copy"):
            Exchange(forum.session, line, forum.session.identity.site_key).call()
        line.close()
        far.close()
        for end in (here, there):
            end.shutdown(socket.SHUT_RDWR)
            end.close()
        assert forum.session.identity.instance_key != before
    exchanged(harbor, county)
    assert_alike(county, harbor)


def _session(exchange: Exchange) -> object:
    from wardroom.sync.session import Session as Wire

    return Wire(exchange._recall)
