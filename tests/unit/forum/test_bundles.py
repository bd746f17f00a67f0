"""Bundles and spools bring sites together that never meet, and leave no purged word in a folder."""

from pathlib import Path

import pytest
from tests.sites import (
    Site,
    add_spool,
    assert_alike,
    exchanged,
    found_region,
    invited,
    make,
    paired,
    purge,
    spooled,
    thread_named,
)

from wardroom.errors import Refused, SyncCut, SyncFailed
from wardroom.forum.intake import Report
from wardroom.link import files


def bundled(sender: Site, path: Path, *recipients: Site, is_plain: bool = False) -> Report:
    """A bundle of one site for others; for all of them where none is named."""
    keys = []
    for recipient in recipients:
        with recipient.open() as (forum, _):
            keys.append(forum.session.identity.site_key)
    with sender.open() as (forum, _):
        return forum.bundles.make(path, tuple(keys), is_plain=is_plain)


def taken(recipient: Site, path: Path) -> Report:
    """What a site takes out of a bundle."""
    with recipient.open() as (forum, _):
        return forum.bundles.take(path)


def paired_in_a_folder(folder: Path) -> tuple[Site, Site, Path]:
    """Two sites up to date with each other, and a spool in which they meet from now on."""
    county, harbor = paired(folder)
    spool = folder / "spool"
    add_spool(county, harbor, spool)
    add_spool(harbor, county, spool)
    return county, harbor, spool


def test_bundles_there_and_back_make_two_files_alike(tmp_path: Path) -> None:
    """A file each way, and both hold everything; the same file again changes nothing."""
    county, harbor = make("county", tmp_path), make("harbor", tmp_path)
    found_region(county)
    invited(county, harbor)
    county.post("first")
    bundled(county, tmp_path / "out.bundle")
    assert taken(harbor, tmp_path / "out.bundle").received_events > 0
    assert taken(harbor, tmp_path / "out.bundle").received_events == 0
    harbor.post("second")
    bundled(harbor, tmp_path / "back.bundle", county)
    taken(county, tmp_path / "back.bundle")
    assert county.titles() == harbor.titles() == ["first", "second"]
    assert_alike(county, harbor)


def test_a_bundle_holds_what_the_other_site_lacks(tmp_path: Path) -> None:
    """What a site is known to hold is not sent again, whether it was heard over a line or from a bundle."""
    county, harbor = paired(tmp_path)
    assert bundled(county, tmp_path / "none.bundle", harbor).sent_events == 0
    county.post("third")
    assert bundled(county, tmp_path / "one.bundle", harbor).sent_events == 1
    taken(harbor, tmp_path / "one.bundle")
    bundled(harbor, tmp_path / "back.bundle", county)
    taken(county, tmp_path / "back.bundle")
    assert bundled(county, tmp_path / "none again.bundle", harbor).sent_events == 0


def test_a_bundle_is_for_its_recipients(tmp_path: Path) -> None:
    """Another site of the circle cannot read it, a cut one gives what it has, and a file that is none is told."""
    county, harbor = paired(tmp_path)
    island = make("island", tmp_path)
    invited(county, island)
    exchanged(island, county)
    county.post("third")
    path = tmp_path / "harbor.bundle"
    bundled(county, path, harbor)
    with pytest.raises(Refused):
        taken(island, path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    with pytest.raises(SyncCut):
        taken(harbor, path)
    assert "third" in harbor.titles()
    path.write_bytes(b"no bundle at all")
    with pytest.raises(SyncFailed):
        taken(harbor, path)


def test_three_sites_meet_in_a_folder(tmp_path: Path) -> None:
    """Sites that never meet converge through one folder, in whatever order they come by."""
    county, harbor, island = (make(name, tmp_path) for name in ("county", "harbor", "island"))
    found_region(county)
    spool = tmp_path / "spool"
    for guest in (harbor, island):
        invited(county, guest)
        add_spool(guest, county, spool)
    add_spool(county, harbor, spool)
    county.post("first")
    for _ in range(2):
        for site, name in ((island, "county"), (county, "harbor"), (harbor, "county")):
            spooled(site, name)
    harbor.post("second")
    island.post("third")
    for _ in range(2):
        for site, name in ((harbor, "county"), (island, "county"), (county, "harbor")):
            spooled(site, name)
    assert county.titles() == harbor.titles() == island.titles() == ["first", "second", "third"]
    assert_alike(county, harbor, island)
    before = {path: path.read_bytes() for path in spool.rglob("*.parcel")}
    assert spooled(harbor, "county").received_events == 0
    assert {path: path.read_bytes() for path in spool.rglob("*.parcel")} == before
    assert not any(b"About" in content for content in before.values())


def test_a_purge_takes_the_segment_out_of_the_folder(tmp_path: Path) -> None:
    """A stretch with a purged body is replaced by one without it, and whoever comes later never sees the words."""
    county, harbor, spool = paired_in_a_folder(tmp_path)
    spooled(county, "harbor")
    before = {segment.path for segment in files.segments(spool, _circles(spool))}
    purge(county, "first")
    spooled(county, "harbor")
    after = {segment.path for segment in files.segments(spool, _circles(spool))}
    replaced = before - after
    assert len(replaced) == 1
    assert not any(path.exists() for path in replaced)
    spooled(harbor, "county")
    island = make("island", tmp_path)
    invited(county, island)
    add_spool(island, county, spool)
    for _ in range(2):
        for site, name in ((county, "harbor"), (island, "county")):
            spooled(site, name)
    exchanged(island, county)
    assert_alike(county, island)


def test_whoever_erases_in_the_folder_loses_nothing_else(tmp_path: Path) -> None:
    """A site that took a log in larger batches holds fewer of its signatures: it writes the stretch up to one that it has."""
    county, harbor, spool = paired_in_a_folder(tmp_path)
    county.post("third")
    spooled(county, "harbor")
    county.post("fourth")
    exchanged(harbor, county)
    purge(county, "third")
    exchanged(harbor, county)
    before = {segment.path for segment in files.segments(spool, _circles(spool))}
    spooled(harbor, "county")
    assert before - {segment.path for segment in files.segments(spool, _circles(spool))}
    island = make("island", tmp_path)
    invited(county, island)
    add_spool(island, county, spool)
    exchanged(harbor, county)
    for site in (harbor, island) * 3:
        spooled(site, "county")
    assert {"first", "second", "fourth"} <= set(island.titles())
    assert_alike(harbor, island)


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    """The folder of a spool is made when the peer is added; where it is missing later nothing counts as exchanged."""
    county, harbor = paired(tmp_path)
    spool = tmp_path / "spool"
    add_spool(county, harbor, spool)
    assert spool.is_dir()
    spool.rmdir()
    with pytest.raises(SyncFailed, match="Is it mounted"):
        spooled(county, "harbor")
    assert not spool.exists()


def test_words_that_are_awaited_stay_in_the_folder(tmp_path: Path) -> None:
    """A site that lacks a body leaves the stretch that may hold it as it lies, until it hears that a purge has taken it."""
    county, harbor, spool = paired_in_a_folder(tmp_path)
    spooled(county, "harbor")
    before = {segment.path for segment in files.segments(spool, _circles(spool))}
    await_words(harbor, "first")
    spooled(harbor, "county")
    assert before <= {segment.path for segment in files.segments(spool, _circles(spool))}
    purge(county, "first")
    for _ in range(2):
        exchanged(harbor, county)
    spooled(harbor, "county")
    after = files.segments(spool, _circles(spool))
    assert before - {segment.path for segment in after}
    assert [segment.purged for segment in after if segment.purged] == [1]


def test_awaited_words_are_put_into_the_folder_for_whoever_is_admitted(tmp_path: Path) -> None:
    """A stretch that was written by a site that lacked some words is written anew by one that has them."""
    county, harbor, spool = paired_in_a_folder(tmp_path)
    await_words(harbor, "first")
    spooled(harbor, "county")
    island = make("island", tmp_path)
    invited(county, island)
    add_spool(island, county, spool)
    for site, name in ((county, "harbor"), (island, "county")) * 2:
        spooled(site, name)
    assert island.titles() == ["first", "second"]


def await_words(site: Site, title: str) -> None:
    """A site has a post without its words, as from one that had lost them."""
    with site.open() as (forum, _), forum.session.store.write() as db:
        event = thread_named(forum, title)
        db.execute("DELETE FROM log_body WHERE event = ?", (event,))
        db.execute("INSERT INTO local_awaited VALUES (?)", (event,))


def test_purged_words_do_not_come_back_into_the_folder(tmp_path: Path) -> None:
    """A site that was suspended before the purge, and cannot read of it, leaves the stretch without them as it lies."""
    county, harbor, spool = paired_in_a_folder(tmp_path)
    spooled(county, "harbor")
    with county.open() as (forum, me):
        forum.circles.suspend_site(me, "region", "harbor", is_on=True)
    purge(county, "first")
    spooled(county, "harbor")
    before = {segment.path for segment in files.segments(spool, _circles(spool))}
    assert any(segment.purged for segment in files.segments(spool, _circles(spool)))
    spooled(harbor, "county")
    assert before <= {segment.path for segment in files.segments(spool, _circles(spool))}


def _circles(spool: Path) -> frozenset[str]:
    return frozenset(path.name for path in spool.glob("*/*"))
