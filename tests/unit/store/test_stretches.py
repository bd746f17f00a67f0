"""Where a search looks: what is ruled out beforehand never hides a post, whatever clocks and read marks say."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.strategies import House, examples

from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostDraft
from wardroom.store import folds, stretches
from wardroom.store.queries import READABLE, UNREAD

HOUR_MS = 3_600_000
VERSIONS = st.lists(st.integers(0, 400), unique=True, max_size=60)


@examples(200)
@given(VERSIONS)
def test_stretches_hold_what_they_are_made_of(versions: list[int]) -> None:
    """Every version stands in exactly one stretch; they fall, do not touch, and are few."""
    found = stretches._joined([(version, version) for version in sorted(versions, reverse=True)])
    assert all(sum(low <= version <= high for low, high in found) == 1 for version in versions)
    assert all(newer[0] > older[1] + 1 for newer, older in pairwise(found))
    assert len(found) <= stretches.STRETCHES_MAX
    runs = sum(version - 1 not in versions for version in versions)
    if runs <= stretches.STRETCHES_MAX:
        assert {number for low, high in found for number in range(low, high + 1)} == set(versions)


@examples(200)
@given(VERSIONS, VERSIONS)
def test_both_is_what_two_have_in_common(ours: list[int], theirs: list[int]) -> None:
    """A version stands in both where it stands in each; the newest come first."""
    first, second = (
        [(number, number + 2) for number in sorted(numbers, reverse=True) if number % 4 == 0]
        for numbers in (ours, theirs)
    )
    common = stretches.both(first, second)
    for version in range(410):
        stands = [any(low <= version <= high for low, high in found) for found in (first, second, common)]
        assert stands[2] == (stands[0] and stands[1])
    assert common == sorted(common, reverse=True)


@pytest.mark.parametrize("seed", range(4))
def test_a_search_by_time_and_marks_finds_what_the_rows_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Clocks that jump, amendments, withdrawals and read marks anywhere: the same as asking every row."""
    monkeypatch.setattr(folds, "CLOCK_BLOCK", 4)
    monkeypatch.setattr(stretches, "CLOCK_BLOCK", 4)
    monkeypatch.setattr(stretches, "STRETCHES_MAX", 3)
    monkeypatch.setattr(stretches, "UNREAD_MAX", 7)
    rng = Random(seed)
    house = House(tmp_path / "forum.db")
    forum, db = house.forum, house.forum.session.store.read
    room = forum.boards.open(house.me("sam"), "room", title="Room", members_of_room=("sam", "omar"))
    now_ms = house.clock.ms
    posts: list[tuple[str, EventNo]] = []
    for number in range(30):
        house.clock.ms = now_ms + rng.randint(-40, 40) * HOUR_MS
        who = rng.choice(["sam", "nadia", "omar"])
        if posts and rng.random() < 0.6:
            parent = rng.choice(posts)[1]
            posts.append((who, house.reply(who, parent, f"fluids {number}")))
        elif who != "nadia" and rng.random() < 0.3:
            house.post(who, "pressors", room, title="Which of both first")
        else:
            posts.append((who, house.post(who, rng.choice(["fluids", "pressors"]), title="Which of both first")))
        if rng.random() < 0.2:
            author, post = rng.choice(posts)
            forum.cases.amend(house.me(author), post, PostDraft("fluids, amended", title="Which of both first"))
        if rng.random() < 0.1:
            author, post = posts.pop(rng.randrange(len(posts)))
            forum.cases.withdraw(house.me(author), post)
        if rng.random() < 0.3:
            forum.inbox.mark_seen(house.me("nadia"), [rng.choice(posts)[1]])
    house.clock.ms = now_ms
    day = datetime.fromtimestamp(now_ms / 1000, UTC).date().isoformat()
    day_ms = int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000)
    answered = "EXISTS (SELECT 1 FROM view_post o WHERE o.thread = p.thread AND o.author <> t.author AND o.state = 0)"
    conditions = {
        "before:5h": f"p.hlc >> 16 < {now_ms - 5 * HOUR_MS}", "after:5h": f"p.hlc >> 16 >= {now_ms - 5 * HOUR_MS}",
        "-before:20h": f"p.hlc >> 16 >= {now_ms - 20 * HOUR_MS}", "-after:2h": f"p.hlc >> 16 < {now_ms - 2 * HOUR_MS}",
        f"before:{day}": f"p.hlc >> 16 < {day_ms}", "before:9999-12-31": "1", "after:9999-12-31": "0",
        "after:1000-01-01": "1", "is:unread": UNREAD, "-is:unread": f"NOT {UNREAD}",
        "is:unanswered": f"NOT {answered}", "-is:unanswered": answered,
        "-board:cases": f"p.board <> {house.board}", "-kind:talk": "0", "-is:open": "0", "-kind:case": "1",
    }  # fmt: skip
    ids = {forum.cases.id_of(post): post for _, post in posts}
    says = {}
    for handle in ("nadia", "omar"):
        words = forum.cases.words(house.me(handle), [post for _, post in posts])
        says[handle] = {ids[name] for name, said in words.items() if "fluids" in said.text}
        viewer = house.viewer(handle)
        for left, of_left in conditions.items():
            for right, of_right in {"": "1", **conditions}.items():
                rows = db.execute(
                    "SELECT p.post FROM view_post p JOIN view_thread t ON t.thread = p.thread"
                    f" WHERE {READABLE} AND ({of_left}) AND ({of_right}) ORDER BY p.shown DESC",
                    viewer.bound,
                ).fetchall()
                wanted = [row[0] for row in rows]
                assert [hit.post for hit in forum.search.find(house.me(handle), f"{left} {right}").hits] == wanted
                hits = forum.search.find(house.me(handle), f"{left} {right} fluids").hits
                assert [hit.post for hit in hits] == [post for post in wanted if post in says[handle]]
    house.close()
