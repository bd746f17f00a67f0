"""The peers on the glass: the light in the corner of every screen, and the screen that meets them."""

from pathlib import Path

from tests.tui.ward import Ward, glass, until, ward

from wardroom.domain.views import PostDraft

HARBOR = b"\x81\x39\x77\x0e\xa8\x7d\x17\x5f\x56\xa3\x54\x66\xc3\x4c\x7e\xcc\xcb\x8d\x8a\x91\xb4\xee\x37\xa2\x5d\xf6\x0f\x5b\x8f\xc9\xb3\x94"


def with_peer(ward: Ward, folder: Path) -> None:
    """A circle shared with another site that is met in a folder."""
    ward.forum.circles.new(ward.nadia, "region")
    ward.forum.circles.invite(ward.nadia, "region", HARBOR.hex(), "harbor")
    site = ward.forum.peers.site_of("harbor")
    ward.forum.peers.add(ward.nadia, "harbor", site, spool=str(folder / "spool"))


async def test_no_light_without_peers(tmp_path: Path) -> None:
    """Who has no peers is not told about any, and the screen says how to name one."""
    with ward(tmp_path) as here:
        app = here.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("S")
            assert "⇅" not in glass(app)
            assert "wardroom peer add" in glass(app)


async def test_a_peer_is_met_beside_the_screens(tmp_path: Path) -> None:
    """Asked for on the screen, an exchange runs in a process of its own, and its end is seen without a key."""
    with ward(tmp_path) as here:
        with_peer(here, tmp_path)
        app = here.app()
        async with app.run_test(size=(80, 24)) as pilot:
            assert "⇅ -" in glass(app).splitlines()[0]
            await pilot.press("S")
            assert "never met" in glass(app)
            await pilot.press("enter")
            await until(lambda: "up to date" in glass(app) or "behind" in glass(app), within_s=60.0, on=app)
            assert "never met" not in glass(app)
            await until(lambda: "⇅ now" in glass(app).splitlines()[0], on=app)
        assert list((tmp_path / "spool").rglob("*.parcel"))


async def test_what_went_wrong_is_said_below_the_list(tmp_path: Path) -> None:
    """A peer that could not be met carries an alarm, and the reason stands there in a sentence."""
    with ward(tmp_path) as here:
        with_peer(here, tmp_path)
        (tmp_path / "spool").rmdir()
        app = here.app()
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("S", "s")
            await until(lambda: "failed" in glass(app), within_s=60.0, on=app)
            await pilot.press("k")
            assert "‼" in glass(app).splitlines()[2]
            assert "The spool is gone. Is it mounted?" in " ".join(glass(app).split())


async def test_an_own_post_says_how_far_it_came(tmp_path: Path) -> None:
    """Whoever posts in a shared circle sees how many peers hold it; on a board of the house nothing is said."""
    with ward(tmp_path) as here:
        with_peer(here, tmp_path)
        board = here.forum.boards.open(here.nadia, "trauma", circle="region")
        shared = here.forum.cases.post(here.nadia, board, PostDraft("Words.", title="A shared question", kind="talk"))
        local = here.case(by=here.nadia)
        assert here.forum.cases.open(here.nadia, shared).head.reached == (0, 1)
        assert here.forum.cases.open(here.nadia, local).head.reached is None
        assert here.forum.cases.open(here.omar, local).head.reached is None
