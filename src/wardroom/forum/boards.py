"""Boards: listed, found by name, and opened."""

from dataclasses import dataclass

from wardroom.domain import codec, rules
from wardroom.domain.events import BoardCard, BoardOpened, RoomMembersSet
from wardroom.domain.ids import BoardNo
from wardroom.domain.text import check_line, clean_name
from wardroom.domain.views import BoardLine, Me
from wardroom.errors import NotFound, Refused
from wardroom.forum import guard
from wardroom.forum.session import Session, must
from wardroom.language import _
from wardroom.store import event_log, local, members
from wardroom.store.boards import boards as board_lines
from wardroom.store.journal import journal


@dataclass(frozen=True, slots=True)
class Boards:
    """The use cases of boards."""

    session: Session

    def lines(self, me: Me, *, most: int = 0, is_whole: bool = False) -> tuple[BoardLine, ...]:
        """Every board the member may read, its threads counted up to ``most``; ``is_whole`` counts all there is."""
        viewer = self.session.viewer(me, is_whole=is_whole)
        return board_lines(self.session.store.read, viewer, most=-1 if is_whole else most)

    def line(self, me: Me, board: BoardNo) -> BoardLine:
        """One board. Raises NotFound when it is not there for this member."""
        for line in self.lines(me):
            if line.board == board:
                return line
        raise NotFound(_("There is no such board."))

    def named(self, me: Me, name: str) -> BoardLine:
        """The board called ``name`` or ``name@circle``. Raises NotFound, or Refused when two circles have one."""
        wanted, _at, circle = name.strip().partition("@")
        lines = self.lines(me)
        found = [
            line
            for line in lines
            if wanted.casefold() in (line.name.casefold(), line.title.casefold())
            and circle.casefold() in ("", line.circle.casefold())
        ]
        if len(found) == 1:
            return found[0]
        if found:
            names = " and ".join(f"{line.name}@{line.circle}" for line in found)
            raise Refused(
                _("More than one board is called {wanted}: {names}. Name the circle too.").format(
                    wanted=wanted, names=names
                )
            )
        known = ", ".join(line.name for line in lines) or _("none yet; `wardroom board add` opens one")
        raise NotFound(_("There is no board called {wanted!r}. Boards: {known}.").format(wanted=wanted, known=known))

    def open(
        self,
        me: Me,
        name: str,
        *,
        title: str = "",
        about: str = "",
        circle: str = "local",
        members_of_room: tuple[str, ...] = (),
    ) -> BoardNo:
        """Open a board in a circle; with members it is a room that only they read. Raises Refused, InputRejected."""
        card = BoardCard(
            clean_name(name), check_line(title or name, "title", longest=64), check_line(about, "purpose", longest=400)
        )
        session = self.session
        for text in (card.title, card.about):
            guard.refuse_identifiers(text, session.screen)
        with journal(session.store) as j:
            number = session.circle_named(j, circle)
            acting = session.acting(j, me, number)
            must(rules.may_open_board(acting.roles))
            if any(line.name == card.name and line.circle == circle for line in self.lines(me)):
                raise Refused(
                    _("The circle {circle} has a board called {name} already.").format(circle=circle, name=card.name)
                )
            board = event_log.record(j, acting.pen, BoardOpened(acting.author, bool(members_of_room)), card)
            if members_of_room:
                refs = []
                for handle in members_of_room:
                    account = local.account_named(j.db, handle)
                    if account is None:
                        raise NotFound(_("There is no member called {handle!r} here.").format(handle=handle))
                    number_in_log = session.number_of_member(j, acting.pen, session.me(account))
                    enrolled = members.event_in_log(j.db, acting.pen.log, number_in_log)
                    refs.append(codec.from_ref(j.ref(enrolled), acting.log_id))
                of_board = codec.from_ref(j.ref(board), acting.log_id)
                event_log.record(j, acting.pen, RoomMembersSet(acting.author, of_board, tuple(refs), ()))
        return BoardNo(board)
