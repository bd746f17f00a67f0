"""Who is named in a text, and what merely looks like it."""

import pytest
from hypothesis import given
from tests.strategies import texts

from wardroom.domain.mentions import MENTIONS_MAX, Mention, begun, mentions, offered
from wardroom.domain.text import clean_name
from wardroom.domain.views import MemberName


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@omar what do you think?", [("omar", "")]),
        ("Ask (@Omar@County), please.", [("omar", "county")]),
        ("as @lea. said, @lea and @LEA", [("lea", "")]),
        ("@jo.b-1_x, @jo.", [("jo.b-1_x", ""), ("jo", "")]),
        ("„@zoë“ und @ЗОЯ", [("zoë", ""), ("зоя", "")]),
        ("@नादिया ने कहा", [("नादिया", "")]),
        ("@omar@", [("omar", "")]),
    ],
)
def test_a_member_is_named_by_handle_or_handle_and_site(text: str, named: list[tuple[str, str]]) -> None:
    """Capitals, punctuation around and other alphabets make no difference."""
    assert mentions(text) == tuple(Mention(*pair) for pair in named)


@pytest.mark.parametrize(
    "text",
    [
        "omar@county.org", "mail: jo.b+x@harbor.org", "user@@omar", "a@b@c", "@a@b@c", "https://x.org/@omar", "@ omar",
        "@", "@@", "@-", "@omаr",  # the last with a letter of another alphabet
        "5@20", "@" + "a" * 65,
    ],
)  # fmt: skip
def test_an_address_is_no_mention(text: str) -> None:
    """Mail, paths, mixed alphabets and what can be no handle call nobody."""
    assert mentions(text) == ()


@given(texts.filter(lambda text: "@" not in text), texts)
def test_any_text_names_only_what_handles_can_be(before: str, after: str) -> None:
    """Whatever stands around, a name found is one that a member could have."""
    for named in mentions(f"{before}@{after}@{before}"):
        assert clean_name(named.handle) == named.handle
        assert not named.site or clean_name(named.site) == named.site


def test_many_names_call_a_limited_number() -> None:
    """A post cannot call a whole network."""
    assert len(mentions(" ".join(f"@m{number}" for number in range(500)))) == MENTIONS_MAX


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("Ask @na", "na"), ("@n", "n"), ("(@Nadia@Har", "Nadia@Har"), ("@nadia@", "nadia@"), ("thanks @jo.b", "jo.b"),
        ("@", ""), ("mail na", ""), ("jo@harbor", ""), ("a/@omar", ""), ("@@na", ""), ("@a@b@c", ""), ("@na ", ""),
    ],
)  # fmt: skip
def test_a_name_is_being_typed_behind_its_sign(line: str, typed: str) -> None:
    """At the end of the line; an address of mail, a path and a finished word are none."""
    assert begun(line, len(line)) == typed


def test_no_name_is_offered_within_a_word() -> None:
    """Only where the word ends could a name be put in its place."""
    assert begun("@nadia", 3) == ""
    assert begun("@na, please", 3) == "na"


def test_a_name_is_offered_as_short_as_it_may_be() -> None:
    """With its site where another site has one of that name, or where a site is being typed; what is complete is not."""
    county, harbor, nan = (
        MemberName("nadia", "county", "nurse"),
        MemberName("nadia", "harbor", "np"),
        MemberName("nan", "county", ""),
    )
    names = (county, nan, harbor)
    assert offered("NA", names) == ((county, "nadia@county"), (nan, "nan"), (harbor, "nadia@harbor"))
    assert offered("nadia@h", names) == ((harbor, "nadia@harbor"),)
    assert offered("nadia@", names) == ((county, "nadia@county"), (harbor, "nadia@harbor"))
    assert offered("nan", names) == offered("nadia@harbor", names) == offered("x", names) == ()


@given(texts)
def test_whatever_is_taken_is_a_mention(text: str) -> None:
    """A name that was offered and taken names that member, whatever stands before it."""
    line = text.replace("\n", " ") + " @na"
    assert begun(line, len(line)) == "na"
    [(_member, name)] = offered("na", (MemberName("nadia", "county", ""),))
    assert mentions(line[: -len("na")] + name)[-1:] == (Mention("nadia", ""),) or len(mentions(line)) == MENTIONS_MAX
