"""The first posts of trainees: held in this file until a moderator releases them, or gives them back."""

from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from wardroom.domain import events as e
from wardroom.domain import rules
from wardroom.domain.events import FLAG_REASONS
from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.views import Me, PostDraft, QueueItem
from wardroom.errors import NotFound, Refused
from wardroom.forum.session import Acting, Session, must
from wardroom.forum.wording import body_from, reply_from
from wardroom.language import _, marked
from wardroom.store import event_log, local, members
from wardroom.store import held as store
from wardroom.store.boards import boards as board_lines
from wardroom.store.journal import Journal, journal
from wardroom.store.judging import PREFIX_OF_ALL
from wardroom.store.post_events import releases


def must_wait(j: Journal, acting: Acting) -> bool:
    """Whether what a member writes now waits for a release."""
    released = releases(j, acting.pen.log, acting.member, PREFIX_OF_ALL)
    return rules.needs_release(acting.roles, released)


def hold(j: Journal, me: Me, board: int, parent: EventNo | None, draft: PostDraft) -> None:
    """Keep a checked draft until somebody with the right releases it."""
    store.hold(j.db, me.account, board, parent, replace(draft, kept_as=None), j.now_ms)


@dataclass(frozen=True, slots=True)
class Held:
    """The use cases of held posts."""

    session: Session

    def lines(self, me: Me) -> list[QueueItem]:
        """What waits for a release: for moderators that of their circles, for others their own."""
        db, viewer = self.session.store.read, self.session.viewer(me)
        boards = {line.board: line for line in board_lines(db, viewer)}
        moderated = [board for board in boards if members.circle_of_board(db, board) in me.moderates]
        found = {each.held: each for each in store.held_posts(db, moderated)}
        found |= {each.held: each for each in store.held_posts(db, boards, me.account)}
        lines = []
        for each in found.values():
            account = local.account_numbered(db, each.account)
            name = f"{account.handle if account else '?'}@{me.site}"
            lines.append(
                QueueItem(
                    "held", None, each.parent, each.held, f"held-{each.held}", each.draft.title,
                    boards[BoardNo(each.board)].title, name, name, "first posts", each.held_ms,
                    " ".join((each.draft.question or each.draft.text).split())[:200],
                )
            )  # fmt: skip
        return sorted(lines, key=lambda line: line.at_ms)

    def words(self, me: Me, held: int) -> PostDraft:
        """A held post, to be read by its author or by who may release it. Raises NotFound."""
        return self._find(me, held).draft

    def _find(self, me: Me, held: int) -> store.HeldPost:
        if held not in {line.held for line in self.lines(me)}:
            raise NotFound(_("There is no post held under that number, or it is not for you to read."))
        return store.held_post(self.session.store.read, held)

    def release(self, me: Me, held: int) -> EventNo:
        """Post a held post in its author's name. Raises Refused, NotFound or StoreError."""
        each = self._find(me, held)
        session = self.session
        with journal(session.store) as j:
            circle = members.circle_of_board(j.db, each.board)
            releasing = session.acting(j, me, circle)
            must(rules.may_moderate(releasing.roles))
            account = local.account_numbered(j.db, each.account)
            if account is None or not store.forget_held(j.db, held):
                raise NotFound(_("That post is no longer held; another moderator has settled it."))
            author = session.acting(j, session.me(account), circle)
            must(rules.may_write(author.roles, is_released=True))
            if each.parent is None:
                make = partial(e.ThreadPosted, author.author, session.number_of_board(j, author.pen, each.board))
                envelope: e.Envelope = make(releasing.author)
            else:
                facts = members.post_facts(j.db, each.parent)
                if facts is None or facts.is_locked:
                    raise Refused(_("The thread is locked meanwhile; give the post back with a reason."))
                envelope = reply_from(j, author, each.parent, each.draft, releaser=releasing.author)
            event = event_log.record(j, author.pen, envelope, body_from(each.draft))
            store.tell(j.db, each.account, marked("Your post was released."), event, j.now_ms)
        return event

    def give_back(self, me: Me, held: int, reason: str) -> None:
        """Give a held post back to its author as a draft, with a reason. Raises Refused or NotFound."""
        if reason not in FLAG_REASONS:
            raise Refused(
                _("A post is given back for one of these reasons: {reasons}.").format(reasons=", ".join(FLAG_REASONS))
            )
        each = self._find(me, held)
        with journal(self.session.store) as j:
            acting = self.session.acting(j, me, members.circle_of_board(j.db, each.board))
            must(rules.may_moderate(acting.roles))
            if not store.forget_held(j.db, held):
                raise NotFound(_("That post is no longer held; another moderator has settled it."))
            fields = {
                "title": each.draft.title, "question": each.draft.question, "text": each.draft.text,
                "tags": " ".join(each.draft.tags),
            }  # fmt: skip
            local.save_draft(
                j.db, each.account, draft=None, kind="case" if each.parent is None else "reply",
                board=BoardNo(each.board), target=each.parent, fields=fields, now_ms=j.now_ms,
            )  # fmt: skip
            said = marked("Your post was given back ({0}); it is among your drafts.") + f"\t{reason}"
            store.tell(j.db, each.account, said, None, j.now_ms)
            store.note_deed(
                j.db,
                me.account,
                "give back",
                post=each.parent,
                about=f"held-{held}",
                reason=reason,
                now_ms=j.now_ms,
            )
