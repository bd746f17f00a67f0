"""The note for the privacy officer when a patient may have been identified: four factors, who read it, not a word of it.

The factors are those of 45 CFR 164.402(2): what was disclosed, to whom, whether it was seen, and what was done since.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from wardroom.domain.ids import EventNo
from wardroom.domain.views import Me
from wardroom.errors import Refused
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.store import held, members, trail

_LINE = "________________________________"


@dataclass(frozen=True, slots=True)
class Breach:
    """The use case of the breach note."""

    session: Session

    def note(self, me: Me, post: EventNo) -> str:
        """The draft, before the purge or after it; writing it is audited. For moderators. Raises Refused."""
        db = self.session.store.read
        facts = members.post_facts(db, post)
        if (
            facts is None
            or facts.circle not in me.moderates
            or trail.author_name(db, self.session.viewer(me), post) is None
        ):
            raise Refused(_("A breach note is drafted by a moderator who may read the board of the post."))
        author = trail.author_name(db, self.session.viewer(me), post)
        circle, sites, versions, hidden_ms = trail.reach(db, post)
        named, summed = trail.readers(db, post)
        acts = [line for line in trail.trail(db, self.session.viewer(me), 1000) if line.post == post]
        purge = next((line for line in acts if line.verb == "purge"), None)
        with self.session.store.write() as writing:
            held.note_deed(
                writing, me.account, "draft breach note", post=post, about="", reason="", now_ms=self.session.now_ms()
            )
        posted_ms = trail.posted_ms(db, post)
        by_who = [f"     {_moment(read_ms)}  {handle}@{me.site}" for handle, read_ms in named]
        if summed:
            by_who.append(_("     and {count} earlier readings, of which only the number is kept").format(count=summed))
        others = [site for site in sites if site != me.site]
        flagged = sorted({_(act.reason) for act in acts if act.verb == "flag" and act.reason})
        lines = [
            _("POSSIBLE BREACH OF PATIENT PRIVACY - DRAFT FOR THE PRIVACY OFFICER"),
            "",
            _("Forum site      {site}, circle {circle}").format(site=me.site, circle=circle),
            _("Post            {id} (its words are left out on purpose)").format(id=trail.id_of(db, post)),
            _("Author          {author}").format(author=author),
            _("Posted          {when}").format(when=_moment(posted_ms)),
            _("Drafted by      {name}, {when}").format(name=me.name, when=_moment(self.session.now_ms())),
            "",
            _("1. Nature and extent of what was disclosed (kinds of identifiers, likelihood of re-identification)"),
            _("     Flagged as: {reasons}").format(reasons=", ".join(flagged) or _("not flagged")),
            _("     Versions of the post: {versions}").format(versions=versions),
            _("     Kinds of identifiers, to be filled in: {line}").format(line=_LINE),
            "",
            _("2. The unauthorised person to whom it was disclosed"),
            _("     Members of {site} with an account here, and every site that holds the circle:").format(
                site=me.site
            ),
            *(f"     {site}" for site in sites),
            _("     All are bound to professional secrecy unless noted here: ") + _LINE,
            "",
            _("3. Whether it was actually acquired or viewed"),
            *(by_who or [_("     No reading by another member is noted in this file.")]),
            _("     Readings are noted at this site alone.")
            + (_(" Ask these sites for theirs: {others}.").format(others=", ".join(others)) if others else ""),
            _("     Exports, screens and backups outside of the forum, to be filled in: ") + _LINE,
            "",
            _("4. How far the risk has been mitigated"),
            _("     Hidden          {when}").format(
                when=_moment(hidden_ms) if hidden_ms is not None else _("not by a moderator")
            ),
            _("     Erased here     {when}").format(
                when=_moment(purge.at_ms)
                if purge
                else _("not yet: {verb}").format(verb=f"wardroom purge {trail.id_of(db, post)}")
            ),
        ]
        if purge:
            yet = ", ".join(purge.yet_to_erase) or _("none")
            lines.append(_("     Yet to erase    {yet}").format(yet=yet))
        lines += [
            _("     Backups made before the erasure hold the words; a restore applies the purge ledger beside them."),
            "",
            _("What was done, by the audit"),
            *(f"     {_moment(a.at_ms)}  {a.who}  {_(a.verb)}  {_(a.reason)}".rstrip() for a in reversed(acts)),
            "",
            _(
                "Decision        [ ] low probability of compromise   [ ] breach: individuals without delay, at most 60 days"
            ),
            _("Privacy officer {line}   Date {line}").format(line=_LINE),
            "",
        ]
        return "\n".join(lines)


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
