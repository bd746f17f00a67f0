"""Proves that no text can do harm: whatever is typed is stored or refused with a reason, shown safely, and found again.

    nasty_strings.py BLNS_JSON      a JSON list of strings, such as the Big List of Naughty Strings

Every string is tried as the words of a post, a title, a tag, the name of a site, the handle of a member, and as a
query. What was stored is shown by the command line and by the lines the screens are made of; none may hold a control
character but a newline, or one that turns the direction of reading. Every run of letters or digits in it must find
it; a string without one must be in the list and in what ``show`` prints.
"""

import argparse
import json
import re
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import stage
from msgspec.structs import replace

from wardroom.domain.ids import EventNo
from wardroom.domain.text import clean
from wardroom.domain.views import PostDraft
from wardroom.errors import IdentifierFound, WardroomError
from wardroom.forum.founding import Founder, found
from wardroom.tui.widgets.post_lines import head_lines, reply_lines
from wardroom.tui.widgets.threads import thread_row
from wardroom.wiring import wall_ms

KINDS = ("name", "date", "age", "phone", "email", "address", "location", "id", "url", "other")
RUN = re.compile(r"[^\W_]+")
WIDTHS = (78, 38)
QUERY_MAX = 200
"""Characters of a run that are searched for."""
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(slots=True)
class Tried:
    """What became of the strings in one place."""

    stored: dict[EventNo, str] = field(default_factory=dict)
    """The string by the post that holds it."""
    taken: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    crashed: list[str] = field(default_factory=list)


def main() -> int:
    """Try every string everywhere."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("strings", type=Path, nargs="?", metavar="BLNS_JSON")
    told = parser.parse_args()
    if told.strings is None:
        stage.say("Skipped: no list of strings was named. Give the path of blns.json.")
        return 0
    strings = list(dict.fromkeys(json.loads(told.strings.read_text(encoding="utf-8"))))
    report = stage.Report(f"{len(strings)} nasty strings")
    with stage.new_forum() as path:
        forum = stage.opened(path)
        me = stage.member(forum, "nadia")
        writer = Writer(forum, me)
        places = {
            "words of a post": writer.post(strings, writer.as_words),
            "title": writer.post(strings, writer.as_title),
            "title, with words before it": writer.post(strings, writer.as_longer_title),
            "tag": writer.post(strings, writer.as_tag),
            "question": writer.post(strings, writer.as_question),
            "name of a site": tried(strings, as_site),
            "handle of a member": tried(strings, writer.as_handle),
            "query": tried(strings, writer.as_query),
        }
        tell(report, places)
        stored = {post: text for each in places.values() for post, text in each.stored.items()}
        look(report, path, forum, me, stored)
        words = places["words of a post"].stored
        find_again(report, path, forum, me, words)
        forum.close()
    return report.end()


@dataclass(frozen=True, slots=True)
class Writer:
    """Posts strings in one place or another, and lets stay what screening would keep out, with a reason."""

    forum: stage.Forum
    me: stage.Me

    def as_words(self, text: str) -> PostDraft:
        """The words of a post."""
        return stage.case("High potassium and a slow pulse", text=text)

    def as_title(self, text: str) -> PostDraft:
        """The title as it is: most are too short or too long for one."""
        return stage.case(text)

    def as_longer_title(self, text: str) -> PostDraft:
        """A title that is long enough."""
        return stage.case(f"Nasty title: {text}")

    def as_tag(self, text: str) -> PostDraft:
        """A tag."""
        return replace(stage.case("High potassium and a slow pulse"), tags=(text,))

    def as_question(self, text: str) -> PostDraft:
        """The question of a case."""
        return replace(stage.case("High potassium and a slow pulse"), question=text)

    def as_handle(self, text: str) -> None:
        """The handle of a new member."""
        self.forum.members.add(self.me, text, "nurse", "practitioner")

    def as_query(self, text: str) -> None:
        """A query."""
        self.forum.search.find(self.me, text)

    def post(self, strings: Iterable[str], draft_of: Callable[[str], PostDraft]) -> Tried:
        """Every string in one place of a post of its own."""
        board = stage.first_board(self.forum, self.me)
        overrides = tuple((kind, "a test of nasty strings") for kind in KINDS)

        def post(text: str) -> EventNo:
            draft = draft_of(text)
            try:
                return self.forum.cases.post(self.me, board, draft)
            except IdentifierFound:
                return self.forum.cases.post(self.me, board, replace(draft, overrides=overrides))

        return tried(strings, post)


def as_site(text: str) -> None:
    """The name of a new site."""
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as folder:
        found(Path(folder) / "forum.db", Founder(text, "nadia"), now_ms=wall_ms())


def tried(strings: Iterable[str], take: Callable[[str], EventNo | None]) -> Tried:
    """What becomes of every string."""
    seen = Tried()
    for text in strings:
        try:
            made = take(text)
        except WardroomError as error:
            seen.refused[reason(str(error))] += 1
            if not str(error).strip() or acting(str(error)):
                seen.crashed.append(f"{text!r} was refused with {str(error)!r}")
        except Exception as error:  # noqa: BLE001 - whatever comes out is what is looked for
            seen.crashed.append(f"{text!r}: {type(error).__name__}: {error}")
        else:
            seen.taken += 1
            if made is not None:
                seen.stored[made] = text
    return seen


def reason(sentence: str) -> str:
    """A refusal without what it quotes."""
    return re.sub(r"\(.*|'[^']*'|\"[^\"]*\"|[0-9]+|U\+[0-9A-F]+", "…", sentence)[:60]


def tell(report: stage.Report, places: dict[str, Tried]) -> None:
    """Counts by place."""
    for place, seen in places.items():
        refused = sum(seen.refused.values())
        figure = f"{seen.taken} taken, {refused} refused, {len(seen.crashed)} broke"
        report.claim(f"as {place}", figure, "0 broke", is_met=not seen.crashed)
        for why, count in seen.refused.most_common(3):
            stage.say(f"  {place}: {count} x {why}")
        for crash in seen.crashed[:5]:
            stage.say(f"  {place}: {crash}")


def acting(text: str, allowed: str = "\n") -> str:
    """The characters of a text that act on a terminal or turn the direction of reading."""
    return "".join(
        sign for sign in text if sign not in allowed and (unicodedata.category(sign) == "Cc" or sign in TURNING)
    )


def look(
    report: stage.Report, path: Path, forum: stage.Forum, me: stage.Me, stored: dict[EventNo, str]
) -> None:  # fmt: skip
    """Every post as the command line and the screens show it."""
    ids = {forum.cases.id_of(post): post for post in stored}
    unsafe: dict[str, int] = dict.fromkeys(("show", "show --json", "list", "list --json", "lines of the screens"), 0)
    now_ms = wall_ms()
    for name, post in ids.items():
        for options in ((), ("--json",)):
            status, out, err = stage.run(path, "show", name, *options)
            unsafe[" ".join(("show", *options))] += bool(status or not out or acting(out + err))
        unsafe["lines of the screens"] += bool(acting("".join(lines_of(forum, me, post, now_ms)), allowed=""))
    for options in ((), ("--json",)):
        status, out, err = stage.run(path, "list", "--limit", "0", *options)
        lines = out.splitlines()
        missing = sum(1 for name in ids if not any(name in line for line in lines))
        unsafe[" ".join(("list", *options))] += bool(status) + missing + sum(bool(acting(line)) for line in lines)
    for place, count in unsafe.items():
        report.claim(f"{place}: of {len(ids):,} threads unsafe or missing", f"{count}", "0", is_met=not count)


def lines_of(forum: stage.Forum, me: stage.Me, post: EventNo, now_ms: int) -> Iterable[str]:
    """The text of every line a list or a case would paint of a thread."""
    case = forum.cases.open(me, post)
    for width in WIDTHS:
        yield thread_row(case.line, width, now_ms, with_board=True).text
        for row in head_lines(case, width, now_ms, is_new=True):
            yield from (text for text, _ in row)
        for row in reply_lines(case.head, 3, width, now_ms, is_new=True):
            yield from (text for text, _ in row)


def find_again(
    report: stage.Report, path: Path, forum: stage.Forum, me: stage.Me, stored: dict[EventNo, str]
) -> None:  # fmt: skip
    """Each run of letters or digits of a post's words must find it; a post without one is shown as it is."""
    runs = by_runs = lost = shown = 0
    for post, text in stored.items():
        words = clean(text)
        parts = list(dict.fromkeys(run for run in RUN.findall(words) if len(run) <= QUERY_MAX))
        runs += len(parts)
        missed = [part for part in parts if not finds(forum, me, part, post)]
        if missed:
            lost += 1
            stage.say(f"  not found again by {missed[:3]!a}: {text!a}"[:200])
        by_runs += bool(parts) and not missed
        if not parts:
            _, out, _ = stage.run(path, "show", forum.cases.id_of(post))
            is_shown = "".join(words.split())[:20] in "".join(out.split())
            shown += is_shown
            lost += not is_shown
    report.note(f"found again: by each of {runs:,} runs of letters or digits", f"{by_runs}")
    report.note("found again: no such run, but listed and shown", f"{shown}")
    report.claim("not found again", f"{lost} of {len(stored)}", "0", is_met=not lost)


def finds(forum: stage.Forum, me: stage.Me, words: str, post: EventNo) -> bool:
    """Whether a search for the words finds the post."""
    return any(hit.post == post for hit in forum.search.find(me, f'"{words}"', limit=10_000).hits)


if __name__ == "__main__":
    sys.exit(main())
