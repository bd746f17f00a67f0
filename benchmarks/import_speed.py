"""Proves that mail comes in whole and quickly: an import is no slower than a third of what notmuch takes to index it.

Both read the same Maildir from the command to its end, in turns; Wardroom keeps, signs, threads and indexes every
message in its own file, notmuch threads and indexes them where they are. Then it is looked at what was imported:
every reply under the message it answers, the same again after an export and another import, and nothing at all
after a second import of the same mail.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from email.utils import formatdate, parsedate_to_datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import make_mbox
import stage

RATIO = 1 / 3

Key = bytes
"""A message by its date, author and words, which are different for any two of them."""
Tree = dict[Key, tuple[Key | None, str]]
"""(key of what is answered, title of the thread) by message."""


def main() -> int:
    """Measure, look, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-n", type=int, default=100_000, help="how many messages")
    parser.add_argument("--runs", type=int, default=3)
    told = parser.parse_args()
    report = stage.Report(f"Import of {told.n:,} messages")
    mail = stage.maildir_of(told.n)
    with tempfile.TemporaryDirectory(prefix="wardroom-bench-") as name:
        folder = Path(name)
        compare_speed(report, mail, folder, told.runs)
        compare_trees(report, mail, folder, told.n)
    return report.end()


def compare_speed(report: stage.Report, mail: Path, folder: Path, runs: int) -> None:
    """Wardroom and notmuch in turns, each into a new place."""
    has_notmuch = shutil.which("notmuch") is not None
    ours, theirs = [], []
    for turn in range(runs):
        ours.append(seconds(import_into(folder / f"forum-{turn}.db", mail)))
        if has_notmuch:
            theirs.append(seconds(notmuch_into(folder / f"notmuch-{turn}", mail)))
    mine = statistics.median(ours)
    report.note(
        "wardroom import, process start included", f"{mine:.1f} s ({', '.join(f'{each:.1f}' for each in ours)})"
    )
    if not has_notmuch:
        stage.say("notmuch is not installed, so there is no peer to compare with.")
        return
    other = statistics.median(theirs)
    report.note("notmuch new", f"{other:.1f} s ({', '.join(f'{each:.1f}' for each in theirs)})")
    report.at_most("wardroom / notmuch", mine / other, round(RATIO, 2))


Command = tuple[list[str], dict[str, str]]


def import_into(path: Path, source: Path) -> Command:
    """The command that imports into a new forum."""
    command([stage.WARDROOM, "init", "--site", "county", "--admin", "nadia"], path)
    return [stage.WARDROOM, "import", str(source), "--board", "cases"], stage.environment(path)


def notmuch_into(folder: Path, mail: Path) -> Command:
    """The command that indexes the same Maildir in a place of its own."""
    (folder / "index").mkdir(parents=True)
    settings = folder / "config"
    settings.write_text(
        f"[database]\npath={folder}/index\nmail_root={mail}\n[user]\nname=nadia\nprimary_email=nadia@wardroom.example\n"
        "[new]\ntags=unread\n[maildir]\nsynchronize_flags=false\n",
        encoding="ascii",
    )
    return ["notmuch", "new", "--quiet"], {**stage.environment(folder / "none"), "NOTMUCH_CONFIG": str(settings)}


def seconds(told: Command) -> float:
    """How long a command takes from its start to its end."""
    os.sync()
    began = time.perf_counter()
    subprocess.run(told[0], env=told[1], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def command(arguments: list[str], path: Path) -> str:
    """What a command prints. It must succeed."""
    done = subprocess.run(arguments, env=stage.environment(path), check=True, capture_output=True, text=True)
    return done.stdout


# --- what was imported --------------------------------------------------------------------------------------------


def compare_trees(report: stage.Report, mail: Path, folder: Path, count: int) -> None:
    """The generated tree, the imported one, and the one that was exported and imported again."""
    wanted = generated_tree(count)
    assert len(wanted) == count, "two generated messages have the same date, author and words"
    first, second = folder / "forum-0.db", folder / "again.db"
    exported, again = folder / "posts.jsonl", folder / "again.jsonl"
    command([stage.WARDROOM, "export", "--to", str(exported)], first)
    got = exported_tree(exported)
    wrong = sum(got.get(key) != place for key, place in wanted.items()) + len(got.keys() - wanted.keys())
    report.claim("messages out of place, of those generated", f"{wrong}", "0", is_met=wrong == 0)
    told, environment = import_into(second, exported)
    subprocess.run(told, env=environment, check=True, stdout=subprocess.DEVNULL)
    command([stage.WARDROOM, "export", "--to", str(again)], second)
    other = exported_tree(again)
    wrong = len(set(got.items()) ^ set(other.items()))
    report.claim("posts changed by export and import", f"{wrong} of {len(got):,}", "0", is_met=wrong == 0)
    before = counts(first)
    said = command([stage.WARDROOM, "import", str(mail), "--board", "cases"], first)
    is_same = counts(first) == before
    report.claim(f"second import: {said.strip()}", "no change" if is_same else "changes", "no change", is_met=is_same)


def counts(path: Path) -> dict[str, Any]:
    """How much there is of everything, the size of the file left out."""
    found: dict[str, Any] = json.loads(command([stage.WARDROOM, "stats", "--json"], path))
    found.pop("size_bytes", None)
    return found


def key_of(date_s: int, author: str, body: str) -> Key:
    """The name of a message in a tree."""
    return blake2b(f"{date_s}\n{author}\n{body.strip()}".encode(), digest_size=16).digest()


def generated_tree(count: int) -> Tree:
    """The tree as the mail's own Message-IDs and References make it."""
    keys: dict[int, Key] = {}
    tree: Tree = {}
    for message in make_mbox.messages(count):
        date_s = int(parsedate_to_datetime(formatdate(message.date_s)).timestamp())
        key = keys[message.number] = key_of(date_s, message.author, message.body)
        tree[key] = (keys[message.parent] if message.parent is not None else None, message.subject.removeprefix("Re: "))
    return tree


def exported_tree(path: Path) -> Tree:
    """The tree of an export."""
    keys: dict[str, Key] = {}
    titles: dict[str, str] = {}
    tree: Tree = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            post = json.loads(line)
            date_s = int(parsed(post["original_date"]))
            key = keys[post["id"]] = key_of(date_s, post["original_author"], post["body"])
            titles.setdefault(post["id"], post["title"].removeprefix("Re: "))
            parent = keys[post["parent"]] if post["parent"] else None
            tree[key] = (parent, titles[post["thread"]])
    return tree


def parsed(moment: str) -> float:
    """Seconds since 1970 of an RFC 3339 date."""
    from datetime import datetime

    return datetime.fromisoformat(moment).timestamp()


if __name__ == "__main__":
    sys.exit(main())
