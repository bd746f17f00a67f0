"""The two sets screening is measured on: synthetic leaks it must find, clean notes it must leave alone."""

import json
from collections import Counter
from pathlib import Path
from typing import TypedDict

import pytest

from wardroom.screening import Finding, apply, scan

HERE = Path(__file__).parent
BANDED = {"age": 20, "name": 40, "date": 40, "phone": 20, "email": 10, "address": 20, "id": 40, "url": 5}
"""How many leaks of each kind the set holds at least, so that a rate means something."""


class Leak(TypedDict):
    kind: str
    action: str
    find: str
    text: str


def _lines(name: str) -> list[str]:
    return (HERE / name).read_text("utf-8").splitlines()


LEAKS: list[Leak] = [json.loads(line) for line in _lines("leaks.jsonl")]
CLEAN: list[str] = [json.loads(line)["text"] for line in _lines("clean.jsonl")]


def _covering(leak: Leak) -> list[Finding]:
    """The findings of the leak's kind that together cover at least four fifths of it."""
    start = leak["text"].index(leak["find"])
    needed = [at for at in range(start, start + len(leak["find"])) if not leak["text"][at].isspace()]
    ours = [one for one in scan(leak["text"]) if one.kind == leak["kind"]]
    covered = [at for at in needed if any(one.start <= at < one.end for one in ours)]
    touching = [one for one in ours if one.start < start + len(leak["find"]) and start < one.end]
    return touching if len(covered) >= 0.8 * len(needed) else []


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: f"{leak['kind']}-{leak['find']}")
def test_every_leak_is_found_and_judged(leak: Leak) -> None:
    """Each identifier is found as its kind, with the action that its danger asks for."""
    found = _covering(leak)
    assert found, f"not found: {leak['find']!r} in {leak['text']!r}"
    assert {one.action for one in found} == {leak["action"]}


@pytest.mark.parametrize("leak", LEAKS, ids=lambda leak: f"{leak['kind']}-{leak['find']}")
def test_one_pass_of_suggestions_is_enough(leak: Leak) -> None:
    """A text whose suggestions were all taken has no findings any more: no suggestion is a finding itself."""
    assert scan(apply(leak["text"], scan(leak["text"]))) == ()


@pytest.mark.parametrize("text", CLEAN)
def test_clean_notes_pass(text: str) -> None:
    """Eponyms, doses, vitals, levels, scores and references are nobody's identifiers."""
    assert scan(text) == ()


def test_clean_notes_pass_together() -> None:
    """What is clean line by line is clean as one post."""
    assert scan("\n".join(CLEAN)) == ()


def test_the_sets_are_large_enough() -> None:
    """A gate on a handful of examples would prove nothing."""
    kinds = Counter(leak["kind"] for leak in LEAKS)
    assert len(LEAKS) >= 200
    assert len(CLEAN) >= 200
    assert all(kinds[kind] >= least for kind, least in BANDED.items())
