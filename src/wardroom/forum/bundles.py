"""Bundles and spools: what goes to other sites as files, by hand or through a folder that is carried by others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wardroom.domain.ids import INSTANCE_PREFIX_BYTES, CircleId, SiteKey
from wardroom.domain.vector import CHAIN_PREFIX_BYTES, Vector
from wardroom.errors import EventRejected, Refused, SyncFailed
from wardroom.forum.erasing import acknowledge_purges
from wardroom.forum.intake import Intake, Report
from wardroom.forum.outgoing import plan
from wardroom.forum.session import Session
from wardroom.language import _
from wardroom.link import files
from wardroom.link.files import Segment
from wardroom.store import event_log, keys, peers
from wardroom.store.database import Connection
from wardroom.store.peers import Branch, Held, Peer
from wardroom.sync.packing import Bodies, Sent
from wardroom.sync.parcel import ParcelReader, ParcelWriter
from wardroom.sync.session import Holds, Memory, Side
from wardroom.sync.session import Session as Wire

_FOLDER_PREFIX_BYTES = 8
"""So much of a key or id names a folder of a spool."""
_PASSES_MAX = 5
"""A site that is admitted by what has just come is read in the next pass; more than a few admit nobody new."""
_SPOOL_FILE_MODE = 0o644
"""What is sealed may be read by whoever carries it."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What of one branch of a log goes into a parcel."""

    branch: Branch
    after: int
    up_to: int


@dataclass(frozen=True, slots=True)
class Bundles:
    """The use cases of bundles and spools."""

    session: Session

    # --- bundles ---

    def make(self, path: Path, sites: tuple[SiteKey, ...], *, is_plain: bool) -> Report:
        """Write what these sites lack, as far as is known here, or all sites of every circle where none is named.

        Raises Refused where nothing is shared with them, StoreError.
        """
        report = Report()
        parcels = []
        for key, circle in peers.circles_with(self._db, SiteKey(self.session.identity.site_key)).items():
            members = [site for site in peers.sites_of(self._db, circle) if site != self.session.identity.site_key]
            chosen = tuple(site for site in members if not sites or site in sites)
            if chosen:
                parcels.append(self._parcel(key, circle, chosen, report, is_plain=is_plain))
        if not parcels:
            raise Refused(_("No circle is shared with them. `wardroom circle invite` opens one."))
        self.session.prove_instance()
        files.write_whole(path, (piece for parcel in parcels for piece in parcel))
        return report

    def _parcel(
        self, key: CircleId, circle: int, sites: tuple[SiteKey, ...], report: Report, *, is_plain: bool
    ) -> Iterator[bytes]:
        """The bytes of what these sites lack of a circle."""
        known = [peers.held_by(self._db, site, key) for site in sites]
        logs = peers.held(self._db, {key: circle})
        least = {log: min((held.at(log) for held in known), key=lambda at: at.seq) for log in logs}
        chosen = plan(self.session, {key: circle}, logs, Vector(frozenset({key}), least))
        pieces = [_Piece(branch, after, up_to) for _log, branch, after, up_to in chosen]
        return self._written(key, circle, () if is_plain else sites, pieces, report)

    def _written(
        self, key: CircleId, circle: int, recipients: tuple[SiteKey, ...], pieces: list[_Piece], report: Report
    ) -> Iterator[bytes]:
        who = self.session.identity
        writer = ParcelWriter(
            site=who.site_key, instance=who.instance_key[:INSTANCE_PREFIX_BYTES], circle=key, recipients=recipients,
            sign=lambda message: keys.sign(who.site_seed, message), random_bytes=self.session.store.random_bytes,
        )  # fmt: skip
        yield writer.begin()
        wire = Wire(_nothing)
        vector = peers.vector_of(self._db, {key: circle}, peers.held(self._db, {key: circle}), SiteKey(who.site_key))
        wire.speak(Side(who.site_key, who.instance_key, vector), Vector())
        for piece in pieces:
            for batch in event_log.since(self._db, piece.branch.log, piece.after, piece.up_to):
                wire.send(batch)
                report.sent_events += len(batch.events)
                yield writer.add(wire.take_output())
        wire.end()
        yield writer.add(wire.take_output())
        yield writer.finish()

    def take(self, path: Path) -> Report:
        """Take in a bundle. Raises Refused, SyncFailed, SyncCut where it ends too early, StoreError."""
        report = Report()
        self.session.prove_instance()
        try:
            self._take_pieces(files.pieces_of(path), report)
        finally:
            if report.has_purged:
                acknowledge_purges(self.session)
        return report

    def _take_pieces(self, pieces: Iterator[bytes], report: Report) -> None:
        """Take in parcel after parcel; those that are not for this site are passed over where others are."""
        left = b""
        while True:
            parcel = _Taking(self.session, report)
            for piece in pieces if not left else _joined(left, pieces):
                parcel.feed(piece)
                if parcel.reader.is_whole:
                    break
            parcel.close()
            left = parcel.reader.rest
            if not left:
                following = next(pieces, b"")
                if not following:
                    return
                left = following

    # --- spools ---

    def exchange(self, peer: Peer, report: Report) -> None:
        """Read from a spool what is not here, and put there what it lacks. Raises SyncFailed, StoreError."""
        folder = Path(peer.spool)
        if not folder.is_dir():
            raise SyncFailed(_("The spool is gone. Is it mounted? {folder}").format(folder=peer.spool))
        shared = {
            key: circle
            for key, circle in peers.circles_with(self._db, peer.site).items()
            if not peer.circles or peers.circle_name(self._db, circle) in peer.circles
        }
        if not shared:
            raise SyncFailed(
                _("No circle is shared with {name} yet. `wardroom circle invite` opens one to it.").format(
                    name=peer.name
                )
            )
        names = {key[:_FOLDER_PREFIX_BYTES].hex(): key for key in shared}
        try:
            self._read_spool(folder, shared, names, report)
            self._write_spool(folder, shared, names, report)
        finally:
            if report.has_purged:
                acknowledge_purges(self.session)

    def _read_spool(
        self, folder: Path, shared: dict[CircleId, int], names: dict[str, CircleId], report: Report
    ) -> None:
        unread: list[str] = []
        for _pass in range(_PASSES_MAX):
            before = report.received_events
            report.refused_logs.clear()
            segments = files.segments(folder, frozenset(names))
            unread = [
                self._take_file(segment.path, report) for segment in segments if not self._holds(segment, shared, names)
            ]
            if report.received_events == before:
                break
        unread += [self._take_file(path, report) for path in files.held_files(folder, frozenset(names))]
        for sentence in filter(None, unread):
            report.notice(sentence)

    def _take_file(self, path: Path, report: Report) -> str:
        """Take in one file of a spool; why not, where it is still being carried or was damaged: it is read next time."""
        try:
            self._take_pieces(files.pieces_of(path), report)
        except Refused:
            return ""  # sealed before this site was admitted: whoever holds it seals it anew
        except (SyncFailed, EventRejected) as error:
            return f"{path.name}: {error}"
        return ""

    def _holds(self, segment: Segment, shared: dict[CircleId, int], names: dict[str, CircleId]) -> bool:
        """Whether a branch that is held here reaches the end of a segment."""
        key = names[segment.circle]
        for log in peers.held(self._db, {key: shared[key]}).values():
            if self._folder_of(log) == segment.instance:
                return any(self._is_on(branch, segment) for branch in log.branches)
        return False

    def _folder_of(self, log: Held) -> str:
        return peers.instance_of(self._db, log.branches[0].log)[:_FOLDER_PREFIX_BYTES].hex()

    def _is_on(self, branch: Branch, segment: Segment) -> bool:
        if not branch.forked_at < segment.last <= branch.seq:
            return False
        return event_log.chain_at(self._db, branch.log, segment.last)[:CHAIN_PREFIX_BYTES].hex() == segment.chain

    def _write_spool(
        self, folder: Path, shared: dict[CircleId, int], names: dict[str, CircleId], report: Report
    ) -> None:
        for name, key in names.items():
            circle = shared[key]
            recipients = peers.sites_of(self._db, circle)
            if not recipients:  # joined, but the circle has not come yet: whoever invited us can read us
                recipients = tuple(peers.inviters(self._db, circle))
            logs = peers.held(self._db, {key: circle})
            everything = plan(self.session, {key: circle}, logs, Vector(frozenset({key})))
            # First what lies there already: written anew it may leave out what branches share.
            there = files.segments(folder, frozenset((name,)))
            for log, branch, _after, up_to in everything:
                for segment in self._lying(there, log, branch):
                    if (piece := self._anew(segment, branch, up_to, len(recipients))) is not None:
                        self._put(folder, key, circle, recipients, log, piece, Report())
                        files.remove(segment.path)
            there = files.segments(folder, frozenset((name,)))
            for log, branch, after, up_to in everything:
                covered = after
                for first, end in self._stretches(there, log, branch):  # what is missing between two is put there
                    if first <= covered + 1:
                        covered = max(covered, end)
                last = peers.signed_at_or_before(self._db, branch.log, up_to)
                if last > covered:
                    self._put(folder, key, circle, recipients, log, _Piece(branch, covered, last), report)
            self._put_held(folder / self._own_folder / name, key, circle, recipients)

    def _lying(self, there: list[Segment], log: Held, branch: Branch) -> list[Segment]:
        """The segments of a circle that end on a branch of a log, in the order of their first events."""
        instance = self._folder_of(log)
        return [segment for segment in there if segment.instance == instance and self._is_on(branch, segment)]

    def _stretches(self, there: list[Segment], log: Held, branch: Branch) -> list[tuple[int, int]]:
        """(first, last) of what lies there of a branch, in that order: what branches share, with any of them."""
        return sorted(
            (segment.first, min(segment.last, end))
            for other in log.branches
            if (end := peers.shared_up_to(self._db, other.log, branch.log))
            for segment in self._lying(there, log, other)
        )

    def _anew(self, segment: Segment, branch: Branch, up_to: int, readers: int) -> _Piece | None:
        """What is to take the place of a segment; None where it is to stay as it is."""
        taken = peers.bodies_taken(self._db, branch.log, segment.first, segment.last)
        # Words were purged since, or sites admitted since. Not for one suspended since, who could read it all along, and
        # would write it anew in its turn; and never with words that a purge took out which is not known here.
        if (taken, readers) <= (segment.purged, segment.readers):
            return None
        # It ends where a signature is held here: not every file holds those that others ended at.
        end = peers.signed_at_or_after(self._db, branch.log, segment.last)
        # What lies there may hold words that are still awaited here: then others write it anew.
        if not end or end > up_to or peers.is_any_awaited(self._db, branch.log, segment.first, end):
            return None
        # What a branch shares with another is written with that one.
        return _Piece(branch, max(segment.first - 1, branch.forked_at), end)

    def _put(
        self, folder: Path, key: CircleId, circle: int, recipients: tuple[SiteKey, ...], log: Held, piece: _Piece,
        report: Report,
    ) -> None:  # fmt: skip
        chain = event_log.chain_at(self._db, piece.branch.log, piece.up_to)[:CHAIN_PREFIX_BYTES].hex()
        path = files.segment_path(
            folder, self._folder_of(log), key[:_FOLDER_PREFIX_BYTES].hex(), piece.after + 1, piece.up_to, chain=chain,
            purged=peers.bodies_taken(self._db, piece.branch.log, piece.after + 1, piece.up_to),
            readers=len(recipients),
        )  # fmt: skip
        files.make_folder(path.parent)
        files.write_whole(
            path, self._written(key, circle, recipients, [piece], report), mode=_SPOOL_FILE_MODE, replaces=True
        )

    def _put_held(self, folder: Path, key: CircleId, circle: int, recipients: tuple[SiteKey, ...]) -> None:
        """Say what is held here, so that others know how far it came; written anew only when it is otherwise."""
        who = self.session.identity
        vector = peers.vector_of(self._db, {key: circle}, peers.held(self._db, {key: circle}), SiteKey(who.site_key))
        said = peers.held_by(self._db, SiteKey(who.site_key), key)
        if (folder / files.HELD).exists() and said == vector:
            return
        files.make_folder(folder)
        pieces = self._written(key, circle, recipients, [], Report())
        files.write_whole(folder / files.HELD, pieces, mode=_SPOOL_FILE_MODE, replaces=True)
        with self.session.store.write(is_durable=False) as db:
            instance = who.instance_key[:INSTANCE_PREFIX_BYTES]
            peers.hear(db, who.site_key, instance, key, vector, self.session.now_ms())

    @property
    def _own_folder(self) -> str:
        return self.session.identity.instance_key[:_FOLDER_PREFIX_BYTES].hex()

    @property
    def _db(self) -> Connection:
        return self.session.store.read


class _Taking:
    """One parcel on its way in."""

    def __init__(self, session: Session, report: Report) -> None:
        who = session.identity
        self.session, self.report = session, report
        self.reader = ParcelReader(who.site_key, who.site_seed, keys.is_signed)
        self._wire = Wire(_nothing)
        self._intake: Intake | None = None
        self._vector: Vector | None = None

    def feed(self, piece: bytes) -> None:
        """Take in what is complete. Raises SyncFailed, Refused, StoreError."""
        for content in self.reader.feed(piece):
            if self._intake is None:
                self._meet()
            assert self._intake is not None
            try:
                for happening in self._wire.feed(content):
                    if isinstance(happening, Sent):
                        self._intake.take_events(happening)
                    elif isinstance(happening, Bodies):
                        self._intake.take_bodies(happening)
                    elif isinstance(happening, Holds):
                        self._vector = happening.vector
                        self._intake.hear(happening.vector, peers.held(self.session.store.read, self._intake.shared))
            finally:  # what came whole before a damage stays
                self._intake.settle()

    def _meet(self) -> None:
        header = self.reader.header
        assert header is not None
        site, key = SiteKey(header.site), CircleId(header.circle)
        # Whoever carries it: every event is verified by itself, and who has just joined knows none of those who write.
        shared = peers.circles_with(self.session.store.read, SiteKey(self.session.identity.site_key))
        if key not in shared:
            raise Refused(_("The bundle holds a circle that was not joined here."))
        self._intake = Intake(self.session, site, {key: shared[key]}, self.report)

    def close(self) -> None:
        """Keep what the sender says it holds. Raises SyncCut where the parcel ended too early."""
        self.reader.close()
        header = self.reader.header
        assert header is not None
        known = peers.circles_with(self.session.store.read, SiteKey(header.site))
        if self._vector is not None and header.circle in known:
            with self.session.store.write(is_durable=False) as db:
                peers.hear(
                    db, header.site, header.instance, CircleId(header.circle), self._vector, self.session.now_ms()
                )


def _nothing(_site: bytes, _instance: bytes) -> Memory:
    return Memory()


def _joined(first: bytes, more: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from more
