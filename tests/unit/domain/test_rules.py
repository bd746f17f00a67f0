"""Who may do what: the whole table, denied by default, and the roles a prefix of grants gives."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wardroom.domain import rules
from wardroom.domain.events import OFFICES, ROLES, VOICES
from wardroom.domain.rules import Grant, roles_at

YES, OWN, OTHERS = "yes", "own", "others"
"""Always, only what is one's own (one's post, one's site, one's account), or only what is not."""

TABLE: dict[str, dict[str, str]] = {
    "observer": {"change": "", "close": OWN, "purge": OWN, "keep accounts": OWN, "flag": YES, "appeal": OWN, "change card": OWN, "change card at own site": OWN},
    "trainee": {
        "write released": YES, "change": OWN, "react": OTHERS, "close": OWN, "purge": OWN, "keep accounts": OWN,
        "flag": YES, "appeal": OWN, "change card": OWN, "change card at own site": OWN,
    },
    "practitioner": {
        "write": YES, "write released": YES, "change": OWN, "react": OTHERS, "close": OWN, "purge": OWN,
        "keep accounts": OWN, "flag": YES, "appeal": OWN, "change card": OWN, "change card at own site": OWN,
    },
    "moderator": {
        "write": YES, "write released": YES, "change": OWN, "react": OTHERS, "close": YES, "moderate": YES, "purge": OWN,
        "purge at own site": YES, "purge proposed": YES, "keep accounts": OWN, "flag": YES, "appeal": OWN, "change card": OWN, "change card at own site": OWN, "move": YES,
    },
    "steward": {
        "write": YES, "write released": YES, "change": OWN, "react": OTHERS, "close": YES, "moderate": YES, "purge": OWN,
        "purge at own site": YES, "purge proposed": YES, "grant office": YES, "open board": YES,
        "admit site": YES, "take part": YES, "keep accounts": OWN, "flag": YES, "appeal": OWN, "change card": OWN, "change card at own site": OWN, "move": YES,
        "suspend": YES, "suspend site": YES,
    },
    "administrator": {
        "close": OWN, "purge": OWN, "enrol": YES, "grant voice": OWN, "grant administrator": OWN, "take part": YES,
        "keep accounts": YES, "flag": YES, "appeal": OWN, "change card": OWN, "change card at own site": YES, "verify": OWN, "suspend": OWN, "rotate key": YES,
    },
    "nobody": {"close": OWN, "purge": OWN, "keep accounts": OWN, "appeal": OWN, "change card": OWN, "change card at own site": OWN},
}  # fmt: skip


def decided(verb: str, roles: frozenset[str], *, is_own: bool) -> str:
    """What ``rules`` says to a verb."""
    match verb:
        case "write" | "write released":
            return rules.may_write(roles, is_released=verb == "write released")
        case "change":
            return rules.may_change_post(roles, is_author=is_own)
        case "react":
            return rules.may_react(roles, is_author=is_own)
        case "close":
            return rules.may_close_case(roles, is_author=is_own)
        case "moderate":
            return rules.may_moderate(roles)
        case "purge":
            return rules.may_purge(roles, is_author=is_own, is_own_site=False, is_proposed_by_other=False)
        case "purge at own site":
            return rules.may_purge(roles, is_author=False, is_own_site=True, is_proposed_by_other=False)
        case "purge proposed":
            return rules.may_purge(roles, is_author=False, is_own_site=False, is_proposed_by_other=True)
        case "grant voice":
            return rules.may_grant(roles, "practitioner", is_own_site=is_own)
        case "grant administrator":
            return rules.may_grant(roles, "administrator", is_own_site=is_own)
        case "grant office":
            return rules.may_grant(roles, "moderator", is_own_site=is_own) or rules.may_grant(
                roles, "steward", is_own_site=is_own
            )
        case "enrol":
            return rules.may_enrol(roles)
        case "open board":
            return rules.may_open_board(roles)
        case "admit site":
            return rules.may_admit_site(roles)
        case "take part":
            return rules.may_take_part(roles)
        case "flag":
            return rules.may_flag(roles)
        case "appeal":
            return rules.may_appeal(is_concerned=is_own)
        case "move" | "move in a room":
            return rules.may_move(roles, is_room=verb != "move")
        case "verify":
            return rules.may_verify(roles, is_own_site=is_own)
        case "suspend":
            return rules.may_suspend(roles, is_own_site=is_own)
        case "suspend site":
            return rules.may_suspend_site(roles)
        case "rotate key":
            return rules.may_rotate_key(roles)
        case "keep accounts":
            return rules.may_keep_accounts(roles, is_own=is_own)
        case "change card" | "change card at own site":
            return rules.may_change_card(roles, is_own=is_own, is_own_site=verb == "change card at own site")
    raise AssertionError(verb)


VERBS = sorted({verb for verbs in TABLE.values() for verb in verbs} | {"move in a room"})


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", sorted(TABLE))
def test_the_table_of_roles_and_verbs(role: str, verb: str, is_own: bool) -> None:
    """Each role may do what its line says and nothing else, and a refusal is one plain sentence."""
    said = TABLE[role].get(verb, "")
    refusal = decided(verb, frozenset({role} - {"nobody"}), is_own=is_own)
    assert (refusal == "") == (said in {YES, OWN if is_own else OTHERS})
    if refusal:
        assert refusal.endswith(".")
        assert "\n" not in refusal


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("verb", VERBS)
def test_more_roles_never_forbid(verb: str, is_own: bool) -> None:
    """Whoever holds two roles may do what either may."""
    for pair in combinations(ROLES, 2):
        apart = {decided(verb, frozenset({role}), is_own=is_own) == "" for role in pair}
        together = decided(verb, frozenset(pair), is_own=is_own) == ""
        assert together or not any(apart)


def test_every_rule_is_in_the_table() -> None:
    """No public rule is left out of the table above."""
    named = {name for name in vars(rules) if name.startswith("may_")}
    assert named == {
        "may_write", "may_change_post", "may_react", "may_close_case", "may_moderate", "may_purge", "may_grant",
        "may_enrol", "may_open_board", "may_admit_site", "may_take_part", "may_keep_accounts", "may_flag", "may_appeal",
        "may_change_card", "may_move", "may_verify", "may_suspend", "may_suspend_site", "may_rotate_key",
    }  # fmt: skip


# --- roles of a prefix ----------------------------------------------------------------------------------------------


def given_to(role: str, seq: int, *over: int, is_granted: bool = True, event: int | None = None) -> Grant:
    return Grant(role, seq, is_granted, seq if event is None else event, frozenset(over))


def test_a_grant_counts_from_its_place() -> None:
    """A grant is not there before its sequence, nor at it."""
    grants = [given_to("moderator", 5)]
    assert roles_at(grants, 5) == frozenset()
    assert roles_at(grants, 6) == {"moderator"}


def test_of_concurrent_grants_the_stricter_wins() -> None:
    """Of two heads a refusal beats a grant of an office, and the lower voice the higher."""
    refused = [given_to("steward", 1), given_to("steward", 2, is_granted=False)]
    assert roles_at(refused, 9) == frozenset()
    assert roles_at([given_to("practitioner", 1), given_to("observer", 2)], 9) == {"observer"}


def test_what_is_superseded_does_not_count() -> None:
    """A refusal that a later grant names as superseded is over, and so is a lower voice."""
    again = [given_to("steward", 1), given_to("steward", 2, 1, is_granted=False), given_to("steward", 3, 2)]
    assert roles_at(again, 9) == {"steward"}
    assert roles_at([given_to("observer", 1), given_to("practitioner", 2, 1)], 9) == {"practitioner"}


def test_a_grant_that_is_not_in_the_prefix_supersedes_nothing() -> None:
    """What comes later in the log cannot reach back."""
    grants = [given_to("moderator", 1), given_to("moderator", 7, 1, is_granted=False)]
    assert roles_at(grants, 7) == {"moderator"}
    assert roles_at(grants, 8) == frozenset()


def test_an_enrolment_gives_several_roles_and_a_new_voice_takes_only_the_voice() -> None:
    """The founder's enrolment gives voice and offices at once; another voice supersedes it as a voice alone."""
    enrolled = [given_to(role, 3, event=3) for role in ("practitioner", "administrator", "steward")]
    assert roles_at(enrolled, 9) == {"practitioner", "administrator", "steward"}
    assert roles_at([*enrolled, given_to("observer", 5, 3)], 9) == {"observer", "administrator", "steward"}
    taken = given_to("administrator", 5, 3, is_granted=False)
    assert roles_at([*enrolled, taken], 9) == {"practitioner", "steward"}


def test_a_voice_cannot_take_an_office() -> None:
    """Whoever may give voices cannot take or give back an office by naming it as superseded."""
    office = given_to("moderator", 1)
    assert "moderator" in roles_at([office, given_to("practitioner", 2, 1)], 9)
    refusal = given_to("moderator", 2, is_granted=False)
    assert "moderator" not in roles_at([office, refusal, given_to("practitioner", 3, 2)], 9)


@st.composite
def prefixes(draw: st.DrawFn) -> list[Grant]:
    """Grants in the order of a log, each naming any of the earlier ones."""
    grants: list[Grant] = []
    for seq in range(1, draw(st.integers(1, 8)) + 1):
        over = draw(st.sets(st.integers(1, seq - 1))) if seq > 1 else set()
        grants.append(Grant(draw(st.sampled_from(ROLES)), seq, draw(st.booleans()), seq, frozenset(over)))
    return grants


@given(prefixes(), st.integers(0, 10), st.randoms(use_true_random=False))
def test_roles_are_one_voice_and_offices(grants: list[Grant], seq: int, rng: object) -> None:
    """Whatever was granted: one voice at most, no office that a head refuses, none that nobody granted, in any order."""
    roles = roles_at(grants, seq)
    assert len(roles & set(VOICES)) <= 1
    prefix = [grant for grant in grants if grant.seq < seq]
    for role in roles:
        assert any(grant.role == role and grant.is_granted for grant in prefix)
    for office in OFFICES:
        alike = [grant for grant in prefix if grant.role == office]
        over = {event for grant in alike for event in grant.supersedes}
        heads = [grant for grant in alike if grant.event not in over]
        assert (office in roles) == (bool(heads) and all(grant.is_granted for grant in heads))
    shuffled = [*grants]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert roles_at(shuffled, seq) == roles
