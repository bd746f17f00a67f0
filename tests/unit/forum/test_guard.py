"""The guard: no field that takes words, of a post or of an outcome, lets what may identify a patient through."""

from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec
import pytest
from msgspec.structs import replace

from wardroom.domain.events import Diagnosis, Origin, OutcomeBody, Override, PostBody, Record, VitalSet
from wardroom.domain.views import PostDraft
from wardroom.errors import InputRejected
from wardroom.forum.guard import checked, checked_outcome
from wardroom.forum.wording import body_from

NAME = "Mrs Alder"
CASE = PostDraft(
    "Two ampoules.", title="Wide QRS after a tricyclic", question="More?", kind="case", tags=("tca",), conflict="none",
    record=Record(
        age_band="30-44", sex="F", acuity="CTAS 2", urgency="now", setting="rural ED", complaint="overdose", exam="dry",
        investigations="QRS 148", management="bicarbonate", resources="no ICU",
        vitals=(VitalSet(hr=120, avpu="A", gcs_untested=("V-T",), reported=("hr",)),),
        differential=(Diagnosis("TCA", 90),),
    ),
    overrides=(("date", "a year of a paper"),),
)  # fmt: skip
OUTCOME = OutcomeBody(
    "Well.", diagnosis="TCA", disposition="ICU", follow_up="home", lessons=("early bicarbonate",),
    references=("PMID 123456",), overrides=(Override("date", "a year of a paper"),),
)  # fmt: skip


def _leaks(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The value again and again, each time with the name added in another of its texts, at whatever depth."""
    if isinstance(value, str):
        yield path, f"{value} {NAME}"
    elif isinstance(value, tuple):
        for at, part in enumerate(value):
            for where, leaking in _leaks(part, f"{path}[{at}]"):
                yield where, (*value[:at], leaking, *value[at + 1 :])
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            for where, leaking in _leaks(getattr(value, name), f"{path}.{name}"):
                yield where, msgspec.structs.replace(value, **{name: leaking})


def _texts_of(shape: type[msgspec.Struct], path: str = "") -> Iterator[str]:
    """Where in a struct there are texts, by their types."""
    for name, kind in get_type_hints(shape).items():
        parts = str(kind)
        inner = next((one for one in (Record, VitalSet, Diagnosis, Override, Origin) if one.__name__ in parts), None)
        if inner is not None:
            yield from _texts_of(inner, f"{path}.{name}")
        elif "str" in parts:
            yield f"{path}.{name}"


def _is_posted(draft: PostDraft) -> bool:
    try:
        checked(draft, is_head=True)
    except InputRejected:
        return False
    return True


def test_the_case_itself_goes_through() -> None:
    """Without the name nothing is refused, and every field stays as it was."""
    assert checked(CASE, is_head=True) == CASE
    assert checked_outcome(OUTCOME) == OUTCOME


@pytest.mark.parametrize(
    ("where", "body"), list(_leaks(body_from(CASE))), ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_text_of_a_post_passes_unscreened(where: str, body: PostBody) -> None:
    """A name in any one text of a post is refused: found, or in a field that takes no free words."""
    draft = replace(
        CASE, text=body.text, title=body.title, question=body.question, kind=body.kind, tags=body.tags,
        record=body.record, flavour=body.flavour, conflict=body.conflict,
        overrides=tuple((override.kind, override.reason) for override in body.overrides),
    )  # fmt: skip
    # An override for a kind that is none lets nothing through, and is not shown.
    assert not _is_posted(draft) or where.endswith(".kind")


def test_every_text_of_a_post_is_tried() -> None:
    """A field that is added to a post or its record is in the case above, or this fails."""
    tried = {where.replace("[0]", "") for where, _ in _leaks(body_from(CASE))}
    imported = {".origin.name"}
    assert set(_texts_of(PostBody)) - imported == tried
    assert {where.replace("[0]", "") for where, _ in _leaks(OUTCOME)} == set(_texts_of(OutcomeBody))


@pytest.mark.parametrize(
    ("where", "outcome"), list(_leaks(OUTCOME)), ids=lambda value: value if isinstance(value, str) else ""
)
def test_no_text_of_an_outcome_passes_unscreened(where: str, outcome: OutcomeBody) -> None:
    """The same for what became of the case."""
    if where.endswith(".kind"):
        return
    with pytest.raises(InputRejected):
        checked_outcome(outcome)


def test_a_reply_has_no_record() -> None:
    """What a reply cannot have is not kept, and so need not be screened."""
    done = checked(replace(CASE, flavour="evidence"), is_head=False)
    assert (done.record, done.title, done.question) == (None, "", "")


def test_a_pearl_is_short() -> None:
    """280 characters pass, one more is refused; only a notice ends."""
    pearl = PostDraft("x" * 280, title="One thing worth knowing", kind="pearl")
    checked(pearl, is_head=True)
    with pytest.raises(InputRejected, match="281"):
        checked(replace(pearl, text="x" * 281), is_head=True)
    with pytest.raises(InputRejected, match="Only a notice"):
        checked(replace(pearl, until_ms=1), is_head=True)
