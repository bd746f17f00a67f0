"""SSH keys: whose they are, and the one line sshd gets for a key that knocks."""

from dataclasses import dataclass

from wardroom import operations
from wardroom.domain import invitation, rules
from wardroom.domain.ids import SiteKey
from wardroom.domain.ssh_key import PublicKey, read_key, read_peer_line
from wardroom.domain.views import Me
from wardroom.errors import InputRejected, NotFound, Refused
from wardroom.forum.members import Members
from wardroom.forum.session import Session, must
from wardroom.language import _
from wardroom.store import ssh_keys


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key in a list: whose, its fingerprint, and whether it opens anything."""

    handle: str | None
    site: SiteKey | None
    kind: str
    fingerprint: str
    is_disabled: bool
    added_ms: int


@dataclass(frozen=True, slots=True)
class SshKeys:
    """The use cases of keys that let in over ssh."""

    session: Session

    def add(self, me: Me, handle: str, line: str) -> PublicKey:
        """Let a key log in as a member; one's own, or as an administrator anybody's. Raises Refused, InputRejected."""
        key = read_key(line)
        account = Members(self.session).known_as(handle)
        refusal = rules.may_keep_accounts(self.session.roles(dict(me.members)), is_own=account.account == me.account)
        must(refusal)
        with self.session.store.write() as db:
            self._must_be_new(ssh_keys.key_row(db, key.text))
            ssh_keys.add_key(db, key.text, account=account.account, now_ms=self.session.now_ms())
        operations.note("key-added", by=me.account, account=account.account)
        return key

    def admit_peer(self, me: Me, line: str) -> tuple[SiteKey, PublicKey]:
        """Let a site sync by the line its ``peer add`` printed. Raises Refused, InputRejected."""
        site_text, key = read_peer_line(line)
        site = SiteKey(invitation.site_key(site_text))
        must(rules.may_take_part(self.session.roles(dict(me.members))))
        with self.session.store.write() as db:
            self._must_be_new(ssh_keys.key_row(db, key.text))
            ssh_keys.add_key(db, key.text, site=site, now_ms=self.session.now_ms())
        operations.note("peer-key-added", by=me.account)
        return site, key

    def remove(self, me: Me, fingerprint: str) -> None:
        """Forget a key by its fingerprint. Raises NotFound, Refused."""
        found = next((row for row in self._rows() if _key(row).fingerprint == fingerprint.strip()), None)
        if found is None:
            raise NotFound(_("There is no key with that fingerprint. `wardroom member key list` names them."))
        must(rules.may_keep_accounts(self.session.roles(dict(me.members)), is_own=found.handle == me.handle))
        with self.session.store.write() as db:
            ssh_keys.remove_key(db, found.key)
        operations.note("key-removed", by=me.account)

    def lines(self) -> tuple[KeyLine, ...]:
        """Every key of this file."""
        return tuple(
            KeyLine(
                row.handle, None if row.site is None else SiteKey(row.site), _key(row).kind, _key(row).fingerprint,
                row.is_disabled, row.added_ms,
            )
            for row in self._rows()
        )  # fmt: skip

    def authorized(self, kind: str, text: str, *, kiosk: str, serve: str) -> str | None:
        """The line of authorized_keys for a key, or None for one that opens nothing.

        ``kiosk`` and ``serve`` are the commands of people and of peers, to which who it is will be added.
        """
        try:
            key = read_key(f"{kind} {text}")
        except InputRejected:
            return None
        row = ssh_keys.key_row(self.session.store.read, key.text)
        if row is None or row.is_disabled:
            return None
        if row.handle is not None:
            return f'restrict,pty,command="{kiosk} --as {row.handle}" {key.text}'
        assert row.site is not None
        return f'restrict,command="{serve} --peer {row.site.hex()}" {key.text}'

    def _rows(self) -> list[ssh_keys.KeyRow]:
        return ssh_keys.key_rows(self.session.store.read)

    @staticmethod
    def _must_be_new(known: ssh_keys.KeyRow | None) -> None:
        if known is not None:
            whose = known.handle or _("another site")
            raise Refused(_("This key is {whose}'s already; a key opens one account.").format(whose=whose))


def _key(row: ssh_keys.KeyRow) -> PublicKey:
    kind, _space, text = row.key.partition(" ")
    return PublicKey(kind, text)
