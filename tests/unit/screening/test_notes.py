"""Whole emergency notes of our own, invented: what leaks is found, what is clean is left alone, in every batch."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from wardroom.screening import BLOCK, scan

HERE = Path(__file__).parent
ENOUGH = 0.8
"""The share of an identifier's characters that must be covered."""
LEAST_RECALL, MOST_BLOCKED, MOST_PER_1000 = 0.80, 1 / 50, 0.15


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


LEAKING, CLEAN = _rows("notes_leaking.jsonl"), _rows("notes_clean.jsonl")
BATCHES = sorted({row["batch"] for row in CLEAN})
LEAKING_BATCHES = sorted({row["batch"] for row in LEAKING})


@pytest.mark.parametrize("batch", LEAKING_BATCHES)
def test_identifiers_of_leaking_notes_are_found(batch: int) -> None:
    """In every batch at least four of five identifiers of any kind are marked, whatever they are called."""
    asked, found = Counter[str](), Counter[str]()
    for row in (row for row in LEAKING if row["batch"] == batch):
        marked = {at for one in scan(row["text"]) for at in range(one.start, one.end)}
        for start, end, kind in row["spans"]:
            needed = [at for at in range(start, end) if not row["text"][at].isspace()]
            asked[kind] += 1
            found[kind] += sum(at in marked for at in needed) >= ENOUGH * len(needed)
    assert found.total() >= LEAST_RECALL * asked.total(), {kind: (found[kind], asked[kind]) for kind in asked}


@pytest.mark.parametrize("batch", BATCHES)
def test_clean_notes_are_left_alone(batch: int) -> None:
    """In every batch at most one note in fifty is stopped, and hardly anything but ages is asked about."""
    texts = [row["text"] for row in CLEAN if row["batch"] == batch]
    found = [[one for one in scan(text) if one.kind != "age"] for text in texts]
    stopped = [one.text for ones in found for one in ones if one.action == BLOCK]
    assert sum(any(one.action == BLOCK for one in ones) for ones in found) <= MOST_BLOCKED * len(texts), stopped
    told = [one.text for ones in found for one in ones]
    assert 1000 * len(told) <= MOST_PER_1000 * sum(map(len, texts)), told
