"""The one door: use cases, one module per noun, bundled in one frozen Forum."""

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from wardroom.errors import WardroomError
from wardroom.forum.changes import Changes
from wardroom.forum.inbox import Inbox
from wardroom.forum.members import Members
from wardroom.forum.session import Session
from wardroom.store import database

if TYPE_CHECKING:
    from wardroom.forum.attention import Attention
    from wardroom.forum.boards import Boards
    from wardroom.forum.breach import Breach
    from wardroom.forum.bundles import Bundles
    from wardroom.forum.cards import Cards
    from wardroom.forum.cases import Cases
    from wardroom.forum.circles import Circles
    from wardroom.forum.digest import Digest
    from wardroom.forum.drafts import Drafts
    from wardroom.forum.held import Held
    from wardroom.forum.instances import Instances
    from wardroom.forum.moderation import Moderation
    from wardroom.forum.peers import Peers
    from wardroom.forum.retention import Retention
    from wardroom.forum.saved import Saved
    from wardroom.forum.search import Search
    from wardroom.forum.ssh_keys import SshKeys
    from wardroom.forum.staff import Staff
    from wardroom.forum.transfer import Transfer
    from wardroom.forum.unscreened import Unscreened
    from wardroom.forum.unsigned import Unsigned
    from wardroom.forum.upkeep import Upkeep
    from wardroom.screening import Finding


class Forum(Struct, frozen=True):
    """An open forum file, as front ends see it."""

    session: Session
    members: Members
    inbox: Inbox
    changes: Changes

    @property
    def path(self) -> Path:
        """The forum's file."""
        return self.session.store.path

    @property
    def site_name(self) -> str:
        """The name of the site this file belongs to."""
        return self.session.identity.site_name

    @property
    def site_key(self) -> bytes:
        """The public key of the site: what other sites compare and admit."""
        return self.session.identity.site_key

    @property
    def is_open_to_others(self) -> bool:
        """Whether accounts besides the file's owner may read or write it."""
        return bool(self.path.stat().st_mode & 0o077)

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written from here."""
        return self.session.store.is_read_only

    @property
    def boards(self) -> "Boards":
        """Boards, loaded when they are asked for."""
        from wardroom.forum.boards import Boards

        return Boards(self.session)

    @property
    def cases(self) -> "Cases":
        """Threads and posts, loaded when they are asked for."""
        from wardroom.forum.cases import Cases

        return Cases(self.session)

    @property
    def search(self) -> "Search":
        """Search, loaded when it is asked for."""
        from wardroom.forum.search import Search

        return Search(self.session)

    @property
    def drafts(self) -> "Drafts":
        """Drafts, loaded when they are asked for."""
        from wardroom.forum.drafts import Drafts

        return Drafts(self.session)

    @property
    def attention(self) -> "Attention":
        """What a member follows, subscribes to, mutes and keeps, loaded when they are asked for."""
        from wardroom.forum.attention import Attention

        return Attention(self.session)

    @property
    def staff(self) -> "Staff":
        """Lists of joiners and leavers, loaded when they are asked for."""
        from wardroom.forum.staff import Staff

        return Staff(self.session)

    @property
    def cards(self) -> "Cards":
        """Members' cards, loaded when they are asked for."""
        from wardroom.forum.cards import Cards

        return Cards(self.session)

    @property
    def digest(self) -> "Digest":
        """The digest, loaded when it is asked for."""
        from wardroom.forum.digest import Digest

        return Digest(self.session)

    @property
    def retention(self) -> "Retention":
        """What is kept for a time, loaded when it is asked for."""
        from wardroom.forum.retention import Retention

        return Retention(self.session)

    @property
    def saved(self) -> "Saved":
        """Saved searches, loaded when they are asked for."""
        from wardroom.forum.saved import Saved

        return Saved(self.session)

    @property
    def ssh_keys(self) -> "SshKeys":
        """Keys that let in over ssh, loaded when they are asked for."""
        from wardroom.forum.ssh_keys import SshKeys

        return SshKeys(self.session)

    @property
    def transfer(self) -> "Transfer":
        """Import and export, loaded when they are asked for."""
        from wardroom.forum.transfer import Transfer

        return Transfer(self.session)

    @property
    def moderation(self) -> "Moderation":
        """Flags, the queue, suspension, appeals and the audit, loaded when they are asked for."""
        from wardroom.forum.moderation import Moderation

        return Moderation(self.session)

    @property
    def breach(self) -> "Breach":
        """The note for the privacy officer."""
        from wardroom.forum.breach import Breach

        return Breach(self.session)

    @property
    def held(self) -> "Held":
        """The first posts of trainees, which wait for a release."""
        from wardroom.forum.held import Held

        return Held(self.session)

    @property
    def unsigned(self) -> "Unsigned":
        """Asking unsigned, and the seals behind it."""
        from wardroom.forum.unsigned import Unsigned

        return Unsigned(self.session)

    @property
    def unscreened(self) -> "Unscreened":
        """What was imported or came from elsewhere and waits for screening, loaded when it is asked for."""
        from wardroom.forum.unscreened import Unscreened

        return Unscreened(self.session)

    @property
    def upkeep(self) -> "Upkeep":
        """Backup, check and rebuild, loaded when they are asked for."""
        from wardroom.forum.upkeep import Upkeep

        return Upkeep(self.session)

    @property
    def bundles(self) -> "Bundles":
        """Bundles made and taken, loaded when they are asked for."""
        from wardroom.forum.bundles import Bundles

        return Bundles(self.session)

    @property
    def circles(self) -> "Circles":
        """Circles founded, joined and left, loaded when they are asked for."""
        from wardroom.forum.circles import Circles

        return Circles(self.session)

    @property
    def instances(self) -> "Instances":
        """The files of this site, loaded when they are asked for."""
        from wardroom.forum.instances import Instances

        return Instances(self.session)

    @property
    def peers(self) -> "Peers":
        """Peers and the exchanges with them, loaded when they are asked for."""
        from wardroom.forum.peers import Peers

        return Peers(self.session)

    def scan(self, text: str) -> "tuple[Finding, ...]":
        """What in a text may identify a patient, by the lists of this site as well."""
        return self.session.screen.scan(text)

    def explained(self, error: Exception) -> WardroomError | None:
        """An error that SQLite met while reading, in a sentence; None where it is no error of the file."""
        return database.explanation(error, self.path)

    def close(self) -> None:
        """Close the file."""
        self.session.store.close()


def bundle(session: Session) -> Forum:
    """The forum over an open file."""
    return Forum(session, Members(session), Inbox(session), Changes(session))
