"""The fields a post is written in, by what is written: their labels, the page they stand on, and what is wrong with one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from wardroom.domain.outcome import LABELS
from wardroom.domain.text import check_body, check_line, check_question, check_title, clean, clean_name

Check = Callable[[str], str]
"""The words as they will be posted; raises InputRejected."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, what it is called, and what may stand in it."""

    name: str
    label: str
    check: Check
    is_one_line: bool = True
    is_on_record: bool = False
    """Whether it stands on the page of the record."""
    hint: str = ""
    kinds: tuple[str, ...] = ()
    """The kinds of thread it is for; empty: all."""


def _clean_line(text: str) -> str:
    return clean(text, one_line=True)


def _clean_text(text: str) -> str:
    return clean(text).rstrip()


def check_tags(text: str) -> str:
    """Tags, however they were separated; each once."""
    words = text.replace(",", " ").replace("#", " ").split()
    return " ".join(dict.fromkeys(clean_name(word) for word in words))


_ASKING: Final = ("case", "question")
_CONFLICT: Final = Field(
    "conflict", "Conflict", partial(check_line, what="conflict-of-interest line"), is_on_record=True,
    hint="of interest, if there is one",
)  # fmt: skip

HEAD: Final = (
    Field("title", "Title", check_title),
    Field("question", "Question", check_question, kinds=_ASKING),
    Field("quick", "Quick", _clean_line, hint="58F syncope HR 38 BP 82/40 SpO2 94 RA", kinds=_ASKING),
    Field("until", "Until", _clean_line, hint="8h, 2d, 14:00", kinds=("notice",)),
    Field("text", "Text", partial(check_body, required=False), is_one_line=False),
    Field("tags", "Tags", check_tags),
    Field("complaint", "Complaint", partial(check_line, what="presenting complaint"), is_on_record=True, hint="in words, or cc:syncope"),
    Field("onset", "Onset", _clean_line, is_on_record=True, hint="T-45 min, 2 h, 3 days"),
    Field("vitals", "Vitals", _clean_text, is_one_line=False, is_on_record=True, hint="HR 128 BP 84/50, next line T+25 HR 118"),
    Field("pregnancy", "Pregnant", _clean_line, is_on_record=True, hint="28+3, yes or no"),
    Field("exam", "Exam", _clean_text, is_one_line=False, is_on_record=True),
    Field("investigations", "Tests", _clean_text, is_one_line=False, is_on_record=True, hint="lactate 4.1 at T+10, CT none"),
    Field("management", "Done", _clean_text, is_one_line=False, is_on_record=True, hint="what was done so far"),
    Field("resources", "Lacking", _clean_line, is_on_record=True, hint="no CT, no surgeon, transfer 2 h"),
    Field("differential", "Differ.", _clean_line, is_on_record=True, hint="PE 60%, ACS 30%, the likeliest first"),
    _CONFLICT,
)  # fmt: skip
REPLY: Final = (Field("text", "Text", check_body, is_one_line=False), _CONFLICT)
_SHORT: Final = {"disposition": "Went to"}
"""Where a label has more than nine letters."""
OUTCOME: Final = (
    *(Field(name, _SHORT.get(name, label), partial(check_line, what=label.lower())) for name, label in LABELS.items()),
    Field("text", "Text", partial(check_body, required=False), is_one_line=False),
    Field("lessons", "Learned", _clean_text, is_one_line=False, hint="up to three, a line each"),
    Field("references", "Refs", _clean_text, is_one_line=False, hint="DOI or PMID and grade, a line each"),
)
VITALS: Final = (Field("vitals", "Vitals", _clean_text, is_one_line=False, hint="T+25 HR 118 BP 98/60 SpO2 98 on 2 L"),)
