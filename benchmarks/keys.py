"""Proves that a case is posted from the brief with at most eight keys besides its words.

The program runs in a pty as a person sees it; what is typed is a title, a question and three sentences. Every key
that is no letter of those is counted, and afterwards the case is looked for in the file.
"""

import sys
import time

import stage
from pty_meter import Session

MARK = 8
TITLE = "Wide QRS after a tricyclic, bicarbonate given"
QUESTION = "More bicarbonate, or lidocaine?"
WORDS = "She took it an hour ago. Two ampoules are in and the QRS is still wide. Pressure holds for now."
PRESSED: tuple[tuple[str, str], ...] = (
    ("n", "new case"),
    ("1", "the first board"),
    ("", TITLE),
    ("Enter", "on to the question"),
    ("", QUESTION),
    ("Enter", "on to the line of shorthand, which stays empty"),
    ("Enter", "on to the words"),
    ("", WORDS),
    ("\x13", "^S: post it"),
)
"""(key, what it is for); without a key, what is typed."""
PAUSE_S = 0.4
"""So long is waited after each key, as a person would look at what it did."""


def main() -> int:
    """Type, look, print."""
    report = stage.Report("A case from the brief")
    with stage.new_forum() as path:
        session = Session([stage.WARDROOM], env=stage.environment(path))
        if session.wait_for(r"\? help") is None:
            sys.exit(f"There is no brief:\n{session.text()}")
        used = []
        began = time.monotonic()
        for key, meaning in PRESSED:
            if key:
                used.append(key)
                session.press(key)
                session.settle(PAUSE_S)
            else:
                for letter in meaning:
                    session.press(letter)
                    session.drain(time.monotonic() + 0.02, 0.01)
        is_told = session.wait_for("posted") is not None
        taken = time.monotonic() - began
        session.close()
        forum = stage.opened(path)
        me = stage.member(forum, "nadia")
        threads = forum.cases.newest(me, stage.first_board(forum, me))
        case = forum.cases.open(me, threads[0].thread) if threads else None
        forum.close()
    is_there = case is not None and (case.line.title, case.question, case.head.text) == (TITLE, QUESTION, WORDS)
    shown = " ".join({"\x13": "^S", "Enter": "⏎"}.get(key, key) for key in used)
    report.claim(f"keys besides the words: {shown}", f"{len(used)}", f"<= {MARK}", is_met=len(used) <= MARK)
    report.claim("the case is in the file, word for word", "yes" if is_there else "no", "yes", is_met=is_there)
    report.claim("the screen says so", "yes" if is_told else "no", "yes", is_met=is_told)
    report.note(f"{len(TITLE + QUESTION + WORDS)} letters and {len(used)} keys, typed by this script", f"{taken:.1f} s")
    return report.end()


if __name__ == "__main__":
    sys.exit(main())
