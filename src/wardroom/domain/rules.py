"""Who may do what: the one place that decides, for commands given here and for events of peers alike.

A right is read from the prefix of the log an event stands in, never from a clock or an arrival.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from wardroom.domain.events import OFFICES, VOICES
from wardroom.language import marked


class Grant(Struct, frozen=True):
    """One grant as a log's prefix knows it."""

    role: str
    seq: int
    """Where it begins to count in the log."""
    is_granted: bool
    event: int
    """The event that granted it, whatever log it stands in."""
    supersedes: frozenset[int]
    """The grants it names as superseded."""
    is_founding: bool = False
    """Whether the founder's first enrolment gives it: who holds it is the root of the circle's trust."""


def roles_at(grants: Iterable[Grant], seq: int) -> frozenset[str]:
    """The roles a member holds just before ``seq``: one voice, and offices.

    Only heads count; of concurrent heads the stricter wins: a refusal over an office, the lower voice over the higher.
    """
    prefix = [grant for grant in grants if grant.seq < seq]
    voices = [VOICES.index(grant.role) for grant in heads_of(prefix, VOICES) if grant.is_granted]
    roles = {VOICES[min(voices)]} if voices else set()
    for office in OFFICES:
        votes = [grant.is_granted for grant in heads_of(prefix, (office,))]
        if votes and all(votes):
            roles.add(office)
    return frozenset(roles)


def is_steward_again(grants: Iterable[Grant], others: Iterable[Iterable[Grant]], seq: int) -> bool:
    """Whether the founder's first steward is steward once more: demotions at odds have left the log none at ``seq``."""
    if not any(grant.is_founding and grant.seq < seq for grant in grants):
        return False
    return not any("steward" in roles_at(other, seq) for other in others)


def heads_of(prefix: Iterable[Grant], alike: tuple[str, ...]) -> list[Grant]:
    """The grants of an office, or of any voice, that no other of them supersedes.

    A voice supersedes voices and an office itself alone, whatever a grant names: who gives the one may not take the other.
    """
    grants = [grant for grant in prefix if grant.role in alike]
    superseded = frozenset[int]().union(*(grant.supersedes for grant in grants))
    return [grant for grant in grants if grant.event not in superseded]


RELEASES = 3
"""So many first posts of a trainee in a circle need a releaser."""


def may_write(roles: frozenset[str], *, is_released: bool = False) -> str:
    """Whether a member with these roles may begin threads and reply; "" or why not.

    ``is_released``: for a trainee, whether somebody with the right released this post, or ``RELEASES`` before it.
    """
    if roles & {"practitioner", "moderator", "steward"}:
        return ""
    if "trainee" in roles:
        return "" if is_released else marked("A trainee's first posts are released by a moderator.")
    return marked("An observer reads; ask the site's administrator for the right to write.")


def needs_release(roles: frozenset[str], released: int) -> bool:
    """Whether a post of a member of whom ``released`` posts were released waits for a moderator."""
    return bool(may_write(roles)) and not may_write(roles, is_released=True) and released < RELEASES


def may_change_post(roles: frozenset[str], *, is_author: bool) -> str:
    """Whether a post may be amended or withdrawn."""
    if not is_author:
        return marked("Only its author can change a post.")
    return may_write(roles, is_released=True)


def may_close_case(roles: frozenset[str], *, is_author: bool) -> str:
    """Whether a case's state may be changed."""
    if is_author or roles & {"moderator", "steward"}:
        return ""
    return marked("Only its author or a moderator can change the state of a case.")


def may_moderate(roles: frozenset[str]) -> str:
    """Whether posts may be hidden, threads locked and pinned, and purges proposed."""
    return "" if roles & {"moderator", "steward"} else marked("That takes a moderator of the circle.")


def may_move(roles: frozenset[str], *, is_room: bool) -> str:
    """Whether a thread may be put on another board; what is said in a room stays there, and no room is entered so."""
    if is_room:
        return marked("What is said in a room stays there; post it anew where others shall read it.")
    return may_moderate(roles)


def may_flag(roles: frozenset[str]) -> str:
    """Whether a post may be flagged: by any member of the circle."""
    return "" if roles else marked("Only a member of the circle can flag a post.")


def flag_hides(roles: frozenset[str]) -> bool:
    """Whether a flag for an identifier hides the post at the flagger's site: not one of somebody who only reads."""
    return bool(roles & {"trainee", "practitioner", "moderator", "steward"})


def may_appeal(*, is_concerned: bool) -> str:
    """Whether an act may be appealed against: by whom it concerns, suspended or not."""
    return "" if is_concerned else marked("Only whom an act concerns can appeal against it.")


VERIFIED_FOR_MS: Final = 365 * 24 * 3600 * 1000
"""So long a verification holds; then it has to be said again."""


def may_verify(roles: frozenset[str], *, is_own_site: bool) -> str:
    """Whether a member may be verified, or that be taken back."""
    if "administrator" in roles and is_own_site:
        return ""
    return marked("A member is verified by an administrator of the member's own site.")


def may_suspend(roles: frozenset[str], *, is_own_site: bool) -> str:
    """Whether a member may be suspended, an instance be revoked, or that be lifted."""
    if "steward" in roles or ("administrator" in roles and is_own_site):
        return ""
    return marked("That takes a steward of the circle, or an administrator of the member's own site.")


def may_suspend_site(roles: frozenset[str]) -> str:
    """Whether a site may be suspended, or that be lifted."""
    return "" if "steward" in roles else marked("A site is suspended by a steward of the circle.")


def may_rotate_key(roles: frozenset[str]) -> str:
    """Whether the own site may go on under another key."""
    return "" if "administrator" in roles else marked("The site's key is changed by an administrator of the site.")


def may_purge(roles: frozenset[str], *, is_author: bool, is_own_site: bool, is_proposed_by_other: bool) -> str:
    """Whether words may be erased: alone by the author or a moderator of the author's site, else as a second person."""
    if is_author:
        return ""
    if not roles & {"moderator", "steward"}:
        return marked("Only the author or a moderator can erase a post.")
    if is_own_site or is_proposed_by_other:
        return ""
    return marked("A post of another site is erased by two people: one proposes, another confirms.")


def may_react(roles: frozenset[str], *, is_author: bool) -> str:
    """Whether a post may be marked as useful: nobody marks an own one."""
    if is_author:
        return marked("Marks are for the posts of others.")
    return (
        "" if roles - {"observer", "administrator"} else marked("An observer reads; marks are for members who write.")
    )


def may_grant(roles: frozenset[str], role: str, *, is_own_site: bool) -> str:
    """Whether a role may be given or taken."""
    if role in ("moderator", "steward"):
        return "" if "steward" in roles else marked("Moderators and stewards are named by a steward of the circle.")
    if "administrator" in roles and is_own_site:
        return ""
    return marked("The voice of a member is given by an administrator of the member's own site.")


def may_enrol(roles: frozenset[str]) -> str:
    """Whether members may be enrolled."""
    return "" if "administrator" in roles else marked("Members are enrolled by the site's administrator.")


def may_change_card(roles: frozenset[str], *, is_own: bool, is_own_site: bool) -> str:
    """Whether a member's card may be changed: by the member, and by an administrator of the member's site."""
    if is_own or (is_own_site and "administrator" in roles):
        return ""
    return marked("A card is changed by its member, or by an administrator of the member's site.")


def may_keep_accounts(roles: frozenset[str], *, is_own: bool) -> str:
    """Whether an account's password may be set, its Unix link changed, or it be closed; the own password always."""
    if is_own or "administrator" in roles:
        return ""
    return marked("Accounts are kept by the site's administrator.")


def may_open_board(roles: frozenset[str]) -> str:
    """Whether boards may be opened and rooms be given their members."""
    return "" if "steward" in roles else marked("That takes a steward of the circle.")


def may_admit_site(roles: frozenset[str]) -> str:
    """Whether a circle may be opened to another site."""
    return "" if "steward" in roles else marked("A site is invited by a steward of the circle.")


def may_take_part(roles: frozenset[str]) -> str:
    """Whether this site may found, join or leave a circle, and meet peers: its administrator or a steward decides."""
    return "" if roles & {"steward", "administrator"} else marked("That takes an administrator of this site.")
