"""Purges carried out in this file's bytes, and said so to the other sites."""

from wardroom.domain import codec
from wardroom.domain.events import PurgeAcknowledged
from wardroom.forum.session import Session
from wardroom.store import event_log, ledger, local, members, trail
from wardroom.store.journal import journal


def acknowledge_purges(session: Session, *, is_due: bool = True) -> bool:
    """Leave no byte of what purges take, and acknowledge those that are carried out; False while a reader holds some.

    Called after a purge of one's own and after every exchange, where it ``is_due`` if that brought one: what could not
    be done while somebody read is done by the next call.
    """
    db = session.store.read
    own = {circle: log for circle in members.circles(db) if (log := local.own_log(db, circle)) is not None}
    pending = trail.purges_without(db, own)
    if not pending and not is_due:
        return True
    is_empty = session.store.scrub()
    ledger.spread(db)
    if not is_empty or not pending:
        return is_empty
    with journal(session.store) as j:
        for circle, purge in trail.purges_without(j.db, own):
            if trail.is_erased(j.db, purge):
                pen = session.pen(j, circle)
                ref = codec.from_ref(j.ref(purge), j.head(pen.log).id)
                said = PurgeAcknowledged(ref)
                # What this log waits for may keep an acknowledgement out of the views: it is said once all the same.
                if not event_log.has_written(j.db, pen.log, said):
                    event_log.record(j, pen, said)
    return True
