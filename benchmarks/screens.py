"""Proves that what a screen asks of the forum is answered at once, however much the forum holds.

Times are those of the forum and its store until the values are there that a screen paints; painting comes on top.
Everything stands on one board, the worst case, and is asked for by two members, the slower of whom counts: nadia,
who has posts to read, and tove, who imported the mail and so wrote most of it. The peer is the same forum with a
hundredth of the posts.
"""

import argparse
import random
import sys
from collections.abc import Callable

import make_mbox
import stage

POSTS = 100_000
MEMBERS = ("nadia", "tove")
WATCHED = 200
"""Threads a member follows and has bookmarks in."""
NAMED = 20
"""Threads a member is named in."""
PAGE = 24
"""Lines that a first page shows."""

SCREEN_MS = 30.0
WORDS_MS = 5.0
PHRASE_MS = 30.0
RARE = make_mbox.vocabulary(random.Random(7))[0][9_000]
"""A word of the generated mail that a post in some thousands holds."""

WORDS = (
    ("rare word", RARE),
    ("middling word", "warfarin"),
    ("common word", "the"),
    ("two words", "potassium calcium"),
    ("two common words", "the patient"),
    ("one OR other", "warfarin OR insulin"),
    ("beginning of a word", "anti*"),
    ("board", "board:cases insulin"),
    ("author", "author:omar calcium"),
    ("author of nearly all", "author:tove insulin"),
    ("author alone", "author:omar"),
    ("tag alone", "tag:potassium"),
    ("unread alone", "is:unread"),
    ("unread", "is:unread calcium"),
    ("unanswered alone", "is:unanswered"),
    ("unanswered", "is:unanswered slow"),
    ("unanswered, common word", "is:unanswered the"),
    ("mine alone", "is:mine"),
    ("since", "after:7d insulin"),
    ("one without other", "warfarin -insulin"),
    ("only without", "-the"),
    ("in vain", "zzyzx"),
    ("before, in vain", "before:7d insulin"),
    ("before, in vain, common word", "before:7d the"),
    ("before, in vain, alone", "before:7d"),
    ("after, in vain, common word", "after:2100-01-01 the"),
    ("not after, in vain", "-after:7d the"),
    ("before, all fit", "before:2100-01-01 the"),
    ("after, all fit, alone", "after:7d"),
    ("since, unanswered", "after:7d is:unanswered kind:talk the"),
    ("before, unread", "before:7d is:unread"),
    ("unread, common word", "is:unread the"),
    ("unread of an author", "is:unread author:nadia"),
    ("read", "-is:unread the"),
    ("answered", "-is:unanswered the"),
    ("unanswered, in vain", "is:unanswered author:nadia the"),
    ("unanswered with a tag", "is:unanswered tag:potassium calcium"),
    ("mine, common word", "is:mine the"),
    ("not mine", "-is:mine insulin"),
    ("tag, common word", "tag:potassium the"),
    ("without a tag", "-tag:potassium the"),
    ("tag, in vain", "tag:nope the"),
    ("acuity", "acuity:ctas:1"),
    ("acuity, common word", "acuity:ctas:1 the"),
    ("acuity, in vain", "acuity:ctas:5 warfarin"),
    ("board, in vain", "board:nope the"),
    ("any other board, in vain", "-board:cases the"),
    ("any other kind, in vain", "-kind:talk -kind:case the"),
    ("author, in vain", "author:nobody the"),
    ("any other author", "-author:tove the"),
    ("state, in vain", "is:closed the"),
    ("OR with filters", "the OR insulin is:unanswered after:7d"),
    ("common words", "the of and to in"),
)
SLOW = (
    ("shortest beginning", "ca*"),
    ("beginning of very common words", "th*"),
    ("two such beginnings", "pa* th*"),
    ("a word without itself", "the -the"),
)
"""What has to look at nearly everything, whatever the index; measured, and judged like the rest."""
OTHER_WAYS = (
    ("abbreviation", "MI warfarin"),
    ("long form", "the heart attack"),
    ("in many ways", "SOB seizure insulin"),
)
"""Clinical language: each is looked for in the other ways to say it too, which are phrases."""
SLIPS = ("potasium", "wafarin the", "hyperkalemai insuln pateint", "zzyzxzzyzx")
"""What finds nothing as it is spelled."""
LIKE = (
    ("a case", "High potassium and a slow pulse. Calcium was given, the ECG is wide. What would you do next?"),
    ("many common words", f"{make_mbox.WARD} {make_mbox.COMMON}"),
)
"""Texts that earlier threads are like."""
PHRASES = (
    ("rare phrase", '"renal team early"'),
    ("middling phrase", '"the patient"'),
    ("common phrase", '"of the"'),
)

Timed = dict[str, tuple[float, float]]
"""(first, median) in milliseconds by question."""


def main() -> int:
    """Measure both sizes and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--posts", type=int, default=POSTS)
    told = parser.parse_args()
    report = stage.Report("Until the values are there, in ms")
    sizes = told.posts // 100, told.posts
    small, large = (slower_of_both(size) for size in sizes)
    marks = {name: mark for name, _, mark in questions_of(None, None)}
    for name, (first, middle) in large.items():
        figure = f"{small[name][1]:6.2f} ->{middle:6.2f} (first {first:.1f})"
        report.claim(name, figure, f"<= {marks[name]:g}", is_met=middle <= marks[name])
    report.note("", f"{sizes[0]:,} -> {sizes[1]:,} posts")
    report.note("file, bytes a post", f"{stage.forum_of(told.posts).stat().st_size / told.posts:,.0f}")
    return report.end()


def slower_of_both(size: int) -> Timed:
    """Every question at one size, by the member for whom it takes longer."""
    timed: Timed = {}
    for handle in MEMBERS:
        with stage.copy_of(stage.forum_of(size)) as path:
            forum = stage.opened(path)
            me = stage.member(forum, handle)
            watch(forum, me)
            for name, ask, _ in questions_of(forum, me):
                taken = stage.median_ms(ask)
                timed[name] = max(timed.get(name, (0.0, 0.0)), taken, key=lambda pair: pair[1])
            forum.close()
    return timed


def watch(forum: stage.Forum, me: stage.Me) -> None:
    """Follow and bookmark the newest threads of the first board, and be named in a few."""
    board = stage.first_board(forum, me)
    other = stage.member(forum, next(handle for handle in MEMBERS if handle != me.handle))
    for number, (_run, _ms, thread) in enumerate(forum.cases.order(me, board, limit=WATCHED)):
        forum.attention.follow(me, thread, is_on=True)
        forum.attention.bookmark(me, thread, is_on=True)
        if number < NAMED:
            forum.cases.reply(other, thread, stage.PostDraft(text=f"What would @{me.handle} do?"))


def questions_of(forum: stage.Forum | None, me: stage.Me | None) -> list[tuple[str, Callable[[], object], float]]:
    """(name, question, mark) for each thing a screen asks; without a forum the names and marks alone."""
    board = case = None
    if forum is not None and me is not None:
        board, case = stage.first_board(forum, me), stage.long_case(forum, me)

    def page(sort: str) -> Callable[[], object]:
        return lambda: forum.cases.lines(me, [place.thread for place in forum.cases.order(me, board, sort)[:PAGE]])

    def end() -> object:
        order = forum.cases.order(me, board, "activity", step=-1, limit=PAGE)[::-1]
        return forum.cases.lines(me, [place.thread for place in order])

    def find(text: str) -> Callable[[], object]:
        return lambda: forum.search.find(me, text)

    def meant(text: str) -> Callable[[], object]:
        return lambda: forum.search.suggestions(me, text, forum.search.find(me, text))

    screens: list[tuple[str, Callable[[], object], float]] = [
        ("brief", lambda: forum.inbox.brief(me), SCREEN_MS),
        ("counts of the one line", lambda: forum.inbox.sums(me), SCREEN_MS),
        ("cases one follows", lambda: forum.attention.posts(me, "followed"), SCREEN_MS),
        ("bookmarks", lambda: forum.attention.posts(me, "bookmarks"), SCREEN_MS),
        ("posts that name one", lambda: forum.attention.posts(me, "named"), SCREEN_MS),
        ("card of who wrote nearly all", lambda: forum.cards.named(me, "tove"), SCREEN_MS),
        ("boards", lambda: forum.boards.lines(me), SCREEN_MS),
        ("board, newest first", page("activity"), SCREEN_MS),
        ("board, its order and last page", end, SCREEN_MS),
        ("board, unread first", page("unread"), SCREEN_MS),
        ("board, unanswered first", page("unanswered"), SCREEN_MS),
        (f"case of {stage.LONG_CASE_REPLIES} replies", lambda: forum.cases.open(me, case), SCREEN_MS),
        ("next unread post", lambda: forum.inbox.next_unread(me), SCREEN_MS),
        ("count of the header", lambda: forum.inbox.unread_posts(me), SCREEN_MS),
    ]
    words = [(f"search, {what}: {text}", find(text), WORDS_MS) for what, text in (*WORDS, *SLOW)]
    phrases = [(f"search, {what}: {text}", find(text), PHRASE_MS) for what, text in PHRASES]
    others = [(f"search, {what}: {text}", find(text), PHRASE_MS) for what, text in OTHER_WAYS]
    slips = [(f"did you mean: {text}", meant(text), SCREEN_MS) for text in SLIPS]
    like = [(f"similar to {what}", lambda text=text: forum.search.similar(me, text), SCREEN_MS) for what, text in LIKE]
    like.append(("similar to the long case", lambda: forum.search.similar_to(me, case), SCREEN_MS))
    return screens + words + phrases + others + slips + like


if __name__ == "__main__":
    sys.exit(main())
