"""Proves that what a screen asks of the forum is answered fast however much the forum holds.

Times are those of the forum and its store until the values are there that a screen paints; painting comes on top.
The peer is the same forum with a hundredth of the posts. Everything stands on one board, the worst case, and is
asked for by two members: one who has posts to read, and the one who imported all of it and so wrote most of it.
"""

import sys

import stage

SIZES = (1_000, 100_000)
PAGE = 24
SCREEN_MS = 30.0
WORDS_MS = 5.0
PHRASE_MS = 30.0

WORDS = (
    ("rare word", "{rare}"),
    ("middling word", "warfarin"),
    ("common word", "the"),
    ("two words", "potassium calcium"),
    ("two common words", "the patient"),
    ("one OR other", "warfarin OR insulin"),
    ("begins with", "anti*"),
    ("begins with two letters", "ca*"),
    ("board: and word", "board:cases insulin"),
    ("author: and word", "author:omar calcium"),
    ("author: who wrote most", "author:tove insulin"),
    ("author: alone", "author:omar"),
    ("tag: alone", "tag:potassium"),
    ("is:unread", "is:unread"),
    ("is:unread and word", "is:unread calcium"),
    ("is:unanswered and word", "is:unanswered slow"),
    ("is:unanswered and common word", "is:unanswered the"),
    ("is:mine", "is:mine"),
    ("word without another", "warfarin -insulin"),
    ("common without common", "the -and"),
    ("nothing but without", "-the"),
    ("after:", "after:7d insulin"),
    ("no such word", "zzyzx"),
)
PHRASES = (
    ("phrase, rare", '"renal team early"'),
    ("phrase, common", '"of the"'),
    ("phrase, middling", '"the patient"'),
)


def main() -> int:
    """Measure both sizes and print."""
    report = stage.Report("Time until a screen's values are there")
    for size in SIZES:
        with stage.copy_of(stage.forum_of(size)) as path:
            forum = stage.opened(path)
            for handle in ("nadia", "tove"):
                measure(report, forum, handle, size)
            forum.close()
    return report.end()


def measure(report: stage.Report, forum: stage.Forum, handle: str, size: int) -> None:
    """One member at one size; figures with a mark only at the greater one."""
    me = stage.member(forum, handle)
    board, case = stage.first_board(forum, me), stage.long_case(forum, me)
    rare = "renal"

    def show(what: str, action: object, mark: float, times: int = 21) -> None:
        first, middle = stage.median_ms(action, times=times)  # type: ignore[arg-type]
        name = f"{what}, {handle}, {size:,} posts"
        if size == SIZES[-1]:
            report.claim(name, f"{middle:.2f} ms (first {first:.1f})", f"<= {mark:g} ms", is_met=middle <= mark)
        else:
            report.note(name, f"{middle:.2f} ms (first {first:.1f})")

    show("brief", lambda: forum.inbox.brief(me), SCREEN_MS)
    show("boards", lambda: forum.boards.lines(me), SCREEN_MS)
    for sort in ("activity", "unread", "unanswered"):
        show(
            f"board by {sort}, first page",
            lambda sort=sort: forum.cases.lines(me, forum.cases.order(me, board, sort)[:PAGE]),
            SCREEN_MS,
        )
    show(f"case of {stage.LONG_CASE_REPLIES} replies", lambda: forum.cases.open(me, case), SCREEN_MS)
    show("next unread", lambda: forum.inbox.next_unread(me), SCREEN_MS)
    show("header's count", lambda: forum.inbox.unread_posts(me), SCREEN_MS)
    for marks, queries in ((WORDS_MS, WORDS), (PHRASE_MS, PHRASES)):
        for what, query in queries:
            text = query.format(rare=rare)
            hits = len(forum.search.find(me, text).hits)
            show(f"search, {what}: {text} ({hits})", lambda text=text: forum.search.find(me, text), marks)


if __name__ == "__main__":
    sys.exit(main())
