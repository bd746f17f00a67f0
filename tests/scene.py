"""The network of three sites of ``tests.strategies``, and short ways to act in it one event at a time."""

from tests.strategies import LogOf, Network

from wardroom.domain import events as e
from wardroom.domain.ids import EventNo
from wardroom.store import event_log
from wardroom.store.journal import journal


class Scene:
    """The network of three sites, and short ways to act in it."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.county, self.bay, self.cape, self.laptop = network.logs
        self.store = network.store

    def write(self, log: LogOf, envelope: e.Envelope, body: e.Body | None = None) -> EventNo:
        with journal(self.store) as j:
            return event_log.record(j, log.pen, envelope, body)

    def ref(self, log: LogOf, event: EventNo) -> e.EventRef:
        with journal(self.store) as j:
            return self.network.ref(j, log, event)

    def thread(self, log: LogOf, who: str, text: str = "Fluids first.", releaser: int = 0) -> EventNo:
        with journal(self.store) as j:
            number = self.network._board_number(j, log, self.network.boards[0])
            body = e.PostBody(text=text, title="Shock")
            return event_log.record(j, log.pen, e.ThreadPosted(log.members[who], number, releaser), body)

    def amend(self, log: LogOf, who: str, post: EventNo, text: str, *over: EventNo) -> EventNo:
        named = tuple(self.ref(log, event) for event in over)
        envelope = e.PostAmended(log.members[who], self.ref(log, post), named)
        return self.write(log, envelope, e.PostBody(text=text, title="Shock"))

    def withdraw(self, log: LogOf, who: str, post: EventNo, *over: EventNo) -> EventNo:
        named = tuple(self.ref(log, event) for event in over)
        return self.write(log, e.PostWithdrawn(log.members[who], self.ref(log, post), named))

    def purge(self, log: LogOf, who: str, *targets: EventNo, proposal: EventNo | None = None) -> EventNo:
        refs = tuple(self.ref(log, target) for target in targets)
        named = None if proposal is None else self.ref(log, proposal)
        return self.write(log, e.PostPurged(log.members[who], refs, 0, named))

    def propose(self, log: LogOf, who: str, *targets: EventNo) -> EventNo:
        refs = tuple(self.ref(log, target) for target in targets)
        return self.write(log, e.PurgeProposed(log.members[who], refs, 0))

    def state(self, post: EventNo) -> int:
        return int(self.store.read.execute("SELECT state FROM view_post WHERE post = ?", (post,)).fetchone()[0])

    def shown(self, post: EventNo) -> int:
        return int(self.store.read.execute("SELECT shown FROM view_post WHERE post = ?", (post,)).fetchone()[0])

    def reason(self, event: EventNo) -> str:
        row = self.store.read.execute("SELECT reason FROM view_review WHERE event = ?", (event,)).fetchone()
        return row[0] if row else ""

    def has_body(self, event: EventNo) -> bool:
        return self.store.read.execute("SELECT 1 FROM log_body WHERE event = ?", (event,)).fetchone() is not None

    def cuts(self, **kept: int) -> tuple[e.Cut, ...]:
        """Cuts of logs by name, at so many events behind their heads."""
        logs = {name: getattr(self, name) for name in kept}
        with journal(self.store) as j:
            return tuple(e.Cut(log.id, j.head(log.pen.log).seq - kept[name]) for name, log in logs.items())

    def suspend(
        self, log: LogOf, who: str, handle: str, *over: EventNo, cuts: tuple[e.Cut, ...] = (), is_on: bool = True
    ) -> EventNo:
        named = tuple(self.ref(log, event) for event in over)
        member = self.ref(log, self.enrolment(handle))
        return self.write(log, e.MemberSuspended(log.members[who], member, is_on, 0, cuts, named))

    def enrolment(self, handle: str) -> EventNo:
        """The first enrolment of a member."""
        row = self.store.read.execute("SELECT member FROM view_member WHERE handle = ?", (handle,)).fetchone()
        return EventNo(row[0])

    def is_standing(self, suspension: EventNo) -> bool:
        row = self.store.read.execute("SELECT is_standing FROM view_suspension WHERE event = ?", (suspension,))
        return bool(row.fetchone()[0])
