"""A forum file of every released format opens in this version, shows what it showed, and goes on."""

import gzip
import json
import random
import shutil
from pathlib import Path

import pytest
from tests.lines import CIRCLE, FIRST, MemoryLink, Site, meet
from tests.stored_file import PASSWORD, STORED, shown
from tests.strategies import Clock, exact_content

from wardroom.domain.views import PostDraft
from wardroom.errors import BadPassword
from wardroom.forum.founding import Founder, found
from wardroom.store import projections
from wardroom.store.database import FORMAT
from wardroom.store.journal import journal
from wardroom.store.upgrade import upgrade

FORMATS = sorted(int(path.name.split(".")[0].removeprefix("format-")) for path in STORED.glob("format-*.db.gz"))


@pytest.fixture(name="stored", params=FORMATS)
def _stored(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    """A format, and a copy of its file that has been brought up to date."""
    path = tmp_path / "forum.db"
    with gzip.open(STORED / f"format-{request.param}.db.gz") as packed, path.open("wb") as target:
        shutil.copyfileobj(packed, target)
    path.chmod(0o600)
    upgrade(path, now_ms=Clock())
    return request.param, path


def test_every_format_is_kept() -> None:
    """There is a file of each format from the first one on, that of today included."""
    assert list(range(1, FORMAT + 1)) == FORMATS


def test_it_shows_what_it_showed(stored: tuple[int, Path]) -> None:
    """Threads, words, records and outcomes, before and after a rebuild; every signature and body is sound."""
    number, path = stored
    words = json.loads((STORED / f"format-{number}.json").read_text(encoding="utf-8"))
    site = Site(path, Clock())
    assert shown(site, site.me(FIRST[0])) == words
    site.session.prove_instance()  # a copy goes on as a new instance, which writes
    before = exact_content(site.session.store.read)
    with journal(site.session.store) as j:
        projections.rebuild(j)
    assert exact_content(site.session.store.read) == before
    assert list(site.forum.upkeep.faults(is_deep=True)) == []
    site.close()


def test_it_goes_on(stored: tuple[int, Path], tmp_path: Path) -> None:
    """Its draft and password are there, it takes posts, and a site of today that is let in gets all of it."""
    _number, path = stored
    site = Site(path, Clock())
    me = site.me(FIRST[0])
    assert [draft.fields["title"] for draft in site.forum.drafts.list(me)] == ["Half a thought"]
    assert site.forum.members.login(me.handle, PASSWORD).handle == me.handle
    with pytest.raises(BadPassword):
        site.forum.members.login(me.handle, "another song")
    board = site.forum.boards.named(me, f"shared@{CIRCLE}").board
    site.forum.cases.post(me, board, PostDraft("Written today.", title="From a later version", kind="talk"))
    found(tmp_path / "new.db", Founder("island", "iris", "nurse"), now_ms=site.clock.ms)
    new = Site(tmp_path / "new.db", Clock())
    iris = new.me("iris")
    new.forum.circles.join(iris, site.forum.circles.invite(me, CIRCLE, new.session.identity.site_key.hex(), "island"))
    assert meet(new.session, site.session, MemoryLink(random.Random(1))).is_whole
    while new.forum.unscreened.work(most=100):
        pass
    assert {line.title for line in new.forum.cases.newest(iris)} >= {"A wide QRS", "From a later version"}
    new.close()
    site.close()
