"""The doctor of a server names every setting of sshd that deployment C lacks, and none that it has."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.e2e.conftest import SSHD

from wardroom.forum.server import judged
from wardroom.link.sshd import parsed

SHIPPED = Path(__file__).parents[3] / "share" / "wardroom" / "sshd.conf"
GOOD = """
authorizedkeyscommand /usr/libexec/wardroom-keys %u %t %k
authorizedkeyscommanduser wardroom
authorizedkeysfile none
disableforwarding yes
forcecommand none
permittty yes
permituserrc no
permituserenvironment no
passwordauthentication no
kbdinteractiveauthentication no
acceptenv LANG
acceptenv LC_*
maxsessions 2
clientaliveinterval 60
"""


def bad(text: str) -> list[str]:
    return [finding.advice for finding in judged(parsed(text), "wardroom") if not finding.is_well]


def test_what_deployment_c_asks_for_is_well() -> None:
    """With all of it there is nothing to say."""
    assert bad(GOOD) == []


@pytest.mark.parametrize("line", GOOD.strip().splitlines())
def test_each_setting_that_is_missing_is_named(line: str) -> None:
    """Any one line taken away, or set to something else, is told with what to write."""
    name = line.split(maxsplit=1)[0]
    if name == "acceptenv":
        assert "AcceptEnv LANG" in bad(GOOD + "acceptenv LD_PRELOAD")[0]
        return
    assert [advice.split()[1].strip("`") for advice in bad(GOOD.replace(line, ""))] == [name]
    assert [advice.split()[1].strip("`") for advice in bad(GOOD.replace(line, f"{name} /tmp/evil"))] == [name]


@pytest.mark.skipif(SSHD is None or os.getuid() != 0, reason="asks a real sshd, as root")
def test_the_settings_that_are_shipped_pass(tmp_path: Path) -> None:
    """The real sshd reads the file we ship, and what it then answers is well; its defaults are not."""
    assert SSHD is not None
    keygen = shutil.which("ssh-keygen")
    assert keygen is not None
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "host"], check=True)
    config = tmp_path / "sshd_config"
    head = f"HostKey {tmp_path}/host\nAcceptEnv LANG\nUsePAM no\n"

    def asked(text: str) -> list[str]:
        config.write_text(head + text)
        command = [SSHD, "-T", "-f", config, "-C", "user=wardroom,host=localhost,addr=127.0.0.1"]
        return bad(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert asked(SHIPPED.read_text()) == []
    assert len(asked("")) >= 5
