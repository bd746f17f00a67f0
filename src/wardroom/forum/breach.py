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
            by_who.append(f"     and {summed} earlier readings, of which only the number is kept")
        others = [site for site in sites if site != me.site]
        lines = [
            "POSSIBLE BREACH OF PATIENT PRIVACY - DRAFT FOR THE PRIVACY OFFICER",
            "",
            f"Forum site      {me.site}, circle {circle}",
            f"Post            {trail.id_of(db, post)} (its words are left out on purpose)",
            f"Author          {author}",
            f"Posted          {_moment(posted_ms)}",
            f"Drafted by      {me.name}, {_moment(self.session.now_ms())}",
            "",
            "1. Nature and extent of what was disclosed (kinds of identifiers, likelihood of re-identification)",
            f"     Flagged as: {', '.join(sorted({a.reason for a in acts if a.verb == 'flag' and a.reason})) or 'not flagged'}",
            f"     Versions of the post: {versions}",
            f"     Kinds of identifiers, to be filled in: {_LINE}",
            "",
            "2. The unauthorised person to whom it was disclosed",
            f"     Members of {me.site} with an account here, and every site that holds the circle:",
            *(f"     {site}" for site in sites),
            "     All are bound to professional secrecy unless noted here: " + _LINE,
            "",
            "3. Whether it was actually acquired or viewed",
            *(by_who or ["     No reading by another member is noted in this file."]),
            "     Readings are noted at this site alone."
            + (f" Ask these sites for theirs: {', '.join(others)}." if others else ""),
            "     Exports, screens and backups outside of the forum, to be filled in: " + _LINE,
            "",
            "4. How far the risk has been mitigated",
            f"     Hidden          {_moment(hidden_ms) if hidden_ms is not None else 'not by a moderator'}",
            f"     Erased here     {_moment(purge.at_ms) if purge else 'not yet: wardroom purge ' + trail.id_of(db, post)}",
        ]
        if purge:
            yet = ", ".join(purge.yet_to_erase) or "none"
            lines.append(f"     Yet to erase    {yet}")
        lines += [
            "     Backups made before the erasure hold the words; a restore applies the purge ledger beside them.",
            "",
            "What was done, by the audit",
            *(f"     {_moment(a.at_ms)}  {a.who}  {a.verb}  {a.reason}".rstrip() for a in reversed(acts)),
            "",
            "Decision        [ ] low probability of compromise   [ ] breach: individuals without delay, at most 60 days",
            f"Privacy officer {_LINE}   Date {_LINE}",
            "",
        ]
        return "\n".join(lines)


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
