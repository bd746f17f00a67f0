"""Peers: sites we know how to reach, and the exchanges with them."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path

from wardroom.domain import invitation, rules
from wardroom.domain.ids import SiteKey, words_of_key
from wardroom.domain.text import check_line, clean_name
from wardroom.domain.views import Me
from wardroom.errors import FileBusy, NotFound, Refused, StoreError, SyncFailed, WardroomError
from wardroom.forum.changes import UNDER_WAY_MS
from wardroom.forum.exchange import Exchange, Progress
from wardroom.forum.intake import Report
from wardroom.forum.session import Session, must
from wardroom.language import _
from wardroom.link import background, files, ssh, stdio
from wardroom.store import local, peers
from wardroom.store.journal import journal
from wardroom.store.peers import Peer

LEASE = "sync"
LEASE_MS = 120_000
_TELL_MS = 1000


@dataclass(frozen=True, slots=True)
class PeerLine:
    """A peer in a list, as far as this file knows."""

    peer: Peer
    words: str
    """Its site key, to compare."""
    circles: tuple[str, ...]
    """The circles shared with it."""
    lag_posts: int
    """Posts here that it has not got from this file, as of the last exchange."""

    def is_under_way(self, now_ms: int) -> bool:
        """Whether an exchange with it goes on now."""
        return self.peer.under_way_ms is not None and self.peer.under_way_ms > now_ms - UNDER_WAY_MS


@dataclass(frozen=True, slots=True)
class Added:
    """What whoever adds a peer must know: both sites' words, and the line for the far side's authorized_keys."""

    our_words: str
    their_words: str
    key_line: str


@dataclass(frozen=True, slots=True)
class Peers:
    """The use cases of peers."""

    session: Session

    def lines(self) -> tuple[PeerLine, ...]:
        """Every peer of this file."""
        db = self.session.store.read
        return tuple(self._line(peer) for peer in peers.peers(db))

    def _line(self, peer: Peer) -> PeerLine:
        db = self.session.store.read
        shared = {
            key: circle
            for key, circle in peers.shared_circles(db, peer.site).items()
            if not peer.circles or peers.circle_name(db, circle) in peer.circles
        }
        names = tuple(peers.circle_name(db, circle) for circle in shared.values())
        return PeerLine(peer, words_of_key(peer.site), names, peers.posts_lacking(db, peer.site, shared))

    def site_of(self, name: str, site_key: str = "") -> SiteKey:
        """The key of the site a new peer is: given, or known by this name. Raises NotFound, Refused, InputRejected."""
        if site_key:
            return SiteKey(invitation.site_key(site_key))
        db = self.session.store.read
        found = peers.sites_named(db, name)
        if len(found) == 1:
            return next(iter(found))
        if found:
            both = ", ".join(f"{name} ({words_of_key(key, 2)})" for key in found)
            raise Refused(_("More than one site has that name: {sites}. Say which with --site KEY.").format(sites=both))
        known = ", ".join(sorted(set(peers.other_sites(db).values()) - {""})) or _("none yet")
        raise NotFound(
            _("No site called {name} is known here. Known: {known}. An invitation, sent or joined, makes it known; or give its key with --site KEY.").format(
                name=name, known=known
            )
        )  # fmt: skip

    def add(
        self, me: Me, name: str, site: SiteKey, *, target: str = "", spool: str = "", ssh_config: str = "",
        circles: tuple[str, ...] = (), command: str = "wardroom sync-serve",
    ) -> Added:  # fmt: skip
        """Remember how to reach a site, by ssh or through a folder. Raises Refused, InputRejected, SyncFailed."""
        name, who = clean_name(name), self.session.identity
        must(rules.may_take_part(self.session.roles(dict(me.members))))
        if bool(target) == bool(spool):
            raise Refused(_("A peer is reached by ssh or through a spool folder: give one of the two."))
        if target:
            ssh.command_line(target, ssh_config, None)
        target, spool = check_line(target, "target", longest=255), spool and str(Path(spool).absolute())
        if spool:
            files.make_folder(Path(spool))
        with journal(self.session.store) as j:
            if peers.peer_named(j.db, name) is not None:
                raise Refused(
                    _("There is a peer called {name} already. Remove it first, or choose another name.").format(
                        name=name
                    )
                )
            for circle in circles:
                self.session.circle_named(j, circle)
            peers.add_peer(
                j.db, name, site, target=target, spool=spool, ssh_config=ssh_config and str(Path(ssh_config).absolute()),
                circles=circles, now_ms=j.now_ms,
            )  # fmt: skip
        key_line = ""
        if target and not ssh_config:
            public = ssh.make_key(self.key_path(name), f"wardroom-{who.site_name}")
            key_line = ssh.forced_command(f"{command} --peer {who.site_key.hex()}", public)
        return Added(words_of_key(who.site_key), words_of_key(site), key_line)

    def key_path(self, name: str) -> Path:
        """Where the ssh key for a peer lies: beside the forum file, for the account that made it."""
        return self.session.store.path.parent / "peers" / name

    def remove(self, me: Me, name: str) -> None:
        """Forget how to reach a peer; its posts stay. Raises Refused, NotFound."""
        must(rules.may_take_part(self.session.roles(dict(me.members))))
        with journal(self.session.store) as j:
            if not peers.remove_peer(j.db, name.strip()):
                raise self._unknown(name)

    def _unknown(self, name: str) -> NotFound:
        names = ", ".join(peer.name for peer in peers.peers(self.session.store.read)) or _("none yet")
        return NotFound(_("There is no peer called {name}. Peers: {names}.").format(name=name, names=names))

    def named(self, names: tuple[str, ...]) -> tuple[Peer, ...]:
        """These peers, or all of them. Raises NotFound."""
        db = self.session.store.read
        if not names:
            return peers.peers(db)
        found = []
        for name in names:
            peer = peers.peer_named(db, name.strip())
            if peer is None:
                raise self._unknown(name)
            found.append(peer)
        return tuple(found)

    def sites(self, names: tuple[str, ...]) -> tuple[SiteKey, ...]:
        """The sites that peers or sites of these names are. Raises NotFound, Refused."""
        db = self.session.store.read
        found = [(peers.peer_named(db, name.strip()), name) for name in names]
        return tuple(peer.site if peer is not None else self.site_of(name) for peer, name in found)

    def sync(self, peer: Peer, progress: Progress | None = None) -> Report:
        """Exchange with a peer what either lacks. Raises SyncFailed, SyncCut, FileBusy, StoreError; how it went is kept."""
        holder = f"{socket.gethostname()}:{os.getpid()}"
        self._take_lease(holder)
        try:
            telling = self._telling(peer, holder, progress)
            telling(0, 0)
            return self._sync_by_spool(peer) if peer.spool else self._sync_by_ssh(peer, telling)
        finally:
            with journal(self.session.store, is_durable=False) as j:
                peers.give_back_lease(j, LEASE, holder)

    def _take_lease(self, holder: str) -> None:
        with journal(self.session.store, is_durable=False) as j:
            if not peers.take_lease(j, LEASE, holder, LEASE_MS):
                raise FileBusy(_("Another process is syncing this file. Its result will be here too in a moment."))

    def start(self, names: tuple[str, ...] = ()) -> None:
        """Begin an exchange with these peers, or with all, in a process of its own; how it goes is seen in the list."""
        background.start(["--forum", str(self.session.store.path), "sync", *(peer.name for peer in self.named(names))])

    def ask(self) -> None:
        """Ask whoever syncs this file by a timer to do it soon. Raises StoreError."""
        with self.session.store.write(is_durable=False) as db:
            local.keep_setting(db, "sync_asked_ms", str(self.session.now_ms()))

    def _telling(self, peer: Peer, holder: str, shown: Progress | None) -> Progress:
        """What an exchange tells its progress to: whoever waits for it, and now and then the file."""
        told_ms = 0

        def tell(done: int, total: int) -> None:
            nonlocal told_ms
            if shown is not None:
                shown(done, total)
            if (now_ms := self.session.now_ms()) >= told_ms + _TELL_MS:
                told_ms = now_ms
                with journal(self.session.store, is_durable=False) as j:
                    peers.take_lease(j, LEASE, holder, LEASE_MS)
                    peers.note_progress(j.db, peer.name, now_ms=now_ms, taken=done, expected=total)

        return tell

    def _sync_by_ssh(self, peer: Peer, progress: Progress | None) -> Report:
        self.session.prove_instance()
        if peers.shared_circles(self.session.store.read, peer.site) == {}:
            suspended = peers.cut_off_in(self.session.store.read, peer.site)
            if suspended:
                raise SyncFailed(
                    _("{name} is suspended in {circles}; it is given nothing.").format(
                        name=peer.name, circles=", ".join(suspended)
                    )
                )
            raise SyncFailed(
                _("No circle is shared with {name} yet. `wardroom circle invite` opens one to it.").format(
                    name=peer.name
                )
            )
        identity = None if peer.ssh_config else self.key_path(peer.name)
        line = ssh.connect(peer.target, ssh_config=peer.ssh_config, identity=identity)
        exchange = Exchange(self.session, line.duplex, peer.site, peer.circles, progress)
        problem: WardroomError | None = None
        try:
            return exchange.call()
        except SyncFailed as error:
            problem = line.explained(error, has_met=exchange.has_met, chatter=exchange.report.chatter)
            raise problem from error
        except WardroomError as error:
            problem = error
            raise
        finally:
            line.close()
            self._note(peer, exchange.report, line.duplex.sent_bytes, line.duplex.received_bytes, problem)

    def _sync_by_spool(self, peer: Peer) -> Report:
        from wardroom.forum.bundles import Bundles

        self.session.prove_instance()
        report = Report()
        problem: WardroomError | None = None
        try:
            Bundles(self.session).exchange(peer, report)
        except WardroomError as error:
            problem = error
            raise
        finally:
            self._note(peer, report, 0, 0, problem)
        return report

    def _note(
        self, peer: Peer, report: Report, sent_bytes: int, received_bytes: int, problem: WardroomError | None
    ) -> None:
        try:
            with self.session.store.write(is_durable=False) as db:
                peers.note_try(
                    db, peer.name, now_ms=self.session.now_ms(), error=str(problem) if problem else "",
                    sent=(sent_bytes, report.sent_events), received=(received_bytes, report.received_events),
                )  # fmt: skip
        except StoreError:
            if problem is None:
                raise

    def serve(self, site_key: str) -> Report:
        """Answer a peer on standard input and output. Raises SyncFailed, SyncCut, StoreError."""
        site = SiteKey(invitation.site_key(site_key)) if site_key else None
        self.session.prove_instance()
        duplex = stdio.take_over()
        exchange = Exchange(self.session, duplex, site)
        try:
            return exchange.answer()
        finally:
            duplex.close()
            if exchange.site is not None and exchange.has_met:
                self._note_answered(exchange, duplex.sent_bytes, duplex.received_bytes)

    def _note_answered(self, exchange: Exchange, sent_bytes: int, received_bytes: int) -> None:
        """A site that called us is up to date as of now, whatever we call it."""
        for peer in peers.peers(self.session.store.read):
            if peer.site == exchange.site:
                self._note(peer, exchange.report, sent_bytes, received_bytes, None)
