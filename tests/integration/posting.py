"""What real processes do in these tests: post, and say what was acknowledged. Loaded by a fork server."""

import os
import random
from multiprocessing.synchronize import Barrier
from pathlib import Path

from wardroom import screening
from wardroom.domain.views import PostDraft
from wardroom.forum import Forum, bundle
from wardroom.forum.session import Session
from wardroom.store import keys, local
from wardroom.store.database import open_store
from wardroom.wiring import wall_ms

screening.scan("The lists are read once, by the fork server.")
keys.public_key(bytes(32))


def session(path: Path) -> Forum:
    """A session of a process of its own."""
    return bundle(Session(open_store(path, now_ms=wall_ms)))


def post_many(path: Path, number: int, count: int, barrier: Barrier, acknowledged: int) -> None:
    """Post ``count`` times as fast as can be, all processes beginning together; each acknowledged word is written down."""
    forum = session(path)
    store = forum.session.store
    account = local.account_named(store.read, "nadia" if number % 2 else "omar")
    assert account is not None
    me = forum.session.me(account)
    board = forum.boards.named(me, "cases").board
    barrier.wait(60)
    thread = None
    for turn in range(count):
        word = f"zq{number}x{turn}"
        if turn % 3 == 0 or thread is None:
            thread = forum.cases.post(me, board, PostDraft(text=f"Fluids, {word}.", title="About fluids", kind="talk"))
        else:
            forum.cases.reply(me, thread, PostDraft(text=f"Indeed, {word}."))
        forum.inbox.brief(me)
        os.write(acknowledged, f"{word}\n".encode())
    forum.close()


def post_until_killed(path: Path, number: int, acknowledged: int) -> None:
    """Post, amend, erase and read until the end comes; every acknowledged word is written down."""
    forum = session(path)
    rng = random.Random(number)
    account = local.account_named(forum.session.store.read, "nadia")
    assert account is not None
    me = forum.session.me(account)
    board = forum.boards.named(me, "cases").board
    os.write(acknowledged, b"begun\n")
    turn = 0
    while True:
        turn += 1
        word = f"zq{number}x{turn}"
        thread = forum.cases.post(me, board, PostDraft(text=f"Fluids, {word}.", title="About fluids", kind="talk"))
        os.write(acknowledged, f"+{word}\n".encode())
        chance = rng.random()
        if chance < 0.3:
            word = f"zq{number}y{turn}"
            draft = PostDraft(text=f"Less, {word}.", title="About less fluid", kind="talk")
            forum.cases.amend(me, thread, draft)
            os.write(acknowledged, f"+{word}\n".encode())
        elif chance < 0.45:
            os.write(acknowledged, f"?{word}\n".encode())
            forum.cases.purge(me, thread, "other")
            os.write(acknowledged, f"-{word}\n".encode())
        elif chance < 0.6:
            forum.inbox.mark_all(me)
        elif chance < 0.7:
            forum.close()
            forum = session(path)
