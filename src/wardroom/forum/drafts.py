"""What is half written: saved while it is typed, offered again at the next login."""

from dataclasses import dataclass

from wardroom.domain.ids import BoardNo, EventNo
from wardroom.domain.text import clean
from wardroom.domain.views import DraftView, Me
from wardroom.forum.session import Session
from wardroom.store import local


@dataclass(frozen=True, slots=True)
class Drafts:
    """The use cases of drafts."""

    session: Session

    def save(
        self,
        me: Me,
        *,
        draft: int | None,
        kind: str,
        board: BoardNo | None,
        target: EventNo | None,
        fields: dict[str, str],
    ) -> int:
        """Keep what the composer holds; the draft's number, to be named at the next save."""
        cleaned = {name: clean(value) for name, value in fields.items()}

        def write() -> int:
            with self.session.store.write(is_draft=True) as db:
                return local.save_draft(
                    db, me.account, draft=draft, kind=kind, board=board, target=target, fields=cleaned,
                    now_ms=self.session.now_ms(),
                )  # fmt: skip

        return self.session.store.even_when_full(write)

    def list(self, me: Me) -> tuple[DraftView, ...]:
        """The member's drafts, newest first."""
        return local.drafts(self.session.store.read, me.account)

    def discard(self, me: Me, draft: int) -> None:
        """Throw a draft away."""
        with self.session.store.write() as db:
            local.discard_draft(db, me.account, draft)
