"""No text of a draft or a body passes the guard, whatever field it stands in, now and in fields to come."""

from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from wardroom.domain import events as e
from wardroom.domain.case import AGE_BANDS, SEXES
from wardroom.forum import guard
from wardroom.forum.own_words import Screen

WORD = "Zq{number}"


class Filler:
    """Fills every text of a type with a word of its own, and remembers in which field."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}

    def fill(self, shape: Any, place: str) -> Any:
        if shape is str:
            word = WORD.format(number=len(self.places))
            self.places[word] = place
            return word
        if shape is msgspec.Raw:
            return msgspec.Raw(msgspec.msgpack.encode({"description": self.fill(str, f"{place}.description")}))
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct):
            hints = get_type_hints(shape)
            return shape(**{name: self.fill(hints[name], f"{place}.{name}") for name in shape.__struct_fields__})
        if get_origin(shape) is tuple:
            parts = get_args(shape)
            return tuple(self.fill(part, place) for part in (parts[:1] if parts[-1] is Ellipsis else parts))
        if get_origin(shape) in (Union, UnionType):
            return self.fill(next(part for part in get_args(shape) if part is not NoneType), place)
        return None


def assert_all_are_seen(value: object, places: dict[str, str]) -> None:
    seen = " ".join(guard.words_of(value)).split()
    unseen = {place for word, place in places.items() if word not in seen}
    assert all(place.split(".")[1] in guard.NOT_WORDS for place in unseen), unseen


@pytest.mark.parametrize("body", sorted({*e.BODIES.values()}, key=lambda body: body.__name__))
def test_every_text_of_a_body_is_screened(body: type[msgspec.Struct]) -> None:
    """Whatever a body may hold is shown to screening, but for the few fields that are named as no words."""
    filler = Filler()
    assert_all_are_seen(filler.fill(body, "body"), filler.places)


def test_choices_from_lists_are_nobodys_identifiers() -> None:
    """Age bands, sexes, kinds and flavours can be screened like any text, for nothing in them blocks."""
    for word in (*AGE_BANDS, *SEXES, *e.THREAD_KINDS, *e.FLAVOURS, "CTAS 2", "rural ED", "now"):
        assert guard.blocking(word, Screen()) == []


def test_lists_of_the_site_block(tmp_path: Path) -> None:
    """Own hospitals, streets and staff are found in any case; a broken line is named and the others count."""
    (tmp_path / "hospitals.txt").write_text("# ours\nNorth Fell Infirmary\nSt Elsewhere\n", "utf-8")
    (tmp_path / "staff.txt").write_bytes(b"Zbyszko Quorn\nab\n\xff\xfe\nTamsin Vole # ward clerk\n")
    screen = Screen((tmp_path,))
    found = [
        (one.kind, one.action, one.text) for one in screen.scan("Sent from north fell infirmary by ZBYSZKO QUORN.")
    ]
    assert found == [("location", "block", "north fell infirmary"), ("name", "block", "ZBYSZKO QUORN")]
    assert [one.suggestion for one in screen.scan("tamsin vole called")] == ["a colleague"]
    staff = tmp_path / "staff.txt"
    assert screen.warnings == (
        f"{staff}, line 2: has 2 characters; 3 to 80 make an entry.",
        f"{staff}, line 3: is not UTF-8.",
    )
    assert Screen((tmp_path / "none",)).warnings == ()
