"""Who is named in a text, and what merely looks like it."""

import pytest
from hypothesis import given
from tests.strategies import texts

from wardroom.domain.mentions import MENTIONS_MAX, Mention, mentions
from wardroom.domain.text import clean_name


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
