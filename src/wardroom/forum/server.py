"""Judges a server for deployment C: what of sshd, the account and the launchers would let people out of the screens."""

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

from wardroom.forum.finding import Finding
from wardroom.language import _, marked
from wardroom.link.sshd import Settings, effective

LAUNCHERS = (Path("/usr/libexec/wardroom-keys"), Path("/usr/libexec/wardroom-kiosk"))
HARMLESS_VARIABLES = frozenset({"LANG", "LC_*", "COLORTERM", "NO_COLOR"})
"""What a client may send: the kiosk looks at LANG and LC_ALL, and at their form."""
_EXACTLY = {
    "authorizedkeysfile": "none",
    "disableforwarding": "yes",
    "forcecommand": "none",
    "permittty": "yes",
    "permituserrc": "no",
    "permituserenvironment": "no",
    "passwordauthentication": "no",
    "kbdinteractiveauthentication": "no",
}
_WHY = {
    "authorizedkeysfile": marked("keys in files would not say who somebody is"),
    "disableforwarding": marked("ports, agents and displays would be forwarded through the server"),
    "forcecommand": marked("it overrules the command of the key, and with it who somebody is"),
    "permittty": marked("the screens need a terminal"),
    "permituserrc": marked("a file in the account's home would run before the screens"),
    "permituserenvironment": marked("a file in the account's home would set variables"),
    "passwordauthentication": marked("the account is everybody's; a password would not say who somebody is"),
    "kbdinteractiveauthentication": marked("the account is everybody's; a password would not say who somebody is"),
}
SESSIONS_MAX = 2
ALIVE_MAX_S = 300


def ssh_findings(path: Path) -> Iterator[Finding]:
    """What is well and what is missing, for the account that owns the forum file. Raises Refused."""
    owner = pwd.getpwuid(path.stat().st_uid)
    yield from judged(effective(owner.pw_name), owner.pw_name)
    yield from _account(owner)
    for launcher in LAUNCHERS:
        yield _launcher(launcher)


def judged(settings: Settings, account: str) -> Iterator[Finding]:
    """The settings of sshd that deployment C rests on; each that is missing with the line to write."""
    for name, wanted in _EXACTLY.items():
        found = " ".join(settings.get(name, ["?"]))
        yield _finding(name, found, wanted, is_well=found == wanted, why=_(_WHY[name]))
    command = " ".join(settings.get("authorizedkeyscommand", ["none"]))
    wanted = f"{LAUNCHERS[0]} %u %t %k"
    yield _finding(
        "authorizedkeyscommand", command, wanted, is_well=command == wanted, why=_("the file knows whose a key is")
    )
    runs_as = " ".join(settings.get("authorizedkeyscommanduser", ["none"]))
    yield _finding(
        "authorizedkeyscommanduser",
        runs_as,
        account,
        is_well=runs_as == account,
        why=_("only the account reads the file"),
    )
    sent = {word for line in settings.get("acceptenv", []) for word in line.split()}
    yield Finding(
        sent <= HARMLESS_VARIABLES, _("sshd: acceptenv {found}").format(found=" ".join(sorted(sent)) or "-"),
        "" if sent <= HARMLESS_VARIABLES
        else _("write `AcceptEnv LANG` for the whole server: the rest is written by whoever connects"),
    )  # fmt: skip
    yield _at_most("maxsessions", settings, SESSIONS_MAX, _("one connection would carry many sessions"))
    yield _at_most("clientaliveinterval", settings, ALIVE_MAX_S, _("a dead line would keep its session"))


def _finding(name: str, found: str, wanted: str, *, is_well: bool, why: str) -> Finding:
    advice = (
        ""
        if is_well
        else _("write `{name} {wanted}` in the Match block: {why}").format(name=name, wanted=wanted, why=why)
    )
    return Finding(is_well, _("sshd: {name} {found}").format(name=name, found=found), advice)


def _at_most(name: str, settings: Settings, most: int, why: str) -> Finding:
    """A number that is there, above nothing and not too large."""
    found = " ".join(settings.get(name, ["?"]))
    return _finding(name, found, str(most), is_well=found.isdecimal() and 0 < int(found) <= most, why=why)


def _account(owner: pwd.struct_passwd) -> Iterator[Finding]:
    """The Unix account: a plain shell, a home that is not its own, no password and yet not locked."""
    shell = owner.pw_shell
    yield Finding(
        shell == "/bin/sh", _("account {name}: shell {shell}").format(name=owner.pw_name, shell=shell or "-"),
        "" if shell == "/bin/sh" else f"usermod -s /bin/sh {owner.pw_name}: " + _("other shells run files before the command"),
    )  # fmt: skip
    try:
        home = os.stat(owner.pw_dir)
        is_well = home.st_uid == 0 and not home.st_mode & 0o022
    except OSError:
        is_well = True  # a home that is not there holds nothing
    yield Finding(
        is_well, _("account {name}: home {home}").format(name=owner.pw_name, home=owner.pw_dir),
        "" if is_well else f"chown root {owner.pw_dir} && chmod 755 {owner.pw_dir}: " + _("what it holds must not be the account's to write"),
    )  # fmt: skip
    state = _password_state(owner.pw_name)
    if state is not None:
        yield Finding(
            state == "*", _("account {name}: password field {state}").format(name=owner.pw_name, state=state),
            "" if state == "*" else f"usermod -p '*' {owner.pw_name}: " + _("no password opens it, and sshd does not take it for locked"),
        )  # fmt: skip


def _password_state(name: str) -> str | None:
    """What stands for a password: "*" (none, open to keys), "locked" or "set"; None where it cannot be read."""
    try:
        lines = Path("/etc/shadow").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    found = next((line.split(":")[1] for line in lines if line.startswith(f"{name}:")), None)
    if found is None:
        return None
    return "*" if found == "*" else "locked" if found.startswith("!") else "set"


def _launcher(path: Path) -> Finding:
    """A launcher that root alone can change, up to the root of the file system."""
    try:
        chain = [os.stat(each) for each in (path, *path.resolve().parents)]
    except OSError:
        return Finding(False, _("{path} is missing").format(path=path), _("run install.sh of the wheelhouse as root"))
    is_well = all(each.st_uid == 0 and not each.st_mode & 0o022 for each in chain) and bool(
        chain[0].st_mode & stat.S_IXOTH
    )
    return Finding(
        is_well, str(path), "" if is_well else _("it and every folder above it must be root's alone to write; sshd refuses it else")
    )  # fmt: skip
