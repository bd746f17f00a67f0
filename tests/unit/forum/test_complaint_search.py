"""A case is found by what its complaint counts as, as long as its words may be read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.tui.ward import Ward, ward

from wardroom.domain.events import Record
from wardroom.domain.ids import EventNo
from wardroom.domain.views import PostDraft


@pytest.fixture(name="here")
def _here(tmp_path: Path) -> Iterator[Ward]:
    with ward(tmp_path) as opened:
        yield opened


def _case(here: Ward, title: str, code: str) -> EventNo:
    draft = PostDraft("Text.", title=title, kind="case", question="Admit?", record=Record(complaint_code=code))
    return here.forum.cases.post(here.omar, here.board, draft)


def _found(here: Ward, text: str) -> list[str]:
    return [hit.title for hit in here.forum.search.find(here.nadia, text, limit=20).hits]


def test_the_code_finds_the_case_and_leaves_out_the_others(here: Ward) -> None:
    """Alone, with a word, with another code as an alternative, and turned round; its replies are not repeated."""
    faint = _case(here, "Fell in the garden", "syncope")
    _case(here, "Tight since the morning", "chest-pain")
    here.reply(faint, "Any cc:syncope before?")
    assert _found(here, "cc:syncope") == ["Fell in the garden"]
    assert _found(here, "cc:syncope garden") == ["Fell in the garden"]
    assert _found(here, "cc:syncope morning") == []
    assert sorted(_found(here, "cc:syncope cc:chest-pain")) == ["Fell in the garden", "Tight since the morning"]
    assert "Tight since the morning" in _found(here, "-cc:syncope")


def test_an_amended_code_is_the_one_that_finds(here: Ward) -> None:
    """The earlier one finds nothing any more, nor does a case that is hidden or purged."""
    case = _case(here, "Fell in the garden", "syncope")
    draft = PostDraft(
        "Text.", title="Fell in the garden", kind="case", question="Admit?", record=Record(complaint_code="fall")
    )
    here.forum.cases.amend(here.omar, case, draft)
    assert (_found(here, "cc:syncope"), _found(here, "cc:fall")) == ([], ["Fell in the garden"])
    here.forum.cases.purge(here.omar, case, "identifier")
    assert _found(here, "cc:fall") == []
