"""Proves that screening finds who a patient is and leaves clinical words alone, quickly and in little memory.

    screening.py [--notes GOLD_JSONL] [--sentences GOLD_JSONL]

A line of gold is ``{"text", "spans": [[start, end, TYPE, ...], ...]}``, places in code points. An identifier counts as
found when findings of any kind cover four fifths of it; a finding is right when it touches an identifier. ``--notes``
holds clinical notes with identifiers of every type, ``--sentences`` any sentences with names. Without arguments the
two sets of the tests are measured: notes that leak, and clean ones.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import make_mbox
import stage

from wardroom.screening import BLOCK, Finding, scan

MARKS = {
    "NAME": 0.93, "DATE": 0.99, "ID": 0.99, "PHONE": 0.99, "EMAIL": 0.99, "AGE": 0.99, "ADDRESS": 0.95, "LOCATION": 0.90,
}  # fmt: skip
"""The least share of each type that is found in clinical notes."""
OVERALL, PRECISION = 0.96, 0.95
SENTENCE_NAMES, SENTENCE_PRECISION = 0.80, 0.90
ENOUGH = 0.8
FALSE_BLOCKS_IN_50 = 1.0
FINDINGS_PER_1000 = 0.15
IMPORT_MS, SCAN_MS, MEMORY_MIB, POSTS_PER_S = 30, 20, 25, 500
POST_CHARS, LONG_CHARS = 640, 2_000
MAIL = 1_000
"""Generated messages that speed is measured on where no notes are given."""
SETS = stage.ROOT / "tests" / "unit" / "screening"

ALONE = """
import time
start = time.process_time()
import wardroom.screening
imported = time.process_time()
def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))
before = resident()
began = time.process_time()
wardroom.screening.scan("Martha Ellwood, MRN 4482913, seen 12/03/2024, BP 84/50.")
scanned = time.process_time()
for letter in "abcdefghijklmnopqrstuvwxyz":
    wardroom.screening.scan(f"Then {letter.upper()}aquelin came from Dunmallet, call 0161 496 0482 or 9493 7477.")
print(1000 * (imported - start), 1000 * (scanned - began), (resident() - before) / 1024)
"""
"""What a fresh process pays in time of its core: the import, the first text, and every list loaded."""


@dataclass
class Score:
    """How findings meet the gold."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    blocks: int = 0
    right_blocks: int = 0
    names: int = 0
    right_names: int = 0

    def recall(self, *kinds: str) -> float:
        """The share of these types that is found."""
        asked = kinds or tuple(self.gold)
        return sum(self.found[kind] for kind in asked) / max(1, sum(self.gold[kind] for kind in asked))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notes", type=Path, help="clinical notes with gold, JSON lines")
    parser.add_argument("--sentences", type=Path, help="sentences with gold names, JSON lines")
    told = parser.parse_args()
    report = stage.Report("Screening")
    measure_own_sets(report)
    texts = [message.body for message in make_mbox.messages(MAIL)]
    if told.notes:
        gold = rows_of(told.notes)
        texts = [row["text"] for row in gold]
        measure_notes(report, scored(gold))
    if told.sentences:
        measure_sentences(report, scored(rows_of(told.sentences)))
    measure_cost(report, texts)
    return report.end()


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def measure_own_sets(report: stage.Report) -> None:
    """The leaking notes of the tests are found with the right action; of the clean ones hardly any is stopped."""
    leaks, clean = rows_of(SETS / "leaks.jsonl"), rows_of(SETS / "clean.jsonl")
    missed = sum(not is_found(leak) for leak in leaks)
    report.claim("own leaking notes missed", f"{missed} of {len(leaks)}", "0 of >= 200", is_met=not missed)
    findings = [[one for one in scan(row["text"]) if one.kind != "age"] for row in clean]
    blocked = sum(any(one.action == BLOCK for one in found) for found in findings)
    chars = sum(len(row["text"]) for row in clean)
    measure_whole_notes(report)
    report.note("own clean notes", str(len(clean)))
    report.at_most("clean notes blocked, in 50", 50 * blocked / len(clean), FALSE_BLOCKS_IN_50)
    report.at_most(
        "findings but ages, in 1,000 clean characters", 1000 * sum(map(len, findings)) / chars, FINDINGS_PER_1000
    )


def measure_whole_notes(report: stage.Report) -> None:
    """Whole notes, batch by batch; the rules have been made on each of them after its first run."""
    leaking, clean = rows_of(SETS / "notes_leaking.jsonl"), rows_of(SETS / "notes_clean.jsonl")
    for batch in sorted({row["batch"] for row in clean}):
        score = scored([row for row in leaking if row["batch"] == batch])
        texts = [row["text"] for row in clean if row["batch"] == batch]
        found = [[one for one in scan(text) if one.kind != "age"] for text in texts]
        blocked = sum(any(one.action == BLOCK for one in ones) for ones in found)
        if score.gold:
            report.note(f"whole notes, batch {batch}: recall of {sum(score.gold.values())}", f"{score.recall():.3f}")
        report.at_most(
            f"batch {batch}: blocked of {len(texts)} clean ones, in 50", 50 * blocked / len(texts), FALSE_BLOCKS_IN_50
        )
        per_1000 = 1000 * sum(map(len, found)) / sum(map(len, texts))
        report.at_most("… findings but ages, in 1,000 clean characters", per_1000, FINDINGS_PER_1000)


def is_found(leak: dict[str, Any]) -> bool:
    start = leak["text"].index(leak["find"])
    end = start + len(leak["find"])
    touching = [one for one in scan(leak["text"]) if one.kind == leak["kind"] and one.start < end and start < one.end]
    return covers(touching, leak["text"], start, end) and {one.action for one in touching} == {leak["action"]}


def covers(findings: list[Finding], text: str, start: int, end: int) -> bool:
    """Whether findings cover enough of a place, its spaces apart."""
    needed = [at for at in range(start, end) if not text[at].isspace()]
    covered = sum(any(one.start <= at < one.end for one in findings) for at in needed)
    return bool(needed) and covered >= ENOUGH * len(needed)


def scored(gold: list[dict[str, Any]]) -> Score:
    """Every row of gold against its findings."""
    score = Score()
    for row in gold:
        text, spans = row["text"], row["spans"]
        findings = list(scan(text))
        for start, end, kind, *_ in spans:
            score.gold[kind] += 1
            near = [one for one in findings if one.start < end and start < one.end]
            score.found[kind] += covers(near, text, start, end)
        for one in findings:
            is_right = any(one.start < end and start < one.end for start, end, *_ in spans)
            score.blocks += one.action == BLOCK
            score.right_blocks += one.action == BLOCK and is_right
            score.names += one.kind == "name"
            score.right_names += one.kind == "name" and is_right
    return score


def measure_notes(report: stage.Report, score: Score) -> None:
    """Recall by type, and precision of what blocks."""
    at_least(report, "notes: recall over all types", score.recall(), OVERALL)
    for kind, mark in MARKS.items():
        at_least(report, f"notes: recall of {kind}, {score.gold[kind]} of them", score.recall(kind), mark)
    at_least(report, f"notes: precision of {score.blocks} blocks", score.right_blocks / max(1, score.blocks), PRECISION)


def measure_sentences(report: stage.Report, score: Score) -> None:
    """Names, most of them without a cue."""
    at_least(report, f"sentences: recall of NAME, {score.gold['NAME']} of them", score.recall("NAME"), SENTENCE_NAMES)
    precision = score.right_names / max(1, score.names)
    at_least(report, f"sentences: precision of {score.names} names", precision, SENTENCE_PRECISION)


def measure_cost(report: stage.Report, texts: list[str]) -> None:
    """What import, memory, one long text and many posts cost."""
    alone = [
        tuple(map(float, subprocess.run([sys.executable, "-c", ALONE], check=True, capture_output=True).stdout.split()))
        for _ in range(5)
    ]
    imported, first, memory = (statistics.median(column) for column in zip(*alone, strict=True))
    report.at_most("import", imported, IMPORT_MS, " ms")
    report.note("first text, lists and patterns loaded", f"{first:.0f} ms")
    report.at_most("memory of patterns and lists", memory, MEMORY_MIB, " MiB")
    whole = "\n".join(texts)
    longs = [whole[at : at + LONG_CHARS] for at in range(0, min(len(whole), 100 * LONG_CHARS), LONG_CHARS)]
    posts = [whole[at : at + POST_CHARS] for at in range(0, len(whole), POST_CHARS)]
    for text in longs:
        scan(text)
    report.at_most(f"{LONG_CHARS:,} characters", 1000 * statistics.median(map(seconds, longs)), SCAN_MS, " ms")
    rate = rate_of(posts)
    report.claim(
        f"posts of {POST_CHARS} characters", f"{rate:.0f} /s", f">= {POSTS_PER_S} /s", is_met=rate >= POSTS_PER_S
    )
    shorthand = "\n".join(row["text"] for row in rows_of(SETS / "clean.jsonl"))
    dense = [shorthand[at : at + POST_CHARS] for at in range(0, len(shorthand), POST_CHARS)]
    report.note("the same, of nothing but shorthand", f"{rate_of(dense):.0f} /s")


def rate_of(posts: list[str]) -> float:
    """Posts in a second of this core."""
    return len(posts) / sum(map(seconds, posts))


def seconds(text: str) -> float:
    """The time of this core that one scan takes."""
    start = time.process_time()
    scan(text)
    return time.process_time() - start


def at_least(report: stage.Report, what: str, value: float, mark: float) -> None:
    report.claim(what, f"{value:.3f}", f">= {mark:g}", is_met=value >= mark)


if __name__ == "__main__":
    sys.exit(main())
