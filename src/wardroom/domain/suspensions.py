"""What suspensions take out of a circle's logs, and which of them stand where they contradict each other."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct


class Suspension(Struct, frozen=True):
    """One ``MemberSuspended``, ``InstanceRevoked`` or ``SiteSuspended``, whose author's log gave the right to it."""

    event: int
    author: int
    """The member who suspends."""
    log: bytes
    """The id of the log it stands in."""
    site: bytes
    """The site of that log."""
    seq: int
    is_on: bool
    """False for one that lifts what it supersedes."""
    supersedes: frozenset[int]
    of_member: int | None
    of_log: bytes
    """The log of a revoked instance, else empty."""
    of_site: bytes
    """The suspended site, else empty."""
    cuts: Mapping[bytes, int]
    """The last sequence that counts, by log id; nothing counts in a log that is not named."""

    @property
    def subject(self) -> tuple[int | None, bytes, bytes]:
        """Whom it is about."""
        return self.of_member, self.of_log, self.of_site

    def takes(self, member: int | None, log: bytes, site: bytes, seq: int) -> bool:
        """Whether an event does not count: ``member`` wrote it, at ``seq`` of a log of ``site``."""
        if self.of_member is not None:
            is_meant = member == self.of_member
        elif self.of_log:
            is_meant = log == self.of_log
        else:
            is_meant = site == self.of_site
        return is_meant and seq > self.cuts.get(log, 0)


def heads(suspensions: Iterable[Suspension]) -> tuple[Suspension, ...]:
    """Those that no other about the same subject supersedes, and that do not lift: of concurrent ones, all."""
    found = list(suspensions)
    superseded = {(each.subject, event) for each in found for event in each.supersedes}
    return tuple(each for each in found if each.is_on and (each.subject, each.event) not in superseded)


def standing(
    suspensions: Iterable[Suspension], counts: Callable[[Suspension, tuple[Suspension, ...]], bool]
) -> tuple[Suspension, ...]:
    """The suspensions that stand: those whose author is not cut off by one that nobody cuts off.

    ``counts(one, cuts)`` says whether its author still has the right to it behind those cuts. Of two who suspend each
    other both are suspended: the stricter wins. The answer depends on the set alone, never on an order.
    """
    everything = tuple(each for each in suspensions if counts(each, ()))
    unchallenged = heads(each for each in everything if counts(each, heads(everything)))
    return heads(each for each in everything if counts(each, unchallenged))
