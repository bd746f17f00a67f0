"""Joiners and leavers: a list is done whole or not at all, and twice the same list changes nothing."""

import pytest
from tests.strategies import House

from wardroom.errors import NotFound, Refused
from wardroom.exchange.staff_list import read

LIST = "change,handle,profession,role,unix\njoin,mira,nurse,practitioner,1500\njoin,ines,physician,trainee,\nleave,omar,,,\n"


def uid_of(name: str) -> int:
    if not name.isdigit():
        raise NotFound("There is no such account.")
    return int(name)


def apply(house: House, text: str) -> list[str]:
    steps = house.forum.staff.plan(house.me("sam"), read(text, "staff.csv"), uid_of)
    house.forum.staff.apply(house.me("sam"), steps)
    return [step.does for step in steps]


def handles(house: House) -> dict[str, bool]:
    return {line.handle: not line.is_disabled for line in house.forum.members.lines()}


def test_a_list_lets_in_and_out(house: House) -> None:
    """Joiners are enrolled with role and link, leavers are closed, their posts stay, and again does nothing."""
    post = house.post("omar", "Fluids first.")
    before = handles(house)
    assert apply(house, LIST) == ["join", "join", "leave"]
    assert handles(house) == {**before, "mira": True, "ines": True, "omar": False}
    mira = house.forum.members.linked(1500)
    assert mira is not None
    assert mira.handle == "mira"
    assert house.forum.cases.open(mira, post).head.author.startswith("omar")
    assert apply(house, LIST) == ["nothing"] * 3
    assert apply(house, "change,handle\njoin,omar\n") == ["return"]
    assert handles(house)["omar"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("leave,nobody,,,", "nobody"),
        ("join,otto,astronaut,trainee,", "profession"),
        ("join,otto,nurse,king,", "role"),
        ("join,otto,nurse,trainee,ghost", "account"),
        ("join,otto,nurse,trainee,1000", "linked"),
        ("join,ot to,nurse,trainee,", "line 5"),
        ("leave,sam,,,", "steward"),
        ("join,otto,nurse,trainee,1500", "linked"),
    ],
)
def test_one_bad_line_stops_the_whole_list(house: House, line: str, told: str) -> None:
    """A list with a line that cannot be done is refused naming it, and nobody joins or leaves."""
    before = handles(house)
    with pytest.raises(Refused, match=told):
        apply(house, LIST + line + "\n")
    assert handles(house) == before


def test_only_who_keeps_accounts_applies_lists(house: House) -> None:
    """A member without the office is refused before anything is read."""
    with pytest.raises(Refused):
        house.forum.staff.plan(house.me("nadia"), read(LIST, "staff.csv"), uid_of)
