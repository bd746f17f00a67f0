"""The verbs of members' cards: looked at by everybody, changed by their member."""

from typing import Any

import click

from wardroom.cli import answers
from wardroom.cli.context import TEXT, Context, as_json, one_of, pass_context, put_json, rfc3339, tell
from wardroom.cli.paper import Paper
from wardroom.domain.views import CardView
from wardroom.forum.members import PROFESSIONS
from wardroom.language import _


@click.command("show")
@click.argument("name", metavar="HANDLE[@SITE]", type=TEXT)
@as_json
@pass_context
def show_card(context: Context, name: str, *, is_json: bool) -> None:
    """Show a member's card: profession, interests, roles, and what they wrote last."""
    _put(context, context.forum.cards.named(context.me, name, is_whole=True), is_json=is_json)


@click.command("card")
@one_of("--profession", "P", PROFESSIONS, "What you are from now on:")
@click.option(
    "--interests", metavar="LIST", type=TEXT, help="What you care about, separated by commas; empty for none."
)
@as_json
@pass_context
def own_card(context: Context, profession: str | None, interests: str | None, *, is_json: bool) -> None:
    """Show your own card, or change it; a changed card reaches every circle where you act."""
    cards, me = context.forum.cards, context.me
    card = cards.own(me, is_whole=True)
    if profession is not None or interests is not None:
        listed = card.interests if interests is None else tuple(part for part in interests.split(",") if part.strip())
        cards.change(me, profession or card.profession, listed)
        card = cards.own(me, is_whole=True)
        tell(_("Your card is changed."))
    _put(context, card, is_json=is_json)


@click.command("clear-card")
@click.argument("handle", type=TEXT)
@pass_context
def clear_card(context: Context, handle: str) -> None:
    """Take profession and interests off the card of a member who has left; for administrators."""
    context.forum.cards.clear(context.me, handle)
    tell(_("The card of {handle} says no more than the name.").format(handle=handle))


def _put(context: Context, card: CardView, *, is_json: bool) -> None:
    if is_json:
        put_json(_as_object(card))
        return
    paper = Paper()
    paper.say((f"{card.handle}@{card.site}", "bold"))
    until = rfc3339(card.verified_until_ms)[:10] if card.verified_until_ms is not None else ""
    if card.verified_by:
        verified = _("verified by {site} until {day}") if until else _("verified by {site}")
    else:
        verified = _("no longer verified since {day}") if until else _("not verified")
    verified = verified.format(site=card.verified_by, day=until)
    paper.prose(", ".join(part for part in (_(card.profession), verified) if part))
    for label, words in (
        (_("Roles"), ", ".join(map(_, card.roles))), (_("Interests"), ", ".join(card.interests)), (_("Posts"), str(card.posts)),
    ):  # fmt: skip
        if words:
            paper.prose(f"{label}: {words}")
    for post in card.last:
        paper.prose(f"{post.id}  {post.title}", "  ")


def _as_object(card: CardView) -> dict[str, Any]:
    return {
        "handle": card.handle, "site": card.site, "profession": card.profession, "interests": list(card.interests),
        "roles": list(card.roles), "circle": card.circle, "verified_by": card.verified_by or None,
        "verified_until": rfc3339(card.verified_until_ms) if card.verified_until_ms is not None else None, "posts": card.posts,
        "last": [answers.post_line(post) for post in card.last],
    }  # fmt: skip


COMMANDS = (show_card, own_card, clear_card)
