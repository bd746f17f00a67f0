"""A purge travels over a real sshd: no byte of the words stays in any site's file, and the audit says who has yet to erase."""

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.e2e.conftest import Cli, Ran, Server
from tests.e2e.test_sync import CUTTER, DONE, PARTLY
from tests.lines import CIRCLE, FIRST, Site, make_sites
from tests.strategies import raw_bytes, vocabulary

from wardroom.domain.events import PostPurged
from wardroom.domain.ids import SiteKey
from wardroom.domain.views import Me, PostDraft
from wardroom.errors import NotFound

WORDS = ("zqtitlexyl", "zqtextxyl", "zqtagxyl", "zqversionxyl")


@dataclass
class Coast:
    """Three sites that call each other over one sshd; whoever runs this is linked to each site's first member."""

    sites: list[Site]
    server: Server
    cli: Cli
    pinned: set[tuple[int, int]] = field(default_factory=set)

    def sync(self, here: int, there: int, *, through: tuple[str, ...] = ()) -> Ran:
        """One site calls another, whose answer may have to come through a command."""
        near, far = self.sites[here], self.sites[there]
        if (here, there) not in self.pinned:
            self.pinned.add((here, there))
            key = SiteKey(far.session.identity.site_key)
            near.forum.peers.add(
                self.me(here), f"site{there}", key, target="ward", spool="", ssh_config=str(self.server.config), circles=()
            )  # fmt: skip
        serving = (
            f"{sys.executable} -m wardroom --forum {far.path} sync-serve --peer {near.session.identity.site_key.hex()}"
        )
        self.server.run_for_key(" ".join((*through, serving)))
        return self.cli("--forum", str(near.path), "sync", f"site{there}")

    def me(self, number: int) -> Me:
        return self.sites[number].me(FIRST[number + 1] if number else FIRST[0])

    def run(self, number: int, *words: str) -> Ran:
        """A command line on a site's file."""
        ran = self.cli("--forum", str(self.sites[number].path), *words)
        assert ran.status == DONE, ran.err
        return ran

    def post(self, number: int) -> str:
        """A post with a version before it, each of whose parts has a word that stands nowhere else; its id."""
        title, text, tag, version = WORDS
        board = f"shared@{CIRCLE}"
        first = self.run(
            number, "post", "--board", board, "--title", f"About the {title}", "--tag", tag, f"Give {version}."
        ).id
        self.run(number, "amend", first, f"Give {text} instead.")
        return first

    def yet_to_erase(self, number: int) -> list[str]:
        """Who has not yet said that a purge was carried out, as the audit of a site has it."""
        lines = map(json.loads, self.run(number, "audit", "--json").out.splitlines())
        return [site for line in lines if line["verb"] == "purge" for site in line["yet_to_erase"]]

    def words_in(self, number: int) -> set[str]:
        """The words that some byte of a file, of its write-ahead log or of its index still tells."""
        site = self.sites[number]
        raw = raw_bytes(site.path).lower()
        kept = {word for word in WORDS for code in ("utf-8", "utf-16-le", "utf-16-be") if word.encode(code) in raw}
        return kept | (set(WORDS) & {term for term, *_ in vocabulary(site.session.store.read)})


@pytest.fixture(name="coast")
def _coast(tmp_path: Path, server: Server, cli: Cli) -> Iterator[Coast]:
    (tmp_path / "coast").mkdir()
    coast = Coast(make_sites(tmp_path / "coast", 3), server, cli)
    for number, site in enumerate(coast.sites):
        me = coast.me(number)
        site.forum.members.link(me, me.handle, os.getuid())
    yield coast
    server.run_for_key(None)
    for site in coast.sites:
        site.close()


def test_a_purge_leaves_no_byte_at_the_other_site(coast: Coast) -> None:
    """Text, title, tag and earlier version are in neither file, log nor index; the audit waits for the acknowledgement."""
    post = coast.post(1)
    assert coast.sync(1, 0).status == DONE
    assert coast.words_in(0) == set(WORDS)
    coast.run(1, "purge", post, "--reason", "identifier", "--yes")
    assert coast.words_in(1) == set()
    assert coast.yet_to_erase(1) == ["site0", "site2"]
    assert coast.sync(1, 0).status == DONE
    assert coast.words_in(0) == set()
    assert coast.sync(1, 0).status == DONE
    assert coast.yet_to_erase(1) == ["site2"]
    assert coast.sync(2, 0).status == DONE
    assert coast.words_in(2) == set()
    assert coast.sync(2, 0).status == DONE
    assert coast.sync(1, 0).status == DONE
    assert coast.yet_to_erase(1) == []
    assert coast.yet_to_erase(0) == []


def test_a_purge_that_comes_before_its_post_lets_no_word_in(coast: Coast, tmp_path: Path) -> None:
    """The line breaks between purge and post; the third site then asks one that has not heard of the purge."""
    (tmp_path / "cutter.py").write_text(CUTTER)
    first, _second, third = coast.sites
    first.forum.members.grant(coast.me(0), "mona", "moderator", circle=CIRCLE)
    chatter(coast)
    post = coast.post(1)
    assert coast.sync(1, 0).status == DONE
    here = first.forum.cases.resolve(coast.me(0), post)
    assert not first.forum.cases.purge(coast.me(0), here, "identifier")
    assert first.forum.cases.purge(first.me("mona"), here, "identifier")
    cut = coast.sync(2, 0, through=(sys.executable, str(tmp_path / "cutter.py"), "40000"))
    assert cut.status == PARTLY, cut.err
    assert (has_purge(third), holds(third, coast.me(2), post)) == (True, False)
    assert coast.words_in(1) == set(WORDS)
    assert coast.sync(2, 1).status == DONE
    assert (has_purge(third), holds(third, coast.me(2), post)) == (True, True)
    assert coast.words_in(2) == set()
    assert coast.words_in(1) == set()
    for caller in (1, 2, 1, 2):
        assert coast.sync(caller, 0).status == DONE
    assert coast.yet_to_erase(0) == []


def chatter(coast: Coast) -> None:
    """So many posts of the second site that they take several loads: a line breaks long before the last of them."""
    rng, me = random.Random(5), coast.me(1)
    site = coast.sites[1]
    board = site.forum.boards.named(me, f"shared@{CIRCLE}").board
    for _ in range(60):
        text = " ".join("".join(rng.choices("abdegiklmnoprstu", k=8)) for _ in range(330))
        site.clock.ms += 1000
        site.forum.cases.post(me, board, PostDraft(text, title="About something at all", kind="talk"))


def has_purge(site: Site) -> bool:
    return (
        site.session.store.read.execute("SELECT 1 FROM log_event WHERE kind = ?", (PostPurged.KIND,)).fetchone()
        is not None
    )


def holds(site: Site, me: Me, post: str) -> bool:
    """Whether a file knows a post, with or without its words."""
    try:
        return bool(site.forum.cases.resolve(me, post))
    except NotFound:
        return False
