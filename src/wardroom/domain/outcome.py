"""What became of a case: the fields of an outcome, their limits, and the words they are read as."""

import re
from typing import Final

import msgspec

from wardroom.domain.events import OutcomeBody
from wardroom.domain.text import check_body, check_line, clean
from wardroom.errors import InputRejected
from wardroom.language import _, marked

LESSONS_MAX: Final = 3
REFERENCES_MAX: Final = 8
LABELS: Final = {
    "diagnosis": marked("Diagnosis"),
    "disposition": marked("Disposition"),
    "follow_up": marked("Follow-up"),
}
"""The single lines of an outcome, in the order they are told."""

_REFERENCE: Final = re.compile(
    r"(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+(?:\s.*)?|PMID:?\s*\d{1,8}(?:\s.*)?", re.IGNORECASE
)


def check_outcome(outcome: OutcomeBody) -> OutcomeBody:
    """The outcome with its words cleaned. Raises InputRejected where nothing is told, or a limit is passed."""
    lines = {name: check_line(getattr(outcome, name), label.lower()) for name, label in LABELS.items()}
    lessons = tuple(line for lesson in outcome.lessons if (line := check_line(lesson, "learning point")))
    references = tuple(line for one in outcome.references if (line := check_line(one, "reference")))
    if len(lessons) > LESSONS_MAX:
        raise InputRejected(
            _("{count} learning points are too many to be remembered; {most} is the most.").format(
                count=len(lessons), most=LESSONS_MAX
            )
        )
    if len(references) > REFERENCES_MAX:
        raise InputRejected(
            _("{count} references are too many; {most} is the most.").format(count=len(references), most=REFERENCES_MAX)
        )
    for reference in references:
        if not _REFERENCE.fullmatch(reference):
            raise InputRejected(
                _("{reference!r} is no reference. Write its DOI (10.…) or PMID, and a grade behind it.").format(
                    reference=reference[:60]
                )
            )
    text = check_body(outcome.text, required=not (any(lines.values()) or lessons))
    return msgspec.structs.replace(outcome, text=text, lessons=lessons, references=references, **lines)


def texts_of_outcome(outcome: OutcomeBody) -> tuple[str, ...]:
    """Everything in an outcome that a person typed."""
    texts = (
        outcome.diagnosis, outcome.disposition, outcome.follow_up, *outcome.lessons, *outcome.references, outcome.text,
    )  # fmt: skip
    return tuple(text for text in texts if text)


def outcome_words(outcome: OutcomeBody) -> str:
    """The whole outcome as text, clean, a line for each field."""
    lines = [
        f"{_(label)}: {line}"
        for name, label in LABELS.items()
        if (line := clean(getattr(outcome, name), one_line=True))
    ]
    if text := clean(outcome.text).strip():
        lines.append(text)
    for number, lesson in enumerate(outcome.lessons, 1):
        lines.append(f"{_('Learned')} {number}: {clean(lesson, one_line=True)}")
    lines += [f"{_('Reference')}: {clean(reference, one_line=True)}" for reference in outcome.references]
    return "\n".join(lines)
