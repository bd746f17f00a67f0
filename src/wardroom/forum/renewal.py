"""A new instance of the same site: what a restored, copied or rolled-back file goes on as."""

from msgspec.structs import replace

from wardroom.domain.events import MemberEnrolled, SiteCard
from wardroom.store import event_log, keys, local, members, token
from wardroom.store.journal import Journal


def renew_instance(j: Journal) -> None:
    """Make this file a new instance of its site: fresh key, fresh logs; what the old ones granted is accepted anew.

    For a restored or copied file: the old instance's logs are never written again, so no sequence number is reused.
    """
    old = local.identity(j.db)
    instance_seed = j.random_bytes(keys.SEED_BYTES)
    logs = [(circle, local.own_log(j.db, circle)) for circle in members.circles(j.db)]
    who = replace(old, instance_key=keys.public_key(instance_seed), instance_seed=instance_seed)
    local.keep_identity(j.db, who)
    token.renew_id(j.db, j.random_bytes(token.ID_BYTES))
    for circle, log in logs:
        if log is None:
            continue
        circle_id = members.circle_id(j.db, circle)
        pen = event_log.begin_log(j, circle_id, old.site_seed, instance_seed, SiteCard(old.site_name))
        author = 0
        for person, card, voice in members.introduced(j.db, log):
            enrolled = MemberEnrolled(author, person, voice)
            event = event_log.record(j, pen, enrolled, card)
            author = author or j.ref(event).seq
        event_log.accept_grants(j, pen, log)
