"""The packed word list is what the text beside it says, and can be made again."""

import importlib.util
from pathlib import Path

import pytest

from wardroom.screening.name_list import Known, look_up

TOOL = Path(__file__).parents[3] / "tools" / "pack_words.py"
_spec = importlib.util.spec_from_file_location("pack_words", TOOL)
assert _spec is not None
assert _spec.loader is not None
pack_words = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(pack_words)


def test_the_text_is_what_is_packed() -> None:
    """Whoever changes one has changed the other: packing the text gives the words that screening reads."""
    assert pack_words.unpack(pack_words.PACKED.read_bytes()) == pack_words.TEXT.read_text("ascii").splitlines()


def test_packing_and_unpacking_are_each_others_inverse() -> None:
    """Every mark comes back, whatever the order of the lines."""
    lines = ["zoe Gf", "anna GF", "bandage w", "berg fw", "zo g"]
    assert pack_words.unpack(pack_words.pack(lines)) == sorted(lines)


@pytest.mark.parametrize("line", ["Anna G", "anna", "anna x", "an na G", ""])
def test_a_line_that_is_none_is_named(line: str) -> None:
    """What is no word with its marks stops the packing, with its number."""
    with pytest.raises(ValueError, match="line 2"):
        pack_words.pack(["anna G", line])


def test_what_is_packed_is_what_is_looked_up() -> None:
    """The reader and the packer mean the same by a code."""
    marks = dict(
        line.split() for line in pack_words.TEXT.read_text("ascii").splitlines() if line.startswith(("nath", "band"))
    )
    for word in ("nathan", "bandage"):
        known = Known(
            2 * ("G" in marks[word]) + ("g" in marks[word]), 2 * ("F" in marks[word]) + ("f" in marks[word]), "w" in marks[word]
        )  # fmt: skip
        assert look_up(word) == known
