"""The staff list: both spellings give the same entries, and what is wrong is named with its line."""

import pytest

from wardroom.errors import InputRejected
from wardroom.exchange.staff_list import read

CSV = "change;handle;profession;role;unix\n\n# new this month\njoin;mira;nurse;trainee;1007\nleave;omar;;;\n"
TOML = '[[join]]\nhandle = "mira"\nprofession = "nurse"\nrole = "trainee"\nunix = 1007\n[[leave]]\nhandle = "omar"\n'


def test_both_spellings_say_the_same() -> None:
    """CSV and TOML give equal entries, each with its line."""
    by_csv, by_toml = read(CSV, "staff.csv"), read(TOML, "staff.toml")
    told = [[(e.change, e.handle, e.profession, e.role, e.unix) for e in entries] for entries in (by_csv, by_toml)]
    assert told[0] == told[1] == [("join", "mira", "nurse", "trainee", "1007"), ("leave", "omar", "", "", "")]
    assert [entry.where for entry in by_csv] == ["staff.csv, line 4", "staff.csv, line 5"]
    assert [entry.where for entry in by_toml] == ["staff.toml, line 1", "staff.toml, line 6"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("s.csv", "handle,role\nmira,nurse\n", "s.csv, line 1"),
        ("s.csv", "change,handle\njoin,mira\nfire,omar\n", "s.csv, line 3"),
        ("s.csv", "change,handle\njoin,\n", "s.csv, line 2"),
        ("s.csv", "change,handle\njoin,mira,nurse\n", "s.csv, line 2"),
        ("s.csv", "change,handle\njoin,mira\nleave,Mira\n", "s.csv, line 3"),
        ("s.csv", "change,handle,age\njoin,mira,40\n", "'age'"),
        ("s.toml", "[[join]]\nhandle = \n", "line 2"),
        ("s.toml", '[[joins]]\nhandle = "mira"\n', "'joins'"),
        ("s.toml", '[join]\nhandle = "mira"\n', "'join'"),
        ("s.toml", '[[leave]]\nhandle = "omar"\n[[join]]\nhandle = ["mira"]\n', "s.toml, line 3"),
        ("s.toml", "join = [1]\n", "[[join]]"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(name: str, text: str, told: str) -> None:
    """A list with a fault is refused as a whole, in one line that says where."""
    with pytest.raises(InputRejected) as refused:
        read(text, name)
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
